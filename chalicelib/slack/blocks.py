"""
A ticket as Slack blocks: pure, and within Slack's limits for any text.

Limits (docs.slack.dev, Block Kit reference): 50 blocks, header 150, section 3,000, button 75, value 2,000.
Customers' words are escaped, so nobody can call a channel or forge a link from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from ..model import Millis
from ..playbook.names import first_name_of
from ..text import mask_secrets, measure
from . import actions
from .actions import Value
from .markup import cut, cut_escaped, escape, quote
from .view import Quote, TicketView, suggestion_mark
from .wording import failure_words, files_words, is_unconfirmed, reason_words, say, writes_words

Block = dict[str, Any]

HEADER_LIMIT = 150
SECTION_LIMIT = 3_000
BUTTON_LIMIT = 75
CONTEXT_LIMIT = 2_000
_QUOTES_SHOWN = 6
_QUOTES_LIMIT = 2_400
_SUGGESTION_SECTIONS = 5
_DOTS = {"urgent": "🔴", "high": "🟠", "normal": "🔵"}
_ANSWERS = {"sending": "answer_sending", "answered": "answer_sent", "failed": "answer_failed", "held": "answer_held"}
_DONE_DOTS = {"answered": "✅", "closed": "⚪", "failed": "⚠️"}


def ticket_blocks(view: TicketView) -> list[Block]:
    """Return the whole ticket, at most 20 blocks."""
    blocks = [_header(view), _context(view), _section(_quotes(view)), _section(_why(view))]
    blocks += _words_to_send(view)
    blocks.append(_section(_state(view)))
    blocks.append({"type": "actions", "block_id": "guichet_actions", "elements": _buttons(view)})
    return blocks


def fallback_text(view: TicketView) -> str:
    """Return the line for notifications and screen readers: who, where and what about, never what they wrote."""
    subject = f" · {view.intent_title}" if view.intent_title else ""
    return cut_escaped(f"{_title(view)}{subject}", 200)


def quotes_whole(view: TicketView) -> list[bool]:
    """Return for each of the view's quotes whether the ticket shows all its words."""
    hidden = max(0, len(view.quotes) - _QUOTES_SHOWN)
    drawn = _quotes(view)
    return [
        number >= hidden and quote(mask_secrets(said.text), len(drawn) + len(said.text) * 8) in drawn
        for number, said in enumerate(view.quotes)
    ]


def customer_title(view: TicketView) -> str:
    """Return the customer's first name where it looks like one, else the word for a customer."""
    return first_name_of(view.customer_name) or say(view.language, "customer")


def agent_title(language: str, agent_id: str) -> str:
    """Return a mention of the agent, or a word where nobody is known."""
    return f"<@{escape(agent_id)}>" if agent_id else say(language, "somebody")


def mention(wanted: str) -> str:
    """Return what calls a member (U…) or a user group (S…) of the workspace."""
    return f"<!subteam^{escape(wanted)}>" if wanted.startswith("S") else f"<@{escape(wanted)}>"


def clock(at: Millis, form: str = "{date_short_pretty} {time}") -> str:
    """Return an instant that Slack shows in each reader's own time zone; `form` is of Slack's date tokens."""
    fallback = datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{at // 1000}^{form}|{fallback}>"


# --- the parts, from top to bottom ---


def _title(view: TicketView) -> str:
    dot = _DONE_DOTS.get(view.state, _DOTS[view.priority])
    level = f"{say(view.language, view.priority)} · " if view.priority != "normal" else ""
    return f"{dot} {level}{customer_title(view)} · {view.channel_title}"


def _header(view: TicketView) -> Block:
    return {"type": "header", "text": _plain(cut(_title(view), HEADER_LIMIT), emoji=True)}


def _context(view: TicketView) -> Block:
    facts = [
        escape(view.channel_title),
        say(view.language, "public" if view.public else "private"),
        writes_words(view.language, view.customer_language),
    ]
    if view.state in ("open", "claimed") and view.due_at:
        facts.append(say(view.language, "due", when=clock(view.due_at)))
    if view.state not in ("answered", "closed") and view.answer_by:
        facts.append(say(view.language, "answer_by", when=clock(view.answer_by)))
    return {"type": "context", "elements": [_mrkdwn(" · ".join(facts)[:CONTEXT_LIMIT])]}


def _quotes(view: TicketView) -> str:
    """Return what was said last, newest at the bottom, each thing in its own quotation."""
    shown = view.quotes[-_QUOTES_SHOWN:]
    several = any(said.by != "customer" for said in shown)
    lines = [f"*{say(view.language, 'conversation' if several else 'they_wrote')}*"]
    if hidden := len(view.quotes) - len(shown):
        lines.append(f"_{say(view.language, 'earlier', count=hidden)}_")
    room = _QUOTES_LIMIT // max(len(shown), 1)
    before = ""
    for said in shown:
        who = f"_{say(view.language, f'{said.by}_wrote')}_\n" if several and said.by != before else ""
        lines.append(f"{who}{_quote(view, said, room - len(who))}\n")
        before = said.by
    return "\n".join(lines)


def _quote(view: TicketView, said: Quote, room: int) -> str:
    """Return one quotation in at most `room` characters, with what came along and what became of it."""
    if said.state == "deleted":
        return f"> _{say(view.language, 'quote_deleted')}_"
    below = [f"> _({say(view.language, f'quote_{said.state}')})_"] if said.state else []
    if said.attachments:
        below.insert(0, pinned(view.language, said.attachments, view.channel_title))
    left = room - sum(len(line) + 1 for line in below) - 4
    words = [quote(mask_secrets(said.text), left)] if said.text.strip() or not said.attachments else []
    return "\n".join([*words, *below])


def pinned(language: str, kinds: Sequence[str], channel_title: str) -> str:
    """Return the line that says what came along and where it can be seen, at most 200 characters."""
    files = cut(files_words(language, kinds), 90)
    return f"> 📎 {say(language, 'files', files=files, channel=cut_escaped(channel_title, 40))}"


def _why(view: TicketView) -> str:
    return "\n".join(filter(None, (_reason(view), _undelivered(view))))


def _undelivered(view: TicketView) -> str:
    """Return that an answer (the bot's, mostly) did not arrive, while that is for somebody to act on; else ""."""
    if not view.failure or view.state not in ("open", "claimed"):
        return ""
    key = "undelivered_unknown" if is_unconfirmed(view.failure) else "undelivered"
    return f"⚠️ *{say(view.language, key, failure=_failure(view))}*"


def _failure(view: TicketView) -> str:
    return escape(cut(failure_words(view.language, view.failure), 300))


def _reason(view: TicketView) -> str:
    words = f"*{say(view.language, 'why')}*\n{reason_words(view.language, view.reason)}"
    if not view.intent_title:
        return words
    intent = escape(cut(view.intent_title, 100))
    if view.probability is None:
        return f"{words} {say(view.language, 'guess', intent=intent)}"
    percent = max(0, min(100, int(view.probability * 100)))
    return f"{words} {say(view.language, 'guess_sure', intent=intent, percent=percent)}"


def _words_to_send(view: TicketView) -> list[Block]:
    """Return the suggestion in full while it can be sent, afterwards the answer that was."""
    key, text = "suggestion", view.suggestion
    if view.state in _ANSWERS and view.answer:
        key, text = _ANSWERS[view.state], view.answer
    if view.state == "closed" or not text:
        return []
    pieces = _pieces(f"*{say(view.language, key)}*\n", text)
    if view.newer and key == "suggestion":
        pieces.append(f"⚠️ {say(view.language, 'newer', count=view.newer)}")
    return [{"type": "divider"}, *map(_section, pieces)]


def _pieces(title: str, text: str) -> list[str]:
    """Cut an escaped quotation into sections without breaking an entity; all of it unless it is over 14,000 long."""
    lines = [f"> {part}" for line in text.splitlines() or [""] for part in _slices(escape(line))]
    pieces = [title]
    for line in lines:
        if len(pieces[-1]) + len(line) + 1 > SECTION_LIMIT:
            pieces.append("")
        pieces[-1] += f"{line}\n"
    return [piece.rstrip("\n") for piece in pieces[:_SUGGESTION_SECTIONS]]


def _slices(escaped: str) -> list[str]:
    """Cut one escaped line into slices of at most 2,500 characters."""
    slices = []
    while len(escaped) > 2_500:
        end = 2_500
        start = escaped.rfind("&", end - 5, end)
        if start >= 0 and ";" not in escaped[start:end]:
            end = start
        slices.append(escaped[:end])
        escaped = escaped[end:]
    return [*slices, escaped]


def _state(view: TicketView) -> str:
    values = {
        "agent": agent_title(view.language, view.assignee),
        "when": clock(view.undo_until, "{time_secs}"),
        "failure": _failure(view),
    }
    return f"*{say(view.language, f'state_{view.state}', **values)}*"


# --- buttons ---


def _buttons(view: TicketView) -> list[Block]:
    """Return the buttons for this state, what one most likely wants first; at most 7."""
    if view.state == "sending":
        return [_button(view, actions.UNDO, "undo", style="danger"), _button(view, actions.NOTE, "note")]
    rows: dict[str, list[Block]] = {
        "open": [*_send(view), _edit(view), _button(view, actions.CLAIM, "claim")],
        "claimed": [*_send(view), _edit(view), _button(view, actions.GIVE_BACK, "give_back")],
        "answered": [_button(view, actions.EDIT_REPLY, "reply"), _button(view, actions.GIVE_BACK, "give_back")],
        "failed": [_button(view, actions.RETRY, "retry", style="primary"), _button(view, actions.EDIT_REPLY, "reply")],
        "held": [_button(view, actions.EDIT_REPLY, "reply")],
        "closed": [_button(view, actions.EDIT_REPLY, "reply")],
    }
    buttons = [*rows[view.state], _button(view, actions.NOTE, "note")]
    if view.state != "closed":
        buttons.append(_button(view, actions.CLOSE, "close"))
    return [*buttons, _more(view)]


def _send(view: TicketView) -> list[Block]:
    """Return the one-click button where there is a suggestion that fits; it asks first when newer messages came."""
    if not view.suggestion or (view.limit and measure(view.suggestion, view.unit) > view.limit):
        return []
    send = _button(view, actions.SEND_SUGGESTION, "publish" if view.public else "send", style="primary")
    if view.newer:
        text = say(view.language, "newer", count=view.newer)
        send["confirm"] = _confirm(view, "newer_title", text)
    return [send]


def _edit(view: TicketView) -> Block:
    return _button(view, actions.EDIT_REPLY, "edit" if view.suggestion else "reply")


def _button(view: TicketView, action: str, key: str, style: str = "") -> Block:
    mark = suggestion_mark(view.suggestion) if action == actions.SEND_SUGGESTION else ""
    button: Block = {
        "type": "button",
        "action_id": action,
        "text": _plain(cut(say(view.language, key), BUTTON_LIMIT), emoji=True),
        "value": actions.encode(_value(view, mark)),
    }
    return {**button, "style": style} if style else button


def _more(view: TicketView) -> Block:
    """Return the menu that stops or starts the bot, with its confirmation. An option's value holds 150 characters."""
    options = []
    for key, action in (("stop", actions.STOP_BRAND), ("start", actions.START_BRAND)):
        value = Value(brand=view.brand, ticket_id=view.ticket_id, action=action)
        options.append({"text": _plain(say(view.language, key), emoji=True), "value": actions.encode(value)})
    return {
        "type": "overflow",
        "action_id": actions.MORE,
        "options": options,
        "confirm": _confirm(view, "stop_title", say(view.language, "stop_text")),
    }


def _value(view: TicketView, mark: str) -> Value:
    return Value(
        brand=view.brand,
        ticket_id=view.ticket_id,
        account_id=view.account_id,
        rev=view.rev,
        seen=view.seen,
        row_id=view.row_id,
        mark=mark,
    )


def _confirm(view: TicketView, title: str, text: str) -> Block:
    return {
        "title": _plain(cut(say(view.language, title), 100)),
        "text": _plain(cut(text, 300)),
        "confirm": _plain(say(view.language, "yes")),
        "deny": _plain(say(view.language, "cancel")),
    }


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain(text: str, *, emoji: bool = False) -> Block:
    return {"type": "plain_text", "text": text, "emoji": emoji}
