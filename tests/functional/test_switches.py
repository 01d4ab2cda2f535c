"""`guichet stop`, `start` and `auto`: how far the bot may go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.conversation import MONITOR
from chalicelib.model import Millis
from chalicelib.playbook.codec import from_json

from .conftest import DEMO, OTHER, Counter, everything, identity, wiring

pytestmark = pytest.mark.stack


@pytest.fixture(autouse=True)
def as_before(counter: Counter) -> Iterator[None]:
    """Gives the demo brand back its playbook and lets its bot speak."""
    before = counter.table().playbook()
    yield
    assert before is not None
    counter.table().put_playbook(before, 0)  # type: ignore[arg-type]
    for scope in counter.table().control().scopes:
        counter.table().switch(scope, stopped=False)


def decided(counter: Counter, text: str, channel: str = "whatsapp") -> str:
    who = counter.person(channel)
    return str(counter.ask("explain", counter.write(who, text).event_id)["reason"])


def test_stop_silences_the_brand_and_start_lets_it_speak(counter: Counter) -> None:
    assert decided(counter, "[delivery_cost] when?") == "sure"
    done = counter.ask("stop", "--brand", DEMO)
    assert (done["scope"], done["stopped"], done["was_stopped"]) == ("all", True, False)
    assert decided(counter, "[delivery_cost] when?") == "stopped"
    done = counter.ask("start", "--brand", DEMO)
    assert (done["stopped"], done["was_stopped"], done["stopped_scopes"]) == (False, True, [])
    assert decided(counter, "[delivery_cost] when?") == "sure"


def test_stop_reaches_rows_already_committed(counter: Counter) -> None:
    who = counter.person()
    event = counter.write(who, "[delivery_cost] when?")
    counter.ask("stop", "--brand", DEMO)
    counter.ask("start", "--brand", DEMO)
    row = counter.table().open_rows(counter.ask("explain", event.event_id)["row_id"].rpartition(".")[2])[0]

    assert counter.table().control().silences_row(who.channel, "delivery_cost", row.bot_epoch)


def test_a_stop_may_be_for_a_channel_an_intent_or_both(counter: Counter) -> None:
    counter.ask("stop", "--brand", DEMO, "--channel", "whatsapp", "--intent", "delivery_cost")
    assert decided(counter, "[delivery_cost] when?") == "stopped"
    assert decided(counter, "[delivery_cost] when?", "messenger") == "sure"
    assert decided(counter, "[opening_hours] when?") == "sure"
    counter.ask("stop", "--brand", DEMO, "--channel", "messenger")
    assert decided(counter, "[opening_hours] when?", "messenger") == "stopped"
    still = counter.ask("start", "--brand", DEMO)
    assert still["stopped_scopes"] == ["channel:messenger", "channel:whatsapp intent:delivery_cost"]


def test_what_is_stopped_is_told_with_since_when(counter: Counter) -> None:
    counter.ask("stop", "--brand", DEMO, "--intent", "delivery_cost")
    counter.table().switch("intent:return", stopped=True, since=Millis(1_795_597_200_000), by=MONITOR, refusals=(3, 40))

    found = counter.ask("auto", "status", "--brand", DEMO)

    assert found["stopped"] == ["intent:delivery_cost", "intent:return"]
    mine, own = found["stops"]
    assert (mine["scope"], mine["by"], bool(mine["since"])) == ("intent:delivery_cost", "command", True)
    assert own["words"] == "intent:return since 2026-11-25T09:00:00.000Z (by itself: 3 of 40 answers refused)"


def test_a_stop_never_reaches_another_brand(counter: Counter) -> None:
    before = everything(counter.table(OTHER))
    counter.ask("stop", "--brand", DEMO)

    assert everything(counter.table(OTHER)) == before
    assert counter.table(OTHER).control().silences_now("whatsapp", "delivery_cost") is False


@pytest.mark.parametrize(
    "arguments",
    [("--brand", "maison-lun"), ("--brand", DEMO, "--intent", "refnd")],
)
def test_a_mistyped_stop_is_refused(counter: Counter, arguments: tuple[str, ...]) -> None:
    assert "known: " in counter.refused("stop", *arguments)


def level(counter: Counter, intent: str, channel: str, *, public: bool = False) -> str:
    rows = counter.ask("auto", "status", "--intent", intent, "--channel", channel)["autonomy"]
    return str(next(row["autonomy"] for row in rows if row["public"] is public))


def test_auto_shows_and_sets_the_ceiling_of_an_intent(counter: Counter) -> None:
    assert level(counter, "delivery_cost", "whatsapp") == "auto"
    counter.ask("auto", "set", "suggest", "--intent", "delivery_cost", "--channel", "whatsapp")

    assert level(counter, "delivery_cost", "whatsapp") == "suggest"
    assert level(counter, "delivery_cost", "messenger") == "auto"
    assert level(counter, "return", "whatsapp") == "auto"


def test_auto_sets_a_channel_and_the_default_in_new_versions(counter: Counter) -> None:
    first = counter.ask("auto", "set", "shadow", "--channel", "messenger")["version"]
    assert level(counter, "return", "messenger") == "shadow"
    assert level(counter, "return", "whatsapp") == "auto"
    second = counter.ask("auto", "set", "off")["version"]
    assert second == first + 1
    stored = from_json(counter.table().playbook() or "")
    assert (stored.autonomy.default, stored.autonomy.channels["messenger"]) == ("off", "shadow")


def test_auto_sets_a_language_and_leaves_the_others(counter: Counter) -> None:
    done = counter.ask("auto", "set", "suggest", "--intent", "delivery_cost", "--language", "en")
    assert {tuple(row["languages"]) for row in done["autonomy"]} == {("en",)}

    counter.services = wiring(counter.aws)  # its playbook is read anew; the tests' scorer hears English
    assert decided(counter, "[delivery_cost] when?") == "autonomy_suggest"
    assert decided(counter, "[opening_hours] when?") == "sure"
    assert level(counter, "delivery_cost", "whatsapp") == "auto"
    assert "it speaks: fr, en" in counter.refused("auto", "set", "off", "--language", "de")
    assert "it speaks: fr, en" in counter.refused("auto", "status", "--language", "de")


def test_what_is_not_proved_is_refused_until_somebody_named_says_otherwise(counter: Counter) -> None:
    told = counter.refused("auto", "set", "auto", "--brand", OTHER, "--intent", "return")
    assert "return fr: 0 of 140 judged, 0 wrong: 140 more" in told
    assert "Only named people" in counter.refused(
        "auto", "set", "auto", "--brand", OTHER, "--intent", "return", "--without-proof", "a trial", "--as", "eve"
    )
    before = counter.table(OTHER).playbook()
    try:
        counter.ask("auto", "set", "auto", "--brand", OTHER, "--intent", "return", "--without-proof", "a trial")
        found = counter.ask("auto", "status", "--brand", OTHER, "--intent", "return")
    finally:
        counter.table(OTHER).put_playbook(before or "", Millis(0))
    (waiver,) = found["without_proof"]
    assert (waiver["intent"], waiver["by"], waiver["reason"]) == ("return", "local", "a trial")
    assert found["autonomy"][0]["opens"] == {"share": 20, "cap": 30, "hours": "closed"}
    assert found["autonomy"][0]["held"] == "unapproved"
    assert found["unproved"] == []
    assert counter.ask("auto", "next", "--brand", OTHER)["next"][0]["needed"] == 140


def test_degrees_are_set_with_auto_and_anybody_stops_but_only_named_people_start(counter: Counter) -> None:
    done = counter.ask(
        "auto", "set", "auto", "--intent", "delivery_cost", "--share", "50", "--cap", "none", "--hours", "all"
    )
    assert done["autonomy"][0]["opens"] == {"share": 50, "cap": 0, "hours": "all"}
    counter.ask("stop", "--brand", DEMO)
    assert "the playbook names U0LEA, U0TOM" in counter.refused("start", "--brand", DEMO, "--as", "eve")
    assert counter.ask("start", "--brand", DEMO, "--as", "U0TOM")["stopped"] is False


def test_what_must_stay_with_people_stays(counter: Counter) -> None:
    counter.refused("auto", "set", "auto", "--intent", "complaint")
    counter.refused("auto", "set", "auto", "--public")
    counter.refused("auto", "set", "auto", "--intent", "nothing")
    assert level(counter, "delivery_cost", "x", public=True) == "suggest"
    counter.ask("auto", "set", "auto", "--public", "--public-stated")
    assert level(counter, "delivery_cost", "x", public=True) == "auto"
    assert level(counter, "complaint", "x", public=True) == "suggest"


def test_status_says_for_each_language_what_the_proof_allows(counter: Counter) -> None:
    rows = counter.ask("auto", "status", "--intent", "complaint")["autonomy"]

    assert {each["autonomy"] for row in rows for each in row["languages"].values()} == {"suggest"}
    assert set(rows[0]["languages"]) == {"fr", "en"}


def test_setting_one_brand_leaves_the_other(counter: Counter) -> None:
    before = everything(counter.table(OTHER))
    counter.ask("auto", "set", "off", "--brand", DEMO)

    assert everything(counter.table(OTHER)) == before
    assert identity(counter.person(brand=OTHER))  # the fixture's people are per brand


def test_the_report_counts_what_was_decided_today(counter: Counter) -> None:
    before = counter.ask("report", "--since", "1d")["total"]
    assert decided(counter, "[delivery_cost] when?") == "sure"
    after = counter.ask("report", "--since", "1d", "--brand", DEMO)["total"]

    assert [after[name] - before[name] for name in ("contacts", "messages", "alone", "tickets")] == [1, 1, 1, 0]
    assert counter.call("report", "--since", "0d").status == 2
