"""
Recognises messages that ask for nothing: thanks, agreement, praise, wishes, greetings; and mere reminders.

Pure, and no list of whole messages: a text is read phrase by phrase, each phrase must be known (`courtesy_words`) and
stand where it may, or the text is none of these. One unknown word, a digit, a question, a quotation mark, "!!" or an
unhappy emoji, and a person reads the message.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from . import courtesy_words as words
from .text import without_accents

Courtesy = Literal["", "thanks", "praise", "agreed"]

LONGEST = 200  # characters; longer than that, somebody tells something
# The kinds of phrases, one after another, that ask for nothing (letters of `courtesy_words.KINDS`).
_THANKS = "D?I*T[IJj]*"
_PRAISE = "S?P|S?I*J[IJj]*|S?I+j+|Sj+"
_CALM = re.compile(rf"[LRCG]*(?:(?:{_THANKS}|A|{_PRAISE}|W)[FNILRCG]*)+")
_HELLO = re.compile(r"(?:G|V)[GNVLI]*")
_OPENING = re.compile(r"[GNVL]*")
_RUN = re.compile(r"(.)\1{2,}")
_WORD = re.compile(r"[^\W\d_]+")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_SMILEY = re.compile(r"(?<!\w)(?::-?[)DpP*]|;-?\)|=\)|\^\^|<3+|[xX]{1,3}(?=\s*$)|xoxo)(?!\w)")
_FROWN = re.compile(r"(?<!\w)(?::'?-?[(/|\\]|:'\(|>:|-_-)")
_ELLIPSIS = re.compile(r"…|\.\.")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_POLITE = words.PLEASE | {"bonjour", "bonsoir", "hello", "hi", "et", "and", "alors"}


def courtesy_of(text: str) -> Courtesy:
    """Return the kind of a calm text that asks for nothing; "" for every other text."""
    if "?" in text or "!!" in re.sub(r"\s", "", text):
        return ""
    read = _read(text)
    if read is None:
        return ""
    if not read.kinds:
        return "agreed" if read.emoji and set(read.emoji) <= words.GLAD else ""
    kinds = read.kinds
    if not _CALM.fullmatch(kinds) or (set(read.emoji) & words.UNSURE):
        return ""
    if _ELLIPSIS.search(text) and set(kinds) & set("JjPC"):  # "super service… bravo" is no praise
        return ""
    if set(kinds) & set("TW"):
        return "thanks"
    return "praise" if set(kinds) & set("JjP") else "agreed"


def is_refusal(text: str) -> bool:
    """Return whether the text is only a thumb down or an angry face."""
    found = [char for char in text if not char.isspace() and char not in "!\ufe0f\u200d" and not _is_skin(char)]
    return bool(found) and set(found) <= words.ANGRY


def is_greeting(text: str, brand: str = "") -> bool:
    """Return whether the text says hello (to the `brand`) and nothing else; "Bonjour ?" is one as well."""
    read = _read(text, brand)
    if read is None or set(read.emoji) & words.UNSURE:
        return False
    if not read.kinds:
        return bool(read.emoji) and set(read.emoji) <= words.WAVES
    return _HELLO.fullmatch(read.kinds) is not None


def is_opener(text: str) -> bool:
    """Return whether the text is an advertisement's prepared opening line: "Can I get more info on this?"."""
    return bool(_matches(words.OPENER, text))


def asks_for_help(text: str) -> bool:
    """Return whether the text only announces a question: "J'ai une question"."""
    return bool(_matches(words.HELP, text))


def keeps_asking(text: str) -> bool:
    """Return whether the text asks nothing of its own: "vous êtes là ?", "tell me more", an e-mail address, "??"."""
    left = _MAIL.sub(" ", text)
    if text.strip() and not left.strip(" \t\r\n\u00a0\u202f?!.,;…"):
        return True
    return bool(_matches(words.STILL_THERE, text) or _matches(words.MORE, text))


def asks_whether_there(text: str) -> bool:
    """Return whether the text only asks if somebody is there."""
    return bool(_matches(words.STILL_THERE, text))


def same_words(text: str) -> tuple[str, ...]:
    """Return the words by which two texts count as the same: case, accents, marks, politeness, "s" aside."""
    found = re.findall(r"[^\W_]+", _folded(unicodedata.normalize("NFC", text)))
    own = [word for word in found if word not in _POLITE] or found
    return tuple(word.rstrip("s") or word for word in own)


def language_of(text: str) -> str:
    """Return the language whose greeting or opener this is, "" where several have it."""
    said = f" {' '.join(folded_words(text))} "
    for language, marks in words.LANGUAGE_MARKS.items():
        if any(f" {mark} " in said for mark in marks):
            return language
    return ""


def says_evening(text: str) -> bool:
    """Return whether the greeting is an evening one."""
    return bool({"bonsoir", "bsr", "evening"} & set(folded_words(text)))


def without_handles(text: str) -> str:
    """Return the text without the accounts it names."""
    return _HANDLE.sub(" ", text)


def folded_words(text: str) -> list[str]:
    """Return the words, without case and accents, apostrophes taken for spaces."""
    return _folded(" ".join(_WORD.findall(unicodedata.normalize("NFC", text)))).split()


# --- reading ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Read:
    """The kinds of a text's phrases, one letter each, and its emoji."""

    kinds: str
    emoji: str


@lru_cache(maxsize=16)  # a decision asks several times what a text is
def _read(text: str, brand: str = "") -> _Read | None:
    """Read a text phrase by phrase; None where something in it is not known."""
    if len(text) > LONGEST or _FROWN.search(text):
        return None
    text = unicodedata.normalize("NFC", _SMILEY.sub(" ", _HANDLE.sub(" ", text))).replace("¡", " ")
    emoji = "".join(char for char in text if _is_emoji(char))
    if set(emoji) & words.UNHAPPY:
        return None
    left = "".join(" " if _is_emoji(char) or char in "\ufe0f\u200d" or _is_skin(char) else char for char in text)
    if set(left) & words.QUOTATION or any(char.isdigit() for char in left):
        return None
    tokens = re.findall(r"[^\W\d_]+|[.,;:!?…\n]+|[^\s'’-]", left)
    if not all(_WORD.fullmatch(token) or set(token) <= set(".,;:!?…\n") for token in tokens):
        return None
    for longest in (1, 2):  # "merciii" is merci, "cooool" is cool
        kinds = _kinds(tokens, longest, brand)
        if kinds is not None:
            return _Read(kinds, emoji)
    return None


def _kinds(tokens: list[str], longest: int, brand: str) -> str | None:
    """The kinds of the phrases that these tokens are, the longest phrase first; None where one is not known."""
    folded = _folded("\n".join(token if _WORD.fullmatch(token) else "|" for token in tokens)).split("\n")
    spoken = [_RUN.sub(r"\1" * longest, token) for token in folded]
    own = set(folded_words(brand))
    kinds, at = "", 0
    while at < len(tokens):
        if spoken[at] == "|":
            at += 1
            continue
        kind, count = _longest(spoken, at)
        if not count:
            greeted = bool(at) and spoken[at - 1] != "|" and kinds.rstrip("Ij")[-1:] in ("T", "G", "W", "N")
            if spoken[at] not in own and not (greeted and _is_name(tokens[at])):
                return None
            kind, count = "N", 1
        kinds, at = kinds + kind, at + count
    return kinds


def _longest(spoken: list[str], at: int) -> tuple[str, int]:
    """The kind and length (in words) of the longest phrase that begins here; ("", 0) where none does."""
    end = spoken.index("|", at) if "|" in spoken[at:] else len(spoken)
    line = " ".join(spoken[at:end]) + " "
    best, kind = 0, ""
    for name, pattern in _patterns():
        found = pattern.match(line)
        if found and found.end() > best:
            best, kind = found.end(), name
    return kind, line[:best].count(" ")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """One pattern a kind; the longest of a kind's phrases comes first in it."""
    return tuple((kind, re.compile(f"(?:{_alternatives(phrases)}) ")) for kind, phrases in words.KINDS.items())


def _alternatives(phrases: str) -> str:
    listed = [phrase.strip() for line in phrases.split("\n") for phrase in line.split(" / ") if phrase.strip()]
    return "|".join(sorted(listed, key=len, reverse=True))


@cache
def _sentences(listed: str) -> re.Pattern[str]:
    return re.compile(f"(?:{_alternatives(listed)})")


def _matches(sentences: str, text: str) -> bool:
    """Whether the text is one of these sentences, with a greeting before it or a please behind it or not."""
    if len(text) > LONGEST or any(char.isdigit() for char in text):
        return False
    spoken = folded_words(_HANDLE.sub(" ", text))
    while spoken and spoken[-1] in words.PLEASE:
        spoken.pop()
    for first in range(min(4, len(spoken))):
        rest = " ".join(spoken[first:])
        if _sentences(sentences).fullmatch(rest) and _is_opening(" ".join(spoken[:first])):
            return True
    return False


def _is_opening(text: str) -> bool:
    read = _read(text)
    return read is not None and _OPENING.fullmatch(read.kinds) is not None


def _is_name(token: str) -> bool:
    """Whether a word may be somebody's name: Léa, Martin; neither léa nor LÉA."""
    return 2 <= len(token) <= 20 and token[0].isupper() and token[1:].islower() and _folded(token) not in words.NO_NAMES


def _folded(word: str) -> str:
    return without_accents(word.casefold().replace("œ", "oe"))


def _is_emoji(char: str) -> bool:
    return unicodedata.category(char) == "So" or char in "‼⁉"


def _is_skin(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"
