"""`guichet smoke` tells a stage that refuses a forgery from one that lets it in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chalicelib.model import Account, AccountId, AccountKey, BrandId, ChannelName
from infra.stage_status import Check, forgeries
from tests.support.serving import Handler, serving

Seen = list[tuple[str, dict[str, str], bytes]]


def account(channel: str) -> Account:
    return Account(
        key=AccountKey("opaque"),
        brand=BrandId("maison-lune"),
        channel=ChannelName(channel),
        account_id=AccountId("1"),
        app_key="a",
    )


@contextmanager
def stage(status: int) -> Iterator[tuple[str, Seen]]:
    """A stage that answers every request with this status."""
    seen: Seen = []

    class Stage(Handler):
        def do_POST(self) -> None:  # noqa: N802 - a name that http.server wants
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving(Stage) as address:
        yield address, seen


def checked(status: int, *accounts: Account) -> tuple[list[Check], Seen]:
    with stage(status) as (api, seen):
        return list(forgeries(api, accounts, now_s=1_795_597_200)), seen


@pytest.mark.parametrize(("status", "passed"), [(401, True), (403, True), (200, False), (404, False), (500, False)])
def test_only_a_refusal_passes(status: int, passed: bool) -> None:  # noqa: FBT001 - a table
    found, _ = checked(status, account("slack"), account("messenger"))

    assert [each.passed for each in found] == [passed, passed]


def test_a_connected_account_gets_the_forgery_so_that_a_signature_is_looked_at() -> None:
    _, seen = checked(403, account("slack"), account("x"))
    paths = {path: headers for path, headers, _ in seen}

    assert set(paths) == {"/webhooks/x/opaque", "/slack/events"}
    assert paths["/webhooks/x/opaque"]["x-twitter-webhooks-signature"].startswith("sha256=")
    assert paths["/slack/events"]["x-slack-request-timestamp"] == "1795597200"
    assert paths["/slack/events"]["x-slack-signature"].startswith("v0=")


@pytest.mark.parametrize(("status", "passed"), [(200, True), (403, False), (500, False)])
def test_without_an_account_intake_is_known_to_ignore_an_unknown_key(status: int, passed: bool) -> None:  # noqa: FBT001 - a table
    intake, desk = checked(status)[0]

    assert (intake.passed, "no account" in intake.seen) == (passed, True)
    assert desk.passed is (status == 403)
