"""What bench/units keeps for `guichet estimate`."""

from __future__ import annotations

from bench.units import Bill, kept

BEFORE = {
    "region": "somewhere",
    "prices": "of then",
    "usd_a_million": {"automatic reply": {"sms": 24.1, "x": 23.4}, "ignored (thanks)": {"sms": 11.2}},
    "idle_month_usd": {"alarms": 2.8},
}


def paid(channel: str, usd: float) -> Bill:
    units = dict.fromkeys(("write_units", "read_units", "sqs_requests", "invocations", "gb_s", "api_requests"), 1.0)
    return Bill(
        path="automatic reply",
        channel=channel,
        messages=1,
        log_bytes=1.0,
        usd={"dynamodb": usd},
        busy_usd=1.0,
        reported_units=1.0,
        **units,
    )


def test_a_channel_that_is_measured_alone_leaves_all_other_figures_as_they_were() -> None:
    found = kept([paid("x", 20.0)], {"alarms": 9.9}, BEFORE)

    assert found["usd_a_million"] == {"automatic reply": {"sms": 24.1, "x": 20.0}, "ignored (thanks)": {"sms": 11.2}}
    assert (found["prices"], found["idle_month_usd"]) == ("of then", {"alarms": 2.8})


def test_a_whole_run_keeps_nothing_of_the_one_before() -> None:
    found = kept([paid("x", 20.0)], {"alarms": 9.9}, {})

    assert found["usd_a_million"] == {"automatic reply": {"x": 20.0}}
    assert found["idle_month_usd"] == {"alarms": 9.9}
