"""
Judged samples out of files: a text that is not the one that was drawn, and a verdict that is no verdict, are refused.

Each is named by its line number. Nothing here looks at who judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from chalicelib.admin.replay.judged import Judged, Key
from chalicelib.admin.replay.samples import KEPT_DAYS, LEARN, RANDOM
from chalicelib.channels import REGISTRY
from chalicelib.engine.verdicts import VERDICTS
from chalicelib.errors import UsageError
from chalicelib.model import Millis
from chalicelib.store.judged_answers import digest_of
from chalicelib.store.table import DAY_MS
from classifiers import files

from . import past

_VERDICT_WORDS = ", ".join(VERDICTS)
_NAMED = 20  # line numbers in one sentence
_TEXTS = (
    "id",
    "text",
    "verdict",
    "intent",
    "language",
    "channel",
    "brand",
    "bundle",
    "words",
    "sample",
    "draw",
    "contact",
)


def read(path: Path, brand: str, now: Millis) -> dict[Key, Judged]:
    """Read one judge's file, each message once, in its order. Raises UsageError with the lines that are wrong."""
    text, _ = files.decoded(path)
    lines = [_line(row, f"{path}, line {number}", number) for number, row in past.json_rows(path, text)]
    if not lines:
        raise UsageError(f"{path} holds no line to judge.")
    if min(line.drawn_at for line in lines) < now - KEPT_DAYS * DAY_MS:
        raise UsageError(f"{path} was drawn more than {KEPT_DAYS} days ago and holds customers' messages: delete it.")
    _refuse(path, lines, lambda each: each.verdict not in ("", *VERDICTS), f"the verdict is none of {_VERDICT_WORDS}")
    _refuse(
        path,
        lines,
        lambda each: not each.erased and digest_of(each.text) != each.id,
        "the text is not the one that was drawn",
    )
    _refuse(path, lines, lambda each: each.brand != brand, f"drawn for another brand than {brand}")
    kept: dict[Key, Judged] = {}
    for line in lines:
        known = kept.setdefault(line.key, line)
        if known.verdict and line.verdict and known.verdict != line.verdict:
            raise UsageError(f"{path}, lines {known.number} and {line.number}: two verdicts on one message; keep one.")
        kept[line.key] = known if known.verdict else line
    return kept


def _line(row: Mapping[str, Any], where: str, number: int) -> Judged:
    texts = {name: row.get(name) for name in _TEXTS}
    public, counts = row.get("public"), (row.get("at"), row.get("number"), row.get("drawn_at"))
    whole = all(isinstance(value, str) for value in texts.values()) and isinstance(public, bool)
    if not whole or any(isinstance(n, bool) or not isinstance(n, int) or not 0 <= n < 1 << 43 for n in counts):
        raise UsageError(f"{where}: this is no line of a sample; fill in only `verdict` of what --judge wrote.")
    if texts["channel"] not in REGISTRY or texts["sample"] not in (RANDOM, LEARN):
        raise UsageError(f"{where}: there is no such channel or sample; fill in only `verdict`.")
    plain = {name: str(value) for name, value in texts.items()}
    plain["verdict"] = plain["verdict"].strip().casefold()
    at, place, drawn_at = (Millis(int(str(count))) for count in counts)
    return Judged(number=number, public=bool(public), at=at, place=place, drawn_at=drawn_at, **plain)


def _refuse(path: Path, lines: Sequence[Judged], is_wrong: Callable[[Judged], bool], words: str) -> None:
    numbers = [str(line.number) for line in lines if is_wrong(line)]
    if numbers:
        more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
        which = "line" if len(numbers) == 1 else "lines"
        raise UsageError(f"{path}, {which} {', '.join(numbers[:_NAMED])}{more}: {words}.")
