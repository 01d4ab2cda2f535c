"""`guichet account connect|list|doctor`: a brand's accounts on the channels."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.errors import UsageError, WrongUsage

from ..names import LOCAL_STAGE
from . import _arguments, _brand, _output

if TYPE_CHECKING:
    from chalicelib.model import Account
    from chalicelib.wiring import Wiring

NAME = "account"
HELP = "connect a brand's account, list them, or find out what is wrong with one"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    connect = actions.add_parser("connect", help="connect an account, or give it new secrets; what waited then leaves")
    connect.add_argument("--brand", required=True, metavar="B", type=_arguments.new_brand)
    connect.add_argument("--channel", required=True, metavar="C", type=_arguments.connectable)
    connect.add_argument(
        "--account", default="", metavar="ID", help="the platform's id of it (Slack: TEAM/CHANNEL; shop: not needed)"
    )
    connect.add_argument(
        "--secrets", required=True, metavar="FILE", help="JSON with its secrets; - reads standard input, never argv"
    )
    connect.add_argument("--app", default="", metavar="KEY", help="which of our platform apps it belongs to")
    connect.add_argument("--name", default="", metavar="TEXT", help="what people call it")
    connect.add_argument("--stage", default=LOCAL_STAGE, metavar="S", help="default: the running local stack")
    for name, words in (("list", "print all accounts"), ("doctor", "look at accounts; exit 1 when one is not well")):
        one = actions.add_parser(name, help=words)
        one.add_argument("--channel", metavar="C", type=_arguments.connectable, help="only this channel's")
        one.add_argument("--account", metavar="ID", help="only this one")
        one.add_argument("--brand", metavar="B", help="only this brand's")
        one.add_argument("--stage", default=LOCAL_STAGE, metavar="S", help="default: the running local stack")


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    from ..stage_doors import doors_of

    return {"connect": _connect, "list": _list, "doctor": _doctor}[args.action](doors_of(args.stage), args)


def _connect(doors: Wiring, args: argparse.Namespace) -> int:
    from chalicelib.model import AccountId, BrandId, ChannelName
    from chalicelib.ports import LOOKUP_CHANNEL

    from ..accounts import Asked, connect
    from ..aws import explained

    its_own = args.channel == LOOKUP_CHANNEL  # a brand has one order service, and it is found by the brand
    if bool(args.account) == its_own and args.account != args.brand:
        raise WrongUsage("Name the account with --account ID; the shop has none.")
    asked = Asked(
        brand=BrandId(args.brand),
        channel=ChannelName(args.channel),
        account_id=AccountId(args.brand if its_own else args.account),
        held=_secrets(args.secrets),
        app_key=args.app,
        name=args.name,
    )
    with explained():
        account, rung = connect(doors, asked, _brand.now())
        document = _shown(account, _api(args.stage)) | {"rung": rung}
    webhook = document["webhook_url"]
    words = f"{args.channel} {args.account} is connected for {args.brand}; its webhook is {webhook}"
    if webhook is None:
        words = (
            f"The order service of {args.brand} is connected; `guichet account doctor --brand {args.brand}` asks it."
        )
    _output.answer(args, document, words + (f"\n{rung} customers' answers that waited leave now." if rung else ""))
    return 0


def _secrets(source: str) -> Mapping[str, Any]:
    try:
        if source == "-":
            held = json.load(sys.stdin)
        else:
            with open(source, encoding="utf-8-sig") as file:  # noqa: PTH123 - "-" and a path, one reader
                held = json.load(file)
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise UsageError(f"{source} holds no JSON; docs/operate.md shows its shape.") from None
    if not isinstance(held, dict):
        raise UsageError(f"{source} must hold one JSON object; docs/operate.md shows its shape.")
    return held


def _chosen(doors: Wiring, args: argparse.Namespace) -> list[Account]:
    from ..stage_doors import brand_of

    brand = brand_of(doors, args.brand) if args.brand else None
    found = [
        account
        for account in doors.directory.accounts(brand)
        if args.channel in (None, account.channel) and args.account in (None, account.account_id)
    ]
    if not found and (args.account or args.channel):
        raise UsageError("No account is connected that fits; `guichet account list` shows all.")
    fresh = [doors.directory.by_id(account.channel, account.account_id) or account for account in found]
    return sorted(fresh, key=lambda each: (each.brand, each.channel, each.account_id))


def _shown(account: Account, api: str) -> dict[str, Any]:
    from chalicelib.ports import LOOKUP_CHANNEL

    calls_us = account.channel != LOOKUP_CHANNEL
    return {
        "brand": account.brand,
        "channel": account.channel,
        "account_id": account.account_id,
        "name": account.name,
        "app": account.app_key,
        "paused": account.paused or None,
        "connected_at": _brand.iso(account.connected_at),
        # A path while there is no address yet; a shop is asked, and never calls.
        "webhook_url": f"{api}/webhooks/{account.channel}/{account.key}" if calls_us else None,
    }


def _api(stage: str) -> str:
    """The stage's address; "" while only its data stack is there: accounts may be connected before the first deploy."""
    from .. import apply
    from ..aws import cloud
    from ..stage import api_url

    opened = cloud(stage)
    return api_url(opened) if apply.found(opened, (opened.names.app_stack,)).stacks else ""


def _list(doors: Wiring, args: argparse.Namespace) -> int:
    from ..aws import explained

    with explained():
        api = _api(args.stage)
        rows = [_shown(account, api) for account in _chosen(doors, args)]
    lines = [
        f"{row['brand']:<20} {row['channel']:<12} {row['account_id']:<24} {row['paused'] or 'sends':<16} {row['name']}"
        for row in rows
    ]
    _output.answer(args, {"accounts": rows}, "\n".join(lines) or "No account is connected yet.")
    return 0


def _doctor(doors: Wiring, args: argparse.Namespace) -> int:
    from ..accounts import doctor
    from ..aws import explained

    with explained():
        chosen, api = _chosen(doors, args), _api(args.stage)
        looked = [(account, list(doctor(doors, account, api))) for account in chosen]
    well = all(each.well for _, findings in looked for each in findings)
    document = {
        "well": well,
        "accounts": [
            _shown(account, api) | {"findings": [_brand.document_of(each) for each in findings]}
            for account, findings in looked
        ],
    }
    lines = []
    for account, findings in looked:
        lines.append(f"{account.brand} {account.channel} {account.account_id}")
        for each in findings:
            advice = "" if each.well else f" ({each.advice})"
            lines.append(f"  {'ok  ' if each.well else 'FAIL'} {each.name}: {each.seen}{advice}")
    _output.answer(args, document, "\n".join(lines) or "No account is connected yet.")
    return 0 if well else 1
