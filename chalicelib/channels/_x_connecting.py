"""
How an account of X is connected.

Source: docs.x.com, "Webhooks", "Account Activity", "Apps: keys and tokens".
"""

from __future__ import annotations

from ..ports import ConnectSteps, Secret

CONNECTING = ConnectSteps(
    account="the account's number, not its handle: GET /2/users/me",
    secrets=(
        Secret(
            "current",
            "API key secret: developer.x.com → the app → Keys and tokens; it signs webhooks",
            also=("consumer_secret", "api_secret", "api_key_secret", "app_secret", "secret"),
            of_app=True,
        ),
        Secret("app_id", "the app's id, on the same page", of_app=True, needed=False),
        Secret(
            "token",
            "the account's access token, made after the app got Read and write and Direct message",
            also=("access_token",),
        ),
        Secret("token_secret", "that token's secret, shown beside it", also=("access_token_secret",)),
        Secret("consumer_key", "API key, shown beside the API key secret", also=("api_key",)),
    ),
    probe=("application/json", b'{"for_user_id":"0"}'),
    asks="X, with the account's tokens: GET /2/users/me must be this account",
    steps=(
        "Register the webhook: POST /2/webhooks with {webhook}; X asks it at once, and each hour, for a challenge",
        "Subscribe the account: POST /2/account_activity/webhooks/{webhook id}/subscriptions/all with its tokens",
    ),
    review="the app's plan must have Account Activity (or X Activity); no other review",
)
