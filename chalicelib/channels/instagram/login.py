"""
The three ways to connect an Instagram account: whose token it is, the only host that it goes to, and the node there.

`instagram`: Instagram Login, a token of the account itself. `facebook`: Facebook Login, the token of the page that the
account is linked to. `unified`: a system user's token of the business. A call to the wrong node fails for ever.

Source: Meta, "Instagram Platform: overview" and "Instagram Messaging: get started".
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from ...errors import TokenExpired
from ...model import AccountId, Credentials
from .. import _meta

INSTAGRAM, FACEBOOK, UNIFIED = "instagram", "facebook", "unified"
LOGINS = (INSTAGRAM, FACEBOOK, UNIFIED)
OWN_HOST = "https://graph.instagram.com"
OWN_API = f"{OWN_HOST}/v23.0"


class Place(NamedTuple):
    """The address of the API, and the node in whose name messages are sent."""

    api: str
    node: str

    @property
    def url(self) -> str:
        """Return the node's address."""
        return f"{self.api}/{self.node}"


def place_of(credentials: Credentials, account_id: AccountId) -> Place:
    """Return where this account's calls go. Raises TokenExpired (connect it again) where that cannot be told."""
    login, page = credentials.extra.get("login", ""), credentials.extra.get("page_id", "")
    if not credentials.token:
        raise TokenExpired("no_token", "it needs a token: reconnect it")
    if login == INSTAGRAM:
        return Place(OWN_API, "me")
    if login == UNIFIED:
        return Place(_meta.GRAPH, quote(account_id, safe=""))
    if login == FACEBOOK and page:
        return Place(_meta.GRAPH, quote(page, safe=""))
    code = "no_page_id" if login == FACEBOOK else "no_login"
    raise TokenExpired(code, "it needs login, and for Facebook Login the page's id: reconnect it")
