"""
Keep the simulated platforms between two runs, as platforms do: people, messages, Slack's channel and its threads.

The file lies beside the configuration (`…/simulators.state.json`), so that `guichet run --fresh`, which forgets the
folder, forgets it too. A file that cannot be read is forgotten: the platforms then begin empty.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .platforms import Platforms
from .slack_workspace import SlackMessage
from .world import Bubble, Person, Thread

EVERY_S = 5.0
VERSION = 1
KEPT_SLACK = 600


def kept(platforms: Platforms) -> dict[str, Any]:
    """Return what outlives a run, as JSON."""
    world = platforms.world
    return {
        "v": VERSION,
        "people": [asdict(one) for one in world.people.values()],
        "bubbles": [asdict(one) for one in world.bubbles.values()],
        "threads": [asdict(one) for one in world.threads.values()],
        "slack": [asdict(one) for one in list(platforms.workspace.messages.values())[-KEPT_SLACK:]],
        "counters": dict(world.counters),
        "stopped": sorted(world.stopped),
        "seq": world.seq,
    }


def restore(platforms: Platforms, path: Path) -> bool:
    """Fill the platforms from the file at `path`; False when there is none, or none that can be read."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["v"] != VERSION:
            return False
        people = [Person(**one) for one in raw["people"]]
        bubbles = [Bubble(**one) for one in raw["bubbles"]]
        threads = [Thread(**one) for one in raw["threads"]]
        messages = [SlackMessage(**one) for one in raw["slack"]]
    except FileNotFoundError:
        return False
    except (OSError, ValueError, KeyError, TypeError):
        print(f"simulators: {path} cannot be read: the platforms begin empty", file=sys.stderr)
        return False
    world = platforms.world
    world.recall(people, bubbles, threads)
    world.counters |= raw["counters"]
    world.stopped = set(raw["stopped"])
    world.seq = int(raw["seq"])
    platforms.workspace.messages = {one.ts: one for one in messages}
    return True


def save(platforms: Platforms, path: Path) -> None:
    """Write the file whole, or not at all."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(kept(platforms), ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


async def save_often(platforms: Platforms, path: Path) -> None:
    """Save every few seconds while anything changes."""
    seen = -1
    while True:
        await asyncio.sleep(EVERY_S)
        if platforms.world.bus.published != seen:
            seen = platforms.world.bus.published
            with suppress(OSError):
                save(platforms, path)
