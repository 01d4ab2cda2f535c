"""
Fits a content to a surface: parts within its limits, each one request, and words in place of what it cannot show.
"""

from __future__ import annotations

from dataclasses import replace

from ..gsm import thrifty
from ..model import Content, Part
from ..ports import Surface
from ..text import measure, split_text


def parts_of(content: Content, surface: Surface) -> tuple[Part, ...]:
    """
    Return a content as the parts that a surface takes.

    Quick replies stand on the last text; where the surface shows none, not so many or not so long ones, they are
    numbered lines of the text. A text that lists them itself stays as it is there; where they are shown it is one
    part, which keeps both texts. Subject and markup stand on the first part, where the surface has them; a surface
    without them loses nothing, since the text says all. What else it cannot carry stays on the part, which is then
    refused (`Surface.lacks`): nothing is left out unsaid.
    """
    if content.template is not None:
        return (Part(**content.said),)
    if content.is_plain:
        return tuple(Part(text=text) for text in _texts(content.text, surface))
    if content.shown_text:
        return _listed(content, surface)
    shown = bool(content.text.strip()) and _shows(content, surface)  # there is a text for them to stand on
    texts = _texts(content.text if shown else _numbered(content), surface)
    parts = [Part(text=text) for text in texts]
    if shown:
        parts[-1] = replace(parts[-1], quick_replies=content.quick_replies)
    parts = _with_files(parts, content, surface)
    if parts:
        subject = _subject(content.subject, surface.subject_limit) if surface.subject_limit else ""
        html = content.html if len(parts) == 1 and measure(content.html, "bytes") <= surface.html_limit else ""
        parts[0] = replace(parts[0], subject=subject, html=html)
    return tuple(parts)


def _texts(text: str, surface: Surface) -> tuple[str, ...]:
    parts = split_text(text, surface.limit, surface.unit)
    return tuple(map(thrifty, parts)) if surface.unit == "segments" else parts


def _listed(content: Content, surface: Surface) -> tuple[Part, ...]:
    """Return the parts of a text that lists its quick replies itself: with them as such where one part takes both."""
    texts = _texts(content.text, surface)
    if len(texts) == 1 and _shows(content, surface):
        return (Part(**content.said | {"text": texts[0]}),)
    return tuple(Part(text=text) for text in texts)


def _subject(text: str, limit: int) -> str:
    """Return a subject on one line, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= limit else split_text(line, limit - 1)[0] + "…"


def _shows(content: Content, surface: Surface) -> bool:
    """Whether the surface shows these quick replies as such."""
    titles = [measure(each.title, "chars") for each in content.quick_replies]
    above = measure(content.shown_text or content.text, surface.unit)
    return (
        len(titles) <= surface.quick_replies
        and max(titles, default=0) <= surface.quick_reply_limit
        and above <= (surface.quick_reply_text_limit or above)
    )


def _numbered(content: Content) -> str:
    lines = [f"{number}. {each.title}" for number, each in enumerate(content.quick_replies, 1)]
    return "\n".join((content.text, *lines) if content.text else lines)


def _with_files(parts: list[Part], content: Content, surface: Surface) -> list[Part]:
    """Return the parts with the files: as many on each as it takes, on the text's own part where that may have some."""
    if not content.files:
        return parts
    each = max(1, surface.files)
    groups = [content.files[start : start + each] for start in range(0, len(content.files), each)]
    if parts and surface.files_beside_text:
        return [replace(parts[0], files=groups[0]), *parts[1:], *(Part(text="", files=group) for group in groups[1:])]
    return [*parts, *(Part(text="", files=group) for group in groups)]
