"""Keys of people: nobody reads them back, two who have one are found, and an erased person has none."""

from __future__ import annotations

import pytest

from chalicelib import phone_numbers
from chalicelib.model import BrandId
from chalicelib.store import person_keys
from chalicelib.store.person_keys import Kind, PersonKey
from tests.simulation.dynamo import Dynamo
from tests.unit.store.fixtures import NOW, people

BRAND = BrandId("maison-lune")


def mark(value: str, kind: Kind = "phone", stage: str = "s1", brand: str = "maison-lune") -> str:
    return person_keys.mark_of(stage, BrandId(brand), kind, value)


@pytest.mark.parametrize(
    "written",
    ["06 12 34 56 78", "+33 6 12 34 56 78", "0033612345678", "+33 (0)6 12-34-56-78", "06.12.34.56.78"],
)
def test_one_number_has_one_form_however_it_is_written(written: str) -> None:
    assert phone_numbers.written_in(f"Rappelez-moi au {written} svp", "FR") == ("33612345678",)
    assert phone_numbers.international(written, "FR") == "33612345678"


@pytest.mark.parametrize(
    "text",
    [
        "Ma commande ML204518 ?",
        "le 12/11/2026",
        "4970 1012 3456 7890",
        "ref 12345678901234567",
        "06 12",
        "06 12 34 56 78 90",
    ],
)
def test_what_is_no_telephone_number_is_none(text: str) -> None:
    assert phone_numbers.written_in(text, "FR") == ()


@pytest.mark.parametrize("number", ["33639980001", "447700900123", "15550100001"])
def test_a_number_that_a_platform_knows_is_one_whether_or_not_the_library_knows_its_range(number: str) -> None:
    assert phone_numbers.international(f"+{number}", "FR") == ""  # kept for fiction: no country gives it out
    assert phone_numbers.of_platform(number) == phone_numbers.of_platform(f"+{number}") == number
    assert phone_numbers.international(f"+{number}", "FR", valid=False) == number


@pytest.mark.parametrize("person_id", ["36105", "+36105", "FR.13491208655302741918", "0612345678", "guichet", ""])
def test_a_short_code_or_another_id_is_no_number(person_id: str) -> None:
    assert phone_numbers.of_platform(person_id) == ""


def test_a_digest_is_of_one_brand_one_kind_and_one_stage() -> None:
    marks = {
        mark("33612345678"),
        mark("33612345678", "order"),
        mark("33612345678", stage="s2"),
        mark("33612345678", brand="other"),
    }

    assert len(marks) == 4
    assert mark(" Elsa@Example.org", "mail") == mark("elsa@example.ORG", "mail")
    assert all(len(each) == 32 and "336" not in each for each in marks)


def test_everybody_who_has_a_key_is_found_by_it() -> None:
    here = people()
    said, proved = PersonKey("phone", mark("33612345678"), "said"), PersonKey("phone", mark("33612345678"), "proved")

    assert person_keys.add(here, "p1", [said], NOW) == [said]
    assert person_keys.add(here, "p1", [said], NOW) == []
    assert person_keys.add(here, "p2", [proved], NOW) == [proved]
    assert person_keys.add(here, "p2", [said], NOW) == []  # it stays proved
    assert person_keys.add(here, "p1", [proved], NOW) == [proved]
    found = person_keys.holders(here, said.mark)
    assert [(each.contact_id, each.kind, each.standing) for each in found] == [
        ("p1", "phone", "proved"),
        ("p2", "phone", "proved"),
    ]


def test_a_key_that_was_only_said_ends_and_a_contact_has_no_crowd_of_them() -> None:
    db = Dynamo()
    here = people(db)
    person_keys.add(here, "p1", (PersonKey("order", mark(f"n{n}", "order"), "said") for n in range(60)), NOW)

    assert len(person_keys.of_contact(here, "p1")) == person_keys.MOST
    assert all("ttl" in item for key, item in db.items.items() if key[1] != "contact")


def test_an_erased_person_has_no_key() -> None:
    db = Dynamo()
    here = people(db)
    person_keys.add(here, "p1", [PersonKey("mail", mark("a@b.fr", "mail"), "proved")], NOW)

    assert person_keys.forget(here, "p1") == 1
    assert {sk for _, sk in db.items} == {"contact"}


def test_who_was_erased_meanwhile_gets_no_key() -> None:
    here = people()

    assert person_keys.add(here, "gone", [PersonKey("mail", mark("a@b.fr", "mail"), "said")], NOW) == []
    assert person_keys.holders(here, mark("a@b.fr", "mail")) == []
