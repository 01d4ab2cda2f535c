"""
A stage as the source says it should be: builds for the target, draws both templates, names the files to upload.

`guichet deploy --stage S` and `guichet run` both come through here; only the Target differs.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import apply, plan
from .aws import Cloud, explained
from .build import Build, Say, build
from .names import Names
from .resources import data_template
from .targets import Target
from .template import Artefacts, app_template


@dataclass(frozen=True, slots=True)
class Deployment:
    """What `deploy` did, and where the stage answers."""

    steps: tuple[plan.Step, ...]
    api: str


def wanted(names: Names, target: Target, built: Build) -> plan.Wanted:
    """Say what the stage should be. Pure."""
    artefacts = Artefacts(built.code.key("code"), built.layer.key("layer"))
    return plan.Wanted(
        data=(names.data_stack, data_template(names)),
        uploads=(
            plan.Upload(artefacts.code_key, built.code.path, built.code.zipped),
            plan.Upload(artefacts.layer_key, built.layer.path, built.layer.zipped),
        ),
        app=(names.app_stack, app_template(built.sam, names, target, artefacts)),
    )


def planned(cloud: Cloud, target: Target, say: Say) -> tuple[plan.Step, ...]:
    """List what a deploy of the source to `cloud` would do."""
    return planned_built(cloud, target, build(target, say))


def planned_built(cloud: Cloud, target: Target, built: Build) -> tuple[plan.Step, ...]:
    """List what a deploy of `built` to `cloud` would do."""
    should = wanted(cloud.names, target, built)
    with explained():
        return plan.plan(should, apply.found(cloud, (should.data[0], should.app[0]), should.uploads))


def deploy(cloud: Cloud, target: Target, say: Say, progress: apply.Progress) -> Deployment:
    """Bring `cloud` to what the source says."""
    return deploy_built(cloud, target, build(target, say), progress)


def deploy_built(cloud: Cloud, target: Target, built: Build, progress: apply.Progress) -> Deployment:
    """Bring `cloud` to what was built."""
    steps = planned_built(cloud, target, built)
    with explained():
        apply.apply(cloud, steps, progress)
        return Deployment(steps, api_url(cloud))


def api_url(cloud: Cloud) -> str:
    """Give the address that platforms call, without the last slash."""
    stacks = cloud.client("cloudformation").describe_stacks(StackName=cloud.names.app_stack)["Stacks"]
    outputs = {each["OutputKey"]: str(each["OutputValue"]) for each in stacks[0]["Outputs"]}
    if cloud.is_local:
        return f"{cloud.endpoint}/_aws/execute-api/{outputs['ApiId']}"
    return outputs["Api"].rstrip("/")
