"""Files of the web chat through the function that API Gateway calls: what goes in comes out, byte for byte."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

import app
from bench.rig.http_event import http_event
from chalicelib import wiring
from tests.simulation.platforms import JPEG, PDF
from tests.simulation.webchat import ORIGIN, ulid
from tests.simulation.world import SimWiring, World

# What Chromium, Firefox and Safari accept of a picture in a page and of a link that is opened.
PICTURE, LINK, SAFARI = (
    "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml",
)
FILES = {
    "image/jpeg": JPEG,
    "image/png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(range(256)),
    "image/heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + bytes(range(256)),
    "image/gif": b"GIF89a" + bytes(range(256)),
    "application/pdf": PDF,
}


@pytest.fixture
def world() -> Iterator[World]:
    """A stage whose wiring is the one of this process."""
    played = World()
    before, wiring._kept[:] = wiring._kept[:], [SimWiring(played, played.settings)]
    yield played
    wiring._kept[:] = before


def called(method: str, path: str, body: bytes = b"", accept: str = "*/*", *, encoded: bool = False) -> dict[str, Any]:
    """What the function answers API Gateway, which can only carry JSON."""
    headers = {"Content-Type": "text/plain", "Origin": ORIGIN, "Accept": accept}
    event = http_event(method, path, "", {name.lower(): value for name, value in headers.items()}, body)
    if encoded:
        event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    answer: dict[str, Any] = json.loads(json.dumps(app.api(event, None)))
    return answer


def told(what: str, world: World, *, encoded: bool = False, **more: Any) -> dict[str, Any]:
    answer = called("POST", f"/chat/{world.webchat.key}/{what}", json.dumps(more).encode(), encoded=encoded)
    found: dict[str, Any] = json.loads(answer["body"])
    return found


@pytest.mark.parametrize("accept", ["*/*", PICTURE, LINK, SAFARI, ""])
@pytest.mark.parametrize("media_type", FILES)
def test_a_file_comes_back_as_it_was_sent_whatever_its_kind_and_whoever_asks(
    media_type: str, accept: str, world: World
) -> None:
    session = told("session", world, secret=world.webchat.secret_of("Zoé"))["session"]
    file = {"name": "colis.bin", "data": base64.b64encode(FILES[media_type]).decode()}
    assert "taken" in told("messages", world, session=session, id=ulid(1), file=file)
    world.run()
    (said, *_) = told("history", world, session=session)["messages"]

    answer = called("GET", f"/chat/{world.webchat.key}/file/{said['files'][0]['link']}", accept=accept)
    assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (200, media_type)
    assert answer["isBase64Encoded"] is True
    assert base64.b64decode(answer["body"], validate=True) == FILES[media_type]


def test_a_body_that_api_gateway_wrote_as_base64_is_read_the_same(world: World) -> None:
    assert "session" in told("session", world, encoded=True, secret=world.webchat.secret_of("Zoé"))


def test_words_are_no_base64(world: World) -> None:
    answer = called("GET", f"/chat/{world.webchat.key}/widget.js")

    assert answer.get("isBase64Encoded", False) is False
    assert answer["body"].startswith("(() => {")
