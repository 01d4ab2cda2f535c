"""The bucket: what is kept, what counts as gone, and what an erasure takes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.errors import Misconfigured, Refused, Unavailable
from chalicelib.model import Millis
from chalicelib.store.blobs import DONE, Blobs, Parked

BRAND = "maison-lune"
DIGEST = "ab" * 32


class Bucket:
    """S3 in memory, a page of two keys at a time; `errors`: the code that reading a key fails with."""

    exceptions = SimpleNamespace(ClientError=ClientError)

    def __init__(self, objects: Mapping[str, bytes] = {}, errors: Mapping[str, str] = {}) -> None:
        self.objects, self.errors = dict(objects), errors

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **_: Any) -> None:  # noqa: N803 - boto3's names
        self.objects[Key] = Body

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        if Key in self.errors:
            raise ClientError({"Error": {"Code": self.errors[Key]}}, "GetObject")
        return {"Body": BytesIO(self.objects[Key])}

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803 - boto3's names
        self.objects.pop(Key, None)

    def list_objects_v2(
        self,
        *,
        Bucket: str,  # noqa: N803 - boto3's names
        Prefix: str,  # noqa: N803 - boto3's names
        ContinuationToken: str = "0",  # noqa: N803 - boto3's names
    ) -> dict[str, Any]:
        start = int(ContinuationToken)
        found = [key for key in sorted(self.objects) if key.startswith(Prefix)]
        page = [{"Key": key, "Size": len(self.objects[key])} for key in found[start : start + 2]]
        more = {"IsTruncated": True, "NextContinuationToken": str(start + 2)} if found[start + 2 :] else {}
        return {"Contents": page, **more} if page else {}


def blobs(objects: Mapping[str, bytes] = {}, errors: Mapping[str, str] = {}) -> tuple[Blobs, Bucket]:
    bucket = Bucket(objects, errors)
    return Blobs(lambda: bucket, "b", lambda: EndpointConnectionError), bucket


def claim(*people: str) -> bytes:
    events = [{"event": {"address": ["x", "1", person]}} for person in people]
    return json.dumps({"batch": events} if len(events) > 1 else events[0]).encode()


@pytest.mark.parametrize("code", ["NoSuchKey", "AccessDenied"])
def test_a_file_that_is_gone_is_no_longer_kept_also_for_who_may_not_list(code: str) -> None:
    here, _ = blobs(errors={"media/k": code})

    with pytest.raises(Refused, match="no_longer_kept"):
        here.read("media/k")


def test_a_bucket_that_fails_otherwise_is_not_a_file_that_is_gone() -> None:
    here, _ = blobs(errors={"media/k": "SlowDown"})

    with pytest.raises(ClientError):
        here.read("media/k")


@pytest.mark.parametrize("code", ["NoSuchKey", "AccessDenied"])
def test_a_classifiers_file_that_is_gone_is_to_be_pushed_again(code: str) -> None:
    here, _ = blobs(errors={f"models/{DIGEST}": code})

    with pytest.raises(Misconfigured, match="lacks a file of the classifier bundle, abababababab"):
        here.model(DIGEST, 3)


@pytest.mark.parametrize("content", [b"", b"ab", b"abcd"])
def test_a_classifiers_file_of_another_length_is_to_be_pushed_again(content: bytes) -> None:
    here, _ = blobs({f"models/{DIGEST}": content})

    with pytest.raises(Misconfigured, match="push it again"):
        here.model(DIGEST, 3)


def test_a_bucket_that_refuses_a_classifiers_file_is_tried_again_later() -> None:
    here, _ = blobs(errors={f"models/{DIGEST}": "SlowDown"})

    with pytest.raises(Unavailable, match="does not give"):
        here.model(DIGEST, 3)


def test_a_classifiers_file_is_given_whole() -> None:
    here, _ = blobs({f"models/{DIGEST}": b"abc"})

    assert here.model(DIGEST, 3) == b"abc"


def test_an_erasure_takes_a_persons_files_and_leaves_everybody_elses() -> None:
    mine = {f"media/{BRAND}/p1/{name}": b"x" for name in "abc"}
    others = {f"media/{BRAND}/p10/a": b"x", "media/atelier-nord/p1/a": b"x"}
    here, bucket = blobs(mine | others)

    assert here.forget(BRAND, ["p1"], set()) == 3
    assert bucket.objects == others


@pytest.mark.parametrize(
    ("body", "emptied"),
    [
        (claim("77"), True),
        (claim("77", "78"), True),
        (claim("77", "99"), False),  # somebody else's event is in it too
        (claim("99"), False),
        (DONE, False),
        (b'{"batch": []}', False),
    ],
)
def test_a_body_that_waits_is_emptied_where_it_is_about_nobody_else(body: bytes, emptied: bool) -> None:  # noqa: FBT001 - a table
    here, bucket = blobs({"claim/k": body})

    assert here.forget(BRAND, [], {"77", "78"}) == int(emptied)
    assert bucket.objects == {"claim/k": DONE if emptied else body}


def test_a_parked_body_that_names_the_person_goes_and_one_that_only_looks_so_stays() -> None:
    here, bucket = blobs({"unparsed/x/ka/1-a-1": b'{"from": "77"}', "unparsed/x/ka/2-a-2": b'{"from": "770", "n": 77}'})

    assert here.forget(BRAND, [], {"77"}) == 1
    assert list(bucket.objects) == ["unparsed/x/ka/2-a-2"]


def test_parked_bodies_are_told_from_their_keys_page_by_page_and_others_are_left_out() -> None:
    parked = [
        Parked("whatsapp", "ka-1", Millis(1_795_000_000_000 + number), reason, f"n{number}", 4)
        for number, reason in enumerate(("too_large", "no_json", ""))
    ]
    here, _ = blobs({each.key: b"body" for each in parked} | {"unparsed/else": b"x", "media/k": b"x"})

    assert list(here.parked()) == parked


def test_a_reason_becomes_a_word_of_a_key_however_it_is_written() -> None:
    parked = Parked("x", "k", Millis(5), "Not JSON: line 1, 'é'!" + "z" * 99, "n")

    assert parked.key.startswith("unparsed/x/k/5-not_json_line_1_z")
    assert len(parked.key) == len("unparsed/x/k/5--n") + 60


def test_an_object_is_kept_read_and_deleted() -> None:
    here, bucket = blobs()
    here.keep("media/k", b"abc", "image/png")
    assert here.read("media/k") == b"abc"
    here.delete("media/k")
    here.delete("media/k")

    assert bucket.objects == {}
