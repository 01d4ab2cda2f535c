"""`guichet contact show|find|attribute|merge|split|shared|export|erase`: people."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Container
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import UsageError

from . import _arguments, _brand, _contact_card, _output

if TYPE_CHECKING:
    from chalicelib.admin.desk_copies import Desk
    from chalicelib.admin.erase import Receipt
    from chalicelib.store.people import Person
    from chalicelib.store.person_keys import Kind
    from chalicelib.store.table import Table
    from chalicelib.wiring import Wiring

NAME = "contact"
HELP = "show, find, describe, merge, split, export or erase a person"
_KINDS: tuple[Kind, ...] = ("phone", "mail", "order", "customer")


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
    _contact_card.configure(actions)
    merge = actions.add_parser("merge", help="link two contacts for agents, or make them one; can be undone")
    merge.add_argument("winner", metavar="ID", help="a contact id; with --proved the contact that stays")
    merge.add_argument("loser", metavar="OTHER", help="the contact that is the same person")
    merge.add_argument("--reason", required=True, metavar="TEXT", help="how it is known that they are one person")
    merge.add_argument(
        "--proved",
        action="store_true",
        help="you verified it: the bot answers both as one; without it only agents see both together",
    )
    split = actions.add_parser("split", help="undo a merge, or a link")
    split.add_argument("winner", metavar="ID", help="the contact that stayed, or one of two that are linked")
    split.add_argument("loser", metavar="OTHER", help="the contact that was merged into it, or is linked with it")
    shared = actions.add_parser(
        "shared", help="say that a telephone or an address is several people's: it joins nobody"
    )
    which = shared.add_mutually_exclusive_group(required=True)
    for kind in _KINDS:
        which.add_argument(f"--{kind}", metavar="VALUE")
    shared.add_argument("--undo", action="store_true", help="it is one person's again")
    for each in (merge, split, shared, *_configure_erasing(actions)):
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

    acts: dict[str, Callable[[Table, argparse.Namespace, Wiring], int]] = {
        "show": _show,
        "find": _contact_card.find,
        "attribute": _contact_card.attribute,
        "export": _export,
        "merge": _merge,
        "split": _split,
        "shared": _shared,
        "erase": _erase,
        "erase-again": _erase_again,
    }
    services = services_of(args.stage)
    with explained():
        return acts[args.action](services.table(brand_of(services, args.brand)), args, services)


def _asked(table: Table, args: argparse.Namespace) -> Person:
    from chalicelib.admin import people

    return people.by_identity(table, args.identity) if args.identity else people.by_id(table, args.id)


def _show(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    from chalicelib.admin.contacts import document

    asked = _asked(table, args)
    who = document(table, asked) | {"attributes": _contact_card.lines_of(table, asked, services)}
    lines = [f"{who['contact_id']} {who['name'] or ''}".rstrip(), f"  conversation {who['conversation_id']}"]
    lines += [f"  {each['identity']} ({each['why']})" for each in who["identities"]]
    lines += [f"  merged: {each['contact_id']} ({each['reason']}, {each['at']})" for each in who["merged"]]
    lines += [f"  {_link_words(each)}" for each in who["links"]]
    lines += [f"  {each['name']}: {each['value']} (until {each['until']})" for each in who["attributes"]]
    lines += [f"  is now {who['merged_into']}"] if who["merged_into"] else []
    _output.answer(args, who, "\n".join(lines))
    return 0


def _link_words(link: dict[str, Any]) -> str:
    kinds = ", ".join(dict.fromkeys(each["kind"] for each in link["evidence"]))
    return f"{link['state']}: {link['contact_id']} ({kinds}{', ' + link['at'] if link.get('at') else ''})"


def _export(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    from chalicelib.admin.contacts import export

    document = export(services, table, _asked(table, args), _brand.read_whole(table, "An export"))
    _output.answer(args, document, json.dumps(document, ensure_ascii=False, indent=2))
    return 0


def _merge(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    from chalicelib.admin import contacts, people

    from ..identity import author

    if not args.proved:
        return _link(table, args, services)
    done = contacts.merge(services, table, args.winner, args.loser, args.reason.strip(), author(services))
    document = {
        "brand": table.brand,
        "contact_id": done.winner,
        "merged": done.loser,
        "reason": args.reason.strip(),
        "proved": True,
        "conversation_id": done.conversation_id,
        "identities": [people.identity_words(address) for address in done.addresses],
    }
    _output.answer(
        args, document, f"{done.loser} is now {done.winner}; undo: guichet contact split {done.winner} {done.loser}"
    )
    return 0


def _link(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    from chalicelib.admin import links, people

    from ..identity import author

    links.link(table, args.winner, args.loser, args.reason.strip(), author(services))
    other = people.by_id(table, args.loser)
    document = {
        "brand": table.brand,
        "contact_id": args.winner,
        "merged": None,
        "linked": args.loser,
        "reason": args.reason.strip(),
        "proved": False,
        "conversation_id": other.conversation_id,
        "identities": [people.identity_words(address) for address in other.addresses],
    }
    words = f"Agents see {args.winner} and {args.loser} as one; the bot keeps them apart. "
    undo = f"One conversation: --proved; undo: guichet contact split {args.winner} {args.loser}"
    _output.answer(args, document, words + undo)
    return 0


def _split(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    from chalicelib.admin import contacts, links, people

    from ..identity import author

    if not contacts.is_merged(table, args.winner, args.loser) and links.is_linked(table, args.winner, args.loser):
        return _unlink(table, args, services)
    done = contacts.split(services, table, args.winner, args.loser, author(services))
    document = {
        "brand": table.brand,
        "contact_id": done.winner,
        "split": done.loser,
        "conversation_id": done.conversation_id,
        "identities": [people.identity_words(address) for address in done.addresses],
        "messages_left_behind": 0,
    }
    _output.answer(args, document, f"{done.loser} is their own again, with every message of theirs.")
    return 0


def _shared(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    from chalicelib.admin import shared_keys

    from ..identity import author

    kind = next(each for each in _KINDS if getattr(args, each) is not None)
    found = shared_keys.share(services, table, kind, getattr(args, kind), author(services), undo=args.undo)
    lines = ["It joins people again." if args.undo else "It joins nobody any more."]
    lines += [f"  {each['contact_id']} ({each['standing']})" for each in found["contacts"]]
    lines += ["  Whom it merged stays merged: guichet contact split"] if len(found["contacts"]) > 1 else []
    _output.answer(args, found, "\n".join(lines))
    return 0


def _unlink(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    from chalicelib.admin import links

    from ..identity import author

    links.unlink(table, args.winner, args.loser, author(services))
    document = {"brand": table.brand, "contact_id": args.winner, "split": None, "unlinked": args.loser}
    document |= {"identities": [], "messages_left_behind": 0}
    _output.answer(args, document, f"{args.winner} and {args.loser} are not linked any more.")
    return 0


def _erase(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    from chalicelib.admin import erasing, people, whole_table

    from ..identity import author

    before = erasing.standing(table, args.id)
    if not args.yes:
        if not before.known:
            people.by_id(table, args.id)
        raise UsageError(
            f"Nothing was erased: this cannot be undone, so say `guichet contact erase {args.id} --yes`. "
            f"{whole_table.price(table, args.pace)}"
        )
    document: dict[str, Any] = {"brand": table.brand, "erased": args.id}
    lines, left, desk = [], 0, before.desk
    if args.samples:
        document |= {"samples": _out_of_samples(args, before.contacts)}
        lines.append(f"  {sum(document['samples'].values())} lines of samples are gone.")
    if before.begun or desk is None or table.contact(args.id) is not None:
        done = erasing.erase(services, table, args.id, author(services), whole_table.Pace(args.pace))
        left, desk = len(done.left), done.desk
        document |= _receipt(done)
        lines = [*_receipt_words(args.id, done), *lines]
    desk = _desk_cleared(table, args, services, desk)
    document |= {"desk": _desk_document(desk)}
    _output.answer(args, document, "\n".join([*lines, *_desk_words(desk, args.id)]))
    if left:
        _output.say(f"{left} items still name {args.id}; run the command again.")
    return 1 if left or (desk and desk.refused) else 0


def _receipt(done: Receipt) -> dict[str, Any]:
    still = [f"{key.pk} {key.sk}" for key in done.left]
    return {"counts": dict(done.counts), "verified": {"items_read": done.scanned, "still_naming_them": still}}


def _receipt_words(contact_id: str, done: Receipt) -> list[str]:
    counts = ", ".join(f"{count} {name}" for name, count in done.counts.items() if count and name != "evidence")
    stays = done.counts.get("evidence", 0)
    return [
        f"{contact_id} is erased: {counts}.",
        *([f"{stays} hateful comments of theirs stay as evidence until their time is over."] if stays else []),
        f"  {done.scanned} items read again, {len(done.left)} still name them.",
    ]


def _erase_again(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    """Erase whoever was erased and is there as before. Cut off, it is run again."""
    from chalicelib.admin import erasing, whole_table

    from ..identity import author

    found, left, back = erasing.restored(services, table), 0, list[str]()
    pace = whole_table.Pace(args.pace)
    receipts = erasing.erase_restored(services, table, found, author(services), pace)
    for at, (who, done) in enumerate(zip(found.back, receipts, strict=True), 1):
        left += len(done.left) if done else 0
        back += [who.contact_id] if done else []
        _output.progress("erasing again", at, len(found.back))
    wrote = list(found.wrote)
    document = {
        "brand": table.brand,
        "known": found.known,
        "erased_again": back,
        "wrote_again": wrote,
        "left": left,
    }
    _output.answer(
        args,
        document,
        f"{len(back)} of {found.known} were back, and are erased; {left} items still name them. "
        f"{len(wrote)} wrote again since they were erased, and stay.",
    )
    return 1 if left else 0


def _out_of_samples(args: argparse.Namespace, contacts: Container[str]) -> dict[str, int]:
    """How many lines went from each file."""
    from ..replay.sample_files import taken_out

    return {str(path): taken_out(path, contacts) for path in args.samples}


def _desk_cleared(table: Table, args: argparse.Namespace, services: Wiring, desk: Desk | None) -> Desk | None:
    """Notify for the copies in Slack and wait a little; a deletion that is done and told is forgotten."""
    from chalicelib.admin import erasing

    until = time.monotonic() + args.wait
    erasing.notify(services, table, desk)
    while desk and desk.waiting and time.monotonic() < until:
        time.sleep(0.5)
        desk = erasing.look(table, args.id)
    erasing.close(table, args.id, desk)
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
