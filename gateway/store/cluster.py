"""A Redis Cluster: which server holds a key, and where to go on when that changes.

This is not redis-py's RedisCluster because, in version 8.1, a call fails while its slot migrates: ASKING and the
command that it allows may go over two connections, and a target that has no slots yet is unknown (its issue 4015).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import count
from typing import TypeVar, cast

from redis.asyncio import Redis
from redis.crc import key_slot
from redis.exceptions import (
    AskError,
    ClusterDownError,
    ClusterError,
    ConnectionError,  # noqa: A004 -- the client's own, not a subclass of Python's
    MovedError,
    RedisError,
    TimeoutError,  # noqa: A004 -- the client's own, not a subclass of Python's
    TryAgainError,
)

from gateway.store.addresses import Address, Host
from gateway.store.servers import client, first_answer, raw

T = TypeVar("T")
_Command = Callable[[Redis], Awaitable[T]]

_PAUSES_S = (0.0, 0.0, 0.05, 0.1, 0.2, 0.4)
"""Before each attempt, of which those before were not carried out."""
_ASKED = 3
"""How many servers are asked for the slots at once."""


class Cluster:
    """Learns the owners of the slots at the first call, and again after a redirection or a failure."""

    is_cluster = True

    def __init__(self, address: Address, *, call_s: float) -> None:
        self._address = address
        self._call_s = call_s
        self._clients: dict[Host, Redis] = {}
        self._owners: dict[int, Host] = {}
        self._is_outdated = True
        self._learning = asyncio.Lock()

    async def run(self, key: str, command: _Command[T]) -> T:
        """Repeats a command that was redirected, or refused because of the cluster's state: it was not carried out."""
        at_owner = partial(self._run_at_owner, key_slot(key.encode()), command)
        attempt: Callable[[], Awaitable[T]] = at_owner
        failure: RedisError = ClusterError("The cluster redirects the command again and again.")
        for pause_s in _PAUSES_S:
            if pause_s:
                await asyncio.sleep(pause_s)
            try:
                return await attempt()
            except MovedError as redirection:
                self._is_outdated = True
                attempt = partial(self._run_at, _target(redirection), command)
            except AskError as redirection:
                attempt = partial(self._run_asking, _target(redirection), command)
            except TryAgainError:  # a command with two keys, while their slot moves
                pass
            except ClusterDownError as error:
                self._is_outdated = True
                attempt, failure = at_owner, error
        raise failure

    async def check_keys(self, prefix: str) -> Sequence[str]:
        owners = await self._current_owners()
        masters = set(owners.values())
        keys: dict[Host | None, str] = {}
        numbers = count()
        while not masters <= keys.keys():
            key = f"{prefix}:{next(numbers)}"
            keys.setdefault(owners.get(key_slot(key.encode())), key)
        return [keys[master] for master in masters]

    async def close(self) -> None:
        for each in self._clients.values():
            await each.aclose()

    async def _run_at_owner(self, slot: int, command: _Command[T]) -> T:
        owners = await self._current_owners()
        if slot not in owners:
            raise ClusterDownError("No server has the slot.")
        return await self._run_at(owners[slot], command)

    async def _run_at(self, host: Host, command: _Command[T]) -> T:
        try:
            return await command(self._client(host))
        except AskError as redirection:
            name, port = _target(redirection)
            redirection.node_addr = name or host[0], port  # left out when it is that of the server that answers
            raise
        except (ConnectionError, TimeoutError, asyncio.CancelledError):
            self._is_outdated = True  # another server may have its slots by now
            raise

    async def _run_asking(self, host: Host, command: _Command[T]) -> T:
        """On one connection, because ASKING allows the next command on its own connection only."""

        async def ask_and_run(redis: Redis) -> T:
            async with redis.client() as connection:
                await raw(connection, "ASKING")
                return await command(connection)

        return await self._run_at(host, ask_and_run)

    async def _current_owners(self) -> dict[int, Host]:
        async with self._learning:
            if self._is_outdated:
                self._owners = await self._learned()
                self._is_outdated = False
                await self._disconnect_others()
        return self._owners

    async def _learned(self) -> dict[int, Host]:
        """The first answer of a few servers: those of the address, and those that had slots."""
        known = [*{*self._address.hosts, *self._owners.values()}]
        return await first_answer(self._slots(host) for host in random.sample(known, min(_ASKED, len(known))))

    async def _slots(self, host: Host) -> dict[int, Host]:
        """Raises ClusterDownError when the server has left the cluster."""
        ranges = await raw(self._client(host), "CLUSTER SLOTS")
        if not ranges:
            raise ClusterDownError("The server knows no slots.")
        owners: dict[int, Host] = {}
        for first, last, (name, port, *_), *_ in ranges:
            owner = (name.decode() if name else host[0], port)  # a server that does not know its name leaves it out
            owners.update(dict.fromkeys(range(first, last + 1), owner))
        return owners

    async def _disconnect_others(self) -> None:
        """Servers leave a cluster for good, above all where each restart brings a new IP address."""
        for host in self._clients.keys() - {*self._owners.values()}:
            await self._clients[host].connection_pool.disconnect(inuse_connections=False)

    def _client(self, host: Host) -> Redis:
        if host not in self._clients:
            self._clients[host] = client(self._address, host, call_s=self._call_s)
        return self._clients[host]


def _target(redirection: AskError) -> Host:
    return cast("Host", redirection.node_addr)  # pyright: ignore[reportUnknownMemberType]
