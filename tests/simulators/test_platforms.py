"""The simulated platforms sign, refuse, lose and remember as the real ones do."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from infra.local.played import all_played
from infra.local.simulators.world import CAST

from .conftest import Stand, until
from .fake_system import ANSWER, oauth1_header

PAGE = {"authorization": "Bearer token-messenger-1"}
PHONE = {"authorization": "Bearer token-whatsapp-1"}
MESSENGER = "/messenger/v23.0/100000000000001/messages"
WHATSAPP = "/whatsapp/v23.0/200000000000001/messages"


def new_person(stand: Stand, language: str = "fr") -> dict[str, object]:
    found: dict[str, object] = stand.post("/sim/person", language=language)
    return found


@pytest.mark.parametrize("channel", ["messenger", "whatsapp", "x"])
def test_a_customers_words_arrive_signed_and_the_answer_is_shown_once(stand: Stand, channel: str) -> None:
    person = new_person(stand)
    stand.post("/sim/write", brand="maison-lune", channel=channel, person=person["key"], text="Où est mon colis ?")
    until(lambda: stand.bubbles(person=person["key"], side="brand", text=ANSWER))
    assert len(stand.bubbles(person=person["key"], side="brand")) == 1
    assert stand.bubbles(person=person["key"], side="customer")[0]["status"] == "sent"


def test_platform_checks_pass_at_the_start(stand: Stand) -> None:
    assert set(stand.client.get("/healthz").json()["checks"].values()) == {"ok"}


def test_messenger_sends_an_echo_with_metadata_and_no_receipts_that_nobody_asked_for(stand: Stand) -> None:
    person = new_person(stand)
    stand.post("/sim/write", channel="messenger", person=person["key"], text="colis")
    bubble = until(lambda: stand.bubbles(person=person["key"], side="brand", status="read"))[0]
    messaging = [body["entry"][0]["messaging"][0] for path, _, body in stand.system.seen if "/messenger/" in path]
    echo = next(one["message"] for one in messaging if one.get("message", {}).get("mid") == bubble["platform_id"])
    assert echo["is_echo"] is True
    assert echo["metadata"] == bubble["proof"]
    assert echo["app_id"] == 900001
    assert not [one for one in messaging if "delivery" in one or "read" in one]


def test_whatsapp_statuses_carry_the_callback_data(stand: Stand) -> None:
    person = new_person(stand)
    stand.post("/sim/write", channel="whatsapp", person=person["key"], text="colis")
    bubble = until(lambda: stand.bubbles(person=person["key"], side="brand", status="read"))[0]
    statuses = [
        status
        for path, _, body in stand.system.seen
        if "/whatsapp/" in path
        for status in body["entry"][0]["changes"][0]["value"].get("statuses", ())
        if status["id"] == bubble["platform_id"]
    ]
    assert sorted(one["status"] for one in statuses) == ["delivered", "read", "sent"]
    assert {one["biz_opaque_callback_data"] for one in statuses} == {bubble["proof"]}


def test_redelivered_webhooks_are_the_same_bytes_and_change_nothing(stand: Stand) -> None:
    person = new_person(stand)
    stand.post("/sim/write", channel="whatsapp", person=person["key"], text="colis encore")
    until(lambda: stand.bubbles(person=person["key"], side="brand"))
    assert stand.post("/sim/break", what="repeat", channel="whatsapp", times=5) == {"times": 5}
    until(lambda: sum("colis encore" in str(body) for _, _, body in stand.system.seen) == 6)
    assert len(stand.bubbles(person=person["key"], side="brand")) == 1


def test_a_forged_webhook_is_refused(stand: Stand) -> None:
    stand.post("/sim/write", channel="messenger", person="camille", text="colis")
    assert stand.post("/sim/break", what="forge", channel="messenger") == {"status": 401}


def test_a_webhook_is_posted_again_after_a_5xx(stand: Stand) -> None:
    person = new_person(stand)
    stand.system.fail_next.append(500)
    stand.post("/sim/write", channel="messenger", person=person["key"], text="colis malgré tout")
    until(lambda: stand.bubbles(person=person["key"], side="brand"))


def test_no_two_people_have_one_telephone_number(stand: Stand) -> None:
    made = [stand.post("/sim/person", name="Zoé", language=language) for language in ("fr", "en") for _ in range(60)]
    assert len({person["phone"] for person in made}) == len(made)


def test_a_person_unknown_to_the_platform_can_be_answered(stand: Stand) -> None:
    body = {"recipient": {"id": "7777000011112222"}, "message": {"text": "Bonjour"}}
    answer = stand.client.post(MESSENGER, json=body, headers=PAGE)
    assert answer.status_code == 200
    assert answer.json()["recipient_id"] == "7777000011112222"


@pytest.mark.parametrize(
    ("path", "headers", "body", "status", "code"),
    [
        (MESSENGER, {}, {"recipient": {"id": "1"}, "message": {"text": "x"}}, 400, 190),
        (MESSENGER, PAGE, {"message": {"text": "x"}}, 400, 100),
        (MESSENGER, PAGE, {"recipient": {"id": "1"}, "message": {"text": "x" * 2001}}, 400, 100),
        (WHATSAPP, {}, {"messaging_product": "whatsapp", "to": "1", "text": {"body": "x"}}, 401, 190),
        (WHATSAPP, PHONE, {"messaging_product": "whatsapp", "to": "1", "text": {"body": "x" * 4097}}, 400, 100),
        (WHATSAPP, PHONE, {"to": "1", "text": {"body": "x"}}, 400, 100),
    ],
)
def test_meta_refuses_in_its_own_words(
    stand: Stand, path: str, headers: dict[str, str], body: dict[str, object], status: int, code: int
) -> None:
    answer = stand.client.post(path, json=body, headers=headers)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code


def test_messenger_window_closes_for_the_bot_and_not_for_a_tagged_human(stand: Stand) -> None:
    person = new_person(stand)
    stand.post("/sim/window", channel="messenger", person=person["key"], closed=True)
    psid = person["ids"]["messenger:100000000000001"]  # type: ignore[index]
    body = {"recipient": {"id": psid}, "messaging_type": "RESPONSE", "message": {"text": "trop tard"}}
    error = stand.client.post(MESSENGER, json=body, headers=PAGE).json()["error"]
    assert (error["code"], error["error_subcode"]) == (10, 2018278)
    tagged = {**body, "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    assert stand.client.post(MESSENGER, json=tagged, headers=PAGE).status_code == 200


def test_whatsapp_knows_who_shows_no_number_by_a_user_id(stand: Stand) -> None:
    user_id = "FR.1349820271167"
    stand.post("/sim/write", channel="whatsapp", person_id=user_id, text="colis")
    path = "/whatsapp/v23.0/200000000000001/messages"
    said = {"messaging_product": "whatsapp", "recipient": user_id, "type": "text", "text": {"body": "oui"}}
    assert stand.client.post(path, json=said, headers=PHONE).status_code == 200
    assert stand.client.post(path, json=said | {"recipient": "33600000001"}, headers=PHONE).status_code == 400
    until(lambda: any(bubble["text"] == "oui" for bubble in stand.bubbles(channel="whatsapp")))


def test_whatsapp_tells_a_closed_window_by_a_failed_status(stand: Stand) -> None:
    person = new_person(stand)
    stand.post("/sim/window", channel="whatsapp", person=person["key"], closed=True)
    assert stand.system.send("whatsapp", "key1", str(person["phone"]), "trop tard", "r1").status_code == 200
    until(lambda: stand.bubbles(person=person["key"], side="brand", status="failed", error="131047"))


def by_template(person: Mapping[str, object], name: str, *values: str) -> dict[str, object]:
    told = [{"type": "text", "text": each} for each in values]
    template = {"name": name, "language": {"code": "fr"}, "components": [{"type": "body", "parameters": told}]}
    to = {"messaging_product": "whatsapp", "to": str(person["phone"]), "biz_opaque_callback_data": "r1"}
    return {**to, "type": "template", "template": template}


def test_whatsapp_takes_an_approved_template_outside_the_window_and_says_that_it_is_billed(stand: Stand) -> None:
    person = new_person(stand)
    stand.post("/sim/window", channel="whatsapp", person=person["key"], closed=True)
    found = stand.client.get("/whatsapp/v23.0/waba-1/message_templates", headers=PHONE).json()["data"]
    assert {(one["name"], one["status"], one["category"]) for one in found if one["language"] == "fr"} >= {
        ("reponse_conseiller", "APPROVED", "UTILITY"), ("suivi_commande", "PAUSED", "UTILITY")
    }  # fmt: skip
    said = by_template(person, "reponse_conseiller", "Oui.", "Maison Lune")
    assert stand.client.post(WHATSAPP, json=said, headers=PHONE).status_code == 200

    until(lambda: stand.bubbles(person=person["key"], status="read"))
    (bubble,) = stand.bubbles(person=person["key"], side="brand")
    assert bubble["text"].endswith("Oui. L'équipe Maison Lune.")
    assert any(
        status["pricing"] == {"billable": True, "pricing_model": "PMP", "category": "utility", "type": "regular"}
        for path, _, body in stand.system.seen
        if "/whatsapp/" in path
        for status in body["entry"][0]["changes"][0]["value"].get("statuses", ())
        if status["id"] == bubble["platform_id"] and "pricing" in status
    )


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("suivi_commande", ("a", "b"), 132015),
        ("relance_avis", ("a", "b"), 132001),
        ("inconnu", ("a", "b"), 132001),
        ("reponse_conseiller", ("a",), 132000),
        ("reponse_conseiller", ("a\nb", "c"), 100),
        ("reponse_conseiller", ("a" * 1_024, "c"), 132005),
    ],
)
def test_whatsapp_refuses_a_template_that_is_paused_unknown_or_filled_wrongly(
    name: str, values: tuple[str, ...], code: int, stand: Stand
) -> None:
    answer = stand.client.post(WHATSAPP, json=by_template(new_person(stand), name, *values), headers=PHONE)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_whatsapp_pair_rate_is_45_at_once(stand: Stand) -> None:
    person, began, codes = new_person(stand), time.monotonic(), [0]
    while codes[-1] != 400 and len(codes) < 90:
        i = len(codes)
        codes.append(stand.system.send("whatsapp", "key1", str(person["phone"]), f"n{i}", f"r{i}").status_code)
    one_each_six_seconds = int((time.monotonic() - began) / 6)
    assert codes[-1] == 400
    assert 45 <= codes.count(200) <= 45 + one_each_six_seconds


def test_x_refuses_duplicates_long_posts_and_bad_signatures(stand: Stand) -> None:
    account = stand.system.account("x")

    def post(text: str, *, secret: str = "") -> httpx.Response:
        signer = {**account, "token_secret": secret or account["token_secret"]}
        header = oauth1_header("POST", "https://api.x.com/2/tweets", signer)
        return stand.client.post("/x/2/tweets", json={"text": text}, headers={"authorization": header})

    assert post("Bonjour à tous").status_code == 201
    assert "duplicate" in post("Bonjour à tous").json()["detail"]
    assert post("é" * 280).status_code == 201
    assert post("é" * 281).status_code == 403
    assert post("漢" * 141).status_code == 403
    assert post("autre", secret="wrong").status_code == 401


def test_x_deletes_the_accounts_own_posts_once_and_nobody_elses(stand: Stand) -> None:
    account = stand.system.account("x")

    def call(method: str, path: str, **more: Any) -> httpx.Response:
        header = oauth1_header(method, f"https://api.x.com{path}", account)
        return stand.client.request(method, f"/x{path}", headers={"authorization": header}, **more)

    post = call("POST", "/2/tweets", json={"text": "une réponse à retirer"}).json()["data"]["id"]
    assert call("DELETE", f"/2/tweets/{post}").json() == {"data": {"deleted": True}}
    assert call("DELETE", f"/2/tweets/{post}").status_code == 404
    assert call("DELETE", "/2/tweets/1").status_code == 404


def test_x_lists_direct_messages_newest_first(stand: Stand) -> None:
    person = new_person(stand)
    stand.post("/sim/write", channel="x", person=person["key"], text="colis", surface="private")
    until(lambda: stand.bubbles(person=person["key"], side="brand"))
    person_id = person["ids"]["x:300000000000001"]  # type: ignore[index]
    path = f"/2/dm_conversations/with/{person_id}/dm_events"
    header = oauth1_header("GET", f"https://api.x.com{path}?max_results=5", stand.system.account("x"))
    lines = stand.client.get(f"/x{path}?max_results=5", headers={"authorization": header}).json()["data"]
    assert [line["text"] for line in lines] == [ANSWER, "colis"]
    assert lines[0]["sender_id"] == "300000000000001"


def test_long_posts_arrive_cut_with_the_whole_text_beside(stand: Stand) -> None:
    person = new_person(stand)
    stand.post("/sim/write", channel="x", surface="public", person=person["key"], text="mécontent " * 20)
    post = until(
        lambda: [b["tweet_create_events"][0] for p, _, b in stand.system.seen if "/x/" in p and "mécontent" in str(b)]
    )[-1]
    assert post["truncated"] is True
    assert post["extended_tweet"]["full_text"].startswith("@maisonlune mécontent")


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        ({"fault": "error", "status": 503}, 503),
        ({"fault": "rate_limit", "retry_after": 7}, 429),
        ({"fault": "error", "status": 418, "body": {"teapot": True}}, 418),
    ],
)
def test_faults_fail_the_next_calls_and_no_more(stand: Stand, fault: dict[str, object], wanted: int) -> None:
    stand.client.post("/faults", json={"channel": "whatsapp", "times": 2, **fault})
    codes = [stand.system.send("whatsapp", "key1", "33639980001", f"f{wanted}{i}", "r").status_code for i in range(3)]
    assert codes == [wanted, wanted, 200]


def test_dropped_after_send_is_stored_and_counted_and_gets_no_answer(stand: Stand) -> None:
    since = max((line["seq"] for line in stand.outbound()), default=0)
    stand.client.post("/faults", json={"channel": "messenger", "fault": "drop_after_send"})
    body = {"recipient": {"id": "123"}, "message": {"text": "perdu en route", "metadata": "row:0"}}
    with pytest.raises(httpx.RemoteProtocolError):
        stand.client.post(MESSENGER, json=body, headers=PAGE)
    assert len(stand.bubbles(text="perdu en route")) == 1
    line = stand.outbound("messenger", since)[0]
    assert (line["body"]["message"]["text"], line["method"]) == ("perdu en route", "POST")
    assert line["path"] == MESSENGER.removeprefix("/messenger")


def test_timeout_stores_nothing(stand: Stand) -> None:
    stand.client.post("/faults", json={"channel": "messenger", "fault": "timeout"})
    body = {"recipient": {"id": "123"}, "message": {"text": "jamais"}}
    with pytest.raises(httpx.ReadTimeout):
        stand.client.post(MESSENGER, json=body, headers=PAGE, timeout=0.4)
    assert stand.bubbles(text="jamais") == []


def test_unknown_faults_are_refused_with_a_sentence(stand: Stand) -> None:
    answer = stand.client.post("/faults", json={"channel": "fax", "fault": "error"})
    assert answer.status_code == 400
    assert "Give a channel" in answer.json()["error"]


def test_killing_is_refused_without_a_local_aws(stand: Stand) -> None:
    stand.post("/sim/break", what="kill", channel="messenger")
    body = {"recipient": {"id": "123"}, "message": {"text": "tué ?"}}
    with pytest.raises(httpx.RemoteProtocolError):
        stand.client.post(MESSENGER, json=body, headers=PAGE)
    assert stand.outbound("messenger")[-1]["outcome"] == "kill_refused"


def test_the_shop_knows_its_orders(stand: Stand) -> None:
    order = stand.client.get("/shop/orders/10482").json()
    assert order["status"] == "shipped"
    assert set(order) == {"number", "status", "carrier", "expected_on"}
    assert stand.client.get("/shop/orders/99991").status_code == 404
    late = stand.client.get("/shop/orders/10487").json()
    assert late["status"] == "shipped"
    assert late["expected_on"] < order["expected_on"]


def test_the_shop_tells_whose_order_it_is_only_where_a_code_is_to_go(stand: Stand) -> None:
    wants = {"x-guichet-wants": "contact"}
    told = stand.client.get("/shop/orders/10482", headers=wants).json()["contact_email"]
    camille = next(one for one in CAST if one.key == "camille")

    assert told == (all_played()["email"].person_id or "").format(handle=camille.handle)
    assert "contact_email" not in stand.client.get("/shop/orders/20482", headers=wants).json()
    assert "contact_email" not in stand.client.get("/shop/orders/10482").json()


def test_a_foreign_host_header_is_refused(stand: Stand) -> None:
    assert stand.client.get("/sim/state", headers={"host": "evil.example"}).status_code == 400


def test_a_word_in_the_native_app_is_an_echo_of_another_app(stand: Stand) -> None:
    person = new_person(stand)
    made = stand.post("/sim/native", channel="messenger", person=person["key"], text="Je m’en occupe")
    body = until(lambda: [b for _, _, b in stand.system.seen if made["platform_id"] in str(b)])[0]
    message = body["entry"][0]["messaging"][0]["message"]
    assert message["app_id"] != 900001
    assert "metadata" not in message


REPLIES = [{"content_type": "text", "title": "Un retour", "payload": "choice:1:5"}]
BUTTON = {"type": "reply", "reply": {"id": "choice:1:5", "title": "Un retour"}}


def interactive(*buttons: Mapping[str, object], body: str = "Lequel ?") -> dict[str, object]:
    inner = {"type": "button", "body": {"text": body}, "action": {"buttons": list(buttons)}}
    return {"messaging_product": "whatsapp", "to": "33639980001", "type": "interactive", "interactive": inner}


def test_a_button_is_shown_and_its_press_comes_back_as_each_platform_says_it(stand: Stand) -> None:
    for channel in ("messenger", "whatsapp"):
        stand.post("/sim/write", channel=channel, person="camille", text="Bonjour")
    sent = stand.client.post(WHATSAPP, headers=PHONE, json=interactive(BUTTON))
    assert sent.status_code == 200
    shown = until(lambda: stand.bubbles(side="brand", text="Lequel ?"))[0]
    assert shown["buttons"] == [["Un retour", "choice:1:5"]]

    stand.post("/sim/write", channel="whatsapp", person="camille", text="Un retour", payload="choice:1:5")
    stand.post("/sim/write", channel="messenger", person="camille", text="Un retour", payload="choice:1:5")
    until(lambda: sum("choice:1:5" in str(body) for _, _, body in stand.system.seen) == 2)
    pressed = {path.split("/")[2]: body for path, _, body in stand.system.seen if "choice:1:5" in str(body)}
    assert pressed["whatsapp"]["entry"][0]["changes"][0]["value"]["messages"][0]["interactive"]["button_reply"] == {
        "id": "choice:1:5",
        "title": "Un retour",
    }
    assert pressed["messenger"]["entry"][0]["messaging"][0]["message"]["quick_reply"] == {"payload": "choice:1:5"}


@pytest.mark.parametrize(
    "body",
    [
        interactive(),
        interactive(BUTTON, BUTTON),
        interactive(*({"type": "reply", "reply": {"id": str(n), "title": str(n)}} for n in range(4))),
        interactive({"type": "reply", "reply": {"id": "1", "title": "x" * 21}}),
        interactive({"type": "reply", "reply": {"id": "x" * 257, "title": "1"}}),
        interactive(BUTTON, body=""),
        interactive(BUTTON, body="x" * 1_025),
    ],
)
def test_whatsapp_refuses_buttons_that_are_none(stand: Stand, body: dict[str, object]) -> None:
    stand.post("/sim/write", channel="whatsapp", person="camille", text="Bonjour")
    answer = stand.client.post(WHATSAPP, headers=PHONE, json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 131009)


@pytest.mark.parametrize("change", [{"title": "x" * 21}, {"title": ""}, {"payload": ""}, {"payload": "x" * 1_001}])
def test_messenger_refuses_quick_replies_that_are_none(stand: Stand, change: dict[str, str]) -> None:
    replies = [REPLIES[0] | change]
    message = {"text": "Lequel ?", "metadata": "r:0", "quick_replies": replies}
    body = {"recipient": {"id": "7000000000000001"}, "messaging_type": "RESPONSE", "message": message}
    assert stand.client.post(MESSENGER, headers=PAGE, json=body).status_code == 400


FORM = {
    "recipient": '{"id": "7000000000000001"}',
    "messaging_type": "RESPONSE",
    "message": '{"attachment": {"type": "file", "payload": {}}, "metadata": "r:0"}',
}


def test_a_file_of_the_brand_is_shown_by_its_name_on_both_of_metas_channels(stand: Stand) -> None:
    pdf = ("facture.pdf", b"%PDF-1.4 x", "application/pdf")
    stand.post("/sim/write", channel="whatsapp", person="camille", text="Bonjour")
    up = stand.client.post(
        WHATSAPP.replace("/messages", "/media"),
        headers=PHONE,
        data={"messaging_product": "whatsapp", "type": "application/pdf"},
        files={"file": pdf},
    )
    media_id = up.json()["id"]
    document = {"messaging_product": "whatsapp", "to": "33639980001", "type": "document", "document": {"id": media_id}}
    assert stand.client.post(WHATSAPP, headers=PHONE, json=document).status_code == 200
    assert stand.client.post(WHATSAPP, headers=PHONE, json=document | {"document": {"id": "7"}}).status_code == 400

    stand.post("/sim/write", channel="messenger", person="camille", text="Bonjour")
    sent = stand.client.post(MESSENGER, headers=PAGE, data=FORM, files={"filedata": pdf})
    assert sent.status_code in (200, 400)  # of a person who never wrote: outside the window
    assert [one["attached"] for one in stand.bubbles(side="brand", channel="whatsapp") if one["attached"]] == [
        "facture.pdf"
    ]


def test_whatsapp_takes_no_file_of_a_kind_that_it_does_not_show(stand: Stand) -> None:
    up = stand.client.post(
        WHATSAPP.replace("/messages", "/media"),
        headers=PHONE,
        data={"messaging_product": "whatsapp"},
        files={"file": ("a.exe", b"MZ", "application/octet-stream")},
    )
    assert up.json()["error"]["code"] == 131053


def test_a_file_of_a_dialog_is_read_by_the_apps_token_alone(stand: Stand) -> None:
    put = stand.post("/sim/slack/put", name="facture.pdf", content="JVBERi0x")
    link = "/slack" + put["url_private"].removeprefix("https://files.slack.com")

    assert stand.client.get(link).status_code == 404
    assert stand.client.get(link, headers={"authorization": "Bearer xoxb-toy"}).content == b"%PDF-1"
