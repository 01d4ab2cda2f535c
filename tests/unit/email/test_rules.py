"""What SES's active rule set means for our mails: read from its own answer, and told with what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.channels.email import rules
from chalicelib.errors import Unconfirmed
from infra.local.simulators.email.mails import active_rules
from tests.unit.email.mails import ACCOUNT

DOMAIN = ACCOUNT.partition("@")[2]
RULE = rules.Rule(enabled=True, scans=True, recipients=(DOMAIN,), bucket="ours", notified="arn:t")


def told(*found: rules.Rule, active: str = "guichet-prod") -> tuple[bool, str]:
    (finding,) = rules.findings(active, found, ACCOUNT, "ours", "eu-west-1")
    return finding.well, finding.seen


def test_ses_answer_is_read() -> None:
    active, found = rules.read(active_rules("guichet-prod", "ours", [DOMAIN, "b.example"]).encode())
    topic = "arn:aws:sns:eu-west-3:000000000000:guichet-local-mail"

    assert (active, list(found)) == ("guichet-prod", [replace(RULE, recipients=(DOMAIN, "b.example"), notified=topic)])
    assert rules.read(active_rules("", "ours", []).encode()) == ("", [])


@pytest.mark.parametrize("body", [b"", b"{}", b"<a>", b'{"error": 1}', b"\xff"])
def test_what_is_no_answer_of_ses_says_nothing(body: bytes) -> None:
    with pytest.raises(Unconfirmed):
        rules.read(body)


@pytest.mark.parametrize(
    ("recipients", "applies"),
    [
        ((), True),
        ((DOMAIN,), True),
        ((ACCOUNT,), True),
        ((".brumelle.example",), True),
        (("brumelle.example",), False),
        ((f".{DOMAIN}",), False),
        (("other.example",), False),
    ],
)
def test_a_rule_is_for_an_address_by_its_domain_or_one_above_it(recipients: tuple[str, ...], applies: bool) -> None:  # noqa: FBT001
    assert replace(RULE, recipients=recipients).is_for(ACCOUNT) is applies


def test_what_is_wrong_with_the_rule_is_said() -> None:
    assert told(RULE) == (True, "our rule in guichet-prod")
    assert told(RULE, active="")[0] is False
    assert told(replace(RULE, bucket="theirs"))[0] is False
    assert told(replace(RULE, enabled=False), RULE)[0] is True
    for change, words in (
        ({"enabled": False}, "switched off"),
        ({"scans": False}, "scan"),
        ({"notified": ""}, "topic"),
    ):
        well, seen = told(replace(RULE, **change))
        assert not well
        assert words in seen
