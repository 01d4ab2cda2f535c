"""
`make data-report DATA=../shared/data`: how our sentences are typed, beside what people typed.

    python -m classifiers.report --data DIR [--situations DIR] [--json]

Lengths, marks, lines, capitals, accents and slips of each source; then whether form alone (`form.py`) tells ours from
theirs. English is held to an aim against STAR's first turns and Restaurant-8k; what there is in French is no shop's
mail, so it is printed without one. Counts only: no sentence is printed, and nothing is learned that ships.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from chalicelib.errors import UsageError

from . import form, project, read
from .form import Message
from .habits import Habits, habits, spelling

AIM = 0.70  # at most: of English messages, told from people's by form alone
_WITH_AN_AIM = {"star first turns", "restaurant8k"}


@dataclass(frozen=True, slots=True)
class Ours:
    """The folders of what was written for the project; messages from situations may be absent."""

    sentences: Path = project.SENTENCES
    situations: Path = project.HOME / "situations" / "hands"


@dataclass(frozen=True, slots=True)
class Pair:
    """
    How well form alone tells messages of `ours` from those of `theirs`, without and with function words.

    Two sets of people's stand beside each other too: no set of ours can be nearer to both than they are to each other.
    """

    ours: str
    theirs: str
    bare: form.Told
    worded: form.Told
    aim: bool


@dataclass(frozen=True, slots=True)
class Report:
    """One language: habits by source, and each of our sources beside each of people's."""

    language: str
    habits: dict[str, Habits]
    pairs: list[Pair]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the report; exit 1 where the data is not there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with human/ and parallel/")
    parser.add_argument("--situations", type=Path, default=Ours().situations, metavar="DIR")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    try:
        found = [report(args.data, Ours(situations=args.situations), language) for language in ("en", "fr")]
    except UsageError as error:
        print(f"guichet: {error}", file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps([asdict(each) for each in found], ensure_ascii=False))
    else:
        print("\n\n".join(drawn(each) for each in found))
    return 0


def report(data: Path, written: Ours, language: str) -> Report:
    """The habits of every source of a language, and what form tells of each pair of ours and theirs."""
    mine, people = ours(written, language), theirs(data / "human", language)
    both, spelled = {**mine, **people}, spelling(data / "parallel", language)
    return Report(
        language,
        {name: habits([row.text for row in rows], spelled) for name, rows in both.items()},
        [
            Pair(
                own,
                other,
                form.told(both[own], both[other], bare=True),
                form.told(both[own], both[other], bare=False),
                aim=own in mine and other in _WITH_AN_AIM,
            )
            for own, other in [*itertools.product(mine, people), *itertools.combinations(people, 2)]
        ],
    )


# --- sources ----------------------------------------------------------------------------------


def ours(written: Ours, language: str) -> dict[str, list[Message]]:
    """The project's sentences by author group, and the messages written from situations, where they are."""
    lines = read.read_lines(sorted(written.sentences.glob("*.jsonl")))
    found = {"sentences": [Message(line.text, line.group) for line in lines if line.language == language]}
    files = sorted(written.situations.glob(f"{language}-*.jsonl"))
    if files:
        found["situations"] = [Message(str(row["text"]), path.stem) for path in files for row in _rows(path)]
    return found


def theirs(human: Path, language: str) -> dict[str, list[Message]]:
    """What people typed, by conversation. Raises UsageError where a set is missing."""
    if language == "en":
        star = [row for row in _rows(human / "star.jsonl.gz") if row["first"]]
        booked = enumerate(_rows(human / "restaurant8k.jsonl.gz"))
        return {
            "star first turns": [Message(str(row["text"]), str(row["conv"])) for row in star],
            "restaurant8k": [Message(str(row["text"]), str(at)) for at, row in booked],
        }
    return {
        name: [
            Message(str(row["text"]), str(row.get(group, at)))
            for at, row in enumerate(_rows(human / f"{name}.jsonl.gz"))
            if row["lang"] == "fr"
        ]
        for name, group in (("signalconso_fr", ""), ("tatoeba_care", "pair"), ("ms_chitchat", "label"))
    }


def _rows(path: Path) -> Sequence[Mapping[str, object]]:
    if not path.is_file():
        raise UsageError(f"{path} is not there: give the folder that holds human/ and parallel/ (DATA=../shared/data).")
    packed = path.read_bytes()
    text = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode()
    return [json.loads(line) for line in text.split("\n") if line.strip()]


# --- words ------------------------------------------------------------------------------------


def drawn(found: Report) -> str:
    """One language's tables as text."""
    names = [field.name for field in fields(Habits)]
    lines = [f"{found.language:20}" + "".join(name.rjust(10) for name in names)]
    for source, row in found.habits.items():
        lines.append(f"{source:20}" + "".join(_cell(name, getattr(row, name)).rjust(10) for name in names))
    lines += ["", "told apart by form alone (balanced accuracy, split by author group and conversation):"]
    for pair in found.pairs:
        goal = f" (aim: at most {AIM:.0%})" if pair.aim else ""
        lines.append(
            f"  {pair.ours} / {pair.theirs}: {pair.bare.accuracy:.0%} by marks, case and lengths, "
            f"{pair.worded.accuracy:.0%} with function words, of {pair.bare.messages} each{goal}"
        )
        lines += [f"      {_sign(pair, sign)}" for sign in pair.bare.signs]
    return "\n".join(lines)


def _cell(name: str, value: float) -> str:
    return f"{value:.0f}" if name in {"messages", "words"} else f"{value:.1f}" if name == "slips" else f"{value:.1%}"


def _sign(pair: Pair, sign: form.Sign) -> str:
    return f"{sign.name:14}{sign.ours:4.0%} of {pair.ours}, {sign.theirs:.0%} of {pair.theirs}"


if __name__ == "__main__":
    sys.exit(main())
