"""
DynamoDB in memory, through the door of a boto3 client: one table, exact conditions, transactions with their reasons.

Every call is atomic (callers are interleaved between calls, never inside one). A journal keeps every call and its
answer; `test_dynamo` replays it on the local AWS, a second implementation, and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from tests.support.aws_limits import BATCH_KEYS as BATCH

from . import expressions
from .expressions import Item

PrimaryKey = tuple[str, str]
# Index -> its own key; an item is in it where it has both. KEYS_ONLY.
INDEXES = {"due": ("due_shard", "due_at"), "open": ("open_shard", "created_at")}


class ConditionalCheckFailedException(ClientError):
    """As boto3 makes it."""


def client_error(code: str, operation: str, **more: Any) -> ClientError:
    kind = ConditionalCheckFailedException if code == "ConditionalCheckFailedException" else ClientError
    answer: Any = {"Error": {"Code": code, "Message": code}, **more}
    return kind(answer, operation)


class Dynamo:
    """The client. `items` is the table; `written` every (key, item) ever put, in order."""

    exceptions = SimpleNamespace(
        ClientError=ClientError, ConditionalCheckFailedException=ConditionalCheckFailedException
    )

    def __init__(self) -> None:
        self.items: dict[PrimaryKey, Item] = {}
        self.partitions: dict[str, dict[str, Item]] = {}
        self.written: list[tuple[PrimaryKey, Item]] = []
        self.journal: list[tuple[str, dict[str, Any], Any]] | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in _OPERATIONS:
            raise AttributeError(name)
        operation = _OPERATIONS[name]

        def call(**given: Any) -> Any:
            asked = copied(given) if self.journal is not None else given
            try:
                answer = operation(self, **given)
            except ClientError as error:
                if self.journal is not None:
                    reasons = [each["Code"] for each in error.response.get("CancellationReasons", [])]
                    self.journal.append((name, asked, (error.response["Error"]["Code"], reasons)))
                raise
            if self.journal is not None:
                self.journal.append((name, asked, copied(answer)))
            return answer

        return call

    def _put(self, key: PrimaryKey, item: Item) -> None:
        self.items[key] = item
        self.partitions.setdefault(key[0], {})[key[1]] = item
        self.written.append((key, item))

    def _drop(self, key: PrimaryKey) -> None:
        self.items.pop(key, None)
        self.partitions.get(key[0], {}).pop(key[1], None)


def copied(value: Any) -> Any:
    """A copy of attribute values, all the way down: dictionaries and lists, of what cannot change."""
    if type(value) is dict:
        return {key: copied(inner) for key, inner in value.items()}
    return [copied(inner) for inner in value] if type(value) is list else value


def _key(given: Mapping[str, Any]) -> PrimaryKey:
    return given["pk"]["S"], given["sk"]["S"]


def _passes(old: Item | None, given: Mapping[str, Any]) -> bool:
    condition = given.get("ConditionExpression")
    names, values = given.get("ExpressionAttributeNames", {}), given.get("ExpressionAttributeValues", {})
    return condition is None or expressions.holds(condition, names, values, old)


def _updated(old: Item | None, given: Mapping[str, Any]) -> Item:
    item: Item = copied(old) if old is not None else dict(given["Key"])
    names, values = given.get("ExpressionAttributeNames", {}), given.get("ExpressionAttributeValues", {})
    try:
        expressions.update(given["UpdateExpression"], names, values, item)
    except ValueError as error:
        raise client_error("ValidationException", "UpdateItem", Reason=str(error)) from None
    whole: Item = copied(item)
    return whole


def get_item(db: Dynamo, *, Key: Any, **_: Any) -> Any:  # noqa: N803 - boto3's names
    item = db.items.get(_key(Key))
    return {"Item": copied(item)} if item is not None else {}


def batch_get_item(db: Dynamo, *, RequestItems: Any) -> Any:  # noqa: N803 - boto3's names
    """The last key of a full request is left unprocessed, as AWS may leave some."""
    ((name, asked),) = RequestItems.items()
    left = asked["Keys"][-1:] if len(asked["Keys"]) == BATCH else []
    found = [db.items[_key(key)] for key in asked["Keys"] if key not in left and _key(key) in db.items]
    unprocessed = {name: {**asked, "Keys": left}} if left else {}
    return {"Responses": {name: copied(found)}, "UnprocessedKeys": copied(unprocessed)}


def put_item(db: Dynamo, *, Item: Any, **given: Any) -> Any:  # noqa: N803 - boto3's names
    key = _key(Item)
    if not _passes(db.items.get(key), given):
        raise client_error("ConditionalCheckFailedException", "PutItem")
    db._put(key, copied(Item))
    return {}


def update_item(db: Dynamo, **given: Any) -> Any:
    key = _key(given["Key"])
    old = db.items.get(key)
    if not _passes(old, given):
        raise client_error("ConditionalCheckFailedException", "UpdateItem")
    db._put(key, _updated(old, given))
    return {"Attributes": copied(db.items[key])} if given.get("ReturnValues") == "ALL_NEW" else {}


def delete_item(db: Dynamo, *, Key: Any, **given: Any) -> Any:  # noqa: N803 - boto3's names
    if not _passes(db.items.get(_key(Key)), given):
        raise client_error("ConditionalCheckFailedException", "DeleteItem")
    db._drop(_key(Key))
    return {}


def query(db: Dynamo, **given: Any) -> Any:
    names, values = given.get("ExpressionAttributeNames", {}), given["ExpressionAttributeValues"]
    index = INDEXES[given["IndexName"]] if "IndexName" in given else None
    order = index[1] if index else "sk"
    found = [
        item
        for item in (db.items if index else db.partitions.get(values[":pk"]["S"], {})).values()
        if all(name in item for name in index or ())
        and expressions.holds(given["KeyConditionExpression"], names, values, item)
    ]
    found.sort(key=lambda item: expressions.comparable(item[order])[1], reverse=not given.get("ScanIndexForward", True))
    if given.get("ExclusiveStartKey"):
        start, at = _key(given["ExclusiveStartKey"]), given["ExclusiveStartKey"][order]
        place = next((n for n, item in enumerate(found) if _key(item) == start), None)
        if place is None:  # it left the index meanwhile: what stands at its place or after it is next
            found = [item for item in found if expressions.comparable(item[order]) >= expressions.comparable(at)]
        else:
            found = found[place + 1 :]
    page = found[: given["Limit"]] if "Limit" in given else found
    answer: dict[str, Any] = {"Items": copied(page)}
    place_of = ("pk", "sk", *(index or ()))
    if index:
        answer["Items"] = [{name: item[name] for name in place_of} for item in page]
    if "Limit" in given and len(page) == given["Limit"] and page:
        answer["LastEvaluatedKey"] = {name: page[-1][name] for name in place_of}
    return answer


def scan(db: Dynamo, **given: Any) -> Any:
    assert given["FilterExpression"] == "begins_with(pk, :brand)"
    brand = given["ExpressionAttributeValues"][":brand"]["S"]
    return {"Items": copied([item for (pk, _), item in db.items.items() if pk.startswith(brand)])}


def transact_write_items(db: Dynamo, *, TransactItems: Any, **_: Any) -> Any:  # noqa: N803 - boto3's names
    reasons, changes = [], []
    for write in TransactItems:
        kind, given = next(iter(write.items()))
        key = _key(given["Item"] if kind == "Put" else given["Key"])
        old = db.items.get(key)
        if not _passes(old, given):
            reasons.append({"Code": "ConditionalCheckFailed"})
            continue
        reasons.append({"Code": "None"})
        changes.append((kind, key, given, old))
    if any(reason["Code"] != "None" for reason in reasons):
        raise client_error("TransactionCanceledException", "TransactWriteItems", CancellationReasons=reasons)
    made = [(key, kind, _updated(old, given) if kind == "Update" else given) for kind, key, given, old in changes]
    for key, kind, given in made:
        if kind == "Put":
            db._put(key, copied(given["Item"]))
        elif kind == "Update":
            db._put(key, given)
        elif kind == "Delete":
            db._drop(key)
    return {}


_OPERATIONS = {
    operation.__name__: operation
    for operation in (get_item, batch_get_item, put_item, update_item, delete_item, query, scan, transact_write_items)
}
