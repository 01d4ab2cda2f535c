"""The invented shops' pages, on which the web chat is tried as a customer."""

from __future__ import annotations

import json

import jwt
import pytest
from starlette.testclient import TestClient

from infra.local.simulators.config import parse_config
from infra.local.simulators.server import build

ACCOUNT = {
    "webhook_url": "http://127.0.0.1:9/apis/a1/webhooks/webchat/k1",
    "account_id": "www.maison-lune.example",
    "signing_secret": "an invented secret of forty characters..",
    "token": "none",
    "origins": "https://boutique.example",
}


@pytest.fixture
def client() -> TestClient:
    config = parse_config({"brands": [{"brand": "maison-lune", "accounts": {"webchat": ACCOUNT}}]})
    return TestClient(build(config, "http://127.0.0.1", check=False), base_url="http://127.0.0.1")


def test_a_shops_page_has_the_widget_and_a_strict_policy_of_its_own(client: TestClient) -> None:
    answer = client.get("/shop-page/maison-lune")
    (policy,) = answer.headers.get_list("content-security-policy")

    assert answer.status_code == 200
    assert 'src="http://127.0.0.1:9/apis/a1/chat/k1/widget.js"' in answer.text
    assert policy.startswith("default-src 'none'; script-src http")
    assert "unsafe" not in policy
    assert "style=" not in answer.text
    assert client.get("/shop-page/nobody").status_code == 404
    assert 'lang="en"' in client.get("/shop-page/maison-lune?lang=en").text


def test_who_is_signed_in_there_is_named_by_what_the_shops_server_signs(client: TestClient) -> None:
    page = client.get("/shop-page/maison-lune?as=camille").text
    script = client.get("/shop-page/maison-lune/identity.js?as=camille").text
    token = json.loads(script.partition("= ")[2].rstrip(";"))
    claims = jwt.decode(token, options={"verify_signature": False})

    assert 'src="maison-lune/identity.js?as=camille"' in page
    assert (claims["sub"], claims["name"], claims["aud"]) == ("camille_rx", "Camille Roux", "www.maison-lune.example")
    assert claims["exp"] - claims["iat"] <= 600
    assert client.get("/shop-page/maison-lune/identity.js?as=nobody").status_code == 404


@pytest.mark.parametrize("who", ['"><script>', "camille' onload='x"])
def test_what_stands_in_the_address_is_no_markup_of_the_page(who: str, client: TestClient) -> None:
    assert who not in client.get("/shop-page/maison-lune", params={"as": who}).text
