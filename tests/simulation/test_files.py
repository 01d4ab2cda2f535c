"""Photos, voice notes and documents: fetched before their links expire, shown in the thread, honest where not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.store import items

from . import agent
from .exploring import play
from .invariants import Ledger
from .paths import HOURS, ODD, PERSON, deletes, says
from .platforms import JPEG, OGG, SlackWorkspace, answer
from .world import CHANNEL, Step, World

PDF = b"%PDF-1.7 " + b"x" * 200
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def shown(world: World) -> list[tuple[str, bytes]]:
    """What stands in threads: (name, bytes) of each file, in order."""
    return [(f["name"], f["bytes"]) for f in world.slack.files.values() if f["in"]]


def ticket_text(world: World) -> str:
    first = next(iter(world.slack.messages.values()))
    return json.dumps(first["blocks"], ensure_ascii=False).replace("\\u00a0", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("kind", "body", "name", "words"),
    [
        ("image", JPEG, "image-1.jpg", "1 photo (dans le fil)"),
        ("audio", OGG, "audio-1.ogg", "1 son (dans le fil)"),
        ("document", PDF, "application-1.pdf", "1 document (dans le fil)"),
        ("video", b"\0\0\0 ftypisom" + b"v" * 90, "video-1.mp4", "1 vidéo (dans le fil)"),
    ],
)
def test_what_a_customer_sends_stands_in_the_thread(kind: str, body: bytes, name: str, words: str) -> None:
    world = World()
    world.run(Step(lambda world: world.whatsapp.sends_file(PERSON, kind, body, ODD)))

    assert shown(world) == [(name, body)]
    assert words in ticket_text(world)
    (file,) = [file for file in world.slack.files.values() if file["in"]]
    ticket_ts = next(iter(world.slack.messages))
    assert file["in"] == [(CHANNEL, ticket_ts)]
    assert [key.rpartition("/")[0].count("/") for key in world.buckets] == [2]  # media/<brand>/<contact>/…


@pytest.mark.parametrize("body", [SVG, HTML, b"MZ\x90\0 a program", b"#!/bin/sh", b"PK\x03\x04 an archive"])
def test_what_could_run_is_neither_kept_nor_shown(body: bytes) -> None:
    world = World()
    world.run(Step(lambda world: world.whatsapp.sends_file(PERSON, "image", body, ODD)))

    assert (shown(world), world.buckets) == ([], {})
    assert "1 photo (impossible à récupérer : à voir sur le canal)" in ticket_text(world)


def test_a_link_that_expired_is_told_honestly() -> None:
    world, _ = play("a photo that is no more")

    assert shown(world) == []
    assert "1 photo (impossible à récupérer : à voir sur le canal)" in ticket_text(world)


@pytest.mark.parametrize(
    "link",
    [
        "http://scontent.xx.fbcdn.net/a.jpg",
        "https://169.254.169.254/latest/meta-data",
        "https://fbcdn.net.evil.example/a.jpg",
        "https://evil.example/?fbcdn.net",
        "https://user@scontent.xx.fbcdn.net/a.jpg",
        "https://scontent.xx.fbcdn.net:8443/a.jpg",
        "https://[broken",
        "file:///etc/passwd",
        "",
    ],
)
def test_no_link_leads_away_from_the_platform(link: str) -> None:
    world = World()
    world.run(says("messenger", ODD), Step(lambda world: world.messenger.sends_file(PERSON, link), wait_ms=60_000))

    assert [call for call in world.injector.trace if "messenger GET" in call and PERSON not in call] == []
    assert shown(world) == []
    assert "impossible à récupérer" in ticket_text(world)
    assert "pas arrivée jusqu" in world.slack.everything(CHANNEL)


@pytest.mark.parametrize(
    ("location", "arrives"), [("https://video.xx.fbcdn.net/b.jpg", True), ("https://evil.example/b.jpg", False)]
)
def test_a_redirect_is_followed_within_the_platform_alone(location: str, *, arrives: bool) -> None:
    world = World()
    world.messenger.file_troubles.append(answer(302, {}, location=location))
    link = "https://scontent.xx.fbcdn.net/a.jpg"
    world.run(says("messenger", ODD), Step(lambda world: world.messenger.sends_file(PERSON, link), wait_ms=60_000))

    assert bool(shown(world)) is arrives


def test_x_signs_for_what_a_direct_message_holds() -> None:
    world = World()
    world.run(says("x", ODD), Step(lambda world: world.x.sends_file(PERSON), wait_ms=60_000))

    assert shown(world) == [("image-1.jpg", JPEG)]


def test_a_photo_in_a_ticket_that_is_open_follows_its_words() -> None:
    world = World()
    world.run(
        says("whatsapp", ODD),
        Step(lambda world: world.whatsapp.sends_file(PERSON, "image", JPEG, "le voici kkyy"), wait_ms=60_000),
    )

    assert shown(world) == [("image-1.jpg", JPEG)]
    assert "1 photo (dans le fil)" in ticket_text(world)


def test_what_the_words_after_a_photo_are_about_names_its_ticket() -> None:
    world = World()
    world.table.switch("intent:opening_hours", stopped=True)
    world.run(
        Step(lambda world: world.whatsapp.sends_file(PERSON, "image", JPEG)),
        says("whatsapp", HOURS, wait_ms=60_000),
    )
    [ticket] = [item for (_, sk), item in Ledger(world).plain.items() if sk == "ticket"]

    assert (ticket["reason"], ticket["intent"]) == ("attachment", "opening_hours")


def test_a_desk_that_takes_no_files_keeps_its_tickets() -> None:
    """An app without `files:write`: the ticket says where to look, and the desk goes on."""
    world = World()
    world.slack.file_troubles.append(answer(200, {"ok": False, "error": "missing_scope"}))
    world.run(
        Step(lambda world: world.whatsapp.sends_file(PERSON, "image", JPEG, ODD)),
        says("whatsapp", "Et en bleu ? kkyy", wait_ms=60_000),
    )

    assert "1 photo (impossible à récupérer : à voir sur le canal)" in ticket_text(world)
    assert "kkyy" in world.slack.everything(CHANNEL)
    assert [item for _, item in world.dynamo.items.items() if "paused" in item] == []


def test_what_is_taken_back_leaves_bucket_and_desk() -> None:
    world = World()
    world.run(
        Step(lambda world: world.whatsapp.sends_file(PERSON, "image", JPEG, "regardez", "wamid.A")),
        deletes("wamid.A", 30_000),
    )

    assert {body for key, body in world.buckets.items() if key.startswith("media/")} == {b""}
    assert world.slack.files == {}


def test_nobody_waits_for_a_file() -> None:
    """The acknowledgement is out before the first byte is asked for; the ticket while the platform has none to give."""
    world = World()
    world.whatsapp.file_troubles += [answer(503, {})] * 3
    at = firsts(world)

    assert at["whatsapp POST messages"] < at["whatsapp GET"]
    assert at["slack POST chat.postMessage"] < 1_000
    assert at["s3.put_object"] > 10_000


def test_a_file_waits_for_nobody() -> None:
    """Its link expires: it is kept at once, however long the desk is down, and shown when the desk is back."""
    world = World()
    world.slack.down_until = world.clock.now + 3_600_000
    at = firsts(world)

    assert at["s3.put_object"] < 1_000
    assert at["slack POST files.completeUploadExternal"] > 3_600_000
    assert [body for _, body in shown(world)] == [JPEG]


def firsts(world: World) -> dict[str, int]:
    """Plays a photo: for each kind of call, how many ms after the first call of all it was first made."""
    times: list[int] = []
    world.injector.before = lambda number: times.append(world.clock.now)
    world.run(Step(lambda world: world.whatsapp.sends_file(PERSON, "image", JPEG, ODD)))
    calls = [call.partition(": ")[2] for call in world.injector.trace]
    kinds = [call.rpartition(" ")[0] if " GET " in call else call for call in calls]
    return {kind: at - times[0] for kind, at in reversed(list(zip(kinds, times, strict=True)))}


def test_no_link_is_logged_or_shown() -> None:
    world = World()
    link = "https://scontent.xx.fbcdn.net/a.jpg?token=kkzz"
    world.run(says("messenger", ODD), Step(lambda world: world.messenger.sends_file(PERSON, link), wait_ms=60_000))

    assert "kkzz" not in world.slack.everything(CHANNEL)
    assert "kkzz" not in json.dumps(list(Ledger(world).plain.values()))


def test_an_agent_answers_beside_a_photo() -> None:
    world = World()
    world.run(
        Step(lambda world: world.whatsapp.sends_file(PERSON, "image", JPEG, ODD)),
        Step(agent.types_in_thread("vu"), wait_ms=30_000),
        says("whatsapp", HOURS, wait_ms=30_000),
    )
    (ticket,) = [items.ticket(item) for (_, sk), item in Ledger(world).plain.items() if sk == "ticket"]

    assert ticket.quotes[0].attachments == ("image:thread",)


def test_the_workspace_of_the_tests_takes_no_half_file() -> None:
    workspace: Any = SlackWorkspace(lambda: 0)
    workspace.files["F1"] = {"name": "a", "length": 3, "in": [], "bytes": b"12"}
    fields = {"files": [{"id": "F1"}], "channel_id": "C", "thread_ts": "1.1"}

    assert json.loads(workspace._file_call("files.completeUploadExternal", fields).body)["ok"] is False
