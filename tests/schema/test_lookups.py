"""What a cart page costs: one call for the cart and one for each distinct catalog item, and none for what is known."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from gateway.sandbox.app import Sandbox
from gateway.schema.node import Kind, node_id
from tests.harness import Gateway
from tests.schema.failing import Failing, refusing
from tests.shop_ids import ADATUM, CONTOSO, DEMO_CART

Cart = dict[str, Any]
ACart = Callable[..., Awaitable[Cart]]
GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]

DEMO_ID = node_id(Kind.CART, CONTOSO, DEMO_CART)
THE_CART = f"GET /v1/customers/{CONTOSO}/carts/{DEMO_CART}"
THE_CUSTOMER = f"GET /v1/customers/{CONTOSO}"
E3 = "GET /v1/products/CFQ7TTC0LFLX/skus/0001/availabilities/CFQ7TTC0LB30"
SECURITY = "GET /v1/products/CFQ7TTC0HDJX/skus/0001/availabilities/CFQ7TTC0K806"
CAL = "GET /v1/products/DG7GMGF0D5VX/skus/0007/availabilities/DG7GMGF09HJ0"
DEMO_ITEMS = [E3, SECURITY, CAL]
"""What the four lines of the demo cart sell; two of them sell the same."""

PAGE = """
query Page($cart: ID!, $country: CountryCode) {
  cart(by: { id: $cart }) {
    lineItems {
      catalogItemId
      product(country: $country) { title }
      sku(country: $country) { title product { title } }
      availability(country: $country) { country isPurchasable terms { duration } product { title } sku { title } }
    }
  }
}
"""


async def test_a_page_costs_one_call_for_each_distinct_item(gateway: Gateway) -> None:
    """Product, SKU and availability of a line come from one look-up, which lines of one item share; so does the market."""
    page = await gateway.data(PAGE, {"cart": DEMO_ID})

    assert sorted(await gateway.calls()) == sorted([THE_CART, THE_CUSTOMER, *DEMO_ITEMS])
    lines = page["cart"]["lineItems"]
    assert [line["product"]["title"] for line in lines[:3]] == [
        "Microsoft 365 E3",
        "Microsoft 365 E3",
        "Microsoft 365 E5 Security",
    ]
    for line in lines:
        assert line["availability"]["country"] == "US"
        assert line["product"] == line["availability"]["product"] == line["sku"]["product"]
        assert line["sku"]["title"] == line["availability"]["sku"]["title"]


async def test_naming_the_market_saves_the_customer(gateway: Gateway) -> None:
    """With `country` the customer's market is not asked for."""
    await gateway.data(PAGE, {"cart": DEMO_ID, "country": "US"})

    assert sorted(await gateway.calls()) == sorted([THE_CART, *DEMO_ITEMS])


async def test_each_market_is_a_look_up_of_its_own(gateway: Gateway) -> None:
    """The same item in two markets is two entries of two catalogs."""
    lines = """query Markets($cart: ID!) { cart(by: { id: $cart }) { lineItems {
      here: availability(country: "US") { country segment } there: availability(country: "SE") { country segment }
    } } }"""

    page = await gateway.data(lines, {"cart": DEMO_ID})

    assert {(line["here"]["country"], line["there"]["country"]) for line in page["cart"]["lineItems"]} == {("US", "SE")}
    assert sorted(await gateway.calls()) == sorted([THE_CART, *DEMO_ITEMS, *DEMO_ITEMS])


async def test_the_market_is_the_customers(gateway: Gateway, a_cart: ACart) -> None:
    """A cart of a Swedish customer is shown with the Swedish catalog."""
    cart = await a_cart(customer=ADATUM)

    page = await gateway.data(PAGE, {"cart": cart["id"]})

    assert [line["availability"]["country"] for line in page["cart"]["lineItems"]] == ["SE"]


@pytest.mark.parametrize(
    "selection",
    [
        pytest.param("lineItems { product { partnerCenterId } }", id="the product's id"),
        pytest.param("lineItems { sku { productId partnerCenterId } }", id="the SKU's ids"),
        pytest.param("lineItems { availability { catalogItemId productId skuId partnerCenterId } }", id="all its ids"),
        pytest.param("customer { id tenantId }", id="the customer's ids"),
        pytest.param("customer { __typename tenantId }", id="a type's name"),
        pytest.param("lineItems { p: product { number: partnerCenterId } }", id="under aliases"),
        pytest.param("lineItems { product { ... on Product { partnerCenterId } } }", id="in an inline fragment"),
        pytest.param("lineItems { sku { ...Known } }", id="in a fragment"),
        pytest.param("lineItems { product { partnerCenterId } product { ... { __typename } } }", id="in two places"),
    ],
)
async def test_what_the_line_says_itself_costs_nothing(gateway: Gateway, selection: str) -> None:
    """The parts of a catalog item identifier, and the customer that the cart belongs to, are known."""
    unused = "fragment Known on Sku { ...Ids } fragment Ids on Sku { productId partnerCenterId }"
    fragments = unused if "...Known" in selection else ""

    page = await gateway.data(f'{{ cart(by: {{ id: "{DEMO_ID}" }}) {{ {selection} }} }} {fragments}')

    assert page["cart"]
    assert await gateway.calls() == [THE_CART]


async def test_the_ids_without_a_call_are_the_right_ones(gateway: Gateway) -> None:
    """Taken apart from the line's item, and put together again."""
    page = await gateway.data(
        f"""{{ cart(by: {{ id: "{DEMO_ID}" }}) {{ customer {{ id tenantId }} lineItems {{
          product {{ partnerCenterId }}
          sku {{ productId partnerCenterId }}
          availability {{ catalogItemId productId skuId partnerCenterId }}
        }} }} }}"""
    )

    cart = page["cart"]
    assert cart["customer"] == {"id": node_id(Kind.CUSTOMER, CONTOSO), "tenantId": CONTOSO}
    assert cart["lineItems"][2] == {
        "product": {"partnerCenterId": "CFQ7TTC0HDJX"},
        "sku": {"productId": "CFQ7TTC0HDJX", "partnerCenterId": "0001"},
        "availability": {
            "catalogItemId": "CFQ7TTC0HDJX:0001:CFQ7TTC0K806",
            "productId": "CFQ7TTC0HDJX",
            "skuId": "0001",
            "partnerCenterId": "CFQ7TTC0K806",
        },
    }


@pytest.mark.parametrize(
    "selection",
    [
        pytest.param("product { partnerCenterId title }", id="one field more"),
        pytest.param("product { partnerCenterId: title }", id="a field that only calls itself so"),
        pytest.param("product { partnerCenterId } product { title }", id="one field more elsewhere"),
        pytest.param("product { id }", id="the opaque id, which holds the market"),
        pytest.param("availability { country }", id="the market itself"),
    ],
)
async def test_what_the_line_does_not_say_is_looked_up(gateway: Gateway, selection: str) -> None:
    """Anything else needs the catalog's answer."""
    page = await gateway.data(f'{{ cart(by: {{ id: "{DEMO_ID}" }}) {{ lineItems {{ {selection} }} }} }}')

    assert all(line[name] for line in page["cart"]["lineItems"] for name in line)
    assert sorted(await gateway.calls()) == sorted([THE_CART, THE_CUSTOMER, *DEMO_ITEMS])


@pytest.mark.parametrize(
    "item",
    [
        pytest.param("MS-AZR-0145P", id="an offer of the old catalog"),
        pytest.param("91FD106F-4B2C-4938-95AC-F54F74E9A239", id="an old offer by its GUID"),
        pytest.param("CFQ7TTC0LH18:0001", id="half an item"),
        pytest.param("../customers:0001:CFQ7TTC0K971", id="a path in place of a product"),
    ],
)
async def test_a_text_that_is_not_a_catalog_item_id_is_not_looked_up(
    gateway: Gateway, a_cart: ACart, item: str
) -> None:
    """Null, without a call to the catalog and without an error."""
    cart = await a_cart({"catalogItemId": item})

    page = await gateway.data(PAGE, {"cart": cart["id"]})

    (line,) = page["cart"]["lineItems"]
    assert (line["product"], line["sku"], line["availability"]) == (None, None, None)
    the_cart = f"GET /v1/customers/{CONTOSO}/carts/{cart['partnerCenterId']}"
    assert await gateway.calls() == [the_cart, THE_CUSTOMER]  # read together, before the lines are known


async def test_no_line_takes_no_look_up(gateway: Gateway) -> None:
    """Of a cart without add-ons, only the customer is read as well: that begins before the lines are known."""
    page = await gateway.data(
        f'{{ cart(by: {{ id: "{DEMO_ID}" }}) {{ lineItems {{ parentLineItem {{ product {{ title }} }} }} }} }}'
    )

    assert page["cart"]
    assert await gateway.calls() == [THE_CART, THE_CUSTOMER]


async def test_an_item_that_is_no_longer_sold_is_null(gateway: Gateway, a_cart: ACart) -> None:
    """Absence is an answer: nothing has failed."""
    cart = await a_cart({"catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0GONE"})

    page = await gateway.data(PAGE, {"cart": cart["id"]})

    (line,) = page["cart"]["lineItems"]
    assert (line["product"], line["sku"], line["availability"]) == (None, None, None)


async def test_order_lines_are_looked_up_alike(gateway: Gateway, a_cart: ACart) -> None:
    """What was bought shares one look-up too, and its ids cost none."""
    cart = await a_cart({}, {})
    document = """mutation Buy($input: CheckoutCartInput!) { checkoutCart(input: $input) { result { orders {
      customer { id tenantId }
      lineItems { product { title } sku { title } ids: sku { productId partnerCenterId } }
    } } } }"""

    bought = await gateway.data(document, {"input": {"cartId": cart["id"]}})

    (order,) = bought["checkoutCart"]["result"]["orders"]
    assert [line["product"]["title"] for line in order["lineItems"]] == ["Microsoft 365 Business Basic"] * 2
    assert order["lineItems"][0]["ids"] == {"productId": "CFQ7TTC0LH18", "partnerCenterId": "0001"}
    looked_up = [call for call in await gateway.calls() if f"carts/{cart['partnerCenterId']}" not in call]
    assert looked_up == [THE_CUSTOMER, "GET /v1/products/CFQ7TTC0LH18/skus/0001/availabilities/CFQ7TTC0K971"]


async def test_a_failed_look_up_loses_its_own_fields_only(gateway_over: GatewayOver, sandbox: Sandbox) -> None:
    """Its lines are null there with an error at each path; every other line and field is delivered."""
    async with gateway_over(Failing(sandbox, refusing(500, 1000), ending="/availabilities/CFQ7TTC0K806")) as gateway:
        answer = await gateway.ask(PAGE, {"cart": DEMO_ID})

    lines = answer["data"]["cart"]["lineItems"]
    assert [line["product"] is None for line in lines] == [False, False, True, False]
    assert lines[2]["catalogItemId"] == "CFQ7TTC0HDJX:0001:CFQ7TTC0K806"
    assert sorted(error["path"] for error in answer["errors"]) == [
        ["cart", "lineItems", 2, name] for name in ("availability", "product", "sku")
    ]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"UPSTREAM_UNAVAILABLE"}


async def test_a_failed_look_up_fails_for_every_line_of_its_item(gateway_over: GatewayOver, sandbox: Sandbox) -> None:
    """Lines that share a look-up share its failure, each with an entry of its own."""
    async with gateway_over(Failing(sandbox, refusing(429, 1000), ending="/availabilities/CFQ7TTC0LB30")) as gateway:
        answer = await gateway.ask(f'{{ cart(by: {{ id: "{DEMO_ID}" }}) {{ lineItems {{ product {{ title }} }} }} }}')

    assert [line["product"] is None for line in answer["data"]["cart"]["lineItems"]] == [True, True, False, False]
    assert [error["path"] for error in answer["errors"]] == [["cart", "lineItems", n, "product"] for n in (0, 1)]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"UPSTREAM_THROTTLED"}


async def test_a_market_that_cannot_be_read_loses_the_catalog_only(gateway_over: GatewayOver, sandbox: Sandbox) -> None:
    """Without the customer there is no market to look in, but the cart stays."""
    async with gateway_over(Failing(sandbox, refusing(500, 1000), ending=f"/customers/{CONTOSO}")) as gateway:
        answer = await gateway.ask(PAGE, {"cart": DEMO_ID})

    assert [line["availability"] for line in answer["data"]["cart"]["lineItems"]] == [None] * 4
    assert len(answer["errors"]) == 12


async def test_a_customer_that_is_not_shown_leaves_the_default_market(
    gateway_over: GatewayOver, sandbox: Sandbox
) -> None:
    """Where Partner Center shows no customer, the gateway's own default market is looked in."""
    hidden = Failing(sandbox, refusing(404, 60003), ending=f"/customers/{CONTOSO}")

    async with gateway_over(hidden, default_country="NL") as gateway:
        page = await gateway.data(PAGE, {"cart": DEMO_ID})

    assert {line["availability"]["country"] for line in page["cart"]["lineItems"]} == {"NL"}
