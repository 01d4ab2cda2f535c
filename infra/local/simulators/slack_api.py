"""
Slack's Web API, as far as our app uses it, and its response_url.

Source: Slack's method reference. Methods take JSON or forms (where lists and objects are JSON strings) and always
answer 200 with `ok`, except for rate limits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from .consent import Consents, left_of
from .faults import Fault
from .router import Answer, Endpoint, PlatformCall
from .signing import now_ms
from .slack_files import OWN, UPLOAD, SlackFiles
from .slack_shapes import as_slack, as_view, block_error, ok, refused, user_of, view_error
from .slack_workspace import (
    BOT_ID,
    BOT_USER,
    MEMBERS,
    RESPONSE_MS,
    RESPONSE_USES,
    TEXT_LIMIT,
    SlackMessage,
    SlackWorkspace,
)
from .world import World

SENDS = {"chat.postMessage", "chat.update", "chat.postEphemeral", "chat.delete", "files.completeUploadExternal"}
JSON_FIELDS = ("blocks", "attachments", "metadata", "view", "files")


class SlackApi:
    """The Slack side that the system calls. `said` is told of each message that the app posts."""

    name = "slack"

    def __init__(self, world: World, workspace: SlackWorkspace, said: Callable[[SlackMessage], None]) -> None:
        self.world = world
        self.workspace = workspace
        self.said = said
        self.files = SlackFiles(workspace, world.config.slack.bot_token if world.config.slack else "")
        self.consents = Consents("Slack", "/oauth/v2/authorize")
        self._methods: dict[str, Callable[[Mapping[str, Any]], Answer]] = {
            "api.test": lambda _: ok(),
            "auth.test": self._auth_test,
            "chat.postMessage": self._post,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "chat.getPermalink": self._permalink,
            "conversations.replies": self._replies,
            "conversations.history": self._history,
            "conversations.info": self._channel_info,
            "conversations.open": self._open_dm,
            "reactions.add": lambda fields: self._react(fields, add=True),
            "reactions.remove": lambda fields: self._react(fields, add=False),
            "reactions.get": self._reactions,
            "pins.add": self._pin,
            "files.getUploadURLExternal": self.files.reserve,
            "files.completeUploadExternal": self.files.complete,
            "files.info": self.files.info,
            "files.delete": self.files.delete,
            "users.info": self._user,
            "users.list": lambda _: ok(members=[user_of(one.id, self._team()) for one in MEMBERS]),
            "views.open": self._view_open,
            "views.push": self._view_push,
            "views.update": self._view_update,
            "views.publish": self._view_publish,
        }

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the paths that the system may call."""
        return (
            Endpoint("/oauth/v2/authorize", ("GET",), self.consents.page),
            Endpoint("/oauth/v2/authorize/decide", ("GET",), self.consents.decide),
            Endpoint("/api/oauth.v2.access", ("POST",), self.access),
            Endpoint("/api/{method}", ("GET", "POST"), self.call),
            Endpoint(UPLOAD, ("POST",), self.files.upload),
            Endpoint(OWN, ("GET",), self.files.download),
            Endpoint("/actions/{team}/{number}/{key}", ("POST",), self.respond),
            Endpoint("/slack/actions/{team}/{number}/{key}", ("POST",), self.respond),
        )

    def kind(self, call: PlatformCall) -> str:
        """What shows words to a person is a send."""
        method = call.params.get("method", "files.upload" if "file" in call.params else "response_url")
        if method.startswith("reactions."):
            return "signal"
        return "send" if method in SENDS or method.startswith("views.") or method == "response_url" else "read"

    def fault_answer(self, fault: Fault) -> Answer:
        """Return Slack's words for an injected fault: 429 with Retry-After, a 5xx page, or ok: false."""
        if fault.fault == "rate_limit":
            headers = {"Retry-After": f"{fault.retry_after or 1:g}"}
            return Answer(fault.status or 429, {"ok": False, "error": "ratelimited"}, headers)
        if fault.status and fault.status < 500:
            return Answer(fault.status, {"ok": False, "error": "internal_error"})
        return Answer(fault.status or 500, {"ok": False, "error": "internal_error"})

    def call(self, call: PlatformCall) -> Answer:
        """Run a method: token first, as Slack does."""
        config = self.world.config.slack
        method = self._methods.get(call.params["method"])
        if method is None:
            return refused("unknown_method", req_method=call.params["method"])
        if config is None or not call.bearer:
            return refused("not_authed")
        if call.bearer != config.bot_token:
            return refused("invalid_auth")
        fields = {**call.query, **call.fields}
        for name in JSON_FIELDS:
            if isinstance(fields.get(name), str):
                try:
                    fields[name] = json.loads(fields[name])
                except ValueError:
                    return refused("invalid_json" if name != "blocks" else "invalid_blocks_format")
        return method(fields)

    def access(self, call: PlatformCall) -> Answer:
        """Give the app's token for a code, to whoever has the app's id and secret: any pair, here."""
        config, code = self.world.config.slack, self.consents.spend(call.fields)
        pair = call.headers.get("authorization", "")
        if config is None or code is None:
            return refused("invalid_code")
        if not pair.startswith("Basic "):
            return refused("bad_client_secret")
        team = {"id": "T0ELSEWHERE" if code.outcome == "another" else config.team_id, "name": "Guichet"}
        return ok(access_token=config.bot_token, token_type="bot", scope=",".join(left_of(code)), team=team)  # noqa: S106 - its kind

    # --- messages -------------------------------------------------------------------------------

    def _team(self) -> str:
        return self.world.config.slack.team_id if self.world.config.slack else "T0"

    def _message_error(self, fields: Mapping[str, Any]) -> Answer | None:
        channel = str(fields.get("channel") or "")
        if channel not in self.workspace.channels and not channel.startswith(("D0", "U0")):
            return refused("channel_not_found")
        if not fields.get("text") and not fields.get("blocks") and not fields.get("attachments"):
            return refused("no_text")
        if len(str(fields.get("text") or "")) > TEXT_LIMIT:
            return refused("msg_too_long")
        problem = block_error(fields["blocks"]) if fields.get("blocks") else ""
        if problem:
            return refused(problem.split(":")[0], response_metadata={"messages": [f"[ERROR] {problem}"]})
        metadata = fields.get("metadata")
        if metadata and not (isinstance(metadata, dict) and metadata.get("event_type") and "event_payload" in metadata):
            return refused("invalid_metadata_format")
        return None

    def _post(self, fields: Mapping[str, Any]) -> Answer:
        error = self._message_error(fields)
        if error:
            return error
        thread_ts = str(fields.get("thread_ts") or "")
        if thread_ts and thread_ts not in self.workspace.messages:
            return refused("thread_not_found")
        message = self.workspace.post(
            str(fields["channel"]),
            BOT_USER,
            str(fields.get("text") or ""),
            blocks=list(fields.get("blocks") or ()),
            attachments=list(fields.get("attachments") or ()),
            thread_ts=thread_ts,
            metadata=dict(fields.get("metadata") or {}),
            broadcast=str(fields.get("reply_broadcast") or "").lower() == "true",
        )
        answer = ok(channel=message.channel, ts=message.ts, message=as_slack(message, metadata=True))
        return Answer(answer.status, answer.body, after=(lambda: self.said(message),))

    def _post_ephemeral(self, fields: Mapping[str, Any]) -> Answer:
        error = self._message_error(fields)
        if error:
            return error
        if not fields.get("user"):
            return refused("user_not_in_channel")
        message = self.workspace.post(
            str(fields["channel"]),
            BOT_USER,
            str(fields.get("text") or ""),
            blocks=list(fields.get("blocks") or ()),
            thread_ts=str(fields.get("thread_ts") or ""),
            ephemeral_to=str(fields["user"]),
        )
        return ok(message_ts=message.ts)

    def _found(self, fields: Mapping[str, Any], key: str = "ts") -> SlackMessage | None:
        message = self.workspace.messages.get(str(fields.get(key) or ""))
        return message if message and message.channel == fields.get("channel") else None

    def _update(self, fields: Mapping[str, Any]) -> Answer:
        error = self._message_error(fields)
        if error:
            return error
        message = self._found(fields)
        if message is None or message.ephemeral_to:
            return refused("message_not_found")
        if not message.by_bot:
            return refused("cant_update_message")
        message.text = str(fields.get("text") or message.text)
        if "blocks" in fields:
            message.blocks = list(fields["blocks"] or ())
        if fields.get("metadata"):
            message.metadata = dict(fields["metadata"])
        message.edited = True
        self.workspace.add(message)
        return ok(channel=message.channel, ts=message.ts, text=message.text, message=as_slack(message, metadata=True))

    def _delete(self, fields: Mapping[str, Any]) -> Answer:
        message = self._found(fields)
        if message is None:
            return refused("message_not_found")
        self.workspace.remove(message.ts)
        return ok(channel=message.channel, ts=message.ts)

    def _permalink(self, fields: Mapping[str, Any]) -> Answer:
        message = self._found(fields, "message_ts")
        if message is None:
            return refused("message_not_found")
        link = f"https://example.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
        return ok(channel=message.channel, permalink=link)

    def _replies(self, fields: Mapping[str, Any]) -> Answer:
        if fields.get("channel") not in self.workspace.channels:
            return refused("channel_not_found")
        parent = str(fields.get("ts") or "")
        found = self.workspace.thread(str(fields["channel"]), parent)
        if not found:
            return refused("thread_not_found")
        return self._listing(fields, found)

    def _history(self, fields: Mapping[str, Any]) -> Answer:
        if fields.get("channel") not in self.workspace.channels:
            return refused("channel_not_found")
        top = [
            one
            for one in self.workspace.messages.values()
            if one.channel == fields["channel"] and not one.ephemeral_to and (not one.thread_ts or one.broadcast)
        ]
        return self._listing(fields, top[::-1])

    def _listing(self, fields: Mapping[str, Any], found: list[SlackMessage]) -> Answer:
        oldest, latest = str(fields.get("oldest") or "0"), str(fields.get("latest") or "9" * 10)
        inclusive = str(fields.get("inclusive") or "").lower() in ("true", "1")
        with_metadata = str(fields.get("include_all_metadata") or "").lower() in ("true", "1")
        kept = [
            one
            for one in found
            if float(oldest) < float(one.ts) < float(latest) or (inclusive and one.ts in (oldest, latest))
        ]
        limit = int(fields.get("limit") or 100)
        shown = [as_slack(one, metadata=with_metadata) for one in kept[:limit]]
        return ok(messages=shown, has_more=len(kept) > limit, response_metadata={"next_cursor": ""})

    def _channel_info(self, fields: Mapping[str, Any]) -> Answer:
        channel = str(fields.get("channel") or "")
        brand = self.workspace.channels.get(channel)
        if brand is None:
            return refused("channel_not_found")
        return ok(channel={"id": channel, "name": f"guichet-{brand}", "is_channel": True, "is_member": True})

    def _open_dm(self, fields: Mapping[str, Any]) -> Answer:
        return ok(channel={"id": f"D0{str(fields.get('users') or '')[2:]}"})

    def _react(self, fields: Mapping[str, Any], *, add: bool) -> Answer:
        message = self._found(fields, "timestamp")
        name = str(fields.get("name") or "").strip(":")
        if message is None:
            return refused("message_not_found")
        users = message.reactions.setdefault(name, [])
        if add == (BOT_USER in users):
            return refused("already_reacted" if add else "no_reaction")
        if add:
            users.append(BOT_USER)
        else:
            users.remove(BOT_USER)
        if not users:
            message.reactions.pop(name, None)
        self.workspace.show(message)
        return ok()

    def _pin(self, fields: Mapping[str, Any]) -> Answer:
        message = self._found(fields, "timestamp")
        if message is None:
            return refused("message_not_found")
        if message.pinned:
            return refused("already_pinned")
        message.pinned = True
        return ok()

    def _reactions(self, fields: Mapping[str, Any]) -> Answer:
        message = self._found(fields, "timestamp")
        return ok(type="message", message=as_slack(message)) if message else refused("message_not_found")

    # --- people and views -----------------------------------------------------------------------

    def _auth_test(self, _fields: Mapping[str, Any]) -> Answer:
        return ok(
            url="https://example.slack.com/",
            team="Guichet",
            user="guichet",
            team_id=self._team(),
            user_id=BOT_USER,
            bot_id=BOT_ID,
        )

    def _user(self, fields: Mapping[str, Any]) -> Answer:
        user = user_of(str(fields.get("user") or ""), self._team())
        return ok(user=user) if user else refused("user_not_found")

    def _view_open(self, fields: Mapping[str, Any]) -> Answer:
        return self._view_with_trigger(fields, push=False)

    def _view_push(self, fields: Mapping[str, Any]) -> Answer:
        return self._view_with_trigger(fields, push=True)

    def _view_with_trigger(self, fields: Mapping[str, Any], *, push: bool) -> Answer:
        user, error = self.workspace.use_trigger(str(fields.get("trigger_id") or ""))
        error = error or view_error(fields.get("view"))
        if error:
            return refused(error)
        above = [one for one in self.workspace.views.values() if one.user == user]
        if push and not above:
            return refused("view_not_found")
        kept = self.workspace.open_view(user, fields["view"], above[-1] if push else None)
        return ok(view=as_view(kept, self._team()))

    def _view_update(self, fields: Mapping[str, Any]) -> Answer:
        kept = self.workspace.views.get(str(fields.get("view_id") or ""))
        if kept is None:
            return refused("not_found")
        if fields.get("hash") and fields["hash"] != kept.hash:
            return refused("hash_conflict")
        error = view_error(fields.get("view"))
        return (
            refused(error)
            if error
            else ok(view=as_view(self.workspace.change_view(kept, fields["view"]), self._team()))
        )

    def _view_publish(self, fields: Mapping[str, Any]) -> Answer:
        user = str(fields.get("user_id") or "")
        self.workspace.homes[user] = dict(fields.get("view") or {})
        return ok(view={**self.workspace.homes[user], "id": f"V0HOME{user[2:]}"})

    # --- response_url ---------------------------------------------------------------------------

    def respond(self, call: PlatformCall) -> Answer:
        """Take what is posted to a response_url: five times, for thirty minutes."""
        hook = self.workspace.hooks.get(call.params["key"])
        if hook is None or hook.uses >= RESPONSE_USES or now_ms() - hook.made_at > RESPONSE_MS:
            return Answer(404, "used_url" if hook else "no_team")
        hook.uses += 1
        fields = call.fields
        if fields.get("delete_original"):
            self.workspace.remove(hook.message_ts)
            return Answer(200, "ok")
        original = self.workspace.messages.get(hook.message_ts)
        blocks = list(fields.get("blocks") or ())
        if fields.get("replace_original") and original:
            original.text, original.blocks, original.edited = str(fields.get("text") or ""), blocks, True
            self.workspace.add(original)
            return Answer(200, "ok")
        public = fields.get("response_type") == "in_channel"
        self.workspace.post(
            hook.channel,
            BOT_USER,
            str(fields.get("text") or ""),
            blocks=blocks,
            thread_ts=str(fields.get("thread_ts") or ""),
            ephemeral_to="" if public else hook.user,
        )
        return Answer(200, "ok")
