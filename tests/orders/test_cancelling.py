"""An order is cancelled once, and what became of it is never guessed."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable

import httpx
import pytest

from gateway.changes.attempts import Made
from gateway.changes.making import Making
from gateway.changes.records import ChangeRecords
from gateway.declined import Declined
from gateway.errors import ChangeUnknown, NotFound, Refused
from gateway.orders.cancelling import Cancellation, OrderCancelling
from gateway.partner_center.callers import TokenCaller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.orders import Order
from gateway.partner_center.sending.httpx_client import HttpxClient
from gateway.partner_center.sending.transport import Transport
from gateway.store.locks import ResourceLocks
from gateway.store.memory import MemoryStore
from tests.shop_ids import CONTOSO
from tests.single_attempt import SingleAttempt

Body = dict[str, object]
Answer = httpx.Response | Exception
Cancel = Callable[..., Awaitable[Made[Order]]]

ORDER = "UKXASSO1"
SQL, BIZTALK = "DG7GMGF0FKZV:0003:DG7GMGF0DWMS", "DG7GMGF0DWTL:0001:DG7GMGF0DSFM"


def refusal(status: int, code: int) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "description": "No.", "data": [], "source": "PartnerFD"})


def an_order(*quantities: int, status: str = "completed") -> Body:
    """One with a line for each quantity."""
    lines = [
        {"lineItemNumber": number, "offerId": (SQL, BIZTALK)[number % 2], "quantity": quantity}
        for number, quantity in enumerate(quantities)
    ]
    return {"id": ORDER, "status": status, "lineItems": lines}


class Upstream:
    """Shows *states* one after the other, the last one for ever; *patches* end the cancellations."""

    def __init__(self) -> None:
        self.states: list[Body | Answer] = [an_order(1, 2)]
        self.patches: list[Answer] = []
        self.calls: list[str] = []
        self.sent: list[Body] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request.method)
        if request.method == "PATCH":
            self.sent.append(json.loads(request.content))
            answer: Body | Answer = self.patches.pop(0) if self.patches else an_order(0, 0, status="cancelled")
        else:
            answer = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
async def cancel(upstream: Upstream) -> AsyncGenerator[Cancel]:
    store = MemoryStore(clock=lambda: 0)
    making = Making(ResourceLocks(store), ChangeRecords(store))
    async with httpx.AsyncClient(transport=httpx.MockTransport(upstream), base_url="https://upstream.test") as http:
        attempts = Transport(HttpxClient(http), attempt_s=1.0, concurrency=5, locale="en-US")
        cancelling = OrderCancelling(PartnerCenter(SingleAttempt(attempts), TokenCaller("canary-token")), making)

        async def cancelled(*numbers: int) -> Made[Order]:
            return await cancelling.cancel(Cancellation(CONTOSO, ORDER, numbers or None))

        yield cancelled


@pytest.mark.parametrize(
    ("before", "numbers", "sent"),
    [
        pytest.param(an_order(1, 2), (), None, id="all of it, without its lines"),
        pytest.param(an_order(1, 2), (1,), [(1, BIZTALK)], id="one line"),
        pytest.param(an_order(1, 2), (1, 0, 1), [(0, SQL), (1, BIZTALK)], id="two lines, one named twice"),
        pytest.param(an_order(0, 2), (0, 1), [(1, BIZTALK)], id="one line of two is cancelled already"),
        pytest.param(an_order(0, 2), (), None, id="the rest of it"),
    ],
)
async def test_what_is_not_cancelled_yet_is_sent(
    upstream: Upstream, cancel: Cancel, before: Body, numbers: tuple[int, ...], sent: list[tuple[int, str]] | None
) -> None:
    """One read and one write."""
    upstream.states = [before]

    made = await cancel(*numbers)

    lines = {} if sent is None else {"lineItems": [{"lineItemNumber": n, "offerId": item} for n, item in sent]}
    assert upstream.sent == [{"id": ORDER, "status": "cancelled", **lines}]
    assert upstream.calls == ["GET", "PATCH"]
    assert made.is_changed


@pytest.mark.parametrize(
    ("before", "numbers"),
    [
        pytest.param(an_order(0, 0, status="cancelled"), (), id="all of it"),
        pytest.param(an_order(1, 2, status="Cancelled"), (0,), id="an order that says so, whatever its quantities"),
        pytest.param(an_order(0, 2), (0,), id="the line that was asked for"),
    ],
)
async def test_what_is_cancelled_already_is_not_sent(
    upstream: Upstream, cancel: Cancel, before: Body, numbers: tuple[int, ...]
) -> None:
    """Cancelled lines have the quantity 0."""
    upstream.states = [before]

    made = await cancel(*numbers)

    assert (made.is_changed, upstream.calls) == (False, ["GET"])


@pytest.mark.parametrize("status", ["completed", "cancelled"])
async def test_a_number_that_the_order_lacks_is_declined(upstream: Upstream, cancel: Cancel, status: str) -> None:
    """With its place in the input."""
    upstream.states = [an_order(1, 2, status=status)]

    with pytest.raises(Declined) as raised:
        await cancel(0, 7)

    assert [each.path for each in raised.value.problems] == [("lineItemNumbers", "1")]
    assert upstream.calls == ["GET"]


@pytest.mark.parametrize(
    "lost",
    [httpx.ReadError("broke"), httpx.ReadTimeout("late"), refusal(500, 800003), httpx.Response(200, content=b"{")],
    ids=["broken connection", "no answer", "500", "half an answer"],
)
async def test_a_lost_answer_is_found_by_a_look(upstream: Upstream, cancel: Cancel, lost: Answer) -> None:
    """The order was cancelled, and is not cancelled again."""
    upstream.states = [an_order(1, 2), an_order(0, 0)]
    upstream.patches = [lost]

    assert (await cancel()).is_changed
    assert upstream.calls == ["GET", "PATCH", "GET"]


async def test_an_unknown_outcome_is_said_so(upstream: Upstream, cancel: Cancel) -> None:
    """There was no answer, and the order shows nothing yet."""
    upstream.patches = [httpx.ReadTimeout("late")]

    with pytest.raises(ChangeUnknown):
        await cancel()


@pytest.mark.parametrize(
    ("states", "is_refused"),
    [
        pytest.param([an_order(1, 2), an_order(0, 0)], False, id="somebody else has cancelled it"),
        pytest.param([an_order(1, 2)], True, id="it cannot be"),
        pytest.param([an_order(1, 2), refusal(500, 0)], True, id="it cannot be read again"),
    ],
)
async def test_a_refusal_may_mean_that_it_is_done(
    upstream: Upstream, cancel: Cancel, states: list[Body | Answer], *, is_refused: bool
) -> None:
    """800061 says no more than that it cannot be cancelled, so the order is looked at again."""
    upstream.states = states
    upstream.patches = [refusal(400, 800061)]

    if is_refused:
        with pytest.raises(Refused):
            await cancel()
    else:
        assert not (await cancel()).is_changed


async def test_an_unknown_order_is_not_found(upstream: Upstream, cancel: Cancel) -> None:
    """Nothing is sent."""
    upstream.states = [refusal(404, 20000)]

    with pytest.raises(NotFound):
        await cancel()

    assert upstream.calls == ["GET"]
