"""Doctor says when a token ends, where tokens end."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.admin.doctor import doctor
from chalicelib.admin.findings import Finding
from chalicelib.model import Millis, TokenLife

from .account_stage import SECRETS, Stage, playing

DAY_MS = 86_400_000
CHANNEL = "instagram"


def seen(life: TokenLife | None, *, at_days: int = 0) -> Finding | None:
    with playing() as platform:
        stage = Stage(platform.base)
        stage.connect(CHANNEL, SECRETS[CHANNEL])
        account = stage.account(CHANNEL)
        if life is not None:
            told = life if life.connected_at else replace(life, connected_at=account.connected_at)
            stage.services.directory.keep_token_life(account, told)
        stage.now = Millis(stage.now + at_days * DAY_MS)
        return next((each for each in doctor(stage.services, account, "") if each.name == "token's end"), None)


def test_nothing_is_said_of_a_token_of_which_nothing_is_known() -> None:
    assert seen(None) is None
    assert seen(TokenLife(connected_at=Millis(0))) is None
    assert seen(TokenLife(connected_at=Millis(7), error="190")) is None  # of another connection


def test_a_renewed_token_is_well_and_says_its_days() -> None:
    found = seen(TokenLife(connected_at=Millis(0), ends_at=Millis(1_795_597_200_000 + 41 * DAY_MS)), at_days=1)
    assert found is not None
    assert (found.well, found.seen) == (True, "ends in 40 days")


def test_a_token_that_cannot_be_renewed_says_why_and_the_command() -> None:
    found = seen(TokenLife(connected_at=Millis(0), error="190"), at_days=53)
    assert found is not None
    assert (found.well, found.seen) == (False, "ends in 7 days, and is not renewed (190)")
    assert "guichet account connect instagram" in found.advice
