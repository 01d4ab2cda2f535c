"""
Loop detection: whether a machine may be answering our automatic messages, and the budget of these for one person.

The head remembers each automatic message of a day (`conversation.Spoken`): whoever it went to, over all channels, in
whatever kind of row. Pure, and of the head and the words alone: the rules are in `loop_guard`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from ..conversation import SPOKEN_KEPT, Conversation, TimelineMessage
from ..model import Address, Spoken
from ..store import keys
from ..text import without_accents
from .machine_words import says_machine

# Why the bot falls silent: a machine says so, says our own words, says the same again, answers too fast; or the budget.
Loop = Literal["", "marks", "echo", "repeated", "quick", "hour", "day"]
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


class Budget(NamedTuple):
    """How many automatic messages may be sent in an hour and in a day."""

    hour: int
    day: int


PERSON = Budget(hour=5, day=10)  # over all their channels
THREAD = Budget(hour=5, day=8)  # on one channel
STEPS = Budget(hour=8, day=10)  # steps of going on elsewhere, and about codes: each is asked for by an act of theirs
STEP = "~"
REPEATED = 2  # how often the same words may be answered
QUICK = 2  # answers within an hour that no person can have typed
TYPED_A_SECOND = 15  # characters: who types fast has 7 to 10, and reads first
TYPED_LEAST = 40  # characters: anything shorter may have been typed before
WORDS_LEAST = 12  # letters and digits of a text that is told from another: "oui" is written twice by anybody


def spoken(
    head: Conversation, at: int, to: Address, text: str, answered: str, now: int, *, step: bool = False
) -> tuple[Spoken, ...]:
    """Return what the head remembers once this automatic message is due `at`; `answered`: the customer's words."""
    kept = [each for each in head.spoken if now - each.at < DAY_MS]
    where = STEP + _to(to) if step else _to(to)
    return (*kept, Spoken(int(at), where, words_print(text), words_print(answered)))[-SPOKEN_KEPT:]


def unsaid(head: Conversation, at: int, to: Address) -> tuple[Spoken, ...]:
    """Return what the head remembers once the message that was due then is cancelled."""
    return tuple(each for each in head.spoken if (each.at, each.to) != (int(at), _to(to)))


def heard(head: Conversation, message: TimelineMessage) -> tuple[Spoken, ...]:
    """Return what the head remembers with this message: whether it answers the last one faster than a person could."""
    to, before = _to(message.address), head.last_customer.get(keys.recipient(message.address), 0)
    last = next((each for each in reversed(head.spoken) if each.to == to), None)
    if last is None or before >= last.at or message.sent_at < last.at or message.kind or message.attachments:
        return head.spoken
    typed = len(message.text)
    if typed < TYPED_LEAST or (message.sent_at - last.at) * TYPED_A_SECOND >= typed * 1_000:
        return head.spoken
    return tuple(each._replace(quick=True) if each is last else each for each in head.spoken)


def loop(head: Conversation, pending: Sequence[TimelineMessage], now: int) -> Loop:
    """Return why nothing automatic is said any more; "" where it may be. What tells of a machine comes first."""
    if any(says_machine(each.text) for each in pending if not each.kind):
        return "marks"
    lately = [each for each in head.spoken if now - each.at < DAY_MS]
    prints = {words_print(each.text) for each in pending} - {""}
    if any(each.said in prints for each in lately):
        return "echo"
    if any(sum(each.heard == one for each in lately) >= REPEATED for one in prints):
        return "repeated"
    hour = [each for each in lately if now - each.at < HOUR_MS]
    if sum(each.quick for each in hour) >= QUICK:
        return "quick"
    return _spent(lately, hour, _to(pending[-1].address) if pending else "")


def steps_spent(head: Conversation, now: int) -> bool:
    """Return whether as much was said about going on elsewhere as an hour or a day takes."""
    steps = [now - each.at for each in head.spoken if each.to.startswith(STEP)]
    return sum(ago < HOUR_MS for ago in steps) >= STEPS.hour or sum(ago < DAY_MS for ago in steps) >= STEPS.day


def said_enough(head: Conversation, text: str, now: int) -> bool:
    """Return whether these very words of ours were said as often as a day takes."""
    print_ = words_print(text)
    return sum(each.said == print_ for each in head.spoken if now - each.at < DAY_MS) >= REPEATED


def words_print(text: str) -> str:
    """Return a digest of a text's letters and digits; "" where there are too few to tell it from another."""
    letters = "".join(char for char in without_accents(text).lower() if char.isalnum())
    return keys.digest("words", letters, length=8) if len(letters) >= WORDS_LEAST else ""


def _spent(day: Sequence[Spoken], hour: Sequence[Spoken], to: str) -> Loop:
    day, hour = ([each for each in span if not each.to.startswith(STEP)] for span in (day, hour))
    for most, of in ((PERSON, ""), (THREAD, to)):
        if sum(not of or each.to == of for each in hour) >= most.hour:
            return "hour"
        if sum(not of or each.to == of for each in day) >= most.day:
            return "day"
    return ""


def _to(address: Address) -> str:
    return keys.digest("to", keys.recipient(address), length=6)
