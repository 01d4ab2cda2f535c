"""
Rules beside the model: urgency and sentiment by the signals, two questions at once, settled matters.

Rules only ever make the bot more careful: they raise `wants_human`, urgency or `several`, and never make a message
sure. Pure, standard library only. Texts are folded first (lower case, no accents, phone spellings written out).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from ..courtesy import folded_words, keeps_asking, same_words
from ..model import Sentiment, Signal, Urgency
from .signals import URGENT, signals_of, wants_human

__all__ = [
    "clauses_of",
    "partial",
    "questions_of",
    "sentiment_of",
    "settled",
    "signals_of",
    "urgency_of",
    "wants_human",
]

_PLEASED = r"\b(?:merci|thank\w*|parfait|perfect|nickel|genial|great|xxhappy|top|super)\b"
# It is done, or it is not wanted: the words of an intent without its question.
_SETTLED = (
    r"\b(?:plutot qu (?:un |une )?(?:remboursement|echange|avoir)"
    r"|(?:instead of|rather than) an? (?:refund|exchange|voucher)"
    r"|laisse[rz]? tomber|c est (?:bon|regle|ok|arrange)|tout est (?:bon|ok|nickel|regle|en ordre|parfait)"
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
# A question that expects no answer of its own, or only asks for help with the case.
_RHETORICAL = (
    r"^(?:(?:so|and|but|well|seriously|guys|hi|hello|also|alors|mais|donc|et|bonjour) )*(?:how (?:is (?:this"
    r"|that|it)|can (?:this|that|it|you)"
    r"|could|dare|come|hard|difficult|on earth|the|many times|much longer|long (?:do|must|will|does|should))"
    r"|what (?:the|is (?:going|the (?:point|issue"
    r"|problem|use|update|status))|s (?:going|the (?:point|issue|problem|update))|gives|kind of|sort of|happened"
    r"|has happened|more|else|about it"
    r"|should i do|can i do|do i do|can we do|do you (?:suggest|think|mean|expect|advise))|is (?:this|that"
    r"|it) (?:a joke|how|what|normal|acceptable|even|really|ok"
    r"|okay|right|true|your|because|possible|correct|fair|allowed|still|not)|are (?:you|u|they) (?:kidding"
    r"|serious|joking|sleeping|going|even|not|for real|having"
    r"|actually|guys|telling|saying|aware|able to help)|do (?:you|u) (?:even|really|think|realise|realize|know"
    r"|not|understand|care|expect|want|see|need)|(?:do|is|are|can|did|have|was"
    r"|would|could|should)n? ?t (?:you|u|i|it|this|that|they)|who (?:does|writes|cares|is)|really|seriously"
    r"|right|yeah|when will (?:you|it|this) (?:learn|end)|care to"
    r"|any (?:idea|ideas|chance|update|updates|help|news|advice|suggestions?|reason|luck|way)|(?:can|could|would"
    r"|will|please|may) (?:you|u|someone|anyone|somebody|i) (?:please |pls |kindly )?(?:help"
    r"|assist|advise|explain|confirm|check|look|sort|fix|clarify|update|do something|get some help|let me know"
    r"|tell me (?:why|what is))|now what|so what|where do i go from here|hope|why (?:is that|not|so|me|oh))"
    r"|^(?:(?:alors|mais|donc|et|bonjour|svp) )*(?:comment (?:ca se fait|est ce possible|se fait il|cela se fait"
    r"|expliquez)|c est (?:normal|une blague|possible|quoi|bien ca|grave)|est ce (?:normal|que c est (?:normal"
    r"|possible)|une blague|possible|bien ca)|vous (?:vous moquez|trouvez|croyez|plaisantez|pensez|comprenez)"
    r"|que (?:se passe|faire|dois je faire|puis je faire|me conseillez)|qu (?:est ce qui se passe|en est il"
    r"|en pensez)"
    r"|(?:pouvez|pourriez|peux|pourrais) (?:vous|tu) (?:svp |s il vous plait )?(?:m aider|m expliquer|verifier"
    r"|faire quelque chose|regarder|me renseigner|me confirmer|m eclairer|m en dire|me dire ce|me dire pourquoi)"
    r"|une (?:idee|solution|explication)"
    r"|avez vous (?:une idee|des nouvelles|une solution|une explication|plus d)|une reponse|quelqu un"
    r"|y a t il (?:un probleme|une solution))"
    r"|\b(?:what s going on|what is going on|est ce normal|c est normal|is that normal|is this normal"
    r"|are you kidding|vous trouvez ca normal)\b"
)
# How a question or a request begins: a statement with a mark behind it asks nothing ("they did not even call?"). "Why"
# is mostly a complaint's; French asks with the order of a statement ("vous livrez au Japon ?").
_ASKS = (
    r"^(?:(?:so|and|but|also|well|ok|hi|hello|hey|please|pls|then|plus|thanks|sorry|alors|mais|et|donc|sinon"
    r"|aussi|bonjour|bonsoir|svp|ou|or|if so) )*"
    r"(?:(?:in |on |at |for |by |to |from )?(?:what|where|when|how|which|who|whom|whats|wheres|hows|whens)\b(?! the)"
    r"|(?:is|are|do|does|did|can|could|will|would|should|may|am|was|were|has|have|shall) (?:i|you|u|we|it|there"
    r"|this|that|they|he|she|the|my|your|ur|yall|a|an"
    r"|any|some|these|those|delivery|shipping|returns?)\b|(?:i|we) (?:want|need|would like|d like"
    r"|wanted) to (?:know|ask|cancel|return|change|exchange)"
    r"|(?:send|give|tell|change|cancel|refund|exchange|update|resend|check) (?:me|my|the|it|us)\b"
    r"|est ce que|qu est ce|quel(?:le)?s?\b|combien|comment|quand|puis je|peut on|peux tu|pouvez|pourriez"
    r"|pourrais|avez|auriez|vendez|livrez|faites|acceptez|proposez|ouvrez"
    r"|y a t il|il y a|est il|est elle|sont ils|sont elles|faut il|dois je|a partir de|jusqu|vous|tu|je (?:peux"
    r"|veux|voudrais|souhaite\w*|aimerais)|j aimerais|on peut|c est (?:quand|combien|ou|quoi)"
    r"|(?:la|le|les|l|ma|mon|mes|un|une|des|cette|ce|ces|votre|vos|sa|son|ca) \w+|\w+ (?:t il|t elle|vous|je)\b"
    r"|merci de|envoyez|annulez|remboursez|donnez|dites|ou (?:est|en|sont|puis|se|trouver|acheter))"
    r"|\b(?:how (?:do|does|can|long|much|many|to|far|often)|what (?:is|are|does|do|time|size|number)"
    r"|when (?:is|are|will|do|does|can)|where (?:is|are|can|do|does)|(?:can|could|do|does|did|will|would|should"
    r"|is|are)"
    r" (?:i|you|u|we|there|it|that|this))\b"
)
# Words that every case has, so that they tell none from another.
_COMMON = frozenset(
    """
    have been with your this that from when what where which will would could should there their they them then
    than does please help know need want just still about into some any also only more much very here back tell
    send give make made take gets going come came said says today tomorrow yesterday now time days week weeks
    long after before because since like vous avez pour avec dans mais plus cette comme sont etes etre avoir
    fait faire quand quoi quel quelle quels quelles est puis peut pouvez pourriez savoir dire merci bonjour svp
    plait toujours encore jour jours semaine depuis aussi tout tous votre notre mon mes leur leurs elle elles
    nous suis sera serait cela donc alors bien
    """.split()  # noqa: SIM905 - words to read
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)  # at first use: imports stay free of work


def settled(folded: str) -> bool:
    """Whether the words say that the matter is done already, or that nothing is wanted."""
    return bool(_compiled(_SETTLED).search(folded))


def partial(folded: str) -> bool:
    """Whether the words are about a part of an order or sum: a canned answer would not fit."""
    return bool(_compiled(_PARTIAL).search(folded))


def urgency_of(signals: Collection[Signal], danger: float) -> Urgency:
    """
    Critical for the signals of the urgent queue; high for anger, a threat to leave, or the model's danger head.

    Critical is not angry: no head that was learned from complaints raises a message there.
    """
    if URGENT.intersection(signals):
        return Urgency.CRITICAL
    if danger >= 0.5 or Signal.ANGER in signals or Signal.LEAVING in signals:
        return Urgency.HIGH
    return Urgency.NORMAL


def sentiment_of(folded: str, signals: Collection[Signal], danger: float, pleased: float) -> Sentiment:
    """Negative by words or model; positive only where it is pleased and nothing is asked."""
    if danger >= 0.5 or Signal.ANGER in signals:
        return Sentiment.NEGATIVE
    if (pleased >= 0.5 or _compiled(_PLEASED).search(folded)) and "xxask" not in folded:
        return Sentiment.POSITIVE
    return Sentiment.NEUTRAL


def questions_of(cleaned: str) -> int:
    """
    How many different questions of three words or more a text asks with a question mark.

    The same one again is no second one, nor is one about the same things, "vous êtes là ?", "can you tell me more?",
    "is this a joke?" or "c'est normal ?".
    """
    asked = [_compiled(r"[.!;\n]").split(piece)[-1] for piece in cleaned.split("?")[:-1]]
    matters: list[frozenset[str]] = []
    for each in asked:
        if len(each.split()) < 3 or not asks(each):
            continue
        about = frozenset(word[:5] for word in same_words(each) if len(word) > 3 and word not in _COMMON)
        if about and not any(about & other for other in matters):
            matters.append(about)
    return len(matters)


def asks(text: str) -> bool:
    """Whether a sentence asks for something of its own, and is no statement, no exclamation and no "are you there"."""
    plain = " ".join(folded_words(text))
    return bool(_compiled(_ASKS).search(plain)) and not (keeps_asking(text) or _compiled(_RHETORICAL).search(plain))


def clauses_of(cleaned: str) -> list[str]:
    """At most six pieces of a text that each ask something: two words or more, cut at marks and joints."""
    pieces = [piece.strip() for piece in _compiled(_JOINTS).split(cleaned)]
    return [piece for piece in pieces if piece.count(" ") >= 1 and asks(piece)][:6]
