"""What happens to work whose caller has gone, over a real socket."""

import asyncio
import json

import pytest
import uvicorn
from starlette.types import Message

from gateway.http.disconnects import WhileConnected

SLOW_QUERY = "{ lookSlowly }"
SLOW_MUTATION = 'mutation { buySlowly(name: "a") { name } }'


def post(document: str) -> bytes:
    body = json.dumps({"query": document}).encode()
    head = f"POST / HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def body_of(reader: asyncio.StreamReader) -> bytes:
    """Of the next answer on the connection."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    return await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n")[0]))


async def test_a_query_is_cancelled_when_its_caller_goes(
    server: uvicorn.Server, port: int, begun: asyncio.Event, cancelled: asyncio.Event, caplog: pytest.LogCaptureFixture
) -> None:
    """At once, and nothing about it is logged."""
    async with asyncio.timeout(10):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(post(SLOW_QUERY))
        await begun.wait()

        writer.close()

        await cancelled.wait()
        while server.server_state.tasks:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0)
        assert caplog.records == []


async def test_a_query_over_get_is_cancelled_too(port: int, begun: asyncio.Event, cancelled: asyncio.Event) -> None:
    """It has no body to wait for."""
    async with asyncio.timeout(10):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /?query={lookSlowly} HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n\r\n")
        await begun.wait()

        writer.close()

        await cancelled.wait()


async def test_a_mutation_outlives_its_caller(
    server: uvicorn.Server, port: int, begun: asyncio.Event, may_end: asyncio.Event, sold: asyncio.Queue[str]
) -> None:
    """A caller who hangs up in the middle of a purchase does not stop it."""
    async with asyncio.timeout(10):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(post(SLOW_MUTATION))
        await begun.wait()
        writer.close()
        while server.server_state.connections:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0)
        for _ in range(20):  # whoever acts on the news has done so by then
            await asyncio.sleep(0)
        may_end.set()

        assert await sold.get() == "a"


async def test_requests_that_come_together_are_all_answered(
    port: int, begun: asyncio.Event, may_end: asyncio.Event
) -> None:
    """Watching for the end of a connection takes nothing of the next request on it."""
    async with asyncio.timeout(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(post(SLOW_QUERY) + post('{ echo(text: "second") }'))
        await begun.wait()
        writer.write(post('{ echo(text: "third") }'))
        may_end.set()

        answers = [await body_of(reader) for _ in range(3)]
        writer.write(post('{ echo(text: "last") }'))
        answers.append(await body_of(reader))
        writer.close()

        assert [json.loads(answer)["data"] for answer in answers] == [
            {"lookSlowly": "found"},
            {"echo": "second"},
            {"echo": "third"},
            {"echo": "last"},
        ]


async def test_an_unexpected_body_is_not_read_to_its_end() -> None:
    """Watching a GET ends with the first piece of its body: such a body may be endless."""
    async with asyncio.timeout(10):
        pieces = 0

        async def receive() -> Message:
            nonlocal pieces
            pieces += 1
            return {"type": "http.request", "body": b"x", "more_body": True}

        with WhileConnected(receive, after_s=0):
            for _ in range(20):
                await asyncio.sleep(0)

        assert pieces == 1


async def test_a_get_with_a_body_is_answered(port: int, begun: asyncio.Event, may_end: asyncio.Event) -> None:
    """The body is not waited for, and does not look like the end of the connection."""
    async with asyncio.timeout(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = b"GET /?query={lookSlowly} HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
        writer.write(head + b"Content-Length: 1000000\r\n\r\nonly the beginning")
        await begun.wait()
        may_end.set()

        answer = await body_of(reader)
        writer.close()

        assert json.loads(answer)["data"] == {"lookSlowly": "found"}


async def test_work_that_the_server_cancels_stays_cancelled() -> None:
    """As at the end of the process: that is not the caller's doing."""

    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def work() -> None:
        with WhileConnected(never, after_s=0):
            task.cancel()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.wait([task], timeout=10)

    assert task.cancelled()
