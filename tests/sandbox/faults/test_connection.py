"""Faults of the connection, seen by an HTTP client in the same process (`gateway.dev.InProcess`)."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.sandbox.shop_ids import DEMO_CART_PATH

Inject = Callable[..., Awaitable[None]]


async def test_a_huge_answer_has_no_content_length(breakable_api: httpx.AsyncClient, inject: Inject) -> None:
    """It is JSON of more than 8 MB, or of the requested size."""
    await inject({"fault": "huge", "times": 1}, {"fault": "huge", "bytes": 100})

    answers = [await breakable_api.get(DEMO_CART_PATH) for _ in range(2)]

    assert [len(each.json()["padding"]) for each in answers] == [9 * 2**20, 100]
    assert "Content-Length" not in answers[0].headers


@pytest.mark.parametrize(
    "fault", [{"fault": "delay"}, {"fault": "delay", "when": "after"}, {"fault": "drip", "bytes": 100}]
)
async def test_slow_answers_are_complete(
    breakable_api: httpx.AsyncClient, inject: Inject, fault: dict[str, object]
) -> None:
    """Nothing is missing in the end."""
    good = await breakable_api.get(DEMO_CART_PATH)
    await inject({**fault, "seconds": 0})

    answer = await breakable_api.get(DEMO_CART_PATH)

    assert answer.content == good.content


async def test_a_drip_sends_the_given_number_of_bytes_at_a_time(
    breakable_api: httpx.AsyncClient, inject: Inject
) -> None:
    """The header has the length from the start."""
    await inject({"fault": "drip", "bytes": 100, "seconds": 0})

    async with breakable_api.stream("GET", DEMO_CART_PATH) as answer:
        sizes = [len(chunk) async for chunk in answer.aiter_raw()]

    assert set(sizes[:-2]) == {100}
    assert sum(sizes) == int(answer.headers["Content-Length"])


@pytest.mark.parametrize(
    "fault",
    [{"fault": "reset"}, {"fault": "close"}, {"fault": "hang", "seconds": 0.01}],
    ids=["reset", "closed", "closed after a while"],
)
async def test_a_connection_breaks_before_the_answer(
    breakable_api: httpx.AsyncClient, inject: Inject, fault: dict[str, object]
) -> None:
    """There is no status, as the list of calls shows."""
    await inject(fault)

    with pytest.raises(httpx.ReadError):
        await breakable_api.get(DEMO_CART_PATH)

    (call,) = (await breakable_api.get("/_sandbox/calls")).json()["calls"]
    assert (call["status"], call["fault"]) == (None, fault["fault"])


@pytest.mark.parametrize("fault", ["truncate", "reset-in-body"])
async def test_a_connection_breaks_in_the_body(breakable_api: httpx.AsyncClient, inject: Inject, fault: str) -> None:
    """After status, headers and half of the body."""
    good = await breakable_api.get(DEMO_CART_PATH)
    await inject({"fault": fault})

    async with breakable_api.stream("GET", DEMO_CART_PATH) as answer:
        chunks = answer.aiter_raw()
        received = await anext(chunks)
        with pytest.raises(httpx.ReadError):
            await anext(chunks)

    assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(len(good.content)))
    assert received == good.content[: len(good.content) // 2]


async def test_a_hang_lasts_until_the_client_disconnects(breakable_api: httpx.AsyncClient, inject: Inject) -> None:
    """It does not end by itself."""
    await inject({"fault": "hang"})

    answer = asyncio.ensure_future(breakable_api.get(DEMO_CART_PATH))
    done, _ = await asyncio.wait([answer], timeout=0.05)
    answer.cancel()

    assert not done


async def test_without_connection_actions_the_app_raises(api: httpx.AsyncClient, inject: Inject) -> None:
    """httpx's own ASGI transport passes the error on."""
    await inject({"fault": "reset"})

    with pytest.raises(ConnectionResetError):
        await api.get(DEMO_CART_PATH)
