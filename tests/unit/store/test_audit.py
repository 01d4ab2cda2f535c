"""The audit log: every change has its line, in its own transaction, and no line names a customer who is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from chalicelib.model import Account, AccountId, AccountKey, BrandId, ChannelName, Millis
from chalicelib.playbook.codec import to_json
from chalicelib.store import audit, bulletins, bundles, keys, merging, splitting
from chalicelib.store.audit import Author, Line
from chalicelib.store.bundles import Pushed
from chalicelib.store.directory import Directory
from chalicelib.store.table import Table
from chalicelib.store.writes import Beside
from chalicelib.wiring import Wiring
from infra import identity
from tests.simulation.dynamo import Dynamo, client_error
from tests.simulation.erasing import known_of_everybody
from tests.simulation.paths import HOURS, ODD, says
from tests.simulation.world import World
from tests.unit.playbook.test_bulletin import PLAYBOOK, exception

from .fixtures import NOW, table

LEA = Author("U0LEA", NOW)
DAY_MS = 86_400_000


def an_account(brand: BrandId) -> Account:
    return Account(
        key=AccountKey("k1"), brand=brand, channel=ChannelName("x"), account_id=AccountId("1"), app_key="app"
    )


class Busy:
    """DynamoDB whose transactions meet another one, so many times; the first, which connects the account, does not."""

    def __init__(self, inner: Any, times: int) -> None:
        self._inner, self._left, self._seen = inner, times, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def transact_write_items(self, **given: Any) -> Any:
        self._seen += 1
        if self._seen > 1 and self._left:
            self._left -= 1
            reasons = [{"Code": "TransactionConflict"}, {"Code": "None"}]
            raise client_error("TransactionCanceledException", "TransactWriteItems", CancellationReasons=reasons)
        return self._inner.transact_write_items(**given)


def changes(here: Table) -> list[tuple[str, str, str, str]]:
    return [(each.what, each.about, each.before, each.after) for each in audit.lines(here, Millis(0))]


def pushed(here: Table, beside: Beside | None = None) -> Pushed:
    return bundles.push(here, Pushed(number=0, model="own@1", card="a" * 64, files={}, at=NOW), beside)


def _switched(here: Table, beside: Beside) -> None:
    here.switch("intent:return", stopped=True, since=NOW, beside=beside)


def _playbook(here: Table, beside: Beside) -> None:
    here.put_playbook(to_json(PLAYBOOK), NOW, beside=beside)


def _used(here: Table, beside: Beside) -> None:
    pushed(here)
    bundles.use(here, 1, NOW, beside)


def _went_back(here: Table, beside: Beside) -> None:
    pushed(here)
    bundles.use(here, 1, NOW)
    bundles.back(here, NOW, beside)


def _excepted(here: Table, beside: Beside) -> None:
    bulletins.add(here, exception(), NOW, lambda _: True, beside)


def _ended(here: Table, beside: Beside) -> None:
    made = exception()
    bulletins.add(here, made, NOW, lambda _: True)
    bulletins.end(here, made.bulletin_id, "U0LEA", NOW, beside)


def _paused(here: Table, beside: Beside) -> None:
    directory, account = Directory(here.client, here.name), an_account(here.brand)
    directory.put_account(account)
    directory.pause(account, "190", "row 1", beside)


def _blocked(here: Table, beside: Beside) -> None:
    for minutes in (60, 61):
        here.block_lookups(Millis(NOW + minutes * 60_000), NOW, beside)


def _stopped_itself(here: Table, beside: Beside) -> None:
    for _ in range(2):
        here.switch("intent:return", stopped=True, since=NOW, refusals=(3, 40), at_epoch=0, beside=beside)


CHANGES: dict[str, tuple[Callable[[Table, Beside], Any], str, str]] = {
    "a stop": (_switched, "speaks", "stopped"),
    "a playbook": (_playbook, "version 0", "version 1"),
    "a classifier that is pushed": (pushed, "", "number 1"),
    "a classifier that is used": (_used, "number 0", "number 1"),
    "the classifier before": (_went_back, "number 1", "number 0"),
    "a stop by itself, asked for twice": (_stopped_itself, "speaks", "stopped (3 of 40)"),
    "an account that is paused": (_paused, "sends", "paused (190)"),
    "look-ups that are blocked twice": (_blocked, "asked", "blocked"),
    "an exception": (_excepted, "", "holds"),
    "the end of an exception": (_ended, "holds", "ended"),
}


@pytest.mark.parametrize(("change", "before", "after"), CHANGES.values(), ids=CHANGES)
def test_a_change_says_what_was_before_and_after_it(
    change: Callable[[Table, Beside], Any], before: str, after: str
) -> None:
    here = table()
    change(here, audit.beside(here.brand, LEA, "bot.stop", "x"))

    assert list(audit.lines(here, NOW)) == [
        Line(at=NOW, by="U0LEA", what="bot.stop", about="x", before=before, after=after)
    ]


@pytest.mark.parametrize(("change", "before", "after"), CHANGES.values(), ids=CHANGES)
def test_a_change_and_its_line_are_one_request(change: Callable[[Table, Beside], Any], before: str, after: str) -> None:
    db = Dynamo()
    here = table(db)
    db.journal = []
    change(here, audit.beside(here.brand, LEA, "bot.stop"))
    (made,) = [given for _, given, _ in db.journal if keys.AUDIT_PREFIX in str(given)]

    assert len(made["TransactItems"]) >= 2


def test_an_account_is_paused_with_one_line_by_the_first_row_however_often_rows_ask() -> None:
    here = table()
    directory, account = Directory(here.client, here.name), an_account(here.brand)
    directory.put_account(account)
    line = audit.beside(here.brand, Author(audit.TOKEN, NOW), "account.pause", "x 1")
    later = audit.beside(here.brand, Author(audit.TOKEN, Millis(NOW + 5)), "account.pause", "x 1")
    asked = [directory.pause(account, "190", row, told) for row, told in (("1", line), ("2", later), ("1", later))]

    assert asked == [True, False, True]
    assert changes(here) == [("account.pause", "x 1", "sends", "paused (190)")]


def test_a_pause_that_meets_another_write_of_the_account_is_made_all_the_same() -> None:
    db = Dynamo()
    here = table(db)
    directory, account = Directory(Busy(db, 1), here.name), an_account(here.brand)
    directory.put_account(account)
    paused = directory.pause(account, "190", "1", audit.beside(here.brand, LEA, "account.pause", "x 1"))

    assert paused
    assert len(changes(here)) == 1


def test_people_are_merged_and_split_with_their_lines() -> None:
    world = World().run(says("whatsapp", HOURS), says("messenger", ODD))
    winner, loser = sorted(known_of_everybody(world).contacts)
    here = world.table
    proof = merging.Proof(evidence="agent", reason="same", by=LEA.by, at=NOW)
    merging.merge(here, winner, loser, proof, audit.beside(here.brand, LEA, "contact.merge", loser))
    later = Author("U0LEA", Millis(NOW + 1))
    splitting.split(here, winner, loser, later.at, audit.beside(here.brand, later, "contact.split", loser))

    assert changes(here) == [
        ("contact.split", loser, f"merged into {winner}", ""),
        ("contact.merge", loser, "", f"merged into {winner}"),
    ]


def test_lines_are_read_page_by_page_the_newest_first() -> None:
    db = Dynamo()
    here = table(db)
    for number in range(250):
        audit.note(here, Author("marie", Millis(NOW + number // 2)), "queue.redrive", f"{number}")
    db.journal = []
    newest = list(islice(audit.lines(here, NOW), 2))

    assert {line.about for line in newest} == {"248", "249"}
    assert [name for name, _, _ in db.journal] == ["query"]
    found = list(audit.lines(here, NOW))
    assert sorted(int(line.about) for line in found) == list(range(250))
    assert [line.at for line in found] == sorted((line.at for line in found), reverse=True)
    assert len(list(audit.lines(here, Millis(NOW + 100)))) == 50
    assert list(audit.lines(table(db, "atelier-nord"), NOW)) == []


def test_a_line_goes_after_a_year() -> None:
    db = Dynamo()
    audit.note(table(db), LEA, "queue.redrive")
    ((_, sk), item) = next(iter(db.items.items()))

    assert sk.startswith(keys.AUDIT_PREFIX)
    assert int(item["ttl"]["N"]) == (NOW + 365 * DAY_MS) // 1000


def test_a_line_about_somebody_who_is_erased_stays_and_forgets_whom() -> None:
    here = table()
    noted = audit.note(here, LEA, "contact.erase", "p1", before="x")
    audit.forget(here, noted, "3 messages")

    assert changes(here) == [("contact.erase", "", "", "3 messages")]


class _Sts:
    def __init__(self, arn: str) -> None:
        self._arn = arn

    def get_caller_identity(self) -> dict[str, str]:
        return {"Arn": self._arn}


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:sts::123456789012:assumed-role/Admin/marie", "marie"),
        ("arn:aws:iam::123456789012:user/team/jean", "jean"),
        ("arn:aws:iam::123456789012:root", "root"),
    ],
)
def test_on_aws_who_gives_a_command_is_whom_aws_knows(arn: str, name: str) -> None:
    services = Wiring(replace(World().settings, endpoint_url=""), client=lambda service: _Sts(arn))

    assert identity.author(services).by == name
