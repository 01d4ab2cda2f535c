"""
What a channel's simulator says of its channel: invented accounts, which secrets are drawn, its tab on the page.

It stands on the simulator's class, and is found there: no list names the channels that are played.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

SIMULATORS = Path(__file__).parent / "simulators"
_LAST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """
    One channel's accounts in the local stack.

    `title`: what its tab says, `tab`: where that stands among the others. `account_ids` by brand, `app_id` of our app:
    public. `secret`: what the platform calls the secret that signs its webhooks. `token`: how its token is written
    around what is drawn. `drawn`: other secrets by name, and of how many bytes; `invented`: what is no secret and the
    same in each run. `told`: which of these whoever plays the platform from outside needs beside the secret
    (COMMANDS.md's promise). `public`: customers write in public as well.
    """

    title: str
    account_ids: Mapping[str, str]
    tab: int = _LAST
    app_id: str = ""
    secret: str = "app_secret"  # noqa: S105 - a name
    token: str = "{drawn}"  # noqa: S105 - a form; "{account_id}" may stand in it
    drawn: Mapping[str, int] = field(default_factory=dict)
    invented: Mapping[str, str] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    by_phone: bool = False  # customers are known by their telephone numbers
    id_digits: int = 16  # else by numbers of so many
    public: bool = False
    person_id: str = ""  # how a customer's id is written, where it is no number; "{handle}" stands in it


@cache
def simulators() -> Mapping[str, type[Any]]:
    """Return every class of the simulators that is `played`, by its channel's name, in the order of their tabs."""
    found = {each.name: each for path in sorted(SIMULATORS.rglob("*.py")) for each in _classes(path)}
    return dict(sorted(found.items(), key=lambda item: (item[1].played.tab, item[0])))


def _classes(path: Path) -> list[Any]:
    """Return the classes of a module that play a channel."""
    if path.stem == "__main__":
        return []
    steps = path.relative_to(SIMULATORS).with_suffix("").parts
    module = import_module(".".join(("infra.local.simulators", *(step for step in steps if step != "__init__"))))
    classes = (each for each in vars(module).values() if isinstance(each, type))
    return [each for each in classes if isinstance(vars(each).get("played"), Played)]


@cache
def all_played() -> Mapping[str, Played]:
    """Return what each simulator says of its channel, by the channel's name, in the order of their tabs."""
    return {name: each.played for name, each in simulators().items()}
