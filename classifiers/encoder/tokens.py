"""
The bilingual vocabulary: the teacher's English pieces that English uses, and pieces learned from French.

A new piece starts where the teacher would have read it: at the mean of the old pieces' vectors. Lower case, no accents,
as the teacher reads; what `chalicelib.triage.features.plain` puts for numbers and emoji are pieces of their own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

FRENCH_PIECES = 7000  # asked of the trainer; those that English already has are not added
COMMON = 9000  # the first so many of the teacher's pieces (its order is by frequency) stay, used here or not
_UNKNOWN = "[UNK]"
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
# A placeholder of features.plain -> the words that it starts from.
PLACEHOLDERS = {
    "xxemail": "email address", "xxurl": "website link", "xxphone": "phone number", "xxdate": "date",
    "xxtime": "hour", "xxmoney": "price", "xxorder": "order number", "xxnum": "number",
    "xxangry": "angry", "xxsarcasm": "sarcastic", "xxsad": "sad", "xxhappy": "happy", "xxlaugh": "laugh",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The new tokenizer, and for each new piece the teacher's pieces whose mean vector it starts from."""

    tokenizer: Tokenizer
    sources: list[list[int]]


def bilingual(teacher: Tokenizer, english: Sequence[str], french: Sequence[str], extra: Iterable[str]) -> Vocabulary:
    """The vocabulary for texts like these. `extra`: our own sentences, in either language (they keep pieces alive)."""
    teacher.no_padding()
    teacher.no_truncation()
    used: Counter[int] = Counter()
    for found in teacher.encode_batch([*english, *extra], add_special_tokens=False):
        used.update(found.ids)
    old = teacher.get_vocab()
    names = sorted(old, key=lambda piece: old[piece])
    plain = [piece for piece in names if _latin(piece) and not piece.startswith("[")]
    common = set(plain[:COMMON])
    kept = [piece for piece in plain if used[old[piece]] >= 2 or piece in common or len(piece.removeprefix("##")) == 1]
    new = [piece for piece in _french_pieces(french) if piece not in set(kept)]
    pieces = [*SPECIAL, *PLACEHOLDERS, *kept, *new]
    sources = [_source(piece, teacher, old) for piece in pieces]
    return Vocabulary(tokenizer_of(pieces), sources)


def _latin(piece: str) -> bool:
    return all(char.isascii() and char.isprintable() for char in piece) or piece in "€£«»…’–—°"


def _french_pieces(french: Sequence[str]) -> list[str]:
    learner = Tokenizer(models.WordPiece(unk_token=_UNKNOWN))
    learner.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=True)
    learner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    learner.train_from_iterator(
        french, trainers.WordPieceTrainer(vocab_size=FRENCH_PIECES, min_frequency=8, show_progress=False)
    )
    return sorted((piece for piece in learner.get_vocab() if _latin(piece)), key=lambda piece: (len(piece), piece))


def _source(piece: str, teacher: Tokenizer, old: dict[str, int]) -> list[int]:
    if piece in old:
        return [old[piece]]
    text = PLACEHOLDERS.get(piece, piece.removeprefix("##"))
    found = list(teacher.encode(text, add_special_tokens=False).ids)
    if piece.startswith("##") and found:  # inside a word: read on from its first letter
        return [old.get("##" + name.removeprefix("##"), at) for name, at in _named(teacher, found)]
    return found or [old["[UNK]"]]


def _named(teacher: Tokenizer, ids: Sequence[int]) -> list[tuple[str, int]]:
    return [(str(teacher.id_to_token(each)), each) for each in ids]


def tokenizer_of(pieces: Sequence[str]) -> Tokenizer:
    """A WordPiece tokenizer of these pieces, in this order: lower case, no accents, [CLS] and [SEP] around."""
    vocabulary = {piece: at for at, piece in enumerate(pieces)}
    made: dict[str, object] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {
            "type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
            "strip_accents": True, "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
            ],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {
                name: {"id": name, "ids": [vocabulary[name]], "tokens": [name]} for name in ("[CLS]", "[SEP]")
            },
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 40, "vocab": vocabulary,
        },
    }  # fmt: skip
    return Tokenizer.from_str(json.dumps(made))
