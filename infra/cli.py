"""
The `guichet` command. Each module in infra/commands is one subcommand: NAME, HELP, configure(parser), run(args) -> int.

Exit 0: done. 1: refused or failed, with one sentence on stderr. 2: wrong usage: argparse's own, a type of
`commands/_arguments`, or WrongUsage. `--json` works on every command.
"""

from __future__ import annotations

import argparse
import difflib
import errno
import importlib
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn, Protocol, cast

from chalicelib.errors import GuichetError, WrongUsage

from . import commands

_FEW = 8  # names that may be listed whole


class Command(Protocol):
    """What a module in infra/commands gives. Modules import what is slow inside `run`."""

    NAME: str
    HELP: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def found() -> list[Command]:
    """Import every command, by name. A module whose name starts with "_" is no command."""
    names = sorted(each.name for each in pkgutil.iter_modules(commands.__path__) if not each.name.startswith("_"))
    modules = [importlib.import_module(f"{commands.__name__}.{name}") for name in names]
    return [cast("Command", module) for module in modules]


class _Parser(argparse.ArgumentParser):
    """A command line that says, of a command or an action that there is not, what was perhaps meant."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit 2; twenty names help nobody who mistyped one."""
        wrong = re.match(r"argument (\S+): invalid choice: '([^']*)'", message)
        names = [name for each in nested(self) if wrong and each.metavar == wrong[1] for name in each.choices]
        if wrong is None or not names:
            super().error(message)
        near = difflib.get_close_matches(wrong[2], names, n=2, cutoff=0.6)
        few = f"It knows {', '.join(names)}." if len(names) <= _FEW else f"`{self.prog} --help` lists them."
        meant = f"Did you mean {' or '.join(f'`{self.prog} {name}`' for name in near)}?" if near else few
        self.exit(2, f"guichet: there is no {wrong[1].lower()} '{wrong[2]}'. {meant}\n")


def nested(parser: argparse.ArgumentParser) -> list[argparse._SubParsersAction[argparse.ArgumentParser]]:
    """Return the groups of commands, or of actions, below a parser; empty for one that does something itself."""
    return [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001 - argparse offers no other way to list them


def parser() -> argparse.ArgumentParser:
    """Build the whole command line."""
    top = _Parser(
        prog="guichet",
        description="A shared inbox with automatic answers: try it here, deploy it, look after its brands.",
    )
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in sorted(found(), key=lambda each: each.NAME):
        sub = subparsers.add_parser(command.NAME, help=command.HELP, description=command.HELP)
        command.configure(sub)
        every_parser_takes_json(sub)
        sub.set_defaults(run=command.run)
    return top


def every_parser_takes_json(sub: argparse.ArgumentParser) -> None:
    """Give `--json` to a command, or to each of its own subcommands."""
    groups = nested(sub)
    for action in groups:
        for each in set(action.choices.values()):
            every_parser_takes_json(each)
    if not groups and "--json" not in sub._option_string_actions:  # noqa: SLF001 - the same
        sub.add_argument("--json", action="store_true", help="print JSON on stdout")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the console script's entry point."""
    args = parser().parse_args(argv)
    try:
        return int(args.run(args))
    except WrongUsage as error:
        print(f"guichet: {error}", file=sys.stderr)
        return 2
    except GuichetError as error:
        print(f"guichet: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("guichet: stopped.", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read our output has enough; what is still buffered must not be flushed into a closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        where = f" ({error.filename})" if error.filename else ""
        print(f"guichet: the disk is full{where}; make room there and try again.", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or it is flushed in vain at the exit
        return 1
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in {"boto3", "botocore"}:
            raise
        from .aws_errors import told  # a command asked AWS outside of `explained`: still a sentence, not a traceback

        print(f"guichet: {told(error)}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
