"""The store: whether it takes records and leases, and what time its server has. Leaves nothing behind."""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
)

from gateway.doctor.causes import Peer, chain, connection_failure
from gateway.doctor.clock import store_clock
from gateway.doctor.findings import Finding, Outcome, failed, finding, ok, run, skipped, skipped_after
from gateway.errors import StoreFailed
from gateway.store.opening import open_store
from gateway.store.store import Store

NAMES = ("store", "store lease", "store clock")

_SQLITE = "sqlite:"
_KEEP_S = 10.0
"""How long a record or lease stays behind when the check is killed."""

_CLOSE_S = 1.0

_REMEDIES: tuple[tuple[type[Exception], str], ...] = (
    (BusyLoadingError, "Wait until the server has loaded its data."),
    (ReadOnlyError, "Name the primary server in GATEWAY_STORE_URL, not a replica."),
    (OutOfMemoryError, "Give the server more memory (maxmemory), or use one of its own for the gateway."),
    (
        NoPermissionError,
        "Allow the user GET, SET, DEL, EXISTS, PTTL, EVAL and TIME on keys that begin with pcgw: (ACL SETUSER).",
    ),
    (ResponseError, "See the server's log for why it rejects a command, such as a disk to which it cannot save."),
)


async def store_findings(url: str) -> Sequence[Finding]:
    opened: list[Store] = []
    with _harmless(url) as harmless_url:

        async def records() -> Outcome:
            opened.append(await asyncio.to_thread(open_store, harmless_url))
            return await _records(opened[0], url)

        try:
            first = await run(NAMES[0], lambda: _translated(records, url))
            if not first.is_usable:
                return [first, *(finding(name, skipped_after(NAMES[0])) for name in NAMES[1:])]
            lease = await run(NAMES[1], lambda: _translated(lambda: _lease(opened[0]), url))
            clock = await run(NAMES[2], lambda: _translated(lambda: _clock(opened[0]), url))
        finally:
            await _close(opened)
    return [first, lease, clock]


@contextmanager
def _harmless(url: str) -> Generator[str]:
    """The address, or that of a file beside an SQLite file that does not exist yet.

    A file that a check made as another user could not be opened by the gateway.
    """
    path = Path(url.removeprefix(_SQLITE))
    if not url.startswith(_SQLITE) or path.exists() or not path.parent.is_dir():
        yield url
        return
    try:
        folder = tempfile.mkdtemp(prefix=".gateway-check-", dir=path.parent)
    except OSError:
        yield url
        return
    try:
        yield f"{_SQLITE}{Path(folder) / path.name}"
    finally:
        for each in Path(folder).iterdir():
            each.unlink()
        Path(folder).rmdir()


async def _translated(check: Callable[[], Awaitable[Outcome]], url: str) -> Outcome:
    try:
        return await check()
    except StoreFailed as error:
        return _failure(error, url)


async def _records(store: Store, url: str) -> Outcome:
    key, record = f"check:{uuid4().hex}", uuid4().bytes
    await store.put(key, record, keep_s=_KEEP_S)
    found = await store.get(key)
    await store.remove(key)
    if found != record or await store.get(key) is not None:
        return failed(
            f"{_place(url)} did not return what was written.",
            "Name a single primary server in GATEWAY_STORE_URL, not a proxy that reads from replicas.",
        )
    return ok(f"{_place(url)}: a record was written, read and removed.")


async def _lease(store: Store) -> Outcome:
    name, ours, other = f"check:{uuid4().hex}", uuid4().hex, uuid4().hex
    taken = await store.take(name, ours, for_s=_KEEP_S)
    stolen = await store.take(name, other, for_s=_KEEP_S)
    await store.release(name, ours)
    await store.release(name, other)
    if not taken or stolen:
        return failed(
            "Two owners got the same lease, or none did.", "Name a single primary server in GATEWAY_STORE_URL."
        )
    return ok("A lease was taken, refused to another owner and released.")


async def _clock(store: Store) -> Outcome:
    asked_at = time.time()
    theirs = await store.server_time()
    if theirs is None:
        return skipped("The store is on this machine and has its clock.", "Nothing has to be done.")
    return store_clock(theirs - (asked_at + time.time()) / 2)


async def _close(opened: Sequence[Store]) -> None:
    for store in opened:
        with suppress(StoreFailed, TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                await store.close()


def _failure(error: StoreFailed, url: str) -> Outcome:
    causes = list(chain(error))
    for cause in causes:
        if isinstance(cause, AuthenticationError):
            return failed(error.message, _sign_in_remedy(str(cause)))
        if isinstance(cause, ResponseError) and "DB index" in str(cause):
            return failed(error.message, "Correct the database number at the end of GATEWAY_STORE_URL.")
        for kind, remedy in _REMEDIES:
            if isinstance(cause, kind):
                return failed(error.message, remedy)
    if url.startswith(_SQLITE):
        return failed(error.message, _file_remedy(causes, Path(url.removeprefix(_SQLITE))))
    if len(causes) == 1 or isinstance(causes[1], ValueError):
        return failed(error.message, "Correct GATEWAY_STORE_URL.")
    if url.startswith("rediss") and any(isinstance(cause, TimeoutError) for cause in causes):
        return failed(
            f"{_place(url)} does not answer with TLS.",
            "Write redis:// in GATEWAY_STORE_URL if the server has no TLS, else let connections to it pass the firewall.",
        )
    return connection_failure(error, Peer("the store's server", _place(url), "GATEWAY_STORE_URL"))


def _sign_in_remedy(words: str) -> str:
    if "without any password" in words:
        return "Take the password out of GATEWAY_STORE_URL, or set one at the server (requirepass)."
    if "required" in words:
        return "Put the server's password into GATEWAY_STORE_URL: redis://:PASSWORD@HOST:PORT/0."
    return "Correct user and password in GATEWAY_STORE_URL; / ? # : @ and % are written %2F %3F %23 %3A %40 and %25."


def _file_remedy(causes: Sequence[BaseException], path: Path) -> str:
    if not path.parent.is_dir():
        return f"Make the folder {path.parent}, or name another file in GATEWAY_STORE_URL."
    if any(isinstance(cause, sqlite3.OperationalError) and "locked" in str(cause) for cause in causes):
        return "End the program that holds the file's lock."
    if any(isinstance(cause, sqlite3.DatabaseError) and "not a database" in str(cause) for cause in causes):
        return "Name another file in GATEWAY_STORE_URL: this one is not a store."
    return "Let this user write the file and its folder, free some space, or name another file in GATEWAY_STORE_URL."


def _place(url: str) -> str:
    """The address without user and password. Only for one that was opened, and so has the right form."""
    if url.startswith("redis"):
        return urlsplit(url).netloc.rpartition("@")[2] or "localhost"
    return url.removeprefix(_SQLITE) if url.startswith(_SQLITE) else "Memory"
