"""The servers behind a store in Redis, and the connections to them."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, Protocol, TypeVar, cast

from redis.asyncio import BlockingConnectionPool, Connection, Redis, SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from gateway.store.addresses import Address, Host

T = TypeVar("T")

_CONNECT_S = 1.0
_CONNECTIONS = 32


class Servers(Protocol):
    """Finds the server that holds a key. Never repeats a command that may have been carried out."""

    @property
    def is_cluster(self) -> bool:
        """Whether all keys of one command must be in one hash slot."""
        ...

    async def run(self, key: str, command: Callable[[Redis], Awaitable[T]]) -> T:
        """Runs the command on the server that holds *key*. Raises what the client raises."""
        ...

    async def check_keys(self, prefix: str) -> Sequence[str]:
        """Keys with this prefix, one for each server that takes writes."""
        ...

    async def close(self) -> None: ...


class OneServer:
    is_cluster = False

    def __init__(self, address: Address, *, call_s: float) -> None:
        self._client = client(address, address.hosts[0], call_s=call_s)

    async def run(self, key: str, command: Callable[[Redis], Awaitable[T]]) -> T:
        return await command(self._client)

    async def check_keys(self, prefix: str) -> Sequence[str]:
        return [prefix]

    async def close(self) -> None:
        await self._client.aclose()


def client(address: Address, host: Host, *, call_s: float) -> Redis:
    """A client of one server that holds data. Its calls wait for a free connection."""
    pool = BlockingConnectionPool(
        connection_class=SSLConnection if address.is_encrypted else Connection,
        host=host[0],
        port=host[1],
        **credentials(address),
        **pool_options(address, call_s=call_s),
    )
    return Redis.from_pool(pool)


def raw(redis: Redis, *words: str) -> Awaitable[Any]:
    """A command for which the client has no method with types."""
    execute = cast("Callable[..., Awaitable[Any]]", redis.execute_command)  # pyright: ignore[reportUnknownMemberType]
    return execute(*words)


def credentials(address: Address) -> dict[str, Any]:
    return {"username": address.username, "password": address.password}


def pool_options(address: Address, *, call_s: float) -> dict[str, Any]:
    return {
        "db": address.number,
        "max_connections": _CONNECTIONS,
        "timeout": call_s,
        **connection_options(call_s=call_s),
    }


def connection_options(*, call_s: float) -> dict[str, Any]:
    return {
        "socket_connect_timeout": _CONNECT_S,
        "socket_timeout": call_s,
        "retry": Retry(NoBackoff(), 0),  # only the store repeats
        "protocol": 2,  # every server and proxy supports it, and it has no maintenance notifications
    }


async def first_answer(questions: Iterable[Coroutine[Any, Any, T]]) -> T:
    """Asks all at once, so that one server that is down does not use up the time of the call.

    Raises the last failure when all fail.
    """
    asking = [asyncio.create_task(question) for question in questions]
    for task in asking:
        task.add_done_callback(_ignored)
    failure: Exception = RedisError("No server was asked.")
    try:
        for answer in asyncio.as_completed(asking):
            try:
                return await answer
            except (RedisError, OSError, ValueError) as error:
                failure = error
        raise failure
    finally:
        for task in asking:  # not awaited: redis-py may go on connecting until its own time is up
            task.cancel()


def _ignored(task: asyncio.Task[T]) -> None:
    """Keeps asyncio from logging a failure that came after the answer."""
    if not task.cancelled():
        task.exception()
