"""The web chat over the whole local stack: its real HTTP API, a shop's page with a strict CSP, files, one person."""

from __future__ import annotations

import base64
import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from chalicelib.workspaces.slack import actions
from infra.demo import agent
from tests.support.whole_stack import Place

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.slow]

BRAND, MAILBOX = "maison-lune", "sav@courrier.maison-lune.example"
HOURS = "Quels sont vos horaires d'ouverture ?"
ANGRY = "C'est une honte, personne ne me répond et mon manteau est abîmé !"
PATIENCE_MS = 60_000
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n" + bytes(range(256))


def picture(page: Page, kind: str) -> bytes:
    """A real picture, made by the browser itself, as `image/KIND`."""
    coded = page.evaluate(
        "kind => {const c = document.createElement('canvas'); c.width = 40; c.height = 30;"
        "c.getContext('2d').fillRect(5, 5, 20, 10); return c.toDataURL(kind).split(',')[1]}",
        f"image/{kind}",
    )
    return base64.b64decode(coded)


class Shop:
    """The stack with its played shop, and browsers on the shop's page."""

    def __init__(self, place: Place, browser: Browser) -> None:
        ready = json.loads(place.ready_file.read_text(encoding="utf-8"))
        self.place, self.browser = place, browser
        self.page = ready["page"].rstrip("/")
        self.client = httpx.Client(base_url=self.page, trust_env=False, timeout=30)
        self.refused: list[str] = []

    def ask(self, what: str, **body: Any) -> Any:
        return self.client.post(f"/sim/{what}", json=body).raise_for_status().json()

    def state(self) -> Any:
        return self.client.get("/sim/state").json()

    def customer(self) -> str:
        return str(self.ask("person", name=f"Zoé {time.monotonic_ns()}", language="fr")["key"])

    def visit(self, person: str = "") -> Page:
        """Open the shop's page in a browser of its own, with the chat open; `person`: who is signed in."""
        context = self.browser.new_context(locale="fr-FR", reduced_motion="reduce")
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.refused.append(str(error)))
        page.on("console", lambda line: self.refused.append(line.text) if "Security Policy" in line.text else None)
        page.goto(f"{self.page}/shop-page/{BRAND}" + (f"?as={person}" if person else ""))
        page.get_by_role("button", name="Ouvrir le chat").click()
        return page

    def tickets(self, text: str) -> list[Any]:
        return [
            each
            for each in self.state()["slack"]["messages"]
            if text in json.dumps(each, ensure_ascii=False) and agent.press(each, actions.EDIT_REPLY)
        ]

    def answers(self, ticket: Any, text: str, name: str, content: bytes) -> None:
        """An agent answers in the ticket's dialog with words and a file."""
        before = {view["id"] for view in self.state()["slack"]["views"]}
        self.ask("slack/action", **(agent.press(ticket, actions.EDIT_REPLY) or {}))
        view = until(lambda: [each for each in self.state()["slack"]["views"] if each["id"] not in before])[0]
        file = self.ask("slack/put", name=name, content=base64.b64encode(content).decode())
        typed = agent.typed(view["id"], text)
        typed["values"][actions.FILES_BLOCK] = {actions.FILES_INPUT: {"type": "file_input", "files": [file]}}
        assert not self.ask("slack/submit", **typed).get("errors")


def until(look: Callable[[], Any], seconds: float = PATIENCE_MS / 1000) -> Any:
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"not seen within {seconds} s"
        time.sleep(0.3)
    return found


def say(page: Page, text: str) -> None:
    page.get_by_label("Votre message").fill(text)
    page.keyboard.press("Enter")


def named(page: Page) -> list[str]:
    return page.locator("[role=article]").evaluate_all("all => all.map(each => each.getAttribute('aria-label'))")  # type: ignore[no-any-return]


def painted(page: Page, number: int) -> None:
    """The n-th picture of the conversation is there, and it is one that the browser can show."""
    photos = page.locator("a.file.photo img")
    photos.nth(number).wait_for()
    assert photos.nth(number).evaluate("each => [each.naturalWidth, each.naturalHeight]") == [40, 30]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Shop]:
    place = Place(tmp_path_factory.mktemp("shop"))
    child = place.start()
    made = Shop(place, browser)
    yield made
    for each in browser.contexts:
        each.close()
    made.client.close()
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=60)
    assert made.refused == []


def test_photos_and_a_pdf_go_through_the_real_api_and_come_back_as_they_were(shop: Shop, tmp_path: Path) -> None:
    page = shop.visit()
    files = {"a.jpg": picture(page, "jpeg"), "b.webp": picture(page, "webp"), "c.png": picture(page, "png")}
    for number, (name, content) in enumerate(files.items()):
        (tmp_path / name).write_bytes(content)
        page.locator("input[type=file]").set_input_files(tmp_path / name)
        painted(page, number)
    (tmp_path / "facture.pdf").write_bytes(PDF)
    page.locator("input[type=file]").set_input_files(tmp_path / "facture.pdf")
    link = page.locator("a.file:not(.photo)")
    link.last.wait_for()
    until(lambda: page.locator("a.file").count() == 4)
    hrefs = page.locator("a.file").evaluate_all("all => all.map(each => each.href)")
    kept = [httpx.get(each, trust_env=False, timeout=30) for each in hrefs]

    assert [each.headers["content-type"] for each in kept] == [
        "image/jpeg",
        "image/webp",
        "image/png",
        "application/pdf",
    ]
    assert [each.content for each in kept] == [*files.values(), PDF]
    assert all(each.headers["content-security-policy"] == "default-src 'none'; sandbox" for each in kept)


def test_an_agents_photo_is_shown_to_the_visitor_under_their_name(shop: Shop) -> None:
    page = shop.visit()
    say(page, f"{ANGRY} kkph")
    ticket = until(lambda: shop.tickets("kkph"))[0]
    shop.answers(ticket, "Voici votre nouveau manteau. zz", "manteau.png", picture(page, "png"))
    page.get_by_text("Voici votre nouveau manteau. zz").wait_for()
    painted(page, 0)

    assert named(page)[-1].startswith("Léa, ")


def test_two_devices_of_one_customer_and_their_mail_are_one_person_before_the_answer(shop: Shop) -> None:
    person = shop.customer()
    shop.ask("write", brand=BRAND, channel="email", person=person, text=HOURS)
    until(lambda: [each for each in shop.state()["bubbles"] if each["person"] == person and each["side"] == "brand"])
    phone, laptop = shop.visit(person), shop.visit(person)
    say(phone, HOURS)
    phone.locator("[role=article]", has_text="Assistant IA").wait_for()
    say(laptop, "Et où est mon colis ?")
    laptop.locator("[role=article]").nth(3).wait_for()
    say(phone, "Merci")
    ids = next(own for own in shop.state()["people"] if own["key"] == person)["ids"]
    at = next(f"{place}:{own}" for place, own in ids.items() if place == f"email:{MAILBOX}")
    found = shop.place.call("contact", "show", "--brand", BRAND, "--identity", at, "--json")
    shown = json.loads(found.stdout)

    assert named(phone)[0] == named(laptop)[0]
    assert {each["identity"].partition(":")[0] for each in shown["identities"]} == {"email", "webchat"}
    assert [each["by"] for each in shown["merged"]] == ["rule:signed"]
    assert laptop.locator(".log").inner_text().count(HOURS) == 1  # no mail of theirs is shown here
