"""One cell tried out: a gateway of its own in front of a sandbox of its own, a fault, and what came of it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx

from gateway.app import build_app
from gateway.settings.model import Settings
from tests.faults.cells import CELLS, LONG_S, Cell, End, Kind, Row, Spell
from tests.faults.partner_center import HOST, PartnerCenter
from tests.faults.shop import PRODUCT, Shop, Told

DEADLINE_S = 4.0
LONGER_DEADLINE_S = 8.0
"""Where an attempt at a checkout is given up: it has five seconds to settle before another one begins."""
SEATS, FEWER, MORE = "a1b00001-52f7-4a0e-8d7e-6c1f3b0f9a01", 25, 30
"""A subscription of Alpine's, and its seats before and after a change."""
STRUCK: Mapping[Kind, tuple[str, str]] = {
    "read": ("GET", "*/carts/*"),
    "look-up": ("GET", "products/*"),
    "write": ("PUT", "*/carts/*"),
    "checkout": ("POST", "*/checkout"),
    "change": ("PATCH", "*/subscriptions/*"),
    "cancellation": ("PATCH", "*/orders/*"),
}
"""The calls that a fault strikes, by what is tried."""


@dataclass(frozen=True)
class Seen:
    """How a cell ended, how long that took, and when the calls that it is about were sent."""

    end: End
    took_s: float
    attempts_at: tuple[float, ...]


@dataclass(frozen=True)
class Goods:
    """A cart with one line, an order, and the version of the subscription SEATS."""

    cart_id: str
    order_id: str
    version: str


class Trial:
    """A shop with a little of everything."""

    def __init__(self, partner_center: PartnerCenter, shop: Shop, goods: Goods) -> None:
        self.partner_center = partner_center
        self._shop = shop
        self._goods = goods

    async def strike(self, kind: Kind, spell: Spell, fault: Mapping[str, object], *, everywhere: bool = False) -> None:
        """Orders the fault for the calls of *kind*, or for whatever is called *everywhere* that they go."""
        method, path = STRUCK[kind]
        times = {"times": 1} if spell == "blip" else {}
        await self.partner_center.order({"calls": f"{'*' if everywhere else method} {path}", **fault, **times})

    async def run(self, kind: Kind) -> Seen:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        told = await self._ask(kind)
        took_s = loop.time() - begun
        await self.partner_center.order()
        attempts = [each.at for each in self.partner_center.sent if each.method == STRUCK[kind][0]]
        done = await self._is_done(kind, told)
        return Seen(End(told, len(attempts), done), took_s, tuple(attempts))

    async def _ask(self, kind: Kind) -> Told:
        match kind:
            case "read":
                return await self._shop.read(self._goods.cart_id)
            case "look-up":
                return await self._shop.look_up(PRODUCT)
            case "write":
                return await self._shop.add(self._goods.cart_id, "added")
            case "checkout":
                return await self._shop.check_out(self._goods.cart_id)
            case "change":
                return await self._shop.change_seats(SEATS, self._goods.version, MORE)
            case "cancellation":
                return await self._shop.cancel_order(self._goods.order_id)

    async def _is_done(self, kind: Kind, told: Told) -> bool:
        """Whether the work is there. It is never there twice, and nothing that was there before is lost."""
        match kind:
            case "read" | "look-up":
                return told.code is None
            case "write" | "checkout":
                return await self._is_written(kind)
            case "change":
                quantity = (await self.partner_center.subscription(SEATS))["quantity"]
                assert quantity in {FEWER, MORE}
                return bool(quantity == MORE)
            case "cancellation":
                return await self.partner_center.is_cancelled(self._goods.order_id)

    async def _is_written(self, kind: Kind) -> bool:
        lines = await self.partner_center.lines(self._goods.cart_id)
        orders = await self.partner_center.orders(self._goods.cart_id)
        assert lines in (["first"], ["first", "added"])
        assert len(orders) <= 1
        return "added" in lines if kind == "write" else bool(orders)


Strike = Callable[[Trial, Kind, Spell], Awaitable[None]]


async def tried(row: Row, strike: Strike) -> dict[Cell, Seen]:
    """All cells of a row, at the same time, because some of them wait; each is struck before it is run."""
    async with AsyncExitStack() as stack:
        trials = [await stack.enter_async_context(trial(attempt_s=row.attempt_s)) for _ in CELLS]
        for fresh, cell in zip(trials, CELLS, strict=True):
            await strike(fresh, *cell)
        seen = await asyncio.gather(*(fresh.run(kind) for fresh, (kind, _) in zip(trials, CELLS, strict=True)))
    return dict(zip(CELLS, seen, strict=True))


def assert_as_named(row: Row, seen: Mapping[Cell, Seen], *, late_s: float = 0) -> None:
    """The answer, the work done and the number of attempts are those of the row, at most *late_s* after the deadline."""
    ends = {cell: row.end(cell) for cell in seen}
    assert {cell: (each.end.told, each.end.done) for cell, each in seen.items()} == {
        cell: (end.told, end.done) for cell, end in ends.items()
    }
    assert {cell: each.end.attempts for cell, each in seen.items() if each.end.attempts > ends[cell].attempts} == {}
    longest_s = deadline_s(row.attempt_s) + late_s
    assert {cell: each.took_s for cell, each in seen.items() if each.took_s > longest_s} == {}


def deadline_s(attempt_s: float) -> float:
    return DEADLINE_S if attempt_s >= LONG_S else LONGER_DEADLINE_S


async def struck(kind: Kind, spell: Spell, fault: Mapping[str, object]) -> Seen:
    """One cell of a fault that has no row of its own."""
    async with trial() as fresh:
        await fresh.strike(kind, spell, fault)
        return await fresh.run(kind)


@asynccontextmanager
async def trial(*, attempt_s: float = LONG_S) -> AsyncGenerator[Trial]:
    partner_center = PartnerCenter()
    settings = Settings(upstream_url=f"https://{HOST}", attempt_s=attempt_s, deadline_s=deadline_s(attempt_s))
    app = build_app(settings, transport=partner_center)
    headers = {"Authorization": f"Bearer {partner_center.sandbox.demo_token()}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway", headers=headers) as http,
    ):
        shop = Shop(http)
        version: str = (await shop.see(SEATS)).value["version"]
        goods = Goods(await partner_center.new_cart("first"), await partner_center.new_order(), version)
        partner_center.sent.clear()
        yield Trial(partner_center, shop, goods)
    await partner_center.end()
