"""A helpdesk's export: what a customer wrote first, where everybody in the conversation saw it, and nothing else."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import UsageError
from infra.replay.helpdesks import plain
from infra.replay.past import Reading, read

ASKED, ANSWERED, NOTED = "Où est mon colis ?", "Il arrive demain.", "secretword note"

ZENDESK: dict[str, Any] = {
    "id": 35436,
    "requester_id": 20978392,
    "submitter_id": 20978392,
    "subject": "secretword",
    "description": ASKED,
    "created_at": "2026-10-20T22:55:29Z",
    "comments": [
        {"id": 1, "author_id": 20978392, "public": True, "plain_body": ASKED, "created_at": "2026-10-20T22:55:29Z"},
        {"id": 2, "author_id": 235323, "public": False, "plain_body": NOTED, "created_at": "2026-10-20T22:50:00Z"},
        {"id": 3, "author_id": 235323, "public": True, "plain_body": ANSWERED, "created_at": "2026-10-21T08:00:00Z"},
    ],
}
GORGIAS = {
    "id": 77,
    "customer": {"id": 5, "name": "secretword", "email": "secretword@example.com"},
    "messages": [
        {
            "from_agent": False,
            "public": True,
            "channel": "email",
            "body_text": f"{ASKED}\n> secretword",
            "stripped_text": ASKED,
            "created_datetime": "2026-10-20T22:55:29.123456",
        },
        {"from_agent": True, "public": True, "body_text": ANSWERED, "created_datetime": "2026-10-21T08:00:00"},
    ],
}
FRESHDESK = {
    "id": 20,
    "requester_id": 9,
    "source": 1,
    "description": f"<div>{ASKED}</div>",
    "description_text": ASKED,
    "created_at": "2026-10-20T22:55:29Z",
    "conversations": [
        {"incoming": False, "private": False, "body_text": ANSWERED, "created_at": "2026-10-21T08:00:00Z"},
    ],
}
INTERCOM = {
    "type": "conversation",
    "id": "1295",
    "created_at": 1_792_536_929,
    "source": {
        "type": "conversation",
        "delivered_as": "customer_initiated",
        "subject": "secretword",
        "body": f"<p>{ASKED}</p>",
        "author": {"type": "user", "id": "5310d8", "name": "secretword", "email": "secretword@example.com"},
    },
    "conversation_parts": {
        "conversation_parts": [
            {"part_type": "note", "body": NOTED, "author": {"type": "admin"}, "created_at": 1_792_536_930},
            {"part_type": "comment", "body": ANSWERED, "author": {"type": "admin"}, "created_at": 1_792_540_000},
        ]
    },
}
FRONT = {
    "id": "cnv_55c8c149",
    "subject": "secretword",
    "messages": [
        {
            "id": "msg_1",
            "is_inbound": True,
            "created_at": 1_792_536_929.123,
            "body": f"<div>{ASKED}</div><blockquote>secretword</blockquote>",
            "recipients": [{"role": "from", "handle": "h5"}, {"role": "to", "handle": "secretword"}],
        },
        {"id": "msg_2", "is_inbound": False, "created_at": 1_792_540_000.5, "text": ANSWERED},
    ],
}
HELP_SCOUT = {
    "id": 10,
    "subject": "secretword",
    "primaryCustomer": {"id": 256, "email": "secretword@example.com"},
    "_embedded": {
        "threads": [
            {"type": "message", "body": ANSWERED, "createdAt": "2026-10-21T08:00:00Z", "createdBy": {"type": "user"}},
            {"type": "note", "body": NOTED, "createdAt": "2026-10-20T22:00:00Z", "createdBy": {"type": "user"}},
            {
                "type": "customer",
                "body": f"{ASKED}<br>",
                "createdAt": "2026-10-20T22:55:29Z",
                "createdBy": {"type": "customer"},
            },
        ]
    },
}
CRISP = {
    "session_id": "session_700c65e1",
    "messages": [
        {"type": "note", "from": "operator", "content": NOTED, "timestamp": 1_792_536_900_000},
        {"type": "text", "from": "user", "content": ASKED, "timestamp": 1_792_536_929_000},
        {"type": "text", "from": "operator", "content": ANSWERED, "timestamp": 1_792_540_000_000},
    ],
}
EXPORTS: dict[str, dict[str, Any]] = {
    "Zendesk": ZENDESK,
    "Gorgias": GORGIAS,
    "Freshdesk": FRESHDESK,
    "Intercom": INTERCOM,
    "Front": FRONT,
    "Help Scout": HELP_SCOUT,
    "Crisp": CRISP,
}


def put(folder: Path, content: str, name: str = "export.json") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def whole(reading: Reading) -> str:
    return repr(reading)


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("shape", ["lines", "list", "inside"])
def test_an_export_gives_what_the_customer_wrote_first(tmp_path: Path, name: str, shape: str) -> None:
    one: dict[str, Any] = EXPORTS[name]
    documents: dict[str, Any] = {
        "list": [one, one | {"id": "2", "session_id": "2"}],
        "inside": {"tickets": [one], "count": 1},
    }
    content = json.dumps(one) + "\n" if shape == "lines" else json.dumps(documents[shape], indent=2)
    found = read(put(tmp_path, content))

    assert found.helpdesk == name
    assert {each.text for each in found.messages} == {ASKED}
    assert all(each.at and each.person and each.conversation for each in found.messages)
    assert "secretword" not in whole(found)
    assert ANSWERED not in whole(found)


THEN, LATER, SECONDS = "2026-10-20T22:55:29Z", "2026-10-21 08:00", "1792536929"
ROWS = {
    "Zendesk": (
        ["ticket_id", "author_id", "requester_id", "public", "body", "created_at"],
        [["1", "7", "7", "true", ASKED, THEN], ["1", "8", "7", "true", ANSWERED, LATER]],
    ),
    "Gorgias": (
        ["ticket_id", "from_agent", "public", "body_text", "created_datetime"],
        [["1", "False", "True", ASKED, THEN], ["1", "True", "True", ANSWERED, LATER]],
    ),
    "Freshdesk": (
        ["ticket_id", "incoming", "private", "body_text", "created_at"],
        [["1", "false", "true", NOTED, "2026-10-19"], ["1", "true", "false", ASKED, THEN]],
    ),
    "Front": (
        ["Conversation ID", "Direction", "Message body", "Date"],
        [["cnv_1", "Inbound", ASKED, THEN], ["cnv_1", "Outbound", ANSWERED, LATER]],
    ),
    "Intercom": (
        ["conversation_id", "author_type", "part_type", "body", "created_at"],
        [["1", "admin", "note", NOTED, "1792536900"], ["1", "user", "comment", f"<p>{ASKED}</p>", SECONDS]],
    ),
    "Help Scout": (
        ["conversation_id", "created_by_type", "type", "body", "created_at"],
        [["1", "customer", "customer", ASKED, THEN], ["1", "user", "note", NOTED, THEN]],
    ),
    "Crisp": (
        ["session_id", "from", "type", "content", "timestamp"],
        [["s1", "user", "text", ASKED, SECONDS + "000"]],
    ),
}


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("separator", [",", ";"])
def test_a_row_a_message_is_told_by_its_columns(tmp_path: Path, name: str, separator: str) -> None:
    text = io.StringIO()
    names, rows = ROWS[name]
    csv.writer(text, delimiter=separator).writerows([names, *rows])
    found = read(put(tmp_path, text.getvalue(), "export.csv"))

    assert (found.helpdesk, [each.text for each in found.messages]) == (name, [ASKED])
    assert found.messages[0].at


def test_what_the_team_began_and_what_nobody_wrote_is_left_out_and_counted(tmp_path: Path) -> None:
    ours = ZENDESK | {"id": 2, "comments": list(reversed(ZENDESK["comments"])), "submitter_id": 235323}
    ours["comments"] = [
        {"author_id": 235323, "public": True, "plain_body": ANSWERED, "created_at": "2026-10-01T08:00:00Z"},
        *ours["comments"],
    ]
    silent = ZENDESK | {"id": 3, "comments": [ZENDESK["comments"][1]]}
    found = read(put(tmp_path, json.dumps([ZENDESK, ours, silent, {"id": 4}])))

    assert [each.conversation for each in found.messages] == ["35436"]
    assert found.left_out == {"begun_by_us": 1, "no_customer_words": 1, "not_understood": 1}


def test_lines_that_follow_at_once_are_one_opening(tmp_path: Path) -> None:
    lines = [
        {"type": "text", "from": "user", "content": words, "timestamp": 1_792_536_929_000 + after}
        for words, after in (("Bonjour", 0), (ASKED, 9_000), ("le 10482", 18_000), ("allô ?", 90_000))
    ]
    (found,) = read(put(tmp_path, json.dumps(CRISP | {"messages": lines}))).messages

    assert found.text == f"Bonjour\n{ASKED}\nle 10482"


def test_a_list_of_tickets_without_messages_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = put(tmp_path, "Id,Requester,Subject,Status\n1,secretword,secretword,Open\n", "tickets.csv")
    with pytest.raises(UsageError, match="a list of tickets without what was written in them") as raised:
        read(path)

    assert "secretword" not in str(raised.value)


def test_an_export_in_which_no_customer_wrote_says_so(tmp_path: Path) -> None:
    silent = ZENDESK | {"comments": [ZENDESK["comments"][1]]}
    with pytest.raises(UsageError, match=r"an export of Zendesk in which no customer wrote first \(1 without a word"):
        read(put(tmp_path, json.dumps([silent])))


def test_a_time_that_is_none_is_named_with_its_entry(tmp_path: Path) -> None:
    broken = FRESHDESK | {"created_at": "secretword"}
    with pytest.raises(UsageError, match='entry 2: "at" is no time') as raised:
        read(put(tmp_path, json.dumps([FRESHDESK, broken])))

    assert "secretword" not in str(raised.value)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Bonjour,</p><p>où&nbsp;est <b>mon</b> colis&nbsp;?</p>", "Bonjour,\noù est mon colis ?"),
        ("<style>p {}</style><div>Merci</div><blockquote>le 3 mai</blockquote>", "Merci"),
        ("taille <38 ou >40 ?", "taille <38 ou >40 ?"),
        ("a<br/>b", "a\nb"),
    ],
)
def test_markup_is_no_words(html: str, words: str) -> None:
    assert plain(html) == words
