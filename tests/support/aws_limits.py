"""
AWS's own limits around any boto3-like client: what the local AWS lets pass fails here as it would on AWS.

Sources: "Quotas" pages of SQS, DynamoDB and SSM, SQS SendMessage API reference, "Reserved words in DynamoDB".
A broken limit is a `LimitBroken`: a BaseException, so that no stage of ours can take it for bad luck.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

HEAD_BYTES = 4_096  # ours: docs of the head promise it
ITEM_BYTES = 400 * 1024
TRANSACTION_ITEMS = 100
BATCH_KEYS = 100
TRANSACTION_BYTES = 4 * 1024 * 1024
EXPRESSION_BYTES = 4_096
BODY_BYTES = 256 * 1024
BATCH_ENTRIES = 10
HIDDEN_S = 43_200
DELAY_S = 900
WAIT_S = 20
PARAMETER_BYTES = 4_096
PARAMETER_NAME = 1_011 - len("arn:aws:ssm:eu-west-3:123456789012:parameter")
_TOKEN = re.compile(r"[A-Za-z0-9!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]{1,128}")
# XML 1.0 characters, and no others
_XML = re.compile("[\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
_NAME = re.compile(r"[#:]\w+|[A-Za-z_]\w*")
_WORDS = frozenset({"SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN"})
_EXPRESSIONS = ("ConditionExpression", "UpdateExpression", "KeyConditionExpression", "ProjectionExpression")
_FUNCTIONS = frozenset({"attribute_exists", "attribute_not_exists", "begins_with", "contains", "size", "if_not_exists"})


class LimitBroken(BaseException):
    """A call that AWS would refuse."""


def _must(holds: object, sentence: str) -> None:
    if not holds:
        raise LimitBroken(sentence)


@cache
def reserved() -> frozenset[str]:
    """AWS's list, as moto carries it."""
    return frozenset(word.upper() for word in ReservedKeywords.get_reserved_keywords())


class Limited:
    """A client whose every call is checked first. `service` is "sqs", "dynamodb", "ssm", or unchecked."""

    def __init__(self, client: Any, service: str) -> None:
        self._client = client
        self._check = _CHECKS.get(service)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if self._check is None or name == "exceptions" or not callable(found):
            return found
        check = self._check

        def call(**given: Any) -> Any:
            check(name, given)
            return found(**given)

        return call


# --- SQS --------------------------------------------------------------------------------------


def check_sqs(name: str, given: Mapping[str, Any]) -> None:
    if name == "send_message":
        _entry(given["QueueUrl"], given)
        return
    if name == "receive_message":
        _must(1 <= given.get("MaxNumberOfMessages", 1) <= BATCH_ENTRIES, "1 to 10 messages are received at once")
        _must(0 <= given.get("WaitTimeSeconds", 0) <= WAIT_S, "a queue is waited for 0 to 20 s")
        return
    entries: Sequence[Mapping[str, Any]] = given["Entries"]
    _must(0 < len(entries) <= BATCH_ENTRIES, f"a batch holds 1 to 10 entries, not {len(entries)}")
    ids = [entry["Id"] for entry in entries]
    _must(len(set(ids)) == len(ids), "the ids of a batch must differ")
    _must(all(re.fullmatch(r"[\w-]{1,80}", each) for each in ids), "a batch id holds letters, digits, - and _")
    if name == "change_message_visibility_batch":
        hidden = [entry["VisibilityTimeout"] for entry in entries]
        _must(all(0 <= seconds <= HIDDEN_S for seconds in hidden), "a message is hidden for 0 s to 12 hours")
    if name == "send_message_batch":
        _must(sum(len(e["MessageBody"].encode()) for e in entries) <= BODY_BYTES, "a batch is at most 256 KB")
        for entry in entries:
            _entry(given["QueueUrl"], entry)


def _entry(url: str, entry: Mapping[str, Any]) -> None:
    body = entry["MessageBody"]
    _must(0 < len(body.encode("utf-8", "surrogatepass")) <= BODY_BYTES, "a body is 1 byte to 256 KB")
    _must(_XML.fullmatch(body), "a body holds XML characters only")
    _must(body.isascii(), "our bodies are JSON with ASCII only (DESIGN law 5)")
    if url.endswith(".fifo"):
        _must("MessageGroupId" in entry, "a FIFO queue needs a group")
        _must("MessageDeduplicationId" in entry, "a FIFO queue needs a deduplication id")
        _must("DelaySeconds" not in entry, "a FIFO queue takes no delay per message")
        for field in ("MessageGroupId", "MessageDeduplicationId"):
            _must(_TOKEN.fullmatch(entry[field]), f"{field} holds 1 to 128 plain characters")
    else:
        _must("MessageDeduplicationId" not in entry, "a standard queue takes no deduplication id")
        _must(0 <= entry.get("DelaySeconds", 0) <= DELAY_S, f"a delay is 0 to 900 s, not {entry.get('DelaySeconds')}")


# --- DynamoDB ---------------------------------------------------------------------------------


def size(value: Any) -> int:
    """Bytes of an attribute value, as AWS counts them (close enough from above)."""
    kind, inner = next(iter(value.items()))
    if kind == "S":
        return len(inner.encode())
    if kind == "N":
        return len(inner) // 2 + 2
    if kind == "L":
        return 3 + sum(1 + size(each) for each in inner)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + size(each) for name, each in inner.items())
    return 1


def item_size(item: Mapping[str, Any]) -> int:
    """Bytes of an item: names and values."""
    return sum(len(name.encode()) + size(value) for name, value in item.items())


def check_item(item: Mapping[str, Any]) -> None:
    try:
        bytes_of = item_size(item)
    except UnicodeEncodeError:
        raise LimitBroken("a lone surrogate is no UTF-8") from None
    _must(bytes_of <= ITEM_BYTES, f"an item is at most 400 KB, this one {bytes_of} bytes")
    _check_key(item)
    for name in ("due_shard", "open_shard"):
        _must(name not in item or item[name].get("S"), f"the index key {name} may not be empty")
    for name in ("due_at", "created_at"):
        _must(name not in item or "N" in item[name], f"the index key {name} is a number, in the index or not")
    if item["sk"]["S"] == "head":
        _must(bytes_of <= HEAD_BYTES, f"a head is at most 4 KB, this one {bytes_of} bytes")


def _check_key(key: Mapping[str, Any]) -> None:
    for name, limit in (("pk", 2_048), ("sk", 1_024)):
        value = key.get(name, {}).get("S", "")
        _must(0 < len(value.encode()) <= limit, f"the key {name} is 1 to {limit} bytes")


def check_expression(given: Mapping[str, Any]) -> None:
    """No reserved word unaliased, every placeholder defined and used, no value of an empty set of bytes."""
    known = {*given.get("ExpressionAttributeNames", {}), *given.get("ExpressionAttributeValues", {})}
    _check_words(tuple(given.get(field) for field in _EXPRESSIONS), frozenset(known))
    _disjoint_paths(given.get("UpdateExpression", ""))


@lru_cache(maxsize=4_000)
def _check_words(expressions: tuple[str | None, ...], known: frozenset[str]) -> None:
    used: set[str] = set()
    for expression in expressions:
        if expression is None:
            continue
        _must(0 < len(expression.encode()) <= EXPRESSION_BYTES, "an expression is at most 4 KB")
        words = _NAME.findall(expression)
        used |= {word for word in words if word[0] in "#:"}
        for word in words:
            if word[0] in "#:" or word in _FUNCTIONS or word.upper() in _WORDS:
                continue
            _must(word.upper() not in reserved(), f"{word} is a reserved word: alias it with #{word}")
    _must(used == known, f"placeholders used {sorted(used)} and given {sorted(known)} differ")


@lru_cache(maxsize=4_000)
def _disjoint_paths(expression: str) -> None:
    """AWS refuses an update that names one path twice, or a path and one inside it."""
    paths = re.findall(r"(?:SET|REMOVE|ADD|,)\s+([#\w.\[\]]+)", expression)
    for one in paths:
        for other in paths:
            inside = other.startswith((f"{one}.", f"{one}["))
            _must(not inside and (one != other or paths.count(one) == 1), f"two paths of an update overlap at {one}")


def check_dynamodb(name: str, given: Mapping[str, Any]) -> None:
    if name == "transact_write_items":
        _transaction(given["TransactItems"])
        return
    if name == "batch_get_item":
        _batch(given["RequestItems"])
        return
    check_expression(given)
    if name == "put_item":
        check_item(given["Item"])
    elif name in ("get_item", "update_item", "delete_item"):
        _check_key(given["Key"])
        _must(set(given["Key"]) == {"pk", "sk"}, "a key is pk and sk, nothing else")
    if name == "query" and given.get("IndexName"):
        _must(not given.get("ConsistentRead"), "an index has no consistent reads")
    if name == "query":
        _must(given.get("Limit", 1) > 0, "a limit is at least 1")


def _batch(asked: Mapping[str, Any]) -> None:
    wanted = [(key["pk"]["S"], key["sk"]["S"]) for each in asked.values() for key in each["Keys"]]
    _must(0 < len(wanted) <= BATCH_KEYS, f"a batch reads 1 to {BATCH_KEYS} items, not {len(wanted)}")
    _must(len(set(wanted)) == len(wanted), "a batch reads no item twice")


def _transaction(writes: Sequence[Mapping[str, Any]]) -> None:
    _must(0 < len(writes) <= TRANSACTION_ITEMS, f"a transaction holds 1 to 100 operations, not {len(writes)}")
    seen, total = set(), 0
    for write in writes:
        _must(len(write) == 1, "one operation an entry")
        kind, inner = next(iter(write.items()))
        check_expression(inner)
        key = inner["Item"] if kind == "Put" else inner["Key"]
        _check_key(key)
        place = (key["pk"]["S"], key["sk"]["S"])
        _must(place not in seen, f"two operations of a transaction on the same item ({kind})")
        seen.add(place)
        if kind == "Put":
            check_item(inner["Item"])
            total += item_size(inner["Item"])
        if kind == "ConditionCheck":
            _must("ConditionExpression" in inner, "a condition check needs a condition")
    _must(total <= TRANSACTION_BYTES, "a transaction is at most 4 MB")


# --- SSM --------------------------------------------------------------------------------------


def check_ssm(name: str, given: Mapping[str, Any]) -> None:
    """A parameter's name, and of a standard parameter its 4 KB."""
    if name in ("get_parameter", "put_parameter", "delete_parameter"):
        asked = given["Name"].partition(":")[0] if name == "get_parameter" else given["Name"]  # ":3" is its version
        _must(re.fullmatch(r"(/[A-Za-z0-9_.-]+){1,15}", asked), f"{given['Name']} is no name of a parameter")
        _must(len(given["Name"]) <= PARAMETER_NAME, "a parameter's name is at most 1011 characters, its ARN included")
    if name == "put_parameter":
        _must(len(given["Value"].encode()) <= PARAMETER_BYTES, "a standard parameter holds 4 KB")


_CHECKS: Mapping[str, Callable[[str, Mapping[str, Any]], None]] = {
    "sqs": check_sqs,
    "dynamodb": check_dynamodb,
    "ssm": check_ssm,
}
