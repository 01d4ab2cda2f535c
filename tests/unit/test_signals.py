"""What a text says beside its subject: each signal in many wordings, and what sounds alike and is none."""

from __future__ import annotations

import pytest

from chalicelib.model import Signal, Urgency
from chalicelib.triage import features, rules
from chalicelib.triage.signals import URGENT, signals_of

HEARD: dict[Signal, tuple[str, ...]] = {
    Signal.FRAUD: (
        "I got a mail that the email of my account was changed and now I can't log in",
        "Je n'arrive plus à me connecter, quelqu'un a changé mon mot de passe et mon adresse mail",
        "you reset my password out of nowhere, any leak?",
        "there was a new login from a country I never was in",
        "A stranger paid with my card",
        "Un inconnu a payé avec ma carte chez vous",
        "my mailbox was hacked and now there are orders",
        "on a piraté ma boîte mail",
        "got a call saying I won a prize, they knew my last order",
        "On m'appelle pour un concours gagné, ils connaissent ma commande et demandent mon numéro de carte",
        "I keep getting one time codes for orders I never placed",
        "je reçois des codes par SMS alors que je n'ai rien commandé",
        "the mail asks me for the three digits of my card, is it from you?",
        "un mail en votre nom demande les trois chiffres de ma carte",
        "is this text really from you or is it a scam",
        "j'ai reçu un SMS suspect à votre nom",
        "someone is using my account to buy gift cards",
        "quelqu'un s'est connecté à mon compte et a commandé deux téléphones",
        "there's an order on my account that I never made",
        "une commande que je n'ai jamais passée est sur mon compte",
        "ce paiement n'est pas de moi",
        "They opened an account in my name",
        "a fake website is using your logo",
        "je vous signale une tentative d'hameçonnage",
        "My card was used on your site twice last night and it wasn't me",
        "ma carte a été utilisée sur votre site sans mon accord",
        "I've been scammed by someone pretending to be you",
        "victime d'une usurpation d'identité",
    ),
    Signal.LAW: (
        "refund me or I must go to the consumer forum",
        "otherwise court",
        "sinon c'est le tribunal",
        "My advocate will write to you",
        "I'm calling my solicitor",
        "mon avocat vous écrira",
        "je vais porter plainte",
        "Je saisis la DGCCRF lundi",
        "j'ai fait un signalement sur SignalConso",
        "see you in small claims",
        "I will sue you",
        "legal action will follow",
        "this is illegal and you know it",
        "c'est illégal",
        "I have reported you to trading standards",
        "dernier message avant le médiateur de la consommation",
        "je contacte ma protection juridique",
        "UFC Que Choisir va être content",
        "The police have been informed",
        "une plainte a été déposée à la gendarmerie",
        "vous êtes hors la loi, le délai de rétractation est de 14 jours",
        "My consumer rights say otherwise",
        "I'll report this to the ombudsman",
        "mise en demeure avant poursuites",
    ),
    Signal.DANGER: (
        "the lamp caught fire",
        "la multiprise a pris feu cette nuit",
        "your microwave-safe bowl cracked in the microwave and the soup went everywhere",
        "le bol soi-disant pour micro-ondes s'est fendu au micro-ondes",
        "there is mould on the mattress and my baby sleeps on it",
        "le matelas du bébé est moisi, mon enfant dort dessus",
        "my son cut his hand on it",
        "ma fille s'est blessée avec la trottinette",
        "I found a piece of glass in the salad",
        "il y avait un morceau de verre dans la soupe",
        "the charger melted overnight",
        "la batterie a gonflé",
        "I got an electric shock from the kettle",
        "j'ai pris une décharge avec le grille-pain",
        "we both got food poisoning from your chicken",
        "I have a nut allergy and nearly died, the label doesn't say it",
        "réaction allergique à votre crème",
        "the chair collapsed under my mother and she broke her hip",
        "your driver nearly hit my child",
        "le livreur m'a menacé",
        "sparks are coming out of the plug",
        "there was a smell of burning when I switched it on",
        "I want to kill myself",
        "j'ai envie de mourir",
        "bit into a screw in my sandwich",
        "cet appareil est dangereux",
    ),
    Signal.VULNERABLE: (
        "I'm disabled and cannot reach the pick-up point",
        "je suis en fauteuil roulant, je ne peux pas aller au point relais",
        "my husband passed away on Monday, please cancel",
        "Mon père est décédé et son contrat continue",
        "it was for my mum's funeral",
        "c'était pour l'enterrement de ma mère",
        "I am hard of hearing and you only offer a phone line",
        "je suis malentendante, le téléphone ne me sert à rien",
        "the wheelchair for my father has a broken wheel",
        "je suis aveugle et votre site ne se lit pas",
        "my son is autistic and needs this exact blanket",
        "ma fille a un cancer, elle attend ce bonnet",
        "my insulin fridge has not arrived",
        "je n'ai plus de quoi manger à cause de ce prélèvement",
        "I can't afford to feed my kids until you refund me",
        "je sors d'une chimiothérapie",
        "my elderly neighbour is alone in the cold without the heater",
        "she lost her husband and keeps getting your letters",
        "I have a mental illness, calls are impossible for me",
        "victime de violences conjugales, mon adresse ne doit pas apparaître",
    ),
    Signal.LEAVING: (
        "I'll never order from you again",
        "vous avez perdu un client",
        "expect a one star review",
        "je vais raconter ça sur les réseaux sociaux",
        "I'm closing my account because of this",
        "dernière chance avant que j'aille à la concurrence",
        "this is going on TikTok tonight",
        "avis négatif en préparation",
    ),
    Signal.ANGER: ("C'est une honte", "worst company ever", "bande d'incapables", "this is ridiculous", "ras le bol"),
    Signal.WANTS_HUMAN: (
        "how do I reach you urgently?",
        "contact me by private message",
        "is anyone there?",
        "Y a quelqu'un ?",
        "je veux parler à quelqu'un",
        "passez-moi un conseiller",
        "un conseiller svp",
        "can I speak to a human please",
        "I want a real person",
        "call me back please",
        "rappelez-moi au plus vite",
        "Pouvez-vous me rappeler ?",
        "do you have a phone number I can call?",
        "avez-vous un numéro de téléphone ?",
        "quel numéro dois-je appeler ?",
        "comment vous joindre par téléphone ?",
        "je souhaite être mis en relation avec un responsable",
        "put me through to your manager",
        "stop with the automated replies",
        "c'est un robot qui répond ?",
        "marre des réponses automatiques",
        "who do I complain to?",
        "can someone from your team contact me",
        "contactez-moi en privé",
        "écrivez-moi en message privé svp",
        "please DM me",
        "please escalate this to a supervisor",
        "I'd rather explain it over the phone",
        "un responsable peut-il me contacter ?",
        "no option to talk to an agent anywhere",
        "I don't want to talk to a bot",
        "need someone at head office",
        "est-ce que je peux vous appeler",
        "is there someone I can talk to",
        "merci de me contacter au 06 12 34 56 78",
        "êtes-vous joignable par téléphone ?",
    ),
}
# No signal of the urgent queue, and no wish for a person.
CALM = (
    # praise, banter and other senses
    "crack squad, thanks",
    "you smashed the vindaloo",
    "Conforme à la description et donc à mes attentes. Merci",
    "the matter has been resolved, thank you",
    "Merci, je vais aller rectifier tout cela !",
    "I died laughing at your advert",
    "je suis morte de rire",
    "this dress is to die for",
    "my phone is going to die, quick",
    "the battery died after a week",
    "do you sell smoke alarms?",
    "avez-vous des détecteurs de fumée ?",
    "a candle that smells of smoke and leather?",
    "blackout blinds for a blind corner",
    "huile d'avocat bio 50 ml",
    "tennis court shoes in 42?",
    "des chaussures de court, le plus court possible",
    "votre 38 est un vrai 38 ?",
    "je poursuis ma commande demain",
    "the photo doesn't do it justice",
    "is the real leather one back?",
    "machine washable?",
    "is this doll machine washable?",
    "genuine leather or not?",
    "I'm not sure about the size",
    "je ne suis pas sûr de ma taille",
    "Où est mon colis ML204518 ?",
    "where is my order 10482",
    "mon colis est reparti vers son expéditeur sans prévenir",
    "il manque les vis dans le carton de l'étagère",
    # a call that was made, is not wanted, or is none
    "hier j'ai appelé un conseiller, et toujours impossible de me connecter",
    "I spoke to an agent yesterday and she said Monday",
    "un conseiller m'a dit que le colis arrivait demain",
    "please wait one minute",
    "don't call me, I'm at work",
    "ne m'appelez pas, je suis au travail",
    "pouvez-vous me rappeler l'adresse du point relais ?",
    "rappelez-moi le code de retour",
    "que pouvez-vous me conseiller comme parfum ?",
    "what perfume do you advise?",
    "any advice please?",
    "is it no longer supported?",
    "is there an outage here?",
    "j'ai joint une photo",
    "je vous joins la facture",
    "personne ne m'a livré",
    "a gift for a person who has everything",
    "I need to update my phone number",
    "my phone number is on the form",
    "you can call me Tom",
    "vous êtes là ?",
    "human hair wig, is it in stock?",
    "thanks for calling me back",
    "pouvez-vous m'envoyer le bon de retour par mail directement ?",
    "comment contacter le livreur ?",
    "le livreur ne m'a pas appelé",
    "je vous contacte car mon colis n'est pas arrivé",
    "votre service client ne répond pas",
    "quel est mon numéro de commande ?",
    "what is my order number?",
    "someone signed for my order but not me",
    # to pay and to sign in
    "I want to pay with my credit card",
    "the app asks for the code by text, no text came",
    "je ne reçois pas le code par SMS",
    "mot de passe oublié",
    "can I use a gift card and a credit card together?",
)
# Angry, and nothing for the urgent queue.
ONLY_ANGRY = (
    "c'est une honte, où est mon remboursement",
    "still not received my refund, 25 days, solve this asap",
    "your courier is useless",
    "I want a refund now, worst service",
    "trois semaines de retard, vous vous moquez de moi",
    "your site is down again, pathetic",
    "NO REFUND YET.....",
    "do I have to wait until I die for my refund?",
)


def folded(text: str) -> str:
    """The text as rules read it."""
    cleaned = features.clean(text)
    return " ".join([*features.words_of(cleaned), *features.shape_of(cleaned)])


@pytest.mark.parametrize(("signal", "text"), [(signal, text) for signal, texts in HEARD.items() for text in texts])
def test_each_signal_is_heard_in_many_wordings(signal: Signal, text: str) -> None:
    assert signal in signals_of(folded(text))


@pytest.mark.parametrize("text", CALM)
def test_what_sounds_alike_gives_no_alarm_and_is_no_wish(text: str) -> None:
    assert not signals_of(folded(text)) & (URGENT | {Signal.WANTS_HUMAN})


@pytest.mark.parametrize("text", ONLY_ANGRY)
def test_anger_alone_is_high_and_never_in_the_urgent_queue(text: str) -> None:
    assert rules.urgency_of(signals_of(folded(text)), danger=0.9) is Urgency.HIGH


@pytest.mark.parametrize("signal", sorted(URGENT))
def test_the_urgent_queue_holds_danger_law_fraud_and_the_vulnerable(signal: Signal) -> None:
    assert rules.urgency_of({signal}, danger=0.0) is Urgency.CRITICAL


@pytest.mark.parametrize(
    "text",
    [
        "où est ma commande ? ma commande ML204518 ?",
        "Pourriez-vous m'envoyer la facture ?\nmail@example.com\nvous êtes là ?",
        "Quand arrive mon colis ? Pouvez-vous m'en dire plus ?",
        "Where is my parcel? Are you kidding me? Do you even read these?",
        "Where is my parcel?? Is this how you treat customers?",
        "What is going on? Why is my order late? When will my order come?",
        "Frais annoncés 7,99, à la fin 19,99, c'est normal ? vous trouvez ça normal ?",
        "Can you help? Where is my parcel?",
        "date de livraison de ma commande n°722861 ? mon adresse mail est lea@example.com",
    ],
)
def test_one_matter_asked_in_several_sentences_is_one_question(text: str) -> None:
    assert rules.questions_of(features.clean(text)) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "où est ma commande ML204518 ? vous livrez au Japon ?",
        "How do I reset my password? And how much is delivery to Ireland?",
        "Vous ouvrez le dimanche ? Et la robe Alba existe en 42 ?",
        "Can I pay in three times? Do your shops take returns?",
    ],
)
def test_two_different_requests_are_two_questions(text: str) -> None:
    assert rules.questions_of(features.clean(text)) == 2
