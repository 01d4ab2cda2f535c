"""Files that agents send: in the one dialog that sends, never from a thread, once, erased with the person."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.workspaces.slack import actions

from . import agent
from .erasing import erased_at
from .invariants import broken
from .paths import ADDRESS, ODD, natively, presses, says, writes_reply
from .platforms import GRAPH_REFUSED, JPEG, PDF
from .world import Step, World

HOUR = 3_600_000
INVOICE = {"facture.pdf": PDF}


def sent(world: World, channel: str) -> list[tuple[str, bytes]]:
    return [(said.kind, said.file) for said in getattr(world, channel).said if said.file]


def texts(world: World, channel: str) -> list[str]:
    return [said.text for said in getattr(world, channel).said]


def dialog(world: World) -> dict[str, Any]:
    return next(view for view in reversed(world.slack.views) if view.get("private_metadata"))


def offers_files(view: dict[str, Any]) -> bool:
    return any(block.get("block_id") == actions.FILES_BLOCK for block in view["blocks"])


def media(world: World) -> list[str]:
    return [key for key, body in world.buckets.items() if key.startswith("media/") and body]


def in_slack(world: World) -> str:
    return world.desks.everything()


@pytest.mark.parametrize(("channel", "kind"), [("whatsapp", "document"), ("messenger", "file")])
def test_a_file_of_the_reply_dialog_reaches_the_customer_before_its_words(channel: str, kind: str) -> None:
    world = World().run(says(channel, ODD), *writes_reply("Voici la facture. zz", INVOICE))

    assert sent(world, channel) == [(kind, PDF)]
    assert texts(world, channel)[-2:] == ["", "Voici la facture. zz"]
    assert "facture.pdf" in in_slack(world)
    assert broken(world, [ODD]) == []


def test_several_files_go_one_by_one_each_as_what_its_bytes_are() -> None:
    world = World().run(says("whatsapp", ODD), *writes_reply("Voici. zz", INVOICE | {"photo.jpg": JPEG}))

    assert sent(world, "whatsapp") == [("document", PDF), ("image", JPEG)]


@pytest.mark.parametrize("channel", ["x", "sms", "whatsapp_twilio"])
def test_where_the_channel_takes_none_the_dialog_has_no_place_for_one_and_says_so(channel: str) -> None:
    world = World().run(says(channel, ODD), presses("edit_reply"))

    assert not offers_files(dialog(world))
    assert "ne prend pas de fichier d’ici" in str(dialog(world))


def test_a_dialog_of_a_channel_with_files_offers_them_and_names_its_limit() -> None:
    world = World().run(says("whatsapp", ODD), presses("edit_reply"))

    assert offers_files(dialog(world))
    assert "de 5 Mo chacun" in str(dialog(world))


def test_what_is_typed_or_put_into_the_thread_is_never_sent() -> None:
    world = World().run(
        says("whatsapp", ODD),
        Step(lambda world: world.desks.agents.types_in_thread("Voyez la facture"), wait_ms=60_000),
    )

    assert len(world.whatsapp.said) == 1  # the acknowledgement


def test_a_file_that_is_not_what_its_name_says_never_leaves_nor_do_its_words() -> None:
    world = World().run(says("whatsapp", ODD), *writes_reply("Voici. zz", {"facture.pdf": b"MZ a program"}))

    assert texts(world, "whatsapp")[1:] == []
    assert "file_type" in in_slack(world)
    assert "les fichiers ne sont pas partis" in in_slack(world)


def test_a_file_that_slack_has_no_more_never_leaves_nor_do_its_words() -> None:
    world = World().run(says("whatsapp", ODD), *writes_reply("Voici. zz", INVOICE)[:2])
    world.run(writes_reply("Voici. zz", INVOICE)[2], Step(lambda world: world.slack.given.clear(), wait_ms=500))

    assert texts(world, "whatsapp")[1:] == []
    assert "file_404" in in_slack(world)


def test_taken_back_in_time_nothing_leaves_and_nothing_is_fetched() -> None:
    world = World().run(says("whatsapp", ODD), *writes_reply("Voici. zz", INVOICE), presses("undo", 1_000))

    assert texts(world, "whatsapp")[1:] == []
    assert not media(world)
    assert "les fichiers ne sont pas partis" in in_slack(world)


def test_an_answer_whose_file_failed_is_not_sent_again_without_it() -> None:
    world = World()
    world.run(says("whatsapp", ODD))
    world.whatsapp.troubles.append(GRAPH_REFUSED)
    world.run(*writes_reply("Voici la facture. zz", INVOICE), presses("retry", 60_000))

    assert texts(world, "whatsapp")[1:] == []
    assert "répondez de nouveau en les joignant" in in_slack(world)


def test_an_answer_after_the_window_keeps_the_words_and_says_that_the_files_have_not_left() -> None:
    world = World().run(says("whatsapp", ODD), presses("edit_reply"))
    world.run(Step(agent.submit("Voici la facture. zz", files=INVOICE), wait_ms=25 * HOUR))

    assert texts(world, "whatsapp")[1:] == []
    assert "les fichiers ne sont pas partis" in in_slack(world)


@pytest.mark.parametrize("number", range(40, 140, 7))
def test_an_erasure_at_any_moment_takes_the_files_that_were_sent_out_of_the_bucket(number: int) -> None:
    assert erased_at("an agent's answer with an invoice", number) == []


def test_a_sent_file_is_kept_once_in_its_contacts_folder_and_named_in_the_timeline() -> None:
    world = World().run(says("whatsapp", ODD), *writes_reply("Voici la facture. zz", INVOICE))
    (kept,) = media(world)
    found = world.table.identity(ADDRESS)
    assert found is not None
    (answer,) = [each for each in world.table.timeline(found[1]) if each.kind == "agent_reply"]

    assert kept.startswith(f"media/{world.brand}/{found[0]}/")
    assert answer.attachments == ("document",)


def test_a_person_in_the_platforms_own_app_changes_nothing_of_it() -> None:
    world = World().run(
        says("messenger", ODD), *writes_reply("Voici. zz", INVOICE), natively("messenger", "Bonjour. zz", 60_000)
    )

    assert sent(world, "messenger") == [("file", PDF)]
