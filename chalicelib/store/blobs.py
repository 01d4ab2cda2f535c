"""
The bucket, as far as people stand in it: bodies too long for a queue, bodies that nobody understood, and files.

All expire by the bucket's own rules; of somebody who is erased they go at once. Beside them lie the files of brands'
classifiers, by their SHA-256; no person stands in those, and they never expire.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..clients import unreachable
from ..errors import Misconfigured, Refused, Unavailable
from ..model import Millis

DONE = b"null"  # what is left of a body that was taken in: a function may not see whether a key exists
CLAIMS, UNPARSED, MEDIA, MODELS = "claim/", "unparsed/", "media/", "models/"
ERASED = "erased/"
REASON_MOST = 60
_NO_WORD = re.compile(r"[^a-z0-9]+")
_PARKED = re.compile(rf"{UNPARSED}(\w+)/([\w-]+)/(\d+)-(\w*)-(\w+)", re.ASCII)
GONE = ("NoSuchKey", "AccessDenied")  # who may not list sees what is not there as a refusal


def folder(brand: str, contact_id: str) -> str:
    """Where a contact's files lie."""
    return f"{MEDIA}{brand}/{contact_id}/"


@dataclass(frozen=True, slots=True)
class Parked:
    """A verified body that nobody could take in: by which account's URL it came, when (ms), and what was wrong."""

    channel: str
    account_key: str
    received_at: Millis
    reason: str
    number: str
    bytes: int = 0

    @property
    def key(self) -> str:
        """Where it lies: all that is known of it stands there, so a list of the bucket is a list of them."""
        reason = _NO_WORD.sub("_", self.reason.lower())[:REASON_MOST]
        return f"{UNPARSED}{self.channel}/{self.account_key}/{self.received_at}-{reason}-{self.number}"


def _parked(key: str, size: int) -> Parked | None:
    """What a key says; None for one that `Parked` did not write."""
    found = _PARKED.fullmatch(key)
    if found is None:
        return None
    channel, account_key, received_at, reason, number = found.groups()
    return Parked(channel, account_key, Millis(int(received_at)), reason, number, size)


@dataclass(frozen=True, slots=True)
class Blobs:
    """The bucket of one stage. `s3` builds the client on first use."""

    s3: Callable[[], Any]
    bucket: str

    def keep(self, key: str, content: bytes, media_type: str) -> None:
        """Keeps a file; the same key again is the same file."""
        self.s3().put_object(Bucket=self.bucket, Key=key, Body=content, ContentType=media_type)

    def read(self, key: str) -> bytes:
        """The bytes of a file. Raises Refused when it is no more (who may not list sees that as a refusal)."""
        client = self.s3()
        try:
            return bytes(client.get_object(Bucket=self.bucket, Key=key)["Body"].read())
        except client.exceptions.ClientError as error:
            if error.response.get("Error", {}).get("Code") in GONE:
                raise Refused("no_longer_kept") from None
            raise

    def model(self, digest: str, size: int) -> bytes:
        """
        A classifier's file of `size` bytes; its checksum is looked at by whoever keeps it.

        Raises Misconfigured where it is not there or not that long, Unavailable where the bucket does not answer.
        """
        client = self.s3()
        try:
            found = bytes(client.get_object(Bucket=self.bucket, Key=MODELS + digest)["Body"].read(size + 1))
        except client.exceptions.ClientError as error:
            if error.response.get("Error", {}).get("Code") not in GONE:
                raise Unavailable("The bucket does not give a classifier's file.") from None
            found = b""
        except unreachable():
            raise Unavailable("The bucket does not answer.") from None
        if len(found) != size:
            raise Misconfigured(f"The bucket lacks a file of the classifier bundle, {digest[:12]}: push it again.")
        return found

    def forget(self, brand: str, contact_ids: Iterable[str], person_ids: set[str]) -> int:
        """For commands: deletes these people's files, empties bodies that are about them; returns how many it were."""
        gone = 0
        for contact_id in contact_ids:
            for key in list(self.listed(folder(brand, contact_id))):
                self.s3().delete_object(Bucket=self.bucket, Key=key)
                gone += 1
        for key in [*self.listed(CLAIMS), *self.listed(UNPARSED)]:
            body = self.s3().get_object(Bucket=self.bucket, Key=key)["Body"].read()
            if key.startswith(CLAIMS) and _all_about(body, person_ids):
                self.s3().put_object(Bucket=self.bucket, Key=key, Body=DONE)
            elif key.startswith(UNPARSED) and any(json.dumps(each).encode() in body for each in person_ids):
                self.s3().delete_object(Bucket=self.bucket, Key=key)
            else:
                continue
            gone += 1
        return gone

    def parked(self) -> Iterator[Parked]:
        """For commands: every body that was parked and is still kept."""
        found = (_parked(each["Key"], each.get("Size", 0)) for each in self._objects(UNPARSED))
        yield from (each for each in found if each is not None)

    def delete(self, key: str) -> None:
        """For commands: deletes an object; once more is nothing."""
        self.s3().delete_object(Bucket=self.bucket, Key=key)

    def note_erased(self, brand: str, contact_id: str) -> None:
        """
        For commands: that a contact was erased, kept as long as the table can be restored to a time before.

        Nothing but an id of ours (what it gives away: `keys.new_ids`).
        """
        self.s3().put_object(Bucket=self.bucket, Key=f"{ERASED}{brand}/{contact_id}", Body=b"")

    def erased(self, brand: str) -> dict[str, Millis]:
        """For commands: contacts of a brand erased in the last 36 days -> when last (ms, whole seconds)."""
        return {
            each["Key"].rpartition("/")[2]: Millis(int(each["LastModified"].timestamp()) * 1000)
            for each in self._objects(f"{ERASED}{brand}/")
        }

    def listed(self, prefix: str) -> Iterator[str]:
        """Every key that begins so."""
        return (each["Key"] for each in self._objects(prefix))

    def _objects(self, prefix: str) -> Iterator[dict[str, Any]]:
        more: dict[str, str] = {}
        while True:
            answer = self.s3().list_objects_v2(Bucket=self.bucket, Prefix=prefix, **more)
            yield from answer.get("Contents", ())
            if not answer.get("IsTruncated"):
                return
            more = {"ContinuationToken": answer["NextContinuationToken"]}


def _all_about(body: bytes, person_ids: set[str]) -> bool:
    """Whether a queue's body says something of these people, and of nobody else."""
    said = json.loads(body)
    told = said.get("batch", [said]) if isinstance(said, dict) else []
    return bool(told) and all(each["event"]["address"][2] in person_ids for each in told)
