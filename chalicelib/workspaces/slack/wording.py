"""
Slack's texts of our own, in French and English. Data and one function.

To French agents: conseiller, demande, client, bot (docs/glossary.md). Any other language reads English.
"""

from __future__ import annotations

from functools import lru_cache

from ...playbook.typeset import typeset
from .file_words import FILE_WORDS
from .people_words import PEOPLE_WORDS
from .unsend_words import UNSEND_WORDS

# key -> (French, English)
_WORDS: dict[str, tuple[str, str]] = {
    **FILE_WORDS,
    **UNSEND_WORDS,
    **PEOPLE_WORDS,
    "ticket": ("Demande", "Ticket"),
    "customer": ("Client", "Customer"),
    "urgent": ("Urgent", "Urgent"),
    "high": ("À traiter vite", "High priority"),
    "public": ("en public", "in public"),
    "private": ("en privé", "in private"),
    "writes_fr": ("écrit en français", "writes in French"),
    "writes_en": ("écrit en anglais", "writes in English"),
    "writes_es": ("écrit en espagnol", "writes in Spanish"),
    "writes_de": ("écrit en allemand", "writes in German"),
    "writes_it": ("écrit en italien", "writes in Italian"),
    "writes_pt": ("écrit en portugais", "writes in Portuguese"),
    "writes_nl": ("écrit en néerlandais", "writes in Dutch"),
    "writes_ar": ("écrit en arabe", "writes in Arabic"),
    "writes_other": ("écrit dans une autre langue", "writes in another language"),
    "writes_unknown": ("langue à vérifier", "language to be checked"),
    "due": ("À répondre avant {when}", "Answer before {when}"),
    "due_then_refused": (
        "À répondre avant {when} : {channel} refuse ensuite",
        "Answer before {when}: {channel} refuses after that",
    ),
    "answer_by": ("{channel} accepte une réponse avant {when}", "{channel} takes an answer until {when}"),
    "due_short": ("avant {when}", "before {when}"),
    "window_is_over": (
        "{channel} ne prend plus de réponse tant que la personne n'écrit pas",
        "{channel} takes no answer until the person writes",
    ),
    "to_answer": ("À répondre", "To be answered"),
    "head_sending": ("Réponse en cours d'envoi", "Answer being sent"),
    "head_answered": ("Répondu", "Answered"),
    "head_held": ("Réponse gardée", "Answer held"),
    "head_failed": ("Réponse non partie", "Answer not sent"),
    "head_returned": ("Rendue au bot", "Back with the bot"),
    "head_settled": ("Close d'elle-même", "Settled"),
    "head_closed": ("Close", "Closed"),
    "no_subject": ("Sujet non reconnu", "Subject not recognised"),
    "known_subject": (
        "*Sujet reconnu : {intent}.* Le carnet n'a pas encore de réponse.",
        "*Subject recognised: {intent}.* The playbook has no answer yet.",
    ),
    "subject_maybe": ("Peut-être : {intent} ({percent})", "Perhaps: {intent} ({percent})"),
    "percent": ("{percent} %", "{percent}%"),
    "almost_sure": ("plus de 99 %", "over 99%"),
    "for_a_person": ("Pour une personne : {reason}", "For a person: {reason}"),
    "customer_wrote": ("Client", "Customer"),
    "bot_wrote": ("Bot", "Bot"),
    "agent_wrote": ("Conseiller", "Adviser"),
    "quoting": ("répond à « {words} »", "answers “{words}”"),
    "done": ("Déjà fait", "Already done"),
    "done_answer": ("{when}, bot : {intent}", "{when}, bot: {intent}"),
    "promised": ("Promis", "Promised"),
    "promised_until": ("une réponse avant {when}", "an answer before {when}"),
    "order_unverified": (
        "numéro donné par le client, identité non vérifiée",
        "number given by the customer, identity not verified",
    ),
    "order_expected": ("prévue le {when}", "expected {when}"),
    "order_silent": ("le suivi des commandes n'a pas répondu", "the order service did not answer"),
    "public_phone": ("numéro de téléphone visible en public", "telephone number visible in public"),
    "public_email": ("adresse e-mail visible en public", "e-mail address visible in public"),
    "public_card": ("numéro de carte ou d'IBAN donné en public", "card number or IBAN given in public"),
    "quote_edited": ("modifié", "edited"),
    "quote_deleted": ("Message retiré par le client", "Taken back by the customer"),
    "quote_unknown": ("peut-être pas arrivée", "perhaps not arrived"),
    "earlier": ("Messages plus anciens, non affichés : {count}", "Earlier messages, not shown: {count}"),
    "undelivered": ("Une réponse n'est pas arrivée au client : {failure}", "An answer did not arrive: {failure}"),
    "undelivered_unknown": (
        "Impossible de savoir si une réponse est arrivée au client : {failure}",
        "Nobody can tell whether an answer arrived: {failure}",
    ),
    "suggestion": ("Réponse du carnet", "Reply from the playbook"),
    "suggestion_check": ("à relire", "read it first"),
    "suggestion_cut": (
        "Trop longue pour être montrée entière : relisez-la dans « Modifier et répondre ».",
        "Too long to be shown whole: read it in “Edit & reply”.",
    ),
    "answer_sent": ("Réponse envoyée", "Answer sent"),
    "answer_sending": ("Réponse en cours d'envoi", "Answer being sent"),
    "answer_held": ("Réponse gardée", "Answer held"),
    "answer_failed": ("Réponse qui n'est pas partie", "Answer that did not go out"),
    "newer": (
        "Messages arrivés depuis cette proposition : {count}. Relisez avant d'envoyer.",
        "Messages since this suggestion was written: {count}. Read them before you send it.",
    ),
    "state_open": ("À prendre", "Nobody has it yet"),
    "state_claimed": ("Demande prise par {agent}", "Taken by {agent}"),
    "state_sending": (
        "{agent} répond : envoi à {when}, encore annulable",
        "{agent} answers: leaves at {when}, undo until then",
    ),
    "state_answered": ("Répondu par {agent}", "Answered by {agent}"),
    "state_failed": ("La réponse n'est pas partie : {failure}", "The answer did not go out: {failure}"),
    "state_held": ("Réponse gardée jusqu'à ce que la personne écrive", "Answer held until the person writes"),
    "state_returned": ("Rendue au bot par {agent}", "Given back to the bot by {agent}"),
    "state_settled": ("Close d'elle-même : plus rien à répondre", "Closed by itself: nothing is left to answer"),
    "state_closed": ("Demande close", "Closed"),
    "somebody": ("un conseiller", "an adviser"),
    "send": ("Envoyer cette réponse", "Send this reply"),
    "publish": ("Publier cette réponse", "Post this reply"),
    "edit": ("Modifier et répondre", "Edit & reply"),
    "reply": ("Répondre…", "Reply…"),
    "claim": ("Prendre", "Take"),
    "note": ("Note", "Note"),
    "close": ("Clore", "Close"),
    "take_over": ("Reprendre à mon compte", "Take over"),
    "send_close": ("Envoyer et clore", "Send and close"),
    "hold_this": ("Garder cette réponse", "Hold this reply"),
    "hold": ("Garder jusqu'à son message", "Hold until they write"),
    "give_back": ("Rendre au bot", "Back to the bot"),
    "undo": ("Annuler l'envoi", "Undo"),
    "retry": ("Réessayer", "Try again"),
    "switch": ("Arrêter ou relancer le bot…", "Stop or start the bot…"),
    "stop": ("Arrêter", "Stop it"),
    "start": ("Relancer", "Start it"),
    "stop_title": ("Arrêter le bot ?", "Stop the bot?"),
    "start_title": ("Relancer le bot ?", "Start the bot again?"),
    "stop_text": (
        "Pour toute la marque, tout de suite : à l'arrêt, rien ne part sans un conseiller, même ce qui était prêt.",
        "For the whole brand, at once: while stopped, nothing leaves without a person, ready or not.",
    ),
    "start_text": (
        "Le bot de la marque est arrêté. Relancé, il répond de nouveau à ce que le carnet de réponses lui confie.",
        "The brand's bot is stopped. Started again, it answers what the playbook trusts it with.",
    ),
    "yes": ("Oui", "Yes"),
    "cancel": ("Annuler", "Cancel"),
    "newer_title": ("Envoyer quand même ?", "Send it anyway?"),
    # modals
    "reply_title": ("Répondre", "Reply"),
    "note_title": ("Note interne", "Internal note"),
    "submit_reply": ("Envoyer", "Send"),
    "submit_note": ("Enregistrer", "Save"),
    "reply_label": ("Votre réponse à {customer}", "Your answer to {customer}"),
    "reply_hint": ("{limit} caractères au plus sur ce canal.", "{limit} characters at most on this channel."),
    "reply_held": (
        "{channel} ne prend plus de réponse : elle sera gardée jusqu'à ce que la personne écrive.",
        "{channel} takes no answer now: it will be held until the person writes.",
    ),
    "reply_public": ("Tout le monde pourra la lire.", "Everybody will be able to read it."),
    "take_over_title": ("Reprendre la demande", "Take the ticket over"),
    "submit_take_over": ("Reprendre", "Take over"),
    "take_over_label": ("Pourquoi", "Why"),
    "take_over_hint": (
        "Écrit dans le fil : qui l'avait le lit là.",
        "Written into the thread, where its former agent reads it.",
    ),
    "note_label": ("Note pour l'équipe", "Note for the team"),
    "note_hint": ("Jamais envoyée au client.", "Never sent to the customer."),
    "pick_label": ("Partir d'une autre réponse", "Start from another answer"),
    "pick_placeholder": ("Chercher dans le carnet de réponses", "Search the playbook"),
    "taken": (
        "Cette demande est déjà prise par {agent}. Pour la reprendre : « Reprendre à mon compte », au menu.",
        "This ticket is already taken by {agent}. To take it instead: “Take over”, in the menu.",
    ),
    "only_named": (
        "Tout le monde peut arrêter le bot ; seules ces personnes le relancent : {people}.",
        "Anybody may stop the bot; only these people start it again: {people}.",
    ),
    "nobody_named": (
        "Tout le monde peut arrêter le bot ; le carnet de réponses ne nomme encore personne qui le relance (`admins`).",
        "Anybody may stop the bot; the playbook names nobody yet who starts it again (`admins`).",
    ),
    "gone": ("Cette demande n'existe plus.", "This ticket no longer exists."),
    "changed": (
        "La réponse proposée a changé depuis l'affichage : relisez-la, puis envoyez-la.",
        "The suggested reply has changed since it was shown: read it again, then send it.",
    ),
    "already": ("Cette demande a déjà une réponse en route.", "An answer to this ticket is already on its way."),
    "wait": ("Un instant : réessayez dans quelques secondes.", "One moment: try again in a few seconds."),
    "ok": ("Compris", "Got it"),
    "empty": ("Écrivez quelque chose avant d'envoyer.", "Write something before you send it."),
    "too_long": (
        "{size} caractères : ce canal en accepte {limit}. Raccourcissez de {over}.",
        "{size} characters: this channel takes {limit}. Shorten it by {over}.",
    ),
    # the lasting mark on what is typed in a thread
    "thread_note": (
        "Note interne, jamais envoyée au client. Pour lui répondre : « Répondre » ou « Modifier et répondre ».",
        "Internal note, never sent to the customer. To answer them: “Reply” or “Edit & reply”.",
    ),
    "send_failed": (
        "La réponse n'a pas été remise au client : {failure}",
        "The answer did not reach the customer: {failure}",
    ),
    "send_unknown": (
        "Impossible de savoir si la réponse est arrivée : {failure}. Elle n'est pas renvoyée : voyez avec le client.",
        "Nobody can tell whether the answer arrived: {failure}. It is not sent again by itself: ask the customer.",
    ),
    "auto_failed": (
        "La réponse automatique à ce message n'est pas arrivée : {failure}",
        "The automatic answer to this message did not arrive: {failure}",
    ),
    "judged_wrong": (
        "Après relecture, la réponse automatique à ce message est jugée fausse : à corriger auprès du client.",
        "Read again, the automatic answer to this message was judged wrong: it is to be corrected with the customer.",
    ),
    "correct": ("Corriger", "Correct it"),
    "auto_unknown": (
        "Impossible de savoir si la réponse automatique à ce message est arrivée : {failure}. Elle n'est pas renvoyée.",
        "Nobody can tell whether the automatic answer to this message arrived: {failure}. It is not sent again.",
    ),
    "file_failed": ("Une pièce jointe n'est pas arrivée jusqu'ici.", "An attachment did not come this far."),
    "acknowledgement_failed": (
        "La réponse d'attente automatique n'est pas arrivée au client : {failure}",
        "The automatic holding reply did not reach the customer: {failure}",
    ),
    "acknowledgement_unknown": (
        "Impossible de savoir si la réponse d'attente automatique est arrivée : {failure}. Elle n'est pas renvoyée.",
        "Nobody can tell whether the automatic holding reply arrived: {failure}. It is not sent again.",
    ),
    "in_full": ("Le message du client, en entier", "The customer's message in full"),
    "goes_on": ("Suite des mots du client", "The customer's words go on"),
    "by_customer": ("Le client ajoute", "The customer adds"),
    "reacted": ("Le client réagit à une réponse", "The customer reacts to an answer"),
    "opted_out": (
        "Le client ne veut plus de messages automatiques ici.",
        "No more automatic messages are wanted here.",
    ),
    "opted_in": ("Messages automatiques de nouveau permis ici.", "Automatic messages are welcome here again."),
    "closed_by_customer": ("Sans rien demander, le client écrit", "The customer writes, asking for nothing"),
    "edited_by_customer": ("Le client a modifié un message. Il écrit maintenant", "The customer edited a message to"),
    "deleted_by_customer": (
        "Le client a retiré un message : ses mots ne sont plus affichés ici.",
        "The customer took a message back: its words are no longer shown here.",
    ),
    "note_by": ("Note de {agent}", "Note from {agent}"),
    "too_late": ("Trop tard pour annuler : la réponse est déjà partie.", "Too late to undo: the answer has left."),
    "cancelled": (
        "Envoi annulé : rien n'est parti. Vos mots sont gardés dans « Répondre ».",
        "Undone: nothing was sent. Your words are kept under “Reply”.",
    ),
    "native_answer": (
        "Quelqu'un a répondu depuis l'application du canal : le bot se tait.",
        "Somebody answered in the channel's own app: the bot stays silent.",
    ),
    "said_beside": (
        "Autre question : l'assistant répond ({subject})",
        "Another question: the assistant answers ({subject})",
    ),
    "numbers_guessed": (
        (
            "En une heure, {missed} numéros de commande inconnus sur {asked} demandés : quelqu'un en essaie peut-être. "
            "Pendant une heure, une personne répond aux demandes de suivi."
        ),
        (
            "In one hour {missed} of {asked} order numbers were unknown: somebody may be trying them. "
            "For an hour a person answers questions about orders."
        ),
    ),
    "number_changed": (
        "Le numéro de téléphone a changé : la réponse part vers le nouveau.",
        "The telephone number has changed: the answer goes to the new one.",
    ),
    "bot_stopped": ("{agent} a arrêté le bot de la marque.", "{agent} stopped the brand's bot."),
    "bot_started": ("{agent} a relancé le bot de la marque.", "{agent} started the brand's bot again."),
    "stale_reply": (
        "Réponse retenue : le client a écrit entre-temps (nouveaux messages : {count}). Relisez, puis renvoyez-la.",
        "Answer held back: the customer wrote meanwhile (new messages: {count}). Read them, then send it again.",
    ),
    "taken_over": ("{agent} reprend cette demande à son compte", "{agent} takes this ticket over"),
    "snoozed": ("Rappel demandé : {when}", "Reminder asked for: {when}"),
    "snooze": ("Me le rappeler…", "Remind me…"),
    # Lines that call somebody: no word and no name of the customer.
    "asked_for": ("Rappel demandé : cette demande attend toujours.", "As you asked: this ticket still waits."),
    "unread": (
        "Demande laissée ouverte : un message est arrivé que votre écran ne montrait pas encore. Lisez-le d'abord.",
        "Left open: a message came that your screen did not show yet. Read it first.",
    ),
    "held": (
        "Réponse gardée : {channel} n'en prend plus tant que la personne n'écrit pas.",
        "Answer held: {channel} takes none until the person writes.",
    ),
    "held_leaves": (
        "La personne a écrit : la réponse gardée part maintenant.",
        "The person wrote: the held answer leaves now.",
    ),
    "held_offered": (
        "La personne a écrit : la réponse gardée est proposée, relisez-la avant de l'envoyer.",
        "The person wrote: the held answer is suggested, read it again before you send it.",
    ),
    "template_changed": (
        "Rien n'est parti : le modèle ou son prix a changé. Relisez, puis renvoyez.",
        "Nothing went: the template or its price has changed. Read it again, then send it.",
    ),
    "template_failed": ("Le modèle n'est pas parti : {failure}", "The template did not go: {failure}"),
    "reminder": ("À répondre avant {when}.", "Answer before {when}."),
    "window_soon": (
        "À répondre maintenant : {channel} refuse les réponses après {when}.",
        "Answer now: {channel} takes no answer after {when}.",
    ),
    "late": ("En retard : réponse attendue avant {when}.", "Late: an answer was due before {when}."),
    "window_over": (
        "Trop tard : {channel} ne prend plus de réponse tant que la personne n'écrit pas.",
        "Too late: {channel} takes no answer until the person writes again.",
    ),
    "wrote_again": ("Nouveau message à lire ici.", "A new message to read here."),
    "rises": (
        "Nouveau message, et personne n'a encore pris cette demande.",
        "A new message, and nobody has taken this ticket yet.",
    ),
    "danger": (
        "Cas grave (danger, fraude, justice) : à prendre tout de suite.",
        "Grave (danger, fraud, law): somebody must take this now.",
    ),
    "danger_next": (
        "Cas grave (danger, fraude, justice) : personne ne l'a pris depuis 5 minutes, à vous.",
        "Grave (danger, fraud, law): nobody has taken it for 5 minutes, it is yours.",
    ),
    "digest": (
        "📥 {count} demandes de plus, trop pour un message chacune. Prenez-en une : elle s'ouvre ici en entier.",
        "📥 {count} more tickets, too many for a message each. Take one, and it opens here in full.",
    ),
    "account_paused": (
        "{title} : plus rien ne part de ce compte, {why}. Ce qui attend partira ensuite.",
        "{title}: nothing leaves from this account, {why}. What is waiting will leave after that.",
    ),
    # /guichet
    "help": (
        (
            "`/guichet stop` arrête le bot · `start` le relance · `status` dit où il en est · "
            "`mes`, `libres`, `retard` montrent des demandes, à vous seul · `chercher MOTS` en trouve une · "
            "`chiffres` montre la semaine · `juger` montre des réponses à juger · "
            "`exception` met des mots avant les réponses pour un temps · `réponse SUJET` change une réponse"
        ),
        (
            "`/guichet stop` stops the bot · `start` starts it again · `status` says how it is · "
            "`mine`, `free`, `late` show tickets, to you alone · `search WORDS` finds one · "
            "`figures` shows the week · `judge` shows answers to judge · "
            "`exception` puts words before the answers for a while · `answer SUBJECT` changes an answer"
        ),
    ),
    "stopped": (
        "Le bot est arrêté : plus rien ne part sans un conseiller.",
        "The bot is stopped: nothing leaves without a person.",
    ),
    "started": ("Le bot peut de nouveau répondre.", "The bot may answer again."),
    "unknown_place": ("Ce canal n'est relié à aucune marque.", "This channel belongs to no brand."),
}

# A failed send, by kind of error, in words that say what to do.
_FAILURES: dict[str, tuple[str, str]] = {
    "Refused": ("le canal l'a refusée", "the channel refused it"),
    "WindowClosed": ("le délai de réponse du canal est dépassé", "the channel's answer window is over"),
    "TokenExpired": ("le compte de la marque doit être reconnecté", "the brand's account must be connected again"),
    "Unconfirmed": ("le canal n'a pas confirmé l'envoi", "the channel did not confirm it"),
    "RateLimited": ("le canal est saturé", "the channel is at its limit"),
    "Retryable": ("le canal ne répond pas", "the channel does not answer"),
}  # fmt: skip


@lru_cache(maxsize=512)
def pick(pair: tuple[str, str], language: str) -> str:
    """Return the words for this language, typeset."""
    return typeset(pair[0], "fr") if language == "fr" else pair[1]


def say(language: str, key: str, **values: object) -> str:
    """Return the text for `key`, one of this module's; values go in as they are."""
    return pick(_WORDS[key], language).format(**values) if values else pick(_WORDS[key], language)


def writes_words(language: str, written: str) -> str:
    """Return the line that names the language in which a customer writes."""
    return say(language, f"writes_{written}" if f"writes_{written}" in _WORDS else "writes_unknown")


def is_unconfirmed(failure: str) -> bool:
    """Return whether a failure code means that the message may have arrived."""
    return failure.partition(" ")[0] == "Unconfirmed"


def failure_words(language: str, failure: str) -> str:
    """Return why a send failed: "<kind>" or "<kind> <platform code>"; the code is kept for support."""
    kind, _, code = failure.partition(" ")
    known = _FAILURES.get(kind)
    if known is None:
        return failure or "?"
    return pick(known, language) + (f" ({code})" if code else "")
