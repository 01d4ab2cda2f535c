"""What would show somebody's private data to everybody is not sent in public, and said beside the field."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from chalicelib.workspaces.slack import actions, modals
from chalicelib.workspaces.slack.public_answers import private_data
from tests.unit.decision.views import PLAYBOOK
from tests.unit.workspaces.slack.test_answer_dialog import History
from tests.unit.workspaces.slack.test_blocks import VIEW
from tests.unit.workspaces.slack.test_comment_view import chosen, office, typed
from tests.unit.workspaces.slack.test_desk import Office, submitted

PRIVATE = (
    ("Appelez-moi au 06 39 98 00 11", "un numéro de téléphone"),
    ("Nous vous avons écrit à lea@exemple.fr", "une adresse e-mail"),
    ("Votre commande ML10482 est en route", "un numéro de commande"),
    ("IBAN FR76 3000 6000 0112 3456 7890 189", "un numéro de carte ou de compte"),
)


@pytest.mark.parametrize(("text", "told"), PRIVATE)
def test_an_answer_to_a_post_that_shows_private_data_is_not_sent(text: str, told: str) -> None:
    desk = Office(answers=History())
    answer = json.loads(desk.ask(submitted("reply_submitted", text, public=1)).body)

    assert told in answer["errors"]["guichet_text_return"]
    assert (desk.events, desk.claims) == ([], 0)


@pytest.mark.parametrize(("text", "told"), PRIVATE)
def test_in_private_the_same_answer_is_sent(text: str, told: str) -> None:
    desk = Office(answers=History())
    desk.ask(submitted("reply_submitted", text))

    assert len(desk.events) == 1, told


def test_a_comment_is_answered_in_public_without_private_data_and_in_private_with_it() -> None:
    here = office()
    here.ask(chosen(actions.ANSWER_COMMENT))
    refused = here.ask(typed(here.views[-1], "ML10482 part ce soir")).body
    here.ask(chosen(actions.WRITE_PRIVATELY))
    sent = here.ask(typed(here.views[-1], "ML10482 part ce soir")).body

    assert "un numéro de commande" in json.loads(refused)["errors"].popitem()[1]
    assert json.loads(sent) == {"response_action": "clear"}
    assert len(here.events) == 1


def test_a_general_answer_and_the_brands_own_contacts_are_nobodys_data() -> None:
    own = next(iter(PLAYBOOK.variables["account_page"].values()))

    assert private_data(f"La livraison coûte 4,90 € dès 60 €, réponse en 24 h : {own}", PLAYBOOK) == []


def test_only_a_dialog_whose_answer_everybody_reads_says_so() -> None:
    public, private = (
        actions.decode(modals.reply_view(each)["private_metadata"])
        for each in (replace(VIEW, public=True), replace(VIEW, public=False))
    )

    assert public is not None
    assert private is not None
    assert (public.public, private.public) == (1, 0)
