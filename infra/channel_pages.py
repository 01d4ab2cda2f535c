"""
What docs/ says of the channels, written from their code: limits, proofs, errors, measured costs. `infra.pages` asks.

A channel in a folder of its own has a README.md there, which becomes a section of docs/channels.md.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path

from chalicelib.channels import REGISTRY
from chalicelib.media_types import FILES_MOST, FROM_AGENTS
from chalicelib.ports import ALWAYS_MS, Channel, ListsOnWish, ProofKind, Surface
from chalicelib.workspaces.slack.desk_words import FILE_MOST
from chalicelib.workspaces.slack.modals import MEGABYTE

from .estimate import measured as costs

HOUR_MS = 3_600_000
_TRAITS = (
    "channel",
    "where",
    "a part's limit",
    "answer window",
    "for people",
    "proof of a lost send",
    "asked after",
    "typing",
    "what an agent takes back is deleted",
    "own messages come back",
    "what came is listed",
)
# What the platform's word is, and what becomes of a row whose answer was lost.
_PROOFS: Mapping[ProofKind, tuple[str, str]] = {
    "echo": ("the account's own messages come back, with our reference", "sent when its echo comes; else unknown"),
    "status": ("a status comes by webhook, with our reference", "sent when a status comes; else unknown"),
    "list": ("the platform's list of what was sent", "sent, or not sent and tried again"),
    "metadata": ("our reference in the message's metadata", "found, or tried again"),
    "key": ("the same request under the same key", "sent once, however often it is asked"),
    "own": ("our own table", "sent, or not sent and tried again"),
    "none": ("none", "unknown: a person looks, nothing is sent again"),
}


def _surfaces() -> Iterator[tuple[type[Channel], str, Surface]]:
    for kind in REGISTRY.values():
        for where, surface in (("private", kind.traits.private), ("public", kind.traits.public)):
            if surface is not None:
                yield kind, where, surface


def traits() -> str:
    """Write the table of what differs between the channels."""
    rows = (_cells(*each) for each in _surfaces())
    return "\n".join((f"| {' | '.join(_TRAITS)} |", f"|{'---|' * len(_TRAITS)}", *rows))


def _cells(kind: type[Channel], where: str, surface: Surface) -> str:
    columns = (
        f"`{kind.traits.name}`",
        where,
        f"{surface.limit} {surface.unit}",
        _hours(surface.window_ms),
        _hours(surface.human_window_ms or surface.window_ms),
        surface.proof,
        f"{surface.prove_after_ms // 1000} s",
        "yes" if surface.typing else "no",
        "yes" if surface.unsend_ms >= ALWAYS_MS else f"for {_hours(surface.unsend_ms)}" if surface.unsend_ms else "no",
        "yes" if kind.traits.echoes_own else "no",
        _listing(kind, surface),
    )
    return f"| {' | '.join(columns)} |"


def _listing(kind: type[Channel], surface: Surface) -> str:
    if not surface.listed:
        return "no"
    if issubclass(kind, ListsOnWish):
        return f"on wish, every {kind.traits.list_every} min"
    return f"every {kind.traits.list_every} min"


def _hours(span_ms: int) -> str:
    return f"{span_ms // HOUR_MS} h" if span_ms else "none"


def proofs() -> str:
    """Write the table of what proves that a message was sent."""
    rows = [
        f"| {kind.traits.title}, {where} | {' | '.join(_proof(kind, surface))} |"
        for kind, where, surface in _surfaces()
    ]
    desk = f"| Slack | {' | '.join(_PROOFS['metadata'])} |"
    return "\n".join(("| surface | proof | a lost answer becomes |", "|---|---|---|", *rows, desk))


def _proof(kind: type[Channel], surface: Surface) -> tuple[str, str]:
    word, becomes = _PROOFS[surface.proof]
    if surface.proof == "echo" and not kind.traits.echoes_refer:
        word = "the account's own messages come back, with their id and words alone"
    return word, becomes


def file_hosts() -> str:
    """Write where customers' files are read from; to which of these hosts the account's credentials may go."""
    rows = [_hosts_of(kind) for kind in REGISTRY.values() if kind.traits.file_hosts]
    return "\n".join(("| channel | hosts | of these with the account's credentials |", "|---|---|---|", *rows))


def _hosts_of(kind: type[Channel]) -> str:
    trusted = kind.connecting().hosts
    named = [f"`{'*' if each.startswith('.') else ''}{each}`" for each in kind.traits.file_hosts]
    own = [f"`{each}`" for each in kind.traits.file_hosts if each in trusted]
    return f"| {kind.traits.title} | {', '.join(named)} | {', '.join(own) or 'none'} |"


def agent_files() -> str:
    """Write what an agent's answer carries where."""
    rows = [f"| {kind.traits.title}, {where} | {' | '.join(_takes(surface))} |" for kind, where, surface in _surfaces()]
    kinds = ", ".join(endings[0].upper() for endings in FROM_AGENTS.values())
    head = (
        f"| surface | files ({kinds}) with one answer | each, as the channel takes it | each, as Slack's dialog does |"
    )
    return "\n".join((head, "|---|---|---|---|", *rows))


def _takes(surface: Surface) -> tuple[str, str, str]:
    if not surface.files:
        return "none", "", ""
    return str(FILES_MOST), _megabytes(surface.file_limit), _megabytes(min(surface.file_limit, FILE_MOST))


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.3g} MB"


def errors(kind: type[Channel]) -> str:
    """Write a channel's table of errors: ours left, the platform's codes or words right."""
    named: dict[str, list[str]] = {}
    for code, error in kind.errors.items():
        written = "/".join(map(str, code)) if isinstance(code, tuple) else str(code)
        named.setdefault(error.__name__, []).append(written)
    rows = [f"| {name} | {', '.join(codes)} |" for name, codes in named.items()]
    return "\n".join(("| our error | their codes |", "|---|---|", *rows))


def of_folders() -> str:
    """Write the section of each channel that has a folder with a README, and its errors behind it."""
    pages = ((kind, Path(inspect.getfile(kind)).with_name("README.md")) for kind in REGISTRY.values())
    return "\n\n".join(_section(kind, page.read_text(encoding="utf-8")) for kind, page in pages if page.is_file())


def _section(kind: type[Channel], page: str) -> str:
    """Write a channel's README, whose first line is its heading there, with its errors."""
    return "\n\n".join((f"## {kind.traits.title}", page.partition("\n")[2].strip(), errors(kind)))


def measured() -> str:
    """Write what a message costs on each channel by its path, as the bench measured it."""
    paths: Mapping[str, Mapping[str, float]] = costs()["usd_a_million"]
    rows = [
        f"| {kind.traits.title} | {' | '.join(_usd(by_channel.get(name)) for by_channel in paths.values())} |"
        for name, kind in REGISTRY.items()
    ]
    return "\n".join((f"| channel | {' | '.join(paths)} |", f"|---{'|---' * len(paths)}|", *rows))


def _usd(found: float | None) -> str:
    return "not measured yet" if found is None else f"{found:.1f}"
