"""
The sentences that belong to no intent, as every brand says them unless its playbook says otherwise.

Pure, standard library only. A playbook's `phrases` may replace any of them, one language at a time; what it leaves
out is read from here, so a stored playbook has words for a phrase that is younger than itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from .move_phrases import MOVE_PHRASES
from .phrase import Phrase
from .schema import NO_TEXTS, Playbook, Register
from .typeset import typeset

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

_NO_SECRETS_FR = (
    "N'envoyez ici ni mot de passe, ni code reçu par SMS, ni numéro de carte : nous ne vous les demanderons jamais. "
    "Si un paiement n'est pas de vous, prévenez votre banque sans attendre."
)
_NO_SECRETS_EN = (
    "Don't send passwords, codes or card numbers here: we will never ask for them. "
    "If a payment isn't yours, call your bank now."
)
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
        "ai_line_mail": Phrase(
            vous="Cette réponse vous est envoyée par l'assistant IA {of_brand}. "
            "Répondez simplement à cet e-mail : une personne le lira.",
            tu="Cette réponse t'est envoyée par l'assistant IA {of_brand}. "
            "Réponds simplement à cet e-mail : une personne le lira.",
            en="Sent by {brand}'s AI assistant. Just reply to this e-mail and a person will read it.",
        ),
        "ai_mark": Phrase(vous="(Assistant IA)", en="(AI assistant)"),
        "ai_mark_brand": Phrase(vous="(Assistant IA {of_brand})", en="({brand}'s AI assistant)"),
        "handed_over_in_hours": Phrase(
            vous="{greeting} votre message est bien arrivé. Une personne de l'équipe vous répond ici {when}.",
            tu="{greeting} ton message est bien arrivé. Une personne de l'équipe te répond ici {when}.",
            en="{greeting} we have your message. Someone from our team will answer you here {when}.",
        ),
        "handed_over_out_of_hours": Phrase(
            vous="{greeting} votre message est bien arrivé. "
            "L'équipe est de retour {next_opening} et vous répond ici {when_back}.",
            tu="{greeting} ton message est bien arrivé. "
            "L'équipe est de retour {next_opening} et te répond ici {when_back}.",
            en="{greeting} we have your message. Our team is back {next_opening} and will answer you here {when_back}.",
        ),
        "human_asked_in_hours": Phrase(
            vous="C'est noté{comma_name} : une personne de l'équipe vous répond ici {when}.",
            tu="C'est noté{comma_name} : une personne de l'équipe te répond ici {when}.",
            en="Noted{comma_name}: someone from our team will answer you here {when}.",
        ),
        "human_asked_out_of_hours": Phrase(
            vous="C'est noté{comma_name} : l'équipe est de retour {next_opening} "
            "et une personne vous répond ici {when_back}.",
            tu="C'est noté{comma_name} : l'équipe est de retour {next_opening} "
            "et une personne te répond ici {when_back}.",
            en="Noted{comma_name}: our team is back {next_opening} and someone will answer you here {when_back}.",
        ),
        "angry_in_hours": Phrase(
            vous="{greeting} nous sommes désolés que vous ayez à nous écrire pour cela. "
            "Votre message passe en priorité : une personne vous répond ici {when}.",
            tu="{greeting} nous sommes désolés que tu aies à nous écrire pour cela. "
            "Ton message passe en priorité : une personne te répond ici {when}.",
            en="{greeting} we're sorry you have had to write to us about this. "
            "Your message goes first: someone will answer you here {when}.",
        ),
        "angry_out_of_hours": Phrase(
            vous="{greeting} nous sommes désolés que vous ayez à nous écrire pour cela. "
            "L'équipe revient {next_opening} et commence par votre message.",
            tu="{greeting} nous sommes désolés que tu aies à nous écrire pour cela. "
            "L'équipe revient {next_opening} et commence par ton message.",
            en="{greeting} we're sorry you have had to write to us about this. "
            "Our team is back {next_opening} and will start with your message.",
        ),
        "hurt_alerted": Phrase(
            grave=True,
            vous="Si quelqu'un est blessé ou se sent mal, appelez tout de suite {rescue_or_text}. "
            "Une personne de l'équipe est prévenue en urgence. "
            "N'utilisez plus l'article et, si vous le pouvez, gardez-le.",
            en="If anyone is hurt or feels unwell, call {rescue_or_text} now. Someone on our team has been alerted. "
            "Please stop using the item and keep it if you can.",
        ),
        "hurt_out_of_hours": Phrase(
            grave=True,
            vous="Si quelqu'un est blessé ou se sent mal, appelez tout de suite {rescue_or_text}. "
            "Notre équipe lira votre message {back} : n'attendez pas notre réponse pour appeler. "
            "N'utilisez plus l'article et, si vous le pouvez, gardez-le.",
            en="If anyone is hurt or feels unwell, call {rescue_or_text} now. "
            "Our team will read this {back}: please don't wait for us to call for help. "
            "Please stop using the item and keep it if you can.",
        ),
        "wish_to_die": Phrase(
            grave=True,
            vous="Ce que vous écrivez est important. Vous pouvez appeler {help_line} ; "
            "en danger immédiat, {rescue}. Une personne de l'équipe lira votre message.",
            en="What you write matters. You can call {help_line}, or {rescue} if you are in danger now. "
            "Someone on our team will read your message.",
        ),
        "fraud_in_hours": Phrase(
            grave=True,
            vous="Votre message passe en priorité. " + _NO_SECRETS_FR,
            en="Your message goes first. " + _NO_SECRETS_EN,
        ),
        "fraud_out_of_hours": Phrase(
            grave=True,
            vous="Notre équipe lira votre message {back}. " + _NO_SECRETS_FR,
            en="Our team will read your message {back}. " + _NO_SECRETS_EN,
        ),
        # Law, mourning, and all else that a person must look at now.
        "grave_in_hours": Phrase(
            grave=True,
            vous="{greeting} votre message est bien arrivé. Une personne de l'équipe le lit et vous répond ici {when}.",
            en="{greeting} we have your message. Someone from our team will read it and answer you here {when}.",
        ),
        "grave_out_of_hours": Phrase(
            grave=True,
            vous="{greeting} votre message est bien arrivé. "
            "L'équipe est de retour {next_opening} et vous répond ici {when_back}.",
            en="{greeting} we have your message. Our team is back {next_opening} and will answer you here {when_back}.",
        ),
        "shop_asked": Phrase(
            vous="{greeting} je transmets votre question à la boutique de {shop} (taille {size}). "
            "Une personne vous répond ici {when}.",
            tu="{greeting} je transmets ta question à la boutique de {shop} (taille {size}). "
            "Une personne te répond ici {when}.",
            en="{greeting} I'm passing your question to our {shop} shop (size {size}). "
            "Someone will answer you here {when}.",
        ),
        "voice_alone": Phrase(
            vous="Votre message vocal est bien arrivé. Une personne vous répond ici {when}. "
            "Vous pouvez aussi écrire votre question.",
            tu="Ton message vocal est bien arrivé. Une personne te répond ici {when}. "
            "Tu peux aussi écrire ta question.",
            en="We have your voice note. Someone will answer you here {when}. You can also type your question.",
        ),
        "photo_alone": Phrase(
            vous="Votre photo est bien arrivée. Une personne vous répond ici {when}. "
            "Vous pouvez aussi écrire votre question.",
            tu="Ta photo est bien arrivée. Une personne te répond ici {when}. Tu peux aussi écrire ta question.",
            en="We have your photo. Someone will answer you here {when}. You can also type your question.",
        ),
        "file_alone": Phrase(
            vous="Votre envoi est bien arrivé. Une personne vous répond ici {when}. "
            "Vous pouvez aussi écrire votre question.",
            tu="Ton envoi est bien arrivé. Une personne te répond ici {when}. Tu peux aussi écrire ta question.",
            en="We have what you sent. Someone will answer you here {when}. You can also type your question.",
        ),
        "withdrawal": Phrase(
            grave=True,
            vous="Votre demande de rétractation est bien arrivée le {received_on} à {received_at}. "
            "Une personne vous confirme la suite ici {when}.",
            en="We received your withdrawal on {received_on} at {received_at}. "
            "Someone will confirm the next steps here {when}.",
        ),
        "formal_notice": Phrase(
            grave=True,
            vous="Votre mise en demeure est bien arrivée le {received_on} à {received_at}. "
            "Une personne la lit et vous répond ici {when}.",
            en="We received your formal notice on {received_on} at {received_at}. "
            "Someone will read it and answer you here {when}.",
        ),
        "warranty_claim": Phrase(
            vous="Votre demande de garantie est bien arrivée le {received_on} à {received_at}. "
            "Une personne vous répond ici {when}.",
            tu="Ta demande de garantie est bien arrivée le {received_on} à {received_at}. "
            "Une personne te répond ici {when}.",
            en="We received your warranty claim on {received_on} at {received_at}. "
            "Someone will answer you here {when}.",
        ),
        "own_data": Phrase(
            grave=True,
            vous="Votre demande sur vos données est enregistrée ce {received_on}. "
            "Une personne vous répond dans un délai d'un mois au plus.",
            en="Your data request is recorded today, {received_on}. Someone will answer within one month at most.",
        ),
        "lookup_failed": Phrase(
            vous="Le suivi des commandes ne répond pas en ce moment. Une personne vérifie et vous répond ici {when}.",
            tu="Le suivi des commandes ne répond pas en ce moment. Une personne vérifie et te répond ici {when}.",
            en="Our order tracking is not answering right now. Someone will check and answer you here {when}.",
        ),
        "order_late": Phrase(
            vous="D'après le suivi, votre commande a du retard et nous en sommes désolés. "
            "Une personne cherche où elle est et vous répond ici {when}.",
            tu="D'après le suivi, ta commande a du retard et nous en sommes désolés. "
            "Une personne cherche où elle est et te répond ici {when}.",
            en="The tracking says that your order is late, and we are sorry. "
            "Someone will find out where it is and answer you here {when}.",
        ),
        "late": Phrase(
            vous="Nous vous avions annoncé une réponse {promised} et nous sommes en retard : toutes nos excuses. "
            "Une personne vous répond {when}.",
            tu="Nous t'avions annoncé une réponse {promised} et nous sommes en retard : toutes nos excuses. "
            "Une personne te répond {when}.",
            en="We said {promised} and we're late: we're sorry. Someone will answer {when}.",
        ),
        # Proposed to the agent who corrects an automatic answer; said by nobody else.
        "correction": Phrase(
            vous="{greeting} notre assistant vous a répondu à côté de votre demande, et nous vous prions de nous en "
            "excuser.",
            tu="{greeting} notre assistant t'a répondu à côté de ta demande, toutes nos excuses.",
            en="{greeting} our assistant's answer did not meet your request, and we are sorry about that.",
        ),
        # Under posts: three ways to give the same answer, so that a post does not show one text many times.
        "comment_hello": Phrase(vous="{greeting}\n{answer}", en="{greeting}\n{answer}"),
        "comment_thanks": Phrase(
            vous="Merci pour votre question{comma_name}. {answer}",
            tu="Merci pour ta question{comma_name}. {answer}",
            en="Thanks for your question{comma_name}. {answer}",
        ),
        "comment_wish": Phrase(
            vous="{answer}\nBonne journée{comma_name} !", en="{answer}\nHave a lovely day{comma_name}!"
        ),
        # Proposed to an agent: under a comment whose writer was written to, and in private.
        "comment_moved": Phrase(
            vous="{greeting} merci pour votre message. Nous venons de vous écrire en privé pour en parler.",
            tu="{greeting} merci pour ton message. Nous venons de t'écrire en privé pour en parler.",
            en="{greeting} thank you for your message. We have just written to you privately.",
        ),
        "comment_private": Phrase(
            vous="{greeting} nous répondons ici à votre commentaire, pour garder vos informations privées. "
            "Que s'est-il passé ?",
            tu="{greeting} nous répondons ici à ton commentaire, pour garder tes informations privées. "
            "Que s'est-il passé ?",
            en="{greeting} we are answering your comment here, to keep your details private. What happened?",
        ),
        "comment_hidden": Phrase(
            vous="Votre commentaire montrait {shown} : nous l'avons masqué pour vous protéger. Vous pouvez le "
            "supprimer vous-même ; nous vous répondons ici.",
            tu="Ton commentaire montrait {shown} : nous l'avons masqué pour te protéger. Tu peux le supprimer "
            "toi-même ; nous te répondons ici.",
            en="Your comment showed {shown}: we have hidden it to protect you. You can delete it yourself; we answer "
            "you here.",
        ),
        # The second number in a row that the shop does not know.
        "not_found_again": Phrase(
            vous="Je ne la trouve pas non plus, je passe la main : une personne vous répond ici {when}.",
            tu="Je ne la trouve pas non plus, je passe la main : une personne te répond ici {when}.",
            en="I cannot find that one either, so I am handing over: someone will answer you here {when}.",
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
        # The welcome: who speaks, then what may be answered with a number (docs/conversation.md).
        "good_day": Phrase(vous="Bonjour", en="Hello"),
        "good_evening": Phrase(vous="Bonsoir", en="Good evening"),
        "welcome": Phrase(
            vous="{hello}, je suis l'assistant IA {of_brand}. Que puis-je faire pour vous ?",
            tu="{hello}, je suis l'assistant IA {of_brand}. Que puis-je faire pour toi ?",
            en="{hello}, I'm {brand}'s AI assistant. What can I do for you?",
        ),
        "welcome_closed": Phrase(
            vous="{hello}, je suis l'assistant IA {of_brand}. L'équipe est de retour {next_opening}. "
            "En attendant, que puis-je faire pour vous ?",
            tu="{hello}, je suis l'assistant IA {of_brand}. L'équipe est de retour {next_opening}. "
            "En attendant, que puis-je faire pour toi ?",
            en="{hello}, I'm {brand}'s AI assistant. Our team is back {next_opening}. "
            "Meanwhile, what can I do for you?",
        ),
        "welcome_about": Phrase(
            vous="{hello}, je suis l'assistant IA {of_brand}. Que souhaitez-vous savoir sur « {ad} » ?",
            tu="{hello}, je suis l'assistant IA {of_brand}. Que souhaites-tu savoir sur « {ad} » ?",
            en="{hello}, I'm {brand}'s AI assistant. What would you like to know about “{ad}”?",
        ),
        "welcome_about_closed": Phrase(
            vous="{hello}, je suis l'assistant IA {of_brand}. L'équipe est de retour {next_opening}. "
            "Que souhaitez-vous savoir sur « {ad} » ?",
            tu="{hello}, je suis l'assistant IA {of_brand}. L'équipe est de retour {next_opening}. "
            "Que souhaites-tu savoir sur « {ad} » ?",
            en="{hello}, I'm {brand}'s AI assistant. Our team is back {next_opening}. "
            "What would you like to know about “{ad}”?",
        ),
        "welcome_choices": Phrase(
            vous="Répondez {choices}, ou posez votre question.",
            tu="Réponds {choices}, ou pose ta question.",
            en="Reply {choices}, or just ask your question.",
        ),
        # Above the same choices, where the channel shows them as buttons.
        "welcome_buttons": Phrase(
            vous="Choisissez ci-dessous, ou posez votre question.",
            tu="Choisis ci-dessous, ou pose ta question.",
            en="Choose below, or just ask your question.",
        ),
        "welcome_choice": Phrase(vous="{number} pour {label}", en="{number} to {label}"),
        "a_person": Phrase(vous="une personne", en="talk to a person"),
        # Which of the likely subjects is meant; the choices stand one a line, the last is "something else".
        "clarify": Phrase(
            vous="Pour vous répondre juste, votre question porte plutôt sur :\n{choices}\n"
            "Répondez par le numéro, ou avec vos mots.",
            tu="Pour te répondre juste, ta question porte plutôt sur :\n{choices}\n"
            "Réponds par le numéro, ou avec tes mots.",
            en="To give you the right answer, is this about:\n{choices}\nReply with the number, or in your own words.",
        ),
        "clarify_buttons": Phrase(
            vous="Pour vous répondre juste, de quoi s'agit-il ? Choisissez ci-dessous, ou répondez avec vos mots.",
            tu="Pour te répondre juste, de quoi s'agit-il ? Choisis ci-dessous, ou réponds avec tes mots.",
            en="To give you the right answer, what is this about? Choose below, or answer in your own words.",
        ),
        "something_else": Phrase(vous="autre chose", en="something else"),
        **MOVE_PHRASES,
        "opted_out": Phrase(
            vous="C'est noté : plus de message automatique {of_brand} ici. "
            "Si vous nous écrivez de nouveau, une personne vous répondra.",
            tu="C'est noté : plus de message automatique {of_brand} ici. Si tu nous réécris, une personne te répondra.",
            en="Done: no more automatic messages from {brand} here. If you write again, a person will answer.",
        ),
        # On another channel of the same person: where an answer waits that cannot be sent before they write there.
        "answer_waits": Phrase(
            vous="Une réponse vous attend là où vous nous avez écrit ({channel}). Écrivez-nous là-bas pour la lire.",
            tu="Une réponse t'attend là où tu nous as écrit ({channel}). Écris-nous là-bas pour la lire.",
            en="An answer is waiting for you where you wrote to us ({channel}). Write to us there to read it.",
        ),
        "opted_in": Phrase(
            vous="C'est noté : l'assistant IA {of_brand} peut de nouveau vous répondre ici.",
            tu="C'est noté : l'assistant IA {of_brand} peut de nouveau te répondre ici.",
            en="Done: {brand}'s AI assistant can answer you here again.",
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
