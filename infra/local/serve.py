"""
`guichet run`: build, start the local AWS, deploy to it, start the simulators and the page, stay until told to stop.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from chalicelib.errors import UsageError

from .. import stage
from ..apply import Progress
from ..aws import Cloud, explained
from ..build import Build, Say, build
from ..names import DEFAULT_REGION, LOCAL_STAGE, MAIL_QUEUE, ROOT, names
from ..targets import Target, local
from . import documents, kept, ministack, ports, processes, seed, state, whole
from .identities import Identity, identities, shown_on
from .processes import Child
from .state import Home, Running


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """
    What a person asked for. `page_port` None: the usual one; `ready`: file to write when everything answers.

    `told` is given the same document then.
    """

    page_port: int | None = None
    ready: Path | None = None
    headless: bool = False
    fresh: bool = False
    told: Callable[[dict[str, object]], None] | None = None


class Stopped(BaseException):
    """SIGTERM or Ctrl-C: not an error, and not to be caught by anything that catches errors."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The running children and where they answer."""

    cloud: Cloud
    children: tuple[Child, ...]
    page: str
    ready: dict[str, object]


def target() -> Target:
    """Give the target of a run with the ports that the stack last chose."""
    kept = json.loads(state.home().ports.read_text(encoding="utf-8"))
    return _target(int(kept["page"]), int(kept["aws"]))


def _target(page_port: int, aws_port: int) -> Target:
    page, apis = f"http://{ports.HOST}:{page_port}", f"http://{ports.HOST}:{aws_port}{stage.LOCAL_APIS}"
    artefact = ROOT / "build" / "local" / "layer" / "artefact"
    return local(str(artefact), json.dumps(documents.bases(page), sort_keys=True), str(state.home().models), apis)


def serve(options: Options, say: Say, progress: Progress) -> int:
    """
    Run until SIGTERM or Ctrl-C; then stop every process and keep the state. Returns the exit status.

    Raises UsageError when a port is taken, another run is going on, or a child stops by itself.
    """
    place = state.home()
    with state.only_one(place):
        kept.require_disk_space(place)
        if options.fresh:
            state.forget(place)
        state.require_readable(place)
        if lost := kept.end(place):
            say(f"the last run was killed. {lost}")
        try:
            _until_stopped(place, options, say, progress)
        except UsageError as error:
            raise UsageError(f"{error} {kept.end(place)}".strip()) from error
        if lost := kept.end(place):
            raise UsageError(lost)
    say("stopped; the conversations are kept for the next run.")
    return 0


def _until_stopped(place: Home, options: Options, say: Say, progress: Progress) -> None:
    with _signals(), suppress(Stopped), ExitStack() as cleanup:
        _clear(place, options)
        cleanup.callback(_clear, place, options)
        stack = _start(place, options, say, progress, cleanup)
        for child in stack.children:
            cleanup.callback(processes.ask_to_stop, child)  # all at once, before each is waited for
        if options.ready:
            state.write_json(options.ready, stack.ready)
        if options.told:
            options.told(stack.ready)
        say(f"ready: {stack.page}/   (Ctrl-C stops it and keeps everything for the next run)")
        if not options.headless and sys.stdout.isatty() and os.environ.get("DISPLAY"):
            webbrowser.open(f"{stack.page}/")
        _watch(place, stack.children, say)


def _start(place: Home, options: Options, say: Say, progress: Progress, cleanup: ExitStack) -> Stack:
    aws_port, page_port = ports.choose(place, options.page_port)
    endpoint, page = f"http://{ports.HOST}:{aws_port}", f"http://{ports.HOST}:{page_port}"
    aws = ministack.start_aws(place, aws_port)
    cleanup.callback(processes.stop, aws)
    goal = _target(page_port, aws_port)
    built: Build = build(goal, say)  # while the local AWS starts
    processes.wait_for(endpoint + ministack.HEALTH, aws)  # its state is read again: 100 MB and more
    cloud = Cloud(names(LOCAL_STAGE), DEFAULT_REGION, endpoint)
    with explained():
        whole.clear_what_is_broken(cloud, say, progress)
    api = stage.deploy_built(cloud, goal, built, progress).api
    whole.require_answer(api)
    people = shown_on(identities(place), page)
    with explained():
        _seed(cloud, people)
    table = {
        "endpoint": endpoint,
        "name": cloud.names.table,
        "region": cloud.region,
        "bucket": cloud.bucket,
        "mail_queue": f"{endpoint}/{cloud.account}/{cloud.names.queue(MAIL_QUEUE)}",
    }
    state.write_json(place.simulators, documents.simulators_document(api, people, table, aws.pid))
    simulators = _start_simulators(place, page_port)
    cleanup.callback(processes.stop, simulators)
    processes.wait_for(f"{page}/outbound", simulators)
    whole.require_functions(cloud)
    ready = documents.ready_document(page, api, people)
    kept.begin(place)
    state.announce(place, Running(os.getpid(), endpoint, f"{page}/", ready))
    return Stack(cloud, (aws, simulators), page, ready)


def _seed(cloud: Cloud, people: tuple[Identity, ...]) -> None:
    seed.put_secrets(cloud, people)
    seed.put_accounts(cloud, people)
    seed.put_playbooks(cloud)


def _start_simulators(place: Home, port: int) -> Child:
    command = [sys.executable, "-m", "infra.local.simulators", "--port", str(port), "--config", str(place.simulators)]
    environment = ministack.credentials() | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return processes.start("The simulators", command, environment, place.log("simulators"), ROOT)


def _watch(place: Home, children: tuple[Child, ...], say: Say) -> None:
    told = False
    while True:
        for child in children:
            child.require_alive()
        if not told and kept.is_scarce(place):
            say(f"the disk of {place.folder} is nearly full: make room, or what is said now is not kept at the stop.")
            told = True
        time.sleep(0.5)


def _clear(place: Home, options: Options) -> None:
    """Take back what says that a stack answers."""
    place.running.unlink(missing_ok=True)
    if options.ready:
        try:
            options.ready.unlink(missing_ok=True)
        except OSError as error:
            raise UsageError(f"The ready file {options.ready} cannot be written: {error.strerror}.") from error


@contextmanager
def _signals() -> Iterator[None]:
    """Turn the first SIGTERM or Ctrl-C into Stopped; more of them change nothing while everything stops."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    before = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
