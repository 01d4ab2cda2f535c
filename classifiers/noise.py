"""
How people type, put on top of clean sentences: for training (more of it) and for tests (`--noise typos`).

Deterministic: the same seed and text give the same noise. Never changes a label: no word is added that could.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEAR: dict[str, str] = {}
for _row in _ROWS:
    for _at, _char in enumerate(_row):
        _NEAR[_char] = _NEAR.get(_char, "") + _row[max(0, _at - 1) : _at] + _row[_at + 1 : _at + 2]
_SHORT = {
    "fr": {"pour": "pr", "vous": "vs", "toujours": "tjrs", "commande": "cmd", "bonjour": "bjr", "salut": "slt",
           "je peux": "jpeux", "je veux": "jveux", "j'ai": "jai", "c'est": "cest", "est-ce que": "esque", "quand": "qd",
           "beaucoup": "bcp", "s'il vous plaît": "svp", "il y a": "ya", "remboursement": "remb", "dans": "ds"},
    "en": {"you": "u", "your": "ur", "are": "r", "please": "pls", "thanks": "thx", "where is": "wheres", "and": "n",
           "because": "cos", "tomorrow": "tmrw", "to": "2", "what": "wat", "I'm": "im", "don't": "dont"},
}  # fmt: skip
_BEFORE = {
    "fr": ("bonjour, ", "Bonjour ", "bjr ", "coucou ", "slt ", "svp ", "bonsoir, ", "excusez-moi "),
    "en": ("hi, ", "Hello ", "hey ", "hiya ", "please ", "good morning, ", "sorry to bother you, "),
}
_AFTER = {
    "fr": (" svp", " merci", " merci d'avance", " stp", " 🙏", " bonne journée"),
    "en": (" please", " thanks", " thank you", " pls", " 🙏", " cheers"),
}


def typos(text: str, rng: random.Random, share: float = 0.25) -> str:
    """One slip in `share` of the words longer than three letters: a swap, a loss, a double or a near key."""
    return " ".join(
        _slip(word, rng) if len(word) > 3 and word.isalpha() and rng.random() < share else word
        for word in text.split(" ")
    )


def dropped_accents(text: str) -> str:
    """The text without its accents."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def as_typed(text: str, language: str, rng: random.Random) -> str:
    """One way in which a phone could have sent the text: two or three kinds of noise of eight."""
    for kind in rng.sample(range(8), rng.choice((1, 2, 2, 3))):
        text = _KINDS[kind](text, language, rng)
    return text


def _slip(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    near = _NEAR.get(word[at].lower())
    return word[:at] + rng.choice(near) + word[at + 1 :] if near else word


def _shortened(text: str, language: str, rng: random.Random) -> str:
    for written, short in _SHORT.get(language, {}).items():
        if rng.random() < 0.6:
            text = text.replace(written, short)
    return text


def _unspaced(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    if len(words) < 3:
        return text
    at = rng.randrange(len(words) - 1)
    return " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]])


def _stretched(text: str, rng: random.Random) -> str:
    vowels = [at for at, char in enumerate(text) if char in "aeiouyé!?"]
    at = rng.choice(vowels) if vowels else -1
    return text if at < 0 else text[:at] + text[at] * rng.randint(2, 4) + text[at:]


def _wrapped(text: str, language: str, rng: random.Random) -> str:
    before, after = _BEFORE.get(language, ("",)), _AFTER.get(language, ("",))
    return rng.choice(before) + text if rng.random() < 0.5 else text + rng.choice(after)


_KINDS: tuple[Callable[[str, str, random.Random], str], ...] = (
    lambda text, _, rng: typos(text, rng, 0.3),
    lambda text, _, __: dropped_accents(text),
    lambda text, _, __: text.lower().rstrip(" ?.!"),
    _shortened,
    lambda text, _, rng: _unspaced(text, rng),
    lambda text, _, rng: _stretched(text, rng),
    _wrapped,
    lambda text, _, __: text.replace("'", "").replace("’", ""),
)
