"""
What a head remembers of merged people: put together by a merge, and given back by a split. Pure.

Where two values differ, the more careful one counts. What cannot be told apart afterwards is kept by both sides where
keeping it makes the bot more careful (a STOP, the answers of a day), and by none where it would not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from ..conversation import CHOSEN_KEPT, OPTED_OUT_KEPT, SAID_KEPT, SPOKEN_KEPT, Conversation, Lookup, PastAnswer
from ..model import Millis
from . import keys

WINDOWS_KEPT = 6
_LATER = ("wrote_at", "beside_count", "greeted_at", "clarified_at", "last_order", "changed_at")
_OF_A_DAY = ("auto_day", "auto_count", "spoken")  # kept by both sides of a split
_NO_QUESTION: dict[str, Any] = {"asked_intent": "", "asked_wants": "", "asked_with": (), "menu": (), "clarified": ()}
_QUESTION = tuple(_NO_QUESTION)
_NOT_HELD: dict[str, Any] = {"held_row": "", "held_before": None, "held_note": ""}


def absorb(winner: Conversation, loser: Conversation) -> Conversation:
    """Return the winner's head for both. Its number, its fence and its revision are the caller's."""
    windows = {**loser.last_customer}
    for key, at in winner.last_customer.items():
        windows[key] = max(at, windows.get(key, 0))
    same_day = winner.auto_day == loser.auto_day
    latest = max((winner, loser), key=lambda head: int(head.auto_day or 0))
    return replace(
        winner,
        mode="human" if "human" in (winner.mode, loser.mode) else "bot",
        ticket_id=winner.ticket_id or loser.ticket_id,
        language=winner.language or loser.language,
        said=merged_answers(winner.said, [_at_home(each, loser) for each in loser.said]),
        **{name: max(getattr(winner, name), getattr(loser, name)) for name in _LATER},
        auto_day=latest.auto_day,
        auto_count=winner.auto_count + loser.auto_count if same_day else latest.auto_count,
        spoken=tuple(sorted({*winner.spoken, *loser.spoken}))[-SPOKEN_KEPT:],
        disclosed_at=min(winner.disclosed_at, loser.disclosed_at),
        disclosed_to="",  # one of the two was told at most: the next message says it in full
        opted_out=opted_out_of(winner, loser),
        heard=tuple(sorted({*winner.heard, *loser.heard})),
        chosen=tuple(dict.fromkeys((*loser.chosen, *winner.chosen)))[-CHOSEN_KEPT:],
        last_customer=newest(windows),
        message_count=winner.message_count + loser.message_count,
        **_waiting(winner, loser),
        **_looked_up(winner, loser),
        **_questions(winner, loser),
    )


def newest(windows: dict[str, int]) -> dict[str, int]:
    """Return when the addresses that wrote last did so, the newest last."""
    return dict(sorted(windows.items(), key=lambda entry: entry[1])[-WINDOWS_KEPT:])


def _at_home(said: PastAnswer, head: Conversation) -> PastAnswer:
    return said._replace(home=said.home or head.conversation_id)


def _waiting(winner: Conversation, loser: Conversation) -> dict[str, Any]:
    """Return what is undecided in both: each conversation keeps its messages, one wait covers them."""
    both = [each for each in (winner, loser) if each.uncovered_from]
    homes = [home for each in both for home in each.uncovered_in or (each.conversation_id,)]
    alone = homes == [winner.conversation_id]
    # An answer that was to wait for a second message is sent as decided: what it changed in one head is in both now.
    return _NOT_HELD | {
        "uncovered_from": min((each.uncovered_from for each in both), default=""),
        "uncovered_in": () if alone else tuple(dict.fromkeys(homes)),
        "hold_until": Millis(max((each.hold_until for each in both), default=0)),
        "hold_gen": max(winner.hold_gen, loser.hold_gen) + 1,
        "fact": winner.fact if winner.fact != Lookup() else loser.fact,
    }


def _looked_up(winner: Conversation, loser: Conversation) -> dict[str, Any]:
    latest = max((winner, loser), key=lambda head: head.looked_day)
    both = (*winner.looked_up, *loser.looked_up)
    same = winner.looked_day == loser.looked_day
    return {
        "looked_day": latest.looked_day,
        "looked_up": tuple(dict.fromkeys(both)) if same else latest.looked_up,
    }


def _questions(winner: Conversation, loser: Conversation) -> dict[str, Any]:
    """Return the question back that is open: of one of the two; where both were asked, none is."""
    asked = [each for each in (winner, loser) if any(getattr(each, name) for name in _QUESTION)]
    return {name: getattr(asked[0], name) for name in _QUESTION} if len(asked) == 1 else dict(_NO_QUESTION)


def opted_out_of(one: Conversation, other: Conversation) -> tuple[str, ...]:
    """Return the accounts on which either wants no automatic messages."""
    return tuple(dict.fromkeys((*one.opted_out, *other.opted_out)))[-OPTED_OUT_KEPT:]


def merged_answers(one: Collection[PastAnswer], other: Collection[PastAnswer]) -> tuple[PastAnswer, ...]:
    """Return the automatic answers that are remembered together, newest last."""
    return tuple(sorted({*one, *other}, key=lambda said: said.at)[-SAID_KEPT:])


# --- split ------------------------------------------------------------------------------------


def apart(
    now: Conversation, loser: Conversation, before: Conversation, homes: Collection[str], recipients: Collection[str]
) -> tuple[Conversation, Conversation]:
    """
    Return the two heads after a split: (the root's without those who go, theirs).

    `now`: the root's head. `loser`: the head of who goes, as it was when merged. `before`: the head that it was merged
    into, as it was before. `homes`, `recipients`: the conversations and addresses that go.
    """
    alone = replace(loser, merged_into="", root_fence=0)
    mine = replace(
        now,
        said=tuple(each for each in now.said if each.home not in homes),
        **_part(now, [each for each in _homes(now) if each not in homes], str(now.conversation_id)),
        last_customer={key: at for key, at in now.last_customer.items() if key not in recipients},
        disclosed_to="" if now.disclosed_to in recipients else now.disclosed_to,
        chosen=tuple(each for each in now.chosen if keys.recipient(each) not in recipients),
        message_count=max(0, now.message_count - loser.message_count),
        name=now.name if now.name == before.name else "",  # learned while merged: of whom is not known
        name_asked_at=now.name_asked_at if now.name == before.name else Millis(0),
        fence=now.fence + 1,
        hold_gen=now.hold_gen + 1,
    )
    own = str(alone.conversation_id)
    said = [each._replace(home="" if each.home == own else each.home) for each in now.said if each.home in homes]
    theirs = replace(
        alone,
        mode="bot" if alone.ticket_id else alone.mode,
        ticket_id="",
        said=merged_answers(alone.said, said),
        **_part(now, [each for each in _homes(now) if each in homes], own),
        **{name: max(getattr(alone, name), getattr(now, name)) for name in ("wrote_at", "greeted_at", "last_order")},
        **{name: getattr(now, name) for name in (*_OF_A_DAY, "looked_day", "looked_up", "heard")},
        opted_out=opted_out_of(alone, now),
        disclosed_to=now.disclosed_to if now.disclosed_to in recipients else "",
        **_of_addresses(now, alone, recipients),
        fence=max(now.fence, alone.fence) + 1,
        hold_gen=now.hold_gen + 1,
        changed_at=now.changed_at,
    )
    return mine, theirs


def _of_addresses(now: Conversation, alone: Conversation, recipients: Collection[str]) -> dict[str, Any]:
    """Return what those who go keep of their own addresses: when each wrote last, and which they chose to go on at."""
    chosen = [each for each in now.chosen if keys.recipient(each) in recipients]
    heard = {key: at for key, at in now.last_customer.items() if key in recipients}
    return {
        "chosen": tuple(dict.fromkeys((*alone.chosen, *chosen)))[-CHOSEN_KEPT:],
        "last_customer": {**alone.last_customer, **heard},
    }


def _homes(head: Conversation) -> tuple[str, ...]:
    """Return the conversations in which undecided messages lie."""
    return (head.uncovered_in or (str(head.conversation_id),)) if head.uncovered_from else ()


def _part(now: Conversation, waiting: Sequence[str], own: str) -> dict[str, Any]:
    """
    Return what a side keeps of what waits: its own messages.

    What was looked up and asked back goes: it may rest on words of both, and a person understands what follows.
    """
    alone = list(waiting) == [own]
    return (
        _NO_QUESTION
        | _NOT_HELD
        | {
            "fact": Lookup(),
            "uncovered_from": now.uncovered_from if waiting else "",
            "uncovered_in": () if alone else tuple(waiting),
            "hold_until": now.hold_until if waiting else Millis(0),
        }
    )
