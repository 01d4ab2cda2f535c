"""Which messages of a batch are tried, and when the others come again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.receiving import Batch, QueueMessage, messages_of, wait_s

MIN_REMAINING_MS = 5_000


@dataclass
class Queue:
    """What was asked of a queue, and what each try takes of the time that is left."""

    left_ms: int = 15_000
    takes_ms: int = 100
    fails: tuple[str, ...] = ()
    tried: list[str] = field(default_factory=list)
    hidden: list[tuple[str, int]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)

    def work(self, *received: QueueMessage) -> list[str]:
        def handle(message: QueueMessage) -> bool:
            self.tried.append(message.message_id)
            self.left_ms -= self.takes_ms
            return message.message_id not in self.fails

        def hide(waits: Sequence[tuple[QueueMessage, int]]) -> None:
            self.hidden += [(message.message_id, seconds) for message, seconds in waits]

        def delete(done: Sequence[QueueMessage]) -> None:
            self.deleted += [message.message_id for message in done]

        batch = Batch(
            handle=handle, hide=hide, delete=delete, left_ms=lambda: self.left_ms, min_remaining_ms=MIN_REMAINING_MS
        )
        return [message.message_id for message in batch.work(received)]


def message(name: str, received: int = 1, group: str = "") -> QueueMessage:
    return QueueMessage(message_id=name, receipt=f"r-{name}", body="{}", received=received, group=group or name)


def test_waits_are_2_10_60_and_then_300_seconds() -> None:
    assert [wait_s(received) for received in (1, 2, 3, 4, 5, 12)] == [2, 10, 60, 300, 300, 300]


def test_a_calm_batch_asks_nothing_of_its_queue() -> None:
    queue = Queue()

    assert queue.work(message("a"), message("b"), message("c")) == []
    assert (queue.tried, queue.hidden, queue.deleted) == (["a", "b", "c"], [], [])


def test_a_failure_hides_all_of_its_group_and_nobody_else() -> None:
    queue = Queue(fails=("a1",))

    assert queue.work(message("a1", group="a"), message("b1", group="b"), message("a2", group="a")) == ["a1", "a2"]
    assert queue.tried == ["a1", "b1"]
    assert queue.hidden == [("a1", 2), ("a2", 2)]


def test_with_too_little_time_left_new_messages_go_back_at_once_and_one_is_tried_in_any_case() -> None:
    queue = Queue(left_ms=1_000)

    assert queue.work(message("a"), message("b"), message("c")) == ["b", "c"]
    assert queue.tried == ["a"]
    assert queue.hidden == [("b", 0), ("c", 0)]


def test_what_came_before_is_tried_last_and_what_is_done_is_deleted_before_it() -> None:
    queue = Queue()

    assert queue.work(message("again", received=2), message("new")) == []
    assert queue.tried == ["new", "again"]
    assert queue.deleted == ["new"]


def test_what_comes_together_for_the_second_time_parts() -> None:
    queue = Queue()
    again = queue.work(*(message(name, received=2) for name in "abcde"))

    assert queue.tried == ["a"]
    assert again == ["b", "c", "d", "e"]
    assert queue.hidden == [("b", 0), ("c", 0), ("d", 0), ("e", 1)]


def test_what_came_more_often_is_hidden_before_it_is_tried_and_each_is_deleted_before_the_next() -> None:
    queue = Queue()

    assert queue.work(message("a", received=3), message("b", received=4)) == []
    assert queue.hidden == [("a", 60), ("b", 300)]
    assert queue.tried == ["a", "b"]
    assert queue.deleted == ["a"]


def test_a_group_keeps_its_order_where_its_first_message_came_before() -> None:
    queue = Queue()

    assert queue.work(message("a1", received=2, group="a"), message("a2", group="a"), message("b1", group="b")) == []
    assert queue.tried == ["b1", "a1", "a2"]


def test_what_there_is_no_time_for_any_more_keeps_its_wait() -> None:
    queue = Queue(takes_ms=11_000)

    assert queue.work(message("a", received=3), message("b", received=4)) == ["b"]
    assert queue.tried == ["a"]
    assert queue.hidden[-1] == ("b", 300)


def test_a_message_of_a_standard_queue_is_a_group_of_its_own() -> None:
    record = {"messageId": "m", "receiptHandle": "r", "body": "{}", "attributes": {"ApproximateReceiveCount": "2"}}
    (read,) = messages_of({"Records": [record]})

    assert (read.group, read.received, read.receipt) == ("m", 2, "r")
