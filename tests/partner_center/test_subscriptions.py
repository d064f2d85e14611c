"""Subscriptions read in every documented form, and lists of them to their end."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from gateway.errors import GatewayError, Malformed
from gateway.partner_center.callers import Caller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.subscriptions import SubscriptionStatus
from gateway.partner_center.models.values import BillingCycle
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import subscriptions as reading
from gateway.partner_center.subscriptions import SubscriptionsClient
from tests.altered_bodies import is_list, is_object
from tests.single_attempt import SingleAttempt

Connect = Callable[..., SingleAttempt]
Body = dict[str, object]

CUSTOMER = "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"
ID = "0b5c2e5e-6f0a-4b0e-9d5a-3a1d0c7f2b11"

LICENSES: Body = {
    "id": ID,
    "offerId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971",
    "offerName": "Business Basic",
    "friendlyName": "Front desk",
    "productType": {"id": "OnlineServicesNCE", "displayName": "OnlineServicesNCE"},
    "quantity": 12,
    "unitType": "Licenses",
    "hasPurchasableAddons": False,
    "creationDate": "2026-11-01T08:15:00.1234567Z",
    "effectiveStartDate": "2026-11-01T08:15:00Z",
    "commitmentEndDate": "2027-10-31T00:00:00Z",
    "commitmentEndDateTime": "2027-10-31T23:59:59Z",
    "billingCycleEndDate": "2026-11-30T00:00:00Z",
    "cancellationAllowedUntilDate": "2026-11-08T08:15:00Z",
    "status": "active",
    "autoRenewEnabled": True,
    "isTrial": False,
    "billingType": "license",
    "billingCycle": "monthly",
    "termDuration": "P1Y",
    "renewalTermDuration": "",
    "refundOptions": [{"type": "Partial", "expiresAt": "2026-11-08T08:15:00Z"}],
    "refundableQuantity": {
        "totalQuantity": 4,
        "details": [{"quantity": 4, "allowedUntilDateTime": "2026-12-01T00:00:00Z"}],
    },
    "scheduledNextTermInstructions": {
        "product": {
            "productId": "CFQ7TTC0LH18",
            "skuId": "0001",
            "availabilityId": "CFQ7TTC0K971",
            "billingCycle": "Annual",
            "termDuration": "P3Y",
            "promotionId": "39NFJQT1PJPZ:0001:39NFJQT1Q5KL",
        },
        "quantity": 10,
        "customTermEndDate": "2027-12-31T00:00:00",
    },
    "suspensionReasons": ["NonPayment"],
    "promotionId": "39NFJQT1PJPZ:0001:39NFJQT1Q5KL",
    "partnerId": "5357564",
    "orderId": "a68736758d9c",
    "attributes": {"etag": "W/1", "objectType": "Subscription"},
}  # fmt: skip


def in_pascal_case(value: object) -> object:
    """The same JSON with the names of all members in the other documented casing."""
    if is_object(value):
        return {str(name)[0].upper() + str(name)[1:]: in_pascal_case(each) for name, each in value.items()}
    return [in_pascal_case(each) for each in value] if is_list(value) else value


@pytest.mark.parametrize("body", [LICENSES, in_pascal_case(LICENSES)], ids=["camel case", "Pascal case"])
def test_a_subscription_reads_whole(body: object) -> None:
    """All members that say what is owned, until when, and what happens next."""
    found = reading.subscription(encode(body), customer_id=CUSTOMER, subscription_id=ID)

    assert (found.customer_id, found.id, found.offer_id, found.order_id) == (CUSTOMER, ID, LICENSES["offerId"], "a68736758d9c")  # fmt: skip
    assert (found.status, found.billing_cycle, found.term_duration) == (SubscriptionStatus.ACTIVE, BillingCycle.MONTHLY, "P1Y")  # fmt: skip
    assert (found.quantity, found.auto_renew_enabled, found.is_trial) == (12, True, False)
    assert (found.partner_id, found.suspension_reasons, found.etag) == ("5357564", ("NonPayment",), "W/1")
    assert found.refundable_quantity is not None
    assert [detail.quantity for detail in found.refundable_quantity.details] == [4]
    assert found.cancellable_until == datetime(2026, 11, 8, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize("body", [LICENSES, in_pascal_case(LICENSES)], ids=["camel case", "Pascal case"])
def test_a_subscription_tells_its_next_term(body: object) -> None:
    """The item, cycle, term, quantity and end of what is scheduled."""
    next_term = reading.subscription(
        encode(body), customer_id=CUSTOMER, subscription_id=ID
    ).scheduled_next_term_instructions

    assert next_term is not None
    assert next_term.product is not None
    assert (next_term.product.product_id, next_term.product.availability_id) == ("CFQ7TTC0LH18", "CFQ7TTC0K971")
    assert (next_term.product.billing_cycle, next_term.product.term_duration) == (BillingCycle.ANNUAL, "P3Y")
    assert (next_term.quantity, next_term.custom_term_end_date) == (10, datetime(2027, 12, 31, tzinfo=UTC))


@pytest.mark.parametrize(
    ("member", "value", "status"),
    [
        pytest.param("status", "Suspended", SubscriptionStatus.SUSPENDED, id="as the table spells it"),
        pytest.param("status", "on holiday", SubscriptionStatus.UNKNOWN, id="a state to come"),
        pytest.param("status", None, SubscriptionStatus.UNKNOWN, id="null"),
        pytest.param("status", {"odd": 1}, SubscriptionStatus.UNKNOWN, id="an object in its place"),
    ],
)
def test_a_status_reads_in_every_form(member: str, value: object, status: SubscriptionStatus) -> None:
    """Casing does not matter, and a state that is not known costs nothing else."""
    found = reading.subscription(encode({**LICENSES, member: value}), customer_id=CUSTOMER, subscription_id=ID)

    assert (found.status, found.quantity) == (status, 12)


@pytest.mark.parametrize(
    ("exact", "day", "end"),
    [
        pytest.param("2027-10-31T23:59:59Z", "2027-10-31T00:00:00Z", "2027-10-31T23:59:59+00:00", id="the exact one first"),
        pytest.param(None, "2027-10-31T00:00:00Z", "2027-10-31T23:59:59+00:00", id="a day is meant to its end"),
        pytest.param(None, "9999-12-31T00:00:00Z", None, id="a day that means never"),
        pytest.param("9999-12-31T23:59:59.9999999Z", None, None, id="a moment that means never"),
        pytest.param(None, None, None, id="neither is said"),
        pytest.param(None, "0001-01-01T00:00:00Z", None, id="a date that was never set"),
    ],
)  # fmt: skip
def test_a_term_ends_at_its_last_moment(exact: str | None, day: str | None, end: str | None) -> None:
    """The last day belongs to the term, and year 9999 means that it has no end. The billing period reads alike."""
    body = {**LICENSES, "commitmentEndDate": day, "commitmentEndDateTime": exact}
    body |= {"billingCycleEndDate": day, "billingCycleEndDateTime": exact}

    found = reading.subscription(encode(body), customer_id=CUSTOMER, subscription_id=ID)

    assert [each and each.isoformat() for each in (found.commitment_ends_at, found.billing_period_ends_at)] == [end] * 2


@pytest.mark.parametrize(
    ("until", "refunds", "expected"),
    [
        pytest.param("2026-11-08T00:00:00Z", [{"expiresAt": "2026-11-02T00:00:00Z"}], 8, id="the subscription's own word"),
        pytest.param(None, [{"expiresAt": "2026-11-02T00:00:00Z"}, {"expiresAt": "2026-11-05T00:00:00Z"}], 5, id="else the last refund's end"),
        pytest.param(None, [{"expiresAfter": "2026-11-03T00:00:00Z"}], 3, id="as the table calls it"),
        pytest.param(None, [{"type": "Full", "expiresAt": None}], None, id="a refund without an end says nothing"),
        pytest.param(None, [], None, id="nothing is said"),
    ],
)  # fmt: skip
def test_a_subscription_tells_until_when_it_can_be_cancelled(
    until: str | None, refunds: list[Body], expected: int | None
) -> None:
    """Older answers have only the ends of refunds."""
    body = {**LICENSES, "cancellationAllowedUntilDate": until, "refundOptions": refunds}

    found = reading.subscription(encode(body), customer_id=CUSTOMER, subscription_id=ID).cancellable_until

    assert (found and found.day) == expected


UNKNOWN_MEMBERS: Body = {"scheduledActions": [{"a": Decimal("1.50")}], "migratedFromSubscriptionId": "x"}


@pytest.mark.parametrize(
    "body", [{**LICENSES, **UNKNOWN_MEMBERS}, {**LICENSES, "status": 5, **UNKNOWN_MEMBERS}], ids=["documented", "odd"]
)
def test_a_subscription_goes_back_with_every_member_it_came_with(body: Body) -> None:
    """Its document has the members that no record knows, with their digits."""
    found = reading.subscription(encode(body), customer_id=CUSTOMER, subscription_id=ID)

    assert found.document == body


def test_a_document_has_the_documented_spelling() -> None:
    """Whoever changes a member of a body in Pascal case finds it, and adds no second one."""
    found = reading.subscription(encode(in_pascal_case(LICENSES)), customer_id=CUSTOMER, subscription_id=ID)

    assert found.document["quantity"] == 12
    assert found.document["friendlyName"] == "Front desk"
    assert "Quantity" not in found.document


@pytest.mark.parametrize("member", ["items", "Items"])
def test_each_subscription_of_a_list_has_its_own_document(member: str) -> None:
    """An item that cannot be read does not shift those of the others; an odd id reads as its text."""
    odd = {"ID": "first", "Id": "last", "extra": 3}
    items = [{"quantity": 1}, {**LICENSES, "extra": 1}, {**LICENSES, "id": 7, "extra": 2}, odd]

    found = reading.subscriptions(encode({"totalCount": 3, member: items}), customer_id=CUSTOMER).items

    assert [(each.customer_id, each.id, each.document["extra"]) for each in found] == [(CUSTOMER, ID, 1), (CUSTOMER, "7", 2), (CUSTOMER, "last", 3)]  # fmt: skip


Pages = dict[str, Body]
"""Answers by the value of the token that asks for them, or of the query's offset."""


class Paged:
    """An upstream that answers a list page by page."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.addresses: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.addresses.append(request.url.raw_path.decode())
        page = request.headers.get("ms-continuationtoken") or request.url.params.get("offset") or ""
        return httpx.Response(200, content=json.dumps(self.pages[page]))


def page(*ids: str, **more: object) -> Body:
    return {"totalCount": 99, "items": [{"id": each} for each in ids], **more}


def link(uri: str, token: str | None = None) -> Body:
    headers = [{"key": "MS-ContinuationToken", "value": token}] if token else []
    return {"next": {"uri": uri, "method": "GET", "headers": headers}}


LIST = f"/v1/customers/{CUSTOMER}/subscriptions"


@pytest.mark.parametrize(
    ("pages", "addresses"),
    [
        pytest.param({"": page("a", "b")}, [LIST], id="a whole list, whatever its count"),
        pytest.param({"": page("a", continuationToken="t"), "t": page("b")}, [LIST, f"{LIST}?seekOperation=Next"], id="a token in the body"),
        pytest.param({"": page("a", links=link("/x", "t")), "t": page("b")}, [LIST, f"{LIST}?seekOperation=Next"], id="a token of the link"),
        pytest.param({"": page("a", links=link("/x?offset=1&size=1")), "1": page("b")}, [LIST, f"{LIST}?offset=1&size=1"], id="a link by offset"),
    ],
)  # fmt: skip
async def test_a_list_is_read_to_its_end(connect: Connect, caller: Caller, pages: Pages, addresses: list[str]) -> None:
    """No paging is documented, and none is missed."""
    upstream = Paged(pages)

    found = await SubscriptionsClient(PartnerCenter(connect(upstream), caller)).list(CUSTOMER)

    assert [each.id for each in found] == ["a", "b"]
    assert upstream.addresses == addresses


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param({"": page("a", continuationToken="t"), "t": page("b", continuationToken="t")}, id="a token again"),
        pytest.param({"": page("a", links=link("/x?offset=0"))}, id="a link to the front"),
        pytest.param({"": page("a", links=link("/x?page=2"))}, id="a link that names no page"),
        pytest.param({"": page("a", continuationToken="t\u00e4")}, id="a token that no header can hold"),
    ],
)
async def test_a_list_without_an_end_is_an_error(connect: Connect, caller: Caller, pages: Pages) -> None:
    """Part of a list never passes for all of it."""
    with pytest.raises(GatewayError) as raised:
        await SubscriptionsClient(PartnerCenter(connect(Paged(pages)), caller)).list(CUSTOMER)

    assert isinstance(raised.value, Malformed)


@pytest.mark.parametrize(
    ("changed", "is_azure"),
    [
        pytest.param({}, False, id="licenses"),
        pytest.param({"billingType": "usage"}, True, id="billed by use"),
        pytest.param({"entitlementId": ID}, True, id="with an entitlement"),
        pytest.param({"offerId": "MS-AZR-0145P"}, True, id="an offer of the old kind"),
        pytest.param({"productType": {"id": "Azure"}, "termDuration": ""}, True, id="a plan without a term"),
        pytest.param({"productType": {"id": "Azure"}, "termDuration": "P1M"}, False, id="a service with a term"),
        pytest.param({"productType": None, "billingType": None}, False, id="nothing is said"),
    ],
)
def test_azure_is_known_by_its_members(changed: Body, *, is_azure: bool) -> None:
    """By what the subscription says of itself; no member says it outright."""
    found = reading.subscription(encode({**LICENSES, **changed}), customer_id=CUSTOMER, subscription_id=ID)

    assert found.is_azure is is_azure
