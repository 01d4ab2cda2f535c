"""
A stage as the source says it should be: builds for the target, draws both templates, names the files to upload.

`guichet deploy --stage S` and `guichet run` both come through here; only the Target differs.
"""

from __future__ import annotations

from dataclasses import dataclass

import botocore.exceptions

from chalicelib.errors import UsageError

from . import apply, domains, plan
from .aws import Cloud, explained
from .build import Build, Say, build
from .domains import LEFT_ALONE, Asked, Domain
from .names import Names
from .resources import data_template
from .targets import Target
from .template import Artefacts, app_template


@dataclass(frozen=True, slots=True)
class Deployment:
    """What `deploy` did, where the stage answers, and its own domain if it has one."""

    steps: tuple[plan.Step, ...]
    api: str
    domain: Domain | None = None


def wanted(names: Names, target: Target, built: Build, domain: Domain | None = None) -> plan.Wanted:
    """Say what the stage should be. Pure."""
    artefacts = Artefacts(built.code.key("code"), built.layer.key("layer"))
    return plan.Wanted(
        data=(names.data_stack, data_template(names, domain)),
        uploads=(
            plan.Upload(artefacts.code_key, built.code.path, built.code.zipped),
            plan.Upload(artefacts.layer_key, built.layer.path, built.layer.zipped),
        ),
        app=(names.app_stack, app_template(built.sam, names, target, artefacts, domain.name if domain else "")),
    )


def planned(cloud: Cloud, target: Target, say: Say, asked: Asked = LEFT_ALONE) -> tuple[plan.Step, ...]:
    """List what a deploy of the source to `cloud` would do."""
    domain = domain_for(cloud, asked)  # before minutes of building
    return planned_built(cloud, target, build(target, say), domain)


def planned_built(cloud: Cloud, target: Target, built: Build, domain: Domain | None = None) -> tuple[plan.Step, ...]:
    """List what a deploy of `built` to `cloud` would do."""
    should = wanted(cloud.names, target, built, domain)
    with explained():
        return plan.plan(should, apply.found(cloud, (should.data[0], should.app[0]), should.uploads))


def deploy(cloud: Cloud, target: Target, say: Say, progress: apply.Progress, asked: Asked = LEFT_ALONE) -> Deployment:
    """Bring `cloud` to what the source says, and to the domain that was asked for."""
    domain = domain_for(cloud, asked)
    return deploy_built(cloud, target, build(target, say), progress, domain)


def deploy_built(
    cloud: Cloud, target: Target, built: Build, progress: apply.Progress, domain: Domain | None = None
) -> Deployment:
    """Bring `cloud` to what was built."""
    steps = planned_built(cloud, target, built, domain)
    with explained():
        apply.apply(cloud, steps, progress)
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
        return f"{cloud.endpoint}/_aws/execute-api/{outputs['ApiId']}"
    return outputs["Api"].rstrip("/")


def _outputs(cloud: Cloud, stack: str) -> dict[str, str]:
    """Give a stack's outputs; none where there is no such stack."""
    try:
        described = cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except botocore.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return {}
        raise
    return {each["OutputKey"]: str(each["OutputValue"]) for each in described.get("Outputs", [])}
