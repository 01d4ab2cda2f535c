"""
What the demo phone can send: one small picture and one short sound, made here, of nothing and nobody.
"""

from __future__ import annotations

import math
import struct
import zlib
from dataclasses import dataclass

WIDTH, HEIGHT = 96, 64
RATE, SECONDS = 8_000, 0.6


@dataclass(frozen=True, slots=True)
class Sample:
    """A file that a customer sends. `kind` is WhatsApp's word for it, `attachment` Messenger's."""

    kind: str
    attachment: str
    media_type: str
    name: str
    content: bytes


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _picture() -> bytes:
    """A lamp on a table, with a crack across it: 96 by 64 pixels."""
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)
        for x in range(WIDTH):
            lamp = (x - 48) ** 2 + (y - 24) ** 2 < 200 or (44 < x < 52 and 36 < y < 50)
            crack = lamp and abs(x - 48 - round(4 * math.sin(y / 3))) < 2
            rows += bytes(
                (60, 40, 30) if crack else (245, 200, 90) if lamp else (120, 90, 70) if y > 50 else (40, 60, 90)
            )
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _sound() -> bytes:
    """Two soft tones, 0.6 seconds."""
    count = round(RATE * SECONDS)
    heights = (440 if n < count // 2 else 330 for n in range(count))
    samples = bytes(128 + round(40 * math.sin(2 * math.pi * tone * n / RATE)) for n, tone in enumerate(heights))
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, RATE, 1, 8)
    body = b"WAVE" + head + struct.pack("<4sI", b"data", count) + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body


SAMPLES = {
    "photo": Sample("image", "image", "image/png", "photo.png", _picture()),
    "voice": Sample("audio", "audio", "audio/wav", "voice.wav", _sound()),
}


def media_type_of(content: bytes) -> str:
    """Return the media type of a sample's bytes, and for any others the type that shows nothing."""
    found = (sample.media_type for sample in SAMPLES.values() if sample.content == content)
    return next(found, "application/octet-stream")
