"""
Rules between the keys of one section, which no key has by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ..model import FIRST_ONLY, RESERVED_BRANDS, State
from ..template_port import as_value
from .attribute import MOST as ATTRIBUTES_MOST
from .reader import Reader, Spot, as_written
from .release import Approval
from .schema import KINDS, REGISTERS, SHAPE_IS, FieldShape, Intent, Playbook
from .template_use import ANSWER, VALUE_MOST, TemplateUse

WELCOME_MOST = 8  # with a person nine: each is one digit
Parts = Mapping[str, Spot]  # the keys of a section as they stand in the data
Found = dict[str, Any]  # the attributes as they were read; a rule may add one
Rule = Callable[[Reader, Spot, Parts, Found, str], None]  # the last is how a mistake names the section


def _of_playbook(reader: Reader, _spot: Spot, parts: Parts, found: Found, _what: str) -> None:
    if found.get("brand") in RESERVED_BRANDS:
        reader.fail(
            parts["brand"], f"brand cannot be {found['brand']}: Guichet's own keys begin so; choose another name"
        )
    _offered(reader, parts, found)
    if len(found.get("attributes", ())) > ATTRIBUTES_MOST:
        reader.fail(parts["attributes"], f"attributes are at most {ATTRIBUTES_MOST}: a card shows them all")
    usual = {language: REGISTERS[language][0] for language in found.get("languages", ())}
    found["register"] = MappingProxyType({**usual, **found.get("register", {})})


def _offered(reader: Reader, parts: Parts, found: Found) -> None:
    """A welcome offers intents of this playbook, not more than one digit counts with a person behind them."""
    listed = parts["welcome"].data if found.get("welcome") else ()
    for place, name in enumerate(listed):
        told = isinstance(name, list | Mapping)  # no text at all: said where it was read
        if not told and as_written(name) not in found.get("intents", ()):
            reader.fail(parts["welcome"].below(place, name), f"welcome offers {as_written(name)}, which is no intent")
    if len(listed) > WELCOME_MOST:
        reader.fail(parts["welcome"], f"welcome offers at most {WELCOME_MOST} subjects")


def _of_intent(reader: Reader, spot: Spot, parts: Parts, found: Found, what: str) -> None:
    asks, lookup, also = (found.get(key, "") for key in ("asks", "lookup", "asks_also"))
    if bool(asks) != ("question" in parts):
        reader.fail(spot, f"{what}: `asks` and `question` go together")
    if bool(lookup) != ("statuses" in parts) or bool(lookup) == ("replies" in parts):
        reader.fail(spot, f"{what} needs either `replies`, or `lookup` with `statuses`")
    if bool(also) != ("question_also" in parts) or (also and not (asks and lookup and also != asks)):
        reader.fail(spot, f"{what}: `asks_also` goes with `question_also`, and with `asks` and `lookup`")
    if asks and "public" not in parts:
        reader.fail(spot, f"{what} needs `public`: what it asks for is never asked where everybody reads")
    # Without the key: a first question only; a look-up also serves customers who have waited too long.
    found["serves"] = FIRST_ONLY | found.get("serves", {State.OVERDUE} if lookup else frozenset())


def _of_field(reader: Reader, spot: Spot, parts: Parts, found: Found, what: str) -> None:
    if ("shape" in parts) == ("values" in parts):
        reader.fail(spot, f"{what} needs either `shape`, of a number, or `values`, a list of words")
    shapes = parts["shape"].data if "shape" in parts else ()
    for place, shape in enumerate(shapes if isinstance(shapes, list) and len(shapes) > 1 else ()):
        if as_written(shape) in KINDS:
            reader.fail(parts["shape"].below(place, shape), SHAPE_IS)
    found["cues"] = tuple(map(str.casefold, found.get("cues", ())))


def _of_approval(reader: Reader, _spot: Spot, parts: Parts, found: Found, what: str) -> None:
    if found.get("approved_on") and found.get("valid_until") and found["valid_until"] < found["approved_on"]:
        reader.fail(parts["valid_until"], f"{what} is valid until a day before the one it was approved on")


def _of_template(reader: Reader, spot: Spot, _parts: Parts, found: Found, what: str) -> None:
    values = found.get("values", (ANSWER,))
    if "".join(values).count(ANSWER) != 1:
        reader.fail(spot, f"{what} needs {ANSWER} once in its values: it stands for the agent's words")
    if any(as_value(each) != each or len(each) > VALUE_MOST for each in values):
        reader.fail(spot, f"a value of {what} is one line of at most {VALUE_MOST} characters, one blank between words")


RULES: Mapping[type, Rule] = {
    Playbook: _of_playbook,
    Intent: _of_intent,
    FieldShape: _of_field,
    Approval: _of_approval,
    TemplateUse: _of_template,
}
