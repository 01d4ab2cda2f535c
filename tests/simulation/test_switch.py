"""STOP silences what is already committed, and several brands in one table never meet."""

from __future__ import annotations

import pytest

from chalicelib.conversation import address_of
from chalicelib.model import Account, AccountId, AccountKey, BrandId, ChannelName
from chalicelib.playbook.codec import to_json
from chalicelib.store import keys
from chalicelib.store.directory import Directory
from chalicelib.store.table import Table

from .invariants import Ledger, broken
from .platforms import WhatsAppCloud
from .world import PREFIX, TABLE, Step, World, playbook_of

MANY = 500


@pytest.mark.slow
def test_stop_silences_five_hundred_committed_rows_and_each_customer_gets_a_person() -> None:
    world = World()
    texts = [f"Vos horaires svp ? kk{number}zz" for number in range(MANY)]
    for number, text in enumerate(texts):
        world.whatsapp.writes(f"336{number:08d}", text)
    waiting = lambda world: sum("#out#" in pk for pk, _ in world.dynamo.items) >= MANY  # noqa: E731 - one use
    world.loops = 40_000
    world.run(Step(lambda world: world.table.switch("all", stopped=True), when=waiting))

    ledger = Ledger(world)
    replies = [item for item in ledger.finished.values() if item["kind"] == "reply"]
    tickets = [item for (_, sk), item in ledger.plain.items() if sk == "ticket"]
    before = [item for item in replies if item["state"] == "sent"]
    assert broken(world, texts) == []
    assert len(replies) == MANY
    assert before == []
    assert world.whatsapp.said == []
    assert len(tickets) == MANY
    assert {ticket["reason"] for ticket in tickets} == {"stopped"}


def test_two_brands_with_the_same_customer_never_meet() -> None:
    world = World()
    other = BrandId("atelier-nord")
    second = WhatsAppCloud(world.clock, "1002", "kb-wa", "whatsapp")
    account = Account(
        key=AccountKey("kb-wa"),
        brand=other,
        channel=ChannelName("whatsapp"),
        account_id=AccountId("1002"),
        app_key="app",
    )
    desk = Account(
        key=AccountKey("kb-sl"),
        brand=other,
        channel=ChannelName("slack"),
        account_id=AccountId("T0GUICHET/C0NORD"),
        app_key="workspace",
    )
    for each in (account, desk):
        Directory(world.dynamo, TABLE).put_account(each)
    world.parameters[f"{PREFIX}/token/whatsapp/1002"] = {"token": second.token}
    world.parameters[f"{PREFIX}/token/slack/T0GUICHET.C0NORD"] = {"token": world.slack.token}
    Table(world.dynamo, TABLE, other).put_playbook(to_json(playbook_of(other, "C0NORD")), world.clock())
    world.platforms.append(second)

    second.writes("33600000001", "Vous vendez des lamas ? kknord")
    world.whatsapp.writes("33600000001", "Vous vendez des chats ? kkmaison")
    world.run()

    here, there = world.table, Table(world.dynamo, TABLE, other)
    mine, theirs = address_of("whatsapp", "1001", "33600000001"), address_of("whatsapp", "1002", "33600000001")
    assert here.identity(mine) is not None
    assert here.identity(theirs) is None
    assert there.identity(mine) is None
    assert "kknord" not in world.slack.everything("C0MAISON")
    assert "kkmaison" not in world.slack.everything("C0NORD")
    assert "kknord" in world.slack.everything("C0NORD")
    found = there.identity(theirs)
    assert found is not None
    assert here.head(found[1]) is None
    assert {keys.brand_of(pk) for pk, sk in world.dynamo.items if sk == "head"} == {"maison-lune", "atelier-nord"}


def test_a_click_of_one_brand_does_nothing_to_another() -> None:
    world = World()
    world.table.switch("all", stopped=True)

    assert not Table(world.dynamo, TABLE, BrandId("atelier-nord")).control().silences_now("whatsapp", "")
