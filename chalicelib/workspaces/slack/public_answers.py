"""
Whether an agent's answer can be sent as it is: what would show private data to everybody is not sent in public.

The dialog says what is in it. The brand's own numbers and addresses are nobody's data.
"""

from __future__ import annotations

from ...decision.comment_answers import DATA_WORDS
from ...decision.own_contacts import of_playbook, without_own
from ...masking import shown_in_public
from ...playbook.fields import find_fields
from ...playbook.schema import Playbook
from .clicks import Click, wrong_text
from .wording import pick

_ORDER = ("un numéro de commande", "an order number")
_NOT_IN_PUBLIC = (
    "Tout le monde lirait {what} : retirez-le d'ici, ou écrivez au client en privé.",
    "Everybody would read {what}: take it out, or write to the customer in private.",
)


def wrong_answer(click: Click, text: str) -> str:
    """Return one sentence about an answer that cannot be sent as it is, or not to everybody; "" when it can."""
    return wrong_text(click.value, text) or _for_everybody(click, text)


def private_data(text: str, playbook: Playbook) -> list[str]:
    """Return what of somebody's own a text shows ("phone", "mail", "card", "order"), without the brand's own."""
    rest = without_own(text, of_playbook(playbook))
    numbers = (name for name, each in playbook.fields.items() if not each.values)
    return [*shown_in_public(rest), *(["order"] if any(find_fields(playbook, name, rest) for name in numbers) else [])]


def _for_everybody(click: Click, text: str) -> str:
    live = click.services.answers.edition(click.brand) if click.value.public else None
    found = private_data(text, live.playbook) if live is not None else []
    if not found:
        return ""
    language = click.value.language
    return pick(_NOT_IN_PUBLIC, language).format(
        what=", ".join(pick(DATA_WORDS.get(each, _ORDER), language) for each in found)
    )
