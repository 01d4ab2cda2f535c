"""
Slack's markup, both ways, and cutting to its limits. Pure.

Slack escapes only & < > and writes mentions and links between < > (docs.slack.dev, formatting message text).
"""

from __future__ import annotations

import re

UNFORMATTED = dict.fromkeys(map(ord, "*_~`"))  # for str.translate: a name without the signs of markup
_ANGLE = re.compile(r"<([^<>\n]*)>")


def escape(text: str) -> str:
    """Return the text with & < > as entities: no mention, link or channel call can be made by a customer."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(markup: str) -> str:
    """Return the plain text of markup: links as addresses, mentions as @name, entities as characters."""
    plain = _ANGLE.sub(_readable, markup) if "<" in markup else markup
    if "&" not in plain:
        return plain
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _readable(match: re.Match[str]) -> str:
    """Return the words for one <…>: @U…, #C…, !here, or a link with or without a label."""
    target, _, label = match.group(1).partition("|")
    if target.startswith(("@", "#")):
        return target[0] + (label or target[1:])
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    bare = target.removeprefix("mailto:").removeprefix("tel:")
    if not label or label == bare or target.endswith(f"://{label}"):
        return bare if label else target.removeprefix("mailto:")
    return f"{label} ({bare})"


def message_link(account_id: str, ts: str) -> str:
    """Return the address of a message in the Slack channel of an account, "<team>/<channel>"."""
    return f"https://slack.com/app_redirect?channel={account_id.rpartition('/')[2]}&message_ts={ts}"


def cut(text: str, limit: int) -> str:
    """Return at most `limit` characters, with … at the end when something is missing."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + "…"


def cut_escaped(text: str, limit: int) -> str:
    """Return the escaped text in at most `limit` characters, never ending inside an entity."""
    escaped = escape(text)
    if len(escaped) <= limit:
        return escaped
    kept = escaped[: limit - 1]
    start = kept.rfind("&")
    if start >= 0 and ";" not in kept[start:]:
        kept = kept[:start]
    return kept.rstrip() + "…"
