"""
Runs paths with one fault at every call of the calm run, with several workers at once, or with faults at random.
"""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from .faults import KINDS, applies
from .invariants import Ledger, broken
from .memory.desk import MEMORY
from .paths import PATHS
from .world import World


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run: where it was struck, and what did not hold afterwards."""

    path: str
    plan: Mapping[int, str]
    seed: int | None
    struck: tuple[tuple[int, str, str], ...]
    broken: tuple[str, ...]
    calls: int
    in_memory: bool = False

    @property
    def command(self) -> str:
        """How to see this run again."""
        faults = ",".join(f"{number}:{kind}" for number, kind in self.plan.items())
        own = " --in-memory" if self.in_memory else ""
        return f'python -m tests.simulation{own} --path "{self.path}" --plan "{faults}"' + (
            f" --seed {self.seed}" if self.seed is not None else ""
        )


def play(
    name: str, plan: Mapping[int, str] | None = None, seed: int | None = None, *, in_memory: bool = False
) -> tuple[World, Outcome]:
    """One run of one path; `in_memory`: in the workspace in memory instead of in Slack."""
    world = World(plan, seed, in_memory=in_memory)
    return world, play_in(world, name)


def play_in(world: World, name: str) -> Outcome:
    """One run of one path in a world that is there already: what its fault injector strikes is named in the outcome."""
    path, plan = PATHS[name], dict(world.injector.plan)
    path.prepare(world)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            world.run(*path.steps())
        found = broken(world, list(path.written), gone=path.gone)
        notices = world.desks.notices("paused")
        wanted = path.notices if any("paused" in item for _, item in world.dynamo.written) else 0
        found += [f"{notices} notices, not {wanted}"] if notices != wanted else []
        noticed = world.desks.notices("account")
        found += [f"{noticed} lines about an account, not {path.noticed}"] if noticed != path.noticed else []
        looked = world.desks.notices("looked")
        found += [f"{looked} lines about a look, not {path.looked}"] if looked != path.looked else []
        digests = world.desks.notices("comments")
        found += [f"{digests} digests of comments, not {path.digests}"] if digests != path.digests else []
        reports = world.desks.notices("report")
        found += [f"{reports} reports, not {path.reports}"] if reports != path.reports else []
        found += [f"never came to: {step.name}" for step in world.steps if not plan and not world.shuffled]
    except AssertionError as error:
        found = [f"stopped: {error}"]
    struck, calls = tuple(world.injector.struck), len(world.injector.trace)
    return Outcome(name, plan, world.seed, struck, tuple(found), calls, world.desks.workspace.name == MEMORY)


def calm(name: str, *, in_memory: bool = False) -> tuple[World, list[str]]:
    """The run without faults, and what is wrong with it: also that it answers and opens as often as its path says."""
    world, outcome = play(name, in_memory=in_memory)
    ledger, path = Ledger(world), PATHS[name]
    found = list(outcome.broken)
    said = [row for row in ledger.finished.values() if row["kind"] in ("reply", "ask") and row["state"] == "sent"]
    tickets = [item for (_, sk), item in ledger.plain.items() if sk == "ticket"]
    if path.replies != len(said):
        found.append(f"{len(said)} automatic answers, not {path.replies}")
    if path.tickets != len(tickets):
        found.append(f"{len(tickets)} tickets, not {path.tickets}")
    return world, found


@cache
def _calls(name: str, in_memory: bool) -> tuple[str, ...]:  # noqa: FBT001 - a fact, as the name is
    """The kinds of calls that a path's calm run makes, in order."""
    return tuple(play(name, in_memory=in_memory)[0].injector.kinds)


def single_faults(
    name: str, kinds: Sequence[str] = KINDS, every: int = 1, first: int = 0, *, in_memory: bool = False
) -> Iterator[Outcome]:
    """
    A run for every call of the calm run and each kind of fault that says something there (every n-th of them).

    Up to its fault a run is the calm one: where no call is, or none that the fault applies to, nothing need be run.
    """
    calls = _calls(name, in_memory)
    every = max(every, every * len(calls) // 150) if every > 1 else 1  # of a long path not more points than of others
    points = [(number, kind) for kind in kinds for number in range(len(calls) + 4)]
    for number, kind in points[first::every]:
        if number < len(calls) and applies(kind, calls[number]):
            outcome = play(name, {number: kind}, in_memory=in_memory)[1]
            assert outcome.struck, f"{outcome.command} met no call"
            yield outcome


def shuffled(
    name: str,
    seed: int,
    faults: int = 0,
    kinds: Sequence[str] = ("die", "lost", "fail"),
    *,
    in_memory: bool = False,
) -> Outcome:
    """A run of up to three workers at once, interleaved at every call, with some faults at random."""
    dice = random.Random(seed * 7919 + faults)
    plan = {dice.randrange(90): dice.choice(kinds) for _ in range(faults)}
    return play(name, plan, seed, in_memory=in_memory)[1]
