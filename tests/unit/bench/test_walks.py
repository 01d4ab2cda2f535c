"""Which paths bench/units walks on each channel, and what a stored mail costs there."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bench.rig.memory import memory_mb
from bench.rig.meter import Ledger, Spent, Storage
from bench.rig.walks import CHANNELS, COMPLAINT, DELIVERY, OWN_ORDER, PATHS, THANKS, Route
from infra.estimate import REPLY, TICKET
from infra.mail import MEMORY_MB


def route(name: str, channel: str) -> Route:
    (found,) = [each for each in PATHS if (each.name, each.channel) == (name, channel)]
    return found


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_an_estimate_needs_is_measured_on_every_channel(channel: str) -> None:
    assert route(REPLY, channel).now
    assert route(TICKET, channel).agent


def test_each_channel_is_walked_as_it_speaks() -> None:
    assert (route(REPLY, "messenger").before, route(TICKET, "messenger").now) == ((DELIVERY,), (COMPLAINT,))
    assert (route(REPLY, "email").before, route(TICKET, "email").now) == ((THANKS,), (COMPLAINT,))
    assert (route(REPLY, "facebook").before, route(TICKET, "facebook").now) == ((), (OWN_ORDER,))
    assert {each.channel for each in PATHS if each.name.startswith("question")} == {*CHANNELS} - {"email", "facebook"}


def test_what_a_bucket_is_asked_is_counted_and_priced() -> None:
    ledger = Ledger()
    ledger.now = "mail"
    asked: list[str] = []
    client = SimpleNamespace(
        exceptions=SimpleNamespace(),
        put_object=lambda **_: asked.append("put"),
        get_object=lambda **_: asked.append("get"),
        delete_object=lambda **_: asked.append("delete"),
    )
    bucket = Storage(client, ledger)
    for call in (bucket.put_object, bucket.get_object, bucket.delete_object):
        call(Bucket="b", Key="k")

    assert asked == ["put", "get", "delete"]
    assert (ledger.spent.puts, ledger.spent.gets, ledger.spent.calls["s3"]) == (1, 1, 3)
    assert Spent(puts=2, gets=3, notices=4).stored(5.0, 0.5, 0.25) == 12.5


def test_the_function_for_mails_has_the_memory_that_it_is_drawn_with() -> None:
    assert memory_mb("mail") == MEMORY_MB
    assert memory_mb("deliver") > 0
