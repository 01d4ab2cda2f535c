"""
Content: all that is said at once, beside its text what a channel may show too. A frozen value without behaviour.

Most channels say a text alone. What a surface takes beside it is in its limits (`ports.Surface`), what becomes of the
rest in `channels._fitted`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobRef:
    """A file as it lies in the bucket; `media_type` is what its bytes say, `name` our own."""

    key: str
    media_type: str
    size: int
    name: str


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A choice that the customer presses: the words on it, and what comes back as a Postback."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Template:
    """Words that the platform has approved, by its name for them, with the values of their places in order."""

    name: str
    language: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """
    What is said at once. `text` says all of it where nothing else can be shown.

    `shown_text`: what stands above quick replies that are shown, where `text` already lists them by number; "" : the
    text itself. `html` is the same as markup. `template`: `text` is what it reads as; it is sent in place of the text.
    """

    text: str = field(repr=False)
    subject: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    files: tuple[BlobRef, ...] = ()
    quick_replies: tuple[QuickReply, ...] = field(default=(), repr=False)
    shown_text: str = field(default="", repr=False)
    template: Template | None = field(default=None, repr=False)

    @property
    def is_plain(self) -> bool:
        """Whether it is a text alone."""
        return not (self.subject or self.html or self.files or self.quick_replies or self.template)

    @property
    def said(self) -> dict[str, Any]:
        """Return its own fields by name, to make another value that carries them."""
        return {each.name: getattr(self, each.name) for each in fields(Content)}

    @property
    def shown(self) -> dict[str, Any]:
        """Return its own fields by name, with the text as it stands above its quick replies."""
        return self.said | {"text": self.shown_text or self.text, "shown_text": ""}
