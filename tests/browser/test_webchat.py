"""The web chat's widget in Chromium, on an ordinary shop page with a strict CSP, before a real Guichet in memory."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.channels.webchat.channel import WebChat
from chalicelib.model import Millis
from chalicelib.playbook.codec import to_json
from chalicelib.visitor_port import Way
from tests.simulation.paths import writes_reply

from .conftest import axe_source
from .shop_page import Shop, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
HOURS = "Bonjour, quels sont vos horaires ? aabb"
ODD = "Vous vendez des lamas roses ? kkcc"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Visit = Callable[..., "Page"]


@pytest.fixture
def shop() -> Iterator[Shop]:
    with opened() as made:
        yield made


@pytest.fixture
def visit(browser: Browser, shop: Shop) -> Iterator[Visit]:
    """Open the shop's page; a script error, or anything that the CSP refuses, fails the test."""
    errors: list[str] = []
    contexts: list[Any] = []

    def come(size: dict[str, int] = DESKTOP, context: Any = None, path: str = "/") -> Page:
        if context is None:
            context = browser.new_context(viewport=size, locale="fr-FR", reduced_motion="reduce")  # type: ignore[arg-type]
            contexts.append(context)
        page: Page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if "Security Policy" in line.text else None)
        page.goto(shop.page + path)
        page.wait_for_selector("guichet-chat button", state="visible")
        return page

    yield come
    for each in contexts:
        each.close()
    assert errors == []


def write(page: Page, text: str) -> None:
    page.get_by_label("Votre message").fill(text)
    page.keyboard.press("Enter")


def bubbles(page: Page) -> list[str]:
    return page.locator("[role=article]").evaluate_all("all => all.map(each => each.getAttribute('aria-label'))")  # type: ignore[no-any-return]


def ask(page: Page, text: str = HOURS) -> None:
    page.get_by_role("button", name="Ouvrir le chat").click()
    write(page, text)


def test_one_script_of_25_kb_without_a_dependency() -> None:
    script = WebChat.script()

    assert len(script) <= 25 * 1024
    text = script.decode()
    assert not re.search(
        r"\b(eval|Function)\(|innerHTML|insertAdjacent|document\.write|\.style\b|import\(|require\(", text
    )


def test_a_page_with_the_chat_asks_for_the_script_alone_until_somebody_writes(visit: Visit, shop: Shop) -> None:
    page = visit()
    page.get_by_role("button", name="Ouvrir le chat").click()
    page.wait_for_timeout(300)
    stored = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")

    assert shop.asked == ["GET widget.js"]
    assert stored == [0, 0, ""]


def test_a_question_is_answered_under_a_strict_csp_and_without_a_preflight(visit: Visit, shop: Shop) -> None:
    page = visit()
    ask(page)
    page.locator("[role=article]", has_text="Assistant IA").wait_for()

    named = bubbles(page)
    assert re.match(r"Vous, \d\d:\d\d", named[0])
    assert re.match(r"Assistant IA, \d\d:\d\d", named[1])
    assert page.locator(".state").count() == 0  # it stands in the history: nothing is left to say of it
    assert "OPTIONS" not in shop.asked
    assert shop.asked.count("POST messages") == 1


def test_a_person_is_named_as_one(visit: Visit, shop: Shop) -> None:
    page = visit()
    ask(page, ODD)
    page.locator("[role=article]").nth(1).wait_for()
    shop.plays(*writes_reply("Votre colis part demain. zz"))
    page.get_by_text("Votre colis part demain").wait_for(timeout=45_000)  # looked for each 30 s

    assert bubbles(page)[-1].startswith("Léa, ")
    assert page.locator(".name").last.inner_text().startswith("Léa · ")


def test_who_is_not_named_is_customer_care(visit: Visit, shop: Shop) -> None:
    shop.world.table.put_playbook(to_json(replace(shop.world.playbook, agents={})), shop.world.clock())
    page = visit()
    ask(page, ODD)
    page.locator("[role=article]").nth(1).wait_for()
    shop.plays(*writes_reply("Votre colis part demain. zz"))
    page.get_by_text("Votre colis part demain").wait_for(timeout=45_000)  # looked for each 30 s

    assert bubbles(page)[-1].startswith("Service client, ")


def test_history_is_there_again_after_a_reload_and_in_a_new_tab(visit: Visit) -> None:
    page = visit()
    ask(page)
    page.locator("[role=article]", has_text="Assistant IA").wait_for()
    page.reload()
    page.get_by_role("button", name="Ouvrir le chat").click()
    page.locator("[role=article]", has_text="Assistant IA").wait_for()
    other = visit(context=page.context)
    other.get_by_role("button", name="Ouvrir le chat").click()
    other.locator("[role=article]", has_text="Assistant IA").wait_for()

    assert len(bubbles(page)) == len(bubbles(other)) == 2


def test_another_browser_sees_nothing_of_it(visit: Visit) -> None:
    page, stranger = visit(), visit()
    ask(page)
    page.locator("[role=article]", has_text="Assistant IA").wait_for()
    ask(stranger, "Autre question kkzz")
    stranger.locator("[role=article]").nth(1).wait_for()

    assert HOURS not in stranger.locator(".panel").inner_text()


def test_who_signs_in_sees_nothing_of_what_was_written_before_them(visit: Visit, shop: Shop) -> None:
    page = visit()
    ask(page)
    page.locator("[role=article]", has_text="Assistant IA").wait_for()
    shop.signs("c-7", "Inès")
    page.reload()
    page.get_by_role("button", name="Ouvrir le chat").click()
    page.wait_for_timeout(800)
    assert bubbles(page) == []

    write(page, "Ma question à moi xxyy")
    page.locator("[role=article]").first.wait_for()
    shop.identity = ""
    page.reload()
    page.get_by_role("button", name="Ouvrir le chat").click()
    page.get_by_text(HOURS).wait_for()
    assert "xxyy" not in page.locator(".panel").inner_text()


def test_what_could_not_be_sent_says_so_and_goes_once_when_the_server_is_back(visit: Visit, shop: Shop) -> None:
    page = visit()
    shop.down = True
    ask(page)
    page.get_by_text("Pas de connexion").wait_for()
    assert page.locator(".state").inner_text() == "En cours d’envoi…"
    shop.down = False
    page.locator("[role=article]", has_text="Assistant IA").wait_for(timeout=20_000)

    assert len([each for each in bubbles(page) if each.startswith("Vous")]) == 1


def test_a_failed_message_is_sent_again_by_its_button_and_is_one(visit: Visit, shop: Shop) -> None:
    page = visit()
    page.route("**/chat/**", lambda route: route.abort())
    page.evaluate("Object.defineProperty(navigator, 'onLine', {get: () => false})")
    ask(page)
    again = page.get_by_role("button", name="Renvoyer")
    again.wait_for()
    page.unroute("**/chat/**")
    again.click()
    page.locator("[role=article]", has_text="Assistant IA").wait_for()

    assert len([each for each in bubbles(page) if each.startswith("Vous")]) == 1
    assert shop.asked.count("POST messages") == 1


def test_who_writes_too_much_is_told_in_a_sentence_and_loses_nothing(visit: Visit, shop: Shop) -> None:
    shop.still = True
    page = visit()
    page.get_by_role("button", name="Ouvrir le chat").click()
    for number in range(11):
        write(page, f"mot {number}")
    page.get_by_text("Beaucoup de messages d’un coup").wait_for()

    assert page.locator(".state", has_text="En cours").count() == 1
    assert page.locator(".state", has_text="Pas envoyé").count() == 0


def test_a_photo_and_a_pdf_are_sent_and_another_kind_is_refused_in_words(
    visit: Visit, shop: Shop, tmp_path: Path
) -> None:
    page = visit()
    page.get_by_role("button", name="Ouvrir le chat").click()
    chooser = page.locator("input[type=file]")
    (tmp_path / "notes.txt").write_text("x")
    chooser.set_input_files(tmp_path / "notes.txt")
    page.get_by_text("Photos et PDF seulement").wait_for()
    (tmp_path / "colis.png").write_bytes(PNG)
    chooser.set_input_files(tmp_path / "colis.png")
    page.locator(".file").first.wait_for()
    page.locator("a.file.photo img").wait_for(timeout=20_000)

    assert [key for key in shop.world.buckets if key.startswith("media/")]


def test_choices_are_buttons_and_a_press_is_what_its_words_say(visit: Visit) -> None:
    page = visit()
    ask(page, "Bonjour")
    choices = page.locator(".choices button")
    choices.first.wait_for()
    words = choices.first.inner_text()
    choices.first.click()
    page.locator("[role=article]").nth(3).wait_for()

    assert page.locator("li.you .bubble").last.inner_text() == words
    assert page.locator(".choices").count() <= 1


def test_markup_in_a_message_is_words(visit: Visit) -> None:
    page = visit()
    ask(page, "<img src=x onerror=alert(1)> https://www.brand.example/a?b=1. ok")
    page.locator("li.you").wait_for()

    assert page.locator("li.you img").count() == 0
    assert page.locator("li.you a").get_attribute("href") == "https://www.brand.example/a?b=1"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing(size: dict[str, int], visit: Visit) -> None:
    page = visit(size)
    for step in ("closed", "open", "answered"):
        if step == "open":
            page.get_by_role("button", name="Ouvrir le chat").click()
        if step == "answered":
            write(page, "Bonjour")
            page.locator(".choices button").first.wait_for()
        found = run_axe(page)
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == [], step


def run_axe(page: Page) -> list[dict[str, Any]]:
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    page.evaluate(axe_source())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    result: dict[str, Any] = page.evaluate(
        "tags => axe.run('guichet-chat', {runOnly: {type: 'tag', values: tags}})", tags
    )
    violations: list[dict[str, Any]] = result["violations"]
    return violations


def test_all_of_it_is_done_by_keyboard_and_focus_goes_in_and_comes_back(visit: Visit) -> None:
    page = visit()
    within = "document.activeElement.shadowRoot?.activeElement"
    focus = f"{within}?.getAttribute('aria-label') || {within}?.id"
    page.locator(".launch").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(focus) == "m"
    page.keyboard.type(HOURS)
    page.keyboard.press("Tab")
    assert page.evaluate(focus) == "Envoyer"
    page.keyboard.press("Enter")
    page.locator("[role=article]", has_text="Assistant IA").wait_for()
    page.keyboard.press("Escape")

    assert page.locator(".panel").is_hidden()
    assert page.evaluate(focus) == "Ouvrir le chat"
    assert page.locator(".launch").get_attribute("aria-expanded") == "false"


def test_on_a_phone_the_chat_is_the_whole_screen_and_keeps_the_focus(visit: Visit) -> None:
    page = visit(PHONE)
    page.get_by_role("button", name="Ouvrir le chat").click()
    box = page.locator(".panel").bounding_box()
    assert box is not None
    ink = "each => getComputedStyle(each).stroke"
    assert page.locator(".go path").evaluate(ink) == page.locator(".launch path").evaluate(ink) == "rgb(255, 255, 255)"
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    assert page.locator(".panel").get_attribute("aria-modal") == "true"
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") == "guichet-chat"


@pytest.mark.parametrize("size", [{"width": 320, "height": 480}, PHONE, DESKTOP], ids=["zoomed", "phone", "desktop"])
def test_nothing_is_cut_and_every_target_is_wide_enough(size: dict[str, int], visit: Visit) -> None:
    page = visit(size)
    page.get_by_role("button", name="Ouvrir le chat").click()
    write(page, "Bonjour")
    page.locator(".choices button").first.wait_for()
    boxes = page.locator(".panel button:visible, .panel textarea:visible").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect()).map(box => [box.left, box.right, box.width, box.height])"
    )

    assert all(left >= 0 and right <= size["width"] for left, right, _, _ in boxes)
    assert all(width >= 24 and height >= 32 for _, _, width, height in boxes)
    assert page.locator(".all").evaluate("box => box.scrollWidth <= box.clientWidth")


def test_new_messages_are_read_out_and_counted_while_it_is_closed(visit: Visit, shop: Shop) -> None:
    shop.still = True
    page = visit()
    ask(page)
    page.get_by_text("Envoyé").wait_for()
    page.keyboard.press("Escape")
    shop.still = False
    shop.plays()
    page.wait_for_timeout(2_100)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_role("button", name="Ouvrir le chat, 1 nouveau message").wait_for(timeout=40_000)

    assert page.locator("[role=log]").get_attribute("aria-live") == "polite"
    assert "Nouveau message. Assistant IA" in page.locator(".hidden[role=status]").inner_text()


def test_a_hidden_page_asks_nothing(visit: Visit, shop: Shop) -> None:
    page = visit()
    ask(page)
    page.locator("[role=article]", has_text="Assistant IA").wait_for()
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
    page.wait_for_timeout(1_800)
    before = len(shop.asked)
    page.wait_for_timeout(4_000)

    assert len(shop.asked) == before


def test_an_english_page_speaks_english(visit: Visit, shop: Shop) -> None:
    shop.lang = "en"
    page = visit()
    page.get_by_role("button", name="Open chat").click()

    assert "An AI assistant answers first" in page.locator(".panel").inner_text()


def test_motion_is_none_where_it_is_not_wanted(browser: Browser, shop: Shop, visit: Visit) -> None:
    context = browser.new_context(reduced_motion="reduce", locale="fr-FR")
    page = visit(context=context)
    page.get_by_role("button", name="Ouvrir le chat").click()
    assert page.locator(".panel").evaluate("each => getComputedStyle(each).animationName") == "none"
    context.close()


def test_a_link_from_another_channel_is_taken_out_of_the_address_and_told_with_the_first_words(
    visit: Visit, shop: Shop
) -> None:
    shop.still = True
    page = visit(path="/#guichet=gkabcdefghijklmnop234567")
    page.wait_for_timeout(600)

    assert page.evaluate("location.hash") == ""
    assert page.locator(".panel").is_visible()
    assert shop.asked.count("POST messages") == 1
    assert bubbles(page) == []


class ToWhatsApp:
    """One other channel."""

    def titles(self, *_: object) -> tuple[str, ...]:
        return ("WhatsApp",)

    def offers(self, _brand: object, _origin: object, number: str) -> tuple[Way, ...]:
        return (
            Way(
                {"fr": "sur WhatsApp", "en": "on WhatsApp"}, f"https://wa.me/33100000000?text={number}", Millis(10**13)
            ),
        )

    def worded(self, _brand: object, text: str, _made_of: str) -> str:
        return text


def test_a_conversation_goes_on_elsewhere_in_two_presses(visit: Visit, shop: Shop) -> None:
    shop.world.moves = ToWhatsApp()
    page = visit()
    ask(page)
    page.locator("[role=article]", has_text="Assistant IA").wait_for()
    page.get_by_role("button", name="Continuer ailleurs").click()
    way = page.get_by_role("link", name="Continuer sur WhatsApp")
    way.wait_for()
    found = run_axe(page)

    assert re.fullmatch(r"https://wa\.me/33100000000\?text=\w{26}", way.get_attribute("href") or "")
    assert page.get_by_role("button", name="Continuer ailleurs").get_attribute("aria-expanded") == "true"
    assert [each["id"] for each in found] == []


def test_a_lost_answer_to_a_message_makes_no_second_one(visit: Visit, shop: Shop) -> None:
    page, lost = visit(), []

    def loses(route: Any) -> None:
        lost.append(route.fetch())
        route.abort()

    page.route("**/messages", loses, times=1)
    ask(page)
    page.locator("[role=article]", has_text="Assistant IA").wait_for(timeout=20_000)
    page.wait_for_timeout(2_500)  # the widget asks again after two seconds

    assert lost
    assert shop.asked.count("POST messages") == 2
    assert [each.partition(",")[0] for each in bubbles(page)] == ["Vous", "Assistant IA"]


def test_what_was_said_while_the_network_was_away_is_there_once_it_is_back(visit: Visit, shop: Shop) -> None:
    page = visit()
    ask(page, ODD)
    page.locator("[role=article]").nth(1).wait_for()
    page.context.set_offline(True)
    shop.plays(*writes_reply("Votre colis part demain. zz"))
    write(page, "Merci beaucoup kkmm")
    page.get_by_text("Pas de connexion").wait_for()
    assert "zz" not in page.locator(".log").inner_text()
    page.context.set_offline(False)
    page.get_by_text("Votre colis part demain").wait_for(timeout=20_000)

    said = page.locator(".log").inner_text()
    assert said.count("kkmm") == said.count("Votre colis part demain") == 1


def test_an_open_chat_in_which_nobody_waits_asks_twice_a_minute_at_most(visit: Visit, shop: Shop) -> None:
    page = visit()
    page.clock.install()
    ask(page)
    page.clock.run_for(3_000)
    page.locator("[role=article]", has_text="Assistant IA").wait_for()
    before = shop.asked.count("POST history")
    for _ in range(12):
        page.clock.run_for(5_000)
        page.wait_for_timeout(50)

    assert 1 <= shop.asked.count("POST history") - before <= 2


def test_names_stand_in_english_too(visit: Visit, shop: Shop) -> None:
    shop.lang = "en"
    page = visit()
    page.get_by_role("button", name="Open chat").click()
    page.get_by_label("Your message").fill(HOURS)
    page.keyboard.press("Enter")
    page.locator("[role=article]", has_text="AI assistant").wait_for()

    assert [each.partition(",")[0] for each in bubbles(page)] == ["You", "AI assistant"]
    assert page.get_by_role("article", name=re.compile("^AI assistant, ")).count() == 1


def test_two_thousand_messages_come_a_page_at_a_time_and_stay_light(visit: Visit, shop: Shop) -> None:
    page, start = visit(), 1_790_000_000_000
    ask(page)
    page.locator("[role=article]", has_text="Assistant IA").wait_for()

    def tells(route: Any) -> None:
        asked = json.loads(route.request.post_data or "{}")
        if not asked.get("before"):
            route.fulfill(json={"messages": [], "after": asked.get("after", "")}, headers=allowed)
            return
        left = int(asked["before"].partition("#")[0]) - start if "#" in asked["before"] else 2_000
        at = min(2_000, left)
        page_of = [
            {"id": f"m{n}", "who": "bot" if n % 2 else "you", "at": start + n, "text": f"mot {n} " + "x" * 200}
            for n in range(at - 100, at)
        ]
        more = {"before": f"{start + at - 100:013d}#{'0' * 16}"} if at > 100 else {}
        route.fulfill(json={"messages": page_of, "after": "", **more}, headers=allowed)

    allowed = {"Access-Control-Allow-Origin": shop.page}
    first = {"messages": [], "after": "", "before": "first"}
    page.route("**/history", lambda route: route.fulfill(json=first, headers=allowed), times=1)
    page.reload()
    page.route("**/history", tells)
    page.get_by_role("button", name="Ouvrir le chat").click()
    earlier = page.get_by_role("button", name="Messages précédents")
    began = time.monotonic()
    for number in range(1, 21):
        earlier.click()
        page.locator("[role=article]").nth(100 * number - 1).wait_for(state="attached")
    heap = page.context.new_cdp_session(page)
    heap.send("HeapProfiler.collectGarbage")
    used = heap.send("Runtime.getHeapUsage")["usedSize"]
    below = page.locator(".all").evaluate("box => box.scrollHeight - box.scrollTop - box.clientHeight")

    assert earlier.is_hidden()
    assert below > 1_000  # who reads what was said before is not thrown back to the end
    assert used < 10_000_000
    assert time.monotonic() - began < 15  # 3 s; when each message was measured as it came, 26 s
