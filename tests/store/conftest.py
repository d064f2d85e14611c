"""Stores of each form, and the Redis server of one."""

import os
import shutil
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from gateway.store.store import Store
from tests.store.server import RedisServer
from tests.store.worlds import InFile, InMemory, InRedis, Seconds, World


@pytest.fixture(scope="session")
def redis_process(tmp_path_factory: pytest.TempPathFactory) -> Generator[RedisServer]:
    server = RedisServer(_redis_program(), tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_server(redis_process: RedisServer) -> RedisServer:
    """Running and empty, whatever the last test did to it."""
    redis_process.as_new()
    return redis_process


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture(params=["memory", "sqlite", pytest.param("redis", marks=pytest.mark.redis)])
def world(request: pytest.FixtureRequest, path: Path) -> World:
    """Each form of the store in turn: what holds for one must hold for the others."""
    if request.param == "memory":
        return InMemory()
    if request.param == "sqlite":
        return InFile(path)
    return InRedis(request.getfixturevalue("redis_server"))


@pytest.fixture
async def opening() -> AsyncGenerator[Callable[[Store], Store]]:
    """Takes note of a store, to close it when the test is over."""
    async with AsyncExitStack() as stores:

        def opened(store: Store) -> Store:
            stores.push_async_callback(store.close)
            return store

        yield opened


@pytest.fixture
def store(world: World, opening: Callable[[Store], Store]) -> Store:
    return opening(world.open())


@pytest.fixture
def another(world: World, opening: Callable[[Store], Store]) -> Store:
    """The same store as another process has it."""
    return opening(world.open())


def _redis_program() -> str:
    found = shutil.which("redis-server")
    if found:
        return found
    reason = "redis-server is not installed; on Debian it is in the package redis-server"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
