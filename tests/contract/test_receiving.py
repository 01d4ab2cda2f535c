"""The half of the channel contract that needs no network: handshake, verify, parse."""

from __future__ import annotations

import copy
import json
import random
import typing
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.channels import REGISTRY
from chalicelib.channels._forms import fields_of
from chalicelib.channels._signing import own_mark
from chalicelib.errors import Unverified
from chalicelib.events import decode, encode, kind_of
from chalicelib.http import HttpClient
from chalicelib.model import Deletion, Echo, Edit, Event, Ignored, Message, Postback, Request, posted
from chalicelib.ports import AuthenticatorKind, ShakesHands
from tests.contract.samples import PREVIOUS, SAMPLES, SECRET, TOKEN, URL, credentials, expected, fixtures

CHANNELS = sorted(REGISTRY)
FILES = [(name, file) for name in CHANNELS for file in fixtures(name)]
SHAKING = [name for name in CHANNELS if issubclass(REGISTRY[name], ShakesHands)]
BY_BODY = [name for name in CHANNELS if REGISTRY[name].authenticator.kind == "body_hmac"]
BY_URL = [name for name in CHANNELS if REGISTRY[name].authenticator.kind == "url_form_hmac"]
BY_TOKEN = [name for name in CHANNELS if REGISTRY[name].authenticator.kind == "shared_token"]
BY_QUEUE = [name for name in CHANNELS if REGISTRY[name].authenticator.kind == "internal"]
SIGNED = [*BY_BODY, *BY_URL]
FORMS = {name for name in CHANNELS if SAMPLES[name].text_fixture.endswith(".form")}
EVENT_KINDS = typing.get_args(Event)


def build(name: str) -> Any:
    return REGISTRY[name](credentials(), HttpClient())


def request(name: str, body: bytes, *signatures: str) -> Request:
    headers = {SAMPLES[name].signature_header: signatures, "content-type": ("application/json",)} if signatures else {}
    url = URL.format(channel=name)
    return Request(method="POST", path=urlsplit(url).path, query={}, headers=headers, body=body, urls=(url,))


def verify(name: str, asked: Request, secrets: tuple[str, ...] = (SECRET, PREVIOUS)) -> None:
    REGISTRY[name].authenticator.verify(asked, secrets)


def parse(name: str, body: bytes) -> Sequence[Event]:
    return REGISTRY[name].parse(posted(body, urlsplit(URL.format(channel=name)).path))


def sample_body(name: str) -> bytes:
    return fixtures(name)[SAMPLES[name].text_fixture]


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_has_samples(name: str) -> None:
    assert name in SAMPLES
    assert len(fixtures(name)) >= 10
    assert set(fixtures(name)) == set(expected(name))
    assert REGISTRY[name].traits.name == name


# --- signature --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*SIGNED, *BY_TOKEN])
@pytest.mark.parametrize("secret", [SECRET, PREVIOUS])
def test_own_sample_verifies_with_the_current_and_the_previous_secret(name: str, secret: str) -> None:
    body = sample_body(name)
    verify(name, request(name, body, SAMPLES[name].sign(body, secret)))


def signed_as(name: str, body: bytes) -> object:
    """What of a body its signature covers: its bytes, or the fields of a form, whose writing and order are free."""
    return body if name in BY_BODY else set(fields_of(body))


@pytest.mark.parametrize("name", SIGNED)
def test_one_flipped_bit_of_body_or_signature_does_not_verify(name: str) -> None:
    body = sample_body(name)
    signature = SAMPLES[name].sign(body, SECRET)
    chance = random.Random(7)
    for at in [0, len(body) - 1, *(chance.randrange(len(body)) for _ in range(40))]:
        bent = body[:at] + bytes([body[at] ^ (1 << chance.randrange(8))]) + body[at + 1 :]
        if signed_as(name, bent) == signed_as(name, body):
            continue
        with pytest.raises(Unverified):
            verify(name, request(name, bent, signature))
    for at in range(len(signature)):
        bent_signature = signature[:at] + chr(ord(signature[at]) ^ 1) + signature[at + 1 :]
        with pytest.raises(Unverified):
            verify(name, request(name, body, bent_signature))


@pytest.mark.parametrize("name", BY_TOKEN)
def test_one_flipped_bit_of_a_shared_token_does_not_verify_whatever_the_body(name: str) -> None:
    token = SAMPLES[name].sign(b"", SECRET)
    for body in (b"", sample_body(name)):
        verify(name, request(name, body, token))
        for at in range(len(token)):
            with pytest.raises(Unverified):
                verify(name, request(name, body, token[:at] + chr(ord(token[at]) ^ 1) + token[at + 1 :]))


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize("signature", ["", "sha256=", "sha256", "é", "sha1=00", "sha256=\u2028" * 9])
def test_a_strange_signature_is_unverified(name: str, signature: str) -> None:
    with pytest.raises(Unverified):
        verify(name, request(name, sample_body(name), signature))


@pytest.mark.parametrize("name", CHANNELS)
def test_a_missing_or_repeated_signature_is_unverified(name: str) -> None:
    body = sample_body(name)
    right = SAMPLES[name].sign(body, SECRET)
    for signatures in ((), (right, right), (right, "sha256=0")):
        with pytest.raises(Unverified):
            verify(name, request(name, body, *signatures))


@pytest.mark.parametrize("name", CHANNELS)
def test_another_secret_an_empty_secret_and_no_secret_are_unverified(name: str) -> None:
    body = sample_body(name)
    with pytest.raises(Unverified):
        verify(name, request(name, body, SAMPLES[name].sign(body, "other")))
    for secrets in ((), ("",)):
        with pytest.raises(Unverified):
            verify(name, request(name, body, SAMPLES[name].sign(body, "")), secrets)


@pytest.mark.parametrize("name", BY_BODY)
def test_the_same_json_written_otherwise_does_not_verify(name: str) -> None:
    body = sample_body(name)
    signature = SAMPLES[name].sign(body, SECRET)
    rewritten = json.dumps(json.loads(body), indent=1).encode()
    with pytest.raises(Unverified):
        verify(name, request(name, rewritten, signature))


@pytest.mark.parametrize("name", BY_URL)
def test_a_signature_for_another_url_or_for_none_does_not_verify(name: str) -> None:
    body = sample_body(name)
    asked = request(name, body, SAMPLES[name].sign(body, SECRET))
    for urls in ((), ("https://elsewhere.example/webhooks",), (f"{asked.urls[0]}/",), (f"{asked.urls[0]}:443",)):
        with pytest.raises(Unverified):
            verify(name, replace(asked, urls=urls))
    verify(name, replace(asked, urls=("https://elsewhere.example", *asked.urls)))


@pytest.mark.parametrize("name", [*SIGNED, *BY_TOKEN])
def test_what_the_channel_signs_itself_verifies_and_says_nothing(name: str) -> None:
    """`guichet account doctor` sends it to our own address."""
    kind, (_, body) = REGISTRY[name], REGISTRY[name].connecting().probe
    headers = {header: (value,) for header, value in kind.authenticator.sign(request(name, body), SECRET).items()}
    verify(name, replace(request(name, body), headers=headers))

    assert {type(event) for event in parse(name, body)} == {Ignored}


@pytest.mark.parametrize("name", [*SIGNED, *BY_TOKEN])
def test_the_mark_of_our_own_try_opens_nothing_and_only_the_secret_makes_it(name: str) -> None:
    asked = request(name, REGISTRY[name].connecting().probe[1])
    for secret, counted in ((SECRET, "doctor_tried"), ("another", "unverified")):
        marked = {header: (value,) for header, value in own_mark(asked, secret).items()}
        with pytest.raises(Unverified) as caught:
            verify(name, replace(asked, headers=marked))
        assert caught.value.counted == counted


def test_every_channel_has_an_authenticator_of_a_known_kind() -> None:
    kinds = {REGISTRY[name].authenticator.kind for name in CHANNELS}
    assert kinds <= set(typing.get_args(AuthenticatorKind))
    assert {*BY_BODY, *BY_URL, *BY_TOKEN, *BY_QUEUE} == set(CHANNELS)


@pytest.mark.parametrize("name", BY_QUEUE)
def test_no_request_by_http_verifies_where_a_queue_brings_all(name: str) -> None:
    body = sample_body(name)
    for headers in ({}, REGISTRY[name].authenticator.sign(request(name, body), SECRET)):
        with pytest.raises(Unverified):
            verify(name, replace(request(name, body), headers={key: (value,) for key, value in headers.items()}))


# --- handshake --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHAKING)
def test_the_handshake_answers_the_platform_and_nobody_else(name: str) -> None:
    channel, sample = build(name), SAMPLES[name]
    answer = channel.handshake(Request("GET", "/", sample.handshake_query, {}, b""))
    assert (answer.status, answer.body) == (200, sample.handshake_body)
    assert channel.handshake(Request("GET", "/", {}, {}, b"")) is None
    assert channel.handshake(Request("POST", "/", sample.handshake_query, {}, b"{}")) is None


@pytest.mark.parametrize("name", [name for name in SHAKING if "hub.verify_token" in SAMPLES[name].handshake_query])
@pytest.mark.parametrize("token", ["", "wrong", "verify-mé"])
def test_a_wrong_verify_token_is_refused(name: str, token: str) -> None:
    query = {**SAMPLES[name].handshake_query, "hub.verify_token": token}
    assert build(name).handshake(Request("GET", "/", query, {}, b"")).status == 403


# --- parse ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "file"), FILES)
def test_each_body_means_what_is_expected(name: str, file: str) -> None:
    events = parse(name, fixtures(name)[file])
    wanted = expected(name)[file]
    assert len(events) == len(wanted)
    for event, want in zip(events, wanted, strict=True):
        assert want == {key: plain(event, key) for key in want}


def plain(event: Any, key: str) -> Any:
    """A field of an event as expected.json writes it."""
    if key == "kind":
        return kind_of(event)
    if key in {"account_id", "sender_id"}:
        return event.address.account_id if key == "account_id" else event.address.person_id
    if key == "attachments":
        return [one.kind for one in event.attachments]
    if key == "beside":
        return [list(pair) for pair in event.beside]
    if key == "sent_at" and event.sent_at is not None:
        return iso(event.sent_at)
    if key == "text" and isinstance(event, Postback):
        return event.title
    return getattr(event, key)


def iso(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.mark.parametrize(("name", "file"), FILES)
def test_parsing_twice_gives_equal_events_with_distinct_ids(name: str, file: str) -> None:
    body = fixtures(name)[file]
    events = parse(name, body)
    assert list(events) == list(parse(name, body))
    assert len({event.event_id for event in events}) == len(events) >= 1
    assert all(event.event_id and event.address.channel == name for event in events)


@pytest.mark.parametrize("name", CHANNELS)
def test_a_redelivery_in_a_larger_batch_keeps_its_ids(name: str) -> None:
    one, root = parse(name, sample_body(name)), read(name, sample_body(name))
    respelt = written(name, dict(reversed(root.items())), indent=2)
    assert respelt != sample_body(name)
    assert [event.event_id for event in one] == [event.event_id for event in parse(name, respelt)]


@pytest.mark.parametrize("name", CHANNELS)
def test_a_message_its_edit_and_its_deletion_have_ids_of_their_own(name: str) -> None:
    """An edit under its message's id would count as that message once more, and be lost."""
    kinds = dict[str, set[str]]()
    for event in (event for body in fixtures(name).values() for event in parse(name, body)):
        if isinstance(event, Message | Edit | Deletion):
            kinds.setdefault(event.event_id, set()).add(type(event).__name__)

    assert {event_id: found for event_id, found in kinds.items() if len(found) > 1} == {}


@pytest.mark.parametrize("name", [name for name in CHANNELS if SAMPLES[name].echoes])
def test_some_sample_is_an_echo_and_no_echo_names_the_account_as_the_customer(name: str) -> None:
    found = [event for body in fixtures(name).values() for event in parse(name, body)]
    echoes = [event for event in found if isinstance(event, Echo)]
    assert echoes
    assert all(str(event.address.person_id) != event.address.account_id for event in echoes)


@pytest.mark.parametrize("name", CHANNELS)
def test_neither_words_nor_names_nor_secrets_show_in_repr(name: str) -> None:
    channel = build(name)
    shown = repr([parse(name, body) for body in fixtures(name).values()])
    shown += repr(channel) + repr(credentials()) + repr(vars(channel))
    for word in (*SAMPLES[name].hidden, SECRET, PREVIOUS, TOKEN):
        assert word not in shown


# --- any mutation of any body ends in events --------------------------------------------------

_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["", "0", "\ud83d", "a" * 2000, 10**30, -1, 1e308, "2025-13-45", "1763801402371", [], {}]),
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a JSON value."""
    found = []
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        found.append((node, key))
        found += places(value)
    return found


@pytest.mark.parametrize("name", CHANNELS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(draw=st.data())
def test_any_mutation_of_any_body_ends_in_events(name: str, draw: st.DataObject) -> None:
    root = {"root": read(name, draw.draw(st.sampled_from(readable(name))))}
    for _ in range(draw.draw(st.integers(1, 3))):
        holder, key = draw.draw(st.sampled_from(places(root)))
        bend(root, holder, key, draw.draw(st.sampled_from(ACTS)), draw.draw(_values))
    check_total(name, written(name, root.get("root")))


@pytest.mark.parametrize("name", CHANNELS)
def test_thousands_of_seeded_mutations_end_in_events(name: str) -> None:
    chance = random.Random(20261122)
    for body in readable(name):
        for _ in range(60):
            root = {"root": read(name, body)}
            for _ in range(chance.randint(1, 4)):
                holder, key = chance.choice(places(root))
                bend(root, holder, key, chance.choice(ACTS), copy.deepcopy(chance.choice(ODD)))
            check_total(name, written(name, root.get("root")))


ACTS = ("replace", "drop", "wrap", "repeat")
ODD = [
    "",
    "0",
    "x",
    "\ud83d",
    "a" * 2000,
    0,
    -1,
    1e308,
    10**30,
    True,
    None,
    [],
    {},
    [[]],
    [{}],
    [None],
    {"id": {}},
    "2025-13-45",
]


def bend(root: Any, holder: Any, key: Any, act: str, value: Any) -> None:
    """Change one place of a JSON value."""
    if act == "replace":
        holder[key] = value
    elif act == "drop" and holder is not root:
        del holder[key]
    elif act == "wrap":
        holder[key] = [holder[key]]
    elif isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))


def readable(name: str) -> list[bytes]:
    return [body for body in fixtures(name).values() if read(name, body)]


def read(name: str, body: bytes) -> dict[str, Any]:
    """A body as a value that can be bent: its JSON object, or a form's fields; empty where it is neither."""
    if name in FORMS:
        return dict(fields_of(body))
    try:
        root = json.loads(body)
    except ValueError:
        return {}
    return root if isinstance(root, dict) else {}


def written(name: str, root: Any, indent: int | None = None) -> bytes:
    """A bent value as the channel's kind of body. A form has fields of text, each as often as there are values."""
    if name not in FORMS:
        return json.dumps(root, indent=indent).encode()
    if not isinstance(root, dict):
        return str(root).encode("utf-8", "replace")
    fields = [(key, each) for key, value in root.items() for each in (value if isinstance(value, list) else [value])]
    return urlencode([(str(key), str(each)) for key, each in fields], errors="replace").encode()


@pytest.mark.parametrize("name", CHANNELS)
@settings(max_examples=100)
@given(body=st.binary(max_size=200))
def test_any_bytes_end_in_events(name: str, body: bytes) -> None:
    check_total(name, body)


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 50_000, b"1" * 6000, b"NaN", b"\xef\xbb\xbf{}", b'"\\ud800"', b"\xed\xa0\x80"]
)
def test_bodies_that_break_readers_end_in_one_malformed(name: str, body: bytes) -> None:
    check_total(name, body)
    assert [kind_of(event) for event in parse(name, body)] == ["malformed"]


def check_total(name: str, body: bytes) -> None:
    events = parse(name, body)
    assert events
    assert len({event.event_id for event in events}) == len(events)
    for event in events:
        assert isinstance(event, EVENT_KINDS)
        assert decode(encode(event)) == event
        assert len(event.address.group) == 64
        assert 0 < len(event.event_id) <= 300
        if isinstance(event, Message):
            assert event.address.person_id
            assert event.text or event.attachments or event.beside
            event.text.encode()
