"""Faults of the connection, seen by an HTTP client in the same process (`gateway.dev.InProcess`)."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.sandbox.shop_ids import DEMO_CART_PATH

Order = Callable[..., Awaitable[None]]


async def test_a_huge_answer_has_no_content_length(line: httpx.AsyncClient, order: Order) -> None:
    """It is JSON of more than 8 MB, or of the requested size."""
    await order({"fault": "huge", "times": 1}, {"fault": "huge", "bytes": 100})

    answers = [await line.get(DEMO_CART_PATH) for _ in range(2)]

    assert [len(each.json()["padding"]) for each in answers] == [9 * 2**20, 100]
    assert "Content-Length" not in answers[0].headers


@pytest.mark.parametrize(
    "fault", [{"fault": "delay"}, {"fault": "delay", "when": "after"}, {"fault": "drip", "bytes": 100}]
)
async def test_slow_answers_are_complete(line: httpx.AsyncClient, order: Order, fault: dict[str, object]) -> None:
    """Nothing is missing in the end."""
    good = await line.get(DEMO_CART_PATH)
    await order({**fault, "seconds": 0})

    answer = await line.get(DEMO_CART_PATH)

    assert answer.content == good.content


async def test_a_drip_sends_the_given_number_of_bytes_at_a_time(line: httpx.AsyncClient, order: Order) -> None:
    """The header has the length from the start."""
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
    """There is no status, as the list of calls shows."""
    await order(fault)

    with pytest.raises(httpx.ReadError):
        await line.get(DEMO_CART_PATH)

    (call,) = (await line.get("/_sandbox/calls")).json()["calls"]
    assert (call["status"], call["fault"]) == (None, fault["fault"])


@pytest.mark.parametrize("fault", ["truncate", "reset-in-body"])
async def test_a_connection_breaks_in_the_body(line: httpx.AsyncClient, order: Order, fault: str) -> None:
    """After status, headers and half of the body."""
    good = await line.get(DEMO_CART_PATH)
    await order({"fault": fault})

    async with line.stream("GET", DEMO_CART_PATH) as answer:
        chunks = answer.aiter_raw()
        received = await anext(chunks)
        with pytest.raises(httpx.ReadError):
            await anext(chunks)

    assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(len(good.content)))
    assert received == good.content[: len(good.content) // 2]


async def test_a_hang_lasts_until_the_client_disconnects(line: httpx.AsyncClient, order: Order) -> None:
    """It does not end by itself."""
    await order({"fault": "hang"})

    answer = asyncio.ensure_future(line.get(DEMO_CART_PATH))
    done, _ = await asyncio.wait([answer], timeout=0.05)
    answer.cancel()

    assert not done


async def test_without_connection_actions_the_app_raises(api: httpx.AsyncClient, order: Order) -> None:
    """httpx's own ASGI transport passes the error on."""
    await order({"fault": "reset"})

    with pytest.raises(ConnectionResetError):
        await api.get(DEMO_CART_PATH)
