"""
A fake system under the simulators: it verifies what they sign and answers through their APIs.

It stands in for the real stack where a test is about the simulators or the page. It keeps one rule of the real one:
an event id is answered once. Words decide: "colis" or "parcel" is answered, anything else becomes a ticket.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

import httpx

ROUTINE = ("colis", "parcel", "commande", "order")
ANSWER = "Bonjour, votre colis est en route. (Réponse automatique)"


def config_for(system: str) -> dict[str, Any]:
    """Return a simulators' configuration whose webhooks go to `system`."""
    brands = []
    for number, (brand, name) in enumerate((("maison-lune", "Maison Lune"), ("atelier-nord", "Atelier Nord")), 1):
        meta = {"app_secret": f"app-secret-{number}", "verify_token": "open-sesame", "app_id": "900001"}
        accounts: dict[str, Any] = {}
        for channel, prefix in (("messenger", 1), ("whatsapp", 2)):
            accounts[channel] = {
                **meta,
                "webhook_url": f"{system}/webhooks/{channel}/key{number}",
                "account_id": f"{prefix}0000000000000{number}",
                "token": f"token-{channel}-{number}",
            }
        accounts["x"] = {
            "webhook_url": f"{system}/webhooks/x/key{number}",
            "account_id": f"30000000000000{number}",
            "consumer_secret": f"consumer-{number}",
            "token": f"token-x-{number}",
            "token_secret": f"token-secret-{number}",
            "screen_name": brand.replace("-", ""),
        }
        brands.append({"brand": brand, "name": name, "accounts": accounts, "slack": {"channel_id": f"C0BRAND{number}"}})
    slack = {f"{word}_url": f"{system}/slack/{word}" for word in ("events", "actions", "options", "commands")}
    return {
        "brands": brands,
        "slack": {**slack, "signing_secret": "slack-secret", "team_id": "T0TOY", "bot_token": "xoxb-toy"},
    }


def oauth1_header(method: str, url: str, account: dict[str, str]) -> str:
    """Return an OAuth 1.0a header for `url` (RFC 5849), signed as a client of X signs."""
    fields = {
        "oauth_consumer_key": "consumer-key",
        "oauth_nonce": base64.b32encode(hashlib.sha256(url.encode()).digest()[:15]).decode(),
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "1763800000",
        "oauth_token": account["token"],
        "oauth_version": "1.0",
    }
    parts = urlsplit(url)

    def percent(text: str) -> str:
        return quote(text, safe="-._~")

    pairs = sorted((percent(k), percent(v)) for k, v in [*fields.items(), *parse_qsl(parts.query)])
    base = "&".join(
        (
            method,
            percent(f"{parts.scheme}://{parts.netloc}{parts.path}"),
            percent("&".join(f"{k}={v}" for k, v in pairs)),
        )
    )
    key = f"{percent(account['consumer_secret'])}&{percent(account['token_secret'])}"
    fields["oauth_signature"] = base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()
    return "OAuth " + ", ".join(f'{percent(k)}="{percent(v)}"' for k, v in fields.items())


class FakeSystem:
    """The system: `port` to be posted to, `seen` what arrived, `simulators` where it sends."""

    def __init__(self) -> None:
        self.simulators = ""
        self.seen: list[tuple[str, dict[str, str], Any]] = []
        self.fail_next: list[int] = []
        self.events: set[str] = set()
        self.tickets: dict[str, dict[str, str]] = {}
        self.given: list[dict[str, Any]] = []  # files of dialogs, as Slack tells of them
        self.stopped: set[str] = set()
        self.lock = threading.Lock()
        self.client = httpx.Client(trust_env=False, timeout=5)
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(*fake.get(self.path))

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {key.lower(): value for key, value in self.headers.items()}
                self._answer(*fake.post(self.path, headers, raw))

            def _answer(self, status: int, body: str) -> None:
                raw = body.encode()
                self.send_response(status)
                self.send_header("content-type", "application/json" if body[:1] == "{" else "text/plain")
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.config = config_for(self.url)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.client.close()

    def account(self, channel: str, key: str = "key1") -> dict[str, str]:
        found: dict[str, str] = self.config["brands"][int(key[-1]) - 1]["accounts"][channel]
        return found

    # --- webhooks -------------------------------------------------------------------------------

    def get(self, path: str) -> tuple[int, str]:
        parts = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if "crc_token" in query:
            secret = self.account("x", parts.path.rpartition("/")[2])["consumer_secret"]
            digest = hmac.new(secret.encode(), query["crc_token"].encode(), hashlib.sha256).digest()
            return 200, json.dumps({"response_token": "sha256=" + base64.b64encode(digest).decode()})
        good = query.get("hub.verify_token") == "open-sesame"
        return (200, query["hub.challenge"]) if good else (403, "no")

    def post(self, path: str, headers: dict[str, str], raw: bytes) -> tuple[int, str]:
        with self.lock:
            if self.fail_next:
                return self.fail_next.pop(0), "down"
        if path.startswith("/slack/"):
            return self.from_slack(path, headers, raw)
        _, _, channel, key = path.split("/")
        if not self.verified(channel, self.account(channel, key), headers, raw):
            return 401, "no"
        body = json.loads(raw)
        self.seen.append((path, headers, body))
        threading.Thread(target=self.think, args=(channel, key, body), daemon=True).start()
        return 200, "ok"

    def verified(self, channel: str, account: dict[str, str], headers: dict[str, str], raw: bytes) -> bool:
        if channel == "x":
            digest = hmac.new(account["consumer_secret"].encode(), raw, hashlib.sha256).digest()
            return headers.get("x-twitter-webhooks-signature") == "sha256=" + base64.b64encode(digest).decode()
        digest_hex = hmac.new(account["app_secret"].encode(), raw, hashlib.sha256).hexdigest()
        return headers.get("x-hub-signature-256") == f"sha256={digest_hex}"

    def think(self, channel: str, key: str, body: dict[str, Any]) -> None:
        for event_id, person, text, public in customers_words(channel, self.account(channel, key), body):
            with self.lock:
                if event_id in self.events:
                    continue
                self.events.add(event_id)
            with contextlib.suppress(httpx.HTTPError):  # a fault that a test asked for
                self.answer(channel, key, person, text, event_id, public=public)

    def answer(self, channel: str, key: str, person: str, text: str, event_id: str, *, public: bool) -> None:
        answerable = any(word in text.lower() for word in ROUTINE) and not public
        if answerable and key not in self.stopped:
            self.send(channel, key, person, ANSWER, event_id)
        else:
            self.open_ticket(channel, key, person, text, event_id, public=public)

    def send(self, channel: str, key: str, person: str, text: str, row: str, *, public: bool = False) -> httpx.Response:
        account = self.account(channel, key)
        bearer = {"authorization": f"Bearer {account['token']}"}
        base = f"{self.simulators}/{channel}"
        if channel == "messenger":
            message = {"text": text, "metadata": f"{row}:0"}
            body = {"recipient": {"id": person}, "messaging_type": "RESPONSE", "message": message}
            self.client.post(
                f"{base}/v23.0/{account['account_id']}/messages",
                json={"recipient": {"id": person}, "sender_action": "typing_on"}, headers=bearer,
            )  # fmt: skip
            return self.client.post(f"{base}/v23.0/{account['account_id']}/messages", json=body, headers=bearer)
        if channel == "whatsapp":
            body = {
                "messaging_product": "whatsapp", "recipient" if "." in person else "to": person, "type": "text",
                "text": {"body": text},
                "biz_opaque_callback_data": f"{row}:0",
            }  # fmt: skip
            return self.client.post(f"{base}/v23.0/{account['account_id']}/messages", json=body, headers=bearer)
        path = "/2/tweets" if public else f"/2/dm_conversations/with/{person}/messages"
        body = {"text": text, "reply": {"in_reply_to_tweet_id": row}} if public else {"text": text}
        header = oauth1_header("POST", f"https://api.x.com{path}", account)
        return self.client.post(f"{base}{path}", json=body, headers={"authorization": header})

    # --- slack ----------------------------------------------------------------------------------

    def slack(self, method: str, **fields: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.post(
            f"{self.simulators}/slack/api/{method}", json=fields, headers={"authorization": "Bearer xoxb-toy"}
        ).json()
        return answer

    def open_ticket(self, channel: str, key: str, person: str, text: str, event_id: str, *, public: bool) -> None:
        value = json.dumps({"channel": channel, "key": key, "person": person, "row": event_id, "public": public})
        brand_channel = self.config["brands"][int(key[-1]) - 1]["slack"]["channel_id"]
        blocks = [
            {"type": "header", "text": {"type": "plain_text", "text": "🔴 Réclamation"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": f"> {text}"}},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": f"*{channel}* · pas assez sûr pour répondre"}]},
            {"type": "divider"},
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": "_Réponse proposée_\nJe regarde cela tout de suite."},
            },
            {
                "type": "actions",
                "elements": [
                    button("Répondre", "reply", value, style="primary"),
                    button("Prendre", "claim", value),
                    button("STOP", "stop", value, style="danger", confirm=CONFIRM),
                    {
                        "type": "overflow",
                        "action_id": "more",
                        "options": [option("Clore", "close"), option("Note", "note")],
                    },
                ],
            },
        ]
        answer = self.slack(
            "chat.postMessage", channel=brand_channel, text="Nouvelle demande", blocks=blocks,
            metadata={"event_type": "guichet_row", "event_payload": {"row_id": f"t{event_id}", "index": 0}},
        )  # fmt: skip
        self.tickets[answer["ts"]] = json.loads(value)

    def from_slack(self, path: str, headers: dict[str, str], raw: bytes) -> tuple[int, str]:
        base = b"v0:" + headers.get("x-slack-request-timestamp", "").encode() + b":" + raw
        digest = hmac.new(b"slack-secret", base, hashlib.sha256).hexdigest()
        if headers.get("x-slack-signature") != f"v0={digest}":
            return 401, "no"
        if path == "/slack/events":
            body = json.loads(raw)
            self.seen.append((path, headers, body))
            return (200, json.dumps({"challenge": body["challenge"]})) if "challenge" in body else (200, "")
        fields = dict(parse_qsl(raw.decode(), keep_blank_values=True))
        payload = json.loads(fields["payload"]) if "payload" in fields else fields
        self.seen.append((path, headers, payload))
        return self.desk(path, payload)

    def desk(self, path: str, payload: dict[str, Any]) -> tuple[int, str]:
        if path == "/slack/options":
            return 200, json.dumps({"options": [option("Suivi de colis", "order_status")]})
        if path == "/slack/commands":
            verb = payload.get("text", "")
            (self.stopped.add if verb == "stop" else self.stopped.discard)("key" + payload["channel_id"][-1])
            return 200, json.dumps({"response_type": "in_channel", "text": f"Guichet: {verb}"})
        if payload["type"] == "block_actions":
            action = payload["actions"][0]
            if action["action_id"] == "reply":
                self.slack(
                    "views.open", trigger_id=payload["trigger_id"], view=modal(payload["container"]["message_ts"])
                )
            elif action["action_id"] == "claim":
                self.slack(
                    "reactions.add", channel=payload["channel"]["id"], timestamp=payload["message"]["ts"], name="eyes"
                )
            return 200, ""
        if payload["type"] == "view_submission":
            text = payload["view"]["state"]["values"]["reply"]["text"]["value"] or ""
            if not text.strip():
                return 200, json.dumps({"response_action": "errors", "errors": {"reply": "Écrivez une réponse."}})
            self.given += payload["view"]["state"]["values"].get("files", {}).get("files", {}).get("files", [])
            ts = payload["view"]["private_metadata"]
            about = self.tickets[ts]
            self.send(about["channel"], about["key"], about["person"], text, about["row"], public=bool(about["public"]))
        return 200, ""


CONFIRM = {
    "title": {"type": "plain_text", "text": "Faire taire le robot ?"},
    "text": {"type": "mrkdwn", "text": "Il ne répondra plus à personne."},
    "confirm": {"type": "plain_text", "text": "STOP"},
    "deny": {"type": "plain_text", "text": "Annuler"},
}


def button(text: str, action: str, value: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": text}, "value": value, **more}


def option(text: str, value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": text}, "value": value}


def modal(ts: str) -> dict[str, Any]:
    """Return a reply modal with a prefilled text, a select filled by the app, and a select of its own."""
    label = {"type": "plain_text", "text": "Réponse"}
    return {
        "type": "modal",
        "callback_id": "reply",
        "private_metadata": ts,
        "title": {"type": "plain_text", "text": "Répondre"},
        "submit": {"type": "plain_text", "text": "Envoyer"},
        "close": {"type": "plain_text", "text": "Annuler"},
        "blocks": [
            {
                "type": "input", "block_id": "reply", "label": label,
                "element": {"type": "plain_text_input", "action_id": "text", "multiline": True,
                            "initial_value": "Je regarde cela tout de suite."},
            },
            {
                "type": "input", "block_id": "canned", "optional": True,
                "label": {"type": "plain_text", "text": "Modèle"},
                "element": {"type": "external_select", "action_id": "canned", "min_query_length": 0},
            },
            {
                "type": "input", "block_id": "files", "optional": True,
                "label": {"type": "plain_text", "text": "Fichiers"},
                "element": {"type": "file_input", "action_id": "files", "filetypes": ["pdf"], "max_files": 2},
            },
        ],
    }  # fmt: skip


def customers_words(channel: str, account: dict[str, str], body: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    """Return (event id, person id, text, public) for each message of a customer in a webhook body."""
    found: list[tuple[str, str, str, bool]] = []
    if channel == "messenger":
        for event in body["entry"][0]["messaging"]:
            message = event.get("message", {})
            if message and not message.get("is_echo"):
                found.append((message["mid"], event["sender"]["id"], message.get("text", ""), False))
    elif channel == "whatsapp":
        messages = body["entry"][0]["changes"][0]["value"].get("messages", ())
        found.extend(
            (one["id"], one.get("from") or one["from_user_id"], one.get("text", {}).get("body", ""), False)
            for one in messages
        )
    else:
        for event in body.get("direct_message_events", ()):
            create = event["message_create"]
            if create["sender_id"] != account["account_id"]:
                found.append((event["id"], create["sender_id"], create["message_data"]["text"], False))
        for post in body.get("tweet_create_events", ()):
            if post["user"]["id_str"] != account["account_id"]:
                text = post["extended_tweet"]["full_text"] if post["truncated"] else post["text"]
                found.append((post["id_str"], post["user"]["id_str"], text, True))
    return found
