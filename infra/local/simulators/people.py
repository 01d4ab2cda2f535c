"""What the page asks about who is who: the contacts behind a customer's addresses, and to merge, link or split them."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chalicelib.conversation import address_of
from chalicelib.errors import GuichetError
from infra.local.people_source import act, people

from .accounts import own_json
from .platforms import Platforms
from .webchat.visitors import NAME, is_anonymous


class People:
    """The page's endpoints about people. `page`: the address of this server."""

    def __init__(self, platforms: Platforms, page: str) -> None:
        self.world = platforms.world
        self.page = page

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/sim/people", self.show, methods=["GET"]), Route("/sim/people", self.act, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        """
        ?brand=B&person=P: who this customer is to the brand, on every channel that they wrote on.

        `visitor`: whom the web chat knows them as where they are not signed in.
        """
        brand = self.world.config.brand(request.query_params.get("brand") or "")
        person = self.world.people.get(request.query_params.get("person") or "")
        if brand is None or person is None:
            return JSONResponse({"error": "Give a brand and a person of this page."}, 400)
        named = [(each, person.ids.get(f"{each.channel}:{each.account_id}")) for each in brand.accounts.values()]
        chat, visitor = brand.accounts.get(NAME), request.query_params.get("visitor") or ""
        if chat is not None and is_anonymous(visitor):
            named.append((chat, visitor))
        at = [address_of(account.channel, account.account_id, who) for account, who in named if who]
        try:
            found = await asyncio.to_thread(people, brand.brand, at, self.world.config.table, self.page)
        except GuichetError as error:
            return JSONResponse({"error": str(error)}, 400)
        for each in (channel for contact in found["contacts"] for channel in contact["channels"]):
            who = each.pop("person")
            each["anonymous"] = each["channel"] == NAME and is_anonymous(who)
        return JSONResponse(found)

    async def act(self, request: Request) -> Response:
        """{"brand", "do": "merge" | "link" | "split", "one", "other"}: two contacts' ids."""
        asked: dict[str, Any] | None = await own_json(request)
        if asked is None:
            return JSONResponse({"error": "Send a JSON object, from this page."}, 403)
        what, brand, one, other = (str(asked.get(name) or "") for name in ("do", "brand", "one", "other"))
        try:
            await asyncio.to_thread(act, what, brand, one, other, self.world.config.table, self.page)
        except GuichetError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"ok": True})
