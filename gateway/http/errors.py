"""Requests that are refused before any GraphQL."""

from collections.abc import Mapping

from gateway.operations.failures import Failure


class HTTPError(Exception):
    """The request is refused before any GraphQL: with this HTTP status, these headers and one entry of `errors`."""

    def __init__(self, status: int, failure: Failure, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(failure.message)
        self.status = status
        self.failure = failure
        self.headers = headers or {}


def malformed(message: str) -> HTTPError:
    """The refusal of a request that can be parsed but is not well-formed. Source: GraphQL over HTTP, "Status Codes"."""
    return HTTPError(422, Failure(message, "BAD_USER_INPUT"))
