"""
The paths that `bench/units.py` measures: what a customer says before and now, on each channel, and what an agent does.

Where people comment under posts nothing is answered automatically: "automatic reply" is there a comment that waits for
its hour's digest, a ticket is one about the writer's own order. By mail an answer to an automatic answer is for a
person and the next comes an hour later, so the customer has only said thanks before, and nothing is asked back.
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.rig.meter import Ledger
from bench.rig.small_stack import DEMO_BRAND, SmallStack
from chalicelib.channels import REGISTRY
from chalicelib.ports import Traits
from chalicelib.visitor_port import HostsVisitors
from chalicelib.workspaces.slack import actions
from infra.demo import agent

DELIVERY, HOURS, ORDER, NUMBER = "How much is delivery?", "What are your opening hours?", "Where is my order?", "10482"
COMPLAINT, THANKS = "This is outrageous, nobody answers me and my coat is ruined!", "thank you"
ANSWER = "Good morning, I am sorry about your coat. I have sent you a new one today, it arrives on Thursday. Léa"
INTENTS = {
    DELIVERY: "delivery_cost",
    HOURS: "opening_hours",
    ORDER: "order_status",
    f"{ORDER}\n{NUMBER}": "order_status",
}
OWN_ORDER = "My order 10482 never arrived and nobody answers me, this is outrageous!"


@dataclass(frozen=True, slots=True)
class Route:
    """One way through the system: said before (not counted), said now, and whether an agent answers."""

    name: str
    channel: str
    before: tuple[str, ...]
    now: tuple[str, ...]
    agent: bool = False
    decided: bool = True  # answered or given to a person: what is only ignored is not watched


CHANNELS = tuple(REGISTRY)


def _traits(channel: str) -> Traits:
    return REGISTRY[channel].traits


def _comments(channel: str) -> bool:
    """Whether customers write in public alone: in private a page may only answer their comments."""
    public, private = _traits(channel).public, _traits(channel).private
    return bool(public and public.comments and private and not private.typing)


def mails(channel: str) -> bool:
    """Whether customers write mails there."""
    private = _traits(channel).private
    return bool(private and private.people_answer_replies)


def _before(channel: str) -> tuple[str, ...]:
    return () if _comments(channel) else (THANKS,) if mails(channel) else (DELIVERY,)


TALKING = tuple(each for each in CHANNELS if not _comments(each) and not mails(each))
PATHS = (
    *(Route("automatic reply", each, _before(each), (HOURS,), decided=not _comments(each)) for each in CHANNELS),
    *(Route("automatic reply, new customer", each, (), (HOURS,)) for each in CHANNELS if not _comments(each)),
    *(Route("question back, look-up, reply", each, (DELIVERY,), (ORDER, NUMBER)) for each in TALKING),
    *(
        Route("ticket, agent's reply", each, _before(each), (OWN_ORDER if _comments(each) else COMPLAINT,), agent=True)
        for each in CHANNELS
    ),
    *(Route("ignored (thanks)", each, _before(each), (THANKS,), decided=False) for each in CHANNELS),
)


def say(stack: SmallStack, channel: str, person: str, text: str) -> None:
    """A customer writes; the stack works until it is at rest. Where they look themselves, they look too early once."""
    stack.ask("write", {"brand": DEMO_BRAND, "channel": channel, "person": person, "text": text})
    look(stack, channel, person)
    stack.settle()
    look(stack, channel, person)


def look(stack: SmallStack, channel: str, person: str) -> None:
    """A customer looks for an answer, where the platform is our own and tells nobody."""
    if issubclass(REGISTRY[channel], HostsVisitors):
        stack.ask("look", {"brand": DEMO_BRAND, "channel": channel, "person": person})


def answer_as_agent(stack: SmallStack) -> None:
    """An agent opens the newest ticket's dialog, writes and sends. Leaves where no ticket is at the desk."""
    workspace = stack.state()["slack"]
    channel = next(each for each, brand in workspace["channels"].items() if brand == DEMO_BRAND)
    found = agent.tickets(workspace["messages"], channel)
    if not found:
        raise SystemExit("bench: this path opened no ticket; see what the channel makes of its words.")
    stack.ask("slack/action", agent.press(found[-1], actions.EDIT_REPLY) or {})
    stack.settle()
    stack.ask("slack/submit", agent.typed(stack.state()["slack"]["views"][-1]["id"], ANSWER))
    stack.settle()


def walk(stack: SmallStack, path: Route) -> Ledger:
    """Go down one path with a new customer; returns what it used."""
    person = stack.ask("person", {"name": "Emma Clarke", "language": "en"})["key"]
    for text in path.before:
        say(stack, path.channel, person, text)
    stack.ledger.clear()
    for text in path.now:
        say(stack, path.channel, person, text)
    if path.agent:
        answer_as_agent(stack)
        look(stack, path.channel, person)
    return stack.ledger
