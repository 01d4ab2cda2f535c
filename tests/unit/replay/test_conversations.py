"""A brand's own first messages of the last thirty days: one a person, as written, nothing that came later."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.admin.replay.conversations import first_messages
from chalicelib.model import ContactId, ConversationId, Millis
from chalicelib.store import items, keys
from chalicelib.store.table import Table
from tests.simulation.dynamo import Dynamo
from tests.unit.store.fixtures import NEW, NOW, table, written

DAY_MS = 86_400_000


class Scanning(Dynamo):
    """The table in memory, with the one call that only commands make."""

    def scan(self, **_: Any) -> Any:
        return {"Items": list(self.items.values())}


def brand() -> Table:
    db = Scanning()
    there = table(db)
    there.client = db
    return there


def says(there: Table, text: str, at: int, conversation: str = "c1", **more: Any) -> None:
    head = replace(NEW, conversation_id=ConversationId(conversation), contact_id=ContactId(f"p{conversation}"))
    there.put(keys.head(there.brand, conversation), items.conversation_item(head))
    message_id = keys.message_id(ConversationId(conversation), Millis(at), text)
    message = replace(written(), message_id=message_id, text=text, sent_at=Millis(at), **more)
    there.put(keys.message(there.brand, message_id), items.message_item(message))


def test_the_first_lines_of_each_person_are_taken_once() -> None:
    there = brand()
    says(there, "Bonjour", NOW - 5_000)
    says(there, "où est mon colis ?", NOW)
    says(there, "allô ?", NOW + 60_000)
    says(there, "encore une question", NOW + 3 * DAY_MS)
    says(there, "public ?", NOW, "c2", public=True)
    found = first_messages(there, Millis(NOW + 5 * DAY_MS), lambda _: None)

    assert [(each.text, each.person, each.public) for each in found] == [
        ("Bonjour\noù est mon colis ?", "pc1", False),
        ("public ?", "pc2", True),
    ]
    assert {each.channel for each in found} == {"messenger"}


def test_what_answers_somebody_is_no_first_message() -> None:
    there = brand()
    says(there, "Votre colis est prêt.", NOW - 3_600_000, author="agent")
    says(there, "merci, quand ?", NOW)

    assert first_messages(there, Millis(NOW + 1), lambda _: None) == []


def test_what_is_older_than_thirty_days_deleted_or_a_file_is_left_out() -> None:
    there = brand()
    says(there, "vieux", NOW - 31 * DAY_MS)
    says(there, "", NOW, "c2", deleted=True)
    says(there, "photo", NOW, "c3", attachments=("image",))

    assert first_messages(there, Millis(NOW + 1), lambda _: None) == []
