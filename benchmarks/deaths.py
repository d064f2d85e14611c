"""What is lost when one of several replicas is killed while shops buy and show pages."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from benchmarks.replicas import Stack
from benchmarks.shops import ORDERS_OF_A_PURCHASE, Tally, buy, show_pages
from gateway.schema.node import Kind, parts_of

_KILLED_AFTER = 0.3
"""The share of the time after which the replica is killed."""


@dataclass(frozen=True)
class Death:
    """What shops got, compared with what Partner Center has. `shown` are pages by POST and by GET."""

    bought: Tally
    shown: tuple[Tally, Tally]
    passed_on: Counter[str]
    """Requests that nginx sent to another replica too, by method and final status."""
    repeats: int
    """Calls that Partner Center recognised by their MS-RequestId."""
    ordered_twice: int
    """Carts with more orders than lines."""
    differing: int
    """Purchases that were acknowledged with other orders than the cart has."""
    unacknowledged: int
    """Carts with orders that no shop was given."""
    left_over: int
    """Carts that no shop was given."""

    def __str__(self) -> str:
        bought, (posted, got) = self.bought, self.shown
        waits = ", ".join(f"{each:.1f}" for each in sorted(bought.interrupted_s)) or "-"
        return (
            f"One replica killed under load:\n"
            f"  purchases: {len(bought.purchases)} acknowledged, {bought.unfinished} not; {self.ordered_twice} ordered "
            f"twice, {self.differing} with other orders than acknowledged, {self.unacknowledged} ordered without "
            f"acknowledgement, {self.left_over} carts left over\n"
            f"  mutations without an answer: {_listed(bought.failures)}; {self.repeats} calls repeated at Partner Center; "
            f"acknowledged s after the first attempt: {waits}\n"
            f"  pages by POST: {len(posted.seconds)} shown, failed: {_listed(posted.failures)}\n"
            f"  pages by GET: {len(got.seconds)} shown, failed: {_listed(got.failures)}\n"
            f"  nginx passed on to another replica: {_listed(self.passed_on)}"
        )


async def kill_one(stack: Stack, shops: int, carts: Callable[[int], Iterator[int]], *, seconds: float) -> Death:
    """Kills a replica with SIGKILL under a load of *seconds*: half of the *shops* buy, the others show pages of *carts*."""
    until = time.monotonic() + seconds
    earlier_lines, before = _tried(stack), await _report(stack)
    loads = asyncio.gather(
        buy(stack.address, shops // 2, until=until),
        show_pages(stack.address, shops // 4, carts, until=until),
        show_pages(stack.address, shops // 4, carts, until=until, method="GET"),
    )
    await asyncio.sleep(seconds * _KILLED_AFTER)
    stack.replicas[0].process.kill()
    bought, posted, got = await loads
    return _compared(bought, (posted, got), _tried(stack) - earlier_lines, before, await _report(stack))


def _compared(
    bought: Tally,
    shown: tuple[Tally, Tally],
    passed_on: Counter[str],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> Death:
    orders: dict[str, list[str]] = {cart: ids for cart, ids in after["orders"].items() if cart not in before["orders"]}
    acknowledged = {_cart_id(node): ids for node, ids in bought.purchases}
    carts = set(after["carts"]) - set(before["carts"])
    return Death(
        bought,
        shown,
        passed_on,
        repeats=after["repeats"] - before["repeats"],
        ordered_twice=sum(len(ids) > ORDERS_OF_A_PURCHASE for ids in orders.values()),
        differing=sum(set(orders.get(cart, ())) != ids for cart, ids in acknowledged.items()),
        unacknowledged=len(orders.keys() - acknowledged.keys()),
        left_over=len(carts - acknowledged.keys()),
    )


def _cart_id(node: str) -> str:
    parts = parts_of(Kind.CART, node)
    return "" if parts is None else parts[1]


async def _report(stack: Stack) -> Mapping[str, Any]:
    async with httpx.AsyncClient() as client:
        report: Mapping[str, Any] = (await client.get(f"{stack.partner_center}/report")).json()
    return report


def _tried(stack: Stack) -> Counter[str]:
    lines = (line.split(" ", 2) for line in stack.access_log.read_text("utf-8").splitlines())
    return Counter(f"{method} {status}" for method, status, replicas in lines if "," in replicas)


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{number} x {what}" for what, number in counted.most_common()) or "none"
