"""`guichet auto status|set|next`: how far the bot may go, by intent, channel and language, and what it lacks."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from chalicelib.errors import UsageError, WrongUsage
from chalicelib.playbook.release import OPENINGS

from .. import times
from . import _admin, _arguments, _brand, _bundles, _output

if TYPE_CHECKING:
    from chalicelib.admin.autonomy import Change
    from chalicelib.model import Autonomy
    from chalicelib.playbook.schema import Playbook
    from chalicelib.store.table import Table
    from chalicelib.triage.scorer import BundleScorer

NAME = "auto"
HELP = "how far the bot may go by itself: show it, or change it"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare status, set and next."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    status = actions.add_parser("status", help="print what the bot may do, for each intent, channel and language")
    change = actions.add_parser("set", help="set one ceiling; writes a new version of the playbook")
    change.add_argument("level", choices=("off", "shadow", "suggest", "auto"), help="the most the bot may do")
    change.add_argument("--public", action="store_true", help="set the ceiling of what is said in public")
    change.add_argument("--public-stated", action="store_true", help="yes, answer in public without a person")
    change.add_argument("--without-proof", default="", metavar="REASON", help="named people: auto without a proof")
    _admin.argument(change)
    change.add_argument(
        "--share", type=_arguments.number(0, 100), metavar="P", help="to P per cent of the contacts (first: 20)"
    )
    change.add_argument("--cap", type=_arguments.cap, metavar="N", help="at most N answers a day, or none (first: 30)")
    change.add_argument("--hours", choices=OPENINGS, help="while nobody is there, while people are, or always (closed)")
    following = actions.add_parser("next", help="say what to prove first, and how much is still to be judged")
    following.add_argument("--public", action="store_true", help="for what is said in public")
    _brand.brand_arguments(following)
    for each in (status, change):
        each.add_argument("--intent", default="", metavar="I", help="only this intent")
        each.add_argument("--channel", metavar="C", type=_arguments.channel, help="only this channel")
        each.add_argument("--language", default="", metavar="L", help="only this language")
        _brand.brand_arguments(each)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    return {"set": _set, "status": _status, "next": _next}[args.action](args)


def _next(args: argparse.Namespace) -> int:
    from chalicelib.admin import proving

    from ..aws import explained
    from ..stage_services import brand_of, services_of

    services = services_of(args.stage)
    with explained():
        brand = brand_of(services, args.brand)
        rows = proving.first_to_prove(
            services.table(brand),
            services.playbook(brand),
            _bundles.deciding(services, brand),
            times.now(),
            public=args.public,
        )
    _output.answer(args, {"brand": brand, "stage": args.stage, "next": rows}, proving.drawn(rows, brand))
    return 0


def _status(args: argparse.Namespace) -> int:
    from chalicelib.admin import proving
    from chalicelib.admin.autonomy import waivers
    from chalicelib.admin.stops import stops

    from ..aws import explained
    from ..stage_services import brand_of, services_of

    services = services_of(args.stage)
    with explained():
        brand = brand_of(services, args.brand)
        playbook, table, scorer = services.playbook(brand), services.table(brand), _bundles.deciding(services, brand)
        control = table.control()
        missing = proving.unproved(table, playbook, proving.automatic(playbook, scorer), scorer.model)
    if args.intent and args.intent not in playbook.intents:
        raise UsageError(f"The playbook has no intent '{args.intent}'; known: {', '.join(sorted(playbook.intents))}.")
    if args.language and args.language not in playbook.languages:
        raise UsageError(f"{brand} does not speak '{args.language}'; it speaks: {', '.join(playbook.languages)}.")
    rows = _rows(playbook, scorer, args)
    standing = {"stopped": sorted(control.stops), "stops": stops(control), "without_proof": waivers(playbook)}
    standing["unproved"] = [{**asdict(cell), "proof": proving.proof_words(proof)} for cell, proof in missing]
    document = {"brand": brand, "stage": args.stage, **standing, "autonomy": rows}
    _output.answer(args, document, _drawn(document))
    return 0


def _rows(playbook: Playbook, scorer: BundleScorer, args: argparse.Namespace) -> list[dict[str, Any]]:
    from chalicelib.admin.autonomy import shown, table
    from chalicelib.channels import REGISTRY
    from chalicelib.playbook.hours import local_day

    channels = [args.channel] if args.channel else sorted(REGISTRY)
    places = {
        name: (REGISTRY[name].traits.private is not None, REGISTRY[name].traits.public is not None) for name in channels
    }
    rows = shown(table(playbook, scorer, places, local_day(playbook.hours, times.now())))
    kept = [row for row in rows if args.intent in ("", row["intent"])]
    if not args.language:
        return kept
    return [row | {"languages": {args.language: row["languages"][args.language]}} for row in kept]


def _set(args: argparse.Namespace) -> int:
    from chalicelib.admin.autonomy import about, changed
    from chalicelib.playbook.codec import to_json
    from chalicelib.playbook.schema import least
    from chalicelib.store import audit, versions

    from ..aws import explained
    from ..identity import author
    from ..stage_services import brand_of, services_of

    change = _change(args)
    services = services_of(args.stage)
    with explained():
        brand = brand_of(services, args.brand)
        table = services.table(brand)
        based_on = versions.current_number(table)  # read first: what is changed from now on is not written over
        before, scorer = services.playbook(brand), _bundles.deciding(services, brand)
        after = _proved(table, scorer, changed(_waived(args, before, change), change), change)
        noted = audit.beside(brand, author(services), "autonomy.change", about(change))
        now = times.now()
        version = table.put_playbook(to_json(after), now, by=args.who, what="auto", based_on=based_on, beside=noted)
        stopped = sorted(table.control().stops)
    rows = _rows(after, scorer, args)
    levels = {_level(row, args.language) for row in rows if row["public"] == change.public}
    lower = sorted(level for level in levels if least(level, change.level) is not change.level)
    document = {"brand": brand, "stage": args.stage, "version": version, "stopped": stopped, "autonomy": rows}
    note = f" Other ceilings keep some of it at {', '.join(lower)}." if lower else ""
    note += f" Still stopped: {', '.join(stopped)} (`guichet start`)." if stopped else ""
    words = f"Version {version} of {brand}'s playbook: {args.level}. It holds within 15 seconds.{note}"
    _output.answer(args, document, words)
    return 0


def _change(args: argparse.Namespace) -> Change:
    """What was asked for. Raises WrongUsage for ceilings that do not exist together."""
    from chalicelib.admin.autonomy import Change
    from chalicelib.model import Autonomy

    return Change(
        level=Autonomy(args.level),
        intent=args.intent,
        language=args.language,
        channel=args.channel or "",
        public=args.public,
        public_stated=args.public_stated,
        share=args.share,
        cap=args.cap,
        hours=args.hours,
    )


def _waived(args: argparse.Namespace, playbook: Playbook, change: Change) -> Playbook:
    """The playbook in which what is set needs no proof, where somebody named says so."""
    from chalicelib.admin.proving import waived
    from chalicelib.model import Autonomy
    from chalicelib.playbook.hours import local_day
    from chalicelib.playbook.release import Waiver

    if not args.without_proof:
        return playbook
    if change.level is not Autonomy.AUTO or change.intent not in ("", *playbook.intents):
        raise WrongUsage("--without-proof goes with `auto`, for an intent of the playbook or for all of them.")
    who = _admin.named(args, playbook, "answer without a proof")
    today = local_day(playbook.hours, times.now())
    return waived(playbook, change.intent, Waiver(reason=args.without_proof, by=who, on=today))


def _proved(table: Table, scorer: BundleScorer, after: Playbook, change: Change) -> Playbook:
    """The playbook, if all that the change makes automatic is proved. Raises UsageError with the figures."""
    from chalicelib.admin import proving
    from chalicelib.model import Autonomy

    if change.level is not Autonomy.AUTO:
        return after
    cells = proving.concerned(proving.automatic(after, scorer), change)
    if missing := proving.unproved(table, after, cells, scorer.model):
        raise UsageError(proving.refusal(missing))
    return after


def _level(row: dict[str, Any], language: str) -> Autonomy:
    return row["languages"][language]["autonomy"] if language else row["autonomy"]  # type: ignore[no-any-return]  # `autonomy.shown` puts levels there


def _drawn(document: dict[str, Any]) -> str:
    width = max((len(row["intent"]) for row in document["autonomy"]), default=6)
    lines = [document["brand"], *(f"  stopped: {stop['words']}" for stop in document["stops"])]
    lines += [f"  without a proof: {each['words']}" for each in document["without_proof"]]
    lines += [
        f"  at auto and not proved under today's words and classifier: {each['intent']} {each['language']}"
        f"{' in public' if each['place'] == 'public' else ''}: {each['proof']}"
        for each in document["unproved"]
    ]
    lines += _openings(document["autonomy"])
    for row in document["autonomy"]:
        languages = ", ".join(
            f"{language} {each['autonomy']} ({each['proof']})" for language, each in row["languages"].items()
        )
        place = f"{row['channel']}{' public' if row['public'] else ''}"
        lines.append(f"  {row['intent']:<{width}}  {place:<18} {row['autonomy']:<8} {languages}")
    return "\n".join(lines)


def _openings(rows: list[dict[str, Any]]) -> list[str]:
    """By which degrees what is automatic opens, and what is kept from it: a line for all that are alike."""
    from chalicelib.admin.autonomy import HELD, degrees_words
    from chalicelib.model import Autonomy
    from chalicelib.playbook.release import Rollout

    alike: dict[str, dict[str, None]] = {}
    for row in rows:
        if row["autonomy"] == Autonomy.AUTO:
            words = HELD[row["held"]] if row["held"] else f"auto: {degrees_words(Rollout(**row['opens']))}"
            alike.setdefault(words, {})[row["intent"]] = None
    return [f"  {words}: {', '.join(intents)}" for words, intents in alike.items()]
