"""What is said at once: fitted to a surface, refused where a surface cannot carry it, stored and read back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import REGISTRY
from chalicelib.channels._fitted import parts_of
from chalicelib.gsm import thrifty
from chalicelib.model import (
    BlobRef,
    Content,
    ConversationId,
    Millis,
    OutboundPart,
    OutboxRow,
    Part,
    QuickReply,
    RowId,
    Template,
)
from chalicelib.ports import Surface
from chalicelib.store import items
from chalicelib.text import measure, split_text
from tests.unit.decision.views import message

SURFACES = [
    surface
    for kind in REGISTRY.values()
    for surface in (kind.traits.private, kind.traits.public)
    if surface is not None
]
CHAT = Surface(
    limit=100, unit="chars", files=1, file_limit=5_000, quick_replies=3, quick_reply_limit=20, template_limit=100
)
MAIL = Surface(
    limit=20_000, unit="chars", subject_limit=60, html_limit=400, files=10, file_limit=9_000, files_beside_text=True
)
PHOTO = BlobRef(key="media/x/1", media_type="image/jpeg", size=4_000, name="image-1.jpg")
CHOICES = (QuickReply("Suivre ma commande", "order_status"), QuickReply("Un retour", "return"))
WORDS = st.text(alphabet="aé ç😀’.\n1", max_size=700)


@given(text=WORDS, surface=st.sampled_from(SURFACES))
def test_a_text_alone_is_cut_as_ever_and_carries_nothing_beside(text: str, surface: Surface) -> None:
    cut = split_text(text, surface.limit, surface.unit)
    told = tuple(map(thrifty, cut)) if surface.unit == "segments" else cut

    assert parts_of(Content(text=text), surface) == tuple(Part(text=each) for each in told)


def test_choices_without_a_text_to_stand_on_are_numbered_lines() -> None:
    (part,) = parts_of(Content(text="", quick_replies=CHOICES), CHAT)

    assert part.text == "1. Suivre ma commande\n2. Un retour"


@given(text=WORDS, surface=st.sampled_from(SURFACES))
def test_choices_are_numbered_lines_of_the_text_where_a_surface_shows_none(text: str, surface: Surface) -> None:
    surface = replace(surface, quick_replies=0)
    parts = parts_of(Content(text=text, quick_replies=CHOICES), surface)

    assert "\n".join(each.text for each in parts).split("\n")[-2:] == ["1. Suivre ma commande", "2. Un retour"]
    assert all(each.is_plain and measure(each.text, surface.unit) <= surface.limit for each in parts)


def test_choices_stand_under_the_last_part_of_a_text() -> None:
    parts = parts_of(Content(text="Bonjour. " * 20, quick_replies=CHOICES), CHAT)

    assert [each.quick_replies for each in parts] == [(), CHOICES]
    assert not any(CHAT.lacks(each) for each in parts)
    assert "1." not in parts[-1].text


@pytest.mark.parametrize(
    "choices",
    [(*CHOICES, *CHOICES), (QuickReply("Savoir où en est ma commande", "order_status"),)],
    ids=["too many", "too long"],
)
def test_choices_that_are_too_many_or_too_long_are_numbered_all(choices: tuple[QuickReply, ...]) -> None:
    (part,) = parts_of(Content(text="Que voulez-vous ?", quick_replies=choices), replace(CHAT, limit=200))

    assert part.quick_replies == ()
    assert part.text.splitlines()[1:] == [f"{number}. {each.title}" for number, each in enumerate(choices, 1)]


def test_a_mail_has_its_subject_on_one_line_its_markup_and_its_files_beside_the_text() -> None:
    content = Content(text="Voici.", subject="Re: votre\ncommande", html="<p>Voici.</p>", files=(PHOTO, PHOTO))
    (part,) = parts_of(content, MAIL)

    assert part == Part(text="Voici.", subject="Re: votre commande", html="<p>Voici.</p>", files=(PHOTO, PHOTO))
    assert MAIL.lacks(part) == ""


def test_a_subject_that_is_too_long_is_cut_between_words() -> None:
    (part,) = parts_of(Content(text="Oui.", subject="Votre commande " * 5), MAIL)

    assert part.subject == "Votre commande Votre commande Votre commande Votre commande…"
    assert MAIL.lacks(part) == ""


def test_markup_that_is_too_long_or_of_a_text_in_parts_is_left_out_since_the_text_says_the_same() -> None:
    assert parts_of(Content(text="Oui.", html="é" * 201), MAIL)[0].html == ""
    assert {each.html for each in parts_of(Content(text="Oui. " * 9_000, html="<p>"), MAIL)} == {""}
    assert parts_of(Content(text="Oui.", html="<p>", subject="s"), CHAT) == (Part(text="Oui."),)


def test_a_file_is_a_part_of_its_own_where_none_stands_beside_a_text() -> None:
    parts = parts_of(Content(text="Voici.", files=(PHOTO, PHOTO)), CHAT)

    assert parts == (Part(text="Voici."), Part(text="", files=(PHOTO,)), Part(text="", files=(PHOTO,)))
    assert [CHAT.lacks(each) for each in parts] == ["", "", ""]


@pytest.mark.parametrize("surface", SURFACES)
def test_what_no_surface_can_carry_stays_on_its_part_and_is_named(surface: Surface) -> None:
    bare = replace(surface, files=0, template_limit=0)
    template = Template("order_shipped", "fr", ("ML123456",))

    assert [bare.lacks(each) for each in parts_of(Content(text="", files=(PHOTO,)), bare)] == ["files"]
    assert [bare.lacks(each) for each in parts_of(Content(text="Parti.", template=template), bare)] == ["template"]


@pytest.mark.parametrize(
    ("part", "word"),
    [
        (Part(text="a", files=(PHOTO,)), "files"),
        (Part(text="", files=(PHOTO, PHOTO)), "files"),
        (Part(text="", files=(replace(PHOTO, size=5_001),)), "file_size"),
        (Part(text="a", quick_replies=(*CHOICES, *CHOICES)), "quick_replies"),
        (Part(text="a", subject="s"), "subject"),
        (Part(text="a", html="<p>"), "html"),
        (Part(text="a", template=Template("t", "fr")), ""),
        (Part(text="a", quick_replies=CHOICES), ""),
    ],
)
def test_a_surface_names_what_it_lacks_of_a_part(part: Part, word: str) -> None:
    assert CHAT.lacks(part) == word


def row(*parts: Part) -> OutboxRow:
    return OutboxRow(
        row_id=RowId("c1.000000000000100.0123456789abcdef0123456789abcdef"),
        kind="reply",
        author="bot",
        address=message().address,
        conversation_id=ConversationId("c1"),
        state="pending",
        created_at=Millis(1),
        not_before=Millis(1),
        parts=parts,
    )


FULL: dict[str, Any] = {
    "subject": "Re",
    "html": "<p>",
    "files": (PHOTO,),
    "quick_replies": CHOICES,
    "template": Template("order_shipped", "fr", ("ML1", "demain")),
}


@pytest.mark.parametrize("names", [(), *[(name,) for name in FULL], tuple(FULL)])
def test_a_row_is_read_as_it_was_written_and_has_a_new_version_only_with_more_than_texts(
    names: tuple[str, ...],
) -> None:
    one = row(Part(text="Bonjour", platform_id="m1"), Part(text="Voici", **{name: FULL[name] for name in names}))
    item = items.row_item(one)

    assert items.row(items.readable(item)) == one
    assert item["v"] == (items.BESIDE_VERSION if names else items.VERSION)
    assert [set(each) for each in item["parts"]] == [{"text", "id"}, {"text", "beside"} if names else {"text"}]


LISTED = Content(
    text="Que voulez-vous ? Répondez 1 pour un retour.", shown_text="Que voulez-vous ?", quick_replies=CHOICES
)


def test_a_text_that_lists_its_choices_keeps_both_texts_where_they_are_shown_and_the_list_elsewhere() -> None:
    (shown,) = parts_of(LISTED, CHAT)

    assert shown.said == {**Part(text="").said, **LISTED.said}
    assert (shown.shown["text"], shown.shown["quick_replies"]) == ("Que voulez-vous ?", CHOICES)
    assert parts_of(LISTED, replace(CHAT, quick_replies=0)) == (Part(text=LISTED.text),)
    assert parts_of(LISTED, replace(CHAT, quick_reply_limit=10)) == (Part(text=LISTED.text),)
    assert parts_of(LISTED, replace(CHAT, quick_reply_text_limit=5)) == (Part(text=LISTED.text),)


@given(text=WORDS, above=WORDS, surface=st.sampled_from([*SURFACES, CHAT]))
def test_choices_of_a_list_are_shown_within_every_limit_or_its_text_is_sent(
    text: str, above: str, surface: Surface
) -> None:
    content = replace(LISTED, text=text, shown_text=above)
    parts = parts_of(content, surface)

    for part in parts:
        sent = Content(**part.shown)
        assert surface.lacks(sent) == ""
        assert measure(sent.text, surface.unit) <= surface.limit or not above
    if above and not any(part.quick_replies for part in parts):
        assert parts == parts_of(Content(text=text), surface)


def test_a_row_that_lists_its_choices_stays_as_the_release_before_reads_it_which_sends_the_list() -> None:
    one = row(Part(**LISTED.said))
    item = items.row_item(one)

    assert items.row(items.readable(item)) == one
    assert item["v"] == items.VERSION
    assert items.row({name: value for name, value in item.items() if name != "choices"}).parts == (
        Part(text=LISTED.text),
    )


def test_no_words_of_a_content_are_shown_where_a_value_is_printed() -> None:
    told = repr(Part(text="SECRET", **FULL | {"subject": "SECRET", "html": "SECRET"}))

    assert "SECRET" not in told
    assert "Suivre" not in told
    assert "ML1" not in told


def test_a_part_on_its_way_says_all_that_its_row_does() -> None:
    part = Part(text="Voici", platform_id="", **FULL)
    sent = OutboundPart(row_id=RowId("r"), index=0, attempt=1, address=message().address, kind="reply", **part.said)

    assert sent.said == part.said
