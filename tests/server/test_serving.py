"""How the gateway stops, and what happens to a purchase meanwhile: real processes, sockets and signals."""

import gc
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest
from starlette.responses import PlainTextResponse
from uvicorn.lifespan.off import LifespanOff

from gateway.server.serving import Server, address_of, descriptors, listen
from tests.loopback import Gate, serving
from tests.programs import environment, running
from tests.shop import Shop, open_shop, until

Running = AbstractContextManager[tuple[str, subprocess.Popen[str]]]
Program = Callable[[], Running]

_END_S = 20
"""Less than the grace for requests and than the time of idle connections."""
_RESET = struct.pack("ii", 1, 0)


@pytest.fixture(scope="module")
def opened() -> Generator[Shop]:
    with open_shop() as shop:
        yield shop


@pytest.fixture
def shop(opened: Shop) -> Shop:
    """In its initial state."""
    opened.reset()
    return opened


@pytest.fixture
def gate(shop: Shop) -> Generator[Gate]:
    """Holds checkouts on their way to the sandbox until it is opened."""
    gate = Gate(shop.address, "/checkout")
    yield gate
    gate.is_open.set()


@pytest.fixture
def upstream(gate: Gate) -> Generator[str]:
    with serving(gate) as address:
        yield address


@pytest.fixture(params=[pytest.param("1", id="one process"), pytest.param("2", id="two processes")])
def gateway(request: pytest.FixtureRequest, upstream: str, tmp_path: Path) -> Program:
    """Starts the gateway against the shop's sandbox behind the gate."""
    return partial(
        running,
        "serve",
        GATEWAY_UPSTREAM_URL=upstream,
        GATEWAY_WORKERS=str(request.param),
        GATEWAY_STORE_URL=f"sqlite:{tmp_path / 'store.sqlite'}",
    )


def test_a_checkout_in_flight_is_finished_before_the_end(shop: Shop, gate: Gate, gateway: Program) -> None:
    """After SIGTERM its caller gets the answer, new connections are refused, and the program exits with 0 and no output."""
    with gateway() as (address, process), ThreadPoolExecutor() as beside:
        query = shop.checkout_of_the_demo_cart(address)
        answer = beside.submit(shop.send, address, query)
        assert gate.reached.wait(20)

        process.send_signal(signal.SIGTERM)
        until(lambda: not _accepts(address), "new connections are refused")
        is_refused_meanwhile = not answer.done()
        gate.is_open.set()
        payload = answer.result()["data"]["checkoutCart"]
        code, output = _end(process)

    assert is_refused_meanwhile
    assert (payload["replayed"], payload["errors"]) == (False, [])
    assert [order["partnerCenterId"] for order in payload["result"]["orders"]] == shop.orders()
    assert (code, output) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_idle_connections_do_not_delay_the_end(gateway: Program, number: signal.Signals) -> None:
    """Neither one that was used before, nor a new one."""
    with gateway() as (address, process), httpx.Client() as client, _connected(address):
        client.get(f"{address}/health")

        process.send_signal(number)
        code, output = _end(process)

    assert (code, output) == (0, "")


def test_a_second_signal_kills_the_program(shop: Shop, gate: Gate, gateway: Program) -> None:
    """Whatever is in flight: a purchase is left as after a crash."""
    with gateway() as (address, process), ThreadPoolExecutor() as beside:
        answer = beside.submit(shop.send, address, shop.checkout_of_the_demo_cart(address))
        assert gate.reached.wait(20)

        process.send_signal(signal.SIGTERM)
        until(lambda: not _accepts(address), "the first signal has come")
        process.send_signal(signal.SIGTERM)
        code, _ = _end(process)
        cut_off = answer.exception()
    gate.is_open.set()
    until(lambda: bool(shop.orders()), "what was sent is done")

    assert code == -signal.SIGTERM
    assert isinstance(cut_off, httpx.TransportError)


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_can_be_stopped_while_it_starts(number: signal.Signals, workers: str, tmp_path: Path) -> None:
    """Promptly and without output, by an exit with 0 or by the signal."""
    command = [sys.executable, "-m", "gateway", "serve", "--port", "0", "--workers", workers]
    around = environment(GATEWAY_STORE_URL=f"sqlite:{tmp_path / 'store.sqlite'}")
    with subprocess.Popen(command, env=around, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        welcome = process.stderr.readline()

        process.send_signal(number)
        code, output = _end(process)

    assert "Partner Center Gateway at" in welcome
    assert (code in {0, -signal.SIGTERM}, output) == (True, "")


_STOPPED_AT_ONCE = """
import signal
from functools import partial
from gateway.server.serving import listen
from tests.server.slow_server import serve

with listen("127.0.0.1", 0) as listener:
    serve(listener, workers={workers}, announce=partial(signal.raise_signal, {number}))
"""


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_counts_from_the_moment_the_address_is_announced(number: signal.Signals, workers: int) -> None:
    program = _STOPPED_AT_ONCE.format(workers=workers, number=number.value)
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True) as process:
        assert _end(process) == (0, "")


def test_a_caller_that_goes_away_cancels_no_purchase(shop: Shop, gate: Gate, gateway: Program) -> None:
    """The order is placed, and a repeated checkout says so."""
    with gateway() as (address, _):
        query = shop.checkout_of_the_demo_cart(address)
        with _connected(address) as connection:
            connection.sendall(_request(address, shop, query))
            assert gate.reached.wait(20)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        placed_before = shop.orders()
        gate.is_open.set()

        payload = shop.send(address, query)["data"]["checkoutCart"]

    assert placed_before == []
    assert payload["replayed"] is True
    assert [order["partnerCenterId"] for order in payload["result"]["orders"]] == shop.orders()


def test_further_descriptors_never_make_the_listener_block() -> None:
    """A process that accepts at that moment would wait for the next connection, and serve no request meanwhile."""
    with listen("127.0.0.1", 0) as listener:
        listener.setblocking(False)
        opened = descriptors(listener)
        blocking = {os.get_blocking(each.fileno()) for each in opened}
        for each in opened[1:]:
            each.close()

    assert len(opened) == 16
    assert blocking == {False}


async def test_objects_from_the_start_are_never_traversed_by_collections() -> None:
    """Otherwise each full collection would stop all requests for a tenth of a second."""
    with listen("127.0.0.1", 0) as listener:
        server = Server(PlainTextResponse("fine"), keep_alive_s=75)
        server.config.load()
        server.lifespan = LifespanOff(server.config)
        gc.unfreeze()  # objects of earlier tests
        before = gc.get_freeze_count()

        await server.startup([listener])

        frozen = gc.get_freeze_count()
        await server.shutdown([listener])
        gc.unfreeze()
    assert frozen > before + 10_000


def test_the_address_of_all_interfaces_is_shown_as_loopback() -> None:
    """Some browsers cannot open 0.0.0.0, and the gateway does not take it for this machine."""
    with socket.socket() as bound:
        bound.bind(("0.0.0.0", 0))  # not listening

        assert address_of(bound) == f"http://127.0.0.1:{bound.getsockname()[1]}"


def _request(address: str, shop: Shop, query: dict[str, str]) -> bytes:
    request = httpx.Request("POST", f"{address}/graphql", content=msgspec.json.encode(query), headers=shop.headers)
    request.headers["Content-Type"] = "application/json"
    lines = [b"POST /graphql HTTP/1.1", *(name + b": " + value for name, value in request.headers.raw)]
    return b"\r\n".join([*lines, b"", request.content])


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=5)


def _accepts(address: str) -> bool:
    try:
        _connected(address).close()
    except ConnectionError:
        return False
    return True


def _end(process: subprocess.Popen[str]) -> tuple[int, str]:
    """The exit code, and the rest of standard error. Fails with that output when the process does not end."""
    assert process.stderr is not None
    try:
        code = process.wait(timeout=_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        pytest.fail(f"It did not end within {_END_S} s. Its output: {process.stderr.read()!r}")
    return code, process.stderr.read()
