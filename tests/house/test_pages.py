"""Pages tell the truth: the map names every module, the glossary leads to real places, decisions have a status."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GLOSSARY = (DOCS / "glossary.md").read_text(encoding="utf-8")
KEPT = "## Names that are stored or sent"
NAMED_FILE = re.compile(r"`([\w*-][\w.*-]*/[\w./*-]+\.(?:py|md|json|yaml|sh)|\w+\.py)`")
STATUS = re.compile(r"Status: (proposed|accepted(, in part superseded by \[.+|\..*)?|superseded by \[.+)$")


def _rows(text: str) -> list[list[str]]:
    """The cells of a page's table rows, without heads and rules."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows if not set("".join(row)) <= set("-| ")]


def _coded(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_the_map_names_every_module_of_the_bot_once() -> None:
    page = (DOCS / "map.md").read_text(encoding="utf-8").partition("## The other packages")[0]
    named = Counter(name for row in _rows(page) for name in _coded(row[0]) if name.endswith(".py"))
    parts = [ROOT / "chalicelib" / part for part in ("decision", "engine", "quality", "stages")]
    paths = [path for part in parts for path in part.glob("*.py") if path.name != "__init__.py"]
    modules = {path.relative_to(ROOT / "chalicelib").as_posix() for path in [*paths, ROOT / "chalicelib/services.py"]}

    assert named == Counter(modules)


def test_the_map_names_packages_that_exist() -> None:
    page = (DOCS / "map.md").read_text(encoding="utf-8").partition("## The other packages")[2]
    named = [name for row in _rows(page) for name in _coded(row[0])]

    assert named
    assert [name for name in named if not (ROOT / name).is_dir()] == []


def test_the_glossary_names_places_that_exist() -> None:
    places = [name for row in _rows(GLOSSARY) for name in _coded(row[-1]) if "/" in name or name.endswith(".py")]
    pages = re.findall(r"\]\(([\w/-]+\.md)\)", GLOSSARY)

    assert len(places) > 100
    assert [name for name in places if not (ROOT / name).exists()] == []
    assert [name for name in pages if not (DOCS / name).exists()] == []


def _stands(word: str, text: str) -> bool:
    """Whether a text has a word, whatever its capitals, hyphens and line ends."""
    return re.search(r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", word.lower()))), text.lower()) is not None


def test_a_word_of_the_glossary_stands_in_a_module_that_it_names() -> None:
    """So `grep -ri` with the field's word leads a stranger to the place."""
    found, missing = 0, []
    for words, *_, where in _rows(GLOSSARY.partition(KEPT)[0]):
        modules = [ROOT / name for name in _coded(where) if name.endswith(".py")]
        text = "\n".join(path.read_text(encoding="utf-8") for path in modules)
        named = [word.strip() for word in re.sub(r"\(.*?\)", "", words).split(",")] if modules else []
        found += len(named)
        missing += [(word, where) for word in named if not _stands(word, text)]

    assert missing == []
    assert found > 100


def test_a_name_that_the_glossary_keeps_is_still_stored_or_sent() -> None:
    """Whoever stops writing one takes its row out, when the last release that reads it is gone."""
    shapes = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests/releases/shapes").glob("*.json"))
    names = [name for row in _rows(GLOSSARY.partition(KEPT)[2])[1:] for name in _coded(row[0])]

    assert len(names) > 15
    assert [name for name in names if not re.search(rf"\b{name}\b", shapes)] == []


def test_every_decision_has_a_status_that_leads_to_a_later_decision() -> None:
    pages = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "decisions").glob("2*.md")}
    odd = {}
    for name, text in pages.items():
        stated = [line for line in text.splitlines() if line.startswith("Status: ")]
        later = re.findall(r"\]\((2026-[\w-]+\.md)\)", stated[0]) if stated else []
        known = len(stated) == 1 and re.match(STATUS, stated[0])
        if (
            not known
            or ("superseded" in stated[0]) != bool(later)
            or any(n not in pages or n[:10] < name[:10] for n in later)
        ):
            odd[name] = stated

    assert odd == {}
    assert len(pages) >= 26


def test_every_file_that_a_page_names_exists() -> None:
    """A path from the root or inside `chalicelib`, with a star something that fits; of a module its bare name."""
    pages = [*ROOT.glob("*.md"), *DOCS.glob("*.md"), *(DOCS / "decisions").glob("*.md")]
    tops = ("chalicelib", "infra", "tests", "bench", "classifiers")
    bare = {"app.py"} | {path.name for top in tops for path in (ROOT / top).rglob("*.py")}
    named, gone = 0, []
    for page in pages:
        if page.name == "CHANGELOG.md":  # it tells of what was
            continue
        for name in re.findall(NAMED_FILE, page.read_text(encoding="utf-8")):
            named += 1
            there = name in bare or any(list(place.glob(name)) for place in (ROOT, ROOT / "chalicelib"))
            gone += [] if there else [(page.name, name)]

    assert gone == []
    assert named > 300


def _anchors(text: str) -> set[str]:
    """The names by which a page's headings are linked, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_every_link_between_pages_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
    broken = []
    for page in pages:
        written = re.sub(r"`[^`\n]*`", "", page.read_text(encoding="utf-8"))  # an example is no link
        for target in re.findall(r"\]\(([^)\s]+)\)", written):
            name, _, anchor = target.partition("#")
            leads_to = (page.parent / name) if name else page
            if target.startswith(("http", "mailto:")):
                continue
            if not leads_to.exists() or (anchor and anchor not in _anchors(leads_to.read_text(encoding="utf-8"))):
                broken.append((page.name, target))

    assert broken == []
