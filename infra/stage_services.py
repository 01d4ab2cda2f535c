"""
What commands work with: the functions' own `Wiring`, given the stage's names instead of an environment.

Commands and functions share every line below this: what a command says is what a function would have done.
"""

from __future__ import annotations

from pathlib import Path

from chalicelib.admin.services import brands
from chalicelib.errors import UsageError
from chalicelib.model import BrandId
from chalicelib.wiring import Wiring

from .aws import Cloud, explained
from .names import BRAND, BUILD
from .stage_cloud import cloud
from .stage_settings import settings_of


def services_of(stage: str) -> Wiring:
    """
    Open `stage`: "local" is the running local stack.

    Raises UsageError when it does not run or was never deployed, Misconfigured when AWS refuses the credentials.
    """
    opened = cloud(stage)
    with explained():
        bases = _bases() if opened.is_local else {}
        return Wiring(settings_of(opened, bases, _models(opened)), client=opened.client)


def _models(opened: Cloud) -> Path:
    """Return the folder of brands' downloaded classifiers; the local stack's functions use the same."""
    from .local.state import home

    return home().models if opened.is_local else BUILD / "models"


def _bases() -> dict[str, str]:
    from .local.documents import bases
    from .local.state import running

    return bases(running().page.rstrip("/"))


def brand_of(services: Wiring, asked: str | None) -> BrandId:
    """
    Give the brand that was asked for, or the only one (on the local stack: the demo brand).

    Raises UsageError for a brand that the stage does not know: a command for a mistyped brand must not seem to work.
    """
    known = brands(services)
    if asked is None:
        if len(known) == 1:
            return known[0]
        from .local.identities import DEMO_BRAND

        if services.settings.endpoint_url and DEMO_BRAND in known:
            return BrandId(DEMO_BRAND)
        raise UsageError(f"Say which brand with --brand: {', '.join(known) or 'no account is connected yet'}.")
    if not BRAND.fullmatch(asked) or (asked not in known and services.table(BrandId(asked)).playbook() is None):
        raise UsageError(
            f"There is no brand '{asked}' on {services.settings.stage}; known: {', '.join(known) or 'none'}."
        )
    return BrandId(asked)
