"""
Where Twilio sends what comes to a number or a WhatsApp sender: read, set and taken back.

An address is ours by its path, which holds the account's own key. Another's is never changed, and is told.

Source: Twilio, "IncomingPhoneNumber resource", "Messaging Service resource", "WhatsApp senders".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from ...consent import Half
from ...errors import Refused, SendError
from ...model import AccountId, Credentials
from ...ports import Http, Subscription
from ...text import to_json
from .._json_values import child, objects, string
from . import calls

_UNSET = ("https://demo.twilio.com/welcome/sms/reply", "https://demo.twilio.com/welcome/sms/reply/")  # a new number's
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
KEY_LIVES = "Twilio lets no key end itself: console.twilio.com → Account → API keys → delete it"


class Place(NamedTuple):
    """Where an address stands at Twilio: what it holds now, and what sets it."""

    holds: str
    set: Callable[[str], None]


Find = Callable[[Http, Credentials, AccountId], Place]


def of_number(http: Http, credentials: Credentials, account_id: AccountId) -> Place:
    """
    Return the place of a telephone number's address: the number, or the messaging service that answers for it.

    https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource and …/messaging/api/service-resource
    """
    service = credentials.extra.get("service", "")
    told = calls.accepted(calls.service(http, credentials, service)) if service else {}
    if service and told.get("use_inbound_webhook_on_number") is not True:
        where = f"{calls.SERVICES}/{quote(service, safe='')}"
        names = ("InboundRequestUrl", "InboundMethod")
        return Place(string(told.get("inbound_request_url")), _setting(http, credentials, where, names))
    asked = {"PhoneNumber": f"+{account_id}"}
    listed = calls.accepted(calls.get(http, credentials, "/IncomingPhoneNumbers.json", asked))
    found = objects(listed.get("incoming_phone_numbers"))
    if not found:
        raise Refused("another_account")
    path = f"/IncomingPhoneNumbers/{quote(string(found[0].get('sid')), safe='')}.json"
    return Place(
        string(found[0].get("sms_url")),
        _setting(http, credentials, calls.account_url(credentials, path), ("SmsUrl", "SmsMethod")),
    )


def of_sender(http: Http, credentials: Credentials, account_id: AccountId) -> Place:
    """
    Return the place of a WhatsApp sender's address.

    https://www.twilio.com/docs/whatsapp/api/senders
    """
    own = calls.sender(http, credentials, f"whatsapp:+{account_id}")
    if own is None:
        raise Refused("another_account")
    where = f"{calls.SENDERS}/{quote(string(own.get('sid')), safe='')}"

    def told(url: str) -> None:
        body = to_json({"webhook": {"callback_url": url, "callback_method": "POST"}}).encode()
        calls.accepted(calls.change(http, credentials, where, body, _JSON))

    return Place(string(child(own, "webhook").get("callback_url")), told)


def subscription(find: Find) -> Callable[[Http, Credentials, AccountId], Subscription]:
    """Return what reads the address."""

    def asked(http: Http, credentials: Credentials, account_id: AccountId) -> Subscription:
        try:
            holds = find(http, credentials, account_id).holds
        except Refused as error:
            if error.code != "another_account":
                raise
            holds = ""
        return Subscription(tuple(filter(None, (holds,))))

    return asked


def subscribe(find: Find) -> Callable[[Http, Credentials, AccountId], tuple[Half, ...]]:
    """Return what has messages brought to us, where they are brought to nobody else."""

    def done(http: Http, credentials: Credentials, account_id: AccountId) -> tuple[Half, ...]:
        what = "what is written to the number comes to us"
        try:
            place = find(http, credentials, account_id)
            if place.holds and place.holds not in _UNSET and not _is_ours(place.holds, credentials):
                return (Half(what, "it leads elsewhere; change it in Twilio's console"),)
            if place.holds != credentials.webhook_url:
                place.set(credentials.webhook_url)
        except SendError as error:
            return (Half(what, str(error)),)
        return (Half(what),)

    return done


def leave(find: Find) -> Callable[[Http, Credentials, AccountId], tuple[Half, ...]]:
    """Return what takes our address back; whoever else is written there stays."""

    def done(http: Http, credentials: Credentials, account_id: AccountId) -> tuple[Half, ...]:
        what, key = "the number has no address of ours any more", Half("the key is void", KEY_LIVES)
        try:
            place = find(http, credentials, account_id)
            if _is_ours(place.holds, credentials):
                place.set("")
        except SendError as error:
            return Half(what, str(error)), key
        return Half(what), key

    return done


def _is_ours(url: str, credentials: Credentials) -> bool:
    """Return whether an address is this account's, on whichever of a stage's hosts."""
    own = urlsplit(credentials.webhook_url).path
    tail = "/".join(own.split("/")[-3:])  # "webhooks/sms/KEY"
    return bool(tail) and urlsplit(url).path.endswith(f"/{tail}")


def _setting(http: Http, credentials: Credentials, where: str, names: tuple[str, str]) -> Callable[[str], None]:
    def told(url: str) -> None:
        body = urlencode({names[0]: url, names[1]: "POST"}).encode()
        calls.accepted(calls.change(http, credentials, where, body, _FORM))

    return told
