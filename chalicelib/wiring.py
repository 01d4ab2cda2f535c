"""
The only builder of clients, and the only place where real adapters are given to the handlers. Everything is lazy.

Tests and the local tools make a `Wiring` with other adapters, through the same class.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import observe
from .channels import REGISTRY
from .channels._fitted import parts_of
from .errors import Misconfigured, Refused
from .masking import mask_secrets
from .model import Account, AccountId, AccountKey, BrandId, Credentials, Millis, Request, Response
from .ports import LOOKUP_CHANNEL, Clock, Http, Metrics, Scorer, Sender, Traits
from .settings import Settings, read
from .store.blobs import Blobs
from .store.directory import Directory
from .store.queues import Queues
from .store.secrets import Secrets
from .store.table import Table
from .stored_ports import ComesByQueue
from .workspaces import WORKSPACE
from .workspaces.port import DESK_APP

if TYPE_CHECKING:
    from .brand_scorers import BrandScorers, ScorerPorts
    from .findings import Finding
    from .playbook.schema import Playbook
    from .services import Services
    from .shop import Shops
    from .stages.collect import CollectServices
    from .stages.consents import ConsentServices
    from .stages.intake import IntakeServices
    from .store.bundles import InUse
    from .template_port import ListedTemplate
    from .workspaces.port import Workspace

ACCOUNT_AGE_MS = 60_000
PLAYBOOK_AGE_MS = 15_000
KEPT_AGE_MS = 600_000
NOTE_EVERY_MS = 1_800_000


def now_ms() -> Millis:
    """Milliseconds since 1970 UTC."""
    return Millis(time.time_ns() // 1_000_000)


class Wiring:
    """
    All dependencies of one process.

    `client` makes the client of an AWS service by its name (`clients.make`). `workspace`: where agents work.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        client: Callable[[str], Any] | None = None,
        clock: Clock = now_ms,
        metrics: Metrics = observe.count,
        scorer: Scorer | None = None,
        workspace: Workspace = WORKSPACE,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.metrics = metrics
        self.workspace = workspace
        self._make_client = client or self._boto
        self._clients: dict[str, Any] = {}
        self._http: dict[str, Http] = {}
        self._accounts: dict[str, tuple[int, Account | None]] = {}
        self._playbooks: dict[str, tuple[int, Playbook, InUse]] = {}
        self._events_noted_at: dict[tuple[str, str, str], int] = {}
        self._answered_in: dict[str, tuple[int, Mapping[str, int]]] = {}
        self._given_scorer = scorer

    # --- clients ------------------------------------------------------------------------------

    def _boto(self, service: str) -> Any:
        from .clients import make  # noqa: PLC0415 - botocore is imported when the first client is needed

        return make(service, self.settings)

    def client(self, service: str) -> Any:
        """The one client of this service."""
        if service not in self._clients:
            self._clients[service] = self._make_client(service)
        return self._clients[service]

    def http(self, channel: str) -> Http:
        """The HTTP client of one platform: its own pool of connections. Not for a credential: `http_of` is."""
        if channel not in self._http:
            from .http import HttpClient  # noqa: PLC0415 - urllib3: intake sends nothing

            base = self.settings.local_bases.get(channel, "")
            self._http[channel] = HttpClient(base, public_only=channel == LOOKUP_CHANNEL and not base)
        return self._http[channel]

    def http_of(self, channel: str, credentials: Credentials) -> Http:
        """The HTTP client of one account: its credentials reach the platform's own hosts alone."""
        from .own_hosts import OwnHosts  # noqa: PLC0415 - intake sends nothing

        own = self.workspace if channel == self.workspace.name else REGISTRY[channel]
        return OwnHosts(self.http(channel), own.connecting().hosts, credentials)

    @cached_property
    def queues(self) -> Queues:
        return Queues(
            sqs=lambda: self.client("sqs"),
            s3=lambda: self.client("s3"),
            settings=self.settings,
            new_id=lambda: uuid.uuid4().hex,
        )

    @cached_property
    def secrets(self) -> Secrets:
        return Secrets(lambda: self.client("ssm"), self.settings.secrets_prefix, self.clock)

    @cached_property
    def directory(self) -> Directory:
        return Directory(self.client("dynamodb"), self.settings.table_name)

    @cached_property
    def blobs(self) -> Blobs:
        from .clients import unreachable  # noqa: PLC0415 - intake keeps no file

        return Blobs(lambda: self.client("s3"), self.settings.bucket_name, unreachable)

    def table(self, brand: BrandId) -> Table:
        """The brand's part of the table."""
        return Table(self.client("dynamodb"), self.settings.table_name, brand)

    # --- cached reads -------------------------------------------------------------------------

    def _account(self, name: str, source: Callable[[], Account | None]) -> Account | None:
        kept = self._accounts.get(name)
        if kept is None or self.clock() - kept[0] > ACCOUNT_AGE_MS:
            kept = (self.clock(), source())
            if len(self._accounts) > 2_000:
                self._accounts.clear()
            self._accounts[name] = kept
        return kept[1]

    def account_by_key(self, key: str) -> Account | None:
        """The account of a webhook URL, at most a minute old."""
        return self._account(key, lambda: self.directory.by_key(AccountKey(key)))

    def account_by_id(self, channel: str, account_id: str) -> Account | None:
        """The account a platform names, at most a minute old."""
        return self._account(f"{channel} {account_id}", lambda: self.directory.by_id(channel, account_id))

    def playbook(self, brand: BrandId) -> Playbook:
        """The brand's playbook with its exceptions, at most 15 s old. Raises Misconfigured when none was pushed."""
        return self._pushed(brand)[1]

    def _pushed(self, brand: BrandId) -> tuple[int, Playbook, InUse]:
        """When it was read, the brand's playbook, and which classifier it uses: one read for all."""
        from .playbook.codec import from_json  # noqa: PLC0415 - intake never needs it
        from .store.bundles import words_and_bundle  # noqa: PLC0415 - the same
        from .ways import with_ways  # noqa: PLC0415 - the same

        kept = self._playbooks.get(brand)
        if kept is None or self.clock() - kept[0] > PLAYBOOK_AGE_MS:
            text, used, told = words_and_bundle(self.table(brand))
            if text is None:
                raise Misconfigured(f"The brand {brand} has no playbook: run `guichet playbook push FILE`.")
            known = replace(from_json(text), can_look_up=self.shops.connected(brand), bulletins=told)
            if known.templates:
                known = replace(known, listed_templates=self._templates(brand))
            known = with_ways(known, lambda: self.directory.accounts(brand), self.traits)
            kept = (self.clock(), known, used)
            self._playbooks[brand] = kept
        return kept

    def _templates(self, brand: BrandId) -> Mapping[str, tuple[ListedTemplate, ...]]:
        """What the platforms of a brand's accounts list as templates, as it was read last."""
        from .store.templates import of_accounts  # noqa: PLC0415 - few brands need it

        sends = {name for name, kind in REGISTRY.items() if kind.traits.template_prices}
        found = [each for each in self.directory.accounts(brand) if each.channel in sends]
        return of_accounts(self.table(brand), found)

    def kept(self, brand: BrandId, priority: str) -> int | None:
        """Return within how many opening minutes nine of ten such tickets were answered lately; None: too few."""
        from .quality.answer_times import kept_lately  # noqa: PLC0415 - intake never needs it

        held = self._answered_in.get(brand)
        if held is None or self.clock() - held[0] > KEPT_AGE_MS:
            held = (self.clock(), kept_lately(self.table(brand), self.playbook(brand).hours, self.clock()))
            self._answered_in[brand] = held
        return held[1].get(priority)

    # --- channels -----------------------------------------------------------------------------

    def traits(self, channel: str) -> Traits:
        """Return a channel's traits; the workspace and the look-ups are channels to deliver."""
        if channel in (self.workspace.name, LOOKUP_CHANNEL):
            return self.workspace.traits
        return REGISTRY[channel].traits

    def channel(self, account: Account) -> Sender:
        """The channel of one account, with its credentials."""
        return self.speaking(account, self.secrets.account(account))

    def speaking(self, account: Account, credentials: Credentials) -> Sender:
        """The channel of one account, with these credentials."""
        if account.channel == self.workspace.name:
            return self.workspace.sender(credentials, self.http_of(account.channel, credentials))
        base = next(iter(self.settings.public_urls), "")
        webhook_url = base and f"{base}/webhooks/{account.channel}/{account.key}"
        kind = REGISTRY[account.channel]
        if issubclass(kind, ComesByQueue):  # it is AWS's own: the function's role speaks to it
            credentials = replace(credentials, extra={**credentials.extra, **self.settings.role})
        http = self.http_of(account.channel, credentials)
        return kind(replace(credentials, webhook_url=webhook_url), http)

    def examined(self, account: Account) -> Sequence[Finding]:
        """What an account's platform says of it, by reading requests, within a time of their own."""
        from .account_checks import addresses, examined  # noqa: PLC0415 - the sweep alone, once a day

        own = self.workspace if account.channel == self.workspace.name else REGISTRY[account.channel]
        held = self.secrets.account(account)
        http = self.http_of(account.channel, held)
        bases = self.settings.public_urls
        ours = addresses(account, bases, self.directory, own.connecting().suffix) if bases else []
        return examined(own.connecting(), self.speaking(account, held), account, held, http, ours, self.clock)

    @cached_property
    def _scorers(self) -> BrandScorers:
        from .brand_scorers import BrandScorers  # noqa: PLC0415 - numpy: process only

        return BrandScorers(self.bundle_sources())

    def bundle_sources(self) -> ScorerPorts:
        """Where classifier bundles come from: the one that ships, the cache on the disk, the bucket."""
        from .brand_scorers import CACHED_MOST, ScorerPorts  # noqa: PLC0415 - numpy: process only
        from .store.bundles import note_refused  # noqa: PLC0415 - the same
        from .triage.file_cache import FileCache  # noqa: PLC0415 - the same
        from .triage.load_bundle import ARTEFACT  # noqa: PLC0415 - the same

        return ScorerPorts(
            shipped=Path(self.settings.model_dir or ARTEFACT),
            cache=FileCache(Path(self.settings.model_cache), CACHED_MOST),
            fetch=self.blobs.model,
            note=lambda brand, used, why: note_refused(self.table(brand), used, why, self.clock()),
            clock=self.clock,
            metrics=self.metrics,
        )

    def open_classifier(self) -> None:
        """Reads the classifier that ships, before a message needs it. Raises Misconfigured where there is none."""
        _ = self._scorers.shipped

    def scorer(self, brand: BrandId) -> Scorer:
        """The classifier of a brand: its own where one is in use, at most 15 seconds after it is."""
        return self._given_scorer or self._scorers.of(brand, self._pushed(brand)[2])

    @cached_property
    def shops(self) -> Shops:
        from .shop import Shops  # noqa: PLC0415 - intake never needs it

        return Shops(
            account=self.account_by_id,
            credentials=self.secrets.of_account,
            http=self.http,
            clock=self.clock,
            local=LOOKUP_CHANNEL in self.settings.local_bases,
        )

    def note(self, channel: str, account_id: str, what: str = "pulse") -> None:
        """Store that an account's event came, twice an hour at most, so that a silent platform is noticed."""
        last = self._events_noted_at.get((channel, account_id, what))
        if last is not None and self.clock() - last < NOTE_EVERY_MS:
            return
        self._events_noted_at[channel, account_id, what] = self.clock()
        try:
            self.directory.note_event(channel, account_id, self.clock(), what)
        except (OSError, self.directory.client.exceptions.ClientError):
            self.metrics("note_failed", channel=channel)  # the event is taken: the platform need not send it again

    # --- stages -------------------------------------------------------------------------------

    @cached_property
    def intake(self) -> IntakeServices:
        from .stages.intake import IntakeServices  # noqa: PLC0415 - each function imports its own stage
        from .stages.known_reports import known  # noqa: PLC0415 - the same

        return IntakeServices(
            registry=REGISTRY,
            by_key=self.account_by_key,
            by_id=self.account_by_id,
            note=self.note,
            known=lambda brand, event: known(self.table(brand), event),
            credentials=self.secrets.app,
            build=lambda kind, credentials: kind(credentials, _NO_HTTP),
            queues=self.queues,
            mask=mask_secrets,
            clock=self.clock,
            metrics=self.metrics,
        )

    @cached_property
    def consents(self) -> ConsentServices:
        from .stages.consents import ConsentServices  # noqa: PLC0415 - each function imports its own stage
        from .store.consents import APP, KEY  # noqa: PLC0415 - the same

        return ConsentServices(
            table=self.table,
            secrets=lambda: self.secrets.app(APP, KEY).app_secrets,
            clock=self.clock,
            metrics=self.metrics,
        )

    @cached_property
    def collecting(self) -> CollectServices:
        from .stages.collect import CollectServices  # noqa: PLC0415 - each function imports its own stage

        return CollectServices(intake=self.intake, blobs=self.blobs)

    @cached_property
    def for_handlers(self) -> Services:
        from .services import Services  # noqa: PLC0415 - each function imports its own stage
        from .store.person_keys import SECRET_APP, SECRET_KEY  # noqa: PLC0415 - the same

        return Services(
            directory=self.directory,
            queues=self.queues,
            blobs=self.blobs,
            table=self.table,
            playbook=self.playbook,
            scorer=self.scorer,
            traits=self.traits,
            channel=self.channel,
            examined=self.examined,
            renewed=lambda account, given: self.secrets.renew(account, given.token, given.instead_of),
            look_up=self.shops.look_up,
            order_contact=self.shops.contact,
            desk=self.workspace.desk(self.traits),
            split=parts_of,
            clock=self.clock,
            metrics=self.metrics,
            kept=self.kept,
            key_secret=lambda: next(iter(self.secrets.app(SECRET_APP, SECRET_KEY).app_secrets), ""),
            pause=lambda seconds: time.sleep(seconds * (0.5 + random.random())),  # noqa: S311 - jitter, not a secret
        )

    @cached_property
    def answer_agent(self) -> Callable[[Request], Response]:
        """What takes in what agents do in the workspace."""
        return self.workspace.handler(self)

    def desk_credentials(self, account_id: AccountId) -> Credentials:
        """The workspace's token, for a dialog."""
        account = self.account_by_id(self.workspace.name, account_id)
        if account is None:
            raise Refused("unknown_account")
        return self.secrets.account(account)

    def desk_secrets(self) -> tuple[str, ...]:
        """The signing secrets of our app in the workspace."""
        return self.secrets.app(self.workspace.name, DESK_APP).app_secrets


class _NoHttp:
    """Intake never sends."""

    def request(self, method: str, *_: object, **__: object) -> Any:
        raise Misconfigured(f"Intake tried to send a {method} request; it may only verify and parse.")


_NO_HTTP = _NoHttp()
_kept: list[Wiring] = []


def wiring() -> Wiring:
    """Return the dependencies of this process, built from the environment on first use."""
    if not _kept:
        _kept.append(Wiring(read()))
    return _kept[0]
