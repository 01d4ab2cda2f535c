"""Erasing a person: nothing left, nothing brought back, nobody else touched."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import address_of
from chalicelib.model import Part
from chalicelib.stages.process import process
from chalicelib.store import keys, rows
from chalicelib.store.erase import erase
from chalicelib.store.table import Table
from chalicelib.wiring import now_ms

from .conftest import OTHER, Counter, drain, everything, identity, wiring

pytestmark = pytest.mark.stack

SECRET = "this is about my neighbour Gaspard and the blue door"


def left_of(counter: Counter, *needles: str) -> list[tuple[str, str]]:
    """Items of any of both brands that hold one of these."""
    found = []
    for brand in (counter.brand, OTHER):
        for key, item in everything(counter.table(brand)).items():
            if any(needle in json.dumps([key, item], ensure_ascii=False) for needle in needles):
                found.append(key)
    return found


def test_nothing_of_an_erased_person_is_left(counter: Counter) -> None:
    who, stays = counter.person(), counter.person()
    counter.write(who, SECRET)
    counter.write(who, f"{SECRET}, again")
    counter.write(stays, "this is about something else entirely")
    contact_id = counter.contact_of(who)
    conversation = counter.ask("conversation", "show", "--identity", identity(who))
    counter.act(conversation["head"]["ticket_id"], "note", "Gaspard called twice about it")
    counter.act(conversation["head"]["ticket_id"], "reply", "Dear Gaspard, the door is yours")
    others = counter.ask("conversation", "show", "--identity", identity(stays))
    done = counter.ask("contact", "erase", contact_id, "--yes")

    assert done["verified"]["still_naming_them"] == []
    assert done["verified"]["items_read"] > 0
    assert done["counts"]["messages"] >= 3
    assert done["counts"]["rows"] >= 1
    assert done["counts"]["tickets"] == 1
    assert left_of(counter, "Gaspard", who.person_id, contact_id, conversation["conversation_id"]) == []
    assert counter.ask("conversation", "show", "--identity", identity(stays)) == others
    counter.refused("contact", "show", contact_id)


def test_copies_at_the_desk_are_said_to_be_on_their_way_and_looked_at_again(counter: Counter) -> None:
    who = counter.person()
    counter.write(who, SECRET)
    contact_id = counter.contact_of(who)
    conversation = counter.ask("conversation", "show", "--identity", identity(who))
    ticket = counter.table().ticket(conversation["head"]["ticket_id"])
    assert ticket is not None
    desk = address_of("slack", ticket.desk_account, ticket.ticket_id)
    for row in counter.table().open_rows(keys.recipient(desk)):
        desk_ts = "1795597200.000100" if row.kind == "ticket" else ""
        ended = replace(row, parts=(Part(text="", platform_id=desk_ts or row.row_id),))
        assert rows.finish(counter.table(), ended, "sent", now=now_ms(), desk_ts=desk_ts)
    done = counter.ask("contact", "erase", contact_id, "--yes", "--wait", "0")

    assert done["desk"] == {"waiting": 1, "refused": [], "delete_by_hand": []}
    assert left_of(counter, "Gaspard", who.person_id, contact_id) == []
    again = counter.ask("contact", "erase", contact_id, "--yes", "--wait", "0")
    assert (again["desk"]["waiting"], "counts" in again) == (1, False)
    (row,) = counter.table().open_rows(_desk_of(contact_id, ticket.desk_account))
    assert (row.kind, json.loads(row.body)) == ("erasure", {"erase": "message", "id": "1795597200.000100"})
    assert rows.take_out(counter.table(), row)
    assert counter.ask("contact", "erase", contact_id, "--yes")["desk"]["waiting"] == 0
    counter.refused("contact", "erase", contact_id, "--yes")


def _desk_of(contact_id: str, account: str) -> str:
    return keys.recipient(address_of("slack", account, keys.erasure_conversation(contact_id)))


def test_bodies_about_a_person_are_emptied(counter: Counter) -> None:
    who, stays = counter.person(), counter.person()
    counter.write(who, SECRET)
    s3, bucket = counter.services.client("s3"), counter.services.settings.bucket_name
    for person in (who, stays):
        counter.services.queues.inbox(counter.brand, [counter.message(person, "é" * 60_000)], now_ms())
    s3.put_object(Bucket=bucket, Key="unparsed/whatsapp/1-a", Body=json.dumps({"from": who.person_id}).encode())
    done = counter.ask("contact", "erase", counter.contact_of(who), "--yes")

    def bodies() -> list[bytes]:
        keys_ = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        kept = [key for key in keys_ if key.startswith(("claim/", "unparsed/"))]
        return [s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in kept]

    assert done["counts"]["bodies"] == 2
    assert [body for body in bodies() if who.person_id.encode() in body] == []
    assert [body for body in bodies() if stays.person_id.encode() in body] != []


def test_a_redelivered_event_brings_nothing_back_and_a_new_one_begins_anew(counter: Counter) -> None:
    who = counter.person()
    first = counter.write(who, SECRET)
    counter.ask("contact", "erase", counter.contact_of(who), "--yes")
    counter.take_in(first)
    assert left_of(counter, "Gaspard", who.person_id) == []
    counter.write(who, "hello, do you have this lamp in green?")
    found = counter.ask("conversation", "show", "--identity", identity(who))

    assert [m["text"] for m in found["messages"]] == ["hello, do you have this lamp in green?"]
    assert (found["head"]["mode"], found["head"]["messages"]) == ("bot", 1)


def test_without_yes_nothing_happens(counter: Counter) -> None:
    who = counter.person()
    counter.write(who, "this is about something else entirely")
    before = everything(counter.table())

    assert "--yes" in counter.refused("contact", "erase", counter.contact_of(who))
    assert everything(counter.table()) == before


def test_everybody_merged_into_a_person_goes_with_them(counter: Counter) -> None:
    a, b = counter.person(), counter.person("messenger")
    for who in (a, b):
        counter.write(who, "[opening_hours] when?")
        drain(counter, who)
    winner, loser = counter.contact_of(a), counter.contact_of(b)
    counter.ask("contact", "merge", winner, loser, "--reason", "same")
    assert "is merged into" in counter.refused("contact", "erase", loser, "--yes")
    done = counter.ask("contact", "erase", winner, "--yes")

    assert done["counts"]["contacts"] == 2
    assert left_of(counter, a.person_id, b.person_id, winner, loser) == []


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
def test_an_erasure_that_died_halfway_is_finished_by_the_next(counter: Counter, writes: int) -> None:
    who = counter.person()
    counter.write(who, SECRET)
    contact_id = counter.contact_of(who)
    dying = Table(Dying(counter.aws.cloud.client("dynamodb"), writes), counter.table().name, counter.brand)
    with pytest.raises(KeyboardInterrupt):
        erase(dying, contact_id, now_ms())
    new = counter.write(who, "hello, do you have this lamp in green?")
    done = counter.ask("contact", "erase", contact_id, "--yes")

    assert done["verified"]["still_naming_them"] == []
    assert left_of(counter, "Gaspard") == []
    found = counter.ask("conversation", "show", "--identity", identity(who))
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


def test_a_message_that_waited_in_the_queue_is_a_new_one(counter: Counter) -> None:
    who = counter.person()
    waits = counter.message(who, "hello, do you have this lamp in green?")
    received = now_ms()
    counter.write(who, SECRET)
    counter.ask("contact", "erase", counter.contact_of(who), "--yes")
    process(counter.brand, waits, received, counter.services.for_handlers)
    contact_id = counter.contact_of(who)
    found = counter.ask("conversation", "show", "--contact", contact_id)

    assert [m["text"] for m in found["messages"]] == [waits.text]


def test_a_message_that_races_an_erasure_makes_a_new_contact_or_goes_with_the_old(counter: Counter) -> None:
    who = counter.person()
    counter.write(who, SECRET)
    contact_id = counter.contact_of(who)
    clients = {
        "dynamodb": Before(counter.aws.cloud.client("dynamodb"), lambda: erase(counter.table(), contact_id, now_ms()))
    }
    services = wiring(counter.aws, lambda service: clients.get(service) or counter.aws.cloud.client(service))
    late = counter.message(who, "hello, do you have this lamp in green?")
    process(counter.brand, late, now_ms(), services.for_handlers)
    found = counter.ask("conversation", "show", "--identity", identity(who))
    assert [m["text"] for m in found["messages"]] == [late.text]
    assert left_of(counter, "Gaspard") == []

    racing = Before(counter.aws.cloud.client("dynamodb"), lambda: counter.write(who, f"{SECRET}, once more"))
    done = erase(Table(racing, counter.table().name, counter.brand), contact_id, now_ms())
    assert done.left == ()
    assert left_of(counter, "Gaspard", who.person_id) == []
