"""
`make train`: rebuilds the shipped bundle from the repository alone. Same seed, same decisions.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chalicelib.errors import GuichetError, UsageError
from chalicelib.triage.load_bundle import ARTEFACT

from . import card, export, languages, project, read, train
from .encoder import stage


def main() -> int:
    """Trains on classifiers/sentences, writes chalicelib/triage/artefact, prints the card."""
    parser = argparse.ArgumentParser(prog="python -m classifiers", description=__doc__)
    parser.add_argument("--encoder", default="", metavar="DIR|none", help="default: classifiers/encoder/base")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="folder with human/: public sets for states and signals"
    )
    parser.add_argument("--languages", type=Path, metavar="DIR", help="public data to train the language detector anew")
    parser.add_argument("--work", type=Path, default=Path("build") / "classifier", metavar="DIR", help="to go on from")
    args = parser.parse_args()
    try:
        lines = project.sentences()
        plan = train.Plan(
            base=stage.base_of(args.encoder),
            folds=stage.Settings(epochs=project.FOLD_EPOCHS),
            train_only=project.train_only(lines),
            told=project.told(lines, args.data),
            scores_told=True,
            work=args.work,
            targets=dict.fromkeys(read.labels_of(lines), project.TARGET),
            least_bound=project.LEAST_BOUND,
        )
        if plan.base is not None and not stage.can_tune():
            raise UsageError("The shipped encoder is fine-tuned: pip install -r classifiers/requirements.txt.")
        if args.languages:
            detector = languages.fit_languages([*lines, *plan.train_only], args.languages)
            languages.KEPT.write_bytes(export.packed_language(detector))
        trained = train.train(lines, languages.kept(), plan, lambda step: print(f"  {step}", file=sys.stderr))
        print(card.page_of(export.export(trained, ARTEFACT)))
    except GuichetError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
