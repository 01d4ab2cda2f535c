"""
A judge found a sent answer wrong: its intent may be stopped, and its customer gets a correction from a person.

The ticket proposes an apology, with the answer to what the customer more likely meant. An agent must send it.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import ENDED, TimelineMessage
from ..decision.input import View, fields_of
from ..model import AnswerJudged, Ticket
from ..playbook.render import CannotSay, render, render_phrase
from ..store import keys
from ..store.proofs import Line
from .apply_decision import more_for_ticket, new_ticket
from .change import LookAtIntent
from .change_set import Draft
from .customer import build_view
from .verdicts import DANGEROUS, verdict_of

_LIKELY = 0.5  # how likely another subject must be for its words to be proposed


def came(draft: Draft, event: AnswerJudged) -> bool:
    """Handle a verdict on a sent answer; False when nothing is left to do."""
    line = _judged(draft, event)
    said = draft.loaded.finished_row(event.row_id)
    if line is None or said is None:  # erased meanwhile
        return False
    draft.first.append(LookAtIntent(line.intent))
    verdict = verdict_of(line.verdicts)
    if said.judged == verdict:
        return False
    draft.change(keys.finished_row(event.row_id), judged=verdict)
    if not said.judged:
        _to_correct(draft, said, line, verdict)
    return True


def _judged(draft: Draft, event: AnswerJudged) -> Line | None:
    """Return the judged line with this verdict, whether or not the click has stored it yet; None: it is gone."""
    key = keys.judged_line(draft.loaded.brand, event.intent, event.place, event.language, event.line_id)
    return draft.loaded.with_verdict(key, event.judge, event.verdict)


def _to_correct(draft: Draft, said: TimelineMessage, line: Line, verdict: str) -> None:
    pending = tuple(draft.loaded.messages(said.covers))
    if not pending:
        return
    view = build_view(draft, pending)
    decision = Ticket(
        covers=view.covers,
        reason="judged_wrong",
        priority="urgent" if verdict == DANGEROUS else "high",
        intent=line.intent,
        language=view.language,
        suggestion=correction(view, line.intent),
        suggested_intent=line.intent,
    )
    stored = draft.stored
    if stored is not None and stored.state not in ENDED:
        more_for_ticket(draft, stored, view, decision, note="judged_wrong")
    else:
        new_ticket(draft, view, decision)
    if draft.ticket is not None:
        draft.set_ticket(replace(draft.ticket, corrects=verdict))


def correction(view: View, said: str) -> str:
    """Return an apology for the answer about `said`, with the answer to what was more likely meant, if any."""
    playbook, meant = view.playbook, _meant(view, said)
    sorry = render_phrase(playbook, "correction", view.language, {}, view.last.display_name, greet=True)
    if not meant:
        return sorry
    try:
        words = render(playbook, meant, view.language, view.channel, fields_of(view), public=view.public)
    except CannotSay:
        return sorry
    return f"{sorry}\n\n{words}"


def _meant(view: View, said: str) -> str:
    """Return another intent that the customer may have meant: the model's best now, else a close one; or ""."""
    heard = not view.whole.out_of_scope and view.whole.probability >= _LIKELY
    found = [*([view.guess] if heard else []), *view.whole.choices]
    return next((intent for intent in found if intent != said and intent in view.playbook.intents), "")
