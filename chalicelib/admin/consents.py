"""
Connects an account by the platform's own consent page (OAuth), in four steps that a command and a route take alike.

`begin` gives the page's address; the page's answer comes to a route of its own (`stages.consents`), which keeps it and
can do nothing with it; `answered` tells that it came; `offered` makes a grant of it, once, and says which accounts
there are; `finish` connects one, has its events sent to us, and tries it. Each may be interrupted and repeated; what is
secret waits in a parameter of its own, and is deleted at the end or by the next `begin`.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from hmac import compare_digest
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ..consent import Answered, Asking, Choice, Consent, Half
from ..errors import SendError, UsageError
from ..model import AccountId, BrandId, ChannelName, Credentials, Millis
from ..store import consents
from ..store.audit import Author
from ..store.secrets import token_name
from ..workspaces import WORKSPACES
from .accounts import Asked, Connected, as_they_will_be, connect, shown, to_do
from .connecting import connecting
from .findings import Finding
from .given_secrets import Given, check_names, given
from .permissions import needs
from .secret_store import delete, keep, kept, put_app
from .services import AccountServices
from .webhook_probe import desk_probed, probed

T = TypeVar("T")
AGAIN = "begin again: `guichet account connect`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to ask for. `held`: the secrets of the app that are not stored yet, flat; with those that are only lent."""

    brand: BrandId
    channel: ChannelName
    held: Mapping[str, Any] = field(default_factory=dict, repr=False)
    app_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What whoever began a consent goes on with: only they know the `nonce`."""

    brand: BrandId
    channel: ChannelName
    nonce: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Begun:
    """The address of the platform's page, for a person's browser, and until when it may be answered (ms)."""

    url: str
    ticket: Ticket
    until: Millis


@dataclass(frozen=True, slots=True)
class Offered:
    """The accounts that may be connected: their secrets stay where they are."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The connected account, what was set at the platform, and how our own address took a try."""

    connected: Connected
    halves: tuple[Half, ...]
    findings: tuple[Finding, ...]


def asks(here: AccountServices, wanted: Wanted) -> dict[str, str]:
    """Return what must be given to ask for this consent and is not stored: where it is found, by its name."""
    consent, steps = _consent(wanted.channel), connecting(wanted.channel)
    held = _credentials(here, wanted)
    where = {each.name: each.where for each in steps.secrets} | dict(consent.lent)
    return {name: where[name] for name in consent.asks if not _has(held, name)}


@needs("account.connect")
def begin(here: AccountServices, wanted: Wanted, author: Author, api: str) -> Begun:
    """
    Ask the platform for its page. `api`: the stage's address. What waited before for this channel waits no more.

    Raises UsageError where the channel has no such page, a secret is missing, or the platform refuses.
    """
    consent = _consent(wanted.channel)
    if missing := asks(here, wanted):
        raise UsageError(f"To ask {wanted.channel}, these are needed: {', '.join(missing)}.")
    if not api:
        raise UsageError("The stage has no address yet; `guichet deploy` gives it one, or give all with --secrets.")
    credentials = _credentials(here, wanted)
    check_names("-", _app_key(wanted))
    nonce, verifier, name = secrets.token_urlsafe(32), secrets.token_urlsafe(48), secrets.token_hex(16)
    now = here.clock()
    until = Millis(now + consents.LIVES_MS)
    mark = consents.Mark(channel=wanted.channel, brand=wanted.brand, consent=name, until=until)
    redirect = f"{api}/connect/{wanted.channel}"
    asking = Asking(redirect=redirect, state=consents.signed(mark, _signing(here)), challenge=_challenge(verifier))
    http = here.http_of(wanted.channel, credentials)
    asked = _asked_of(wanted.channel, lambda: consent.begin(http, credentials, asking))
    told = {
        "consent": name,
        "held": dict(wanted.held),
        "app_key": wanted.app_key,
        "verifier": verifier,
        "kept": dict(asked.kept),
    }
    keep(here, _parameter(wanted.brand, wanted.channel), told)
    waiting = consents.Waiting(
        consent=name,
        nonce=consents.digest(nonce),
        by=author.by,
        redirect=redirect,
        takes=consent.takes,
        until=until,
    )
    consents.begin(here.table(wanted.brand), wanted.channel, waiting, now)
    ticket = Ticket(brand=wanted.brand, channel=wanted.channel, nonce=nonce)
    return Begun(_seen_from_here(here, wanted.channel, asked.url), ticket, until)


@needs("account.connect")
def answered(here: AccountServices, ticket: Ticket, author: Author) -> bool:
    """Say whether the page has answered. Raises UsageError for a no, an answer that is late, or another's asking."""
    waiting = _waiting(here, ticket, author)
    if waiting.declined:
        _end(here, ticket, waiting)
        raise UsageError(f"The platform was told no: nothing is connected. To try once more, {AGAIN}.")
    if waiting.brought is None and here.clock() >= waiting.until:
        _end(here, ticket, waiting)
        raise UsageError(f"Nobody answered within ten minutes: nothing is connected; {AGAIN}.")
    return waiting.brought is not None


@needs("account.connect")
def offered(here: AccountServices, ticket: Ticket, author: Author) -> Offered:
    """
    Make a grant of the answer, or read the one that was made; return the accounts that may be connected.

    Raises UsageError where the platform gives none, or less than what was asked for.
    """
    consent, waiting = _consent(ticket.channel), _waiting(here, ticket, author)
    told = _private(here, ticket, waiting)
    credentials = _told(here, ticket, told)
    http = here.http_of(ticket.channel, credentials)
    if "grant" not in told:
        if not consents.take(here.table(ticket.brand), ticket.channel, waiting.consent, here.clock()):
            raise UsageError(f"The platform's answer was used already, or is too old: nothing is connected; {AGAIN}.")
        answer = Answered(
            brought=waiting.brought or {}, redirect=waiting.redirect, verifier=told["verifier"], kept=told["kept"]
        )
        grant = _asked_of(ticket.channel, lambda: consent.exchange(http, credentials, answer))
        told = {**told, "grant": dict(grant)}
        keep(here, _parameter(ticket.brand, ticket.channel), told)
    choices, refused = _asked_of(ticket.channel, lambda: consent.accounts(http, credentials, told["grant"]))
    if refused:
        raise UsageError(f"It does not work without what was not allowed: {', '.join(refused)}; {AGAIN}.")
    if not choices:
        raise UsageError(f"Whoever allowed it has no account on {ticket.channel} that can be connected; {AGAIN}.")
    return Offered(choices)


@needs("account.connect")
def finish(here: AccountServices, ticket: Ticket, account_id: str, author: Author, api: str) -> Finished:
    """
    Connect one of the accounts, have its events sent to us, and try our own address.

    Raises UsageError for another than those, and as `connect` does. What could not be set is told, and undoes nothing.
    """
    choices = offered(here, ticket, author).choices
    chosen = [each for each in choices if account_id == each.account_id or _completes(account_id, each.account_id)]
    if not chosen:
        raise UsageError(f"'{account_id}' is none of those that were allowed.")
    if chosen[0].lacks:
        raise UsageError(f"{account_id} cannot be connected: {chosen[0].lacks}.")
    waiting = _waiting(here, ticket, author)
    told = _private(here, ticket, waiting)
    held = {key: value for key, value in told["held"].items() if key not in _consent(ticket.channel).lent}
    asked = Asked(
        brand=ticket.brand,
        channel=ticket.channel,
        account_id=AccountId(account_id),
        held={**held, **chosen[0].held},
        app_key=told["app_key"],
        name=chosen[0].name,
    )
    finished = set_up(here, connect(here, asked, author), api)
    _end(here, ticket, waiting)
    return finished


@needs("account.connect")
def set_up(here: AccountServices, connected: Connected, api: str) -> Finished:
    """Have the platform send an account's events to us, and try our own address."""
    account, steps = connected.account, connecting(connected.account.channel)
    credentials = replace(here.secrets.account(account), webhook_url=str(shown(account, api)["webhook_url"]))
    http = here.http_of(account.channel, credentials)
    halves = steps.subscribe(http, credentials, account.account_id) if steps.subscribe else ()
    tried = desk_probed if account.channel in WORKSPACES else probed
    return Finished(connected, halves, tuple(tried(here, account, credentials, api)))


def left_to_do(done: Finished, api: str) -> list[str]:
    """Return what is still done by hand at the platform: nothing again that was set there just now."""
    connected = done.connected
    steps = to_do(connected.account, api) if connected.new else []
    if not done.halves or any(each.why for each in done.halves):
        return steps
    if connecting(connected.account.channel).consent is not None:
        return []
    webhook = str(shown(connected.account, api)["webhook_url"])
    return [each for each in steps if webhook not in each]


def halves_of(halves: Iterable[Half]) -> list[dict[str, Any]]:
    """Return what was set at the platform or taken back there, and what was not and why, for a document."""
    return [{"what": each.what, "done": not each.why, "why": each.why or None} for each in halves]


# --- what they share ----------------------------------------------------------------------------


def _consent(channel: str) -> Consent:
    found = connecting(channel).consent
    if found is None:
        raise UsageError(f"{channel} has no page that gives an account to us: its keys are typed.")
    return found


def _credentials(here: AccountServices, wanted: Wanted) -> Credentials:
    """Return what is known of the app: what is stored, and what was given now."""
    lent = {name: str(value) for name, value in wanted.held.items() if name in _consent(wanted.channel).lent}
    others = {name: value for name, value in wanted.held.items() if name not in lent}
    told = given(wanted.channel, others) if others else Given({}, {})
    here.secrets.forget()
    stored = as_they_will_be(here.secrets.app(wanted.channel, _app_key(wanted)), told)
    return replace(stored, extra={**stored.extra, **lent})


def _told(here: AccountServices, ticket: Ticket, told: Mapping[str, Any]) -> Credentials:
    wanted = Wanted(brand=ticket.brand, channel=ticket.channel, held=told["held"], app_key=told["app_key"])
    return _credentials(here, wanted)


def _app_key(wanted: Wanted) -> str:
    return wanted.app_key or connecting(wanted.channel).app_key or str(wanted.brand)


def _has(held: Credentials, name: str) -> bool:
    of_app = {"current": held.app_secrets, "verify_token": held.verify_token, "app_id": held.app_id}
    return bool(of_app.get(name) or held.extra.get(name))


def _signing(here: AccountServices) -> str:
    """Return the secret that signs marks; made at the first consent of a stage."""
    found = here.secrets.app(consents.APP, consents.KEY).app_secrets
    if not found:
        put_app(here, consents.APP, consents.KEY, {"current": secrets.token_urlsafe(48)})
        here.secrets.forget()
        found = here.secrets.app(consents.APP, consents.KEY).app_secrets
    return found[0]


def _challenge(verifier: str) -> str:
    """Return PKCE's challenge (RFC 7636, S256)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def _parameter(brand: BrandId, channel: str) -> str:
    return token_name("connect", f"{brand}.{channel}")


def _waiting(here: AccountServices, ticket: Ticket, author: Author) -> consents.Waiting:
    """Return what waits, for whoever asked for it and nobody else."""
    found = consents.waiting(here.table(ticket.brand), ticket.channel)
    known = found is not None and compare_digest(found.nonce, consents.digest(ticket.nonce))
    if found is None or not known or found.by != author.by:
        raise UsageError(f"Nothing waits that you have asked for, or somebody began anew; {AGAIN}.")
    return found


def _private(here: AccountServices, ticket: Ticket, waiting: consents.Waiting) -> dict[str, Any]:
    """Return what is secret of a consent."""
    found = kept(here, _parameter(ticket.brand, ticket.channel))
    if found.get("consent") != waiting.consent:  # two began at once
        raise UsageError(f"Somebody else began at the same moment; {AGAIN}.")
    return found


def _end(here: AccountServices, ticket: Ticket, waiting: consents.Waiting) -> None:
    delete(here, _parameter(ticket.brand, ticket.channel))
    consents.end(here.table(ticket.brand), ticket.channel, waiting.consent)


def _completes(account_id: str, beginning: str) -> bool:
    return beginning.endswith("/") and account_id.startswith(beginning) and account_id != beginning


def _seen_from_here(here: AccountServices, channel: str, url: str) -> str:
    """Return a page's address for a browser; on the local stage the platform is played on this machine."""
    base, parts = here.settings.local_bases.get(channel, ""), urlsplit(url)
    return f"{base.rstrip('/')}{parts.path}?{parts.query}" if base else url


def _asked_of(channel: str, ask: Callable[[], T]) -> T:
    """Ask a platform. Raises UsageError with its code where it refuses or is silent: nothing was written."""
    try:
        return ask()
    except SendError as error:
        raise UsageError(f"{channel} gave nothing ({error.code}): nothing is connected; {AGAIN}.") from None
