"""
Take the README's picture of the page, from a running stack, with Debian's Chromium.

    python -m infra.local.screenshot --out docs/page.png [--page http://127.0.0.1:…/] [--ready FILE]

It writes a question, waits for the answer and a ticket, and opens the reasons: what the picture shows has happened.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PORTS = Path(".local/ports.json")  # kept by every `guichet run`
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ANSWER_MS = 30_000


WORDS = {
    "fr": (
        "Bonjour, le suivi de mon colis 10482 n'a pas bougé depuis 3 jours, il arrive quand ?",
        "Trois semaines d'attente et personne ne répond. Bravo.",
    ),
    "en": (
        "Hi, still no sign of my parcel, tracking hasn't moved. Order 10482",
        "Three weeks of waiting and nobody answers. Great job.",
    ),
}


def take(page_url: str, out: Path, *, width: int, height: int, theme: str, language: str) -> None:
    """Drive the page at `page_url` and write its picture to `out`. Raises the browser's error when nothing answers."""
    from playwright.sync_api import sync_playwright

    question, anger = WORDS[language]
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=shutil.which("chromium") or "", args=list(BROWSER_FLAGS))
        page = browser.new_page(
            viewport={"width": width, "height": height}, device_scale_factor=1.5, reduced_motion="reduce"
        )
        page.goto(f"{page_url}?lang={language}&theme={theme}")
        page.wait_for_selector("[data-ready]")
        for _ in range(2):  # the first one wakes the functions: the picture is of a counter that is open
            before = page.locator("#people .person[aria-pressed=true]").get_attribute("data-person")
            page.click("#add-person")
            page.wait_for_selector(f"#people .person[aria-pressed=true]:not([data-person='{before}'])")
            page.fill("#words", question)
            page.keyboard.press("Enter")
            page.wait_for_selector(".bubble.theirs", timeout=ANSWER_MS)
        tickets = page.locator("#slack-messages > li:not(.empty)").count()
        page.click("#tab-x")
        page.click("[data-surface=public]")
        page.fill("#words", anger)
        page.keyboard.press("Enter")
        page.wait_for_function(
            "seen => document.querySelectorAll('#slack-messages > li:not(.empty)').length > seen",
            arg=tickets,
            timeout=ANSWER_MS,
        )
        page.click("#tab-whatsapp")
        page.click(".bubble.theirs")
        page.wait_for_timeout(2_500)
        page.mouse.move(0, 0)
        out.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(out), full_page=True, animations="disabled")
        browser.close()


def has_emoji(ask: Sequence[str] = ("fc-list", ":charset=1f534", "family")) -> bool:
    """Whether a font of this machine draws 🔴: without one the picture's first ticket shows an empty box."""
    try:
        return bool(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())
    except (OSError, subprocess.CalledProcessError):
        return False


def run(argv: Sequence[str] | None = None) -> int:
    """Take the picture; 1 with one sentence when there is no Chromium or no running stack."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.screenshot", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/page.png"))
    parser.add_argument("--page", default="", help="address of the page (default: of the stack that runs from here)")
    parser.add_argument("--ready", type=Path, help="read it from the file that `guichet run --ready` wrote")
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=960)
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--language", choices=("fr", "en"), default="fr")
    args = parser.parse_args(argv)
    if not shutil.which("chromium"):
        print("There is no Chromium: install Debian's with `apt-get install chromium`.", file=sys.stderr)
        return 1
    if not has_emoji():
        print("No font here draws emoji: install one with `apt-get install fonts-noto-color-emoji`.", file=sys.stderr)
        return 1
    page_url = args.page
    if not page_url:
        try:
            known = json.loads((args.ready or PORTS).read_text())["page"]
            page_url = known if args.ready else f"http://127.0.0.1:{known}/"
        except (OSError, ValueError, KeyError):
            print(f"No running stack is named in {args.ready or PORTS}: start one with `make run`.", file=sys.stderr)
            return 1
    take(page_url, args.out, width=args.width, height=args.height, theme=args.theme, language=args.language)
    return 0


if __name__ == "__main__":
    sys.exit(run())
