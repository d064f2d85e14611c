"""Callers that ask one request after the other, each on a connection of its own, and check what they get.

Cheap, so that the gateway is what is measured: sockets without a library of HTTP, and answers are compared only once
the last one is here. Runs in a process of its own.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import cast
from urllib.parse import urlsplit

import uvloop

from benchmarks.shops import token
from benchmarks.workloads import WORKLOADS

_COMPARED = 40
"""One answer in this many is compared as a whole. Of every answer the size is checked."""


@dataclass(frozen=True)
class Load:
    workload: str
    connections: int
    seconds: float
    first: int = 0
    """Number of the first request."""
    most: int | None = None
    """Requests after which it ends, however long it takes; None for no such end."""


@dataclass(frozen=True)
class Outcome:
    elapsed_s: float
    """Until the last answer."""
    latencies_s: Sequence[float]
    wrong: Sequence[str]
    """Why answers are not those that the stub's resources make; empty if all are."""


class _Caller(asyncio.Protocol):
    def __init__(self, run: "_Run") -> None:
        self._run = run
        self._received = b""
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(exc or ConnectionError("the gateway closed the connection"))

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if end and len(body) >= _body_length(head):
            self._run.answered(self._number, time.perf_counter() - self._asked_at, head, body)
            self._received = b""
            self._ask()

    def _ask(self) -> None:
        number = self._run.next_number()
        if number is None:
            self.ended.set_result(None)
            self._transport.close()
            return
        self._number, self._asked_at = number, time.perf_counter()
        self._transport.write(self._run.request(number))


def _body_length(head: bytes) -> int:
    begin = head.lower().index(b"\r\ncontent-length:") + 17
    return int(head[begin:].partition(b"\r")[0])


class _Run:
    def __init__(self, load: Load, authority: str) -> None:
        self._workload = WORKLOADS[load.workload]
        self._head = (
            f"POST /graphql HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {token(0)}\r\n"
            "Accept: application/graphql-response+json\r\nContent-Type: application/json\r\nContent-Length: "
        ).encode()
        self._until = time.perf_counter() + load.seconds
        self._numbers = count(load.first) if load.most is None else iter(range(load.first, load.first + load.most))
        self._request = lru_cache(self._workload.distinct or 0)(self._made)
        self.latencies_s: list[float] = []
        self._sizes: list[tuple[int, int]] = []
        self._whole: list[tuple[int, bytes]] = []
        self._refused: list[str] = []

    def next_number(self) -> int | None:
        """None at the end of the load."""
        return next(self._numbers, None) if time.perf_counter() < self._until else None

    def request(self, number: int) -> bytes:
        return self._request(self._repeating(number))

    def _repeating(self, number: int) -> int:
        return number % self._workload.distinct if self._workload.distinct else number

    def _made(self, number: int) -> bytes:
        body = self._workload.request(number).body()
        return b"%s%d\r\n\r\n%s" % (self._head, len(body), body)

    def answered(self, number: int, seconds: float, head: bytes, body: bytes) -> None:
        self.latencies_s.append(seconds)
        if not head.startswith(b"HTTP/1.1 200 "):
            self._refused.append(f"{head[:12].decode()} {body[:300].decode()}")
            return
        if len(self._sizes) % _COMPARED == 0:
            self._whole.append((self._repeating(number), body))
        self._sizes.append((self._repeating(number), len(body)))

    def wrong(self) -> list[str]:
        """What is wrong with the answers: some are compared as a whole, and all have the size of their data.

        An answer whose data cannot be computed is compared with the first one to the same request.
        """
        found, around = list(self._refused), 0
        same: dict[int, object] = {}
        for number, body in self._whole:
            answer, data = json.loads(body), self._workload.request(number).data()
            around = len(body) - _size(data) if data else 0
            right = {"data": data} if data else same.setdefault(number, answer)
            if answer != right or "errors" in answer:
                found.append(f"request {number}: {body[:1000].decode()}")
        first = dict(reversed(self._sizes))

        @lru_cache(4096)
        def size(number: int) -> int:
            data = self._workload.request(number).data()
            return _size(data) + around if data else first[number]

        found += [f"request {number}: {taken} bytes" for number, taken in self._sizes if taken != size(number)]
        return found


def _size(data: object) -> int:
    return len(json.dumps(data, separators=(",", ":")))


async def _run(load: Load, host: str, port: int) -> Outcome:
    run, begun = _Run(load, f"{host}:{port}"), time.perf_counter()
    loop = asyncio.get_running_loop()
    opened = [await loop.create_connection(lambda: _Caller(run), host, port) for _ in range(load.connections)]
    await asyncio.gather(*(caller.ended for _, caller in opened))
    elapsed = time.perf_counter() - begun
    return Outcome(elapsed, run.latencies_s, run.wrong())


def ask(load: Load, address: str) -> Outcome:
    where = urlsplit(address)
    return uvloop.run(_run(load, where.hostname or "", where.port or 0))
