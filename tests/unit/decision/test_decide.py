from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels import REGISTRY
from chalicelib.conversation import Control, Lookup, PastAnswer, Scope, stop_of_detail
from chalicelib.decision.answer_text import day_of
from chalicelib.decision.answered_before import earlier_answer
from chalicelib.decision.bursts import JOIN_MOST
from chalicelib.decision.decide import RULES, decide
from chalicelib.decision.input import DecisionInput
from chalicelib.model import (
    CAUTION,
    Ask,
    Autonomy,
    Classification,
    Greet,
    Hold,
    Ignore,
    Millis,
    Reply,
    Sentiment,
    Spoken,
    State,
    Ticket,
    Urgency,
)
from chalicelib.model.incoming import UNDER
from chalicelib.move_port import Way, WayIn
from chalicelib.playbook.schema import AutonomyRules, Routing
from tests.unit.decision.views import NOW, PLAYBOOK, QUESTION, TOLD, classified, message, ticket, view
from tests.unit.playbook.test_bulletin import exception

ORDER = classified("order_status")
ODD = classified(None)
RAVED = classified(None, guess="praise", unwritten="praise", probability=0.97, sentiment=Sentiment.POSITIVE)
TODAY = day_of(NOW)
STOPPED = Control(1, {"all": Scope(stopped=True, epoch=1)})
SUGGESTING = replace(PLAYBOOK, autonomy=replace(PLAYBOOK.autonomy, default=Autonomy.SUGGEST))
CLOSED = exception(intents=("opening_hours",), person_only=True)
BY_WHATSAPP = Way("whatsapp", "WhatsApp", WayIn("https://wa.me/{digits}?text={words}"), "+33 1 86 76 00 01")
LEADING = replace(PLAYBOOK, ways=(BY_WHATSAPP,))
KNOWN = Lookup(
    "order",
    "ML123456",
    {"status": "shipped", "order_number": "ML123456", "carrier": "DPD", "expected_on": "2026-11-27"},
)

# rule -> (a view on which it speaks, the reason it gives, a view like it on which it is silent)
UNCLEAR = classified("return", sure=False, probability=0.6, choices=("return", "invoice"))
ASKED = {
    "menu": ("return", "invoice", "something_else"),
    "clarified": ("c1.m",),
    "clarified_at": NOW - 1,
    "greeted_at": NOW - 1,
}
SPEAKS: dict[str, tuple[Callable[[], DecisionInput], str, Callable[[], DecisionInput]]] = {
    "_nothing_open": (lambda: replace(view(), pending=(), singles=[]), "nothing_open", view),
    "_nothing_asked": (lambda: view(ODD, "merci beaucoup"), "thanks", lambda: view(ODD, "merci !!")),
    "_praised": (
        lambda: view(RAVED, "Je suis ravie de mon achat"),
        "nothing_asked",
        lambda: view(RAVED, "Je suis ravie de mon achat mais la taille est fausse"),
    ),
    "_reacted": (
        lambda: view(ODD, "👎", head={"ticket_id": "t1"}, kind="reaction"),
        "reaction",
        lambda: view(ODD, "👎", kind="reaction"),
    ),
    "_consent": (lambda: view(ODD, "STOP"), "opt_out", lambda: view(ODD, "arrêtez ma commande")),
    "_opted_out": (
        lambda: view(head={"opted_out": ("messenger#a",)}),
        "opted_out",
        lambda: view(head={"opted_out": ("f" * 32,)}),
    ),
    "_greeted_a_person": (
        lambda: view(ODD, "Bonjour", head={"mode": "human"}),
        "greeting",
        lambda: view(ODD, "Bonjour ?", head={"mode": "human"}),
    ),
    "_human_has_it": (
        lambda: view(head={"mode": "human"}),
        "human_has_it",
        lambda: view(head={"mode": "bot", "ticket_id": ""}),
    ),
    "which": (lambda: view(UNCLEAR), "which_subject", lambda: view(UNCLEAR, public=True)),
    "something_else": (
        lambda: view(ODD, "3", head=ASKED, before=(message(message_id="c1.m"),)),
        "something_else",
        lambda: view(ODD, "1", head=ASKED, before=(message(message_id="c1.m"),)),
    ),
    "_greeting": (lambda: view(ODD, "Bonjour"), "greeting", lambda: view(ODD, "Bonjour, et puis")),
    "_asked_for_human": (
        lambda: view(classified(wants_human=True)),
        "asked_for_human",
        lambda: view(classified(wants_human=False)),
    ),
    "_beside_grave": (
        lambda: view(head={"ticket_id": "t1"}, ticket=ticket(grave=True)),
        "beside_ticket",
        lambda: view(head={"ticket_id": "t1"}, ticket=ticket()),
    ),
    "_beside_ticket": (
        lambda: view(head={"ticket_id": "t1"}, ticket=ticket(intent="opening_hours")),
        "beside_ticket",
        lambda: view(head={"ticket_id": "t1"}, ticket=ticket(intent="return")),
    ),
    "_critical": (
        lambda: view(classified(urgency=Urgency.CRITICAL)),
        "critical",
        lambda: view(classified(urgency=Urgency.HIGH)),
    ),
    "_declared": (
        lambda: view(ODD, "Je me rétracte de ma commande ML10482"),
        "declared",
        lambda: view(ODD, "Comment me rétracter ?"),
    ),
    "_excepted": (
        lambda: view(playbook=replace(PLAYBOOK, bulletins=(CLOSED,))),
        "exception",
        lambda: view(playbook=replace(PLAYBOOK, bulletins=(replace(CLOSED, ended_at=NOW),))),
    ),
    "_vulnerable": (lambda: view(ODD, "Mon mari est décédé"), "vulnerable", lambda: view(ODD, "La batterie est morte")),
    "_foreign": (
        lambda: view(classified(None, language="es"), "¿Dónde está mi pedido?"),
        "language",
        lambda: view(classified("order_status", language="es", sure=False), "Oki", head={"language": "fr"}),
    ),
    "another_state": (
        lambda: view(classified(state=State.OVERDUE, state_probability=0.8)),
        "overdue",
        lambda: view(classified(state=State.FIRST_QUESTION, state_probability=0.8)),
    ),
    "never_automatic": (
        lambda: view(classified(), "Changez mon adresse svp"),
        "never_automatic",
        lambda: view(classified(), "Comment changer mon adresse ?"),
    ),
    "sorted_comment": (
        lambda: replace(
            view(public=True, beside=((UNDER, "https://www.facebook.com/1_2"),)),
            surface=REGISTRY["facebook"].traits.public,
        ),
        "comment_gathered",
        view,
    ),
    "machine": (
        lambda: view(classified(), "Ceci est un message automatique : nos horaires"),
        "loop",
        lambda: view(classified(), "J'ai reçu votre message automatique : vos horaires ?"),
    ),
    "spent": (
        lambda: view(head={"spoken": tuple(Spoken(NOW - n, f"{n}", "") for n in range(5))}),
        "loop",
        lambda: view(head={"spoken": tuple(Spoken(NOW - n, f"{n}", "") for n in range(4))}),
    ),
    "spam": (lambda: view(beside=((CAUTION, "spam"),)), "not_vouched_for", view),
    "cautious": (lambda: view(beside=((CAUTION, "list"),)), "not_vouched_for", view),
    "_complaint": (
        lambda: view(classified("complaint")),
        "complaint",
        lambda: view(classified(None, guess="complaint")),
    ),
    "_switched_off": (
        lambda: view(control=STOPPED),
        "stopped",
        lambda: view(control=Control(1, {"channel:x": Scope(stopped=True, epoch=1)})),
    ),
    "_pushback": (
        lambda: view(ODD, "non", head={"said": (PastAnswer("opening_hours", NOW),)}),
        "not_helped",
        lambda: view(ODD, "non"),
    ),
    "_refused": (
        lambda: view(
            classified("complaint"), "vous ne répondez pas", head={"said": (PastAnswer("opening_hours", NOW),)}
        ),
        "not_helped",
        lambda: view(
            classified("complaint"), "vous ne répondez pas", "honteux", head={"said": (PastAnswer("return", NOW),)}
        ),
    ),
    "_late": (lambda: view(waited_ms=3_600_001), "late", lambda: view(waited_ms=3_600_000)),
    "wanted": (
        lambda: view(ODD, "On peut continuer sur WhatsApp ?", playbook=LEADING),
        "asked_to_move",
        lambda: view(ODD, "On peut continuer sur WhatsApp ?"),
    ),
    "_attachment": (lambda: view(attachments=("image",)), "attachment", view),
    "_no_words": (lambda: view(ODD, " "), "no_words", view),
    "more_may_come": (
        lambda: view(ODD, "et puis"),
        "more_may_come",
        lambda: view(ODD, "et puis", timer_fired=True),
    ),
    "_several": (lambda: view(classified(several=True)), "several_questions", view),
    "_unsure": (lambda: view(ODD), "out_of_scope", view),
    "_shop_asked": (
        lambda: view(classified("availability"), "La robe Alba en 38 à Nantes ?"),
        "shop_asked",
        lambda: view(classified("availability"), "La robe Alba en 38 ?"),
    ),
    "_autonomy": (lambda: view(playbook=SUGGESTING), "autonomy_suggest", view),
    "not_open": (lambda: view(full=True), "over_cap", view),
    "_language": (lambda: view(classified(language="de")), "language", view),
    "_already_said": (lambda: view(head={"said": (PastAnswer("opening_hours", NOW),)}), "already_said", view),
    "_limit": (
        lambda: view(head={"auto_day": TODAY, "auto_count": PLAYBOOK.limits.auto_replies_per_day}),
        "limit",
        lambda: view(head={"auto_day": "1", "auto_count": PLAYBOOK.limits.auto_replies_per_day}),
    ),
    "_missing_field": (
        lambda: view(ORDER, "Où est mon colis ?"),
        "needs_order_number",
        lambda: view(ORDER, "Où est mon colis ML123456 ?"),
    ),
    "_many_numbers": (
        lambda: view(
            ORDER, "Où est mon colis ML123456 ?", head={"looked_up": ("ML1", "ML2", "ML3"), "looked_day": TODAY}
        ),
        "many_numbers",
        lambda: view(
            ORDER, "Où est mon colis ML123456 ?", head={"looked_up": ("ML1", "ML2", "ML3"), "looked_day": "1"}
        ),
    ),
    "_look_up": (lambda: view(ORDER, "Où est mon colis ML123456 ?"), "looking_up", view),
    "_answer": (view, "sure", view),
}


def rule(name: str) -> Callable[[DecisionInput], object]:
    return next(each for each in RULES if each.__name__ == name)


def test_every_rule_is_tested() -> None:
    assert {each.__name__ for each in RULES} == set(SPEAKS)


@pytest.mark.parametrize("name", SPEAKS)
def test_a_rule_speaks(name: str) -> None:
    speaking, reason, _ = SPEAKS[name]

    decision = decide(speaking())

    assert decision.reason == reason
    assert rule(name)(speaking()) == decision


@pytest.mark.parametrize("name", [name for name in SPEAKS if name != "_answer"])
def test_a_rule_is_silent(name: str) -> None:
    assert rule(name)(SPEAKS[name][2]()) is None


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Vous pouvez me l'envoyer sur WhatsApp ?", "asked_to_send"),
        ("Merci, envoyez-le-moi aussi par WhatsApp svp", "asked_to_send"),
        ("Pouvez-vous m'envoyer une confirmation par WhatsApp ?", "asked_to_send"),
        ("Can you send me that on WhatsApp too please", "asked_to_send"),
        ("Can you send it to me on WhatsApp?", "asked_to_send"),
        ("could you whatsapp it to me", "asked_to_send"),
        ("Pourriez-vous me l'envoyer par WhatsApp ?", "asked_to_send"),
        ("Est-il possible de le recevoir sur WhatsApp ?", "asked_to_send"),
        ("Je peux avoir ça sur WhatsApp ?", "asked_to_send"),
        ("Can you send the invoice to me on WhatsApp?", ""),
        ("Can you send it to my mother on WhatsApp?", ""),
        ("Why did you send it to me on WhatsApp", ""),
        ("Vous m'avez envoyé ça par WhatsApp ?", ""),
        ("Envoyez-moi la facture par WhatsApp", ""),
        ("Je n'ai pas reçu la confirmation par WhatsApp", ""),
        ("Pouvez-vous m'envoyer une étiquette de retour sur WhatsApp ?", ""),
        ("Envoyez-le-moi par fax", ""),
    ],
)
def test_who_wants_the_last_answer_elsewhere_too_is_told_from_who_wants_something_else_there(
    said: str, reason: str
) -> None:
    decided = decide(view(ODD, said, playbook=LEADING)).reason

    assert decided == reason if reason else decided not in ("asked_to_send", "asked_to_move")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("On peut continuer sur WhatsApp ?", "asked_to_move"),
        ("Je préférerais qu'on parle par WhatsApp", "asked_to_move"),
        ("Can we carry on over WhatsApp?", "asked_to_move"),
        ("Je peux parler à un conseiller sur WhatsApp ?", "asked_for_human"),
        ("Can I talk to someone on WhatsApp?", "asked_for_human"),
        ("Je veux quelqu'un, pas un robot sur WhatsApp", "asked_for_human"),
    ],
)
def test_who_wants_another_channel_is_given_it_and_who_wants_a_person_there_gets_one(said: str, reason: str) -> None:
    assert decide(view(classified(None, wants_human=True), said, playbook=LEADING)).reason == reason


def test_a_sure_question_is_answered_and_says_that_it_is_automatic() -> None:
    decision = decide(view())

    assert isinstance(decision, Reply)
    assert "assistant IA de Maison Lune" in decision.text
    assert decision.wait_ms == PLAYBOOK.limits.join_question_ms


def order_known(*received: int, **more: Any) -> Reply:
    """The answer once an order is known; `received`: how long ago (ms) each message came, the first one first."""
    asked = view(ORDER, "Où est mon colis ML123456 ?", *["svp"] * (len(received) - 1), head={"fact": KNOWN}, **more)
    pending = [replace(m, received_at=Millis(NOW - ago)) for m, ago in zip(asked.pending, received, strict=True)]
    decision = decide(replace(asked, pending=tuple(pending)))
    assert isinstance(decision, Reply)
    return decision


@pytest.mark.parametrize(
    ("received", "left"), [(0, 2_000), (1, 1_999), (700, 1_300), (1_999, 1), (2_000, 0), (9_000, 0)]
)
def test_a_known_order_is_answered_once_the_rest_of_the_join_time_is_over(received: int, left: int) -> None:
    """The look-up itself counts as waiting; with nothing left the answer goes at once."""
    assert PLAYBOOK.limits.join_question_ms == 2_000

    decision = order_known(received)

    assert decision.wait_ms == left
    assert "ML123456" in decision.text


@pytest.mark.parametrize("order", [(5_000, 300), (300, 5_000)])
def test_the_message_received_last_is_the_one_that_is_waited_after(order: tuple[int, int]) -> None:
    """Whatever its place in the timeline: platforms deliver out of order."""
    assert order_known(*order).wait_ms == 1_700


def test_a_clock_that_runs_ahead_makes_nobody_wait_longer() -> None:
    assert order_known(-60_000).wait_ms == PLAYBOOK.limits.join_question_ms


def test_a_brand_that_joins_nothing_answers_a_known_order_at_once() -> None:
    limits = replace(PLAYBOOK.limits, join_question_ms=0)

    assert order_known(0, playbook=replace(PLAYBOOK, limits=limits)).wait_ms == 0


def test_the_number_that_was_asked_for_needs_no_sure_classifier() -> None:
    asked = {
        "asked_intent": "order_status",
        "asked_wants": "order_number",
        "fact": KNOWN,
        "said": (PastAnswer("order_status", NOW, asked=True),),
    }

    assert isinstance(decide(view(ODD, "ML123456", head=asked)), Reply)
    assert isinstance(decide(view(ODD, "je ne sais plus du tout où il est", head=asked)), Ticket)


@pytest.mark.parametrize("text", ["c'est le ML123456 merci", "Bonjour, voici ma commande : ML123456", "its ML123456"])
def test_the_number_may_come_with_words_that_say_nothing_more(text: str) -> None:
    asked = {
        "asked_intent": "order_status",
        "asked_wants": "order_number",
        "fact": KNOWN,
        "said": (PastAnswer("order_status", NOW, asked=True),),
    }

    assert isinstance(decide(view(ODD, text, head=asked)), Reply)


@pytest.mark.parametrize(
    ("whole", "text"),
    [
        (classified("damaged_item", sure=False), "ML123456 il est arrivé cassé"),
        (classified("order_status", sure=False, sentiment=Sentiment.NEGATIVE), "ML123456 bande de voleurs"),
        (classified("order_status", sure=False, urgency=Urgency.HIGH), "ML123456 c'est une honte"),
        (classified(None, guess="order_status"), "ML123456 et vous avez un magasin à Nantes"),
    ],
)
def test_a_number_given_with_something_else_beside_it_goes_to_a_person(whole: Classification, text: str) -> None:
    asked = {
        "asked_intent": "order_status",
        "asked_wants": "order_number",
        "fact": KNOWN,
        "said": (PastAnswer("order_status", NOW, asked=True),),
    }

    assert isinstance(decide(view(whole, text, head=asked)), Ticket)


@pytest.mark.parametrize("beside", [classified(None), classified("delivery_cost", sure=False)])
def test_a_question_beside_the_answered_one_is_not_passed_over(beside: Classification) -> None:
    for typed in ("et vous livrez au Japon ?", "le magasin ferme a quelle heure", "how much is it to Japan"):
        both = view(classified(), QUESTION, typed)
        assert decide(replace(both, singles=[classified(), beside])).reason == "several_questions"
    assert isinstance(decide(replace(view(classified(), QUESTION, "?"), singles=[classified(), beside])), Reply)


@pytest.mark.parametrize("text", ["Où est mon colis ?", "Où est mon colis ML123456 ?"])
def test_nobodys_number_is_asked_for_or_looked_up_in_public(text: str) -> None:
    """Even where a brand lets the bot speak in public: only its public words, or a person."""
    open_to_all = replace(PLAYBOOK, autonomy=replace(PLAYBOOK.autonomy, public_max=Autonomy.AUTO))
    decision = decide(view(ORDER, text, public=True, channel="x", playbook=open_to_all, head={"fact": KNOWN}))

    assert isinstance(decision, Reply | Ticket)
    assert "ML123456" not in getattr(decision, "text", "")


def test_a_question_is_asked_once() -> None:
    assert isinstance(decide(view(ORDER, "Où est mon colis ?")), Ask)
    assert (
        decide(view(ORDER, "Où est mon colis ?", head={"said": (PastAnswer("order_status", NOW, asked=True),)})).reason
        == "already_said"
    )


@pytest.mark.parametrize(
    ("whole", "reason"),
    [
        (classified("return", sure=False, probability=0.94, bound=0.95), "unsure"),
        (classified("return", sure=False, probability=0.9996, bound=0.95), "careful"),
        (classified("return", sure=False, probability=0.95, bound=0.95, proof="proved"), "careful"),
        (classified("return", sure=False, probability=0.9996, bound=0.95, proof="not yet: 92 of 114"), "unproved"),
        (classified("return", sure=False, probability=0.6, bound=1.0, proof="not yet: not trained"), "unproved"),
        (classified(None, probability=0.9996, bound=0.95), "out_of_scope"),
    ],
)
def test_the_reason_for_silence_is_the_true_one(whole: Classification, reason: str) -> None:
    """0.9996 over a bound of 0.95 is not "below its bound": something in the message was out of the ordinary."""
    assert decide(view(whole, "je voudrais vous renvoyer la robe achetée hier")).reason == reason


SAID = {"said": (PastAnswer("opening_hours", NOW),)}
AGAIN = "mais vous êtes ouverts ou pas le lundi"


@pytest.mark.parametrize(
    ("head", "whole"),
    [
        (SAID, classified("opening_hours", sure=False, probability=0.6)),
        (
            {"said": (PastAnswer("return", NOW), PastAnswer("opening_hours", NOW))},
            classified("opening_hours", sure=False, language="unknown"),
        ),
        ({"said": (PastAnswer("order_status", NOW, asked=True),)}, classified("order_status", sure=False)),
        (
            {"said": (PastAnswer("order_status", NOW, ("order_number=ML204518",)),)},
            classified("order_status", sure=False),
        ),
    ],
)
def test_a_rephrase_goes_to_a_person_raised(head: dict[str, Any], whole: Classification) -> None:
    """The customer asks the same again, in words the model is not sure of: the answer was not enough."""
    decision = decide(view(whole, AGAIN, head=head))

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.priority) == ("already_said", "high")


def test_another_question_is_no_rephrase() -> None:
    other = decide(
        view(classified("return", sure=False, probability=0.6), "et pour les renvoyer alors c'est où", head=SAID)
    )
    first = decide(view(classified("opening_hours", sure=False, probability=0.6), AGAIN))

    assert (other.reason, getattr(other, "priority", "")) == ("unsure", "normal")
    assert (first.reason, getattr(first, "priority", "")) == ("unsure", "normal")


def test_what_is_nearest_to_the_last_answer_is_raised_but_not_called_the_same_question() -> None:
    near = decide(
        view(classified(None, guess="opening_hours"), "et vous avez un parking pour les camions là bas", head=SAID)
    )

    assert (near.reason, getattr(near, "priority", "")) == ("out_of_scope", "high")


@pytest.mark.parametrize("text", ["c'est pas ma question", "pas ça", "not my question", "non, rien à voir"])
def test_a_short_no_is_pushback_and_no_fragment(text: str) -> None:
    decision = decide(view(ODD, text, head=SAID))

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.priority) == ("not_helped", "high")


def test_a_look_up_that_fails_becomes_a_ticket_with_its_own_words() -> None:
    failed = decide(view(ORDER, "Où est mon colis ML123456 ?", head={"fact": Lookup("order", "ML123456", {})}))

    assert isinstance(failed, Ticket)
    assert failed.reason == "look_up_failed"
    assert "suivi" in failed.acknowledge


def looked_up(**order: str) -> dict[str, Any]:
    """The head once the shop has said this of ML123456."""
    return {"fact": Lookup("order", "ML123456", {"order_number": "ML123456", **order})}


@pytest.mark.parametrize("status", ["preparing", "shipped", "out_for_delivery", "delayed"])
def test_an_order_that_should_have_arrived_goes_to_a_person_with_an_apology(status: str) -> None:
    yesterday = looked_up(status=status, expected_on="2026-11-24")

    decision = decide(view(ORDER, "Où est mon colis ML123456 ?", head=yesterday))

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.priority) == ("overdue", "high")
    assert "votre commande a du retard et nous en sommes désolés" in decision.acknowledge
    assert "24" not in decision.acknowledge
    assert "24 novembre" not in decision.suggestion


def test_an_order_that_is_due_today_or_has_arrived_is_answered() -> None:
    today = looked_up(status="out_for_delivery", expected_on="2026-11-25")
    arrived = looked_up(status="delivered", expected_on="2026-11-20")
    undated = looked_up(status="delivered")

    for head in (today, arrived, undated):
        assert isinstance(decide(view(ORDER, "Où est mon colis ML123456 ?", head=head)), Reply)


def test_a_date_that_is_none_calls_no_order_late() -> None:
    head = looked_up(status="shipped", expected_on="01/12/2026")

    assert isinstance(decide(view(ORDER, "Où est mon colis ML123456 ?", head=head)), Reply)


def test_a_late_order_among_others_takes_them_all_to_a_person() -> None:
    both = {"0.status": "shipped", "0.order_number": "ML123456", "0.expected_on": "2026-11-28"}
    both |= {"1.status": "shipped", "1.order_number": "ML123457", "1.expected_on": "2026-11-03"}

    decision = decide(
        view(ORDER, "Où sont ML123456 et ML123457 ?", head={"fact": Lookup("order", "ML123456 ML123457", both)})
    )

    assert isinstance(decision, Ticket)
    assert decision.reason == "overdue"


def test_a_look_up_is_waited_for_and_not_for_ever() -> None:
    waiting = {"fact": Lookup("order", "ML123456")}

    assert isinstance(decide(view(ORDER, "Où est mon colis ML123456 ?", head=waiting)), Hold)
    assert decide(view(ORDER, "Où est mon colis ML123456 ?", head=waiting, timer_fired=True)).reason == "look_up_failed"


def test_another_line_prolongs_no_look_up() -> None:
    waiting = {"fact": Lookup("order", "ML123456"), "hold_until": Millis(NOW + 3_000)}
    decision = decide(view(ORDER, "Où est mon colis ML123456 ?", "svp", head=waiting))
    late = decide(view(ORDER, "Où est mon colis ML123456 ?", "svp", head=waiting | {"hold_until": NOW}))

    assert isinstance(decision, Hold)
    assert decision.until == NOW + 3_000
    assert late.reason == "look_up_failed"


@pytest.mark.parametrize("text", ["C'est urgent", "vite", "au secours", "URGENCE", "help me"])
def test_whoever_presses_is_not_waited_for(text: str) -> None:
    assert isinstance(decide(view(ODD, text)), Ticket)
    assert isinstance(decide(view(ODD, "et puis", text)), Ticket)


@given(st.lists(st.integers(0, 60_000), min_size=1, max_size=11), st.sampled_from(["et puis", "svp"]))
def test_no_burst_is_held_for_a_minute(waits: list[int], text: str) -> None:
    """However the lines are spread, and in whatever order they are received."""
    pending = [replace(message(text), received_at=Millis(NOW - ago)) for ago in waits]
    decision = decide(replace(view(ODD, *[text] * len(waits)), pending=tuple(pending)))

    if isinstance(decision, Hold):
        assert NOW < decision.until < NOW - max(waits) + 60_000


def test_fragments_are_not_waited_for_without_end() -> None:
    words = ["et puis voilà"] * JOIN_MOST

    assert isinstance(decide(view(ODD, *words[1:])), Hold)
    assert isinstance(decide(view(ODD, *words)), Ticket)


def test_whoever_wants_no_messages_is_read_and_told_nothing() -> None:
    decision = decide(view(classified(wants_human=True), "Un conseiller svp", head={"opted_out": ("messenger#a",)}))

    assert isinstance(decision, Ticket)
    assert decision.acknowledge == ""


@pytest.mark.parametrize("reason", ["human_has_it", "stopped"])
def test_nobody_is_acknowledged_while_the_bot_must_be_silent(reason: str) -> None:
    silent = view(head={"mode": "human"}) if reason == "human_has_it" else view(control=STOPPED)
    decision = decide(silent)

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.acknowledge) == (reason, "")


def test_nobody_is_promised_a_person_where_no_desk_is_told() -> None:
    wants = classified(wants_human=True)
    nowhere = replace(PLAYBOOK, routing=Routing())
    urgent_only = replace(PLAYBOOK, routing=Routing(urgent="T0A/C0A"))

    assert getattr(decide(view(wants)), "acknowledge", "") != ""
    assert getattr(decide(view(wants, playbook=nowhere)), "acknowledge", "") == ""
    assert getattr(decide(view(wants, playbook=urgent_only)), "acknowledge", "") == ""


def test_a_language_may_have_less_autonomy_than_the_others() -> None:
    careful = replace(PLAYBOOK, autonomy=replace(PLAYBOOK.autonomy, languages={"en": Autonomy.SUGGEST}))
    one = replace(PLAYBOOK.intents["opening_hours"], language_autonomy={"en": Autonomy.OFF})
    silent = replace(PLAYBOOK, intents={**PLAYBOOK.intents, "opening_hours": one})
    english = classified(language="en")

    assert isinstance(decide(view(english, "When are you open?")), Reply)
    assert isinstance(decide(view(playbook=careful)), Reply)
    assert isinstance(decide(view(playbook=silent)), Reply)
    suggested = decide(view(english, "When are you open?", playbook=careful))
    assert isinstance(suggested, Ticket)
    assert suggested.reason == "autonomy_suggest"
    assert suggested.suggestion
    off = decide(view(english, "When are you open?", playbook=silent))
    assert isinstance(off, Ticket)
    assert (off.reason, off.suggestion) == ("autonomy_off", "")


def test_two_sure_questions_go_to_a_person() -> None:
    both = view(classified(), QUESTION, "Où est mon colis ML123456 ?")

    assert decide(replace(both, singles=[classified(), ORDER])).reason == "several_questions"


def test_a_public_complaint_is_urgent_and_never_acknowledged() -> None:
    decision = decide(view(classified("complaint"), channel="x", public=True))

    assert isinstance(decision, Ticket)
    assert (decision.priority, decision.acknowledge) == ("urgent", "")


def test_a_ticket_carries_a_suggestion_that_can_be_sent() -> None:
    decision = decide(view(playbook=SUGGESTING))

    assert isinstance(decision, Ticket)
    assert "Lyon" in decision.suggestion


# --- right or silent ----------------------------------------------------------------------------

intents = st.sampled_from([None, *PLAYBOOK.intents, "unknown_intent"])
classifications = st.builds(
    lambda intent, **more: replace(classified(intent), **more),
    intents,
    sure=st.booleans(),
    language=st.sampled_from(["fr", "en", "de", "unknown"]),
    several=st.booleans(),
    wants_human=st.booleans(),
    urgency=st.sampled_from(Urgency),
)
heads = st.fixed_dictionaries(
    {},
    optional={
        "mode": st.sampled_from(["bot", "human"]),
        "ticket_id": st.sampled_from(["", "t1"]),
        "opted_out": st.sampled_from([(), ("messenger#a",)]),
        "said": st.lists(st.sampled_from([PastAnswer(intent, NOW) for intent in PLAYBOOK.intents]), max_size=3).map(
            tuple
        ),
        "fact": st.sampled_from([Lookup(), KNOWN, Lookup("order", "ML123456"), Lookup("order", "ML123456", {})]),
        "disclosed_at": st.sampled_from([0, NOW - 3_600_000, NOW - 25 * 3_600_000]),
        "disclosed_to": st.sampled_from(["", TOLD]),
        "language": st.sampled_from(["", "fr", "en"]),
    },
)
controls = st.sampled_from(
    [Control(), STOPPED]
    + [Control(2, {name: Scope(stopped=True, epoch=2)}) for name in ("channel:messenger", "intent:opening_hours")]
)
levels = st.sampled_from(Autonomy)
rules = st.builds(AutonomyRules, default=levels, public_max=levels)
words = st.sampled_from([QUESTION, "Où est mon colis ML123456 ?", "Bonjour", "merci", "non", "", "et puis voilà quoi"])


@settings(max_examples=300)
@given(
    singles=st.lists(classifications, min_size=1, max_size=3),
    head=heads,
    control=controls,
    autonomy=rules,
    texts=st.lists(words, min_size=3, max_size=3),
    public=st.booleans(),
    timer_fired=st.booleans(),
)
def test_what_is_said_by_itself_is_sure_allowed_and_nobody_elses(
    *,
    singles: list[Classification],
    head: dict[str, Any],
    control: Control,
    autonomy: AutonomyRules,
    texts: list[str],
    public: bool,
    timer_fired: bool,
) -> None:
    whole = singles[0]
    seen = view(
        whole,
        *texts[: len(singles)],
        head=head,
        control=control,
        public=public,
        timer_fired=timer_fired,
        playbook=replace(PLAYBOOK, autonomy=autonomy),
    )
    decision = decide(replace(seen, singles=singles))

    assert set(decision.covers) <= set(seen.covers)
    if isinstance(decision, Hold):
        assert decision.until > NOW or decision.subject
    elif not isinstance(decision, Ignore):
        assert decision.covers == seen.covers
    if isinstance(decision, Reply | Ask):
        intent = PLAYBOOK.intents[decision.intent]
        assert whole.sure
        assert whole.intent == decision.intent
        assert not intent.never_auto
        assert not any(each.wants_human or each.urgency is Urgency.CRITICAL for each in [whole, *singles])
        assert (seen.conversation.mode, seen.conversation.ticket_id) == ("bot", "")
        assert not seen.conversation.opted_out
        assert not control.silences_now("messenger", decision.intent)
        assert autonomy.default is Autonomy.AUTO
        assert not public or autonomy.public_max is Autonomy.AUTO
        assert whole.language in PLAYBOOK.languages
        assert earlier_answer(seen, decision.intent, asked=isinstance(decision, Ask)) is None
        assert decision.text.strip()


@pytest.mark.parametrize(
    ("scope", "acknowledged"),
    [
        ("intent:opening_hours", True),
        ("channel:messenger intent:opening_hours", True),
        ("channel:messenger", False),
        ("all", False),
    ],
)
def test_the_customers_of_a_stopped_intent_are_told_that_a_person_answers(scope: str, *, acknowledged: bool) -> None:
    decision = decide(view(control=Control(1, {scope: Scope(stopped=True, epoch=1, since=NOW)})))

    assert isinstance(decision, Ticket)
    assert (decision.reason, bool(decision.acknowledge)) == ("stopped", acknowledged)
    assert stop_of_detail(decision.detail) == (scope, Scope(stopped=True, epoch=1, since=NOW))


@pytest.mark.parametrize("text", ["Bonjour", "Vos horaires svp", "?"])
@pytest.mark.parametrize("grave", [True, False])
def test_nothing_is_said_or_waited_for_while_a_person_has_the_ticket(text: str, *, grave: bool) -> None:
    taken = ticket(grave=grave, assignee="U0LEA", state="claimed")

    decision = decide(view(classified(), text, head={"ticket_id": "t1"}, ticket=taken))

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.acknowledge) == ("human_has_it", "")


LATE_MS = 3_600_001


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Bonjour", "greeting"),
        ("Merci beaucoup !", "thanks"),
        ("STOP", "opt_out"),
        ("Je veux parler à un conseiller", "asked_for_human"),
        ("Je souhaite exercer mon droit de rétractation", "declared"),
        ("et puis", "late"),
        (QUESTION, "late"),
    ],
)
def test_what_comes_late_is_neither_answered_nor_welcomed_and_keeps_a_graver_reason(text: str, reason: str) -> None:
    found = decide(view(classified(wants_human="conseiller" in text), text, waited_ms=LATE_MS))

    assert not isinstance(found, Reply | Ask | Greet | Hold)
    assert found.reason == reason


def test_an_agent_who_gives_a_late_question_back_has_it_answered() -> None:
    assert isinstance(decide(view(waited_ms=LATE_MS, acting=True)), Reply)


@pytest.mark.parametrize(("sent_ago", "late"), [(LATE_MS, True), (3_600_000, False)])
def test_a_message_that_came_just_now_and_was_written_an_hour_ago_is_late(sent_ago: int, *, late: bool) -> None:
    fresh = view()
    (one,) = fresh.pending
    found = decide(replace(fresh, pending=(replace(one, sent_at=Millis(one.received_at - sent_ago)),)))

    assert isinstance(found, Ticket if late else Reply)
