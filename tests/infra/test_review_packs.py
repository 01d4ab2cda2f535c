"""The review packs speak of the permissions that the code asks for, of all of them and of no other."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from chalicelib.admin.connecting import CONNECTABLE, connecting
from chalicelib.workspaces.slack.consent import SCOPES
from infra.names import ROOT

META_NAMES = re.compile(r"\b(?:pages|whatsapp_business|instagram)_[a-z_]*[a-z]\b")
NO_PERMISSIONS = {"instagram_business_account"}  # a field of the same shape


def named(heading: str) -> list[str]:
    """The permissions of the table below a heading of the page."""
    page = (ROOT / "docs" / "review-packs.md").read_text(encoding="utf-8")
    part = page.partition(f"\n## {heading}")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \| \S", part, re.MULTILINE)


def asked() -> set[str]:
    """Every permission of Meta's that a channel asks for, or names where it says what an account needs."""
    found: set[str] = set()
    for name in CONNECTABLE:
        steps = connecting(name)
        words = " ".join([steps.account, steps.review, *steps.steps, *(each.where for each in steps.secrets)])
        found |= set(META_NAMES.findall(words))
        found |= {each for each in (steps.consent.scopes if steps.consent else ()) if META_NAMES.fullmatch(each)}
    return found - NO_PERMISSIONS


def test_every_permission_of_metas_has_its_words_and_no_other_has() -> None:
    assert sorted(named("Meta")) == sorted(asked())


def test_every_permission_of_slacks_has_its_words_and_is_the_manifests() -> None:
    manifest = yaml.safe_load((ROOT / "infra" / "slack-app.yaml").read_text(encoding="utf-8"))

    assert named("Slack") == [*SCOPES] == manifest["oauth_config"]["scopes"]["bot"]


def test_the_page_of_connecting_names_each_channels_redirect_address_and_permissions() -> None:
    page = Path(ROOT / "docs" / "connect.md").read_text(encoding="utf-8")
    for name in CONNECTABLE:
        consent = connecting(name).consent
        if consent is not None:
            assert f"`https://YOUR-API/connect/{name}`" in page
            assert ", ".join(consent.scopes) in page
