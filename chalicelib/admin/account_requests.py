"""
What a page asks about a brand's accounts, as routes of HTTP: JSON in, JSON out, each with the use case behind it.

A server has to know who asks and to look at the permission of `Route.use_case` (`permissions.needed`); these are the
same functions that commands call. No answer holds a secret: what was typed goes in, and what whoever began a consent
must show again (`Reply.nonce`) belongs in a cookie that no script reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..errors import UsageError
from ..model import Account, AccountId, BrandId, ChannelName
from ..store.audit import Author
from . import accounts, consents
from .connecting import CONNECTABLE, connecting, is_set_by_token
from .doctor import doctor
from .services import AccountServices

MOST = 64  # secrets of one request
Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who asks, the stage's address ("" while it has none), and the nonce that their browser brought back."""

    author: Author
    api: str
    nonce: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """A JSON object for the page; and the nonce of a consent that has begun just now, which no page may hold."""

    document: Document
    nonce: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Route:
    """One use case, and how it is called with a request's body. `writes`: it changes something, here or there."""

    use_case: Callable[..., Any]
    call: Callable[[AccountServices, Visit, Mapping[str, Any]], Reply]
    writes: bool = False


def ask(name: str, here: AccountServices, visit: Visit, asked: Mapping[str, Any]) -> Reply:
    """Answer one request. Raises UsageError, whose sentence is for the page, and KeyError for a route that is none."""
    return ROUTES[name].call(here, visit, asked)


# --- reading ------------------------------------------------------------------------------------


def _listed(here: AccountServices, visit: Visit, asked: Mapping[str, Any]) -> Reply:
    found = accounts.chosen(here, _brand(asked))
    return Reply({"accounts": [_shown(each, visit.api) for each in found]})


def _ways(here: AccountServices, _: Visit, asked: Mapping[str, Any]) -> Reply:
    """How each channel is connected: by the platform's page or typed keys, and which must be typed."""
    brand = _brand(asked)
    return Reply({"channels": [_way(here, brand, channel) for channel in CONNECTABLE]})


def _way(here: AccountServices, brand: BrandId, channel: str) -> Document:
    steps = connecting(channel)
    by_page = steps.consent is not None
    wanted = consents.Wanted(brand=brand, channel=ChannelName(channel))
    missing = consents.asks(here, wanted) if by_page else {}
    keys = [{"name": each.name, "where": each.where, "needed": each.needed} for each in steps.secrets]
    lacking = [{"name": name, "where": where, "needed": True} for name, where in missing.items()]
    return {"channel": channel, "by_page": by_page, "account": steps.account, "keys": keys, "lacking": lacking}


def _examined(here: AccountServices, visit: Visit, asked: Mapping[str, Any]) -> Reply:
    account = _account(here, asked)
    findings = [asdict(each) for each in doctor(here, account, visit.api)]
    return Reply(_shown(account, visit.api) | {"findings": findings, "well": all(each["well"] for each in findings)})


def _leaving(here: AccountServices, visit: Visit, asked: Mapping[str, Any]) -> Reply:
    what = _what_leaves(here, asked)
    app = what.account.app_key if what.app_too else None
    return Reply(_shown(what.account, visit.api) | {"waiting": what.waiting, "app_too": app})


# --- by the platform's page ---------------------------------------------------------------------


def _begun(here: AccountServices, visit: Visit, asked: Mapping[str, Any]) -> Reply:
    wanted = consents.Wanted(brand=_brand(asked), channel=_channel(asked), held=_held(asked))
    begun = consents.begin(here, wanted, visit.author, visit.api)
    return Reply({"url": begun.url, "until": int(begun.until)}, begun.ticket.nonce)


def _answered(here: AccountServices, visit: Visit, asked: Mapping[str, Any]) -> Reply:
    return Reply({"answered": consents.answered(here, _ticket(visit, asked), visit.author)})


def _offered(here: AccountServices, visit: Visit, asked: Mapping[str, Any]) -> Reply:
    offer = consents.offered(here, _ticket(visit, asked), visit.author)
    choices = [{"account_id": one.account_id, "name": one.name, "lacks": one.lacks} for one in offer.choices]
    return Reply({"choices": choices})


def _finished(here: AccountServices, visit: Visit, asked: Mapping[str, Any]) -> Reply:
    done = consents.finish(here, _ticket(visit, asked), _text(asked, "account_id"), visit.author, visit.api)
    return Reply(_done(done, visit.api))


# --- by keys, and letting go ---------------------------------------------------------------------


def _connected(here: AccountServices, visit: Visit, asked: Mapping[str, Any]) -> Reply:
    channel = _channel(asked)
    wanted = accounts.Asked(
        brand=_brand(asked),
        channel=channel,
        account_id=AccountId(_text(asked, "account_id")),
        held=_held(asked),
    )
    connected = accounts.connect(here, wanted, visit.author)
    if visit.api and is_set_by_token(channel):
        return Reply(_done(consents.set_up(here, connected, visit.api), visit.api))
    return Reply(_done(consents.Finished(connected, (), ()), visit.api))


def _disconnected(here: AccountServices, visit: Visit, asked: Mapping[str, Any]) -> Reply:
    what = _what_leaves(here, asked)
    halves = accounts.disconnect(here, what, visit.author)
    return Reply(_shown(what.account, visit.api) | {"waiting": what.waiting, "set": consents.halves_of(halves)})


ROUTES: Mapping[str, Route] = {
    "list": Route(accounts.chosen, _listed),
    "ways": Route(accounts.chosen, _ways),
    "doctor": Route(doctor, _examined),
    "leaving": Route(accounts.leaving, _leaving),
    "begin": Route(consents.begin, _begun, writes=True),
    "answered": Route(consents.answered, _answered, writes=True),
    "offered": Route(consents.offered, _offered, writes=True),
    "finish": Route(consents.finish, _finished, writes=True),
    "connect": Route(accounts.connect, _connected, writes=True),
    "disconnect": Route(accounts.disconnect, _disconnected, writes=True),
}


# --- what they share ----------------------------------------------------------------------------


def _done(done: consents.Finished, api: str) -> Document:
    """What works, what does not, and what waits for the platform."""
    connected = done.connected
    return _shown(connected.account, api) | {
        "called": connected.called,
        "rung": connected.notified,
        "set": consents.halves_of(done.halves),
        "tried": [asdict(each) for each in done.findings],
        "to_do": consents.left_to_do(done, api),
        "review": connecting(connected.account.channel).review,
    }


def _shown(account: Account, api: str) -> Document:
    return accounts.shown(account, api)


def _text(asked: Mapping[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"Give {name}: it is text.")
    return value.strip()


def _brand(asked: Mapping[str, Any]) -> BrandId:
    return BrandId(_text(asked, "brand"))


def _channel(asked: Mapping[str, Any]) -> ChannelName:
    channel = _text(asked, "channel")
    if channel not in CONNECTABLE:
        raise UsageError(f"Give a channel: one of {', '.join(CONNECTABLE)}.")
    return ChannelName(channel)


def _held(asked: Mapping[str, Any]) -> dict[str, str]:
    """Return the typed secrets that are not empty. No name or value of them stands in an error."""
    held = asked.get("held") or {}
    if not isinstance(held, dict) or len(held) > MOST or not all(isinstance(each, str) for each in held.values()):
        raise UsageError("Give held: an object of texts.")
    return {name: value.strip() for name, value in held.items() if value.strip()}


def _ticket(visit: Visit, asked: Mapping[str, Any]) -> consents.Ticket:
    return consents.Ticket(brand=_brand(asked), channel=_channel(asked), nonce=visit.nonce)


def _account(here: AccountServices, asked: Mapping[str, Any]) -> Account:
    return accounts.chosen(here, _brand(asked), _channel(asked), _text(asked, "account_id"))[0]


def _what_leaves(here: AccountServices, asked: Mapping[str, Any]) -> accounts.Leaving:
    """Say what leaves, of this brand's own accounts alone."""
    account = _account(here, asked)
    return accounts.leaving(here, account.channel, account.account_id)
