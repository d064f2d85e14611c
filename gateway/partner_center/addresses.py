"""Which addresses tokens may be sent to."""

import ipaddress

import httpx


def checked(base_url: str) -> httpx.URL:
    """Raises ValueError for an address to which tokens must not be sent."""
    url = httpx.URL(base_url)
    if not url.host or url.userinfo or url.query or url.fragment:
        raise ValueError(
            "The address of Partner Center must be a plain one, such as https://api.partnercenter.microsoft.com."
        )
    if url.scheme != "https" and not (url.scheme == "http" and _is_this_machine(url.host)):
        raise ValueError("The address of Partner Center must be https; http is allowed only for this machine.")
    return url


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
