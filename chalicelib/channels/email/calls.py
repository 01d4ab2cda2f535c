"""
Requests to SES (API version 2), signed with the function's own rights or another AWS account's keys, and its errors.

Source: AWS, "Amazon SES API v2: SendEmail, GetAccount", "Common errors".
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from ...errors import RateLimited, Refused, Retryable, SendError, TokenExpired, Unconfirmed
from ...model import Credentials
from ...ports import Http, HttpAnswer
from ...sigv4 import AwsKeys, sign
from .._json_values import Object, load_object, string

REGIONS = (
    "af-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1",
    "ap-southeast-2", "ap-southeast-3", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1",
    "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1",
    "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
)  # fmt: skip
HOSTS = tuple(f"email.{region}.amazonaws.com" for region in REGIONS)
_QUOTA_WAIT_S = 3_600.0  # a day's quota opens little by little: asked each hour

# SES's word left, ours right. What stands in no table is named by its status.
ERRORS: Mapping[str, type[SendError]] = {
    "TooManyRequestsException": RateLimited,
    "ThrottlingException": RateLimited,
    "LimitExceededException": RateLimited,  # the day's quota
    "AccountSuspendedException": TokenExpired,
    "SendingPausedException": TokenExpired,
    "MailFromDomainNotVerifiedException": TokenExpired,
    "NotFoundException": TokenExpired,  # no such configuration set or identity
    "AccessDeniedException": TokenExpired,
    "UnrecognizedClientException": TokenExpired,
    "InvalidClientTokenId": TokenExpired,
    "InvalidSignatureException": TokenExpired,
    "SignatureDoesNotMatch": TokenExpired,
    "ExpiredTokenException": Retryable,  # the function's own, which AWS renews
    "MessageRejected": Refused,
    "BadRequestException": Refused,
}


def region_of(credentials: Credentials) -> str:
    """Return the region that an account's mails are sent from."""
    return credentials.extra.get("region") or credentials.extra.get("role_region", "")


def post(http: Http, credentials: Credentials, path: str, asked: Mapping[str, Any]) -> HttpAnswer:
    """Make one call that changes something."""
    return _call(http, credentials, "POST", path, json.dumps(asked, separators=(",", ":")).encode(), 8.0)


def get(http: Http, credentials: Credentials, path: str) -> HttpAnswer:
    """Make one call that reads."""
    return _call(http, credentials, "GET", path, b"", 4.0)


def active_rules(http: Http, credentials: Credentials) -> HttpAnswer:
    """
    Ask which rule set is active where mails are received: in the stage's own AWS account, with this process's rights.

    https://docs.aws.amazon.com/ses/latest/APIReference/API_DescribeActiveReceiptRuleSet.html
    """
    form = b"Action=DescribeActiveReceiptRuleSet&Version=2010-12-01"
    return _signed(http, receiving_region(credentials), _role(credentials), "POST", "/", form, 4.0)


def receiving_region(credentials: Credentials) -> str:
    """Return the region where an account's mails are received."""
    return credentials.extra.get("receiving_region") or credentials.extra.get("role_region", "")


def _call(http: Http, credentials: Credentials, method: str, path: str, body: bytes, timeout_s: float) -> HttpAnswer:
    return _signed(http, region_of(credentials), _keys(credentials), method, path, body, timeout_s)


def _signed(
    http: Http, region: str, keys: AwsKeys, method: str, path: str, body: bytes, timeout_s: float
) -> HttpAnswer:
    if region not in REGIONS:
        raise TokenExpired("no_region", "the region is none of SES's: reconnect it")
    host = f"email.{region}.amazonaws.com"
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    kind = "application/x-www-form-urlencoded" if path == "/" else "application/json"
    headers = {"host": host, "content-type": kind}
    signed = sign(headers, body, keys, (region, "ses"), stamp, method=method, path=path)
    del signed["host"]  # the client writes it
    return http.request(method, f"https://{host}{path}", headers=signed, body=body, timeout_s=timeout_s)


def _keys(credentials: Credentials) -> AwsKeys:
    """Return who signs: the function's role, or a user of the AWS account that the brand's domain is verified in."""
    if credentials.extra.get("key_id"):
        return AwsKeys(credentials.extra["key_id"], credentials.token)
    return _role(credentials)


def _role(credentials: Credentials) -> AwsKeys:
    held = credentials.extra
    return AwsKeys(held.get("role_key_id", ""), held.get("role_secret", ""), held.get("role_session_token", ""))


def accepted(answer: HttpAnswer, attempt: int = 0) -> Object:
    """Return the body of a 2xx answer; else raise our error for SES's."""
    if 200 <= answer.status < 300:
        return load_object(answer.body)
    raise failure(answer, attempt)


def failure(answer: HttpAnswer, attempt: int = 0) -> SendError:
    """Return our error for an answer: by its code, else by its status. No text of it is kept."""
    told = load_object(answer.body)
    named = answer.headers.get("x-amzn-errortype", "") or string(told.get("__type")) or string(told.get("code"))
    code = named.partition(":")[0].rpartition("#")[2][:60]
    kind = ERRORS.get(code) or _by_status(answer.status)
    name = code if code in ERRORS else f"http_{answer.status}"
    return RateLimited(name, _wait_s(code, attempt)) if kind is RateLimited else kind(name)


def _by_status(status: int) -> type[SendError]:
    if status == 429:
        return RateLimited
    if status in (401, 403):
        return TokenExpired
    return Unconfirmed if status >= 500 or status == 408 else Refused


def _wait_s(code: str, attempt: int) -> float:
    return _QUOTA_WAIT_S if code == "LimitExceededException" else float(4 ** min(max(attempt, 1), 5))
