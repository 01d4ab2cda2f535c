"""
Names in a playbook that the classifier does not know: no mistake, but often a slip.
"""

from __future__ import annotations

from collections.abc import Collection

from .reader import Problem, Reader, compose, nearest


def unknown_intents(text: str, known: Collection[str]) -> tuple[Problem, ...]:
    """
    Return where this YAML names an intent that is none of `known` (the classifier's), in the order of the file.

    No mistake: the words serve agents, and a brand may get a bundle of its own. But it may well be a slip.
    """
    found, reader = [], Reader()
    for key, _, value in reader.pairs(compose(text), "the playbook"):
        for name, node, _ in reader.pairs(value, "intents") if key == "intents" else ():
            if name not in known:
                words = f"the classifier does not know the intent `{name}`, so nothing will ever be answered with it"
                found.append(
                    Problem(node.start_mark.line + 1, node.start_mark.column + 1, words + nearest(name, known))
                )
    return tuple(found)
