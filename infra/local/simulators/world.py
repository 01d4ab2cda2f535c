"""
What the simulated platforms know: people, threads, bubbles, the outbound log, counters, and who is listening.

Everything is changed on one event loop and kept in memory. Every change is published to the page as one small
message `{"kind", "item"}`; items are plain JSON.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from infra.local.played import all_played

from .config import AccountConfig, SimulatorConfig
from .signing import account_scoped, new_code, now_ms

WINDOW_MS = 24 * 3600 * 1000
OUTBOUND_KEPT = 20_000
BUBBLES_KEPT = 4_000
Status = Literal["sending", "refused", "sent", "delivered", "read", "failed"]


@dataclass(slots=True)
class Person:
    """A customer. `ids` holds their platform id by "<channel>:<account id>"."""

    key: str
    name: str
    language: str
    handle: str
    phone: str
    guest: bool = False
    ids: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Bubble:
    """One message or post, from either side, as its platform keeps it."""

    id: str
    brand: str
    channel: str
    person: str
    side: Literal["customer", "brand"]
    surface: Literal["private", "public"]
    text: str
    at: int
    platform_id: str
    status: Status = "sending"
    proof: str = ""  # what the sender attached: metadata, biz_opaque_callback_data
    native: bool = False  # written by a person in the platform's own app
    anchor: str = ""  # the post it answers
    error: str = ""
    file: str = ""  # "photo" or "voice", where the customer sent one (`files.SAMPLES`)
    attached: str = ""  # the name of a file that the brand sent
    buttons: tuple[tuple[str, str], ...] = ()  # that the customer may press: what each says, and what comes back


@dataclass(slots=True)
class Thread:
    """One person with one account: what the platform knows beyond the messages."""

    brand: str
    channel: str
    person: str
    last_customer_at: int = 0
    typing_until: int = 0
    seen_at: int = 0
    window_closed: bool = False


@dataclass(slots=True)
class Call:
    """One call that the system made to a platform."""

    seq: int
    channel: str
    method: str
    path: str
    body: Any
    at: str
    kind: str = "read"
    status: int = 0
    outcome: str = ""


CAST = (
    Person("camille", "Camille Roux", "fr", "camille_rx", "33639980001"),
    Person("karim", "Karim Benali", "fr", "karim_bnl", "33639980002"),
    Person("emma", "Emma Clarke", "en", "emmaclarke_", "447700900101"),
    Person("oliver", "Oliver Reed", "en", "olly_reed", "447700900102"),
)
COUNTERS = ("received", "redelivered", "refused", "calls", "bubbles", "doubled", "killed")


class Bus:
    """Fan-out of changes to the pages that listen. A page that reads too slowly is told to reload."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[dict[str, Any]]] = set()
        self.published = 0

    def listen(self) -> asyncio.Queue[dict[str, Any]]:
        """Return a new queue that receives every change from now on."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=1_000)
        self._listeners.add(queue)
        return queue

    def forget(self, queue: asyncio.Queue[dict[str, Any]]) -> None:
        """Stop publishing to `queue`."""
        self._listeners.discard(queue)

    def publish(self, kind: str, item: dict[str, Any]) -> None:
        """Hand one change to each listener."""
        self.published += 1
        for queue in tuple(self._listeners):
            try:
                queue.put_nowait({"kind": kind, "item": item})
            except asyncio.QueueFull:
                self._listeners.discard(queue)


class World:
    """The state of every platform at once."""

    def __init__(self, config: SimulatorConfig) -> None:
        self.config = config
        self.bus = Bus()
        self.people: dict[str, Person] = {}
        self.bubbles: dict[str, Bubble] = {}
        self.threads: dict[tuple[str, str, str], Thread] = {}
        self.outbound: deque[Call] = deque(maxlen=OUTBOUND_KEPT)
        self.counters: dict[str, int] = dict.fromkeys(COUNTERS, 0)
        self.checks: dict[str, str] = {}
        self.stopped: set[str] = set()
        self.notices: deque[dict[str, Any]] = deque(maxlen=60)
        self.seq = 0
        self._by_platform_id: dict[str, str] = {}
        self._person_by_id: dict[str, str] = {}
        self._proofs: set[str] = set()
        for person in CAST:
            self.enrol(Person(person.key, person.name, person.language, person.handle, person.phone))

    # --- people ---------------------------------------------------------------------------------

    def enrol(self, person: Person) -> Person:
        """Make a person known on every account."""
        self.people[person.key] = person
        for brand in self.config.brands:
            for channel, account in brand.accounts.items():
                self._bind(person, f"{channel}:{account.account_id}", self._own_id(person, account))
        self.bus.publish("person", asdict(person))
        return person

    @staticmethod
    def _own_id(person: Person, account: AccountConfig) -> str:
        """What a platform calls a person."""
        played = all_played()[account.channel]
        if played.person_id:
            return played.person_id.format(handle=person.handle)
        scoped = account_scoped(account.account_id, person.key, played.id_digits)
        return person.phone if played.by_phone else scoped

    def _bind(self, person: Person, account: str, person_id: str) -> None:
        person.ids[account] = person_id
        self._person_by_id[f"{account}:{person_id}"] = person.key

    def person_at(self, account: AccountConfig, person_id: str, name: str = "") -> Person:
        """Return whom `person_id` names on this account; an id never seen before becomes a guest."""
        key = self._person_by_id.get(f"{account.channel}:{account.account_id}:{person_id}")
        if key:
            return self.people[key]
        tail = person_id[-4:]
        person = Person(
            f"guest-{account.channel}-{person_id}", name or f"•••• {tail}", "fr", f"guest_{tail}", person_id
        )
        person.guest = True
        self.people[person.key] = person
        self._bind(person, f"{account.channel}:{account.account_id}", person_id)
        self.bus.publish("person", asdict(person))
        return person

    def recall(self, people: Iterable[Person], bubbles: Iterable[Bubble], threads: Iterable[Thread]) -> None:
        """Take up where an earlier run ended. Whom this run's accounts know keeps their ids."""
        for person in people:
            if person.guest:
                self.people[person.key] = person
                for account, person_id in person.ids.items():
                    self._person_by_id[f"{account}:{person_id}"] = person.key
            elif person.key not in self.people:
                self.enrol(person)
        for bubble in bubbles:
            if bubble.person in self.people:
                self.bubbles[bubble.id] = bubble
                self._by_platform_id[bubble.platform_id] = bubble.id
                self._proofs.add(bubble.proof)
        self.threads = {(one.brand, one.channel, one.person): one for one in threads if one.person in self.people}

    def change_account(self, account: AccountConfig, **changed: str) -> AccountConfig:
        """Have the platform know an account otherwise from now on: its token, or where its events go."""
        now = replace(account, **changed)  # type: ignore[arg-type]  # every field that changes is text
        self.config = self.config.with_account(now)
        return now

    def lead(self, channel: str, account_id: str, url: str) -> None:
        """Have an account's events sent to an address, where one is given."""
        account = self.config.account(channel, account_id)
        if account is not None and url:
            self.change_account(account, webhook_url=url)

    # --- bubbles --------------------------------------------------------------------------------

    def thread(self, account: AccountConfig, person: Person) -> Thread:
        """Return the thread of one person with one account."""
        key = (account.brand, account.channel, person.key)
        if key not in self.threads:
            self.threads[key] = Thread(*key)
        return self.threads[key]

    def add_bubble(self, bubble: Bubble) -> Bubble:
        """Keep a bubble and show it. Counts the brand's bubbles and those whose proof was already used."""
        self.bubbles[bubble.id] = bubble
        self._by_platform_id[bubble.platform_id] = bubble.id
        if bubble.side == "brand":
            doubled = bool(bubble.proof) and bubble.proof in self._proofs
            self._proofs.add(bubble.proof)
            self.count("bubbles", 1)
            self.count("doubled", int(doubled))
        while len(self.bubbles) > BUBBLES_KEPT:
            old = self.bubbles.pop(next(iter(self.bubbles)))
            self._by_platform_id.pop(old.platform_id, None)
        self.bus.publish("bubble", asdict(bubble))
        return bubble

    def bubble_of(self, platform_id: str) -> Bubble | None:
        """Find a bubble by its platform's id."""
        return self.bubbles.get(self._by_platform_id.get(platform_id, ""))

    def unsay(self, account: AccountConfig, platform_id: str, channel: str) -> bool:
        """Take what a brand said out of everybody's sight; False where nothing of it is there."""
        bubble = self.bubble_of(platform_id)
        if bubble is None or bubble.error == "deleted":
            return False
        if (bubble.brand, bubble.channel, bubble.side) != (account.brand, channel, "brand"):
            return False
        bubble.text = bubble.attached = ""
        bubble.buttons = ()
        self.touch(bubble, bubble.status, "deleted")
        return True

    def touch(self, bubble: Bubble, status: Status, error: str = "") -> None:
        """Move a bubble to `status` and show it."""
        bubble.status = status
        bubble.error = error
        self.bus.publish("bubble", asdict(bubble))

    def touch_thread(self, thread: Thread) -> None:
        """Show what changed in a thread (typing, seen, window)."""
        self.bus.publish("thread", asdict(thread))

    def window_open(self, thread: Thread, *, length_ms: int = WINDOW_MS) -> bool:
        """Whether the account may still answer. A person known only to the system has no window here."""
        if thread.window_closed:
            return False
        return not thread.last_customer_at or now_ms() - thread.last_customer_at < length_ms

    def brand_bubbles(self, account: AccountConfig, surface: str) -> Iterable[Bubble]:
        """Return what this account said on one surface, oldest first."""
        return [
            bubble
            for bubble in self.bubbles.values()
            if bubble.side == "brand"
            and bubble.brand == account.brand
            and bubble.channel == account.channel
            and bubble.surface == surface
        ]

    # --- log and counters -----------------------------------------------------------------------

    def log_call(self, channel: str, method: str, path: str, body: Any, at: str) -> Call:
        """Record one call of the system to a platform and return its line."""
        self.seq += 1
        call = Call(self.seq, channel, method, path, body, at)
        self.outbound.append(call)
        self.count("calls", 1)
        return call

    def count(self, name: str, step: int) -> None:
        """Add `step` to a counter and show the counters."""
        if step:
            self.counters[name] += step
            self.bus.publish("counters", dict(self.counters))

    def note(self, text: str, *, level: str = "step", subject: str = "") -> None:
        """Tell the page what just happened outside of any bubble. `text` is a key of the page's phrases."""
        notice = {"id": new_code("N"), "text": text, "level": level, "subject": subject, "at": now_ms()}
        self.notices.append(notice)
        self.bus.publish("notice", notice)

    def set_stopped(self, brand: str, *, stopped: bool) -> None:
        """Remember, for the page's button alone, what an agent last asked of a brand's bot."""
        if stopped:
            self.stopped.add(brand)
        else:
            self.stopped.discard(brand)
        self.bus.publish("stopped", {"brands": sorted(self.stopped)})

    def snapshot(self) -> dict[str, Any]:
        """Return everything a page needs to draw itself."""
        return {
            "brands": [
                {
                    "brand": brand.brand,
                    "name": brand.name,
                    "slack_channel": brand.slack_channel,
                    "channels": list(brand.accounts),
                    "handles": {name: account.screen_name for name, account in brand.accounts.items()},
                }
                for brand in self.config.brands
            ],
            "people": [asdict(person) for person in self.people.values()],
            "bubbles": [asdict(bubble) for bubble in self.bubbles.values()],
            "threads": [asdict(thread) for thread in self.threads.values()],
            "counters": dict(self.counters),
            "checks": dict(self.checks),
            "stopped": sorted(self.stopped),
            "notices": list(self.notices),
            "now": now_ms(),
        }
