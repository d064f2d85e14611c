"""The load of `benchmarks.scale`: shops that show cart pages and buy, each a partner with a token and a connection."""

import asyncio
import json
import time
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid4

from gateway.operations.collection import read_collection
from gateway.schema.node import Kind, node_id

_DOCUMENTS = {operation.name: operation.document for operation in read_collection()}
ORDERS_OF_A_PURCHASE = 2
"""One for each line."""
_LINES = [
    {
        "catalogItemId": f"CFQ7TTC0LH1{n}:0001:CFQ7TTC0K97{n}",
        "quantity": 5,
        "billingCycle": "MONTHLY",
        "termDuration": "P1Y",
    }
    for n in range(ORDERS_OF_A_PURCHASE)
]
_BETWEEN_TRIES_S = 0.1
_MOST_TRIES = 200

Method = Literal["POST", "GET"]


class Connection:
    """One shop's connection, which is opened again when it breaks."""

    def __init__(self, address: str, partner: int) -> None:
        where = urlsplit(address)
        self._host, self._port = where.hostname, where.port
        self._headers = (
            f"Host: gateway.test\r\nAuthorization: Bearer {token(partner)}\r\nAccept: application/graphql-response+json\r\n"
            "Content-Type: application/json\r\n"
        )
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, query: str, variables: object, *, method: Method = "POST") -> tuple[int, bytes]:
        """Status and body. Raises OSError and IncompleteReadError when the connection breaks."""
        if method == "GET":
            path = f"/graphql?query={quote(query)}&variables={quote(json.dumps(variables))}"
            return await self._exchange(f"GET {path} HTTP/1.1\r\n{self._headers}\r\n".encode())
        body = json.dumps({"query": query, "variables": variables})
        return await self._exchange(
            f"POST /graphql HTTP/1.1\r\n{self._headers}Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        try:
            self._streams = self._streams or await asyncio.open_connection(self._host, self._port)
            reader, writer = self._streams
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = next(int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
            return int(head[9:12]), await reader.readexactly(length)
        except BaseException:
            self.close()
            raise


@dataclass
class Tally:
    """What happened during one kind of load, which took `elapsed_s` until its last answer."""

    elapsed_s: float = 0.0
    seconds: list[float] = field(default_factory=list[float])
    """Of each page that was answered without an error, or each purchase."""
    steps: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    """Of each answered mutation, by its name."""
    failures: Counter[str] = field(default_factory=Counter[str])
    """By HTTP status, error codes, or the break of the connection."""
    purchases: list[tuple[str, frozenset[str]]] = field(default_factory=list[tuple[str, frozenset[str]]])
    """The cart's id and the orders of each that was acknowledged."""
    interrupted_s: list[float] = field(default_factory=list[float])
    """From the first failure of a mutation to its acknowledgement."""
    unfinished: int = 0
    """Purchases given up without an acknowledgement."""


async def show_pages(
    address: str, shops: int, carts: Callable[[int], Iterator[int]], *, until: float, method: Method = "POST"
) -> Tally:
    """Each shop shows one page after the other; *carts* gives the numbers of the carts for the number of a shop."""
    tally, begun_at = Tally(), time.monotonic()

    async def show(shop: int) -> None:
        connection = Connection(address, shop)
        for cart in carts(shop):
            if time.monotonic() >= until:
                break
            variables = {"cart": {"id": node_id(Kind.CART, str(UUID(int=cart)), str(UUID(int=cart)))}}
            begun = time.monotonic()
            problem, _ = await _asked(connection, "CartPage", variables, method)
            if problem is None:
                tally.seconds.append(time.monotonic() - begun)
            else:
                tally.failures[problem] += 1
                await asyncio.sleep(_BETWEEN_TRIES_S)
        connection.close()

    await asyncio.gather(*(show(shop) for shop in range(shops)))
    tally.elapsed_s = time.monotonic() - begun_at
    return tally


async def buy(address: str, shops: int, *, until: float) -> Tally:
    """Each shop makes one purchase after the other, and repeats what fails, with the same key, until it is answered."""
    tally, begun_at = Tally(), time.monotonic()

    async def shop(partner: int) -> None:
        connection = Connection(address, partner)
        while time.monotonic() < until:
            begun = time.monotonic()
            if await _purchase(connection, tally):
                tally.seconds.append(time.monotonic() - begun)
            else:
                tally.unfinished += 1
        connection.close()

    await asyncio.gather(*(shop(partner) for partner in range(shops)))
    tally.elapsed_s = time.monotonic() - begun_at
    return tally


async def _purchase(connection: Connection, tally: Tally) -> bool:
    """Creates a cart with a line, adds another line and checks out. Whether all of it was acknowledged."""
    created = await _done(
        connection, tally, "create", "StartCart", {"customer": {"tenantId": str(UUID(int=7))}, "lineItems": _LINES[:1]}
    )
    if created is None:
        return False
    cart: str = created["cart"]["id"]
    added = await _done(connection, tally, "add", "AddLines", {"cartId": cart, "lineItems": _LINES[1:]})
    bought = None if added is None else await _done(connection, tally, "checkout", "CheckOut", {"cartId": cart})
    if bought is None:
        return False
    tally.purchases.append((cart, frozenset(order["partnerCenterId"] for order in bought["result"]["orders"])))
    return True


async def _done(
    connection: Connection, tally: Tally, step: str, operation: str, given: dict[str, object]
) -> dict[str, Any] | None:
    """The payload of the mutation, repeated under one key until it comes; None when it never does."""
    variables = {"input": {**given, "idempotencyKey": str(uuid4())}}
    failed_at: float | None = None
    for _ in range(_MOST_TRIES):
        begun = time.monotonic()
        problem, payload = await _asked(connection, operation, variables)
        if problem is None:
            tally.steps.setdefault(step, []).append(time.monotonic() - begun)
            if failed_at is not None:
                tally.interrupted_s.append(time.monotonic() - failed_at)
            return payload
        failed_at = failed_at or begun
        tally.failures[f"{step}: {problem}"] += 1
        await asyncio.sleep(_BETWEEN_TRIES_S)
    return None


async def _asked(
    connection: Connection, operation: str, variables: object, method: Method = "POST"
) -> tuple[str | None, dict[str, Any]]:
    """What was wrong with the answer, None when nothing was, and what its only field holds."""
    try:
        status, body = await connection.ask(_DOCUMENTS[operation], variables, method=method)
    except (OSError, asyncio.IncompleteReadError):
        return "connection broken", {}
    if status != 200:
        return f"{status} {_codes(body)}".strip(), {}
    (payload,) = json.loads(body)["data"].values()
    return (f"refused {payload['errors']}" if payload.get("errors") else None), payload


def _codes(body: bytes) -> str:
    try:
        return " ".join(sorted({error["extensions"]["code"] for error in json.loads(body)["errors"]}))
    except (ValueError, KeyError, TypeError):
        return ""


def token(partner: int) -> str:
    """A JSON Web Token without a signature, which the stub of Partner Center accepts."""
    claims = {"tid": str(UUID(int=partner + 1)), "oid": str(UUID(int=partner + 1))}
    header, body = (
        urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in ({"alg": "none"}, claims)
    )
    return f"{header}.{body}.none"
