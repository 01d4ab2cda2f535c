"""A digest of comments in Slack, and the dialogs about one: within Slack's limits whatever was written."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.model import AgentAction
from chalicelib.report import CommentCard, CommentDigest, CommentLine, CommentProposal
from chalicelib.workspaces.slack import actions
from chalicelib.workspaces.slack.actions import Value, encode
from chalicelib.workspaces.slack.comment_view import digest_view
from tests.unit.decision.views import PLAYBOOK
from tests.unit.workspaces.slack.limits import broken, broken_view
from tests.unit.workspaces.slack.test_answer_dialog import History
from tests.unit.workspaces.slack.test_desk import Office, changed

COMMENT = f"c{'7' * 20}.1795597202000.{'a' * 16}"
PLACE = f"comments:{'7' * 20}:498777"
ALL = ("answer_comment", "write_privately", "like", "hide")
LINE = CommentLine(message_id=COMMENT, sort="question", text="Et ?", name="Léa", intent="opening_hours", language="fr")
EQUAL = CommentProposal(
    intent="opening_hours", language="fr", text="De 10 h.", mark="a" * 12, wordings=3, waiting=7, at_once=15
)
DIGEST = CommentDigest(
    channel="facebook", link="https://example.com/p", ad=False, place=PLACE, counts={"all": 1}, lines=(LINE,)
)
TEXTS = st.text(max_size=300) | st.text(alphabet="&<>\n`*_~|", max_size=300) | st.just("&" * 300)
LINES = st.builds(
    CommentLine,
    message_id=st.just(COMMENT),
    sort=st.sampled_from(["question", "read", "manager", "hide", "case"]),
    text=TEXTS,
    name=TEXTS,
    intent=st.sampled_from(["", "opening_hours", "return", "gone"]),
    language=st.sampled_from(["", "fr", "en", "es"]),
    reason=st.sampled_from(["", "spam", "hate", "personal_data"]),
    state=st.sampled_from(["", "hidden", "shown", "failed"]),
    marks=st.sampled_from([(), ("answer_failed", "private_agent", "liked_agent"), ("answer_unknown",)]),
    acts=st.sampled_from([(), ALL, ("unhide",), ("hide",), ("answer_comment", "like")]),
)
PROPOSALS = st.builds(
    CommentProposal,
    intent=st.sampled_from(["opening_hours", "return"]),
    language=st.sampled_from(["fr", "en"]),
    text=st.text(min_size=1, max_size=2_000) | st.just("&\n" * 900),
    mark=st.just("a" * 12),
    wordings=st.integers(1, 3),
    waiting=st.integers(1, 999),
    at_once=st.just(15),
)


@settings(max_examples=60)
@given(lines=st.lists(LINES, max_size=41), proposals=st.lists(PROPOSALS, max_size=4))
def test_slack_takes_any_digest(lines: list[CommentLine], proposals: list[CommentProposal]) -> None:
    drawn = replace(DIGEST, lines=tuple(lines), proposals=tuple(proposals))
    told, blocks = digest_view(replace(PLAYBOOK, brand="b" * 40), drawn)

    assert broken(blocks) == []
    assert not [line.text for line in lines if len(line.text) > 20 and line.text in told]


def test_one_button_answers_all_and_says_how_many_and_in_how_many_wordings() -> None:
    _, blocks = digest_view(PLAYBOOK, replace(DIGEST, proposals=(EQUAL,)))
    (button,) = [each["accessory"] for each in blocks if each.get("accessory", {}).get("type") == "button"]

    assert button["text"]["text"] == "Répondre aux 7"
    assert actions.decode(button["value"]) == Value(
        brand=PLAYBOOK.brand, ticket_id=PLACE, mark="a" * 12, scope="opening_hours fr"
    )
    assert "en 3 tournures" in json.dumps(blocks, ensure_ascii=False)
    assert "> De 10 h." in json.dumps(blocks, ensure_ascii=False)


def test_more_than_an_hour_takes_is_said() -> None:
    many = replace(DIGEST, proposals=(replace(EQUAL, waiting=21),))
    drawn = json.dumps(digest_view(PLAYBOOK, many)[1], ensure_ascii=False)

    assert "Répondre aux 15 premières" in drawn
    assert "Pas plus de 15 par heure" in drawn


def test_hateful_words_are_folded_and_carry_no_name() -> None:
    hate = replace(LINE, sort="hide", reason="hate", text="Sale type", name="Léa Martin", acts=("hide",))
    drawn = json.dumps(digest_view(PLAYBOOK, replace(DIGEST, lines=(hate,)))[1], ensure_ascii=False)

    assert ("Sale type" in drawn, "Léa Martin" in drawn, "contenu haineux" in drawn) == (False, False, True)


# --- dialogs ----------------------------------------------------------------------------------

CARD = CommentCard(
    message_id=COMMENT,
    text="Quelle taille pour 1m75 ?",
    name="Léa",
    channel="Facebook",
    acts=ALL,
    suggestion="Bonjour Léa,\nla 38.",
    limit=20,
    unit="chars",
)


def office(**values: Any) -> Office:
    acts = ("answer_comment", "write_privately", "hide")
    return Office(comments={(COMMENT, act): replace(CARD, **values) for act in acts}, answers=History())


def chosen(name: str) -> bytes:
    value = encode(Value(brand="maison-lune", ticket_id=COMMENT, action=name))
    return changed(
        "send_suggestion", {"action_id": actions.MORE, "type": "overflow", "selected_option": {"value": value}}
    )


def typed(view: Any, text: str) -> bytes:
    values = {actions.TEXT_BLOCK: {actions.TEXT_INPUT: {"type": "plain_text_input", "value": text}}}
    return changed("reply_submitted", view={**view, "id": "V1", "state": {"values": values}})


def test_a_menu_entry_opens_a_dialog_with_the_comment_and_the_proposed_words_and_queues_nothing() -> None:
    here = office()
    here.ask(chosen(actions.ANSWER_COMMENT))
    (view,) = here.views

    assert broken_view(view) == []
    assert here.events == []
    shown = json.dumps(view, ensure_ascii=False)
    assert all(words in shown for words in ("Quelle taille pour 1m75 ?", "Bonjour Léa,", "sous la publication"))
    assert "1m75" not in view["private_metadata"]


def test_what_is_typed_is_queued_once_for_that_comment_by_its_author() -> None:
    for name, verb in ((actions.ANSWER_COMMENT, "answer_comment"), (actions.WRITE_PRIVATELY, "write_privately")):
        here = office()
        here.ask(chosen(name))
        for _ in range(2):
            here.ask(typed(here.views[0], "La 38."))
        first, second = (event for _, event in here.events)

        assert isinstance(first, AgentAction)
        assert (first.verb, first.target_id, first.text, first.agent_id) == (verb, COMMENT, "La 38.", "U0LEA")
        assert first.event_id == second.event_id


def test_words_that_are_missing_or_too_long_come_back_beside_their_field() -> None:
    here = office()
    here.ask(chosen(actions.ANSWER_COMMENT))
    for text in ("", "  ", "x" * 21):
        assert 'response_action": "errors' in here.ask(typed(here.views[0], text)).body
    assert here.events == []


def test_who_is_second_is_told_and_keeps_their_words() -> None:
    here = office()
    here.ask(chosen(actions.ANSWER_COMMENT))
    late = office(acts=("hide",))
    answer = json.loads(late.ask(typed(here.views[0], "La 38.")).body)

    assert answer["response_action"] == "update"
    assert broken_view(answer["view"]) == []
    assert "La 38." in json.dumps(answer, ensure_ascii=False)
    assert late.events == []


def test_a_comment_that_is_gone_opens_no_dialog_but_a_sentence() -> None:
    here = Office()
    for name in (actions.ANSWER_COMMENT, actions.WRITE_PRIVATELY, actions.HIDE_COMMENT):
        here.ask(chosen(name))

    assert len(here.views) == 3
    assert not any("private_metadata" in view for view in here.views)
    assert all(broken_view(view) == [] for view in here.views)


def test_the_dialog_of_reasons_has_the_five_and_a_press_hides_and_says_so() -> None:
    here = office()
    here.ask(chosen(actions.HIDE_COMMENT))
    (view,) = here.views
    (buttons,) = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    assert broken_view(view) == []
    assert [each["action_id"] for each in buttons] == list(actions.HIDE_FOR.values())

    press = {"action_id": buttons[4]["action_id"], "type": "button", "value": buttons[4]["value"]}
    here.ask(changed("send_suggestion", press, view={**view, "id": "V1", "hash": "h"}, message=None))
    assert isinstance(here.only, AgentAction)
    assert (here.only.verb, here.only.text, here.only.target_id) == ("hide", "personal_data", COMMENT)
    assert len(here.updates) == 1


def test_a_press_about_equal_questions_carries_their_place_subject_language_and_mark() -> None:
    value = encode(Value(brand="maison-lune", ticket_id=PLACE, mark="a" * 12, scope="opening_hours fr"))
    here = Office()
    here.ask(changed("send_suggestion", {"action_id": actions.ANSWER_EQUAL, "value": value}))

    assert isinstance(here.only, AgentAction)
    told = (here.only.verb, here.only.target_id, here.only.text, here.only.row_id)
    assert told == ("answer_equal", PLACE, "opening_hours fr", "a" * 12)


def test_another_brands_comment_is_none_of_this_desks() -> None:
    value = encode(Value(brand="atelier-nord", ticket_id=COMMENT, action=actions.ANSWER_COMMENT))
    here = office()
    here.ask(changed("send_suggestion", {"action_id": actions.MORE, "selected_option": {"value": value}}))

    assert (here.views, here.events) == ([], [])
