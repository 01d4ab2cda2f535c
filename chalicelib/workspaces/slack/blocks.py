"""
A ticket as Slack blocks, in the order in which an agent reads it: pure, and within Slack's limits for any text.

Deadline; who and where; subject and why a person; the last messages; what was done and promised; the order; the
suggestion; the buttons. Limits (docs.slack.dev, Block Kit reference): 50 blocks, header 150, section 3,000, and about
12,000 characters in all. Text that people wrote is rich text, shown letter by letter; our own is markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ...conversation import ENDED
from ...masking import mask_secrets
from ...model import Millis
from ...text import measure
from . import verbatim
from .beside_words import beside_words, files_words, status_words
from .buttons import SUGGESTION_LIMIT, buttons, menu_of_ended
from .markup import UNFORMATTED, cut, cut_escaped, escape
from .public import visible_in_public
from .reason_words import reason_words
from .same_lines import same_lines
from .template_words import price_words, why_not
from .template_words import words as template_words
from .ticket_view import Order, Quote, TicketView
from .times import clock, day, seconds
from .wording import failure_words, is_unconfirmed, say, writes_words

Block = dict[str, Any]

HEADER_LIMIT = 150
_QUOTES_SHOWN = 6  # of the QUOTES_KEPT that a ticket stores (`engine.ticket_quotes`)
_QUOTES_LIMIT = 2_400
_BOT_LIMIT = 240  # of the bot's messages: an agent needs to see that they were sent, not to read them again
_BESIDE_LIMIT = 160
DOTS = {"urgent": "🔴", "high": "🟠", "normal": "🔵"}
_ANSWERS = {"sending": "answer_sending", "answered": "answer_sent", "failed": "answer_failed", "held": "answer_held"}
_DONE_DOTS = {"sending": "⏳", "answered": "✅", "failed": "⚠️", "held": "⏳", "returned": "🤖"}
_DONE_DOTS |= {"closed": "⚪", "settled": "⚪"}
_WAITING = ("open", "claimed")
_MOST_SURE = 0.99


def ticket_blocks(view: TicketView) -> list[Block]:
    """Return the whole ticket, at most 20 blocks; one that has ended in one line, until somebody takes it again."""
    if view.state in ENDED:
        return [_folded(view)]
    blocks = [_header(view), _who(view), _section(_about(view)), _quotes(view)]
    blocks += [_section(part) for part in (_beside_the_words(view),) if part]
    blocks += same_lines(view)
    blocks += _words_to_send(view)
    blocks += _as_template(view)
    blocks += [_section(part) for part in (_state(view),) if part]
    blocks.append(buttons(view))
    return blocks


def fallback_text(view: TicketView) -> str:
    """Return the line for notifications and screen readers: how urgent, what about, where; nobody's name or words."""
    parts = [_due(view, short=True), view.intent_title or say(view.language, "no_subject"), view.channel_title]
    if view.state not in _WAITING:
        parts[0] = say(view.language, f"head_{view.state}")
    return cut_escaped(f"{_dot(view)} {' · '.join(filter(None, parts))}", 200)


def quotes_whole(view: TicketView) -> list[bool]:
    """Return for each of the view's quotes whether the ticket shows its whole text."""
    hidden = max(0, len(view.quotes) - _QUOTES_SHOWN)
    remaining = _remaining_chars(view)
    return [
        number >= hidden and len(mask_secrets(said.text).strip("\r\n")) <= remaining
        for number, said in enumerate(view.quotes)
    ]


def customer_title(view: TicketView) -> str:
    """Return the customer's name as the platform gives it, else the word for a customer."""
    return view.customer_name.strip() or say(view.language, "customer")


def agent_title(language: str, agent_id: str) -> str:
    """Return a mention of the agent, or a word where nobody is known."""
    return f"<@{escape(agent_id)}>" if agent_id else say(language, "somebody")


def mention(wanted: str) -> str:
    """Return the markup that mentions a member (U…) or a user group (S…) of the workspace."""
    return f"<!subteam^{escape(wanted)}>" if wanted.startswith("S") else f"<@{escape(wanted)}>"


# --- the parts, from top to bottom ---


def _dot(view: TicketView) -> str:
    return _DONE_DOTS.get(view.state, DOTS[view.priority])


def _folded(view: TicketView) -> Block:
    """Return the one line of a ticket that has ended, with the menu of what can still be done."""
    about = cut(view.intent_title, 100) or say(view.language, "no_subject")
    facts = (about, cut(customer_title(view), 80).translate(UNFORMATTED), cut(view.channel_title, 60))
    words = " · ".join([_state(view), *map(escape, facts)])
    return _section(f"{_dot(view)} {words}") | {"accessory": menu_of_ended(view)}


def _header(view: TicketView) -> Block:
    if view.state in _WAITING:
        words = _due(view) or say(view.language, "to_answer")
    else:
        words = say(view.language, f"head_{view.state}")
    level = f"{say(view.language, view.priority)} · " if view.priority != "normal" else ""
    return {"type": "header", "text": _plain(cut(f"{_dot(view)} {level}{words}", HEADER_LIMIT), emoji=True)}


def _due(view: TicketView, *, short: bool = False) -> str:
    """Return the ticket's deadline as one time: the team's target, or the channel's window if nearer."""
    if view.window_closed:
        return "" if short else say(view.language, "window_is_over", channel=view.channel_title)
    if view.due_at:
        key = "due_short" if short else "due_then_refused" if view.due_by == "window" else "due"
        return say(view.language, key, channel=view.channel_title, when=_by(view, view.due_at))
    if short or not view.answer_by:
        return ""
    return say(view.language, "answer_by", channel=view.channel_title, when=_by(view, view.answer_by))


def _when(view: TicketView, at: Millis) -> str:
    return clock(at, view.time_zone, view.language, view.opened_at)


def _by(view: TicketView, at: Millis) -> str:
    """Return a time in a sentence: "10 h 30", "le 30 nov., 10 h 30"."""
    words = _when(view, at)
    return f"le {words}" if view.language == "fr" and "," in words else words


def _who(view: TicketView) -> Block:
    """Return customer, channel and surface. A name with signs that Slack would read as markup is not bold."""
    place = say(view.language, "public" if view.public else "private")
    speech = [writes_words(view.language, view.customer_language), *([view.register] if view.register else [])]
    name, where = cut(customer_title(view), 120), f"{cut(view.channel_title, 60)}, {place} · {', '.join(speech)}"
    if any(sign in name for sign in "*_~`"):
        return {"type": "section", "text": _plain(f"{name} · {where}")}
    return _section(f"*{escape(name)}* · {escape(where)}")


def _about(view: TicketView) -> str:
    lines = [_unwritten(view) or f"{_subject(view)}\n{_reason(view)}", _undelivered(view)]
    lines += [f"⚠️ {say(view.language, key)}" for key in visible_in_public(view.quotes)]
    return "\n".join(filter(None, lines))


def _unwritten(view: TicketView) -> str:
    """Return the line that the intent is known but has no text in the playbook; "" for any other ticket."""
    if view.reason != "not_in_playbook" or not view.intent_title:
        return ""
    title = cut(view.intent_title, 100)
    return say(view.language, "known_subject", intent=escape(title[0].lower() + title[1:]))


def _subject(view: TicketView) -> str:
    if not view.intent_title:
        return f"*{say(view.language, 'no_subject')}*"
    intent = escape(cut(view.intent_title, 100))
    if view.probability is None:
        return f"*{intent}*"
    percent = _percent(view.language, view.probability)
    return (
        f"*{intent}* ({percent})"
        if view.likely
        else say(view.language, "subject_maybe", intent=intent, percent=percent)
    )


def _percent(language: str, probability: float) -> str:
    """Return a probability in per cent; what would round to a hundred is "over 99 %"."""
    if probability > _MOST_SURE:
        return say(language, "almost_sure")
    return say(language, "percent", percent=max(0, int(probability * 100)))


def _reason(view: TicketView) -> str:
    return say(view.language, "for_a_person", reason=reason_words(view.language, view.reason, view.detail))


def _undelivered(view: TicketView) -> str:
    """Return the line that an answer (mostly the bot's) did not arrive, while an agent must act on it; else ""."""
    if not view.failure or view.state not in _WAITING:
        return ""
    key = "undelivered_unknown" if is_unconfirmed(view.failure) else "undelivered"
    return f"⚠️ *{say(view.language, key, failure=_failure(view))}*"


def _failure(view: TicketView) -> str:
    return escape(cut(failure_words(view.language, view.failure), 300))


# --- what was written ---


def _remaining_chars(view: TicketView) -> int:
    return _QUOTES_LIMIT // max(len(view.quotes[-_QUOTES_SHOWN:]), 1)


def _quotes(view: TicketView) -> Block:
    """Return the last messages, newest at the bottom, each in its own quotation, as it was written."""
    shown = view.quotes[-_QUOTES_SHOWN:]
    parts: list[Block] = []
    if hidden := len(view.quotes) - len(shown):
        parts.append(verbatim.line(say(view.language, "earlier", count=hidden), italic=True))
    for before, said in pairwise((None, *shown)):
        if said is not None:
            parts += _quote(view, said, before)
    return verbatim.block(parts or [verbatim.quotation("")])


_GONE = {"customer": "quote_deleted"}  # who said what is gone -> its words; else an answer that was unsent


def _quote(view: TicketView, said: Quote, before: Quote | None) -> list[Block]:
    """Return one quotation: author, time, what it answers, its text, its files and their state."""
    who = say(view.language, f"{said.by}_wrote")
    where = f" · {said.channel}" if said.channel else ""
    parts = [
        verbatim.line(f"{who}, {_when(view, said.at)}{where}", bold=said.by == "customer", italic=said.by != "customer")
    ]
    same = before is not None and (before.by, before.channel) == (said.by, said.channel)
    if same and before is not None and _when(view, before.at) == _when(view, said.at):
        parts = []
    if said.state == "deleted":
        return [*parts, verbatim.line(say(view.language, _GONE.get(said.by, "quote_unsent")), italic=True)]
    if said.answers:
        parts.append(
            verbatim.line("↪ " + say(view.language, "quoting", words=cut(_flat(said.answers), 120)), italic=True)
        )
    if said.text.strip() or not (said.attachments or said.beside):
        remaining = _remaining_chars(view) if said.by != "bot" else _BOT_LIMIT
        parts.append(
            verbatim.quotation(verbatim.fitting(mask_secrets(said.text), min(remaining, _remaining_chars(view))))
        )
    beside = [each for each in said.beside if not _repeats(each, said, before)]
    parts += [verbatim.line(below) for below in beside_lines(view.language, said.attachments, beside)]
    if said.state:
        parts.append(verbatim.line(f"({say(view.language, f'quote_{said.state}')})", italic=True))
    return parts


_PLACES = frozenset({"under", "subject"})  # where words stand: several of one person's stand at the same place


def _repeats(beside: tuple[str, str], said: Quote, before: Quote | None) -> bool:
    """Return whether the quotation above it has said already where these words stand."""
    return beside[0] in _PLACES and before is not None and before.by == said.by and beside in before.beside


def beside_lines(language: str, kinds: Sequence[str], beside: Sequence[tuple[str, str]]) -> list[str]:
    """Return the lines that say what came along with a message: products, items, names of files, files by kind."""
    lines = [cut(beside_words(language, kind, _flat(words)), _BESIDE_LIMIT) for kind, words in beside[:6]]
    return [*lines, pinned(language, kinds)] if kinds else lines


def pinned(language: str, kinds: Sequence[str]) -> str:
    """Return the line that counts what came along."""
    return cut(f"📎 {files_words(language, kinds)}", _BESIDE_LIMIT)


def _flat(text: str) -> str:
    return " ".join(text.split())


# --- what was done, promised and found ---


def _beside_the_words(view: TicketView) -> str:
    return "\n".join(filter(None, (_done(view), _promised(view), *(_order(view, order) for order in view.orders))))


def _done(view: TicketView) -> str:
    """Return the line with the bot's earlier answers, newest last."""
    if not view.done:
        return ""
    told = [
        say(view.language, "done_answer", when=_when(view, at), intent=escape(cut(intent, 80)))
        for at, intent in view.done[-3:]
    ]
    return f"*{say(view.language, 'done')}* {' · '.join(told)}"


def _promised(view: TicketView) -> str:
    if not view.promised_until:
        return ""
    promise = say(view.language, "promised_until", when=_by(view, view.promised_until))
    return f"*{say(view.language, 'promised')}* {promise}"


def _order(view: TicketView, order: Order) -> str:
    """Return the line with the result of an order's look-up, or that the brand's system did not answer."""
    number = f"*{cut_escaped(order.number, 60)}*"
    if not order.status:
        return f"{number} {say(view.language, 'order_silent')}"
    facts = [status_words(view.language, order.status), order.carrier]
    if order.expected_on:
        facts.append(say(view.language, "order_expected", when=day(order.expected_on, view.language)))
    known = ", ".join(cut_escaped(fact, 80) for fact in facts if fact)
    return f"{number} {known} · {say(view.language, 'order_unverified')}"


# --- the proposal, and what became of it ---


def _words_to_send(view: TicketView) -> list[Block]:
    """Return the suggestion while it can be sent, afterwards the answer that was sent: the exact text, whole."""
    key, text = "suggestion", view.suggestion
    if view.state in _ANSWERS and view.answer:
        key, text = _ANSWERS[view.state], view.answer
    if not text:
        return []
    title = f"*{say(view.language, 'answer_held' if key == 'suggestion' and text == view.draft else key)}*"
    if key == "suggestion":
        about = f" · {escape(cut(view.suggestion_title, 100))}" if view.suggestion_title else ""
        title += f"{about} ({say(view.language, 'suggestion_check')})"
    long = measure(text, "chars") > SUGGESTION_LIMIT
    words = verbatim.fitting(text, SUGGESTION_LIMIT // 2) if long else text
    blocks = [{"type": "divider"}, _section(title), verbatim.block([verbatim.quotation(words)])]
    if long and key == "suggestion":
        blocks.append(_section(say(view.language, "suggestion_cut")))
    if view.newer and key == "suggestion":
        blocks.append(_section(f"⚠️ {say(view.language, 'newer', count=view.newer)}"))
    return blocks


def _as_template(view: TicketView) -> list[Block]:
    """Return how a held answer may go as a template, whole and with its price, or why it may not."""
    found, language = view.template, view.language
    if view.state == "held" and view.failure:
        why = f" · {escape(why_not(language, found.lacks))}" if found is not None and found.lacks else ""
        return [_section(f"⚠️ {say(language, 'template_failed', failure=_failure(view))}{why}")]
    if view.state != "held" or found is None:
        return []
    if found.lacks:
        name = f" « {found.name} »" if found.name and language == "fr" else f" “{found.name}”" if found.name else ""
        return [_section(escape(template_words(language, "may_not", name=name, why=why_not(language, found.lacks))))]
    told = template_words(
        language, "may_go", name=found.name, category=found.category, price=price_words(language, found)
    )
    return [_section(told), verbatim.block([verbatim.quotation(found.text)])]


def _state(view: TicketView) -> str:
    """Return who has the ticket and its state; nothing while nobody has it."""
    if view.state == "open":
        return ""
    who = view.ended_by or view.assignee if view.state in ("returned", "closed") else view.assignee
    values = {
        "agent": agent_title(view.language, who),
        "when": seconds(view.undo_until, view.time_zone, view.language),
        "failure": _failure(view),
    }
    words = f"*{say(view.language, f'state_{view.state}', **values)}*"
    if not view.snoozed_until:
        return words
    return f"{words}\n⏰ {say(view.language, 'snoozed', when=_by(view, view.snoozed_until))}"


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _plain(text: str, *, emoji: bool = False) -> Block:
    return {"type": "plain_text", "text": text, "emoji": emoji}
