"""
How a customer is led to a channel by a link: as a channel declares it, and as a brand offers it. Values only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

_ON = {"fr": "sur {name}", "en": "on {name}"}
_SO: Mapping[str, str] = MappingProxyType({})


class WayIn(NamedTuple):
    """
    A channel's link, by what stands in it: {place}, {digits}, {token}, {words}.

    {place}: what the playbook names (`continue_on`), {digits} the digits of that; {token}: what leads on; {words}: what
    the customer sends first, with the token in it. `called`: what customers call the channel beside its title, in
    small letters without accents. `name`: what a sentence to a customer calls it, where that is not the title; `on`:
    how it says that one goes on there, by language, where that is not "on" the name.
    """

    link: str
    called: tuple[str, ...] = ()
    name: str = ""
    on: Mapping[str, str] = _SO


def named(title: str, way_in: WayIn | None, language: str) -> dict[str, str]:
    """
    Return what sentences to a customer say of a channel: {channel} is its name, {on_channel} where one goes on.

    `way_in`: None for a channel that no link leads to.
    """
    name = (way_in.name if way_in is not None else "") or title
    said = way_in.on.get(language) if way_in is not None else None
    return {"channel": name, "on_channel": said or _ON.get(language, "{name}").format(name=name)}


def all_named(title: str, way_in: WayIn) -> dict[str, str]:
    """Return how one says that one goes on on a channel, by language."""
    return {language: named(title, way_in, language)["on_channel"] for language in _ON}


class Way(NamedTuple):
    """Where a brand's customers may go on: the link leads to `place` on `channel`, which people know as `title`."""

    channel: str
    title: str
    way_in: WayIn
    place: str

    def link(self, token: str, words: str) -> str:
        """Return the link with this token, behind these words where the customer sends it themselves."""
        whole = re.match(r"https?://", self.place)
        return self.way_in.link.format(
            place=self.place if whole else quote(self.place, safe="@+"),
            digits=re.sub(r"[^0-9]", "", self.place),
            token=token,
            words=quote(f"{words} {token}", safe=""),
        )
