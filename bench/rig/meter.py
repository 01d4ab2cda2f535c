"""
Meters in wiring's place: DynamoDB clients that count request units, SQS clients that count requests.

Units are computed from item sizes by AWS's published rules, because a local AWS may not report them right; what the
local AWS does report is kept beside. Metering's own time is taken out of the measured CPU time.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

KB = 1024
INDEXES = (("due_shard", "due_at"), ("open_shard", "created_at"))  # the key of each, KEYS_ONLY and sparse


@dataclass(slots=True)
class Spent:
    """What one function's invocations used. `calls` by kind of latency; times in milliseconds."""

    invocations: int = 0
    cpu_ms: float = 0.0
    log_bytes: int = 0
    log_lines: int = 0
    rru: float = 0.0
    wru: float = 0.0
    reported: float = 0.0
    sqs_standard: int = 0
    sqs_fifo: int = 0
    puts: int = 0
    gets: int = 0
    notices: int = 0  # of a topic
    calls: Counter[str] = field(default_factory=Counter)

    def stored(self, put: float, get: float, notice: float) -> float:
        """USD for the bucket's requests and a topic's notices, at these prices."""
        return self.puts * put + self.gets * get + self.notices * notice


class Ledger:
    """Spent by function; `now` is the function that runs."""

    def __init__(self) -> None:
        self.by_function: defaultdict[str, Spent] = defaultdict(Spent)
        self.operations: Counter[str] = Counter()
        self.now = ""
        self.own_time = 0.0

    @property
    def spent(self) -> Spent:
        return self.by_function[self.now]

    def clear(self) -> None:
        """Forget what was counted."""
        self.by_function.clear()
        self.operations.clear()

    @contextmanager
    def metering(self) -> Iterator[None]:
        """Time spent in here is the meter's."""
        start = time.thread_time()
        try:
            yield
        finally:
            self.own_time += time.thread_time() - start


def size_of(value: Mapping[str, Any]) -> int:
    """Bytes of one attribute value (AWS: DynamoDB item sizes and formats)."""
    kind, inner = next(iter(value.items()))
    if kind == "S":
        return len(inner.encode())
    if kind == "N":
        return len(inner.strip("-0.") or "0") // 2 + 2
    if kind in ("BOOL", "NULL"):
        return 1
    if kind == "L":
        return 3 + sum(1 + size_of(each) for each in inner)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + size_of(each) for name, each in inner.items())
    raise TypeError(kind)


def item_size(item: Mapping[str, Any] | None) -> int:
    """Bytes of a whole item, 0 for none."""
    return sum(len(name.encode()) + size_of(value) for name, value in (item or {}).items())


def read_units(size: int, *, consistent: bool) -> float:
    """Read request units: 4 KB steps; at least one; half when eventually consistent."""
    steps = max(1, -(-size // (4 * KB)))
    return steps if consistent else steps / 2


def write_units(size: int) -> int:
    """Write request units: 1 KB steps, at least one."""
    return max(1, -(-size // KB))


def index_units(before: Mapping[str, Any], after: Mapping[str, Any], index: tuple[str, str]) -> int:
    """Write units of an index's entries: one that goes and one that comes, where its place changed."""
    places = [[item[name] for name in index] for item in (before, after) if all(name in item for name in index)]
    return 0 if len(places) == 2 and places[0] == places[1] else len(places)


class Dynamo:
    """A DynamoDB client that meters every call of the pipeline; anything else it does not have."""

    def __init__(self, client: Any, ledger: Ledger) -> None:
        self.client = client
        self.exceptions = client.exceptions
        self.ledger = ledger

    def _stored(self, table: str, key: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})
        return found

    def get_item(self, **asked: Any) -> Any:
        answer = self.client.get_item(**asked, ReturnConsumedCapacity="TOTAL")
        with self.ledger.metering():
            self._read("get", item_size(answer.get("Item")), asked, answer)
        return answer

    def batch_get_item(self, **asked: Any) -> Any:
        answer = self.client.batch_get_item(**asked, ReturnConsumedCapacity="TOTAL")
        with self.ledger.metering():
            for items in answer["Responses"].values():  # AWS bills each item as if it were read by itself
                self.ledger.spent.rru += sum(read_units(item_size(item), consistent=False) for item in items)
            self.ledger.spent.calls["read"] += 1
            self.ledger.operations[f"{self.ledger.now} batch get"] += 1
            for each in answer.get("ConsumedCapacity", ()):
                self._keep_reported(each)
        return answer

    def query(self, **asked: Any) -> Any:
        answer = self.client.query(**asked, ReturnConsumedCapacity="TOTAL")
        with self.ledger.metering():
            self._read("query", sum(map(item_size, answer["Items"])), asked, answer)
        return answer

    def _read(self, name: str, size: int, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        units = read_units(size, consistent=bool(asked.get("ConsistentRead")))
        self.ledger.spent.rru += units
        self.ledger.spent.calls["read"] += 1
        self.ledger.operations[f"{self.ledger.now} {name}"] += 1
        self._keep_reported(answer.get("ConsumedCapacity"))

    def put_item(self, **asked: Any) -> Any:
        return self._write("put", asked, asked["Item"], self.client.put_item)

    def update_item(self, **asked: Any) -> Any:
        return self._write("update", asked, asked["Key"], self.client.update_item)

    def delete_item(self, **asked: Any) -> Any:
        return self._write("delete", asked, asked["Key"], self.client.delete_item)

    def _write(self, name: str, asked: dict[str, Any], where: Mapping[str, Any], call: Callable[..., Any]) -> Any:
        key = {"pk": where["pk"], "sk": where["sk"]}
        with self.ledger.metering():
            before = self._stored(asked["TableName"], key)
        try:
            answer = call(**asked, ReturnConsumedCapacity="TOTAL")
            self._keep_reported(answer.get("ConsumedCapacity"))
            return answer
        finally:
            with self.ledger.metering():
                after = self._stored(asked["TableName"], key)
                self._count(name, before, after, factor=1)
                self.ledger.spent.calls["write"] += 1

    def transact_write_items(self, **asked: Any) -> Any:
        targets = []
        with self.ledger.metering():
            for each in asked["TransactItems"]:
                ((name, write),) = each.items()
                where = write.get("Item") or write["Key"]
                key = {"pk": where["pk"], "sk": where["sk"]}
                targets.append((name, write, key, self._stored(write["TableName"], key)))
        try:
            answer = self.client.transact_write_items(**asked, ReturnConsumedCapacity="TOTAL")
            for each in answer.get("ConsumedCapacity", ()):
                self._keep_reported(each)
            return answer
        finally:
            with self.ledger.metering():
                for name, write, key, before in targets:
                    after = self._stored(write["TableName"], key)
                    self._count(f"transact {name.lower()}", before, after, factor=2)
                self.ledger.spent.calls["transaction"] += 1

    def _count(self, name: str, before: Mapping[str, Any], after: Mapping[str, Any], *, factor: int) -> None:
        """
        The larger of the item before and after; twice in a transaction; the index entry where its key changed.

        An entry costs in a transaction what it costs outside: measured on AWS by nubo-db/dynoxide, pull request 188.
        """
        units = factor * write_units(max(item_size(before), item_size(after)))
        units += sum(index_units(before, after, index) for index in INDEXES)
        self.ledger.spent.wru += units
        kind = next((k for k in KINDS if after.get("pk", before.get("pk", {"S": ""}))["S"].count(k)), "item")
        self.ledger.operations[f"{self.ledger.now} {name} {kind.strip('#')}"] += units

    def _keep_reported(self, capacity: Mapping[str, Any] | None) -> None:
        self.ledger.spent.reported += float((capacity or {}).get("CapacityUnits", 0))


KINDS = ("#seen#", "#conv#", "#out#", "#id#", "#contact#", "#ticket#", "#thread#", "#control", "#playbook", "acct#")


class Storage:
    """The bucket of one function, whose requests are counted."""

    def __init__(self, client: Any, ledger: Ledger) -> None:
        self.client = client
        self.exceptions = client.exceptions
        self.ledger = ledger

    def put_object(self, **asked: Any) -> Any:
        self.ledger.spent.puts += 1
        return self._asked(self.client.put_object, asked)

    def get_object(self, **asked: Any) -> Any:
        self.ledger.spent.gets += 1
        return self._asked(self.client.get_object, asked)

    def delete_object(self, **asked: Any) -> Any:
        return self._asked(self.client.delete_object, asked)

    def _asked(self, call: Callable[..., Any], asked: Mapping[str, Any]) -> Any:
        self.ledger.spent.calls["s3"] += 1
        return call(**asked)


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """One message in a queue; `due_at` in the stack's milliseconds."""

    queue: str
    body: str
    group: str
    due_at: int


class Sqs:
    """Queues in memory behind the SQS client's methods: a request a 64 KB for each send."""

    def __init__(self, ledger: Ledger, clock: Callable[[], int]) -> None:
        self.ledger = ledger
        self.clock = clock
        self.messages: list[QueueMessage] = []

    def send_message(self, **asked: Any) -> Any:
        self._take(asked["QueueUrl"], asked)
        self._count(asked["QueueUrl"], len(asked["MessageBody"]))
        return {"MessageId": "1"}

    def send_message_batch(self, **asked: Any) -> Any:
        for entry in asked["Entries"]:
            self._take(asked["QueueUrl"], entry)
        self._count(asked["QueueUrl"], sum(len(entry["MessageBody"]) for entry in asked["Entries"]))
        return {"Successful": [], "Failed": []}

    def _take(self, url: str, entry: Mapping[str, Any]) -> None:
        due_at = self.clock() + 1000 * int(entry.get("DelaySeconds", 0))
        self.messages.append(QueueMessage(url, entry["MessageBody"], str(entry.get("MessageGroupId", "")), due_at))

    def _count(self, url: str, size: int) -> None:
        requests = max(1, -(-size // (64 * KB)))
        if url.endswith(".fifo"):
            self.ledger.spent.sqs_fifo += requests
        else:
            self.ledger.spent.sqs_standard += requests
        self.ledger.spent.calls["sqs"] += 1
        self.ledger.operations[f"{self.ledger.now} send {url.rpartition('-')[2]}"] += requests

    def receive(self, now: int, *, last: str) -> QueueMessage | None:
        """Takes the first message that is due, of queue `last` only when no other queue has one."""
        for message in sorted(self.messages, key=lambda each: each.queue.endswith(last)):
            if message.due_at <= now:
                self.messages.remove(message)
                return message
        return None

    def like(self, message: QueueMessage) -> list[QueueMessage]:
        """Takes the other messages of the same queue that may share an invocation with this one."""
        found = [each for each in self.messages if each.queue == message.queue and '"read"' not in each.body]
        self.messages = [each for each in self.messages if each not in found]
        return found

    def next_due(self) -> int | None:
        """When the next delayed message is due."""
        return min((message.due_at for message in self.messages), default=None)
