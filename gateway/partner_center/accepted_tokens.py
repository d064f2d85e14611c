"""The tokens that Partner Center has accepted: the claims of these are true.

Nothing in the gateway checks a signature. Until Partner Center has accepted a token, its claims may select the queue
and the pauses of its requests, but never give access to what is stored for an identity.
"""

from collections import Counter, OrderedDict


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

    def include_identity(self, identity: str) -> bool:
        """Whether a token of this identity is held: another token that claims it may be a renewed one."""
        return identity in self._tokens

    def _remove_token(self, identity: str) -> None:
        self._tokens[identity] -= 1
        if not self._tokens[identity]:
            del self._tokens[identity]
