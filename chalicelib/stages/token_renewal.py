"""
Token renewal: tokens that end are exchanged for new ones while they live (`token_port`).

Each account is looked at once an hour, in a minute of its own. A token is renewed when it is ten days old; where its
age is not known, or renewing failed, each day. The new one is stored in one write, with all else that is kept for the
account; a worker that dies before it has stored nothing, and the token before is good until its own end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..errors import SendError
from ..model import Account, AccountNotice, Address, EventId, Millis, PersonId, TokenLife
from ..services import Services
from ..store import keys
from ..token_port import RenewsToken

EVERY = 60  # minutes
DAY_MS = 86_400_000
RENEWED_AT_MS = 10 * DAY_MS  # a token's age
TOLD_MS, LAST_TOLD_MS = 10 * DAY_MS, 3 * DAY_MS  # what is left of a token that cannot be renewed when people are told
LAST_MS = 38_000  # after the sweep began (its function has 50 s) no platform is asked any more


def is_due(account: Account, at: Millis) -> bool:
    """Return whether this is the account's minute."""
    return (at // 60_000 - int(keys.digest("token", account.channel, account.account_id), 16)) % EVERY == 0


def ends_at(life: TokenLife | None, account: Account, token_ms: int) -> Millis:
    """Return when an account's token ends; at the latest, where it was never renewed since it was connected."""
    known = life is not None and life.connected_at == account.connected_at
    return life.ends_at if known and life is not None and life.ends_at else Millis(account.connected_at + token_ms)


def renew_tokens(accounts: Iterable[Account], began: Millis, services: Services) -> Exception | None:
    """Renew what is due among the accounts whose minute it is; return the last error that was none of a platform's."""
    broken = None
    for account in accounts:
        token_ms = services.traits(account.channel).token_ms
        if not token_ms or account.paused or not is_due(account, began) or services.clock() > began + LAST_MS:
            continue
        try:
            _look(account, token_ms, services)
        except Exception as error:  # noqa: BLE001 - raised by the sweep, when everybody else was looked at
            broken = error
    return broken


def _look(account: Account, token_ms: int, services: Services) -> None:
    now = services.clock()
    life = services.directory.token_life(account)
    if life is None or life.connected_at != account.connected_at:  # another token, of which nothing is known yet
        life = TokenLife(connected_at=account.connected_at)
    fresh = bool(life.ends_at) and not life.error and life.ends_at - now > token_ms - RENEWED_AT_MS
    if fresh or now < max(life.tried_at, account.connected_at) + DAY_MS:
        return
    after = _renewed(account, life, services)
    if after is None:
        return
    if after.error:
        _tell(account, ends_at(after, account, token_ms), services)
    services.directory.keep_token_life(account, replace(after, tried_at=now))


def _tell(account: Account, end: Millis, services: Services) -> None:
    """Tell the team of a token that cannot be renewed: ten days before its end, and again for the last three."""
    left_ms = end - services.clock()
    if left_ms >= TOLD_MS:
        return
    services.metrics("token_ends", channel=account.channel)
    when = "last" if left_ms < LAST_TOLD_MS else "soon"
    notice = AccountNotice(
        event_id=EventId(f"token_ends:{account.connected_at}:{end}:{when}"),
        address=Address(account.channel, account.account_id, PersonId("")),
        sent_at=None,
        notice="token_ends",
    )
    services.queues.inbox(account.brand, [notice], services.clock())


def _renewed(account: Account, life: TokenLife, services: Services) -> TokenLife | None:
    """Ask for a new token and store it; return how long it lives. None: somebody gave another one meanwhile."""
    try:
        channel = services.channel(account)
        if not isinstance(channel, RenewsToken):
            raise TypeError(f"The channel {account.channel} renews no token, and its traits say that it does.")
        given = channel.renew()
    except SendError as error:
        services.metrics("token_not_renewed", channel=account.channel)
        return replace(life, error=error.code or type(error).__name__)
    if given is None:
        return replace(life, error="")
    if not services.renewed(account, given):
        return None
    services.metrics("token_renewed", channel=account.channel)
    return replace(life, ends_at=Millis(services.clock() + given.lives_ms), error="")
