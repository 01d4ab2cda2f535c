"""
Reads Twilio's lists: of the messages that came to a number, and of one message's files.

Source: Twilio, "Messages resource: read multiple Message resources", "Media resource", "Twilio's response: paging".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from ...errors import Refused
from ...model import Attachment, Credentials, Event, Message, Millis
from ...ports import Http, Listed
from .._json_values import Object, objects, string
from . import calls, events

PAGE = 500  # messages: a few hundred kilobytes
_FILES_MOST = 10  # of one message
_FILES = "/Media.json"


def written_at(listed: Object, name: str = "date_created") -> Millis | None:
    """Return the milliseconds of "Fri, 27 Nov 2026 08:14:02 +0000"; None where there is no such time."""
    try:
        return Millis(round(parsedate_to_datetime(string(listed.get(name))).timestamp() * 1000))
    except (ValueError, TypeError, OverflowError):
        return None


def first_page(number: str, since: Millis) -> dict[str, str]:
    """Return the query for what came to a number since then. Twilio's filter knows days of Greenwich only."""
    day = datetime.fromtimestamp(since / 1000, UTC).strftime("%Y-%m-%d")
    return {"To": number, "DateSent>": day, "PageSize": str(PAGE)}


def read_page(body: Object, since: Millis, channel: str, prefix: str, *, keywords: bool) -> Listed:
    """Return the messages of a page that came, and the next page unless it would be older than `since`."""
    if type(body.get("messages")) is not list:
        raise Refused("no_list")
    listed = objects(body["messages"])
    found = [
        _event(one, written_at(one), channel, prefix, keywords=keywords)
        for one in listed
        if string(one.get("direction")) == "inbound" and string(one.get("sid"))
    ]
    times = [at for one in listed if (at := written_at(one)) is not None]
    older = bool(times) and min(times) < since
    return Listed(found, "" if older else string(body.get("next_page_uri")))


def _event(one: Object, at: Millis | None, channel: str, prefix: str, *, keywords: bool) -> Event:
    """Return the event of a listed message. Of its files only the number is told: each names the list it stands in."""
    sid, account = string(one.get("sid")), string(one.get("account_sid"))
    fields = {"From": string(one.get("from")), "To": string(one.get("to")), "Body": string(one.get("body"))}
    event = replace(events.came(fields, sid, channel, prefix, keywords=keywords), sent_at=at)
    count = string(one.get("num_media"))
    if not isinstance(event, Message) or not (count.isdecimal() and len(count) < 4 and int(count)):
        return event
    place = f"{calls.API}/{account}/Messages/{sid}{_FILES}"
    files = tuple(Attachment("file", f"{place}#{number}") for number in range(min(int(count), _FILES_MOST)))
    return replace(event, attachments=files)


def link_of(http: Http, credentials: Credentials, url: str) -> str:
    """Return the link to a file: itself, or where it is named by its place in its message's list, after one request."""
    parts = urlsplit(url)
    if not parts.path.endswith(_FILES):
        return url
    if parts.hostname != calls.HOST:
        raise Refused("foreign_link")
    message = parts.path.split("/")[-2]
    found = calls.accepted(calls.get(http, credentials, f"/Messages/{message}{_FILES}"))
    files: Sequence[Object] = objects(found.get("media_list"))
    place = int(parts.fragment) if parts.fragment.isdecimal() else 0
    if place >= len(files):
        raise Refused("expired")
    return f"https://{calls.HOST}{string(files[place].get('uri')).removesuffix('.json')}"
