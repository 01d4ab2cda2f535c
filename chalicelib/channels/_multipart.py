"""
A form with one file in it (multipart/form-data, RFC 7578), as platforms take uploads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from ..model import BlobRef

_NO_NAME = str.maketrans({'"': "_", "\\": "_", "\r": " ", "\n": " "})


def form(fields: Mapping[str, str], name: str, file: BlobRef, data: bytes) -> tuple[str, bytes]:
    """Return the content type and the bytes of a form: `fields`, then the file under `name`."""
    parts = [_part(f'name="{key}"', value.encode()) for key, value in fields.items()]
    called = file.name.translate(_NO_NAME)
    parts.append(_part(f'name="{name}"; filename="{called}"', data, file.media_type))
    boundary = _boundary(b"".join(parts))
    line = b"--" + boundary
    body = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"
    return f"multipart/form-data; boundary={boundary.decode()}", body


def _part(place: str, value: bytes, media_type: str = "") -> bytes:
    head = f"Content-Disposition: form-data; {place}\r\n" + (f"Content-Type: {media_type}\r\n" if media_type else "")
    return head.encode() + b"\r\n" + value


def _boundary(content: bytes) -> bytes:
    """Return a line that does not stand in the content."""
    found = hashlib.sha256(content).hexdigest()[:40].encode()
    while found in content:
        found = hashlib.sha256(found).hexdigest()[:40].encode()
    return found
