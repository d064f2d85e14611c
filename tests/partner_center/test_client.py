"""Each operation is the documented call."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from gateway.errors import InvalidInput
from gateway.partner_center.callers import Caller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.values import TargetSegment
from gateway.partner_center.plain_json import document
from gateway.partner_center.sending.transport import Transport

Connect = Callable[..., Transport]
Operation = Callable[[PartnerCenter], Awaitable[object]]

CUSTOMER = "6F4CE4D8-F42E-45E0-8661-92AD6AC9D003"
CART = "66E3591E-FAAD-445C-B930-4CCDBF54C43F"
P, S, A = "CFQ7TTC0LH18", "0001", "CFQ7TTC0K971"
C = f"/v1/customers/{CUSTOMER.lower()}"


class Recorder:
    """An upstream that remembers what it was asked and answers all with one documented body."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, content=self.body)


OPERATIONS: list[tuple[str, str, str, Operation]] = [
    ("cart-get.response.azure-savings-plan", "GET", f"{C}/carts/{CART.lower()}", lambda pc: pc.get_cart(CUSTOMER, CART)),
    ("cart-get.response.azure-savings-plan", "POST", f"{C}/carts", lambda pc: pc.create_cart(CUSTOMER, {"lineItems": []})),
    ("cart-get.response.azure-savings-plan", "PUT", f"{C}/carts/{CART.lower()}", lambda pc: pc.update_cart(CUSTOMER, CART, {})),
    ("checkout.response.azure-savings-plan", "POST", f"{C}/carts/{CART.lower()}/checkout", lambda pc: pc.checkout_cart(CUSTOMER, CART, request_id="r")),
    ("products-list.response.nce", "GET", "/v1/products?country=US&targetView=Azure", lambda pc: pc.list_products(country="US", target_view="Azure")),
    ("products-list.response.nce", "GET", "/v1/products?country=US&targetView=Azure&reservationScope=AzurePlan&targetSegment=education", lambda pc: pc.list_products(country="US", target_view="Azure", target_segment=TargetSegment.EDUCATION, reservation_scope="AzurePlan")),
    ("product-get.response.azure-reservation", "GET", f"/v1/products/{P}?country=US", lambda pc: pc.get_product(P, country="US")),
    ("skus-list.response.azure-reservation", "GET", f"/v1/products/{P}/skus?country=US", lambda pc: pc.list_skus(P, country="US")),
    ("sku-get.response.nce", "GET", f"/v1/products/{P}/skus/{S}?country=US", lambda pc: pc.get_sku(P, S, country="US")),
    ("availabilities-list.response.azure-savings-plan", "GET", f"/v1/products/{P}/skus/{S}/availabilities?country=US", lambda pc: pc.list_availabilities(P, S, country="US")),
    ("availability-get.response.nce", "GET", f"/v1/products/{P}/skus/{S}/availabilities/{A}?country=US", lambda pc: pc.get_availability(P, S, A, country="US")),
    ("products-list.response.nce", "GET", f"{C}/products?targetView=Azure", lambda pc: pc.list_customer_products(CUSTOMER, target_view="Azure")),
    ("product-get.response.azure-reservation", "GET", f"{C}/products/{P}", lambda pc: pc.get_customer_product(CUSTOMER, P)),
    ("skus-list.response.azure-reservation", "GET", f"{C}/products/{P}/skus?targetSegment=commercial", lambda pc: pc.list_customer_skus(CUSTOMER, P, target_segment=TargetSegment.COMMERCIAL)),
    ("sku-get.response.nce", "GET", f"{C}/products/{P}/skus/{S}", lambda pc: pc.get_customer_sku(CUSTOMER, P, S)),
    ("availabilities-list.response.azure-savings-plan", "GET", f"{C}/products/{P}/skus/{S}/availabilities", lambda pc: pc.list_customer_availabilities(CUSTOMER, P, S)),
    ("availability-get.response.nce", "GET", f"{C}/products/{P}/skus/{S}/availabilities/{A}", lambda pc: pc.get_customer_availability(CUSTOMER, P, S, A)),
    ("orders-list.response.mixed", "GET", f"{C}/orders?include_price=true", lambda pc: pc.list_orders(CUSTOMER)),
    ("order-get.response.reservation", "GET", f"{C}/orders/a_B-9?include_price=true", lambda pc: pc.get_order(CUSTOMER, "a_B-9")),
    ("customers-list.response", "GET", "/v1/customers", lambda pc: pc.list_customers()),
    ("customers-list.response", "GET", "/v1/customers?size=40", lambda pc: pc.list_customers(size=40)),
    ("customer-get.response", "GET", C, lambda pc: pc.get_customer(CUSTOMER)),
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
    """Method, path and query are those of the page; ids that compare without case go out in lower case."""
    upstream = Recorder(wire(body))

    answer = await operation(PartnerCenter(connect(upstream), caller))

    (request,) = upstream.requests
    assert answer
    assert (request.method, request.url.raw_path.decode()) == (method, address)


async def test_a_cart_read_belongs_to_its_customer(
    connect: Connect, caller: Caller, wire: Callable[[str], bytes]
) -> None:
    """A cart and its lines know the customer they were read for, in the casing that ids compare in."""
    cart = await PartnerCenter(connect(Recorder(wire("cart-get.response.azure-savings-plan"))), caller).get_cart(
        CUSTOMER, CART
    )

    assert isinstance(cart, Cart)
    assert {cart.customer_id, cart.line_items[0].customer_id} == {CUSTOMER.lower()}


async def test_a_catalog_entry_knows_its_market(connect: Connect, caller: Caller, wire: Callable[[str], bytes]) -> None:
    """What was read for one country says so, embedded product and SKU included; answers name it only in part."""
    upstream = Recorder(wire("availabilities-list.response.azure-savings-plan").replace(b'"US"', b'"us"'))

    (entry,) = (await PartnerCenter(connect(upstream), caller).list_availabilities(P, S, country="us")).items

    assert entry.product is not None
    assert entry.sku is not None
    assert {entry.country, entry.product.country, entry.sku.country} == {"US"}


async def test_writes_carry_the_request_id_they_are_given(
    connect: Connect, caller: Caller, wire: Callable[[str], bytes]
) -> None:
    """A purchase keeps its own request id; a call without one gets a fresh one each time."""
    checkouts = Recorder(wire("checkout.response.azure-savings-plan"))
    carts = Recorder(wire("cart-get.response.azure-savings-plan"))

    await PartnerCenter(connect(checkouts), caller).checkout_cart(CUSTOMER, CART, request_id="purchase")
    partner_center = PartnerCenter(connect(carts), caller)
    await partner_center.create_cart(CUSTOMER, {}, request_id="mine")
    await partner_center.create_cart(CUSTOMER, {})
    await partner_center.update_cart(CUSTOMER, CART, {})

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

    await PartnerCenter(connect(upstream), caller).update_cart(CUSTOMER, CART, document(body))

    assert document(upstream.requests[0].content) == document(body)


async def test_customers_are_found_by_the_beginning_of_their_name(
    connect: Connect, caller: Caller, wire: Callable[[str], bytes]
) -> None:
    """The filter is JSON in the query, and whatever the name holds stays inside it."""
    upstream = Recorder(wire("customers-list.response"))

    await PartnerCenter(connect(upstream), caller).list_customers(company_name_starts_with='Fab"&size=9')

    query = upstream.requests[0].url.params
    assert dict(query) == {"filter": '{"Field": "CompanyName", "Value": "Fab\\"&size=9", "Operator": "starts_with"}'}


async def test_the_next_page_of_customers_is_sought(
    connect: Connect, caller: Caller, wire: Callable[[str], bytes]
) -> None:
    """The token of a page goes into the documented header."""
    upstream = Recorder(wire("customers-list.response"))

    await PartnerCenter(connect(upstream), caller).list_customers(size=2, continuation_token="abc==")

    (request,) = upstream.requests
    assert dict(request.url.params) == {"size": "2", "seekOperation": "Next"}
    assert request.headers["ms-continuationtoken"] == "abc=="


HOSTILE: dict[str, Operation] = {
    "customer": lambda pc: pc.get_cart("../x", CART),
    "cart": lambda pc: pc.get_cart(CUSTOMER, "x"),
    "cart of a checkout": lambda pc: pc.checkout_cart(CUSTOMER, "x/checkout", request_id="r"),
    "product": lambda pc: pc.get_product("..", country="US"),
    "SKU": lambda pc: pc.get_sku(P, "0001/../..", country="US"),
    "availability": lambda pc: pc.get_availability(P, S, "a?b", country="US"),
    "customer of a catalog": lambda pc: pc.get_customer_product("x", P),
    "order": lambda pc: pc.get_order(CUSTOMER, "a/b"),
    "position in a list": lambda pc: pc.list_customers(continuation_token="a\r\nb: c"),
    "empty position": lambda pc: pc.list_customers(continuation_token=""),
}


@pytest.mark.parametrize("operation", HOSTILE.values(), ids=HOSTILE.keys())
async def test_nothing_is_sent_for_an_id_of_the_wrong_shape(
    connect: Connect, caller: Caller, operation: Operation
) -> None:
    """A hostile id is refused before it comes near an address or a header."""
    upstream = Recorder(b"{}")

    with pytest.raises(InvalidInput):
        await operation(PartnerCenter(connect(upstream), caller))

    assert upstream.requests == []
