"""Numbers that pages repeat are those of the code: times, limits, prices, the names of figures."""

from __future__ import annotations

import json
import re

import pytest

from chalicelib import brand_scorers, media_types, model, wiring
from chalicelib.admin import secret_store, whole_table
from chalicelib.decision import order_numbers, praise
from chalicelib.engine import attachments, counts, handover, reactions, reminders, ticket_lookup, ticket_quotes
from chalicelib.playbook import bulletin, duties, fields, lint
from chalicelib.quality import drift, number_guessing, rehearsal
from chalicelib.stages import account_silence, digests, intake, media, process
from chalicelib.store import daily_counters, judged_answers, judging, keys, quality_counters, queues, secrets, table
from chalicelib.triage import features
from chalicelib.workspaces.slack import answer_dialog, verify
from chalicelib.workspaces.slack.traits import TRAITS
from infra import alarms, http_api, resources
from infra.commands import _brand
from infra.names import QUEUES, ROOT, names

MINUTE_MS, HOUR_MS, MB = 60_000, 3_600_000, 1_000_000
BUNDLE = ROOT / "chalicelib" / "triage" / "artefact"
CARD = json.loads((BUNDLE / "card.json").read_text(encoding="utf-8"))
WORDS = {
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    10: "ten",
    20: "twenty",
}
SAID = [
    ("flow.md", "up to {} times, then returns the event", WORDS[process.TRIES]),
    ("flow.md", "An idle month is not free: {} alarms", len(alarms.alarms(names("prod")))),
    ("operate.md", "A month in which nobody writes is not free: {} alarms", len(alarms.alarms(names("prod")))),
    ("delivery.md", "sends a request each {} seconds", TRAITS.pace_ms / 1000),
    ("delivery.md", "When more than {} of the last kind wait", digests.DEPTH),
    ("delivery.md", "{} at a time are shown in one digest", WORDS[digests.AT_ONCE]),
    ("delivery.md", "ends the ticket after {} hours", reminders.AUTO_CLOSE_MS // HOUR_MS),
    ("delivery.md", "did not answer, after {} minutes", WORDS[ticket_lookup.PATIENCE_MS // MINUTE_MS]),
    ("desk.md", "at most {} messages of customer, bot and adviser", WORDS[ticket_quotes.QUOTES_SHOWN]),
    ("desk.md", "At most {}, the newest. It holds nobody up", WORDS[ticket_lookup.ORDERS_KEPT]),
    ("desk.md", "Of one message {} characters are kept", f"{model.TEXT_MOST:,}"),
    ("desk.md", "at each of the last {} versions", WORDS[answer_dialog.VERSIONS_SHOWN]),
    ("desk.md", "once in {} minutes", WORDS[reminders.BURST_MS // MINUTE_MS]),
    ("desk.md", "at once and every {} minutes", WORDS[reminders.NEXT_PERSON_MS // MINUTE_MS]),
    ("desk.md", "and {} hours after an answer if nobody wrote", reminders.AUTO_CLOSE_MS // HOUR_MS),
    ("desk.md", "v0 signature over the raw bytes, at most {} minutes old", verify.MAX_AGE_S // 60),
    ("desk.md", "at most {} MB", media_types.MOST_BYTES // 2**20),
    ("desk.md", "{} files a message", WORDS[attachments.MOST]),
    ("channels.md", "limits are tried again, {} times", WORDS[media.TRIES]),
    ("conversation-states.md", "or nobody wrote for {} hours", handover.QUIET_MS // HOUR_MS),
    ("playbook.md", "+ allows more, {} in all", fields.MOST_DIGITS),
    ("playbook.md", "one line of at most {} characters", duties._CHOICE_MOST),
    ("playbook.md", "A text has at most {} characters", f"{lint.LONGEST:,}".replace(",", " ")),
    ("playbook.md", "and end by themselves ({} days at most)", bulletin.LONGEST_DAYS),
    ("playbook.md", "{} at a time.", WORDS[bulletin.MOST].capitalize()),
    ("playbook.md", "More than {} different numbers a person and day", WORDS[order_numbers.MOST_A_DAY]),
    ("playbook.md", "has known {} numbers not in one hour", WORDS[number_guessing.MISSES]),
    ("operate.md", "wait {} minutes (the cache)", WORDS[secrets.MAX_AGE_MS // MINUTE_MS]),
    ("operate.md", "about {} USD a GB", round(1e9 / whole_table.UNIT_BYTES * whole_table.UNIT_USD, 2)),
    ("operate.md", "at {} read units a second (a partition", f"{_brand.PACE:,}".replace(",", " ")),
    ("operate.md", "as `previous`; up to {} do", WORDS[secret_store.KEPT_PREVIOUS]),
    ("operate.md", "new connection within {} seconds", (wiring.ACCOUNT_AGE_MS + wiring.PLAYBOOK_AGE_MS) // 1000),
    ("operate.md", "in four weeks, at least {} hours", account_silence.LEAST),
    ("operate.md", "more than {} requests in an hour", WORDS[alarms.UNVERIFIED]),
    ("operate.md", "a platform sent more than {} MB at once", intake.MAX_BODY // MB),
    ("operate.md", "a message failed {} times", resources.MAX_RECEIVES),
    (
        "operate.md",
        "{} webhooks a second",
        f"{http_api.THROTTLE['POST /webhooks/{channel}/{account_key}'][0]:,}".replace(",", " "),
    ),
    ("operate.md", "{} of Slack's", http_api.THROTTLE["POST /slack/events"][0]),
    ("keys.md", "One table (`guichet-<stage>`), one bucket, {} queues", WORDS[len(QUEUES)]),
    ("keys.md", "queue bodies over {} KB", queues.CLAIM_CHECK_BYTES // 1000),
    ("keys.md", "an erased person's keeps no pointer | {} days", table.MARKER_DAYS),
    ("keys.md", "nothing of a person | {} days | TTL | | cap |", quality_counters.KEPT_DAYS),
    (
        "keys.md",
        "no text, no name; `guichet replay`, [triage.md](triage.md#replay-before-auto) | {} days",
        judged_answers.KEPT_DAYS,
    ),
    ("keys.md", "until two judges have spoken, {} days at most", judging.KEPT_DAYS),
    (
        "keys.md",
        "the week's message in the desk's channel stands beside them as a message without text | {} days",
        daily_counters.KEPT_DAYS,
    ),
    ("keys.md", "| queues | events, notifications, receipts | {} days;", resources.QUEUE_KEEPS // resources.DAY),
    ("keys.md", "dead-letter queues {} days", resources.DEAD_KEEPS // resources.DAY),
    ("figures.md", "kept {} days", daily_counters.KEPT_DAYS),
    ("figures.md", "it is one of {} for each day and channel", keys.FIGURES_SHARDS),
    ("triage.md", "the shipped bundle (guichet@{})", CARD["checksum"][:12]),
    ("triage.md", "The bundle has {} MB", f"{sum(path.stat().st_size for path in BUNDLE.iterdir()) / MB:.1f}"),
    ("triage.md", "the message was read whole ({} characters)", f"{features.MAX_CHARS:,}".replace(",", " ")),
    ("triage.md", "One look in {} messages compares", counts.SAMPLE * drift.LOOKS),
    ("triage.md", "{} counted messages", drift.LEAST),
    ("triage.md", "population stability index over {} is a shift", drift.LIMIT),
    ("triage.md", "among the newest {} of the conversation", reactions.LOOKED_AT),
    ("triage.md", "from {} % on, in a calm", round(praise.LEAST * 100)),
    ("triage.md", "disk ({} MB of 512)", brand_scorers.CACHED_MOST // MB),
    ("triage.md", "memory ({} MB of 1 024", brand_scorers.HELD_MOST // MB),
    ("triage.md", "asked again after {} seconds", brand_scorers.UNREACHED_MS // 1000),
    ("triage.md", "They are kept for {} days", judged_answers.KEPT_DAYS),
    ("triage.md", "until two have judged, {} days at most", judging.KEPT_DAYS),
    ("triage.md", "the first {} of an intent in each quarter", WORDS[rehearsal.A_QUARTER]),
    (
        "compatibility.md",
        "figures, tallies, refusals; judged lines and the pace of judging | {} days",
        quality_counters.KEPT_DAYS,
    ),
]


@pytest.mark.parametrize(("page", "sentence", "value"), SAID)
def test_a_page_says_the_number_of_the_code(page: str, sentence: str, value: object) -> None:
    text = " ".join((ROOT / "docs" / page).read_text(encoding="utf-8").split())

    assert sentence.format(value) in text


COSTS = json.loads((ROOT / "infra" / "costs.json").read_text(encoding="utf-8"))["usd_a_million"]
FLOW = (ROOT / "docs" / "flow.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", ["automatic reply, new customer", "question back, look-up, reply", "ticket, agent's reply"]
)
def test_the_flow_page_has_the_cheapest_and_dearest_channels_price(path: str) -> None:
    line = next(each for each in FLOW.splitlines() if each.startswith(f"| {path}"))
    least, most = min(COSTS[path].values()), max(COSTS[path].values())

    assert f"| {least:.0f} to {most:.0f} |" in line


def test_the_figures_page_has_every_figure_that_is_stored() -> None:
    """tests/releases records what the simulation's paths store; two figures are stored on none of them."""
    shapes = json.loads((ROOT / "tests/releases/shapes/items-v2.json").read_text(encoding="utf-8"))
    stored = {name.partition(":")[0] for name in shapes["figures/day"]} - {"pk", "sk", "ttl", "v"}
    table = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8").partition("| name |")[2].partition("\n\n")[0]
    said = {
        name.partition(":")[0]
        for row in table.splitlines()
        for name in re.findall(r"`([\w]+[^`]*)`", row.split("|")[1:2][0])
    }

    assert said == stored | {"gap", "many_numbers"}
