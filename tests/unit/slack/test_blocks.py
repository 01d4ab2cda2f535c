"""A ticket at the desk: what it shows in each state, and Slack's limits for any text."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model import AccountId, BrandId, Millis, TicketId
from chalicelib.slack import actions, calls
from chalicelib.slack.actions import Value, decode, encode
from chalicelib.slack.blocks import ticket_blocks
from chalicelib.slack.markup import cut, cut_escaped, escape, quote, unescape
from chalicelib.slack.modals import INPUT_LIMIT, Suggestion, note_view, notice_view, options_answer, reply_view
from chalicelib.slack.view import Quote, TicketPriority, TicketState, TicketView, suggestion_mark
from tests.unit.slack.limits import broken, broken_view

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


def buttons(view: TicketView) -> dict[str, Any]:
    block = next(block for block in ticket_blocks(view) if block["type"] == "actions")
    return {element["action_id"]: element for element in block["elements"]}


def test_an_open_ticket_says_who_where_what_and_why() -> None:
    text = shown(VIEW)
    assert "🔴 Urgent · Camille · Messenger" in text
    assert "écrit en français" in text
    assert "> Mon colis &lt;!channel&gt; &amp; rien" in text
    assert "C’est une réclamation\u00a0: elle revient à un conseiller." in text
    assert "Réclamation (71\u00a0%)" in text
    assert "> Bonjour Camille," in text
    assert "<!date^1795000900^" in text
    assert list(buttons(VIEW)) == [
        actions.SEND_SUGGESTION,
        actions.EDIT_REPLY,
        actions.CLAIM,
        actions.NOTE,
        actions.CLOSE,
        actions.MORE,
    ]


def test_english_desks_read_english() -> None:
    text = shown(replace(VIEW, language="en"))
    assert "Why the bot did not answer" in text
    assert "Send this reply" in text
    assert "Pourquoi" not in text


@pytest.mark.parametrize(
    ("state", "words", "has", "has_not"),
    [
        ("claimed", "Demande prise par <@U0LEA>", actions.GIVE_BACK, actions.CLAIM),
        ("sending", "<@U0LEA> répond", actions.UNDO, actions.SEND_SUGGESTION),
        ("answered", "Répondu par <@U0LEA>", actions.GIVE_BACK, actions.SEND_SUGGESTION),
        ("failed", "le canal l’a refusée (190)", actions.RETRY, actions.SEND_SUGGESTION),
        ("closed", "Demande close", actions.EDIT_REPLY, actions.CLOSE),
    ],
)
def test_each_state_has_its_words_and_buttons(state: TicketState, words: str, has: str, has_not: str) -> None:
    view = replace(VIEW, state=state, assignee="U0LEA", failure="Refused 190", answer="Bien reçu.", row_id="r1")
    assert words in shown(view)
    assert has in buttons(view)
    assert has_not not in buttons(view)


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
    assert "Sa réponse n’est pas arrivée au client." in text
    assert words in text


def test_who_looks_like_no_first_name_is_a_customer() -> None:
    assert "Client · Messenger" in shown(replace(VIEW, customer_name="BOUTIQUE 77"))


def test_a_button_says_what_was_seen() -> None:
    value = decode(buttons(VIEW)[actions.SEND_SUGGESTION]["value"])
    assert value is not None
    assert (value.brand, value.ticket_id, value.rev, value.seen) == ("maison-lune", "t1", 3, 1)
    assert value.mark == suggestion_mark(VIEW.suggestion)


def test_the_kill_switch_asks_first() -> None:
    more = buttons(VIEW)[actions.MORE]
    assert more["confirm"]["title"]["text"] == f"Arrêter ou relancer le bot{T}?"
    chosen = [decode(option["value"]) for option in more["options"]]
    assert [value.action for value in chosen if value] == [actions.STOP_BRAND, actions.START_BRAND]


def test_public_words_are_posted_not_sent() -> None:
    text = shown(replace(VIEW, public=True))
    assert "Publier cette réponse" in text
    assert "en public" in text


def test_newer_messages_warn_before_the_suggestion_leaves() -> None:
    view = replace(VIEW, newer=2)
    assert "depuis cette proposition\u00a0: 2." in shown(view)
    assert "confirm" in buttons(view)[actions.SEND_SUGGESTION]


def test_a_suggestion_that_does_not_fit_cannot_be_sent_as_it_is() -> None:
    assert actions.SEND_SUGGESTION not in buttons(replace(VIEW, limit=10))
    assert actions.SEND_SUGGESTION in buttons(replace(VIEW, limit=280, unit="weighted"))


def test_the_whole_suggestion_is_shown() -> None:
    words = " ".join(f"mot{number}" for number in range(250))
    assert len(words) < 2000
    assert all(f"mot{number}" in shown(replace(VIEW, suggestion=words)) for number in range(250))


def test_card_numbers_are_masked() -> None:
    view = replace(VIEW, quotes=(Quote(text="ma carte 4111 1111 1111 1111", at=Millis(0)),))
    assert "4111 1111 1111 1111" not in shown(view)


def test_the_notification_says_nothing_of_what_was_written() -> None:
    payload = json.loads(calls.ticket(VIEW))["payload"]
    assert payload["text"] == "🔴 Urgent · Camille · Messenger · Réclamation"


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
    assert field["label"]["text"] == "Votre réponse à Camille"
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
    for cut_text in (cut_escaped(text, limit), quote(text, limit)):
        assert len(cut_text) <= limit
        tail = cut_text.rstrip("…\n")
        entity = tail.rfind("&")
        assert entity < 0 or ";" in tail[entity:]
    assert len(cut(text, limit)) <= limit
