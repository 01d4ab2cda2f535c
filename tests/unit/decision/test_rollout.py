"""What is at `auto` answers only where somebody answers for the words, and as far as the brand opened it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.decision.decide import decide
from chalicelib.decision.rollout import cap_day, in_share, without_rollout
from chalicelib.model import Greet, Hold, Millis, Reply, Ticket
from chalicelib.playbook.in_force import approval_of
from chalicelib.playbook.release import FULL, Approval, Rollout
from chalicelib.playbook.schema import Hours, Playbook
from tests.unit.decision.views import NOW, PLAYBOOK, classified, view

YEAR = Approval(owner="Léa", approved_on="2026-11-25", valid_until="2026-11-25")  # the day of NOW and no other
DAY_MS = 86_400_000
NIGHT = Millis(NOW + 12 * 3_600_000)


def approved(approval: Approval, intent: str = "") -> Playbook:
    if not intent:
        return replace(PLAYBOOK, approval=approval)
    own = replace(PLAYBOOK.intents[intent], approval=approval)
    return replace(PLAYBOOK, intents={**PLAYBOOK.intents, intent: own})


def opened(degrees: Rollout) -> Playbook:
    return replace(PLAYBOOK, autonomy=replace(PLAYBOOK.autonomy, degrees=degrees))


def reason(**more: Any) -> str:
    return decide(view(**more)).reason


@pytest.mark.parametrize("missing", ["owner", "approved_on", "valid_until"])
def test_without_an_owner_or_one_of_its_dates_the_words_are_only_proposed(missing: str) -> None:
    decision = decide(view(playbook=approved(replace(YEAR, **{missing: ""}))))

    assert isinstance(decision, Ticket)
    assert decision.reason == "unapproved"
    assert decision.suggestion
    assert decision.proved


@pytest.mark.parametrize(("later", "said"), [(0, "sure"), (1, "expired"), (-1, "unapproved")])
def test_words_are_said_from_the_day_of_their_approval_to_the_last_day_they_hold(later: int, said: str) -> None:
    now = Millis(NOW + later * DAY_MS)
    whole = view(playbook=approved(YEAR), now=now)

    assert decide(whole).reason == said


def test_an_intent_may_have_an_owner_and_a_date_of_its_own() -> None:
    playbook = approved(Approval(valid_until="2026-11-24"), "opening_hours")

    assert reason(playbook=playbook) == "expired"
    assert approval_of(playbook, "opening_hours").owner == PLAYBOOK.approval.owner
    assert approval_of(playbook, "return") == PLAYBOOK.approval


def test_the_same_contacts_are_let_in_each_time_and_stay_in_when_the_share_grows() -> None:
    people = [f"p{number}" for number in range(2_000)]
    fifth = {person for person in people if in_share(Rollout(share=20), person)}

    assert 340 < len(fifth) < 460
    assert fifth == {person for person in people if in_share(Rollout(share=20), person)}
    assert fifth < {person for person in people if in_share(Rollout(share=50), person)}
    assert not any(in_share(Rollout(share=0), person) for person in people)
    assert all(in_share(FULL, person) for person in people)


def test_who_is_outside_the_share_gets_a_person_with_the_same_words_as_a_proposal() -> None:
    decision = decide(view(playbook=opened(replace(FULL, share=0))))

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.proved) == ("outside_share", True)
    assert "Lyon" in decision.suggestion


@pytest.mark.parametrize(
    ("hours", "staffed", "said"),
    [
        ("closed", True, "outside_hours"),
        ("closed", False, "sure"),
        ("open", True, "sure"),
        ("open", False, "outside_hours"),
        ("all", True, "sure"),
        ("all", False, "sure"),
    ],
)
def test_answers_open_by_the_hours_that_the_brand_says(hours: Any, staffed: bool, said: str) -> None:  # noqa: FBT001 - a fact
    assert reason(playbook=opened(replace(FULL, hours=hours)), staffed=staffed) == said


def test_a_brand_that_says_nothing_begins_with_a_fifth_thirty_a_day_while_nobody_is_there() -> None:
    assert Rollout() == Rollout(share=20, cap=30, hours="closed")


def test_an_intent_may_open_further_than_its_brand() -> None:
    own = replace(PLAYBOOK.intents["opening_hours"], degrees=FULL)
    playbook = opened(Rollout(share=0))

    assert reason(playbook=replace(playbook, intents={**playbook.intents, "opening_hours": own})) == "sure"


def test_who_gives_the_number_that_the_bot_asked_for_is_not_sent_away_by_hour_or_cap() -> None:
    head = {"asked_intent": "order_status", "asked_wants": "order_number"}
    decision = decide(
        view(
            classified(None, guess="order_status"),
            "ML123456",
            head=head,
            playbook=opened(replace(FULL, cap=1)),
            full=True,
        )
    )

    assert isinstance(decision, Hold)


def test_a_welcome_names_no_subject_that_is_not_open_to_who_reads_it() -> None:
    welcome = decide(view(classified(None), "Bonjour", playbook=opened(replace(FULL, share=0))))

    assert isinstance(welcome, Greet)
    assert welcome.menu == ("human_request",)


def test_a_trial_of_the_playbook_looks_at_no_degree() -> None:
    assert isinstance(decide(view(playbook=without_rollout(opened(Rollout(share=0))))), Reply)


def test_a_night_is_one_day_of_the_cap() -> None:
    hours = PLAYBOOK.hours
    evening, morning = Millis(NOW + 10 * 3_600_000), Millis(NOW + 22 * 3_600_000)  # 20:00 and 8:00 in Paris

    assert cap_day(hours, NOW) == cap_day(hours, evening) == cap_day(hours, morning) == "2026-11-25"
    assert cap_day(hours, Millis(NOW + DAY_MS)) == "2026-11-26"
    assert cap_day(Hours(), morning) == "2026-11-26"
