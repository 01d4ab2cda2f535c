"""
Word lists about public comments: whom they address, what they only admire, and what may be hidden. No behaviour.

Patterns are matched against plain words (`sensitive_words.plain_words`): lower case, no accents, no signs.
"""

from __future__ import annotations

# --- what asks for nothing --------------------------------------------------------------------

# A comment of these words alone is admiration, a wish or a laugh.
ADMIRES = frozenset(
    """
    beau belle beaux belles magnifique magnifiques sublime sublimes canon superbe superbes splendide splendides joli
    jolie jolis jolies top parfait parfaite genial geniale adore adorable mignon mignonne craquant craquante pepite
    bijou merveille merveilleux merveilleuse waouh wow wahou ouah dingue incroyable reve fan fans elegant elegante chic
    classe stylee style envie love loved loving like gorgeous beautiful stunning amazing awesome lovely cute pretty
    perfect nice great fabulous fantastic obsessed goals dreamy mdr ptdr lol haha hahaha hihi xd bravo felicitations
    congrats congratulations hate preums first nan yes yess oui ouiii ahah dead mort morte veux faut need want
    """.split()  # noqa: SIM905 - words to read
) - {"hate"}
FILLERS = frozenset(
    """
    trop tellement si tres vraiment so very really too such absolutely juste just c est ce cette cet ces il elle ils
    elles sont un une le la les l de des du en et a au aux avec pour mon ma mes notre ton tout toute tous toutes que qu
    quelle quel quels quelles ca j ai je me m faut fallait veux voudrais the this these that is are it its i we my our
    your of and all what an such on in need want wow oh ah oooh encore y n comme ici toi moi equipe team
    couleur couleurs robe veste photo photos modele modeles collection matiere dress colour color colours jacket look
    """.split()  # noqa: SIM905 - words to read
)
# Said to a friend, not to a shop.
TO_A_FRIEND = (
    r"\b(?:regarde|tu|toi|te|t as|t es|t en|viens|ton|tes|ta|on y va|on y retourne|pour nous|faut qu on|on se"
    r"|c est nous|look at|you need|u need|we need|let s|lets go|omg|your birthday|remember|thinking of you|for us"
    r"|this is you|it s you|mate|babe|sis|cherie?|ma belle|ma poule|bestie|meuf|copine|maman|mum)\b"
)
# These begin a sentence with a capital and name nobody.
NO_TAGS = frozenset(
    """
    bonjour bonsoir salut coucou hello hi hey merci thanks thank bravo super dommage quelle quel quand comment combien
    est avez peut pouvez je j il elle on nous vous c ce cette ca la le les un une des mon ma mes votre vos pourquoi ou
    why what when where how is are do does can could i we my your the this it not no non oui yes so very tres trop
    toujours encore jamais never still commande colis article attention contactez ecrivez service
    """.split()  # noqa: SIM905 - words to read
)

# --- what is the writer's own matter ----------------------------------------------------------

OWN_MATTER = (
    r"\b(?:m[ao]n?|mes|notre|nos|my|our) (?:\w+ )?(?:commandes?|colis|livraison|remboursement|retour|echange|achat"
    r"|paquet|facture|orders?|parcels?|packages?|refund|delivery|purchase|invoice)\b"
    r"|\b(?:j ai|nous avons|on a|j avais) (?:\w+ ){0,2}?(?:commande|paye|achete|rien recu|pas recu|recu|ete (?:debitee?"
    r"|livree?|facturee?))\b"
    r"|\b(?:toujours rien|rien recu|pas recu|jamais (?:recu|arrivee?s?|livree?s?)|sans nouvelles?|sans reponse"
    r"|personne ne (?:me )?repond|aucune reponse|j attends|attend(?:s|re) (?:toujours|encore|depuis)"
    r"|never (?:arrived|received|got|came|showed)|still waiting|no (?:one|body) (?:replies|answers|answered)"
    r"|(?:i|we) (?:have )?(?:\w+ )?(?:ordered|paid|bought|received))\b"
    r"|\b(?:commande|order|colis|parcel) (?:n |no |number |numero )?[a-z]{0,4} ?\d{4,}"
)
GRIEVANCE = (
    r"\b(?:honte|honteux|scandaleux|inadmissible|inacceptable|arnaques?|voleurs?|escrocs?|decue?s?|remboursez"
    r"|abimee?s?|cassee?s?|trouee?|dechiree?s?|defectueu\w+|deteinte?|retrecie?|rembours\w+|plainte|litige"
    r"|disgrace|shame|scam|scammed|thieves|unacceptable|disappointed|broken|ripped|torn|faulty|damaged|refund"
    r"|worst|appalling|ridiculous)\b"
)

# --- who goes to the community manager --------------------------------------------------------

AGE = (
    r"\b(?:j ai|j ai que|moi j ai|i am|i m|im|jai|agee? de|aged) (?:seulement |only |just )?(\d{1,2})"
    r" (?:ans|years? old|yo|yrs|y o)\b"
)
# A time, and nobody's age: "j'ai 10 ans de fidélité".
NO_AGE = r"\b\d{1,2} (?:ans|years?) (?:de|d|que|of|with|since|apres|plus tard|pour|for)\b"
MINOR = (
    r"\bje suis (?:encore |toujours )?(?:au college|au lycee|mineure?|collegienn?e?|lyceenn?e?"
    r"|en (?:cm[12]|sixieme|cinquieme|quatrieme|troisieme|seconde|[6543]e(?:me)?))\b"
    r"|\b(?:en (?:cm[12]|[6543](?:e|eme))) au college\b"
    r"|\bi(?: a)?m (?:still )?(?:(?:only )?in (?:year|grade) \d{1,2}|in (?:\d{1,2}th grade|middle school|high school)"
    r"|(?:a minor|underage)(?! (?:issue|problem|detail|shareholder)))\b"
    r"|\bmy (?:mum|mom|mother|dad|parents) (?:lets? me|(?:won t|doesn t|don t|wont|dont) let me)\b"
    r"|\b(?:(?:ma mere|mon pere|maman|papa) (?:ne )?(?:veut pas que je?|me laisse pas)"
    r"|mes parents (?:ne )?(?:veulent pas que je?|me laissent pas))\b"
    r"|\b(?:mon argent de poche|my pocket money)\b"
)
PRESS = (
    r"\b(?:journalistes?|redaction|reportage|pour (?:un article|le journal|notre journal)|je vous contacte pour un"
    r"|attachee? de presse|carte de presse|demande d interview|vous interviewer|service presse|contact presse"
    r"|je travaille pour (?:le journal|la presse|la radio|la tele(?:vision)?|le magazine|un (?:journal|magazine|media))"
    r"|press office|journalist|reporter|for an article|newsroom|press (?:contact|enquiry|inquiry|request)"
    r"|interview (?:you|your (?:ceo|founder|team)))\b"
)
INFLUENCE = (
    r"\b(?:influenceu(?:r|se)s?|createu?r(?:ice)? de contenu|creatrice de contenu|partenariats?|collab(?:oration)?s?"
    r"|ambassadrice|ambassadeur|mes abonnes|ma communaute|k abonnes|influencer|content creator|my followers"
    r"|brand ambassador|sponsor(?:ing|ship)?|ugc|affiliation|mes followers|\d+ ?k (?:abonnee?s|followers|subscribers)"
    r"|blogueu(?:r|se) mode|youtubeu(?:r|se)|tiktokeu(?:r|se)|media kit|kit media|mon agence me represente)\b"
)

# --- what may be hidden: the closed list ------------------------------------------------------

# Against a person or a group, never against an article or a shop: "le tissu est sale" is criticism.
HATE = (
    r"\b(?:sales? (?:arabes?|juifs?|juives?|chinois|pedes?|gouines?|putes?|race)"
    r"|(?:bougn|bamb)oul\w*|negr(?:o|e|esse)s?|bicots?|youpins?|chintok\w*|pd de merde|(?:bande|tas) de pedales"
    r"|tarlouzes?"
    r"|fils de pute|nique (?:ta|vos) (?:mere|race)s?|ta gueule|ferme ta gueule|connasse|salope|grosse (?:vache|truie)"
    r"|(?:je vais|on va) (?:te|vous) (?:tuer|crever|buter|frapper|retrouver|violer|defoncer)|vous allez crever"
    r"|(?:creve|crevez) (?:tous|salope|connard|ordures?)|rentrez? (?:dans|chez) (?:ton|votre|vous) (?:pays|bled)"
    r"|retourne dans ton pays|n(?:i|1)gg(?:er|a)s?|f(?:a|4)gg?ots?|kikes?|trann(?:y|ies)"
    r"|dirty (?:jew|arab|muslim)s?|dirty blacks"
    r"|kill yourself|kys|go back to your country|i (?:will|ll) (?:kill|find|rape) (?:you|u)|you should (?:die|be shot)"
    r"|fat cow|stupid (?:bitch|whore|cunt))\b"
)
# Somebody plays the shop's own service, and sends its customers elsewhere.
FALSE_SERVICE = (
    r"\b(?:service (?:client(?:ele)?|apres vente)|sav|support(?: client| technique| officiel)?|equipe officielle"
    r"|page officielle|assistance|conseillere?|customer (?:care|service|support)|official (?:support|page|team)"
    r"|help ?desk|refund department)\b"
)
CALLS_AWAY = (
    r"\b(?:contactez|contacter|ecrivez|ecrire|appelez|appeler|ajoutez|joignez|envoyez (?:un |nous )?(?:message|mp|dm)"
    r"|cliquez|rendez vous|inbox|contact|write|text|call|message|dm|add|reach) "
    r"(?:\w+ ){0,6}?(?:whatsapp|telegram|watsapp|wa me|signal|numero|number|messenger|inbox|prive|dm|page)\b"
)
CALLS_AFTER = (  # the same with the place first: where a number or a link stands beside it
    r"\b(?:whatsapp|telegram|watsapp|wa me|signal|inbox|prive)\b(?: \w+){0,8}? "
    r"(?:contactez|ecrivez|appelez|ajoutez|joignez|contact|write|text|call|message)\b"
)
ELSEWHERE = r"\b(?:whatsapp|watsapp|telegram|wa me|t me)\b"
PHISHING = (
    r"\b(?:vous avez (?:ete (?:selectionnee?|tiree? au sort|choisie?)|gagne)|felicitations vous (?:avez|etes)"
    r"|confirmez (?:votre|vos) (?:compte|identite|coordonnees|paiement)|reclamez (?:votre|vos)"
    r"|recuperez votre (?:lot|gain|cadeau)|carte cadeau (?:gratuite|offerte)|iphone (?:gratuit|offert|a gagner)"
    r"|you (?:have )?(?:won|been (?:selected|chosen))|claim (?:your|ur) (?:prize|gift|reward)"
    r"|verify your (?:account|identity|payment)|free (?:iphone|gift card)"
    r"|cliquez (?:ici|sur (?:le|ce) lien) (?:pour|et) (?:recevoir|gagner|recuperer|confirmer))\b"
)
SPAM = (
    r"\b(?:bitcoins?|crypto(?:monnaies?|currency)?|forex|trading (?:en ligne|room|signals)|investissez|investissement"
    r" (?:rentable|garanti)|gagne[rz]? (?:de l argent|\d+ euros?|\d+)(?: par (?:jour|semaine|mois))?"
    r"|pret (?:d argent|entre particuliers)|offre de pret|marabout"
    r"|(?:grande? )?voyante? (?:medium|par telephone|serieuse?)|retour (?:de l etre aime|affectif)"
    r"|perte de poids rapide|abonnes gratuits|onlyfans|plan cul|sugar (?:daddy|baby)|casino|paris sportifs"
    r"|earn (?:money|\d+)|make money (?:online|from home)|passive income|work from home|loan offers?|lottery"
    r"|dr \w+ (?:helped|cured)|spell caster|get followers|buy followers)\b"
)
# Said to others about the brand: a call that is repeated is still no spam.
CAMPAIGN = (
    r"\b(?:petitions?|boycott\w*|signez|manifest(?:e|ez|ation)|greve|mobilis\w+|appel a|denonc\w+|plainte collective"
    r"|class action|sign (?:the|this|our)|protest\w*|strike|whistle ?blow\w*)\b"
)
LINK = r"https?://|www\.|\b[a-z0-9-]+\.(?:com|net|org|info|xyz|top|shop|site|online|click|ru|tk|ly|me|biz|live)\b"
# Where a link's own address is hidden, or which are given away by the thousand.
BAD_HOSTS = (
    r"\b(?:bit\.ly|tinyurl\.com|t\.ly|cutt\.ly|rebrand\.ly|is\.gd|wa\.me|t\.me|[a-z0-9-]+\.(?:xyz|top|click|tk|ml|ga|cf"
    r"|gq|icu|buzz))\b"
)
