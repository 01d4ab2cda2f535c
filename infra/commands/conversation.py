"""`guichet conversation show`: one timeline over all channels."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from . import _arguments, _brand, _output

if TYPE_CHECKING:
    from chalicelib.store.people import Person
    from chalicelib.store.table import Table

NAME = "conversation"
HELP = "show one person's timeline over all channels"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare show."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("show", help="print a conversation: messages, state, and what is still on its way")
    which = show.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", metavar="ID", help="a conversation id")
    which.add_argument("--contact", metavar="ID", help="the conversation of this contact")
    which.add_argument(
        "--identity",
        metavar="CHANNEL:ACCOUNT:PERSON",
        type=_arguments.identity,
        help="the conversation of this address",
    )
    show.add_argument("--all", action="store_true", help="also what was done at the desk and by the system")
    _brand.brand_arguments(show)


def run(args: argparse.Namespace) -> int:
    """Print the conversation."""
    from chalicelib.admin import people, timelines

    from ..aws import explained
    from ..stage_services import brand_of, services_of

    services = services_of(args.stage)
    with explained():
        table = services.table(brand_of(services, args.brand))
        document = timelines.shown(table, people.current(table, _asked(table, args)), whole=args.all)
    _output.answer(args, document, _drawn(document))
    return 0


def _asked(table: Table, args: argparse.Namespace) -> Person:
    from chalicelib.admin import people

    if args.identity:
        return people.by_identity(table, args.identity)
    if args.contact:
        return people.by_id(table, args.contact)
    return people.by_conversation(table, args.id)


def _drawn(document: dict[str, Any]) -> str:
    head = document["head"] or {}
    ticket = f", ticket {head['ticket_id']}" if head.get("ticket_id") else ""
    state = f"{document['stands'] or '-'}, {head.get('mode', '-')}{ticket}"
    lines = [f"{document['conversation_id']} ({', '.join(document['identities'])}): {state}"]
    lines += [f"with those who are linked for agents: {', '.join(document['linked'])}"] if document["linked"] else []
    for each in document["messages"]:
        covered = f" · {each['covered']}" if each.get("covered") else ""
        whose = f" · {each['contact_id']}" if each.get("contact_id") else ""
        lines.append(f"{each['sent_at']}  {each['author']:<8} {each['channel']:<10} {each['state']}{covered}{whose}")
        lines += [f"    {line}" for line in each["text"].splitlines()]
    lines += [
        f"{'on its way':<26}{row['author']:<8} {row['channel']:<10} {row['state']}" for row in document["open_rows"]
    ]
    return "\n".join(lines)
