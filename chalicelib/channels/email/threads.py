"""
Our marks in a mail: the signed reply address, and the id of an answer of ours that mail programs repeat.

Each customer has one reply address for each account of ours: "sav+TOKEN@…", where the token is an HMAC of both. A mail
to it by anybody else is a third party's, and it proves its customer only together with a sender that the mail surely
came from (`senders.vouched`): nobody becomes the customer by knowing the address. SES replaces the
Message-ID of what we send, so an id of our own, which names the row and is signed, stands in References; mail programs
keep it.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from typing import Literal

TOKEN_BYTES = 10  # 80 bits: 16 characters, read in capitals as in small letters
_TOKEN = re.compile(r"[a-z2-7]{16}")
_OWN_ID = re.compile(r"(?P<row>[a-z0-9.]{1,200})-(?P<index>[0-9]{1,4})\.(?P<proof>[a-z2-7]{16})@[^\s<>]+")
_MARK = re.compile(r"(?P<row>[A-Za-z0-9_-]{1,200})-(?P<index>[0-9]{1,4})")
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")

Thread = Literal["", "own", "other"]  # whose reply address a mail came to: nobody's, the sender's, somebody else's


def token(secret: str, account_id: str, person_id: str) -> str:
    """Return the token of a customer's reply address."""
    return _proof(secret, "reply", account_id, person_id)


def _proof(secret: str, *what: str) -> str:
    digest = hmac.digest(secret.encode(), "\0".join(("guichet mail", *what)).encode("utf-8", "replace"), "sha256")
    return b32encode(digest[:TOKEN_BYTES]).decode().lower()


def reply_address(account_id: str, given: str) -> str:
    """Return an account's address with a token in it."""
    local, _, domain = account_id.rpartition("@")
    return f"{local}+{given}@{domain}"


def parted(recipient: str) -> tuple[str, str]:
    """Return the account that a recipient's address is, and what stands after its plus sign; in small letters."""
    local, _, domain = recipient.strip().lower().rpartition("@")
    base, _, tag = local.partition("+")
    return (f"{base}@{domain}" if base else ""), tag


def thread_of(secrets: Sequence[str], account_id: str, recipients: Iterable[str], person_id: str) -> Thread:
    """Return whose reply address a mail of this person came to."""
    tags = [tag for account, tag in map(parted, recipients) if account == account_id and _TOKEN.fullmatch(tag)]
    if not tags:
        return ""
    return "own" if any(belongs(secrets, account_id, person_id, tag) for tag in tags) else "other"


def belongs(secrets: Sequence[str], account_id: str, person_id: str, given: str) -> bool:
    """Whether this is the token of a person's reply address."""
    return any(
        hmac.compare_digest(given.encode("utf-8", "replace"), token(each, account_id, person_id).encode())
        for each in secrets
        if each
    )


def own_id(secret: str, row_id: str, index: int, account_id: str) -> str:
    """Return our own id of a part, as it stands in References."""
    domain = account_id.rpartition("@")[2]
    return f"{row_id}-{index}.{_proof(secret, 'row', f'{row_id}-{index}')}@{domain}"


def rows_in(secrets: Sequence[str], ids: Iterable[str]) -> list[str]:
    """Return the rows ("row:index") that ids of ours name, the newest last; forged ones are none."""
    found = []
    for each in ids:
        own = _OWN_ID.fullmatch(each)
        if own is None:
            continue
        mark = f"{own['row']}-{own['index']}"
        if any(hmac.compare_digest(own["proof"], _proof(one, "row", mark)) for one in secrets if one):
            found.append(f"{own['row']}:{own['index']}")
    return found


def tag_of_row(row_id: str, index: int) -> str:
    """Return a part's mark as a tag of SES takes it: letters, digits, "_" and "-"."""
    return f"{row_id.replace('.', '_')}-{index}"


def row_of_tag(tag: str) -> str:
    """Return the row ("row:index") of a tag; "" where it is none of ours."""
    found = _MARK.fullmatch(tag)
    return f"{found['row'].replace('_', '.')}:{found['index']}" if found is not None else ""


def tag_of_account(account_id: str) -> str:
    """Return an account's id as a tag of SES takes it."""
    return urlsafe_b64encode(account_id.encode()).decode().rstrip("=")


def account_of_tag(tag: str) -> str:
    """Return the account that a tag names; "" where it names none."""
    if _TAG.fullmatch(tag) is None:
        return ""
    try:
        return urlsafe_b64decode(tag + "=" * (-len(tag) % 4)).decode()
    except ValueError:
        return ""
