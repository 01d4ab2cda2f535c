"""Reads posted forms: their fields in order, at the speed of C whatever is escaped in them."""

from __future__ import annotations

from binascii import a2b_qp
from urllib.parse import parse_qsl, unquote_to_bytes

FIELDS_MOST = 1_000  # of a form; a platform sends some forty


def fields_of(body: bytes) -> list[tuple[str, str]]:
    """Return a form's fields in their order, blanks kept; none of a body that is no form. Never raises."""
    try:
        text = body.decode()
        if not text.isascii():  # no platform leaves these as they are
            return parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS_MOST)
    except ValueError:
        return []
    if body.count(b"&") >= FIELDS_MOST:
        return []
    pairs = (pair.partition(b"=") for pair in body.replace(b"+", b" ").split(b"&") if pair)
    return [(_unescaped(name), _unescaped(value)) for name, _, value in pairs]


def _unescaped(escaped: bytes) -> str:
    """
    Return what "%C3%A9" and the like stand for.

    Quoted-printable writes the same with "=", and its reader is in C. It is believed where each escape was whole, so
    that each made one byte of three: an odd "%" takes another share, and it alone reads line ends its own way.
    """
    escapes = escaped.count(b"%")
    if not escapes:
        return escaped.decode()
    read = a2b_qp(escaped.replace(b"=", b"=3D").replace(b"%", b"="))
    whole = len(read) == len(escaped) - 2 * escapes and b"\n" not in escaped and b"\r" not in escaped
    return (read if whole else unquote_to_bytes(escaped)).decode(errors="replace")
