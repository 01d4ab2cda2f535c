"""Where a matter stands: what is no first question goes to a person, with its word and its priority."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.decision import case_state
from chalicelib.decision.case_state import states_of
from chalicelib.decision.danger import graver
from chalicelib.decision.decide import decide
from chalicelib.model import Reply, Signal, State, Ticket, Urgency
from chalicelib.workspaces.slack.reason_words import reason_words
from tests.unit.decision.views import PLAYBOOK, classified, ticket, view

NAMED = [state for state in case_state.PRIORITY if state not in (State.BEREAVEMENT, State.DECLARATION)]


@pytest.mark.parametrize("state", NAMED)
def test_what_is_no_first_question_goes_to_a_person_with_its_word_and_priority(state: State) -> None:
    decision = decide(view(classified(state=state, state_probability=0.9)))

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.priority) == (state.value, case_state.PRIORITY[state])
    for language in ("fr", "en"):
        assert reason_words(language, state.value) != reason_words(language, "no such reason")


def test_mourning_and_declarations_have_the_words_that_they_have_elsewhere() -> None:
    mourns = decide(view(classified(state=State.BEREAVEMENT, state_probability=0.9)))
    declares = decide(view(classified(state=State.DECLARATION, state_probability=0.9)))

    assert isinstance(mourns, Ticket)
    assert isinstance(declares, Ticket)
    assert (mourns.reason, mourns.priority, declares.reason) == ("vulnerable", "urgent", "declared")


def test_what_the_answer_serves_is_answered_and_a_doubtful_state_is_none() -> None:
    hours = PLAYBOOK.intents["opening_hours"]
    serves = replace(hours, serves=hours.serves | {State.OVERDUE})
    served = replace(PLAYBOOK, intents={**PLAYBOOK.intents, "opening_hours": serves})
    overdue = classified(state=State.OVERDUE, state_probability=0.9)

    assert isinstance(decide(view(overdue, playbook=served)), Reply)
    assert isinstance(decide(view(replace(overdue, state_probability=0.4))), Reply)
    assert isinstance(decide(view(classified(state=State.FIRST_QUESTION, state_probability=0.9))), Reply)


def test_an_answer_to_the_bots_own_question_is_no_other_state() -> None:
    answers = classified(state=State.ANSWERS_QUESTION, state_probability=0.9)

    assert isinstance(decide(view(answers, head={"asked_intent": "opening_hours"})), Reply)
    assert isinstance(decide(view(answers)), Ticket)


def test_out_of_scope_says_more_than_a_statement_and_less_than_an_overdue_matter() -> None:
    tells = decide(
        view(classified(None, state=State.STATEMENT, state_probability=0.9), "je le ferai demain matin sans faute")
    )
    waits = decide(
        view(classified(None, state=State.OVERDUE, state_probability=0.9), "toujours rien depuis le douze mars")
    )

    assert isinstance(tells, Ticket)
    assert isinstance(waits, Ticket)
    assert (tells.reason, waits.reason) == ("out_of_scope", "overdue")


def test_of_several_messages_the_gravest_state_counts() -> None:
    first = classified(state=State.FIRST_QUESTION, state_probability=0.9)
    blocked = classified(state=State.ACCOUNT_BLOCKED, state_probability=0.9)
    seen = view(first, "Vous ouvrez quand ?", "et mon compte est bloqué")
    decision = decide(replace(seen, singles=[first, blocked]))

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.priority) == ("account_blocked", "high")


@pytest.mark.parametrize("state", [State.ALREADY_TRIED, State.ACCOUNT_BLOCKED, State.DISPUTED])
def test_words_that_say_what_was_done_already_are_not_even_proposed(state: State) -> None:
    decision = decide(view(classified("return", state=state, state_probability=0.9), "un retour"))

    assert isinstance(decision, Ticket)
    assert (decision.suggestion, decision.proved) == ("", False)


def test_words_for_who_asks_again_are_proposed_and_never_green() -> None:
    decision = decide(view(classified("return", state=State.FOLLOW_UP, state_probability=0.9), "un retour"))

    assert isinstance(decision, Ticket)
    assert decision.suggestion
    assert not decision.proved


TOLD: dict[State, tuple[str, ...]] = {
    State.ACCOUNT_BLOCKED: (
        "Unblock my account please",
        "Pouvez-vous débloquer mon compte svp",
        "my account was locked when I signed in",
        "Mon compte est bloqué depuis hier",
        "I can't sign in, the text with the code never arrives",
        "je ne reçois pas le code de connexion",
        "They sent me the reset link and I'm locked out",
    ),
    State.ALREADY_TRIED: (
        "I've changed my password three times and it still says it's wrong",
        "J'ai réinitialisé mon mot de passe et toujours impossible",
        "J'ai demandé un nouveau mot de passe deux fois, rien reçu",
        "already tried that",
        "I clicked the link twice, nothing happens",
    ),
    State.FOLLOW_UP: (
        "Still no update from your end!",
        "third time I send you the details",
        "je reviens vers vous une nouvelle fois",
        "Your agent told me it would be refunded by hand today",
        "suite à mon mail de lundi",
        "any update team",
    ),
}
FIRST = (
    "ma commande n'est toujours pas arrivée",
    "bonjour, à ce jour je n'ai pas reçu ma commande",
    "still waiting for my parcel",
    "Toujours sans nouvelles de ma commande du premier mars",
    "the heel snapped the second time I wore them",
    "mot de passe oublié",
    "how do I reset my password?",
    "comment créer un compte ?",
    "je n'ai pas reçu mon code promo",
    "I got no confirmation email",
    "où est mon colis ?",
    "can I change my order?",
)


@pytest.mark.parametrize(("state", "text"), [(state, text) for state, texts in TOLD.items() for text in texts])
def test_words_tell_a_blocked_account_a_remedy_that_was_tried_and_an_open_request(state: State, text: str) -> None:
    assert state in states_of(text)
    decision = decide(view(classified("password"), text))
    assert isinstance(decision, Ticket)
    assert decision.priority == "high"


@pytest.mark.parametrize("text", FIRST)
def test_a_first_question_that_waits_is_a_first_question(text: str) -> None:
    assert states_of(text) == frozenset()


VULNERABLE = classified(None, urgency=Urgency.CRITICAL, signals=frozenset({Signal.VULNERABLE}))


def test_somebody_vulnerable_is_urgent_in_neutral_words() -> None:
    decision = decide(view(VULNERABLE, "je suis malentendante, le téléphone ne me sert à rien"))

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.priority, decision.detail) == ("vulnerable", "urgent", "")
    assert reason_words("fr", "vulnerable").startswith("situation personnelle signalée")
    assert decision.acknowledge


@pytest.mark.parametrize(
    ("signal", "detail"), [(Signal.FRAUD, "fraud"), (Signal.DANGER, "danger"), (Signal.LAW, "law")]
)
def test_a_signal_names_which_grave_thing_it_is(signal: Signal, detail: str) -> None:
    decision = decide(view(replace(VULNERABLE, signals=frozenset({signal, Signal.VULNERABLE})), "des mots tout autres"))

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.detail, decision.priority) == ("critical", detail, "urgent")


def test_an_open_ticket_says_from_then_on_that_somebody_is_vulnerable() -> None:
    seen = view(VULNERABLE, "je suis malentendante", head={"ticket_id": "t1"}, ticket=ticket())
    decision = decide(seen)

    assert isinstance(decision, Ticket)
    assert graver(ticket(), seen, decision) == {"reason": "vulnerable", "detail": ""}
    assert graver(ticket(reason="critical"), seen, decision) == {}
