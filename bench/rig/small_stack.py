"""
All of Guichet in this process for one measurement: real handlers, a local DynamoDB, the simulated platforms.

Lambda is a loop: whatever a queue or a platform brings is handed to app.py's own handler, one event an invocation, so
that each function's CPU, calls and log bytes can be told apart. Waits are jumped over by moving the clock.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import queue
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import app as triggers
from chalicelib import clients, wiring
from chalicelib.model import Millis
from chalicelib.ports import Scorer
from chalicelib.quality import answer_samples
from chalicelib.settings import Settings
from infra.aws import Cloud
from infra.local import documents, ministack, ports, processes, seed
from infra.local.identities import DEMO_BRAND, identities
from infra.local.state import Home, write_json
from infra.names import DEFAULT_REGION, LOCAL_KEY, MAIL_QUEUE, QUEUES, Names
from infra.resources import data_template

from .http_event import http_event
from .meter import Dynamo, Ledger, QueueMessage, Sqs, Storage

BENCH = Names("bench")
HANDLERS = {
    "inbox.fifo": "process",
    "outbox.fifo": "deliver",
    "desk.fifo": "desk",
    "receipts": "receipts",
    "timers": "timers",
    MAIL_QUEUE: MAIL_QUEUE,
}
BUCKET = "bench"
QUIET_S = 0.2
LONGEST_S = 60.0
# The receipts queue waits two seconds for more (infra.template); the simulated phones are twenty times too fast here.
# A receipt "read" is handled alone: people read later than that.
WINDOW_S = 0.15


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """One HTTP request of a platform, and where its answer goes."""

    event: dict[str, Any]
    answer: queue.Queue[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Told:
    """A notice of SES's for the mail queue; `stored`: whether it stored a mail before."""

    body: str

    @property
    def stored(self) -> bool:
        return '"Received"' in self.body


class Counted:
    """An HTTP client that counts its requests."""

    def __init__(self, http: Any, ledger: Ledger) -> None:
        self._http = http
        self._ledger = ledger

    def request(self, method: str, url: str, **more: Any) -> Any:
        self._ledger.spent.calls["platform"] += 1
        return self._http.request(method, url, **more)


class Measured(wiring.Wiring):
    """The real wiring with clients that count."""

    ledger: Ledger

    def http(self, channel: str) -> Any:
        """The HTTP client of one platform, counted."""
        return Counted(super().http(channel), self.ledger)


class SmallStack:
    """One brand's stack to measure; use `small_stack()`."""

    def __init__(
        self, server: ThreadingHTTPServer, waiting: queue.Queue[ApiRequest | Told], page: str, cloud: Cloud
    ) -> None:
        self.server = server
        self.waiting = waiting
        self.page = page
        self.cloud = cloud
        self.ledger = Ledger()
        self.ahead_ms = 0
        self.sqs = Sqs(self.ledger, self.clock)
        self.pool = ThreadPoolExecutor(1)
        self.wirings: dict[str, wiring.Wiring] = {}

    def clock(self) -> Millis:
        """Now, and what was jumped over."""
        return Millis(time.time_ns() // 1_000_000 + self.ahead_ms)

    def wire(self, scorer: Scorer) -> None:
        """Build each function's wiring; app.py's handlers use it from now on."""
        urls = {queue_: f"{self.cloud.endpoint}/000000000000/{BENCH.queue(queue_)}" for queue_ in QUEUES}
        settings = Settings(
            stage=BENCH.stage,
            table_name=BENCH.table,
            bucket_name=BUCKET,
            mail_url=f"{self.cloud.endpoint}/000000000000/{BENCH.queue(MAIL_QUEUE)}",
            inbox_url=urls["inbox.fifo"],
            outbox_url=urls["outbox.fifo"],
            desk_url=urls["desk.fifo"],
            receipts_url=urls["receipts"],
            timers_url=urls["timers"],
            unparsed_url=urls["unparsed"],
            secrets_prefix=BENCH.secrets_prefix,
            region=DEFAULT_REGION,
            endpoint_url=self.cloud.endpoint,
            local_bases=documents.bases(self.page),
            public_urls=(f"http://{ports.HOST}:{self.server.server_address[1]}",),
        )

        def client(function: str, service: str) -> Any:
            if service == "sqs":
                return self.sqs
            real = clients.make(service, settings)
            if service == "s3" and function == MAIL_QUEUE:
                return Storage(real, self.ledger)
            return Dynamo(real, self.ledger) if service == "dynamodb" else real

        for function in ("api", "sweep", *HANDLERS.values()):  # functions share no caches
            here = Measured(settings, client=partial(client, function), clock=self.clock, scorer=scorer)
            here.ledger = self.ledger
            self.wirings[function] = here

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Run one handler of app.py as Lambda would, measured."""
        handler = getattr(triggers, function)
        self.ledger.now, self.ledger.own_time = function, 0.0
        wiring._kept[:] = [self.wirings[function]]  # noqa: SLF001 - app.py's triggers take their services from there
        said = io.StringIO()
        start = time.thread_time()
        with contextlib.redirect_stdout(said):
            answer = handler(
                event, SimpleNamespace(aws_request_id="bench", get_remaining_time_in_millis=lambda: 30_000)
            )
        spent = self.ledger.by_function[function]
        spent.cpu_ms += (time.thread_time() - start - self.ledger.own_time) * 1000
        spent.invocations += 1
        spent.log_bytes += len(said.getvalue().encode())
        spent.log_lines += said.getvalue().count("\n")
        return answer

    def ask(self, path: str, body: dict[str, Any]) -> Any:
        """Ask the simulators for something while the stack goes on working; returns their answer."""
        future: Future[Any] = self.pool.submit(self._post, path, body)
        while not future.done():
            self._step(0.01)
        return future.result()

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(f"{self.page}/sim/{path}", json.dumps(body).encode())  # noqa: S310 - loopback
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
            return json.load(answer)

    def state(self) -> Any:
        """What the simulated platforms show."""
        with urllib.request.urlopen(f"{self.page}/sim/state", timeout=10) as answer:  # noqa: S310 - loopback
            return json.load(answer)

    def settle(self) -> None:
        """Work until nothing is left to do, jumping over waits."""
        deadline, idle_since = time.monotonic() + LONGEST_S, time.monotonic()
        while time.monotonic() < deadline:
            if self._step(0.02):
                idle_since = time.monotonic()
            elif time.monotonic() - idle_since > QUIET_S:
                due = self.sqs.next_due()
                if due is None:
                    return
                self.ahead_ms += max(0, due - self.clock())
                idle_since = time.monotonic()
        raise SystemExit("bench: the small stack did not come to rest within a minute.")

    def _step(self, wait_s: float) -> bool:
        message = self.sqs.receive(self.clock(), last=BENCH.queue("receipts"))
        if message is not None and not message.queue.endswith(BENCH.queue("receipts")):
            self._read(message)
            return True
        try:
            request = self.waiting.get(timeout=wait_s if message is None else WINDOW_S)
        except queue.Empty:
            if message is not None:
                self._read(message)
            return message is not None
        if message is not None:
            self.sqs.messages.insert(0, message)
        if isinstance(request, Told):
            self.ledger.by_function[MAIL_QUEUE].notices += 1
            self.ledger.by_function[MAIL_QUEUE].puts += request.stored
            self.sqs.messages.append(QueueMessage(BENCH.queue(MAIL_QUEUE), request.body, "", self.clock()))
            return True
        request.answer.put(self.invoke("api", request.event))
        return True

    def _read(self, message: QueueMessage) -> None:
        name = message.queue.rpartition(f"{BENCH.queue('')}")[2]
        function = HANDLERS[name]
        messages = [message, *(self.sqs.like(message) if name == "receipts" and not _was_read(message) else ())]
        answer = self.invoke(function, {"Records": [_record(each) for each in messages]})
        if answer["batchItemFailures"]:
            raise SystemExit(f"bench: {function} failed; see its log above.")


def _was_read(message: QueueMessage) -> bool:
    return '"read"' in message.body


def _record(message: QueueMessage) -> dict[str, Any]:
    stamp = str(time.time_ns() // 1_000_000)
    attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": stamp, "ApproximateFirstReceiveTimestamp": stamp}
    return {
        "messageId": f"m{time.time_ns()}",
        "receiptHandle": "handle",
        "body": message.body,
        "attributes": attributes | {"SenderId": "bench", "MessageGroupId": message.group},
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-3:000000000000:bench",
        "awsRegion": DEFAULT_REGION,
    }


def _stored(url: str, body: bytes, authorization: str) -> None:
    asked = urllib.request.Request(url, body, {"Authorization": authorization}, method="PUT")  # noqa: S310 - loopback
    with urllib.request.urlopen(asked, timeout=10):  # noqa: S310 - the same
        return


def _api_server(waiting: queue.Queue[ApiRequest | Told], aws: str) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path, _, query = self.path.partition("?")
            if "x-amz-target" in self.headers:  # SES's topic, which tells the mail queue
                waiting.put(Told(json.loads(body)["MessageBody"]))
                self._answer({"statusCode": 200, "body": "{}"})
                return
            request = ApiRequest(http_event(self.command, path, query, dict(self.headers.items()), body), queue.Queue())
            waiting.put(request)
            self._answer(request.answer.get())

        def do_PUT(self) -> None:
            """SES stores a mail."""
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            _stored(aws + self.path, body, self.headers["Authorization"])
            self._answer({"statusCode": 200, "body": ""})

        def _answer(self, answer: dict[str, Any]) -> None:
            raw = answer["body"].encode()
            self.send_response(answer["statusCode"])
            for name, value in answer.get("headers", {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = _take  # noqa: N815 - the server's own names

        def log_message(self, *_: object) -> None:
            """Say nothing: the table is the output."""

    server = ThreadingHTTPServer((ports.HOST, 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@contextmanager
def small_stack() -> Iterator[SmallStack]:
    """Start a local DynamoDB and the simulators, seed the demo brands; stop everything after."""
    # Which answer is judged would be chance (docs/flow.md).
    answer_samples.FIRST, answer_samples.A_WEEK, answer_samples.ONE_OF = 0, 0, 1 << 32
    os.environ.update(AWS_ACCESS_KEY_ID=LOCAL_KEY, AWS_SECRET_ACCESS_KEY=LOCAL_KEY, POWERTOOLS_LOG_LEVEL="ERROR")
    with tempfile.TemporaryDirectory(prefix="guichet-bench-") as folder, ExitStack() as cleanup:
        place = Home(Path(folder))
        place.log("aws").parent.mkdir()
        port = ports.free()
        aws = ministack.start_aws(place, port)
        cleanup.callback(processes.stop, aws)
        waiting: queue.Queue[ApiRequest | Told] = queue.Queue()
        endpoint, page_port = f"http://{ports.HOST}:{port}", ports.free()
        server = _api_server(waiting, endpoint)
        cleanup.callback(server.shutdown)
        page = f"http://{ports.HOST}:{page_port}"
        cloud = Cloud(BENCH, DEFAULT_REGION, endpoint)
        processes.wait_for(endpoint + ministack.HEALTH, aws)
        _table(cloud)
        people = identities(place)
        seed.put_secrets(cloud, people)
        seed.put_accounts(cloud, people)
        seed.put_playbooks(cloud)
        api = f"http://{ports.HOST}:{server.server_address[1]}"
        cloud.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": DEFAULT_REGION}
        )
        told = {"endpoint": api, "bucket": BUCKET, "mail_queue": BENCH.queue(MAIL_QUEUE), "name": BENCH.table}
        write_json(place.simulators, documents.simulators_document(api, people, told, aws.pid))
        simulators = _simulators(place, page_port)
        cleanup.callback(processes.stop, simulators)
        processes.wait_for(f"{page}/outbound", simulators)
        yield SmallStack(server, waiting, page, cloud)


def _table(cloud: Cloud) -> None:
    wanted = data_template(BENCH)["Resources"]["Table"]["Properties"]
    kept = ("TableName", "BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    cloud.client("dynamodb").create_table(**{name: wanted[name] for name in kept})


def _simulators(place: Home, port: int) -> processes.Child:
    import sys  # noqa: PLC0415 - only here

    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "infra.local.simulators", "--no-check", "--port", str(port)]
    command += ["--config", str(place.simulators)]
    environment = ministack.credentials() | {
        "PYTHONPATH": str(root),
        "GUICHET_SIM_PACE": "0.05",
        "GUICHET_SIM_LOOKS_S": "0",
    }
    return processes.start("The simulators", command, environment, place.log("simulators"), root)


__all__ = ["DEMO_BRAND", "SmallStack", "small_stack"]
