"""Block Kit's limits, as docs.slack.dev states them: what Slack would refuse, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

VIEW_BYTES = 250_000
MESSAGE_TEXT = 13_000  # msg_blocks_too_long begins a little above (slackapi/bolt-js, issues 2509 and 2867)


def _plain(raw: Any, most: int, what: str) -> Iterator[str]:
    if not isinstance(raw, dict) or raw.get("type") != "plain_text":
        yield f"{what} is no plain_text"
    elif not 1 <= len(raw["text"]) <= most:
        yield f"{what} measures {len(raw['text'])} of {most}"


def _markup(raw: Any, most: int, what: str) -> Iterator[str]:
    if raw["type"] == "plain_text":
        yield from _plain(raw, most, what)
    elif not 1 <= len(raw["text"]) <= most:
        yield f"{what} measures {len(raw['text'])} of {most}"


def _confirm(raw: Any) -> Iterator[str]:
    yield from _plain(raw["title"], 100, "confirm title")
    yield from _markup(raw["text"], 300, "confirm text")
    yield from _plain(raw["confirm"], 30, "confirm button")
    yield from _plain(raw["deny"], 30, "deny button")


def _button(raw: Any) -> Iterator[str]:
    yield from _plain(raw["text"], 75, "button")
    if len(raw.get("value", "")) > 2000:
        yield "value is too long"
    if raw.get("style") not in (None, "primary", "danger"):
        yield "style is unknown"


def _overflow(raw: Any) -> Iterator[str]:
    if not 1 <= len(raw["options"]) <= 5:
        yield "overflow needs 1 to 5 options"
    for option in raw["options"]:
        yield from _plain(option["text"], 75, "option")
        if len(option["value"]) > 150:
            yield f"option value measures {len(option['value'])} of 150"


def _input_element(raw: Any) -> Iterator[str]:
    if len(raw.get("initial_value", "")) > 3000 or raw["max_length"] > 3000:
        yield "input is too long"


def _select(raw: Any) -> Iterator[str]:
    yield from _plain(raw["placeholder"], 150, "placeholder")


def _options(raw: Any, most: int) -> Iterator[str]:
    if not 1 <= len(raw["options"]) <= most:
        yield f"needs 1 to {most} options"
    for option in raw["options"]:
        yield from _plain(option["text"], 75, "option")
        if len(option["value"]) > 150:
            yield f"option value measures {len(option['value'])} of 150"
    if len({option["value"] for option in raw["options"]}) != len(raw["options"]):
        yield "an option's value repeats"


def _multi_select(raw: Any) -> Iterator[str]:
    yield from _select(raw)
    yield from _options(raw, 100)


def _checkboxes(raw: Any) -> Iterator[str]:
    yield from _options(raw, 10)


def _nothing_more(_raw: Any) -> Iterator[str]:
    yield from ()


ELEMENTS = {
    "button": _button,
    "overflow": _overflow,
    "plain_text_input": _input_element,
    "external_select": _select,
    "multi_static_select": _multi_select,
    "checkboxes": _checkboxes,
    "datetimepicker": _nothing_more,
}


def _element(raw: Any) -> Iterator[str]:
    if len(raw.get("action_id", "")) > 255:
        yield "action_id is too long"
    yield from ELEMENTS[raw["type"]](raw)
    if "confirm" in raw:
        yield from _confirm(raw["confirm"])


def _header(block: Any) -> Iterator[str]:
    yield from _plain(block["text"], 150, "header")


def _section(block: Any) -> Iterator[str]:
    yield from _markup(block["text"], 3000, "section")
    if "accessory" in block:
        yield from _element(block["accessory"])


def _context(block: Any) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 10:
        yield "context needs 1 to 10 elements"
    for element in block["elements"]:
        yield from _markup(element, 3000, "context")


def _actions(block: Any) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 25:
        yield "actions need 1 to 25 elements"
    for element in block["elements"]:
        yield from _element(element)
    ids = [element["action_id"] for element in block["elements"]]
    if len(set(ids)) != len(ids):
        yield "an action_id repeats"


def _input(block: Any) -> Iterator[str]:
    yield from _plain(block["label"], 2000, "label")
    yield from _element(block["element"])
    if "hint" in block:
        yield from _plain(block["hint"], 2000, "hint")


def _rich_text(block: Any) -> Iterator[str]:
    if not block["elements"]:
        yield "rich_text needs elements"
    for part in block["elements"]:
        if part["type"] not in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
            yield f"{part['type']} is no part of a rich text"
        for element in part["elements"]:
            if not element["text"]:
                yield "a text of a rich text is empty"


def _nothing(_block: Any) -> Iterator[str]:
    yield from ()


BLOCKS = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "divider": _nothing,
    "rich_text": _rich_text,
}


def _block(block: Any) -> Iterator[str]:
    if len(block.get("block_id", "")) > 255:
        yield "block_id is too long"
    yield from BLOCKS[block["type"]](block)


def broken(blocks: list[Any]) -> list[str]:
    """Everything that Slack would refuse about a message's blocks."""
    found = _broken(blocks, 50)
    if (size := sum(map(_size, blocks))) > MESSAGE_TEXT:
        found.append(f"all texts measure {size} of {MESSAGE_TEXT}")
    return found


def _broken(blocks: list[Any], most: int) -> list[str]:
    found = [problem for block in blocks for problem in _block(block)]
    if len(blocks) > most:
        found.append(f"more than {most} blocks")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(ids)) != len(ids):
        found.append("a block_id repeats")
    return found


def _size(part: Any) -> int:
    """How much text stands in a block, in UTF-16 as a browser counts it."""
    if isinstance(part, list):
        return sum(map(_size, part))
    if isinstance(part, dict):
        return sum(_size(value) for key, value in part.items() if key != "value")
    return len(part.encode("utf-16-le", "surrogatepass")) // 2 if isinstance(part, str) else 0


def broken_view(view: Any) -> list[str]:
    """Everything that Slack would refuse about a modal."""
    found = _broken(view["blocks"], 100)
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        found.append("view_too_large")
    for part in ("title", "submit", "close"):
        if part in view:
            found += _plain(view[part], 24, part)
    if len(view.get("private_metadata", "")) > 3000:
        found.append("private_metadata is too long")
    if any(block["type"] == "input" for block in view["blocks"]) and "submit" not in view:
        found.append("an input needs submit")
    return found
