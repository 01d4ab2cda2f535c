"""
Titles for agents of the intents that the classifier knows, where a playbook has none of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

# intent -> (French, English)
TITLES: Mapping[str, tuple[str, str]] = {
    "availability": ("Disponibilité d’un article", "Product availability"),
    "book_appointment": ("Prise de rendez-vous", "Booking an appointment"),
    "business_order": ("Commande professionnelle", "Business order"),
    "cancel_order": ("Annulation de commande", "Order cancellation"),
    "cancel_subscription": ("Résiliation d’abonnement", "Subscription cancellation"),
    "change_address": ("Changement d’adresse", "Change of address"),
    "change_order": ("Modification de commande", "Change to an order"),
    "complaint": ("Réclamation", "Complaint"),
    "create_account": ("Création de compte", "Creating an account"),
    "customs_duties": ("Droits de douane", "Customs duties"),
    "damaged_item": ("Article abîmé", "Damaged item"),
    "delete_account": ("Suppression de compte", "Account deletion"),
    "delivery_cost": ("Frais de livraison", "Delivery cost"),
    "delivery_options": ("Modes de livraison", "Delivery options"),
    "delivery_time": ("Délai de livraison", "Delivery time"),
    "discount_eligibility": ("Droit à une réduction", "Discount eligibility"),
    "double_charge": ("Débit en double", "Double charge"),
    "exchange_size": ("Échange de taille", "Size exchange"),
    "gift_card": ("Carte cadeau", "Gift card"),
    "gift_wrap": ("Emballage cadeau", "Gift wrapping"),
    "human_request": ("Demande d’un conseiller", "Request for a person"),
    "installation": ("Installation", "Installation"),
    "instalments": ("Paiement en plusieurs fois", "Paying in instalments"),
    "international_delivery": ("Livraison à l’étranger", "International delivery"),
    "invoice": ("Facture", "Invoice"),
    "job_application": ("Candidature", "Job application"),
    "loyalty_points": ("Points de fidélité", "Loyalty points"),
    "missing_item": ("Article manquant", "Missing item"),
    "not_received": ("Colis non reçu", "Parcel not received"),
    "opening_hours": ("Horaires d’ouverture", "Opening hours"),
    "order_by_phone": ("Commande par téléphone", "Ordering by phone"),
    "order_confirmation": ("Confirmation de commande", "Order confirmation"),
    "order_status": ("Suivi de commande", "Order status"),
    "partnership": ("Partenariat", "Partnership"),
    "password": ("Mot de passe", "Password"),
    "payment_failed": ("Paiement refusé", "Failed payment"),
    "payment_methods": ("Moyens de paiement", "Payment methods"),
    "praise": ("Compliment", "Praise"),
    "price_adjustment": ("Ajustement de prix", "Price adjustment"),
    "product_details": ("Détails d’un article", "Product details"),
    "product_origin": ("Origine d’un article", "Product origin"),
    "promo_code": ("Code promo", "Promo code"),
    "recycling": ("Recyclage", "Recycling"),
    "referral": ("Parrainage", "Referral"),
    "refund": ("Remboursement", "Refund"),
    "repair": ("Réparation", "Repair"),
    "report_scam": ("Signalement d’une arnaque", "Scam report"),
    "reschedule_delivery": ("Report de livraison", "Rescheduling a delivery"),
    "return": ("Retour", "Return"),
    "sale_dates": ("Dates des soldes", "Sale dates"),
    "second_hand": ("Seconde main", "Second hand"),
    "size_advice": ("Conseil de taille", "Size advice"),
    "spare_parts": ("Pièces détachées", "Spare parts"),
    "store_location": ("Adresse d’une boutique", "Shop location"),
    "store_pickup": ("Retrait en boutique", "Store pickup"),
    "unsubscribe": ("Désabonnement", "Unsubscribing"),
    "update_account": ("Mise à jour du compte", "Account update"),
    "warranty": ("Garantie", "Warranty"),
    "website_problem": ("Problème du site", "Website problem"),
    "wrong_item": ("Mauvais article reçu", "Wrong item received"),
}


def title_of(intent: str, language: str) -> str:
    """Return the subject's title; the name itself, readable, where none is known."""
    known = TITLES.get(intent)
    if known is None:
        return intent.replace("_", " ").capitalize()
    return known[0] if language == "fr" else known[1]
