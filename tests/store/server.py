"""A real Redis server of the tests' own: started, killed, frozen and asked on a port that stays the same."""

import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from redis import Redis

PASSWORD = "canary-password"
"""Nothing that people see may hold it."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


class RedisServer:
    """Without persistence: what was in it is gone once it was stopped."""

    def __init__(self, program: str, folder: Path, *options: str) -> None:
        folder.mkdir(exist_ok=True)
        self._command = [program, "--bind", "127.0.0.1", "--requirepass", PASSWORD, "--save", "", "--dir", str(folder)]
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self._client: Any = Redis(port=self.port, password=PASSWORD, protocol=2, socket_timeout=10)

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    def start(self, *options: str) -> None:
        """Starts it unless it runs, and waits until it answers."""
        if self._process is None:
            command = [*self._command, "--port", str(self.port), *self._options, *options]
            self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not self._answers():
            assert time.monotonic() < deadline, "redis-server does not answer"

    def stop(self) -> None:
        """Kills it, as a crash would."""
        if self._process is not None:
            self._client.close()
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """It keeps its connections, and takes new ones, but says nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def ask(self, *words: str) -> str:
        """One command, and the first line of the answer."""
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection,
            connection.makefile() as lines,
        ):
            for command in (("AUTH", PASSWORD), words):
                parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in command]
                connection.sendall(f"*{len(command)}\r\n{''.join(parts)}".encode())
            lines.readline()
            return lines.readline().strip()

    def answer(self, *words: str) -> Any:
        """The whole answer to one command."""
        return self._client.execute_command(*words)

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def as_new(self) -> None:
        """Running, awake, its own master, unlimited and empty."""
        self.start()
        self.ask("REPLICAOF", "NO", "ONE")
        self.ask("CONFIG", "SET", "maxmemory", "0")
        self.ask("FLUSHALL")

    def later(self, seconds: float) -> None:
        """Everything in it is that much older, and what is over is gone."""
        self.ask("EVAL", _LATER, "0", str(round(seconds * 1000)))

    def _answers(self) -> bool:
        try:
            return self.ask("PING") == "+PONG"
        except OSError:
            return False


_LATER = """#!lua flags=allow-cross-slot-keys
for _, key in ipairs(redis.call('KEYS', '*')) do
    redis.call('PEXPIRE', key, redis.call('PTTL', key) - ARGV[1])
end
return 1
"""
