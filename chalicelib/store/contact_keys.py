"""
Keys of what a brand knows of a contact beside what they said: a part of the table at the top of `keys`.
"""

from __future__ import annotations

from ..model import BrandId
from . import keys
from .keys import Key

ATTRIBUTE_PREFIX = "attr#"


def attribute(brand: BrandId, contact_id: str, name: str) -> Key:
    """Key of one attribute of a contact; "" for the name: how the keys of all begin."""
    return Key(keys.contact(brand, contact_id).pk, f"{ATTRIBUTE_PREFIX}{name}")


def parting(brand: BrandId, contact_id: str, other_contact_id: str) -> Key:
    """Key of what a split of two has still to do, so that it ends as it began however often it is begun."""
    return Key(keys.contact(brand, contact_id).pk, f"parting#{other_contact_id}")


def own_names(brand: BrandId, contact_id: str) -> Key:
    """Key of the list of the keyed digests by which a contact's name is found."""
    return Key(keys.contact(brand, contact_id).pk, "names")
