"""An Instagram account is connected by Instagram's own page, as it is played, and by Facebook's, as it answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from chalicelib.admin import consents
from chalicelib.admin.accounts import disconnect, leaving
from chalicelib.admin.consents import Begun, Wanted
from chalicelib.channels import REGISTRY
from chalicelib.channels.instagram.consent import CONSENT, FIELDS, subscribe
from chalicelib.consent import Answered, Asking
from chalicelib.errors import Refused, UsageError
from chalicelib.model import AccountId, BrandId, ChannelName, Credentials
from chalicelib.ports import HttpAnswer
from tests.simulators.conftest import Stand, start_stand
from tests.simulators.fake_system import config_for
from tests.simulators.test_consent import Played
from tests.unit.admin.account_stage import MARIE, Stage, answering

CHANNEL = "instagram"
ID = "17841400000000011"
APP = {"current": "app-secret-1", "verify_token": "open-sesame", "app_id": "900001", "login": "instagram"}
SECRETS = ("app-secret-1", "token-instagram-1", "IGAA")


def _brands() -> list[dict[str, Any]]:
    """Two brands with an account of Instagram's each, and none elsewhere."""
    brands: list[dict[str, Any]] = config_for("http://127.0.0.1:9")["brands"]
    for number, brand in enumerate(brands, 1):
        messenger = brand["accounts"]["messenger"]
        own = {"account_id": f"1784140000000001{number}", "token": f"token-instagram-{number}", "login": "instagram"}
        url = messenger["webhook_url"].replace("messenger", CHANNEL)
        brand["accounts"] = {CHANNEL: {**messenger, **own, "app_id": f"90000{number}", "webhook_url": url}}
    return brands


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    stand, process = start_stand(tmp_path_factory.mktemp("instagram"), {"brands": _brands()}, checks=0)
    yield stand
    process.terminate()
    process.wait(10)
    stand.client.close()
    stand.system.close()


class OfInstagram(Played):
    """The same stage, asking for Instagram."""

    def begin(self, channel: str = CHANNEL, brand: BrandId = BrandId("maison-lune"), author: Any = MARIE) -> Begun:  # noqa: B008
        wanted = Wanted(brand=brand, channel=ChannelName(channel), held=APP)
        return consents.begin(self.here, wanted, author, self.api)


@pytest.fixture
def played(stand: Stand) -> Iterator[OfInstagram]:
    stand.client.post("/sim/consent", json={"forget": True})
    stage = Stage(stand.url, {name: f"{stand.url}/{name}" for name in REGISTRY})
    with answering(stage) as api:
        there = OfInstagram(stage, api, stand)
        yield there
        there.browser.close()


def test_an_account_is_connected_by_instagrams_page_and_sends_its_events(played: OfInstagram) -> None:
    begun = played.begin()
    back = played.back(begun)
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    assert played.visit(back).status_code == 200
    (choice,) = consents.offered(played.here, begun.ticket, MARIE).choices
    done = consents.finish(played.here, begun.ticket, ID, MARIE, played.api)

    assert (choice.account_id, choice.name) == (ID, "@maison_lune")
    account = done.connected.account
    held = played.here.secrets.account(account)
    assert (held.extra["login"], held.token[:4]) == ("instagram", "IGAA")
    app, own = done.halves
    assert "dashboard" in app.why  # Meta lets nobody set it but there
    assert own.why == ""
    sent = played.here.http(CHANNEL).request(
        "GET",
        "https://graph.instagram.com/v23.0/me/subscribed_apps",
        headers={"authorization": f"Bearer {held.token}"},
    )
    assert json.loads(sent.body)["data"][0]["subscribed_fields"] == [*FIELDS]
    assert [each for each in done.findings if not each.well] == []
    kept = str(played.stage.dynamo.items) + json.dumps(played.stand.outbound()) + "".join(played.shown)
    assert not [secret for secret in (*SECRETS, code) if secret in kept + begun.url]

    halves = disconnect(played.here, leaving(played.here, ChannelName(CHANNEL), AccountId(ID)), MARIE)
    assert halves[0].why == ""
    assert "sixty days" in halves[1].why


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("less", "not allowed: instagram_business_manage_comments"), ("old", "gave nothing")],
)
def test_a_consent_that_is_not_enough_connects_nothing(outcome: str, said: str, played: OfInstagram) -> None:
    begun = played.consented(CHANNEL, outcome)
    with pytest.raises(UsageError, match=said):
        consents.offered(played.here, begun.ticket, MARIE)
    assert played.here.directory.by_id(CHANNEL, ID) is None


def test_with_the_token_of_another_account_that_account_alone_is_offered(played: OfInstagram) -> None:
    begun = played.consented(CHANNEL, "another")
    (choice,) = consents.offered(played.here, begun.ticket, MARIE).choices
    assert choice.account_id != ID
    with pytest.raises(UsageError, match="none of those"):
        consents.finish(played.here, begun.ticket, ID, MARIE, played.api)


# --- Facebook Login -----------------------------------------------------------------------------

BY_PAGE = Credentials(app_secrets=("s",), app_id="77", token="t", extra={"login": "facebook"}, verify_token="v")
LINKED = {"instagram_business_account": {"id": ID, "username": "maison.lune"}, "access_token": "page-token"}


class Graph:
    """Meta's graph, answering by the end of the path."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str]] = []

    def request(self, method: str, url: str, **_: Any) -> HttpAnswer:
        self.asked.append((method, url))
        told = self.answers[urlsplit(url).path.rpartition("/")[2]]
        return HttpAnswer(200, {}, json.dumps(told).encode())


def test_facebooks_page_is_asked_for_the_rights_of_the_page_and_of_its_account() -> None:
    asking = Asking(redirect="https://a.example/connect/instagram", state="s", challenge="c")
    query = parse_qs(urlsplit(CONSENT.begin(Graph(), BY_PAGE, asking).url).query)
    assert {"instagram_manage_messages", "instagram_manage_comments", "pages_manage_metadata"} <= set(
        query["scope"][0].split(",")
    )
    assert query["code_challenge"] == ["c"]
    with pytest.raises(Refused, match="login"):
        CONSENT.begin(Graph(), replace(BY_PAGE, extra={"login": "unified"}), asking)


def test_each_page_with_an_account_is_a_choice_and_brings_its_id_and_token() -> None:
    pages = [{"id": "1", "tasks": ["MESSAGING"], **LINKED}, {"id": "2", "access_token": "x"}, {"id": "3", **LINKED}]
    allowed = [{"permission": each, "status": "granted"} for each in ("instagram_basic", "pages_show_list")]
    graph = Graph(accounts={"data": pages}, permissions={"data": allowed}, access_token={"access_token": "long"})
    grant = CONSENT.exchange(graph, BY_PAGE, Answered(brought={"code": "c"}, redirect="r", verifier="v"))
    choices, missing = CONSENT.accounts(graph, BY_PAGE, grant)

    assert [(each.account_id, each.held["page_id"], bool(each.lacks)) for each in choices] == [
        (ID, "1", False),
        (ID, "3", True),
    ]
    assert choices[0].held == {"token": "page-token", "login": "facebook", "page_id": "1"}
    assert "instagram_manage_messages" in missing


def test_both_halves_are_set_through_the_page() -> None:
    graph = Graph(subscriptions={"data": []}, subscribed_apps={"data": []})
    held = replace(BY_PAGE, extra={"login": "facebook", "page_id": "1"}, webhook_url="https://a.example/webhooks/i/k")
    halves = subscribe(graph, held, AccountId(ID))
    assert [half.why for half in halves] == ["", ""]
    assert [url for method, url in graph.asked if method == "POST" and "/1/subscribed_apps" in url]
