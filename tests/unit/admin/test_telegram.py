"""A bot of Telegram's: its typed token sets where its updates go, and takes that back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.admin.accounts import disconnect, leaving
from chalicelib.admin.connecting import is_set_by_token
from chalicelib.admin.consents import set_up
from chalicelib.channels import REGISTRY
from chalicelib.model import AccountId, ChannelName

from .account_stage import IDS, MARIE, SECRETS, Platform, Stage, playing

API = "https://guichet.example"


@pytest.fixture
def platform() -> Iterator[Platform]:
    with playing() as played:
        yield played


@pytest.fixture
def stage(platform: Platform) -> Stage:
    return Stage(platform.base)


def sends_to(url: str) -> dict[str, Any]:
    done = {"ok": True, "result": True}
    return {"/getWebhookInfo": {"ok": True, "result": {"url": url}}, "/setWebhook": done, "/deleteWebhook": done}


def asked(platform: Platform) -> list[str]:
    return [path.rpartition("/")[2] for path, _ in platform.asked]


@pytest.mark.parametrize(
    ("before", "calls", "well"),
    [
        ("", ["getWebhookInfo", "setWebhook"], True),
        ("https://old.example/webhooks/telegram/{key}", ["getWebhookInfo", "setWebhook"], True),
        ("https://other.example/hook", ["getWebhookInfo"], False),
    ],
)
def test_a_connected_bot_is_told_where_to_send_unless_it_sends_somewhere_else(
    *,
    before: str,
    calls: list[str],
    well: bool,
    stage: Stage,
    platform: Platform,
) -> None:
    done = stage.connect("telegram", SECRETS["telegram"])
    platform.asked.clear()
    platform.answers = sends_to(before.replace("{key}", done.account.key))
    finished = set_up(stage.services, done, API)

    assert asked(platform)[: len(calls)] == calls
    assert [not each.why for each in finished.halves] == [well]
    assert SECRETS["telegram"]["token"] not in str(finished.halves)


@pytest.mark.parametrize("secret", ["has space", "é", "x" * 257])
def test_a_secret_that_telegram_cannot_be_told_is_named_and_telegram_is_not_asked(
    secret: str, stage: Stage, platform: Platform
) -> None:
    done = stage.connect("telegram", {**SECRETS["telegram"], "current": secret})
    platform.asked.clear()
    platform.answers = sends_to("")
    (half,) = set_up(stage.services, done, API).halves

    assert "1 to 256 of A-Z" in half.why
    assert secret not in half.why
    assert "setWebhook" not in asked(platform)


@pytest.mark.parametrize(("mine", "deleted"), [(True, True), (False, False)])
def test_a_bot_that_leaves_sends_nowhere_unless_another_stage_has_it(
    *,
    mine: bool,
    deleted: bool,
    stage: Stage,
    platform: Platform,
) -> None:
    account = stage.connect("telegram", SECRETS["telegram"]).account
    platform.answers = sends_to(f"{API}/webhooks/telegram/{account.key if mine else 'another'}")
    platform.asked.clear()
    what = leaving(stage.services, ChannelName("telegram"), AccountId(IDS["telegram"]))
    halves = disconnect(stage.services, what, MARIE)

    assert ("deleteWebhook" in asked(platform)) is deleted
    assert [not each.why for each in halves] == [True, False]
    assert stage.services.directory.by_id("telegram", IDS["telegram"]) is None


def test_a_typed_token_sets_nothing_where_a_consent_page_does() -> None:
    assert {name for name in REGISTRY if is_set_by_token(name)} == {
        name for name, kind in REGISTRY.items() if kind.connecting().subscribe and not kind.connecting().consent
    }
    assert is_set_by_token("telegram")
    assert not is_set_by_token("messenger")
