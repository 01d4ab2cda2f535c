"""What `stop` and `start` share: one switch of the brand, read by the claim of every bot row."""

from __future__ import annotations

import argparse
from typing import Any

from chalicelib.errors import UsageError

from .. import times
from ..names import LOCAL_STAGE
from . import _admin, _arguments, _output


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--brand", required=True, metavar="B", help="the brand")
    parser.add_argument("--channel", metavar="C", type=_arguments.channel, help="on this channel only")
    parser.add_argument("--intent", metavar="I", help="for this intent only")
    parser.add_argument("--stage", default=LOCAL_STAGE, metavar="S", help="default: the running local stack")


def switch(args: argparse.Namespace, *, stopped: bool) -> int:
    """Turn the switch and say what is stopped now."""
    from chalicelib.admin.stops import stops
    from chalicelib.store import audit

    from ..aws import explained
    from ..identity import author
    from ..stage_services import brand_of, services_of

    services = services_of(args.stage)
    with explained():
        brand = brand_of(services, args.brand)
        table = services.table(brand)
        scope = _scope(args, set(services.playbook(brand).intents) if args.intent else set())
        before = table.control().scopes.get(scope)
        by = "command" if stopped else _admin.named(args, services.playbook(brand), "start the bot again")
        noted = audit.beside(brand, author(services), "bot.stop" if stopped else "bot.start", scope)
        control = table.switch(scope, stopped=stopped, since=times.now(), by=by, beside=noted)
    standing = sorted(control.stops)
    document: dict[str, Any] = {
        "brand": brand,
        "scope": scope,
        "stopped": stopped,
        "was_stopped": before.stopped if before else False,
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


def _scope(args: argparse.Namespace, intents: set[str]) -> str:
    if args.intent and args.intent not in intents:
        raise UsageError(f"The playbook has no intent '{args.intent}'; known: {', '.join(sorted(intents))}.")
    parts = [f"channel:{args.channel}"] if args.channel else []
    parts += [f"intent:{args.intent}"] if args.intent else []
    return " ".join(parts) or "all"
