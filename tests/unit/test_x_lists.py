"""X's two lists: which is asked for when, what stands in them, and that they are read on wish alone."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.x import X
from chalicelib.errors import SendError
from chalicelib.model import AccountId, Credentials, Echo, Message, Millis
from chalicelib.ports import HttpAnswer

ACCOUNT, PERSON = AccountId("1716450569358098432"), "2222222222222222222"
NINE = Millis(1_796_029_200_000)  # 2026-11-30 09:00 UTC
EXTRA = {"consumer_key": "ck", "token_secret": "ts"}


class Recorded:
    """An `Http` that answers everything with this body, and notes what was asked."""

    def __init__(self, body: Any) -> None:
        self.body, self.asked = body, ""

    def request(self, method: str, url: str, **_: Any) -> HttpAnswer:
        assert method == "GET"
        self.asked = url
        return HttpAnswer(200, {}, json.dumps(self.body).encode())

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.asked).query)


def channel(http: Recorded, **extra: str) -> X:
    return X(Credentials(app_secrets=("s",), token="t", extra=EXTRA | extra), http)


def post(number: int, at: str = "10:00:00", **more: Any) -> dict[str, Any]:
    return {"id": str(number), "text": "@m oui", "author_id": PERSON, "created_at": f"2026-11-30T{at}.000Z"} | more


def direct(number: int, at: str = "10:00:00", sender: str = PERSON, **more: Any) -> dict[str, Any]:
    talk = {"dm_conversation_id": f"{ACCOUNT}-{PERSON}", "event_type": "MessageCreate"}
    return {"id": str(number), "text": "oui", "sender_id": sender, "created_at": f"2026-11-30T{at}.000Z"} | talk | more


def page(*lines: dict[str, Any], token: str = "") -> dict[str, Any]:
    meta = {"result_count": len(lines)} | ({"next_token": token} if token else {})
    return {"meta": meta} | ({"data": list(lines)} if lines else {})


def test_its_lists_are_read_only_for_an_account_that_asks_for_it() -> None:
    said = ["", "no", "yes", " Yes ", "true"]
    wished = [channel(Recorded({}), read_list=each).wishes_list() for each in said]

    assert wished == [False, False, True, True, True]
    assert not channel(Recorded({})).wishes_list()


def test_posts_are_asked_for_since_the_time_then_direct_messages_page_by_page() -> None:
    http = Recorded(page(post(1), token="n&1"))
    first = channel(http).fetch_since(ACCOUNT, NINE)
    assert urlsplit(http.asked).path == f"/2/users/{ACCOUNT}/mentions"
    assert http.query["start_time"] == ["2026-11-30T09:00:00Z"]
    assert "expansions" not in http.query
    http.body = page(post(2))
    second = channel(http).fetch_since(ACCOUNT, NINE, first.following)
    assert (http.query["pagination_token"], second.following) == (["n&1"], "direct")
    http.body = page(direct(3), token="d1")
    third = channel(http).fetch_since(ACCOUNT, NINE, second.following)
    assert (urlsplit(http.asked).path, http.query["max_results"]) == ("/2/dm_events", ["20"])
    http.body = page(direct(4, "08:00:00"), token="d2")
    last = channel(http).fetch_since(ACCOUNT, NINE, third.following)

    assert (http.query["pagination_token"], last.following) == (["d1"], "")
    assert [event.event_id for listed in (first, second, third, last) for event in listed.events] == [
        "1",
        "2",
        "3",
        "4",
    ]


def test_what_the_account_wrote_is_an_echo_and_what_it_wrote_to_a_group_is_left_out() -> None:
    listed = page(direct(1), direct(2, sender=ACCOUNT), direct(3, sender=ACCOUNT, dm_conversation_id="1992"))
    came, said = channel(Recorded(listed)).fetch_since(ACCOUNT, NINE, "direct").events

    assert isinstance(came, Message)
    assert isinstance(said, Echo)
    assert came.address == said.address


def test_an_empty_list_is_one_and_a_body_without_a_list_is_none() -> None:
    assert channel(Recorded(page())).fetch_since(ACCOUNT, NINE).events == []
    bodies: list[Any] = [{}, {"errors": [{"title": "Forbidden"}]}, []]
    for body in bodies:
        with pytest.raises(SendError, match="no_list"):
            channel(Recorded(body)).fetch_since(ACCOUNT, NINE)


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(str(ACCOUNT)),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "next_token"]), inner),
    max_leaves=6,
)


@pytest.mark.parametrize("where", ["", "direct"])
@given(bent=st.dictionaries(st.sampled_from([*post(1), *direct(1), "note_tweet"]), ODD), whole=ODD, meta=ODD)
def test_whatever_a_list_holds_it_is_read_or_refused(where: str, bent: dict[str, Any], whole: Any, meta: Any) -> None:
    line = direct(1) if where else post(1)
    for body in (whole, {"data": whole}, {"data": [line | bent], "meta": meta}):
        try:
            found = channel(Recorded(body)).fetch_since(ACCOUNT, NINE, where)
        except SendError:
            continue
        assert isinstance(found.following, str)
        assert all(event.event_id for event in found.events)
