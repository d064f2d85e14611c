"""The tokens that Partner Center has accepted: the claims of these are true.

Nothing in the gateway checks a signature. Until Partner Center has accepted a token, its claims may select the queue
and the pauses of its requests, but never give access to what is stored for an identity.
"""

from collections import Counter, OrderedDict

from gateway.partner_center.callers import Caller, SignedInCaller

_UNVERIFIED = "unverified"
"""The queue of all callers whose tokens may be made up."""


class AcceptedTokens:
    """Keys of callers and the identity that each one's token claims.

    Holds at most *at_most* of them; the one used least recently is forgotten first.
    """

    def __init__(self, *, at_most: int = 50_000) -> None:
        self._identities: OrderedDict[str, str] = OrderedDict()
        """By the caller's key."""
        self._tokens = Counter[str]()
        """How many tokens of each identity are held."""
        self._at_most = at_most

    def add(self, key: str, identity: str) -> None:
        if key not in self._identities:
            self._identities[key] = identity
            self._tokens[identity] += 1
        self._identities.move_to_end(key)
        if len(self._identities) > self._at_most:
            _, forgotten = self._identities.popitem(last=False)
            self._remove_token(forgotten)

    def __contains__(self, key: str) -> bool:
        return key in self._identities

    def is_verified(self, caller: Caller) -> bool:
        """Whether Partner Center has accepted the token, or the gateway its key: the caller is who it claims to be."""
        return isinstance(caller, SignedInCaller) or caller.key in self._identities

    def queue_key(self, caller: Caller) -> str:
        """The name under which the caller queues and has its share. A verified caller has a name of its own.

        A token that is not accepted yet may be made up. Such tokens share a name if they claim the identity of an
        accepted token, as a renewed token does; all others share one name, because a client can make up any number of
        identities.
        """
        if self.is_verified(caller):
            return caller.identity
        return f"{_UNVERIFIED} {caller.identity}" if caller.identity in self._tokens else _UNVERIFIED

    def rate_limit_key(self, caller: Caller) -> str:
        """The name of the caller's token bucket: its identity once verified, until then its token."""
        return caller.identity if self.is_verified(caller) else caller.key

    def _remove_token(self, identity: str) -> None:
        self._tokens[identity] -= 1
        if not self._tokens[identity]:
            del self._tokens[identity]
