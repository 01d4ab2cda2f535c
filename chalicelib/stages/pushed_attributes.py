"""
Takes what a brand's own systems let be known of a customer: a signed PUT, checked before anything else is read.

The signature is an HMAC-SHA256 under the brand's own secret over the version, the time, the brand and the exact body;
it is good for five minutes and once. Whom it is about stands in the body: an address of a person has no place in a URL,
which others log. Only what the playbook declares is kept, and only of somebody who is known to have that key, or whose
address it is: a number that somebody merely typed names nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..conversation import address_of
from ..errors import Misconfigured, UsageError
from ..model import BrandId, ContactId, Millis, Request, Response
from ..phone_numbers import international
from ..playbook.schema import Playbook
from ..ports import Clock, Metrics
from ..store import attributes, items, keys, people, person_keys, writes
from ..store.attributes import Given
from ..store.person_keys import SECRET_APP, SECRET_KEY, Kind
from ..store.secrets import Secrets
from ..store.table import Table

APP = "attributes"  # whose app the brand's secret is kept as; the brand is its key
BODY_MOST = 16_384
GOOD_FOR_MS = 300_000  # either way, so that a clock may be somewhat wrong
_BRAND = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_KINDS: Mapping[str, Kind] = {"customer": "customer", "mail": "mail", "phone": "phone"}
WAYS = ("id", "identity", *_KINDS)


class PushWiring(Protocol):
    """What of `wiring.Wiring` is used here."""

    clock: Clock
    metrics: Metrics

    @property
    def secrets(self) -> Secrets: ...

    def table(self, brand: BrandId) -> Table: ...

    def playbook(self, brand: BrandId) -> Playbook: ...


@dataclass(frozen=True, slots=True)
class _Signed:
    """A request whose signature holds: of which brand, when it was signed, and the signature's digest."""

    brand: BrandId
    at: Millis
    mark: str


class _No(Exception):
    """Why nothing is kept: a status, a code and one sentence without any value of the request."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(code)
        self.status, self.code, self.sentence = status, code, sentence


def signature(secret: str, brand: str, at_s: int, body: bytes) -> str:
    """Return what a request's X-Guichet-Signature says. `at_s`: its X-Guichet-Timestamp, seconds since 1970."""
    signed = b"v1\n%d\n%b\n%b" % (at_s, brand.encode(), body)
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def take(request: Request, here: PushWiring) -> Response:
    """Answer one request: 200 with what was kept, else why not, in JSON. Raises what the table raises."""
    try:
        signed = _verified(request, here)
        asked = _object(request.body)
        playbook, table = here.playbook(signed.brand), here.table(signed.brand)
        values = _checked(playbook, asked.get("attributes"))
        contact_id = _named(asked.get("contact"), table, playbook, here)
        _once(table, signed, here)
        changed = attributes.put(table, playbook.attributes, contact_id, Given(values, "api", signed.at))
    except _No as no:
        here.metrics(f"attributes_{no.code}")
        return _json(no.status, {"error": no.code, "message": no.sentence})
    here.metrics("attributes_kept")
    return _json(200, {"contact": contact_id, "attributes": sorted(values), "changed": changed})


def _json(status: int, document: Mapping[str, Any]) -> Response:
    return Response(status, json.dumps(document), "application/json", {"Cache-Control": "no-store"})


def _verified(request: Request, here: PushWiring) -> _Signed:
    """Return whose request it is. One answer for every fault of a signature: it teaches a forger nothing."""
    if len(request.body) > BODY_MOST:
        raise _No(413, "too_large", f"A body has at most {BODY_MOST} bytes.")
    brand, stamp, given = (_header(request, f"x-guichet-{each}") for each in ("brand", "timestamp", "signature"))
    refused = _No(401, "unverified", "The signature does not hold: see docs/people.md.")
    if not (_BRAND.fullmatch(brand) and re.fullmatch(r"\d{10}", stamp)):
        raise refused
    at = Millis(int(stamp) * 1_000)
    if abs(here.clock() - at) > GOOD_FOR_MS:
        raise refused
    try:
        here.playbook(BrandId(brand))  # a brand that is none asks no secret of SSM
    except Misconfigured:
        raise refused from None
    secrets = here.secrets.app(APP, brand).app_secrets
    good = [signature(each, brand, int(stamp), request.body) for each in secrets]
    if not any([hmac.compare_digest(each.encode(), given.encode()) for each in good]):  # noqa: C419 - all, each time
        raise refused
    return _Signed(BrandId(brand), at, keys.digest("attributes", given))


def _header(request: Request, name: str) -> str:
    values = request.headers.get(name, ())
    return values[0] if len(values) == 1 and values[0].isascii() else ""


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body.decode())
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _No(400, "malformed", 'The body is a JSON object: {"contact": {…}, "attributes": {…}}.')
    return found


def _checked(playbook: Playbook, values: object) -> Mapping[str, str | None]:
    if not isinstance(values, dict):
        raise _No(400, "malformed", "Give attributes: an object of values by name.")
    try:
        return attributes.checked(playbook.attributes, values)
    except UsageError as error:
        raise _No(422, "refused", str(error)) from None


def _named(asked: object, table: Table, playbook: Playbook, here: PushWiring) -> ContactId:
    """Return the one contact that is meant. A key of two persons names neither: whoever asks must say which."""
    pair = next(iter(asked.items())) if isinstance(asked, dict) and len(asked) == 1 else ("", "")
    way, value = pair
    if way not in WAYS or not isinstance(value, str) or not value.strip():
        raise _No(400, "malformed", f"Give contact: an object with one of {', '.join(WAYS)}, a text.")
    found = list(dict.fromkeys(_holders(way, value.strip(), table, playbook, here)))
    roots = {people.root_of(table, each).contact_id for each in found if people.person(table, each) is not None}
    if not roots:
        raise _No(404, "unknown", "Nobody who wrote to the brand is known by this.")
    if len(roots) > 1:
        raise _No(409, "several", "Several contacts are known by this: name one by its id.")
    return found[0]


def _holders(way: str, value: str, table: Table, playbook: Playbook, here: PushWiring) -> Iterator[ContactId]:
    """Return the contacts with this key: those who proved it, else those whose address it is."""
    if way == "id":
        yield from [ContactId(value)] if "#" not in value else []
    elif way == "identity":
        parts = value.split(":", 2)
        known = table.identity(address_of(*parts)) if len(parts) == 3 else None
        yield from [known[0]] if known else []
    else:
        kind = _KINDS[way]
        written = international(value, playbook.country, valid=False) if kind == "phone" else value
        secret = next(iter(here.secrets.app(SECRET_APP, SECRET_KEY).app_secrets), "")
        if secret and written:
            yield from _surest(person_keys.holders(table, person_keys.mark_of(secret, table.brand, kind, written)))


def _surest(found: Sequence[person_keys.Holder]) -> list[ContactId]:
    proved = [each.contact_id for each in found if each.standing == "proved"]
    return proved or [each.contact_id for each in found if each.standing == "own"]


def _once(table: Table, signed: _Signed, here: PushWiring) -> None:
    """Note the signature: one that comes again changes nothing, whoever sends it."""
    item: items.Item = {"v": items.VERSION, "at": int(here.clock()), "ttl": items.ttl(here.clock(), 1)}
    if not table.write(writes.put_new(keys.marker(table.brand, APP, "", signed.mark), item)):
        raise _No(409, "replayed", "This request was taken already: sign a new one.")
