"""`/guichet exception`: who may open it, what it takes, what it says beside a field, and how one is ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model import BrandId, Millis, Response
from chalicelib.playbook.bulletin import Bulletin
from chalicelib.playbook.bulletin_check import Problem, problems, typeset_words
from chalicelib.playbook.check import mistakes_in
from chalicelib.playbook.mistakes import mistake_words
from chalicelib.playbook.schema import Playbook
from chalicelib.workspaces.slack import actions
from chalicelib.workspaces.slack.actions import Value, decode, encode
from chalicelib.workspaces.slack.exception_view import exception_view, filled
from tests.unit.playbook.test_bulletin import DAY, PLACES, PLAYBOOK, exception
from tests.unit.workspaces.slack.limits import broken_view
from tests.unit.workspaces.slack.samples import NOW, signed
from tests.unit.workspaces.slack.test_desk import Office

NAMED, OTHER = "U0LEA", "U0EVE"
CHANNELS = {"messenger": "Messenger", "whatsapp": "WhatsApp", "x": "X"}
LIVE = exception(begins_at=NOW, made_at=NOW, ends_at=Millis(NOW + DAY), intents=("return",))


@dataclass
class Board:
    """The brand's exceptions, in memory."""

    live: list[Bulletin] = field(default_factory=list)
    ended: list[tuple[str, str]] = field(default_factory=list)

    def playbook(self, brand: BrandId) -> Playbook:
        return PLAYBOOK

    def channels(self, brand: BrandId) -> Mapping[str, str]:
        return CHANNELS

    def standing(self, brand: BrandId) -> Sequence[Bulletin]:
        return [each for each in self.live if not each.over(NOW)]

    def add(self, playbook: Playbook, made: Bulletin) -> tuple[Bulletin, Sequence[Problem]]:
        made = typeset_words(made)
        found = list(problems(playbook, made, self.live, PLACES, NOW))
        if not found:
            self.live.append(made)
        return made, found

    def end(self, brand: BrandId, bulletin_id: str, by: str) -> Bulletin | None:
        self.ended.append((bulletin_id, by))
        self.live = [each for each in self.live if each.bulletin_id != bulletin_id]
        return None


def typed(text: str, *, by: str = NAMED) -> bytes:
    fields = {"command": "/guichet", "text": text, "team_id": "T0GUICHET", "channel_id": "C0MAISON", "user_id": by}
    return urlencode(fields | {"trigger_id": "1.2.3"}).encode()


def opened() -> tuple[Office, Board, Mapping[str, Any]]:
    board = Board([LIVE])
    office = Office(exceptions=board)
    assert office.ask(signed(typed("exception"), "/slack/commands")).body == ""
    return office, board, office.views[-1]


def values(**given_: Any) -> dict[str, Any]:
    shapes: dict[str, Callable[[Any], dict[str, Any]]] = {
        "fr": lambda text: {"type": "plain_text_input", "value": text},
        "en": lambda text: {"type": "plain_text_input", "value": text},
        "subjects": lambda names: {"selected_options": [{"value": name} for name in names]},
        "channels": lambda names: {"selected_options": [{"value": name} for name in names]},
        "begins": lambda at: {"selected_date_time": at},
        "ends": lambda at: {"selected_date_time": at},
        "silence": lambda on: {"selected_options": [{"value": "person_only"}] if on else []},
    }
    return {f"exception_{name}": {name: shapes[name](value)} for name, value in given_.items()}


def submitted(view: Mapping[str, Any], state: Mapping[str, Any], *, by: str = NAMED, view_id: str = "V1") -> bytes:
    payload = {
        "type": "view_submission",
        "team": {"id": "T0GUICHET"},
        "user": {"id": by, "team_id": "T0GUICHET"},
        "view": {**view, "id": view_id, "state": {"values": state}},
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def answered(response: Response) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response.body)
    return found


def test_a_named_person_sees_what_holds_and_the_fields_of_a_new_one() -> None:
    _, _, view = opened()
    drawn = json.dumps(view, ensure_ascii=False)

    assert broken_view(view) == []
    assert "En raison d’une grève" in drawn
    assert {"exception_fr", "exception_en", "exception_ends"} <= {block.get("block_id") for block in view["blocks"]}


def test_anybody_else_is_told_who_may() -> None:
    office = Office(exceptions=Board())
    response = office.ask(signed(typed("exception", by=OTHER), "/slack/commands"))

    assert "admins" in response.body
    assert office.views == []


def test_what_is_filled_in_holds_and_who_will_not_read_it_is_said() -> None:
    office, board, view = opened()
    ends = NOW // 1000 + 3600
    state = values(fr="Le site est en panne.", subjects=["refund"], channels=["whatsapp"], ends=ends, silence=True)

    answer = answered(office.ask(signed(submitted(view, state))))

    made = board.live[-1]
    assert (made.texts, made.intents, made.channels) == ({"fr": "Le site est en panne."}, ("refund",), ("whatsapp",))
    assert (made.ends_at, made.begins_at, made.by, made.person_only) == (ends * 1000, NOW, NAMED, True)
    assert answer["response_action"] == "update"
    assert "en anglais" in json.dumps(answer, ensure_ascii=False)
    assert broken_view(answer["view"]) == []


@pytest.mark.parametrize(
    ("given_", "field_", "words"),
    [
        ({"fr": "Fermé."}, "exception_ends", "passée"),
        ({"fr": "Fermé.", "ends": NOW // 1000 - 60}, "exception_ends", "passée"),
        ({"fr": "Tu seras livré mardi.", "ends": NOW // 1000 + 60}, "exception_fr", "la marque dit vous"),
        ({"en": "{ordr} is late.", "ends": NOW // 1000 + 60}, "exception_en", "rien ne remplit"),
        ({"fr": "Un mot. " * 210, "ends": NOW // 1000 + 60}, "exception_fr", "Trop long de"),
        ({"ends": NOW // 1000 + 60}, "exception_fr", "Écrivez un texte"),
        ({"silence": True, "ends": NOW // 1000 + 60}, "exception_subjects", "Choisissez des sujets"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(given_: dict[str, Any], field_: str, words: str) -> None:
    office, board, view = opened()
    answer = answered(office.ask(signed(submitted(view, values(**given_)))))

    assert answer["response_action"] == "errors"
    assert words in answer["errors"][field_]
    assert board.live == [LIVE]


@pytest.mark.parametrize("text", ["Tu seras livré par {ordr}.", "N'hésitez pas !", "Désolés !", "Appelez le 15."])
def test_the_dialog_says_of_the_words_what_a_file_is_told_of_a_text(text: str) -> None:
    office, _, view = opened()
    answer = answered(office.ask(signed(submitted(view, values(fr=text, ends=NOW // 1000 + 60)))))
    in_file = mistakes_in(PLAYBOOK, {"intents": {"return": {"replies": {"fr": text}}}})

    assert in_file
    assert answer["errors"] == {"exception_fr": " ".join(mistake_words(each.sentence, "fr") for each in in_file)}


def test_who_is_not_named_publishes_nothing_with_a_dialog_of_their_own() -> None:
    office, board, view = opened()
    office.ask(signed(submitted(view, values(fr="Fermé.", ends=NOW // 1000 + 60), by=OTHER)))

    assert board.live == [LIVE]


def test_a_dialog_of_another_brand_publishes_nothing() -> None:
    office, board, view = opened()
    value = decode(view["private_metadata"])
    assert value is not None
    forged = {**view, "private_metadata": encode(replace(value, brand="atelier-nord"))}
    office.ask(signed(submitted(forged, values(fr="Fermé.", ends=NOW // 1000 + 60))))

    assert board.live == [LIVE]
    assert office.counted == ["desk_unknown_account"]


@pytest.mark.parametrize(("by", "left"), [(NAMED, 0), (OTHER, 1)])
def test_the_button_ends_it_for_named_people_and_shows_what_is_left(by: str, left: int) -> None:
    office, board, view = opened()
    button = view["blocks"][0]["accessory"]
    payload = {
        "type": "block_actions",
        "team": {"id": "T0GUICHET"},
        "user": {"id": by, "team_id": "T0GUICHET"},
        "container": {"type": "view", "view_id": "V1"},
        "view": {**view, "id": "V1", "hash": "h1"},
        "trigger_id": "1.2.3",
        "actions": [{"type": "button", "action_id": button["action_id"], "value": button["value"], "action_ts": "1.2"}],
    }
    office.ask(signed(urlencode({"payload": json.dumps(payload)}).encode()))

    assert len(board.live) == left
    assert board.ended == ([("x1", NAMED)] if by == NAMED else [])
    assert [(view_id, mark) for view_id, mark, _ in office.updates] == ([("V1", "h1")] if by == NAMED else [])


def test_a_button_carries_ids_only() -> None:
    _, _, view = opened()
    carried = [str(block["accessory"]["value"]) for block in view["blocks"] if "accessory" in block]

    assert all("grève" not in each and len(each) < 200 for each in [*carried, view["private_metadata"]])
    assert [decode(each) for each in carried] == [
        Value(brand="maison-lune", ticket_id="", account_id="T0GUICHET/C0MAISON", row_id="x1")
    ]


def test_the_dialog_is_within_slacks_limits_with_all_that_may_stand_in_it() -> None:
    long = [
        replace(LIVE, bulletin_id=f"x{n}", texts={"fr": "é" * 1_700}, intents=tuple(PLAYBOOK.intents)) for n in range(4)
    ]
    view = exception_view(PLAYBOOK, Value(brand="maison-lune", ticket_id=""), long, CHANNELS, NOW)

    assert broken_view(view) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
BLOCK = st.sampled_from(["exception_fr", "exception_subjects", "exception_ends", "exception_silence", "other"])


@given(state=st.dictionaries(BLOCK, st.dictionaries(st.text(max_size=4), JSON, max_size=2) | JSON, max_size=5) | JSON)
def test_any_state_is_read(state: Any) -> None:
    form = filled({"state": {"values": state}})

    assert form.ends_at >= 0
    assert all(isinstance(each, str) for each in (*form.intents, *form.channels, *form.texts.values()))


def test_the_callback_and_the_action_are_ours() -> None:
    _, _, view = opened()

    assert view["callback_id"] == actions.EXCEPTION_MODAL
    assert view["blocks"][0]["accessory"]["action_id"] == actions.EXCEPTION_END
