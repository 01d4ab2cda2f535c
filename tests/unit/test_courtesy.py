"""What asks for nothing is known by its phrases in any order; one word too many and somebody reads it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.courtesy import asks_for_help, courtesy_of, is_greeting, is_opener, is_refusal, keeps_asking

CALM = """
merci 🙏 / ok / d'accord / parfait / Super, merci ! / Merci beaucoup pour votre aide / top merci bonne journée
thank you ❤️ / Thanks a lot 😊 / 👍 / 👌 / 👌🏽 / ❤️ / 😍😍😍 / trop beau 😍 / love it / c'est noté 👍 / nickel merci
ok parfait / super merci beaucoup pour votre aide, bonne soirée / D’accord, merci. / Merci Léa / merci à vous
merci à toute l'équipe / bonne journée / Have a lovely weekend! / thanks for your quick reply
Merci encore et bonne journée / encore merci / Non merci, c'est bon / no thanks / ok thank you so much / merciiii
Perfect, thank you! / got it thanks / Merci pour votre réponse rapide / vous êtes au top / C'est parfait / so cute 😍
Parfait, merci beaucoup Léa, bonne soirée à vous / ça marche merci / pas de souci / merci 🌻 / Je vous remercie
Gracias / ¡Muchas gracias! / Danke schön / Vielen Dank / grazie mille / Muito obrigada / dank u wel / شكرا جزيلا
Vous êtes les meilleurs, j'adore vos bougies ! / I love your candles ❤️ / on adore votre boutique
You're the best / @maison merci / merci… / ok... / C'est parti / J'adore / thank you Tom, have a great day / Oki
Merci et bravo / MERCI / thx :) / Thanks x / Vous êtes géniaux ❤️ / that's very helpful / Cordialement / Joyeux Noël !
"""
WORK = """
Merci mais ce n'était pas ma question / super merci pour rien / merci de me rappeler / merci !! / merci ! ! / merci ?
merci de me répondre vite / non merci ça ne va pas / thanks for nothing / 👎 / 😡 / merci 🙄 / merci 👎 / merci 🙃
merci :( / super... / super service… bravo / Bravo / la grande classe 👏 / ok et mon colis / ok ML204518 / ok 2
merci d'avance / oui merci / yes please / ok mais quand / "merci" / « merci » / great, but when
bon / bien / et / à vous / 😂 / ok 😂
Merci de votre réponse sous 24h / merci beaucoup, je voudrais un remboursement / parfait, et le retour ? / Bonjour / 👋
Merci Remboursement / I want a refund thanks / ok but no / Thanks but that doesn't help / ok maison-lune.example / 10/10
gracias pero no es mi pregunta / danke, und mein Paket / ¿Gracias?
j'adore vos bougies mais la mienne est cassée / J'adore vos bougies, il en reste ? / j'adore votre façon de répondre
"""
GREETINGS = """
Bonjour / Bonsoir 👋 / Hi there! / Bonjour 👋 / bjr ! / Hello, hello / BONSOIR… / salut / 👋 / Bonjour Madame, Monsieur
bonjour à tous / Bonjour Léa / Bonjour ? / Hello how are you? / Bonjour, comment allez-vous ? / Good morning / Hiiii
bonjour maison lune / Hey 😊 / Démarrer / Get Started / coucou ça va ? / Allô ?
"""
OPENERS = """
Puis-je en savoir plus à ce sujet ? / Bonjour ! Puis-je en savoir plus à ce sujet ? / Can I get more info on this?
Hello! Can I get more info on this? / Puis-je obtenir plus d'informations à ce sujet ? / plus d'infos svp
En savoir plus / Can I learn more about your business? / Je suis intéressée / I'm interested
Is anyone available to chat?
"""


def listed(lines: str) -> list[str]:
    return [each for line in lines.strip().split("\n") for each in line.split(" / ")]


@pytest.mark.parametrize("text", listed(CALM))
def test_it_asks_for_nothing(text: str) -> None:
    assert courtesy_of(text)


@pytest.mark.parametrize("text", listed(WORK))
def test_somebody_reads_it(text: str) -> None:
    assert not courtesy_of(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("merci 🙏", "thanks"), ("Bonne soirée", "thanks"), ("ok parfait", "praise"), ("ok", "agreed"), ("❤️", "agreed")],
)
def test_thanks_are_told_from_agreement(text: str, kind: str) -> None:
    """Thanks settle a matter; "ok" may be the answer to a question of ours."""
    assert courtesy_of(text) == kind


PIECES = st.lists(st.sampled_from(listed(CALM)), min_size=1, max_size=3).map(" ".join).filter(courtesy_of)
BESIDE = st.sampled_from(
    [
        "?", "!!", "mais", "but", "pour rien", "for nothing", "12", "ML204518", "rappelez-moi", "call me", "rien reçu",
        "je veux un remboursement", "I want my money back", "toujours pas", "still nothing", "où est mon colis", "pas",
        "not", "quand", "when", "et la bleue", "😡", "👎", "🙄", "8 jours", "dans trois semaines", "d'avance",
        "avocat", "maison-lune.example/retours", "06 61 56 23 80", "lea@exemple.fr", "sinon", "however",
    ]
)  # fmt: skip


@given(calm=PIECES, beside=BESIDE, first=st.booleans())
def test_no_courtesy_hides_what_stands_beside_it(*, calm: str, beside: str, first: bool) -> None:
    """A question, a number, a reproach or a wish beside any thanks: it is read."""
    assert not courtesy_of(f"{beside} {calm}" if first else f"{calm} {beside}")


@given(
    pieces=st.lists(
        st.sampled_from([each for each in listed(CALM) if "…" not in each and "..." not in each]), max_size=3
    )
)
def test_thanks_in_any_combination_ask_for_nothing(pieces: list[str]) -> None:
    joined = ", ".join(["Merci", *(each for each in pieces if not each.endswith("x"))])

    assert courtesy_of(joined) == "thanks" or len(joined) > 200


@given(st.text(max_size=60))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    kinds = [bool(courtesy_of(text)), is_refusal(text)]

    assert kinds.count(True) <= 1
    assert isinstance(is_greeting(text) or is_opener(text) or keeps_asking(text), bool)


@pytest.mark.parametrize("text", listed(GREETINGS))
def test_a_greeting(text: str) -> None:
    assert is_greeting(text, "Maison Lune")
    assert not courtesy_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, où est mon colis ?",
        "bonjour c'est encore moi",
        "",
        "?",
        "Bonjour ML204518",
        "Bonjour 😡",
        "Bonjour merci",
    ],
)
def test_no_greeting(text: str) -> None:
    assert not is_greeting(text, "Maison Lune")


@pytest.mark.parametrize("text", listed(OPENERS))
def test_an_advertisements_opener(text: str) -> None:
    assert is_opener(text)


@pytest.mark.parametrize(
    "text",
    ["Puis-je en savoir plus sur la robe Alba ?", "Can I get a refund?", "plus d'infos sur ma commande", "Bonjour"],
)
def test_a_question_of_ones_own_is_no_opener(text: str) -> None:
    assert not is_opener(text)


@pytest.mark.parametrize(
    "text", ["J'ai une question", "Bonjour, pouvez-vous m'aider ?", "Hi, I have a question", "Can you help me?"]
)
def test_who_only_announces_a_question(text: str) -> None:
    assert asks_for_help(text)


@pytest.mark.parametrize(
    "text",
    [
        "vous êtes là ?", "Vous êtes là ??", "allo ?", "are you there?", "il y a quelqu'un ?", "anyone there?", "??",
        "lea@exemple.fr",
        "pouvez-vous m'en dire plus ?", "can you tell me more?", "Bonjour, vous êtes là svp ?",
    ],
)  # fmt: skip
def test_what_only_keeps_asking(text: str) -> None:
    assert keeps_asking(text)


@pytest.mark.parametrize(
    "text",
    [
        "vous êtes là samedi ?",
        "mon mail a changé",
        "Are you there on Sundays?",
        "12",
        "plus de détails sur la garantie ?",
        "",
    ],
)
def test_a_question_of_its_own(text: str) -> None:
    assert not keeps_asking(text)


def test_a_long_word_is_read_in_no_time() -> None:
    began = time.perf_counter()

    assert not keeps_asking("x" * 100_000)
    assert time.perf_counter() - began < 1
