"""`guichet explain`: why this text went, or did not go, to this customer."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from chalicelib.errors import UsageError

from .. import times
from . import _arguments, _brand, _output

if TYPE_CHECKING:
    from chalicelib.admin.explain import Explanation

NAME = "explain"
HELP = "why a message went, or did not go, to a customer"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "message", metavar="MESSAGE_ID", help="a message id, a row id, or the platform's own id of the message"
    )
    parser.add_argument(
        "--channel",
        metavar="C",
        type=_arguments.connectable,
        help="where a platform's id comes from (default: every channel)",
    )
    parser.add_argument("--account", metavar="ID", help="the account it comes from (default: every account)")
    _brand.brand_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print what is known."""
    from chalicelib.admin.explain import explained_message

    from ..aws import explained
    from ..stage_services import brand_of, services_of

    services = services_of(args.stage)
    with explained():
        brand = brand_of(services, args.brand)
        found = explained_message(
            services,
            brand,
            args.message,
            channel=args.channel,
            account=args.account,
            whole=lambda table: _brand.read_whole(table, "Looking for a platform's id"),
        )
    if found is None:
        raise UsageError(
            f"{brand} has no message '{args.message}'; give its message id, row id or platform id, as "
            "`guichet conversation show` prints them."
        )
    document = _brand.document_of(found) | {
        "brand": brand,
        "at": times.iso(found.at),
        "states": [{"state": step.state, "at": times.iso(step.at)} for step in found.states],
    }
    _output.answer(args, document, _drawn(found))
    return 0


def _drawn(found: Explanation) -> str:
    def percent(value: float | None) -> str:
        return "" if value is None else f"{value * 100:.2f} %"

    lines: list[tuple[str, Any]] = [
        ("message", f"{found.message_id} ({found.author}, {found.channel}{', public' if found.public else ''})"),
        ("decision", f"{found.decision or '-'}: {found.reason or '-'}"),
        ("because", found.words),
        ("intent", found.intent or (f"none (nearest: {found.guess})" if found.guess else "")),
        ("probability", percent(found.probability)),
        ("bound", f"{percent(found.bound)} ({found.proof})" if found.bound is not None else ""),
        ("model", found.model),
        ("answers", ", ".join(found.covers)),
        ("row", f"{found.row_id} ({found.kind}): {found.row_state}" if found.row_id else ""),
        ("attempts", found.attempts or ""),
        ("error", f"{found.error_code}: {found.error_words}" if found.error_code else ""),
        ("proof", ", ".join(found.platform_ids)),
        ("ticket", found.ticket_id),
        ("exception", ", ".join(found.told)),
    ]
    lines += [("at", f"{times.iso(step.at)}  {step.state}") for step in found.states]
    return "\n".join(f"{name:<12} {value}" for name, value in lines if value)
