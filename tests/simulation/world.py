"""
A whole Guichet in one process: its functions, its queues, its table, the platforms around it, under a virtual clock.

`run` plays everything to quiescence: webhooks are repeated until they are taken, queues redeliver what was not
deleted, the sweep sweeps while something is due. Deterministic: the same plan and seed give the same run.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import entrypoints
from chalicelib.channels import REGISTRY
from chalicelib.entrypoints import visit_services
from chalicelib.model import Account, AccountId, AccountKey, BrandId, ChannelName, Millis, Request, Response
from chalicelib.playbook.codec import from_json, to_json
from chalicelib.playbook.schema import Playbook
from chalicelib.playbook.yaml_file import load
from chalicelib.ports import Scorer, Traits
from chalicelib.services import Services
from chalicelib.settings import Settings
from chalicelib.stages import visits
from chalicelib.stages.gap_sweep import SETTLES_MS, is_due
from chalicelib.stages.intake import intake
from chalicelib.stages.sweep import reconnect, sweep
from chalicelib.store import keys, paced_index, templates
from chalicelib.store.directory import Directory
from chalicelib.store.queues import Queues
from chalicelib.store.table import Table
from chalicelib.visitor_port import Moves
from chalicelib.ways import with_ways
from chalicelib.wiring import Wiring
from chalicelib.workspaces.slack.traits import TRAITS as SLACK_TRAITS
from infra.resources import CONSUMER_TIMEOUT, MARGIN
from tests.support.aws_limits import LimitBroken, Limited

from .desks import Desks, SlackDesks
from .dynamo import Dynamo, PrimaryKey, client_error, copied
from .expressions import Item
from .facebook import FacebookPage
from .faults import Died, FaultInjector, InjectedClient, Worker
from .instagram import InstagramApi
from .memory.desks import MemoryDesks
from .platforms import SECRET, Hook, MessengerSend, Platform, Shop, SlackWorkspace, WhatsAppCloud, XApi
from .rights import Noting, Right
from .scoring import WordScorer
from .ses import QUEUE, SesMail
from .sqs import QueueMessage, Sqs, put_off
from .telegram import TelegramBot
from .twilio import ACCOUNT_SID, PUBLIC_URL, TwilioSms, TwilioWhatsApp
from .webchat import ORIGIN, ShopPage

os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")
ROOT = Path(__file__).resolve().parents[2]
START = 1_795_597_200_000  # Wednesday 2026-11-25 09:00 UTC: the shop is open
TEAM, CHANNEL = "T0GUICHET", "C0MAISON"
TABLE, QUEUE_BASE, PREFIX = "guichet-test", "https://sqs.invalid/1", "/guichet/test"
FUNCTION_OF = {
    "inbox.fifo": "process",
    "outbox.fifo": "deliver",
    "desk.fifo": "desk",
    "receipts": "receipts",
    "timers": "timers",
    "mail": "mail",
}
EXTRA = {
    "consumer_key": "ck",
    "token_secret": "ts",
    "account_sid": ACCOUNT_SID,
    "login": "instagram",
    "key_id": "AKIDEXAMPLE",
    "origins": ORIGIN,
}
HANDLERS: Mapping[str, Callable[[dict[str, Any], Callable[[], int], Wiring], dict[str, Any]]] = {
    "process": entrypoints.process_batch,
    "deliver": entrypoints.deliver_batch,
    "desk": entrypoints.desk_batch,
    "receipts": entrypoints.receipts_batch,
    "timers": entrypoints.timers_batch,
    "mail": entrypoints.mail_batch,
}
VISIBILITY = {name: 1000 * (seconds + MARGIN) for name, seconds in CONSUMER_TIMEOUT.items()}
LOOPS = 4_000
SLEEPS_MS = 400
_PLAYBOOK = load((ROOT / "playbooks" / "maison-lune.yaml").read_text(encoding="utf-8"))

# By brand and workspace: what was written to connect it, and its parameters.
_CONNECTED: dict[tuple[BrandId, str], tuple[tuple[tuple[PrimaryKey, Item], ...], dict[str, Any]]] = {}


def playbook_of(brand: str, channel: str = CHANNEL, workspace: str = "slack") -> Playbook:
    routing = replace(_PLAYBOOK.routing, workspace=workspace, account=f"{TEAM}/{channel}", urgent="")
    return replace(_PLAYBOOK, brand=brand, routing=routing)


def _traits(channel: str) -> Traits:
    """A channel's traits; a workspace's account leads no customer anywhere."""
    return REGISTRY[channel].traits if channel in REGISTRY else SLACK_TRAITS


@dataclass(slots=True)
class Clock:
    """Virtual milliseconds."""

    now: int = START

    def __call__(self) -> Millis:
        return Millis(self.now)


@dataclass(slots=True)
class Step:
    """Something a person does: `wait_ms` after the step before, as soon as `when` holds."""

    do: Callable[[World], Any]
    when: Callable[[World], bool] = lambda world: True
    wait_ms: int = 0
    name: str = ""


class SimWiring(Wiring):
    """The real wiring with other clients and sockets: each call passes the fault injector."""

    def __init__(self, world: World, settings: Settings) -> None:
        super().__init__(
            settings,
            client=world.client,
            clock=world.clock,
            metrics=world.count,
            scorer=world.scorer,
            workspace=world.desks.workspace,
        )
        self._world = world

    def http(self, channel: str) -> Any:
        return _InjectedHttp(self._world, channel)

    @cached_property
    def queues(self) -> Queues:
        return Queues(
            sqs=lambda: self.client("sqs"),
            s3=lambda: self.client("s3"),
            settings=self.settings,
            new_id=self._world.new_id,
        )

    @cached_property
    def for_handlers(self) -> Services:
        real: Services = Wiring.for_handlers.func(self)  # type: ignore[attr-defined]
        return replace(real, pause=self._world.sleep, kept=self._kept(real))

    def _kept(self, real: Services) -> Callable[[BrandId, str], int | None]:
        told = self._world.kept
        return lambda brand, priority: told[priority] if priority in told else real.kept(brand, priority)


class _InjectedHttp:
    def __init__(self, world: World, channel: str) -> None:
        self._world, self._channel = world, channel

    def request(self, method: str, url: str, **given: Any) -> Any:
        platform = self._world.outside[self._channel]
        what = f"{self._channel} {method} {url.rpartition('/')[2].partition('?')[0]}"
        return self._world.injector.call("http", what, 30, lambda: platform.request(method, url, **given))


class World:
    """
    One run. `plan`: call number -> fault. `seed`: None plays one worker at a time, else up to three, shuffled.

    `in_memory`: agents work in the workspace in memory, else in Slack.
    """

    def __init__(
        self,
        plan: Mapping[int, str] | None = None,
        seed: int | None = None,
        brand: str = "maison-lune",
        *,
        in_memory: bool = False,
    ) -> None:
        self.clock = Clock()
        self.random = random.Random(seed)
        self.seed, self.shuffled = seed, seed is not None
        self.injector = FaultInjector(plan or {}, self.clock, interleaved=self.shuffled)
        self.brand = BrandId(brand)
        self.dynamo = Dynamo()
        self.scorer: Scorer = WordScorer()
        self.sqs = Sqs(self.clock, VISIBILITY)
        self.buckets: dict[str, bytes] = {}
        self.put_at: dict[str, int] = {}  # when each was stored
        self.parameters: dict[str, Any] = {}
        self.parameter_versions: dict[str, list[Any]] = {}  # of those that were written since, the oldest first
        self.counts: dict[str, int] = {}
        self.surprises: list[str] = []
        self.steps: list[Step] = []
        self.stepped_at = START
        self.workers: list[Worker] = []
        self.pool: dict[str, list[Wiring]] = {}
        self.presses: list[Hook] = []
        self.answered: list[str] = []  # what Slack was answered, seen by who pressed or typed
        self.pressing: dict[str, bool] = {}
        self.swept_at = START
        self.reconnects_again = True
        self.kept: dict[str, int] = {}  # how long nine of ten tickets took, where a story says so
        self.rights: set[tuple[str, Right]] = set()  # what each worker's calls needed
        self._ids = 0
        self.loops = LOOPS
        self.hurried = False
        # Which messages that a dead worker had read are gone too.
        self.purges: Callable[[Worker, str, QueueMessage], bool] = lambda worker, queue, message: False
        self.whatsapp = WhatsAppCloud(self.clock, "1001", "ka-wa", "whatsapp")
        self.messenger = MessengerSend(self.clock, "2001", "ka-me", "messenger")
        self.x = XApi(self.clock, "3001", "ka-x", "x")
        self.sms = TwilioSms(self.clock, "4001", "ka-sms", "sms")
        self.whatsapp_twilio = TwilioWhatsApp(self.clock, "5001", "ka-wt", "whatsapp_twilio")
        self.facebook = FacebookPage(self.clock, "2001", "ka-fb", "facebook")  # Messenger's page, with one webhook
        self.instagram = InstagramApi(self.clock, "6001", "ka-ig", "instagram", connected_at=START)
        self.slack, self.shop = SlackWorkspace(self.clock), Shop()
        self.platforms: list[Platform] = [
            self.whatsapp, self.messenger, self.x, self.sms, self.whatsapp_twilio, self.facebook, self.instagram
        ]  # fmt: skip
        self.telegram = TelegramBot(self.clock, "7001", "ka-tg", "telegram")
        self.email = SesMail(self.clock, "sav@courrier.brand.example", "ka-em", "email")
        self.moves: Moves | None = None  # where visitors can go on, where not by the playbook
        self.webchat = ShopPage(self.clock, "www.brand.example", "ka-wc", "webchat")
        self.platforms += [self.telegram, self.email, self.webchat]
        self.outside: dict[str, Any] = {
            **{platform.name: platform for platform in self.platforms}, "slack": self.slack, "shop": self.shop
        }  # fmt: skip
        self.desks: Desks = MemoryDesks(self, f"{TEAM}/{CHANNEL}") if in_memory else SlackDesks(self)
        self.outside.setdefault(self.desks.workspace.name, self.desks)
        self._connect()
        self.set_up = list(self.dynamo.items.values())

    # --- set-up -------------------------------------------------------------------------------

    def _connect(self) -> None:
        """Stores the accounts and the playbook: always the same items, put anew for the first world of a brand only."""
        which = self.brand, self.desks.workspace.name
        if which not in _CONNECTED:
            self._store_accounts_and_playbook()
            _CONNECTED[which] = tuple(self.dynamo.written), self.parameters
            self.dynamo = Dynamo()
        written, parameters = _CONNECTED[which]
        self.parameters = copied(parameters)
        for key, item in written:
            self.dynamo._put(key, copied(item))

    def _store_accounts_and_playbook(self) -> None:
        directory = Directory(self.dynamo, TABLE)
        for platform in self.platforms:
            self._account(
                directory, platform.name, platform.account_id, platform.key, platform.token, platform.connected_at
            )
        self._account(directory, self.desks.workspace.name, f"{TEAM}/{CHANNEL}", "ka-sl", self.desks.token)
        self.table.put_playbook(to_json(self.playbook), self.clock())

    def _account(
        self, directory: Directory, channel: str, account_id: str, key: str, token: str, connected_at: int = 0
    ) -> None:
        app = "workspace" if channel == self.desks.workspace.name else "app"
        account = Account(
            key=AccountKey(key),
            brand=self.brand,
            channel=ChannelName(channel),
            account_id=AccountId(account_id),
            app_key=app,
            connected_at=Millis(connected_at),
        )
        directory.put_account(account)
        self.parameters[f"{PREFIX}/app/{channel}/{app}"] = {"current": SECRET}
        self.parameters[f"{PREFIX}/app/people/keys"] = {"current": SECRET}
        self.parameters[f"{PREFIX}/token/{channel}/{account_id.replace('/', '.').replace('@', '_at_')}"] = {
            "token": token,
            **EXTRA,
        }

    @property
    def playbook(self) -> Playbook:
        """The playbook that the brand begins with."""
        return playbook_of(self.brand, workspace=self.desks.workspace.name)

    @property
    def directory(self) -> Directory:
        """The accounts, read without faults."""
        return Directory(self.dynamo, TABLE)

    @property
    def shown_playbook(self) -> Playbook:
        """The same, with the templates that hold now and those that platforms list, and where customers can go on."""
        stored = from_json(self.table.playbook() or "{}")
        used, accounts = stored.templates, tuple(self.directory.accounts(self.brand))
        listed = templates.of_accounts(self.table, accounts if used else ())
        own = replace(self.playbook, continue_on=stored.continue_on, codes=stored.codes)
        return with_ways(replace(own, templates=used, listed_templates=listed), lambda: accounts, _traits)

    @property
    def table(self) -> Table:
        """The table, read without faults."""
        return Table(self.dynamo, TABLE, self.brand)

    @cached_property
    def settings(self) -> Settings:
        urls: Any = {f"{name.partition('.')[0]}_url": f"{QUEUE_BASE}/{name}" for name in VISIBILITY}
        bases = {"shop": "http://127.0.0.1:1"}
        return Settings(
            stage="test",
            table_name=TABLE,
            bucket_name="b",
            secrets_prefix=PREFIX,
            region="eu-west-3",
            local_bases=bases,
            public_urls=(PUBLIC_URL,),
            **urls,
        )

    def client(self, service: str) -> Any:
        inner: Any = {"dynamodb": self.dynamo, "sqs": self.sqs, "ssm": _Ssm(self), "s3": _S3(self)}[service]
        return InjectedClient(Noting(Limited(inner, service), self._note), service, self.injector)

    def _note(self, right: Right) -> None:
        if self.injector.current is not None:
            self.rights.add((self.injector.current.name, right))

    def new_id(self) -> str:
        self._ids += 1
        return f"id{self._ids:08d}"

    def count(self, name: str, value: int = 1, *, channel: str = "") -> None:
        self.counts[name] = self.counts.get(name, 0) + value

    def sleep(self, seconds: float) -> None:
        """Who sleeps lets others work; a moment is too short for that."""
        worker, ms = self.injector.current, max(1, round(seconds * 1000))
        if worker is None or ms < SLEEPS_MS:
            self.clock.now += ms
            return
        worker.wake_at = self.clock.now + ms
        worker.pause()

    # --- running ------------------------------------------------------------------------------

    def run(self, *steps: Step) -> World:
        """Plays the steps, and everything that follows from them, to quiescence."""
        self.steps += steps
        for _ in range(self.loops):
            choices = self._choices()
            if choices:
                choice = self.random.randrange(len(choices)) if self.shuffled else 0
                choices[choice]()
            elif not self._advance():
                return self
        raise AssertionError(f"no quiescence after {self.loops} turns: {self.injector.trace[-12:]}")

    def _choices(self) -> list[Callable[[], None]]:
        now = self.clock.now
        found: list[Callable[[], None]] = [
            partial(self._resume, worker) for worker in self.workers if worker.wake_at <= now
        ]
        running = sum(worker.wake_at <= now for worker in self.workers)
        if running >= (3 if self.shuffled else 1):
            return found
        if self._step_due():
            found.append(self._step)
        for platform in self.platforms:
            found += [partial(self._webhook, platform, h) for h in platform.hooks if h.due <= now][:1]
        found += [partial(self._press, h) for h in self.presses if h.due <= now][:1]
        for name in FUNCTION_OF:
            found += [partial(self._invoke, name, batch) for batch in self.sqs.ready(name)]
        return found

    def _step_due(self) -> bool:
        if not self.steps or self.presses:
            return False
        step = self.steps[0]
        return self.clock.now >= self.stepped_at + step.wait_ms and step.when(self)

    def _step(self) -> None:
        step = self.steps.pop(0)
        self.stepped_at = self.clock.now
        step.do(self)

    def _advance(self) -> bool:
        """Jumps to the next time at which something can happen; False when nothing can any more."""
        times = [worker.wake_at for worker in self.workers]
        times += [hook.due for platform in self.platforms for hook in platform.hooks] + [h.due for h in self.presses]
        times += [at for at in [self.sqs.next_time()] if at is not None]
        if self.steps:
            times.append(self.stepped_at + self.steps[0].wait_ms)
        due = [at for item in self.dynamo.items.values() if (at := self._due_at(item)) is not None]
        due += self._unheard()
        if due:
            times.append(max(min(due), self.swept_at + 60_000))
        later = [at for at in times if at > self.clock.now]
        if due and (not later or max(min(due), self.swept_at + 60_000) <= min([*later, self.clock.now])):
            self.clock.now = max(self.clock.now, min(due), self.swept_at + 60_000)
            self.swept_at = self.clock.now
            self._start("sweep", lambda wiring: sweep(wiring.for_handlers), lambda worker: None)
            return True
        if not later:
            return False
        self.clock.now = min(later)
        return True

    def _unheard(self) -> list[int]:
        """When lists are read next in which something stands that no webhook brought, until they are read that far."""
        found = []
        for platform in (each for each in self.platforms if each.unheard):
            every = REGISTRY[platform.name].traits.list_every
            key = keys.account_by_id(platform.name, platform.account_id, "list")
            read = int(self.dynamo.items.get((key.pk, key.sk), {}).get("since", {"N": "0"})["N"])
            for at in [at for at in platform.unheard if at >= read][:1]:
                next_at = max(at + SETTLES_MS, self.swept_at + 60_000)
                while not is_due(platform.name, platform.account_id, Millis(next_at), every):
                    next_at += 60_000
                found.append(next_at)
        return found

    def _due_at(self, item: Mapping[str, Any]) -> int | None:
        """
        When the sweep has something to do for this item: what is parked waits for its account.

        Nobody waits for a ticket's far clocks, unless there are steps to come: a run ends before days of them.
        """
        if "due_at" not in item:
            return None
        if item.get("kind") == {"S": "clock"} and item["due_at"] == item["not_before"] and not self.steps:
            return None
        shard, *account = item["due_shard"]["S"].split("#", 2)
        if len(account) == 1:
            return int(item["due_at"]["N"])
        if shard == "folded":
            return None
        if shard == "line":
            return paced_index.time_of(int(item["due_at"]["N"])) + keys.OVERDUE_MS
        key = keys.account_by_id(*account)
        stored = self.dynamo.items.get((key.pk, key.sk), {"paused": {}})
        return None if "paused" in stored else int(item["due_at"]["N"])

    # --- invocations --------------------------------------------------------------------------

    def _start(self, name: str, work: Callable[[Wiring], Any], then: Callable[[Worker], None]) -> None:
        idle = self.pool.setdefault(name, [])
        wiring = idle.pop() if idle else SimWiring(self, self.settings)
        worker = Worker(name, lambda: work(wiring))
        worker.wake_at = self.clock.now
        self._ends[id(worker)] = (wiring, then)
        self.workers.append(worker)
        self._resume(worker)

    @cached_property
    def _ends(self) -> dict[int, tuple[Wiring, Callable[[Worker], None]]]:
        return {}

    def command(self, work: Callable[[Wiring], bool], tries: int = 40) -> None:
        """Somebody runs a command; one that dies, or says that it is not done, is run again after a minute."""
        done: list[bool] = []

        def then(_: Worker) -> None:
            if done != [True] and tries > 1:  # of somebody who was erased it is never done
                self.steps.insert(0, Step(lambda world: world.command(work, tries - 1), wait_ms=60_000))

        self._start("command", lambda wiring: done.append(work(wiring)), then)

    def _resume(self, worker: Worker) -> None:
        self.injector.current = worker
        worker.resume()
        self.injector.current = None
        if not worker.done:
            return
        self.workers.remove(worker)
        wiring, then = self._ends.pop(id(worker))
        if isinstance(worker.error, LimitBroken):
            raise worker.error
        if not isinstance(worker.error, Died):
            self.pool[worker.name].append(wiring)
        if worker.error is not None and not worker.hit:
            self.surprises.append(f"{worker.name}: {worker.error!r}")
        then(worker)

    def _invoke(self, queue: str, messages: list[QueueMessage]) -> None:
        taken = self.sqs.receive(queue, messages)
        if not taken:
            return
        event = {"Records": [_record(message, queue) for message in taken]}
        receipts = [(message, message.receives) for message in taken]
        function = FUNCTION_OF[queue]

        def then(worker: Worker) -> None:
            if worker.error is not None:
                for message, receives in receipts:
                    if self.purges(worker, queue, message):
                        self.sqs.delete(queue, message, receives)
                return
            failed = {each["itemIdentifier"] for each in worker.result["batchItemFailures"]}
            tried = failed - put_off(receipts, failed)
            if tried and not worker.hit:
                self.surprises.append(f"{function}: {len(tried)} of {len(taken)} failed by themselves")
            for message, receives in receipts:
                if str(message.number) not in failed:
                    self.sqs.delete(queue, message, receives)

        self._start(function, lambda wiring: HANDLERS[function](event, self.left(queue), wiring), then)

    def left(self, queue: str) -> Callable[[], int]:
        """The deadline of an invocation that begins now. Only where `hurried`: one that stalls is to go on late."""
        lasts, began = 1000 * CONSUMER_TIMEOUT[queue], self.clock.now
        return lambda: lasts - (self.clock.now - began if self.hurried else 0)

    def _webhook(self, platform: Platform, hook: Hook) -> None:
        platform.hooks.remove(hook)
        if hook.path == QUEUE:
            self._stored(hook)
            return

        def then(worker: Worker) -> None:
            if worker.error is not None or worker.result.status >= 500:
                platform.hooks.append(hook._replace(due=self.clock.now + 15_000, tries=hook.tries + 1))
            else:
                platform.told(worker.result.body)

        if hook.path.startswith("/chat/"):
            self._start("intake", lambda wiring: visits.answer(hook.request, visit_services(wiring)), then)
            return
        channel, key = hook.path.split("/")[2:4]
        self._start("intake", lambda wiring: intake(channel, key, hook.request, wiring.intake), then)

    def visited(self, request: Request) -> Response:
        """What a visitor's browser is answered: without faults, beside the run."""
        services = visit_services(self._visiting)
        return visits.answer(request, replace(services, moves=self.moves) if self.moves else services)

    @cached_property
    def _visiting(self) -> Wiring:
        return SimWiring(self, self.settings)

    def _stored(self, hook: Hook) -> None:
        """What SES stored lies in the bucket before the queue tells of it; sometimes it never does."""
        what = json.loads(hook.request.body)
        if what["key"]:
            self.put(what["key"], self.email.stored[what["key"]])
        if what["told"] is not None:
            self.sqs.send_message(QueueUrl=f"{QUEUE_BASE}/mail", MessageBody=json.dumps(what["told"]))

    def put(self, key: str, body: bytes) -> None:
        """Put an object into the bucket."""
        self.buckets[key] = body
        self.put_at[key] = self.clock.now

    def collects(self) -> None:
        """The schedule of the function that takes mails in."""

        def then(worker: Worker) -> None:
            if worker.error is not None:
                self.collects()

        self._start("mail", lambda wiring: entrypoints.mail_batch({}, lambda: 60_000, wiring), then)

    def _press(self, hook: Hook) -> None:
        self.presses.remove(hook)

        def then(worker: Worker) -> None:
            if worker.error is not None or worker.result.status >= 500:  # the agent sees a warning and tries again
                self.presses.append(hook._replace(due=self.clock.now + 5_000, tries=hook.tries + 1))
            elif worker.result.body:
                self.answered.append(worker.result.body)
                self.desks.answered(worker.result.body)

        self._start(self.desks.worker, lambda wiring: wiring.answer_agent(hook.request), then)

    def reconnect(self, platform: Platform, token: str) -> None:
        """The administrator gives the account a new token."""
        platform.token = token
        self.parameters[f"{PREFIX}/token/{platform.name}/{platform.account_id}"]["token"] = token
        self._start(
            "admin",
            lambda wiring: reconnect(ChannelName(platform.name), AccountId(platform.account_id), wiring.for_handlers),
            lambda worker: self.reconnect(platform, token) if worker.error and self.reconnects_again else None,
        )


def _record(message: QueueMessage, queue: str) -> dict[str, Any]:
    return {
        "messageId": str(message.number),
        "receiptHandle": message.receipt,
        "body": message.body,
        "attributes": {"ApproximateReceiveCount": str(message.receives), "MessageGroupId": message.group},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:eu-west-3:1:{queue}",
        "awsRegion": "eu-west-3",
    }


@dataclass(slots=True)
class _Ssm:
    world: World

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> Any:  # noqa: N803 - boto3's names
        name, _, version = Name.partition(":")
        if name not in self.world.parameters:
            raise client_error("ParameterNotFound", "GetParameter")
        before = self.world.parameter_versions.get(name, [])
        value = before[int(version) - 1] if version else self.world.parameters[name]
        return {"Parameter": {"Value": json.dumps(value), "Version": int(version or len(before) + 1)}}

    def put_parameter(self, *, Name: str, Value: str, **_: Any) -> Any:  # noqa: N803 - boto3's names
        before = self.world.parameter_versions.setdefault(Name, [])
        before.append(self.world.parameters[Name])
        self.world.parameters[Name] = json.loads(Value)
        return {"Version": len(before) + 1}


@dataclass(slots=True)
class _S3:
    world: World
    kept: dict[str, bytes] = field(default_factory=dict)

    exceptions = SimpleNamespace(ClientError=ClientError)

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **_: Any) -> Any:  # noqa: N803 - boto3's names
        self.world.put(Key, Body)
        return {}

    def get_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803 - boto3's names
        import io

        if Key not in self.world.buckets:
            raise client_error("NoSuchKey", "GetObject")
        return {"Body": io.BytesIO(self.world.buckets[Key])}

    def delete_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803 - boto3's names
        self.world.buckets.pop(Key, None)
        return {}

    def list_objects_v2(self, *, Bucket: str, Prefix: str) -> Any:  # noqa: N803 - boto3's names
        from datetime import UTC, datetime

        found = [key for key in self.world.buckets if key.startswith(Prefix)]
        at = {key: datetime.fromtimestamp(self.world.put_at.get(key, 0) / 1000, UTC) for key in found}
        return {"Contents": [{"Key": key, "LastModified": at[key]} for key in found]}
