"""The lists of comments under a page's posts and an account's media: what stands on them, and what they leave out."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import REGISTRY
from chalicelib.errors import SendError
from chalicelib.model import AccountId, Attachment, Credentials, Echo, MalformedBody, Message, Millis
from chalicelib.ports import HttpAnswer, Listed, ListsMessages

ACCOUNT, PERSON = AccountId("104200"), "7413120182051123"
NINE = Millis(1_796_029_200_000)  # 2026-11-30 09:00 UTC
BOTH = ("facebook", "instagram")
FIRST = {"facebook": "", "instagram": "media:"}
DAYS_AGO = {9: "2026-11-21T09:00:00+0000", 15: "2026-11-15T09:00:00+0000"}
Json = dict[str, Any]


class Recorded:
    """An `Http` that answers everything with this body, and notes what was asked."""

    def __init__(self, body: Any, status: int = 200) -> None:
        self.body, self.status, self.asked = body, status, ""

    def request(self, method: str, url: str, **_: Any) -> HttpAnswer:
        assert method == "GET"
        self.asked = url
        return HttpAnswer(self.status, {}, json.dumps(self.body).encode())


def read(name: str, http: Recorded, page: str | None = None) -> Listed:
    found = REGISTRY[name](Credentials(app_secrets=("s",), token="t", extra={"login": "unified"}), http)
    assert isinstance(found, ListsMessages)
    return found.fetch_since(ACCOUNT, NINE, FIRST[name] if page is None else page)


def comment(name: str, number: int, at: str = "09:30:00", by: str = PERSON, **more: Any) -> Json:
    words, when = {"facebook": ("message", "created_time"), "instagram": ("text", "timestamp")}[name]
    author = {"id": by, "name": "Léa"} if name == "facebook" else {"id": by, "username": "lea_m"}
    return (
        {"id": f"71_{number}" if name == "facebook" else f"{number}", "from": author, words: "oui"}
        | {when: f"2026-11-30T{at}+0000"}
        | more
    )


def page(name: str, *comments: Json, at: str = DAYS_AGO[9], more: bool = False) -> Json:
    own = {"id": f"{ACCOUNT}_71", "from": {"id": str(ACCOUNT)}, "message": "Nos robes", "created_time": at}
    media = {"id": "1813", "timestamp": at, "username": "maison"}
    post = (own if name == "facebook" else media) | {"comments": {"data": list(comments)}}
    next_page = {"next": "https://graph.facebook.com/x?access_token=t"} if more else {}
    return {"data": [post], "paging": {"cursors": {"after": "b&c"}} | next_page}


@pytest.mark.parametrize("name", BOTH)
def test_a_list_goes_on_only_while_there_is_more_and_posts_are_young_enough(name: str) -> None:
    one, go_on = comment(name, 1), f"{FIRST[name]}b&c"

    assert read(name, Recorded(page(name, one, more=True))).following == go_on
    assert read(name, Recorded(page(name, one))).following == ""
    assert read(name, Recorded(page(name, one, at=DAYS_AGO[15], more=True))).following == ""
    http = Recorded(page(name, one))
    read(name, http, go_on)
    assert parse_qs(urlsplit(http.asked).query)["after"] == ["b&c"]


@pytest.mark.parametrize("name", BOTH)
def test_comments_come_the_newest_first_with_their_posts_and_none_of_the_accounts_own(name: str) -> None:
    own = {"from": {"id": "9", "username": "maison"}} if name == "instagram" else {"from": {"id": str(ACCOUNT)}}
    listed = [comment(name, 1), comment(name, 2, "10:00:00"), comment(name, 3, "10:05:00") | own]
    events = read(name, Recorded(page(name, *listed))).events

    assert [event.event_id[-1] for event in events] == ["2", "1"]
    assert {event.beside for event in events if isinstance(event, Message)} == {
        (("under", {"facebook": f"https://www.facebook.com/{ACCOUNT}_71", "instagram": "1813"}[name]),)
    }
    assert not any(isinstance(event, Echo) for event in events)


def test_what_stands_under_a_comment_is_told_from_the_top_ones() -> None:
    below = comment("facebook", 2, parent={"id": "71_1"})
    top = comment("instagram", 1, replies={"data": [comment("instagram", 2)]})

    for name, listed in (("facebook", [comment("facebook", 1), below]), ("instagram", [top])):
        found = read(name, Recorded(page(name, *listed))).events
        assert sorted((one.event_id[-1], bool(one.target_id)) for one in found if isinstance(one, Message)) == [
            ("1", False),
            ("2", True),
        ]


@pytest.mark.parametrize("name", BOTH)
def test_a_post_of_which_meta_shows_less_than_was_asked_about_is_counted(name: str) -> None:
    full = [comment(name, number) for number in range(50)]

    assert read(name, Recorded(page(name, *full))).cut == 1
    assert read(name, Recorded(page(name, *full[:49], comment(name, 99, "08:00:00")))).cut == 0
    assert read(name, Recorded(page(name, *full[:49]))).cut == 0


def test_a_comments_picture_and_a_visitors_post_are_what_their_webhooks_are() -> None:
    picture = {"type": "photo", "media": {"image": {"src": "https://scontent.xx.fbcdn.net/1"}}}
    body = page("facebook", comment("facebook", 1, message="", attachment=picture))
    visitor = {"id": f"{ACCOUNT}_72", "from": {"id": PERSON}, "message": "Merci !", "created_time": DAYS_AGO[9]}
    body["data"].append(visitor)
    first, second = read("facebook", Recorded(body)).events

    assert isinstance(first, Message)
    assert first.attachments == (Attachment("image", "https://scontent.xx.fbcdn.net/1"),)
    assert isinstance(second, Message)
    assert (second.event_id, second.text, second.reply_anchor) == (f"{ACCOUNT}_72", "Merci !", f"post:{ACCOUNT}_72")


def test_a_login_that_may_not_read_comments_ends_the_list_and_keeps_what_was_read_before() -> None:
    forbidden = Recorded({"error": {"code": 10, "message": "no permission"}}, 403)

    assert read("instagram", forbidden) == Listed(())
    with pytest.raises(SendError):
        read("instagram", forbidden, "")


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(str(ACCOUNT)),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "data", "media"]), inner),
    max_leaves=6,
)
_NAMES = ["id", "from", "message", "text", "created_time", "timestamp", "parent", "attachment", "replies"]


@pytest.mark.parametrize("name", BOTH)
@given(bent=st.dictionaries(st.sampled_from(_NAMES), ODD), whole=ODD, paging=ODD)
def test_whatever_a_list_holds_it_is_read_or_refused(name: str, bent: Json, whole: Any, paging: Any) -> None:
    one = page(name, comment(name, 1) | bent)
    one["data"][0] |= {key: value for key, value in bent.items() if key in ("id", "from")}
    for body in (whole, {"data": whole}, one | {"paging": paging}):
        try:
            found = read(name, Recorded(body))
        except SendError:
            continue
        assert all(isinstance(event, Message | MalformedBody) for event in found.events)
        assert isinstance(found.following, str)
