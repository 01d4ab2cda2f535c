"""`guichet exception add|list|end`: words that stand before a brand's answers for a while, and end by themselves."""

from __future__ import annotations

import argparse
import getpass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.errors import UsageError
from chalicelib.model import Millis

from .. import times
from . import _arguments, _brand, _output

if TYPE_CHECKING:
    from chalicelib.admin.exceptions import Wanted
    from chalicelib.playbook.bulletin import Bulletin
    from chalicelib.playbook.schema import Playbook

NAME = "exception"
HELP = "words before a brand's answers for a while (a strike, a site down, a closed day): add, list or end them"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare add, list and end."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="let an exception hold")
    add.add_argument("--until", required=True, metavar="WHEN", help="2026-12-08 (that day included), 2026-12-08T18:00")
    add.add_argument("--from", dest="begins", default="", metavar="WHEN", help="default: now")
    for language, name in (("fr", "French"), ("en", "English")):
        add.add_argument(f"--{language}", default="", metavar="WORDS", help=f"what is said to who writes {name}")
    add.add_argument("--intent", action="append", default=[], metavar="I", help="only this subject (again for more)")
    add.add_argument("--channel", action="append", default=[], metavar="C", type=_arguments.channel, help="the same")
    add.add_argument(
        "--person-only", action="store_true", help="the usual answers are wrong meanwhile: people give them"
    )
    listed = actions.add_parser("list", help="print the exceptions that are not over")
    listed.add_argument("--all", action="store_true", help="and those that are over, who ended them and when")
    end = actions.add_parser("end", help="end an exception now")
    end.add_argument("id", metavar="ID", help="as `guichet exception list` prints it")
    for each in (add, listed, end):
        _brand.brand_arguments(each)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    return {"add": _add, "list": _list, "end": _end}[args.action](args)


def _add(args: argparse.Namespace) -> int:
    from chalicelib.admin import exceptions

    from ..aws import explained
    from ..identity import author
    from ..stage_services import brand_of, services_of

    services = services_of(args.stage)
    with explained():
        playbook = services.playbook(brand_of(services, args.brand))
        made = exceptions.add(services, playbook, _wanted(args, playbook), author(services), getpass.getuser())
    lacking = [language for language in playbook.languages if language not in made.texts]
    note = f" Who writes {' or '.join(lacking)} is answered by a person meanwhile." if lacking else ""
    _output.answer(
        args,
        _document(made),
        f"Exception {made.bulletin_id} holds until {times.iso(made.ends_at)}, within 15 seconds.{note}",
    )
    return 0


def _wanted(args: argparse.Namespace, playbook: Playbook) -> Wanted:
    from chalicelib.admin.exceptions import Wanted

    zone = ZoneInfo(playbook.hours.time_zone)
    return Wanted(
        texts={language: getattr(args, language) for language in ("fr", "en") if getattr(args, language).strip()},
        begins_at=_moment(args.begins, zone, first=True) if args.begins else times.now(),
        ends_at=_moment(args.until, zone, first=False),
        intents=tuple(dict.fromkeys(args.intent)),
        channels=tuple(dict.fromkeys(args.channel)),
        person_only=args.person_only,
    )


def _moment(text: str, zone: ZoneInfo, *, first: bool) -> Millis:
    """Give the instant of a day or a minute by the brand's clock; of a day its first moment, or its last."""
    try:
        then = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no day or minute; write 2026-12-08 or 2026-12-08T18:00.") from None
    if len(text) == len("2026-12-08"):
        then = datetime.combine(then.date() if first else then.date() + timedelta(days=1), time())
    if then.tzinfo is None:
        then = then.replace(tzinfo=zone)
    return Millis(round(then.timestamp() * 1000))


def _list(args: argparse.Namespace) -> int:
    from chalicelib.admin import exceptions

    from ..aws import explained
    from ..stage_services import brand_of, services_of

    services = services_of(args.stage)
    with explained():
        brand = brand_of(services, args.brand)
        shown = exceptions.listed(services, brand, times.now(), over=args.all)
    document = {"brand": brand, "exceptions": [_document(each) for each in shown]}
    _output.answer(args, document, "\n".join(_line(each) for each in shown) or f"{brand} has no exception.")
    return 0


def _end(args: argparse.Namespace) -> int:
    from chalicelib.admin import exceptions

    from ..aws import explained
    from ..identity import author
    from ..stage_services import brand_of, services_of

    services = services_of(args.stage)
    with explained():
        brand = brand_of(services, args.brand)
        ended = exceptions.end(services, brand, args.id, author(services), getpass.getuser())
    _output.answer(
        args, _document(ended), f"Exception {ended.bulletin_id} has ended; answers are as before in 15 seconds."
    )
    return 0


def _document(value: Bulletin) -> dict[str, Any]:
    return {
        "id": value.bulletin_id,
        "texts": dict(value.texts),
        "intents": list(value.intents),
        "channels": list(value.channels),
        "person_only": value.person_only,
        "begins": times.iso(value.begins_at),
        "ends": times.iso(value.ends_at),
        "by": value.by,
        "made": times.iso(value.made_at),
        "ended": times.iso(value.ended_at),
        "ended_by": value.ended_by or None,
    }


def _line(value: Bulletin) -> str:
    about = ", ".join((*value.intents, *value.channels)) or "everything"
    ended = f", ended {times.iso(value.ended_at)} by {value.ended_by}" if value.ended_at else ""
    silence = ", a person answers" if value.person_only else ""
    words = " / ".join(value.texts.values()) or "no words"
    return (
        f"{value.bulletin_id}  until {times.iso(value.ends_at)} on {about}{silence}, "
        f"by {value.by} {times.iso(value.made_at)}{ended}\n    {words}"
    )
