"""
The local AWS with the data stack and nothing else: real DynamoDB, SQS, S3 and SSM for tests that call the stages in
process. Start one a session; tests keep apart by people and brands, nothing is reset.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.aws import Cloud
from infra.local import ministack, ports, processes, seed, state
from infra.local.identities import Identity, identities
from infra.names import DEFAULT_REGION, LOCAL_STAGE, names
from infra.resources import data_template


@dataclass(frozen=True)
class LocalAws:
    """A running local stage without functions: `--stage local` finds it while the context lasts."""

    cloud: Cloud
    people: tuple[Identity, ...]

    def account(self, brand: str, channel: str) -> Identity:
        return next(each for each in self.people if (each.brand, each.channel) == (brand, channel))


@contextmanager
def local_aws(folder: Path) -> Iterator[LocalAws]:
    """Start it in `folder` on free ports, with the demo brands' accounts, secrets and playbooks."""
    before = os.environ.get("GUICHET_LOCAL")
    os.environ["GUICHET_LOCAL"] = str(folder)
    try:
        place = state.home()
        with state.only_one(place):
            port = ports.free()
            child = ministack.start_aws(place, port)
            try:
                endpoint = f"http://{ports.HOST}:{port}"
                processes.wait_for(endpoint + ministack.HEALTH, child, seconds=60)
                yield _filled(place, endpoint)
            finally:
                processes.stop(child)
    finally:
        os.environ.pop("GUICHET_LOCAL")
        if before is not None:
            os.environ["GUICHET_LOCAL"] = before


def _filled(place: state.Home, endpoint: str) -> LocalAws:
    cloud = Cloud(names(LOCAL_STAGE), DEFAULT_REGION, endpoint)
    formation = cloud.client("cloudformation")
    formation.create_stack(StackName=cloud.names.data_stack, TemplateBody=json.dumps(data_template(cloud.names)))
    while (status := formation.describe_stacks(StackName=cloud.names.data_stack)["Stacks"][0]["StackStatus"]) != (
        "CREATE_COMPLETE"
    ):
        assert status == "CREATE_IN_PROGRESS", status
        time.sleep(0.05)
    people = identities(place)
    seed.put_secrets(cloud, people)
    seed.put_accounts(cloud, people)
    seed.put_playbooks(cloud)
    state.announce(place, state.Running(os.getpid(), endpoint, f"http://{ports.HOST}:9/", {}))
    return LocalAws(cloud, people)
