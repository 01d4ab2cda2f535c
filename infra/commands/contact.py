"""`guichet contact show|merge|split|export|erase`: people."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import UsageError

from .. import times
from . import _arguments, _brand, _output, _people

if TYPE_CHECKING:
    from chalicelib.store.desk_copies import Desk
    from chalicelib.store.erase import Receipt
    from chalicelib.store.people import Person
    from chalicelib.store.table import Table
    from chalicelib.wiring import Wiring

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
    for each in (merge, split, *_configure_erasing(actions)):
        _brand.brand_arguments(each)


def _configure_erasing(actions: Any) -> tuple[argparse.ArgumentParser, ...]:
    erase = actions.add_parser("erase", help="erase a person and everything said with them, for good")
    erase.add_argument("id", metavar="ID", help="a contact id")
    erase.add_argument("--yes", action="store_true", help="do it; without it only what would go is said")
    erase.add_argument(
        "--wait", type=int, default=20, metavar="SECONDS", help="for the desk to delete its copies (default: 20)"
    )
    erase.add_argument(
        "--samples",
        nargs="+",
        default=[],
        type=Path,
        metavar="FILE",
        help="take them out of these `guichet replay` samples too",
    )
    again = actions.add_parser(
        "erase-again", help="erase whom a restored table brought back (36 days; docs/restore.md)"
    )
    for each in (erase, again):
        each.add_argument(
            "--pace",
            type=_arguments.number(10, 100_000),
            default=1_000,
            metavar="UNITS",
            help="read units a second that the proof may take from the table (1000)",
        )
    return erase, again


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    from ..aws import explained
    from ..stage_services import brand_of, services_of

    acts: dict[str, Callable[[Table, argparse.Namespace], int]] = {
        "show": _show,
        "export": _export,
        "merge": lambda table, args: _merge(table, args, services),
        "split": lambda table, args: _split(table, args, services),
        "erase": lambda table, args: _erase(table, args, services),
        "erase-again": lambda table, args: _erase_again(table, args, services),
    }
    services = services_of(args.stage)
    with explained():
        return acts[args.action](services.table(brand_of(services, args.brand)), args)


def _asked(table: Table, args: argparse.Namespace) -> Person:
    return _people.by_identity(table, args.identity) if args.identity else _people.by_id(table, args.id)


def _person(table: Table, who: Person) -> dict[str, Any]:
    return {
        "brand": table.brand,
        "contact_id": who.contact_id,
        "conversation_id": who.conversation_id,
        "name": who.name or None,
        "since": times.iso(who.since),
        "merged_into": who.merged_into or None,
        "identities": [
            {"identity": _people.identity_words(address), "why": item.get("why", "")}
            for address, item in zip(who.addresses, who.memberships, strict=True)
        ],
        "merged": [
            {"contact_id": each["contact_id"], "reason": each["reason"], "at": times.iso(int(each["at"]))}
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
    document["judged"] = _judged(table, set(_everybody(table, who.contact_id)))
    _output.answer(args, document, json.dumps(document, ensure_ascii=False, indent=2))
    return 0


def _everybody(table: Table, contact_id: str) -> Iterator[str]:
    """Give this contact and all that were merged into it."""
    from chalicelib.store import people

    yield contact_id
    who = people.person(table, contact_id)
    for record in who.merged if who else ():
        yield from _everybody(table, record["contact_id"])


def _judged(table: Table, contacts: set[str]) -> list[dict[str, Any]]:
    """What judges said of answers to them, and what waits to be judged. Reads the whole table once."""
    from chalicelib.store import keys
    from chalicelib.store.people import every_item

    prefixes = (keys.LINE_PREFIX, keys.ASK_PREFIX, keys.AGAIN_PREFIX)
    found = [item for key, item in every_item(table) if key.sk.startswith(prefixes)]
    return [item for item in found if item.get("contact") in contacts]


def _merge(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    from chalicelib.store import audit
    from chalicelib.store.people import merge

    from ..identity import author

    who = author(services)
    noted = audit.beside(table.brand, who, "contact.merge", args.loser)
    done = merge(table, args.winner, args.loser, args.reason.strip(), who.at, noted)
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


def _split(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    from chalicelib.store import audit
    from chalicelib.store.people import split

    from ..identity import author

    noted = audit.beside(table.brand, author(services), "contact.split", args.loser)
    done = split(table, args.winner, args.loser, noted)
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


def _erase(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    from chalicelib.admin import whole_table
    from chalicelib.store import desk_copies, keys

    before = desk_copies.look(table, args.id)
    begun = table.get(keys.erasure(table.brand, args.id)) is not None
    if not args.yes:
        if not (begun or before):
            _people.by_id(table, args.id)
        raise UsageError(
            f"Nothing was erased: this cannot be undone, so say `guichet contact erase {args.id} --yes`. "
            f"{whole_table.price(table, args.pace)}"
        )
    document: dict[str, Any] = {"brand": table.brand, "erased": args.id}
    lines, left = [], 0
    if args.samples:
        document |= {"samples": _out_of_samples(table, args)}
        lines.append(f"  {sum(document['samples'].values())} lines of samples are gone.")
    if begun or before is None or table.contact(args.id) is not None:
        done = _erased(table, args.id, services, whole_table.Pace(args.pace))
        left, before = len(done.left), done.desk
        still = [f"{key.pk} {key.sk}" for key in done.left]
        document |= {"counts": dict(done.counts), "verified": {"items_read": done.scanned, "still_naming_them": still}}
        counts = ", ".join(f"{count} {name}" for name, count in done.counts.items() if count)
        lines = [
            f"{args.id} is erased: {counts}.",
            f"  {done.scanned} items read again, {left} still name them.",
            *lines,
        ]
    desk = _desk_cleared(table, args, services, before)
    document |= {"desk": _desk_document(desk)}
    _output.answer(args, document, "\n".join([*lines, *_desk_words(desk, args.id)]))
    if left:
        _output.say(f"{left} items still name {args.id}; run the command again.")
    return 1 if left or (desk and desk.refused) else 0


def _erased(table: Table, contact_id: str, services: Wiring, pace: Callable[[float], None]) -> Receipt:
    """Erase them; the audit log says so first, and forgets whom as soon as they are gone."""
    from chalicelib.store import audit
    from chalicelib.store.erase import erase

    from ..identity import author

    who = author(services)
    noted = audit.note(table, who, "contact.erase", contact_id)
    done = erase(table, contact_id, who.at, services.blobs, pace)
    if not done.left:
        audit.forget(table, noted, ", ".join(f"{count} {name}" for name, count in done.counts.items() if count))
    return done


def _erase_again(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    """
    Erase whoever was erased and is there as before: a restored table knows nothing of it. Cut off, it is run again.

    Who wrote again after the erasure has the same id, and is left alone.
    """
    from chalicelib.admin import whole_table
    from chalicelib.store.people import person

    known = services.blobs.erased(table.brand)
    found = [who for each in known if (who := person(table, each)) is not None]
    there = [who for who in found if who.since <= known[who.contact_id]]
    pace, left, back = whole_table.Pace(args.pace), 0, list[str]()
    for at, who in enumerate(sorted(there, key=lambda each: bool(each.merged_into)), 1):
        if table.contact(who.contact_id) is not None:  # whoever was merged goes with whom they were merged into
            left += len(_erased(table, who.contact_id, services, pace).left)
            back.append(who.contact_id)
        _output.progress("erasing again", at, len(there))
    wrote = sorted(who.contact_id for who in found if who not in there)
    document = {"brand": table.brand, "known": len(known), "erased_again": back, "wrote_again": wrote, "left": left}
    _output.answer(
        args,
        document,
        f"{len(back)} of {len(known)} were back, and are erased; {left} items still name them. "
        f"{len(wrote)} wrote again since they were erased, and stay.",
    )
    return 1 if left else 0


def _out_of_samples(table: Table, args: argparse.Namespace) -> dict[str, int]:
    """How many lines went from each file: before the table forgets who was merged into them."""
    from chalicelib.store import keys

    from ..replay.samples import taken_out

    begun = table.get(keys.erasure(table.brand, args.id))
    ids = set(begun["contacts"]) if begun else set(_everybody(table, args.id))
    return {str(path): taken_out(path, ids) for path in args.samples}


def _desk_cleared(table: Table, args: argparse.Namespace, services: Wiring, desk: Desk | None) -> Desk | None:
    """Notify for the copies in Slack and wait a little; a deletion that is done and told is forgotten."""
    from chalicelib.store import desk_copies

    until = time.monotonic() + args.wait
    if desk and desk.recipients:
        services.queues.notify(table.brand, *desk.recipients)
    while desk and desk.waiting and time.monotonic() < until:
        time.sleep(0.5)
        desk = desk_copies.look(table, args.id)
    if desk and not desk.waiting:
        desk_copies.forget(table, args.id)
    return desk


def _desk_document(desk: Desk | None) -> dict[str, Any]:
    def told(each: tuple[str, str, str]) -> dict[str, str]:
        return dict(zip(("account", "message", "why"), each, strict=True))

    return {
        "waiting": desk.waiting if desk else 0,
        "refused": [told(each) for each in desk.refused] if desk else [],
        "delete_by_hand": [told(each) for each in desk.by_hand] if desk else [],
    }


def _desk_words(desk: Desk | None, contact_id: str) -> list[str]:
    if desk is None:
        return ["  Nothing of them stands at the desk."]
    lines = ["  All copies at the desk are deleted."]
    if desk.waiting:
        lines = [f"  {desk.waiting} copies at the desk are still to be deleted; they will be, as soon as it answers."]
        lines.append(f"  Look again: guichet contact erase {contact_id} --yes")
    by_hand = [*desk.refused, *desk.by_hand]
    return lines + [f"  delete by hand at the desk: {account} message {ts} ({why})" for account, ts, why in by_hand]
