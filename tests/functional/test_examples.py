"""Examples of pages that ask a running stack, as they are written, on the local one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.infra.test_examples import examples, words

from .conftest import SystemUnderTest

pytestmark = pytest.mark.stack

# What a page tells to type, and what is read then. "B" is a brand.
RUN = {
    "report --since 7d": "questions",
    "playbook show --brand B": "opening_hours",
    "playbook history --brand B": "push",
    "playbook gaps --brand B": "",
    "exception list": "",
    "stop --brand maison-lune": "stopped",
    "start --brand maison-lune": "",
    "auto status": "order_status",
    "auto next": "order_status",
}


@pytest.fixture(autouse=True)
def as_before(system: SystemUnderTest) -> Iterator[None]:
    yield
    for scope in system.table().control().scopes:
        system.table().switch(scope, stopped=False)


@pytest.mark.parametrize("example", RUN)
def test_an_example_does_what_it_says_on_the_local_stack(system: SystemUnderTest, example: str) -> None:
    assert example in {arguments.partition("   ")[0] for _, arguments in examples()}
    done = system.call(*("maison-lune" if word == "B" else word for word in words(example)))

    assert done.status == 0, done.err
    assert RUN[example] in done.out + done.err
