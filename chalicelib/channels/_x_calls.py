"""
Calls to X's API v2 in the name of one account, prepared by tweepy and carried by our own Http.

Why tweepy: it knows X's routes and signs OAuth 1.0a. Why not its transport: it has no timeout, and cannot tell
"never connected" from "no answer". The transport mounted here sends exactly one request, with our timeout and the
loopback address of a local run, and leaves tweepy with the answer in an exception: neither tweepy nor requests ever
reads it, follows a redirect or writes it to a log. Both are imported at the first call, never by intake or desk.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from ..errors import Misconfigured, TokenExpired
from ..model import Credentials
from ..ports import ANSWER_LIMIT, Http, HttpAnswer

Call = Callable[[Any], object]
_TALKATIVE = ("tweepy", "requests_oauthlib", "oauthlib")  # at DEBUG they write texts and signatures


class _AnsweredError(Exception):
    """Raised with the raw answer, to get it out of tweepy."""

    def __init__(self, answer: HttpAnswer) -> None:
        super().__init__("answered")
        self.answer = answer


def read(credentials: Credentials, http: Http, url: str, timeout_s: float, most: int) -> HttpAnswer:
    """Read a link of X's own that asks for the account's signature (a direct message's photo)."""

    def make(client: Any) -> object:
        import tweepy  # noqa: PLC0415  # as `call`

        keys = (client.consumer_key, client.consumer_secret, client.access_token, client.access_token_secret)
        return client.session.get(url, auth=tweepy.OAuth1UserHandler(*keys).apply_auth())

    return call(credentials, http, make, timeout_s, most)


def call(
    credentials: Credentials, http: Http, make: Call, timeout_s: float = 8.0, most: int = ANSWER_LIMIT
) -> HttpAnswer:
    """
    Make one call (`make` gets a `tweepy.Client`) and return X's raw answer, whatever its status.

    Raises what `http` raises, and TokenExpired (the account waits for its reconnect) where its keys are incomplete.
    """
    extra = credentials.extra
    if not (credentials.app_secrets and credentials.token and {"consumer_key", "token_secret"} <= extra.keys()):
        raise TokenExpired("no_keys", "it needs consumer_key, consumer secret, token and token_secret: reconnect it")
    import tweepy  # noqa: PLC0415  # heavy, and only deliver speaks to X

    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    client = tweepy.Client(
        consumer_key=extra["consumer_key"],
        consumer_secret=credentials.app_secrets[0],
        access_token=credentials.token,
        access_token_secret=extra["token_secret"],
        wait_on_rate_limit=False,
    )
    client.session.trust_env = False
    client.session.mount("https://", _carrier(http, timeout_s, most))
    try:
        make(client)
    except _AnsweredError as done:
        return done.answer
    raise Misconfigured("tweepy made no request: pin the version of requirements.txt")


def _carrier(http: Http, timeout_s: float, most: int) -> Any:
    """A transport for requests' sessions that sends by `http`."""
    import requests  # noqa: PLC0415  # as tweepy, which brings it

    class Carrier(requests.adapters.BaseAdapter):
        def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
            body = request.body or b""
            answer = http.request(
                request.method or "GET",
                request.url or "",
                headers={name: _as_text(value) for name, value in request.headers.items()},
                body=body if isinstance(body, bytes) else _as_text(body).encode(),
                timeout_s=timeout_s,
                **({"most": most} if most != ANSWER_LIMIT else {}),
            )
            raise _AnsweredError(answer)

        def close(self) -> None:
            """Nothing is held."""

    return Carrier()


def _as_text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
