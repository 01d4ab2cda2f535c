"""
What the bot would say if every intent were at `auto`, by the rules of `decide`. Pure.

For the rehearsal: a playbook opened wide, and what an answer that waits for a look-up would become.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

from ..conversation import Lookup
from ..model import Ask, Autonomy, Decision, Hold, Millis, Reply
from ..playbook.schema import BARE_STATUSES, LOOKUPS, AutonomyRules, Playbook
from .decide import decide
from .input import DecisionInput
from .rollout import wide_open

_TO_AUTO = MappingProxyType({"": Autonomy.AUTO})


def at_auto(playbook: Playbook) -> Playbook:
    """Return the playbook with every intent at `auto` and wide open, in public too, except what is never automatic."""
    intents = {
        name: replace(intent, autonomy=_TO_AUTO, language_autonomy={}) for name, intent in playbook.intents.items()
    }
    rules = AutonomyRules(default=Autonomy.AUTO, public_max=Autonomy.AUTO)
    return wide_open(replace(playbook, intents=intents, autonomy=rules))


def by_status(inputs: DecisionInput, decision: Decision) -> Mapping[str, str | None] | None:
    """
    Return what each status of the brand's system would lead to (with an invented carrier and date).

    None for a decision without a look-up; a status's None where a person would answer.
    """
    if not isinstance(decision, Hold) or not decision.subject:
        return None
    replies: dict[str, str | None] = {}
    for status in LOOKUPS[decision.subject]:
        fact = {"status": status, "order_number": decision.key}
        if status not in BARE_STATUSES:
            fact |= {"carrier": "Colissimo", "expected_on": _in_two_days(inputs.now)}
        conversation = replace(inputs.conversation, fact=Lookup(decision.subject, decision.key, fact))
        answer = decide(replace(inputs, conversation=conversation))
        replies[status] = answer.text if isinstance(answer, Reply | Ask) else None
    return replies


def in_words(reply: str, statuses: Mapping[str, str | None] | None) -> str:
    """Return every text that the bot could send: the reply, or one for each status."""
    if statuses is None:
        return reply
    return "\n\n".join(f"[{status}] {words or '(a person answers)'}" for status, words in statuses.items())


def _in_two_days(now: Millis) -> str:
    return datetime.fromtimestamp(now / 1000 + 2 * 86_400, UTC).date().isoformat()
