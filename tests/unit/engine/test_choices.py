"""What a button carries, and that nothing but the open menu's own buttons picks from it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.decision.menu import MENU_MS, PERSON
from chalicelib.engine import choices
from chalicelib.model import Buttons, Content, EventId, Greet, Millis, Postback
from tests.unit.decision.views import HEAD, NOW, message

MENU = ("order_status", "return", PERSON)
OPEN = replace(HEAD, menu=MENU, greeted_at=NOW)
GREET = Greet(
    covers=(),
    reason="greeting",
    language="fr",
    menu=MENU,
    text="1, 2 ou 3",
    buttons=Buttons("Lequel ?", ("a", "b", "c")),
)


def press(payload: str, title: str = "Un retour") -> Postback:
    return Postback(event_id=EventId("m1"), address=message().address, sent_at=None, payload=payload, title=title)


def test_each_button_of_a_menu_is_its_number_with_the_words_beside_it() -> None:
    said = choices.content_of(GREET, NOW)

    for number, each in enumerate(said.quick_replies, 1):
        assert choices.said_by(OPEN, press(each.payload, each.title), NOW) == (str(number), (("choice", each.title),))


def test_without_buttons_a_decision_says_its_text() -> None:
    assert choices.content_of(replace(GREET, buttons=None), NOW) == Content(text="1, 2 ou 3")


@given(st.text() | st.from_regex(r"choice:[0-9]{1,3}:[0-9]{1,16}", fullmatch=True), st.integers(0, 2 * MENU_MS))
def test_any_other_payload_is_the_words_on_the_button(payload: str, later: int) -> None:
    known = {each.payload for each in choices.content_of(GREET, NOW).quick_replies}
    text, beside = choices.said_by(OPEN, press(payload), NOW + later)

    if payload in known and later < MENU_MS:
        assert text in "123"
    else:
        assert (text, beside) == ("Un retour", ())


@given(st.sampled_from(["1", "2", "3"]), st.integers(1, 10**12))
def test_a_button_of_another_menu_picks_nothing(number: str, apart: int) -> None:
    head = replace(OPEN, greeted_at=Millis(NOW + apart))

    assert choices.said_by(head, press(f"choice:{number}:{NOW}"), NOW + apart) == ("Un retour", ())


def test_once_a_person_has_spoken_no_button_picks() -> None:
    assert choices.said_by(replace(OPEN, menu=()), press(f"choice:1:{NOW}"), NOW) == ("Un retour", ())
