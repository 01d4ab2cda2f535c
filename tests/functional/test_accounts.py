"""`guichet account` and `guichet redrive` over a real table, SSM and queues."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.admin.secret_store import put_app
from chalicelib.errors import UsageError
from chalicelib.store import keys, rows
from chalicelib.wiring import Wiring, now_ms
from tests.support.aws_limits import Limited

from .conftest import DEMO, OTHER, SystemUnderTest, everything

pytestmark = pytest.mark.stack

HELD = {"app": {"current": "s3cret-app", "verify_token": "s3cret-verify"}, "token": {"token": "s3cret-token"}}


def secrets_file(folder: Path, held: Any = HELD) -> str:
    path = folder / "secrets.json"
    path.write_text(json.dumps(held), encoding="utf-8")
    return str(path)


def connect(system: SystemUnderTest, tmp_path: Path, account: str, brand: str = DEMO, held: Any = HELD) -> Any:
    arguments = ["--brand", brand, "--channel", "messenger", "--account", account, "--app", f"app-{account}"]
    return system.ask("account", "connect", *arguments, "--secrets", secrets_file(tmp_path, held))


def test_a_connected_account_is_listed_and_its_secrets_are_kept_and_never_shown(
    system: SystemUnderTest, tmp_path: Path
) -> None:
    done = connect(system, tmp_path, "104200000000901")
    listed = system.ask("account", "list", "--account", "104200000000901")["accounts"]
    account = system.services.directory.by_id("messenger", "104200000000901")
    assert account is not None
    held = system.services.secrets.account(account)

    assert done["webhook_url"].endswith(f"/webhooks/messenger/{account.key}")
    assert [each["brand"] for each in listed] == [DEMO]
    assert (held.app_secrets, held.verify_token, held.token) == (("s3cret-app",), "s3cret-verify", "s3cret-token")
    assert "s3cret" not in str(done) + str(listed) + str(everything(system.table()))


def test_a_changed_app_secret_keeps_the_old_one_for_a_while(system: SystemUnderTest, tmp_path: Path) -> None:
    connect(system, tmp_path, "104200000000902")
    first = system.services.directory.by_id("messenger", "104200000000902")
    connect(system, tmp_path, "104200000000902", held={"app": {"current": "n3w"}, "token": {"token": "n3w-token"}})
    again = system.services.directory.by_id("messenger", "104200000000902")
    assert first is not None
    assert again is not None
    held = system.services.secrets.account(again)

    assert again.key == first.key
    assert held.app_secrets == ("n3w", "s3cret-app")
    assert (held.token, held.verify_token) == ("n3w-token", "s3cret-verify")


class AtOnce:
    """SSM to an administrator who is slow: whenever they have read, `meanwhile` happens, once each."""

    def __init__(self, client: Any, *meanwhile: Callable[[], object]) -> None:
        self._client, self._meanwhile = client, list(meanwhile)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def put_parameter(self, **given: Any) -> Any:
        if self._meanwhile:
            self._meanwhile.pop(0)()
        return self._client.put_parameter(**given)


def test_administrators_who_rotate_one_app_at_once_lose_no_secret(system: SystemUnderTest) -> None:
    client, plain, app = system.services.client("ssm"), system.services, ("messenger", "app-at-once")
    put_app(plain, *app, {"current": "old", "verify_token": "v"})
    others = [lambda: put_app(plain, *app, {"current": "hers"}), lambda: put_app(plain, *app, {"app_id": "7"})]
    slow = Wiring(system.services.settings, client=lambda _: AtOnce(client, *others))
    put_app(slow, *app, {"current": "his"})
    kept = system.services.secrets.app(*app)

    assert kept.app_secrets == ("his", "hers", "old")
    assert (kept.verify_token, kept.app_id) == ("v", "7")


def test_a_replaced_secret_goes_when_it_is_said(system: SystemUnderTest) -> None:
    app = ("messenger", "app-dropped")
    for given in ({"current": "old"}, {"current": "new", "verify_token": "v"}, {"current": "new", "previous": ""}):
        put_app(system.services, *app, given)

    assert system.services.secrets.app(*app).app_secrets == ("new",)


def test_a_hundred_apps_of_a_channel_fit(system: SystemUnderTest) -> None:
    client = Limited(system.services.client("ssm"), "ssm")
    services = Wiring(system.services.settings, client=lambda _: client)
    for number in range(100):
        put_app(services, "messenger", f"brand-{number}", {"current": f"{number:032x}", "verify_token": "v" * 32})

    assert services.secrets.app("messenger", "brand-99").app_secrets == (f"{99:032x}",)


def test_a_secret_longer_than_ssm_takes_is_refused_in_words(system: SystemUnderTest) -> None:
    with pytest.raises(UsageError, match="4 KB"):
        put_app(system.services, "messenger", "app-long", {"current": "é" * 2_100})


def test_secrets_may_come_on_standard_input(system: SystemUnderTest) -> None:
    kept, sys.stdin = sys.stdin, io.StringIO(json.dumps({"current": "a", "token": "b"}))
    try:
        asked = ["--brand", DEMO, "--channel", "whatsapp", "--account", "104200000000903", "--app", "stdin"]
        system.ask("account", "connect", *asked, "--secrets", "-")
    finally:
        sys.stdin = kept
    account = system.services.directory.by_id("whatsapp", "104200000000903")

    assert account is not None
    assert system.services.secrets.account(account).token == "b"


@pytest.mark.parametrize("held", ["[]", "nonsense", '{"app": {"current": 1}}', '{"app": {"secret": "s3cret"}}', "{}"])
def test_secrets_of_another_shape_are_refused_without_showing_them(
    system: SystemUnderTest, tmp_path: Path, held: str
) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(held, encoding="utf-8")
    asked = ["--brand", DEMO, "--channel", "messenger", "--account", "104200000000904", "--secrets", str(path)]

    assert "s3cret" not in system.refused("account", "connect", *asked)
    assert system.services.directory.by_id("messenger", "104200000000904") is None


def test_an_account_of_another_brand_cannot_be_taken(system: SystemUnderTest, tmp_path: Path) -> None:
    theirs = system.aws.account(OTHER, "messenger")
    before = system.services.directory.by_id("messenger", theirs.account_id)
    asked = ["--brand", DEMO, "--channel", "messenger", "--account", theirs.account_id]

    assert "another brand" in system.refused("account", "connect", *asked, "--secrets", secrets_file(tmp_path))
    assert system.services.directory.by_id("messenger", theirs.account_id) == before
    system.refused("account", "doctor", "--brand", DEMO, "--account", theirs.account_id)


def test_a_new_token_rings_what_waited_for_it(system: SystemUnderTest, tmp_path: Path) -> None:
    connect(system, tmp_path, "104200000000905")
    account = system.services.directory.by_id("messenger", "104200000000905")
    assert account is not None
    who = system.person("messenger")
    who = type(who)(who.channel, account.account_id, who.person_id)
    system.write(who, "[refund] when?")
    row = system.table().open_rows(keys.recipient(who))[0]
    system.services.directory.pause(account, "190", by=row.row_id)
    rows.index_due(system.table(), row, keys.parked_shard("messenger", account.account_id), now_ms())
    sick = system.call("account", "doctor", "--account", account.account_id, "--json")
    seen = {each["name"]: (each["well"], each["seen"]) for each in sick.json["accounts"][0]["findings"]}
    done = connect(system, tmp_path, "104200000000905")
    healed = system.services.directory.by_id("messenger", account.account_id)

    assert sick.status == 1
    assert (seen["sends"], seen["rows waiting"], seen["token"]) == ((False, "190"), (False, "1"), (True, "stored"))
    assert done["rung"] == 1
    assert healed is not None
    assert healed.paused == ""
    assert healed.connected_at > 0


def test_a_brand_connects_its_order_service_and_doctor_asks_it(system: SystemUnderTest, tmp_path: Path) -> None:
    asked = ["--brand", OTHER, "--channel", "shop"]
    held = {"url": "https://shop.example/guichet", "secret": "s3cret" * 6}
    done = system.ask("account", "connect", *asked, "--secrets", secrets_file(tmp_path, held))
    account = system.services.directory.by_id("shop", OTHER)
    silent = system.call("account", "doctor", "--brand", OTHER, "--channel", "shop", "--json")

    assert account is not None
    assert (account.brand, done["webhook_url"]) == (OTHER, None)
    assert system.services.secrets.of_account(account) == held
    assert [each["name"] for each in silent.json["accounts"][0]["findings"]] == ["look-up"]
    assert silent.status == 1  # nobody plays a shop here
    assert "s3cret" not in str(done) + str(silent.json) + str(everything(system.table(OTHER)))


@pytest.mark.parametrize(
    "held",
    [
        {"url": "http://shop.example", "secret": "s3cret" * 6},
        {"url": "https://10.0.0.1", "secret": "s3cret" * 6},
        {"url": "https://shop.example", "secret": "s3cret"},
        {"url": "https://shop.example", "secret": "s3cret" * 6, "more": "x"},
        {"token": {"url": "https://shop.example"}},
    ],
)
def test_an_order_service_that_could_not_be_asked_safely_is_refused(
    system: SystemUnderTest, tmp_path: Path, held: Any
) -> None:
    asked = ["--brand", "nobody", "--channel", "shop"]

    assert "s3cret" not in system.refused("account", "connect", *asked, "--secrets", secrets_file(tmp_path, held))
    assert system.services.directory.by_id("shop", "nobody") is None


def test_an_account_is_named_and_a_shop_is_not(system: SystemUnderTest, tmp_path: Path) -> None:
    file = secrets_file(tmp_path)

    unnamed = ["--brand", DEMO, "--channel", "x", "--secrets", file]
    theirs = ["--brand", DEMO, "--channel", "shop", "--account", "other", "--secrets", file]
    for wrong in (unnamed, theirs):
        done = system.call("account", "connect", *wrong)
        assert (done.status, done.out) == (2, "")
        assert "--account" in done.err


def queue(system: SystemUnderTest, name: str) -> str:
    return str(system.aws.cloud.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])


def test_redrive_counts_first_and_then_keeps_groups_and_their_order(system: SystemUnderTest) -> None:
    sqs, names = system.aws.cloud.client("sqs"), system.aws.cloud.names
    dead, alive = queue(system, names.dead("outbox.fifo")), queue(system, names.queue("outbox.fifo"))
    sqs.purge_queue(QueueUrl=alive)
    for number in range(12):
        body = {"QueueUrl": dead, "MessageBody": f"letter {number}", "MessageGroupId": f"g{number % 2}"}
        sqs.send_message(**body, MessageDeduplicationId=f"d{number}")
    assert system.ask("redrive", "--queue", "outbox", "--dry-run")["dead"] == 12
    done = system.ask("redrive", "--queue", "outbox")
    found: dict[str, list[str]] = {"g0": [], "g1": []}
    while letters := sqs.receive_message(QueueUrl=alive, MaxNumberOfMessages=10, AttributeNames=["MessageGroupId"]).get(
        "Messages", []
    ):
        for letter in letters:
            if letter["Body"].startswith("letter"):
                found[letter["Attributes"]["MessageGroupId"]].append(letter["Body"])
            sqs.delete_message(QueueUrl=alive, ReceiptHandle=letter["ReceiptHandle"])

    assert done["moved"] == 12
    assert system.ask("redrive", "--queue", "outbox", "--dry-run")["dead"] == 0
    assert found == {f"g{g}": [f"letter {n}" for n in range(12) if n % 2 == g] for g in (0, 1)}


def test_wrong_usage_is_two_and_a_stage_that_does_not_run_is_one(system: SystemUnderTest) -> None:
    assert system.call("redrive", "--queue", "nothing").status == 2
    assert system.call("contact", "merge", "one").status == 2
    assert system.call("conversation", "show").status == 2
    assert system.call("auto", "set", "loud").status == 2
