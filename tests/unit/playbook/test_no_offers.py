"""No care answer carries an offer or a code: who asked a question did not ask for advertising."""

from __future__ import annotations

import pytest

from chalicelib.playbook.duties import never_said

OFFERS = (
    "Pour nous excuser, voici le code MERCI10.",
    "Use the code SORRY15 on your next order.",
    "Vous avez -10 % sur votre prochaine commande.",
    "Nous vous offrons 15 % de réduction.",
    "You get 20% off next time.",
    "Un bon d'achat vous attend.",
    "Profitez de nos soldes.",
    "We will send you a voucher.",
)
ANSWERS = (
    "Le code s'entre dans le panier, sous « J'ai un code », avant le paiement.",
    "La livraison est offerte dès 60 €.",
    "The code goes into the basket before you pay: one per order.",
    "Elle contient 95 % de coton.",
    "Écrivez le code postal de livraison.",
)


@pytest.mark.parametrize("text", OFFERS)
def test_an_offer_or_a_code_is_refused_with_what_to_do(text: str) -> None:
    assert any("no offer" in told for told in never_said(text))


@pytest.mark.parametrize("text", ANSWERS)
def test_what_explains_codes_prices_and_shares_is_no_offer(text: str) -> None:
    assert list(never_said(text)) == []
