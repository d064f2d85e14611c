"""A real Redis server of the tests' own: started, killed, frozen and asked on a port that stays the same."""

import signal
import socket
import subprocess
import time
from pathlib import Path

PASSWORD = "canary-password"
"""Nothing that people see may hold it."""


class RedisServer:
    """Without persistence: what was in it is gone once it was stopped."""

    def __init__(self, program: str, folder: Path) -> None:
        self._command = [program, "--bind", "127.0.0.1", "--requirepass", PASSWORD, "--save", "", "--dir", str(folder)]
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Starts it unless it runs, and waits until it answers."""
        if self._process is None:
            self._process = subprocess.Popen([*self._command, "--port", str(self.port)], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not self._answers():
            assert time.monotonic() < deadline, "redis-server does not answer"

    def stop(self) -> None:
        """Kills it, as a crash would."""
        if self._process is not None:
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


_LATER = """
for _, key in ipairs(redis.call('KEYS', '*')) do
    redis.call('PEXPIRE', key, redis.call('PTTL', key) - ARGV[1])
end
return 1
"""
