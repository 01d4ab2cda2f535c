"""
What the judges' verdicts say: of one answer, of an intent's last ones, and of which texts. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..playbook.phrase import PLACEHOLDER
from ..playbook.schema import NO_TEXTS, Intent, Playbook
from ..store import keys
from ..store.judged_answers import JudgedAnswer, Visibility

RIGHT, WRONG, PERSON, OTHER, DANGEROUS = "right", "wrong", "person", "other", "dangerous"
VERDICTS = (RIGHT, WRONG, PERSON, OTHER, DANGEROUS)
_WORST_FIRST = (DANGEROUS, WRONG, OTHER, PERSON, RIGHT)
LAST, WRONG_MOST = 50, 2  # so many of the last so many that were judged stop an intent


def verdict_of(verdicts: Mapping[str, str]) -> str:
    """Return the verdict that counts of several judges: the worst; an answer is right where nobody objects."""
    return next((each for each in _WORST_FIRST if each in verdicts.values()), "")


def counted(found: Sequence[JudgedAnswer]) -> tuple[int, int, int]:
    """Return, of the last fifty judged: how many there are, how many are not right, how many dangerous."""
    said = [verdict_of(line.verdicts) for line in found[-LAST:]]
    return len(said), len(said) - said.count(RIGHT), said.count(DANGEROUS)


def broken(found: Sequence[JudgedAnswer]) -> bool:
    """Return whether the verdicts stop the intent."""
    _, wrong, dangerous = counted(found)
    return bool(dangerous) or wrong >= WRONG_MOST


def wording(playbook: Playbook, intent: Intent, place: Visibility, language: str) -> str:
    """
    Return the digest of an intent's texts in one place and language, playbook values filled in: 16 hex characters.

    Greeting and signature are left out: they say nothing that could be wrong.
    """
    shapes = [intent.public] if place == "public" else [intent.question, intent.question_also]
    by_name = {f"status:{name}": texts for name, texts in intent.statuses.items()} if place == "private" else {}
    by_name |= {f"channel:{name}": texts for name, texts in intent.channels.items()}
    texts = [intent.replies, *shapes, *(by_name[name] for name in sorted(by_name))]
    said = [each.get(language, "") for each in texts]
    variables = sorted({name for text in said for name in PLACEHOLDER.findall(text)})
    put_in = [playbook.variables.get(name, NO_TEXTS).get(language, "") for name in variables]
    parts = (*sorted(by_name), intent.asks, intent.asks_also, intent.lookup, *said, *variables, *put_in)
    return keys.digest("wording", *parts, length=16)
