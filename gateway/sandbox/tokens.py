"""Access, refresh and id tokens: JSON Web Tokens signed with HMAC, checked without a lookup. For sandboxes only."""

import base64
import hmac
from datetime import datetime
from hashlib import sha256

import msgspec

_HEADER = {"typ": "JWT", "alg": "HS256"}


class Claims(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The claims of a token. *exp* and *iat* are in seconds since 1970; *oid* is the user, None for app-only tokens."""

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
        """The GUID that a cart names as its last user: the user, or else the application."""
        return self.oid or self.appid

    def is_expired(self, now: datetime) -> bool:
        return now.timestamp() >= self.exp


def sign(claims: Claims, *, key: str) -> str:
    """Encodes *claims* as a JSON Web Token (RFC 7519) signed with HMAC-SHA256."""
    content = f"{_base64url(msgspec.json.encode(_HEADER))}.{_base64url(msgspec.json.encode(claims))}"
    return f"{content}.{_signature(content, key)}"


def verify(token: str, *, key: str) -> Claims | None:
    """The claims of *token*, or None if it was not signed with *key*. Does not check expiry."""
    content, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(content, key).encode()):
        return None
    return msgspec.json.decode(_from_base64url(content.partition(".")[2]), type=Claims)


def _signature(content: str, key: str) -> str:
    return _base64url(hmac.digest(key.encode(), content.encode(), sha256))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
