"""docs/restore.md, step by step on the local AWS: the table comes back under its name, an erased person does not."""

from __future__ import annotations

import time
from typing import Any

import pytest

from chalicelib.store.people import person
from infra.resources import data_template

from .conftest import DEMO, SystemUnderTest, drain, everything

pytestmark = pytest.mark.stack


def restored(dynamodb: Any, table: str) -> None:
    """Section 2 of the page, as an administrator types it."""
    beside = f"{table}-beside"
    dynamodb.restore_table_to_point_in_time(SourceTableName=table, TargetTableName=beside, UseLatestRestorableTime=True)
    dynamodb.get_waiter("table_exists").wait(TableName=beside)


def put_in_place(dynamodb: Any, table: str) -> None:
    """Sections 3 and 4."""
    beside = f"{table}-beside"
    backup = dynamodb.create_backup(TableName=beside, BackupName=beside)["BackupDetails"]["BackupArn"]
    dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName=table)
    dynamodb.get_waiter("table_not_exists").wait(TableName=table)
    dynamodb.restore_table_from_backup(TargetTableName=table, BackupArn=backup)
    dynamodb.get_waiter("table_exists").wait(TableName=table)
    dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    dynamodb.update_table(TableName=table, DeletionProtectionEnabled=True)


def test_a_restored_table_is_as_the_stack_wants_it_and_an_erased_person_is_erased_again(
    system: SystemUnderTest,
) -> None:
    dynamodb, names = system.aws.cloud.client("dynamodb"), system.aws.cloud.names
    who, stays = system.person(), system.person()
    for each in (who, stays):
        system.write(each, "[opening_hours] when?")
        drain(system, each)
    contact_id, other = system.contact_of(who), system.contact_of(stays)
    restored(dynamodb, names.table)
    system.ask("contact", "erase", contact_id, "--yes", "--wait", "0")
    assert person(system.table(), contact_id) is None
    put_in_place(dynamodb, names.table)
    back = person(system.table(), contact_id)
    done = system.ask("contact", "erase-again", "--brand", DEMO)
    again = system.ask("contact", "erase-again", "--brand", DEMO)
    left = str(everything(system.table()))
    time.sleep(1.1)  # the bucket tells whole seconds: who writes again does it in a later one
    system.write(who, "[opening_hours] when?")
    drain(system, who)
    spared = system.ask("contact", "erase-again", "--brand", DEMO)
    now = dynamodb.describe_table(TableName=names.table)["Table"]
    wanted = data_template(names)["Resources"]["Table"]["Properties"]
    ttl = dynamodb.describe_time_to_live(TableName=names.table)["TimeToLiveDescription"]

    assert back is not None
    assert contact_id in done["erased_again"]  # other tests of this stack erase people of the brand too
    assert (done["left"], again["erased_again"]) == (0, [])
    assert contact_id not in left
    assert (spared["erased_again"], contact_id in spared["wrote_again"]) == ([], True)
    assert person(system.table(), contact_id) is not None
    assert person(system.table(), other) is not None
    assert [each["IndexName"] for each in now["GlobalSecondaryIndexes"]] == ["due", "open"]
    assert now["KeySchema"] == wanted["KeySchema"]
    assert (ttl["TimeToLiveStatus"], ttl["AttributeName"]) == ("ENABLED", "ttl")
