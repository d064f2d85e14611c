"""Which store an address names, and which addresses name none."""

import traceback
from pathlib import Path

import pytest

from gateway.errors import StoreFailed
from gateway.store.memory import MemoryStore
from gateway.store.opening import open_store
from gateway.store.redis import RedisStore
from gateway.store.sqlite import SqliteStore


async def test_an_address_names_a_store(path: Path) -> None:
    """In memory, in a file, or in a server, which need not be there yet."""
    addresses = ["memory:", f"sqlite:{path}", "redis://127.0.0.1:1", "rediss://user:password@redis.example.com/3"]
    stores = [open_store(address) for address in addresses]

    assert [type(store) for store in stores] == [MemoryStore, SqliteStore, RedisStore, RedisStore]
    for store in stores:
        await store.close()


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("redis://:canary/slash@redis.example.com", id="a slash in the password"),
        pytest.param("redis://:canary#hash@redis.example.com", id="a hash in the password"),
        pytest.param("redis://user:canary?mark@redis.example.com", id="a question mark in the password"),
        pytest.param("redis://:canary@[redis.example.com", id="half an address in brackets"),
        pytest.param("redis://:canary@redis.example.com:99999", id="no such port"),
        pytest.param("redis://:canary@redis.example.com/records", id="a database that is no number"),
        pytest.param("redis://redis.example.com?password=canary", id="options of the client"),
        pytest.param("https://:canary@redis.example.com", id="another kind of server"),
        pytest.param("canary", id="no address at all"),
    ],
)
def test_an_invalid_address_is_reported(address: str) -> None:
    """With the form that is wanted, and without what was given: a password may be in it."""
    with pytest.raises(StoreFailed, match="redis://user:password@host:port/number") as told:
        open_store(address)

    assert "canary" not in "".join(traceback.format_exception(told.value))
