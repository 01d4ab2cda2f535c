"""What `stop` and `start` share: one switch of the brand, read by the claim of every bot row."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ..names import LOCAL_STAGE
from . import _admin, _arguments, _output

if TYPE_CHECKING:
    from chalicelib.admin.switch import Switched
    from chalicelib.playbook.schema import Playbook


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--brand", required=True, metavar="B", help="the brand")
    parser.add_argument("--channel", metavar="C", type=_arguments.channel, help="on this channel only")
    parser.add_argument("--intent", metavar="I", help="for this intent only")
    parser.add_argument("--stage", default=LOCAL_STAGE, metavar="S", help="default: the running local stack")


def _started(args: argparse.Namespace, playbook: Playbook) -> Callable[..., Switched]:
    """Give what starts the bot again, for somebody whom the playbook names."""
    from chalicelib.admin import switch as switching

    return partial(switching.start, by=_admin.named(args, playbook, "start the bot again"))


def switch(args: argparse.Namespace, *, stopped: bool) -> int:
    """Turn the switch and say what is stopped now."""
    from chalicelib.admin import switch as switching
    from chalicelib.admin.stops import stops

    from ..aws import explained
    from ..identity import author
    from ..stage_services import brand_of, services_of

    services, where = services_of(args.stage), {"channel": args.channel or "", "intent": args.intent or ""}
    with explained():
        brand = brand_of(services, args.brand)
        turn = switching.stop if stopped else _started(args, services.playbook(brand))
        done = turn(services, brand, author(services), **where)
    control, scope = done.control, done.scope
    standing = sorted(control.stops)
    document: dict[str, Any] = {
        "brand": brand,
        "scope": scope,
        "stopped": stopped,
        "was_stopped": done.was_stopped,
        "stopped_scopes": standing,
        "stops": stops(control),
    }
    rest = f" Still stopped: {', '.join(standing)}." if standing and not stopped else ""
    words = (
        f"The bot of {brand} is stopped ({scope}); rows already waiting are silenced too."
        if stopped
        else f"The bot of {brand} may speak again ({scope}).{rest}"
    )
    _output.answer(args, document, words)
    return 0
