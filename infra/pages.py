"""
The parts of docs/ that are written by a command: `python -m infra.pages --write`; without it, what is out of date.

A file that is written whole is named in WHOLE. A part of a page stands between two remarks, `<!-- written: NAME -->`
and `<!-- end -->`, and is named in PARTS. tests/infra/test_pages.py fails where one is not what this writes.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from chalicelib.admin.connecting import CONNECTABLE, connecting
from chalicelib.admin.permissions import ALLOWS
from chalicelib.channels import REGISTRY
from chalicelib.ports import ConnectSteps
from chalicelib.store.audit import What

from . import channel_pages, cli, picture
from .names import ROOT

DOCS = ROOT / "docs"
_PART = re.compile(r"(<!-- written: (\w+(?: \w+)?) -->\n).*?(<!-- end -->)", re.DOTALL)
_COMMANDS = """# Commands

Written by `python -m infra.pages --write` from the command line itself: the same words as `guichet COMMAND --help`.
Each command also takes `--json`, which prints JSON on stdout.
Exit status: 0 done; 1 refused or failed, with one sentence on stderr; 2 wrong usage.
"""


def commands() -> str:
    """Write docs/commands.md: every command, its actions and their options."""
    return "\n".join((_COMMANDS, *_sections(cli.parser(), "guichet")))


def _sections(parser: argparse.ArgumentParser, name: str) -> Iterator[str]:
    for group in cli.nested(parser):
        helps = {each.dest: each.help or "" for each in group._choices_actions}  # noqa: SLF001 - argparse offers no other way
        for word, sub in group.choices.items():
            below = f"{name} {word}"
            yield f"{'##' if name == 'guichet' else '###'} `{below}`\n\n{_sentence(helps.get(word, ''))}\n"
            yield from _sections(sub, below)
            yield from _options(sub, below)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


def _options(parser: argparse.ArgumentParser, name: str) -> Iterator[str]:
    """Write the usage and the options of a command that has no actions below it."""
    if cli.nested(parser):
        return
    formatter = parser._get_formatter()  # noqa: SLF001 - fills %(default)s in
    actions = [each for each in parser._actions if each.dest not in ("help", "json")]  # noqa: SLF001
    usage = " ".join((name, *(_usage(each) for each in actions)))
    rows = [f"- `{_named(each)}`: {formatter._expand_help(each)}" for each in actions if each.help]  # noqa: SLF001
    yield "\n".join((f"    {usage}\n", *rows, "")) if rows else f"    {usage}\n"


def _named(action: argparse.Action) -> str:
    takes = "" if action.nargs == 0 else _value(action)
    return f"{', '.join(action.option_strings)} {takes}".strip()


def _usage(action: argparse.Action) -> str:
    many = "…" if action.nargs in ("*", "+") or isinstance(action, argparse._AppendAction) else ""  # noqa: SLF001
    named = f"{(action.option_strings or [''])[0]} {'' if action.nargs == 0 else _value(action)}".strip() + many
    optional = not action.required if action.option_strings else action.nargs in ("?", "*")
    return f"[{named}]" if optional else named


def _value(action: argparse.Action) -> str:
    if action.metavar:
        return str(action.metavar)
    return "|".join(map(str, action.choices)) if action.choices else action.dest.upper()


_DECISIONS = """# Decisions

Each page says what was decided, why, and what was left. Written by `python -m infra.pages --write` from these pages.

| when | what | status |
| --- | --- | --- |
"""


def decisions() -> str:
    """Write docs/decisions/README.md: every decision with its status, the newest first."""
    found = sorted((DOCS / "decisions").glob("2*.md"), reverse=True)
    return _DECISIONS + "".join(f"{_decision(path)}\n" for path in found)


def _decision(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    title = re.sub(r"^# (?:[\d-]+: )?", "", text.partition("\n")[0])
    status = next(line for line in text.splitlines() if line.startswith("Status: ")).removeprefix("Status: ")
    return f"| {path.name[:10]} | [{title[:1].upper()}{title[1:]}]({path.name}) | {status} |"


def permissions() -> str:
    """Write the table of what somebody may be allowed to do; what is in it of the audit log is written there."""
    changes = set(get_args(What))
    rows = [f"| `{name}` | {words} | {'yes' if name in changes else ''} |" for name, words in ALLOWS.items()]
    return "\n".join(("| permission | allows to | in the audit log |", "|---|---|---|", *rows))


WHOLE: Mapping[Path, Callable[[], str]] = MappingProxyType(
    {
        DOCS / "architecture.svg": picture.drawing,
        DOCS / "commands.md": commands,
        DOCS / "decisions" / "README.md": decisions,
    }
)


def accounts() -> str:
    """Write how an account of each channel is connected, as the channel itself says it."""
    return "\n\n".join(_account(name, connecting(name)) for name in CONNECTABLE)


def _account(name: str, steps: ConnectSteps) -> str:
    rows = [
        f"| `{each.name}` | {'app' if each.of_app else 'account'} | {each.where} | "
        f"{', '.join(f'`{other}`' for other in each.also)} | {'' if each.needed else 'no'} |"
        for each in steps.secrets
    ]
    lines = [
        f"### `{name}`",
        "",
        f"- **Its id**: {steps.account or 'the name of the brand'}.",
        f"- **Asked**: {steps.asks}.",
    ]
    lines += [f"- **Behind the webhook's address**: `{steps.suffix}`"] if steps.suffix else []
    lines += _page_of(name, steps)
    lines += ["", "| secret | of the | where it is found | also called | needed |", "|---|---|---|---|---|", *rows]
    lines += ["", *(f"{number}. {each}." for number, each in enumerate(steps.steps, 1))] if steps.steps else []
    lines += ["", f"Waits for the platform: {steps.review}."] if steps.review else []
    return "\n".join(lines).replace("{webhook}", "*webhook*")


def _page_of(name: str, steps: ConnectSteps) -> list[str]:
    """Write what the platform's own page asks for, where it has one, and what is set by itself."""
    consent = steps.consent
    if consent is None:
        return ["- **Connected by**: typed keys; the platform has no page that gives an account to us."]
    given = ", ".join(f"`{each}`" for each in consent.asks)
    lines = [
        f"- **Connected by**: the platform's own page. It needs {given}, and asks for {', '.join(consent.scopes)}.",
        f"- **Redirect address**, to be registered in the platform's app as it stands: `https://YOUR-API/connect/{name}`.",
    ]
    lines += [f"- **Lent**: {where} (`{each}`)." for each, where in consent.lent.items()]
    return lines + (["- **Set by the command**: the steps below that are calls."] if steps.subscribe else [])


PARTS: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "accounts": accounts,
        "agents files": channel_pages.agent_files,
        "channels": channel_pages.traits,
        "file hosts": channel_pages.file_hosts,
        "folders": channel_pages.of_folders,
        "functions": picture.table,
        "permissions": permissions,
        "proofs": channel_pages.proofs,
        "prices": channel_pages.measured,
        **{f"errors {name}": partial(channel_pages.errors, kind) for name, kind in REGISTRY.items()},
    }
)


def wanted() -> dict[Path, str]:
    """Return every file that is written, whole or in part, as it should be."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md")) if path not in WHOLE}
    written = {path: _filled(text) for path, text in pages.items() if _PART.search(text)}
    return written | {path: make() for path, make in WHOLE.items()}


def _filled(text: str) -> str:
    return _PART.sub(lambda found: f"{found[1]}{PARTS[found[2]]()}\n{found[3]}", text)


def main() -> int:
    """Write what is out of date with --write; else name it, and return 1 if there is any."""
    write = "--write" in sys.argv[1:]
    old = {path: text for path, text in wanted().items() if not path.exists() or path.read_text("utf-8") != text}
    for path, text in old.items():
        print(path.relative_to(ROOT))
        if write:
            path.write_text(text, encoding="utf-8")
    return 1 if old and not write else 0


if __name__ == "__main__":
    sys.exit(main())
