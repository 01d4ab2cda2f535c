"""What the workspace in memory draws, as plain data, and what sends that: `engine.environment.Desk`, `ports.Sender`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from chalicelib.conversation import ENDED, TicketRecord
from chalicelib.engine.environment import DrawnBoard
from chalicelib.errors import RateLimited, Refused, Retryable, TokenExpired, Unconfirmed
from chalicelib.model import (
    Attachment,
    CannotTell,
    ChannelName,
    Credentials,
    Millis,
    NotSent,
    OutboundPart,
    OutboxRow,
    Proof,
    Sent,
    Shift,
)
from chalicelib.playbook.schema import Playbook
from chalicelib.ports import Http, StopReport, Surface, Traits
from chalicelib.report import CommentDigest, Rehearsal, Report
from chalicelib.template_offers import offer
from chalicelib.text import split_text

MEMORY = ChannelName("memory")
TRAITS = Traits(
    name="memory",
    title="Memory",
    private=Surface(limit=10_000, unit="chars", proof="list", prove_after_ms=2_000),
    public=None,
    echoes_own=False,
    pace_ms=1_000,
)
NOTE_CHARS = 2_000
# What an agent may do with a ticket in a state, beside what `_acts` adds.
_ACTS: Mapping[str, tuple[str, ...]] = {
    "open": ("claim", "note", "close", "switch"),
    "claimed": ("edit_reply", "close", "note", "give_back", "snooze", "switch"),
    "sending": ("undo", "note"),
    "answered": ("edit_reply", "close", "note", "give_back", "switch"),
    "failed": ("edit_reply", "note", "close", "switch"),
    "held": ("edit_reply", "close", "note", "switch"),
    **dict.fromkeys(ENDED, ("edit_reply", "note", "switch")),
}
_AGAIN = ("change", "pin", "mark")  # may be done twice


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _acts(ticket: TicketRecord, template: str) -> list[str]:
    found = list(_ACTS[ticket.state]) + (["send_template"] if template else [])
    waits = ticket.state in ("open", "claimed")
    if waits and ticket.suggestion and not ticket.corrects:
        newer = ticket.suggested and ticket.messages > ticket.suggested
        found += ["send_suggestion", *([] if newer or ticket.window_closed else ["send_close"])]
    if ticket.state == "open":
        found.append("edit_reply")
    if ticket.state == "failed":
        found.append("hold" if ticket.window_closed else "retry")
    if ticket.answered_at and ticket.answer and ticket.state in ("answered", "claimed", *ENDED):
        found.append("unsend")
    return [*found, *(["take_over"] if ticket.assignee and ticket.state != "sending" else [])]


def drawn(ticket: TicketRecord, template: str = "") -> dict[str, Any]:
    """
    A ticket as it is shown; one that has ended is one line, without anybody's words.

    `template`: the mark of what a held answer may go as.
    """
    quotes = [] if ticket.state in ENDED else ticket.quotes
    return {
        "ticket": ticket.ticket_id,
        "state": ticket.state,
        "priority": ticket.priority,
        "reason": ticket.reason,
        "assignee": ticket.assignee,
        "customer": ticket.name,
        "quotes": [[each.by, each.text, each.state, *each.attachments] for each in quotes],
        "orders": [[each.key, dict(each.answer or {})] for each in ticket.orders],
        "suggestion": "" if ticket.state in ENDED else ticket.suggestion,
        "answer": ticket.answer,
        "failure": ticket.failure,
        "snoozed_until": int(ticket.snoozed_until),
        "seen": ticket.messages,
        "row": ticket.row_id,
        "acts": _acts(ticket, template),
    } | ({"template": template} if template else {})


class MemoryDesk:
    """Draws. Each body is {"do": …} and the data of one call."""

    name = MEMORY

    def __init__(self, traits: Callable[[str], Traits]) -> None:
        self._traits = traits

    def _drawn(self, ticket: TicketRecord, playbook: Playbook) -> dict[str, Any]:
        found = offer(ticket, playbook, self._traits(ticket.address.channel)) if ticket.state == "held" else None
        return drawn(ticket, found.mark if found is not None and not found.lacks and not ticket.failure else "")

    def post(self, ticket: TicketRecord, playbook: Playbook) -> str:
        return _json({"do": "post", "data": self._drawn(ticket, playbook)})

    def update(self, ticket: TicketRecord, playbook: Playbook) -> str:
        return _json({"do": "change", "data": self._drawn(ticket, playbook)})

    def note(self, ticket: TicketRecord, playbook: Playbook, kind: str, fields: Mapping[str, str]) -> str:
        if kind == "note_kept" and fields.get("anchor"):
            return _json({"do": "mark", "id": fields["anchor"]})
        if kind == "not_sent":
            return _json({"do": "whisper", "to": fields.get("agent", "")})
        return _json({"do": "post", "thread": True, "data": {"note": kind, **fields}})

    def rewritten(self, ticket: TicketRecord, playbook: Playbook, kind: str, fields: Mapping[str, str]) -> str:
        return _json({"do": "change", "lost": "gone", "data": {"note": kind, **fields}})

    def cut(self, ticket: TicketRecord, playbook: Playbook) -> Sequence[str]:
        return ()

    def pieces(self, text: str) -> Sequence[str]:
        return split_text(text, NOTE_CHARS) if text.strip() else ()

    def fits(self, text: str) -> bool:
        return len(text) <= NOTE_CHARS

    def report(self, playbook: Playbook, report: Report) -> str:
        return _notice("report", days=[report.first_day, report.last_day], questions=report.total.questions)

    def rehearsal(self, playbook: Playbook, report: Rehearsal) -> str:
        return _notice("rehearsal", day=report.day, would=report.would)

    def digest(self, tickets: Sequence[TicketRecord], playbook: Playbook) -> str:
        return _notice("digest", tickets=[drawn(each) for each in tickets])

    def comments(self, playbook: Playbook, digest: CommentDigest) -> str:
        return _json({"do": "post", "data": _comments(digest)})

    def comments_update(self, playbook: Playbook, digest: CommentDigest) -> str:
        return _json({"do": "change", "lost": "gone", "data": _comments(digest)})

    def crowd(self, playbook: Playbook, channel: str, link: str, count: int) -> str:
        return _notice("crowd", channel=channel, count=count)

    def account_paused(self, playbook: Playbook, channel: str, code: str) -> str:
        return _notice("paused", channel=channel, code=code)

    def account_notice(self, playbook: Playbook, channel: str, notice: str) -> str:
        return _notice("account", channel=channel, kept=notice)

    def account_looked_at(self, playbook: Playbook, channel: str, ill: Sequence[str], well: Sequence[str]) -> str:
        return _notice("looked", channel=channel, ill=list(ill), well=list(well))

    def numbers_guessed(self, playbook: Playbook, missed: int, asked: int) -> str:
        return _notice("guessed", missed=missed, asked=asked)

    def shifted(self, playbook: Playbook, shift: Shift) -> str:
        return _notice("shifted", what=shift.what, now=shift.now)

    def intent_stopped(self, playbook: Playbook, report: StopReport) -> str:
        scope = f"intent:{report.intent}"
        return _notice("stopped", scope=scope, ticket=report.ticket_id, row=report.row_id, acts=["start_intent"])

    def intent_started(self, playbook: Playbook, report: StopReport) -> str:
        started = {"notice": "started", "scope": f"intent:{report.intent}", "by": report.started_by}
        return _json({"do": "change", "lost": "gone", "data": started})

    def board(self, playbook: Playbook, tickets: Sequence[TicketRecord], unread: int, now: Millis) -> DrawnBoard:
        counts = {"notice": "board", "open": len(tickets), "unread": unread}
        change = _json({"do": "change", "lost": "gone", "data": counts})
        return DrawnBoard(_json(counts), _json({"do": "post", "data": counts}), change, _json({"do": "pin"}))


def _notice(kind: str, **data: Any) -> str:
    return _json({"do": "post", "data": {"notice": kind, **data}})


class MemorySender:
    """Sends by one call for one part, and proves by the place's own list."""

    traits: ClassVar[Traits] = TRAITS

    def __init__(self, credentials: Credentials, http: Http) -> None:
        self._token, self._http = credentials.token, http

    def send(self, part: OutboundPart) -> Sent:
        asked = _FILE_STEPS[part.index](part) if part.kind == "file" else _asked(part.kind, part.body, part.anchor)
        found = self._call({**asked, "desk": part.address.account_id, "row": part.row_id}, gone=part.kind == "erasure")
        return Sent(found[0] if found else "")

    def prove(self, row: OutboxRow) -> Proof:
        if row.kind == "file" and len([part for part in row.parts if part.platform_id]) < len(_FILE_STEPS) - 1:
            return NotSent()  # a place may be reserved again, and bytes brought again
        if row.kind == "erasure" or (row.kind != "file" and json.loads(row.body)["do"] in _AGAIN):
            return NotSent()
        found = self._call({"do": "list", "desk": row.address.account_id, "row": row.row_id})
        return CannotTell() if len(found) > 1 else Sent(found[0]) if found else NotSent()

    def show_typing(self, part: OutboundPart) -> None:
        """Nobody is shown that a row is on its way."""

    def fetch(self, file: Attachment) -> bytes:
        body = _json({"do": "fetch", "id": file.platform_id}).encode()
        answer = self._http.request("POST", "https://desk.example/fetch", headers={"token": self._token}, body=body)
        if answer.status == 401:
            raise TokenExpired("401")
        if answer.status >= 500:
            raise Retryable(str(answer.status))
        if answer.status != 200:
            raise Refused(str(answer.status))
        return answer.body

    def _call(self, asked: Mapping[str, Any], *, gone: bool = False) -> list[str]:
        body = _json(asked).encode()
        answer = self._http.request(
            "POST", f"https://desk.example/{asked['do']}", headers={"token": self._token}, body=body
        )
        if answer.status == 401:
            raise TokenExpired("token")
        if answer.status == 429:
            raise RateLimited("429", float(answer.headers["retry-after"]))
        if answer.status == 404 and not gone:
            raise Refused("gone")
        if answer.status >= 500:
            raise Unconfirmed(str(answer.status))
        found: list[str] = json.loads(answer.body)["ids"]
        return found


def _asked(kind: str, body: str, anchor: str) -> dict[str, Any]:
    """A row's call, with the message that it changes or stands under. Raises Retryable while that is unknown."""
    asked: dict[str, Any] = json.loads(body)
    if kind == "erasure":
        return {"do": "erase", "of": asked["erase"], "id": asked["id"]}
    lost, thread = asked.pop("lost", ""), asked.pop("thread", False)
    if asked["do"] == "post":
        asked["below"] = anchor if thread else ""
    elif asked["do"] in ("change", "pin"):
        asked["id"] = anchor
    else:
        return asked
    if not anchor and (thread or asked["do"] != "post"):
        raise Refused("no_such_line") if lost else Retryable("no_anchor")
    return asked


def _share(part: OutboundPart) -> dict[str, Any]:
    if not part.anchor:
        raise Retryable("no_anchor")
    return {"do": "share", "id": part.known[0], "below": part.anchor}


_FILE_STEPS: tuple[Callable[[OutboundPart], dict[str, Any]], ...] = (
    lambda part: {"do": "reserve", "name": json.loads(part.body)["name"]},
    lambda part: {"do": "upload", "id": part.known[0], "hex": part.data.hex()},
    _share,
)


def _comments(digest: CommentDigest) -> dict[str, Any]:
    lines = [[each.message_id, each.sort, each.text, each.reason, each.state, *each.marks] for each in digest.lines]
    parts = [{"ticket": each.message_id, "reason": each.reason, "acts": list(each.acts)} for each in digest.lines]
    equal = [
        {
            "ticket": digest.place,
            "scope": f"{each.intent} {each.language}",
            "row": each.mark,
            "text": each.text,
            "waiting": each.waiting,
            "acts": ["answer_equal"],
        }
        for each in digest.proposals
    ]
    return {"notice": "comments", "counts": dict(digest.counts), "lines": lines, "parts": [*equal, *parts]}
