"""
Which words of `wording` each kind of note in a ticket's thread has, and what stands before them.
"""

from __future__ import annotations

from collections.abc import Mapping

from .people_words import PEOPLE_WORDS

# A note's kind -> (what stands before its words, the words' key in `wording`).
NOTE_WORDS: Mapping[str, tuple[str, str]] = {
    "customer_wrote": ("💬 ", "by_customer"),
    "customer_closes": ("💬 ", "closed_by_customer"),
    "reaction": ("💬 ", "reacted"),
    "opted_out": ("🔕 ", "opted_out"),
    "opted_in": ("🔔 ", "opted_in"),
    "in_full": ("💬 ", "in_full"),
    "goes_on": ("💬 ", "goes_on"),
    "customer_edited": ("✏️ ", "edited_by_customer"),
    "customer_deleted": ("🗑️ ", "deleted_by_customer"),
    "note_kept": ("📝 ", "note_by"),
    "cancelled": ("↩️ ", "cancelled"),
    "too_late": ("", "too_late"),
    "failed": ("⚠️ ", "send_failed"),
    "unknown": ("⚠️ ", "send_unknown"),
    "auto_failed": ("⚠️ ", "auto_failed"),
    "judged_wrong": ("⚠️ ", "judged_wrong"),
    "auto_unknown": ("⚠️ ", "auto_unknown"),
    "file_failed": ("⚠️ ", "file_failed"),
    "acknowledgement_failed": ("⚠️ ", "acknowledgement_failed"),
    "acknowledgement_unknown": ("⚠️ ", "acknowledgement_unknown"),
    "native_answer": ("", "native_answer"),
    "beside": ("💬 ", "said_beside"),
    "number_changed": ("📱 ", "number_changed"),
    **{name: ("🔗 ", name) for name in PEOPLE_WORDS},
    "bot_stopped": ("⏸️ ", "bot_stopped"),
    "bot_started": ("▶️ ", "bot_started"),
    "stale_reply": ("⚠️ ", "stale_reply"),
    "unsend_asked": ("↩️ ", "unsend_asked"),
    "unsent": ("🗑️ ", "unsent"),
    "unsend_kept": ("⚠️ ", "unsend_kept"),
    "unsend_failed": ("⚠️ ", "unsend_failed"),
    "unsend_nothing": ("", "unsend_nothing"),
    "files_left": ("\N{PAPERCLIP} ", "files_left"),
    "taken_over": ("🔁 ", "taken_over"),
    "unread": ("⚠️ ", "unread"),
    "held": ("⏸️ ", "held"),
    "held_leaves": ("▶️ ", "held_leaves"),
    "held_offered": ("✉️ ", "held_offered"),
    "template_changed": ("⚠️ ", "template_changed"),
    "template_failed": ("⚠️ ", "template_failed"),
    "asked_for": ("⏰ ", "asked_for"),
    "reminder": ("⏳ ", "reminder"),
    "window_soon": ("⏳ ", "window_soon"),
    "late": ("🔴 ", "late"),
    "window_over": ("🔴 ", "window_over"),
    "wrote_again": ("💬 ", "wrote_again"),
    "rises": ("💬 ", "rises"),
    "danger": ("🔴 ", "danger"),
    "danger_next": ("🔴 ", "danger_next"),
}
