"""
The bodies of Telegram's webhooks, one update each. Pure.

Source: Telegram, "Bot API: Update, Message, CallbackQuery, ChatMemberUpdated, BusinessMessagesDeleted".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..config import AccountConfig
from ..files import SAMPLES
from ..world import Bubble, Person

GROUP_TITLE = "Les amis de la boutique"
BUTTON_ROWS = "inline_keyboard"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bubble stands: its chat's id, and the business connection it came through, if any."""

    chat: int
    connection: str = ""
    group: bool = False


def user(person: Person, person_id: str) -> dict[str, Any]:
    """Return a customer as Telegram names them."""
    first, _, last = person.name.partition(" ")
    told = {"id": int(person_id), "is_bot": False, "first_name": first, "language_code": person.language}
    return told | ({"last_name": last} if last else {}) | {"username": person.handle}


def bot(account: AccountConfig) -> dict[str, Any]:
    """Return the bot."""
    return {"id": int(account.account_id), "is_bot": True, "first_name": account.brand, "username": bot_name(account)}


def bot_name(account: AccountConfig) -> str:
    """Return what the bot is called: such names end in "bot"."""
    return f"{account.screen_name}_bot"


def owner(account: AccountConfig) -> dict[str, Any]:
    """Return whose own account answers through the bot, at a business."""
    return {"id": owner_id(account), "is_bot": False, "first_name": account.brand, "username": account.screen_name}


def owner_id(account: AccountConfig) -> int:
    """Return the owner's own number."""
    return int(account.account_id) // 7


def chat(person: Person, person_id: str, place: Place) -> dict[str, Any]:
    """Return a chat: a private one has its person's number and name."""
    if place.group:
        return {"id": place.chat, "title": GROUP_TITLE, "type": "supergroup"}
    return {**{k: v for k, v in user(person, person_id).items() if k in ("first_name", "last_name", "username")}} | {
        "id": place.chat,
        "type": "private",
    }


def message(
    account: AccountConfig, person: Person, person_id: str, bubble: Bubble, place: Place, **more: Any
) -> dict[str, Any]:
    """Return a message as it stands in an update."""
    told: dict[str, Any] = {
        "message_id": int(bubble.platform_id.rpartition(":")[2]),
        "from": user(person, person_id),
        "chat": chat(person, person_id, place),
        "date": bubble.at // 1000,
        **_said(bubble, f"@{bot_name(account)}"),
        **more,
    }
    return told | ({"business_connection_id": place.connection} if place.connection else {})


def _said(bubble: Bubble, name: str) -> dict[str, Any]:
    """Words or a file, and the name of the bot as Telegram marks it: its place counted in UTF-16."""
    words, caption = ("caption", True) if bubble.file else ("text", False)
    told: dict[str, Any] = {words: bubble.text} if bubble.text else {}
    at = bubble.text.find(name)
    if at >= 0:
        offset = len(bubble.text[:at].encode("utf-16-le")) // 2
        marks = [{"offset": offset, "length": len(name), "type": "mention"}]
        told["caption_entities" if caption else "entities"] = marks
    if bubble.text.startswith("/"):
        told["entities"] = [{"offset": 0, "length": len(bubble.text.split()[0]), "type": "bot_command"}]
    if bubble.file == "photo":
        sizes = ((90, 60, "s"), (96, 64, "m"))
        told["photo"] = [_file(bubble.file, size) | {"width": wide, "height": high} for wide, high, size in sizes]
    elif bubble.file:
        told["voice"] = _file(bubble.file, "v") | {"duration": 1, "mime_type": SAMPLES[bubble.file].media_type}
    return told


def _file(name: str, size: str) -> dict[str, Any]:
    return {"file_id": f"{name}-{size}", "file_unique_id": f"u{name}{size}", "file_size": len(SAMPLES[name].content)}


def keyboard(buttons: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Return buttons under a message."""
    return {BUTTON_ROWS: [[{"text": title, "callback_data": data}] for title, data in buttons]}


def pressed(account: AccountConfig, who: Mapping[str, Any], under: dict[str, Any], data: str, query: str) -> Any:
    """Return a press of a button; `under`: the message that it stands under, by whom it was sent."""
    sender = owner(account) if "business_connection_id" in under else bot(account)
    mark = {"sender_business_bot": bot(account)} if "business_connection_id" in under else {}
    shown = {**under, "from": sender, **mark}
    return {"id": query, "from": dict(who), "message": shown, "chat_instance": "-2210099881277310045", "data": data}


def member(account: AccountConfig, who: Mapping[str, Any], at_ms: int, *, blocked: bool) -> dict[str, Any]:
    """Return that a customer blocked the bot, or took it back."""
    state = [{"user": bot(account), "status": status} for status in ("member", "kicked")]
    old, new = state if blocked else reversed(state)
    place = {"id": who["id"], "first_name": who["first_name"], "type": "private"}
    return {"chat": place, "from": dict(who), "date": at_ms // 1000, "old_chat_member": old, "new_chat_member": new}
