"""A shop's page with the real widget, under a strict CSP, before a whole Guichet in one process."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from chalicelib.model import Request
from tests.simulation.webchat import jwt
from tests.simulation.world import World

PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Maison Lune</title><header><a href="/">Maison Lune</a></header>
<main><h1>Robe Alba</h1><p>119 €, en noir, du 34 au 44.</p><button type="button">Ajouter au panier</button></main>
<footer><a href="/livraison">Livraison et retours</a></footer>
{identity}<script src="{api}/chat/ka-wc/widget.js" {options} async></script></html>"""
CSP = (
    "default-src 'none'; script-src {api} 'self'; connect-src {api}; img-src {api}; style-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


@dataclass
class Shop:
    """The two servers. `asked`: what came to ours; `down`: it answers nothing; `identity`: who is signed in."""

    world: World
    page: str = ""
    api: str = ""
    asked: list[str] = field(default_factory=list)
    down: bool = False
    still: bool = False  # nothing is decided meanwhile
    identity: str = ""
    options: str = ""
    lang: str = "fr"
    lock: threading.Lock = field(default_factory=threading.Lock)

    def signs(self, subject: str, name: str) -> None:
        """Somebody signs in at the shop."""
        at = self.world.clock.now // 1000
        told = {"aud": "www.brand.example", "sub": subject, "name": name, "jti": f"j{len(self.asked)}", "exp": at + 300}
        self.identity = jwt(told)

    def answers(self, request: Request) -> Any:
        with self.lock:
            self.asked.append(f"{request.method} {request.path.split('/')[3]}")
            answer = self.world.visited(request)
            if not self.still:
                self.world.run()
            return answer

    def plays(self, *steps: Any) -> None:
        with self.lock:
            self.world.run(*steps)


class Handler(BaseHTTPRequestHandler):
    shop: Shop
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def gives(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class ShopHandler(Handler):
    def do_GET(self) -> None:
        shop = self.shop
        if self.path == "/identity.js":
            script = f"window.guichetIdentity = {json.dumps(shop.identity)};"
            self.gives(200, script.encode(), {"Content-Type": "text/javascript"})
            return
        identity = '<script src="/identity.js"></script>' if shop.identity else ""
        page = PAGE.format(api=shop.api, lang=shop.lang, options=shop.options, identity=identity)
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": CSP.format(api=shop.api)}
        self.gives(200, page.encode(), headers)


class ApiHandler(Handler):
    def do_POST(self) -> None:
        shop, body = self.shop, self.rfile.read(int(self.headers.get("content-length", 0)))
        if shop.down:
            self.gives(503, b"", {})
            return
        headers = {name.lower(): (value,) for name, value in self.headers.items()}
        answer = shop.answers(Request(self.command, self.path, {}, headers, body, address="192.0.2.7"))
        said = answer.content or answer.body.encode()
        self.gives(answer.status, said, {"Content-Type": answer.content_type, **answer.headers})

    do_GET = do_POST  # noqa: N815 - the base class's names

    def do_OPTIONS(self) -> None:
        self.shop.asked.append("OPTIONS")
        self.gives(405, b"", {})


@contextmanager
def opened() -> Iterator[Shop]:
    """Open both servers, each on a port of its own."""
    shop = Shop(World())
    servers = [
        ThreadingHTTPServer(("127.0.0.1", 0), type("H", (kind,), {"shop": shop})) for kind in (ShopHandler, ApiHandler)
    ]
    shop.page, shop.api = (f"http://127.0.0.1:{each.server_port}" for each in servers)
    name = next(each for each in shop.world.parameters if "/token/webchat/" in each)
    shop.world.parameters[name]["origins"] = shop.page
    threads = [threading.Thread(target=each.serve_forever, args=(0.02,), daemon=True) for each in servers]
    for thread in threads:
        thread.start()
    try:
        yield shop
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
