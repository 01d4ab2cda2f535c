"""Which account and region a command speaks to, and what a person reads when AWS refuses: a sentence, no traceback."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from chalicelib.errors import GuichetError, Misconfigured
from infra import aws, cli, names, stage, stage_cloud
from infra.apply import upload
from infra.plan import Step, Upload
from tests.support.serving import Handler, serving

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI"}
IDENTITY = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/a</Arn><UserId>A</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""
PROFILES = """
[profile paris]
region = eu-west-3
[profile sso]
region = eu-west-3
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-3
sso_account_id = 123456789012
sso_role_name = admin
[profile chained]
region = eu-west-3
role_arn = arn:aws:iam::123456789012:role/x
source_profile = nobody
[profile process]
region = eu-west-3
credential_process = /bin/false
[profile login]
region = eu-west-3
login_session = arn:aws:iam::123456789012:user/a
"""


class Shell:
    """This process's environment as a shell would have set it, without anybody's AWS settings."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._before = dict(os.environ)
        clean = {name: value for name, value in self._before.items() if not name.startswith("AWS_")}
        self._become({**clean, **given})

    def says(self, given: Mapping[str, str]) -> None:
        os.environ.update(given)

    def leave(self) -> None:
        self._become(self._before)

    def _become(self, environment: Mapping[str, str]) -> None:
        os.environ.clear()
        os.environ.update(environment)
        aws._session.cache_clear()


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell whose AWS config file knows a few profiles."""
    config = tmp_path / "config"
    config.write_text(PROFILES, encoding="utf-8")
    found = Shell(
        {
            "AWS_CONFIG_FILE": str(config),
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "HOME": str(tmp_path),
        }
    )
    try:
        yield found
    finally:
        found.leave()


@pytest.fixture
def answering() -> Iterator[tuple[str, dict[str, tuple[int, str]]]]:
    """A server in AWS's place: the address, and what it answers by method."""
    answers: dict[str, tuple[int, str]] = {"POST": (200, IDENTITY)}

    class Answering(Handler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = answers[self.command]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_PUT = answer  # noqa: N815 - names that http.server wants

    with serving(Answering) as address:
        yield address, answers


@pytest.mark.parametrize(
    ("environment", "region"),
    [
        ({"AWS_REGION": "us-east-1"}, "us-east-1"),
        ({"AWS_DEFAULT_REGION": "us-east-1"}, "us-east-1"),
        ({"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "eu-central-1"}, "us-east-1"),
        ({"AWS_PROFILE": "paris"}, "eu-west-3"),
        ({"AWS_PROFILE": "paris", "AWS_REGION": "eu-central-1"}, "eu-central-1"),
        ({"AWS_PROFILE": "paris", "AWS_DEFAULT_REGION": "eu-central-1"}, "eu-central-1"),
    ],
)
def test_the_region_is_the_one_that_the_shell_says(shell: Shell, environment: dict[str, str], region: str) -> None:
    shell.says({**KEYS, **environment})

    assert stage_cloud.cloud("prod").region == region


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        (KEYS, "No AWS region is chosen; set AWS_REGION"),
        ({**KEYS, "AWS_REGION": "eu west 3"}, "Set AWS_REGION"),
        ({"AWS_REGION": "eu-west-3"}, "No AWS credentials were found"),
        ({"AWS_PROFILE": "nobody"}, "aws configure list-profiles"),
        ({"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_REGION": "eu-west-3"}, "Half of the AWS credentials"),
        ({"AWS_PROFILE": "sso"}, "aws sso login --profile sso"),
        ({"AWS_PROFILE": "login"}, "awscrt|aws login --profile login"),
        ({"AWS_PROFILE": "chained"}, r"Repair ~/\.aws/config"),
        ({"AWS_PROFILE": "process"}, "credential_process"),
        ({**KEYS, "AWS_REGION": "eu-west-3", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "Check the network"),
        ({**KEYS, "AWS_REGION": "eu-west-3", "AWS_CONFIG_FILE": "/dev/null/none", "AWS_PROFILE": "x"}, "list-profiles"),
    ],
)
def test_each_way_to_have_no_credentials_is_one_sentence(shell: Shell, environment: dict[str, str], said: str) -> None:
    shell.says(environment)

    with pytest.raises(Misconfigured, match=said) as failed:
        stage_cloud.cloud("prod").account  # noqa: B018 - asks AWS

    assert "\n" not in str(failed.value)
    assert "wJalr" not in str(failed.value)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ExpiredToken", r"log in again \(aws sso login --profile paris"),
        ("InvalidClientTokenId", "AWS does not know these credentials"),
        ("AccessDenied", "infra/policies"),
        ("ValidationError", "AWS refused GetCallerIdentity: no"),
    ],
)
def test_what_aws_refuses_is_one_sentence(
    shell: Shell, answering: tuple[str, dict[str, tuple[int, str]]], code: str, said: str
) -> None:
    address, answers = answering
    answers["POST"] = (403, f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>")
    shell.says({**KEYS, "AWS_PROFILE": "paris", "AWS_ENDPOINT_URL": address})

    with pytest.raises(GuichetError, match=said):
        stage_cloud.cloud("prod").account  # noqa: B018 - asks AWS


def test_a_refused_upload_is_a_sentence_about_rights(
    shell: Shell, answering: tuple[str, dict[str, tuple[int, str]]], tmp_path: Path
) -> None:
    address, answers = answering
    answers["PUT"] = (403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
    shell.says({**KEYS, "AWS_REGION": "eu-west-3", "AWS_ENDPOINT_URL": address})
    path = tmp_path / "code.zip"
    path.write_bytes(b"zip")
    step = Step("upload", "deploy/code.zip", upload=Upload("deploy/code.zip", path, 3))

    with pytest.raises(Misconfigured, match="AccessDenied on PutObject"), aws.explained():
        upload(stage_cloud.cloud("prod"), step, lambda *_: None)


@pytest.mark.parametrize("command", ["plan", "deploy", "smoke", "destroy", "status"])
def test_no_command_answers_a_wrong_profile_with_a_traceback(
    shell: Shell, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    shell.says({"AWS_PROFILE": "nobody"})

    assert cli.main([command, "--stage", "prod"]) == 1
    assert capsys.readouterr().err == (
        "guichet: The config profile (nobody) could not be found. "
        "Choose one that 'aws configure list-profiles' shows.\n"
    )


def test_account_and_region_begin_every_answer_about_a_stage(
    shell: Shell, answering: tuple[str, dict[str, tuple[int, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    address, answers = answering
    shell.says({**KEYS, "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": address})
    where = stage_cloud.cloud("prod")

    assert where.said == "stage prod in account 123456789012, us-east-1"
    assert json.dumps(where.document) == '{"stage": "prod", "account": "123456789012", "region": "us-east-1"}'
    answers["POST"] = (403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>")
    for command in ("plan", "deploy", "smoke", "destroy"):
        assert cli.main([command, "--stage", "prod"]) == 1, "the account is asked for before anything is built"
        assert "AccessDenied on GetCallerIdentity" in capsys.readouterr().err


def test_whether_ses_receives_in_a_region_that_nobody_listed_is_asked_of_ses(
    shell: Shell, answering: tuple[str, dict[str, tuple[int, str]]]
) -> None:
    address, answers = answering
    shell.says(KEYS)
    unknown, listed = (aws.Cloud(names.names("prod"), each, address) for each in ("eu-north-1", "eu-west-1"))
    word = "DescribeActiveReceiptRuleSet"
    answers["POST"] = (200, f"<{word}Response><{word}Result/></{word}Response>")
    assert stage.receives(unknown)

    answers["POST"] = (400, "<ErrorResponse><Error><Code>InvalidAction</Code></Error></ErrorResponse>")
    assert not stage.receives(unknown)
    assert stage.receives(listed)
