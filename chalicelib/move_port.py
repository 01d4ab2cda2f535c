"""
How a customer is led to a channel by a link: as a channel declares it, and as a brand offers it. Values only.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote


class WayIn(NamedTuple):
    """
    A channel's link, by what stands in it: {place}, {digits}, {token}, {words}.

    {place}: what the playbook names (`continue_on`), {digits} the digits of that; {token}: what leads on; {words}: what
    the customer sends first, with the token in it. `called`: what customers call the channel beside its title, in
    small letters without accents.
    """

    link: str
    called: tuple[str, ...] = ()


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
