"""Answers that a connection gives without the application, to a request that it does not read to its end."""

from collections.abc import Iterable

Refusal = tuple[str, str]
"""Status and text of an answer that is given without the application."""

URI_TOO_LONG = ("414 URI Too Long", "The address is too long. Send the query in the body of a POST request.")
HEADERS_TOO_LARGE = ("431 Request Header Fields Too Large", "The headers are too large.")
INVALID_HOST = ("400 Bad Request", "Send exactly one header Host, with a host and at most a port.")
INVALID_REQUEST = ("400 Bad Request", "Invalid HTTP request received.")
TOO_SLOW = ("408 Request Timeout", "The request did not arrive in time.")
CUT_OFF = (
    "408 Request Timeout",
    "The server had no memory left for this incomplete request. Send it again, all at once.",
)


def response(status: str, text: str, default_headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The whole answer, after which the connection is closed."""
    lines = [
        f"HTTP/1.1 {status}",
        *(f"{name.decode()}: {value.decode()}" for name, value in default_headers),
        "connection: close",
        "content-type: text/plain; charset=utf-8",
        f"content-length: {len(text)}",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
    ]
    return "\r\n".join([*lines, "", text]).encode("ascii")
