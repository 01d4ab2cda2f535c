"""
Reads WhatsApp's webhooks, one change at a time.

Source: Meta, "WhatsApp Business Platform: webhooks" and "Business-scoped user IDs". A person is their phone number
where the body gives it, else their business-scoped id (it contains a dot); where it gives both, the id is an alias.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from ..model import (
    AccountNotice,
    Address,
    AddressChange,
    Attachment,
    Deletion,
    Echo,
    Edit,
    Event,
    EventId,
    Handover,
    Ignored,
    MalformedBody,
    Message,
    Millis,
    OptOut,
    Postback,
    Reaction,
    Receipt,
    ReceiptStatus,
)
from ._json_values import NOTHING, Object, address, child, event_id, fingerprint, millis, objects, string
from ._meta import error_code

NAME = "whatsapp"
_STATUSES: Mapping[str, ReceiptStatus] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}


def read_change(change: Object) -> list[Event]:
    """Return the events of one of a body's changes, one at least."""
    field, value = string(change.get("field")), child(change, "value")
    phone = string(child(value, "metadata").get("phone_number_id"))
    events: list[Event] = []
    if field == "messages":
        if "messages" in value:
            names = _names(value)
            events += [_message(phone, item, names) for item in objects(value["messages"])]
        if "statuses" in value:
            events += [_status(phone, item) for item in objects(value["statuses"])]
        for item in objects(value.get("errors")):
            code = string(item.get("code"))
            events += [_notice(phone, item, f"error_{code}")]
    elif field == "smb_message_echoes":
        events += [_echo(phone, item) for item in objects(value.get("message_echoes"))]
    elif field == "user_preferences":
        events += [_preference(phone, item) for item in objects(value.get("user_preferences"))]
    elif field == "messaging_handovers":
        events.append(_handover(phone, change, value))
    elif field in _NOTICES:
        told = _category(value) if field == "template_category_update" else ""
        events.append(_notice("", change, told or field, by_itself=told.startswith("template_category:")))
    if not events:
        reason = field if field in _UNHEARD else "unknown"
        events.append(Ignored(event_id=fingerprint(change), address=address(NAME, phone), sent_at=None, reason=reason))
    return events


# Meta speaks about the account: it names no phone number id, so the account is the webhook's own ("").
_NOTICES = frozenset({
    "account_alerts",
    "account_review_update",
    "account_update",
    "business_capability_update",
    "message_template_quality_update",
    "message_template_status_update",
    "phone_number_name_update",
    "phone_number_quality_update",
    "security",
    "template_category_update",
})  # fmt: skip
_PLAIN = re.compile(r"[A-Za-z0-9_]{1,100}", re.ASCII)  # a template's name and categories, as Meta writes them
_UNHEARD = frozenset({"calls", "flows", "history", "messages", "smb_app_state_sync", "standby"})


def _category(value: Object) -> str:
    """
    Return the notice of a template whose category, and so its price, is another or will be; "" where it does not say.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/template_category_update
    """
    soon = string(value.get("correct_category"))
    before = string(value.get("new_category" if soon else "previous_category"))
    found = (string(value.get("message_template_name")), before, soon or string(value.get("new_category")))
    if not all(_PLAIN.fullmatch(each) for each in found):
        return ""
    return ":".join(("template_category_soon" if soon else "template_category", *found))


def _notice(phone: str, item: Object, notice: str, *, by_itself: bool = False) -> Event:
    """Return a notice; one `by_itself` is the same event however it is learnt (`stages.template_lists`)."""
    own_id = EventId(notice) if by_itself else fingerprint(item)
    return AccountNotice(event_id=own_id, address=address(NAME, phone), sent_at=None, notice=notice)


def _names(value: Object) -> Mapping[str, str]:
    """The profile names of a change's contacts, by number and by business-scoped id; the first of each counts."""
    names: dict[str, str] = {}
    for contact in objects(value.get("contacts")):
        profile = child(contact, "profile")
        name = string(profile.get("name")) or string(profile.get("username"))
        names.setdefault(string(contact.get("wa_id")), name)
        names.setdefault(string(contact.get("user_id")), name)
    return names


def _message(phone: str, item: Object, names: Mapping[str, str]) -> Event:
    number, user = string(item.get("from")), string(item.get("from_user_id"))
    at = address(NAME, phone, number or user)
    sent_at = millis(item.get("timestamp"))
    kind = string(item.get("type"))
    own_id = event_id(item.get("id"), item)
    if kind == "system" and number and (changed := _changed_number(item, at, sent_at)):
        return changed
    if kind in _QUIET:
        return Ignored(event_id=own_id, address=at, sent_at=sent_at, reason=kind)
    if not (number or user):
        return MalformedBody(event_id=fingerprint(item), address=at, sent_at=sent_at, reason="names no customer")
    if "group_id" in item:
        return Ignored(event_id=own_id, address=at, sent_at=sent_at, reason="group")
    alias = user if number else ""
    if kind in _SPECIAL:
        event = _SPECIAL[kind](item, child(item, kind), at, sent_at)
        if event is not None:
            return replace(event, alias=alias)
    text, attachments = _content(item, kind)
    return Message(
        alias=alias,
        event_id=own_id,
        address=at,
        sent_at=sent_at,
        target_id=string(child(item, "context").get("id")) if "context" in item else "",
        text=text,
        attachments=attachments,
        display_name=names.get(number or user, "") or names.get(user or number, ""),
        beside=(*_referred(item), *_listed(item, kind)),
    )


def _referred(item: Object) -> tuple[tuple[str, str], ...]:
    """The advertisement or product that a customer comes from."""
    referral = child(item, "referral")
    ad = string(referral.get("headline")) or string(referral.get("body"))
    product = string(child(child(item, "context"), "referred_product").get("product_retailer_id"))
    return tuple(pair for pair in (("ad", ad), ("product", product)) if pair[1])


def _listed(item: Object, kind: str) -> tuple[tuple[str, str], ...]:
    """The products of a basket, or the name of a document."""
    inner = child(item, kind)
    if kind == "document":
        name = string(inner.get("filename"))
        return (("file", name),) if name else ()
    if kind != "order":
        return ()
    return tuple(("item", _item(one)) for one in objects(inner.get("product_items"))[:_MOST_ITEMS])


def _item(one: Object) -> str:
    price, currency = _written(one.get("item_price")), string(one.get("currency"))
    what = string(one.get("product_retailer_id")) or "?"
    return f"{string(one.get('quantity')) or '1'} × {what}" + (f" ({price} {currency})" if price and currency else "")


_MOST_ITEMS = 20
_MOST_CARDS = 60


def _changed_number(item: Object, at: Address, sent_at: Millis | None) -> Event | None:
    """The system message that a person has a new number; others are ignored."""
    said = child(item, "system")
    new = string(said.get("wa_id")) or string(said.get("new_wa_id"))
    if string(said.get("type")) not in _CHANGED or not new or new == at.person_id:
        return None
    return AddressChange(event_id=event_id(item.get("id"), item), address=at, sent_at=sent_at, alias=new)


_CHANGED = frozenset({"user_changed_number", "customer_changed_number"})
_QUIET = frozenset({"system", "request_welcome", "ephemeral"})
_MEDIA = frozenset({"image", "video", "document", "audio", "voice", "sticker"})


def _content(item: Object, kind: str) -> tuple[str, tuple[Attachment, ...]]:
    """Text and attachments of one message; a kind nobody knows is an attachment that a person must look at."""
    inner = child(item, kind)
    if kind == "text":
        body = string(inner.get("body"))
        return (body, ()) if body else ("", (Attachment("unsupported"),))
    if kind in _MEDIA:
        sort = "voice" if kind == "audio" and inner.get("voice") is True else kind
        return string(inner.get("caption")), (Attachment(sort, string(inner.get("url")), string(inner.get("id"))),)
    if kind == "location":
        place = ",".join(_written(inner.get(key)) for key in ("latitude", "longitude"))
        words = [string(inner.get("name")), string(inner.get("address"))]
        return "\n".join(word for word in words if word), (Attachment("location", f"geo:{place}"),)
    if kind == "contacts":
        cards = objects(item.get("contacts"))[:_MOST_CARDS] or [NOTHING]
        return "\n".join(filter(None, map(_card, cards))), tuple(Attachment("contact") for _ in cards)
    if kind == "order":
        return string(inner.get("text")), (Attachment("order", "", string(inner.get("catalog_id"))),)
    if kind == "interactive":  # a flow's form: the buttons were read before
        return string(child(inner, "nfm_reply").get("response_json")), (Attachment("form"),)
    return "", (Attachment("unsupported"),)


def _written(value: object) -> str:
    """A number as it was written, a string as it is."""
    return repr(value) if type(value) is float else string(value)


def _card(card: Object) -> str:
    numbers = [string(phone.get("phone")) for phone in objects(card.get("phones"))]
    return " ".join(filter(None, [string(child(card, "name").get("formatted_name")), *numbers]))


def _button(item: Object, found: Object, at: Address, sent_at: Millis | None) -> Event:
    payload, title = string(found.get("payload")), string(found.get("text"))
    return _pressed(item, at, sent_at, payload, title)


def _interactive(item: Object, found: Object, at: Address, sent_at: Millis | None) -> Event | None:
    pressed = child(found, "button_reply") or child(found, "list_reply")
    if not pressed:
        return None
    return _pressed(item, at, sent_at, string(pressed.get("id")), string(pressed.get("title")))


def _pressed(item: Object, at: Address, sent_at: Millis | None, payload: str, title: str) -> Event:
    own_id, target = event_id(item.get("id"), item), string(child(item, "context").get("id"))
    return Postback(event_id=own_id, address=at, sent_at=sent_at, target_id=target, payload=payload, title=title)


def _reaction(item: Object, found: Object, at: Address, sent_at: Millis | None) -> Event:
    target, emoji = string(found.get("message_id")), string(found.get("emoji"))
    own_id = event_id(item.get("id"), item)
    return Reaction(event_id=own_id, address=at, sent_at=sent_at, target_id=target, emoji=emoji)


def _edit(item: Object, found: Object, at: Address, sent_at: Millis | None) -> Event:
    inner = child(found, "message")
    text, _ = _content(inner, string(inner.get("type")))
    target = string(found.get("original_message_id"))
    return Edit(event_id=event_id(item.get("id"), item), address=at, sent_at=sent_at, target_id=target, text=text)


def _revoke(item: Object, found: Object, at: Address, sent_at: Millis | None) -> Event:
    target = string(found.get("original_message_id"))
    return Deletion(event_id=event_id(item.get("id"), item), address=at, sent_at=sent_at, target_id=target)


_SPECIAL: Mapping[str, Callable[[Object, Object, Address, Millis | None], Event | None]] = {
    "button": _button,
    "interactive": _interactive,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
}


# --- statuses, echoes, preferences ------------------------------------------------------------


def _status(phone: str, item: Object) -> Event:
    person = string(item.get("recipient_id")) or string(item.get("recipient_user_id"))
    at, sent_at = address(NAME, phone, person), millis(item.get("timestamp"))
    platform_id, word = string(item.get("id")), string(item.get("status"))
    status = _STATUSES.get(word)
    if status is None or not platform_id:
        return Ignored(event_id=fingerprint(item), address=at, sent_at=sent_at, reason="status")
    return Receipt(
        event_id=event_id(f"{platform_id}:{word}", item),
        address=at,
        sent_at=sent_at,
        status=status,
        row_id=string(item.get("biz_opaque_callback_data")),
        platform_id=platform_id,
        error_code=error_code(item),
    )


def _echo(phone: str, item: Object) -> Event:
    """A message that the business wrote in its own WhatsApp app: always by a person, never by us."""
    at = address(NAME, phone, string(item.get("to")) or string(item.get("to_user_id")))
    own_id, sent_at, kind = event_id(item.get("id"), item), millis(item.get("timestamp")), string(item.get("type"))
    if not at.person_id:
        return MalformedBody(event_id=fingerprint(item), address=at, sent_at=sent_at, reason="names no customer")
    if kind in {"edit", "revoke", "reaction"}:
        return Ignored(event_id=own_id, address=at, sent_at=sent_at, reason=f"own_{kind}")
    text, _ = _content(item, kind)
    alias = string(item.get("to_user_id")) if string(item.get("to")) else ""
    return Echo(event_id=own_id, address=at, sent_at=sent_at, text=text, alias=alias)


def _preference(phone: str, item: Object) -> Event:
    at = address(NAME, phone, string(item.get("wa_id")) or string(item.get("user_id")))
    own_id, sent_at, wish = fingerprint(item), millis(item.get("timestamp")), string(item.get("value"))
    if string(item.get("category")) == "marketing_messages":  # a consent of its own: we send none, and go on answering
        return Ignored(event_id=own_id, address=at, sent_at=sent_at, reason="marketing_preference")
    if wish in {"stop", "resume"} and at.person_id:
        alias = string(item.get("user_id")) if string(item.get("wa_id")) else ""
        return OptOut(event_id=own_id, address=at, sent_at=sent_at, undone=wish == "resume", alias=alias)
    return Ignored(event_id=own_id, address=at, sent_at=sent_at, reason="user_preferences")


def _handover(phone: str, change: Object, value: Object) -> Event:
    person = string(child(value, "sender").get("phone_number")) or string(child(value, "sender").get("user_id"))
    account = phone or string(child(value, "recipient").get("phone_number_id"))
    passed = child(value, "control_passed") or NOTHING
    at, sent_at = address(NAME, account, person), millis(value.get("timestamp"))
    return Handover(event_id=fingerprint(change), address=at, sent_at=sent_at, to_us=bool(passed))
