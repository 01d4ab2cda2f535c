"""What the demo phone sends lies behind the platforms' own addresses, and Slack's three calls hold."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from chalicelib.media_types import sniff
from infra.local.simulators.files import SAMPLES, media_type_of

from .conftest import Stand, until

CHANNEL = "C0BRAND1"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_what_its_bytes_say(name: str) -> None:
    sample = SAMPLES[name]

    assert sniff(sample.content) == sample.media_type == media_type_of(sample.content)
    assert len(sample.content) < 10_000


def sent(stand: Stand, channel: str, file: str) -> dict[str, Any]:
    """The webhook of a file that a new customer sends."""
    person = stand.post("/sim/person", language="fr")
    bubble = stand.post("/sim/write", channel=channel, person=person["key"], file=file, text="le voici")
    return next(
        body
        for path, _, body in until(lambda: [one for one in stand.system.seen if bubble["platform_id"] in str(one[2])])
        if channel in path
    )


def test_whatsapp_gives_a_file_to_who_has_the_token(stand: Stand) -> None:
    message = sent(stand, "whatsapp", "photo")["entry"][0]["changes"][0]["value"]["messages"][0]
    token = next(brand["accounts"]["whatsapp"]["token"] for brand in stand.system.config["brands"])
    headers = {"authorization": f"Bearer {token}"}
    found = stand.client.get(f"/whatsapp/v23.0/{message['image']['id']}", headers=headers).json()
    path = found["url"].removeprefix("https://lookaside.fbsbx.com")

    assert (message["type"], message["image"]["caption"]) == ("image", "le voici")
    assert stand.client.get(f"/whatsapp{path}", headers=headers).content == SAMPLES["photo"].content
    assert stand.client.get(f"/whatsapp{path}").status_code == 404


def test_messengers_link_is_open(stand: Stand) -> None:
    item = sent(stand, "messenger", "voice")["entry"][0]["messaging"][0]["message"]["attachments"][0]
    path = item["payload"]["url"].removeprefix("https://scontent.xx.fbcdn.net")

    assert item["type"] == "audio"
    assert stand.client.get(f"/messenger{path}").content == SAMPLES["voice"].content


def test_slack_shows_a_file_once_it_is_reserved_uploaded_and_shared(stand: Stand) -> None:
    parent = stand.system.slack("chat.postMessage", channel=CHANNEL, text="une demande")
    content = SAMPLES["photo"].content
    reserved = stand.system.slack("files.getUploadURLExternal", filename="image-1.png", length=len(content))
    file_id, link = reserved["file_id"], reserved["upload_url"].removeprefix("https://files.slack.com")
    share = {"files": [{"id": file_id}], "channel_id": CHANNEL, "thread_ts": parent["ts"]}

    assert stand.system.slack("files.completeUploadExternal", **share)["error"] == "file_not_found"
    upload = {"content": content[:-1], "headers": {"content-type": "application/octet-stream"}}
    assert httpx.post(f"{stand.url}/slack{link}", trust_env=False, **upload).status_code == 400  # type: ignore[arg-type]
    upload["content"] = content
    assert httpx.post(f"{stand.url}/slack{link}", trust_env=False, **upload).status_code == 200  # type: ignore[arg-type]
    assert stand.system.slack("files.info", file=file_id)["file"]["shares"] == {}
    assert stand.system.slack("files.completeUploadExternal", **share)["ok"]
    assert CHANNEL in stand.system.slack("files.info", file=file_id)["file"]["shares"]["public"]
    shown = [one for one in stand.state()["slack"]["messages"] if one["files"]]
    assert [(one["thread_ts"], one["files"][0]["id"]) for one in shown] == [(parent["ts"], file_id)]
    assert stand.client.get(f"/sim/file/{file_id}").content == content
    assert stand.system.slack("files.delete", file=file_id)["ok"]
    assert [one for one in stand.state()["slack"]["messages"] if one["files"]] == []
    assert stand.system.slack("files.delete", file=file_id)["error"] == "file_not_found"


def test_x_and_unknown_files_are_refused(stand: Stand) -> None:
    for channel, file in (("x", "photo"), ("whatsapp", "film")):
        answer = stand.client.post("/sim/write", json={"channel": channel, "person_id": "1", "file": file})

        assert answer.status_code == 400
