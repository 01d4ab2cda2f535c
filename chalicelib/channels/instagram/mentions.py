"""
Reads the words of a mention elsewhere, of which the webhook has ids alone.

Only Facebook Login and a system user may: Instagram Login has no such question, so a person looks in the app.

https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/mentioned_comment and
…/mentioned_media
"""

from __future__ import annotations

from urllib.parse import quote

from ...errors import Refused
from ...model import AccountId, Credentials
from ...ports import Http
from .. import _meta
from .._json_values import child, string
from .errors import ERRORS
from .login import INSTAGRAM, place_of


def words(http: Http, credentials: Credentials, named: str) -> bytes:
    """Return the text of a comment or the caption of a post: `named` is account, comment ("" for a post) and post."""
    account, comment, media = (*named.split(":"), "", "", "")[:3]
    if credentials.extra.get("login") == INSTAGRAM:
        raise Refused("login")
    place = place_of(credentials, AccountId(account))
    holder = f"mentioned_comment.comment_id({comment})" if comment else f"mentioned_media.media_id({media})"
    field = "text" if comment else "caption"
    fields = quote(f"{holder}{{{field}}}")
    url = f"{place.api}/{quote(account, safe='')}?fields={fields}"
    found = _meta.accepted(_meta.get(http, credentials, url, 6.0), ERRORS)
    said = string(child(found, holder.partition(".")[0]).get(field))
    if not said:
        raise Refused("empty")
    return said.encode()
