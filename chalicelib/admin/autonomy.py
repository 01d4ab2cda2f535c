"""
How far the bot may go, as one table and as one change of a playbook. Pure: `auto` reads and writes the stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from ..errors import UsageError, WrongUsage
from ..model import Autonomy
from ..playbook.in_force import approval_of, rollout_of
from ..playbook.release import BEGINNING, Approval, Opening, Rollout
from ..playbook.schema import LEVELS, Playbook, effective_autonomy, least
from ..triage.scorer import BundleScorer
from .explanations import proof_words
from .permissions import needs

Held = Literal["", "unapproved", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One intent in one place.

    `languages`: the level in each language of the brand, and what its threshold rests on. `held`: why its text is only
    suggested for now, whatever the level: nobody has approved it, or no longer.
    """

    intent: str
    channel: str
    public: bool
    level: Autonomy
    languages: Mapping[str, tuple[Autonomy, str]]
    degrees: Rollout
    held: Held
    approval: Approval


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    One ceiling to set.

    No intent: for all of them; no channel: everywhere; no language: in all; `public`: in public. `share`, `cap` (0:
    none) and `hours` are the gradual rollout; None: as before, or the careful start of a new one.
    """

    level: Autonomy
    intent: str = ""
    channel: str = ""
    language: str = ""
    public: bool = False
    public_stated: bool = False
    share: int | None = None
    cap: int | None = None
    hours: Opening | None = None

    def __post_init__(self) -> None:
        """Raises WrongUsage for ceilings that do not exist together."""
        if self.public and (self.intent or self.channel or self.language):
            raise WrongUsage(
                "In public one ceiling holds for every intent, channel and language; leave out --intent, --channel "
                "and --language."
            )
        if self.channel and self.language:
            raise WrongUsage("A ceiling is for a channel or for a language; give either --channel or --language.")
        if self.opens and (self.public or self.channel or self.language or self.level is not Autonomy.AUTO):
            raise WrongUsage(
                "--share, --cap and --hours say how `auto` opens, for one intent or for all; leave out --public, "
                "--channel and --language."
            )

    @property
    def opens(self) -> dict[str, Any]:
        """Return the rollout values that were given."""
        given = {"share": self.share, "cap": self.cap, "hours": self.hours}
        return {name: value for name, value in given.items() if value is not None}


@needs("autonomy.read")
def table(
    playbook: Playbook, scorer: BundleScorer, places: Mapping[str, tuple[bool, bool]], today: str
) -> Iterator[Row]:
    """Give every intent in every place; `places` says of each channel whether it has private and public words."""
    for intent in playbook.intents:
        approval, degrees = approval_of(playbook, intent), rollout_of(playbook, intent)[0]
        for channel, surfaces in places.items():
            for public, there in zip((False, True), surfaces, strict=True):
                if not there:
                    continue
                level = effective_autonomy(playbook, intent, channel, public)
                languages = {
                    each: _in_language(
                        scorer, each, intent, effective_autonomy(playbook, intent, channel, public, each)
                    )
                    for each in playbook.languages
                }
                yield Row(
                    intent=intent,
                    channel=channel,
                    public=public,
                    level=level,
                    languages=languages,
                    degrees=degrees,
                    held=approval.lacks(today),
                    approval=approval,
                )


def _in_language(scorer: BundleScorer, language: str, intent: str, level: Autonomy) -> tuple[Autonomy, str]:
    """Return the level that the classifier's proof allows: without a proved threshold nothing is automatic."""
    bound = scorer.bounds.get((language, intent))
    if bound is None:
        return least(level, Autonomy.SUGGEST), proof_words(intent, "not yet: not trained")
    return (level if bound.proved else least(level, Autonomy.SUGGEST)), bound.proof


def changed(playbook: Playbook, change: Change) -> Playbook:
    """
    Give the playbook with one ceiling set.

    Raises UsageError where the brand's own rules forbid it: above suggest for a never-auto intent, and in public
    without saying so.
    """
    above = LEVELS.index(change.level) > LEVELS.index(Autonomy.SUGGEST)
    if change.public:
        if above and not change.public_stated:
            raise UsageError("Automatic answers in public must be stated: add --public-stated if you mean it.")
        return replace(playbook, autonomy=replace(playbook.autonomy, public_max=change.level))
    if change.language and change.language not in playbook.languages:
        spoken = ", ".join(playbook.languages)
        raise UsageError(f"{playbook.brand} does not speak '{change.language}'; it speaks: {spoken}.")
    if change.intent:
        return _intent_changed(playbook, change, above=above)
    if change.language:
        languages = {**playbook.autonomy.languages, change.language: change.level}
        return replace(playbook, autonomy=replace(playbook.autonomy, languages=MappingProxyType(languages)))
    if change.channel:
        channels = {**playbook.autonomy.channels, change.channel: change.level}
        return replace(playbook, autonomy=replace(playbook.autonomy, channels=MappingProxyType(channels)))
    degrees = replace(playbook.autonomy.degrees, **change.opens)
    return replace(playbook, autonomy=replace(playbook.autonomy, default=change.level, degrees=degrees))


def _intent_changed(playbook: Playbook, change: Change, *, above: bool) -> Playbook:
    intent = playbook.intents.get(change.intent)
    if intent is None:
        raise UsageError(f"The playbook has no intent '{change.intent}'; known: {', '.join(sorted(playbook.intents))}.")
    if intent.never_auto and above:
        raise UsageError(f"{change.intent} is never automatic in this playbook; suggest is the most it can have.")
    if change.language:
        spoken = MappingProxyType({**intent.language_autonomy, change.language: change.level})
        after = replace(intent, language_autonomy=spoken)
    else:
        levels = MappingProxyType({**intent.autonomy, change.channel: change.level})
        after = replace(intent, autonomy=levels, degrees=_degrees(playbook, change))
    intents = {**playbook.intents, change.intent: after}
    return replace(playbook, intents=MappingProxyType(intents))


def _degrees(playbook: Playbook, change: Change) -> Rollout | None:
    """
    Return an intent's gradual rollout after the change; None: the brand's own.

    An intent that was not automatic begins small, however far its brand has opened the others.
    """
    own = playbook.intents[change.intent].degrees
    if change.level is not Autonomy.AUTO:
        return own
    was = effective_autonomy(playbook, change.intent, change.channel, public=False)
    before = rollout_of(playbook, change.intent)[0] if own or was is Autonomy.AUTO else BEGINNING
    return replace(before, **change.opens) if change.opens or was is not Autonomy.AUTO else own


def about(change: Change) -> str:
    """Say in a line what is set, for the audit log: "auto intent:return share:50"."""
    named = {"intent": change.intent, "channel": change.channel, "language": change.language, **change.opens}
    parts = [f"{name}:{value}" for name, value in named.items() if value != ""]
    return " ".join([change.level, *(["public"] if change.public else []), *parts])


def waivers(playbook: Playbook) -> list[dict[str, Any]]:
    """Return who allowed automatic answers without a proof, as JSON values, the brand's first."""
    given = {"": playbook.autonomy.without_proof}
    given |= {name: intent.without_proof for name, intent in playbook.intents.items()}
    return [
        asdict(waiver)
        | {"intent": name or None, "words": f"{name or 'every intent'} ({waiver.by}, {waiver.on}): {waiver.reason}"}
        for name, waiver in given.items()
        if waiver is not None
    ]


def degrees_words(degrees: Rollout) -> str:
    """Describe a gradual rollout in words."""
    hours = {"closed": "while nobody is there", "open": "while people are there", "all": "at every hour"}
    cap = f"{degrees.cap} a day" if degrees.cap else "no cap"
    return f"{degrees.share} % of the contacts, {cap}, {hours[degrees.hours]}"


HELD: Mapping[Held, str] = MappingProxyType(
    {
        "": "",
        "unapproved": "suggested only: nobody answers for its words (owner, approved_on, valid_until)",
        "expired": "suggested only: its words were approved until a day that is over (valid_until)",
    }
)


def shown(rows: Iterator[Row]) -> list[dict[str, Any]]:
    """Give rows as JSON values."""
    return [
        {
            "intent": row.intent,
            "channel": row.channel,
            "public": row.public,
            "autonomy": row.level,
            "opens": asdict(row.degrees),
            "held": row.held or None,
            **asdict(row.approval),
            "languages": {
                language: {"autonomy": level, "proof": proof} for language, (level, proof) in row.languages.items()
            },
        }
        for row in rows
    ]
