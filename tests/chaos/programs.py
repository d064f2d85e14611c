"""The programs of a chaos run: the sandbox, and a gateway that is killed and started again on the same port."""

import asyncio
import random
import re
import socket
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import httpx

from tests.programs import environment

GATEWAY = ("-m", "gateway")
BROKEN = ("-m", "tests.chaos.broken")
"""The gateway with a random request id for each attempt."""


async def start(*arguments: str, **settings: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env=environment(**settings),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )


@dataclass(frozen=True)
class SandboxProgram:
    address: str
    token: str


@asynccontextmanager
async def sandbox() -> AsyncGenerator[SandboxProgram]:
    """The sandbox on a port of its own, with the token it tells people."""
    process = await start(*GATEWAY, "sandbox", "--port", "0")
    try:
        told = ""
        while "Against it" not in told:
            told += await _line(process)
        reading = asyncio.create_task(_read_on(process))
        (address,) = re.findall(r"sandbox at (http://[\d.:]+)/v1", told)
        (token,) = re.findall(r"Demo token +(\S+)", told)
        yield SandboxProgram(address, token)
        reading.cancel()
    finally:
        process.kill()
        await process.wait()


class GatewayProgram:
    """A gateway on a fixed port."""

    def __init__(self, program: Sequence[str], *, upstream: str, store: str) -> None:
        self._program = program
        self._settings = {
            "GATEWAY_UPSTREAM_URL": upstream,
            "GATEWAY_STORE_URL": store,
            "GATEWAY_PORT": str(_free_port()),
            "GATEWAY_ATTEMPT_S": "1.5",
            "GATEWAY_DEADLINE_S": "15",
            "GATEWAY_LOG_LEVEL": "error",
        }
        self.address = f"http://127.0.0.1:{self._settings['GATEWAY_PORT']}"
        self.deaths = 0
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._process = await start(*self._program, "serve", **self._settings)
        while "/graphql" not in await _line(self._process):
            pass
        self._reading = asyncio.create_task(_read_on(self._process))

    async def kill(self) -> None:
        """By the signal that nobody can prepare for."""
        assert self._process is not None
        assert self._reading is not None
        self._reading.cancel()
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def die_now_and_then(self, chance: random.Random, *, every_s: float) -> None:
        """Killed and started again, without end."""
        while True:
            await asyncio.sleep(every_s * (0.5 + chance.random()))
            await self.kill()
            self.deaths += 1
            await self.start()


@asynccontextmanager
async def gateway(program: Sequence[str], *, upstream: str, store: str) -> AsyncGenerator[GatewayProgram]:
    started = GatewayProgram(program, upstream=upstream, store=store)
    await started.start()
    try:
        yield started
    finally:
        await started.kill()


def client(address: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    return httpx.AsyncClient(base_url=address, timeout=30, limits=limits)


async def _line(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    line = (await process.stderr.readline()).decode()
    if not line:
        raise RuntimeError("the program ended before it was ready")
    return line


async def _read_on(process: asyncio.subprocess.Process) -> None:
    """What is not read would fill the pipe and stop the program."""
    assert process.stderr is not None
    while await process.stderr.readline():
        pass


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
