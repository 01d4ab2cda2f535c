"""
How long a platform takes an answer here (its window), and in how many parts a text goes.
"""

from __future__ import annotations

from ..model import Address, Millis
from ..store import keys
from .change_set import Draft


def window_end(draft: Draft, address: Address, *, public: bool, human: bool) -> Millis:
    """Return until when the platform takes an answer to this person; 0 where it has no window."""
    traits = draft.environment.traits(address.channel)
    surface = traits.public if public else traits.private
    if surface is None or not surface.window_ms:
        return Millis(0)
    last = draft.after.last_customer.get(keys.recipient(address), 0)
    return Millis(last + (max(surface.window_ms, surface.human_window_ms) if human else surface.window_ms))


def split_for(draft: Draft, address: Address, text: str, *, public: bool) -> tuple[str, ...]:
    """Return the text as parts that this surface takes."""
    traits = draft.environment.traits(address.channel)
    surface = (traits.public if public else traits.private) or traits.private
    return tuple(draft.environment.split(text, surface)) if surface else (text,)
