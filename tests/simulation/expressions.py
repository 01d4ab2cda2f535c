"""
DynamoDB's expressions over items of attribute values: conditions, updates, key conditions.

Only what the table's code uses; anything else raises ValueError, so that a new expression is noticed. Two things are
as strict as AWS: a comparison with a missing attribute is false, and so is one between two types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

Item = dict[str, Any]
Values = Mapping[str, Any]
Names = Mapping[str, str]
Test = Callable[[Item, Values], bool]
_TOKEN = re.compile(r"\s*(<=|>=|<>|[=<>(),]|:\w+|[#\w.\[\]]+)")


def tokens(expression: str) -> list[str]:
    found, place = [], 0
    text = expression.strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ValueError(f"unreadable expression at {text[place:]!r}")
        found.append(match.group(1))
        place = match.end()
    return found


def steps(path: str, names: Names) -> list[str | int]:
    """`parts[0].id` as ["parts", 0, "id"], placeholders resolved."""
    found: list[str | int] = []
    for word in path.split("."):
        name, _, rest = word.partition("[")
        found.append(names[name] if name.startswith("#") else name)
        found += [int(number) for number in re.findall(r"\d+", rest)]
    return found


def read(item: Item, path: list[str | int]) -> Any:
    """The attribute value at a path, None where there is none."""
    value: Any = {"M": item}
    for step in path:
        kind = "L" if isinstance(step, int) else "M"
        if not isinstance(value, dict) or kind not in value:
            return None
        inner = value[kind]
        value = inner.get(step) if isinstance(step, str) else next(iter(inner[step : step + 1]), None)
    return value


def write(item: Item, path: list[str | int], value: Any) -> None:
    """Puts a value at a path whose parents exist. Raises ValueError where they do not (AWS: ValidationException)."""
    holder: Any = {"M": item} if len(path) == 1 else read(item, path[:-1])
    last = path[-1]
    if holder is None:
        raise ValueError("The document path provided in the update expression is invalid for update")
    if isinstance(last, int):
        holder["L"][last : last + 1] = [value]
    else:
        holder["M"][last] = value


def comparable(value: Any) -> tuple[str, Any]:
    kind, inner = next(iter(value.items()))
    return kind, (int(inner) if kind == "N" else inner)


class _Parser:
    def __init__(self, expression: str, names: Names) -> None:
        self.left = tokens(expression)
        self.names = names

    def take(self, expected: str = "") -> str:
        word = self.left.pop(0)
        if expected and word.upper() != expected:
            raise ValueError(f"expected {expected}, found {word}")
        return word

    def next_is(self, word: str) -> bool:
        return bool(self.left) and self.left[0].upper() == word

    def either(self) -> Test:
        sides = [self.both()]
        while self.next_is("OR"):
            self.take()
            sides.append(self.both())
        return sides[0] if len(sides) == 1 else lambda item, values: any(side(item, values) for side in sides)

    def both(self) -> Test:
        sides = [self.single()]
        while self.next_is("AND"):
            self.take()
            sides.append(self.single())
        return sides[0] if len(sides) == 1 else lambda item, values: all(side(item, values) for side in sides)

    def single(self) -> Test:
        if self.next_is("NOT"):
            self.take()
            inner = self.single()
            return lambda item, values: not inner(item, values)
        if self.next_is("("):
            self.take()
            inner = self.either()
            self.take(")")
            return inner
        if self.left[0] in ("attribute_exists", "attribute_not_exists"):
            wanted = self.take() == "attribute_exists"
            self.take("(")
            path = steps(self.take(), self.names)
            self.take(")")
            return lambda item, _: (read(item, path) is not None) == wanted
        return self.comparison()

    def operand(self) -> Callable[[Item, Values], Any]:
        word = self.take()
        if word.startswith(":"):
            return lambda _, values: values[word]
        path = steps(word, self.names)
        return lambda item, _: read(item, path)

    def comparison(self) -> Test:
        left, operator = self.operand(), self.take().upper()
        if operator == "BETWEEN":
            low = self.operand()
            self.take("AND")
            high = self.operand()
            return lambda i, v: compare(left(i, v), ">=", low(i, v)) and compare(left(i, v), "<=", high(i, v))
        right = self.operand()
        return lambda i, v: compare(left(i, v), operator, right(i, v))


def compare(left: Any, operator: str, right: Any) -> bool:
    if left is None or right is None:
        return operator == "<>"
    (left_kind, one), (right_kind, other) = comparable(left), comparable(right)
    if operator == "=":
        return left_kind == right_kind and one == other
    if operator == "<>":
        return left_kind != right_kind or one != other
    if left_kind != right_kind:
        return False
    return bool({"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator])


@lru_cache(maxsize=500)
def _condition(expression: str, names: tuple[tuple[str, str], ...]) -> Test:
    parser = _Parser(expression, dict(names))
    test = parser.either()
    if parser.left:
        raise ValueError(f"unread: {parser.left}")
    return test


def holds(expression: str, names: Names, values: Values, item: Item | None) -> bool:
    """Whether a condition holds for an item; None: there is no item."""
    return _condition(expression, tuple(sorted(names.items())))(item or {}, values)


def update(expression: str, names: Names, values: Values, item: Item) -> None:
    """Applies SET, REMOVE and ADD clauses (plain values only) to the item in place."""
    words, clause = tokens(expression), ""
    old = {key: value for key, value in item.items()}  # noqa: C416 - right sides read the item as it was
    while words:
        word = words.pop(0)
        if word.upper() in ("SET", "REMOVE", "ADD"):
            clause = word.upper()
        elif word == ",":
            continue
        elif clause == "REMOVE":
            item.pop(str(steps(word, names)[0]), None)
        elif clause == "SET":
            path = steps(word, names)
            if words.pop(0) != "=":
                raise ValueError("SET takes path = value only")
            write(item, path, values[words.pop(0)])
        elif clause == "ADD":
            path, amount = steps(word, names), values[words.pop(0)]
            before = read(old, path)
            write(item, path, {"N": str(int(before["N"] if before else 0) + int(amount["N"]))})
        else:
            raise ValueError(f"unreadable update at {word!r}")
