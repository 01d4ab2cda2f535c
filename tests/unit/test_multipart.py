"""A form with a file in it, as a mail's parser reads it back."""

from __future__ import annotations

import email.policy

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels._multipart import form
from chalicelib.model import BlobRef


@given(data=st.binary(max_size=400), name=st.text(max_size=40), value=st.text(alphabet='aé{}":, 1', max_size=60))
def test_whatever_a_file_holds_and_is_called_it_is_read_back_and_the_fields_too(
    data: bytes, name: str, value: str
) -> None:
    file = BlobRef(key="k", media_type="application/pdf", size=len(data), name=name)
    content_type, body = form({"message": value}, "filedata", file, data)
    boundary = content_type.partition("boundary=")[2].encode()

    assert body.count(b"--" + boundary) == 3
    first, second = [each for each in body.split(b"--" + boundary) if each.strip(b"-\r\n") or b"Content" in each][:2]
    assert first.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") == value.encode()
    assert second.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") == data


def test_a_parser_finds_the_files_name_and_kind() -> None:
    file = BlobRef(key="k", media_type="image/png", size=3, name='a "b"\r\nc.png')
    content_type, body = form({}, "file", file, b"xyz")
    head = f"MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n".encode()
    (part,) = email.message_from_bytes(head + body, policy=email.policy.HTTP).iter_parts()

    assert (part.get_filename(), part.get_content_type(), part.get_payload(decode=True)) == (
        "a _b_  c.png",
        "image/png",
        b"xyz",
    )
