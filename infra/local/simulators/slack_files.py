"""
Files of the simulated Slack: reserved, uploaded, shared in a thread, looked up, deleted.

Source: Slack's method reference (files.getUploadURLExternal, files.completeUploadExternal, files.info, files.delete).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .router import Answer, PlatformCall
from .signing import new_code
from .slack_shapes import ok, refused
from .slack_workspace import BOT_USER, SlackWorkspace

UPLOAD, OWN = "/upload/v1/{file}", "/files-pri/{file}/{name}"


@dataclass(slots=True)
class SlackFile:
    """One file. `message_ts` is the message that shows it, "" before it is shared."""

    id: str
    name: str
    length: int
    content: bytes = b""
    channel: str = ""
    thread_ts: str = ""
    message_ts: str = ""


class SlackFiles:
    """The workspace's files."""

    def __init__(self, workspace: SlackWorkspace, token: str) -> None:
        self.workspace, self._token = workspace, token
        self.kept: dict[str, SlackFile] = {}

    def reserve(self, fields: Mapping[str, Any]) -> Answer:
        """files.getUploadURLExternal."""
        name, length = str(fields.get("filename") or ""), int(fields.get("length") or 0)
        if not name or length <= 0:
            return refused("invalid_arguments")
        file = SlackFile(new_code("F", 10), name, length)
        self.kept[file.id] = file
        return ok(file_id=file.id, upload_url=f"https://files.slack.com/upload/v1/{file.id}")

    def upload(self, call: PlatformCall) -> Answer:
        """Take the bytes."""
        file = self.kept.get(call.params["file"])
        if file is None or len(call.raw) != file.length:
            return Answer(400, "bad upload")
        file.content = call.raw
        return Answer(200, f"OK - {file.length}")

    def put(self, name: str, content: bytes) -> dict[str, Any]:
        """A member puts a file into a dialog's file field: Slack's own object for it."""
        file = SlackFile(new_code("F", 10), name, len(content), content)
        self.kept[file.id] = file
        link = f"https://files.slack.com/files-pri/{file.id}/{name}"
        return {"id": file.id, "name": name, "size": file.length, "url_private": link}

    def download(self, call: PlatformCall) -> Answer:
        """Give the bytes behind a file's own link, to who has the token."""
        file = self.kept.get(call.params["file"])
        return Answer(200, file.content) if file and call.bearer == self._token else Answer(404, "not found")

    def complete(self, fields: Mapping[str, Any]) -> Answer:
        """files.completeUploadExternal: a message in the thread shows it."""
        asked = fields.get("files") or [{}]
        file = self.kept.get(str(asked[0].get("id") or ""))
        channel, thread = str(fields.get("channel_id") or ""), str(fields.get("thread_ts") or "")
        if file is None or not file.content:
            return refused("file_not_found")
        if channel not in self.workspace.channels:
            return refused("channel_not_found")
        shown = {"id": file.id, "name": file.name, "size": file.length}
        message = self.workspace.post(channel, BOT_USER, "", thread_ts=thread, files=[shown])
        file.channel, file.thread_ts, file.message_ts = channel, thread, message.ts
        return ok(files=[{"id": file.id, "title": file.name}])

    def info(self, fields: Mapping[str, Any]) -> Answer:
        """files.info."""
        file = self.kept.get(str(fields.get("file") or ""))
        if file is None:
            return refused("file_not_found")
        place = [{"ts": file.message_ts, "thread_ts": file.thread_ts}]
        shares = {"public": {file.channel: place}} if file.message_ts else {}
        return ok(file={"id": file.id, "name": file.name, "size": file.length, "shares": shares})

    def delete(self, fields: Mapping[str, Any]) -> Answer:
        """files.delete: its message goes with it."""
        file = self.kept.pop(str(fields.get("file") or ""), None)
        if file is None:
            return refused("file_not_found")
        self.workspace.remove(file.message_ts)
        return ok()
