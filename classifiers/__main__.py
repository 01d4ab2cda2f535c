"""
`make train`: rebuilds the shipped bundle from the repository alone. Same seed, same decisions.
"""

from __future__ import annotations

import sys
from pathlib import Path

from chalicelib.errors import GuichetError
from chalicelib.triage.load import ARTEFACT

from . import card, export, languages, nearmiss, read, train

SENTENCES = Path(__file__).parent / "sentences"
PLAIN = Path(__file__).parent / "plain"
NEAR = Path(__file__).parent / "near"


def main() -> int:
    """Trains on classifiers/sentences, writes chalicelib/triage/artefact, prints the card."""
    try:
        lines = read.training_lines(sorted(SENTENCES.glob("*.jsonl")))
        always = [*nearmiss.near_misses(lines), *read.plain_lines(PLAIN), *read.plain_lines(NEAR)]
        trained = train.train(
            lines, languages.kept(), always=always, tell=lambda step: print(f"  {step}", file=sys.stderr)
        )
        print(card.page_of(export.export(trained, ARTEFACT)))
    except GuichetError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
