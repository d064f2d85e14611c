"""Bytes to a server and back on a raw socket, so that anything can be sent."""

import asyncio
import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

_MOST_BYTES = 4_000_000
"""More is not read: the answer is too large anyway."""
_DRIP_S = 0.25


@dataclass(frozen=True)
class Answer:
    """`headers` are in small letters."""

    status: int
    headers: str
    body: bytes


@dataclass(frozen=True)
class Exchange:
    """What came back until the other side closed the connection; where it did not, `is_closed` is false."""

    raw: bytes
    seconds: float
    is_closed: bool

    @property
    def answers(self) -> list[Answer]:
        return list(_answers(self.raw))


def exchange(address: str, sent: bytes, *, within_s: float) -> Exchange:
    """Sends all of it, and then reads."""
    begun = time.monotonic()
    with socket.create_connection(_place(address), timeout=within_s) as connection:
        with suppress(ConnectionError):  # cut off while sending; what it was told may be there all the same
            connection.sendall(sent)
        raw, is_closed = _read(connection, begun + within_s)
    return Exchange(raw, time.monotonic() - begun, is_closed)


async def dripping(address: str, sent: bytes, drip: bytes, *, within_s: float) -> Exchange:
    """Sends *sent*, and then *drip* again and again while it reads."""
    begun = time.monotonic()
    reader, writer = await asyncio.open_connection(*_place(address))
    writer.write(sent)
    raw, is_closed = bytearray(), False
    while not is_closed and time.monotonic() - begun < within_s:
        try:
            async with asyncio.timeout(_DRIP_S):
                more = await reader.read(_MOST_BYTES)
        except TimeoutError:
            writer.write(drip)
            continue
        except ConnectionError:
            more = b""
        raw += more
        is_closed = not more
    writer.close()
    return Exchange(bytes(raw), time.monotonic() - begun, is_closed)


def _place(address: str) -> tuple[str, int]:
    found = re.fullmatch(r"http://(.+):(\d+)", address)
    assert found
    return found[1], int(found[2])


def _read(connection: socket.socket, until: float) -> tuple[bytes, bool]:
    raw = bytearray()
    while len(raw) < _MOST_BYTES:
        connection.settimeout(max(0.001, until - time.monotonic()))
        try:
            more = connection.recv(65536)
        except TimeoutError:
            return bytes(raw), False
        except ConnectionError:
            return bytes(raw), True
        if not more:
            return bytes(raw), True
        raw += more
    return bytes(raw), False


def _answers(raw: bytes) -> Iterator[Answer]:
    while raw:
        head, _, rest = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").lower().splitlines()
        status = int(first.split()[1])
        length = next((int(line[15:]) for line in lines if line.startswith("content-length:")), 0)
        yield Answer(status, "\n".join(lines), rest[:length])
        raw = rest[length:]
