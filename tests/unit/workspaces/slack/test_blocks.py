"""A ticket at the desk: what it shows in each state, and Slack's limits for any text."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model import AccountId, BrandId, Millis, TicketId
from chalicelib.workspaces.slack import actions, calls
from chalicelib.workspaces.slack.actions import Value, decode, encode
from chalicelib.workspaces.slack.blocks import ticket_blocks
from chalicelib.workspaces.slack.markup import cut, cut_escaped, escape, unescape
from chalicelib.workspaces.slack.modals import (
    INPUT_LIMIT,
    Suggestion,
    note_view,
    notice_view,
    options_answer,
    reply_view,
    switch_view,
)
from chalicelib.workspaces.slack.ticket_view import (
    Order,
    Quote,
    TicketPriority,
    TicketState,
    TicketView,
    suggestion_mark,
)
from tests.simulation.agent import shown as read
from tests.unit.workspaces.slack.limits import broken, broken_view

VIEW = TicketView(
    ticket_id=TicketId("t1"),
    brand=BrandId("maison-lune"),
    account_id=AccountId("T0GUICHET/C0MAISON"),
    state="open",
    priority="urgent",
    language="fr",
    rev=3,
    seen=1,
    channel_title="Messenger",
    customer_language="fr",
    customer_name="Camille Dupont",
    quotes=(Quote(text="Mon colis <!channel> & rien", at=Millis(1_795_000_000_000)),),
    reason="complaint",
    opened_at=Millis(1_795_000_000_000),
    intent_title="Réclamation",
    probability=0.714,
    suggestion="Bonjour Camille,\n\nToutes nos excuses.",
    due_at=Millis(1_795_000_900_000),
)
STATES = get_args(TicketState)
T = "\u202f"


def shown(view: TicketView) -> str:
    """All that a reader of the message sees, in one text."""
    return json.dumps(ticket_blocks(view), ensure_ascii=False)


def lines(view: TicketView) -> list[str]:
    """What a reader of the message reads, line by line; before what is quoted stands "> "."""
    return read({"blocks": ticket_blocks(view)}).splitlines()


def buttons(view: TicketView) -> dict[str, Any]:
    block = next(block for block in ticket_blocks(view) if block["type"] == "actions")
    return {element["action_id"]: element for element in block["elements"]}


def menu(view: TicketView) -> list[str]:
    """What the menu beside the buttons does, in its order."""
    chosen = [decode(option["value"]) for option in buttons(view)[actions.MORE]["options"]]
    return [value.action for value in chosen if value]


FULL = replace(
    VIEW,
    customer_name="Louise Le Goff",
    channel_title="WhatsApp",
    register="vous",
    time_zone="Europe/Paris",
    quotes=(
        Quote(text="Mon colis est noté livré, mais je n'ai rien.", at=Millis(1_795_000_000_000)),
        Quote(text="C'est un cadeau pour samedi", at=Millis(1_795_000_060_000), attachments=("image",)),
    ),
    due_by="window",
    reason="never_auto",
    intent_title="Colis non reçu",
    done=((Millis(1_794_938_520_000), "Suivi de commande"),),
    promised_until=Millis(1_795_017_600_000),
    orders=(Order(number="ML10482", status="delivered", carrier="Colissimo", expected_on="2026-11-18"),),
)


def test_a_ticket_is_read_from_the_clock_to_the_buttons() -> None:
    assert lines(FULL) == [
        "🔴 Urgent · À répondre avant 12\u00a0h\u00a021\u00a0: WhatsApp refuse ensuite",
        "*Louise Le Goff* · WhatsApp, en privé · écrit en français, vous",
        "*Colis non reçu* (71\u00a0%)",
        "Pour une personne\u00a0: ce sujet n’est jamais automatique.",
        "Client, 12\u00a0h\u00a006",
        "> Mon colis est noté livré, mais je n'ai rien.",
        "Client, 12\u00a0h\u00a007",
        "> C'est un cadeau pour samedi",
        "📎 1 photo (non copiée ici)",
        "*Déjà fait* 17\u00a0nov., 19\u00a0h\u00a002, bot\u00a0: Suivi de commande",
        "*Promis* une réponse avant 17\u00a0h",
        "*ML10482* livrée, Colissimo, prévue le 18\u00a0nov. · numéro donné par le client, identité non vérifiée",
        "*Réponse du carnet* (à relire)",
        "> Bonjour Camille,",
        "> ",
        "> Toutes nos excuses.",
    ]
    assert [block["type"] for block in ticket_blocks(FULL)][-1] == "actions"


def test_english_desks_read_english() -> None:
    text = lines(replace(FULL, language="en", register="", customer_language="es"))
    assert text[:4] == [
        "🔴 Urgent · Answer before 12:21 pm: WhatsApp refuses after that",
        "*Louise Le Goff* · WhatsApp, in private · writes in Spanish",
        "*Colis non reçu* (71%)",
        "For a person: this subject is never automatic.",
    ]
    assert "*Promised* an answer before 5 pm" in text


def test_the_clock_is_the_teams_where_the_channel_takes_answers_for_longer() -> None:
    assert lines(replace(FULL, due_by="target"))[0] == "🔴 Urgent · À répondre avant 12\u00a0h\u00a021"


def test_without_a_clock_the_channels_window_is_told() -> None:
    view = replace(FULL, due_at=Millis(0), answer_by=Millis(1_795_165_200_000))
    assert lines(view)[0] == "🔴 Urgent · WhatsApp accepte une réponse avant le 20\u00a0nov., 10\u00a0h"
    assert lines(replace(view, language="en"))[0] == "🔴 Urgent · WhatsApp takes an answer until 20\u00a0Nov, 10 am"


def test_a_closed_window_says_so_instead_of_a_clock() -> None:
    closed = "🔴 Urgent · WhatsApp ne prend plus de réponse tant que la personne n’écrit pas"
    assert lines(replace(FULL, window_closed=True))[0] == closed


def test_a_clock_of_another_day_says_which() -> None:
    later = replace(FULL, due_at=Millis(1_795_165_200_000), due_by="target")
    assert lines(later)[0] == "🔴 Urgent · À répondre avant le 20\u00a0nov., 10\u00a0h"


def test_no_guess_is_ever_certain_and_a_weak_one_says_so() -> None:
    assert "*Colis non reçu* (plus de 99\u00a0%)" in lines(replace(FULL, probability=0.9999))
    assert "*Colis non reçu* (over 99%)" in lines(replace(FULL, probability=1.0, language="en"))
    assert "Peut-être\u00a0: Colis non reçu (45\u00a0%)" in lines(replace(FULL, probability=0.456, likely=False))
    assert "*Sujet non reconnu*" in lines(replace(FULL, probability=None, intent_title=""))


@pytest.mark.parametrize(
    ("reason", "detail", "words"),
    [
        ("careful", "settled", "le message dit que c’est réglé ou n’est plus voulu."),
        ("careful", "", "quelque chose d’autre dans le message demande un conseiller."),
        ("critical", "law", "le client parle de justice ou d’une autorité."),
        ("critical", "", "le client parle d’un danger, de justice ou de fraude."),
        ("already_said", "", "le client revient sur ce sujet, déjà traité par une réponse automatique."),
    ],
)
def test_the_reason_says_which_it_was(reason: str, detail: str, words: str) -> None:
    assert any(line.endswith(words) for line in lines(replace(VIEW, reason=reason, detail=detail)))


def test_a_known_subject_without_words_is_named() -> None:
    view = replace(FULL, reason="not_in_playbook", intent_title="Changement d’adresse")
    assert "*Sujet reconnu\u00a0: changement d’adresse.* Le carnet n’a pas encore de réponse." in lines(view)
    english = replace(view, language="en", intent_title="Change of address")
    assert "*Subject recognised: change of address.* The playbook has no answer yet." in lines(english)


@pytest.mark.parametrize("proved", [True, False])
def test_the_one_click_button_is_green_only_for_what_the_bot_might_have_said_by_itself(*, proved: bool) -> None:
    send = buttons(replace(VIEW, proved=proved))[actions.SEND_SUGGESTION]
    assert (send.get("style") == "primary") is proved


SENDS = [actions.CLAIM, actions.SEND_SUGGESTION, actions.CARD, actions.MORE]


@pytest.mark.parametrize(
    ("state", "suggestion", "row", "rest"),
    [
        (
            "open",
            "Oui.",
            SENDS,
            [actions.EDIT_REPLY, actions.SEND_AND_CLOSE, actions.NOTE, actions.CLOSE, actions.SWITCH],
        ),
        (
            "open",
            "",
            [actions.CLAIM, actions.EDIT_REPLY, actions.CARD, actions.MORE],
            [actions.NOTE, actions.CLOSE, actions.SWITCH],
        ),
        (
            "claimed",
            "Oui.",
            [actions.SEND_SUGGESTION, actions.EDIT_REPLY, actions.CARD, actions.MORE],
            [actions.SEND_AND_CLOSE, actions.GIVE_BACK, actions.SNOOZE, actions.CLOSE, actions.SWITCH],
        ),
        (
            "answered",
            "Oui.",
            [actions.EDIT_REPLY, actions.CLOSE, actions.CARD, actions.MORE],
            [actions.NOTE, actions.GIVE_BACK, actions.SWITCH],
        ),
    ],
)
def test_two_buttons_and_the_rest_in_the_menu(
    state: TicketState, suggestion: str, row: list[str], rest: list[str]
) -> None:
    view = replace(VIEW, state=state, suggestion=suggestion)
    assert list(buttons(view)) == row
    assert menu(view) == rest


@pytest.mark.parametrize(
    ("state", "words", "has", "has_not"),
    [
        ("claimed", "Demande prise par <@U0LEA>", actions.SEND_SUGGESTION, actions.CLAIM),
        ("sending", "<@U0LEA> répond", actions.UNDO, actions.SEND_SUGGESTION),
        ("answered", "Répondu par <@U0LEA>", actions.EDIT_REPLY, actions.SEND_SUGGESTION),
        ("failed", "le canal l’a refusée (190)", actions.RETRY, actions.SEND_SUGGESTION),
    ],
)
def test_each_state_has_its_words_and_buttons(state: TicketState, words: str, has: str, has_not: str) -> None:
    view = replace(
        VIEW, state=state, assignee="U0LEA", ended_by="U0TOM", failure="Refused 190", answer="Bien reçu.", row_id="r1"
    )
    assert words in shown(view)
    assert has in buttons(view)
    assert has_not not in buttons(view)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("returned", "🤖 *Rendue au bot par <@U0TOM>*"),
        ("closed", "⚪ *Demande close*"),
        ("settled", "⚪ *Close d’elle-même\u00a0: plus rien à répondre*"),
    ],
)
def test_a_ticket_that_ended_is_one_line_with_a_menu_and_without_a_word_of_the_customer(
    state: TicketState, words: str
) -> None:
    view = replace(VIEW, state=state, assignee="U0LEA", ended_by="U0TOM", answer="Bien reçu.")
    (line,) = ticket_blocks(view)
    text = line["text"]["text"]

    assert text.startswith(words)
    assert text.endswith(f" · {VIEW.customer_name} · {VIEW.channel_title}")
    assert "\n" not in text
    assert not any(said.text in text for said in VIEW.quotes)
    assert [actions.decode(each["value"]).action for each in line["accessory"]["options"]] == [  # type: ignore[union-attr]  # ours
        actions.EDIT_REPLY,
        actions.NOTE,
        actions.TAKE_OVER,
        actions.CARD,
    ]


def test_a_ticket_whose_agent_is_to_be_reminded_says_when() -> None:
    view = replace(VIEW, state="claimed", assignee="U0LEA")

    assert "⏰ Rappel demandé" not in shown(view)
    assert "⏰ Rappel demandé\u00a0: " in shown(replace(view, snoozed_until=Millis(VIEW.opened_at + 7_200_000)))


@pytest.mark.parametrize("state", ["open", "claimed"])
@pytest.mark.parametrize(
    ("failure", "words"),
    [
        ("Refused 131026", "n’est pas arrivée au client\u00a0: le canal l’a refusée (131026)"),
        ("Unconfirmed", "Impossible de savoir si une réponse est arrivée au client"),
    ],
)
def test_a_failed_automatic_answer_stands_on_the_ticket(state: TicketState, failure: str, words: str) -> None:
    text = shown(replace(VIEW, state=state, reason="delivery_failed", failure=failure))
    assert "la réponse du bot n’est pas arrivée au client." in text
    assert words in text


# --- what is written, as it is written ---

SIGNS = "Mon code *ETE_2026_VIP* est refusé, ~12 €~ au lieu de `10` <!channel> & @here\n> *_`~\n  deux espaces"


@pytest.mark.parametrize("by", ["customer", "bot", "agent"])
def test_what_was_written_is_shown_letter_by_letter(by: Any) -> None:
    view = replace(VIEW, quotes=(Quote(text=SIGNS, at=Millis(1), by=by),))
    quoted = [part for block in ticket_blocks(view) if block["type"] == "rich_text" for part in block["elements"]]
    assert SIGNS in [part["elements"][0]["text"] for part in quoted if part["type"] == "rich_text_quote"]
    assert "ETE_2026" not in json.dumps([block for block in ticket_blocks(view) if block["type"] != "rich_text"])


@pytest.mark.parametrize("state", ["open", "sending", "answered", "failed"])
def test_a_suggestion_and_an_answer_are_shown_exactly_as_they_are_sent(state: TicketState) -> None:
    view = replace(VIEW, state=state, suggestion=SIGNS, answer=SIGNS)
    texts = [element["text"] for block in ticket_blocks(view)[4:] for element in _texts(block)]
    assert SIGNS in texts


def _texts(part: Any) -> list[Any]:
    if isinstance(part, list):
        return [found for one in part for found in _texts(one)]
    if not isinstance(part, dict):
        return []
    return [part] if part.get("type") == "text" else _texts(part.get("elements"))


def test_a_name_is_shown_as_the_platform_gives_it() -> None:
    assert "*BOUTIQUE 77* · Messenger, en privé · écrit en français" in lines(
        replace(VIEW, customer_name="BOUTIQUE 77")
    )
    assert "*Manon Petit* · " in "".join(lines(replace(VIEW, customer_name="Manon Petit")))
    assert "*Client* · " in "".join(lines(replace(VIEW, customer_name=" ")))
    block = next(b for b in ticket_blocks(replace(VIEW, customer_name="*Léa*_x_")) if b["type"] == "section")
    assert block["text"]["type"] == "plain_text"
    assert block["text"]["text"].startswith("*Léa*_x_ · Messenger, en privé")


def test_of_what_the_bot_said_the_beginning_is_enough() -> None:
    said = tuple(Quote(text=f"{by} " * 100, at=Millis(1), by=by) for by in ("customer", "bot", "agent"))
    quoted = [line for line in lines(replace(VIEW, quotes=said)) if line.startswith("> ") and " " in line[2:]]
    assert [len(line) > 280 for line in quoted[:3]] == [True, False, True]


def test_what_came_beside_the_words_is_shown() -> None:
    quote = Quote(
        text="oui celle-là",
        at=Millis(1_795_000_000_000),
        answers="La robe Alba\nou la robe Nuit ?",
        beside=(("product", "Robe Alba"), ("item", "2 × ALB-38"), ("ad", "Soldes d'hiver"), ("file", "facture.pdf")),
        attachments=("document",),
    )
    assert lines(replace(FULL, quotes=(quote,)))[4:11] == [
        "Client, 12\u00a0h\u00a006",
        "↪ répond à «\u00a0La robe Alba ou la robe Nuit\u202f?\u00a0»".replace("\u202f?", " ?"),
        "> oui celle-là",
        "🏷️ Produit\u00a0: Robe Alba",
        "🛒 Panier\u00a0: 2 × ALB-38",
        "📣 Publicité\u00a0: Soldes d'hiver",
        "📄 Fichier\u00a0: facture.pdf",
    ]


def test_the_post_under_which_somebody_writes_more_than_once_is_named_once_and_another_again() -> None:
    posts = ("a", "a", "b", "a")
    said = tuple(
        Quote(text=f"mot {n}", at=Millis(1_795_000_000_000 + n), beside=(("under", post),))
        for n, post in enumerate(posts)
    )
    shown = [line for line in lines(replace(VIEW, quotes=said)) if line.startswith(("📌", "> "))]

    assert [line[-1] for line in shown if line.startswith("📌")] == ["a", "b", "a"]
    assert [line[0] for line in shown][:7] == [">", "📌", ">", ">", "📌", ">", "📌"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rappelez-moi au 06 61 56 23 80", "⚠️ numéro de téléphone visible en public"),
        ("my number is +44 7700 900123", "⚠️ numéro de téléphone visible en public"),
        ("call 07700 900123 please", "⚠️ numéro de téléphone visible en public"),
        ("écrivez à lea.b@exemple.fr", "⚠️ adresse e-mail visible en public"),
        ("carte •••• •••• •••• 1111", "⚠️ numéro de carte ou d’IBAN donné en public"),
    ],
)
def test_personal_data_in_public_is_noticed(text: str, words: str) -> None:
    said = Quote(text=text, at=Millis(1), public=True)
    assert words in lines(replace(VIEW, quotes=(said,), public=True))
    assert words not in lines(replace(VIEW, quotes=(replace(said, public=False),)))
    assert text not in json.loads(calls.ticket(replace(VIEW, quotes=(said,), public=True)))["payload"]["text"]


@pytest.mark.parametrize("text", ["commande ML204518", "204518", "à 10:30 le 24/11", "12,50 € au lieu de 1 000 €"])
def test_an_order_number_or_a_price_in_public_is_no_telephone_number(text: str) -> None:
    assert not any(
        "visible en public" in line
        for line in lines(replace(VIEW, quotes=(Quote(text=text, at=Millis(1), public=True),)))
    )


def test_an_order_that_nobody_could_look_up_is_one_honest_line() -> None:
    silent = replace(FULL, orders=(Order(number="ML10482"),))
    assert "*ML10482* le suivi des commandes n’a pas répondu" in lines(silent)
    unknown = replace(FULL, orders=(Order(number="ML99999", status="not_found"),))
    assert any(line.startswith("*ML99999* commande introuvable") for line in lines(unknown))


def test_a_button_says_what_was_seen() -> None:
    value = decode(buttons(VIEW)[actions.SEND_SUGGESTION]["value"])
    assert value is not None
    assert (value.brand, value.ticket_id, value.rev, value.seen) == ("maison-lune", "t1", 3, 1)
    assert value.mark == suggestion_mark(VIEW.suggestion)


@pytest.mark.parametrize(
    ("stopped", "title", "action"),
    [(False, f"Arrêter le bot{T}?", actions.STOP_BRAND), (True, f"Relancer le bot{T}?", actions.START_BRAND)],
)
def test_the_kill_switch_asks_first(*, stopped: bool, title: str, action: str) -> None:
    dialog = switch_view("fr", Value(brand="maison-lune", ticket_id="t1"), stopped=stopped)
    value = decode(dialog["private_metadata"])
    assert dialog["title"]["text"] == title
    assert value is not None
    assert value.action == action
    assert broken_view(dialog) == []


def test_public_words_are_posted_not_sent() -> None:
    text = shown(replace(VIEW, public=True))
    assert "Publier cette réponse" in text
    assert "en public" in text


def test_newer_messages_warn_before_the_suggestion_leaves() -> None:
    view = replace(VIEW, newer=2, proved=True)
    assert "depuis cette proposition\u00a0: 2." in shown(view)
    assert "confirm" in buttons(view)[actions.SEND_SUGGESTION]
    assert "style" not in buttons(view)[actions.SEND_SUGGESTION]


def test_a_suggestion_that_does_not_fit_cannot_be_sent_as_it_is() -> None:
    assert actions.SEND_SUGGESTION not in buttons(replace(VIEW, limit=10))
    assert actions.SEND_SUGGESTION in buttons(replace(VIEW, limit=280, unit="weighted"))
    assert actions.SEND_SUGGESTION not in buttons(replace(VIEW, suggestion="a" * 5_001))
    assert "Trop longue pour être montrée entière" in shown(replace(VIEW, suggestion="a" * 5_001))


def test_the_whole_suggestion_is_shown() -> None:
    words = " ".join(f"mot{number}" for number in range(250))
    assert len(words) < 2000
    assert all(f"mot{number}" in shown(replace(VIEW, suggestion=words)) for number in range(250))


def test_card_numbers_are_masked() -> None:
    view = replace(VIEW, quotes=(Quote(text="ma carte 4111 1111 1111 1111", at=Millis(0)),))
    assert "4111 1111 1111 1111" not in shown(view)


def test_the_notification_says_nothing_of_what_was_written() -> None:
    payload = json.loads(calls.ticket(FULL))["payload"]
    assert payload["text"] == "🔴 avant 12\u00a0h\u00a021 · Colis non reçu · WhatsApp"
    assert (
        json.loads(calls.ticket_update(replace(FULL, state="answered")))["payload"]["text"]
        == "✅ Répondu · Colis non reçu · WhatsApp"
    )


TEXTS = st.text(max_size=4000) | st.text(alphabet="&<>\n`*_~|", max_size=3000) | st.just("&" * 2000)
VIEWS = st.builds(
    replace,
    st.just(VIEW),
    brand=st.sampled_from([BrandId("maison-lune"), BrandId("b" * 40)]),
    ticket_id=st.just(TicketId("t" + "0" * 24)),
    account_id=st.just(AccountId("T" * 20 + "/" + "C" * 20)),
    row_id=st.sampled_from(["", "r" * 150]),
    state=st.sampled_from(STATES),
    priority=st.sampled_from(get_args(TicketPriority)),
    language=st.sampled_from(["fr", "en"]),
    customer_language=st.sampled_from(["fr", "en", "de", ""]),
    customer_name=st.text(max_size=200),
    channel_title=st.text(min_size=1, max_size=300),
    reason=st.text(max_size=30),
    intent_title=st.text(max_size=300),
    probability=st.none() | st.floats(0, 1),
    suggestion=TEXTS,
    answer=TEXTS,
    failure=st.text(max_size=600),
    assignee=st.sampled_from(["", "U0LEA"]),
    newer=st.integers(0, 99),
    public=st.booleans(),
    limit=st.sampled_from([0, 280, 2000]),
    quotes=st.lists(
        st.builds(
            Quote,
            text=TEXTS,
            at=st.just(Millis(1)),
            by=st.sampled_from(["customer", "bot", "agent"]),
            attachments=st.lists(st.sampled_from(["image", "video", "form", "text_cut", "?"]), max_size=30).map(tuple),
            state=st.sampled_from(["", "edited", "deleted", "unknown"]),
            answers=st.text(max_size=300),
            beside=st.lists(st.tuples(st.sampled_from(["ad", "item", "?"]), st.text(max_size=400)), max_size=9).map(
                tuple
            ),
            public=st.booleans(),
        ),
        max_size=9,
    ).map(tuple),
)


@given(VIEWS)
def test_every_ticket_is_within_slacks_limits(view: TicketView) -> None:
    assert broken(ticket_blocks(view)) == []
    json.loads(calls.ticket_update(view))


@given(VIEWS)
def test_every_dialog_is_within_slacks_limits(view: TicketView) -> None:
    assert broken_view(reply_view(view)) == []
    assert broken_view(reply_view(view, text="x" * 5000, version="return")) == []
    assert broken_view(note_view(view)) == []
    assert broken_view(notice_view(view.language, "taken", agent="<@U1>")) == []


def test_the_reply_dialog_is_filled_and_says_the_limit() -> None:
    dialog = reply_view(replace(VIEW, limit=280, public=True))
    field = dialog["blocks"][0]
    assert field["element"]["initial_value"] == VIEW.suggestion
    assert "280 caractères" in field["hint"]["text"]
    assert "Tout le monde" in field["hint"]["text"]
    assert field["label"]["text"] == "Votre réponse à Camille Dupont"
    value = decode(dialog["private_metadata"])
    assert value is not None
    assert (value.limit, value.unit, value.language, value.account_id) == (280, "chars", "fr", "T0GUICHET/C0MAISON")


def test_another_answer_goes_into_a_field_with_a_new_name() -> None:
    first, second = (reply_view(VIEW, text="a", version=version)["blocks"][0] for version in ("", "return"))
    assert first["block_id"] != second["block_id"]
    assert second["element"]["initial_value"] == "a"
    assert second["element"]["max_length"] == INPUT_LIMIT


def test_at_most_a_hundred_options_are_answered() -> None:
    found = [Suggestion(key=f"k{number}", title="t" * 200) for number in range(150)]
    options = options_answer(found)["options"]
    assert len(options) == 100
    assert all(len(option["text"]["text"]) <= 75 for option in options)


# --- values and markup ---


@given(
    st.builds(
        Value,
        brand=st.text(min_size=1, max_size=40),
        ticket_id=st.text(max_size=64),
        account_id=st.text(max_size=40),
        rev=st.integers(0, 10**9),
        seen=st.integers(0, 10**6),
        row_id=st.text(max_size=60),
        mark=st.text(max_size=10),
        action=st.sampled_from(["", actions.STOP_BRAND]),
        limit=st.integers(0, 10_000),
        unit=st.sampled_from(["", "chars"]),
        language=st.sampled_from(["", "fr"]),
    )
)
def test_a_value_survives_the_button(value: Value) -> None:
    assert decode(encode(value)) == value


@given(st.none() | st.integers() | st.text() | st.binary())
def test_anything_else_is_no_value(raw: object) -> None:
    assert decode(raw) is None


@pytest.mark.parametrize(
    "raw", ["{}", '{"b":1}', '{"b":"x","r":"3"}', '{"b":"x","r":true}', '{"b":', "{" * 4000, '{"b":["x"]}']
)
def test_a_forged_value_is_no_value(raw: str) -> None:
    assert decode(raw) is None


def test_a_value_over_the_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="2,000"):
        encode(Value(brand="b" * 2000, ticket_id="t"))


@given(st.text())
def test_escaping_and_unescaping_gives_the_text_back(text: str) -> None:
    assert unescape(escape(text)) == text
    assert not set("<>") & set(escape(text))


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<@U1>", "@U1"),
        ("<@U1|lea>", "@lea"),
        ("<#C1|general>", "#general"),
        ("<!here>", "@here"),
        ("<!subteam^S1|@support>", "@support"),
        ("<https://a.example>", "https://a.example"),
        ("<https://a.example|a.example>", "https://a.example"),
        ("<https://a.example/x|ici>", "ici (https://a.example/x)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ("a < b", "a < b"),
    ],
)
def test_slacks_markup_is_read_as_meant(markup: str, plain: str) -> None:
    assert unescape(markup) == plain


@given(st.text(alphabet="ab &<>\n", max_size=300), st.integers(10, 200))
def test_cutting_never_breaks_an_entity(text: str, limit: int) -> None:
    cut_text = cut_escaped(text, limit)
    assert len(cut_text) <= limit
    tail = cut_text.rstrip("…\n")
    entity = tail.rfind("&")
    assert entity < 0 or ";" in tail[entity:]
    assert len(cut(text, limit)) <= limit


@pytest.mark.parametrize("state", ["answered", "claimed", "closed"])
def test_an_answer_that_has_left_can_be_taken_back_from_the_menu_and_no_other(state: TicketState) -> None:
    def offered(view: TicketView) -> bool:
        return f'\\"c\\":\\"{actions.UNSEND}\\"' in json.dumps(ticket_blocks(view))

    view = replace(VIEW, state=state, assignee="U0LEA", answer="Bien reçu.")

    assert offered(replace(view, sent_row="c1.7.r"))
    assert not offered(view)


def test_a_taken_back_answer_is_quoted_as_one() -> None:
    gone = replace(VIEW.quotes[0], by="agent", state="deleted", text="")

    assert "Réponse retirée" in shown(replace(VIEW, quotes=(gone,)))
    assert "retiré par le client" in shown(replace(VIEW, quotes=(replace(gone, by="customer"),)))
