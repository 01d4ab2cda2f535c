"""
How a Facebook page is chosen, and how it sends an app its events.

Events need two halves, of which each alone looks healthy and delivers nothing: the app's webhook, and the page's. A
page has one list of fields for an app, whatever channels of ours read them: what is set or taken back leaves the fields
of others as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from ..consent import Choice, Half
from ..errors import SendError
from ..model import AccountId, Credentials
from ..ports import Http, Subscription
from . import _meta, _meta_consent
from ._json_values import objects, string


def subscription(http: Http, credentials: Credentials, account_id: AccountId, events: Sequence[str]) -> Subscription:
    """
    Ask both halves: the app's webhook for pages, and whether this page sends the app these events.

    https://developers.facebook.com/docs/graph-api/reference/app/subscriptions and …/page/subscribed_apps
    """
    hooks = _meta_consent.hooks(http, credentials, "page")
    of_page, others = _of_page(http, credentials, account_id, events)
    of_app = {name for hook in hooks for name in _meta_consent.fields_of(hook)}
    missing = tuple(each for each in events if each not in of_app & {*of_page})
    return Subscription(tuple(string(each.get("callback_url")) for each in hooks), missing, others=others)


def _of_page(
    http: Http, credentials: Credentials, account_id: AccountId, events: Sequence[str]
) -> tuple[list[str], tuple[str, ...]]:
    """
    Return the fields that a page sends our app, and the names of other apps that get the first of these events.

    https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps
    """
    told = _meta.accepted(_meta.get(http, credentials, _apps_of(account_id)), {})
    fields: list[str] = []
    others: list[str] = []
    for app in objects(told.get("data")):
        sent = [str(field) for field in app.get("subscribed_fields") or ()]
        if string(app.get("id")) == credentials.app_id:
            fields += sent
        elif events[0] in sent:
            others.append(string(app.get("name")) or string(app.get("id")))
    return fields, tuple(others)


def _apps_of(account_id: AccountId) -> str:
    return f"{_meta.GRAPH}/{quote(account_id, safe='')}/subscribed_apps"


def pages(http: Http, person: Credentials, task: str) -> tuple[Choice, ...]:
    """
    Return the pages of the person who consented, each with a token of its own, which does not expire.

    `task`: what the person must be allowed to do there. https://developers.facebook.com/docs/graph-api/reference/user/accounts
    """
    return tuple(
        Choice(
            account_id=string(page.get("id")),
            name=string(page.get("name")),
            held={"token": string(page.get("access_token"))},
            lacks="" if task in (page.get("tasks") or ()) else f"you have not the task {task} on this page",
        )
        for page in _meta_consent.listed(http, person, "me/accounts", "id,name,access_token,tasks")
        if string(page.get("access_token"))
    )


def set_page(http: Http, credentials: Credentials, account_id: AccountId, events: Sequence[str]) -> Half:
    """Have the page send the app these events, beside those that it sends already."""
    what = "the page sends the app its events"
    try:
        before, _ = _of_page(http, credentials, account_id, events)
        fields = ",".join(dict.fromkeys([*before, *events]))
        told = _meta.post(http, credentials, _apps_of(account_id), {"subscribed_fields": fields})
        _meta.accepted(told, {})
    except SendError as error:
        return Half(what, str(error))
    return Half(what)


def leave(http: Http, credentials: Credentials, account_id: AccountId, events: Sequence[str]) -> tuple[Half, ...]:
    """Have the page send the app these events no more; say how its token ends."""
    what = "the page sends the app none of these events any more"
    token = Half("the token is void", "Meta ends it only with the app itself: Business settings → Integrations")
    try:
        before, _ = _of_page(http, credentials, account_id, events)
        kept = [name for name in before if name not in events]
        if kept:
            told = _meta.post(http, credentials, _apps_of(account_id), {"subscribed_fields": ",".join(kept)})
        else:
            told = _meta.delete(http, credentials, _apps_of(account_id))
        _meta.accepted(told, {})
    except SendError as error:
        return Half(what, str(error)), token
    return Half(what), token
