"""What is different about each kind of outbox row, as values: what sends and ends rows branches on these alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

RowKind = Literal[
    "reply",
    "ask",
    "acknowledgement",
    "greeting",
    "consent",
    "elsewhere",
    "agent_reply",
    "ticket",
    "ticket_update",
    "thread_note",
    "notice",
    "clock",
    "erasure",
    "media",
    "file",
    "digest",
    "comments",
    "comments_update",
    "hide",
    "unhide",
    "unsend",
    "like",
    "comment_reply",
    "private_reply",
    "move",
    "code",
]
# What a row is drawn from when it is sent, if it was stored without a body: its ticket (as a new message, or instead of
# the old one), the tickets of a digest, an intent's stop, the end of the row whose copy it deletes, an hour's comments
# of a post (as a new message, or instead of the old one). "token", "code": what is made from the stage's secret alone.
Drawing = Literal["", "ticket", "update", "digest", "stop", "copy", "comments", "recount", "token", "code"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTraits:
    """
    One kind of row.

    `work`: what deliver does: send it, report that its time has come, or fetch a file. `endless`: it is tried until it
    is there, however long the workspace is down; else a few times, and then a person is told. `reported`: process is
    told of its end where that is not "sent". `repeatable`: it is sent twice rather than perhaps not at all. `pauses`: a
    refusal of it pauses the account. `of_intent`: it is about an intent, so that intent's stop silences it. `drawn`:
    see Drawing. `hangs`: on its ticket's own message. `posts`: something that was not there. `opens`: it is that
    message. `traceless`: its work stands elsewhere once it is done, so it leaves no message in the timeline. `file`:
    its first part is the place of a file (an id, and where its bytes go), its second the bytes. `confirmed`: process is
    told when it is done as well. `later`: the release
    before does not know it, and leaves it in its outbox for this one. `by_day`: it is no direct answer, and waits for
    the morning (`playbook.quiet`).
    """

    work: Literal["send", "report", "fetch"] = "send"
    endless: bool = False
    reported: bool = True
    repeatable: bool = False
    pauses: bool = False
    of_intent: bool = True
    drawn: Drawing = ""
    hangs: bool = False
    posts: bool = True
    opens: bool = False
    traceless: bool = False
    file: bool = False
    confirmed: bool = False
    later: bool = False
    by_day: bool = False


_SAID = RowTraits()
ROW_TRAITS: Mapping[str, RowTraits] = {
    "reply": _SAID,
    "ask": _SAID,
    "acknowledgement": RowTraits(of_intent=False),
    "greeting": _SAID,
    "consent": _SAID,
    # Says, on another channel of the same person, that an answer waits where they wrote.
    "elsewhere": RowTraits(of_intent=False, reported=False, later=True, by_day=True),
    "agent_reply": _SAID,
    "clock": RowTraits(work="report"),
    # A comment's: without words, and done twice they are done once.
    "hide": RowTraits(repeatable=True, of_intent=False, posts=False, traceless=True, later=True),
    "unhide": RowTraits(repeatable=True, of_intent=False, posts=False, traceless=True, later=True),
    # Deletes what was said, where the platform can: each part names one of its messages.
    "unsend": RowTraits(repeatable=True, of_intent=False, posts=False, traceless=True, confirmed=True, later=True),
    "like": RowTraits(repeatable=True, of_intent=False, posts=False, traceless=True, later=True),
    # A person's answer to a comment, under it or to its writer.
    "comment_reply": RowTraits(later=True),
    "private_reply": RowTraits(later=True),
    # About going on elsewhere, and about codes: to whom asked; the code itself to the address of the order.
    "move": RowTraits(of_intent=False, drawn="token", later=True),
    "code": RowTraits(of_intent=False, drawn="code", traceless=True, later=True),
    "media": RowTraits(work="fetch"),
    # For agents.
    "ticket": RowTraits(endless=True, reported=False, repeatable=True, pauses=True, drawn="ticket", opens=True),
    "ticket_update": RowTraits(endless=True, reported=False, drawn="update", hangs=True, posts=False, traceless=True),
    "thread_note": RowTraits(endless=True, reported=False, hangs=True),
    "notice": RowTraits(endless=True, reported=False, drawn="stop"),
    "erasure": RowTraits(endless=True, reported=False, drawn="copy", posts=False, traceless=True),
    "file": RowTraits(endless=True, reported=False, hangs=True, file=True),
    "digest": RowTraits(endless=True, reported=False, drawn="digest", traceless=True),
    "comments": RowTraits(endless=True, reported=False, drawn="comments", later=True),
    "comments_update": RowTraits(
        endless=True, reported=False, drawn="recount", posts=False, traceless=True, later=True
    ),
}
