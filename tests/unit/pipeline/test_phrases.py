from __future__ import annotations

import pytest

from chalicelib.pipeline.phrases import is_fragment, is_greeting, is_pushback, is_thanks


@pytest.mark.parametrize("text", ["Bonjour", "bjr !", "Hello, hello", "BONSOIR…", "salut  "])
def test_a_greeting(text: str) -> None:
    assert is_greeting(text)
    assert is_fragment(text)


@pytest.mark.parametrize("text", ["Bonjour, où est mon colis ?", "bonjour c'est encore moi", "", "?"])
def test_no_greeting(text: str) -> None:
    assert not is_greeting(text)


@pytest.mark.parametrize("text", ["merci", "Merci beaucoup !", "thanks", "D’accord, merci."])
def test_thanks(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize("text", ["merci !!", "merci pour rien", "merci de me répondre vite", "non merci ça ne va pas"])
def test_no_calm_thanks(text: str) -> None:
    assert not is_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "?",
        "??",
        "?!",
        "…?",
        "non",
        "Non.",
        "NON !!!",
        "no",
        "nope",
        "hein ?",
        "quoi ?",
        "what?",
        "so?",
        "et alors ?",
        "c’est pas ça",
        "C'est pas ca",
        "c pas ça",
        "cest pas ça",
        "Ce n’est pas ça.",
        "pas ça",
        "pas ca :(",
        "pas ça du tout",
        "c'est pas ma question",
        "ce n'est pas ma question !",
        "mais c'est pas ma question",
        "Non, ce n'est pas ma question.",
        "non non",
        "ah non",
        "mais non",
        "euh non",
        "ok mais c'est pas ma question",
        "Merci mais ce n'est pas ce que j'ai demandé",
        "c'est pas ce que je demande",
        "je n'ai pas demandé ça",
        "j'ai pas demandé ça",
        "rien à voir",
        "aucun rapport",
        "hors sujet",
        "vous n'avez pas répondu à ma question",
        "vous avez pas repondu",
        "Vous ne répondez pas à ma question !!",
        "tu réponds pas",
        "ça ne répond pas à ma question",
        "ça répond pas",
        "ça ne m'aide pas",
        "ça m'aide pas",
        "ça ne marche pas",
        "toujours rien",
        "vous n'avez pas compris",
        "vous avez rien compris",
        "tu comprends pas",
        "je comprends pas",
        "relisez ma question",
        "mauvaise réponse",
        "bonjour, vous n'avez pas répondu à ma question",
        "c'est faux",
        "n'importe quoi",
        "Not what I asked",
        "that's not what I asked",
        "thats not what i asked!!",
        "That is not what I asked.",
        "not my question",
        "No, that's not my question",
        "that wasn't my question",
        "that's not it",
        "not that",
        "not what I meant",
        "i didn't ask that",
        "you didn't answer",
        "you haven't answered my question",
        "you did not answer my question",
        "that doesn't answer my question",
        "this does not help",
        "that didn't help",
        "Thanks but that doesn't help",
        "not helpful",
        "wrong answer",
        "that's wrong",
        "you don't understand",
        "you misunderstood",
        "I don't get it",
        "read my question",
        "read it again please",
        "still nothing",
        "it doesn't work",
        "nothing to do with it",
        "not at all",
    ],
)
def test_pushback(text: str) -> None:
    assert is_pushback(text)


@pytest.mark.parametrize(
    "text",
    [
        "non livré",
        "what are your opening hours?",
        "so I want to return it",
        "non merci",
        "Non merci, c'est bon",
        "no thanks",
        "no thank you",
        "non c'est bon",
        "non c'est tout",
        "no that's all",
        "no worries",
        "no problem",
        "pas de souci",
        "pas grave",
        "c'est pas grave",
        "ça marche",
        "ça marche merci",
        "that works",
        "c'est ça",
        "that's it",
        "oui",
        "ok",
        "d'accord",
        "merci",
        "thanks",
        "merci beaucoup",
        "bonjour",
        "pas de colis",
        "pas encore",
        "not yet",
        "c'est pas la bonne taille",
        "wrong size",
        "mauvaise taille",
        "ce n'est pas arrivé",
        "it didn't arrive",
        "pas ça mais la rouge",
        "non, la rouge",
        "no, the blue one",
        "je comprends",
        "I understand",
        "j'ai compris",
        "vous avez répondu",
        "that helps",
        "ça m'aide",
        "ma question",
        "ok merci",
        "ça ne marche pas avec ma carte",
        "mon code ne marche pas",
        "rien",
        "le lundi",
        "et le dimanche ?",
        "",
        " ",
        "!",
        "👍",
        "non ML123456",
        "no 204518",
        "pas celui-là, l'autre commande",
    ],
)
def test_no_pushback(text: str) -> None:
    assert not is_pushback(text)


@pytest.mark.parametrize(
    ("text", "wanted"), [("et puis", True), ("mon colis", True), ("mon colis ?", False), ("ML12345", False)]
)
def test_a_fragment_is_short_and_asks_nothing(*, text: str, wanted: bool) -> None:
    assert is_fragment(text) is wanted
