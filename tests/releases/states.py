"""
States of mid-life, recorded by the code that wrote them, which every later release takes up and finishes.

    python -m tests.releases.states                  finish all recorded states with this code; exit 1 where one breaks
    python -m tests.releases.states --write          record the states of this code's versions (`shapes.VERSIONS`)
    python -m tests.releases.states --by COMMIT      let COMMIT's code finish the states of this working tree: what a
                                                     release that is rolled back to makes of what this one wrote,
                                                     kinds of items that were added since (`shapes.ADDED`) beside it

A state is the table, the queues with their dead letters, the bucket, what stands at the platforms and in Slack, and the
time. What all states of a file have in common (the accounts, the playbook) stands in it once.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from chalicelib.store import wire
from tests.simulation.invariants import broken
from tests.simulation.platforms import Hook, Platform, Said, post
from tests.simulation.sqs import QueueMessage
from tests.simulation.world import Step, World

from . import shapes
from .played import played
from .stories import STORIES, Story

FOLDER = Path(__file__).with_name("states")
State = dict[str, Any]
# What is kept of each platform beside what reached people and the webhooks that are due.
_HELD = ("token", "mute", "_count")
_SLACK = ("token", "views", "reactions", "edits", "_count")


class _StopError(Exception):
    """The moment that is recorded."""


# --- recording --------------------------------------------------------------------------------


def state_of(story: Story) -> State:
    """Play a story until its moment; return what is there then."""
    world = World()
    story.outside(world)
    story.trouble(world)

    def stop(_: World) -> NoReturn:
        raise _StopError

    with contextlib.suppress(_StopError), contextlib.redirect_stdout(io.StringIO()):
        world.run(*story.before(), Step(stop, when=story.stop, wait_ms=story.wait_ms, name="the moment"))
        raise AssertionError(f"never came to: {[step.name for step in world.steps]}")
    return {
        "now": world.clock.now,
        "swept_at": world.swept_at,
        "ids": world._ids,
        "items": [wire.from_avs(item) for item in world.dynamo.items.values()],
        "queues": {name: [_letter(each) for each in held] for name, held in world.sqs.queues.items() if held},
        "dead": [[name, *_letter(letter)] for name, letter in world.sqs.dead],
        "bucket": {key: body.decode() for key, body in world.buckets.items()},
        "platforms": {platform.name: _platform(platform) for platform in world.platforms},
        "slack": {name: getattr(world.slack, name) for name in _SLACK} | {"messages": _posted(world)},
    }


def _letter(letter: QueueMessage) -> list[Any]:
    return [letter.body, letter.group, letter.visible_at, letter.receives]


def _platform(platform: Platform) -> State:
    hooks = [[each.due, each.path, each.request.body.decode(), each.tries] for each in platform.hooks]
    return {name: getattr(platform, name) for name in _HELD} | {"said": platform.said, "hooks": hooks}


def _posted(world: World) -> list[State]:
    """Slack's messages in their order, each with what it first showed only where it shows something else by now."""
    shown = []
    for message in world.slack.messages.values():
        same = message.get("first") == message.get("blocks")
        shown.append({name: value for name, value in message.items() if not (name == "first" and same)})
    return shown


# --- taking up --------------------------------------------------------------------------------


def taken_up(state: Mapping[str, Any]) -> World:
    """A fresh world of today's code, in this state."""
    world = World()
    world.dynamo.items.clear()
    world.dynamo.partitions.clear()
    world.dynamo.written.clear()
    for item in state["items"]:
        world.dynamo._put((item["pk"], item["sk"]), wire.to_avs(item))
    world.set_up = list(world.dynamo.items.values())
    world.clock.now = world.stepped_at = state["now"]
    world.swept_at, world._ids = state["swept_at"], state["ids"]
    for name, letters in state["queues"].items():
        world.sqs.queues[name] = [QueueMessage(next(world.sqs._numbers), *letter) for letter in letters]
    world.sqs.dead = [(name, QueueMessage(next(world.sqs._numbers), *letter)) for name, *letter in state["dead"]]
    world.buckets.update({key: body.encode() for key, body in state["bucket"].items()})
    for platform in world.platforms:
        if platform.name in state["platforms"]:  # a channel that came since has nothing to put back
            _put_back(platform, state["platforms"][platform.name])
    for name in _SLACK:
        setattr(world.slack, name, state["slack"][name])
    for message in state["slack"]["messages"]:
        world.slack.messages[message["ts"]] = {"first": message.get("blocks"), **message}
    world.slack.posts.extend(world.slack.messages.values())
    return world


def _put_back(platform: Platform, held: Mapping[str, Any]) -> None:
    for name in _HELD:
        setattr(platform, name, held[name])
    platform.said.extend(Said(*each) for each in held["said"])
    for due, path, text, tries in held["hooks"]:
        raw = text.encode()
        platform.hooks.append(Hook(due, path, post(path, raw, platform.signature(raw)), tries))


def finished(state: Mapping[str, Any], story: Story) -> list[str]:
    """Take a state up with today's code and play its story to the end; return what is lost, said twice or untrue."""
    world = taken_up(state)
    story.outside(world)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            world.run(*story.after())
    except AssertionError as error:
        return [f"stopped: {error}"]
    found = broken(world, list(story.written)) + [f"never came to: {step.name}" for step in world.steps]
    reached = sum(len(platform.said) for platform in world.platforms)
    tickets = sum(sk == "ticket" for _, sk in world.dynamo.items)
    found += [f"{reached} messages reached customers, not {story.reached}"] if reached != story.reached else []
    return found + ([f"{tickets} tickets, not {story.tickets}"] if tickets != story.tickets else [])


def added_items() -> list[tuple[tuple[str, str], State]]:
    """Items of every kind that was added since the recorded states were written, with their keys."""
    late = "a ticket that nobody takes: soon late, late, and its window closes"
    listed, renewed = (
        "SMS, webhooks lost, found in the list within the hour",
        "Instagram, a token is renewed when it is a day old",
    )
    elsewhere = "Messenger, another app holds a conversation that the list shows"
    looked = "an account's token is refused, told in the morning, and well again the next"
    template = "an answer that comes too late goes as a template"
    signed = "web chat, signed in at the shop"
    paths = ("what people change", "two people who are one", late, listed, renewed, elsewhere, looked, template, signed)
    runs = map(played, paths)
    written = {key: item for run in runs for key, item in run.items}
    return [each for each in written.items() if shapes.kind_of_item(*each) in shapes.ADDED]


# --- files ------------------------------------------------------------------------------------


def file_of_today() -> Path:
    """The file of this code's versions: "items2-bodies1-events1-playbook1.json"."""
    held = (family for family in shapes.WRITTEN if family != shapes.BUTTON)
    return FOLDER / ("-".join(f"{family}{shapes.VERSIONS[family]}" for family in held) + ".json")


def states_in(path: Path) -> dict[str, State]:
    """Story -> state, of one file."""
    file = json.loads(path.read_text(encoding="utf-8"))
    return {name: state | {"items": [*file["all"], *state["items"]]} for name, state in file["states"].items()}


def write() -> None:
    """Record the states of this code's versions. From 0.2.0 on a recorded one stays, and new stories' are added."""
    path = file_of_today()
    kept = states_in(path) if path.exists() and shapes.stands() else {}
    states = {name: kept.get(name) or state_of(story) for name, story in STORIES.items()}
    first = next(iter(states.values()))["items"]
    common = [item for item in first if all(item in state["items"] for state in states.values())]
    own = {
        name: state | {"items": [item for item in state["items"] if item not in common]}
        for name, state in states.items()
    }
    path.parent.mkdir(exist_ok=True)
    text = json.dumps({"all": common, "states": own}, ensure_ascii=False, indent=0)
    path.write_text(text + "\n", encoding="utf-8")


def wrong_in(folder: Path) -> Iterator[str]:
    """Finish all states of a folder; yield a sentence for each thing that is wrong."""
    for path in sorted(folder.glob("*.json")):
        for name, state in states_in(path).items():
            for sentence in finished(state, STORIES[name]):
                yield f"{path.name}: {name}: {sentence}"


def _by(commit: str) -> int:
    """Finish this working tree's states by the code of a commit, in a working tree of its own."""
    with tempfile.TemporaryDirectory() as folder:
        beside = [item for _, item in added_items()]
        for path in FOLDER.glob("*.json"):
            file = json.loads(path.read_text(encoding="utf-8"))
            (Path(folder) / path.name).write_text(json.dumps(file | {"all": file["all"] + beside}), encoding="utf-8")
        tree = Path(folder) / "tree"
        git = ["git", "-C", str(shapes.ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), commit], check=True)
        try:
            if not (tree / Path(__file__).relative_to(shapes.ROOT)).exists():
                raise SystemExit(f"{commit} takes up no states yet.")
            command = [sys.executable, "-m", "tests.releases.states", "--folder", folder]
            environment = os.environ | {"PYTHONPATH": str(tree)}
            return subprocess.run(command, cwd=tree, env=environment, check=False).returncode
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def main() -> int:
    raw: Any = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m tests.releases.states", description=__doc__, formatter_class=raw)
    parser.add_argument("--write", action="store_true", help="record the states of this code's versions")
    parser.add_argument("--by", metavar="COMMIT", help="let this commit's code finish them")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="whose states are finished")
    given = parser.parse_args()
    if given.write:
        write()
        return 0
    if given.by:
        return _by(given.by)
    told = list(wrong_in(given.folder))
    print("\n".join(told) or "All states are finished: nothing lost, nothing said twice.")
    return 1 if told else 0


if __name__ == "__main__":
    raise SystemExit(main())
