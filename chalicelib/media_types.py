"""
The media type of a file, by its first bytes: never by its name or by the platform's word.

What is fetched as words (WORDS) is text, whatever it begins with. Only kinds that a viewer shows or plays, and that run
nothing there, have a type here. SVG and HTML have none.
"""

from __future__ import annotations

from collections.abc import Mapping

MOST_BYTES = 16 * 1024 * 1024  # what a function holds at ease, and what Meta itself takes of a video or voice message

EXTENSIONS: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/heic": "heic",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
    "video/webm": "webm",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
    "application/pdf": "pdf",
    "text/plain": "txt",
}
# Kinds of attachments that are words: what a webhook names by its ids and does not tell.
WORDS = frozenset({"mention"})
# What an agent may send: kinds that every channel with files takes. Beside each, the endings that a dialog offers.
FROM_AGENTS: Mapping[str, tuple[str, ...]] = {
    "application/pdf": ("pdf",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "video/mp4": ("mp4",),
    "audio/mpeg": ("mp3",),
}
FILES_MOST = 3  # with one answer
_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"#!AMR", "audio/amr"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"%PDF-", "application/pdf"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"M4A ": "audio/mp4"}


def sniff(data: bytes) -> str:
    """Return the media type, "" for a file that is not to be shown."""
    for start, found in _STARTS:
        if data.startswith(start):
            return found
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12], "")
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return "video/3gpp" if brand.startswith(b"3gp") else _BRANDS.get(brand, "video/mp4")
    return ""
