"""
Verified bodies that could not be processed: they are in the bucket for thirty days.

Once the cause is repaired (a parser, an account that was not connected) they are processed as they would have been. A
part that was processed before is recognised by its marker, which outlives the body.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from chalicelib.channels import REGISTRY
from chalicelib.errors import Refused, UsageError
from chalicelib.model import AccountKey, BrandId, Event, Millis, posted
from chalicelib.stages.intake import take
from chalicelib.store import audit
from chalicelib.store.audit import Author, What
from chalicelib.store.blobs import Parked
from chalicelib.store.queues import Queues
from chalicelib.wiring import Wiring

from .stage_services import brands

BATCH = 10
NAMED = 10  # bodies that a line of the audit log names


@dataclass(frozen=True, slots=True)
class _Again(Queues):
    """The queues without parking: the body that is read again is parked already."""

    unread: list[str] = field(default_factory=list)

    def park(self, channel: str, account_key: str, body: bytes, reason: str, received_at: Millis) -> None:  # noqa: ARG002 - what it overrides
        self.unread.append(reason)


@dataclass(frozen=True, slots=True)
class Replayed:
    """The result for one body: `counted` as intake counts, `unread` why something of it is still parked."""

    parked: Parked
    counted: Mapping[str, int]
    unread: tuple[str, ...]

    @property
    def done(self) -> bool:
        return not self.unread


def listed(services: Wiring, channel: str | None = None) -> list[Parked]:
    """List what is parked, oldest first."""
    found = [each for each in services.blobs.parked() if channel in (None, each.channel)]
    return sorted(found, key=lambda each: (each.received_at, each.number))


def chosen(services: Wiring, numbers: list[str], channel: str | None) -> list[Parked]:
    """Give the bodies of these numbers, or all. Raises UsageError for a number that is not there."""
    found = listed(services, channel)
    known = {each.number: each for each in found}
    missing = [number for number in numbers if number not in known]
    if missing:
        raise UsageError(f"Nothing is parked as {', '.join(missing)}; `guichet unparsed list` shows what is.")
    return [known[number] for number in dict.fromkeys(numbers)] if numbers else found


def body_of(services: Wiring, parked: Parked) -> bytes:
    """Read a body. Raises UsageError where it is kept no more."""
    try:
        return services.blobs.read(parked.key)
    except Refused:
        raise UsageError(f"{parked.number} is kept no more.") from None


def events_of(parked: Parked, body: bytes) -> list[Event]:
    """Return what today's code understands of a body."""
    kind = REGISTRY.get(parked.channel)
    request = posted(body, f"/webhooks/{parked.channel}/{parked.account_key}")
    return list(kind.parse(request)) if kind is not None else []


def replay(services: Wiring, parked: Parked) -> Replayed:
    """
    Process a body once more, and delete it if nothing of it is left unread. May be interrupted and repeated.

    Raises UsageError where its account is no longer connected.
    """
    account = services.directory.by_key(AccountKey(parked.account_key))
    if account is None or account.channel != parked.channel:
        raise UsageError(f"{parked.number} came for an account that is not connected any more; connect it, or drop it.")
    body = body_of(services, parked)
    queues = services.queues
    again = _Again(sqs=queues.sqs, s3=queues.s3, settings=queues.settings, new_id=queues.new_id)
    counted: Counter[str] = Counter()

    def count(name: str, value: int = 1, *, channel: str = "") -> None:  # noqa: ARG001 - the port's signature
        counted[name] += value

    take(events_of(parked, body), account, body, replace(services.intake, queues=again, metrics=count))
    done = Replayed(parked, counted, tuple(again.unread))
    if done.done:
        services.blobs.delete(parked.key)
    return done


def noted(services: Wiring, bodies: Iterable[Parked], what: What, author: Author) -> None:
    """
    Write to the audit log, before anything is done, which bodies are taken in again or dropped.

    Under the brand of each one's account; where that is not connected any more, under every brand of the stage.
    """
    by_brand: dict[BrandId, list[str]] = {}
    for parked in bodies:
        account = services.directory.by_key(AccountKey(parked.account_key))
        for brand in (account.brand,) if account else brands(services):
            by_brand.setdefault(brand, []).append(parked.number)
    for brand, numbers in by_brand.items():
        more = f" and {len(numbers) - NAMED} more" if len(numbers) > NAMED else ""
        audit.note(services.table(brand), author, what, ", ".join(numbers[:NAMED]) + more)


def quiet(services: Wiring) -> int:
    """Take every pointer off the queue, which ends its alarm; return how many. The bodies stay."""
    sqs, url, gone = services.client("sqs"), services.settings.unparsed_url, 0
    for messages in _received(services):
        entries = [{"Id": str(at), "ReceiptHandle": each["ReceiptHandle"]} for at, each in enumerate(messages)]
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)
        gone += len(messages)
    return gone


def _received(services: Wiring) -> Iterator[list[dict[str, str]]]:
    while messages := (
        services.client("sqs")
        .receive_message(QueueUrl=services.settings.unparsed_url, MaxNumberOfMessages=BATCH, WaitTimeSeconds=1)
        .get("Messages")
    ):
        yield messages
