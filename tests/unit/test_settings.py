"""What a function reads of its environment, and what it loads before its first event."""

from __future__ import annotations

import sys
from importlib import import_module

import pytest

from chalicelib import beginning
from chalicelib.errors import Misconfigured
from chalicelib.settings import MODEL_CACHE, read

QUEUES = ("INBOX", "OUTBOX", "DESK", "RECEIPTS", "TIMERS", "UNPARSED")
ENVIRONMENT = {
    "STAGE": "prod",
    "TABLE_NAME": "guichet-prod",
    "BUCKET_NAME": "b",
    "SECRETS_PREFIX": "/guichet/prod",
    **{f"{name}_QUEUE_URL": f"https://sqs.eu-west-3.amazonaws.com/123456789012/{name.lower()}" for name in QUEUES},
}


def test_every_queue_has_its_own_address() -> None:
    found = read(ENVIRONMENT)

    assert {name: getattr(found, f"{name.lower()}_url").rpartition("/")[2] for name in QUEUES} == {
        name: name.lower() for name in QUEUES
    }
    assert (found.stage, found.table_name, found.bucket_name) == ("prod", "guichet-prod", "b")
    assert (found.owner, found.model_cache) == ("123456789012", MODEL_CACHE)


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(Misconfigured) as caught:
        read({**ENVIRONMENT, "STAGE": "", "INBOX_QUEUE_URL": ""} | {"TABLE_NAME": ""})

    assert {"STAGE", "TABLE_NAME", "INBOX_QUEUE_URL"} <= set(str(caught.value).rstrip(".").replace(",", "").split())


@pytest.mark.parametrize(
    ("more", "region"),
    [
        ({}, "eu-west-3"),
        ({"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "eu-west-1", "AWS_REGION": "eu-central-1"}, "eu-central-1"),
    ],
)
def test_the_region_is_lambdas_own_where_there_is_one(more: dict[str, str], region: str) -> None:
    assert read({**ENVIRONMENT, **more}).region == region


def test_places_of_the_local_stack_are_read_and_broken_ones_are_said() -> None:
    assert read({**ENVIRONMENT, "LOCAL_BASES": '{"x": "http://127.0.0.1:1/x"}'}).local_bases == {
        "x": "http://127.0.0.1:1/x"
    }
    with pytest.raises(Misconfigured, match="LOCAL_BASES must be a JSON object"):
        read({**ENVIRONMENT, "LOCAL_BASES": "{"})


@pytest.mark.parametrize("address", ["", "sqs", "https://sqs.invalid/1x/inbox"])
def test_an_address_without_an_account_has_no_owner(address: str) -> None:
    assert read({**ENVIRONMENT, "INBOX_QUEUE_URL": address or "x"}).owner == ""


def test_secrets_stand_in_no_printed_settings() -> None:
    found = read({**ENVIRONMENT, "AWS_ACCESS_KEY_ID": "AKIA1", "AWS_SECRET_ACCESS_KEY": "hush"})

    assert (found.aws_keys.access_key, found.aws_keys.secret_key) == ("AKIA1", "hush")
    assert "hush" not in repr(found)


@pytest.mark.parametrize("name", sorted(beginning.LOADS))
def test_all_that_a_function_loads_exists(name: str) -> None:
    for module in beginning.LOADS[name]:
        assert import_module(module) is sys.modules[module]


def test_the_stages_own_addresses_are_separated_by_blanks_and_may_be_unknown() -> None:
    told = "https://hooks.example.com/ https://a1.execute-api.eu-west-3.amazonaws.com"
    assert read({**ENVIRONMENT, "PUBLIC_URLS": told}).public_urls == (
        "https://hooks.example.com",
        "https://a1.execute-api.eu-west-3.amazonaws.com",
    )
    assert read(ENVIRONMENT).public_urls == ()
