"""What use cases are given of `wiring.Wiring`: tests, commands and routes make it the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from ..editing_services import EditingWiring
from ..model import Account, BrandId, Credentials
from ..ports import Http, Sender
from ..settings import Settings
from ..store.blobs import Blobs
from ..store.queues import Queues
from ..store.secrets import Secrets
from ..workspaces.port import Workspace

if TYPE_CHECKING:
    from ..brand_scorers import ScorerPorts
    from ..services import Services
    from ..stages.intake import IntakeServices


class AdminServices(EditingWiring, Protocol):
    """A stage. `client` makes the client of an AWS service by its name; `playbook` is one brand's, as it holds."""

    settings: Settings
    workspace: Workspace

    @property
    def blobs(self) -> Blobs: ...

    @property
    def queues(self) -> Queues: ...

    @property
    def intake(self) -> IntakeServices: ...

    def client(self, service: str) -> Any: ...

    def bundle_sources(self) -> ScorerPorts: ...


OWN = ""  # the HTTP client of the stage's own address: no platform's
PATIENCE_S = 5.0  # with the stage's own address


class AccountServices(AdminServices, Protocol):
    """
    What accounts need more: platforms over HTTP, and the secrets.

    `http` of "" is the client of the stage's own address, `http_of` an account's at its platform; `speaking` makes an
    account's channel with credentials that need not be stored.
    """

    @property
    def secrets(self) -> Secrets: ...

    @property
    def for_handlers(self) -> Services: ...

    def http(self, channel: str) -> Http: ...

    def http_of(self, channel: str, credentials: Credentials) -> Http: ...

    def speaking(self, account: Account, credentials: Credentials) -> Sender: ...


def brands(here: AdminServices) -> list[BrandId]:
    """Return every brand that has an account on the stage."""
    return sorted({account.brand for account in here.directory.accounts()})
