"""
How a mailbox is connected.

Source: AWS, "Verified identities", "Email receiving", "Configuration sets", "Production access".
"""

from __future__ import annotations

from ...ports import ConnectSteps, Price, Secret
from .calls import HOSTS

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
        Secret("receiving_region", "the region of --mail-region, where one was given", needed=False),
        Secret("key_id", "key of an IAM user (AKIA…), only where SES is in another AWS account", needed=False),
        Secret("token", "that key's secret", also=("secret_key",), needed=False),
    ),
    steps=(
        "SES, Identities: verify the brand's domain with Easy DKIM (three CNAME records), and set a MAIL FROM domain",
        "DNS: _dmarc TXT v=DMARC1; p=none at least; without DMARC nobody's mail proves whose it is",
        "DNS: MX of a subdomain (courrier.brand.example) to inbound-smtp.REGION.amazonaws.com, priority 10",
        "with --mail-region: that REGION; SES needs the domain verified there, too",
        "the present mailbox (sav@brand.example): forward a copy to the address of that subdomain",
        "guichet deploy with mail switched on, then SES, Email receiving: make its rule set the active one",
        "write to the mailbox: the ticket appears, and doctor sees the event",
    ),
    review="SES, Account dashboard: Request production access. In the sandbox only verified addresses get mails.",
    asks="SES: the domain must be verified, and sending enabled",
    price=Price(
        0.0001, 0.0001, 0, "SES's list price: 0.10 USD a thousand mails each way, 0.09 a thousand 256 KB blocks in"
    ),
)
