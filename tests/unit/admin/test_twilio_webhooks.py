"""A number at Twilio: its typed key sets where messages go, and takes that back; another's address is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest

from chalicelib.admin.accounts import Asked, connect, disconnect, leaving
from chalicelib.admin.consents import left_to_do, set_up
from chalicelib.model import AccountId, BrandId, ChannelName
from chalicelib.text import to_json

from .account_stage import IDS, MARIE, SECRETS, Platform, Stage, playing

API = "https://guichet.example"
END = "#rc=5&rp=all"
KINDS = ("number", "service", "sender")
CHANNEL = {"number": "sms", "service": "sms", "sender": "whatsapp_twilio"}
PLACE = {
    "number": "/IncomingPhoneNumbers/PN1.json",
    "service": "/v1/Services/MG1",
    "sender": "/v2/Channels/Senders/XE1",
}


@pytest.fixture
def platform() -> Iterator[Platform]:
    with playing() as played:
        yield played


@pytest.fixture
def stage(platform: Platform) -> Stage:
    return Stage(platform.base)


def answers(url: str) -> dict[str, Any]:
    """What Twilio says of all three places."""
    own = {"sid": "PN1", "friendly_name": "Maison Lune", "sms_url": url}
    sender = {"sid": "XE1", "sender_id": f"whatsapp:+{IDS['sms']}", "webhook": {"callback_url": url}}
    return {
        "/IncomingPhoneNumbers.json": {"incoming_phone_numbers": [own]},
        "/v1/Services/MG1": {"use_inbound_webhook_on_number": False, "inbound_request_url": url},
        "/v2/Channels/Senders": {"senders": [sender]},
        **{place: {} for place in PLACE.values() if place != "/v1/Services/MG1"},
    }


def written(platform: Platform) -> list[tuple[str, str]]:
    """Return what was written at Twilio: the place, and the address that it was given."""
    found = []
    for path, body in platform.bodies:
        place = next((each for each in PLACE.values() if path.endswith(each)), "")
        if place and body:
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
            urls = [value for name, value in fields.items() if name.endswith("Url")]
            found.append((place, urls[0] if urls else body.decode()))
    return found


def held(kind: str) -> dict[str, Any]:
    return {**SECRETS[CHANNEL[kind]], **({"service": "MG1"} if kind == "service" else {})}


def address(kind: str, key: str, host: str = API) -> str:
    return f"{host}/webhooks/{CHANNEL[kind]}/{key}{END}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("before", "writes", "well"),
    [
        ("", True, True),
        ("https://demo.twilio.com/welcome/sms/reply", True, True),
        ("https://old.example/webhooks/{channel}/{key}", True, True),
        ("{ours}", False, True),
        ("https://other.example/hook", False, False),
        ("https://other.example/webhooks/{channel}/another", False, False),
    ],
)
def test_a_connected_number_sends_to_us_unless_it_sends_to_somebody_else(
    *, kind: str, before: str, writes: bool, well: bool, stage: Stage, platform: Platform
) -> None:
    done = stage.connect(CHANNEL[kind], held(kind))
    ours = address(kind, done.account.key)
    platform.answers = answers(before.format(channel=CHANNEL[kind], key=done.account.key, ours=ours))
    platform.bodies.clear()
    finished = set_up(stage.services, done, API)

    (half,) = finished.halves
    assert (not half.why) is well
    given = ours if kind != "sender" else to_json({"webhook": {"callback_url": ours, "callback_method": "POST"}})
    assert written(platform) == ([(PLACE[kind], given)] if writes else [])
    assert [step for step in left_to_do(finished, API) if ours in step] == (
        [] if well else left_to_do(finished, API)[:1]
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("before", "writes"),
    [
        ("https://guichet.example/webhooks/{channel}/{key}#rc=5&rp=all", True),
        ("https://another-host.example/webhooks/{channel}/{key}", True),
        ("https://guichet.example/webhooks/{channel}/another", False),
        ("https://other.example/hook?next=/webhooks/{channel}/{key}", False),
        ("", False),
    ],
)
def test_a_number_that_leaves_has_no_address_of_ours_and_anothers_stays(
    *, kind: str, before: str, writes: bool, stage: Stage, platform: Platform
) -> None:
    account = stage.connect(CHANNEL[kind], held(kind)).account
    platform.answers = answers(before.format(channel=CHANNEL[kind], key=account.key))
    platform.bodies.clear()
    halves = disconnect(
        stage.services, leaving(stage.services, ChannelName(CHANNEL[kind]), AccountId(IDS[CHANNEL[kind]])), MARIE
    )

    assert [not each.why for each in halves] == [True, False]
    assert "delete it" in halves[1].why
    nowhere = "" if kind != "sender" else to_json({"webhook": {"callback_url": "", "callback_method": "POST"}})
    assert written(platform) == ([(PLACE[kind], nowhere)] if writes else [])
    assert stage.services.directory.by_id(CHANNEL[kind], IDS[CHANNEL[kind]]) is None


def test_a_number_that_comes_back_to_its_brand_has_its_old_address_and_another_brands_has_not(
    stage: Stage, platform: Platform
) -> None:
    """An address that a person wrote into a dashboard is called for ever: what comes there is taken again."""
    key = stage.connect("sms", held("number")).account.key
    platform.answers = answers("https://other.example/hook")
    what = leaving(stage.services, ChannelName("sms"), AccountId(IDS["sms"]))
    disconnect(stage.services, what, MARIE)
    disconnect(stage.services, what, MARIE)
    back = stage.connect("sms", held("number")).account
    disconnect(stage.services, leaving(stage.services, ChannelName("sms"), AccountId(IDS["sms"])), MARIE)
    asked = Asked(
        brand=BrandId("atelier-nord"), channel=ChannelName("sms"), account_id=AccountId(IDS["sms"]), held=held("number")
    )

    assert back.key == key
    assert connect(stage.services, asked, MARIE).account.key != key


@pytest.mark.parametrize("kind", KINDS)
def test_a_twilio_that_refuses_or_is_away_holds_nobody_who_leaves(kind: str, stage: Stage, platform: Platform) -> None:
    stage.connect(CHANNEL[kind], held(kind))
    platform.answers, platform.status = {"": {"code": 20003}}, 401
    halves = disconnect(
        stage.services, leaving(stage.services, ChannelName(CHANNEL[kind]), AccountId(IDS[CHANNEL[kind]])), MARIE
    )

    assert all(each.why for each in halves)
    assert stage.services.directory.by_id(CHANNEL[kind], IDS[CHANNEL[kind]]) is None
