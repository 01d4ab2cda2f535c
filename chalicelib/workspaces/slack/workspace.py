"""Slack as `workspaces.port.Workspace`. Loads its parts when they are asked for: each function needs others."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from ...model import ChannelName, Credentials, Millis, Request, Response
from ...playbook.declaration import WorkspaceIds
from ...ports import ConnectSteps, Http, Sender, Traits
from .ids import IDS
from .traits import SLACK, TRAITS

if TYPE_CHECKING:
    from ...engine.environment import Desk
    from ..port import WorkspaceWiring


class Slack:
    """The workspace in Slack."""

    name: ClassVar[ChannelName] = SLACK
    traits: ClassVar[Traits] = TRAITS
    ids: ClassVar[WorkspaceIds] = IDS
    shows: ClassVar[tuple[str, ...]] = (
        f"{__package__}.channel",
        f"{__package__}.desk_words",
        f"{__package__}.connecting",
    )
    answers: ClassVar[tuple[str, ...]] = (
        f"{__package__}.interactions",
        f"{__package__}.services",
        f"{__package__}.connecting",
    )

    def desk(self, traits: Callable[[str], Traits]) -> Desk:
        """Return what draws tickets as blocks."""
        from .desk_words import DeskWords  # noqa: PLC0415 - intake never needs it

        return DeskWords(traits)

    def sender(self, credentials: Credentials, http: Http) -> Sender:
        """Return what calls Slack's Web API."""
        from .channel import SlackDesk  # noqa: PLC0415 - intake never needs it

        return SlackDesk(credentials, http)

    def handler(self, here: WorkspaceWiring) -> Callable[[Request], Response]:
        """Return what answers Slack's requests."""
        from .interactions import handle  # noqa: PLC0415 - only its own requests need it
        from .services import slack_services  # noqa: PLC0415 - as above

        return partial(handle, services=slack_services(here))

    def connecting(self) -> ConnectSteps:
        """Return how a Slack channel is connected."""
        from .connecting import CONNECTING  # noqa: PLC0415 - intake never needs it

        return CONNECTING

    def probe(self, secret: str, now: Millis) -> Request:
        """Return the check of an address, which Slack signs like everything else."""
        from .verify import signed  # noqa: PLC0415 - no function tries itself

        return signed("/slack/events", b'{"type":"url_verification","challenge":"guichet"}', secret, now)
