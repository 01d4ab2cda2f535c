"""Examples in pages are lines that the command takes, and README's prices are those that the bench has written."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
from functools import cache

from infra import cli
from infra.names import ROOT

PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINE = re.compile(r"^(?:\.venv/bin/)?guichet (.+)$", re.MULTILINE)


def examples() -> list[tuple[str, str]]:
    """(page, arguments) of every `guichet …` line of a code block, without its remark and what is optional in it."""
    found = []
    for page in PAGES:
        for block in BLOCK.findall(page.read_text(encoding="utf-8")):
            for line in LINE.findall(block):
                bare = re.sub(r"\[[^\]]*\]…?", "", re.split(r"\s+#\s", line)[0])
                found.append((page.name, bare.rstrip()))
    return found


def words(arguments: str) -> list[str]:
    """The arguments of a line; in some pages a remark follows after several blanks."""
    known = re.split(r"(?<=\S)\s{2,}(?=[a-z][a-z]+[ ,'])(?!\S*--)", arguments)[0]
    return shlex.split(known)


command_line = cache(cli.parser)


def refusal(arguments: str) -> str:
    """What the command says against these arguments; "" where it takes them."""
    given = words(arguments)
    if "…" in arguments.split():
        given = [*(word for word in given if word != "…"), "--help"]  # options left open: the command is there
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        try:
            command_line().parse_args(given)
        except SystemExit as left:
            return said.getvalue() if left.code else ""
    return ""


def test_the_command_takes_every_example() -> None:
    refused = {example: said for example in examples() if (said := refusal(example[1]))}

    assert refused == {}
    assert refusal("plan --stag prod --nothing")


# Words of a page that stand for one of several, and what argparse says of a line that only leaves something out.
STANDS_FOR = {"CHANNEL": "messenger", "LEVEL": "suggest", "COMMAND": "plan"}
LEFT_OUT = ("are required", "is required", "expected one argument")


def test_the_command_takes_what_a_sentence_names_of_it() -> None:
    """Between back quotes a line may leave something out, but name no command, action or option that is not there."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = {re.sub(r"\[[^\]]*\]…?", "", each) for each in re.findall(r"`guichet ([^`\n]+)`", text)}
    said = {each: refusal(" ".join(STANDS_FOR.get(word, word) for word in each.split())) for each in named}

    assert {each: why for each, why in said.items() if why and not any(left in why for left in LEFT_OUT)} == {}
    assert len(named) > 80


def test_pages_have_examples() -> None:
    assert len(examples()) > 50


def test_the_prices_of_the_readme_are_those_of_the_bench() -> None:
    """`python bench/units.py --write` writes them; README says them rounded."""
    costs = json.loads((ROOT / "infra" / "costs.json").read_text(encoding="utf-8"))
    reply = costs["usd_a_million"]["automatic reply"].values()
    idle = sum(costs["idle_month_usd"].values())
    said = (ROOT / "README.md").read_text(encoding="utf-8")

    assert f"costs about {idle:.0f} USD" in said
    assert f"cost {min(reply):.0f} to {max(reply):.0f} USD" in said


def test_the_readmes_figures_of_the_classifier_are_those_of_its_page() -> None:
    """docs/triage.md has them from `python bench/triage.py`; README repeats the shares and the tweets."""
    readme, page = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/triage.md"))
    rows = {
        lang: re.findall(rf"^\| {lang} \| [^|]+ \| ([\d.]+ %) \| ([\d.]+ %) ", page, re.MULTILINE)
        for lang in ("fr", "en")
    }
    (fr,), (en,) = rows["fr"], rows["en"]
    told = (
        r"Of (1 \d+) tweets .*? answers (\d+) in private \(([\d.]+ %)\): "
        r"(\d+) right or\s+acceptable, (\d+) wrong and (\d+) dangerous"
    )
    ((count, answers, share, right, wrong, dangerous),) = re.findall(told, page)
    judged = f"{right} right or acceptable, {wrong} wrong, {dangerous} dangerous"

    assert f"| {fr[0]} in French, {en[0]} in English | {fr[1]}, {en[1]} |" in readme
    assert f"{count} English tweets that people wrote to shops | {answers} ({share}) | {judged} |" in readme


def test_what_a_page_names_by_a_command_is_there() -> None:
    """Inline as in blocks: guichet's commands, make's targets, the bench's scripts, modules to run, test files."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    commands = {command.NAME for command in cli.found()}
    scripts = set(re.findall(r"(?:python|pytest)[^`\n]*?\s((?:bench|tests|infra|classifiers)/[\w/]+\.py)", text))
    modules = {
        each.replace(".", "/") for each in re.findall(r"python -m ((?:bench|tests|infra|classifiers)[\w.]*)", text)
    }

    assert set(re.findall(r"`make ([a-z-]+)", text)) - targets == set()
    assert set(re.findall(r"`guichet ([a-z-]+)", text)) - commands == set()
    assert scripts
    assert [each for each in scripts if not (ROOT / each).exists()] == []
    assert modules
    assert [each for each in modules if not ((ROOT / each).is_dir() or (ROOT / f"{each}.py").exists())] == []
