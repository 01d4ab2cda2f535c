"""
What a person would set up once on AWS: secrets in SSM, accounts in the directory, playbooks. Idempotent.
"""

from __future__ import annotations

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor

from chalicelib.channels import REGISTRY
from chalicelib.model import BrandId, Millis
from chalicelib.playbook.codec import to_json
from chalicelib.playbook.yaml_file import load
from chalicelib.store.directory import Directory
from chalicelib.store.person_keys import SECRET_APP, SECRET_KEY
from chalicelib.store.secrets import app_name, token_name
from chalicelib.store.table import Table
from chalicelib.workspaces import IDS

from ..aws import Cloud
from ..names import ROOT
from .identities import Identity

PLAYBOOKS = ROOT / "playbooks"


def secrets_of(identities: tuple[Identity, ...], prefix: str) -> dict[str, str]:
    """Give every SecureString by its name: one a platform app, one an account. JSON values."""
    found = {}
    for each in identities:
        app = {"current": each.app_secret, "verify_token": each.verify_token, "app_id": each.app_id}
        token = {"token": each.token, "token_secret": each.token_secret, "consumer_key": each.consumer_key}
        token |= each.extra
        found[f"{prefix}/{app_name(each.channel, each.app_key)}"] = json.dumps(app)
        kept = {key: value for key, value in token.items() if value}
        found[f"{prefix}/{token_name(each.channel, each.account_id)}"] = json.dumps(kept)
    drawn = next((each.app_secret for each in identities if each.channel in IDS), "")  # once, at the first run
    keyed = hashlib.sha256(f"person keys {drawn}".encode()).hexdigest()
    found[f"{prefix}/{app_name(SECRET_APP, SECRET_KEY)}"] = json.dumps({"current": keyed})
    return found


def put_secrets(cloud: Cloud, identities: tuple[Identity, ...]) -> None:
    """Write the secrets into the local SSM."""
    client = cloud.client("ssm")
    wanted = secrets_of(identities, cloud.names.secrets_prefix)
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda item: client.put_parameter(Name=item[0], Value=item[1], Type="SecureString", Overwrite=True),
                wanted.items(),
            )
        )


def put_accounts(cloud: Cloud, identities: tuple[Identity, ...]) -> None:
    """Connect the accounts that are not connected yet (a paused one stays paused)."""
    directory = Directory(cloud.client("dynamodb"), cloud.names.table)
    there = {account.key for account in directory.accounts()}
    for each in identities:
        if each.key not in there:
            directory.put_account(each.account())


def put_playbooks(cloud: Cloud) -> None:
    """Give each demo brand its playbook, unless it has one: what a person pushed later stays."""
    client = cloud.client("dynamodb")
    for file in sorted(PLAYBOOKS.glob("*.yaml")):
        playbook = load(file.read_text(encoding="utf-8"), channels=sorted(REGISTRY), workspaces=IDS)
        table = Table(client, cloud.names.table, BrandId(playbook.brand))
        if table.playbook() is None:
            table.put_playbook(to_json(playbook), Millis(time.time_ns() // 1_000_000))
