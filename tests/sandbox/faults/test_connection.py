"""Failures of the connection, as an HTTP client of the same process sees them through `gateway.dev.InProcess`."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.sandbox.shop_ids import DEMO_CART_PATH

Order = Callable[..., Awaitable[None]]


async def test_a_huge_answer_says_not_how_long_it_is(line: httpx.AsyncClient, order: Order) -> None:
    """It is JSON of more than 8 MB, or as much as was ordered."""
    await order({"fault": "huge", "times": 1}, {"fault": "huge", "bytes": 100})

    answers = [await line.get(DEMO_CART_PATH) for _ in range(2)]

    assert [len(each.json()["padding"]) for each in answers] == [9 * 2**20, 100]
    assert "Content-Length" not in answers[0].headers


@pytest.mark.parametrize(
    "fault", [{"fault": "delay"}, {"fault": "delay", "when": "after"}, {"fault": "drip", "bytes": 100}]
)
async def test_slow_answers_come_whole(line: httpx.AsyncClient, order: Order, fault: dict[str, object]) -> None:
    """In the end nothing is missing."""
    good = await line.get(DEMO_CART_PATH)
    await order({**fault, "seconds": 0})

    answer = await line.get(DEMO_CART_PATH)

    assert answer.content == good.content


async def test_a_drip_sends_so_many_bytes_at_a_time(line: httpx.AsyncClient, order: Order) -> None:
    """The header tells the length at once."""
    await order({"fault": "drip", "bytes": 100, "seconds": 0})

    async with line.stream("GET", DEMO_CART_PATH) as answer:
        sizes = [len(chunk) async for chunk in answer.aiter_raw()]

    assert set(sizes[:-2]) == {100}
    assert sum(sizes) == int(answer.headers["Content-Length"])


@pytest.mark.parametrize(
    "fault",
    [{"fault": "reset"}, {"fault": "close"}, {"fault": "hang", "seconds": 0.01}],
    ids=["reset", "closed", "closed after a while"],
)
async def test_a_connection_breaks_before_the_answer(
    line: httpx.AsyncClient, order: Order, fault: dict[str, object]
) -> None:
    """No status ever comes, and the list of calls says so."""
    await order(fault)

    with pytest.raises(httpx.ReadError):
        await line.get(DEMO_CART_PATH)

    (call,) = (await line.get("/_sandbox/calls")).json()["calls"]
    assert (call["status"], call["fault"]) == (None, fault["fault"])


@pytest.mark.parametrize("fault", ["truncate", "reset-in-body"])
async def test_a_connection_breaks_in_the_body(line: httpx.AsyncClient, order: Order, fault: str) -> None:
    """Status and headers come, and half of what they promise."""
    good = await line.get(DEMO_CART_PATH)
    await order({"fault": fault})

    async with line.stream("GET", DEMO_CART_PATH) as answer:
        chunks = answer.aiter_raw()
        received = await anext(chunks)
        with pytest.raises(httpx.ReadError):
            await anext(chunks)

    assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(len(good.content)))
    assert received == good.content[: len(good.content) // 2]


async def test_a_hang_lasts_until_the_client_goes(line: httpx.AsyncClient, order: Order) -> None:
    """It does not end by itself."""
    await order({"fault": "hang"})

    answer = asyncio.ensure_future(line.get(DEMO_CART_PATH))
    done, _ = await asyncio.wait([answer], timeout=0.05)
    answer.cancel()

    assert not done


async def test_a_server_that_breaks_no_connections_gets_an_error(api: httpx.AsyncClient, order: Order) -> None:
    """Rather than an answer: httpx's own transport for ASGI passes it on."""
    await order({"fault": "reset"})

    with pytest.raises(ConnectionResetError):
        await api.get(DEMO_CART_PATH)
