"""A brand's exceptions: words before its answers for a while, added, listed or ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..editing_services import add_exception, end_exception, new_bulletin_id
from ..errors import UsageError
from ..model import BrandId, Millis
from ..playbook.bulletin import Bulletin
from ..playbook.schema import Playbook
from ..store import bulletins
from ..store.audit import Author
from ..workspaces.exception_mistakes import problem_words
from .permissions import needs
from .services import AdminServices


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An exception to add. `texts`: words by language; no intent: about everything; no channel: everywhere."""

    texts: Mapping[str, str]
    begins_at: Millis
    ends_at: Millis
    intents: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    person_only: bool = False


@needs("exception.change")
def add(here: AdminServices, playbook: Playbook, wanted: Wanted, author: Author, by: str) -> Bulletin:
    """
    Let an exception hold; return it as stored.

    `by`: who made it, as people read it. Raises UsageError with everything that is wrong with it.
    """
    unknown = sorted(set(wanted.intents) - set(playbook.intents))
    if unknown:
        known = ", ".join(sorted(playbook.intents))
        raise UsageError(f"The playbook has no intent '{unknown[0]}'; known: {known}.")
    if foreign := sorted(set(wanted.texts) - set(playbook.languages)):
        raise UsageError(f"{playbook.brand} does not speak {foreign[0]}; it speaks: {', '.join(playbook.languages)}.")
    asked = Bulletin(
        bulletin_id=new_bulletin_id(),
        texts=wanted.texts,
        begins_at=wanted.begins_at,
        ends_at=wanted.ends_at,
        made_at=author.at,
        by=by,
        intents=wanted.intents,
        channels=wanted.channels,
        person_only=wanted.person_only,
    )
    made, problems = add_exception(here, playbook, asked, author.by)
    if problems:
        lines = [f"{each.place}: {problem_words('en', each.key, each.values)}" for each in problems]
        raise UsageError(f"Nothing was changed. {' '.join(lines)}")
    return made


@needs("exception.read")
def listed(here: AdminServices, brand: BrandId, now: Millis, *, over: bool = False) -> list[Bulletin]:
    """Return the exceptions that are not over; with `over` every one that ever was, the newest first."""
    table = here.table(brand)
    return bulletins.history(table) if over else [each for each in bulletins.read(table) if not each.over(now)]


@needs("exception.change")
def end(here: AdminServices, brand: BrandId, bulletin_id: str, author: Author, by: str) -> Bulletin:
    """End an exception now. Raises UsageError where it is over already, or never was."""
    ended = end_exception(here, brand, bulletin_id, by, author.by)
    if ended is None:
        raise UsageError(f"{brand} has no exception '{bulletin_id}' that holds; see `guichet exception list --all`.")
    return ended
