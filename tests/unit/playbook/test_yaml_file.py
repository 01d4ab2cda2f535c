"""Reading a playbook: all mistakes at once, each at its line and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model import State
from chalicelib.playbook.codec import from_json, to_json
from chalicelib.playbook.in_force import approval_of, is_admin
from chalicelib.playbook.reader import PlaybookError, Problem
from chalicelib.playbook.release import NO_CAP, Approval, Rollout, Waiver
from chalicelib.playbook.schema import Playbook
from chalicelib.playbook.yaml_file import load, unknown_intents, with_links
from chalicelib.workspaces import IDS

SMALL = """\
brand: small
name: Small
languages: [en]
routing: {slack: T0SMALL/C0SMALL}
variables: {site: small.example}
fields:
  order_number: {shape: "SM####", title: {en: order number}}
intents:
  return:
    title: {en: Return}
    replies: {en: "See {site}."}
"""


def problems(text: str) -> list[str]:
    with pytest.raises(PlaybookError) as caught:
        load(text, workspaces=IDS)
    return [str(problem) for problem in caught.value.problems]


def test_a_small_playbook_loads_and_suggests() -> None:
    playbook = load(SMALL)
    assert isinstance(playbook, Playbook)
    assert playbook.autonomy.default == "suggest"
    assert playbook.autonomy.public_max == "suggest"
    assert playbook.variables["site"]["en"] == "small.example"


@pytest.mark.parametrize(
    ("languages", "said"),
    [
        ("", "the playbook needs `languages`"),
        ("languages: []\n", "languages is an empty list"),
        ("languages: [de]\n", "a language must be one of fr, en, not `de`"),
    ],
)
def test_without_a_language_the_mistakes_of_the_rest_are_told_too(languages: str, said: str) -> None:
    wrong = SMALL.replace("languages: [en]\n", languages).replace("brand: small", "brand: Small Brand")
    found = problems(wrong.replace("{site}", "{sight}") + "limits: {undo_ms: never}\n")

    assert len(found) == 4
    for words in (said, "brand must be lower-case", "nothing fills {sight}", "limits.undo_ms must be a whole number"):
        assert any(words in each for each in found)


RESERVED = """\
never_automatic:
  subjects: [return]
  phrases: {en: ["limited edition"]}
"""


def test_what_a_brand_keeps_for_people_is_read_and_kept() -> None:
    own = load(SMALL + RESERVED).never_automatic

    assert (own.subjects, own.phrases["en"]) == (frozenset({"return"}), ("limited edition",))
    assert from_json(to_json(load(SMALL + RESERVED))).never_automatic == own


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("limited edition", "a!", "at least three letters"),
        ("{en:", "{fr:", "fr"),
        ("subjects", "subject", "did you mean `subjects`"),
    ],
)
def test_a_slip_in_it_is_told(old: str, new: str, expected: str) -> None:
    assert any(expected in problem for problem in problems(SMALL + RESERVED.replace(old, new)))


def changed(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (changed("name: Small", "nmae: Small"), "line 2, column 1: the playbook has no `nmae`; did you mean `name`?"),
        (changed("name: Small", "name: Small\nname: Two"), "line 3, column 1: `name` is already given on line 2"),
        (changed("{site}", "{siet}"), "nothing fills {siet}; did you mean {site}?"),
        (changed("See {site}.", "Dear customer, hi"), "nobody is called “Dear customer”"),
        (changed("See {site}.", "See {site"), "a brace stands alone"),
        (changed('"See {site}."', "''"), "replies of return (en) is empty"),
        (changed("languages: [en]", "languages: [en, de]"), "a language must be one of fr, en, not `de`"),
        (changed("languages: [en]", "languages: [en, en]"), "a language is listed twice"),
        (
            changed("languages: [en]", "languages: [en]\napproval: {owner: Léa, approved_on: 29/11/2026}"),
            "approved_on of approval must be a day, such as 2026-11-29",
        ),
        (
            changed(
                "title: {en: Return}", "title: {en: Return}\n    approved_on: 2026-11-29\n    valid_until: 2026-11-28"
            ),
            "intent return is valid until a day before the one it was approved on",
        ),
        (
            changed("languages: [en]", "languages: [en]\nautonomy: {default: auto, opens: {share: 101}}"),
            "autonomy.opens.share must be a whole number from 0 to 100",
        ),
        (
            changed("languages: [en]", "languages: [en]\nautonomy: {default: auto, opens: {cap: no}}"),
            "autonomy.opens.cap must be a whole number from 1 to 100000",
        ),
        (
            changed("languages: [en]", "languages: [en]\nautonomy: {default: auto, without_proof: {reason: a trial}}"),
            "autonomy.without_proof needs `by`",
        ),
        (
            changed("languages: [en]", "languages: [en]\nadmins: [Marie Curie]"),
            "a name in admins is a Slack member's id",
        ),
        (changed("brand: small", "brand: Small One"), "brand must be lower-case letters"),
        (changed("brand: small", "brand: acct"), "brand cannot be acct: Guichet's own keys begin so"),
        (changed("brand: small", "brand: brands"), "brand cannot be brands: Guichet's own keys begin so"),
        (changed("brand: small\n", ""), "the playbook needs `brand`"),
        (changed('shape: "SM####"', 'shape: "[0-9]+"'), "a shape is up to 4 capitals"),
        (
            changed("    replies:", "    lookup: order\n    replies:"),
            "needs either `replies`, or `lookup` with `statuses`",
        ),
        (changed("    replies:", "    asks: order_number\n    replies:"), "`asks` and `question` go together"),
        (changed("    replies:", "    asks: phone\n    replies:"), "asks must be one of order_number, not `phone`"),
        (changed("    replies:", "    never_auto: maybe\n    replies:"), "never_auto must be true or false"),
        (changed("    replies:", "    target_precision: 98\n    replies:"), "must be a number from 0.5 to 0.999"),
        (changed("    replies:", "    autonomy: autoo\n    replies:"), "did you mean `auto`?"),
        (changed("intents:", "limits: {undo_ms: soon}\nintents:"), "limits.undo_ms must be a whole number"),
        (changed("T0SMALL/C0SMALL", "general"), "line 4, column 18: routing.slack must be <team id>/<channel id>"),
        (
            changed("routing: {slack: T0SMALL/C0SMALL}\n", ""),
            "line 1, column 1: the playbook needs `routing`: without a desk nobody is told that a customer waits",
        ),
        (
            changed("{slack: T0SMALL/C0SMALL}", "{urgent: T0SMALL/C0SMALL}"),
            "line 4, column 10: routing needs `slack`: without a desk nobody is told that a customer waits",
        ),
        (changed("{slack: T0SMALL/C0SMALL}", "{slack: ''}"), "line 4, column 18: routing.slack is empty"),
        (changed("intents:", "hours: {time_zone: Paris, week: {}}\nintents:"), "`Paris` is no IANA time zone"),
        (
            changed("intents:", "hours: {time_zone: Europe/Paris, week: {mon: [9-12]}}\nintents:"),
            'a shift is "10:00-13:00"',
        ),
        (
            changed("intents:", 'hours: {time_zone: UTC, week: {mon: ["9:00-12:00", "11:00-13:00"]}}\nintents:'),
            "shifts must follow one another",
        ),
        (
            changed("intents:", 'hours: {time_zone: UTC, week: {fri: ["18:00-02:00"]}}\nintents:'),
            'a shift past midnight is two: "18:00-24:00" on fri, and "0:00-2:00" first on sat',
        ),
        (
            changed("intents:", 'hours: {time_zone: UTC, week: {sun: ["10:00-12:00", "19:30-01:15"]}}\nintents:'),
            'a shift past midnight is two: "19:30-24:00" on sun, and "0:00-1:15" first on mon',
        ),
        (
            changed("intents:", 'hours: {time_zone: UTC, week: {mon: ["18:00-00:00"]}}\nintents:'),
            'midnight is written 24:00: "18:00-24:00"',
        ),
        *(
            (
                changed("intents:", f"hours: {{time_zone: UTC, week: {{}}, holidays: [{day}]}}\nintents:"),
                f"a holiday is a date such as 2026-12-25; there is no {day}",
            )
            for day in ("2026-02-30", "2026-06-31", "2027-02-29", "2026-11-31", "2026-13-01", "soon")
        ),
        (changed("name: Small", "name: &a Small"), "anchors and aliases are not read here"),
        (changed("name: Small", "name: [Small"), "this is not YAML"),
        (changed("name: Small", "name: [Small]"), "name must be a text"),
        ("", "line 1, column 1: the file is empty"),
        ("- a\n- b\n", "the playbook must be a mapping"),
        ("brand: \x07", "not allowed in YAML"),
        ("a: b: c", "this is not YAML"),
        ("[" * 1500 + "]" * 1500, "nested too deeply"),
    ],
)
def test_a_mistake_is_named_with_what_to_do(text: str, expected: str) -> None:
    found = problems(text)
    assert any(expected in problem for problem in found), found


CHANNELS = ("facebook_comments", "messenger", "whatsapp", "x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            changed("variables:", "autonomy: {channels: {whatsapp: auto, tiktok: off}}\nvariables:"),
            "line 5, column 39: autonomy.channels has no `tiktok`; it knows facebook_comments, messenger, whatsapp, x",
        ),
        (
            changed("    replies:", "    autonomy: {default: auto, whatsap: off}\n    replies:"),
            "column 31: autonomy of return has no `whatsap`; did you mean `whatsapp`?",
        ),
        (
            changed("    replies:", '    channels: {mesenger: {en: "Short."}}\n    replies:'),
            "column 16: channels of return has no `mesenger`; did you mean `messenger`?",
        ),
    ],
)
def test_a_channel_that_nobody_knows_is_refused_with_the_nearest_one(text: str, expected: str) -> None:
    with pytest.raises(PlaybookError) as caught:
        load(text, channels=CHANNELS)
    assert [str(problem) for problem in caught.value.problems if expected in str(problem)]


def test_a_known_channel_is_read() -> None:
    text = changed(
        "    replies:", '    autonomy: {default: auto, x: off}\n    channels: {x: {en: "Short."}}\n    replies:'
    )
    playbook = load(text, channels=CHANNELS)
    assert playbook.intents["return"].autonomy == {"": "auto", "x": "off"}
    assert playbook.intents["return"].channels["x"]["en"] == "Short."


def test_a_language_has_a_ceiling_for_all_intents_and_for_one() -> None:
    text = changed("variables:", "autonomy: {default: auto, languages: {en: suggest}}\nvariables:").replace(
        "    replies:", "    autonomy: {x: shadow, languages: {en: off}}\n    replies:"
    )
    playbook = load(text, channels=CHANNELS)
    assert playbook.autonomy.languages == {"en": "suggest"}
    assert playbook.intents["return"].language_autonomy == {"en": "off"}
    assert playbook.intents["return"].autonomy == {"x": "shadow"}
    assert from_json(to_json(playbook)) == playbook


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            changed("variables:", "autonomy: {languages: {fr: suggest}}\nvariables:"),
            "line 5, column 24: autonomy.languages has no `fr`; it knows en",
        ),
        (
            changed("    replies:", "    autonomy: {languages: {en: offf}}\n    replies:"),
            "autonomy of return in en must be one of off, shadow, suggest, auto, not `offf`; did you mean `off`?",
        ),
    ],
)
def test_a_language_of_another_brand_or_a_level_of_nobody_is_refused(text: str, expected: str) -> None:
    assert any(expected in problem for problem in problems(text)), problems(text)


def test_an_intent_that_the_classifier_does_not_know_is_named_with_the_nearest_one() -> None:
    text = changed("  return:", "  retrun:")
    (found,) = unknown_intents(text, ("refund", "return"))
    assert (text.splitlines()[found.line - 1], found.column) == ("  retrun:", 3)
    assert found.message == (
        "the classifier does not know the intent `retrun`, so nothing will ever be answered with it; "
        "did you mean `return`?"
    )
    assert not unknown_intents(SMALL, ("refund", "return"))


def test_all_mistakes_are_listed_in_the_order_of_the_file() -> None:
    text = changed("name: Small", "nmae: Small").replace("{site}", "{siet}").replace("title: {en: Return}", "titel: {}")
    found = problems(text)
    lines = [int(problem.split()[1].rstrip(",")) for problem in found]
    assert len(found) >= 4
    assert lines == sorted(lines)


def test_values_are_read_as_written_not_as_yaml_guesses() -> None:
    playbook = load(changed("{site: small.example}", "{site: small.example, answer: no, hour: 10:00, day: 2026-11-24}"))
    assert {name: texts["en"] for name, texts in playbook.variables.items()} == {
        "site": "small.example",
        "answer": "no",
        "hour": "10:00",
        "day": "2026-11-24",
    }


def test_the_register_is_held_in_french() -> None:
    text = (
        SMALL.replace("languages: [en]", "languages: [fr]")
        .replace("en: ", "fr: ")
        .replace("See {site}.", "Tu vas voir.")
    )
    assert any("the register is vous, this says “Tu”" in problem for problem in problems(text))
    load(text.replace("languages: [fr]", "languages: [fr]\nregister: {fr: tu}"))


def test_french_is_typeset_at_load() -> None:
    text = (
        SMALL.replace("languages: [en]", "languages: [fr]")
        .replace("en: ", "fr: ")
        .replace("See {site}.", "Voir {site} ?")
    )
    assert load(text).intents["return"].replies["fr"] == "Voir {site}\u202f?"


@given(st.text(max_size=200))
def test_any_text_is_a_playbook_or_a_list_of_mistakes(text: str) -> None:
    with pytest.raises(PlaybookError):
        load(text)


@given(st.integers(0, len(SMALL) - 1), st.sampled_from(list(":{}[]-#&*!|>'\"%@`\t\n x")))
def test_a_mutated_playbook_never_breaks_the_reader(place: int, sign: str) -> None:
    found: tuple[Problem, ...] = ()
    try:
        load(SMALL[:place] + sign + SMALL[place + 1 :])
    except PlaybookError as error:
        found = error.problems
    assert all(problem.line >= 1 and problem.column >= 1 for problem in found)


def test_an_answer_serves_a_first_question_unless_it_says_more_and_survives_the_store() -> None:
    said = changed('    replies: {en: "See {site}."}', '    replies: {en: "See {site}."}\n    serves: [overdue, part]')
    plain, more = load(SMALL), load(said)

    assert plain.serves == {"return": {State.FIRST_QUESTION}}
    assert more.serves == {"return": {State.FIRST_QUESTION, State.OVERDUE, State.PART}}
    assert from_json(to_json(more)).serves == more.serves


@pytest.mark.parametrize("state", ["bereavement", "disputed", "declaration", "account_blocked", "statement"])
def test_no_answer_may_serve_what_only_a_person_can(state: str) -> None:
    said = changed('    replies: {en: "See {site}."}', f'    replies: {{en: "See {{site}}."}}\n    serves: [{state}]')
    assert "serves of return must be one of first_question" in problems(said)[0]


def test_what_is_looked_up_serves_who_waits_too_long_as_well() -> None:
    demo = load((Path(__file__).parents[3] / "playbooks" / "maison-lune.yaml").read_text(encoding="utf-8"))

    assert State.OVERDUE in demo.serves["order_status"]
    assert demo.serves["refund"] == {State.FIRST_QUESTION}


def test_who_answers_for_a_text_and_how_it_opens_come_back_as_they_were_written() -> None:
    text = changed(
        "languages: [en]",
        "languages: [en]\nautonomy: {default: auto, opens: {share: 50, cap: none}}\n"
        "approval: {owner: Marie, approved_on: 2026-11-29, valid_until: 2027-11-28}\nadmins: [U0LEA, marie]",
    ).replace(
        "title: {en: Return}",
        "title: {en: Return}\n    owner: Tom\n    opens: {hours: open}\n"
        "    without_proof: {reason: a trial, by: marie, on: 2026-11-29}",
    )
    playbook = load(text)

    assert playbook.autonomy.degrees == Rollout(share=50, cap=NO_CAP, hours="closed")
    assert playbook.intents["return"].degrees == Rollout(share=20, cap=30, hours="open")
    assert playbook.intents["return"].without_proof == Waiver(reason="a trial", by="marie", on="2026-11-29")
    assert approval_of(playbook, "return") == Approval(owner="Tom", approved_on="2026-11-29", valid_until="2027-11-28")
    assert is_admin(playbook, "U0LEA")
    assert not is_admin(playbook, "U0TOM")
    assert from_json(to_json(playbook)) == playbook


def test_a_public_answer_with_a_link_is_named_where_a_channel_bills_it() -> None:
    assert with_links(SMALL, load(SMALL), {"x": 0.2}) == ()  # only suggested: an agent sees the link
    auto = SMALL.replace("intents:", "autonomy: {default: auto, public_max: auto}\nintents:")

    (found,) = with_links(auto, load(auto), {"x": 0.2})

    assert "on x a post with a link costs 0.20 USD" in found.message
    assert found.message.endswith(": return")
    assert with_links(auto, load(auto), {}) == ()
    shaped = auto + "    channels: {x: {en: Read our page.}}\n"
    assert with_links(shaped, load(shaped), {"x": 0.2}) == ()
