"""
What an account's platform says of it, by reading requests alone: for doctor, and for the look of each morning.

Nothing is changed. A platform that does not say something is no failure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from .channels import REGISTRY
from .deadline import within
from .errors import Refused, SendError, TokenExpired
from .findings import Finding
from .model import Account, Credentials, Millis
from .ports import ConnectSteps, Http, HttpAnswer, KnowsItself, Sender, Subscription
from .store.directory import Directory

LONGEST_S = 15.0
SKEW_MS = 60_000  # signed times are refused when they are some minutes off: half of that is told


class Dated:
    """An HTTP client that notes how far our clock is from the platform's (ms), by the dates of its answers."""

    def __init__(self, http: Http, clock: Callable[[], int]) -> None:
        self._http, self._clock = http, clock
        self.ahead: int | None = None

    def request(self, method: str, url: str, *, headers: Mapping[str, str], **more: Any) -> HttpAnswer:
        """Send one request."""
        answer = self._http.request(method, url, headers=headers, **more)
        try:
            told = parsedate_to_datetime(answer.headers.get("date", ""))
            self.ahead = self._clock() - int(told.timestamp() * 1000)
        except (TypeError, ValueError, OverflowError, OSError):
            pass
        return answer


def platform_says(
    steps: ConnectSteps,
    account: Account,
    held: Credentials,
    http: Http,
    ours: Collection[str],
    clock: Callable[[], int],
) -> Iterator[Finding]:
    """
    Ask the platform: how long the token lasts and what it may, where events go, and what time it is there.

    `ours`: every address of the account's webhook, the one that the platform is given first.
    """
    dated = Dated(http, clock)
    if held.token and steps.health is not None:
        try:
            yield from steps.health(dated, held, account.account_id, Millis(clock()))
        except SendError as error:
            yield Finding("expiry", well=True, seen=f"the platform does not say ({error})")
    if held.token and steps.subscription is not None:
        try:
            told = steps.subscription(dated, held, account.account_id)
        except SendError as error:
            yield Finding("callback", well=True, seen=f"the platform does not say ({error})")
        else:
            yield from _sent_to(told, account, [*ours])
    if dated.ahead is not None:
        off = abs(dated.ahead) // 1000
        seen = "as the platform's" if off * 1000 < SKEW_MS else f"{off} s {'ahead' if dated.ahead > 0 else 'behind'}"
        yield Finding("clock", off * 1000 < SKEW_MS, seen, "set this machine's clock: signed times are refused")


def examined(
    steps: ConnectSteps,
    channel: Sender,
    account: Account,
    held: Credentials,
    http: Http,
    ours: Collection[str],
    clock: Callable[[], int],
) -> list[Finding]:
    """Return what the platform says of an account and its token, within LONGEST_S. What it does not say is left out."""
    with within(LONGEST_S):
        found = []
        if isinstance(channel, KnowsItself):
            try:
                channel.called(account.account_id)
                found.append(Finding("platform", well=True, seen=""))
            except (TokenExpired, Refused) as error:
                found.append(Finding("platform", well=False, seen=error.code))
            except SendError:
                return []  # it is down: what it says besides would say nothing
        return [*found, *platform_says(steps, account, held, http, ours, clock)]


def _sent_to(told: Subscription, account: Account, ours: list[str]) -> Iterator[Finding]:
    """Compare the platform's address with ours, and what it sends with what is needed."""
    where = f"docs/connect.md#{account.channel}"
    if told.urls is not None and ours:
        found = next((url for url in ours if url in told.urls), "")
        own = urlsplit(ours[0]).path.endswith(urlsplit(found).path)
        seen = ("ours" if own else "ours, of the account that shares it") if found else _elsewhere(told.urls, ours[0])
        yield Finding("callback", bool(found), seen, f"give the platform {ours[0]}: {where}")
    if told.missing is not None:
        seen = f"not sent: {', '.join(told.missing)}" if told.missing else "all are sent"
        yield Finding("events", not told.missing, seen, f"add them: {where}")
    if told.others:
        seen = f"also get the messages: {', '.join(told.others)}"
        advice = "if one of them answers, customers are answered twice: take it off the page, or its right to messages"
        yield Finding("other apps", well=False, seen=seen, advice=advice)
    if told.trouble:
        yield Finding("deliveries", well=False, seen=told.trouble, advice="look at the findings above, and at the log")


def addresses(account: Account, bases: Collection[str], directory: Directory, suffix: str) -> list[str]:
    """
    Return every address to which an account's events may go: its own at each of the stage's, then those that it shares.

    Where an app has one address for several channels (`Traits.shares`), the other channel's serves both.
    """
    accounts = [account]
    word = REGISTRY[account.channel].traits.shares if account.channel in REGISTRY else ""
    for name, kind in REGISTRY.items():
        if word and kind.traits.shares == word and name != account.channel:
            other = directory.by_id(name, account.account_id)
            if other is not None and other.app_key == account.app_key:
                accounts.append(other)
    return [f"{base}/webhooks/{each.channel}/{each.key}{suffix}" for each in accounts for base in bases]


def _elsewhere(urls: tuple[str, ...], ours: str) -> str:
    """Say where events go, without the whole address of somebody else."""
    if not urls:
        return "nowhere"
    plain = urlsplit(ours)._replace(fragment="").geturl()
    if any(urlsplit(url)._replace(fragment="").geturl() == plain for url in urls):
        return f"ours, without its end #{urlsplit(ours).fragment}"
    hosts = sorted({urlsplit(url).hostname or "?" for url in urls})
    same = any(urlsplit(url).path.endswith(urlsplit(ours).path) for url in urls)
    return f"{'our path at' if same else 'somewhere else:'} {', '.join(hosts)}"
