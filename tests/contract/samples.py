"""What the shared suite needs to know about each channel. A channel without samples fails the suite."""

from __future__ import annotations

import base64
import email
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.channels import REGISTRY, facebook, messenger, whatsapp, x
from chalicelib.channels._meta import COMMON
from chalicelib.channels.email import calls as ses
from chalicelib.channels.instagram import errors as instagram
from chalicelib.channels.telegram import calls as telegram
from chalicelib.channels.twilio import calls as twilio
from chalicelib.errors import RateLimited, Refused, Retryable, SendError, TokenExpired, Unconfirmed
from chalicelib.model import AccountId, Address, BrandId, ChannelName, Credentials, OutboundPart, PersonId
from chalicelib.store import keys

FIXTURES = Path(__file__).parent.parent / "fixtures"
BODY_SUFFIXES = (".json", ".form", ".eml")
NO_BODIES = ("expected.json", "account.json")
# Where a channel's samples were posted to: the account's webhook, with a row's reference behind it.
URL = (
    "https://hooks.guichet.example/webhooks/{channel}/k7Qd2m/c7f3a1.000000000000007.0123456789abcdef0123456789abcdef-0"
)
SECRET, PREVIOUS = "current-app-secret", "previous-app-secret"
TOKEN, TEXT = "TOKEN-nobody-may-see", "WORDS-nobody-may-see"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRow:
    """An answer of the platform, and ours."""

    status: int
    body: Any
    error: type[SendError]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """
    One channel's own body, signature, send and errors. `sign` makes the header of a body under a secret.

    `refers`: what it sends carries the row's reference, which its receipts or echoes bring back. Handshake: of a
    channel that `ShakesHands`. `echoes`: some body says what the account itself wrote. `opened`: what a request
    says, where it is written in base64. `listed`: a page of the
    platform's list with the message of `text_fixture` alone, written at `listed_at`, where there is one; `says`: id and
    words of what the account itself wrote there. `anchor`: of a public answer.
    """

    text_fixture: str
    signature_header: str
    sign: Callable[[bytes, str], str]
    handshake_query: Mapping[str, str] = field(default_factory=dict)
    handshake_body: str = ""
    echoes: bool = True
    refers: bool = True
    accepted: Any
    account_id: str
    person_id: str
    public: Sequence[bool]
    errors: Sequence[ErrorRow]
    hidden: Sequence[str] = ()
    anchor: str = "1992153617839325184"
    opened: Callable[[bytes], bytes] = lambda body: body
    listed: Any = None
    listed_at: int = 0
    says: tuple[str, str] | None = None


def _mail_opened(body: bytes) -> bytes:
    """The text of a mail in a request to SES, and its tags as a row is written."""
    asked = json.loads(body)
    mail = email.message_from_bytes(base64.b64decode(asked["Content"]["Raw"]["Data"]))
    parts = [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]
    said = b"".join(part for part in parts if isinstance(part, bytes))
    return said + " ".join(one["Value"].replace("_", ".") for one in asked["EmailTags"]).encode()


def fixtures(name: str) -> dict[str, bytes]:
    """Bodies of a channel by file name: JSON, forms or mails."""
    return {
        path.name: path.read_bytes()
        for path in sorted((FIXTURES / name).iterdir())
        if path.suffix in BODY_SUFFIXES and path.name not in NO_BODIES
    }


def expected(name: str) -> dict[str, list[dict[str, Any]]]:
    """What each body means."""
    meant: dict[str, list[dict[str, Any]]] = json.loads((FIXTURES / name / "expected.json").read_text())
    return meant


def credentials() -> Credentials:
    return Credentials(
        app_secrets=(SECRET, PREVIOUS),
        verify_token="verify-me",
        token=TOKEN,
        app_id="517212345678901",
        extra={
            "consumer_key": "consumer-key",
            "token_secret": "token-secret",
            "account_sid": "AC0f3c2b1a09e8d7c6b5a4938271605f4e",
            "key_sid": "SK0f3c2b1a09e8d7c6b5a4938271605f4e",
            "login": "instagram",
            "waba": "102290129340398",
            "key_id": "AKIDEXAMPLE",
            "region": "eu-west-3",
        },
        webhook_url="https://hooks.guichet.example/webhooks/any/k7Qd2m",
    )


def part(name: str, *, public: bool = False, **more: Any) -> OutboundPart:
    sample = SAMPLES[name]
    address = Address(ChannelName(name), AccountId(sample.account_id), PersonId(sample.person_id))
    _, conversation_id = keys.new_ids(BrandId("maison-lune"), address)
    made: dict[str, Any] = {
        "row_id": keys.row_id(conversation_id, 179_602_644_200_000, address),  # as long as one is in life
        "index": 0,
        "attempt": 1,
        "address": address,
        "kind": "reply",
        "text": TEXT,
        "public": public,
        "anchor": sample.anchor if public else "",
    }
    return OutboundPart(**{**made, **more})


def _meta_signature(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _x_signature(body: bytes, secret: str) -> str:
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def _twilio_signature(body: bytes, secret: str, channel: str = "sms") -> str:
    signed = URL.format(channel=channel) + "".join(
        f"{name}{value}"
        for name, value in sorted(set(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)))
    )
    return base64.b64encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def _twilio_error(code: int, status: int = 400) -> dict[str, Any]:
    return {"code": code, "message": TEXT, "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}


def _twilio_list(sid: str, prefix: str, body: str) -> dict[str, Any]:
    """What Twilio's list says of a message that came, beside one that went out."""
    one = {
        "sid": sid,
        "account_sid": "AC0f3c2b1a09e8d7c6b5a4938271605f4e",
        "from": f"{prefix}+33639980011",
        "to": f"{prefix}+33757591200",
        "body": body,
        "direction": "inbound",
        "num_media": "0",
        "status": "received",
        "date_created": "Mon, 30 Nov 2026 08:14:02 +0000",
        "date_sent": "Mon, 30 Nov 2026 08:14:02 +0000",
        "subresource_uris": {
            "media": f"/2010-04-01/Accounts/AC0f3c2b1a09e8d7c6b5a4938271605f4e/Messages/{sid}/Media.json"
        },
    }
    return {"messages": [one | {"sid": "SM1", "direction": "outbound-api"}, one], "next_page_uri": None, "page": 0}


def _conversations(channel: str, fixture: str, person: str, account: str, words: str) -> dict[str, Any]:
    """What Meta's lists say of a conversation: what came, and the account's own answer to it."""
    mid = json.loads(fixtures(channel)[fixture])["entry"][0]["messaging"][0]["message"]["mid"]
    came = {
        "id": mid,
        "created_time": "2026-11-27T08:14:02+0000",
        "from": {"id": person, "name": "Nolwenn Tricote"},
        "to": {"data": [{"id": account}]},
        "message": words,
    }
    said = came | {"id": "aWdfU0VOVA", "from": {"id": account}, "to": {"data": [{"id": person}]}, "message": "Oui !"}
    talk = {
        "id": "aWdfY29udmVyc2F0aW9u",
        "updated_time": "2026-11-27T08:14:09+0000",
        "messages": {"data": [said, came]},
    }
    return {"data": [talk], "paging": {"cursors": {"after": "Y3Vyc29y"}}}


_LISTED_AT = 1_796_026_442_000


def _graph_error(code: int, subcode: int | None = None, **more: Any) -> dict[str, Any]:
    error = {"message": f"(#{code}) {TEXT}", "type": "OAuthException", "code": code, "fbtrace_id": "A1", **more}
    return {"error": error if subcode is None else {**error, "error_subcode": subcode}}


def _graph_rows(table: Mapping[Any, type[SendError]]) -> list[ErrorRow]:
    rows = []
    for key, error in {**COMMON, **table}.items():
        code, subcode = key if isinstance(key, tuple) else (key, None)
        rows += [ErrorRow(status=status, body=_graph_error(code, subcode), error=error) for status in (400, 500)]
    return [
        *rows,
        ErrorRow(status=403, body=_graph_error(230), error=TokenExpired),
        ErrorRow(status=400, body=_graph_error(987654), error=Refused),
        ErrorRow(status=400, body=_graph_error(987654, is_transient=True), error=Retryable),
        ErrorRow(status=500, body=_graph_error(987654), error=Unconfirmed),
        ErrorRow(status=429, body=_graph_error(987654), error=RateLimited),
        *_PLAIN,
    ]


_PLAIN = (
    ErrorRow(status=400, body="<html>", error=Refused),
    ErrorRow(status=401, body="", error=TokenExpired),
    ErrorRow(status=408, body="", error=Unconfirmed),
    ErrorRow(status=429, body="", error=RateLimited),
    ErrorRow(status=500, body="<html>", error=Unconfirmed),
    ErrorRow(status=502, body="[]", error=Unconfirmed),
    ErrorRow(status=503, body="", error=Unconfirmed),
    ErrorRow(status=302, body="", error=Refused, headers={"location": "/elsewhere"}),
    ErrorRow(status=200, body="no json", error=Unconfirmed),
    ErrorRow(status=200, body={}, error=Unconfirmed),
)


def _problem(status: int, **more: Any) -> dict[str, Any]:
    return {"title": "A title", "detail": TEXT, "type": "about:blank", "status": status, **more}


_X_ROWS = (
    *(
        ErrorRow(status=403, body={"errors": [{"code": code, "message": TEXT}]}, error=error)
        for code, error in x.ERRORS.items()
    ),
    ErrorRow(status=400, body=_problem(400), error=Refused),
    ErrorRow(status=401, body=_problem(401), error=TokenExpired),
    ErrorRow(status=402, body=_problem(402, title="CreditsDepleted"), error=TokenExpired),
    ErrorRow(status=403, body=_problem(403), error=Refused),
    ErrorRow(status=404, body=_problem(404), error=Refused),
    ErrorRow(status=429, body=_problem(429), error=RateLimited, headers={"x-rate-limit-reset": "1763801500"}),
    ErrorRow(status=503, body=_problem(503), error=Retryable),
    ErrorRow(status=500, body=_problem(500), error=Unconfirmed),
    ErrorRow(status=400, body={"errors": ["odd", {"code": "text"}]}, error=Refused),
    *_PLAIN,
)  # fmt: skip

_TWILIO_ROWS = (
    *(ErrorRow(status=400, body=_twilio_error(code), error=error) for code, error in twilio.ERRORS.items()),
    ErrorRow(status=400, body=_twilio_error(21_999), error=Refused),
    ErrorRow(status=401, body=_twilio_error(20_999, 401), error=TokenExpired),
    ErrorRow(status=429, body=_twilio_error(20_999, 429), error=RateLimited, headers={"retry-after": "3"}),
    ErrorRow(status=503, body=_twilio_error(20_503, 503), error=Unconfirmed),
    ErrorRow(status=400, body={"code": "text"}, error=Refused),
    *_PLAIN,
)


def _telegram_error(status: int, description: str, **parameters: Any) -> dict[str, Any]:
    told = {"ok": False, "error_code": status, "description": description}
    return told | ({"parameters": parameters} if parameters else {})


_TELEGRAM_ROWS = (
    *(
        ErrorRow(status=400, body=_telegram_error(400, f"Bad Request: {words.upper()} ({TEXT})"), error=error)
        for words, error in telegram.ERRORS.items()
    ),
    ErrorRow(status=400, body=_telegram_error(400, f"Bad Request: {TEXT}"), error=Refused),
    ErrorRow(status=403, body=_telegram_error(403, f"Forbidden: {TEXT}"), error=Refused),
    ErrorRow(status=401, body=_telegram_error(401, "Unauthorized"), error=TokenExpired),
    ErrorRow(status=404, body=_telegram_error(404, "Not Found"), error=TokenExpired),
    ErrorRow(status=409, body=_telegram_error(409, "Conflict"), error=TokenExpired),
    ErrorRow(
        status=429, body=_telegram_error(429, "Too Many Requests: retry after 7", retry_after=7), error=RateLimited
    ),
    ErrorRow(status=429, body=_telegram_error(429, "Too Many Requests", retry_after="soon"), error=RateLimited),
    ErrorRow(status=500, body=_telegram_error(500, "Internal Server Error: chat not found"), error=Unconfirmed),
    ErrorRow(status=400, body={"description": 7}, error=Refused),
    ErrorRow(status=200, body={"ok": False}, error=Unconfirmed),
    ErrorRow(status=200, body={"ok": True, "result": {}}, error=Unconfirmed),
    *_PLAIN,
)

_META_HANDSHAKE = {"hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "1158201444"}

SAMPLES: Mapping[str, Samples] = {
    "messenger": Samples(
        text_fixture="text.json",
        signature_header="x-hub-signature-256",
        sign=_meta_signature,
        handshake_query=_META_HANDSHAKE,
        handshake_body="1158201444",
        accepted={"recipient_id": "7413120182051123", "message_id": "m_sent"},
        account_id="108214515401222",
        person_id="7413120182051123",
        public=(False,),
        errors=_graph_rows(messenger.ERRORS),
        hidden=("Bonjour, où en est", "Camille"),
        listed=_conversations(
            "messenger",
            "text.json",
            "7413120182051123",
            "108214515401222",
            "Bonjour, où en est ma commande 48213 ? 😕",
        ),
        listed_at=1_795_767_242_000,
        says=("aWdfU0VOVA", "Oui !"),
    ),
    "facebook": Samples(
        text_fixture="comment_top_level.json",
        signature_header="x-hub-signature-256",
        sign=_meta_signature,
        handshake_query=_META_HANDSHAKE,
        handshake_body="1158201444",
        accepted={"id": "902215588420071_1442098811450267", "message_id": "m_sent"},
        account_id="117038850964413",
        person_id="26411890718810457",
        public=(False, True),
        errors=_graph_rows(facebook.ERRORS),
        hidden=("la veste bleue", "Maëlys"),
        listed={
            "data": [
                {
                    "id": "117038850964413_902215588420071",
                    "from": {"id": "117038850964413", "name": "Brumelle"},
                    "message": "Nos vestes d'hiver",
                    "created_time": "2026-11-27T08:00:00+0000",
                    "promotion_status": "inactive",
                    "comments": {
                        "data": [
                            {
                                "id": "902215588420071_1180455320911846",
                                "from": {"id": "26411890718810457", "name": "Maëlys Kerbrat"},
                                "message": "Bonjour, la veste bleue existe-t-elle en taille 44 ?",
                                "created_time": "2026-11-27T08:14:02+0000",
                            }
                        ]
                    },
                }
            ]
        },
        listed_at=1_795_767_242_000,
    ),
    "whatsapp": Samples(
        text_fixture="text.json",
        signature_header="x-hub-signature-256",
        sign=_meta_signature,
        handshake_query=_META_HANDSHAKE,
        handshake_body="1158201444",
        accepted={"messaging_product": "whatsapp", "messages": [{"id": "wamid.SENT="}]},
        account_id="106540352242922",
        person_id="33612345678",
        public=(False,),
        errors=_graph_rows(whatsapp.ERRORS),
        hidden=("pas reçu", "Élodie", "lookaside"),
    ),
    "instagram": Samples(
        text_fixture="text.json",
        signature_header="x-hub-signature-256",
        sign=_meta_signature,
        refers=False,
        handshake_query=_META_HANDSHAKE,
        handshake_body="1158201444",
        accepted={"recipient_id": "1738820440915521", "message_id": "aWdfU0VOVA", "id": "18050122339999999"},
        account_id="17841466230917755",
        person_id="1738820440915521",
        public=(False, True),
        anchor="comment:18050122339904417:18049900118827736",
        errors=_graph_rows(instagram.ERRORS),
        hidden=("vous livrez", "nolwenn", "lookaside"),
        listed=_conversations(
            "instagram",
            "text.json",
            "1738820440915521",
            "17841466230917755",
            "Coucou 👋 vous livrez en Belgique ?",
        ),
        says=("aWdfU0VOVA", "Oui !"),
        listed_at=1_795_767_242_000,
    ),
    "email": Samples(
        text_fixture="text.json",
        signature_header="x-none",
        sign=lambda body, secret: "",
        accepted={"MessageId": "0102019exemple-cccc-dddd-000000"},
        account_id="sav@courrier.brumelle.example",
        person_id="maelys@exemple.example",
        public=(False,),
        errors=[
            *(ErrorRow(status=400, body={"__type": f"ses#{code}"}, error=error) for code, error in ses.ERRORS.items()),
            ErrorRow(status=503, body="", error=Unconfirmed),
        ],
        opened=_mail_opened,
        hidden=("commande", "Maëlys", "maelys@exemple.example", "paul@exemple.example", "mail/in/"),
    ),
    "sms": Samples(
        text_fixture="text.form",
        signature_header="x-twilio-signature",
        sign=_twilio_signature,
        echoes=False,
        accepted={"sid": "SM00000000000000000000000000000099", "status": "queued"},
        account_id="33757591200",
        person_id="33639980011",
        public=(False,),
        errors=_TWILIO_ROWS,
        hidden=("8 jours", "33639980011", "api.twilio.com"),
        listed=_twilio_list("SM0cc175b9c0f1b6a831c399e269772661", "", "Bonjour, où est ma commande ? ça fait 8 jours"),
        listed_at=_LISTED_AT,
    ),
    "whatsapp_twilio": Samples(
        text_fixture="text.form",
        signature_header="x-twilio-signature",
        sign=partial(_twilio_signature, channel="whatsapp_twilio"),
        echoes=False,
        accepted={"sid": "SM00000000000000000000000000000099", "status": "queued"},
        account_id="33757591200",
        person_id="33639980011",
        public=(False,),
        errors=_TWILIO_ROWS,
        hidden=("toujours rien", "Aziliz", "33639980011", "FR.1349820271167", "api.twilio.com"),
        listed=_twilio_list(
            "SM00000000000000000000000000000065", "whatsapp:", "Bonjour, j'ai toujours rien reçu 😕"
        ),
        listed_at=_LISTED_AT,
    ),
    "telegram": Samples(
        text_fixture="text.json",
        signature_header="x-telegram-bot-api-secret-token",
        sign=lambda _body, secret: secret,
        refers=False,
        accepted={"ok": True, "result": {"message_id": 5999, "chat": {"id": 5120338841}, "date": 1795767242}},
        account_id="7012345678",
        person_id="5120338841",
        public=(False, True),
        errors=_TELEGRAM_ROWS,
        hidden=("8 jours", "Gwenaël", "Pennec", "33639980017"),
    ),
    "x": Samples(
        text_fixture="mention.json",
        signature_header="x-twitter-webhooks-signature",
        sign=_x_signature,
        refers=False,
        handshake_query={"crc_token": "challenge", "nonce": "n"},
        handshake_body=json.dumps({"response_token": _x_signature(b"challenge", SECRET)}, separators=(",", ":")),
        accepted={"data": {"id": "1992153999999999999", "dm_event_id": "1992153999999999999"}},
        account_id="1716450569358098432",
        person_id="2222222222222222222",
        public=(False, True),
        errors=_X_ROWS,
        hidden=("toujours rien", "Zoé"),
        listed={
            "data": [
                {
                    "id": "1992153617839325184",
                    "text": "@MaisonLune toujours rien depuis 3 semaines !!",
                    "author_id": "2222222222222222222",
                    "created_at": "2025-11-22T08:50:02.000Z",
                }
            ],
            "meta": {"result_count": 1, "newest_id": "1992153617839325184"},
        },
        listed_at=1_763_801_402_000,
    ),
    "webchat": Samples(
        text_fixture="text.json",
        signature_header="x-guichet-signature",
        sign=_meta_signature,
        echoes=False,
        refers=False,
        accepted={},
        account_id="www.brumelle.example",
        person_id="a:5f2b9c0d1e3a4b5c6d7e8f90a1b2c3d4e5f60718",
        public=(False,),
        errors=(),
        hidden=("où en est ma commande", "Maëlys", "maelys@"),
    ),
}  # fmt: skip

# Channels whose platform is asked over the network: one whose platform is our own table asks nobody.
ASKING = sorted(
    name for name in SAMPLES if (private := REGISTRY[name].traits.private) is None or private.proof != "own"
)
