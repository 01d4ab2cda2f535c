"""`guichet playbook check|push|show|history|gaps`: a brand's words, checked before anybody reads them."""

from __future__ import annotations

import argparse
import getpass
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import UsageError

from .. import times
from ..names import LOCAL_STAGE
from . import _arguments, _bundles, _output

if TYPE_CHECKING:
    from chalicelib.admin.playbook_differences import Undone
    from chalicelib.playbook.schema import Playbook
    from chalicelib.store.versions import Version
    from chalicelib.triage.scorer import BundleScorer

NAME = "playbook"
HELP = "check a brand's playbook, make it current, show one or all versions, list the subjects it has no words for"
VERSIONS = 50
LARGEST = 200_000  # bytes; a playbook is one item of at most 400 KB


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare check, push, show, history and gaps."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="list everything that is wrong with FILE; needs no network")
    push = actions.add_parser("push", help="check FILE and make it the brand's current playbook")
    for each in (check, push):
        each.add_argument("file", metavar="FILE", type=Path)
        each.add_argument("--bundle", metavar="DIR", default="", help="check by this classifier")
    check.add_argument("--by", metavar="S", default="", help="hold its templates against what this stage read of them")
    push.add_argument("--undo-edits", action="store_true", help="also where the file undoes what was changed since")
    show = actions.add_parser("show", help="print the brand's current playbook")
    show.add_argument("--version", type=_arguments.number(1, 999_999), metavar="N", help="default: the one that holds")
    history = actions.add_parser("history", help="list the newest versions: who changed what, and when")
    for each in (show, history):
        each.add_argument("--brand", required=True, metavar="B")
    gaps = actions.add_parser("gaps", help="list known subjects that were asked about and have no words")
    gaps.add_argument("--brand", required=True, metavar="B")
    gaps.add_argument("--since", type=_arguments.days, default=7, metavar="7d", help="how far back; default: 7d")
    for each in (push, show, history, gaps):
        each.add_argument("--stage", default=LOCAL_STAGE, metavar="S", help="default: the running local stack")


def run(args: argparse.Namespace) -> int:
    """Do what was asked; exit 1 with every mistake when the file has any."""
    asked = {"check": _check, "push": _push, "show": _show, "history": _history, "gaps": _gaps}
    return asked[args.action](args)


def _check(args: argparse.Namespace) -> int:
    from chalicelib.playbook.reader import PlaybookError
    from chalicelib.triage.load_bundle import load

    try:
        playbook = _load(args.file)
    except PlaybookError as error:
        found = [{"line": p.line, "column": p.column, "message": p.message} for p in error.problems]
        lines = "\n".join(f"{args.file}:{p.line}:{p.column}: {p.message}" for p in error.problems)
        _output.answer(args, {"file": str(args.file), "problems": found}, lines)
        _output.say(
            f"{args.file} has {len(found)} mistake{'s' if len(found) > 1 else ''}; correct them and check again."
        )
        return 1
    document: dict[str, Any] = {"file": str(args.file), "brand": playbook.brand, "intents": sorted(playbook.intents)}
    lacking = _lacking(args.by, playbook) if args.by else []
    document |= {
        "problems": [{"line": 0, "column": 0, "message": each} for each in lacking],
        "warnings": _warned(args, load(args.bundle or None), playbook),
        "held": _held(playbook),
    }
    _output.answer(args, document, "\n".join(lacking) or _summary(playbook))
    return 1 if lacking else 0


def _lacking(stage: str, playbook: Playbook) -> list[str]:
    """Return what is wrong with its templates by what platforms list for the brand's accounts on a stage."""
    from chalicelib.admin.templates import wrong

    from ..aws import explained
    from ..stage_services import services_of

    services = services_of(stage)
    with explained():
        return wrong(services, playbook)


def _held(playbook: Playbook) -> dict[str, str]:
    """Say on stderr which subjects at `auto` are only suggested, since nobody answers for their words today."""
    from chalicelib.admin.autonomy import HELD
    from chalicelib.model import Autonomy
    from chalicelib.playbook.hours import local_day
    from chalicelib.playbook.in_force import approval_of
    from chalicelib.playbook.schema import effective_autonomy

    today = local_day(playbook.hours, times.now())
    auto = [name for name in playbook.intents if effective_autonomy(playbook, name, "", public=False) is Autonomy.AUTO]
    held = {name: lacks for name in auto if (lacks := approval_of(playbook, name).lacks(today))}
    for name, lacks in held.items():
        _output.say(f"{name}: {HELD[lacks]}.")
    return dict(held)


def _warned(args: argparse.Namespace, scorer: BundleScorer, playbook: Playbook) -> list[dict[str, Any]]:
    """Say on stderr what is no mistake but looks like a slip; give the same as JSON values."""
    from chalicelib.decision.suggestion import COMPLAINT, HUMAN_REQUEST
    from chalicelib.playbook.yaml_file import unknown_intents, with_links, without_buttons

    known = {intent for _, intent in scorer.bounds} | {COMPLAINT, HUMAN_REQUEST}
    text = _text(args.file)
    found = (
        *unknown_intents(text, sorted(known)),
        *without_buttons(text, playbook),
        *with_links(text, playbook, _links_billed()),
    )
    for each in found:
        _output.say(f"{args.file}:{each.line}:{each.column}: {each.message}.")
    return [{"line": each.line, "column": each.column, "message": each.message} for each in found]


def _links_billed() -> dict[str, float]:
    """Return the channels where a public post with a link costs more, with what one costs in USD."""
    from chalicelib.channels import REGISTRY

    prices = {name: kind.connecting().price for name, kind in REGISTRY.items() if kind.traits.public}
    return {name: price.linked for name, price in prices.items() if price is not None and price.linked}


def _push(args: argparse.Namespace) -> int:
    from chalicelib.admin import playbooks

    from ..aws import explained
    from ..identity import author
    from ..stage_services import services_of

    playbook = _load(args.file)
    services, scorer = services_of(args.stage), cache(lambda: _scorer(args, playbook.brand))
    with explained():
        try:
            number = playbooks.push(
                services, playbook, scorer, author(services), by=getpass.getuser(), undo_edits=args.undo_edits
            )
        except playbooks.Undoes as error:
            return _undoes(args, error.found)
        warnings = _warned(args, scorer(), playbook)
        for each in _lacking(args.stage, playbook):  # it may be approved tomorrow: no reason to refuse the rest
            _output.say(f"{args.file}: {each}.")
    document = {"brand": playbook.brand, "stage": args.stage, "version": number, "warnings": warnings}
    _output.answer(args, document, f"Version {number} of {playbook.brand}'s playbook is current on {args.stage}.")
    return 0


def _undoes(args: argparse.Namespace, found: list[tuple[Undone, Version]]) -> int:
    """Refuse a file that does not have what was changed since it was pushed last, and show what that is."""
    from chalicelib.admin import playbook_history

    document = {"file": str(args.file), "undone": playbook_history.differences(found)}
    _output.answer(args, document, playbook_history.refusal(found))
    _output.say(
        f"Nothing was pushed: {args.file} would undo what was changed since it was pushed last. "
        "Put what stands now into it, or push it with --undo-edits."
    )
    return 1


def _scorer(args: argparse.Namespace, brand: str) -> BundleScorer:
    """The classifier that --bundle names, or that decides for the brand on the stage."""
    from chalicelib.model import BrandId
    from chalicelib.triage.load_bundle import load

    from ..stage_services import services_of

    return load(args.bundle) if args.bundle else _bundles.deciding(services_of(args.stage), BrandId(brand))


def _show(args: argparse.Namespace) -> int:
    from chalicelib.admin import playbooks
    from chalicelib.model import BrandId
    from chalicelib.playbook.codec import from_json

    from ..aws import explained
    from ..stage_services import services_of

    services = services_of(args.stage)
    with explained():
        found = playbooks.version(services, BrandId(args.brand), args.version)
    if found is None and args.version:
        raise UsageError(f"{args.brand} has no version {args.version}; see `guichet playbook history`.")
    if found is None:
        raise _no_playbook(args)
    _output.answer(args, json.loads(found.json), _summary(from_json(found.json)))
    return 0


def _history(args: argparse.Namespace) -> int:
    from chalicelib.admin import playbook_history, playbooks
    from chalicelib.model import BrandId

    from ..aws import explained
    from ..stage_services import services_of

    services = services_of(args.stage)
    with explained():
        found = playbooks.history(services, BrandId(args.brand), VERSIONS)
    if not found:
        raise _no_playbook(args)
    document = {"brand": args.brand, "stage": args.stage, "versions": playbook_history.document(found)}
    _output.answer(args, document, playbook_history.drawn(found))
    return 0


def _gaps(args: argparse.Namespace) -> int:
    from chalicelib.admin import gaps, playbooks
    from chalicelib.model import BrandId

    from ..aws import explained
    from ..stage_services import services_of

    services = services_of(args.stage)
    with explained():
        found = playbooks.gaps(services, BrandId(args.brand), args.since, times.now())
    if found is None:
        raise _no_playbook(args)
    document = {"brand": args.brand, "stage": args.stage, "days": args.since, "gaps": found}
    _output.answer(args, document, gaps.drawn(found, args.brand, args.since))
    return 0


def _no_playbook(args: argparse.Namespace) -> UsageError:
    return UsageError(f"{args.brand} has no playbook on {args.stage}; push one with `guichet playbook push FILE`.")


def _load(file: Path) -> Playbook:
    """Read and check a file. Raises PlaybookError with all mistakes, UsageError when it cannot be read."""
    from chalicelib.channels import REGISTRY
    from chalicelib.playbook.yaml_file import load
    from chalicelib.workspaces import IDS

    return load(_text(file), channels=sorted(REGISTRY), workspaces=IDS)


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST:  # looked at before anything is read
            raise UsageError(f"{file} is larger than {LARGEST // 1000} KB; shorten its texts.")
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8; save it as UTF-8.") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None


def _summary(playbook: Playbook) -> str:
    """Draw what the bot may do, one line an intent."""
    from chalicelib.playbook.schema import effective_autonomy

    rows = [
        (
            name,
            effective_autonomy(playbook, name, "", public=False).value,
            effective_autonomy(playbook, name, "", public=True).value,
            intent.title[playbook.languages[0]],
        )
        for name, intent in playbook.intents.items()
    ]
    width = max((len(name) for name, *_ in rows), default=6)
    head = f"{playbook.name} ({playbook.brand}), {', '.join(playbook.languages)}: {len(rows)} intents"
    table = [f"  {'intent':<{width}}  private  public   about"]
    table += [f"  {name:<{width}}  {private:<7}  {public:<7}  {title}" for name, private, public, title in rows]
    return "\n".join([head, *table])
