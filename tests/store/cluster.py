"""A real cluster of three masters, the first of which has a replica."""

import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count, pairwise
from pathlib import Path

from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot
from redis.exceptions import RedisError

from tests.shop import until
from tests.store.server import PASSWORD, RedisServer, free_port

_OPTIONS = {
    "cluster-enabled": "yes",
    "cluster-node-timeout": "1200",
    "cluster-allow-replica-migration": "no",
    "masterauth": PASSWORD,
    "repl-diskless-sync-delay": "0",
}


@dataclass(frozen=True, slots=True)
class Move:
    """A slot on its way."""

    slot: str
    source: RedisServer
    target: RedisServer

    def end(self) -> None:
        keys: list[bytes] = self.source.answer("CLUSTER", "GETKEYSINSLOT", self.slot, "100")
        if keys:
            names = [key.decode() for key in keys]
            to = "127.0.0.1", str(self.target.port), "", "0", "5000", "AUTH", PASSWORD
            self.source.answer("MIGRATE", *to, "KEYS", *names)
        owner: bytes = self.target.answer("CLUSTER MYID")
        for server in (self.target, self.source):
            server.answer("CLUSTER", "SETSLOT", self.slot, "NODE", owner.decode())


class RedisCluster:
    def __init__(self, program: str, folder: Path) -> None:
        options = [word for name, value in _OPTIONS.items() for word in (f"--{name}", value)]
        self._ports = [free_port() for _ in range(4)]
        self.servers = [
            RedisServer(program, folder / str(port), *options, "--cluster-port", str(port)) for port in self._ports
        ]

    @property
    def url(self) -> str:
        """Names a server that is not there, and one that is a replica at first."""
        return f"redis+cluster://:{PASSWORD}@127.0.0.1:{free_port()},127.0.0.1:{self.servers[3].port}"

    @property
    def masters(self) -> list[RedisServer]:
        return [server for server in self.servers if server.is_running and server.answer("ROLE")[0] == b"master"]

    def start(self) -> None:
        for server in self.servers:
            server.start()
        *masters, replica = self.servers
        bounds = [round(REDIS_CLUSTER_HASH_SLOTS * third / 3) for third in range(4)]
        for number, (server, (first, after)) in enumerate(zip(masters, pairwise(bounds), strict=True)):
            server.answer("CLUSTER", "SET-CONFIG-EPOCH", str(number + 1))
            server.answer("CLUSTER", "ADDSLOTSRANGE", str(first), str(after - 1))
        for server, port in zip(self.servers, self._ports, strict=True):
            masters[0].answer("CLUSTER", "MEET", "127.0.0.1", str(server.port), str(port))
        until(self._all_know_each_other, "the servers know each other")
        replica.answer("CLUSTER", "REPLICATE", self.id_of(masters[0]))
        until(self._is_whole, "the cluster is up")

    def stop(self) -> None:
        for server in self.servers:
            server.stop()

    def as_new(self) -> None:
        """Up and empty; whichever server is a master."""
        for server in self.servers:
            server.start()
        until(self._is_whole, "the cluster is up")
        for server in self.masters:
            server.ask("FLUSHALL")

    def later(self, seconds: float) -> None:
        for server in self.masters:
            server.later(seconds)

    def owner(self, key: str) -> RedisServer:
        slot = key_slot(key.encode())
        return next(server for server in self.masters if slot in self._slots(server))

    def record_on(self, server: RedisServer) -> str:
        """A record whose key is there."""
        names = map(str, count())
        return next(name for name in names if self.owner(f"pcgw:record:{name}") is server)

    @property
    def replicated(self) -> RedisServer:
        """The master that has a replica, once one is connected: after a failover that takes a moment."""
        found: list[RedisServer] = []

        def has_replica() -> bool:
            found.extend(server for server in self.masters if server.answer("ROLE")[2])
            return bool(found)

        until(has_replica, "a master has a replica")
        return found[0]

    def begin_to_move(self, key: str) -> "Move":
        """Its slot is on the way to another server."""
        source = self.owner(key)
        target = next(server for server in self.masters if server is not source)
        move = Move(str(key_slot(key.encode())), source, target)
        target.answer("CLUSTER", "SETSLOT", move.slot, "IMPORTING", self.id_of(source))
        source.answer("CLUSTER", "SETSLOT", move.slot, "MIGRATING", self.id_of(target))
        return move

    def fail_over(self) -> None:
        """On order: the old master goes on as a replica. On a busy machine servers give up an order, after 5 seconds."""
        old = self.replicated
        replica = next(server for server in self.servers if server not in self.masters)
        order_at = 0.0

        def is_over() -> bool:
            nonlocal order_at
            masters = self.masters
            if replica not in masters and time.monotonic() >= order_at:
                replica.answer("CLUSTER", "FAILOVER")
                order_at = time.monotonic() + 6
            return replica in masters and old not in masters

        until(is_over, "the replica is a master", within_s=30)

    @contextmanager
    def without_a_slot(self, key: str) -> Generator[None]:
        """Its owner does not know that it has it."""
        owner, slot = self.owner(key), str(key_slot(key.encode()))
        owner.answer("CLUSTER", "DELSLOTS", slot)
        try:
            yield
        finally:
            owner.answer("CLUSTER", "ADDSLOTS", slot)

    @contextmanager
    def configured(self, name: str, value: str, *, instead_of: str) -> Generator[None]:
        for server in self.servers:
            server.ask("CONFIG", "SET", name, value)
        try:
            yield
        finally:
            for server in self.servers:
                server.ask("CONFIG", "SET", name, instead_of)

    def id_of(self, server: RedisServer) -> str:
        name: bytes = server.answer("CLUSTER MYID")
        return name.decode()

    def _slots(self, server: RedisServer) -> set[int]:
        owned = (each for each in server.answer("CLUSTER SLOTS") if each[2][1] == server.port)
        return {slot for first, last, *_ in owned for slot in range(first, last + 1)}

    def _all_know_each_other(self) -> bool:
        return all(server.answer("CLUSTER INFO")["cluster_known_nodes"] == "4" for server in self.servers)

    def _is_whole(self) -> bool:
        """Three masters that serve, and a replica that follows one of them."""
        with suppress(RedisError):
            states = {server.answer("CLUSTER INFO")["cluster_state"] for server in self.servers}
            roles = sorted(server.answer("ROLE")[::3] for server in self.servers)
            return (states, roles) == ({"ok"}, [[b"master"]] * 3 + [[b"slave", b"connected"]])
        return False
