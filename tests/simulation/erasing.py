"""
Erasing everybody at one call of a run, whatever is on its way then, and looking for them everywhere afterwards.
"""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from chalicelib import observe
from chalicelib.admin.erase import erase
from chalicelib.errors import Conflict, UsageError
from chalicelib.store import keys, wire
from chalicelib.store.blobs import DONE, ERASED, EVIDENCE, Blobs
from chalicelib.store.people import address_in

from .faults import STALL_MS
from .paths import HATE, PATHS
from .world import _S3, Step, World

_TOKEN = re.compile(r"kk[a-z]{2}|zz\b")
NAME = "Léa"


@dataclass(slots=True)
class Erased:
    """What was known of everybody when they were erased."""

    words: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    addresses: list[Any] = field(default_factory=list)
    contacts: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)  # of the bucket and of Slack
    at: int = 0


def plain(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    return {key: wire.from_avs(item) for key, item in world.dynamo.items.items()}


def known_of_everybody(world: World) -> Erased:
    """Words, ids and addresses of all people as the table has them."""
    found, items = Erased(), plain(world)
    for (pk, sk), item in items.items():
        if sk == "contact":
            found.contacts.add(pk.rsplit("#", 1)[1])
        elif sk == "identity":
            address = address_in(item)
            found.addresses.append(address)
            found.ids |= {address.person_id, keys.recipient(address), item["contact_id"], item["conversation_id"]}
        elif sk == "ticket":
            found.ids.add(item["ticket_id"])
    said = [item for (_, sk), item in items.items() if sk not in ("account", "current", keys.MARKER) and "v#" not in sk]
    found.words = set(_TOKEN.findall(json.dumps(said, ensure_ascii=False)))
    found.files = _files(world)
    return found


def _files(world: World) -> set[str]:
    kept = {key for key, body in world.buckets.items() if key.startswith("media/") and body}
    return kept | world.desks.file_ids()


class Eraser:
    """Erases everybody once, at a call or between two; again where somebody was just being written to."""

    def __init__(self, world: World) -> None:
        self.world, self.erased, self._tried = world, Erased(), -1
        self.begun = self.done = False

    def __call__(self) -> None:
        if self.done or self._tried == self.world.clock.now:
            return
        self._tried = self.world.clock.now
        if not self.begun:
            self.erased = known_of_everybody(self.world)
            self.begun = bool(self.erased.contacts)
        blobs, left = Blobs(lambda: _S3(self.world), "b", lambda: OSError), False
        for contact_id in sorted(self.erased.contacts):
            try:
                workspace = self.world.desks.workspace.name
                done = erase(self.world.table, contact_id, self.world.clock(), blobs, workspace=workspace)
            except Conflict:
                return
            except UsageError:  # this one is done already
                continue
            left = left or bool(done.left)  # a worker holds it, or another of the same number is not erased yet
        self.erased.at = self.world.clock.now
        self.done = self.begun and not left  # what is left the command says, and is run again


def erased_at(name: str, number: int, plan: Mapping[int, str] | None = None, *, in_memory: bool = False) -> list[str]:
    """Plays a path, erases everybody at one call of it (or as soon as they can be): what is wrong afterwards."""
    world = World(plan, in_memory=in_memory)
    path = PATHS[name]
    path.prepare(world)
    eraser = Eraser(world)
    world.injector.before = lambda call: eraser() if call >= number else None
    with logged() as lines:
        world.run(*(replace(step, do=partial(_if_there, step, eraser)) for step in path.steps()))
        for _ in range(3):
            world.clock.now += STALL_MS
            eraser()
        world.injector.before = lambda call: None
        world.run()
    return remains(world, eraser, lines.getvalue())


def _if_there(step: Step, eraser: Eraser, world: World) -> None:
    """What people do, as far as an erased ticket lets them."""
    with suppress(AssertionError, StopIteration) if eraser.begun else nullcontext():
        step.do(world)


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """All that the functions log and count, as text."""
    kept = io.StringIO()
    logger = observe.logger()
    handlers = logging.getLogger("guichet").handlers
    before = [(each, getattr(each, "stream", None)) for each in handlers]
    level = logger.log_level
    logger.setLevel("DEBUG")
    for each in handlers:
        each.stream = kept  # type: ignore[attr-defined]  # Powertools logs through one stream handler
    try:
        yield kept
    finally:
        logger.setLevel(level)
        for each, stream in before:
            each.stream = stream  # type: ignore[attr-defined]


def remains(world: World, eraser: Eraser, lines: str) -> list[str]:
    """Sentences about what is left of the erased, none if nothing is."""
    erased, items = eraser.erased, plain(world)
    found = list(world.surprises) + [f"dead letter on {name}" for name, _ in world.sqs.dead]
    found += [] if eraser.done or not eraser.begun else ["the erasure never came to its end"]
    found += [f"open: {v['kind']}" for (pk, _), v in items.items() if "#out#" in pk and v["kind"] != "clock"]
    # One id may be two addresses: who commented on a page writes to it in private later.
    ids = {address.person_id for address in erased.addresses}
    known = [address_in(item) for (_, sk), item in items.items() if sk == "identity"]
    back = [address for address in known if address.person_id in ids]
    needles = set(erased.words) if back else {*erased.words, *erased.ids}
    needles |= set() if any(sk == "contact" for _, sk in items) else {NAME}  # others may have the same name
    # What they took back or changed since, of a message that never came, waits for it three days.
    since = {k: v for k, v in items.items() if not (k[1] == keys.EARLY and v["at"] >= erased.at)}
    # A code that somebody else asks for afterwards may go to the same mailbox: and say so.
    since = {k: _unsent(v) if k[1] in (keys.MARKER, "code") and v["at"] > erased.at else v for k, v in since.items()}
    places = everywhere(world, since, lines)
    found += [f"{place}: {word!r}" for place, text in places.items() for word in needles if word in text]
    found += [f"a file is left: {each}" for each in erased.files & _files(world)]
    found += [*noted_wrongly(world, erased.contacts if eraser.begun else set()), *kept_wrongly(world)]
    return found + [f"came back without a word: {a.channel}" for a in back if not _acted(items, a, world)]


def _unsent(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in ("rows", "to")}


def noted_wrongly(world: World, contacts: set[str]) -> list[str]:
    """What `erased/` holds but should not, and lacks: of each erased contact its id, and nothing of anybody else."""
    wanted = {f"{ERASED}{world.brand}/{each}": b"" for each in contacts}
    noted = {key: body for key, body in world.buckets.items() if key.startswith(ERASED)}
    return [f"noted wrongly as erased: {key} {body!r}" for key, body in sorted(noted.items() ^ wanted.items())]


def kept_wrongly(world: World) -> list[str]:
    """What `evidence/` holds but should not: anything but a hateful comment, or what is left of one shown again."""
    kept = [body for key, body in world.buckets.items() if key.startswith(EVIDENCE)]
    return [f"kept as evidence: {body!r}" for body in kept if body != DONE and json.loads(body)["text"] != HATE]


def everywhere(world: World, items: dict[tuple[str, str], dict[str, Any]], lines: str) -> dict[str, str]:
    """
    All places where something of a person may stand, each as one text.

    But for two folders that an erasure leaves, at which `noted_wrongly` and `kept_wrongly` look: `erased/`, where an
    erased contact's id stays for 36 days, so that a restored table can be told again, and `evidence/`, where a hateful
    comment stays for six months.
    """
    brand = [(key, item) for key, item in items.items() if key[1] not in ("account", "current") and "v#" not in key[1]]
    letters = [letter.body for queue in world.sqs.queues.values() for letter in queue]
    kept = [(key, body) for key, body in world.buckets.items() if not key.startswith((ERASED, EVIDENCE))]
    return {
        "table": json.dumps(brand, ensure_ascii=False),
        "bucket": b"".join(key.encode() + body for key, body in kept).decode("utf-8", "replace"),
        "queues": json.dumps([*letters, *(letter.body for _, letter in world.sqs.dead)], ensure_ascii=False),
        "logs": lines,
        "desks": world.desks.everything(),
    }


def _acted(items: dict[tuple[str, str], dict[str, Any]], address: Any, world: World) -> bool:
    """Whether somebody wrote from or to this address since, or it asked for no more messages."""
    _, conversation_id = world.table.identity(address) or ("", "")
    pk = keys.head(world.brand, conversation_id).pk
    messages = [item for (own, sk), item in items.items() if own == pk and sk.startswith(keys.MESSAGE_PREFIX)]
    return items[pk, keys.HEAD].get("opted_out", False) or any(m["author"] in ("customer", "native") for m in messages)


def on_its_way(world: World) -> set[str]:
    """The kinds of rows that are unfinished, and of events and timers that wait."""
    found = {f"row {item['kind']['S']}" for (pk, _), item in world.dynamo.items.items() if "#out#" in pk}
    for letter in world.sqs.queues.get("inbox.fifo", ()):
        event = json.loads(letter.body).get("event", {})
        found.add(f"{event.get('kind')} {event.get('subject', '')}".strip())
    found |= {"timer" for letter in world.sqs.queues.get("timers", ()) if "hold" in json.loads(letter.body)}
    return found - {"None"}


def moments(name: str) -> dict[str, list[int]]:
    """Of the path's calm run: at which calls each kind of thing is on its way."""
    world = World()
    found: dict[str, list[int]] = {}
    PATHS[name].prepare(world)

    def look(number: int) -> None:
        for kind in on_its_way(world):
            found.setdefault(kind, []).append(number)

    world.injector.before = look
    world.run(*PATHS[name].steps())
    return found
