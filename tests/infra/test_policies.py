"""
Each function may do what its code calls, and nothing else.

The calls are those that it makes in the simulation of dying, on every path of it. Every local run enforces the policies
as well (infra/local/ministack.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.stages.deliver import deliver
from chalicelib.store import bundles
from chalicelib.store.bundles import Pushed
from chalicelib.wiring import Wiring
from chalicelib.workspaces import WORKSPACE
from infra import names, template
from tests.simulation.exploring import play, play_in
from tests.simulation.judges import judged
from tests.simulation.paths import HOURS, ODD, PATHS, PERSON, says
from tests.simulation.platforms import JPEG, answer
from tests.simulation.rights import FUNCTIONS, Right
from tests.simulation.rush import rushed
from tests.simulation.world import Step, World

ROOT = Path(__file__).resolve().parents[2]

# What Lambda itself needs to read a queue and to write its log.
TRIGGER = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"}
# Asked for by a channel over HTTP, which the simulation does not see as a call to AWS.
BY_HTTP = {"ses:SendEmail", "ses:SendRawEmail", "ses:GetEmailIdentity"}
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}


class Losing:
    """Loses every doorbell but the sweep's: then the sweep has all the work."""

    def __init__(self, world: World) -> None:
        self._injector = world.injector

    def __call__(self, queue: str) -> bool:
        worker = self._injector.current
        return queue in ("outbox.fifo", "desk.fifo", "timers") and worker is not None and worker.name != "sweep"


def with_its_own_classifier() -> World:
    """A brand whose bundle the bucket lacks: process looks for it, says so, and goes on with the shipped one."""
    world = World()
    world.scorer = None  # type: ignore[assignment]
    card = "a" * 64
    bundles.push(world.table, Pushed(number=0, model="own@1", card=card, files={card: 9}, at=world.clock()))
    bundles.use(world.table, 1, world.clock())
    return world.run(says("whatsapp", HOURS))


def worlds() -> Iterator[World]:
    """Every path of the simulation: calm; with all doorbells lost; and with a worker that dies after it spoke."""
    for name in PATHS:
        world, _ = play(name)
        yield world
        spoke = [number for number, call in enumerate(world.injector.trace) if " POST " in call]
        yield play(name, {spoke[-1]: "die"})[0] if spoke else world
        answered = [number for number in spoke if ": slack " not in world.injector.trace[number]]
        yield play(name, {answered[-1]: "die"})[0] if answered else world
    yield with_its_own_classifier()
    for name in ("reply, proof by status", "agent's reply"):
        world = World()
        world.sqs.loses = Losing(world)
        play_in(world, name)
        yield world
    world = World()  # an agent's answer that no timer brings: deliver has it from the sweep
    world.sqs.loses = lambda queue: queue == "timers"
    play_in(world, "a comment of somebody who complains, answered under it")
    yield world
    world = World()
    world.sqs.loses = Losing(world)
    world.run(says("whatsapp", HOURS), says("messenger", "Bonjour kkgg"))
    yield world
    world = World()
    rushed(world, 4, 10)
    yield world
    world = World()
    world.slack.file_troubles.append(answer(200, {"ok": False, "error": "not_allowed"}))
    world.run(Step(lambda world: world.whatsapp.sends_file(PERSON, "image", JPEG, ODD)))
    yield world
    yield judged()
    world = World()
    world.email.account_id = "unknown@courrier.brand.example"
    yield world.run(Step(lambda world: world.email.writes(PERSON, ODD)))
    world = World()
    for function, whose in (("deliver", "0" * 32), ("timers", "0" * 32), ("desk", "desk-" + "0" * 27)):
        world._start(function, short_of_time(world, whose), lambda worker: None)
    yield world


def short_of_time(world: World, recipient: str) -> Callable[[Wiring], None]:
    """Deliver, called when its invocation is nearly over."""
    return lambda wiring: deliver(world.brand, recipient, wiring.for_handlers, lambda: 0)


@pytest.fixture(scope="module")
def used() -> dict[str, set[Right]]:
    """The rights that each function's calls needed."""
    found: dict[str, set[Right]] = {function: set() for function in (*names.FUNCTIONS, "mail")}
    for world in worlds():
        for worker, right in world.rights:
            if worker in FUNCTIONS:
                found[FUNCTIONS[worker]].add(right)
    return found


def statements(function: str) -> list[dict[str, Any]]:
    document = json.loads((ROOT / ".chalice" / f"policy-{function}.json").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = document["Statement"]
    return found


def allowed(function: str) -> set[tuple[str, str]]:
    """(action, resource) pairs, resources as they are written."""
    pairs = set()
    for each in statements(function):
        resources = each["Resource"] if isinstance(each["Resource"], list) else [each["Resource"]]
        pairs |= {(action, resource["Fn::Sub"]) for action in each["Action"] for resource in resources}
    return pairs


def granted(function: str) -> set[Right]:
    """What a policy allows beyond Lambda's own needs, in the simulation's words."""
    return {
        (action, _about(resource)) for action, resource in allowed(function) if action not in TRIGGER | LOGS | BY_HTTP
    }


def together(rights: set[Right]) -> set[Right]:
    """
    Parameters of every channel, of all that list and any beside, or of all whose tokens are renewed, as one.

    Whoever may read or write all of them may do so with the next one's.
    """
    found = set(rights)
    for kind in ("app", "token"):
        asked = [name for name, each in REGISTRY.items() if kind == "token" or each.authenticator.kind != "internal"]
        every = {("ssm:GetParameter", f"{kind}/{channel}/*") for channel in asked}
        listing = {("ssm:GetParameter", f"{kind}/{name}/*") for name, each in REGISTRY.items() if each.traits.lists}
        if every <= found or listing <= found & every:
            found -= every | {("ssm:GetParameter", f"{kind}/{channel}/*") for channel in REGISTRY}
            found -= {("ssm:GetParameter", f"{kind}/{WORKSPACE.name}/*")}
            found |= {("ssm:GetParameter", f"{kind}/*")}
    renewed = {("ssm:PutParameter", f"token/{name}/*") for name, each in REGISTRY.items() if each.traits.token_ms}
    return found - renewed | {("ssm:PutParameter", "token/*")} if renewed <= found else found


def _about(resource: str) -> str:
    """arn:…:guichet-${Stage}-inbox.fifo -> inbox.fifo; …:table/guichet-${Stage}/index/due -> table/index/due; …"""
    if resource.endswith("-${AWS::Region}"):  # the bucket's list: a condition names the one prefix
        return "mail/*"
    for start, said in (
        (":table/guichet-${Stage}", "table"),
        (":parameter/guichet/${Stage}/", ""),
        ("-${AWS::Region}/", ""),
        (":guichet-${Stage}-", ""),
    ):
        _, found, rest = resource.partition(start)
        if found:
            return said + rest
    raise AssertionError(resource)


@pytest.mark.parametrize("function", [*names.FUNCTIONS, "mail"])
def test_a_function_may_do_exactly_what_its_paths_call(function: str, used: dict[str, set[Right]]) -> None:
    assert granted(function) == together({right for right in used[function] if right[0] not in TRIGGER})


def test_a_function_hides_and_deletes_the_messages_of_its_own_queue_alone(used: dict[str, set[Right]]) -> None:
    touched = {
        (function, action, about)
        for function in names.FUNCTIONS
        for action, about in used[function]
        if action in TRIGGER
    }
    allowed_there = {
        (function, action, _about(resource))
        for function in names.FUNCTIONS
        for action, resource in allowed(function)
        if action in TRIGGER
    }

    assert touched
    assert touched <= allowed_there


def test_no_policy_has_a_wildcard_action_or_someone_elses_resource() -> None:
    for function in names.FUNCTIONS:
        for action, resource in allowed(function):
            assert "*" not in action
            if action in LOGS:
                assert resource.endswith(f":log-group:/aws/lambda/guichet-${{Stage}}-{function}:*")
                continue
            if action in BY_HTTP:
                assert resource.endswith((":identity/*", ":configuration-set/guichet-${Stage}"))
                continue
            assert "guichet-${Stage}" in resource or "guichet/${Stage}" in resource, (function, resource)
            stars = resource.count("*")
            assert stars == 0 or (stars == 1 and resource.endswith("/*")), (function, resource)


@pytest.mark.parametrize("identifier", sorted(template.SOURCES))
def test_a_function_reads_its_own_queue_and_no_other(identifier: str) -> None:
    function, source = template.FUNCTION_IDS[identifier], template.SOURCES[identifier]
    read = {resource.rpartition(":")[2] for action, resource in allowed(function) if action == "sqs:ReceiveMessage"}

    assert read == {f"guichet-${{Stage}}-{source.queue}"}
    assert {action for action, resource in allowed(function) if resource.endswith(f"-{source.queue}")} >= TRIGGER


def test_functions_without_a_queue_read_none() -> None:
    for function in ("api", "sweep"):
        assert "sqs:ReceiveMessage" not in {action for action, _ in allowed(function)}


def test_only_those_who_speak_to_the_outside_read_secrets() -> None:
    readers = {each for each in names.FUNCTIONS if "ssm:GetParameter" in {action for action, _ in allowed(each)}}

    assert readers == {"api", "deliver", "desk", "timers", "sweep", "process"}
    of_process = {resource.partition("/${Stage}/")[2] for action, resource in allowed("process") if "ssm" in action}
    assert of_process == {"app/people/*"}  # the secret of the digests that people are known by; no channel's


def test_what_the_internet_calls_reads_no_token_of_a_customers_channel() -> None:
    read = {resource.partition("/${Stage}/")[2] for action, resource in allowed("api") if action == "ssm:GetParameter"}

    # Of a web chat, which has no token, the origins of its pages lie there.
    assert read == {"app/*", "token/slack/*", "token/webchat/*"}


def test_the_desk_reads_its_own_token_and_no_customers() -> None:
    read = {resource.partition("/${Stage}/")[2] for action, resource in allowed("desk") if action == "ssm:GetParameter"}

    assert read == {"app/slack/*", "token/slack/*"}


def test_only_the_api_parks_and_only_consumers_open_what_was_parked() -> None:
    writers = {
        (function, resource.rpartition("/")[0].rpartition("/")[2])
        for function in names.FUNCTIONS
        for action, resource in allowed(function)
        if action == "s3:PutObject"
    }

    assert ("api", "unparsed") in writers
    assert {prefix for _, prefix in writers} <= {"unparsed", "claim", "media", "evidence", "chat"}
    assert {function for function, prefix in writers if prefix == "media"} == {"deliver", "timers"}


def test_no_function_reads_evidence_and_process_alone_writes_it() -> None:
    of_evidence = {
        (function, action)
        for function in (*names.FUNCTIONS, "mail")
        for action, resource in allowed(function)
        if resource.endswith(("/evidence/*", "-${AWS::Region}/*"))
    }

    assert of_evidence == {("process", "s3:PutObject")}


def test_the_stage_is_written_into_every_policy(app_stack: dict[str, Any]) -> None:
    roles = [each for each in app_stack["Resources"].values() if each["Type"] == "AWS::IAM::Role"]

    assert len(roles) == len(names.FUNCTIONS)
    assert "${Stage}" not in json.dumps(roles)
