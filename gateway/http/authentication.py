"""Who may call. A door makes a caller of a request's headers, or turns it away with Unauthenticated."""

import hmac
from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Protocol
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from gateway.errors import Unauthenticated
from gateway.partner_center.callers import Caller, SignedInCaller, TokenCaller, key_of
from gateway.partner_center.sign_in.access_token import SignIn
from gateway.settings.kinds import is_this_machine

_LONGEST_TOKEN = 16 * 1024
"""Characters. Partner Center would refuse a longer one as too large a header, which says nothing of tokens."""
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


def why_not_local(headers: Headers) -> str | None:
    """Why the request may come from another machine, as a clause; None when it was sent to localhost directly.

    A page can point a name of its own at this machine and is then one of ours to the browser, which still sends that
    name as Host; localhost and loopback addresses cannot be pointed elsewhere (RFC 6761, 6.3). A proxy may replace Host by
    such an address, so a header that proxies add counts too. Some add none: in production this is not enough.
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
