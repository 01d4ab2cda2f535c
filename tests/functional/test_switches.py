"""`guichet stop`, `start` and `auto`: how far the bot may go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.conversation import MONITOR
from chalicelib.model import Millis
from chalicelib.playbook.codec import from_json

from .conftest import DEMO, OTHER, SystemUnderTest, everything, identity, wiring

pytestmark = pytest.mark.stack


@pytest.fixture(autouse=True)
def as_before(system: SystemUnderTest) -> Iterator[None]:
    """Gives the demo brand back its playbook and lets its bot speak."""
    before = system.table().playbook()
    yield
    assert before is not None
    system.table().put_playbook(before, 0)  # type: ignore[arg-type]
    for scope in system.table().control().scopes:
        system.table().switch(scope, stopped=False)


def decided(system: SystemUnderTest, text: str, channel: str = "whatsapp") -> str:
    who = system.person(channel)
    return str(system.ask("explain", system.write(who, text).event_id)["reason"])


def test_stop_silences_the_brand_and_start_lets_it_speak(system: SystemUnderTest) -> None:
    assert decided(system, "[delivery_cost] when?") == "sure"
    done = system.ask("stop", "--brand", DEMO)
    assert (done["scope"], done["stopped"], done["was_stopped"]) == ("all", True, False)
    assert decided(system, "[delivery_cost] when?") == "stopped"
    done = system.ask("start", "--brand", DEMO)
    assert (done["stopped"], done["was_stopped"], done["stopped_scopes"]) == (False, True, [])
    assert decided(system, "[delivery_cost] when?") == "sure"


def test_stop_reaches_rows_already_committed(system: SystemUnderTest) -> None:
    who = system.person()
    event = system.write(who, "[delivery_cost] when?")
    system.ask("stop", "--brand", DEMO)
    system.ask("start", "--brand", DEMO)
    row = system.table().open_rows(system.ask("explain", event.event_id)["row_id"].rpartition(".")[2])[0]

    assert system.table().control().silences_row(who.channel, "delivery_cost", row.bot_epoch)


def test_a_stop_may_be_for_a_channel_an_intent_or_both(system: SystemUnderTest) -> None:
    system.ask("stop", "--brand", DEMO, "--channel", "whatsapp", "--intent", "delivery_cost")
    assert decided(system, "[delivery_cost] when?") == "stopped"
    assert decided(system, "[delivery_cost] when?", "messenger") == "sure"
    assert decided(system, "[opening_hours] when?") == "sure"
    system.ask("stop", "--brand", DEMO, "--channel", "messenger")
    assert decided(system, "[opening_hours] when?", "messenger") == "stopped"
    still = system.ask("start", "--brand", DEMO)
    assert still["stopped_scopes"] == ["channel:messenger", "channel:whatsapp intent:delivery_cost"]


def test_what_is_stopped_is_told_with_since_when(system: SystemUnderTest) -> None:
    system.ask("stop", "--brand", DEMO, "--intent", "delivery_cost")
    system.table().switch("intent:return", stopped=True, since=Millis(1_795_597_200_000), by=MONITOR, refusals=(3, 40))

    found = system.ask("auto", "status", "--brand", DEMO)

    assert found["stopped"] == ["intent:delivery_cost", "intent:return"]
    mine, own = found["stops"]
    assert (mine["scope"], mine["by"], bool(mine["since"])) == ("intent:delivery_cost", "command", True)
    assert own["words"] == "intent:return since 2026-11-25T09:00:00.000Z (by itself: 3 of 40 answers refused)"


def test_a_stop_never_reaches_another_brand(system: SystemUnderTest) -> None:
    before = everything(system.table(OTHER))
    system.ask("stop", "--brand", DEMO)

    assert everything(system.table(OTHER)) == before
    assert system.table(OTHER).control().silences_now("whatsapp", "delivery_cost") is False


@pytest.mark.parametrize(
    "arguments",
    [("--brand", "maison-lun"), ("--brand", DEMO, "--intent", "refnd")],
)
def test_a_mistyped_stop_is_refused(system: SystemUnderTest, arguments: tuple[str, ...]) -> None:
    assert "known: " in system.refused("stop", *arguments)


def level(system: SystemUnderTest, intent: str, channel: str, *, public: bool = False) -> str:
    rows = system.ask("auto", "status", "--intent", intent, "--channel", channel)["autonomy"]
    return str(next(row["autonomy"] for row in rows if row["public"] is public))


def test_auto_shows_and_sets_the_ceiling_of_an_intent(system: SystemUnderTest) -> None:
    assert level(system, "delivery_cost", "whatsapp") == "auto"
    system.ask("auto", "set", "suggest", "--intent", "delivery_cost", "--channel", "whatsapp")

    assert level(system, "delivery_cost", "whatsapp") == "suggest"
    assert level(system, "delivery_cost", "messenger") == "auto"
    assert level(system, "return", "whatsapp") == "auto"


def test_auto_sets_a_channel_and_the_default_in_new_versions(system: SystemUnderTest) -> None:
    first = system.ask("auto", "set", "shadow", "--channel", "messenger")["version"]
    assert level(system, "return", "messenger") == "shadow"
    assert level(system, "return", "whatsapp") == "auto"
    second = system.ask("auto", "set", "off")["version"]
    assert second == first + 1
    stored = from_json(system.table().playbook() or "")
    assert (stored.autonomy.default, stored.autonomy.channels["messenger"]) == ("off", "shadow")


def test_auto_sets_a_language_and_leaves_the_others(system: SystemUnderTest) -> None:
    done = system.ask("auto", "set", "suggest", "--intent", "delivery_cost", "--language", "en")
    assert {tuple(row["languages"]) for row in done["autonomy"]} == {("en",)}

    system.services = wiring(system.aws)  # its playbook is read anew; the tests' scorer hears English
    assert decided(system, "[delivery_cost] when?") == "autonomy_suggest"
    assert decided(system, "[opening_hours] when?") == "sure"
    assert level(system, "delivery_cost", "whatsapp") == "auto"
    assert "it speaks: fr, en" in system.refused("auto", "set", "off", "--language", "de")
    assert "it speaks: fr, en" in system.refused("auto", "status", "--language", "de")


def test_what_is_not_proved_is_refused_until_somebody_named_says_otherwise(system: SystemUnderTest) -> None:
    told = system.refused("auto", "set", "auto", "--brand", OTHER, "--intent", "return")
    assert "return fr: 0 of 140 judged, 0 wrong: 140 more" in told
    assert "Only named people" in system.refused(
        "auto", "set", "auto", "--brand", OTHER, "--intent", "return", "--without-proof", "a trial", "--as", "eve"
    )
    before = system.table(OTHER).playbook()
    try:
        system.ask("auto", "set", "auto", "--brand", OTHER, "--intent", "return", "--without-proof", "a trial")
        found = system.ask("auto", "status", "--brand", OTHER, "--intent", "return")
    finally:
        system.table(OTHER).put_playbook(before or "", Millis(0))
    (waiver,) = found["without_proof"]
    assert (waiver["intent"], waiver["by"], waiver["reason"]) == ("return", "local", "a trial")
    assert found["autonomy"][0]["opens"] == {"share": 20, "cap": 30, "hours": "closed"}
    assert found["autonomy"][0]["held"] == "unapproved"
    assert found["unproved"] == []
    assert system.ask("auto", "next", "--brand", OTHER)["next"][0]["needed"] == 140


def test_degrees_are_set_with_auto_and_anybody_stops_but_only_named_people_start(system: SystemUnderTest) -> None:
    done = system.ask(
        "auto", "set", "auto", "--intent", "delivery_cost", "--share", "50", "--cap", "none", "--hours", "all"
    )
    assert done["autonomy"][0]["opens"] == {"share": 50, "cap": 0, "hours": "all"}
    system.ask("stop", "--brand", DEMO)
    assert "the playbook names U0LEA, U0TOM" in system.refused("start", "--brand", DEMO, "--as", "eve")
    assert system.ask("start", "--brand", DEMO, "--as", "U0TOM")["stopped"] is False


def test_what_must_stay_with_people_stays(system: SystemUnderTest) -> None:
    system.refused("auto", "set", "auto", "--intent", "complaint")
    system.refused("auto", "set", "auto", "--public")
    system.refused("auto", "set", "auto", "--intent", "nothing")
    assert level(system, "delivery_cost", "x", public=True) == "suggest"
    system.ask("auto", "set", "auto", "--public", "--public-stated")
    assert level(system, "delivery_cost", "x", public=True) == "auto"
    assert level(system, "complaint", "x", public=True) == "suggest"


def test_status_says_for_each_language_what_the_proof_allows(system: SystemUnderTest) -> None:
    rows = system.ask("auto", "status", "--intent", "complaint")["autonomy"]

    assert {each["autonomy"] for row in rows for each in row["languages"].values()} == {"suggest"}
    assert set(rows[0]["languages"]) == {"fr", "en"}


def test_setting_one_brand_leaves_the_other(system: SystemUnderTest) -> None:
    before = everything(system.table(OTHER))
    system.ask("auto", "set", "off", "--brand", DEMO)

    assert everything(system.table(OTHER)) == before
    assert identity(system.person(brand=OTHER))  # the fixture's people are per brand


def test_the_report_counts_what_was_decided_today(system: SystemUnderTest) -> None:
    before = system.ask("report", "--since", "1d")["total"]
    assert decided(system, "[delivery_cost] when?") == "sure"
    after = system.ask("report", "--since", "1d", "--brand", DEMO)["total"]

    assert [after[name] - before[name] for name in ("contacts", "messages", "alone", "tickets")] == [1, 1, 1, 0]
    assert system.call("report", "--since", "0d").status == 2
