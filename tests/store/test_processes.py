"""Several processes at one store."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from gateway.store.leases import leased
from gateway.store.opening import open_store
from tests.store.racing import TIMES


@pytest.fixture(
    params=[
        "sqlite",
        *(pytest.param(each, marks=pytest.mark.redis) for each in ("redis_server", "sentinels", "redis_cluster")),
    ]
)
def address(request: pytest.FixtureRequest, path: Path) -> str:
    """A shared store. The SQLite file does not exist yet, so the processes also race to create it."""
    if request.param == "sqlite":
        return f"sqlite:{path}"
    url: str = request.getfixturevalue(request.param).url
    return url


async def test_competing_processes_have_one_winner(address: str) -> None:
    """Exactly one process adds each record and takes each lease."""
    racing = [await _process(address, who) for who in ("one", "two", "three")]

    results = [json.loads((await process.communicate())[0]) for process in racing]

    for prize in ("added", "taken"):
        assert sorted(number for result in results for number in result[prize]) == list(range(TIMES))


async def test_a_waiting_process_gets_the_lease_of_a_busy_one(address: str) -> None:
    """Although the busy one takes the lease again as soon as it has released it."""
    busy = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.store.busy", address, stdout=asyncio.subprocess.PIPE
    )
    assert busy.stdout is not None
    store = open_store(address)
    try:
        await busy.stdout.readline()
        for _ in range(5):
            async with leased(store, "cart", wait_s=3):
                pass
    finally:
        busy.kill()
        await busy.wait()
        await store.close()


async def _process(address: str, who: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.store.racing", address, who, stdout=asyncio.subprocess.PIPE
    )
