"""The simulated Slack signs, retries, keeps and refuses as Slack does."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from .conftest import Stand, until

CHANNEL = "C0BRAND1"


def post(stand: Stand, **fields: Any) -> dict[str, Any]:
    return stand.system.slack("chat.postMessage", channel=CHANNEL, **fields)


def ticket(stand: Stand, text: str = "je suis très déçue") -> dict[str, Any]:
    person = stand.post("/sim/person", language="fr")
    stand.post("/sim/write", channel="whatsapp", person=person["key"], text=f"{text} {person['key']}")
    found: dict[str, Any] = until(
        lambda: [one for one in stand.state()["slack"]["messages"] if person["key"] in str(one["blocks"])]
    )[0]
    return {**found, "person": person}


def click(stand: Stand, message: dict[str, Any], action_id: str) -> Any:
    block = next(one for one in message["blocks"] if one["type"] == "actions")
    element = next(one for one in block["elements"] if one["action_id"] == action_id)
    action = {"type": "button", "block_id": block["block_id"], "action_id": action_id, "value": element.get("value")}
    return stand.post("/sim/slack/action", ts=message["ts"], action=action)


def test_an_agents_reply_by_button_and_modal_reaches_the_customer(stand: Stand) -> None:
    message = ticket(stand)
    assert click(stand, message, "reply") == {"status": 200}
    view = until(
        lambda: [v for v in stand.state()["slack"]["views"] if v["view"]["private_metadata"] == message["ts"]]
    )[0]
    empty = {"reply": {"text": {"type": "plain_text_input", "value": " "}}}
    assert "reply" in stand.post("/sim/slack/submit", view_id=view["id"], values=empty)["errors"]
    values = {"reply": {"text": {"type": "plain_text_input", "value": "Nous regardons."}}}
    assert stand.post("/sim/slack/submit", view_id=view["id"], values=values) == {"status": 200}
    until(lambda: stand.bubbles(person=message["person"]["key"], side="brand", text="Nous regardons."))
    assert all(v["id"] != view["id"] for v in stand.state()["slack"]["views"])


def test_clicks_carry_the_message_its_metadata_and_a_response_address(stand: Stand) -> None:
    message = ticket(stand)
    click(stand, message, "claim")
    until(lambda: "eyes" in str(next(m for m in stand.state()["slack"]["messages"] if m["ts"] == message["ts"])))
    payload = [body for path, _, body in stand.system.seen if path == "/slack/actions"][-1]
    assert payload["container"]["message_ts"] == message["ts"]
    assert payload["message"]["metadata"]["event_payload"]["index"] == 0
    answer = httpx.post(payload["response_url"], json={"text": "vu", "response_type": "ephemeral"}, trust_env=False)
    assert answer.status_code == 200
    until(lambda: [m for m in stand.state()["slack"]["messages"] if m["text"] == "vu" and m["ephemeral_to"]])


def test_a_trigger_opens_one_modal_within_three_seconds(stand: Stand) -> None:
    message = ticket(stand)
    click(stand, message, "claim")
    trigger = [body for path, _, body in stand.system.seen if path == "/slack/actions"][-1]["trigger_id"]
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Note"}, "blocks": [{"type": "divider"}]}
    assert stand.system.slack("views.open", trigger_id=trigger, view=view)["ok"] is True
    assert stand.system.slack("views.open", trigger_id=trigger, view=view)["error"] == "exchanged_trigger_id"
    click(stand, message, "claim")
    late = [body for path, _, body in stand.system.seen if path == "/slack/actions"][-1]["trigger_id"]
    time.sleep(3.1)
    assert stand.system.slack("views.open", trigger_id=late, view=view)["error"] == "expired_trigger_id"


def test_words_in_a_thread_are_told_once_and_again_after_a_5xx(stand: Stand) -> None:
    message = ticket(stand)
    until(lambda: [b for _, _, b in stand.system.seen if b.get("event", {}).get("ts") == message["ts"]])
    stand.system.fail_next.append(500)
    stand.post("/sim/slack/thread", channel=CHANNEL, thread_ts=message["ts"], text="à moi")
    path, headers, body = until(lambda: [one for one in stand.system.seen if "à moi" in str(one[2])])[0]
    assert path == "/slack/events"
    assert headers["x-slack-retry-num"] == "1"
    assert headers["x-slack-retry-reason"] == "http_error"
    assert body["event"]["thread_ts"] == message["ts"]


def test_the_apps_own_messages_come_back_with_its_bot_id(stand: Stand) -> None:
    made = post(stand, text="bonjour l’équipe")
    body = until(lambda: [b for _, _, b in stand.system.seen if b.get("event", {}).get("ts") == made["ts"]])[0]
    assert body["event"]["bot_id"]


def test_metadata_comes_back_only_when_asked_for(stand: Stand) -> None:
    parent = post(stand, text="parent")
    metadata = {"event_type": "guichet_row", "event_payload": {"row_id": "r9", "index": 0}}
    post(stand, text="réponse", thread_ts=parent["ts"], metadata=metadata)
    plain = stand.system.slack("conversations.replies", channel=CHANNEL, ts=parent["ts"])
    full = stand.system.slack("conversations.replies", channel=CHANNEL, ts=parent["ts"], include_all_metadata=True)
    assert "metadata" not in plain["messages"][1]
    assert full["messages"][1]["metadata"] == metadata


def test_the_stop_button_is_the_slash_command(stand: Stand) -> None:
    assert stand.post("/sim/stop", brand="atelier-nord", stopped=True) == {"status": 200}
    path, _, fields = stand.system.seen[-1]
    assert (path, fields["command"], fields["text"]) == ("/slack/commands", "/guichet", "stop")
    assert "key2" in stand.system.stopped


def test_external_selects_ask_the_app(stand: Stand) -> None:
    found = stand.post("/sim/slack/options", action_id="canned", block_id="canned", value="")
    assert found["options"][0]["value"] == "order_status"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": CHANNEL}, "no_text"),
        ({"channel": CHANNEL, "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": CHANNEL, "text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        (
            {
                "channel": CHANNEL,
                "text": "x",
                "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "y" * 3001}}],
            },
            "invalid_blocks",
        ),
        ({"channel": CHANNEL, "text": "x", "thread_ts": "1.1"}, "thread_not_found"),
    ],
)
def test_slack_refuses_in_its_own_words(stand: Stand, fields: dict[str, Any], error: str) -> None:
    assert stand.system.slack("chat.postMessage", **fields)["error"] == error


def test_a_wrong_token_is_refused_and_rate_limits_name_their_wait(stand: Stand) -> None:
    wrong = stand.client.post("/slack/api/auth.test", headers={"authorization": "Bearer xoxb-other"}).json()
    assert wrong == {"ok": False, "error": "invalid_auth"}
    stand.client.post("/faults", json={"channel": "slack", "fault": "rate_limit", "retry_after": 3})
    limited = stand.client.post("/slack/api/auth.test", headers={"authorization": "Bearer xoxb-toy"})
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "3")
