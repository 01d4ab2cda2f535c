"""
The architecture, drawn from what it is made of: app.py's triggers, the stack's queues, each function's rights.

Which queues a function may send to, and whose tokens it may read, stands in .chalice/policy-*.json. Tests hold those to
the calls that are made, so the picture shows every way and none that is not there. Only these files are read.
"""

from __future__ import annotations

import ast
import json
import textwrap
from dataclasses import dataclass, field
from html import escape
from typing import Any

from chalicelib.channels import REGISTRY

from .names import FUNCTIONS, QUEUES, ROOT

# Whose tokens a function may read, so whom it calls.
_SERVES = {"token/slack/*": ("Slack",), "token/*": ("the platforms", "the brand's order service")}
_WIDTH, _ROW, _TOP = 1110, 96, 50
_API_X, _QUEUE_X, _FUNCTION_X, _CALLS_X = 220, 430, 610, 955
_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2933 }
  .name { font-weight: 600 }
  .small { font-size: 11px; fill: #52606d }
  .box { fill: #f5f7fa; stroke: #7b8794 }
  .queue { fill: #e6f0fa; stroke: #3d7ab5 }
  .outside { fill: #fdf3e1; stroke: #b7822d }
  .store { fill: #e9f5ec; stroke: #3f8f57 }
  .way { stroke: #52606d; fill: none; marker-end: url(#tip) }
"""


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function: what triggers it, its trigger's docstring, and what its rights let it do."""

    name: str
    trigger: str  # a queue, "HTTP" or "every minute"
    does: str
    sends_to: tuple[str, ...]
    calls: tuple[str, ...]
    bucket: tuple[str, ...] = field(default=())


def functions() -> list[Function]:
    """Read every function from app.py and its policy, in the order of `names.FUNCTIONS`."""
    triggers = _triggers()
    return [_function(name, *triggers[name]) for name in FUNCTIONS]


def _triggers() -> dict[str, tuple[str, str]]:
    """Read (trigger, first line of the docstring) by function from app.py's decorators."""
    found = {"api": ("HTTP", "Verify, parse and queue what platforms and Slack send.")}
    body = ast.parse((ROOT / "app.py").read_text(encoding="utf-8")).body
    for node in (each for each in body if isinstance(each, ast.FunctionDef)):
        for call in node.decorator_list:
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                given = {each.arg: each.value for each in call.keywords}
                if call.func.attr == "on_sqs_message":
                    queue = given["queue_arn"].args[0].value  # type: ignore[attr-defined]
                    found[ast.literal_eval(given["name"])] = (queue, _summary(node))
                elif call.func.attr == "schedule":
                    found[ast.literal_eval(given["name"])] = ("every minute", _summary(node))
    return found


def _summary(node: ast.FunctionDef) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0].partition(";")[0].rstrip(".") + "."


def _function(name: str, trigger: str, does: str) -> Function:
    sends = _allowed(name, "sqs:SendMessage")
    secrets = _allowed(name, "ssm:GetParameter")
    calls = tuple(called for right, those in _SERVES.items() if right in secrets for called in those)
    kept = {each.partition("/")[0] for each in _allowed(name, "s3:PutObject") + _allowed(name, "s3:GetObject")}
    queues = tuple(queue for queue in QUEUES if queue in sends)
    return Function(name, trigger, does, queues, calls, tuple(sorted(kept)))


def _allowed(function: str, action: str) -> list[str]:
    """Name what a function may do `action` on (queue, parameter, prefix of the bucket), without the stage's name."""
    policy = json.loads((ROOT / ".chalice" / f"policy-{function}.json").read_text(encoding="utf-8"))
    found: list[str] = []
    for statement in policy["Statement"]:
        if action in statement["Action"]:
            given: Any = statement["Resource"]
            resources = given if isinstance(given, list) else [given]
            found += [str(each["Fn::Sub"]).rpartition("}")[2].lstrip("-/") for each in resources]
    return found


def table() -> str:
    """Write the functions as a Markdown table, for who reads no picture."""
    head = ("function", "begins with", "does", "may send to", "calls", "bucket")
    rule = ("---",) * len(head)
    rows = [
        (f"`{each.name}`", each.trigger, each.does, ", ".join(each.sends_to), ", ".join(each.calls), _folders(each))
        for each in functions()
    ]
    return "\n".join(
        "| " + "".join(f"{cell} | " if cell else "| " for cell in row).rstrip() for row in (head, rule, *rows)
    )


def _folders(function: Function) -> str:
    return ", ".join(f"`{each}/`" for each in function.bucket)


def drawing() -> str:
    """Draw the picture: platforms and Slack, api, the queues in a column, beside each the function that empties it."""
    found = {each.trigger: each for each in functions()}
    rows = [*QUEUES, "every minute"]
    height = _TOP + _ROW * len(rows) + 110
    parts = [_column_heads(), *_outside(), *_api(found["HTTP"])]
    for number, trigger in enumerate(rows):
        parts += _lane(trigger, _TOP + _ROW * number, found.get(trigger))
    parts += _stores(_TOP + _ROW * len(rows) + 6, found.values())
    return "\n".join((_opening(height), *parts, "</svg>", ""))


def _opening(height: int) -> str:
    tip = (
        '<marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z" fill="#52606d"/></marker>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="title">\n'
        '<title id="title">Guichet on AWS: platforms and Slack, the queues, and the function behind each</title>\n'
        f"<style>{_STYLE}</style>\n<defs>{tip}</defs>\n"
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>'
    )


def _column_heads() -> str:
    heads = (
        (10, "outside"),
        (_API_X, "answers HTTP"),
        (_QUEUE_X, "SQS queues"),
        (_FUNCTION_X, "Lambda functions"),
        (_CALLS_X, "calls"),
    )
    return "\n".join(_text(x, 28, label, "small") for x, label in heads)


def _outside() -> list[str]:
    channels = [kind.traits.title for kind in REGISTRY.values()]
    boxes = []
    for y, name, line in ((_TOP, "Customers", ", ".join(channels)), (_TOP + 2 * _ROW, "Agents", "Slack")):
        boxes += [_box(10, y, 170, 64, "outside"), _text(22, y + 26, name, "name"), *_lines(22, y + 44, line, 30)]
        boxes.append(_way(180, y + 32, _API_X, _TOP + _ROW + 32))
    return boxes


def _api(api: Function) -> list[str]:
    y = _TOP + _ROW
    rows = {queue: _TOP + _ROW * number + 32 for number, queue in enumerate(QUEUES)}
    ways = [_way(_API_X + 160, y + 32, _QUEUE_X, rows[queue]) for queue in api.sends_to]
    return [
        _box(_API_X, y - 8, 160, 84),
        _text(_API_X + 12, y + 14, api.name, "name"),
        *_lines(_API_X + 12, y + 32, api.does, 24),
        *ways,
    ]


def _lane(trigger: str, y: int, function: Function | None) -> list[str]:
    """Draw one row: a queue (or the clock), the function behind it, where that may send, and whom it calls."""
    drawn = [
        _box(_QUEUE_X, y + 8, 130, 48, "queue" if trigger in QUEUES else "outside"),
        _text(_QUEUE_X + 12, y + 37, trigger, "name"),
    ]
    if function is None:
        waits = "no function: the body waits in the bucket, an alarm rings"
        return [*drawn, _way(_QUEUE_X + 130, y + 32, _FUNCTION_X, y + 32), *_lines(_FUNCTION_X + 12, y + 36, waits, 60)]
    text = _lines(_FUNCTION_X + 12, y + 39, function.does, 50, "")
    sends = _text(_FUNCTION_X + 12, y + 75, f"may send to: {', '.join(function.sends_to)}", "small")
    drawn += [_box(_FUNCTION_X, y, 320, 86), _text(_FUNCTION_X + 12, y + 21, function.name, "name"), *text, sends]
    drawn.append(_way(_QUEUE_X + 130, y + 32, _FUNCTION_X, y + 32))
    if function.calls:
        drawn += [
            _way(_FUNCTION_X + 320, y + 32, _CALLS_X + 8, y + 32),
            *_lines(_CALLS_X + 14, y + 30, ", ".join(function.calls), 20, ""),
        ]
    return drawn


def _stores(y: int, found: Any) -> list[str]:
    folders = sorted({folder for each in found for folder in each.bucket})
    table = (
        "DynamoDB: one table. All functions read and write it. What is decided stands there, and"
        " queue messages only say where to look."
    )
    bucket = f"S3: one bucket ({', '.join(f'{each}/' for each in folders)})"
    drawn = []
    for number, line in enumerate((table, bucket)):
        drawn += [
            _box(_API_X, y + 46 * number, _WIDTH - _API_X - 20, 36, "store"),
            _text(_API_X + 12, y + 46 * number + 23, line),
        ]
    return drawn


def _box(x: int, y: int, width: int, height: int, kind: str = "box") -> str:
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'


def _text(x: int, y: int, text: str, kind: str = "") -> str:
    return (
        f'<text x="{x}" y="{y}"{f" class={chr(34)}{kind}{chr(34)}" if kind else ""}>{escape(text, quote=False)}</text>'
    )


def _lines(x: int, y: int, text: str, width: int, kind: str = "small") -> list[str]:
    return [_text(x, y + 15 * number, line, kind) for number, line in enumerate(textwrap.wrap(text, width))]


def _way(x: int, y: int, to_x: int, to_y: int) -> str:
    middle = (x + to_x) // 2
    return f'<path class="way" d="M{x},{y} C{middle},{y} {middle},{to_y} {to_x},{to_y}"/>'
