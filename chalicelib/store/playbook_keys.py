"""
Keys of what a brand says and decides by, beside its playbook: a part of the table at the top of `keys`.
"""

from __future__ import annotations

from ..model import BrandId, Millis
from .keys import BULLETIN_PREFIX, BUNDLE_PREFIX, Key


def bundle_in_use(brand: BrandId) -> Key:
    """Key of the classifier that the brand uses: beside the current playbook, so that one read gives both."""
    return Key(f"{brand}#playbook", "bundle")


def pushed_bundle(brand: BrandId, number: int) -> Key:
    """Key of a classifier bundle that was pushed for the brand."""
    return Key(f"{brand}#bundles", f"{BUNDLE_PREFIX}{number:06d}")


def bulletins(brand: BrandId) -> Key:
    """Key of the brand's current exceptions: between classifier and playbook, so that one read gives all three."""
    return Key(f"{brand}#playbook", "cases")


def bulletin(brand: BrandId, made_at: Millis, bulletin_id: str) -> Key:
    """Key of the record of one exception, over or not."""
    return Key(f"{brand}#playbook", f"{BULLETIN_PREFIX}{made_at:013d}#{bulletin_id}")
