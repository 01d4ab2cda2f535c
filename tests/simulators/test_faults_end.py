"""
Each fault at each played platform ends as it should: said once; or not known to be said, and then a person is told.

The platforms, their faults, proofs and webhooks are those of the local stack; the stages are the real ones, over a
table and queues in memory, whose clock jumps over what a stage waits for.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.conversation import address_of
from chalicelib.http import HttpClient
from chalicelib.model import Message, Millis, OutboxRow, Part, Request
from chalicelib.settings import Settings
from chalicelib.store import items, keys
from infra.local.played import all_played
from tests.simulation.platforms import SECRET, TOKEN, Hook
from tests.simulation.world import EXTRA, PREFIX, QUEUE_BASE, SimWiring, World
from tests.simulators.conftest import Stand, start_stand
from tests.support.serving import Handler, serving
from tests.unit.decision import views
from tests.unit.store import fixtures

pytestmark = pytest.mark.slow

QUIET_S = 0.35  # in which a played platform has sent what follows from a message
PATIENCE_S = 0.4  # of a caller, so that a platform that never answers does not hold the tests
TEXT = "Nous sommes ouverts de 10 h à 19 h"
NUMBERS = {"sms": "33757591200", "whatsapp_twilio": "33757591201"}
ONCE, UNKNOWN = {"sent", "delivered", "read"}, {"unknown"}
FAULTS: dict[str, dict[str, Any]] = {
    "outage": {"fault": "error", "status": 503, "times": 2},
    "rate limit": {"fault": "rate_limit", "retry_after": 1, "times": 4},
    "no answer": {"fault": "timeout"},
    "answer lost": {"fault": "drop_after_send", "times": 2},
    "a gateway's page": {"fault": "error", "status": 502, "body": "<html>Bad gateway</html>"},
}
# What each platform answers where its token is worth nothing any more, and where it will never take these words to this
# person; (status, body).
META_TOKEN = (400, {"error": {"code": 190, "message": "Error validating access token", "type": "OAuthException"}})
META_REFUSED = (400, {"error": {"code": 551, "message": "This person isn't available right now."}})
ENDS: dict[str, dict[str, tuple[int, Any]]] = {
    "messenger": {"token": META_TOKEN, "refused": META_REFUSED},
    "instagram": {"token": META_TOKEN, "refused": META_REFUSED},
    "facebook": {"token": META_TOKEN, "refused": (400, {"error": {"code": 100, "error_subcode": 33}})},
    "whatsapp": {"token": META_TOKEN, "refused": (400, {"error": {"code": 131026}})},
    "telegram": {
        "token": (401, {"ok": False, "error_code": 401, "description": "Unauthorized"}),
        "refused": (403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}),
    },
    "sms": {"token": (401, {"code": 20003, "status": 401}), "refused": (400, {"code": 21610, "status": 400})},
    "whatsapp_twilio": {"token": (401, {"code": 20003, "status": 401}), "refused": (400, {"code": 63024})},
    "x": {
        "token": (401, {"title": "Unauthorized", "status": 401}),
        "refused": (403, {"title": "Forbidden", "status": 403, "detail": "You cannot send messages to this user."}),
        "unpaid": (402, {"title": "Payment Required", "status": 402}),
    },
    "email": {
        "token": (403, {"__type": "InvalidClientTokenId", "message": "The security token is invalid."}),
        "refused": (400, {"__type": "MessageRejected", "message": "Email address is not verified."}),
        "unpaid": (400, {"__type": "AccountSuspendedException", "message": "Sending is suspended."}),
    },
}
SURFACES = [
    (name, public)
    for name, kind in REGISTRY.items()
    for public, surface in ((False, kind.traits.private), (True, kind.traits.public))
    if surface is not None
    and surface.proof != "own"  # our own table: nothing is sent to anybody
    and (public or not kind.traits.public or not kind.traits.public.comments or name != "facebook")
]


@dataclass
class Sink:
    """Where the platforms send their webhooks."""

    base: str = ""
    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> list[tuple[str, dict[str, str], bytes]]:
        with self.lock:
            found, self.came = self.came, []
        return found


@contextmanager
def sinking() -> Iterator[Sink]:
    sink = Sink()

    class Taking(Handler):
        def do_POST(self) -> None:  # noqa: N802 - a name that http.server wants
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with sink.lock:
                sink.came.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self._taken()

        def do_PUT(self) -> None:  # noqa: N802 - the same: SES stores a mail
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._taken()

        def _taken(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving(Taking) as sink.base:
        yield sink


class Through:
    """A played platform as the stages call it."""

    def __init__(self, base: str) -> None:
        self.http, self.calls = HttpClient(base), 0

    def request(self, method: str, url: str, **given: Any) -> Any:
        self.calls += 1
        return self.http.request(method, url, **{**given, "timeout_s": min(PATIENCE_S, given.get("timeout_s", 8.0))})


class PlayedWorld(World):
    """The world of the simulation, whose platforms are those of the local stack."""

    def __init__(self, stand: Stand, sink: Sink) -> None:
        self.sink, self.quiet = sink, True
        super().__init__()
        self.clock.now = self.stepped_at = self.swept_at = time.time_ns() // 1_000_000
        for platform in self.platforms:
            self.outside[platform.name] = Through(f"{stand.url}/{platform.name}")
        mail = f"{PREFIX}/token/email/sav_at_courrier.brand.example"
        self.parameters[mail] = {"token": TOKEN, **all_played()["email"].invented}

    def _connect(self) -> None:
        """Store the accounts, with numbers as a telephone network has them."""
        for platform in self.platforms:
            platform.account_id = NUMBERS.get(platform.name, platform.account_id)
        self._store_accounts_and_playbook()

    @property
    def settings(self) -> Settings:
        """The stage's, whose address is where the platforms send."""
        usual: Settings = World.settings.func(self)  # type: ignore[attr-defined]
        return replace(usual, public_urls=(self.sink.base,))

    def _choices(self) -> list[Any]:
        for path, headers, body in self.sink.take():
            where = urlsplit(path).path
            self.quiet = False
            if where == "/":  # of SES, by its queue
                self.sqs.send_message(QueueUrl=f"{QUEUE_BASE}/mail", MessageBody=json.loads(body)["MessageBody"])
                continue
            platform = next(each for each in self.platforms if f"/{each.name}/" in where)
            given = {name: (value,) for name, value in headers.items()}
            request = Request("POST", where, {}, given, body, (f"{self.sink.base}{where}",))
            platform.hooks.append(Hook(self.clock.now, where, request))
        return super()._choices()

    def _advance(self) -> bool:
        """Let the platforms send what they have to before time jumps."""
        calls = sum(each.calls for each in self.outside.values() if isinstance(each, Through))
        if calls != getattr(self, "_called", -1) or not self.quiet:
            self._called, self.quiet = calls, True
            time.sleep(QUIET_S)
            if self.sink.came:
                return True
        return super()._advance()


def account_of(world: World, name: str, sink: Sink) -> dict[str, Any]:
    """Return an account of the world's as the simulators' configuration has it."""
    platform = next(each for each in world.platforms if each.name == name)
    played = all_played()[name]
    suffix = REGISTRY[name].connecting().suffix
    drawn = {each: EXTRA.get(each, "drawn") for each in (*played.drawn, *played.told)}
    return {
        **drawn,
        **played.invented,
        "webhook_url": f"{sink.base}/webhooks/{name}/{platform.key}{suffix}",
        "account_id": NUMBERS.get(name, platform.account_id),
        "token": TOKEN,
        "token_secret": EXTRA["token_secret"],
        "account_sid": EXTRA["account_sid"],
        "app_id": "900001",
        "screen_name": "maison",
        played.secret: SECRET,
    }


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with sinking() as found:
        yield found


@pytest.fixture(scope="module")
def stand(sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    world = World()
    accounts = {name: account_of(world, name, sink) for name in REGISTRY}
    brand = {"brand": "maison-lune", "accounts": accounts, "slack": {"channel_id": "C0BRAND1"}}
    amazon = {"endpoint": sink.base, "name": "t", "bucket": "b", "mail_queue": f"{sink.base}/mail"}
    more = {"brands": [brand], "table": amazon}
    stand, process = start_stand(tmp_path_factory.mktemp("faults"), more, checks=1)
    yield stand
    process.terminate()
    process.wait(10)
    stand.client.close()
    stand.system.close()


@dataclass
class Case:
    """A customer who wrote on a played platform, and the answer that waits for them."""

    world: PlayedWorld
    stand: Stand
    row: OutboxRow
    person: str

    def said(self) -> list[str]:
        return [one["text"] for one in self.stand.bubbles(side="brand", person=self.person)]

    def state(self) -> str:
        found = self.world.table.finished_row(self.row.row_id)
        return found.state if found is not None else "open"

    def told(self) -> str:
        return json.dumps([str(each) for each in self.world.slack.messages.values()], ensure_ascii=False)


def waiting(stand: Stand, sink: Sink, name: str, *, public: bool) -> Case:
    """Have somebody new write, and an answer wait for them in the outbox."""
    stand.client.delete("/faults")
    world = PlayedWorld(stand, sink)
    platform = next(each for each in world.platforms if each.name == name)
    person = stand.post("/sim/person", name=f"Zoé {time.monotonic_ns()}", language="fr")
    surface = "public" if public else "private"
    wrote = stand.post("/sim/write", channel=name, person=person["key"], text="Vos horaires ?", surface=surface)
    time.sleep(QUIET_S)
    anchor = anchor_of(name, sink) or str(wrote["platform_id"])
    address = address_of(name, platform.account_id, person["ids"][f"{name}:{platform.account_id}"])
    fixtures.first_commit(world.table, identity=address)
    ticket = views.ticket(ticket_id="t1", desk_account="T0GUICHET/C0MAISON")
    world.table.put(keys.ticket(world.brand, "t1"), items.ticket_item(ticket))
    now = Millis(world.clock.now)
    row = fixtures.row(
        row_id=keys.row_id("c1", now * 100, address),
        address=address,
        created_at=now,
        not_before=now,
        ticket_id="t1",
        public=public,
        anchor=anchor,
        covers=(fixtures.written().message_id,),
        parts=(Part(text=f"{TEXT} ({now})"),),  # X takes no text twice
    )
    world.table.put(keys.open_row(world.brand, row.row_id), items.row_item(row))
    return Case(world, stand, row, person["key"])


def anchor_of(name: str, sink: Sink) -> str:
    """Return what an answer hangs on, of what the customer's webhook says; it is answered by the row of the test."""
    for path, headers, body in sink.take():
        where = urlsplit(path).path
        if where != "/":
            given = {each: (value,) for each, value in headers.items()}
            for event in REGISTRY[name].parse(Request("POST", where, {}, given, body, (f"{sink.base}{where}",))):
                if isinstance(event, Message):
                    return event.anchor
    return ""


def deliver(case: Case) -> None:
    """Tell the outbox of the row, and let everything follow."""
    wiring = SimWiring(case.world, case.world.settings)
    wiring.queues.notify(case.world.brand, keys.recipient(case.row.address))
    case.world.run()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("name", "public"), SURFACES)
def test_a_fault_loses_nothing_and_says_nothing_twice(
    *, name: str, public: bool, fault: str, stand: Stand, sink: Sink
) -> None:
    case = waiting(stand, sink, name, public=public)
    stand.post("/faults", channel=name, calls="sends", **FAULTS[fault])
    deliver(case)

    said, state = case.said(), case.state()
    assert said in ([], [case.row.parts[0].text])
    assert state in expected(name, fault, public=public)
    assert said if state in ONCE else "Impossible de savoir" in case.told()


def expected(name: str, fault: str, *, public: bool) -> set[str]:
    """Return how a fault may end. Only a list tells of what it lacks; an echo or a receipt tells of what was said."""
    traits = REGISTRY[name].traits
    surface = traits.public if public else traits.private
    assert surface is not None
    by_proof = {"list": ONCE, "echo": UNKNOWN, "status": UNKNOWN, "none": UNKNOWN}
    lost = {"none": UNKNOWN}.get(surface.proof, ONCE)
    return {"rate limit": ONCE, "answer lost": lost, "no answer": by_proof[surface.proof]}.get(fault, ONCE | UNKNOWN)


@pytest.mark.parametrize(("name", "public", "end"), [(n, p, end) for n, p in SURFACES for end in ENDS.get(n, {})])
def test_what_the_platform_will_not_take_ends_at_a_person_or_waits_for_the_reconnect(
    *, name: str, public: bool, end: str, stand: Stand, sink: Sink
) -> None:
    """A refusal is told in the ticket, and never tried again; without a token, or unpaid, the words wait."""
    case = waiting(stand, sink, name, public=public)
    status, body = ENDS[name][end]
    stand.post("/faults", channel=name, calls="sends", fault="error", status=status, body=body, times=9)
    deliver(case)
    account = case.world.directory.by_id(name, case.row.address.account_id)
    asked = [each for each in stand.client.get("/faults").json() if each["channel"] == name]
    tries = 9 - asked[0]["times"]

    assert case.said() == []
    assert tries == 1
    assert account is not None
    if end == "refused":
        assert (case.state(), account.paused) == ("failed", "")
        assert "le canal l’a refusée" in case.told()
    else:
        assert case.state() == "open"
        assert account.paused


def test_every_channel_that_is_played_has_its_ends() -> None:
    assert set(ENDS) == {name for name, _ in SURFACES}
