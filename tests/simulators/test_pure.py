"""Configuration, weights and signatures, without a server."""

from __future__ import annotations

import copy

import pytest

from infra.local.simulators.config import ConfigError, parse_config
from infra.local.simulators.signing import meta_json, new_slack_ts, new_snowflake, oauth1_valid
from infra.local.simulators.x_weight import weighted_length

from .fake_system import config_for, oauth1_header


@pytest.mark.parametrize("key", ["webhook_url", "app_secret", "token"])
def test_a_missing_key_is_one_sentence_that_names_it(key: str) -> None:
    raw = copy.deepcopy(config_for("http://127.0.0.1:1"))
    del raw["brands"][0]["accounts"]["messenger"][key]
    with pytest.raises(ConfigError, match=f"lacks {key} in maison-lune.accounts.messenger"):
        parse_config(raw)


def test_the_log_of_calls_shows_no_token_that_a_platform_wants_in_its_path() -> None:
    config = parse_config(config_for("http://127.0.0.1:1"))
    token = config.brands[0].accounts["messenger"].token

    assert config.without_tokens(f"/bot{token}/send") == "/botTOKEN/send"
    assert config.without_tokens("/v23.0/me/messages") == "/v23.0/me/messages"


def test_no_secret_is_in_a_configurations_repr() -> None:
    shown = repr(parse_config(config_for("http://127.0.0.1:1")))
    for secret in ("app-secret", "token-messenger", "consumer-1", "slack-secret", "xoxb", "open-sesame"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("bonjour", 7),
        ("été", 3),
        ("漢字", 4),
        ("👏", 2),
        ("👩‍🚀", 2),
        ("🇫🇷", 2),
        ("voir https://example.com/a/very/long/path?with=query", 5 + 23),
        ("« c’est »", 9),
    ],
)
def test_posts_weigh_what_x_says(text: str, weight: int) -> None:
    assert weighted_length(text) == weight


def test_meta_escapes_what_meta_escapes() -> None:
    assert meta_json({"text": "é https://x/"}) == b'{"text":"\\u00e9 https:\\/\\/x\\/"}'


def test_oauth_covers_method_path_query_and_token() -> None:
    account = {"token": "t", "consumer_secret": "c", "token_secret": "s"}
    header = oauth1_header("GET", "https://api.x.com/2/users/1/tweets?max_results=5", account)
    assert oauth1_valid("GET", "/2/users/1/tweets", "max_results=5", header, ("c", "s"))
    assert not oauth1_valid("POST", "/2/users/1/tweets", "max_results=5", header, ("c", "s"))
    assert not oauth1_valid("GET", "/2/users/1/tweets", "max_results=6", header, ("c", "s"))
    assert not oauth1_valid("GET", "/2/users/1/tweets", "max_results=5", header, ("c", "x"))


def test_ids_grow() -> None:
    assert sorted(made := [new_slack_ts() for _ in range(50)]) == made
    assert len({new_snowflake() for _ in range(200)}) == 200
