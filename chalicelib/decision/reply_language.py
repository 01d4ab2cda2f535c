"""
In which language a conversation is answered. Pure, and slow to change.

The language detector answers for any text, "ok" and "ML204519, Lyon" too. Here only a whole sentence counts: it may
change a conversation's language, and only then is a customer told that the brand does not speak theirs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping

from ..playbook.fields import normalised, without_what_is_no_word

OTHER = "other"  # a language that we cannot name: the customer is answered in English
LEAST_WORDS = 3  # of a sentence
LEAST_UNKNOWN = 4  # of a sentence in a language that the detector does not know
_WORD = re.compile(r"[^\W\d_]+")
_NEUTRAL = frozenset(
    "ok okay okey oki k kk top cool super nickel mdr lol svp stp sms email mail message photo question".split()  # noqa: SIM905
)
_PERSIAN = frozenset("گچپژ")
# Frequent words that none of the other languages of this table shares with French or English.
_TELLING_WORDS = """
fr: je j le la les l est où ou mon ma mes vous votre pas un une des du d bonjour bonsoir merci pour quand
    colis commande et de que qu c ce ça sur en au aux dans avec y il elle on nous me te tu ton ta a à suis ai
    avez été fait plus mais comment combien quel quelle si se sa son magasin livraison
en: the where my is i order have not please you your when can parcel delivery what how hello thanks are it to
    do does u of for on at in a an and this that was we am be there with from still got get has why who did
    will would if no me s
es: dónde donde está esta mi mis pedido paquete quiero quisiera recibido todavía todavia cuándo cuando tienda
    hola buenos buenas días dias gracias para el los las una con cambiar devolver talla compré compre comprado
    puedo pueden ayuda ayudar tengo llegado ha he del muy pero por favor
de: wo ist meine mein ich habe nicht noch guten tag wann haben sie bitte bestellung kann können koennen das
    der und mit für fuer eine ein auf zurück hallo danke wie lange kein keine wurde kleid
it: dov è il mio mia ordine vorrei ho ancora ricevuto pacco che ora aprite sabato dove si buongiorno buonasera
    ciao grazie quando della una sono restituire cambiare taglia quanto posso perché perche
pt: onde está esta minha meu encomenda pedido olá ola queria quero ainda não nao recebi pacote horas quando
    chega obrigado obrigada bom dia boa tarde para uma com são posso devolver tamanho ao
nl: waar mijn bestelling goedendag hallo ik wil graag een heb nog niet hoe laat zijn jullie wanneer komt
    pakket het van voor met kan kunnen bedankt dank terug
"""
_TELLING: Mapping[str, frozenset[str]] = {
    found[1]: frozenset(found[2].split()) for found in re.finditer(r"(?m)^(\w\w):([^:]*)$", _TELLING_WORDS)
}


def words_of(text: str) -> list[str]:
    """
    Return the words that show the language: no numbers, links, names, or words that all languages share.

    A capitalised word that is not the first counts as a name ("ML204519, Lyon"), unless the whole text is in capitals.
    """
    read = without_what_is_no_word(normalised(text))
    found = list(_WORD.finditer(read))
    shouted = read.isupper()
    return [
        word.casefold()
        for match in found
        if (word := match.group()).casefold() not in _NEUTRAL
        and (shouted or not word[0].isupper() or _is_first(read, match.start()))
        and not _beside_digits(read, match)
    ]


def is_sentence(text: str) -> bool:
    """Return whether the text shows its language: more than a yes, a number or a name."""
    return len(words_of(text)) >= LEAST_WORDS


def answer_language(written: str, text: str, kept: str, spoken: Collection[str]) -> str:
    """
    Return the language to answer in. `spoken`: the brand's languages, its own first; `kept`: the conversation's.

    A conversation keeps its language until a whole sentence is in another one. In a new conversation any word counts,
    but not a bare number or "ok".
    """
    first = next(iter(spoken))
    common = "en" if "en" in spoken else first  # for a customer whose language the brand does not speak
    if foreign_language(written, text, spoken):
        return common
    if kept:
        held = kept if kept in spoken else common
        return written if written in spoken and is_sentence(text) else held
    return written if written in spoken and words_of(text) else first


def foreign_language(written: str, text: str, spoken: Collection[str]) -> str:
    """
    Return the language of a whole sentence that the brand does not speak ("es", …, OTHER); "" for all else.

    The detector alone is not trusted: the text must have a frequent word of that language, or no word of the brand's.
    """
    letters = [char for char in normalised(text) if char.isalpha()]
    scripts = [unicodedata.name(char, "").partition(" ")[0] for char in letters]
    foreign = [script for script in scripts if script != "LATIN"]
    if len(foreign) > 3 and len(foreign) > len(letters) / 2:
        arabic = foreign.count("ARABIC") * 2 > len(foreign) and not _PERSIAN & set(letters)
        return "" if len(text.split()) < 2 and arabic else "ar" if arabic else OTHER
    words = words_of(text)
    if len(words) < LEAST_WORDS or written in spoken:
        return ""
    said = frozenset(words)
    if said & _TELLING.get(written, frozenset()):
        return written
    ours = frozenset().union(*(_TELLING.get(language, frozenset()) for language in spoken))
    return OTHER if len(words) >= LEAST_UNKNOWN and not said & ours else ""


def _is_first(read: str, start: int) -> bool:
    before = read[:start].rstrip(" \t\r\n\"'«“¿¡(-*")
    return not before or before[-1] in ".!?…:\n"


def _beside_digits(read: str, match: re.Match[str]) -> bool:
    """Return whether the letters are part of a number ("ML204518", "24h")."""
    before, after = read[: match.start()][-1:], read[match.end() :][:1]
    return before.isdigit() or after.isdigit() or (after in {"-", "_"} and read[match.end() + 1 :][:1].isdigit())
