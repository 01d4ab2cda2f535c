"""
What came along with a customer's message, and the state of an order, in words for agents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...model import CAUTION
from .wording import pick

# What the brand's own system says of an order.
_STATUSES: dict[str, tuple[str, str]] = {
    "preparing": ("en préparation", "being prepared"),
    "shipped": ("expédiée", "shipped"),
    "out_for_delivery": ("en cours de livraison", "out for delivery"),
    "delivered": ("livrée", "delivered"),
    "delayed": ("en retard", "delayed"),
    "not_found": ("commande introuvable", "no such order"),
}


# What else came with a message, by its kind -> the sign and the word before it.
_BESIDE: dict[str, tuple[str, tuple[str, str]]] = {
    "ad": ("📣", ("Publicité", "Ad")),
    "under": ("📌", ("Sous la publication", "Under the post")),
    "under_ad": ("📣", ("Sous la publicité", "Under the ad")),
    "product": ("🏷️", ("Produit", "Product")),
    "item": ("🛒", ("Panier", "Basket")),
    "file": ("📄", ("Fichier", "File")),
    "post": ("🔁", ("Publication partagée", "Shared post")),
    "subject": ("✉️", ("Objet", "Subject")),
    "story": ("⭕", ("Répond à une story", "Answers a story")),
    "story_mention": ("⭕", ("Vous mentionne dans une story", "Names you in a story")),
    "choice": ("🔘", ("Bouton", "Button")),
}

# What came along with a message, by its kind -> one of it and several, (French, English) each.
_FILES: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "image": (("photo", "photo"), ("photos", "photos")),
    "video": (("vidéo", "video"), ("vidéos", "videos")),
    "animated_gif": (("GIF", "GIF"), ("GIF", "GIFs")),
    "audio": (("son", "sound"), ("sons", "sounds")),
    "voice": (("message vocal", "voice message"), ("messages vocaux", "voice messages")),
    "document": (("document", "document"), ("documents", "documents")),
    "file": (("document", "document"), ("documents", "documents")),
    "sticker": (("autocollant", "sticker"), ("autocollants", "stickers")),
    "location": (("position", "location"), ("positions", "locations")),
    "contact": (("fiche de contact", "contact card"), ("fiches de contact", "contact cards")),
    "order": (("panier", "basket"), ("paniers", "baskets")),
    "form": (("formulaire", "form"), ("formulaires", "forms")),
    "post": (("publication partagée", "shared post"), ("publications partagées", "shared posts")),
    "reel": (("reel", "reel"), ("reels", "reels")),
    "story": (("story", "story"), ("stories", "stories")),
    "ephemeral": (("photo éphémère", "vanishing photo"), ("photos éphémères", "vanishing photos")),
    "mention": (("mention ailleurs", "mention elsewhere"), ("mentions ailleurs", "mentions elsewhere")),
    "encrypted": (("message chiffré", "encrypted message"), ("messages chiffrés", "encrypted messages")),
    "text_cut": (("suite d'un long texte", "rest of a long text"), ("suites de longs textes", "rests of long texts")),
}  # fmt: skip
_FEMININE = frozenset(
    {"image", "video", "location", "contact", "text_cut", "attachment", "post", "story", "ephemeral", "mention"}
)  # of the French words
_OTHER_FILE = (("pièce jointe", "attachment"), ("pièces jointes", "attachments"))


# Where it is: a kind may say after a colon what became of a file (`engine.quoted.kinds_of`).
_WHERE: dict[str, tuple[str, str]] = {
    "thread": ("dans le fil", "in the thread"),
    "coming": ("bientôt dans le fil", "soon in the thread"),
    "gone": ("impossible à récupérer\N{NO-BREAK SPACE}: à voir sur le canal", "could not be fetched: see the channel"),
}
_NOT_HERE = ("non copié{ending} ici", "not copied here")


def files_words(language: str, kinds: Sequence[str]) -> str:
    """Return a message's files, counted, with their place: "2 photos (in the thread), 1 location (not copied here)"."""
    by_place: dict[str, list[str]] = {}
    for each in kinds:
        kind, _, place = each.partition(":")
        by_place.setdefault(place if place in _WHERE else "", []).append(kind)
    return ", ".join(_counted(language, place, found) for place, found in by_place.items())


def _counted(language: str, place: str, kinds: Sequence[str]) -> str:
    counted = Counter(_FILES.get(kind, _OTHER_FILE) for kind in kinds)
    files = ", ".join(f"{count} {pick(words[count > 1], language)}" for words, count in counted.items())
    if place:
        return f"{files} ({pick(_WHERE[place], language)})"
    feminine = all(kind in _FEMININE or kind not in _FILES for kind in kinds)
    ending = ("e" if feminine else "") + ("s" if len(kinds) > 1 else "")
    return f"{files} ({pick(_NOT_HERE, language).format(ending=ending)})"


def status_words(language: str, status: str) -> str:
    """Return an order's status in plain words; an unknown status as it came."""
    known = _STATUSES.get(status)
    return pick(known, language) if known else status


# Why a person alone may answer (`model.CAUTION`).
CAUTIONS: dict[str, tuple[str, str]] = {
    "spam": ("considéré comme indésirable", "taken for spam"),
    "forged": ("expéditeur sans doute falsifié", "the sender is probably forged"),
    "unproved": ("rien ne prouve l'expéditeur", "nothing proves the sender"),
    "third_party": (
        "répond à l'adresse d'un autre client : ne lui dites rien de ce client",
        "writes to another customer's reply address: tell them nothing about that customer",
    ),
    "form": (
        "vient d'un formulaire : rien ne prouve l'adresse du client",
        "comes from a form: nothing proves the customer's address",
    ),
    "staff": ("vient de votre propre domaine", "comes from your own domain"),
    "several_senders": ("plusieurs expéditeurs", "several senders"),
    "forwarded": ("message transféré : les mots peuvent être d'un tiers", "forwarded: the words may be another's"),
    "quoted": ("rien que du texte cité", "nothing but quoted text"),
    "copied": ("vous n'êtes qu'en copie", "you are only copied"),
    "list": ("envoyé par une liste", "sent by a mailing list"),
    "automatic": ("envoyé par une machine", "sent by a machine"),
    "no_reply": ("l'adresse ne prend pas de réponse", "the address takes no answers"),
    "answers_us": ("répond à un de nos messages", "answers a message of ours"),
}


def beside_words(language: str, kind: str, words: str) -> str:
    """Return the line about something that came with a message; an unknown kind is named plainly."""
    if kind == CAUTION:
        return f"⚠️ {pick(CAUTIONS[words], language) if words in CAUTIONS else words}"
    sign, name = _BESIDE.get(kind, ("•", ("", "")))
    label = pick(name, language)
    colon = "\u00a0: " if language == "fr" else ": "
    return f"{sign} {label}{colon if words else ''}{words}" if label else f"{sign} {words}"
