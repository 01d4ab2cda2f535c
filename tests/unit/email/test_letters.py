"""Whose a mail is, and whether the bot may answer: by what SES found and our own marks, never by what it claims."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.email import anchors, incoming, threads
from chalicelib.model import CAUTION, Echo, Event, Ignored, MalformedBody, Message, Receipt
from tests.unit.email.mails import ACCOUNT, CUSTOMER, FIXTURES, SECRET, as_body, multipart, notification, raw, read

TOKEN = threads.token(SECRET, ACCOUNT, CUSTOMER)
REPLY = threads.reply_address(ACCOUNT, TOKEN)


def cautions(event: Event) -> list[str]:
    assert isinstance(event, Message)
    return [words for kind, words in event.beside if kind == CAUTION]


def test_a_proved_mail_is_its_senders_and_needs_no_caution() -> None:
    event = read(raw())

    assert isinstance(event, Message)
    assert (event.address.account_id, event.address.person_id) == (ACCOUNT, CUSTOMER)
    assert (event.text, event.display_name, event.target_id) == ("Bonjour, où est ma commande ?", "Maëlys", "")
    assert cautions(event) == []
    assert anchors.read(event.reply_anchor) == anchors.Anchor("m1@mail.exemple.example", "", "Ma commande")


@pytest.mark.parametrize(
    ("verdict", "word", "caution"),
    [
        ("spam", "FAIL", "spam"),
        ("dmarc", "FAIL", "forged"),
        ("dmarc", "GRAY", "unproved"),
        ("dmarc", "PROCESSING_FAILED", "unproved"),
        ("dmarc", "", "unproved"),
    ],
)
def test_what_ses_did_not_prove_is_for_a_person(verdict: str, word: str, caution: str) -> None:
    assert caution in cautions(read(raw(), notification(**{verdict: word})))


def test_a_virus_reaches_nobody() -> None:
    event = read(raw(), notification(virus="FAIL"))

    assert isinstance(event, Ignored)
    assert event.reason == "virus"


def test_who_answers_our_mail_from_the_address_that_it_went_to_is_proved_by_its_token() -> None:
    assert cautions(read(raw(), notification((REPLY,), dmarc="GRAY"))) == []
    assert cautions(read(raw(), notification((REPLY.upper(),), dmarc="GRAY"))) == []
    assert cautions(read(raw(), notification((REPLY,), "bounces@mail.exemple.example", dmarc="GRAY"))) == []


@pytest.mark.parametrize(
    ("source", "spf"),
    [
        (CUSTOMER, "FAIL"),
        (CUSTOMER, "GRAY"),
        (CUSTOMER, "PROCESSING_FAILED"),
        ("mallory@evil.example", "PASS"),  # its own server, and no word of the domain in From
        ("mallory@xexemple.example", "PASS"),
        ("mallory@example", "PASS"),
        ("", "PASS"),
    ],
)
def test_who_knows_a_reply_address_alone_does_not_speak_as_its_customer(source: str, spf: str) -> None:
    headers = {"Reply-To": "mallory@exemple.example"}
    event = read(raw(headers=headers), notification((REPLY,), source, dmarc="GRAY", spf=spf))

    assert cautions(event) == ["unproved"]
    assert isinstance(event, Message)
    assert anchors.read(event.reply_anchor).to == ""  # an answer goes to the customer alone


def test_a_token_does_not_outweigh_a_forged_sender() -> None:
    assert cautions(read(raw(), notification((REPLY,), dmarc="FAIL"))) == ["forged"]


def test_another_sender_on_a_customers_reply_address_is_a_third_party_with_a_conversation_of_its_own() -> None:
    event = read(raw(headers={"From": "paul@exemple.example"}), notification((REPLY,)))

    assert event.address.person_id == "paul@exemple.example"
    assert cautions(event) == ["third_party"]


def test_a_token_is_of_one_customer_of_one_account_under_one_secret() -> None:
    assert threads.belongs((SECRET,), ACCOUNT, CUSTOMER, TOKEN)
    assert threads.belongs(("new", SECRET), ACCOUNT, CUSTOMER, TOKEN)
    assert not threads.belongs((SECRET,), ACCOUNT, "paul@exemple.example", TOKEN)
    assert not threads.belongs((SECRET,), "autre@brumelle.example", CUSTOMER, TOKEN)
    assert not threads.belongs(("", "other"), ACCOUNT, CUSTOMER, TOKEN)
    assert len(TOKEN) * 5 >= 80


def test_our_own_id_in_references_names_the_row_and_a_forged_one_names_none() -> None:
    own = threads.own_id(SECRET, "c7f3a1.000000000000007.0123456789abcdef", 1, ACCOUNT)
    forged = threads.own_id("stranger", "c7f3a1.000000000000007.0123456789abcdef", 1, ACCOUNT)

    event = read(raw(headers={"References": f"<{forged}> <{own}>\r\n <ses@eu-west-3.amazonses.com>"}))
    assert isinstance(event, Message)
    assert event.target_id == "c7f3a1.000000000000007.0123456789abcdef:1"
    assert threads.rows_in((SECRET,), [forged, "x", own.upper()]) == []


def test_an_answer_to_the_id_that_ses_gave_names_the_mail_that_it_answers() -> None:
    event = read(raw(headers={"In-Reply-To": "<0102019exemple-aaaa-bbbb-000000@eu-west-3.amazonses.com>"}))

    assert isinstance(event, Message)
    assert event.target_id == "0102019exemple-aaaa-bbbb-000000"


def test_a_colleague_who_answers_a_customer_from_their_own_mail_program_is_an_agent() -> None:
    told = notification((REPLY,), source="lea@brumelle.example")
    headers = {"From": "Léa <lea@brumelle.example>", "To": CUSTOMER, "Cc": REPLY}
    event = read(raw("Votre colis part demain.", headers), told)

    assert isinstance(event, Echo)
    assert (event.address.person_id, event.text, event.own_app) == (CUSTOMER, "Votre colis part demain.", False)


@pytest.mark.parametrize(
    ("sender", "to", "verdict"),
    [
        ("lea@brumelle.example", CUSTOMER, "FAIL"),  # forged
        ("lea@brumelle.example", "paul@exemple.example", "PASS"),  # another's address on this token
        ("lea@mallory.example", CUSTOMER, "PASS"),  # a stranger
        ("lea@xbrumelle.example", CUSTOMER, "PASS"),
        ("lea@brumelle.example, mallory@evil.example", CUSTOMER, "PASS"),
        ("lea@brumelle.example\r\nFrom: mallory@evil.example", CUSTOMER, "PASS"),
    ],
)
def test_nobody_else_speaks_as_a_colleague(sender: str, to: str, verdict: str) -> None:
    told = notification((REPLY,), source="lea@brumelle.example", dmarc=verdict)
    event = read(raw("Donnez-moi vos codes.", {"From": sender, "To": to, "Cc": REPLY}), told)

    assert isinstance(event, Message)
    assert event.address.person_id == re.split(r"[,\r]", sender)[0]
    assert cautions(event)


def test_a_colleague_who_writes_to_the_box_is_no_customer_for_the_bot() -> None:
    assert "staff" in cautions(read(raw(headers={"From": "lea@brumelle.example"})))


@pytest.mark.parametrize(
    "headers",
    [
        {"From": ACCOUNT, "Reply-To": REPLY},
        {"From": "sav@brumelle.example", "Reply-To": REPLY},  # the address that customers see
        {"From": ACCOUNT, "References": f"<{threads.own_id(SECRET, 'c1.1.1', 0, ACCOUNT)}>"},
    ],
)
def test_our_own_mail_that_comes_back_is_nothing(headers: dict[str, str]) -> None:
    event = read(raw(headers=headers))

    assert isinstance(event, Ignored)
    assert event.reason == "own"


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto-Submitted": "auto-replied"}, "auto_reply"),
        ({"Auto-Submitted": "auto-replied (vacation)"}, "auto_reply"),
        ({"Precedence": "auto_reply"}, "auto_reply"),
        ({"X-Autoreply": "yes"}, "auto_reply"),
        ({"X-Auto-Response-Suppress": "All", "Subject": "Réponse automatique : absente"}, "auto_reply"),
        ({"From": "MAILER-DAEMON@mx.exemple.example"}, "bounce"),
        ({"Content-Type": 'multipart/report; boundary="B"'}, "bounce"),
        ({"Content-Type": "text/calendar; method=REPLY"}, "calendar_reply"),
    ],
)
def test_what_a_machine_says_of_our_mail_changes_nothing(headers: dict[str, str], reason: str) -> None:
    event = read(raw(headers=headers))

    assert isinstance(event, Ignored)
    assert event.reason == reason


@pytest.mark.parametrize(
    ("headers", "caution"),
    [
        ({"Auto-Submitted": "auto-generated"}, "automatic"),
        ({"X-Auto-Response-Suppress": "OOF, AutoReply"}, "automatic"),
        ({"Precedence": "bulk"}, "list"),
        ({"Precedence": "junk"}, "list"),
        ({"List-Id": "<sav.groups.example>"}, "list"),
        ({"List-Unsubscribe": "<https://liste.example/u>"}, "list"),
        ({"From": "no-reply@transport.example"}, "no_reply"),
        ({"From": "ne-pas-repondre@transport.example"}, "no_reply"),
        ({"From": "noreply+4@transport.example"}, "no_reply"),
        ({"From": "a@x.example, b@y.example"}, "several_senders"),
        ({"Subject": "Fwd: Votre commande"}, "forwarded"),
        ({"To": "paul@exemple.example", "Cc": ACCOUNT}, "copied"),
    ],
)
def test_what_may_be_news_for_somebody_is_for_a_person_and_never_for_the_bot(
    headers: dict[str, str], caution: str
) -> None:
    assert caution in cautions(read(raw(headers=headers)))


def test_a_mail_that_only_quotes_is_for_a_person() -> None:
    assert "quoted" in cautions(read(raw("> Bonjour\n> votre colis est parti")))


def test_the_notifications_recipients_count_and_not_the_header() -> None:
    event = read(raw(headers={"To": "victime@autre.example", "Delivered-To": "x@y.example"}), notification((REPLY,)))

    assert event.address.account_id == ACCOUNT
    assert cautions(event) == []


def test_forged_verdicts_below_the_receipt_are_not_believed() -> None:
    event = next(iter(incoming.read((FIXTURES / "forged_verdicts_list_mail.eml").read_bytes(), "email")))

    assert {"spam", "forged", "list"} <= set(cautions(event))


def test_without_the_mark_of_ses_nothing_in_a_mail_is_believed() -> None:
    forged = b"X-SES-Spam-Verdict: PASS\r\nAuthentication-Results: amazonses.com; dmarc=pass\r\n" + raw()

    assert cautions(next(iter(incoming.read(forged, "email")))) == ["unproved"]


def test_two_copies_of_one_mail_are_one_event_and_two_mails_under_one_id_are_two() -> None:
    by_alias = notification(("sav@courrier.brumelle.example",))
    by_alias["mail"]["messageId"] = "other"

    assert read(raw()).event_id == read(raw(), by_alias).event_id
    assert read(raw()).event_id != read(raw("Et la deuxième ?")).event_id
    assert read(raw()).event_id != read(raw(headers={"From": "paul@exemple.example"})).event_id


@pytest.mark.parametrize("missing", ["Subject", "To", "Message-ID", "Content-Type"])
def test_a_mail_without_a_header_is_a_mail(missing: str) -> None:
    event = read(raw("Bonjour", {missing: ""}))

    assert isinstance(event, Message)
    assert event.text == "Bonjour"


def test_a_mail_without_from_is_the_envelopes_and_one_that_names_nobody_is_kept_for_a_person() -> None:
    assert read(raw(headers={"From": ""})).address.person_id == CUSTOMER
    assert isinstance(read(raw(headers={"From": ""}), notification(source="")), MalformedBody)


def test_a_mail_that_says_it_all_in_its_subject_has_its_words() -> None:
    event = read(raw("", {"Subject": "=?utf-8?Q?O=C3=B9_est_ma_commande_=3F?="}))

    assert isinstance(event, Message)
    assert event.text == "Où est ma commande ?"


def test_answers_go_elsewhere_only_within_the_senders_domain() -> None:
    there = read(raw(headers={"Reply-To": "autre@exemple.example"}))
    foreign = read(raw(headers={"Reply-To": "victime@autre.example"}))

    assert isinstance(there, Message)
    assert isinstance(foreign, Message)
    assert anchors.read(there.reply_anchor).to == "autre@exemple.example"
    assert anchors.read(foreign.reply_anchor).to == ""


def test_files_are_named_by_their_place_and_a_logo_is_none() -> None:
    event = read(
        multipart(
            "Content-Type: text/plain\r\n\r\nVoici la photo",
            'Content-Type: image/jpeg\r\nContent-Disposition: attachment; filename="photo.jpg"\r\n\r\nx',
            "Content-Type: image/png\r\nContent-ID: <logo>\r\nContent-Disposition: inline\r\n\r\nx",
            "Content-Type: message/rfc822\r\n\r\nSubject: inner\r\nFrom: a@b.example\r\n\r\nNot theirs",
            "Content-Type: application/ms-tnef\r\nContent-Disposition: attachment; filename=winmail.dat\r\n\r\nx",
        )
    )

    assert isinstance(event, Message)
    assert event.text == "Voici la photo"
    assert [(one.kind, one.platform_id) for one in event.attachments] == [("image", "1"), ("file", "3"), ("file", "4")]
    assert all(one.url == "mail/in/k1n5exemple0001" for one in event.attachments)
    assert ("file", "photo.jpg") in event.beside


def test_a_bounce_that_brings_our_own_id_back_is_a_failed_mail_and_a_forged_one_is_nothing() -> None:
    bounce = (FIXTURES / "bounce_dsn.eml").read_bytes()
    row = "c7f3a1.000000000000007.0123456789abcdef"
    ours = bounce.replace(b"c4T9q2wz7n.2@courrier.brumelle.example", threads.own_id(SECRET, row, 0, ACCOUNT).encode())
    forged = bounce.replace(b"c4T9q2wz7n.2@courrier.brumelle.example", threads.own_id("x", row, 0, ACCOUNT).encode())

    event = read(ours)
    assert isinstance(event, Receipt)
    assert (event.status, event.row_id, event.error_code) == ("failed", f"{row}:0", "bounce_permanent")
    assert event.address.person_id == "soizic@exemple.example"
    assert isinstance(read(forged), Ignored)


@given(st.binary(max_size=600))
def test_any_bytes_end_in_an_event(body: bytes) -> None:
    assert incoming.read(body, "email")
    assert incoming.read(as_body(b"From: a@b.example\r\n" + body, account=ACCOUNT, rows=7, thread=[]), "email")


def test_the_anchor_of_a_long_thread_stays_within_what_is_kept() -> None:
    chain = " ".join(f"<{'x' * 180}{number}@mail.example>" for number in range(60))
    event = read(raw(headers={"References": chain, "Subject": "é" * 900, "Reply-To": "y" * 60 + "@exemple.example"}))

    assert isinstance(event, Message)
    assert len(event.reply_anchor) <= 2_000
    assert anchors.read(event.reply_anchor).message_id == "m1@mail.exemple.example"
    assert replace(event, text="") is not None
