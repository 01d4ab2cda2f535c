"""
What messages of the WhatsApp Cloud API say, both ways.

Source: Meta's WhatsApp Cloud API pages (messages, webhooks).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .files import SAMPLES
from .signing import new_code

BUTTONS, TITLE_LIMIT, ID_LIMIT, BODY_LIMIT = 3, 20, 256, 1_024  # of reply buttons, and the text above them


def media_id(fields: Mapping[str, Any]) -> str:
    """The id of the file that a message shows, "" where it shows none."""
    inner = fields.get(str(fields.get("type")))
    return str(inner.get("id") or "") if isinstance(inner, Mapping) else ""


def said(fields: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text of an accepted message, and the reply buttons under it."""
    if fields.get("type") != "interactive":
        return str(fields.get("text", {}).get("body", "")), ()
    inner = fields["interactive"]
    replies = [one["reply"] for one in inner["action"]["buttons"]]
    return str(inner["body"]["text"]), tuple((str(one["title"]), str(one["id"])) for one in replies)


def has_buttons(inner: Any) -> bool:
    """Whether these are reply buttons: one to three, short titles, ids of their own, a text above them."""
    found = inner if isinstance(inner, Mapping) else {}
    body = str((found.get("body") or {}).get("text") or "")
    replies = [one.get("reply") or {} for one in (found.get("action") or {}).get("buttons") or ()]
    titles, ids = [str(one.get("title") or "") for one in replies], [str(one.get("id") or "") for one in replies]
    return (
        found.get("type") == "button"
        and 0 < len(body) <= BODY_LIMIT
        and 1 <= len(replies) <= BUTTONS
        and all(0 < len(one) <= TITLE_LIMIT for one in titles)
        and all(0 < len(one) <= ID_LIMIT for one in ids)
        and len(set(titles)) == len(set(ids)) == len(replies)
    )


def content(text: str, file: str, payload: str = "") -> dict[str, Any]:
    """What a message holds: words, a pressed button, or a file with words beside it."""
    if payload:
        reply = {"type": "button_reply", "button_reply": {"id": payload, "title": text}}
        return {"type": "interactive", "interactive": reply}
    if not file:
        return {"text": {"body": text}, "type": "text"}
    sample = SAMPLES[file]
    inner: dict[str, Any] = {"id": f"{file}-{new_code('', 12)}", "mime_type": sample.media_type}
    inner |= {"caption": text} if text and file == "photo" else {}
    inner |= {"voice": True} if file == "voice" else {}
    return {sample.kind: inner, "type": sample.kind}
