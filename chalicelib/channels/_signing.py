"""
Authenticators: what tells that a webhook is the platform's. Comparisons take constant time.

The standard library prepares a key once per secret; each webhook takes a copy of that state.
"""

from __future__ import annotations

import hashlib
import hmac
from binascii import b2a_base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar
from urllib.parse import urlsplit

from ..errors import Unverified
from ..model import Request
from ..ports import AuthenticatorKind
from ._forms import fields_of

OWN_MARK = "x-guichet-doctor"  # a header of our own: this wrong signature is a try, no attack and no fault


@dataclass(frozen=True, slots=True)
class BodyHmac:
    """HMAC-SHA256 of the raw bytes in `header`; `write` puts a digest as the platform does."""

    header: str
    write: Callable[[bytes], bytes]
    kind: ClassVar[AuthenticatorKind] = "body_hmac"

    def verify(self, request: Request, secrets: tuple[str, ...]) -> None:
        """Raise Unverified unless one of the secrets signed exactly these bytes."""
        given = request.headers.get(self.header, ())
        if len(given) == 1 and signed_by(secrets, request.body, given[0], self.write):
            return
        raise _refused(self.header, request, secrets)

    def sign(self, request: Request, secret: str) -> dict[str, str]:
        """Return the header of these bytes."""
        return {self.header: self.write(hmac_sha256(secret, request.body)).decode()}


@dataclass(frozen=True, slots=True)
class Internal:
    """
    Nothing of a request proves anything: the platform's events come by a queue whose policy admits it alone.

    So no request verifies that comes by HTTP, whoever signed it.
    """

    kind: ClassVar[AuthenticatorKind] = "internal"

    def verify(self, request: Request, secrets: tuple[str, ...]) -> None:
        """Raise Unverified."""
        raise _refused("the queue", request, secrets)

    def sign(self, request: Request, secret: str) -> dict[str, str]:  # noqa: ARG002 - as the port says
        """Return nothing: there is no such request."""
        return {}


@dataclass(frozen=True, slots=True)
class UrlFormHmac:
    """
    HMAC-SHA1 in base64 of our own URL and all fields of the form, as Twilio signs.

    A body that is no form is in the URL as a digest (query parameter `bodySHA256`). `refused`: headers that announce
    another way of signing.

    https://www.twilio.com/docs/usage/security#validating-requests
    """

    header: str
    refused: tuple[str, ...] = ()
    kind: ClassVar[AuthenticatorKind] = "url_form_hmac"

    def verify(self, request: Request, secrets: tuple[str, ...]) -> None:
        """Raise Unverified unless one of the secrets signed one of our URLs with these fields."""
        given = request.headers.get(self.header, ())
        announced = [name for name in self.refused if name in request.headers]
        if len(given) == 1 and not announced and any(_signed(secrets, each, given[0]) for each in _texts(request)):
            return
        raise _refused(self.header, request, secrets)

    def sign(self, request: Request, secret: str) -> dict[str, str]:
        """Return the header of the first of our URLs with these fields. Raises StopIteration where there is no URL."""
        return {self.header: _sha1(secret, next(iter(_texts(request)))).decode()}


@dataclass(frozen=True, slots=True)
class SharedToken:
    """The secret itself in `header`, as Telegram sends it; the body is not signed: whoever read one may forge all."""

    header: str
    kind: ClassVar[AuthenticatorKind] = "shared_token"

    def verify(self, request: Request, secrets: tuple[str, ...]) -> None:
        """Raise Unverified unless the header is one of the secrets."""
        given = [each.encode("utf-8", "replace") for each in request.headers.get(self.header, ())]
        held = [each.encode("utf-8", "replace") for each in secrets if each]
        if len(given) == 1 and sum(hmac.compare_digest(given[0], each) for each in held):
            return
        raise _refused(self.header, request, secrets)

    def sign(self, request: Request, secret: str) -> dict[str, str]:  # noqa: ARG002 - the port's
        """Return the header, which is the same for any body."""
        return {self.header: secret}


class _OwnTry(Unverified):
    """Doctor's request, whose signature is wrong on purpose: whoever made it has the secret."""

    counted = "doctor_tried"


def own_mark(request: Request, secret: str) -> dict[str, str]:
    """Return the header that tells a try of ours from a forgery; it makes no request verify."""
    return {OWN_MARK: _own(request, secret)}


def _own(request: Request, secret: str) -> str:
    return hmac_sha256(secret, b"doctor " + request.path.encode("utf-8", "replace") + b" " + request.body).hex()


def _refused(header: str, request: Request, secrets: tuple[str, ...]) -> Unverified:
    given = request.headers.get(OWN_MARK, ())
    own = len(given) == 1 and any(
        hmac.compare_digest(given[0].encode("utf-8", "replace"), _own(request, each).encode())
        for each in secrets
        if each
    )
    return (_OwnTry if own else Unverified)(f"{header} is missing, repeated or wrong")


def _texts(request: Request) -> Iterable[str]:
    """What may have been signed: each of our URLs, with and without its port."""
    digest = request.query.get("bodySHA256", "")
    if digest:
        right = hmac.compare_digest(digest.encode(), hashlib.sha256(request.body).hexdigest().encode())
        tail = f"?bodySHA256={digest}" if right else None
    else:
        tail = "".join(name + value for name, value in sorted(set(fields_of(request.body))))
    if tail is not None:
        for url in request.urls:
            yield from (each + tail for each in dict.fromkeys((url, _with_port(url))))


def _with_port(url: str) -> str:
    parts = urlsplit(url)
    if parts.port is not None:
        return url
    return parts._replace(netloc=f"{parts.netloc}:{443 if parts.scheme == 'https' else 80}").geturl()


def _signed(secrets: tuple[str, ...], text: str, claim: str) -> bool:
    given = claim.encode("utf-8", "replace")
    return any(hmac.compare_digest(given, _sha1(each, text)) for each in secrets if each)


def _sha1(secret: str, text: str) -> bytes:
    """SHA-1 is the platform's; as an HMAC it is not broken."""
    return b2a_base64(hmac.digest(secret.encode(), text.encode("utf-8", "replace"), "sha1"), newline=False)


def signed_by(secrets: tuple[str, ...], body: bytes, claim: str, write: Callable[[bytes], bytes]) -> bool:
    """Whether one of the secrets made the header value `claim`; `write` puts a digest as the platform does."""
    given = claim.encode("utf-8", "replace")
    for secret in secrets:  # noqa: SIM110  # a generator would cost as much as the comparison
        if secret and hmac.compare_digest(given, write(hmac_sha256(secret, body))):
            return True
    return False


def hmac_sha256(secret: str, body: bytes) -> bytes:
    """Return the 32 bytes of HMAC-SHA256."""
    state = _keyed(secret).copy()
    state.update(body)
    return state.digest()


@lru_cache(maxsize=64)
def _keyed(secret: str) -> hmac.HMAC:
    return hmac.new(secret.encode(), digestmod="sha256")
