"""
Invariants: what must hold after every run, whatever died in it. `broken` returns sentences; none means that all hold.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.conversation import ENDED, JUDGES, MONITOR, REACTION, TicketRecord, TimelineMessage
from chalicelib.engine import daily_figures
from chalicelib.playbook.codec import from_json
from chalicelib.playbook.hours import local_day
from chalicelib.store import daily_counters, items, keys, people, same_person, wire
from chalicelib.store.table import Table

from .platforms import tokens_of
from .stopping import stops_in_the_log

if TYPE_CHECKING:
    from .world import World

_AI = re.compile(r"\b(?:IA|AI|KI)\b")
TERMINAL = {"sent", "failed", "unknown", "cancelled"}
BOT_KINDS = {"reply", "ask", "acknowledgement"}
# Where nothing of ours tells which row a message is: what people saw there is compared by its words.
UNMARKED = {
    ("x", False),
    ("x", True),
    ("instagram", False),
    ("instagram", True),
    ("facebook", True),
    ("telegram", False),
    ("telegram", True),
    ("webchat", False),
}
DESK = {"ticket", "file", "ticket_update", "thread_note", "notice", "comments", "comments_update"}
# Rows that keep no message once they did their work: `_tickets_shown` looks at the work itself.
TRACELESS = {
    "ticket_update",
    "comments_update",
    "comments",
    "hide",
    "unhide",
    "unsend",
    "like",
    "clock",
    "code",
    "media",
    "erasure",
}
# Figures that the timeline can tell; others are counted as decisions are made.
COUNTED = {
    "message",
    "contact",
    "ticket",
    "answered",
    "auto",
    "people",
    "open",
    "subject",
    "clarify",
    "clarified",
    *daily_figures.SAID,
}
# Covered by people, or rightly by silence: no automatic answer and no ticket of its own is due.
SETTLED = {
    "comment_nothing",
    "comment_gathered",
    "answered_natively",
    "answered_by_agent",
    "closed",
    "returned",
    "thanks",
    "nothing_asked",
    "reaction",
    "greeting",
    "opt_out",
    "opt_in",
    "nothing_open",
    "asked_to_move",
    "asked_to_send",
    "moved",
    "move_confirmed",
    "move_wrong",
    "move_refused",
    "code",
}


class Ledger:
    """The table and the platforms as they are at the end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.plain = {key: wire.from_avs(item) for key, item in world.dynamo.items.items()}
        self.timeline = {k: v for k, v in self.plain.items() if k[1].startswith(keys.MESSAGE_PREFIX)}
        self.open_rows = {k: v for k, v in self.plain.items() if "#out#" in k[0]}
        self.finished = {v["row_id"]: v for v in self.timeline.values() if v.get("row_id")}
        self.ever = {item["row_id"]["S"]: item["kind"]["S"] for key, item in world.dynamo.written if "#out#" in key[0]}
        for platform in world.platforms:
            platform.reads(world)
        self.said = [said for platform in world.platforms for said in platform.said]

    def delivered(self, row_id: str) -> int:
        """How many parts of a row reached a person."""
        return sum(1 for said in self.said if said.token.rpartition(":")[0] == row_id)

    def texts_of(self, item: dict[str, Any]) -> list[str]:
        return [part["text"] for part in item.get("parts", [])]


def broken(world: World, written: list[str], *, gone: Sequence[str] = ()) -> list[str]:
    """
    `written`: the texts that customers wrote, each with a word that no other text has.

    `gone`: words that they took back or wrote otherwise since.
    """
    ledger = Ledger(world)
    found: list[str] = list(world.surprises)
    found += [f"dead letter on {name}" for name, _ in world.sqs.dead]
    found += _stored_once(ledger, written)
    found += _rows_ended(ledger)
    found += _said_once(ledger)
    found += _truthful(ledger)
    found += _tickets_posted(ledger)
    found += _tickets_shown(ledger)
    found += _looked_up(ledger)
    found += _stops_told(ledger)
    found += stops_in_the_log(world)
    found += [f"lost: {text!r}" for text in written if not _taken_care_of(ledger, text)]
    found += _agents_told(ledger)
    found += _comments_answered(ledger)
    found += _named(ledger)
    found += _files_shown_once(ledger)
    found += _counted(ledger)
    found += _unsent(ledger)
    found += _within_caps(ledger)
    found += [f"still there: {words!r}" for words in gone if _stands_somewhere(ledger, words)]
    return found


def _unsent(ledger: Ledger) -> list[str]:
    """What stands here of an agent's answer is what its customer can still read."""
    gone = {platform.name: platform.gone for platform in ledger.world.platforms}
    taken = [one.text for each in ledger.world.platforms for one in each.said if one.platform_id in each.gone]
    found = [f"taken back and still there: {text!r}" for text in taken if text and _stands_somewhere(ledger, text)]
    for item in ledger.finished.values():
        if item["kind"] != "agent_reply" or item["state"] != "sent":
            continue
        left = set(item.get("platform_ids", ())) - gone[item["channel"]]
        if item.get("deleted") and (left or item["text"]):
            found.append("an answer counts as deleted and can be read")
        if not item.get("deleted") and item.get("platform_ids") and not left:
            found.append("an answer is deleted at its platform and stands here")
    return found


def _within_caps(ledger: Ledger) -> list[str]:
    """No day has more automatic answers than its cap, and each that was said is counted by it."""
    said = Counter(
        json.loads(item["why"])["place"].rpartition(" ")[0]
        for item in ledger.finished.values()
        if item["state"] in ("sent", "unknown") and "place" in json.loads(item.get("why") or "{}")
    )
    counted: Counter[str] = Counter()
    for (pk, sk), item in ledger.plain.items():
        if "#cap#" in pk:
            counted[f"{pk.split('#cap#')[1]} {sk.split('#')[1]}"] += int(item["n"])
    stored = ledger.world.table.playbook()
    cap = from_json(stored).autonomy.degrees.cap if stored else 0
    found = [f"{many} answers on {day}, over the cap" for day, many in said.items() if cap and many > cap]
    return found + [
        f"{many} answers on {day}, {counted[day]} counted" for day, many in said.items() if counted[day] < many
    ]


def _stored_once(ledger: Ledger, written: list[str]) -> list[str]:
    stored = Counter(item.get("text", "") for item in ledger.timeline.values() if item["author"] == "customer")
    ids = Counter(item["event_id"] for item in ledger.timeline.values() if item["author"] == "customer")
    found = [f"stored {stored[text]} times: {text!r}" for text in written if stored[text] != 1]
    return found + [f"event {event_id} stored {count} times" for event_id, count in ids.items() if count > 1]


def _rows_ended(ledger: Ledger) -> list[str]:
    open_rows = [item for item in ledger.open_rows.values() if item["kind"] != "clock"]  # these wait for their time
    found = [f"left open: {item['kind']} {item['state']} {item['row_id']}" for item in open_rows]
    for row_id, kind in ledger.ever.items():
        rows = [item for item in ledger.timeline.values() if item.get("row_id") == row_id]
        if kind in TRACELESS and not rows:
            continue
        if len(rows) != 1 and f"left open: {kind}" not in " ".join(found):
            found.append(f"{kind} {row_id} ended {len(rows)} times")
        found += [f"{kind} ended as {item.get('state')}" for item in rows if item.get("state") not in TERMINAL]
    return found


def _said_once(ledger: Ledger) -> list[str]:
    found = [f"said {count} times: {token}" for token, count in tokens_of(ledger.said).items() if token and count > 1]
    by_words = Counter((said.person, said.text, said.file, said.public) for said in ledger.said)
    found += [f"{person} read the same words {n} times" for (person, *_), n in by_words.items() if n > 1]
    posted = Counter(ledger.world.desks.posts())
    return found + [f"a desk shows {row_id} {count} times" for row_id, count in posted.items() if count > 1]


def _truthful(ledger: Ledger) -> list[str]:
    """What the timeline says of a row is what its customer saw."""
    found = []
    for row_id, item in ledger.finished.items():
        if item["kind"] in DESK or (item["channel"], item.get("public", False)) in UNMARKED:
            continue
        reached = ledger.delivered(row_id)
        if item["state"] == "sent" and not reached:
            found.append(f"{item['kind']} counts as sent and reached nobody")
        if item["state"] == "cancelled" and reached:
            found.append(f"{item['kind']} counts as cancelled and reached somebody")
        if item["state"] == "failed" and reached and not item.get("error_code", "").strip():
            found.append(f"{item['kind']} failed without a reason and reached somebody")
    return found


def _named(ledger: Ledger) -> list[str]:
    """Whatever the bot says names the AI assistant; the short mark stands only where it was said in full before."""
    found: list[str] = []
    full: set[tuple[str, str, str]] = set()
    unsaid = any(item["author"] == "bot" and item.get("state") != "sent" for item in ledger.timeline.values())
    for (pk, _), item in sorted(ledger.timeline.items()):
        reader = (pk, item["channel"], item["person"])
        if item["author"] == "agent" and not item.get("note"):
            full.discard(reader)
        if item["author"] != "bot" or item.get("state") != "sent":
            continue
        if not _AI.search(item["text"]):
            found.append(f"{item['kind']} does not say that an AI assistant sends it")
        if not item["text"].endswith(("(Assistant IA)", "(AI assistant)")):
            full.add(reader)
        elif reader not in full and not unsaid:
            found.append(f"{item['kind']} has the short mark, and nothing said it in full before")
    return found


def _tickets_posted(ledger: Ledger) -> list[str]:
    tickets = [item for (pk, sk), item in ledger.plain.items() if sk == "ticket"]
    lost = [each for each in tickets if not ledger.world.desks.posted(items.ticket(each))]
    found = [f"ticket never reached the desk ({each['reason']})" for each in lost]
    for ticket in tickets:
        thread = keys.thread(ledger.world.brand, ticket["desk_account"], ticket.get("desk_ts", ""))
        if ticket.get("desk_ts") and (thread.pk, thread.sk) not in ledger.plain:
            found.append("a ticket's thread is unknown")
    return found


def _tickets_shown(ledger: Ledger) -> list[str]:
    """What stands at the desk is the ticket as it is now, whichever update was sent last."""
    desks, playbook = ledger.world.desks, ledger.world.shown_playbook
    posted = [items.ticket(item) for (_, sk), item in ledger.plain.items() if sk == "ticket" and item.get("desk_ts")]
    drawn = [same_person.with_offers(ledger.world.table, ticket) for ticket in posted]
    wrong = [ticket for ticket in drawn if not desks.shows(ticket, playbook)]
    return [f"the desk shows a ticket that is {ticket.state} in another state" for ticket in wrong]


def _looked_up(ledger: Ledger) -> list[str]:
    """Nothing waits any more for the brand's own system: it answered, or a person has the question."""
    heads = [item for (_, sk), item in ledger.plain.items() if sk == keys.HEAD and "merged_into" not in item]
    found = [f"{head['conversation_id']} still waits for {head['fact'][0]}" for head in heads if head.get("hold_until")]
    tickets = [items.ticket(item) for (_, sk), item in ledger.plain.items() if sk == "ticket"]
    open_still = [ticket for ticket in tickets if ticket.state not in ENDED]
    return found + [
        f"a ticket still waits for {each.key}" for t in open_still for each in t.orders if each.answer is None
    ]


def _stops_told(ledger: Ledger) -> list[str]:
    """Whatever the bot stopped by itself, the desk was told once, with the button that starts it again."""
    found = []
    for name, scope in ledger.world.table.control().scopes.items():
        by_itself = scope.by in (MONITOR, JUDGES)
        if by_itself and not ledger.world.desks.stop_notices(name):
            found.append(f"{name} stopped and nobody was told")
        if by_itself and ledger.world.desks.stop_notices(name) > 1:
            found.append(f"the desk was told several times of {name}")
    return found


def _taken_care_of(ledger: Ledger, text: str) -> bool:
    """Covered by a reply that reached the customer, by a ticket in Slack with all of these words, or by people."""
    stored = next(((key, item) for key, item in ledger.timeline.items() if item.get("text") == text), None)
    if stored is None or not stored[1].get("covered"):
        return False
    (pk, sk), item = stored
    message_id = keys.message_id_from_sk(pk.split("#conv#")[1], sk)
    if item["covered"] in SETTLED:
        return True
    for row in ledger.finished.values():
        answers = row["kind"] in ("reply", "ask") and message_id in row.get("covers", ())
        if answers and row["state"] == "sent":
            return True
        if answers and row["state"] == "cancelled" and _answered_natively(ledger, pk):
            return True
    return squeezed(text) in readable(ledger.world) or _folded_away(ledger, text)


def _folded_away(ledger: Ledger, text: str) -> bool:
    """Whether a ticket that ended keeps these words: its message is one line until somebody takes it again."""
    kept = [items.ticket(item) for (_, sk), item in ledger.plain.items() if sk == "ticket"]
    return any(said.text == text for ticket in kept if ticket.state in ENDED for said in ticket.quotes)


def readable(world: World) -> str:
    """What agents can read of customers' words at the desk as it is now."""
    return squeezed("".join(world.desks.quotations()))


def squeezed(text: str) -> str:
    """A text without its white space: a long one is cut between words."""
    return "".join(text.split())


def _taken_back(ledger: Ledger, row: Mapping[str, Any]) -> bool:
    """Whether the customer took back all that this row answers: nobody waits for it any more."""
    covered = {keys.message_id_from_sk(pk.split("#conv#")[1], sk): item for (pk, sk), item in ledger.timeline.items()}
    answered = [covered[each] for each in row.get("covers", ()) if each in covered]
    return bool(answered) and all(item.get("deleted") for item in answered)


def _tells_of(ledger: Ledger, conversation: str, ticket: TicketRecord) -> bool:
    """Whether a ticket of merged people, answered elsewhere by now, has notes in this conversation."""
    return any(
        item.get("ticket_id") == ticket.ticket_id
        for (pk, _), item in ledger.timeline.items()
        if pk.endswith(f"#{conversation}")
    )


def _answered_natively(ledger: Ledger, pk: str) -> bool:
    """Whether somebody answered in the platform's own app: they saw what the customer wrote there."""
    return any(item["author"] == "native" for (own, _), item in ledger.timeline.items() if own == pk)


def _agents_told(ledger: Ledger) -> list[str]:
    """Whatever did not reach a customer (or may not have) stands in Slack, automatic or an agent's, with the reason."""
    found = []
    tickets = {item["ticket_id"]: items.ticket(item) for (_, sk), item in ledger.plain.items() if sk == "ticket"}
    for item in ledger.finished.values():
        if item["kind"] == "agent_reply":
            found += _answer_told(ledger, item, tickets[item["ticket_id"]])
        elif item["kind"] in BOT_KINDS and item["state"] in ("failed", "unknown"):
            conversation = item["row_id"].partition(".")[0]  # whose customer may have another address by now
            own = [
                ticket
                for ticket in tickets.values()
                if ticket.conversation_id == conversation
                or _tells_of(ledger, conversation, ticket)
                or (ticket.address.channel, ticket.address.person_id) == _person(item)
            ]
            if not any(_noted(ledger, each, item["error_code"]) for each in own) and not _taken_back(ledger, item):
                found.append(f"a bot's {item['kind']} is {item['state']} and no thread says why")
            elif not any(each.state != "open" or _drawn(ledger, each) for each in own) and not _taken_back(
                ledger, item
            ):
                found.append(f"a bot's {item['kind']} is {item['state']} and no ticket says why")
    return found


def _comments_answered(ledger: Ledger) -> list[str]:
    """Each comment was answered once at most, in public and in private, and its digest says what became of that."""
    rows = [item for item in ledger.finished.values() if item["kind"] in daily_figures.TO_COMMENTS]
    done = Counter((item["covers"][0], item.get("public", False)) for item in rows if item["state"] != "failed")
    found = [f"a comment was answered {count} times" for count in done.values() if count > 1]
    sorted_ones = {item["message_id"]: item for (pk, _), item in ledger.plain.items() if "#comments#" in pk}
    for row in rows:
        where = (row["covers"][0], row.get("public", False))
        if row["state"] == "failed" and done[where]:  # it was answered again
            continue
        told = sorted_ones[row["covers"][0]].get("answer" if row.get("public") else "private", "")
        if told != {"sent": "agent"}.get(row["state"], row["state"]):
            found.append(f"an answer to a comment is {row['state']} and its digest says {told or 'nothing'}")
        said = sum(each.text == row["text"] and each.public == row.get("public", False) for each in ledger.said)
        alike = sum(each["text"] == row["text"] and each["state"] != "failed" for each in rows)
        if row["state"] == "sent" and said != alike:
            found.append(f"an answer to {alike} comments was said {said} times")
    return found


def _counted(ledger: Ledger) -> list[str]:
    """The daily figures are what the timeline says: nothing missing, nothing twice, whatever was redelivered."""
    table, hours = ledger.world.table, ledger.world.playbook.hours
    wanted: Counter[tuple[str, str, str]] = Counter()
    contacts = set()
    # Who wrote the same day under an old number is no second contact.
    renumbered = [people.address_in(item) for item in ledger.plain.values() if item.get("why") == "changed number"]
    for (pk, sk), item in ledger.timeline.items():
        message = items.message(item, keys.message_id_from_sk(pk.split("#conv#")[1], sk))
        channel = message.address.channel
        if message.author == "customer" and message.kind != REACTION:
            day = local_day(hours, message.sent_at)
            wanted[day, channel, "message"] += 1
            contacts |= {(day, channel, message.address)} if message.address not in renumbered else set()
        else:
            sent = _names_of(message) if message.state == "sent" and message.kind in daily_figures.SAID else ()
            for name in (*sent, *_answered(ledger, pk, message)):
                wanted[local_day(hours, message.received_at), channel, name] += 1
    for day, channel, _ in contacts:
        wanted[day, channel, "contact"] += 1
    for ticket in (items.ticket(item) for (_, sk), item in ledger.plain.items() if sk == "ticket"):
        day = local_day(hours, ticket.created_at)
        names = ["ticket", *([f"subject:{ticket.intent}"] if ticket.intent else [])]
        for name in names:
            wanted[day, ticket.address.channel, name] += 1
        if ticket.first_answer_at:
            for answered, where, name, count in daily_figures.first_answer(ticket, ticket.first_answer_at, hours):
                wanted[answered, where, _of_any_priority(name)] += count
    counted = _kept(table)
    return [
        f"counted {counted.get(key, 0)} and not {wanted.get(key, 0)}: {' '.join(key)}"
        for key in sorted(wanted.keys() | counted.keys())
        if counted.get(key, 0) != wanted.get(key, 0) and key[2].partition(":")[0] in COUNTED
    ]


def _kept(table: Table) -> Counter[tuple[str, str, str]]:
    """The daily figures as they are kept."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for where, names in daily_counters.read(table, "2000-01-01", "2100-01-01").items():
        for name, n in names.items():
            counted[(*where, _of_any_priority(name))] += n
    return counted


def _of_any_priority(name: str) -> str:
    """Give "open:normal:60" as "open:60": a ticket may be raised after its first answer, which counts as it was."""
    return re.sub(r"^open:\w+:", "open:", name)


def _names_of(row: TimelineMessage) -> list[str]:
    """What a row that was sent adds to the figures."""
    if row.kind == "ask":
        return ["ask", *(["clarify"] if row.decided.reason == daily_figures.WHICH else [])]
    if row.kind != "reply":
        return ["agent_reply" if row.kind in daily_figures.TO_COMMENTS else row.kind]
    asked = min(keys.written_at(each) for each in row.covers)
    intent = row.decided.intent
    waited = daily_figures.answer_class((row.sent_at - asked) / 1000)
    return ["reply", f"auto:{waited}", *([f"subject:{intent}"] if intent else [])]


def _answered(ledger: Ledger, pk: str, row: TimelineMessage) -> list[str]:
    """What a clarifying question adds once it was answered, though nobody may know that it arrived."""
    if row.kind != "ask" or row.state == "cancelled" or row.decided.reason != daily_figures.WHICH:
        return []
    asked = [item for (own, sk), item in ledger.timeline.items() if own == pk and _id(pk, sk) in row.covers]
    return ["clarified"] if any(item.get("covered") != daily_figures.WHICH for item in asked) else []


def _id(pk: str, sk: str) -> str:
    return keys.message_id_from_sk(pk.split("#conv#")[1], sk)


def _files_shown_once(ledger: Ledger) -> list[str]:
    """A file has one place at the desk, and none is left there that no ticket shows."""
    files = ledger.world.desks.files()
    found = [f"a file is shown {places} times" for _, places in files if places != 1]
    bodies = Counter(body for body, _ in files)
    found += [f"the same file stands at the desk {count} times" for count in bodies.values() if count > 1]
    shown = [item for item in ledger.finished.values() if item["kind"] == "file" and item["state"] == "sent"]
    taken_back = sum(kind == "erasure" for kind in ledger.ever.values())
    return found + (["a file counts as shown and is not"] if len(shown) > len(bodies) + taken_back else [])


def _stands_somewhere(ledger: Ledger, words: str) -> bool:
    """Whether words are stored, or shown by a message at the desk as it is now."""
    return words in json.dumps([*ledger.plain.values()], ensure_ascii=False) or ledger.world.desks.says(words)


def _person(item: dict[str, Any]) -> tuple[str, str]:
    return item["channel"], item["person"]


def _answer_told(ledger: Ledger, item: dict[str, Any], ticket: TicketRecord) -> list[str]:
    if ticket.row_id != item["row_id"]:  # the agent has answered otherwise since
        return []
    if item["state"] == "sent" and not ticket.first_answer_at:
        return [f"an agent's answer is out and its ticket says {ticket.state}"]
    if item["state"] not in ("failed", "unknown"):
        return []
    if not (_noted(ledger, ticket, item["error_code"]) and _drawn(ledger, ticket)):
        return [f"an agent's answer is {item['state']} and its ticket or thread does not say why"]
    return []


def _drawn(ledger: Ledger, ticket: TicketRecord) -> bool:
    """Whether the ticket's own message says that something did not arrive, and why (of several, one)."""
    return bool(ticket.failure) and ledger.world.desks.names_failure(ticket)


def _noted(ledger: Ledger, ticket: TicketRecord, code: str) -> bool:
    """Whether the ticket's thread says so for good."""
    return ledger.world.desks.thread_names(ticket, code)
