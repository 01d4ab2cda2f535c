"""
What is played to see what this code writes: every path of the simulation, and what administrators do beside it.

`Played.items` is all that a run ever put into the table, `bodies` all that it ever put on a queue, `buttons` all that
Slack will give back when somebody presses.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.admin.erase import erase
from chalicelib.model import Autonomy, Millis
from chalicelib.playbook.attribute import AttributeUse
from chalicelib.store import attributes, audit, bulletins, bundles, consents, merging, wire
from chalicelib.store.blobs import DONE
from chalicelib.store.directory import Directory
from chalicelib.store.merging import Proof
from tests.simulation.agent import COLLEAGUE
from tests.simulation.erasing import known_of_everybody
from tests.simulation.judges import asks, puts, says_of_it
from tests.simulation.paths import HOURS, ODD, PATHS, another, says
from tests.simulation.sqs import Sqs
from tests.simulation.test_exceptions import holds
from tests.simulation.test_rehearsal import only
from tests.simulation.world import VISIBILITY, World

Plain = dict[str, Any]
CLAIMED = "bucket"  # in place of a queue's name: what a body in a queue points to


@dataclass(slots=True)
class KeptSqs(Sqs):
    """Queues that keep every body that was ever put on them."""

    bodies: list[tuple[str, str]] = field(default_factory=list)

    def send_message(self, *, QueueUrl: str, **entry: Any) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.bodies.append((QueueUrl.rpartition("/")[2], entry["MessageBody"]))
        return Sqs.send_message(self, QueueUrl=QueueUrl, **entry)


class KeptBucket(dict[str, bytes]):
    """A bucket that keeps the bodies that no queue could carry: what is left of one that was done is empty."""

    def __init__(self) -> None:
        super().__init__()
        self.claimed: list[bytes] = []

    def __setitem__(self, key: str, body: bytes) -> None:
        super().__setitem__(key, body)
        if key.startswith("claim/") and body != DONE:
            self.claimed.append(body)


@dataclass(frozen=True, slots=True)
class Played:
    """What one run wrote. An item lies under (partition key, sort key), a body under its queue's name."""

    items: list[tuple[tuple[str, str], Plain]]
    bodies: list[tuple[str, Plain]]
    buttons: list[str]


def _exception(world: World) -> None:
    world.run(holds(), says("whatsapp", HOURS))
    bulletins.end(world.table, "x1", COLLEAGUE, world.clock())


def _bundle(world: World) -> None:
    pushed = bundles.Pushed(
        number=0, model="m1", card="c" * 64, files={"c" * 64: 9}, at=world.clock(), figures=json.dumps({"n": 1})
    )
    bundles.use(world.table, bundles.push(world.table, pushed).number, world.clock())
    bundles.note_refused(world.table, bundles.in_use(world.table), "format", world.clock())


def _merged(world: World) -> None:
    world.run(says("whatsapp", HOURS), says("messenger", ODD), another(HOURS))
    first, second, *_ = sorted(known_of_everybody(world).contacts)
    merging.merge(
        world.table, first, second, Proof(evidence="agent", reason="the same name", by="lea", at=world.clock())
    )


def _described(world: World) -> None:
    """What a brand lets be known of a customer."""
    world.run(says("whatsapp", HOURS))
    (contact_id,) = known_of_everybody(world).contacts
    tier = AttributeUse(title={"fr": "Fidélité"}, purpose="what to offer first", keep_days=30)
    attributes.put(world.table, {"tier": tier}, contact_id, attributes.Given({"tier": "gold"}, "api", world.clock()))


def _erased(world: World) -> None:
    world.run(says("whatsapp", ODD))
    world.clock.now += 900_000
    for contact_id in known_of_everybody(world).contacts:
        erase(world.table, contact_id, world.clock())
    world.run()


def _judged(world: World) -> None:
    world.run(puts(), asks(), says_of_it("right"), asks(COLLEAGUE), says_of_it("wrong", COLLEAGUE))


def _rehearsed(world: World) -> None:
    only(Autonomy.SHADOW, world).run(says("whatsapp", HOURS))


def _audited(world: World) -> None:
    who = audit.Author("marie", world.clock())
    noted = audit.beside(world.brand, who, "bot.stop", "intent:return")
    world.table.switch("intent:return", stopped=True, beside=noted)
    audit.note(world.table, who, "queue.redrive", "inbox.fifo")
    gone = audit.note(world.table, who, "contact.erase", "p1")
    audit.forget(world.table, gone, "1 contacts")
    directory = Directory(world.dynamo, world.table.name)
    directory.keep_key(next(iter(directory.accounts(world.brand))))
    _asked(world)


def _asked(world: World) -> None:
    """A consent that was answered."""
    now = world.clock()
    mark = consents.Mark(channel="messenger", brand=world.brand, consent="c" * 32, until=Millis(now + 1))
    waiting = consents.Waiting(
        consent=mark.consent, nonce="n" * 32, by="marie", redirect="https://a", takes=("code",), until=mark.until
    )
    consents.begin(world.table, mark.channel, waiting, now)
    consents.answer(world.table, mark, {"code": "1"}, now, declined=False)
    consents.take(world.table, mark.channel, mark.consent, now)


def _braked(world: World) -> None:
    world.table.block_lookups(Millis(world.clock.now + 60_000), world.clock())


# What no path of the simulation does, for it is done by an administrator or takes a brand of its own.
BESIDE: Mapping[str, Callable[[World], None]] = {
    "an exception that is ended": _exception,
    "a classifier of the brand's own that is refused": _bundle,
    "two people who are one": _merged,
    "what a brand lets be known of a customer": _described,
    "a person who is erased": _erased,
    "an answer that two judges read": _judged,
    "an intent that is only watched": _rehearsed,
    "look-ups that are blocked": _braked,
    "what people change": _audited,
}
NAMES = (*PATHS, *BESIDE)


def played(name: str) -> Played:
    """One path's calm run, or one of BESIDE."""
    world, bucket = World(), KeptBucket()
    queues = KeptSqs(world.clock, VISIBILITY)
    world.sqs, world.buckets = queues, bucket
    with contextlib.redirect_stdout(io.StringIO()):
        if name in BESIDE:
            BESIDE[name](world)
        else:
            PATHS[name].prepare(world)
            world.run(*PATHS[name].steps())
    return Played(
        items=[(key, wire.from_avs(item)) for key, item in world.dynamo.written],
        bodies=[(queue, json.loads(body)) for queue, body in queues.bodies]
        + [(CLAIMED, json.loads(body)) for body in bucket.claimed],
        buttons=list(_buttons(world)),
    )


def _buttons(world: World) -> Iterator[str]:
    """What Slack keeps of ours and gives back: the values of buttons and options, and what a dialog carries."""
    shown = [*world.slack.messages.values(), *(message.get("first") for message in world.slack.posts)]
    for found in (shown, world.slack.views):
        yield from _values(found)


def _values(shown: Any) -> Iterator[str]:
    if isinstance(shown, list):
        for each in shown:
            yield from _values(each)
    elif isinstance(shown, dict):
        for name, value in shown.items():
            if name in ("value", "private_metadata") and isinstance(value, str) and value.startswith("{"):
                yield value
            else:
                yield from _values(value)
