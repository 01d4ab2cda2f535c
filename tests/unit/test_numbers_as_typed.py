"""`--identity whatsapp:ACC:+33 6…` finds a person as people write telephone numbers."""

from __future__ import annotations

import pytest

from chalicelib.admin.people import identity_parts, ways_to_write
from infra.commands._arguments import identity


@pytest.mark.parametrize(
    "typed",
    ["+33 6 15 62 38 00", "0033615623800", "+33 (0)6 15-62-38-00", "+33.6.15.62.38.00", "+33\u00a06\u202f15 62 38 00"],
)
def test_a_number_is_found_however_it_is_written(typed: str) -> None:
    channel, account, person = identity_parts(identity(f"whatsapp:106500000000021:{typed}"))

    assert (channel, account) == ("whatsapp", "106500000000021")
    assert "33615623800" in ways_to_write(person)


@pytest.mark.parametrize("typed", ["FR.13491208655302741918", "104200000000011x", "marie"])
def test_what_is_no_telephone_number_is_taken_as_it_is(typed: str) -> None:
    assert ways_to_write(typed) == (typed,)
