"""
How a web chat is connected: the origins whose pages may show it, and the secret that signs who is who.
"""

from __future__ import annotations

import re

from ...model import Credentials
from ...ports import ConnectSteps, Price, Secret
from .events import PROBE
from .sessions import SECRET_LEAST

_ORIGIN = re.compile(
    r"https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?|http://(?:localhost|127\.0\.0\.1)(?::\d{1,5})?"
)


def fault(held: Credentials) -> str:
    """Return what is wrong with an account's secrets, in a word; "" where they are well."""
    if not held.app_secrets or len(held.app_secrets[0]) < SECRET_LEAST:
        return "secret_too_short"
    origins = held.extra.get("origins", "").split()
    return "" if origins and all(map(_ORIGIN.fullmatch, origins)) else "no_list_of_origins"


CONNECTING = ConnectSteps(
    hosts=(),
    account="a name of your own for this chat, which the shop's server writes as `aud`: www.brand.example",
    secrets=(
        Secret(
            "current",
            f"a secret of your own of {SECRET_LEAST} characters at least, which signs sessions and the shop's JWTs: "
            "openssl rand -hex 32",
            also=("signing_secret", "secret"),
            of_app=True,
        ),
        Secret(
            "origins",
            "the origins whose pages may show the chat, in small letters, without a path, with a blank between: "
            "https://www.brand.example https://brand.example",
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
    asks="nobody: the secret's length and the form of the origins are looked at",
    probe=("application/json", PROBE),
    price=Price(0, 0, 0, "there is no platform: AWS alone bills"),
)
