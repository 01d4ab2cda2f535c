"""
The desk's own words, in French and English. Data and one function.

To French agents: conseiller, demande, client (the project's glossary). Any other language reads English.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from ..playbook.typeset import typeset

# key -> (French, English)
_WORDS: dict[str, tuple[str, str]] = {
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
    "due": ("première réponse avant {when}", "first answer due by {when}"),
    "answer_by": ("le canal accepte une réponse jusqu'à {when}", "the channel takes an answer until {when}"),
    "they_wrote": ("Ce que le client a écrit", "What they wrote"),
    "conversation": ("Les derniers messages", "The last messages"),
    "customer_wrote": ("Client", "Customer"),
    "bot_wrote": ("Réponse automatique", "Automatic answer"),
    "agent_wrote": ("Conseiller", "Adviser"),
    "files": ("{files} (pas copié ici : à voir dans {channel})", "{files} (not copied here: see it in {channel})"),
    "quote_edited": ("modifié", "edited"),
    "quote_deleted": ("Message retiré par le client", "Taken back by the customer"),
    "quote_unknown": ("peut-être pas arrivée", "perhaps not arrived"),
    "earlier": ("Messages plus anciens, non affichés : {count}", "Earlier messages, not shown: {count}"),
    "why": ("Pourquoi le bot n'a pas répondu", "Why the bot did not answer"),
    "guess": ("Il pensait à : {intent}", "Its guess: {intent}"),
    "guess_sure": ("Il pensait à : {intent} ({percent} %)", "Its guess: {intent} ({percent}%)"),
    "undelivered": ("Une réponse n'est pas arrivée au client : {failure}", "An answer did not arrive: {failure}"),
    "undelivered_unknown": (
        "Impossible de savoir si une réponse est arrivée au client : {failure}",
        "Nobody can tell whether an answer arrived: {failure}",
    ),
    "suggestion": ("Réponse proposée", "Suggested reply"),
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
    "state_closed": ("Demande close", "Closed"),
    "somebody": ("un conseiller", "an adviser"),
    "send": ("Envoyer cette réponse", "Send this reply"),
    "publish": ("Publier cette réponse", "Post this reply"),
    "edit": ("Modifier et répondre", "Edit & reply"),
    "reply": ("Répondre", "Reply"),
    "claim": ("Je la prends", "Claim"),
    "note": ("Note", "Note"),
    "close": ("Clore", "Close"),
    "give_back": ("Rendre au bot", "Back to the bot"),
    "undo": ("Annuler l'envoi", "Undo"),
    "retry": ("Réessayer", "Try again"),
    "stop": ("Arrêter le bot", "Stop the bot"),
    "start": ("Relancer le bot", "Start the bot again"),
    "stop_title": ("Arrêter ou relancer le bot ?", "Stop or start the bot?"),
    "stop_text": (
        "Pour toute la marque, tout de suite : à l'arrêt, rien ne part sans un conseiller, même ce qui était prêt.",
        "For the whole brand, at once: while stopped, nothing leaves without a person, ready or not.",
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
    "reply_public": ("Tout le monde pourra la lire.", "Everybody will be able to read it."),
    "note_label": ("Note pour l'équipe", "Note for the team"),
    "note_hint": ("Jamais envoyée au client.", "Never sent to the customer."),
    "pick_label": ("Partir d'une autre réponse", "Start from another answer"),
    "pick_placeholder": ("Chercher dans le carnet de réponses", "Search the playbook"),
    "taken": ("Cette demande est déjà prise par {agent}.", "This ticket is already taken by {agent}."),
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
        "Note interne : ce message n'a pas été envoyé au client. Pour répondre, utilisez le bouton « Répondre ».",
        "Internal note: this message was not sent to the customer. To answer, use the “Reply” button.",
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
    "auto_unknown": (
        "Impossible de savoir si la réponse automatique à ce message est arrivée : {failure}. Elle n'est pas renvoyée.",
        "Nobody can tell whether the automatic answer to this message arrived: {failure}. It is not sent again.",
    ),
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
    "bot_stopped": ("{agent} a arrêté le bot de la marque.", "{agent} stopped the brand's bot."),
    "bot_started": ("{agent} a relancé le bot de la marque.", "{agent} started the brand's bot again."),
    "stale_reply": (
        "Réponse retenue : le client a écrit entre-temps (nouveaux messages : {count}). Relisez, puis renvoyez-la.",
        "Answer held back: the customer wrote meanwhile (new messages: {count}). Read them, then send it again.",
    ),
    # Lines that call somebody: no word and no name of the customer.
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
        "Danger, fraude ou justice : à prendre tout de suite.",
        "Danger, fraud or law: somebody must take this now.",
    ),
    "danger_next": (
        "Danger, fraude ou justice : personne ne l'a prise depuis 5 minutes, à vous.",
        "Danger, fraud or law: nobody has taken it for 5 minutes, it is yours.",
    ),
    "account_paused": (
        "{title} : plus rien ne part de ce compte, {why}. Ce qui attend partira ensuite.",
        "{title}: nothing leaves from this account, {why}. What is waiting will leave after that.",
    ),
    # /guichet
    "help": (
        "`/guichet stop` arrête le bot de la marque · `/guichet start` le relance · `/guichet status` dit où il en est",
        "`/guichet stop` stops the brand's bot · `/guichet start` starts it again · `/guichet status` says how it is",
    ),
    "stopped": (
        "Le bot est arrêté : plus rien ne part sans un conseiller.",
        "The bot is stopped: nothing leaves without a person.",
    ),
    "started": ("Le bot peut de nouveau répondre.", "The bot may answer again."),
    "running": (
        "Le bot répond à ce que le carnet de réponses lui confie.",
        "The bot answers what the playbook trusts it with.",
    ),
    "unknown_place": ("Ce canal n'est relié à aucune marque.", "This channel belongs to no brand."),
}

# A decision's reason (docs/triage.md) in words that an agent understands at once.
_REASONS: dict[str, tuple[str, str]] = {
    "unsure": ("Il n'était pas assez sûr d'avoir compris.", "It was not sure enough that it understood."),
    "careful": (
        "Il connaît le sujet, mais quelque chose dans le message demande un conseiller.",
        "It knows the subject, but something in the message wants a person.",
    ),
    "unproved": (
        "Sur ce sujet, ses réponses ne sont pas encore éprouvées.",
        "On this subject its answers are not proved yet.",
    ),
    "out_of_scope": ("La question sort du carnet de réponses.", "The question is not one the playbook knows."),
    "not_in_playbook": (
        "Le carnet de réponses ne traite pas ce sujet.",
        "The playbook says nothing about this subject.",
    ),
    "no_words_in_playbook": (
        "Le carnet de réponses n'a pas de texte complet pour ce cas.",
        "The playbook has no complete text for this case.",
    ),
    "language": (
        "Le message n'est dans aucune langue de la marque.",
        "The message is in none of the brand's languages.",
    ),
    "several_questions": ("Il y a plusieurs questions à la fois.", "There are several questions at once."),
    "never_auto": ("Ce sujet revient toujours à un conseiller.", "This subject always goes to a person."),
    "complaint": ("C'est une réclamation : elle revient à un conseiller.", "It is a complaint: a person answers it."),
    "critical": ("Le message parle d'un danger ou d'une urgence.", "The message speaks of a danger or an emergency."),
    "asked_for_human": ("Le client demande à parler à quelqu'un.", "The customer asks for a person."),
    "suggest_in_public": (
        "En public, un conseiller valide avant l'envoi.",
        "In public, a person approves before it is sent.",
    ),
    "autonomy_suggest": (
        "Sur ce sujet, le bot propose et un conseiller décide.",
        "On this subject the bot suggests and a person decides.",
    ),
    "autonomy_shadow": ("Sur ce sujet, le bot observe seulement.", "On this subject the bot only watches."),
    "autonomy_off": ("Le bot ne répond pas à ce sujet.", "The bot does not answer this subject."),
    "already_said": (
        "La réponse automatique a déjà été donnée : le client insiste.",
        "The automatic answer was already given: the customer asks again.",
    ),
    "not_helped": ("La réponse automatique n'a pas suffi.", "The automatic answer was not enough."),
    "limit": ("Le bot a déjà assez répondu aujourd'hui.", "The bot has answered enough today."),
    "no_look_up": (
        "Aucun suivi des commandes n'est connecté : à vous de répondre.",
        "No order look-up is connected: the answer is yours.",
    ),
    "look_up_failed": ("Le suivi des commandes n'a pas répondu.", "The order look-up did not answer."),
    "no_words": ("Le message ne contient pas de texte.", "The message has no words."),
    "attachment": ("Le message contient une pièce jointe à regarder.", "The message has an attachment to look at."),
    "stopped": ("Le bot de la marque est arrêté.", "The brand's bot is stopped."),
    "human_has_it": ("Un conseiller suit déjà cette conversation.", "A person is already in this conversation."),
    "opted_out": ("Le client ne veut plus de messages automatiques.", "The customer wants no more automatic messages."),
    "native_answer": (
        "Quelqu'un a répondu depuis l'application du canal.",
        "Somebody answered in the channel's own app.",
    ),
    "delivery_failed": ("Sa réponse n'est pas arrivée au client.", "Its answer did not reach the customer."),
    "delivery_unknown": (
        "Personne ne peut dire si sa réponse est arrivée : elle n'est pas renvoyée.",
        "Nobody can tell whether its answer arrived: it is not sent again.",
    ),
}
_NO_REASON = ("Il a préféré laisser un conseiller répondre.", "It preferred to let a person answer.")

# What came along with a message, by its kind -> one of it and several, (French, English) each.
_FILES: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "image": (("photo", "photo"), ("photos", "photos")),
    "video": (("vidéo", "video"), ("vidéos", "videos")),
    "animated_gif": (("GIF", "GIF"), ("GIF", "GIFs")),
    "audio": (("son", "sound"), ("sons", "sounds")),
    "voice": (("message vocal", "voice message"), ("messages vocaux", "voice messages")),
    "document": (("document", "document"), ("documents", "documents")),
    "file": (("document", "document"), ("documents", "documents")),
    "sticker": (("autocollant", "sticker"), ("autocollants", "stickers")),
    "location": (("position", "location"), ("positions", "locations")),
    "contact": (("fiche de contact", "contact card"), ("fiches de contact", "contact cards")),
    "order": (("panier", "basket"), ("paniers", "baskets")),
    "form": (("formulaire", "form"), ("formulaires", "forms")),
    "encrypted": (("message chiffré", "encrypted message"), ("messages chiffrés", "encrypted messages")),
    "text_cut": (("suite d'un long texte", "rest of a long text"), ("suites de longs textes", "rests of long texts")),
}  # fmt: skip
_OTHER_FILE = (("pièce jointe", "attachment"), ("pièces jointes", "attachments"))

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
def _pick(pair: tuple[str, str], language: str) -> str:
    return typeset(pair[0], "fr") if language == "fr" else pair[1]


def say(language: str, key: str, **values: object) -> str:
    """Return the desk's words for `key`. The key is one of this module's; values go in as they are."""
    return _pick(_WORDS[key], language).format(**values) if values else _pick(_WORDS[key], language)


def writes_words(language: str, written: str) -> str:
    """Return which language a customer writes in."""
    return say(language, f"writes_{written}" if f"writes_{written}" in _WORDS else "writes_unknown")


def reason_words(language: str, reason: str) -> str:
    """Return a decision's reason in plain words; a word that is not known here gets an honest general sentence."""
    return _pick(_REASONS.get(reason, _NO_REASON), language)


def files_words(language: str, kinds: Sequence[str]) -> str:
    """Return what came along, counted: "2 photos, 1 vidéo"; a kind that is not known here is an attachment."""
    counted = Counter(_FILES.get(kind, _OTHER_FILE) for kind in kinds)
    return ", ".join(f"{count} {_pick(words[count > 1], language)}" for words, count in counted.items())


def is_unconfirmed(failure: str) -> bool:
    """Return whether a send's failure means that it may have arrived all the same."""
    return failure.partition(" ")[0] == "Unconfirmed"


def failure_words(language: str, failure: str) -> str:
    """Return why a send failed: "<kind>" or "<kind> <platform code>"; the code is kept for support."""
    kind, _, code = failure.partition(" ")
    known = _FAILURES.get(kind)
    if known is None:
        return failure or "?"
    return _pick(known, language) + (f" ({code})" if code else "")
