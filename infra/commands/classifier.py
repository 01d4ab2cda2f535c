"""`guichet classifier`: trains, calibrates and exports a bundle; measures one. Needs what classifiers/ needs."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from chalicelib.errors import UsageError, WrongUsage

from ..names import LOCAL_STAGE
from . import _bundles, _learning, _output

NAME = "classifier"
HELP = "train a classifier bundle from labelled messages, measure one, or let a brand use its own"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    train = verbs.add_parser("train", help="train, calibrate and export a bundle; print its card")
    train.add_argument("--train", nargs="+", default=[], type=Path, metavar="F", help="JSON lines or CSV")
    train.add_argument(
        "--from-conversations", action="store_true", help="learn from what was sent, rewritten, thrown away, refused"
    )
    train.add_argument(
        "--against", type=Path, metavar="DIR", help="the bundle in use, to compare with (the shipped one)"
    )
    train.add_argument("--stage", default="local", metavar="S", help="whose conversations (local)")
    train.add_argument("--brand", metavar="B", help="whose conversations (default: the only brand)")
    train.add_argument("--valid", nargs="+", default=[], type=Path, metavar="F", help="more of the same: joins --train")
    train.add_argument("--oos", nargs="+", default=[], type=Path, metavar="F", help="out-of-scope messages")
    train.add_argument(
        "--encoder", default="", metavar="DIR|none", help="base of stage two: a Hugging Face directory (default: ours)"
    )
    train.add_argument("--frozen", action="store_true", help="leave the encoder as it is (without torch: always)")
    train.add_argument(
        "--strict", action="store_true", help="refuse one text with two labels, else learned from under neither"
    )
    train.add_argument("--languages", type=Path, metavar="DIR", help="public data to train the language detector anew")
    train.add_argument("--target", type=float, default=0.98, metavar="P", help="precision to prove (0.98)")
    train.add_argument("--seed", type=int, default=7, metavar="N")
    train.add_argument("--out", required=True, type=Path, metavar="DIR", help="where the bundle goes")
    lint = verbs.add_parser("lint", help="repeats over a split, conflicting labels and personal data in labelled files")
    lint.add_argument("--train", nargs="+", required=True, type=Path, metavar="F", help="JSON lines or CSV")
    _learning.configure(verbs)
    evaluate = verbs.add_parser("evaluate", help="measure a bundle on labelled messages")
    evaluate.add_argument("--bundle", default="", metavar="DIR", help="default: the shipped one")
    evaluate.add_argument("--brand", metavar="B", help="the one that this brand uses on --stage")
    evaluate.add_argument("--stage", metavar="S", help="default with --brand: the running local stack")
    evaluate.add_argument("--test", nargs="+", required=True, type=Path, metavar="F")
    evaluate.add_argument("--oos", nargs="+", default=[], type=Path, metavar="F")
    evaluate.add_argument("--noise", choices=["typos"], help="type over the test first")
    _bundles.configure(verbs)


def run(args: argparse.Namespace) -> int:
    """Run one verb."""
    own = {"train": _train, "lint": _lint, "evaluate": _evaluate, _learning.VERB: _learning.run}
    return own.get(args.verb, _bundles.run)(args)


def _train(args: argparse.Namespace) -> int:
    from classifiers import card, export, fit, languages, project, read, train
    from classifiers.encoder import stage

    if not 0.5 <= args.target < 1:
        raise UsageError("--target is a precision between 0.5 and 1, for example 0.98.")
    if not 0 <= args.seed < 1 << 32:
        raise UsageError("--seed is a whole number from 0 to 4294967295.")
    if not args.train and not args.from_conversations:
        raise UsageError("Give --train FILE, --from-conversations, or both.")
    export.refuse_foreign(args.out)
    known = read.read_lines([*args.train, *args.valid])
    taught, used = _learning.lessons(args, known) if args.from_conversations else ([], {})
    with tempfile.TemporaryDirectory() as folder:
        files = [*args.train, *args.valid, *_learning.written(taught, Path(folder))]
        lines = read.training_lines(files, out_of_scope=args.oos, strict=args.strict, tell=_output.say)
    detector = languages.fit_languages(lines, args.languages) if args.languages else languages.kept()
    lines = read.with_language(lines, detector)
    base = stage.base_of(args.encoder)
    tuned = stage.can_tune() and not args.frozen
    if base is not None and not tuned and not args.frozen:
        print(
            "torch is not installed: the encoder stays frozen (classifiers/requirements.txt tunes it).", file=sys.stderr
        )
    plan = train.Plan(
        settings=fit.Settings(seed=args.seed),
        base=base,
        encoder=stage.Settings(tuned=tuned, seed=args.seed),
        targets=dict.fromkeys(read.labels_of(lines), args.target),
        auxiliary=project.auxiliary(lines),
        told=project.told(lines),
    )
    steps = train.STEPS if base is None else train.STEPS + train.TUNE_STEPS * tuned
    counter = iter(range(1, steps + 1))
    trained = train.train(lines, detector, plan, tell=lambda step: _output.progress(step, next(counter, steps), steps))
    written = export.export(trained, args.out)
    return _learning.told(args, taught, written | {"conversations": used}, card.page_of(written))


def _lint(args: argparse.Namespace) -> int:
    from classifiers import folds, languages, lint, read

    lines = read.with_language(read.read_lines(args.train, tell=_output.say), languages.kept())
    fold_of = folds.assign_folds(lines)
    found = lint.lint(lines, {line.where: line.split or fold_of[line.where] for line in lines})
    document = {
        "lines": len(lines),
        "findings": [{"kind": each.kind, "where": each.where, "other": each.other} for each in found],
    }
    _output.answer(args, document, "\n".join([*map(str, found), f"{len(lines)} lines, {len(found)} findings."]))
    return 1 if found else 0


def _evaluate(args: argparse.Namespace) -> int:
    from chalicelib.triage.load_bundle import ARTEFACT
    from chalicelib.triage.stages import OUT_OF_SCOPE
    from classifiers import evaluate, read

    if args.bundle and (args.brand or args.stage):
        raise WrongUsage("Give --bundle, or a --brand with its --stage, not both.")
    lines = read.read_lines(args.test, tell=_output.say)
    out_of_scope = read.read_lines(args.oos, intent=OUT_OF_SCOPE, tell=_output.say)
    if not lines:
        raise UsageError("The test files hold no message: give labelled JSON lines or CSV.")
    stage = args.stage or (LOCAL_STAGE if args.brand else None)
    scorer = _bundles.scorer_of(args.brand, stage, args.bundle)
    foreign = sorted({line.intent for line in lines} - {*scorer.stage.labels, OUT_OF_SCOPE})
    if len(foreign) == len({line.intent for line in lines}):
        raise UsageError("The bundle knows none of the test's intents: give the bundle that was trained on them.")
    if foreign:
        _output.say(f"{len(foreign)} of the test's intents are not the bundle's, all their lines count as wrong.")
    found = evaluate.evaluate(scorer, Path(args.bundle or ARTEFACT), lines, out_of_scope, typos=args.noise == "typos")
    if stage:
        found["bytes"] = _bundles.bytes_of(args.brand, stage)
    _output.answer(args, found, _drawn(found))
    return 0


def _drawn(found: dict[str, Any]) -> str:
    return "\n".join(f"{name:<20} {json.dumps(value, ensure_ascii=False)}" for name, value in found.items())
