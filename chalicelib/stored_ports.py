"""
The ports of a platform that calls no webhook: it stores what came in our bucket, and tells a queue of it.

Protocols only, as in `ports`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

from .findings import Finding
from .model import AccountId, Attachment


@runtime_checkable
class OpensStored(Protocol):
    """
    A channel whose files lie in our own bucket, inside what the platform stored there: no request is made for them.

    `file_in` returns a file's bytes out of the object that its `url` names. Raises Refused where there is no such file.
    """

    def file_in(self, stored: bytes, file: Attachment) -> bytes: ...


@runtime_checkable
class TellsItsWay(Protocol):
    """A channel that can ask its platform, by one reading request, whether what it stores still comes to us."""

    def way_in(self, account_id: AccountId) -> Iterator[Finding]: ...


class Arrival(NamedTuple):
    """
    What a platform's queue tells of: `accounts`, whose it can be, by id; `stored`, the key of its body in the bucket.

    `told` is the platform's own notice. Of an object that only its key tells of the accounts stand in its body.
    """

    accounts: tuple[str, ...]
    stored: str
    told: Mapping[str, Any]


@runtime_checkable
class ComesByQueue(Protocol):
    """
    A channel whose platform calls no webhook: it stores what came in our bucket, and tells a queue (`internal`).

    `arrivals` reads a queue's message, `accounts_in` a stored body; `body_of` makes of both, for one of the accounts,
    the body that `parse` reads, with what its secrets prove. `found` is a message about a stored body that no queue
    told of. All pure; none raises.
    """

    @classmethod
    def arrivals(cls, body: bytes) -> Sequence[Arrival]: ...

    @classmethod
    def accounts_in(cls, stored: bytes) -> Sequence[str]: ...

    @classmethod
    def body_of(cls, arrival: Arrival, stored: bytes, account_id: str, secrets: Sequence[str]) -> bytes: ...

    @classmethod
    def found(cls, stored: str) -> bytes: ...
