"""Fixtures for every folder: the sandbox, the gateway in front of it, the clock of both, and programs a machine may lack."""

import os
import shutil
from collections.abc import AsyncGenerator, Generator

import pytest

from gateway.sandbox.app import Sandbox, build_sandbox
from gateway.settings.model import Settings
from tests.harness import Clock, Gateway, connected
from tests.store.server import RedisServer

pytest_plugins = ["tests.endpoint"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Generator[Sandbox, None, None]:
    """The sandbox with the shop it is shipped with, in memory."""
    sandbox = build_sandbox(clock=clock)
    yield sandbox
    sandbox.close()


@pytest.fixture
async def gateway(sandbox: Sandbox) -> AsyncGenerator[Gateway, None]:
    """The gateway in front of the sandbox, in one process and without a socket; the caller is the demo partner."""
    settings = Settings(mode="development", upstream_url="http://127.0.0.1", catalog_ttl_s=0)
    async with connected(settings, sandbox) as http:
        yield Gateway(http, sandbox)


@pytest.fixture(scope="session")
def node() -> str:
    return _program("node", package="nodejs")


@pytest.fixture(scope="session")
def npm() -> str:
    return _program("npm", package="npm")


@pytest.fixture(scope="session")
def chromium() -> str:
    return _program("chromium", package="chromium")


@pytest.fixture(scope="session")
def openssl() -> str:
    return _program("openssl", package="openssl")


@pytest.fixture(scope="session")
def redis_process(tmp_path_factory: pytest.TempPathFactory) -> Generator[RedisServer]:
    server = RedisServer(_program("redis-server", package="redis-server"), tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_server(redis_process: RedisServer) -> RedisServer:
    """Running and empty, whatever the last test did to it."""
    redis_process.as_new()
    return redis_process


def _program(name: str, *, package: str) -> str:
    """The program's path. Without it the test is skipped, or fails where everything is required."""
    found = shutil.which(name)
    if found:
        return found
    reason = f"{name} is not installed; on Debian it is in the package {package}"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
