"""A world that writes down every call that its workers make."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .faults import Worker
from .normalised import Call, Normal, asked_of, error_of, http_asked, label_of
from .paths import PATHS
from .world import World


@dataclass(slots=True)
class Recorder:
    """Keeps the calls of a world in their order."""

    world: World
    calls: list[Call] = field(default_factory=list)
    _normal: Normal = field(default_factory=Normal)
    _last: Worker | None = None

    def keep(self, what: str, asked: tuple[str, ...], make: Callable[[], Any], answered: Callable[[Any], str]) -> Any:
        """Makes a call and keeps it, in the place it was made and with its answer's kind or its error's code."""
        worker, now = self.world.injector.current, self.world.clock.now
        if worker is None:  # a person of the story, not one of our functions
            return make()
        answer = "no answer"
        try:
            found = make()
            answer = answered(found)
        except Exception as error:
            answer = error_of(error)
            raise
        finally:  # a worker that dies here made the call as well
            normal = tuple(self._normal.of(line, now) for line in asked)
            label = f"{worker.name}: {Normal.without(what)}"
            self.calls.append(Call(worker.name, worker is not self._last, label, normal, answer))
            self._last = worker
        return found


class _Recorded:
    """A boto3-like client whose calls are kept."""

    def __init__(self, client: Any, service: str, recorder: Recorder) -> None:
        self._client, self._service, self._recorder = client, service, recorder

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name == "exceptions" or not callable(found):
            return found

        def call(**given: Any) -> Any:
            what = label_of(self._service, name, given)
            return self._recorder.keep(what, asked_of(given), lambda: found(**given), lambda answer: "done")

        return call


@dataclass(slots=True)
class _RecordedHttp:
    """A platform whose requests are kept."""

    platform: Any
    name: str
    recorder: Recorder

    def request(self, method: str, url: str, **given: Any) -> Any:
        parts = urlsplit(url)
        what = f"{self.name} {method} {parts.hostname}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return self.recorder.keep(
            what,
            http_asked(given),
            lambda: self.platform.request(method, url, **given),
            lambda answer: str(answer.status),
        )


class RecordedWorld(World):
    """A world with every client and every platform behind a recorder."""

    def __init__(self) -> None:
        super().__init__()
        self.recorder = Recorder(self)
        platforms: Mapping[str, Any] = self.outside
        self.outside = {name: _RecordedHttp(each, name, self.recorder) for name, each in platforms.items()}

    def client(self, service: str) -> Any:
        return _Recorded(super().client(service), service, self.recorder)


@dataclass(frozen=True, slots=True)
class Hurt:
    """A path with one fault of `kind` (`faults.KINDS`) at the `nth` call whose name in the trace holds `at`."""

    path: str
    at: str
    kind: str
    nth: int = 1


# What calm runs never show: a lost race, an event that comes again, and each way to prove a send after its answer was
# lost or its worker died.
HURT: Mapping[str, Hurt] = {
    "a commit that loses its race": Hurt("reply, proof by status", "process: dynamodb.transact", "conflict"),
    "a worker that dies after its commit": Hurt("reply, proof by status", "process: dynamodb.transact", "die"),
    "a ticket's worker that dies after its commit": Hurt("ticket", "process: dynamodb.transact", "die"),
    "an answer of WhatsApp that is lost": Hurt("reply, proof by status", "timers: whatsapp POST messages", "lost"),
    "an answer of Messenger that is lost": Hurt("reply, proof by echo", "timers: messenger POST messages", "lost"),
    "an answer of X that is lost": Hurt("reply, proof by list", "timers: x POST messages", "lost"),
    "a worker that dies after its send": Hurt("reply, proof by list", "timers: x POST messages", "die"),
    "an answer of Slack that is lost": Hurt("ticket", "desk: slack POST chat.postMessage", "lost"),
    "an intent's stop that dies after its switch": Hurt(
        "an intent stops by itself", "process: dynamodb.transact", "die", nth=6
    ),
}
NAMES = (*PATHS, *HURT)


def recorded(name: str) -> list[Call]:
    """The calls of one path's run without faults, or of one of HURT. Raises ValueError if no fault struck."""
    hurt = HURT.get(name)
    world, path = RecordedWorld(), PATHS[hurt.path if hurt else name]
    if hurt:
        world.injector.before = lambda number: _strike(world, hurt, number)
    path.prepare(world)
    with contextlib.redirect_stdout(io.StringIO()):
        world.run(*path.steps())
    if hurt and not world.injector.struck:
        raise ValueError(f"{name}: no call is named {hurt.at}")
    return world.recorder.calls


def _strike(world: World, hurt: Hurt, number: int) -> None:
    so_far = sum(hurt.at in each for each in world.injector.trace[: number + 1])
    if not world.injector.plan and so_far == hurt.nth and hurt.at in world.injector.trace[number]:
        world.injector.plan[number] = hurt.kind
