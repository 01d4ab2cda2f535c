"""Buttons under a message and files in a dialog, as a person presses and puts them on the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.conftest import Stand, until

from .conftest import new_customer

Visit = Callable[..., Any]
pytestmark = pytest.mark.browser

BUTTONS = [("Suivre une commande", "choice:1:5"), ("Une personne", "choice:2:5")]


def test_a_button_under_a_message_is_pressed_and_becomes_the_customers_next_message(visit: Visit, stand: Stand) -> None:
    page = visit()
    new_customer(page)
    page.click("#tab-messenger")
    before = len(stand.system.seen)  # other tests' customers wrote as well
    page.fill("#words", "Où est mon colis ?")
    page.press("#words", "Enter")
    came = until(lambda: [body for path, _, body in stand.system.seen[before:] if "/messenger/" in path])
    item = came[0]["entry"][0]["messaging"][0]
    replies = [{"content_type": "text", "title": title, "payload": payload} for title, payload in BUTTONS]
    for person in {item["sender"]["id"], item["recipient"]["id"]}:
        stand.client.post(
            "/messenger/v23.0/100000000000001/messages",
            headers={"authorization": "Bearer token-messenger-1"},
            json={
                "recipient": {"id": person},
                "messaging_type": "RESPONSE",
                "message": {"text": "Que puis-je faire ?", "metadata": "r:0", "quick_replies": replies},
            },
        )
    page.click("#bubbles .replies button:has-text('Une personne')")

    page.wait_for_selector("#bubbles .bubble.mine:has-text('Une personne')")
    until(lambda: [body for _, _, body in stand.system.seen if "choice:2:5" in json.dumps(body)])


def test_a_file_of_a_dialog_is_put_there_and_comes_with_the_submission(
    visit: Visit, stand: Stand, tmp_path: Path
) -> None:
    file = tmp_path / "facture.pdf"
    file.write_bytes(b"%PDF-1.4 invoice")
    page = visit()
    new_customer(page)
    page.fill("#words", "je suis furieuse et seule, la facture")
    page.press("#words", "Enter")
    page.wait_for_selector("#slack-messages > li:last-child blockquote:has-text('la facture')")
    page.click("#slack-messages > li:last-child [data-action=reply]")
    page.wait_for_selector("#modal[open]")
    page.set_input_files("#modal input[type=file]", str(file))
    page.wait_for_selector("#modal input[type=file]:not([data-files='[]'])")
    page.fill("#modal textarea", "Voici votre facture.")
    page.click("#modal button[type=submit]")

    (given,) = until(lambda: stand.system.given)
    assert (given["name"], given["size"]) == ("facture.pdf", 16)
    link = "/slack" + given["url_private"].removeprefix("https://files.slack.com")
    assert stand.client.get(link, headers={"authorization": "Bearer xoxb-toy"}).content == b"%PDF-1.4 invoice"
