"""
How a web chat is connected: the origins whose pages may show it, and the secret that signs who is who.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...errors import Misconfigured
from ...ports import ConnectSteps, Secret
from .events import PROBE
from .sessions import SECRET_LEAST

_ORIGIN = re.compile(
    r"https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?|http://(?:localhost|127\.0\.0\.1)(?::\d{1,5})?"
)


def check(given: Mapping[str, str]) -> None:
    """Raise Misconfigured for a secret that can be guessed, or for what is no list of origins."""
    if len(given.get("current", "")) < SECRET_LEAST:
        raise Misconfigured(f"The signing secret needs {SECRET_LEAST} characters at least: openssl rand -hex 32.")
    origins = given.get("origins", "").split()
    wrong = [each for each in origins if not _ORIGIN.fullmatch(each)]
    if wrong or not origins:
        raise Misconfigured(
            "`origins` are the addresses of the shop's pages without a path, in small letters, with a blank between: "
            "https://www.shop.example https://shop.example."
        )


CONNECTING = ConnectSteps(
    hosts=(),
    account="a name of your own for this chat, which the shop's server writes as `aud`: www.brand.example",
    secrets=(
        Secret(
            "current",
            "a secret of your own, which signs sessions and the shop's JWTs: openssl rand -hex 32",
            also=("signing_secret", "secret"),
            of_app=True,
        ),
        Secret(
            "origins",
            "the origins whose pages may show the chat, with a blank between: https://www.brand.example",
        ),
    ),
    steps=(
        (
            'Each page of the shop: <script src="{widget}" async></script>; where it has a CSP: '
            "script-src and connect-src with this API's origin, img-src too where photos are to be shown"
        ),
        (
            "Optional, who is signed in: the shop's server makes a JWT (HS256, the signing secret; aud the account, "
            "sub, jti, exp at most ten minutes away) and the page gives it as window.guichetIdentity (docs/webchat.md)"
        ),
    ),
    asks="nobody: there is no platform",
    probe=("application/json", PROBE),
    check=check,
)
