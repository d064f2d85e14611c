"""Who a call is made for, and the bearer token it is made with."""

from datetime import datetime
from hashlib import sha256

from gateway.errors import GatewayError, SignInFailed, Unauthenticated
from gateway.partner_center.identity import claimed_by
from gateway.partner_center.sign_in.access_token import SignIn
from gateway.settings.bearer import is_bearer_token


def key_of(secret: str) -> str:
    """32 hex digits made from all of a token or key: they stand for it where it must not be seen."""
    return sha256(secret.encode()).hexdigest()[:32]


class Caller:
    """Somebody whose own bearer token goes on to Partner Center. It is never shown.

    `key` stands for the caller in caches and logs: different tokens have different keys. `partner` is what is counted,
    locked and derived by: the partner's tenant as the token claims it, else the key. `identity` is whose idempotency
    keys it uses: partner and user as claimed, so that a renewed token finds what the one before it did, else the key.
    """

    key: str
    partner: str
    identity: str
    is_claimed: bool
    """Whether `identity` is only what the token says, to be believed once Partner Center has accepted it."""

    def __init__(self, token: str) -> None:
        """Raises Unauthenticated for a text that cannot be a bearer token."""
        if not is_bearer_token(token):
            raise Unauthenticated("The bearer token is not of a form that Partner Center takes.")
        self._token = token
        self.key = key_of(token)
        claimed = claimed_by(token)
        self._expires_at = claimed.expires_at if claimed else None
        self.partner = claimed.partner if claimed else self.key
        self.identity = f"{claimed.partner}/{claimed.user}" if claimed else self.key
        self.is_claimed = claimed is not None

    def is_over(self, now: datetime) -> bool:
        """Whether the token says that its time is over."""
        return self._expires_at is not None and now.timestamp() >= self._expires_at

    async def bearer(self) -> str:
        """The token to send now."""
        return self._token

    async def renew(self, refused: str) -> bool:
        """Whether another token than the one that was *refused* is now to be had, so that one more attempt makes sense."""
        return False

    def told(self, refusal: Unauthenticated) -> GatewayError:
        """What the caller is told when Partner Center refuses the token for good."""
        return refusal

    def __repr__(self) -> str:
        return f"{type(self).__name__}(key={self.key!r}, partner={self.partner!r})"


class Admitted(Caller):
    """Somebody whom the gateway let in itself, and for whom it signs in itself."""

    def __init__(self, sign_in: SignIn, *, key: str, partner: str) -> None:
        self._sign_in = sign_in
        self._expires_at = None
        self.key = self.identity = key
        self.partner = partner
        self.is_claimed = False

    async def bearer(self) -> str:
        """The gateway's own token. Raises SignInFailed, or Unavailable when nobody answers who could give one."""
        return await self._sign_in.bearer()

    async def renew(self, refused: str) -> bool:
        return await self._sign_in.renew(refused)

    def told(self, refusal: Unauthenticated) -> GatewayError:
        """The caller's own key was in order, so another one would not help."""
        return SignInFailed(
            "Partner Center did not accept the gateway's own sign-in. Whoever runs the gateway has to look after it.",
            upstream_correlation_id=refusal.upstream_correlation_id,
        )
