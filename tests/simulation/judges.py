"""
Judges at the desk: they ask for an answer to judge and press a button, as Slack would report it.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from chalicelib.model import Millis
from chalicelib.store import judging, keys
from chalicelib.store.judged_answers import JudgedAnswer
from chalicelib.store.judging import JudgingQuestion
from chalicelib.workspaces.slack import actions

from .agent import AGENT, COLLEAGUE, TEAM, _send
from .world import CHANNEL, Step, World


def asked(world: World, number: int = 1, **more: Any) -> JudgingQuestion:
    given: dict[str, Any] = {
        "intent": "opening_hours",
        "place": "private",
        "language": "fr",
        "message": keys.digest(str(number), length=16),
        "words": "w" * 16,
        "sample": "random",
        "draw": "d1",
        "number": number,
        "at": Millis(world.clock.now - 60_000),
        "channel": "whatsapp",
    }
    return JudgingQuestion(
        line=JudgedAnswer(**(given | more)),
        text="kkjj ouvrez quand ?",
        answer="De 10 h à 19 h.",
        asked_at=world.clock(),
    )


def puts(number: int = 1) -> Step:
    """An answer is put to the judges."""
    return Step(lambda world: judging.ask(world.table, asked(world, number)), wait_ms=1_000)


def asks(agent: str = AGENT) -> Step:
    """Somebody types `/guichet juger`."""
    form = {"command": actions.COMMAND, "text": "juger", "team_id": TEAM, "channel_id": CHANNEL, "user_id": agent}

    def types(world: World) -> None:
        raw = urlencode(form | {"trigger_id": f"t{world.clock.now}"}).encode()
        _send(world, "/slack/commands", raw, form=True)

    return Step(types, wait_ms=1_000)


def says_of_it(verdict: str, agent: str = AGENT) -> Step:
    """Somebody presses a verdict in the newest dialog."""

    def press(world: World) -> None:
        view = world.slack.views[-1]
        (row,) = [block for block in view["blocks"] if block["type"] == "actions"]
        (button,) = [each for each in row["elements"] if each["action_id"] == actions.JUDGE[verdict]]
        payload = {
            "type": "block_actions",
            "user": {"id": agent},
            "team": {"id": TEAM},
            "container": {"type": "view", "view_id": view["id"]},
            "view": view,
            "trigger_id": f"p{world.clock.now}",
            "actions": [{**button, "action_ts": str(world.clock.now / 1000)}],
        }
        _send(world, "/slack/actions", urlencode({"payload": json.dumps(payload)}).encode(), form=True)

    return Step(press, wait_ms=1_000)


def judged() -> World:
    """Two people judge one answer: it is gone afterwards."""
    world = World()
    world.run(puts(), asks(), says_of_it("right"), asks(COLLEAGUE), says_of_it("wrong", COLLEAGUE))
    return world
