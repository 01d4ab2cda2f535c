"""The opening story plays on the stack, holds, goes on, and can be skipped and seen again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.simulators.conftest import Stand

Visit = Callable[..., Any]
pytestmark = pytest.mark.browser


def test_the_story_plays_to_its_end_on_the_real_services(visit: Visit, stand: Stand) -> None:
    page = visit(pace="0.05")
    before = len(stand.bubbles(side="customer"))
    page.click("#story-play")
    page.wait_for_selector("#story[data-state=done]", timeout=60_000)
    assert len(stand.bubbles(side="customer")) == before + 7
    assert "À vous" in page.inner_text("#caption")
    commands = [fields["text"] for path, _, fields in stand.system.seen if path == "/slack/commands"][-2:]
    assert commands == ["stop", "start"]
    assert page.locator("#modal[open]").count() == 0


def test_the_story_pauses_and_goes_on(visit: Visit) -> None:
    page = visit(lang="en")
    page.click("#story-play")
    page.wait_for_selector("#story[data-state=playing]")
    page.click("#story-play")
    page.wait_for_selector("#story[data-state=paused]")
    caption, progress = page.inner_text("#caption"), page.locator("#story-progress").evaluate("node => node.value")
    page.wait_for_timeout(2_500)
    assert page.inner_text("#caption") == caption
    assert page.locator("#story-progress").evaluate("node => node.value") == progress
    page.click("#story-play")
    page.wait_for_selector("#story[data-state=playing]")
    page.wait_for_selector("#bubbles .bubble.mine")
    page.click("#story-skip")


def test_the_story_can_be_skipped_and_seen_again(visit: Visit) -> None:
    page = visit(lang="en")
    page.click("#story-play")
    page.click("#story-skip")
    page.wait_for_selector("#story[data-state=done]")
    assert page.inner_text("#story-play") == "Replay"
    assert page.locator("#story-skip").is_hidden()
    page.click("#story-play")
    page.wait_for_selector("#story[data-state=playing]")
    page.click("#story-skip")


def test_the_storys_seconds_are_the_answers_and_not_those_of_the_typing(visit: Visit) -> None:
    page = visit(pace="0.6", lang="fr")
    page.click("#story-play")
    page.wait_for_function("() => / en \\d/.test(document.querySelector('#caption').textContent)", timeout=30_000)
    told = page.inner_text("#caption")
    seconds = float(told.split(" en ")[1].split()[0].replace("\u202f", "").replace(",", "."))
    page.click("#story-skip")

    assert seconds < 2.0
