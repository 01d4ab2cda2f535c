"""`guichet inspect --split`: a text's parts on a channel, how the platform counts each, and what they cost."""

from __future__ import annotations

import argparse
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import REGISTRY
from chalicelib.channels._fitted import parts_of
from chalicelib.errors import UsageError
from chalicelib.model import Content
from infra.commands import inspect as command
from infra.commands._splitting import drawn, split

SHOWN = [
    (name, public)
    for name, kind in sorted(REGISTRY.items())
    for public in (False, True)
    if (kind.traits.public if public else kind.traits.private) is not None
]
LONG = "Bonjour Zoé, votre commande ML204518 est en route. Elle arrive demain. " * 12


def ran(*words: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    command.configure(parser)
    return command.run(parser.parse_args(words))


def test_a_text_message_is_counted_and_billed_by_its_segments(capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("--split", "--json", "sms", "ça part demain. " * 10) == 0
    found = json.loads(capsys.readouterr().out)

    assert (found["unit"], found["limit"]) == ("segments", 3)
    assert [part["units"] for part in found["parts"]] == [3]  # a cedilla: 67 characters in each of three
    assert found["usd"] == pytest.approx(3 * 0.08)


def test_people_read_the_parts_one_after_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("--split", "x", LONG, "--public") == 0
    told = capsys.readouterr().out

    assert told.startswith("x, public: 4 messages, ")
    assert "1. " in told
    assert "4. " in told
    assert "0.0600 USD" in told.splitlines()[0]


def test_a_post_with_a_link_costs_what_x_takes_for_one_and_a_message_does_not() -> None:
    with_link, without = "Voyez maison-lune.fr svp.", "Voyez notre site svp."

    assert split("x", with_link, public=True)["usd"] == 0.20
    assert split("x", without, public=True)["usd"] < 0.02
    assert split("x", with_link, public=False)["usd"] < 0.02


def test_a_card_number_is_covered() -> None:
    assert "4242 4242 4242 4242" not in drawn(split("messenger", "Ma carte : 4242 4242 4242 4242", public=False))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--split", "slack", "Bonjour"), "slack says nothing to customers"),
        (("--split", "sms", "Bonjour", "--public"), "sms has no public posts"),
        (("--public", "sms", "file"), "--public goes with --split"),
    ],
)
def test_what_cannot_be_is_said(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        ran(*words)


@pytest.mark.parametrize(("name", "public"), SHOWN)
@given(text=st.text(alphabet="aé ç😀’.\n1", max_size=900))
def test_the_parts_are_those_that_would_be_sent_within_the_limit_and_their_units_add_up(
    *, name: str, public: bool, text: str
) -> None:
    found = split(name, text, public=public)
    traits = REGISTRY[name].traits
    surface = traits.public if public else traits.private

    assert surface is not None
    assert [each["text"] for each in found["parts"]] == [each.text for each in parts_of(Content(text=text), surface)]
    assert all(0 < each["units"] <= found["limit"] for each in found["parts"])
    assert found["units"] == sum(each["units"] for each in found["parts"])
    assert found["usd"] == pytest.approx(sum(each["usd"] for each in found["parts"]))
