"""What the guided dialogue of `guichet account connect` says and asks, and when it is one."""

from __future__ import annotations

import io
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.consent import Choice
from chalicelib.errors import UsageError, WrongUsage
from chalicelib.model import Request
from chalicelib.stages.consents import answer
from infra.cli import parser
from infra.commands import _consent

from .account_stage import IDS, Platform, Stage, playing
from .test_consent_crashes import ANSWERS, API, WANTED

TWO = (
    Choice(account_id="1", name="Maison Lune", held={"token": "s3cret"}),
    Choice(account_id="2", name="Atelier", held={"token": "s3cret"}, lacks="you have not the task MESSAGING"),
)
DESK = (Choice(account_id="T0G/", name="Lune", held={"token": "s3cret"}),)


class Typing(io.StringIO):
    """A terminal at which somebody types this."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def platform() -> Iterator[Platform]:
    with playing() as played:
        played.answers = ANSWERS
        yield played


def arguments(*words: str) -> Namespace:
    found = parser().parse_args(["account", "connect", *words])
    found.channel = found.channel or found.which
    return found


@pytest.mark.parametrize(
    ("words", "typed", "api", "guided"),
    [
        (["messenger"], True, API, True),
        (["messenger"], True, "", False),
        (["messenger"], False, API, False),
        (["messenger", "--keys"], True, API, False),
        (["messenger", "--secrets", "f.json"], True, API, False),
        (["messenger", "--secrets", "f.json", "--consent"], False, API, True),
        (["sms"], True, API, False),
        (["telegram"], True, API, False),
        (["shop"], True, API, False),
    ],
)
def test_a_page_is_asked_where_there_is_one_a_person_types_and_we_can_be_called_back(
    words: list[str], typed: object, api: str, guided: object
) -> None:
    terminal = Typing() if typed else io.StringIO()

    assert _consent.is_asked(arguments(*words), api, terminal) is guided


@pytest.mark.parametrize(
    ("choices", "typed", "named", "chosen"),
    [
        (TWO, "1\n", "", "1"),
        (TWO, "2\n", "", "2"),
        (TWO[:1], "", "", "1"),
        (TWO, "", "9", "9"),
        (DESK, "C0M\n", "", "T0G/C0M"),
    ],
)
def test_somebody_chooses_by_number_or_has_named_it_or_there_is_only_one(
    choices: tuple[Choice, ...], typed: str, named: str, chosen: str, capsys: Any
) -> None:
    assert _consent._chosen(choices, named, Typing(typed)) == chosen
    assert "s3cret" not in "".join(capsys.readouterr())


@pytest.mark.parametrize("typed", ["", "0\n", "3\n", "x\n", "\u0661\n"])
def test_a_number_that_is_none_connects_nothing(typed: str) -> None:
    with pytest.raises(UsageError, match="nothing is connected"):
        _consent._chosen(TWO, "", Typing(typed))


def test_where_nobody_types_the_accounts_are_named_and_none_is_taken() -> None:
    with pytest.raises(UsageError, match="--account ID: 1, 2"):
        _consent._chosen(TWO, "", io.StringIO())
    with pytest.raises(WrongUsage, match="--secrets FILE"):
        _consent._completed(Stage("http://127.0.0.1:9").services, _without(), io.StringIO())


def _without() -> Any:
    return replace(WANTED, held={})


def test_the_whole_dialogue_ends_with_what_works_and_what_waits(platform: Platform, capsys: Any) -> None:
    stage, said = Stage(platform.base), []
    stage.services.settings = replace(stage.services.settings, endpoint_url="http://127.0.0.1:9")

    def person(words: str) -> None:
        said.append(words)
        url = words.splitlines()[-1]
        mark = dict(parse_qsl(urlsplit(url).query)).get("state")
        if mark:
            back = Request("GET", "/connect/messenger", {"state": mark, "code": "c"}, {}, b"")
            Thread(target=answer, args=("messenger", back, stage.services.consents)).start()

    asked = arguments("messenger", "--consent")
    document = _consent.connect(stage.services, asked, WANTED, API, io.StringIO(), person)
    words = _consent.said(document)

    assert "within ten minutes" in said[0]
    assert document["account_id"] == IDS["messenger"]
    assert [each["done"] for each in document["set"]] == [True, True]
    assert words.splitlines()[0] == "messenger 1042 (Maison Lune) is connected."
    assert "  ok   the page sends the app its events" in words
    assert "  FAIL signed event: no answer (" in words  # nobody listens at this address
    assert "What waits for the platform: Advanced Access" in words
    assert not [each for each in ("person", "token-of", '"page"') if each in words]
