"""
The only reader of the environment. Lists everything that is missing at once.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from .errors import Misconfigured
from .sigv4 import AwsKeys

_REQUIRED = (
    "STAGE",
    "TABLE_NAME",
    "BUCKET_NAME",
    "INBOX_QUEUE_URL",
    "OUTBOX_QUEUE_URL",
    "DESK_QUEUE_URL",
    "RECEIPTS_QUEUE_URL",
    "TIMERS_QUEUE_URL",
    "UNPARSED_QUEUE_URL",
    "SECRETS_PREFIX",
)
MODEL_CACHE = "/tmp/guichet-models"  # noqa: S108 - a function's own disk, nobody else's


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What a function is told by its environment.

    `local_bases` replaces scheme and host of a platform's URL on the local stage ({} on AWS).
    `public_urls`: addresses of the stage's own HTTP API, without path; platforms are given the first. Known to the
    functions that take webhooks or deliver. `endpoint_url` is the local AWS ("" on AWS). `model_dir`: the classifier
    that ships ("": beside the code); `model_cache`: where brands' own are kept. `mail_url`: the queue that tells of
    mails, known to the function that reads it.
    """

    stage: str
    table_name: str
    bucket_name: str
    inbox_url: str
    outbox_url: str
    desk_url: str
    receipts_url: str
    timers_url: str
    unparsed_url: str
    secrets_prefix: str
    region: str
    endpoint_url: str = ""
    aws_keys: AwsKeys = field(default_factory=lambda: AwsKeys("", ""), repr=False)
    model_dir: str = ""
    model_cache: str = MODEL_CACHE
    local_bases: Mapping[str, str] = field(default_factory=dict)
    public_urls: tuple[str, ...] = ()
    mail_url: str = ""

    @property
    def role(self) -> dict[str, str]:
        """Whose rights this process has, as a channel's credentials hold them."""
        return {
            "role_key_id": self.aws_keys.access_key,
            "role_secret": self.aws_keys.secret_key,
            "role_session_token": self.aws_keys.session_token,
            "role_region": self.region,
            "role_bucket": self.bucket_name,
        }

    @property
    def owner(self) -> str:
        """The account that all of this is in: it stands in every queue's address, "" where there is none."""
        found = self.inbox_url.split("/")
        return found[-2] if len(found) > 2 and found[-2].isdigit() else ""


def function() -> str:
    """Which of our functions this is, as the template names it; "" where it is none."""
    return os.environ.get("POWERTOOLS_SERVICE_NAME", "")


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Reads the settings. Raises Misconfigured naming every variable that is missing or wrong."""
    env = os.environ if environ is None else environ
    missing = [name for name in _REQUIRED if not env.get(name)]
    if missing:
        raise Misconfigured("Set these environment variables: " + ", ".join(missing) + ".")
    try:
        bases = json.loads(env.get("LOCAL_BASES") or "{}")
    except ValueError:
        raise Misconfigured(
            'LOCAL_BASES must be a JSON object, for example {"x": "http://127.0.0.1:8000/x"}.'
        ) from None
    return Settings(
        stage=env["STAGE"],
        table_name=env["TABLE_NAME"],
        bucket_name=env["BUCKET_NAME"],
        inbox_url=env["INBOX_QUEUE_URL"],
        outbox_url=env["OUTBOX_QUEUE_URL"],
        desk_url=env["DESK_QUEUE_URL"],
        receipts_url=env["RECEIPTS_QUEUE_URL"],
        timers_url=env["TIMERS_QUEUE_URL"],
        unparsed_url=env["UNPARSED_QUEUE_URL"],
        secrets_prefix=env["SECRETS_PREFIX"],
        region=env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "eu-west-3",
        endpoint_url=env.get("AWS_ENDPOINT_URL", ""),
        aws_keys=AwsKeys(
            env.get("AWS_ACCESS_KEY_ID", ""), env.get("AWS_SECRET_ACCESS_KEY", ""), env.get("AWS_SESSION_TOKEN", "")
        ),
        model_dir=env.get("MODEL_DIR", ""),
        model_cache=env.get("MODEL_CACHE") or MODEL_CACHE,
        local_bases=bases,
        public_urls=tuple(each.rstrip("/") for each in env.get("PUBLIC_URLS", "").split()),
        mail_url=env.get("MAIL_QUEUE_URL", ""),
    )
