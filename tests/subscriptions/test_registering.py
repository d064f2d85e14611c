"""A registration is begun once, and its outcome is never guessed."""

from collections.abc import AsyncGenerator, Awaitable, Callable

import httpx
import pytest

from gateway.errors import ChangeUnknown, Forbidden, GatewayError, NotFound, Refused, Throttled, Unavailable
from gateway.partner_center.callers import TokenCaller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.sending.exchange import NotConnected
from gateway.partner_center.sending.httpx_client import HttpxClient
from gateway.partner_center.sending.transport import Transport
from gateway.subscriptions.registering import Registering
from tests.shop_ids import FJORD
from tests.single_attempt import SingleAttempt

PLAN = "962fd6d4-e7b0-49bd-af75-df6113456fda"
LOOK, SEND = "GET registrationstatus", "POST registrations"

Answer = httpx.Response | Exception
Register = Callable[[], Awaitable[bool]]


def refusal(status: int, code: int) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "description": "No.", "data": [], "source": "PartnerFD"})


def not_connected() -> Exception:
    error = httpx.ConnectError("refused")
    error.__cause__ = NotConnected("ConnectionRefusedError")
    return error


class Upstream:
    """Has a status. Each script entry ends one call: a look, or a POST that has begun the registration before or not."""

    def __init__(self) -> None:
        self.status = "NotRegistered"
        self.posts: list[tuple[bool, Answer]] = []
        self.looks: list[Answer | None] = []
        self.calls: list[str] = []
        self.request_ids: set[str] = set()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(f"{request.method} {request.url.path.rpartition('/')[2]}")
        answer = self._post(request) if request.method == "POST" else self._look()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _post(self, request: httpx.Request) -> Answer:
        self.request_ids.add(request.headers["ms-requestid"])
        is_begun, answer = self.posts.pop(0) if self.posts else (True, httpx.Response(202))
        if is_begun:
            self.status = "Registering"
        return answer

    def _look(self) -> Answer:
        scripted = self.looks.pop(0) if self.looks else None
        return scripted or httpx.Response(200, json={"subscriptionId": PLAN, "status": self.status})


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
async def register(upstream: Upstream) -> AsyncGenerator[Register]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(upstream), base_url="https://upstream.test") as http:
        attempts = Transport(HttpxClient(http), attempt_s=1.0, concurrency=5, locale="en-US")
        registering = Registering(PartnerCenter(SingleAttempt(attempts), TokenCaller("canary-token")))
        yield lambda: registering.register(FJORD, PLAN)


async def test_a_registration_takes_a_look_and_a_write(upstream: Upstream, register: Register) -> None:
    """And says that this call began it."""
    assert await register() is True
    assert upstream.calls == [LOOK, SEND]


@pytest.mark.parametrize("status", ["Registering", "registered"])
async def test_what_has_begun_is_left_alone(upstream: Upstream, register: Register, status: str) -> None:
    """Nothing is sent."""
    upstream.status = status

    assert await register() is False
    assert upstream.calls == [LOOK]


@pytest.mark.parametrize(
    ("look", "error"),
    [
        pytest.param(refusal(404, 20003), NotFound, id="no such subscription"),
        pytest.param(refusal(403, 900329), Forbidden, id="no right to look"),
        pytest.param(httpx.ReadError("gone"), Unavailable, id="no answer"),
    ],
)
async def test_without_a_look_nothing_is_sent(
    upstream: Upstream, register: Register, look: Answer, error: type[GatewayError]
) -> None:
    """The failure means that nothing was changed."""
    upstream.looks = [look]

    with pytest.raises(error):
        await register()

    assert upstream.calls == [LOOK]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(refusal(400, 2001), Refused, id="refused"),
        pytest.param(refusal(404, 20003), NotFound, id="gone meanwhile"),
        pytest.param(refusal(403, 900329), Forbidden, id="no right to write"),
        pytest.param(httpx.Response(429), Throttled, id="throttled"),
        pytest.param(not_connected(), Unavailable, id="never sent"),
    ],
)
async def test_a_refusal_is_final(
    upstream: Upstream, register: Register, answer: Answer, error: type[GatewayError]
) -> None:
    """What certainly began nothing is not looked into, nor sent again."""
    upstream.posts = [(False, answer)]

    with pytest.raises(error):
        await register()

    assert upstream.calls == [LOOK, SEND]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.ReadError("gone"), id="a broken connection"),
        pytest.param(httpx.Response(502), id="a proxy's failure"),
        pytest.param(refusal(500, 2), id="a failure of its own"),
    ],
)
async def test_a_lost_answer_is_found_by_looking(upstream: Upstream, register: Register, answer: Answer) -> None:
    """The registration is under way, so it is this call's."""
    upstream.posts = [(True, answer)]

    assert await register() is True
    assert upstream.calls == [LOOK, SEND, LOOK]


async def test_a_failure_of_its_own_is_sent_once_more(upstream: Upstream, register: Register) -> None:
    """Nothing is under way then; both requests have one id."""
    upstream.posts = [(False, refusal(500, 2))]

    assert await register() is True
    assert upstream.calls == [LOOK, SEND, LOOK, SEND]
    assert len(upstream.request_ids) == 1


@pytest.mark.parametrize(
    ("posts", "second_look", "calls"),
    [
        pytest.param([(False, httpx.ReadError("gone"))], None, [LOOK, SEND, LOOK], id="a broken connection, and nothing to see yet"),
        pytest.param([(False, httpx.Response(502))], None, [LOOK, SEND, LOOK], id="a proxy's failure, and nothing to see yet"),
        pytest.param([(True, httpx.ReadError("gone"))], httpx.ReadError("gone"), [LOOK, SEND, LOOK], id="no second look"),
        pytest.param([(False, refusal(500, 2))], httpx.Response(200, json={"status": "odd"}), [LOOK, SEND, LOOK], id="a status that says nothing"),
        pytest.param([(False, refusal(500, 2)), (False, refusal(400, 2001))], None, [LOOK, SEND, LOOK, SEND], id="a second refusal, which may be of the first"),
    ],
)  # fmt: skip
async def test_what_is_not_known_is_not_guessed(
    upstream: Upstream,
    register: Register,
    posts: list[tuple[bool, Answer]],
    second_look: Answer | None,
    calls: list[str],
) -> None:
    """Repeating the same call finds out."""
    upstream.posts, upstream.looks = posts, [None, second_look]

    with pytest.raises(ChangeUnknown):
        await register()

    assert upstream.calls == calls
