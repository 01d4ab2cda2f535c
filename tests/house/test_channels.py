"""A channel is added by its folder, its simulator's, and a line where each is listed: no table elsewhere names it."""

from __future__ import annotations

import pytest

from chalicelib.channels import REGISTRY
from tests.house.test_shape import OURS, ROOT, _strings, name_of

# One line a channel: its invented accounts, and its price. A test asks for each.
LISTS = {"infra/local/played.py", "infra/estimate.py"}
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
OF_EARLY_CHANNELS = {"messenger", "whatsapp", "x"}
OUTSIDE = [path for path in OURS if not path.is_relative_to(ROOT / "chalicelib")]


@pytest.mark.parametrize("name", REGISTRY)
def test_a_channels_name_stands_outside_only_in_its_simulator_and_in_two_lists(name: str) -> None:
    found = {name_of(path) for path in OUTSIDE for where, _, text in _strings(path) if text == name and where}
    allowed = LISTS | (EXAMPLES if name in OF_EARLY_CHANNELS else set())

    assert {each for each in found - allowed if not each.startswith(SIMULATORS)} == set()
    assert found >= LISTS


@pytest.mark.parametrize("name", REGISTRY)
def test_one_module_of_the_simulators_plays_a_channel(name: str) -> None:
    folder = [path for path in OUTSIDE if name_of(path).startswith(SIMULATORS)]
    playing = {name_of(path) for path in folder for _, _, text in _strings(path) if text == name}

    # Meta's bodies have this word for its product too.
    assert len(playing - {f"{SIMULATORS}meta.py"}) == 1
