"""A platform's credentials go to the hosts that its channel names, whatever an address, a body or a redirect says."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.admin.connecting import connecting
from chalicelib.channels import REGISTRY
from chalicelib.errors import Refused, SendError
from chalicelib.http import HttpClient
from chalicelib.model import AccountId, Attachment, Credentials, Millis, Part
from chalicelib.own_hosts import OwnHosts, host_of
from chalicelib.ports import KnowsItself, KnowsNames, ListsMessages
from chalicelib.template_port import ListsTemplates
from chalicelib.workspaces import WORKSPACES
from tests.contract.conftest import Platform
from tests.contract.samples import ASKING, SAMPLES, SECRET, TOKEN, credentials, part
from tests.contract.sending import row

CHANNELS = ASKING
HELD = credentials()
FILE = Attachment(kind="image", url="https://files.example/1", platform_id="1")


class Watched:
    """An HTTP client that notes where what could be a credential goes."""

    def __init__(self, base: str) -> None:
        self._http = HttpClient(base)
        self.given: list[str] = []
        self.bare: list[str] = []

    def request(self, method: str, url: str, **more: Any) -> Any:
        told = f"{url}{more['headers']}{more.get('body', b'').decode('utf-8', 'replace')}"
        private = {"authorization", "cookie"} & {name.lower() for name in more["headers"]}
        (self.given if private or TOKEN in told or SECRET in told else self.bare).append(urlsplit(url).hostname or "")
        return self._http.request(method, url, **more)


def said(name: str, http: Any, platform: Platform) -> None:
    """Let a channel make every request that it can make, whatever becomes of it."""
    sample, channel, steps = SAMPLES[name], REGISTRY[name](HELD, http), REGISTRY[name].connecting()
    account = AccountId(sample.account_id)
    does: list[Callable[[], object]] = [
        *(lambda public=public: channel.send(part(name, public=public)) for public in sample.public),
        lambda: channel.show_typing(part(name)),
        lambda: channel.prove(row(name, Part(text="a"))),
        lambda: channel.fetch(FILE),
    ]
    if isinstance(channel, KnowsItself):
        does.append(lambda: channel.called(account))
    if isinstance(channel, KnowsNames):
        does.append(lambda: channel.name_of(part(name).address))
    if isinstance(channel, ListsMessages):
        does.append(lambda: channel.fetch_since(account, Millis(0)))
    if isinstance(channel, ListsTemplates):
        does += [lambda: channel.templates(account), lambda: channel.templates(account, "https://evil.example/?a=1")]
    if steps.app_check is not None:
        does.append(lambda: steps.app_check(http, HELD))  # type: ignore[misc] # not None, as above
    if steps.subscription is not None:
        does.append(lambda: steps.subscription(http, HELD, account))  # type: ignore[misc] # the same
    answers: tuple[Any, ...] = (sample.accepted, {})
    for platform.body in answers:
        for do in does:
            with contextlib.suppress(SendError):
                do()


@pytest.mark.parametrize("name", CHANNELS)
def test_every_request_that_carries_a_credential_goes_to_a_host_that_the_channel_names(
    name: str, platform: Platform
) -> None:
    watched, hosts = Watched(platform.base), REGISTRY[name].connecting().hosts

    said(name, OwnHosts(watched, hosts, HELD), platform)

    assert watched.given  # what nobody asks proves nothing
    assert set(watched.given) <= set(hosts)


@pytest.mark.parametrize("name", CHANNELS)
def test_a_channel_that_names_no_host_can_tell_nobody_its_token(name: str, platform: Platform) -> None:
    watched = Watched(platform.base)

    said(name, OwnHosts(watched, (), HELD), platform)

    assert watched.given == []


@pytest.mark.parametrize("name", [*CHANNELS, *WORKSPACES])
def test_hosts_are_whole_names_in_plain_small_letters(name: str) -> None:
    hosts = connecting(name).hosts

    assert hosts
    assert all(host_of(f"https://{host}/") == host and "." in host.strip(".") for host in hosts)


@pytest.mark.parametrize("name", sorted(set(REGISTRY) - set(ASKING)))
def test_a_channel_that_asks_nobody_names_no_host(name: str) -> None:
    assert connecting(name).hosts == ()


# --- the gate ---------------------------------------------------------------------------------

OWN = "graph.facebook.com"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
TRICKS = (
    "http://graph.facebook.com/me",
    "https://graph.facebook.com@evil.example/me",
    "https://graph.facebook.com:pass@evil.example/me",
    "https://user@graph.facebook.com/me",
    "https://evil.example/graph.facebook.com",
    "https://evil.example#graph.facebook.com",
    "https://evil.example\\@graph.facebook.com/me",
    "https://graph.facebook.com\\.evil.example/me",
    "https://graph.facebook.com.evil.example/me",
    "https://graph.facebook.com./me",
    "https://graph.facebook.com:8443/me",
    "https://graph.facebook.com:0443/me",
    "https://graph.facebook.com:/me",
    "https://graph.facebook.com%2eevil.example/me",
    "https://graph.facebo\u043ek.com/me",
    "https://graph\uff0efacebook.com/me",
    "https://xn--graph-facebook.com/me",
    "https://graph.facebook.com\n.evil.example/me",
    " https://graph.facebook.com/me",
    "https:/graph.facebook.com/me",
    "https:///graph.facebook.com/me",
    "//graph.facebook.com/me",
    "https://[::1]/me",
    "https://3232235777/me",
    "https://0x7f.1/me",
    "https://.graph.facebook.com/me",
    "",
)


class Silent:
    """Notes what reaches the network."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def request(self, method: str, url: str, **_: Any) -> Any:
        self.urls.append(f"{method} {url}")


@pytest.fixture
def network() -> Silent:
    return Silent()


@pytest.mark.parametrize("url", TRICKS)
def test_no_trick_of_an_address_brings_a_token_elsewhere(url: str, network: Silent) -> None:
    with pytest.raises(Refused) as caught:
        OwnHosts(network, (OWN,), HELD).request("GET", url, headers=BEARER)

    assert (caught.value.code, network.urls) == ("foreign_host", [])
    assert TOKEN not in f"{caught.value!r}"
    assert "evil" not in f"{caught.value!r}"


@pytest.mark.parametrize(
    ("method", "body"), [("POST", b""), ("PUT", b""), ("DELETE", b""), ("GET", b"a customer's words")]
)
def test_nothing_is_written_at_somebody_elses_host_and_no_words_go_there(
    method: str, body: bytes, network: Silent
) -> None:
    with pytest.raises(Refused):
        OwnHosts(network, (OWN,), HELD).request(method, "https://evil.example/", headers={}, body=body)

    assert network.urls == []


@pytest.mark.parametrize(
    "more",
    [
        {"headers": {"Cookie": "a=b"}},
        {"headers": {"X-Api-Key": "short"}},
        {"headers": {"accept": TOKEN}},
        {"headers": {}, "url": f"https://evil.example/bot{TOKEN}/getFile"},
        {"headers": {}, "url": f"https://evil.example/?t={TOKEN.replace('-', '%2D')}"},
        {"headers": {}, "url": f"https://{TOKEN}@evil.example/"},
    ],
)
def test_a_secret_goes_nowhere_else_in_a_header_or_an_address(more: dict[str, Any], network: Silent) -> None:
    with pytest.raises(Refused):
        OwnHosts(network, (OWN,), HELD).request("GET", **{"url": "https://evil.example/", **more})

    assert network.urls == []


def test_a_file_of_somebody_elses_host_is_asked_for_as_a_stranger_would(network: Silent) -> None:
    gate = OwnHosts(network, (OWN,), replace(HELD, token="t"))
    gate.request("GET", "https://cdn.example/t/1.jpg", headers={"Accept": "image/*"})
    gate.request("GET", "https://GRAPH.facebook.com:443/me?fields=id", headers=BEARER)

    assert len(network.urls) == 2


def test_an_account_without_secrets_is_asked_nothing_that_could_name_it(network: Silent) -> None:
    with pytest.raises(Refused):
        OwnHosts(network, (), Credentials()).request("GET", "https://graph.facebook.com/", headers=BEARER)


@given(
    st.text(alphabet="ahttps:/.@\\#?%0437 graphfcebokcm\u3002\u043e\t", max_size=24),
    st.sampled_from(["https://", "https://graph.facebook.com", "https://a@", "HTTPS://", ""]),
    st.sampled_from(["graph.facebook.com/me", "/me", "", "@evil.example/", ".evil.example", ":443/"]),
)
def test_what_the_gate_takes_for_a_host_is_what_both_readers_of_addresses_take(
    middle: str, head: str, end: str
) -> None:
    url = f"{head}{middle}{end}"
    host = host_of(url)
    if host:
        read, split = urllib3.util.parse_url(url), urlsplit(url)
        assert (read.host, split.hostname) == (host, host)
        assert {read.scheme, split.scheme} == {"https"}
        assert {read.port, split.port} <= {None, 443}
        assert (read.auth, split.username) == (None, None)
