"""Twilio in memory: text messages by forms, statuses to the address that came with each, and its list."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from chalicelib.ports import HttpAnswer

from .platforms import JPEG, SECRET, Hook, Platform, a_file, answer, post

PUBLIC_URL = "https://hooks.guichet.example"
ACCOUNT_SID = "AC00000000000000000000000000000001"
LISTED = 2  # messages on a page


def problem(code: int, status: int = 400, **headers: str) -> HttpAnswer:
    return answer(status, {"code": code, "message": "invented", "status": status}, **headers)


TOKEN_DEAD = problem(20003, 401)


@dataclass
class TwilioSms(Platform):
    """
    One number. A status may come before the answer to the send has been read. `late`: the code of a late refusal.
    """

    prefix = ""
    late: str = ""

    def _bare(self, number: str) -> str:
        assert number.startswith(f"{self.prefix}+"), "not as Twilio writes a number here"
        return number.removeprefix(f"{self.prefix}+")

    def request(self, method: str, url: str, *, headers: Any, body: bytes = b"", **_: Any) -> HttpAnswer:
        parts = urlsplit(url)
        if parts.hostname == "mms.twiliocdn.com":
            assert "authorization" not in headers, "our key reached the CDN"
            return a_file(JPEG)
        if headers["authorization"] != "Basic " + base64.b64encode(f"{ACCOUNT_SID}:{self.token}".encode()).decode():
            return TOKEN_DEAD
        if "/Media/" in parts.path:
            return answer(307, "", location=f"https://mms.twiliocdn.com/{ACCOUNT_SID}/file")
        if parts.path.endswith("/Media.json"):
            return answer(200, {"media_list": [{"uri": f"{parts.path.removesuffix('.json')}/ME1.json"}]})
        if method == "GET":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if asked["To"] == f"{self.prefix}{self.account_id}":
                return self._heard(parts.path, asked)
            return self._listed(self._bare(asked["To"]))
        return self.troubles.pop(0) if self.troubles else self._send(dict(parse_qsl(body.decode())))

    def _send(self, fields: Mapping[str, str]) -> HttpAnswer:
        sid, callback = self.new_id("SM"), fields["StatusCallback"].partition("#")[0]
        self.keep(self._bare(fields["To"]), fields["Body"], callback.rpartition("/")[2].replace("-", ":"), sid)
        if self.late:
            self.status(sid, fields["To"], callback, "undelivered", 400, self.late)
        elif not self.mute:
            for delay, status in ((400, "sent"), (300, "delivered")):
                self.status(sid, fields["To"], callback, status, delay)
        return answer(201, {"sid": sid, "status": "queued"})

    def status(self, sid: str, to: str, callback: str, status: str, after_ms: int = 0, code: str = "") -> None:
        fields = {"MessageSid": sid, "MessageStatus": status, "To": to, "From": f"{self.prefix}+{self.account_id}"}
        self._form(urlsplit(callback).path, fields | ({"ErrorCode": code} if code else {}), after_ms)

    def _listed(self, person: str) -> HttpAnswer:
        found = [
            {
                "sid": one.platform_id,
                "body": one.text,
                "direction": "outbound-api",
                "date_created": formatdate(one.at / 1000).replace("-0000", "+0000"),
            }
            for one in reversed(self.said)
            if one.person == person
        ]
        return answer(200, {"messages": found, "next_page_uri": None})

    def _heard(self, path: str, asked: dict[str, str]) -> HttpAnswer:
        """A page of what came since a day, the newest first; the next begins behind the message that it names."""
        if self.clock.now < self.unlisted_until:
            return problem(20503, 503)
        found = [one for one in reversed(self.heard) if one["day"] >= asked["DateSent>"]]
        sids = [one["sid"] for one in found]
        first = sids.index(asked["PageToken"]) + 1 if "PageToken" in asked else 0
        page = found[first : first + LISTED]
        more = urlencode(asked | {"PageToken": page[-1]["sid"]}) if found[first + LISTED :] else ""
        return answer(200, {"messages": page, "next_page_uri": f"{path}?{more}" if more else None})

    def writes(self, person: str, text: str, *, times: int = 1, **fields: str) -> str:
        sid = self.new_id("SMR")
        who = {"From": f"{self.prefix}+{person}", "To": f"{self.prefix}+{self.account_id}"}
        said = {"MessageSid": sid, **who, "Body": text, "ToCity": ""}
        now = formatdate(self.clock.now / 1000).replace("-0000", "+0000")
        listed = {"sid": sid, "from": who["From"], "to": who["To"], "body": text, "direction": "inbound"}
        listed |= {"account_sid": ACCOUNT_SID, "num_media": fields.get("NumMedia", "0"), "date_created": now}
        self.heard.append(listed | {"day": time.strftime("%Y-%m-%d", time.gmtime(self.clock.now / 1000))})
        for _ in range(times):
            self._form(f"/webhooks/{self.name}/{self.key}", said | {"NumMedia": "0"} | fields)
        self.withhold(times)
        return sid

    def sends_file(self, person: str) -> None:
        link = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/SM1/Media/ME1"
        self.writes(person, "", NumMedia="1", MediaUrl0=link, MediaContentType0="image/jpeg")

    def _form(self, path: str, fields: Mapping[str, str], after_ms: int = 0) -> None:
        signed = PUBLIC_URL + path + "".join(name + fields[name] for name in sorted(fields))
        made = base64.b64encode(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha1).digest()).decode()
        request = post(path, urlencode(fields).encode(), {"x-twilio-signature": made})
        self.hooks.append(Hook(self.clock.now + after_ms, path, replace(request, urls=(PUBLIC_URL + path,))))


class TwilioWhatsApp(TwilioSms):
    """A WhatsApp sender of Twilio's."""

    prefix = "whatsapp:"
