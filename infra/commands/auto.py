"""`guichet auto status|set|next`: how far the bot may go, by intent, channel and language, and what it lacks."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from chalicelib.playbook.release import OPENINGS

from .. import times
from . import _admin, _arguments, _brand, _bundles, _output

if TYPE_CHECKING:
    from chalicelib.admin.autonomy import Change
    from chalicelib.admin.ceilings import Only, Unproved
    from chalicelib.model import Autonomy

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
    from chalicelib.admin import ceilings

    from ..aws import explained
    from ..stage_services import brand_of, services_of

    services = services_of(args.stage)
    with explained():
        brand = brand_of(services, args.brand)
        found = ceilings.status(services, brand, _bundles.deciding(services, brand), _only(args), times.now())
    document = {"brand": brand, "stage": args.stage, **found}
    _output.answer(args, document, _drawn(document))
    return 0


def _only(args: argparse.Namespace) -> Only:
    from chalicelib.admin.ceilings import Only

    return Only(args.intent, args.channel or "", args.language)


def _set(args: argparse.Namespace) -> int:
    from chalicelib.admin import ceilings
    from chalicelib.playbook.schema import least

    from ..aws import explained
    from ..identity import author
    from ..stage_services import brand_of, services_of

    change = _change(args)
    services = services_of(args.stage)
    with explained():
        brand = brand_of(services, args.brand)
        scorer = _bundles.deciding(services, brand)
        done = ceilings.set_ceiling(
            services, brand, change, scorer, author(services), by=args.who, unproved=_unproved(args)
        )
    rows = ceilings.rows(done.playbook, scorer, _only(args), times.now())
    levels = {_level(row, args.language) for row in rows if row["public"] == change.public}
    lower = sorted(level for level in levels if least(level, change.level) is not change.level)
    document = {"brand": brand, "stage": args.stage, "version": done.version, "stopped": done.stopped, "autonomy": rows}
    note = f" Other ceilings keep some of it at {', '.join(lower)}." if lower else ""
    note += f" Still stopped: {', '.join(done.stopped)} (`guichet start`)." if done.stopped else ""
    words = f"Version {done.version} of {brand}'s playbook: {args.level}. It holds within 15 seconds.{note}"
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


def _unproved(args: argparse.Namespace) -> Unproved | None:
    """Why it needs no proof, where somebody named says so."""
    from chalicelib.admin.ceilings import Unproved

    if not args.without_proof:
        return None
    return Unproved(args.without_proof, lambda playbook: _admin.named(args, playbook, "answer without a proof"))


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
