"""What only a platform's list had is told by `guichet status`, on the local AWS."""

from __future__ import annotations

import pytest

from chalicelib.model import ListRead, Millis
from chalicelib.wiring import now_ms
from infra.commands.status import _gap
from infra.stage_status import GAP_TOLD_MS, _gaps

from .conftest import DEMO, SystemUnderTest

pytestmark = pytest.mark.stack


@pytest.mark.parametrize(
    ("found", "ago_ms", "error", "words"),
    [
        (3, 3_600_000, "", "3 messages were taken from its list, the last 20"),
        (3, 3_600_000, "20003", "; its list cannot be read (20003)"),
        (0, 0, "20003", "its list cannot be read (20003)"),
        (3, GAP_TOLD_MS + 60_000, "", ""),
        (0, 0, "", ""),
    ],
)
def test_an_account_is_told_while_its_gap_is_new_or_its_list_cannot_be_read(
    system: SystemUnderTest, found: int, ago_ms: int, error: str, words: str
) -> None:
    account = system.services.directory.by_id("sms", system.aws.account(DEMO, "sms").account_id)
    assert account is not None
    at = Millis(now_ms() - ago_ms if found else 0)
    read = ListRead(account=account.key, since=now_ms(), found=found, found_at=at, error=error)
    system.services.directory.keep_list_read(account, read)
    told = [each for each in _gaps(system.aws.cloud) if each["account"] == f"sms:{account.account_id}"]

    assert [each["brand"] for each in told] == ([DEMO] if words else [])
    assert all(words in _gap(each) for each in told)


def test_what_a_list_shows_late_and_what_says_not_whose_it_is_are_told(system: SystemUnderTest) -> None:
    account = system.services.directory.by_id("sms", system.aws.account(DEMO, "sms").account_id)
    assert account is not None
    read = ListRead(account=account.key, since=now_ms(), unplaced=1, lagged=2, cut=3, told_at=now_ms())
    system.services.directory.keep_list_read(account, read)
    (told,) = [each for each in _gaps(system.aws.cloud) if each["account"] == f"sms:{account.account_id}"]

    assert _gap(told) == (
        "2 of them it showed late; 1 messages in it say not whose they are; "
        "of 3 conversations it shows not all that was written"
    )
