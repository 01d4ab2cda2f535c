"""
Situations in which the usual words would hurt or be wrong: closed word lists, matched against what a customer wrote.

Pure. Somebody is hurt, wishes to die, mourns, was defrauded, or declares something with legal effect. The lists are
narrow on purpose: a match is never answered automatically, and the acknowledgement must fit it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from ..frail_words import WISH_TO_DIE
from ..text import without_accents

WHO = (
    r"(?:m(?:on|a|es) (?:fils|fille|filles|bebe|enfants?|petite?|mari|femme|pere|mere|frere|soeur"
    r"|conjointe?|copine|copain"
    r"|compagne|compagnon|maman|papa|mamie|papi|grand mere|grand pere|amie?|niece|neveu)"
    r"|(?:my|our) (?:son|daughter|baby|child|children|kids?|toddler|husband|wife|partner|father|mother|mum|mom|dad"
    r"|brother|sister|grandmother|grandfather|nan|friend|niece|nephew|little (?:one|boy|girl)))"
)
_BODY = (
    r"(?:mains?|bras|visage|doigts?|jambes?|cuisses?|peau|yeux|oeil|pieds?|ventre|bouche|langue|gorge"
    r"|levres?|dos|joue"
    r"|hands?|arms?|face|fingers?|legs?|thighs?|skin|eyes?|foot|feet|mouth|tongue|throat|lips?|back|cheek)"
)
# Whose: "my son's hand". A hand bag and a face cream are none.
_OWN = rf"(?:ma|mon|mes|sa|son|ses|my|his|her|our|their|{WHO} s)"
_LIMB = rf"{_BODY}(?! (?:bags?|creams?|soaps?|towels?|masks?|mirrors?|pockets?|straps?|wash|care))"
# Where a blister is a burn; on feet it is a shoe's.
_BLISTERED = (
    r"(?:mains?|bras|visage|doigts?|peau|bouche|levres?|cuisses?|hands?|arms?|face|fingers?|skin|mouth|lips?|thighs?)"
)
# Harm that only a living being comes to; "elle est coupée", "it is cut" may be said of a dress.
_PERSON_HARMED = (
    r"(?:blessee?s?|electrocutee?s?|intoxiquee?s?|empoisonnee?s?|etouffee?s?|evanouie?s?|hurt|injured|bleeding"
    r"|electrocuted|poisoned|scalded|choking|unconscious)"
)
_HARMED = rf"(?:{_PERSON_HARMED}|brulee?s?|coupee?s?|gonflee?s?|burnt|burned|swollen|cut)"
# Being in hospital alone is a reason to be late with a return; because of an article it is a harm.
_CARE = r"(?:hopital|hospitalise\w*|urgences|samu|pompiers|hospital|emergency room|ambulance)"
_CAUSE = (
    r"(?:a cause d\w*|suite a (?:votre|vos|l)|apres avoir (?:mange|bu|porte|utilise|mis)|because of"
    r"|due to (?:your|the))"
)
_HURT = (
    rf"\b(?:{WHO} (?:s )?(?:est|etait|a ete|sont|ont ete|is|was|got|has been|have been|are"
    rf"|were) (?:\w+ ){{0,2}}{_HARMED}"
    rf"|(?:il est|elle est|quelqu un est|nous sommes|je suis|we are) (?:\w+ ){{0,2}}{_PERSON_HARMED}"
    r"|(?:je suis|on est|nous sommes) (?:\w+ ){0,2}(?:brulee?s?|ebouillantee?s?)(?! (?:par le soleil|d\w*) )"
    r"|(?:m|l|nous|lui) a (?:\w+ )?(?:brulee?s?|ebouillantee?s?|electrocutee?s?)(?! (?:les cheveux|le tissu))"
    rf"|(?:je me suis|il s est|elle s est|on s est|quelqu un s est|j ai ete|i am|i m|i was|i got|i have been"
    rf"|(?:someone|somebody|she|he) (?:is|was|got)) (?:\w+ ){{0,2}}{_HARMED}(?! les cheveux)"
    rf"|(?:brulee?s?|coupee?s?|blessee?s?) (?:a|au|aux|le|la|les|ma|mon|mes|sa|son|ses) (?:\w+ )?{_BODY}"
    rf"|(?:burnt|burned|cut|hurt|injured|scalded) {_OWN} (?:\w+ )?{_LIMB}"
    rf"|{_OWN} {_LIMB} (?:\w+ ){{0,3}}(?:{_HARMED}|burned|saigne\w*|brulures?|bleeds?)"
    rf"|(?:{WHO} a|j ai|il a|elle a) (?:la|le|les|l) {_BODY} (?:\w+ ){{0,2}}{_HARMED}"
    rf"|{_BODY} de {WHO} (?:\w+ ){{0,2}}(?:gonfl\w+|brul\w+)"
    rf"|{_OWN} {_BLISTERED} (?:\w+ ){{0,4}}(?:blister\w*|cloques?)"
    rf"|(?:blisters?|cloques?) (?:all over|on|sur|a|au|aux) (?:the |la |le |les |{_OWN} )?{_BLISTERED}"
    r"|explo[sd]\w+ (?:\w+ )?(?:au|a la|aux|dans|in|on) (?:les |my |his |her |our )?"
    r"(?:visage|figure|mains?|face|hands?)"
    r"|(?:pris|prend\w*) (?:une|des) (?:\w+ )?decharges?|decharges? electriques?|coups? de jus"
    r"|brulures?|saigne\w*|perdu connaissance|fait un malaise|ne respire (?:plus|pas)|reaction allergique"
    r"|choc (?:anaphylactique|electrique)|intoxication alimentaire|allergic reaction|electric shock|food poisoning"
    rf"|{WHO} (?:a|ont|has|have|just)? ?(?:\w+ )?(?:avalee?s?|ingere|swallowed|ingested)"
    r"|(?:j ai|i have|i ve|i|il a|elle a|he|she) (?:just )?(?:avale|swallowed) (?:un|une|du|de la|des|a|an|some|part)"
    rf"|(?:failli [ms]|me suis|m etais|il s est|elle s est|{WHO} s est) etouff\w+"
    r"|(?:started|was|is|am) choking(?! hazard)|choked on"
    r"|(?:i|he|she|we|they|son|daughter|child) (?:got|has|have|had|suffered) (?:an? |some )?(?:\w+ )?"
    rf"burns?(?! (?:marks?|holes?|stains?|smell))(?!(?: \w+){{0,3}} on (?:my|the|a|his|her|our) (?!{_BODY}))"
    r"|can t breathe|cannot breathe|passed out|second degree burns?|third degree burns?"
    rf"|{_CARE}.{{0,60}}{_CAUSE}|{_CAUSE}.{{0,60}}{_CARE})\b"
)
_FRAUD = (
    r"\b(?:compte .{0,24}(?:pirat\w+|hack\w+|vole|usurp\w+)"
    r"|(?:pirat\w+|hack\w+|usurp\w+|fraude sur) .{0,16}(?:compte|mon identite|ma carte)"
    r"|me suis fait (?:pirater|hacker|voler ma carte)|carte volee|vole ma carte|victime d une (?:fraude|usurpation)"
    r"|(?:je n ai|j ai) (?:jamais|pas) (?:passe|fait) (?:cette commande|cet achat|ce paiement|cette transaction)"
    r"|(?:paiement|achat|commande|debit|prelevement) .{0,24}"
    r"(?:n est pas (?:de )?moi|inconnue?|sans mon (?:accord|autorisation)|frauduleu\w+)"
    r"|quelqu un (?:a |utilise ).{0,16}(?:mon compte|ma carte)"
    r"|account .{0,24}(?:hacked|compromised|taken over|stolen)"
    r"|(?:hacked|took over|stole|broke into) .{0,12}(?:account|card)"
    r"|some(?:one|body) (?:has |is |else )?(?:used?|using|hacked) (?:my )?(?:account|card)"
    r"|(?:did not|didn t|never) (?:make|made|place|placed) (?:this|that) (?:order|purchase|payment)"
    r"|(?:unauthori[sz]ed|fraudulent) (?:payment|charge|transaction|purchase|order)|victim of (?:a )?fraud"
    r"|identity theft|stole my identity|stolen card|card (?:was )?stolen)\b"
)
_WITHDRAWAL = (
    r"(?<!si )(?<!comment )(?<!quand )\b(?:je me retracte|je (?:souhaite|souhaiterais|veux|voudrais"
    r"|desire|tiens a|vais|viens)"
    r" me retracter|(?:exerce|exercer|fais valoir|faire valoir|utilise|user de) (?:de )?(?:mon"
    r"|notre) droit de retractation"
    r"|(?:notifie|informe de|declare|confirme) (?:par la presente )?(?:ma|notre) (?:decision de me )?retract\w+"
    r"|(?:ma|voici ma) (?:demande|declaration|lettre) de retractation|retractation de ma commande"
    r"|i (?:hereby )?(?:withdraw|am withdrawing|wish to withdraw|want to withdraw) from (?:my|the|this|our) "
    r"(?:contract|order|purchase|sale)|exercis(?:e|ing) my right (?:of|to) (?:withdraw\w*|cancel\w*)"
    r"|notice (?:that i|of) withdraw\w*)\b"
)
_OWN_DATA = (
    r"\b(?:(?:supprimez|supprimer|effacez|effacer|suppression|effacement|efface"
    r"|supprime) (?:de )?(?:toutes )?(?:mes|nos)"
    r" (?:donnees|informations personnelles)|(?:acces|copie|communication) (?:a|de|d) (?:toutes )?mes donnees"
    r"|envoyez moi (?:toutes )?mes donnees|droit (?:d acces|a l effacement|a l oubli|a la portabilite|d opposition"
    r"|de rectification)|quelles donnees (?:avez vous|vous avez)|(?:delete|erase"
    r"|remove) (?:all )?(?:of )?my (?:personal )?"
    r"(?:data|information)|copy of (?:all )?my (?:personal )?data|right (?:to be forgotten|to erasure|of access)"
    r"|subject access request|data (?:that )?you (?:hold|have|keep) (?:on|about) me)\b"
)
_MOURNING = (
    rf"\b(?:{WHO} (?:\w+ ){{0,2}}(?:decedee?|morte?|nous a quittes|vient de mourir|died|passed away|has died)"
    r"|decede\w*|deces de|(?:obseques|enterrement|funeral) (?:de|of|for) (?:m[aoy]n?|mes)|en deuil"
    r"|passed away|bereave\w*"
    r"|death of (?:my|our))\b"
)
ONLY_ASKED = re.compile(
    r"\b(?:comment|est ce que (?:je peux|c est possible)|puis je|peut on|peux je|pourrai[st]? je|ai je le droit"
    r"|(?:est il|serait il|est ce|c est) possible|ou (?:puis|peut|est ce|faut|dois)|faut il|combien de temps"
    r"|how (?:do|can|to|would|should|long)|can i|could i|may i|am i able"
    r"|is it possible|where (?:do|can|should)|do i need to|what (?:happens|if))\b"
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)  # at first use: imports stay free of work


@lru_cache(maxsize=16)  # a decision looks for many things in the same few texts
def plain_words(text: str) -> str:
    """The words alone: lower case, without accents and signs."""
    return " ".join(re.findall(r"[^\W_]+", without_accents(text.casefold())))


def _says(pattern: str, text: str) -> bool:
    return bool(_compiled(pattern).search(plain_words(text)))


def hurt(text: str) -> bool:
    """Whether somebody is said to be hurt or unwell."""
    return _says(_HURT, text)


def wishes_to_die(text: str) -> bool:
    """Whether the writer speaks of ending their life, or of hurting themselves."""
    return _says(WISH_TO_DIE, text)


def defrauded(text: str) -> bool:
    """Whether an account was taken over, or a payment is not the customer's."""
    return _says(_FRAUD, text)


def endangers(text: str) -> bool:
    """Return whether somebody is in danger by these words: hurt, wishing to die, or defrauded."""
    return hurt(text) or wishes_to_die(text) or defrauded(text)


def mourns(text: str) -> bool:
    """Whether somebody close to the customer died."""
    return _says(_MOURNING, text)


def withdraws(text: str) -> bool:
    """Whether the customer declares a withdrawal; asking how one withdraws is an ordinary question."""
    return _declares(_WITHDRAWAL, text)


def about_own_data(text: str) -> bool:
    """Whether the customer asks for, or wants erased, what is stored about them."""
    return _declares(_OWN_DATA, text)


def _declares(pattern: str, text: str) -> bool:
    plain = plain_words(text)
    found = _compiled(pattern).search(plain)
    if found is None:
        return False
    asked = ONLY_ASKED.search(plain[max(0, found.start() - 40) : found.start() + 2])
    return asked is None
