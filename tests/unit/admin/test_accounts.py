"""Accounts: what is refused before anything is written, what the platform is asked, and what a disconnect takes."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from chalicelib.admin.accounts import disconnect, leaving, shown, to_do
from chalicelib.admin.connecting import connecting
from chalicelib.admin.doctor import doctor
from chalicelib.admin.findings import Finding
from chalicelib.admin.given_secrets import given, wanted
from chalicelib.channels import REGISTRY, _whatsapp_connecting
from chalicelib.errors import Refused, UsageError
from chalicelib.model import AccountId, BrandId, ChannelName, Credentials, Millis
from chalicelib.store import audit
from chalicelib.wiring import Wiring

from .account_stage import CALLED, IDS, MARIE, OTHERS, SECRETS, Platform, Stage, playing

FIXTURES = Path(__file__).parents[2] / "fixtures"
OWN = "app/people/keys"  # made by the first connect, and kept: a secret of the stage, not of an account


@pytest.fixture
def platform() -> Iterator[Platform]:
    with playing() as played:
        yield played


@pytest.fixture
def stage(platform: Platform) -> Stage:
    return Stage(platform.base)


@pytest.mark.parametrize(
    ("channel", "held", "said"),
    [
        ("messenger", {"tokn": "s3cret"}, "did you mean 'token'"),
        ("messenger", {"app_secret": "s3cret"}, "did you mean 'current'"),
        ("slack", {"signing_secret": "s3cret"}, "did you mean 'current'"),
        ("x", {"access_token_secret": "s3cret"}, "did you mean 'token_secret'"),
        ("x", {"app": {"curent": "s3cret"}}, "did you mean 'current'"),
        ("whatsapp", {"token": {"token_secret": "s3cret"}}, "Known: token"),
        ("messenger", {"zzz": "s3cret"}, "Known: current, previous, verify_token, app_id, token"),
        ("messenger", {"token": 7}, "must be text"),
        ("messenger", {"previous": [7]}, "must be text"),
        ("messenger", {}, "empty"),
        ("shop", {"url": "https://shop.example", "secrt": "s3cret"}, "did you mean 'secret'"),
    ],
)
def test_a_secret_that_no_channel_has_is_refused_with_what_was_meant(
    channel: str, held: Mapping[str, Any], said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        given(channel, held)
    assert said in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("channel", [*REGISTRY, "slack"])
def test_whatever_is_asked_for_is_taken(channel: str) -> None:
    names = wanted(channel)
    told = given(channel, dict.fromkeys(names, "x"))

    assert set(told.app) | set(told.token) == set(names)
    assert set(SECRETS[channel]) <= set(names)


@pytest.mark.parametrize("channel", CALLED)
def test_a_new_account_ends_with_what_is_left_at_the_platform_and_new_secrets_do_not(
    channel: str, stage: Stage, platform: Platform
) -> None:
    first = stage.connect(channel, SECRETS[channel])
    steps = to_do(first.account, "https://guichet.example")
    webhook = shown(first.account, "https://guichet.example")["webhook_url"]
    again = stage.connect(channel, SECRETS[channel])

    assert (first.new, again.new) == (True, False)
    by_http = channel != "slack" and REGISTRY[channel].authenticator.kind != "internal"
    assert sum(webhook in each for each in steps) == (1 if by_http else 0)
    assert "{webhook}" not in str(steps)


def test_a_field_that_whatsapp_is_to_send_is_one_of_which_we_have_a_body() -> None:
    bodies = [path.read_text("utf-8", "replace") for path in (FIXTURES / "whatsapp").glob("*.json")]
    fields = set(re.findall(r'"field": ?"([a-z_]+)"', "".join(bodies)))

    assert set(_whatsapp_connecting.EVENTS) <= fields


@pytest.mark.parametrize("channel", CALLED)
def test_the_platform_is_asked_whose_token_it_is_before_anything_is_written(
    channel: str, stage: Stage, platform: Platform
) -> None:
    done = stage.connect(channel, SECRETS[channel])

    assert done.called == CALLED[channel]
    assert 1 <= len(platform.asked) <= 2
    token = SECRETS[channel]["token"]
    signed = ("Bearer t", "OAuth ", "Basic ", "AWS4-HMAC-SHA256 ")
    assert all(sent.startswith(signed) or token in path for path, sent in platform.asked)


@pytest.mark.parametrize("channel", CALLED)
def test_a_token_of_another_account_is_refused_and_nothing_is_written(
    channel: str, stage: Stage, platform: Platform
) -> None:
    platform.answers = OTHERS
    with pytest.raises(UsageError, match="it is for another account"):
        stage.connect(channel, SECRETS[channel])

    assert (stage.ssm.kept, stage.dynamo.items) == ({}, {})


@pytest.mark.parametrize("channel", CALLED)
def test_a_token_that_the_platform_does_not_take_is_refused_and_nothing_is_written(
    channel: str, stage: Stage, platform: Platform
) -> None:
    platform.status, platform.answers = 401, {"/auth.test": {"ok": False, "error": "invalid_auth"}}
    with pytest.raises(UsageError, match="nothing was written") as caught:
        stage.connect(channel, SECRETS[channel])

    assert "s3cret" not in str(caught.value)
    assert (stage.ssm.kept, stage.dynamo.items) == ({}, {})


# How each platform reads an app's secret that is "wrong", as a header holds it.
APP_TOKENS = {
    "messenger": "77|wrong",
    "facebook": "77|wrong",
    "whatsapp": "77|wrong",
    "instagram": "77|wrong",
    "x": b64encode(b"ck:wrong").decode(),
    "sms": b64encode(b"AC1:wrong").decode(),
    "whatsapp_twilio": b64encode(b"AC1:wrong").decode(),
}


CHECKED = [name for name, kind in REGISTRY.items() if kind.connecting().app_check is not None]


@pytest.mark.parametrize("channel", CHECKED)
def test_an_apps_secret_that_the_platform_does_not_take_is_refused_and_nothing_is_written(
    channel: str, stage: Stage, platform: Platform
) -> None:
    platform.refuses = APP_TOKENS[channel]
    with pytest.raises(UsageError, match="does not take this app secret") as caught:
        stage.connect(channel, SECRETS[channel] | {"current": "wrong", "app_id": "77"})

    assert "nothing was written" in str(caught.value)
    assert "wrong" not in str(caught.value)
    assert (stage.ssm.kept, stage.dynamo.items) == ({}, {})


@pytest.mark.parametrize("channel", CHECKED)
def test_doctor_says_that_an_apps_secret_is_another(channel: str, stage: Stage, platform: Platform) -> None:
    stage.connect(channel, SECRETS[channel] | {"current": "wrong", "app_id": "77"})
    platform.refuses = APP_TOKENS[channel]
    seen = findings(stage, channel)["app secret"]

    assert not seen.well
    assert f"guichet account connect {channel}" in seen.advice


@pytest.mark.parametrize("channel", CALLED)
def test_a_platform_that_is_away_or_not_to_be_asked_keeps_nobody_from_connecting(
    channel: str, stage: Stage, platform: Platform
) -> None:
    platform.status = 503
    assert stage.connect(channel, SECRETS[channel]).called == ""
    platform.asked.clear()
    assert stage.connect(channel, SECRETS[channel], unasked=True).called == ""
    assert platform.asked == []


def test_a_new_app_secret_is_kept_whatever_becomes_of_the_token_that_is_there(stage: Stage, platform: Platform) -> None:
    stage.connect("messenger", SECRETS["messenger"])
    well = stage.connect("messenger", {"current": "s2"})
    platform.status, platform.answers = 401, {}
    dead = stage.connect("messenger", {"current": "s3"})

    assert (well.called, dead.called) == ("Maison Lune", "")
    assert stage.ssm.now()["app/messenger/maison-lune"]["current"] == "s3"


def test_an_x_account_whose_keys_are_incomplete_is_refused(stage: Stage) -> None:
    with pytest.raises(UsageError, match="no_keys"):
        stage.connect("x", {"current": "s", "token": "t"})


def test_one_new_secret_leaves_the_others_as_they_are(stage: Stage) -> None:
    stage.connect("x", SECRETS["x"])
    stage.connect("x", {"token": "t"})
    stage.connect("x", {"current": "s2"})

    assert {name: kept for name, kept in stage.ssm.now().items() if name != OWN} == {
        "app/x/maison-lune": {"current": "s2", "previous": ["s"]},
        "token/x/1740": {"token": "t", "token_secret": "ts", "consumer_key": "ck"},
    }


@pytest.mark.parametrize(
    ("account", "app"), [("a b", ""), ("a/b/c", ""), ("é", ""), ("", ""), ("1", "a/b"), ("1", "é")]
)
def test_an_id_that_no_parameter_can_be_named_after_is_refused(account: str, app: str, stage: Stage) -> None:
    with pytest.raises(UsageError):
        stage.connect("messenger", SECRETS["messenger"], account or " ", app_key=app)
    assert stage.ssm.kept == {}


def test_a_disconnect_takes_the_secrets_and_the_account_and_an_apps_with_its_last_one(
    stage: Stage, platform: Platform
) -> None:
    stage.connect("messenger", SECRETS["messenger"])
    stage.connect("messenger", SECRETS["messenger"], "77", unasked=True)
    first = leaving(stage.services, ChannelName("messenger"), AccountId("77"))
    disconnect(stage.services, first, MARIE)
    kept = set(stage.ssm.now()) - {OWN}
    last = leaving(stage.services, ChannelName("messenger"), AccountId("1042"))
    disconnect(stage.services, last, MARIE)

    assert (first.app_too, last.app_too) == (False, True)
    assert kept == {"app/messenger/maison-lune", "token/messenger/1042"}
    assert (set(stage.ssm.now()), list(stage.services.directory.accounts())) == ({OWN}, [])
    assert stage.services.directory.by_key(last.account.key) is None
    with pytest.raises(UsageError, match="account list"):
        leaving(stage.services, ChannelName("messenger"), AccountId("1042"))


def test_a_disconnect_that_dies_anywhere_is_done_again(platform: Platform) -> None:
    class Dies:
        """A client whose call number `at` is its process's last; what it asked for may be done."""

        def __init__(self, inner: Any, left: list[int]) -> None:
            self._inner, self._left = inner, left

        def __getattr__(self, name: str) -> Any:
            found = getattr(self._inner, name)
            if name == "exceptions":
                return found

            def call(**asked: Any) -> Any:
                answer = found(**asked)
                self._left[0] -= 1
                if self._left[0] == 0:
                    raise KeyboardInterrupt
                return answer

            return call

    for at in range(1, 40):
        stage, left = Stage(platform.base), [0]
        stage.connect("messenger", SECRETS["messenger"])
        real = stage.services.client
        services = Wiring(stage.services.settings, client=lambda name, real=real, left=left: Dies(real(name), left))  # type: ignore[misc]
        left[0] = at
        try:
            disconnect(services, leaving(services, ChannelName("messenger"), AccountId("1042")), MARIE)
        except KeyboardInterrupt:
            if stage.services.directory.by_id("messenger", "1042") is not None:
                disconnect(stage.services, leaving(stage.services, ChannelName("messenger"), AccountId("1042")), MARIE)
            assert (set(stage.ssm.now()), list(stage.services.directory.accounts())) == ({OWN}, []), at
        else:
            assert at > 5
            return
    raise AssertionError("it never ended")


def findings(stage: Stage, channel: str) -> dict[str, Finding]:
    account = stage.services.directory.by_id(channel, IDS[channel])
    assert account is not None
    return {each.name: each for each in doctor(stage.services, account, "")}


@pytest.mark.parametrize("channel", CALLED)
def test_doctor_asks_the_platform_on_every_stage(channel: str, stage: Stage, platform: Platform) -> None:
    stage.connect(channel, SECRETS[channel])
    well = findings(stage, channel)["platform"]
    platform.status, platform.answers = 401, {"/auth.test": {"ok": False, "error": "invalid_auth"}}
    ill = findings(stage, channel)["platform"]

    assert (well.well, well.seen) == (True, f"takes the token of {CALLED[channel]}")
    assert not ill.well
    assert f"guichet account connect {channel} --brand maison-lune --account {IDS[channel]} --stage test" in ill.advice


def test_every_command_that_doctor_prints_runs_as_it_stands(stage: Stage) -> None:
    import shlex

    from infra.cli import parser

    stage.connect("messenger", SECRETS["messenger"])
    stage.ssm.kept.clear()
    stage.services.secrets.forget()
    advice = [each.advice for each in findings(stage, "messenger").values() if not each.well]
    commands = [found for each in advice for found in re.findall(r"`guichet ([^`]*)`", each)]

    assert len(commands) >= 2
    for command in commands:
        assert parser().parse_args(shlex.split(command)).stage == "test"


def test_who_connects_and_disconnects_is_told_by_the_account_and_without_a_secret(
    stage: Stage, platform: Platform
) -> None:
    stage.connect("messenger", SECRETS["messenger"])
    stage.connect("messenger", SECRETS["messenger"])
    disconnect(stage.services, leaving(stage.services, ChannelName("messenger"), AccountId("1042")), MARIE)
    table = stage.services.table(BrandId("maison-lune"))
    told = {(line.by, line.what, line.about, line.before, line.after) for line in audit.lines(table, Millis(0))}

    assert told == {
        ("marie", "account.connect", "messenger 1042", "", "connected"),
        ("marie", "account.connect", "messenger 1042", "connected", "connected"),
        ("marie", "account.disconnect", "messenger 1042", "connected", "disconnected"),
    }


def test_who_connects_an_account_again_is_told_with_why_it_was_paused(stage: Stage, platform: Platform) -> None:
    stage.connect("messenger", SECRETS["messenger"])
    stage.services.directory.pause(stage.account("messenger"), "190", "row")
    stage.now = Millis(stage.now + 1)
    stage.connect("messenger", SECRETS["messenger"])
    lines = list(audit.lines(stage.services.table(BrandId("maison-lune")), Millis(0)))

    assert ("paused (190)", "connected") in {(line.before, line.after) for line in lines}
    assert stage.account("messenger").paused == ""


def test_an_account_that_was_paused_is_disconnected_as_such(stage: Stage, platform: Platform) -> None:
    stage.connect("messenger", SECRETS["messenger"])
    stage.services.directory.pause(stage.account("messenger"), "190", "row")
    disconnect(stage.services, leaving(stage.services, ChannelName("messenger"), AccountId("1042")), MARIE)
    lines = list(audit.lines(stage.services.table(BrandId("maison-lune")), Millis(0)))

    assert ("paused (190)", "disconnected") in {(line.before, line.after) for line in lines}


def test_twilios_app_secret_is_not_called_refused_where_nobody_could_be_asked(stage: Stage, platform: Platform) -> None:
    ask = connecting("sms").app_check
    assert ask is not None
    with pytest.raises(Refused, match="no_keys"):
        ask(stage.services.http("sms"), Credentials(app_secrets=("s",)))


def test_a_token_that_the_platform_refuses_leaves_no_line(stage: Stage) -> None:
    with pytest.raises(UsageError, match="no_keys"):
        stage.connect("x", {"current": "s", "token": "t"})

    assert list(audit.lines(stage.services.table(BrandId("maison-lune")), Millis(0))) == []
