"""
The result of the demo: read from the table and from what the platforms show, compared with the scenario's truth.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.admin.explanations import reason_of
from chalicelib.conversation import TimelineMessage
from chalicelib.engine.daily_figures import WHICH

from . import movers
from .leaks import of_others
from .play import Played
from .scenario import ANY, HUMAN, SILENT, Customer
from .stack_client import StackClient

AUTOMATIC, ANSWERS = ("reply", "ask"), ("reply", "ask", "agent_reply")
DAY_MS = 86_400_000
# Baromètre Qualiweb (Cocedal Conseil), as the product card quotes it: share of customers answered, in percent.
BAROMETER = {"email answered": 70, "of these within 24 h": 75, "walls answered": 60, "private messages answered": 43}


def outcome(client: StackClient, customers: Sequence[Customer], played: Played) -> dict[str, Any]:
    """Return the demo's document: counts, response by channel, every wrong answer."""
    timelines = {customer.number: timeline(client, customer, played) for customer in customers}
    ours = [message for rows in timelines.values() for message in rows if message.author != "customer"]
    stored = [message for rows in timelines.values() for message in rows if message.author == "customer"]
    known = {message.event_id for message in stored}
    sent = [row for row in ours if row.state == "sent"]
    wrong = [each for customer in customers for each in wrongs(timelines[customer.number], played)]
    told = _told(client, customers, played)
    return {
        "customers": len(customers),
        "messages": len(played.said),
        "received": len(stored),
        "lost": sorted(said.line for key, (_, said) in played.said.items() if key not in known),
        "duplicates_dropped": played.posted - len(stored),
        "auto_replied": sum(row.kind in AUTOMATIC for row in sent),
        "tickets": len({row.ticket_id for row in ours if row.ticket_id} | _ticket_ids(client, customers, played)),
        "acknowledged": sum(row.kind == "acknowledgement" for row in sent),
        "agent_replies": sum(row.kind == "agent_reply" for row in sent),
        "delivered": sum(map(_messages, sent)),
        "shown_by_platforms": sum(map(len, told.values())),
        "not_delivered": dict(Counter(row.state for row in ours if row.state not in ("sent", ""))),
        "failures": dict(Counter(f"{r.address.channel} {r.kind}: {r.error_code}" for r in ours if r.state == "failed")),
        "bubbles": bubbles(list(timelines.values())),
        "stopped": sorted(name for name, scope in client.table.control().scopes.items() if scope.stopped),
        "response": response(customers, timelines),
        "median_first_response_s": _median(customers, timelines),
        "wrong": wrong,
        "shown_to_the_wrong_one": of_others(customers, told),
        "barometer": BAROMETER,
        "unfinished": played.left,
        "dead_letters": client.dead_letters(),
        "reasons": dict(Counter(message.covered for message in stored)),
        "each": became(timelines, played),
    }


def timeline(client: StackClient, customer: Customer, played: Played) -> list[TimelineMessage]:
    """Read a customer's messages and the answers to them; rows for Slack are left out."""
    found = client.table.identity(played.addresses[customer.number])
    if found is None:
        return []
    rows = (each for each in client.table.timeline(found[1]) if each.address.channel == customer.channel)
    return [replace(each, event_id=_written_as(each, played)) for each in rows]


def _written_as(row: TimelineMessage, played: Played) -> str:
    """Return the id under which a message was written: an event's own, else the first in what its answer hangs on."""
    if row.author != "customer" or row.event_id in played.said:
        return row.event_id
    places = {row.anchor.find(each): each for each in played.said}
    places.pop(-1, None)
    return places[min(places)] if places else row.event_id


def _ticket_ids(client: StackClient, customers: Sequence[Customer], played: Played) -> set[str]:
    found = set()
    for customer in customers:
        identity = client.table.identity(played.addresses[customer.number])
        head = client.table.head(identity[1]) if identity else None
        if head is not None and head.ticket_id:
            found.add(str(head.ticket_id))
    return found


def wrongs(rows: Sequence[TimelineMessage], played: Played) -> list[dict[str, str]]:
    """
    Return the automatic answers that the truth does not allow, by message id. Never their texts.

    Wrong is another intent than the truth's, or any automatic answer to a message that needs a person or nothing. A
    clarifying question is no answer.
    """
    event_of = {message.message_id: message.event_id for message in rows}
    found = []
    for row in rows:
        why = row.decided
        if row.kind not in AUTOMATIC or row.state not in ("sent", "unknown", "claimed") or why.reason == WHICH:
            continue
        covered = [played.said[event_of[each]][1] for each in row.covers if event_of.get(each) in played.said]
        truths = {said.truth for said in covered} - {ANY}
        intent = why.intent
        if truths & {HUMAN, SILENT} or truths - {intent}:
            lines = "+".join(said.line for said in covered)
            found.append({"row": row.row_id, "lines": lines, "said": intent, "truth": "+".join(sorted(truths))})
    return found


def became(timelines: Mapping[int, Sequence[TimelineMessage]], played: Played) -> list[dict[str, Any]]:
    """Return what became of each message, in the order in which they were written. Never their texts."""
    found = []
    for event_id, (customer, said) in played.said.items():
        rows = timelines[customer.number]
        message = next((each for each in rows if each.author == "customer" and each.event_id == event_id), None)
        answers = [row for row in rows if message is not None and message.message_id in row.covers]
        reason = reason_of(message.covered) if message is not None else None
        bad = {each["row"] for each in wrongs(rows, played)}
        found.append(
            {
                "event_id": event_id,
                "customer": customer.number,
                "channel": customer.channel,
                "public": customer.public,
                "language": customer.language,
                "line": said.line,
                "truth": said.truth,
                "copies": said.copies,
                "shuffled": said.shuffled,
                "received": message is not None,
                "decision": reason.kind if reason else None,
                "reason": message.covered if message is not None else None,
                "said": [{"kind": row.kind, "intent": row.decided.intent, "state": row.state} for row in answers],
                "wrong": any(row.row_id in bad for row in answers),
            }
        )
    return found


def response(
    customers: Sequence[Customer], timelines: dict[int, list[TimelineMessage]]
) -> dict[str, dict[str, float | int]]:
    """Return who was answered, by channel and surface: an automatic reply or a person's, acknowledgements aside."""
    by: defaultdict[str, list[int | None]] = defaultdict(list)
    for customer in customers:
        if customer.needs_answer:
            name = f"{customer.channel} (public)" if customer.public else customer.channel
            by[name].append(first_response_ms(timelines[customer.number]))
    answer = {}
    for name, times in sorted(by.items()):
        answered = [ms for ms in times if ms is not None]
        answer[name] = {
            "customers": len(times),
            "answered": len(answered),
            "rate": round(len(answered) / len(times), 3),
            "within_24h": round(sum(ms <= DAY_MS for ms in answered) / max(1, len(answered)), 3),
        }
    return answer


def bubbles(timelines: Sequence[Sequence[TimelineMessage]]) -> dict[str, Any]:
    """
    Return how many messages the bot sends where it answers: greeting, answer, question and acknowledgement all count.

    `conversations`: those with an answer; `answers`: how many. An answer of several parts counts as several. `by`: why
    each was sent. `least`: what would be left if nobody were told that a person answers, nor welcomed.
    """
    answered = [rows for rows in timelines if any(row.kind == "reply" and row.state == "sent" for row in rows)]
    by = Counter[str]()
    for rows in answered:
        by += _causes([row for row in rows if row.author == "bot" and row.state == "sent"])
    outgoing, answers = by.total(), by["first answer"] + by["answer to a further question"]
    least = answers + by["question back"]
    each = max(1, len(answered))
    return {
        "conversations": len(answered),
        "answers": answers,
        "outgoing": outgoing,
        "per_conversation": round(outgoing / each, 3),
        "per_answer": round(outgoing / answers, 3) if answers else 0.0,
        "least_per_conversation": round(least / each, 3),
        "by": dict(by),
    }


def _causes(said: Sequence[TimelineMessage]) -> Counter[str]:
    """Return why the bot sent each message of one conversation."""
    found = Counter[str]()
    for row in sorted(said, key=lambda row: row.sent_at):
        cause = {"ask": "question back", "greeting": "welcome", "consent": "consent"}.get(row.kind, row.kind)
        if row.kind == "reply":
            cause = "answer to a further question" if found["first answer"] else "first answer"
        elif row.kind == "acknowledgement":
            cause = "a person answers the next question" if found["first answer"] else "a person answers the first one"
        found[cause] += 1
        found["a further part"] += _messages(row) - 1
    return +found


def _messages(row: TimelineMessage) -> int:
    """Return how many messages of the platform a sent row is: a part each."""
    return max(1, len(row.platform_ids))


def first_response_ms(rows: Sequence[TimelineMessage]) -> int | None:
    """Milliseconds from the first message to the first real answer; None without one."""
    asked = [row.received_at for row in rows if row.author == "customer"]
    answered = [row.sent_at for row in rows if row.kind in ANSWERS and row.state == "sent"]
    return max(0, min(answered) - min(asked)) if asked and answered else None


def _median(customers: Sequence[Customer], timelines: dict[int, list[TimelineMessage]]) -> dict[str, float | None]:
    times: dict[str, list[float]] = {"automatic": [], "agent": []}
    for customer in customers:
        rows = timelines[customer.number]
        ms = first_response_ms(rows)
        if ms is not None:
            first = min((row for row in rows if row.kind in ANSWERS and row.state == "sent"), key=lambda r: r.sent_at)
            times["automatic" if first.kind in AUTOMATIC else "agent"].append(ms / 1000)
    return {name: round(statistics.median(each), 1) if each else None for name, each in times.items()}


def _told(client: StackClient, customers: Sequence[Customer], played: Played) -> dict[int, list[str]]:
    """Return what the platforms show to each of these customers of the brand."""
    at = {f"guest-{each.channel}-{played.addresses[each.number].person_id}": each.number for each in customers}
    told: dict[int, list[str]] = {each.number: [] for each in customers}
    for bubble in client.ask("state")["bubbles"]:
        if bubble["side"] == "brand" and bubble["person"] in at:
            told[at[bubble["person"]]].append(bubble["text"])
    return told


def drawn(found: dict[str, Any]) -> str:
    """The table for people."""
    rows = [
        ("customers", found["customers"]),
        ("messages received", f"{found['received']} of {found['messages']}"),
        ("duplicates dropped", found["duplicates_dropped"]),
        ("auto-replied", found["auto_replied"]),
        ("tickets", found["tickets"]),
        ("answered by agents", found["agent_replies"]),
        ("told that a person will answer", found["acknowledged"]),
        ("delivered (shown by the platforms)", f"{found['delivered']} ({found['shown_by_platforms']})"),
        ("not delivered", " ".join(f"{n} {state}" for state, n in found["not_delivered"].items()) or 0),
        ("median first response, automatic", _seconds(found["median_first_response_s"]["automatic"])),
        ("median first response, by an agent", _seconds(found["median_first_response_s"]["agent"])),
        ("unfinished, dead letters", f"{found['unfinished']}, {found['dead_letters']}"),
        ("bubbles an answered conversation", _bubbles(found["bubbles"])),
        *((f"  {cause}", count) for cause, count in sorted(found["bubbles"].get("by", {}).items())),
        ("stopped", ", ".join(found["stopped"]) or 0),
        ("wrong", len(found["wrong"])),
        ("shown another's order", len(found.get("shown_to_the_wrong_one", ()))),
        *movers.lines(found.get("movers")),
    ]
    lines = [f"{name:<38}{value!s:>14}" for name, value in rows]
    lines.append("")
    lines.append(f"{'answered':<24}{'customers':>10}{'answered':>10}{'rate':>8}{'in 24 h':>9}")
    lines += [
        f"{name:<24}{each['customers']:>10}{each['answered']:>10}{each['rate']:>8.0%}{each['within_24h']:>9.0%}"
        for name, each in found["response"].items()
    ]
    lines.append(barometer())
    lines += [f"failed: {n} {what}" for what, n in found["failures"].items()]
    lines += [f"wrong: {each['lines']}: said {each['said']}, truth {each['truth']}" for each in found["wrong"]]
    return "\n".join(lines)


def _bubbles(found: dict[str, Any]) -> str:
    least = f", {found['least_per_conversation']:.2f} at least" if "least_per_conversation" in found else ""
    return f"{found['per_conversation']:.2f} ({found['per_answer']:.2f} an answer{least})"


def barometer() -> str:
    """Return what French brands were measured at, for comparison."""
    b = BAROMETER
    return (
        f"Qualiweb barometer: email {b['email answered']} % answered, {b['of these within 24 h']} % of these within "
        f"24 h; walls {b['walls answered']} %; private messages {b['private messages answered']} %"
    )


def _seconds(value: float | None) -> str:
    return "none" if value is None else f"{value:.1f} s"
