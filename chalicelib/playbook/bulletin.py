"""
Exceptions (banners): a brand's notice for a while (a strike, a site down), before answers and acknowledgements.

What agents call an exception is a `Bulletin` here. It ends by itself. Pure; its text is checked when it is entered
(`bulletin_check`), so that it fits into one message with the longest answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..model import Millis

MOST = 4  # at a time: nobody reads more paragraphs before an answer
LONGEST_DAYS = 92  # what lasts longer is no exception: it belongs into the playbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """
    One exception of one brand.

    `texts`: language -> words; none where it only silences. `intents` and `channels`: what it is about, none: all.
    `person_only`: the usual answers about these intents are wrong meanwhile, so a person gives them. `by`: an agent
    or "command". `ended_at` (0: not) and `ended_by`: somebody ended it before `ends_at`. Times are ms.
    """

    bulletin_id: str
    texts: Mapping[str, str] = field(repr=False)
    begins_at: Millis
    ends_at: Millis
    made_at: Millis
    by: str
    intents: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    person_only: bool = False
    ended_at: Millis = Millis(0)
    ended_by: str = ""

    def over(self, now: int) -> bool:
        """Return whether the exception has ended."""
        return bool(self.ended_at) or now >= self.ends_at

    def stands(self, now: int) -> bool:
        """Return whether the exception holds at this moment."""
        return self.begins_at <= now and not self.over(now)

    def about(self, intent: str | None, channel: str) -> bool:
        """Return whether it is about this intent on this channel; for an unknown intent, whether it is about all."""
        return (not self.channels or channel in self.channels) and (not self.intents or intent in self.intents)

    def meets(self, other: Bulletin) -> bool:
        """Return whether both exceptions may stand before one answer at some moment."""
        at_once = self.begins_at < other.ends_at and other.begins_at < self.ends_at
        return at_once and _share(self.intents, other.intents) and _share(self.channels, other.channels)


def standing(bulletins: Iterable[Bulletin], intent: str | None, channel: str, now: int) -> tuple[Bulletin, ...]:
    """Return the exceptions that hold now for this intent and channel, oldest first."""
    found = [each for each in bulletins if each.stands(now) and each.about(intent, channel)]
    return tuple(sorted(found, key=lambda each: (each.made_at, each.bulletin_id)))


def silenced(bulletins: Iterable[Bulletin], intent: str | None, channel: str, language: str, now: int) -> bool:
    """
    Return whether a person must answer this intent, here and now.

    Because the usual answer is wrong meanwhile, or an exception about it has no text in the customer's language.
    """
    found = standing(bulletins, intent, channel, now)
    return any(each.person_only or language not in each.texts for each in found)


def _share(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return not ours or not theirs or bool(set(ours) & set(theirs))
