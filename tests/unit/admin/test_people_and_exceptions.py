"""People, exceptions, figures, dead letters and classifiers by use cases, without a command line."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.admin import (
    bundles,
    changes,
    contacts,
    erasing,
    exceptions,
    explain,
    figures,
    links,
    people,
    redrive,
    switch,
    ticket_lessons,
    timelines,
)
from chalicelib.admin.exceptions import Wanted
from chalicelib.admin.redrive import QueueNames
from chalicelib.errors import UsageError
from chalicelib.model import Millis
from chalicelib.store.bundles import Pushed
from chalicelib.store.bundles import push as store_pushed
from tests.simulation.erasing import known_of_everybody
from tests.simulation.paths import HOURS, ODD, PERSON, another, says
from tests.simulation.world import World, playbook_of

from .stages import BRAND, Bucket, author, services, told

HOUR = 3_600_000


def free(_: float) -> None:
    """Reading the whole table costs nothing here."""


def two_people() -> tuple[World, str, str]:
    world = World().run(says("whatsapp", HOURS), says("messenger", HOURS + " kkmm"))
    first, second = sorted(known_of_everybody(world).contacts)
    return world, first, second


def test_a_person_is_found_by_address_contact_and_conversation() -> None:
    world = World().run(says("whatsapp", ODD))
    (contact_id,) = known_of_everybody(world).contacts
    who = people.by_id(world.table, contact_id)
    (address,) = who.addresses

    assert people.by_identity(world.table, people.identity_words(address)) == who
    assert people.by_conversation(world.table, str(who.conversation_id)) == who
    with pytest.raises(UsageError, match="no contact"):
        people.by_id(world.table, "p#1")
    with pytest.raises(UsageError, match="no conversation"):
        people.by_conversation(world.table, "c1")
    with pytest.raises(UsageError, match="Nobody ever wrote"):
        people.by_identity(world.table, "whatsapp:1:2")


def test_merged_people_are_one_and_export_holds_all_of_both() -> None:
    world, winner, loser = two_people()
    contacts.merge(services(world), world.table, winner, loser, "same order", author(world))
    whole = contacts.export(services(world), world.table, people.by_id(world.table, loser), free)

    assert whole["contact"]["contact_id"] == winner
    assert {each["channel"] for each in whole["messages"]} == {"whatsapp", "messenger"}
    assert [each["contact_id"] for each in whole["contact"]["merged"]] == [loser]
    assert {each["contact"] for each in whole["judged"]} <= {winner, loser}
    assert (whole["tickets"], bool(whole["judged"])) == ([], True)
    contacts.split(services(world), world.table, winner, loser, author(world))
    assert contacts.document(world.table, people.by_id(world.table, loser))["merged_into"] is None
    assert {each[:2] for each in told(world)} == {("contact.merge", loser), ("contact.split", loser)}


def test_linked_people_are_one_timeline_for_agents_and_neither_export_holds_the_other() -> None:
    world, one, other = two_people()
    links.link(world.table, one, other, "same voice", author(world))
    who = people.by_id(world.table, one)
    found = timelines.shown(world.table, who, whole=False)
    whole = contacts.export(services(world), world.table, who, free)

    assert found["linked"] == [other]
    assert {each["channel"] for each in found["messages"]} == {"whatsapp", "messenger"}
    theirs = [each for each in found["messages"] if each.get("contact_id") == other]
    assert theirs
    assert len({each["channel"] for each in theirs}) == 1
    assert [each["sent_at"] for each in found["messages"]] == sorted(each["sent_at"] for each in found["messages"])
    assert len({each["channel"] for each in whole["messages"]}) == 1
    ((link,), reason) = contacts.document(world.table, who)["links"], "same voice"
    assert (link["contact_id"], link["state"], link["reason"]) == (other, "linked", reason)
    assert world.table.head(who.conversation_id) is not None
    assert people.by_id(world.table, other).merged_into == ""


def test_a_link_is_taken_back_counted_and_written_down() -> None:
    world, one, other = two_people()
    links.link(world.table, one, other, "same voice", author(world))
    assert links.is_linked(world.table, other, one)
    links.unlink(world.table, other, one, author(world))

    assert not links.is_linked(world.table, one, other)
    with pytest.raises(UsageError, match="neither merged into"):
        links.unlink(world.table, one, other, author(world))
    found = links.report(world.table, world.clock(), 7)
    assert (found["linked"], found["shares"]["agent"], found["total"]) == ({"agent": 1}, 1.0, 1)
    assert {each[:2] for each in told(world)} == {("contact.link", other), ("contact.link", one)}
    for wrong in ((one, one), (one, "p404")):
        with pytest.raises(UsageError):
            links.link(world.table, *wrong, "x", author(world))


def test_a_timeline_leaves_out_what_the_system_did_unless_all_is_asked_for() -> None:
    world = World().run(says("whatsapp", ODD))
    (contact_id,) = known_of_everybody(world).contacts
    who = people.by_id(world.table, contact_id)
    short, whole = (timelines.shown(world.table, who, whole=whole) for whole in (False, True))

    assert {each["author"] for each in short["messages"]} == {"customer", "bot"}
    assert len(whole["messages"]) + len(whole["open_rows"]) > len(short["messages"]) + len(short["open_rows"])
    assert short["head"]["ticket_id"]


def test_an_erasure_is_told_before_it_begins_and_names_nobody_once_it_is_done() -> None:
    world = World().run(says("whatsapp", ODD))
    (contact_id,) = known_of_everybody(world).contacts
    world.clock.now += HOUR
    here, bucket = services(world, s3=Bucket()), erasing.standing(world.table, contact_id)
    assert (bucket.known, bucket.contacts) == (False, frozenset({contact_id}))
    done = erasing.erase(here, world.table, contact_id, author(world), free)

    assert done.left == ()
    ((what, about, before, after),) = told(world)
    assert (what, about, before) == ("contact.erase", "", "")
    assert "1 contacts" in after
    erasing.notify(here, world.table, done.desk)
    assert world.sqs.queues["desk.fifo"]
    erasing.close(world.table, contact_id, done.desk)
    assert erasing.look(world.table, contact_id) is not None
    world.run()
    erasing.close(world.table, contact_id, erasing.look(world.table, contact_id))
    assert erasing.look(world.table, contact_id) is None


def test_an_erasure_of_nobody_leaves_no_line_for_it_may_be_a_number() -> None:
    world = World()
    with pytest.raises(UsageError, match="has no contact"):
        erasing.erase(services(world, s3=Bucket()), world.table, PERSON, author(world), free)

    assert told(world) == []


def test_whom_a_restored_table_brought_back_is_erased_again_and_who_wrote_since_stays() -> None:
    world = World().run(says("whatsapp", ODD), another(HOURS, wait_ms=2 * HOUR))
    kept = known_of_everybody(world).contacts
    world.clock.now += HOUR
    bucket = Bucket({f"erased/{BRAND}/{contact_id}": b"" for contact_id in (*kept, "p0")})
    here = services(world, s3=bucket)
    found = erasing.restored(here, world.table)

    assert (found.known, len(found.back), len(found.wrote)) == (3, 1, 1)
    (receipt,) = erasing.erase_restored(here, world.table, found, author(world), free)
    assert receipt is not None
    assert receipt.left == ()
    assert known_of_everybody(world).contacts == set(found.wrote)


def wanted(world: World, **more: Any) -> Wanted:
    given: dict[str, Any] = {"texts": {"fr": "Grève.", "en": "A strike."}, "begins_at": world.clock()}
    given |= {"channels": ("whatsapp",)}
    return Wanted(**({**given, "ends_at": Millis(world.clock() + HOUR)} | more))


def test_an_exception_is_added_listed_and_ended() -> None:
    world = World()
    here, playbook = services(world), playbook_of(BRAND)
    made = exceptions.add(here, playbook, wanted(world), author(world), "marie")

    assert exceptions.listed(here, BRAND, world.clock()) == [made]
    assert exceptions.end(here, BRAND, made.bulletin_id, author(world), "tom").ended_by == "tom"
    assert exceptions.listed(here, BRAND, world.clock()) == []
    assert [each.bulletin_id for each in exceptions.listed(here, BRAND, world.clock(), over=True)] == [made.bulletin_id]
    assert told(world)[0][:2] == ("exception.change", made.bulletin_id)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"intents": ("nonsense",)}, "no intent 'nonsense'"),
        ({"texts": {"de": "Streik."}}, "does not speak de"),
        ({"ends_at": Millis(1)}, "Nothing was changed"),
    ],
)
def test_what_is_wrong_with_an_exception_is_said_and_nothing_is_changed(more: dict[str, Any], words: str) -> None:
    world = World()
    with pytest.raises(UsageError, match=words):
        exceptions.add(services(world), playbook_of(BRAND), wanted(world, **more), author(world), "marie")
    with pytest.raises(UsageError, match="has no exception"):
        exceptions.end(services(world), BRAND, "e1", author(world), "marie")

    assert told(world) == []


def test_a_stop_is_of_a_channel_an_intent_or_both_and_a_start_takes_it_back() -> None:
    world = World()
    here = services(world)
    done = switch.stop(here, BRAND, author(world), channel="whatsapp", intent="return")

    assert (done.scope, done.was_stopped) == ("channel:whatsapp intent:return", False)
    again = switch.start(here, BRAND, author(world), by="lea", channel="whatsapp", intent="return")
    assert (again.was_stopped, list(again.control.stops)) == (True, [])
    with pytest.raises(UsageError, match="no intent"):
        switch.stop(here, BRAND, author(world), intent="nonsense")


def test_a_message_is_explained_by_our_id_and_by_the_platforms_on_the_channel_that_is_named() -> None:
    world = World().run(says("whatsapp", HOURS))
    here = services(world)
    (contact_id,) = known_of_everybody(world).contacts
    shown = timelines.shown(world.table, people.by_id(world.table, contact_id), whole=False)["messages"]
    asked, answer = (next(each for each in shown if each["author"] == who) for who in ("customer", "bot"))
    platform_id = asked["platform_ids"][0]

    def found(wanted: str, **where: Any) -> explain.Explanation | None:
        return explain.explained_message(here, BRAND, wanted, whole=lambda _: free, **where)

    assert found(answer["row_id"]) == found(asked["id"]) or found(asked["id"]) is not None
    by_platform = found(platform_id, channel="whatsapp")
    assert by_platform is not None
    assert by_platform.message_id == asked["id"]
    assert found(platform_id, channel="messenger") is None
    sent = found(answer["platform_ids"][0])
    assert sent is not None
    assert sent.row_id == answer["row_id"]


def test_figures_lessons_and_changes_are_read() -> None:
    world = World().run(says("whatsapp", HOURS))
    here = services(world)

    assert figures.figures(here, BRAND, world.clock(), 7).total.contacts == 1
    assert ticket_lessons.lessons(world.table, playbook_of(BRAND), free) == []
    switch.stop(here, BRAND, author(world))
    (line,) = changes.changes(here, BRAND, Millis(0), 5)
    assert (line.by, line.what) == ("marie", "bot.stop")


class DeadLetters:
    """A queue and its dead letters, as boto3's client shows them."""

    def __init__(self, count: int) -> None:
        self.dead = [{"MessageId": f"m{n}", "Body": f"{n}", "ReceiptHandle": f"r{n}"} for n in range(count)]
        self.back: list[dict[str, Any]] = []

    def get_queue_url(self, *, QueueName: str) -> dict[str, str]:  # noqa: N803 - boto3's names
        return {"QueueUrl": f"https://sqs.invalid/{QueueName}"}

    def get_queue_attributes(self, **_: Any) -> dict[str, Any]:
        return {"Attributes": {"ApproximateNumberOfMessages": str(len(self.dead))}}

    def receive_message(self, *, MaxNumberOfMessages: int, **_: Any) -> dict[str, Any]:  # noqa: N803 - as above
        some = [each | {"Attributes": {"MessageGroupId": "g"}} for each in self.dead[:MaxNumberOfMessages]]
        return {"Messages": some} if some else {}

    def send_message(self, **entry: Any) -> None:
        self.back.append(entry)

    def delete_message(self, *, ReceiptHandle: str, **_: Any) -> None:  # noqa: N803 - as above
        self.dead = [each for each in self.dead if each["ReceiptHandle"] != ReceiptHandle]


def test_dead_letters_go_back_in_order_and_every_brand_is_told_before() -> None:
    world, queue = World(), DeadLetters(25)
    here, named = services(world, sqs=queue), QueueNames("inbox.fifo", "inbox-dead.fifo", "inbox.fifo")

    assert redrive.waiting(here, named) == 25
    assert list(redrive.redrive(here, named, 22, author(world))) == [10, 20, 22]
    assert [each["MessageBody"] for each in queue.back] == [str(n) for n in range(22)]
    assert {each["MessageDeduplicationId"] for each in queue.back} == {f"m{n}" for n in range(22)}
    assert list(redrive.redrive(here, named, 100, author(world))) == [3]
    assert {each[:2] for each in told(world)} == {("queue.redrive", "inbox.fifo")}


def test_a_classifier_is_used_where_its_files_lie_and_one_goes_back_to_the_one_before() -> None:
    world = World()
    here = services(world, s3=Bucket())
    store_pushed(world.table, Pushed(number=0, model="own@abc", card="a" * 64, files={"a" * 64: 9}, at=world.clock()))

    for which, words in (("7", "not one bundle"), ("1", "lacks a file"), ("abc", "lacks a file"), ("", "lacks a file")):
        with pytest.raises(UsageError, match=words):
            bundles.use(here, BRAND, which, author(world))
    assert bundles.use(here, BRAND, "shipped", author(world)).number == 0
    with pytest.raises(UsageError, match="used no other"):
        bundles.back(here, BRAND, author(world))
    rows = bundles.listed(here, BRAND)
    assert [(row["number"], row["in_use"]) for row in rows] == [(0, True), (1, False)]
    assert bundles.in_use(here, BRAND).model == rows[0]["model"]
    assert bundles.standing(world.table) is None
