"""
Removes what is not the customer's own text: handles, links, quoted mail, signatures, contact lines, repeated marks.

It runs before masks and features, the same in training and at run time, so no digit of a name, a link or an address is
ever read as a number. A removed part that means something leaves a word of `SIGNS` at the end. Pure; standard
library only; linear time, and nothing after the first `MAX_READ` characters is read.
"""

from __future__ import annotations

import re

MAX_READ = 8_000
LINK, CONTACT, QUOTED, THREAD = SIGNS = ("xxlink", "xxcontact", "xxquoted", "xxthread")

_EMAIL = r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,24}){1,4}"
_PHONE = r"(?:\+\d{1,3}[ .-]?(?:\(0\))?|0)\d(?:[ .-]?\d{2,4}){3,5}(?!\d)"
_LINKS = re.compile(
    r"(?:https?://|www\.)\S{1,500}|(?<![\w@.])(?:[\w-]{1,64}\.){1,4}(?:com|fr|net|org|co|be|ch|ca|eu|uk|io|ly|me|in)/\S{0,500}",
    re.IGNORECASE,
)
_HANDLES = re.compile(r"(?<![\w.+@-])\.?@[A-Za-z_]\w{0,40}(?:'s\b)?:?|(?<![\w.+@-])@\d\w{0,40}")
_HASHTAG = re.compile(r"(?<![\w&])#(?=[^\W\d_])(\w{1,60})")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
# "(1/2)", "[2/3]" at either end; bare only where the text is as long as a thread's.
_THREAD_MARK = re.compile(
    r"^\s*[(\[]\s?\d{1,2}\s?/\s?\d{0,2}\s?[)\]]|[(\[]\s?\d{1,2}\s?/\s?\d{0,2}\s?[)\]]\s*$|(?<=\S\S\s)\d{1,2}/\d{0,2}\s*$"
)
_THREAD_LONG = 80
_CONTACT_WORDS = (
    r"(?:(?:mon|ma|my|voici|the|adresse|address|e|mail|email|e-?mail|courriel|t[ée]l|t[ée]l[ée]phone|telephone|phone|portable"
    r"|mobile|num[ée]ro|number|num|gsm|contact|est|is|de|du|au|at|et|and|on|le|ou|or|joignable|:)\b[\s.:;,/-]*){0,6}"
)
_CONTACT_LINE = re.compile(
    rf"^[\s•*-]*{_CONTACT_WORDS}[\s.:;,/-]*(?:(?:{_EMAIL}|{_PHONE})[\s.:;,/-]*){{1,3}}$", re.IGNORECASE
)
_CONTACT_CLAUSE = re.compile(
    r"(?:[;,.]\s*|\s+(?:et|and)\s+|\s)(?:voici\s+|here is\s+)?(?:mon|my)\s+(?:adresse\s+)?"
    r"(?:e-?mail|mail|courriel|t[ée]l(?:[ée]phone)?|phone|num[ée]ro(?: de t[ée]l(?:[ée]phone)?)?|number)"
    r"(?:\s+(?:address|number))?"
    rf"\s*(?:est|is|c'est|:|=)?\s*:?\s*(?:le\s+)?(?:{_EMAIL}|{_PHONE})",
    re.IGNORECASE,
)
# From here on the text is another person's, or the customer's own of an earlier mail.
_QUOTE_STARTS = re.compile(
    r"(?:^|\n|\s)(?:-{2,}\s?(?:original message|message d'origine|message original"
    r"|forwarded message|message transf[ée]r[ée])"
    r"|(?:le|on) (?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun|\d{1,2})[^\n?!]{4,120}"
    r"(?:a [ée]crit|wrote)\s?:"
    r"|(?:de|from)\s?:[^\n]{1,120}\n(?:envoy[ée]|sent|date|[àa]|to|objet|subject)\s?:).*\Z",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED_LINE = re.compile(r"^\s*>")
_SENT_FROM = re.compile(
    r"\s*(?:(?:envoy[ée] (?:de|depuis|[àa] partir de)|sent from|get|t[ée]l[ée]charge[rz])"
    r" (?:mon|my|outlook|yahoo|bo[iî]te|l'application|an?|orange)\b[^\n?]{0,60}|sent via [^\n?]{1,40})\s*\Z",
    re.IGNORECASE,
)
_SIGNATURE_LINE = re.compile(r"^\s*(?:--|__)\s*$")
_CLOSING = re.compile(
    r"^\W*(?:(?:bien )?cordialement(?: votre)?|bien [àa] vous|(?:sinc[èe]res |meilleures )?salutations"
    r"(?: distingu[ée]es)?"
    r"|(?:kind|best|warm)? ?regards|(?:yours )?(?:sincerely|faithfully|truly)|many thanks and regards)\W*$",
    re.IGNORECASE,
)
_NAME_LINES, _NAME_WORDS = 4, 6  # at most so many lines under a closing, of so many words, are a name and address
_LONG_MARKS = re.compile(r"([!?])\1{2,}|(\.)\.{3,}|([-_*=~])\3{3,}")
_MIXED_MARKS = re.compile(r"[!?]{4,}")
_BLANKS = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"\s*\n\s*")
_MARKS = re.compile(r"[@#>\n/]|--|__|www\.|[!?]{3}|\.{4}|[-_*=~]{4}|\d/|envoy|sent|t[ée]l[ée]ch|outlook", re.IGNORECASE)


def cleaned(text: str) -> str:
    """A text in composed letters, without parts that its writer did not write, with their signs at the end."""
    text = text[:MAX_READ]
    if not _MARKS.search(text):  # nothing of all this can be in it
        return text
    signs: set[str] = set()
    text = _BREAKS.sub("\n", _BLANKS.sub(" ", text))  # no run of blanks from here on
    text = _own_lines(_take(_QUOTE_STARTS, text, QUOTED, signs), signs)
    text = _SENT_FROM.sub("", text)
    text = _take(_CONTACT_CLAUSE, text, CONTACT, signs)
    text = _take(_LINKS, text, LINK, signs)
    text = _HANDLES.sub(" ", text) if "@" in text else text
    text = _HASHTAG.sub(lambda found: _CAMEL.sub(" ", found[1]), text) if "#" in text else text
    if len(text) > _THREAD_LONG or "(" in text or "[" in text:
        text = _take(_THREAD_MARK, text, THREAD, signs)
    text = _BLANKS.sub(" ", _shorter_marks(text)).strip()
    missing = [sign for sign in SIGNS if sign in signs and sign not in text]
    return " ".join([text, *missing] if text else missing)


def without_signs(text: str) -> str:
    """A cleaned text without the words of `SIGNS`."""
    return " ".join(word for word in text.split(" ") if word not in SIGNS) if "xx" in text else text


def _take(pattern: re.Pattern[str], text: str, sign: str, signs: set[str]) -> str:
    left, count = pattern.subn(" ", text)
    if count:
        signs.add(sign)
    return left


def _own_lines(text: str, signs: set[str]) -> str:
    """The lines that the customer wrote: no quoted ones, no contact lines, nothing under a signature mark."""
    if "\n" not in text and not text.startswith(">") and "@" not in text:
        return text
    kept: list[str] = []
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if _QUOTED_LINE.match(line):
            signs.add(QUOTED)
        elif _CONTACT_LINE.match(line):
            signs.add(CONTACT)
        elif _SIGNATURE_LINE.match(line) and kept:
            break
        else:
            kept.append(line)
            if _CLOSING.match(line) and _only_names(lines[at + 1 :]):
                break
    return "\n".join(kept)


def _only_names(lines: list[str]) -> bool:
    told = [line for line in lines if line.strip()]
    return len(told) <= _NAME_LINES and all("?" not in line and len(line.split()) <= _NAME_WORDS for line in told)


def _shorter_marks(text: str) -> str:
    """A text with runs of marks cut: two of "?????", three of "......", one each of "?!?!?!"."""
    text = _MIXED_MARKS.sub(lambda found: "?!" if len(set(found[0])) > 1 else found[0][:2], text)
    return _LONG_MARKS.sub(lambda found: (found[1] or found[2] or found[3]) * (3 if found[2] else 2), text)
