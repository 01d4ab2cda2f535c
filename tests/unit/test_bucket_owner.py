"""Every call to the bucket says whose bucket it must be."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.clients import make, unreachable
from chalicelib.errors import Unavailable
from chalicelib.settings import Settings
from chalicelib.store.blobs import Blobs
from tests.support.serving import Handler, serving

ACCOUNT = "123456789012"


@pytest.fixture
def storage() -> Iterator[tuple[str, list[str | None]]]:
    """A local S3 that keeps what each request says of the owner; it takes any credentials."""
    before = {name: os.environ.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    os.environ.update(dict.fromkeys(before, "local"))
    seen: list[str | None] = []

    class Storage(Handler):
        def do_GET(self) -> None:  # noqa: N802 - a name that http.server wants
            seen.append(self.headers.get("x-amz-expected-bucket-owner"))
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_PUT = do_DELETE = do_GET  # noqa: N815 - the base class's names

    try:
        with serving(Storage) as address:
            yield address, seen
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            os.environ.update({name: value} if value is not None else {})


def blobs(endpoint: str, queue: str) -> Blobs:
    urls: dict[str, Any] = dict.fromkeys(
        ("outbox_url", "desk_url", "receipts_url", "timers_url", "unparsed_url"), queue
    )
    settings = Settings(
        stage="s",
        table_name="t",
        bucket_name="b",
        secrets_prefix="/p",
        region="eu-west-3",
        endpoint_url=endpoint,
        inbox_url=queue,
        **urls,
    )
    return Blobs(lambda: make("s3", settings), "b", unreachable)


def test_every_call_to_the_bucket_names_the_stages_own_account(storage: tuple[str, list[str | None]]) -> None:
    endpoint, seen = storage
    here = blobs(endpoint, f"https://sqs.eu-west-3.amazonaws.com/{ACCOUNT}/guichet-s-inbox.fifo")
    here.keep("media/a", b"x", "image/png")
    here.read("media/a")
    here.delete("media/a")

    assert seen == [ACCOUNT] * 3


def test_without_an_account_nobody_is_named(storage: tuple[str, list[str | None]]) -> None:
    endpoint, seen = storage
    blobs(endpoint, "https://sqs.invalid").keep("media/a", b"x", "image/png")

    assert seen == [None]


@pytest.mark.usefixtures("storage")
def test_a_bucket_that_cannot_be_reached_is_unavailable() -> None:
    with socket.socket() as unheard:  # bound and never listening: whoever connects is refused
        unheard.bind(("127.0.0.1", 0))
        here = blobs(f"http://127.0.0.1:{unheard.getsockname()[1]}", "https://sqs.invalid")

        with pytest.raises(Unavailable, match="does not answer"):
            here.model("0" * 64, 1)
