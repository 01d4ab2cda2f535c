"""
Which brand an account belongs to: the only reads that are not limited to one brand.

An account is found by the opaque key in its webhook URL or by (channel, platform account id), never by anything that a
customer can choose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from ..errors import Conflict
from ..model import Account, AccountId, AccountKey, Activity, BrandId, ChannelName, Ignored, ListRead, Millis, TokenLife
from . import items, keys, wire, writes
from .keys import Key
from .writes import LOST, THERE, Beside, Lost, Write


class Directory(writes.Writer):
    """Accounts of all brands."""

    def _get(self, key: Key) -> Account | None:
        answer = self.client.get_item(TableName=self.name, Key=writes.place(key), ConsistentRead=True)
        return items.account(items.readable(wire.from_avs(answer["Item"]))) if "Item" in answer else None

    def by_key(self, account_key: str) -> Account | None:
        """Return the account that a webhook URL names, or None."""
        return self._get(keys.account_by_key(account_key))

    def by_id(self, channel: str, account_id: str) -> Account | None:
        """Return the account that a platform names, or None."""
        return self._get(keys.account_by_id(channel, account_id))

    def note_event(self, channel: str, account_id: str, now: Millis, what: str = "pulse") -> None:
        """Store that a verified event of this account came; `what`: "standby" for one that is another app's."""
        key = keys.account_by_id(channel, account_id, what)
        self.write(writes.update(key, "SET #last = :last, v = :v", last=now, v=items.VERSION))

    def activity(self, account: Account) -> Activity | None:
        """Return when an account's events came, hour by hour; None if none ever did."""
        key = keys.account_by_id(account.channel, account.account_id, "pulse")
        answer = self.client.get_item(TableName=self.name, Key=writes.place(key))
        return items.activity(items.readable(wire.from_avs(answer["Item"]))) if "Item" in answer else None

    def standby_at(self, account: Account) -> Millis:
        """Return when an event of a conversation came that another app holds; 0 if none ever did."""
        key = keys.account_by_id(account.channel, account.account_id, Ignored.STANDBY)
        answer = self.client.get_item(TableName=self.name, Key=writes.place(key))
        return Millis(int(wire.from_avs(answer["Item"])["last"]) if "Item" in answer else 0)

    def keep_activity(self, account: Account, activity: Activity) -> None:
        """Store which hours had events."""
        key = keys.account_by_id(account.channel, account.account_id, "pulse")
        change = "SET #newest = :newest, #since = :since, #hours = :hours, v = :v"
        self.write(writes.update(key, change, v=items.VERSION, **items.activity_values(activity)))

    def list_read(self, account: Account) -> ListRead | None:
        """Return how far an account's list at its platform was read; None if it never was."""
        key = keys.account_by_id(account.channel, account.account_id, "list")
        answer = self.client.get_item(TableName=self.name, Key=writes.place(key), ConsistentRead=True)
        return items.list_read(items.readable(wire.from_avs(answer["Item"]))) if "Item" in answer else None

    def keep_list_read(self, account: Account, read: ListRead) -> None:
        """Store how far an account's list was read."""
        key = keys.account_by_id(account.channel, account.account_id, "list")
        self.write(writes.put(key, items.list_read_item(read)))

    def token_life(self, account: Account) -> TokenLife | None:
        """Return how long an account's token lives; None if none was ever renewed."""
        key = keys.account_by_id(account.channel, account.account_id, "token")
        answer = self.client.get_item(TableName=self.name, Key=writes.place(key), ConsistentRead=True)
        return items.token_life(items.readable(wire.from_avs(answer["Item"]))) if "Item" in answer else None

    def keep_token_life(self, account: Account, life: TokenLife) -> None:
        """Store how long an account's token lives."""
        key = keys.account_by_id(account.channel, account.account_id, "token")
        self.write(writes.put(key, items.token_life_item(life)))

    def put_account(self, account: Account) -> None:
        """Connect an account, or connect it again: all its entries in one transaction."""
        item = items.account_item(account)
        self._all([writes.put(key, item) for key in _entries(account)])

    def remove_account(self, account: Account) -> None:
        """For commands: disconnect an account; repeated, it does nothing."""
        self._all([writes.delete(key) for key in _entries(account)])

    def keep_key(self, account: Account) -> None:
        """Keep the key of a webhook's address while its account is gone: its platform may call there for ever."""
        item: items.Item = {"v": items.VERSION, "account_key": account.key, "brand": account.brand}
        self.write(writes.put(keys.account_by_id(account.channel, account.account_id, "key"), item))

    def kept_key(self, brand: BrandId, channel: ChannelName, account_id: AccountId) -> AccountKey | None:
        """Return the key that an account of this brand had before it went; None if there was none."""
        key = keys.account_by_id(channel, account_id, "key")
        answer = self.client.get_item(TableName=self.name, Key=writes.place(key), ConsistentRead=True)
        item = items.readable(wire.from_avs(answer["Item"])) if "Item" in answer else {}
        return AccountKey(item["account_key"]) if item.get("brand") == brand else None

    def accounts(self, brand: BrandId | None = None) -> Iterator[Account]:
        """Return all accounts, or one brand's."""
        low = f"{brand}#" if brand else " "
        high = f"{brand}$" if brand else "~"
        for answer in writes.pages(
            self.client.query,
            TableName=self.name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
            ExpressionAttributeValues=wire.to_avs({":pk": "brands", ":low": low, ":high": high}),
            ConsistentRead=True,
        ):
            yield from (items.account(items.readable(wire.from_avs(item))) for item in answer["Items"])

    def pause(self, account: Account, reason: str, by: str, beside: Beside | None = None) -> bool:
        """
        Pause all sending for an account. True for the row (`by`) that paused it, also when it asks again.

        That row's worker tells the administrator. If it dies before that, the next worker of the row gets True again.
        False, and nothing is paused, where it was connected again since `account` was read: that has another token.
        `beside` is told "sends" and the reason, once.
        """
        key, change = keys.account_by_id(account.channel, account.account_id), "SET paused = :reason, paused_by = :by"
        same = "(attribute_not_exists(connected_at) OR connected_at = :at)"
        first, at = f"{THERE} AND attribute_not_exists(paused) AND {same}", account.connected_at

        def attempt() -> bool | Lost:
            made = writes.update(key, change, first, reason=reason, by=by, at=at)
            if self.with_beside(made, beside, "sends", f"paused ({reason})") or self._change(
                account, change, f"paused_by = :by AND {same}", reason=reason, by=by, at=at
            ):
                return True
            there = self._get(key)
            return False if there is None or there.paused or there.connected_at != at else LOST

        return writes.until_done(attempt, "The account is being changed by somebody else; try again.")

    def close_paced_queue(self, account: Account, until: Millis, now: Millis) -> bool:
        """Close a desk's paced queue until then. False: another worker has closed it already."""
        open_ = f"{THERE} AND (attribute_not_exists(line_until) OR line_until <= :now)"
        return self._change(account, "SET line_until = :until REMOVE line_by", open_, until=until, now=now)

    def begin_pass(self, account: Account, token: Millis, until: Millis) -> bool:
        """
        Take the pass of a paced queue that was closed until `token` (0: never), and close it until `until`.

        True also for a worker that takes the same pass again: the first one died. False: the queue has moved on.
        """
        mine = "line_by = :token OR " + ("line_until = :token" if token else "attribute_not_exists(line_until)")
        return self._change(account, "SET line_until = :until, line_by = :token", mine, until=until, token=token)

    def end_pass(self, account: Account, token: Millis, until: Millis) -> bool:
        """End the pass that was taken with `token`: the queue is closed until `until`. False: it has moved on."""
        return self._change(account, "SET line_until = :until", "line_by = :token", until=until, token=token)

    def _change(self, account: Account, change: str, condition: str, **values: object) -> bool:
        key = keys.account_by_id(account.channel, account.account_id)
        return self.write(writes.update(key, change, condition, **values))

    def _all(self, made: Sequence[Write]) -> None:
        if self.transact(made):
            raise Conflict("The account is being changed by somebody else; try again.")

    def resume(self, channel: ChannelName, account_id: AccountId, now: Millis) -> Account | None:
        """
        Let an account send again, with credentials read from `now` on.

        The caller must then notify for its parked rows (`due` of its parked shard).
        """
        account = self.by_id(channel, account_id)
        if account is None:
            return None
        again = replace(account, paused="", connected_at=now, line_until=Millis(0))
        self.put_account(again)
        return again

    def due(self, shard: str, until: int, limit: int = 100) -> list[tuple[Key, int]]:
        """Return at most `limit` keys of a shard of the due index that are due at `until` (ms), oldest first."""
        return list(islice(self.all_due(shard, until, limit), limit))

    def all_due(self, shard: str, until: int, page: int = 1000) -> Iterator[tuple[Key, int]]:
        """Return every key of a shard that is due at `until`, read page by page."""
        for answer in writes.pages(
            self.client.query,
            TableName=self.name,
            IndexName="due",
            KeyConditionExpression="due_shard = :shard AND due_at <= :until",
            ExpressionAttributeValues=wire.to_avs({":shard": shard, ":until": until}),
            Limit=page,
        ):
            for item in map(wire.from_avs, answer["Items"]):
                yield Key(item["pk"], item["sk"]), int(item["due_at"])


def _entries(account: Account) -> tuple[Key, ...]:
    """Return the keys under which an account is found."""
    return (
        keys.account_by_key(account.key),
        keys.account_by_id(account.channel, account.account_id),
        keys.brand_account(account.brand, account.channel, account.key),
    )
