"""
CPU time of intake, in microseconds a webhook, each half beside other code in the same run.

Verify + parse on each channel, beside two libraries;
then the whole intake with its enqueue, beside one bare boto3 send_message to the same local queue.

    python bench/intake.py [--json] [--rounds N]

pywa reads the same WhatsApp body (signature and Message object, without its dispatch). slack_bolt reads a Slack event
twice: `slack_bolt_app` with the middleware that does what our parse does too (own and bot events, URL verification,
whose workspace it is), up to the listener: the bar is held against it, being what a Slack event costs there;
`slack_bolt` is its request and signature alone, shown beside it. `make bench` installs both libraries; without them the
bench fails, since a bar that nothing was held against is not met. python-telegram-bot makes its Update of Telegram's
body, django-anymail reads the same mail, where they are installed (`pip install python-telegram-bot django-anymail`
beside this; no lock names them); twilio checks the same form. The best of several interleaved rounds counts: other work
on the machine only adds.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import hmac
import importlib
import importlib.util
import json
import logging
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.rig import theirs
from chalicelib.channels import REGISTRY
from chalicelib.model import Message, Millis, Request, posted
from chalicelib.workspaces.slack.parse import parse as parse_slack
from chalicelib.workspaces.slack.verify import verify as verify_slack

SECRET = "a-secret-of-32-characters-exactly"  # noqa: S105  # invented
CALLS = 200
FIXTURES = Path(__file__).parent.parent / "tests" / "fixtures"
BAR = 0.5  # of the library's own time
AGAINST = {"slack": "slack_bolt_app"}  # ours -> the library's task; of channels by how their webhooks are verified
BY_KIND: Mapping[str, str] = {
    "body_hmac": "pywa",
    "shared_token": "python_telegram_bot",
    "url_form_hmac": "twilio",
    "internal": "anymail",
}
# pywa and twilio are the lock's: where the other two are not installed, figures are shown, and no bar is held.
# What comes by a queue of ours is no webhook: nothing of it is verified, and it is enqueued by another function.
QUEUED = tuple(name for name, kind in REGISTRY.items() if kind.authenticator.kind == "internal")
HOOKED = tuple(name for name, kind in REGISTRY.items() if kind.authenticator.kind != "internal")
UNHELD = tuple(name for name in REGISTRY if REGISTRY[name].authenticator.kind in ("shared_token", "internal"))
THEIRS = ("pywa", "python_telegram_bot", "twilio", "anymail", "slack_bolt", "slack_bolt_app")
SENDS = 20  # calls a round that reach the local SQS
SEND_BAR = 1.15  # bare sends

Task = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Row:
    """One measured task. `ratio` is against the library that does the same work, None for the library itself."""

    task: str
    bytes: int
    us: float
    against: str = ""
    ratio: float | None = None
    passed: bool | None = None


def best_us(tasks: Mapping[str, Task], rounds: int, calls: int = CALLS) -> dict[str, float]:
    """Return the least CPU time of each task in microseconds; the tasks take turns in every round."""
    best = dict.fromkeys(tasks, float("inf"))
    for task in tasks.values():
        task()
    gc.collect()
    gc.freeze()  # what the imported libraries hold is nobody's cost per webhook
    for _ in range(rounds):
        for name, task in tasks.items():
            start = time.process_time()
            for _ in range(calls):
                task()
            best[name] = min(best[name], (time.process_time() - start) / calls * 1e6)
    return best


# --- ours -------------------------------------------------------------------------------------

URL = "https://bench.example"
PLAIN = ("text", "mention")  # what the fixture is mostly called
NO_BODIES = ("expected.json", "account.json")


@cache
def plain_body(name: str) -> str:
    """Name the fixture of a channel's plain message: the shortest of those that are one message of words alone."""
    found = [path for path in (FIXTURES / name).iterdir() if path.name not in NO_BODIES and path.stem in PLAIN]
    every = found or [path for path in (FIXTURES / name).iterdir() if path.name not in NO_BODIES]
    return min(
        (path for path in every if _is_plain(name, path)), key=lambda path: (path.stat().st_size, path.name)
    ).name


def _is_plain(name: str, path: Path) -> bool:
    events = REGISTRY[name].parse(posted(path.read_bytes()))
    return len(events) == 1 and isinstance(events[0], Message) and bool(events[0].text and not events[0].attachments)


def sample(name: str, file: str) -> tuple[bytes, dict[str, tuple[str, ...]]]:
    """A body and headers that verify."""
    body = (FIXTURES / name / file).read_bytes()
    path = f"/webhooks/{name}/bench-{name}"
    request = Request("POST", path, {}, {}, body, urls=(URL + path,))
    signed = REGISTRY[name].authenticator.sign(request, SECRET)
    return body, {header: (value,) for header, value in signed.items()}


def ours(name: str) -> tuple[Task, int]:
    """Verify + parse of a channel's plain text message."""
    body, headers = sample(name, plain_body(name))
    kind = REGISTRY[name]
    path = f"/webhooks/{name}/bench-{name}"
    request = Request("POST", path, {}, headers, body, urls=(URL + path,))

    def task() -> None:
        kind.authenticator.verify(request, (SECRET,))
        kind.parse(request)

    return task, len(body)


SLACK_BODY = json.dumps(
    {
        "token": "z26uFbvR1xHJEdHE1OQiO6t8",
        "team_id": "T061EG9RZ",
        "api_app_id": "A0FFV41KK",
        "event": {
            "type": "message",
            "channel": "C061EG9SL",
            "user": "U061F1EUR",
            "text": "je regarde",
            "ts": "1763801402.000200",
            "thread_ts": "1763801300.000100",
            "event_ts": "1763801402.000200",
            "channel_type": "channel",
        },
        "type": "event_callback",
        "authorizations": [{"enterprise_id": None, "team_id": "T061EG9RZ", "user_id": "U061F7AUR", "is_bot": True}],
        "event_id": "Ev9UQ52YNA",
        "event_time": 1763801402,
    }
).encode()
SLACK_TIME = 1763801402


def slack_headers(at: int) -> dict[str, str]:
    """A right signature at a time in seconds."""
    base = f"v0:{at}:".encode() + SLACK_BODY
    signature = "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
    return {
        "x-slack-signature": signature,
        "x-slack-request-timestamp": str(at),
        "content-type": "application/json",
    }


def our_slack() -> Task:
    """Verify + parse of a Slack message event."""
    headers = {name: (value,) for name, value in slack_headers(SLACK_TIME).items()}
    request = Request("POST", "/slack/events", {}, headers, SLACK_BODY)
    now = Millis(SLACK_TIME * 1000)

    def task() -> None:
        verify_slack(request, (SECRET,), now)
        parse_slack(SLACK_BODY, "application/json")

    return task


# --- theirs -----------------------------------------------------------------------------------


def pywa() -> Task | None:
    """The check of pywa of the signature and its Message object, without its dispatch to handlers."""
    if importlib.util.find_spec("pywa") is None:
        return None
    library: Any = importlib.import_module("pywa")
    types: Any = importlib.import_module("pywa.types")
    logs: Any = importlib.import_module("pywa._logging")

    body = (FIXTURES / "whatsapp" / "text.json").read_bytes()
    client = library.WhatsApp(phone_id="1", token="t", app_secret=SECRET, verify_token="v", server=None)  # noqa: S106  # invented
    header = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()

    def task() -> None:
        if client.webhook_update_validator(body, header) is not None:
            raise SystemExit("pywa refused its own sample")
        types.Message.from_update(
            client=client, update=types.RawUpdate(body, hmac_header=header, update_hash=logs.get_update_hash(body))
        )

    return task


def python_telegram_bot(name: str) -> Task | None:
    """python-telegram-bot's check of the header, as its webhook's handler makes it, and its Update object."""
    try:
        library: Any = importlib.import_module("telegram._update")
    except ModuleNotFoundError:
        return None
    body = (FIXTURES / name / plain_body(name)).read_bytes()
    given = SECRET[:]

    def task() -> None:
        if given != SECRET or library.Update.de_json(json.loads(body.decode()), None).message.text == "":
            raise SystemExit("python-telegram-bot refused its own sample")

    return task


def slack_bolt() -> Task | None:
    """slack_bolt's request and its own middleware that checks the signature, without its other middleware."""
    if importlib.util.find_spec("slack_bolt") is None:
        return None
    library: Any = importlib.import_module("slack_bolt")
    checks: Any = importlib.import_module("slack_bolt.middleware.request_verification")
    middleware = checks.RequestVerification(SECRET)
    body, headers, response = SLACK_BODY.decode(), slack_headers(int(time.time())), library.BoltResponse(status=200)

    def task() -> None:
        request = library.BoltRequest(body=body, headers=headers)
        if middleware.process(req=request, resp=response, next=lambda: response) is not response:
            raise SystemExit("slack_bolt refused its own sample")

    return task


def slack_bolt_app() -> Task | None:
    """slack_bolt's App on the same event, up to the search for a listener (there is none)."""
    if importlib.util.find_spec("slack_bolt") is None:
        return None
    library: Any = importlib.import_module("slack_bolt")
    known = library.authorization.AuthorizeResult(
        enterprise_id=None,
        team_id="T061EG9RZ",
        bot_token="x",  # noqa: S106  # invented
        bot_id="B1",
        bot_user_id="U0",
    )
    logging.getLogger("slack_bolt").setLevel(logging.CRITICAL)
    app = library.App(
        signing_secret=SECRET, authorize=lambda **_: known, process_before_response=True, logger=_silent_logger()
    )
    body, headers = SLACK_BODY.decode(), slack_headers(int(time.time()))

    def task() -> None:
        if app.dispatch(library.BoltRequest(body=body, headers=headers)).status != 404:
            raise SystemExit("slack_bolt refused its own sample")

    return task


def _silent_logger() -> logging.Logger:
    logger = logging.getLogger("bench")
    logger.setLevel(logging.CRITICAL)
    return logger


# --- the table --------------------------------------------------------------------------------


def verify_and_parse(rounds: int) -> list[Row]:
    """Rows of the first half: each channel against the library that reads the same kind of body."""
    tasks: dict[str, Task] = {}
    sizes: dict[str, int] = {}
    for name in HOOKED:
        tasks[name], sizes[name] = ours(name)
    for name in QUEUED:
        tasks[name], sizes[name] = theirs.our_mail(REGISTRY[name], SECRET), len(theirs.MAIL)
    tasks["slack"] = our_slack()
    sizes["pywa"] = sizes["whatsapp"]
    by_token = next(name for name, kind in REGISTRY.items() if kind.authenticator.kind == "shared_token")
    sizes["python_telegram_bot"] = sizes[by_token]
    by_form = next(name for name, kind in REGISTRY.items() if kind.authenticator.kind == "url_form_hmac")
    form = (FIXTURES / by_form / plain_body(by_form)).read_bytes()
    sizes |= {"twilio": len(form), "anymail": len(theirs.MAIL)}
    sizes |= dict.fromkeys(("slack", "slack_bolt", "slack_bolt_app"), len(SLACK_BODY))
    tasks |= {
        name: task
        for name, task in (
            ("pywa", pywa()),
            ("python_telegram_bot", python_telegram_bot(by_token)),
            ("twilio", theirs.twilio(f"{URL}/webhooks/{by_form}/bench-{by_form}", form, SECRET)),
            ("anymail", theirs.anymail()),
            ("slack_bolt", slack_bolt()),
            ("slack_bolt_app", slack_bolt_app()),
        )
        if task
    }
    best = best_us(tasks, rounds)
    rows = [Row(name, sizes[name], round(best[name], 1)) for name in THEIRS if name in best]
    for name in (*HOOKED, *QUEUED, "slack"):
        kind = REGISTRY[name].authenticator.kind if name in REGISTRY else ""
        against = AGAINST.get(name) or BY_KIND.get(kind, "")
        ratio = round(best[name] / best[against], 2) if against in best else None
        passed = None if ratio is None else ratio <= BAR
        rows.append(Row(name, sizes[name], round(best[name], 1), against if ratio is not None else "", ratio, passed))
    return rows


@dataclass(frozen=True, slots=True)
class Enqueued:
    """The whole intake of one body: CPU per webhook and per event, in microseconds and in bare sends."""

    task: str
    events: int
    us: float
    ratio_an_event: float
    passed: bool


def with_enqueue(rounds: int) -> list[Enqueued]:
    """Rows of the second half: verify + parse + cached account + enqueue, beside one bare boto3 send_message."""
    from bench.rig import enqueue  # noqa: PLC0415 - starts a local AWS, which the first half does not need

    with enqueue.local_aws() as cloud:
        enqueue.use(cloud)
        tasks: dict[str, Task] = {"bare": enqueue.bare_send(cloud)}
        events: dict[str, int] = {}
        for name in HOOKED:
            for file in filter(None, (plain_body(name), enqueue.BATCHES.get(name, ""))):
                body, headers = sample(name, file)
                label = f"{name} {'one' if file == plain_body(name) else 'several'}"
                tasks[label] = enqueue.whole_intake(cloud, name, body, SECRET, headers)
                events[label] = enqueue.events_in(name, body)
        best = best_us(tasks, rounds, SENDS)
    rows = [Enqueued("bare boto3 send_message", 1, round(best["bare"], 1), 1.0, passed=True)]
    for label, count in events.items():
        ratio = best[label] / best["bare"] / count
        passed = ratio <= SEND_BAR if count == 1 else ratio < 1
        rows.append(Enqueued(label, count, round(best[label], 1), round(ratio, 2), passed))
    return rows


def drawn(first: list[Row], second: list[Enqueued]) -> str:
    """Both tables for people."""
    lines = [f"verify + parse, CPU per webhook (bar: {BAR:.0%} of the library's)"]
    for row in first:
        bar = "" if row.ratio is None else f"{row.ratio:6.2f} of {row.against}  {'ok' if row.passed else 'OVER'}"
        lines.append(f"  {row.task:<16}{row.bytes:>6} B{row.us:>9.1f} us  {bar}")
    lines.append(f"the whole intake with its enqueue (bar: {SEND_BAR:g} bare sends; under 1 an event when several)")
    for each in second:
        bar = f"{each.ratio_an_event:6.2f} a send an event  {'ok' if each.passed else 'OVER'}"
        lines.append(f"  {each.task:<24}{each.events:>3} events{each.us:>9.1f} us  {bar}")
    return "\n".join(lines)


def missing(rows: list[Row]) -> str:
    """Say in one sentence which of our rows had nothing to be held against, "" when all had."""
    alone = [row.task for row in rows if row.task not in (*THEIRS, *UNHELD) and row.passed is None]
    if not alone:
        return ""
    return (
        f"guichet: the bar of {', '.join(alone)} was not checked, since pywa or slack_bolt is not installed here; "
        "run 'make bench', which installs both."
    )


def main() -> int:
    """Print the tables; exit 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--rounds", type=int, default=100, metavar="N", help="rounds to take the best of (100)")
    chosen = parser.parse_args()
    first, second = verify_and_parse(chosen.rounds), with_enqueue(max(4, chosen.rounds // 6))
    if chosen.json:
        document = {"verify_and_parse": [asdict(row) for row in first], "bar": BAR}
        print(json.dumps(document | {"with_enqueue": [asdict(row) for row in second], "send_bar": SEND_BAR}))
    else:
        print(drawn(first, second))
    lacking = missing(first)
    if lacking:
        print(lacking, file=sys.stderr)
    missed = any(row.passed is False for row in first) or not all(each.passed for each in second)
    return 1 if missed or lacking else 0


if __name__ == "__main__":
    raise SystemExit(main())
