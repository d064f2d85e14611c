"""Thousands of purchases under faults, double clicks and a gateway that is killed: `python -m tests.chaos.run 10000`.

A sandbox that knows a repeat by its request id alone ("racy") and fails a fifth of all checkouts, almost half of them
after the work is done; buyers who click twice, open two tabs and reuse keys; a gateway killed every few seconds. Then
everything is counted, and the run fails unless nothing was ordered twice, lost, told wrongly or falsely denied.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import httpx

from tests.chaos.buyers import WAYS, Buyers
from tests.chaos.count import Verdict, judge
from tests.chaos.programs import BROKEN, GATEWAY, client, gateway, sandbox

BUYERS_AT_ONCE = 24
MOST_ATTEMPTS = 1.8

CHECKOUT_FAULTS: Sequence[dict[str, object]] = [
    {"fault": "reset", "when": "before", "share": 0.03},
    {"fault": "reset", "when": "after", "share": 0.03},
    {"fault": "truncate", "when": "after", "share": 0.02},
    {"fault": "500", "when": "before", "share": 0.03},
    {"fault": "502", "when": "after", "html": True, "share": 0.02},
    {"fault": "malformed", "when": "after", "share": 0.01},
    {"fault": "empty", "when": "after", "share": 0.01},
    {"fault": "503", "when": "before", "share": 0.02},
    {"fault": "429", "when": "before", "share": 0.02},
    {"fault": "409", "code": 800064, "when": "before", "share": 0.01},
    {"fault": "hang", "seconds": 3, "when": "after", "share": 0.005},
    {"fault": "hang", "seconds": 3, "when": "before", "share": 0.005},
]
READ_FAULTS: Sequence[dict[str, object]] = [
    {"fault": "reset", "when": "before", "share": 0.05},
    {"fault": "500", "when": "before", "share": 0.05},
    {"fault": "truncate", "when": "after", "share": 0.05},
    {"fault": "429", "when": "before", "share": 0.03},
    {"fault": "null", "when": "after", "share": 0.02},
]


async def run(
    count: int, *, program: Sequence[str] = GATEWAY, seed: int = 1, death_every_s: float = 4.0, store: str | None = None
) -> Verdict:
    """*store* is the gateway's; a file of its own unless it is said."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        async with (
            sandbox() as partner_center,
            gateway(
                program, upstream=partner_center.address, store=store or f"sqlite:{Path(folder) / 'store.sqlite'}"
            ) as bought_through,
            client(partner_center.address) as control,
            client(bought_through.address) as shop,
        ):
            await _order_faults(control, seed)
            buyers = Buyers(
                shop,
                control,
                token=partner_center.token,
                chance=chance,
                orders_of=lambda cart: _orders_of(control, cart),
            )
            killing = asyncio.create_task(bought_through.die_now_and_then(chance, every_s=death_every_s))
            await _all(buyers, count, chance)
            killing.cancel()
            await asyncio.gather(killing, return_exceptions=True)
            await bought_through.kill()
            await bought_through.start()
            struck, checkouts = await _counted(control)
            await control.delete("/_sandbox/faults")
            again = {each.cart_id: await buyers.ask_again(each) for each in buyers.purchases}
            return judge(
                buyers.purchases,
                await _orders(control),
                again,
                deaths=bought_through.deaths,
                struck=struck,
                checkouts=checkouts,
            )


async def _all(buyers: Buyers, count: int, chance: random.Random) -> None:
    """So many purchases, some at a time."""
    free = asyncio.Semaphore(BUYERS_AT_ONCE)

    async def one(number: int) -> None:
        async with free:
            await buyers.buy(WAYS[chance.randrange(len(WAYS))])
            if sys.stderr.isatty() and number % 100 == 0:
                sys.stderr.write(f"\r{number} ")

    async with asyncio.TaskGroup() as group:
        for number in range(count):
            group.create_task(one(number))


async def _order_faults(control: httpx.AsyncClient, seed: int) -> None:
    faults = [{"calls": "POST */checkout", **fault} for fault in CHECKOUT_FAULTS]
    faults += [{"calls": "GET */carts/*", **fault} for fault in READ_FAULTS]
    (await control.post("/_sandbox/faults", json={"faults": faults, "seed": seed, "racy": True})).raise_for_status()


async def _counted(control: httpx.AsyncClient) -> tuple[int, int]:
    """How many faults struck, and how many checkouts reached Partner Center."""
    rules = (await control.get("/_sandbox/faults")).json()["faults"]
    checkouts = max(rule["matched"] for rule in rules if "checkout" in rule["calls"])
    return sum(rule["struck"] for rule in rules), checkouts


async def _orders(control: httpx.AsyncClient) -> dict[str, set[str]]:
    """Partner Center's orders by cart."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for order in (await control.get("/_sandbox/purchases")).json()["purchases"]:
        found[order["cartId"]].add(order["orderId"])
    return found


async def _orders_of(control: httpx.AsyncClient, cart_id: str) -> int:
    return len((await _orders(control)).get(cart_id, ()))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos.run", description="Purchases under faults and a gateway that is killed."
    )
    parser.add_argument("count", type=int, nargs="?", default=1000, help="how many purchases (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="of all chance but the timing (default: 1)")
    parser.add_argument("--store", help="the gateway's GATEWAY_STORE_URL (default: an SQLite file)")
    parser.add_argument("--broken", action="store_true", help="with a random request id for each attempt: must fail")
    given = parser.parse_args()
    verdict = asyncio.run(
        run(given.count, program=BROKEN if given.broken else GATEWAY, seed=given.seed, store=given.store)
    )
    sys.stdout.write(f"{verdict}\n")
    sys.exit(0 if verdict.is_clean and verdict.attempts <= MOST_ATTEMPTS else 1)


if __name__ == "__main__":
    main()
