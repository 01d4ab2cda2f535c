"""A stage for accounts: table and parameters in memory, and every platform on this machine as one HTTP server."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import formatdate
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chalicelib.admin.accounts import Asked, connect
from chalicelib.channels import REGISTRY
from chalicelib.model import Account, AccountId, BrandId, ChannelName, Millis, Request
from chalicelib.settings import Settings
from chalicelib.stages.consents import answer as come_back
from chalicelib.stages.intake import intake
from chalicelib.store.audit import Author
from chalicelib.wiring import Wiring
from tests.contract.samples import FIXTURES
from tests.simulation.dynamo import Dynamo
from tests.simulation.sqs import Sqs
from tests.simulation.ssm import Ssm
from tests.support.aws_limits import Limited
from tests.support.serving import Handler, serving

NOW = Millis(1_795_597_200_000)
MARIE = Author("marie", NOW)
SLACK = {
    "id": "T0G/C0M",
    "secrets": {"current": "s", "token": "t"},
    "called": "Maison Lune",
    "answers": {
        "/auth.test": {"ok": True, "team_id": "T0G", "team": "Maison Lune"},
        "/conversations.history": {"ok": True, "messages": []},
    },
    "anothers": {"/auth.test": {"ok": True, "team_id": "T9"}},
}
# tests/fixtures/<channel>/account.json: its id and secrets, and what its platform answers by the end of the path, to
# its own token and to another account's.
ACCOUNTS: Mapping[str, Any] = {
    **{name: json.loads((FIXTURES / name / "account.json").read_text(encoding="utf-8")) for name in REGISTRY},
    "slack": SLACK,
}
IDS: Mapping[str, str] = {name: each["id"] for name, each in ACCOUNTS.items()}
SECRETS: Mapping[str, dict[str, str]] = {name: each["secrets"] for name, each in ACCOUNTS.items()}
# Of a platform that is asked: a web chat of ours has none.
CALLED: Mapping[str, str] = {name: each["called"] for name, each in ACCOUNTS.items() if "called" in each}
GOOD: Mapping[str, Any] = {end: said for name in CALLED for end, said in ACCOUNTS[name]["answers"].items()}
OTHERS: Mapping[str, Any] = {end: said for name in CALLED for end, said in ACCOUNTS[name]["anothers"].items()}


class Platform:
    """Every platform on this machine, answering as it is told."""

    def __init__(self) -> None:
        self.answers: Mapping[str, Any] = GOOD
        self.status, self.base = 200, ""
        self.refuses = ""  # requests whose Authorization holds this get a 401
        self.asked: list[tuple[str, str]] = []
        self.bodies: list[tuple[str, bytes]] = []
        self.headers: dict[str, str] = {}  # of every answer
        self.ahead_s = 0  # of our clock


@contextmanager
def playing() -> Iterator[Platform]:
    """Play the platforms while the block runs."""
    played = Platform()

    class Answering(Handler):
        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate(NOW / 1000 + played.ahead_s, usegmt=True)

        def do_GET(self) -> None:  # noqa: N802 - a name that http.server wants
            body_given = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = self.path.partition("?")[0]
            played.bodies.append((path, body_given))
            played.asked.append((path, self.headers.get("Authorization", "")))
            found = [answer for end, answer in played.answers.items() if path.endswith(end)]
            body = json.dumps(found[-1] if found else {"error": {"code": 190, "message": "s3cret"}}).encode()
            refused = played.refuses and played.refuses in played.asked[-1][1]
            self.send_response(401 if refused else played.status)
            for name, value in played.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_DELETE = do_GET  # noqa: N815 - the base class's names

    with serving(Answering) as played.base:
        yield played


class Stage:
    """A stage's services over a table and parameters in memory."""

    def __init__(self, base: str, bases: Mapping[str, str] | None = None) -> None:
        self.dynamo, self.ssm, self.platform = Dynamo(), Ssm(), base
        urls: dict[str, Any] = {
            f"{name}_url": "https://sqs.invalid/q"
            for name in ("inbox", "outbox", "desk", "receipts", "timers", "unparsed")
        }
        bases = bases or dict.fromkeys([*REGISTRY, "slack"], base)
        settings = Settings(
            stage="test",
            table_name="t",
            bucket_name="b",
            secrets_prefix="/guichet/test",
            region="r",
            local_bases=bases,
            **urls,
        )
        queues = Sqs(SimpleNamespace(now=NOW), {})
        clients = {"dynamodb": Limited(self.dynamo, "dynamodb"), "ssm": Limited(self.ssm, "ssm"), "sqs": queues}
        self.queues, self.counted, self.now = queues, Counter[str](), NOW
        self.services = Wiring(settings, client=clients.__getitem__, clock=lambda: self.now, metrics=self._count)

    def account(self, channel: str) -> Account:
        """Return the account of a channel, which is connected."""
        found = self.services.directory.by_id(channel, IDS[channel])
        assert found is not None
        return found

    def adopt(self, other: Stage) -> None:
        """Have another stage's accounts, with our own secrets."""
        self.dynamo.items.clear()
        self.dynamo.items.update(other.dynamo.items)

    def _count(self, name: str, value: int = 1, *, channel: str = "") -> None:
        self.counted[name] += value

    def connect(self, channel: str, held: Mapping[str, Any], account: str = "", **more: Any) -> Any:
        asked = Asked(
            brand=BrandId("maison-lune"),
            channel=ChannelName(channel),
            account_id=AccountId(account or IDS[channel]),
            held=held,
            **more,
        )
        return connect(self.services, asked, MARIE)


@contextmanager
def answering(stage: Stage) -> Iterator[str]:
    """Let the stage's own intake answer at an address of this machine; give the address."""

    class Intake(Handler):
        def do_POST(self) -> None:  # noqa: N802 - a name that http.server wants
            self._answered()

        def do_GET(self) -> None:  # noqa: N802 - the same
            self._answered()

        def _answered(self) -> None:
            parts, body = urlsplit(self.path), self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): tuple(self.headers.get_all(name, ())) for name in self.headers}
            query = dict(parse_qsl(parts.query))
            request = Request(self.command, parts.path, query, headers, body, (f"{base}{parts.path}",))
            if parts.path.startswith("/slack/"):
                answer = stage.services.answer_agent(request)
            elif parts.path.startswith("/connect/"):
                answer = come_back(parts.path.rpartition("/")[2], request, stage.services.consents)
            else:
                channel, key = parts.path.split("/")[2:4]
                answer = intake(channel, key, request, stage.services.intake)
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Type": answer.content_type}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body.encode())

    with serving(Intake) as base:
        yield base
