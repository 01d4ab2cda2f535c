"""What an hour's digest of a post's comments shows, read when it is sent: counts of all, words of those that wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ..decision.comment_answers import EQUAL_MOST, SPOKE, acts_on, waits_for_answer, wordings_of
from ..decision.input import LATE_MS
from ..model import Millis
from ..playbook.schema import Playbook
from ..ports import Traits
from ..report import CommentDigest, CommentLine, CommentProposal
from ..store import gathered
from ..store.gathered import Gathered
from ..store.table import Table

SHOWN = 40  # comments whose words one digest shows
WORDS = 300  # characters of each
WAITING = ("question", "read", "manager", "hide")


@dataclass(frozen=True, slots=True)
class Seen:
    """With what a brand's comments are looked at: its playbook, its channels' traits, and the time."""

    playbook: Playbook
    traits: Callable[[str], Traits]
    now: Millis


def of_place(table: Table, place: str, seen: Seen) -> CommentDigest:
    """Return the digest that an address names (`gathered.place_of`)."""
    post, hour = gathered.read_place(place)
    found = gathered.of_hour(table, post, hour)
    there = [each for each in found if each.state != "gone"]
    counts = Counter[str](each.kind for each in there if each.kind != "hide" or each.state != "hidden")
    counts["hidden"] = sum(each.state == "hidden" for each in there)
    counts["answered"] = sum(each.answer in SPOKE for each in there)
    counts["all"] = len(there)
    first = found[0] if found else None
    lines = _lines(table, there, seen)
    return CommentDigest(
        channel=first.channel if first else "",
        link=next((each.link for each in found if each.link), ""),
        ad=any(each.ad for each in found),
        place=place,
        counts=counts,
        lines=lines[:SHOWN],
        proposals=tuple(_proposals(there, seen)),
        more=len(lines) > SHOWN,
    )


def _lines(table: Table, there: Sequence[Gathered], seen: Seen) -> tuple[CommentLine, ...]:
    """Return the comments that somebody must look at, by kind and age, with their words now: one more than SHOWN."""
    waiting = [each for each in there if (each.kind in WAITING or each.hide) and each.answer not in SPOKE]
    ordered = sorted(waiting, key=lambda one: (WAITING.index(one.kind) if one.kind in WAITING else 9, one.at))
    return tuple(islice((line for each in ordered if (line := _line(table, each, seen)) is not None), SHOWN + 1))


def _line(table: Table, each: Gathered, seen: Seen) -> CommentLine | None:
    """Return one comment with its words; None where its writer, or the time that they are kept, took them."""
    message = table.message(each.message_id)
    if message is None or message.deleted:
        return None
    done = (("answer", each.answer), ("private", each.private), ("liked", each.liked))
    late = ("late",) if message.received_at - message.sent_at > LATE_MS else ()
    return CommentLine(
        message_id=each.message_id,
        sort=each.kind,
        text=message.text[:WORDS],
        name=message.display_name,
        intent=each.intent,
        language=each.language,
        reason=each.hide,
        state=each.state,
        marks=(*late, *(f"{what}_{how}" for what, how in done if how)),
        acts=acts_on(each, message.sent_at, seen.traits(each.channel), seen.now),
    )


def equal_questions(there: Sequence[Gathered], intent: str, language: str) -> list[Gathered]:
    """Return the questions about one subject in one language that nobody has answered, the oldest first."""
    equal = [each for each in there if (each.kind, each.intent, each.language) == ("question", intent, language)]
    return sorted(filter(waits_for_answer, equal), key=lambda each: each.at)


def _proposals(there: Sequence[Gathered], seen: Seen) -> Iterator[CommentProposal]:
    """Yield the answers that one press gives, to the most questions first."""
    asked = Counter((each.intent, each.language, each.channel) for each in there if each.kind == "question")
    for intent, language, channel in sorted(asked, key=lambda each: (-asked[each], each)):
        surface = seen.traits(channel).public
        found = wordings_of(seen.playbook, intent, language, channel, surface, seen.now) if surface else None
        waiting = len(equal_questions(there, intent, language))
        if found is None or not waiting:
            continue
        yield CommentProposal(
            intent=intent,
            language=language,
            text=next(iter(found.texts.values())),
            mark=found.mark,
            wordings=len(found.texts),
            waiting=waiting,
            at_once=len(found.texts) * EQUAL_MOST,
        )
