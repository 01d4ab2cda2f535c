"""
Which brand an account belongs to: the only reads that are not made for one brand.

An account is found by the opaque key in its webhook URL or by (channel, platform account id), never by anything
a customer can choose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from ..model import Account, AccountId, BrandId, ChannelName, Millis, Pulse
from . import items, keys, wire
from .keys import Key


class Directory:
    """Accounts of all brands. `client` is a DynamoDB client; `name` the table's name."""

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name

    def _get(self, key: Key) -> Account | None:
        answer = self.client.get_item(
            TableName=self.name, Key=wire.to_avs({"pk": key.pk, "sk": key.sk}), ConsistentRead=True
        )
        return items.account(items.readable(wire.from_avs(answer["Item"]))) if "Item" in answer else None

    def by_key(self, account_key: str) -> Account | None:
        """The account a webhook URL names, or None."""
        return self._get(keys.account_by_key(account_key))

    def by_id(self, channel: str, account_id: str) -> Account | None:
        """The account a platform names, or None."""
        return self._get(keys.account_by_id(channel, account_id))

    def note_event(self, channel: str, account_id: str, now: Millis) -> None:
        """A verified event of this account came."""
        self._update(
            keys.account_by_id(channel, account_id, "pulse"),
            "SET #last = :last, v = :v",
            {":last": now},
            {"#last": "last"},
        )

    def pulse(self, account: Account) -> Pulse | None:
        """When an account's events came; None: none ever did."""
        key = keys.account_by_id(account.channel, account.account_id, "pulse")
        answer = self.client.get_item(TableName=self.name, Key=wire.to_avs({"pk": key.pk, "sk": key.sk}))
        return items.pulse(items.readable(wire.from_avs(answer["Item"]))) if "Item" in answer else None

    def keep_pulse(self, account: Account, pulse: Pulse) -> None:
        """Keeps which hours had events."""
        names = {"#newest": "newest", "#since": "since", "#hours": "hours"}
        expression = "SET #newest = :newest, #since = :since, #hours = :hours, v = :v"
        self._update(
            keys.account_by_id(account.channel, account.account_id, "pulse"),
            expression,
            items.pulse_values(pulse),
            names,
        )

    def _update(self, key: Key, expression: str, values: dict[str, Any], names: dict[str, str]) -> None:
        self.client.update_item(
            TableName=self.name,
            Key=wire.to_avs({"pk": key.pk, "sk": key.sk}),
            UpdateExpression=expression,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=wire.to_avs(values | {":v": items.VERSION}),
        )

    def put_account(self, account: Account) -> None:
        """Connects an account (again): all its entries in one transaction."""
        where = (
            keys.account_by_key(account.key),
            keys.account_by_id(account.channel, account.account_id),
            keys.brand_account(account.brand, account.channel, account.key),
        )
        item = items.account_item(account)
        writes = [
            {"Put": {"TableName": self.name, "Item": wire.to_avs(item | {"pk": key.pk, "sk": key.sk})}} for key in where
        ]
        self.client.transact_write_items(TransactItems=writes)

    def remove_account(self, account: Account) -> None:
        """For commands: disconnects an account; once more is nothing."""
        where = (
            keys.account_by_key(account.key),
            keys.account_by_id(account.channel, account.account_id),
            keys.brand_account(account.brand, account.channel, account.key),
        )
        gone = [{"Delete": {"TableName": self.name, "Key": wire.to_avs({"pk": key.pk, "sk": key.sk})}} for key in where]
        self.client.transact_write_items(TransactItems=gone)

    def accounts(self, brand: BrandId | None = None) -> Iterator[Account]:
        """All accounts, or one brand's."""
        low = f"{brand}#" if brand else " "
        high = f"{brand}$" if brand else "~"
        start: dict[str, Any] = {}
        while True:
            answer = self.client.query(
                TableName=self.name,
                KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
                ExpressionAttributeValues=wire.to_avs({":pk": "brands", ":low": low, ":high": high}),
                ConsistentRead=True,
                **start,
            )
            yield from (items.account(items.readable(wire.from_avs(item))) for item in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def pause(self, account: Account, reason: str, by: str) -> bool:
        """
        Stops all sending for an account. True for the row that did it (`by`), however often it asks.

        Its worker tells the administrator, and may die before that: then it finds its own mark here.
        """
        key = keys.account_by_id(account.channel, account.account_id)
        try:
            self.client.update_item(
                TableName=self.name,
                Key=wire.to_avs({"pk": key.pk, "sk": key.sk}),
                UpdateExpression="SET paused = :reason, paused_by = :by",
                ConditionExpression="attribute_exists(pk) AND (attribute_not_exists(paused) OR paused_by = :by)",
                ExpressionAttributeValues=wire.to_avs({":reason": reason, ":by": by}),
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def shut_line(self, account: Account, until: Millis, now: Millis) -> bool:
        """Shuts a desk's line until then. False: somebody did so before, and it is shut still."""
        open_ = "attribute_exists(pk) AND (attribute_not_exists(line_until) OR line_until <= :now)"
        return self._line(account, "SET line_until = :until REMOVE line_by", open_, {":until": until, ":now": now})

    def take_turn(self, account: Account, token: Millis, until: Millis) -> bool:
        """
        Takes the turn of a line that was shut until `token` (0: never), and shuts it until `until`.

        True for whoever took this very turn before, too: it died. False: the line has moved on.
        """
        mine = "line_by = :token OR " + ("line_until = :token" if token else "attribute_not_exists(line_until)")
        values = {":until": until, ":token": token}
        return self._line(account, "SET line_until = :until, line_by = :token", mine, values)

    def end_turn(self, account: Account, token: Millis, until: Millis) -> bool:
        """Ends the turn that was taken with `token`: the line is shut until `until`. False: it has moved on."""
        return self._line(account, "SET line_until = :until", "line_by = :token", {":until": until, ":token": token})

    def _line(self, account: Account, expression: str, condition: str, values: dict[str, Millis]) -> bool:
        key = keys.account_by_id(account.channel, account.account_id)
        try:
            self.client.update_item(
                TableName=self.name,
                Key=wire.to_avs({"pk": key.pk, "sk": key.sk}),
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeValues=wire.to_avs({name: int(value) for name, value in values.items()}),
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def resume(self, channel: ChannelName, account_id: AccountId, now: Millis) -> Account | None:
        """
        Lets an account send again, with credentials read from `now` on.

        Its parked rows must then be rung (`due` of its parked shard).
        """
        account = self.by_id(channel, account_id)
        if account is None:
            return None
        again = replace(account, paused="", connected_at=now, line_until=Millis(0))
        self.put_account(again)
        return again

    def due(self, shard: str, until: int, limit: int = 100) -> list[tuple[Key, int]]:
        """At most `limit` keys of the due index's entries of a shard that are due at `until` (ms), oldest first."""
        return list(islice(self.all_due(shard, until, limit), limit))

    def all_due(self, shard: str, until: int, page: int = 1000) -> Iterator[tuple[Key, int]]:
        """Every such entry, read a page at a time."""
        start: dict[str, Any] = {}
        while True:
            answer = self.client.query(
                TableName=self.name,
                IndexName="due",
                KeyConditionExpression="due_shard = :shard AND due_at <= :until",
                ExpressionAttributeValues=wire.to_avs({":shard": shard, ":until": until}),
                Limit=page,
                **start,
            )
            for item in map(wire.from_avs, answer["Items"]):
                yield Key(item["pk"], item["sk"]), int(item["due_at"])
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
