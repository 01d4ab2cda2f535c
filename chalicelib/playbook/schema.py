"""
The playbook as frozen values, and the one rule that says how far the bot may go.

Standard library only: `process` builds these from JSON (`codec`), the command line from YAML (`load`).
Every text in here is already checked and typeset; nothing in here reads a clock, a file or the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from ..model import FIRST_ONLY, Autonomy, Serves, State
from .bulletin import Bulletin
from .release import BEGINNING, NOBODY_YET, Approval, Degrees, Waiver

Texts = Mapping[str, str]  # language (ISO 639-1) -> text
Register = Literal["vous", "tu", "plain"]

NO_TEXTS: Texts = MappingProxyType({})
_NO_SHAPES: Mapping[str, Texts] = MappingProxyType({})
_NO_LEVELS: Mapping[str, Autonomy] = MappingProxyType({})


def _no_texts() -> Texts:
    return NO_TEXTS


def _no_shapes() -> Mapping[str, Texts]:
    return _NO_SHAPES


def _no_levels() -> Mapping[str, Autonomy]:
    return _NO_LEVELS


# Autonomy, from the least to the most.
LEVELS = (Autonomy.OFF, Autonomy.SHADOW, Autonomy.SUGGEST, Autonomy.AUTO)

# What a look-up may answer, and the fields that its answer carries beside the status.
LOOKUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"order": ("preparing", "shipped", "out_for_delivery", "delivered", "delayed", "not_found")}
)
LOOKUP_FIELDS: Mapping[str, frozenset[str]] = MappingProxyType({"order": frozenset({"order_number", "expected_on"})})
# Said only to who gave a second key beside the number (`Intent.asks_also`).
LOOKUP_SECOND_FIELDS: Mapping[str, frozenset[str]] = MappingProxyType({"order": frozenset({"carrier"})})
# Shapes that are words: an e-mail address, a postcode.
KINDS = ("e-mail", "postcode")
# Statuses whose answer carries no carrier and no date.
BARE_STATUSES = frozenset({"not_found"})

SUGGEST_FROM = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """
    One kind of question and the brand's words for it.

    `replies` are said as they are; an intent with `lookup` speaks by `statuses` instead. `asks` names the field
    that `question` asks for, `asks_also` a second one that the brand's system must know beside it. `public` is what
    may be said where everybody reads; `channels` are shorter or longer shapes for one channel. `autonomy` maps ""
    (everywhere) or a channel to the most the bot may do, `language_autonomy` a language. `choice`: how a clarifying
    question names it. `serves`: for which states of
    a matter the answer is good.
    """

    name: str
    title: Texts
    replies: Texts = field(default_factory=_no_texts)
    public: Texts = field(default_factory=_no_texts)
    channels: Mapping[str, Texts] = field(default_factory=_no_shapes)
    autonomy: Mapping[str, Autonomy] = field(default_factory=_no_levels)
    language_autonomy: Mapping[str, Autonomy] = field(default_factory=_no_levels)
    never_auto: bool = False
    target_precision: float = 0.98
    asks: str = ""
    question: Texts = field(default_factory=_no_texts)
    lookup: str = ""
    statuses: Mapping[str, Texts] = field(default_factory=_no_shapes)
    asks_also: str = ""
    question_also: Texts = field(default_factory=_no_texts)
    label: Texts = field(default_factory=_no_texts)
    choice: Texts = field(default_factory=_no_texts)
    serves: frozenset[State] = FIRST_ONLY
    approval: Approval = NOBODY_YET
    degrees: Degrees | None = None  # None: the brand's
    without_proof: Waiver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AutonomyRules:
    """
    How far the bot may go by default, in public (`public_max`), on each channel and in each language (ceilings).

    `degrees`: how automatic answers open, where an intent says nothing of its own.
    """

    default: Autonomy = Autonomy.SUGGEST
    public_max: Autonomy = Autonomy.SUGGEST
    channels: Mapping[str, Autonomy] = field(default_factory=_no_levels)
    languages: Mapping[str, Autonomy] = field(default_factory=_no_levels)
    degrees: Degrees = BEGINNING
    without_proof: Waiver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When people answer. `week[0]` is Monday; a shift is (first minute, minute after the last) of that day."""

    time_zone: str = "Europe/Paris"
    week: tuple[tuple[tuple[int, int], ...], ...] = ((),) * 7
    holidays: frozenset[str] = frozenset()  # ISO dates, closed all day


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What keeps the bot modest and patient. Milliseconds where the name ends in _ms."""

    auto_replies_per_day: int = 6
    join_question_ms: int = 2_000
    join_greeting_ms: int = 8_000
    join_fragment_ms: int = 20_000
    undo_ms: int = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """Whether customers are told that a person will answer, while people are there and while nobody is."""

    in_hours: bool = True
    out_of_hours: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Minutes of opening hours until a first human word, by priority."""

    normal: int = 240
    high: int = 60
    urgent: int = 15

    def minutes(self, priority: str) -> int:
        """Return the target of a ticket of this priority."""
        return {"urgent": self.urgent, "high": self.high}.get(priority, self.normal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """
    Slack account ("<team>/<channel>") where tickets go; `urgent` "" means the same.

    `on_call` is the Slack user group that is mentioned where nobody has a ticket, `safety_contacts` the members who
    are called, one after the other, at a danger.
    """

    slack: str = ""
    urgent: str = ""
    on_call: str = ""
    safety_contacts: tuple[str, ...] = ()

    @property
    def at_any_hour(self) -> bool:
        """Whether somebody is called to a danger at any hour."""
        return bool(self.on_call or self.safety_contacts)

    def desk(self, priority: str) -> str:
        """Return where a ticket of this priority goes; "" when nobody would be told."""
        return (self.urgent if priority == "urgent" else "") or self.slack


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverAutomatic:
    """What a brand adds to the matters that are never automatic: `subjects` (intents), `phrases` by language."""

    subjects: frozenset[str] = frozenset()
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShape:
    """
    Something that a customer types: a number of this `shape`, or one of these `values`; one of the two is set.

    In a shape `#` stands for a digit, all else for itself ("ML######"). A `+` at the end allows more digits, 9 in all.
    The prefix may be set apart by a space, a hyphen or a dot; it may be left out next to one of the `cues`
    ("commande", "order"), or where hardly anything else is written. `others` are more shapes of the same thing: a
    marketplace's numbers ("###-#######-#######"). Values (towns, shops) are found as whole words, case and accents
    aside. A shape of `KINDS` is no number but a second key. `title` names it to agents.
    """

    name: str
    title: Texts
    shape: str = ""
    cues: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    @property
    def shapes(self) -> tuple[str, ...]:
        """Every shape that it may have, the brand's own first; none where it is one of `values`."""
        return (self.shape, *self.others) if self.shape else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """
    One brand's words and rules. The first language is the desk's.

    `phrases`: only those that the brand says in its own way; `defaults.words_of` knows the others.
    """

    brand: str
    name: str
    languages: tuple[str, ...]
    register: Mapping[str, Register]
    intents: Mapping[str, Intent]
    phrases: Mapping[str, Texts]
    variables: Mapping[str, Texts]
    fields: Mapping[str, FieldShape]
    autonomy: AutonomyRules = AutonomyRules()
    hours: Hours = Hours()
    limits: Limits = Limits()
    targets: Targets = Targets()
    routing: Routing = Routing()
    suggest_from: float = SUGGEST_FROM  # how likely a guess must be before its answer is suggested to an agent
    acknowledge: Acknowledge = Acknowledge()
    country: str = "FR"  # whose emergency numbers are named (`emergency.COUNTRIES`)
    approval: Approval = NOBODY_YET  # where an intent says nothing of its own
    # Who may change words, start the bot again and answer without a proof: Slack user ids, or names for a command.
    admins: tuple[str, ...] = ()
    never_automatic: NeverAutomatic = field(default_factory=NeverAutomatic)
    can_look_up: bool = True  # whether the brand's own system is connected: not in the file, `wiring` knows
    bulletins: tuple[Bulletin, ...] = ()  # exceptions that are not over: not in the file either

    @property
    def serves(self) -> Serves:
        """What each intent's answer is good for."""
        return {name: intent.serves for name, intent in self.intents.items()}


def least(*levels: Autonomy) -> Autonomy:
    """Return the most cautious of the levels."""
    return min(levels, key=LEVELS.index)


def effective_autonomy(
    playbook: Playbook,
    intent: str | None,
    channel: str,
    public: bool,  # noqa: FBT001 - a fact, as the others are
    language: str = "",
) -> Autonomy:
    """
    Return the most that the bot may do for this intent here: every rule that applies is a ceiling.

    `language` "" asks for no language: no language's ceiling applies.
    No intent, or one that the playbook does not know, is OFF. `never_auto` and public places never rise above
    their ceiling, whatever else is written.
    """
    found = playbook.intents.get(intent or "")
    if found is None:
        return Autonomy.OFF
    ceilings = [found.autonomy.get("", playbook.autonomy.default)]
    ceilings += [rules[channel] for rules in (found.autonomy, playbook.autonomy.channels) if channel in rules]
    by_language = (found.language_autonomy, playbook.autonomy.languages)
    ceilings += [rules[language] for rules in by_language if language in rules]
    if found.never_auto:
        ceilings.append(Autonomy.SUGGEST)
    if public:
        ceilings.append(playbook.autonomy.public_max)
    return least(*ceilings)
