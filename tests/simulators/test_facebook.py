"""Facebook, played: who may delete which comment."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from infra.local.simulators.config import parse_config
from infra.local.simulators.facebook.page import Facebook
from infra.local.simulators.platforms import Platforms
from infra.local.simulators.router import Answer, PlatformCall
from infra.local.simulators.webhook_sender import WebhookDelivery
from infra.local.simulators.world import Bubble

PAGE = "104200000000011"
ACCOUNT = {
    "webhook_url": "https://a.example/webhooks/facebook/k",
    "account_id": PAGE,
    "app_secret": "app-secret",
    "verify_token": "v",
    "token": "t0ken",
    "app_id": "77",
}


class Page:
    """A played page, and what it was to send."""

    def __init__(self) -> None:
        config = parse_config({"brands": [{"brand": "maison-lune", "accounts": {"facebook": ACCOUNT}}]})
        platforms = Platforms(config, httpx.AsyncClient(), "http://127.0.0.1:1")
        played = platforms.channels["facebook"]
        assert isinstance(played, Facebook)
        self.played, self.world, self.platforms = played, platforms.world, platforms
        self.sent: list[WebhookDelivery] = []
        played.sender = self  # type: ignore[assignment]  # in place of the network

    def send(self, delivery: WebhookDelivery, **_: object) -> None:
        self.sent.append(delivery)

    def comments(self, text: str) -> Bubble:
        account = self.world.config.brands[0].accounts["facebook"]
        person = self.world.people[self.platforms.new_person("Zoé", "fr")["key"]]
        return self.platforms.write(account, person, text, {"surface": "public"})

    def call(self, method: str, comment: str, fields: dict[str, Any] | None = None, bearer: str = "t0ken") -> Any:
        """What the page answers."""
        act = {"DELETE": self.played.delete, "POST": self.played.answer}[method]
        head = {"authorization": f"Bearer {bearer}"}
        call = PlatformCall(method, f"/v23.0/{comment}", "", {"comment": comment}, {}, head, fields or {}, b"")
        answer: Answer = act(call)
        return answer.body if isinstance(answer.body, dict) else json.loads(answer.body)


@pytest.fixture
def page() -> Page:
    return Page()


def test_the_pages_own_comment_is_deleted_once_and_is_gone_from_its_feed(page: Page) -> None:
    own_id = page.call("POST", page.comments("Et en 46 ?").platform_id, {"message": "Oui !"})["id"]

    assert page.call("DELETE", own_id) == {"success": True}
    assert page.call("DELETE", own_id)["error"]["error_subcode"] == 33
    bubble = page.world.bubble_of(own_id)
    assert bubble is not None
    assert (bubble.text, bubble.error) == ("", "deleted")


def test_a_customers_comment_and_a_strangers_token_delete_nothing(page: Page) -> None:
    comment = page.comments("Et en 46 ?").platform_id
    own_id = page.call("POST", comment, {"message": "Oui !"})["id"]

    assert page.call("DELETE", comment)["error"]["error_subcode"] == 33
    assert page.call("DELETE", own_id, bearer="another")["error"]["code"] == 190
    assert [page.world.bubble_of(each).text for each in (comment, own_id)] == ["Et en 46 ?", "Oui !"]  # type: ignore[union-attr]
