"""
Tell the page why a message went, or did not go, to a customer: read from the table, by the platform's id or a row id.

The page shows what `why` returns; None means that the table knows nothing of this id (yet).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypedDict

from ..names import DEFAULT_REGION, LOCAL_STAGE, names

if TYPE_CHECKING:
    from chalicelib.admin.explain import Explanation
    from chalicelib.store.directory import Directory


class StateAt(TypedDict):
    """One step of a row's life: "pending", "claimed", "sent", … and when (ms since 1970 UTC)."""

    state: str
    at: int


class Why(TypedDict, total=False):
    """
    The reasons, ready to be shown. Every key may be missing.

    `author` is "bot", "agent", "native", "system" or "customer"; `decision` is reply, ask, ticket, hold, ignore or
    human. `probability` and `bound` are 0 to 1. `covers` lists platform ids of the customer's messages that it answers.
    """

    author: str
    decision: str
    intent: str | None
    guess: str
    probability: float
    bound: float
    proof: str
    sure: bool
    reason: str
    words: str
    language: str
    model: str
    covers: list[str]
    row_id: str
    row_state: str
    attempts: int
    error_code: str
    states: list[StateAt]


def why(key: str, source: Mapping[str, str]) -> Why | None:
    """
    Explain the message or row named `key`; `source` is the simulators' "table" block ({"endpoint", "name", …}).

    A customer's message gives the decision that covers it, one of ours the row that sent it. Reads only.
    """
    if not key or not source.get("endpoint"):
        return None
    from chalicelib.admin.explain import of_key, of_platform_id
    from chalicelib.store.table import Table

    directory = directory_of(source["endpoint"], source["name"], source.get("region", DEFAULT_REGION))
    accounts = list(directory.accounts())
    for brand in sorted({account.brand for account in accounts}):
        found = of_key(Table(directory.client, directory.name, brand), key)
        if found is not None:
            return _shown(found)
    for account in accounts:
        table = Table(directory.client, directory.name, account.brand)
        found = of_platform_id(table, account.channel, account.account_id, key)
        if found is not None:
            return _shown(found)
    return None


def stops(brand: str, source: Mapping[str, str]) -> dict[str, list[str]]:
    """What is stopped of a brand's bot and which exceptions hold, a sentence each, by the page's language. Reads."""
    if not source.get("endpoint"):
        return {"fr": [], "en": []}
    from chalicelib.channels import REGISTRY
    from chalicelib.model import BrandId
    from chalicelib.playbook.codec import from_json
    from chalicelib.store import bulletins
    from chalicelib.store.table import Table
    from chalicelib.workspaces.slack.exception_words import exceptions_text
    from chalicelib.workspaces.slack.stops import stops_text

    from ..times import now

    directory = directory_of(source["endpoint"], source["name"], source.get("region", DEFAULT_REGION))
    table = Table(directory.client, directory.name, BrandId(brand))
    control, stored, told = table.control(), table.playbook(), bulletins.read(table)
    if not (control.stops or told) or stored is None:
        return {"fr": [], "en": []}
    playbook = from_json(stored)

    def titled(channel: str) -> str:
        return REGISTRY[channel].traits.title

    def said(language: str) -> list[str]:
        spoken = replace(playbook, languages=(language,))
        stopped = stops_text(spoken, control, now(), titled).splitlines() if control.stops else []
        return stopped + exceptions_text(spoken, told, now(), titled)

    return {language: said(language) for language in ("fr", "en")}


@lru_cache(maxsize=4)
def directory_of(endpoint: str, table: str, region: str) -> Directory:
    """The accounts of the running local stack; its client is kept, and may be used by several threads."""
    from chalicelib.store.directory import Directory

    from ..aws import Cloud

    return Directory(Cloud(names(LOCAL_STAGE), region, endpoint).client("dynamodb"), table)


def _shown(found: Explanation) -> Why:
    shown: Why = {
        "author": found.author,
        "decision": found.decision,
        "intent": found.intent,
        "guess": found.guess,
        "proof": found.proof,
        "reason": found.reason,
        "words": found.words,
        "language": found.language,
        "model": found.model,
        "covers": list(found.covers),
        "states": [{"state": step.state, "at": step.at} for step in found.states],
    }
    if found.probability is not None and found.bound is not None:
        shown["probability"], shown["bound"] = found.probability, found.bound
    if found.sure is not None:
        shown["sure"] = found.sure
    if found.row_id:
        shown["row_id"], shown["row_state"], shown["attempts"] = found.row_id, found.row_state, found.attempts
        shown["error_code"] = found.error_code
    return shown
