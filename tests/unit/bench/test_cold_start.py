"""What the cold-start bench times is what its table says."""

from __future__ import annotations

import base64
import sysconfig
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench.cold_start import _click, cases, environment, once
from bench.rig.fake_aws import TICKET, FakeAws, open_ticket
from chalicelib.beginning import LOADS
from chalicelib.model import AgentAction
from chalicelib.workspaces.slack import actions
from chalicelib.workspaces.slack.parse import parse
from infra.local.identities import DEMO_BRAND, SLACK, identities
from infra.local.state import Home
from infra.names import FUNCTIONS, ROOT


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


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeAws]:
    fake = FakeAws(identities(Home(tmp_path)))
    threading.Thread(target=fake.serve_forever, daemon=True).start()
    yield fake
    fake.shutdown()
    fake.server_close()


@pytest.mark.parametrize("name", ["intake", "chat", "claim", "dialog", "process"])
def test_a_first_event_finds_imported_what_it_needs(name: str, fake: FakeAws, tmp_path: Path) -> None:
    source: Any = SimpleNamespace(code_folder=ROOT, layer_folder=ROOT / "chalicelib" / "triage")
    case = next(each for each in cases(source, identities(Home(tmp_path))) if each.name == name)
    case = replace(case, paths=(ROOT, Path(sysconfig.get_path("purelib"))))

    late = once(case, environment(fake, source), fake)["late"]

    assert [module for module in late if not module.startswith("chalicelib.triage.encoder")] == []


def test_every_function_says_what_it_loads_before_its_first_event() -> None:
    assert set(LOADS) >= set(FUNCTIONS)
