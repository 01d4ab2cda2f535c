"""What is a Facebook page's own: how a comment is answered, hidden, liked, and when a lost answer is proved."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.facebook import Facebook
from chalicelib.channels.facebook.anchors import anchor_of, read_anchor
from chalicelib.errors import Refused
from chalicelib.model import UNDER, CannotTell, Credentials, Message, NotSent, Part, Proof, Sent, posted
from chalicelib.ports import HttpAnswer
from tests.contract.samples import FIXTURES, TEXT, part
from tests.contract.sending import row

PAGE = "117038850964413"
COMMENT, UPPER = "902215588420071_1180455320911846", "902215588420071_1000"


class Graph:
    """Answers each request with the same body."""

    def __init__(self, body: Any, status: int = 200) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.body, self.status = body, status

    def request(self, method: str, url: str, *, body: bytes = b"", **_: Any) -> HttpAnswer:
        self.asked.append((method, url.partition("graph.facebook.com")[2], json.loads(body) if body else None))
        return HttpAnswer(self.status, {}, json.dumps(self.body).encode())


def made(body: Any) -> tuple[Facebook, Graph]:
    graph = Graph(body)
    return Facebook(Credentials(token="t"), graph), graph


def proved(body: Any, anchor: str = COMMENT, *, public: bool = True) -> tuple[Proof, Graph]:
    channel, graph = made(body)
    lost = row("facebook", Part(text="Oui, en 44 et 46."), public=public)
    return channel.prove(replace(lost, anchor=anchor)), graph


def said(
    text: str = "Oui, en 44 et 46.", own_id: str = "1_9", by: str = PAGE, at: int = 1_763_801_403
) -> dict[str, Any]:
    return {"id": own_id, "from": {"id": by}, "message": text, "created_time": at}


@pytest.mark.parametrize(
    ("kind", "path", "payload"),
    [
        ("hide", f"/v23.0/{COMMENT}", {"is_hidden": True}),
        ("unhide", f"/v23.0/{COMMENT}", {"is_hidden": False}),
        ("like", f"/v23.0/{COMMENT}/likes", {}),
    ],
)
def test_hiding_showing_and_liking_are_one_request_without_words(kind: Any, path: str, payload: dict[str, Any]) -> None:
    channel, graph = made({"success": True})
    channel.send(part("facebook", kind=kind, public=True, anchor=f"{COMMENT} {UPPER}"))

    assert graph.asked == [("POST", path, payload)]


def test_an_answer_hangs_under_its_comment() -> None:
    channel, graph = made({"id": "1_9"})
    sent = channel.send(part("facebook", public=True, anchor=f"{COMMENT} {UPPER}"))

    assert sent == Sent("1_9")
    assert graph.asked == [("POST", f"/v23.0/{COMMENT}/comments", {"message": TEXT})]


@pytest.mark.parametrize(
    ("anchor", "recipient"),
    [
        (COMMENT, {"comment_id": COMMENT}),
        (f"{COMMENT} {UPPER}", {"comment_id": COMMENT}),
        ("post:1_2", {"post_id": "1_2"}),
    ],
)
def test_a_private_reply_names_what_it_answers_in_place_of_the_person(anchor: str, recipient: dict[str, str]) -> None:
    channel, graph = made({"message_id": "m_1"})
    channel.send(part("facebook", anchor=anchor))

    ((_, path, payload),) = graph.asked
    assert path == f"/v23.0/{PAGE}/messages"
    assert payload["recipient"] == recipient


def test_a_second_part_of_a_private_reply_is_refused_before_it_is_sent() -> None:
    channel, graph = made({"message_id": "m_1"})

    with pytest.raises(Refused):
        channel.send(part("facebook", anchor=COMMENT, index=1))
    assert graph.asked == []


@pytest.mark.parametrize("kind", ["reply", "hide", "unhide", "like"])
def test_what_hangs_on_nothing_is_refused_before_it_is_sent(kind: Any) -> None:
    channel, graph = made({"id": "1"})

    with pytest.raises(Refused):
        channel.send(part("facebook", kind=kind, public=True, anchor=""))
    assert graph.asked == []


def test_an_answer_that_stands_alone_under_its_comment_is_sent() -> None:
    proof, graph = proved({"data": [said("Merci !", "1_8"), said()]})

    assert proof == Sent("1_9")
    ((method, path, _),) = graph.asked
    assert (method, path.partition("?")[0]) == ("GET", f"/v23.0/{COMMENT}/comments")


@pytest.mark.parametrize(
    "listed",
    [[], [said(by="26411890718810457")], [said("Autre chose.")], [said(at=1_763_801_300)]],
    ids=["nothing", "a customer's", "other words", "older"],
)
def test_an_answer_that_is_not_in_the_whole_list_is_not_sent(listed: list[dict[str, Any]]) -> None:
    assert proved({"data": listed})[0] == NotSent()


def test_of_two_answers_with_the_same_words_nobody_can_tell() -> None:
    assert proved({"data": [said(), said(own_id="1_8")]})[0] == CannotTell()


def test_a_list_that_goes_on_beyond_a_page_of_new_answers_proves_no_absence() -> None:
    assert proved({"data": [said("Autre")], "paging": {"next": "https://…"}})[0] == CannotTell()


@pytest.mark.parametrize("body", [{}, {"data": "none"}, {"data": [said() | {"created_time": "soon"}]}, []])
def test_a_list_that_cannot_be_read_proves_nothing(body: Any) -> None:
    assert proved(body)[0] == CannotTell()


def test_under_a_comments_comment_and_of_a_private_reply_nobody_is_asked() -> None:
    for proof, graph in (proved({"data": []}, f"{COMMENT} {UPPER}"), proved({"data": []}, public=False)):
        assert proof == CannotTell()
        assert graph.asked == []


_ID = st.from_regex(r"[0-9]{1,20}(_[0-9]{1,20})?", fullmatch=True)


@given(own=_ID, parent=_ID | st.just(""), post=st.booleans())
def test_an_anchor_says_what_it_was_made_of(own: str, parent: str, *, post: bool) -> None:
    read = read_anchor(anchor_of(own, parent, post=post))

    assert (read.own, read.post) == (own, post)
    assert read.nested == (bool(parent) and not post)


@given(st.text(max_size=60))
def test_whatever_an_anchor_is_it_can_be_read(text: str) -> None:
    assert read_anchor(text).own in text


def test_a_mention_elsewhere_stands_under_no_post_of_the_brand_and_a_comment_does() -> None:
    read = {
        name: Facebook.parse(posted((FIXTURES / "facebook" / f"{name}.json").read_bytes()))[0]
        for name in ("mention_in_a_comment", "comment_top_level")
    }
    beside = {name: event.beside for name, event in read.items() if isinstance(event, Message)}

    assert beside == {
        "mention_in_a_comment": (),
        "comment_top_level": ((UNDER, f"https://www.facebook.com/{PAGE}_902215588420071"),),
    }
