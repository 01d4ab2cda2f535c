"""
The port of a workspace: what the place where agents work must do. docs/ADDING_WORKSPACES.md says what is asked of one.

Nothing outside this folder knows which workspace there is: `wiring` is given one, and a ticket's address names it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Protocol

from ..model import AccountId, ChannelName, Credentials, Millis, Request, Response
from ..playbook.declaration import WorkspaceIds
from ..ports import ConnectSteps, Http, Metrics, Sender, Traits

if TYPE_CHECKING:
    from ..editing_services import EditingWiring
    from ..engine.environment import Desk
    from ..model import Account
    from ..store.directory import Directory
    from ..store.queues import Queues
    from ..store.secrets import Secrets

    class WorkspaceWiring(EditingWiring, Protocol):
        """What of `wiring.Wiring` a workspace's handler uses."""

        metrics: Metrics

        @property
        def queues(self) -> Queues: ...

        @property
        def secrets(self) -> Secrets: ...

        @property
        def directory(self) -> Directory: ...

        def http_of(self, channel: str, credentials: Credentials) -> Http: ...

        def account_by_id(self, channel: str, account_id: str) -> Account | None: ...

        def desk_credentials(self, account_id: AccountId) -> Credentials: ...

        def desk_secrets(self) -> tuple[str, ...]: ...


DESK_APP = "workspace"  # the key of a stage's one app in it


class Workspace(Protocol):
    """
    One workspace.

    `name`: the channel of its desks' accounts and addresses, as it is stored, and the key of `routing` in a playbook.
    `ids`: how that playbook writes its ids. `shows`, `answers`: the modules that its desk and sender, and its handler,
    are made of; a function imports them before its first event.

    `desk` returns what draws: pure, each body that it returns is one row's, read by the sender alone. `sender` posts,
    changes, files, deletes and proves: one request for one row. `handler` returns what takes in what agents do there:
    it verifies, answers within the workspace's time, and queues an event; `process` decides. `connecting` says how an
    account of it, one of its channels, is connected. `probe` returns a request that the workspace could send now, with
    the app's secret, which is accepted and says nothing: doctor sends it to our own address.
    """

    name: ClassVar[ChannelName]
    traits: ClassVar[Traits]
    ids: ClassVar[WorkspaceIds]
    shows: ClassVar[tuple[str, ...]]
    answers: ClassVar[tuple[str, ...]]

    def desk(self, traits: Callable[[str], Traits]) -> Desk: ...

    def sender(self, credentials: Credentials, http: Http) -> Sender: ...

    def handler(self, here: WorkspaceWiring) -> Callable[[Request], Response]: ...

    def connecting(self) -> ConnectSteps: ...

    def probe(self, secret: str, now: Millis) -> Request: ...
