"""
SQS in memory, as Lambda sees it: groups in order, visibility, receive counts, delays, dead letters.

At least once: what is not deleted comes back when its visibility ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from infra.resources import MAX_RECEIVES

BATCH = 10
DEDUPLICATION_MS = 300_000


@dataclass(slots=True, eq=False)
class Letter:
    """One message on a queue."""

    number: int
    body: str
    group: str
    visible_at: int
    receives: int = 0
    in_flight: bool = False

    @property
    def receipt(self) -> str:
        return f"{self.number}:{self.receives}"


@dataclass(slots=True)
class Sqs:
    """
    All queues. `visibility` in ms by queue name; `clock.now` the time in ms; `loses` says which sends are lost.

    `mixed`: a FIFO queue's batch holds several groups, as Lambda fills it; else one, so that a fault hits one customer.
    """

    clock: Any
    visibility: Mapping[str, int]
    queues: dict[str, list[Letter]] = field(default_factory=dict)
    dead: list[tuple[str, Letter]] = field(default_factory=list)
    loses: Callable[[str], bool] = lambda name: False
    mixed: bool = False
    _seen: dict[tuple[str, str], int] = field(default_factory=dict)
    _numbers: Any = field(default_factory=count)

    def send_message(self, *, QueueUrl: str, **entry: Any) -> dict[str, Any]:  # noqa: N803 - boto3's names
        name = QueueUrl.rpartition("/")[2]
        once = (name, entry.get("MessageDeduplicationId", ""))
        if once[1] and self._seen.get(once, -DEDUPLICATION_MS) > self.clock.now - DEDUPLICATION_MS:
            return {}
        self._seen[once] = self.clock.now
        if self.loses(name):
            return {}
        visible_at = self.clock.now + 1000 * entry.get("DelaySeconds", 0)
        group = entry.get("MessageGroupId", "")
        self.queues.setdefault(name, []).append(Letter(next(self._numbers), entry["MessageBody"], group, visible_at))
        return {}

    def send_message_batch(self, *, QueueUrl: str, Entries: Any) -> dict[str, Any]:  # noqa: N803 - boto3's names
        for entry in Entries:
            self.send_message(QueueUrl=QueueUrl, **entry)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: Any) -> dict[str, Any]:  # noqa: N803 - boto3's
        for entry in Entries:
            letter = self._held(QueueUrl, entry["ReceiptHandle"])
            if letter is not None:
                letter.visible_at = self.clock.now + 1000 * entry["VisibilityTimeout"]
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def delete_message_batch(self, *, QueueUrl: str, Entries: Any) -> dict[str, Any]:  # noqa: N803 - boto3's names
        for entry in Entries:
            letter = self._held(QueueUrl, entry["ReceiptHandle"])
            if letter is not None:
                self.queues[QueueUrl.rpartition("/")[2]].remove(letter)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def _held(self, url: str, receipt: str) -> Letter | None:
        """The letter of a receipt that is still its newest."""
        number, receives = (int(part) for part in receipt.split(":"))
        letters = self.queues.get(url.rpartition("/")[2], [])
        return next((each for each in letters if each.number == number and each.receives == receives), None)

    def ready(self, name: str) -> list[list[Letter]]:
        """The batches that Lambda could be given now: see `mixed`; of a standard queue one in all."""
        now, groups, blocked = self.clock.now, {}, set()  # type: ignore[var-annotated]
        fifo = name.endswith(".fifo")
        for letter in self.queues.get(name, []):
            if letter.visible_at > now:
                if fifo:
                    blocked.add(letter.group)
                continue
            letter.in_flight = False
            groups.setdefault(letter.group, []).append(letter)
        found = [letters for group, letters in groups.items() if group not in blocked]
        if fifo and self.mixed:
            all_groups = sorted((letter for letters in found for letter in letters), key=lambda letter: letter.number)
            found = [all_groups] if all_groups else []
        return [letters[:BATCH] for letters in found]

    def receive(self, name: str, letters: list[Letter]) -> list[Letter]:
        """Takes a batch: hidden from now on, counted; over the limit a letter is dead."""
        taken = []
        for letter in letters:
            if letter.receives >= MAX_RECEIVES:
                self.queues[name].remove(letter)
                self.dead.append((name, letter))
                continue
            letter.receives += 1
            letter.in_flight = True
            letter.visible_at = self.clock.now + self.visibility[name]
            taken.append(letter)
        return taken

    def delete(self, name: str, letter: Letter, receives: int) -> None:
        """Deletes what was received as its `receives`-th time; an older receipt deletes nothing."""
        if letter.receives == receives and letter in self.queues[name]:
            self.queues[name].remove(letter)

    def receive_message(self, *, QueueUrl: str, **_: Any) -> dict[str, Any]:  # noqa: N803 - boto3's names
        """What a command reads by hand: a batch, hidden from now on."""
        name = QueueUrl.rpartition("/")[2]
        taken = [letter for batch in self.ready(name)[:1] for letter in self.receive(name, batch)]
        return {"Messages": [{"Body": each.body, "ReceiptHandle": each.receipt} for each in taken]}

    def next_time(self) -> int | None:
        """When the next letter becomes visible (one that is, and waits behind its group, does not count)."""
        times = [letter.visible_at for letters in self.queues.values() for letter in letters]
        return min((at for at in times if at > self.clock.now), default=None)
