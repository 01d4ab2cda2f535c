"""One sentence of a brand that belongs to no intent, in each language and register, and what it may name. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .schema import NO_TEXTS, Register, Texts

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
# What an acknowledgement may name: by when somebody answers, when the team is back, when it came, whom to call.
MOMENTS = frozenset(
    {"when", "when_back", "next_opening", "back", "received_on", "received_at", "rescue", "rescue_or_text", "help_line"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """
    One sentence in each language and register.

    `tu` left out: the same words serve both registers. `grave`: harm, fraud, law or mourning, where a brand that
    says tu says vous. `others`: languages that no playbook is written in. `known`: variables that an override may use
    although the words here do not.
    """

    vous: str
    en: str
    tu: str = ""
    grave: bool = False
    others: Texts = field(default_factory=lambda: NO_TEXTS)
    known: frozenset[str] = field(default_factory=frozenset)

    def words(self, language: str, register: Register) -> str:
        """Return the words in this language and register; "" where there are none."""
        if language == "fr":
            return self.tu if register == "tu" and self.tu and not self.grave else self.vous
        return self.en if language == "en" else self.others.get(language, "")

    @property
    def variables(self) -> frozenset[str]:
        """The names that may stand in braces, in these words and in those that replace them."""
        own = self.known | {name for text in (self.vous, self.tu, self.en) for name in PLACEHOLDER.findall(text)}
        acknowledges = own & {"greeting", "comma_name"} or own & (MOMENTS - {"next_opening"})
        return own | MOMENTS | {"greeting", "comma_name"} if acknowledges else own
