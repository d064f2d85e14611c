"""Partner Center with one subscription, of which each answer can be scripted, and changes made to it."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable

import httpx
import pytest

from gateway.changes.attempts import Made
from gateway.changes.making import Making, Timing
from gateway.changes.records import ChangeRecords
from gateway.partner_center.callers import TokenCaller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.subscriptions import Subscription
from gateway.partner_center.sending.exchange import NotConnected
from gateway.partner_center.sending.httpx_client import HttpxClient
from gateway.partner_center.sending.transport import Transport
from gateway.store.locks import ResourceLocks
from gateway.store.memory import MemoryStore
from gateway.subscriptions.changing import NewValue, RequestedChange, SubscriptionChanges
from gateway.subscriptions.content import version
from tests.shop_ids import CONTOSO
from tests.single_attempt import SingleAttempt
from tests.subscriptions.builders import BODY, ID, a_subscription

Body = dict[str, object]
Answer = httpx.Response | Exception
Make = Callable[..., Awaitable[Made[Subscription]]]


def refusal(status: int, code: int) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "description": "No.", "data": [], "source": "PartnerFD"})


def not_connected() -> Exception:
    error = httpx.ConnectError("refused")
    error.__cause__ = NotConnected("ConnectionRefusedError")
    return error


class Upstream:
    """Holds one subscription. Each script entry ends one call; a change without one is carried out and answered 200."""

    def __init__(self) -> None:
        self.stored: Body = dict(BODY)
        self.patches: list[tuple[bool, Answer]] = []
        self.reads: list[Answer | None] = []
        self.between: Callable[[], None] = lambda: None
        """Done after the first read: what somebody else does meanwhile."""
        self.calls: list[str] = []
        self.sent: list[httpx.Request] = []

    def end_patch(self, answer: Answer, *, is_done: bool) -> None:
        self.patches.append((is_done, answer))

    @property
    def request_ids(self) -> list[str]:
        return [each.headers["ms-requestid"] for each in self.sent]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request.method)
        answer = self._patched(request) if request.method == "PATCH" else self._read()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _patched(self, request: httpx.Request) -> Answer:
        self.sent.append(request)
        sent: Body = json.loads(request.content)
        is_done, answer = self.patches.pop(0) if self.patches else (True, httpx.Response(200, json=sent))
        if is_done:
            self.stored = sent
        return answer

    def _read(self) -> Answer:
        scripted = self.reads.pop(0) if self.reads else None
        answer = scripted or httpx.Response(200, json=self.stored)
        if self.calls.count("GET") == 1:
            self.between()
        return answer


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(clock=lambda: 0)


class Seconds:
    """A clock that only sleeping moves; each sleep is noted, and ends in what a test says."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        self.meanwhile()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def locks(store: MemoryStore) -> ResourceLocks:
    return ResourceLocks(store, wait_s=0)


@pytest.fixture
async def make(upstream: Upstream, store: MemoryStore, locks: ResourceLocks, seconds: Seconds) -> AsyncGenerator[Make]:
    """Makes a change of one member to the subscription of `builders`, seen as *expected*, else as it is there.

    *within* is the time that the request has, in seconds.
    """
    making = Making(locks, ChangeRecords(store), Timing(seconds, seconds.sleep))
    async with httpx.AsyncClient(transport=httpx.MockTransport(upstream), base_url="https://upstream.test") as http:
        attempts = Transport(HttpxClient(http), attempt_s=1.0, concurrency=5, locale="en-US")
        caller = TokenCaller("canary-token")

        async def made(new: NewValue, expected: str | None = None, within: float | None = None) -> Made[Subscription]:
            deadline = None if within is None else asyncio.get_running_loop().time() + within
            changes = SubscriptionChanges(PartnerCenter(SingleAttempt(attempts), caller, deadline=deadline), making)
            return await changes.make(RequestedChange(CONTOSO, ID, expected or version(a_subscription()), new))

        yield made
