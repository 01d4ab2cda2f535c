"""
How X lets an account be connected: OAuth 1.0a in three steps, the app's webhooks, and who is subscribed to them.

Source: docs.x.com, "OAuth 1.0a: obtaining user access tokens", "Webhooks", "Account Activity". What a connect or a
disconnect changes is kept here; in the beginning each account's own webhook is registered and subscribed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import httpx

from .config import AccountConfig
from .consent import Consents, moved
from .router import Answer, Endpoint, PlatformCall
from .signing import new_code, oauth1_fields, oauth1_valid
from .world import World

CHALLENGE = "guichet-played"


def app_token(account: AccountConfig) -> str:
    """Return the token of an account's app."""
    return f"app-token-of-{account.account_id}"


@dataclass(slots=True)
class Request:
    """A request token: whose app asked, and how the person ended it."""

    account: AccountConfig
    callback: str
    secret: str = field(repr=False)
    verifier: str = field(default="", repr=False)
    outcome: str = "allow"
    spent: bool = False


class XLogin:
    """What of X is about connecting."""

    def __init__(self, world: World, channel: str) -> None:
        self.world, self.channel = world, channel
        self._consents = Consents("X", "/oauth/authorize")
        self._asked: dict[str, Request] = {}
        self._hooks: dict[str, tuple[str, str]] = {}
        self.begin(forget=False)
        self.void: set[str] = set()

    def begin(self, *, forget: bool) -> None:
        """Make every app one whose webhook is its account's own, or one that has none (`forget`)."""
        self._hooks.clear()
        for each in [] if forget else self.accounts():
            self._hooks[each.account_id] = (app_token(each), each.webhook_url)

    def accounts(self) -> list[AccountConfig]:
        """Return the accounts of X."""
        return [each.accounts[self.channel] for each in self.world.config.brands if self.channel in each.accounts]

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the paths of a login and of webhooks."""
        one = "/2/account_activity/webhooks/{hook}/subscriptions"
        return (
            Endpoint("/oauth/request_token", ("POST",), self.request_token),
            Endpoint("/oauth/authorize", ("GET",), self._consents.page),
            Endpoint("/oauth/authorize/decide", ("GET",), self.decide),
            Endpoint("/oauth/access_token", ("POST",), self.access_token),
            Endpoint("/1.1/oauth/invalidate_token", ("POST",), self.invalidate),
            Endpoint("/2/webhooks", ("GET",), self.webhooks),
            Endpoint("/2/webhooks", ("POST",), self.register),
            Endpoint(f"{one}/all", ("POST",), self.subscribe),
            Endpoint(f"{one}/{{user}}/all", ("DELETE",), self.unsubscribe),
        )

    def request_token(self, call: PlatformCall) -> Answer:
        """Give a request token to an app that signs, for the address that it names."""
        header = call.headers.get("authorization", "")
        fields = oauth1_fields(header)
        signed = [
            each
            for each in self.accounts()
            if oauth1_valid(call.method, call.path, call.raw_query, header, (each.secret, ""))
        ]
        if not signed or not fields.get("oauth_callback"):
            return Answer(401, '{"errors":[{"code":32,"message":"Could not authenticate you."}]}')
        token = new_code("request_", 24)
        self._asked[token] = Request(signed[0], unquote(fields["oauth_callback"]), new_code("", 24))
        told = {"oauth_token": token, "oauth_token_secret": self._asked[token].secret}
        return Answer(200, urlencode({**told, "oauth_callback_confirmed": "true"}))

    def decide(self, call: PlatformCall) -> Answer:
        """Send the person back to whoever asked, as the link says."""
        asked = self._asked.get(call.query.get("oauth_token", ""))
        if asked is None:
            return Answer(404, "no such request")
        asked.outcome = call.query.get("outcome", "allow")
        if asked.outcome in ("decline", "nothing"):
            return moved(asked.callback, {"denied": call.query["oauth_token"]})
        asked.verifier = new_code("", 24)
        return moved(asked.callback, {"oauth_token": call.query["oauth_token"], "oauth_verifier": asked.verifier})

    def access_token(self, call: PlatformCall) -> Answer:
        """Give the account's tokens for a request token that was allowed, once."""
        header = call.headers.get("authorization", "")
        fields = oauth1_fields(header)
        asked = self._asked.get(fields.get("oauth_token", ""))
        if asked is None or asked.spent or asked.outcome == "old" or fields.get("oauth_verifier") != asked.verifier:
            return Answer(401, "Reverse auth credentials are invalid")
        if not oauth1_valid(call.method, call.path, call.raw_query, header, (asked.account.secret, asked.secret)):
            return Answer(401, "Invalid signature")
        asked.spent = True
        of = asked.account
        if asked.outcome == "another":
            of = next(each for each in self.accounts() if each != of)
        told = {"oauth_token": of.token, "oauth_token_secret": of.token_secret}
        return Answer(200, urlencode({**told, "user_id": asked.account.account_id, "screen_name": of.screen_name}))

    def invalidate(self, call: PlatformCall) -> Answer:
        """End the token that signs."""
        self.void.add(oauth1_fields(call.headers.get("authorization", "")).get("oauth_token", ""))
        return Answer(200, {"access_token": "void"})

    # --- webhooks ---------------------------------------------------------------------------------

    def webhooks(self, call: PlatformCall) -> Answer:
        """List the app's webhooks, in its own name."""
        if call.bearer not in map(app_token, self.accounts()):
            return Answer(401, {"title": "Unauthorized", "status": 401})
        listed = [
            {"id": hook, "url": url, "valid": True} for hook, (app, url) in self._hooks.items() if app == call.bearer
        ]
        return Answer(200, {"data": listed, "meta": {"result_count": len(listed)}})

    def register(self, call: PlatformCall) -> Answer:
        """Register an address that answers the challenge."""
        if call.bearer not in map(app_token, self.accounts()):
            return Answer(401, {"title": "Unauthorized", "status": 401})
        url = str(call.fields.get("url"))
        if not _answers(url):
            return Answer(400, {"title": "CrcValidationFailed", "status": 400})
        hook = str(1_880_000_000_000_000_000 + len(self._hooks))
        self._hooks[hook] = (call.bearer, url)
        return Answer(200, {"id": hook, "url": url, "valid": True})

    def subscribe(self, call: PlatformCall) -> Answer:
        """Have an account's events sent to a webhook."""
        hook = self._hooks.get(call.params["hook"])
        token = unquote(oauth1_fields(call.headers.get("authorization", "")).get("oauth_token", ""))
        account = self.world.config.by_token(self.channel, token)
        if hook is None or account is None:
            return Answer(404 if hook is None else 401, {"status": 404 if hook is None else 401})
        self.world.change_account(account, webhook_url=hook[1])
        return Answer(200, {"data": {"subscribed": True}})

    def unsubscribe(self, call: PlatformCall) -> Answer:
        """Have an account's events sent there no more."""
        known = call.params["hook"] in self._hooks
        return Answer(204, "") if known else Answer(404, {"status": 404})


def _answers(url: str) -> bool:
    query = dict(parse_qsl(urlsplit(url).query)) | {"crc_token": CHALLENGE}
    try:
        told = httpx.get(url, params=query, timeout=10, trust_env=False)
    except httpx.HTTPError:
        return False
    return told.status_code == 200 and "response_token" in told.text
