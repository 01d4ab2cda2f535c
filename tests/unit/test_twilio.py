"""Twilio's channels: whose a request is, what is sent and found again, and where a file is fetched."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.channels.twilio.events import STARTS, STOPS
from chalicelib.channels.twilio.sms import Sms
from chalicelib.errors import RateLimited, Refused, SendError, TokenExpired, Unverified
from chalicelib.events import kind_of
from chalicelib.model import (
    AccountId,
    Attachment,
    CannotTell,
    Credentials,
    Message,
    NotSent,
    OptOut,
    Part,
    Proof,
    Receipt,
    Request,
    Sent,
    posted,
)
from chalicelib.ports import HttpAnswer
from chalicelib.stages.intake import of_no_use
from tests.contract.conftest import Platform, platform
from tests.contract.samples import TEXT, credentials, part
from tests.contract.sending import build, row

__all__ = ["platform"]

FIXTURES = Path(__file__).parents[1] / "fixtures" / "sms"
TOKEN = "not-a-real-auth-token"
URL = "https://hooks.guichet.example/in/k7Qd2m"
ROW = "c7f3a1.000000000000007.0123456789abcdef0123456789abcdef"
KEY = "Basic " + base64.b64encode(b"SK0f3c2b1a09e8d7c6b5a4938271605f4e:TOKEN-nobody-may-see").decode()


def asked(body: bytes, signature: str, url: str = URL, query: Mapping[str, str] | None = None) -> Request:
    headers = {"x-twilio-signature": (signature,)}
    return Request("POST", "/in/k7Qd2m", query or {}, headers, body, urls=(url,))


def signature(text: str, secret: str = TOKEN) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()


def verifies(request: Request, *secrets: str) -> bool:
    try:
        Sms.authenticator.verify(request, secrets or (TOKEN,))
    except Unverified:
        return False
    return True


# --- whose a request is -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "made_by_their_validator"),
    [("text.form", "X4OiMW/xsUY2MoeOv21+WiAjtFM="), ("photo_without_text.form", "a1qJ4RKmSkr2r4hfSjaj/NQ1XLg=")],
)
def test_signatures_that_twilios_own_validator_made_verify(file: str, made_by_their_validator: str) -> None:
    body = (FIXTURES / file).read_bytes()
    assert verifies(asked(body, made_by_their_validator))
    assert not verifies(asked(body + b"&More=", made_by_their_validator))
    assert not verifies(asked(body.replace(b"&ToState=", b""), made_by_their_validator))  # blanks are signed


@pytest.mark.parametrize("signed", ["https://a.example/in", "https://a.example:443/in"])
def test_the_port_of_https_may_or_may_not_be_signed(signed: str) -> None:
    assert verifies(asked(b"A=1", signature(signed + "A1"), "https://a.example/in"))


def test_another_port_of_ours_is_a_part_of_the_url() -> None:
    assert verifies(asked(b"A=1", signature("http://127.0.0.1:4566/inA1"), "http://127.0.0.1:4566/in"))
    assert not verifies(asked(b"A=1", signature("http://127.0.0.1/inA1"), "http://127.0.0.1:4566/in"))


def test_fields_are_signed_by_name_and_each_value_once() -> None:
    assert verifies(asked(b"B=2&A=z&A=a&A=z&C=", signature(URL + "AaAzB2C")))


def test_a_body_that_is_no_form_is_signed_by_its_digest() -> None:
    body = b'{"a": 1}'
    digest = hashlib.sha256(body).hexdigest()
    right = signature(f"{URL}?bodySHA256={digest}")
    assert verifies(asked(body, right, query={"bodySHA256": digest}))
    assert not verifies(asked(body + b" ", right, query={"bodySHA256": digest}))
    assert not verifies(asked(body, right))


def test_another_way_of_signing_is_refused_until_we_know_it() -> None:
    body = (FIXTURES / "text.form").read_bytes()
    request = asked(body, "X4OiMW/xsUY2MoeOv21+WiAjtFM=")
    told = {**request.headers, "x-twilio-webhooks-signature-settings": ("alg=HMAC_SHA256",)}
    assert verifies(request)
    assert not verifies(replace(request, headers=told))


def test_a_form_of_endless_fields_is_none() -> None:
    body = urlencode([(f"F{number}", "x") for number in range(1_001)]).encode()
    assert not verifies(asked(body, signature(URL + "".join(sorted(f"{a}{b}" for a, b in parse_qsl(body.decode()))))))


# --- what a request says ----------------------------------------------------------------------


def said(**fields: str) -> Any:
    base = {"MessageSid": "SM1", "From": "+33639980011", "To": "+33757591200", "Body": "", "NumMedia": "0"}
    (event,) = Sms.parse(posted(urlencode({**base, **fields}).encode()))
    return event


@pytest.mark.parametrize("word", sorted(STOPS))
def test_a_word_that_twilio_heeds_by_itself_is_an_opt_out_and_no_message_to_answer(word: str) -> None:
    assert [said(Body=each).undone for each in (word, word.upper(), f" {word} ")] == [False] * 3


@pytest.mark.parametrize("word", sorted(STARTS))
def test_start_takes_it_back(word: str) -> None:
    assert isinstance(said(Body=word.title()), OptOut)
    assert said(Body=word).undone


@pytest.mark.parametrize("words", ["ARRET", "STOP SMS", "Arrêt", "stop !", "please stop", "yes", "cancel my order", ""])
def test_all_other_words_are_for_us_to_read(words: str) -> None:
    assert kind_of(said(Body=words)) == "message"


def status(told: str, path: str = f"/webhooks/sms/k/{ROW}-1", **more: str) -> Any:
    fields = {"MessageSid": "SM1", "MessageStatus": told, "From": "+33757591200", "To": "+33639980011", **more}
    (event,) = Sms.parse(posted(urlencode(fields).encode(), path))
    return event


@pytest.mark.parametrize(
    ("channel", "fields", "name"),
    [
        ("sms", {"From": "+33639980011"}, "•••• 0011"),
        ("sms", {"From": "36180"}, ""),  # a short code is known whole
        ("whatsapp_twilio", {"From": "whatsapp:+33639980011", "ProfileName": "Louise"}, "Louise"),
        ("whatsapp_twilio", {"From": "whatsapp:FR.1349"}, ""),
    ],
)
def test_who_has_no_name_is_told_from_others_by_the_end_of_the_number(
    channel: str, fields: dict[str, str], name: str
) -> None:
    form = {"MessageSid": "SM1", "To": "+33757591200", "Body": "Bonjour", **fields}
    (event,) = REGISTRY[channel].parse(posted(urlencode(form).encode()))

    assert isinstance(event, Message)
    assert event.display_name == name


def test_a_status_names_its_row_by_the_address_that_it_was_sent_to() -> None:
    event = status("undelivered", ErrorCode="30003")
    assert isinstance(event, Receipt)
    assert (event.row_id, event.platform_id, event.status, event.error_code) == (f"{ROW}:1", "SM1", "failed", "30003")
    assert len({status(told).event_id for told in ("sent", "delivered", "read", "undelivered", "failed")}) == 5


@pytest.mark.parametrize("path", ["/webhooks/sms/k", "/webhooks/sms/k/", "/webhooks/sms/k/other-tool", "/", ""])
@pytest.mark.parametrize("told", ["sent", "delivered", "failed"])
def test_a_status_of_a_message_that_is_not_ours_names_no_row_and_costs_nothing(path: str, told: str) -> None:
    event = status(told, path)
    assert isinstance(event, Receipt)
    assert event.row_id == ""
    assert of_no_use(event)


@pytest.mark.parametrize("told", ["queued", "accepted", "sending", "scheduled"])
def test_what_comes_before_sent_costs_nothing(told: str) -> None:
    assert kind_of(status(told)) == "ignored"


# --- what is sent -----------------------------------------------------------------------------


def form(platform: Platform, at: int = -1) -> dict[str, str]:
    return dict(parse_qsl(platform.seen[at][3].decode(), keep_blank_values=True))


def test_a_part_is_one_form_with_an_address_for_its_statuses(platform: Platform) -> None:
    platform.status, platform.body = 201, {"sid": "SM9", "status": "queued"}
    one = part("sms", row_id=ROW, index=2, text="Ça part demain, l'équipe")
    assert build("sms", platform).send(one) == Sent("SM9")
    ((_, path, headers, _),) = platform.seen
    assert path == "/platform/2010-04-01/Accounts/AC0f3c2b1a09e8d7c6b5a4938271605f4e/Messages.json"
    assert headers["authorization"] == KEY
    assert form(platform) == {
        "To": "+33639980011",
        "From": "+33757591200",
        "Body": "Ça part demain, l'équipe",
        "ValidityPeriod": "14400",
        "StatusCallback": f"https://hooks.guichet.example/webhooks/any/k7Qd2m/{ROW}-2#rc=5&rp=all",
    }


def test_a_messaging_service_chooses_the_number_and_no_address_of_ours_asks_for_no_status(platform: Platform) -> None:
    platform.body = {"sid": "SM9"}
    held = replace(credentials(), extra={"account_sid": "AC1", "service": "MG1"}, webhook_url="")
    channel = REGISTRY["sms"](held, build("sms", platform)._http)  # type: ignore[attr-defined]  # the platform's
    channel.send(part("sms"))
    sent = form(platform)
    assert (sent["MessagingServiceSid"], "From" in sent, "StatusCallback" in sent) == ("MG1", False, False)
    assert platform.seen[0][2]["authorization"] == "Basic " + base64.b64encode(f"AC1:{held.token}".encode()).decode()


@pytest.mark.parametrize(("person", "to"), [("38500", "38500"), ("33639980011", "+33639980011"), ("AMAZON", "AMAZON")])
def test_a_short_code_or_a_name_has_no_plus(person: str, to: str, platform: Platform) -> None:
    platform.body = {"sid": "SM9"}
    one = part("sms")
    build("sms", platform).send(replace(one, address=replace(one.address, person_id=person)))  # type: ignore[arg-type]
    assert form(platform)["To"] == to


def test_an_account_without_its_sid_says_so(platform: Platform) -> None:
    bare = REGISTRY["sms"](Credentials(token="t"), build("sms", platform)._http)  # type: ignore[attr-defined]  # the platform's
    with pytest.raises(TokenExpired, match="account_sid"):
        bare.send(part("sms"))
    assert platform.seen == []


def test_the_days_cap_is_asked_again_each_hour_and_other_limits_ever_more_rarely(platform: Platform) -> None:
    waits = []
    for code, attempt in ((63038, 1), (20429, 1), (20429, 3), (20429, 9)):
        platform.status, platform.body = 429, {"code": code, "status": 429}
        with pytest.raises(RateLimited) as caught:
            build("sms", platform).send(part("sms", attempt=attempt))
        waits.append(caught.value.after_s)
    assert waits == [3_600, 4, 64, 1_024]


# --- what was sent ----------------------------------------------------------------------------

NOW, BEFORE = "Sat, 22 Nov 2025 08:50:04 +0000", "Sat, 22 Nov 2025 08:00:00 +0000"


def listed(body: str, at: str = NOW, **more: Any) -> dict[str, Any]:
    one = {"sid": "SM7", "body": body, "date_created": at, "direction": "outbound-api", "status": "queued", **more}
    return {"messages": [one], "next_page_uri": None}


MORE = "/2010-04-01/Accounts/AC1/Messages.json?Page=1"


@pytest.mark.parametrize(
    ("answer", "proof"),
    [
        (listed("Bonjour, c'est parti"), Sent("SM7")),
        (listed("Bonjour, c’est parti"), Sent("SM7")),
        (listed("Bonjour, c'est parti "), Sent("SM7")),
        (listed("Bonjour, c'est parti", status="failed"), Sent("SM7")),  # it has it: its status says the rest
        (listed("Bonjour, c'est parti", sid="known"), NotSent()),
        (listed("Bonjour, c'est parti", BEFORE), NotSent()),
        (listed("Bonjour, c'est parti", direction="inbound"), NotSent()),
        (listed("autre chose"), NotSent()),
        ({"messages": []}, NotSent()),
        (listed("autre chose") | {"next_page_uri": MORE}, CannotTell()),
        (listed("autre chose", BEFORE) | {"next_page_uri": MORE}, NotSent()),
        (listed("autre chose", "soon"), CannotTell()),
        ({"messages": {}}, CannotTell()),
        ({}, CannotTell()),
        ("no json", CannotTell()),
    ],
)
def test_twilios_list_of_messages_is_the_truth(answer: Any, proof: Proof, platform: Platform) -> None:
    platform.body = answer
    parts = (Part(text="Voici", platform_id="known"), Part(text="Bonjour, c'est parti"))
    assert build("sms", platform).prove(row("sms", *parts)) == proof
    ((method, path, _, _),) = platform.seen
    assert method == "GET"
    assert path.endswith("/Messages.json?To=%2B33639980011&PageSize=100")


def test_a_text_that_a_service_made_plain_is_found_again(platform: Platform) -> None:
    platform.body = listed('"Ça part", dit l\'équipe...')
    assert build("sms", platform).prove(row("sms", Part(text="«\u202fÇa part\u202f», dit l’équipe…"))) == Sent("SM7")


# --- files and names --------------------------------------------------------------------------


class Web:
    """Answers by URL; keeps what was asked with which key."""

    def __init__(self, **answers: HttpAnswer) -> None:
        self.answers, self.seen = answers, list[tuple[str, str]]()

    def request(self, method: str, url: str, *, headers: Mapping[str, str], **_: Any) -> HttpAnswer:
        assert method == "GET"
        self.seen.append((url, headers.get("authorization", "")))
        return self.answers["api" if "//api.twilio.com/" in url else "cdn"]


MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/SM1/Media/ME1"
CDN = "https://mms.twiliocdn.com/AC1/abc?Signature=x"


def test_our_key_reaches_twilio_and_not_the_cdn_that_it_leads_to() -> None:
    web = Web(api=HttpAnswer(307, {"location": CDN}, b""), cdn=HttpAnswer(200, {}, b"photo"))
    assert REGISTRY["sms"](credentials(), web).fetch(Attachment("image", MEDIA)) == b"photo"
    assert web.seen == [(MEDIA, KEY), (CDN, "")]


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/a", "http://mms.twiliocdn.com/a", "https://twiliocdn.com.x/"]
)
def test_a_redirect_to_another_host_is_not_followed(elsewhere: str) -> None:
    web = Web(api=HttpAnswer(302, {"location": elsewhere}, b""))
    with pytest.raises(Refused, match="foreign_link"):
        REGISTRY["sms"](credentials(), web).fetch(Attachment("image", MEDIA))
    assert len(web.seen) == 1


@pytest.mark.parametrize(("numbers", "name"), [([{"friendly_name": "Maison Lune"}], "Maison Lune"), ([], None)])
def test_the_account_says_what_its_number_is_called_or_that_it_has_none_such(
    numbers: list[dict[str, str]], name: str | None, platform: Platform
) -> None:
    platform.body = {"incoming_phone_numbers": numbers}
    channel: Any = build("sms", platform)
    if name is None:
        with pytest.raises(SendError, match="another_account"):
            channel.called(AccountId("33757591200"))
    else:
        assert channel.called(AccountId("33757591200")) == name
    assert platform.seen[0][1].endswith("/IncomingPhoneNumbers.json?PhoneNumber=%2B33757591200")


def test_no_word_of_an_answer_becomes_a_message_to_the_customer() -> None:
    """Twilio sends any text of our answer to whoever wrote."""
    assert (Sms.traits.accepted.status, Sms.traits.accepted.body) == (204, "")
    assert TEXT not in json.dumps(Sms.traits.accepted.body)


# --- WhatsApp ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "to"),
    [("33639980011", "whatsapp:+33639980011"), ("FR.1349820271167", "whatsapp:FR.1349820271167")],
)
def test_whatsapp_numbers_have_a_prefix_and_a_business_scoped_id_no_plus(
    person: str, to: str, platform: Platform
) -> None:
    platform.body = {"sid": "SM9"}
    one = part("whatsapp_twilio")
    build("whatsapp_twilio", platform).send(replace(one, address=replace(one.address, person_id=person)))  # type: ignore[arg-type]
    sent = form(platform)
    assert (sent["To"], sent["From"]) == (to, "whatsapp:+33757591200")
    platform.body = listed("Bonjour")
    asked_for = row("whatsapp_twilio", Part(text="Bonjour"))
    assert build("whatsapp_twilio", platform).prove(asked_for) == Sent("SM7")
    assert "To=whatsapp%3A%2B33639980011" in platform.seen[-1][1]


def test_an_answer_outside_the_day_is_a_closed_window_though_twilio_says_so_late() -> None:
    traits = REGISTRY["whatsapp_twilio"].traits
    assert traits.private is not None
    assert traits.private.window_ms == 24 * 3_600_000
    assert traits.failures["63016"] == "WindowClosed"
