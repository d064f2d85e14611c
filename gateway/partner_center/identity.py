"""Whom a bearer token says it is of: the partner's tenant and, in it, the user or application.

Nothing here checks a signature. That is Partner Center's to do: what a token says is true once Partner Center has
accepted it, and until then it may name a pause or a turn to wait for, but never open what is kept for somebody.
"""

import binascii
from base64 import urlsafe_b64decode
from collections import Counter, OrderedDict
from dataclasses import dataclass

import msgspec


@dataclass(frozen=True, slots=True)
class Identity:
    """`partner` and `user` are tenant and object ids in lower case; `expires_at` is in seconds since the epoch."""

    partner: str
    user: str
    expires_at: float | None = None


class _Claims(msgspec.Struct, frozen=True):
    """The claims that matter, of both versions ("Access tokens in the Microsoft identity platform")."""

    tid: str
    oid: str | None = None
    appid: str | None = None  # version 1
    azp: str | None = None  # version 2
    exp: float | None = None


_claims = msgspec.json.Decoder(_Claims)


def claimed_by(token: str) -> Identity | None:
    """Whom a JSON Web Token names; None for a token of another form, or one that does not say."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = _claims.decode(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):  # the last for what is nested some thousand times
        return None
    user = claims.oid or claims.appid or claims.azp
    return Identity(claims.tid.lower(), user.lower(), claims.exp) if claims.tid and user else None


class AcceptedTokens:
    """The tokens that Partner Center has accepted, by the key of their caller: what they claim is true.

    At most *at_most*; the one that was used least recently is forgotten first.
    """

    def __init__(self, *, at_most: int = 50_000) -> None:
        self._identities: OrderedDict[str, str] = OrderedDict()
        """By key."""
        self._tokens = Counter[str]()
        """How many tokens of each identity are among them."""
        self._at_most = at_most

    def add(self, key: str, identity: str) -> None:
        if key not in self._identities:
            self._identities[key] = identity
            self._tokens[identity] += 1
        self._identities.move_to_end(key)
        if len(self._identities) > self._at_most:
            self._forget(*self._identities.popitem(last=False))

    def __contains__(self, key: str) -> bool:
        return key in self._identities

    def are_of(self, identity: str) -> bool:
        """Whether one of them is of this identity: another token that names it may be its successor."""
        return identity in self._tokens

    def _forget(self, _key: str, identity: str) -> None:
        self._tokens[identity] -= 1
        if not self._tokens[identity]:
            del self._tokens[identity]
