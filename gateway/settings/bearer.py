"""What can be sent as a bearer token."""

import re

_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*", re.ASCII)


def is_bearer_token(text: str) -> bool:
    """The form of RFC 6750, 2.1. Anything else could end the header early."""
    return _TOKEN.fullmatch(text) is not None
