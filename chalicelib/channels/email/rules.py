"""
Whether what SES receives still comes to us: the rule set that is active in a region, and what its rules do. Pure.

An AWS account has one active set in a region, which an administrator chooses; nothing tells us when it changes.

Source: AWS, "Amazon SES API v1: DescribeActiveReceiptRuleSet".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from ...errors import Unconfirmed
from ...findings import Finding

_NAME = "callback"
_WHERE = "docs/connect.md#email"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the active set: for whom, and into which bucket it stores mails; "" for none."""

    enabled: bool
    scans: bool
    recipients: tuple[str, ...]
    bucket: str
    notified: str

    def is_for(self, address: str) -> bool:
        """Whether it applies to mails to an address: by its domain, ".one.above", itself, or to all."""
        domain = address.rpartition("@")[2]
        return not self.recipients or any(
            one in (address, domain) or (one.startswith(".") and domain.endswith(one)) for one in self.recipients
        )


def read(body: bytes) -> tuple[str, Sequence[Rule]]:
    """Return the active set's name ("": none is) and its rules. Raises Unconfirmed for what SES does not say."""
    try:
        answer = ET.fromstring(body)  # noqa: S314 - AWS's own answer, by TLS; expat refuses what grows
    except ET.ParseError:
        raise Unconfirmed("no_xml") from None
    name = answer.findtext(".//{*}Metadata/{*}Name") or ""
    return name, [_rule(each) for each in answer.findall(".//{*}Rules/{*}member")]


def _rule(node: ET.Element) -> Rule:
    stored = node.find("{*}Actions/{*}member/{*}S3Action")
    return Rule(
        enabled=node.findtext("{*}Enabled") == "true",
        scans=node.findtext("{*}ScanEnabled") == "true",
        recipients=tuple((each.text or "").lower() for each in node.findall("{*}Recipients/{*}member")),
        bucket=(stored.findtext("{*}BucketName") or "") if stored is not None else "",
        notified=(stored.findtext("{*}TopicArn") or "") if stored is not None else "",
    )


def findings(active: str, rules: Sequence[Rule], address: str, bucket: str, region: str) -> Iterator[Finding]:
    """Say whether mails to an address of ours come into our bucket, and are told of and scanned."""
    own = f"make the stage's set (guichet-STAGE) the active one in {region}, and add other rules to it: {_WHERE}"
    if not active:
        yield Finding(_NAME, well=False, seen=f"SES has no active rule set in {region}: it takes no mail", advice=own)
        return
    stored = [each for each in rules if each.bucket == bucket and each.is_for(address)]
    if not stored:
        seen = f"the active rule set {active} stores no mail to this address with us"
        yield Finding(_NAME, well=False, seen=seen, advice=own)
        return
    rule = next((each for each in stored if each.enabled), stored[0])
    wrong = {
        "it is switched off": not rule.enabled,
        "it does not scan mails: no sender is proved": not rule.scans,
        "it tells no topic: mails are found a quarter of an hour late": not rule.notified,
    }
    seen = "; ".join(word for word, is_so in wrong.items() if is_so)
    repair = f"deploy once more, or undo by hand what was changed at the rule: {_WHERE}"
    yield Finding(_NAME, not seen, f"our rule in {active}{': ' if seen else ''}{seen}", repair)
