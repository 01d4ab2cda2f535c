"""A stage's own domain: what may be asked for, what stays when nothing is asked, and what AWS is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import UsageError, WrongUsage
from infra import domains, names, resources, targets, template
from infra.domains import Asked, Domain, settled

REGION, ACCOUNT = "eu-west-3", "123456789012"
CERTIFICATE = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/0f1e2d3c-aaaa-bbbb-cccc-1234567890ab"
RENEWED = CERTIFICATE.replace("0f1e", "9f9e")
NOW = Domain("guichet.example.com", CERTIFICATE, "d-abc.execute-api.eu-west-3.amazonaws.com")
ARTEFACTS = template.Artefacts(code_key="deploy/code-0.zip", layer_key="deploy/layer-0.zip")


def asked(name: str = "", certificate: str = "", now: Domain | None = None, *, none: bool = False) -> Domain | None:
    return settled(Asked(name, certificate, none), now, REGION, ACCOUNT)


def test_a_deploy_that_says_nothing_keeps_the_domain() -> None:
    """Else the next deploy, by somebody who never heard of the option, would cut off every platform."""
    assert asked(now=NOW) == NOW
    assert asked() is None


@pytest.mark.parametrize("given", ["Guichet.Example.com", "guichet.example.com.", " guichet.example.com "])
def test_a_name_is_taken_as_people_write_it(given: str) -> None:
    assert asked(given, CERTIFICATE) == Domain("guichet.example.com", CERTIFICATE)


def test_the_name_that_it_has_needs_no_certificate_again_and_a_certificate_alone_renews_it() -> None:
    assert asked("guichet.example.com", now=NOW) == Domain(NOW.name, CERTIFICATE)
    assert asked(certificate=RENEWED, now=NOW) == Domain(NOW.name, RENEWED)
    assert asked(none=True, now=NOW) is None


@pytest.mark.parametrize(
    ("name", "certificate", "none", "now", "said"),
    [
        ("other.example.com", "", False, NOW, "needs --certificate"),
        ("", CERTIFICATE, False, None, "belongs to a --domain"),
        ("guichet.example.com", "", True, NOW, "goes without"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(
    name: str,
    certificate: str,
    none: bool,  # noqa: FBT001 - a table
    now: Domain | None,
    said: str,
) -> None:
    with pytest.raises(WrongUsage, match=said):
        asked(name, certificate, now, none=none)


@pytest.mark.parametrize(
    "name",
    ["https://guichet.example.com", "guichet", "*.example.com", "a..example.com", "x/y.com", "-a.com", "1.2.3.4"],
)
def test_what_is_no_domain_name_is_refused_before_anything_is_built(name: str) -> None:
    with pytest.raises(UsageError, match="is no domain name"):
        asked(name, CERTIFICATE)


@pytest.mark.parametrize(
    ("certificate", "said"),
    [
        (CERTIFICATE.replace(REGION, "us-east-1"), "us-east-1; the stage needs one in 123456789012, eu-west-3"),
        (CERTIFICATE.replace(ACCOUNT, "999999999999"), "999999999999"),
        ("0f1e2d3c-aaaa-bbbb-cccc-1234567890ab", "no certificate of ACM"),
    ],
)
def test_a_certificate_that_api_gateway_cannot_use_is_refused_with_the_reason(certificate: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        asked(NOW.name, certificate)


def test_the_name_outlives_the_functions_like_the_table() -> None:
    stack = resources.data_template(names.names("prod"), NOW)["Resources"]
    kept = ("DeletionPolicy", "UpdateReplacePolicy")

    assert [stack["Domain"][name] for name in kept] == [stack["Table"][name] for name in kept]
    assert "Domain" not in resources.data_template(names.names("prod"))["Resources"]


def test_what_the_data_stack_answers_is_read_back_as_the_same_domain() -> None:
    drawn = resources.data_template(names.names("prod"), NOW)["Outputs"]
    answered = {
        "Domain": NOW.name,
        "DomainTarget": NOW.target,
        "DomainCertificate": drawn["DomainCertificate"]["Value"],
    }

    assert set(answered) <= set(drawn)
    assert domains.read(answered) == NOW
    assert domains.read({"TableName": "guichet-prod"}) is None


def test_the_domain_leads_to_the_stage_and_platforms_are_given_it(sam: dict[str, Any]) -> None:
    with_one = template.app_template(sam, names.names("prod"), targets.aws(), ARTEFACTS, NOW.name)
    without = template.app_template(sam, names.names("prod"), targets.aws(), ARTEFACTS)
    mapping = with_one["Resources"]["HttpApiMapping"]["Properties"]

    assert mapping == {"ApiId": {"Ref": "HttpApi"}, "DomainName": NOW.name, "Stage": {"Ref": "HttpApiStage"}}
    assert with_one["Outputs"]["Api"] == {"Value": "https://guichet.example.com"}
    assert "HttpApiMapping" not in without["Resources"]
    assert without["Outputs"]["Api"] == {"Value": {"Fn::GetAtt": ["HttpApi", "ApiEndpoint"]}}


def test_cloudformation_takes_a_stage_with_a_domain(sam: dict[str, Any], tmp_path: Path) -> None:
    files = [tmp_path / "app.json", tmp_path / "data.json"]
    stage = names.names("prod")
    files[0].write_text(json.dumps(template.app_template(sam, stage, targets.aws(), ARTEFACTS, NOW.name)), "utf-8")
    files[1].write_text(json.dumps(resources.data_template(stage, NOW)), "utf-8")
    lint = [str(Path(sys.executable).with_name("cfn-lint")), *map(str, files)]
    done = subprocess.run(lint, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_who_deletes_a_stage_without_a_domain_is_told_what_it_costs() -> None:
    assert "each platform must be told" in domains.lost(None)
    assert "each platform must be told" not in domains.lost(NOW)
    assert "the next deploy answers there" in domains.lost(NOW)


def test_who_deletes_the_data_stack_too_is_told_what_the_next_deploy_must_be_given() -> None:
    """Its outputs are the memory of the domain; AWS keeps the name itself."""
    assert f"after --data: give it --domain {NOW.name} --certificate {NOW.certificate}" in domains.lost(NOW)


def test_the_one_thing_left_to_a_person_is_said_with_the_target() -> None:
    assert NOW.to_do == f"In DNS, {NOW.name} must be a CNAME of {NOW.target} (in Route 53, an alias)."
