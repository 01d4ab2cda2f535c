"""
What agents do on a person's card, and on a ticket's line "same person?". Part of `interactions`.

Each decision is one conditional write before an event tells the tickets; who was slower is told so. Making two contacts
one for the bot as well is for the people whom the playbook names, with a reason that is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...masking import mask_secrets
from ...model import AgentAction, BrandId, EventId, TicketId
from . import actions, modals
from .actions import Value
from .card_view import card_view, found_blocks, unite_view
from .card_words import text
from .clicks import Click, Deciding, SlackServices, part_of
from .parse import text_block_of, text_of
from .wording import say

_Json = dict[str, Any]
_DECISIONS: Mapping[str, Deciding] = {actions.SAME_YES: "accept", actions.SAME_NO: "refuse", actions.UNLINK: "unlink"}


def _opens(click: Click) -> None:
    """Open the card of a ticket's customer, or of a contact that was found."""
    view = _view(click, whole=False)
    if view is None:
        click.say("gone")
    else:
        click.show(view)


def _turns(click: Click) -> None:
    """Show the rest of the card, or its five lines again, in the same dialog."""
    _change(click, whole=click.action == actions.CARD_MORE)


def _decides(click: Click) -> None:
    """Decide whether two are one person, or undo that; tell the tickets, and say so where it was decided otherwise."""
    value, language = click.value, click.services.language_of(click.brand)
    decision = _DECISIONS[click.action]
    done = click.services.people.decide(click.brand, value.contact, click.ticket_id, value.mark, decision, click.agent)
    _tell(click, done.tickets, done.by)
    notice = "" if done.outcome == "done" else text(language, done.outcome)
    if part_of(click.payload, "view"):
        _change(click, whole=True, notice=notice)
    elif notice:
        click.show(modals.text_view(language, notice))


def _tell(click: Click, tickets: Sequence[TicketId], by: str) -> None:
    """
    Queue the act for each ticket that is about one of the two: its thread says so, and it is drawn anew.

    `by`: who was first. A press that is repeated, or a colleague's that changes nothing, makes the same event.
    """
    event = click.event
    if not isinstance(event, AgentAction):
        return
    first = by if by.isalnum() and by.startswith(("U", "W")) else event.agent_id
    for ticket_id in tickets:
        own = EventId(f"{event.event_id}:{ticket_id}")
        told = replace(event, event_id=own, target_id=ticket_id, agent_id=first, text="")
        click.services.enqueue(click.brand, told)


def _asks_to_unite(click: Click) -> None:
    """Ask how it was verified that two are one; anybody whom the playbook does not name is told who may say so."""
    services = click.services
    language = services.language_of(click.brand)
    if click.agent not in services.starters(click.brand):
        click.change(modals.text_view(language, only_named(services.starters(click.brand), language)))
        return
    card = services.people.card(click.brand, click.value.contact, click.ticket_id)
    face = next((each for each in card.faces if each.mark == click.value.mark), None) if card else None
    if card is None or face is None:
        click.change(modals.text_view(language, text(language, "changed")))
    else:
        click.change(unite_view(card, face, services.people.title, click.value))


def only_named(people: Sequence[str], language: str) -> str:
    """Return the sentence that names the people whom the playbook lets decide."""
    named = ", ".join(f"<@{each}>" for each in people if each.startswith(("U", "W")))
    return say(language, "only_named", people=named) if named else say(language, "nobody_named")


def submitted(click: Click, dialog: _Json) -> _Json:
    """Make two contacts one as an agent attests, with the reason that they gave. Returns Slack's answer."""
    services, value = click.services, click.value
    language, reason = services.language_of(click.brand), mask_secrets(text_of(dialog).strip())
    if not reason:
        return {"response_action": "errors", "errors": {text_block_of(dialog): say(language, "empty")}}
    if click.agent not in services.starters(click.brand):
        return _updated(language, only_named(services.starters(click.brand), language))
    tickets = services.people.unite(click.brand, value.contact, value.mark, reason, click.agent)
    if tickets is None:
        return _updated(language, text(language, "not_united"))
    _tell(click, tickets, click.agent)
    return _updated(language, text(language, "united"))


def _updated(language: str, words: str) -> _Json:
    return {"response_action": "update", "view": modals.text_view(language, words)}


def searched(services: SlackServices, place: Value, words: str, agent: str, listed: str) -> _Json:
    """
    Return what a search shows to who typed it: open tickets with these words (`listed`), then the people who are found.

    `place`: brand and account.
    """
    people, brand = services.people, BrandId(place.brand)
    language = services.language_of(brand)
    found = people.find(brand, words, agent)
    head = text(language, "found", count=len(found.cards)) if found.cards else text(language, "found_none")
    below = [text(language, "found_more")] if found.more else []
    below.append(f"_{text(language, 'found_by')}_")
    blocks = [_words(listed), _words(f"*{head}*")]
    blocks += found_blocks(found.cards, people.playbook(brand), people.title, place)
    blocks.append(_words("\n".join(below)))
    return {"response_type": "ephemeral", "text": f"{listed}\n{head}", "blocks": blocks}


def _words(markup: str) -> _Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": markup[:2_990], "verbatim": True}}


def _view(click: Click, *, whole: bool, notice: str = "") -> Mapping[str, Any] | None:
    people = click.services.people
    card = people.card(click.brand, click.value.contact, click.ticket_id)
    if card is None:
        return None
    value = replace(click.value, account_id=str(click.account_id))
    return card_view(card, people.playbook(click.brand), people.title, value, whole=whole, notice=notice)


def _change(click: Click, *, whole: bool, notice: str = "") -> None:
    language, view = click.services.language_of(click.brand), _view(click, whole=whole, notice=notice)
    click.change(view if view is not None else modals.text_view(language, text(language, "gone")))


BUTTONS: Mapping[str, Callable[[Click], None]] = {
    actions.CARD: _opens,
    **dict.fromkeys((actions.CARD_MORE, actions.CARD_LESS), _turns),
    **dict.fromkeys(_DECISIONS, _decides),
    actions.UNITE: _asks_to_unite,
}
