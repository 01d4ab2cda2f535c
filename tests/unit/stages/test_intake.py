"""What intake does with events that are too long, or whose account nobody named."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.conversation import address_of
from chalicelib.errors import Retryable
from chalicelib.events import encode
from chalicelib.masking import mask_secrets
from chalicelib.model import (
    TEXT_MOST,
    AddressChange,
    Attachment,
    BrandId,
    Credentials,
    Deletion,
    Echo,
    Edit,
    Event,
    EventId,
    Ignored,
    MalformedBody,
    Message,
    Millis,
    OptOut,
    Postback,
    Reaction,
    Receipt,
    Request,
    Response,
    posted,
)
from chalicelib.stages.bounds import BESIDE_MOST, BESIDE_WORDS, IDS, WORDS, bounded
from chalicelib.stages.intake import IntakeServices, intake, take
from tests.contract.samples import SAMPLES, SECRET
from tests.unit.test_spoofed_requests import ACCOUNT, _Queues


class Refusing(_Queues):
    """A queue that takes nothing."""

    def inbox(self, brand: BrandId, events: list[Any], _at: int) -> None:
        raise Retryable("sqs")


def services(queues: _Queues, known: Callable[..., bool] = lambda *_: False) -> IntakeServices:
    return IntakeServices(
        registry=REGISTRY,
        by_key=lambda _key: ACCOUNT,
        by_id=lambda _channel, _account_id: None,
        note=lambda *_: None,
        known=known,
        credentials=lambda _channel, _app: Credentials(),
        build=lambda kind, credentials: kind(credentials, None),  # type: ignore[arg-type]  # intake sends nothing
        queues=queues,  # type: ignore[arg-type]  # the three methods that intake calls
        mask=mask_secrets,
        clock=lambda: Millis(1_795_597_200_000),
        metrics=lambda *_, **__: None,
    )


def taken(*events: Event, known: Callable[..., bool] = lambda *_: False) -> list[tuple[str, Any]]:
    queues = _Queues()
    take(events, ACCOUNT, b"body", services(queues, known))
    return queues.put


@pytest.mark.parametrize(("reason", "noted"), [(Ignored.STANDBY, [("messenger", "42", "standby")]), ("test", [])])
def test_an_event_of_another_apps_conversation_is_noted_for_its_account(
    reason: str, noted: list[tuple[str, str, str]]
) -> None:
    found: list[Any] = []
    at = address_of("messenger", "42", "7")
    event = Ignored(event_id=EventId("standby:m"), address=at, sent_at=Millis(1), reason=reason)
    take([event], ACCOUNT, b"body", replace(services(_Queues()), note=lambda *given: found.append(given)))

    assert found == noted


def message(account_id: str, text: str) -> Message:
    return Message(event_id=EventId("m"), address=address_of("x", account_id, "7"), sent_at=Millis(1), text=text)


def test_an_endless_text_is_cut_and_a_human_sees_that_there_was_more() -> None:
    ((_, cut),) = taken(message(ACCOUNT.account_id, "é" * (TEXT_MOST + 5)))

    assert len(cut.text) == TEXT_MOST
    assert [attachment.kind for attachment in cut.attachments] == ["text_cut"]


def test_words_without_an_account_are_parked_whole_and_said_to_nobody() -> None:
    assert taken(message("", "bonjour")) == [("parked x no_account", b"body")]


class Nameless:
    """A platform that names no account, and is told in the answer to its webhook how much came."""

    traits = replace(REGISTRY["x"].traits, names_account=False)
    authenticator = REGISTRY["x"].authenticator

    @classmethod
    def parse(cls, _request: Request) -> list[Event]:
        return [message("", "bonjour"), event(Deletion, address=address_of("x", "", "7"), target_id="m1")]

    @classmethod
    def answered(cls, events: Sequence[Event]) -> Response:
        return Response(200, json.dumps({"taken": len(events)}), "application/json")


def test_where_a_platform_names_no_account_all_is_of_the_one_whose_webhook_it_came_to() -> None:
    queues = _Queues()
    nameless = replace(services(queues), registry={"x": Nameless})  # type: ignore[dict-item]  # what intake calls
    take(Nameless.parse(posted(b"")), ACCOUNT, b"body", nameless)

    assert [each.address for _, each in queues.put] == [address_of("x", ACCOUNT.account_id, "7")] * 2


@pytest.mark.parametrize("times", [1, 2])
def test_what_a_channel_says_in_the_answer_to_its_webhook_is_said_each_time_it_comes(times: int) -> None:
    """The platform may send a webhook once more because the answer was lost."""
    told = replace(
        services(_Queues()),
        registry={"x": Nameless},  # type: ignore[dict-item]  # as above
        credentials=lambda *_: Credentials(app_secrets=(SECRET,)),
    )
    signed = {"x-twitter-webhooks-signature": (SAMPLES["x"].sign(b"{}", SECRET),)}
    for _ in range(times):
        answer = intake("x", ACCOUNT.key, Request("POST", "/", {}, signed, b"{}"), told)

        assert (answer.status, answer.body, answer.content_type) == (200, '{"taken": 2}', "application/json")


def test_nothing_is_said_in_the_answer_to_a_request_that_is_not_the_platforms() -> None:
    forged = Request("POST", "/", {}, {"x-twitter-webhooks-signature": ("sha256=0",)}, b"{}")
    told = replace(services(_Queues()), registry={"x": Nameless})  # type: ignore[dict-item]  # as above

    assert intake("x", ACCOUNT.key, forged, told).body == "forbidden"


CARD = "4111 1111 1111 1111"
WHERE = address_of("x", ACCOUNT.account_id, "7")
KINDS = (Message, Postback, Echo, Edit, Deletion, Reaction, Receipt, OptOut, AddressChange)  # what intake queues
NEEDED: dict[type[Any], dict[str, str]] = {
    Message: {"text": ""},
    Echo: {"text": ""},
    Edit: {"text": ""},
    Receipt: {"status": "failed"},
}


def event(kind: type[Any], **values: Any) -> Any:
    needed: dict[str, Any] = {"event_id": EventId("e"), "address": WHERE, "sent_at": Millis(1)}
    return kind(**needed | NEEDED.get(kind, {}) | values)


SPOKEN_FIELDS = [(kind, each.name) for kind in KINDS for each in fields(kind) if each.name in WORDS]


def test_each_field_of_a_customer_s_words_is_one_that_intake_masks() -> None:
    """
    What is left out of repr is what a customer wrote, or who they are: a new one must be named in bounds.py.

    An anchor is its channel's alone, and what a brand signed is compared: a mask would change what they name.
    """
    hidden = {each.name for kind in KINDS for each in fields(kind) if not each.repr}

    assert hidden - WORDS.keys() == {"alias", "beside", "described", "known_as", "reply_anchor"}


@pytest.mark.parametrize(("kind", "name"), SPOKEN_FIELDS)
def test_a_card_number_never_reaches_a_queue_in_any_field(kind: type[Any], name: str) -> None:
    found = bounded(event(kind, **{name: f"ma carte {CARD} merci"}), mask_secrets)

    assert getattr(found, name) == "ma carte •••• •••• •••• 1111 merci"


@pytest.mark.parametrize(("kind", "name"), SPOKEN_FIELDS)
def test_a_card_number_that_a_limit_cuts_is_still_covered(kind: type[Any], name: str) -> None:
    found = bounded(event(kind, **{name: "x" * (WORDS[name] - 10) + " " + CARD}), mask_secrets)

    assert getattr(found, name) == "x" * (WORDS[name] - 10) + " •••• ••••"


def test_signs_that_nobody_can_see_reach_no_queue_and_lines_stay() -> None:
    found = bounded(event(Message, text="bon\0jour\x1b[0m,\r\n\tvoilà", display_name="Zo\x7fé"), mask_secrets)

    assert isinstance(found, Message)
    assert (found.text, found.display_name) == ("bonjour[0m,\r\n\tvoilà", "Zoé")


@pytest.mark.parametrize("kind", ["file", "ad", "product", "item"])
def test_a_card_number_in_what_comes_along_never_reaches_a_queue(kind: str) -> None:
    described = (("tier", f"gold {CARD}"), *((f"n{number}", "x" * 9_000) for number in range(3_000)))
    (signed,) = (each for _, each in taken(event(Message, text="voilà", described=described)))
    assert len(signed.described) == BESIDE_MOST
    assert "4111" not in signed.described[0][1]
    assert max(len(value) for _, value in signed.described) == BESIDE_WORDS
    beside = ((kind, f"{CARD}.pdf"), (kind, "x" * (BESIDE_WORDS - 10) + f" {CARD}.pdf"))
    found = taken(event(Message, text="voilà", beside=beside), event(Postback, payload="GET_STARTED", beside=beside))

    assert [each for _, event in found for _, each in event.beside if "4111" in each] == []
    assert len(found) == 2


def test_a_card_number_as_the_name_of_a_file_that_whatsapp_sends_never_reaches_a_queue() -> None:
    document = {"id": "9", "filename": "x" * 110 + f" {CARD}.pdf"}
    item = {"from": "336", "id": "wamid.1", "timestamp": "1795597200", "type": "document", "document": document}
    value = {"metadata": {"phone_number_id": str(ACCOUNT.account_id)}, "messages": [item]}
    body = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
    ((_, found),) = taken(*REGISTRY["whatsapp"].parse(posted(json.dumps(body).encode())))

    assert dict(found.beside)["file"] == "x" * 110 + " •••• •••• •••• 1111.pdf"


@pytest.mark.parametrize("kind", KINDS)
def test_no_field_that_a_platform_gives_is_too_long_for_the_table(kind: type[Any]) -> None:
    long: dict[str, Any] = {each.name: "n" * 500_000 for each in fields(kind) if each.name in {*WORDS, *IDS}}
    if kind in (Edit, Deletion, AddressChange):
        long |= {"target_id": "m1", "alias": "a1"}
    if kind is Message:
        files = tuple(Attachment(kind="k" * 1_000, url="u" * 9_000, platform_id="i" * 9_000) for _ in range(3_000))
        long |= {"attachments": files}
    if kind in (Message, Postback):
        long |= {"beside": tuple(("file", "f" * 9_000) for _ in range(3_000))}
    if kind is Reaction:
        long |= {"target_id": "m1", "emoji": "👎" * 500_000}
    if kind is Receipt:
        long |= {"row_id": f"{'a' * 20}.{'0' * 15}.{'b' * 32}:0"}
    ((_, found),) = taken(event(kind, **long))

    assert len(encode(found)) < 60_000


@pytest.mark.parametrize("reference", ["", "order.1.2", "n" * 500_000])
def test_a_receipt_of_what_another_tool_sent_costs_no_message_of_a_queue(reference: str) -> None:
    assert taken(event(Receipt, status="failed", row_id=reference)) == []


def test_a_link_of_a_usual_length_is_kept() -> None:
    file = Attachment("image", "https://scontent.fbcdn.net/" + "x" * 2_000, "9")
    ((_, found),) = taken(event(Message, attachments=(file,)))

    assert found.attachments == (file,)


def test_a_body_of_which_several_things_are_wrong_is_kept_once() -> None:
    where = address_of("x", ACCOUNT.account_id, "")
    odd = [MalformedBody(event_id=EventId(n), address=where, sent_at=None, reason=n) for n in ("odd", "no id", "odd")]

    assert taken(*odd, message("", "bonjour")) == [("parked x no id, no_account, odd", b"body")]


def test_a_body_that_comes_again_because_a_queue_was_full_is_kept_once() -> None:
    queues = Refusing()
    with pytest.raises(Retryable):
        take([message("", "bonjour"), message(ACCOUNT.account_id, "bonjour")], ACCOUNT, b"body", services(queues))

    assert queues.put == []


@pytest.mark.parametrize(("account", "person"), [("a" * 2_100, "7"), ("", "7"), ("ours", "7" * 100_000)])
def test_ids_that_no_table_takes_are_parked(account: str, person: str) -> None:
    where = address_of("x", ACCOUNT.account_id if account == "ours" else account, person)
    said = replace(message(ACCOUNT.account_id, "bonjour"), address=where)

    assert taken(said) == [("parked x no_account", b"body")]


@pytest.mark.parametrize(("kind", "name"), [(Edit, "target_id"), (Deletion, "target_id"), (AddressChange, "alias")])
def test_what_it_is_about_must_be_a_name_that_the_table_takes(kind: type[Any], name: str) -> None:
    assert taken(event(kind, **{name: "m" * 2_100})) == [("parked x no_account", b"body")]


def test_a_body_that_nobody_can_read_is_kept_once() -> None:
    where = address_of("x", ACCOUNT.account_id, "")
    items = [MalformedBody(event_id=EventId(f"h{n}"), address=where, sent_at=None, reason="odd") for n in range(200)]

    assert taken(*items) == [("parked x odd", b"body")]


def test_words_of_a_page_that_nobody_connected_are_parked_once_and_said_to_nobody() -> None:
    assert taken(message("9", "bonjour"), message("9", "vous êtes là")) == [("parked x unknown_account", b"body")]
