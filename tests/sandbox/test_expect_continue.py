"""`Expect: 100-continue` on a real socket; the .NET SDK sends it with every body."""

import json
import socket
from urllib.parse import urlsplit

from tests.programs import running

PATH = "/v1/customers/28089560-09e9-4305-9944-5fb2b1a786e5/carts"
LINE = {
    "CatalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5",
    "Quantity": 1,
    "BillingCycle": "monthly",
    "TermDuration": "P1Y",
}


def test_100_continue_precedes_the_answer() -> None:
    """The sandbox answers 100 to the head of the request, then 201 to its body."""
    body = json.dumps({"LineItems": [LINE]}).encode()
    with running("sandbox") as (address, _):
        parts = urlsplit(address)
        with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
            token = token_of(connection, parts.netloc)
            head = (
                f"POST {PATH} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
            )
            connection.sendall(head.encode())
            asked_for = connection.recv(65536)
            connection.sendall(body)
            answered = connection.recv(65536)

    assert asked_for.startswith(b"HTTP/1.1 100 ")
    assert answered.startswith(b"HTTP/1.1 201 ")


def token_of(connection: socket.socket, host: str) -> str:
    """A valid token, requested on the same connection."""
    connection.sendall(f"DELETE /_sandbox/tokens HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    received = b""
    while not received.endswith(b"}"):
        received += connection.recv(65536)
    token: str = json.loads(received.partition(b"\r\n\r\n")[2])["demoToken"]
    return token
