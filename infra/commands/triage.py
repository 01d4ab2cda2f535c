"""`guichet triage`: what the worker would make of a text, by the worker's own code. Needs nothing that runs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import UsageError, WrongUsage

from .. import times
from ..names import LOCAL_STAGE
from . import _arguments, _bundles, _output, _playbook

if TYPE_CHECKING:
    from chalicelib.admin.triage_text import Shop

NAME = "triage"
HELP = "classify texts and decide on them, exactly as the worker would"
NOTHING = 'Give a text: `guichet triage "where is my parcel 10482"`; or --file F.jsonl, or texts on standard input.'


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("text", nargs="*", metavar="TEXT", help="texts (default: one a line from standard input)")
    parser.add_argument("--file", metavar="F.jsonl", type=Path, help='texts, one a line: {"text": "…"} or plain')
    parser.add_argument("--brand", metavar="B", help="whose playbook decides (default: the demo brand)")
    parser.add_argument(
        "--stage", metavar="S", help="read the brand's playbook and classifier from there (default: playbooks/)"
    )
    parser.add_argument(
        "--channel", metavar="C", type=_arguments.channel, default="whatsapp", help="where it was written (whatsapp)"
    )
    parser.add_argument("--public", action="store_true", help="it was written where everybody reads")
    parser.add_argument("--bundle", metavar="DIR", default="", help="another classifier than the brand's")


def run(args: argparse.Namespace) -> int:
    """Print one line a text."""
    from chalicelib.admin.triage_text import triage

    if args.text and args.file is not None:
        raise WrongUsage("Give a text or --file, not both.")
    texts = _texts(args)
    first = next(texts, None)
    if first is None and args.file is None:
        raise WrongUsage(NOTHING)
    playbook = _playbook.of(args.brand, args.stage)
    scorer = _bundles.scorer_of(args.brand, args.stage, args.bundle)
    shop = _shop(playbook.brand) if args.stage in (None, LOCAL_STAGE) else None
    for text in (*([] if first is None else [first]), *texts):
        place: dict[str, Any] = {"channel": args.channel, "public": args.public}
        found = triage(text, scorer, playbook, **place, now=times.now(), shop=shop)
        _output.answer(args, found, _drawn(found))
    return 0


def _shop(brand: str) -> Shop | None:
    """The simulated shop of the local stack, where one runs: it is read only, and knows nobody."""
    from chalicelib.model import BrandId

    from ..local import state
    from ..stage_services import services_of

    try:
        state.running()
    except UsageError:
        return None
    services = cache(services_of)  # opened by the first text that names an order

    def asked(subject: str, key: str) -> Mapping[str, str]:
        return services(LOCAL_STAGE).shops.look_up(BrandId(brand), subject, key)

    return asked


def _texts(args: argparse.Namespace) -> Iterator[str]:
    if args.text:
        yield from args.text
        return
    if args.file is None:
        if sys.stdin.isatty():
            raise WrongUsage(NOTHING)
        yield from (_text(line, number, "standard input") for number, line in enumerate(sys.stdin, 1) if line.strip())
        return
    try:
        with args.file.open(encoding="utf-8-sig") as lines:
            yield from (_text(line, number, str(args.file)) for number, line in enumerate(lines, 1) if line.strip())
    except UnicodeDecodeError:
        raise UsageError(f"{args.file} is not UTF-8; save it as UTF-8.") from None
    except OSError as error:
        raise UsageError(f"{args.file} cannot be read: {error.strerror}.") from None


def _text(line: str, number: int, where: str) -> str:
    """The text of one line: JSON with "text", a JSON string, or the line itself."""
    stripped = line.strip()
    if not stripped.startswith(("{", '"')):
        return stripped
    try:
        held = json.loads(stripped)
    except (ValueError, RecursionError):
        if stripped.startswith('"'):
            return stripped
        raise UsageError(f'{where}, line {number}: this is no JSON; write {{"text": "…"}}.') from None
    text = held.get("text") if isinstance(held, dict) else held
    if not isinstance(text, str):
        raise UsageError(f'{where}, line {number}: "text" is missing; write {{"text": "…"}}.')
    return text


def _drawn(found: dict[str, Any]) -> str:
    head = f"{found['decision']} ({found['reason']}): {found['text'][:100]}"
    sure = f"{found['intent'] or 'out of scope'}, {found['probability'] * 100:.2f} % ({found['language']})"
    looked = found["looked_up"] or {}
    if looked.get("answer"):
        said = ", ".join(f"{name} {value}" for name, value in looked["answer"].items())
        sure += f"\n  the local shop says: {said}"
    lines = [head, f"  {sure}", *_indented(found["reply"] or found["missing"] or "")]
    if looked and not looked.get("answer"):
        lines.append(f"  {looked['key']} is looked up at the shop, and then answered:")
        for status, words in looked["replies"].items():
            lines += [f"  - {status}:", *_indented(words or "a person answers", "    ")]
    return "\n".join(lines)


def _indented(words: str, by: str = "  ") -> list[str]:
    return [f"{by}{line}" for line in words.splitlines()]
