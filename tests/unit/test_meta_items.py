"""What Meta's platforms write alike of a message is read alike, whoever sends it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import _meta_items
from chalicelib.channels._json_values import address
from chalicelib.events import decode, encode
from chalicelib.model import EventId, Ignored, Message

ids = st.text(max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
known = st.sampled_from(["mid", "payload", "title", "text", "num_edit", "reaction", "emoji", "action", "referral"])


@given(ids, ids, ids, st.booleans())
def test_the_customer_is_never_the_account(account: str, sender: str, recipient: str, echo: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    item = {"sender": {"id": sender}, "recipient": {"id": recipient}, "message": {"is_echo": echo}}
    at, own = _meta_items.between("any", account, item)

    assert own == (echo or (sender != "" and sender == account))
    assert at.person_id == (recipient if own else sender)


@given(st.sampled_from(sorted(_meta_items.READERS)), st.dictionaries(known, values, max_size=9))
def test_every_item_of_a_known_kind_is_an_event_that_a_queue_takes(kind: str, found: dict[str, object]) -> None:
    event = _meta_items.READERS[kind]({kind: found}, found, address("any", "1", "2"), None)

    assert decode(encode(event)) == event
    assert event.event_id


def test_what_a_customer_writes_while_another_app_holds_the_thread_is_ignored_under_an_id_of_its_own() -> None:
    message = Message(event_id=EventId("m"), address=address("any", "1", "2"), sent_at=None, text="x")
    ignored = _meta_items.in_standby(message)

    assert isinstance(ignored, Ignored)
    assert (ignored.reason, ignored.event_id) == ("standby", "standby:m")
