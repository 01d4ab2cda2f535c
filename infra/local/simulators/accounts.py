"""
What the page asks about accounts: the stage's routes below /accounts/, and what a platform does to a token.

/accounts/ is what a console would serve: JSON of the page's own origin alone, and whoever began a consent is known by
a cookie that no script reads. The rest is the platforms': "break the token", and the console of a platform that has
no consent page, where a person finds the keys that they type.
"""

from __future__ import annotations

import asyncio
import json
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from chalicelib.admin.connecting import connecting
from chalicelib.errors import GuichetError
from infra.local.accounts_source import ask

from .config import AccountConfig
from .platforms import Platforms

COOKIE, COOKIE_S = "guichet-connect", 600
LONGEST = 65_536  # bytes of a request


class Accounts:
    """The page's endpoints about accounts. `page`: the address of this server."""

    def __init__(self, platforms: Platforms, page: str) -> None:
        self.platforms = platforms
        self.world = platforms.world
        self.page = page

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/accounts/{name}", self.ask, methods=["POST"]),
            Route("/sim/token", self.break_token, methods=["POST"]),
            Route("/sim/console", self.console, methods=["GET"]),
            Route("/sim/console", self.lead, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Answer one request about accounts as the stage's use cases do."""
        asked = await own_json(request)
        if asked is None:
            return JSONResponse({"error": "Send a JSON object, from this page."}, 403)
        channel = str(asked.get("channel") or "")
        name = f"{COOKIE}-{channel}" if channel.replace("_", "").isalnum() else COOKIE
        nonce = request.cookies.get(name, "")
        place, source = request.path_params["name"], self.world.config.table
        try:
            told = await asyncio.to_thread(ask, place, asked, nonce, source, self.page)
        except KeyError:
            return JSONResponse({"error": "There is no such request."}, 404)
        except GuichetError as error:
            return JSONResponse({"error": str(error)}, 400)
        answer = JSONResponse(told.document)
        if told.nonce:
            answer.set_cookie(name, told.nonce, COOKIE_S, path="/accounts", httponly=True, samesite="strict")
        return answer

    # --- what a platform does -------------------------------------------------------------------

    async def break_token(self, request: Request) -> Response:
        """{"brand", "channel"}: the platform takes the account's token back; only a consent gives the next one."""
        asked = await own_json(request)
        account = self._account((asked or {}).get("brand"), (asked or {}).get("channel"))
        if account is None:
            return JSONResponse({"error": "Give a brand and a channel of it."}, 400)
        self.platforms.revoke(account)
        return JSONResponse({"ok": True})

    async def console(self, request: Request) -> Response:
        """The platform's own console, played: the keys that a person copies from there, and where events go."""
        query = request.query_params
        account = self._account(query.get("brand"), query.get("channel"))
        if account is None:
            return HTMLResponse("There is no such account.", 404)
        return HTMLResponse(_console(account))

    async def lead(self, request: Request) -> Response:
        """Somebody writes another webhook address into that console."""
        fields = dict(parse_qsl((await request.body())[:LONGEST].decode("utf-8", "replace"), keep_blank_values=True))
        account = self._account(fields.get("brand"), fields.get("channel"))
        if account is None or not _own(request):
            return HTMLResponse("There is no such account.", 404)
        self.world.change_account(account, webhook_url=fields.get("webhook_url", "").strip())
        return RedirectResponse(f"/sim/console?brand={account.brand}&channel={account.channel}", 303)

    def _account(self, brand: object, channel: object) -> AccountConfig | None:
        found = self.world.config.brand(str(brand or ""))
        return found.accounts.get(str(channel or "")) if found else None


def _own(request: Request) -> bool:
    """Return whether a request comes from a page of this server, as a browser says; a script says nothing."""
    origin = request.headers.get("origin", "")
    return not origin or urlsplit(origin).netloc == request.headers.get("host", "")


async def own_json(request: Request) -> dict[str, Any] | None:
    """Return a request's JSON object; None for another page's, and for what a form could send without being asked."""
    sort = request.headers.get("content-type", "").partition(";")[0].strip()
    raw = await request.body()
    if not _own(request) or sort != "application/json" or len(raw) > LONGEST:
        return None
    try:
        asked = json.loads(raw or b"{}")
    except ValueError:
        return None
    return asked if isinstance(asked, dict) else None


def _console(account: AccountConfig) -> str:
    """Draw the console of one account's platform."""
    of_app = {"current": account.secret, "verify_token": account.verify_token, "app_id": account.app_id}
    own = {"token": account.token, "token_secret": account.token_secret, "account_sid": account.account_sid}
    known = {**account.extra, **of_app, **own}
    rows = "".join(
        f"<tr><th scope='row'>{escape(each.name)}</th><td><code id='{escape(each.name)}'>{escape(known[each.name])}"
        f"</code></td></tr>"
        for each in connecting(account.channel).secrets
        if known.get(each.name)
    )
    hidden = "".join(
        f"<input type='hidden' name='{name}' value='{escape(value)}'>"
        for name, value in (("brand", account.brand), ("channel", account.channel))
    )
    title = f"{escape(account.channel)}: console, played here"
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        f"<title>{title}</title><main><h1>{title}</h1><p>{escape(account.account_id)}. This page is the platform's, "
        f"not Guichet's: it alone shows keys.</p><table><caption>Keys</caption>{rows}</table>"
        f"<form method='post' action='/sim/console'>{hidden}<p><label for='webhook_url'>Webhook address</label><br>"
        f"<input id='webhook_url' name='webhook_url' size='60' value='{escape(account.webhook_url)}'></p>"
        f"<button>Save</button></form></main></html>"
    )
