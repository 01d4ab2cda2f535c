"""
One Slack Web API call: exactly one request; Slack's error code becomes one of our errors.

Plain HTTP by the `Http` port: slack_sdk costs 0.1 s of import and repeats requests by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from ...errors import RateLimited, Refused, Retryable, SendError, TokenExpired, Unconfirmed
from ...ports import Http, HttpAnswer

BASE = "https://slack.com/api/"
OPEN_VIEW_TIMEOUT_S = 2.0  # a trigger_id lives 3 seconds

# Slack's error -> ours (docs.slack.dev, each method's table). Anything else is Refused.
_ERRORS: dict[str, type[SendError]] = {
    "invalid_auth": TokenExpired,
    "not_authed": TokenExpired,
    "account_inactive": TokenExpired,
    "token_revoked": TokenExpired,
    "token_expired": TokenExpired,
    "missing_scope": TokenExpired,
    "no_permission": TokenExpired,
    "not_allowed_token_type": TokenExpired,
    "org_login_required": TokenExpired,
    "team_access_not_granted": TokenExpired,
    "service_unavailable": Retryable,
    "request_timeout": Retryable,
    "team_added_to_org": Retryable,
    "internal_error": Unconfirmed,  # "it's possible some aspect of the operation succeeded"
    "fatal_error": Unconfirmed,
}
RATE_LIMITS = frozenset({"ratelimited", "rate_limited"})
# Errors that mean: it was done before.
DONE_ALREADY = frozenset({"already_reacted", "already_pinned"})

Answer = dict[str, Any]


def post(http: Http, token: str, method: str, payload: Mapping[str, Any], timeout_s: float = 8.0) -> Answer:
    """Call a method with a JSON body and return its answer (`ok` is true). Raises SendError."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json; charset=utf-8"}
    return _checked(http.request("POST", BASE + method, headers=headers, body=body, timeout_s=timeout_s))


def form(http: Http, authorization: str, method: str, fields: Mapping[str, str]) -> Answer:
    """Call a method that takes a form alone, with the app's own authorization. Raises SendError."""
    headers = {"authorization": authorization, "content-type": "application/x-www-form-urlencoded"}
    return _checked(http.request("POST", BASE + method, headers=headers, body=urlencode(fields).encode()))


def get(http: Http, token: str, method: str, query: Mapping[str, str]) -> Answer:
    """Call a reading method and return its answer. Raises SendError."""
    url = f"{BASE}{method}?{urlencode(query)}"
    return _checked(http.request("GET", url, headers={"authorization": f"Bearer {token}"}))


def open_view(http: Http, token: str, trigger_id: str, view: Mapping[str, Any]) -> None:
    """Open a dialog for the person who just clicked. Raises SendError ("expired_trigger_id" after 3 seconds)."""
    post(http, token, "views.open", {"trigger_id": trigger_id, "view": view}, OPEN_VIEW_TIMEOUT_S)


def update_view(http: Http, token: str, view_id: str, view_hash: str, view: Mapping[str, Any]) -> None:
    """Change an open dialog, unless it has changed since (`view_hash`). Raises SendError."""
    payload = {"view_id": view_id, "hash": view_hash, "view": view}
    post(http, token, "views.update", {key: value for key, value in payload.items() if value}, OPEN_VIEW_TIMEOUT_S)


def publish_view(http: Http, token: str, user_id: str, view: Mapping[str, Any]) -> None:
    """Show a member the app's home. Raises SendError."""
    post(http, token, "views.publish", {"user_id": user_id, "view": view}, OPEN_VIEW_TIMEOUT_S)


def _checked(answer: HttpAnswer) -> Answer:
    """Return the answer's object when it is ok; else raise the error for Slack's code."""
    if answer.status == 429:
        raise RateLimited("429", _wait(answer))
    if answer.status >= 500:
        raise Unconfirmed(str(answer.status))
    try:
        raw = json.loads(answer.body)
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict):
        raise Unconfirmed(str(answer.status), "not_json")
    if raw.get("ok") is True or raw.get("error") in DONE_ALREADY:
        return raw
    code = raw.get("error")
    word = code[:60] if isinstance(code, str) else str(answer.status)
    if word in RATE_LIMITS:
        raise RateLimited(word, _wait(answer))
    raise _ERRORS.get(word, Refused)(word)


def _wait(answer: HttpAnswer) -> float:
    """Return Slack's Retry-After in seconds, 1 at least and an hour at most."""
    value = answer.headers.get("retry-after", "")
    return float(min(max(int(value), 1), 3600)) if value.isascii() and value.isdigit() and len(value) < 9 else 1.0
