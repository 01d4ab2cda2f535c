"""The HTTP client against real sockets: what was sent, how often, and what a failure is called."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from chalicelib.deadline import left, limited, within
from chalicelib.errors import Misconfigured, Retryable, Unconfirmed
from chalicelib.http import IDLE_LIMIT_S, HttpClient

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Odd: Yes\r\n\r\nhi"


@contextmanager
def server(talk: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[int]]]:
    """A listener whose every connection is handled by `talk`; gives its base and the count of connections."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    count = [0]
    stop = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            talk(connection)

    def accept() -> None:
        while not stop.is_set():
            with suppress(TimeoutError):
                connection, _ = listener.accept()
                count[0] += 1
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/base", count
    finally:
        stop.set()
        thread.join()
        listener.close()


def read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        got = connection.recv(65536)
        if not got:  # without an end this thread would turn for ever beside all tests that follow
            raise ConnectionResetError("the client has gone")
        data += got
    return data


def answers(raw: bytes, times: int = 1) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        for _ in range(times):
            if read_request(connection):
                connection.sendall(raw)

    return talk


def get(client: HttpClient, url: str = "https://graph.example/v1/me?x=1%20y", timeout_s: float = 2.0) -> int:
    return client.request("GET", url, headers={"a": "b"}, timeout_s=timeout_s).status


def test_an_answer_comes_back_whole_with_lower_case_headers() -> None:
    with server(answers(OK)) as (base, _):
        answer = HttpClient(base).request("GET", "https://x.example/", headers={})
        assert (answer.status, answer.body, answer.headers["x-odd"]) == (200, b"hi", "Yes")


def test_only_scheme_and_host_are_replaced() -> None:
    seen: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        seen.append(read_request(connection))
        connection.sendall(OK)

    with server(talk) as (base, _):
        get(HttpClient(base))
    assert seen[0].startswith(b"GET /base/v1/me?x=1%20y HTTP/1.1\r\n")


def test_a_connection_is_kept_for_the_next_request() -> None:
    with server(answers(OK, times=3)) as (base, count):
        client = HttpClient(base)
        assert [get(client) for _ in range(3)] == [200] * 3
        assert count == [1]


def test_a_connection_idle_for_long_is_not_trusted() -> None:
    now = [100.0]
    with server(answers(OK, times=3)) as (base, count):
        client = HttpClient(base, clock=lambda: now[0])
        get(client)
        now[0] += IDLE_LIMIT_S + 1
        get(client)
        assert count == [2]


def test_a_connection_that_the_server_closed_meanwhile_is_made_anew() -> None:
    with server(answers(OK, times=1)) as (base, count):
        client = HttpClient(base)
        get(client)
        threading.Event().wait(0.2)
        assert get(client) == 200
        assert count == [2]


def test_nobody_listening_is_retryable() -> None:
    with pytest.raises(Retryable):
        get(HttpClient("http://127.0.0.1:1"))


def test_a_name_that_does_not_resolve_is_retryable() -> None:
    with pytest.raises(Retryable):
        get(HttpClient(), "https://nobody.invalid/")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_half_an_answer_is_unconfirmed_and_asked_once(raw: bytes) -> None:
    with server(answers(raw)) as (base, count):
        with pytest.raises(Unconfirmed):
            get(HttpClient(base))
        assert count == [1]


def test_silence_is_unconfirmed() -> None:
    with server(lambda connection: (read_request(connection), threading.Event().wait(1), None)[2]) as (base, count):
        with pytest.raises(Unconfirmed):
            get(HttpClient(base), timeout_s=0.2)
        assert count == [1]


HEADERS = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "status line": b"",
    "headers": HEADERS + b"X-Odd: ",
    "many headers": HEADERS,
    "body with its length": HEADERS + b"Content-Length: 1000\r\n\r\n",
    "body without a length": HEADERS + b"\r\n",
    "body in chunks": HEADERS + b"Transfer-Encoding: chunked\r\n\r\n",
    "informational answers": b"HTTP/1.1 100 Continue\r\n\r\n",
}
DROP = {
    "many headers": b"A: b\r\n",
    "body in chunks": b"1\r\nx\r\n",
    "informational answers": b"HTTP/1.1 100 Continue\r\n\r\n",
}


def dripping(first: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    """Says `first`, then a little each 50 ms, for as long as anybody listens (10 s at most)."""

    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(first)
        for _ in range(200):
            threading.Event().wait(0.05)
            connection.sendall(drop)

    return talk


@contextmanager
def ends_within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


@pytest.mark.parametrize("part", DRIPS)
def test_an_answer_that_drips_ends_with_the_deadline(part: str) -> None:
    with server(dripping(DRIPS[part], DROP.get(part, b"x"))) as (base, count), ends_within(5):
        with pytest.raises(Unconfirmed):
            get(HttpClient(base), timeout_s=0.4)
        assert count == [1]


def test_an_answer_that_pours_ends_with_the_deadline() -> None:
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(HEADERS + b"Content-Length: 3500000\r\n\r\n")
        for _ in range(50):
            connection.sendall(b"x" * 70_000)
            threading.Event().wait(0.1)

    with server(talk) as (base, _), pytest.raises(Unconfirmed), ends_within(5):
        get(HttpClient(base), timeout_s=0.4)


def test_a_server_that_reads_by_drips_is_not_waited_for() -> None:
    def talk(connection: socket.socket) -> None:
        while connection.recv(65_536):
            threading.Event().wait(0.05)

    with server(talk) as (base, _), pytest.raises(Unconfirmed), ends_within(5):
        HttpClient(base).request("POST", "https://x.example/", headers={}, body=b"x" * 40_000_000, timeout_s=0.4)


def test_a_whole_answer_that_drips_but_ends_in_time_is_one() -> None:
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        for at in range(0, len(OK), 8):
            connection.sendall(OK[at : at + 8])
            threading.Event().wait(0.02)

    with server(talk) as (base, _):
        assert get(HttpClient(base), timeout_s=5.0) == 200


def test_a_connection_answers_again_after_a_short_deadline() -> None:
    with server(answers(OK, times=2)) as (base, count):
        client = HttpClient(base)
        get(client, timeout_s=1.0)
        threading.Event().wait(1.1)
        assert (get(client, timeout_s=5.0), count) == (200, [1])


def test_a_large_request_arrives_whole() -> None:
    size, seen = 3_000_000, [0]

    def talk(connection: socket.socket) -> None:
        head, _, rest = read_request(connection).partition(b"\r\n\r\n")
        assert f"content-length: {size}".encode() in head.lower()
        seen[0] = len(rest)
        while seen[0] < size:
            seen[0] += len(connection.recv(65_536))
        connection.sendall(OK)

    with server(talk) as (base, _):
        HttpClient(base).request("POST", "https://x.example/", headers={}, body=b"x" * size)
    assert seen == [size]


def test_a_handshake_that_never_ends_is_no_connection_and_ends_with_the_deadline() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 KB is announced
        for _ in range(200):
            connection.sendall(b"x")
            threading.Event().wait(0.05)

    with server(talk) as (base, _), ends_within(5), pytest.raises(Retryable) as caught:
        HttpClient().request("GET", base.replace("http:", "https:"), headers={}, timeout_s=0.4)
    assert caught.value.hint == "ConnectTimeoutError"


def test_a_private_address_is_not_even_connected_to() -> None:
    with server(lambda connection: None) as (base, count), pytest.raises(Retryable) as caught:
        HttpClient(public_only=True).request("GET", base.replace("http:", "https:"), headers={})
    assert (caught.value.hint, count) == ("PrivateAddress", [0])


def test_a_name_that_nobody_resolves_in_time_is_given_up() -> None:
    with within(0.2), pytest.raises(TimeoutError), ends_within(5):
        limited(lambda: threading.Event().wait(9))


def test_what_a_limited_call_finds_or_raises_comes_back() -> None:
    with within(5.0):
        assert limited(lambda: 7) == 7
        with pytest.raises(KeyError):
            limited(lambda: dict[str, int]()["x"])


def test_requests_share_the_deadline_of_what_they_are_part_of() -> None:
    """As the hops of a file that is fetched do."""
    with server(dripping(DRIPS["headers"], b"x")) as (base, _), within(0.4), ends_within(5), pytest.raises(Unconfirmed):
        get(HttpClient(base), timeout_s=9.0)


def test_a_request_that_there_is_no_time_for_is_not_begun() -> None:
    with server(answers(OK)) as (base, count), within(0.0):
        with pytest.raises(Retryable):
            get(HttpClient(base))
        assert count == [0]


def test_an_inner_deadline_only_ever_shortens() -> None:
    with within(0.5):
        with within(9.0):
            assert left() <= 0.5
        with within(0.1):
            assert left() <= 0.1
        assert left() > 0.1


def test_a_redirect_is_an_answer_not_an_order() -> None:
    with server(answers(b"HTTP/1.1 307 X\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n", times=2)) as (base, _):
        assert get(HttpClient(base)) == 307


@pytest.mark.parametrize("base", ["http://10.0.0.1:80/x", "https://graph.example", "http://127.0.0.1.evil.example/"])
def test_only_loopback_may_stand_in_for_a_platform(base: str) -> None:
    with pytest.raises(Misconfigured):
        HttpClient(base)


def test_an_error_names_no_address() -> None:
    with pytest.raises(Retryable) as caught:
        get(HttpClient("http://127.0.0.1:1"), "https://graph.example/secret-path?token=SECRET")
    assert "secret" not in f"{caught.value!r} {caught.value}".lower()
    assert caught.value.__cause__ is None
