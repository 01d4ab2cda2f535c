"""What a customer hears when a person takes over: by what is known of the moment, with a time that was kept before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.conversation import Control, Lookup, Scope, TicketRecord, address_of
from chalicelib.decision.decide import decide
from chalicelib.decision.input import DecisionInput
from chalicelib.model import Autonomy, Millis, Sentiment, Signal, Ticket, Urgency
from chalicelib.playbook.schema import Acknowledge, Hours, Routing
from chalicelib.playbook.yaml_file import load
from tests.unit.decision.views import NOW, PLAYBOOK, TOLD, classified, view

NB = "\u00a0"
HOUR = 3_600_000
SUNDAY = NOW + 4 * 24 * HOUR + 20 * 60_000  # 2026-11-29, 10:20 in Paris: closed
SMALL = load((Path(__file__).parents[3] / "playbooks" / "atelier-nord.yaml").read_text("utf-8"))
ALONE = replace(PLAYBOOK, routing=replace(PLAYBOOK.routing, on_call="", safety_contacts=()))
ODD, ORDER = classified(None), classified("order_status")
ENGLISH = {"language": "en"}
MARK = " (Assistant IA de Maison Lune)"
STOPPED = Control(1, {"all": Scope(stopped=True, epoch=1)})


def ticket(whole: Any = ODD, text: str = "Vous vendez des lamas ?", **more: Any) -> Ticket:
    kept = {"normal": 160, "high": 100, "urgent": 20}
    decision = decide(view(whole, text, **{"timer_fired": True, "kept": kept} | more))
    assert isinstance(decision, Ticket)
    return decision


def said(*args: Any, **more: Any) -> str:
    return ticket(*args, **more).acknowledge.replace(NB, " ").replace("\u202f", " ").replace("’", "'")


def closed(*args: Any, **more: Any) -> str:
    return said(*args, **{"now": SUNDAY, "staffed": False, "kept": {}} | more)


# --- by situation -----------------------------------------------------------------------------

SAFE = "N'utilisez plus l'article et, si vous le pouvez, gardez-le."
BURNT = "Votre bougie a pris feu et ma fille est brûlée"
HACKED = "Mon compte a été piraté"


def test_in_hours_it_names_what_the_team_kept() -> None:
    words = said(display_name="Inès Leroy")
    assert words == (
        "Bonjour Inès, votre message est bien arrivé. Une personne de l'équipe vous répond ici avant 14 h." + MARK
    )
    english = said(classified(None, **ENGLISH), "Do you sell llamas, by any chance?", display_name="Inès Leroy")
    assert english == (
        "Hello Inès, we have your message. Someone from our team will answer you here before 2 pm. "
        "(Maison Lune's AI assistant)"
    )


def test_out_of_hours_it_names_when_the_team_is_back() -> None:
    assert closed(display_name="Inès Leroy") == (
        "Bonjour Inès, votre message est bien arrivé. L'équipe est de retour demain à 9 h 30 et vous répond ici "
        "dans la matinée." + MARK
    )
    assert "est de retour demain à 9 h 30 et vous répond ici avant 12 h 30." in closed(kept={"normal": 160})
    assert "Our team is back tomorrow at 9:30 am and will answer you here in the morning." in closed(
        classified(None, **ENGLISH), "Do you sell llamas, by any chance?"
    )


def test_a_fresh_brand_names_a_day_and_never_its_target() -> None:
    assert "vous répond ici aujourd'hui." in said(kept={})
    evening = replace(view(ODD), now=Millis(NOW + 8 * HOUR), kept={}, timer_fired=True)  # 18:00
    decision = decide(evening)
    assert isinstance(decision, Ticket)
    assert "vous répond ici demain dans la matinée." in decision.acknowledge


def test_who_asked_for_a_person_is_called_by_name_and_told_when() -> None:
    asked = classified("human_request", wants_human=True)
    assert said(asked, "Un conseiller svp", display_name="Hugo Roy") == (
        "C'est noté, Hugo : une personne de l'équipe vous répond ici avant 12 h." + MARK
    )
    assert said(asked, "Un conseiller svp").startswith("C'est noté : une personne")
    assert "l'équipe est de retour demain à 9 h 30 et une personne vous répond ici dans la matinée" in closed(
        asked, "Un conseiller svp"
    )


def test_who_is_angry_is_told_sorry_and_goes_first_only_while_people_are_there() -> None:
    angry = classified("complaint", sentiment=Sentiment.NEGATIVE)
    words = said(angry, "C'est une honte, trois semaines !", display_name="Théo Blanc")
    assert words == (
        "Bonjour Théo, nous sommes désolés que vous ayez à nous écrire pour cela. Votre message passe en priorité : "
        "une personne vous répond ici avant 12 h." + MARK
    )
    later = closed(angry, "C'est une honte, trois semaines !")
    assert "L'équipe revient demain à 9 h 30 et commence par votre message." in later
    assert "priorité" not in later


@pytest.mark.parametrize("playbook", [PLAYBOOK, replace(SMALL, routing=PLAYBOOK.routing)])
def test_somebody_hurt_hears_whom_to_call_and_that_somebody_is_alerted(playbook: Any) -> None:
    for words in (said(ODD, BURNT, playbook=playbook), closed(ODD, BURNT, playbook=playbook)):
        assert words.startswith(
            "Si quelqu'un est blessé ou se sent mal, appelez tout de suite le 15 ou le 112 (114 par SMS). "
            f"Une personne de l'équipe est prévenue en urgence. {SAFE}"
        )


def test_nobody_is_said_to_be_alerted_where_nobody_is() -> None:
    words = closed(ODD, BURNT, playbook=ALONE)
    assert "urgence" not in words
    assert "Notre équipe lira votre message demain à 9 h 30 : n'attendez pas notre réponse pour appeler." in words
    assert SAFE in words
    never = closed(ODD, BURNT, playbook=replace(ALONE, hours=Hours()))
    assert "lira votre message dès que possible" in never


@pytest.mark.parametrize(
    ("country", "french", "english"),
    [
        ("FR", "appelez tout de suite le 15 ou le 112 (114 par SMS).", "call 15 or 112 (text 114) now"),
        ("BE", "appelez tout de suite le 112.", "call 112 now"),
        ("CH", "appelez tout de suite le 144.", "call 144 now"),
        ("QC", "appelez tout de suite le 911.", "call 911 now"),
    ],
)
def test_the_number_to_call_is_the_countrys_and_not_the_languages(country: str, french: str, english: str) -> None:
    there = replace(PLAYBOOK, country=country)
    assert french in said(ODD, BURNT, playbook=there)
    assert english in said(classified(None, **ENGLISH), "my daughter was burnt by your candle", playbook=there)


def test_who_wishes_to_die_hears_whom_to_call() -> None:
    text = "je n'ai plus envie de vivre"
    for words in (said(ODD, text), closed(ODD, text)):
        assert words == (
            "Ce que vous écrivez est important. Vous pouvez appeler le 3114, gratuit, jour et nuit ; en danger "
            "immédiat, le 15 ou le 112. Une personne de l'équipe lira votre message." + MARK
        )
    assert "You can call 3114 (free, day and night, in France), or 15 or 112 if you are in danger now." in said(
        classified(None, **ENGLISH), "I want to kill myself"
    )


def test_who_was_defrauded_is_asked_for_no_secret() -> None:
    taken_over = classified(None, urgency=Urgency.CRITICAL, signals=frozenset({Signal.FRAUD}))
    for whole, text in ((ODD, HACKED), (taken_over, "quelqu'un a changé mon mot de passe et mon adresse mail")):
        assert said(whole, text).startswith("Votre message passe en priorité. N'envoyez ici ni mot de passe, ni code")
    alone = closed(ODD, HACKED, playbook=ALONE)
    assert alone.startswith("Notre équipe lira votre message demain à 9 h 30. N'envoyez ici ni mot de passe")


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (BURNT, ODD),
        ("je n'ai plus envie de vivre", ODD),
        (HACKED, ODD),
        ("J'appelle mon avocat", classified(None, urgency=Urgency.CRITICAL)),
        ("Mon mari est décédé, il faut annuler", ODD),
        ("Je me rétracte de ma commande AN-12345", ODD),
        ("Supprimez mes données", ODD),
    ],
)
def test_a_brand_that_says_tu_says_vous_to_harm_fraud_law_and_mourning(text: str, whole: Any) -> None:
    for speak in (said, closed):
        words = speak(whole, text, playbook=SMALL, display_name="Inès Leroy")
        assert words
        assert not set(words.lower().replace("'", " ").split()) & {"tu", "ton", "ta", "te", "toi", "tes", "salut"}
        assert "!" not in words


def test_a_brand_that_says_tu_says_it_to_all_others() -> None:
    assert "ton message est bien arrivé" in said(playbook=SMALL)
    assert "désolés que tu aies à nous écrire" in said(classified("complaint"), "Une honte", playbook=SMALL)


def test_a_question_about_a_shop_goes_to_that_shop_with_the_size_that_was_given() -> None:
    stock = classified("availability")
    assert said(stock, "La robe Alba en 38 à Nantes ?", display_name="Louise Petit") == (
        "Bonjour Louise, je transmets votre question à la boutique de Nantes (taille 38). Une personne vous répond ici "
        "avant 14 h." + MARK
    )
    assert ticket(stock, "La robe Alba en 38 à Nantes ?").reason == "shop_asked"
    guessed = classified("availability", sure=False, probability=0.9)
    assert "à la boutique de Nantes (taille 38)" in said(guessed, "La robe Alba en 38 à Nantes ?")
    assert "our Lyon shop (size M)" in said(
        classified("availability", **ENGLISH), "do you have the jumper in M in Lyon?"
    )


@pytest.mark.parametrize(
    ("attachments", "start"),
    [
        (("audio",), "Votre message vocal est bien arrivé. Une personne vous répond ici avant 14 h."),
        (("image",), "Votre photo est bien arrivée."),
        (("image", "audio"), "Votre envoi est bien arrivé."),
        (("file",), "Votre envoi est bien arrivé."),
    ],
)
def test_a_voice_note_or_a_photo_alone_is_named(attachments: tuple[str, ...], start: str) -> None:
    words = said(ODD, "", attachments=attachments)
    assert words.startswith(start)
    assert "Vous pouvez aussi écrire votre question." in words


def test_a_withdrawal_and_a_data_request_are_dated() -> None:
    withdrawn = said(ODD, "Je me rétracte de ma commande ML10482")
    assert withdrawn.startswith(
        "Votre demande de rétractation est bien arrivée le 25 novembre 2026 à 9 h 59. Une personne vous confirme la "
        "suite ici avant 12 h."
    )
    data = ticket(ODD, "Supprimez mes données")
    assert "est enregistrée ce 25 novembre 2026. Une personne vous répond dans un délai d" in data.acknowledge
    assert data.promised_until == NOW + 30 * 24 * HOUR
    assert "We received your withdrawal on 25 November 2026 at 9:59 am." in said(
        classified(None, **ENGLISH), "I hereby withdraw from my contract"
    )


def test_a_look_up_that_failed_is_told_with_a_time() -> None:
    asked = {"head": {"fact": Lookup("order", "ML123456", {})}}
    assert "ne répond pas en ce moment. Une personne vérifie et vous répond ici avant 14 h." in said(
        ORDER, "Où est mon colis ML123456 ?", **asked
    )


# --- when it is said --------------------------------------------------------------------------


def suggesting(level: Autonomy) -> Any:
    return replace(PLAYBOOK, autonomy=replace(PLAYBOOK.autonomy, default=level))


@pytest.mark.parametrize("level", Autonomy)
def test_it_is_said_whatever_the_bot_may_answer(level: Autonomy) -> None:
    assert said(playbook=suggesting(level))
    assert closed(playbook=suggesting(level))


@pytest.mark.parametrize(
    ("switch", "in_hours", "out_of_hours"),
    [
        (Acknowledge(), True, True),
        (Acknowledge(in_hours=False), False, True),
        (Acknowledge(out_of_hours=False), True, False),
    ],
)
def test_it_has_a_switch_of_its_own(*, switch: Acknowledge, in_hours: bool, out_of_hours: bool) -> None:
    playbook = replace(PLAYBOOK, acknowledge=switch)
    assert bool(said(playbook=playbook)) is in_hours
    assert bool(closed(playbook=playbook)) is out_of_hours


@pytest.mark.parametrize(
    "more",
    [
        {"public": True},
        {"head": {"opted_out": ("messenger#a",)}},
        {"head": {"ticket_id": "t1"}},
        {"control": STOPPED},
        {"control": Control(1, {"channel:messenger": Scope(stopped=True, epoch=1)})},
        {"playbook": replace(PLAYBOOK, routing=Routing())},
    ],
)
def test_it_is_not_said(more: dict[str, Any]) -> None:
    decision = ticket(**more)
    assert (decision.acknowledge, decision.promised_until) == ("", 0)


def test_customers_of_a_stopped_subject_are_acknowledged() -> None:
    stopped = Control(1, {"intent:opening_hours": Scope(stopped=True, epoch=1)})
    decision = ticket(classified(), "Vos horaires ?", control=stopped)
    assert decision.reason == "stopped"
    assert "votre message est bien arrivé" in decision.acknowledge


def test_a_greeting_is_said_once_a_day() -> None:
    lately = {"disclosed_at": NOW - HOUR, "disclosed_to": TOLD}
    assert said(head=lately).startswith("Votre message est bien arrivé.")


# --- the promise ------------------------------------------------------------------------------


def test_the_ticket_keeps_what_was_promised() -> None:
    decision = ticket()
    assert (decision.promised_until, decision.promised_loosely) == (NOW + 4 * HOUR, False)
    fresh = ticket(kept={})
    assert (fresh.promised_until, fresh.promised_loosely) == (NOW + 8 * HOUR + HOUR // 2, True)
    assert ticket(ODD, BURNT).promised_until == 0


def test_words_of_a_brand_that_name_no_time_promise_none() -> None:
    own = replace(PLAYBOOK, phrases={"handed_over_in_hours": {"fr": "Bien reçu, on vous répond ici."}})
    decision = ticket(playbook=own)
    assert decision.acknowledge.startswith("Bien reçu")
    assert decision.promised_until == 0


def test_a_brand_without_opening_hours_promises_no_time() -> None:
    decision = ticket(playbook=replace(PLAYBOOK, hours=Hours()), staffed=False)
    assert "vous répond ici dès que possible." in decision.acknowledge
    assert decision.promised_until == 0


def waiting(**more: Any) -> DecisionInput:
    from chalicelib.conversation import TicketRecord, address_of
    from chalicelib.model import ConversationId, Millis, TicketId

    given: dict[str, Any] = {
        "ticket_id": TicketId("t1"), "conversation_id": ConversationId("c1"), "state": "open", "priority": "normal",
        "address": address_of("messenger", "a", "p"), "reason": "unsure", "intent": "", "language": "fr",
        "created_at": Millis(NOW - 5 * HOUR), "promised_until": Millis(NOW - 60_000),
    }  # fmt: skip
    seen = {name: more.pop(name) for name in ("staffed", "public", "acting", "playbook", "now") if name in more}
    record = TicketRecord(**(given | more))
    head = {"ticket_id": "t1", "disclosed_at": NOW - 5 * HOUR, "disclosed_to": TOLD}
    return view(ODD, "Vous êtes là ?", head=head, ticket=record, kept={"normal": 100}, **seen)


def test_who_asks_after_the_promised_time_hears_one_apology_with_a_new_time() -> None:
    decision = decide(waiting())
    assert isinstance(decision, Ticket)
    assert decision.acknowledge.replace(NB, " ") == (
        "Nous vous avions annoncé une réponse avant 9 h 59 et nous sommes en retard : toutes nos excuses. Une personne "
        "vous répond avant 12 h." + MARK
    )
    assert decision.apology
    assert decision.promised_until == NOW + 2 * HOUR


@pytest.mark.parametrize(
    "more",
    [
        {"promised_until": NOW + 1},
        {"promised_until": 0},
        {"apologised": True},
        {"state": "sending"},
        {"state": "answered"},
        {"first_answer_at": NOW - HOUR},
        {"ticket_id": "t0"},  # an older ticket
        {"staffed": False},
        {"public": True},
        {"acting": True},
        {"playbook": replace(PLAYBOOK, acknowledge=Acknowledge(in_hours=False))},
    ],
)
def test_nothing_is_said_where_no_promise_was_missed_or_it_was_said_before(more: dict[str, Any]) -> None:
    decision = decide(waiting(**more))
    assert isinstance(decision, Ticket)
    assert (decision.acknowledge, decision.apology) == ("", False)


def test_a_claim_is_no_answer() -> None:
    decision = decide(waiting(state="claimed", assignee="U0LEA"))
    assert isinstance(decision, Ticket)
    assert decision.apology


# --- emergencies on an open ticket ------------------------------------------------------------

DEATH = "Je n'ai plus envie de vivre"


def open_one(text: str, **more: Any) -> DecisionInput:
    """A ticket that was acknowledged before, and newer words."""
    seen = {name: more.pop(name) for name in ("staffed", "public", "playbook", "now", "channel") if name in more}
    given = {"conversation_id": "c1", "address": address_of("messenger", "a", "p"), "state": "open"}
    given |= {"priority": "normal", "reason": "unsure", "intent": "", "language": "fr", "created_at": NOW - HOUR}
    record = TicketRecord(**({"ticket_id": "t1", "desk_account": "T0/C0"} | given | more))  # type: ignore[arg-type]
    head = {"ticket_id": "t1", "disclosed_at": NOW - HOUR, "disclosed_to": TOLD}
    return view(ODD, text, head=head, ticket=record, timer_fired=True, **seen)


def heard(seen: DecisionInput) -> str:
    decision = decide(seen)
    assert isinstance(decision, Ticket)
    return decision.acknowledge.replace(NB, " ").replace("\u202f", " ").replace("’", "'")


@pytest.mark.parametrize("more", [{}, {"grave": True}, {"state": "claimed", "assignee": "U0LEA"}, {"staffed": False}])
def test_whom_to_call_is_said_on_a_ticket_that_was_acknowledged_before(more: dict[str, Any]) -> None:
    assert "appelez tout de suite le 15 ou le 112" in heard(open_one(BURNT, **more))
    assert "Vous pouvez appeler le 3114" in heard(open_one(DEATH, **more))


def test_each_kind_of_emergency_is_answered_once_a_ticket() -> None:
    assert heard(open_one(BURNT, emergencies=("hurt",))) == ""
    assert heard(open_one(DEATH, emergencies=("wish_to_die",))) == ""
    assert "3114" in heard(open_one(DEATH, emergencies=("hurt",)))
    assert "le 15" in heard(open_one(f"{DEATH}, je me suis coupée", emergencies=("wish_to_die",)))


def test_an_emergency_is_said_before_an_apology() -> None:
    late = {"promised_until": NOW - HOUR}
    assert "appelez tout de suite" in heard(open_one(BURNT, **late))
    assert "toutes nos excuses" in heard(open_one(BURNT, **late, emergencies=("hurt",)))


def test_who_answered_and_is_there_is_not_spoken_over() -> None:
    answered = {"state": "answered", "assignee": "U0LEA", "first_answer_at": NOW - HOUR}
    assert heard(open_one(BURNT, **answered)) == ""
    assert "appelez tout de suite" in heard(open_one(BURNT, **answered, staffed=False))


def test_nothing_of_an_emergency_is_said_in_public() -> None:
    assert heard(open_one(BURNT, public=True)) == ""
