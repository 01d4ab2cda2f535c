"""The loop guard: what tells of a machine, and how much is said to one person at most, whatever comes in."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.conversation import SPOKEN_KEPT, Conversation, TimelineMessage, address_of
from chalicelib.decision.decide import decide
from chalicelib.decision.loop_signs import (
    DAY_MS,
    HOUR_MS,
    PERSON,
    STEPS,
    THREAD,
    heard,
    loop,
    spoken,
    steps_spent,
    unsaid,
    words_print,
)
from chalicelib.decision.machine_words import says_machine
from chalicelib.model import Address, Consent, ContactId, ConversationId, Millis, Reply, Spoken, Ticket
from chalicelib.playbook.defaults import PHRASES
from chalicelib.store import keys
from tests.unit.decision.views import NOW, classified, message, view

HERE, THERE = (address_of("messenger", "a", "p"), address_of("whatsapp", "b", "q"))
HEAD = Conversation(conversation_id=ConversationId("c1"), contact_id=ContactId("k1"))
ANSWER = "Nous sommes ouverts du lundi au samedi, de 10 h à 19 h."
LONG = "Et pourriez-vous me dire si la boutique de Nantes est ouverte aussi ?"


def told(head: Conversation, at: int, to: Address = HERE, text: str = ANSWER, answered: str = "") -> Conversation:
    return replace(head, spoken=spoken(head, at, to, text, answered, at))


def written(text: str, at: int = NOW, to: Address = HERE, **more: object) -> TimelineMessage:
    return replace(message(text), address=to, sent_at=Millis(at), **more)  # type: ignore[arg-type]  # its fields


@pytest.mark.parametrize("name", [each for each in PHRASES if each.startswith(("ai_", "welcome", "opted_"))])
def test_what_our_own_assistant_says_is_told_from_what_people_say(name: str) -> None:
    """Whoever's Guichet it is. The lists of choices beside a welcome never stand alone."""
    if name.startswith(("welcome_choice", "welcome_buttons")):
        return
    phrase = PHRASES[name]
    for text in filter(None, (phrase.vous, phrase.tu, phrase.en)):
        filled = text.replace("{of_brand}", "de Maison Lune").replace("{brand}", "Maison Lune")
        assert says_machine(f"Nous sommes ouverts.\n\n{filled}"), filled


@pytest.mark.parametrize(
    "text",
    [
        "Ceci est un message automatique, merci de ne pas y répondre.",
        "Réponse automatique : je suis absente jusqu'au 4 janvier.",
        "Automatic reply: I am out of the office",
        "This is an automated response. We will get back to you.",
        "Bonjour, je suis un assistant virtuel. Que puis-je faire ?",
        "x" * 9_000 + " (AI assistant)",
    ],
)
def test_a_machine_says_that_it_is_one(text: str) -> None:
    assert says_machine(text)


@pytest.mark.parametrize(
    "text",
    [
        "Est-ce que c'est l'assistant IA de Maison Lune qui me répond ?",
        "J'ai reçu un message automatique de votre part, c'est normal ?",
        "Votre assistant IA ne comprend rien, je veux une personne",
        "I got an automatic reply yesterday, where is my parcel?",
        "Je suis absente la semaine prochaine, livrez après",
        "Vous pouvez répondre à cet e-mail ?",
        "bot ?",
        "",
    ],
)
def test_people_who_speak_of_machines_are_people(text: str) -> None:
    assert not says_machine(text)


def test_our_own_words_that_come_back_are_for_a_person() -> None:
    head = told(HEAD, NOW - 60_000)

    assert loop(head, [written(f"> {ANSWER.upper()}")], NOW) == "echo"
    assert loop(head, [written("Nous sommes ouverts ?")], NOW) == ""
    assert loop(head, [written(ANSWER)], NOW + DAY_MS) == ""


def test_the_same_words_are_answered_twice_at_most() -> None:
    head = told(told(HEAD, NOW - 9_000, answered=LONG), NOW - 8_000, answered=LONG.upper())

    assert loop(head, [written(LONG)], NOW) == "repeated"
    assert loop(head, [written("Et à Lyon, quels horaires ?")], NOW) == ""
    assert loop(told(HEAD, NOW, answered=LONG), [written(LONG)], NOW) == ""


def test_short_words_are_nobody_s_own() -> None:
    head = told(told(told(HEAD, NOW, text="Oui.", answered="ok"), NOW, answered="ok"), NOW, answered="ok")

    assert loop(head, [written("ok"), written("oui")], NOW) == ""


@pytest.mark.parametrize(("late_ms", "quick"), [(0, True), (2_000, True), (5_000, False), (-1, False)])
def test_nobody_reads_and_types_so_fast(late_ms: int, *, quick: bool) -> None:
    head = HEAD
    for at in (NOW - 60_000, NOW):
        head = told(head, at)
        answer = written(LONG, at + late_ms)
        head = replace(head, spoken=heard(head, answer), last_customer={keys.recipient(HERE): int(answer.sent_at)})

    assert (loop(head, [written("Et à Lyon ?")], NOW + late_ms) == "quick") == quick


def test_one_fast_answer_a_press_and_a_second_line_are_no_machine() -> None:
    head = told(told(HEAD, NOW - 60_000), NOW)
    once = replace(head, spoken=heard(head, written(LONG)))

    assert loop(once, [written(LONG)], NOW) == ""
    assert heard(head, written("Oui merci", NOW)) == head.spoken
    assert heard(head, written(LONG, NOW, kind="start")) == head.spoken
    assert heard(head, written(LONG, NOW, THERE)) == head.spoken
    after = replace(once, last_customer={keys.recipient(HERE): NOW})
    assert heard(after, written(LONG, NOW + 1)) == after.spoken


def test_what_is_cancelled_before_it_is_sent_was_never_said() -> None:
    head = told(told(HEAD, NOW - 5), NOW)

    assert unsaid(head, NOW, HERE) == told(HEAD, NOW - 5).spoken
    assert unsaid(head, NOW, THERE) == head.spoken


@given(
    some.lists(some.tuples(some.integers(0, HOUR_MS), some.sampled_from([HERE, THERE])), max_size=60),
    some.integers(0, 30),
)
def test_no_sequence_of_messages_gets_more_than_the_budget(written_at: list[tuple[int, Address]], join: int) -> None:
    """However they are spread over the channels of one person."""
    head, sent = HEAD, list[tuple[int, Address]]()
    for now, (_, to) in zip(accumulate(wait for wait, _ in written_at), written_at, strict=True):
        if loop(head, [written("Bonjour, une question", now, to)], now):
            continue
        head = told(head, now + join, to, text="")
        sent.append((now, to))
        assert len(head.spoken) <= SPOKEN_KEPT
    for at, to in sent:
        for most, span in ((PERSON.hour, HOUR_MS), (PERSON.day, DAY_MS)):
            assert sum(at <= other < at + span for other, _ in sent) <= most
        assert sum(at <= other < at + DAY_MS and to == where for other, where in sent) <= THREAD.day


def test_eight_a_day_on_one_channel_leave_two_for_the_others() -> None:
    head = HEAD
    for number in range(8):
        assert loop(head, [written("Bonjour, une question", NOW, HERE)], NOW) == ""
        head = told(head, NOW - (8 - number) * 2 * HOUR_MS, HERE, text="")

    assert loop(head, [written("Bonjour, une question", NOW, HERE)], NOW) == "day"
    assert loop(head, [written("Bonjour, une question", NOW, THERE)], NOW) == ""
    for number in range(2):
        head = told(head, NOW - (2 - number) * 2 * HOUR_MS, THERE, text="")
    assert loop(head, [written("Bonjour, une question", NOW, THERE)], NOW) == "day"


def test_a_head_has_room_for_the_budget() -> None:
    assert PERSON.day + STEPS.day <= SPOKEN_KEPT


FULL = tuple(Spoken(NOW - number, "", "") for number in range(PERSON.hour))


def test_beyond_the_budget_a_person_gets_it_and_nothing_is_said() -> None:
    decision = decide(view(head={"spoken": FULL}))

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.detail, decision.acknowledge) == ("loop", "hour", "")
    assert isinstance(decide(view(head={"spoken": FULL[1:]})), Reply)


def test_whom_to_call_is_always_said() -> None:
    decision = decide(view(classified(None), "Je n'ai plus envie de vivre", head={"spoken": FULL}))

    assert isinstance(decision, Ticket)
    assert "3114" in decision.acknowledge


@pytest.mark.parametrize("text", ["Un conseiller svp", "Je me rétracte de ma commande ML10482"])
def test_a_person_s_own_reason_stays_and_nothing_is_said(text: str) -> None:
    decision = decide(view(classified(None), text, head={"spoken": FULL}))

    assert isinstance(decision, Ticket)
    assert decision.acknowledge == ""


def test_stop_is_heeded_without_a_word_and_start_is_left_to_a_person() -> None:
    stopped = decide(view(classified(None), "STOP", head={"spoken": FULL}))
    started = decide(view(classified(None), "START", head={"spoken": FULL, "opted_out": ("messenger#a",)}))

    assert isinstance(stopped, Consent)
    assert stopped.text == ""
    assert isinstance(started, Ticket)


def test_nobody_is_welcomed_beyond_the_budget() -> None:
    decision = decide(view(classified(None), "Bonjour", head={"spoken": FULL}))

    assert isinstance(decision, Ticket)
    assert decision.acknowledge == ""


def test_too_few_letters_have_no_print() -> None:
    assert words_print("Oui !!!") == ""
    assert words_print("Vos horaires d'été ?") == words_print("vos horaires d ete")


def test_steps_of_a_move_take_no_answer_from_anybody_and_have_a_budget_of_their_own() -> None:
    head = HEAD
    for number in range(STEPS.hour):
        assert not steps_spent(head, NOW)
        head = replace(head, spoken=spoken(head, NOW - number, HERE, "", "", NOW, step=True))

    assert steps_spent(head, NOW)
    assert loop(head, [written("Une question")], NOW) == ""
    assert not steps_spent(head, NOW + HOUR_MS)
