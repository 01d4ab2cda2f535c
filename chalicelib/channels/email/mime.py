"""
Reads the bytes of a mail: its headers, its text, its files. Total: whatever the bytes, it returns a `Mail`.

The standard library takes it apart (`email`, imported when the first mail is read); what it decodes is checked here. A
mail of more than PARTS_MOST parts or DEEPEST layers is read no further than its headers: a person looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.message import Message as Part
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32

from . import markup
from .headers import text_in, words_of

PARTS_MOST = 100
DEEPEST = 20
BYTES_MOST = 25 * 1024 * 1024
HEADER_BYTES = 256_000
TEXT_BYTES = 2_000_000  # of a text part that are read
DECORATION = 12_000  # bytes: a smaller picture inside the text is a signature's logo
_TYPE = re.compile(rb"^content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)
_BOUNDARY = re.compile(rb"boundary[ \t]*=", re.IGNORECASE)
_EMPTY_LINE = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_SEALS = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-keys",
    }
)
_SECRET = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
_KINDS = {"image": "image", "video": "video", "audio": "audio"}


@dataclass(frozen=True, slots=True)
class File:
    """A file in a mail: its place among the mail's parts, what it is, what its sender calls it."""

    place: int
    kind: str
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """
    A mail, read. `headers`: name in small letters to its values, as they came. `unread`: why only these were read.

    `report`: the headers of a delivery report (RFC 3464), and of the mail that it is about. `method`: an invitation's.
    """

    headers: dict[str, list[str]] = field(repr=False)
    text: str = field(default="", repr=False)
    files: tuple[File, ...] = ()
    report: dict[str, str] = field(default_factory=dict, repr=False)
    kind: str = "text/plain"
    method: str = ""
    unread: str = ""

    def first(self, name: str) -> str:
        """Return the first value of a header, "" where there is none."""
        return next(iter(self.headers.get(name, ())), "")

    def words(self, name: str) -> str:
        """Return the decoded words of a header's first value."""
        return words_of(self.first(name))


@dataclass(slots=True)
class _Found:
    texts: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    report: dict[str, str] = field(default_factory=dict)
    method: str = ""


def read(raw: bytes) -> Mail:
    """Return what is in a mail."""
    too_much = _too_much(raw)
    if too_much:
        return Mail(headers=headers_of(raw), unread=too_much)
    try:
        whole = _parsed(raw)
        found = _Found()
        parts = list(_walk(whole))
        for place, (part, best) in enumerate(parts):
            _take(part, place, found, best=best)
        return Mail(
            headers=_headers(whole),
            text="\n\n".join(found.texts),
            files=tuple(found.files),
            report=found.report,
            kind=whole.get_content_type(),
            method=found.method,
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError):
        # The standard library raises many things for what is no mail; its own headers are read in any case.
        return Mail(headers=headers_of(raw), unread="broken")


def headers_of(raw: bytes) -> dict[str, list[str]]:
    """Return the headers of a mail alone."""
    return _headers(BytesHeaderParser(policy=compat32).parsebytes(_head(raw)))


def file_in(raw: bytes, place: int) -> bytes | None:
    """Return the bytes of the file at a place among the mail's parts; None where there is none."""
    if _too_much(raw):
        return None
    try:
        parts = list(_walk(BytesParser(policy=compat32).parsebytes(raw)))
        return _bytes(parts[place][0]) if 0 <= place < len(parts) else None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError):
        return None


def _parsed(raw: bytes) -> Part:
    """
    Return a mail as the standard library takes it apart.

    It looks at each line for the end of a part, which takes long where lines are short; so one part is all that follows
    its headers.
    """
    ends = _EMPTY_LINE.search(raw, 0, HEADER_BYTES)
    if ends is None or raw[:1] in (b"\r", b"\n"):
        return BytesParser(policy=compat32).parsebytes(raw)
    whole = BytesHeaderParser(policy=compat32).parsebytes(raw[: ends.end()])
    if whole.defects or whole.get_content_maintype() in ("multipart", "message"):
        return BytesParser(policy=compat32).parsebytes(raw)
    whole.set_payload(raw[ends.end() :].decode("ascii", "surrogateescape"))
    return whole


def _too_much(raw: bytes) -> str:
    if len(raw) > BYTES_MOST:
        return "too_large"
    words = raw.lower()  # most mails have too few of the words for the patterns to find too many
    many = words.count(b"content-type") > PARTS_MOST and len(_TYPE.findall(raw)) > PARTS_MOST
    deep = words.count(b"boundary") > DEEPEST * 2 and len(_BOUNDARY.findall(raw)) > DEEPEST * 2
    return "too_many_parts" if many or deep else ""


def _head(raw: bytes) -> bytes:
    """Return the headers alone: up to the first empty line, 256 KB at most."""
    for mark in (b"\r\n\r\n", b"\n\n"):
        at = raw.find(mark, 0, HEADER_BYTES)
        if at >= 0:
            return raw[: at + len(mark)]
    return raw[:HEADER_BYTES]


def _headers(part: Part) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in part.raw_items():
        found.setdefault(str(name).strip().lower(), []).append(str(value))
    return found


def _walk(whole: Part) -> Iterator[tuple[Part, bool]]:
    """Give the parts that hold something, in their order; not into a mail that lies in this one. With it: its text."""
    stack: list[tuple[Part, bool]] = [(whole, True)]
    given = 0
    while stack and given < PARTS_MOST:
        part, best = stack.pop()
        kind = part.get_content_type()
        inner = part.get_payload() if part.is_multipart() else None
        if kind in _SECRET or kind.startswith("message/") or not isinstance(inner, list):
            given += 1
            yield part, best
            continue
        parts = [each for each in inner if isinstance(each, Part)]
        chosen = _best(parts) if kind == "multipart/alternative" else None
        stack += [(each, best and (chosen is None or each is chosen)) for each in reversed(parts)]


def _best(parts: Sequence[Part]) -> Part | None:
    """Return which of several forms of one text is read: the plain one, unless it says nothing."""
    plain = next((each for each in parts if each.get_content_type() == "text/plain"), None)
    if plain is not None and len(_text(plain).strip()) > 1:
        return plain
    others = [each for each in parts if each.get_content_type() != "text/plain"]
    page = next((each for each in others if each.get_content_type() == "text/html"), None)
    return page or next((each for each in others if each.is_multipart()), plain)


def _take(part: Part, place: int, found: _Found, *, best: bool) -> None:
    kind = part.get_content_type()
    name = _name(part)
    if kind in _SEALS:
        return
    if kind in _SECRET:
        found.files.append(File(place, "encrypted", name))
    elif kind in ("message/delivery-status", "message/disposition-notification", "text/rfc822-headers") or (
        kind in ("message/rfc822-headers", "message/global-delivery-status")
    ):
        _report(part, found.report)
    elif kind == "text/calendar":
        found.method = found.method or str(part.get_param("method") or "request").upper()[:20]
        if best:
            found.files.append(File(place, "file", name or "invitation.ics"))
    elif kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment" and not name:
        if best:
            found.texts.append(markup.text_of(_text(part)) if kind == "text/html" else _text(part))
    elif not _is_logo(part):
        found.files.append(File(place, _KINDS.get(part.get_content_maintype(), "file"), name))


def _is_logo(part: Part) -> bool:
    """Whether this is a small picture inside the text (`cid:`)."""
    inside = part.get("content-id") is not None and part.get_content_disposition() != "attachment"
    return inside and part.get_content_maintype() == "image" and len(_bytes(part)) < DECORATION


def _name(part: Part) -> str:
    try:
        return words_of(part.get_filename() or "")[:200]
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def _bytes(part: Part) -> bytes:
    data = part.get_payload(decode=True)
    if isinstance(data, bytes):
        return data
    return part.as_bytes() if part.is_multipart() else b""  # a mail within: whole


def _text(part: Part) -> str:
    charset = part.get_param("charset") or ""
    if isinstance(charset, tuple):  # RFC 2231
        charset = charset[2]
    return text_in(_bytes(part)[:TEXT_BYTES], str(charset))


def _report(part: Part, into: dict[str, str]) -> None:
    """Read the fields of a delivery report's parts; the first of each name counts."""
    inner = part.get_payload()
    blocks = [each for each in inner if isinstance(each, Part)] if isinstance(inner, list) else []
    for block in blocks:
        for name, values in _headers(block).items():
            into.setdefault(name, " ".join(values[0].split()))
        if block.get_content_type() == "text/plain" and isinstance(text := block.get_payload(), str):
            _report_lines(text, into)
    if isinstance(inner, str):
        _report_lines(inner, into)


def _report_lines(text: str, into: dict[str, str]) -> None:
    for line in text[:64_000].splitlines():
        name, colon, value = line.partition(":")
        if colon and name and not name[0].isspace():
            into.setdefault(name.strip().lower(), value.strip())
        elif line[:1].isspace() and into:
            last = next(reversed(into))
            into[last] = f"{into[last]} {line.strip()}"
