"""
The reason why a ticket went to a person, in plain words. Data and one function.

A reason is a decision's word (docs/triage.md); its detail, where there is one, says which of several things it was.
"""

from __future__ import annotations

from .wording import pick

Words = tuple[str, str]  # French, English

REASONS: dict[str, Words] = {
    "unsure": ("le bot n'était pas assez sûr d'avoir compris.", "the bot was not sure enough that it understood."),
    "careful": (
        "le sujet est connu, mais quelque chose d'autre dans le message demande un conseiller.",
        "the subject is known, but something else in the message wants a person.",
    ),
    "unproved": (
        "sur ce sujet, les réponses du bot ne sont pas encore éprouvées.",
        "on this subject the bot's answers are not proved yet.",
    ),
    "out_of_scope": ("la question sort du carnet de réponses.", "the question is not one the playbook knows."),
    "not_in_playbook": (
        "le carnet n'a pas encore de réponse à ce sujet.",
        "the playbook has no answer to this subject yet.",
    ),
    "no_words_in_playbook": (
        "le carnet de réponses n'a pas de texte complet pour ce cas.",
        "the playbook has no complete text for this case.",
    ),
    "language": (
        "le message n'est dans aucune langue de la marque.",
        "the message is in none of the brand's languages.",
    ),
    "something_else": (
        "le client, à qui le sujet a été demandé, parle d'autre chose.",
        "asked which subject they mean, the customer means something else.",
    ),
    "several_questions": ("il y a plusieurs questions à la fois.", "there are several questions at once."),
    "never_auto": ("ce sujet n'est jamais automatique.", "this subject is never automatic."),
    "complaint": ("c'est une réclamation.", "it is a complaint."),
    "critical": (
        "le client parle d'un danger, de justice ou de fraude.",
        "the customer speaks of danger, law or fraud.",
    ),
    "declared": (
        "le client déclare quelque chose qui engage (rétractation, données personnelles).",
        "the customer declares something with legal effect (withdrawal, own data).",
    ),
    "never_automatic": (
        "c'est un de ces sujets auxquels le bot ne répond jamais.",
        "it is one of the matters that the bot never answers.",
    ),
    "vulnerable": (
        "situation personnelle signalée : prendre le temps.",
        "a personal situation was told: take the time.",
    ),
    "already_tried": (
        "le client a déjà essayé ce que dirait la réponse.",
        "the customer did already what the answer would say, without success.",
    ),
    "overdue": ("c'est plus tard que promis.", "it is later than was promised."),
    "follow_up": ("le client revient sur une demande en cours.", "it follows up on something that is open already."),
    "disputed": ("le client conteste une somme ou un fait.", "a sum or a fact is disputed."),
    "part": ("il ne s'agit que d'une partie.", "it is only about a part: of an order, a refund."),
    "account_blocked": (
        "le compte est bloqué, ou quelqu'un d'autre y est.",
        "the account is blocked, or somebody else is in it.",
    ),
    "statement": ("le client raconte, et ne demande rien.", "the customer tells something and asks for nothing."),
    "answers_question": (
        "le client répond à une question de quelqu'un d'autre.",
        "it answers a question that somebody else asked.",
    ),
    "thanks_or_closing": (
        "le client remercie ou conclut, avec autre chose.",
        "thanks or a goodbye, with something beside it.",
    ),
    "shop_asked": ("seule la boutique sait si l'article est là.", "only the shop knows whether the item is there."),
    "exception": (
        "une exception est en cours : la réponse habituelle ne vaut pas en ce moment.",
        "an exception holds: the usual answer is not right at the moment.",
    ),
    "asked_for_human": ("le client demande à parler à quelqu'un.", "the customer asks for a person."),
    "suggest_in_public": (
        "en public, un conseiller valide avant l'envoi.",
        "in public, a person approves before it is sent.",
    ),
    "autonomy_suggest": (
        "sur ce sujet, le bot propose et un conseiller décide.",
        "on this subject the bot suggests and a person decides.",
    ),
    "autonomy_shadow": ("le bot observe seulement.", "the bot only watches."),
    "autonomy_off": ("le bot ne répond pas à ce sujet.", "the bot does not answer this subject."),
    "unapproved": ("personne ne s'est encore porté garant de cette réponse.", "nobody answers for these words yet."),
    "expired": (
        "la réponse a passé sa date de validité : à relire.",
        "the answer is past the date until which it was approved: it needs a look.",
    ),
    "outside_share": (
        "le bot ne répond encore qu'à une partie des clients.",
        "the bot answers a part of the customers only, so far.",
    ),
    "outside_hours": ("à cette heure, le bot propose seulement.", "at this hour the bot only suggests."),
    "over_cap": (
        "le bot a donné toutes les réponses prévues pour aujourd'hui.",
        "the bot has given all the answers set for today.",
    ),
    "already_said": (
        "le client revient sur ce sujet, déjà traité par une réponse automatique.",
        "the customer comes back to this subject, which an automatic answer has dealt with already.",
    ),
    "not_helped": ("la réponse automatique n'a pas suffi.", "the automatic answer was not enough."),
    "limit": ("le bot a déjà assez répondu aujourd'hui.", "the bot has answered enough today."),
    "loop": (
        "une machine répond peut-être au bot, qui s'est tu.",
        "a machine may be answering the bot, which says no more.",
    ),
    "no_look_up": ("aucun suivi des commandes n'est connecté.", "no order look-up is connected."),
    "many_numbers": ("plusieurs numéros de commande différents.", "several different order numbers."),
    "not_found_again": (
        "deux fois de suite, le numéro de commande n'a pas été trouvé.",
        "twice in a row the order number was not found.",
    ),
    "look_up_failed": ("le suivi des commandes n'a pas répondu.", "the order look-up did not answer."),
    "late": (
        "ce message nous est parvenu avec plus d'une heure de retard.",
        "this message reached us more than an hour late.",
    ),
    "no_words": ("le message ne contient pas de texte.", "the message has no words."),
    "attachment": ("le message contient une pièce jointe à regarder.", "the message has an attachment to look at."),
    "stopped": ("ici, le bot est arrêté.", "here the bot is stopped."),
    "human_has_it": ("un conseiller suit déjà cette conversation.", "a person is already in this conversation."),
    "beside_ticket": (
        "une demande du client est ouverte : le bot n'y ajoute rien.",
        "a ticket of this customer is open: the bot adds nothing to it.",
    ),
    "not_vouched_for": (
        "rien ne garantit l'expéditeur, ou que ces mots soient les siens : rien n'a été répondu.",
        "nothing vouches for the sender, or that the words are theirs: nothing was answered.",
    ),
    "answers_us": (
        "le client répond à un de nos messages : ici, une personne lit ces réponses.",
        "the customer answers a message of ours: here people read such answers.",
    ),
    "opted_out": ("le client ne veut plus de messages automatiques.", "the customer wants no more automatic messages."),
    "native_answer": (
        "quelqu'un a répondu depuis l'application du canal.",
        "somebody answered in the channel's own app.",
    ),
    "judged_wrong": (
        "la réponse automatique à ce message est jugée fausse : à corriger.",
        "the automatic answer to this message was judged wrong: it is to be corrected.",
    ),
    "delivery_failed": (
        "la réponse du bot n'est pas arrivée au client.",
        "the bot's answer did not reach the customer.",
    ),
    "delivery_unknown": (
        "personne ne peut dire si la réponse du bot est arrivée : elle n'est pas renvoyée.",
        "nobody can tell whether the bot's answer arrived: it is not sent again.",
    ),
}

# (reason, detail) -> the words that say it more exactly.
DETAILS: dict[tuple[str, str], Words] = {
    ("careful", "settled"): (
        "le sujet est connu, mais le message dit que c'est réglé ou n'est plus voulu.",
        "the subject is known, but the message says that it is settled or not wanted any more.",
    ),
    ("careful", "partial"): (
        "le sujet est connu, mais il ne s'agit que d'une partie de la commande.",
        "the subject is known, but it is only about a part of the order.",
    ),
    ("careful", "upset"): (
        "le sujet est connu, mais le client semble mécontent.",
        "the subject is known, but the customer seems upset.",
    ),
    ("careful", "long"): (
        "le sujet est connu, mais le message est trop long pour que le bot l'ait lu entier.",
        "the subject is known, but the message is too long for the bot to have read it whole.",
    ),
    ("declared", "notice"): (
        "le client met en demeure : la date compte.",
        "the customer gives formal notice: the date counts.",
    ),
    ("declared", "warranty"): (
        "le client fait jouer une garantie : la date compte.",
        "the customer makes a warranty claim: the date counts.",
    ),
    ("declared", "withdrawal"): (
        "le client déclare se rétracter : la date compte.",
        "the customer declares a withdrawal: the date counts.",
    ),
    ("declared", "own_data"): (
        "le client exerce ses droits sur ses données : un mois pour répondre.",
        "the customer uses their rights on their own data: one month to answer.",
    ),
    ("never_automatic", "discrimination"): (
        "le client parle de discrimination ou de harcèlement.",
        "the customer speaks of discrimination or harassment.",
    ),
    ("never_automatic", "minor"): (
        "un mineur semble écrire, ou avoir acheté.",
        "a minor seems to write, or to have bought.",
    ),
    ("never_automatic", "disputed_sum"): ("le client conteste une somme.", "the customer disputes an amount."),
    ("never_automatic", "refusal"): (
        "le client refuse ce qui lui a été proposé.",
        "the customer refuses what was offered.",
    ),
    ("never_automatic", "refusing"): (
        "la réponse du carnet refuse quelque chose : un conseiller le dit.",
        "the playbook's answer refuses something: a person says so.",
    ),
    ("never_automatic", "details"): (
        "le client change une adresse, un e-mail ou ses coordonnées bancaires.",
        "the customer changes an address, an e-mail or bank details.",
    ),
    ("never_automatic", "press"): (
        "le client parle de la presse, ou en est.",
        "the customer speaks of the press, or belongs to it.",
    ),
    ("never_automatic", "staff"): (
        "un salarié ou un candidat écrit.",
        "somebody of the staff, or a candidate, writes.",
    ),
    ("never_automatic", "employee"): ("le message nomme un salarié.", "the message names an employee."),
    ("never_automatic", "scam"): (
        "le client signale une arnaque ou un hameçonnage.",
        "the customer reports a scam or phishing.",
    ),
    ("never_automatic", "order_in_public"): ("une commande, en public.", "an order, in public."),
    ("never_automatic", "third"): (
        "deux réponses automatiques n'ont pas suffi.",
        "two automatic answers were not enough.",
    ),
    ("never_automatic", "brand"): (
        "la marque réserve ce sujet à un conseiller.",
        "the brand keeps this subject for a person.",
    ),
    ("critical", "danger"): (
        "le client parle d'un danger ou d'une blessure.",
        "the customer speaks of danger or of somebody hurt.",
    ),
    ("critical", "law"): (
        "le client parle de justice ou d'une autorité.",
        "the customer speaks of law or an authority.",
    ),
    ("critical", "fraud"): ("le client parle de fraude.", "the customer speaks of fraud."),
    ("critical", "press"): ("le client parle de la presse.", "the customer speaks of the press."),
    ("critical", "vulnerable"): (
        "situation personnelle signalée : prendre le temps.",
        "a personal situation is mentioned: take the time.",
    ),
}

NO_REASON: Words = ("le bot a préféré laisser un conseiller répondre.", "the bot preferred to let a person answer.")


def reason_words(language: str, reason: str, detail: str = "") -> str:
    """
    Return a decision's reason in plain words; an unknown one gets a general sentence that is true.

    The detail of a stop is a sentence already (`stops`).
    """
    if reason == "stopped" and detail:
        return detail
    return pick(DETAILS.get((reason, detail)) or REASONS.get(reason, NO_REASON), language)
