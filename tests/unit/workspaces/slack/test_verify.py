"""Only what Slack signed, just now, is Slack's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Unverified
from chalicelib.model import Millis, Request
from chalicelib.workspaces.slack.verify import verify
from tests.unit.workspaces.slack.samples import NOW, SECRET, body, signed

REQUEST = signed(body("thread_reply"))
Headers = Mapping[str, tuple[str, ...]]


def with_headers(change: Callable[[dict[str, tuple[str, ...]]], object]) -> Request:
    headers = dict(REQUEST.headers)
    change(headers)
    return replace(REQUEST, headers=headers)


def verifies(request: Request, secrets: Sequence[str], now: Millis) -> bool:
    try:
        verify(request, secrets, now)
    except Unverified:
        return False
    return True


def test_a_signed_request_verifies_with_the_current_or_the_previous_secret() -> None:
    assert verifies(REQUEST, (SECRET,), NOW)
    assert verifies(REQUEST, ("new", SECRET), NOW)
    assert not verifies(REQUEST, ("new",), NOW)


def test_the_published_example_of_slack_verifies() -> None:
    raw = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    headers = {"x-slack-request-timestamp": ("1531420618",), "x-slack-signature": (signature,)}
    request = Request(method="POST", path="/", query={}, headers=headers, body=raw)
    assert verifies(request, ("8f742231b10e8888abcd99yyyzzz85a5",), Millis(1_531_420_618_000))


@pytest.mark.parametrize(
    "request_",
    [
        replace(REQUEST, body=REQUEST.body + b" "),
        replace(REQUEST, body=REQUEST.body.replace(b" ", b"")),
        with_headers(lambda h: h.pop("x-slack-signature")),
        with_headers(lambda h: h.pop("x-slack-request-timestamp")),
        with_headers(lambda h: h.update({"x-slack-signature": h["x-slack-signature"] * 2})),
        with_headers(lambda h: h.update({"x-slack-request-timestamp": h["x-slack-request-timestamp"] * 2})),
        with_headers(lambda h: h.update({"x-slack-signature": ()})),
        with_headers(lambda h: h.update({"x-slack-signature": (h["x-slack-signature"][0].upper(),)})),
        with_headers(lambda h: h.update({"x-slack-signature": (h["x-slack-signature"][0][3:],)})),
        with_headers(lambda h: h.update({"x-slack-signature": ("v0=é",)})),
        with_headers(lambda h: h.update({"x-slack-request-timestamp": ("-1",)})),
        with_headers(lambda h: h.update({"x-slack-request-timestamp": ("1e9",)})),
        with_headers(lambda h: h.update({"x-slack-request-timestamp": ("٣",)})),
        with_headers(lambda h: h.update({"x-slack-request-timestamp": ("9" * 5000,)})),
    ],
)
def test_anything_else_does_not(request_: Request) -> None:
    with pytest.raises(Unverified):
        verify(request_, (SECRET,), NOW)


@pytest.mark.parametrize("secrets", [(), ("",), ("other",), (SECRET[:-1] + "6",)])
def test_no_other_secret_does(secrets: tuple[str, ...]) -> None:
    with pytest.raises(Unverified):
        verify(REQUEST, secrets, NOW)


@pytest.mark.parametrize(("seconds", "fine"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_five_minutes_is_the_oldest(*, seconds: int, fine: bool) -> None:
    request = signed(body("thread_reply"), at=NOW // 1000 - seconds)
    if fine:
        verify(request, (SECRET,), NOW)
        return
    with pytest.raises(Unverified):
        verify(request, (SECRET,), NOW)


@given(st.integers(0, len(REQUEST.body) * 8 - 1))
def test_one_flipped_bit_of_the_body_does_not_verify(bit: int) -> None:
    raw = bytearray(REQUEST.body)
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Unverified):
        verify(replace(REQUEST, body=bytes(raw)), (SECRET,), NOW)


def test_the_error_says_nothing_of_the_request() -> None:
    with pytest.raises(Unverified) as caught:
        verify(replace(REQUEST, body=b"secret text"), (SECRET,), NOW)
    assert "secret text" not in str(caught.value)
    assert SECRET not in str(caught.value)
