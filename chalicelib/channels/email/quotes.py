"""
What somebody wrote in a mail, without what they quote and without their signature. Line rules, in linear time.

Own rules because the libraries for it miss the French attribution that a program broke over two lines, and need seconds
for hostile text. A mail is never cut to nothing: where no word of its own is left, all of it is returned, and said so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

READ_MOST = 30_000  # characters of which quotes are looked for; what follows is left as it is
_SEEN = 400  # characters of a line that a rule looks at
_WRAPPED = 4  # lines over which programs break an attribution
_HEADERS_WITHIN = 6

_GAPS = re.compile(r"\n{3,}")
_QUOTED = re.compile(r"\s{0,3}[>|]")
_DASHES = r"[-_*=\s]{2,40}"
_ORIGINAL = re.compile(
    rf"{_DASHES}(?:message d['’]origine|original message|message original|mail original|original mail"
    rf"|message initial|reply message|urspr[uü]ngliche nachricht|mensaje original|messaggio originale)\s*:?{_DASHES}",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"[-_*=\s]{0,40}(?:forwarded message|message transf[ée]r[ée]|begin forwarded message"
    r"|d[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])|message r[ée]exp[ée]di[ée])\s*:?[-_*=\s]{0,40}",
    re.IGNORECASE,
)
_FORWARDS = re.compile(r"\s*(?:\[[^\]]{0,60}\]\s*)?(?:fwd?|tr|wg|rv|i)\s*:", re.IGNORECASE)
_FROM = re.compile(r"[\s*]{0,4}(?:de|from|von|da)\s{0,2}:", re.IGNORECASE)
_HEADER = re.compile(
    r"[\s*]{0,4}(?:envoy[ée]|date|sent|[àa]|to|objet|subject|cc|r[ée]pondre [àa]|reply-to"
    r"|gesendet|an|betreff|pour)\s{0,2}:",
    re.IGNORECASE,
)
_OPENS = re.compile(r"[\s*_]{0,4}(?:le|on|am|el|il giorno|op)\s", re.IGNORECASE)
_CLOSES = re.compile(
    r"(?<!['’])\b(?:a\s{1,3}[ée]crit|wrote|schrieb(?:\s.{0,120})?|escribi[óo]|ha scritto|schreef.{0,120})"
    r"\s{0,3}:[\s*_]{0,4}$",
    re.IGNORECASE,
)
_DATED = re.compile(r"\d{1,2}\s{0,1}[:hH.]\s{0,1}\d{2}|@|\b(?:19|20)\d{2}\b")
_DEVICE = re.compile(
    r"\s*(?:(?:envoy[ée](?:e)?|sent|gesendet|enviado|inviato)\s+"
    r"(?:[àa] partir |depuis |de |du |from |via |von |desde |da )"
    r"|(?:obtenir|t[ée]l[ée]charger|get|download)\s+outlook\s+(?:pour|for)\b|[ée]crit depuis mon )[^\n]{0,120}$",
    re.IGNORECASE,
)
_DASH_LINE = re.compile(r"-- ?$")


class Written(NamedTuple):
    """
    A mail's own words. `forwarded`: they hold a mail that was sent on. `whole`: nothing but a quote was found.

    Words of others are then among them, which nobody should take for the sender's.
    """

    text: str
    forwarded: bool = False
    whole: bool = False


def written(text: str, subject: str = "") -> Written:
    """Return what the sender wrote themselves."""
    text = _GAPS.sub("\n\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    head, rest = text[:READ_MOST], text[READ_MOST:]
    lines = head.split("\n")
    plain = [line[:_SEEN].replace("\xa0", " ").replace("\u202f", " ") for line in lines]
    if _FORWARDS.match(subject) or any(_FORWARDED.fullmatch(line.strip()) for line in plain if len(line) < _SEEN):
        return Written(_joined(lines) + rest, forwarded=True)
    kept = _own(lines, plain)
    own = _joined(_unsigned(kept))
    if own:
        return Written(own)
    everything = _joined(lines)
    return Written(everything, whole=bool(everything))


def _joined(lines: Sequence[str]) -> str:
    """Return lines as text, with one empty line at most between two."""
    return _GAPS.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _own(lines: Sequence[str], plain: Sequence[str]) -> list[str]:
    """Return the lines that quote nothing."""
    quotes = _quoting(plain)
    kept: list[str] = []
    said = False
    at = 0
    while at < len(lines):
        if _begins_original(plain, at):
            return kept
        wide = _attribution(plain, at)
        if wide:
            follows = _next_said(plain, at + wide)
            if follows is not None and not _QUOTED.match(plain[follows]) and said:
                return kept  # the quote has no marks of its own: it runs to the end
            at += wide
        elif quotes and _QUOTED.match(plain[at]):
            at += 1
        else:
            kept.append(lines[at])
            said = said or bool(plain[at].strip())
            at += 1
    return kept


def _quoting(plain: Sequence[str]) -> bool:
    """Whether ">" begins quoted lines here: after an attribution, or two such lines in a row. Else it is a word's."""
    marks = [bool(_QUOTED.match(line)) for line in plain]
    return any(one and other for one, other in pairwise(marks)) or (
        any(marks) and any(_attribution(plain, at) for at in range(len(plain)))
    )


def _begins_original(plain: Sequence[str], at: int) -> bool:
    """Whether the mail that is answered begins here, by a program's line or by its headers."""
    line = plain[at]
    if _ORIGINAL.fullmatch(line):
        return True
    if _FROM.match(line) is None:
        return False
    following = plain[at + 1 : at + 1 + _HEADERS_WITHIN]
    return sum(_HEADER.match(each) is not None for each in following) >= 2


def _attribution(plain: Sequence[str], at: int) -> int:
    """Return how many lines an attribution takes that begins here ("Le … a écrit :"); 0: none does."""
    if _OPENS.match(plain[at]) is None:
        return 0
    joined = ""
    for wide in range(1, _WRAPPED + 1):
        if at + wide > len(plain) or not (line := plain[at + wide - 1].strip()):
            return 0
        joined = f"{joined} {line}".strip()
        if line.endswith((":", ":*", ":_")) and _CLOSES.search(joined[-_SEEN:]):
            return wide if _DATED.search(joined[: 2 * _SEEN]) else 0
    return 0


def _next_said(plain: Sequence[str], at: int) -> int | None:
    """Return the next line that is not empty."""
    return next((place for place in range(at, len(plain)) if plain[place].strip()), None)


def _unsigned(lines: Sequence[str]) -> Sequence[str]:
    """Return lines without the signature after "-- ", and without what a telephone puts under a mail."""
    end = next((at for at, line in enumerate(lines) if _DASH_LINE.match(line) and _joined(lines[:at])), len(lines))
    return [line for line in lines[:end] if not _DEVICE.match(line[:_SEEN])]
