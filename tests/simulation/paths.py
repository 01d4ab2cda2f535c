"""
The paths that are killed at every call: one table, a name and what people do on it.

Every text carries a word of its own (kk…), so that it can be found again in the timeline and in Slack.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from chalicelib import events
from chalicelib.channels._whatsapp_templates import listed
from chalicelib.conversation import address_of
from chalicelib.errors import Conflict, UsageError
from chalicelib.model import Address, AgentAction, AgentVerb, ConversationId, Deletion, Edit, Event, EventId, Message
from chalicelib.playbook.codec import to_json
from chalicelib.playbook.release import FULL
from chalicelib.playbook.schema import CommentRules
from chalicelib.playbook.template_use import ANSWER, TemplateUse
from chalicelib.quality import answer_samples
from chalicelib.stages import notifying
from chalicelib.stages.intake import LOOKS_MOST
from chalicelib.stages.sweep import sweep
from chalicelib.store import judging, keys, merging, people, splitting, templates, wire
from chalicelib.store.merging import Proof
from chalicelib.store.roots import Roots
from chalicelib.wiring import Wiring

from . import move_paths
from .desks import AGENT, COLLEAGUE
from .instagram import ANOTHER_APP, WINDOW_OVER
from .platforms import (
    GRAPH_LATER,
    GRAPH_LIMIT,
    GRAPH_LONG_LIMIT,
    GRAPH_PAUSED,
    GRAPH_REFUSED,
    GRAPH_TOKEN_DEAD,
    JPEG,
    OGG,
    PDF,
    Hook,
    Platform,
    answer,
    post,
)
from .ses import problem
from .telegram import BLOCKED, DOWN, LIMIT
from .telegram import WINDOW_OVER as CHAT_OVER
from .world import PREFIX, QUEUE_BASE, Step, World

PERSON = "33600000001"
NEW_NUMBER, USER = "33600000002", "FR.1349820271167"  # of the same person
ADDRESS = address_of("whatsapp", "1001", PERSON)
ON_MESSENGER = address_of("messenger", "2001", PERSON)
GRAPH_LATE = answer(400, {"error": {"code": 131047}})  # the window is over
ON_TELEGRAM = address_of("telegram", "7001", PERSON)
ELSEWHERE = address_of("messenger", "2001", "33600000009")  # of the same person, if they prove it
HURT = "Votre bougie a pris feu et ma fille est brûlée kkhu"
HURT_AGAIN = "Ma fille est brûlée, que faire kkhv"
HOURS, PARCEL, ODD, SHAME = (
    "Vos horaires svp ? kkaa",
    "Où est mon colis ? kkbb",
    "Vous vendez des lamas roses ? kkcc",
    "Une honte kkdd",
)
LATE = ("Vous vendez des lamas roses ? kkla", "Vous vendez des lamas verts ? kklb", "Et des lamas bleus ? kklc")
OWN = "Toujours rien reçu, commande ML123456, une honte kkfa"  # as a comment: the writer's own matter
OWN_TOO = "Moi non plus, commande ML123457 jamais reçue, une honte kkfb"  # somebody else's
PAGE_LIMIT = answer(400, {"error": {"code": 613}}, retry_after="30")
TAKEN = "lilas kkun"  # of an answer that is taken back
FAKE = "Contactez notre service client officiel sur WhatsApp au +33 6 39 98 00 12 kkfg"
CALM, SIZE = "Magnifique 😍😍", "Quelle taille pour 1m75 ? kkfe"
HOURS_MORE, HOURS_LAST = "Quels horaires samedi ? kkxh", "Les horaires du soir ? kkxi"
HOURS_TOO = "Et vos horaires ? kkuu"
NUMBER = "Voici : ML123456"
DANGER, AGAIN, RETURNED = "Mon avocat vous écrira kkuu", "Et en bleu peut-être ? kkff", "Le retour est une honte kkvv"
UNCLEAR = "J'ai un souci avec ma commande ML123456 kkdq"
BOTH = "Ce sont ML123456 et ML123457"
WHERE = "Où est mon colis ML123456 ? kkqq"  # leads to a look-up at once

CROWD = tuple(f"kk{first}{second}" for first in "lmno" for second in "pqrstuv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """What people do (`steps`), what customers wrote (`written`), and how the outside is prepared."""

    steps: Callable[[], list[Step]]
    written: tuple[str, ...]
    replies: int  # automatic answers and questions back that reach the customer in a calm run
    tickets: int  # that a calm run opens
    prepare: Callable[[World], None] = lambda world: None
    gone: tuple[str, ...] = ()  # what customers wrote and took back: it stands nowhere at the end
    notices: int = 0  # lines for the administrator, in every run
    digests: int = 0  # of comments, in every run
    noticed: int = 0  # lines about what a platform keeps from an account, in every run
    looked: int = 0  # lines about what a morning's look found, in every run
    reports: int = 0  # messages with the week's figures, in every run


def says(channel: str, text: str, *, wait_ms: int = 0, times: int = 1) -> Step:
    """A customer writes; `times`: the platform sends the webhook that often."""
    return Step(lambda world: getattr(world, channel).writes(PERSON, text, times=times), wait_ms=wait_ms, name=text)


def to_owner(text: str, *, wait_ms: int = 0, times: int = 1) -> Step:
    """A customer writes to the Telegram account of a business that the bot answers for."""
    return Step(lambda world: world.telegram.writes_to_owner(PERSON, text, times=times), wait_ms=wait_ms, name=text)


def in_group(text: str, *, wait_ms: int = 0) -> Step:
    """A customer writes to the bot in a group."""
    return Step(lambda world: world.telegram.writes_in_group(PERSON, text), wait_ms=wait_ms, name=text)


def judged(number: int, verdict: str, wait_ms: int = 60_000) -> Step:
    """Somebody judges the n-th automatic answer that was sent: what the desk does at a press, in its order."""

    def do(world: World) -> None:
        place = judging.waiting(world.table, world.clock())[number].place
        found = answer_samples.wrong_answer(world.table, place, AGENT, verdict, world.clock())
        if found is not None:
            tells(found).do(world)
        judging.judge(world.table, place, AGENT, verdict, world.clock())

    return Step(do, when=lambda world: len(judging.waiting(world.table, world.clock())) > number, wait_ms=wait_ms)


def chooses(channel: str, number: int, *, of: int = 0, wait_ms: int = 60_000, times: int = 1, words: str = "") -> Step:
    """
    The customer presses a button of the n-th message that reached them; `times`: that often, at once.

    Where none has reached them, or another than the one that says `words`, they write these (or the number).
    """

    def do(world: World) -> None:
        platform = getattr(world, channel)
        platform.reads(world)
        buttons = platform.said[of].buttons if len(platform.said) > of else ()
        if not buttons or (words and buttons[number - 1][0] != words):
            platform.writes(PERSON, words or str(number))
            return
        title, payload = buttons[number - 1]
        for _ in range(times):
            platform.presses(PERSON, title, payload, platform.said[of].platform_id)

    return Step(do, wait_ms=wait_ms, name=f"presses {number}")


def another(text: str, *, wait_ms: int = 0) -> Step:
    """Another customer writes."""
    return Step(lambda world: world.whatsapp.writes("33600000002", text), wait_ms=wait_ms, name=text)


def from_number(number: int, text: str, *, wait_ms: int = 0) -> Step:
    """The n-th of many customers writes."""
    return Step(lambda world: world.whatsapp.writes(f"3360000{number:04}", text), wait_ms=wait_ms, name=text)


def reacts(channel: str, emoji: str, to: int = 0, wait_ms: int = 30_000) -> Step:
    """The customer reacts to the n-th message that reached them."""

    def do(world: World) -> None:
        platform = getattr(world, channel)
        platform.reacts(PERSON, platform.said[to].platform_id, emoji)

    return Step(do, when=lambda world: len(getattr(world, channel).said) > to, wait_ms=wait_ms, name=emoji)


def natively(channel: str, text: str, wait_ms: int) -> Step:
    return Step(lambda world: getattr(world, channel).native(PERSON, text), wait_ms=wait_ms, name="native answer")


def writes_as(wamid: str, text: str, wait_ms: int = 0) -> Step:
    """A customer writes a message whose id the steps after it know."""
    content = {"type": "text", "text": {"body": text}}
    return Step(lambda world: world.whatsapp.deliver(wamid, PERSON, content), wait_ms=wait_ms, name=text)


def contact_of(world: World, address: Address) -> str:
    """The contact that an address belongs to for ever."""
    return keys.new_ids(world.brand, address)[0]


def merges(one: Address, other: Address, *, wait_ms: int = 0) -> Step:
    """Somebody proves that these two are one person; run again where that is cut off."""

    def work(world: World, wiring: Wiring) -> bool:
        proof = Proof(evidence="code", reason="typed back", by="code", at=world.clock())
        try:
            done = merging.join(wiring.table(world.brand), contact_of(world, one), contact_of(world, other), proof)
        except (Conflict, UsageError):
            return False
        if done is not None:
            notifying.merged(world.brand, done, wiring.for_handlers)
        return True

    return Step(lambda world: world.command(partial(work, world)), wait_ms=wait_ms, name="merges")


def goes_on_at(address: Address, *, wait_ms: int = 1_000) -> Step:
    """They followed a link, and said yes where it began: the head keeps it (`engine.reply_channel`)."""

    def do(world: World) -> None:
        head = Roots(world.table).of(ConversationId(keys.new_ids(world.brand, address)[1]))
        if head is not None:
            world.table.write(merging.head_write(world.table, head, replace(head, chosen=(address,))))

    return Step(do, wait_ms=wait_ms, name="goes on")


def splits(one: Address, other: Address, *, wait_ms: int = 0) -> Step:
    """Somebody finds that these two are two; run again until they are."""

    def work(world: World, wiring: Wiring) -> bool:
        table, (winner, loser) = wiring.table(world.brand), (contact_of(world, each) for each in (one, other))
        them = people.person(table, loser)
        if them is not None and them.merged_into != winner:
            return True  # it was done, and its answer was lost
        try:
            notifying.merged(world.brand, splitting.split(table, winner, loser, world.clock()), wiring.for_handlers)
        except (Conflict, UsageError):
            return False
        return True

    return Step(lambda world: world.command(partial(work, world)), wait_ms=wait_ms, name="splits")


def tells(event: Event, wait_ms: int = 60_000) -> Step:
    """The platform says that a customer changed their mind."""

    def do(world: World) -> None:
        body = {"v": 1, "brand": world.brand, "received_at": world.clock.now, "event": json.loads(events.encode(event))}
        group = {"MessageGroupId": "g", "MessageDeduplicationId": event.event_id}
        world.sqs.send_message(QueueUrl=f"{QUEUE_BASE}/inbox.fifo", MessageBody=json.dumps(body), **group)

    return Step(do, wait_ms=wait_ms, name=type(event).__name__)


def edits(target: str, text: str, wait_ms: int = 60_000) -> Step:
    own_id = EventId(f"e.{target}")
    return tells(Edit(event_id=own_id, address=ADDRESS, sent_at=None, target_id=target, text=text), wait_ms)


def deletes(target: str, wait_ms: int = 60_000) -> Step:
    own_id = EventId(f"d.{target}")
    return tells(Deletion(event_id=own_id, address=ADDRESS, sent_at=None, target_id=target), wait_ms)


def on_comment(verb: AgentVerb, reason: str = "", *, wait_ms: int) -> Step:
    """Whoever looks after comments presses a button about the first that may be hidden or is to be read."""

    def do(world: World) -> None:
        found = [wire.from_avs(item) for key, item in world.dynamo.items.items() if "#comments#" in key[0]]
        wanted = [item for item in found if item["kind"] in ("hide", "read")]
        hidden = [item for item in wanted if verb == "unhide" and item.get("state") == "hidden"]
        assert wanted, "no comment is to be looked at"
        target = (hidden or wanted)[0]["message_id"]
        press = AgentAction(
            event_id=EventId(f"press {verb} {reason} {world.clock.now}"),
            address=address_of("slack", "T0GUICHET/C0MAISON", AGENT),
            sent_at=None,
            target_id=target,
            verb=verb,
            agent_id=AGENT,
            text=reason,
        )
        tells(press, 0).do(world)

    there = lambda world: any("#comments#" in pk for pk, _ in world.dynamo.items)  # noqa: E731
    return Step(do, when=there, wait_ms=wait_ms, name=f"{verb} a comment")


def rule_hides(world: World) -> None:
    """The brand lets a rule hide false customer service; the platform is busy at first."""
    rules = CommentRules(hide=frozenset({"false_service"}))
    world.table.put_playbook(to_json(replace(world.playbook, comments=rules)), world.clock())
    world.facebook.troubles.extend([GRAPH_LIMIT, answer(500, {"error": {"code": 2}})])


HATE = "Sale arabe, rentre dans ton pays"
LINKED = "Regardez les sacs ici, petits prix https://sacs-pas-chers.example.com"


def equal_ones_are_spam(world: World) -> None:
    """The brand takes three equal comments that call elsewhere for spam."""
    world.table.put_playbook(to_json(replace(world.playbook, comments=CommentRules(spam_after=3))), world.clock())


def can(act: str) -> Callable[[World], bool]:
    """A condition for a step: some ticket, or notice, lets agents do this."""
    return lambda world: world.desks.agents.sees(act)


def is_asked(what: str = "") -> Callable[[World], bool]:
    """A condition for a step: a dialog asks an agent for this."""
    return lambda world: world.desks.agents.is_asked(what)


def signed(address: Address, text: str, *known: tuple[str, str], at: str = "e1") -> Step:
    """Somebody writes whose identity the brand has signed."""
    event_id = EventId(f"{at}-{address.person_id}")
    return tells(Message(event_id=event_id, address=address, sent_at=None, text=text, known_as=known))


def presses(act: str, wait_ms: int = 5_000, *, by: str = AGENT) -> Step:
    return Step(lambda world: world.desks.agents.press(act, by=by), when=can(act), wait_ms=wait_ms, name=act)


def if_still_there(act: str, *, wait_ms: int = 2_000, by: str = AGENT) -> Step:
    """An agent presses what is there still: their screen was not drawn anew yet, or the first press was lost."""
    press = presses(act, by=by)
    return Step(lambda world: can(act)(world) and press.do(world), wait_ms=wait_ms, name=f"{act}, if it is there")


def comments(channel: str, number: int, text: str) -> Step:
    """One of several people comments under a post."""
    person = f"336000000{70 + number}"

    def do(world: World) -> None:
        if channel == "facebook":
            world.facebook.writes(person, text)
        else:
            world.instagram.comments(person, text)

    return Step(do, wait_ms=2_000, name=text)


def types_in_thread(text: str, *, when: Callable[[World], bool] = lambda world: True, wait_ms: int = 1_000) -> Step:
    """The agent types under the newest ticket."""
    return Step(lambda world: world.desks.agents.types_in_thread(text), when=when, wait_ms=wait_ms, name=text)


def asks_for(words: str, *, by: str = AGENT) -> Step:
    """An agent asks for a list, or for the figures."""
    return Step(lambda world: world.desks.agents.asks_for(words, by=by), wait_ms=1_000, name=words)


def waits(minutes: float) -> Step:
    """Nobody does anything for so long: a ticket's clocks go on."""
    return Step(lambda world: None, wait_ms=round(minutes * 60_000), name=f"{minutes} minutes")


def submits(text: str, asked: str, *, by: str = AGENT, name: str, files: Mapping[str, bytes] | None = None) -> Step:
    """An agent answers what a dialog asks for."""

    def do(world: World) -> None:
        world.desks.agents.submit(text, by=by, files=files)

    return Step(do, when=is_asked(asked), wait_ms=2_000, name=name)


def again(press: Step, asked: str = "") -> Step:
    """The agent presses once more where no dialog opened."""
    return Step(lambda world: is_asked(asked)(world) or press.do(world), wait_ms=2_000, name="press again")


def takes_over(reason: str) -> list[Step]:
    """A colleague takes the newest ticket over."""
    press = presses("take_over", by=COLLEAGUE)
    return [press, again(press, "why"), submits(reason, "why", by=COLLEAGUE, name="why")]


def takes_over_number(number: int) -> list[Step]:
    """A colleague takes over the ticket with this number."""

    def there(world: World) -> bool:
        return world.desks.agents.can("take_over", number)

    def of_this(world: World) -> bool:
        return world.desks.agents.is_asked("why", number)

    def press(world: World) -> None:
        if not of_this(world):
            world.desks.agents.press("take_over", by=COLLEAGUE, on=number)

    def sent(world: World) -> None:
        world.desks.agents.submit("elle est malade", by=COLLEAGUE)

    return [
        Step(press, when=there, wait_ms=5_000, name=f"takes over {number}"),
        Step(press, when=there, wait_ms=2_000, name="press again"),
        Step(sent, when=of_this, wait_ms=2_000, name="why"),
    ]


def reminded(when: str, *, by: str = AGENT) -> list[Step]:
    """An agent wants to be reminded of the newest ticket that they may be."""
    press = presses("snooze", by=by)
    chosen = Step(lambda world: world.desks.agents.choose(when, by=by), when=is_asked("when"), wait_ms=2_000, name=when)
    return [press, again(press, "when"), chosen]


def window_over(world: World) -> None:
    """The platform says of the newest message that its time was over."""
    said = world.whatsapp.said[-1]
    world.whatsapp.status(PERSON, said.platform_id, said.token, "failed", 0, 131047)


def confirms() -> Step:
    """An agent says yes to what a dialog asks."""
    return Step(lambda world: world.desks.agents.confirm(), when=is_asked(), wait_ms=5_000, name="confirm")


def writes_reply(text: str, files: Mapping[str, bytes] | None = None) -> list[Step]:
    """An agent opens the dialog (once more where it did not open), writes, puts files to it and sends."""
    press = presses("edit_reply")
    return [press, again(press), submits(text, "", name="submit", files=files)]


def unsends(prepare: Callable[[World], None] = lambda world: None) -> list[Step]:
    """An agent takes the newest answer back, and says yes to what the dialog asks."""

    def press(world: World) -> None:
        prepare(world)
        world.desks.agents.press("unsend")

    pressed = Step(press, when=can("unsend"), wait_ms=60_000, name="unsend")
    asked_again = again(Step(lambda world: world.desks.agents.press("unsend"), name="unsend"), "unsend")
    sure = Step(lambda world: world.desks.agents.confirm(), when=is_asked("unsend"), wait_ms=5_000, name="yes")
    return [pressed, asked_again, sure]


def order_known(world: World) -> None:
    for number in ("ML123456", "ML123457"):
        world.shop.orders[number] = {
            "number": number, "status": "shipped", "carrier": "Colissimo", "expected_on": "2026-11-27"
        }  # fmt: skip


def mail_that_bounces(world: World) -> None:
    world.email.bounces = True
    world.email.troubles = [problem("TooManyRequestsException", 429)]


def without_statuses(world: World) -> None:
    order_known(world)
    world.sms.mute = True


def trouble(channel: str, *answers: object) -> Callable[[World], None]:
    return lambda world: getattr(world, channel).troubles.extend(answers)


def files_not_ready(world: World) -> None:
    """Two asks for a file fail, and so does the first that brings it to the desk."""
    world.whatsapp.file_troubles.extend([answer(503, {}), answer(429, {})])
    world.desks.limit(20, files=True)


TEMPLATE = {
    "name": "reponse_conseiller",
    "language": "fr",
    "category": "UTILITY",
    "status": "APPROVED",
    "components": [{"type": "BODY", "text": "Bonjour, voici notre réponse : {{1}} L'équipe {{2}} vous lit ici."}],
}


def with_template(*answers: object) -> Callable[[World], None]:
    """The brand has a template for answers that come late, and its list was read; what it is sent meets `answers`."""

    def do(world: World) -> None:
        use = TemplateUse(name="reponse_conseiller", values=(ANSWER, "Maison Lune"))
        playbook = replace(world.playbook, templates={"fr": use})
        world.table.put_playbook(to_json(playbook), world.clock())
        world.whatsapp.templates = [TEMPLATE]
        account = next(each for each in world.directory.accounts(world.brand) if each.channel == "whatsapp")
        templates.keep(world.table, account, templates.bounded([listed(TEMPLATE)], world.clock()))
        world.whatsapp.troubles.extend(answers)  # type: ignore[arg-type]  # answers, all of them

    return do


def recategorised(world: World) -> None:
    """The platform counts the brand's template as advertising since its list was read."""
    with_template()(world)
    world.parameters[f"{PREFIX}/token/whatsapp/1001"]["waba"] = "102290129340398"
    world.whatsapp.templates = [{**TEMPLATE, "category": "MARKETING"}]


def mute(channel: str) -> Callable[[World], None]:
    def do(world: World) -> None:
        getattr(world, channel).mute = True

    return do


def deaf(channel: str, for_ms: int = 0) -> Callable[[World], None]:
    """No webhook says that a customer wrote; for so long the platform's list is down as well."""

    def do(world: World) -> None:
        platform = getattr(world, channel)
        platform.deaf, platform.unlisted_until = True, world.clock.now + for_ms

    return do


def all_of(*prepared: Callable[[World], None]) -> Callable[[World], None]:
    def do(world: World) -> None:
        for each in prepared:
            each(world)

    return do


def wishes_its_list(channel: str) -> Callable[[World], None]:
    """The account asks for its list to be read, which the platform bills."""

    def do(world: World) -> None:
        platform = getattr(world, channel)
        world.parameters[f"{PREFIX}/token/{channel}/{platform.account_id}"]["read_list"] = "yes"

    return do


def hears_again(channel: str) -> Step:
    return Step(lambda world: setattr(getattr(world, channel), "deaf", False), name="webhooks come again")


def token_dies(channel: str) -> Callable[[World], None]:
    """The platform has another token than we do."""

    def do(world: World) -> None:
        getattr(world, channel).token = "token-2"

    return do


def reconnects(channel: str) -> Step:
    return Step(lambda world: world.reconnect(getattr(world, channel), "token-3"), wait_ms=200_000, name="reconnect")


def stops(wait_ms: int) -> Step:
    return Step(lambda world: world.table.switch("all", stopped=True), wait_ms=wait_ms, name="stop")


def team_answers_within(minutes: int) -> Callable[[World], None]:
    """Nine of ten tickets were answered so soon lately: that is what customers are told."""
    return lambda world: world.kept.update(dict.fromkeys(("normal", "high", "urgent"), minutes))


def answers_a_day(most: int) -> Callable[[World], None]:
    """The brand lets the bot answer so often a day."""

    def do(world: World) -> None:
        playbook = world.playbook
        rules = replace(playbook.autonomy, degrees=replace(FULL, cap=most))
        world.table.put_playbook(to_json(replace(playbook, autonomy=rules)), world.clock())

    return do


def desks_down(minutes: int) -> Callable[[World], None]:
    return lambda world: world.desks.go_down(world.clock.now + minutes * 60_000)


# As many characters as are kept of a message; each takes twelve bytes of a queue's JSON.
LONG = HOURS + " " + "\N{GRINNING FACE}" * (20_000 - len(HOURS) - 1)
# More than a ticket's own message shows of anything, and more than one line of its thread holds.
LETTER = "\n\n".join(
    ["Bonjour, une honte kkss !", *(f"{n}. L'article <{n}> & le bon nº {n} manquaient." for n in range(90))]
)
GARBLED = b'{"object": "whatsapp_business_account", "entry": 7}'


def echoed_at_length(world: World) -> None:
    """
    The platform reports what was said in one webhook, with long words beside.

    Of its items, the door looks some up and lets them go; ten more it does not, and together no queue carries them.
    """
    said = world.messenger.said[0]
    message = {"text": "\N{GRINNING FACE}" * 2_000, "is_echo": True, "metadata": said.token}
    who = {"sender": {"id": world.messenger.account_id}, "recipient": {"id": PERSON}, "timestamp": world.clock.now}
    items = [
        {**who, "message": {**message, "mid": f"{said.platform_id}{n or ''}", "app_id": 7}}
        for n in range(LOOKS_MOST + 10)
    ]
    world.messenger.hook({"object": "page", "entry": [{"id": world.messenger.account_id, "messaging": items}]})


def garbled(platform: Platform) -> None:
    """A signed webhook that is no event of ours."""
    path = f"/webhooks/{platform.name}/{platform.key}"
    platform.hooks.append(Hook(platform.clock.now, path, post(path, GARBLED, platform.signature(GARBLED))))


def by_page(world: World) -> None:
    """The Instagram account is connected by Facebook Login."""
    world.instagram.by_page = True
    held = next(value for name, value in world.parameters.items() if "/token/instagram/" in name)
    held |= {"login": "facebook", "page_id": "104377"}


def sweeps(wait_ms: int) -> Step:
    """The minute's sweep, whether or not anything is due."""
    do = lambda world: world._start("sweep", lambda wiring: sweep(wiring.for_handlers), lambda worker: None)  # noqa: E731
    return Step(do, wait_ms=wait_ms, name="sweep")


PATHS: Mapping[str, Path] = {
    "reply, proof by status": Path(
        steps=lambda: [says("whatsapp", HOURS, times=2)], written=(HOURS,), replies=1, tickets=0
    ),
    "reply, proof by echo": Path(
        steps=lambda: [says("messenger", HOURS, times=2)], written=(HOURS,), replies=1, tickets=0
    ),
    "reply, proof by list": Path(steps=lambda: [says("x", HOURS, times=2)], written=(HOURS,), replies=1, tickets=0),
    "SMS, proof by list": Path(steps=lambda: [says("sms", HOURS, times=2)], written=(HOURS,), replies=1, tickets=0),
    "SMS, no status, and a look-up": Path(
        steps=lambda: [says("sms", PARCEL), says("sms", NUMBER, wait_ms=30_000)],
        written=(PARCEL, NUMBER),
        prepare=without_statuses,
        replies=2,
        tickets=0,
    ),
    "WhatsApp by Twilio, proof by list, and a photo": Path(
        steps=lambda: [
            says("whatsapp_twilio", HOURS, times=2),
            Step(lambda world: world.whatsapp_twilio.sends_file(PERSON), wait_ms=60_000, name="photo"),
        ],
        written=(HOURS,),
        replies=1,
        tickets=1,
    ),
    "SMS, webhooks lost, found in the list within the hour": Path(
        steps=lambda: [
            says("sms", HOURS),
            Step(lambda world: world.sms.sends_file("33600000002"), wait_ms=2_000, name="another's photo"),
            says("sms", HOURS_TOO, wait_ms=2_000),
            hears_again("sms"),
            says("sms", PARCEL, wait_ms=40 * 60_000),
        ],
        written=(HOURS, HOURS_TOO, PARCEL),
        prepare=deaf("sms"),
        replies=2,
        tickets=1,
    ),
    "WhatsApp by Twilio, webhooks and list down for three hours": Path(
        steps=lambda: [
            says("whatsapp_twilio", HOURS),
            says("whatsapp_twilio", PARCEL, wait_ms=60 * 60_000),
        ],
        written=(HOURS, PARCEL),
        prepare=deaf("whatsapp_twilio", for_ms=3 * 3_600_000),
        replies=0,
        tickets=1,
    ),
    "SMS, an agent's answer and a photo": Path(
        steps=lambda: [
            says("sms", ODD),
            *writes_reply("Oui, en rose aussi. zz"),
            Step(lambda world: world.sms.sends_file(PERSON), wait_ms=60_000, name="photo"),
        ],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "e-mail, two copies, proof by an event": Path(
        steps=lambda: [says("email", HOURS, times=2)], written=(HOURS,), replies=1, tickets=0
    ),
    "e-mail, what answers a welcome is a first question": Path(
        steps=lambda: [
            says("email", "Bonjour"),
            Step(lambda world: world.email.writes(PERSON, HOURS, answers=True), wait_ms=60_000, name=HOURS),
        ],
        written=("Bonjour", HOURS),
        replies=1,
        tickets=0,
    ),
    "e-mail, an answer to an answer goes to a person, whose answer and a photo go on": Path(
        steps=lambda: [
            says("email", HOURS),
            Step(lambda world: world.email.writes(PERSON, PARCEL, answers=True), wait_ms=60_000, name=PARCEL),
            *writes_reply("Votre colis part demain. zz"),
            Step(lambda world: world.email.sends_file(PERSON), wait_ms=60_000, name="photo"),
        ],
        written=(HOURS, PARCEL),
        replies=1,
        tickets=1,
    ),
    "e-mail, stored and told of by nobody": Path(
        steps=lambda: [
            says("email", ODD),
            Step(lambda world: world.collects(), wait_ms=20 * 60_000, name="what was lost is taken in"),
        ],
        written=(ODD,),
        prepare=lambda world: setattr(world.email, "deaf", True),
        replies=0,
        tickets=1,
    ),
    "e-mail, SES refuses, then it comes back": Path(
        steps=lambda: [says("email", HOURS)],
        written=(HOURS,),
        prepare=mail_that_bounces,
        replies=0,
        tickets=1,
    ),
    "Instagram, proof by an echo that names no row": Path(
        steps=lambda: [says("instagram", HOURS, times=2)], written=(HOURS,), replies=1, tickets=0
    ),
    "Instagram, the echo comes before the answer, and the name": Path(
        steps=lambda: [says("instagram", HOURS), says("instagram", PARCEL, wait_ms=60_000)],
        written=(HOURS, PARCEL),
        prepare=lambda world: setattr(world.instagram, "late_echo", -200),
        replies=2,
        tickets=0,
    ),
    "Instagram, no echo ever comes": Path(
        steps=lambda: [says("instagram", HOURS), says("instagram", ODD, wait_ms=60_000)],
        written=(HOURS, ODD),
        prepare=mute("instagram"),
        replies=1,
        tickets=1,
    ),
    "Instagram, a colleague answers in the app": Path(
        steps=lambda: [says("instagram", HOURS), natively("instagram", "Bonjour, 10 h. zz", 1_000)],
        written=(HOURS,),
        replies=0,
        tickets=0,
    ),
    "Instagram, an agent's answer, a photo and a story's mention": Path(
        steps=lambda: [
            says("instagram", ODD),
            *writes_reply("Oui, en rose aussi. zz"),
            Step(lambda world: world.instagram.sends_file(PERSON), wait_ms=60_000, name="photo"),
            Step(lambda world: world.instagram.mentions_in_a_story(PERSON), wait_ms=60_000, name="story"),
        ],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "Instagram, edited, then unsent": Path(
        steps=lambda: [
            Step(lambda world: world.instagram.writes(PERSON, ODD), name=ODD),
            Step(lambda world: world.instagram.edits(PERSON, "aWdR000001", HURT), wait_ms=60_000, name="edit"),
            Step(lambda world: world.instagram.unsends(PERSON, "aWdR000001"), wait_ms=60_000, name="unsent"),
        ],
        written=(),
        gone=(ODD, HURT),
        replies=0,
        tickets=1,
    ),
    "Instagram, the window is said to be over": Path(
        steps=lambda: [says("instagram", HOURS)],
        written=(HOURS,),
        prepare=trouble("instagram", WINDOW_OVER),
        replies=0,
        tickets=1,
    ),
    "Instagram, another app has the thread": Path(
        steps=lambda: [says("instagram", HOURS)],
        written=(HOURS,),
        prepare=trouble("instagram", ANOTHER_APP),
        replies=0,
        tickets=1,
    ),
    "Instagram, webhooks lost, found in the list": Path(
        steps=lambda: [
            says("instagram", HOURS),
            says("instagram", HOURS_TOO, wait_ms=2_000),
            hears_again("instagram"),
            says("instagram", PARCEL, wait_ms=40 * 60_000),
        ],
        written=(HOURS, HOURS_TOO, PARCEL),
        prepare=deaf("instagram"),
        replies=2,
        tickets=0,
    ),
    "Instagram, webhooks of comments lost, found under the post": Path(
        steps=lambda: [
            Step(lambda world: world.instagram.comments("33600000077", OWN)),
            Step(lambda world: world.instagram.comments(PERSON, HOURS, under="1805000001"), wait_ms=2_000),
            hears_again("instagram"),
            Step(lambda world: world.instagram.comments("33600000078", OWN_TOO), wait_ms=40 * 60_000),
        ],
        written=(OWN, HOURS, OWN_TOO),
        prepare=deaf("instagram"),
        replies=0,
        tickets=2,
        digests=1,
    ),
    "Instagram, a comment of somebody who complains, answered under the top one": Path(
        steps=lambda: [
            Step(lambda world: world.instagram.comments("33600000077", OWN)),
            Step(lambda world: world.instagram.comments(PERSON, OWN_TOO, under="1805000001", times=2)),
            *writes_reply("Nous regardons cela ensemble. zz"),
        ],
        written=(OWN, OWN_TOO),
        replies=0,
        tickets=2,
    ),
    "Instagram, a colleague answers a comment in the app": Path(
        steps=lambda: [
            Step(lambda world: world.instagram.comments(PERSON, OWN)),
            Step(lambda world: world.instagram.native_comment("1805000001", "Je regarde."), wait_ms=60_000),
        ],
        written=(OWN,),
        replies=0,
        tickets=1,
    ),
    "Instagram, a mention elsewhere, whose words are fetched": Path(
        steps=lambda: [Step(lambda world: world.instagram.mentions("@maison une honte kkmm"), wait_ms=1_000)],
        written=(),
        prepare=by_page,
        replies=0,
        tickets=1,
    ),
    "Instagram, a token that is not renewed is told of once, ten days before its end": Path(
        # Of three days' sweeps faults leave at least one; the account's minute of each hour is the 22nd.
        steps=lambda: [sweeps((51 * 24 * 60 + 22) * 60_000), *(sweeps(24 * 60 * 60_000) for _ in range(2))],
        written=(),
        prepare=lambda world: world.instagram.renewals.extend([GRAPH_TOKEN_DEAD] * 9),
        noticed=1,
        replies=0,
        tickets=0,
    ),
    "an account's token is refused, told in the morning, and well again the next": Path(
        # The account's minute of an hour is the 35th; of three hours faults leave at least one.
        steps=lambda: [
            Step(lambda world: setattr(world.messenger, "token", "token-2"), name="a token ends"),
            sweeps((21 * 60 + 35) * 60_000),
            *(sweeps(60 * 60_000) for _ in range(2)),
            Step(lambda world: setattr(world.messenger, "token", "token-1"), wait_ms=600_000, name="a token is good"),
            sweeps((22 * 60 - 10) * 60_000),
            *(sweeps(60 * 60_000) for _ in range(2)),
            says("whatsapp", HOURS, wait_ms=60_000),
        ],
        written=(HOURS,),
        looked=2,
        replies=1,
        tickets=0,
    ),
    "Instagram, a token is renewed when it is a day old": Path(
        # The account's minute of each hour is the 22nd; of three sweeps faults leave at least one.
        steps=lambda: [
            sweeps((24 * 60 + 22) * 60_000),
            *(sweeps(60 * 60_000) for _ in range(2)),
            says("instagram", HOURS, wait_ms=60_000),
        ],
        written=(HOURS,),
        replies=1,
        tickets=0,
    ),
    "web chat, asked twice": Path(
        steps=lambda: [says("webchat", HOURS, times=2), says("webchat", PARCEL, wait_ms=60_000)],
        written=(HOURS, PARCEL),
        replies=2,
        tickets=0,
    ),
    "web chat, signed in at the shop": Path(
        steps=lambda: [says("webchat", HOURS)],
        written=(HOURS,),
        prepare=lambda world: world.webchat.signed.add(PERSON),
        replies=1,
        tickets=0,
    ),
    "web chat, a person answers with a photo between": Path(
        steps=lambda: [
            says("webchat", ODD),
            Step(lambda world: world.webchat.sends_file(PERSON), wait_ms=60_000, name="photo"),
            Step(lambda world: world.webchat.looks(PERSON), wait_ms=5_000, name="looks"),
            *writes_reply("Votre colis part demain. zz"),
        ],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "Telegram, nothing proves": Path(
        steps=lambda: [says("telegram", HOURS, times=2), says("telegram", PARCEL, wait_ms=60_000)],
        written=(HOURS, PARCEL),
        replies=2,
        tickets=0,
    ),
    "Telegram is down once": Path(
        steps=lambda: [says("telegram", HOURS)],
        written=(HOURS,),
        prepare=trouble("telegram", DOWN),
        replies=0,
        tickets=1,
    ),
    "Telegram wants us to wait": Path(
        steps=lambda: [says("telegram", HOURS)],
        written=(HOURS,),
        prepare=trouble("telegram", LIMIT),
        replies=1,
        tickets=0,
    ),
    "Telegram, a group becomes a supergroup": Path(
        steps=lambda: [
            in_group(ODD),
            Step(lambda world: world.telegram.becomes_supergroup(PERSON), wait_ms=60_000, name="moves"),
            *writes_reply("Oui, en rose aussi. zz"),
        ],
        written=(f"@lune_bot {ODD}",),
        replies=0,
        tickets=1,
    ),
    "Telegram, a business is answered for": Path(
        steps=lambda: [to_owner(HOURS, times=2), to_owner(ODD, wait_ms=60_000), *writes_reply("Oui, en rose. zz")],
        written=(HOURS, ODD),
        replies=1,
        tickets=1,
    ),
    "Telegram, a business echoes before the answer": Path(
        steps=lambda: [to_owner(HOURS), to_owner(PARCEL, wait_ms=60_000)],
        written=(HOURS, PARCEL),
        prepare=lambda world: setattr(world.telegram, "late_echo", -200),
        replies=2,
        tickets=0,
    ),
    "Telegram, a business greets with buttons": Path(
        steps=lambda: [to_owner("Bonjour"), to_owner(PARCEL, wait_ms=60_000)],
        written=("Bonjour", PARCEL),
        prepare=lambda world: setattr(world.telegram, "late_echo", -200),
        replies=1,
        tickets=0,
    ),
    "Telegram, a business's owner answers": Path(
        steps=lambda: [to_owner(HOURS), natively("telegram", "Bonjour, 10 h. zz", 1_000)],
        written=(HOURS,),
        replies=0,
        tickets=0,
    ),
    "Telegram, a business is asked too late": Path(
        steps=lambda: [to_owner(HOURS)],
        written=(HOURS,),
        prepare=trouble("telegram", CHAT_OVER),
        replies=0,
        tickets=1,
    ),
    "Telegram, withdrawn at a business": Path(
        steps=lambda: [
            to_owner(HURT),
            Step(lambda world: world.telegram.deletes_at_owner(PERSON, 101), wait_ms=60_000, name="withdrawn"),
        ],
        written=(),
        gone=(HURT,),
        replies=0,
        tickets=1,
    ),
    "Telegram, an album is one turn": Path(
        steps=lambda: [Step(lambda world: world.telegram.sends_album(PERSON, 3, ODD), name="album")],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "Telegram, a chat begins and a button is pressed": Path(
        steps=lambda: [Step(lambda world: world.telegram.begins(PERSON), name="/start"), chooses("telegram", 3)],
        written=(),
        replies=0,
        tickets=1,
    ),
    "Telegram, blocked and taken back": Path(
        steps=lambda: [
            says("telegram", HOURS),
            Step(lambda world: world.telegram.blocks(PERSON), wait_ms=60_000, name="blocks"),
            Step(lambda world: world.telegram.blocks(PERSON, blocked=False), wait_ms=60_000, name="unblocks"),
            says("telegram", PARCEL, wait_ms=60_000),
        ],
        written=(HOURS, PARCEL),
        replies=2,
        tickets=0,
    ),
    "Telegram, blocked before the answer": Path(
        steps=lambda: [says("telegram", HOURS)],
        written=(HOURS,),
        prepare=trouble("telegram", BLOCKED),
        replies=0,
        tickets=1,
    ),
    "Telegram, edited, and an agent's answer": Path(
        steps=lambda: [
            says("telegram", ODD),
            Step(lambda world: world.telegram.edits(PERSON, 101, HURT), wait_ms=60_000, name="edit"),
            *writes_reply("Nous vous appelons. zz"),
        ],
        written=(),
        gone=(ODD,),
        replies=0,
        tickets=1,
    ),
    "reply, proof never comes": Path(
        steps=lambda: [says("whatsapp", HOURS)], written=(HOURS,), prepare=mute("whatsapp"), replies=1, tickets=0
    ),
    "ask and look-up": Path(
        steps=lambda: [says("whatsapp", PARCEL), says("whatsapp", NUMBER, wait_ms=30_000)],
        written=(PARCEL, NUMBER),
        prepare=order_known,
        replies=2,
        tickets=0,
    ),
    "a clarifying question and its answer": Path(
        steps=lambda: [says("whatsapp", UNCLEAR), says("whatsapp", "1", wait_ms=30_000)],
        written=(UNCLEAR, "1"),
        prepare=order_known,
        replies=2,
        tickets=0,
    ),
    "a clarifying question, two answers at once, something else": Path(
        steps=lambda: [
            says("messenger", UNCLEAR),
            says("messenger", "2", wait_ms=30_000),
            says("messenger", "non, autre chose kkdr", wait_ms=700),
        ],
        written=(UNCLEAR, "non, autre chose kkdr"),
        replies=1,
        tickets=1,
    ),
    "a clarifying question that does not arrive": Path(
        steps=lambda: [says("whatsapp", UNCLEAR), says("whatsapp", "1", wait_ms=30_000)],
        written=(UNCLEAR,),
        prepare=trouble("whatsapp", GRAPH_REFUSED),
        replies=0,
        tickets=1,
    ),
    "a choice pressed, another at once, then its number": Path(
        steps=lambda: [
            says("messenger", "Bonjour"),
            chooses("messenger", 2),
            chooses("messenger", 1, wait_ms=500),
            says("messenger", NUMBER, wait_ms=60_000),
        ],
        written=("Bonjour", "2", "1", NUMBER),
        prepare=order_known,
        replies=2,
        tickets=0,
    ),
    "a clarifying question whose button is pressed": Path(
        steps=lambda: [says("whatsapp", UNCLEAR), chooses("whatsapp", 1, wait_ms=30_000)],
        written=(UNCLEAR, "1"),
        prepare=order_known,
        replies=2,
        tickets=0,
    ),
    "a button of a welcome that a question has replaced": Path(
        steps=lambda: [
            says("whatsapp", "Bonjour"),
            says("whatsapp", UNCLEAR, wait_ms=60_000),
            chooses("whatsapp", 1, words="Suivre une commande"),
        ],
        written=("Bonjour", UNCLEAR, "Suivre une commande"),  # words, by which the question's own first choice is meant
        prepare=order_known,
        replies=2,
        tickets=0,
    ),
    "two numbers looked up together": Path(
        steps=lambda: [says("whatsapp", PARCEL), says("whatsapp", BOTH, wait_ms=30_000)],
        written=(PARCEL, BOTH),
        prepare=order_known,
        replies=2,
        tickets=0,
    ),
    "a number that is not found, twice": Path(
        steps=lambda: [
            says("whatsapp", PARCEL),
            says("whatsapp", "Voici : ML999991", wait_ms=30_000),
            says("whatsapp", "Pardon : ML999992", wait_ms=30_000),
        ],
        written=(PARCEL, "Voici : ML999991", "Pardon : ML999992"),
        prepare=order_known,
        replies=2,
        tickets=1,
    ),
    "one person by number and by the platform's own id": Path(
        steps=lambda: [
            Step(lambda world: world.whatsapp.writes(PERSON, ODD, user=USER, times=2)),
            Step(lambda world: world.whatsapp.writes("", HOURS_TOO, user=USER), wait_ms=60_000),
        ],
        written=(ODD, HOURS_TOO),
        replies=1,
        tickets=1,
    ),
    "two people are one while both wait, and two again": Path(
        steps=lambda: [
            says("whatsapp", PARCEL),
            says("messenger", HOURS),
            merges(ADDRESS, ON_MESSENGER),
            says("messenger", ODD, wait_ms=60_000),
            splits(ADDRESS, ON_MESSENGER, wait_ms=60_000),
            says("messenger", AGAIN, wait_ms=30_000),
        ],
        written=(PARCEL, HOURS, ODD, AGAIN),
        replies=2,
        tickets=1,
    ),
    "one person writes on two channels in one burst": Path(
        steps=lambda: [
            says("whatsapp", "Bonjour"),
            says("messenger", "Coucou", wait_ms=15_000),
            merges(ADDRESS, ON_MESSENGER, wait_ms=60_000),
            says("whatsapp", "Et la boutique kkbu", wait_ms=60_000, times=2),
            says("messenger", HOURS, wait_ms=3_000, times=2),
        ],
        written=("Bonjour", "Coucou", "Et la boutique kkbu", HOURS),
        replies=1,
        tickets=0,
    ),
    "an answer goes where its customer chose to go on": Path(
        steps=lambda: [
            says("whatsapp", "Bonjour"),
            says("messenger", "Coucou", wait_ms=15_000),
            merges(ADDRESS, ON_MESSENGER, wait_ms=60_000),
            goes_on_at(ON_MESSENGER),
            says("whatsapp", ODD, wait_ms=60_000),
            Step(lambda world: None, wait_ms=25 * 3_600_000),
            *writes_reply("Oui, en rose aussi. zz"),
        ],
        written=("Bonjour", "Coucou", ODD),
        replies=0,
        tickets=1,
    ),
    "an answer that its channel refuses goes where its customer chose to go on": Path(
        steps=lambda: [
            says("whatsapp", "Bonjour"),
            says("messenger", "Coucou", wait_ms=15_000),
            merges(ADDRESS, ON_MESSENGER, wait_ms=60_000),
            goes_on_at(ON_MESSENGER),
            says("whatsapp", ODD, wait_ms=60_000),
            Step(lambda world: world.whatsapp.troubles.append(GRAPH_LATE), name="too late"),
            *writes_reply("Oui, en rose aussi. zz"),
            Step(lambda world: None, wait_ms=60_000),
        ],
        written=("Bonjour", "Coucou", ODD),
        replies=0,
        tickets=1,
    ),
    "an answer waits, and another channel says so": Path(
        steps=lambda: [
            says("whatsapp", "Bonjour"),
            says("telegram", "Merci beaucoup", wait_ms=15_000),
            merges(ADDRESS, ON_TELEGRAM, wait_ms=60_000),
            says("whatsapp", ODD, wait_ms=60_000),
            Step(lambda world: None, wait_ms=36 * 3_600_000),
            *writes_reply("Oui, en rose aussi. zz"),
            says("whatsapp", "Bonjour kkbv", wait_ms=14 * 3_600_000),
        ],
        written=("Bonjour", "Merci beaucoup", ODD, "Bonjour kkbv"),
        replies=0,
        tickets=1,
    ),
    "somebody signs in on two browsers": Path(
        steps=lambda: [
            signed(ON_MESSENGER, ODD, ("customer", "C-1042")),
            signed(ELSEWHERE, PARCEL, ("customer", "C-1042"), ("mail", "lea@home.example")),
            signed(ELSEWHERE, AGAIN, ("customer", "C-1042"), ("mail", "lea@home.example"), at="e2"),
        ],
        written=(ODD, PARCEL, AGAIN),
        replies=1,
        tickets=1,
    ),
    "two open tickets become one, and two again": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            says("messenger", SHAME),
            merges(ADDRESS, ON_MESSENGER, wait_ms=60_000),
            says("messenger", AGAIN, wait_ms=60_000),
            splits(ADDRESS, ON_MESSENGER, wait_ms=60_000),
            says("whatsapp", RETURNED, wait_ms=60_000),
        ],
        written=(ODD, SHAME, AGAIN, RETURNED),
        replies=0,
        tickets=2,
    ),
    "a number and an id with a ticket each, named together": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            Step(lambda world: world.whatsapp.writes("", SHAME, user=USER)),
            Step(lambda world: world.whatsapp.writes(PERSON, AGAIN, user=USER), wait_ms=60_000),
        ],
        written=(ODD, SHAME, AGAIN),
        replies=0,
        tickets=2,
    ),
    "an answer to somebody who shows no number": Path(
        steps=lambda: [Step(lambda world: world.whatsapp.writes("", HOURS, user=USER))],
        written=(HOURS,),
        replies=1,
        tickets=0,
    ),
    "a new number while a ticket is open": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            Step(lambda world: world.whatsapp.changes_number(PERSON, NEW_NUMBER), wait_ms=60_000),
            Step(lambda world: world.whatsapp.writes(NEW_NUMBER, "C'est Elsa, alors ? kkff"), wait_ms=60_000),
            *writes_reply("Oui, en rose aussi. zz"),
        ],
        written=(ODD, "C'est Elsa, alors ? kkff"),
        replies=0,
        tickets=1,
    ),
    "ticket": Path(steps=lambda: [says("whatsapp", ODD)], written=(ODD,), replies=0, tickets=1),
    "ticket whose order is looked up for its agent": Path(
        steps=lambda: [says("whatsapp", f"{SHAME} ML123456", times=2), says("whatsapp", NUMBER, wait_ms=60_000)],
        written=(f"{SHAME} ML123456", NUMBER),
        prepare=order_known,
        replies=0,
        tickets=1,
    ),
    "ticket of a public post": Path(
        steps=lambda: [Step(lambda world: world.x.writes("4400000044", f"@maison {SHAME}", public=True))],
        written=(f"@maison {SHAME}",),
        replies=0,
        tickets=1,
    ),
    "public answer by an agent": Path(
        steps=lambda: [
            Step(lambda world: world.x.writes("4400000044", f"@maison {SHAME}", public=True)),
            *writes_reply("Nous regardons cela ensemble. zz"),
        ],
        written=(f"@maison {SHAME}",),
        replies=0,
        tickets=1,
    ),
    "a comment of somebody who complains, answered under it": Path(
        steps=lambda: [
            Step(lambda world: world.facebook.writes(PERSON, OWN, times=2)),
            *writes_reply("Nous regardons cela ensemble. zz"),
        ],
        written=(OWN,),
        replies=0,
        tickets=1,
    ),
    "a comment under a comment, and a colleague's answer in Business Suite": Path(
        steps=lambda: [
            Step(lambda world: world.facebook.writes("33600000077", OWN)),
            Step(
                lambda world: world.facebook.writes(PERSON, OWN_TOO, under=world.facebook.latest()),
                wait_ms=5_000,
            ),
            Step(lambda world: world.facebook.native("33600000077", "Je regarde."), wait_ms=60_000),
        ],
        written=(OWN, OWN_TOO),
        replies=0,
        tickets=2,
    ),
    "a comment edited, then removed by nobody named": Path(
        steps=lambda: [
            Step(lambda world: world.facebook.writes(PERSON, OWN)),
            Step(lambda world: world.facebook.edits(world.facebook.latest(), f"{OWN} kkfc"), wait_ms=60_000),
            Step(lambda world: world.facebook.removes(world.facebook.latest(), told=False), wait_ms=60_000),
        ],
        written=(),
        gone=(OWN, f"{OWN} kkfc"),
        replies=0,
        tickets=1,
    ),
    "a comment that asks for nothing": Path(
        steps=lambda: [Step(lambda world: world.facebook.writes(PERSON, CALM, times=2))],
        written=(CALM,),
        replies=0,
        tickets=0,
    ),
    "questions under a post, and one digest of the hour": Path(
        steps=lambda: [
            Step(lambda world: world.facebook.writes("33600000071", CALM)),
            Step(lambda world: world.facebook.writes("33600000072", HOURS, times=2), wait_ms=2_000),
            Step(lambda world: world.facebook.writes("33600000073", SIZE), wait_ms=2_000),
        ],
        written=(CALM, HOURS, SIZE),
        replies=0,
        tickets=0,
        digests=1,
    ),
    "a digest of comments, one of which is answered elsewhere, and one taken back": Path(
        steps=lambda: [
            Step(lambda world: world.facebook.writes(PERSON, HOURS)),
            Step(lambda world: world.facebook.writes("33600000073", SIZE), wait_ms=2_000),
            Step(lambda world: world.facebook.native(PERSON, "De 10 h à 19 h."), wait_ms=70 * 60_000),
            Step(lambda world: world.facebook.removes(world.facebook.latest()), wait_ms=60_000),
        ],
        written=(HOURS,),
        gone=(SIZE,),
        replies=0,
        tickets=0,
        digests=1,
    ),
    "a comment hidden by a press, and shown again": Path(
        steps=lambda: [
            Step(lambda world: world.facebook.writes(PERSON, FAKE)),
            on_comment("hide", "false_service", wait_ms=70 * 60_000),
            on_comment("unhide", wait_ms=120_000),
        ],
        written=(FAKE,),
        replies=0,
        tickets=0,
        digests=1,
    ),
    "comments whose webhooks were lost, found in the page's feed": Path(
        steps=lambda: [
            Step(lambda world: world.facebook.writes(PERSON, HOURS)),
            Step(lambda world: world.facebook.writes("33600000077", OWN, under=world.facebook.latest()), wait_ms=2_000),
            hears_again("facebook"),
            Step(lambda world: world.facebook.writes("33600000078", OWN_TOO), wait_ms=40 * 60_000),
        ],
        written=(HOURS, OWN, OWN_TOO),
        prepare=deaf("facebook"),
        replies=0,
        tickets=2,
        digests=1,
    ),
    "equal questions under a post, answered by one press": Path(
        steps=lambda: [
            *(comments("facebook", number, text) for number, text in enumerate((HOURS, HOURS_TOO, HOURS_MORE))),
            comments("facebook", 3, SIZE),
            Step(lambda world: world.facebook.native("33600000071", "De 10 h à 19 h."), wait_ms=60_000),
            comments("facebook", 4, HOURS_LAST),
            presses("answer_equal", wait_ms=70 * 60_000),
            if_still_there("answer_equal", by=COLLEAGUE, wait_ms=500),
            if_still_there("answer_equal", wait_ms=60_000),
        ],
        written=(HOURS, HOURS_TOO, HOURS_MORE, SIZE, HOURS_LAST),
        replies=0,
        tickets=0,
        digests=1,
    ),
    "equal questions under a post of Instagram, whose platform is slow": Path(
        steps=lambda: [
            *(comments("instagram", number, text) for number, text in enumerate((HOURS, HOURS_TOO, HOURS_MORE))),
            presses("answer_equal", wait_ms=70 * 60_000),
            if_still_there("answer_equal", wait_ms=60_000),
        ],
        written=(HOURS, HOURS_TOO, HOURS_MORE),
        prepare=lambda world: world.instagram.troubles.extend([GRAPH_LIMIT, answer(500, {"error": {"code": 2}})]),
        replies=0,
        tickets=0,
        digests=1,
    ),
    "a comment liked, answered in private and in public in an agent's own words": Path(
        steps=lambda: [
            comments("facebook", 0, SIZE),
            presses("like", wait_ms=70 * 60_000),
            presses("write_privately", wait_ms=1_000),
            again(if_still_there("write_privately")),
            submits("Écrivez-nous votre tour de taille ici. zzp", "comment", name="private words"),
            presses("answer_comment", wait_ms=60_000),
            again(if_still_there("answer_comment")),
            submits("Prenez la taille du dessus. zzq", "comment", name="public words"),
        ],
        written=(SIZE,),
        replies=0,
        tickets=0,
        digests=1,
    ),
    "a comment that shows a number is hidden, its writer told in private, and goes on there": Path(
        steps=lambda: [
            comments("facebook", 0, "Je cherche une robe, appelez-moi au 06 12 34 56 78 kkpp"),
            presses("hide:personal_data", wait_ms=70 * 60_000),
            presses("write_privately", wait_ms=60_000),
            again(if_still_there("write_privately")),
            submits("Votre commentaire montrait un numéro : nous l'avons masqué. zzp", "comment", name="private words"),
            Step(
                lambda world: world.messenger.writes("33600000070", "Vous vendez des lamas roses ? kkpq"),
                wait_ms=60_000,
                name="goes on in private",
            ),
        ],
        written=(
            "Je cherche une robe, appelez-moi au 06 12 34 56 78 kkpp",
            "Vous vendez des lamas roses ? kkpq",
        ),
        replies=0,
        tickets=1,
        digests=1,
    ),
    "a comment of Instagram answered in private, which the platform refuses": Path(
        steps=lambda: [
            comments("instagram", 0, SIZE),
            presses("write_privately", wait_ms=70 * 60_000),
            again(if_still_there("write_privately")),
            submits("Écrivez-nous votre tour de taille ici. zzp", "comment", name="private words"),
        ],
        written=(SIZE,),
        prepare=lambda world: world.instagram.troubles.append(GRAPH_REFUSED),
        replies=0,
        tickets=0,
        digests=1,
    ),
    "a comment that a rule hides, and whose platform is slow": Path(
        steps=lambda: [Step(lambda world: world.facebook.writes(PERSON, FAKE, times=2))],
        written=(FAKE,),
        prepare=rule_hides,
        replies=0,
        tickets=0,
        digests=1,
    ),
    "a hateful comment that is kept as evidence, hidden by a press, and shown again": Path(
        steps=lambda: [
            Step(lambda world: world.facebook.writes(PERSON, HATE, times=2)),
            on_comment("hide", "hate", wait_ms=70 * 60_000),
            on_comment("unhide", wait_ms=120_000),
        ],
        written=(HATE,),
        replies=0,
        tickets=0,
        digests=1,
    ),
    "comments that are spam by being equal, and one shown again": Path(
        steps=lambda: [
            Step(lambda world: world.facebook.writes("33610000011", LINKED)),
            Step(lambda world: world.facebook.writes("33610000012", f"@lea.m {LINKED}", times=2), wait_ms=1_000),
            Step(lambda world: world.facebook.writes("33610000013", f"@zoe_k {LINKED}"), wait_ms=1_000),
            on_comment("unhide", wait_ms=70 * 60_000),
        ],
        written=(LINKED, f"@lea.m {LINKED}", f"@zoe_k {LINKED}"),
        prepare=equal_ones_are_spam,
        replies=0,
        tickets=0,
        digests=1,
    ),
    "a comment that asked for nothing is changed into a complaint": Path(
        steps=lambda: [
            Step(lambda world: world.facebook.writes(PERSON, CALM)),
            Step(lambda world: world.facebook.edits(world.facebook.latest(), OWN), wait_ms=60_000),
        ],
        written=(OWN,),
        replies=0,
        tickets=1,
    ),
    "comments that the app may not read are told once": Path(
        steps=lambda: [
            Step(lambda world: world.facebook.writes_unseen()),
            Step(lambda world: world.facebook.writes_unseen(), wait_ms=60_000),
        ],
        written=(),
        noticed=1,
        replies=0,
        tickets=0,
    ),
    "agent's reply": Path(
        steps=lambda: [says("messenger", ODD), *writes_reply("Oui, en rose aussi. zz")],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "agent's reply, then the customer again": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            *writes_reply("Oui, en rose aussi. zz"),
            says("whatsapp", "Et en bleu peut-être ? kkff", wait_ms=60_000),
        ],
        written=(ODD, "Et en bleu peut-être ? kkff"),
        replies=0,
        tickets=1,
    ),
    "thanks in an open ticket": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            *writes_reply("Oui, en rose aussi. zz"),
            says("whatsapp", "Merci beaucoup 🙏", wait_ms=60_000, times=2),
        ],
        written=(ODD, "Merci beaucoup 🙏"),
        replies=0,
        tickets=1,
    ),
    "an agent's answer on Telegram with a photo, taken back": Path(
        steps=lambda: [
            says("telegram", ODD),
            *writes_reply(f"Voici la photo de {TAKEN}.", {"photo.jpg": JPEG}),
            *unsends(),
        ],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "an agent's answer in a business's name, taken back, and another in its place": Path(
        steps=lambda: [
            to_owner(ODD),
            *writes_reply(f"Oui, {TAKEN}."),
            *unsends(),
            *writes_reply("Oui, en rose. zz"),
        ],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "an agent's public answer, taken back, whose platform is slow": Path(
        steps=lambda: [
            Step(lambda world: world.facebook.writes(PERSON, OWN)),
            *writes_reply(f"Oui, {TAKEN}."),
            *unsends(prepare=trouble("facebook", PAGE_LIMIT, answer(500, {"error": {"code": 2}}))),
        ],
        written=(OWN,),
        replies=0,
        tickets=1,
    ),
    "an agent's public answer that its platform does not delete": Path(
        steps=lambda: [
            Step(lambda world: world.facebook.writes(PERSON, OWN)),
            *writes_reply("Oui, en rose. zz"),
            *unsends(prepare=trouble("facebook", answer(400, {"error": {"code": 368}}))),
        ],
        written=(OWN,),
        replies=0,
        tickets=1,
    ),
    "an agent's answer with an invoice": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            *writes_reply("Voici la facture. zz", {"facture.pdf": PDF}),
        ],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "an agent's answer with two files on the channel that takes them at once": Path(
        steps=lambda: [
            says("messenger", ODD),
            *writes_reply("Voici. zz", {"facture.pdf": PDF, "photo.jpg": JPEG}),
        ],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "an agent's file that does not upload at first, and one that never does": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            *writes_reply("Voici la facture. zz", {"facture.pdf": PDF}),
            *writes_reply("Voici un programme. zz", {"facture.pdf": b"MZ not what its name says"}),
        ],
        written=(ODD,),
        prepare=lambda world: world.whatsapp.upload_troubles.append(GRAPH_LONG_LIMIT),
        replies=0,
        tickets=1,
    ),
    "agent's reply taken back": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            *writes_reply("Oui, en rose aussi. zz"),
            presses("undo", 1_500),
        ],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "agent's reply refused": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            Step(
                lambda world: world.whatsapp.troubles.append(GRAPH_REFUSED),
                when=can("edit_reply"),
                wait_ms=3_000,
            ),
            *writes_reply("Oui, en rose aussi. zz"),
        ],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "agent's reply refused, then tried again": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            Step(
                lambda world: world.whatsapp.troubles.append(GRAPH_REFUSED),
                when=can("edit_reply"),
                wait_ms=3_000,
            ),
            *writes_reply("Oui, en rose aussi. zz"),
            presses("retry", 20_000),
        ],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "note in the thread": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            types_in_thread("je demande à l'atelier", when=can("edit_reply"), wait_ms=3_000),
        ],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "native answer while a bot row is pending": Path(
        steps=lambda: [says("messenger", HOURS), natively("messenger", "Bonjour, 10 h. zz", 1_000)],
        written=(HOURS,),
        replies=0,
        tickets=0,
    ),
    "native answer on the list channel": Path(
        steps=lambda: [says("x", HOURS), natively("x", "Bonjour, 10 h. zz", 1_000)],
        written=(HOURS,),
        replies=0,
        tickets=0,
    ),
    "native answer on a ticket": Path(
        steps=lambda: [says("whatsapp", ODD), natively("whatsapp", "Oui ! zz", 30_000)],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "refused": Path(
        steps=lambda: [says("whatsapp", HOURS)],
        written=(HOURS,),
        prepare=trouble("whatsapp", GRAPH_REFUSED),
        replies=0,
        tickets=1,
    ),
    "acknowledgement refused": Path(
        steps=lambda: [says("whatsapp", ODD)],
        written=(ODD,),
        prepare=trouble("whatsapp", GRAPH_REFUSED),
        replies=0,
        tickets=1,
    ),
    "refused, then the customer again": Path(
        steps=lambda: [says("whatsapp", HOURS), says("whatsapp", ODD, wait_ms=60_000)],
        written=(HOURS, ODD),
        prepare=trouble("whatsapp", GRAPH_REFUSED),
        replies=0,
        tickets=1,
    ),
    "nobody can tell whether it arrived": Path(
        steps=lambda: [says("messenger", HOURS)],
        written=(HOURS,),
        prepare=trouble("messenger", answer(502, {})),
        replies=0,
        tickets=1,
    ),
    "delivery fails afterwards": Path(
        steps=lambda: [
            says("whatsapp", HOURS),
            Step(
                lambda world: world.whatsapp.status(
                    PERSON, "wamid.S000002", world.whatsapp.said[0].token, "failed", 0, 131026
                ),
                when=lambda world: bool(world.whatsapp.said),
                wait_ms=1_000,
            ),
        ],
        written=(HOURS,),
        prepare=mute("whatsapp"),
        replies=0,
        tickets=1,
    ),
    "rate limit": Path(
        steps=lambda: [says("whatsapp", HOURS)],
        written=(HOURS,),
        prepare=trouble("whatsapp", GRAPH_LIMIT, GRAPH_LIMIT),
        replies=1,
        tickets=0,
    ),
    "rate limit beyond the timers": Path(
        steps=lambda: [says("whatsapp", HOURS)],
        written=(HOURS,),
        prepare=trouble("whatsapp", GRAPH_LONG_LIMIT),
        replies=1,
        tickets=0,
    ),
    "transient errors": Path(
        steps=lambda: [says("whatsapp", HOURS)],
        written=(HOURS,),
        prepare=trouble("whatsapp", GRAPH_LATER, GRAPH_LATER, GRAPH_LATER),
        replies=1,
        tickets=0,
    ),
    "token expired, then reconnected": Path(
        steps=lambda: [says("whatsapp", HOURS), reconnects("whatsapp")],
        written=(HOURS,),
        prepare=token_dies("whatsapp"),
        replies=1,
        tickets=0,
        notices=1,
    ),
    "stop while a row is in flight": Path(
        steps=lambda: [says("whatsapp", HOURS), stops(1_000)], written=(HOURS,), replies=0, tickets=1
    ),
    "stop by an agent": Path(
        steps=lambda: [says("whatsapp", ODD), presses("switch"), confirms()], written=(ODD,), replies=0, tickets=1
    ),
    "two messages in a burst": Path(
        steps=lambda: [says("whatsapp", HOURS), says("whatsapp", "Bonjour kkgg", wait_ms=700)],
        written=(HOURS, "Bonjour kkgg"),
        replies=1,
        tickets=0,
    ),
    "a burst whose first message is looked up": Path(
        steps=lambda: [says("whatsapp", WHERE), says("whatsapp", "C'est pour Léa kkrr", wait_ms=700)],
        written=(WHERE, "C'est pour Léa kkrr"),
        prepare=order_known,
        replies=1,
        tickets=0,
    ),
    "another question while the first is looked up": Path(
        steps=lambda: [says("whatsapp", WHERE), says("whatsapp", ODD, wait_ms=700)],
        written=(WHERE, ODD),
        prepare=order_known,
        replies=0,
        tickets=1,
    ),
    "a greeting, then the question": Path(
        steps=lambda: [says("whatsapp", "Bonjour kkgg"), says("whatsapp", HOURS, wait_ms=6_000)],
        written=("Bonjour kkgg", HOURS),
        replies=1,
        tickets=0,
    ),
    "a thumb down on an automatic answer": Path(
        steps=lambda: [says("messenger", HOURS), reacts("messenger", "👎")], written=(HOURS,), replies=1, tickets=1
    ),
    "a thumb down on a person's answer": Path(
        steps=lambda: [says("whatsapp", ODD), *writes_reply("Oui, en rose aussi. zz"), reacts("whatsapp", "👎", to=1)],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "somebody hurt, told on an open ticket": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            says("whatsapp", HURT, wait_ms=60_000, times=2),
            says("whatsapp", HURT_AGAIN, wait_ms=60_000),
        ],
        written=(ODD, HURT, HURT_AGAIN),
        replies=0,
        tickets=1,
    ),
    "a welcome that waited for more": Path(
        steps=lambda: [says("whatsapp", "Bonjour", times=2)], written=("Bonjour",), replies=0, tickets=0
    ),
    "a welcome whose place the question takes": Path(
        steps=lambda: [says("whatsapp", "Bonjour"), says("whatsapp", HOURS, wait_ms=6_000)],
        written=("Bonjour", HOURS),
        replies=1,
        tickets=0,
    ),
    "a welcome that is refused": Path(
        steps=lambda: [says("whatsapp", "Bonjour")],
        written=("Bonjour",),
        prepare=trouble("whatsapp", GRAPH_REFUSED),
        replies=0,
        tickets=0,
    ),
    "a welcome, then one of its numbers": Path(
        steps=lambda: [says("messenger", "Bonjour"), says("messenger", "2", wait_ms=60_000)],
        written=("Bonjour", "2"),
        replies=1,
        tickets=0,
    ),
    "STOP beside a question, then another": Path(
        steps=lambda: [
            says("messenger", HOURS),
            says("messenger", "STOP", wait_ms=1_000, times=2),
            says("messenger", ODD, wait_ms=60_000),
        ],
        written=(HOURS, "STOP", ODD),
        replies=0,
        tickets=1,
    ),
    "STOP in an open ticket, then START": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            says("whatsapp", "stop", wait_ms=60_000),
            says("whatsapp", "reprendre", wait_ms=60_000),
        ],
        written=(ODD, "stop", "reprendre"),
        replies=0,
        tickets=1,
    ),
    "Slack is down for two hours": Path(
        steps=lambda: [says("whatsapp", ODD)], written=(ODD,), prepare=desks_down(120), replies=0, tickets=1
    ),
    "a note on an old ticket while a bot row is pending": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            presses("claim"),
            presses("give_back"),
            says("whatsapp", HOURS, wait_ms=30_000),
            types_in_thread("je rappelle demain"),
        ],
        written=(ODD, HOURS),
        replies=0,
        tickets=2,
    ),
    "an old ticket is closed while a new one is open": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            presses("claim"),
            presses("give_back"),
            says("whatsapp", "Et des alpagas ? kkii", wait_ms=30_000),
            Step(lambda world: world.desks.agents.press_on_first_screen("close"), wait_ms=30_000),
            says("whatsapp", HOURS, wait_ms=30_000),
        ],
        written=(ODD, "Et des alpagas ? kkii", HOURS),
        tickets=2,
        replies=1,
    ),
    "an answer in two parts on the list channel": Path(
        steps=lambda: [says("x", ODD), *writes_reply("Voilà. zz " + "très long " * 1_100)],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "a crowd of messages at once": Path(
        steps=lambda: [says("whatsapp", f"et puis voilà {word}", wait_ms=300) for word in CROWD],
        written=tuple(f"et puis voilà {word}" for word in CROWD),
        replies=0,
        tickets=1,
    ),
    "a ticket that nobody takes: soon late, late, and its window closes": Path(
        steps=lambda: [says("whatsapp", ODD), waits(26 * 60)], written=(ODD,), replies=0, tickets=1
    ),
    "a danger at once and for the next person": Path(
        steps=lambda: [says("whatsapp", DANGER), waits(20)], written=(DANGER,), replies=0, tickets=1
    ),
    "an agent's ticket whose customer writes by night": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            presses("claim"),
            says("whatsapp", AGAIN, wait_ms=13 * 3_600_000),
            waits(12 * 60),
        ],
        written=(ODD, AGAIN),
        replies=0,
        tickets=1,
    ),
    "a colleague takes a ticket over": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            presses("claim"),
            *takes_over("elle est absente"),
            says("whatsapp", AGAIN, wait_ms=1_800_000),
        ],
        written=(ODD, AGAIN),
        replies=0,
        tickets=1,
    ),
    "an agent is ill: a colleague finds three late tickets by a list": Path(
        steps=lambda: [
            *(from_number(number, text) for number, text in enumerate(LATE)),
            *(presses("claim", 120_000) for _ in LATE),
            waits(5 * 60 + 30),
            asks_for("late", by=COLLEAGUE),
            *(step for number in range(len(LATE)) for step in takes_over_number(number)),
        ],
        written=LATE,
        replies=0,
        tickets=3,
    ),
    "an agent is reminded in two hours": Path(
        steps=lambda: [says("whatsapp", ODD), presses("claim"), *reminded("hours"), waits(125)],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "a customer writes before an agent is reminded": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            presses("claim"),
            *reminded("hours"),
            says("whatsapp", AGAIN, wait_ms=1_800_000),
            waits(125),
        ],
        written=(ODD, AGAIN),
        replies=0,
        tickets=1,
    ),
    "an answer that is held until the customer says hello": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            presses("claim"),
            waits(25 * 60),
            *writes_reply("Oui, en rose aussi. zz"),
            says("whatsapp", "Bonjour", wait_ms=3_600_000),
        ],
        written=(ODD, "Bonjour"),
        replies=0,
        tickets=1,
    ),
    "an answer that comes too late is held": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            *writes_reply("Oui, en rose aussi. zz"),
            Step(window_over, when=lambda world: bool(world.whatsapp.said), wait_ms=20_000, name="too late"),
            presses("hold"),
        ],
        written=(ODD,),
        prepare=mute("whatsapp"),
        replies=0,
        tickets=1,
    ),
    "an answer that comes too late goes as a template": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            presses("claim"),
            waits(25 * 60),
            *writes_reply("Oui, en rose\n aussi. zz"),
            presses("send_template", 120_000),
        ],
        written=(ODD,),
        prepare=with_template(),
        replies=0,
        tickets=1,
    ),
    "a template that is paused when it is sent": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            presses("claim"),
            waits(25 * 60),
            *writes_reply("Oui, en rose aussi. zz"),
            Step(lambda world: world.whatsapp.troubles.append(GRAPH_PAUSED), name="paused"),
            presses("send_template", 120_000),
        ],
        written=(ODD,),
        prepare=with_template(),
        replies=0,
        tickets=1,
    ),
    "a template that is found to be advertising, told once": Path(
        # The account's minute of each hour is the 45th; of three sweeps faults leave at least one.
        steps=lambda: [
            sweeps(45 * 60_000),
            *(sweeps(60 * 60_000) for _ in range(2)),
            says("whatsapp", HOURS, wait_ms=60_000),
        ],
        written=(HOURS,),
        prepare=recategorised,
        replies=1,
        tickets=0,
        noticed=1,
    ),
    "an answer that is held until the customer asks more": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            presses("claim"),
            waits(25 * 60),
            *writes_reply("Oui, en rose aussi. zz"),
            says("whatsapp", AGAIN, wait_ms=3_600_000),
            presses("send_suggestion", 60_000),
        ],
        written=(ODD, AGAIN),
        replies=0,
        tickets=1,
    ),
    "a ticket settles by thanks": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            *writes_reply("Oui, en rose aussi. zz"),
            says("whatsapp", "merci", wait_ms=60_000),
            says("whatsapp", HOURS, wait_ms=60_000),
        ],
        written=(ODD, "merci", HOURS),
        tickets=1,
        replies=1,
    ),
    "a ticket settles after three silent days": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            *writes_reply("Oui, en rose aussi. zz"),
            waits(73 * 60),
            says("whatsapp", HOURS, wait_ms=60_000),
        ],
        written=(ODD, HOURS),
        tickets=1,
        replies=1,
    ),
    "an answer that closes its ticket": Path(
        steps=lambda: [says("whatsapp", RETURNED), presses("send_close"), waits(2)],
        written=(RETURNED,),
        replies=0,
        tickets=1,
    ),
    "a customer who wants no messages asks for a person": Path(
        steps=lambda: [
            says("whatsapp", "Bonjour kkgg"),
            Step(lambda world: world.whatsapp.prefers(PERSON, "stop"), wait_ms=30_000),
            says("whatsapp", "Un conseiller svp kkjj", wait_ms=30_000),
        ],
        written=("Bonjour kkgg", "Un conseiller svp kkjj"),
        replies=0,
        tickets=1,
    ),
    "an edit after the ticket opened": Path(
        steps=lambda: [writes_as("wamid.A", "Des lamas roses ? kkmm"), edits("wamid.A", ODD, 20_000)],
        written=(ODD,),
        gone=("kkmm",),
        replies=0,
        tickets=1,
    ),
    "a message is taken back after the ticket opened": Path(
        steps=lambda: [says("whatsapp", ODD), writes_as("wamid.A", "kknn", 30_000), deletes("wamid.A", 20_000)],
        written=(ODD,),
        gone=("kknn",),
        replies=0,
        tickets=1,
    ),
    "an answered question that is taken back": Path(
        steps=lambda: [writes_as("wamid.A", "Vos horaires svp ? kknn"), deletes("wamid.A", 60_000)],
        written=(),
        gone=("kknn",),
        replies=1,
        tickets=0,
    ),
    "a message is taken back while its line is on its way": Path(
        steps=lambda: [says("whatsapp", ODD), writes_as("wamid.A", "kknn", 30_000), deletes("wamid.A", 0)],
        written=(ODD,),
        gone=("kknn",),
        replies=0,
        tickets=1,
    ),
    "a message is taken back after its ticket was closed": Path(
        steps=lambda: [
            writes_as("wamid.A", "Des lamas roses ? kknn"),
            presses("claim"),
            presses("close"),
            says("whatsapp", ODD, wait_ms=60_000),
            deletes("wamid.A"),
        ],
        written=(ODD,),
        gone=("kknn",),
        replies=0,
        tickets=2,
    ),
    "an edit and a deletion of messages that never came": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            edits("wamid.never", "Des guanacos ? kkuu"),
            deletes("wamid.neither", 1_000),
            Step(lambda world: world.whatsapp.prefers(PERSON, "stop"), wait_ms=5_000),
        ],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "an edit comes before its message": Path(
        steps=lambda: [edits("wamid.A", ODD, 0), writes_as("wamid.A", "Des lamas roses ? kkmm", 20_000)],
        written=(ODD,),
        gone=("kkmm",),
        replies=0,
        tickets=1,
    ),
    "a deletion comes before its message": Path(
        steps=lambda: [
            deletes("wamid.A", 0),
            writes_as("wamid.A", "Des lamas roses ? kkmm", 20_000),
            says("whatsapp", ODD, wait_ms=5_000),
        ],
        written=(ODD,),
        gone=("kkmm",),
        replies=0,
        tickets=1,
    ),
    "a photo and a voice note": Path(
        steps=lambda: [
            Step(lambda world: world.whatsapp.sends_file(PERSON, "image", JPEG, ODD)),
            Step(lambda world: world.whatsapp.sends_file(PERSON, "audio", OGG, "et ceci kkyy"), wait_ms=30_000),
        ],
        written=(ODD, "et ceci kkyy"),
        replies=0,
        tickets=1,
    ),
    "a photo on the channel whose links are open": Path(
        steps=lambda: [
            says("messenger", ODD),
            Step(lambda world: world.messenger.sends_file(PERSON, "https://scontent.xx.fbcdn.net/v/a.jpg"), wait_ms=90),
        ],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "a photo that neither platform nor desk has ready": Path(
        steps=lambda: [Step(lambda world: world.whatsapp.sends_file(PERSON, "image", JPEG, ODD))],
        written=(ODD,),
        prepare=files_not_ready,
        replies=0,
        tickets=1,
    ),
    "a photo that is no more": Path(
        steps=lambda: [Step(lambda world: world.whatsapp.sends_file(PERSON, "image", JPEG, ODD))],
        written=(ODD,),
        prepare=lambda world: world.whatsapp.file_troubles.append(answer(404, {})),
        replies=0,
        tickets=1,
    ),
    "a photo that its customer takes back": Path(
        steps=lambda: [
            Step(lambda world: world.whatsapp.sends_file(PERSON, "image", JPEG, "regardez kknn", "wamid.A")),
            says("whatsapp", ODD, wait_ms=40_000),
            deletes("wamid.A", 20_000),
        ],
        written=(ODD,),
        gone=("kknn",),
        replies=0,
        tickets=1,
    ),
    "one person under two ids, then another number": Path(
        steps=lambda: [
            Step(lambda world: world.whatsapp.writes(PERSON, ODD, user="FR.13491208655302741918")),
            Step(
                lambda world: world.whatsapp.writes("", "Et en bleu ? kkyy", user="FR.13491208655302741918"),
                wait_ms=60_000,
            ),
            Step(lambda world: world.whatsapp.changes_number(PERSON, "33600000009"), wait_ms=60_000),
            Step(lambda world: world.whatsapp.writes("33600000009", "Et en vert ? kkzz"), wait_ms=60_000),
        ],
        written=(ODD, "Et en bleu ? kkyy", "Et en vert ? kkzz"),
        replies=0,
        tickets=1,
    ),
    "Slack limits its rate": Path(
        steps=lambda: [says("whatsapp", ODD)],
        written=(ODD,),
        prepare=lambda world: world.desks.limit(20),
        replies=0,
        tickets=1,
    ),
    # What does not fit into a queue goes through the bucket: a body over 200 KB, and one that nobody understands.
    "a message that a queue cannot carry": Path(
        steps=lambda: [says("whatsapp", LONG, times=2)], written=(LONG,), replies=1, tickets=0
    ),
    "receipts that a queue cannot carry": Path(
        steps=lambda: [
            says("messenger", HOURS),
            Step(echoed_at_length, when=lambda world: bool(world.messenger.said), wait_ms=1_000, name="echoes"),
        ],
        written=(HOURS,),
        prepare=mute("messenger"),
        replies=1,
        tickets=0,
    ),
    "a letter that becomes a ticket, and more": Path(
        steps=lambda: [says("whatsapp", LETTER), says("whatsapp", LETTER.replace("kkss", "kktt"), wait_ms=60_000)],
        written=(LETTER, LETTER.replace("kkss", "kktt")),
        replies=0,
        tickets=1,
    ),
    "a body that nobody understands": Path(
        steps=lambda: [Step(lambda world: garbled(world.whatsapp)), says("whatsapp", HOURS, wait_ms=1_000)],
        written=(HOURS,),
        replies=1,
        tickets=0,
    ),
    "an intent stops by itself": Path(
        steps=lambda: [
            says("whatsapp", HOURS),
            says("whatsapp", "non", wait_ms=60_000, times=2),
            another(HOURS_TOO),
            another("c'est pas ma question", wait_ms=60_000),
        ],
        written=(HOURS, HOURS_TOO, "non", "c'est pas ma question"),
        replies=2,
        tickets=2,
    ),
    "an intent stops by itself, and an agent starts it again": Path(
        steps=lambda: [
            says("whatsapp", HOURS),
            says("whatsapp", "non", wait_ms=60_000),
            another(HOURS_TOO),
            another("c'est pas ma question", wait_ms=60_000),
            presses("start_intent"),
        ],
        written=(HOURS, HOURS_TOO, "non", "c'est pas ma question"),
        replies=2,
        tickets=2,
    ),
    # Wednesday 10:00 in Paris until Monday 8:59; then three sweeps, of which faults leave at least one.
    "the figures of the week, on Monday": Path(
        steps=lambda: [
            says("whatsapp", HOURS),
            sweeps((4 * 24 + 22) * 3_600_000 + 59 * 60_000 - 1_000),
            *(sweeps(60_000) for _ in range(4)),
            asks_for("figures"),
        ],
        written=(HOURS,),
        replies=1,
        tickets=0,
        reports=1,
    ),
    "an answer beside a ticket": Path(
        steps=lambda: [says("whatsapp", ODD), says("whatsapp", HOURS, wait_ms=60_000, times=2)],
        written=(ODD, HOURS),
        replies=1,
        tickets=1,
    ),
    "an answer beside a ticket, overtaken": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            says("whatsapp", HOURS, wait_ms=60_000),
            says("whatsapp", "Et des alpagas ? kkii", wait_ms=700),
        ],
        written=(ODD, HOURS, "Et des alpagas ? kkii"),
        replies=0,
        tickets=1,
    ),
    "a question beside a ticket that somebody takes meanwhile": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            says("whatsapp", HOURS, wait_ms=60_000),
            presses("claim", 500),
        ],
        written=(ODD, HOURS),
        replies=0,
        tickets=1,
    ),
    "a question beside a grave ticket": Path(
        steps=lambda: [says("whatsapp", SHAME), says("whatsapp", HOURS, wait_ms=60_000)],
        written=(SHAME, HOURS),
        replies=0,
        tickets=1,
    ),
    "a person, a day without a word, the bot again": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            *writes_reply("Oui, en rose aussi. zz"),
            says("whatsapp", HOURS, wait_ms=90_000_000),
        ],
        written=(ODD, HOURS),
        replies=1,
        tickets=1,
    ),
    "one answer a day, overtaken once, and another customer": Path(
        steps=lambda: [
            says("whatsapp", HOURS),
            says("whatsapp", "svp kksv", wait_ms=700),
            another("Et vos horaires ? kkaq", wait_ms=60_000),
        ],
        written=(HOURS, "svp kksv", "Et vos horaires ? kkaq"),
        prepare=answers_a_day(1),
        replies=1,
        tickets=1,
    ),
    "two sent answers that a judge finds wrong": Path(
        steps=lambda: [
            says("whatsapp", HOURS),
            another("Et vos horaires ? kkaq"),
            judged(0, "wrong"),
            judged(1, "wrong"),
        ],
        written=(HOURS, "Et vos horaires ? kkaq"),
        replies=2,
        tickets=2,
    ),
    "a dangerous answer, and an open ticket of the same customer": Path(
        steps=lambda: [says("whatsapp", HOURS), says("whatsapp", ODD, wait_ms=60_000), judged(0, "dangerous")],
        written=(HOURS, ODD),
        replies=1,
        tickets=1,
    ),
    "one answer a day, and two customers at once": Path(
        steps=lambda: [says("whatsapp", HOURS), another("Et vos horaires ? kkaq")],
        written=(HOURS, "Et vos horaires ? kkaq"),
        prepare=answers_a_day(1),
        replies=1,
        tickets=1,
    ),
    "Instagram, a person's answer in the app that no webhook brought": Path(
        steps=lambda: [
            says("instagram", ODD),
            Step(deaf("instagram"), wait_ms=60_000, name="webhooks are lost"),
            natively("instagram", "Oui, en rose aussi. zz", 1_000),
        ],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "Messenger, webhooks lost, found in the list within the hour": Path(
        steps=lambda: [
            says("messenger", HOURS),
            says("messenger", HOURS_TOO, wait_ms=2_000),
            hears_again("messenger"),
            says("messenger", PARCEL, wait_ms=40 * 60_000),
        ],
        written=(HOURS, HOURS_TOO, PARCEL),
        prepare=deaf("messenger"),
        replies=2,
        tickets=0,
    ),
    "Messenger, a person's answer in the page's inbox that no webhook brought": Path(
        steps=lambda: [
            says("messenger", ODD),
            Step(deaf("messenger"), wait_ms=60_000, name="webhooks are lost"),
            natively("messenger", "Oui, en rose aussi. zz", 1_000),
        ],
        written=(ODD,),
        replies=0,
        tickets=1,
    ),
    "X, webhooks lost, found in its lists of posts and of direct messages": Path(
        steps=lambda: [
            Step(lambda world: world.x.writes("2222000000000000001", f"@maison {ODD}", public=True), name="a post"),
            says("x", HOURS, wait_ms=2_000),
            says("x", HOURS_TOO, wait_ms=2_000),
            hears_again("x"),
            says("x", PARCEL, wait_ms=100 * 60_000),
        ],
        written=(f"@maison {ODD}", HOURS, HOURS_TOO, PARCEL),
        prepare=all_of(deaf("x"), wishes_its_list("x")),
        replies=2,
        tickets=1,
    ),
    "X, a person's direct message that no webhook brought": Path(
        steps=lambda: [
            says("x", ODD),
            Step(deaf("x"), wait_ms=60_000, name="webhooks are lost"),
            natively("x", "Oui, en rose aussi. zz", 1_000),
        ],
        written=(ODD,),
        prepare=wishes_its_list("x"),
        replies=0,
        tickets=1,
    ),
    "Messenger, nobody can tell whether it arrived, and its list has it": Path(
        steps=lambda: [
            says("messenger", HOURS),
            Step(
                lambda world: world.messenger.had_it(PERSON),
                when=lambda world: bool(world.messenger.lost),
                wait_ms=120_000,
                name="it is there",
            ),
        ],
        written=(HOURS,),
        prepare=trouble("messenger", answer(502, {})),
        replies=1,
        tickets=1,
    ),
    "Messenger, another app holds a conversation that the list shows": Path(
        steps=lambda: [
            Step(lambda world: world.messenger.elsewhere("33600000002", HOURS), name="another app's"),
            says("messenger", PARCEL, wait_ms=40 * 60_000),
        ],
        written=(PARCEL,),
        replies=1,
        tickets=0,
    ),
    "a promise is missed, and said sorry for once": Path(
        steps=lambda: [
            says("whatsapp", ODD),
            says("whatsapp", "Vous êtes là ? kkpa", wait_ms=45 * 60_000, times=2),
            says("whatsapp", "Toujours personne ? kkpb", wait_ms=60 * 60_000),
            *writes_reply("Oui, en rose aussi. zz"),
        ],
        written=(ODD, "Vous êtes là ? kkpa", "Toujours personne ? kkpb"),
        prepare=team_answers_within(30),
        replies=0,
        tickets=1,
    ),
    **{
        name: Path(steps=steps, written=written, prepare=move_paths.offering, replies=replies, tickets=tickets)
        for name, (steps, written, replies, tickets) in move_paths.STORIES.items()
    },
}
