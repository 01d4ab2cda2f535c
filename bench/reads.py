"""
What process reads for each kind of event before its commit: how often, in which order, and which function asks.

    python bench/reads.py [--json] [--where] [--kind Deletion] [--path "ticket"]

All paths of the simulation (`tests/simulation/paths.py`) are played without faults, one worker at a time; the first
event of a path finds nothing cached. Each read is one request and waits for the one before it, so their number is the
number of round trips; `rounds` is how often the engine asked for reads (`Need`) and started again. What follows the
commit is not counted; of an event without a commit all calls are. Writes and sends before the commit are listed;
`--where` shows all calls, and which functions make them. There is no bar: the figures are compared before and after a
change.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median_low
from types import FrameType
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")

from chalicelib.engine.advance import advance
from chalicelib.engine.loaded import Need
from chalicelib.model import AgentAction, DeliveryReport, Event
from chalicelib.stages import process
from chalicelib.store import commit

OURS = str(Path(__file__).parent.parent / "chalicelib") + os.sep
READS = ("get_item", "query", "get_object", "get_parameter")
SHOWN_CALLERS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: `what` it is about, as in the golden trace, and `where` its functions stand, the nearest first."""

    operation: str
    what: str
    where: str
    commits: bool


@dataclass(slots=True)
class Taken:
    """One event that process took in, with its calls in order, and how often the engine asked for reads."""

    event: Event
    calls: list[Asked] = field(default_factory=list)
    rounds: int = 0

    @property
    def kind(self) -> str:
        """The event's type; of an agent's action and of a report also what it is about."""
        more: str = self.event.verb if isinstance(self.event, AgentAction) else ""
        more = self.event.status if isinstance(self.event, DeliveryReport) else more
        return f"{type(self.event).__name__} {more}".strip()

    @property
    def before(self) -> list[Asked]:
        """The calls before the first commit; of an event without one, all."""
        first = next((at for at, call in enumerate(self.calls) if call.commits), len(self.calls))
        return self.calls[:first]

    @property
    def reads(self) -> list[str]:
        return [call.what for call in self.before if call.operation in READS]

    @property
    def writes(self) -> list[str]:
        return [call.what for call in self.before if call.operation not in READS]


@dataclass(slots=True)
class Notes:
    """The events of a run, each by its own object."""

    taken: dict[int, Taken] = field(default_factory=dict)

    def note(self, operation: str, what: str) -> None:
        """Notes a call with the event that process is taking in, if it is in the middle of one."""
        names: list[str] = []
        frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - who asks is known from the stack alone
        commits = False
        while frame is not None and frame.f_code is not process.process.__code__:
            commits = commits or frame.f_code is commit.commit.__code__
            file, name = frame.f_code.co_filename, frame.f_code.co_name
            if file.startswith(OURS) and os.sep + "store" + os.sep not in file and not name.startswith("<"):
                names.append(f"{Path(file).stem}.{name}")
            frame = frame.f_back
        if frame is not None:
            event = frame.f_locals["event"]
            where = " < ".join(names[:SHOWN_CALLERS])
            self.taken.setdefault(id(event), Taken(event)).calls.append(Asked(operation, what, where, commits))

    def counting(self, asked: Callable[..., Any]) -> Callable[..., Any]:
        """The engine, with each Need counted; a try after a lost race counts on."""

        def counted(loaded: Any, event: Event, environment: Any) -> Any:
            found = asked(loaded, event, environment)
            self.taken.setdefault(id(event), Taken(event)).rounds += isinstance(found, Need)
            return found

        return counted


class _Noted:
    """A client whose calls are noted."""

    def __init__(self, client: Any, service: str, notes: Notes) -> None:
        self._client, self._service, self._notes = client, service, notes

    def __getattr__(self, name: str) -> Any:
        from tests.simulation.normalised import label_of  # noqa: PLC0415 - the simulation: only where it is played

        found = getattr(self._client, name)
        if name == "exceptions" or not callable(found):
            return found

        def call(**given: Any) -> Any:
            self._notes.note(name, label_of(self._service, name, given).partition(".")[2])
            return found(**given)

        return call


def taken(path: str) -> list[Taken]:
    """The events of one path's calm run."""
    from tests.simulation.paths import PATHS  # noqa: PLC0415 - the simulation: only where it is played
    from tests.simulation.world import World  # noqa: PLC0415 - the same

    world: Any = World()
    notes, client = Notes(), world.client
    world.client = lambda service: _Noted(client(service), service, notes)
    PATHS[path].prepare(world)
    counted = patch.object(process, "advance", notes.counting(advance))
    with contextlib.redirect_stdout(io.StringIO()), counted:
        world.run(*PATHS[path].steps())
    return list(notes.taken.values())


def by_kind(events: Sequence[Taken]) -> Mapping[str, list[Taken]]:
    """The events by their kind, in its alphabetical order."""
    found: defaultdict[str, list[Taken]] = defaultdict(list)
    for each in events:
        found[each.kind].append(each)
    return dict(sorted(found.items()))


def document(kinds: Mapping[str, Sequence[Taken]]) -> dict[str, Any]:
    """The figures of each kind: `orders` are the distinct sequences of reads, the most frequent first."""
    found = {}
    for kind, events in kinds.items():
        counts = [len(each.reads) for each in events]
        found[kind] = {
            "events": len(events),
            "least": min(counts),
            "median": median_low(counts),
            "most": max(counts),
            "rounds": max(each.rounds for each in events),
            "writes": dict(Counter(what for each in events for what in each.writes)),
            "orders": Counter(", ".join(each.reads) for each in events).most_common(),
        }
    return found


def table(kinds: Mapping[str, Sequence[Taken]], *, where: bool) -> str:
    """The figures for people."""
    lines = [f"{'event':<32}{'seen':>6}{'least':>7}{'median':>8}{'most':>6}{'rounds':>8}  most frequent order"]
    for kind, told in document(kinds).items():
        order = told["orders"][0][0].replace("get_item ", "")
        counts = f"{told['least']:>7}{told['median']:>8}{told['most']:>6}{told['rounds']:>8}"
        lines.append(f"{kind:<32}{told['events']:>6}{counts}  {order[:160]}")
        lines += [f"{'':<32}  writes before its commit: {what} ({count})" for what, count in told["writes"].items()]
        if where:
            calls = Counter((call.what, call.where) for each in kinds[kind] for call in each.calls)
            lines += [f"{count:>8}  {what[:60]:<62}{place}" for (what, place), count in calls.most_common()]
    return "\n".join(lines)


def main() -> int:
    """Print the figures."""
    from tests.simulation.paths import PATHS  # noqa: PLC0415 - the simulation: only where it is played

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--where", action="store_true", help="also which functions make the calls")
    parser.add_argument("--kind", default="", help="only events whose kind begins so")
    parser.add_argument("--path", choices=list(PATHS), metavar="PATH", help="only this path")
    chosen = parser.parse_args()
    events = [event for path in PATHS if chosen.path in (None, path) for event in taken(path)]
    kinds = by_kind([event for event in events if event.kind.startswith(chosen.kind)])
    print(json.dumps(document(kinds)) if chosen.json else table(kinds, where=chosen.where))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
