"""Erasing a person: nothing left, nothing brought back, nobody else touched."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.admin.erase import erase
from chalicelib.model import Part, at_desk
from chalicelib.stages.process import process
from chalicelib.store import keys, rows
from chalicelib.store.table import Table
from chalicelib.wiring import now_ms

from .conftest import OTHER, SystemUnderTest, drain, everything, identity, wiring

pytestmark = pytest.mark.stack

SECRET = "this is about my neighbour Gaspard and the blue door"


def left_of(system: SystemUnderTest, *needles: str) -> list[tuple[str, str]]:
    """Items of any of both brands that hold one of these."""
    found = []
    for brand in (system.brand, OTHER):
        for key, item in everything(system.table(brand)).items():
            if any(needle in json.dumps([key, item], ensure_ascii=False) for needle in needles):
                found.append(key)
    return found


def test_nothing_of_an_erased_person_is_left(system: SystemUnderTest) -> None:
    who, stays = system.person(), system.person()
    system.write(who, SECRET)
    system.write(who, f"{SECRET}, again")
    system.write(stays, "this is about something else entirely")
    contact_id = system.contact_of(who)
    conversation = system.ask("conversation", "show", "--identity", identity(who))
    system.act(conversation["head"]["ticket_id"], "note", "Gaspard called twice about it")
    system.act(conversation["head"]["ticket_id"], "reply", "Dear Gaspard, the door is yours")
    others = system.ask("conversation", "show", "--identity", identity(stays))
    done = system.ask("contact", "erase", contact_id, "--yes")

    assert done["verified"]["still_naming_them"] == []
    assert done["verified"]["items_read"] > 0
    assert done["counts"]["messages"] >= 3
    assert done["counts"]["rows"] >= 1
    assert done["counts"]["tickets"] == 1
    assert left_of(system, "Gaspard", who.person_id, contact_id, conversation["conversation_id"]) == []
    assert system.ask("conversation", "show", "--identity", identity(stays)) == others
    system.refused("contact", "show", contact_id)


def test_copies_at_the_desk_are_said_to_be_on_their_way_and_looked_at_again(system: SystemUnderTest) -> None:
    who = system.person()
    system.write(who, SECRET)
    contact_id = system.contact_of(who)
    conversation = system.ask("conversation", "show", "--identity", identity(who))
    ticket = system.table().ticket(conversation["head"]["ticket_id"])
    assert ticket is not None
    desk = at_desk("slack", ticket.desk_account, ticket.ticket_id)
    for row in system.table().open_rows(keys.recipient(desk)):
        desk_ts = "1795597200.000100" if row.kind == "ticket" else ""
        ended = replace(row, parts=(Part(text="", platform_id=desk_ts or row.row_id),))
        assert rows.finish(system.table(), ended, "sent", now=now_ms(), desk_ts=desk_ts)
    done = system.ask("contact", "erase", contact_id, "--yes", "--wait", "0")

    assert done["desk"] == {"waiting": 1, "refused": [], "delete_by_hand": []}
    assert left_of(system, "Gaspard", who.person_id, contact_id) == []
    again = system.ask("contact", "erase", contact_id, "--yes", "--wait", "0")
    assert (again["desk"]["waiting"], "counts" in again) == (1, False)
    (row,) = system.table().open_rows(_desk_of(contact_id, ticket.desk_account))
    assert (row.kind, json.loads(row.body)) == ("erasure", {"erase": "message", "id": "1795597200.000100"})
    assert rows.take_out(system.table(), row)
    assert system.ask("contact", "erase", contact_id, "--yes")["desk"]["waiting"] == 0
    system.refused("contact", "erase", contact_id, "--yes")


def _desk_of(contact_id: str, account: str) -> str:
    return keys.recipient(at_desk("slack", account, keys.erasure_conversation(contact_id)))


def test_bodies_about_a_person_are_emptied(system: SystemUnderTest) -> None:
    who, stays = system.person(), system.person()
    system.write(who, SECRET)
    s3, bucket = system.services.client("s3"), system.services.settings.bucket_name
    for person in (who, stays):
        system.services.queues.inbox(system.brand, [system.message(person, "é" * 60_000)], now_ms())
    s3.put_object(Bucket=bucket, Key="unparsed/whatsapp/1-a", Body=json.dumps({"from": who.person_id}).encode())
    done = system.ask("contact", "erase", system.contact_of(who), "--yes")

    def bodies() -> list[bytes]:
        keys_ = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        kept = [key for key in keys_ if key.startswith(("claim/", "unparsed/"))]
        return [s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in kept]

    assert done["counts"]["bodies"] == 2
    assert [body for body in bodies() if who.person_id.encode() in body] == []
    assert [body for body in bodies() if stays.person_id.encode() in body] != []


def test_a_redelivered_event_brings_nothing_back_and_a_new_one_begins_anew(system: SystemUnderTest) -> None:
    who = system.person()
    first = system.write(who, SECRET)
    system.ask("contact", "erase", system.contact_of(who), "--yes")
    system.take_in(first)
    assert left_of(system, "Gaspard", who.person_id) == []
    system.write(who, "hello, do you have this lamp in green?")
    found = system.ask("conversation", "show", "--identity", identity(who))

    assert [m["text"] for m in found["messages"]] == ["hello, do you have this lamp in green?"]
    assert (found["head"]["mode"], found["head"]["messages"]) == ("bot", 1)


def test_without_yes_nothing_happens(system: SystemUnderTest) -> None:
    who = system.person()
    system.write(who, "this is about something else entirely")
    before = everything(system.table())

    assert "--yes" in system.refused("contact", "erase", system.contact_of(who))
    assert everything(system.table()) == before


def test_everybody_merged_into_a_person_goes_with_them(system: SystemUnderTest) -> None:
    a, b = system.person(), system.person("messenger")
    for who in (a, b):
        system.write(who, "[opening_hours] when?")
        drain(system, who)
    winner, loser = system.contact_of(a), system.contact_of(b)
    system.ask("contact", "merge", winner, loser, "--reason", "same", "--proved")
    assert "is merged into" in system.refused("contact", "erase", loser, "--yes")
    done = system.ask("contact", "erase", winner, "--yes")

    assert done["counts"]["contacts"] == 2
    assert left_of(system, a.person_id, b.person_id, winner, loser) == []


class Dying:
    """A DynamoDB client whose process dies after its n-th write."""

    def __init__(self, client: Any, writes: int) -> None:
        self._client, self._left = client, writes

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name not in ("put_item", "delete_item", "update_item", "transact_write_items"):
            return call

        def write(**arguments: Any) -> Any:
            answer = call(**arguments)
            self._left -= 1
            if self._left == 0:
                raise KeyboardInterrupt
            return answer

        return write


@pytest.mark.parametrize("writes", [1, 2, 3, 5])
def test_an_erasure_that_died_halfway_is_finished_by_the_next(system: SystemUnderTest, writes: int) -> None:
    who = system.person()
    system.write(who, SECRET)
    contact_id = system.contact_of(who)
    dying = Table(Dying(system.aws.cloud.client("dynamodb"), writes), system.table().name, system.brand)
    with pytest.raises(KeyboardInterrupt):
        erase(dying, contact_id, now_ms())
    new = system.write(who, "hello, do you have this lamp in green?")
    done = system.ask("contact", "erase", contact_id, "--yes")

    assert done["verified"]["still_naming_them"] == []
    assert left_of(system, "Gaspard") == []
    found = system.ask("conversation", "show", "--identity", identity(who))
    assert [m["text"] for m in found["messages"] if m["author"] == "customer"] == [new.text]


class Before:
    """A DynamoDB client that lets somebody act just before its first transaction."""

    def __init__(self, client: Any, act: Any) -> None:
        self._client, self._act = client, act

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **arguments: Any) -> Any:
        act, self._act = self._act, None
        if act:
            act()
        return self._client.transact_write_items(**arguments)


def test_a_message_that_waited_in_the_queue_is_a_new_one(system: SystemUnderTest) -> None:
    who = system.person()
    waits = system.message(who, "hello, do you have this lamp in green?")
    received = now_ms()
    system.write(who, SECRET)
    system.ask("contact", "erase", system.contact_of(who), "--yes")
    process(system.brand, waits, received, system.services.for_handlers)
    contact_id = system.contact_of(who)
    found = system.ask("conversation", "show", "--contact", contact_id)

    assert [m["text"] for m in found["messages"]] == [waits.text]


def test_a_message_that_races_an_erasure_makes_a_new_contact_or_goes_with_the_old(system: SystemUnderTest) -> None:
    who = system.person()
    system.write(who, SECRET)
    contact_id = system.contact_of(who)
    clients = {
        "dynamodb": Before(system.aws.cloud.client("dynamodb"), lambda: erase(system.table(), contact_id, now_ms()))
    }
    services = wiring(system.aws, lambda service: clients.get(service) or system.aws.cloud.client(service))
    late = system.message(who, "hello, do you have this lamp in green?")
    process(system.brand, late, now_ms(), services.for_handlers)
    found = system.ask("conversation", "show", "--identity", identity(who))
    assert [m["text"] for m in found["messages"]] == [late.text]
    assert left_of(system, "Gaspard") == []

    racing = Before(system.aws.cloud.client("dynamodb"), lambda: system.write(who, f"{SECRET}, once more"))
    done = erase(Table(racing, system.table().name, system.brand), contact_id, now_ms())
    assert done.left == ()
    assert left_of(system, "Gaspard", who.person_id) == []
