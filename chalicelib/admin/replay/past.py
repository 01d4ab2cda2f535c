"""A customer's past message, wherever it was read."""

from __future__ import annotations

from dataclasses import dataclass

from ...model import Millis

JOIN_MS = 20_000  # lines that follow each other so soon are one opening, as they are to the bot (`join_fragment_ms`)


@dataclass(frozen=True, slots=True)
class Past:
    """
    A customer's message.

    `language` as the file says it, "" for none; `at` 0 where it does not say when. `person`: whose it is, by the id of
    the file or, of a stored message, of the contact; "" where nobody tells. `channel` "": the command says which.
    """

    text: str
    language: str = ""
    conversation: str = ""
    at: Millis = Millis(0)
    person: str = ""
    channel: str = ""
    public: bool = False
