"""Any sequence of merges, splits and messages: each message with its address, none lost, none doubled, none shown."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.conversation import Conversation, PastAnswer, address_of
from chalicelib.errors import UsageError
from chalicelib.model import ContactId, ConversationId, EventId, Millis
from chalicelib.store import items, keys, merging, people, roots, splitting
from chalicelib.store.commit import Commit, Marked, commit
from chalicelib.store.merging import Proof
from chalicelib.store.table import Table
from tests.unit.store.fixtures import NOW, table, written

PEOPLE = 5
WHO = [address_of("messenger", "2001", str(number)) for number in range(PEOPLE)]
numbers = st.integers(0, PEOPLE - 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("writes"), numbers, st.just(0)),
        st.tuples(st.just("merges"), numbers, numbers),
        st.tuples(st.just("splits"), numbers, numbers),
    ),
    max_size=25,
)


class Played:
    """One table, what each wrote, and who is whose part by what was asked of it."""

    def __init__(self) -> None:
        self.here: Table = table()
        self.wrote: dict[int, list[str]] = defaultdict(list)
        self.parent: dict[int, int] = {}
        self.given: dict[int, list[int]] = defaultdict(list)  # orders of rows
        self.now = 0

    def root(self, number: int) -> int:
        while number in self.parent:
            number = self.parent[number]
        return number

    def play(self, what: str, one: int, other: int) -> None:
        self.now += 1
        with suppress(UsageError):  # what cannot be done changes nothing
            getattr(self, f"_{what}")(one, other)

    def _writes(self, number: int, _: int) -> None:
        """A message, decided on with an answer that the head remembers, as process commits it."""
        contact, conversation = ContactId(f"p{number}"), ConversationId(f"c{number}")
        known = self.here.identity_item(WHO[number])
        home = roots.home_of(known) if known else roots.Home(contact, conversation)
        before = roots.Roots(self.here).of_identity(known) if known else None
        if before and known:
            roots.remember(self.here, WHO[number], known, before)
        event = f"m{number}.{self.now}"
        at = Millis(NOW + self.now // 3)  # some within one millisecond
        message_id = keys.message_id(home.conversation_id, at, event, later_ms=self.now)
        message = replace(written(0), message_id=message_id, event_id=event, address=WHO[number], text=event)
        head = before or Conversation(conversation_id=conversation, contact_id=contact)
        answer = PastAnswer(
            event, NOW + self.now, home="" if home.conversation_id == head.conversation_id else str(home[1])
        )
        order = max(int(at) * 100, head.last_order + 1)
        assert order > max(self.orders(number), default=0), "rows of one recipient keep their order"
        after = replace(
            head,
            said=(*head.said, answer)[-20:],
            last_order=order,
            last_customer={**head.last_customer, keys.recipient(WHO[number]): int(at)},
        )
        commit(
            self.here,
            Commit(
                before=before or head,
                after=after,
                marked=Marked(WHO[number], EventId(event)),
                now=Millis(NOW + self.now),
                messages=(message,),
                identity=None if known else WHO[number],
                home=home,
            ),
        )
        self.wrote[number].append(event)
        self.given[number].append(order)

    def orders(self, number: int) -> list[int]:
        return self.given[number]

    def _merges(self, one: int, other: int) -> None:
        proof = Proof(evidence="code", reason="x", by="x", at=Millis(NOW + self.now))
        merging.merge(self.here, f"p{one}", f"p{other}", proof)
        self.parent[other] = one

    def _splits(self, one: int, other: int) -> None:
        splitting.split(self.here, f"p{one}", f"p{other}", Millis(NOW + self.now))
        assert self.parent.pop(other) == one


@settings(max_examples=60, deadline=None)
@given(steps)
def test_every_message_stays_with_its_address_and_a_head_knows_its_own_people_alone(script: list[Any]) -> None:
    played = Played()
    for number in range(PEOPLE):
        played.play("writes", number, 0)
    for step in script:
        played.play(*step)
        _holds(played)


def _holds(played: Played) -> None:
    here = played.here
    for number in range(PEOPLE):
        known = here.identity_item(WHO[number])
        assert known is not None
        assert known["contact_id"] == f"p{number}"  # an address keeps its home
        own = [message.event_id for message in here.timeline(ConversationId(f"c{number}"))]
        assert sorted(own) == sorted(played.wrote[number])
        head = roots.Roots(here).of_identity(known)
        assert head is not None
        assert head.conversation_id == f"c{played.root(number)}"  # also by the hint beside it
    for number in range(PEOPLE):
        if played.root(number) != number:
            continue
        kin = {each for each in range(PEOPLE) if played.root(each) == number}
        who = people.known(here, f"p{number}")
        seen = [message.event_id for message in people.timeline(here, who)]
        assert sorted(seen) == sorted(event for each in kin for event in played.wrote[each])
        head = here.head(who.conversation_id)
        assert head is not None
        assert {int(said.intent[1:].partition(".")[0]) for said in head.said} <= kin
        assert set(head.last_customer) <= {keys.recipient(WHO[each]) for each in kin}
        assert len(items.conversation_text(head)) < 4_096
