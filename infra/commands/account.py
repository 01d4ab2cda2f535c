"""`guichet account connect|disconnect|list|doctor`: a brand's accounts on the channels."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.errors import UsageError, WrongUsage

from ..names import LOCAL_STAGE
from . import _arguments, _brand, _consent, _output

if TYPE_CHECKING:
    from chalicelib.admin.accounts import Connected
    from chalicelib.model import Account
    from chalicelib.wiring import Wiring

NAME = "account"
HELP = "connect a brand's account, let one go, list them, or find out what is wrong with one"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _configure_connect(actions.add_parser("connect", help="connect an account, or give it new secrets"))
    gone = actions.add_parser("disconnect", help="let an account go: its secrets are deleted, conversations stay")
    gone.add_argument("--channel", required=True, metavar="C", type=_arguments.connectable)
    gone.add_argument("--account", required=True, metavar="ID", help="as `list` shows it")
    gone.add_argument("--yes", action="store_true", help="do it; without it only what would go is said")
    for name, words in (("list", "print all accounts"), ("doctor", "look at accounts; exit 1 when one is not well")):
        one = actions.add_parser(name, help=words)
        one.add_argument("--channel", metavar="C", type=_arguments.connectable, help="only this channel's")
        one.add_argument("--account", metavar="ID", help="only this one")
        one.add_argument("--brand", metavar="B", help="only this brand's")
    for one in actions.choices.values():
        one.add_argument("--stage", default=LOCAL_STAGE, metavar="S", help="default: the running local stack")


def _configure_connect(connect: argparse.ArgumentParser) -> None:
    connect.add_argument("which", nargs="?", metavar="CHANNEL", type=_arguments.connectable, help="or --channel C")
    connect.add_argument("--brand", metavar="B", type=_arguments.new_brand)
    connect.add_argument("--channel", metavar="C", type=_arguments.connectable)
    connect.add_argument(
        "--account", default="", metavar="ID", help="the platform's id of it (Slack: TEAM/CHANNEL; shop: not needed)"
    )
    connect.add_argument(
        "--secrets",
        default="",
        metavar="FILE",
        help="JSON with its secrets; - reads standard input; without it they are asked for. Never argv",
    )
    connect.add_argument("--app", default="", metavar="KEY", help="which of our platform apps it belongs to")
    connect.add_argument("--name", default="", metavar="TEXT", help="what people call it")
    _consent.configure(connect)
    connect.add_argument("--unasked", action="store_true", help="do not ask the platform whether it takes the token")


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    from ..stage_services import services_of

    if args.action == "connect":
        args.channel = args.channel or args.which
        if not args.channel or (args.which and args.which != args.channel):
            raise WrongUsage("Say which channel: `guichet account connect CHANNEL`.")
    do = {"connect": _connect, "disconnect": _disconnect, "list": _list, "doctor": _doctor}[args.action]
    return do(services_of(args.stage), args)


def _connect(services: Wiring, args: argparse.Namespace) -> int:
    from chalicelib.admin.accounts import Asked, connect, shown, to_do
    from chalicelib.admin.connecting import connecting
    from chalicelib.admin.given_secrets import check_names
    from chalicelib.model import AccountId, BrandId, ChannelName
    from chalicelib.ports import LOOKUP_CHANNEL

    from ..aws import explained
    from ..identity import author

    its_own = args.channel == LOOKUP_CHANNEL  # a brand has one order service, and it is found by the brand
    brand = args.brand or _typed_brand()
    with explained():
        api = _api(args.stage)
    if _consent.is_asked(args, api, sys.stdin):
        return _consented(services, args, brand, api)
    account_id = args.account
    if not account_id and not its_own:
        account_id = _typed(f"Account ({connecting(args.channel).account}): ", "Name the account with --account ID.")
    if its_own and account_id not in ("", brand):
        raise WrongUsage("Name the account with --account ID; the shop has none.")
    check_names(brand if its_own else account_id, args.app, args.channel)  # before anybody types keys for it
    asked = Asked(
        brand=BrandId(brand),
        channel=ChannelName(args.channel),
        account_id=AccountId(brand if its_own else account_id),
        held=_secrets(args.secrets) if args.secrets else _told(args.channel),
        app_key=args.app,
        name=args.name,
        unasked=args.unasked,
    )
    with explained():
        done = connect(services, asked, author(services))
        document = shown(done.account, api) | {"rung": done.notified, "called": done.called}
        document["to_do"] = to_do(done.account, api) if done.new else []
    if not args.unasked:
        document |= _set_by_token(services, done, api)
        document["review"] = connecting(args.channel).review if done.new else ""
    _output.answer(args, document, _said(args, document))
    return 0


def _set_by_token(services: Wiring, done: Connected, api: str) -> dict[str, Any]:
    """Set at the platform what the typed token can set there, where no consent page does."""
    from chalicelib.admin.connecting import is_set_by_token
    from chalicelib.admin.consents import left_to_do, set_up

    from ..aws import explained

    if not is_set_by_token(done.account.channel):
        return {}
    with explained():
        finished = set_up(services, done, api)
        return {"set": _consent.set_by(finished), "to_do": left_to_do(finished, api)}


def _consented(services: Wiring, args: argparse.Namespace, brand: str, api: str) -> int:
    """Connect by the platform's own page."""
    from chalicelib.admin.consents import Wanted
    from chalicelib.model import BrandId, ChannelName

    held = _secrets(args.secrets) if args.secrets else {}
    wanted = Wanted(brand=BrandId(brand), channel=ChannelName(args.channel), held=held, app_key=args.app)
    document = _consent.connect(services, args, wanted, api, sys.stdin)
    _output.answer(args, document, _consent.said(document))
    return 0


def _said(args: argparse.Namespace, document: Mapping[str, Any]) -> str:
    webhook, brand, account_id = document["webhook_url"], document["brand"], document["account_id"]
    words = f"{args.channel} {account_id} is connected for {brand}; its webhook is {webhook}"
    if webhook is None:
        look = f"`guichet account doctor --brand {brand} --channel {args.channel} --stage {args.stage}`"
        words = f"The order service of {brand} is connected; {look} asks it."
    elif document["called"]:
        words += f"\nThe platform takes the token of {document['called']}."
    elif not args.unasked:
        words += "\nThe platform was not asked, or was silent: `guichet account doctor` asks it."
    lines = [words]
    lines += _consent.halves(document.get("set", ()))
    if document["rung"]:
        lines.append(f"{document['rung']} customers' answers that waited leave now.")
    if document["to_do"]:
        lines.append("What is left to do at the platform:")
        lines += [f"  {number}. {step}" for number, step in enumerate(document["to_do"], 1)]
    if document["review"]:
        lines.append(f"What waits for the platform: {document['review']}.")
    return "\n".join(lines)


def _typed(words: str, otherwise: str) -> str:
    """Ask whoever sits there. Raises WrongUsage where nobody does."""
    if not sys.stdin.isatty():
        raise WrongUsage(otherwise)
    print(words, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def _typed_brand() -> str:
    try:
        return _arguments.new_brand(_typed("Brand (maison-lune): ", "Name the brand with --brand B."))
    except argparse.ArgumentTypeError as error:
        raise WrongUsage(str(error)) from None


def _told(channel: str) -> dict[str, Any]:
    """Ask for each secret; what is left empty stays as it is. Nothing that is typed shows."""
    import getpass

    from chalicelib.admin.connecting import connecting

    if not sys.stdin.isatty():
        raise WrongUsage("Give the secrets with --secrets FILE (- reads standard input).")
    _output.say("leave empty what is stored already, or not needed")
    found = {}
    for each in connecting(channel).secrets:
        _output.say(f"{each.where}{'' if each.needed else ' (not needed)'}")
        found[each.name] = getpass.getpass(f"{channel} {each.name}: ").strip()
    if not any(found.values()):
        raise UsageError("Nothing was typed: nothing is changed. `guichet account doctor` says what is missing.")
    return {name: value for name, value in found.items() if value}


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


def _disconnect(services: Wiring, args: argparse.Namespace) -> int:
    from chalicelib.admin.accounts import disconnect, leaving
    from chalicelib.admin.consents import halves_of

    from ..aws import explained
    from ..identity import author

    with explained():
        what = leaving(services, args.channel, args.account)
        account = what.account
        app = f" and the secrets of its app '{account.app_key}', which no other account uses" if what.app_too else ""
        goes = f"{account.channel} {account.account_id} of {account.brand}: its token{app}"
        waits = f" {what.waiting} answers that wait would stay here." if what.waiting else ""
        if not args.yes:
            raise UsageError(
                f"Nothing was disconnected: {goes} would be deleted.{waits} `guichet account disconnect "
                f"--channel {account.channel} --account {account.account_id} --stage {args.stage} --yes` does it."
            )
        halves = disconnect(services, what, author(services))
    document = {
        "brand": account.brand,
        "channel": account.channel,
        "account_id": account.account_id,
        "app": account.app_key if what.app_too else None,
        "waiting": what.waiting,
        "platform": halves_of(halves),
    }
    told = [f"  not done: {each.what} ({each.why})" if each.why else f"  done: {each.what}" for each in halves]
    left = "" if halves else " Take the webhook out of the platform's own settings, too."
    _output.answer(args, document, "\n".join([f"{goes} is deleted.{waits}{left}", *told]))
    return 0


def _chosen(services: Wiring, args: argparse.Namespace) -> list[Account]:
    from chalicelib.admin.accounts import chosen

    from ..stage_services import brand_of

    return chosen(services, brand_of(services, args.brand) if args.brand else None, args.channel, args.account)


def _api(stage: str) -> str:
    """The address that platforms are given; "" while only the data stack is there: accounts may be connected before."""
    return next(iter(_apis(stage)), "")


def _apis(stage: str) -> tuple[str, ...]:
    from .. import found
    from ..stage import api_urls
    from ..stage_cloud import cloud

    opened = cloud(stage)
    return api_urls(opened) if found.found(opened, (opened.names.app_stack,)).stacks else ()


def _list(services: Wiring, args: argparse.Namespace) -> int:
    from chalicelib.admin.accounts import shown

    from ..aws import explained

    with explained():
        api = _api(args.stage)
        rows = [shown(account, api) for account in _chosen(services, args)]
    lines = [
        f"{row['brand']:<20} {row['channel']:<15} {row['account_id']:<24} {row['paused'] or 'sends':<16} {row['name']}"
        for row in rows
    ]
    _output.answer(args, {"accounts": rows}, "\n".join(lines) or "No account is connected yet.")
    return 0


def _doctor(services: Wiring, args: argparse.Namespace) -> int:
    from chalicelib.admin.accounts import shown
    from chalicelib.admin.doctor import doctor

    from ..aws import explained

    with explained():
        chosen, apis = _chosen(services, args), _apis(args.stage)
        services.settings = replace(services.settings, public_urls=apis)
        api = next(iter(apis), "")
        looked = [(account, list(doctor(services, account, api))) for account in chosen]
    well = all(each.well for _, findings in looked for each in findings)
    document = {
        "well": well,
        "accounts": [
            shown(account, api) | {"findings": [_brand.document_of(each) for each in findings]}
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
