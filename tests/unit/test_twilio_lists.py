"""Twilio's lists: what is asked for, how far, and which file a listed message means."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.channels import REGISTRY
from chalicelib.errors import Refused, SendError
from chalicelib.model import AccountId, Attachment, Message, Millis, OptOut
from chalicelib.ports import HttpAnswer, KnowsItself, ListsMessages
from tests.contract.samples import credentials
from tests.simulation.platforms import JPEG, a_file, answer

SID = "AC0f3c2b1a09e8d7c6b5a4938271605f4e"
BASE = f"/2010-04-01/Accounts/{SID}/Messages"
NINE = Millis(1_796_029_200_000)  # 2026-11-30 09:00 UTC


class Scripted:
    """An `Http` that gives these answers in order, and notes what was asked."""

    def __init__(self, *answers: HttpAnswer) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, bool]] = []

    def request(self, method: str, url: str, *, headers: Any, **_: Any) -> HttpAnswer:
        assert method == "GET"
        self.asked.append((url, "authorization" in headers))
        return self.answers.pop(0)


def listed(number: int, at: str, **more: Any) -> dict[str, Any]:
    one = {"sid": f"SM{number}", "account_sid": SID, "from": "+33639980011", "to": "+33757591200", "body": "oui"}
    return one | {"direction": "inbound", "num_media": "0", "date_created": f"Mon, 30 Nov 2026 {at} +0000"} | more


def page(*messages: dict[str, Any], following: str | None = None) -> HttpAnswer:
    return answer(200, {"messages": list(messages), "next_page_uri": following})


def channel(name: str, http: Scripted) -> ListsMessages:
    found = REGISTRY[name](credentials(), http)
    assert isinstance(found, ListsMessages)
    return found


@pytest.mark.parametrize(("name", "number"), [("sms", "+33757591200"), ("whatsapp_twilio", "whatsapp:+33757591200")])
def test_what_came_to_the_number_is_asked_for_from_the_day_on_and_page_by_page(name: str, number: str) -> None:
    following = f"{BASE}.json?To=%2B33757591200&PageSize=500&Page=1&PageToken=PASM2"
    http = Scripted(page(listed(2, "10:00:00"), following=following), page(listed(1, "09:30:00")))
    first = channel(name, http).fetch_since(AccountId("33757591200"), NINE)
    second = channel(name, http).fetch_since(AccountId("33757591200"), NINE, first.following)

    assert parse_qs(urlsplit(http.asked[0][0]).query) == {
        "To": [number],
        "DateSent>": ["2026-11-30"],
        "PageSize": ["500"],
    }
    assert http.asked[1] == (f"https://api.twilio.com{following}", True)
    assert [event.event_id for event in (*first.events, *second.events)] == ["SM2", "SM1"]
    assert second.following == ""


def test_no_page_is_asked_for_that_can_hold_only_older_messages() -> None:
    http = Scripted(page(listed(2, "09:00:01"), listed(1, "08:59:59"), following=f"{BASE}.json?Page=1"))

    assert channel("sms", http).fetch_since(AccountId("33757591200"), NINE).following == ""


@pytest.mark.parametrize(
    "following", ["https://evil.example/x", "/2010-04-01/Accounts/AC9/Messages.json?a", "@evil.example/"]
)
def test_a_page_of_somewhere_else_is_never_asked_for_with_our_key(following: str) -> None:
    http = Scripted()
    with pytest.raises(Refused):
        channel("sms", http).fetch_since(AccountId("33757591200"), NINE, following)

    assert http.asked == []


def test_what_we_sent_is_no_event_a_stop_is_an_opt_out_and_what_has_no_time_says_so() -> None:
    odd = [listed(1, "10:00:00", direction="outbound-api"), listed(2, "25:99:00"), listed(3, "10:00:00", sid="")]
    http = Scripted(page(*odd, listed(4, "10:00:00", body="STOP")))
    undated, event = channel("sms", http).fetch_since(AccountId("33757591200"), NINE).events

    assert (undated.event_id, undated.sent_at) == ("SM2", None)
    assert (type(event), event.event_id) == (OptOut, "SM4")


def test_the_files_of_a_listed_message_are_read_by_their_place_in_its_own_list() -> None:
    http = Scripted(page(listed(7, "10:00:00", body="", num_media="2")))
    (event,) = channel("sms", http).fetch_since(AccountId("33757591200"), NINE).events
    assert isinstance(event, Message)
    assert [one.kind for one in event.attachments] == ["file", "file"]

    uris = [f"{BASE}/SM7/Media/ME{number}.json" for number in (1, 2)]
    http = Scripted(
        answer(200, {"media_list": [{"uri": uri} for uri in uris]}),
        answer(307, "", location="https://mms.twiliocdn.com/f"),
        a_file(JPEG),
    )
    assert REGISTRY["sms"](credentials(), http).fetch(event.attachments[1]) == JPEG
    assert http.asked == [
        (f"https://api.twilio.com{BASE}/SM7/Media.json", True),
        (f"https://api.twilio.com{BASE}/SM7/Media/ME2", True),
        ("https://mms.twiliocdn.com/f", False),
    ]


@pytest.mark.parametrize(
    ("url", "answers"),
    [
        (f"https://api.twilio.com{BASE}/SM7/Media.json#1", [answer(200, {"media_list": [{"uri": "/x.json"}]})]),
        ("https://evil.example/2010/Messages/SM7/Media.json#0", []),
        (f"https://api.twilio.com{BASE}/SM7/Media.json#0", [answer(200, {"media_list": [{"uri": "@evil.example/x"}]})]),
    ],
)
def test_a_file_that_is_not_there_or_lies_elsewhere_is_refused(url: str, answers: list[HttpAnswer]) -> None:
    with pytest.raises(Refused):
        REGISTRY["sms"](credentials(), Scripted(*answers)).fetch(Attachment("file", url))


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["²", "9" * 30]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(bent=st.dictionaries(st.sampled_from(sorted(listed(1, "10:00:00"))), ODD), whole=ODD, following=ODD)
@example(bent={"num_media": "²"}, whole=None, following=None)
@example(bent={"num_media": "9" * 9_000, "date_created": "9" * 9_000}, whole=[], following=7)
def test_whatever_a_list_holds_it_is_read_or_refused(bent: dict[str, Any], whole: Any, following: Any) -> None:
    bodies = [whole, {"messages": whole}, {"messages": [listed(1, "10:00:00") | bent], "next_page_uri": following}]
    for body in bodies:
        try:
            found = channel("sms", Scripted(answer(200, body))).fetch_since(AccountId("33757591200"), NINE)
        except SendError:
            continue
        assert isinstance(found.following, str)
        assert all(event.event_id for event in found.events)


@given(body=ODD, media=ODD)
def test_whatever_a_messages_list_of_files_holds_a_file_is_read_or_refused(body: Any, media: Any) -> None:
    url = f"https://api.twilio.com{BASE}/SM7/Media.json#0"
    for held in (body, {"media_list": media}, {"media_list": [{"uri": media}]}):
        http = Scripted(answer(200, held), *[a_file(JPEG)] * 3)
        with contextlib.suppress(SendError):
            REGISTRY["sms"](credentials(), http).fetch(Attachment("file", url))
        assert all(urlsplit(asked).hostname == "api.twilio.com" for asked, _ in http.asked)


def senders(numbers: Sequence[int], following: str | None = None) -> HttpAnswer:
    listed = [{"sender_id": f"whatsapp:+{number}", "profile": {"name": f"n{number}"}} for number in numbers]
    return answer(200, {"senders": listed, "meta": {"next_page_url": following}})


NEXT = "https://messaging.twilio.com/v2/Channels/Senders?Channel=whatsapp&PageSize=1000&Page=1&PageToken=PS1"


def called(http: Scripted, number: str) -> str:
    found = REGISTRY["whatsapp_twilio"](credentials(), http)
    assert isinstance(found, KnowsItself)
    return found.called(AccountId(number))


def test_a_whatsapp_sender_is_found_among_two_thousand_by_two_requests_at_most() -> None:
    first, second = senders(range(33_757_590_000, 33_757_591_000), NEXT), senders(range(33_757_591_000, 33_757_592_000))
    http = Scripted(first, second)
    assert called(http, "33757591999") == "n33757591999"
    assert [url for url, _ in http.asked][1:] == [NEXT]
    http = Scripted(first)
    assert called(http, "33757590001") == "n33757590001"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ((senders([1], NEXT), senders([2])), "another_account"),
        ((senders([1], NEXT), senders([2], NEXT)), "too_many_senders"),
        ((senders([1], "https://evil.example/v2/Channels/Senders?Page=1"),), "foreign_page"),
    ],
)
def test_a_whatsapp_sender_that_is_not_found_is_refused_and_no_other_host_sees_our_key(
    answers: Sequence[HttpAnswer], code: str
) -> None:
    http = Scripted(*answers)
    with pytest.raises(Refused, match=code):
        called(http, "33757591200")
    assert http.answers == []
