"""Partner Center is gone for a while, for the programs as they are started: told at once, and over soon after it is back."""

import asyncio
import signal
import socket
import statistics
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from tests.chaos.programs import GATEWAY, client, gateway, start
from tests.faults.shop import LINE, Shop, Told
from tests.shop_ids import CONTOSO

EVERY_S, CARTS = 0.1, 90
MEDIAN_S = 1.0
BACK_WITHIN_S = 15.0
NOTICED_AFTER_S = 3.0
"""By then the gateway asks no more than now and then."""
MOST_PROBES_A_SECOND = 4


class PartnerCenter:
    """The sandbox as a program, on a port that it keeps; killed, it begins anew."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: asyncio.subprocess.Process | None = None

    async def begin(self) -> None:
        self._process = await start(*GATEWAY, "sandbox", "--port", str(self.port))
        assert self._process.stderr is not None
        while b"Against it" not in await self._process.stderr.readline():
            pass

    def send(self, signal_: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(signal_)

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.communicate()

    async def customer(self, gateway: httpx.AsyncClient) -> "Customer":
        """Somebody who is signed in, and has carts."""
        async with client(self.address) as behind:
            token = (await behind.delete("/_sandbox/tokens")).json()["demoToken"]
            behind.headers["Authorization"] = gateway.headers["Authorization"] = f"Bearer {token}"
            return Customer(Shop(gateway), [await _new_cart(behind) for _ in range(CARTS)])


@asynccontextmanager
async def killed(partner_center: PartnerCenter, _: list[float]) -> AsyncGenerator[None]:
    await partner_center.kill()
    yield
    await partner_center.begin()


@asynccontextmanager
async def frozen(partner_center: PartnerCenter, _: list[float]) -> AsyncGenerator[None]:
    """Connections come about, and nothing is answered."""
    partner_center.send(signal.SIGSTOP)
    yield
    partner_center.send(signal.SIGCONT)


@asynccontextmanager
async def hanging_up(partner_center: PartnerCenter, calls: list[float]) -> AsyncGenerator[None]:
    """In its place is somebody who closes every connection, and notes when it came."""

    def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(time.monotonic())
        writer.close()

    await partner_center.kill()
    server = await asyncio.start_server(note, "127.0.0.1", partner_center.port)
    yield
    server.close()
    await server.wait_closed()
    await partner_center.begin()


@dataclass(frozen=True)
class Customer:
    """Someone in the shop, and the carts that were filled for him."""

    shop: Shop
    carts: Sequence[str]

    async def come(self, number: int) -> tuple[Told, float]:
        """The reader, the writer or the buyer of a cart, in turn; what he was told and how long it took."""
        begun, cart = time.monotonic(), self.carts[number]
        match number % 3:
            case 0:
                told = await self.shop.read(cart)
            case 1:
                told = await self.shop.add(cart, "added")
            case _:
                told = await self.shop.check_out(cart)
        return told, time.monotonic() - begun

    async def come_steadily(self, *, for_s: float) -> list[tuple[Told, float]]:
        coming: list[asyncio.Task[tuple[Told, float]]] = []
        for number in range(round(for_s / EVERY_S)):
            coming.append(asyncio.create_task(self.come(number)))
            await asyncio.sleep(EVERY_S)
        return await asyncio.gather(*coming)


@pytest.fixture
async def partner_center() -> AsyncGenerator[PartnerCenter]:
    partner_center = PartnerCenter()
    await partner_center.begin()
    yield partner_center
    await partner_center.kill()


@pytest.fixture
async def http(partner_center: PartnerCenter) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of a gateway in front of it."""
    async with (
        gateway(GATEWAY, upstream=partner_center.address, store="memory:") as program,
        client(program.address) as http,
    ):
        yield http


async def _new_cart(behind: httpx.AsyncClient) -> str:
    lines = [{**LINE, "billingCycle": "one_time"}]
    cart_id: str = (await behind.post(f"/v1/customers/{CONTOSO}/carts", json={"lineItems": lines})).json()["id"]
    return cart_id


Away = Callable[[PartnerCenter, list[float]], AbstractAsyncContextManager[None]]


@pytest.mark.parametrize(
    ("away", "for_s"),
    [
        pytest.param(killed, 4, id="killed"),
        pytest.param(frozen, 8, id="frozen"),
        pytest.param(hanging_up, 5, id="hanging up"),
    ],
)
async def test_an_outage_is_reported_at_once_and_its_end_is_noticed_soon(
    partner_center: PartnerCenter, http: httpx.AsyncClient, away: Away, for_s: float
) -> None:
    """Half of all answers come within a second, nothing is ordered, and meanwhile the gateway is ready for what comes."""
    customer = await partner_center.customer(http)
    calls: list[float] = []
    async with away(partner_center, calls):
        begun = time.monotonic()
        answers = await customer.come_steadily(for_s=for_s)
        ended = time.monotonic()
        ready = await http.get("/ready")

    back_after_s = await _seconds_until_served(await partner_center.customer(http))

    assert statistics.median(took_s for _, took_s in answers) <= MEDIAN_S
    assert {told.code for told, _ in answers} <= {"UPSTREAM_UNAVAILABLE", "UPSTREAM_TIMEOUT"}
    assert {(told.retryable, told.outcome) for told, _ in answers} == {(True, None), (True, "NOT_PLACED")}
    assert ready.status_code == 200
    assert back_after_s <= BACK_WITHIN_S
    probes = [at for at in calls if at >= begun + NOTICED_AFTER_S]
    assert len(probes) <= MOST_PROBES_A_SECOND * (ended - begun - NOTICED_AFTER_S)


async def _seconds_until_served(customer: Customer) -> float:
    """Until a reader, a writer and a buyer all get what they want."""
    begun = time.monotonic()
    while any([(await customer.come(number))[0].code for number in range(3)]):
        assert time.monotonic() - begun <= BACK_WITHIN_S
        await asyncio.sleep(EVERY_S)
    return time.monotonic() - begun
