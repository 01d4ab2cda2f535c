"""The words about comments and about accounts, in French and English."""

from __future__ import annotations

from collections.abc import Mapping

from .wording import pick

_NOTICES: Mapping[str, tuple[str, str]] = {
    "comments_unreadable": (
        (
            "🙈 {title} : des commentaires arrivent sans auteur ni texte, et personne n'y répond. Il manque à "
            "l'application un droit de Meta (pages_read_user_content, en accès avancé) : "
            "`guichet account doctor` regarde le reste."
        ),
        (
            "🙈 {title}: comments arrive without writer and words, and nobody answers them. The app lacks one of "
            "Meta's permissions (pages_read_user_content, with advanced access): "
            "`guichet account doctor` looks at the rest."
        ),
    ),
    "token_ends": (
        (
            "🔑 {title} : le jeton de ce compte prend fin dans moins de dix jours et n'a pas pu être renouvelé. Passé "
            "ce délai, rien ne part plus : reconnectez-le. `guichet account doctor` dit la date et la raison."
        ),
        (
            "🔑 {title}: this account's token ends in less than ten days and could not be renewed. After that nothing "
            "is sent any more: connect it again. `guichet account doctor` says when and why."
        ),
    ),
    "": (
        "🙈 {title} : la plateforme annonce « {notice} » pour ce compte ; `guichet account doctor` regarde.",
        "🙈 {title}: the platform says “{notice}” of this account; `guichet account doctor` looks.",
    ),
}


def noticed(language: str, title: str, notice: str) -> str:
    """Return the line about what a platform says of an account, or keeps from it."""
    return pick(_NOTICES.get(notice, _NOTICES[""]), language).format(title=title, notice=notice)
