"""
Word lists of the matters that a person always answers, however sure a model is.

Pure, closed lists, French and English. A text is searched sentence by sentence, so asking how to do a thing ("comment
changer mon adresse ?") stays an ordinary question, and asking to have it done does not.
"""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from ..text import without_accents
from .sensitive_words import ONLY_ASKED, WHO, plain_words

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal[
    "disputed_sum", "details", "minor", "discrimination", "employee", "staff", "press", "refusal", "notice", "warranty"
]

_SENTENCE = re.compile(r"[.!;\n]+|(?<=\?)")
_ASKED_WITHIN = 48  # characters before what is found in which "comment" makes a question of it

# A postal or e-mail address, a telephone, a bank account that is the customer's.
_MINE_FR = r"(?:mon|ma|mes|notre|nos|l|d|cette|une autre|de)"
_DETAIL_FR = (
    r"(?:adresses?|e mails?|mails?|courriels?|mel|ribs?|ibans?|coordonnees|domiciliation|numero de (?:tel\w*"
    r"|portable)"
    r"|comptes? bancaires?|telephone)"
)
_DETAIL_EN = (
    r"(?:address(?:es)?|postcode|e ?mails?|bank (?:details|account|card details)|iban|sort code|account number"
    r"|(?:phone|mobile|telephone|contact) number|contact details)"
)
_CHANGE_FR = (
    r"(?:change[rz]?|modifie[rz]?|rectifie[rz]?|corrige[rz]?|remplace[rz]?|actualise[rz]?|mettre a jour|mettez a jour"
    r"|changement|modification|rectification|mise a jour)"
)
_CHANGE_EN = r"(?:change|update|amend|correct|edit|modify|switch|replace|fix)"
_DETAILS = (
    rf"\b(?:{_CHANGE_FR} (?!(?:\w+ )*(?:d avis|de taille)\b)(?:\w+ ){{0,3}}?(?:{_MINE_FR} )(?:\w+"
    rf" ){{0,2}}?{_DETAIL_FR}\b"
    rf"|(?:ma|notre|une|voici la|nos|mes) nouvelles? (?:adresse|coordonnees)"
    rf"|(?:mon|notre|voici le|un) nouveau (?:rib|iban|mail|e mail|numero de tel\w*|compte bancaire)"
    r"|(?:j ai|on a|nous avons|je viens de|on vient de|nous venons de) demenage\w*|(?:je|on|nous) demenage(?:ons)?"
    r"|(?:trompee?s?|erreur|faute) (?:d|de|dans|dans l|sur|sur l|dans mon|a l|au niveau de l|de l) ?(?:mon "
    r"|ma )?adresse"
    r"|(?:mis|donne|saisi|entre|indique|renseigne|laisse) (?:une |la |l |mon |ma )?(?:mauvaise|ancienne|fausse)"
    r" (?:adresse|e mail)"
    r"|(?:livre[rz]?|envoye[rz]|expedie[rz]?|adresse[rz]) .{0,24}(?:une autre|cette) adresse"
    rf"|{_CHANGE_EN} (?:\w+ ){{0,3}}?(?:my|our|the|this|that|delivery|shipping|billing"
    rf"|home) (?:\w+ ){{0,2}}?{_DETAIL_EN}"
    r"|(?:my|our) new (?:\w+ )?(?:address|e ?mail|iban|bank|phone number|mobile number|account number)"
    r"|new (?:\w+ )?address is|(?:i|we) (?:have |ve |just |recently |had )*moved (?:house|home|flat|address|to a"
    r"|last|out)"
    r"|(?:put|gave|given|entered|typed|used|provided|have|had|left) (?:you )?(?:in )?(?:the |a |my )?(?:wrong"
    r"|old|incorrect"
    r"|previous) (?:\w+ )?(?:address|e ?mail|postcode)"
    r"|(?:send|sent|deliver|delivered|ship|shipped|redirect) .{0,24}(?:another|different|new) address)"
)
_SUM = (
    r"\b(?:(?:debitee?|prelevee?|facturee?|encaissee?|preleve|paye|paiement|compte|comptee?)s? (?:\w+ ){0,2}?"
    r"(?:deux|2|trois|3) fois(?! sans frais)|(?:deux|2) fois (?:debitee?|prelevee?|facturee?|le port|les frais)s?"
    r"|doubles? (?:debit|prelevement|paiement|facturation|encaissement)s?|(?:en|de) trop (?:percu|preleve|facture)"
    r"|trop percu|(?:preleve|debite|facture|paye|comptee?|compte)s? (?:\w+ ){0,2}?(?:en|de) trop\b"
    r"|(?:je|nous) (?:conteste|contestons) (?!la qualite)|montant (?:\w+ ){0,3}?(?:faux|errone|incorrect|anormal)"
    r"|(?:montant|somme|prix|total) (?:qui )?ne correspond pas"
    r"|(?:debitee?|prelevee?|facturee?|paye|rembourse|remboursee?)s? (?:\w+ ){0,5}?au lieu d\w*"
    r"|(?:frais|livraison|port|prix) (?:\w+ ){0,6}?(?:annonce\w*|affiche\w*|indique\w*|promis\w*|gratuits?"
    r"|offerts?)\b"
    r".{0,60}\b(?:mais|et (?:a la fin|au final|finalement|on|vous)|a la fin|au final|pourtant|alors que)"
    r"|alors que .{0,40}(?:livraison|frais|port) .{0,24}(?:gratuits?e?|offerts?e?)\b"
    r"|(?:pas|jamais) (?:autorise|valide|donne mon accord) .{0,24}(?:prelevement|debit|paiement)"
    r"|(?:charged|billed|debited|paid|invoiced|taken) (?:\w+ ){0,4}?(?:twice|double|two times|2 times|three times)"
    r"|(?:double|over) ?charg(?:ed|ing|e)\b|double (?:payment|billing)|(?:charged"
    r"|billed) (?:\w+ ){0,5}?(?:instead of|too much|more than|but (?:it says|the price|you said))"
    r"|(?:dispute|disputing|contest) (?:the|this|that|a|my) (?:\w+ )?(?:charge|amount|fee|payment"
    r"|bill|invoice|transaction)|wrong amount|(?:amount|total|price) (?:is|was) (?:wrong|incorrect|not right"
    r"|not what)"
    r"|(?:say|says|said|states?|advertis\w+|shows?|showed|promised) .{0,24}free (?:\w+ )?(?:delivery|shipping"
    r"|postage|returns?)"
    r".{0,60}\b(?:but|and then|then|yet|still|only)\b"
    r"|(?:only|just) (?:been )?refunded|refunded (?:me )?(?:only|just|less|the wrong))\b"
)
_YEARS = (
    r"(?:8|9|1[0-7]|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|dix sept"
    r"|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)"
)
_MINOR = (
    rf"\b(?:j ai (?:que |seulement |juste )?{_YEARS} ans(?! d| que (?:je|j)| et demi d)"
    r"|(?:je suis|j suis|chui|suis) (?:encore )?(?:mineure?|collegienne?|au college|en (?:cm1|cm2|6e|5e|4e|3e|sixieme"
    r"|cinquieme|quatrieme|troisieme))\b"
    r"|(?:sans|a l insu de) (?:le dire a |l accord de |l autorisation de |la permission de |demander a |prevenir )?"
    r"(?:mes parents|ma mere|mon pere|maman|papa)"
    r"|(?:mes parents|ma mere|mon pere|maman|papa) (?:ne |n )?(?:sai\w+|savent|sont|est|veu\w+) pas(?! (?:recu"
    r"|livr\w*))"
    r"(?: au courant| que| pour)?"
    r"|(?:avec|utilise|pris) (?:la carte|la cb) (?:bancaire |bleue )?de (?:mes parents|ma mere"
    r"|mon pere|maman"
    r"|papa)"
    rf"|{WHO} .{{0,24}}(?:a|ont) (?:commande|achete|passe|paye) .{{0,60}}(?:sans (?:mon|notre|ma|m|nous|que)"
    rf"|avec ma carte)"
    rf"|(?:i am|i m|im|am) (?:only |just )?{_YEARS} (?:years? old|yrs? old|yo|y o)\b|(?:i am|i m|im) (?:only"
    rf"|just) 1[0-7]"
    r"(?! (?:minute|min|day|week|mile|month|hour|of)\w*)\b|(?:i am|i m|im) (?:a minor|under ?age|under (?:18"
    r"|eighteen)|not 18)"
    r"|(?:my|our) (?:mum|mom|dad|mother|father|parents) (?:do not|don t|dont|does not|doesn t|doesnt|did not|didn t"
    r"|will not|won t) (?:know|let|allow)"
    r"|without (?:telling |asking )?my (?:mum|mom|dad|parents)(?: s)? ?(?:knowing|permission|knowledge|consent)?"
    r"|my (?:mum|mom|dad|parents)(?: s)? (?:credit |debit |bank )?card"
    rf"|{WHO} .{{0,24}}(?:ordered|bought|purchased|paid) .{{0,60}}without (?:my|our|asking|permission)"
    r"|am i (?:old enough|too young)|(?:suis|serais) je trop jeune)"
)
_DISCRIMINATION = (
    r"\b(?:discrimin(?:e|es|ee|ees|ation|ations|atoire|ated|ating|atory)|racistes?|racisme|racists?|racism|racial\w*"
    r"|sexistes?|sexisme|sexists?|sexism|homophob\w+|xenophob\w+|antisemit\w+|islamophob\w+|transphob\w+"
    r"|grossophob\w+"
    r"|validisme|ableis\w+|fat ?sham\w+|harcelement (?:sexuel|moral)|harcelee? sexuel\w*|sexual(?:ly)? harass\w+"
    r"|(?:parce|car|vu) (?:que |qu )?(?:je|j|il|elle|on|ma|mon) (?:\w+ ){0,3}?(?:noire?s?|arabes?|maghrebine?s?"
    r"|juive?s?"
    r"|juif|musulmane?s?|voilee?s?|asiatiques?|gay|lesbienne|homo\w*|trans|handicapee?s?|roms?|gitane?s?)"
    r"|because (?:i m|i am|of my|he is|she is|he s|she s|we are|we re|my) (?:\w+ ){0,3}?(?:black|asian|brown"
    r"|muslim|jewish|gay"
    r"|lesbian|trans|disabled|foreign|race|skin|religion|hijab|accent|wheelchair|disability))\b"
)
_ROLE = (
    r"(?:vendeuse|vendeur|conseillere|conseiller|caissiere|caissier|hotesse|livreur|livreuse|employee?|salariee?"
    r"|responsable|manager|directrice|directeur|gerante?|collegue|equipiere?|agente?"
    r"|employee|assistant|cashier|driver|courier|agent|manager|supervisor|advis[eo]r|rep|representative|colleague"
    r"|staff member|member of staff|team member|salesperson|sales (?:assistant|rep)|shop assistant|receptionist)"
)
_CALLED = (
    r"(?:nommee?|prenommee?|qui s appelle|du nom de|du prenom de|dont le (?:nom|prenom) est"
    r"|named|by the name of|whose name is)"
)
_EMPLOYEE = rf"\b{_ROLE} (?:\w+ ){{0,4}}?{_CALLED} \w+"
# A role and, behind it, a word with a capital that begins no sentence: "your driver Kevin", "votre vendeuse, Léa,".
_EMPLOYEE_NAMED = re.compile(
    rf"\b(?:(?:[Vv]otre|[Vv]os|[Uu]ne?|[LlCc]e(?:tte)?|[Ll]a|[Yy]our|[Tt]he|[Tt]his|[Aa]n?) )"
    rf"(?i:{_ROLE}),? (?:called |appelee? )?(?!I\b|Je\b|J['’]|On\b|Il\b|Elle\b|SAV\b|[A-Z]{{2,}})[A-Z][a-z]{{2,}}\b"
)
_STAFF = (
    r"\b(?:(?:je suis|j etais|etant|ancien(?:ne)?|ex) (?:une? |votre "
    r"|l un de vos )?(?:ancien(?:ne)? )?(?:salariee?s?|employee?s?"
    r"|vendeu(?:r|se)|interimaire|stagiaire|alternante?|collaborat(?:eur|rice)) (?:chez|dans|de|du|a|au|pour|en)"
    r" (?:vous|votre|vos|la marque|l entreprise|une de vos|un de vos)"
    r"|(?:je travaille|j ai travaille|je travaillais|je bosse|je bossais) (?:chez vous|pour (?:vous|votre)"
    r"|dans (?:votre|une? de vos)"
    r"|a votre)|mes? (?:fiches?|bulletins?) de (?:paie|paye|salaire)|ma (?:fiche|bulletin) de (?:paie|paye)"
    r"|(?:mon|le) (?:contrat de travail|solde de tout compte|certificat de travail|conge (?:maternite|paternite))"
    r"|j ai postule|(?:je (?:souhaite|voudrais|veux|peux)|comment|ou|pour) postuler|(?:ma|une) candidature"
    r"|(?:mon|de) c ?v\b"
    r"|(?:suite a|apres|passe|date de|resultat de|convoquee? a) (?:mon|l|un|une) entretien (?:d embauche"
    r"|de recrutement)"
    r"|offres? d emploi|(?:cherche|recherche) (?:un |une |du |mon )?(?:emploi|job|stage|alternance|apprentissage"
    r"|poste)"
    r"|vous (?:recrutez|embauchez)|(?:recrutez|embauchez|engagez) vous|lettre de motivation"
    r"|i (?:\w+ )?(?:work|worked) (?:for you|for your|at your|in your|in one of your|at one of your)"
    r"|(?:former|ex|current) (?:employee|staff|member of staff) (?:of|at|here|with)|i (?:am|m) (?:an "
    r"|a )?(?:employee|member of"
    r" staff|staff member) (?:at|of|in|with|here)|my (?:pay ?slips?|wages|rota|p45|p60|line manager|notice period)"
    r"|i(?: ve| have)? (?:just |recently )?applied (?:for (?:a|the|your) (?:\w+ ){0,2}?(?:job|role|position"
    r"|vacancy|internship)"
    r"|to work|to be)|my (?:job )?application for (?:a|the|your) (?:\w+ ){0,2}?(?:job|role|position|vacancy)"
    r"|job (?:application"
    r"|interview|vacanc\w+|offer|opening)s?|my (?:cv|resume|curriculum)|(?:are you|you) (?:currently )?(?:hiring"
    r"|recruiting)"
    r"|any vacancies|looking for (?:a |some )?(?:job|work|internship|apprenticeship))\b"
)
_PRESS = (
    r"\b(?:(?:je suis|suis|en tant que|c est|je m appelle .{2,40}) (?:une? )?(?:journaliste|reporter|redactrice"
    r"|redacteur en chef)"
    r"|journaliste (?:pour|a|au|chez|de)|(?:demande|communique|dossier|carte|service|attachee?s?|relations?"
    r"|contact) (?:de |d )?presse"
    r"|(?:contacte\w*|alerte\w*|previen\w*|preven\w+|saisi\w*|appele\w*|parle\w* a|ecri\w+ a|avertir|averti\w*) "
    r"(?:\w+ ){0,2}?(?:la presse|les medias|medias|(?:un |des |les )?journalistes?|la tele\w*|les journaux)"
    r"|60 millions de consommateurs|cash investigation|envoye special"
    r"|(?:i am|i m|as) (?:a |an )?(?:journalist|reporter)|(?:journalist|reporter) (?:at|for|with|from|working)"
    r"|press (?:enquir\w+|inquir\w+|office\w*|request|contact|statement|comment|pass)"
    r"|(?:go|going|went|take|taking|talk|speak|contact|tell|write|sell)\w* (?:\w+ ){0,3}?(?:to )?(?:the )?"
    r"(?:press|newspapers?|papers|media|bbc|journalists?|local paper|tabloids?)(?! (?:the|play|release|markt))"
    r"|consumer affairs programme"
    r"|watchdog on (?:the )?(?:bbc|tv))\b"
)
_REFUSAL = (
    r"\b(?:(?:je|nous|on) (?:ne )?refus(?:e|ons) (?!de (?:recevoir|signer))(?:\w+ ){0,3}?(?:proposition|avoir"
    r"|bon|geste|remplacement"
    r"|echange|remboursement|offre|solution|payer|reponse|excuse)\w*"
    r"|(?:je|nous|on) n accept\w+ (?:pas|aucun|aucune|en aucun)|hors de question (?:que|de|d)|je (?:rejette"
    r"|decline) (?:votre|cette)"
    r"|(?:i|we) (?:refuse|reject|decline|do not accept|don t accept|dont accept|will not accept|won t accept"
    r"|cannot accept"
    r"|can t accept|am not accepting|m not accepting)\b)"
)
_NOTICE = (
    r"\b(?:(?:je|nous) (?:vous )?(?:mets|mettons|met) (?:\w+ ){0,4}?en demeure|(?:vaut|vaudra|tient lieu de"
    r"|valant|presente"
    r"|lettre de|derniere) mise en demeure|mise en demeure (?:de|avant|par|formelle)|ceci est une mise en demeure"
    r"|(?:letter before (?:action|claim)|formal notice|notice before (?:action|claim)|pre action (?:letter|protocol)"
    r"|final demand before|put (?:you )?on notice|notice of (?:claim|default|breach)))\b"
)
_WARRANTY = (
    r"\b(?:(?:fais|faisons|(?:veux|souhaite|voudrais|vais|demande a|tiens a) faire) (?:jouer|valoir|marcher|fonctionner"
    r"|appliquer) "
    r"(?:ma|la|notre|cette) garantie|(?:j invoque|j actionne|j active|invoque|actionner|activer|appliquer"
    r"|au titre de|en vertu de"
    r"|dans le cadre de|mettre en oeuvre) (?:\w+ )?garantie|(?:demande|dossier) (?:de prise en charge )?(?:sous"
    r"|de|au titre de la)"
    r" garantie|garantie legale de conformite|vices? caches?"
    r"|(?:claim|claiming) (?:\w+ ){0,3}?(?:under|on) (?:my |the |your |this |its )?(?:warranty|guarantee"
    r"|consumer rights)"
    r"|(?:make|making|made|file|filing|filed|submit\w*|start|open|raise|raising) (?:a |my |this )?(?:warranty"
    r"|guarantee) claim"
    r"|(?:this is|my) (?:a )?(?:warranty|guarantee) claim"
    r"|(?:invoke|invoking|exercise|exercising|enforce|enforcing|use|using) (?:my |the |your )?(?:warranty"
    r"|guarantee|consumer rights)"
    r"|consumer rights act)\b"
)

# In the order of their weight: what has legal effect comes first.
_WORDS: Mapping[Kind, str] = MappingProxyType(
    {
        "notice": _NOTICE,
        "warranty": _WARRANTY,
        "discrimination": _DISCRIMINATION,
        "minor": _MINOR,
        "disputed_sum": _SUM,
        "refusal": _REFUSAL,
        "details": _DETAILS,
        "press": _PRESS,
        "staff": _STAFF,
        "employee": _EMPLOYEE,
    }
)
# Kinds whose words may also be part of an ordinary question about the subject.
_ASKED_ABOUT = frozenset({"notice", "warranty", "details", "refusal"})
_ONLY_IF = re.compile(r"\b(?:si|if|in case|au cas ou|quand|when) (?:\w+ ){0,3}$")


@cache
def _compiled(kind: Kind) -> re.Pattern[str]:
    return re.compile(_WORDS[kind])  # at first use: imports stay free of work


def kinds_of(text: str) -> tuple[Kind, ...]:
    """Which of these matters the words of a text are about, the gravest first; () for most texts."""
    said = [plain_words(sentence) for sentence in _SENTENCE.split(text)]
    found = [kind for kind in _WORDS if any(_tells(kind, sentence) for sentence in said)]
    if "employee" not in found and _EMPLOYEE_NAMED.search(without_accents(text)):
        found.append("employee")
    return tuple(found)


def _tells(kind: Kind, sentence: str) -> bool:
    for found in _compiled(kind).finditer(sentence):
        before = sentence[max(0, found.start() - _ASKED_WITHIN) : found.start()]
        asked = ONLY_ASKED.search(before + sentence[found.start() : found.start() + 2]) or _ONLY_IF.search(before)
        if not (asked and kind in _ASKED_ABOUT):
            return True
    return False
