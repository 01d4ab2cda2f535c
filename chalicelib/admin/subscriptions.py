"""Asks a platform where it sends an account's events, where it can be asked, and compares that with our own address."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ..channels import REGISTRY
from ..errors import SendError
from ..model import Account, Credentials
from .accounts import shown
from .connecting import connecting
from .findings import Finding
from .services import AccountServices


def subscribed(here: AccountServices, account: Account, held: Credentials, api: str) -> Iterator[Finding]:
    """
    Compare the platform's address with ours, and what it sends with what is needed.

    A platform that does not say (no right to ask, no answer) is no failure: whether events come is another finding.
    """
    ask = connecting(account.channel).subscription
    if ask is None or not held.token:
        return
    try:
        told = ask(here.http_of(account.channel, held), held, account.account_id)
    except SendError as error:
        yield Finding("callback", well=True, seen=f"the platform does not say ({error})")
        return
    ours = str(shown(account, api)["webhook_url"])
    where = f"docs/connect.md#{account.channel}"
    if told.urls is not None:
        beside = next((url for url in _shared(here, account, api) if url in told.urls), "")
        seen = _seen(told.urls, ours) if not beside else "ours, of the account that shares it"
        yield Finding("callback", bool(beside) or ours in told.urls, seen, f"give the platform {ours}: {where}")
    if told.missing is not None:
        seen = f"not sent: {', '.join(told.missing)}" if told.missing else "all are sent"
        yield Finding("events", not told.missing, seen, f"add them: {where}")
    if told.trouble:
        yield Finding("deliveries", well=False, seen=told.trouble, advice="look at the findings above, and at the log")


def _shared(here: AccountServices, account: Account, api: str) -> Iterator[str]:
    """Yield our other addresses for the same page, where an app has one for several channels (`Traits.shares`)."""
    word = REGISTRY[account.channel].traits.shares if account.channel in REGISTRY else ""
    for name, kind in REGISTRY.items():
        if word and kind.traits.shares == word and name != account.channel:
            other = here.directory.by_id(name, account.account_id)
            if other is not None and other.app_key == account.app_key:
                yield str(shown(other, api)["webhook_url"])


def _seen(urls: tuple[str, ...], ours: str) -> str:
    """Say where events go, without the whole address of somebody else."""
    if ours in urls:
        return "ours"
    if not urls:
        return "nowhere"
    plain = urlsplit(ours)._replace(fragment="").geturl()
    if any(urlsplit(url)._replace(fragment="").geturl() == plain for url in urls):
        return f"ours, without its end #{urlsplit(ours).fragment}"
    hosts = sorted({urlsplit(url).hostname or "?" for url in urls})
    same = any(urlsplit(url).path.endswith(urlsplit(ours).path) for url in urls)
    return f"{'our path at' if same else 'somewhere else:'} {', '.join(hosts)}"
