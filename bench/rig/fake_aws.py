"""
AWS and Slack as the cold-start bench needs them: one loopback server that answers at once and notes what was called.

It plays one brand with its accounts, secrets, playbook and one open ticket; nothing is ever written.
"""

from __future__ import annotations

import hashlib
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from chalicelib.conversation import Quoted, TicketRecord
from chalicelib.model import Address, BrandId, ConversationId, Millis, PersonId, TicketId
from chalicelib.playbook.codec import to_json
from chalicelib.playbook.yaml_file import load
from chalicelib.store import items, keys, wire
from infra.local.identities import DEMO_BRAND, SLACK, Identity
from infra.local.seed import PLAYBOOKS, secrets_of
from infra.names import names

TICKET = TicketId("t-bench")


def open_ticket(people: tuple[Identity, ...]) -> TicketRecord:
    """Draw the demo brand's one ticket: a complaint with a suggestion, which nobody has."""
    shop = next(each for each in people if (each.brand, each.channel) == (DEMO_BRAND, "messenger")).account()
    desk = next(each for each in people if (each.brand, each.channel) == (DEMO_BRAND, SLACK))
    return TicketRecord(
        ticket_id=TICKET,
        conversation_id=ConversationId("c-bench"),
        address=Address(shop.channel, shop.account_id, PersonId("7001")),
        state="open",
        priority="high",
        reason="complaint",
        intent="complaint",
        language="fr",
        created_at=Millis(1),
        quotes=(Quoted(text="Je suis très déçue de ma commande.", at=Millis(1), by="customer"),),
        suggestion="Bonjour, je regarde tout de suite ce qui s’est passé.",
        messages=1,
        desk_account=desk.account_id,
        desk_ts="1.1",
    )


class FakeAws(ThreadingHTTPServer):
    """Answers what the functions ask of DynamoDB, SQS, SSM and Slack. `called`: each call's name, in order."""

    daemon_threads = True

    def __init__(self, people: tuple[Identity, ...]) -> None:
        super().__init__(("127.0.0.1", 0), FakeHandler)
        self.called: list[str] = []
        self.secrets = secrets_of(people, names("bench").secrets_prefix)
        self.ticket = items.ticket_item(open_ticket(people))
        self.table: dict[tuple[str, str], dict[str, Any]] = {}
        for each in people:
            account = each.account()
            for key in (keys.account_by_key(account.key), keys.account_by_id(account.channel, account.account_id)):
                self.table[key.pk, key.sk] = items.account_item(account)
        for file in PLAYBOOKS.glob("*.yaml"):
            playbook = load(file.read_text(encoding="utf-8"))
            key = keys.playbook(BrandId(playbook.brand))
            self.table[key.pk, key.sk] = {
                "v": items.VERSION,
                "json": items.packed(to_json(playbook)),
                "number": 1,
                "at": 1,
            }
        key = keys.ticket(BrandId(DEMO_BRAND), TICKET)
        self.table[key.pk, key.sk] = self.ticket

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, target: str, path: str, body: bytes) -> dict[str, Any]:
        """Give the JSON answer of one call: an AWS one by its X-Amz-Target, else Slack's by its path."""
        operation = (target or path).rpartition("." if target else "/")[2]
        self.called.append(operation)
        asked = json.loads(body) if target else {}
        if operation == "GetItem":
            key = wire.from_avs(asked["Key"])
            item = self.table.get((key["pk"], key["sk"]))
            return {"Item": wire.to_avs(item | key)} if item else {}
        if operation == "UpdateItem":  # the desk's claim, or a count
            agent = wire.from_avs(asked["ExpressionAttributeValues"]).get(":agent")
            if agent is None:
                return {"Attributes": {}}
            return {"Attributes": wire.to_avs(self.ticket | {"assignee": agent, "state": "claimed", "rev": 1})}
        if operation == "Query":
            of = wire.from_avs(asked["ExpressionAttributeValues"])
            found = [item | {"pk": pk, "sk": sk} for (pk, sk), item in self.table.items() if pk == of.get(":pk")]
            return {"Items": [wire.to_avs(each) for each in found], "Count": len(found)}
        if operation == "GetParameter":
            return {"Parameter": {"Name": asked["Name"], "Value": self.secrets[asked["Name"]]}}
        if operation == "SendMessage":
            return {"MessageId": "1", "MD5OfMessageBody": _md5(asked["MessageBody"])}
        if operation == "SendMessageBatch":
            return {"Successful": [{"Id": each["Id"], "MessageId": "1"} for each in asked["Entries"]], "Failed": []}
        return {} if target else {"ok": True, "ts": "1.1", "view": {"id": "V1"}}


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class FakeHandler(BaseHTTPRequestHandler):
    """One request of a function."""

    server: FakeAws
    protocol_version = "HTTP/1.1"
    # Head and body leave together, as from AWS. Apart, the second waits 40 ms for the kernel's delayed acknowledgement
    # of the first, at every call but a connection's first: time that is nobody's.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = json.dumps(self.server.answer(self.headers.get("X-Amz-Target", ""), self.path, body)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""
