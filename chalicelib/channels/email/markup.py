"""
The text of HTML, as somebody reads it: one pass, in linear time, whatever the bytes. None of it is shown as HTML.

Own code: `html.parser` of Python 3.11 needs minutes for 240 KB of unclosed tags (CVE-2025-6069), a sanitiser would make
HTML of it, which nobody needs. What a mail program marks as quoted comes out as lines with "> ", which `quotes` knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

ORIGINAL = "-----Original Message-----"  # what stands for a program's own mark that the quote begins
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object"})
_BLOCKS = frozenset(
    {"p", "div", "li", "ul", "ol", "table", "tr", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "section",
     "article", "header", "footer", "pre", "hr", "form", "dl", "dt", "dd", "body", "html", "center"}
)  # fmt: skip
_SPACED = frozenset({"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre"})
_CELLS = frozenset({"td", "th"})
# Where Outlook and its like begin the mail that is answered; it runs to the end.
_BEGINS = ("divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container", "outlookmessageheader")
_OUTLOOK_LINE = re.compile(r"border-top:\s*solid\s+#?(?:e1e1e1|b5c4df)", re.IGNORECASE)
_CITES = ("gmail_quote", "protonmail_quote", "yahoo_quoted_begin")
_DEEPEST = 3  # quotes in quotes that are counted
_LINE = 8  # a line counts as so many characters more
_TAGS_MOST = 12_000
_READ_MOST = 200_000  # characters of markup that are read
_SAID_MOST = 40_000  # characters of text, a few more than a mail keeps


@dataclass(slots=True)
class _Page:
    """What was read so far: finished lines, the line in work, how deep in quotes."""

    lines: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    quotes: list[bool] = field(default_factory=list)  # of each open blockquote: whether it quotes a mail
    unseen: str = ""
    begun: bool = False
    said: int = 0
    deep: int = 0  # how many of them do

    def end_line(self) -> None:
        line = _BLANKS.sub(" ", "".join(self.words)).strip()
        self.words.clear()
        if line:
            self.lines.append("> " * min(self.deep, _DEEPEST) + line)
            self.said += _LINE

    def gap(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")


def text_of(markup: str) -> str:
    """Return what a reader sees of it, quoted mail as lines with "> "."""
    page = _Page()
    markup = markup[:_READ_MOST]
    at, end, tags = 0, len(markup), 0
    no_close = no_comment_end = end + 1  # from here on there is none: looked for once
    while at < end and page.said < _SAID_MOST and tags < _TAGS_MOST:
        opening = markup.find("<", at)
        if opening < 0 or opening >= no_close:
            _say(page, markup[at:])
            break
        _say(page, markup[at:opening])
        if markup.startswith("<!--", opening) and opening < no_comment_end:
            closing = markup.find("-->", opening + 4)
            if closing >= 0:
                at = closing + 3
                continue
            no_comment_end = opening
        closing = markup.find(">", opening)
        if closing < 0:
            no_close = opening
            at = opening
            continue
        at, tags = closing + 1, tags + 1
        if not _tag(page, markup[opening + 1 : closing]):
            _say(page, markup[opening:at])
    page.end_line()
    return "\n".join(page.lines).strip()


def _say(page: _Page, text: str) -> None:
    if text and not page.unseen:
        page.said += len(text)
        page.words.append(_unescaped(text[:_SAID_MOST]))


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # a character's number of thousands of digits
        return text


def _tag(page: _Page, inside: str) -> bool:
    """Follow one tag; False: it is none, but words with a "<" in them."""
    found = _NAME.match(inside)
    if found is None:
        return inside[:1] in ("!", "?", "/")
    name, closes = found.group(1).lower(), inside.startswith("/")
    if page.unseen:
        if name == "body" or (closes and name == page.unseen):
            page.unseen = ""
        return True
    if name in _UNSEEN:
        page.unseen = "" if closes or inside.endswith("/") else name
    elif name == "br":
        _break(page)
    elif name in _CELLS:
        page.words.append(" ")
    elif name in _BLOCKS:
        _block(page, name, inside, closes=closes)
    return True


def _break(page: _Page) -> None:
    if any(word.strip() for word in page.words):
        page.end_line()
    else:
        page.words.clear()
        page.gap()


def _block(page: _Page, name: str, inside: str, *, closes: bool) -> None:
    page.end_line()
    if name in _SPACED:
        page.gap()
    if name == "blockquote":
        if not closes:
            page.quotes.append(_cites(inside))
            page.deep += page.quotes[-1]
        elif page.quotes:
            page.deep -= page.quotes.pop()
    elif name == "div" and not closes and not page.begun and _begins(inside):
        page.begun = True
        page.lines.append(ORIGINAL)


def _cites(inside: str) -> bool:
    low = inside[:2_000].lower()
    return bool(re.search(r"type\s*=\s*[\"']?cite", low)) or any(each in low for each in _CITES)


def _begins(inside: str) -> bool:
    low = inside[:2_000].lower()
    return any(each in low for each in _BEGINS) or _OUTLOOK_LINE.search(low) is not None
