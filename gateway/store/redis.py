"""A store in one Redis or Valkey server, shared by replicas. Clusters and sentinels are not supported.

Records and leases are as durable as the server makes them. A server that restarts empty, or a replica promoted without
the last writes, has lost them: do not rely on leases for exclusion, and run a server that persists its data.
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
    ConnectionError,  # noqa: A004 -- the client's own, not a subclass of Python's
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
"""Random bytes before each record, which tell two writes of the same record apart."""

_ADD = """
local existing = redis.call('GET', KEYS[1])
if existing and existing ~= ARGV[1] then return existing end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
"""
"""A script, because SET combines NX and GET only since Redis 7. An equal record, mark included, was added by an earlier
attempt of the same call whose answer was lost."""

_TAKE = """
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
if not owner and KEYS[2] and redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""

_DRAW = """
local full_in = math.max(0, redis.call('PTTL', KEYS[1]))
local tokens, capacity, each = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local given = math.max(0, math.min(tokens, math.floor(capacity - full_in / each + 1e-6)))
if given > 0 then redis.call('SET', KEYS[1], '', 'PX', math.max(1, math.floor(full_in + given * each + 0.5))) end
return given
"""
"""`each` is the milliseconds per token. The key expires when the bucket is full, by the server's clock."""

_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (BusyLoadingError, "is starting"),
    (ReadOnlyError, "is a replica, which takes no writes"),
    (OutOfMemoryError, "is full"),
    (AuthenticationError, "does not accept the gateway's sign-in"),
    (AuthorizationError, "does not accept the gateway's sign-in"),
    (NoPermissionError, "denies the gateway a command that it needs"),
    (AskError, "is part of a cluster, which the gateway cannot use"),
    (ResponseError, "rejects a command of the gateway"),
)


class RedisStore:
    """Connects at its first call, so that the program starts, and reports that it is not ready, while Redis is down.

    A call whose connection was cut is repeated once on a new one, provided that repeating it is harmless.
    """

    is_shared = True

    def __init__(self, url: str, *, call_s: float = 2) -> None:
        """*url* is `redis://user:password@host:port/number`, or `rediss://`. Raises StoreFailed for any other form.

        *call_s* bounds a whole call, including the wait for a connection, its opening and the repeat.
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
        await self._bounded(
            lambda: self._client.delete(_record_key(key))
        )  # not repeated: that could remove a newer record

    async def take(self, name: str, owner: str, *, for_s: float, unless_held: str | None = None) -> bool:
        keys = [_lease_key(each) for each in (name, unless_held) if each is not None]
        taken: int = await self._twice(lambda: self._client.eval(_TAKE, len(keys), *keys, owner, _ms(for_s)))
        return taken == 1

    async def release(self, name: str, owner: str) -> None:
        await self._twice(lambda: self._client.eval(_RELEASE, 1, _lease_key(name), owner))

    async def draw(self, bucket: str, tokens: int, *, capacity: int, refill_per_s: float) -> int:
        key, each_ms = f"{_PREFIX}:bucket:{bucket}", 1000 / refill_per_s
        given: int = await self._twice(lambda: self._client.eval(_DRAW, 1, key, tokens, capacity, each_ms))
        return given  # a repeat may draw twice, which delays the caller a little

    async def check(self) -> None:
        """Writes, because a replica and a full server still answer reads."""
        await self._twice(lambda: self._client.set(f"{_PREFIX}:check", b"", px=1000))

    async def close(self) -> None:
        await self._client.aclose()

    async def _twice(self, call: Callable[[], Awaitable[T]]) -> T:
        async def with_repeat() -> T:
            try:
                return await call()
            except ConnectionError:
                return await call()

        return await self._bounded(with_repeat)

    async def _bounded(self, call: Callable[[], Awaitable[T]]) -> T:
        """Runs the call within `call_s`.

        Every failure becomes StoreFailed, whose message has no address or password.
        """
        try:
            async with asyncio.timeout(self._call_s):
                return await call()
        except (RedisError, OSError, ValueError) as error:  # ValueError: an invalid host name
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
    """The record without its mark."""
    return found[_MARK:] if isinstance(found, bytes) else None


def _pool(url: str, call_s: float) -> BlockingConnectionPool:
    """Parses the URL here because the client's parser lets it set options and quotes an invalid one in its errors."""
    try:
        parts = urlsplit(url)
        host, port, number = parts.hostname or "localhost", parts.port or 6379, int(parts.path.strip("/") or 0)
    except ValueError:
        raise _wrong_form() from None
    if parts.scheme not in {"redis", "rediss"} or parts.query or parts.fragment:
        raise _wrong_form()
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
        retry=Retry(NoBackoff(), 0),  # only `_twice` repeats
        protocol=2,  # every server and proxy supports it, and it has no maintenance notifications
    )


def _wrong_form() -> StoreFailed:
    """States the expected form and not the value, which may hold a password."""
    return StoreFailed(
        "The store's address must have the form redis://user:password@host:port/number, or rediss:// for TLS. "
        "In user and password, write / ? # : @ and % as %2F %3F %23 %3A %40 and %25."
    )
