"""The half of the channel contract that speaks: a local server plays the platform and counts requests."""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels import REGISTRY
from chalicelib.channels._fitted import parts_of
from chalicelib.errors import RateLimited, Refused, Retryable, SendError, Unconfirmed
from chalicelib.http import HttpClient
from chalicelib.media_types import FROM_AGENTS
from chalicelib.model import Attachment, BlobRef, CannotTell, Content, Part, QuickReply, Sent
from chalicelib.ports import UploadsFiles
from chalicelib.text import measure
from tests.contract.conftest import Platform
from tests.contract.samples import ASKING, SAMPLES, TEXT, TOKEN, ErrorRow, credentials, part
from tests.contract.sending import build, row

CHANNELS = ASKING
SURFACES = [(name, public) for name in CHANNELS for public in SAMPLES[name].public]
PRIVATE = {name: surface for name in CHANNELS if (surface := REGISTRY[name].traits.private)}
OWN = sorted(set(REGISTRY) - set(ASKING))
ERROR_ROWS = [(name, row) for name in CHANNELS for row in SAMPLES[name].errors]


@pytest.mark.parametrize(("name", "public"), SURFACES)
def test_send_makes_one_request_and_returns_the_platforms_id(*, name: str, public: bool, platform: Platform) -> None:
    platform.body = SAMPLES[name].accepted
    sent = build(name, platform).send(part(name, public=public))
    assert sent.platform_id
    ((method, path, headers, body),) = platform.seen
    assert method == "POST"
    assert path.startswith("/platform/")
    assert TEXT.encode() in SAMPLES[name].opened(body)
    assert "authorization" in headers or TOKEN in path


@pytest.mark.parametrize("name", [name for name, surface in PRIVATE.items() if surface.quick_replies])
def test_quick_replies_go_in_the_one_request_with_what_a_press_brings_back(name: str, platform: Platform) -> None:
    surface = PRIVATE[name]
    platform.body = SAMPLES[name].accepted
    replies = tuple(
        QuickReply(f"Choix {number}".ljust(surface.quick_reply_limit, "x"), f"choice:{number}:1764531000000")
        for number in range(1, surface.quick_replies + 1)
    )
    build(name, platform).send(replace(part(name), quick_replies=replies))
    ((_, _, _, body),) = platform.seen
    text = body.decode()

    assert TEXT in text
    assert all(text.count(each.title) == text.count(each.payload) == 1 for each in replies)


@pytest.mark.parametrize("name", [name for name, surface in PRIVATE.items() if surface.files])
@pytest.mark.parametrize("media_type", FROM_AGENTS)
def test_a_files_bytes_reach_the_platform_in_one_request_and_send_makes_one(
    name: str, media_type: str, platform: Platform
) -> None:
    file = BlobRef(key="k", media_type=media_type, size=9, name='fac"ture\r\n.pdf')
    said = replace(part(name), text="", files=(file,), contents=(b"%PDF-1.4\x00\xff",))
    channel = build(name, platform)
    if isinstance(channel, UploadsFiles):
        platform.body = {"id": "media-1"}
        said = replace(said, uploaded=channel.upload(said))
        assert len(platform.seen) == 1
        assert b"%PDF-1.4\x00\xff" in platform.seen[0][3]
        assert said.uploaded == "media-1"
        platform.seen.clear()
    platform.body = SAMPLES[name].accepted
    assert channel.send(said).platform_id
    ((method, path, headers, body),) = platform.seen
    assert method == "POST"
    assert "authorization" in headers or TOKEN in path
    assert (b"%PDF-1.4\x00\xff" in SAMPLES[name].opened(body)) is not isinstance(channel, UploadsFiles)
    assert b'fac"ture' not in body


@pytest.mark.parametrize("name", [name for name in CHANNELS if issubclass(REGISTRY[name], UploadsFiles)])
def test_an_upload_whose_answer_is_lost_may_be_made_again(name: str, platform: Platform) -> None:
    file = BlobRef(key="k", media_type="application/pdf", size=9, name="facture.pdf")
    platform.drop = True
    channel = build(name, platform)
    assert isinstance(channel, UploadsFiles)
    with pytest.raises(Retryable):
        channel.upload(replace(part(name), text="", files=(file,), contents=(b"%PDF-1.4",)))


@pytest.mark.parametrize("name", [name for name in CHANNELS if SAMPLES[name].refers])
def test_what_is_sent_carries_the_whole_reference_of_its_row(name: str, platform: Platform) -> None:
    """72 to 75 characters: one that a platform cuts is nobody's when a receipt brings it back."""
    platform.body = SAMPLES[name].accepted
    sending = part(name)

    build(name, platform).send(sending)

    ((_, path, _, body),) = platform.seen
    assert re.search(
        rf"{re.escape(sending.row_id)}[:-]{sending.index}(?!\w)",
        unquote_plus(path + SAMPLES[name].opened(body).decode()),
    )


@pytest.mark.parametrize(("name", "row"), ERROR_ROWS)
def test_each_row_of_the_error_table_is_one_error_of_ours(name: str, row: ErrorRow, platform: Platform) -> None:
    platform.status, platform.body, platform.headers = row.status, row.body, dict(row.headers)
    with pytest.raises(SendError) as caught:
        build(name, platform).send(part(name))
    assert type(caught.value) is row.error
    assert len(platform.seen) == 1
    assert TEXT not in f"{caught.value!r} {caught.value}"
    if isinstance(caught.value, RateLimited):
        assert 0 < caught.value.after_s <= 86_400


@pytest.mark.parametrize(("name", "public"), SURFACES)
def test_an_answer_lost_after_the_request_is_unconfirmed_and_not_repeated(
    *, name: str, public: bool, platform: Platform
) -> None:
    platform.drop = True
    with pytest.raises(Unconfirmed):
        build(name, platform).send(part(name, public=public))
    assert len(platform.seen) == 1


@pytest.mark.parametrize("name", CHANNELS)
def test_an_answer_lost_on_a_kept_connection_is_not_repeated_either(name: str, platform: Platform) -> None:
    platform.body = SAMPLES[name].accepted
    channel = build(name, platform)
    channel.send(part(name))
    channel.send(part(name))
    assert platform.connections == 1
    platform.drop = True
    with pytest.raises(Unconfirmed):
        channel.send(part(name))
    assert len(platform.seen) == 3


@pytest.mark.parametrize("name", CHANNELS)
def test_a_connection_never_made_is_retryable(name: str, platform: Platform) -> None:
    channel = REGISTRY[name](credentials(), HttpClient("http://127.0.0.1:1"))
    with pytest.raises(Retryable):
        channel.send(part(name))


@pytest.mark.parametrize("name", CHANNELS)
def test_a_silent_platform_is_unconfirmed(name: str, platform: Platform) -> None:
    platform.hang = threading.Event()
    http = HttpClient(platform.base)

    class Hurried:
        def request(self, method: str, url: str, **more: Any) -> Any:
            return http.request(method, url, **{**more, "timeout_s": 0.3})

    with pytest.raises(Unconfirmed):
        REGISTRY[name](credentials(), Hurried()).send(part(name))
    assert len(platform.seen) == 1
    platform.hang.set()


@pytest.mark.parametrize("name", CHANNELS)
def test_nothing_private_reaches_logs_or_errors(
    name: str, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    channel = build(name, platform)
    platform.body = SAMPLES[name].accepted
    channel.send(part(name))
    shown = ""
    for status in (400, 401, 500):
        platform.status, platform.body = status, {"error": {"message": TEXT + TOKEN}, "detail": TEXT}
        with pytest.raises(SendError) as caught:
            channel.send(part(name))
        shown += repr(caught.value) + str(caught.value) + repr(caught.value.__cause__)
    shown += caplog.text + repr(channel) + repr(part(name))
    for word in (TEXT, TOKEN, "token-secret", "oauth_signature"):
        assert word not in shown


@pytest.mark.parametrize(("name", "public"), SURFACES)
@settings(max_examples=60)
@given(text=st.text(alphabet=st.sampled_from("aé 。\n👩‍👧🇫🇷.!?\u202fhttps://a.fr/x"), max_size=1500))
def test_no_part_is_over_the_limit(*, name: str, public: bool, text: str) -> None:
    traits = REGISTRY[name].traits
    surface = traits.public if public else traits.private
    assert surface is not None
    within = replace(surface, limit=min(surface.limit, 300))
    for one in [each.text for each in parts_of(Content(text=text), within)]:
        assert measure(one, surface.unit) <= within.limit


# --- proof ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHANNELS)
def test_a_row_whose_parts_all_have_ids_is_sent_without_asking(name: str, platform: Platform) -> None:
    channel = build(name, platform)
    assert channel.prove(row(name, Part(text="a", platform_id="1"), Part(text="b", platform_id="2"))) == Sent("2")
    assert platform.seen == []


@pytest.mark.parametrize("name", CHANNELS)
def test_a_platform_that_does_not_answer_proves_nothing(name: str, platform: Platform) -> None:
    platform.drop = True
    assert build(name, platform).prove(row(name, Part(text="a"))) == CannotTell()
    platform.drop, platform.status, platform.body = False, 500, {"title": "x"}
    assert build(name, platform).prove(row(name, Part(text="a"))) == CannotTell()


@pytest.mark.parametrize("name", [name for name, private in PRIVATE.items() if private.proof in ("echo", "status")])
def test_a_missing_echo_or_status_is_never_proof_of_not_sent(name: str, platform: Platform) -> None:
    assert build(name, platform).prove(row(name, Part(text="a", platform_id="1"), Part(text="b"))) == CannotTell()
    assert platform.seen == []


@pytest.mark.parametrize("name", [name for name, private in PRIVATE.items() if private.typing])
def test_typing_is_one_request_without_words(name: str, platform: Platform) -> None:
    build(name, platform).show_typing(part(name, anchor="wamid.LAST="))
    ((_, _, _, body),) = platform.seen
    assert b"typing" in body
    assert TEXT.encode() not in body


# --- channels whose platform is our own table -------------------------------------------------


@pytest.mark.parametrize("name", OWN)
def test_where_the_platform_is_our_own_table_nobody_is_asked_and_a_claimed_row_is_as_good_as_sent(
    name: str, platform: Platform
) -> None:
    channel, said = build(name, platform), part(name)
    half = row(name, Part(text="a", platform_id="1"), Part(text="b"))

    assert channel.send(said) == channel.send(said) == Sent(f"{said.row_id}:0")
    assert channel.prove(half) == Sent(f"{half.row_id}:1")
    assert channel.prove(row(name, Part(text="a", platform_id="1"))) == Sent("1")
    channel.show_typing(said)
    with pytest.raises(Refused):
        channel.fetch(Attachment("image", "https://files.example/1", "1"))
    assert platform.seen == []
