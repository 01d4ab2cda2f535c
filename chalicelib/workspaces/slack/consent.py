"""
How Slack's page installs our app in a workspace (OAuth 2), and how its token ends.

Source: docs.slack.dev, "Installing with OAuth", "oauth.v2.access", "auth.revoke". PKCE is left off: at Slack it makes
the app a public client, for good.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import urlencode

from ...consent import Answered, Asked, Asking, Choice, Grant, Half, Offer
from ...errors import Refused
from ...findings import Finding
from ...model import AccountId, Credentials, Millis
from ...ports import Http
from . import api

PAGE = "https://slack.com/oauth/v2/authorize"
# What the app's manifest asks for too (infra/slack-app.yaml says what each is for).
SCOPES = (
    "channels:history",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "pins:write",
    "reactions:write",
)


def asked(http: Http, credentials: Credentials, asking: Asking) -> Asked:  # noqa: ARG001 - the port's
    """Return the address of Slack's page."""
    query = {
        "client_id": _lent(credentials, "client_id"),
        "scope": ",".join(SCOPES),
        "redirect_uri": asking.redirect,
        "state": asking.state,
    }
    return Asked(f"{PAGE}?{urlencode(query)}")


def exchange(http: Http, credentials: Credentials, answered: Answered) -> Grant:
    """Return the app's token in the team in which it was installed."""
    pair = f"{_lent(credentials, 'client_id')}:{_lent(credentials, 'client_secret')}"
    fields = {"code": answered.brought["code"], "redirect_uri": answered.redirect}
    told = api.form(http, f"Basic {b64encode(pair.encode()).decode()}", "oauth.v2.access", fields)
    team = told.get("team")
    token, given = str(told.get("access_token") or ""), str(told.get("scope") or "")
    if not (isinstance(team, dict) and team.get("id") and token):
        raise Refused("no_token")
    return {"token": token, "team": str(team["id"]), "name": str(team.get("name") or ""), "scopes": given}


def accounts(http: Http, credentials: Credentials, grant: Grant) -> Offer:  # noqa: ARG001 - the port's
    """Return the team; which of its channels is the desk, whoever chooses says."""
    choice = Choice(account_id=f"{grant['team']}/", name=grant["name"], held={"token": grant["token"]})
    return (choice,), tuple(each for each in SCOPES if each not in grant["scopes"].split(","))


def health(http: Http, credentials: Credentials, account_id: AccountId, now: Millis) -> Iterator[Finding]:  # noqa: ARG001 - the port's
    """
    Say which permissions the app's token has not.

    https://docs.slack.dev/authentication/installing-with-oauth (x-oauth-scopes)
    """
    headers = {"authorization": f"Bearer {credentials.token}"}
    told = http.request("POST", f"{api.BASE}auth.test", headers=headers).headers.get("x-oauth-scopes", "")
    if told:
        given = [each.strip() for each in told.split(",")]
        lacking = [each for each in SCOPES if each not in given]
        seen = f"not given: {', '.join(lacking)}" if lacking else "all are given"
        yield Finding("permissions", not lacking, seen, "install the app anew: its manifest asks for them")


def leave(http: Http, credentials: Credentials, account_id: AccountId) -> tuple[Half, ...]:  # noqa: ARG001 - the port's
    """Say why the token lives on: it is the whole team's, and other desks may stand on it."""
    why = "it is one for all channels of the team: remove the app in Slack if none of them is a desk any more"
    return (Half("the token is void", why),)


def _lent(credentials: Credentials, name: str) -> str:
    found = credentials.extra.get(name, "")
    if not found:
        raise Refused(f"no_{name}")
    return found
