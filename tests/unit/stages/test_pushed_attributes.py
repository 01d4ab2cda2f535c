"""A brand's own systems say what is known of a customer: signed, once, declared, and of one person."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import UsageError
from chalicelib.model import BrandId, Millis, Request
from chalicelib.playbook.attribute import AttributeUse
from chalicelib.playbook.codec import to_json
from chalicelib.stages.pushed_attributes import APP, BODY_MOST, signature, take
from chalicelib.store import attributes, contact_keys, people, person_keys
from chalicelib.store.person_keys import PersonKey
from tests.simulation.paths import ADDRESS, HOURS, ON_MESSENGER, contact_of, says
from tests.simulation.world import PREFIX, World, playbook_of
from tests.unit.admin.stages import services

BRAND, SECRET = "maison-lune", "s" * 43
TIER = AttributeUse(title={"fr": "Fidélité", "en": "Loyalty"}, purpose="what to offer first", keep_days=30)
DECLARED = {"tier": TIER, "size": replace(TIER, keep_days=1)}
DAY = 86_400_000


def stage() -> World:
    world = World().run(says("whatsapp", HOURS))
    world.parameters[f"{PREFIX}/app/{APP}/{BRAND}"] = {"current": SECRET, "previous": ["old" * 12]}
    world.table.put_playbook(to_json(replace(playbook_of(BRAND), attributes=DECLARED)), world.clock())
    return world


def asked(world: World, document: Any, *, secret: str = SECRET, brand: str = BRAND, late_s: int = 0) -> Request:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    at = world.clock() // 1000 + late_s
    headers = {"brand": brand, "timestamp": str(at), "signature": signature(secret, brand, at, body)}
    held = {f"x-guichet-{name}": (value,) for name, value in headers.items()}
    return Request("PUT", "/v1/contacts/attributes", {}, held, body)


def answer(world: World, request: Request) -> tuple[int, dict[str, Any]]:
    told = take(request, services(world))
    return told.status, json.loads(told.body)


def shown(world: World, contact_id: str) -> dict[str, str]:
    found = attributes.of_contacts(world.table, DECLARED, [contact_id], world.clock())
    return {name: each.value for name, each in found.items()}


def by_address(world: World) -> str:
    return f"{ADDRESS.channel}:{ADDRESS.account_id}:{ADDRESS.person_id}"


def gold(world: World, **values: Any) -> dict[str, Any]:
    return {"contact": {"identity": by_address(world)}, "attributes": values or {"tier": "gold"}}


def test_a_signed_request_is_kept_and_shown_until_its_end_and_not_a_moment_longer() -> None:
    world = stage()
    mine = contact_of(world, ADDRESS)
    status, told = answer(world, asked(world, gold(world, tier="gold", size=38)))

    assert (status, told["attributes"], told["changed"], told["contact"]) == (200, ["size", "tier"], 2, mine)
    assert shown(world, mine) == {"tier": "gold", "size": "38"}
    world.clock.now += DAY
    assert shown(world, mine) == {"tier": "gold"}
    world.clock.now += 29 * DAY
    assert shown(world, mine) == {}
    item = world.table.get(contact_keys.attribute(world.table.brand, mine, "size"))
    assert item is not None
    assert item["ttl"] <= world.clock() // 1000


@pytest.mark.parametrize(
    "broken",
    [
        lambda world: asked(world, gold(world), secret="another"),
        lambda world: asked(world, gold(world), late_s=-301),
        lambda world: asked(world, gold(world), late_s=301),
        lambda world: asked(world, gold(world), brand="maison-soleil"),
        lambda world: asked(world, gold(world), brand="../../x"),
        lambda world: replace(asked(world, gold(world)), body=b"{}"),
        lambda world: replace(asked(world, gold(world)), headers={}),
        lambda world: Request("PUT", "/", {}, {"x-guichet-brand": (BRAND, BRAND)}, b"{}"),
    ],
)
def test_who_does_not_sign_is_told_nothing_and_changes_nothing(broken: Any) -> None:
    world = stage()
    before = world.dynamo.items.keys()
    status, told = answer(world, broken(world))

    assert (status, told["error"]) == (401, "unverified")
    assert world.dynamo.items.keys() == before


def test_a_secret_that_was_replaced_still_verifies_and_the_one_of_another_brand_never() -> None:
    world = stage()
    assert answer(world, asked(world, gold(world), secret="old" * 12))[0] == 200
    world.parameters[f"{PREFIX}/app/{APP}/other"] = {"current": "theirs"}
    assert answer(world, asked(world, gold(world), secret="theirs"))[0] == 401


def test_a_request_counts_once_and_what_was_signed_earlier_never_replaces_what_was_signed_later() -> None:
    world = stage()
    early, late = asked(world, gold(world, tier="silver")), asked(world, gold(world, tier="gold"), late_s=2)
    assert answer(world, late)[0] == 200
    assert answer(world, late) == (
        409,
        {"error": "replayed", "message": "This request was taken already: sign a new one."},
    )
    assert answer(world, early)[1]["changed"] == 0
    assert shown(world, contact_of(world, ADDRESS)) == {"tier": "gold"}


@pytest.mark.parametrize(
    ("document", "status", "code"),
    [
        (b"\xff", 400, "malformed"),
        ([], 400, "malformed"),
        ({"contact": {"id": "p1"}}, 400, "malformed"),
        ({"contact": {"id": "p1"}, "attributes": {}}, 422, "refused"),
        ({"contact": {"id": "p1"}, "attributes": {"religion": "x"}}, 422, "refused"),
        ({"contact": {"id": "p1"}, "attributes": {"tier": ["a"]}}, 422, "refused"),
        ({"contact": {"id": "p1"}, "attributes": {"tier": "a" * 201}}, 422, "refused"),
        ({"contact": {"id": "p1"}, "attributes": {"tier": " "}}, 422, "refused"),
        ({"contact": {"id": "p1", "mail": "a@b.fr"}, "attributes": {"tier": "a"}}, 400, "malformed"),
        ({"contact": {"name": "Louise"}, "attributes": {"tier": "a"}}, 400, "malformed"),
        ({"contact": {"id": "p#1"}, "attributes": {"tier": "a"}}, 404, "unknown"),
        ({"contact": {"mail": "nobody@example.org"}, "attributes": {"tier": "a"}}, 404, "unknown"),
        ({"contact": {"identity": "whatsapp"}, "attributes": {"tier": "a"}}, 404, "unknown"),
        (b" " * (BODY_MOST + 1), 413, "too_large"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence_that_repeats_no_value(
    document: Any, status: int, code: str
) -> None:
    world = stage()
    told = answer(world, asked(world, document))

    assert (told[0], told[1]["error"]) == (status, code)
    assert "religion" in told[1]["message"] or not any(each in told[1]["message"] for each in ("aaaa", "nobody@"))
    assert [key for key in world.dynamo.items if key[1].startswith("attr#")] == []


def test_an_undeclared_attribute_is_refused_by_name_with_those_that_are_declared() -> None:
    world = stage()
    assert "'religion'" in answer(world, asked(world, gold(world, religion="x")))[1]["message"]
    assert "declared: size, tier" in answer(world, asked(world, gold(world, religion="x"), late_s=1))[1]["message"]


def test_what_somebody_typed_names_nobody_and_a_key_of_two_persons_neither() -> None:
    world = stage()
    world.run(says("messenger", HOURS, wait_ms=60_000))
    first, second = sorted(key[0].rpartition("#")[2] for key in world.dynamo.items if key[1] == "contact")
    secret = services(world).secrets.app("people", "keys").app_secrets[0]
    mark = person_keys.mark_of(secret, BrandId(BRAND), "mail", "elsa@example.org")
    by_mail = {"contact": {"mail": "Elsa@example.org"}, "attributes": {"tier": "gold"}}

    person_keys.add(world.table, first, [PersonKey("mail", mark, "said")], world.clock())
    assert answer(world, asked(world, by_mail))[0] == 404
    person_keys.add(world.table, first, [PersonKey("mail", mark, "proved")], world.clock())
    assert answer(world, asked(world, by_mail, late_s=1))[1]["contact"] == first
    person_keys.add(world.table, second, [PersonKey("mail", mark, "own")], world.clock())
    assert answer(world, asked(world, by_mail, late_s=2))[1]["contact"] == first  # proved is surer than an address
    person_keys.add(world.table, second, [PersonKey("mail", mark, "proved")], world.clock())
    assert answer(world, asked(world, by_mail, late_s=3))[1]["error"] == "several"


def test_null_forgets_and_a_card_number_is_masked() -> None:
    world = stage()
    mine = contact_of(world, ADDRESS)
    assert answer(world, asked(world, gold(world, tier="4970 1000 0000 0055")))[0] == 200
    assert "4970 1000 0000" not in shown(world, mine)["tier"]
    assert answer(world, asked(world, gold(world, tier=None), late_s=1))[0] == 200
    assert shown(world, mine) == {}


def test_an_attribute_that_the_playbook_declares_no_more_is_hidden_at_once() -> None:
    world = stage()
    mine = contact_of(world, ADDRESS)
    answer(world, asked(world, gold(world)))

    assert attributes.of_contacts(world.table, {"size": TIER}, [mine], world.clock()) == {}
    shorter = {"tier": replace(TIER, keep_days=1)}
    assert attributes.of_contacts(world.table, shorter, [mine], Millis(world.clock() + 2 * DAY)) == {}


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_contacts_of_one_person_the_later_word_counts(first: int) -> None:
    world = stage()
    world.run(says("messenger", HOURS))
    contacts = [contact_of(world, ADDRESS), contact_of(world, ON_MESSENGER)]
    later = [attributes.Given({"tier": tier}, "api", Millis(world.clock() + at)) for at, tier in enumerate("ab")]
    for each, said in zip((contacts[first], contacts[1 - first]), later, strict=True):
        attributes.put(world.table, DECLARED, each, said)

    found = attributes.of_contacts(world.table, DECLARED, contacts, Millis(world.clock() + 2))
    assert found["tier"].value == "b"


def test_an_erased_contact_gets_none() -> None:
    world = stage()
    mine = contact_of(world, ADDRESS)
    who = people.known(world.table, mine)
    attributes.forget(world.table, mine)
    world.dynamo.items.pop((f"{BRAND}#contact#{mine}", "contact"))
    given_ = attributes.Given({"tier": "gold"}, "api", world.clock())

    assert attributes.put(world.table, DECLARED, who.contact_id, given_) == 0


@given(st.text(max_size=30), st.text(max_size=30), st.binary(max_size=60), st.binary(max_size=60))
def test_no_two_requests_have_one_signature(brand: str, other: str, body: bytes, another: bytes) -> None:
    brand, other = (each.encode("utf-8", "replace").decode() for each in (brand, other))
    same = (brand, body) == (other, another)
    if "\n" not in brand + other:  # a brand never has one
        assert (signature("k", brand, 1, body) == signature("k", other, 1, another)) is same


@given(st.binary(max_size=300), st.dictionaries(st.text(max_size=30), st.text(max_size=30), max_size=4))
def test_no_body_and_no_header_raises(body: bytes, headers: dict[str, str]) -> None:
    world = World()
    held = {name: (value,) for name, value in headers.items()}
    assert take(Request("PUT", "/", {}, held, body), services(world)).status == 401


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9), lambda each: st.lists(each, max_size=3), max_leaves=5
)


@given(st.dictionaries(st.sampled_from(["tier", "size", "x"]), JSON, max_size=3))
def test_any_values_are_kept_as_short_printable_text_or_refused(values: dict[str, Any]) -> None:
    try:
        found = attributes.checked(DECLARED, values)
    except UsageError:
        return
    assert all(each is None or (each.isprintable() and 0 < len(each) <= 400) for each in found.values())
