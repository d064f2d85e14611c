"""The master that Redis Sentinels name."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.sentinel import (
    MasterNotFoundError,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)
from redis.exceptions import RedisError

from gateway.store.addresses import Address, Host
from gateway.store.servers import connection_options, credentials, first_answer, pool_options, raw

T = TypeVar("T")


_LOOK_S = 1.0
"""Seconds between two questions for the current master."""
_LOOK_LIMIT_S = 0.2
"""How long a call waits for the answer. Without one, it goes to the master known so far."""


class Master:
    """The sentinels are asked before each new connection, and every second.

    After a failover on order, the old master goes on for about ten seconds as if nothing had happened, and then loses
    what was written meanwhile (observed with Redis 7.0).
    """

    is_cluster = False

    def __init__(self, address: Address, *, call_s: float) -> None:
        self._service = address.service
        self._sentinels = _Sentinels(address, call_s=call_s)
        self._pool = _Pool(  # type: ignore[no-untyped-call]  # as in redis-py
            address.service,
            self._sentinels,
            connection_class=SentinelManagedSSLConnection if address.is_encrypted else SentinelManagedConnection,
            **credentials(address),
            **pool_options(address, call_s=call_s),
        )
        self._client = Redis.from_pool(self._pool)
        self._looked_at = -_LOOK_S

    async def run(self, key: str, command: Callable[[Redis], Awaitable[T]]) -> T:
        await self._look()
        return await command(self._client)

    async def check_keys(self, prefix: str) -> Sequence[str]:
        return [prefix]

    async def close(self) -> None:
        await self._client.aclose()
        await self._sentinels.close()

    async def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._looked_at + _LOOK_S:
            return
        self._looked_at = now
        with suppress(MasterNotFoundError, TimeoutError):
            async with asyncio.timeout(_LOOK_LIMIT_S):
                self._pool.master_address = await self._sentinels.discover_master(self._service)


class _Pool(SentinelConnectionPool, BlockingConnectionPool):
    """Its calls wait for a free connection, which SentinelConnectionPool alone does not do."""

    master_address: Host | None

    async def ensure_connection(self, connection: AbstractConnection) -> None:
        """Connects anew to another master."""
        if self.master_address != (getattr(connection, "host", None), getattr(connection, "port", None)):
            await connection.disconnect()
        await super().ensure_connection(connection)


class _Sentinels:
    """Every sentinel twice when there is a password: without it, and with it for those that require a sign-in.

    A sentinel that requires none refuses one.
    """

    def __init__(self, address: Address, *, call_s: float) -> None:
        anonymous = {"ssl": address.is_encrypted, **connection_options(call_s=call_s)}
        sign_ins: list[dict[str, Any]] = [anonymous]
        if address.password:
            sign_ins.append({**anonymous, **credentials(address)})
        self._clients = [Redis(host=name, port=port, **options) for options in sign_ins for name, port in address.hosts]

    async def discover_master(self, service: str) -> Host:
        """Called by the pool. Raises MasterNotFoundError."""
        try:
            return await first_answer(_master(sentinel, service) for sentinel in self._clients)
        except (RedisError, OSError, ValueError) as error:
            raise MasterNotFoundError from error

    async def close(self) -> None:
        for sentinel in self._clients:
            await sentinel.aclose()


async def _master(sentinel: Redis, service: str) -> Host:
    """Not by SENTINEL MASTERS, as redis-py asks: in a failover, that names the new master later."""
    found: tuple[bytes, int] | None = await raw(sentinel, "SENTINEL GET-MASTER-ADDR-BY-NAME", service)
    if found is None:
        raise MasterNotFoundError
    return found[0].decode(), found[1]
