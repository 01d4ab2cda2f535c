"""`guichet run` as a person meets it: ready, refused with a sentence, stopped, and as it was the next time."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from chalicelib.errors import UsageError
from infra.aws import Cloud
from infra.local import whole
from infra.names import DEFAULT_REGION, names
from tests.support.outside import LEA, Outside, message, wait_for
from tests.support.whole_stack import Place

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("local"))


@pytest.fixture(scope="module")
def running(place: Place) -> Iterator[subprocess.Popen[str]]:
    child = place.start()
    yield child
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)


def ready(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(place.ready_file.read_text(encoding="utf-8"))
    return found


@pytest.fixture
def stopped(place: Place, running: subprocess.Popen[str]) -> Place:
    """The place of a stack that has run, and runs no more."""
    if running.poll() is None:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)
    return place


@pytest.fixture(scope="module")
def outside(place: Place, running: subprocess.Popen[str]) -> Outside:
    return Outside(ready(place))


def test_the_ready_file_names_what_others_script_against(place: Place, running: subprocess.Popen[str]) -> None:
    found = ready(place)
    meta = {"webhook_url", "account_id", "app_secret", "verify_token"}

    assert set(found) == {"page", "api", "brand", "accounts", "slack", "simulator"}
    assert set(found["accounts"]["messenger"]) == set(found["accounts"]["whatsapp"]) == meta
    assert set(found["accounts"]["x"]) == {"webhook_url", "account_id", "consumer_secret"}
    slack = {"events_url", "actions_url", "commands_url", "signing_secret", "team_id", "channel_id"}
    assert slack <= set(found["slack"])
    assert set(found["simulator"]) == {"outbound_url", "faults_url"}


@pytest.mark.parametrize("body", [b"7", b"[[[]]]", b"{not json", b"[" * 50_000, '{"é": 1}'.encode()])
def test_a_signed_body_nobody_understands_is_kept_and_answered_200(outside: Outside, body: bytes) -> None:
    """Through the real function, its rights and the real bucket: the platform must not send it again for hours."""
    assert outside.post("messenger", body) == 200
    assert outside.post("messenger", body, forged=True) == 403


# Asked as plainly as can be: `guichet triage` answers both by itself.
QUESTIONS = (
    ("messenger", "Quels sont vos horaires d'ouverture ?", "10 h"),
    ("whatsapp", "What time do you open on Saturday?", "10 am"),
    ("x", "Quels sont vos horaires d'ouverture ?", "10 h"),
)


ANGRY = (
    ("messenger", "This is a disgrace, I am furious with you, worst shop ever!"),
    ("whatsapp", "Vous êtes une honte, je suis furieuse, plus jamais chez vous !"),
)
BY_HAND = "Bonjour Zoé, je m'en occupe moi-même aujourd'hui (dossier 48213)."


@dataclass(frozen=True)
class Written:
    """Who wrote on each channel, the statuses their platforms got, and who is angry."""

    customers: dict[str, str]
    forgers: dict[str, str]
    statuses: dict[str, list[int]]
    angry: dict[str, str]


@pytest.fixture(scope="module")
def written(outside: Outside) -> Written:
    """Everything that customers write, at once: a test waits for its own answer only."""
    made = Written({}, {}, {}, {})
    for channel, question, _ in QUESTIONS:
        made.customers[channel] = outside.stranger(channel, gets=1)
        made.forgers[channel] = outside.stranger(channel, gets=0)
        forged = message(outside, channel, made.forgers[channel], question)
        signed = message(outside, channel, made.customers[channel], question)
        made.statuses[channel] = [outside.post(channel, forged, forged=True)]
        made.statuses[channel] += [outside.post(channel, signed) for _ in range(3)]
    for channel, text in ANGRY:
        made.angry[channel] = outside.stranger(channel, gets=2)  # a first word, then the agent's answer
        body = message(outside, channel, made.angry[channel], text)
        assert [outside.post(channel, body) for _ in range(2)] == [200, 200]
    return made


@pytest.mark.parametrize(("channel", "_question", "answer"), QUESTIONS)
def test_a_signed_message_sent_three_times_is_answered_once_and_a_forged_one_never(
    outside: Outside, written: Written, channel: str, _question: str, answer: str
) -> None:
    got = wait_for(lambda: outside.got(channel, written.customers[channel]))

    assert written.statuses[channel] == [403, 200, 200, 200]
    assert len(got) == 1
    assert answer in got[0].replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert outside.got(channel, written.forgers[channel]) == []


def test_an_angry_message_is_one_ticket_and_the_agents_answer_reaches_the_customer_once(
    outside: Outside, written: Written
) -> None:
    """One ticket is answered by its suggestion, one in the dialog; Slack repeats what it is not sure of."""
    suggested, by_hand = (wait_for(partial(outside.tickets, text)) for _, text in ANGRY)
    assert (len(suggested), len(by_hand)) == (1, 1)

    click = outside.click(suggested[0], "guichet_send_suggestion")
    submitted = outside.submission(by_hand[0], BY_HAND)
    forged = [outside.interact(each, forged=True).status_code for each in (click, submitted)]
    taken = [outside.interact(each).status_code for each in (click, click, submitted, submitted)]
    assert (forged, taken) == ([401, 401], [200, 200, 200, 200])

    def answered(channel: str) -> list[str]:
        return outside.got(channel, written.angry[channel])[1:]

    answers = [wait_for(partial(answered, channel)) for channel, _ in ANGRY]
    assert [len(each) for each in answers] == [1, 1]
    assert "We are sorry you have had to write to us about this" in answers[0][0]
    assert BY_HAND in answers[1][0]
    assert [len(outside.tickets(text)) for _, text in ANGRY] == [1, 1]


def test_what_was_answered_is_judged_by_one_press_as_the_page_does_it(outside: Outside) -> None:
    """Through the function's own rights: two people judge an answer, and it waits no more."""
    channel, question, _ = QUESTIONS[0]
    customer, brand = outside.stranger(channel, gets=1), outside.ready["brand"]
    outside.post(channel, message(outside, channel, customer, question))
    wait_for(lambda: outside.got(channel, customer))

    def waiting() -> int:
        found: int = outside.ask("sim/figures", brand=brand)["to_judge"]
        return found

    before = wait_for(waiting)
    judged = [outside.judge(member, "right") for member in (LEA, "U0TOM")]

    assert [view["callback_id"] for view in judged] == ["guichet_judge_modal"] * 2
    assert wait_for(lambda: waiting() < before)


def test_an_answer_that_the_platform_took_but_never_confirmed_is_not_sent_again(outside: Outside) -> None:
    customers = {channel: outside.stranger(channel, gets=1) for channel, _, _ in QUESTIONS}
    for channel, question, _ in QUESTIONS:
        outside.break_next_send(channel)
        outside.post(channel, message(outside, channel, customers[channel], question))

    for channel, customer in customers.items():
        assert len(wait_for(partial(outside.got, channel, customer))) == 1
        lost = [call for call in outside.outbound(channel) if call["outcome"] == "drop_after_send"]
        assert len(lost) == 1


def test_a_day_of_the_demo_on_this_stack_is_without_a_fault(place: Place, outside: Outside) -> None:
    done = place.call("demo", "--events", "40", "--seed", "3", "--json", patience_s=300)
    found = json.loads(done.stdout)

    assert (found["wrong"], found["lost"], found["unfinished"], found["dead_letters"]) == ([], [], 0, 0)
    assert found["delivered"] == found["shown_by_platforms"]
    assert outside.state()["counters"]["doubled"] == 0
    assert (found["events"], done.returncode) == (40, 0)


def test_when_everything_is_calm_everybody_has_what_was_meant_and_no_more(outside: Outside) -> None:
    """After the demo, which waits for the last row: what was repeated, forged or lost has had its time to go wrong."""
    assert {who: len(outside.got(*who)) for who in outside.meant} == outside.meant


def test_a_sentence_changed_in_slack_is_what_a_customer_reads_within_a_minute(outside: Outside) -> None:
    """Through the function's own rights, by the dialogs that the page shows: an answer, then an exception before it."""
    channel, question, usual = QUESTIONS[0]
    new = "Nos boutiques vous accueillent du mardi au samedi, de 10 h à 19 h 30."
    strike = "Une grève retarde les livraisons d'un jour ou deux."
    held = outside.fills("réponse opening_hours", {"answer_replies//fr": {"value": new}})
    ends = {"exception_ends": {"selected_date_time": int(time.time()) + 3_600}}
    outside.fills("exception", {"exception_fr": {"value": strike}, **ends})
    time.sleep(16)  # workers read what holds every 15 seconds
    customer = outside.stranger(channel, gets=1)
    outside.post(channel, message(outside, channel, customer, question))
    [read] = wait_for(lambda: outside.got(channel, customer))

    assert "version 2" in json.dumps(held, ensure_ascii=False)
    said = read.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ").replace("’", "'")
    assert said.index(strike) < said.index(new)
    assert usual in said


def test_everything_listens_on_this_machine_only(place: Place, running: subprocess.Popen[str]) -> None:
    family = [psutil.Process(running.pid), *psutil.Process(running.pid).children(recursive=True)]
    listening = {
        connection.laddr.ip
        for process in family
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }

    assert listening == {"127.0.0.1"}


def test_a_second_run_is_refused_with_a_sentence(place: Place, running: subprocess.Popen[str]) -> None:
    done = place.call("run", "--headless")

    assert done.returncode == 1
    assert f"already running (process {running.pid})" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_taken_port_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = Place(tmp_path).call("run", "--headless", "--port", str(port))

    assert done.returncode == 1
    assert done.stderr == f"guichet: Port {port} is taken; stop what uses it, or choose another with --port.\n"


def test_conversations_of_another_version_are_refused_with_the_way_out(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (tmp_path / "aws").mkdir()  # a run of a version that did not say which it was

    done = place.call("run", "--headless", "--port", "0")

    assert done.returncode == 1
    assert "of another version" in done.stderr
    assert "guichet run --fresh" in done.stderr
    assert done.stderr.count("\n") == 1
    assert (tmp_path / "aws").is_dir(), "nothing is forgotten unasked"


def test_nothing_is_left_to_plan_after_a_run(place: Place, running: subprocess.Popen[str]) -> None:
    done = place.call("plan", "--stage", "local", "--json")

    found = json.loads(done.stdout)
    assert (found["stage"], found["account"], found["steps"]) == ("local", "000000000000", [])


def test_the_smoke_test_passes(place: Place, running: subprocess.Popen[str]) -> None:
    done = place.call("smoke", "--stage", "local", "--json")
    failed = [each for each in json.loads(done.stdout)["checks"] if not each["passed"]]

    assert (failed, done.returncode) == ([], 0)


def timeline(place: Place, channel: str, person: str) -> list[tuple[str, str]]:
    """Who said what in this person's conversation, by the command that shows it."""
    account = ready(place)["accounts"][channel]["account_id"]
    done = place.call("conversation", "show", "--identity", f"{channel}:{account}:{person}", "--json")
    return [(each["author"], each["text"]) for each in json.loads(done.stdout)["messages"]]


def test_stopping_ends_every_process_and_the_next_run_is_the_same_stack(
    place: Place, running: subprocess.Popen[str], outside: Outside
) -> None:
    customer = outside.stranger("messenger", gets=1)
    question = message(outside, "messenger", customer, QUESTIONS[0][1])
    outside.post("messenger", question)
    assert len(wait_for(lambda: outside.got("messenger", customer))) == 1
    told = timeline(place, "messenger", customer)
    before = ready(place)
    family = psutil.Process(running.pid).children(recursive=True)
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)
    _, alive = psutil.wait_procs(family, timeout=5)

    assert running.returncode == 0
    assert alive == []
    assert not place.ready_file.exists()
    assert place.call("status", "--stage", "local").stderr.startswith("guichet: The local stack does not run;")

    again = place.start()
    after = Outside(ready(place))
    other = after.stranger("messenger", gets=1)
    taken = after.post("messenger", question)  # which the platform may repeat for a day and more
    after.post("messenger", message(after, "messenger", other, QUESTIONS[0][1]))
    answered = wait_for(lambda: after.got("messenger", other))
    kept, repeated = timeline(place, "messenger", customer), after.got("messenger", customer)
    again.send_signal(signal.SIGTERM)
    again.communicate(timeout=20)  # its output ends with it, although old workers' folders are still being deleted

    assert after.ready["accounts"]["messenger"]["app_secret"] == before["accounts"]["messenger"]["app_secret"]
    assert (taken, len(answered), repeated) == (200, 1, [])
    assert kept == told
    assert again.returncode == 0


def test_functions_that_a_full_disk_lost_are_made_again_before_it_says_ready(stopped: Place) -> None:
    place = stopped
    (place.folder / "aws" / "state" / "lambda.json").unlink()  # what is left out where there is no room for it

    again = place.start()
    after = Outside(ready(place))
    customer = after.stranger("messenger", gets=1)
    taken = after.post("messenger", message(after, "messenger", customer, QUESTIONS[0][1]))
    answered = wait_for(lambda: after.got("messenger", customer))
    again.send_signal(signal.SIGTERM)
    _, told = again.communicate(timeout=60)

    assert "the local AWS has lost APIHandler, " in told
    assert "they hold no conversations and are made again" in told
    assert (taken, len(answered), again.returncode) == (200, 1, 0)


def test_a_function_that_cannot_start_is_named_instead_of_ready(place: Place) -> None:
    again = place.start()
    endpoint = json.loads((place.folder / "running.json").read_text(encoding="utf-8"))["endpoint"]
    cloud = Cloud(names("local"), DEFAULT_REGION, endpoint)
    functions = cloud.client("lambda")
    name = "guichet-local-receipts"
    as_it_was = functions.get_function_configuration(FunctionName=name)["Handler"]
    whole.require_functions(cloud)
    functions.update_function_configuration(FunctionName=name, Handler="app.nothing")
    with pytest.raises(UsageError, match=rf"^Not ready: {name} \(\w+\) did not answer"):
        whole.require_functions(cloud)
    functions.update_function_configuration(FunctionName=name, Handler=as_it_was)
    whole.require_functions(cloud)
    again.send_signal(signal.SIGTERM)
    again.communicate(timeout=60)

    assert again.returncode == 0


def _command(process: psutil.Process) -> str:
    """A process's command; "" of one that has just ended."""
    with suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""


def test_a_killed_local_aws_is_told_with_what_is_gone(place: Place) -> None:
    again = place.start()
    family = psutil.Process(again.pid).children(recursive=True)
    next(each for each in family if "ministack" in _command(each)).kill()
    _, told = again.communicate(timeout=60)

    assert again.returncode == 1
    assert "guichet: The local AWS was killed (SIGKILL)." in told
    assert "What happened since it began is gone" in told
