"""
A stage as the source says it should be: builds for the target, draws both templates, names the files to upload.

`guichet deploy --stage S` and `guichet run` both come through here; only the Target differs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import botocore.exceptions

from chalicelib.errors import UsageError

from . import apply, choices, domains, found, mail, plan
from .aws import Cloud, explained
from .build import Build, Say, build
from .choices import Choices
from .domains import LEFT_ALONE, Asked, Domain
from .governance import governed, stack_tags
from .names import LOCAL_STAGE, Names
from .resources import data_template
from .targets import Target
from .template import Artefacts, app_template
from .translation import translated

NOTHING_CHOSEN = Choices()
LOCAL_APIS = "/_aws/execute-api"  # where the local AWS has HTTP APIs, by their ids
Agree = Callable[[tuple[plan.Step, ...]], None]  # raises what stops the deploy


@dataclass(frozen=True, slots=True)
class Deployment:
    """What `deploy` did, the stage's address, and its own domain if it has one."""

    steps: tuple[plan.Step, ...]
    api: str
    domain: Domain | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """
    Where a stage is deployed, and what was chosen for it.

    Without an account, names are left for CloudFormation to fill in, and nothing can be taken over. `receives`: whether
    SES receives mail there. `received_in`: the other region where it receives the stage's until now.
    """

    names: Names
    region: str
    account: str = ""
    chosen: Choices = NOTHING_CHOSEN
    domain: Domain | None = None
    receives: bool = True
    received_in: str = ""


def aim(cloud: Cloud, chosen: Choices | None = None, asked: Asked = LEFT_ALONE) -> Aim:
    """Return the aim of a deploy to `cloud`; what is not asked for stays as the stage has it."""
    chosen = chosen or choices.read(cloud)
    domain, here = domain_for(cloud, asked), not chosen.mail or receives(cloud)
    return Aim(cloud.names, cloud.region, cloud.account, chosen, domain, here, received_in(cloud))


def receives(cloud: Cloud) -> bool:
    """Return whether SES receives mail in this region: by the list, else by SES's own answer."""
    if cloud.region in mail.RECEIVING:
        return True
    try:
        cloud.client("ses").describe_active_receipt_rule_set()
    except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError):
        return False  # "Unavailable Operation", or no such address
    return True


def received_in(cloud: Cloud) -> str:
    """Give the other region where SES receives the stage's mails, "" where there is none."""
    if cloud.is_local:
        return ""
    with explained():
        return _outputs(cloud, cloud.names.data_stack).get(mail.REGION_OUTPUT, "")


def wanted(to: Aim, target: Target, built: Build) -> plan.Wanted:
    """Say what the stage should be. Pure."""
    names, domain = to.names, to.domain.name if to.domain else ""
    artefacts = Artefacts(built.code.key("code"), built.layer.key("layer"))
    local = names.stage == LOCAL_STAGE
    asked = mail.Mails(("local",)) if local else mail.Mails(mail.asked(to.chosen.mail), to.chosen.mail_region)
    mails = mail.settled(asked, names, to.region, receives_here=to.receives)
    app = translated(app_template(built.sam, names, target, artefacts, domain, mails=bool(mails)), to.region)
    return plan.Wanted(
        data=(names.data_stack, data_template(names, to.domain, account=to.account, region=to.region, mails=mails)),
        uploads=(
            plan.Upload(artefacts.code_key, built.code.path, built.code.zipped),
            plan.Upload(artefacts.layer_key, built.layer.path, built.layer.zipped),
        ),
        app=(names.app_stack, governed(app, names, to.chosen)),
        locked=not local,
        tags={} if local else stack_tags(names, to.chosen),
        elsewhere=_receiving(names, mails, to.region) if mails.region else None,
        left=plan.Elsewhere(names.mail_stack, to.received_in) if to.received_in not in ("", mails.region) else None,
    )


def _receiving(names: Names, mails: mail.Mails, stage_region: str) -> plan.Elsewhere:
    return plan.Elsewhere(names.mail_stack, mails.region, mail.receiving_template(names, mails, stage_region))


def planned(cloud: Cloud, to: Aim, target: Target, say: Say) -> tuple[plan.Step, ...]:
    """List what a deploy of the source to `cloud` would do, with what AWS says it would replace."""
    steps = _planned(cloud, to, target, build(target, say))
    with explained():
        apply.forget(cloud, steps)
    return steps


def _planned(cloud: Cloud, to: Aim, target: Target, built: Build) -> tuple[plan.Step, ...]:
    with explained():
        should = wanted(to, target, built)
        now = found.found(cloud, (should.data[0], should.app[0]), should.uploads)
        now = found.with_orphans(cloud, now, should.data[1])
        now = found.with_elsewhere(cloud, now, (should.elsewhere, should.left))
        return apply.previewed(cloud, plan.plan(should, now), now, _manner(to))


def _manner(to: Aim) -> apply.Manner:
    return apply.Manner({} if to.names.stage == LOCAL_STAGE else stack_tags(to.names, to.chosen), to.chosen.role_arn)


def deploy_built(
    cloud: Cloud,
    target: Target,
    built: Build,
    progress: apply.Progress,
    to: Aim | None = None,
    agree: Agree = lambda _: None,
) -> Deployment:
    """Bring `cloud` to what was built, after `agree` has seen the steps."""
    to = to or aim(cloud)
    steps = _planned(cloud, to, target, built)
    with explained():
        try:
            agree(steps)
        except BaseException:
            apply.forget(cloud, steps)
            raise
        apply.apply(cloud, steps, progress, _manner(to))
        return Deployment(steps, api_url(cloud), domain_of(cloud))


def domain_for(cloud: Cloud, asked: Asked) -> Domain | None:
    """Give the domain that the stage shall have; what is not asked for stays as it is."""
    if cloud.is_local:
        if asked != LEFT_ALONE:
            raise UsageError("The local stage has no domain of its own; choose another stage with --stage.")
        return None
    with explained():
        return domains.settled(asked, domain_of(cloud), cloud.region, cloud.account)


def domain_of(cloud: Cloud) -> Domain | None:
    """Give the domain that the stage has; None also where it was never deployed."""
    return domains.read(_outputs(cloud, cloud.names.data_stack))


def api_url(cloud: Cloud) -> str:
    """Give the address that platforms call, without the last slash."""
    outputs = _outputs(cloud, cloud.names.app_stack)
    if cloud.is_local:
        return f"{cloud.endpoint}{LOCAL_APIS}/{outputs['ApiId']}"
    return outputs["Api"].rstrip("/")


def api_urls(cloud: Cloud) -> tuple[str, ...]:
    """Give every address of the stage, the one that platforms call first; AWS's own answers behind a domain too."""
    first = api_url(cloud)
    if cloud.is_local:
        return (first,)
    own = f"https://{_outputs(cloud, cloud.names.app_stack)['ApiId']}.execute-api.{cloud.region}.amazonaws.com"
    return tuple(dict.fromkeys((first, own)))


def _outputs(cloud: Cloud, stack: str) -> dict[str, str]:
    """Give a stack's outputs; none where there is no such stack."""
    try:
        described = cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except botocore.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return {}
        raise
    return {each["OutputKey"]: str(each["OutputValue"]) for each in described.get("Outputs", [])}
