"""Doctor tries the stage's own webhook as a platform would, and leaves nothing behind."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import pytest

from chalicelib.admin.doctor import doctor
from chalicelib.admin.findings import Finding
from chalicelib.channels import REGISTRY
from chalicelib.model import ListRead, Millis
from infra.cli import parser

from .account_stage import IDS, SECRETS, Platform, Stage, answering, playing

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


@pytest.mark.parametrize("channel", REGISTRY)
def test_our_own_address_takes_what_the_secret_signed_and_refuses_what_another_did(channel: str, stage: Stage) -> None:
    stage.connect(channel, SECRETS[channel])
    with answering(stage) as api:
        seen = found(stage, channel, api)

    assert [each.name for each in seen.values() if not each.well] == []
    assert seen["signed event"].seen == f"HTTP {REGISTRY[channel].traits.accepted.status}"
    assert seen["forged event"].seen == "HTTP 403"


@pytest.mark.parametrize("channel", REGISTRY)
def test_nothing_of_a_try_is_kept_queued_parked_or_told_as_a_forgery(channel: str, stage: Stage) -> None:
    stage.connect(channel, SECRETS[channel])
    before = dict(stage.dynamo.items)
    with answering(stage) as api:
        found(stage, channel, api)

    assert stage.dynamo.items == before
    assert stage.queues.queues == {}
    assert stage.counted == {"event_without_consequence": 1, "doctor_tried": 1}
    assert stage.services.directory.activity(stage.account(channel)) is None


@pytest.mark.parametrize("channel", REGISTRY)
def test_a_function_that_holds_another_secret_is_told_with_what_to_do(channel: str, stage: Stage) -> None:
    stage.connect(channel, SECRETS[channel])
    other = Stage(stage.platform)
    other.connect(channel, SECRETS[channel] | {"current": "another"})
    other.adopt(stage)
    with answering(other) as api:
        seen = found(stage, channel, api)

    assert (seen["signed event"].well, seen["signed event"].seen) == (False, "HTTP 403")
    assert f"guichet account connect {channel}" in seen["signed event"].advice
    assert seen["forged event"].well


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
    assert (lately.well, lately.seen) == (True, "3 h ago")


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
    assert seen[0].seen == "3 messages came by no webhook, the last found 1 h ago"
    assert "docs/connect.md#sms" in seen[0].advice
    assert seen[2].seen == "cannot be read (20003)"
