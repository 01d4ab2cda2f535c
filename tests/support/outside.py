"""
The running stack from outside: what the ready file promises, webhooks and clicks signed here, and what left the system.

Nothing of ours signs or reads in this file, so that a mistake made twice in the same way does not pass.
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx

LEA = "U0LEA"
PATIENCE_S = 90.0  # on a machine that does much else
LOOK_S = 0.2

Json = dict[str, Any]
Found = TypeVar("Found")


@dataclass
class Outside:
    """`meant`: how many messages each (channel, person) must have got when everything is calm."""

    ready: Json
    meant: dict[tuple[str, str], int] = field(default_factory=dict)
    started: int = field(default_factory=time.time_ns)
    people: int = 0

    def stranger(self, channel: str, *, gets: int) -> str:
        """The id of a customer nobody has met, who in the end has got `gets` messages."""
        self.people += 1
        person = f"33{self.started // 1_000_000_000 % 10**8:08d}{self.people:03d}"
        self.meant[channel, person] = gets
        return person

    # --- towards the system ---

    def account(self, channel: str) -> Json:
        found: Json = self.ready["accounts"][channel]
        return found

    def post(self, channel: str, body: bytes, *, forged: bool = False) -> int:
        """The status that a webhook gets, signed as its platform signs or with a key that is not its own."""
        account = self.account(channel)
        key = "forged" if forged else account.get("app_secret") or account["consumer_secret"]
        digest = hmac.digest(key.encode(), body, "sha256")
        if channel == "x":
            header = {"x-twitter-webhooks-signature": "sha256=" + base64.b64encode(digest).decode()}
        else:
            header = {"x-hub-signature-256": "sha256=" + digest.hex()}
        return httpx.post(account["webhook_url"], content=body, headers=header, timeout=PATIENCE_S).status_code

    def interact(self, payload: Json, *, forged: bool = False) -> httpx.Response:
        """Slack's request for a click or a dialog, signed as Slack signs or with a key that is not its own."""
        slack = self.ready["slack"]
        body = urlencode({"payload": json.dumps(payload | {"team": {"id": slack["team_id"]}, "user": {"id": LEA}})})
        stamp = str(int(time.time()))
        key = "forged" if forged else slack["signing_secret"]
        signature = "v0=" + hmac.digest(key.encode(), f"v0:{stamp}:{body}".encode(), "sha256").hex()
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": signature,
        }
        return httpx.post(slack["actions_url"], content=body, headers=headers, timeout=PATIENCE_S)

    def break_next_send(self, channel: str) -> None:
        """The platform takes the next message and loses its own answer."""
        fault = {"channel": channel, "fault": "drop_after_send", "times": 1}
        httpx.post(self.ready["simulator"]["faults_url"], json=fault).raise_for_status()

    def click(self, ticket: Json, action_id: str) -> Json:
        """What Slack says when this button of a ticket is pressed."""
        place = {"channel_id": ticket["channel"], "message_ts": ticket["ts"]}
        return {
            "type": "block_actions",
            "channel": {"id": ticket["channel"]},
            "container": {"type": "message", **place},
            "message": {"ts": ticket["ts"]},
            "trigger_id": f"{time.time_ns()}.1",
            "actions": [button(ticket, action_id) | {"action_ts": f"{time.time():.6f}"}],
        }

    def submission(self, ticket: Json, text: str) -> Json:
        """Open the ticket's reply dialog in the simulated Slack; what Slack says when it is sent with this text."""
        before = {view["id"] for view in self.state()["slack"]["views"]}
        pressed = {"ts": ticket["ts"], "action": button(ticket, "guichet_edit_reply"), "user": LEA}
        httpx.post(f"{self.ready['page']}sim/slack/action", json=pressed, timeout=30).raise_for_status()
        view = next(each for each in self.state()["slack"]["views"] if each["id"] not in before)
        typed = {"guichet_text": {"guichet_text_input": {"type": "plain_text_input", "value": text}}}
        return {
            "type": "view_submission",
            "view": view["view"] | {"id": view["id"], "state": {"values": typed}},
        }

    def judge(self, member: str, verdict: str) -> Json:
        """Ask for an answer to judge and press a verdict, as this member; what the dialog shows after that."""
        page, channel = self.ready["page"], self.ready["slack"]["channel_id"]
        before = {view["id"] for view in self.state()["slack"]["views"]}
        typed = {"user": member, "channel": channel, "text": "juger"}
        httpx.post(f"{page}sim/slack/command", json=typed, timeout=30).raise_for_status()
        opened = next(each for each in self.state()["slack"]["views"] if each["id"] not in before)
        pressed = {
            "view_id": opened["id"],
            "user": member,
            "action": button(opened["view"], f"guichet_judge_{verdict}"),
        }
        httpx.post(f"{page}sim/slack/action", json=pressed, timeout=30).raise_for_status()
        shown: Json = next(each for each in self.state()["slack"]["views"] if each["id"] == opened["id"])["view"]
        httpx.post(f"{page}sim/slack/close", json={"view_id": opened["id"]}, timeout=30)
        return shown

    def fills(self, command: str, changed: Json) -> Json:
        """Type `/guichet command` as a named member and submit its dialog, some fields changed; what it shows then."""
        page, channel = self.ready["page"], self.ready["slack"]["channel_id"]
        before = {view["id"] for view in self.state()["slack"]["views"]}
        typed = {"user": LEA, "channel": channel, "text": command}
        httpx.post(f"{page}sim/slack/command", json=typed, timeout=30).raise_for_status()
        opened = next(each for each in self.state()["slack"]["views"] if each["id"] not in before)
        fields = {each["block_id"]: each["element"] for each in opened["view"]["blocks"] if each["type"] == "input"}
        held = {block: {"value": one.get("initial_value")} for block, one in fields.items()} | changed
        values = {block: {fields[block]["action_id"]: value} for block, value in held.items()}
        sent = httpx.post(f"{page}sim/slack/submit", json={"view_id": opened["id"], "values": values}, timeout=30)
        assert not sent.raise_for_status().json().get("errors")
        shown: Json = next(each for each in self.state()["slack"]["views"] if each["id"] == opened["id"])["view"]
        httpx.post(f"{page}sim/slack/close", json={"view_id": opened["id"]}, timeout=30)
        return shown

    # --- the simulators' page ---

    def ask(self, what: str, **query: str) -> Json:
        found: Json = httpx.get(f"{self.ready['page']}{what}", params=query, timeout=30).json()
        return found

    def state(self) -> Json:
        found: Json = httpx.get(f"{self.ready['page']}sim/state", timeout=30).json()
        return found

    # --- out of the system ---

    def outbound(self, channel: str) -> list[Json]:
        url = self.ready["simulator"]["outbound_url"]
        found: list[Json] = httpx.get(url, params={"channel": channel, "since": 0}, timeout=30).json()
        return found

    def got(self, channel: str, person: str) -> list[str]:
        """What the platform was asked to say to this person: each call's body as JSON; typing and seen left out."""
        calls = [call for call in self.outbound(channel) if call["kind"] == "send"]
        return [words(call["body"]) for call in calls if person in words([call["path"], call["body"]])]

    def tickets(self, text: str) -> list[Json]:
        """The messages of the Slack channel, none of a thread, that show this customer's words."""
        return [each for each in self.state()["slack"]["messages"] if text in words(each) and not each["thread_ts"]]


def words(value: Any) -> str:
    """JSON with its accents, to look for words in."""
    return json.dumps(value, ensure_ascii=False)


def button(shown: Json, action_id: str) -> Json:
    """This button, wherever it stands in a Slack message or dialog, as a click names it; {} where there is none."""
    attached = (block for each in shown.get("attachments", ()) for block in each.get("blocks", ()))
    for block in [*shown["blocks"], *attached]:
        for element in block.get("elements", ()):
            if element.get("action_id") == action_id:
                return {name: element[name] for name in ("type", "action_id", "value")}
            for option in element.get("options", ()):
                if json.loads(option["value"]).get("c") == action_id:
                    return {"type": "overflow", "action_id": element["action_id"], "selected_option": option}
    return {}


def wait_for(look: Callable[[], Found]) -> Found:
    """What `look` finds as soon as it finds anything; at last, what it finds when patience ends."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(LOOK_S)
    return found


# --- bodies, as the platforms write them ---


def messenger(account_id: str, person: str, text: str) -> Json:
    now = time.time_ns() // 1_000_000
    message = {"mid": f"m_{person}-{now}", "text": text}
    said = {"sender": {"id": person}, "recipient": {"id": account_id}, "timestamp": now, "message": message}
    return {"object": "page", "entry": [{"id": account_id, "time": now, "messaging": [said]}]}


def whatsapp(account_id: str, person: str, text: str) -> Json:
    now = time.time_ns() // 1_000_000
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "33187654321", "phone_number_id": account_id},
        "contacts": [{"profile": {"name": "Zoé"}, "wa_id": person}],
        "messages": [
            {
                "from": person,
                "id": f"wamid.{person}-{now}",
                "timestamp": str(now // 1000),
                "type": "text",
                "text": {"body": text},
            }
        ],
    }
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"value": value, "field": "messages"}]}],
    }


def x(account_id: str, person: str, text: str) -> Json:
    now = time.time_ns() // 1_000_000
    created = {
        "target": {"recipient_id": account_id},
        "sender_id": person,
        "message_data": {"text": text, "entities": {}},
    }
    event = {"type": "message_create", "id": f"{now}{person[-3:]}", "created_timestamp": str(now)}
    users = {person: {"id": person, "name": "Zoé", "screen_name": "zoe"}}
    return {"for_user_id": account_id, "direct_message_events": [event | {"message_create": created}], "users": users}


WRITERS: dict[str, Callable[[str, str, str], Json]] = {"messenger": messenger, "whatsapp": whatsapp, "x": x}


def message(outside: Outside, channel: str, person: str, text: str) -> bytes:
    """The body of a private message of this person to the demo brand."""
    return json.dumps(WRITERS[channel](outside.account(channel)["account_id"], person, text)).encode()
