"""
A brand's own classifiers on a stage: push to the bucket, use, go back, list.

A bundle is opened and tried here first, by the functions' own code. Files lie in the bucket by their SHA-256: bundles
with the same encoder share it, and a second push sends nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..admin import proving
from ..brand_scorers import opened
from ..decision.suggestion import COMPLAINT, HUMAN_REQUEST
from ..errors import UsageError
from ..model import BrandId
from ..playbook.schema import Playbook
from ..quality.precision_proof import Proof
from ..store import audit, bundles
from ..store.audit import Author
from ..store.blobs import MODELS
from ..store.bundles import SHIPPED, InUse, Pushed
from ..store.table import Table
from ..triage.load_bundle import ARTEFACT, card_in, load
from ..triage.scorer import BundleScorer
from .objects import lies
from .permissions import needs
from .services import AdminServices
from .times import iso

HEADS_MOST = 12_000_000  # bytes of a bundle without its encoder; the shipped one's are 5.3 million
ENCODER_MOST = 60_000_000
_ENCODER = ("encoder.onnx", "tokenizer.json")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a push did: the bundle as stored, bytes of its heads, files and bytes that were sent."""

    bundle: Pushed
    heads: int
    files: int
    bytes: int


@needs("classifier.push")
def push(services: AdminServices, brand: BrandId, folder: Path, author: Author) -> tuple[Sent, BundleScorer]:
    """
    Check and try a bundle, send the files that the bucket lacks, and store it; nothing uses it yet.

    Raises Misconfigured where it cannot be read here, UsageError where it is too large for a function.
    """
    scorer = load(folder)
    card = (folder / "card.json").read_bytes()
    files = {name: (folder / name).read_bytes() for name in card_in(folder)["files"]} | {"card.json": card}
    heads = sum(len(content) for name, content in files.items() if name not in _ENCODER)
    if heads > HEADS_MOST or sum(map(len, files.values())) - heads > ENCODER_MOST:
        raise UsageError(
            f"The bundle in {folder} is too large: at most {HEADS_MOST / 1e6:.0f} MB, and {ENCODER_MOST / 1e6:.0f} MB "
            "of encoder."
        )
    by_digest = {hashlib.sha256(content).hexdigest(): content for content in files.values()}
    sent = [_send(services, digest, content) for digest, content in by_digest.items()]
    noted = Pushed(
        number=0,
        model=scorer.model,
        card=hashlib.sha256(card).hexdigest(),
        files={digest: len(content) for digest, content in by_digest.items()},
        figures=json.dumps(figures_of(json.loads(card))),
        at=author.at,
    )
    there = bundles.push(services.table(brand), noted, audit.beside(brand, author, "classifier.push", scorer.model))
    return Sent(there, heads, sum(map(bool, sent)), sum(sent)), scorer


def _send(services: AdminServices, digest: str, content: bytes) -> int:
    """Send a file unless the bucket has all of it; return the bytes that were sent."""
    storage, bucket = services.client("s3"), services.settings.bucket_name
    if lies(storage, bucket, MODELS + digest) == len(content):
        return 0
    storage.put_object(Bucket=bucket, Key=MODELS + digest, Body=content, ContentType="application/octet-stream")
    return len(content)


@needs("classifier.change")
def use(services: AdminServices, brand: BrandId, wanted: str, author: Author) -> InUse:
    """
    Switch to a pushed bundle by its number or the start of its checksum, to "shipped", or ("") to the newest one.

    Raises UsageError where an intent at auto is not proved under a pushed bundle. Returning to the shipped one is
    always allowed.
    """
    noted = audit.beside(brand, author, "classifier.change")
    if wanted in ("shipped", str(SHIPPED)):
        return bundles.use(services.table(brand), SHIPPED, author.at, noted)
    there = bundles.pushed(services.table(brand))
    found = [each for each in there if wanted == str(each.number)]
    found = found or [each for each in there if each.model.partition("@")[2].startswith(wanted)]
    found = found if wanted else found[-1:]
    if len(found) != 1:
        known = ", ".join(f"{each.number} ({each.model})" for each in there) or "none; `guichet classifier push`"
        raise UsageError(f"There is not one bundle '{wanted}' of {brand}; pushed: {known}.")
    storage, bucket = services.client("s3"), services.settings.bucket_name
    if any(lies(storage, bucket, MODELS + digest) != size for digest, size in found[0].files.items()):
        raise UsageError(f"The bucket lacks a file of number {found[0].number}: push that bundle again.")
    would = InUse(number=found[0].number, card=found[0].card, files=found[0].files)
    scorer = opened(would, services.bundle_sources(), f"number {would.number} of {brand}")
    if missing := unproved(services, brand, scorer):
        raise UsageError(
            f"{proving.refusal(missing)} Or judge under this bundle before it is used: `guichet replay --bundle DIR`."
        )
    return bundles.use(services.table(brand), found[0].number, author.at, noted)


@needs("classifier.change")
def back(services: AdminServices, brand: BrandId, author: Author) -> InUse:
    """Return to what the brand used before."""
    noted = audit.beside(brand, author, "classifier.change")
    found = bundles.back(services.table(brand), author.at, noted)
    if found is None:
        raise UsageError(f"{brand} used no other classifier before; `guichet classifier list` shows what was pushed.")
    return found


@needs("classifier.read")
def listed(services: AdminServices, brand: BrandId) -> list[dict[str, Any]]:
    """Every classifier that the brand can use as JSON values, the shipped one first."""
    used = bundles.in_use(services.table(brand))
    card = card_in(ARTEFACT)
    ships = {"number": SHIPPED, "model": f"{card['name']}@{card['checksum'][:12]}", "pushed_at": 0}
    ships["bytes"] = sum(path.stat().st_size for path in ARTEFACT.iterdir())
    rows = [ships | {"figures": figures_of(card)}]
    rows += [
        {
            "number": each.number,
            "model": each.model,
            "pushed_at": each.at,
            "bytes": sum(each.files.values()),
            "figures": json.loads(each.figures),
        }
        for each in bundles.pushed(services.table(brand))
    ]
    now: dict[str, Any] = {"in_use": True, "since": used.since, "refused": used.refused}
    return [row | (now if row["number"] == used.number else {"in_use": False}) for row in rows]


def figures_of(card: dict[str, Any]) -> dict[str, Any]:
    """Return a card's main figures by language: the share answered, and how much of that is right."""
    report = card.get("report", {})
    proved = {
        language: sum(bool(row["proved"]) for row in rows.values())
        for language, rows in card["decision"]["bounds"].items()
    }
    answered = {
        language: {key: row[key] for key in ("coverage", "precision") if key in row}
        for language, row in report.get("answered", {}).items()
    }
    return {"messages": report.get("messages"), "answered": answered, "proved_intents": proved}


def unknown(playbook: Playbook, scorer: BundleScorer) -> list[str]:
    """Return the playbook's intents that the classifier does not know."""
    known = {intent for _, intent in scorer.bounds} | {COMPLAINT, HUMAN_REQUEST}
    return sorted(set(playbook.intents) - known)


def in_use(services: AdminServices, brand: BrandId) -> BundleScorer:
    """Give the classifier that the brand uses. Raises Misconfigured or Unavailable instead of falling back."""
    used = bundles.in_use(services.table(brand))
    if not used.card:
        return load()
    return opened(used, services.bundle_sources(), f"number {used.number} of {brand}")


def unproved(services: AdminServices, brand: BrandId, scorer: BundleScorer) -> list[tuple[proving.Cell, Proof]]:
    """Return what the brand's playbook has at auto and nothing proves under this classifier."""
    table, playbook = services.table(brand), services.playbook(brand)
    return proving.unproved(table, playbook, proving.automatic(playbook, scorer), scorer.model)


def standing(table: Table) -> dict[str, Any] | None:
    """Return which own bundle the brand uses, for `guichet status`; None where it uses the shipped one."""
    used = bundles.in_use(table)
    if used.number == SHIPPED:
        return None
    since = iso(used.since)
    fault = f"; REFUSED, the shipped one decides instead: {used.refused}" if used.refused else ""
    return {
        "number": used.number,
        "since": since,
        "refused": used.refused,
        "words": f"classifier number {used.number} since {since}{fault}",
    }
