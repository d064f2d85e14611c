"""Who may call. A door makes a caller of a request's headers, or turns it away with Unauthenticated."""

import hmac
from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from starlette.datastructures import Headers

from gateway.errors import Unauthenticated
from gateway.http.local import why_not_local
from gateway.partner_center.callers import Caller, SignedInCaller, TokenCaller, key_of
from gateway.partner_center.sign_in.access_token import SignIn

_LONGEST_TOKEN = 16 * 1024
"""Characters. Partner Center would refuse a longer one as too large a header, which says nothing of tokens."""


class Authenticator(Protocol):
    def __call__(self, headers: Headers) -> Caller: ...


class TokenAuthenticator:
    """Callers bring Partner Center's own tokens; who has none is refused, unless *token_without_sign_in* lends one.

    It is lent for direct requests to localhost only: others could come from pages of strangers, or other machines.
    A token whose time is over is refused here, before anything that is kept could be told for it.
    """

    def __init__(self, token_without_sign_in: Callable[[], str] | None = None, *, now: Callable[[], datetime]) -> None:
        self._token_without_sign_in = token_without_sign_in
        self._now = now

    def __call__(self, headers: Headers) -> Caller:
        token = bearer_of(headers)
        if token is not None:
            caller = TokenCaller(token)
            if caller.is_expired(self._now()):
                raise Unauthenticated("The bearer token has expired. Send a fresh one.")
            return caller
        if "authorization" in headers or self._token_without_sign_in is None:
            raise Unauthenticated("Send a Partner Center access token in the header Authorization: Bearer <token>.")
        if why := why_not_local(headers):
            raise Unauthenticated(
                f"Without a token this gateway answers only direct requests to localhost, and {why}. "
                "Send a token in the header Authorization: Bearer <token>, or call localhost directly."
            )
        return TokenCaller(self._token_without_sign_in())


class KeyAuthenticator:
    """Callers bring a key of the gateway's; the key is who they are, and the gateway signs in for all of them."""

    def __init__(self, keys: Iterable[str], sign_in: SignIn, *, partner: str) -> None:
        self._callers = [(_digest(key), SignedInCaller(sign_in, key=key_of(key), partner=partner)) for key in keys]

    def __call__(self, headers: Headers) -> Caller:
        given = bearer_of(headers)
        if given is None:
            raise Unauthenticated("Send a key of this gateway in the header Authorization: Bearer <key>.")
        digest = _digest(given)
        # All of them, and each in the same time, so that the time taken tells nothing of a key.
        found = [caller for each, caller in self._callers if hmac.compare_digest(each, digest)]
        if not found:
            raise Unauthenticated("The bearer token is no key of this gateway.")
        return found[0]


class LocalAuthenticator:
    """Everybody on this machine is one caller, whatever they bring. For development: some proxies cannot be noticed."""

    def __init__(self, sign_in: SignIn, *, partner: str) -> None:
        self._caller = SignedInCaller(sign_in, key=key_of("everybody on this machine"), partner=partner)

    def __call__(self, headers: Headers) -> Caller:
        bearer_of(headers)  # for its checks; the token itself means nothing here
        if why := why_not_local(headers):
            raise Unauthenticated(
                f"Without GATEWAY_CALLER_KEYS this gateway answers only direct requests to localhost, and {why}. "
                "Set GATEWAY_CALLER_KEYS and send one of the keys in the header Authorization: Bearer <key>."
            )
        return self._caller


def bearer_of(headers: Headers) -> str | None:
    """The bearer token; None without one. Raises Unauthenticated for one that is too long, and for several."""
    given = headers.getlist("authorization")
    if len(given) > 1:
        raise Unauthenticated("Send the header Authorization once: it came several times.")
    scheme, _, token = "".join(given).partition(" ")
    if scheme.lower() != "bearer":
        return None
    token = token.strip()
    if len(token) > _LONGEST_TOKEN:
        raise Unauthenticated(f"The bearer token has {len(token)} characters; at most {_LONGEST_TOKEN} are accepted.")
    return token or None


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
