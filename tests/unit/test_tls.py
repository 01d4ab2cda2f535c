"""One TLS context a process, for AWS and the platforms alike."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from chalicelib import tls
from chalicelib.aws_json import JsonService
from chalicelib.errors import Retryable
from chalicelib.http import HttpClient
from chalicelib.sigv4 import AwsKeys


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A server's own for 127.0.0.1, which no authority knows."""
    made = tmp_path / "server.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(made), "-out", str(tmp_path / "crt.pem")]
    subprocess.run(command, check=True, capture_output=True)
    made.write_bytes(made.read_bytes() + (tmp_path / "crt.pem").read_bytes())
    return made


@pytest.fixture
def address(certificate: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(certificate)
    server.socket = own.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What a test trusts is trusted by no other."""
    tls.context.cache_clear()
    yield
    tls.context.cache_clear()


def test_a_server_that_no_authority_knows_is_refused(address: str) -> None:
    service = JsonService("sqs", "eu-west-3", AwsKeys("A", "s"), address)

    with pytest.raises(OSError, match="certificate"):
        service.send_message(QueueUrl="q", MessageBody="b")
    with pytest.raises(Retryable):
        HttpClient().request("POST", address, headers={}, body=b"x")


def test_whoever_speaks_to_the_outside_trusts_by_the_same_one_context(address: str, certificate: Path) -> None:
    tls.context().load_verify_locations(certificate)
    service = JsonService("sqs", "eu-west-3", AwsKeys("A", "s"), address)

    assert service.send_message(QueueUrl="q", MessageBody="b") == {}
    assert HttpClient().request("POST", address, headers={}, body=b"x").status == 200
    service.close()
