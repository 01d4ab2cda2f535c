"""What each platform is told, and what its own list proves: the parts of a channel that are its own."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.errors import RateLimited, Refused, SendError, TokenExpired
from chalicelib.http import HttpClient
from chalicelib.model import CannotTell, Credentials, NotSent, Part, PersonId, Sent, posted
from tests.contract.conftest import Platform
from tests.contract.samples import SAMPLES, part
from tests.contract.sending import build, row

# --- Messenger --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by_human", "beyond_window", "kind"),
    [(False, False, "RESPONSE"), (True, False, "RESPONSE"), (False, True, "RESPONSE"), (True, True, "MESSAGE_TAG")],
)
def test_only_a_persons_late_answer_goes_under_the_human_agent_tag(
    *, by_human: bool, beyond_window: bool, kind: str, platform: Platform
) -> None:
    platform.body = SAMPLES["messenger"].accepted
    build("messenger", platform).send(part("messenger", by_human=by_human, beyond_window=beyond_window))
    said = platform.json()
    assert said["messaging_type"] == kind
    assert (said.get("tag") == "HUMAN_AGENT") == (kind == "MESSAGE_TAG")
    assert said["message"]["metadata"] == f"{part('messenger').row_id}:0"
    assert platform.seen[0][1] == "/platform/v23.0/108214515401222/messages"


def test_the_rows_token_comes_back_in_the_echo() -> None:
    body = (
        b'{"object":"page","entry":[{"id":"1","messaging":[{"sender":{"id":"1"},"recipient":{"id":"2"},'
        b'"timestamp":1763801402371,"message":{"mid":"m","is_echo":true,"text":"x","metadata":"9f2c.0000000007:0"}}]}]}'
    )
    (echo,) = REGISTRY["messenger"].parse(posted(body))
    assert (echo.row_id, echo.own_app) == ("9f2c.0000000007:0", True)  # type: ignore[union-attr]


# --- WhatsApp ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("person", "key"), [("33612345678", "to"), ("FR.13491208655302741918", "recipient")])
def test_a_business_scoped_id_is_a_recipient_and_a_number_is_a_to(person: str, key: str, platform: Platform) -> None:
    platform.body = SAMPLES["whatsapp"].accepted
    one = part("whatsapp")
    to = type(one.address)(one.address.channel, one.address.account_id, PersonId(person))
    build("whatsapp", platform).send(part("whatsapp", address=to))
    said = platform.json()
    assert said[key] == person
    assert ("to" in said) != ("recipient" in said)
    assert said["biz_opaque_callback_data"] == f"{part('whatsapp').row_id}:0"


def test_pair_rate_waits_grow_with_the_attempts(platform: Platform) -> None:
    platform.status, platform.body = 400, {"error": {"code": 131056}}
    waits = []
    for attempt in (1, 2, 3, 9):
        with pytest.raises(RateLimited) as caught:
            build("whatsapp", platform).send(part("whatsapp", attempt=attempt))
        waits.append(caught.value.after_s)
    assert waits == [4, 16, 64, 1024]
    platform.headers = {"retry-after": "7"}
    with pytest.raises(RateLimited) as caught:
        build("whatsapp", platform).send(part("whatsapp"))
    assert caught.value.after_s == 7


def test_typing_needs_a_message_to_stand_under(platform: Platform) -> None:
    build("whatsapp", platform).show_typing(part("whatsapp"))
    assert platform.seen == []


# --- X ----------------------------------------------------------------------------------------


def test_a_public_answer_hangs_on_its_anchor_and_a_private_one_goes_to_the_person(platform: Platform) -> None:
    platform.body = SAMPLES["x"].accepted
    channel = build("x", platform)
    channel.send(part("x", public=True))
    channel.send(part("x"))
    (_, post, headers, _), (_, message, _, _) = platform.seen
    assert post == "/platform/2/tweets"
    assert platform.json(0)["reply"] == {"in_reply_to_tweet_id": "1992153617839325184"}
    assert message == "/platform/2/dm_conversations/with/2222222222222222222/messages"
    assert headers["authorization"].startswith("OAuth ")
    assert 'oauth_consumer_key="consumer-key"' in headers["authorization"]


def test_a_public_post_that_answers_nobody_is_never_asked_for(platform: Platform) -> None:
    with pytest.raises(Refused, match="not_summoned"):
        build("x", platform).send(part("x", public=True, anchor=""))
    assert platform.seen == []


def test_an_x_account_without_its_keys_says_which(platform: Platform) -> None:
    bare = REGISTRY["x"](Credentials(app_secrets=("s",), token="t"), HttpClient(platform.base))
    with pytest.raises(TokenExpired, match="token_secret"):
        bare.send(part("x"))
    assert platform.seen == []


@pytest.mark.parametrize(
    ("headers", "after_s"),
    [
        (
            {
                "x-rate-limit-reset": "1763801460",
                "x-rate-limit-remaining": "0",
                "date": "Sat, 22 Nov 2025 08:50:00 GMT",
            },
            60,
        ),
        (
            {
                "x-rate-limit-reset": "1763801460",
                "x-rate-limit-remaining": "3",
                "x-user-limit-24hour-reset": "1763805000",
                "x-user-limit-24hour-remaining": "0",
                "date": "Sat, 22 Nov 2025 08:50:00 GMT",
            },
            3600,
        ),
        ({"x-rate-limit-reset": "soon", "date": "today"}, 60),
    ],
)
def test_the_wait_is_measured_on_xs_own_clock(headers: dict[str, str], after_s: float) -> None:
    from chalicelib.channels.x import failure  # the pure half of send
    from chalicelib.ports import HttpAnswer  # the same

    error = failure(HttpAnswer(429, headers, b""))
    assert isinstance(error, RateLimited)
    assert error.after_s == after_s


def test_a_repeated_post_is_named_though_x_gives_no_code(platform: Platform) -> None:
    platform.status = 403
    platform.body = {"detail": "You are not allowed to create a Tweet with duplicate content.", "status": 403}
    with pytest.raises(SendError) as caught:
        build("x", platform).send(part("x", public=True))
    assert caught.value.code == "187"


MADE = "2025-11-22T08:50:04.000Z"
BEFORE = "2025-11-22T08:00:00.000Z"


def dm(text: str, *, own_id: str = "7", at: str = MADE, sender: str = "1716450569358098432") -> dict[str, Any]:
    return {"id": own_id, "text": text, "created_at": at, "sender_id": sender, "event_type": "MessageCreate"}


@pytest.mark.parametrize(
    ("listed", "proof"),
    [
        ({"data": [dm("Bonjour & merci")]}, Sent("7")),
        ({"data": [dm("Bonjour &amp; merci")]}, Sent("7")),
        ({"data": [], "meta": {"result_count": 0}}, NotSent()),
        ({"meta": {"result_count": 0}}, NotSent()),
        ({"data": [dm("autre chose")]}, NotSent()),
        ({"data": [dm("Bonjour & merci", sender="2222222222222222222")]}, NotSent()),
        ({"data": [dm("Bonjour & merci", at=BEFORE)]}, NotSent()),
        ({"data": [dm("Bonjour & merci", own_id="known")]}, NotSent()),
        ({"data": [dm("autre")], "meta": {"next_token": "more"}}, CannotTell()),
        ({"data": [dm("autre", at=BEFORE)], "meta": {"next_token": "more"}}, NotSent()),
        ({"data": [{"id": "7", "text": "Bonjour & merci"}]}, CannotTell()),
        ({"data": [], "errors": [{"title": "partial"}]}, CannotTell()),
        ({}, CannotTell()),
        ("no json", CannotTell()),
    ],
)
def test_xs_list_of_messages_is_the_truth(listed: Any, proof: Any, platform: Platform) -> None:
    platform.body = listed
    parts = (Part(text="Voici", platform_id="known"), Part(text="Bonjour & merci"))
    assert build("x", platform).prove(row("x", *parts)) == proof
    ((method, path, _, _),) = platform.seen
    assert method == "GET"
    assert path.startswith("/platform/2/dm_conversations/with/2222222222222222222/dm_events?")


@pytest.mark.parametrize(
    ("text", "answered", "proof"),
    [
        ("@zoe On regarde : https://t.co/AbC", "1992153617839325184", Sent("9")),
        ("On regarde : https://t.co/AbC", "1992153617839325184", Sent("9")),
        ("@zoe On regarde : https://t.co/AbC", "5", NotSent()),
        ("@zoe Autre chose", "1992153617839325184", NotSent()),
    ],
)
def test_xs_own_timeline_proves_public_answers(text: str, answered: str, proof: Any, platform: Platform) -> None:
    near = [{"type": "replied_to", "id": answered}]
    platform.body = {"data": [{"id": "9", "text": text, "created_at": MADE, "referenced_tweets": near}]}
    wanted = Part(text="On regarde : https://maison-lune.example/suivi")
    assert build("x", platform).prove(row("x", wanted, public=True)) == proof
    assert platform.seen[0][1].startswith("/platform/2/users/1716450569358098432/tweets?")
