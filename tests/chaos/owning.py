"""Many changes of seats under faults, double clicks and two gateways that are killed: `python -m tests.chaos.owning 200`.

The faults strike almost a third of all changes, half of them after the work is done; some changes arrive after the gateway gave
up waiting. Then everything is compared, and the run fails unless every change that somebody was told of is
there, and nothing that was made was denied.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.chaos.owners import WAYS, Owned, Owners, Way
from tests.chaos.programs import BROKEN, GATEWAY, GatewayProgram, client, gateway, sandbox

OWNERS_AT_ONCE = 32
ROUNDS = 4

CHANGE_FAULTS: Sequence[dict[str, object]] = [
    {"fault": "reset", "when": "before", "share": 0.04},
    {"fault": "reset", "when": "after", "share": 0.05},
    {"fault": "truncate", "when": "after", "share": 0.03},
    {"fault": "500", "when": "before", "share": 0.04},
    {"fault": "502", "when": "after", "html": True, "share": 0.03},
    {"fault": "malformed", "when": "after", "share": 0.02},
    {"fault": "503", "when": "before", "share": 0.02},
    {"fault": "429", "when": "before", "share": 0.02},
    {"fault": "409", "code": 900278, "when": "before", "share": 0.02},
    {"fault": "hang", "seconds": 3, "when": "after", "share": 0.01},
]
LATE: Sequence[dict[str, object]] = [
    {"fault": "delay", "seconds": 3.0, "when": "before", "share": 0.03},
]
"""Changes that arrive after the gateway gave up waiting, but while it still expects them."""
TOO_LATE: Sequence[dict[str, object]] = [
    {"fault": "delay", "seconds": 7.5, "when": "before", "share": 0.3},
]
"""Changes that arrive when nobody expects them any more: only their request id says that they were made already."""
LATEST_S = 7.5
READ_FAULTS: Sequence[dict[str, object]] = [
    {"fault": "reset", "when": "before", "share": 0.05},
    {"fault": "500", "when": "before", "share": 0.05},
    {"fault": "truncate", "when": "after", "share": 0.05},
    {"fault": "429", "when": "before", "share": 0.03},
    {"fault": "null", "when": "after", "share": 0.02},
]


@dataclass
class Verdict:
    """Every list must be empty."""

    owners: int
    made: int
    deaths: int
    struck: int
    undone: list[str] = field(default_factory=list[str])
    falsely_denied: list[str] = field(default_factory=list[str])
    both: list[str] = field(default_factory=list[str])
    odd: list[str] = field(default_factory=list[str])

    @property
    def is_clean(self) -> bool:
        return not (self.undone or self.falsely_denied or self.both or self.odd)

    def __str__(self) -> str:
        counted = {
            "owners": self.owners,
            "changes made": self.made,
            "gateways killed": self.deaths,
            "faults struck": self.struck,
            "made and not there": len(self.undone),
            "falsely said not done": len(self.falsely_denied),
            "two changes of one version": len(self.both),
            "answers nobody should get": len(self.odd),
        }
        examples = [
            f"  {each}" for found in (self.undone, self.falsely_denied, self.both, self.odd) for each in found[:3]
        ]
        return "\n".join([*(f"{name:>34}  {count}" for name, count in counted.items()), *examples])


async def run(
    count: int,
    *,
    program: Sequence[str] = GATEWAY,
    seed: int = 1,
    death_every_s: float = 4.0,
    store: str | None = None,
    is_too_late: bool = False,
) -> Verdict:
    """*store* is that of both gateways; a file of its own unless it is said.

    With *is_too_late* some changes arrive when nobody expects them any more. Where two people change one thing at the
    same moment that can undo one of them, so each owner does one thing after the other then.
    """
    chance = random.Random(seed)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        partner_center = await stack.enter_async_context(sandbox())
        address = store or f"sqlite:{Path(folder) / 'store.sqlite'}"
        replicas = [
            await stack.enter_async_context(gateway(program, upstream=partner_center.address, store=address))
            for _ in range(2)
        ]
        control = await stack.enter_async_context(client(partner_center.address))
        shops = [await stack.enter_async_context(client(each.address)) for each in replicas]
        ways: Sequence[Way] = ("single",) if is_too_late else WAYS
        owners = Owners(shops, control, token=partner_center.token, chance=chance, ways=ways)
        await _order_faults(control, TOO_LATE if is_too_late else [*CHANGE_FAULTS, *LATE], seed)
        killing = [asyncio.create_task(each.die_now_and_then(chance, every_s=death_every_s)) for each in replicas]
        await _all(owners, count)
        for each in killing:
            each.cancel()
        await asyncio.gather(*killing, return_exceptions=True)
        struck = await _struck(control)
        await asyncio.sleep(LATEST_S)  # until the last of the late changes has arrived
        return await _judged(owners, replicas, struck)


async def _all(owners: Owners, count: int) -> None:
    free = asyncio.Semaphore(OWNERS_AT_ONCE)

    async def one() -> None:
        async with free:
            await owners.own(rounds=ROUNDS)

    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            group.create_task(one())


async def _order_faults(control: httpx.AsyncClient, of_changes: Sequence[dict[str, object]], seed: int) -> None:
    faults = [{"calls": "PATCH */subscriptions/*", **fault} for fault in of_changes]
    faults += [{"calls": "GET */subscriptions/*", **fault} for fault in READ_FAULTS]
    answer = await control.post("/_sandbox/faults", json={"faults": faults, "seed": seed, "racy": True})
    answer.raise_for_status()


async def _struck(control: httpx.AsyncClient) -> int:
    rules = (await control.get("/_sandbox/faults")).json()["faults"]
    return sum(rule["struck"] for rule in rules)


async def _judged(owners: Owners, replicas: Sequence[GatewayProgram], struck: int) -> Verdict:
    verdict = Verdict(
        owners=len(owners.owned),
        made=sum(each.made for each in owners.owned),
        deaths=sum(each.deaths for each in replicas),
        struck=struck,
    )
    for each in owners.owned:
        verdict.undone += [*each.undone, *await _gone(owners, each)]
        verdict.falsely_denied += each.falsely_denied
        verdict.both += each.both
        verdict.odd += each.odd
    return verdict


async def _gone(owners: Owners, owned: Owned) -> list[str]:
    return [] if await owners.is_as_told(owned) else [f"{owned.id}: {owned} in the end"]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos.owning", description="Changes of seats under faults and gateways that are killed."
    )
    parser.add_argument("count", type=int, nargs="?", default=100, help="how many owners (default: 100)")
    parser.add_argument("--seed", type=int, default=1, help="of all chance but the timing (default: 1)")
    parser.add_argument("--store", help="the gateways' GATEWAY_STORE_URL (default: an SQLite file)")
    parser.add_argument("--too-late", action="store_true", help="some changes arrive when nobody expects them any more")
    parser.add_argument(
        "--broken", action="store_true", help="with a random request id for each change: fails with --too-late"
    )
    given = parser.parse_args()
    program = BROKEN if given.broken else GATEWAY
    verdict = asyncio.run(
        run(given.count, program=program, seed=given.seed, store=given.store, is_too_late=given.too_late)
    )
    sys.stdout.write(f"{verdict}\n")
    sys.exit(0 if verdict.is_clean else 1)


if __name__ == "__main__":
    main()
