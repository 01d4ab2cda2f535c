"""
Injected faults: what the next calls to a platform shall suffer.

`POST /faults {"channel", "fault": "error|timeout|rate_limit|drop_after_send", "status", "times", "retry_after"}`.
Three more for the page and the tests: "kill_after_send" (store it, then SIGKILL the worker that sent it),
"webhook_lost" (the webhook of what a customer wrote is never sent; the platform's list has the message), and the
optional keys "calls" ("sends" or "all") and "body" (the platform's answer, instead of its usual one).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from infra.local.played import all_played

LOST = "webhook_lost"
KINDS = ("error", "timeout", "rate_limit", "drop_after_send", "kill_after_send", LOST)
AFTER_SEND = ("drop_after_send", "kill_after_send")


class FaultError(ValueError):
    """The fault asked for is not one we know; the message says what to send."""


@dataclass(slots=True)
class Fault:
    """`times` more calls to `channel` fail as `fault` says."""

    channel: str
    fault: str
    status: int = 0
    times: int = 1
    retry_after: float = 0.0
    calls: str = "all"
    body: Any = None

    def hits(self, kind: str) -> bool:
        """Whether a call of this kind ("send", "signal", "read", "webhook") fails. Typing and seen marks never do."""
        if (kind == "webhook") != (self.fault == LOST):
            return False
        if kind == "webhook":
            return True
        if kind == "signal":
            return False
        return kind == "send" or (self.calls == "all" and self.fault not in AFTER_SEND)


class Faults:
    """The faults waiting, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, raw: Mapping[str, Any]) -> Fault:
        """Check and queue a fault. Raises FaultError with one sentence."""
        channels = (*all_played(), "slack", "shop")
        if raw.get("channel") not in channels:
            raise FaultError(f"Give a channel: one of {', '.join(channels)}.")
        if raw.get("fault") not in KINDS:
            raise FaultError(f"Give a fault: one of {', '.join(KINDS)}.")
        try:
            fault = Fault(
                channel=raw["channel"],
                fault=raw["fault"],
                status=int(raw.get("status") or 0),
                times=int(raw.get("times") or 1),
                retry_after=float(raw.get("retry_after") or 0),
                calls="sends" if raw.get("calls") == "sends" else "all",
                body=raw.get("body"),
            )
        except (TypeError, ValueError):
            raise FaultError("status, times and retry_after are numbers.") from None
        self._waiting.append(fault)
        return fault

    def take(self, channel: str, kind: str) -> Fault | None:
        """Return the fault that this call suffers, and use it up once."""
        for fault in self._waiting:
            if fault.channel == channel and fault.hits(kind):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    def clear(self, channel: str = "") -> None:
        """Forget the waiting faults, of one channel or of all."""
        self._waiting = [fault for fault in self._waiting if channel and fault.channel != channel]

    def listed(self) -> list[dict[str, Any]]:
        """Return what still waits."""
        return [asdict(fault) for fault in self._waiting]
