"""How a Facebook page sends an app its events: two halves, each of which alone looks healthy and delivers nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from ..model import AccountId, Credentials
from ..ports import Http, Subscription
from . import _meta
from ._json_values import objects, string


def subscription(http: Http, credentials: Credentials, account_id: AccountId, events: Sequence[str]) -> Subscription:
    """
    Ask both halves: the app's webhook for pages, and whether this page sends the app these events.

    https://developers.facebook.com/docs/graph-api/reference/app/subscriptions and …/page/subscribed_apps
    """
    keys = replace(credentials, token=_meta.app_token(credentials))
    app = quote(credentials.app_id, safe="")
    told = _meta.accepted(_meta.get(http, keys, f"{_meta.GRAPH}/{app}/subscriptions"), {})
    hooks = [each for each in objects(told.get("data")) if each.get("object") == "page" and each.get("active")]
    page = quote(account_id, safe="")
    told = _meta.accepted(_meta.get(http, credentials, f"{_meta.GRAPH}/{page}/subscribed_apps"), {})
    ours = [each for each in objects(told.get("data")) if string(each.get("id")) == credentials.app_id]
    of_app = {string(field.get("name")) for hook in hooks for field in objects(hook.get("fields"))}
    of_page = {str(field) for app in ours for field in app.get("subscribed_fields") or ()}
    missing = tuple(each for each in events if each not in of_app & of_page)
    return Subscription(tuple(string(each.get("callback_url")) for each in hooks), missing)
