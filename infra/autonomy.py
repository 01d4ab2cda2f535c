"""
How far the bot may go, as one table and as one change of a playbook. Pure: `auto` reads and writes the stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from chalicelib.errors import UsageError, WrongUsage
from chalicelib.model import Autonomy
from chalicelib.playbook.schema import LEVELS, Playbook, effective_autonomy, least
from chalicelib.triage.scorer import BundleScorer

from .reasons import proof_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One intent in one place. `languages`: the level in each language of the brand, and on what its bound rests."""

    intent: str
    channel: str
    public: bool
    level: Autonomy
    languages: Mapping[str, tuple[Autonomy, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    One ceiling to be set.

    No intent: for all of them; no channel: everywhere; no language: in all; `public`: what is said in public.
    """

    level: Autonomy
    intent: str = ""
    channel: str = ""
    language: str = ""
    public: bool = False
    public_stated: bool = False

    def __post_init__(self) -> None:
        """Raises WrongUsage for ceilings that do not exist together."""
        if self.public and (self.intent or self.channel or self.language):
            raise WrongUsage(
                "In public one ceiling holds for every intent, channel and language; leave out --intent, --channel "
                "and --language."
            )
        if self.channel and self.language:
            raise WrongUsage("A ceiling is for a channel or for a language; give either --channel or --language.")


def table(playbook: Playbook, scorer: BundleScorer, places: Mapping[str, tuple[bool, bool]]) -> Iterator[Row]:
    """Give every intent in every place; `places` says of each channel whether it has private and public words."""
    for intent in playbook.intents:
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
                yield Row(intent=intent, channel=channel, public=public, level=level, languages=languages)


def _in_language(scorer: BundleScorer, language: str, intent: str, level: Autonomy) -> tuple[Autonomy, str]:
    """The level that the classifier's proof allows: without a bound nothing is ever sure, so nothing is automatic."""
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
    return replace(playbook, autonomy=replace(playbook.autonomy, default=change.level))


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
        after = replace(intent, autonomy=MappingProxyType({**intent.autonomy, change.channel: change.level}))
    intents = {**playbook.intents, change.intent: after}
    return replace(playbook, intents=MappingProxyType(intents))


def shown(rows: Iterator[Row]) -> list[dict[str, Any]]:
    """Give rows as JSON values."""
    return [
        {
            "intent": row.intent,
            "channel": row.channel,
            "public": row.public,
            "autonomy": row.level,
            "languages": {
                language: {"autonomy": level, "proof": proof} for language, (level, proof) in row.languages.items()
            },
        }
        for row in rows
    ]
