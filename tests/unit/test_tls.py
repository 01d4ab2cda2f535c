"""One TLS context a process, for AWS and the platforms alike."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib import tls
from chalicelib.aws_json import JsonService
from chalicelib.errors import Retryable
from chalicelib.http import HttpClient
from chalicelib.sigv4 import AwsKeys
from tests.support.serving import Handler, serving


class Service(Handler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:  # noqa: N802 - a name that http.server wants
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")


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
    with serving(Service, certificate) as found:
        yield found


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
