"""
Attempts to see another person's words, to be taken for them, or to be answered in their place: none may succeed.

docs/attacks-on-identity.md lists them all, with those whose tests stand elsewhere.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.conversation import address_of
from chalicelib.store import keys, links, person_keys, wire
from chalicelib.store import writes as table_writes
from chalicelib.store.person_keys import PersonKey

from .move_paths import ELSEWHERE, KNOWN, ORDER, at, code_in, number_in, token_in, writes
from .paths import HOURS, ODD, ON_MESSENGER, PARCEL, PERSON, contact_of, says, signed
from .ses import DOMAIN
from .test_identified import apart, mark, prove, root
from .test_moving import are_one, evidence, moving, said
from .test_order_codes import ASKED, brand, types
from .test_signed_visitors import LAPTOP, PHONE, SIGNED, opened, read
from .test_signed_visitors import writes as chats
from .webchat import ulid
from .world import Step, World

SECRET_WORDS = "carafe indigo kkzv"  # what only the victim said
THEIRS = f"Où est mon colis {ORDER} ? {SECRET_WORDS}"
MALLORY = "33600000099"


def victim_by_mail(address: str, other: str) -> World:
    """Two customers of the shop, whose verified e-mail addresses only look alike."""
    world = World()
    for browser, sub, mail in ((LAPTOP, "victim", address), (PHONE, "mallory", other)):
        world.webchat.signed.add(browser)
        world.webchat.claims[browser] = {"sub": sub, "email": mail, "email_verified": True}
    return world.run(chats(LAPTOP, THEIRS, 60_000), chats(PHONE, PARCEL, 60_000))


def visitor(sub: str) -> Any:
    return address_of("webchat", "www.brand.example", f"u:{sub}")


def apart_still(world: World, one: Any, other: Any) -> bool:
    return root(world, one) != root(world, other)


# --- what the shop signed: alike is not the same ----------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        "camille@straße.example",  # another domain than strasse.example, of another owner
        "camille@ſtrasse.example",
        "camille@strasse.example.",
        "cam\u0131lle@strasse.example",
        "саmille@strasse.example",
        "camille+sav@strasse.example",
        "cam ille@strasse.example",
        "camille@sub.strasse.example",
        "camille@strasse.example,mallory@elsewhere.example",
        "<camille@strasse.example>",
    ],
)
def test_an_address_that_only_looks_like_anothers_is_another(other: str) -> None:
    world = victim_by_mail("camille@strasse.example", other)

    assert apart_still(world, visitor("victim"), visitor("mallory"))
    assert links.of_contact(world.table, contact_of(world, visitor("mallory"))) == []


@pytest.mark.parametrize("mail", [f"{PERSON}@clientſ.example", f"{PERSON}@clients.ｅxample", f"ſ{PERSON}@{DOMAIN}"])
def test_a_signed_address_in_look_alike_letters_is_not_that_of_who_wrote_a_mail(mail: str) -> None:
    world = opened(LAPTOP, email=mail, email_verified=True)
    world.run(says("email", THEIRS, wait_ms=60_000), chats(LAPTOP, PARCEL, 60_000))

    assert apart_still(world, SIGNED, at("email"))
    assert links.of_contact(world.table, contact_of(world, SIGNED)) == []


def test_the_same_address_in_other_letters_stops_at_two_customer_ids() -> None:
    world = victim_by_mail("camille@strasse.example", "CAMILLE@Strasse.Example")

    assert apart_still(world, visitor("victim"), visitor("mallory"))
    assert SECRET_WORDS not in "\n".join(read(world, PHONE))


@pytest.mark.parametrize(
    "number",
    [
        f"+{PERSON};ext=7",
        f"+{PERSON} ext. 7",
        "0600000001",  # as somebody abroad writes their own
        PERSON,
        f"tel:+{PERSON}",
        f"+{PERSON[:-1]}",
    ],
)
def test_a_signed_number_that_is_not_whole_or_is_a_switchboards_joins_nobody(number: str) -> None:
    world = opened(LAPTOP, phone_number=number, phone_number_verified=True)
    world.run(says("whatsapp", THEIRS, wait_ms=60_000), chats(LAPTOP, PARCEL, 60_000))

    assert apart_still(world, SIGNED, at("whatsapp"))
    assert ORDER not in "\n".join(read(world, LAPTOP))


@pytest.mark.parametrize("verified", [1, 1.0, "true", "True", [True], {"value": True}, None])
@pytest.mark.parametrize("mail", [f"{PERSON}@{DOMAIN}"])
def test_verified_is_true_and_nothing_that_passes_for_it(verified: Any, mail: str) -> None:
    world = opened(LAPTOP, email=mail, email_verified=verified)
    world.run(says("email", ODD, wait_ms=60_000), chats(LAPTOP, PARCEL, 60_000))

    assert apart_still(world, SIGNED, at("email"))


@pytest.mark.parametrize("mail", [None, 7, ["a@b.example"], {"a": 1}, "", " ", "x" * 400, "a\u0000@b.example"])
def test_an_address_that_is_none_joins_nobody_and_its_bearer_is_answered(mail: Any) -> None:
    world = opened(LAPTOP, email=mail, email_verified=True)
    world.run(says("email", ODD, wait_ms=60_000), chats(LAPTOP, HOURS, 60_000))

    assert apart_still(world, SIGNED, at("email"))
    assert len(read(world, LAPTOP)) == 2


@pytest.mark.parametrize("sub", ["C-7", "c-7\u200b", "ｃ-7", "c-7/", "a:c-7", "c-7#"])
def test_a_customer_id_in_other_letters_is_another_customers(sub: str) -> None:
    world = opened(LAPTOP)
    world.webchat.signed.add(PHONE)
    world.webchat.claims[PHONE] = {"sub": sub}
    world.run(chats(LAPTOP, THEIRS, 60_000))
    world.webchat.writes(PHONE, PARCEL)
    world.run()

    assert world.webchat.sessions.get(PHONE) != world.webchat.sessions[LAPTOP]
    if PHONE in world.webchat.sessions:
        assert SECRET_WORDS not in "\n".join(read(world, PHONE))
        assert apart_still(world, SIGNED, visitor(sub))


def test_who_typed_fifty_numbers_first_is_still_known_by_the_customer_id_that_keeps_two_apart() -> None:
    """A family's mail, two customers of the brand: what one of them typed before must not hide that they are two."""
    world = World().run(
        signed(ON_MESSENGER, THEIRS, ("customer", "C-1"), ("mail", "famille@home.example")), says("telegram", HOURS)
    )
    mallory = contact_of(world, at("telegram"))
    typed = [PersonKey("order", mark(world, "order", f"ML{number}"), "said") for number in range(person_keys.MOST)]
    person_keys.add(world.table, mallory, typed, world.clock())

    assert prove(world, at("telegram"), "customer", "C-2") == "kept"
    assert prove(world, at("telegram"), "mail", "famille@home.example") == "conflict"


@pytest.mark.parametrize(
    ("crowd", "outcome"), [(person_keys.HOLDERS_MOST + 5, "conflict"), (person_keys.READ_MOST + 5, "unknown")]
)
def test_a_crowd_that_types_a_key_hides_nobody_who_proved_it(crowd: int, outcome: str) -> None:
    """Of two who proved one key nobody may be chosen for a third, however many type it."""
    world = World().run(signed(ON_MESSENGER, THEIRS), says("telegram", HOURS), says("whatsapp", PARCEL))
    contacts = [contact_of(world, each) for each in (ON_MESSENGER, at("telegram"))]
    digest = mark(world, "mail", "famille@home.example")
    item = {"v": 1, "kind": "mail", "standing": "said", "at": int(world.clock())}
    for number in range(crowd):
        world.table.write(table_writes.put(keys.person_key(world.brand, digest, f"0{number:03d}"), item))
    for each in contacts:
        person_keys.add(world.table, each, [PersonKey("mail", digest, "proved")], world.clock())

    assert prove(world, at("whatsapp"), "mail", "famille@home.example") == outcome
    assert len({root(world, each) for each in (ON_MESSENGER, at("telegram"), at("whatsapp"))}) == 3


# --- a browser that several people use --------------------------------------------------------


def browser_of(world: World, person: str) -> str:
    return "\n".join(read(world, person))


def test_who_signs_out_reads_nothing_of_who_was_signed_in_and_is_not_joined_with_them() -> None:
    world = opened(LAPTOP).run(chats(LAPTOP, THEIRS, 60_000))
    world.webchat.signed.discard(LAPTOP)
    del world.webchat.sessions[LAPTOP]
    world.run(chats(LAPTOP, "Où en est ma demande ? kkzw", 60_000))
    anonymous = address_of("webchat", "www.brand.example", world.webchat.person_id(LAPTOP))

    assert SECRET_WORDS not in browser_of(world, LAPTOP)
    assert ORDER not in browser_of(world, LAPTOP)
    assert apart_still(world, SIGNED, anonymous)


def test_the_next_who_signs_in_on_the_same_browser_is_another() -> None:
    world = opened(LAPTOP).run(chats(LAPTOP, THEIRS, 60_000))
    world.webchat.claims[LAPTOP] = {"sub": "c-8", "jti": "j8"}
    del world.webchat.sessions[LAPTOP]
    world.run(chats(LAPTOP, "Où en est ma demande ? kkzx", 60_000))

    assert SECRET_WORDS not in browser_of(world, LAPTOP)
    assert ORDER not in browser_of(world, LAPTOP)
    assert apart_still(world, SIGNED, visitor("c-8"))


def test_a_tab_that_still_has_the_session_before_writes_and_reads_as_who_it_was() -> None:
    world = opened(LAPTOP).run(chats(LAPTOP, THEIRS, 60_000))
    old = world.webchat.sessions.pop(LAPTOP)
    world.webchat.claims[LAPTOP] = {"sub": "c-8", "jti": "j8"}
    world.run(chats(LAPTOP, HOURS, 60_000))
    world.webchat.asks("messages", {"session": old, "id": ulid(9_999), "text": "De l'onglet ancien kkzy"})
    world.run()

    assert "kkzy" not in browser_of(world, LAPTOP)
    shown = [each["text"] for each in world.webchat.history(world, old)["messages"]]
    assert "De l'onglet ancien kkzy" in shown
    assert HOURS not in shown


def test_a_session_that_was_copied_ends_with_its_hour() -> None:
    world = opened(LAPTOP).run(chats(LAPTOP, THEIRS, 60_000))
    stolen = world.webchat.sessions[LAPTOP]
    world.clock.now += 3_600_001
    answer = world.visited(world.webchat.asked("history", {"session": stolen, "after": "", "before": ""}))

    assert (answer.status, json.loads(answer.body)) == (401, {"no": "over"})


@pytest.mark.parametrize("place", ["after", "before"])
def test_anothers_cursor_reads_ones_own_history_alone(place: str) -> None:
    world = World().run(chats("victim", THEIRS, 60_000), chats("mallory", HOURS, 60_000))
    theirs = world.webchat.history(world, world.webchat.sessions["victim"])["after"]
    shown = json.dumps(world.webchat.history(world, world.webchat.sessions["mallory"], **{place: theirs}))

    assert SECRET_WORDS not in shown
    assert ORDER not in shown


@pytest.mark.parametrize(
    "cursor", ["-000000000001#" + "0" * 16, "9999999999999#" + "f" * 16, "0000000000000#" + "0" * 16, "~", "m#", "%"]
)
def test_no_made_up_cursor_leads_out_of_ones_own_history(cursor: str) -> None:
    world = World().run(chats("victim", THEIRS, 60_000), chats("mallory", HOURS, 60_000))
    for place in ("after", "before"):
        told = {"session": world.webchat.sessions["mallory"], "after": "", "before": "", place: cursor}
        answer = world.visited(world.webchat.asked("history", told))
        assert SECRET_WORDS not in str(answer.body)
        assert ORDER not in str(answer.body)


@pytest.mark.parametrize("payload", ["move:no:" + "0" * 32, "choice:1:1", "same:yes", "accept", "x" * 300, "{}"])
def test_a_press_that_a_visitor_makes_up_is_their_own_words(payload: str) -> None:
    world = World().run(chats("victim", THEIRS, 60_000), chats("mallory", HOURS, 60_000))
    world.run(Step(lambda world: world.webchat.presses("mallory", "Oui kkzu", payload), wait_ms=60_000))

    shown = browser_of(world, "mallory")
    assert SECRET_WORDS not in shown
    assert ORDER not in shown


def test_a_press_of_anothers_move_ends_nothing_from_the_web_chat() -> None:
    def presses(world: World) -> None:
        from chalicelib.move_tokens import mark_of

        world.webchat.presses("mallory", "Non", f"move:no:{mark_of(token_in(world, 'messenger'))}")

    world = moving().run(
        says("messenger", HOURS),
        writes("messenger", "On peut continuer sur WhatsApp ?", 60_000),
        Step(lambda world: world.whatsapp.writes(PERSON, token_in(world, "messenger")), wait_ms=30_000),
        Step(presses, wait_ms=30_000),
        Step(lambda world: world.messenger.writes(PERSON, number_in(world, "whatsapp")), wait_ms=60_000),
    )

    assert are_one(world, at("messenger"), at("whatsapp"))


# --- codes and numbers that others type -------------------------------------------------------


def wrote_mail() -> Step:
    return Step(lambda world: world.email.writes(PERSON, f"Mon pull est-il fait en France ? {SECRET_WORDS}"))


def test_of_two_who_ask_a_code_for_one_order_neither_can_use_the_others() -> None:
    world = brand().run(
        wrote_mail(),
        says("messenger", ELSEWHERE, wait_ms=60_000),
    )
    first = code_in(world)
    world.run(writes("messenger", ELSEWHERE, 5_000, MALLORY))
    second = code_in(world)
    world.run(writes("messenger", first, 5_000, MALLORY), writes("messenger", second, 5_000, PERSON))

    assert first
    assert second
    assert first != second
    assert evidence(world) == []


@pytest.mark.parametrize("where", ["group", "comment", "mention"])
def test_a_code_that_is_typed_in_public_is_none(where: str) -> None:
    def types_there(world: World) -> None:
        code = code_in(world)
        assert code
        if where == "group":
            world.telegram.writes_in_group(PERSON, code)
        elif where == "comment":
            world.facebook.writes(PERSON, code)
        else:
            world.x.writes(PERSON, f"@maison {code}", public=True)

    world = brand().run(wrote_mail(), says("messenger", ELSEWHERE, wait_ms=60_000), Step(types_there, wait_ms=30_000))

    assert evidence(world) == []
    assert not are_one(world, at("email"), at("messenger"))


@pytest.mark.parametrize("where", ["comment", "mention", "sms", "another"])
def test_a_moves_number_that_is_typed_anywhere_but_at_its_origin_is_none(where: str) -> None:
    def types_there(world: World) -> None:
        number = number_in(world, "whatsapp")
        assert number
        if where == "comment":
            world.facebook.writes(PERSON, number)
        elif where == "mention":
            world.x.writes(PERSON, f"@maison {number}", public=True)
        elif where == "sms":
            world.sms.writes(PERSON, number)
        else:
            world.messenger.writes(MALLORY, number)

    world = moving().run(
        says("messenger", HOURS),
        writes("messenger", "On peut continuer sur WhatsApp ?", 60_000),
        Step(lambda world: world.whatsapp.writes(MALLORY, token_in(world, "messenger")), wait_ms=30_000),
        Step(types_there, wait_ms=60_000),
    )

    assert evidence(world) == []
    assert not are_one(world, at("messenger"), at("whatsapp", MALLORY))


def test_a_right_code_joins_nobody_whom_an_agent_kept_apart() -> None:
    world = brand().run(wrote_mail(), says("messenger", ELSEWHERE, wait_ms=60_000))
    links.keep_apart(
        world.table, contact_of(world, at("email")), contact_of(world, at("messenger")), "lea", world.clock()
    )
    world.run(types())

    assert not are_one(world, at("email"), at("messenger"))
    assert evidence(world) == []


@pytest.mark.parametrize(
    ("address", "goes_to"),
    [("camille@straße.example", ""), ("Camille@Strasse.example", "camille@strasse.example")],
)
def test_a_code_goes_to_the_orders_own_address_and_to_no_other_that_looks_like_it(address: str, goes_to: str) -> None:
    world = brand(KNOWN | {"contact_email": address}).run(says("messenger", ELSEWHERE, wait_ms=60_000))

    assert sum(ASKED in text for text in said(world, "messenger")) == 1
    assert (str(world.email.last["To"]) if world.email.last is not None else "") == goes_to


def test_no_more_codes_go_to_one_order_than_three_a_day_whoever_asks() -> None:
    steps = [writes("messenger", f"{ELSEWHERE} {each}", 900_000, f"7711{each}") for each in range(6)]
    world = brand().run(*steps)

    assert sum(each.text[:6].isdigit() for each in world.email.said) <= 3
    assert sum(ASKED in each.text for each in world.messenger.said) <= 3


# --- who writes from where another does --------------------------------------------------------


def test_a_forged_sms_of_anothers_number_hears_nothing_that_they_said_on_whatsapp() -> None:
    world = World()
    world.shop.orders[ORDER] = dict(KNOWN)
    world.run(
        says("whatsapp", THEIRS, wait_ms=60_000),
        says("sms", "Où est mon colis ? kkzt", wait_ms=60_000),
        says("sms", "C'était quel numéro de commande déjà ? kkzs", wait_ms=60_000),
    )

    heard = "\n".join(said(world, "sms"))
    assert ORDER not in heard
    assert "carafe" not in heard
    assert apart_still(world, at("sms"), at("whatsapp"))


def test_whoever_answers_anothers_mail_is_a_third_party_who_reads_nothing_of_it() -> None:
    world = World()
    world.shop.orders[ORDER] = dict(KNOWN)
    world.run(
        Step(lambda world: world.email.writes(PERSON, THEIRS)),
        Step(lambda world: world.email.writes("mallory", "Où est mon colis ? kkzr", answers=True), wait_ms=60_000),
    )
    heard = "\n".join(each.text for each in world.email.said if each.person == "mallory")

    assert ORDER not in heard
    assert "carafe" not in heard
    assert apart_still(world, at("email"), at("email", "mallory"))


def mail_of(world: World, head: str, words: str, source: str = f"mallory@{DOMAIN}") -> None:
    raw = f"{head}\r\nTo: {world.email.account_id}\r\nSubject: Question\r\n\r\n{words}\r\n".encode()
    world.email._arrives(world.email.new_id("mail"), raw, world.email.account_id, source)


@pytest.mark.parametrize(
    "head",
    [
        f"From: mallory@elsewhere.example\r\nReply-To: {PERSON}@{DOMAIN}",
        f"From: no-reply@elsewhere.example\r\nReply-To: {PERSON}@{DOMAIN}",
        f"From: Shop <mailer@shopify.com>\r\nReply-To: {PERSON}@{DOMAIN}",
        f"From: {PERSON}@{DOMAIN}, mallory@{DOMAIN}",
        f"From: mallory@{DOMAIN}\r\nFrom: {PERSON}@{DOMAIN}",
        f"From: {PERSON}@{DOMAIN} <mallory@elsewhere.example>",
        f'From: "{PERSON}@{DOMAIN}" <mallory@elsewhere.example>',
        f"From: mallory@elsewhere.example\r\nSender: {PERSON}@{DOMAIN}",
        f"From: mallory@elsewhere.example\r\nX-Original-From: {PERSON}@{DOMAIN}",
    ],
)
def test_no_trick_of_headers_proves_anothers_address(head: str) -> None:
    world = World().run(says("messenger", THEIRS))
    prove(world, ON_MESSENGER, "mail", f"{PERSON}@{DOMAIN}")
    world.run(Step(lambda world: mail_of(world, head, "Où est mon colis ? kkzq"), wait_ms=60_000))
    joined = [wire.from_avs(item) for key, item in world.dynamo.items.items() if key[1].startswith("merge#")]

    assert joined == []
    assert not any(ORDER in each.text or "carafe" in each.text for each in world.email.said)


def test_the_sign_for_kelvin_makes_nobody_of_who_is_written_with_a_k() -> None:
    world = World().run(says("messenger", THEIRS))
    prove(world, ON_MESSENGER, "mail", f"kim@{DOMAIN}")
    head = f"From: \u212aim@{DOMAIN}"
    world.run(Step(lambda world: mail_of(world, head, "Où est mon colis ? kkzp"), wait_ms=60_000))

    assert not [key for key in world.dynamo.items if key[1].startswith("merge#")]
    assert world.table.identity(at("email", "kim")) is None


# --- merged, linked, split --------------------------------------------------------------------


def test_whom_agents_see_as_one_the_bot_tells_nothing_of_each_other() -> None:
    world = World()
    world.shop.orders[ORDER] = dict(KNOWN)
    world.run(says("messenger", THEIRS, wait_ms=60_000), says("telegram", HOURS, wait_ms=60_000))
    evidence = links.Evidence("agent", "", world.clock())
    links.link(
        world.table, contact_of(world, at("messenger")), contact_of(world, at("telegram")), evidence, "agent:lea"
    )
    world.run(says("telegram", "Où est mon colis ? kkzo", wait_ms=60_000))
    heard = "\n".join(said(world, "telegram"))

    assert ORDER not in heard
    assert "carafe" not in heard


def test_who_was_one_person_and_is_two_again_is_told_nothing_of_the_other() -> None:
    world = World()
    world.shop.orders[ORDER] = dict(KNOWN)
    world.run(signed(ON_MESSENGER, THEIRS, ("customer", "C-1")), says("telegram", HOURS, wait_ms=60_000))
    assert prove(world, at("telegram"), "customer", "C-1") == "merged"
    apart(world, ON_MESSENGER, at("telegram"))
    world.run(says("telegram", "Où est mon colis ? kkzn", wait_ms=60_000))

    heard = "\n".join(said(world, "telegram"))
    assert ORDER not in heard
    assert "carafe" not in heard


def test_two_comments_without_an_author_are_of_nobody_who_wrote_before() -> None:
    world = World().run(
        Step(lambda world: world.facebook.writes("", THEIRS)),
        Step(lambda world: world.facebook.writes("", "Où est mon colis ? kkzm"), wait_ms=60_000),
    )

    assert not any(ORDER in each.text for each in world.facebook.said)


def test_no_count_and_no_row_at_the_desk_of_another_names_who_said_what() -> None:
    world = World().run(says("messenger", THEIRS), chats("mallory", HOURS, 60_000))

    assert not any(word in name for name in world.counts for word in ("carafe", ORDER, PERSON))
