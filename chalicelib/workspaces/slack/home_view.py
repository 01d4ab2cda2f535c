"""
The app's home in Slack, its only tab: the board, and the same lists as `/guichet mes | retard | libres`. Pure.

Slack shows it to every member of the workspace, whatever channels they are in: who is no agent of the brand (no open
ticket, and none of the people whom the playbook names) sees the board's figures, and where to ask for the lists. It
stands until it is opened again, so it holds no customer's name: no erasure looks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ...playbook.schema import Playbook
from .board_words import board_words
from .markup import escape
from .open_lists import ListName, Standing, list_lines
from .wording import pick

_LISTS: tuple[ListName, ...] = ("mine", "late", "free")
_LINES = 4  # a block: a section holds 3,000 characters
_ASK = (
    "`/guichet mes`, `libres` ou `retard`, dans le canal des demandes, montre vos demandes et celles de l'équipe.",
    "`/guichet mine`, `free` or `late`, in the tickets' channel, shows your tickets and the team's.",
)


class BrandHome(NamedTuple):
    """One brand of a workspace, and how its open tickets stand."""

    playbook: Playbook
    stands: Standing


def home_view(brands: Sequence[BrandHome], agent: str, title: Callable[[str], str]) -> dict[str, Any]:
    """Return the home of one member, with each brand of the workspace; `title`: a channel's own name."""
    return {"type": "home", "blocks": [block for brand in brands for block in _of_brand(brand, agent, title)]}


def _of_brand(brand: BrandHome, agent: str, title: Callable[[str], str]) -> list[dict[str, Any]]:
    playbook, stands = brand
    blocks = [_section(f"*{escape(playbook.name)}*\n{board_words(stands, playbook)}")]
    if not stands.knows(agent) and agent not in playbook.admins:
        return [*blocks, _section(pick(_ASK, playbook.languages[0]))]
    for name in _LISTS:
        lines = list_lines(name, stands, playbook, title, agent=agent, named=False)
        blocks += [_section("\n".join(lines[at : at + _LINES])) for at in range(0, len(lines), _LINES)]
    return blocks


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
