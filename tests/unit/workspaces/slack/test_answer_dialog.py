"""`/guichet réponse`: who may open it, what it shows and says beside a field, what is published, and going back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model import BrandId, Millis
from chalicelib.playbook.answers import Edition, Slot, text_of, with_texts
from chalicelib.playbook.check import checked
from chalicelib.playbook.mistakes import mistake_words
from chalicelib.playbook.reader import Document, PlaybookError
from chalicelib.playbook.schema import Playbook
from chalicelib.playbook.text_sizes import TextSurface
from chalicelib.workspaces.slack import actions
from chalicelib.workspaces.slack.actions import decode, encode
from chalicelib.workspaces.slack.answer_view import typed as typed_in
from tests.unit.playbook.test_answers import FR
from tests.unit.playbook.test_bulletin import PLACES, PLAYBOOK
from tests.unit.workspaces.slack.limits import broken_view
from tests.unit.workspaces.slack.samples import NOW, signed
from tests.unit.workspaces.slack.test_desk import Office
from tests.unit.workspaces.slack.test_exception_dialog import JSON, NAMED, OTHER, answered, submitted, typed

EN = Slot("replies", "", "en")
MAISON = Path(__file__).parents[4] / "playbooks" / "maison-lune.yaml"
HELD = text_of(PLAYBOOK.intents["return"], FR)
NEW = "Vous avez quarante jours pour nous le rendre."


@dataclass
class History:
    """The playbook's versions, in memory."""

    editions: list[Edition] = field(default_factory=lambda: [Edition(number=1, at=NOW, by="", playbook=PLAYBOOK)])
    meanwhile: list[Playbook] = field(default_factory=list)  # what somebody else publishes before each of our puts

    def edition(self, brand: BrandId, number: int | None = None) -> Edition | None:
        found = [each for each in self.editions if number in (None, each.number)]
        return found[-1] if found else None

    def latest(self, brand: BrandId, most: int) -> Sequence[Edition]:
        return self.editions[::-1][:most]

    def surfaces(self, brand: BrandId) -> Sequence[TextSurface]:
        return PLACES

    def put(self, playbook: Playbook, *, by: str, intent: str, based_on: int) -> int | None:
        if self.meanwhile:
            self.add(self.meanwhile.pop(0), "U0TOM")
        if self.editions[-1].number != based_on:
            return None
        return self.add(playbook, by)

    def add(self, playbook: Playbook, by: str) -> int:
        number = self.editions[-1].number + 1
        self.editions.append(Edition(number=number, at=Millis(NOW + number), by=by, playbook=playbook))
        return number

    def says(self, slot: Slot = FR, intent: str = "return") -> str:
        return text_of(self.editions[-1].playbook.intents[intent], slot)


def edited(text: str, slot: Slot = FR, playbook: Playbook = PLAYBOOK) -> Playbook:
    return with_texts(playbook, playbook.intents["return"], {slot: text})


def opened(words: str = "réponse retour", history: History | None = None) -> tuple[Office, History, Mapping[str, Any]]:
    history = history or History()
    office = Office(answers=history)
    assert office.ask(signed(typed(words), "/slack/commands")).body == ""
    return office, history, office.views[-1]


def filled(view: Mapping[str, Any], **changes: str) -> dict[str, Any]:
    """The fields as they stand, some with another text; by "<kind>_<language>" or "<status>_<language>"."""
    state = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            kind, name, language = block["block_id"].removeprefix("answer_").partition("@")[0].split("/")
            held = block["element"].get("initial_value", "")
            text = changes.get(f"{name or kind}_{language}", held)
            state[block["block_id"]] = {"text": {"type": "plain_text_input", "value": text or None}}
    return state


def sent(office: Office, view: Mapping[str, Any], by: str = NAMED, **changes: str) -> dict[str, Any]:
    return answered(office.ask(signed(submitted(view, filled(view, **changes), by=by))))


def said(answer: Mapping[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False)


@pytest.mark.parametrize("words", ["réponse retour", "reponse return", "answer RETOUR", "réponse  Retour "])
def test_a_named_person_sees_the_subjects_words_in_both_languages_and_how_long_they_get(words: str) -> None:
    _, _, view = opened(words)
    fields = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}

    assert broken_view(view) == []
    assert fields["answer_replies//fr"]["element"]["initial_value"] == HELD
    assert "answer_replies//en" in fields
    assert "sur 2000 " in fields["answer_replies//fr"]["hint"]["text"]


def test_an_order_has_a_field_a_status_and_its_question() -> None:
    _, _, view = opened("réponse suivi de commande")
    labels = [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"]

    assert broken_view(view) == []
    assert {"Commande expédiée — en français", "Question posée — en anglais", "En public — en français"} <= set(labels)
    assert "`{expected_on}`" in view["blocks"][0]["text"]["text"]


@pytest.mark.parametrize(
    ("words", "by", "told"),
    [
        ("réponse", NAMED, "Quel sujet"),
        ("réponse lamas", NAMED, "Quel sujet"),
        ("réponse de", NAMED, "Plusieurs sujets"),
        ("réponse retour", OTHER, "admins"),
    ],
)
def test_what_cannot_be_opened_is_said_to_its_writer_alone(words: str, by: str, told: str) -> None:
    office = Office(answers=History())
    response = office.ask(signed(typed(words, by=by), "/slack/commands"))

    assert told in response.body
    assert "ephemeral" in response.body
    assert office.views == []


def test_what_was_changed_is_a_version_with_who_published_it_and_approves_it_anew() -> None:
    office, history, view = opened()
    answer = sent(office, view, replies_fr=NEW)

    assert "version 2" in said(answer)
    assert broken_view(answer["view"]) == []
    assert (history.says(), history.editions[-1].by) == (NEW, NAMED)
    assert history.says(EN) == text_of(PLAYBOOK.intents["return"], EN)
    approval = history.editions[-1].playbook.intents["return"].approval
    assert (approval.owner, approval.approved_on) == (NAMED, "2026-11-18")


def test_nothing_changed_makes_no_version() -> None:
    office, history, view = opened()

    assert "Rien n’a changé" in said(sent(office, view))
    assert len(history.editions) == 1


@pytest.mark.parametrize(
    ("changes", "field_", "words"),
    [
        ({"replies_fr": " "}, "answer_replies//fr", "Écrivez"),
        ({"replies_fr": "Tu as 40 jours."}, "answer_replies//fr", "la marque dit vous"),
        ({"replies_fr": "Sous {retun_days} jours."}, "answer_replies//fr", "vouliez-vous dire {return_days}"),
        ({"replies_en": "Do not hesitate to write."}, "answer_replies//en", "dites plutôt"),
        ({"replies_fr": "Un mot. " * 240}, "answer_replies//fr", "Trop long de"),
        ({"replies_fr": "Un mot. " * 213}, "answer_replies//fr", "Trop long de"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_is_published(
    changes: dict[str, str], field_: str, words: str
) -> None:
    office, history, view = opened()
    answer = sent(office, view, **changes)

    assert answer["response_action"] == "errors"
    assert words in answer["errors"][field_]
    assert len(answer["errors"]) == 1
    assert len(history.editions) == 1


@pytest.mark.parametrize(
    ("field_", "text"),
    [
        ("replies_fr", "Tu as {retun_days} jours. N'hésitez pas !"),
        ("replies_fr", "Un mot\x1b."),
        ("public_fr", "Votre commande est prête, écrivez à votre agent."),
        ("replies_en", "Dear customer, {"),
    ],
)
def test_the_dialog_says_of_a_text_what_a_file_is_told_at_the_same_place(field_: str, text: str) -> None:
    kind, language = field_.split("_")
    data = yaml.load(MAISON.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - it makes texts only
    data["intents"]["return"].setdefault(kind, {"fr": "Oui.", "en": "Yes."})
    playbook = checked(Document(data))
    data["intents"]["return"][kind][language] = text
    with pytest.raises(PlaybookError) as caught:
        checked(Document(data))
    told = {(each.path, mistake_words(each.sentence, "fr")) for each in caught.value.problems}

    history = History([Edition(number=1, at=NOW, by="", playbook=playbook)])
    office, _, view = opened(history=history)
    [(block, words)] = sent(office, view, **{field_: text})["errors"].items()

    path = block.removeprefix("answer_").replace("//", ".")
    assert {(f"intents.return.{path}", each) for each in words.split(" · ")} == told


def test_what_somebody_changed_meanwhile_elsewhere_stays() -> None:
    office, history, view = opened()
    history.add(edited("Forty days.", EN), "U0TOM")

    assert "version 3" in said(sent(office, view, replies_fr=NEW))
    assert (history.says(), history.says(EN)) == (NEW, "Forty days.")


def test_the_same_text_changed_meanwhile_is_said_beside_the_field() -> None:
    office, history, view = opened()
    history.add(edited("Soixante jours."), "U0TOM")
    answer = sent(office, view, replies_fr=NEW)

    assert "version 2" in answer["errors"]["answer_replies//fr"]
    assert history.says() == "Soixante jours."


def test_who_publishes_at_the_same_moment_is_not_written_over() -> None:
    office, history, view = opened(history=History(meanwhile=[edited("Forty days.", EN)]))
    sent(office, view, replies_fr=NEW)

    assert (history.says(), history.says(EN)) == (NEW, "Forty days.")


def test_a_dialog_that_is_submitted_again_publishes_once() -> None:
    office, history, view = opened()
    answers = [sent(office, view, replies_fr=NEW) for _ in range(2)]

    assert len(history.editions) == 2
    assert [("version 2" in said(each)) for each in answers] == [True, True]


def test_who_is_not_named_and_another_brands_dialog_publish_nothing() -> None:
    office, history, view = opened()
    sent(office, view, by=OTHER, replies_fr=NEW)
    value = decode(view["private_metadata"])
    assert value is not None
    forged = {**view, "private_metadata": encode(replace(value, brand="atelier-nord"))}
    office.ask(signed(submitted(forged, filled(view, replies_fr=NEW))))

    assert len(history.editions) == 1
    assert office.counted == ["desk_unknown_account"]


# --- going back -------------------------------------------------------------------------------


def changed_often() -> History:
    history = History()
    for number in range(7):
        history.add(edited(f"Texte numéro {number}.", playbook=history.editions[-1].playbook), "U0TOM")
        history.add(replace(history.editions[-1].playbook, suggest_from=0.5 + number / 100), "U0LEA")
    return history


def test_the_last_five_versions_that_changed_these_words_can_be_gone_back_to() -> None:
    _, _, view = opened(history=changed_often())
    buttons = [block["accessory"] for block in view["blocks"] if "accessory" in block]
    numbers = [value.row_id for each in buttons if (value := decode(each["value"]))]

    assert numbers == ["12", "10", "8", "6", "4"]
    assert broken_view(view) == []
    assert all(len(each["value"]) < 200 and "Texte" not in each["value"] for each in buttons)


def went_back(office: Office, view: Mapping[str, Any], number: str, by: str = NAMED) -> None:
    found = [block["accessory"] for block in view["blocks"] if "accessory" in block]
    button = next(each for each in found if (value := decode(each["value"])) and value.row_id == number)
    payload = {
        "type": "block_actions",
        "team": {"id": "T0GUICHET"},
        "user": {"id": by, "team_id": "T0GUICHET"},
        "container": {"type": "view", "view_id": "V1"},
        "view": {**view, "id": "V1", "hash": "h1"},
        "trigger_id": "1.2.3",
        "actions": [{"type": "button", "action_id": actions.ANSWER_BACK, "value": button["value"], "action_ts": "1.2"}],
    }
    office.ask(signed(urlencode({"payload": json.dumps(payload)}).encode()))


def test_going_back_puts_the_words_into_the_fields_and_publishing_makes_them_live() -> None:
    office, history, view = opened(history=changed_often())
    before = len(history.editions)
    went_back(office, view, "10")
    [(view_id, mark, shown)] = office.updates

    assert (view_id, mark, len(history.editions)) == ("V1", "h1", before)
    assert broken_view(shown) == []
    assert "answer_replies//fr@10" in filled(shown)
    sent(office, shown)
    assert history.says() == "Texte numéro 4."
    assert len(history.editions) == before + 1


def test_a_mistake_after_going_back_stands_beside_the_field_as_it_is_called_then() -> None:
    office, _, view = opened(history=changed_often())
    went_back(office, view, "10")

    assert list(sent(office, office.updates[0][2], replies_fr="Tu peux.")["errors"]) == ["answer_replies//fr@10"]


def test_who_is_not_named_puts_nothing_into_a_dialog() -> None:
    office, _, view = opened(history=changed_often())
    went_back(office, view, "10", by=OTHER)

    assert office.updates == []


@given(state=st.dictionaries(st.sampled_from(["answer_replies//fr", "answer_x", "a"]), JSON, max_size=3) | JSON)
def test_any_state_is_read(state: Any) -> None:
    assert all(isinstance(text, str) for text in typed_in({"state": {"values": state}}).values())
