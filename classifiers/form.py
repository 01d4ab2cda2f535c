"""
How a message looks with its content taken out, and whether that alone tells our sentences from people's.

Every content word becomes a shape (`x5`: five small letters, `Xx`, `XX`, `9`); marks, case, lengths, spaces, lines and
elisions stay. Function words stay as they were typed, or become shapes as well (`bare`): with them, habits of wording
("i want to", "could you") are seen too, without them only how one types.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedGroupKFold

_MASK = re.compile(r"\[(?:name|email|phone|address|number|password|link|x|personal)\]")
_NUMBERS = ("[number]", "[phone]")
_TOKEN = re.compile(r"\n+|[ \t]{2,}|[^\W\d_]+|\d+|[^\w\s]")
_LETTERS = re.compile(r"[^\W\d_]+")
_FUNCTION = frozenset(
    _LETTERS.findall("""
    i you he she it we they me him her us them my your his its our their mine yours this that these those a an the and
    or but if so because as than then of to in on at by for from with about into out up down off over is are was were
    be been am do does did have has had will would can could should may might must not no yes what when where who how
    why which there here some any all just also too very please hi hello hey thanks thank still
    je tu il elle on nous vous ils elles me te se le la les l un une des du de d à a au aux en y dans sur pour par
    avec sans sous entre chez et ou mais donc car si que qu qui quoi dont où ce c cet cette ces mon ma mes ton ta tes
    son sa ses notre nos votre vos leur leurs ne n pas plus jamais rien est suis es sont était ai as avez ont j m t s
    fait peux peut pouvez faut comment quand combien pourquoi quel quelle bonjour salut merci svp toujours encore très
    """)
)
_FOLDS = 5
_SEED = 9


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `group` is its author group or conversation, which is never on both sides of a split."""

    text: str
    group: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A trait of form that gives a side away: its weight, and the share of messages that have it."""

    name: str
    weight: float  # positive: ours
    ours: float
    theirs: float


@dataclass(frozen=True, slots=True)
class Told:
    """How well form alone tells `ours` of messages from as many of `theirs`: balanced accuracy, cross-validated."""

    messages: int
    accuracy: float
    signs: tuple[Sign, ...]


def shapes(text: str, *, bare: bool) -> list[str]:
    """The tokens of a message with content masked; what a publisher masked looks like what it stood for."""
    plain = _MASK.sub(lambda found: "9999" if found[0] in _NUMBERS else "Xxxxx", text.strip().replace("\u2019", "'"))
    return ["^", *(_shape(token, bare=bare) for token in _TOKEN.findall(plain)), "$"]


def _shape(token: str, *, bare: bool) -> str:
    if token.isspace():
        return "⏎" if "\n" in token else "␣␣"
    if token.isdigit():
        return f"9{min(len(token), 5)}"
    if not token.isalpha():
        return token if token.isascii() or unicodedata.category(token) != "So" else "☺"
    if not bare and token.lower() in _FUNCTION:
        return token
    kind = "x" if token.islower() else "XX" if token.isupper() and len(token) > 1 else "Xx" if token.istitle() else "xX"
    return f"{kind}{min(len(token), 9) if kind == 'x' else ''}"


def told(ours: Sequence[Message], theirs: Sequence[Message], *, bare: bool, most: int = 2000) -> Told:
    """Tell as many of ours from as many of theirs (`most` a side), split by group. Needs five groups a side."""
    size = min(len(ours), len(theirs), most)
    rng = random.Random(_SEED)
    rows = [*rng.sample(list(ours), size), *rng.sample(list(theirs), size)]
    truth = np.array([1] * size + [0] * size)
    groups = [f"{side}:{row.group}" for side, row in zip(truth, rows, strict=True)]
    tokens = [shapes(row.text, bare=bare) for row in rows]
    found = np.zeros(len(rows), int)
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=_SEED)
    for learn, test in folds.split(tokens, truth, groups):
        names, matrix = _counted([tokens[at] for at in learn])
        model = LogisticRegression(C=0.3, max_iter=2000).fit(matrix, truth[learn])
        found[test] = model.predict(names.transform([tokens[at] for at in test]) > 0)
    return Told(size, float(balanced_accuracy_score(truth, found)), _signs(tokens, truth))


def _counted(tokens: Sequence[Sequence[str]]) -> tuple[CountVectorizer, npt.NDArray[np.bool_]]:
    """Whether each run of one to three tokens, and each class of length, is there."""
    names = CountVectorizer(analyzer=_runs, min_df=5)
    return names, names.fit_transform(tokens) > 0


def _runs(tokens: Sequence[str]) -> list[str]:
    lines, words = tokens.count("⏎"), sum(token[0].isalnum() for token in tokens)
    runs = [" ".join(tokens[at : at + size]) for size in (1, 2, 3) for at in range(len(tokens) - size + 1)]
    return [*runs, f"words≥{1 << max(0, words.bit_length() - 1)}", f"lines={min(lines, 3) + 1}"]


def _signs(tokens: Sequence[Sequence[str]], truth: npt.NDArray[np.int_], most: int = 12) -> tuple[Sign, ...]:
    """The traits that weigh most on each side over all messages: weight times the difference of shares."""
    names, matrix = _counted(tokens)
    weights = LogisticRegression(C=0.3, max_iter=2000).fit(matrix, truth).coef_[0]
    ours = np.asarray(matrix[truth == 1].mean(axis=0)).ravel()
    theirs = np.asarray(matrix[truth == 0].mean(axis=0)).ravel()
    order = np.argsort(-(weights * (ours - theirs)))[:most]
    spelled = names.get_feature_names_out()
    return tuple(Sign(spelled[at], float(weights[at]), float(ours[at]), float(theirs[at])) for at in order)
