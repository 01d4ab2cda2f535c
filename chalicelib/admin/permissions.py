"""
What somebody may be allowed to do, as a closed list of names, and which of them each use case needs.

A command line asks AWS (`infra/policies`) and the playbook's named people. Whoever offers use cases in another way,
over HTTP for one, asks `needed` before it calls one: no use case looks at who calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from ..store.audit import What

Permission = (
    What
    | Literal[
        "account.read",
        "audit.read",
        "autonomy.read",
        "classifier.read",
        "contact.read",
        "conversation.read",
        "conversation.learn",
        "exception.read",
        "figures.read",
        "playbook.read",
        "queue.read",
        "ticket.index",
        "unparsed.read",
    ]
)
Use = TypeVar("Use", bound=Callable[..., Any])

ALLOWS: Mapping[Permission, str] = MappingProxyType(
    {
        "account.connect": "connect an account of the brand, or give it new secrets",
        "account.disconnect": "let an account go and delete its secrets",
        "account.read": "list accounts, and look for what is wrong with one",
        "answer.change": "publish an answer's words",
        "audit.read": "read who changed what",
        "autonomy.change": "say how far the bot may go by itself",
        "autonomy.read": "see how far the bot may go, and what is proved",
        "bot.start": "let a stopped bot speak again",
        "bot.stop": "silence the bot at once",
        "classifier.change": "let another classifier decide, or go back to the one before",
        "classifier.push": "put a brand's own classifier on the stage",
        "classifier.read": "list a brand's classifiers",
        "contact.attribute": "set what the brand lets be known of a contact, and make the secret of who pushes it",
        "contact.erase": "erase a person for good",
        "contact.find": "find contacts by name, order number, telephone or e-mail",
        "contact.link": "link two contacts for agents, refuse a link or take it back",
        "contact.merge": "make two contacts one",
        "contact.read": "see and export who a person is and what is kept of them",
        "contact.split": "undo a merge",
        "conversation.learn": "draw training data, masked, from conversations",
        "conversation.read": "read conversations, and why a message went or did not go",
        "evidence.read": "read a hateful comment that is kept for a complaint, with its writer",
        "exception.change": "add or end an exception",
        "exception.read": "list exceptions",
        "figures.read": "see the team's figures, never by agent",
        "judging.change": "put answers to the judges, and keep their verdicts",
        "playbook.change": "make a file the brand's current playbook",
        "playbook.read": "read a playbook, its versions and its gaps",
        "queue.read": "count dead letters",
        "queue.redrive": "move dead letters back to their queue",
        "ticket.index": "put open tickets into the index that lists read",
        "ticket.take_over": "take a ticket that somebody else has",
        "unparsed.drop": "delete bodies that nobody could take in",
        "unparsed.read": "list and read bodies that nobody could take in: customers' words",
        "unparsed.replay": "take such bodies in again",
    }
)
_NEEDED: dict[Callable[..., Any], Permission] = {}


def needs(permission: Permission) -> Callable[[Use], Use]:
    """Mark a function as a use case that needs this permission."""

    def marked(use_case: Use) -> Use:
        _NEEDED[use_case] = permission
        return use_case

    return marked


def needed(use_case: Callable[..., Any]) -> Permission:
    """Return what a use case needs. Raises KeyError for a function that is none."""
    return _NEEDED[use_case]
