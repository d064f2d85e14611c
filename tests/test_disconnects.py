"""A caller that hangs up, seen from Partner Center: queries make no further calls, and what was begun to be bought is bought.

The gateway and its upstream are on sockets of their own, but in this process: when none of the gateway's tasks is left,
nothing can be sent any more.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
import pytest
import uvicorn

from gateway.app import build_app, utc_now
from gateway.dev.in_process import InProcess
from gateway.sandbox.app import Sandbox
from gateway.schema.node import Kind, node_id
from gateway.server.connections import Connection, limited
from gateway.server.limits import ConnectionLimits
from gateway.settings.model import Settings
from tests.shop_ids import CONTOSO, DEMO_CART

THIRTY = (
    "{" + " ".join(f'p{n}: product(by: {{partnerCenterId: "CFQ7TTC0{n:04}"}}) {{ title }}' for n in range(30)) + "}"
)
ONE = '{ product(by: {partnerCenterId: "CFQ7TTC00000"}) { title } }'
OTHER = '{ product(by: {partnerCenterId: "CFQ7TTC0OTHER"}) { title } }'
CART_PAGE = (
    f'{{ cart(by: {{ id: "{node_id(Kind.CART, CONTOSO, DEMO_CART)}" }}) {{ lineItems {{ product {{ title }} }} }} }}'
)
A_CART = {
    "id": DEMO_CART,
    "lineItems": [
        {"id": 0, "catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971", "quantity": 1, "billingCycle": "monthly"}
    ],
}


class Upstream:
    """A Partner Center on a socket: it holds each call until it is told to answer, and notes which were given up."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.given_up = 0
        self.status = 200
        self.may_answer = asyncio.Event()
        self._changed = asyncio.Condition()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._note(head.split()[1].decode().partition("?")[0])
                await self._until_it_may_answer(reader)
                body = self._body(self.asked[-1])
                told = f"HTTP/1.1 {self.status} Told\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(told.encode() + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with self._changed:
            await self._changed.wait_for(holds)

    async def _note(self, path: str) -> None:
        async with self._changed:
            self.asked.append(path.rpartition("/")[2])
            self._changed.notify_all()

    async def _until_it_may_answer(self, reader: asyncio.StreamReader) -> None:
        answering, gone = asyncio.create_task(self.may_answer.wait()), asyncio.create_task(reader.read(1))
        await asyncio.wait([answering, gone], return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            answering.cancel()
            async with self._changed:
                self.given_up += 1
                self._changed.notify_all()
            raise ConnectionResetError
        gone.cancel()
        await asyncio.wait([gone])

    def _body(self, name: str) -> bytes:
        return json.dumps(A_CART if name == DEMO_CART else {"id": name, "title": "A product"}).encode()


@pytest.fixture
async def upstream() -> Upstream:
    return Upstream()


class Gone:
    """A gateway on a socket, and callers of it that hang up."""

    def __init__(self, server: uvicorn.Server, headers: dict[str, str]) -> None:
        self._server = server
        self._headers = headers
        self._port: int = server.servers[0].sockets[0].getsockname()[1]
        self._before = asyncio.all_tasks()

    async def call(self, document: str, variables: object = None) -> asyncio.StreamWriter:
        """Sends an operation; whoever closes what is given has gone."""
        _, writer = await asyncio.open_connection("127.0.0.1", self._port)
        body = json.dumps({"query": document, "variables": variables}).encode()
        headers = {
            **self._headers,
            "Host": "localhost",
            "Content-Type": "application/json",
            "Content-Length": len(body),
        }
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        writer.write(f"POST /graphql HTTP/1.1\r\n{''.join(lines)}\r\n".encode() + body)
        return writer

    async def ask(self, document: str, variables: object = None) -> dict[str, object]:
        async with httpx.AsyncClient(headers=self._headers, timeout=10) as http:
            address = f"http://127.0.0.1:{self._port}/graphql"
            answer: dict[str, object] = (
                await http.post(address, json={"query": document, "variables": variables})
            ).json()
            return answer

    async def until_connected(self, number: int) -> None:
        """Until so many connections are open."""
        while len(self._server.server_state.connections) != number:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0)

    async def until_nothing_is_left(self) -> None:
        """Until no request is worked on, and no task is there that was not there before."""
        while self._server.server_state.tasks or self._server.server_state.connections:  # noqa: ASYNC110
            await asyncio.sleep(0)
        while {task for task in asyncio.all_tasks() - self._before if not _is_upstreams(task)}:  # noqa: ASYNC110
            await asyncio.sleep(0)


def _is_upstreams(task: asyncio.Task[object]) -> bool:
    return "Upstream" in repr(task.get_coro())


@asynccontextmanager
async def serving(
    settings: Mapping[str, object],
    transport: httpx.AsyncBaseTransport | None = None,
    *,
    token: str = "a-token",
    now: Callable[[], datetime] = utc_now,
) -> AsyncGenerator[Gone]:
    given = {"mode": "development", "limit_root_fields": 50, **settings}
    app = build_app(Settings.model_validate(given), transport=transport, now=now)
    config = uvicorn.Config(
        app, http=limited(Connection, ConnectionLimits()), port=0, log_config=None, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    work = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0)
    try:
        yield Gone(server, {"Authorization": f"Bearer {token}"})
    finally:
        server.should_exit = True
        await work


@asynccontextmanager
async def over(upstream: Upstream, **settings: object) -> AsyncGenerator[Gone]:
    """A gateway that calls *upstream* as it calls Partner Center, two calls at once."""
    async with await asyncio.start_server(upstream.serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        given = {"upstream_url": f"http://127.0.0.1:{port}", "upstream_concurrency": 2, **settings}
        async with asyncio.timeout(60), serving(given) as gateway:
            yield gateway


async def test_a_query_of_thirty_look_ups_stops_where_its_caller_left(upstream: Upstream) -> None:
    """The two calls in flight are given up, and the 28 that wait for their turn are never sent."""
    async with over(upstream) as gateway:
        caller = await gateway.call(THIRTY)
        await upstream.until(lambda: len(upstream.asked) == 2)

        caller.close()
        await upstream.until(lambda: upstream.given_up == 2)
        await gateway.until_nothing_is_left()
        upstream.may_answer.set()
        answer = await gateway.ask(OTHER)

    assert answer["data"] == {"product": {"title": "A product"}}
    assert upstream.asked[2:] == ["CFQ7TTC0OTHER"]


async def test_a_cart_page_does_not_go_on_without_its_caller(upstream: Upstream) -> None:
    """The cart and its customer are given up, and no item is read for a caller that left while they were."""
    async with over(upstream) as gateway:
        caller = await gateway.call(CART_PAGE)
        await upstream.until(lambda: len(upstream.asked) == 2)

        caller.close()
        await gateway.until_nothing_is_left()

    assert (sorted(upstream.asked), upstream.given_up) == (sorted([DEMO_CART, CONTOSO]), 2)


async def test_retries_stop_with_the_caller(upstream: Upstream) -> None:
    """A caller that leaves between two attempts is not tried for again."""
    upstream.status = 503
    upstream.may_answer.set()
    async with over(upstream) as gateway:
        caller = await gateway.call(ONE)
        await upstream.until(lambda: len(upstream.asked) == 1)

        caller.close()
        await gateway.until_nothing_is_left()

    assert len(upstream.asked) < 4  # as many as there are attempts for a caller that stays


async def test_a_look_up_goes_on_for_others_who_wait_for_it(upstream: Upstream) -> None:
    """One of two callers of a look-up hangs up; the other has the answer of the one call."""
    async with over(upstream) as gateway:
        leaving = await gateway.call(ONE)
        await upstream.until(lambda: len(upstream.asked) == 1)
        staying = asyncio.create_task(gateway.ask(ONE + " # and waits"))
        second = await gateway.call(OTHER)
        await upstream.until(lambda: len(upstream.asked) == 2)  # whoever asked before that waits by now

        leaving.close()
        second.close()
        await upstream.until(lambda: upstream.given_up == 1)
        upstream.may_answer.set()
        answer = await staying

    assert answer["data"] == {"product": {"title": "A product"}}
    assert upstream.asked == ["CFQ7TTC00000", "CFQ7TTC0OTHER"]


async def test_what_waits_to_begin_goes_with_its_caller(upstream: Upstream) -> None:
    """A mutation that has not begun is dropped, as a query is."""
    mutation = (
        f'mutation {{ checkoutCart(input: {{ cartId: "{node_id(Kind.CART, CONTOSO, DEMO_CART)}" }}) {{ replayed }} }}'
    )
    async with over(upstream, limit_requests=1) as gateway:
        first = await gateway.call(ONE)
        await upstream.until(lambda: len(upstream.asked) == 1)
        waiting = await gateway.call(mutation)
        await gateway.until_connected(2)

        waiting.close()
        await gateway.until_connected(1)
        first.close()
        await gateway.until_nothing_is_left()

    assert upstream.asked == ["CFQ7TTC00000"]


async def test_a_thousand_callers_that_left_leave_nothing(upstream: Upstream) -> None:
    """No task and no look-up is left of them, and no place in a queue is taken."""
    async with over(upstream, limit_requests=1_000, limit_waiting=1_000) as gateway:
        for _ in range(10):
            callers = [await gateway.call(ONE if number % 10 else THIRTY) for number in range(100)]
            await upstream.until(lambda: len(upstream.asked) - upstream.given_up == 2)
            for caller in callers:
                caller.close()
            await gateway.until_nothing_is_left()
            await upstream.until(lambda: len(upstream.asked) == upstream.given_up)
        upstream.may_answer.set()
        answer = await gateway.ask(THIRTY)

    assert "errors" not in answer


class Gate(httpx.AsyncBaseTransport):
    """The way to the sandbox. Calls of one method wait at it."""

    def __init__(self, sandbox: Sandbox, method: str) -> None:
        self._sandbox = InProcess(sandbox)
        self._method = method
        self.reached, self.may_pass = asyncio.Event(), asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == self._method:
            self.reached.set()
            await self.may_pass.wait()
        return await self._sandbox.handle_async_request(request)


CART_ID = node_id(Kind.CART, CONTOSO, DEMO_CART)
CHECK_OUT = f"""mutation {{
  checkoutCart(input: {{ cartId: "{CART_ID}" }}) {{ result {{ orders {{ partnerCenterId }} }} replayed }}
}}"""
ADD = f"""mutation {{
  addCartLineItems(input: {{ cartId: "{CART_ID}", lineItems: [{{
    catalogItemId: "CFQ7TTC0LH18:0001:CFQ7TTC0K971", quantity: 7, billingCycle: MONTHLY, termDuration: "P1Y"
  }}] }}) {{ errors {{ message }} }}
}}"""
QUANTITIES = f'{{ cart(by: {{ id: "{CART_ID}" }}) {{ lineItems {{ quantity }} }} }}'


@asynccontextmanager
async def begun(sandbox: Sandbox, document: str, method: str) -> AsyncGenerator[Gone]:
    """A gateway in front of the sandbox, whose caller left while a write was on its way; it has ended since."""
    gate = Gate(sandbox, method)
    upstream, token = {"upstream_url": "http://127.0.0.1"}, sandbox.demo_token()
    async with asyncio.timeout(30), serving(upstream, gate, token=token, now=sandbox.now) as gateway:
        caller = await gateway.call(document)
        await gate.reached.wait()
        caller.close()
        await gateway.until_connected(0)
        gate.may_pass.set()
        await gateway.until_nothing_is_left()
        yield gateway


async def test_a_checkout_that_has_begun_is_finished(sandbox: Sandbox) -> None:
    """Its orders are recorded: the same call gets them again, and orders nothing."""
    async with begun(sandbox, CHECK_OUT, "POST") as gateway:
        first = await gateway.ask(CHECK_OUT)
        second = await gateway.ask(CHECK_OUT)
        transport = httpx.ASGITransport(sandbox)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as behind:
            placed = (await behind.get("/_sandbox/purchases")).json()["purchases"]

    assert first == second
    assert [order["orderId"] for order in placed if order["cartId"]] == orders_of(first)
    assert "'replayed': True" in repr(first)


def orders_of(answer: dict[str, object]) -> list[str]:
    return re.findall(r"'partnerCenterId': '([^']+)'", repr(answer))


async def test_a_change_of_a_cart_that_has_begun_is_finished(sandbox: Sandbox) -> None:
    """The line is in the cart, once."""
    async with begun(sandbox, ADD, "PUT") as gateway:
        answer = await gateway.ask(QUANTITIES)

    assert repr(answer).count("'quantity': 7}") == 1
