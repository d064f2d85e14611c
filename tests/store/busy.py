"""A process that holds one lease again and again: `python -m tests.store.busy ADDRESS`, until it is killed."""

import asyncio
import sys

from gateway.store.leases import leased
from gateway.store.opening import open_store

_HOLD_S = 0.3
"""Long enough that a process which only polls would rarely see the lease free."""


async def hold_for_ever(address: str) -> None:
    """Prints a line each time it holds the lease."""
    store = open_store(address)
    while True:
        async with leased(store, "cart", wait_s=10):
            sys.stdout.write("held\n")
            sys.stdout.flush()
            await asyncio.sleep(_HOLD_S)


if __name__ == "__main__":
    asyncio.run(hold_for_ever(sys.argv[1]))
