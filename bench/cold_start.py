"""
How long a cold start takes, from nothing to the first answer: fresh processes of the very package that ships.

Each run is a new interpreter without site-packages: the unzipped code (and for `process` the unzipped layer) is all it
has. AWS and Slack are played by a loopback server that answers at once, so what is timed is ours: starting Python,
importing, making clients, reading secrets, verifying, deciding. A case names the calls that its answer needs, and a
run without them is no measurement. Prints the median of the runs; exit 1 over a bar. "AWS": the processor's time alone,
that of the event divided by its memory's share; the network's time there is nobody's to measure here.

    python bench/cold_start.py [--runs 11] [--json]
"""

from __future__ import annotations

import argparse
import hmac
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.rig.fake_aws import TICKET, FakeAws
from bench.rig.http_event import http_event
from bench.rig.memory import memory_mb
from chalicelib import events
from chalicelib.channels import REGISTRY
from chalicelib.model import Address, Credentials, EventId, Message, Millis, PersonId
from chalicelib.visitor_port import HostsVisitors, Visitor
from chalicelib.workspaces.slack import actions
from infra.archive import CODE_ZIP_LIMIT, MIB, UNZIPPED_LIMIT, Archive
from infra.build import Build, build
from infra.local.identities import DEMO_BRAND, SLACK, Identity, identities
from infra.local.state import Home
from infra.names import ROOT, names
from infra.targets import local

# Seconds to the first answer: the bar fails the run, the aim is where we want to be.
BARS = {
    "intake": (0.30, 0.15),
    "chat": (0.30, 0.15),
    "claim": (0.30, 0.15),
    "dialog": (0.30, 0.15),
    "process": (0.45, 0.30),
}
MIN_RUNS = 9
WHOLE_MB = 1769  # of memory: Lambda gives an event this much's share of a processor, the start of a copy a whole one
OURS = ("chalicelib", "aws_lambda_powertools", "numpy", "urllib3", "tweepy")  # what an event should find imported

CHILD = """
import sys, time, json
up = time.monotonic_ns()
job = json.loads(sys.stdin.read())
sys.path[:0] = job["paths"]
import app
if job["secure"]:
    from chalicelib import tls
    tls.context()
imported, begun = time.monotonic_ns(), time.process_time()
known = set(sys.modules)
class Context:
    function_name = "bench"; memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:eu-west-3:000000000000:function:bench"
    aws_request_id = "bench"; log_group_name = "bench"; log_stream_name = "bench"
    def get_remaining_time_in_millis(self): return 10000
answer = getattr(app, job["handler"])(job["event"], Context())
answered = time.monotonic_ns()
cpu = time.process_time()
first = job["spawned"]
heavy = [name for name in ("numpy", "pydantic", "tweepy", "boto3") if name in sys.modules]
found = {"up": up - first, "imported": imported - first, "answered": answered - first, "cpu": cpu, "begun": begun}
late = sorted(name for name in set(sys.modules) - known if name.split(".")[0] in job["ours"])
print("\\n" + json.dumps(found | {"answer": answer, "modules": len(sys.modules), "heavy": heavy, "late": late}))
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A function with the first event that it gets. `timed`: in words; `calls`: what must leave the process for it."""

    name: str
    handler: str
    event: dict[str, Any]
    paths: tuple[Path, ...]
    timed: str
    calls: tuple[str, ...]
    function: str = "api"


def cases(built: Build, people: tuple[Identity, ...]) -> list[Case]:
    """Draw the first event of each function, signed with the stack's own secrets."""
    code = (built.code_folder,)
    shop = next(each for each in people if each.brand == DEMO_BRAND and each.channel == "messenger")
    slack = next(each for each in people if each.brand == DEMO_BRAND and each.channel == SLACK)
    return [
        Case("intake", "api", _webhook(shop), code, "a customer's message: verify, parse, enqueue", ("SendMessage",)),
        Case(
            "chat",
            "api",
            _visit(people),
            code,
            "a visitor's message on a page: origin, session, limits, enqueue",
            ("UpdateItem", "SendMessage"),
        ),
        Case(
            "claim",
            "api",
            _click(slack, actions.CLAIM),
            code,
            "desk, the Claim button: verify, take the ticket, enqueue",
            ("UpdateItem", "SendMessage"),
        ),
        Case(
            "dialog",
            "api",
            _click(slack, actions.EDIT_REPLY),
            code,
            "desk, the Reply button: take the ticket, read it and the playbook, open the dialog, enqueue",
            ("UpdateItem", "views.open", "SendMessage"),
        ),
        Case(
            "process",
            "process",
            _records(shop),
            (built.layer_folder / "python", *code),
            "a new customer's first message: read, classify (the model with it), decide, commit",
            ("TransactWriteItems", "SendMessage"),
            function="process",
        ),
    ]


def _webhook(shop: Identity) -> dict[str, Any]:
    now = time.time_ns() // 1_000_000
    said = {
        "sender": {"id": "7001"},
        "recipient": {"id": shop.account_id},
        "timestamp": now,
        "message": {"mid": "m_bench", "text": "Bonjour, où est ma commande ?"},
    }
    body = json.dumps({"object": "page", "entry": [{"id": shop.account_id, "time": now, "messaging": [said]}]})
    signature = "sha256=" + hmac.new(shop.app_secret.encode(), body.encode(), "sha256").hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature}
    return http_event("POST", f"/webhooks/{shop.channel}/{shop.key}", "", headers, body.encode())


def _visit(people: tuple[Identity, ...]) -> dict[str, Any]:
    hosts = {name: kind for name, kind in REGISTRY.items() if issubclass(kind, HostsVisitors)}
    chat = next(each for each in people if each.brand == DEMO_BRAND and each.channel in hosts)
    held = Credentials(app_secrets=(chat.app_secret,), token=chat.token, extra=chat.extra)
    until = Millis(time.time_ns() // 1_000_000 + 3_600_000)
    session = hosts[chat.channel].session(Visitor(person_id=PersonId("a:bench"), until=until), chat.account(), held)
    said = {"session": session, "id": "01JDYB3W6Q0000000000000001", "text": "Bonjour, où est ma commande ?"}
    headers = {"Content-Type": "text/plain", "Origin": chat.extra["origins"].split()[0]}
    return http_event("POST", f"/chat/{chat.key}/messages", "", headers, json.dumps(said).encode())


def _click(slack: Identity, button: str) -> dict[str, Any]:
    team, _, channel = slack.account_id.partition("/")
    value = actions.encode(actions.Value(brand=slack.brand, ticket_id=TICKET, account_id=slack.account_id, seen=1))
    payload = {
        "type": "block_actions",
        "team": {"id": team},
        "channel": {"id": channel},
        "user": {"id": "U1"},
        "trigger_id": "1.1",
        "container": {"channel_id": channel, "message_ts": "1.1"},
        "message": {"ts": "1.1"},
        "actions": [{"action_id": button, "value": value, "type": "button", "action_ts": "1.1"}],
    }
    body = urllib.parse.urlencode({"payload": json.dumps(payload)})
    stamp = str(int(time.time()))
    signature = "v0=" + hmac.new(slack.app_secret.encode(), f"v0:{stamp}:{body}".encode(), "sha256").hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
    }
    return http_event("POST", "/slack/actions", "", headers, body.encode())


def _records(shop: Identity) -> dict[str, Any]:
    now = Millis(time.time_ns() // 1_000_000)
    account = shop.account()
    message = Message(
        event_id=EventId("m_bench"),
        address=Address(account.channel, account.account_id, PersonId("7001")),
        sent_at=now,
        text="Bonjour, où est ma commande ?",
    )
    body = json.dumps({"v": 1, "brand": shop.brand, "received_at": now, "event": json.loads(events.encode(message))})
    record = {
        "messageId": "1",
        "receiptHandle": "1",
        "body": body,
        "attributes": {"MessageGroupId": message.address.group, "ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-3:000000000000:inbox.fifo",
        "awsRegion": "eu-west-3",
    }
    return {"Records": [record]}


def environment(aws: FakeAws, built: Build) -> dict[str, str]:
    """Give what the template gives the functions, with every address on the fake."""
    stage = names("bench")
    queues = {"INBOX": "inbox.fifo", "OUTBOX": "outbox.fifo", "DESK": "desk.fifo"}
    queues |= {"RECEIPTS": "receipts", "TIMERS": "timers"}
    return {
        "STAGE": "bench",
        "TABLE_NAME": stage.table,
        "BUCKET_NAME": "bench",
        "SECRETS_PREFIX": stage.secrets_prefix,
        **{f"{name}_QUEUE_URL": f"{aws.address}/0/{stage.queue(queue)}" for name, queue in queues.items()},
        "UNPARSED_QUEUE_URL": f"{aws.address}/0/{stage.queue('unparsed')}",
        "LOCAL_BASES": json.dumps({"slack": aws.address}),
        "MODEL_DIR": str(built.layer_folder / "artefact"),
        "AWS_ENDPOINT_URL": aws.address,
        "AWS_REGION": "eu-west-3",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "PYTHONHASHSEED": "0",
    }


def once(case: Case, variables: dict[str, str], aws: FakeAws) -> dict[str, Any]:
    """Start one fresh process and give its times (ns since it was asked for), its answer and its calls."""
    aws.called.clear()
    python = getattr(sys, "_base_executable", sys.executable)  # the interpreter itself, not the virtual environment
    job: dict[str, Any] = {"paths": [str(path) for path in case.paths], "handler": case.handler, "event": case.event}
    job |= {"secure": True, "ours": OURS}  # the fake speaks plain HTTP, AWS does not: its context is made all the same
    command = [python, "-I", "-S", "-c", CHILD]
    spawned = time.monotonic_ns()
    with subprocess.Popen(
        command,
        env=variables | {"POWERTOOLS_SERVICE_NAME": case.function},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        out, err = child.communicate(json.dumps(job | {"spawned": spawned}))
    if child.returncode:
        sys.exit(f"{case.name} failed in a fresh process:\n{err}")
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    missing = [call for call in case.calls if call not in aws.called]
    if missing:
        sys.exit(f"{case.name} answered without {', '.join(missing)}: that is not what is to be timed.")
    return found | {"calls": list(aws.called)}


def measure(built: Build, runs: int) -> dict[str, dict[str, Any]]:
    """Run the cases in turn, `runs` times each, and give medians in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        people = identities(Home(Path(folder)))
    aws = FakeAws(people)
    threading.Thread(target=aws.serve_forever, daemon=True).start()
    variables = environment(aws, built)
    todo = cases(built, people)
    for case in todo:
        once(case, variables, aws)  # the first reads the files into memory
    seen: dict[str, list[dict[str, Any]]] = {case.name: [] for case in todo}
    for _ in range(runs):
        for case in todo:
            seen[case.name].append(once(case, variables, aws))
    aws.shutdown()
    return {case.name: summary(case, seen[case.name]) for case in todo}


def summary(case: Case, seen: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the medians of one case, beside its bar and aim."""

    def median(part: str) -> float:
        return float(round(statistics.median(each[part] for each in seen) / 1e9, 4))

    bar, aim = BARS[case.name]
    begun, cpu = (statistics.median(each[part] for each in seen) for part in ("begun", "cpu"))
    return {
        "begun_cpu_s": round(begun, 4),
        "on_aws_s": round(begun + (cpu - begun) / min(1, memory_mb(case.function) / WHOLE_MB), 4),
        "late_modules": seen[0]["late"],
        "timed": case.timed,
        "runs": len(seen),
        "python_up_s": median("up"),
        "imported_s": median("imported"),
        "answered_s": median("answered"),
        "fastest_s": round(min(each["answered"] for each in seen) / 1e9, 4),
        "cpu_s": round(statistics.median(each["cpu"] for each in seen), 4),
        "modules": seen[0]["modules"],
        "heavy_modules": seen[0]["heavy"],
        "answer": seen[0]["answer"],
        "calls": seen[0]["calls"],
        "bar_s": bar,
        "aim_s": aim,
        "passed": median("answered") <= bar,
    }


def sizes(archive: Archive) -> dict[str, Any]:
    """Give an archive's bytes, whole and by component."""
    return {"zipped": archive.zipped, "unzipped": archive.unzipped, "components": archive.components}


def drawn(times: dict[str, dict[str, Any]], built: Build) -> str:
    """Draw the tables for a person."""
    heads = ("python", "imported", "answered", "fastest", "CPU", "AWS", "bar", "aim")
    widths = (8, 9, 9, 8, 7, 7, 6, 6)
    lines = [f"{'':<8} " + " ".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True))]
    for name, each in times.items():
        figures = [each[f"{part}_s"] for part in ("python_up", "imported", "answered", "fastest", "cpu", "on_aws")]
        shown = " ".join(f"{value:{width}.3f}" for value, width in zip(figures, widths[:6], strict=True))
        lines.append(f"{name:<8} {shown} {each['bar_s']:>6} {each['aim_s']:>6}  {'ok' if each['passed'] else 'OVER'}")
    lines += ["", *(f"{name:<8} {each['timed']}" for name, each in times.items())]
    for name, archive in (("code", built.code), ("layer", built.layer)):
        lines.append(f"\n{name}: {archive.zipped / 1e6:.1f} MB zip, {archive.unzipped / MIB:.1f} MiB unzipped")
        lines += [f"  {part:<24} {size / 1e6:8.2f} MB" for part, size in list(archive.components.items())[:12]]
    return "\n".join(lines)


def main() -> int:
    """Measure and print; 1 when a bar is not met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=11, help="fresh processes per function (at least 9)")
    parser.add_argument("--json", action="store_true", help="print JSON on stdout")
    args = parser.parse_args()
    built = build(local(str(ROOT)))
    times = measure(built, max(args.runs, MIN_RUNS))
    fits = built.code.zipped <= CODE_ZIP_LIMIT and built.code.unzipped + built.layer.unzipped <= UNZIPPED_LIMIT
    document = {"times": times, "sizes": {"code": sizes(built.code), "layer": sizes(built.layer)}, "sizes_fit": fits}
    print(json.dumps(document) if args.json else drawn(times, built))
    return 0 if fits and all(each["passed"] for each in times.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
