"""A customer's name is asked of Messenger in one request, its token in a header; it may fail like any other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.channels.messenger import Messenger
from chalicelib.conversation import address_of
from chalicelib.errors import Refused, Retryable, SendError, TokenExpired
from chalicelib.model import Credentials
from chalicelib.ports import HttpAnswer, KnowsNames

PERSON = address_of("messenger", "2001", "24 0/1")


class Once:
    """One answer; `asked` holds the calls."""

    def __init__(self, status: int, body: Any) -> None:
        self.answer = HttpAnswer(status, {}, json.dumps(body).encode())
        self.asked: list[tuple[str, str, Mapping[str, str]]] = []

    def request(self, method: str, url: str, **given: Any) -> HttpAnswer:
        self.asked.append((method, url, given["headers"]))
        return self.answer


def told(status: int, body: Any) -> str:
    return Messenger(Credentials(token="t-1"), Once(status, body)).name_of(PERSON)


def test_one_request_asks_for_the_name_and_keeps_the_token_out_of_the_address() -> None:
    http = Once(200, {"first_name": "Jean-Baptiste", "last_name": "Le Goff", "id": "1"})
    name = Messenger(Credentials(token="t-1"), http).name_of(PERSON)
    ((method, url, headers),) = http.asked

    assert name == "Jean-Baptiste Le Goff"
    assert method == "GET"
    assert url.endswith("/24%200%2F1?fields=first_name,last_name")
    assert "t-1" not in url
    assert headers["authorization"] == "Bearer t-1"


@pytest.mark.parametrize(
    ("body", "name"), [({"first_name": "Zoé"}, "Zoé"), ({}, ""), ({"first_name": 7, "last_name": ["x"]}, "7"), ([], "")]
)
def test_what_is_no_name_is_left_out(body: Any, name: str) -> None:
    assert told(200, body) in (name, "")


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [(400, 100, Refused), (400, 190, TokenExpired), (500, 2, Retryable), (503, None, SendError)],
)
def test_a_refusal_is_an_error_of_sending(status: int, code: int | None, error: type[SendError]) -> None:
    with pytest.raises(error):
        told(status, {"error": {"code": code}} if code else {})


def test_only_channels_that_say_so_are_asked_for_names() -> None:
    asked = {name for name, kind in REGISTRY.items() if kind.traits.profiles}
    able = {name for name, kind in REGISTRY.items() if isinstance(kind(Credentials(), Once(200, {})), KnowsNames)}

    assert asked == able >= {"messenger"}
