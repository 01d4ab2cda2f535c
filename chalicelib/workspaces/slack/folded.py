"""The button that shows a hateful comment's folded words to who presses it, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from . import actions, modals
from .clicks import Click
from .comment_words import unfolded


def _unfold(click: Click) -> None:
    language = click.services.language_of(click.brand)
    found = click.services.unfold(click.brand, click.value.ticket_id, click.agent)
    click.show(modals.text_view(language, unfolded(language, found)))


BUTTONS: Mapping[str, Callable[[Click], None]] = {actions.UNFOLD: _unfold}
