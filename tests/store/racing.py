"""One of several competing processes: `python -m tests.store.racing ADDRESS WHO` prints what it got as JSON."""

import asyncio
import json
import sys

from gateway.store.opening import open_store

TIMES = 100


async def race(address: str, who: str) -> dict[str, list[int]]:
    """The numbers of the records that it added and the leases that it took."""
    store = open_store(address)
    added = await asyncio.gather(*(store.add(str(number), b"same", keep_s=60) for number in range(TIMES)))
    taken = await asyncio.gather(*(store.take(str(number), who, for_s=60) for number in range(TIMES)))
    await store.close()
    return {
        "added": [number for number, there in enumerate(added) if there is None],
        "taken": [number for number, is_ours in enumerate(taken) if is_ours],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(race(sys.argv[1], sys.argv[2]))))
