"""The web chat's server: who a browser is, what it may write and how often, and what it may read."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt as library
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.webchat import sessions
from chalicelib.channels.webchat.channel import WebChat
from chalicelib.conversation import TimelineMessage, address_of
from chalicelib.model import (
    Account,
    AccountId,
    AccountKey,
    Address,
    BrandId,
    ChannelName,
    Credentials,
    Millis,
    Request,
    Response,
)
from chalicelib.move_tokens import found_in
from chalicelib.playbook.codec import to_json
from chalicelib.stages import visits
from chalicelib.store import items, keys
from chalicelib.visitor_port import NoVisitor, Way
from tests.simulation.desks import AGENT
from tests.simulation.move_paths import WAYS, number_in, token_in
from tests.simulation.paths import ODD, writes_reply
from tests.simulation.platforms import JPEG, PDF, SECRET
from tests.simulation.webchat import ORIGIN, coded, jwt, ulid
from tests.simulation.world import World

HOURS = "Bonjour, quels sont vos horaires ? aabb"
OTHER = "https://evil.example"


@pytest.fixture
def world() -> World:
    return World()


def ask(world: World, what: str, told: dict[str, Any], origin: str = ORIGIN, ip: str = "192.0.2.7") -> Response:
    return world.visited(replace(world.webchat.asked(what, told, origin), address=ip))


def said(answer: Response) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.body)
    return found


def claims(world: World, **more: Any) -> dict[str, Any]:
    at = world.clock.now // 1000
    return {"aud": "www.brand.example", "sub": "c-7", "jti": "one", "iat": at, "exp": at + 300, **more}


def arrive(world: World, person: str = "Zoé", identity: str = "", **more: Any) -> Response:
    told = {"secret": world.webchat.secret_of(person)} | ({"identity": identity} if identity else {})
    return ask(world, "session", told, **more)


def session(world: World, person: str = "Zoé", identity: str = "") -> str:
    return str(said(arrive(world, person, identity))["session"])


def write(world: World, token: str, number: int = 1, **more: Any) -> dict[str, Any]:
    return said(ask(world, "messages", {"session": token, "id": ulid(number), **more}))


def history(world: World, token: str, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = said(ask(world, "history", {"session": token, **more}))["messages"]
    return found


# --- whose pages ------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["session", "messages", "history"])
@pytest.mark.parametrize(
    "origin", [OTHER, "", "null", ORIGIN + "/", ORIGIN.upper(), ORIGIN + ".evil.example", ORIGIN.replace("s:", ":")]
)
def test_a_page_that_is_not_on_the_list_is_told_nothing_and_may_read_nothing(
    what: str, origin: str, world: World
) -> None:
    answer = ask(world, what, {"session": session(world), "secret": world.webchat.secret_of("Zoé")}, origin)

    assert answer.status == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_an_allowed_page_is_named_to_the_letter_and_no_cache_keeps_what_it_got(world: World) -> None:
    answer = arrive(world)

    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert (answer.headers["Vary"], answer.headers["Cache-Control"]) == ("Origin", "no-store")


def test_two_origins_in_one_request_are_none(world: World) -> None:
    asked = world.webchat.asked("session", {"secret": world.webchat.secret_of("Zoé")})
    twice = replace(asked, headers={"origin": (ORIGIN, ORIGIN)})

    assert world.visited(twice).status == 403


@pytest.mark.parametrize(
    "path", ["/chat/nobody/session", "/chat/ka-wa/session", "/chat/ka-wc/erase", "/chat/../session"]
)
def test_no_other_account_and_no_other_address_answers(path: str, world: World) -> None:
    asked = replace(world.webchat.asked("session", {}), path=path)

    assert world.visited(asked).status == 404


# --- anonymous visitors -----------------------------------------------------------------------


@pytest.mark.parametrize("secret", [None, 7, "", "short", "a" * 42, "a" * 44, "é" * 43, "a" * 42 + "=", ["a"]])
def test_a_browser_without_a_secret_of_256_bits_gets_no_session(secret: Any, world: World) -> None:
    answer = ask(world, "session", {"secret": secret})

    assert (answer.status, said(answer)) == (401, {"no": "no_secret"})


def test_the_table_keeps_a_digest_of_a_visitors_secret_alone(world: World) -> None:
    token, secret = session(world), world.webchat.secret_of("Zoé")
    write(world, token, text=HOURS)
    world.run()
    kept = repr(world.dynamo.items) + repr(world.buckets) + repr(list(world.dynamo.written))

    assert secret not in kept
    assert token not in kept
    assert "192.0.2.7" not in kept
    assert world.webchat.person_id("Zoé") in kept


def test_another_browser_never_reads_what_was_said_here(world: World) -> None:
    mine, other = session(world), session(world, "Tom")
    write(world, mine, text=HOURS)
    world.run()

    assert [one["who"] for one in history(world, mine)] == ["you", "bot"]
    assert history(world, other) == []


def test_one_number_of_two_visitors_is_two_messages_and_one_of_one_is_one(world: World) -> None:
    mine, other = session(world), session(world, "Tom")
    write(world, mine, text=HOURS)
    write(world, mine, text=HOURS)
    write(world, mine, text="Autre chose que la première fois")
    write(world, other, text=HOURS)
    world.run()

    assert [one["text"] for one in history(world, mine) if one["who"] == "you"] == [HOURS]
    assert [one["text"] for one in history(world, other) if one["who"] == "you"] == [HOURS]
    assert [one["id"] for one in history(world, mine) if one["who"] == "you"] == [ulid(1)]


# --- sessions ---------------------------------------------------------------------------------

HELD = Credentials(app_secrets=(SECRET, "a previous secret of more than 32 characters"))
ACCOUNT = Account(
    key=AccountKey("k"),
    brand=BrandId("maison-lune"),
    channel=ChannelName("webchat"),
    account_id=AccountId("www.brand.example"),
    app_key="app",
)
NOW = Millis(1_795_597_200_000)
VISITOR = sessions.arrives({"secret": "s" * 43}, ACCOUNT, HELD, NOW)


@pytest.mark.parametrize(
    "other",
    [{"brand": BrandId("atelier-nord")}, {"account_id": AccountId("other")}, {"channel": ChannelName("other")}],
)
def test_a_session_opens_no_other_account_and_no_other_brand(other: dict[str, Any]) -> None:
    token = sessions.session(VISITOR, ACCOUNT, HELD)

    assert sessions.visitor(token, ACCOUNT, HELD, NOW).person_id == VISITOR.person_id
    with pytest.raises(NoVisitor, match="forged"):
        sessions.visitor(token, replace(ACCOUNT, **other), HELD, NOW)


def test_a_session_ends_with_its_day_and_with_its_secret() -> None:
    token = sessions.session(VISITOR, ACCOUNT, HELD)

    with pytest.raises(NoVisitor, match="over"):
        sessions.visitor(token, ACCOUNT, HELD, Millis(VISITOR.until))
    with pytest.raises(NoVisitor, match="forged"):
        sessions.visitor(token, ACCOUNT, Credentials(app_secrets=("x" * 40,)), NOW)
    rotated = Credentials(app_secrets=("a new secret of more than 32 characters", *HELD.app_secrets))
    assert sessions.visitor(token, ACCOUNT, rotated, NOW) == replace(VISITOR, browser="")


@given(at=st.integers(0, 400), bit=st.integers(0, 7))
def test_no_bent_session_opens_anything(at: int, bit: int) -> None:
    token = sessions.session(VISITOR, ACCOUNT, HELD)
    at %= len(token)
    bent = token[:at] + chr(ord(token[at]) ^ (1 << bit)) + token[at + 1 :]
    with pytest.raises(NoVisitor):
        sessions.visitor(bent, ACCOUNT, HELD, NOW)


@given(st.text(max_size=60))
def test_any_text_is_no_session_and_no_link(text: str) -> None:
    for read in (sessions.visitor, sessions.linked):
        with pytest.raises(NoVisitor):
            read(text, ACCOUNT, HELD, NOW)


def test_a_session_opens_no_file_and_a_files_link_is_no_session() -> None:
    link = sessions.link("media/b/c/d", ACCOUNT, HELD, Millis(NOW + 1))

    assert sessions.linked(link, ACCOUNT, HELD, NOW) == "media/b/c/d"
    with pytest.raises(NoVisitor, match="over"):
        sessions.linked(link, ACCOUNT, HELD, Millis(NOW + 1))
    with pytest.raises(NoVisitor):
        sessions.linked(sessions.session(VISITOR, ACCOUNT, HELD), ACCOUNT, HELD, NOW)
    with pytest.raises(NoVisitor):
        sessions.visitor(link, ACCOUNT, HELD, NOW)


@pytest.mark.parametrize("secrets", [(), ("",), ("short",)])
def test_an_account_whose_secret_can_be_guessed_signs_nothing(secrets: tuple[str, ...]) -> None:
    with pytest.raises(NoVisitor, match="no_signing_secret"):
        sessions.session(VISITOR, ACCOUNT, Credentials(app_secrets=secrets))


def test_a_secret_that_can_be_guessed_opens_nothing_either() -> None:
    """A shop's guess of a secret, kept from an earlier release: what it signed is not read."""
    at = NOW // 1000
    good = {"aud": ACCOUNT.account_id, "sub": "c-7", "jti": "one", "iat": at, "exp": at + 300}
    told = {"secret": "a" * 43, "identity": jwt(good, "x" * 31)}
    with pytest.raises(NoVisitor, match="forged"):
        sessions.arrives(told, ACCOUNT, Credentials(app_secrets=(SECRET, "x" * 31)), NOW)
    signed = told | {"identity": jwt(good, SECRET)}
    assert sessions.arrives(signed, ACCOUNT, Credentials(app_secrets=(SECRET, "x" * 31)), NOW).signed


# --- who the shop's server says it is ---------------------------------------------------------


def test_somebody_signed_in_is_known_by_the_shops_id_and_reads_the_same_on_two_browsers(world: World) -> None:
    phone = session(world, "phone", jwt(claims(world, name="Inès")))
    laptop = session(world, "laptop", jwt(claims(world, name="Inès", jti="two")))
    write(world, phone, text=HOURS)
    world.run()

    assert [one["who"] for one in history(world, laptop)] == ["you", "bot"]
    assert '"u:c-7"' in json.dumps([item.get("person") for item in world.dynamo.items.values()])


def test_what_was_written_before_signing_in_is_not_shown_to_who_signs_in(world: World) -> None:
    """Perhaps somebody else wrote it, at the same computer."""
    write(world, session(world, "browser"), text=HOURS)
    world.run()

    assert history(world, session(world, "browser", jwt(claims(world)))) == []


def test_a_library_of_the_shops_makes_what_we_read(world: World) -> None:
    made = library.encode(claims(world), SECRET, algorithm="HS256")

    assert said(arrive(world, identity=made))["signed"] is True


def forgeries(at: int) -> Iterator[tuple[str, str, str]]:
    """What somebody might try: what it is, the token, and what they are told."""
    good = {"aud": "www.brand.example", "sub": "c-7", "jti": "one", "iat": at, "exp": at + 300}
    head, body, mac = jwt(good).split(".")
    none = coded(b'{"alg":"none","typ":"JWT"}')
    yield "no signature", f"{head}.{body}.", "forged"
    yield "the algorithm none", f"{none}.{body}.", "forged"
    yield "none, with a signature", f"{none}.{body}.{mac}", "forged"
    yield "HS512", library.encode(good, SECRET * 2, algorithm="HS512"), "forged"
    yield "another secret", jwt(good, "another secret that has 32 characters too"), "forged"
    yield "an empty secret", jwt(good, ""), "forged"
    yield (
        "another name under the old signature",
        f"{head}.{coded(json.dumps(good | {'sub': 'c-8'}).encode())}.{mac}",
        "forged",
    )
    yield "no token at all", "x.y.z", "forged"
    yield "another account", jwt(good | {"aud": "www.atelier-nord.example"}), "another"
    yield "two accounts", jwt(good | {"aud": ["www.brand.example", "x"]}), "another"
    yield "over", jwt(good | {"iat": at - 400, "exp": at - 100}), "over"
    yield "an hour", jwt(good | {"exp": at + 3_600}), "lives_too_long"
    yield "an hour, made long ago", jwt(good | {"iat": at - 3_300, "exp": at + 300}), "lives_too_long"
    yield "made long after now", jwt(good | {"iat": at + 5_000, "exp": at + 5_300}), "lives_too_long"
    yield "an end that is a text", jwt(good | {"exp": "soon"}), "incomplete"
    yield "an end beyond all time", jwt(good | {"exp": 10**20}), "incomplete"
    yield "an empty subject", jwt(good | {"sub": ""}), "incomplete"
    yield "a subject of two lines", jwt(good | {"sub": "c-7\nc-8"}), "incomplete"
    yield "an empty token id", jwt(good | {"jti": ""}), "incomplete"
    yield "an endless subject", jwt(good | {"sub": "c" * 500}), "incomplete"
    for name in ("exp", "aud", "sub", "jti"):
        yield f"without {name}", jwt({key: value for key, value in good.items() if key != name}), "*"


START = 1_795_597_200


@pytest.mark.parametrize(("token", "why"), [pytest.param(t, w, id=what) for what, t, w in forgeries(START)])
def test_what_the_shop_did_not_sign_for_this_account_and_now_gives_no_session(
    token: str, why: str, world: World
) -> None:
    assert world.clock.now // 1000 == START
    answer = arrive(world, identity=token)

    assert (answer.status, sorted(said(answer))) == (401, ["no"])
    assert why in ("*", said(answer)["no"])


def test_a_copied_identity_opens_nothing_in_another_browser_and_may_be_asked_with_again_in_its_own(
    world: World,
) -> None:
    token = jwt(claims(world))

    assert arrive(world, "mine", token).status == 200
    assert arrive(world, "mine", token).status == 200  # the answer was lost on its way
    assert (arrive(world, "thief", token).status, said(arrive(world, "thief", token))) == (401, {"no": "used"})


def test_a_jwt_is_good_for_ten_minutes_and_not_for_eleven(world: World) -> None:
    token = jwt(claims(world, exp=world.clock.now // 1000 + 600))
    world.clock.now += 629_000
    assert arrive(world, identity=token).status == 200
    world.clock.now += 2_000
    assert said(arrive(world, identity=token)) == {"no": "over"}


# --- how much ---------------------------------------------------------------------------------


def test_who_writes_more_than_ten_times_a_minute_is_told_how_long_to_wait(world: World) -> None:
    token, other = session(world), session(world, "Tom")
    answers = [write(world, token, number, text=f"mot {number}") for number in range(12)]

    assert [("taken" in each) for each in answers] == [True] * 10 + [False] * 2
    assert answers[-1]["no"] == "wait"
    assert 0 < answers[-1]["wait_s"] <= 60
    assert "taken" in write(world, other, text=HOURS)
    world.clock.now += answers[-1]["wait_s"] * 1000
    assert "taken" in write(world, token, 11, text="mot 11")


def test_an_address_writes_sixty_times_a_minute_at_most_whoever_it_says_it_is(world: World) -> None:
    answers = [write(world, session(world, f"v{n // 10}"), n, text="x") for n in range(29)]
    more = [session_elsewhere(world, n) for n in range(4)]
    answers += [write(world, token, 100 + 10 * i + n, text="x") for i, token in enumerate(more) for n in range(10)]

    assert sum("taken" in each for each in answers) == 60
    assert answers[-1]["no"] == "wait"


def test_who_writes_too_much_takes_no_place_of_others_at_the_same_address(world: World) -> None:
    token, other = session(world), session(world, "Tom")
    assert sum("taken" in write(world, token, number, text="x") for number in range(80)) == 10

    assert "taken" in write(world, other, text=HOURS)


def test_what_is_counted_of_an_address_cannot_grow_whoever_asks(world: World) -> None:
    tokens = [session(world, f"v{n}") for n in range(29)] + [session_elsewhere(world, n) for n in range(50)]
    for number, token in enumerate(tokens):
        write(world, token, number, text="x")
    kept = [repr(item) for item in world.dynamo.items.items() if "#visits#" in repr(item) and "minute#" in repr(item)]

    assert len(kept) > 50  # sessions of the other addresses stand for themselves
    assert max(each.count("'v") for each in kept) == 60 + 1  # `v` itself is the item's version


def session_elsewhere(world: World, number: int) -> str:
    told = {"secret": world.webchat.secret_of(f"far{number}")}
    return str(said(ask(world, "session", told, ip=f"198.51.100.{number}"))["session"])


def test_thirty_sessions_a_minute_are_enough_for_one_address(world: World) -> None:
    answers = [said(arrive(world, f"v{number}")) for number in range(31)]

    assert ["session" in each for each in answers] == [True] * 30 + [False]
    assert answers[-1]["no"] == "wait"


# --- what is said -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "no"),
    [
        ({"text": ""}, "nothing"),
        ({"text": " \n"}, "nothing"),
        ({}, "nothing"),
        ({"text": 7}, "too_long"),
        ({"text": "x" * 4_001}, "too_long"),
        ({"id": "1", "text": "x"}, "unreadable"),
        ({"id": ["x"], "text": "x"}, "unreadable"),
        ({"file": {"data": "no base64!"}}, "unreadable"),
        ({"file": {"data": 7}}, "file_size"),
        ({"file": {"data": base64.b64encode(b"<svg onload=alert(1)>").decode()}}, "file_type"),
        ({"file": {"data": base64.b64encode(b"<html>").decode(), "name": "photo.jpg"}}, "file_type"),
        ({"file": {"data": base64.b64encode(b"OggS a voice").decode()}}, "file_type"),
        ({"file": {"data": "A" * 4_800_000}}, "file_size"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_word(told: dict[str, Any], no: str, world: World) -> None:
    asked = {"session": session(world), "id": ulid(1), **told}

    assert said(ask(world, "messages", asked)) == {"no": no}
    assert world.sqs.queues == {} or not any(world.sqs.ready(name) for name in ("inbox.fifo",))


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 50_000, b"\xff", b'{"session":{}}', b'{"session":"x.y"}'])
def test_any_body_ends_in_an_answer(body: bytes, world: World) -> None:
    for what in ("session", "messages", "history"):
        asked = replace(world.webchat.asked(what, {}), body=body)
        assert world.visited(asked).status == 401


def test_a_photo_is_kept_shown_to_agents_and_opened_by_its_writer_for_ten_minutes(world: World) -> None:
    token = session(world)
    write(world, token, file={"name": "../../mon colis<x>.jpeg", "data": base64.b64encode(JPEG).decode()})
    world.run()
    (photo,) = [one for one in history(world, token) if one["who"] == "you"]
    link = photo["files"][0]["link"]
    path = f"/chat/ka-wc/file/{link}"
    opened = world.visited(Request("GET", path, {}, {}, b""))

    assert (opened.status, opened.content_type, opened.content) == (200, "image/jpeg", JPEG)
    assert opened.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert [key for key in world.buckets if key.startswith("chat/maison-lune/")]
    world.clock.now += visits.OPENS_MS
    assert world.visited(Request("GET", path, {}, {}, b"")).status == 404


def test_a_pdf_is_taken_by_its_bytes(world: World) -> None:
    data = base64.b64encode(PDF).decode()

    assert "taken" in write(world, session(world), file={"name": "facture.exe", "data": data})
    assert [key for key in world.buckets if key.startswith("chat/")]


# --- what is read -----------------------------------------------------------------------------


def test_history_goes_on_from_its_cursor_and_shows_late_ones_too(world: World) -> None:
    token = session(world)
    write(world, token, text=HOURS)
    world.run()
    first = said(ask(world, "history", {"session": token}))
    world.clock.now += 300_000
    write(world, token, 2, text="Et mon colis 4411 ? ccdd")
    world.run()
    more = said(ask(world, "history", {"session": token, "after": first["after"]}))

    texts = [one["text"] for one in more["messages"] if one["who"] == "you"]
    assert texts[-1] == "Et mon colis 4411 ? ccdd"
    assert more["after"] > first["after"]
    assert said(ask(world, "history", {"session": token, "after": more["after"]}))["after"] == more["after"]


@pytest.mark.parametrize("cursor", ["x", "1" * 13, "0" * 13 + "#" + "z" * 16, "~", "m#", "9" * 400])
def test_a_cursor_that_is_none_of_ours_reads_nothing(cursor: str, world: World) -> None:
    for name in ("after", "before"):
        assert said(ask(world, "history", {"session": session(world), name: cursor})) == {"no": "unreadable"}


def test_what_lies_in_ones_conversation_and_was_said_to_another_address_is_never_shown(world: World) -> None:
    """However wrong a merge may be: what was said elsewhere, or to somebody else here, stays unseen."""
    token = session(world)
    write(world, token, text=HOURS)
    world.run()
    address = address_of("webchat", "www.brand.example", world.webchat.person_id("Zoé"))
    found = world.table.identity(address)
    assert found is not None
    others: list[dict[str, Any]] = [
        {"address": address_of("webchat", "www.brand.example", "a:other")},
        {"address": address_of("webchat", "www.other.example", address.person_id)},
        {"address": address_of("whatsapp", "www.brand.example", address.person_id)},
        {"note": True},
        {"public": True},
        {"author": "system"},
        {"state": "failed"},
        {"state": "unknown"},
        {"state": "cancelled"},
        {"kind": "reaction"},
    ]
    for number, other in enumerate(others):
        at = Millis(world.clock.now + number)
        made = TimelineMessage(
            **{
                "message_id": keys.message_id(found[1], at, str(number)),
                "author": "bot",
                "address": address,
                "text": "secret",
                "sent_at": at,
                "received_at": at,
                "state": "sent",
                **other,
            }
        )
        world.table.put(keys.message("maison-lune", made.message_id), items.message_item(made))  # type: ignore[arg-type]

    assert "secret" not in ask(world, "history", {"session": token}).body
    assert len(world.table.latest(found[1])) >= len(others)


def test_who_was_erased_reads_nothing(world: World) -> None:
    assert history(world, session(world)) == []


# --- going on elsewhere -----------------------------------------------------------------------


class ToWhatsApp:
    """One other channel, whose links hold the number that they were asked with."""

    def titles(self, brand: BrandId, origin: Address) -> tuple[str, ...]:
        assert (brand, origin.channel) == ("maison-lune", "webchat")
        return ("WhatsApp",)

    def worded(self, brand: BrandId, text: str, made_of: str) -> str:
        raise AssertionError(f"nothing is made again for {brand}: {made_of}")

    def offers(self, brand: BrandId, origin: Address, number: str) -> tuple[Way, ...]:
        assert brand == "maison-lune"
        link = f"https://wa.me/33100000000?text={number}-{origin.person_id[:2]}"
        return (Way({"fr": "sur WhatsApp", "en": "on WhatsApp"}, link, Millis(START * 1000 + 600_000)),)


def test_where_a_conversation_can_go_on_is_told_and_offered_to_its_visitor_alone(world: World) -> None:
    world.table.put_playbook(to_json(replace(world.playbook, continue_on={})), world.clock())
    assert said(arrive(world))["elsewhere"] == []
    world.moves = ToWhatsApp()
    assert said(arrive(world))["elsewhere"] == ["WhatsApp"]
    asked = {"session": session(world), "id": ulid(4)}
    once, again = said(ask(world, "move", asked)), said(ask(world, "move", asked))

    link = f"https://wa.me/33100000000?text={ulid(4)}-a:"
    assert (
        once == again == {"ways": [{"on": {"fr": "sur WhatsApp", "en": "on WhatsApp"}, "link": link}], "lasts_s": 600}
    )
    assert ask(world, "move", {"session": "x.y", "id": ulid(4)}).status == 401
    assert said(ask(world, "move", {"session": session(world), "id": "4"})) == {"no": "unreadable"}


# --- the script -------------------------------------------------------------------------------


def test_the_script_is_kept_for_a_day_and_not_sent_twice(world: World) -> None:
    asked = Request("GET", "/chat/ka-wc/widget.js", {}, {}, b"")
    first = world.visited(asked)
    again = world.visited(replace(asked, headers={"if-none-match": (first.headers["ETag"],)}))

    assert (first.status, first.body.encode()) == (200, WebChat.script())
    assert first.content_type.startswith("text/javascript")
    assert "max-age=86400" in first.headers["Cache-Control"]
    assert (again.status, again.body) == (304, "")


def test_who_goes_on_elsewhere_is_asked_here_and_reads_nothing_here_of_what_they_say_there(world: World) -> None:
    world.table.put_playbook(to_json(replace(world.playbook, continue_on=WAYS)), world.clock())
    token = session(world)
    write(world, token, text=HOURS)
    world.run()
    found = said(ask(world, "move", {"session": session(world), "id": ulid(9)}))["ways"]
    link = next(each["link"] for each in found if each["link"].startswith("https://wa.me/"))
    words = parse_qs(urlsplit(link).query)["text"][0]
    world.whatsapp.writes("33600000001", words)
    world.run()
    asked = history(world, token)[-1]

    assert asked["who"] == "bot"
    assert [payload[:8] for _, payload in asked["choices"]] == ["move:no:"]
    write(world, token, 2, text=number_in(world, "whatsapp"))
    world.run()
    world.whatsapp.writes("33600000001", "Mon secret : robe Alba zzyy")
    world.run()
    assert "zzyy" not in json.dumps(history(world, token))
    assert "zzyy" in repr(world.dynamo.items)


def test_who_asks_in_words_reads_a_link_that_leads_on_and_it_is_stored_nowhere(world: World) -> None:
    world.table.put_playbook(to_json(replace(world.playbook, continue_on=WAYS)), world.clock())
    token = session(world)
    write(world, token, text="On peut continuer sur WhatsApp ?")
    world.run()
    link = re.findall(r"https://wa\.me/\S+", history(world, token)[-1]["text"])[0]
    words = parse_qs(urlsplit(link).query)["text"][0]
    world.whatsapp.writes("33600000001", words)
    world.run()
    write(world, token, 2, text=number_in(world, "whatsapp"))
    world.run()

    assert world.whatsapp.said[-1].text.startswith(("C’est confirmé", "Confirmed"))
    assert found_in(words) not in repr(world.dynamo.items)


def test_who_comes_here_by_a_link_reads_the_number_that_its_origin_types(world: World) -> None:
    ways = {**WAYS, "webchat": "https://www.brand.example/aide"}
    world.table.put_playbook(to_json(replace(world.playbook, continue_on=ways)), world.clock())
    world.whatsapp.writes("33600000001", "On peut continuer sur le chat ?")
    world.run()
    came = session(world, "Zoé")
    write(world, came, press={"payload": "moved", "title": ""}, moved=token_in(world, "whatsapp"))
    world.run()
    number = re.findall(r"\b\d{6}\b", history(world, came)[-1]["text"])
    assert number[0] not in repr(world.dynamo.items)
    world.whatsapp.writes("33600000001", number[0])
    world.run()

    assert world.whatsapp.said[-1].text.startswith("C’est noté")
    assert history(world, came)[-1]["text"].startswith("C’est confirmé")


def test_whose_link_was_forwarded_shows_nothing_to_a_stranger_here(world: World) -> None:
    """A link that leads to the web chat opens a conversation of whoever follows it, and no other's."""
    write(world, session(world), text=HOURS)
    world.run()
    stranger = session(world, "Tom")
    write(world, stranger, press={"payload": "moved", "title": ""}, moved="gkabcdefghijklmnop234567")
    world.run()

    assert "aabb" not in json.dumps(history(world, stranger))
    assert "horaires" not in json.dumps(history(world, stranger))


# --- the names over the bubbles ---------------------------------------------------------------


def test_an_answer_bears_the_name_that_the_brand_lets_be_known_of_who_wrote_it(world: World) -> None:
    token = session(world)
    write(world, token, text=ODD)
    world.run(*writes_reply("Oui, en rose. zz"))
    asked, taken, answered = history(world, token)

    assert (asked["who"], taken["who"], answered["who"]) == ("you", "bot", "person")
    assert answered["name"] == "Léa"
    assert "name" not in asked | taken


def test_whom_the_playbook_names_no_more_is_nameless_in_what_was_said_before_too(world: World) -> None:
    token = session(world)
    write(world, token, text=ODD)
    world.run(*writes_reply("Oui, en rose. zz"))
    world.table.put_playbook(to_json(replace(world.playbook, agents={})), world.clock())
    world.clock.now += 60_000  # the function's copy is 15 s old at most

    assert "name" not in history(world, token)[-1]
    assert AGENT not in json.dumps(history(world, token))
