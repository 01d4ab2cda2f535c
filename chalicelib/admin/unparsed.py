"""
Verified bodies that could not be processed: they are in the bucket for thirty days.

Once the cause is repaired (a parser, an account that was not connected) they are processed as they would have been. A
part that was processed before is recognised by its marker, which outlives the body.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..channels import REGISTRY
from ..errors import Refused, UsageError
from ..model import AccountKey, BrandId, Event, Millis, posted
from ..stages.intake import heard, take
from ..store import audit
from ..store.audit import Author, What
from ..store.blobs import Parked
from ..store.queues import Queues
from .permissions import needs
from .services import AdminServices, brands

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


@needs("unparsed.read")
def listed(services: AdminServices, channel: str | None = None) -> list[Parked]:
    """List what is parked, oldest first."""
    found = [each for each in services.blobs.parked() if channel in (None, each.channel)]
    return sorted(found, key=lambda each: (each.received_at, each.number))


def chosen(services: AdminServices, numbers: list[str], channel: str | None) -> list[Parked]:
    """Give the bodies of these numbers, or all. Raises UsageError for a number that is not there."""
    found = listed(services, channel)
    known = {each.number: each for each in found}
    missing = [number for number in numbers if number not in known]
    if missing:
        raise UsageError(f"Nothing is parked as {', '.join(missing)}; `guichet unparsed list` shows what is.")
    return [known[number] for number in dict.fromkeys(numbers)] if numbers else found


@needs("unparsed.read")
def body_of(services: AdminServices, parked: Parked) -> bytes:
    """Read a body. Raises UsageError where it is kept no more."""
    try:
        return services.blobs.read(parked.key)
    except Refused:
        raise UsageError(f"{parked.number} is kept no more.") from None


def events_of(parked: Parked, body: bytes) -> list[Event]:
    """Return what today's code understands of a body."""
    kind = REGISTRY.get(parked.channel)
    request = posted(body, f"/webhooks/{parked.channel}/{parked.account_key}")
    return heard(kind, request, REGISTRY) if kind is not None else []


def replay(services: AdminServices, parked: Parked) -> Replayed:
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


@needs("unparsed.replay")
def replay_each(
    services: AdminServices, bodies: Sequence[Parked], author: Author
) -> Iterator[tuple[Parked, Replayed | UsageError]]:
    """Process bodies once more, each as it is asked for; yield what became of it, or why it stays."""
    _note(services, bodies, "unparsed.replay", author)
    for parked in bodies:
        try:
            yield parked, replay(services, parked)
        except UsageError as error:
            yield parked, error


@needs("unparsed.drop")
def drop(services: AdminServices, bodies: Sequence[Parked], author: Author) -> None:
    """Delete bodies that nobody needs."""
    _note(services, bodies, "unparsed.drop", author)
    for parked in bodies:
        services.blobs.delete(parked.key)


def _note(services: AdminServices, bodies: Iterable[Parked], what: What, author: Author) -> None:
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


def quiet(services: AdminServices) -> int:
    """Take every pointer off the queue, which ends its alarm; return how many. The bodies stay."""
    sqs, url, gone = services.client("sqs"), services.settings.unparsed_url, 0
    for messages in _received(services):
        entries = [{"Id": str(at), "ReceiptHandle": each["ReceiptHandle"]} for at, each in enumerate(messages)]
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)
        gone += len(messages)
    return gone


def _received(services: AdminServices) -> Iterator[list[dict[str, str]]]:
    while messages := (
        services.client("sqs")
        .receive_message(QueueUrl=services.settings.unparsed_url, MaxNumberOfMessages=BATCH, WaitTimeSeconds=1)
        .get("Messages")
    ):
        yield messages
