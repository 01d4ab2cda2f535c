"""
Our check of Twilio's signature against Twilio's own validator: the same answer for what is valid and for what is bent.

Where the two differ on purpose, ours refuses: an address of ours has no query but a body's digest, and its own port.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams
from twilio.request_validator import RequestValidator

from chalicelib.channels.twilio.sms import Sms
from chalicelib.errors import Unverified
from chalicelib.model import Request

Pairs = Sequence[tuple[str, str]]
HOST, PATH = "https://hooks.guichet.example", "/webhooks/sms/k7Qd2m/c7f3a1.000000000000007.0123456789abcdef-0"
SIGNED_AS = (HOST + PATH, f"{HOST}:443{PATH}")
WORDS = st.text(alphabet="aAbB12 +&=%#?/\\'\"éç😀\n\u202f", max_size=12)
NAMES = st.sampled_from(["Body", "From", "To", "ToState", "body", "é", "A1", "A"]) | WORDS.filter(bool)
FIELDS = st.lists(st.tuples(NAMES, WORDS), max_size=12)
SECRETS = st.text(min_size=1, max_size=40)
DIGEST = "bodySHA256"


def ours(secret: str, signature: str, body: bytes, query: dict[str, str] | None = None) -> bool:
    headers = {"x-twilio-signature": (signature,)}
    request = Request("POST", PATH, query or {}, headers, body, urls=(HOST + PATH,))
    try:
        Sms.authenticator.verify(request, (secret,))
    except Unverified:
        return False
    return True


def theirs(secret: str, signature: str, params: Any, url: str = HOST + PATH) -> bool:
    return bool(RequestValidator(secret).validate(url, params, signature))


def parsed(fields: Pairs) -> QueryParams:
    """A form as a web framework gives it to their validator."""
    return QueryParams(urlencode(fields))


def made(secret: str, url: str, params: Any) -> str:
    """The signature that their library makes, which is Twilio's."""
    return str(RequestValidator(secret).compute_signature(url, params))


@given(secret=SECRETS, fields=FIELDS, signed=st.sampled_from(SIGNED_AS))
@example(secret="s", fields=[], signed=SIGNED_AS[0])
@example(secret="s", fields=[("A", ""), ("A", ""), ("A", "2"), ("A", "1"), ("B", "")], signed=SIGNED_AS[1])
def test_what_their_validator_takes_ours_takes(secret: str, fields: Pairs, signed: str) -> None:
    signature = made(secret, signed, parsed(fields))

    assert theirs(secret, signature, parsed(fields))
    assert ours(secret, signature, urlencode(fields).encode())


def bent(fields: Pairs, data: st.DataObject) -> Pairs:
    """The fields after one change, which may be one that the signature does not tell."""
    changed = list(fields)
    at = data.draw(st.integers(0, len(changed)))
    how = data.draw(st.sampled_from(["add", "drop", "rename", "rewrite", "again", "swap", "blank"]))
    name, value = changed[at] if at < len(changed) else data.draw(st.tuples(NAMES, WORDS))
    if how == "drop":
        return changed[:at] + changed[at + 1 :]
    if how == "again":
        return [*changed, (name, value)]
    if how == "swap":
        return changed[::-1]
    if how == "add":
        return [*changed, data.draw(st.tuples(NAMES, WORDS))]
    new = {"rename": (data.draw(NAMES), value), "rewrite": (name, data.draw(WORDS)), "blank": (name, "")}[how]
    return [*changed[:at], new, *changed[at + 1 :]]


@given(secret=SECRETS, fields=FIELDS, signed=st.sampled_from(SIGNED_AS), data=st.data())
def test_what_is_bent_is_judged_alike(secret: str, fields: Pairs, signed: str, data: st.DataObject) -> None:
    signature, sent = made(secret, signed, parsed(fields)), bent(fields, data)

    assert ours(secret, signature, urlencode(sent).encode()) == theirs(secret, signature, parsed(sent))


@given(secret=SECRETS, other=SECRETS, fields=FIELDS, data=st.data())
def test_another_secret_or_a_bent_signature_is_judged_alike(
    secret: str, other: str, fields: Pairs, data: st.DataObject
) -> None:
    signature = made(secret, SIGNED_AS[0], parsed(fields))
    at = data.draw(st.integers(0, len(signature) - 1))
    flipped = signature[:at] + ("A" if signature[at] != "A" else "B") + signature[at + 1 :]
    body = urlencode(fields).encode()

    assert ours(other, signature, body) == theirs(other, signature, parsed(fields)) == (other == secret)
    for each in (flipped, signature[:-1], "", f"{signature}="):
        assert ours(secret, each, body) == theirs(secret, each, parsed(fields)) is False


@pytest.mark.parametrize(
    "url", [f"http://hooks.guichet.example{PATH}", f"{HOST}{PATH}/", f"{HOST}:8443{PATH}", "https://x"]
)
@given(secret=SECRETS, fields=FIELDS)
def test_what_was_signed_for_another_address_is_taken_by_neither(url: str, secret: str, fields: Pairs) -> None:
    signature = made(secret, url, parsed(fields))

    assert not theirs(secret, signature, parsed(fields))
    assert not ours(secret, signature, urlencode(fields).encode())


@given(secret=SECRETS, value=st.dictionaries(WORDS, WORDS | st.integers(), max_size=5), sent=st.data())
def test_a_body_that_is_no_form_is_judged_alike_by_its_digest(secret: str, value: Any, sent: st.DataObject) -> None:
    body = json.dumps(value)
    right = hashlib.sha256(body.encode()).hexdigest()
    signed = sent.draw(st.sampled_from([f"{each}?{DIGEST}={right}" for each in SIGNED_AS]))
    signature = made(secret, signed, {})
    claimed = sent.draw(st.sampled_from([right, right.upper(), right[:-1], "0" * 64]))
    arrived = sent.draw(st.sampled_from([body, body + " ", ""]))

    judged = theirs(secret, signature, arrived, f"{HOST}{PATH}?{DIGEST}={claimed}")
    assert ours(secret, signature, arrived.encode(), {DIGEST: claimed}) == judged
    assert judged == ((claimed, arrived) == (right, body))


def test_a_query_that_no_address_of_ours_has_is_refused_though_theirs_would_take_it() -> None:
    url = f"{HOST}{PATH}?lang=fr"
    signature = made("s", url, parsed([("Body", "a")]))

    assert theirs("s", signature, parsed([("Body", "a")]), url)
    assert not ours("s", signature, b"Body=a", {"lang": "fr"})
