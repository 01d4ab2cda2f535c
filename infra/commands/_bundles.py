"""What `guichet classifier` does with a brand's own bundles on a stage, and by which classifier a command decides."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import times
from . import _brand, _learning, _output

if TYPE_CHECKING:
    from chalicelib.model import BrandId
    from chalicelib.store.bundles import InUse
    from chalicelib.triage.scorer import BundleScorer
    from chalicelib.wiring import Wiring

SOON = "It holds within a minute"


def configure(verbs: Any) -> None:
    """Declare push, use, back and list."""
    push = verbs.add_parser("push", help="check a bundle and put it on a stage for a brand; nothing uses it yet")
    push.add_argument("--bundle", required=True, type=Path, metavar="DIR", help="what `guichet classifier train` wrote")
    push.add_argument("--although-worse", action="store_true", help="yes, although it is worse on a proved subject")
    use = verbs.add_parser("use", help="let a pushed bundle decide for a brand")
    use.add_argument(
        "which", nargs="?", default="", metavar="N|CHECKSUM|shipped", help="as `list` shows it (default: the newest)"
    )
    back = verbs.add_parser("back", help="return to the classifier that the brand used before")
    listing = verbs.add_parser("list", help="list a brand's classifiers: figures, which is in use, since when")
    for each in (push, use, back, listing):
        _brand.brand_arguments(each)


def run(args: argparse.Namespace) -> int:
    """Do one of the verbs."""
    from ..aws import explained
    from ..stage_services import brand_of, services_of

    services = services_of(args.stage)
    with explained():
        brand = brand_of(services, args.brand)
        return {"push": _push, "use": _use, "back": _back, "list": _list}[args.verb](args, services, brand)


def _push(args: argparse.Namespace, services: Wiring, brand: BrandId) -> int:
    from chalicelib.admin import bundles, ticket_lessons
    from chalicelib.triage.load_bundle import load

    from ..identity import author

    table = services.table(brand)
    found = ticket_lessons.lessons(table, services.playbook(brand), _brand.read_whole(table, "The comparison"))
    compared = _learning.not_worse(
        found, lambda: bundles.in_use(services, brand), lambda: load(args.bundle), although=args.although_worse
    )
    sent, scorer = bundles.push(services, brand, args.bundle, author(services))
    for intent in bundles.unknown(services.playbook(brand), scorer):
        _output.say(f"this bundle does not know {intent}, which {brand}'s playbook answers: it would never be said.")
    document = {
        "brand": brand,
        "stage": args.stage,
        "number": sent.bundle.number,
        "model": sent.bundle.model,
        "bytes": sent.heads,
        "sent_files": sent.files,
        "sent_bytes": sent.bytes,
        "compared": compared,
    }
    words = (
        f"Number {sent.bundle.number} of {brand} on {args.stage}: {sent.bundle.model}, {sent.heads / 1e6:.1f} MB "
        f"beside its encoder; {sent.bytes / 1e6:.1f} MB were sent.\n"
        f"guichet classifier use --stage {args.stage} --brand {brand} {sent.bundle.number}   # lets it decide"
    )
    _output.answer(args, document, words)
    return 0


def _use(args: argparse.Namespace, services: Wiring, brand: BrandId) -> int:
    from chalicelib.admin import bundles

    from ..identity import author

    return _told(args, services, brand, bundles.use(services, brand, args.which, author(services)))


def _back(args: argparse.Namespace, services: Wiring, brand: BrandId) -> int:
    from chalicelib.admin import bundles

    from ..identity import author

    return _told(args, services, brand, bundles.back(services, brand, author(services)))


def _told(args: argparse.Namespace, services: Wiring, brand: BrandId, used: InUse) -> int:
    from chalicelib.admin import bundles

    missing = bundles.unproved(services, brand, deciding(services, brand))
    if missing:
        _output.say("at auto and not proved under this classifier: `guichet auto status` lists it, `auto set suggest`.")
    document = {
        "brand": brand,
        "stage": args.stage,
        "number": used.number,
        "since": used.since,
        "unproved": [cell.words for cell, _ in missing],
    }
    which = f"number {used.number}" if used.number else "the classifier that ships"
    _output.answer(args, document, f"{brand} uses {which} on {args.stage}. {SOON}.")
    return 0


def _list(args: argparse.Namespace, services: Wiring, brand: BrandId) -> int:
    from chalicelib.admin import bundles

    rows = bundles.listed(services, brand)
    _output.answer(args, {"brand": brand, "stage": args.stage, "bundles": rows}, "\n".join(map(_drawn, rows)))
    return 0


def _drawn(row: dict[str, Any]) -> str:
    figures = row["figures"]
    answered = ", ".join(
        f"{language} {100 * each.get('coverage', 0):.0f} % answered, {100 * each.get('precision', 0):.1f} % of it "
        f"right, {figures['proved_intents'].get(language, 0)} intents proved"
        for language, each in figures["answered"].items()
    )
    pushed = f", pushed {times.iso(row['pushed_at'])}, {row['bytes'] / 1e6:.1f} MB" if row["number"] else ", ships"
    lines = [f"{'*' if row['in_use'] else ' '} {row['number']:>3}  {row['model']}{pushed}"]
    if row["in_use"] and row["since"]:
        lines.append(f"       in use since {times.iso(row['since'])}")
    if row.get("refused"):
        lines.append(f"       REFUSED, the shipped one decides instead: {row['refused']}")
    return "\n".join([*lines, f"       {answered or 'no figures'}"])


def scorer_of(brand: str | None, stage: str | None, bundle: str) -> BundleScorer:
    """
    Give the classifier that a command decides by: --bundle's; with a stage the brand's own there; else the shipped one.

    Raises Misconfigured where it cannot be read: a command does not go on with another one.
    """
    from chalicelib.triage.load_bundle import load

    if bundle or not stage:
        return load(bundle or None)
    from chalicelib.admin.bundles import in_use

    from ..aws import explained

    with explained():
        return in_use(*_brand_on(stage, brand))


def bytes_of(brand: str | None, stage: str) -> int:
    """Give how many bytes that classifier has, its encoder included."""
    from chalicelib.admin.bundles import listed

    from ..aws import explained

    with explained():
        return next(int(row["bytes"]) for row in listed(*_brand_on(stage, brand)) if row["in_use"])


def _brand_on(stage: str, brand: str | None) -> tuple[Wiring, BrandId]:
    from ..local.identities import DEMO_BRAND
    from ..stage_services import brand_of, services_of

    services = services_of(stage)
    return services, brand_of(services, brand or DEMO_BRAND)


def deciding(services: Wiring, brand: BrandId) -> BundleScorer:
    """Return the classifier that decides for a brand now, as process does; say where the shipped one stands in."""
    from chalicelib.admin import bundles
    from chalicelib.errors import Misconfigured, Unavailable
    from chalicelib.triage.load_bundle import load

    try:
        return bundles.in_use(services, brand)
    except (Misconfigured, Unavailable) as error:
        _output.say(f"{error} The shipped one decides instead.")
        return load()
