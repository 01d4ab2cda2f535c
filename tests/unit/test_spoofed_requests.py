"""Ways to make a request look like a platform's without its secret."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.channels._signing import SharedToken
from chalicelib.errors import Unverified
from chalicelib.model import Account, AccountId, AccountKey, BrandId, ChannelName, Credentials, Request
from chalicelib.stages.intake import MAX_BODY, IntakeServices, intake
from tests.contract.samples import SAMPLES, SECRET

FORGED = json.dumps({"for_user_id": "1", "direct_message_events": []})
ACCOUNT = Account(
    key=AccountKey("o9Jk-opaque_Key"),
    brand=BrandId("maison-lune"),
    channel=ChannelName("x"),
    account_id=AccountId("1"),
    app_key="app",
)


class _Queues:
    """Remembers what was put on which queue."""

    def __init__(self) -> None:
        self.put: list[tuple[str, Any]] = []

    def inbox(self, brand: BrandId, events: list[Any], _at: int) -> None:
        self.put += [(brand, event) for event in events]

    receipts = inbox

    def park(self, channel: str, _key: str, body: bytes, reason: str, _at: int) -> None:
        self.put.append((f"parked {channel} {reason}", body))


def services(asked: list[str], queues: _Queues, counted: list[str]) -> IntakeServices:
    def by_key(key: str) -> Account | None:
        asked.append(key)
        return ACCOUNT

    def no_other(_channel: str, _account_id: str) -> Account | None:
        return None

    return IntakeServices(
        registry=REGISTRY,
        by_key=by_key,
        by_id=no_other,
        note=lambda *_: None,
        known=lambda _brand, _event: False,
        credentials=lambda _channel, _app: Credentials(app_secrets=(SECRET,)),
        build=lambda kind, credentials: kind(credentials, None),  # type: ignore[arg-type]  # intake sends nothing
        queues=queues,  # type: ignore[arg-type]  # the three methods that intake calls
        mask=lambda text: text,
        clock=lambda: 1_795_597_200_000,  # type: ignore[arg-type]  # milliseconds
        metrics=lambda name, *_, **__: counted.append(name),
    )


def challenge(token: str) -> Request:
    return Request(method="GET", path="/webhooks/x/k", query={"crc_token": token}, headers={}, body=b"")


@pytest.mark.parametrize("token", [FORGED, " " + FORGED, "", "x" * 300, "é", "\ud800", '["a"]'])
def test_xs_challenge_never_signs_what_could_be_a_body(token: str) -> None:
    """X signs bodies with the very secret that answers its challenge: whoever may choose the token could sign."""
    platform: Any = REGISTRY["x"](Credentials(app_secrets=(SECRET,)), None)  # type: ignore[arg-type]  # no request is made

    answer = platform.handshake(challenge(token))

    assert answer is not None
    assert answer.status == 403


@pytest.mark.parametrize("token", ["challenge", "SkVMTE8tV09STEQ=", "a/b+c==", "NjE5-ZTQ_NDg.~"])
def test_xs_own_challenges_are_answered(token: str) -> None:
    platform: Any = REGISTRY["x"](Credentials(app_secrets=(SECRET,)), None)  # type: ignore[arg-type]  # no request is made

    answer = platform.handshake(challenge(token))

    assert answer is not None
    assert answer.status == 200
    assert json.loads(answer.body) == {"response_token": SAMPLES["x"].sign(token.encode(), SECRET)}


TOKEN = SharedToken("x-token")


def with_token(*given: str, header: str = "x-token") -> Request:
    return Request(method="POST", path="/webhooks/any/k", query={}, headers={header: given}, body=b"{}")


@pytest.mark.parametrize("given", [SECRET, "the-one-before"])
def test_a_shared_token_is_the_current_secret_or_the_previous_one(given: str) -> None:
    TOKEN.verify(with_token(given), (SECRET, "the-one-before"))

    assert TOKEN.sign(with_token(), given) == {"x-token": given}


@pytest.mark.parametrize(
    "given",
    [
        (),
        ("",),
        (SECRET, SECRET),
        (SECRET, ""),
        (f"{SECRET},{SECRET}",),
        (f" {SECRET}",),
        (f"{SECRET}\0",),
        (SECRET[:-1],),
        (SECRET.upper(),),
        ("\ud800",),
        ("?" * len(SECRET),),
    ],
)
def test_what_only_looks_like_the_shared_token_is_refused(given: tuple[str, ...]) -> None:
    for secrets in ((SECRET,), (SECRET, "the-one-before"), ("", SECRET)):
        with pytest.raises(Unverified):
            TOKEN.verify(with_token(*given), secrets)


@pytest.mark.parametrize("secrets", [(), ("",), ("", "")])
def test_no_shared_token_verifies_where_the_account_has_none(secrets: tuple[str, ...]) -> None:
    for given in ((), ("",), ("",) * 2, ("anything",)):
        with pytest.raises(Unverified):
            TOKEN.verify(with_token(*given), secrets)


def test_a_shared_token_in_another_header_or_in_the_query_is_none() -> None:
    elsewhere = Request(method="POST", path=f"/{SECRET}", query={"x-token": SECRET}, headers={}, body=SECRET.encode())
    for request in (with_token(SECRET, header="authorization"), elsewhere):
        with pytest.raises(Unverified):
            TOKEN.verify(request, (SECRET,))


def test_a_refused_token_says_neither_what_was_given_nor_what_was_wanted() -> None:
    with pytest.raises(Unverified) as caught:
        TOKEN.verify(with_token("given-by-somebody"), (SECRET,))

    assert str(caught.value) == "x-token is missing, repeated or wrong"


@pytest.mark.parametrize("key", ["x#1", "", "a/b", "k" * 3000, "clé", "\ud800"])
def test_only_an_opaque_key_is_looked_up(key: str) -> None:
    """Accounts also lie under their public ids ("x#1"): no URL may name one so, and no key may be too long to read."""
    asked: list[str] = []
    counted: list[str] = []

    answer = intake("x", key, challenge("challenge"), services(asked, _Queues(), counted))

    assert answer.status == 403
    assert asked == []
    assert counted == ["unknown_key"]


@pytest.mark.parametrize(("secret", "status", "kept"), [(SECRET, 200, True), ("another", 403, False)])
def test_a_body_that_is_too_large_is_kept_whole_where_it_is_the_platforms(
    secret: str,
    status: int,
    kept: bool,  # noqa: FBT001 - a table
) -> None:
    """Refused, it would come again for ever; read by nobody, it would be lost. A forged one leaves a count."""
    body, counted, queues = b" " * (MAX_BODY + 1), list[str](), _Queues()
    signature = SAMPLES["x"].sign(body, secret)
    large = Request(method="POST", path="", query={}, headers={"x-twitter-webhooks-signature": (signature,)}, body=body)

    assert intake("x", ACCOUNT.key, large, services([], queues, counted)).status == status
    assert counted == (["too_large"] if kept else ["unverified"])
    assert queues.put == ([("parked x too_large", body)] if kept else [])
