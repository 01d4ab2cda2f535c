"""
What a brand's text must say and may never say: pure checks, each with what to do instead.

Customers are told that an AI assistant writes (AI Act, article 50), and how to reach a person; emergency texts are
conditional. No text makes an empty promise, claims that the machine understands, or exclaims after bad news.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NEVER: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), advice)
    for pattern, advice in (
        (r"n[’'](?:h[ée]sitez|h[ée]site) (?:surtout )?pas", "say what they can do, not “n’hésitez pas”"),
        (r"(?:do not|don[’']t) hesitate|feel free to", "say what they can do, not “do not hesitate”"),
        (r"rien d[’']autre [àa] faire|nothing else (?:that )?you need to do", "leave it out: nobody knows yet"),
        (
            r"\b(?:je|nous|on) compren(?:ds|ons|d)\b|\bI understand\b|\bwe understand\b",
            "leave it out: a machine does not",
        ),
        (
            r"(?:d[ée]sol[ée]+s? (?:pour|de)|excuses? pour) cette erreur|sorry (?:for|about) this (?:error|mistake)",
            "leave “this error” out: nobody has looked yet",
        ),
        (r"\bagents?\b", "say “une personne” or “conseiller” (“person” in English), never “agent”"),
        (r"\bnewsletters?\b|\bcode promo\b|\bpromo(?:tional)? code\b", "an answer carries no offer and no newsletter"),
        (
            (
                r"\b(?:le code|the code|code|coupon) (?-i:[A-Z]{3,}[0-9]*\b)"
                r"|[-\N{MINUS SIGN}]\s?\d{1,2}\s?%|\b\d{1,2}\s?% (?:de (?:r[ée]duction|remise|rabais)|off|discount)"
                r"|\bbons? d[’']achat\b|\bprofitez\b|\bvouchers?\b"
            ),
            "an answer carries no offer and no code",
        ),
    )
)
_BAD_NEWS = re.compile(
    r"d[ée]sol[ée]|\bexcuse|malheureusement|\bretard\b|\bregret|\bsorry\b|\bapolog|unfortunately|\bdelayed\b|\blate\b",
    re.IGNORECASE,
)
_EMERGENCY = re.compile(
    r"\b(?:appel(?:ez|le|er)|compos(?:ez|e)|contact(?:ez|e)|call|dial|ring)\b.{0,40}?"
    r"(?:\b(?:15|17|18|112|114|144|911|999)\b|\bsamu\b|\bpompiers\b|\bambulance\b|\bemergency services\b"
    r"|\{rescue\w*\})",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:si|s[’'](?:il|elle)|en cas|if|in case|en danger|in danger)\b", re.IGNORECASE)
_CUSTOMER = re.compile(
    r"\b(?:votre|vos|ton|ta|tes) (?:num[ée]ros? de )?(?:commandes?|colis|achats?)\b|\byour (?:orders?|parcels?)\b",
    re.IGNORECASE,
)
_URGENT = re.compile(r"\ben (?:priorit[ée]|urgence)\b|\bgoes first\b|\burgently\b|\bhas been alerted\b", re.IGNORECASE)
_PERSON = re.compile(
    r"[«“\"‘]\s*(?:un |une |a )?(?:conseill[eè]re?|humain|personne|quelqu[’']un|person|human|advis[eo]r)\s*[»”\"’]",
    re.IGNORECASE,
)
_AI = {"fr": re.compile(r"\bIA\b"), "en": re.compile(r"\bAI\b")}
_SAYS_AI = frozenset(
    {
        "ai_line", "ai_line_closed", "ai_line_mail", "ai_mark", "ai_mark_brand", "other_language",
        "welcome", "welcome_closed", "welcome_about", "welcome_about_closed",
    }
)  # fmt: skip
_NAMES_A_PERSON = frozenset({"ai_line", "ai_line_closed"})
_HOLDS = {"clarify": "choices", "welcome_choices": "choices"}  # what a phrase is nothing without
_CHOICE_MOST = 60
_OPENS_A_LINE = frozenset({"greeting_named", "greeting_plain"})


def never_said(text: str) -> Iterator[str]:
    """Yield the phrases of a text that no customer may read."""
    for pattern, advice in _NEVER:
        if found := pattern.search(text):
            yield f"“{found.group()}”: {advice}"
    if "!" in text and _BAD_NEWS.search(text):
        yield "no “!” in words that bring bad news or say sorry; end with a full stop"
    call = _EMERGENCY.search(text)
    if call and not _CONDITION.search(_sentence_around(text, call.start())):
        yield f"“{call.group()}” must be conditional: begin with “Si quelqu’un est blessé, …” (“If anyone is hurt, …”)"


def _sentence_around(text: str, at: int) -> str:
    return text[:at].rpartition(".")[2] + text[at:].partition(".")[0]


def never_in_public(text: str) -> Iterator[str]:
    """Yield the parts of a public text that show that somebody is a customer."""
    if found := _CUSTOMER.search(text):
        yield f"“{found.group()}” tells everybody that they ordered; say “une commande” (“an order”)"


def owed_by_phrase(name: str, text: str, language: str, *, on_call: bool) -> Iterator[str]:
    """Yield what this phrase must say and does not say; `on_call`: somebody is called at any hour."""
    word = "IA" if language == "fr" else "AI"
    if name in _SAYS_AI and language in _AI and not _AI[language].search(text):
        yield f"it must say as text that an AI assistant sends it: put the word “{word}” into it"
    if name in _NAMES_A_PERSON and not _PERSON.search(text):
        how = "écrivez « conseiller »" if language == "fr" else "write “person”"
        yield f"it must name the way to a person, such as {how}"
    if name in _HOLDS and f"{{{_HOLDS[name]}}}" not in text:
        yield f"put {{{_HOLDS[name]}}} into it: the subjects to choose from stand there"
    if name in _OPENS_A_LINE and not text.endswith(","):
        yield "end it with a comma: other words follow on the same line"
    if name.endswith("_out_of_hours") and not on_call and (found := _URGENT.search(text)):
        yield f"“{found.group()}” while nobody is there: leave it out, or name who is called (routing.on_call)"


def owed_by_choice(text: str) -> Iterator[str]:
    """Yield why a subject cannot be chosen from a list by this name."""
    if len(text) > _CHOICE_MOST or "\n" in text:
        yield f"one line of at most {_CHOICE_MOST} characters: it stands in a list"
    if text.endswith((".", "?", "!")):
        yield "leave the full stop out: it stands in a list, such as “une commande qui n’arrive pas”"


def owed_by_question(text: str) -> Iterator[str]:
    """Yield why a question back asks too much at once."""
    if text.count("?") > 1:
        yield "it asks several things at once; keep one question"
