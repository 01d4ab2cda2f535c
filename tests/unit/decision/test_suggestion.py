"""What a ticket proposes to its agent, and what it says of its subject and of its reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import PastAnswer
from chalicelib.decision.answer_text import day_of
from chalicelib.decision.decide import decide
from chalicelib.decision.intent_resolution import in_playbook
from chalicelib.decision.suggestion import likelihood
from chalicelib.model import Autonomy, Reply, Sentiment, Ticket, Urgency
from chalicelib.playbook.schema import AutonomyRules, Intent, Playbook
from tests.unit.decision.views import NOW, PLAYBOOK, classified, view
from tests.unit.decision.views import ticket as opened


def ticket(whole: Any, *texts: str, **more: Any) -> Ticket:
    """The decision, which is a ticket."""
    decision = decide(view(whole, *texts, **more))
    assert isinstance(decision, Ticket), decision
    return decision


def unsure(intent: str, probability: float, **more: Any) -> Any:
    return classified(intent, sure=False, probability=probability, **more)


def with_intent(name: str, words: dict[str, str], **more: Any) -> Playbook:
    intent = Intent(name=name, title={"fr": name, "en": name}, replies=words, **more)
    return replace(PLAYBOOK, intents={**PLAYBOOK.intents, name: intent})


# --- the floor, and the bound ---


@pytest.mark.parametrize(("probability", "suggests"), [(0.45, False), (0.69, False), (0.7, True), (0.94, True)])
def test_a_guess_is_suggested_from_the_playbooks_floor_on(probability: float, *, suggests: bool) -> None:
    found = ticket(unsure("return", probability), "je fais comment pour renvoyer ?")
    assert bool(found.suggestion) is suggests
    assert (found.intent, found.proved) == ("return", False)
    assert found.suggested_intent == ("return" if suggests else "")


def test_a_brand_may_set_its_own_floor() -> None:
    lower = replace(PLAYBOOK, suggest_from=0.4)
    assert ticket(unsure("return", 0.45), "je fais comment pour renvoyer ?", playbook=lower).suggestion


def test_what_the_bot_was_sure_of_is_proved_and_what_did_not_help_is_not() -> None:
    suggest = replace(PLAYBOOK, autonomy=AutonomyRules(default=Autonomy.SUGGEST))
    found = ticket(classified("opening_hours"), "Vous êtes ouverts le samedi ?", playbook=suggest)
    assert (found.reason, found.proved) == ("autonomy_suggest", True)
    assert found.suggestion


def test_beside_a_harm_nothing_is_proved() -> None:
    """An agent reads it first: "And are you open on Saturday?" of somebody whose child was burnt."""
    found = ticket(
        classified("opening_hours"),
        "Et sinon vous êtes ouverts samedi ?",
        head={"ticket_id": "t1"},
        ticket=opened(reason="critical", grave=True),
    )
    assert found.suggestion
    assert not found.proved


def test_who_asks_about_many_orders_is_looked_at_before_anything_is_said() -> None:
    known = {"looked_up": ("ML1", "ML2", "ML3"), "looked_day": day_of(NOW)}
    first = ticket(classified("order_status"), "Où est mon colis ML123456 ?", head=known)
    assert (first.reason, first.proved) == ("many_numbers", False)

    beside = opened(reason="many_numbers", intent="order_status")
    more = ticket(classified("order_status"), "et la ML123457 ?", head={**known, "ticket_id": "t1"}, ticket=beside)
    assert not more.proved


@pytest.mark.parametrize("text", ["?", "useless", "ça ne répond pas", "vous ne répondez pas", "👎"])
@pytest.mark.parametrize("looks_like", [{"wants_human": True, "guess": "human_request"}, {"guess": "complaint"}])
def test_words_that_refuse_an_answer_are_a_refusal_of_its_subject(text: str, looks_like: dict[str, Any]) -> None:
    whole = classified("complaint", **looks_like)
    found = ticket(whole, text, head={"said": (PastAnswer("return", NOW),), "language": "fr"})

    assert (found.reason, found.intent, found.priority, found.suggestion) == ("not_helped", "return", "high", "")
    assert "C’est noté" in found.acknowledge
    assert "désolés" not in found.acknowledge


@pytest.mark.parametrize("text", ["je sais pas", "je ne l'ai plus", "no idea sorry"])
def test_who_cannot_give_what_was_asked_for_has_a_ticket_about_it(text: str) -> None:
    asked = {"asked_intent": "order_status", "asked_wants": "order_number"}
    found = ticket(classified(None), text, head=asked, timer_fired=True)
    assert (found.reason, found.intent, found.suggestion) == ("out_of_scope", "order_status", "")


def test_a_wish_for_a_person_among_words_of_refusal_stays_one() -> None:
    whole = classified("human_request", wants_human=True)
    found = ticket(whole, "non", "passez-moi un conseiller", head={"said": (PastAnswer("return", NOW),)})
    assert found.reason == "asked_for_human"


def test_words_for_a_complaint_are_proposed_however_improbable_an_answer_by_the_bot_is() -> None:
    assert ticket(unsure("complaint", 0.002, guess="complaint"), "c'est une honte").suggestion


def test_a_ticket_says_how_likely_its_subject_is_not_how_likely_the_bots_answer_was_right() -> None:
    seen = view(unsure("refund", 0.02, subject_probability=0.93), "je n'ai toujours pas reçu mon remboursement")
    decision = decide(seen)

    assert isinstance(decision, Ticket)
    assert likelihood(seen, decision) == 930


def test_a_complaint_is_never_proved() -> None:
    found = ticket(classified("complaint", sentiment=Sentiment.NEGATIVE), "c'est une honte, rien n'est arrivé")
    assert found.suggestion
    assert not found.proved


@pytest.mark.parametrize("intent", ["damaged_item", "order_status", "return"])
def test_to_danger_fraud_and_law_nothing_ready_is_suggested(intent: str) -> None:
    found = ticket(
        unsure(intent, 0.95, urgency=Urgency.CRITICAL), "votre bougie a pris feu et ma fille est brûlée, ML204518"
    )
    assert (found.reason, found.suggestion) == ("critical", "")


# --- which grave thing, which careful thing ---


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("votre bougie a pris feu et ma fille est brûlée", "danger"),
        ("the candle caught fire and my son is hurt", "danger"),
        ("J'appelle la DGCCRF et mon avocat", "law"),
        ("see you in small claims court", "law"),
        ("mon compte a été piraté", "fraud"),
        ("my account was hacked", "fraud"),
        ("mon mari est décédé, il faut annuler", "vulnerable"),
        ("my mother passed away", "vulnerable"),
        ("j'en parle à un journaliste de la télévision", "press"),
        ("c'est très grave", ""),
    ],
)
def test_a_critical_ticket_says_what_it_speaks_of_where_the_words_tell(text: str, detail: str) -> None:
    found = ticket(classified("return", sure=False, urgency=Urgency.CRITICAL), text)
    assert (found.reason, found.detail) == ("critical", detail)


@pytest.mark.parametrize("beside", ["settled", "partial", "upset", "long"])
def test_a_careful_ticket_says_what_stands_beside_the_subject(beside: str) -> None:
    found = ticket(classified("return", sure=False, beside=beside), "je voudrais bien faire un retour")
    assert (found.reason, found.detail) == ("careful", beside)


# --- nothing is asked that the customer gave ---

PHOTOS = {
    "fr": "Nous sommes désolés. Pouvez-vous nous envoyer une ou deux photos et votre numéro de commande ?",
    "en": "We are sorry. Please send us one or two photos and your order number.",
}
STOCK = {
    "fr": "Le stock se lit sur la fiche. Pour une mise de côté, écrivez ici l'article, la taille et la ville.",
    "en": "Stock is shown online. To put one aside, tell us the item, the size and the town.",
}


@pytest.mark.parametrize(
    ("words", "text", "more", "suggests"),
    [
        (PHOTOS, "le vase est arrivé cassé", {}, True),
        (PHOTOS, "le vase est arrivé cassé, commande ML204518", {}, False),
        (PHOTOS, "le vase est arrivé cassé", {"attachments": ("image",)}, False),
        (STOCK, "vous avez encore la robe Alba ?", {}, True),
        (STOCK, "la robe Alba en 38 à Nantes ?", {}, False),
        (STOCK, "la robe Alba taille M ?", {}, False),
        (STOCK, "la robe Alba, vous l'avez à Lyon ?", {}, False),
    ],
)
def test_a_suggestion_that_asks_for_what_is_there_is_left_out(
    words: dict[str, str], text: str, more: Any, *, suggests: bool
) -> None:
    book = with_intent("damaged_item", words, never_auto=True)
    found = ticket(classified("damaged_item"), text, playbook=book, **more)
    assert bool(found.suggestion) is suggests


@pytest.mark.parametrize(
    ("words", "text", "suggests"),
    [
        (PHOTOS, "the vase arrived broken", True),
        (PHOTOS, "the vase of ML204518 arrived broken", False),
        (STOCK, "do you still have the Alba dress?", True),
        (STOCK, "the Alba dress in size 38 in Nantes?", False),
    ],
)
def test_the_same_holds_in_english(words: dict[str, str], text: str, *, suggests: bool) -> None:
    book = with_intent("damaged_item", words, never_auto=True)
    found = ticket(classified("damaged_item", language="en"), text, playbook=book, head={"language": "en"})
    assert bool(found.suggestion) is suggests


def test_words_that_name_a_number_without_asking_for_it_stay() -> None:
    words = {"fr": "Votre numéro de commande figure sur le bon de retour. Le remboursement suit en 5 jours.", "en": "-"}
    book = with_intent("refund", words, never_auto=True)
    assert ticket(classified("refund"), "remboursement de ML204518", playbook=book).suggestion


# --- shadow ---


@pytest.mark.parametrize(
    "rules",
    [
        AutonomyRules(default=Autonomy.SHADOW),
        AutonomyRules(default=Autonomy.AUTO, channels={"messenger": Autonomy.SHADOW}),
        AutonomyRules(default=Autonomy.AUTO, languages={"fr": Autonomy.SHADOW}),
    ],
)
@pytest.mark.parametrize(
    "whole",
    [
        classified("return"),
        unsure("return", 0.9),
        classified("complaint", sure=False, sentiment=Sentiment.NEGATIVE),
        classified("change_address"),
    ],
)
def test_what_is_only_watched_shows_neither_guess_nor_suggestion(rules: AutonomyRules, whole: Any) -> None:
    shadow = replace(PLAYBOOK, autonomy=rules)
    found = ticket(in_playbook(whole, shadow), "et pour un retour ?", playbook=shadow)
    assert (found.intent, found.suggestion) == (None, "")


# --- subjects without words ---


def test_a_known_subject_without_words_is_named() -> None:
    whole = in_playbook(classified("change_address"), PLAYBOOK)
    found = ticket(whole, "comment changer mon adresse de livraison ?")
    assert (found.reason, found.intent, found.suggestion) == ("not_in_playbook", "change_address", "")


def test_a_doubtful_one_is_not() -> None:
    whole = in_playbook(unsure("change_address", 0.5), PLAYBOOK)
    found = ticket(whole, "et pour mon adresse alors ?")
    assert (found.reason, found.intent) == ("out_of_scope", None)


def test_what_no_subject_fits_stays_out_of_scope() -> None:
    found = ticket(classified(None), "vous vendez des lamas ?")
    assert (found.reason, found.intent) == ("out_of_scope", None)


# --- an automatic answer asks for nothing that is there either ---


@pytest.mark.parametrize(
    ("text", "language"),
    [("le vase est arrivé cassé, commande ML204518", "fr"), ("the vase of ML204518 arrived broken", "en")],
)
def test_an_automatic_answer_that_asks_for_what_the_customer_gave_is_a_ticket(text: str, language: str) -> None:
    book = with_intent("damaged_item", PHOTOS)
    found = ticket(classified("damaged_item", language=language), text, playbook=book, head={"language": language})
    assert (found.reason, found.suggestion) == ("no_words_in_playbook", "")


def test_an_automatic_answer_that_asks_for_more_is_given() -> None:
    book = with_intent("damaged_item", PHOTOS)
    decision = decide(view(classified("damaged_item"), "le vase est arrivé cassé", playbook=book))
    assert isinstance(decision, Reply)


# --- what is critical weighs more than a wish for a person ---


@pytest.mark.parametrize("text", ["j'appelle la DGCCRF, passez-moi quelqu'un", "a person please, or my lawyer calls"])
def test_a_critical_message_that_also_asks_for_a_person_is_told_as_critical(text: str) -> None:
    found = ticket(classified("human_request", urgency=Urgency.CRITICAL, wants_human=True), text)
    assert (found.reason, found.detail, found.priority) == ("critical", "law", "urgent")
