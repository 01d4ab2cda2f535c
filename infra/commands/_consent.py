"""The guided dialogue of `guichet account connect`: the platform's own page gives the account to us."""

from __future__ import annotations

import argparse
import getpass
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from chalicelib.errors import UsageError, WrongUsage

from . import _brand, _output

if TYPE_CHECKING:
    from chalicelib.admin.consents import Begun, Finished, Offered, Ticket, Wanted
    from chalicelib.consent import Choice
    from chalicelib.store.audit import Author
    from chalicelib.wiring import Wiring

POLL_S = 1.0


def configure(connect: argparse.ArgumentParser) -> None:
    """Declare the options."""
    how = connect.add_mutually_exclusive_group()
    how.add_argument("--consent", action="store_true", help="by the platform's own page, also where nobody types here")
    how.add_argument("--keys", action="store_true", help="type every key, also where the platform has such a page")
    connect.add_argument("--open", action="store_true", help="open that page in this machine's browser")


def is_asked(args: argparse.Namespace, api: str, typing: TextIO) -> bool:
    """Return whether a consent page is asked: where there is one, a person types, and we can be called back."""
    from chalicelib.admin.connecting import connecting

    return args.consent or bool(
        not (args.keys or args.secrets or args.unasked)
        and api
        and typing.isatty()
        and connecting(args.channel).consent is not None
    )


def connect(
    services: Wiring,
    args: argparse.Namespace,
    wanted: Wanted,
    api: str,
    typing: TextIO,
    tell: Callable[[str], None] = _output.say,
) -> dict[str, Any]:
    """Ask, wait, let somebody choose, connect; return what became of it."""
    from ..aws import explained
    from ..identity import author

    with explained():
        who = author(services)
        begun = _begun(services, _completed(services, wanted, typing), who, api)
        tell(f"Open this address where you are signed in to {wanted.channel}, within ten minutes:\n{begun.url}")
        if args.open:
            import webbrowser

            webbrowser.open(begun.url)
        while not _has_answered(services, begun.ticket, who):
            time.sleep(POLL_S)
        account_id = _chosen(_offered(services, begun.ticket, who).choices, args.account, typing)
        return _document(_finished(services, begun.ticket, account_id, author(services), api), api)


def _completed(services: Wiring, wanted: Wanted, typing: TextIO) -> Wanted:
    """Ask whoever sits there for what of the app is not stored yet; nothing that is typed shows."""
    from dataclasses import replace

    from chalicelib.admin.consents import asks

    missing = asks(services, wanted)
    if missing and not typing.isatty():
        raise WrongUsage(f"Give {', '.join(missing)} with --secrets FILE (- reads standard input).")
    found = {}
    for name, where in missing.items():
        _output.say(where)
        found[name] = getpass.getpass(f"{wanted.channel} {name}: ").strip()
    return replace(wanted, held={**wanted.held, **{name: value for name, value in found.items() if value}})


def _begun(services: Wiring, wanted: Wanted, who: Author, api: str) -> Begun:
    from chalicelib.admin.consents import begin

    return begin(services, wanted, who, api)


def _has_answered(services: Wiring, ticket: Ticket, who: Author) -> bool:
    from chalicelib.admin.consents import answered

    return answered(services, ticket, who)


def _offered(services: Wiring, ticket: Ticket, who: Author) -> Offered:
    from chalicelib.admin.consents import offered

    return offered(services, ticket, who)


def _finished(services: Wiring, ticket: Ticket, account_id: str, who: Author, api: str) -> Finished:
    from chalicelib.admin.consents import finish

    return finish(services, ticket, account_id, who, api)


def _chosen(choices: Sequence[Choice], named: str, typing: TextIO) -> str:
    """Return the account's id: the one that was named, the only one, or the one that somebody chooses by its number."""
    if named:
        return named
    if len(choices) > 1 or choices[0].account_id.endswith("/"):
        if not typing.isatty():
            raise UsageError(f"Name one with --account ID: {', '.join(each.account_id for each in choices)}.")
        for number, each in enumerate(choices, 1):
            _output.say(f"  {number}. {each.name} ({each.account_id}){f': {each.lacks}' if each.lacks else ''}")
    if len(choices) > 1:
        print("Number: ", end="", file=sys.stderr, flush=True)
        typed = typing.readline().strip()
        if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(choices)):
            raise UsageError("That is none of the numbers; nothing is connected.")
        choices = [choices[int(typed) - 1]]
    account_id = choices[0].account_id
    if account_id.endswith("/"):
        print(f"The channel's id (C…), behind {account_id}: ", end="", file=sys.stderr, flush=True)
        account_id += typing.readline().strip()
    return account_id


def _document(done: Finished, api: str) -> dict[str, Any]:
    from chalicelib.admin.accounts import shown
    from chalicelib.admin.connecting import connecting

    account = done.connected.account
    return shown(account, api) | {
        "rung": done.connected.notified,
        "called": done.connected.called,
        "set": set_by(done),
        "tried": [_brand.document_of(each) for each in done.findings],
        "review": connecting(account.channel).review,
    }


def set_by(done: Finished) -> list[dict[str, Any]]:
    """Return what was set at the platform, and what was not and why, for a document."""
    from chalicelib.admin.consents import halves_of

    return halves_of(done.halves)


def halves(told: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say what was set at the platform, a line each."""
    return [_line(each["what"], each["why"]) for each in told]


def said(document: Mapping[str, Any]) -> str:
    """Say what works, what does not, and what waits for the platform."""
    lines = [f"{document['channel']} {document['account_id']} ({document['called']}) is connected."]
    lines += halves(document["set"])
    lines += [
        _line(f"{each['name']}: {each['seen']}", "" if each["well"] else each["advice"]) for each in document["tried"]
    ]
    if document["rung"]:
        lines.append(f"{document['rung']} customers' answers that waited leave now.")
    if document["review"]:
        lines.append(f"What waits for the platform: {document['review']}.")
    return "\n".join(lines)


def _line(what: str, why: str | None) -> str:
    return f"  FAIL {what} ({why})" if why else f"  ok   {what}"
