"""
Slack's words about files that an agent sends to a customer. Part of `wording`.
"""

from __future__ import annotations

# key -> (French, English)
FILE_WORDS: dict[str, tuple[str, str]] = {
    "files_label": ("Fichiers à envoyer au client", "Files to send to the customer"),
    "files_hint": (
        "PDF, JPEG, PNG, MP4 ou MP3 ; {count} au plus, de {size} Mo chacun. Un fichier du fil ne part jamais.",
        "PDF, JPEG, PNG, MP4 or MP3; {count} at most, {size} MB each. A file in the thread is never sent.",
    ),
    "no_files": (
        "{channel} ne prend pas de fichier d'ici.",
        "{channel} takes no files from here.",
    ),
    "file_too_large": (
        "{name} est trop lourd : {size} Mo au plus sur ce canal.",
        "{name} is too large: {size} MB at most on this channel.",
    ),
    "file_type": (
        "{name} : seuls PDF, JPEG, PNG, MP4 et MP3 partent.",
        "{name}: only PDF, JPEG, PNG, MP4 and MP3 leave.",
    ),
    "files_left": (
        "{agent} : les fichiers ne sont pas partis. Le texte est gardé : répondez de nouveau en les joignant.",
        "{agent}: the files have not left. Your text is kept: reply again with them.",
    ),
}
