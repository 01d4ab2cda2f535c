"""
French typography for text that customers read: pure, and the same when applied twice.

Follows the Lexique des règles typographiques en usage à l'Imprimerie nationale: a thin no-break space (U+202F)
before ; ! ?, a no-break space (U+00A0) before : and inside « », 14 h 30, 12,50 €, and the apostrophe ’.
Links, addresses and order numbers are never touched.
"""

from __future__ import annotations

import re

NBSP = "\u00a0"
THIN = "\u202f"

_SPACES = " \t\u00a0\u202f\u2009"
_LETTER = r"[^\W\d_]"

_PROTECTED = re.compile(
    r"""
      https?://[^\s«»"]*[^\s«»".,;:!?)…']     # a link, without the sentence's own punctuation
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+            # an email address
    | \b[\w-]+(?:\.[\w-]+)+/[^\s«»"]*[^\s«»".,;:!?)…']  # a link without its scheme
    | \b[A-Z]{1,4}-?\d{3,}[\w-]*              # an order number
    | \{[^{}\s]*\}                            # a placeholder
    """,
    re.VERBOSE,
)
_QUOTED = re.compile(r'"([^"\n«»]+)"')
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\.\.\.(?!\.)(?<!\.\.\.\.)"), "…"),
    (re.compile(rf"(?<={_LETTER})'(?={_LETTER}|[\ue000«])"), "’"),
    # 14h30, 14 h 30, 9h
    (re.compile(rf"(?<![\w.,:])([01]?\d|2[0-4])[{_SPACES}]?h[{_SPACES}]?([0-5]\d)(?!\w)"), rf"\1{NBSP}h{NBSP}\2"),
    (re.compile(rf"(?<![\w.,:])([01]?\d|2[0-4])[{_SPACES}]?h(?!\w)(?![{_SPACES}]\d)"), rf"\1{NBSP}h"),
    # 12.50€, 12,50 €, 20%
    (re.compile(rf"(?<![\w.,])(\d+)\.(\d\d)(?=[{_SPACES}]*€)"), r"\1,\2"),
    (re.compile(rf"(?<=[\d\ue001])[{_SPACES}]*([€%])"), rf"{NBSP}\1"),
    (re.compile(rf"\b([Nn])°[{_SPACES}]*(?=[\w\ue000])"), rf"\1°{NBSP}"),
    # « … »
    (re.compile(rf"«[{_SPACES}]*(?=[^\s])"), f"«{NBSP}"),
    (re.compile(rf"(?<=[^\s])[{_SPACES}]*»"), f"{NBSP}»"),
    # high punctuation; ":)" and ";)" stay faces, "(?)" stays as it is
    (re.compile(rf"(?<=[^\s(\[;!?])[{_SPACES}]*([;!?]+)(?![)(])"), rf"{THIN}\1"),
    (re.compile(rf"(?<=[^\s(\[:])[{_SPACES}]*:(?=\s|$)"), f"{NBSP}:"),
)


def typeset_fr(text: str) -> str:
    """Return the text with French spaces and signs; capitals keep their accents, links stay as they are."""
    kept: list[str] = []

    def hide(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\ue000{len(kept) - 1}\ue001"

    if "\ue000" in text or "\ue001" in text:
        return text
    text = _PROTECTED.sub(hide, text)
    text = _QUOTED.sub(r"« \1 »", text)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return re.sub("\ue000(\\d+)\ue001", lambda match: kept[int(match.group(1))], text)


def typeset(text: str, language: str) -> str:
    """Return the text with the typography of `language`; only French has rules here."""
    return typeset_fr(text) if language == "fr" else text
