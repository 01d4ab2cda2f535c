"""
The names of a stage's things, in one place. Pure.

Names are fixed (not generated), so policies, alarms and people can name one stage's queue and no other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from chalicelib.errors import WrongUsage

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
LOCAL_STAGE = "local"
LOCAL_KEY = "local"  # id and secret of the local AWS's administrator; it guards nothing
DEFAULT_REGION = "eu-west-3"
QUEUES = ("inbox.fifo", "outbox.fifo", "desk.fifo", "receipts", "timers", "unparsed")
FUNCTIONS = ("api", "process", "receipts", "deliver", "desk", "timers", "sweep")
MAIL_QUEUE = "mail"  # only where a stage receives mail (infra.mail)
API_STAGE = "$default"  # an HTTP API answers at its root there

BRAND = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,19}")


@dataclass(frozen=True, slots=True)
class Names:
    """What a stage's stacks, table, bucket, queues and secrets are called."""

    stage: str

    @property
    def data_stack(self) -> str:
        return f"guichet-{self.stage}-data"

    @property
    def app_stack(self) -> str:
        return f"guichet-{self.stage}-app"

    @property
    def mail_stack(self) -> str:
        return f"guichet-{self.stage}-mail"  # only where SES receives in another region (infra.mail)

    @property
    def table(self) -> str:
        return f"guichet-{self.stage}"

    def bucket(self, account: str = "${AWS::AccountId}", region: str = "${AWS::Region}") -> str:
        """Name the bucket; bucket names are shared by all of AWS, so account and region belong to it."""
        return f"guichet-{self.stage}-{account}-{region}"

    def queue(self, queue: str) -> str:
        return f"guichet-{self.stage}-{queue}"

    def dead(self, queue: str) -> str:
        """Name a queue's dead-letter queue; a FIFO queue's is FIFO."""
        stem, dot, suffix = queue.partition(".")
        return f"guichet-{self.stage}-{stem}-dead{dot}{suffix}"

    def function(self, function: str) -> str:
        return f"guichet-{self.stage}-{function}"

    @property
    def topic(self) -> str:
        """Where alarms go; people subscribe to it."""
        return f"guichet-{self.stage}-alarm"

    @property
    def api(self) -> str:
        return f"guichet-{self.stage}"

    @property
    def secrets_prefix(self) -> str:
        return f"/guichet/{self.stage}"


def names(stage: str) -> Names:
    """Give the names of `stage`; raises WrongUsage for one that AWS would refuse."""
    if not _STAGE.fullmatch(stage):
        raise WrongUsage(
            f"The stage '{stage}' cannot be used; take a short word of a-z, 0-9 and '-', such as prod or staging."
        )
    return Names(stage)


def logical(name: str) -> str:
    """Turn inbox.fifo into Inbox: the logical id of a queue in the template."""
    return name.partition(".")[0].title().replace("-", "")
