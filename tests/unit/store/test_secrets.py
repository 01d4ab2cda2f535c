"""Secrets as functions read them: when SSM is asked, and what serves while it does not answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.errors import Retryable
from chalicelib.model import Account, AccountId, AccountKey, BrandId, ChannelName
from chalicelib.store.secrets import AGAIN_MS, MAX_AGE_MS, Secrets
from tests.simulation.dynamo import client_error

APP, TOKEN = "/p/app/messenger/a", "/p/token/messenger/1"


@dataclass
class Ssm:
    """SSM with these parameters; refuses the next `errors` in turn."""

    held: dict[str, Any]
    errors: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> Any:  # noqa: N803 - boto3's names
        self.read.append(Name)
        if self.errors:
            raise client_error(self.errors.pop(0), "GetParameter")
        if Name not in self.held:
            raise client_error("ParameterNotFound", "GetParameter")
        return {"Parameter": {"Value": json.dumps(self.held[Name])}}


class Here:
    """Secrets over such an SSM, with a clock that its pauses move."""

    def __init__(self, held: dict[str, Any], *errors: str) -> None:
        self.now, self.paused_s = 1_000_000, 0.0
        self.ssm = Ssm(held, list(errors))
        self.secrets = Secrets(lambda: self.ssm, "/p", lambda: self.now, self.pause)

    def pause(self, seconds: float) -> None:
        self.paused_s += seconds


def account(connected_at: int = 0) -> Account:
    return Account(
        key=AccountKey("k"),
        brand=BrandId("b"),
        channel=ChannelName("messenger"),
        account_id=AccountId("1"),
        app_key="a",
        connected_at=connected_at,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("kept", "known"),
    [
        ({"current": "n"}, ("n",)),
        ({"current": "n", "previous": "o"}, ("n", "o")),
        ({"current": "n", "previous": ["o", "n", "oo"]}, ("n", "o", "oo")),
        ({"verify_token": "v"}, ()),
    ],
)
def test_every_secret_of_an_app_verifies_the_current_one_first(kept: dict[str, Any], known: tuple[str, ...]) -> None:
    assert Here({APP: kept}).secrets.app("messenger", "a").app_secrets == known


def test_one_app_is_read_and_no_other() -> None:
    here = Here({APP: {"current": "n"}, "/p/app/messenger/b": {"current": "m"}})
    here.secrets.app("messenger", "a")

    assert here.ssm.read == [APP]


def test_an_app_that_nobody_set_up_verifies_nothing_and_is_asked_for_twice_a_minute() -> None:
    here = Here({})
    for _ in range(60):
        assert here.secrets.app("messenger", "a").app_secrets == ()
        here.now += 1_000

    assert len(here.ssm.read) == 60_000 // AGAIN_MS
    here.ssm.held[APP] = {"current": "n"}
    here.now += AGAIN_MS
    assert here.secrets.app("messenger", "a").app_secrets == ("n",)


def test_a_throttled_first_read_waits_and_asks_again() -> None:
    here = Here({APP: {"current": "n"}}, "ThrottlingException", "ThrottlingException")

    assert here.secrets.app("messenger", "a").app_secrets == ("n",)
    assert 0.5 <= here.paused_s <= 2.0  # Slack waits three seconds


def test_what_stays_throttled_is_tried_again_by_whoever_sent_it() -> None:
    here = Here({APP: {"current": "n"}}, *["ThrottlingException"] * 3)

    with pytest.raises(Retryable):
        here.secrets.app("messenger", "a")


def test_the_last_known_secret_serves_while_ssm_is_away_and_each_message_does_not_wait_for_it() -> None:
    here = Here({APP: {"current": "n"}})
    here.secrets.app("messenger", "a")
    here.now += MAX_AGE_MS
    here.ssm.errors = ["InternalServerError"] * 10
    for _ in range(10):
        assert here.secrets.app("messenger", "a").app_secrets == ("n",)

    assert (len(here.ssm.read), here.paused_s) == (2, 0.0)


def test_a_new_connection_is_read_at_once_even_where_the_administrators_clock_is_ahead() -> None:
    here = Here({APP: {"current": "n"}, TOKEN: {"token": "t"}})
    here.secrets.account(account())
    here.ssm.held[TOKEN] = {"token": "t2"}
    here.now += 60_000
    ahead = account(connected_at=here.now + 3_600_000)
    assert here.secrets.account(ahead).token == "t2"
    read = len(here.ssm.read)
    for _ in range(20):
        here.secrets.account(ahead)

    assert len(here.ssm.read) == read


@pytest.mark.parametrize("clock_ms", [-60_000, 0, 60_000])
def test_a_token_that_was_read_a_moment_before_a_new_connection_is_not_used_after_it(clock_ms: int) -> None:
    """Whatever the administrator's clock says: the secret was written before the account says that it is connected."""
    here = Here({APP: {"current": "n"}, TOKEN: {"token": "dead"}})
    first = account(connected_at=here.now - 3_600_000)
    assert here.secrets.account(first).token == "dead"
    here.now += 1
    here.ssm.held = {APP: {"current": "n2"}, TOKEN: {"token": "new"}}
    again = account(connected_at=here.now + clock_ms)

    held = here.secrets.account(again)
    read = len(here.ssm.read)
    for _ in range(20):
        here.secrets.account(again)

    assert (held.token, held.app_secrets) == ("new", ("n2",))
    assert len(here.ssm.read) == read


def test_accounts_that_share_an_app_do_not_have_its_secrets_read_for_each_message() -> None:
    here = Here({APP: {"current": "n"}, TOKEN: {"token": "t"}})
    older, newer = account(connected_at=here.now - 2), account(connected_at=here.now - 1)
    for each in (older, newer):
        here.secrets.account(each)
    read = here.ssm.read.count(APP)
    for each in (older, newer) * 10:
        here.secrets.account(each)

    assert here.ssm.read.count(APP) == read


def test_an_account_without_a_token_has_none() -> None:
    assert Here({APP: {"current": "n"}}).secrets.account(account()).token == ""
