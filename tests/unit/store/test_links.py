"""Links between contacts stand with both, are decided once, and a refused one is not offered again for the same."""

from __future__ import annotations

import pytest

from chalicelib.model import Millis
from chalicelib.store import links
from chalicelib.store.links import Evidence, Kind
from chalicelib.store.table import Table
from tests.unit.store.fixtures import NOW, people


def why(kind: Kind = "said_order", mark: str = "a1") -> Evidence:
    return Evidence(kind, mark, NOW)


def states(here: Table) -> tuple[str, str]:
    one, other = links.between(here, "p1", "p2"), links.between(here, "p2", "p1")
    return (one.state if one else "", other.state if other else "")


def test_a_suggestion_stands_with_both_and_is_offered_once() -> None:
    here = people()
    first, again = links.suggest(here, "p1", "p2", why()), links.suggest(here, "p2", "p1", why())

    assert first is not None
    assert again is not None
    assert (states(here), again.number) == (("suggested", "suggested"), 1)
    assert [(each.kind, each.mark) for each in links.of_contact(here, "p2")[0].evidence] == [("said_order", "a1")]


def test_an_agent_accepts_or_refuses_and_the_other_side_says_the_same() -> None:
    here = people()
    links.suggest(here, "p1", "p2", why())
    done = links.accept(here, "p2", "p1", "lea", Millis(NOW + 1))

    assert done is not None
    assert (done.state, done.by, done.at, states(here)) == ("linked", "lea", NOW + 1, ("linked", "linked"))
    assert links.accept(here, "p1", "p2", "tom", NOW) is None
    assert links.unlink(here, "p1", "p2", "tom", NOW) is not None
    assert states(here) == ("refused", "refused")
    assert links.refuse(here, "p1", "p2", "tom", NOW) is None


def test_who_refuses_a_suggestion_undoes_no_link_that_was_just_made_of_it() -> None:
    here = people()
    links.suggest(here, "p1", "p2", why())
    links.accept(here, "p1", "p2", "lea", NOW)

    assert links.refuse(here, "p1", "p2", "tom", NOW, was="suggested") is None
    assert states(here) == ("linked", "linked")
    assert links.refuse(here, "p1", "p2", "tom", NOW, was="linked") is not None


def test_what_was_refused_is_not_offered_again_for_the_same_but_for_something_else() -> None:
    here = people()
    links.suggest(here, "p1", "p2", why())
    links.refuse(here, "p1", "p2", "lea", NOW)

    assert links.suggest(here, "p1", "p2", why()) is None
    assert links.link(here, "p1", "p2", why("phone", "b2"), "rule") is None
    assert links.suggest(here, "p1", "p2", why("said_phone", "b2")) is not None
    assert states(here) == ("suggested", "suggested")


def test_the_same_number_links_at_once_and_a_person_may_link_what_was_refused() -> None:
    here = people()
    assert links.link(here, "p1", "p2", why("phone"), "rule") is not None
    assert links.link(here, "p1", "p2", why("phone"), "rule") is None
    assert links.suggest(here, "p1", "p2", why("said_order", "z")) is None
    links.unlink(here, "p1", "p2", "lea", NOW)
    done = links.link(here, "p1", "p2", why("agent"), "lea", "same voice")

    assert done is not None
    assert (done.state, done.reason) == ("linked", "same voice")


def test_nobody_is_linked_with_themselves_or_with_a_crowd() -> None:
    here = people()
    assert links.suggest(here, "p1", "p1", why()) is None
    for number in range(links.MOST):
        assert links.suggest(here, "crowd", f"q{number}", why()) is not None

    assert links.suggest(here, "p1", "crowd", why()) is None
    assert links.suggest(here, "crowd", "q1", why("said_phone")) is not None


@pytest.mark.parametrize("who", ["p1", "p2"])
def test_who_is_erased_is_linked_with_nobody(who: str) -> None:
    here = people()
    links.suggest(here, "p1", "p2", why())
    links.suggest(here, "p1", "p3", why())
    links.forget(here, who)

    assert states(here) == ("", "")
    assert links.forget(here, who) == 0
