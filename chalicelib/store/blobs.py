"""
The bucket: bodies too long for a queue, bodies that nobody understood, and customers' files.

They expire by the bucket's lifecycle rules; those of an erased person are deleted at once. The files of brands'
classifiers lie there too, by their SHA-256: they hold nothing of a person and never expire.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import Misconfigured, Refused, Unavailable
from ..model import Millis

DONE = b"null"  # what is left of a body that was taken in: a function may not see whether a key exists
CLAIMS, UNPARSED, MEDIA, MODELS = "claim/", "unparsed/", "media/", "models/"
CHAT = "chat/"  # what visitors of web pages sent, until it is fetched into MEDIA
ERASED = "erased/"
EVIDENCE = "evidence/"  # hateful comments (`evidence`): functions write there, and read nothing
EVIDENCE_DAYS = 184
# Mails: where SES puts them, with their customer once they are taken in, and those that nobody opens (a virus).
MAIL = "mail/"
MAIL_IN, MAIL_KEPT, MAIL_PUT_ASIDE = f"{MAIL}in/", f"{MAIL}kept/", f"{MAIL}aside/"
REASON_MOST = 60
_NO_WORD = re.compile(r"[^a-z0-9]+")
_PARKED = re.compile(rf"{UNPARSED}(\w+)/([\w-]+)/(\d+)-(\w*)-(\w+)", re.ASCII)
GONE = ("NoSuchKey", "AccessDenied")  # who may not list sees what is not there as a refusal


def folder(brand: str, contact_id: str) -> str:
    """Return the folder of a contact's files."""
    return f"{MEDIA}{brand}/{contact_id}/"


def mail_folder(brand: str, group: str) -> str:
    """Return the folder of one address's mails (`Address.group`)."""
    return f"{MAIL_KEPT}{brand}/{group}/"


def chat_folder(brand: str, group: str) -> str:
    """Return the folder of what one visitor sent (`Address.group`), as it came."""
    return f"{CHAT}{brand}/{group}/"


@dataclass(frozen=True, slots=True)
class Parked:
    """A verified body that could not be processed: the account of its URL, when it came (ms), and what was wrong."""

    channel: str
    account_key: str
    received_at: Millis
    reason: str
    number: str
    bytes: int = 0

    @property
    def key(self) -> str:
        """Return the body's key. It holds all that is known, so listing the bucket lists the bodies."""
        reason = _NO_WORD.sub("_", self.reason.lower())[:REASON_MOST]
        return f"{UNPARSED}{self.channel}/{self.account_key}/{self.received_at}-{reason}-{self.number}"


def _parked(key: str, size: int) -> Parked | None:
    """Return the parked body that a key names; None for a key that `Parked` did not write."""
    found = _PARKED.fullmatch(key)
    if found is None:
        return None
    channel, account_key, received_at, reason, number = found.groups()
    return Parked(channel, account_key, Millis(int(received_at)), reason, number, size)


@dataclass(frozen=True, slots=True)
class Blobs:
    """
    The bucket of one stage. `s3` builds the client on first use.

    `unreachable` gives the exception that this client raises where the bucket cannot be reached or breaks off.
    """

    s3: Callable[[], Any]
    bucket: str
    unreachable: Callable[[], type[Exception]]

    def keep(self, key: str, content: bytes, media_type: str) -> None:
        """Store a file; the same key again is the same file."""
        self.s3().put_object(Bucket=self.bucket, Key=key, Body=content, ContentType=media_type)

    def read(self, key: str) -> bytes:
        """Return the bytes of a file. Raises Refused when it is gone (S3 refuses a caller that may not list)."""
        client = self.s3()
        try:
            return bytes(client.get_object(Bucket=self.bucket, Key=key)["Body"].read())
        except client.exceptions.ClientError as error:
            if error.response.get("Error", {}).get("Code") in GONE:
                raise Refused("no_longer_kept") from None
            raise

    def model(self, digest: str, size: int) -> bytes:
        """
        Return a classifier's file of `size` bytes; the caller verifies its checksum.

        Raises Misconfigured if it is missing or has another length, Unavailable if the bucket does not answer.
        """
        client = self.s3()
        try:
            found = bytes(client.get_object(Bucket=self.bucket, Key=MODELS + digest)["Body"].read(size + 1))
        except client.exceptions.ClientError as error:
            if error.response.get("Error", {}).get("Code") not in GONE:
                raise Unavailable("The bucket does not give a classifier's file.") from None
            found = b""
        except self.unreachable():
            raise Unavailable("The bucket does not answer.") from None
        if len(found) != size:
            raise Misconfigured(f"The bucket lacks a file of the classifier bundle, {digest[:12]}: push it again.")
        return found

    def forget(self, brand: str, contact_ids: Iterable[str], person_ids: set[str], groups: Iterable[str] = ()) -> int:
        """
        For commands: delete these people's files, empty bodies that are about them; return how many.

        `groups`: their addresses', under which their mails lie, and what they sent from a web page.
        """
        gone = 0
        folders = [folder(brand, each) for each in contact_ids] + [
            lies(brand, each) for each in groups for lies in (mail_folder, chat_folder)
        ]
        for each in folders:
            for key in list(self.listed(each)):
                self.s3().delete_object(Bucket=self.bucket, Key=key)
                gone += 1
        addresses = [each.lower().encode() for each in person_ids if "@" in each]
        mails = [*self.listed(MAIL_IN), *self.listed(MAIL_PUT_ASIDE)] if addresses else []
        for key in [*self.listed(CLAIMS), *self.listed(UNPARSED), *mails]:
            body = self.s3().get_object(Bucket=self.bucket, Key=key)["Body"].read()
            if key.startswith(MAIL):
                if not any(each in body.lower() for each in addresses):
                    continue
                self.s3().delete_object(Bucket=self.bucket, Key=key)
            elif key.startswith(CLAIMS) and _all_about(body, person_ids):
                self.s3().put_object(Bucket=self.bucket, Key=key, Body=DONE)
            elif key.startswith(UNPARSED) and any(json.dumps(each).encode() in body for each in person_ids):
                self.s3().delete_object(Bucket=self.bucket, Key=key)
            else:
                continue
            gone += 1
        return gone

    def parked(self) -> Iterator[Parked]:
        """For commands: return every parked body that is still kept."""
        found = (_parked(each["Key"], each.get("Size", 0)) for each in self._objects(UNPARSED))
        yield from (each for each in found if each is not None)

    def delete(self, key: str) -> None:
        """Delete an object; repeated, it does nothing."""
        self.s3().delete_object(Bucket=self.bucket, Key=key)

    def note_erased(self, brand: str, contact_id: str) -> None:
        """
        For commands: note that a contact was erased, for as long as the table can be restored to an earlier time.

        Only an id of ours is stored (`keys.new_ids` says what it gives away).
        """
        self.s3().put_object(Bucket=self.bucket, Key=f"{ERASED}{brand}/{contact_id}", Body=b"")

    def erased(self, brand: str) -> dict[str, Millis]:
        """
        For commands: return the contacts of a brand erased in the last 36 days -> when last (ms).

        S3 gives whole seconds; the end of that second is returned, so a contact that began within it counts as earlier.
        """
        return {
            each["Key"].rpartition("/")[2]: Millis(int(each["LastModified"].timestamp()) * 1000 + 999)
            for each in self._objects(f"{ERASED}{brand}/")
        }

    def stored_at(self, prefix: str) -> Iterator[tuple[str, Millis]]:
        """Return every key with this prefix, and when it was stored."""
        for each in self._objects(prefix):
            yield each["Key"], Millis(int(each["LastModified"].timestamp() * 1000))

    def listed(self, prefix: str) -> Iterator[str]:
        """Return every key with this prefix."""
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
    """Return whether a queue's body is about these people and nobody else."""
    said = json.loads(body)
    told = said.get("batch", [said]) if isinstance(said, dict) else []
    return bool(told) and all(each["event"]["address"][2] in person_ids for each in told)
