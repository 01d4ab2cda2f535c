"""
What is told by rules beside the model: asking for a human, critical moments, two questions at once, mood.

Rules only ever make the bot more careful: they raise `wants_human`, urgency or `several`, and never make a message
sure. Pure, standard library only. Texts are folded first (lower case, no accents, phone spellings written out).
"""

from __future__ import annotations

import re
from functools import cache

from ..courtesy import keeps_asking, same_words
from ..model import Sentiment, Urgency

_HUMAN = (
    r"\b(?:(?:parler|discuter|echanger|passe[rz]?|transfere[rz]?|joindre|avoir|voudrais|veux|besoin d) .{0,24}"
    r"(?:quelqu un|humain|personne|conseiller|conseillere|operateur|operatrice|responsable|employe|vendeur|vendeuse)"
    r"|(?:vrai|vraie) (?:humain|personne|conseiller)|(?:un|une) (?:humain|conseiller|conseillere|operateur"
    r"|operatrice)\b"
    r"|rappele[rz]? moi|me rappeler|m appeler|appele[rz] moi|de vive voix|service client (?:au )?telephone"
    r"|(?:pas|marre) .{0,16}(?:un robot|de robot|des robots|un bot|une machine|du bot|du robot)"
    r"|c est un (?:robot|bot)"
    r"|(?:speak|talk|chat|connect|transfer|put me through|pass me|get me) .{0,24}"
    r"(?:human|person|someone|somebody|agent|advis[eo]r|representative|rep|manager|supervisor|colleague|anyone)"
    r"|real (?:human|person|people)|actual (?:human|person)|(?:a|any) human\b|call me|ring me|call back|callback"
    r"|not (?:a|to a|with a) (?:bot|robot|machine)|are you (?:a )?(?:bot|robot|real|human|machine))\b"
)
# The whole message is the word that the brand's own words say to write, or one like it.
_HUMAN_ALONE = (
    r"^(?:(?:bonjour|bonsoir|salut|hello|hi|hey|s il (?:vous|te) plait|please|non|no|ok|oui|yes) )*"
    r"(?:(?:un|une|le|la|votre|a|an|the|your|real|vrai|vraie) )*"
    r"(?:conseillere?s?|humaine?s?|personne|quelqu un|agente?s?|person|humans?|someone|somebody|advis[eo]rs?"
    r"|operateur|operatrice|operator)"
    r"(?: (?:s il (?:vous|te) plait|please|merci|thanks|thank you|humaine?))*(?: xx\w+)*$"
)
# Legal, fraud, safety, leaving in public, people at risk: a person must look now.
_CRITICAL = (
    r"\b(?:avocat|porter? plainte|plainte|tribunal|huissier|mise en demeure|dgccrf|ufc|que choisir|conciliateur"
    r"|mediateur|justice|juridique|gendarmerie|police|lawyer|solicitor|attorney|small claims|(?:in|to"
    r"|go to) court|sue you|suing|legal action"
    r"|trading standards|ombudsman|chargeback|fraude?s?|pirate|pirater?|hacked|stolen card|carte volee|usurp\w+"
    r"|blesse\w*|brule\w*|brulure|incendie|electrocut\w*|prend(?:re)? feu|pris feu|explos\w+|fumee|allergique"
    r"|danger|dangereu\w+|injur\w+|burn(?:t|ed|s)|caught fire|on fire|electric shock|shocked me"
    r"|dangerous|smoke|sparks|etincelles|suicid\w*|me tuer|mourir|kill myself|end my life|hurt myself"
    r"|presse|journaliste|television)\b"
)
_ANGER = (
    r"\b(?:xxangry|xxsarcasm|xxcries|honte\w*|inadmissible|inacceptable|scandal\w+|arnaqu\w+|escro\w+|voleu\w+"
    r"|c est du vol"
    r"|lamentable|minable|merde|merdique|furieu\w+|furax|ras le bol|foutez|moquez|incompetent\w*|incapables?"
    r"|plus jamais"
    r"|n importe quoi|pire|decu\w*|disgrac\w+|appalling|awful|terrible|useless|horrible|worst|shambles|scam\w*"
    r"|thie\w+"
    r"|robbery|crooks?|liars?|furious|angry|fuming|livid|fed up|sick of|disgust\w+|unacceptable|outrag\w+|pathetic"
    r"|never again|shame\w*|ridiculous|rubbish|avis negatif|bad review|one star|1 star|une etoile|1 etoile"
    r"|trustpilot"
    # who has written before, and counts
    r"|fois que (?:je|j|on|nous) (?:vous |te |t )?(?:ai |avons )?(?:deja )?(?:ecri|demand|contact|relanc|appel|envo"
    r"|signal|expliqu|di[st]|reclam|pose)\w*"
    r"|times? (?:now )?(?:that )?(?:i|we)(?: ve| have| m| am| had)? (?:\w+ )?(?:ask|writ|wrote|contact|messag|email"
    r"|said|told|tell|explain|chas)\w*)\b"
)
_SARCASM = (
    r"\b(?:bravo|felicitations?|super|genial|merci|magnifique|chapeau|great|lovely|brilliant|fantastic"
    r"|congrat\w+|thanks|well done"
    r"|nice one|wonderful)\b.*(?:\bxxsarcasm\b|\bxxcries\b|\bencore\b|\bagain\b|\bfor nothing\b|\bpour rien\b"
    r"|\bsemaines?\b|\bweeks?\b|\bmois\b|\bmonths?\b)"
)
_PLEASED = r"\b(?:merci|thank\w*|parfait|perfect|nickel|genial|great|xxhappy|top|super)\b"
# It is done, or it is not wanted: the words of an intent without its question.
_SETTLED = (
    r"\b(?:laisse[rz]? tomber|c est (?:bon|regle|ok|arrange)|tout est (?:bon|ok|nickel|regle|en ordre|parfait)"
    r"|je (?:la |le |les )?garde"
    r"|on (?:la |le |les )?garde|bien (?:recu|arrive)e?s?|pas besoin|surtout pas|n annule[rz]? (?:rien|pas"
    r"|surtout)|ne (?:pas )?annule"
    r"|(?:veux|voudrais|souhaite|faut) (?:surtout )?pas (?:l |la |le |les )?(?:annul|echang|renvoy|rend"
    r"|rembours|retourn)\w*"
    r"|sans (?:annuler|echanger|renvoyer)|j ai (?:fini par )?(?:retrouv|reussi)\w*|(?:remboursement|colis"
    r"|paquet|virement) (?:bien )?recu"
    r"|never ?mind|all (?:good|sorted|fine)|no need|in the end|after all|no worries|(?:am|are|is|was"
    r"|be) keeping|(?:i|ll) keep (?:it|them)"
    r"|(?:do not|not|never|dont) (?:want to |need to |going to |trying to )?(?:cancel|return|swap|exchang"
    r"|refund)\w*"
    r"|managed to|already (?:got|received|sorted|found)|got (?:it|them|the \w+|my \w+) (?:today|yesterday"
    r"|this morning|thanks|already))\b"
)
# A part of it, or less than was due: the usual answer would be beside the point, and says "all" where one was left out.
_PARTIAL = (
    r"\b(?:moitie|seulement (?:une|la|un|le)|une partie|en partie|partiel\w*|le reste de"
    r"|half|part of (?:it|my|the)|only (?:part|refunded|got|received|sent|one|half|some)|partial\w*"
    r"|short\b(?! sleeve)|one of (?:the|my|two)|the rest of)\b"
)
_JOINTS = (
    r"(?i)[?!.;\n+&]+|,?\s\b(?:et (?:aussi|sinon|puis|est|combien|quand|comment|ou|vous|pour|pourriez|pouvez"
    r"|puis|peut|savoir|si|je"
    r"|j|avez|auriez|faut|quel|quelle|quels|quelles|que|qu|d)|sinon|ainsi que|autre (?:question|chose)"
    r"|deuxieme question|d autre part"
    r"|par ailleurs|au passage|du coup|and (?:also|can|could|do|does|how|when|where|is|are|what|if|i|my|send"
    r"|will|would|whether|to)"
    r"|also|as well as|another (?:question|thing)|btw|by the way|plus)\b"
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)  # at first use: imports stay free of work


def wants_human(folded: str) -> bool:
    """Whether the words themselves ask for a person."""
    return bool(_compiled(_HUMAN).search(folded) or _compiled(_HUMAN_ALONE).search(folded))


def settled(folded: str) -> bool:
    """Whether the words say that it is done already, or not wanted."""
    return bool(_compiled(_SETTLED).search(folded))


def partial(folded: str) -> bool:
    """Whether the words say that it is about a part: a canned answer would be beside the point."""
    return bool(_compiled(_PARTIAL).search(folded))


def urgency_of(folded: str, danger: float, critical: float) -> Urgency:
    """Critical by its words (law, fraud, safety, people at risk) or the model; high where either sees anger."""
    if critical >= 0.5 or _compiled(_CRITICAL).search(folded):
        return Urgency.CRITICAL
    if danger >= 0.5 or is_angry(folded):
        return Urgency.HIGH
    return Urgency.NORMAL


def is_angry(folded: str) -> bool:
    """Whether the words are those of an angry or sarcastic customer."""
    return bool(_compiled(_ANGER).search(folded) or _compiled(_SARCASM).search(folded))


def sentiment_of(folded: str, danger: float, pleased: float) -> Sentiment:
    """Negative by words or model; positive only where it is pleased and nothing is asked."""
    if danger >= 0.5 or is_angry(folded):
        return Sentiment.NEGATIVE
    if (pleased >= 0.5 or _compiled(_PLEASED).search(folded)) and "xxask" not in folded:
        return Sentiment.POSITIVE
    return Sentiment.NEUTRAL


def questions_of(cleaned: str) -> int:
    """
    How many questions of three words or more a text asks with a question mark.

    The same one again is no second one, nor is "vous êtes là ?" or "can you tell me more?".
    """
    asked = [_compiled(r"[.!;\n]").split(piece)[-1] for piece in cleaned.split("?")[:-1]]
    return len({same_words(each) for each in asked if len(each.split()) >= 3 and not keeps_asking(each)})


def clauses_of(cleaned: str) -> list[str]:
    """At most six pieces of a text that could each be a question: two words or more, cut at marks and joints."""
    pieces = [piece.strip() for piece in _compiled(_JOINTS).split(cleaned)]
    return [piece for piece in pieces if piece.count(" ") >= 1][:6]
