"""In which words equal questions under a post are answered, and what may be done about a comment."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import REGISTRY
from chalicelib.decision.comment_answers import (
    WORDINGS,
    acts_on,
    hidden_words,
    waits_for_answer,
    worded,
    wordings_of,
)
from chalicelib.model import Autonomy, MessageId, Millis
from chalicelib.playbook.defaults import words_of
from chalicelib.playbook.schema import Playbook
from chalicelib.ports import Surface
from chalicelib.store.gathered import Gathered
from chalicelib.text import measure
from tests.unit.decision.views import NOW, PLAYBOOK
from tests.unit.playbook.test_bulletin import exception

WIDE = Surface(limit=1_000, unit="chars")
WEEK = 7 * 86_400_000
ASKED = Gathered(message_id=MessageId("m"), kind="question", at=Millis(NOW), intent="return", wants=True)
FACEBOOK, INSTAGRAM = REGISTRY["facebook"].traits, REGISTRY["instagram"].traits


def brand(answer: str, **values: object) -> Playbook:
    """The playbook with this answer to one subject, and these values of it."""
    known = replace(PLAYBOOK.intents["opening_hours"], replies={"fr": answer, "en": answer}, public={}, channels={})
    return replace(PLAYBOOK, intents={**PLAYBOOK.intents, "opening_hours": replace(known, **values)})  # type: ignore[arg-type]  # names are Intent's


def said(playbook: Playbook, surface: Surface = WIDE) -> list[str]:
    found = wordings_of(playbook, "opening_hours", "fr", "facebook", surface, NOW)
    return list(found.texts.values()) if found else []


def test_an_answer_is_given_in_three_wordings() -> None:
    assert said(brand("De 10 h à 19 h.")) == [
        "Bonjour,\nDe 10 h à 19 h.",
        "Merci pour votre question. De 10 h à 19 h.",
        "De 10 h à 19 h.\nBonne journée\u202f!",
    ]


@pytest.mark.parametrize("greeting", ["Bonjour, ", "Bonjour ! ", "bonsoir. ", "Hello, ", "Salut, "])
def test_an_answer_with_a_greeting_of_its_own_greets_once(greeting: str) -> None:
    assert said(brand(f"{greeting}nous ouvrons à 10 h.")) == said(brand("Nous ouvrons à 10 h."))


def test_a_word_that_only_begins_like_a_greeting_stays() -> None:
    assert all("Hiver" in text for text in said(brand("Hiver comme été, de 10 h à 19 h.")))


def test_who_is_named_is_named_where_it_fits() -> None:
    found = wordings_of(brand("De 10 h à 19 h."), "opening_hours", "fr", "facebook", WIDE, NOW)
    assert found is not None
    assert worded(PLAYBOOK, found, "comment_thanks", "Léa Martin", WIDE) == (
        "Merci pour votre question, Léa. De 10 h à 19 h."
    )
    narrow = replace(WIDE, limit=len(found.texts["comment_thanks"]))
    assert worded(PLAYBOOK, found, "comment_thanks", "Léa Martin", narrow) == found.texts["comment_thanks"]


@given(
    answer=st.text("abcé 🙂\u00a0,.!", min_size=1, max_size=320).filter(lambda text: bool(text.strip())),
    limit=st.integers(10, 400),
    name=st.sampled_from(["", "Léa Martin", "X", "маша", "Jean-Baptiste de la Tour"]),
)
def test_each_wording_is_another_fits_its_platform_and_holds_the_answer(answer: str, limit: int, name: str) -> None:
    surface = Surface(limit=limit, unit="chars")
    playbook = brand(answer)
    found = wordings_of(playbook, "opening_hours", "fr", "facebook", surface, NOW)
    texts = list(found.texts.values()) if found else []

    assert len(set(texts)) == len(texts) <= len(WORDINGS)
    for phrase in found.texts if found else ():
        text = worded(playbook, found, phrase, name, surface) if found else ""
        assert measure(text, "chars") <= limit
        assert answer.strip()[1:] in text


def test_a_brand_says_the_wordings_in_its_own_way_and_one_without_the_answer_is_left_out() -> None:
    own = {"comment_hello": {"fr": "Coucou ! {answer}"}, "comment_wish": {"fr": "Bonne journée."}}
    assert said(replace(brand("De 10 h à 19 h."), phrases=own)) == [
        "Coucou ! De 10 h à 19 h.",
        "Merci pour votre question. De 10 h à 19 h.",
    ]


def test_equal_wordings_are_one() -> None:
    own = {phrase: {"fr": "{answer}"} for phrase in WORDINGS}
    assert said(replace(brand("De 10 h à 19 h."), phrases=own)) == ["De 10 h à 19 h."]


def test_the_mark_tells_other_words_from_those_that_were_read() -> None:
    marks = {
        found.mark
        for answer in ("Oui.", "Non.", "Oui.")
        if (found := wordings_of(brand(answer), "opening_hours", "fr", "facebook", WIDE, NOW)) is not None
    }
    assert len(marks) == 2


@pytest.mark.parametrize(
    "playbook",
    [
        brand("Oui {order_number}."),
        brand("Oui.", replies={"en": "Yes."}),
        brand("Oui.", autonomy={"": Autonomy.SHADOW}),
        brand("Oui.", autonomy={"": Autonomy.OFF}),
        replace(brand("Oui."), bulletins=(replace(exception(), person_only=True, intents=(), channels=()),)),
        replace(brand("Oui."), bulletins=(replace(exception(), texts={"en": "Snow."}, intents=(), channels=()),)),
    ],
)
def test_words_that_are_missing_watched_or_wrong_for_now_are_not_said(playbook: Playbook) -> None:
    assert said(playbook) == []


def test_an_exception_stands_before_the_answer() -> None:
    made = replace(exception(), intents=(), channels=())
    assert all(made.texts["fr"] in text for text in said(replace(brand("Oui."), bulletins=(made,))))


def test_no_order_is_spoken_of() -> None:
    assert wordings_of(PLAYBOOK, "order_status", "fr", "facebook", WIDE, NOW) is None


# --- what may be done -------------------------------------------------------------------------


def test_a_question_may_be_answered_written_to_liked_and_hidden() -> None:
    assert acts_on(ASKED, Millis(NOW), FACEBOOK, NOW) == ("answer_comment", "write_privately", "like", "hide")
    assert acts_on(ASKED, Millis(NOW), INSTAGRAM, NOW) == ("answer_comment", "write_privately", "hide")


@pytest.mark.parametrize(
    ("each", "lacks"),
    [
        (replace(ASKED, answer="agent"), "answer_comment"),
        (replace(ASKED, answer="native"), "answer_comment"),
        (replace(ASKED, answer="unknown"), "answer_comment"),
        (replace(ASKED, private="agent"), "write_privately"),
        (replace(ASKED, private="unknown"), "write_privately"),
        (replace(ASKED, wants=False), "write_privately"),
        (replace(ASKED, liked="agent"), "like"),
        (replace(ASKED, kind="manager"), "hide"),
    ],
)
def test_nothing_is_offered_twice_or_to_whom_it_may_not_be(each: Gathered, lacks: str) -> None:
    found = acts_on(each, Millis(NOW), FACEBOOK, NOW)
    assert lacks not in found
    assert found


def test_what_failed_may_be_tried_again() -> None:
    failed = replace(ASKED, answer="failed", private="failed", liked="failed")
    assert acts_on(failed, Millis(NOW), FACEBOOK, NOW) == acts_on(ASKED, Millis(NOW), FACEBOOK, NOW)


def test_a_private_message_ends_with_its_seventh_day() -> None:
    assert "write_privately" in acts_on(ASKED, Millis(NOW), FACEBOOK, Millis(NOW + WEEK - 1))
    assert "write_privately" not in acts_on(ASKED, Millis(NOW), FACEBOOK, Millis(NOW + WEEK))


def test_who_showed_personal_data_may_be_told_in_private_that_it_is_hidden_once_and_in_seven_days() -> None:
    hidden = replace(ASKED, kind="hide", wants=False, state="hidden", hide="personal_data")
    late = Millis(NOW + WEEK)

    assert acts_on(hidden, Millis(NOW), FACEBOOK, NOW) == ("write_privately", "unhide")
    assert acts_on(hidden, Millis(NOW), FACEBOOK, late) == ("unhide",)
    assert acts_on(replace(hidden, private="agent"), Millis(NOW), FACEBOOK, NOW) == ("unhide",)
    assert acts_on(replace(hidden, kind="manager"), Millis(NOW), FACEBOOK, NOW) == ("unhide",)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Appelez-moi au 06 12 34 56 78", "un numéro de téléphone"),
        ("Écrivez à marie.durand@mail.example", "une adresse e-mail"),
        ("Ma carte 4111 1111 1111 1111", "un numéro de carte ou de compte"),
    ],
)
def test_who_showed_personal_data_is_told_which_and_not_the_data_itself(text: str, shown: str) -> None:
    words = hidden_words(PLAYBOOK, text, "fr")

    assert shown in words.replace("\u202f", " ").replace("\xa0", " ")
    assert "nous l’avons masqué" in words.replace("'", "’")
    assert not any(each in words for each in ("06 12", "marie", "4111"))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("phrase", ["comment_hello", "comment_thanks", "comment_wish", "comment_moved"])
def test_no_words_under_a_post_say_that_somebody_is_a_customer_or_has_an_order(phrase: str, language: str) -> None:
    said = words_of(PLAYBOOK, phrase, language).casefold()

    assert not any(each in said for each in ("commande", "order", "client", "customer", "achat", "purchase"))


def test_what_is_hidden_may_be_shown_and_what_is_gone_nothing() -> None:
    assert acts_on(replace(ASKED, state="hidden"), Millis(NOW), FACEBOOK, NOW) == ("unhide",)
    assert acts_on(replace(ASKED, state="gone"), Millis(NOW), FACEBOOK, NOW) == ()


@pytest.mark.parametrize(
    "each",
    [
        replace(ASKED, answer="agent"),
        replace(ASKED, answer="native"),
        replace(ASKED, answer="unknown"),
        replace(ASKED, private="agent"),
        replace(ASKED, state="hidden"),
        replace(ASKED, state="gone"),
    ],
)
def test_what_was_answered_hidden_or_taken_back_waits_no_more(each: Gathered) -> None:
    assert waits_for_answer(ASKED)
    assert not waits_for_answer(each)
