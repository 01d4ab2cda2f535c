"""
An ordinary page of each invented shop, with the real widget in it, under a strict CSP: `/shop-page/BRAND`.

One tries the web chat there as a customer. `?as=NAME` signs somebody in, as the shop's server does; `?lang=en` is an
English page.
"""

from __future__ import annotations

import json
from html import escape
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ..config import AccountConfig
from ..world import World
from .visitors import NAME, chat_of, identity

CSP = (
    "default-src 'none'; script-src {api} 'self'; connect-src {api}; img-src {api}; style-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'; require-trusted-types-for 'script'"
)
STYLE = """body{margin:0 auto;max-width:60rem;padding:1rem;font:17px/1.6 Georgia,serif;color:#222}
header,footer{display:flex;gap:1.5rem;padding:1rem 0;border-bottom:1px solid #ccc}
footer{border:0;border-top:1px solid #ccc;margin-top:3rem}a{color:#222}
button{font:inherit;padding:.6rem 1.2rem;background:#222;color:#fff;border:0;border-radius:4px}"""
WORDS = {
    "fr": (
        "Robe Alba", "119 €, en noir, du 34 au 44.", "Ajouter au panier", "Livraison et retours",
        "Se connecter", "Se déconnecter",
    ),
    "en": (
        "Alba dress", "€119, in black, sizes 34 to 44.", "Add to basket", "Delivery and returns",
        "Sign in", "Sign out",
    ),
}  # fmt: skip
PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>{shop}</title>
<link rel="stylesheet" href="/shop-page.css">
<header><a href="?lang={lang}">{shop}</a><a href="{sign}">{signing}</a></header>
<main><h1>{title}</h1><p>{text}</p><button type="button">{button}</button></main>
<footer><a href="?lang={lang}">{link}</a></footer>
{who}<script src="{widget}" async></script></html>"""


class ShopPages:
    """The pages, their style, and what the shop's server signs for who is signed in."""

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/shop-page.css", self._style),
            Route("/shop-page/{brand}", self._page),
            Route("/shop-page/{brand}/identity.js", self._identity),
        ]

    def _account(self, request: Request) -> AccountConfig | None:
        brand = self.world.config.brand(request.path_params["brand"])
        return brand.accounts.get(NAME) if brand else None

    async def _style(self, _request: Request) -> Response:
        return Response(STYLE, media_type="text/css")

    async def _page(self, request: Request) -> Response:
        account, who = self._account(request), request.query_params.get("as", "")
        if account is None:
            return PlainTextResponse("There is no such shop.", 404)
        lang = "en" if request.query_params.get("lang") == "en" else "fr"
        title, text, button, link, into, out = WORDS[lang]
        widget, brand = chat_of(account, "widget.js"), self.world.config.brand(account.brand)
        page = PAGE.format(
            lang=lang, shop=escape(brand.name if brand else account.brand), title=title, text=text, button=button,
            link=link, widget=widget, signing=out if who else into,
            sign=f"?lang={lang}" if who else f"?lang={lang}&amp;as=camille",
            who=f'<script src="{account.brand}/identity.js?as={escape(who, quote=True)}"></script>' if who else "",
        )  # fmt: skip
        parts = urlsplit(widget)
        policy = CSP.format(api=f"{parts.scheme}://{parts.netloc}")
        return Response(page, media_type="text/html", headers={"Content-Security-Policy": policy})

    async def _identity(self, request: Request) -> Response:
        account, who = self._account(request), request.query_params.get("as", "")
        person = self.world.people.get(who)
        if account is None or person is None:
            return PlainTextResponse("There is no such customer.", 404)
        subject = person.ids[f"{NAME}:{account.account_id}"].removeprefix("u:")
        mail = next((own for place, own in person.ids.items() if place.startswith("email:")), "")
        script = f"window.guichetIdentity = {json.dumps(identity(account, subject, person.name, mail))};"
        return Response(script, media_type="text/javascript")
