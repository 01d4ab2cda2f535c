"""What an agent's click, dialog or command is answered, and what is passed on to process."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.engine.verdicts import VERDICTS
from chalicelib.errors import Refused
from chalicelib.model import AccountId, AgentAction, AgentReply, BrandId, Event, Millis, Request, Response, TicketId
from chalicelib.playbook.schema import Playbook
from chalicelib.report import CommentCard
from chalicelib.workspaces.slack import actions
from chalicelib.workspaces.slack.actions import Value, encode
from chalicelib.workspaces.slack.clicks import FoundCards, SlackServices
from chalicelib.workspaces.slack.interactions import BODY_LIMIT, handle
from chalicelib.workspaces.slack.judging_view import Judgeable, judging_view
from chalicelib.workspaces.slack.modals import Suggestion
from chalicelib.workspaces.slack.ticket_view import TicketView, suggestion_mark
from tests.unit.workspaces.slack.limits import broken_view
from tests.unit.workspaces.slack.samples import FORM, NAMES, NOW, SECRET, body, signed
from tests.unit.workspaces.slack.test_blocks import VIEW

T = "\u202f"
NOBODY: Any = SimpleNamespace(  # customers: nobody is found, and nothing can be decided
    find=lambda brand, words, agent: FoundCards([], more=False),
    playbook=lambda brand: Playbook(brand=brand, name="", languages=("fr",), intents={}),
    title=str,
    card=lambda brand, contact, ticket_id: None,
    decide=lambda *asked: SimpleNamespace(outcome="gone", by="", tickets=()),
    unite=lambda *asked: None,
)
PLACE = f"ask#1795597200000#00001#{'a' * 16}"


@dataclass
class Office:
    """Everything behind the desk, in memory."""

    brands: dict[str, str] = field(
        default_factory=lambda: {"T0GUICHET/C0MAISON": "maison-lune", "T0GUICHET/C0ATELIER": "atelier-nord"}
    )
    tickets: dict[tuple[str, str], TicketView] = field(default_factory=lambda: {("maison-lune", "t1"): VIEW})
    owners: dict[str, str] = field(default_factory=dict)
    events: list[tuple[str, Event]] = field(default_factory=list)
    views: list[Mapping[str, Any]] = field(default_factory=list)
    updates: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)
    switched: list[tuple[str, bool, str, str]] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)
    judged: list[tuple[str, ...]] = field(default_factory=list)
    starters: tuple[str, ...] = ("U0LEA",)
    exceptions: Any = None
    answers: Any = None
    comments: dict[tuple[str, str], CommentCard] = field(default_factory=dict)
    homes: list[tuple[str, str]] = field(default_factory=list)
    snoozed: list[tuple[str, str, str]] = field(default_factory=list)
    claims: int = 0
    late: bool = False

    def claim(self, brand: BrandId, ticket_id: TicketId, agent: str) -> str | None:
        self.claims += 1
        if (brand, ticket_id) not in self.tickets:
            return None
        return self.owners.setdefault(ticket_id, agent)

    def take_over(self, brand: BrandId, ticket_id: TicketId, agent: str) -> bool:
        if (brand, ticket_id) not in self.tickets:
            return False
        self.owners[ticket_id] = agent
        return True

    def snooze(self, brand: BrandId, ticket_id: TicketId, agent: str, choice: str) -> Millis | None:
        self.snoozed.append((ticket_id, agent, choice))
        return Millis(NOW + 7_200_000) if self.owners.get(ticket_id) == agent else None

    def open_view(self, account: AccountId, trigger: str, view: Mapping[str, Any]) -> None:
        if self.late:
            raise Refused("expired_trigger_id")
        self.views.append(view)

    def count(self, name: str, value: int = 1, *, channel: str = "") -> None:
        self.counted.append(name)

    def suggest(self, brand: BrandId, ticket_id: TicketId, query: str) -> Sequence[Suggestion]:
        found = [
            Suggestion(key="return", title="Retour", text="30 jours."),
            Suggestion(key="refund", title="Remboursement"),
        ]
        return [each for each in found if query.lower() in each.title.lower()]

    def brand_of(self, account: AccountId) -> BrandId | None:
        found = self.brands.get(account)
        return BrandId(found) if found else None

    def services(self) -> SlackServices:
        return SlackServices(
            secrets=lambda: (SECRET,),
            brand_of=self.brand_of,
            claim=self.claim,
            take_over=self.take_over,
            snooze=self.snooze,
            read_ticket=lambda brand, ticket_id: self.tickets.get((brand, ticket_id)),
            enqueue=lambda brand, event: self.events.append((brand, event)),
            open_view=self.open_view,
            update_view=lambda _account, view_id, view_hash, view: self.updates.append((view_id, view_hash, view)),
            suggestions=self.suggest,
            switch=lambda brand, stop, agent, scope: self.switched.append((brand, stop, agent, scope)),
            starters=lambda brand: self.starters,
            status=lambda brand: "Sur ce sujet, le bot est arrêté.",
            is_stopped=lambda brand: any(
                stop for name, stop, _, scope in self.switched if (name, scope) == (brand, "all")
            ),
            figures=lambda brand: f"figures of {brand}",
            home=lambda team, user: self.homes.append((team, user)),
            listed=lambda brand, name, agent, words: f"{name} of {brand} for {agent}: {words}",
            to_judge=lambda brand, account, agent: judging_view(
                Judgeable(language="fr", place=PLACE, text="Et ?", answer="Oui.", waiting=41),
                Value(brand=brand, ticket_id="", account_id=account),
            ),
            judged=lambda *said: self.judged.append(said),
            unfold=lambda brand, message_id, agent: f"{message_id} of {brand} for {agent}" if message_id else "",
            language_of=lambda _brand: "fr",
            exceptions=self.exceptions,
            answers=self.answers,
            people=NOBODY,
            comment=lambda _brand, message_id, act: self.comments.get((message_id, act)),
            clock=lambda: NOW,
            count=self.count,
        )

    def ask(self, raw: bytes | Request) -> Response:
        return handle(raw if isinstance(raw, Request) else signed(raw), self.services())

    @property
    def only(self) -> Event:
        assert len(self.events) == 1
        return self.events[0][1]

    def said(self) -> str:
        return json.dumps(self.views, ensure_ascii=False)


def changed(name: str, action: Mapping[str, Any] | None = None, **values: Any) -> bytes:
    """A sample with some of its fields, or of its first action's, changed."""
    payload = json.loads(parse_qs(body(name).decode())["payload"][0])
    payload.update(values)
    if action:
        payload["actions"][0].update(action)
    return urlencode({"payload": json.dumps(payload)}).encode()


def click(name: str, **values: Any) -> bytes:
    value = Value(brand="maison-lune", ticket_id="t1", rev=3, seen=1, mark=suggestion_mark(VIEW.suggestion))
    return changed(name, {"value": encode(replace(value, **values))})


# --- the door ---


def test_a_forged_request_gets_401_and_leaves_only_a_count() -> None:
    office = Office()
    assert office.ask(replace(signed(body("thread_reply")), body=body("thread_reply") + b" ")).status == 401
    assert office.ask(signed(body("thread_reply"), secret="other")).status == 401
    assert (office.events, office.counted) == ([], ["unverified"] * 2)


def test_a_stranger_who_found_the_address_wakes_nobody() -> None:
    office = Office()
    bare = replace(signed(body("thread_reply")), headers={"content-type": ("application/json",)})

    assert office.ask(bare).status == 401
    assert office.counted == ["desk_unsigned"]


def test_an_old_request_gets_401() -> None:
    assert Office().ask(signed(body("thread_reply"), at=NOW // 1000 - 301)).status == 401


def test_a_body_too_large_is_refused_before_it_is_read() -> None:
    office = Office()
    assert office.ask(signed(b"x" * (BODY_LIMIT + 1))).status == 413
    assert office.counted == ["desk_too_large"]


def test_the_challenge_is_answered_only_when_signed() -> None:
    answer = Office().ask(body("url_verification"))
    assert answer.status == 200
    assert answer.body.startswith("3eZbrw1aBm2rZgRNFdxV")
    assert Office().ask(signed(body("url_verification"), secret="x")).status == 401


def test_half_a_surrogate_in_the_challenge_is_answered_with_what_can_be_sent() -> None:
    answer = Office().ask(b'{"type":"url_verification","challenge":"a\\ud800b"}')

    assert (answer.status, answer.body) == (200, "a?b")


@pytest.mark.parametrize("field", ["event_id", "team_id", "channel", "user"])
def test_an_id_that_no_table_takes_names_nobody(field: str) -> None:
    payload = json.loads(body("thread_reply"))
    long = "T" * 3_000
    if field in payload:
        payload[field] = long
    else:
        payload["event"][field] = long
    office = Office()

    assert office.ask(json.dumps(payload).encode()).status == 200
    assert long not in repr(office.events)


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_is_answered_with_200(name: str) -> None:
    assert Office().ask(body(name.rsplit(".", 1)[0])).status == 200


def judge_press(verdict: str, brand: str = "maison-lune") -> bytes:
    value = Value(brand=brand, ticket_id="", account_id="T0GUICHET/C0MAISON", mark=PLACE, action=verdict)
    view = {"id": "V1", "hash": "h1", "private_metadata": encode(replace(value, mark="", action=""))}
    action = {"action_id": actions.JUDGE[verdict], "value": encode(value)}
    return changed("claim", action, view=view, channel=None, container={"type": "view", "view_id": "V1"})


@pytest.mark.parametrize("verdict", sorted(actions.JUDGE))
def test_a_verdict_is_written_once_a_press_and_the_dialog_goes_on(verdict: str) -> None:
    office = Office()
    assert office.ask(judge_press(verdict)).status == 200

    assert office.judged == [("maison-lune", "U0LEA", PLACE, verdict)]
    assert [(view_id, view_hash) for view_id, view_hash, _ in office.updates] == [("V1", "h1")]
    assert office.events == []


def test_a_verdict_from_another_brands_room_is_dropped() -> None:
    office = Office()
    office.ask(judge_press("right", brand="atelier-nord"))

    assert (office.judged, office.updates, office.counted) == ([], [], ["desk_unknown_account"])


def test_the_verdicts_of_buttons_and_of_proofs_are_the_same_words() -> None:
    assert tuple(actions.JUDGE) == VERDICTS


def test_the_judges_dialog_keeps_to_slacks_limits_and_shows_words_as_they_are() -> None:
    value = Value(brand="maison-lune", ticket_id="", account_id="T0GUICHET/C0MAISON")
    long = Judgeable(language="fr", title="Livraison", place=PLACE, text="*é* " * 2_000, answer="x" * 9_000, waiting=2)
    view = judging_view(long, value)

    assert broken_view(view) == []
    assert "*é*" in json.dumps(view, ensure_ascii=False)
    assert "Il ne reste rien" in json.dumps(judging_view(Judgeable(language="fr"), value), ensure_ascii=False)


@given(st.binary(max_size=200))
def test_any_signed_bytes_are_answered(raw: bytes) -> None:
    assert Office().ask(raw).status == 200


# --- threads ---


def test_words_in_a_thread_are_passed_on_for_their_brand() -> None:
    office = Office()
    office.ask(body("thread_reply"))
    assert office.events[0][0] == "maison-lune"
    assert isinstance(office.only, AgentReply)


def test_words_of_an_unknown_channel_are_counted_and_dropped() -> None:
    office = Office(brands={})
    assert office.ask(body("thread_reply")).status == 200
    assert (office.events, office.counted) == ([], ["desk_unknown_account"])


# --- buttons ---


def test_edit_and_reply_claims_opens_the_dialog_and_tells_everybody() -> None:
    office = Office()
    assert office.ask(click("edit_reply")).status == 200
    assert office.owners == {"t1": "U0LEA"}
    assert office.views[0]["callback_id"] == actions.REPLY_MODAL
    assert VIEW.suggestion in office.views[0]["blocks"][0]["element"]["initial_value"]
    assert isinstance(office.only, AgentAction)
    assert office.only.verb == "claim"


@pytest.mark.parametrize("name", ["edit_reply", "claim", "send_suggestion"])
def test_who_comes_second_is_told_who_has_it(name: str) -> None:
    office = Office(owners={"t1": "U0MAX"})
    assert office.ask(click(name)).status == 200
    assert "Cette demande est déjà prise par <@U0MAX>." in office.said()
    assert office.events == []


@pytest.mark.parametrize("name", ["edit_reply", "claim", "send_suggestion", "note_button"])
def test_a_ticket_that_is_gone_is_said_to_be_gone(name: str) -> None:
    office = Office(tickets={})
    assert office.ask(click(name)).status == 200
    assert "n’existe plus" in office.said()
    assert office.events == []


def test_one_click_sends_exactly_what_was_on_the_screen() -> None:
    office = Office()
    office.ask(click("send_suggestion"))
    assert isinstance(office.only, AgentAction)
    assert (office.only.verb, office.only.text, office.only.seen_rev) == ("reply", VIEW.suggestion, 1)
    assert office.owners == {"t1": "U0LEA"}


def test_a_second_click_is_the_same_event() -> None:
    office = Office()
    for trigger in ("1", "2"):
        value = encode(Value(brand="maison-lune", ticket_id="t1", rev=3, seen=1, mark=suggestion_mark(VIEW.suggestion)))
        office.ask(changed("send_suggestion", {"value": value}, trigger_id=trigger))
    assert len({event.event_id for _, event in office.events}) == 1


def test_a_suggestion_that_changed_since_is_not_sent() -> None:
    office = Office(tickets={("maison-lune", "t1"): replace(VIEW, suggestion="autre chose")})
    office.ask(click("send_suggestion"))
    assert office.events == []
    assert "a changé" in office.said()


def test_a_button_of_another_brand_does_nothing() -> None:
    office = Office()
    for name in ("edit_reply", "send_suggestion", "claim", "undo", "note_button"):
        office.ask(click(name, brand="atelier-nord"))
    assert (office.events, office.views, office.claims) == ([], [], 0)
    assert office.counted == ["desk_unknown_account"] * 5


def test_a_dialog_that_opens_too_late_is_counted_and_the_claim_stands() -> None:
    office = Office(late=True)
    assert office.ask(click("edit_reply")).status == 200
    assert office.counted == ["desk_view_failed"]
    assert isinstance(office.only, AgentAction)


def test_undo_is_passed_on_with_its_row() -> None:
    office = Office()
    office.ask(click("undo", row_id="r9"))
    assert isinstance(office.only, AgentAction)
    assert (office.only.verb, office.only.row_id) == ("undo", "r9")


def test_stop_takes_effect_before_the_answer_and_is_told() -> None:
    office = Office()
    office.ask(body("stop_brand"))
    assert office.switched == [("maison-lune", True, "U0LEA", "all")]
    assert isinstance(office.only, AgentAction)


@pytest.mark.parametrize(("stopped", "action"), [(False, actions.STOP_BRAND), (True, actions.START_BRAND)])
def test_the_menu_asks_before_the_bot_is_stopped_or_started(*, stopped: bool, action: str) -> None:
    office = Office()
    if stopped:
        office.switched.append((BrandId("maison-lune"), True, "U0TOM", "all"))
    before = list(office.switched)
    chosen = encode(Value(brand="maison-lune", ticket_id="t1", action=actions.SWITCH))
    office.ask(changed("stop_brand", {"selected_option": {"value": chosen}}))
    dialog = office.views[0]
    assert (dialog["callback_id"], office.switched, office.events) == (actions.SWITCH_MODAL, before, [])

    payload = json.loads(parse_qs(body("note_submitted").decode())["payload"][0])
    payload["view"] |= {key: dialog[key] for key in ("callback_id", "private_metadata")}
    office.ask(urlencode({"payload": json.dumps(payload)}).encode())
    assert office.switched[-1] == ("maison-lune", not stopped, "U0LEA", "all")
    assert isinstance(office.only, AgentAction)
    assert office.only.verb == ("start_brand" if stopped else "stop_brand")


@pytest.mark.parametrize("action", ["", actions.CLAIM, "?"])
def test_a_forged_switch_dialog_does_nothing(action: str) -> None:
    office = Office()
    office.ask(submitted("note_submitted", "", action=action, callback=actions.SWITCH_MODAL))
    assert (office.switched, office.events) == ([], [])


def test_a_note_opens_its_dialog_without_claiming() -> None:
    office = Office()
    office.ask(click("note_button"))
    assert office.views[0]["callback_id"] == actions.NOTE_MODAL
    assert (office.claims, office.events) == (0, [])


# --- dialogs ---


def submitted(name: str, text: str, *, callback: str = "", **values: Any) -> bytes:
    payload = json.loads(parse_qs(body(name).decode())["payload"][0])
    payload["view"]["callback_id"] = callback or payload["view"]["callback_id"]
    metadata = Value(brand="maison-lune", ticket_id="t1", account_id="T0GUICHET/C0MAISON", language="fr", seen=1)
    payload["view"]["private_metadata"] = encode(replace(metadata, **values))
    payload["view"]["state"]["values"] = {"guichet_text_return": {"guichet_text_input": {"value": text}}}
    return urlencode({"payload": json.dumps(payload)}).encode()


def test_a_reply_is_passed_on_and_the_dialog_closes() -> None:
    office = Office()
    answer = office.ask(submitted("reply_submitted", "Bonjour & merci <3"))
    assert (answer.status, answer.body) == (200, "")
    assert isinstance(office.only, AgentAction)
    assert (office.only.verb, office.only.text) == ("reply", "Bonjour & merci <3")


@pytest.mark.parametrize(
    ("text", "limit", "unit", "wrong"),
    [
        ("", 0, "", "Écrivez quelque chose"),
        (" \n ", 0, "", "Écrivez quelque chose"),
        ("x" * 281, 280, "chars", "281 caractères"),
        ("é" * 141, 280, "bytes", "Raccourcissez de 2"),
        ("漢" * 141, 280, "weighted", "Raccourcissez de 2"),
    ],
)
def test_what_cannot_be_sent_is_said_beside_the_field(text: str, limit: int, unit: str, wrong: str) -> None:
    office = Office()
    answer = json.loads(office.ask(submitted("reply_submitted", text, limit=limit, unit=unit)).body)
    assert answer["response_action"] == "errors"
    assert wrong in answer["errors"]["guichet_text_return"]
    assert (office.events, office.claims) == ([], 0)


def test_what_just_fits_is_sent() -> None:
    office = Office()
    office.ask(submitted("reply_submitted", "x" * 280, limit=280, unit="chars"))
    assert len(office.events) == 1


def test_a_reply_to_a_ticket_that_somebody_else_took_is_held() -> None:
    office = Office(owners={"t1": "U0MAX"})
    answer = json.loads(office.ask(submitted("reply_submitted", "Bonjour")).body)
    assert answer["response_action"] == "update"
    assert "<@U0MAX>" in json.dumps(answer["view"])
    assert office.events == []


def test_card_numbers_in_notes_are_covered_before_they_are_queued() -> None:
    office = Office()
    office.ask(submitted("note_submitted", "sa carte : 4242 4242 4242 4242"))

    assert isinstance(office.only, AgentAction)
    assert office.only.text == "sa carte : •••• •••• •••• 4242"


def test_a_note_needs_no_claim() -> None:
    office = Office(owners={"t1": "U0MAX"})
    office.ask(submitted("note_submitted", "client fidèle"))
    assert isinstance(office.only, AgentAction)
    assert office.only.verb == "note"


def test_a_colleague_takes_a_ticket_over_and_says_why() -> None:
    office = Office(owners={"t1": "U0MAX"})
    why = submitted("reply_submitted", "Max est absent, 4111 1111 1111 1111", callback=actions.TAKE_OVER_MODAL)
    answer = office.ask(why)
    assert (answer.status, answer.body) == (200, "")
    assert isinstance(office.only, AgentAction)
    assert (office.only.verb, office.owners["t1"]) == ("take_over", office.only.agent_id)
    assert office.only.text.startswith("Max est absent")
    assert "4111" not in office.only.text


def test_a_take_over_needs_a_reason_and_a_ticket() -> None:
    office = Office(owners={"t1": "U0MAX"})
    blank = office.ask(submitted("reply_submitted", " ", callback=actions.TAKE_OVER_MODAL))
    gone = office.ask(submitted("reply_submitted", "absent", callback=actions.TAKE_OVER_MODAL, ticket_id="t9"))
    assert "errors" in blank.body
    assert "n’existe plus" in gone.body
    assert (office.events, office.owners) == ([], {"t1": "U0MAX"})


def test_take_over_asks_why_in_a_dialog_and_claims_nothing() -> None:
    office = Office(owners={"t1": "U0MAX"})
    value = encode(Value(brand="maison-lune", ticket_id="t1", action=actions.TAKE_OVER))
    office.ask(changed("stop_brand", {"action_id": actions.MORE, "selected_option": {"value": value}}))
    assert office.views[0]["callback_id"] == actions.TAKE_OVER_MODAL
    assert (office.claims, office.events) == (0, [])


def test_send_and_close_sends_exactly_what_was_on_the_screen() -> None:
    office = Office()
    shown = Value(
        brand="maison-lune",
        ticket_id="t1",
        rev=3,
        seen=1,
        mark=suggestion_mark(VIEW.suggestion),
        action=actions.SEND_AND_CLOSE,
    )
    option = {"action_id": actions.MORE, "selected_option": {"value": encode(shown)}}
    office.ask(changed("stop_brand", option))
    assert isinstance(office.only, AgentAction)
    assert (office.only.verb, office.only.text) == ("send_close", VIEW.suggestion)


def test_a_dialog_of_another_brand_does_nothing() -> None:
    office = Office()
    office.ask(submitted("reply_submitted", "Bonjour", brand="atelier-nord"))
    office.ask(submitted("reply_submitted", "Bonjour", account_id="T0OTHER/C0MAISON"))
    assert office.events == []


def test_the_list_of_answers_is_searched() -> None:
    answer = json.loads(Office().ask(body("options")).body)
    assert [option["value"] for option in answer["options"]] == ["return"]


def test_choosing_an_answer_fills_the_open_dialog() -> None:
    office = Office()
    view = {
        "id": "V1",
        "hash": "h",
        "private_metadata": encode(Value(brand="maison-lune", ticket_id="t1", account_id="T0GUICHET/C0MAISON")),
    }
    pick = {"action_id": actions.PICK_SUGGESTION, "selected_option": {"value": "return"}}
    raw = changed("claim", view=view, actions=[pick], container={"type": "view", "view_id": "V1"}, channel=None)
    assert office.ask(raw).status == 200
    assert office.updates[0][:2] == ("V1", "h")
    assert office.updates[0][2]["blocks"][0]["element"]["initial_value"] == "30 jours."
    assert office.events == []


# --- /guichet ---


@pytest.mark.parametrize(
    ("name", "stop", "words"), [("command_stop", True, "Le bot est arrêté"), ("command_start", False, "de nouveau")]
)
def test_commands_stop_and_start_at_once(*, name: str, stop: bool, words: str) -> None:
    office = Office()
    answer = json.loads(office.ask(body(name)).body)
    assert answer["response_type"] == "ephemeral"
    assert words in answer["text"]
    assert office.switched == [("maison-lune", stop, "U0LEA", "all")]
    assert isinstance(office.only, AgentAction)


def test_status_and_help_change_nothing() -> None:
    office = Office()
    assert "le bot est arrêté" in json.loads(office.ask(body("command_status")).body)["text"]
    assert "/guichet stop" in json.loads(office.ask(body("command_empty")).body)["text"]
    assert (office.events, office.switched) == ([], [])


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("mes", "mine of maison-lune for U0LEA: "),
        ("Mine", "mine of maison-lune for U0LEA: "),
        ("libres", "free of maison-lune for U0LEA: "),
        ("free", "free of maison-lune for U0LEA: "),
        ("retard", "late of maison-lune for U0LEA: "),
        ("late", "late of maison-lune for U0LEA: "),
        ("chercher ML 12", "search of maison-lune for U0LEA: ML 12"),
        ("search Louise", "search of maison-lune for U0LEA: Louise"),
        ("chercher", "search of maison-lune for U0LEA: "),
    ],
)
def test_a_list_of_open_tickets_is_shown_to_who_asks_alone(words: str, asked: str) -> None:
    typed = body("command_status").replace(b"text=status", b"text=" + quote_plus(words).encode())
    answer = json.loads(Office().ask(typed).body)

    shown = answer.pop("text").split("\n")
    assert (shown[0], answer.pop("response_type")) == (asked, "ephemeral")
    assert (shown[1:], bool(answer)) == ((["Aucun client trouvé."], True) if " " in words else ([], False))


@pytest.mark.parametrize(("tab", "shown"), [("home", [("T0GUICHET", "U0LEA")]), ("messages", [])])
def test_who_opens_the_apps_home_is_shown_it_and_nothing_is_queued(tab: str, shown: list[tuple[str, str]]) -> None:
    opened = {"type": "app_home_opened", "user": "U0LEA", "channel": "D0LEA", "tab": tab, "event_ts": "1.2"}
    raw = json.dumps({"type": "event_callback", "team_id": "T0GUICHET", "event_id": "Ev9", "event": opened}).encode()
    office = Office()

    assert office.ask(raw) == Response(200)
    assert office.homes == shown
    assert office.events == []


def test_a_list_is_not_shown_where_no_brand_is() -> None:
    typed = body("command_status").replace(b"text=status", b"text=libres")

    assert "aucune marque" in json.loads(Office(brands={}).ask(typed).body)["text"]


@pytest.mark.parametrize("word", ["chiffres", "figures", "Chiffres"])
def test_the_command_shows_the_teams_figures_to_its_writer_alone(word: str) -> None:
    typed = body("command_status").replace(b"text=status", b"text=" + word.encode())
    answer = json.loads(Office().ask(typed).body)

    assert answer == {"response_type": "ephemeral", "text": "figures of maison-lune"}


def test_a_command_in_an_unknown_channel_says_so() -> None:
    answer = json.loads(Office(brands={}).ask(body("command_stop")).body)
    assert "aucune marque" in answer["text"]
    assert "no brand" in answer["text"]


def test_the_certificate_check_is_answered() -> None:
    assert Office().ask(body("ssl_check")) == Response(200)


def test_the_content_type_is_no_secret_door() -> None:
    request = signed(body("thread_reply"))
    odd = replace(request, headers={**request.headers, "content-type": ()})
    assert Office().ask(odd).status == 200
    assert FORM in signed(b"a=b").headers["content-type"]
    assert Millis(NOW) == NOW


def _started_by_notice() -> bytes:
    pressed = {
        "action_id": actions.START_INTENT,
        "value": encode(Value(brand="maison-lune", ticket_id="t1", row_id="r", scope="intent:return")),
    }
    return changed("claim", pressed)


def test_the_button_of_a_notice_starts_its_intent_at_once_and_tells_process() -> None:
    office = Office()
    raw = _started_by_notice()

    assert office.ask(raw).status == 200
    assert office.ask(raw).status == 200  # pressed twice: one event

    assert office.switched[0] == ("maison-lune", False, "U0LEA", "intent:return")
    assert {(event.verb, event.row_id) for _, event in office.events if isinstance(event, AgentAction)} == {
        ("start_intent", "r")
    }
    assert len({event.event_id for _, event in office.events}) == 1


# --- who may start again ---


def test_anybody_stops_and_only_named_people_start_again() -> None:
    office = Office(starters=("U0TOM",))

    assert "Le bot est arrêté" in json.loads(office.ask(body("command_stop")).body)["text"]
    told = json.loads(office.ask(body("command_start")).body)["text"]

    assert "seules ces personnes le relancent" in told
    assert told.endswith("<@U0TOM>.")
    assert [stop for _, stop, *_ in office.switched] == [True]
    assert len(office.events) == 1


def test_the_notices_button_tells_who_is_not_named_who_may_start_it() -> None:
    office = Office(starters=())
    office.ask(_started_by_notice())

    assert (office.switched, office.events) == ([], [])
    assert "ne nomme encore personne" in office.said()


def test_unsend_asks_in_a_dialog_that_names_the_answer_and_nothing_happens_before_a_yes() -> None:
    office = Office()
    office.tickets[BrandId("maison-lune"), TicketId("t1")] = replace(
        office.tickets[BrandId("maison-lune"), TicketId("t1")], sent_row="c1.7.r", unsend_ms=48 * 3_600_000
    )
    value = encode(Value(brand="maison-lune", ticket_id="t1", action=actions.UNSEND))
    office.ask(changed("stop_brand", {"action_id": actions.MORE, "selected_option": {"value": value}}))
    (view,) = office.views
    assert (view["callback_id"], office.events) == (actions.UNSEND_MODAL, [])
    asked = actions.decode(view["private_metadata"])
    assert asked is not None
    assert asked.row_id == "c1.7.r"
    assert "48 heures" in json.dumps(view, ensure_ascii=False)

    office.ask(submitted("reply_submitted", "", callback=actions.UNSEND_MODAL, row_id="c1.7.r"))
    assert isinstance(office.only, AgentAction)
    assert (office.only.verb, office.only.row_id, office.only.target_id) == ("unsend", "c1.7.r", "t1")


def test_where_a_channel_deletes_nothing_the_dialog_says_that_the_customer_keeps_it() -> None:
    office = Office()
    value = encode(Value(brand="maison-lune", ticket_id="t1", action=actions.UNSEND))
    office.ask(changed("stop_brand", {"action_id": actions.MORE, "selected_option": {"value": value}}))
    (view,) = office.views
    assert "submit" not in view
    assert "le client garde cette réponse" in json.dumps(view, ensure_ascii=False)
