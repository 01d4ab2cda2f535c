"""
How Instagram's page, or Facebook's, gives an account to us; and how an account sends the app its events.

Source: Meta, "Business Login for Instagram", "Instagram API with Facebook Login: get started", "Webhooks". Which page
is asked says `login`; of a system user there is none. Instagram offers no PKCE, and takes the app's secret for a
lasting token in the address alone.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from ...consent import Answered, Asked, Asking, Choice, Consent, Grant, Half, Offer
from ...errors import Refused, SendError
from ...model import AccountId, Credentials
from ...ports import Http
from .. import _meta, _meta_consent, _meta_pages
from .._json_values import Object, child, objects, string
from .errors import ERRORS
from .login import FACEBOOK, INSTAGRAM, OWN_API, OWN_HOST, place_of

PAGE = "https://www.instagram.com/oauth/authorize"
CODE_HOST = "api.instagram.com"
SCOPES = (
    "instagram_business_basic",
    "instagram_business_manage_messages",
    "instagram_business_manage_comments",
)
BY_PAGE = (
    "instagram_basic",
    "instagram_manage_messages",
    "instagram_manage_comments",
    "pages_show_list",
    "pages_manage_metadata",
    "pages_messaging",
)
FIELDS = (
    "messages",
    "messaging_postbacks",
    "messaging_referral",  # who comes by an ig.me link that leads on
    "message_reactions",
    "message_edit",
    "comments",
    "live_comments",
    "mentions",  # answered through Facebook Login only; the others get them too, for a person to see
)
_FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
_MESSAGING = "MESSAGING"


def _login(credentials: Credentials) -> str:
    return credentials.extra.get("login", "")


def _begin(_: Http, credentials: Credentials, asking: Asking) -> Asked:
    """
    Return the page's address. Raises Refused without the app's id, and for a login that has no page.

    https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/business-login
    """
    if _login(credentials) == FACEBOOK:
        return _meta_consent.asked(credentials, asking, BY_PAGE)
    if _login(credentials) != INSTAGRAM:
        raise Refused("login")
    _meta.app_token(credentials)
    query = {
        "client_id": credentials.app_id,
        "redirect_uri": asking.redirect,
        "response_type": "code",
        "scope": ",".join(SCOPES),
        "state": asking.state,
    }
    return Asked(f"{PAGE}?{urlencode(query)}")


def _exchange(http: Http, credentials: Credentials, answered: Answered) -> Grant:
    """
    Return a token that lives sixty days, and what it is for.

    https://developers.facebook.com/docs/instagram-platform/reference/access_token
    """
    if _login(credentials) == FACEBOOK:
        return _meta_consent.exchange(http, credentials, answered)
    fields = {
        "client_id": credentials.app_id,
        "client_secret": credentials.app_secrets[0],
        "grant_type": "authorization_code",
        "redirect_uri": answered.redirect,
        "code": answered.brought["code"].removesuffix("#_"),
    }
    url = f"https://{CODE_HOST}/oauth/access_token"
    told = _meta.accepted(http.request("POST", url, headers=_FORM, body=urlencode(fields).encode()), ERRORS)
    short = next(iter(objects(told.get("data"))), told)
    permissions = short.get("permissions")
    listed = permissions if type(permissions) is list else string(permissions).split(",")
    query = {
        "grant_type": "ig_exchange_token",
        "client_secret": credentials.app_secrets[0],
        "access_token": string(short.get("access_token")),
    }
    lasting = http.request("GET", f"{OWN_HOST}/access_token?{urlencode(query)}", headers={"accept": "application/json"})
    token = string(_meta.accepted(lasting, ERRORS).get("access_token"))
    if not token:
        raise Refused("no_token")
    return {"token": token, "permissions": ",".join(string(each) for each in listed)}


def _accounts(http: Http, credentials: Credentials, grant: Grant) -> Offer:
    """Return the account that consented; or those of the pages of the person who did."""
    person = replace(credentials, token=grant["token"])
    if _login(credentials) == FACEBOOK:
        return tuple(_of_pages(http, person)), _meta_consent.missing(http, person, BY_PAGE)
    found = _meta.accepted(_meta.get(http, person, f"{OWN_API}/me?fields=user_id,username"), ERRORS)
    choice = Choice(
        account_id=string(found.get("user_id")),
        name=f"@{string(found.get('username'))}",
        held={"token": grant["token"], "login": INSTAGRAM},
    )
    given = grant["permissions"].split(",")
    return (choice,), tuple(each for each in SCOPES if each not in given)


def _of_pages(http: Http, person: Credentials) -> list[Choice]:
    """The accounts that are linked to the person's pages: each is spoken for by its page."""
    fields = "id,name,access_token,tasks,instagram_business_account{id,username}"
    found = []
    for page in _meta_consent.listed(http, person, "me/accounts", fields):
        linked, token = child(page, "instagram_business_account"), string(page.get("access_token"))
        if linked and token:
            allowed = _MESSAGING in (page.get("tasks") or ())
            found.append(
                Choice(
                    account_id=string(linked.get("id")),
                    name=f"@{string(linked.get('username'))}",
                    held={"token": token, "login": FACEBOOK, "page_id": string(page.get("id"))},
                    lacks="" if allowed else f"you have not the task {_MESSAGING} on its page",
                )
            )
    return found


CONSENT = Consent(
    scopes=SCOPES,
    asks=("current", "verify_token", "app_id", "login"),
    begin=_begin,
    exchange=_exchange,
    accounts=_accounts,
)


# --- where events go ----------------------------------------------------------------------------


def subscribe(http: Http, credentials: Credentials, account_id: AccountId) -> tuple[Half, ...]:
    """Set both halves; the webhook of an app of Instagram Login can be set in its dashboard alone."""
    if _login(credentials) == INSTAGRAM:
        app = Half(
            "the app's webhook for instagram",
            "Meta has it set in the app's dashboard alone: Instagram → API setup → Configure webhooks",
        )
    else:
        app = _meta_consent.set_hook(http, credentials, "instagram", FIELDS)
    if _login(credentials) == FACEBOOK:
        page = AccountId(credentials.extra.get("page_id", ""))
        return app, _meta_pages.set_page(http, credentials, page, FIELDS)
    return app, _told(http, credentials, account_id, {"subscribed_fields": ",".join(FIELDS)})


def leave(http: Http, credentials: Credentials, account_id: AccountId) -> tuple[Half, ...]:
    """Have the account send the app its events no more; say how its token ends."""
    if _login(credentials) == FACEBOOK:
        page = AccountId(credentials.extra.get("page_id", ""))
        return _meta_pages.leave(http, credentials, page, FIELDS)
    ends = "Instagram ends it after sixty days, or in the account's own settings: Apps and websites"
    return _told(http, credentials, account_id, None), Half("the token is void", ends)


def _told(http: Http, credentials: Credentials, account_id: AccountId, payload: Object | None) -> Half:
    """
    Have the account send these events, or (None) no more.

    https://developers.facebook.com/docs/instagram-platform/webhooks#enable-subscriptions
    """
    what = "the account sends the app its events" + ("" if payload else " no more")
    try:
        url = f"{place_of(credentials, account_id).url}/subscribed_apps"
        made = _meta.post(http, credentials, url, payload) if payload else _meta.delete(http, credentials, url)
        _meta.accepted(made, ERRORS)
    except SendError as error:
        return Half(what, str(error))
    return Half(what)
