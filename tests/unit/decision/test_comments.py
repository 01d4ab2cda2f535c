"""What becomes of a public comment: three hundred of a day, and the limits that nobody crosses."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import REGISTRY
from chalicelib.conversation import Control, Conversation, TimelineMessage, address_of
from chalicelib.decision.comments import sorted_comment
from chalicelib.decision.hiding import hide_reason
from chalicelib.decision.own_contacts import NO_CONTACTS, of_playbook, without_own
from chalicelib.engine.customer import input_of
from chalicelib.model import UNDER, ContactId, ConversationId, Gather, MessageId, Millis
from chalicelib.playbook.schema import CommentRules
from chalicelib.triage.load_bundle import load
from tests.simulation.world import playbook_of

DAY = Path(__file__).parents[2] / "fixtures" / "comments" / "three_hundred.json"
NOW = Millis(1_795_597_200_000)
FACEBOOK = REGISTRY["facebook"].traits
PLAYBOOK = playbook_of("maison-lune")
Sorted = tuple[str, str, str]  # kind, intent, why it may be hidden


@cache
def day() -> list[tuple[str, str]]:
    """A day's comments, written for this test: what each is, and its words."""
    return [(kind, text) for kind, text in json.loads(DAY.read_text(encoding="utf-8"))]


@cache
def sort(text: str, *, under: str = "", public: bool = True, files: tuple[str, ...] = ()) -> Sorted:
    """What a comment is sorted as, by the classifier that ships."""
    message = TimelineMessage(
        message_id=MessageId(f"c.{NOW}.0000000000000000"),
        author="customer",
        address=address_of("facebook", "1", "2"),
        text=text,
        sent_at=NOW,
        received_at=NOW,
        public=public,
        quoting=under,
        beside=((UNDER, "https://www.facebook.com/1_2"),),
        attachments=files,
    )
    head = Conversation(conversation_id=ConversationId("c"), contact_id=ContactId("p"))
    inputs = input_of(head, (message,), _scorer(), PLAYBOOK, Control(), NOW)
    found = sorted_comment(replace(inputs, surface=FACEBOOK.public if public else FACEBOOK.private))
    return (found.kind, found.intent, found.hide or "") if isinstance(found, Gather) else ("case", "", "")


@cache
def _scorer():  # type: ignore[no-untyped-def]  # noqa: ANN202 - a bundle's, as it comes
    return load()


def of_day(kind: str) -> list[Sorted]:
    return [sort(text, under="1_1" if each.startswith("reply") else "") for each, text in day() if kind in each]


def test_a_day_of_three_hundred_comments_makes_few_tickets_and_mostly_nothing() -> None:
    found = Counter(sort(text, under="1_1" if kind.startswith("reply") else "")[0] for kind, text in day())

    assert len(day()) == 300
    assert found["case"] <= 14
    assert found["nothing"] >= 220


def test_every_own_matter_of_the_day_is_a_ticket() -> None:
    assert {kind for kind, _, _ in of_day("case")} == {"case"}


def test_no_question_and_no_own_matter_of_the_day_is_nothing() -> None:
    assert "nothing" not in {kind for kind, _, _ in (*of_day("question"), *of_day("case"), *of_day("manager"))}


def test_every_hidden_comment_of_the_day_has_a_reason_and_no_criticism_has_one() -> None:
    assert all(hide for _, _, hide in of_day("hide"))
    assert {hide for _, _, hide in of_day("criticism")} == {""}
    assert {hide for _, _, hide in (*of_day("nothing"), *of_day("question"))} == {""}


def test_who_seems_a_minor_a_journalist_or_an_influencer_goes_to_the_manager_without_a_subject() -> None:
    assert {(kind, intent) for kind, intent, _ in of_day("manager")} == {("manager", "")}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ma fille s'est brûlée avec votre bougie", "case"),
        ("Je me rétracte, commande ML204518", "case"),
        ("😡😡😡", "read"),
        ("???", "question"),
        ("Bonjour Maison Lune, quelle taille pour 1m75 ?", "question"),
        ("Katell Riou ils livrent en Belgique ?", "question"),
        ("@katell_r tu viens ?", "nothing"),
        ("Le tissu est sale et mal coupé", "read"),
        ("J'ai 34 ans et j'adore", "read"),
        ("LIVREUR NUL", "read"),
        ("QUALITÉ DÉPLORABLE 😡", "read"),
        ("MAGNIFIQUE", "nothing"),
        ("Léa Martin 😍", "nothing"),
        ("@LEA_M 😍", "nothing"),
        ("J'ai 10 ans de fidélité chez vous, et le bleu ?", "question"),
        ("Cadeau pour un enfant de 10 ans, quelle taille ?", "question"),
    ],
)
def test_single_comments_that_are_easily_mistaken(text: str, kind: str) -> None:
    assert sort(text)[0] == kind


@pytest.mark.parametrize(
    "text",
    [
        "moi j'ai 13 ans, c'est trop grand pour moi ?",
        "I'm 15 yo, can I order?",
        "je suis au lycée et je rêve de cette robe",
        "Je suis mineure, je peux payer comment ?",
        "My mom won't let me buy it 😭",
        "maman veut pas que je commande",
        "Bonsoir, demande d'interview de votre fondatrice pour France Ouest",
        "Press enquiry: whom can we talk to about your factory?",
        "J'ai 120k abonnés sur TikTok, on en parle en MP ?",
        "Youtubeuse mode, je vous envoie mon media kit",
    ],
)
def test_more_who_seem_minors_journalists_or_influencers_go_to_the_manager_without_a_subject(text: str) -> None:
    assert sort(text)[:2] == ("manager", "")


def test_a_picture_without_words_is_read_by_a_person() -> None:
    assert sort("", files=("image",))[0] == "read"


def test_a_private_message_is_never_sorted() -> None:
    assert sort("😍", public=False)[0] == "case"


# --- hiding -----------------------------------------------------------------------------------

CRITICISM = (
    "C'est une arnaque ce site, fuyez",
    "Quelle honte votre service client",
    "J'ai contacté votre service client sur WhatsApp, aucune réponse",
    "Votre SAV est nul, j'ai appelé trois fois",
    "Voleurs !",
    "My dress arrived dirty, black marks all over it",
    "Le tissu est arrivé sale, noir de poussière",
    "Le col est sale. Blanc devenu gris",
    "Les pédales sont cassées",
    "Enculés, rendez moi mon argent",
    "Votre service client au 01 39 98 53 00 ne répond jamais",
    "contact@maison.example ne répond jamais, honteux",
    "Couleur trop voyante, mieux sur zalando.fr.com",
    "Le tissu est sale",
    "Bande d'incapables, remboursez-moi",
    "Ah bravo, encore une hausse des prix, merci qui ?",
    "I contacted customer service on Messenger and nobody answered",
    "What a scam, do not buy here",
    "Your quality is rubbish",
    "Je préfère la concurrence, www.autre-marque.com est moins cher",
    "On dirait un sac poubelle 🤣",
    "Mes enfants crèvent de chaud dans ce pull",
)


@pytest.mark.parametrize("text", CRITICISM)
def test_criticism_and_sarcasm_have_no_reason_to_be_hidden(text: str) -> None:
    assert hide_reason(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Écrivez au service client sur WhatsApp +33 6 39 98 00 12", "false_service"),
        ("Please contact our official support team on Telegram", "false_service"),
        ("Le service client vous aide ici : whatsapp +33 6 39 98 00 12, écrivez-nous", "false_service"),
        ("Cliquez ici pour recevoir votre cadeau bit.ly/abc", "phishing"),
        ("Earn money online, join us on WhatsApp +44 7700 900123", "spam"),
        ("Sale arabe", "hate"),
        ("Go back to your country", "hate"),
        ("Mon mail : zoe@exemple.example", "personal_data"),
        ("Appelez-moi au 06 39 98 00 12", "personal_data"),
    ],
)
def test_each_reason_of_the_closed_list_is_found(text: str, reason: str) -> None:
    assert hide_reason(text) == reason


# --- the brand's own contacts -----------------------------------------------------------------

OWN = replace(
    PLAYBOOK,
    variables={
        **PLAYBOOK.variables,
        "phone": {"fr": "01 39 98 53 00", "en": "+33 1 39 98 53 00"},
        "mail": {"fr": "bonjour@maison-lune.example.com"},
        "site": {"fr": "https://www.maison-lune.com/contact"},
    },
    comments=CommentRules(own=("wa.me/33639980000",)),
)


@cache
def own_reason(text: str) -> str:
    return hide_reason(text, of_playbook(OWN)) or ""


@pytest.mark.parametrize(
    "text",
    [
        "Appelez-les au 01.39.98.53.00, moi ils ont répondu",
        "0033 1 39 98 53 00",
        "Il suffit d'écrire à Bonjour@maison-lune.example.com",
        "Le service client répond aussi : écrivez sur WhatsApp, wa.me/33639980000",
        "Contactez le service client sur maison-lune.com/contact, par messenger ou numéro 01 39 98 53 00",
        "Tout est sur https://boutique.maison-lune.com/robes",
    ],
)
def test_the_brands_own_number_address_and_link_are_nobodys_data_and_no_false_service(text: str) -> None:
    assert own_reason(text) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "Service client : contactez-nous par WhatsApp au 06 39 98 00 12, plus vite que le 01 39 98 53 00",
            "false_service",
        ),
        ("Écrivez au service client sur WhatsApp wa.me/33639980012", "false_service"),
        ("Écrivez au service client sur Telegram @maison_aide, pas au 01 39 98 53 00", "false_service"),
        ("Quelle honte, rappelez-moi au 06 39 98 00 12", "personal_data"),
        ("Votre service client ne répond pas à zoe@exemple.example", "personal_data"),
        ("Cliquez ici pour recevoir votre cadeau https://maison-lune.com.lot.xyz/a", "phishing"),
    ],
)
def test_where_the_brands_own_contacts_are_known_another_one_is_somebodys(text: str, reason: str) -> None:
    assert own_reason(text) == reason


@given(st.text(max_size=80))
def test_a_text_without_contacts_stays_as_it_was(text: str) -> None:
    assert without_own(text, NO_CONTACTS) == text


_PLAIN: Callable[[str], bool] = lambda text: hide_reason(text) is None  # noqa: E731


@given(st.lists(st.sampled_from(CRITICISM), min_size=1, max_size=3))
def test_criticism_said_at_length_is_not_hidden_either(parts: list[str]) -> None:
    assert _PLAIN(" ".join(parts))


@given(st.text(max_size=200))
def test_whatever_is_written_the_reason_is_one_of_five_or_none(text: str) -> None:
    assert hide_reason(text) in {None, "spam", "phishing", "false_service", "hate", "personal_data"}
