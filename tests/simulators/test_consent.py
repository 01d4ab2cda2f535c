"""
An account is connected by the platforms' own consent pages, as they are played: each way in which a page can end.

The person's browser is an HTTP client; our own address is the stage's intake and its route for consents.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from chalicelib.admin import consents
from chalicelib.admin.accounts import disconnect, leaving
from chalicelib.admin.consents import Begun, Wanted
from chalicelib.channels import REGISTRY
from chalicelib.errors import UsageError
from chalicelib.model import AccountId, BrandId, ChannelName, Millis
from chalicelib.store import audit
from chalicelib.store.audit import Author
from tests.simulators.conftest import Stand, start_stand
from tests.unit.admin.account_stage import MARIE, NOW, Stage, answering

BRAND = BrandId("maison-lune")
OTHER = BrandId("atelier-nord")
CHANNELS = ("messenger", "whatsapp", "x", "slack")
META = {"current": "app-secret-1", "verify_token": "open-sesame", "app_id": "900001"}
APP: dict[str, dict[str, str]] = {
    "messenger": META,
    "whatsapp": META,
    "x": {"current": "consumer-1", "consumer_key": "consumer-key"},
    "slack": {"current": "slack-secret", "client_id": "1.2", "client_secret": "s3cret-of-the-client"},
}
IDS = {"messenger": "100000000000001", "whatsapp": "200000000000001", "x": "300000000000001", "slack": "T0TOY/C0BRAND1"}
SECRETS = ("app-secret-1", "token-messenger-1", "token-whatsapp-1", "token-x-1", "consumer-1", "xoxb-toy", "s3cret")


class Played:
    """A stage, its own address, and the platforms beside it."""

    def __init__(self, stage: Stage, api: str, stand: Stand) -> None:
        self.stage, self.api, self.stand = stage, api, stand
        self.browser = httpx.Client(trust_env=False, timeout=10)
        self.shown: list[str] = []

    @property
    def here(self) -> Any:
        return self.stage.services

    def begin(self, channel: str, brand: BrandId = BRAND, author: Author = MARIE) -> Begun:
        wanted = Wanted(brand=brand, channel=ChannelName(channel), held=APP[channel])
        return consents.begin(self.here, wanted, author, self.api)

    def back(self, begun: Begun, outcome: str = "allow") -> str:
        """What the platform sends the person's browser to when they press a link of its page."""
        page = self.browser.get(begun.url)
        assert page.status_code == 200
        parts = urlsplit(begun.url)
        link = f"{parts.scheme}://{parts.netloc}{parts.path}/decide?{parts.query}&{urlencode({'outcome': outcome})}"
        moved = self.browser.get(link)
        assert moved.status_code == 302
        return moved.headers["location"]

    def visit(self, address: str) -> httpx.Response:
        answer = self.browser.get(address)
        self.shown.append(answer.text + str(answer.headers))
        return answer

    def consented(self, channel: str, outcome: str = "allow") -> Begun:
        begun = self.begin(channel)
        assert self.visit(self.back(begun, outcome)).status_code == 200
        return begun

    def parameters(self) -> str:
        return json.dumps(self.stage.ssm.kept)


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    stand, process = start_stand(tmp_path_factory.mktemp("consents"))
    yield stand
    process.terminate()
    process.wait(10)
    stand.client.close()
    stand.system.close()


@pytest.fixture
def played(stand: Stand) -> Iterator[Played]:
    stand.client.delete("/faults")
    stand.client.post("/sim/consent", json={"forget": True})
    stage = Stage(stand.url, {name: f"{stand.url}/{name}" for name in (*REGISTRY, "slack")})
    with answering(stage) as api:
        there = Played(stage, api, stand)
        yield there
        there.browser.close()


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_account_is_connected_by_its_platforms_page_and_its_events_come(channel: str, played: Played) -> None:
    begun = played.begin(channel)
    assert not consents.answered(played.here, begun.ticket, MARIE)
    answer = played.visit(played.back(begun))
    assert consents.answered(played.here, begun.ticket, MARIE)
    choices = consents.offered(played.here, begun.ticket, MARIE).choices
    done = consents.finish(played.here, begun.ticket, IDS[channel], MARIE, played.api)

    assert answer.status_code == 200
    assert [each for each in choices if IDS[channel].startswith(each.account_id)]
    account = done.connected.account
    assert (account.brand, account.account_id) == (BRAND, IDS[channel])
    assert [each for each in done.halves if each.why] == []
    assert len(done.halves) == {"messenger": 2, "whatsapp": 3, "x": 2, "slack": 0}[channel]
    assert [each for each in done.findings if not each.well] == []
    assert done.findings
    held = played.here.secrets.account(account)
    assert held.token.startswith(f"token-{channel}-1" if channel != "slack" else "xoxb-toy")
    assert "client_secret" not in played.parameters()
    assert "connect/" not in "".join(name for name in played.stage.ssm.kept if "/token/" in name)


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_secret_and_no_code_stands_in_an_address_of_ours_a_page_a_log_or_the_table(
    channel: str, played: Played, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    begun = played.begin(channel)
    back = played.back(begun)
    brought = {value for name, value in parse_qsl(urlsplit(back).query) if name in ("code", "oauth_verifier")}
    played.visit(back)
    offer = consents.offered(played.here, begun.ticket, MARIE)
    done = consents.finish(played.here, begun.ticket, IDS[channel], MARIE, played.api)

    told = [repr(begun), repr(offer), repr(done), *played.shown, caplog.text, begun.url, back, *capfd.readouterr()]
    kept = str(played.stage.dynamo.items) + str([*audit.lines(played.here.table(BRAND), Millis(0))])
    outbound = json.dumps(played.stand.outbound())
    for secret in (*SECRETS, begun.ticket.nonce):
        assert not [text for text in [*told, kept, outbound] if secret in text]
    assert len(brought) == 1
    assert not [text for text in [*played.shown, kept, outbound] if brought.copy().pop() in text]


@pytest.mark.parametrize("channel", CHANNELS)
def test_who_declines_connects_nothing_and_is_told_so_on_both_sides(channel: str, played: Played) -> None:
    begun = played.begin(channel)
    answer = played.visit(played.back(begun, "decline"))

    assert (answer.status_code, "nothing is connected" in answer.text) == (200, True)
    with pytest.raises(UsageError, match="told no: nothing is connected"):
        consents.answered(played.here, begun.ticket, MARIE)
    with pytest.raises(UsageError, match="begin again"):
        consents.offered(played.here, begun.ticket, MARIE)
    assert played.here.directory.by_id(channel, IDS[channel]) is None


@pytest.mark.parametrize(
    ("channel", "outcome", "said"),
    [
        ("messenger", "less", "not allowed: pages_messaging"),
        ("whatsapp", "less", "not allowed: whatsapp_business_messaging"),
        ("slack", "less", "not allowed: reactions:write"),
        ("messenger", "nothing", "has no account on messenger"),
        ("whatsapp", "nothing", "has no account on whatsapp"),
        ("messenger", "old", "gave nothing"),
        ("whatsapp", "old", "gave nothing"),
        ("x", "old", "gave nothing"),
        ("slack", "old", "gave nothing"),
    ],
)
def test_a_consent_that_is_not_enough_connects_nothing_and_says_what_was_missing(
    channel: str, outcome: str, said: str, played: Played
) -> None:
    begun = played.consented(channel, outcome)

    with pytest.raises(UsageError, match=said):
        consents.offered(played.here, begun.ticket, MARIE)
    assert played.here.directory.by_id(channel, IDS[channel]) is None
    assert f"/token/{channel}/" not in played.parameters()


@pytest.mark.parametrize("channel", ["messenger", "whatsapp", "x"])
def test_a_token_of_another_account_is_found_before_it_is_kept(channel: str, played: Played) -> None:
    begun = played.consented(channel, "another")

    with pytest.raises(UsageError, match="does not take this token"):
        consents.finish(played.here, begun.ticket, IDS[channel], MARIE, played.api)
    assert played.here.directory.by_id(channel, IDS[channel]) is None
    assert f"/token/{channel}/" not in played.parameters()


# --- the mark ---------------------------------------------------------------------------------


def test_an_answer_that_is_played_again_is_refused(played: Played) -> None:
    begun = played.begin("messenger")
    back = played.back(begun)

    assert [played.visit(back).status_code for _ in range(3)] == [200, 409, 409]
    consents.offered(played.here, begun.ticket, MARIE)
    assert played.visit(back).status_code == 409
    consents.finish(played.here, begun.ticket, IDS["messenger"], MARIE, played.api)
    assert played.visit(back).status_code == 409


def test_an_answer_after_ten_minutes_is_refused_and_told(played: Played) -> None:
    begun = played.begin("messenger")
    back = played.back(begun)
    played.stage.now = Millis(NOW + 600_000)

    assert played.visit(back).status_code == 410
    with pytest.raises(UsageError, match="within ten minutes"):
        consents.answered(played.here, begun.ticket, MARIE)


def test_an_answer_that_was_not_fetched_in_time_is_worth_nothing(played: Played) -> None:
    begun = played.consented("messenger")
    played.stage.now = Millis(NOW + 600_000)

    with pytest.raises(UsageError, match="used already, or is too old"):
        consents.offered(played.here, begun.ticket, MARIE)


@pytest.mark.parametrize("change", ["flip", "short", "brand", "until", "channel", "none", "long"])
def test_a_mark_that_we_did_not_make_is_refused_without_a_look_at_the_table(change: str, played: Played) -> None:
    begun = played.begin("messenger")
    parts = urlsplit(played.back(begun))
    query = dict(parse_qsl(parts.query))
    mark = query["state"]
    bent = {
        "flip": mark[:-1] + ("0" if mark[-1] != "0" else "1"),
        "short": mark.rpartition(".")[0],
        "brand": mark.replace("maison-lune", "atelier-nord"),
        "until": mark.replace(mark.split(".")[3], str(int(mark.split(".")[3]) + 1)),
        "channel": mark.replace("messenger", "whatsapp", 1),
        "none": "",
        "long": mark * 50,
    }[change]
    reads = len(played.stage.dynamo.items)
    answer = played.visit(f"{played.api}{parts.path}?{urlencode({**query, 'state': bent})}")

    assert answer.status_code == 403
    assert played.stage.counted["consent_forged"] == 1
    assert (len(played.stage.dynamo.items), consents.answered(played.here, begun.ticket, MARIE)) == (reads, False)


def test_a_mark_of_one_channel_opens_nothing_at_anothers_address(played: Played) -> None:
    begun = played.begin("messenger")
    back = played.back(begun)

    assert played.visit(back.replace("/connect/messenger", "/connect/whatsapp")).status_code == 403
    assert not consents.answered(played.here, begun.ticket, MARIE)


def test_a_brand_cannot_take_what_another_asked_for(played: Played) -> None:
    begun = played.consented("messenger")
    played.begin("messenger", OTHER)

    for ticket in (replace(begun.ticket, brand=OTHER), replace(begun.ticket, channel=ChannelName("whatsapp"))):
        for ask in (consents.answered, consents.offered):
            with pytest.raises(UsageError, match="Nothing waits that you have asked for"):
                ask(played.here, ticket, MARIE)
    assert consents.answered(played.here, begun.ticket, MARIE)


def test_who_did_not_ask_gets_nothing_even_with_the_rights(played: Played) -> None:
    begun = played.consented("messenger")
    stranger = Author("tom", MARIE.at)

    for ticket, author in ((replace(begun.ticket, nonce="guessed"), MARIE), (begun.ticket, stranger)):
        with pytest.raises(UsageError, match="Nothing waits that you have asked for"):
            consents.finish(played.here, ticket, IDS["messenger"], author, played.api)
    assert played.here.directory.by_id("messenger", IDS["messenger"]) is None


def test_who_begins_anew_voids_what_was_asked_before(played: Played) -> None:
    first = played.begin("messenger")
    back = played.back(first)
    second = played.begin("messenger")

    assert played.visit(back).status_code == 409
    with pytest.raises(UsageError, match="begin again"):
        consents.answered(played.here, first.ticket, MARIE)
    assert not consents.answered(played.here, second.ticket, MARIE)


def test_a_code_is_exchanged_once_and_the_accounts_may_be_looked_at_twice(played: Played) -> None:
    begun = played.consented("messenger")
    since = max((call["seq"] for call in played.stand.outbound()), default=0)

    first = consents.offered(played.here, begun.ticket, MARIE)
    again = consents.offered(played.here, begun.ticket, MARIE)
    asked = [call["path"].rpartition("/")[2] for call in played.stand.outbound("messenger", since)]

    assert first == again
    assert asked.count("access_token") == 2  # a code, and then the token that lasts
    assert asked.count("accounts") == 2
    with pytest.raises(UsageError, match="none of those that were allowed"):
        consents.finish(played.here, begun.ticket, "999", MARIE, played.api)


def test_an_answer_without_its_code_is_refused_and_the_whole_one_is_still_taken(played: Played) -> None:
    begun = played.begin("messenger")
    back = played.back(begun)
    cut = urlsplit(back)._replace(query=urlencode({"state": dict(parse_qsl(urlsplit(back).query))["state"]})).geturl()

    assert [played.visit(cut).status_code, played.visit(back).status_code] == [400, 200]


def test_the_page_that_a_person_sees_loads_nothing_and_is_kept_by_nobody(played: Played) -> None:
    answer = played.visit(played.back(played.begin("messenger")))

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert "http" not in answer.text.partition("<body")[0].replace("text/html", "")


# --- with an attacker's eye ---------------------------------------------------------------------


@pytest.mark.parametrize("channel", CHANNELS)
def test_of_answers_that_come_at_the_same_moment_one_is_taken(channel: str, played: Played) -> None:
    begun = played.begin(channel)
    back = played.back(begun)
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(lambda _: httpx.get(back, trust_env=False, timeout=10).status_code, range(8)))

    assert statuses == [200, *[409] * 7]
    assert consents.answered(played.here, begun.ticket, MARIE)


def test_a_code_that_two_go_on_with_at_the_same_moment_is_exchanged_once(played: Played) -> None:
    begun = played.consented("messenger")
    since = max((call["seq"] for call in played.stand.outbound()), default=0)

    def go_on(_: int) -> bool:
        try:
            return bool(consents.offered(played.here, begun.ticket, MARIE).choices)
        except UsageError:
            return False

    with ThreadPoolExecutor(4) as pool:
        went = list(pool.map(go_on, range(4)))
    codes = [call for call in played.stand.outbound("messenger", since) if call["path"].endswith("/access_token")]

    assert any(went)
    assert len(codes) == 2  # the code, and the token that lasts


@pytest.mark.parametrize("name", ["redirect_uri", "next", "url", "return_to", "RelayState"])
def test_the_address_that_takes_answers_sends_nobody_anywhere(name: str, played: Played) -> None:
    begun = played.begin("messenger")
    back = played.back(begun)
    for address in (
        f"{back}&{name}=https://evil.example",
        f"{played.api}/connect/messenger?{name}=https://evil.example",
    ):
        answer = played.visit(address)

        assert answer.status_code in (200, 403)
        assert "evil" not in answer.text + str(answer.headers)
        assert "location" not in answer.headers


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_platform_is_asked_with_the_one_address_that_is_registered_and_no_other_is_ever_made(
    channel: str, played: Played
) -> None:
    begun = played.begin(channel)
    back = urlsplit(played.back(begun))

    assert f"{back.scheme}://{back.netloc}{back.path}" == f"{played.api}/connect/{channel}"
    assert {*dict(parse_qsl(back.query))} <= {"state", "code", "oauth_token", "oauth_verifier"}


@pytest.mark.parametrize("channel", ["messenger", "whatsapp"])
def test_a_code_is_worth_nothing_without_the_verifier_that_never_left_us(channel: str, played: Played) -> None:
    begun = played.begin(channel)
    asked = dict(parse_qsl(urlsplit(begun.url).query))
    code = dict(parse_qsl(urlsplit(played.back(begun)).query))["code"]
    stolen = {
        "client_id": META["app_id"],
        "client_secret": META["current"],
        "redirect_uri": asked["redirect_uri"],
        "code": code,
        "code_verifier": asked["code_challenge"],
    }
    answer = played.stand.client.post(f"/{channel}/v23.0/oauth/access_token", data=stolen)

    assert (asked["code_challenge_method"], len(asked["code_challenge"])) == ("S256", 43)
    assert answer.status_code == 400
    assert asked["code_challenge"] not in played.parameters()


def test_a_mark_of_another_stage_or_of_a_key_that_was_replaced_opens_nothing(played: Played) -> None:
    begun = played.begin("messenger")
    back = played.back(begun)
    name = next(name for name in played.stage.ssm.kept if name.endswith("/app/connect/state"))
    del played.stage.ssm.kept[name]
    played.here.secrets.forget()
    played.begin("messenger", OTHER)  # a stage that has a key of its own

    assert played.visit(back).status_code == 403


# --- what is set at the platform ----------------------------------------------------------------


def test_a_webhook_that_leads_to_another_stage_is_left_alone_and_told(played: Played) -> None:
    played.stand.client.post("/sim/consent", json={"forget": False})
    done = consents.finish(played.here, played.consented("messenger").ticket, IDS["messenger"], MARIE, played.api)

    assert [bool(each.why) for each in done.halves] == [True, False]
    assert "leads elsewhere" in done.halves[0].why
    assert played.here.directory.by_id("messenger", IDS["messenger"]) is not None


@pytest.mark.parametrize("channel", CHANNELS)
def test_who_disconnects_is_told_what_ended_at_the_platform_and_what_lives_on(channel: str, played: Played) -> None:
    consents.finish(played.here, played.consented(channel).ticket, IDS[channel], MARIE, played.api)

    halves = disconnect(played.here, leaving(played.here, ChannelName(channel), AccountId(IDS[channel])), MARIE)

    assert {each.what: bool(each.why) for each in halves} == {
        "messenger": {"the page sends the app none of these events any more": False, "the token is void": True},
        "whatsapp": {"the number has no address of ours any more": False, "the token is void": True},
        "x": {"the account's events go nowhere": False, "the token is void": False},
        "slack": {"the token is void": True},
    }[channel]
    assert played.here.directory.by_id(channel, IDS[channel]) is None
    assert f"/token/{channel}/" not in played.parameters()


@pytest.mark.parametrize("channel", ["messenger", "whatsapp", "x"])
def test_a_platform_that_is_down_holds_nobody_who_leaves(channel: str, played: Played) -> None:
    consents.finish(played.here, played.consented(channel).ticket, IDS[channel], MARIE, played.api)
    played.stand.post("/faults", channel=channel, fault="error", status=503, times=20)

    halves = disconnect(played.here, leaving(played.here, ChannelName(channel), AccountId(IDS[channel])), MARIE)

    assert all(each.why for each in halves)
    assert played.here.directory.by_id(channel, IDS[channel]) is None
    assert f"/token/{channel}/" not in played.parameters()
