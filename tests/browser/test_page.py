"""What a person can do on the page, by mouse and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.channels import REGISTRY
from tests.simulators.conftest import Stand, until

from .conftest import NARROW, new_customer

if TYPE_CHECKING:
    from playwright.sync_api import Page

Visit = Callable[..., Any]
pytestmark = pytest.mark.browser

WHY = {
    "author": "bot",
    "decision": "reply",
    "intent": "order_status",
    "guess": "order_status",
    "probability": 0.981,
    "bound": 0.94,
    "proof": "proved",
    "reason": "sure",
    "model": "linear@0123456789ab",
    "covers": ["m1"],
    "row_id": "r1",
    "row_state": "sent",
    "attempts": 2,
    "states": [{"state": "pending", "at": 1000}, {"state": "claimed", "at": 1040}, {"state": "sent", "at": 1320}],
}


def write(page: Page, text: str) -> None:
    page.fill("#words", text)
    page.press("#words", "Enter")


@pytest.mark.parametrize("channel", ["whatsapp", "messenger", "x"])
def test_a_question_on_each_channel_is_answered_on_the_phone(visit: Visit, channel: str) -> None:
    page = visit()
    new_customer(page)
    page.click(f"#tab-{channel}")
    write(page, "Où est mon colis ?")
    page.wait_for_selector("#bubbles .bubble.theirs")
    assert page.locator("#bubbles .bubble").count() == 2


@pytest.mark.parametrize("width", [1500, 1100, 390])
def test_every_channel_of_the_registry_has_its_tab_within_the_phone(visit: Visit, width: int) -> None:
    page = visit()
    page.set_viewport_size({"width": width, "height": 900})
    tabs = page.locator("#apps .app-tab")
    # A tab that a fake stack does not offer is put there as the page draws it.
    page.evaluate(
        "names => names.forEach(name => { const tab = document.querySelector('.app-tab').cloneNode();"
        " tab.textContent = name; tab.id = `t-${name}`; document.querySelector('#apps').append(tab); })",
        list(REGISTRY),
    )
    phone = page.locator("#apps").bounding_box()

    assert phone is not None
    for place in (each.bounding_box() for each in tabs.all()):
        assert place is not None
        assert phone["x"] <= place["x"]
        assert place["x"] + place["width"] <= phone["x"] + phone["width"] + 1


def test_an_agents_reply_goes_through_button_and_modal_to_a_public_post(visit: Visit) -> None:
    page = visit()
    new_customer(page)
    page.click("#tab-x")
    page.click("[data-surface=public]")
    write(page, "Trois semaines sans réponse, bravo")
    page.wait_for_selector("#slack-messages > li:last-child blockquote:has-text('bravo')")
    page.click("#slack-messages > li:last-child [data-action=reply]")
    page.wait_for_selector("#modal[open]")
    page.fill("#modal textarea", "")
    page.click("#modal button[type=submit]")
    page.wait_for_selector("#modal .field-error:has-text('Écrivez')")
    page.fill("#modal textarea", "Nous sommes désolés, nous cherchons.")
    page.click("#modal button[type=submit]")
    page.wait_for_selector("#modal:not([open])", state="attached")
    page.wait_for_selector("#bubbles .bubble.theirs:has-text('désolés')")


def test_a_dangerous_button_asks_first(visit: Visit, stand: Stand) -> None:
    page = visit()
    new_customer(page)
    write(page, "je suis furieuse et seule")
    page.wait_for_selector("#slack-messages > li:last-child blockquote:has-text('furieuse')")
    seen = len(stand.system.seen)
    page.click("#slack-messages > li:last-child [data-action=stop]")
    page.wait_for_selector("#confirm[open]")
    page.click("#confirm .modal-foot button >> nth=0")
    page.wait_for_selector("#confirm:not([open])", state="attached")
    assert not any(path == "/slack/actions" for path, _, _ in stand.system.seen[seen:])


def test_a_word_in_the_thread_reaches_slacks_events(visit: Visit, stand: Stand) -> None:
    page = visit()
    new_customer(page)
    write(page, "une question sans réponse toute faite")
    page.wait_for_selector("#slack-messages > li:last-child blockquote:has-text('toute faite')")
    page.click("#slack-messages > li:last-child .thread-open")
    page.fill("#slack-messages > li:last-child .thread-composer input", "je regarde (note)")
    page.press("#slack-messages > li:last-child .thread-composer input", "Enter")
    page.wait_for_selector("#slack-messages > li:last-child .thread-body:has-text('je regarde (note)')")
    until(lambda: [body for path, _, body in stand.system.seen if path == "/slack/events" and "(note)" in str(body)])


def test_stop_is_the_same_command_as_in_slack_and_start_undoes_it(visit: Visit, stand: Stand) -> None:
    page = visit()
    page.click("#stop")
    page.wait_for_selector("#stop[aria-pressed=true]")
    assert stand.system.stopped == {"key1"}
    page.click("#stop")
    page.wait_for_selector("#stop[aria-pressed=false]")
    assert stand.system.stopped == set()


def test_any_bubble_says_why(visit: Visit) -> None:
    page = visit(why=WHY)
    new_customer(page)
    write(page, "Où est mon colis ?")
    page.click("#bubbles .bubble.theirs")
    page.wait_for_selector("#why .gauge.sure")
    words = page.inner_text("#why").replace("\u202f", " ")
    for expected in (
        "suivi de commande",
        "Assez sûr",
        "98,1 %",
        "seuil 94 %",
        "linear@0123456789ab",
        "Tentatives",
        "pris par",
    ):
        assert expected in words


def test_a_probability_over_the_bound_is_not_called_sure_when_the_model_is_not(visit: Visit) -> None:
    silenced = WHY | {"author": "customer", "decision": "ticket", "reason": "careful", "probability": 0.9996}
    page = visit(why=silenced | {"sure": False})
    new_customer(page)
    write(page, "Où est mon colis ?")
    page.click("#bubbles .bubble.theirs")
    page.wait_for_selector("#why .gauge.unsure")
    words = page.inner_text("#why")
    assert "autre chose dans le message" in words
    assert "sous le seuil" not in words


def test_a_message_that_the_table_does_not_know_says_so(visit: Visit) -> None:
    page = visit(lang="en")
    new_customer(page)
    write(page, "Where is my parcel?")
    page.click("#bubbles .bubble.theirs")
    page.wait_for_selector("#why:has-text('knows nothing of this message yet')")


def test_typing_and_seen_are_shown(visit: Visit, stand: Stand) -> None:
    page = visit(lang="en")
    new_customer(page)
    page.click("#tab-messenger")
    person = page.locator("#people .person[aria-pressed=true]").get_attribute("data-person")
    psid = next(one for one in stand.state()["people"] if one["key"] == person)["ids"]["messenger:100000000000001"]
    for action, state in (("typing_on", "typing"), ("typing_off", "online"), ("mark_seen", "Seen")):
        stand.client.post(
            "/messenger/v23.0/100000000000001/messages",
            json={"recipient": {"id": psid}, "sender_action": action},
            headers={"authorization": "Bearer token-messenger-1"},
        )
        page.wait_for_selector(f"#app-state:has-text('{state}')")


@pytest.mark.parametrize("what", ["repeat", "forge", "rate_limit", "outage", "kill"])
def test_break_it_reaches_a_verdict(visit: Visit, what: str) -> None:
    page = visit(lang="en")
    new_customer(page)
    write(page, "Where is my parcel?")
    page.wait_for_selector("#bubbles .bubble.theirs")
    page.click(f"[data-mischief={what}]")
    if what in ("rate_limit", "outage"):  # the fake system never tries again
        page.wait_for_selector("#verdict:has-text('Under way')")
        return
    page.wait_for_selector("#verdict .good", timeout=20_000)


def tab_to(page: Page, what: str, *, key: str = "Tab", most: int = 1000) -> None:
    """Press a key until what the selector names has the focus."""
    for _ in range(most):
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
        page.keyboard.press(key)
    msg = f"{most} times {key} never reached {what}"
    raise AssertionError(msg)


def test_keyboard_alone_writes_reads_why_and_answers(visit: Visit) -> None:
    page = visit(why=WHY)
    keys = page.keyboard
    keys.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    keys.press("Enter")
    tab_to(page, "#add-person")
    keys.press("Enter")
    page.wait_for_selector("#words:focus")
    tab_to(page, "[role=tab]", key="Shift+Tab")
    keys.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-messenger"
    tab_to(page, "#words")
    keys.type("au clavier, sans souris")
    keys.press("Enter")
    page.wait_for_selector("#slack-messages > li:last-child blockquote:has-text('sans souris')")
    keys.press("Shift+Tab")
    keys.press("Enter")
    page.wait_for_selector("#bubbles .bubble[aria-pressed=true]:has-text('sans souris')")
    tab_to(page, "#slack-messages > li:last-child [data-action=reply]")
    keys.press("Enter")
    page.wait_for_selector("#modal[open] textarea:focus")
    keys.press("Escape")
    page.wait_for_selector("#modal:not([open])", state="attached")
    keys.press("Enter")
    page.wait_for_selector("#modal[open] textarea:focus")
    keys.press("Control+a")
    keys.type("Réponse écrite au clavier")
    tab_to(page, "[type=submit]")
    keys.press("Enter")
    page.wait_for_selector("#bubbles .bubble.theirs:has-text('Réponse écrite au clavier')")


@pytest.mark.parametrize("pane", ["customer", "counter", "desk"])
def test_nothing_scrolls_sideways_at_320_pixels(visit: Visit, pane: str) -> None:
    page = visit(size=NARROW)
    write(page, "Un mot " + "interminable" * 8 + " et https://example.com/" + "chemin/" * 12)
    page.wait_for_selector("#bubbles .bubble")
    page.click(f"#panes [data-pane={pane}]")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.locator(f".floor > .{pane}").is_visible()


def test_each_brand_has_its_own_counter(visit: Visit) -> None:
    page = visit()
    new_customer(page)
    page.select_option("#brand", "atelier-nord")
    write(page, "pour l’autre marque")
    page.wait_for_selector("#slack-messages > li:last-child:has-text('autre marque')")
    page.select_option("#brand", "maison-lune")
    assert page.locator("#slack-messages:has-text('autre marque')").count() == 0
    assert page.locator("#bubbles:has-text('autre marque')").count() == 0


def test_language_and_theme_are_kept(visit: Visit) -> None:
    page = visit(lang="fr", theme="light")
    page.click("#language")
    page.click("#theme")
    page.goto(page.url.partition("?")[0])
    page.wait_for_selector("html[lang=en][data-theme=dark]")


def test_what_a_customer_writes_is_never_markup(visit: Visit) -> None:
    page = visit()
    new_customer(page)
    write(page, "<img src=x onerror=alert(1)> *gras* <script>1</script>")
    page.wait_for_selector("#bubbles .bubble:has-text('<img src=x')")
    assert page.locator("#bubbles img, #bubbles script, #slack-messages img").count() == 0


def test_the_page_asks_nothing_of_other_hosts(visit: Visit, stand: Stand) -> None:
    page = visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_selector("[data-ready]", state="attached")
    assert asked
    assert all(url.startswith(stand.url) for url in asked)


TODAY = {"alone_share": 0.62, "questions": 50, "first_s": 10, "people_s": 3_600, "stopped": [], "language": "fr"}
STOPPED = TODAY | {"stopped": [{"scope": "intent:order_status", "since": 0}]}


@pytest.mark.parametrize("width", [320, 360, 768, 800, 1024, 1280])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_nothing_sticks_out_at_any_width(visit: Visit, width: int, lang: str) -> None:
    page = visit(lang=lang, size={"width": width, "height": 900}, today=STOPPED)

    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (320, 640), (768, 1024)])
def test_the_box_to_write_in_is_above_the_fold(visit: Visit, width: int, height: int) -> None:
    page = visit(size={"width": width, "height": height}, today=TODAY)

    assert page.evaluate("document.querySelector('#composer').getBoundingClientRect().bottom") <= height


def test_a_head_of_cares_figures_come_before_the_engineers(visit: Visit) -> None:
    page = visit(today=TODAY)
    page.wait_for_function("() => document.querySelector('[data-counter=alone]').textContent.startsWith('62')")
    names = page.eval_on_selector_all("#counters dd", "found => found.map(one => one.dataset.counter)")

    assert names[:4] == ["alone", "first", "people", "received"]
    assert page.inner_text("[data-counter=first]") == "10\u00a0s"
    assert page.inner_text("[data-counter=people]") == "1\u00a0h"


def test_what_is_stopped_is_said_instead_of_broken(visit: Visit) -> None:
    page = visit(today=STOPPED)
    page.click("[data-mischief=kill]")
    page.wait_for_selector("#verdict:has-text('le bot est arrêté')")

    assert "suivi" in page.inner_text("#verdict").lower()
    assert page.inner_text("#stop") == "STOP · 1 arrêté"
    assert "suivi" in (page.get_attribute("#stop", "aria-label") or "").lower()


def test_a_question_that_goes_to_a_person_ends_the_mischief(visit: Visit, stand: Stand) -> None:
    page = visit(today=TODAY)
    stand.system.stopped.add("key" + stand.state()["brands"][0]["slack_channel"][-1])
    page.click("[data-mischief=outage]")
    page.wait_for_selector("#verdict:has-text('allée à un conseiller')")


def test_an_english_page_says_why_its_slack_speaks_french(visit: Visit) -> None:
    english, french = visit(lang="en", today=TODAY), visit(lang="fr", today=TODAY)
    english.wait_for_selector("#slack-language:has-text('French')")

    assert french.locator("#slack-language").is_hidden()


def test_one_message_is_one_message(visit: Visit) -> None:
    page = visit(why=WHY)
    new_customer(page)
    write(page, "Où est mon colis ?")
    page.wait_for_selector("#bubbles .bubble.theirs")
    page.click("#bubbles .bubble.theirs")
    page.wait_for_selector("#why .facts")

    assert "1 message" in page.inner_text("#why")
    assert "message(s)" not in page.inner_text("#why")


def test_answers_that_wait_for_a_judge_are_one_click_away(visit: Visit) -> None:
    page = visit(today=TODAY | {"to_judge": 41})
    page.wait_for_selector("#judge:visible")

    assert page.inner_text("#judge") == "Réponses à juger (41)"
    page.click("#judge")
    page.wait_for_selector("#slack-messages :text('Guichet: juger')")


def test_without_answers_to_judge_there_is_no_such_button(visit: Visit) -> None:
    page = visit(today=TODAY)
    page.wait_for_function("() => document.querySelector('[data-counter=alone]').textContent.startsWith('62')")

    assert page.is_hidden("#judge")
