"""Open tickets on the local AWS: listed by their index, and put into it by the command where they lack their place."""

from __future__ import annotations

import pytest

from chalicelib.store import keys, open_tickets, writes
from chalicelib.store.table import Table
from chalicelib.workspaces.slack.services import slack_services

from .conftest import DEMO, OTHER, SystemUnderTest, wiring

pytestmark = pytest.mark.stack

QUESTION = "this is about something else entirely: the llama"


def ticket_of(system: SystemUnderTest, brand: str = DEMO) -> str:
    who = system.person(brand=brand)
    system.write(who, QUESTION, brand)
    found = system.table(brand).identity(who)
    assert found is not None
    head = system.table(brand).head(found[1])
    assert head is not None
    return head.ticket_id


def listed(table: Table) -> list[str]:
    return [str(each.ticket_id) for each in open_tickets.read(table).tickets]


def test_a_ticket_is_listed_for_its_brand_alone_until_it_is_closed(system: SystemUnderTest) -> None:
    ticket_id = ticket_of(system)

    assert ticket_id in listed(system.table())
    assert ticket_id not in listed(system.table(OTHER))
    system.act(ticket_id, "close")
    assert ticket_id not in listed(system.table())


def test_slack_is_shown_what_the_index_holds(system: SystemUnderTest) -> None:
    ticket_of(system)
    shown = slack_services(wiring(system.aws)).listed(system.table().brand, "free", "U1", "")

    assert "llama" not in shown
    assert len(shown.splitlines()) >= 2


def test_the_command_says_its_price_then_puts_in_what_is_missing_once(system: SystemUnderTest) -> None:
    ticket_id = ticket_of(system)
    table = system.table()
    table.write(writes.update(keys.ticket(table.brand, ticket_id), "REMOVE open_shard", writes.THERE))
    missing = listed(table)
    price = system.refused("tickets", "index", "--brand", DEMO)
    first = system.ask("tickets", "index", "--brand", DEMO, "--yes")
    again = system.ask("tickets", "index", "--brand", DEMO, "--yes")

    assert ticket_id not in missing
    assert "read units" in price
    assert "--yes" in price
    assert (first["added"], again["added"]) == (1, 0)
    assert first["open"] == again["open"]
    assert ticket_id in listed(table)
