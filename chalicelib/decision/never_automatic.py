"""
What a person always answers, however sure the model is and whatever was proved; only an acknowledgement is automatic.

A closed list in code (`never_automatic_words`, and signs in the decision input here). A playbook may lengthen it
(`never_automatic`), nothing shortens it. Danger, law, fraud and vulnerable people come before it in `decide`. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from ..conversation import REACTION
from ..model import Decision
from ..playbook.fields import find_fields
from ..playbook.schema import KINDS
from . import never_automatic_words, short_messages
from .answer_text import Priority, to_person
from .answered_before import HOUR_MS, earlier_answer
from .input import DecisionInput
from .sensitive_words import plain_words
from .suggestion import COMPLAINT

Kind = never_automatic_words.Kind | Literal["scam", "order_in_public", "third", "brand"]

# Each kind's least priority; those with legal effect are tickets of the reason `declared`.
PRIORITY: Mapping[Kind, Priority] = MappingProxyType(
    {
        "notice": "urgent",
        "warranty": "high",
        "discrimination": "high",
        "minor": "high",
        "disputed_sum": "high",
        "refusal": "high",
        "details": "high",
        "press": "high",
        "scam": "high",
        "staff": "normal",
        "employee": "high",
        "order_in_public": "normal",
        "third": "high",
        "brand": "normal",
    }
)
DECLARED = frozenset({"notice", "warranty"})
# Subjects of the shipped classifier that are one of the matters in all their wordings.
SUBJECTS: Mapping[str, Kind] = MappingProxyType(
    {"double_charge": "disputed_sum", "report_scam": "scam", "job_application": "staff"}
)
_TWO = 2  # automatic answers; if the customer writes again, a person answers
# Words of a customer whose question is still open after an answer.
_COMES_BACK = re.compile(
    r"\b(?:toujours|encore|mais|pourtant|deja|marche pas|fonctionne pas|comprend\w* (?:pas|rien)|still|again|but"
    r"|already"
    r"|not working|doesn t work|does not work|didn t work|did not work|not helping)\b"
)
# A brand's texts that refuse something to the customer: only a person may send them.
_REFUSES = re.compile(
    r"\b(?:nous refusons|(?:nous ne pouvons|nous ne pourrons|on ne peut|je ne peux"
    r"|il ne nous est) (?:malheureusement )?pas "
    r"(?:\w+ )?(?:accepter|accorder|rembourser|reprendre|echanger|donner suite|acceder|honorer|prendre en charge"
    r"|possible)"
    r"|votre (?:demande|retour|reclamation|remboursement|candidature) (?:est|a ete) (?:refusee?|rejetee?|declinee?)"
    r"|ne (?:peut|peuvent|pourra) (?:malheureusement )?(?:pas )?(?:etre )?(?:acceptee?|remboursee?|reprise?"
    r"|echangee?) dans votre cas"
    r"|we (?:refuse|decline|reject)|(?:we are|we re|i am) (?:not able|unable) to (?:\w+ )?(?:accept|refund|take"
    r"|exchange|offer|grant)"
    r"|we (?:cannot|can not|can t|will not|won t) (?:\w+ )?(?:accept|refund|take back|exchange|grant|honou?r)"
    r"|your (?:request|return|claim|refund|application) (?:is|was|has been) (?:refused|rejected|declined|denied))\b"
)


def kind_of(inputs: DecisionInput) -> Kind | None:
    """Return which of these subjects the messages are about, the gravest first; None where they may be automatic."""
    found = never_automatic_words.kinds_of(inputs.text)
    if found:
        return found[0]
    by_subject = next((SUBJECTS[name] for name in sorted(_subjects(inputs)) if name in SUBJECTS), None)
    if by_subject is not None:
        return by_subject
    signs: dict[Kind, bool] = {
        "order_in_public": _order_in_public(inputs),
        "third": _third(inputs),
        "brand": _brands_own(inputs),
    }
    return next((kind for kind, is_so in signs.items() if is_so), None)


def never_automatic(inputs: DecisionInput) -> Decision | None:
    """Return a ticket that names its subject; what has legal effect is `declared`, with its date."""
    kind = kind_of(inputs)
    if kind is None:
        return None
    if kind in DECLARED:
        return to_person(inputs, "declared", at_least=PRIORITY[kind], detail=kind)
    complains = any(each.guess == COMPLAINT and not each.out_of_scope for each in (*inputs.singles, inputs.whole))
    least: Priority = "urgent" if inputs.public and complains else PRIORITY[kind]
    return to_person(inputs, "never_automatic", at_least=least, detail=kind)


def refusing(text: str) -> bool:
    """Return whether this text of the playbook refuses something to its reader."""
    return bool(_REFUSES.search(plain_words(text)))


def _subjects(inputs: DecisionInput) -> set[str]:
    """Return the intents that the model is sure enough of in these messages."""
    sure = {each.intent or each.unwritten for each in (inputs.whole, *inputs.singles) if each.sure}
    return {name for name in (*sure, inputs.intent, inputs.unwritten) if name}


def _order_in_public(inputs: DecisionInput) -> bool:
    """Return whether a public answer would speak of somebody's order: it is named, or the answer is about one."""
    if not inputs.public:
        return False
    intent = inputs.playbook.intents.get(inputs.intent or "")
    about = intent is not None and bool(intent.asks or intent.lookup)
    named = (name for name, field in inputs.playbook.fields.items() if field.shape and field.shape not in KINDS)
    return about or any(find_fields(inputs.playbook, name, inputs.text) for name in named)


def _third(inputs: DecisionInput) -> bool:
    """Return whether two automatic answers of the last hour did not help (a repeated question is `already_said`)."""
    answers = [said for said in inputs.past_answers if not said.asked and inputs.now - said.at < HOUR_MS]
    if len(answers) < _TWO or inputs.last.kind == REACTION or earlier_answer(inputs, inputs.guess) is not None:
        return False
    return short_messages.is_pushback(inputs.last.text) or bool(_COMES_BACK.search(plain_words(inputs.text)))


def _brands_own(inputs: DecisionInput) -> bool:
    """Return whether the brand's own list names this intent or one of its phrases."""
    own = inputs.playbook.never_automatic
    if own.subjects & _subjects(inputs):
        return True
    said = f" {plain_words(inputs.text)} "
    return any(f" {phrase} " in said for listed in own.phrases.values() for phrase in map(plain_words, listed))
