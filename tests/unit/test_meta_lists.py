"""The lists of conversations on Messenger and Instagram: page by page, what stands on them, what they leave out."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import REGISTRY
from chalicelib.errors import SendError
from chalicelib.model import AccountId, Credentials, Echo, MalformedBody, Message, Millis
from chalicelib.ports import HttpAnswer, ListsMessages

ACCOUNT, PERSON = AccountId("104200"), "7413120182051123"
NINE = Millis(1_796_029_200_000)  # 2026-11-30 09:00 UTC
BOTH = ("messenger", "instagram")


class Recorded:
    """An `Http` that answers everything with this body, and notes what was asked."""

    def __init__(self, body: Any) -> None:
        self.body, self.asked = body, ""

    def request(self, method: str, url: str, **_: Any) -> HttpAnswer:
        assert method == "GET"
        self.asked = url
        return HttpAnswer(200, {}, json.dumps(self.body).encode())


def lister(name: str, http: Recorded) -> ListsMessages:
    found = REGISTRY[name](Credentials(app_secrets=("s",), token="t", extra={"login": "unified"}), http)
    assert isinstance(found, ListsMessages)
    return found


def line(number: int, at: str = "09:30:00", *, own: bool = False, **more: Any) -> dict[str, Any]:
    sender, to = (str(ACCOUNT), PERSON) if own else (PERSON, str(ACCOUNT))
    one = {"id": f"m{number}", "created_time": f"2026-11-30T{at}+0000", "from": {"id": sender}, "message": "oui"}
    return one | {"to": {"data": [{"id": to}]}} | more


def page(*talks: list[dict[str, Any]], more: bool = False) -> dict[str, Any]:
    data = [{"updated_time": lines[0]["created_time"], "messages": {"data": lines}} for lines in talks]
    paging = {"cursors": {"after": "b&c"}} | ({"next": "https://graph.facebook.com/x?access_token=t"} if more else {})
    return {"data": data, "paging": paging}


@pytest.mark.parametrize("name", BOTH)
def test_a_list_goes_on_only_while_there_is_more_and_it_is_new_enough(name: str) -> None:
    newer, older = [line(2, "10:00:00")], [line(1, "08:00:00")]
    assert lister(name, Recorded(page(newer, more=True))).fetch_since(ACCOUNT, NINE).following == "b&c"
    ends = {"messenger": "", "instagram": "media:"}[name]  # behind Instagram's conversations come its comments
    assert lister(name, Recorded(page(newer))).fetch_since(ACCOUNT, NINE).following == ends
    assert lister(name, Recorded(page(newer, older, more=True))).fetch_since(ACCOUNT, NINE).following == ends
    http = Recorded(page(newer))
    lister(name, http).fetch_since(ACCOUNT, NINE, "b&c")
    asked = parse_qs(urlsplit(http.asked).query)
    assert (asked["after"], asked["platform"]) == (["b&c"], [name])


@pytest.mark.parametrize("name", BOTH)
def test_a_conversation_of_which_meta_shows_less_than_was_asked_about_is_counted(name: str) -> None:
    full = [line(number, "10:00:00") for number in range(20)]
    reaches_back = [*full[:19], line(99, "08:00:00")]
    found = lister(name, Recorded(page(full, reaches_back, full[:19]))).fetch_since(ACCOUNT, NINE)

    assert found.cut == 1
    assert len(found.events) == 59


@pytest.mark.parametrize("name", BOTH)
def test_who_wrote_is_told_by_the_senders_id_and_a_message_that_names_nobody_is_no_guess(name: str) -> None:
    listed = [line(1), line(2, own=True), line(3) | {"from": {}}, line(4, own=True, to={"data": []})]
    first, second, *odd = lister(name, Recorded(page(listed))).fetch_since(ACCOUNT, NINE).events

    assert isinstance(first, Message)
    assert isinstance(second, Echo)
    assert {type(each) for each in odd} == {MalformedBody}
    assert first.address == second.address


def test_a_listed_sticker_a_shared_link_and_files_are_what_their_webhooks_are() -> None:
    photo = {"image_data": {"url": "https://scontent.xx.fbcdn.net/1"}}
    files = {"data": [photo, {"file_url": "https://cdn.fbsbx.com/2", "mime_type": "application/pdf"}, {"id": "3"}]}
    listed = [
        line(1, message="", sticker="https://scontent.xx.fbcdn.net/s"),
        line(2, message="", attachments=files),
        line(3, shares={"data": [{"link": "https://shop.example/p"}]}),
        line(4, message=""),
    ]
    events = lister("messenger", Recorded(page(listed))).fetch_since(ACCOUNT, NINE).events
    kinds = [[(one.kind, one.url) for one in event.attachments] for event in events if isinstance(event, Message)]

    assert kinds == [
        [("sticker", "https://scontent.xx.fbcdn.net/s")],
        [("image", "https://scontent.xx.fbcdn.net/1"), ("file", "https://cdn.fbsbx.com/2"), ("file", "")],
        [("fallback", "https://shop.example/p")],
        [("unsupported", "")],
    ]


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(str(ACCOUNT)),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "data", "url"]), inner),
    max_leaves=6,
)


@pytest.mark.parametrize("name", BOTH)
@given(
    bent=st.dictionaries(st.sampled_from([*line(1), "attachments", "shares", "sticker", "story"]), ODD),
    whole=ODD,
    paging=ODD,
)
def test_whatever_a_list_holds_it_is_read_or_refused(name: str, bent: dict[str, Any], whole: Any, paging: Any) -> None:
    one = page([line(1) | bent])
    for body in (whole, {"data": whole}, one | {"paging": paging}):
        try:
            found = lister(name, Recorded(body)).fetch_since(ACCOUNT, NINE)
        except SendError:
            continue
        assert isinstance(found.following, str)
        assert all(event.event_id for event in found.events)
