"""What a request costs in calls to Partner Center: estimated before it runs, counted while it runs, told after it."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from tests.harness import Gateway
from tests.schema.conftest import Cart
from tests.shop_ids import CONTOSO

_CART = """
query Cart($id: ID!) {
  cart(by: {id: $id}) { version canCheckout customer { companyName country } lineItems { ...Line } lineItemsWithErrors { id } }
}
fragment Line on CartLineItem { quantity product { title } sku { title } availability { terms { duration } product { title } } }
"""
_IN_PARTS = """
query InParts($id: ID!) { cart(by: {id: $id}) { ...Titles ...Skus again: lineItems { product { title } } } }
fragment Titles on Cart { lineItems { product { title } } }
fragment Skus on Cart { lineItems { sku { title } } }
"""
_TWO_MARKETS = """
query TwoMarkets($id: ID!) {
  cart(by: {id: $id}) { lineItems { product { title } there: product(country: "SE") { title } } }
}
"""
_REFERENCES = """
query References($id: ID!) {
  cart(by: {id: $id}) { customer { tenantId } lineItems { product { partnerCenterId } sku { productId } } }
}
"""
_CATALOG = """
query Catalog($first: Int = 10) {
  products(first: $first) { edges { node { skus { availabilities { catalogItemId } } } } }
}
"""
_CUSTOMERS = "query Customers { customers(first: 13) { edges { node { companyName country } } } }"
_ORDERS = """
query Orders($customer: String!) {
  customer(by: {tenantId: $customer}) {
    companyName country orders(first: 5) { edges { node { customer { country } lineItems { product { title } } } } }
  }
}
"""
_NODES = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { id ... on Cart { lineItems { product { title } } } } }"
_ADD = """
mutation Add($id: ID!, $item: String!) {
  addCartLineItems(input: {cartId: $id, idempotencyKey: "key-of-an-addition", lineItems: [
    {catalogItemId: $item, quantity: 1, termDuration: "P1Y", billingCycle: MONTHLY}
  ]}) { cart { lineItems { product { title } } } errors { message } }
}
"""
_CHECK_OUT = """
mutation CheckOut($id: ID!) {
  checkoutCart(input: {cartId: $id}) {
    cart { status } result { outcome orders { lineItems { product { title } } } } errors { message }
  }
}
"""


@pytest.fixture
async def full_cart(gateway: Gateway, a_cart: Callable[..., Awaitable[Cart]]) -> Cart:
    """A cart of 20 lines, each of another item."""
    found = await gateway.data("{ products { edges { node { skus { availabilities { catalogItemId } } } } } }")
    items = [
        availability["catalogItemId"]
        for edge in found["products"]["edges"]
        for sku in edge["node"]["skus"]
        for availability in sku["availabilities"]
    ]
    return await a_cart(*({"catalogItemId": item} for item in items[:20]))


def _variables(document: str, cart: Cart) -> dict[str, object]:
    """Those of the following that the document declares."""
    values: Mapping[str, object] = {
        "id": cart["id"],
        "ids": [cart["id"], cart["id"]],
        "item": cart["lineItems"][0]["catalogItemId"],
        "customer": CONTOSO,
    }
    return {name: value for name, value in values.items() if f"${name}:" in document}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(_CART, id="a cart page"),
        pytest.param(_IN_PARTS, id="the same in parts"),
        pytest.param(_TWO_MARKETS, id="a cart in two markets"),
        pytest.param(_REFERENCES, id="what a line's identifier says"),
        pytest.param(_CATALOG, id="a catalog page"),
        pytest.param(_CUSTOMERS, id="customers with their markets"),
        pytest.param(_NODES, id="carts as nodes"),
        pytest.param(_ADD, id="an addition"),
        pytest.param("{ __typename }", id="nothing"),
    ],
)
async def test_estimates_are_no_less_than_the_calls_and_near_them(
    gateway: Gateway, full_cart: Cart, document: str
) -> None:
    """For pages as full as the table assumes, the estimate is one to three times the calls that are made."""
    answer = await gateway.ask(document, _variables(document, full_cart))

    cost, seen = answer["extensions"]["cost"], len(await gateway.calls())
    assert "errors" not in answer
    assert cost["upstreamCalls"] == seen
    assert seen <= cost["estimate"] <= 3 * seen


async def test_estimates_hold_where_there_could_be_much_more(
    gateway: Gateway, a_cart: Callable[..., Awaitable[Cart]]
) -> None:
    """A checkout and a customer's few orders take no more calls than estimated."""
    cart = await a_cart({}, {"quantity": 2})

    for document in (_CHECK_OUT, _ORDERS, _CHECK_OUT):
        answer = await gateway.ask(document, _variables(document, cart))

        assert "errors" not in answer
        assert len(await gateway.calls()) <= answer["extensions"]["cost"]["estimate"]


async def test_an_operation_that_costs_too_much_is_refused_before_any_call(gateway: Gateway) -> None:
    """A hundred customers, 20 orders of each, 5 products of each: the answer names the estimate and the limit."""
    answer = await gateway.ask(
        """query Bomb($first: Int) { customers(first: $first) { edges { node {
             orders { edges { node { lineItems { product { title } } } } }
           } } } }""",
        {"first": 100},
    )

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert "10201 calls" in error["message"]
    assert "at most 500" in error["message"]
    assert await gateway.calls() == []


async def test_the_same_document_is_fine_with_a_smaller_page(gateway: Gateway) -> None:
    """What variables say counts, request by request."""
    document = """query Page($first: Int = 100) { customers(first: $first) { edges { node {
        orders(first: 10) { edges { node { lineItems { product { title } } } } } } } } }"""

    small, large = await gateway.ask(document, {"first": 3}), await gateway.ask(document)

    assert small["extensions"]["cost"]["estimate"] == 1 + 3 * (1 + 1 + 10 * 5)
    assert large["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"


async def test_an_answer_too_large_is_refused_before_anything_is_asked(
    gateway_over: Callable[..., AbstractAsyncContextManager[Gateway]],
) -> None:
    """The characters that it may have are estimated; an answer at the limit is given."""
    async with gateway_over(limit_characters=8 + 30 + 10 + 30) as gateway:
        fitting, too_large = (
            '{ customer(by: {id: "x"}) { __typename } }',
            '{ customer(by: {id: "x"}) { __typename id } }',
        )
        allowed, refused = await gateway.ask(fitting), await gateway.ask(too_large)

    assert "errors" not in allowed
    assert refused["errors"][0]["message"].startswith("The answer may have 110 characters; at most 78 are allowed. ")
    assert refused["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"


async def test_the_limit_is_a_setting(gateway_over: Callable[..., AbstractAsyncContextManager[Gateway]]) -> None:
    """An operation that takes as many calls as the limit is allowed, and none that takes more."""
    async with gateway_over(limit_cost=11) as gateway:
        allowed, refused = await gateway.ask(_CUSTOMERS.replace("13", "10")), await gateway.ask(_CUSTOMERS)

    assert "errors" not in allowed
    assert refused["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("extensions", "told"),
    [
        pytest.param(None, None, id="not asked"),
        pytest.param({"cost": True}, {"estimate": 3, "upstreamCalls": 3, "staleAnswers": 0}, id="asked"),
        pytest.param({"cost": "yes"}, None, id="asked in other words"),
    ],
)
async def test_in_production_the_cost_is_reported_on_request(
    gateway_over: Callable[..., AbstractAsyncContextManager[Gateway]],
    extensions: Mapping[str, object] | None,
    told: Mapping[str, int] | None,
) -> None:
    """A request asks with `"extensions": {"cost": true}`."""
    async with gateway_over(mode="production") as gateway:
        document = _CUSTOMERS.replace("13", "2")
        answer = await gateway.http.post("/graphql", json={"query": document, "extensions": extensions})

    assert answer.json().get("extensions", {}).get("cost") == told


async def test_a_repeated_call_counts_twice(gateway: Gateway, sandbox: Sandbox) -> None:
    """The report counts every attempt, repeats after a failure included."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as control:
        await control.post("/_sandbox/faults", json={"faults": [{"calls": "GET customers", "fault": 503, "times": 1}]})

    answer = await gateway.ask("{ customers(first: 1) { totalCount } }")

    assert answer["extensions"]["cost"] == {"estimate": 1, "upstreamCalls": 2, "staleAnswers": 0}


@pytest.mark.parametrize(
    "selections",
    [
        pytest.param("%s %s", id="side by side"),
        pytest.param("%s ...Second } fragment Second on Mutation { %s", id="one in a fragment"),
        pytest.param("...First ... on Mutation { %s } } fragment First on Mutation { %s", id="both in fragments"),
    ],
)
async def test_two_purchases_in_one_operation_are_refused(
    gateway: Gateway, a_cart: Callable[..., Awaitable[Cart]], selections: str
) -> None:
    """Neither cart is ordered: of two purchases in one answer one can fail, and the operation could not be repeated."""
    purchases = [
        f'{alias}: checkoutCart(input: {{cartId: "{(await a_cart())["id"]}"}}) {{ replayed }}' for alias in "ab"
    ]

    answer = await gateway.ask("mutation { " + selections % tuple(purchases) + " }")

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["LIMIT_EXCEEDED"]
    assert "checkoutCart" in answer["errors"][0]["message"]
    assert await gateway.calls() == []


async def test_two_operations_may_each_hold_a_purchase(
    gateway: Gateway, a_cart: Callable[..., Awaitable[Cart]]
) -> None:
    """Only one of them is run, beside whatever else is in it."""
    cart = await a_cart()
    purchase = f'checkoutCart(input: {{cartId: "{cart["id"]}"}}) {{ result {{ outcome }} }}'
    document = f"mutation A {{ {purchase} }} mutation B {{ {purchase} }}"

    answer: dict[str, Any] = (
        await gateway.http.post("/graphql", json={"query": document, "operationName": "B"})
    ).json()

    assert answer["data"]["checkoutCart"]["result"]["outcome"] == "SUCCEEDED"
