"""Webhooks that the played platform keeps to itself: Guichet finds the messages in its list, and answers them once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from chalicelib.channels import REGISTRY
from chalicelib.http import HttpClient
from chalicelib.model import Account, AccountId, AccountKey, ChannelName, Millis
from chalicelib.stages.gap_sweep import SETTLES_MS, fill_gaps, is_due
from chalicelib.store.directory import Directory
from infra.local.simulators.config import parse_config
from infra.local.simulators.server import build
from tests.simulation.platforms import SECRET
from tests.simulation.world import EXTRA, PREFIX, TABLE, SimWiring, World

from .conftest import free_port, until

ACCOUNTS = {
    "sms": "33757590041",
    "whatsapp_twilio": "33757590051",
    "messenger": "104200000000011",
    "instagram": "17841466230917061",
    "facebook": "104200000000021",
    "x": "1740000000000000031",
}
FILELESS = {"x"}
SID = EXTRA["account_sid"]


@contextmanager
def played() -> Iterator[httpx.Client]:
    """The simulators in this process, on a port of their own."""
    accounts = {
        channel: {
            "webhook_url": "http://127.0.0.1:9/never-called",
            "account_id": number,
            "auth_token": "auth-token",
            "app_secret": "app-secret",
            "verify_token": "verify",
            "account_sid": SID,
            "consumer_secret": SECRET,
            "token_secret": EXTRA["token_secret"],
            "login": "instagram",
            "token": f"key-secret-{channel}",
        }
        for channel, number in ACCOUNTS.items()
    }
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    app = build(parse_config({"brands": [{"brand": "maison-lune", "accounts": accounts}]}), url, check=False)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    with httpx.Client(base_url=url, trust_env=False, timeout=10) as client:
        until(lambda: server.started)
        yield client
        server.should_exit = True
        thread.join(10)


def connected(channel: str, base: str) -> tuple[World, Account]:
    """A Guichet whose account of this channel is the one that is played, ten minutes from now."""
    world = World()
    world.outside[channel] = HttpClient(f"{base}/{channel}")
    account = Account(
        key=AccountKey(f"k-{channel}"),
        brand=world.brand,
        channel=ChannelName(channel),
        account_id=AccountId(ACCOUNTS[channel]),
        app_key="app",
    )
    Directory(world.dynamo, TABLE).put_account(account)
    held = {**EXTRA, "token": f"key-secret-{channel}", "key_sid": "", "read_list": "yes"}
    world.parameters[f"{PREFIX}/token/{channel}/{account.account_id}"] = held
    world.clock.now = world.stepped_at = world.swept_at = time.time_ns() // 1_000_000 + SETTLES_MS + 60_000
    while not is_due(channel, account.account_id, Millis(world.clock.now), REGISTRY[channel].traits.list_every):
        world.clock.now += 60_000
    return world, account


def sends(client: httpx.Client, channel: str) -> int:
    """How many messages Guichet asked the platform to send."""
    posted = client.get("/outbound", params={"channel": channel}).json()
    return sum(each["kind"] == "send" for each in posted)


@pytest.mark.parametrize("channel", sorted(ACCOUNTS.keys() - {"facebook"}))
def test_messages_whose_webhooks_were_lost_are_found_in_the_list_in_order_and_answered_once(channel: str) -> None:
    with played() as client:
        person = client.post("/sim/person", json={"language": "fr"}).json()["key"]
        lost = {"channel": channel, "fault": "webhook_lost", "times": 3}
        assert client.post("/faults", json=lost).status_code < 300
        said: list[dict[str, Any]] = [{"text": "Quels sont vos horaires ?"}, {"text": "Et le samedi ?"}]
        written_there = [*said, *([] if channel in FILELESS else [{"text": "", "file": "photo"}])]
        for asked in written_there:
            whose = {"brand": "maison-lune", "channel": channel, "person": person}
            answer = client.post("/sim/write", json=whose | asked)
            assert answer.status_code < 300, answer.text
        world, account = connected(channel, str(client.base_url).rstrip("/"))
        wiring = SimWiring(world, world.settings)
        assert fill_gaps([account], world.clock(), wiring.for_handlers) is None
        world.run()

        read = wiring.for_handlers.directory.list_read(account)
        assert read is not None
        assert (read.found, read.error) == (len(written_there), "")
        bubbles = client.get("/sim/state").json()["bubbles"]
        written = [each for each in bubbles if each["side"] == "customer"]
        assert [each["status"] for each in written] == ["sent"] * len(written_there)
        items = sorted((sk, item) for (_, sk), item in world.dynamo.items.items() if sk.startswith("m#"))
        stored = [item for _, item in items if item["author"]["S"] == "customer"]
        assert [item["text"]["S"] for item in stored if "text" in item] == [each["text"] for each in said]
        assert any(key.startswith("media/") for key in world.buckets) == (channel not in FILELESS)
        answers = sends(client, channel)
        assert len([each for each in bubbles if each["side"] == "brand"]) == answers > 0
        assert fill_gaps([account], world.clock(), wiring.for_handlers) is None
        world.run()
        assert sends(client, channel) == answers


@pytest.mark.parametrize("channel", ["facebook", "instagram"])
def test_comments_whose_webhooks_were_lost_are_found_under_their_post_in_order_and_once(channel: str) -> None:
    with played() as client:
        person = client.post("/sim/person", json={"language": "fr"}).json()["key"]
        assert client.post("/faults", json={"channel": channel, "fault": "webhook_lost", "times": 2}).status_code < 300
        whose = {"brand": "maison-lune", "channel": channel, "person": person, "surface": "public"}
        top = client.post("/sim/write", json=whose | {"text": "Quels sont vos horaires ?"}).json()
        bubbles = client.get("/sim/state").json()["bubbles"]
        below = {"text": "Et le samedi ?", "anchor": bubbles[-1]["platform_id"]}
        assert client.post("/sim/write", json=whose | below).status_code < 300, top
        world, account = connected(channel, str(client.base_url).rstrip("/"))
        wiring = SimWiring(world, world.settings)
        for _ in range(2):  # read again, nothing is new
            assert fill_gaps([account], world.clock(), wiring.for_handlers) is None
            world.run()

        read = wiring.for_handlers.directory.list_read(account)
        assert read is not None
        assert (read.found, read.error, read.unplaced) == (2, "", 0)
        items = sorted((sk, item) for (_, sk), item in world.dynamo.items.items() if sk.startswith("m#"))
        stored = [item for _, item in items if item["author"]["S"] == "customer"]
        assert [item["text"]["S"] for item in stored] == ["Quels sont vos horaires ?", "Et le samedi ?"]
        assert ["quoting" in item for item in stored] == [False, True]
        assert sends(client, channel) == 0
