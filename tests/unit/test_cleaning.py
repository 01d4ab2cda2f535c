"""What is not the customer's words is out before anything is read: handles, links, quotes, signatures, contacts."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.triage import features, masks
from chalicelib.triage.cleaning import CONTACT, LINK, MAX_READ, QUOTED, SIGNS, THREAD, cleaned, without_signs


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("@sam19850 why is this happening?", "why is this happening?"),
        ("@sam19850 @lea_77120 Really????", "Really??"),
        ("＠sam19850 any update?", "any update?"),
        ("@JOHN_1985 any news?", "any news?"),
        (".@maisonlune ça fait 3 jours", "ça fait 3 jours"),
        ("merci @lea77 pour l'aide", "merci pour l'aide"),
        ("rdv @ 15h en boutique", "rdv @ 15h en boutique"),
        ("#JeSuisFâché depuis hier", "Je Suis Fâché depuis hier"),
        ("commande #88213 svp", "commande #88213 svp"),
        ("c'est long......... très long !!!!!", "c'est long... très long !!"),
        ("quoi ?!?!?!", "quoi ?!"),
        ("e\u0301te\u0301 reçu", "été reçu"),
    ],
)
def test_handles_and_the_marks_of_hashtags_go_and_long_marks_are_short(text: str, left: str) -> None:
    assert features.clean(text) == left


@pytest.mark.parametrize(
    ("text", "left", "sign"),
    [
        ("colis pas reçu https://t.co/a1b2c3456", "colis pas reçu", LINK),
        ("vu sur boutique.fr/p/123456 en rouge", "vu sur en rouge", LINK),
        ("ma facture svp\nlea@example.org\nvous êtes là ?", "ma facture svp vous êtes là ?", CONTACT),
        ("ma facture svp\nMail : lea@example.org", "ma facture svp", CONTACT),
        ("où est le colis\ntél 06 12 34 56 78", "où est le colis", CONTACT),
        (
            "date de livraison de ma commande n°722861 ; mon adresse mail est lea@example.org",
            "date de livraison de ma commande n°722861",
            CONTACT,
        ),
        ("and my order? my email is lea@example.org", "and my order?", CONTACT),
        ("oui d'accord\n> commande 123456\n> demain ?", "oui d'accord", QUOTED),
        ("et alors ?\nLe mar. 12 nov. à 14:02, Marie <m@x.fr> a écrit :\nVotre colis 123456", "et alors ?", QUOTED),
        ("any news\nOn Tue, 12 Nov 2026 at 14:02, Shop <a@b.co> wrote:\nYour parcel", "any news", QUOTED),
        ("et\n-----Message d'origine-----\nDe : Boutique\nObjet : 123456", "et", QUOTED),
        ("(1/2) I waited at home the whole day", "I waited at home the whole day", THREAD),
        ("I waited at home the whole day, and nobody came or rang or left a card in the letterbox 2/2",
         "I waited at home the whole day, and nobody came or rang or left a card in the letterbox", THREAD),
    ],
)  # fmt: skip
def test_what_was_taken_out_leaves_its_sign(text: str, left: str, sign: str) -> None:
    found = features.clean(text)

    assert found == f"{left} {sign}"
    assert without_signs(found) == left
    assert not any(word in features.written(found) for word in SIGNS)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("où est mon colis ?\nCordialement,\nMarie Dupont\n12 rue des Lilas\n06 12 34 56 78", "où est mon colis ?"),
        ("where is it\n--\nJohn Smith\nHead of things", "where is it"),
        ("where is it\nSent from my iPhone", "where is it"),
        ("où est-il\nEnvoyé de mon iPhone", "où est-il"),
    ],
)
def test_a_signature_is_not_read(text: str, left: str) -> None:
    assert features.clean(text).removesuffix(" Cordialement,") == left


def test_what_stands_under_a_closing_and_asks_is_read() -> None:
    assert "une autre question" in features.clean("merci\nCordialement\nj'ai une autre question ?")


@pytest.mark.parametrize("text", ["1/2 colis reçu", "j'ai reçu 1/2", "il manque la moitié (1 sur 2)"])
def test_a_half_is_no_mark_of_a_thread(text: str) -> None:
    assert THREAD not in features.clean(text)


@pytest.mark.parametrize(
    "text",
    [
        "@sam19850 why is this happening?",
        "@kev_10234 stop. Stop right now",
        "@sam19850 c'est normal ?",
        "voir https://shop.example/123456",
        "écrivez à jean12345@example.org",
        "order 405-1234567-1234567 is late",
        "my order OD12345678901234567 please",
    ],
)
def test_digits_of_a_name_a_link_an_address_or_a_marketplace_are_no_order_number(text: str) -> None:
    assert masks.ORDER not in masks.mask(features.clean(text))


@pytest.mark.parametrize(
    "text", ["Commande651234", "n651234", "ma commande svp\n651234\nmerci", "numéro651234", "#651234"]
)
def test_a_number_glued_to_its_word_or_alone_on_its_line_is_one(text: str) -> None:
    assert masks.ORDER in masks.mask(features.clean(text))


@settings(max_examples=400)
@given(st.text(alphabet="ab1@#>:/.-_?!\n e\u0301é(2)", max_size=80) | st.text(max_size=80))
def test_any_text_is_cleaned_to_composed_letters_on_one_line_of_at_most_its_length(text: str) -> None:
    found = features.clean(text)

    assert unicodedata.is_normalized("NFC", found)
    assert found.isprintable()
    assert len(found) <= features.MAX_CHARS


@pytest.mark.parametrize("char", ["@", "#", ">", "\n", "/", "-", "@a ", "a@", "> \n", "(1/", "le lun a écrit", "0 "])
def test_hostile_texts_are_cleaned_in_bounded_time(char: str) -> None:
    start = time.perf_counter()
    assert len(cleaned(char * 100_000)) <= MAX_READ + 60
    assert time.perf_counter() - start < 0.5
