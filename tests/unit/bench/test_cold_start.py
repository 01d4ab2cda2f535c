"""What the cold-start bench times is what its table says."""

from __future__ import annotations

import base64
import urllib.parse
from pathlib import Path

import pytest

from bench.cold_start import _click
from bench.rig.fake_aws import TICKET, open_ticket
from chalicelib.model import AgentAction
from chalicelib.slack import actions
from chalicelib.slack.parse import parse
from infra.local.identities import DEMO_BRAND, SLACK, identities
from infra.local.state import Home


@pytest.mark.parametrize("button", [actions.CLAIM, actions.EDIT_REPLY])
def test_the_timed_click_is_a_claim_of_the_ticket_that_the_fake_has(tmp_path: Path, button: str) -> None:
    people = identities(Home(tmp_path))
    slack = next(each for each in people if each.brand == DEMO_BRAND and each.channel == SLACK)

    body = base64.b64decode(_click(slack, button)["body"])
    (event,) = parse(body)

    assert isinstance(event, AgentAction)
    assert (event.verb, event.target_id, event.address.account_id) == ("claim", TICKET, slack.account_id)
    assert open_ticket(people).desk_account == slack.account_id
    assert urllib.parse.unquote(body.decode()).count(button) == 1
