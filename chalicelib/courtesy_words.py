"""
The phrases that `courtesy` knows, in French and English: lower case, without accents, apostrophes as spaces.

Each line may hold several, set apart by " / "; a phrase is a regular expression over whole words. No phrase may ask for
anything: one that could open a request or a reproach is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_NOUN = (
    "(?:aide|reponses?|reactivite|rapidite|retours?|messages?|patience|temps|gentillesse|efficacite|conseils?|infos?"
    "|informations?|precisions?|renseignements?|explications?|confirmation|accueil|ecoute|disponibilite"
    "|professionnalisme|attention|amabilite|liens?|comprehension|sympathie)"
)
_YOURS = (
    "(?:vos|votre|tes|ton|ta|your) (?:bougies?|produits?|articles?|creations?|collections?|boutiques?|marque|robes?"
    "|bijoux|parfums?|site|magasins?|equipe|univers|candles?|products?|things|shops?|stores?|brand|collection|items?"
    "|dresses|work|team)"
)
_HOW = "(?: (?:si |tres |aussi )?(?:rapides?|precieuse?|claire?s?|complete?s?|efficaces?))?"
_HELP = (
    "(?:help|reply|replies|answers?|response|info|information|time|support|assistance|patience|message|kindness"
    "|advice|explanation|clarification|link|swiftness|speed|efficiency|heads up|update)"
)
_YOUR = "(?:all )?(?:your|the|that|this|such an?|these)"
_QUICK = "(?:very |so )?(?:quick |fast |prompt |swift |kind |great |super |lovely |rapid )?"

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "T": """
            mercis? / mercii / mille mercis? / (?:un )?(?:tres )?grand merci / mrc / mci / merki
            (?:je|on) (?:vous|te|t) remercie / nous vous remercions / (?:tous )?(?:mes|nos) remerciements
            thanks / thank you / thank u / thank ya / thankyou / thx / thks / tks / tnx / ty / tysm / tyvm / cheers
            (?:muchas |muchisimas |mil )?gracias(?: por (?:todo|su ayuda|tu ayuda))? / شكرا / شكرا (?:لك|لكم|جزيلا)
            danke / danke (?:schon|sehr|dir|ihnen)
            (?:vielen|besten|herzlichen) dank / (?:tante )?grazie / grazie (?:mille|tante|infinite|a voi)
            (?:muito )?obrigad[oa] / bedankt / (?:hartelijk )?bedankt / dank (?:u|je)(?: wel)?
            many thanks / (?:much |very much )?appreciated
            (?:i )?(?:really |do )?appreciate (?:it|that|this|your help)
        """,
        "A": """
            ok / okay / okey / oki / okk / okok / kk / ok d ac / d accord / daccord / dac / dacc / d acc / d ac
            entendu / compris / (?:bien|tout) compris / j ai (?:bien )?compris / je comprends / je vois
            note / c est (?:bien )?note / bien note / je note / bien recu / c est (?:bien )?recu
            ca marche / ca roule / ca me va / ca me va bien / ca me convient / ca joue / ca ira / vendu
            c est bon / c est bon pour (?:moi|nous) / c est ok / c est clair / c est tres clair / c est compris
            pas (?:de|d) (?:souci|soucis|probleme|problemes) / (?:c est )?pas grave / tres bien / c est tres bien
            bon a savoir / tant mieux / c est parti / je vais (?:regarder|essayer|voir|faire ca|tester)
            je (?:regarde|regarde ca|ferai ca|fais ca) / ca (?:m )?aide / ca m aide beaucoup
            got it / gotcha / noted / understood / i understand / makes sense / that makes sense / i see
            sounds (?:good|great|fine|perfect) / will do / that s fine / it s fine / alright / all right / fair enough
            good to know / no (?:problem|worries) / all (?:good|clear) / roger
            (?:that|this) (?:really )?helps(?: a lot)?
            i ll (?:check|try|do that|have a look|take a look|try that|look) / okie dokie / righto
        """,
        "P": rf"""
            j adore / on adore / j aime / j aime (?:beaucoup|trop|bien) / trop fan / je suis (?:trop )?fan
            quelle (?:merveille|beaute) / une (?:pure )?merveille / (?:i )?love (?:it|this|them|these|that) / loved it
            (?:i )?(?:really |just |absolutely )love (?:it|this|them|these|that) / au top / les meilleurs / la meilleure
            le meilleur / the best / you rock / wow / waouh / whaou / waw / wahou / yay / youpi / hourra
            (?:(?:j|on) adore|(?:j|on) aime(?: beaucoup| trop| tant)?|i (?:really |just )?love|we love|love) {_YOURS}
            (?:bon|beau) travail / (?:great|good|nice) (?:job|work) / continuez comme ca / keep it up
            keep up the good work / continue comme ca
        """,
        "J": """
            parfaite?s? / super / top / genial / geniale / geniaux / nickel / niquel / nikel / impec / impeccables?
            excellente?s? / magnifiques? / sublimes? / superbes? / splendides? / cool / chouettes? / formidables?
            extra / merveilleux / merveilleuse / adorables? / great / perfect / awesome / amazing / brilliant
            fantastic / lovely / wonderful / fab / fabulous / gorgeous / stunning / beautiful / incredible / perfecto
        """,
        "j": """
            beau / belle / beaux / belles / jolie?s? / mignonn?e?s? / bien / bon / bons / bonnes / efficaces? / rapides?
            reactifs? / reactive / gentil / gentille / gentils / sympas? / sympathiques? / pros? / clair / claire
            nice / good / pretty / cute / fast / quick / helpful / kind / sweet / clear / useful / utiles? / canon
        """,
        "I": """
            beaucoup / bcp / bcq / infiniment / enormement / vraiment / tres / trop / tellement / si / encore
            mille fois / du fond du coeur / de tout coeur / sincerement / tout / un million
            so much / so / a lot / alot / very / very much / really / again / loads / a million / tons / a bunch
            ever so / indeed / absolutely / totally / just / all / fort
        """,
        "S": """
            c est / cest / c etait / tout est / elle est / il est / ils sont / elles sont / vous etes / vous avez ete
            tu es / t es / it s / its / it is / that s / thats / that is / this is / that was / it was / they are
            they re / she s / you are / you re / you guys are / you were / you ve been / you have been
        """,
        "F": rf"""
            (?:pour|de) (?:toute? |tous |toutes )?(?:votre|ton|ta|vos|tes|l|la|le|les|ces|cette) {_NOUN}{_HOW}
            pour (?:tout|tout ca|ca|cela) / (?:de|d) (?:m |nous )?avoir (?:repondu|aidee?)(?: si vite| aussi vite)?
            (?:d|de) avoir pris le temps
            for {_YOUR} {_QUICK}{_HELP}
            for (?:that|this|everything|all|letting me know|helping(?: me)?|getting back to me|checking)
            for getting back(?: to me)? so (?:quickly|fast|soon)
        """,
        "W": """
            (?:tres )?(?:bonne|belle|excellente|agreable) (?:et heureuse )?(?:journee|soiree|nuit|semaine|annee|fete)
            (?:tres )?(?:bonne|belle) (?:fin de (?:journee|semaine|soiree)|continuation|apres midi|reprise)
            bonnes? vacances / bonne et belle journee / tres bonnes fetes
            (?:tres )?bon (?:week end|weekend|we|wk|apres midi|courage|dimanche|samedi|lundi|mardi|mercredi|jeudi)
            bon (?:vendredi|reveillon|noel|matin) / bonnes fetes(?: de fin d annee)? / joyeux noel / joyeuses fetes
            a (?:tres )?bientot / a plus / a plus tard / a la prochaine / au revoir / aurevoir / au plaisir
            bye / bye bye / ciao / tchao / salutations / (?:bien |tres )?cordialement / bien a (?:vous|toi)
            sinceres salutations / bises / bisous?
            have an? (?:very )?(?:nice|good|great|lovely|wonderful|fab) (?:day|one|evening|weekend|week end|week)
            have an? (?:nice|good|great|lovely|wonderful) (?:night|time|christmas|holiday|sunday|afternoon)
            enjoy your (?:day|evening|weekend|week end) / take care / see you(?: soon| later)? / see ya / goodbye
            good bye / good night / speak soon / (?:best|kind|warm) (?:regards|wishes) / regards / all the best
            happy (?:new year|holidays|christmas|sunday) / merry christmas / same to you / you too / likewise
            (?:a )?(?:vous|toi) aussi / de meme / pareillement / prenez soin de vous
        """,
        "N": """
            a (?:vous|toi)(?: tous| toutes)? / a tou(?:s|tes) / (?:a )?(?:toute )?l equipe / la team / team / guys
            everyone / everybody / madame / monsieur / mme / mr / mademoiselle / mesdames / messieurs
            mesdames et messieurs / mesdames messieurs / madame monsieur / mate / sir / madam / my friend / there
            from me / de ma part / de notre part / folks
        """,
        "L": """
            et / and / alors / donc / bon / ah / oh / eh bien / ben / bah / euh / well / then / en tout cas / du coup
            pour le moment / for now / dans ce cas / in that case / voila
        """,
        "R": """
            c est tout / ce sera tout / that s all / that s it / exactement / exactly / c est ca / c est exactement ca
            je garde ca / j en prends note
        """,
        "C": "bravo / felicitations? / congrats / congratulations / well done",
        "D": "non / no / nan / nope / non non",
        "G": """
            bonjour / bjr / bonsoir / bsr / salut / slt / coucou / cc / hello / hi / hey / allo / re / hola / yo
            rebonjour / re bonjour / bien le bonjour / (?:bonjour|hello) (?:bonjour|hello) / hiya / howdy / greetings
            good (?:morning|afternoon|evening|day) / morning / evening / hallo
            start / demarrer / commencer / get started / debuter
        """,
        "V": """
            ca va / ca va bien / comment (?:ca va|allez vous|vas tu|va) / (?:vous allez|tu vas) bien
            j espere que (?:vous allez|tu vas|tout va) bien / how are (?:you|u|things)(?: doing)?(?: today)?
            how s it going / (?:i )?hope (?:you are|you re|all is|this finds you|you re doing) well / what s up / sup
        """,
    }
)

_THIS = (
    "(?:ceci|cela|ca|cette offre|ce produit|cet article|votre (?:entreprise|marque|offre|annonce)"
    "|vos (?:produits|offres|articles)|vous)"
)
_ABOUT_IT = f"(?: a ce (?:sujet|propos)| (?:sur|a propos de) {_THIS})?"
_MAY_I = (
    "(?:(?:est ce que )?(?:je peux|on peut)|puis je|pourrais je|peut on|je (?:voudrais|souhaite|souhaiterais|veux)"
    "|j aimerais)"
)
_SOME = "(?:un peu )?(?:(?:plus|davantage) d(?:e)? |des |quelques )"
_DETAILS = "(?:infos?|informations?|renseignements?|details?)(?: (?:complementaires|supplementaires))?"
_WHAT = "(?:this|it|that|this (?:product|item|offer|ad)|your (?:business|products|offer|store|brand))"
_INFO = f"(?:some |any |a bit |a little )?more (?:info|information|details)(?: (?:on|about) {_WHAT})?"
_CAN_I = "(?:can|could|may) i"
OPENER = rf"""
    {_MAY_I} en savoir (?:plus|davantage){_ABOUT_IT}
    {_MAY_I} (?:avoir|obtenir|recevoir) {_SOME}{_DETAILS}{_ABOUT_IT}
    {_SOME}{_DETAILS} / en savoir plus / infos? / (?:ca|cela) m interesse
    je suis interessee?s?(?: par {_THIS})? / quelqu un est il disponible pour (?:discuter|echanger|parler)
    {_CAN_I} (?:get|have|receive) {_INFO} / {_CAN_I} (?:learn|know|find out|hear) more(?: about {_WHAT})?
    {_INFO} / info / i (?:d like|would like|want) {_INFO}
    i (?:d like|would like|want) to (?:know|learn) more(?: about {_WHAT})? / i m interested(?: in {_WHAT})?
    is (?:anyone|anybody|someone) available to (?:chat|talk|help) / (?:please )?let me know how you can help(?: me)?
"""

_I_ASK = "j ai (?:juste )?une (?:petite )?question"
_HAVE_ONE = "i (?:just )?have (?:just )?a (?:quick )?question"
HELP = rf"""
    {_I_ASK}(?: s il vous plait)? / {_I_ASK} pouvez vous m aider / j ai besoin d aide
    (?:pouvez vous|vous pouvez|pourriez vous|peux tu|tu peux) m aider
    {_HAVE_ONE} / {_HAVE_ONE} can you help(?: me)? / (?:a )?quick question
    (?:can|could) you (?:please )?help(?: me)? / i need (?:some |your )?help
"""

STILL_THERE = """
    (?:vous etes|etes vous|tu es|es tu|t es)(?: toujours| encore)? (?:la|en ligne|dispo|disponibles?)
    (?:il )?y a(?: t il)? quelqu un(?: la| ici)? / ya quelqu un / quelqu un / allo / allo quelqu un
    (?:are you|you)(?: still)? (?:there|around|online|here) / hello anyone / anyone
    (?:is )?(?:anyone|anybody|someone|somebody)(?: still)? (?:there|here|around)
"""

_COULD_YOU = "(?:pouvez vous|peux tu|pourriez vous|pourrais tu|vous pouvez|tu peux)"
_ANY_MORE = "(?:a (?:bit|little) )?more(?: about (?:it|that|this)| info| information| details)?"
MORE = rf"""
    {_COULD_YOU} (?:m |nous )?(?:en )?(?:dire|donner|preciser)(?: un peu)? plus(?: a ce sujet)?
    (?:dites|dis) (?:m en|moi) (?:un peu )?plus / plus (?:de|d) (?:details|precisions|infos|informations|explications)
    (?:can|could) you (?:please )?(?:tell|give) (?:me|us) {_ANY_MORE}
    (?:please )?tell me more(?: about (?:it|that|this))? / (?:any )?more (?:info|information|details)
"""

PLEASE = frozenset({"svp", "stp", "please", "pls", "plz", "merci", "thanks", "plait", "vous", "te", "il", "s"})

# Words by which a greeting or an opener is told to be of one language.
LANGUAGE_MARKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "fr": (
            "bonjour", "bjr", "bonsoir", "bsr", "salut", "slt", "coucou", "allo", "rebonjour", "demarrer", "commencer",
            "debuter", "je", "puis", "plus", "vous", "tu", "ca", "j", "cela", "quelqu un", "madame", "monsieur",
        ),
        "en": (
            "hi", "hello", "hey", "hiya", "howdy", "good", "there", "morning", "evening", "get started", "start", "i",
            "you", "more", "me", "anyone", "greetings",
        ),
    }
)  # fmt: skip

NO_NAMES = frozenset(
    """
    annulation annulez commande commandes colis livraison retour remboursement rembourser remboursez echange facture
    rappelez repondez envoyez dites donnez faites taille stock prix paris cancel refund return order parcel delivery
    exchange invoice call reply send tell give size
    """.split()  # noqa: SIM905 - words to read
)

QUOTATION = frozenset('"“”„«»‹›()[]{}*_~`^=<>|\\/@#&%€$£+0123456789')
ANGRY = frozenset("👎😡😠🤬😤💩🖕😒🙄")
UNHAPPY = ANGRY | frozenset(
    "😑😐😕🙁☹😞😔😟😣😖😫😩😢😭😱😨😰😥😓🤔🤨❓❔⁉‼❗❕🆘💀🤡🤦🤷🙃🫤😬🤥🤮🤢👿💢💔🥺🥱😾🙅🚫❌⛔🤐🤖⚠"
)
UNSURE = frozenset("😂🤣😅😆😏🫠🐌🦥⏰⌛⏳")  # beside words they may laugh at somebody
GLAD = frozenset(
    "👍👌❤🙏😊😍🥰😘💕💖💗💙💚💛🧡💜🖤🤍🤎♥💞💓💘💝❣💌😀😃😄😁🙂☺😇🤗🤩👏🙌💪🎉🥳✨🌟⭐💯✅✔🔥😻💐🌹🌸🌷🌺🌻🫶🤝😉😋😎🤞👊✌🌞☀🎁"
    "🥂🍾💋🫡😌🍀🎊👏💟🩷🩵🩶🤟🆗"
)
WAVES = frozenset("👋🙋✋🖐")
