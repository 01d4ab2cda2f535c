"""Examples in pages hold: playbooks pass the check, JSON is read, the shop's request is the one that is made."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.channels import REGISTRY
from chalicelib.model import BrandId, Millis
from chalicelib.playbook.yaml_file import load
from chalicelib.ports import HttpAnswer
from chalicelib.shop import Endpoint, look_up
from infra import cli
from infra.names import ROOT

from .test_examples import PAGES, examples, words

DEMO = ROOT / "playbooks" / "maison-lune.yaml"
PLAYBOOK_PAGE = (ROOT / "docs" / "playbook.md").read_text(encoding="utf-8")
YAML_BLOCKS = [
    (page.name, block)
    for page in PAGES
    for block in re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
]
JSON_SPANS = [
    (page.name, span) for page in PAGES for span in re.findall(r"`(\{\"[^`]*\})`", page.read_text(encoding="utf-8"))
]


def plain(text: str) -> Any:
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - the base loader makes texts only


def with_example(block: str) -> str:
    """The demo brand's playbook with an example in it; an intent that has a title is a whole one and stands alone."""
    example, whole = plain(block), plain(DEMO.read_text(encoding="utf-8"))
    for section, entries in example.items():
        for name, keys in entries.items():
            held = whole[section].get(name, {})
            whole[section][name] = keys if "title" in keys else held | keys
    return yaml.safe_dump(whole, allow_unicode=True)


@pytest.mark.parametrize(("page", "block"), YAML_BLOCKS)
def test_a_playbook_example_passes_the_check(page: str, block: str) -> None:
    assert load(with_example(block), channels=sorted(REGISTRY)).intents, page


def test_a_wrong_example_would_not_pass() -> None:
    wrong = "intents: {complaint: {title: {fr: Réclamation, en: Complaint}, nevr_auto: 'true'}}"

    with pytest.raises(Exception, match="nevr_auto"):
        load(with_example(wrong))
    assert len(YAML_BLOCKS) > 2


def test_a_json_example_is_json() -> None:
    for page, span in JSON_SPANS:
        assert isinstance(json.loads(span.replace(", …}", "}")), dict), (page, span)
    assert len(JSON_SPANS) > 3


class Shop:
    """A brand's order service that answers what the page says, and keeps what it was asked."""

    def __init__(self, body: str) -> None:
        self.body, self.asked = body, ("", "", {"": ""})

    def request(self, method: str, url: str, *, headers: Mapping[str, str], **_: Any) -> HttpAnswer:
        self.asked = (method, url, dict(headers))
        return HttpAnswer(200, {}, self.body.encode())


def test_the_shop_is_asked_and_answers_as_the_page_shows() -> None:
    section = PLAYBOOK_PAGE.partition("## The order service")[2]
    block = section.partition("```\n")[2].partition("```")[0]
    shown = dict(re.findall(r"^([a-z-]+): (.*)$", block, re.MULTILINE))
    signed = shown["x-guichet-signature"].partition('"')[2].rstrip('">')
    answer = re.findall(r"200 `([^`]*)`", section)[0]
    shop = Shop(answer)
    stamp = int(shown["x-guichet-timestamp"].split()[0])
    where = Endpoint("https://shop.example", "secret")
    found = look_up(shop, where, BrandId("maison-lune"), "order", "ML204518", Millis(stamp * 1000))
    method, url, headers = shop.asked

    assert (method, url) == ("GET", block.split()[1].replace("<url>", "https://shop.example"))
    assert headers.keys() == shown.keys()
    assert headers["x-guichet-signature"] == f"v1={hmac.new(b'secret', signed.encode(), hashlib.sha256).hexdigest()}"
    assert (headers["x-guichet-brand"], headers["x-guichet-timestamp"]) == ("maison-lune", str(stamp))
    assert found == json.loads(answer) | {"order_number": "ML204518"}


def test_every_header_that_a_page_names_stands_in_the_code() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES).lower()
    named = set(re.findall(r"\bx-[a-z-]+[a-z]", text))
    code = "\n".join(path.read_text(encoding="utf-8").lower() for path in (ROOT / "chalicelib").rglob("*.py"))

    assert "x-guichet-signature" in named
    assert [each for each in named if each not in code] == []


# Examples that need no stack, as a page writes them, and what they print.
RUN = {
    'triage "bonjour, vous êtes ouverts le dimanche ?"': "reply (sure)",
    "playbook check playbooks/maison-lune.yaml": "Maison Lune (maison-lune)",
    "classifier lint  --train brand.jsonl": "2 lines, 0 findings",
    "replay --brand B --file past.csv": "2 first messages",
    "replay --brand B --file past.csv --judge sample.jsonl --sample 300 --seed 1": "sample.jsonl",
}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An administrator's folder: the demo playbook and two files of invented messages."""
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / DEMO.name).write_bytes(DEMO.read_bytes())
    texts = [f"Vous ouvrez à quelle heure le {day} ?" for day in ("lundi", "mardi")]
    labelled = [json.dumps({"text": text, "intent": "opening_hours"}) for text in texts]
    (tmp_path / "brand.jsonl").write_text("\n".join(labelled), encoding="utf-8")
    (tmp_path / "past.csv").write_text("\n".join(("text", *texts)), encoding="utf-8")
    with contextlib.chdir(tmp_path):
        yield tmp_path


@pytest.mark.parametrize("example", RUN)
@pytest.mark.usefixtures("folder")
def test_an_example_that_needs_no_stack_does_what_it_says(example: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert example in {arguments for _, arguments in examples()}
    assert cli.main(["maison-lune" if word == "B" else word for word in words(example)]) == 0
    assert RUN[example] in "".join(capsys.readouterr())
