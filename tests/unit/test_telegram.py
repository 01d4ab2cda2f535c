"""Telegram: where an answer goes, what a refusal means, what its offsets count, and that its token is told nobody."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.telegram import calls
from chalicelib.channels.telegram.channel import BUTTONS, DATA_LIMIT, Telegram
from chalicelib.channels.telegram.connecting import EVENTS, subscription
from chalicelib.channels.telegram.content import content
from chalicelib.channels.telegram.messages import GET_STARTED
from chalicelib.channels.telegram.places import Place, place_of
from chalicelib.errors import Refused, Retryable, SendError, TokenExpired, Unconfirmed
from chalicelib.http import HttpClient
from chalicelib.masking import mask_secrets
from chalicelib.model import (
    AccountId,
    Attachment,
    CannotTell,
    Credentials,
    Echo,
    Edit,
    Event,
    Message,
    Part,
    Postback,
    QuickReply,
    Sent,
    posted,
)
from chalicelib.ports import OK, Http, HttpAnswer
from tests.contract.conftest import Platform, platform
from tests.contract.samples import fixtures, part
from tests.contract.sending import row

__all__ = ["platform"]  # a fixture

TOKEN = "7012345678:AA-a_token-that-nobody-may-see"
HELD = Credentials(app_secrets=("s",), token=TOKEN)
SENT = {"ok": True, "result": {"message_id": 12, "chat": {"id": 5120338841}}}
MOVED = {
    "ok": False,
    "error_code": 400,
    "description": "Bad Request: group chat was upgraded to a supergroup chat",
    "parameters": {"migrate_to_chat_id": -1002233445566},
}


class Scripted:
    """An `Http` that answers in turn and keeps what it was asked: method of the bot, fields."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, Any]] = []
        self.urls: list[str] = []

    def request(self, method: str, url: str, *, body: bytes = b"", **_: Any) -> HttpAnswer:
        self.urls.append(url)
        self.asked.append((url.rpartition("/")[2], json.loads(body) if body else {}))
        status, said = self.answers.pop(0)
        return HttpAnswer(status, {}, said if isinstance(said, bytes) else json.dumps(said).encode())


def bot(http: Http) -> Telegram:
    return Telegram(HELD, http)


def event(name: str) -> Any:
    (found,) = Telegram.parse(posted(fixtures("telegram")[name]))
    return found


def answering(name: str, **more: Any) -> Any:
    """A part that answers a sample."""
    found = event(name)
    one = part("telegram", public=found.public, anchor=found.anchor, **more)
    return replace(one, address=replace(one.address, person_id=found.address.person_id))


# --- where an answer goes ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sample", "wanted"),
    [
        ("text.json", {"chat_id": 5120338841}),
        ("business_customer_message.json", {"business_connection_id": "Zx8Qm3exempleConn0001", "chat_id": 5120338841}),
        ("private_topic.json", {"message_thread_id": 7, "chat_id": 5120338841}),
        ("channel_direct_message.json", {"direct_messages_topic_id": 5120338842, "chat_id": -1002233445588}),
        ("callback_with_keyboard.json", {"chat_id": 5120338841}),
        (
            "callback_of_a_business.json",
            {"business_connection_id": "Zx8Qm3exempleConn0001", "chat_id": 5120338841},
        ),
        (
            "group_mention.json",
            {
                "chat_id": -1002233445566,
                "reply_parameters": {"message_id": 801, "allow_sending_without_reply": True},
            },
        ),
        (
            "forum_topic.json",
            {
                "chat_id": -1002233445577,
                "message_thread_id": 42,
                "reply_parameters": {"message_id": 61, "allow_sending_without_reply": True},
            },
        ),
        ("ids_of_52_bits.json", {"chat_id": 4503599627370495}),
    ],
)
def test_an_answer_goes_where_the_message_came_from_in_plain_words(sample: str, wanted: dict[str, Any]) -> None:
    http = Scripted((200, SENT))
    bot(http).send(answering(sample, text="*Oui* [ici](x)_"))

    plain = {"text": "*Oui* [ici](x)_", "link_preview_options": {"is_disabled": True}}
    assert http.asked == [("sendMessage", wanted | plain)]


@pytest.mark.parametrize("sample", ["business_customer_message.json", "private_topic.json", "text.json"])
def test_typing_is_shown_where_the_answer_will_stand(sample: str) -> None:
    http = Scripted((200, {"ok": True, "result": True}), (200, SENT))
    bot(http).show_typing(answering(sample))
    bot(http).send(answering(sample))

    (_, typing), (_, sending) = http.asked
    assert typing.pop("action") == "typing"
    assert typing == {name: value for name, value in sending.items() if name not in ("text", "link_preview_options")}


@pytest.mark.parametrize("sample", ["text.json", "business_customer_message.json", "group_mention.json"])
def test_what_was_sent_is_known_by_the_id_that_a_reply_or_reaction_to_it_names(sample: str) -> None:
    sent = bot(Scripted((200, SENT))).send(answering(sample))

    came = event(sample)
    connection = came.event_id.count(":") == 2
    assert sent.platform_id == ("Zx8Qm3exempleConn0001:5120338841:12" if connection else "5120338841:12")


def test_an_answer_to_a_group_that_became_a_supergroup_goes_there_and_its_id_is_of_there() -> None:
    http = Scripted((400, MOVED), (200, {"ok": True, "result": {"message_id": 12, "chat": {"id": -1002233445566}}}))
    sent = bot(http).send(answering("group_mention.json"))

    assert [fields["chat_id"] for _, fields in http.asked] == [-1002233445566, -1002233445566]
    assert sent.platform_id == "-1002233445566:12"


@pytest.mark.parametrize("second", [(400, MOVED), (403, {"description": "Forbidden: bot was kicked"}), (502, b"")])
def test_a_group_that_moved_is_asked_twice_at_most(second: tuple[int, Any]) -> None:
    http = Scripted((400, MOVED), second)
    with pytest.raises((Refused, Unconfirmed)):
        bot(http).send(answering("group_mention.json"))

    assert len(http.asked) == 2


@given(st.builds(Place, *[st.text(max_size=40)] * 5))
def test_a_place_comes_back_from_its_anchor_as_it_was(place: Place) -> None:
    assert place_of(place.anchor) == place


@given(st.text(max_size=80))
def test_any_anchor_is_read_and_an_events_id_is_no_place(anchor: str) -> None:
    assert isinstance(place_of(anchor), Place)
    assert place_of(anchor.replace("=", "")) == Place()


# --- buttons ----------------------------------------------------------------------------------

REPLIES = (QuickReply("Mon colis", "choice:1:1795767310000"), QuickReply("Autre", "choice:2:1795767310000"))


def test_quick_replies_are_buttons_one_below_the_other() -> None:
    http = Scripted((200, SENT))
    bot(http).send(answering("text.json", quick_replies=REPLIES))

    assert http.asked[0][1]["reply_markup"] == {
        "inline_keyboard": [[{"text": each.title, "callback_data": each.payload}] for each in REPLIES]
    }


def test_a_button_that_could_not_come_back_whole_is_refused_before_anything_is_sent() -> None:
    http = Scripted()
    with pytest.raises(Refused):
        bot(http).send(answering("text.json", quick_replies=(QuickReply("a", "é" * (DATA_LIMIT // 2 + 1)),)))

    assert http.asked == []
    assert all(len(each.payload.encode()) <= DATA_LIMIT for each in REPLIES)
    assert len(REPLIES) <= BUTTONS


def test_only_a_press_is_answered_in_the_answer_to_its_webhook() -> None:
    told = Telegram.answered([event("callback_query.json")])

    assert (told.status, told.content_type) == (200, "application/json")
    assert json.loads(told.body) == {"method": "answerCallbackQuery", "callback_query_id": "21991688219002317744"}
    for name, body in fixtures("telegram").items():
        found = Telegram.parse(posted(body))
        pressed = any(isinstance(each, Postback) and each.payload != GET_STARTED for each in found)
        assert (Telegram.answered(found) == OK) is not pressed, name


# --- words ------------------------------------------------------------------------------------

LETTERS = "aé 😀👩‍👧🇫🇷\u0301\n.Z"


@given(st.text(alphabet=LETTERS, max_size=40), st.text(alphabet=LETTERS, min_size=1, max_size=12), st.text(LETTERS))
def test_the_address_behind_words_stands_below_the_text_wherever_they_are(before: str, words: str, after: str) -> None:
    url = "https://x.example/"
    entity = {
        "type": "text_link",
        "offset": len(before.encode("utf-16-le")) // 2,
        "length": len(words.encode("utf-16-le")) // 2,
        "url": url,
    }
    text = before + words + after
    told, _ = content({"text": text, "entities": [entity]})

    assert told == (text if words in url else f"{text}\n{url}")


def test_an_address_is_told_once_and_only_where_its_words_do_not_say_it() -> None:
    url = "https://boutique.example/s/48213"
    link = {"type": "text_link", "url": url}
    marks = [
        link | {"offset": 0, "length": 3},
        link | {"offset": 4, "length": 2},
        {"type": "bold", "offset": 0, "length": 3},
    ]
    shown = "😀 boutique.example/s/48213"

    assert content({"text": "ici ou là", "entities": marks})[0] == f"ici ou là\n{url}"
    assert content({"text": shown, "entities": [link | {"offset": 3, "length": 24}]})[0] == shown
    assert content({"text": shown, "entities": [link | {"offset": 2, "length": 24}]})[0] == f"{shown}\n{url}"


@given(
    st.text(alphabet=LETTERS, min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(-3, 60), st.integers(-3, 60)), max_size=8),
)
def test_entities_that_lie_anywhere_leave_every_letter_of_the_text(text: str, spans: Sequence[tuple[int, int]]) -> None:
    url = "https://x.example/"
    marks = [{"type": "text_link", "offset": at, "length": long, "url": url} for at, long in spans]
    told, _ = content({"text": text, "entities": marks})

    assert told in (text, f"{text}\n{url}")
    told.encode()


@pytest.mark.parametrize("at", range(19))
def test_no_link_hides_a_cards_number_from_the_mask(at: int) -> None:
    link = {"type": "text_link", "offset": at, "length": 1, "url": "https://x.example/"}
    told, _ = content({"text": "4111 1111 1111 1111", "entities": [link]})

    assert "1111 1111" not in mask_secrets(told)


@pytest.mark.parametrize(
    ("words", "entity", "for_us"),
    [
        ("@brumelle_sav_bot ?", {"type": "mention", "offset": 0, "length": 17}, True),
        ("😀 @Brumelle_SAV_Bot ?", {"type": "mention", "offset": 3, "length": 17}, True),
        ("@gpennec ?", {"type": "mention", "offset": 0, "length": 8}, False),
        ("/start", {"type": "bot_command", "offset": 0, "length": 6}, True),
        ("/start@brumelle_sav_bot", {"type": "bot_command", "offset": 0, "length": 23}, True),
        ("Brumelle ?", {"type": "text_mention", "offset": 0, "length": 8, "user": {"is_bot": True}}, True),
        ("Soizic ?", {"type": "text_mention", "offset": 0, "length": 6, "user": {"is_bot": False}}, False),
        ("@brumelle_sav_bot ?", {"type": "hashtag", "offset": 0, "length": 17}, False),
        ("@brumelle_sav_bot ?", {"type": "mention", "offset": 90, "length": 17}, False),
    ],
)
def test_in_a_group_only_what_is_said_to_a_bot_is_read(words: str, entity: Any, *, for_us: bool) -> None:
    said = {
        "message_id": 1,
        "from": {"id": 5120338842, "is_bot": False, "first_name": "Soizic"},
        "chat": {"id": -1002233445566, "type": "supergroup"},
        "date": 1795767250,
        "text": words,
        "entities": [entity],
    }
    (found,) = Telegram.parse(posted(json.dumps({"update_id": 1, "message": said}).encode()))

    assert isinstance(found, Message) is for_us


@pytest.mark.parametrize(
    ("text", "length", "read"),
    [
        ("/stop", 5, "stop"),
        ("/stop@brumelle_sav_bot", 22, "stop"),
        ("/stop tout", 5, "/stop tout"),
        ("/ non", 0, "/ non"),
    ],
)
def test_a_command_that_is_the_whole_message_is_its_word(text: str, length: int, read: str) -> None:
    said = json.loads(fixtures("telegram")["text.json"])
    marks = [{"type": "bot_command", "offset": 0, "length": length}] if length else []
    said["message"] |= {"text": text, "entities": marks}
    (found,) = Telegram.parse(posted(json.dumps(said).encode()))

    assert isinstance(found, Message)
    assert found.text == read


# --- events -----------------------------------------------------------------------------------


def test_two_edits_within_a_second_are_two_and_the_same_edit_twice_is_one() -> None:
    first, second = event("edited_text.json"), event("edited_twice_in_a_second.json")

    assert isinstance(first, Edit)
    assert first.target_id == second.target_id == event("text.json").event_id
    assert len({first.event_id, second.event_id, event("edited_text.json").event_id}) == 2


def test_one_number_in_two_chats_or_in_a_business_is_three_messages() -> None:
    said = json.loads(fixtures("telegram")["text.json"])["message"]
    other = said | {"chat": said["chat"] | {"id": 5120338842}}
    bodies = (
        {"message": said},
        {"message": other},
        {"business_message": said | {"business_connection_id": "C1"}},
        {"business_message": said | {"business_connection_id": "C2"}},
    )
    found = [Telegram.parse(posted(json.dumps({"update_id": 7, **body}).encode()))[0] for body in bodies]

    assert len({each.event_id for each in found}) == 4


def test_an_update_is_the_same_event_under_whatever_update_id() -> None:
    said = json.loads(fixtures("telegram")["text.json"])
    found = [Telegram.parse(posted(json.dumps(said | {"update_id": each}).encode())) for each in (1, 10**9)]

    assert found[0] == found[1]


def test_a_business_own_words_are_ours_only_where_the_bot_sent_them() -> None:
    typed, sent = event("business_owner_typed.json"), event("business_bot_sent.json")

    assert isinstance(typed, Echo)
    assert (typed.own_app, sent.own_app) == (False, True)
    assert typed.address.person_id == sent.address.person_id == "5120338841"


# --- proof, files, token ----------------------------------------------------------------------


def test_a_lost_answer_is_never_told_to_be_unsent() -> None:
    http = Scripted()
    assert bot(http).prove(row("telegram", Part(text="a", platform_id="1:2"), Part(text="b"))) == CannotTell()
    assert bot(http).prove(row("telegram", Part(text="a", platform_id="1:2"))) == Sent("1:2")
    assert http.asked == []


def test_a_file_is_read_by_its_id_then_by_its_path_from_telegrams_own_host() -> None:
    path = {"ok": True, "result": {"file_id": "A", "file_path": "photos/a b/../file_1.jpg"}}
    http = Scripted((200, path), (200, b"photo"))

    assert bot(http).fetch(Attachment("image", "", "A")) == b"photo"
    assert http.asked[0] == ("getFile", {"file_id": "A"})
    assert http.urls[1] == f"https://api.telegram.org/file/bot{TOKEN}/photos/a%20b/../file_1.jpg"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((400, {"description": "Bad Request: file is too big"}), "400_file_is_too_big"),
        ((200, {"ok": True, "result": {"file_id": "A"}}), "expired"),
    ],
)
def test_a_file_without_a_path_is_refused(answer: tuple[int, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        bot(Scripted(answer)).fetch(Attachment("image", "", "A"))

    assert caught.value.code == code


@pytest.mark.parametrize("moved", ["https://evil.example/x", "//evil.example/x", "http://api.telegram.org/x"])
def test_a_file_is_followed_nowhere_else(moved: str) -> None:
    class Moving(Scripted):
        def request(self, method: str, url: str, *, body: bytes = b"", **more: Any) -> HttpAnswer:
            told = super().request(method, url, body=body, **more)
            return replace(told, headers={"location": moved}) if told.status == 302 else told

    http = Moving((200, {"ok": True, "result": {"file_path": "a"}}), (302, b""))
    with pytest.raises(Refused) as caught:
        bot(http).fetch(Attachment("image", "", "A"))

    assert (caught.value.code, len(http.urls)) == ("foreign_link", 2)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 409, 429, 500, 502])
def test_no_error_and_no_log_has_the_token_or_what_telegram_said(
    status: int, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = f"Not Found: /bot{TOKEN}/sendMessage WORDS"
    platform.status, platform.body = status, {"ok": False, "error_code": status, "description": said}
    channel = bot(HttpClient(platform.base))
    calls_made = (
        lambda: channel.send(part("telegram")),
        lambda: channel.show_typing(part("telegram")),
        lambda: channel.called(AccountId("1")),
        lambda: channel.fetch(Attachment("image", "", "A")),
        lambda: subscription(HttpClient(platform.base), HELD, AccountId("1")),
    )
    shown = ""
    for call in calls_made:
        try:
            call()
        except SendError as error:
            shown += f"{error!r} {error} {error.__cause__!r} {error.__context__!r}"
    assert shown
    assert TOKEN not in shown + caplog.text
    assert "WORDS" not in shown + caplog.text


@pytest.mark.parametrize("base", ["http://127.0.0.1:1", "drop"])
def test_no_broken_connection_has_the_token(base: str, platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    platform.drop = True
    with pytest.raises((Retryable, Unconfirmed)) as caught:
        bot(HttpClient(platform.base if base == "drop" else base)).send(part("telegram"))

    assert TOKEN not in f"{caught.value!r} {caught.value.__cause__!r} {caplog.text}"
    assert caught.value.__suppress_context__


def test_without_a_token_nobody_is_asked() -> None:
    http = Scripted()
    with pytest.raises(TokenExpired):
        Telegram(Credentials(), http).send(part("telegram"))

    assert http.asked == []


# --- connecting -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "missing", "trouble"),
    [
        ({"allowed_updates": [*EVENTS, "poll"], "pending_update_count": 0}, (), ""),
        ({"allowed_updates": [*EVENTS[1:]]}, ("message",), ""),
        ({}, ("message_reaction",), ""),
        (
            {"pending_update_count": 3, "last_error_date": 1795767242, "last_error_message": f"502 of {TOKEN}"},
            ("message_reaction",),
            "3 wait; the last try ended with HTTP 502 on 2026-11-27 at 08:14 UTC",
        ),
        (
            {"pending_update_count": 1, "last_error_date": 1795767242, "last_error_message": "Connection timed out"},
            ("message_reaction",),
            "1 wait; the last try ended with no answer on 2026-11-27 at 08:14 UTC",
        ),
        ({"pending_update_count": 0, "last_error_date": 1795767242}, ("message_reaction",), ""),
        ({"pending_update_count": "1", "last_error_date": "x", "url": 7}, ("message_reaction",), ""),
    ],
)
def test_doctor_is_told_what_is_not_sent_and_what_waits(told: Any, missing: tuple[str, ...], trouble: str) -> None:
    http = Scripted((200, {"ok": True, "result": {"url": "https://a.example/w"} | told}))
    found = subscription(http, HELD, AccountId("1"))

    assert (found.missing, found.trouble) == (missing, trouble)


def test_a_description_of_tomorrow_goes_by_its_status() -> None:
    for status, kind in ((400, Refused), (401, TokenExpired), (502, Unconfirmed)):
        error = calls.failure(HttpAnswer(status, {}, b'{"description": "Something new"}'))
        assert (type(error), error.code) == (kind, str(status))


# --- time -------------------------------------------------------------------------------------


def cpu_ms(body: bytes, times: int = 3) -> float:
    """The least processor time of parsing a body."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        Telegram.parse(posted(body))
        best = min(best, time.process_time() - start)
    return best * 1000


def update(**message: Any) -> bytes:
    said = json.loads(fixtures("telegram")["group_mention.json"])
    said["message"] |= message
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


LINK = {"type": "text_link", "url": "https://x.example/"}
LONG = "é" * 300_000
HOSTILE = {
    "a long text": update(text="é" * 500_000),
    "many links": update(text="a" * 200_000, entities=[LINK | {"offset": n, "length": 1} for n in range(8_000)]),
    "nested links": update(text=LONG, entities=[LINK | {"offset": 0, "length": 300_000 - n} for n in range(4_000)]),
    "many mentions": update(text=LONG, entities=[{"type": "mention", "offset": n, "length": 90} for n in range(9_000)]),
    "long mentions": update(text=LONG, entities=[{"type": "mention", "offset": 0, "length": 9**5}] * 9_000),
    "many sizes": update(photo=[{"file_id": str(n), "width": n, "height": n} for n in range(20_000)]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_is_parsed_in_fifty_milliseconds(name: str) -> None:
    assert len(HOSTILE[name]) < 1_600_000
    assert cpu_ms(HOSTILE[name]) < 50


def test_each_withdrawn_message_takes_ten_microseconds_at_most() -> None:
    said = json.loads(fixtures("telegram")["business_deleted_messages.json"])
    said["deleted_business_messages"]["message_ids"] = list(range(20_000))
    body = json.dumps(said).encode()

    found: Sequence[Event] = Telegram.parse(posted(body))
    assert len(found) == 20_000
    assert cpu_ms(body) * 1000 / len(found) < 10
