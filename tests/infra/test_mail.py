"""A stage that receives mail: what lets SES in, and nobody else; a stage that does not is as it was."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import UsageError, WrongUsage
from infra import mail, names, plan, resources, targets, template
from infra.choices import Choices
from infra.translation import translated

PROD, LOCAL = names.names("prod"), names.names(names.LOCAL_STAGE)
DOMAINS = ("courrier.brand.example",)
MAILS = mail.Mails(DOMAINS)
THERE = mail.Mails(DOMAINS, "eu-west-1")
ARTEFACTS = template.Artefacts("code.zip", "layer.zip")


def data(**more: Any) -> dict[str, Any]:
    return resources.data_template(PROD, **more)["Resources"]  # type: ignore[no-any-return]


def test_a_stage_without_mail_has_nothing_of_it() -> None:
    assert not [each for each in data() if each.startswith("Mail")]


def test_each_way_in_lets_in_one_sender_of_this_account() -> None:
    drawn = data(mails=MAILS)
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
    rule = data(mails=MAILS)["MailRule"]["Properties"]["Rule"]

    assert (rule["Recipients"], rule["ScanEnabled"], rule["Enabled"]) == (list(DOMAINS), True, True)
    assert rule["Actions"] == [
        {"S3Action": {"BucketName": {"Ref": "Bucket"}, "ObjectKeyPrefix": "mail/in/", "TopicArn": {"Ref": "MailTopic"}}}
    ]


def test_the_local_stage_has_a_queue_and_no_rule_which_its_aws_does_not_know() -> None:
    drawn = resources.data_template(LOCAL, mails=mail.Mails(("local",)))["Resources"]

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
    files = [tmp_path / f"{each}.json" for each in ("app", "data", "there", "data_of_there")]
    files[0].write_text(json.dumps(translated(app, "eu-west-1")), "utf-8")
    files[1].write_text(json.dumps(resources.data_template(PROD, mails=MAILS)), "utf-8")
    files[2].write_text(json.dumps(mail.receiving_template(PROD, THERE, "eu-west-3")), "utf-8")
    files[3].write_text(json.dumps(resources.data_template(PROD, mails=THERE)), "utf-8")

    lint = [str(Path(sys.executable).with_name("cfn-lint")), *map(str, files)]
    done = subprocess.run(lint, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("asked", "of", "region", "found"),
    [
        (MAILS, PROD, "eu-west-1", MAILS),
        (mail.NO_MAIL, PROD, "eu-west-3", mail.NO_MAIL),
        (mail.Mails(("local",)), LOCAL, "eu-west-3", mail.Mails(("local",))),
        (MAILS, PROD, "eu-north-1", MAILS),  # SES says so itself
        (THERE, PROD, "eu-west-3", THERE),
        (THERE, PROD, "eu-west-1", MAILS),  # it is the stage's own
    ],
)
def test_a_region_where_ses_receives_is_taken(
    asked: mail.Mails, of: names.Names, region: str, found: mail.Mails
) -> None:
    assert mail.settled(asked, of, region, receives_here=region != "eu-west-3") == found


@pytest.mark.parametrize("there", ["", "eu-west-3", "mars-1"])
def test_a_region_where_ses_receives_no_mail_is_refused_before_anything_is_planned(there: str) -> None:
    with pytest.raises(UsageError, match=r"--mail-region.*eu-west-1"):
        mail.settled(mail.Mails(DOMAINS, there), PROD, "eu-west-3", receives_here=False)


def test_in_another_region_stand_rule_and_topic_alone_and_each_way_in_names_them() -> None:
    there = mail.receiving_template(PROD, THERE, "eu-west-3")["Resources"]
    here = data(mails=THERE)
    action = there["MailRule"]["Properties"]["Rule"]["Actions"][0]["S3Action"]
    bucket = here["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"][1]["Condition"]["ArnEquals"]
    queue = here["MailQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"][0]["Condition"]["ArnEquals"]
    topic = here["MailTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"][0]["Condition"]["ArnEquals"]

    assert set(there) == {"MailTopic", "MailTopicPolicy", "MailSubscription", "MailRules", "MailRule"}
    assert action["BucketName"] == {"Fn::Sub": "guichet-prod-${AWS::AccountId}-eu-west-3"}
    assert there["MailSubscription"]["Properties"]["Endpoint"]["Fn::Sub"].split(":")[5] == "eu-west-3"
    assert not {"MailRule", "MailRules"} & set(here)
    assert bucket["aws:SourceArn"]["Fn::Sub"].split(":")[5] == "eu-west-1"
    assert [json.dumps(each).count("eu-west-1") for each in queue["aws:SourceArn"]] == [0, 1]
    assert "configuration-set" in json.dumps(topic)
    assert "receipt-rule" not in json.dumps(topic)


def test_the_stack_of_another_region_is_made_last_and_the_one_before_it_goes_after() -> None:
    there = plan.Elsewhere("guichet-prod-mail", "eu-west-1", mail.receiving_template(PROD, THERE, "eu-west-3"))
    left = plan.Elsewhere("guichet-prod-mail", "us-east-1")
    wanted = plan.Wanted(("d", {"Resources": {}}), (), ("a", {"Resources": {}}), elsewhere=there, left=left)
    old = plan.Stack("CREATE_COMPLETE", {"Resources": {}})
    found = plan.Found({}, frozenset(), elsewhere={("us-east-1", "guichet-prod-mail"): old})
    steps = plan.plan(wanted, found)

    assert [(step.verb, step.subject, step.region) for step in steps][-2:] == [
        ("create", "guichet-prod-mail", "eu-west-1"),
        ("delete", "guichet-prod-mail", "us-east-1"),
    ]
    assert "create guichet-prod-mail in eu-west-1" in plan.drawn(steps)
    same = plan.Found(
        {}, frozenset(), elsewhere={("eu-west-1", there.name): plan.Stack("UPDATE_COMPLETE", there.template)}
    )
    assert not [step for step in plan.plan(dataclasses.replace(wanted, left=None), same) if step.region]


def test_a_region_of_mails_goes_with_them() -> None:
    chosen = Choices().changed({"mail": "courrier.brand.example", "mail_region": "eu-west-1"})

    assert chosen.changed({"mail": "none"}) == Choices()
    assert chosen.changed({"mail_region": "none"}).mail_region == ""
    with pytest.raises(WrongUsage, match="give both"):
        Choices().changed({"mail_region": "eu-west-1"})
    with pytest.raises(WrongUsage, match="--mail-region is a region"):
        chosen.changed({"mail_region": "Dublin"})


def test_the_domains_are_a_choice_that_is_kept_and_taken_back() -> None:
    chosen = Choices().changed({"mail": "courrier.brand.example, b.example"})

    assert mail.asked(chosen.mail) == ("courrier.brand.example", "b.example")
    assert chosen.changed({"mail": "none"}).mail == ""
    with pytest.raises(WrongUsage):
        Choices().changed({"mail": "sav@brand.example"})
