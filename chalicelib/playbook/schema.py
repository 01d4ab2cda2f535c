"""
The playbook as frozen values, each key of its file declared once; and the one rule that says how far the bot may go.

Standard library only: `process` builds these from JSON (`codec`), the command line from YAML (`load`). Every text in
here is already checked and typeset; nothing in here reads a clock, a file or the network. What a key may hold
(`declaration.Key`) stands in its annotation, so annotations are evaluated here.
"""

# ruff: noqa: RUF009 - `_empty()` is no shared value but a field with a factory

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from ..model import FIRST_ONLY, Autonomy, HideReason, Serves, State
from ..move_port import Way
from ..template_port import ListedTemplate
from . import declaration as kinds
from .attribute import AttributeUse
from .bulletin import Bulletin
from .declaration import Key
from .emergency import COUNTRIES
from .release import BEGINNING, NOBODY_YET, OPENS, WITHOUT_PROOF, Approval, Rollout, Waiver
from .template_use import TemplateUse

Texts = Mapping[str, str]  # language (ISO 639-1) -> text
Register = Literal["vous", "tu", "plain"]

NO_TEXTS: Texts = MappingProxyType({})


def _empty() -> Any:
    """An attribute that is an empty mapping by default."""
    return field(default_factory=lambda: NO_TEXTS)


# The languages of a playbook, and how each may say "you": the first unless `register` says otherwise.
REGISTERS: Mapping[str, tuple[Register, ...]] = MappingProxyType({"fr": ("vous", "tu"), "en": ("plain",)})
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
# What an answer by itself may ever be good for; the others need a person, whatever it says.
SERVABLE = (State.FIRST_QUESTION, State.ALREADY_TRIED, State.OVERDUE, State.FOLLOW_UP, State.PART)

_OWN = ("own",)
_LEVEL = kinds.Choice(LEVELS, Autonomy.SUGGEST, Autonomy)
_ONE_FIELD = Key(kinds.FieldName(), called="{key}")
_MINUTES = kinds.Whole(1, 20_000)
_PATIENCE = kinds.Whole(0, 60_000)
NO_DESK = "without a desk nobody is told that a customer waits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """
    One kind of question and the brand's words for it.

    `replies` are said as they are; an intent with `lookup` speaks by `statuses` instead. `asks` names the field
    that `question` asks for, `asks_also` a second one that the brand's system must know beside it. `public` is what
    may be said where everybody reads; `channels` are shorter or longer shapes for one channel. `autonomy` maps ""
    (everywhere) or a channel to the most the bot may do, `language_autonomy` a language. `choice`: how a clarifying
    question names it. `serves`: for which states of a case the answer is good.
    """

    CALLED = "{key} of {name}"

    name: str
    asks: Annotated[str, _ONE_FIELD] = ""
    asks_also: Annotated[str, _ONE_FIELD] = ""
    lookup: Annotated[str, Key(kinds.Choice(tuple(LOOKUPS)), called="{key}")] = ""
    title: Annotated[Texts, Key(kinds.Words(), needed=True)]
    label: Annotated[Texts, kinds.Words()] = _empty()
    choice: Annotated[Texts, kinds.Words(owes="choice")] = _empty()
    replies: Annotated[Texts, kinds.Words(("own", "asks"))] = _empty()
    public: Annotated[Texts, kinds.Words(_OWN, "public")] = _empty()
    channels: Annotated[Mapping[str, Texts], kinds.ByChannel(kinds.Words(_OWN), "{key} shape of {name}")] = _empty()
    question: Annotated[Texts, kinds.Words(_OWN, "question")] = _empty()
    question_also: Annotated[Texts, kinds.Words(_OWN, "question")] = _empty()
    statuses: Annotated[Mapping[str, Texts], kinds.ByStatus(kinds.Words(("own", "lookup")), "{key} of {name}")] = (
        _empty()
    )
    autonomy: Annotated[Mapping[str, Autonomy], kinds.Levels(_LEVEL)] = _empty()
    language_autonomy: Annotated[
        Mapping[str, Autonomy], Key(kinds.LanguageLevels(_LEVEL, "autonomy of {name} in {key}"), name="autonomy")
    ] = _empty()
    never_auto: Annotated[bool, Key(kinds.Truth(), called="{key}")] = False
    target_precision: Annotated[float, Key(kinds.Share(0.5, 0.999), called="{key}")] = 0.98
    serves: Annotated[
        frozenset[State], kinds.Listed(kinds.Choice(SERVABLE, State.FIRST_QUESTION, State), "{what}", into=frozenset)
    ] = FIRST_ONLY
    approval: Annotated[Approval, Key(kinds.Section(Approval), spread=True)] = NOBODY_YET
    degrees: Annotated[Rollout | None, OPENS] = None  # None: the brand's
    without_proof: Annotated[Waiver | None, WITHOUT_PROOF] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AutonomyRules:
    """
    How far the bot may go by default, in public (`public_max`), on each channel and in each language (ceilings).

    `degrees`: the gradual rollout of automatic answers, where an intent says nothing of its own.
    """

    default: Annotated[Autonomy, _LEVEL] = Autonomy.SUGGEST
    public_max: Annotated[Autonomy, _LEVEL] = Autonomy.SUGGEST
    channels: Annotated[Mapping[str, Autonomy], kinds.ByChannel(_LEVEL, "autonomy of {key}")] = _empty()
    languages: Annotated[Mapping[str, Autonomy], kinds.ByLanguage(_LEVEL, "autonomy in {key}")] = _empty()
    degrees: Annotated[Rollout, OPENS] = BEGINNING
    without_proof: Annotated[Waiver | None, WITHOUT_PROOF] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When people answer. `week[0]` is Monday; a shift is (first minute, minute after the last) of that day."""

    CALLED = "{key}"

    time_zone: Annotated[str, Key(kinds.Zone(), needed=True)] = "Europe/Paris"
    week: Annotated[tuple[tuple[tuple[int, int], ...], ...], Key(kinds.Week(), needed=True)] = ((),) * 7
    holidays: Annotated[
        frozenset[str],
        kinds.Listed(
            kinds.Day("a holiday is a date such as 2026-12-25; there is no {value}"), "a holiday", into=frozenset
        ),
    ] = frozenset()  # ISO dates, closed all day


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bot's limits: how often it answers, how long it waits. Milliseconds where the name ends in _ms."""

    auto_replies_per_day: Annotated[int, kinds.Whole(0, 100)] = 6
    join_question_ms: Annotated[int, kinds.Whole(0, 10_000)] = 2_000
    join_greeting_ms: Annotated[int, _PATIENCE] = 8_000
    join_fragment_ms: Annotated[int, _PATIENCE] = 20_000
    undo_ms: Annotated[int, _PATIENCE] = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """Whether customers are told that a person will answer, while people are there and while nobody is."""

    in_hours: Annotated[bool, kinds.Truth()] = True
    out_of_hours: Annotated[bool, kinds.Truth()] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Minutes of opening hours until a first human word, by priority."""

    normal: Annotated[int, _MINUTES] = 240
    high: Annotated[int, _MINUTES] = 60
    urgent: Annotated[int, _MINUTES] = 15

    def minutes(self, priority: str) -> int:
        """Return the target of a ticket of this priority."""
        return {"urgent": self.urgent, "high": self.high}.get(priority, self.normal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """
    Where tickets go: a workspace and the account of a desk there; `urgent` "" means the same desk.

    The file and the stored playbook have the account under the workspace's name. `on_call` is the group that is
    mentioned where nobody has a ticket, `safety_contacts` the members who are called, one after the other, at a danger.
    """

    workspace: str = ""
    account: str = ""
    urgent: Annotated[str, kinds.Id("desk")] = ""
    on_call: Annotated[str, kinds.Id("group")] = ""
    safety_contacts: Annotated[tuple[str, ...], kinds.Listed(kinds.Id("member"), "a safety contact")] = ()

    @property
    def at_any_hour(self) -> bool:
        """Whether somebody is called to a danger at any hour."""
        return bool(self.on_call or self.safety_contacts)

    def desk(self, priority: str) -> str:
        """Return where a ticket of this priority goes; "" when there is no desk for it."""
        return (self.urgent if priority == "urgent" else "") or self.account


_TIMES = kinds.Whole(3, 100, none=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRules:
    """
    What is done with comments under the brand's posts.

    `desk`: where their digests go, "" for the desk of tickets. `hide`: for which reasons a rule may hide one at once;
    none unless the brand says so. `spam_after`: how many equal comments that call elsewhere are spam, the last of them
    included; 0: however many, none is. `own`: numbers, addresses and links of the brand that no answer names.
    """

    desk: Annotated[str, kinds.Id("desk")] = ""
    hide: Annotated[
        frozenset[HideReason], kinds.Listed(kinds.Choice(get_args(HideReason)), "a reason to hide", into=frozenset)
    ] = frozenset()
    spam_after: Annotated[int, _TIMES] = 0
    own: Annotated[tuple[str, ...], kinds.Listed(kinds.Text(), "a contact in own")] = ()


_THREE_LETTERS = kinds.Text(r"(?s)[\W_]*(?:[^\W_][\W_]*){3}.*", "{what} of never_automatic has at least three letters")


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverAutomatic:
    """What a brand adds to the matters that are never automatic: `subjects` (intents), `phrases` by language."""

    subjects: Annotated[frozenset[str], kinds.Listed(kinds.Text(), "a subject", into=frozenset)] = frozenset()
    phrases: Annotated[
        Mapping[str, tuple[str, ...]], kinds.ByLanguage(kinds.Listed(_THREE_LETTERS, "a phrase"), "{what}.{key}")
    ] = _empty()


SHAPE_IS = (
    "a shape is up to 4 capitals, a hyphen if any, 4 to 12 # and a + if any (ML######), "
    "or groups of # with hyphens between them (###-#######-#######), or alone `e-mail` or `postcode`"
)
_SHAPE = kinds.Text(r"[A-Z]{0,4}-?(?:#{4,12}\+?|#{2,9}(?:-#{2,9}){1,4})|" + "|".join(KINDS), SHAPE_IS)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShape:
    """
    Something that a customer types: a number of one of these `shapes`, or one of these `values`; one of the two is set.

    In a shape `#` stands for a digit, all else for itself ("ML######"). A `+` at the end allows more digits, 9 in all.
    The prefix may be set apart by a space, a hyphen or a dot; it may be left out next to one of the `cues`
    ("commande", "order"), or where hardly anything else is written. The brand's own shape comes first; the others are
    of the same thing: a marketplace's numbers ("###-#######-#######"). Values (towns, shops) are found as whole words,
    case and accents aside. A shape of `KINDS` is no number but a second key. `title` names it to agents.
    """

    CALLED = "{key} of {name}"

    name: str
    shapes: Annotated[tuple[str, ...], Key(kinds.Listed(_SHAPE, "{what}", alone=True), name="shape")] = ()
    values: Annotated[tuple[str, ...], kinds.Listed(kinds.Text(), "a value", empty="{what} is an empty list")] = ()
    title: Annotated[Texts, Key(kinds.Words(), needed=True)]
    cues: Annotated[tuple[str, ...], kinds.Listed(kinds.Text(), "a cue")] = ()

    @property
    def shape(self) -> str:
        """The brand's own shape; "" where it is one of `values`."""
        return self.shapes[0] if self.shapes else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """
    One brand's words and rules. The first language is the desk's.

    `phrases`: only those that the brand says in its own way; `defaults.words_of` knows the others.
    """

    CALLED = "{key}"

    brand: Annotated[
        str,
        Key(
            kinds.Text(r"[a-z0-9][a-z0-9-]{0,39}", "{what} must be lower-case letters, digits and hyphens, 40 at most"),
            needed=True,
        ),
    ]
    name: Annotated[str, Key(kinds.Text(), needed=True)]
    languages: Annotated[
        tuple[str, ...],
        Key(
            kinds.Listed(
                kinds.Choice(tuple(REGISTERS)),
                "a language",
                empty="languages is an empty list: say in which customers are answered",
                twice="a language is listed twice",
            ),
            needed=True,
        ),
    ]
    register: Annotated[
        Mapping[str, Register],
        kinds.ByLanguage({language: kinds.Choice(said, said[0]) for language, said in REGISTERS.items()}, "{what}"),
    ] = _empty()
    variables: Annotated[
        Mapping[str, Texts], kinds.Named(kinds.Words(shared=True), "{what}.{key}", "a name in variables")
    ] = _empty()
    fields: Annotated[
        Mapping[str, FieldShape], kinds.Named(kinds.Section(FieldShape), "field {key}", "a field's name")
    ] = _empty()
    routing: Annotated[Routing, Key(kinds.Routed(Routing), needed=True, why=NO_DESK)] = Routing()
    intents: Annotated[
        Mapping[str, Intent], Key(kinds.Named(kinds.Section(Intent), "intent {key}", "an intent's name"), needed=True)
    ]
    phrases: Annotated[Mapping[str, Texts], kinds.Phrases()] = _empty()
    # The subjects that a welcome offers, in their order; none: at most two that the bot answers.
    welcome: Annotated[
        tuple[str, ...],
        kinds.Listed(kinds.Text(), "a subject of welcome", twice="a subject of welcome is listed twice"),
    ] = ()
    autonomy: Annotated[AutonomyRules, kinds.Section(AutonomyRules)] = AutonomyRules()
    hours: Annotated[Hours, kinds.Section(Hours)] = Hours()
    limits: Annotated[Limits, kinds.Section(Limits)] = Limits()
    targets: Annotated[Targets, kinds.Section(Targets)] = Targets()
    suggest_from: Annotated[float, kinds.Share(0.0, 1.0)] = 0.7  # how likely a guess must be to be suggested
    acknowledge: Annotated[Acknowledge, kinds.Section(Acknowledge)] = Acknowledge()
    country: Annotated[str, kinds.Choice(tuple(COUNTRIES), "FR")] = "FR"  # whose emergency numbers are named
    approval: Annotated[Approval, kinds.Section(Approval)] = NOBODY_YET  # where an intent says nothing of its own
    # Who may change words, start the bot again and answer without a proof: agents' ids, or names for a command.
    admins: Annotated[
        tuple[str, ...],
        kinds.Listed(
            kinds.Text(
                r"[A-Za-z0-9][\w.@-]{0,39}",
                "{what} is {member} or letters, digits, . _ - @, no blank",
            ),
            "a name in admins",
        ),
    ] = ()
    never_automatic: Annotated[NeverAutomatic, kinds.Section(NeverAutomatic)] = NeverAutomatic()
    comments: Annotated[CommentRules, kinds.Section(CommentRules)] = CommentRules()
    # By which template of a platform an answer may go once its window has closed; none: it is held.
    templates: Annotated[Mapping[str, TemplateUse], kinds.ByLanguage(kinds.Section(TemplateUse), "template {key}")] = (
        _empty()
    )
    # What may be kept of a customer beside what they write; none: nothing.
    attributes: Annotated[
        Mapping[str, AttributeUse],
        kinds.Named(kinds.Section(AttributeUse), "attribute {key}", "an attribute's name"),
    ] = _empty()
    # Where customers may go on: by channel what is theirs to know there (a number, a name, a page).
    continue_on: Annotated[Mapping[str, str], kinds.ByChannel(kinds.Text(), "{key} of {what}")] = _empty()
    # What customers read over an agent's words in the web chat, by agent; who is not named is "Customer care" there.
    agents: Annotated[
        Mapping[str, str], kinds.ByMember(kinds.Text(r"\S.{0,39}", "{what} is a name"), "{key} of {what}")
    ] = _empty()
    codes: Annotated[bool, kinds.Truth()] = False  # whether codes are sent to the addresses of orders
    ways: tuple[Way, ...] = ()  # those of `continue_on` that are connected: not in the file
    code_by: str = ""  # the account that sends codes, as "<channel>#<account>": the same
    can_look_up: bool = True  # whether the brand's own system is connected: not in the file, `shop` knows
    bulletins: tuple[Bulletin, ...] = ()  # exceptions that are not over: not in the file either
    listed_templates: Mapping[str, tuple[ListedTemplate, ...]] = _empty()  # by "<channel>#<account>": the same

    @property
    def serves(self) -> Serves:
        """The states of a case that each intent's answer is right for."""
        return {name: intent.serves for name, intent in self.intents.items()}


def filled(asks: str, lookup: str, also: str) -> set[str]:
    """Return the names that have a value where this field was asked for and this look-up answered."""
    more = LOOKUP_SECOND_FIELDS.get(lookup, frozenset()) if also else frozenset()
    return ({asks} if asks else set()) | LOOKUP_FIELDS.get(lookup, frozenset()) | more


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
