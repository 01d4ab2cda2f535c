"""
Fault injection: every call that leaves the process passes here, where it may be interleaved, and where it may fail.

A fault is named by the number of the call it hits and its kind (KINDS). "die" is what the issue asks for: the call
takes effect, then the worker is gone. The other kinds are what AWS and networks also do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from botocore.exceptions import ClientError, ReadTimeoutError
from greenlet import getcurrent, greenlet

from chalicelib.errors import Retryable, Unconfirmed

from .dynamo import client_error

STALL_MS = 200_000  # past every lease and visibility timeout
KINDS = ("die", "lost", "fail", "repeat", "conflict", "stall")


class Died(BaseException):
    """The worker is gone: nothing of ours may catch this."""


class Worker:
    """One invocation of one function: a coroutine of its own, of which only one runs at a time."""

    def __init__(self, name: str, work: Callable[[], Any]) -> None:
        self.name = name
        self.result: Any = None
        self.error: BaseException | None = None
        self.hit = False  # a fault struck here: its failure is no surprise
        self.done = False
        self.wake_at = 0
        self._work = work
        self._coroutine = greenlet(self._run)
        self._caller = getcurrent()

    def _run(self) -> None:
        try:
            self.result = self._work()
        except BaseException as error:  # noqa: BLE001 - whatever ended the worker is looked at by the world
            self.error = error
        self.done = True

    def resume(self) -> None:
        """Lets the worker run until it pauses or ends."""
        self._caller = self._coroutine.parent = getcurrent()
        self._coroutine.switch()

    def pause(self) -> None:
        """Called by the worker itself: gives the turn back."""
        self._caller.switch()


class FaultInjector:
    """Counts calls, interleaves them, and makes the planned ones fail or their worker die."""

    def __init__(self, plan: Mapping[int, str], clock: Any, *, interleaved: bool = False) -> None:
        self.plan = dict(plan)
        self.clock = clock
        self.interleaved = interleaved
        self.current: Worker | None = None
        self.trace: list[str] = []
        self.kinds: list[str] = []  # of the calls of the trace
        self.struck: list[tuple[int, str, str]] = []
        self.before: Callable[[int], None] = lambda number: None  # told of each call before it is made

    def call(self, kind: str, what: str, cost_ms: int, make: Callable[[], Any]) -> Any:
        """One call of kind "http", "read", "write" or "queue"."""
        worker = self.current
        if worker is None:
            return make()
        if self.interleaved:
            worker.wake_at = self.clock.now
            worker.pause()
        number = len(self.trace)
        self.trace.append(f"{worker.name}: {what}")
        self.kinds.append(kind)
        self.before(number)
        self.clock.now += cost_ms
        fault = self.plan.get(number, "")
        if fault and not applies(fault, kind):
            fault = ""
        if fault:
            worker.hit = True
            self.struck.append((number, fault, self.trace[-1]))
        return self._with(fault, kind, what, worker, make)

    def _with(self, fault: str, kind: str, what: str, worker: Worker, make: Callable[[], Any]) -> Any:
        if fault == "fail":
            raise _not_made(kind, what)
        if fault == "conflict":
            raise _conflicting(what)
        if fault == "repeat":  # boto3 repeats by itself: only the second answer is seen
            make()
            if "transact" in what:
                return {}  # its idempotency token makes the second a success
        answer = make()
        if fault == "die":
            raise Died(what)
        if fault == "lost":
            raise _no_answer(kind)
        if fault == "stall":
            worker.wake_at = self.clock.now + STALL_MS
            worker.pause()
        return answer


def applies(fault: str, kind: str) -> bool:
    """Whether a fault says anything new about this kind of call."""
    if fault in ("repeat", "conflict"):
        return kind == "write" or (kind == "queue" and fault == "repeat")
    if fault == "lost":
        return kind != "read"  # the same as "fail" then
    return True


def _not_made(kind: str, what: str) -> Exception:
    if kind == "http":
        return Retryable("no_connection", "injected")
    return client_error("ThrottlingException", what)


def _conflicting(what: str) -> ClientError:
    if "transact" in what:
        return client_error(
            "TransactionCanceledException",
            what,
            CancellationReasons=[{"Code": "None"}, {"Code": "TransactionConflict"}],
        )
    return client_error("TransactionConflictException", what)


def _no_answer(kind: str) -> Exception:
    if kind == "http":
        return Unconfirmed("no_answer", "injected")
    return ReadTimeoutError(endpoint_url="https://aws.invalid")


class InjectedClient:
    """A boto3-like client whose calls pass the fault injector."""

    KIND_OF: ClassVar[Mapping[str, str]] = {
        "get_item": "read",
        "query": "read",
        "get_parameter": "read",
        "get_object": "read",
    }

    def __init__(self, client: Any, service: str, injector: FaultInjector) -> None:
        self._client, self._service, self._injector = client, service, injector

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name == "exceptions" or not callable(found):
            return found
        kind = self.KIND_OF.get(name) or ("queue" if self._service == "sqs" else "write")

        def call(**given: Any) -> Any:
            return self._injector.call(kind, f"{self._service}.{name}{_where(given)}", 1, lambda: found(**given))

        return call


def _where(given: Mapping[str, Any]) -> str:
    if "QueueUrl" in given:
        return " " + str(given["QueueUrl"]).rpartition("/")[2]
    key = given.get("Key") or given.get("Item")
    if isinstance(key, Mapping) and "pk" in key:
        return " " + "#".join(str(key["pk"]["S"]).split("#")[1:2]) + " " + str(key["sk"]["S"])[:2]
    return ""
