"""`guichet report`: the figures of real days, by channel, as `guichet demo` shows those of a played one."""

from __future__ import annotations

import argparse
import dataclasses
from typing import TYPE_CHECKING, Any

from .. import times
from . import _arguments, _brand, _output

if TYPE_CHECKING:
    from chalicelib.report import Line, Report
    from chalicelib.store.table import Table

NAME = "report"
HELP = "print the team's figures of the last days, by channel; never by agent"
COLUMNS = (
    ("contacts", 9),
    ("questions", 10),
    ("alone", 7),
    ("people", 7),
    ("answered", 9),
    ("first, bot", 11),
    ("team", 8),
    ("promises", 9),
    ("late", 5),
    ("windows", 8),
    ("asked after", 12),
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "what",
        nargs="?",
        choices=("figures", "links"),
        default="figures",
        help="figures (default), or links: who was found to be one person",
    )
    parser.add_argument(
        "--since", type=_arguments.days, default=7, metavar="Nd", help="so many days, today included: 1d to 100d (7d)"
    )
    _brand.brand_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the figures."""
    from chalicelib.admin.figures import figures

    from ..aws import explained
    from ..stage_services import brand_of, services_of

    services = services_of(args.stage)
    with explained():
        brand = brand_of(services, args.brand)
        if args.what == "links":
            return _links(args, services.table(brand))
        found = figures(services, brand, times.now(), args.since)
    _output.answer(args, {"brand": brand, "stage": args.stage} | document(found), drawn(brand, found))
    return 0


def _links(args: argparse.Namespace, table: Table) -> int:
    """Print by what evidence people were found to be one, and the shares."""
    from chalicelib.admin.links import report

    told = report(table, times.now(), args.since)
    lines = [f"{table.brand}: {told['total']} in {told['days']} days (UTC)"]
    lines += [f"  {way}: {'-' if share is None else f'{share:.0%}'}" for way, share in told["shares"].items()]
    for name in ("proved", "linked"):
        lines.append(f"  {name}: {', '.join(f'{kind} {count}' for kind, count in told[name].items()) or '-'}")
    _output.answer(args, {"brand": table.brand, "stage": args.stage} | told, "\n".join(lines))
    return 0


def document(found: Report) -> dict[str, Any]:
    """Give the figures as JSON values."""
    return {
        "first_day": found.first_day,
        "last_day": found.last_day,
        "total": _values(found.total),
        "channels": {channel: _values(line) for channel, line in found.channels.items()},
        "subjects": [{"intent": intent, "count": count} for intent, count in found.subjects],
        "subjects_without_words": [{"intent": intent, "count": count} for intent, count in found.gaps],
    }


def _values(line: Line) -> dict[str, Any]:
    plain = dataclasses.asdict(line)
    for name in ("first_automatic", "first_of_people"):
        plain[f"{name}_over_a_day"] = plain[f"{name}_s"] == float("inf")
        if plain[f"{name}_over_a_day"]:
            plain[f"{name}_s"] = None
    share = line.alone_share
    return plain | {"questions": line.questions, "alone_share": None if share is None else round(share, 3)}


def drawn(brand: str, found: Report) -> str:
    """The table for people."""
    from ..demo.outcome import barometer

    lines = [f"{brand}, {found.first_day} to {found.last_day}: the team's figures, never by agent"]
    lines.append(f"{'channel':<14}" + "".join(f"{name:>{width}}" for name, width in COLUMNS))
    lines += [_row(channel, line) for channel, line in found.channels.items()]
    lines.append(_row("all", found.total))
    lines.append("alone, people: questions answered by the bot, and tickets; first: one answer in two within this time")
    if found.total.which:
        lines.append(f"clarifying questions: {found.total.which}, left unanswered {found.total.left}")
    for name, subjects in (("subjects", found.subjects), ("subjects without words", found.gaps)):
        if subjects:
            lines.append(f"{name}: " + ", ".join(f"{intent} {count}" for intent, count in subjects))
    return "\n".join([*lines, barometer()])


def _row(name: str, line: Line) -> str:
    promised = line.promises_kept + line.promises_missed
    answered = (line.alone + line.answered) / line.questions if line.questions else None
    cells = (
        line.contacts,
        line.questions,
        _share(line.alone_share),
        line.tickets,
        _share(answered),
        _time(line.first_automatic_s),
        _time(line.first_of_people_s),
        f"{line.promises_kept}/{promised}" if promised else "-",
        line.late,
        line.windows_missed,
        line.asked_after,
    )
    return f"{name:<14}" + "".join(f"{cell!s:>{width}}" for cell, (_, width) in zip(cells, COLUMNS, strict=True))


def _share(value: float | None) -> str:
    return "-" if value is None else f"{min(value, 1):.0%}"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    if seconds > 86_400:
        return "> 1 day"
    size, unit = next((size, unit) for size, unit in ((3_600, "h"), (60, "min"), (0, "s")) if seconds >= size)
    return f"{round(seconds / size) if size else round(seconds)} {unit}"
