"""Channels that send words which their platform has approved: what they list, send, bill and prove."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.errors import Refused, SendError
from chalicelib.http import HttpClient
from chalicelib.model import AccountId, CannotTell, Credentials, Part, Sent, Template
from chalicelib.template_port import ListedTemplate, ListsTemplates, TemplatePage, price_of
from tests.contract.conftest import Platform
from tests.contract.samples import SAMPLES, TEXT, TOKEN, ErrorRow, part
from tests.contract.sending import build, row

CHANNELS = sorted(REGISTRY)
LISTING = [name for name in CHANNELS if issubclass(REGISTRY[name], ListsTemplates)]
SAYS = "Bonjour, voici notre réponse : {{1}}. L'équipe {{2}} vous répond ici."


def meta(name: str = "reponse", **more: Any) -> dict[str, Any]:
    one = {
        "name": name,
        "language": "fr",
        "category": "UTILITY",
        "status": "APPROVED",
        "rejected_reason": "NONE",
        "components": [
            {"type": "BODY", "text": SAYS, "example": {"body_text": [["Oui", "Maison"]]}},
            {"type": "FOOTER", "text": "Maison Lune"},
        ],
        "id": "1667192013751005",
    }
    return one | more


def twilio(name: str = "reponse", **more: Any) -> dict[str, Any]:
    one = {
        "sid": "HX0f3c2b1a09e8d7c6b5a4938271605f4e",
        "friendly_name": "Reponse (interne)",
        "language": "fr",
        "variables": {"1": "Oui", "2": "Maison"},
        "types": {"twilio/text": {"body": SAYS}},
        "approval_requests": {"name": name, "category": "UTILITY", "status": "approved", "rejection_reason": ""},
    }
    return one | more


NEXT = "https://content.twilio.com/v1/ContentAndApprovals?PageSize=100&PageToken=PT1"
PAGES: dict[str, tuple[Any, Any, str]] = {
    "whatsapp": (
        {"data": [meta()], "paging": {"cursors": {"after": "QVFI"}, "next": "https://graph.facebook.com/x"}},
        {"data": [], "paging": {"cursors": {"after": "QVFI"}}},
        "reponse",
    ),
    "whatsapp_twilio": (
        {"contents": [twilio()], "meta": {"next_page_url": NEXT}},
        {"contents": [], "meta": {"next_page_url": None}},
        "HX0f3c2b1a09e8d7c6b5a4938271605f4e",
    ),
}


def listed(name: str, platform: Platform, body: Any, page: str = "") -> TemplatePage:
    platform.body = body
    channel = build(name, platform)
    assert isinstance(channel, ListsTemplates)
    return channel.templates(AccountId(SAMPLES[name].account_id), page)


@pytest.mark.parametrize("name", CHANNELS)
def test_what_sends_templates_lists_them_and_names_a_price_and_nothing_else_does(name: str) -> None:
    traits = REGISTRY[name].traits
    sends = any(each.template_limit for each in (traits.private, traits.public) if each)

    assert sends == (name in LISTING) == bool(traits.template_prices)


@pytest.mark.parametrize("name", LISTING)
def test_a_template_is_listed_page_by_page_with_category_and_places_in_one_reading_request(
    name: str, platform: Platform
) -> None:
    first, last, key = PAGES[name]
    page = listed(name, platform, first)

    assert page.listed == [ListedTemplate(key, "reponse", "fr", "utility", "approved", SAYS, 2)]
    assert page.following
    assert listed(name, platform, last, page.following) == TemplatePage([])
    assert [each[0] for each in platform.seen] == ["GET", "GET"]
    assert all(TOKEN not in path for _, path, _, _ in platform.seen)


@pytest.mark.parametrize("name", LISTING)
def test_no_list_and_every_error_are_errors_of_ours_after_one_request(name: str, platform: Platform) -> None:
    rows = [each for each in SAMPLES[name].errors if each.error.__name__ != "Unconfirmed" or each.status != 200]
    for each in (*rows, ErrorRow(status=200, body={"data": "none", "contents": 7}, error=SendError)):
        platform.seen.clear()
        platform.status, platform.headers = each.status, dict(each.headers)
        with pytest.raises(SendError) as caught:
            listed(name, platform, each.body)
        assert isinstance(caught.value, each.error)
        assert len(platform.seen) == 1
        assert TEXT not in f"{caught.value!r} {caught.value}"


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (meta(status="PAUSED", rejected_reason=""), ("paused", "", "")),
        (meta(status="REJECTED", rejected_reason="INVALID_FORMAT"), ("rejected", "INVALID_FORMAT", "")),
        (meta(components=[{"type": "BODY", "text": "Bonjour {{prenom}}, oui"}]), ("approved", "", "names")),
        (
            meta(components=[{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": SAYS}]),
            ("approved", "", "header"),
        ),
        (
            meta(
                components=[{"type": "HEADER", "format": "TEXT", "text": "Pour {{1}}"}, {"type": "BODY", "text": "a"}]
            ),
            ("approved", "", "header"),
        ),
        (
            meta(
                components=[
                    {"type": "BODY", "text": SAYS},
                    {"type": "BUTTONS", "buttons": [{"type": "URL", "url": "https://lune.example/{{1}}"}]},
                ]
            ),
            ("approved", "", "buttons"),
        ),
        (meta(components=[]), ("approved", "", "text")),
        (meta(components=None, status=None, category=7), ("", "", "text")),
    ],
)
def test_a_template_that_a_text_cannot_fill_or_that_is_not_approved_says_so(
    one: Any, expected: tuple[str, str, str], platform: Platform
) -> None:
    (found,) = listed("whatsapp", platform, {"data": [one]}).listed

    assert (found.status, found.reason, found.lacks) == expected


@pytest.mark.parametrize(
    ("one", "status", "lacks"),
    [
        (twilio(approval_requests=None), "not submitted", ""),
        (twilio(types={"twilio/media": {"body": SAYS, "media": ["https://a.example"]}}), "approved", "text"),
        (twilio(types={"twilio/quick-reply": {"body": SAYS, "actions": []}}), "approved", ""),
        (twilio(types={"twilio/text": {"body": "Bonjour {{name}}"}}), "approved", "names"),
    ],
)
def test_twilio_tells_of_a_template_what_a_text_cannot_fill(
    one: Any, status: str, lacks: str, platform: Platform
) -> None:
    (found,) = listed("whatsapp_twilio", platform, {"contents": [one]}).listed

    assert (found.status, found.lacks) == (status, lacks)


def test_without_its_whatsapp_account_nothing_is_asked(platform: Platform) -> None:
    bare = REGISTRY["whatsapp"](Credentials(app_secrets=("s",), token="t"), HttpClient(platform.base))
    assert isinstance(bare, ListsTemplates)
    with pytest.raises(Refused, match="no_waba"):
        bare.templates(AccountId("1"))
    assert platform.seen == []


# --- sent ---------------------------------------------------------------------------------------


def test_a_template_goes_by_its_name_and_language_with_its_values_in_order(platform: Platform) -> None:
    platform.body = SAMPLES["whatsapp"].accepted
    template = Template("reponse", "fr_FR", ("Oui, en bleu", "Maison Lune"))
    build("whatsapp", platform).send(part("whatsapp", template=template))

    said = platform.json()
    assert (said["type"], "text" in said) == ("template", False)
    assert said["template"] == {
        "name": "reponse",
        "language": {"code": "fr_FR"},
        "components": [
            {
                "type": "body",
                "parameters": [{"type": "text", "text": "Oui, en bleu"}, {"type": "text", "text": "Maison Lune"}],
            }
        ],
    }
    assert said["biz_opaque_callback_data"].endswith(":0")
    assert len(platform.seen) == 1


def test_twilio_gets_the_template_and_its_values_and_no_text_beside(platform: Platform) -> None:
    platform.body = SAMPLES["whatsapp_twilio"].accepted
    build("whatsapp_twilio", platform).send(part("whatsapp_twilio", template=Template("HX1", "fr", ("Oui", "Lune"))))

    fields = {name: values[0] for name, values in parse_qs(platform.seen[0][3].decode()).items()}
    assert fields["ContentSid"] == "HX1"
    assert json.loads(fields["ContentVariables"]) == {"1": "Oui", "2": "Lune"}
    assert "Body" not in fields
    assert urlsplit(platform.seen[0][1]).path.endswith("/Messages.json")


@pytest.mark.parametrize(("shown", "proof"), [(True, Sent), (False, CannotTell)])
def test_a_template_that_twilio_does_not_list_is_never_sent_again(
    *, shown: bool, proof: type, platform: Platform
) -> None:
    said = Part(text="Bonjour, oui", template=Template("HX1", "fr", ("oui",)))
    one = {
        "sid": "SM9",
        "body": said.text,
        "direction": "outbound-api",
        "date_created": "Sat, 22 Nov 2025 08:50:10 +0000",
    }
    platform.body = {"messages": [one] if shown else [], "next_page_uri": None}

    assert isinstance(build("whatsapp_twilio", platform).prove(row("whatsapp_twilio", said)), proof)


@pytest.mark.parametrize("name", LISTING)
@pytest.mark.parametrize(
    ("person", "category", "known"),
    [
        ("33612345678", "utility", True),
        ("FR.1349820271167", "utility", True),
        ("33612345678", "marketing", False),
        ("41612345678", "utility", False),
        ("", "utility", False),
    ],
)
def test_a_price_that_nobody_read_is_unknown(*, name: str, person: str, category: str, known: bool) -> None:
    found = price_of(REGISTRY[name].traits.template_prices, person, category)

    assert (found is not None) == known
    assert found is None or 0 < found < 1
