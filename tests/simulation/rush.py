"""
Slack as it paces: a channel takes a message a second, and whoever comes too soon is told how long to wait.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from chalicelib.model import Account, AccountId, AccountKey, BrandId, ChannelName
from chalicelib.playbook.codec import to_json
from chalicelib.ports import HttpAnswer
from chalicelib.store.directory import Directory
from chalicelib.store.table import Table

from . import agent
from .invariants import Ledger
from .platforms import answer
from .world import PREFIX, TABLE, TEAM, Step, World, playbook_of

PERSON_WANTED = "je veux parler à un conseiller, mon colis est cassé"
EVERY_MS = 1_000


@dataclass(slots=True)
class Paced:
    """
    Stands before the workspace; `posted_at`: when a channel took its last message. `retry_after` 0: it never refuses.

    `breaks`: the first posts that hold this word end in an error that nobody expects.
    """

    workspace: Any
    clock: Any
    retry_after: int
    breaks: str = ""
    calls: int = 0
    refused: int = 0
    broken: int = 0
    posted_at: dict[str, int] = field(default_factory=dict)

    def request(self, method: str, url: str, *, headers: Any, body: bytes = b"", **more: Any) -> HttpAnswer:
        self.calls += 1
        if url.endswith("chat.postMessage"):
            said = json.loads(body)
            if self.breaks and self.breaks in json.dumps(said) and self.broken < 2:
                self.broken += 1
                raise RuntimeError
            if self.retry_after and self.clock.now - self.posted_at.get(said["channel"], -EVERY_MS) < EVERY_MS:
                self.refused += 1
                return answer(429, {"ok": False, "error": "ratelimited"}, retry_after=str(self.retry_after))
            self.posted_at[said["channel"]] = self.clock.now
        found: HttpAnswer = self.workspace.request(method, url, headers=headers, body=body, **more)
        return found


def rushed(world: World, tickets: int, retry_after: int, *steps: Step, slack: Paced | None = None) -> Paced:
    """So many customers write at the same moment; plays until everything is at rest."""
    paced = slack or Paced(world.slack, world.clock, retry_after)
    world.outside["slack"] = paced
    world.loops = 400_000

    def all_write(world: World) -> None:
        for number in range(tickets):
            world.whatsapp.writes(f"3360000{number:04d}", f"{PERSON_WANTED} k{number:04d}")

    world.run(Step(all_write, name="rush"), *steps)
    return paced


def second_brand(world: World) -> str:
    """Gives Messenger to a brand of its own, with its own desk; gives that desk's channel."""
    brand, desk_channel = BrandId("autre"), "C0AUTRE"
    directory = Directory(world.dynamo, TABLE)
    for channel, account_id, key in (
        ("messenger", world.messenger.account_id, world.messenger.key),
        ("slack", f"{TEAM}/{desk_channel}", "ka-sl2"),
    ):
        known = directory.by_id(channel, account_id)
        app_key = known.app_key if known else "workspace"
        directory.put_account(
            Account(
                key=AccountKey(key),
                brand=brand,
                channel=ChannelName(channel),
                account_id=AccountId(account_id),
                app_key=app_key,
            )
        )
    token = world.parameters[next(name for name in world.parameters if name.startswith(f"{PREFIX}/token/slack/"))]
    world.parameters[f"{PREFIX}/token/slack/{TEAM}.{desk_channel}"] = token
    Table(world.dynamo, TABLE, brand).put_playbook(to_json(playbook_of(brand, desk_channel)), world.clock())
    return desk_channel


def tickets(world: World) -> list[dict[str, Any]]:
    """The tickets as they are stored."""
    return [item for (_, sk), item in Ledger(world).plain.items() if sk == "ticket"]


def shown(world: World) -> set[str]:
    """Ids of the tickets that agents can see: in a message of their own, or in a digest."""
    folded = {row["ticket_id"] for row in _open(world) if row["due_shard"].startswith("folded#")}
    return folded | {ticket["ticket_id"] for ticket in tickets(world) if ticket.get("desk_ts")}


def waiting(world: World) -> list[dict[str, Any]]:
    """Rows at the desk that are not finished, and not folded."""
    return [row for row in _open(world) if not row["due_shard"].startswith("folded#")]


def _open(world: World) -> list[dict[str, Any]]:
    return [item for item in Ledger(world).open_rows.values() if item["channel"] == "slack"]


def first_of(message: dict[str, Any], name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A message and the first button of this name on it."""
    found = agent._pressable(message, name)
    assert found is not None
    return message, found
