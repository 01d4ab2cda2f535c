"""
Writes to the table as values, and `Writer`, which makes one of them, or several in a transaction.

A value is {"Put" | "Update" | "Delete": the arguments of DynamoDB's call, without the table's name}. Conditions and
changes are DynamoDB's own expressions: `#name` stands for the attribute of that name (or for what `names` gives for
it), `:name` for the keyword argument of that name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, Literal, TypeVar

from ..errors import Conflict
from . import items, wire
from .items import Item
from .keys import Key

Write = Mapping[str, dict[str, Any]]
# What is written in the transaction of a change, given what was there before it and what after it: `audit.beside`.
Beside = Callable[[str, str], Write]
T = TypeVar("T")

NEW = "attribute_not_exists(pk)"  # condition: no such item
THERE = "attribute_exists(pk)"  # condition: the item exists
TRIES = 5  # of a change that is read, decided and written anew after a lost race
CONFLICT_TRIES = 4  # of a write that meets a transaction: each try takes milliseconds, as the other does
_CALLS = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}
_NAME = re.compile(r"#(\w+)")


def place(key: Key) -> dict[str, Any]:
    """Return a primary key as attribute values."""
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def put(key: Key, item: Item, condition: str = "", /, **values: object) -> Write:
    """Return the write of a whole item."""
    whole = {"Item": wire.to_avs(item | {"pk": key.pk, "sk": key.sk})}
    return {"Put": whole | _expressions({"ConditionExpression": condition}, {}, values)}


def put_new(key: Key, item: Item) -> Write:
    """Return the write of an item that must not exist yet."""
    return put(key, item, NEW)


def put_numbered(key: Key, item: Item, before: int) -> Write:
    """Return the write of an item over the version with the number `before` (0: none); it gets the next number."""
    return put(key, item | {"number": before + 1}, f"{NEW} OR #number = :number", number=before)


def update(key: Key, change: str, condition: str = "", names: Mapping[str, str] = {}, /, **values: object) -> Write:
    """Return the change of some attributes of an item, by an update expression."""
    expressions = {"UpdateExpression": change, "ConditionExpression": condition}
    return {"Update": {"Key": place(key)} | _expressions(expressions, names, values)}


def set_all(key: Key, attributes: Mapping[str, object], condition: str = "") -> Write:
    """Return the change that gives each of these attributes its value."""
    change = "SET " + ", ".join(f"#{n} = :{n}" for n in range(len(attributes)))
    values = {str(n): value for n, value in enumerate(attributes.values())}
    return update(key, change, condition, numbered(attributes), **values)


def add(
    key: Key, columns: str, ttl: int, condition: str = "", names: Mapping[str, str] = {}, /, **values: object
) -> Write:
    """Return the change that adds to counters (`columns`: "n :by"); DynamoDB deletes the item after `ttl` (seconds)."""
    change = f"ADD {columns} SET #ttl = :ttl, #v = :v"
    return update(key, change, condition, names, ttl=ttl, v=items.VERSION, **values)


def numbered(names: Iterable[str]) -> dict[str, str]:
    """Return placeholders 0, 1, 2 … for attributes whose names an expression cannot hold."""
    return {str(n): name for n, name in enumerate(names)}


def delete(key: Key, condition: str = "", /, **values: object) -> Write:
    """Return the removal of an item."""
    return {"Delete": {"Key": place(key)} | _expressions({"ConditionExpression": condition}, {}, values)}


def _expressions(texts: Mapping[str, str], names: Mapping[str, str], values: Mapping[str, object]) -> dict[str, Any]:
    """Return the arguments for expressions: those that are not empty, the names that stand in them, the values."""
    given: dict[str, Any] = {argument: text for argument, text in texts.items() if text}
    found = {f"#{name}": names.get(name, name) for text in texts.values() for name in _NAME.findall(text)}
    if found:
        given["ExpressionAttributeNames"] = found
    if values:
        given["ExpressionAttributeValues"] = wire.to_avs({f":{name}": value for name, value in values.items()})
    return given


class Writer:
    """Makes writes. `client` is a DynamoDB client; `name` the table's name."""

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name

    def write(self, write: Write) -> bool:
        """Make one write; False where its condition fails. Tries again while a transaction holds the item."""
        return self._made(write) is not None

    def written(self, update: Write) -> Item | None:
        """Make one update, as `write` does, and return the whole item after it; None where its condition fails."""
        answer = self._made(update, ReturnValues="ALL_NEW")
        return None if answer is None else wire.from_avs(answer["Attributes"])

    def transact(self, writes: Sequence[Write]) -> list[str]:
        """Make all writes or none. Returns [] if they are made, else AWS's code for each ("None": not at fault)."""
        whole = [{kind: {"TableName": self.name} | given} for write in writes for kind, given in write.items()]
        try:
            self.client.transact_write_items(TransactItems=whole)
        except self.client.exceptions.ClientError as error:
            codes = wire.cancellation_codes(error)
            if codes is None:
                raise
            return codes or ["TransactionConflict"]
        return []

    def with_beside(self, write: Write, beside: Beside | None, before: str, after: str) -> bool:
        """Make one write, and with it what is to stand beside it; False where it is not made."""
        return self.write(write) if beside is None else self.together([write, beside(before, after)])

    def together(self, writes: Sequence[Write]) -> bool:
        """Make one transaction; False where a condition fails or another worker writes the same at this moment."""
        return not self.transact(writes)

    def _made(self, write: Write, **more: str) -> Any:
        """Return AWS's answer to one write, None where its condition fails."""
        ((kind, given),) = write.items()
        call, exceptions = getattr(self.client, _CALLS[kind]), self.client.exceptions
        for left in reversed(range(CONFLICT_TRIES)):
            try:
                return call(TableName=self.name, **given, **more)
            except exceptions.ConditionalCheckFailedException:
                break
            except exceptions.ClientError as error:
                if not left or wire.cancellation_codes(error) != ["TransactionConflict"]:
                    raise
        return None


class Race(Enum):
    """Returned by an attempt that lost a race against another worker."""

    LOST = "lost"


Lost = Literal[Race.LOST]
LOST: Lost = Race.LOST


def until_done(attempt: Callable[[], T | Lost], busy: str, tries: int = TRIES) -> T:
    """Call `attempt`, which reads and writes again, until no race is lost. Raises Conflict(busy) after the last try."""
    for _ in range(tries):
        done = attempt()
        if done is not Race.LOST:
            return done
    raise Conflict(busy)


def pages(call: Callable[..., Any], **asked: Any) -> Iterator[Any]:
    """Yield the answers of a query or a scan, page by page."""
    start: dict[str, Any] = {}
    while True:
        answer = call(**asked, **start)
        yield answer
        if "LastEvaluatedKey" not in answer:
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
