"""The parts of `guichet contact` about a contact's card: find, and what the brand lets be known of them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from chalicelib.errors import UsageError

from .. import times
from . import _brand, _output

if TYPE_CHECKING:
    from chalicelib.store.people import Person
    from chalicelib.store.table import Table
    from chalicelib.wiring import Wiring


def configure(actions: Any) -> None:
    """Declare `find` and `attribute`."""
    found = actions.add_parser(
        "find", help="find contacts and their open tickets; the audit log says that you searched"
    )
    found.add_argument(
        "words",
        nargs="+",
        metavar="WORDS",
        help="whole words of a name, or an order number, a telephone number, an e-mail address",
    )
    attribute = actions.add_parser(
        "attribute", help="what the brand lets be known of a contact, as the playbook declares it"
    )
    below = attribute.add_subparsers(dest="attribute", metavar="ACTION", required=True)
    for name, words in (("set", "set attributes"), ("unset", "forget attributes")):
        one = below.add_parser(name, help=f"{words} of a contact")
        one.add_argument("id", metavar="ID", help="a contact id")
        what = "NAME=VALUE" if name == "set" else "NAME"
        one.add_argument("attributes", nargs="+", metavar=what, help="as the playbook declares it")
        _brand.brand_arguments(one)
    secret = below.add_parser("secret", help="make and print a new secret for PUT /v1/contacts/attributes")
    for each in (found, secret):
        _brand.brand_arguments(each)


def find(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    """Print who is found; exit status 1 where nobody is."""
    from chalicelib.admin.find import find as find_contacts

    from ..identity import author

    found = find_contacts(services, table, " ".join(args.words), author(services))
    lines = [_found_line(each) for each in found["contacts"]]
    lines += ["There are more: give another word."] if found["more"] else []
    _output.answer(args, found, "\n".join(lines) or f"Nobody is found in {table.brand}.")
    return 0 if found["contacts"] else 1


def _found_line(each: dict[str, Any]) -> str:
    open_ones = ", ".join(f"{one['ticket_id']} ({one['state']})" for one in each["tickets"]) or "none"
    return f"{each['contact_id']} {each['name'] or ''} ({', '.join(each['channels'])}); open tickets: {open_ones}"


def attribute(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    """Set or forget attributes, or make the secret of who pushes them."""
    from chalicelib.admin import attributes

    from ..identity import author

    if args.attribute == "secret":
        return _secret(table, args, services)
    values = dict(_pair(each) if args.attribute == "set" else (each, None) for each in args.attributes)
    changed = attributes.put(services, table, args.id, values, author(services))
    document = {"brand": table.brand, "contact_id": args.id, "attributes": sorted(values), "changed": changed}
    _output.answer(args, document, f"{args.id}: {changed} of {len(values)} changed.")
    return 0


def _secret(table: Table, args: argparse.Namespace, services: Wiring) -> int:
    from chalicelib.admin import attributes

    from ..identity import author

    made = attributes.new_secret(services, table.brand, author(services))
    told = f"{made}\nShown once. Requests signed with one of the three before it are still taken."
    _output.answer(args, {"brand": table.brand, "secret": made}, told)
    return 0


def _pair(written: str) -> tuple[str, str | None]:
    name, sign, value = written.partition("=")
    if not sign:
        raise UsageError(f"Give NAME=VALUE; there is no = behind {name[:40]!r}.")
    return name, value


def lines_of(table: Table, who: Person, services: Wiring) -> list[dict[str, Any]]:
    """Give what the brand lets be known of a contact, as JSON values."""
    from chalicelib.admin import attributes

    return attributes.shown(services, table, who, times.now())
