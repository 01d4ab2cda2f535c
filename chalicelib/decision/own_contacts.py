"""
What in a public text is the brand's own: telephone numbers, addresses and links that its playbook says. Pure.

Who repeats the shop's number shows nobody's data, and calls nobody away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..masking import EMAIL, PHONES
from ..playbook.schema import Intent, Playbook
from ..text import without_accents

_DIGITS = re.compile(r"\D+")
_PHONE_CHARS = 9  # the last digits of a number are the same with 0, +33 and 0033 before them
_ADDRESS = re.compile(r"(?<![\w@.-])(?:https?://)?(?:www\.)?((?:[a-z0-9-]+\.)+[a-z]{2,24})(?![\w-])(/[^\s)»>\"]*)?")
# Of these, a page is somebody's own, and never the whole address.
_SHARED = frozenset(
    """
    facebook.com instagram.com m.me wa.me api.whatsapp.com t.me linktr.ee twitter.com x.com tiktok.com youtube.com
    youtu.be pinterest.com pinterest.fr linkedin.com google.com goo.gl bit.ly tinyurl.com t.ly cutt.ly rebrand.ly is.gd
    """.split()  # noqa: SIM905 - words to read
)


@dataclass(frozen=True, slots=True)
class OwnContacts:
    """`links`: hosts, and of a host that many share the host with its path."""

    phones: frozenset[str] = frozenset()
    mails: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()

    def knows(self, kind: str) -> bool:
        """Return whether the playbook says any such contact ("phone", "mail"): then another one is not the brand's."""
        return bool(self.phones if kind == "phone" else self.mails if kind == "mail" else ())


NO_CONTACTS = OwnContacts()


def of_playbook(playbook: Playbook) -> OwnContacts:
    """Return the contacts that any text of a playbook names, and those of `comments.own`."""
    texts = tuple(_texts(playbook))
    joined = "\n".join(texts)
    return OwnContacts(
        phones=frozenset(_number(found[0]) for pattern in PHONES for found in pattern.finditer(joined)),
        mails=frozenset(found[0].casefold() for found in EMAIL.finditer(joined)),
        links=frozenset(_link(found) for found in _ADDRESS.finditer(_folded(joined))),
    )


def without_own(text: str, own: OwnContacts) -> str:
    """Return a text without the brand's own contacts; all else stands as it was."""
    for pattern in PHONES:
        text = pattern.sub(lambda found: " " if _number(found[0]) in own.phones else found[0], text)
    text = EMAIL.sub(lambda found: " " if found[0].casefold() in own.mails else found[0], text)
    folded = _folded(text)
    if len(folded) != len(text):  # a sign that is two when it is folded: places would not fit
        return text
    for found in reversed(list(_ADDRESS.finditer(folded))):
        if _is_own(found, own):
            text = f"{text[: found.start()]} {text[found.end() :]}"
    return text


def _texts(playbook: Playbook) -> Iterator[str]:
    yield from playbook.comments.own
    for words in (*playbook.variables.values(), *playbook.phrases.values()):
        yield from words.values()
    for intent in playbook.intents.values():
        yield from _said(intent)


def _said(intent: Intent) -> Iterable[str]:
    every = (intent.replies, intent.public, intent.question, *intent.channels.values(), *intent.statuses.values())
    return (text for words in every for text in words.values())


def _number(text: str) -> str:
    return _DIGITS.sub("", text)[-_PHONE_CHARS:]


def _folded(text: str) -> str:
    return without_accents(text.casefold())


def _host(found: re.Match[str]) -> str:
    return found[1].removeprefix("www.")


def _page(found: re.Match[str]) -> str:
    return _host(found) + (found[2] or "").partition("?")[0].rstrip("/.,;:!")


def _link(found: re.Match[str]) -> str:
    return _page(found) if _host(found) in _SHARED else _host(found)


def _is_own(found: re.Match[str], own: OwnContacts) -> bool:
    """Whether a link leads to the brand: to its host or a part of it, or to its page with somebody else."""
    if _host(found) in _SHARED:
        return _page(found) in own.links
    parts = _host(found).split(".")
    return any(".".join(parts[first:]) in own.links for first in range(len(parts) - 1))
