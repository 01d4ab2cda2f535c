"""Mails between bucket and queue: taken in once, whoever tells of them; none is lost, none outlives an erasure."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import pytest

from chalicelib import observe
from chalicelib.channels.email.channel import TRAITS
from chalicelib.entrypoints import mail_batch
from chalicelib.model import AccountId, Address, ChannelName, PersonId
from chalicelib.store.blobs import MAIL_IN, MAIL_KEPT, Blobs

from .paths import HOURS, ODD, PERSON
from .ses import DOMAIN
from .world import _S3, QUEUE_BASE, Step, World

WHO = f"{PERSON}@{DOMAIN}"


def written(text: str = ODD, person: str = PERSON, **more: Any) -> Step:
    return Step(lambda world: world.email.writes(person, text, **more))


def keys(world: World, prefix: str) -> list[str]:
    return [key for key in world.buckets if key.startswith(prefix)]


def test_what_was_taken_in_lies_with_its_customer_and_no_more_where_ses_put_it() -> None:
    world = World().run(written())
    at = Address(ChannelName("email"), AccountId(world.email.account_id), PersonId(WHO))

    assert keys(world, MAIL_IN) == []
    assert [key.split("/")[3] for key in keys(world, MAIL_KEPT)] == [at.group]


def test_a_notice_that_comes_again_finds_nothing_left_to_take_in() -> None:
    world = World().run(written(HOURS))
    told = json.dumps({"notificationType": "Received", "receipt": {"action": {"objectKey": f"{MAIL_IN}gone"}}})
    world.sqs.send_message(QueueUrl=f"{QUEUE_BASE}/mail", MessageBody=told)
    world.run()

    assert world.counts["collected_before"] == 1
    assert len(world.email.said) == 1


@pytest.mark.parametrize("body", ["{}", "[]", '"x"', '{"Records": []}', '{"found": ""}', '{"notificationType": 7}'])
def test_what_is_no_notice_of_ses_is_let_go(body: str) -> None:
    world = World()
    world.sqs.send_message(QueueUrl=f"{QUEUE_BASE}/mail", MessageBody=body)
    world.run()

    assert (world.surprises, world.counts) == ([], {})


def test_a_mail_to_no_account_is_parked_whole() -> None:
    world = World()
    world.email.account_id = "unknown@courrier.brand.example"
    world.run(written())
    (parked,) = keys(world, "unparsed/")

    assert keys(world, MAIL_IN) == []
    assert ODD.encode() in b64decode(json.loads(world.buckets[parked])["raw"])


def test_a_young_mail_is_left_to_its_notice() -> None:
    world = World()
    world.email.deaf = True
    world.run(written(), Step(lambda world: world.collects(), wait_ms=60_000))

    assert len(keys(world, MAIL_IN)) == 1


def lost(*texts: str) -> World:
    """A world whose bucket holds mails of which no queue was told, long enough for the schedule to take them."""
    world = World()
    world.email.deaf = True
    world.run(*(written(text) for text in texts))
    world.clock.now += 20 * 60_000
    return world


def collected(world: World, left_ms: Sequence[int]) -> list[Any]:
    """Let the schedule run once, with so much time left before each mail; return its result, or its error."""
    ends: list[Any] = []
    left = iter(left_ms)
    start = partial(mail_batch, {}, lambda: next(left))
    world.run(Step(lambda world: world._start("mail", start, lambda done: ends.append(done.error or done.result))))
    return ends


def test_one_mail_that_cannot_be_taken_in_holds_up_no_other_and_is_told() -> None:
    world = lost(ODD, HOURS, "encore")
    first = keys(world, MAIL_IN)[0]
    world.buckets[first] = cast("bytes", "what the bucket cannot give")
    (end,) = collected(world, [60_000] * 9)

    assert isinstance(end, observe.Failed)
    assert "TypeError" in str(end)
    assert keys(world, MAIL_IN) == [first]
    assert (world.counts["collected_late"], world.counts["mail_error"]) == (2, 1)


def test_no_mail_is_begun_for_which_the_time_is_too_short() -> None:
    world = lost(ODD, HOURS, "encore")

    assert collected(world, [60_000, 19_000]) == [{"collected": 1}]
    assert len(keys(world, MAIL_IN)) == 2


def test_a_crowd_of_one_domain_gets_so_many_automatic_mails_a_day_and_then_people() -> None:
    assert TRAITS.private is not None
    most = TRAITS.private.bot_a_domain
    words = (HOURS, ODD)  # the first is answered, the second acknowledged
    world = World().run(*(written(words[number % 2], person=f"p{number}") for number in range(most + 3)))
    day_after = Step(lambda world: world.email.writes("late", HOURS), wait_ms=24 * 3_600_000)

    assert len(world.email.said) == most
    assert len(world.run(day_after).email.said) == most + 1


def test_an_erasure_takes_the_mails_as_well_those_that_nobody_took_in_among_them() -> None:
    world = World().run(written())
    world.email.deaf = True
    world.run(written("encore"))
    at = Address(ChannelName("email"), AccountId(world.email.account_id), PersonId(WHO))
    blobs = Blobs(lambda: _S3(world), "b", lambda: OSError)

    assert (len(keys(world, MAIL_IN)), len(keys(world, MAIL_KEPT))) == (1, 1)
    assert blobs.forget(world.brand, [], {WHO.upper()}, [at.group]) == 2
    assert keys(world, "mail/") == []
    assert blobs.forget(world.brand, [], {"another@clients.example"}, []) == 0
