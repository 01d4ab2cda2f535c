"""
A brand's figures of some days, by channel: the sums of the daily counters. Pure; docs/figures.md defines each.

Team figures only: nothing here is known by agent, so nothing can be shown by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Counts = Mapping[tuple[str, str], Mapping[str, int]]  # (local day, channel) -> name -> how many
SUBJECTS_SHOWN = 5
OVER = "more"  # the class of what took longer than any other


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """
    One channel's figures, or all channels'.

    Medians are the upper end of their class in seconds, infinity beyond a day; None: no case.

    `alone` are answers that the bot gave, `tickets` questions that went to people.
    """

    contacts: int
    messages: int
    alone: int
    asked_back: int
    acknowledged: int
    tickets: int
    answered: int
    answers_of_people: int
    first_automatic_s: float | None
    first_of_people_s: float | None
    promises_kept: int
    promises_missed: int
    late: int
    windows_missed: int
    asked_after: int
    came_back: int
    opt_outs: int
    which: int  # clarifying questions that were sent
    left: int  # of these, without an answer so far

    @property
    def questions(self) -> int:
        """The number of messages that needed an answer."""
        return self.alone + self.tickets

    @property
    def alone_share(self) -> float | None:
        """The share of questions that the bot answered alone; None without any."""
        return self.alone / self.questions if self.questions else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Some days of a brand, the first and the last included. Subjects are intents, most frequent first."""

    first_day: str
    last_day: str
    total: Line
    channels: Mapping[str, Line]
    subjects: tuple[tuple[str, int], ...]
    gaps: tuple[tuple[str, int], ...]  # subjects that were recognised and have no words in the playbook


@dataclass(frozen=True, slots=True, kw_only=True)
class ToProve:
    """A subject that the bot would have answered: the share of questions, and how many judgements are missing."""

    intent: str
    public: bool
    language: str
    share: float
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """
    What the bot would have said on one day, had it been allowed to.

    `messages` are the day's questions, `would` those that it would have answered; `gaps`: subjects without words.
    """

    day: str
    messages: int
    would: int
    gaps: tuple[tuple[str, int], ...]
    first: tuple[ToProve, ...]


def report_of(counts: Counts, first_day: str, last_day: str) -> Report:
    """Adds the days up."""
    by_channel: dict[str, Counter[str]] = {}
    for (day, channel), names in counts.items():
        if first_day <= day <= last_day:
            by_channel.setdefault(channel, Counter()).update(names)
    total: Counter[str] = Counter()
    for names in by_channel.values():
        total.update(names)
    return Report(
        first_day=first_day,
        last_day=last_day,
        total=_line(total),
        channels={channel: _line(names) for channel, names in sorted(by_channel.items())},
        subjects=_most(total, "subject:"),
        gaps=_most(total, "gap:"),
    )


def _line(names: Mapping[str, int]) -> Line:
    return Line(
        contacts=names.get("contact", 0),
        messages=names.get("message", 0),
        alone=names.get("reply", 0),
        asked_back=names.get("ask", 0),
        acknowledged=names.get("acknowledgement", 0),
        tickets=names.get("ticket", 0),
        answered=names.get("answered", 0),
        answers_of_people=names.get("agent_reply", 0),
        first_automatic_s=_median(names, "auto:"),
        first_of_people_s=_median(names, "people:"),
        promises_kept=names.get("promise_kept", 0),
        promises_missed=names.get("promise_missed", 0),
        late=names.get("late", 0),
        windows_missed=names.get("window_missed", 0),
        asked_after=names.get("asked_after", 0),
        came_back=names.get("came_back", 0),
        opt_outs=names.get("opt_out", 0),
        which=names.get("clarify", 0),
        left=max(0, names.get("clarify", 0) - names.get("clarified", 0)),
    )


def _median(names: Mapping[str, int], prefix: str) -> float | None:
    """The class that holds the middle one; infinity for one beyond all classes."""
    classes = sorted(
        (_end(name.removeprefix(prefix)), count) for name, count in names.items() if name.startswith(prefix)
    )
    half, seen = sum(count for _, count in classes) / 2, 0
    for end, count in classes:
        seen += count
        if count > 0 and seen >= half:
            return end
    return None


def _end(kind: str) -> float:
    return float("inf") if kind == OVER else float(kind)


def _most(names: Mapping[str, int], prefix: str) -> tuple[tuple[str, int], ...]:
    found: Iterable[tuple[str, int]] = (
        (name.removeprefix(prefix), count) for name, count in names.items() if name.startswith(prefix) and count > 0
    )
    return tuple(sorted(found, key=lambda each: (-each[1], each[0])))[:SUBJECTS_SHOWN]


# --- comments ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentLine:
    """
    One comment of a digest. `reason`: why it may be hidden. `message_id`: what a button about it names.

    `sort`: what it is, as `model.CommentKind`. `state`: whether everybody sees it, as `store.gathered.State`. `marks`:
    what else was done, as "answer_failed" or "private_agent", and "late" of what came long after it was written.
    `acts`: what may be done about it.
    """

    message_id: str
    sort: str
    text: str = field(repr=False)
    name: str = field(default="", repr=False)
    intent: str = ""
    language: str = ""
    reason: str = ""
    state: str = ""
    marks: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentProposal:
    """
    The answer that one press gives to equal questions: its first wording, and how many wordings there are.

    `waiting`: how many questions nobody has answered. `at_once`: how many answers one hour takes at most. `mark`: comes
    back with the press, for which these words were read.
    """

    intent: str
    language: str
    text: str = field(repr=False)
    mark: str
    wordings: int
    waiting: int
    at_once: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentCard:
    """
    One comment as a dialog shows it. `limit`, `unit`: of an answer there (`text.measure`).

    `suggestion`: words to begin with, "" where a person finds their own.
    """

    message_id: str
    text: str = field(repr=False)
    name: str = field(repr=False)
    channel: str
    acts: tuple[str, ...]
    suggestion: str = field(default="", repr=False)
    limit: int = 0
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentDigest:
    """
    What came under one post in one hour. `counts`: of each kind, and "hidden". `lines`: what waits for somebody.

    `place`: what a button about all of it names. `proposals`: the answers to equal questions. `more`: others wait, too.
    """

    channel: str
    link: str
    ad: bool
    place: str
    counts: Mapping[str, int]
    lines: tuple[CommentLine, ...]
    proposals: tuple[CommentProposal, ...] = ()
    more: bool = False
