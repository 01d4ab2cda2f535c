"""
What the simulated Slack workspace keeps: members, messages, modals, trigger ids, response addresses.

Limits are Slack's: 50 blocks a message, 3 000 characters a section, 75 a button, 3 seconds a trigger id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .signing import new_code, new_slack_ts, now_ms
from .world import World

TEXT_LIMIT = 40_000
TRIGGER_MS = 3_000
RESPONSE_MS = 30 * 60_000
RESPONSE_USES = 5
METADATA_LIMIT = 3_000
BOT_USER = "U0GUICHET"
BOT_ID = "B0GUICHET"
APP_ID = "A0GUICHET"


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the brand's team in Slack."""

    id: str
    name: str
    real_name: str
    locale: str


MEMBERS = (
    Member("U0LEA", "lea", "Léa Martin", "fr-FR"),
    Member("U0TOM", "tom", "Tom Parker", "en-GB"),
)


@dataclass(slots=True)
class SlackMessage:
    """One message as Slack keeps it."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: bool = False
    pinned: bool = False
    ephemeral_to: str = ""
    broadcast: bool = False
    client_msg_id: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)

    @property
    def by_bot(self) -> bool:
        """Whether our own app wrote it."""
        return self.user == BOT_USER


@dataclass(slots=True)
class DecisionInput:
    """An open modal, or a member's home tab."""

    id: str
    view: dict[str, Any]
    user: str
    root_id: str
    previous_id: str = ""
    hash: str = ""


@dataclass(slots=True)
class Hook:
    """A response_url: what it speaks about, and how often it may still be used."""

    channel: str
    message_ts: str
    user: str
    made_at: int
    uses: int = 0


class SlackWorkspace:
    """The workspace. Every change is published to the page."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.messages: dict[str, SlackMessage] = {}
        self.views: dict[str, DecisionInput] = {}
        self.homes: dict[str, dict[str, Any]] = {}
        self.hooks: dict[str, Hook] = {}
        self._triggers: dict[str, tuple[str, int]] = {}

    @property
    def channels(self) -> dict[str, str]:
        """Slack channel id -> brand."""
        return {brand.slack_channel: brand.brand for brand in self.world.config.brands if brand.slack_channel}

    def show(self, message: SlackMessage) -> None:
        """Show a message as it now is."""
        self.world.bus.publish("slack", asdict(message))

    def add(self, message: SlackMessage) -> SlackMessage:
        """Keep a message and show it."""
        for number, block in enumerate(message.blocks):
            block.setdefault("block_id", f"{message.ts[-5:]}{number}")
        self.messages[message.ts] = message
        self.show(message)
        return message

    def post(self, channel: str, user: str, text: str, **more: Any) -> SlackMessage:
        """Make and keep a message."""
        return self.add(SlackMessage(new_slack_ts(), channel, user, text, **more))

    def remove(self, ts: str) -> None:
        """Delete a message."""
        if self.messages.pop(ts, None):
            self.world.bus.publish("slack_gone", {"ts": ts})

    def thread(self, channel: str, ts: str) -> list[SlackMessage]:
        """Return a thread, parent first."""
        return [
            one
            for one in self.messages.values()
            if one.channel == channel and ts in (one.ts, one.thread_ts) and not one.ephemeral_to
        ]

    # --- trigger ids and response addresses -----------------------------------------------------

    def new_trigger(self, user: str) -> str:
        """Make a trigger id, good once and for three seconds."""
        trigger = f"{now_ms()}.{new_code('', 8)}.{new_code('', 16).lower()}"
        self._triggers[trigger] = (user, now_ms())
        return trigger

    def use_trigger(self, trigger: str) -> tuple[str, str]:
        """Use up a trigger id; return (user, "") or ("", Slack's error)."""
        if trigger not in self._triggers:
            return "", "exchanged_trigger_id" if trigger.count(".") == 2 else "invalid_trigger_id"
        user, made_at = self._triggers.pop(trigger)
        return (user, "") if now_ms() - made_at <= TRIGGER_MS else ("", "expired_trigger_id")

    def new_hook(self, channel: str, message_ts: str, user: str) -> str:
        """Make a response address and return its secret path part."""
        key = new_code("", 24)
        self.hooks[key] = Hook(channel, message_ts, user, now_ms())
        return key

    # --- modals ---------------------------------------------------------------------------------

    def open_view(self, user: str, view: Mapping[str, Any], previous: DecisionInput | None = None) -> DecisionInput:
        """Open a modal, above `previous` if given."""
        view_id = new_code("V")
        kept = DecisionInput(
            view_id, dict(view), user, previous.root_id if previous else view_id, previous.id if previous else ""
        )
        self._number(kept)
        self.views[view_id] = kept
        self.show_view(kept)
        return kept

    def change_view(self, kept: DecisionInput, view: Mapping[str, Any]) -> DecisionInput:
        """Put new content into an open modal."""
        kept.view = dict(view)
        self._number(kept)
        self.show_view(kept)
        return kept

    def close_view(self, view_id: str, *, everything: bool = False) -> None:
        """Close a modal, or the whole stack it stands in."""
        kept = self.views.pop(view_id, None)
        if kept is None:
            return
        self.world.bus.publish("view_gone", {"id": view_id})
        if everything:
            for other in [one.id for one in self.views.values() if one.root_id == kept.root_id]:
                self.close_view(other)

    def show_view(self, kept: DecisionInput) -> None:
        """Show a modal as it now is."""
        self.world.bus.publish("view", asdict(kept))

    def _number(self, kept: DecisionInput) -> None:
        kept.hash = f"{now_ms() // 1000}.{new_code('', 8)}"
        for number, block in enumerate(kept.view.get("blocks", ())):
            block.setdefault("block_id", f"b{number}")

    def snapshot(self) -> dict[str, Any]:
        """Return everything a page needs to draw the workspace."""
        return {
            "members": [asdict(member) for member in MEMBERS],
            "bot_user": BOT_USER,
            "messages": [asdict(message) for message in self.messages.values()],
            "views": [asdict(view) for view in self.views.values()],
            "channels": self.channels,
        }
