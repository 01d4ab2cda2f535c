"""
Codes that are sent to the address of an order and typed back: whoever can read it there is who ordered.

Offered where somebody speaks of what they wrote elsewhere, or by an agent; never a gate: what they asked is answered as
ever. What is said, and when, is the same whether the order exists or not; which address it is nobody is told.
"""

from __future__ import annotations

from dataclasses import replace

from .. import codes
from ..conversation import TicketRecord, TimelineMessage, account_of
from ..decision.code_words import speaks_of_elsewhere
from ..decision.input import DecisionInput
from ..decision.order_numbers import key_of, second_key
from ..model import AgentAction, CodeFound, Content, Decided, Decision, Hold, Reply, Ticket
from ..playbook.fields import find_fields
from ..playbook.render import CannotSay, render_phrase
from ..store import keys, move_keys, order_codes, roots
from ..store.items import compact
from ..store.order_codes import OrderCode
from ..store.person_keys import Kind
from .change import Follow, ProveCode
from .change_set import ChangeSet
from .moving import language_of, say, unproved
from .ticket_thread import desk_row

BY_AGENT = "code"  # what an agent's press asks for, where others name a channel
SUBJECT = "order"


# --- asked for --------------------------------------------------------------------------------


def offered(changes: ChangeSet, inputs: DecisionInput, decision: Decision) -> None:
    """
    Send a code to somebody who speaks of what they wrote elsewhere, and names one order.

    At once, while that order is still being looked up: how long that takes tells nothing then.
    """
    answers = isinstance(decision, Reply | Ticket) or (isinstance(decision, Hold) and bool(decision.subject))
    if not answers or inputs.public or inputs.unproved or inputs.opted_out:
        return
    if changes.now < int(changes.after.code.partition(" ")[0] or 0):  # one at a time
        return
    if not may_ask(changes) or inputs.standing != "free" or not speaks_of_elsewhere(inputs.text):
        return
    if inputs.control.silences_now(inputs.channel, "") or inputs.control.guessed_until > inputs.now:
        return
    order = _order_in(inputs)
    if order:
        _ask(changes, inputs.last, order, inputs.language)


def may_ask(changes: ChangeSet) -> bool:
    """Return whether the brand sends codes at all."""
    playbook = changes.loaded.playbook()
    return bool(playbook.code_by) and playbook.can_look_up


def _order_in(inputs: DecisionInput) -> str:
    """Return the one order that these messages name, as it is looked up; "" for none, and for several."""
    for intent in inputs.playbook.intents.values():
        if intent.lookup != SUBJECT:
            continue
        numbers = find_fields(inputs.playbook, intent.asks, inputs.full_text)
        second = second_key(inputs, intent) if intent.asks_also else ""
        if len(numbers) == 1 and (second or not intent.asks_also):
            return key_of(numbers, f"{intent.asks_also}={second}" if second else "")
    return ""


def by_agent(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    """Send a code for the order of a ticket, as an agent asks; its thread says so, or that it cannot be."""
    orders = [each.key for each in ticket.orders if each.subject == SUBJECT]
    latest = [each for each in changes.loaded.latest(ticket.conversation_id, 20) if each.address == ticket.address]
    own = [each for each in latest if each.author == "customer" and not each.public]
    done = bool(orders and own) and not ticket.public and may_ask(changes)
    done = done and _ask(changes, own[-1], orders[-1], ticket.language)
    kind = "code_sent" if done else "code_not_sent"
    note = changes.desk.note(ticket, changes.loaded.playbook(), kind, {"agent": event.agent_id})
    desk_row(changes, ticket, "thread_note", note)


def _ask(changes: ChangeSet, message: TimelineMessage, order: str, language: str) -> bool:
    """Have a code sent and ask for it, if no more than three were asked for today; False where nothing is done."""
    where, brand, playbook = message.address, changes.loaded.brand, changes.loaded.playbook()
    about = changes.loaded.keyed("order", order)
    known = changes.loaded.item(keys.identity(brand, where)) if changes.loaded.identity != where else None
    home = roots.home_of(known) if known is not None else changes.loaded.home
    if not about or account_of(where) in changes.after.opted_out:
        return False
    day = changes.day(changes.now)
    counted = (f"code:{about}", f"code:{keys.recipient(where)}")
    slots = [changes.free_slot(each, day, order_codes.A_DAY) for each in counted]
    if None in slots:
        changes.metric("code_not_asked", channel=where.channel)
        return False
    changes.slots += [each for each in slots if each is not None]
    mark = keys.digest("code", str(changes.event.event_id), keys.recipient(where))
    until = changes.now + order_codes.OPEN_MS
    asked = OrderCode(asker=where, home=home, order=order, until=type(changes.now)(until), language=language)
    changes.extras.append(order_codes.entry(brand, mark, asked, changes.now))
    by_phone = changes.environment.traits(playbook.code_by.partition("#")[0]).phones
    say(changes, where, "code_asked_by_phone" if by_phone else "code_asked", language, anchor=message.anchor)
    changes.set(code=f"{until} {mark}")
    changes.more.append(Follow(f"code {mark}"))
    changes.count("code:asked", channel=where.channel)
    return True


# --- sent -------------------------------------------------------------------------------------


def on_found(changes: ChangeSet, event: CodeFound) -> bool:
    """Send the code to the order's address; or, once it was typed back, keep that the address is theirs."""
    brand = changes.loaded.brand
    asked = order_codes.read(changes.loaded.item(move_keys.code(brand, event.mark)))
    if asked is None or asked.asker != event.address:
        return False
    to = keys.recipient(event.to)
    if asked.state == "proved" and asked.to == to:
        kind: Kind = "phone" if changes.environment.traits(event.to.channel).phones else "mail"
        changes.more.append(ProveCode(asked.home.contact_id, kind, str(event.to.person_id)))
        changes.count("code:proved", channel=asked.asker.channel)
        return True
    if asked.state != "asked" or not asked.is_open(changes.now):
        return False
    playbook, language = changes.loaded.playbook(), language_of(changes, asked.language)
    try:
        text = render_phrase(playbook, "code_words", language, {"code": codes.UNSAID})
        subject = render_phrase(playbook, "code_subject", language, {})
    except CannotSay:
        return False
    changes.extras.append(order_codes.entry(brand, event.mark, replace(asked, state="sent", to=to), changes.now))
    changes.add_row(
        "code",
        "system",
        event.to,
        changes.environment.parts_for(event.to, Content(text=text, subject=subject), public=False),
        body=compact({"mark": event.mark}),
        why=Decided(reason="code"),
        window_until=asked.until,
    )
    changes.count("code:sent", channel=event.to.channel)
    return True


# --- typed back -------------------------------------------------------------------------------


def heard(changes: ChangeSet, message: TimelineMessage) -> bool:
    """Take in a code that the asked identity types; True where the message is nothing else."""
    until, _, mark = changes.after.code.partition(" ")
    typed = codes.typed_in(message.text) if mark and not (message.public or message.deleted) else ""
    if not typed or message.attachments:
        return False
    brand, where = changes.loaded.brand, changes.event.address
    asked = order_codes.read(changes.loaded.item(move_keys.code(brand, mark)))
    if asked is None or asked.asker != where or unproved(message):
        return False
    changes.cover((message.message_id,), "code")
    if not asked.is_open(changes.now) or changes.now >= int(until):
        changes.set(code="")
        say(changes, where, "code_over", asked.language, message)
        return True
    right = changes.loaded.code_is_right(mark, typed) and asked.state == "sent"
    after = asked.guessed(right=right)
    changes.extras.append(order_codes.entry(brand, mark, after, changes.now))
    if after.state in ("proved", "spent"):
        changes.set(code="")
    if right:
        changes.more.append(Follow(f"code {mark}"))
    else:
        changes.count("code:wrong", channel=where.channel)
    phrases = {"proved": "code_right", "spent": "code_spent"}
    say(changes, where, phrases.get(after.state, "code_wrong"), asked.language, message)
    return True
