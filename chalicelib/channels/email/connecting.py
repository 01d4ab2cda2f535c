"""
How a mailbox is connected.

Source: AWS, "Verified identities", "Email receiving", "Configuration sets", "Production access".
"""

from __future__ import annotations

from collections.abc import Mapping

from ...errors import Misconfigured
from ...ports import ConnectSteps, Price, Secret
from .calls import HOSTS, REGIONS
from .headers import is_address


def _check(given: Mapping[str, str]) -> None:
    """Raise Misconfigured for secrets that no mailbox can have."""
    region, sender = given.get("region", ""), given.get("from", "")
    if region and region not in REGIONS:
        raise Misconfigured(f"SES sends from no region {region[:30]}: give one such as eu-west-3.")
    if sender and not is_address(sender.lower()):
        raise Misconfigured("The address that mails are sent from is none: give it as sav@brand.example.")
    if bool(given.get("key_id")) != bool(given.get("token")):
        raise Misconfigured("Give key_id and token together, or neither: then the functions' own role sends.")


CONNECTING = ConnectSteps(
    hosts=HOSTS,
    account="the address that SES receives, in small letters: sav@courrier.brand.example",
    secrets=(
        Secret(
            "current",
            "a secret of your own, which signs reply addresses: openssl rand -hex 32",
            also=("signing_secret", "secret"),
            of_app=True,
        ),
        Secret("from", "the address that customers see, of a verified domain; without it the account's", needed=False),
        Secret("from_name", "the name beside it: Service client Maison Lune", needed=False),
        Secret("configuration_set", "the configuration set whose events come to us: guichet-STAGE", needed=False),
        Secret("region", "the region of SES, where it is not the stage's", needed=False),
        Secret("key_id", "key of an IAM user (AKIA…), only where SES is in another AWS account", needed=False),
        Secret("token", "that key's secret", also=("secret_key",), needed=False),
    ),
    steps=(
        "SES, Identities: verify the brand's domain with Easy DKIM (three CNAME records), and set a MAIL FROM domain",
        "DNS: _dmarc TXT v=DMARC1; p=none at least; without DMARC nobody's mail proves whose it is",
        "DNS: MX of a subdomain (courrier.brand.example) to inbound-smtp.REGION.amazonaws.com, priority 10",
        "the present mailbox (sav@brand.example): forward a copy to the address of that subdomain",
        "guichet deploy with mail switched on, then SES, Email receiving: make its rule set the active one",
        "write to the mailbox: the ticket appears, and doctor sees the event",
    ),
    review="SES, Account dashboard: Request production access. In the sandbox only verified addresses get mails.",
    asks="SES, with the function's role or the key: GET /v2/email/account must say that sending is enabled",
    check=_check,
    price=Price(
        0.0001, 0.0001, 0, "SES's list price: 0.10 USD a thousand mails each way, 0.09 a thousand 256 KB blocks in"
    ),
)
