"""The demo's day and its judge: the same seed is the same day, and a wrong answer is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.conversation import TimelineMessage, address_of
from chalicelib.model import Decided, MessageId, Millis
from infra.demo import movers
from infra.demo.leaks import of_others
from infra.demo.outcome import became, bubbles, drawn, first_response_ms, response, wrongs
from infra.demo.play import Played
from infra.demo.scenario import ANY, HUMAN, SILENT, Customer, Said, lines, scenario
from infra.local import state
from infra.names import ROOT

CHANNELS = ("one", "two", "three")
PUBLIC = frozenset({"three"})
HERE = address_of("one", "1", "2")


@pytest.mark.parametrize(("typed", "agreed"), [("\n", False), ("n\n", False), ("y\n", True), ("oui\n", True)])
def test_a_person_is_asked_before_the_running_stack_is_played_on(tmp_path: Path, typed: str, *, agreed: bool) -> None:
    """At a terminal of its own; what comes next says whether the demo went on to the (absent) simulators."""
    (tmp_path / "logs").mkdir()
    place = state.Home(tmp_path)
    ready = {"brand": "maison-lune", "page": "http://127.0.0.1:9/", "accounts": {"messenger": {}}}
    with state.only_one(place):
        state.announce(place, state.Running(os.getpid(), "http://127.0.0.1:9", "http://127.0.0.1:9/", ready))
        terminal, ours = os.openpty()
        os.write(terminal, typed.encode())
        done = subprocess.run(
            [sys.executable, "-m", "infra.cli", "demo", "--events", "5"],
            stdin=ours,
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env={**os.environ, "GUICHET_LOCAL": str(tmp_path)},
        )
        os.close(ours)
        os.close(terminal)

    assert "gets 5 deliveries of invented customers" in done.stderr
    assert ("Nothing was played" in done.stderr) is not agreed
    assert done.returncode == 1


def test_every_line_is_written_once_and_both_languages_have_as_many() -> None:
    written = lines()
    assert len({line.id for line in written}) == len(written)
    assert len({(line.language, line.text) for line in written}) == len(written)
    assert len(set(Counter(line.language for line in written).values())) == 1


@pytest.mark.parametrize("events", [1, 2, 17, 300])
def test_a_day_has_exactly_the_deliveries_asked_for(events: int) -> None:
    day = scenario(CHANNELS, PUBLIC, events, seed=3)
    assert sum(1 + said.copies for customer in day for said in customer.said) == events
    assert all(turn for customer in day for turn in customer.turns)


def test_the_same_seed_is_the_same_day_and_another_is_not() -> None:
    day = scenario(CHANNELS, PUBLIC, 120, seed=5)
    assert day == scenario(CHANNELS, PUBLIC, 120, seed=5)
    assert day != scenario(CHANNELS, PUBLIC, 120, seed=6)


def test_a_day_has_everything_the_street_brings() -> None:
    day = scenario(CHANNELS, PUBLIC, 300, seed=1)
    said = [each for customer in day for each in customer.said]
    assert {customer.language for customer in day} == {"fr", "en"}
    assert any(each.copies for each in said)
    assert any(each.shuffled for each in said)
    assert {HUMAN, SILENT, ANY} < {each.truth for each in said}
    assert any(customer.public for customer in day)
    assert not any(each.truth not in (HUMAN, SILENT, ANY) for c in day if c.public for each in c.said)


def test_a_day_is_one_of_good_customers() -> None:
    """One in a hundred refuses an answer; more come back with another order, and are answered."""
    refused = Counter[str]()
    for customer in scenario(CHANNELS, PUBLIC, 300, seed=1):
        if len(customer.turns) > 1 and customer.turns[-1][0].truth == HUMAN:
            refused[customer.turns[0][-1].truth] += 1
    others = [each for c in scenario(CHANNELS, PUBLIC, 300, seed=1) for each in c.said if "ML" in each.text]

    assert all(count < 2 for count in refused.values())
    assert others


def asked(key: str, at: int = 1_000) -> TimelineMessage:
    return TimelineMessage(
        message_id=MessageId(f"m.{key}"),
        author="customer",
        address=HERE,
        text="",
        sent_at=Millis(at),
        received_at=Millis(at),
        event_id=key,
    )


def answered(*keys: str, intent: str, kind: str = "reply", state: str = "sent") -> TimelineMessage:
    return TimelineMessage(
        message_id=MessageId("m.row"),
        author="bot",
        address=HERE,
        text="",
        sent_at=Millis(3_500),
        received_at=Millis(1_000),
        covers=tuple(MessageId(f"m.{key}") for key in keys),
        why=Decided(reason="sure", intent=intent),
        kind=kind,
        state=state,
        row_id="row",
    )


@pytest.mark.parametrize(
    ("truths", "row", "is_wrong"),
    [
        (["refund"], answered("0", intent="refund"), False),
        (["refund"], answered("0", intent="return"), True),
        ([ANY, "refund"], answered("0", "1", intent="refund"), False),
        ([HUMAN], answered("0", intent="refund"), True),
        ([SILENT], answered("0", intent="refund"), True),
        ([HUMAN], answered("0", intent="refund", kind="acknowledgement"), False),
        ([HUMAN], answered("0", intent="refund", state="cancelled"), False),
        (["refund", "return"], answered("0", "1", intent="refund"), True),
        ([HUMAN], replace(answered("0", intent="", kind="ask"), why=Decided(reason="which_subject")), False),
    ],
)
def test_an_automatic_answer_is_judged_by_all_that_it_covers(
    truths: list[str],
    row: TimelineMessage,
    is_wrong: bool,  # noqa: FBT001 - a column of the table
) -> None:
    said = [Said(str(number), truth, "") for number, truth in enumerate(truths)]
    customer = Customer(0, "", "fr", "one", public=False, answered=True, turns=(tuple(said),))
    played = Played(said={each.line: (customer, each) for each in said})
    rows = [asked(each.line) for each in said]
    assert bool(wrongs([*rows, row], played)) is is_wrong


def test_an_acknowledgement_is_no_answer() -> None:
    said = Said("0", HUMAN, "")
    customer = Customer(0, "", "fr", "one", public=False, answered=True, turns=((said,),))
    rows = [asked("0"), answered("0", intent="refund", kind="acknowledgement")]
    assert response([customer], {0: rows})["one"]["answered"] == 0
    assert first_response_ms([*rows, answered("0", intent="refund")]) == 2_500


def test_what_became_of_each_event_is_told_without_its_words() -> None:
    said = [
        Said("fr001", "refund", "secret words", copies=2),
        Said("fr002", HUMAN, "more", shuffled=True),
        Said("fr003", ANY, ""),
    ]
    customer = Customer(7, "Zoé", "fr", "one", public=False, answered=True, turns=(tuple(said),))
    played = Played(said={f"e{number}": (customer, each) for number, each in enumerate(said)})
    rows = [
        replace(asked("e0"), covered="sure"),
        replace(asked("e1"), covered="asked_for_human"),
        answered("e0", intent="refund"),
        answered("e1", intent="refund", kind="acknowledgement"),
    ]
    found = became({7: rows}, played)

    assert [each["event_id"] for each in found] == ["e0", "e1", "e2"]
    assert found[0] == {
        "event_id": "e0", "customer": 7, "channel": "one", "public": False, "language": "fr", "line": "fr001",
        "truth": "refund", "copies": 2, "shuffled": False, "received": True, "decision": "reply", "reason": "sure",
        "said": [{"kind": "reply", "intent": "refund", "state": "sent"}], "wrong": False,
    }  # fmt: skip
    assert (found[1]["decision"], found[1]["reason"], found[1]["shuffled"]) == ("ticket", "asked_for_human", True)
    assert (found[2]["received"], found[2]["decision"], found[2]["said"]) == (False, None, [])
    assert "secret" not in json.dumps(found)
    assert "Zoé" not in json.dumps(found)


def test_a_wrong_answer_is_told_with_its_event() -> None:
    said = Said("fr001", HUMAN, "")
    customer = Customer(7, "", "fr", "one", public=False, answered=True, turns=((said,),))
    played = Played(said={"e0": (customer, said)})
    (found,) = became({7: [replace(asked("e0"), covered="sure"), answered("e0", intent="refund")]}, played)

    assert found["wrong"] is True


def test_the_table_names_wrong_lines_and_no_texts() -> None:
    found = {
        "customers": 1, "messages": 1, "received": 1, "duplicates_dropped": 0, "auto_replied": 1, "tickets": 0,
        "agent_replies": 0, "acknowledged": 0, "delivered": 1, "shown_by_platforms": 1, "not_delivered": {},
        "median_first_response_s": {"automatic": 1.0, "agent": None}, "unfinished": 0, "dead_letters": 0,
        "bubbles": {"per_conversation": 1.25, "per_answer": 1.0}, "stopped": ["intent:refund"],
        "response": {}, "failures": {}, "wrong": [{"row": "r", "lines": "fr001", "said": "refund", "truth": HUMAN}],
    }  # fmt: skip
    assert "wrong: fr001: said refund, truth human" in drawn(found)
    assert "1.25 (1.00 an answer)" in drawn(found)
    assert "intent:refund" in drawn(found)


def test_every_bubble_counts_where_an_answer_went_out() -> None:
    asked_back = answered("e0", intent="order_status", kind="ask")
    reply, two_parts = answered("e1", intent="order_status"), answered("e2", intent="refund")
    given_up = answered("e3", intent="refund", state="cancelled")
    only_told = answered("e4", intent="", kind="acknowledgement")
    found = bubbles(
        [
            [asked("e0"), asked_back, reply],
            [asked("e2"), replace(two_parts, platform_ids=("p1", "p2")), given_up],
            [asked("e4"), only_told],
        ]
    )

    assert (found["conversations"], found["answers"], found["outgoing"]) == (2, 2, 4)
    assert (found["per_conversation"], found["per_answer"]) == (2.0, 2.0)
    assert found["by"] == {"question back": 1, "first answer": 2, "a further part": 1}
    assert found["least_per_conversation"] == 1.5


def test_each_bubble_has_its_cause_and_what_is_owed_in_any_case_is_told_beside() -> None:
    told = replace(answered("e1", intent="", kind="acknowledgement"), sent_at=Millis(1_000))
    first = replace(answered("e2", intent="refund"), sent_at=Millis(2_000))
    second = replace(answered("e3", intent="return"), sent_at=Millis(3_000))
    again = replace(told, sent_at=Millis(4_000))
    found = bubbles([[asked("e1"), asked("e2"), asked("e3"), again, second, first, told]])

    assert found["by"] == {
        "a person answers the first one": 1,
        "first answer": 1,
        "answer to a further question": 1,
        "a person answers the next question": 1,
    }
    assert (found["per_conversation"], found["least_per_conversation"]) == (4.0, 2.0)


def test_an_answer_in_two_messages_was_delivered_as_two() -> None:
    two = replace(answered("e1", intent="refund"), platform_ids=("p1", "p2"))

    assert bubbles([[asked("e1"), two]])["outgoing"] == 2


def said_by(number: int, *texts: str) -> Customer:
    turn = tuple(Said(str(place), "order_status", text) for place, text in enumerate(texts))
    return Customer(number, "", "fr", "one", public=False, answered=False, turns=(turn,))


def test_an_order_that_only_another_customer_named_was_shown_to_the_wrong_one() -> None:
    one, other = said_by(1, "Où est ML10482 ?"), said_by(2, "et 20111 ?", "bonjour")
    right = {1: ["ML10482 est en route"], 2: ["ML20111 est en route, 75003 Paris, 0120111"]}

    assert of_others([one, other], right) == []
    assert of_others([one, other], right | {2: ["ML10482 est en route"]}) == [{"customer": 2, "channel": "one"}]
    assert "10482" not in str(of_others([one, other], {2: ["10482"]}))


ACCOUNTS = {name: {"account_id": "1"} for name in REGISTRY}


def test_people_on_two_channels_are_proved_or_linked_and_one_of_each_is_on_the_web_chat() -> None:
    found = movers.pairs(list(REGISTRY), ACCOUNTS, 7, seed=1)
    again = movers.pairs(list(REGISTRY), ACCOUNTS, 7, seed=1)
    at = [address for pair in found for address in pair.addresses]

    assert found == again
    assert [each.kind for each in found] == ["proved", "linked"] * 2
    assert len({each.number for each in found}) == len(set(at)) / 2 == 4
    assert [pair.channels[1] for pair in found[2:]] == ["webchat", "webchat"]
    assert all(number not in str(found) for number in (address.person_id for address in at))


@pytest.mark.parametrize("names", [[], ["messenger"], ["x", "facebook"]])
def test_without_two_private_channels_nobody_moves(names: list[str]) -> None:
    assert movers.pairs(names, ACCOUNTS, 7, seed=1) == []


@pytest.mark.parametrize(
    ("kind", "first", "second", "is_right"),
    [
        ("proved", ["Quel numéro ?"], ["9 h", "ML10482 est en route"], True),
        ("proved", ["Quel numéro ?"], ["9 h", "Quel numéro ?"], False),
        ("linked", ["ML10482 est en route"], ["9 h", "Quel numéro ?"], True),
        ("linked", ["ML10482 est en route"], ["9 h", "ML10482 est en route"], False),
        ("linked", ["ML10482 est en route"], ["9 h"], False),
    ],
)
def test_who_is_proved_is_known_on_the_second_channel_and_who_is_linked_is_not(
    kind: str,
    first: list[str],
    second: list[str],
    is_right: bool,  # noqa: FBT001 - a column of the table
) -> None:
    pair = movers.Pair(kind, "10482", (address_of("one", "1", "2"), address_of("two", "1", "3")))
    found = movers.judged(pair, first, second)

    assert found["right"] is is_right
    assert "10482" not in str(found)
    assert movers.wrong({"each": [found]}) == ([] if is_right else [found])
    assert f"{int(is_right)} of 1" in [told for _, told in movers.lines({"each": [found]})]
