"""
What agents do in the simulated Slack: clicks, modals, menus, commands and words typed in a thread.

Each becomes the request that Slack makes: signed, form-encoded where Slack's is, with a trigger id that lives three
seconds and a response address; events are posted again after 3 s without an answer, with X-Slack-Retry-Num.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

from .config import SlackConfig
from .signing import new_code, now_ms, plain_json, slack_headers
from .slack_shapes import as_slack, as_view
from .slack_workspace import APP_ID, BOT_ID, BOT_USER, MEMBERS, DecisionInput, SlackMessage, SlackWorkspace
from .webhook_sender import SLACK, WebhookDelivery, WebhookSender
from .world import World

FORM = "application/x-www-form-urlencoded"
ACK_S = 3.0
STOP_WORDS = re.compile(r"\b\w*(stop|start)_brand\b")


class SlackDesk:
    """Sends what agents do to the system, and shows what it answers."""

    def __init__(
        self, world: World, workspace: SlackWorkspace, sender: WebhookSender, client: httpx.AsyncClient, base_url: str
    ) -> None:
        self.world = world
        self.workspace = workspace
        self.sender = sender
        self.client = client
        self.base_url = base_url  # of this server, for response_url

    @property
    def config(self) -> SlackConfig:
        """The workspace's settings. Raises LookupError where the configuration has none."""
        if self.world.config.slack is None:
            raise LookupError("The configuration has no slack block.")
        return self.world.config.slack

    # --- requests that wait for an answer -------------------------------------------------------

    async def _ask(self, url: str, fields: Mapping[str, str]) -> tuple[int, Any]:
        raw = urlencode(fields).encode()
        headers = {"content-type": FORM, **slack_headers(self.config.signing_secret, raw, now_ms() // 1000)}
        try:
            answer = await self.client.post(url, content=raw, headers=headers, timeout=ACK_S)
        except httpx.HTTPError:
            return 0, None
        try:
            return answer.status_code, answer.json() if answer.content else None
        except ValueError:
            return answer.status_code, answer.text

    def _head(self, kind: str, user: str) -> dict[str, Any]:
        member = next(one for one in MEMBERS if one.id == user)
        return {
            "type": kind,
            "user": {"id": user, "username": member.name, "name": member.name, "team_id": self.config.team_id},
            "api_app_id": APP_ID,
            "token": "verification-token-unused",
            "team": {"id": self.config.team_id, "domain": "guichet"},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _response_url(self, channel: str, ts: str, user: str) -> str:
        key = self.workspace.new_hook(channel, ts, user)
        return f"{self.base_url}/slack/actions/{self.config.team_id}/{now_ms()}/{key}"

    async def act(self, user: str, action: Mapping[str, Any], *, ts: str = "", view_id: str = "") -> dict[str, Any]:
        """Send a block_actions payload for an element of a message or a modal."""
        payload = self._head("block_actions", user)
        payload["trigger_id"] = self.workspace.new_trigger(user)
        if view_id:
            kept = self.workspace.views[view_id]
            payload["container"] = {"type": "view", "view_id": view_id}
            payload["view"] = as_view(kept, self.config.team_id, action.get("state"))
        else:
            payload |= self._about_message(self.workspace.messages[ts], user)
        shown = {key: value for key, value in action.items() if key != "state"}
        payload["actions"] = [{**shown, "action_ts": f"{now_ms() / 1000:.6f}"}]
        status, _ = await self._ask(self.config.actions_url, {"payload": json.dumps(payload)})
        return {"status": status}

    def _about_message(self, message: SlackMessage, user: str) -> dict[str, Any]:
        name = f"guichet-{self.workspace.channels.get(message.channel, '')}"
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": bool(message.ephemeral_to),
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        return {
            "container": container,
            "channel": {"id": message.channel, "name": name},
            "message": as_slack(message, metadata=True),
            "state": {"values": {}},
            "response_url": self._response_url(message.channel, message.ts, user),
        }

    async def submit(self, view_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Send view_submission and follow the response_action of the answer."""
        kept = self.workspace.views[view_id]
        payload = self._head("view_submission", kept.user)
        payload["trigger_id"] = self.workspace.new_trigger(kept.user)
        payload["view"] = as_view(kept, self.config.team_id, values)
        payload["response_urls"] = []
        status, answer = await self._ask(self.config.actions_url, {"payload": json.dumps(payload)})
        told = str(kept.view.get("private_metadata"))
        if 200 <= status < 300 and (found := STOP_WORDS.search(told)):
            brand = next((brand for brand in self.workspace.channels.values() if f'"{brand}"' in told), "")
            self.world.set_stopped(brand, stopped=found[1] == "stop")
        return self._follow(kept, status, answer)

    def _follow(self, kept: DecisionInput, status: int, answer: Any) -> dict[str, Any]:
        if not 200 <= status < 300:
            return {"status": status, "failed": True}
        action = answer.get("response_action") if isinstance(answer, dict) else None
        if action == "errors":
            return {"status": status, "errors": answer.get("errors", {})}
        if action == "update":
            self.workspace.change_view(kept, answer["view"])
        elif action == "push":
            self.workspace.open_view(kept.user, answer["view"], kept)
        else:
            self.workspace.close_view(kept.id, everything=action == "clear")
        return {"status": status}

    async def close(self, view_id: str) -> dict[str, Any]:
        """Close a modal; Slack tells the app only where the view asked for it."""
        kept = self.workspace.views[view_id]
        self.workspace.close_view(view_id)
        if not kept.view.get("notify_on_close"):
            return {"status": 0}
        payload = self._head("view_closed", kept.user)
        payload["view"] = as_view(kept, self.config.team_id)
        payload["is_cleared"] = False
        status, _ = await self._ask(self.config.actions_url, {"payload": json.dumps(payload)})
        return {"status": status}

    async def options(
        self, user: str, block_id: str, action_id: str, value: str, *, ts: str = "", view_id: str = ""
    ) -> Any:
        """Ask the app for the options of an external select."""
        payload = self._head("block_suggestion", user)
        payload |= {"block_id": block_id, "action_id": action_id, "value": value}
        if view_id:
            payload["container"] = {"type": "view", "view_id": view_id}
            payload["view"] = as_view(self.workspace.views[view_id], self.config.team_id)
        elif ts in self.workspace.messages:
            about = self._about_message(self.workspace.messages[ts], user)
            payload |= {key: about[key] for key in ("container", "channel", "message")}
        status, answer = await self._ask(self.config.options_url, {"payload": json.dumps(payload)})
        return answer if status == 200 and isinstance(answer, dict) else {"options": []}

    async def command(self, user: str, channel: str, text: str) -> dict[str, Any]:
        """Type `/guichet text` in a channel."""
        member = next(one for one in MEMBERS if one.id == user)
        fields = {
            "token": "verification-token-unused",
            "team_id": self.config.team_id,
            "team_domain": "guichet",
            "channel_id": channel,
            "channel_name": f"guichet-{self.workspace.channels.get(channel, '')}",
            "user_id": user,
            "user_name": member.name,
            "command": "/guichet",
            "text": text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": self._response_url(channel, "", user),
            "trigger_id": self.workspace.new_trigger(user),
        }
        status, answer = await self._ask(self.config.commands_url, fields)
        if 200 <= status < 300 and text.split()[:1] in (["stop"], ["start"]):
            self.world.set_stopped(self.workspace.channels.get(channel, ""), stopped=text.startswith("stop"))
        if isinstance(answer, dict) and (answer.get("text") or answer.get("blocks")):
            public = answer.get("response_type") == "in_channel"
            self.workspace.post(
                channel,
                BOT_USER,
                str(answer.get("text") or ""),
                blocks=list(answer.get("blocks") or ()),
                ephemeral_to="" if public else user,
            )
        elif isinstance(answer, str) and answer:
            self.workspace.post(channel, BOT_USER, answer, ephemeral_to=user)
        return {"status": status}

    # --- events ---------------------------------------------------------------------------------

    def type_in_thread(self, user: str, channel: str, thread_ts: str, text: str) -> SlackMessage:
        """Write a message as an agent; the Events API tells the system."""
        message = self.workspace.post(channel, user, text, thread_ts=thread_ts, client_msg_id=str(uuid.uuid4()))
        self.tell(message)
        return message

    def tell(self, message: SlackMessage) -> None:
        """Post the Events API's message event, ours included: the app must know its own."""
        event: dict[str, Any] = {
            **as_slack(message),
            "channel": message.channel,
            "event_ts": message.ts,
            "channel_type": "channel",
            "team": self.config.team_id,
        }
        if message.thread_ts and message.thread_ts in self.workspace.messages:
            event["parent_user_id"] = self.workspace.messages[message.thread_ts].user
        if message.by_bot:
            event["bot_profile"] = {"id": BOT_ID, "app_id": APP_ID, "name": "Guichet", "team_id": self.config.team_id}
        self.sender.send(self._event_delivery(event))

    def _event_delivery(self, event: Mapping[str, Any]) -> WebhookDelivery:
        body = {
            "token": "verification-token-unused",
            "team_id": self.config.team_id,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": new_code("Ev"),
            "event_time": now_ms() // 1000,
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self.config.team_id,
                    "user_id": BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": "4-" + new_code("", 20),
        }
        raw = plain_json(body)
        secret = self.config.signing_secret

        def resign(number: int, reason: str) -> dict[str, str]:
            retry = {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason} if number else {}
            return {"content-type": "application/json", **slack_headers(secret, raw, now_ms() // 1000), **retry}

        return WebhookDelivery("slack", self.config.events_url, raw, resign(0, ""), resign=resign, persistence=SLACK)

    async def verify_url(self) -> str:
        """Send url_verification, as Slack does when the events URL is entered; return "ok" or what was wrong."""
        challenge = new_code("", 40)
        raw = plain_json({"token": "verification-token-unused", "challenge": challenge, "type": "url_verification"})
        headers = {
            "content-type": "application/json",
            **slack_headers(self.config.signing_secret, raw, now_ms() // 1000),
        }
        try:
            answer = await self.client.post(self.config.events_url, content=raw, headers=headers, timeout=20)
        except httpx.HTTPError as failure:
            return type(failure).__name__
        if answer.status_code != 200:
            return f"status {answer.status_code}"
        return "ok" if challenge in answer.text else "wrong challenge"
