"""
The port of a channel whose platform is Guichet itself: visitors of a web page write to addresses of ours.

Protocols and values only, as in `ports`. `stages.visits` is the platform's side: it asks the channel whose words a
request is, and hands these to intake as a platform would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, runtime_checkable

from .errors import Unverified
from .model import Account, Address, BrandId, Credentials, Millis, PersonId


class NoVisitor(Unverified):
    """Nothing tells who a visitor is; `why`: a word of ours that their browser is told ("over", "forged", …)."""

    def __init__(self, why: str) -> None:
        super().__init__(f"no visitor: {why}")
        self.why = why
        self.counted = "visitor_over" if why == "over" else "visitor_unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """
    Who writes in a browser: their id on this account, and until when that is proved (ms).

    `signed`: the shop's server named them; then `known_as` are the keys of theirs that it vouches for, `described` what
    it lets be known of them (the playbook's attributes). `once`: what may
    be used once by one browser, `browser` is the digest of that one's secret.
    """

    person_id: PersonId
    until: Millis
    signed: bool = False
    name: str = field(default="", repr=False)
    known_as: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    described: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    once: str = ""
    browser: str = field(default="", repr=False)


class Way(NamedTuple):
    """Where a conversation can go on, in the words of each language; a link that leads there, good until then (ms)."""

    on: Mapping[str, str]
    link: str
    until: Millis


class Moves(Protocol):
    """
    Where a visitor's conversation can go on, on another channel of the brand.

    `titles` names the channels, without making anything; `offers` makes a link for each, of which one number (the
    browser's own) makes one. `worded` makes the link or the number of a sentence again, which is stored nowhere.
    """

    def titles(self, brand: BrandId, origin: Address) -> Sequence[str]: ...

    def worded(self, brand: BrandId, text: str, made_of: str) -> str: ...

    def offers(self, brand: BrandId, origin: Address, number: str) -> Sequence[Way]: ...


class Nowhere:
    """`Moves` of a stage where nobody can go on elsewhere."""

    def titles(self, brand: BrandId, origin: Address) -> Sequence[str]:  # noqa: ARG002 - as the port says
        """Return nothing."""
        return ()

    def offers(self, brand: BrandId, origin: Address, number: str) -> Sequence[Way]:  # noqa: ARG002 - as the port says
        """Return nothing."""
        return ()

    def worded(self, brand: BrandId, text: str, made_of: str) -> str:  # noqa: ARG002 - as the port says
        """Return the text as it is stored."""
        return text


@runtime_checkable
class HostsVisitors(Protocol):
    """
    A channel whose platform is our own server. All pure; `held` are the account's credentials.

    `allows`: whether pages of this origin may show the account's chat. `arrives` reads whose a browser is by what it
    has (a secret of its own, or what the shop's server signed), `session` writes a token that says so, and `visitor`
    reads one back: both readers raise NoVisitor. `body_of` makes the body that `parse` reads of what a visitor said.
    `link` and `linked` do the same for a file that a visitor may open for some minutes. `script` is what pages load.
    """

    @classmethod
    def allows(cls, origin: str, held: Credentials) -> bool: ...

    @classmethod
    def arrives(cls, told: Mapping[str, Any], account: Account, held: Credentials, now: Millis) -> Visitor: ...

    @classmethod
    def session(cls, visitor: Visitor, account: Account, held: Credentials) -> str: ...

    @classmethod
    def visitor(cls, session: str, account: Account, held: Credentials, now: Millis) -> Visitor: ...

    @classmethod
    def body_of(cls, visitor: Visitor, said: Mapping[str, Any], now: Millis) -> bytes: ...

    @classmethod
    def link(cls, key: str, account: Account, held: Credentials, until: Millis) -> str: ...

    @classmethod
    def linked(cls, token: str, account: Account, held: Credentials, now: Millis) -> str: ...

    @classmethod
    def script(cls) -> bytes: ...
