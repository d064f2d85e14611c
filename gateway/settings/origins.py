"""Origins of web pages and apps, as browsers write them. Knows no request and no setting."""

import re
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")


def normalized_origin(origin: str) -> str:
    """The origin as browsers send it: in lower case, without the scheme's default port and without a trailing slash.

    Any scheme will do, because apps have their own. Raises ValueError, which says what an origin must be, for whatever
    names more or less than one origin. Source: RFC 6454, 6.2; WHATWG URL, 4.7.
    """
    scheme, _, authority = origin.lower().partition("://")
    authority = authority.removesuffix("/")
    if "*" in origin:
        raise ValueError("must name each origin in full; * is not supported")
    if scheme in {"null", "file"}:
        raise ValueError("must not name null or file://, the origin of every local file and every sandboxed frame")
    if not authority.isascii():
        raise ValueError("must have hosts the way browsers send them: in Punycode (xn--...) instead of other letters")
    if re.search(r"[/?#\\]", authority):
        raise ValueError("must be origins without a path, such as https://shop.example.com")
    wrong = ValueError("must be origins such as https://shop.example.com or capacitor://localhost, separated by commas")
    if not _SCHEME.fullmatch(scheme) or re.search(r"[@\s]", authority):
        raise wrong
    try:
        parts = urlsplit(f"//{authority}")
        name, port = parts.hostname, parts.port
    except ValueError:
        raise wrong from None
    if not name:
        raise wrong
    host = f"[{name}]" if ":" in name else name
    return f"{scheme}://{host}" if port in {None, _DEFAULT_PORTS.get(scheme)} else f"{scheme}://{host}:{port}"
