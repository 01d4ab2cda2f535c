"""What is different about Slack, as values."""

from __future__ import annotations

from ...model import ChannelName
from ...ports import Surface, Traits

SLACK = ChannelName("slack")
TRAITS = Traits(
    name="slack",
    title="Slack",
    private=Surface(limit=3_900, unit="chars", proof="metadata", prove_after_ms=5_000),
    public=None,
    echoes_own=False,
    pace_ms=1_100,  # docs.slack.dev: a message a second in each channel
)
