"""
Tokens that lead a conversation on to another channel: made from the stage's secret, known again in what is sent to us.

Pure, standard library only. A token is written nowhere but in the message that offers it: what comes in has its mark
(a digest) in its place before anything is queued.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re

from .model import BrandId

_CHARS = 20  # of base32: 100 bits
_TOKEN = re.compile(
    rf"\(?(?:(?<![0-9A-Za-z])|(?<=%[0-9A-Fa-f]{{2}}))(gk[a-z2-7]{{{_CHARS}}})(?![0-9A-Za-z])\)?",
    re.IGNORECASE | re.ASCII,
)
UNSAID = "gk" + "2" * _CHARS  # stands for a token in what is kept of an offer
_BLANKS = re.compile(r"[ \t]+")


def token_of(secret: str, brand: BrandId, seed: str, channel: str) -> str:
    """Return the token of one offer: the same for the same `seed`, so that an offer that is made again is one."""
    made = hmac.new(secret.encode(), f"move\0{brand}\0{seed}\0{channel}".encode(), hashlib.sha256).digest()
    return "gk" + base64.b32encode(made).decode("ascii").lower()[:_CHARS]


def mark_of(token: str) -> str:
    """Return what is kept of a token, and stands in its place: 32 hex characters from which nobody gets it back."""
    return hashlib.sha256(f"move\0{token.lower()}".encode()).hexdigest()[:32]


def found_in(text: str) -> str:
    """Return the first token in a text, "" where there is none."""
    found = _TOKEN.search(text)
    return found[1].lower() if found else ""


def hidden(text: str) -> str:
    """Return a text of ours with UNSAID in the place of each token: as the row that said it is stored."""
    return _TOKEN.sub(lambda found: found.group().replace(found[1], UNSAID), text)


def without(text: str) -> str:
    """Return a text without its tokens, and without the blanks that stood around them; any other text as it is."""
    if not _TOKEN.search(text):
        return text
    return "\n".join(_BLANKS.sub(" ", _TOKEN.sub(" ", line)).strip() for line in text.split("\n")).strip()


def made_of(body: str) -> str:
    """Return of what a link or number is made, by its row's body: an offer's seed and channel, or a move's mark."""
    told: dict[str, str] = json.loads(body)
    return told["mark"] if "mark" in told else f"{told['seed']} {told['channel']}"
