"""A channel is added by its folder, its simulator's, and a line in the registry: no table elsewhere names it."""

from __future__ import annotations

import re

import pytest

from chalicelib.channels import REGISTRY
from infra.local.played import all_played
from tests.house.test_shape import OURS, ROOT, _strings, name_of

SIMULATORS = "infra/local/simulators/"
# One channel as the example of all, or a word that is no channel.
EXAMPLES = {
    "classifiers/form.py",
    "infra/commands/replay.py",
    "infra/commands/triage.py",
    "infra/replay/past.py",
    "bench/cold_start.py",
    "bench/intake.py",
    "bench/rig/enqueue.py",
    "bench/rig/fake_aws.py",
    "bench/rig/real.py",
}
# Where a channel's name is another's word: how an alarm reaches somebody, what a shop asks for.
OTHER_WORDS = {"email": {"infra/subscribers.py", f"{SIMULATORS}shop.py"}}
OF_EARLY_CHANNELS = {"messenger", "whatsapp", "x"}
OUTSIDE = [path for path in OURS if not path.is_relative_to(ROOT / "chalicelib")]


@pytest.mark.parametrize("name", REGISTRY)
def test_a_channels_name_stands_outside_only_in_its_simulator(name: str) -> None:
    found = {name_of(path) for path in OUTSIDE for where, _, text in _strings(path) if text == name and where}
    allowed = (EXAMPLES if name in OF_EARLY_CHANNELS else set()) | OTHER_WORDS.get(name, set())

    assert {each for each in found - allowed if not each.startswith(SIMULATORS)} == set()


def test_each_channel_is_played_and_has_a_tab_of_its_title() -> None:
    titles = {name: played.title for name, played in all_played().items()}

    assert titles == {name: kind.traits.title for name, kind in REGISTRY.items()}


def test_a_channel_may_be_written_to_in_public_where_it_is_played_so() -> None:
    public = {name for name, played in all_played().items() if played.public}

    assert public == {name for name, kind in REGISTRY.items() if kind.traits.public is not None}


@pytest.mark.parametrize("name", [name for name in REGISTRY if name not in OF_EARLY_CHANNELS])
def test_the_page_knows_no_channel_but_the_ones_that_its_tour_and_colours_name(name: str) -> None:
    page = list((ROOT / "infra/local/page/js").glob("*.js"))

    assert [path.name for path in page if re.search(rf"[\"']{name}[\"']", path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("name", REGISTRY)
def test_one_module_of_the_simulators_plays_a_channel(name: str) -> None:
    folder = [path for path in OUTSIDE if name_of(path).startswith(SIMULATORS)]
    playing = {name_of(path) for path in folder for _, _, text in _strings(path) if text == name}

    # Meta's bodies have this word for its product too, and another channel's may have it for a way to log in.
    others = tuple(f"{SIMULATORS}{each}/" for each in REGISTRY if each != name)
    assert (
        len(
            {
                each
                for each in playing - {f"{SIMULATORS}meta.py", *OTHER_WORDS.get(name, ())}
                if not each.startswith(others)
            }
        )
        == 1
    )
