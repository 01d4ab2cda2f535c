"""What a channel does not vouch for is for a person, and nothing is said; an answer to us is for a person too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.channels.email.channel import TRAITS
from chalicelib.conversation import PastAnswer
from chalicelib.decision.answer_text import day_of, limit_reached
from chalicelib.decision.decide import decide
from chalicelib.model import ANSWERS_US, CAUTION, GRAVITY, Decision, Ignore, MessageId, Reply, Ticket, gravest_first
from chalicelib.workspaces.slack.beside_words import CAUTIONS
from tests.unit.decision.views import NOW, message, view

SURFACE = TRAITS.private
HOUR = 3_600_000


def cautioned(word: str, text: str) -> Decision:
    inputs = view()
    pending = (message(text, beside=((CAUTION, word),)),)
    return decide(replace(inputs, pending=pending, surface=SURFACE))


@pytest.mark.parametrize("word", ["spam", "forged", "third_party", "unproved", "list", "a word of tomorrow"])
@pytest.mark.parametrize(
    "text", ["Quels sont vos horaires d'ouverture le samedi ?", "Bonjour", "STOP", "Je me suis brûlé avec votre bougie"]
)
def test_nothing_is_said_to_who_is_not_proved(word: str, text: str) -> None:
    decision = cautioned(word, text)

    assert isinstance(decision, Ticket)
    assert not decision.acknowledge


def test_danger_stays_urgent_whoever_writes() -> None:
    decision = cautioned("unproved", "Je me suis brûlé avec votre bougie")

    assert isinstance(decision, Ticket)
    assert decision.priority == "urgent"


def test_spam_wakes_nobody_whatever_it_shouts() -> None:
    decision = cautioned("spam", "Je me suis brûlé avec votre bougie, la police arrive")

    assert isinstance(decision, Ticket)
    assert decision.priority == "normal"


def test_an_answer_to_us_is_for_a_person_and_thanks_are_for_nobody() -> None:
    asked = cautioned(ANSWERS_US, "Quels sont vos horaires d'ouverture le samedi ?")
    thanks = cautioned(ANSWERS_US, "Merci beaucoup !")

    assert isinstance(asked, Ticket)
    assert asked.reason == "answers_us"
    assert isinstance(thanks, Ignore)


def test_without_a_caution_the_bot_answers_and_says_how_a_person_is_reached() -> None:
    decision = decide(replace(view(), surface=SURFACE))

    assert isinstance(decision, Reply)
    assert decision.text.endswith("Répondez simplement à cet e-mail\u00a0: une personne le lira.")


@pytest.mark.parametrize(
    ("count", "said_ago", "reached"), [(0, None, False), (2, 2 * HOUR, False), (3, None, True), (1, HOUR - 1, True)]
)
def test_machines_that_answer_each_other_stop(count: int, said_ago: int | None, *, reached: bool) -> None:
    said = () if said_ago is None else (PastAnswer("opening_hours", NOW - said_ago),)
    inputs = view(head={"auto_day": day_of(NOW), "auto_count": count, "said": said})

    assert limit_reached(replace(inputs, surface=SURFACE)) == reached


def test_spam_takes_no_urgency_from_what_waits_beside_it() -> None:
    junk = message("Gagnez une voiture", beside=((CAUTION, "spam"),))
    hurt = replace(
        message("Je me suis brûlé avec votre bougie"), message_id=MessageId("c1.1795597200001.abcdefabcdefabce")
    )
    decision = decide(replace(view(), pending=(junk, hurt), surface=SURFACE))

    assert isinstance(decision, Ticket)
    assert decision.priority == "urgent"


@pytest.mark.parametrize("first", [ANSWERS_US, "unproved", "copied"])
@pytest.mark.parametrize("apart", [False, True])
def test_of_several_cautions_the_gravest_is_the_reason(first: str, *, apart: bool) -> None:
    words = (first, "third_party")
    beside = tuple((CAUTION, word) for word in words)
    pending = (
        tuple(message("Bonjour, où est ma commande ?", beside=(each,)) for each in beside)
        if apart
        else (message("Bonjour, où est ma commande ?", beside=beside),)
    )
    decision = decide(replace(view(), pending=pending, surface=SURFACE))

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.detail) == ("not_vouched_for", "third_party")


def test_every_caution_has_its_words_and_its_place() -> None:
    assert set(GRAVITY) == set(CAUTIONS)
    known = [ANSWERS_US, "a word of tomorrow", *GRAVITY]
    assert gravest_first(known) == (*GRAVITY[:-1], "a word of tomorrow", ANSWERS_US)
