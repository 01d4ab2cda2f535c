"""
Facebook Login as Messenger and WhatsApp use it: the page, the tokens, and where an app's events go.

Source: Meta, "Facebook Login: manually build a login flow", "Access tokens", "Graph API: app subscriptions". An app and
its accounts begin as `guichet run` connects them; what a connect or a disconnect changes is kept here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx

from . import meta
from .config import AccountConfig
from .consent import Code, Consents, left_of
from .router import Answer, Endpoint, PlatformCall
from .signing import new_code
from .world import World

SIXTY_DAYS_S = 5_184_000


class MetaLogin:
    """
    One of Meta's platforms. `kind`: what its webhooks are about; `fields`: what they bring from the beginning.

    `lasting_is_own`: the token that lasts is the account's own (WhatsApp's), not a person's that leads to it.
    """

    def __init__(
        self, world: World, channel: str, kind: str, fields: Sequence[str], *, lasting_is_own: bool = False
    ) -> None:
        self.world = world
        self.channel, self.kind = channel, kind
        self.lasting_is_own = lasting_is_own
        self.consents = Consents("Facebook", "/dialog/oauth")
        self._people: dict[str, Code] = {}
        self._hooks: dict[str, dict[str, Any]] = {}
        self._fields: dict[str, list[str]] = {each.account_id: [*fields] for each in self.accounts()}
        self._usual = [*fields]
        self.begin(forget=False)

    def begin(self, *, forget: bool) -> None:
        """Make every app one whose webhook is its accounts' own, or one that has none (`forget`)."""
        self._hooks.clear()
        for each in [] if forget else self.accounts():
            self._hooks[each.secret] = {"callback_url": each.webhook_url, "fields": [*self._usual]}

    def accounts(self) -> list[AccountConfig]:
        """Return the accounts of this platform."""
        return [each.accounts[self.channel] for each in self.world.config.brands if self.channel in each.accounts]

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the paths of a login; they stand before those with a place for any id."""
        return (
            Endpoint("/{version}/dialog/oauth", ("GET",), self.consents.page),
            Endpoint("/{version}/dialog/oauth/decide", ("GET",), self.consents.decide),
            Endpoint("/{version}/oauth/access_token", ("POST",), self.token),
            Endpoint("/{version}/me/permissions", ("GET",), self.permissions),
            Endpoint("/{version}/debug_token", ("GET",), self.looked_at),
            Endpoint("/{version}/{app}/subscriptions", ("GET",), self.hooks),
            Endpoint("/{version}/{app}/subscriptions", ("POST",), self.set_hook),
        )

    def token(self, call: PlatformCall) -> Answer:
        """Give a token for a code, or one that lasts for one that does not."""
        fields = call.fields
        app = f"{fields.get('client_id')}|{fields.get('client_secret')}"
        if meta.app_of(self.accounts(), app) is None:
            return meta.graph_error(400, 101, "Error validating client secret.")
        if fields.get("grant_type") == "fb_exchange_token":
            code = self._people.get(str(fields.get("fb_exchange_token")))
        else:
            code = self.consents.spend(fields)
        if code is None or code.client_id != fields.get("client_id"):
            return meta.graph_error(400, 100, "This authorization code has been used or has expired.", subcode=36009)
        code.secret = str(fields.get("client_secret"))
        token = new_code("EAAperson", 60)
        if self.lasting_is_own and fields.get("grant_type"):
            token = self.token_for(code, next(iter(self.given(code)), None)) or token
        self._people[token] = code
        return Answer(200, {"access_token": token, "token_type": "bearer", "expires_in": SIXTY_DAYS_S})

    def person(self, call: PlatformCall) -> Code | None:
        """Return what the person allowed whose token asks."""
        return self._people.get(call.bearer)

    def given(self, code: Code) -> list[AccountConfig]:
        """Return the accounts of whoever allowed it: those of the app."""
        mine = [each for each in self.accounts() if (each.app_id, each.secret) == (code.client_id, code.secret)]
        return [] if code.outcome == "nothing" else mine

    def token_for(self, code: Code, account: AccountConfig | None) -> str:
        """Return the token of an account as the person got it: another's, where it is to end so."""
        others = [each.token for each in self.accounts() if each != account]
        return others[0] if code.outcome == "another" else account.token if account else ""

    def permissions(self, call: PlatformCall) -> Answer:
        """List what the person gave."""
        code = self.person(call)
        if code is None:
            return meta.graph_error(400, 190, "Invalid OAuth access token - Cannot parse access token")
        given = left_of(code)
        told = [{"permission": one, "status": "granted" if one in given else "declined"} for one in code.scopes]
        return Answer(200, {"data": told})

    def looked_at(self, call: PlatformCall) -> Answer:
        """Say of a token what it is good for, to its app."""
        app = meta.app_of(self.accounts(), call.bearer)
        if app is None:
            return meta.graph_error(400, 190, "Invalid OAuth access token - Cannot parse access token")
        token = call.query.get("input_token", "")
        code = self._people.get(token)
        if code is not None:
            targets = [f"waba-{each.account_id}" for each in self.given(code)]
            scopes = [{"scope": one, "target_ids": targets} for one in left_of(code)]
            told = {"is_valid": True, "app_id": code.client_id, "scopes": [*left_of(code)], "granular_scopes": scopes}
            return Answer(200, {"data": {**told, "expires_at": 0}})
        known = self.world.config.by_token(self.channel, token)
        return Answer(200, {"data": {"is_valid": known is not None, "app_id": app.app_id, "expires_at": 0}})

    def pages(self, call: PlatformCall) -> Answer:
        """List the pages of whoever consented, each with its own token."""
        code = self.person(call)
        if code is None:
            return meta.graph_error(400, 190, "Invalid OAuth access token - Cannot parse access token")
        may = ["MESSAGING", "MODERATE"]
        told = [
            {"id": page.account_id, "name": page.brand, "access_token": self.token_for(code, page), "tasks": may}
            for page in self.given(code)
        ]
        return Answer(200, {"data": told, "paging": {"cursors": {"before": "a", "after": "b"}}})

    def subscribed(self, account: AccountConfig, call: PlatformCall) -> Answer:
        """List the apps to which a page sends its events, and which: the page's half; or change that."""
        if call.method != "GET":
            wanted = str(call.fields.get("subscribed_fields") or "") if call.method == "POST" else ""
            self._fields[account.account_id] = [name for name in wanted.split(",") if name]
            return Answer(200, {"success": True})
        fields = self._fields[account.account_id]
        return Answer(200, {"data": [{"id": account.app_id, "subscribed_fields": fields}] if fields else []})

    # --- where events go --------------------------------------------------------------------------

    def hooks(self, call: PlatformCall) -> Answer:
        """List the webhooks of an app, in its own name: the app's half. One here, as if each brand had an app."""
        account = meta.app_of(self.accounts(), call.bearer)
        if account is None or call.params["app"] != account.app_id:
            return meta.graph_error(400, 190, "Invalid OAuth access token - Cannot get application info")
        hook = self._hooks.get(account.secret)
        if hook is None:
            return Answer(200, {"data": []})
        fields = [{"name": name, "version": "v23.0"} for name in hook["fields"]]
        told = {"object": self.kind, "callback_url": hook["callback_url"], "fields": fields, "active": True}
        return Answer(200, {"data": [told]})

    def set_hook(self, call: PlatformCall) -> Answer:
        """Give an app another address; it must answer the challenge first."""
        account = meta.app_of(self.accounts(), call.bearer)
        if account is None or call.params["app"] != account.app_id:
            return meta.graph_error(400, 190, "Invalid OAuth access token - Cannot get application info")
        url, verify = str(call.fields.get("callback_url")), str(call.fields.get("verify_token"))
        if not answers(url, verify):
            return meta.graph_error(400, 2200, "(#2200) Callback verification failed")
        self._hooks[account.secret] = {"callback_url": url, "fields": str(call.fields.get("fields")).split(",")}
        self.world.change_account(account, webhook_url=url)
        return Answer(200, {"success": True})


def answers(url: str, verify_token: str) -> bool:
    """Return whether an address answers the challenge, as Meta asks when it is given one."""
    query = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": "1158201444"}
    try:
        told = httpx.get(url, params=query, timeout=10, trust_env=False)
    except httpx.HTTPError:
        return False
    return told.status_code == 200 and told.text == "1158201444"
