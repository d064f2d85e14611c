"""The checks of the store: in memory, in a file, and in a real Redis that something is wrong with."""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from gateway.doctor.findings import Finding
from gateway.doctor.store import NAMES, store_findings
from gateway.store.opening import open_store
from tests.store.server import PASSWORD, RedisServer
from tests.store.wire import listening, saying


async def checked(url: str) -> Mapping[str, Finding]:
    """The findings by name. Nothing that is shown holds the password, and nothing is left in the store."""
    findings = await store_findings(url)
    assert [each.name for each in findings] == list(NAMES)
    assert all((each.verdict == "ok") == (each.remedy is None) for each in findings)
    assert "canary" not in repr(findings)
    return {each.name: each for each in findings}


def verdicts(found: Mapping[str, Finding]) -> Sequence[str]:
    return [found[name].verdict for name in NAMES]


async def test_memory_takes_records_and_leases() -> None:
    """And has no clock of its own."""
    assert verdicts(await checked("memory:")) == ["ok", "ok", "skipped"]


async def test_a_file_is_used_and_left_as_it_was(tmp_path: Path) -> None:
    """A record and a lease are written to it and removed."""
    file = tmp_path / "store.sqlite"
    await open_store(f"sqlite:{file}").close()

    found = await checked(f"sqlite:{file}")

    assert verdicts(found) == ["ok", "ok", "skipped"]
    assert str(file) in found["store"].detail
    with sqlite3.connect(file) as connection:
        left = [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("records", "leases")]
    connection.close()
    assert left == [(0,), (0,)]


async def test_a_file_that_does_not_exist_yet_is_not_made(tmp_path: Path) -> None:
    """The user who runs the check may be another one, whose file the gateway could not open. Its folder is tried."""
    found = await checked(f"sqlite:{tmp_path / 'store.sqlite'}")

    assert verdicts(found) == ["ok", "ok", "skipped"]
    assert os.listdir(tmp_path) == []


async def test_a_file_that_is_not_a_store_is_named_as_such(tmp_path: Path) -> None:
    """It is not changed."""
    file = tmp_path / "notes"
    file.write_text("not a database, but somebody's notes" * 100, "utf-8")

    found = await checked(f"sqlite:{file}")

    assert verdicts(found) == ["failed", "skipped", "skipped"]
    assert found["store"].remedy == "Name another file in GATEWAY_STORE_URL: this one is not a store."
    assert file.read_text("utf-8").startswith("not a database")


async def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    """With what to do."""
    found = await checked(f"sqlite:{tmp_path}/none/store.sqlite")

    assert found["store"].remedy == f"Make the folder {tmp_path}/none, or name another file in GATEWAY_STORE_URL."


async def test_a_locked_file_does_not_hold_the_report(tmp_path: Path) -> None:
    """Another program holds its lock."""
    file = tmp_path / "store.sqlite"
    await open_store(f"sqlite:{file}").close()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    found = await checked(f"sqlite:{file}")
    other.close()

    assert (found["store"].verdict, found["store"].remedy) == ("failed", "End the program that holds the file's lock.")


async def test_an_address_of_a_wrong_form_is_not_repeated() -> None:
    """It may hold a password."""
    found = await checked("redis://:canary/canary@127.0.0.1/x")

    assert (found["store"].verdict, found["store"].remedy) == ("failed", "Correct GATEWAY_STORE_URL.")


async def test_a_redis_that_is_down_is_named_with_its_address() -> None:
    """Without its password."""
    found = await checked(f"redis://:{PASSWORD}@127.0.0.1:1/0")

    assert found["store"].detail == "Nothing listens at 127.0.0.1:1: the connection was refused."
    assert found["store"].remedy == "Start the store's server, or correct GATEWAY_STORE_URL."


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        pytest.param(b"LOADING Redis is loading the dataset in memory", "Wait until", id="it is starting"),
        pytest.param(b"MISCONF Redis is unable to persist on disk", "to which it cannot save", id="its disk is full"),
        pytest.param(b"NOPERM no permissions to run the 'set' command", "Allow the user", id="rights are missing"),
    ],
)
async def test_a_redis_that_refuses_commands_is_known_by_its_words(words: bytes, remedy: str) -> None:
    """Each has a remedy of its own."""
    async with listening(saying(b"-" + words + b"\r\n")) as port:
        found = await checked(f"redis://127.0.0.1:{port}/0")

    assert verdicts(found) == ["failed", "skipped", "skipped"]
    assert remedy in (found["store"].remedy or "")


@pytest.mark.redis
async def test_a_redis_is_used_and_left_as_it_was(redis_server: RedisServer) -> None:
    """Its clock is that of this machine."""
    found = await checked(redis_server.url)

    assert verdicts(found) == ["ok", "ok", "ok"]
    assert found["store"].detail.startswith(f"127.0.0.1:{redis_server.port}")
    assert found["store clock"].detail.endswith("agree to the second.")
    assert redis_server.ask("DBSIZE") == ":0"


@pytest.mark.redis
@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        pytest.param("redis://127.0.0.1:{port}/0", "Put the server's password into GATEWAY_STORE_URL", id="none"),
        pytest.param("redis://:canary@127.0.0.1:{port}/0", "Correct user and password", id="a wrong one"),
        pytest.param("redis://:{password}@127.0.0.1:{port}/99", "Correct the database number", id="a wrong number"),
        pytest.param("rediss://:{password}@127.0.0.1:{port}/0", "Write redis:// in GATEWAY_STORE_URL", id="TLS"),
    ],
)
async def test_a_wrong_sign_in_at_redis_is_named(redis_server: RedisServer, url: str, remedy: str) -> None:
    """With the part of the address to correct."""
    found = await checked(url.format(port=redis_server.port, password=PASSWORD))

    assert verdicts(found) == ["failed", "skipped", "skipped"]
    assert (found["store"].remedy or "").startswith(remedy)


@pytest.mark.redis
async def test_a_replica_is_named_as_such(redis_server: RedisServer) -> None:
    """It takes no writes."""
    redis_server.ask("REPLICAOF", "127.0.0.1", "1")

    found = await checked(redis_server.url)

    assert found["store"].remedy == "Name the primary server in GATEWAY_STORE_URL, not a replica."


@pytest.mark.redis
async def test_a_full_redis_is_named_as_such(redis_server: RedisServer) -> None:
    """It takes no writes either."""
    redis_server.ask("CONFIG", "SET", "maxmemory", "1")

    found = await checked(redis_server.url)

    assert "maxmemory" in (found["store"].remedy or "")


@pytest.mark.redis
async def test_a_redis_that_hangs_does_not_hold_the_report(redis_server: RedisServer) -> None:
    """It takes connections and says nothing."""
    redis_server.freeze()
    try:
        found = await checked(redis_server.url)
    finally:
        redis_server.thaw()

    assert found["store"].detail == f"127.0.0.1:{redis_server.port} does not answer."
    assert found["store"].ms < 5000
