"""What is asked about a subscription and an order line beyond reading them: each call, and every form of its answer."""

import json
from collections.abc import Awaitable, Callable

import httpx
import pytest

from gateway.partner_center.callers import Caller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.provisioning import ProvisioningStatus, RegistrationStatus
from gateway.partner_center.models.transitions import TransitionType
from gateway.partner_center.orders import OrdersClient
from gateway.partner_center.subscriptions import SubscriptionsClient
from tests.single_attempt import SingleAttempt

Connect = Callable[..., SingleAttempt]
Ask = Callable[[PartnerCenter], Awaitable[object]]

CUSTOMER = "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"
ID = "0b5c2e5e-6f0a-4b0e-9d5a-3a1d0c7f2b11"
C = f"/v1/customers/{CUSTOMER}"
U = f"{C}/subscriptions/{ID}"


class Upstream:
    """Answers every call alike, and remembers it."""

    def __init__(self, body: object, status: int = 200) -> None:
        self.content = b"" if body is None else json.dumps(body).encode()
        self.status = status
        self.calls: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(f"{request.method} {request.url.raw_path.decode()}")
        return httpx.Response(self.status, content=self.content)


QUESTIONS: list[tuple[str, Ask]] = [
    (f"GET {U}/provisioningstatus", lambda pc: SubscriptionsClient(pc).provisioning(CUSTOMER, ID)),
    (f"GET {U}/registrationstatus", lambda pc: SubscriptionsClient(pc).registration(CUSTOMER, ID)),
    (f"POST {U}/registrations", lambda pc: SubscriptionsClient(pc).register(CUSTOMER, ID)),
    (f"GET {U}/transitionEligibilities?eligibilityType=scheduled", lambda pc: SubscriptionsClient(pc).upgrades(CUSTOMER, ID, eligibility_type="scheduled")),
    (f"GET {C}/orders/a1/provisioningstatus", lambda pc: OrdersClient(pc).provisioning(CUSTOMER, "a1")),
    (f"GET {C}/orders/a1/lineitems/2/activationlinks", lambda pc: OrdersClient(pc).activation_links(CUSTOMER, "a1", 2)),
]  # fmt: skip


@pytest.mark.parametrize(("call", "ask"), QUESTIONS, ids=[call for call, _ in QUESTIONS])
async def test_a_question_is_the_documented_call(connect: Connect, caller: Caller, call: str, ask: Ask) -> None:
    """Method, path and query are those of the page."""
    upstream = Upstream({"items": None, "status": "none"})

    await ask(PartnerCenter(connect(upstream), caller))

    assert upstream.calls == [call]


async def test_a_registration_is_accepted_without_a_body(connect: Connect, caller: Caller) -> None:
    """A 202 is its whole answer."""
    upstream = Upstream(None, status=202)

    await SubscriptionsClient(PartnerCenter(connect(upstream), caller)).register(CUSTOMER, ID)

    assert upstream.calls == [f"POST {U}/registrations"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"status": "success", "quantity": 5}, ProvisioningStatus.SUCCEEDED, id="done"),
        pytest.param({"Status": "Pending"}, ProvisioningStatus.PENDING, id="under way, in Pascal case"),
        pytest.param({"status": "FAILED"}, ProvisioningStatus.FAILED, id="failed, in capitals"),
        pytest.param({"status": "none"}, ProvisioningStatus.UNKNOWN, id="a word to come"),
        pytest.param({"status": None}, None, id="nothing is said"),
        pytest.param({"status": {}}, None, id="an object in its place"),
        pytest.param({}, None, id="an empty answer"),
    ],
)
async def test_a_provisioning_status_reads_in_every_form(
    connect: Connect, caller: Caller, body: object, status: ProvisioningStatus | None
) -> None:
    """Samples and tables differ in casing."""
    client = SubscriptionsClient(PartnerCenter(connect(Upstream(body)), caller))

    assert (await client.provisioning(CUSTOMER, ID)).status is status


@pytest.mark.parametrize(
    ("word", "status"),
    [
        pytest.param("fulfilled", ProvisioningStatus.SUCCEEDED, id="handed over"),
        pytest.param("Unfulfilled", ProvisioningStatus.FAILED, id="cancelled before"),
        pytest.param("prefulfillmentPending", ProvisioningStatus.PENDING, id="under way"),
        pytest.param("PrefulfillmentPending", ProvisioningStatus.PENDING, id="under way, as in the table"),
        pytest.param("lost", ProvisioningStatus.UNKNOWN, id="a word to come"),
    ],
)
async def test_an_order_line_has_words_of_its_own(
    connect: Connect, caller: Caller, word: str, status: ProvisioningStatus
) -> None:
    """They mean the same as those of a subscription."""
    upstream = Upstream(
        {"items": [{"lineItemNumber": 0, "status": word, "quantityProvisioningInformation": [{"quantity": 1}]}]}
    )

    lines = await OrdersClient(PartnerCenter(connect(upstream), caller)).provisioning(CUSTOMER, "a1")

    assert [(line.line_item_number, line.status) for line in lines] == [(0, status)]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        pytest.param("NotRegistered", RegistrationStatus.NOT_REGISTERED, id="as printed"),
        pytest.param("notregistered", RegistrationStatus.NOT_REGISTERED, id="as in the table"),
        pytest.param("registering", RegistrationStatus.REGISTERING, id="under way"),
        pytest.param("Registered", RegistrationStatus.REGISTERED, id="done"),
        pytest.param("perhaps", RegistrationStatus.UNKNOWN, id="a word to come"),
        pytest.param(None, RegistrationStatus.UNKNOWN, id="nothing is said"),
    ],
)
async def test_a_registration_status_reads_in_every_form(
    connect: Connect, caller: Caller, word: str | None, status: RegistrationStatus
) -> None:
    """Without regard to case."""
    client = SubscriptionsClient(PartnerCenter(connect(Upstream({"subscriptionId": ID, "status": word})), caller))

    assert (await client.registration(CUSTOMER, ID)).status is status


async def test_activation_links_read(connect: Connect, caller: Caller) -> None:
    """Each with its address."""
    upstream = Upstream({"items": [{"lineItemNumber": 2, "link": {"uri": "https://p.example/a", "method": "GET"}}]})

    links = await OrdersClient(PartnerCenter(connect(upstream), caller)).activation_links(CUSTOMER, "a1", 2)

    assert [link.link and link.link.uri for link in links] == ["https://p.example/a"]


UPGRADES: dict[str, object] = {
    "totalCount": 2,
    "items": [
        {
            "operationId": "o",
            "catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971",
            "title": "Better",
            "quantity": 3,
            "eligibilities": [
                {"isEligible": True, "transitionType": "transition_only", "errors": []},
                {
                    "isEligible": False,
                    "transitionType": "Transition_With_License_Transfer",
                    "errors": [{"code": 3, "description": "Services conflict."}, {"code": "7"}],
                },
            ],
            "subscriptionEligibilities": [{"isEligible": False, "subscriptionId": ID, "errors": [{"code": 2}]}],
        },
        {"catalogItemId": "A:B:C"},
        {"title": "without an item"},
    ],
}


async def test_upgrades_read(connect: Connect, caller: Caller) -> None:
    """With both lists of verdicts; one that names no item is left out, and records know their customer."""
    client = SubscriptionsClient(PartnerCenter(connect(Upstream(UPGRADES)), caller))

    first, second = await client.upgrades(CUSTOMER, ID, eligibility_type="immediate")

    assert (first.customer_id, first.title, first.quantity) == (CUSTOMER, "Better", 3)
    assert [(way.transition_type, way.is_eligible, [error.words for error in way.errors]) for way in first.eligibilities] == [
        (TransitionType.TRANSITION_ONLY, True, []),
        (TransitionType.TRANSITION_WITH_LICENSE_TRANSFER, False, ["Services conflict.", "Error 7 of Partner Center."]),
    ]  # fmt: skip
    assert [(into.customer_id, into.subscription_id) for into in first.subscription_eligibilities] == [(CUSTOMER, ID)]
    assert (second.eligibilities, second.subscription_eligibilities) == ((), ())
