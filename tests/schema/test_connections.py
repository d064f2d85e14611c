"""Lists page by page: customers, their orders, and the products of a catalog view."""

import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.harness import Clock, Gateway
from tests.shop_ids import CONTOSO

ACart = Callable[..., Awaitable[dict[str, Any]]]
GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]

PAGE = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node"

CUSTOMERS = f"""
query Customers($beginning: String, $first: Int, $after: String, $last: Int, $before: String) {{
  customers(companyNameStartsWith: $beginning, first: $first, after: $after, last: $last, before: $before) {{
    {PAGE} {{ tenantId companyName }} }}
  }}
}}
"""
PRODUCTS = f"""
query Products($view: CatalogView!, $segment: TargetSegment, $country: CountryCode, $words: String, $first: Int, $after: String) {{
  products(
    views: [$view], targetSegment: $segment, country: $country, query: $words, first: $first, after: $after
  ) {{ {PAGE} {{ partnerCenterId title country }} }} }}
}}
"""
ORDERS = f"""
query Orders($customer: String!, $first: Int, $after: String, $last: Int, $before: String) {{
  customer(by: {{tenantId: $customer}}) {{
    orders(first: $first, after: $after, last: $last, before: $before) {{ {PAGE} {{ id partnerCenterId }} }} }}
  }}
}}
"""
BUY = "mutation Buy($id: ID!) { checkoutCart(input: {cartId: $id}) { result { orders { id partnerCenterId } } } }"


def nodes(page: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in page["edges"]]


def customer(number: int) -> dict[str, object]:
    return {"id": f"00000000-0000-0000-0000-{number:012}", "companyProfile": {"companyName": f"Company {number:03}"}}


def many_customers(request: httpx.Request) -> httpx.Response:
    """Partner Center with 250 customers, whose pages go on by token in the link to the next one."""
    start = int(request.headers.get("MS-ContinuationToken", "0"))
    end = start + int(request.url.params["size"])
    body: dict[str, object] = {"totalCount": 250, "items": [customer(each) for each in range(start, min(end, 250))]}
    if end < 250:
        header = {"key": "MS-ContinuationToken", "value": str(end)}
        body["links"] = {"next": {"uri": "/customers?seekOperation=Next", "method": "GET", "headers": [header]}}
    return httpx.Response(200, content=json.dumps(body))


async def test_customers_come_page_by_page_in_both_directions(gateway: Gateway) -> None:
    """Forwards and backwards the pages make the same list, in Partner Center's order."""
    whole = (await gateway.data(CUSTOMERS, {"first": 100}))["customers"]
    forwards: list[dict[str, Any]] = []
    after = None
    while True:
        page = (await gateway.data(CUSTOMERS, {"first": 5, "after": after}))["customers"]
        forwards += nodes(page)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    backwards: list[dict[str, Any]] = []
    before = None
    while True:
        page = (await gateway.data(CUSTOMERS, {"last": 5, "before": before}))["customers"]
        backwards = nodes(page) + backwards
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break

    assert (whole["totalCount"], len(nodes(whole))) == (13, 13)
    assert forwards == backwards == nodes(whole)


async def test_a_page_has_twenty_items_unless_it_is_said(gateway_over: GatewayOver) -> None:
    """Without sizes it is twenty from the front, and a cursor alone goes on in its own direction."""
    async with gateway_over(httpx.MockTransport(many_customers)) as gateway:
        first = (await gateway.data(CUSTOMERS))["customers"]
        second = (await gateway.data(CUSTOMERS, {"after": first["pageInfo"]["endCursor"]}))["customers"]
        again = (await gateway.data(CUSTOMERS, {"before": second["pageInfo"]["startCursor"]}))["customers"]

    assert [node["companyName"] for node in nodes(second)] == [f"Company {number:03}" for number in range(20, 40)]
    assert nodes(again) == nodes(first)


async def test_a_cursor_leads_straight_to_its_page(gateway_over: GatewayOver) -> None:
    """Partner Center gives customers a hundred at a time; a cursor knows which hundred, so one call is enough."""
    asked: list[str] = []

    def partner_center(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("MS-ContinuationToken", "the front"))
        return many_customers(request)

    async with gateway_over(httpx.MockTransport(partner_center)) as gateway:
        first = (await gateway.data(CUSTOMERS, {"first": 100}))["customers"]
        second = (await gateway.data(CUSTOMERS, {"first": 100, "after": first["pageInfo"]["endCursor"]}))["customers"]
        asked.clear()
        third = (await gateway.data(CUSTOMERS, {"first": 60, "after": second["edges"][10]["cursor"]}))["customers"]

    assert [node["companyName"] for node in nodes(third)] == [f"Company {number:03}" for number in range(111, 171)]
    assert asked == ["100"]
    assert (third["totalCount"], third["pageInfo"]["hasNextPage"]) == (250, True)


async def test_the_end_of_a_long_list_can_be_asked_for(gateway_over: GatewayOver) -> None:
    """The last page is found, although Partner Center only goes forwards."""
    async with gateway_over(httpx.MockTransport(many_customers)) as gateway:
        page = (await gateway.data(CUSTOMERS, {"last": 3}))["customers"]

    assert [node["companyName"] for node in nodes(page)] == ["Company 247", "Company 248", "Company 249"]
    assert (page["pageInfo"]["hasNextPage"], page["pageInfo"]["hasPreviousPage"]) == (False, True)


async def test_customers_are_found_by_the_beginning_of_their_name(gateway: Gateway) -> None:
    """Partner Center filters them; the count is that of the matches."""
    page = (await gateway.data(CUSTOMERS, {"beginning": "con"}))["customers"]

    assert (page["totalCount"], nodes(page)) == (1, [{"tenantId": CONTOSO, "companyName": "Contoso, Ltd."}])
    assert await gateway.calls() == ["GET /v1/customers"]


async def test_a_customer_from_a_list_tells_its_market(gateway: Gateway) -> None:
    """The list omits billing addresses, so a customer is read when its market is selected, and only then."""
    page = (await gateway.data("{ customers(first: 2) { edges { node { companyName country } } } }"))["customers"]

    assert [node["country"] for node in nodes(page)] == ["US", "US"]
    assert len(await gateway.calls()) == 3


async def test_orders_come_page_by_page(gateway: Gateway, a_cart: ACart, clock: Clock) -> None:
    """All of a customer's orders, each once, read in one call whatever the page."""
    bought: list[dict[str, Any]] = []
    for _ in range(3):
        cart = await a_cart({}, {"billingCycle": "ANNUAL"})
        bought += (await gateway.data(BUY, {"id": cart["id"]}))["checkoutCart"]["result"]["orders"]
    clock.advance(timedelta(minutes=15))
    await gateway.calls()

    first = (await gateway.data(ORDERS, {"customer": CONTOSO, "first": 4}))["customer"]["orders"]
    rest = await gateway.data(ORDERS, {"customer": CONTOSO, "after": first["pageInfo"]["endCursor"]})
    back = await gateway.data(ORDERS, {"customer": CONTOSO, "last": 9, "before": first["edges"][2]["cursor"]})

    everything = [*nodes(first), *nodes(rest["customer"]["orders"])]
    assert sorted(order["id"] for order in everything) == sorted(order["id"] for order in bought)
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (6, True)
    assert nodes(back["customer"]["orders"]) == everything[:2]
    assert (await gateway.calls()).count(f"GET /v1/customers/{CONTOSO}/orders") == 3


async def test_the_orders_of_a_carts_customer_cost_one_call(gateway: Gateway, a_cart: ACart) -> None:
    """The customer itself is not read for them: the cart already says whose it is."""
    cart = await a_cart()

    answer = await gateway.data(
        "query Orders($id: ID!) { cart(by: {id: $id}) { customer { tenantId orders { totalCount } } } }",
        {"id": cart["id"]},
    )

    assert answer["cart"]["customer"] == {"tenantId": CONTOSO, "orders": {"totalCount": 0}}
    assert [call.rpartition("/")[2] for call in await gateway.calls()] == [cart["partnerCenterId"], "orders"]


async def test_products_of_a_view_can_be_narrowed(gateway: Gateway) -> None:
    """By market and kind of customer at Partner Center, by words in the gateway; the count is of what is left."""
    everything = (await gateway.data(PRODUCTS, {"view": "ONLINE_SERVICES", "first": 100}))["products"]
    swedish = (await gateway.data(PRODUCTS, {"view": "ONLINE_SERVICES", "country": "SE"}))["products"]
    education = (await gateway.data(PRODUCTS, {"view": "ONLINE_SERVICES", "segment": "EDUCATION"}))["products"]
    titled = (await gateway.data(PRODUCTS, {"view": "ONLINE_SERVICES", "words": "PREMIUM 365 BUSI"}))["products"]

    assert everything["totalCount"] == len(nodes(everything)) > education["totalCount"] > 0
    assert {node["country"] for node in nodes(everything)} == {"US"}
    assert {node["country"] for node in nodes(swedish)} == {"SE"}
    assert [node["title"] for node in nodes(titled)] == ["Microsoft 365 Business Premium"]
    assert titled["totalCount"] == 1


async def test_products_come_page_by_page(gateway: Gateway) -> None:
    """The pages make the whole, with the search applied before they are cut."""
    given = {"view": "ONLINE_SERVICES", "words": "business"}
    whole = (await gateway.data(PRODUCTS, {**given, "first": 100}))["products"]

    first = (await gateway.data(PRODUCTS, {**given, "first": 4}))["products"]
    rest = (await gateway.data(PRODUCTS, {**given, "first": 100, "after": first["pageInfo"]["endCursor"]}))["products"]

    assert nodes(first) + nodes(rest) == nodes(whole)
    assert (first["totalCount"], rest["pageInfo"]["hasNextPage"]) == (whole["totalCount"], False)


async def test_a_listed_product_is_not_read_again(gateway: Gateway) -> None:
    """A SKU's product is the one the list named."""
    answer = await gateway.data(
        """{ products(query: "business basic", sortKey: RELEVANCE, first: 1) {
          edges { node { title skus { product { title publisherName } } } }
        } }"""
    )

    (product,) = nodes(answer["products"])
    assert product["skus"][0]["product"]["title"] == product["title"]
    assert [call.rpartition("/")[2] for call in await gateway.calls()] == ["products", "skus"]


async def test_a_listed_product_is_the_product(gateway: Gateway) -> None:
    """Listed, looked up and fetched by id it has one identifier and the same values, as clients' caches need."""
    members = "{ id title description category { partnerCenterId displayName } isMicrosoftProduct }"
    listed = await gateway.data(
        f'{{ products(query: "business basic", sortKey: RELEVANCE, first: 1) {{ edges {{ node {members} }} }} }}'
    )
    (product,) = nodes(listed["products"])

    found = await gateway.data(
        f"query Again($id: ID!) {{ node(id: $id) {{ ... on Product {members} }} }}", {"id": product["id"]}
    )

    assert found["node"] == product


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"first": 0}, "1 to 100", id="a page of none"),
        pytest.param({"first": -1}, "1 to 100", id="fewer than none"),
        pytest.param({"first": 101}, "1 to 100", id="more than a hundred"),
        pytest.param({"last": 101}, "1 to 100", id="more than a hundred from the back"),
        pytest.param({"first": 2, "last": 2}, "not both", id="both directions"),
        pytest.param({"last": 2, "after": "x"}, "after goes with first", id="backwards after a cursor"),
        pytest.param({"first": 2, "before": "x"}, "before goes with last", id="forwards before a cursor"),
        pytest.param({"after": "x", "before": "x"}, "after goes with first", id="between two cursors"),
        pytest.param({"after": "nonsense"}, "does not belong to this list", id="a broken cursor"),
        pytest.param({"before": "🙂"}, "does not belong to this list", id="a cursor that this API cannot have issued"),
    ],
)
@pytest.mark.parametrize("document", [CUSTOMERS, ORDERS, PRODUCTS], ids=["customers", "orders", "products"])
async def test_what_cannot_be_a_page_is_refused(
    gateway: Gateway, document: str, given: dict[str, object], words: str
) -> None:
    """The error says what to send instead, and nothing is listed."""
    if document == PRODUCTS and not given.keys() <= {"first", "after"}:
        document = document.replace("$after: String", "$after: String, $last: Int, $before: String")
        document = document.replace("after: $after\n", "after: $after, last: $last, before: $before\n")

    answer = await gateway.ask(document, {"customer": CONTOSO, "view": "SOFTWARE", **given})

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert words in error["message"]
    assert not [call for call in await gateway.calls() if call.endswith(("/customers", "/orders", "/products"))]


async def test_a_cursor_belongs_to_its_list(gateway: Gateway) -> None:
    """In another list, or the same with other arguments, it means nothing and is refused."""
    software = (await gateway.data(PRODUCTS, {"view": "SOFTWARE", "first": 1}))["products"]["pageInfo"]["endCursor"]

    for document, given in (
        (PRODUCTS, {"view": "AZURE"}),
        (PRODUCTS, {"view": "SOFTWARE", "country": "SE"}),
        (PRODUCTS, {"view": "SOFTWARE", "segment": "EDUCATION"}),
        (PRODUCTS, {"view": "SOFTWARE", "words": "a"}),
        (CUSTOMERS, {}),
        (ORDERS, {"customer": CONTOSO}),
    ):
        (error,) = (await gateway.ask(document, {**given, "after": software}))["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_an_empty_list_is_a_page_without_edges(gateway: Gateway) -> None:
    """A search without matches is not an error."""
    page = (await gateway.data(CUSTOMERS, {"beginning": "Nobody is called so"}))["customers"]

    nowhere = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    assert page == {"totalCount": 0, "pageInfo": nowhere, "edges": []}


async def test_nodes_come_in_the_order_asked_for(gateway: Gateway, a_cart: ACart) -> None:
    """Each kind of object is found, a missing one is null, one asked for twice comes twice, and each is read once."""
    cart = await a_cart({}, {"quantity": 2})
    lines = [line["id"] for line in cart["lineItems"]]
    contoso = (await gateway.data(CUSTOMERS, {"beginning": "Contoso"}))["customers"]["edges"][0]["node"]
    customer_id = (await gateway.data(f'{{ customer(by: {{tenantId: "{contoso["tenantId"]}"}}) {{ id }} }}'))[
        "customer"
    ]
    await gateway.calls()

    found = await gateway.data(
        "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }",
        {"ids": [lines[1], "nonsense", cart["id"], customer_id["id"], lines[0], lines[1]]},
    )

    assert found["nodes"] == [
        {"__typename": "CartLineItem", "id": lines[1]},
        None,
        {"__typename": "Cart", "id": cart["id"]},
        {"__typename": "Customer", "id": customer_id["id"]},
        {"__typename": "CartLineItem", "id": lines[0]},
        {"__typename": "CartLineItem", "id": lines[1]},
    ]
    assert len(await gateway.calls()) == 2


async def test_at_most_a_hundred_nodes_are_fetched_at_once(gateway: Gateway) -> None:
    """More are refused before anything is called, and the operation's other fields are answered."""
    query = 'query Nodes($ids: [ID!]!) { nodes(ids: $ids) { id } node(id: "nonsense") { id } __typename }'

    many = await gateway.data(query, {"ids": ["nonsense"] * 100})
    too_many = await gateway.ask(query, {"ids": ["nonsense"] * 101})

    assert many["nodes"] == [None] * 100
    assert too_many["data"] == {"nodes": None, "node": None, "__typename": "Query"}
    assert too_many["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert "at most 100" in too_many["errors"][0]["message"]
