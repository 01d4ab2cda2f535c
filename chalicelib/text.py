"""
Texts as platforms and stores want them: split to a limit, one line, JSON for SQS.

Pure functions of their arguments, standard library only. Nothing here escapes HTML or a workspace's markup.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from string import ascii_lowercase, ascii_uppercase
from typing import Literal

from . import gsm

Unit = Literal["chars", "bytes", "weighted", "segments"]

_BREAKS = " \t\r\n"  # never U+00A0 or U+202F: French keeps its « ; ! ? » with the word
# "example.fr" without a scheme counts as a link (X links it too); looked for from its first label only, in linear time.
_LINK = re.compile(
    r"https?://[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]*[A-Za-z0-9\-_~/#@$&*+=%]"
    r"|(?<![\w-])(?<!\w\.)(?:[\w-]+\.)+[^\W\d_]{2,}",
    re.ASCII,
)
_ADDRESS = re.compile(r"https?://\S+|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.ASCII)  # as loosely as platforms see links
_MARKS = re.compile(r"[\u0300-\u034e\u0350-\u036f]+")
_FAR = re.compile(r"[^\u0000-\u036f\u1e00-\u20cf\u2100-\u2bff\ufe00-\ufe0f\U0001f000-\U0001faff]")  # other marks
_SENTENCE_END = re.compile(r"[.!?…][»”\")\u00a0\u202f]*$")
_BLANK_LINE = re.compile(r"\r?\n\r?\n")
_CLOSERS = 8  # characters before a blank that may end a sentence
_ASCII_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_LINK_WEIGHT = 23  # X: any link counts 23, however long
_X_LIGHT = ((0x0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))  # twitter-text v3: these count 1


def without_accents(text: str) -> str:
    """The text with its letters bare: "é" as "e", whichever way it was composed."""
    if text.isascii():
        return text
    parted = unicodedata.normalize("NFD", text)
    if _FAR.search(parted) is None:  # a tenth of the time, which long messages take often
        return _MARKS.sub("", parted)
    return "".join(char for char in parted if not unicodedata.combining(char))


def ascii_lower(text: str) -> str:
    """Return a text with A to Z in small letters, all else as it is: no other letter becomes one of these."""
    return text.translate(_ASCII_LOWER)


def links_in(text: str) -> tuple[str, ...]:
    """Return the links of a text, in order; one without its scheme counts too."""
    return tuple(found.group() for found in _LINK.finditer(text))


# --- graphemes --------------------------------------------------------------------------------


def graphemes(text: str) -> Iterator[str]:
    """
    What a reader sees as one character, in order; joined they give `text` back.

    Combining marks, variation selectors, skin tones, tags, ZWJ sequences, flags, Hangul jamo and CRLF stay whole
    (the rules of Unicode Annex 29 that matter in messages, without its tables).
    """
    if text.isascii() and "\r\n" not in text:
        yield from text
        return
    start, flags = 0, 0
    for at in range(1, len(text)):
        flags = flags + 1 if _is_flag(text[at - 1]) else 0
        if not _joins(text[at - 1], text[at], flags):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def _joins(before: str, after: str, flags: int) -> bool:
    if before == "\r":
        return after == "\n"
    if before < " " or after < " ":
        return False
    if after in "\u200d\ufe0e\ufe0f\u20e3" or "\U0001f3fb" <= after <= "\U0001f3ff" or _is_tag(after):
        return True
    if unicodedata.category(after)[0] == "M":
        return True
    if before == "\u200d":
        return after > "\u2000"
    if _is_flag(after):
        return flags % 2 == 1
    return "\u1100" <= before <= "\u11ff" and "\u1160" <= after <= "\u11ff"


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_tag(char: str) -> bool:
    return "\U000e0020" <= char <= "\U000e007f"


# --- measuring --------------------------------------------------------------------------------


def measure(text: str, unit: Unit) -> int:
    """
    Return the length of `text` as a platform counts it, never less than the platform would.

    chars: UTF-16 code units (the stricter reading of "characters"); bytes: UTF-8;
    weighted: X's rule (twitter-text v3: a link 23, an emoji 2, most of Latin script 1, the rest 2);
    segments: of a text message, with plain typography where that saves one (chalicelib.gsm).
    """
    return sum(cost for _, cost in _weighed(text)) if unit == "weighted" else _COSTS[unit](text)


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _utf8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _weight(piece: str) -> int:
    if piece.isascii():
        return len(piece)
    if len(piece) > 1 and not piece[0].isascii() and ("\ufe0f" in piece or piece[0] > "\U0001f000"):
        return 2  # one emoji, whatever it is made of
    return sum(_x_weight(char) for char in unicodedata.normalize("NFC", piece))


def _x_weight(char: str) -> int:
    point = ord(char)
    return 1 if any(low <= point <= high for low, high in _X_LIGHT) else 2


def _segments(text: str) -> int:
    return gsm.segments(gsm.thrifty(text))


_COSTS: dict[Unit, Callable[[str], int]] = {
    "chars": _utf16,
    "bytes": _utf8,
    "weighted": _weight,
    "segments": _segments,
}


def _weighed(text: str) -> Iterator[tuple[str, int]]:
    """Pieces that X counts as one, each with its weight: links, and the graphemes between them."""
    at = 0
    for found in _LINK.finditer(text):
        for piece in graphemes(text[at : found.start()]):
            yield piece, _weight(piece)
        link = found.group()
        yield link, _LINK_WEIGHT if link.startswith("http") else max(_LINK_WEIGHT, len(link))
        at = found.end()
    for piece in graphemes(text[at:]):
        yield piece, _weight(piece)


# --- splitting --------------------------------------------------------------------------------


def split_text(text: str, limit: int, unit: Unit = "chars") -> tuple[str, ...]:
    """
    Cut `text` into parts of at most `limit` units, each as long as a good place to cut allows.

    Prefers a blank line, then the end of a sentence, then a space; a word or link is cut only when it is alone
    longer than the limit, and a grapheme only when it alone is. Nothing but the blanks at a cut is lost.
    An empty or blank text has no parts. `limit` is at least 30 (one of segments).
    """
    if limit < _LEAST.get(unit, 30):
        raise ValueError("limit must be at least 30 units, or one segment")
    parts: list[str] = []
    rest = _trimmed(text)
    while rest:
        end = _reach(rest, limit, unit)
        cut = end if end == len(rest) else _best_cut(rest, end)
        parts.append(rest[:cut].rstrip(_BREAKS))
        rest = _trimmed(rest[cut:])
    return tuple(parts)


def _trimmed(text: str) -> str:
    """The text without blanks at its ends; a blank that carries a mark is a character of its own."""
    rest = text.strip(_BREAKS)
    at = len(text) - len(text.lstrip(_BREAKS))
    return text[at - 1] + rest if rest and at and _joins(text[at - 1], rest[0], 0) else rest


def _reach(rest: str, limit: int, unit: Unit) -> int:
    """How many characters of the text fit: whole graphemes, and on X whole links, as long as they fit alone."""
    if len(rest) * _WIDEST[unit] <= limit:
        return len(rest)
    if unit == "weighted":
        return _weighed_reach(rest, limit)
    most = min(len(rest), limit * (gsm.DENSEST if unit == "segments" else 1))
    fits = bisect_right(range(most + 1), limit, key=lambda count: _COSTS[unit](rest[:count])) - 1
    return next((at for at in range(fits, 0, -1) if _parts_at(rest, at)), fits)


_LEAST: dict[Unit, int] = {"segments": 1}
# The most that one character counts.
_WIDEST: dict[Unit, int] = {"chars": 2, "bytes": 4, "weighted": _LINK_WEIGHT, "segments": 1}


def _weighed_reach(rest: str, limit: int) -> int:
    at = total = 0
    for piece, weight in _weighed(rest):
        if total + weight > limit:
            break
        at, total = at + len(piece), total + weight
    return at or next(at for at in range(limit, 0, -1) if _weight(rest[:at]) <= limit)


def _parts_at(text: str, at: int) -> bool:
    """Whether a cut before the character `at` tears no grapheme."""
    if at in (0, len(text)):
        return True
    flags = 0
    while flags < at and _is_flag(text[at - 1 - flags]):
        flags += 1
    return not _joins(text[at - 1], text[at], flags)


def _best_cut(rest: str, end: int) -> int:
    """The last best place up to `end`: a blank line or sentence end in the second half, else any space."""
    middle = end // 2
    sentence = space = 0
    for at in range(end, 0, -1):
        if at < middle and (sentence or space):
            break
        if rest[at] not in _BREAKS or not _stands_alone(rest, at):
            continue
        if at >= middle:
            before = rest[max(0, at - _CLOSERS) : at]
            if before.endswith(("\n", "\r")) or _BLANK_LINE.match(rest, at):
                return at
            if not sentence and _SENTENCE_END.search(before):
                sentence = at
        space = space or at
    return sentence or space or end


def _stands_alone(text: str, at: int) -> bool:
    """Whether a blank is one: it carries no mark and is no second half of a line's end."""
    after = at + 2 if text.startswith("\r\n", at) else at + 1
    return _parts_at(text, at) and _parts_at(text, after)


# --- JSON ---------------------------------------------------------------------------


def same_words(ours: str, theirs: str) -> bool:
    """Return whether a platform's copy is our text; spaces and links, which platforms shorten, are ignored."""
    return _ADDRESS.sub("", ours).split() == _ADDRESS.sub("", theirs).split()


def to_json(value: object) -> str:
    """
    Return compact JSON in ASCII only, as SQS wants it.

    SQS takes the characters of XML 1.0 only; escaped, every string passes.
    """
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
