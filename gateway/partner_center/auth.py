"""Who a call is made for, and the bearer token it is made with."""

import re
from dataclasses import dataclass, field
from hashlib import sha256

from gateway.errors import Unauthenticated
from gateway.partner_center.identity import claimed_by

# The characters of RFC 6750, 2.1. Anything else could end the header early.
_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*", re.ASCII)


@dataclass(frozen=True)
class Caller:
    """A bearer token, and the key that stands for it in caches, locks and logs; the token itself is never shown.

    Raises Unauthenticated for a text that cannot be a bearer token.
    """

    token: str = field(repr=False)
    key: str = field(init=False)
    """32 hex digits made from the whole token: different callers have different keys."""

    def __post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.token):
            raise Unauthenticated("The bearer token is not of a form that Partner Center takes.")
        object.__setattr__(self, "key", sha256(self.token.encode()).hexdigest()[:32])

    @property
    def partner(self) -> str:
        """The partner's tenant as the token claims it, else the key: what is counted, locked and derived by."""
        identity = claimed_by(self.token)
        return identity.partner if identity else self.key
