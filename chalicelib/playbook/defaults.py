"""
The sentences that belong to no intent, as every brand says them unless its playbook says otherwise.

Pure, standard library only. A playbook's `phrases` may replace any of them, one language at a time; what it leaves
out is read from here, so a stored playbook has words for a phrase that is younger than itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from .schema import NO_TEXTS, Playbook, Register, Texts
from .typeset import typeset

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
# Filled in every text: "Maison Lune", "de Maison Lune", "français et anglais"
BRAND_NAMES = frozenset({"brand", "of_brand", "our_languages"})
# How a brand's languages are named: language of the text -> (their names, the word between two of them).
_LANGUAGES: Mapping[str, tuple[Mapping[str, str], str]] = MappingProxyType(
    {
        "fr": ({"fr": "français", "en": "anglais"}, " et "),
        "en": ({"fr": "French", "en": "English"}, " and "),
        "es": ({"fr": "francés", "en": "inglés"}, " y en "),
        "de": ({"fr": "Französisch", "en": "Englisch"}, " oder "),
        "it": ({"fr": "francese", "en": "inglese"}, " o in "),
        "nl": ({"fr": "het Frans", "en": "het Engels"}, " of "),
        "pt": ({"fr": "francês", "en": "inglês"}, " ou "),
        "ar": ({"fr": "الفرنسية", "en": "الإنجليزية"}, " أو "),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """
    One sentence in each language and register.

    `tu` left out: the same words serve both registers. `grave`: harm, fraud, law or mourning, where a brand that
    says tu says vous. `others`: languages that no playbook is written in. `known`: variables that an override may use
    although the words here do not.
    """

    vous: str
    en: str
    tu: str = ""
    grave: bool = False
    others: Texts = field(default_factory=lambda: NO_TEXTS)
    known: frozenset[str] = field(default_factory=frozenset)

    def words(self, language: str, register: Register) -> str:
        """Return the words in this language and register; "" where there are none."""
        if language == "fr":
            return self.tu if register == "tu" and self.tu and not self.grave else self.vous
        return self.en if language == "en" else self.others.get(language, "")

    @property
    def variables(self) -> frozenset[str]:
        """The names that may stand in braces, in these words and in those that replace them."""
        return self.known | {name for text in (self.vous, self.tu, self.en) for name in PLACEHOLDER.findall(text)}


PHRASES: Mapping[str, Phrase] = MappingProxyType(
    {
        "greeting_named": Phrase(vous="Bonjour {first_name},", en="Hello {first_name},"),
        "greeting_plain": Phrase(vous="Bonjour,", en="Hello,"),
        "ai_line": Phrase(
            vous="Réponse de l'assistant IA {of_brand}. Pour parler à une personne, écrivez « conseiller ».",
            tu="Réponse de l'assistant IA {of_brand}. Pour parler à une personne, écris « conseiller ».",
            en="Sent by {brand}'s AI assistant. To talk to a person, write “person”.",
        ),
        "ai_line_closed": Phrase(
            vous="Réponse de l'assistant IA {of_brand}. "
            "Pour qu'une personne vous réponde {next_opening_from}, écrivez « conseiller ».",
            tu="Réponse de l'assistant IA {of_brand}. "
            "Pour qu'une personne te réponde {next_opening_from}, écris « conseiller ».",
            en="Sent by {brand}'s AI assistant. For an answer from a person {next_opening_from}, write “person”.",
        ),
        "ai_mark": Phrase(vous="(Assistant IA)", en="(AI assistant)"),
        "ai_mark_brand": Phrase(vous="(Assistant IA {of_brand})", en="({brand}'s AI assistant)"),
        "handed_over_in_hours": Phrase(
            vous="Votre message est bien arrivé. Une personne de l'équipe vous répond ici.",
            tu="Ton message est bien arrivé. Une personne de l'équipe te répond ici.",
            en="We have your message. Someone from our team will answer you here.",
        ),
        "handed_over_out_of_hours": Phrase(
            vous="Votre message est bien arrivé. L'équipe est de retour {next_opening} et vous répond ici.",
            tu="Ton message est bien arrivé. L'équipe est de retour {next_opening} et te répond ici.",
            en="We have your message. Our team is back {next_opening} and will answer you here.",
        ),
        "human_asked_in_hours": Phrase(
            vous="C'est noté : une personne de l'équipe vous répond ici.",
            tu="C'est noté : une personne de l'équipe te répond ici.",
            en="Noted: someone from our team will answer you here.",
        ),
        "human_asked_out_of_hours": Phrase(
            vous="C'est noté : l'équipe est de retour {next_opening} et une personne vous répond ici.",
            tu="C'est noté : l'équipe est de retour {next_opening} et une personne te répond ici.",
            en="Noted: our team is back {next_opening} and someone will answer you here.",
        ),
        "lookup_failed": Phrase(
            vous="Le suivi des commandes ne répond pas en ce moment. Une personne vérifie et vous répond ici.",
            tu="Le suivi des commandes ne répond pas en ce moment. Une personne vérifie et te répond ici.",
            en="Our order tracking is not answering right now. Someone will check and answer you here.",
        ),
        # Said to who writes a language that the brand does not speak, in it. No native has read the others yet.
        "other_language": Phrase(
            vous="Bonjour, votre message est bien arrivé. Notre équipe répond en {our_languages} ; une personne vous "
            "répondra ici. (Assistant IA {of_brand})",
            tu="Bonjour, ton message est bien arrivé. Notre équipe répond en {our_languages} ; une personne te "
            "répondra ici. (Assistant IA {of_brand})",
            en="Hello, we have your message. Our team answers in {our_languages}; someone will answer you here. "
            "({brand}'s AI assistant)",
            others=MappingProxyType(
                {
                    "es": "Hola, hemos recibido su mensaje. Nuestro equipo responde en {our_languages}; una persona "
                    "le contestará aquí. (Asistente de IA de {brand})",
                    "de": "Guten Tag, Ihre Nachricht ist angekommen. Unser Team antwortet auf {our_languages}; eine "
                    "Person meldet sich hier. (KI-Assistent von {brand})",
                    "it": "Buongiorno, abbiamo ricevuto il suo messaggio. Il nostro team risponde in "
                    "{our_languages}; una persona le risponderà qui. (Assistente IA di {brand})",
                    "nl": "Goedendag, uw bericht is aangekomen. Ons team antwoordt in {our_languages}; een "
                    "medewerker reageert hier. (AI-assistent van {brand})",
                    "pt": "Olá, recebemos a sua mensagem. A nossa equipa responde em {our_languages}; uma pessoa irá "
                    "responder-lhe aqui. (Assistente de IA da {brand})",
                    "ar": "مرحبًا، لقد وصلتنا رسالتك. يجيب فريقنا باللغة {our_languages}، وسيرد عليك أحد أعضاء الفريق "
                    "هنا. (مساعد الذكاء الاصطناعي لدى {brand})",
                }
            ),
        ),
    }
)


def words_of(playbook: Playbook, name: str, language: str) -> str:
    """Return the brand's own words for this phrase, else the default ones, typeset; "" where nobody has any."""
    own = playbook.phrases.get(name, NO_TEXTS).get(language, "")
    return own or _default(name, language, playbook.register.get(language, "plain"))


def brand_fields(playbook: Playbook, language: str) -> dict[str, str]:
    """Return what `BRAND_NAMES` stand for in this language: "d’Atelier Nord", "de Maison Lune"."""
    name = playbook.name
    vowel = name[:1].casefold() in "aàâäeéèêëiîïoôöuùûüyœæ"
    of_brand = f"from {name}" if language != "fr" else f"d’{name}" if vowel else f"de {name}"
    names, joint = _LANGUAGES.get(language, _LANGUAGES["en"])
    spoken = joint.join(names[each] for each in playbook.languages if each in names)
    return {"brand": name, "of_brand": of_brand, "our_languages": spoken}


@lru_cache(maxsize=256)
def _default(name: str, language: str, register: Register) -> str:
    phrase = PHRASES.get(name)
    return typeset(phrase.words(language, register), language) if phrase else ""
