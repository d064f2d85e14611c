"""Stores of each kind."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from gateway.store.store import Store
from tests.store.worlds import InFile, InMemory, InRedis, Seconds, World


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture(
    params=[
        "memory",
        "sqlite",
        *(pytest.param(each, marks=pytest.mark.redis) for each in ("redis_server", "sentinels", "redis_cluster")),
    ]
)
def world(request: pytest.FixtureRequest, path: Path) -> World:
    """Each kind of store: they must behave alike."""
    if request.param == "memory":
        return InMemory()
    if request.param == "sqlite":
        return InFile(path)
    return InRedis(request.getfixturevalue(request.param))


@pytest.fixture
async def opening() -> AsyncGenerator[Callable[[Store], Store]]:
    """Registers a store to be closed after the test."""
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
    """The same store over a connection of its own, as another process has it."""
    return opening(world.open())
