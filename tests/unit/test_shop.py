"""A brand's own order look-up: what the shop is sent, what it may answer, and where it may stand."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from chalicelib.connections import is_public
from chalicelib.errors import Misconfigured, Refused, Retryable, SendError
from chalicelib.http import HttpClient
from chalicelib.model import Account, AccountId, AccountKey, BrandId, Millis
from chalicelib.ports import LOOKUP_CHANNEL
from chalicelib.settings import Settings
from chalicelib.shop import Endpoint, endpoint, look_up
from chalicelib.store.directory import Directory
from chalicelib.wiring import Wiring
from tests.simulation.dynamo import Dynamo
from tests.support.serving import Handler, serving

NOW = Millis(1_795_597_200_000)
SECRET = "an invented shared secret, long enough"
BRAND = BrandId("maison-lune")
SHIPPED = {"status": "shipped", "carrier": "Colissimo", "expected_on": "2026-11-27", "price": 12}
Answer = Callable[[BaseHTTPRequestHandler], None]


def says(body: Any, status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(raw)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(raw)

    return answer


@contextmanager
def shop(answer: Answer, certificate: Path | None = None) -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """A shop on this machine; gives its address and the requests that it got."""
    asked: list[tuple[str, dict[str, str]]] = []

    class Shop(Handler):
        def do_GET(self) -> None:  # noqa: N802 - a name that http.server wants
            asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            answer(self)

    with serving(Shop, certificate) as address:
        yield address, asked


def asked_of(address: str, number: str = "ML 123/456") -> dict[str, str]:
    where = Endpoint("https://shop.example/guichet", SECRET)
    return dict(look_up(HttpClient(f"{address}/guichet"), where, BRAND, "order", number, NOW))


def test_the_shop_gets_a_request_that_it_can_trust_and_its_answer_is_read() -> None:
    with shop(says(SHIPPED)) as (address, asked):
        found = asked_of(address)
    ((path, headers),) = asked
    signed = f"v1:{NOW // 1000}:maison-lune:order:ML 123/456".encode()

    assert path == "/guichet/guichet/orders/ML%20123%2F456"  # the local address stands for scheme and host only
    assert headers["x-guichet-timestamp"] == str(NOW // 1000)
    assert headers["x-guichet-brand"] == "maison-lune"
    assert headers["x-guichet-signature"] == "v1=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert SECRET not in str(asked)
    assert found == {
        "status": "shipped", "order_number": "ML 123/456", "carrier": "Colissimo", "expected_on": "2026-11-27"
    }  # fmt: skip


def test_an_order_that_the_shop_does_not_know_is_an_answer() -> None:
    with shop(says({}, 404)) as (address, _):
        assert asked_of(address, "1")["status"] == "not_found"


KEY = "ML10482?postcode=SW1A 1AA"


def test_a_second_key_is_asked_beside_the_number_signed_and_held_against_the_shops_own() -> None:
    with shop(says({**SHIPPED, "postcode": "sw1a1aa"})) as (address, asked):
        found = asked_of(address, KEY)
    ((path, headers),) = asked
    signed = f"v1:{NOW // 1000}:maison-lune:order:{KEY}".encode()

    assert path == "/guichet/guichet/orders/ML10482?postcode=SW1A%201AA"
    assert headers["x-guichet-signature"] == "v1=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert found["status"] == "shipped"
    assert "sw1a1aa" not in str(found).casefold()


@pytest.mark.parametrize("answer", [says({**SHIPPED, "postcode": "75011"}), says({}, 404)])
def test_a_second_key_that_does_not_fit_is_answered_like_a_number_that_does_not_exist(answer: Answer) -> None:
    with shop(answer) as (address, _):
        assert asked_of(address, KEY) == {"status": "not_found", "order_number": "ML10482"}


@pytest.mark.parametrize("held", [{}, {"postcode": ""}, {"postcode": 75011}, {"zip": "SW1A 1AA"}])
def test_a_shop_that_does_not_say_its_second_key_is_not_believed(held: dict[str, object]) -> None:
    with shop(says({**SHIPPED, **held})) as (address, _), pytest.raises(Retryable):
        asked_of(address, KEY)


@pytest.mark.parametrize(
    "answer",
    [
        says({"status": "exploded"}),
        says({"status": ["shipped"]}),
        says(["shipped"]),
        says(b"<html>"),
        says({}, 401),
        says({}, 500),
        says({}, 302, Location="/guichet/elsewhere"),
    ],
)
def test_any_other_answer_is_none_and_nothing_is_followed(answer: Answer) -> None:
    with shop(answer) as (address, asked):
        with pytest.raises(Retryable):
            asked_of(address)
        assert len(asked) == 1


def test_an_answer_cannot_fill_a_message() -> None:
    with shop(says({**SHIPPED, "carrier": "x" * 5_000})) as (address, _):
        assert len(asked_of(address)["carrier"]) <= 80


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://shop.example/", "secret": SECRET},
        {"url": "https://user:word@shop.example/", "secret": SECRET},
        {"url": "https://shop.example/?a=b", "secret": SECRET},
        {"url": "https:///orders", "secret": SECRET},
        {"url": "https://127.0.0.1/", "secret": SECRET},
        {"url": "https://[::1]/", "secret": SECRET},
        {"url": "https://169.254.169.254/", "secret": SECRET},
        {"url": "https://shop.example:x/", "secret": SECRET},
        {"url": "https://shop.example/", "secret": "short"},
        {"url": "https://shop.example/"},
        {"secret": SECRET},
    ],
)
def test_an_endpoint_is_https_public_and_has_a_secret(wrong: dict[str, str]) -> None:
    with pytest.raises(Misconfigured) as caught:
        endpoint(wrong)
    assert SECRET not in str(caught.value)
    assert "word" not in str(caught.value)


def test_a_right_endpoint_is_read_and_never_shows_its_secret() -> None:
    found = endpoint({"url": "https://shop.example/guichet/", "secret": SECRET})

    assert found == Endpoint("https://shop.example/guichet", SECRET)
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - an address to refuse
        ("224.0.0.1", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("64:ff9b::7f00:1", False),
    ],
)
def test_a_private_address_is_told_from_a_public_one(address: str, public: bool) -> None:  # noqa: FBT001 - a table
    assert is_public(address) is public


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run(command, check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


def test_a_name_that_leads_to_a_private_address_is_refused_before_anything_is_sent(certificate: Path) -> None:
    with shop(says(SHIPPED), certificate) as (address, asked):
        port = address.rpartition(":")[2]
        client = HttpClient(public_only=True)
        with pytest.raises(Retryable) as caught:
            look_up(client, Endpoint(f"https://localhost:{port}", SECRET), BRAND, "order", "1", NOW)

    assert caught.value.hint == "PrivateAddress"
    assert asked == []


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    with shop(says(SHIPPED), certificate) as (address, asked):
        with pytest.raises(Retryable) as caught:
            look_up(HttpClient(), Endpoint(address, SECRET), BRAND, "order", "1", NOW)
        assert caught.value.hint == "SSLError"
    assert asked == []


def test_a_public_client_speaks_https_alone() -> None:
    with shop(says(SHIPPED)) as (address, asked), pytest.raises(SendError):
        look_up(HttpClient(public_only=True), Endpoint(address, SECRET), BRAND, "order", "1", NOW)
    assert asked == []


# --- the services -----------------------------------------------------------------------------


class Ssm:
    def __init__(self, held: dict[str, str]) -> None:
        self.held = held
        self.read: list[str] = []

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> Any:  # noqa: N803 - boto3's names
        self.read.append(Name)
        return {"Parameter": {"Value": json.dumps(self.held)}}


def services(held: dict[str, str], bases: dict[str, str] | None = None) -> tuple[Wiring, Ssm, Dynamo]:
    dynamo, ssm = Dynamo(), Ssm(held)
    urls: dict[str, Any] = {
        f"{name}_url": "https://sqs.invalid" for name in ("inbox", "outbox", "desk", "receipts", "timers", "unparsed")
    }
    settings = Settings(
        stage="test", table_name="t", bucket_name="b", secrets_prefix="/p", region="r", local_bases=bases or {}, **urls
    )
    clients = {"dynamodb": dynamo, "ssm": ssm}
    return Wiring(settings, client=clients.__getitem__, clock=lambda: NOW), ssm, dynamo


def connected(dynamo: Dynamo, brand: BrandId = BRAND) -> None:
    account = Account(
        key=AccountKey("k"), brand=brand, channel=LOOKUP_CHANNEL, account_id=AccountId(BRAND), app_key=str(brand)
    )
    Directory(dynamo, "t").put_account(account)


def test_a_connected_shop_is_asked_at_its_own_address_with_its_own_secret() -> None:
    with shop(says(SHIPPED)) as (address, asked):
        here, ssm, dynamo = services({"url": "https://shop.example/v2", "secret": SECRET}, {LOOKUP_CHANNEL: address})
        connected(dynamo)
        found = here.shops.look_up(BRAND, "order", "ML1")

    assert found["status"] == "shipped"
    assert asked[0][0] == "/v2/orders/ML1"
    assert asked[0][1]["x-guichet-signature"].startswith("v1=")
    assert ssm.read == ["/p/token/shop/maison-lune"]


@pytest.mark.parametrize("held", [{"url": "http://shop.example", "secret": SECRET}, {}])
def test_a_shop_that_is_connected_wrongly_is_not_asked(held: dict[str, str]) -> None:
    here, _, dynamo = services(held)
    connected(dynamo)

    with pytest.raises(Refused):
        here.shops.look_up(BRAND, "order", "ML1")


def test_another_brands_shop_is_not_asked() -> None:
    here, _, dynamo = services({"url": "https://shop.example/v2", "secret": SECRET})
    connected(dynamo, BrandId("atelier-nord"))

    with pytest.raises(Refused):
        here.shops.look_up(BRAND, "order", "ML1")
    assert not here.shops.connected(BRAND)


def test_a_brand_can_look_up_once_its_shop_is_connected() -> None:
    here, _, dynamo = services({})
    before = here.shops.connected(BRAND)
    other, _, again = services({})
    connected(again)

    assert (before, other.shops.connected(BRAND)) == (False, True)
    assert dynamo.items == {}
