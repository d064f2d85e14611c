"""A confirmation is made once, and its outcome is never guessed."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime

import httpx
import pytest

from gateway.agreements.confirming import Acceptance, Confirmed, Confirming
from gateway.errors import ChangeUnknown, Forbidden, GatewayError, Malformed, NotFound, Refused
from gateway.partner_center.callers import TokenCaller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.agreements import AgreementContact, AgreementType
from gateway.partner_center.sending.exchange import NotConnected
from gateway.partner_center.sending.httpx_client import HttpxClient
from gateway.partner_center.sending.transport import Transport
from tests.single_attempt import SingleAttempt

Body = dict[str, object]

CUSTOMER = "792f0402-7c6d-4aa7-96f5-67b91f52e1bd"
TEMPLATE = "117a77b0-9360-443b-8795-c6dedc750cf9"
CONTACT = AgreementContact(first_name="Ute", last_name="Kern", email="ute@wingtip.example")
ACCEPTED = Acceptance(
    CUSTOMER,
    AgreementType.MICROSOFT_CUSTOMER_AGREEMENT,
    None,
    datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    CONTACT,
)
EARLIER: Body = {
    "primaryContact": {"firstName": "Jan", "email": "jan@wingtip.example"},
    "templateId": TEMPLATE,
    "dateAgreed": "2025-01-02T00:00:00",
    "type": "MicrosoftCustomerAgreement",
}

Answer = httpx.Response | Exception
Confirm = Callable[[Acceptance], Awaitable[Confirmed]]


def refusal(status: int, code: int) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "description": "No.", "data": [], "source": "PartnerFD"})


def not_connected() -> Exception:
    error = httpx.ConnectError("refused")
    error.__cause__ = NotConnected("ConnectionRefusedError")
    return error


class Upstream:
    """Stores what is confirmed. Each script entry ends one POST, after the work where it begins with it."""

    def __init__(self) -> None:
        self.stored: list[Body] = [EARLIER]
        self.posts: list[tuple[bool, Answer]] = []
        self.lists: list[Answer | None] = []
        self.calls: list[str] = []
        self.request_ids: set[str] = set()

    def end_post(self, answer: Answer, *, is_done: bool) -> None:
        self.posts.append((is_done, answer))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(f"{request.method} {request.url.path.rpartition('/')[2]}")
        if request.url.path == "/v1/agreements":
            items = [{"templateId": TEMPLATE, "agreementType": "MicrosoftCustomerAgreement"}]
            return httpx.Response(200, json={"totalCount": 1, "items": items})
        answer = self._post(request) if request.method == "POST" else self._list()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _post(self, request: httpx.Request) -> Answer:
        self.request_ids.add(request.headers["ms-requestid"])
        sent: Body = json.loads(request.content)
        is_done, answer = self.posts.pop(0) if self.posts else (True, httpx.Response(201, json=sent))
        if is_done:
            self.stored.append(sent)
        return answer

    def _list(self) -> Answer:
        scripted = self.lists.pop(0) if self.lists else None
        return scripted or httpx.Response(200, json={"totalCount": len(self.stored), "items": self.stored})


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
async def confirm(upstream: Upstream) -> AsyncGenerator[Confirm]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(upstream), base_url="https://upstream.test") as http:
        attempts = Transport(HttpxClient(http), attempt_s=1.0, concurrency=5, locale="en-US")
        yield Confirming(PartnerCenter(SingleAttempt(attempts), TokenCaller("canary-token"))).confirm


async def test_a_confirmation_is_made_of_the_present_form(upstream: Upstream, confirm: Confirm) -> None:
    """Two reads side by side and one write; what stood before comes first."""
    result = await confirm(ACCEPTED)

    assert sorted(upstream.calls) == ["GET agreements", "GET agreements", "POST agreements"]
    assert (result.is_changed, result.agreement.is_accepted) == (True, True)
    assert [each.template_id for each in result.agreement.confirmations] == [TEMPLATE, TEMPLATE]
    assert result.agreement.confirmations[1].date_agreed == ACCEPTED.agreed_at


async def test_a_named_form_is_not_looked_up(upstream: Upstream, confirm: Confirm) -> None:
    """One read and one write."""
    named = Acceptance(CUSTOMER, ACCEPTED.type, TEMPLATE, ACCEPTED.agreed_at, CONTACT)

    await confirm(named)

    assert upstream.calls == ["GET agreements", "POST agreements"]


async def test_the_same_confirmation_is_not_sent_again(upstream: Upstream, confirm: Confirm) -> None:
    """It stands, and nothing is changed."""
    await confirm(ACCEPTED)
    upstream.calls.clear()

    again = await confirm(ACCEPTED)

    assert (again.is_changed, again.agreement.is_accepted, len(again.agreement.confirmations)) == (False, True, 2)
    assert "POST agreements" not in upstream.calls


@pytest.mark.parametrize("is_listed", [True, False], ids=["and listed", "and the list fails"])
async def test_a_repetition_that_partner_center_sees_counts_as_confirmed(
    upstream: Upstream, confirm: Confirm, *, is_listed: bool
) -> None:
    """600061: somebody else confirmed it in between."""
    upstream.end_post(refusal(400, 600061), is_done=is_listed)
    upstream.lists = [None, None if is_listed else refusal(500, 800003)]

    result = await confirm(ACCEPTED)

    assert (result.is_changed, result.agreement.is_accepted) == (False, True)
    assert len(result.agreement.confirmations) == (2 if is_listed else 1)


LOST: list[Answer] = [
    httpx.ReadError("broke"),
    httpx.ReadTimeout("late"),
    refusal(500, 800003),
    httpx.Response(201, content=b"{"),
]


@pytest.mark.parametrize("lost", LOST, ids=["broken connection", "no answer", "500", "half an answer"])
async def test_a_lost_answer_is_found_by_a_look(upstream: Upstream, confirm: Confirm, lost: Answer) -> None:
    """The confirmation was made, and is not sent again."""
    upstream.end_post(lost, is_done=True)

    result = await confirm(ACCEPTED)

    assert (result.is_changed, len(result.agreement.confirmations)) == (True, 2)
    assert upstream.calls.count("POST agreements") == 1


async def test_what_certainly_did_not_arrive_is_sent_once_more(upstream: Upstream, confirm: Confirm) -> None:
    """After a failure that Partner Center itself answered, under the same request id."""
    upstream.end_post(refusal(503, 800003), is_done=False)

    result = await confirm(ACCEPTED)

    assert (result.is_changed, len(upstream.stored)) == (True, 2)
    assert len(upstream.request_ids) == 1


async def test_a_second_attempt_that_is_a_repetition_was_the_first(upstream: Upstream, confirm: Confirm) -> None:
    """The first was slow to show, so this call has confirmed it."""
    upstream.end_post(refusal(503, 800003), is_done=False)
    upstream.end_post(refusal(400, 600061), is_done=True)

    result = await confirm(ACCEPTED)

    assert (result.is_changed, len(result.agreement.confirmations)) == (True, 2)


@pytest.mark.parametrize(
    ("posts", "lists"),
    [
        pytest.param([httpx.ReadTimeout("late")], [None, None], id="no answer, and not there yet"),
        pytest.param([refusal(504, 0)], [None, None], id="a proxy gave up, and not there yet"),
        pytest.param([refusal(500, 0)], [None, refusal(500, 0)], id="no look possible"),
        pytest.param([refusal(500, 0), refusal(500, 0)], [None, None], id="failed twice"),
        pytest.param([refusal(500, 0), refusal(403, 900329)], [None, None], id="failed, then refused"),
    ],
)
async def test_an_unknown_outcome_is_said_so(
    upstream: Upstream, confirm: Confirm, posts: list[Answer], lists: list[Answer | None]
) -> None:
    """Never a guess in either direction."""
    for answer in posts:
        upstream.end_post(answer, is_done=False)
    upstream.lists = lists

    with pytest.raises(GatewayError) as raised:
        await confirm(ACCEPTED)

    assert isinstance(raised.value, ChangeUnknown)
    assert upstream.calls.count("POST agreements") == len(posts)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(refusal(403, 900329), Forbidden, id="no rights"),
        pytest.param(refusal(400, 3000), Refused, id="a superseded form"),
        pytest.param(refusal(404, 60003), NotFound, id="no such customer"),
        pytest.param(not_connected(), GatewayError, id="nothing sent"),
    ],
)
async def test_a_refusal_means_that_nothing_was_confirmed(
    upstream: Upstream, confirm: Confirm, answer: Answer, kind: type[GatewayError]
) -> None:
    """It is raised as it is, after one attempt."""
    upstream.end_post(answer, is_done=False)

    with pytest.raises(kind) as raised:
        await confirm(ACCEPTED)

    assert not isinstance(raised.value, ChangeUnknown)
    assert upstream.calls.count("POST agreements") == 1


async def test_without_a_present_form_nothing_is_confirmed(upstream: Upstream, confirm: Confirm) -> None:
    """The answer is of another agreement only."""
    other = Acceptance(CUSTOMER, AgreementType.MICROSOFT_CLOUD_AGREEMENT, None, ACCEPTED.agreed_at, CONTACT)

    with pytest.raises(Malformed):
        await confirm(other)

    assert "POST agreements" not in upstream.calls
