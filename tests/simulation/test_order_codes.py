"""Codes for orders: whoever can read the order's mail types one back, and is the person who wrote from there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.store import links, wire

from .move_paths import ELSEWHERE, KNOWN, ORDER, at, code_in, continues
from .paths import ODD, PERSON, contact_of, says
from .ses import DOMAIN
from .test_moving import are_one, evidence, moving, said
from .test_one_person import tickets
from .world import Step, World

ASKED = "je viens d’envoyer un code"


def brand(order: dict[str, str] | None = KNOWN, **more: Any) -> World:
    world = moving(**more)
    world.shop.orders = {ORDER: dict(order)} if order is not None else {}
    return world


def wrote_mail() -> Step:
    return Step(lambda world: world.email.writes(PERSON, "Mon pull est-il fait en France ?"), name="a mail")


def types(pick: Callable[[World], str] = code_in, wait_ms: int = 30_000, person: str = PERSON) -> Step:
    return Step(lambda world: world.messenger.writes(person, pick(world)), wait_ms=wait_ms, name="types a code")


def wrong(world: World) -> str:
    right = code_in(world)
    return f"{(int(right or 0) + 1) % 10**6:06d}"


def test_who_types_the_code_back_is_who_wrote_the_mail() -> None:
    world = brand().run(wrote_mail(), says("messenger", ELSEWHERE, wait_ms=60_000), types())
    texts = said(world, "messenger")

    assert sum(ASKED in text for text in texts) == 1
    assert any("c’est vérifié" in text for text in texts)
    assert are_one(world, at("email"), at("messenger"))
    assert evidence(world) == ["code"]


def test_what_was_asked_is_answered_all_the_same() -> None:
    world = brand().run(says("messenger", ELSEWHERE))

    assert any("Colissimo" in text or "27 novembre" in text or "expédi" in text for text in said(world, "messenger"))
    assert sum(ASKED in text for text in said(world, "messenger")) == 1


@pytest.mark.parametrize("order", [None, {key: KNOWN[key] for key in ("status", "carrier", "expected_on")}])
def test_the_words_are_the_same_where_there_is_no_such_order_and_no_mail_goes(order: dict[str, str] | None) -> None:
    there, gone = brand().run(says("messenger", ELSEWHERE)), brand(order).run(says("messenger", ELSEWHERE))

    asked = [[text for text in said(world, "messenger") if ASKED in text] for world in (there, gone)]
    assert asked[0] == asked[1]
    assert len(asked[0]) == 1
    assert code_in(gone) == ""
    times = [[each.at for each in world.messenger.said if ASKED in each.text] for world in (there, gone)]
    assert times[0] == times[1]


def test_no_address_and_no_code_is_shown_or_kept() -> None:
    world = brand().run(wrote_mail(), says("messenger", ELSEWHERE, wait_ms=60_000))
    code = code_in(world)
    shown = "\n".join(said(world, "messenger"))

    assert code
    assert DOMAIN not in shown
    assert code not in shown
    kept = json.dumps([[*key, wire.from_avs(item)] for key, item in world.dynamo.items.items()], default=str)
    assert code not in kept
    mine = [item for key, item in world.dynamo.items.items() if "#code#" in key[0]]
    assert DOMAIN not in json.dumps(mine)
    assert not any(DOMAIN in json.dumps(post) and code in json.dumps(post) for post in world.slack.posts)


def test_a_wrong_code_proves_nothing_and_the_fifth_ends_it() -> None:
    world = brand().run(
        wrote_mail(), says("messenger", ELSEWHERE, wait_ms=60_000), *(types(wrong, 5_000) for _ in range(5)), types()
    )
    texts = said(world, "messenger")

    assert sum("pas le bon code" in text for text in texts) == 4
    assert sum("n’est plus accepté" in text for text in texts) == 1
    assert not are_one(world, at("email"), at("messenger"))


def test_a_code_ends_after_ten_minutes() -> None:
    world = brand().run(wrote_mail(), says("messenger", ELSEWHERE, wait_ms=60_000), types(wait_ms=601_000))

    assert any("n’est plus valable" in text for text in said(world, "messenger"))
    assert not are_one(world, at("email"), at("messenger"))


def test_a_code_counts_once() -> None:
    world = brand().run(wrote_mail(), says("messenger", ELSEWHERE, wait_ms=60_000), types(), types(wait_ms=5_000))

    assert sum("c’est vérifié" in text for text in said(world, "messenger")) == 1


def test_a_code_is_good_for_the_identity_that_was_asked_and_for_no_other() -> None:
    world = brand().run(wrote_mail(), says("messenger", ELSEWHERE, wait_ms=60_000), types(person="7799"))

    assert not are_one(world, at("email"), at("messenger", "7799"))
    assert not are_one(world, at("email"), at("messenger"))


def test_a_guess_about_an_order_that_is_not_there_is_never_right() -> None:
    world = brand(None).run(wrote_mail(), says("messenger", ELSEWHERE, wait_ms=60_000))
    mark = next(key[0].rsplit("#", 1)[1] for key in world.dynamo.items if "#code#" in key[0])
    from chalicelib.codes import code_of

    from .platforms import SECRET

    world.run(types(lambda world: code_of(SECRET, world.brand, mark)))

    assert evidence(world) == []
    assert any("pas le bon code" in text for text in said(world, "messenger"))


def test_three_a_day_for_one_identity_and_for_one_order() -> None:
    def asks(number: int, person: str) -> Step:
        order = f"ML12345{number}"
        text = f"Je vous ai déjà écrit par mail pour {order}, vous vendez des lamas n° ?"
        return Step(lambda world: world.messenger.writes(person, text), wait_ms=900_000)

    mine = brand().run(*(asks(number, PERSON) for number in range(5)))
    assert sum(ASKED in text for text in said(mine, "messenger")) <= 3

    others = brand().run(*(asks(6, f"77{number}") for number in range(5)))
    told = [text for each in others.messenger.said for text in [each.text] if ASKED in text]
    assert len(told) == 3


def test_an_agent_has_a_code_sent_for_the_order_of_a_ticket() -> None:
    world = brand().run(
        wrote_mail(),
        says("messenger", f"Le carton de {ORDER} est une honte", wait_ms=60_000),
        continues("code", wait_ms=30_000),
        types(),
    )

    assert any("a fait envoyer un code" in post.get("text", "") for post in world.slack.posts)
    assert are_one(world, at("email"), at("messenger"))


def test_an_agent_is_told_where_there_is_no_order() -> None:
    world = brand().run(says("messenger", ODD), continues("code"))

    assert any("Aucun code n’est parti" in post.get("text", "") for post in world.slack.posts)


def test_an_older_shop_sends_no_code_and_everything_else_goes_on() -> None:
    order = {key: KNOWN[key] for key in ("status", "carrier", "expected_on")}
    world = brand(order).run(wrote_mail(), says("messenger", ELSEWHERE, wait_ms=60_000))

    assert code_in(world) == ""
    assert world.counts["code_unsent"] == 1
    assert tickets(world) <= 1


def test_nobody_is_joined_where_the_code_speaks_for_two() -> None:
    """The address is that of one person and was proved by another: agents are asked, nobody is merged."""
    from chalicelib.store import person_keys
    from chalicelib.store.person_keys import PersonKey

    from .platforms import SECRET

    def known(world: World) -> None:
        mark = person_keys.mark_of(SECRET, world.brand, "mail", f"{PERSON}@{DOMAIN}")
        key = PersonKey("mail", mark, "proved")
        person_keys.add(world.table, contact_of(world, at("telegram", "88")), [key], world.clock())

    world = brand().run(
        wrote_mail(),
        Step(lambda world: world.telegram.writes("88", "Bonjour, vos horaires ?"), wait_ms=5_000),
        Step(known, wait_ms=60_000),
        says("messenger", ELSEWHERE, wait_ms=60_000),
        types(),
    )

    assert evidence(world) == []
    found = links.of_contact(world.table, contact_of(world, at("messenger")))
    assert "conflict" in {each.kind for link in found for each in link.evidence}
