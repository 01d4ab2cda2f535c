"""Spam by repetition: how often the same words that call elsewhere stand under the brand's posts."""

from __future__ import annotations

import re

from ..decision.hiding import spreads
from ..decision.input import DecisionInput
from ..decision.sensitive_words import plain_words
from ..model import Gather
from ..store import gathered, items, keys
from ..store.gathered import Gathered
from ..store.keys import Key
from .change_set import ChangeSet

KEPT_DAYS = 7
_HANDLES = re.compile(r"@[\w.]+")


def are_spam(changes: ChangeSet, inputs: DecisionInput, decision: Gather) -> bool:
    """
    Return whether these comments are the last of as many equal ones as the brand takes for spam, and count them.

    What is counted is an item for each comment, under a digest of the words: no counter, and no words. Two that come
    at one moment may not see each other: then one more is needed.
    """
    most = inputs.playbook.comments.spam_after
    if not most or decision.kind == "manager" or decision.hide or not spreads(inputs):
        return False
    first = keys.gathered(changes.loaded.brand, _mark(inputs.text), 0, "")
    found = changes.assume(lambda: changes.loaded.counted(first, most + 1)) or 0
    new = [
        message for message in inputs.pending if not _is_known(changes, Key(first.pk, first.sk + message.message_id))
    ]
    for message in new:
        post = gathered.post_of(message)
        made = Gathered(
            message_id=message.message_id,
            kind=decision.kind,
            at=changes.now,
            language=inputs.language,
            channel=message.address.channel,
            link=post.link,
            ad=post.ad,
        )
        item = gathered.item_of(made) | {"ttl": items.ttl(changes.now, KEPT_DAYS)}
        changes.extras.append((Key(first.pk, first.sk + message.message_id), item))
    return found + len(new) >= most


def _is_known(changes: ChangeSet, key: Key) -> bool:
    """Whether a comment was counted before: it is decided on again."""
    return changes.assume(lambda: changes.loaded.item(key)) is not None


def _mark(text: str) -> str:
    """Return what stands for these words, whoever is named in them."""
    return keys.digest("equal", plain_words(_HANDLES.sub("", text)), length=20)
