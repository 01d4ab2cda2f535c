"""The job that reads platforms' templates: when, what is stored, what is told, and what stays after an error."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.admin import templates as admin
from chalicelib.errors import UsageError
from chalicelib.model import Account, Millis
from chalicelib.playbook.codec import to_json
from chalicelib.playbook.template_use import ANSWER, TemplateUse
from chalicelib.services import Services
from chalicelib.stages.template_lists import EVERY, is_due, read_list, read_lists
from chalicelib.store import templates
from chalicelib.store.templates import Kept
from tests.simulation.paths import TEMPLATE
from tests.simulation.platforms import GRAPH_TOKEN_DEAD
from tests.simulation.test_templates import lines, told
from tests.simulation.world import PREFIX, START, SimWiring, World

NAME = f"{PREFIX}/token/whatsapp/1001"


def world_with(*listed: Any, used: bool = True) -> World:
    world = World()
    world.parameters[NAME]["waba"] = "102290129340398"
    world.whatsapp.templates = listed
    if used:
        use = TemplateUse(name="reponse_conseiller", values=(ANSWER, "Maison Lune"))
        world.table.put_playbook(to_json(replace(world.playbook, templates={"fr": use})), world.clock())
    return world


def services(world: World) -> Services:
    return SimWiring(world, world.settings).for_handlers


def account(world: World) -> Account:
    return next(each for each in world.directory.accounts() if each.channel == "whatsapp")


def kept(world: World) -> Kept:
    return templates.of_account(world.table, account(world))


def at_its_minute(world: World) -> World:
    while not is_due(account(world), world.clock()):
        world.clock.now += 60_000
    assert read_lists(list(world.directory.accounts()), world.clock(), services(world)) is None
    return world


def test_an_account_has_one_minute_of_each_hour() -> None:
    world = World()
    due = [is_due(account(world), Millis(START + minute * 60_000)) for minute in range(3 * EVERY)]

    assert sum(due) == 3
    assert due[:EVERY] == due[EVERY : 2 * EVERY]


def test_the_list_is_stored_with_category_and_state_where_the_brand_names_a_template() -> None:
    (one,) = kept(at_its_minute(world_with(TEMPLATE))).listed

    assert (one.name, one.language, one.category, one.status, one.places) == (
        "reponse_conseiller", "fr", "utility", "approved", 2
    )  # fmt: skip


def test_no_platform_is_asked_for_a_brand_that_uses_none() -> None:
    assert kept(at_its_minute(world_with(TEMPLATE, used=False))) == Kept()


def test_after_an_error_what_was_known_stays_with_the_error_and_the_next_reading_takes_it_away() -> None:
    world = at_its_minute(world_with(TEMPLATE))
    before = kept(world)
    world.whatsapp.token = "another"
    read_list(account(world), services(world))
    assert kept(world) == before._replace(error="190")

    world.whatsapp.token = "token-1"
    read_list(account(world), services(world))
    assert (kept(world).error, kept(world).listed) == ("", before.listed)
    assert GRAPH_TOKEN_DEAD.status == 401


def test_a_template_that_is_gone_is_gone_from_what_is_kept() -> None:
    world = at_its_minute(world_with(TEMPLATE))
    world.whatsapp.templates = ()
    read_list(account(world), services(world))

    assert kept(world).listed == ()


def moved(world: World) -> None:
    world.whatsapp.templates = [{**TEMPLATE, "category": "MARKETING"}]


@pytest.mark.parametrize("webhook", [False, True], ids=["the webhook was lost", "the webhook came too"])
def test_another_category_is_told_once_however_it_is_learnt(*, webhook: bool) -> None:
    world = at_its_minute(world_with(TEMPLATE))
    moved(world)
    for _ in range(2):
        read_list(account(world), services(world))
    value = {"message_template_name": "reponse_conseiller", "previous_category": "UTILITY", "new_category": "MARKETING"}
    world.run(*([told(value)] if webhook else []))

    found = [line for line in lines(world) if "reponse_conseiller" in line]
    assert len(found) == 1
    assert "de UTILITY en MARKETING" in found[0]


# --- what administrators see ------------------------------------------------------------------------


def shown(world: World, act: Callable[..., dict[str, Any]] = admin.listed) -> dict[str, Any]:
    found: dict[str, Any] = act(SimWiring(world, world.settings), account(world))
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]  # as the command prints it


def test_a_listed_template_says_its_price_where_it_is_known_and_that_it_is_not_elsewhere() -> None:
    world = world_with(TEMPLATE, {**TEMPLATE, "name": "promo", "category": "MARKETING", "status": "PAUSED"})
    assert shown(world)["read_at"] is None
    assert "guichet template sync" in "".join(admin.lines([shown(world)]))

    found = shown(world, admin.synced)

    assert [(one["name"], one["usd"]) for one in found["templates"]] == [
        ("reponse_conseiller", {"33": 0.0288, "FR.": 0.0288}),
        ("promo", {}),
    ]
    text = "\n".join(admin.lines([found]))
    assert "reponse_conseiller fr: approved, utility, 33… 0.0288 USD" in text
    assert "promo fr: paused, marketing, price unknown, 2 places" in text


def test_a_playbook_is_held_against_what_was_read() -> None:
    world = at_its_minute(world_with({**TEMPLATE, "category": "MARKETING"}))
    here: Any = SimWiring(world, world.settings)
    use = TemplateUse(name="reponse_conseiller", values=(ANSWER, "Maison Lune"))

    (found,) = (each for each in admin.wrong(here, replace(world.playbook, templates={"fr": use})) if "1001" in each)

    assert "template fr: whatsapp 1001: `reponse_conseiller` is marketing" in found
    assert admin.wrong(here, world.playbook) == []


def test_an_account_that_sends_none_is_a_mistake_of_who_asks() -> None:
    world = World()
    here: Any = SimWiring(world, world.settings)
    with pytest.raises(UsageError, match="no such account"):
        admin.accounts_of(here, world.brand, "sms")
