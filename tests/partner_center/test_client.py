"""Each operation is the documented call."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from uuid import RFC_4122, UUID

import httpx
import pytest

from gateway.errors import InvalidInput
from gateway.partner_center.callers import Caller
from gateway.partner_center.carts import CartsClient
from gateway.partner_center.catalog import CatalogClient
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.customers import CustomersClient
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.promotion_eligibility import EligibilityQuestion
from gateway.partner_center.models.stock import StockQuestion, StockTarget
from gateway.partner_center.models.values import BillingCycle, TargetSegment
from gateway.partner_center.orders import OrdersClient
from gateway.partner_center.plain_json import document
from gateway.partner_center.promotions import PromotionsClient
from gateway.partner_center.sending.calls import new_guid
from gateway.partner_center.stock import StockClient
from gateway.partner_center.subscriptions import SubscriptionsClient
from gateway.partner_center.term_end_dates import TermEndDatesClient
from tests.single_attempt import SingleAttempt

Connect = Callable[..., SingleAttempt]
Operation = Callable[[PartnerCenter], Awaitable[object]]

CUSTOMER = "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"
CART = "66e3591e-faad-445c-b930-4ccdbf54c43f"
SUBSCRIPTION = "0b5c2e5e-6f0a-4b0e-9d5a-3a1d0c7f2b11"
P, S, A = "CFQ7TTC0LH18", "0001", "CFQ7TTC0K971"
C = f"/v1/customers/{CUSTOMER}"


class Recorder:
    """An upstream that remembers what it was asked and answers all with one documented body."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, content=self.body)


OPERATIONS: list[tuple[str, str, str, Operation]] = [
    ("cart-get.response.azure-savings-plan", "GET", f"{C}/carts/{CART}", lambda pc: CartsClient(pc).get(CUSTOMER, CART)),
    ("cart-get.response.azure-savings-plan", "POST", f"{C}/carts", lambda pc: CartsClient(pc).create(CUSTOMER, {"lineItems": []})),
    ("cart-get.response.azure-savings-plan", "PUT", f"{C}/carts/{CART}", lambda pc: CartsClient(pc).update(CUSTOMER, CART, {})),
    ("checkout.response.azure-savings-plan", "POST", f"{C}/carts/{CART}/checkout", lambda pc: CartsClient(pc).checkout(CUSTOMER, CART, request_id="r")),
    ("products-list.response.nce", "GET", "/v1/products?country=US&targetView=Azure", lambda pc: CatalogClient(pc).list_products(country="US", target_view="Azure")),
    ("products-list.response.nce", "GET", "/v1/products?country=US&targetView=Azure&targetSegment=education", lambda pc: CatalogClient(pc).list_products(country="US", target_view="Azure", target_segment=TargetSegment.EDUCATION)),
    ("product-get.response.azure-reservation", "GET", f"/v1/products/{P}?country=US", lambda pc: CatalogClient(pc).get_product(P, country="US")),
    ("skus-list.response.azure-reservation", "GET", f"/v1/products/{P}/skus?country=US", lambda pc: CatalogClient(pc).list_skus(P, country="US")),
    ("sku-get.response.nce", "GET", f"/v1/products/{P}/skus/{S}?country=US", lambda pc: CatalogClient(pc).get_sku(P, S, country="US")),
    ("availabilities-list.response.azure-savings-plan", "GET", f"/v1/products/{P}/skus/{S}/availabilities?country=US", lambda pc: CatalogClient(pc).list_availabilities(P, S, country="US")),
    ("availability-get.response.nce", "GET", f"/v1/products/{P}/skus/{S}/availabilities/{A}?country=US", lambda pc: CatalogClient(pc).get_availability(P, S, A, country="US")),
    ("orders-list.response.mixed", "GET", f"{C}/orders?include_price=true", lambda pc: OrdersClient(pc).list(CUSTOMER)),
    ("order-get.response.reservation", "GET", f"{C}/orders/a_B-9?include_price=true", lambda pc: OrdersClient(pc).get(CUSTOMER, "a_B-9")),
    ("subscription-get.response.nce", "GET", f"{C}/subscriptions/{SUBSCRIPTION}", lambda pc: SubscriptionsClient(pc).get(CUSTOMER, SUBSCRIPTION)),
    ("subscriptions-by-order.response", "GET", f"{C}/subscriptions", lambda pc: SubscriptionsClient(pc).list(CUSTOMER)),
    ("subscriptions-by-order.response", "GET", f"{C}/subscriptions?order_id=a_B-9", lambda pc: SubscriptionsClient(pc).list_by_order(CUSTOMER, "a_B-9")),
    ("customers-list.response", "GET", "/v1/customers", lambda pc: CustomersClient(pc).list()),
    ("customers-list.response", "GET", "/v1/customers?size=40", lambda pc: CustomersClient(pc).list(size=40)),
    ("promotions-list.response", "GET", "/v1/productpromotions?country=US&segment=commercial", lambda pc: PromotionsClient(pc).list(country="US")),
    ("promotion-get.response.constructed", "GET", "/v1/productpromotions/P%3A0001%3AA?country=US", lambda pc: PromotionsClient(pc).get("P:0001:A", country="US")),
    ("promotion-eligibility.response.not-eligible-seat-count", "POST", f"{C}/promotionEligibilities", lambda pc: PromotionsClient(pc).check(CUSTOMER, [])),
    ("inventory-check-by-resource-type.response", "POST", "/v1/extensions/product/checkinventorybyresourcetype?country=US&resourceType=CosmosDb", lambda pc: StockClient(pc).check(StockQuestion(target_items=()), country="US", resource_type="CosmosDb")),
    ("custom-term-end-dates.response", "GET", f"{C}/subscriptions/customTermEndDates?term_duration=P1Y", lambda pc: TermEndDatesClient(pc).list(CUSTOMER, term_duration="P1Y")),
    ("custom-term-end-dates.response", "GET", f"{C}/subscriptions/customTermEndDates?term_duration=P1M&term_start_date=2025-03-01T12%3A00%3A00Z&target_coterm_subscription_id=s", lambda pc: TermEndDatesClient(pc).list(CUSTOMER, term_duration="P1M", starts_at=datetime(2025, 3, 1, 14, tzinfo=timezone(timedelta(hours=2))), subscription_id="s")),
    ("customer-get.response", "GET", C, lambda pc: CustomersClient(pc).get(CUSTOMER)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "method", "address", "operation"), OPERATIONS, ids=[f"{method} {address}" for _, method, address, _ in OPERATIONS]
)  # fmt: skip
async def test_an_operation_is_the_documented_call(
    *,
    connect: Connect,
    caller: Caller,
    wire: Callable[[str], bytes],
    body: str,
    method: str,
    address: str,
    operation: Operation,
) -> None:
    """Method, path and query are those of the page."""
    upstream = Recorder(wire(body))

    answer = await operation(PartnerCenter(connect(upstream), caller))

    (request,) = upstream.requests
    assert answer
    assert (request.method, request.url.raw_path.decode()) == (method, address)


async def test_a_cart_read_belongs_to_its_customer(
    connect: Connect, caller: Caller, wire: Callable[[str], bytes]
) -> None:
    """A cart and its lines know the customer they were read for."""
    upstream = Recorder(wire("cart-get.response.azure-savings-plan"))

    cart = await CartsClient(PartnerCenter(connect(upstream), caller)).get(CUSTOMER, CART)

    assert isinstance(cart, Cart)
    assert {cart.customer_id, cart.line_items[0].customer_id} == {CUSTOMER}


async def test_a_catalog_entry_knows_its_market(connect: Connect, caller: Caller, wire: Callable[[str], bytes]) -> None:
    """What was read for one country says so, embedded product and SKU included; answers name it only in part."""
    upstream = Recorder(wire("availabilities-list.response.azure-savings-plan").replace(b'"US"', b'"us"'))

    (entry,) = (
        await CatalogClient(PartnerCenter(connect(upstream), caller)).list_availabilities(P, S, country="us")
    ).items

    assert entry.product is not None
    assert entry.sku is not None
    assert {entry.country, entry.product.country, entry.sku.country} == {"US"}


async def test_writes_carry_the_request_id_they_are_given(
    connect: Connect, caller: Caller, wire: Callable[[str], bytes]
) -> None:
    """A purchase keeps its own request id; a call without one gets a fresh one each time."""
    checkouts = Recorder(wire("checkout.response.azure-savings-plan"))
    carts = Recorder(wire("cart-get.response.azure-savings-plan"))

    await CartsClient(PartnerCenter(connect(checkouts), caller)).checkout(CUSTOMER, CART, request_id="purchase")
    client = CartsClient(PartnerCenter(connect(carts), caller))
    await client.create(CUSTOMER, {}, request_id="mine")
    await client.create(CUSTOMER, {})
    await client.update(CUSTOMER, CART, {})

    assert checkouts.requests[0].headers["ms-requestid"] == "purchase"
    ids = [request.headers["ms-requestid"] for request in carts.requests]
    assert ids[0] == "mine"
    assert len(set(ids)) == 3


async def test_a_document_goes_out_with_its_digits(
    connect: Connect, caller: Caller, wire: Callable[[str], bytes]
) -> None:
    """What is put back is what was read."""
    body = wire("cart-create.response.nce-with-pricing")
    upstream = Recorder(body)

    await CartsClient(PartnerCenter(connect(upstream), caller)).update(CUSTOMER, CART, document(body))

    assert document(upstream.requests[0].content) == document(body)


async def test_customers_are_found_by_the_beginning_of_their_name(
    connect: Connect, caller: Caller, wire: Callable[[str], bytes]
) -> None:
    """Partner Center filters them; the count is that of the matches."""
    upstream = Recorder(wire("customers-list.response"))

    await CustomersClient(PartnerCenter(connect(upstream), caller)).list(company_name_starts_with='Fab"&size=9')

    query = upstream.requests[0].url.params
    assert dict(query) == {"filter": '{"Field": "CompanyName", "Value": "Fab\\"&size=9", "Operator": "starts_with"}'}


async def test_the_next_page_of_customers_is_sought(
    connect: Connect, caller: Caller, wire: Callable[[str], bytes]
) -> None:
    """The token of a page goes into the documented header."""
    upstream = Recorder(wire("customers-list.response"))

    await CustomersClient(PartnerCenter(connect(upstream), caller)).list(size=2, continuation_token="abc==")

    (request,) = upstream.requests
    assert dict(request.url.params) == {"size": "2", "seekOperation": "Next"}
    assert request.headers["ms-continuationtoken"] == "abc=="


REFUSED: dict[str, Operation] = {
    "dots for a product": lambda pc: CatalogClient(pc).get_product("..", country="US"),
    "nothing for a cart": lambda pc: CartsClient(pc).get(CUSTOMER, ""),
    "position in a list": lambda pc: CustomersClient(pc).list(continuation_token="a\r\nb: c"),
    "empty position": lambda pc: CustomersClient(pc).list(continuation_token=""),
}


@pytest.mark.parametrize("operation", REFUSED.values(), ids=REFUSED.keys())
async def test_nothing_is_sent_for_what_leads_to_another_resource(
    connect: Connect, caller: Caller, operation: Operation
) -> None:
    """Ids are checked where they enter; one that would still change the path, or a header, is refused here."""
    upstream = Recorder(b"{}")

    with pytest.raises(InvalidInput):
        await operation(PartnerCenter(connect(upstream), caller))

    assert upstream.requests == []


async def test_an_id_of_an_answer_stays_one_segment_of_a_path(
    connect: Connect, caller: Caller, wire: Callable[[str], bytes]
) -> None:
    """Whatever Partner Center names a SKU, asking for it asks for that SKU and nothing else."""
    upstream = Recorder(wire("sku-get.response.nce"))

    await CatalogClient(PartnerCenter(connect(upstream), caller)).get_sku(P, "0001/../..?x#y", country="US")

    (request,) = upstream.requests
    assert request.url.raw_path.decode() == f"/v1/products/{P}/skus/0001%2F..%2F..%3Fx%23y?country=US"


def test_a_new_id_is_a_random_uuid() -> None:
    """Partner Center takes a repeat by its id for the same call, so none may occur twice."""
    ids = [UUID(new_guid()) for _ in range(1_000)]

    assert len(set(ids)) == len(ids)
    assert {(each.version, each.variant) for each in ids} == {(4, RFC_4122)}


async def test_purchases_are_checked_as_documented(
    connect: Connect, caller: Caller, wire: Callable[[str], bytes]
) -> None:
    """Absent members are left out; the billing cycle is in the wire's words."""
    upstream = Recorder(wire("promotion-eligibility.response.not-eligible-seat-count"))
    question = EligibilityQuestion(
        id=3, catalog_item_id="P:0001:A", quantity=5, term_duration="P1Y", billing_cycle=BillingCycle.ONE_TIME
    )

    await PromotionsClient(PartnerCenter(connect(upstream), caller)).check(CUSTOMER, [question])

    sent = {"id": 3, "catalogItemId": "P:0001:A", "quantity": 5, "termDuration": "P1Y", "billingCycle": "one_time"}
    assert document(upstream.requests[0].content) == {"items": [sent]}


async def test_stock_is_asked_as_documented(connect: Connect, caller: Caller, wire: Callable[[str], bytes]) -> None:
    """Items and their context, as for the check that came before."""
    upstream = Recorder(wire("inventory-check-by-resource-type.response"))
    question = StockQuestion(
        target_items=(StockTarget(product_id="P", sku_id="0001"),), inventory_context={"armRegionName": "northeurope"}
    )

    await StockClient(PartnerCenter(connect(upstream), caller)).check(question, country="DE", resource_type="CosmosDb")

    assert document(upstream.requests[0].content) == {
        "targetItems": [{"productId": "P", "skuId": "0001"}],
        "inventoryContext": {"armRegionName": "northeurope"},
    }
