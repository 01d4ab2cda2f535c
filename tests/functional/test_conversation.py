"""`guichet conversation show` and `guichet explain` over a real table."""

from __future__ import annotations

import re

import pytest

from infra.local.explain_source import why

from .conftest import DEMO, OTHER, SystemUnderTest, identity

pytestmark = pytest.mark.stack


def test_a_conversation_shows_what_was_said_and_what_is_on_its_way(system: SystemUnderTest) -> None:
    who = system.person()
    event = system.write(who, "[opening_hours] when are you open?")
    found = system.ask("conversation", "show", "--identity", identity(who))

    assert [(m["author"], m["text"], m["state"]) for m in found["messages"]] == [("customer", event.text, "received")]
    assert found["messages"][0]["covered"] == "sure"
    assert found["messages"][0]["platform_ids"] == [event.event_id]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found["messages"][0]["sent_at"])
    assert [(row["kind"], row["author"], row["state"]) for row in found["open_rows"]] == [("reply", "bot", "pending")]
    assert found["head"]["mode"] == "bot"
    by_id = system.ask("conversation", "show", found["conversation_id"])
    by_contact = system.ask("conversation", "show", "--contact", found["contact_id"])
    assert by_id == by_contact == found


def test_a_note_at_the_desk_is_shown_and_system_rows_only_when_asked(system: SystemUnderTest) -> None:
    who = system.person()
    system.write(who, "hmm, something else entirely, please")
    ticket = system.table().head(system.table().identity(who)[1]).ticket_id  # type: ignore[index, union-attr]
    system.act(ticket, "note", "she called twice")
    found = system.ask("conversation", "show", "--identity", identity(who))

    assert [m["author"] for m in found["messages"]] == ["customer", "agent"]
    assert found["head"]["ticket_id"] == ticket
    assert found["head"]["mode"] == "human"


@pytest.mark.parametrize("which", ["id", "contact", "identity"])
def test_another_brands_conversation_is_not_there(system: SystemUnderTest, which: str) -> None:
    who = system.person(brand=OTHER)
    system.write(who, "hello, my parcel is broken", OTHER)
    contact_id, conversation_id = system.table(OTHER).identity(who)  # type: ignore[misc]
    asked = {"id": [conversation_id], "contact": ["--contact", contact_id], "identity": ["--identity", identity(who)]}

    assert system.call("conversation", "show", *asked[which], "--brand", OTHER).status == 0
    assert DEMO in system.refused("conversation", "show", *asked[which], "--brand", DEMO)


def test_explain_says_why_an_answer_goes(system: SystemUnderTest) -> None:
    who = system.person()
    event = system.write(who, "[opening_hours] when are you open?")
    found = system.ask("explain", event.event_id)
    row = system.ask("explain", found["row_id"])

    assert (found["decision"], found["reason"], found["author"]) == ("reply", "sure", "customer")
    assert (found["intent"], found["probability"], found["bound"]) == ("opening_hours", 0.999, 0.97)
    assert (found["row_state"], found["attempts"], found["covers"]) == ("pending", 0, [event.event_id])
    assert (row["author"], row["kind"], row["covers"]) == ("bot", "reply", [event.event_id])
    assert [step["state"] for step in row["states"]] == ["pending"]
    assert system.ask("explain", found["message_id"])["reason"] == "sure"
    assert "sure enough" in system.call("explain", event.event_id).out


def test_explain_says_why_nothing_went(system: SystemUnderTest) -> None:
    who = system.person()
    event = system.write(who, "hmm, something else entirely, please")
    found = system.ask("explain", event.event_id, "--channel", "whatsapp", "--account", who.account_id)

    assert (found["decision"], found["reason"]) == ("ticket", "unsure")
    assert found["words"].startswith("The model was not sure enough")


@pytest.mark.parametrize(
    ("text", "reason"), [("and the thing", "more_may_come"), ("[order_status] where is ML20418?", "looking_up")]
)
def test_explain_says_what_is_waited_for(system: SystemUnderTest, text: str, reason: str) -> None:
    found = system.ask("explain", system.write(system.person(), text).event_id)

    assert (found["decision"], found["reason"], found["rows"]) == ("hold", reason, [])


def test_explain_never_tells_of_another_brand(system: SystemUnderTest) -> None:
    who = system.person(brand=OTHER)
    event = system.write(who, "hello, my parcel is broken", OTHER)
    found = system.ask("explain", event.event_id, "--brand", OTHER)

    for key in (event.event_id, found["message_id"]):
        system.refused("explain", key, "--brand", DEMO)


def test_the_page_gets_the_same_explanation(system: SystemUnderTest) -> None:
    who = system.person()
    event = system.write(who, "[delivery_cost] how much is it?")
    settings = system.services.settings
    source = {"endpoint": settings.endpoint_url, "name": settings.table_name, "region": settings.region}
    found = why(event.event_id, source)
    row = why((found or {})["row_id"], source)

    assert found is not None
    assert row is not None
    assert (found["decision"], found["intent"], found["probability"]) == ("reply", "delivery_cost", 0.999)
    assert (row["author"], row["covers"]) == ("bot", [event.event_id])
    assert why("nothing", source) is None
    assert why(event.event_id, {}) is None
