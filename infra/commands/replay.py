"""
`guichet replay`: past customers' first messages through the worker's own code, and what judged samples of it prove.

Needs nothing that runs, changes nothing: neither a stage nor what the bot may say.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.engine.verdicts import VERDICTS
from chalicelib.errors import UsageError, WrongUsage

from .. import times
from . import _arguments, _brand, _bundles, _output, _playbook

if TYPE_CHECKING:
    from chalicelib.admin.replay.deciding import Outcome
    from chalicelib.admin.replay.past import Past
    from chalicelib.playbook.schema import Playbook
    from chalicelib.store.audit import Author
    from chalicelib.store.table import Table
    from chalicelib.triage.scorer import BundleScorer

NAME = "replay"
HELP = "what the bot would have said to past messages, samples of it to judge, and what the judgements prove"
SAMPLE = 200
CHANNEL = "whatsapp"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--file", type=Path, metavar="F", help="a helpdesk's export, CSV with a column text, or JSON lines"
    )
    what.add_argument(
        "--from-conversations", action="store_true", help="the first messages of the last thirty days on a stage"
    )
    what.add_argument(
        "--judged", nargs="+", type=Path, metavar="FILE", help="a judged sample (two judges: two files): what is proved"
    )
    parser.add_argument("--brand", metavar="B", help="whose playbook decides (default: the demo brand)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--stage",
        metavar="S",
        help="read the brand's playbook and classifier from there (default: playbooks/), and keep judgements there",
    )
    where.add_argument("--playbook", type=Path, metavar="FILE", help="read the playbook from a file")
    parser.add_argument("--bundle", metavar="DIR", default="", help="another classifier than the brand's")
    parser.add_argument("--channel", type=_arguments.channel, metavar="C", help=f"where they were written ({CHANNEL})")
    parser.add_argument("--public", action="store_true", help="they were written where everybody reads")
    parser.add_argument(
        "--judge",
        "--out",
        dest="judge",
        type=Path,
        metavar="OUT.jsonl",
        help="write a random sample of what would be said",
    )
    parser.add_argument("--ask", action="store_true", help="put that sample to the judges: /guichet juger")
    parser.add_argument("--learn", type=Path, metavar="OUT.jsonl", help="write what teaches most; never for a bound")
    parser.add_argument(
        "--sample", type=_arguments.number(1, 100_000), metavar="N", help=f"lines of each sample ({SAMPLE})"
    )
    parser.add_argument("--intent", metavar="I", help="draw the samples from this subject only")
    parser.add_argument("--seed", type=_arguments.number(0, 2**32 - 1), metavar="S", help="draw the same again (0)")


def run(args: argparse.Namespace) -> int:
    """Replay messages, or reckon with judgements."""
    _refuse_wrong(args)
    playbook = _playbook_of(args)
    scorer = _bundles.scorer_of(args.brand, args.stage, args.bundle)
    return _judged(args, playbook, scorer) if args.judged else _replay(args, playbook, scorer)


def _refuse_wrong(args: argparse.Namespace) -> None:
    sampling = args.sample is not None or args.seed is not None or args.intent is not None
    drawing = args.judge or args.learn or args.ask
    if args.judged and (args.channel or args.public or drawing or sampling):
        raise WrongUsage("--judged takes channel and place from its lines; leave out the options of --file.")
    if args.judged and len(args.judged) > 2:
        raise WrongUsage("Give --judged one file, or two of two judges.")
    if args.from_conversations and not args.stage:
        raise WrongUsage("Say with --stage whose conversations: prod, staging, … or local.")
    if args.from_conversations and (args.channel or args.public):
        raise WrongUsage("--from-conversations knows where each message was written; leave out --channel and --public.")
    if args.ask and not args.stage:
        raise WrongUsage("Say with --stage where the judges are: prod, staging, … or local.")
    if sampling and not drawing:
        raise WrongUsage("Say with --judge or --learn where the sample goes, or put it to the judges with --ask.")
    if args.judge and args.learn and args.judge.resolve() == args.learn.resolve():
        raise WrongUsage("--judge and --learn are two files: the two samples are never mixed.")


def _playbook_of(args: argparse.Namespace) -> Playbook:
    from chalicelib.playbook.reader import PlaybookError

    if args.playbook is None:
        return _playbook.of(args.brand, args.stage)
    try:
        found = _playbook.in_file(args.playbook)
    except PlaybookError:
        raise UsageError(f"{args.playbook} has mistakes; see them with `guichet playbook check`.") from None
    if args.brand not in (None, found.brand):
        raise UsageError(f"{args.playbook} is the playbook of {found.brand}, not of {args.brand}.")
    return found


def _replay(args: argparse.Namespace, playbook: Playbook, scorer: BundleScorer) -> int:
    from chalicelib.admin import proving
    from chalicelib.admin.replay import deciding, keeping

    from ..replay import sample_files

    sample_files.refuse_existing([args.judge, args.learn])
    table = _table(args.stage, playbook.brand) if args.stage else None
    source, messages = _messages(args, table)
    now, outcomes = times.now(), list[deciding.Outcome]()
    for number, each in enumerate(messages, 1):
        channel, public = each.channel or args.channel or CHANNEL, each.public or args.public
        found = deciding.outcome(each.text, scorer, playbook, channel=channel, public=public, now=each.at or now)
        contact = each.person if args.from_conversations else ""
        outcomes.append(replace(found, person=each.person, contact=contact))
        _output.progress("decided", number, len(messages))
    if table is not None and args.from_conversations:
        confirmed = keeping.confirm(table, outcomes, playbook, scorer.model, _author(args))
        if confirmed:
            _output.say(f"{confirmed} judged answers would be given by {scorer.model} as well: they count for it now.")
    told = zip(messages, outcomes, strict=True)
    document = {
        "brand": playbook.brand,
        "model": scorer.model,
        **source,
        **deciding.figures(outcomes, playbook, proving.known(table, playbook, scorer.model)),
        "language_read_otherwise": sum(past.language not in ("", each.language) for past, each in told),
        "samples": _drawn_samples(args, playbook, outcomes, scorer, table),
    }
    _output.answer(args, document, deciding.drawn(document))
    return 0


def _messages(args: argparse.Namespace, table: Table | None) -> tuple[dict[str, Any], list[Past]]:
    """What to replay, and what is said about where it comes from."""
    from chalicelib.admin.replay import conversations
    from classifiers import files

    from ..replay import past

    if table is not None and args.from_conversations:
        found = conversations.first_messages(table, times.now(), _brand.read_whole(table, "A replay"))
        if not found:
            raise UsageError(f"Nobody wrote to {table.brand} in the last {conversations.LAST_DAYS} days.")
        return {"stage": args.stage, "days": conversations.LAST_DAYS}, found
    reading = past.read(args.file)
    if guessed := files.encoding_words(args.file, reading.encoding):
        _output.say(guessed)
    if reading.helpdesk:
        left = ", ".join(f"{count} {past.LEFT_WORDS[name]}" for name, count in reading.left_out.items())
        _output.say(f"An export of {reading.helpdesk}." + (f" Left out: {left}." if left else ""))
    place = {"channel": args.channel or CHANNEL, "public": args.public}
    return place | {"helpdesk": reading.helpdesk or None, "left_out": dict(reading.left_out)}, reading.messages


def _drawn_samples(
    args: argparse.Namespace,
    playbook: Playbook,
    outcomes: list[Outcome],
    scorer: BundleScorer,
    table: Table | None,
) -> dict[str, Any]:
    """Write or ask the samples that were asked for; give how many lines each has."""
    from chalicelib.admin.replay import keeping, samples

    from ..replay import sample_files

    size, seed, now = args.sample or SAMPLE, args.seed or 0, times.now()
    if args.intent:
        outcomes = [each for each in outcomes if each.intent == args.intent]
    written: dict[str, Any] = {}
    drawn = samples.random_sample(outcomes, size, seed) if args.judge or args.ask else []
    lines = samples.lines([(each, "") for each in drawn], playbook.brand, samples.RANDOM, now)
    if args.judge:
        sample_files.write(args.judge, lines)
        written["judge"] = len(drawn)
    if args.ask and table is not None:
        written["asked"] = keeping.ask(table, lines, playbook, scorer.model, _author(args))
        _output.say(f"{written['asked']} answers wait for their judges: /guichet juger.")
    if args.learn:
        taught = samples.learning_sample(outcomes, scorer, size, seed, drawn)
        sample_files.write(args.learn, samples.lines(taught, playbook.brand, samples.LEARN, now))
        written["learn"] = len(taught)
    for name in ("judge", "learn"):
        if name in written:
            _output.say(
                f"{getattr(args, name)} holds {written[name]} customers' messages: fill in `verdict` "
                f"({', '.join(VERDICTS)}) and delete the file within {samples.KEPT_DAYS} days."
            )
    return written


def _judged(args: argparse.Namespace, playbook: Playbook, scorer: BundleScorer) -> int:
    from chalicelib.admin.replay import deciding, judged
    from chalicelib.admin.replay.keeping import keep

    from ..replay.judged import read

    judges = {path: read(path, playbook.brand, times.now()) for path in args.judged}

    @cache
    def again(line: judged.Judged) -> Outcome:
        place: dict[str, Any] = {"channel": line.channel, "public": line.public}
        return deciding.outcome(line.text, scorer, playbook, now=line.at, **place)

    found = judged.proved(list(judges.values()), playbook, again, scorer.model)
    kept = 0
    if args.stage:
        named = [(path.name, lines) for path, lines in judges.items()]
        kept = keep(_table(args.stage, playbook.brand), named, playbook, again, scorer.model, _author(args))
        _output.say(f"{kept} judged answers are kept on {args.stage}, as digests and verdicts.")
    document = {"brand": playbook.brand, "model": scorer.model, **found, "kept": kept}
    _output.answer(args, document, judged.drawn(document))
    return 0


def _author(args: argparse.Namespace) -> Author:
    from ..identity import author
    from ..stage_services import services_of

    return author(services_of(args.stage))


def _table(stage: str, brand: str) -> Table:
    from chalicelib.model import BrandId

    from ..stage_services import services_of

    return services_of(stage).table(BrandId(brand))
