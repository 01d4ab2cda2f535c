"""
A judge found a sent answer wrong: its intent may be stopped, and its customer gets a correction from a person.

The ticket proposes an apology, with the answer to what the customer more likely meant. An agent must send it.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import ENDED, TimelineMessage
from ..decision.input import DecisionInput, fields_of
from ..model import AnswerJudged, Ticket
from ..playbook.render import CannotSay, render, render_phrase
from ..store import judging_keys, keys
from ..store.judged_answers import JudgedAnswer
from .apply_decision import more_for_ticket, new_ticket
from .change import LookAtIntent
from .change_set import ChangeSet
from .customer import build_input
from .verdicts import DANGEROUS, verdict_of

_LIKELY = 0.5  # how likely another subject must be for its words to be proposed


def on_answer_judged(changes: ChangeSet, event: AnswerJudged) -> bool:
    """Handle a verdict on a sent answer; False when nothing is left to do."""
    line = _judged(changes, event)
    said = changes.loaded.finished_row(event.row_id)
    if line is None or said is None:  # erased meanwhile
        return False
    changes.first.append(LookAtIntent(line.intent))
    verdict = verdict_of(line.verdicts)
    if said.judged == verdict:
        return False
    changes.change(keys.finished_row(event.row_id), judged=verdict)
    if not said.judged:
        _to_correct(changes, said, line, verdict)
    return True


def _judged(changes: ChangeSet, event: AnswerJudged) -> JudgedAnswer | None:
    """Return the judged answer with this verdict, whether or not the click has stored it; None: it was deleted."""
    key = judging_keys.judged_line(changes.loaded.brand, event.intent, event.place, event.language, event.line_id)
    return changes.loaded.with_verdict(key, event.judge, event.verdict)


def _to_correct(changes: ChangeSet, said: TimelineMessage, line: JudgedAnswer, verdict: str) -> None:
    pending = tuple(changes.loaded.messages(said.covers))
    if not pending:
        return
    inputs = build_input(changes, pending)
    decision = Ticket(
        covers=inputs.covers,
        reason="judged_wrong",
        priority="urgent" if verdict == DANGEROUS else "high",
        intent=line.intent,
        language=inputs.language,
        suggestion=correction(inputs, line.intent),
        suggested_intent=line.intent,
    )
    stored = changes.stored
    if stored is not None and stored.state not in ENDED:
        more_for_ticket(changes, stored, inputs, decision, note="judged_wrong")
    else:
        new_ticket(changes, inputs, decision)
    if changes.ticket is not None:
        changes.set_ticket(replace(changes.ticket, corrects=verdict))


def correction(inputs: DecisionInput, said: str) -> str:
    """Return an apology for the answer about `said`, with the answer to what was more likely meant, if any."""
    playbook, meant = inputs.playbook, _meant(inputs, said)
    sorry = render_phrase(playbook, "correction", inputs.language, {}, inputs.last.display_name, greet=True)
    if not meant:
        return sorry
    try:
        words = render(playbook, meant, inputs.language, inputs.channel, fields_of(inputs), public=inputs.public)
    except CannotSay:
        return sorry
    return f"{sorry}\n\n{words}"


def _meant(inputs: DecisionInput, said: str) -> str:
    """Return another intent that the customer may have meant: the model's best now, else a close one; or ""."""
    heard = not inputs.whole.out_of_scope and inputs.whole.probability >= _LIKELY
    found = [*([inputs.guess] if heard else []), *inputs.whole.choices]
    return next((intent for intent in found if intent != said and intent in inputs.playbook.intents), "")
