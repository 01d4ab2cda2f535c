"""The words about comments and about accounts, in French and English."""

from __future__ import annotations

from collections.abc import Mapping

from .markup import cut_escaped, escape
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
    "template_category": (
        "💶 {title} : Meta a reclassé le modèle {about}. Son prix change avec : voyez-le avant de le renvoyer.",
        "💶 {title}: Meta has put the template {about}. Its price changes with it: look at it before it is sent again.",
    ),
    "template_category_soon": (
        "💶 {title} : Meta va reclasser le modèle {about}, et son prix changera avec.",
        "💶 {title}: Meta is going to put the template {about}, and its price will change with it.",
    ),
    "": (
        "🙈 {title} : la plateforme annonce « {notice} » pour ce compte ; `guichet account doctor` regarde.",
        "🙈 {title}: the platform says “{notice}” of this account; `guichet account doctor` looks.",
    ),
}


# A template, its category and the one after it: English, French.
_FROM_TO = ("“{0}” from {1} to {2}", "« {0} » de {1} en {2}")


def noticed(language: str, title: str, notice: str) -> str:
    """Return the line about what a platform says of an account, or keeps from it."""
    kind, _, rest = notice.partition(":")
    about = _FROM_TO[language == "fr"].format(*rest.split(":")) if rest.count(":") == 2 else rest
    return pick(_NOTICES.get(kind, _NOTICES[""]), language).format(title=title, notice=notice, about=about)


_WORDS_MOST = 2_000  # characters that a dialog shows
_SIGN = "🗨️"
# What a digest counts -> none of it said where there is none: one and several, in French and English.
_COUNTS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "all": (("{n} commentaire", "{n} comment"), ("{n} commentaires", "{n} comments")),
    "nothing": (("{n} rien", "{n} nothing"), ("{n} rien", "{n} nothing")),
    "question": (("{n} question", "{n} question"), ("{n} questions", "{n} questions")),
    "answered": (("{n} répondu", "{n} answered"), ("{n} répondus", "{n} answered")),
    "case": (("{n} plainte", "{n} complaint"), ("{n} plaintes", "{n} complaints")),
    "hidden": (("{n} masqué", "{n} hidden"), ("{n} masqués", "{n} hidden")),
    "hide": (("{n} à masquer ?", "{n} to hide?"), ("{n} à masquer ?", "{n} to hide?")),
    "manager": (("{n} pour vous", "{n} for you"), ("{n} pour vous", "{n} for you")),
    "read": (("{n} à lire", "{n} to read"), ("{n} à lire", "{n} to read")),
}
_POST, _AD = ("Publication", "Post"), (" (pub)", " (ad)")
_OF_WHICH = (", dont {n} sur « {about} »", ", {n} about “{about}”")
_CROWD = (
    "🌊 {count} commentaires en une heure sous {post} ({title}). Un seul sujet ? Une réponse épinglée suffit.",
    "🌊 {count} comments within an hour under {post} ({title}). One subject? One pinned answer will do.",
)
HEADINGS: Mapping[str, tuple[str, str]] = {
    "question": ("Questions", "Questions"),
    "asked": ("{n} fois : {about}", "{n} times: {about}"),
    "read": ("À lire", "To read"),
    "manager": (
        "Pour vous : presse, influence, ou quelqu'un qui semble mineur (aucune réponse proposée)",
        "For you: press, influence, or somebody who seems a minor (no answer is proposed)",
    ),
    "hide": ("À masquer ?", "To hide?"),
}
REASONS: Mapping[str, tuple[str, str]] = {
    "spam": ("spam", "spam"),
    "phishing": ("hameçonnage", "phishing"),
    "false_service": ("faux service client", "false customer service"),
    "hate": ("haine ou menace", "hate or threat"),
    "personal_data": ("données personnelles", "personal data"),
}
MORE = ("… et d'autres, à voir sur la plateforme.", "… and others, to be seen on the platform.")
FOLDED = ("contenu haineux, non affiché ici", "hateful words, not shown here")
UNFOLD = ("Lire (noté)", "Read (noted)")
_GONE = ("Ce commentaire n'est plus gardé ici.", "This comment is not kept here any more.")
_READ = ("_Vous seul le voyez ; votre lecture est notée._", "_Only you see this; that you read it is noted._")
STATES: Mapping[str, tuple[str, str]] = {
    "hidden": ("masqué", "hidden"),
    "shown": ("de nouveau visible", "shown again"),
    "failed": ("la plateforme a refusé", "the platform refused"),
}
# What was done beside that: `report.CommentLine.marks`.
MARKS: Mapping[str, tuple[str, str]] = {
    "late": ("écrit plus d'une heure avant d'être reçu", "written more than an hour before it came"),
    "answer_agent": ("répondu", "answered"),
    "answer_native": ("répondu", "answered"),
    "answer_failed": ("la réponse n'est pas partie", "the answer was not sent"),
    "answer_unknown": (
        "réponse peut-être partie : à vérifier sur la plateforme",
        "the answer may have been sent: look at the platform",
    ),
    "private_agent": ("écrit en privé", "written to in private"),
    "private_failed": ("le message privé n'est pas parti", "the private message was not sent"),
    "private_unknown": (
        "message privé peut-être parti : à vérifier sur la plateforme",
        "the private message may have been sent: look at the platform",
    ),
    "liked_agent": ("aimé", "liked"),
    "liked_failed": ("« J'aime » refusé par la plateforme", "the platform refused the like"),
    "liked_unknown": ("« J'aime » peut-être refusé", "the like may have been refused"),
}
HIDE, SHOW = ("Masquer", "Hide"), ("Remontrer", "Show again")
# What a comment's menu offers.
OFFERS: Mapping[str, tuple[str, str]] = {
    "answer_comment": ("Répondre…", "Reply…"),
    "write_privately": ("Écrire en privé…", "Write in private…"),
    "like": ("J'aime", "Like"),
    "hide": ("Masquer…", "Hide…"),
    "unhide": ("Réafficher", "Show again"),
}
# What the dialogs about one comment say.
DIALOG: Mapping[str, tuple[str, str]] = {
    "answer_comment": ("Répondre en public", "Reply in public"),
    "write_privately": ("Écrire en privé", "Write in private"),
    "label": ("Votre réponse", "Your answer"),
    "answer_comment_hint": (
        "Tout le monde la lit sous la publication ({channel}). Rien d'une commande, rien de personnel.",
        "Everybody reads it under the post ({channel}). Nothing about an order, nothing personal.",
    ),
    "write_privately_hint": (
        "Un seul message privé par commentaire, dans les sept jours. Ni offre, ni code.",
        "One private message for a comment, within seven days. No offer, no code.",
    ),
    "hide": ("Masquer", "Hide"),
    "hide_text": (
        "Pour quelle raison ? Une critique n'en est pas une. Rien n'est supprimé, et le commentaire se remontre.",
        "For which reason? Criticism is none. Nothing is deleted, and the comment can be shown again.",
    ),
    "hides": ("C'est noté : le commentaire est masqué.", "Noted: the comment is hidden."),
    "no_longer": (
        "Ce n'est plus possible : quelqu'un a déjà répondu, ou le commentaire n'est plus là.",
        "This is not possible any more: somebody has answered, or the comment is gone.",
    ),
}
PROPOSED = ("Réponse proposée :", "Proposed answer:")
TURNS = ("(en {n} tournures)", "(in {n} wordings)")
SEND_ONE, SEND_ALL = ("Envoyer cette réponse", "Send this answer"), ("Répondre aux {n}", "Answer all {n}")
SEND_FIRST = ("Répondre aux {n} premières", "Answer the first {n}")
ENOUGH = (
    "Pas plus de {n} par heure sous une publication : les autres attendent.",
    "No more than {n} an hour under one post: the others wait.",
)
IN_LANGUAGE: Mapping[str, tuple[str, str]] = {"fr": ("en français", "in French"), "en": ("en anglais", "in English")}


def heading(language: str, link: str, counts: Mapping[str, int], most: tuple[int, str], *, ad: bool) -> str:
    """Return a digest's first line: where, and how many of each; `most`: how many questions are about one subject."""
    where = _post(language, link)
    said = [f"{_SIGN} *{where}*{pick(_AD, language) if ad else ''}"]
    for name, words in _COUNTS.items():
        count = counts.get(name, 0)
        if count:
            line = pick(words[count > 1], language).format(n=count)
            of_which = name == "question" and most[0] > 1
            said.append(line + (pick(_OF_WHICH, language).format(n=most[0], about=most[1]) if of_which else ""))
    return " · ".join(said)


def crowded(language: str, title: str, link: str, count: int) -> str:
    """Return the line about many comments under one post."""
    post = _post(language, link)
    return pick(_CROWD, language).format(count=count, post=post, title=title)


def _post(language: str, link: str) -> str:
    """Return the post as a link, where the platform gives one; some give a number."""
    word = pick(_POST, language)
    return f"<{escape(link)}|{word}>" if link.startswith("https://") else word


def unfolded(language: str, words: str) -> str:
    """Return what the dialog says of a hateful comment; no words: it is gone."""
    if not words:
        return pick(_GONE, language)
    quoted = "\n".join(f"> {line}" for line in cut_escaped(words, _WORDS_MOST).splitlines())
    return f"{quoted}\n{pick(_READ, language)}"
