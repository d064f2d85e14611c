"""Whatever upstream does, a call ends in its answer or in one of our errors, in time."""

import asyncio
import gzip
import traceback
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from gateway.errors import GatewayError, Malformed, NotFound, TimedOut, Unavailable
from gateway.partner_center.callers import Caller
from gateway.partner_center.paths import path
from gateway.partner_center.plain_json import document
from gateway.partner_center.sending.calls import Call
from tests.single_attempt import SingleAttempt

Connect = Callable[..., SingleAttempt]

READ = Call(action="read the thing", method="GET", path=path("things"), read=document, request_id="request-1")
WRITE = Call(
    action="write the thing", method="POST", path=path("things"), read=document, request_id="request-2", body=b'{"a":1}'
)


def never(_: httpx.Request) -> httpx.Response:
    raise AssertionError("nothing may be sent")


def always(answer: httpx.Response) -> Callable[[httpx.Request], httpx.Response]:
    """An upstream with one answer to everything."""
    return lambda _: answer


async def hang(_: httpx.Request) -> httpx.Response:
    await asyncio.Event().wait()
    raise AssertionError("an attempt must not outlive its limit")


async def test_a_call_goes_out_with_the_documented_headers(connect: Connect, caller: Caller) -> None:
    """Token, ids, language and name of the application go along, and the correlation id is new for every attempt."""
    seen: list[httpx.Request] = []

    def upstream(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"ok": True})

    transport = connect(upstream)
    await transport.send(READ, caller=caller, deadline=None)
    await transport.send(WRITE, caller=caller, deadline=None)

    read, write = (request.headers for request in seen)
    assert read["authorization"] == "Bearer canary-token"
    assert read["accept"] == "application/json"
    assert read["x-locale"] == "de-DE"
    assert read["ms-partnercenter-application"] == "partner-center-gateway"
    assert [headers["ms-requestid"] for headers in (read, write)] == ["request-1", "request-2"]
    assert [headers["ms-correlationid"] for headers in (read, write)] == ["correlation-1", "correlation-2"]
    assert write["content-type"] == "application/json"
    assert seen[1].content == b'{"a":1}'
    assert str(seen[0].url) == "https://upstream.test/v1/things"


@pytest.mark.parametrize("status", [200, 201, 202, 206])
async def test_any_success_is_one(connect: Connect, caller: Caller, status: int) -> None:
    """Pages and samples disagree on 200 and 201."""
    transport = connect(always(httpx.Response(status, json={"ok": True})))

    assert await transport.send(READ, caller=caller, deadline=None) == {"ok": True}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.Response(200), id="empty"),
        pytest.param(httpx.Response(204), id="no content"),
        pytest.param(httpx.Response(200, html="<html>Welcome, canary</html>"), id="a page"),
        pytest.param(httpx.Response(200, content=b'{"ok": tr'), id="cut off"),
        pytest.param(httpx.Response(200, json=["canary"]), id="an array"),
        pytest.param(httpx.Response(200, json=None), id="null"),
        pytest.param(httpx.Response(302, headers={"location": "https://evil.test/canary"}), id="a redirect"),
    ],
)
async def test_an_answer_in_a_wrong_form_is_malformed(connect: Connect, caller: Caller, answer: httpx.Response) -> None:
    """It says what was asked and quotes nothing."""
    transport = connect(always(answer))

    with pytest.raises(Malformed, match="to read the thing") as caught:
        await transport.send(READ, caller=caller, deadline=None)

    assert "canary" not in caught.value.message
    assert caught.value.upstream_correlation_id == "correlation-1"


async def test_an_answer_that_cannot_be_unpacked_is_malformed(connect: Connect, caller: Caller) -> None:
    """Broken compression is a broken answer."""
    broken = {"content-encoding": "gzip", "content-type": "application/json"}

    async def upstream(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=broken, stream=httpx.ByteStream(b"no gzip"))

    with pytest.raises(Malformed, match="unpacked"):
        await connect(upstream).send(READ, caller=caller, deadline=None)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed small"])
async def test_a_huge_body_is_cut_off(connect: Connect, caller: Caller, packed: bool) -> None:
    """What counts is the size after unpacking."""
    body = b'{"a": "' + b"x" * 2_000_000 + b'"}'
    headers = {"content-encoding": "gzip"} if packed else {}
    content = gzip.compress(body) if packed else body

    async def upstream(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(content))

    with pytest.raises(Malformed, match="larger than"):
        await connect(upstream, max_body=1_000_000).send(READ, caller=caller, deadline=None)


async def test_a_refusal_carries_upstreams_correlation_id(connect: Connect, caller: Caller) -> None:
    """The error has the id that upstream logs; catalog answers print it twice."""
    answer = httpx.Response(404, headers={"MS-CorrelationId": "theirs,theirs"}, json={"code": 800008})
    transport = connect(always(answer))

    with pytest.raises(NotFound) as caught:
        await transport.send(READ, caller=caller, deadline=None)

    assert caught.value.upstream_correlation_id == "theirs"


async def test_an_attempt_has_an_end(connect: Connect, caller: Caller) -> None:
    """An upstream that never answers costs no more than the limit of an attempt."""
    transport = connect(hang, attempt_s=0.05)

    with pytest.raises(TimedOut, match=r"within 0\.05 s") as caught:
        await transport.send(READ, caller=caller, deadline=None)

    assert caught.value.sent


async def test_the_callers_deadline_ends_an_attempt_early(connect: Connect, caller: Caller) -> None:
    """No attempt outlives the time its caller has left."""
    transport = connect(hang, attempt_s=60)
    started = asyncio.get_running_loop().time()

    with pytest.raises(TimedOut):
        await transport.send(READ, caller=caller, deadline=started + 0.05)

    assert asyncio.get_running_loop().time() - started < 5


async def test_nothing_is_sent_after_the_deadline(connect: Connect, caller: Caller) -> None:
    """A call that comes too late is certain to have done nothing."""
    transport = connect(never)

    with pytest.raises(TimedOut) as caught:
        await transport.send(READ, caller=caller, deadline=asyncio.get_running_loop().time() - 1)

    assert not caught.value.sent


async def test_a_limit_on_a_slow_drip_is_on_the_whole(connect: Connect, caller: Caller) -> None:
    """Bytes that keep coming do not keep an attempt alive."""

    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                yield b" "
                await asyncio.sleep(0)

    transport = connect(always(httpx.Response(200, stream=Drip())), attempt_s=0.05)

    with pytest.raises(TimedOut):
        await transport.send(READ, caller=caller, deadline=None)


async def test_calls_in_flight_are_bounded(connect: Connect, caller: Caller) -> None:
    """However many calls come, upstream sees no more at once than agreed, and all are answered."""
    flying, most = 0, 0

    async def upstream(_: httpx.Request) -> httpx.Response:
        nonlocal flying, most
        flying, most = flying + 1, max(most, flying + 1)
        await asyncio.sleep(0)
        flying -= 1
        return httpx.Response(200, json={})

    transport = connect(upstream, concurrency=3)
    await asyncio.gather(*(transport.send(READ, caller=caller, deadline=None) for _ in range(20)))

    assert most == 3


async def test_a_call_that_gets_no_slot_in_time_was_not_sent(connect: Connect, caller: Caller) -> None:
    """The wait for a slot ends at the deadline, no other call loses its slot, and the slot can be used afterwards."""
    release = asyncio.Event()
    calls = 0

    async def upstream(_: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        await release.wait()
        return httpx.Response(200, json={})

    transport = connect(upstream, concurrency=1)
    first = asyncio.create_task(transport.send(READ, caller=caller, deadline=None))
    await asyncio.sleep(0)

    with pytest.raises(TimedOut) as caught:
        await transport.send(READ, caller=caller, deadline=asyncio.get_running_loop().time() + 0.02)
    release.set()

    assert not caught.value.sent
    assert await first == {}
    assert await transport.send(READ, caller=caller, deadline=None) == {}
    assert calls == 2


async def test_failures_release_their_slot(connect: Connect, caller: Caller) -> None:
    """Refusals, hangs and broken connections leave a slot for the next call."""
    answers = iter([httpx.Response(500), httpx.Response(200, content=b"<"), None, httpx.Response(200, json={})])

    async def upstream(request: httpx.Request) -> httpx.Response:
        answer = next(answers)
        return await hang(request) if answer is None else answer

    transport = connect(upstream, concurrency=1, attempt_s=0.05)
    for _ in range(3):
        with pytest.raises(GatewayError):
            await transport.send(READ, caller=caller, deadline=None)

    assert await transport.send(READ, caller=caller, deadline=None) == {}


@pytest.mark.parametrize(
    ("cause", "sent"),
    [
        pytest.param(ConnectionRefusedError(111, "canary"), True, id="refused"),
        pytest.param(ConnectionResetError(104, "canary"), True, id="reset"),
        pytest.param(None, True, id="unknown"),
    ],
)
async def test_a_broken_connection_may_have_carried_the_call(
    connect: Connect, caller: Caller, cause: Exception | None, sent: bool
) -> None:
    """Only a connection that never came about proves that nothing was sent, whatever httpx calls it."""

    def upstream(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("canary") from cause

    with pytest.raises(Unavailable) as caught:
        await connect(upstream).send(READ, caller=caller, deadline=None)

    assert caught.value.sent is sent
    assert "canary" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda: httpx.Response(200, text="canary-token"), id="malformed"),
        pytest.param(lambda: httpx.Response(401, json={"description": "Bearer canary-token is bad"}), id="refused"),
        pytest.param(lambda: httpx.Response(400, json={"code": 7, "description": "canary-token?"}), id="echoed"),
        pytest.param(lambda: httpx.Response(500), id="unavailable"),
        pytest.param(None, id="broken"),
    ],
)
async def test_no_error_holds_the_token(
    connect: Connect, caller: Caller, answer: Callable[[], httpx.Response] | None
) -> None:
    """The token is neither in the words of an error nor on an error that stands behind it."""

    def upstream(request: httpx.Request) -> httpx.Response:
        if answer is None:
            raise httpx.ReadError(f"{request.headers['authorization']}", request=request)
        return answer()

    with pytest.raises(GatewayError) as caught:
        await connect(upstream).send(READ, caller=caller, deadline=None)

    error = caught.value
    told = f"{error} {error!r} {vars(error)} {error.extensions}" + "".join(traceback.format_exception(error))
    assert "canary" not in told
    assert (error.__cause__, error.__context__) == (None, None)


async def test_a_call_and_a_transport_do_not_show_what_they_send(connect: Connect, caller: Caller) -> None:
    """Printing them gives neither token nor body away."""
    assert "canary" not in repr((caller, connect(never), WRITE))
    assert '{"a":1}' not in repr(WRITE)


async def test_a_cancelled_call_stops(connect: Connect, caller: Caller) -> None:
    """A caller who goes away takes the attempt along; it is not turned into an error of ours."""
    transport = connect(hang, concurrency=1)
    call = asyncio.create_task(transport.send(READ, caller=caller, deadline=None))
    await asyncio.sleep(0)
    call.cancel()

    with pytest.raises(asyncio.CancelledError):
        await call
