"""
Sends webhooks to the system as the platforms do: signed once, posted, posted again after a 5xx or no answer.

`network` may add what the open internet adds: duplicates and shuffled order.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import httpx

from .faults import Faults
from .world import Bubble, World


@dataclass(frozen=True, slots=True)
class Persistence:
    """
    How long a platform waits for the answer to a webhook, and after how long it tries again, in seconds.

    The platforms' pauses are longer (Meta: 36 hours in all); a page cannot wait for them.
    """

    patience_s: float
    pauses_s: tuple[float, ...]


META = Persistence(20.0, (1.0, 3.0, 9.0, 30.0))
SLACK = Persistence(3.0, (0.0, 60.0, 300.0))


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """
    One signed webhook delivery, ready to be posted any number of times. `resign` makes headers for a later try.

    `heard` is told the text of an answer that took it.
    """

    channel: str
    url: str
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    bubble_id: str = ""
    brand: str = ""
    resign: Callable[[int, str], dict[str, str]] | None = field(default=None, repr=False)
    persistence: Persistence = META
    heard: Callable[[str], None] | None = field(default=None, repr=False)


@dataclass(slots=True)
class Network:
    """How bad the network is: extra copies of each webhook, and up to `jitter_ms` of delay on each."""

    duplicates: int = 0
    jitter_ms: int = 0


AT_ONCE = 4  # webhooks under way at a time: on this machine each further one is a further cold function


class WebhookSender:
    """Posts webhooks in the background and remembers the last customer's webhook of each channel."""

    def __init__(self, world: World, client: httpx.AsyncClient, faults: Faults | None = None) -> None:
        self.world = world
        self.client = client
        self.faults = faults or Faults()
        self.network = Network()
        self.last: dict[str, WebhookDelivery] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)

    def start(self, work: asyncio._CoroutineLike[None]) -> None:
        """Run `work` in the background and keep hold of it until it ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def send(self, delivery: WebhookDelivery, *, by_customer: bool = False) -> None:
        """Post a webhook, with the copies that the network adds."""
        if by_customer:
            if self.faults.take(delivery.channel, "webhook"):
                self._lost(delivery)
                return
            self.last[delivery.channel] = delivery
            self.last["any"] = delivery
            self.world.count("received", 1)
        self.start(self._carry(delivery, first=True))
        for _ in range(self.network.duplicates):
            self.again(delivery)

    def _lost(self, delivery: WebhookDelivery) -> None:
        """Send nothing: the customer sees their message as sent."""
        self.world.note("webhook_lost", level="break", subject=delivery.channel)
        self._arrived(self.world.bubbles.get(delivery.bubble_id))

    def again(self, delivery: WebhookDelivery) -> None:
        """Post a webhook that was already delivered: the same bytes, the same signature."""
        self.world.count("redelivered", 1)
        self.start(self._carry(delivery, first=False))

    async def post(self, delivery: WebhookDelivery) -> int:
        """Post once and return the status; 0 when no answer came in the platform's time."""
        try:
            async with self._slots:
                answer = await self.client.post(
                    delivery.url,
                    content=delivery.body,
                    headers=delivery.headers,
                    timeout=delivery.persistence.patience_s,
                )
        except httpx.HTTPError as failure:
            print(f"simulators: {delivery.channel} webhook not delivered: {type(failure).__name__}", file=sys.stderr)
            return 0
        if delivery.heard is not None and answer.is_success:
            delivery.heard(answer.text)
        return answer.status_code

    async def _carry(self, delivery: WebhookDelivery, *, first: bool) -> None:
        if self.network.jitter_ms:
            await asyncio.sleep(random.uniform(0, self.network.jitter_ms) / 1000)
        bubble = self.world.bubbles.get(delivery.bubble_id) if first else None
        status = 0
        for number, pause in enumerate((*delivery.persistence.pauses_s, None)):
            status = await self.post(delivery)
            if 200 <= status < 300:
                self._arrived(bubble)
                return
            if 400 <= status < 500 or pause is None:
                break
            await asyncio.sleep(pause)
            delivery = self._for_try(delivery, number + 1, status)
        if bubble:
            self.world.touch(bubble, "refused", f"webhook {status}")

    def _for_try(self, delivery: WebhookDelivery, number: int, status: int) -> WebhookDelivery:
        if delivery.resign is None:
            return delivery
        return replace(delivery, headers=delivery.resign(number, "http_error" if status else "http_timeout"))

    def _arrived(self, bubble: Bubble | None) -> None:
        if bubble and bubble.status == "sending":
            self.world.touch(bubble, "sent")
