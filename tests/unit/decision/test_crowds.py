"""All people of one mail domain together: a cap for whoever owns it, a wide one for providers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.decision.crowds import PROVIDERS, organisation


@pytest.mark.parametrize(
    ("person", "owner"),
    [
        ("zoe@clients.example", "clients.example"),
        ("zoe@a.b.clients.example", "clients.example"),
        ("zoe@clients.co.uk", "clients.co.uk"),
        ("zoe@mail.clients.co.uk", "clients.co.uk"),
        ("zoe@shop.clients.com.fr", "clients.com.fr"),
        ("zoe@orange.fr", "orange.fr"),
        ("zoe@free.fr", "free.fr"),
        ("zoe@Clients.Example", "clients.example"),
        ("+33612345678", ""),
        ("4711", ""),
        ("zoe@localhost", ""),
        ("", ""),
    ],
)
def test_the_owner_of_an_address_is_its_domain_without_what_stands_before(person: str, owner: str) -> None:
    assert organisation(person) == owner


@given(st.text(), st.lists(st.from_regex(r"[a-z]{4,9}", fullmatch=True), max_size=4))
def test_nobody_becomes_many_by_names_below_their_domain(local: str, below: list[str]) -> None:
    assert organisation(f"{local}@{'.'.join([*below, 'mallory', 'example'])}") == "mallory.example"


def test_a_provider_is_named_as_its_owner_is() -> None:
    assert {organisation(f"a@{each}") for each in PROVIDERS} == PROVIDERS
