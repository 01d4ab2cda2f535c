"""
How right, how often and how fast the classifier is: the shipped bundle, and bundles trained here beside simple ones.

    python bench/triage.py [--json] [--data DIR [--sets A,B] [--shots N] [--frozen]]
    python bench/triage.py --real FILE [--judged FILE]... [--out FILE]

Without arguments: the shipped bundle on the messages of writers that no training has seen (tests/fixtures/triage).
`--data DIR` names a folder of labelled sets (banking77.jsonl.gz, …: columns text, label, split); each is cut into
training and development parts here, and TF-IDF + LinearSVC, the frozen encoder + logistic regression and the tuned
encoder alone run beside the two stages on the same cut. `--shots N` trains on N examples a label. Official test sets
are for judging and are not read here.

`--real FILE` holds messages that people wrote: what the demo brand's bot would say to each, and what judges said of it
(bench.rig/real.py). `--out` writes the answers that nobody judged: message and answer, shuffled. It trains nothing.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.rig import real
from chalicelib.errors import UsageError
from chalicelib.triage import features
from chalicelib.triage.encoder import SentenceEncoder
from chalicelib.triage.load_bundle import ARTEFACT, load
from chalicelib.triage.stages import OUT_OF_SCOPE
from classifiers import evaluate, export, languages, project, read, train
from classifiers.encoder import stage
from classifiers.read import Line
from infra.commands import _playbook
from infra.replay import sample_files

ROOT = Path(__file__).resolve().parents[1]
HELD_OUT = ROOT / "tests" / "fixtures" / "triage"
WIDTHS = (9, 9, 8, 7, 7, 7, 8, 7, 7)
_SHARE = 0.2  # of a set without a validation part


def main() -> int:
    """Print the tables; exit 1 where the shipped bundle misses a bar that holds without data from outside."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of labelled sets to train and test on")
    parser.add_argument("--sets", default="banking77,clinc150,hwu64", metavar="A,B")
    parser.add_argument("--shots", type=int, default=0, metavar="N", help="examples a label (default: all)")
    parser.add_argument("--frozen", action="store_true", help="leave the encoder as it is (without torch: always)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--real", type=Path, metavar="FILE", help="messages that people wrote, to be judged")
    parser.add_argument("--judged", type=Path, action="append", default=[], metavar="FILE", help="a judge's verdicts")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write what nobody judged yet")
    args = parser.parse_args()
    if args.real:
        return traffic(args)
    document: dict[str, Any] = {"shipped": shipped()}
    if args.data:
        document["sets"] = {name: compared(args, name) for name in args.sets.split(",") if name}
        document["transfer"] = {"nlp.js intents": nlpjs(args.data / "nlpjs50_multilang.jsonl.gz")}
    tuned = bool(args.data) and stage.can_tune() and not args.frozen  # minutes: not in every `make bench`
    document.setdefault("transfer", {})["shop messages"] = shop(tuned=tuned)
    print(json.dumps(document, ensure_ascii=False) if args.json else drawn(document))
    return 0 if all(row["answered"]["dangerous"] == 0 for row in document["shipped"]["languages"].values()) else 1


# --- messages that people wrote -----------------------------------------------------------------


def traffic(args: argparse.Namespace) -> int:
    """Print what the shipped bundle says to real messages; exit 1 where a file is wrong."""
    try:
        rows = real.read(args.real)
        given = real.verdicts(rows, args.judged)
        found = real.said(rows, given, load(), _playbook.of(None, None))
        if args.out:
            sample_files.write(args.out, real.to_judge(found))
    except UsageError as error:
        print(f"guichet: {error}", file=sys.stderr)
        return 1
    document = real.figures(found)
    print(json.dumps(document, ensure_ascii=False) if args.json else real.drawn(document))
    return 0


# --- the shipped bundle -----------------------------------------------------------------------


def shipped() -> dict[str, Any]:
    """The shipped bundle on unseen writers, in each language, clean and typed over; its size, memory and speed."""
    scorer = load()
    found: dict[str, Any] = {}
    for language in ("fr", "en"):
        lines = unseen(language)
        clean = evaluate.evaluate(scorer, ARTEFACT, lines)
        found[language] = clean | {"typos": evaluate.evaluate(scorer, ARTEFACT, lines, typos=True)}
        found[language]["traps"] = hard_negatives(scorer, language)
    return {"languages": found, "memory_mib": memory(), "stage_two_share": asked(scorer)}


def unseen(language: str) -> list[Line]:
    """Messages by writers of their own, with near-misses and out-of-scope messages among them."""
    return read.read_lines([HELD_OUT / f"held-out-{language}.jsonl"])


def hard_negatives(scorer: Any, language: str) -> dict[str, int]:
    """How many hard negatives are answered, and wrongly: other senses of the words, other firms, sayings, parts."""
    lines = read.read_lines([HELD_OUT / f"traps-{language}.jsonl"])
    found = list(zip(scorer.classify_all(line.text for line in lines), lines, strict=True))
    return {
        "messages": len(lines),
        "answered": sum(each.sure for each, _ in found),
        "wrong": sum(each.sure and each.guess != line.intent for each, line in found),
    }


def asked(scorer: Any) -> float:
    """Which share of the unseen messages needs the second stage."""
    if scorer.encoder is None:
        return 0.0
    counted = Counted(scorer.encoder)
    lines = [*unseen("fr"), *unseen("en")]
    replace(scorer, encoder=counted).classify_all(line.text for line in lines)
    return round(counted.calls / len(lines), 4)


class Counted:
    """A stage that counts how often it is asked."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.calls = 0

    def logits(self, text: str) -> Any:
        """What the stage says."""
        self.calls += 1
        return self.inner.logits(text)


def memory() -> float:
    """
    Peak memory in MiB of a fresh process that loads the bundle and classifies with both stages.

    VmHWM, not getrusage: that starts at what the parent had when it forked.
    """
    code = (
        "from chalicelib.triage.load_bundle import load; s = load();"
        "[s.classify(t) for t in ('où en est mon colis', 'it came and it is not at all what i had in mind')];"
        "s.encoder and s.encoder.logits('hello');"
        "print(next(row.split()[1] for row in open('/proc/self/status') if row.startswith('VmHWM')))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return round(float(done.stdout) / 1024, 1)


# --- other sets -------------------------------------------------------------------------------


def compared(args: argparse.Namespace, name: str) -> dict[str, Any]:
    """One set: the two stages as `guichet classifier train` makes them, and what is simpler, on the same cut."""
    learned, tested, out_of_scope = cut(args.data / f"{name}.jsonl.gz", args.shots)
    tell(f"{name}: {len(learned)} to learn from, {len(tested)} to test on")
    found = {"svc": svc(learned, tested), "encoder + lr": probe(learned, tested)}
    started = time.monotonic()
    tuned = stage.can_tune() and not args.frozen
    plan = train.Plan(
        base=stage.base_of(""),
        encoder=stage.Settings(tuned=tuned),
        auxiliary=project.auxiliary(learned),
        told=project.told(learned),
    )
    trained = train.train(learned, languages.kept(), plan, tell)
    with tempfile.TemporaryDirectory() as folder:
        export.export(trained, Path(folder))
        scorer = load(folder)
        found["guichet"] = evaluate.evaluate(scorer, Path(folder), tested, out_of_scope)
        found["guichet, typos"] = evaluate.evaluate(scorer, Path(folder), tested, out_of_scope, typos=True)
    if trained.encoder is not None:
        count = len(trained.labels)
        alone = [
            trained.labels[int(trained.encoder.stage.logits(features.clean(line.text))[:count].argmax())]
            for line in tested
        ]
        found["encoder tuned" if tuned else "encoder frozen"] = {"accuracy": right(alone, tested)}
    found["guichet"]["minutes"] = round((time.monotonic() - started) / 60, 1)
    return found


def cut(path: Path, shots: int) -> tuple[list[Line], list[Line], list[Line]]:
    """The training, the test and the out-of-scope messages (never learned from) of one set."""
    parts: dict[str, list[Line]] = defaultdict(list)
    for line in read.read_lines([path]):
        part = OUT_OF_SCOPE if line.intent == OUT_OF_SCOPE else line.split or "train"
        parts[part].append(replace(line, language="en"))
    rng = random.Random(5)
    learned = parts["train"]
    rng.shuffle(learned)
    tested = parts.get("val") or parts.get("valid") or []
    if not tested:
        size = int(_SHARE * len(learned))
        tested, learned = learned[:size], learned[size:]
    known = {line.key for line in tested}
    unique = {line.key: line for line in learned if line.key not in known}
    per_label: dict[str, list[Line]] = defaultdict(list)
    for line in unique.values():
        if not shots or len(per_label[line.intent]) < shots:
            per_label[line.intent].append(line)
    return [line for lines in per_label.values() for line in lines], tested, parts.get(OUT_OF_SCOPE, [])


def svc(learned: Sequence[Line], tested: Sequence[Line]) -> dict[str, Any]:
    """TF-IDF of words and characters, LinearSVC."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    model = make_pipeline(make_union(words, characters), LinearSVC(C=0.5))
    model.fit([line.text for line in learned], [line.intent for line in learned])
    return {"accuracy": right(model.predict([line.text for line in tested]), tested)}


def probe(learned: Sequence[Line], tested: Sequence[Line]) -> dict[str, Any]:
    """The repository's encoder as it is, logistic regression on its vectors."""
    encoder = SentenceEncoder(*((stage.BASE / name).read_bytes() for name in ("encoder.onnx", "tokenizer.json")))
    model = LogisticRegression(C=30, max_iter=500)
    model.fit(
        np.stack([encoder.vector(features.clean(line.text)) for line in learned]), [line.intent for line in learned]
    )
    return {
        "accuracy": right(
            model.predict(np.stack([encoder.vector(features.clean(line.text)) for line in tested])), tested
        )
    }


def nlpjs(path: Path) -> dict[str, Any]:
    """Labels learned from English sentences of nlp.js, asked of the French ones of the same labels."""
    lines = read.read_lines([path])
    english = [line for line in lines if line.language == "en"]
    labels = {line.intent for line in english}
    french = [line for line in lines if line.language == "fr" and line.intent in labels]
    return transfer(english, {"fr": french})


def shop(*, tuned: bool) -> dict[str, Any]:
    """Labels learned from the project's English sentences, asked of unseen English and French writers."""
    english = [line for line in project.sentences() if line.language == "en"]
    tests = {language: unseen(language) for language in ("en", "fr")}
    found = transfer(english, tests)
    if tuned:
        labels = read.labels_of(english)
        tuned_to = stage.tuned(stage.Base(stage.BASE), english, labels, stage.Settings(), tell)
        fitted = stage.fit(tuned_to, english, stage.Settings()).stage
        for language, lines in tests.items():
            guesses = [labels[int(fitted.logits(features.clean(line.text))[: len(labels)].argmax())] for line in lines]
            found[language]["encoder tuned"] = right(guesses, lines)
    return found


def transfer(english: Sequence[Line], tests: Mapping[str, Sequence[Line]]) -> dict[str, Any]:
    """Accuracy of the frozen encoder with logistic regression, and of TF-IDF + LinearSVC, trained on English alone."""
    return {
        language: {"encoder + lr": probe(english, lines)["accuracy"], "svc": svc(english, lines)["accuracy"]}
        for language, lines in tests.items()
    }


def right(guesses: Sequence[str], lines: Sequence[Line]) -> float:
    """Accuracy."""
    return round(sum(guess == line.intent for guess, line in zip(guesses, lines, strict=True)) / len(lines), 4)


# --- words ------------------------------------------------------------------------------------


def tell(what: str) -> None:
    """Progress, on stderr."""
    print(f"  {what} ({resource.getrusage(resource.RUSAGE_SELF).ru_utime:.0f} s of CPU)", file=sys.stderr, flush=True)


def drawn(document: dict[str, Any]) -> str:
    """The tables as text."""
    rows = [[f"shipped, {name}", row] for name, row in document["shipped"]["languages"].items()] + [
        [f"shipped, {name}, typos", row["typos"]] for name, row in document["shipped"]["languages"].items()
    ]
    for name, models in document.get("sets", {}).items():
        rows += [[f"{name}, {model}", row] for model, row in models.items()]
    names = ("accuracy", "answered", "right", "danger", "ece", "auroc", "p50 ms", "p95", "mean")
    head = " " * 34 + "".join(name.rjust(width) for name, width in zip(names, WIDTHS, strict=True))
    lines = [head, *(one_row(name, row) for name, row in rows)]
    for name, row in document["shipped"]["languages"].items():
        found = row["traps"]
        lines.append(
            f"hard negatives, {name}: {found['answered']} of {found['messages']} answered, {found['wrong']} wrong"
        )
    for name, found in document["transfer"].items():
        said = ", ".join(
            f"{language}: encoder {row['encoder + lr']:.1%}, n-grams {row['svc']:.1%}"
            + (f", encoder tuned {row['encoder tuned']:.1%}" if "encoder tuned" in row else "")
            for language, row in found.items()
        )
        lines.append(f"labels learned in English only, {name}: {said}")
    ship = document["shipped"]
    size = next(iter(ship["languages"].values()))["bytes"] / 1e6
    lines.append(
        f"bundle {size:.1f} MB, process {ship['memory_mib']:.0f} MiB, "
        f"second stage asked for {ship['stage_two_share']:.0%}"
    )
    return "\n".join(lines)


def one_row(name: str, row: dict[str, Any]) -> str:
    """One model's line; what was not measured is a dash."""
    said = row.get("answered", {})
    cells = [
        (row.get("accuracy_in_scope", row.get("accuracy")), "{:9.1%}"),
        (said.get("coverage"), "{:9.1%}"),
        (said.get("precision"), "{:8.1%}"),
        (said.get("dangerous"), "{:7d}"),
        (row.get("ece"), "{:7.1%}"),
        (row.get("oos_auroc"), "{:7.1%}"),
        (row.get("p50_ms"), "{:8.2f}"),
        (row.get("p95_ms"), "{:7.2f}"),
        (row.get("mean_ms"), "{:7.2f}"),
    ]
    drawn_cells = [
        "-".rjust(width) if value is None else shape.format(value)
        for (value, shape), width in zip(cells, WIDTHS, strict=True)
    ]
    return f"{name:34}" + "".join(drawn_cells)


if __name__ == "__main__":
    sys.exit(main())
