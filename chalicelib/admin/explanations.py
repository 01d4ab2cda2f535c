"""
Explanations as sentences: every reason that a decision, an agent's action or a delivery may carry.

docs/triage.md shows this table, and a test compares both with the words in chalicelib/decision and engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ..decision.suggestion import COMPLAINT, HUMAN_REQUEST

DecisionKind = Literal["reply", "ask", "ticket", "hold", "ignore", "human"]


@dataclass(frozen=True, slots=True)
class Reason:
    """`kind`: the decision it belongs to ("human": a person acted). `words`: one sentence, for people."""

    kind: DecisionKind
    words: str


REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        "sure": Reason("reply", "The model was sure enough, and the playbook lets the bot answer this by itself."),
        "needs_<field>": Reason("ask", "The answer needs something the customer did not give yet: it is asked for."),
        "which_subject": Reason(
            "ask", "One of two subjects is likely: the customer is asked which, or something else."
        ),
        "more_may_come": Reason("hold", "A fragment: more words are awaited before anything is said."),
        "looking_up": Reason("hold", "The brand's own system is being asked; the answer waits for it."),
        "greeting": Reason("reply", "A greeting: welcomed once a day, if nothing more is written; never a ticket."),
        "opt_out": Reason("reply", "The customer wrote STOP and nothing else: no automatic words here any more."),
        "opt_in": Reason("reply", "The customer wrote START: automatic words are wanted here again."),
        "reaction": Reason("ignore", "A thumb down while a person has the conversation: a line in the ticket."),
        "nothing_open": Reason("ignore", "No message was left that a decision does not cover."),
        "not_vouched_for": Reason(
            "ticket", "The channel does not vouch for the sender or the words (spam, forged, a third party, a list)."
        ),
        "answers_us": Reason("ticket", "It answers a message of ours on a channel where people take that (e-mail)."),
        "opted_out": Reason("ticket", "The customer wants no more automatic messages."),
        "thanks": Reason("ignore", "The customer only said thanks or goodbye."),
        "nothing_asked": Reason("ignore", "Nothing is asked: agreement, praise, a heart, a thumb up."),
        "comment_nothing": Reason(
            "ignore", "A comment that asks for nothing (a tag, an emoji, praise, talk among customers): only counted."
        ),
        "comment_gathered": Reason("ignore", "A comment: its post's hourly digest shows it to whoever looks after it."),
        "human_has_it": Reason("ticket", "A person is already in this conversation: the ticket shows the new words."),
        "beside_ticket": Reason(
            "ticket", "A ticket is open: a grave one, the same subject, or two answers were given beside it."
        ),
        "asked_for_human": Reason("ticket", "The customer asked for a person."),
        "critical": Reason("ticket", "The words speak of danger, law, fraud or somebody at risk."),
        "declared": Reason(
            "ticket",
            "The customer declares something with legal effect (withdrawal, formal notice, warranty claim, own data).",
        ),
        "never_automatic": Reason(
            "ticket", "It is one of the matters that no proof makes automatic: the ticket says which."
        ),
        "vulnerable": Reason(
            "ticket", "Somebody mourns, is ill, frail or in need: a person answers, and takes the time."
        ),
        "already_tried": Reason("ticket", "The customer did already what the answer would say, without success."),
        "overdue": Reason("ticket", "It is later than was promised."),
        "follow_up": Reason("ticket", "It follows up on something that is open already."),
        "disputed": Reason("ticket", "A sum or a fact is disputed."),
        "part": Reason("ticket", "It is only about a part: of an order, a refund."),
        "account_blocked": Reason("ticket", "The account is blocked, or somebody else is in it."),
        "statement": Reason("ticket", "The customer tells something and asks for nothing."),
        "answers_question": Reason("ticket", "It answers a question that somebody else asked."),
        "thanks_or_closing": Reason("ticket", "Thanks or a goodbye, with something beside it."),
        "complaint": Reason("ticket", "It reads like a complaint: a person answers those."),
        "stopped": Reason("ticket", "The bot is stopped for this brand, channel or intent."),
        "not_helped": Reason("ticket", "The customer says that the automatic answer did not help."),
        "something_else": Reason("ticket", "Asked which subject they mean, the customer meant none of those named."),
        "late": Reason(
            "ticket", "It was written an hour ago, or longer: its webhook was lost, or nothing ran. A person answers."
        ),
        "attachment": Reason("ticket", "The message carries a file that a person must look at."),
        "no_words": Reason("ticket", "The message has no words."),
        "several_questions": Reason("ticket", "There is more than one question."),
        "out_of_scope": Reason("ticket", "It is none of the subjects that the playbook answers."),
        "unsure": Reason(
            "ticket",
            "The model was not sure enough: below its bound for this intent and language. Or more words wait than one "
            "message may have (20,000): rules read the newest, a person all.",
        ),
        "careful": Reason(
            "ticket",
            "The subject is known, but something beside it (anger, a settled matter, only a part) wants a person.",
        ),
        "unproved": Reason(
            "ticket", "Automatic answers on this intent are not proved right in this language yet: a person gives them."
        ),
        "not_in_playbook": Reason("ticket", "The brand's playbook says nothing about this intent."),
        "never_auto": Reason("ticket", "The playbook never lets the bot answer this intent by itself."),
        "shop_asked": Reason("ticket", "The customer asks whether a shop has a size: only the shop knows."),
        "exception": Reason(
            "ticket", "An exception: the usual answer is wrong for now, or its words are not in this language."
        ),
        "suggest_in_public": Reason("ticket", "In public a person approves before anything is said."),
        "autonomy_suggest": Reason("ticket", "For this intent the bot suggests and a person decides."),
        "autonomy_shadow": Reason("ticket", "For this intent the bot only watches."),
        "autonomy_off": Reason("ticket", "For this intent the bot is off."),
        "unapproved": Reason("ticket", "Nobody answers for these words yet (`owner`, `approved_on`, `valid_until`)."),
        "expired": Reason("ticket", "These words were approved until a day that is over: somebody must look at them."),
        "outside_share": Reason("ticket", "The bot answers this to a part of the customers so far: not to this one."),
        "outside_hours": Reason("ticket", "The bot answers this only while people are there, or only while nobody is."),
        "over_cap": Reason("ticket", "The bot has given as many answers today as the brand lets it."),
        "language": Reason("ticket", "The message is in none of the brand's languages."),
        "already_said": Reason("ticket", "This automatic answer was already given once in the conversation."),
        "limit": Reason("ticket", "The bot has answered this customer often enough today."),
        "loop": Reason(
            "ticket",
            "A machine seems to answer, or this person got as many automatic messages as an hour or a day takes.",
        ),
        "no_look_up": Reason("ticket", "The brand has connected no system to ask: `guichet account connect`."),
        "many_numbers": Reason(
            "ticket",
            "More different order numbers than a customer has in a day, or many guesses by many: a person looks.",
        ),
        "not_found_again": Reason(
            "ticket", "A second number that the brand's own system does not know: none is asked for a third time."
        ),
        "look_up_failed": Reason("ticket", "The brand's own system did not answer, or knows nothing of it."),
        "no_words_in_playbook": Reason("ticket", "The playbook has no complete text for this case."),
        "judged_wrong": Reason("ticket", "A judge found the automatic answer wrong: a person corrects it."),
        "delivery_failed": Reason("ticket", "The automatic answer could not be delivered."),
        "delivery_unknown": Reason("ticket", "Nobody can tell whether the automatic answer arrived."),
        "answered_natively": Reason("human", "Somebody answered in the channel's own app."),
        "answered_by_agent": Reason("human", "An adviser answered from the desk."),
        "agent": Reason("human", "An adviser wrote it at the desk."),
        "elsewhere": Reason("human", "An adviser's answer waits where its customer wrote: another channel says so."),
    }
)

# What a row that was not said carries as its error, beside a platform's own code.
ROW_ENDS: Mapping[str, str] = MappingProxyType(
    {
        "human_spoke": "It was taken back: a person spoke first.",
        "stopped": "It was taken back: the bot was stopped.",
        "WindowClosed": "The channel's answer window was over.",
        "Refused": "The channel refused it for good.",
        "Retryable": "The channel did not take it after many tries.",
        "Unconfirmed": "No answer came back and no proof can tell; it is never repeated by itself.",
        "TokenExpired": "The account's credentials no longer work; the row waits for them.",
        "RateLimited": "The channel asked to wait.",
    }
)


def reason_of(word: str) -> Reason | None:
    """Give a stored reason's row; None for one that this version does not know."""
    if word.startswith("needs_"):
        return REASONS["needs_<field>"]
    return REASONS.get(word)


def proof_words(intent: str, proof: str) -> str:
    """Say what an intent's threshold rests on; an intent that a person always answers has none."""
    return "never: a person answers this" if intent in (COMPLAINT, HUMAN_REQUEST) else proof


def row_end_words(code: str) -> str:
    """Say why a row ended unsent; "" for no code."""
    return ROW_ENDS.get(code.partition(" ")[0], f"The channel answered {code}.") if code else ""
