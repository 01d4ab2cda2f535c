"""
Renews a token of Instagram Login: it lives sixty days, and is exchanged for another once it is a day old.

https://developers.facebook.com/docs/instagram-platform/reference/refresh_access_token
"""

from __future__ import annotations

from urllib.parse import urlencode

from ...errors import Unconfirmed
from ...model import Credentials
from ...ports import Http
from ...token_port import Renewed
from .. import _meta
from .._json_values import string
from .errors import ERRORS
from .login import INSTAGRAM, OWN_HOST

LIVES_MS = 60 * 86_400_000
_LONGEST_S = 600 * 86_400  # no token lives so long: what says so is no answer


def renew(http: Http, credentials: Credentials) -> Renewed | None:
    """
    Ask for a new token; None where the login's token does not end.

    Instagram takes the old one in the address alone, as its page says: no error of ours holds an address.
    """
    if credentials.extra.get("login") != INSTAGRAM or not credentials.token:
        return None
    query = urlencode({"grant_type": "ig_refresh_token", "access_token": credentials.token})
    answer = http.request("GET", f"{OWN_HOST}/refresh_access_token?{query}", headers={}, timeout_s=6.0)
    told = _meta.accepted(answer, ERRORS)
    token, lives_s = string(told.get("access_token")), told.get("expires_in")
    if not token or type(lives_s) is not int or not 0 < lives_s < _LONGEST_S:
        raise Unconfirmed("no_token")
    return Renewed(token, credentials.token, lives_s * 1000)
