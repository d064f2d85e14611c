"""One request and its answer over HTTP, and how that can fail. Knows neither calls nor retries nor time limits.

`http11` talks to Partner Center; `httpx_client` talks to whatever an httpx client is given as its transport.
"""

from collections.abc import Mapping
from typing import Protocol


class ExchangeFailed(Exception):
    """No usable answer came: the connection broke. The request may have been carried out."""

    def __init__(self, cause: str) -> None:
        """*cause* is the name of the client's own error. The error itself may hold the request, and so the token."""
        super().__init__(cause)
        self.cause = cause


class NotConnected(ExchangeFailed):
    """There was no connection, so nothing was sent."""


class NotTrusted(NotConnected):
    """The certificate could not be verified."""


class NotHttp(ExchangeFailed):
    """The answer is not HTTP, or its head is too large."""


class NotUnpacked(ExchangeFailed):
    """The compression of the body is broken."""


class Response(Protocol):
    """An answer whose head has arrived."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Looked up in any casing. The values of several lines are joined by commas."""
        ...

    def header(self, name: str) -> str:
        """The same for one header; empty without it."""
        ...

    async def read(self, at_most: int) -> bytes | None:
        """The body, decompressed; None when it is larger than *at_most* bytes. Call it once: it ends the exchange.

        Raises ExchangeFailed.
        """
        ...


class HttpClient(Protocol):
    """Sends requests to one host. Follows no redirects, stores no cookies and repeats nothing."""

    async def request(self, method: str, target: str, *, headers: Mapping[str, str], body: bytes | None) -> Response:
        """*target* is the path and the query, percent-encoded. Raises ExchangeFailed."""
        ...

    async def close(self) -> None: ...
