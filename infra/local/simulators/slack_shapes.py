"""
Shapes of Slack's answers and payloads, and Slack's complaints about blocks and views. Pure.

Source: Slack's Block Kit reference and view payloads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from .router import Answer
from .slack_workspace import APP_ID, BOT_ID, MEMBERS, METADATA_LIMIT, DecisionInput, SlackMessage


def ok(**more: Any) -> Answer:
    """Return a success."""
    return Answer(200, {"ok": True, **more})


def refused(error: str, **more: Any) -> Answer:
    """Return Slack's refusal."""
    return Answer(200, {"ok": False, "error": error, **more})


def as_slack(message: SlackMessage, *, metadata: bool = False) -> dict[str, Any]:
    """Return a message as Slack's API shows it."""
    shown: dict[str, Any] = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    if message.by_bot:
        shown |= {"bot_id": BOT_ID, "app_id": APP_ID}
    if message.client_msg_id:
        shown["client_msg_id"] = message.client_msg_id
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.files:
        shown["files"] = message.files
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.ts}
    if message.reactions:
        shown["reactions"] = [{"name": n, "users": u, "count": len(u)} for n, u in message.reactions.items()]
    if metadata and message.metadata:
        shown["metadata"] = message.metadata
    return shown


def user_of(user_id: str, team: str) -> dict[str, Any] | None:
    """Return a member as users.info shows them."""
    member = next((one for one in MEMBERS if one.id == user_id), None)
    if member is None:
        return None
    shown = {"real_name": member.real_name, "display_name": member.name}
    return {**asdict(member), "team_id": team, "is_bot": False, "profile": shown, "tz": "Europe/Paris"}


def view_error(view: Any) -> str:
    """Return Slack's complaint about a view, or ""."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home") or not view.get("blocks"):
        return "invalid_arguments"
    if len((view.get("title") or {}).get("text", "")) > 24:
        return "invalid_arguments"
    if len(str(view.get("private_metadata") or "")) > METADATA_LIMIT:
        return "invalid_arguments"
    if any(block.get("type") == "input" for block in view["blocks"]) and not view.get("submit"):
        return "invalid_arguments"
    return "invalid_arguments" if block_error(view["blocks"], 100) else ""


def as_view(kept: DecisionInput, team: str, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a view as Slack's payloads show it, with the state that was typed into it."""
    return {
        "id": kept.id,
        "team_id": team,
        "private_metadata": "",
        "callback_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
        "external_id": "",
        **kept.view,
        "state": {"values": values or {}},
        "hash": kept.hash,
        "root_view_id": kept.root_id,
        "previous_view_id": kept.previous_id or None,
        "app_id": APP_ID,
        "app_installed_team_id": team,
        "bot_id": BOT_ID,
    }


def block_error(blocks: Any, most: int = 50) -> str:
    """Return Slack's complaint about a list of blocks, or ""; a view takes 100."""
    if not isinstance(blocks, list):
        return "invalid_blocks_format"
    if len(blocks) > most:
        return f"invalid_blocks: no more than {most} items allowed [json-pointer:/blocks]"
    for index, block in enumerate(blocks):
        problem = _one_block(block) if isinstance(block, dict) else "must be an object"
        if problem:
            return f"invalid_blocks: {problem} [json-pointer:/blocks/{index}]"
    return ""


#: block type -> longest plain or mrkdwn text it takes
TEXT_OF_BLOCK = {"section": 3_000, "header": 150}
KNOWN = {"section", "header", "context", "actions", "divider", "input", "image", "rich_text", "markdown"}


def _one_block(block: Mapping[str, Any]) -> str:
    kind = block.get("type")
    if kind not in KNOWN:
        return f"unsupported type: {kind}"
    text = (block.get("text") or {}).get("text", "") if isinstance(block.get("text"), dict) else ""
    if kind in TEXT_OF_BLOCK and len(text) > TEXT_OF_BLOCK[kind]:
        return f"must be less than {TEXT_OF_BLOCK[kind] + 1} characters"
    if kind == "section" and not text and not block.get("fields"):
        return "section needs text or fields"
    elements = block.get("elements") or ()
    if kind == "actions" and not 1 <= len(elements) <= 25:
        return "actions takes 1 to 25 elements"
    if kind == "context" and not 1 <= len(elements) <= 10:
        return "context takes 1 to 10 elements"
    return next((problem for element in elements if (problem := _one_element(element))), "")


def _one_element(element: Mapping[str, Any]) -> str:
    if element.get("type") != "button":
        return ""
    if len((element.get("text") or {}).get("text", "")) > 75:
        return "button text must be less than 76 characters"
    return "button value must be less than 2001 characters" if len(str(element.get("value", ""))) > 2_000 else ""
