"""A real master with a replica, and a sentinel that puts one in the place of the other."""

import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError
from redis.retry import Retry

from tests.shop import until
from tests.store.server import PASSWORD, RedisServer, free_port

SERVICE = "shop"
_CONFIGURATION = f"""
bind 127.0.0.1
port {{port}}
dir {{folder}}
sentinel monitor {SERVICE} 127.0.0.1 {{master}} 1
sentinel auth-pass {SERVICE} {PASSWORD}
sentinel down-after-milliseconds {SERVICE} 300
sentinel failover-timeout {SERVICE} 1000
"""


class Sentinels:
    """One sentinel requires no sign-in; the address also names one that is down."""

    def __init__(self, program: str, folder: Path) -> None:
        options = "--masterauth", PASSWORD, "--repl-diskless-sync-delay", "0"
        self._servers = [RedisServer(program, folder / name, *options) for name in ("one", "two")]
        self._program, self._folder = program, folder
        self._port, self._gone = free_port(), free_port()
        self._client: Any = Redis(port=self._port, protocol=2, socket_timeout=5, retry=Retry(NoBackoff(), 0))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis+sentinel://:{PASSWORD}@127.0.0.1:{self._gone},127.0.0.1:{self._port}/{SERVICE}/0"

    @property
    def master(self) -> RedisServer:
        """According to the sentinel."""
        port = int(self._ask("SENTINEL GET-MASTER-ADDR-BY-NAME", SERVICE)[1])
        return next(server for server in self._servers if server.port == port)

    @property
    def replica(self) -> RedisServer:
        master = self.master
        return next(server for server in self._servers if server is not master)

    def start(self) -> None:
        master, replica = self._servers
        master.start()
        replica.start("--replicaof", f"127.0.0.1 {master.port}")
        file = self._folder / "sentinel.conf"
        file.write_text(_CONFIGURATION.format(port=self._port, folder=self._folder, master=master.port), "utf-8")
        self._process = subprocess.Popen([self._program, str(file), "--sentinel"], stdout=subprocess.DEVNULL)
        until(self._is_whole, "the sentinel knows master and replica")

    def stop(self) -> None:
        for server in self._servers:
            server.stop()
        self._client.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def as_new(self) -> None:
        """A master and a replica, both empty."""
        self.require_sign_in("nopass")
        until(self._has_settled, "a failover has ended")
        master, replica = self.master, self.replica
        replica.start("--replicaof", f"127.0.0.1 {master.port}")
        until(self._is_whole, "the sentinel knows master and replica")
        master.ask("FLUSHALL")

    def until_replicated(self) -> None:
        """What was written before is on the replica."""
        assert self.master.answer("WAIT", "1", "5000") == 1

    def switch(self) -> RedisServer:
        """A failover on order. The old master, which is returned, goes on as one for some seconds."""
        old = self.master
        self._ask("SENTINEL FAILOVER", SERVICE)
        until(lambda: self.master is not old, "the sentinel names the other")
        return old

    def fail_over(self) -> None:
        """Like `switch`, but the old master is a replica at once."""
        self.demote(self.switch())

    def demote(self, server: RedisServer) -> None:
        server.ask("REPLICAOF", "127.0.0.1", str(self.master.port))

    def later(self, seconds: float) -> None:
        self.master.later(seconds)

    def require_sign_in(self, password: str = f">{PASSWORD}") -> None:
        self._ask("ACL", "SETUSER", "default", password)

    def _is_whole(self) -> bool:
        with suppress(RedisError, ValueError, KeyError):
            (replica,) = self._ask("SENTINEL SLAVES", SERVICE)
            link = self.replica.answer("INFO", "replication")["master_link_status"]
            return (replica["flags"], link) == ("slave", "up")
        return False

    def _has_settled(self) -> bool:
        return bool(self._ask("SENTINEL MASTER", SERVICE)["flags"] == "master")

    def _ask(self, *words: str) -> Any:
        """Signs in where that is required."""
        try:
            return self._client.execute_command(*words)
        except AuthenticationError:
            self._client.execute_command("AUTH", PASSWORD)
            return self._client.execute_command(*words)
