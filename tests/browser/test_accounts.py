"""
The accounts on the page, over the whole local stack: connect, break the token, ask the doctor, repair, a message goes.

Each account is repaired as its platform has it: by a consent page, or by keys that a person copies from its console.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support.whole_stack import Place

from .conftest import NARROW, WIDE
from .test_access import violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.slow]

QUESTION = "Quels sont vos horaires d'ouverture ?"
BRAND = "maison-lune"
BY_PAGE, BY_KEYS = "messenger", "telegram"
SHORT_S, LONG_S = 20.0, 90.0


class Played:
    """The stack's played platforms, as its page asks them."""

    def __init__(self, page: str) -> None:
        self.client = httpx.Client(base_url=page, trust_env=False, timeout=20)
        self.spoken: list[str] = []

    def ask(self, path: str, **body: Any) -> Any:
        return self.client.post(path, json=body).json()

    def customer(self, channel: str) -> str:
        """Have somebody new write on a channel; return who."""
        person = str(self.ask("/sim/person", name=f"Zoé {time.monotonic_ns()}", language="fr")["key"])
        self.ask("/sim/write", brand=BRAND, channel=channel, person=person, text=QUESTION)
        return person

    def answers(self, person: str) -> list[str]:
        """Return what the brand said to somebody."""
        bubbles = self.client.get("/sim/state").json()["bubbles"]
        return [one["text"] for one in bubbles if one["person"] == person and one["side"] == "brand"]

    def answered(self, person: str) -> list[str]:
        """Return the same, once there is something."""
        return list(until(lambda: self.answers(person)))


def until(look: Callable[[], Any], seconds: float = LONG_S) -> Any:
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"not seen within {seconds} s"
        time.sleep(0.3)
    return found


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    place = Place(tmp_path_factory.mktemp("accounts"))
    child = place.start()
    played = Played(json.loads(place.ready_file.read_text(encoding="utf-8"))["page"])
    yield played
    played.client.close()
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=60)


@pytest.fixture
def visit(browser: Browser, stack: Played) -> Iterator[Callable[..., Page]]:
    """Open the page with its accounts: visit(lang=, theme=, size=). A script error fails the test."""
    opened: list[Any] = []
    errors: list[str] = []

    def open_page(lang: str = "fr", theme: str = "light", size: dict[str, int] = WIDE) -> Page:
        context = browser.new_context(viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(SHORT_S * 1000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("response", lambda answer: stack.spoken.append(_said(answer)) if "/accounts/" in answer.url else None)
        page.goto(f"{stack.client.base_url}?lang={lang}&theme={theme}")
        page.wait_for_selector("[data-ready]", state="attached")
        if size == NARROW:
            page.click("#panes [data-pane=counter]")
        page.click("#accounts-look")
        page.wait_for_selector(".account")
        return page

    yield open_page
    for context in opened:
        context.close()
    assert errors == []


def _said(answer: Any) -> str:
    return f"{answer.url} {answer.text()} {answer.headers}"


def account(channel: str) -> str:
    return f".account[data-channel={channel}]"


def told(page: Page, channel: str) -> str:
    """Ask the doctor by keyboard, and read what it says."""
    page.focus(f"{account(channel)} [data-act=doctor]")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{account(channel)} .sum")
    return page.inner_text(f"{account(channel)} .account-told")


def consent(page: Page, link: str = "Allow") -> str:
    """Open the platform's page beside ours, press one of its links, and close it; return what our callback said."""
    page.wait_for_selector("#consent-link")
    with page.context.expect_page() as beside:
        page.keyboard.press("Enter")  # the link has the focus
    other = beside.value
    other.click(f"a:text-is('{link}')")
    other.wait_for_load_state()
    said = other.inner_text("body")
    other.close()
    return said


def copied(page: Page) -> list[str]:
    """Copy the keys from the platform's console into the form; return those that are secret."""
    page.wait_for_selector("#keys")
    with page.context.expect_page() as beside:
        page.click("#console-link")
    rows = {
        row.locator("th").inner_text(): row.locator("code").inner_text() for row in beside.value.locator("tr").all()
    }
    beside.value.close()
    for name, value in rows.items():
        page.fill(f"#key-{name}", value)
        assert page.get_attribute(f"#key-{name}", "type") == "password"
    return [rows["token"], rows["current"]]


def test_a_token_is_broken_the_doctor_tells_a_person_repairs_it_and_the_message_goes(
    visit: Callable[..., Page], stack: Played
) -> None:
    page = visit()
    secrets = []
    for channel in (BY_PAGE, BY_KEYS):
        assert "Tout va bien" in told(page, channel)
        page.click(f"{account(channel)} [data-act=break]")
        person = stack.customer(channel)

        def paused(channel: str = channel) -> int:
            page.click("#accounts-look")
            page.wait_for_timeout(500)
            return page.locator(f"{account(channel)} .stamp.bad").count()

        until(paused)
        said = told(page, channel)
        assert "TokenExpired" in said
        assert "rows waiting: 1" in said
        assert "guichet account connect" in said
        assert stack.answers(person) == []
        page.click(f"{account(channel)} [data-act=reconnect]")
        if channel == BY_PAGE:
            assert "go back to where you began" in consent(page)
            page.wait_for_selector("#choice input:checked")
            page.keyboard.press("Enter")
        else:
            secrets += copied(page)
            page.press("#key-token", "Enter")
        page.wait_for_selector("#connected")
        assert "partent maintenant : 1" in page.inner_text("#connect-panel").replace("\u00a0", " ")
        assert len(stack.answered(person)) == 1
        page.click("#connect-close")
        assert "Tout va bien" in told(page, channel)

    everything = "".join(stack.spoken) + page.content()
    assert secrets
    assert [each for each in secrets if each in everything] == []


def test_who_says_no_at_the_platform_connects_nothing_and_is_told(visit: Callable[..., Page]) -> None:
    page = visit(lang="en")
    page.click(f"{account('whatsapp')} [data-act=reconnect]")
    assert "Nothing was allowed" in consent(page, "Not now")
    page.wait_for_selector("#connect-panel [role=alert]")
    assert "told no: nothing is connected" in page.inner_text("#connect-panel")
    page.click("#connect-close")
    assert "All is well" in told(page, "whatsapp")


def test_an_account_is_let_go_and_connected_anew_and_customers_are_answered(
    visit: Callable[..., Page], stack: Played
) -> None:
    page = visit()
    page.click(f"{account('sms')} [data-act=leave]")
    page.click("#confirm .modal-foot button >> nth=0")
    assert page.locator(account("sms")).count() == 1
    page.click(f"{account('sms')} [data-act=leave]")
    page.click("#leave-sure")
    page.wait_for_selector(account("sms"), state="detached")
    assert "no address of ours any more" in page.inner_text("#accounts-trouble")
    assert page.input_value("#accounts-channel") == "sms"
    page.click("#accounts-begin")
    copied(page)
    page.fill("#key-account", "33757590041")
    page.press("#key-account", "Enter")
    page.wait_for_selector("#connected")
    page.click("#connect-close")
    person = stack.customer("sms")
    assert stack.answered(person)


def seen(page: Page) -> list[str]:
    """Look from the top: below it something always lies half under the panels' bar, which a person scrolls away."""
    page.evaluate("scrollTo(0, 0)")
    return violations(page)


@pytest.mark.parametrize(("lang", "theme", "size"), [("fr", "light", WIDE), ("en", "dark", NARROW)])
def test_the_accounts_are_accessible_and_fit_a_phone(
    visit: Callable[..., Page], lang: str, theme: str, size: dict[str, int]
) -> None:
    page = visit(lang, theme, size)
    for channel in (BY_PAGE, "email"):
        told(page, channel)
    page.select_option("#accounts-channel", "email")
    page.click("#accounts-begin")
    page.wait_for_selector("#keys")
    assert seen(page) == []
    page.click(f"{account(BY_PAGE)} [data-act=reconnect]")
    page.wait_for_selector("#consent-link")
    assert seen(page) == []
    page.click(f"{account('x')} [data-act=leave]")
    page.wait_for_selector("#leave-sure")
    assert seen(page) == []
    page.click("#confirm .modal-foot button >> nth=0")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"origin": "https://evil.example", "content-type": "application/json"}, "{}"),
        ({"content-type": "text/plain"}, '{"brand": "maison-lune"}'),
        ({"content-type": "application/json"}, "[]"),
    ],
)
def test_another_page_of_this_browser_cannot_ask_for_accounts(
    stack: Played, headers: dict[str, str], body: str
) -> None:
    for path in ("/accounts/list", "/accounts/disconnect"):
        assert stack.client.post(path, content=body, headers=headers).status_code == 403
    assert stack.client.post("/sim/token", content=body, headers=headers).status_code == 400
    assert stack.client.get("/accounts/list").status_code in (404, 405)
    assert stack.client.post("/accounts/everything", json={}).status_code == 404
