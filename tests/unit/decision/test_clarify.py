"""One clarifying question instead of silence: when it is asked, in which words, and which answers decide."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.channels import messenger, whatsapp, x
from chalicelib.channels._fitted import parts_of
from chalicelib.conversation import Control, PastAnswer, Scope
from chalicelib.decision.clarify import offered
from chalicelib.decision.decide import decide
from chalicelib.decision.menu import OTHER
from chalicelib.model import Ask, Autonomy, Content, Hold, Millis, Reply, Sentiment, Signal, State, Ticket, Urgency
from chalicelib.playbook.codec import from_json, to_json
from chalicelib.playbook.release import Rollout
from chalicelib.playbook.schema import NeverAutomatic, Playbook
from chalicelib.playbook.yaml_file import PlaybookError, load
from tests.unit.decision.views import NOW, PLAYBOOK, classified, message, ticket, view
from tests.unit.playbook.test_bulletin import exception

TEXT = (Path(__file__).parents[3] / "playbooks" / "maison-lune.yaml").read_text(encoding="utf-8")
HOUR, DAY = 3_600_000, 86_400_000
UNCLEAR, NUMBERED = "J'ai un problème avec ma commande", "J'ai un problème avec ma commande ML123456"
BOTH = ("return", "refund")
WHICH = classified("return", sure=False, probability=0.6, choices=BOTH, state=State.FIRST_QUESTION)
TU = replace(PLAYBOOK, register={**PLAYBOOK.register, "fr": "tu"}, phrases={})
ASKED = {"menu": (*BOTH, OTHER), "clarified": ("c1.m",), "clarified_at": NOW - HOUR, "greeted_at": NOW - HOUR}
UNSURE = classified(None)


def asked(**more: Any) -> Any:
    given = {"whole": WHICH} | more
    return decide(view(given.pop("whole"), UNCLEAR, **given))


def answered(
    *texts: str, head: dict[str, Any] | None = None, whole: Any = UNSURE, first: str = UNCLEAR, **more: Any
) -> Any:
    before = (message(first, message_id="c1.m"),)
    return decide(view(whole, *texts, head={**ASKED, **(head or {})}, before=before, **more))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def changed(name: str, **more: Any) -> Playbook:
    return replace(PLAYBOOK, intents={**PLAYBOOK.intents, name: replace(PLAYBOOK.intents[name], **more)})


@pytest.mark.parametrize(
    ("playbook", "language", "words"),
    [
        (
            PLAYBOOK,
            "fr",
            (
                "Bonjour,\n\nPour vous répondre juste, votre question porte plutôt sur :\n1. un article à renvoyer\n"
                "2. un remboursement attendu\n3. autre chose\nRépondez par le numéro, ou avec vos mots.\n\n"
                "Réponse de l'assistant IA de Maison Lune. Pour parler à une personne, écrivez « conseiller »."
            ),
        ),
        (
            TU,
            "fr",
            (
                "Bonjour,\n\nPour te répondre juste, ta question porte plutôt sur :\n1. un article à renvoyer\n"
                "2. un remboursement attendu\n3. autre chose\nRéponds par le numéro, ou avec tes mots.\n\n"
                "Réponse de l'assistant IA de Maison Lune. Pour parler à une personne, écris « conseiller »."
            ),
        ),
        (
            PLAYBOOK,
            "en",
            (
                "Hello,\n\nTo give you the right answer, is this about:\n1. an item to send back\n"
                "2. a refund I'm waiting for\n3. something else\nReply with the number, or in your own words.\n\n"
                "Sent by Maison Lune's AI assistant. To talk to a person, write “person”."
            ),
        ),
    ],
)
def test_it_names_at_most_two_subjects_in_customers_words_and_something_else_and_says_that_a_machine_asks(
    playbook: Playbook, language: str, words: str
) -> None:
    found = asked(playbook=playbook, head={"language": language}, whole=replace(WHICH, language=language))

    assert isinstance(found, Ask)
    assert (found.reason, found.menu, found.intent, found.wants) == ("which_subject", (*BOTH, OTHER), "", "")
    assert plain(found.text) == words


def test_one_likely_subject_is_asked_about_too() -> None:
    assert asked(whole=replace(WHICH, choices=("return",))).menu == ("return", OTHER)


@pytest.mark.parametrize(
    "more",
    [
        {"choices": ()},
        {"choices": ("return", "refund", "invoice")},
        {"choices": ("return", "complaint")},
        {"choices": ("return", "human_request")},
        {"choices": ("return", "change_address")},  # the playbook has no words for it
        {"out_of_scope": True, "intent": None},
        {"signals": frozenset({Signal.ANGER})},
        {"signals": frozenset({Signal.FRAUD})},
        {"signals": frozenset({Signal.LEAVING})},
        {"urgency": Urgency.HIGH},
        {"sentiment": Sentiment.NEGATIVE},
        {"beside": "partial"},
        {"beside": "settled"},
        {"several": True},
        {"wants_human": True},
        {"language": "de"},
        *[{"state": state} for state in State if state is not State.FIRST_QUESTION],
    ],
)
def test_it_is_not_asked_where_more_than_the_subject_is_in_doubt(more: dict[str, Any]) -> None:
    assert isinstance(asked(whole=replace(WHICH, **more)), Ticket)


@pytest.mark.parametrize(
    "more",
    [
        {"public": True},
        {"attachments": ("image",)},
        {"ticket": ticket(), "head": {"ticket_id": "t1"}},
        {"ticket": ticket(grave=True), "head": {"ticket_id": "t1"}},
        {"head": {"mode": "human"}},
        {"head": {"clarified_at": NOW - HOUR}},  # once a day, whatever came of it
        {"head": {"said": (PastAnswer("refund", NOW - HOUR),)}},  # answered already: it was not enough
        {"head": {"asked_intent": "order_status", "asked_wants": "order_number"}},
        {"head": {"auto_day": str(NOW // DAY), "auto_count": 6}},
        {"control": Control(1, {"intent:refund": Scope(stopped=True, epoch=1)})},
        {"full": True},
        {"playbook": changed("refund", autonomy={"": Autonomy.SUGGEST})},
        {"playbook": changed("return", autonomy={"messenger": Autonomy.SHADOW})},
        {"playbook": changed("return", language_autonomy={"fr": Autonomy.SUGGEST})},
        {"playbook": changed("refund", never_auto=True)},
        {"playbook": replace(PLAYBOOK, never_automatic=NeverAutomatic(subjects=frozenset({"return"})))},
        {"playbook": changed("refund", replies={"fr": "Nous ne pouvons pas vous rembourser dans votre cas."})},
        {"playbook": replace(PLAYBOOK, bulletins=(exception(intents=("refund",), person_only=True),))},
        {"playbook": changed("refund", degrees=Rollout(share=0, cap=30, hours="all"))},
        {"playbook": changed("refund", degrees=Rollout(share=100, cap=30, hours="closed"))},
    ],
)
def test_a_person_is_asked_where_one_of_the_subjects_would_not_be_answered_by_itself_here(more: dict[str, Any]) -> None:
    found = asked(**more)

    assert isinstance(found, Ticket), found
    assert isinstance(asked(), Ask)


def test_the_state_must_be_one_that_both_answers_are_good_for() -> None:
    overdue = replace(WHICH, state=State.OVERDUE)
    late = frozenset({State.FIRST_QUESTION, State.OVERDUE})
    both = replace(
        changed("refund", serves=late),
        intents={
            **PLAYBOOK.intents,
            "refund": replace(PLAYBOOK.intents["refund"], serves=late),
            "return": replace(PLAYBOOK.intents["return"], serves=late),
        },
    )

    assert isinstance(asked(whole=overdue, playbook=changed("refund", serves=late)), Ticket)
    assert isinstance(asked(whole=overdue, playbook=both), Ask)


def test_a_subject_whose_words_ask_for_the_number_that_was_given_is_not_offered() -> None:
    assert "numéro de commande" in PLAYBOOK.intents["refund"].replies["fr"]
    assert isinstance(decide(view(WHICH, NUMBERED)), Ticket)


def test_it_is_asked_again_a_day_later() -> None:
    assert isinstance(asked(head={"clarified_at": NOW - DAY}), Ask)


def test_an_order_that_cannot_be_looked_up_is_not_offered() -> None:
    order = replace(WHICH, choices=("order_status", "return"))

    assert offered(view(order, UNCLEAR)) == ("order_status", "return")
    assert offered(view(order, UNCLEAR, playbook=replace(PLAYBOOK, can_look_up=False))) == ()


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("1", "return"), ("2", "refund"), ("2️⃣", "refund"), ("le premier", "return"), ("La première svp", "return"),
        ("le 2", "refund"), ("le deuxième", "refund"), ("the second one", "refund"), ("c'est le 1", "return"),
        ("un remboursement attendu", "refund"), ("Remboursement", "refund"), ("le remboursement svp", "refund"),
        ("c'est pour un retour", "return"), ("a refund I'm waiting for", "refund"), ("Retour.", "return"),
        ("article à renvoyer", "return"),
    ],
)  # fmt: skip
def test_a_number_an_ordinal_or_the_name_of_the_subject_decides(text: str, intent: str) -> None:
    found = answered(text)

    assert isinstance(found, Reply), found
    assert found.intent == intent


@pytest.mark.parametrize(
    "text",
    ["3", "autre chose", "Autre chose.", "aucun des deux", "ni l'un ni l'autre", "something else", "neither", "non",
     "?", "the third", "c'est pas ça"],
)  # fmt: skip
def test_something_else_and_a_refusal_go_to_a_person_and_are_no_wish_for_one(text: str) -> None:
    found = answered(text)

    assert isinstance(found, Ticket)
    assert (found.reason, found.priority, found.intent) == ("something_else", "normal", None)


@pytest.mark.parametrize("text", ["les deux", "4", "pas un remboursement", "oui", "un remboursement ou un retour"])
def test_an_answer_that_names_none_or_both_is_never_guessed(text: str) -> None:
    assert not isinstance(answered(text, timer_fired=True), Reply | Ask)


@pytest.mark.parametrize(
    ("text", "reason"), [("oui", "sure"), ("non", "something_else"), ("1", "sure"), ("2", "something_else")]
)
def test_of_one_subject_yes_and_no_are_answers(text: str, reason: str) -> None:
    assert answered(text, head={"menu": ("return", OTHER)}).reason == reason


def test_a_fresh_sentence_decides_by_itself() -> None:
    found = answered("Quels sont vos horaires ?", whole=classified("opening_hours"))

    assert (found.reason, found.intent) == ("sure", "opening_hours")


def test_a_fresh_sentence_is_no_answer_to_somebody_elses_question() -> None:
    said = replace(classified("opening_hours"), state=State.ANSWERS_QUESTION, state_probability=0.9)

    assert answered("Vos horaires", whole=said).reason == "sure"
    assert decide(view(said, "Vos horaires")).reason == "answers_question"


def test_the_order_number_that_was_given_at_first_is_looked_up() -> None:
    found = answered("1", head={"menu": ("order_status", "return", OTHER)}, first=NUMBERED)

    assert isinstance(found, Hold)
    assert (found.reason, found.key) == ("looking_up", "ML123456")


def test_without_a_number_the_chosen_subject_asks_for_it() -> None:
    found = answered("1", head={"menu": ("order_status", "return", OTHER)})

    assert (found.reason, found.intent) == ("needs_order_number", "order_status")


def test_a_choice_counts_for_a_day() -> None:
    assert answered("1", now=Millis(NOW + DAY)).reason != "sure"


def test_the_name_of_a_subject_is_no_choice_of_a_welcome() -> None:
    welcomed = {"menu": ("return", "refund", "human_request"), "greeted_at": NOW - HOUR}

    assert not isinstance(decide(view(UNSURE, "Remboursement", timer_fired=True, head=welcomed)), Reply)


def test_what_is_chosen_is_still_refused_where_the_bot_was_stopped_meanwhile() -> None:
    stopped = Control(1, {"intent:return": Scope(stopped=True, epoch=1)})

    assert answered("1", control=stopped).reason == "stopped"


@pytest.mark.parametrize("pair", [(a, b) for a in PLAYBOOK.intents for b in PLAYBOOK.intents if a < b])
def test_every_pair_of_subjects_fits_one_message_of_every_channel_in_both_languages(pair: tuple[str, str]) -> None:
    for language in ("fr", "en"):
        whole = replace(WHICH, choices=pair, language=language)
        found = decide(view(whole, UNCLEAR, head={"language": language}, display_name="Marie-Antoinette Dupont"))
        for traits in (messenger.TRAITS, whatsapp.TRAITS, x.TRAITS):
            assert traits.private is not None
            assert not isinstance(found, Ask) or len(parts_of(Content(text=found.text), traits.private)) == 1


def test_a_playbook_keeps_its_words_and_leaves_what_it_does_not_say_to_the_title() -> None:
    kept = from_json(to_json(PLAYBOOK))

    assert kept.intents["refund"].choice == PLAYBOOK.intents["refund"].choice
    without = changed("refund", choice={})
    assert "2. remboursement\n" in plain(asked(playbook=without).text)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("choice: {fr: une facture, en: an invoice}", f"choice: {{fr: {'f' * 61}, en: an invoice}}", "at most 60"),
        ("choice: {fr: une facture, en: an invoice}", "choice: {fr: une facture., en: an invoice}", "full stop"),
        ("intents:\n", "phrases:\n  clarify: {fr: Lequel}\nintents:\n", "{choices}"),
    ],
)
def test_words_that_no_list_can_hold_are_mistakes_at_check(before: str, after: str, says: str) -> None:
    assert before in TEXT
    with pytest.raises(PlaybookError) as error:
        load(TEXT.replace(before, after, 1))
    assert says in str(error.value)
