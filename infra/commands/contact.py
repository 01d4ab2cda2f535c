"""`guichet contact show|merge|split|export|erase`: people."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib.errors import UsageError

from . import _arguments, _brand, _output, _people

if TYPE_CHECKING:
    from chalicelib.store.people import Person
    from chalicelib.store.table import Table

NAME = "contact"
HELP = "show, merge, split, export or erase a person"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, words in (("show", "print who this is"), ("export", "print all that is kept of them, as JSON")):
        one = actions.add_parser(name, help=words)
        which = one.add_mutually_exclusive_group(required=True)
        which.add_argument("id", nargs="?", metavar="ID", help="a contact id")
        which.add_argument(
            "--identity", metavar="CHANNEL:ACCOUNT:PERSON", type=_arguments.identity, help="the person at this address"
        )
        _brand.brand_arguments(one)
    merge = actions.add_parser("merge", help="make two contacts one; can be undone")
    merge.add_argument("winner", metavar="ID", help="the contact that stays")
    merge.add_argument("loser", metavar="OTHER", help="the contact whose addresses go to it")
    merge.add_argument("--reason", required=True, metavar="TEXT", help="how it is known that they are one person")
    split = actions.add_parser("split", help="undo a merge")
    split.add_argument("winner", metavar="ID", help="the contact that stayed")
    split.add_argument("loser", metavar="OTHER", help="the contact that was merged into it")
    erase = actions.add_parser("erase", help="erase a person and everything said with them, for good")
    erase.add_argument("id", metavar="ID", help="a contact id")
    erase.add_argument("--yes", action="store_true", help="do it; without it only what would go is said")
    for each in (merge, split, erase):
        _brand.brand_arguments(each)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    from ..aws import explained
    from ..stage_doors import brand_of, doors_of

    acts: dict[str, Callable[[Table, argparse.Namespace], int]] = {
        "show": _show,
        "export": _export,
        "merge": _merge,
        "split": _split,
        "erase": _erase,
    }
    doors = doors_of(args.stage)
    with explained():
        return acts[args.action](doors.table(brand_of(doors, args.brand)), args)


def _asked(table: Table, args: argparse.Namespace) -> Person:
    return _people.by_identity(table, args.identity) if args.identity else _people.by_id(table, args.id)


def _person(table: Table, who: Person) -> dict[str, Any]:
    return {
        "brand": table.brand,
        "contact_id": who.contact_id,
        "conversation_id": who.conversation_id,
        "name": who.name or None,
        "since": _brand.iso(who.since),
        "merged_into": who.merged_into or None,
        "identities": [
            {"identity": _people.identity_words(address), "why": item.get("why", "")}
            for address, item in zip(who.addresses, who.memberships, strict=True)
        ],
        "merged": [
            {"contact_id": each["contact_id"], "reason": each["reason"], "at": _brand.iso(int(each["at"]))}
            for each in who.merged
        ],
    }


def _show(table: Table, args: argparse.Namespace) -> int:
    who = _person(table, _asked(table, args))
    lines = [f"{who['contact_id']} {who['name'] or ''}".rstrip(), f"  conversation {who['conversation_id']}"]
    lines += [f"  {each['identity']} ({each['why']})" for each in who["identities"]]
    lines += [f"  merged: {each['contact_id']} ({each['reason']}, {each['at']})" for each in who["merged"]]
    lines += [f"  is now {who['merged_into']}"] if who["merged_into"] else []
    _output.answer(args, who, "\n".join(lines))
    return 0


def _export(table: Table, args: argparse.Namespace) -> int:
    from . import conversation

    who = _people.current(table, _asked(table, args))
    document = conversation.shown(table, who, whole=True) | {"contact": _person(table, who)}
    found = {each["ticket_id"] for each in document["messages"] if each.get("ticket_id")}
    found |= {(document["head"] or {}).get("ticket_id") or ""}
    tickets = [ticket for each in sorted(found - {""}) if (ticket := table.ticket(each)) is not None]
    document["tickets"] = [_brand.document_of(ticket) for ticket in tickets]
    _output.answer(args, document, json.dumps(document, ensure_ascii=False, indent=2))
    return 0


def _merge(table: Table, args: argparse.Namespace) -> int:
    from chalicelib.store.people import merge

    done = merge(table, args.winner, args.loser, args.reason.strip(), _brand.now())
    document = {
        "brand": table.brand,
        "contact_id": done.winner,
        "merged": done.loser,
        "reason": args.reason.strip(),
        "conversation_id": done.conversation_id,
        "identities": [_people.identity_words(address) for address in done.addresses],
    }
    _output.answer(
        args, document, f"{done.loser} is now {done.winner}; undo: guichet contact split {done.winner} {done.loser}"
    )
    return 0


def _split(table: Table, args: argparse.Namespace) -> int:
    from chalicelib.store.people import split

    done = split(table, args.winner, args.loser)
    document = {
        "brand": table.brand,
        "contact_id": done.winner,
        "split": done.loser,
        "conversation_id": done.conversation_id,
        "identities": [_people.identity_words(address) for address in done.addresses],
        "messages_left_behind": done.left_behind,
    }
    note = f" {done.left_behind} messages of theirs, written while merged, stay with {done.winner}."
    _output.answer(args, document, f"{done.loser} is their own again.{note if done.left_behind else ''}")
    return 0


def _erase(table: Table, args: argparse.Namespace) -> int:
    from chalicelib.store import keys
    from chalicelib.store.erase import erase

    if not args.yes:
        if table.get(keys.erasure(table.brand, args.id)) is None:
            _people.by_id(table, args.id)
        raise UsageError(f"Nothing was erased: this cannot be undone, so say `guichet contact erase {args.id} --yes`.")
    done = erase(table, args.id, _brand.now())
    document = {
        "brand": table.brand,
        "erased": args.id,
        "counts": dict(done.counts),
        "desk_copies": [{"account": account, "message": ts} for account, ts in done.desk_copies],
        "verified": {"items_read": done.scanned, "still_naming_them": [f"{key.pk} {key.sk}" for key in done.left]},
    }
    counts = ", ".join(f"{count} {name}" for name, count in done.counts.items())
    lines = [f"{args.id} is erased: {counts}.", f"  {done.scanned} items read again, {len(done.left)} still name them."]
    lines += [f"  delete by hand at the desk: {account} message {ts}" for account, ts in done.desk_copies]
    _output.answer(args, document, "\n".join(lines))
    if done.left:
        _output.say(f"{len(done.left)} items still name {args.id}; run the command again.")
    return 1 if done.left else 0
