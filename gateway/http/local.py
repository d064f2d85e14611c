"""Whether a request was made on this machine and came directly: for what needs no key and no token there."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers

from gateway.settings.kinds import is_this_machine

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
    "x-azure-",  # Azure Front Authenticator
    "x-arr-",  # IIS and Azure App Service
    "cf-",  # Cloudflare
)


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
