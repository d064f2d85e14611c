"""Bearer and refresh tokens: signed JSON, read back without looking anything up. Not for use outside a sandbox."""

import base64
import hmac
from datetime import datetime
from hashlib import sha256

import msgspec

_HEADER = {"typ": "JWT", "alg": "HS256"}


class Claims(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a token says. *exp* and *iat* are seconds since 1970; *oid* is the user, None for an application alone."""

    use: str
    aud: str
    tid: str
    appid: str
    iat: int
    exp: int
    oid: str | None = None
    scp: str | None = None
    jti: str

    @property
    def has_user(self) -> bool:
        return self.oid is not None

    @property
    def principal(self) -> str:
        """The GUID a cart names as its last user: the user, else the application."""
        return self.oid or self.appid

    def is_over(self, now: datetime) -> bool:
        return now.timestamp() >= self.exp


def signed(claims: Claims, *, key: str) -> str:
    """A token in the form of a JSON Web Token (RFC 7519) signed with HMAC-SHA256."""
    content = f"{_packed(msgspec.json.encode(_HEADER))}.{_packed(msgspec.json.encode(claims))}"
    return f"{content}.{_signature(content, key)}"


def claims_of(token: str, *, key: str) -> Claims | None:
    """What *token* says, or None when it was not signed with *key*."""
    content, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(content, key).encode()):
        return None
    return msgspec.json.decode(_unpacked(content.partition(".")[2]), type=Claims)


def _signature(content: str, key: str) -> str:
    return _packed(hmac.digest(key.encode(), content.encode(), sha256))


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
