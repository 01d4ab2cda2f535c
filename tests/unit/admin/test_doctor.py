"""Doctor tries the stage's own webhook as a platform would, and leaves nothing behind."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.admin.accounts import shown
from chalicelib.admin.connecting import connecting
from chalicelib.admin.doctor import doctor
from chalicelib.admin.findings import Finding
from chalicelib.admin.subscriptions import subscribed
from chalicelib.channels import REGISTRY, _messenger_connecting
from chalicelib.channels.facebook import connecting as facebook_connecting
from chalicelib.channels.instagram import consent as instagram_consent
from chalicelib.model import ListRead, Millis
from chalicelib.workspaces.slack.consent import SCOPES as SLACK_SCOPES
from infra.cli import parser

from .account_stage import ACCOUNTS, GOOD, IDS, NOW, SECRETS, Platform, Stage, answering, playing

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@pytest.fixture
def platform() -> Iterator[Platform]:
    with playing() as played:
        yield played


@pytest.fixture
def stage(platform: Platform) -> Stage:
    return Stage(platform.base)


def found(stage: Stage, channel: str, api: str) -> dict[str, Finding]:
    account = stage.services.directory.by_id(channel, IDS[channel])
    assert account is not None
    return {each.name: each for each in doctor(stage.services, account, api)}


BY_HTTP = [name for name, kind in REGISTRY.items() if kind.authenticator.kind != "internal"]
TELLING = [name for name in BY_HTTP if REGISTRY[name].connecting().subscription is not None]


@pytest.mark.parametrize("channel", [name for name in REGISTRY if name not in BY_HTTP])
def test_an_address_that_no_platform_calls_refuses_whatever_is_sent(channel: str, stage: Stage) -> None:
    stage.connect(channel, SECRETS[channel])
    with answering(stage) as api:
        seen = found(stage, channel, api)

    assert (seen["forged event"].well, seen["forged event"].seen) == (True, "HTTP 403")
    assert "signed event" not in seen
    assert stage.counted == {"doctor_tried": 1}


@pytest.mark.parametrize("channel", BY_HTTP)
def test_our_own_address_takes_what_the_secret_signed_and_refuses_what_another_did(
    channel: str, stage: Stage, platform: Platform
) -> None:
    stage.connect(channel, SECRETS[channel])
    with answering(stage) as api:
        webhook = shown(stage.account(channel), api)["webhook_url"]
        platform.answers = sent_to(str(webhook))
        seen = found(stage, channel, api)

    assert [each.name for each in seen.values() if not each.well] == []
    assert seen["signed event"].seen == f"HTTP {REGISTRY[channel].traits.accepted.status}"
    assert seen["forged event"].seen == "HTTP 403"


@pytest.mark.parametrize("channel", BY_HTTP)
def test_nothing_of_a_try_is_kept_queued_parked_or_told_as_a_forgery(channel: str, stage: Stage) -> None:
    stage.connect(channel, SECRETS[channel])
    before = dict(stage.dynamo.items)
    with answering(stage) as api:
        found(stage, channel, api)

    assert stage.dynamo.items == before
    assert stage.queues.queues == {}
    assert stage.counted == {"event_without_consequence": 1, "doctor_tried": 1}
    assert stage.services.directory.activity(stage.account(channel)) is None


@pytest.mark.parametrize("channel", BY_HTTP)
def test_a_function_that_holds_another_secret_is_told_with_what_to_do(channel: str, stage: Stage) -> None:
    stage.connect(channel, SECRETS[channel])
    other = Stage(stage.platform)
    other.connect(channel, SECRETS[channel] | {"current": "another-secret-of-forty-characters-or-so"})
    other.adopt(stage)
    with answering(other) as api:
        seen = found(stage, channel, api)

    assert (seen["signed event"].well, seen["signed event"].seen) == (False, "HTTP 403")
    assert f"guichet account connect {channel}" in seen["signed event"].advice
    assert seen["forged event"].well


def test_our_own_address_takes_what_slack_would_sign_and_a_wrong_secret_is_told(stage: Stage) -> None:
    stage.connect("slack", SECRETS["slack"])
    stage.queues.queues.clear()  # what connecting has rung
    with answering(stage) as api:
        well = found(stage, "slack", api)["signed event"]
    other = Stage(stage.platform)
    other.connect("slack", SECRETS["slack"] | {"current": "another"})
    with answering(other) as api:
        ill = found(stage, "slack", api)["signed event"]

    assert (well.well, well.seen) == (True, "HTTP 200")
    assert (ill.well, ill.seen) == (False, "HTTP 401")
    assert stage.queues.queues == {}
    assert "unverified" not in stage.counted


def test_a_stage_that_takes_everything_or_does_not_answer_is_told(stage: Stage, platform: Platform) -> None:
    stage.connect("messenger", SECRETS["messenger"])
    silent = found(stage, "messenger", "http://127.0.0.1:9")
    takes_all = found(stage, "messenger", platform.base)

    assert [silent[name].seen for name in ("signed event", "forged event")] == ["no answer"] * 2
    assert not (silent["signed event"].well)
    assert not (silent["forged event"].well)
    assert not (takes_all["forged event"].well)
    commands = re.findall(r"`guichet ([^`]*)`", silent["signed event"].advice + takes_all["forged event"].advice)
    assert [parser().parse_args(shlex.split(each)).stage for each in commands] == ["test", "test"]


OF_PAGES = (*_messenger_connecting.EVENTS, *facebook_connecting.EVENTS)


def sent_to(url: str, fields: Sequence[str] = OF_PAGES, *, active: bool = True) -> dict[str, Any]:
    """What each platform answers when it sends an account's events there: `sent` of its account.json, or here."""
    hook = {"object": "page", "callback_url": url, "active": active, "fields": [{"name": each} for each in fields]}
    page = {"id": "77", "subscribed_fields": [*fields]}
    wanted = instagram_consent.FIELDS
    instagram = hook | {"object": "instagram", "fields": [{"name": each} for each in wanted]}
    sender = {**GOOD["/v2/Channels/Senders"]["senders"][0], "webhook": {"callback_url": url}}
    own = json.dumps({end: said for each in ACCOUNTS.values() for end, said in each.get("sent", {}).items()})
    return {
        **GOOD,
        **json.loads(own.replace("{url}", json.dumps(url)[1:-1])),
        "/77/subscriptions": {"data": [hook, instagram]},
        "/104377/subscribed_apps": {"data": [{"id": "77", "subscribed_fields": [*wanted]}]},
        "/1042/subscribed_apps": {"data": [{"id": "1"}, page]},
        "/1065": {**GOOD["/1065"], "webhook_configuration": {"application": url, "phone_number": ""}},
        "/oauth2/token": {"access_token": "app-only"},
        "/2/webhooks": {"data": [{"url": "https://old.example/", "valid": True}, {"url": url, "valid": active}]},
        "/IncomingPhoneNumbers.json": {"incoming_phone_numbers": [{"friendly_name": "Maison Lune", "sms_url": url}]},
        "/v2/Channels/Senders": {"senders": [sender]},
    }


API = "https://guichet.example"


def asked(stage: Stage, platform: Platform, channel: str, url: str, **told: Any) -> dict[str, Finding]:
    """What doctor finds where the platform sends events to this address; "{ours}" stands for ours."""
    account = stage.connect(channel, SECRETS[channel] | {"app_id": "77"}).account
    ours = str(shown(account, API)["webhook_url"])
    platform.answers = sent_to(url.replace("{ours}", ours).replace("{plain}", ours.partition("#")[0]), **told)
    held = stage.services.secrets.account(account)
    return {each.name: each for each in subscribed(stage.services, account, held, API)}


@pytest.mark.parametrize("channel", TELLING)
def test_a_platform_that_sends_events_to_us_is_well(channel: str, stage: Stage, platform: Platform) -> None:
    seen = asked(stage, platform, channel, "{ours}")

    assert (seen["callback"].well, seen["callback"].seen) == (True, "ours")
    assert all(each.well for each in seen.values())
    assert len(platform.asked) <= 7  # two to connect, three for the token and the account, two for this


@pytest.mark.parametrize("channel", TELLING)
@pytest.mark.parametrize(
    ("url", "said"),
    [("https://other.example/hook?secret=s3cret", "other.example"), ("", "where")],
)
def test_a_platform_that_sends_events_elsewhere_is_told_without_the_others_address(
    channel: str, url: str, said: str, stage: Stage, platform: Platform
) -> None:
    seen = asked(stage, platform, channel, url)["callback"]

    assert not seen.well
    assert said in seen.seen
    assert "s3cret" not in seen.seen
    assert f"{API}/webhooks/{channel}/" in seen.advice


@pytest.mark.parametrize("channel", ["sms", "whatsapp_twilio"])
def test_an_address_without_its_end_is_told_for_twilio_repeats_nothing_then(
    channel: str, stage: Stage, platform: Platform
) -> None:
    seen = asked(stage, platform, channel, "{plain}")["callback"]

    assert (seen.well, seen.seen) == (False, "ours, without its end #rc=5&rp=all")


def test_a_webhook_that_x_has_switched_off_is_none(stage: Stage, platform: Platform) -> None:
    assert not asked(stage, platform, "x", "{ours}", active=False)["callback"].well


def test_a_page_whose_app_sends_all_to_messengers_address_is_well_where_both_are_ours(
    stage: Stage, platform: Platform
) -> None:
    messenger = stage.connect("messenger", SECRETS["messenger"] | {"app_id": "77"}).account
    seen = asked(stage, platform, "facebook", str(shown(messenger, API)["webhook_url"]))

    assert (seen["callback"].well, seen["callback"].seen) == (True, "ours, of the account that shares it")


def test_a_page_whose_comments_are_not_sent_is_told_which_half_is_missing(stage: Stage, platform: Platform) -> None:
    seen = asked(stage, platform, "facebook", "{ours}", fields=_messenger_connecting.EVENTS)["events"]

    assert (seen.well, seen.seen) == (False, "not sent: feed, mention")


def test_fields_that_messenger_does_not_send_are_named(stage: Stage, platform: Platform) -> None:
    seen = asked(stage, platform, "messenger", "{ours}", fields=_messenger_connecting.EVENTS[1:])["events"]

    assert (seen.well, seen.seen) == (False, "not sent: messages")


def test_a_page_that_was_connected_before_links_led_on_is_told_what_is_missing(
    stage: Stage, platform: Platform
) -> None:
    before = [each for each in _messenger_connecting.EVENTS if each != "messaging_referrals"]
    seen = asked(stage, platform, "messenger", "{ours}", fields=before)["events"]

    assert (seen.well, seen.seen) == (False, "not sent: messaging_referrals")


def test_a_messaging_service_that_answers_for_its_numbers_is_asked_in_their_place(
    stage: Stage, platform: Platform
) -> None:
    account = stage.connect("sms", SECRETS["sms"] | {"service": "MG1"}).account
    ours = shown(account, API)["webhook_url"]
    for own, well in ((False, True), (True, False)):
        service = {"inbound_request_url": ours, "use_inbound_webhook_on_number": own}
        platform.answers = {**sent_to("https://other.example"), "/v1/Services/MG1": service}
        seen, _ = subscribed(stage.services, account, stage.services.secrets.account(account), API)
        assert seen.well is well


@pytest.mark.parametrize("channel", TELLING)
def test_a_platform_that_does_not_say_is_no_failure(channel: str, stage: Stage, platform: Platform) -> None:
    account = stage.connect(channel, SECRETS[channel]).account
    platform.status, platform.answers = 403, {}
    found = {
        each.name: each for each in subscribed(stage.services, account, stage.services.secrets.account(account), API)
    }

    assert all(each.well for each in found.values())
    assert found["callback"].seen.startswith("the platform does not say (")


def test_an_account_that_is_silent_for_longer_than_usual_is_told(stage: Stage) -> None:
    stage.connect("messenger", SECRETS["messenger"])
    with answering(stage) as api:
        fresh = found(stage, "messenger", api)["last event"]
        stage.now = Millis(stage.now + DAY_MS + HOUR_MS)
        never = found(stage, "messenger", api)["last event"]
        stage.services.directory.note_event("messenger", IDS["messenger"], Millis(stage.now - 3 * HOUR_MS))
        lately = found(stage, "messenger", api)["last event"]

    assert (fresh.well, fresh.seen) == (True, "none yet")
    assert (never.well, never.seen) == (False, "none yet")
    assert (lately.well, lately.seen) == (True, "3 h ago (usual at this hour: within 24 h)")


def test_the_page_says_of_each_finding_when_it_is_well(stage: Stage, platform: Platform) -> None:
    page = (Path(__file__).parents[3] / "docs" / "connect.md").read_text(encoding="utf-8")
    table = page.partition("| finding |")[2].partition("\n\n")[0]
    told = {
        name.strip() for line in table.splitlines() if line.startswith("| ") for name in line.split("|")[1].split(",")
    }
    names: set[str] = set()
    platform.headers = {"x-access-level": "read", "x-oauth-scopes": "commands"}
    for channel in (*REGISTRY, "slack"):
        more = {"app_id": "77"} if channel not in BY_HTTP or channel in TELLING else {}
        stage.connect(channel, SECRETS[channel] | more, unasked=True)
        with answering(stage) as api:
            platform.answers = sent_to(api) | TOLD
            names |= found(stage, channel, api).keys()

    assert names <= told
    assert told <= names | {"look-up", "list", "other apps", "deliveries"}


def test_messages_that_only_the_platforms_list_had_are_told_for_a_week_and_a_list_that_cannot_be_read_too(
    stage: Stage,
) -> None:
    stage.connect("sms", SECRETS["sms"])
    account = stage.account("sms")
    kept = stage.services.directory.keep_list_read
    seen = []
    with answering(stage) as api:
        assert "list" not in found(stage, "sms", api)
        for ago, error in ((HOUR_MS, ""), (8 * DAY_MS, ""), (HOUR_MS, "20003")):
            kept(account, ListRead(account=account.key, found=3, found_at=Millis(stage.now - ago), error=error))
            seen.append(found(stage, "sms", api)["list"])

    assert [each.well for each in seen] == [False, True, False]
    assert seen[0].seen == "3 messages were taken from it, the last 1 h ago"
    assert "docs/connect.md#sms" in seen[0].advice
    assert seen[2].seen == "cannot be read (20003)"


def test_a_list_that_shows_messages_late_or_without_whose_they_are_is_told_for_a_week(stage: Stage) -> None:
    stage.connect("sms", SECRETS["sms"])
    account = stage.account("sms")
    read = ListRead(account=account.key, found=3, found_at=Millis(stage.now - 8 * DAY_MS), unplaced=1, lagged=2)
    seen = []
    with answering(stage) as api:
        for ago in (HOUR_MS, 8 * DAY_MS):
            stage.services.directory.keep_list_read(account, replace(read, told_at=Millis(stage.now - ago)))
            seen.append(found(stage, "sms", api)["list"])

    assert [each.well for each in seen] == [False, True]
    assert "2 of them it showed late; 1 messages in it say not whose they are" in seen[0].seen


# --- what the platform says of the token and the account ------------------------------------------

DAY_S = 86_400
TOLD: dict[str, Any] = {
    "/debug_token": {"data": {"is_valid": True, "expires_at": 0, "scopes": []}},
    "/1065": {
        "id": "1065",
        "verified_name": "Maison Lune",
        "quality_rating": "GREEN",
        "messaging_limit_tier": "TIER_1K",
        "webhook_configuration": {"application": "https://x.example/"},
    },
}


def says(stage: Stage, platform: Platform, channel: str, **answers: Any) -> dict[str, Finding]:
    account = stage.connect(channel, SECRETS[channel] | {"app_id": "77"}, unasked=True).account
    platform.answers = {**GOOD, **TOLD, **answers}
    held = stage.services.secrets.account(account)
    return {each.name: each for each in subscribed(stage.services, account, held, API)}


@pytest.mark.parametrize("channel", ["messenger", "whatsapp"])
@pytest.mark.parametrize(
    ("until", "well", "said"),
    [
        (0, True, "never"),
        (60 * DAY_S, True, "in 60 days"),
        (10 * DAY_S, True, "in 10 days"),
        (10 * DAY_S - 1, False, "in 9 days"),
        (-1, False, "it has run out"),
    ],
)
def test_a_token_that_ends_is_told_ten_days_before(
    *,
    channel: str,
    until: int,
    well: bool,
    said: str,
    stage: Stage,
    platform: Platform,
) -> None:
    at = until and NOW // 1000 + until
    found = says(stage, platform, channel, **{"/debug_token": {"data": {"is_valid": True, "expires_at": at}}})["expiry"]

    assert (found.well, found.seen) == (well, said)
    assert "connect it again" in found.advice


@pytest.mark.parametrize("channel", ["messenger", "whatsapp"])
def test_permissions_that_were_taken_away_are_named(channel: str, stage: Stage, platform: Platform) -> None:
    consent = connecting(channel).consent
    assert consent is not None
    whole = {"data": {"is_valid": True, "scopes": [*consent.scopes, "email"]}}
    less = {"data": {"is_valid": True, "scopes": [*consent.scopes[1:]]}}
    found = [says(stage, platform, channel, **{"/debug_token": each})["permissions"] for each in (whole, less)]

    assert [(each.well, each.seen) for each in found] == [
        (True, "all are given"),
        (False, f"not given: {consent.scopes[0]}"),
    ]


@pytest.mark.parametrize(
    ("channel", "header", "good", "bad"),
    [
        ("x", "x-access-level", "read-write-directmessages", "read-write"),
        ("slack", "x-oauth-scopes", ", ".join(SLACK_SCOPES), ", ".join(SLACK_SCOPES[1:])),
    ],
)
def test_what_a_token_may_stands_in_the_header_of_an_answer(
    channel: str, header: str, good: str, bad: str, stage: Stage, platform: Platform
) -> None:
    seen = []
    for told in (good, bad):
        platform.headers = {header: told}
        seen.append(says(stage, platform, channel)["permissions"].well)

    assert seen == [True, False]


def test_a_number_that_customers_block_is_told_with_its_limit(stage: Stage, platform: Platform) -> None:
    ratings = ("GREEN", "YELLOW", "RED")
    told = [
        says(stage, platform, "whatsapp", **{"/1065": {**TOLD["/1065"], "quality_rating": each}}) for each in ratings
    ]

    assert [each["quality"].seen for each in told] == [*ratings]
    assert [each["quality"].well for each in told] == [True, True, False]
    assert {(each["limit"].well, each["limit"].seen) for each in told} == {(True, "TIER_1K")}


def test_another_app_that_gets_a_pages_messages_is_named_and_one_that_only_counts_is_not(
    stage: Stage, platform: Platform
) -> None:
    ours = {"id": "77", "subscribed_fields": [*_messenger_connecting.EVENTS]}
    others = [
        {"id": "5", "name": "Ads", "subscribed_fields": ["leadgen"]},
        {"id": "6", "subscribed_fields": ["messages"]},
    ]
    alone = says(stage, platform, "messenger", **{"/subscribed_apps": {"data": [ours, others[0]]}})
    beside = says(stage, platform, "messenger", **{"/subscribed_apps": {"data": [ours, *others]}})

    assert "other apps" not in alone
    assert (beside["other apps"].well, beside["other apps"].seen) == (False, "also get the messages: 6")


@pytest.mark.parametrize(
    ("ahead", "well", "said"),
    [
        (0, True, "as the platform's"),
        (59, True, "as the platform's"),
        (-90, False, "90 s ahead"),
        (300, False, "300 s behind"),
    ],
)
def test_a_clock_that_is_off_is_told_by_the_date_of_any_answer(
    *,
    ahead: int,
    well: bool,
    said: str,
    stage: Stage,
    platform: Platform,
) -> None:
    platform.ahead_s = ahead

    found = says(stage, platform, "sms")["clock"]
    assert (found.well, found.seen) == (well, said)


def test_either_address_of_a_stage_is_ours(stage: Stage, platform: Platform) -> None:
    other = "https://abc.execute-api.eu-west-3.amazonaws.com"
    stage.services.settings = replace(stage.services.settings, public_urls=(API, other))
    account = stage.connect("messenger", SECRETS["messenger"] | {"app_id": "77"}).account
    platform.answers = sent_to(f"{other}/webhooks/messenger/{account.key}")
    held = stage.services.secrets.account(account)
    found = {each.name: each for each in subscribed(stage.services, account, held, API)}

    assert (found["callback"].well, found["callback"].seen) == (True, "ours")
