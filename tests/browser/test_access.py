"""axe finds nothing against WCAG 2.2 AA, in both languages and themes, wide and narrow, with a modal open."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.admin.explanations import REASONS

from .conftest import NARROW, WIDE, axe_source, new_customer
from .test_page import WHY, write

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

Visit = Callable[..., Any]
pytestmark = pytest.mark.browser
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page | Frame) -> list[str]:
    page.evaluate(axe_source())
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("lang", "theme"), [("fr", "light"), ("en", "dark")])  # each once: words know no colours
def test_no_violation_on_any_channel_with_reasons_ticket_thread_and_modal(visit: Visit, lang: str, theme: str) -> None:
    page = visit(lang=lang, theme=theme, why=WHY, size=WIDE)
    assert violations(page) == []
    new_customer(page)
    for channel in ("whatsapp", "messenger", "x"):
        page.click(f"#tab-{channel}")
        write(page, "Où est mon colis ?")
        page.wait_for_selector("#bubbles .bubble.theirs")
        write(page, f"je suis furieuse, {channel}")
        page.wait_for_selector(f"#slack-messages > li:last-child blockquote:has-text('furieuse, {channel}')")
        page.click("#bubbles .bubble.theirs >> nth=0")
        page.wait_for_selector("#why .gauge")
        assert violations(page) == []
    page.click("[data-surface=public]")
    write(page, "en public")
    page.wait_for_selector("#slack-messages > li:last-child blockquote:has-text('en public')")
    page.click("#slack-messages > li:last-child .thread-open")
    page.click("[data-mischief=forge]")
    page.wait_for_selector("#verdict .good")
    assert violations(page) == []
    page.click("#slack-messages > li:last-child [data-action=reply]")
    page.wait_for_selector("#modal[open]")
    assert violations(page) == []


@pytest.mark.parametrize("pane", ["customer", "counter", "desk"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_violation_at_320_pixels(visit: Visit, theme: str, pane: str) -> None:
    page = visit(theme=theme, size=NARROW, why=WHY)
    page.click(f"#panes [data-pane={pane}]")
    assert violations(page) == []


@pytest.mark.parametrize("size", [NARROW, {"width": 1024, "height": 768}, WIDE])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_violation_with_a_second_phone(visit: Visit, theme: str, size: dict[str, int]) -> None:
    page = visit(theme=theme, size=size)
    page.select_option("#second", "phone")
    frame = page.frame_locator("iframe.second")
    frame.locator("html[data-ready]").wait_for(state="attached")
    frame.locator("#words").fill("Où est mon colis ?")
    frame.locator("#words").press("Enter")
    frame.locator("#bubbles .bubble.theirs").first.wait_for()
    phone = page.frames[1]

    assert violations(page) == []
    assert violations(phone) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    assert phone.evaluate("document.documentElement.scrollWidth === innerWidth")
    assert page.get_attribute("iframe.second", "title") == "Second téléphone de la même personne"


@pytest.mark.parametrize("second", ["", "phone"])
def test_what_can_be_pressed_is_large_enough(visit: Visit, second: str) -> None:
    page = visit(size=NARROW)
    page.select_option("#second", second)
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, select, summary')].filter((node) => {
            const box = node.getBoundingClientRect();
            return box.width && (box.width < 24 || box.height < 24);
        }).map((node) => node.outerHTML.slice(0, 90))"""
    )
    assert small == []


def test_french_words_are_typeset(visit: Visit) -> None:
    page = visit(lang="fr")
    # What customers wrote is theirs: other tests wrote here, and the examples to try are a customer's words too.
    page.evaluate("document.querySelectorAll('#bubbles, #slack-messages, #tries').forEach(node => node.hidden = true)")
    words = page.inner_text("body")
    assert "'" not in words
    assert not re.search(r"[^\u202f\u00a0 \n][;!?](?=\s|$)", words)
    assert not re.search(r" [;!?:»](?!/)", words)


def test_both_languages_say_the_same_things(visit: Visit) -> None:
    page = visit()
    french, english = page.evaluate("import('/js/words.js').then((words) => words.KEYS)")
    assert french == english
    reasons = {f"r_{reason.partition('_<')[0]}" for reason in REASONS}
    assert reasons <= set(french)
