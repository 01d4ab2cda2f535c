"""
What a Telegram message holds: its words, with the links that stand behind them, and its files.

Source: Telegram, "Bot API: Message, MessageEntity". Offsets count UTF-16 code units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...model import Attachment
from .._json_values import Object, child, objects, string

_UNSUPPORTED = (Attachment("unsupported"),)  # a person must look at it in Telegram
_WIDTH = 2  # bytes of a code unit
_LOOKED_AT = 4_000  # bytes of an entity's words
_LOW = range(0xDC00, 0xE000)  # second halves of a pair


def content(item: Object) -> tuple[str, tuple[Attachment, ...]]:
    """Return the words and files of a message; what nobody knows is a file that a person must look at."""
    if "text" in item:
        words = _words(item, "text", "entities")
        return words, () if words else _UNSUPPORTED
    for key, read in _KINDS.items():
        if key in item:
            words, files = read(item[key], key)
            return words or _words(item, "caption", "caption_entities"), files or _UNSUPPORTED
    return _words(item, "caption", "caption_entities"), _UNSUPPORTED


def file_name(item: Object) -> tuple[tuple[str, str], ...]:
    """Return the name of a document, as words beside the message."""
    name = string(child(item, "document").get("file_name")) if "document" in item and "animation" not in item else ""
    return (("file", name),) if name else ()


# --- words ------------------------------------------------------------------------------------


def _words(item: Object, key: str, entities: str) -> str:
    """
    Return a text; below it the addresses of links that only look like words, each on a line.

    Among the words one could part a card's number, which intake would know no more.
    """
    text = string(item.get(key))
    links = [one for one in objects(item.get(entities)) if one.get("type") == "text_link"]
    if not (text and links):
        return text
    raw = measured(text)
    urls = (string(one.get("url")) for one in links if not _shows(said(raw, one), string(one.get("url"))))
    return "\n".join((text, *dict.fromkeys(url for url in urls if url.startswith(("http://", "https://")))))


def _shows(words: str, url: str) -> bool:
    """Whether a link says its address itself."""
    return words != "" and words in url


def said(raw: bytes, entity: Object) -> str:
    """Return the words of an entity in a text that `measured` gave; "" where it names none, or very many."""
    span = _span(raw, entity)
    return raw[span[0] : span[1]].decode("utf-16-le") if span and span[1] - span[0] <= _LOOKED_AT else ""


def measured(text: str) -> bytes:
    """Return a text as Telegram counts it."""
    return text.encode("utf-16-le")


def _span(raw: bytes, entity: Object) -> tuple[int, int] | None:
    """Return first and last byte of an entity, never between the halves of a pair; None where it lies outside."""
    offset, length = entity.get("offset"), entity.get("length")
    if type(offset) is not int or type(length) is not int or offset < 0 or length < 1:
        return None
    start, end = offset * _WIDTH, (offset + length) * _WIDTH
    return (_whole(raw, start), _whole(raw, end)) if end <= len(raw) else None


def _whole(raw: bytes, at: int) -> int:
    second = at < len(raw) and int.from_bytes(raw[at : at + _WIDTH], "little") in _LOW
    return at + _WIDTH if second else at


# --- files and the rest -----------------------------------------------------------------------

Read = tuple[str, tuple[Attachment, ...]]


def _file(kind: str) -> Callable[[object, str], Read]:
    def read(found: object, _: str) -> Read:
        file_id = string(found.get("file_id")) if type(found) is dict else ""
        return "", (Attachment(kind, "", file_id),) if file_id else ()

    return read


def _photo(found: object, _: str) -> Read:
    """The largest of a photo's sizes."""
    sizes = [one for one in objects(found) if string(one.get("file_id"))]
    if not sizes:
        return "", ()
    return "", (Attachment("image", "", string(max(sizes, key=_area)["file_id"])),)


def _area(size: Object) -> int:
    width, height = size.get("width"), size.get("height")
    return width * height if type(width) is int and type(height) is int else 0


def _place(found: object, _: str) -> Read:
    if type(found) is not dict:
        return "", ()
    at = child(found, "location") or found  # of a venue
    place = ",".join(_written(at.get(key)) for key in ("latitude", "longitude"))
    words = (string(found.get(key)) for key in ("title", "address"))
    return "\n".join(filter(None, words)), (Attachment("location", f"geo:{place}"),)


def _contact(found: object, _: str) -> Read:
    if type(found) is not dict:
        return "", ()
    words = (string(found.get(key)) for key in ("first_name", "last_name", "phone_number"))
    return " ".join(filter(None, words)), (Attachment("contact"),)


def _written(value: object) -> str:
    return repr(value) if type(value) is float else string(value)


# The first that a message has: an animation is a document too, and a venue a location.
_KINDS: Mapping[str, Callable[[object, str], Read]] = {
    "photo": _photo,
    "live_photo": _file("image"),
    "animation": _file("video"),
    "document": _file("document"),
    "voice": _file("voice"),
    "audio": _file("audio"),
    "video": _file("video"),
    "video_note": _file("video"),
    "sticker": _file("sticker"),
    "contact": _contact,
    "venue": _place,
    "location": _place,
}
