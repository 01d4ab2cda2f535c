from __future__ import annotations

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels._signing import hmac_sha256, signed_by


@given(secret=st.text(max_size=200), body=st.binary(max_size=500))
def test_the_digest_is_the_standard_librarys(secret: str, body: bytes) -> None:
    assert hmac_sha256(secret, body) == hmac.new(secret.encode(), body, hashlib.sha256).digest()


def test_a_secret_is_prepared_once_and_never_changed() -> None:
    first = hmac_sha256("s", b"body")
    assert [hmac_sha256("s", b"other"), hmac_sha256("s", b"body")][1] == first


def test_an_empty_secret_signs_nothing() -> None:
    assert not signed_by(("",), b"x", hmac_sha256("", b"x").hex(), lambda digest: digest.hex().encode())
    assert not signed_by((), b"x", "", lambda digest: b"")
