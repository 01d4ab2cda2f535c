"""What people change in Slack is in the audit log, by their Slack id; nothing of a customer who was erased is."""

from __future__ import annotations

from chalicelib.admin.erase import erase
from chalicelib.admin.unparsed import drop, listed
from chalicelib.model import Millis
from chalicelib.store import audit
from chalicelib.workspaces.slack import actions

from .agent import AGENT, COLLEAGUE
from .erasing import known_of_everybody, plain
from .paths import ODD, presses, says, takes_over
from .test_unparsed import parked
from .test_words import changes_the_answer, makes_an_exception, types
from .world import World


def told(world: World) -> list[tuple[str, str, str, str, str]]:
    """The lines, the oldest first."""
    found = [(each.by, each.what, each.about, each.before, each.after) for each in audit.lines(world.table, Millis(0))]
    return found[::-1]


def test_a_stop_a_start_and_words_that_are_published_are_told_with_who_did_it() -> None:
    world = World().run(types("stop"), types("start"), *changes_the_answer()[1:3])

    assert told(world) == [
        (AGENT, "bot.stop", "all", "speaks", "stopped"),
        (AGENT, "bot.start", "all", "stopped", "speaks"),
        (AGENT, "answer.change", "opening_hours", "version 1", "version 2"),
    ]


def test_an_exception_is_told_by_its_id_and_without_its_words() -> None:
    world = World()
    world.run(*makes_an_exception(world.clock.now // 1000 + 86_400)[:2])
    ((by, what, about, before, after),) = told(world)

    assert (by, what, before, after) == (AGENT, "exception.change", "", "holds")
    assert about.isalnum()


def test_a_ticket_that_is_taken_over_is_told_with_who_had_it() -> None:
    world = World().run(says("whatsapp", ODD), presses(actions.CLAIM), *takes_over("elle est absente"))
    ((by, what, about, before, after),) = told(world)

    assert (by, what, before, after) == (COLLEAGUE, "ticket.take_over", AGENT, COLLEAGUE)
    assert world.table.ticket(about) is not None
    assert "absente" not in str(told(world))


def test_an_erasure_leaves_the_lines_about_a_person_and_takes_the_person_out_of_them() -> None:
    world = World().run(says("whatsapp", ODD), presses(actions.CLAIM), *takes_over("elle est absente"))
    known = known_of_everybody(world)
    (contact_id,) = known.contacts
    world.clock.now += 900_000
    who = audit.Author("marie", world.clock())
    audit.note(world.table, who, "contact.erase", contact_id)
    done = erase(world.table, contact_id, world.clock())
    world.run()

    assert done.left == ()
    assert told(world) == [(COLLEAGUE, "ticket.take_over", "", "", ""), ("marie", "contact.erase", "", "", "")]
    lines = [str(item) for (pk, _), item in plain(world).items() if "#audit" in pk]
    assert [line for line in lines if any(each in line for each in known.ids | known.words)] == []


def test_bodies_that_are_dropped_are_told_to_the_brand_of_their_account_or_else_to_all() -> None:
    for key in ("", "gone"):
        world = World()
        services = parked(world, ODD, key=key)
        (body,) = listed(services)
        drop(services, [body], audit.Author("marie", world.clock()))

        assert told(world) == [("marie", "unparsed.drop", body.number, "", "")]
