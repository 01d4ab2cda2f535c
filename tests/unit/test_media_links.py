"""Links to customers' files: where they may lead, and what each answer of the other end means."""

from __future__ import annotations

import pytest

from chalicelib.channels._media import HOPS, download
from chalicelib.errors import RateLimited, Refused, Retryable, SendError
from chalicelib.ports import HttpAnswer

HOSTS = ("lookaside.example", ".cdn.example")
LINK = "https://a.cdn.example/file"


class Web:
    """Answers each link in turn, and keeps which were asked for."""

    def __init__(self, *answers: HttpAnswer) -> None:
        self.answers, self.asked = list(answers), list[str]()

    def __call__(self, url: str) -> HttpAnswer:
        self.asked.append(url)
        return self.answers.pop(0)


def answer(status: int = 200, body: bytes = b"\xff\xd8", **headers: str) -> HttpAnswer:
    return HttpAnswer(status=status, headers=headers, body=body)


@pytest.mark.parametrize(
    "link", [LINK, "https://lookaside.example/x", "https://LOOKASIDE.example:443/x", "https://b.a.cdn.example/"]
)
def test_a_file_is_fetched_from_the_platforms_hosts(link: str) -> None:
    web = Web(answer())

    assert download(link, HOSTS, web) == b"\xff\xd8"
    assert web.asked == [link]


@pytest.mark.parametrize(
    "link",
    [
        "http://a.cdn.example/file",
        "https://a.cdn.example:8443/file",
        "https://a.cdn.example:port/file",
        "https://someone@a.cdn.example/file",
        "https://cdn.example/file",
        "https://evilcdn.example/file",
        "https://a.lookaside.example/file",
        "https://[::1",
        "https:///file",
        "",
    ],
)
def test_nothing_is_asked_of_anybody_else(link: str) -> None:
    web = Web()

    with pytest.raises(Refused, match="foreign_link"):
        download(link, HOSTS, web)
    assert web.asked == []


def test_a_link_that_has_moved_is_followed_also_where_it_is_relative() -> None:
    web = Web(answer(302, location="/other"), answer(307, location="https://lookaside.example/x"), answer())

    assert download(LINK, HOSTS, web) == b"\xff\xd8"
    assert web.asked == [LINK, "https://a.cdn.example/other", "https://lookaside.example/x"]


def test_a_link_that_moves_to_another_host_is_not_followed() -> None:
    web = Web(answer(302, location="https://169.254.169.254/latest"))

    with pytest.raises(Refused, match="foreign_link"):
        download(LINK, HOSTS, web)
    assert web.asked == [LINK]


def test_a_link_that_moves_in_circles_is_given_up() -> None:
    web = Web(*[answer(302, location=LINK)] * HOPS)

    with pytest.raises(Refused, match="too_many_redirects"):
        download(LINK, HOSTS, web)


@pytest.mark.parametrize(
    ("given", "error", "code"),
    [
        (answer(429), RateLimited, "429"),
        (answer(500), Retryable, "500"),
        (answer(503), Retryable, "503"),
        (answer(401), Refused, "expired"),
        (answer(403), Refused, "expired"),
        (answer(404), Refused, "expired"),
        (answer(410), Refused, "expired"),
        (answer(400), Refused, "http_400"),
        (answer(204), Refused, "http_204"),
        (answer(200, b""), Refused, "empty"),
    ],
)
def test_what_is_not_a_file_says_whether_to_try_again(given: HttpAnswer, error: type[SendError], code: str) -> None:
    with pytest.raises(error) as caught:
        download(LINK, HOSTS, Web(given))

    assert (type(caught.value), caught.value.code) == (error, code)
