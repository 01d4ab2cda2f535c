"""What is an order number in what customers type, and what only looks like one."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.playbook.fields import find_field, find_fields
from chalicelib.playbook.yaml_file import load

ROOT = Path(__file__).parents[3]
MAISON = load((ROOT / "playbooks" / "maison-lune.yaml").read_text(encoding="utf-8"))
ATELIER = load((ROOT / "playbooks" / "atelier-nord.yaml").read_text(encoding="utf-8"))
SHAPE = MAISON.fields["order_number"]
MARKET = replace(MAISON, fields={"order_number": replace(SHAPE, shapes=(*SHAPE.shapes, "###-#######-#######"))})


def found(text: str) -> tuple[str, ...]:
    return find_fields(MAISON, "order_number", text)


@pytest.mark.parametrize(
    "text",
    [
        "ML204518",
        "ml204518",
        "ML٢٠٤٥١٨",
        "ML۲۰۴۵۱۸",
        "ML२०४५१८",
        "ＭＬ２０４５１８",
        "ML 204 518",
        "ML 204\u202f518",
        "ML 20 45 18",
        "ML_204518",
        "ML-204-518",
        "ML.204518",
        "ML n°204518".replace(" n°", "#"),
        "ML\u200b204518",
        "\u2066ML204518\u2069",
        "ML–204518",
        "n204518",
        "n°204518",
        "N° 204518",
        "no204518",
        "Commande204518",
        "commandeML204518",
        "order204518",
        "#204518",
        "#ML204518",
        "204518",
        "204 518",
        "c'est le 204518",
        "Voilà le numéro : 204518, s'il vous plaît",
        unicodedata.normalize("NFD", "Voilà le numéro : 204518, s'il vous plaît"),
        "ma commande 204 518 n'est toujours pas là, que se passe-t-il ?",
        "ML204518, Lyon",
        "ML204518, 75011 Paris",
        "Bonjour, ma commande ML204518 du 12/11/2026 à 49,90 € n'est pas là, je suis au 06 12 34 56 78",
        "(ML204518)",
        "ML204518-1",
        "@maison ML204518 svp",
        "ML204518 2 articles",
        "commande ML204518 et mon code postal est 69001",
    ],
)
def test_however_it_is_typed_the_number_is_said_and_looked_up_in_one_shape(text: str) -> None:
    assert found(text) == ("ML204518",)


@pytest.mark.parametrize(
    "text",
    [
        "@sam19850 any update?",
        "@sam19850 where is my order?",
        "＠sam19850 any update?",
        "@kev_10234 stop",
        "https://shop.example/orders/204518",
        "shop.example/204518",
        "www.shop.example/?order=204518",
        "t.co/204518",
        "jean.204518@example.com",
        "204518@example.com",
        "204518 €",
        "€204518",
        "commande de 12 500 €",
        "commande à 12500 euros",
        "12500 CHF",
        "une commande de 12500.50",
        "le 29/11/2026",
        "2026-11-29",
        "29.11.2026",
        "29 11 2026",
        "commande du 12 novembre 2026",
        "ordered on November 12, 2026",
        "06 12 34 56 78",
        "0612345678",
        "+33 6 12 34 56 78",
        "0033612345678",
        "mon tel 651234",
        "téléphone : 651234",
        "tél. 651234, commande introuvable",
        "+44 7911 123456",
        "07911 123456",
        "(555) 123-4567",
        "j'habite au 69001 Lyon, ma commande n'arrive pas",
        "code postal 75011",
        "postcode: 12345",
        "livraison au 12 rue X, 75011 Paris",
        "où est mon colis, livraison au 10 rue Nord 69001",
        "12 bis avenue des Lilas, 69003, où est mon colis ?",
        "where is my parcel, 10 Main Street 69001",
        "402-1234567-1234567",
        "commande 402-1234567-1234567",
        "order 402 1234567 1234567",
        "ML402-1234567-1234567".removeprefix("ML"),
        "commande 40212345671234567",
        "LX123456789FR",
        "colis 6A12345678901",
        "1Z999AA10123456784",
        "XML204518",
        "html10482x",
        "IMG_204518.jpg",
        "photo 204518.jpg",
        "ML2045",
        "1048",
        "commande 10482,50",
        "",
    ],
)
def test_what_is_something_else_is_no_order_number(text: str) -> None:
    assert found(text) == ()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("ML10482 et ML10484", ("ML10482", "ML10484")),
        ("ML10482 et 10484", ("ML10482", "ML10484")),
        ("Où sont mes commandes ML10482, 10484 et 10490 ?", ("ML10482", "ML10484", "ML10490")),
        ("where are orders 10482 and 10484?", ("ML10482", "ML10484")),
        ("ML10482,10484 et 10490", ("ML10482", "ML10484", "ML10490")),
        ("commandes 10482,10484", ("ML10482", "ML10484")),
        ("10 rue Nord, commande 10482", ("ML10482",)),
        ("ML10482\nML10484", ("ML10482", "ML10484")),
        ("ML10482 / ML10484", ("ML10482", "ML10484")),
        ("commande 10482, je répète 10482", ("ML10482",)),
        ("ML10484 puis ML10482", ("ML10484", "ML10482")),
    ],
)
def test_several_numbers_are_all_found_in_their_order(text: str, numbers: tuple[str, ...]) -> None:
    assert found(text) == numbers
    assert find_field(MAISON, "order_number", text) == (numbers[0] if len(numbers) == 1 else None)


@pytest.mark.parametrize(
    "text",
    [
        "402-1234567-1234567",
        "402 1234567 1234567",
        "４０２-１２３４５６７-１２３４５６７",
        "order 402-1234567-1234567, please",
    ],
)
def test_a_declared_marketplace_number_is_taken_whole(text: str) -> None:
    assert find_fields(MARKET, "order_number", text) == ("402-1234567-1234567",)
    assert find_fields(MARKET, "order_number", f"{text} et ML204518") == ("402-1234567-1234567", "ML204518")


@pytest.mark.parametrize("text", ["AN-12345", "an 12345", "AN12345", "commande 12345", "AN_12 345", "commandeAN-12345"])
def test_a_fixed_shape_with_a_hyphen_is_found_the_same_ways(text: str) -> None:
    assert find_fields(ATELIER, "order_number", text) == ("AN-12345",)


@pytest.mark.parametrize("text", ["AN-123456", "commande 123456", "AN-1234"])
def test_a_fixed_shape_is_never_cut_out_of_a_longer_number(text: str) -> None:
    assert find_fields(ATELIER, "order_number", text) == ()


@given(st.text())
def test_any_text_gives_numbers_of_the_brands_shape_or_none(text: str) -> None:
    for value in found(text):
        assert value.startswith("ML")
        assert value[2:].isascii()
        assert value[2:].isdigit()
        assert 5 <= len(value[2:]) <= 9


@given(st.text(alphabet="ML 0123456789-_.,€@#\n٢۲２/+ncommande"))
def test_a_long_text_of_digits_takes_no_long_time(text: str) -> None:
    for value in found(text * 40):
        assert 5 <= len(value[2:]) <= 9
