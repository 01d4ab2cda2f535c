"""
Whose a browser is: a secret that it keeps, or a JWT that the shop's server signed. And the tokens that say so after.

An anonymous visitor is known by a digest of a secret that only their browser has. A signed one is who the JWT says, for
this account alone, once, and for ten minutes at most from its making. Both get a session: a token of ours, bound to the
account, that every later request carries. Comparisons take constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from ...model import Account, Credentials, Millis, PersonId
from ...text import to_json
from ...visitor_port import NoVisitor, Visitor

ALGORITHM = "HS256"  # the only one: a token that names another is refused
IDENTITY_MS = 10 * 60_000  # a JWT lives no longer
LEEWAY_MS = 30_000  # two servers' clocks
SIGNED_MS, ANONYMOUS_MS = 3_600_000, 24 * 3_600_000
SECRET_LEAST = 32  # characters of the account's signing secret
SUBJECT_MOST, NAME_MOST, ONCE_MOST, KEY_MOST = 128, 80, 128, 160
ATTRIBUTES_MOST = 20
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes
_KEYS = {"email": ("mail", "email_verified"), "phone_number": ("phone", "phone_number_verified")}
_REFUSED = {"ExpiredSignatureError": "over", "InvalidAudienceError": "another"}


def arrives(told: Mapping[str, Any], account: Account, held: Credentials, now: Millis) -> Visitor:
    """Return whose a browser is. Raises NoVisitor."""
    secret = told.get("secret")
    if type(secret) is not str or not _SECRET.fullmatch(secret):
        raise NoVisitor("no_secret")
    browser = _digest("browser", account.account_id, secret)
    identity = told.get("identity")
    if identity:
        return _signed(str(identity), browser, account, held, now)
    own = _digest("visitor", account.account_id, secret)[:40]
    return Visitor(person_id=PersonId(f"a:{own}"), until=Millis(now + ANONYMOUS_MS), browser=browser)


def _signed(identity: str, browser: str, account: Account, held: Credentials, now: Millis) -> Visitor:
    """Read what the shop's server signed (RFC 7519; its time is compared with ours, not with this machine's)."""
    claims = _claims(identity, account, held)
    ends, began = _seconds(claims.get("exp")), _seconds(claims.get("iat", claims.get("exp")))
    if ends + LEEWAY_MS < now:
        raise NoVisitor("over")
    if ends > now + IDENTITY_MS + LEEWAY_MS or began > ends or ends - began > IDENTITY_MS or began > ends + LEEWAY_MS:
        raise NoVisitor("lives_too_long")
    subject, once = _text(claims.get("sub"), SUBJECT_MOST), _text(claims.get("jti"), ONCE_MOST)
    if not (subject and once):
        raise NoVisitor("incomplete")
    known = [("customer", subject)]
    for claim, (kind, proof) in _KEYS.items():
        value = _text(claims.get(claim), KEY_MOST)
        if value and claims.get(proof) is True:
            known.append((kind, value))
    return Visitor(
        person_id=PersonId(f"u:{subject}"),
        until=Millis(now + SIGNED_MS),
        signed=True,
        name=_text(claims.get("name"), NAME_MOST),
        known_as=tuple(known),
        described=_described(claims.get("attributes")),
        once=once,
        browser=browser,
    )


def _described(claimed: object) -> tuple[tuple[str, str], ...]:
    """Return the attributes that a JWT claims, as short texts by name; the playbook says which are kept."""
    if type(claimed) is not dict or len(claimed) > ATTRIBUTES_MOST:
        return ()
    found = ((_text(name, NAME_MOST), _text(value, KEY_MOST)) for name, value in claimed.items())
    return tuple((name, value) for name, value in found if name and value)


def _claims(identity: str, account: Account, held: Credentials) -> Mapping[str, Any]:
    """Return what a JWT claims, once one of the account's secrets is found to have signed it for this account."""
    import jwt  # noqa: PLC0415 - only where somebody is signed in

    why = "forged"
    for secret in held.app_secrets:
        if len(secret) < SECRET_LEAST:
            continue
        try:
            found: Mapping[str, Any] = jwt.decode(
                identity,
                secret,
                algorithms=[ALGORITHM],
                audience=account.account_id,
                options={
                    "require": ["exp", "aud", "sub", "jti"],
                    "strict_aud": True,
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.InvalidSignatureError:
            continue
        except jwt.PyJWTError as error:
            why = _REFUSED.get(type(error).__name__, "forged")
            continue
        return found
    raise NoVisitor(why)


# --- sessions ---------------------------------------------------------------------------------


def session(visitor: Visitor, account: Account, held: Credentials) -> str:
    """Return the token that says who a visitor is until their time is over."""
    told: dict[str, Any] = {"v": visitor.person_id, "e": int(visitor.until)}
    if visitor.signed:
        told |= {"s": 1, "n": visitor.name, "k": [list(pair) for pair in visitor.known_as]}
    if visitor.described:
        told["d"] = [list(pair) for pair in visitor.described]
    return _written("session", told, account, held)


def visitor(token: str, account: Account, held: Credentials, now: Millis) -> Visitor:
    """Return whom a session names. Raises NoVisitor for one that is over, another account's, or not ours."""
    told = _read("session", token, account, held, now)
    return Visitor(
        person_id=PersonId(told["v"]),
        until=Millis(told["e"]),
        signed=bool(told.get("s")),
        name=told.get("n", ""),
        known_as=tuple((kind, value) for kind, value in told.get("k", ())),
        described=tuple((name, value) for name, value in told.get("d", ())),
    )


def link(key: str, account: Account, held: Credentials, until: Millis) -> str:
    """Return the token that opens one file of the bucket until then."""
    return _written("file", {"f": key, "e": int(until)}, account, held)


def linked(token: str, account: Account, held: Credentials, now: Millis) -> str:
    """Return which file a token opens. Raises NoVisitor."""
    return str(_read("file", token, account, held, now)["f"])


def _written(use: str, told: Mapping[str, Any], account: Account, held: Credentials) -> str:
    secret = next((each for each in held.app_secrets if len(each) >= SECRET_LEAST), "")
    if not secret:
        raise NoVisitor("no_signing_secret")
    words = _base64(to_json(told).encode())
    return f"{words}.{_base64(_mac(use, words, account, secret))}"


def _read(use: str, token: str, account: Account, held: Credentials, now: Millis) -> dict[str, Any]:
    words, _, given = token.partition(".")
    mac = given.encode("utf-8", "replace")
    secrets = [each for each in held.app_secrets if len(each) >= SECRET_LEAST]
    if not any(hmac.compare_digest(_base64(_mac(use, words, account, each)).encode(), mac) for each in secrets):
        raise NoVisitor("forged")
    told: dict[str, Any] = json.loads(urlsafe_b64decode(words + "=" * (-len(words) % 4)))
    if told["e"] <= now:
        raise NoVisitor("over")
    return told


def _mac(use: str, words: str, account: Account, secret: str) -> bytes:
    """Return a MAC for one use and one account: a session opens no file, and no other brand's chat."""
    about = f"guichet {use}\0{account.brand}\0{account.channel}\0{account.account_id}\0{words}"
    return hmac.digest(secret.encode(), about.encode("utf-8", "replace"), "sha256")


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _seconds(value: object) -> int:
    """Return a NumericDate in milliseconds. Raises NoVisitor for anything else."""
    if type(value) not in (int, float) or not 0 < value < 10**11:  # type: ignore[operator]  # a number, as asked
        raise NoVisitor("incomplete")
    return int(value * 1000)  # type: ignore[operator]  # the same


def _text(value: object, most: int) -> str:
    """Return a claim's text on one line; "" for none, and for one that is too long."""
    if type(value) is not str or len(value) > most or not value.isprintable():
        return ""
    return value.strip()
