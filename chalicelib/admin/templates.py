"""The templates that the platforms of a brand's accounts have approved: listed, and read anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..channels import REGISTRY
from ..errors import UsageError
from ..model import Account, BrandId
from ..playbook.schema import Playbook
from ..stages.template_lists import read_list
from ..store import templates
from ..store.templates import Kept
from ..template_offers import mistakes
from ..template_port import ListedTemplate
from .permissions import needs
from .services import AccountServices, AdminServices
from .times import iso


def accounts_of(here: AdminServices, brand: BrandId, channel: str = "", account_id: str = "") -> list[Account]:
    """Return the brand's accounts that send templates. Raises UsageError where there is none."""
    found = [
        each
        for each in here.directory.accounts(brand)
        if each.channel in REGISTRY
        and REGISTRY[each.channel].traits.template_prices
        and channel in ("", each.channel)
        and account_id in ("", each.account_id)
    ]
    if not found:
        raise UsageError(f"{brand} has no such account that sends templates: see `guichet account list`.")
    return found


@needs("account.read")
def listed(here: AdminServices, account: Account) -> dict[str, Any]:
    """Return what is known of an account's templates, and what each costs where that is known."""
    return _document(account, templates.of_account(here.table(account.brand), account))


@needs("account.read")
def synced(here: AccountServices, account: Account) -> dict[str, Any]:
    """Read an account's templates from its platform now; return them."""
    return _document(account, read_list(account, here.for_handlers))


@needs("account.read")
def wrong(here: AdminServices, playbook: Playbook) -> list[str]:
    """Return what is wrong with a playbook's templates by what platforms list for the brand's accounts."""
    brand = BrandId(playbook.brand)
    if not playbook.templates:
        return []
    told = []
    for account in accounts_of(here, brand):
        kept = templates.of_account(here.table(brand), account)
        found = mistakes(playbook, f"{account.channel} {account.account_id}", kept.listed)
        told += [f"template {language}: {words}" for language, words in found]
    return told


def _document(account: Account, kept: Kept) -> dict[str, Any]:
    prices = REGISTRY[account.channel].traits.template_prices
    return {
        "channel": account.channel,
        "account": account.account_id,
        "read_at": iso(kept.read_at) if kept.read_at else None,
        "error": kept.error or None,
        "beyond": kept.cut,
        "templates": [_template(each, _priced(prices, each)) for each in kept.listed],
    }


def _priced(prices: Any, one: ListedTemplate) -> dict[str, float]:
    """Return USD for one by how the customer's number or id begins; a beginning that is not there is unknown."""
    return {begins: by[one.category] for begins, by in prices.items() if one.category in by}


def _template(one: ListedTemplate, usd: dict[str, float]) -> dict[str, Any]:
    told = {name: value for name, value in one._asdict().items() if name not in ("key", "reason", "lacks")}
    return told | {"reason": one.reason or None, "lacks": one.lacks or None, "usd": usd}


def lines(found: Sequence[dict[str, Any]]) -> list[str]:
    """Return the same to read: a line a template."""
    told = []
    for account in found:
        read = f"read {account['read_at']}" if account["read_at"] else "never read: run `guichet template sync`"
        error = f", its platform said {account['error']} last" if account["error"] else ""
        told.append(f"{account['channel']} {account['account']}: {read}{error}")
        told += [f"  {_line(each)}" for each in account["templates"]]
    return told


def _line(one: dict[str, Any]) -> str:
    price = ", ".join(f"{begins}… {usd:.4f} USD" for begins, usd in one["usd"].items()) or "price unknown"
    if one["usd"]:
        price += ", else unknown"
    state = one["status"] + (f" ({one['reason']})" if one["reason"] else "")
    needs_more = f", needs {one['lacks']}" if one["lacks"] else ""
    places = f"{one['places']} place{'' if one['places'] == 1 else 's'}"
    return f"{one['name']} {one['language']}: {state}, {one['category']}, {price}, {places}{needs_more}"
