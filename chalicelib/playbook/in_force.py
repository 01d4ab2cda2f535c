"""
Which approval, rollout and waiver are in force for an intent: its own, else the brand's. Who may change them.

Standard library only, pure.
"""

from __future__ import annotations

from .release import EVERYTHING, Approval, Rollout, Waiver
from .schema import Playbook


def approval_of(playbook: Playbook, intent: str) -> Approval:
    """Return who approved this intent's text: what the intent says itself, the rest from the brand."""
    own, brand = playbook.intents[intent].approval, playbook.approval
    return Approval(
        owner=own.owner or brand.owner,
        approved_on=own.approved_on or brand.approved_on,
        valid_until=own.valid_until or brand.valid_until,
    )


def rollout_of(playbook: Playbook, intent: str) -> tuple[Rollout, str]:
    """Return the rollout that holds for this intent, and what its cap counts (`EVERYTHING` or "intent:<name>")."""
    own = playbook.intents[intent].degrees
    return (own, f"intent:{intent}") if own is not None else (playbook.autonomy.degrees, EVERYTHING)


def waiver_of(playbook: Playbook, intent: str) -> Waiver | None:
    """Return who allowed this intent without proof; None where it needs one."""
    return playbook.intents[intent].without_proof or playbook.autonomy.without_proof


def is_admin(playbook: Playbook, who: str) -> bool:
    """Return whether this agent's id, or name of a command, is one that the playbook names."""
    return bool(who) and who in playbook.admins
