"""`guichet evidence list|show`: hateful comments, kept six months for a complaint."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from .. import times
from . import _brand, _output

NAME = "evidence"
HELP = "hateful comments that are kept six months for a complaint: list them, or read one, which is noted"
WORDS = {
    "list": "print what is kept, the oldest first: since when, and its number, no words",
    "show": "print one comment with its writer and its post; the audit log says who read it",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, words in WORDS.items():
        one = actions.add_parser(name, help=words)
        if name == "show":
            one.add_argument("number", metavar="NUMBER", help="as `list` shows it")
        _brand.brand_arguments(one)


def run(args: argparse.Namespace) -> int:
    """Print what is asked for."""
    from chalicelib.admin import evidence

    from ..aws import explained
    from ..identity import author
    from ..stage_services import brand_of, services_of

    services = services_of(args.stage)
    with explained():
        brand = brand_of(services, args.brand)
        if args.action == "show":
            found = evidence.comment_read(services, brand, args.number, author(services))
            document = asdict(found) | {"sent_at": times.iso(found.sent_at)}
            _output.answer(args, document, "\n".join(f"{name}: {value}" for name, value in document.items() if value))
            return 0
        kept = evidence.listed(services, brand)
    rows = [{"number": each.number, "kept_at": times.iso(each.kept_at)} for each in kept]
    lines = "\n".join(f"{row['number']}  {row['kept_at']}" for row in rows) or f"{brand} keeps no hateful comment."
    _output.answer(args, {"brand": brand, "kept": rows}, lines)
    return 0
