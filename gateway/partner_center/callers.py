"""Callers: on whose behalf a call is made, and with which bearer token."""

import binascii
from base64 import urlsafe_b64decode
from datetime import datetime
from hashlib import sha256
from typing import Protocol

import msgspec

from gateway.errors import GatewayError, SignInFailed, Unauthenticated
from gateway.partner_center.sign_in.access_token import SignIn
from gateway.settings.kinds import is_bearer_token


class Caller(Protocol):
    """The party on whose behalf a call is made. Its tokens are never shown."""

    @property
    def key(self) -> str:
        """Stands for the caller in caches and logs: different tokens have different keys."""
        ...

    @property
    def partner(self) -> str:
        """Groups calls that are throttled, locked and identified together: the partner's tenant if known, else the key."""
        ...

    @property
    def identity(self) -> str:
        """The owner of the caller's idempotency keys; the same for a token and the one that replaces it."""
        ...

    @property
    def is_claimed(self) -> bool:
        """Whether `identity` is only a claim of the token, to be trusted once Partner Center has accepted the token."""
        ...

    async def bearer(self, deadline: float | None = None) -> str:
        """The token to send now. Raises SignInFailed, or Unavailable when the token authority does not answer.

        Raises TimeoutError when there is none by *deadline*, in the running loop's time.
        """
        ...

    async def renew(self, refused: str) -> bool:
        """Whether another token than the *refused* one is available, so that one more attempt makes sense."""
        ...

    def failure(self, refusal: Unauthenticated) -> GatewayError:
        """The error that the call raises when Partner Center does not accept the token."""
        ...


class TokenCaller:
    """A caller whose own bearer token is passed on to Partner Center.

    `partner` and `identity` come from the token's claims: its tenant, and tenant and user. A token that claims nothing
    stands for itself.
    """

    def __init__(self, token: str) -> None:
        """Raises Unauthenticated for a text that cannot be a bearer token."""
        if not is_bearer_token(token):
            raise Unauthenticated("The bearer token is not of a form that Partner Center accepts.")
        self._token = token
        self.key = key_of(token)
        claims = _claims_of(token)
        self.expires_at = claims.exp if claims else None
        """Seconds since the epoch; None when the token does not say."""
        self.partner = claims.partner if claims else self.key
        self.identity = f"{claims.partner}/{claims.user}" if claims else self.key
        self.is_claimed = claims is not None

    def is_expired(self, now: datetime) -> bool:
        """Whether the token itself says that it has expired."""
        return self.expires_at is not None and now.timestamp() >= self.expires_at

    async def bearer(self, deadline: float | None = None) -> str:
        return self._token

    async def renew(self, refused: str) -> bool:
        """Never: only the caller can get another token."""
        return False

    def failure(self, refusal: Unauthenticated) -> GatewayError:
        return refusal

    def __repr__(self) -> str:
        return f"{type(self).__name__}(key={self.key!r}, partner={self.partner!r})"


class SignedInCaller:
    """A caller that the gateway itself has authenticated, and for which it signs in to Partner Center."""

    is_claimed = False

    def __init__(self, sign_in: SignIn, *, key: str, partner: str) -> None:
        self._sign_in = sign_in
        self.key = self.identity = key
        self.partner = partner

    async def bearer(self, deadline: float | None = None) -> str:
        return await self._sign_in.bearer(deadline)

    async def renew(self, refused: str) -> bool:
        return await self._sign_in.renew(refused)

    def failure(self, refusal: Unauthenticated) -> GatewayError:
        """SignInFailed: the caller's own key is valid, so another one would not help."""
        return SignInFailed(
            "Partner Center did not accept the gateway's own sign-in. The gateway's operator has to fix it.",
            upstream_correlation_id=refusal.upstream_correlation_id,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(key={self.key!r}, partner={self.partner!r})"


def key_of(secret: str) -> str:
    """32 hex digits of the hash of a whole token or key, to stand for it where it must not be seen."""
    return sha256(secret.encode()).hexdigest()[:32]


class _Claims(msgspec.Struct, frozen=True):
    """Claims of access tokens of both versions ("Access tokens in the Microsoft identity platform").

    `exp` is in seconds since the epoch.
    """

    tid: str
    oid: str | None = None
    appid: str | None = None  # version 1
    azp: str | None = None  # version 2
    exp: float | None = None

    @property
    def partner(self) -> str:
        """The tenant, in lower case."""
        return self.tid.lower()

    @property
    def user(self) -> str:
        """The user or application, in lower case; empty when the token names none."""
        return (self.oid or self.appid or self.azp or "").lower()


_claims = msgspec.json.Decoder(_Claims)


def _claims_of(token: str) -> _Claims | None:
    """The claims of a JSON Web Token; None for another kind of token, and for one without tenant or user.

    Nothing here checks a signature; that is Partner Center's task.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = _claims.decode(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):  # the last for JSON nested thousands of levels deep
        return None
    return claims if claims.tid and claims.user else None
