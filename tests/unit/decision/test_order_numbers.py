"""Order numbers: several together, found and not found, how many a person may ask about, what each one opens."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import Lookup, PastAnswer
from chalicelib.decision.decide import decide
from chalicelib.decision.input import DecisionInput
from chalicelib.engine import counts
from chalicelib.model import Ask, Decision, Hold, Reply, Ticket
from chalicelib.playbook.schema import FieldShape, Playbook
from chalicelib.triage.load_bundle import load

from .test_decide import TODAY
from .views import NOW, PLAYBOOK, classified, view

SCORER = load()
ORDER = classified("order_status")
BARE = classified(None)
ASKED = {"asked_intent": "order_status", "asked_wants": "order_number"}


def order(number: str, status: str = "shipped", **more: str) -> dict[str, str]:
    return {"status": status, "order_number": number, "carrier": "Colissimo", "expected_on": "2026-11-27", **more}


def missing(number: str) -> dict[str, str]:
    return {"status": "not_found", "order_number": number}


def known(*orders: dict[str, str], second: str = "") -> dict[str, Any]:
    """The head's fact once these orders were looked up."""
    key = " ".join(each["order_number"] for each in orders) + second
    if len(orders) == 1:
        return {"fact": Lookup("order", key, orders[0])}
    held = {f"{place}.{name}": value for place, each in enumerate(orders) for name, value in each.items()}
    return {"fact": Lookup("order", key, held)}


def after_missing(number: str, minutes: int = 1) -> dict[str, Any]:
    """A conversation whose last answer was that this number is not found."""
    return {"said": (PastAnswer("order_status", NOW - minutes * 60_000, (f"order_number={number}", "missed")),)}


# --- several together ---


@pytest.mark.parametrize(
    "texts",
    [
        ("ML10482 et ML10484",),
        ("ML10482", "ML10484"),
        ("ML10482", "et ML10484 ?"),
        ("10482 et 10484",),
        ("ce sont les ML10482 et ML10484 svp",),
    ],
)
def test_two_numbers_given_to_our_question_are_looked_up_together(texts: tuple[str, ...]) -> None:
    found = decide(view(BARE, *texts, head=ASKED))
    assert isinstance(found, Hold)
    assert found.key == "ML10482 ML10484"


@pytest.mark.parametrize(
    "text",
    [
        "Où sont mes commandes ML10482 et ML10484 ?",
        "où en sont mes commandes ML10482 et ML10484",
        "bonjour je voudrais savoir où en sont mes colis ML10482, ML10484 et ML10485",
        "where are my orders ML10482 and ML10484?",
    ],
)
def test_a_question_about_several_is_one_question(text: str) -> None:
    found = decide(view(SCORER.classify(text), text, head={"language": ""}))
    assert isinstance(found, Hold), found
    assert found.key.split()[:2] == ["ML10482", "ML10484"]


def test_several_are_answered_in_one_bubble_with_what_is_missing_last() -> None:
    text = "Où sont ML10482, ML99999 et ML10485 ?"
    facts = known(order("ML10482"), missing("ML99999"), order("ML10485", "delivered"))
    said = decide(view(ORDER, text, head=facts))
    assert isinstance(said, Reply)
    first, second, third = (said.text.index(number) for number in ("ML10482", "ML10485", "ML99999"))
    assert first < second < third
    assert said.text.count("assistant IA") == 1
    assert said.text.count("Bonjour") == 1
    assert said.missed


@pytest.mark.parametrize(
    "text",
    [
        "ML٢٠٤٥١٨",
        "ML۲۰۴۵۱۸",
        "ＭＬ２０４５１８",
        "ML 204 518",
        "ML_204518",
        "n204518",
        "Commande204518",
        "Ok ML204518",
        unicodedata.normalize("NFC", "Voilà le numéro : 204518, s'il vous plaît"),
        unicodedata.normalize("NFD", "Voilà le numéro : 204518, s'il vous plaît"),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_however_the_number_is_typed_the_shop_is_asked_in_its_own_shape(text: str, language: str) -> None:
    found = decide(view(SCORER.classify(text), text, head=ASKED | {"language": language}))
    assert isinstance(found, Hold), found
    assert found.key == "ML204518"


@pytest.mark.parametrize(
    "text",
    [
        "and ML10484 too please",
        "I also have ML10484",
        "same for ML10484",
        "j'ai aussi la ML10484",
        "pareil pour la ML10484",
        "idem ML10484",
        "et même chose pour ML10484 svp",
    ],
)
def test_another_number_after_an_answer_is_the_same_question_about_it(text: str) -> None:
    answered = {"said": (PastAnswer("order_status", NOW, ("order_number=ML10482",)),), "language": "fr"}
    found = decide(view(SCORER.classify(text), text, head=answered))
    assert isinstance(found, Hold), found
    assert found.key == "ML10484"


@pytest.mark.parametrize("text", ["402-1234567-1234567", "06 12 34 56 78", "https://shop.example/204518", "49,90 €"])
def test_what_is_no_number_of_the_brand_is_never_looked_up(text: str) -> None:
    assert isinstance(decide(view(SCORER.classify(text), text, head=ASKED)), Ticket)


# --- not found ---


@pytest.mark.parametrize(
    "text",
    [
        "ML10483",
        "pardon c'est ML10483",
        "c'est plutôt ML10483",
        "ah oups, ML10483",
        "désolée, erreur de ma part : ML10483",
        "je me suis trompé c'est le ML10483",
        "non c'est ML10483",
        "sorry my mistake, it's ML10483",
        "try ML10483",
        "10483",
    ],
)
def test_the_number_that_comes_after_one_that_was_not_found_is_looked_up(text: str) -> None:
    found = decide(view(replace(SCORER.classify(text), sure=False), text, head=after_missing("ML99999")))
    assert isinstance(found, Hold), found
    assert found.key == "ML10483"


def test_the_first_one_that_is_not_found_is_asked_for_once_more_in_the_brands_words() -> None:
    said = decide(view(ORDER, "où est ML99999", head=known(missing("ML99999"))))
    assert isinstance(said, Reply)
    assert said.missed
    assert "Je ne trouve pas de commande ML99999. Pouvez-vous vérifier le numéro" in said.text


@pytest.mark.parametrize(
    "head", [after_missing("ML99999") | known(missing("ML99998")), after_missing("ML99998", minutes=600)]
)
def test_the_second_goes_to_a_person_who_is_announced(head: dict[str, Any]) -> None:
    found = decide(view(BARE, "ML99998", head=head))
    assert isinstance(found, Ticket)
    assert found.reason == "not_found_again"
    assert "Je ne la trouve pas non plus, je passe la main" in found.acknowledge


def test_a_day_later_it_is_a_first_one_again() -> None:
    head = after_missing("ML99999", minutes=25 * 60) | known(missing("ML99998"))
    assert isinstance(decide(view(ORDER, "où est ML99998 ?", head=head)), Reply)


def test_one_that_was_found_in_between_begins_anew() -> None:
    head = after_missing("ML99999") | known(missing("ML99998"))
    head["said"] = (*head["said"], PastAnswer("order_status", NOW - 1_000, ("order_number=ML10483",)))
    assert isinstance(decide(view(ORDER, "et ML99998 ?", head=head)), Reply)


# --- what a number opens ---


@pytest.mark.parametrize("status", ["preparing", "shipped", "out_for_delivery", "delivered", "delayed"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_bare_number_opens_status_and_date_only(status: str, language: str) -> None:
    told = order(
        "ML10482", status, town="Rennes", name="Nora Peeters", price="129 €", tracking_url="https://t.example/1"
    )
    said = decide(view(ORDER, "ML10482", head=known(told) | {"language": language}))
    assert isinstance(said, Reply)
    for kept_back in ("Colissimo", "Rennes", "Nora", "129", "https://", "t.example"):
        assert kept_back not in said.text


@pytest.mark.parametrize("text", ["où est ma commande ML10482 ?", "ML10482", "ML10482 et ML10484"])
def test_nothing_of_an_order_is_asked_or_said_in_public(text: str) -> None:
    head = known(order("ML10482")) | ASKED
    found = decide(view(ORDER, text, head=head, public=True))
    assert not isinstance(found, Hold)
    assert "ML10482" not in getattr(found, "text", "") + getattr(found, "acknowledge", "")


# --- how many ---


def looked(*numbers: str, day: str = TODAY) -> dict[str, Any]:
    return {"looked_up": numbers, "looked_day": day}


@pytest.mark.parametrize(
    ("text", "head", "looks"),
    [
        ("ML10485", looked("ML10482", "ML10483"), True),
        ("ML10485", looked("ML10482", "ML10483", "ML10485"), True),
        ("ML10485", looked("ML10482", "ML10483", "ML10484"), False),
        ("ML10485", looked("ML10482", "ML10483", "ML10484", day="1"), True),
        ("ML10482, ML10483, ML10484 et ML10485", {}, False),
        ("ML10484 et ML10485", looked("ML10482", "ML10483"), False),
    ],
)
def test_a_fourth_number_in_a_day_goes_to_a_person(text: str, head: dict[str, Any], *, looks: bool) -> None:
    found = decide(view(BARE, text, head=ASKED | head))
    assert isinstance(found, Hold) == looks
    if not looks:
        assert isinstance(found, Ticket)
        assert found.reason == "many_numbers"
        assert found.acknowledge
        assert "many_numbers" in counts.of_decision(view(BARE, text, head=ASKED | head), found)


# --- a second key ---


def second(name: str, shape: str = "") -> Playbook:
    intent = PLAYBOOK.intents["order_status"]
    asked = {"fr": "Quel est le code de la livraison ?", "en": "Which key?"}
    shipped = {"fr": "{order_number} : {carrier}, {expected_on}.", "en": "{order_number}: {carrier}, {expected_on}."}
    field = FieldShape(name=name, shapes=(shape or name,), title={"fr": name, "en": name})
    stricter = replace(intent, asks_also=name, question_also=asked, statuses={**intent.statuses, "shipped": shipped})
    return replace(
        PLAYBOOK,
        intents={**PLAYBOOK.intents, "order_status": stricter},
        fields={**PLAYBOOK.fields, name: field},
    )


BY_POSTCODE, BY_EMAIL = second("postcode"), second("email", "e-mail")
WAITS = {"asked_intent": "order_status", "asked_wants": "postcode", "asked_with": ("ML10482",)}


def seen(whole: Any, text: str, playbook: Playbook, **head: Any) -> Decision:
    return decide(view(whole, text, playbook=playbook, head=head))


def test_a_number_alone_is_not_enough_where_a_second_key_is_asked() -> None:
    asked = seen(ORDER, "où est ML10482 ?", BY_POSTCODE)
    assert isinstance(asked, Ask)
    assert (asked.wants, asked.given) == ("postcode", ("ML10482",))
    assert "Quel est le code de la livraison" in asked.text


@pytest.mark.parametrize(
    "text", ["69001", "c'est le 69001", "69001 Lyon", "69 001".replace(" ", ""), "le code postal est 69001"]
)
def test_the_second_key_is_put_beside_the_number_that_was_given(text: str) -> None:
    found = seen(BARE, text, BY_POSTCODE, **WAITS)
    assert isinstance(found, Hold), found
    assert found.key == "ML10482?postcode=69001"


@pytest.mark.parametrize("text", ["ML10482, 69001", "ML 10482 69001 Lyon", "commande ML10482, code postal 69001"])
def test_both_at_once_are_taken_and_a_postcode_is_no_second_number(text: str) -> None:
    found = seen(ORDER, text, BY_POSTCODE)
    assert isinstance(found, Hold), found
    assert found.key == "ML10482?postcode=69001"


def test_an_email_address_does_as_well() -> None:
    found = seen(ORDER, "ML10482, mon mail : Nora.Peeters@Example.com", BY_EMAIL)
    assert isinstance(found, Hold), found
    assert found.key == "ML10482?email=nora.peeters@example.com"


def test_with_it_the_carrier_may_be_said() -> None:
    head = WAITS | known(order("ML10482"), second="?postcode=69001")
    said = seen(BARE, "69001", BY_POSTCODE, **head)
    assert isinstance(said, Reply)
    assert "ML10482\u00a0: Colissimo, vendredi 27 novembre" in said.text or "Colissimo" in said.text


def test_the_number_may_be_corrected_while_the_second_key_is_awaited() -> None:
    asked = seen(BARE, "pardon, ML10483", BY_POSTCODE, **WAITS)
    assert isinstance(asked, Ask)
    assert asked.given == ("ML10483",)


def test_a_key_that_does_not_fit_says_nothing_that_an_unknown_number_would_not() -> None:
    def told(head: dict[str, Any]) -> str:
        said = seen(BARE, "69002", BY_POSTCODE, **WAITS, **head)
        assert isinstance(said, Reply)
        return said.text

    unknown = told(known(missing("ML10482"), second="?postcode=69002"))
    assert "Je ne trouve pas de commande ML10482" in unknown


def real(text: str, **head: Any) -> DecisionInput:
    return view(SCORER.classify(text), text, head=head)


@pytest.mark.parametrize("text", ["@sam19850 any update?", "@sam19850 c'est normal ?"])
def test_a_handle_is_asked_about_nothing(text: str) -> None:
    found = decide(real(text, language=""))
    assert isinstance(found, Ticket), found


# --- a number that nobody asked for ---


@pytest.mark.parametrize(
    ("text", "looked_up"),
    [
        ("ML10483", "ML10483"),
        ("Bonjour ML10483", "ML10483"),
        ("ma commande ML 10483 svp", "ML10483"),
        ("order ml10483 please", "ML10483"),
        ("ML10482 et ML10484", "ML10482 ML10484"),
    ],
)
@pytest.mark.parametrize("language", ["", "fr", "en"])
def test_a_number_with_its_letters_alone_is_looked_up(text: str, looked_up: str, language: str) -> None:
    decision = decide(real(text, language=language))
    assert isinstance(decision, Hold)
    assert (decision.reason, decision.key) == ("looking_up", looked_up)


@pytest.mark.parametrize(
    "text", ["10483", "75011", "2026", "0612345678", "ML10483 il est arrivé cassé", "retour ML10483"]
)
def test_bare_digits_and_numbers_with_more_are_not(text: str) -> None:
    assert not isinstance(decide(real(text, language="")), Hold)


def test_a_ticket_of_digits_alone_is_about_nothing() -> None:
    decision = decide(real("10483", language=""))
    assert isinstance(decision, Ticket)
    assert decision.intent is None
