"""The part of the channel contract about lists: what no webhook brought is read as its webhook would have been."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.errors import SendError
from chalicelib.model import AccountId, Echo, Message, Millis, posted
from chalicelib.ports import ListsMessages
from tests.contract.conftest import Platform
from tests.contract.samples import SAMPLES, TEXT, ErrorRow, fixtures
from tests.contract.sending import build

LISTING = sorted(name for name, kind in REGISTRY.items() if kind.traits.lists)
SINCE = Millis(1_796_000_000_000)


def lister(name: str, platform: Platform) -> ListsMessages:
    channel = build(name, platform)
    assert isinstance(channel, ListsMessages)
    return channel


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_the_traits_say_whether_a_channel_lists(name: str, platform: Platform) -> None:
    assert isinstance(build(name, platform), ListsMessages) == REGISTRY[name].traits.lists


@pytest.mark.parametrize("name", LISTING)
def test_a_listed_message_is_the_same_event_as_its_webhook_with_its_time(name: str, platform: Platform) -> None:
    sample = SAMPLES[name]
    platform.body = sample.listed
    listed = lister(name, platform).fetch_since(AccountId(sample.account_id), SINCE).events
    (found,) = (event for event in listed if not isinstance(event, Echo))
    (came,) = REGISTRY[name].parse(posted(fixtures(name)[sample.text_fixture]))

    assert found.sent_at == sample.listed_at
    assert isinstance(found, Message)
    assert isinstance(came, Message)
    assert replace(found, sent_at=None, display_name="") == replace(came, sent_at=None, display_name="")
    ((method, _, headers, body),) = platform.seen
    assert (method, body) == ("GET", b"")
    assert "authorization" in headers


@pytest.mark.parametrize("name", LISTING)
def test_what_the_account_wrote_is_an_echo_of_its_conversation_that_names_no_row_or_is_not_listed(
    name: str, platform: Platform
) -> None:
    sample = SAMPLES[name]
    platform.body = sample.listed
    listed = lister(name, platform).fetch_since(AccountId(sample.account_id), SINCE).events
    echoes = [event for event in listed if isinstance(event, Echo)]

    assert [(each.event_id, each.text) for each in echoes] == ([sample.says] if sample.says else [])
    for each in echoes:
        assert (each.row_id, each.own_app) == ("", False)
        assert (each.address.account_id, each.address.person_id) == (sample.account_id, sample.person_id)
        assert each.sent_at


@pytest.mark.parametrize("name", LISTING)
def test_a_list_that_is_none_and_every_error_are_errors_of_ours_after_one_request(
    name: str, platform: Platform
) -> None:
    rows = [row for row in SAMPLES[name].errors if row.error.__name__ != "Unconfirmed" or row.status != 200]
    for row in (*rows, ErrorRow(status=200, body={"messages": "none"}, error=SendError)):
        platform.seen.clear()
        platform.status, platform.body, platform.headers = row.status, row.body, dict(row.headers)
        with pytest.raises(SendError) as caught:
            lister(name, platform).fetch_since(AccountId(SAMPLES[name].account_id), SINCE)
        assert isinstance(caught.value, row.error)
        assert len(platform.seen) == 1
        assert TEXT not in f"{caught.value!r} {caught.value}"
