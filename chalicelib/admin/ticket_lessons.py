"""
Training data from a brand's own tickets: which suggestions were sent, which were not, and what customers refused.

A suggestion that was sent unchanged confirms its intent; an answer in the playbook's words for one other intent
corrects it. A suggestion that was thrown away or rewritten, an automatic answer that its customer refused, and one that
a judge found wrong are negatives, learned as out of scope. A person counts once for an intent. Numbers, e-mails and
dates become placeholders; only counts are printed or logged, none of them by agent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ..conversation import Quoted, TicketRecord, TimelineMessage
from ..playbook.schema import Playbook
from ..store import items, keys
from ..store.table import Table
from ..store.whole_brand import Spent, every_item
from ..triage import features, masks
from .permissions import needs

How = Literal["confirmed", "corrected", "thrown_away", "edited", "refused", "judged_wrong"]
NEGATIVE: frozenset[How] = frozenset({"thrown_away", "edited", "refused", "judged_wrong"})
OUT_OF_SCOPE = "out_of_scope"
OPENING_MS = 600_000  # lines of one opening follow each other within so long
_HELD_BACK = 5  # of so many people one is never learned from: a candidate is held against the old bundle on them
_ALIKE = 0.8  # share of words (of both together) that make an answer the playbook's own
_REWRITTEN = 0.3  # share that makes it a rewritten suggestion, and not other words altogether
_TICKET = "ticket"
_REFUSES = "not_helped"  # the reason of a decision on words that refuse an automatic answer
_FIELD = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Lesson:
    """
    One customer's first message, masked, and what it teaches.

    `about`: the intent that was confirmed, the corrected one, or the one that it was not. `person` is the conversation;
    it is never written anywhere.
    """

    text: str = field(repr=False)
    about: str
    language: str
    batch: str
    how: How
    person: str

    @property
    def label(self) -> str:
        """What the classifier learns of these words."""
        return OUT_OF_SCOPE if self.how in NEGATIVE else self.about

    @property
    def held_back(self) -> bool:
        """Return whether this person belongs to those that are kept for testing."""
        return int(keys.digest("held back", self.person, length=8), 16) % _HELD_BACK == 0


@needs("conversation.learn")
def lessons(table: Table, playbook: Playbook, spent: Spent) -> list[Lesson]:
    """Return what a brand's conversations teach, each person once for an intent. Reads the whole table once."""
    found: list[Lesson] = []
    said: dict[str, list[TimelineMessage]] = {}
    for key, item in every_item(table, spent):
        if key.sk == _TICKET:
            found += filter(None, [lesson(items.ticket(item), playbook)])
        elif key.sk.startswith(keys.MESSAGE_PREFIX):
            conversation = str(keys.conversation_of_key(key.pk))
            message = items.message(item, keys.message_id_from_sk(conversation, key.sk))
            said.setdefault(conversation, []).append(message)
    for conversation, messages in said.items():
        found += refused(conversation, sorted(messages, key=lambda each: each.message_id))
    return undisputed(found)


def undisputed(found: Iterable[Lesson]) -> list[Lesson]:
    """Return each person once for an intent, no text twice, and no text that teaches two things."""
    once = {(each.person, each.about): each for each in found}.values()
    labels: dict[str, set[str]] = {}
    for each in once:
        labels.setdefault(_key(each.text), set()).add(each.label)
    return list({_key(each.text): each for each in once if len(labels[_key(each.text)]) == 1}.values())


def counts(found: Iterable[Lesson]) -> Mapping[str, int]:
    """Return how many messages teach what, by kind."""
    total = Counter(each.how for each in found)
    return {
        name: total[name] for name in ("confirmed", "corrected", "thrown_away", "edited", "refused", "judged_wrong")
    }


def lesson(ticket: TicketRecord, playbook: Playbook) -> Lesson | None:
    """Return what one ticket teaches, if anything."""
    text = _masked(_opening(ticket))
    about = ticket.suggested_intent or ticket.intent
    how, subject = _taught(ticket, about, playbook)
    if not text or not subject or how is None:
        return None
    batch = f"tickets-{ticket.created_at // (30 * 86_400_000)}"
    return Lesson(text, subject, ticket.language, batch, how, str(ticket.conversation_id))


def _taught(ticket: TicketRecord, about: str, playbook: Playbook) -> tuple[How | None, str]:
    """Return how a ticket teaches, and about which intent."""
    if ticket.corrects:
        return "judged_wrong", ticket.intent
    if ticket.state not in ("answered", "closed", "settled") or not ticket.answer:
        return None, ""
    answer, suggestion = _words(ticket.answer), _words(ticket.suggestion)
    if ticket.suggestion and answer == suggestion:
        return "confirmed", about
    known = set(_spoken(ticket.answer, ticket.language, playbook))
    if len(known) == 1 and about not in known:
        return "corrected", known.pop()
    if not ticket.suggestion or _share(answer, suggestion) >= _ALIKE or about in known:
        return None, ""  # a name or a greeting more says nothing of the subject
    return ("edited" if _share(answer, suggestion) >= _REWRITTEN else "thrown_away"), about


def _opening(ticket: TicketRecord) -> str:
    """Return what the customer wrote before the answer, if the ticket has all of it and it came at once; else ""."""
    asked = [quote for quote in ticket.quotes if quote.by == "customer"]
    lines = asked[: ticket.answer_covers] if ticket.answer_covers else asked
    whole = bool(lines) and len(asked) >= ticket.messages and not any(_incomplete(quote) for quote in lines)
    at_once = whole and lines[-1].at - lines[0].at <= OPENING_MS
    seen = not ticket.suggested or ticket.suggested == len(lines)
    return "\n".join(quote.text for quote in lines) if at_once and seen else ""


def _incomplete(quote: Quoted) -> bool:
    return bool(quote.attachments) or quote.state == "deleted" or not quote.text.strip()


def refused(conversation: str, messages: Sequence[TimelineMessage]) -> Iterator[Lesson]:
    """Return the messages whose automatic answer was refused in a conversation, in order."""
    texts = {message.message_id: message for message in messages}
    answer: TimelineMessage | None = None
    for message in messages:
        if message.kind == "reply" and message.author == "bot":
            answer = message
        elif message.author == "customer" and message.covered == _REFUSES and answer is not None:
            written = [texts[each] for each in answer.covers if each in texts]
            text = _masked("\n".join(each.text for each in written if not each.attachments))
            intent = answer.decided.intent
            if text and intent:
                batch = f"tickets-{keys.written_at(answer.message_id) // (30 * 86_400_000)}"
                yield Lesson(text, intent, _language(written), batch, "refused", conversation)
            answer = None


def _language(messages: Sequence[TimelineMessage]) -> str:
    noted = next((each.classification for each in messages[::-1] if each.classification), {})
    return str(noted.get("language", ""))


def _masked(text: str) -> str:
    return masks.mask(features.clean(text)) if text.strip() else ""


def _spoken(answer: str, language: str, playbook: Playbook) -> Iterator[str]:
    """Return the intents whose text the answer nearly is."""
    said = _words(answer)
    for name, intent in playbook.intents.items():
        every = [intent.replies, intent.public, intent.question, *intent.channels.values(), *intent.statuses.values()]
        words = [_words(_FIELD.sub("", texts[language])) for texts in every if language in texts]
        if any(_share(said, each) >= _ALIKE for each in words):
            yield name


def _words(text: str) -> frozenset[str]:
    return frozenset(features.words_of(features.clean(text)))


def _key(text: str) -> str:
    return " ".join(features.words_of(text)) or text


def _share(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / max(1, len(first | second))
