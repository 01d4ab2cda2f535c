"""
Writes a mail of ours: headers, text, its HTML, files. Pure: one part gives the same bytes each time.

Own code because a mail of ours is of one form, and the standard library folds a long message id into words that no
other program reads.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from .headers import LONGEST, is_address

LINE_MOST = 900  # characters of a header; RFC 5322 allows 998
_WORD_BYTES = 42  # of an encoded word, which may be 75 characters long
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]»]")
_SPECIAL = re.compile(r"[^A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]")
_TYPE = re.compile(r"[a-z0-9]+/[a-z0-9.+-]+")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file of a mail: what its bytes are, its name, the bytes."""

    media_type: str
    name: str
    content: bytes = field(repr=False)


def mail(headers: Mapping[str, str], text: str, html: str, files: Sequence[Enclosed] = ()) -> bytes:
    """Return a mail of these headers, whose values are given as they stand in a mail (`words`, `named`)."""
    seed = hashlib.sha256("\0".join((*headers.values(), text)).encode("utf-8", "replace")).hexdigest()[:24]
    body = _multipart("alternative", f"t{seed}", [_text("plain", text), _text("html", html)])
    if files:
        body = _multipart("mixed", f"f{seed}", [body, *map(_file, files)])
    lines = [f"{name}: {value}" for name, value in headers.items() if value]
    return "\r\n".join((*lines, "MIME-Version: 1.0", "")).encode() + body


def words(text: str) -> str:
    """Return a text as a header has it: on one line, in encoded words where it is not ASCII."""
    line = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())[:LONGEST]
    if line.isascii() and len(line) <= LINE_MOST and "=?" not in line:
        return line
    pieces: list[bytes] = [b""]
    for char in line:
        coded = char.encode("utf-8", "replace")
        if len(pieces[-1]) + len(coded) > _WORD_BYTES:
            pieces.append(b"")
        pieces[-1] += coded
    return "\r\n ".join(f"=?utf-8?B?{b64encode(piece).decode()}?=" for piece in pieces)


def named(name: str, address: str) -> str:
    """Return an address with the name before it. Raises ValueError for what is no address."""
    if not is_address(address):
        raise ValueError("not an address")
    if not name:
        return address
    shown = words(name)
    return (
        f'"{shown}" <{address}>'
        if shown == name and _SPECIAL.search(name.replace('"', ""))
        else (f"{shown} <{address}>" if '"' not in shown else address)
    )


def ids(chain: Sequence[str]) -> str:
    """Return message ids as a header has them: the first and the newest, as many as a line holds."""
    kept = [one for one in dict.fromkeys(chain) if one.isascii() and len(one) < 250 and not re.search(r"[\s<>]", one)]
    while len(kept) > 2 and sum(map(len, kept)) + 3 * len(kept) > LINE_MOST:
        del kept[1]
    return " ".join(f"<{one}>" for one in kept)


def page(text: str) -> str:
    """Return a text as HTML: its paragraphs, its lines, its links."""
    paragraphs = [_linked(each) for each in re.split(r"\n{2,}", text.strip())]
    inner = "".join(f"<p>{each}</p>" for each in paragraphs)
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{inner}</body></html>'


def _linked(text: str) -> str:
    out, at = [], 0
    for found in _LINK.finditer(text):
        out.append(escape(text[at : found.start()]))
        link = escape(found.group(), quote=True)
        out.append(f'<a href="{link}">{link}</a>')
        at = found.end()
    out.append(escape(text[at:]))
    return "".join(out).replace("\n", "<br>")


def _multipart(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    inner = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + inner + f"--{boundary}--\r\n".encode()


def _text(kind: str, text: str) -> bytes:
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + _lines(text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "replace"))


def _file(one: Enclosed) -> bytes:
    media_type = one.media_type if _TYPE.fullmatch(one.media_type) else "application/octet-stream"
    name = re.sub(r'[^\w .()-]|"', "_", one.name, flags=re.ASCII)[:100] or "file"
    head = (
        f'Content-Type: {media_type}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + _lines(one.content)


def _lines(data: bytes) -> bytes:
    coded = b64encode(data)
    return b"\r\n".join(coded[at : at + 76] for at in range(0, len(coded), 76)) + b"\r\n"
