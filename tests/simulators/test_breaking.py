"""A worker of the local AWS is really killed after its send; platforms remember over a restart."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

from .conftest import Stand, start_stand, until

PARENT = """
import subprocess, sys
worker = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
print(worker.pid, flush=True)
print(worker.wait(), flush=True)
sys.stdin.read()
"""
WORKER = """
import sys, httpx
sys.stdin.readline()
httpx.post("{url}", json={{"recipient": {{"id": "42"}}, "message": {{"text": "dernier mot", "metadata": "row9:0"}}}},
           headers={{"authorization": "Bearer token-messenger-1"}}, trust_env=False)
print("never reached")
"""


def stop(stand: Stand, process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(10)
    stand.client.close()
    stand.system.close()


def test_the_worker_that_sent_dies_and_its_message_stays(tmp_path: Path) -> None:
    pid_file = tmp_path / "ministack.pid"
    stand, process = start_stand(tmp_path, {"ministack": {"pid_file": str(pid_file)}})
    worker = WORKER.format(url=f"{stand.url}/messenger/v23.0/100000000000001/messages")
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, worker], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        pid_file.write_text(str(parent.pid))
        stand.post("/sim/break", what="kill", channel="messenger")
        parent.stdin.write("go\n")
        parent.stdin.flush()
        assert int(parent.stdout.readline()) == -signal.SIGKILL
        parent.stdin.close()
    assert [one["text"] for one in stand.bubbles(side="brand")] == ["dernier mot"]
    assert stand.outbound("messenger")[-1]["outcome"] == "killed"
    assert stand.state()["counters"]["killed"] == 1
    assert stand.state()["notices"][-1]["subject"] == str(pid)
    stop(stand, process)


def test_people_messages_and_tickets_outlive_a_restart(tmp_path: Path) -> None:
    stand, process = start_stand(tmp_path)
    person = stand.post("/sim/person", language="en", name="Ada Field")
    stand.post("/sim/write", channel="whatsapp", person=person["key"], text="I have a question")
    until(lambda: stand.state()["slack"]["messages"])
    stand.post("/sim/stop", brand="maison-lune", stopped=True)
    before = stand.state()
    stop(stand, process)
    assert json.loads((tmp_path / "simulators.state.json").read_text())["v"] == 1
    again, process = start_stand(tmp_path)
    after = again.state()
    for part in ("people", "bubbles", "threads", "stopped"):
        assert after[part] == before[part]
    assert after["slack"]["messages"] == before["slack"]["messages"]
    ticket = after["slack"]["messages"][0]["ts"]
    assert again.system.slack("chat.update", channel="C0BRAND1", ts=ticket, text="encore là")["ok"] is True
    assert again.outbound()[0]["seq"] > before["counters"]["calls"] - 1
    stop(again, process)


def test_a_memory_that_cannot_be_read_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "simulators.state.json").write_text("{")
    stand, process = start_stand(tmp_path)
    assert stand.state()["bubbles"] == []
    stop(stand, process)
