"""
Moments in which the usual words would hurt or be wrong: closed lists of words, looked for in what a customer wrote.

Pure. Somebody is hurt, wishes to die, mourns, was defrauded; or declares something with legal effect. Narrow on
purpose: what is found is never answered by itself, and what is said meanwhile must be right for it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_WHO = (
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
_HARMED = (
    r"(?:brulee?s?|blessee?s?|electrocutee?s?|intoxiquee?s?|empoisonnee?s?|etouffee?s?|hospitalisee?s?|evanouie?s?"
    r"|coupee?s?|ouverte?s?|gonflee?s?|burnt|burned|hurt|injured|bleeding|electrocuted|poisoned|scalded"
    r"|swollen|choking"
    r"|unconscious|cut)"
)
_HURT = (
    rf"\b(?:{_WHO} (?:s )?(?:est|etait|a ete|sont|ont ete|is|was|got|has been|have been|are"
    rf"|were) (?:\w+ ){{0,2}}{_HARMED}"
    rf"|(?:je me suis|il s est|elle s est|on s est|nous sommes|je suis|j ai ete|il est|elle est|quelqu un est"
    rf"|quelqu un s est|i am|i m|i was|i got|i have been|someone (?:is|was|got)|somebody (?:is|was|got)"
    rf"|she (?:is|was|got)"
    rf"|he (?:is|was|got)) (?:\w+ ){{0,2}}(?!coupee? les cheveux){_HARMED}(?! les cheveux)"
    rf"|(?:brulee?s?|coupee?s?|blessee?s?) (?:a|au|aux|le|la|les|ma|mon|mes|sa|son|ses) (?:\w+ )?{_BODY}"
    rf"|(?:burnt|burned|cut|hurt|injured|scalded) (?:my|his|her|our|their) (?:\w+ )?{_BODY}"
    rf"|(?:ma|mon|mes|sa|son|ses|my|his|her) {_BODY} (?:\w+ ){{0,3}}(?:{_HARMED}|saigne\w*|brulures?|bleeds?)"
    r"|brulures?|(?:aux?|des) urgences|a l hopital|pompiers|samu|ambulance|saigne\w*|perdu connaissance"
    r"|fait un malaise"
    r"|ne respire (?:plus|pas)|reaction allergique|choc (?:anaphylactique|electrique)|intoxication alimentaire"
    r"|emergency room|(?:in|to) (?:the )?hospital|allergic reaction|electric shock|food poisoning|can t breathe"
    r"|cannot breathe|passed out|second degree burns?|third degree burns?)\b"
)
_DEATH_WISH = (
    r"\b(?:(?:plus|pas) envie de vivre|envie de mourir|(?:veux|voudrais|prefere"
    r"|prefererais) mourir(?! de (?:rire|faim|honte))"
    r"|en finir avec (?:la|ma) vie|mettre fin a mes jours|suicid\w*|(?:veux|vais|voudrais"
    r"|envie de) me (?:tuer|foutre en l air)"
    r"|me faire du mal|kill(?:ing)? myself|end(?:ing)? (?:my life|it all)|(?:want|wanna|rather|going) (?:to )?die"
    r"|(?:do not|don t|dont) (?:want|wanna) (?:to )?(?:live|be alive)|no reason to live|better off dead"
    r"|hurt(?:ing)? myself"
    r"|harm(?:ing)? myself)\b"
)
_FRAUD = (
    r"\b(?:compte .{0,24}(?:pirat\w+|hack\w+|vole|usurp\w+)|(?:pirat\w+|hack\w+|usurp\w+) .{0,16}(?:compte|identite)"
    r"|me suis fait (?:pirater|hacker|voler ma carte)|usurpation|hameconnage|phishing|fraude\w*"
    r"|frauduleu\w+|carte volee"
    r"|vole ma carte|(?:je n ai|j ai) (?:jamais|pas) (?:passe|fait) (?:cette commande|cet achat"
    r"|ce paiement|cette transaction)"
    r"|(?:paiement|achat|commande|debit|prelevement) .{0,24}(?:n est pas (?:de )?moi|inconnue?"
    r"|sans mon (?:accord|autorisation))"
    r"|quelqu un (?:a |utilise ).{0,16}(?:mon compte|ma carte)|account .{0,24}(?:hacked|compromised"
    r"|taken over|stolen)"
    r"|(?:hacked|took over|stole|broke into) .{0,12}(?:account|card)|some(?:one|body) (?:has |is "
    r"|else )?(?:used?|using|hacked)"
    r" (?:my )?(?:account|card)|(?:did not|didn t|never) (?:make|made|place|placed) (?:this"
    r"|that) (?:order|purchase|payment)"
    r"|fraud\w*|unauthori[sz]ed (?:payment|charge|transaction|purchase)|identity theft|stolen card"
    r"|card (?:was )?stolen)\b"
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
    rf"\b(?:{_WHO} (?:\w+ ){{0,2}}(?:decedee?|morte?|nous a quittes|vient de mourir|died|passed away|has died)"
    r"|decede\w*|deces de|(?:obseques|enterrement|funeral) (?:de|of|for) (?:m[aoy]n?|mes)|en deuil"
    r"|passed away|bereave\w*"
    r"|death of (?:my|our))\b"
)
_ONLY_ASKED = re.compile(
    r"\b(?:comment|est ce que je peux|puis je|peut on|peux je|ai je le droit|how (?:do|can|to)|can i"
    r"|may i|am i able)\b"
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)  # at first use: imports stay free of work


def _plain(text: str) -> str:
    """The words alone: lower case, without accents and signs."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return " ".join(re.findall(r"[^\W_]+", "".join(each for each in letters if not unicodedata.combining(each))))


def _says(pattern: str, text: str) -> bool:
    return bool(_compiled(pattern).search(_plain(text)))


def hurt(text: str) -> bool:
    """Whether somebody is said to be hurt or unwell."""
    return _says(_HURT, text)


def wishes_to_die(text: str) -> bool:
    """Whether the writer speaks of ending their life, or of hurting themselves."""
    return _says(_DEATH_WISH, text)


def defrauded(text: str) -> bool:
    """Whether an account was taken over, or a payment is not the customer's."""
    return _says(_FRAUD, text)


def mourns(text: str) -> bool:
    """Whether somebody close to the customer died."""
    return _says(_MOURNING, text)


def withdraws(text: str) -> bool:
    """Whether the customer declares a withdrawal; asking how one withdraws is a question like others."""
    return _declares(_WITHDRAWAL, text)


def about_own_data(text: str) -> bool:
    """Whether the customer asks for, or wants erased, what is stored about them."""
    return _declares(_OWN_DATA, text)


def _declares(pattern: str, text: str) -> bool:
    plain = _plain(text)
    found = _compiled(pattern).search(plain)
    if found is None:
        return False
    asked = _ONLY_ASKED.search(plain[max(0, found.start() - 40) : found.start() + 2])
    return asked is None
