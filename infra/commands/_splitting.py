"""
What a text becomes on a channel: its parts, how the platform counts each, and what they cost. Needs no network.

The parts are those that would be sent (`channels._fitted`): SMS' plain typography is theirs too.
"""

from __future__ import annotations

from typing import Any

from chalicelib.channels import REGISTRY
from chalicelib.channels._fitted import parts_of
from chalicelib.errors import UsageError
from chalicelib.masking import mask_secrets
from chalicelib.model import Content
from chalicelib.ports import Price, Surface
from chalicelib.text import links_in, measure

_UNITS = {"chars": "characters", "bytes": "bytes", "weighted": "weighted characters", "segments": "segments"}
_FREE = Price(0, 0, 0, "it bills no message")


def split(channel: str, text: str, *, public: bool) -> dict[str, Any]:
    """Return the parts of a text on this channel, with what each counts and costs, as JSON holds them."""
    if channel not in REGISTRY:
        raise UsageError(f"{channel} says nothing to customers; give one of {', '.join(sorted(REGISTRY))}.")
    kind = REGISTRY[channel]
    surface = kind.traits.public if public else kind.traits.private
    if surface is None:
        raise UsageError(f"{channel} has no {'public posts' if public else 'private messages'}.")
    price = kind.connecting().price or _FREE
    texts = [part.text for part in parts_of(Content(text=text), surface)]
    units = [measure(each, surface.unit) for each in texts]
    usd = [_usd(each, surface, price, public=public) for each in texts]
    return {
        "channel": channel,
        "where": "public" if public else "private",
        "limit": surface.limit,
        "unit": surface.unit,
        "parts": [
            {"text": mask_secrets(said), "units": count, "links": len(links_in(said)), "usd": cost}
            for said, count, cost in zip(texts, units, usd, strict=True)
        ],
        "units": sum(units),
        "usd": round(sum(usd), 6),
        "price": price.source,
    }


def _usd(text: str, surface: Surface, price: Price, *, public: bool) -> float:
    """Return what the platform bills for a part; free messages a month are not reckoned."""
    if public and price.linked and links_in(text):
        return price.linked
    count = measure(text, surface.unit) if surface.unit == "segments" else 1
    return round(price.sent * count / price.units, 6)


def drawn(found: dict[str, Any]) -> str:
    """Return the same for people."""
    parts, unit = found["parts"], _UNITS[found["unit"]]
    count = "1 message" if len(parts) == 1 else f"{len(parts)} messages"
    head = f"{found['channel']}, {found['where']}: {count}, {found['units']} {unit}, {found['usd']:.4f} USD"
    lines = [head, f"  at most {found['limit']} {unit} each; {found['price']}"]
    for number, each in enumerate(parts, 1):
        lines += [f"  {number}. {each['units']} {unit}, {each['usd']:.4f} USD"]
        lines += [f"     {line}" for line in each["text"].splitlines()]
    return "\n".join(lines)
