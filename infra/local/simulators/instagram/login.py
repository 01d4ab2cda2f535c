"""
The page on which an Instagram account allows our app (Business Login), the tokens it gives, and what the account sends.

Source: Meta, "Business Login for Instagram", "Access tokens", "Webhooks: enable subscriptions". Accounts that are
connected by Facebook's page are given nowhere here: that login is Messenger's to play.
"""

from __future__ import annotations

from collections.abc import Sequence

from .. import meta
from ..config import AccountConfig
from ..consent import Code, Consents, left_of
from ..router import Answer, Endpoint, PlatformCall
from ..signing import new_code
from ..world import World

TOKEN_S = 60 * 86_400


class InstagramLogin:
    """The login of one world: who allowed what, which tokens stand for an account, and what each account sends."""

    def __init__(self, world: World, channel: str, fields: Sequence[str]) -> None:
        self.world, self.channel = world, channel
        self.consents = Consents("Instagram", "/oauth/authorize")
        self._short: dict[str, Code] = {}
        self._stands_for: dict[str, str] = {}  # a token that was given -> the one that it stands for
        self._usual = [*fields]
        self._fields = {each.account_id: [*fields] for each in self.accounts()}

    def accounts(self) -> list[AccountConfig]:
        """Return the accounts of this platform."""
        return [each.accounts[self.channel] for each in self.world.config.brands if self.channel in each.accounts]

    def begin(self, *, forget: bool) -> None:
        """Have every account send what it sends from the beginning, or nothing (`forget`)."""
        for sent in self._fields.values():
            sent[:] = [] if forget else self._usual

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the paths of the login."""
        return (
            Endpoint("/oauth/authorize", ("GET",), self.consents.page),
            Endpoint("/oauth/authorize/decide", ("GET",), self.consents.decide),
            Endpoint("/oauth/access_token", ("POST",), self.short),
            Endpoint("/access_token", ("GET",), self.lasting),
            Endpoint("/refresh_access_token", ("GET",), self.refresh),
        )

    def account_of(self, token: str) -> AccountConfig | None:
        """Return whose token this is, however often it was renewed."""
        return self.world.config.by_token(self.channel, self._stands_for.get(token, token))

    def short(self, call: PlatformCall) -> Answer:
        """Give a token of an hour for a code, once, with what it is for."""
        fields = call.fields
        app = meta.app_of(self.accounts(), f"{fields.get('client_id')}|{fields.get('client_secret')}")
        code = self.consents.spend(fields) if app and fields.get("grant_type") == "authorization_code" else None
        if app is None or code is None or code.client_id != app.app_id:
            return Answer(
                400, {"error_type": "OAuthException", "code": 400, "error_message": "Invalid authorization code"}
            )
        code.secret = app.secret
        token = new_code("IGAAshort", 40)
        self._short[token] = code
        told = {"access_token": token, "user_id": app.account_id, "permissions": [*left_of(code)]}
        return Answer(200, {"data": [told]})

    def lasting(self, call: PlatformCall) -> Answer:
        """Give a token of sixty days for one of an hour."""
        code = self._short.pop(call.query.get("access_token", ""), None)
        right = call.query.get("grant_type") == "ig_exchange_token"
        if code is None or not right or call.query.get("client_secret") != code.secret:
            return meta.graph_error(400, 190, "Invalid OAuth access token")
        mine = [each for each in self.accounts() if (each.app_id, each.secret) == (code.client_id, code.secret)]
        others = [each for each in self.accounts() if each not in mine]
        return self._given((others if code.outcome == "another" else mine)[0].token)

    def refresh(self, call: PlatformCall) -> Answer:
        """Give a token that lives sixty days from now for one that still works."""
        account = self.account_of(call.query.get("access_token", ""))
        if account is None:
            return meta.graph_error(400, 190, "Invalid OAuth access token - Cannot parse access token")
        if call.query.get("grant_type") != "ig_refresh_token" or account.extra.get("login") != self.channel:
            return meta.graph_error(400, 100, "(#100) Unsupported grant_type")
        return self._given(account.token)

    def _given(self, token: str) -> Answer:
        made = new_code("IGAA", 40)
        self._stands_for[made] = token
        return Answer(200, {"access_token": made, "token_type": "bearer", "expires_in": TOKEN_S})

    def subscribed(self, call: PlatformCall, account: AccountConfig) -> Answer:
        """List the apps to which an account sends its events, and which: the account's half; or change that."""
        fields = self._fields[account.account_id]
        if call.method == "GET":
            return Answer(200, {"data": [{"id": account.app_id, "subscribed_fields": [*fields]}] if fields else []})
        wanted = str(call.fields.get("subscribed_fields") or "").split(",") if call.method == "POST" else []
        fields[:] = wanted
        return Answer(200, {"success": True})
