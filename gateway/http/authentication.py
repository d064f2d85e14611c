"""Authentication: finds the caller of a request from its headers."""

import hmac
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Protocol
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from gateway.errors import Unauthenticated
from gateway.partner_center.callers import Caller, SignedInCaller, TokenCaller, key_of
from gateway.partner_center.sign_in.access_token import SignIn
from gateway.settings.kinds import is_this_machine

_LONGEST_TOKEN = 16 * 1024
"""Characters. Partner Center refuses a longer one as too large a header, in a message that does not mention tokens."""

_MOST_TOKENS = 256
"""Tokens whose claims are remembered: 4 MB if all are of the longest."""

_PROXY_HEADERS = frozenset(
    {
        "forwarded",  # RFC 7239
        "via",  # RFC 9110, 7.6.3: every proxy must add it
        "cdn-loop",  # RFC 8586
        "x-real-ip",  # the usual configuration of nginx
        "x-client-ip",
        "x-cluster-client-ip",
        "true-client-ip",  # Akamai, Cloudflare
        "fastly-client-ip",
        "x-appengine-user-ip",
        "proxy-client-ip",  # Apache's and WebLogic's modules
        "wl-proxy-client-ip",
        "x-rewrite-url",  # IIS
        "x-varnish",
        "front-end-https",  # Microsoft's gateways
    }
)
_PROXY_PREFIXES = (
    "x-forwarded",  # -For, -Host, -Proto, -Port, -Server, -Prefix, -Ssl and others
    "x-original-",  # -Host, -URL, -Forwarded-For: Azure Application Gateway, ingress-nginx
    "x-envoy-",
    "x-azure-",  # Azure Front Door
    "x-arr-",  # IIS and Azure App Service
    "cf-",  # Cloudflare
)


class Authenticator(Protocol):
    def __call__(self, headers: Headers) -> Caller:
        """Raises Unauthenticated."""
        ...


class TokenAuthenticator:
    """For callers that send tokens of Partner Center's. *token_without_sign_in* gives a token to those without one.

    It does so for direct requests to localhost only: others could come from pages of other origins, or from other
    machines. An expired token is refused here, before it could get a stored answer.
    """

    def __init__(self, token_without_sign_in: Callable[[], str] | None = None, *, now: Callable[[], datetime]) -> None:
        self._token_without_sign_in = token_without_sign_in
        self._now = now
        self._caller_of = lru_cache(_MOST_TOKENS)(TokenCaller)

    def __call__(self, headers: Headers) -> Caller:
        token = bearer_of(headers)
        if token is not None:
            caller = self._caller_of(token)
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
    """For callers that send a key of the gateway.

    The key identifies the caller; the gateway signs in for all of them.
    """

    def __init__(self, keys: Iterable[str], sign_in: SignIn, *, partner: str) -> None:
        self._callers = [(_digest(key), SignedInCaller(sign_in, key=key_of(key), partner=partner)) for key in keys]

    def __call__(self, headers: Headers) -> Caller:
        key = bearer_of(headers)
        if key is None:
            raise Unauthenticated("Send a key of this gateway in the header Authorization: Bearer <key>.")
        digest = _digest(key)
        # All are compared, each in constant time, so that the time taken reveals nothing about a key.
        matching = [caller for each, caller in self._callers if hmac.compare_digest(each, digest)]
        if not matching:
            raise Unauthenticated("The bearer token is not a key of this gateway.")
        return matching[0]


class LocalAuthenticator:
    """Treats all direct requests to localhost as one caller, whatever token they send.

    For development only, because some proxies cannot be detected.
    """

    def __init__(self, sign_in: SignIn, *, partner: str) -> None:
        self._caller = SignedInCaller(sign_in, key=key_of("everybody on this machine"), partner=partner)

    def __call__(self, headers: Headers) -> Caller:
        bearer_of(headers)  # for its checks; the token itself is not used
        if why := why_not_local(headers):
            raise Unauthenticated(
                f"Without GATEWAY_CALLER_KEYS this gateway answers only direct requests to localhost, and {why}. "
                "Set GATEWAY_CALLER_KEYS and send one of the keys in the header Authorization: Bearer <key>."
            )
        return self._caller


def bearer_of(headers: Headers) -> str | None:
    """The bearer token; None without one. Raises Unauthenticated for a token that is too long, and for several."""
    given = headers.getlist("authorization")
    if len(given) > 1:
        raise Unauthenticated("Send the header Authorization only once.")
    scheme, _, token = "".join(given).partition(" ")
    if scheme.lower() != "bearer":
        return None
    token = token.strip()
    if len(token) > _LONGEST_TOKEN:
        raise Unauthenticated(f"The bearer token has {len(token)} characters; at most {_LONGEST_TOKEN} are accepted.")
    return token or None


def why_not_local(headers: Headers) -> str | None:
    """Why the request may come from another machine, as a clause; None when it was sent to localhost directly.

    An attacker's page can point a name of its own at this machine (DNS rebinding). The browser then takes the gateway
    for the page's own server, but still sends that name as Host; localhost and loopback addresses cannot be pointed
    elsewhere (RFC 6761, 6.3). A proxy may replace Host with such an address, so headers that proxies add are checked
    too. Some proxies add none, so this is not enough for production.
    """
    proxied = next((name for name in headers if name in _PROXY_HEADERS or name.startswith(_PROXY_PREFIXES)), None)
    if proxied is not None:
        return f"this one came through a proxy, as its header {proxied[:60]} shows"
    if not _names_this_machine(headers.get("host", "")):
        return "this one was sent to another name"
    return None


def _names_this_machine(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return is_this_machine(name) or name.endswith(".localhost")


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
