"""
What the page asks about accounts, answered by the stage's own use cases (`chalicelib.admin.account_requests`).

The page is this machine's user's, as its commands are. Nothing is kept here but the stage's services.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from ..names import DEFAULT_REGION, LOCAL_STAGE, names

if TYPE_CHECKING:
    from chalicelib.admin.account_requests import Reply
    from chalicelib.wiring import Wiring

ONE_AT_A_TIME = Lock()  # clients may be shared by threads, what a stage has read may not


def ask(name: str, asked: Mapping[str, Any], nonce: str, source: Mapping[str, str], page: str) -> Reply:
    """
    Answer one request. `source` is the simulators' "table" block, `page` the simulators' own address.

    Raises UsageError with a sentence for the page, and where no stage runs behind it; KeyError for no route.
    """
    from chalicelib.admin.account_requests import ROUTES, Visit
    from chalicelib.admin.account_requests import ask as answer
    from chalicelib.errors import UsageError

    from ..aws import explained
    from ..identity import author

    if name not in ROUTES:
        raise KeyError(name)
    if not source.get("endpoint"):
        raise UsageError("No stage runs behind this page: start it with `make run`.")
    with ONE_AT_A_TIME, explained():
        here, api = opened(source["endpoint"], source.get("region", ""), page)
        return answer(name, here, Visit(author=author(here), api=api, nonce=nonce), asked)


@lru_cache(maxsize=2)
def opened(endpoint: str, region: str, page: str) -> tuple[Wiring, str]:
    """Return the services of the running stage (to be used by one thread at a time), and its address."""
    from dataclasses import replace

    from chalicelib.wiring import Wiring

    from ..aws import Cloud
    from ..stage import api_urls
    from ..stage_settings import settings_of
    from .documents import bases
    from .state import home

    cloud = Cloud(names(LOCAL_STAGE), region or DEFAULT_REGION, endpoint)
    settings, apis = settings_of(cloud, bases(page), home().models), api_urls(cloud)
    return Wiring(replace(settings, public_urls=apis), client=cloud.client), apis[0]
