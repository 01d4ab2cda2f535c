"""
One person on two phones, and beside the shop's web chat, on the page over the whole local stack.

What is proved goes on from one to the other; what is not shows nothing of the other, whatever agents see.
"""

from __future__ import annotations

import itertools
import json
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.whole_stack import Place

from .conftest import NARROW, WIDE, new_customer
from .test_access import violations
from .test_page import write

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FrameLocator, Page

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.slow]

WHERE, HOURS = "Où est mon colis ?", "Vous êtes ouverts le dimanche ?"
_numbers = itertools.count(10_431)


@dataclass
class Stack:
    """A whole local stack, and its page."""

    place: Place
    page: str

    def shown(self, contact: str) -> Any:
        """Ask the command line who a contact is."""
        return json.loads(self.place.call("contact", "show", contact, "--json").stdout)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    place = Place(tmp_path_factory.mktemp("phones"))
    child = place.start()
    yield Stack(place, json.loads(place.ready_file.read_text(encoding="utf-8"))["page"])
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=60)


@pytest.fixture
def visit(browser: Browser, stack: Stack) -> Iterator[Callable[..., Page]]:
    """Open the page as a new customer: visit(second=, lang=, theme=, size=). A script error fails the test."""
    opened: list[Any] = []
    errors: list[str] = []

    def open_page(second: str = "phone", lang: str = "fr", theme: str = "light", size: dict[str, int] = WIDE) -> Page:
        context = browser.new_context(viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(40_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{stack.page}?lang={lang}&theme={theme}")
        page.wait_for_selector("[data-ready]", state="attached")
        new_customer(page)
        page.select_option("#second", second)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert errors == []


Visit = Callable[..., Any]


def other(page: Page) -> FrameLocator:
    """Return the second device."""
    return page.frame_locator("iframe.second")


def writes(device: Page | FrameLocator, text: str, answers: int) -> None:
    """Write on a phone, and wait until the brand has said so many things there."""
    device.locator("html[data-ready]").wait_for(state="attached")
    device.locator("#words").fill(text)
    device.locator("#words").press("Enter")
    device.locator("#bubbles .bubble.theirs").nth(answers - 1).wait_for()


def chat(page: Page, text: str, answers: int) -> None:
    """Write in the shop's web chat, which is the real one, and wait for what it says."""
    shop = other(page)
    if not shop.locator("guichet-chat textarea").is_visible():
        shop.locator("guichet-chat button.launch").click()
    shop.locator("guichet-chat textarea").fill(text)
    shop.locator("guichet-chat textarea").press("Enter")
    shop.locator("guichet-chat li.ours:not(.hello)").nth(answers - 1).wait_for()


def both_wrote(page: Page) -> None:
    """Have the customer ask for a parcel on WhatsApp, of which the number is asked, and something else on Messenger."""
    writes(page, WHERE, 1)
    writes(other(page), HOURS, 1)
    page.wait_for_selector(".between[data-state=stranger]")


def press(page: Page, what: str, then: str) -> None:
    """Press a button about who is who, and wait for what it makes of them."""
    page.click(f"#people-known [data-do={what}]")
    page.wait_for_selector(then)


def test_a_number_on_the_other_phone_answers_the_question_once_both_are_proved(visit: Visit) -> None:
    page, number = visit(), str(next(_numbers))
    both_wrote(page)
    press(page, "merge", ".mark[data-mark=proved]")
    assert page.evaluate("document.activeElement.id") == "people-title"
    writes(other(page), number, 2)

    assert f"ML{number}" in other(page).locator("#bubbles .bubble.theirs").nth(1).inner_text()
    assert "une personne de la marque" in page.inner_text("#people-known")
    assert page.locator("#bubbles .bubble.theirs").count() == 1


@pytest.mark.parametrize("linked", [False, True])
def test_a_phone_that_is_not_proved_is_told_nothing_of_the_other(visit: Visit, *, linked: bool) -> None:
    page, number = visit(), str(next(_numbers))
    both_wrote(page)
    if linked:
        press(page, "link", ".between[data-state=linked]")
    writes(other(page), number, 2)
    told, first = other(page).locator("#bubbles").inner_text(), page.inner_text("#bubbles")

    assert f"ML{number}" not in told
    assert WHERE not in told
    assert HOURS not in first
    assert page.locator("#bubbles .bubble.theirs").count() == 1


def test_what_the_page_merges_and_splits_the_command_line_tells(visit: Visit, stack: Stack) -> None:
    page = visit()
    both_wrote(page)
    one, two = (each.get_attribute("data-contact") for each in page.locator(".who").all())
    press(page, "merge", ".mark[data-mark=proved]")
    merged = stack.shown(one)["merged"]
    press(page, "split", ".between[data-state=refused]")
    after = stack.shown(one)

    assert [(each["contact_id"], each["evidence"]) for each in merged] == [(two, "agent")]
    assert after["merged"] == []
    assert [(each["contact_id"], each["state"]) for each in after["links"]] == [(two, "refused")]
    assert "séparés par une personne" in page.inner_text("#people-known")


def test_a_link_is_made_and_taken_back_by_keyboard(visit: Visit) -> None:
    page = visit(lang="en")
    both_wrote(page)
    page.focus("#people-known [data-do=link]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".between[data-state=linked]")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.do") == "split":
            break
    assert "WhatsApp + Messenger" in (page.evaluate("document.activeElement.ariaLabel") or "")
    page.keyboard.press("Enter")
    page.wait_for_selector(".between[data-state=refused]")


def test_an_order_that_both_name_is_a_suggestion_and_can_be_refused(visit: Visit) -> None:
    page, number = visit(lang="en"), next(_numbers)
    writes(page, f"Where is my parcel {number}?", 1)
    writes(other(page), f"Has order {number} left yet?", 1)
    page.wait_for_selector(".between[data-state=suggested]")
    told = page.inner_text(".between")
    page.click(".between button:has-text('They are two')")
    page.wait_for_selector(".between[data-state=refused]")

    assert "perhaps the same person" in told
    assert "same order, typed" in told


def test_a_link_that_the_other_phone_follows_proves_nothing_until_its_number_is_typed_where_it_began(
    visit: Visit,
) -> None:
    page = visit()
    writes(page, f"Où est mon colis {next(_numbers)} ?", 1)
    writes(page, "On peut continuer sur Messenger ?", 2)
    page.click("#bubbles .follow")
    page.locator("#bubbles .bubble.theirs").nth(2).wait_for()
    page.wait_for_selector(".between[data-state=suggested]")
    before = page.locator(".mark[data-mark=proved]").count()
    shown = other(page).locator("#bubbles .bubble.theirs").last.inner_text()
    write(page, re.findall(r"\b\d{6}\b", shown)[0])
    page.wait_for_selector(".mark[data-mark=proved]")

    assert before == 0
    assert "Prouvé par un lien confirmé à l’origine" in page.inner_text("#people-known")


def test_the_shops_web_chat_beside_the_phone_knows_who_is_signed_in(visit: Visit) -> None:
    page = visit("shop")
    writes(page, WHERE, 1)
    chat(page, HOURS, 1)
    page.wait_for_selector(".who [data-channel=webchat]")
    shown = page.inner_text("#people-known")

    assert "Web chat" in shown
    assert "anonyme" not in shown
    assert page.locator(".between[data-state=stranger]").count() == 1


def test_an_anonymous_visitor_is_a_stranger_until_merged_and_another_customer_has_another_browser(visit: Visit) -> None:
    page = visit("visitor")
    writes(page, WHERE, 1)
    chat(page, HOURS, 1)
    page.wait_for_selector(".who :text('Web chat (anonyme)')")
    press(page, "merge", ".mark[data-mark=proved]")
    visitor = page.locator(".who [data-channel=webchat]").inner_text()
    new_customer(page)
    other(page).locator("guichet-chat button.launch").click()

    assert visitor == "Web chat (anonyme)"
    assert HOURS not in other(page).locator("guichet-chat .panel").inner_text()
    page.wait_for_selector("#people-known .empty")


@pytest.mark.parametrize(("lang", "theme", "size"), [("fr", "light", WIDE), ("en", "dark", NARROW)])
def test_two_phones_and_who_is_who_are_accessible(visit: Visit, lang: str, theme: str, size: dict[str, int]) -> None:
    page = visit(lang=lang, theme=theme, size=size)
    both_wrote(page)
    strangers = violations(page)
    press(page, "merge", ".mark[data-mark=proved]")
    frame = next(each for each in page.frames if each is not page.main_frame)

    assert strangers == []
    assert violations(page) == []
    assert violations(frame) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
