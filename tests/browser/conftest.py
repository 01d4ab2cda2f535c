"""The page in headless Chromium, over the simulators and the fake system."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.screenshot import BROWSER_FLAGS
from tests.simulators.conftest import Stand, start_stand

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or ""
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1366, "height": 900}


def missing() -> str:
    """Say what the browser tests lack, or ""."""
    if not CHROMIUM:
        return "there is no chromium: apt-get install chromium"
    if not importlib.util.find_spec("playwright"):
        return "playwright is not installed: make test installs it"
    return ""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if missing():
        pytest.skip(missing())
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        opened = tools.chromium.launch(executable_path=CHROMIUM, args=list(BROWSER_FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    stand, process = start_stand(tmp_path_factory.mktemp("page"))
    yield stand
    process.terminate()
    process.wait(10)
    stand.client.close()
    stand.system.close()


@pytest.fixture
def stand(running: Stand) -> Stand:
    running.client.delete("/faults")
    running.system.stopped.clear()
    running.system.fail_next.clear()
    for view in running.state()["slack"]["views"]:
        running.post("/sim/slack/close", view_id=view["id"])
    return running


@pytest.fixture
def visit(browser: Browser, stand: Stand) -> Iterator[Callable[..., Page]]:
    """Open the page: visit(lang=, theme=, size=, pace=, why=, today=). A script error or refused resource fails it."""
    opened: list[Any] = []
    errors: list[str] = []

    def open_page(
        *,
        lang: str = "fr",
        theme: str = "light",
        size: dict[str, int] | None = None,
        pace: str = "1",
        why: object = None,
        today: object = None,
    ) -> Page:
        context = browser.new_context(viewport=size or WIDE, reduced_motion="reduce")  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        if why is not None:
            page.route("**/sim/why?*", lambda route: route.fulfill(json=why))
        if today is not None:
            page.route("**/sim/figures?*", lambda route: route.fulfill(json=today))
        page.goto(f"{stand.url}/?lang={lang}&theme={theme}&pace={pace}")
        page.wait_for_selector("[data-ready]", state="attached")
        opened.append(context)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert errors == []


def new_customer(page: Page) -> None:
    """Bring a new customer in, so that tests do not meet in one conversation."""
    before = page.locator("#people .person[aria-pressed=true]").get_attribute("data-person")
    page.click("#add-person")
    page.wait_for_selector(f"#people .person[aria-pressed=true]:not([data-person='{before}'])")


def axe_source() -> str:
    """Return axe-core, from the Python package that carries it."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe-playwright-python is not installed: make test installs it")
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")
