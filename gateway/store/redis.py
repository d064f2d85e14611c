"""A store in Redis or Valkey, shared by replicas: in one server, in the master that sentinels name, or in a cluster.

Records and leases are as durable as the servers make them. A server that restarts empty, or a replica promoted without
the last writes, has lost them: do not rely on leases for exclusion, and run servers that persist their data.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from itertools import chain
from secrets import token_bytes
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.sentinel import MasterNotFoundError
from redis.exceptions import (
    AskError,
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    ClusterDownError,
    ClusterError,
    ConnectionError,  # noqa: A004 -- the client's own, not a subclass of Python's
    MasterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

from gateway.errors import StoreFailed
from gateway.store.addresses import Address, parse_address
from gateway.store.cluster import Cluster
from gateway.store.sentinels import Master
from gateway.store.servers import OneServer, Servers

T = TypeVar("T")

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
    (MasterNotFoundError, "has no master that its sentinels name"),
    (ReadOnlyError, "is a replica, which takes no writes"),
    (OutOfMemoryError, "is full"),
    (AuthenticationError, "does not accept the gateway's sign-in"),
    (AuthorizationError, "does not accept the gateway's sign-in"),
    (NoPermissionError, "denies the gateway a command that it needs"),
    (AskError, "is part of a cluster, whose address must begin with redis+cluster:// or rediss+cluster://"),
    (MasterDownError, "is a replica that has lost its master"),
    (ClusterDownError, "is a cluster that is down"),
    (ClusterError, "is a cluster that is moving its data"),
    (ResponseError, "rejects a command of the gateway"),
)
_REASONS_BY_TEXT = {
    "cluster support disabled": "is not a cluster, so that its address must begin with redis:// or rediss://",
    "NOREPLICAS": "has too few replicas to accept writes",
}
"""Of errors for which the client has no class."""


class RedisStore:
    """Connects at its first call, so that the program starts, and reports that it is not ready, while Redis is down.

    A call whose connection was cut is repeated once on a new one, provided that repeating it is harmless. After a
    failover, that is a connection to the new master.
    """

    is_shared = True

    def __init__(self, url: str, *, call_s: float = 2) -> None:
        """*url* is `redis://user:password@host:port/number`, or a form of `addresses`. Raises StoreFailed for any other.

        *call_s* bounds a whole call, including the wait for a connection, its opening, redirections and the repeat.
        """
        self._call_s = call_s
        self._servers = _servers(parse_address(url), call_s=call_s)

    async def get(self, key: str) -> bytes | None:
        return _record(await self._twice(_record_key(key), lambda redis: redis.get(_record_key(key))))

    async def put(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> None:
        marked = token_bytes(_MARK) + record
        await self._twice(_record_key(key), lambda redis: redis.set(_record_key(key), marked, px=_ms(keep_s)))

    async def add(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> bytes | None:
        marked = token_bytes(_MARK) + record
        return _record(await self._twice(_record_key(key), _script(_ADD, [_record_key(key)], marked, _ms(keep_s))))

    async def remove(self, key: str) -> None:
        """Not repeated: that could remove a newer record."""
        await self._bounded(self._servers.run(_record_key(key), lambda redis: redis.delete(_record_key(key))))

    async def take(self, name: str, owner: str, *, for_s: float, unless_held: str | None = None) -> bool:
        keys = [self._lease_key(each) for each in (name, unless_held) if each is not None]
        taken: int = await self._twice(keys[0], _script(_TAKE, keys, owner, _ms(for_s)))
        return taken == 1

    async def release(self, name: str, owner: str) -> None:
        key = self._lease_key(name)
        await self._twice(key, _script(_RELEASE, [key], owner))

    async def draw(self, bucket: str, tokens: int, *, capacity: int, refill_per_s: float) -> int:
        key, each_ms = f"{_PREFIX}:bucket:{bucket}", 1000 / refill_per_s
        given: int = await self._twice(key, _script(_DRAW, [key], tokens, capacity, each_ms))
        return given  # a repeat may draw twice, which delays the caller a little

    async def check(self) -> None:
        """Writes to every server, because a replica and a full server still answer reads."""

        async def write_to_each() -> None:
            keys = await self._servers.check_keys(f"{_PREFIX}:check")
            await asyncio.gather(*(self._repeated(key, _write(key)) for key in keys))

        await self._bounded(write_to_each())

    async def server_time(self) -> float:
        """By the clock of one of the servers."""
        # The client leaves the arguments of `time` untyped.
        seconds, microseconds = await self._twice(
            f"{_PREFIX}:check",
            lambda redis: redis.time(),  # pyright: ignore[reportUnknownMemberType]
        )
        return float(seconds) + float(microseconds) / 1e6

    async def close(self) -> None:
        await self._servers.close()

    def _lease_key(self, name: str) -> str:
        """In a cluster, leases whose names are the same up to the first slash are on one server, which runs scripts
        over both.
        """
        if not self._servers.is_cluster:
            return f"{_PREFIX}:lease:{name}"  # must not change: replicas of two versions share a server in an upgrade
        first, slash, rest = name.partition("/")
        return f"{_PREFIX}:lease:{{{first}}}{slash}{rest}"

    async def _twice(self, key: str, command: Callable[[Redis], Awaitable[T]]) -> T:
        return await self._bounded(self._repeated(key, command))

    async def _repeated(self, key: str, command: Callable[[Redis], Awaitable[T]]) -> T:
        try:
            return await self._servers.run(key, command)
        except ConnectionError:
            return await self._servers.run(key, command)

    async def _bounded(self, call: Coroutine[Any, Any, T]) -> T:
        """Runs the call within `call_s`.

        Every failure becomes StoreFailed, whose message has no address or password.
        """
        try:
            async with asyncio.timeout(self._call_s):
                return await call
        except (RedisError, OSError, ValueError) as error:  # ValueError: an invalid host name
            raise StoreFailed(f"The gateway's store {_reason(error)}.") from error


def _servers(address: Address, *, call_s: float) -> Servers:
    if address.kind == "cluster":
        return Cluster(address, call_s=call_s)
    if address.kind == "sentinels":
        return Master(address, call_s=call_s)
    return OneServer(address, call_s=call_s)


def _write(key: str) -> Callable[[Redis], Awaitable[object]]:
    return lambda redis: redis.set(key, b"", px=1000)


def _script(script: str, keys: Sequence[str], *arguments: str | bytes | float) -> Callable[[Redis], Awaitable[Any]]:
    return lambda redis: redis.eval(script, len(keys), *keys, *arguments)


def _reason(error: Exception) -> str:
    by_text = (reason for text, reason in _REASONS_BY_TEXT.items() if text in str(error))
    by_class = (reason for kind, reason in _REASONS if isinstance(error, kind))
    return next(chain(by_text, by_class), "does not answer")


def _record_key(key: str) -> str:
    return f"{_PREFIX}:record:{key}"


def _ms(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _record(found: object) -> bytes | None:
    """The record without its mark."""
    return found[_MARK:] if isinstance(found, bytes) else None
