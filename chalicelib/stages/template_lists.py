"""
Templates: reads each platform's list of them, so that category, price and state are known before one is sent.

An account whose brand names a template is looked at once an hour, in a minute of its own; the command reads any
account's. The list replaces the one before in one write, so a worker that dies has changed nothing. A template whose
category has changed since is told of once, also where its platform said so by a webhook: both are one event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..errors import Misconfigured, SendError
from ..model import Account, AccountId, AccountNotice, Address, EventId, Millis, PersonId
from ..services import Services
from ..store import keys, templates
from ..store.templates import Kept
from ..template_port import ListedTemplate, ListsTemplates

EVERY = 60  # minutes
LAST_MS = 38_000  # after the sweep began (its function has 50 s) no platform is asked any more
PAGES_MOST = 20


def is_due(account: Account, at: Millis) -> bool:
    """Return whether this is the account's minute."""
    return (at // 60_000 - int(keys.digest("templates", account.channel, account.account_id), 16)) % EVERY == 0


def read_lists(accounts: Iterable[Account], began: Millis, services: Services) -> Exception | None:
    """Read the lists whose minute it is; return the last error that was none of a platform's."""
    broken = None
    for account in accounts:
        if account.paused or not is_due(account, began) or services.clock() > began + LAST_MS:
            continue
        try:
            if _wanted(account, services):
                read_list(account, services)
        except Exception as error:  # noqa: BLE001 - raised by the sweep, when everybody else was looked at
            broken = error
    return broken


def _wanted(account: Account, services: Services) -> bool:
    if account.channel == services.desk.name or not services.traits(account.channel).template_prices:
        return False
    try:
        return bool(services.playbook(account.brand).templates)
    except Misconfigured:
        return False


def read_list(account: Account, services: Services) -> Kept:
    """Read an account's list and store it; after an error of its platform what was known stays, with the error."""
    table = services.table(account.brand)
    before = templates.of_account(table, account)
    try:
        after = templates.bounded(_listed(account, services), services.clock())
    except SendError as error:
        services.metrics("templates_unread", channel=account.channel)
        after = before._replace(error=error.code or type(error).__name__)
    else:
        told = list(_recategorised(account, before, after))
        if told:  # first: a worker that dies before it has stored the list tells it again, as one event
            services.queues.inbox(account.brand, told, services.clock())
    templates.keep(table, account, after)
    return after


def _listed(account: Account, services: Services) -> list[ListedTemplate]:
    channel = services.channel(account)
    if not isinstance(channel, ListsTemplates):
        raise TypeError(f"The channel {account.channel} lists no templates, and its traits say that it does.")
    found: list[ListedTemplate] = []
    page = ""
    for _ in range(PAGES_MOST):
        listed, page = channel.templates(account.account_id, page)
        found += listed
        if not page:
            break
    return found


def _recategorised(account: Account, before: Kept, after: Kept) -> Iterator[AccountNotice]:
    """Yield a notice for each template whose category is another than when the list was read last."""
    known = {(each.name, each.language): each.category for each in before.listed}
    names: dict[str, None] = {}  # in their order, each once
    for each in after.listed:
        was = known.get((each.name, each.language), each.category)
        if was and each.category and was != each.category:
            names[f"template_category:{each.name}:{was.upper()}:{each.category.upper()}"] = None
    for notice in names:
        yield AccountNotice(
            event_id=EventId(notice),
            address=Address(account.channel, AccountId(""), PersonId("")),  # a platform's own names none either
            sent_at=None,
            notice=notice,
        )
