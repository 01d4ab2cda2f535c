"""
How a Slack channel is connected as where agents work.

Source: docs.slack.dev, "App manifests", "Verifying requests from Slack", "Tokens".
"""

from __future__ import annotations

from ...consent import Consent
from ...ports import ConnectSteps, Secret
from ..port import DESK_APP
from . import consent
from .files import HOSTS

CONNECTING = ConnectSteps(
    hosts=HOSTS,
    account="TEAM/CHANNEL: the ids in the channel's link, such as T0GUICHET/C0MAISON",
    secrets=(
        Secret(
            "current",
            "Signing secret: api.slack.com/apps → the app → Basic Information; it signs all that Slack sends",
            also=("signing_secret", "app_secret", "client_secret", "secret"),
            of_app=True,
        ),
        Secret("app_id", "App ID, on the same page", of_app=True, needed=False),
        Secret(
            "token",
            "Bot user OAuth token (xoxb-…): OAuth & Permissions, once the app is installed",
            also=("bot_token", "access_token"),
        ),
    ),
    asks="Slack, with the token: auth.test must be this team, and the bot must read the channel",
    steps=(
        "api.slack.com/apps → Create New App → From a manifest: paste what `guichet slack-app` prints, and install it",
        "In the channel: /invite the app",
    ),
    app_key=DESK_APP,
    consent=Consent(
        scopes=consent.SCOPES,
        asks=("current", "client_id", "client_secret"),
        lent={
            "client_id": "Client ID: api.slack.com/apps → the app → Basic Information",
            "client_secret": "Client secret, beside it; it is used once and not kept",
        },
        begin=consent.asked,
        exchange=consent.exchange,
        accounts=consent.accounts,
    ),
    health=consent.health,
    leave=consent.leave,
)
