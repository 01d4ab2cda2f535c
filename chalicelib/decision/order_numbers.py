"""
The order numbers that customers ask about: which ones, how many, and what an answer about them may say. Pure.

Anybody who knows a number could learn where a parcel is. So a number alone opens little, one person may ask about few
numbers a day, and a second unknown number goes to a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ..conversation import Conversation
from ..model import Millis
from ..playbook.fields import find_fields
from ..playbook.hours import local_day
from ..playbook.schema import Hours, Intent
from .input import DecisionInput

MOST_A_DAY = 3  # different numbers a person may ask about; one more goes to a person
MISSED = "missed"  # beside what a remembered answer was about: the shop knew no such number
NOT_FOUND = "not_found"
DELIVERED = "delivered"


def numbers_of(inputs: DecisionInput, intent: Intent) -> tuple[str, ...]:
    """
    Return the values of the field that this intent needs, in order: from the open messages, else those known already.

    A postcode beside a number is not a second number.
    """
    second = second_key(inputs, intent)
    found = _beside(find_fields(inputs.playbook, intent.asks, inputs.full_text), second) if intent.asks else ()
    return found or (inputs.conversation.asked_with if _waits(inputs, intent) else ())


def second_key(inputs: DecisionInput, intent: Intent) -> str:
    """
    Return the second key that this intent needs, if the open messages give exactly one; else "".

    While it is waited for, bare digits are the key and not a number.
    """
    if not intent.asks_also:
        return ""
    numbers = () if _waits(inputs, intent) else find_fields(inputs.playbook, intent.asks, inputs.full_text)[:1]
    found = _beside(find_fields(inputs.playbook, intent.asks_also, inputs.full_text), *numbers)
    return found[0] if len(found) == 1 else ""


def _waits(inputs: DecisionInput, intent: Intent) -> bool:
    """Return whether the second key is what the bot asked for last."""
    head = inputs.conversation
    return bool(intent.asks_also) and (head.asked_intent, head.asked_wants) == (intent.name, intent.asks_also)


def _beside(values: Sequence[str], *others: str) -> tuple[str, ...]:
    """Return the values whose digits are not those of the others."""
    taken = {_digits(other) for other in others if other}
    return tuple(value for value in values if not _digits(value) or _digits(value) not in taken)


def _digits(value: str) -> str:
    return "".join(filter(str.isdigit, value))


def key_of(numbers: Sequence[str], second: str) -> str:
    """Return the key of a look-up as one text: "ML10482 ML10484", "ML10482?postcode=69001"."""
    return " ".join(numbers) + (f"?{second}" if second else "")


def split_key(key: str) -> tuple[tuple[str, ...], str]:
    """Return the numbers of a look-up's key, and its second key as "name=value" or ""."""
    numbers, _, second = key.partition("?")
    return tuple(numbers.split()), second


def too_many(inputs: DecisionInput, wanted: Sequence[str], day: str) -> bool:
    """Return whether, with these numbers, a person asks about more than a customer would in a day."""
    return len({*asked_today(inputs.conversation, day), *wanted}) > MOST_A_DAY


def asked_today(head: Conversation, day: str) -> tuple[str, ...]:
    """Return the different numbers that were looked up for this person on this day."""
    return head.looked_up if head.looked_day == day else ()


def missed_before(inputs: DecisionInput, intent: Intent) -> bool:
    """Return whether the last answer about this intent was that there is no such number."""
    answers = [said for said in inputs.past_answers if said.intent == intent.name and not said.asked]
    return bool(answers) and MISSED in answers[-1].about


def facts_in(answer: Mapping[str, str] | None) -> tuple[dict[str, str], ...]:
    """Return the results of a look-up, one mapping a number; () where the brand's system did not answer."""
    grouped: dict[str, dict[str, str]] = {}
    for name, value in (answer or {}).items():
        place, _, field = name.rpartition(".")
        grouped.setdefault(place, {})[field] = value
    return tuple(grouped[place] for place in sorted(grouped))


def past_due(hours: Hours, facts: Sequence[Mapping[str, str]], now: Millis) -> bool:
    """Return whether one of these orders should have arrived before today (the brand's date) and has not."""
    today = date.fromisoformat(local_day(hours, now))
    days = [_day(fact) for fact in facts if fact.get("status") not in (DELIVERED, NOT_FOUND)]
    return any(day is not None and day < today for day in days)


def _day(fact: Mapping[str, str]) -> date | None:
    """Return when an order is expected; None where the shop gives no ISO date."""
    try:
        return date.fromisoformat(fact.get("expected_on", ""))
    except ValueError:
        return None


def fact_fields(found: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return look-up results as fields of one answer; with several numbers a field's name begins with an index."""
    if len(found) == 1:
        return dict(found[0])
    return {f"{place}.{name}": value for place, each in enumerate(found) for name, value in each.items()}


def may_say(intent: Intent, fact: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that a number alone may show: status and date. The carrier needs a second key."""
    opened = {"status", "expected_on", intent.asks, "order_number"}
    return {name: value for name, value in fact.items() if name in opened or intent.asks_also}
