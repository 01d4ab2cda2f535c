"""What `doctor` says of an account: findings, and the command that connects it again."""

from __future__ import annotations

from ..findings import Finding
from ..model import Account
from ..ports import LOOKUP_CHANNEL
from .services import AccountServices

__all__ = ["Finding", "again"]


def again(here: AccountServices, account: Account) -> str:
    """Write the command that connects an account again; it asks for the secrets."""
    which = "" if account.channel == LOOKUP_CHANNEL else f" --account {account.account_id}"
    stage = here.settings.stage
    return f"`guichet account connect {account.channel} --brand {account.brand}{which} --stage {stage}`"
