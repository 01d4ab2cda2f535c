"""
Exports of helpdesks as conversations: who spoke, whether it was public, what, when. Pure.

They are recognised by their fields, as each helpdesk documents its tickets and messages: Zendesk (JSON export: tickets
with comments), Gorgias (tickets with messages), Freshdesk (tickets with conversations), Intercom, Front, Help Scout and
Crisp; or the same fields as columns, a row a message. No name, address or subject line is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """
    One message of a conversation.

    `person`: the customer's id in the helpdesk, "" where it is not given. `at`: when, as the export writes it.
    """

    conversation: str
    person: str
    by_customer: bool
    public: bool
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class Helpdesk:
    """A helpdesk: how one of its objects or rows is recognised, and how its messages are read."""

    name: str
    tells: Callable[[Row], bool]
    turns: Callable[[Row], Iterator[Turn]]


def helpdesk_of(row: Row) -> Helpdesk | None:
    """Return whose export this row is of; None where it is unknown."""
    return next((each for each in HELPDESKS if each.tells(row)), None)


def rows_in(document: object) -> Sequence[Row]:
    """Give the objects of a whole JSON document: a list, or an object that holds one, or one object alone."""
    if isinstance(document, list):
        return [each for each in document if isinstance(each, dict)]
    if not isinstance(document, dict):
        return []
    if helpdesk_of(document) is not None:
        return [document]
    for name in ("tickets", "conversations", "messages", "data", "results", "items", "_results", "_embedded"):
        inner = document.get(name)
        if isinstance(inner, list | dict) and (found := rows_in(inner)):
            return found
    return []


def lists_only(names: Sequence[str]) -> bool:
    """Whether columns are those of a list of tickets, without what was written in them."""
    return bool({"subject", "status", "requester", "ticket status"} & set(names)) and not set(names) & set(_TEXT)


# --- a ticket or conversation with its messages inside --------------------------------------------


def _zendesk(ticket: Row) -> Iterator[Turn]:
    requester = _word(ticket, "requester_id") or _word(_part(ticket, "requester"), "id")
    comments = _objects(ticket.get("comments"))
    for comment in comments:
        role = _word(_part(comment, "author"), "role")
        author = _word(comment, "author_id") or _word(_part(comment, "author"), "id")
        yield Turn(
            conversation=_word(ticket, "id"),
            person=requester,
            by_customer=role == "end-user" or (not role and bool(author) and author == requester),
            public=comment.get("public") is not False,
            text=_said(comment, "plain_body", "body", "html_body"),
            at=_word(comment, "created_at"),
        )
    if not comments:
        own = _word(ticket, "submitter_id") in ("", requester)  # else an agent wrote it down for them
        yield _described(ticket, requester, by_customer=own, text=_said(ticket, "description"))


def _gorgias(ticket: Row) -> Iterator[Turn]:
    for message in _objects(ticket.get("messages")):
        yield Turn(
            conversation=_word(ticket, "id"),
            person=_word(_part(ticket, "customer"), "id") or _word(_part(message, "sender"), "id"),
            by_customer=message.get("from_agent") is False,
            public=message.get("public") is not False and _word(message, "channel") != "internal-note",
            text=_said(message, "stripped_text", "body_text", "stripped_html", "body_html"),
            at=_word(message, "sent_datetime") or _word(message, "created_datetime"),
        )


_OUTBOUND_EMAIL = "10"  # Freshdesk's `source` of a ticket that an agent began


def _described(ticket: Row, requester: str, *, by_customer: bool, text: str) -> Turn:
    """What stands in the ticket itself."""
    return Turn(_word(ticket, "id"), requester, by_customer, public=True, text=text, at=_word(ticket, "created_at"))


def _freshdesk(ticket: Row) -> Iterator[Turn]:
    requester = _word(ticket, "requester_id")
    own = _word(ticket, "source") != _OUTBOUND_EMAIL
    yield _described(ticket, requester, by_customer=own, text=_said(ticket, "description_text", "description"))
    for entry in _objects(ticket.get("conversations")):
        yield Turn(
            conversation=_word(ticket, "id"),
            person=requester,
            by_customer=entry.get("incoming") is True,
            public=entry.get("private") is not True,
            text=_said(entry, "body_text", "body"),
            at=_word(entry, "created_at"),
        )


_INTERCOM_CUSTOMERS = frozenset({"user", "lead", "contact"})


def _intercom(conversation: Row) -> Iterator[Turn]:
    parts = _objects(_part(conversation, "conversation_parts").get("conversation_parts"))
    source: Row = {"created_at": conversation.get("created_at"), **_part(conversation, "source")}
    for part in (source, *parts):
        author = _part(part, "author")
        yield Turn(
            conversation=_word(conversation, "id"),
            person=_word(author, "id"),
            by_customer=_word(author, "type") in _INTERCOM_CUSTOMERS,
            public=_word(part, "part_type") not in ("note", "note_and_reopen"),
            text="" if part.get("redacted") is True else _said(part, "body"),
            at=_word(part, "created_at"),
        )


def _front(conversation: Row) -> Iterator[Turn]:
    for message in _objects(conversation.get("messages")):
        yield _front_message({"conversation_id": _word(conversation, "id"), **message})


def _front_message(message: Row) -> Turn:
    links = _part(_part(message, "_links"), "related")
    senders = [each for each in _objects(message.get("recipients")) if _word(each, "role") == "from"]
    return Turn(
        conversation=_word(message, "conversation_id") or _word(links, "conversation"),
        person=_word(senders[0], "handle") if senders else "",
        by_customer=message.get("is_inbound") is True,
        public=message.get("is_draft") is not True,
        text=_said(message, "text", "body"),
        at=_word(message, "created_at"),
    )


def _help_scout(conversation: Row) -> Iterator[Turn]:
    customer = _part(conversation, "primaryCustomer") or _part(conversation, "customer")
    for thread in _threads(conversation):
        yield Turn(
            conversation=_word(conversation, "id"),
            person=_word(customer, "id"),
            by_customer=_word(thread, "type") in ("customer", "chat")
            and _word(_part(thread, "createdBy"), "type") in ("", "customer"),
            public=_word(thread, "type") in ("customer", "message", "reply", "chat", "beaconchat", "phone")
            and _word(thread, "state") in ("", "published"),
            text=_said(thread, "body", "text"),
            at=_word(thread, "createdAt"),
        )


def _threads(conversation: Row) -> list[Row]:
    return _objects(_part(conversation, "_embedded").get("threads") or conversation.get("threads"))


def _crisp(session: Row) -> Iterator[Turn]:
    for message in _objects(session.get("messages")):
        yield _crisp_message({"session_id": session.get("session_id"), **message})


def _crisp_message(message: Row) -> Turn:
    return Turn(
        conversation=_word(message, "session_id"),
        person=_word(message, "session_id"),
        by_customer=_word(message, "from") == "user",
        public=_word(message, "type") in ("text", ""),  # "note" is the team's, files and events say nothing
        text=_said(message, "content"),
        at=_word(message, "timestamp"),
    )


# --- a row a message ------------------------------------------------------------------------------

_TEXT = (
    "plain_body",
    "stripped_text",
    "body_text",
    "body",
    "content",
    "comment",
    "message",
    "message body",
    "text",
    "html_body",
    "description",
    "description_text",
)
_CONVERSATION = ("ticket_id", "ticket id", "conversation_id", "conversation id", "session_id")
_AT = ("created_at", "created_datetime", "createdat", "timestamp", "created at", "comment date", "date")
_PERSON = ("requester_id", "customer_id", "requester id", "customer id", "user_id")
_YES, _NO = frozenset({"true", "1", "yes", "oui", "vrai"}), frozenset({"false", "0", "no", "non", "faux"})
# Column -> (helpdesk, whether its word says that a customer wrote).
_SPEAKERS: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "from_agent": ("Gorgias", _NO.__contains__),
    "incoming": ("Freshdesk", _YES.__contains__),
    "is_inbound": ("Front", _YES.__contains__),
    "direction": ("Front", frozenset({"inbound", "incoming", "in"}).__contains__),
    "author_role": ("Zendesk", frozenset({"end-user", "end_user"}).__contains__),
    "author_type": ("Intercom", _INTERCOM_CUSTOMERS.__contains__),
    "author.type": ("Intercom", _INTERCOM_CUSTOMERS.__contains__),
    "created_by_type": ("Help Scout", frozenset({"customer"}).__contains__),
    "createdby.type": ("Help Scout", frozenset({"customer"}).__contains__),
    "from": ("Crisp", frozenset({"user"}).__contains__),
}


def _row_of(name: str) -> Callable[[Row], bool]:
    def tells(row: Row) -> bool:
        flat = bool(_first(row, _CONVERSATION)) and any(column in row for column in _TEXT)
        zendesk = name == "Zendesk" and {"author_id", "requester_id"} <= row.keys()
        crisp = name != "Crisp" or "session_id" in row
        return flat and crisp and (zendesk or any(speaks == name and c in row for c, (speaks, _) in _SPEAKERS.items()))

    return tells


def _row_turns(row: Row) -> Iterator[Turn]:
    said = [customer(_word(row, column).casefold()) for column, (_, customer) in _SPEAKERS.items() if column in row]
    own = said[0] if said else _word(row, "author_id") == _word(row, "requester_id") != ""
    hidden = _word(row, "public").casefold() in _NO or _word(row, "private").casefold() in _YES
    yield Turn(
        conversation=_first(row, _CONVERSATION),
        person=_first(row, _PERSON) or (_first(row, ("author_id", "sender_id", "session_id")) if own else ""),
        by_customer=own,
        public=not hidden and _word(row, "part_type") != "note" and _word(row, "type") not in ("note", "internal-note"),
        text=_said(row, *_TEXT),
        at=_first(row, _AT),
    )


# --- which is which -------------------------------------------------------------------------------


def _holds(name: str, field: str) -> Callable[[Row], bool]:
    return lambda row: any(field in each for each in _objects(row.get(name)))


HELPDESKS: tuple[Helpdesk, ...] = (
    Helpdesk("Zendesk", lambda row: "requester_id" in row and isinstance(row.get("comments"), list), _zendesk),
    Helpdesk("Gorgias", _holds("messages", "from_agent"), _gorgias),
    Helpdesk("Freshdesk", lambda row: "description_text" in row and "requester_id" in row, _freshdesk),
    Helpdesk("Intercom", lambda row: row.get("type") == "conversation" and "source" in row, _intercom),
    Helpdesk("Front", _holds("messages", "is_inbound"), _front),
    Helpdesk(
        "Front", lambda row: isinstance(row.get("is_inbound"), bool), lambda row: iter((_front_message(row),))
    ),
    Helpdesk("Help Scout", lambda row: any("type" in each for each in _threads(row)), _help_scout),
    Helpdesk("Crisp", lambda row: "session_id" in row and isinstance(row.get("messages"), list), _crisp),
    Helpdesk(
        "Crisp",
        lambda row: {"session_id", "from", "content", "fingerprint"} <= row.keys(),
        lambda row: iter((_crisp_message(row),)),
    ),
    Helpdesk(
        "Zendesk", lambda row: {"requester_id", "submitter_id", "description"} <= row.keys(), _zendesk
    ),
    *(
        Helpdesk(name, _row_of(name), _row_turns)
        for name in ("Gorgias", "Freshdesk", "Front", "Zendesk", "Intercom", "Help Scout", "Crisp")
    ),
)  # fmt: skip


# --- small readers that never fail ----------------------------------------------------------------


def _word(row: Row, name: str) -> str:
    value = row.get(name)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _first(row: Row, names: Sequence[str]) -> str:
    return next((word for name in names if (word := _word(row, name))), "")


def _part(row: Row, name: str) -> dict[str, Any]:
    value = row.get(name)
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[Row]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _said(row: Row, *names: str) -> str:
    """What was written: the first of these fields that holds words, without mark-up and without what it quotes."""
    return next((text for name in names if (text := plain(_word(row, name)))), "")


_MARKUP = re.compile(r"<(?:p|br|div|span|html|body|table|a|b|strong|blockquote)\b[^>]*>|</\w+>", re.IGNORECASE)
_UNSEEN = frozenset({"style", "script", "head", "title", "blockquote"})
_BREAKS = frozenset({"p", "br", "div", "tr", "li", "table"})


def plain(text: str) -> str:
    """Give the words of a text that may be HTML; what stands in a quotation or a style sheet is none."""
    if not _MARKUP.search(text):
        return text.strip()
    reader = _Words()
    reader.feed(text)
    reader.close()
    lines = (re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in "".join(reader.words).split("\n"))
    return "\n".join(line for line in lines if line)


class _Words(HTMLParser):
    """Collects what a reader sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's shape
        self._unseen += tag in _UNSEEN
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(data)
