"""A stage that receives mail: what lets SES in, and nobody else; a stage that does not is as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import UsageError, WrongUsage
from infra import mail, names, resources, targets, template
from infra.choices import Choices
from infra.translation import translated

PROD, LOCAL = names.names("prod"), names.names(names.LOCAL_STAGE)
DOMAINS = ("courrier.brand.example",)
ARTEFACTS = template.Artefacts("code.zip", "layer.zip")


def data(**more: Any) -> dict[str, Any]:
    return resources.data_template(PROD, **more)["Resources"]  # type: ignore[no-any-return]


def test_a_stage_without_mail_has_nothing_of_it() -> None:
    assert not [each for each in data() if each.startswith("Mail")]


def test_each_way_in_lets_in_one_sender_of_this_account() -> None:
    drawn = data(mails=DOMAINS)
    statements = [
        *drawn["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"][1:],
        *drawn["MailTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"],
        *drawn["MailQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"],
    ]

    assert [each["Principal"]["Service"] for each in statements] == ["ses.amazonaws.com"] * 2 + ["sns.amazonaws.com"]
    assert all("aws:SourceArn" in each["Condition"]["ArnEquals"] for each in statements)
    assert all(each["Effect"] == "Allow" and each["Action"] != "*" for each in statements)
    assert statements[0]["Resource"] == {"Fn::Sub": "${Bucket.Arn}/mail/in/*"}
    for each in statements[:2]:
        assert each["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_mails_are_scanned_and_stored_for_the_domains_alone() -> None:
    rule = data(mails=DOMAINS)["MailRule"]["Properties"]["Rule"]

    assert (rule["Recipients"], rule["ScanEnabled"], rule["Enabled"]) == (list(DOMAINS), True, True)
    assert rule["Actions"] == [
        {"S3Action": {"BucketName": {"Ref": "Bucket"}, "ObjectKeyPrefix": "mail/in/", "TopicArn": {"Ref": "MailTopic"}}}
    ]


def test_the_local_stage_has_a_queue_and_no_rule_which_its_aws_does_not_know() -> None:
    drawn = resources.data_template(LOCAL, mails=("local",))["Resources"]

    assert [each for each in drawn if each.startswith("Mail")] == ["MailDead", "Mail"]


def test_the_function_reads_its_queue_and_looks_for_what_was_lost(sam: dict[str, Any]) -> None:
    drawn = template.app_template(sam, PROD, targets.aws(), ARTEFACTS, mails=True)["Resources"]
    without = template.app_template(sam, PROD, targets.aws(), ARTEFACTS)["Resources"]

    assert set(drawn) - set(without) == {"Mail", "MailRole", "MailLogGroup", "MailOldAlarm", "MailDeadAlarm"}
    assert {each["Type"] for each in drawn["Mail"]["Properties"]["Events"].values()} == {"SQS", "Schedule"}
    assert "MAIL_QUEUE_URL" in drawn["Mail"]["Properties"]["Environment"]["Variables"]
    assert "${Stage}" not in json.dumps(drawn["MailRole"])


def test_both_templates_are_valid_cloudformation(sam: dict[str, Any], tmp_path: Path) -> None:
    app = template.app_template(sam, PROD, targets.aws(), ARTEFACTS, mails=True)
    files = tmp_path / "app.json", tmp_path / "data.json"
    files[0].write_text(json.dumps(translated(app, "eu-west-1")), "utf-8")
    files[1].write_text(json.dumps(resources.data_template(PROD, mails=DOMAINS)), "utf-8")

    lint = [str(Path(sys.executable).with_name("cfn-lint")), *map(str, files)]
    done = subprocess.run(lint, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("region", ["eu-west-1", "eu-central-1"])
def test_a_region_where_ses_receives_is_taken(region: str) -> None:
    assert region in mail.RECEIVING
    mail.check(DOMAINS, PROD, region)
    mail.check((), PROD, "mars-1")
    mail.check(("local",), LOCAL, "eu-west-3")


def test_a_region_where_ses_receives_no_mail_is_refused_before_anything_is_planned() -> None:
    with pytest.raises(UsageError, match="eu-west-1"):
        mail.check(DOMAINS, PROD, "eu-west-3")


def test_the_domains_are_a_choice_that_is_kept_and_taken_back() -> None:
    chosen = Choices().changed({"mail": "courrier.brand.example, b.example"})

    assert mail.asked(chosen.mail) == ("courrier.brand.example", "b.example")
    assert chosen.changed({"mail": "none"}).mail == ""
    with pytest.raises(WrongUsage):
        Choices().changed({"mail": "sav@brand.example"})
