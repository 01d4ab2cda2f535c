"""`guichet playbook check`: every mistake with its place, and exit codes."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from chalicelib.errors import UsageError
from infra.commands import playbook as command

ROOT = Path(__file__).parents[3]
GOOD = ROOT / "playbooks" / "maison-lune.yaml"


def parsed(*argv: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.configure(parser)
    args = parser.parse_args(argv)
    args.json = False
    return args


def test_a_good_playbook_is_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(parsed("check", str(GOOD))) == 0
    out = capsys.readouterr().out
    assert "Maison Lune (maison-lune), fr, en: 17 intents" in out
    assert "complaint           suggest  suggest" in out


def test_a_good_playbook_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    args = parsed("check", str(GOOD))
    args.json = True
    assert command.run(args) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["brand"], document["problems"]) == ("maison-lune", [])


def test_an_intent_of_nobody_is_a_warning_and_no_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(GOOD.read_text("utf-8").replace("\n  invoice:", "\n  invoyce:"), "utf-8")
    args = parsed("check", str(file))
    assert command.run(args) == 0
    out = capsys.readouterr()
    assert "invoyce" in out.out
    assert f"{file}:" in out.err
    assert "the classifier does not know the intent `invoyce`" in out.err
    assert "did you mean `invoice`?" in out.err
    args.json = True
    assert command.run(args) == 0
    out = capsys.readouterr()
    (warning,) = json.loads(out.out)["warnings"]
    assert (warning["column"], "`invoyce`" in warning["message"]) == (3, True)
    assert "`invoyce`" in out.err


def test_a_subject_that_no_button_has_room_for_is_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(
        GOOD.read_text("utf-8").replace("fr: une confirmation,", "fr: la confirmation de mes achats,"), "utf-8"
    )
    assert command.run(parsed("check", str(file))) == 0
    err = capsys.readouterr().err

    assert "fr: no button has room for “La confirmation de mes achats”" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("welcome", "mistake"),
    [
        ("[return, retrun]", "welcome offers retrun, which is no intent"),
        ("[return, return]", "a subject of welcome is listed twice"),
        (
            "[return, order_status, refund, invoice, password, promo_code, delivery_time, delivery_cost, availability]",
            "welcome offers at most 8 subjects",
        ),
    ],
)
def test_a_slip_in_the_welcomes_subjects_is_named(
    welcome: str, mistake: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(f"welcome: {welcome}\n" + GOOD.read_text("utf-8"), "utf-8")

    assert command.run(parsed("check", str(file))) == 1
    assert mistake in capsys.readouterr().out


def test_the_demo_brands_have_no_warning(capsys: pytest.CaptureFixture[str]) -> None:
    for file in sorted(GOOD.parent.glob("*.yaml")):
        assert command.run(parsed("check", str(file))) == 0
    assert capsys.readouterr().err == ""


def test_a_channel_that_nobody_speaks_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(
        GOOD.read_text("utf-8").replace("  public_max: suggest", "  channels: {whatsap: off}\n  public_max: suggest"),
        "utf-8",
    )
    assert command.run(parsed("check", str(file))) == 1
    assert "autonomy.channels has no `whatsap`; did you mean `whatsapp`?" in capsys.readouterr().out


def test_mistakes_are_listed_with_their_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        GOOD.read_text("utf-8").replace("limits:", "limts:").replace("name: Maison Lune", "name: ''"), "utf-8"
    )
    args = parsed("check", str(bad))
    assert command.run(args) == 1
    out = capsys.readouterr()
    assert f"{bad}:4:7: name is empty" in out.out
    assert "did you mean `limits`?" in out.out
    assert "has 2 mistakes" in out.err
    args.json = True
    assert command.run(args) == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["line"] == 4


@pytest.mark.parametrize(("content", "words"), [(None, "cannot be read"), (b"\xff\xfe\x00", "is not UTF-8")])
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "p.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match=words):
        command.run(parsed("check", str(file)))


def test_a_brand_without_a_desk_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who asks for a person must get one: without a desk nobody would be told."""
    nowhere = tmp_path / "nowhere.yaml"
    lines = [line for line in GOOD.read_text("utf-8").splitlines() if not line.startswith("routing:")]
    nowhere.write_text("\n".join(lines), "utf-8")
    assert command.run(parsed("check", str(nowhere))) == 1
    assert f"{nowhere}:3:1: the playbook needs `routing`" in capsys.readouterr().out
    with pytest.raises(UsageError, match="needs `routing`"):
        command.run(parsed("push", str(nowhere)))
