"""
The shapes of what this code writes, against those that were recorded for its versions (`docs/compatibility.md`).

    python -m tests.releases.shapes            what is written that the recorded shapes lack; exit 1 if anything is
    python -m tests.releases.shapes --write    record today's shapes as those of today's versions

A shape is, for one kind of item, body, event, playbook or button: the path of each attribute -> its types, with "?"
where it may be missing. Paths go on inside JSON texts, packed or not. `[]` is any element of a list, `.0` a place in a
row whose places mean something, `*` a name that is data (a language, an intent, a hash) or what follows a counter's
":". Of keys it is told how they are made.
"""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib import events
from chalicelib.playbook import codec
from chalicelib.playbook.template_use import ANSWER
from chalicelib.store import bodies, items

from .played import NAMES, Played, played

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).with_name("shapes")
ITEM, BODY, EVENT, PLAYBOOK, BUTTON = WRITTEN = ("items", "bodies", "events", "playbook", "buttons")
# What is written now. Buttons carry no `v`: Slack gives them back for ever, so names are only ever added to them.
VERSIONS = {
    ITEM: items.VERSION,
    BODY: bodies.VERSION,
    EVENT: events.VERSION,
    PLAYBOOK: codec.VERSION,
    BUTTON: 1,
}
# What is written above its family's version, where nothing else can say it: the newest version that its reader knows.
LATER = {
    f"later {family}": (family, newest)
    for family, newest in ((ITEM, items.NEWEST), (BODY, bodies.NEWEST), (EVENT, events.NEWEST))
    if newest > VERSIONS[family]
}
FAMILIES = (*WRITTEN, *LATER)
# The first release whose shapes are changed no more: of what is written above the version, the first that writes it.
FIRST_HELD, FIRST_LATER = (0, 2, 0), (0, 3, 0)
# Maps whose names are data.
BY_NAME = re.compile(
    r"(^|\.)(last_customer|brought|body\(json\)\.files|scopes|texts|files\(json\)|channels|languages|intents|fields|"
    r"title|agents|replies|question|public|choice|register|statuses|statuses\.\*|variables|variables\.\*|autonomy|"
    r"language_autonomy|phrases|templates|media\(json\))$"
)
RULES = "autonomy"  # of a playbook: a map of its own names, other than an intent's of that name
# Columns of counters that are numbered by a class, a place, a week or a visitor's digest.
COLUMN = re.compile(r"^(said|p|w|v)\d+(-\d+)?$")
# Lists whose places mean something, beside every list inside a list.
ROWS = re.compile(r"(^|\.)(address|typing|turn_of|profile|since|fact|hold|detail\(json\)|held_before\(json\))$")
# Platforms' own shapes: they are sent as they are, and nobody reads them back.
FOREIGN = re.compile(r"\.payload$")
# Attributes that the release before neither needs nor keeps where it writes an item whole, and that no decision rests
# on -> what is missing meanwhile, and what brings it back (docs/compatibility.md). `test_forgettable` loses each.
FORGETTABLE: Mapping[tuple[str, str], str] = {
    ("ticket/ticket", "open_shard"): "lists lack the ticket, until this release writes it or `guichet tickets index`",
    (
        "ticket/ticket",
        "snoozed_until",
    ): "the ticket is back in lists at once; its agent is called at that time all the same",
    ("conv/m customer", "ttl"): "the words of a comment that asked for nothing are kept like all others",
    ("out/r bot greeting", "choices"): "the customer reads the choices as numbers, which work",
    ("out/r bot ask", "choices"): "the same",
    ("conv/m bot greeting", "beside"): "a web chat shows the choices in words, without buttons",
    ("conv/m bot ask", "beside"): "the same",
    ("conv/m bot move", "beside"): "the same",
    ("conv/m agent agent_reply", "attachments"): "a timeline does not say that files went with an answer",
    ("conv/m agent agent_reply", "media"): "a file of an answer that is unsent goes with its contact, not before",
    ("conv/m agent agent_reply", "deleted"): "a timeline shows an answer without words, and not why",
    ("conv/head", "chosen"): "an answer that its channel cannot carry is held, as in that release",
    (
        "conv/head",
        "spoken",
    ): "the loop guard counts anew: a day's, a ticket's and a mailbox's bounds stop a loop meanwhile",
    ("id/identity", "proved"): "what is proved of a person is asked for again with their next message",
    ("playbook", "agents"): "answers in the web chat bear no agent's name; pushing the playbook brings it back",
    ("playbook", "comments"): "digests go to the tickets' desk, and no rule hides; pushing the playbook brings it back",
    ("playbook", "templates"): "late answers are held without an offer; pushing the playbook brings it back",
    ("playbook", "welcome"): "a welcome offers two subjects that the bot answers; pushing the playbook brings it back",
}
_NAME = re.compile(r"[.(\[]")  # what ends the first name of a path
EVIDENCE_COUNTS = "tally/day people"
# Kinds of items of their own, in partitions or (an account's) under sort keys that the release before neither reads nor
# writes (docs/compatibility.md): they need no new `v`, and are recorded beside those that stand. `test_added` puts them
# into every state.
ADDED = frozenset(
    {
        *("audit/a", "board/on", EVIDENCE_COUNTS, "visits/minute", "visits/used"),
        *(f"acct/{what}" for what in ("list", "token", "doctor", "consent", "standby", "templates", "key")),
    }
)
# Kinds that come by comments under a brand's posts alone, which the release before has no channel for: items of a
# partition of their own, and rows of version 3 with what these become; and the rows, of version 3 too, that take an
# answer back. Recorded beside those that stand.
OF_COMMENTS = frozenset(
    {
        *(f"comments/h {kind}" for kind in ("nothing", "question", "case", "read", "manager", "hide")),
        "out/r system comments",
        "out/r system comments_update",
        "out/r system hide",
        "out/r system unhide",
        "out/r system unsend",
        "out/r agent like",
        "out/r agent comment_reply",
        "out/r agent private_reply",
        "conv/m agent like",
        "conv/m agent comment_reply",
        "conv/m agent private_reply",
        "conv/m system comments",
        "conv/m system hide",
        "conv/m system unhide",
        "conv/m system unsend",
    }
)
# Kinds that are written as version 3 alone, which the release before leaves where they are.
OF_PEOPLE = frozenset(
    {
        "contact/link",
        "contact/key",
        "key/who",
        "key/shared",
        "contact/names",
        "contact/attr",
        "contact/parting",
        "move/move",
        "code/code",
    }
)
UNOWNED = ("acct", "brands")  # partitions that belong to no brand
Found = dict[str, dict[str, str]]  # kind -> path -> types


@dataclass(slots=True)
class Shape:
    """What was seen of one kind: the types at each path, and how often each path and each map was there."""

    types: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    seen: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    maps: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, value: Mapping[str, Any]) -> None:
        """Look at one more of this kind."""
        self._map("", value)

    def paths(self) -> dict[str, str]:
        """Path -> types, with "?" where the path was missing once in a map that could have had it."""
        return {
            path: "|".join(sorted(types)) + ("?" if self._missing(path) else "")
            for path, types in sorted(self.types.items())
        }

    def _missing(self, path: str) -> bool:
        return not _of_data(path) and self.seen[path] < self.maps[path.rpartition(".")[0]]

    def _map(self, path: str, value: Mapping[str, Any]) -> None:
        self.maps[path] += 1
        by_name = path != RULES and bool(BY_NAME.search(path))
        for name, each in value.items():
            known = "*" if by_name or name.isdigit() else re.sub(r":.*", ":*", COLUMN.sub(r"\1#", name))
            self._value(f"{path}.{known}" if path else known, each)

    def _value(self, path: str, value: Any) -> None:
        kind, value = _opened(value)
        self.types[path].add(_format(path, value) if path in ("pk", "sk") else kind)
        self.seen[path] += 1
        path += "(json)" if kind in ("json", "packed") else ""
        if FOREIGN.search(path):
            return
        if isinstance(value, dict):
            self._map(path, value)
        elif isinstance(value, list):
            self._list(path, value)

    def _list(self, path: str, value: list[Any]) -> None:
        row = path.endswith("]") or ROWS.search(path)
        self.maps[path] += 1
        for place, each in enumerate(value):
            self._value(f"{path}.{place}" if row else f"{path}[]", each)


def _opened(value: Any) -> tuple[str, Any]:
    """The type of a value as it is recorded, and the value; of a JSON text what it says."""
    if isinstance(value, str):
        packed = value.startswith(items.PACKED)
        text = items.unpacked(value)
        if text[:1] in ("{", "[") and not text.startswith(ANSWER):  # a place in a template's value is no JSON
            return "packed" if packed else "json", json.loads(text)
        return "str", value
    names = {bool: "bool", int: "int", float: "float", dict: "map", list: "list", type(None): "null"}
    return names[type(value)], value


def _format(path: str, key: str) -> str:
    """How a key is made: the word that names its kind stays, other parts are told by their alphabet and length."""
    parts = key.split("#")
    own = 1 if path == "pk" and parts[0] not in UNOWNED else 0
    return "#".join(part if at == own else _alphabet(part) for at, part in enumerate(parts))


def _alphabet(part: str) -> str:
    if re.fullmatch(r"\d{5,15}|[0-9a-f]{16,}", part):
        return f"{'9' if len(part) < 16 else 'hex'}*{len(part)}"
    return "day" if re.fullmatch(r"\d{4}-\d\d-\d\d", part) else "word"


# --- kinds ------------------------------------------------------------------------------------


def kind_of_item(key: tuple[str, str], item: Mapping[str, Any]) -> str:
    """The kind of an item: of messages and rows by who wrote what ("conv/m bot reply")."""
    pk, sk = key[0].split("#"), key[1].split("#")
    place = pk[0] if pk[0] in UNOWNED else pk[1]
    name = sk[0] if place != "brands" else "account"
    name += " people" if place == "tally" and pk[2].startswith("people:") else ""  # columns of its own
    return " ".join(filter(None, (f"{place}/{name}", item.get("author", ""), item.get("kind", ""))))


def kind_of_body(queue: str, body: Mapping[str, Any]) -> str:
    """The kind of a body: its queue, and the attribute by which its reader knows it."""
    told = ("claim", "batch", "event", "turn_of", "hold", "typing", "look_up", "recipient")
    return f"{queue} {next((name for name in told if name in body), 'pointer')}"


def look(one: Played, into: dict[tuple[str, str], Shape]) -> None:
    """Add what a run wrote, by (family, kind)."""
    for key, item in one.items:
        kind = kind_of_item(key, item)
        text = item.get("json", "")  # of a playbook, which has a version of its own
        if text:
            into[PLAYBOOK, "playbook"].add(json.loads(items.unpacked(text)))
        seen = _counted(item) if kind == EVIDENCE_COUNTS else item
        into[_family(ITEM, item.get("v", 0)), kind].add(seen | {"json": "…"} if text else seen)
    for queue, body in one.bodies:
        if queue == "mail":  # what SES tells, in its own words
            continue
        for event in _events_in(body):
            into[_family(EVENT, event["v"]), event["kind"]].add(event)
        into[_family(BODY, body.get("v", 0)), kind_of_body(queue, body)].add(_without_events(body))
    for value in one.buttons:
        into[BUTTON, "value"].add(json.loads(value))


def _counted(item: Mapping[str, Any]) -> dict[str, Any]:
    """Counts by evidence: their columns are named by what proved it."""
    return {name if name in ("pk", "sk", "v", "ttl") else "*": value for name, value in item.items()}


def _family(name: str, version: int) -> str:
    """The family whose shapes are recorded together: what is written above its version has one of its own."""
    return name if version <= VERSIONS[name] else f"later {name}"


def _events_in(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for each in (body, *body.get("batch", ())):
        if "event" in each:
            yield each["event"]


def _without_events(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body with its events left out: they have a version of their own."""
    plain = {name: list(map(_without_events, value)) if name == "batch" else value for name, value in body.items()}
    return plain | ({"event": "…"} if "event" in body else {})


def shapes_of(names: Iterable[str]) -> dict[str, Found]:
    """Family -> kind -> path -> types, of the runs of these names together."""
    return of_runs(map(played, names))


def of_runs(runs: Iterable[Played]) -> dict[str, Found]:
    """Family -> kind -> path -> types, of these runs together."""
    seen: dict[tuple[str, str], Shape] = defaultdict(Shape)
    for run in runs:
        look(run, seen)
    found: dict[str, Found] = {family: {} for family in FAMILIES}
    for (family, kind), shape in sorted(seen.items()):
        found[family][kind] = shape.paths()
    return found


# --- the recorded shapes ----------------------------------------------------------------------


def file_of(family: str, folder: Path = FOLDER) -> Path:
    """Where the shapes of a family's version of today are recorded."""
    name, version = LATER.get(family) or (family, VERSIONS[family])
    return folder / f"{name}-v{version}.json"


def recorded(family: str, folder: Path = FOLDER) -> Found:
    """The recorded shapes of today's version; none where nothing was recorded yet."""
    path = file_of(family, folder)
    found: Found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def lacks(family: str, now: Found, before: Found, *, stands: bool) -> list[str]:
    """
    A sentence for each thing that is written now and `before` does not know, or that `before` always had.

    The last one says what to do; `stands`: recorded shapes are changed no more.
    """
    if not before:
        return [
            f"{file_of(family).name} is not recorded: `python -m tests.releases.shapes --write`, and commit the file."
        ]
    told = [line for kind, paths in now.items() for line in _differences(kind, paths, before.get(kind))]
    return [*told, advice(family, stands=stands)] if told else []


def _differences(kind: str, now: Mapping[str, str], before: Mapping[str, str] | None) -> Iterator[str]:
    if before is None:
        if kind not in OF_COMMENTS:
            yield f"{kind}: this kind is new."
        return
    for path, types in now.items():
        was = before.get(path)
        if _forgettable(kind, path):
            continue
        if was is None:
            yield f"{kind}: {path} ({types}) is new."
        elif new := sorted(_types(types) - _types(was)):
            yield f"{kind}: {path} is {'|'.join(new)} now, and was {was}."
        elif types.endswith("?") and not was.endswith("?"):
            yield f"{kind}: {path} may be missing now, and was always there."
    for path, was in before.items():
        if path not in now and not was.endswith("?") and _could_be(path, now):
            yield f"{kind}: {path} is missing now, and was always there."


def kept_shapes(found: Found) -> Found:
    """Return these shapes without what may be forgotten, as they are recorded."""
    return {
        kind: {path: types for path, types in paths.items() if not _forgettable(kind, path)}
        for kind, paths in found.items()
    }


def _forgettable(kind: str, path: str) -> bool:
    return (kind, _NAME.split(path)[0]) in FORGETTABLE


def _types(of: str) -> set[str]:
    return set(of.removesuffix("?").split("|"))


def _could_be(path: str, now: Mapping[str, str]) -> bool:
    """Whether there is something that this path would lie in."""
    parent = path.rpartition(".")[0]
    if _of_data(path) or not parent:
        return not _of_data(path)
    inside = {"json", "packed"} if parent.endswith("(json)") else {"map", "list"}
    return bool(_types(now.get(parent.removesuffix("(json)"), "")) & inside)


def _of_data(path: str) -> bool:
    """Whether a path's last name is data, or may be in no list or counter at all."""
    return path.endswith(("*", "#", "[]"))


def advice(family: str, *, stands: bool) -> str:
    """What to do about a shape that is not recorded."""
    again = "`python -m tests.releases.shapes --write`, and commit the file"
    if family == BUTTON:
        return f"Slack gives buttons back for ever: go on reading the old names (docs/compatibility.md); then {again}."
    if not stands:
        first = ".".join(map(str, _first_held(family)))
        return f"Until release {first} that is allowed: {again} ({file_of(family).name})."
    _, version = LATER.get(family) or (family, VERSIONS[family])
    return (
        f"The release before reads {family} of version {version} as they were recorded. Read version {version + 1} in "
        f"one release and write it in the next (docs/compatibility.md); with the version raised {again}. If no path of "
        "the simulation showed this shape before, and the last release writes it too: the same with `--shown`."
    )


def stands(family: str = ITEM) -> bool:
    """Whether a family's recorded shapes are changed no more: a release wrote them."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return tuple(int(part) for part in version.split(".")) >= _first_held(family)


def _first_held(family: str) -> tuple[int, int, int]:
    return FIRST_LATER if family in LATER else FIRST_HELD


def write(
    now: Mapping[str, Found], folder: Path, *, standing: Callable[[str], bool] = stands, shown: bool = False
) -> list[str]:
    """
    Record these shapes; return what was refused.

    Where a family's recorded shapes stand, those of a version are changed only by what was not `shown` before, and by
    kinds that are ADDED.
    """
    refused = []
    for family, found in now.items():
        kinds = kept_shapes(found)
        path, before = file_of(family, folder), recorded(family, folder)
        kept = before if standing(family) and not shown else {}
        added = {
            kind: paths for kind, paths in kinds.items() if kept and kind in ADDED | OF_COMMENTS and kind not in kept
        }
        others = {kind: paths for kind, paths in kinds.items() if kind not in added}
        told = lacks(family, others, kept, stands=True) if kept else []
        if told and family != BUTTON:
            refused += [f"{path.name}: {line}" for line in told]
        else:
            path.parent.mkdir(exist_ok=True)
            shown_now = dict(sorted((kept | added).items())) if added else kinds
            path.write_text(json.dumps(shown_now, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return refused


def main() -> int:
    raw: Any = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m tests.releases.shapes", description=__doc__, formatter_class=raw)
    parser.add_argument("--write", action="store_true", help="record today's shapes")
    parser.add_argument("--shown", action="store_true", help="with --write: the last release writes it too")
    given = parser.parse_args()
    now = shapes_of(NAMES)
    if given.write:
        told = write(now, FOLDER, shown=given.shown)
    else:
        told = [line for family in now for line in lacks(family, now[family], recorded(family), stands=stands(family))]
    print("\n".join(told) or "The recorded shapes are today's.")
    return 1 if told else 0


if __name__ == "__main__":
    raise SystemExit(main())
