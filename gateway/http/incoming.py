"""The head of a request as it arrives, read once: its headers are looked up a dozen times."""

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from gateway.server.connections import COMPLETE_BODY


class IndexedHeaders(Headers):
    """Headers by name, which is given in lower case."""

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        super().__init__(raw=raw)
        self._values = {name.decode("latin-1"): value.decode("latin-1") for name, value in raw}
        self._has_repeats = len(self._values) < len(raw)

    def __getitem__(self, key: str) -> str:
        """The first value."""
        if key not in self._values:
            raise KeyError(key)
        return self.getlist(key)[0]

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def getlist(self, key: str) -> list[str]:
        if self._has_repeats:
            return super().getlist(key)
        value = self._values.get(key)
        return [] if value is None else [value]

    def joined(self, key: str) -> str:
        """All values as one list; empty without any. Source: RFC 9110, 5.3."""
        return ",".join(super().getlist(key)) if self._has_repeats else self._values.get(key, "")


class Incoming:
    """The head of a request, and where its body comes from. `document_id` is the one that its path names.

    `body` is None unless it has arrived already.
    """

    __slots__ = ("body", "document_id", "headers", "method", "query_string", "receive")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.headers = IndexedHeaders(scope["headers"])
        self.method: str = scope["method"]
        self.query_string: bytes = scope["query_string"]
        self.document_id: str | None = scope.get("path_params", {}).get("document_id")
        self.body: bytes | None = scope.get("extensions", {}).get(COMPLETE_BODY, {}).get("body")
        self.receive = receive
