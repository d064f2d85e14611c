"""A store in Redis or Valkey, which replicas share. One server: clusters and sentinels are out of scope.

Records and leases are as lasting as the server makes them. One that comes back empty, or a replica that takes over with
the last writes missing, has forgotten them: leases are help and not proof, and records need a server that keeps its data.
"""

import asyncio
from collections.abc import Awaitable, Callable
from secrets import token_bytes
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from redis.asyncio import BlockingConnectionPool, Connection, Redis, SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AskError,
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    ConnectionError,  # noqa: A004 -- the client's own, which is no kind of Python's
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

from gateway.errors import StoreFailed

T = TypeVar("T")

_CONNECT_S = 1.0
_CONNECTIONS = 32
_PREFIX = "pcgw"
_MARK = 16
"""Bytes before each record that tell one writing of it from another."""

_ADD = """
local there = redis.call('GET', KEYS[1])
if there and there ~= ARGV[1] then return there end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
"""
"""A script, because SET takes NX and GET together only since Redis 7. The very same record, mark included, is what an
earlier try of the same call added before its answer was lost."""

_TAKE = """
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""

_DRAW = """
local full_in = math.max(0, redis.call('PTTL', KEYS[1]))
local tokens, most, each = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local given = math.max(0, math.min(tokens, math.floor(most - full_in / each + 1e-6)))
if given > 0 then redis.call('SET', KEYS[1], '', 'PX', math.max(1, math.floor(full_in + given * each + 0.5))) end
return given
"""
"""`each` is the milliseconds in which a token comes back. The key lives until the bucket is full, by the server's clock."""

_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (BusyLoadingError, "is starting"),
    (ReadOnlyError, "is a replica, which takes no writes"),
    (OutOfMemoryError, "is full"),
    (AuthenticationError, "does not accept the gateway's sign-in"),
    (AuthorizationError, "does not accept the gateway's sign-in"),
    (NoPermissionError, "does not let the gateway do what it needs"),
    (AskError, "is part of a cluster, which the gateway cannot use"),
    (ResponseError, "refuses what the gateway asks of it"),
)


class RedisStore:
    """Connects at its first call, not before: the program starts, and says that it is not ready, while Redis is away.

    A call that finds its connection cut is made once more, on a new one, where twice does what once does.
    """

    is_shared = True

    def __init__(self, url: str, *, call_s: float = 2) -> None:
        """*url* is `redis://user:password@host:port/number`, or `rediss://`. Raises StoreFailed when it is not.

        *call_s* bounds a whole call: waiting for a connection, opening one and a second try included.
        """
        self._call_s = call_s
        self._client = Redis.from_pool(_pool(url, call_s))

    async def get(self, key: str) -> bytes | None:
        return _record(await self._twice(lambda: self._client.get(_record_key(key))))

    async def put(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> None:
        marked = token_bytes(_MARK) + record
        await self._twice(lambda: self._client.set(_record_key(key), marked, px=_ms(keep_s)))

    async def add(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> bytes | None:
        marked = token_bytes(_MARK) + record
        return _record(await self._twice(lambda: self._client.eval(_ADD, 1, _record_key(key), marked, _ms(keep_s))))

    async def remove(self, key: str) -> None:
        await self._bounded(lambda: self._client.delete(_record_key(key)))  # twice could remove a newer one

    async def take(self, name: str, owner: str, *, for_s: float) -> bool:
        taken: int = await self._twice(lambda: self._client.eval(_TAKE, 1, _lease_key(name), owner, _ms(for_s)))
        return taken == 1

    async def release(self, name: str, owner: str) -> None:
        await self._twice(lambda: self._client.eval(_RELEASE, 1, _lease_key(name), owner))

    async def draw(self, bucket: str, tokens: int, *, most: int, a_second: float) -> int:
        key, each_ms = f"{_PREFIX}:bucket:{bucket}", 1000 / a_second
        given: int = await self._twice(lambda: self._client.eval(_DRAW, 1, key, tokens, most, each_ms))
        return given  # a second try may have taken twice, which costs the caller a moment

    async def check(self) -> None:
        """Writes, because a replica and a full server still answer."""
        await self._twice(lambda: self._client.set(f"{_PREFIX}:check", b"", px=1000))

    async def close(self) -> None:
        await self._client.aclose()

    async def _twice(self, call: Callable[[], Awaitable[T]]) -> T:
        async def again() -> T:
            try:
                return await call()
            except ConnectionError:
                return await call()

        return await self._bounded(again)

    async def _bounded(self, call: Callable[[], Awaitable[T]]) -> T:
        """What the call gives, in time. Every failure becomes StoreFailed, in words without address or password."""
        try:
            async with asyncio.timeout(self._call_s):
                return await call()
        except (RedisError, OSError, ValueError) as error:  # ValueError: a host name that is none
            raise StoreFailed(f"The gateway's store {_reason(error)}.") from error


def _reason(error: Exception) -> str:
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), "does not answer")


def _record_key(key: str) -> str:
    return f"{_PREFIX}:record:{key}"


def _lease_key(name: str) -> str:
    return f"{_PREFIX}:lease:{name}"


def _ms(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _record(found: object) -> bytes | None:
    """What is behind the mark."""
    return found[_MARK:] if isinstance(found, bytes) else None


def _pool(url: str, call_s: float) -> BlockingConnectionPool:
    """Read here and not by the client, which lets an address set its options, and quotes a wrong one in what it raises."""
    try:
        parts = urlsplit(url)
        host, port, number = parts.hostname or "localhost", parts.port or 6379, int(parts.path.strip("/") or 0)
    except ValueError:
        raise _unusable() from None
    if parts.scheme not in {"redis", "rediss"} or parts.query or parts.fragment:
        raise _unusable()
    return BlockingConnectionPool(
        connection_class=SSLConnection if parts.scheme == "rediss" else Connection,
        host=unquote(host),
        port=port,
        db=number,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        max_connections=_CONNECTIONS,
        timeout=call_s,
        socket_connect_timeout=_CONNECT_S,
        socket_timeout=call_s,
        retry=Retry(NoBackoff(), 0),  # tries are counted here alone
        protocol=2,  # every server and proxy speaks it, and it brings no notices of maintenance
    )


def _unusable() -> StoreFailed:
    """Says what is wanted and not what was given, which may hold a password."""
    return StoreFailed(
        "The store's address is not of the form redis://user:password@host:port/number, or rediss:// for TLS; "
        "in user and password, / ? # : @ and % are written as %2F %3F %23 %3A %40 and %25."
    )
