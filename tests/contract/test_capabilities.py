"""
The part of the channel contract about what a channel may have or lack: each capability is asked of whoever declares it.

Sending's own (quick replies, files, uploads, typing) stand in `test_sending`, the handshake in `test_receiving`, lists
in `test_lists`.
"""

from __future__ import annotations

import contextlib
import importlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib import ports
from chalicelib.channels import REGISTRY
from chalicelib.errors import Refused, SendError, TokenExpired
from chalicelib.model import AccountId, Address, PersonId, posted
from chalicelib.ports import AnswersWebhooks, KnowsItself, KnowsNames, ListsOnWish
from tests.contract.conftest import Platform
from tests.contract.samples import ASKING, SAMPLES, TEXT, TOKEN, ErrorRow, credentials, fixtures, part
from tests.contract.sending import build

CHANNELS = sorted(REGISTRY)
# A capability of the ports, and a test that is run for each channel that has it.
ASKED = {
    "KnowsNames": "test_capabilities.test_a_name_is_one_reading_request_and_its_errors_are_ours",
    "KnowsItself": "test_capabilities.test_whose_a_token_is_takes_two_reading_requests_at_most_and_its_errors_are_ours",
    "ListsMessages": "test_lists.test_a_listed_message_is_the_same_event_as_its_webhook_with_its_time",
    "ListsOnWish": "test_capabilities.test_a_list_that_is_billed_is_not_wished_until_the_account_says_so",
    "UploadsFiles": "test_sending.test_an_upload_whose_answer_is_lost_may_be_made_again",
    "ShakesHands": "test_receiving.test_the_handshake_answers_the_platform_and_nobody_else",
    "AnswersWebhooks": "test_capabilities.test_the_answer_to_a_webhook_says_nothing_of_what_was_written",
}


def having(capability: type) -> list[str]:
    return [name for name in ASKING if issubclass(REGISTRY[name], capability)]


def capabilities() -> dict[str, type]:
    """The protocols of the ports that a channel may have, by what asks for them at run time."""
    found = {name: each for name, each in vars(ports).items() if getattr(each, "_is_runtime_protocol", False)}
    return {name: each for name, each in found.items() if each.__module__ == ports.__name__ and having(each)}


def test_every_capability_that_a_channel_has_is_asked_of_all_that_have_it() -> None:
    assert capabilities().keys() <= ASKED.keys()
    for name, where in ASKED.items():
        module, _, test = where.partition(".")
        marks = vars(importlib.import_module(f"tests.contract.{module}"))[test].pytestmark
        asked = {value for mark in marks if mark.args[0] == "name" for value in mark.args[1]}
        assert asked == set(having(vars(ports)[name])), name


# --- names ------------------------------------------------------------------------------------

ODD: tuple[Any, ...] = ({}, [], "", 7, {"name": 7}, {"name": ["x"], "first_name": {}}, {"result": None}, {"data": []})


def person(name: str) -> Address:
    return replace(part(name).address, person_id=PersonId(SAMPLES[name].person_id))


def said_by_errors(name: str, ask: Callable[[], object], platform: Platform) -> None:
    """Every row of the error table that an answer to a reading can be ends in an error of ours, without its words."""
    for row in SAMPLES[name].errors:
        if row.status < 400:
            continue
        platform.seen.clear()
        platform.status, platform.body, platform.headers = row.status, row.body, dict(row.headers)
        with pytest.raises(SendError) as caught:
            ask()
        assert isinstance(caught.value, row.error)
        assert TEXT not in f"{caught.value!r} {caught.value}"
        assert TOKEN not in f"{caught.value!r} {caught.value}"
        assert len(platform.seen) == 1
    platform.seen.clear()
    platform.drop = True
    with pytest.raises(SendError):
        ask()
    assert len(platform.seen) == 1
    platform.drop = False


@pytest.mark.parametrize("name", CHANNELS)
def test_the_traits_say_whether_a_channel_knows_names(name: str) -> None:
    assert issubclass(REGISTRY[name], KnowsNames) == REGISTRY[name].traits.profiles


@pytest.mark.parametrize("name", having(KnowsNames))
def test_a_name_is_one_reading_request_and_its_errors_are_ours(name: str, platform: Platform) -> None:
    channel = build(name, platform)
    assert isinstance(channel, KnowsNames)
    for platform.body in ODD:
        platform.seen.clear()
        assert type(channel.name_of(person(name))) is str
        ((method, path, headers, body),) = platform.seen
        assert (method, body) == ("GET", b"")
        assert "authorization" in headers
        assert TOKEN not in path
    said_by_errors(name, lambda: channel.name_of(person(name)), platform)


# --- whose a token is -------------------------------------------------------------------------


@pytest.mark.parametrize("name", having(KnowsItself))
def test_whose_a_token_is_takes_two_reading_requests_at_most_and_its_errors_are_ours(
    name: str, platform: Platform
) -> None:
    channel, account = build(name, platform), AccountId(SAMPLES[name].account_id)
    assert isinstance(channel, KnowsItself)
    for platform.body in ODD:
        platform.seen.clear()
        with contextlib.suppress(SendError):
            assert type(channel.called(account)) is str
        assert 1 <= len(platform.seen) <= 2
    said_by_errors(name, lambda: channel.called(account), platform)


@pytest.mark.parametrize("name", having(KnowsItself))
def test_an_answer_that_names_nobody_is_never_this_account(name: str, platform: Platform) -> None:
    channel = build(name, platform)
    assert isinstance(channel, KnowsItself)
    with pytest.raises(SendError):
        channel.called(AccountId(SAMPLES[name].account_id))


@pytest.mark.parametrize("name", having(KnowsItself))
def test_a_token_that_the_platform_does_not_take_is_one_that_ended(name: str, platform: Platform) -> None:
    platform.status = 401
    channel = build(name, platform)
    assert isinstance(channel, KnowsItself)
    with pytest.raises(TokenExpired):
        channel.called(AccountId(SAMPLES[name].account_id))


# --- lists that are billed --------------------------------------------------------------------


@pytest.mark.parametrize("name", having(ListsOnWish))
def test_a_list_that_is_billed_is_not_wished_until_the_account_says_so(name: str, platform: Platform) -> None:
    kind = REGISTRY[name]
    assert kind.traits.lists
    channel = build(name, platform)
    assert isinstance(channel, ListsOnWish)
    assert not channel.wishes_list()
    optional = [each for each in kind.connecting().secrets if not each.needed and not each.of_app]
    wishing = [kind(replace(credentials(), extra={each.name: "yes"}), None) for each in optional]  # type: ignore[arg-type]  # nobody is asked

    assert [channel.wishes_list() for channel in wishing if isinstance(channel, ListsOnWish)].count(True) == 1
    assert platform.seen == []


# --- answers to webhooks ----------------------------------------------------------------------


@pytest.mark.parametrize("name", having(AnswersWebhooks))
def test_the_answer_to_a_webhook_says_nothing_of_what_was_written(name: str) -> None:
    kind, told = REGISTRY[name], 0
    assert issubclass(kind, AnswersWebhooks)
    for body in fixtures(name).values():
        events = kind.parse(posted(body))
        answer = kind.answered(events)
        told += bool(answer.body) and answer != kind.traits.accepted
        assert answer == kind.answered(events)
        assert answer.status == kind.traits.accepted.status
        assert not [word for word in SAMPLES[name].hidden if word in answer.body]

    assert kind.answered(()) == kind.traits.accepted
    assert told


# --- what is taken back ------------------------------------------------------------------------

DELETED = [
    (name, where)
    for name in ASKING
    for where in ("private", "public")
    if (surface := getattr(REGISTRY[name].traits, where)) is not None and surface.unsend_ms
]
KEPT = [
    (name, where)
    for name in ("x", "facebook", "instagram")
    for where in ("private",)
    if not getattr(REGISTRY[name].traits, where).unsend_ms
]
TARGETS = {"telegram": "5550001:42"}  # what a platform called what it is to delete
# How each platform says that there is nothing to delete any more.
GONE: dict[str, tuple[int, Any]] = {
    "facebook": (400, {"error": {"code": 100, "error_subcode": 33}}),
    "instagram": (400, {"error": {"code": 100, "error_subcode": 33}}),
    "telegram": (400, {"ok": False, "error_code": 400, "description": "Bad Request: message to delete not found"}),
    "x": (404, {"title": "Not Found", "status": 404}),
}


def deletion(name: str, where: str) -> Any:
    return replace(
        part(name, public=where == "public"), kind="unsend", text="", target=TARGETS.get(name, "9022155_1400001")
    )


@pytest.mark.parametrize(("name", "where"), DELETED)
def test_what_was_said_is_deleted_by_one_request_that_names_it_and_says_nothing(
    name: str, where: str, platform: Platform
) -> None:
    platform.body = {"ok": True, "result": True, "success": True, "data": {"deleted": True}}
    build(name, platform).send(deletion(name, where))
    ((method, path, _, body),) = platform.seen

    for number in TARGETS.get(name, "9022155_1400001").split(":"):
        assert number in f"{path}{body.decode()}"
    assert method == "DELETE" or "delete" in path.lower()
    assert TEXT.encode() not in body


@pytest.mark.parametrize(("name", "where"), DELETED)
def test_what_is_gone_already_counts_as_deleted(name: str, where: str, platform: Platform) -> None:
    platform.status, platform.body = GONE[name]
    build(name, platform).send(deletion(name, where))

    assert len(platform.seen) == 1


@pytest.mark.parametrize(("name", "where"), DELETED)
def test_every_other_refusal_to_delete_is_an_error_of_ours(name: str, where: str, platform: Platform) -> None:
    rows: list[ErrorRow] = [row for row in SAMPLES[name].errors if row.status >= 400 and row.status != 404]
    for row in rows:
        platform.status, platform.body, platform.headers = row.status, row.body, dict(row.headers)
        if '"error_subcode": 33' not in json.dumps(row.body):
            with pytest.raises(SendError):
                build(name, platform).send(deletion(name, where))
    assert rows


@pytest.mark.parametrize(("name", "where"), KEPT)
def test_what_no_platform_deletes_is_refused_before_it_is_asked(name: str, where: str, platform: Platform) -> None:
    with pytest.raises(Refused):
        build(name, platform).send(deletion(name, where))

    assert platform.seen == []


# --- comments ---------------------------------------------------------------------------------

HIDING: Any = ("hide", "unhide")  # kinds of rows that say nothing
COMMENTED = [name for name in CHANNELS if (public := REGISTRY[name].traits.public) is not None and public.comments]


@pytest.mark.parametrize("name", COMMENTED)
def test_a_comment_is_hidden_and_shown_again_by_one_request_each_without_a_word(name: str, platform: Platform) -> None:
    platform.body = {**SAMPLES[name].accepted, "success": True}
    channel, bodies = build(name, platform), []
    for kind in HIDING:
        platform.seen.clear()
        channel.send(replace(part(name, public=True), kind=kind, text=""))
        ((method, _, headers, body),) = platform.seen
        assert (method, "authorization" in headers) == ("POST", True)
        assert TEXT.encode() not in body
        bodies.append(json.loads(body))

    assert bodies[0] != bodies[1]
    assert bodies[0].keys() == bodies[1].keys()


LIKED = [name for name in COMMENTED if (public := REGISTRY[name].traits.public) is not None and public.likes]


@pytest.mark.parametrize("name", LIKED)
def test_a_comment_is_liked_by_one_request_without_a_word(name: str, platform: Platform) -> None:
    platform.body = {**SAMPLES[name].accepted, "success": True}
    like: Any = "like"
    build(name, platform).send(replace(part(name, public=True), kind=like, text=""))
    ((method, url, headers, body),) = platform.seen

    assert (method, "authorization" in headers) == ("POST", True)
    assert TEXT.encode() not in body
    assert "like" in url


@pytest.mark.parametrize("name", COMMENTED)
def test_a_comments_writer_may_be_written_to_for_some_days_where_there_is_a_way_to(name: str) -> None:
    traits = REGISTRY[name].traits

    assert traits.private is not None
    assert traits.public is not None
    assert traits.public.private_reply_ms == 7 * 86_400_000


@pytest.mark.parametrize("name", COMMENTED)
def test_a_comment_is_answered_in_private_once_by_its_id_and_a_second_part_is_refused_unasked(
    name: str, platform: Platform
) -> None:
    platform.body = SAMPLES[name].accepted
    channel = build(name, platform)
    assert channel.send(replace(part(name), anchor=SAMPLES[name].anchor)).platform_id
    with pytest.raises(Refused):
        channel.send(replace(part(name), anchor=SAMPLES[name].anchor, index=1))
    ((_, _, _, body),) = platform.seen

    assert json.loads(body)["recipient"].keys() == {"comment_id"}


@pytest.mark.parametrize("name", COMMENTED)
def test_every_refusal_of_an_act_on_a_comment_is_an_error_of_ours_after_one_request(
    name: str, platform: Platform
) -> None:
    channel = build(name, platform)
    rows: list[ErrorRow] = [row for row in SAMPLES[name].errors if row.status >= 400]
    for row in rows:
        platform.seen.clear()
        platform.status, platform.body, platform.headers = row.status, row.body, dict(row.headers)
        with pytest.raises(SendError):
            channel.send(replace(part(name, public=True), kind=HIDING[0], text=""))
        assert len(platform.seen) == 1
