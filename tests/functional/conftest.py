"""One local AWS a session, and the commands as a person types them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.conversation import address_of
from chalicelib.model import (
    SERVES_FIRST,
    Address,
    AgentAction,
    BrandId,
    Classification,
    Event,
    EventId,
    Message,
    Millis,
    Sentiment,
    Serves,
    Urgency,
    at_desk,
)
from chalicelib.stages.process import process
from chalicelib.store import keys, rows
from chalicelib.store.table import Table
from chalicelib.store.whole_brand import every_item
from chalicelib.wiring import Wiring, now_ms
from infra.cli import main
from infra.stage_services import services_of
from tests.support.local_aws import LocalAws, local_aws

DEMO, OTHER = "maison-lune", "atelier-nord"
_numbers = itertools.count(1)


class WordScorer:
    """Sure of whatever intent the text names in brackets: "[opening_hours] when?"."""

    model = "words@000000000000"
    expected: Mapping[str, tuple[float, ...]] = {}

    def classify(self, text: str, _serves: Serves = SERVES_FIRST, /) -> Classification:
        named = text.partition("[")[2].partition("]")[0]
        return Classification(
            language="en",
            intent=named or None,
            guess=named or "order_status",
            probability=0.999 if named else 0.4,
            subject_probability=0.999 if named else 0.4,
            bound=0.97,
            energy=9.0,
            danger=0.0,
            out_of_scope=False,
            sure=bool(named),
            several=False,
            urgency=Urgency.NORMAL,
            sentiment=Sentiment.NEUTRAL,
            wants_human=False,
            proof="proved",
            model=self.model,
        )


@dataclass
class Done:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class SystemUnderTest:
    """The stage as a test uses it: customers write, commands answer."""

    aws: LocalAws
    services: Wiring
    capture: pytest.CaptureFixture[str]
    brand: BrandId = field(default=BrandId(DEMO))

    def table(self, brand: str = "") -> Table:
        return self.services.table(BrandId(brand or self.brand))

    def person(self, channel: str = "whatsapp", brand: str = "") -> Address:
        """An address that nobody used before."""
        account = self.aws.account(brand or self.brand, channel)
        return address_of(channel, account.account_id, f"3360{next(_numbers):07d}")

    def message(self, who: Address, text: str, at: int = 0) -> Message:
        return Message(
            event_id=EventId(f"wamid.{next(_numbers)}"),
            address=who,
            sent_at=Millis(at or now_ms()),
            text=text,
            display_name="Claire Martin",
        )

    def take_in(self, event: Event, brand: str = "") -> None:
        process(BrandId(brand or self.brand), event, now_ms(), self.services.for_handlers)

    def write(self, who: Address, text: str, brand: str = "") -> Message:
        event = self.message(who, text)
        self.take_in(event, brand)
        return event

    def act(self, ticket_id: str, verb: str, text: str = "") -> None:
        event = AgentAction(
            event_id=EventId(f"act.{next(_numbers)}"),
            address=at_desk("slack", "T0GUICHET/C0MAISON", ticket_id),
            sent_at=now_ms(),
            target_id=ticket_id,
            verb=verb,  # type: ignore[arg-type]
            agent_id="U1",
            text=text,
        )
        self.take_in(event)

    def contact_of(self, who: Address, brand: str = "") -> str:
        found = self.table(brand).identity(who)
        assert found is not None
        return found[0]

    def call(self, *arguments: str) -> Done:
        self.capture.readouterr()
        try:
            status = main(arguments)
        except SystemExit as stopped:  # argparse: wrong usage
            status = int(str(stopped.code))
        said = self.capture.readouterr()
        return Done(status, said.out, said.err)

    def ask(self, *arguments: str) -> Any:
        """A command that must succeed, as JSON."""
        done = self.call(*arguments, "--json")
        assert done.status == 0, done.err
        return done.json

    def refused(self, *arguments: str) -> str:
        """A command that must refuse with one sentence; what it read before that may have cost something."""
        done = self.call(*arguments)
        *costs, sentence = done.err.splitlines(keepends=True)
        assert (done.status, done.out) == (1, "")
        assert all("reads the whole table" in each for each in costs), costs
        assert sentence.startswith("guichet: ")
        return sentence


def identity(who: Address) -> str:
    return f"{who.channel}:{who.account_id}:{who.person_id}"


def drain(system: SystemUnderTest, who: Address) -> None:
    """Ends what waits for this address, as deliver would."""
    for row in system.table().open_rows(keys.recipient(who)):
        assert rows.finish(system.table(), row, "sent", now=now_ms())


def everything(table: Table) -> Mapping[tuple[str, str], Mapping[str, object]]:
    """Every item of a brand."""
    return {(key.pk, key.sk): item for key, item in every_item(table, lambda _: None)}


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with local_aws(tmp_path_factory.mktemp("local")) as running:
        yield running


@pytest.fixture
def system(stage: LocalAws, capsys: pytest.CaptureFixture[str]) -> SystemUnderTest:
    return SystemUnderTest(stage, wiring(stage), capsys)


def wiring(stage: LocalAws, client: Callable[[str], Any] | None = None) -> Wiring:
    """The stages' services with a scorer that tests can steer."""
    return Wiring(
        services_of("local").settings,
        client=client or stage.cloud.client,
        scorer=WordScorer(),
        metrics=lambda _name, _value=1, *, channel="": None,
    )
