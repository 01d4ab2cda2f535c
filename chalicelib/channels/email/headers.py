"""
The headers of a mail: words in any charset, addresses, message ids. Every function takes any text and none raises.

Own code for encoded words and addresses: the standard library's need quadratic time for hostile ones, decode no word
that was cut inside a character, and can name another sender than the mail does (`email.utils`, CVE-2023-27043).
"""

from __future__ import annotations

import re
from base64 import b64decode
from functools import lru_cache
from quopri import decodestring
from typing import NamedTuple

from ...text import ascii_lower

LONGEST = 4_000  # characters of a header that are read
_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_COMMENTS_DEEP = 20
_COMMENT = re.compile(r"\([^()]*\)")
_ANGLE = re.compile(r"<\s*([^<>\s]+@[^<>\s@]+)\s*>")
# From where a word begins only: any other beginning finds no more, in quadratic time.
_BARE = re.compile(r"(?<![^\s<>\",;:()\[\]])[^\s<>\",;:()\[\]]+@[^\s<>\",;:()\[\]@]+")
_ID = re.compile(r"<([^<>\s]{1,250})>")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?")


class Mailbox(NamedTuple):
    """An address of a header, in small letters, and the name beside it. `several`: the header names others too."""

    address: str
    name: str = ""
    several: bool = False

    @property
    def domain(self) -> str:
        """What follows the "@"."""
        return self.address.rpartition("@")[2]


NOBODY = Mailbox("")


def text_in(data: bytes, charset: str) -> str:
    """Return the text of bytes in the charset that they claim, or in what they are: charsets are often wrong."""
    for name in (charset.strip("\"' ").lower() or "utf-8", "utf-8"):
        try:
            return _clean(data.decode(name))
        except (LookupError, UnicodeError, ValueError, AssertionError):
            continue
    return _clean(data.decode("cp1252", "replace"))


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def raw_text(value: object) -> str:
    """Return a header's value as one line of valid Unicode."""
    text = str(value or "")[: LONGEST * 2]
    if not text.isascii():
        text = text_in(text.encode("utf-8", "surrogateescape"), "utf-8")
    return " ".join(text.split())[:LONGEST]


def words_of(value: object) -> str:
    """Return the words of a header, its encoded ones decoded (RFC 2047; such as were cut inside a character too)."""
    text = _BETWEEN.sub(r"\1", raw_text(value))
    out: list[str] = []
    held, held_charset = b"", ""
    at = 0
    for found in _WORD.finditer(text):
        charset, how, encoded = found.groups()
        charset = charset.partition("*")[0].lower()
        if held and (found.start() > at or charset != held_charset):
            out.append(text_in(held, held_charset))
            held = b""
        out.append(text[at : found.start()])
        held, held_charset = held + _decoded(how, encoded), charset
        at = found.end()
    if held:
        out.append(text_in(held, held_charset))
    out.append(text[at:])
    return " ".join(_UNSEEN.sub(" ", "".join(out)).split())


def _decoded(how: str, encoded: str) -> bytes:
    raw = encoded.encode("ascii", "replace")
    if how in "qQ":
        return decodestring(raw, header=True)
    try:
        return b64decode(raw + b"=" * (-len(raw) % 4)) or raw
    except ValueError:
        return raw


def mailbox(value: object) -> Mailbox:
    """
    Return whom a header names: the first address that is no part of a name. NOBODY where there is none.

    A header that is longer than what is read may name others.
    """
    return _mailbox(raw_text(value))


@lru_cache(maxsize=64)  # each rule asks about the same few headers
def _mailbox(raw: str) -> Mailbox:
    bare = _without_comments(_QUOTED.sub(" ", raw))
    every = {one for one in map(_plain, _BARE.findall(bare)) if is_address(one)}
    found = list(map(_plain, _ANGLE.findall(bare) or _BARE.findall(bare)))
    found = list(dict.fromkeys(one for one in found if is_address(one)))
    if not found:
        return NOBODY
    name = words_of(_QUOTED.sub(lambda quoted: re.sub(r"\\(.)", r"\1", quoted.group(1)), raw.partition("<")[0]))
    return Mailbox(found[0], "" if "@" in name else name[:200], len(every | set(found)) > 1 or len(raw) == LONGEST)


def _plain(address: str) -> str:
    """Return an address in small letters; no other letter becomes one of A to Z (the sign for Kelvin a "k")."""
    return ascii_lower(address.strip("."))


def _without_comments(text: str) -> str:
    """Return a header without its comments, which may hold comments."""
    for _ in range(_COMMENTS_DEEP):
        less = _COMMENT.sub(" ", text)
        if less == text:
            break
        text = less
    return text


def mailboxes(value: object) -> list[str]:
    """Return all addresses of a header, in small letters."""
    bare = _COMMENT.sub(" ", _QUOTED.sub(" ", raw_text(value)))
    return list(dict.fromkeys(one for one in map(ascii_lower, _BARE.findall(bare)) if is_address(one)))


def is_address(text: str) -> bool:
    """Whether this is an address that can be written to."""
    local, _, domain = text.rpartition("@")
    written = bool(local) and local.isascii() and local.isprintable()
    return written and len(text) <= 254 and _DOMAIN.fullmatch(domain) is not None


def within(domain: str, other: str) -> bool:
    """Whether a domain is another, or below it."""
    return bool(other) and (domain == other or domain.endswith(f".{other}"))


def ids_in(value: object) -> list[str]:
    """Return the message ids of a header, without their brackets, in its order."""
    return list(dict.fromkeys(_ID.findall(raw_text(value))))
