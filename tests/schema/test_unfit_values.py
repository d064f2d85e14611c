"""Values that do not fit: the request is refused as BAD_USER_INPUT, says what was expected, and asks nothing."""

import pytest

from tests.harness import Gateway
from tests.shop_ids import CONTOSO, DEMO_CART


@pytest.mark.parametrize(
    ("query", "words"),
    [
        pytest.param(f'cart(by: {{ partnerCenter: {{ customerTenantId: "contoso", cartId: "{DEMO_CART}" }} }}) {{ id }}', "customerTenantId must be a GUID", id="a cart's customer"),
        pytest.param(f'cart(by: {{ partnerCenter: {{ customerTenantId: "{CONTOSO}", cartId: "1" }} }}) {{ id }}', "cartId must be a GUID", id="a cart"),
        pytest.param('customer(by: { tenantId: "contoso.com" }) { id }', "tenantId must be a GUID", id="a customer"),
        pytest.param('customer(by: { tenantId: "" }) { id }', "tenantId must be a GUID", id="an empty customer"),
        pytest.param(f'order(by: {{ partnerCenter: {{ customerTenantId: "{CONTOSO}", orderId: "a/b" }} }}) {{ id }}', "order id", id="an order"),
        pytest.param('order(by: { partnerCenter: { customerTenantId: "x", orderId: "1" } }) { id }', "customerTenantId must be a GUID", id="an order's customer"),
        pytest.param('product(by: {partnerCenterId: "../carts"}) { id }', "product id", id="a product"),
        pytest.param('sku(by: {partnerCenterId: "CFQ7TTC0LH18:0001/x"}) { id }', "SKU id", id="a SKU"),
        pytest.param('sku(by: {partnerCenterId: ":0001"}) { id }', "product id", id="a SKU's product"),
        pytest.param('sku(by: {partnerCenterId: "0001"}) { id }', "ids of product and SKU", id="a SKU without its product"),
        pytest.param('availability(by: {catalogItemId: "CFQ7TTC0LH18:0001"}) { id }', "three parts", id="half an item"),
        pytest.param('availability(by: {catalogItemId: "CFQ7TTC0LH18:0001:.."}) { id }', "availability id", id="an availability"),
    ],
)  # fmt: skip
async def test_a_malformed_key_is_the_callers_mistake(gateway: Gateway, query: str, words: str) -> None:
    """Partner Center's own ids have a shape; what has another is refused at its field before any call."""
    answer = await gateway.ask(f"{{ {query} }}")

    (error,) = answer["errors"]
    assert list(answer["data"].values()) == [None]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert words in error["message"]
    assert await gateway.calls() == []


ONE_OF = [
    pytest.param("{}", id="none"),
    pytest.param('{ id: "x", tenantId: "y" }', id="both"),
    pytest.param("{ id: null }", id="null"),
]


@pytest.mark.parametrize("by", ONE_OF)
async def test_exactly_one_way_to_name_a_customer(gateway: Gateway, by: str) -> None:
    """Both, none or null of a `@oneOf` is refused by the document itself."""
    answer = await gateway.ask(f"{{ customer(by: {by}) {{ id }} }}")

    assert answer.get("data") is None
    assert {error["extensions"]["code"] for error in answer["errors"]} <= {
        "GRAPHQL_VALIDATION_FAILED",
        "BAD_USER_INPUT",
    }
    assert await gateway.calls() == []


@pytest.mark.parametrize("by", [{}, {"id": "x", "tenantId": "y"}, {"id": None}], ids=["none", "both", "null"])
async def test_exactly_one_way_in_a_variable(gateway: Gateway, by: dict[str, str | None]) -> None:
    """A variable is held to the same."""
    answer = await gateway.ask("query Q($by: CustomerReferenceInput!) { customer(by: $by) { id } }", {"by": by})

    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_USER_INPUT"}
    assert "xactly one" in answer["errors"][0]["message"] or "non-null" in answer["errors"][0]["message"]
    assert await gateway.calls() == []


LINE = {"catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971", "quantity": 1, "billingCycle": "MONTHLY"}
COMMITMENT = {"amount": "0.05", "currencyCode": "USD", "grain": "hourly"}


@pytest.mark.parametrize(
    ("members", "words"),
    [
        pytest.param({"currencyCode": "usd"}, 'three-letter ISO 4217 code in capitals, such as "SEK"', id="currency"),
        pytest.param(
            {"purchaseCommitment": {**COMMITMENT, "amount": 1.5}}, 'as a string, such as "1249.50"', id="float"
        ),
        pytest.param({"purchaseCommitment": {**COMMITMENT, "amount": "1,5"}}, "a decimal number", id="a comma"),
        pytest.param({"purchaseCommitment": {**COMMITMENT, "amount": "NaN"}}, "a decimal number", id="not a number"),
        pytest.param({"termDuration": "1 year"}, 'an ISO 8601 duration, such as "P1Y"', id="a duration in words"),
        pytest.param({"customTermEndDate": "2026-03-31T00:00:00"}, "date-time with an offset", id="a naive date-time"),
        pytest.param({"customTermEndDate": "2026-02-30T00:00:00Z"}, "DateTime cannot be", id="no such day"),
        pytest.param({"quantity": 1.5}, "Int cannot represent", id="half a seat"),
        pytest.param({"quantity": "many"}, "Int cannot represent", id="a quantity in words"),
        pytest.param({"quantity": 2**31}, "32-bit", id="a quantity beyond all numbers"),
        pytest.param({"quantity": None}, "not to be None", id="no quantity"),
        pytest.param({"billingCycle": "WEEKLY"}, "WEEKLY", id="no such cycle"),
        pytest.param({"colour": "red"}, "colour", id="no such member"),
    ],
)
async def test_a_variable_that_does_not_fit(gateway: Gateway, members: dict[str, object], words: str) -> None:
    """The message names the value and the form expected; nothing is created."""
    given = {"customer": {"tenantId": CONTOSO}, "lineItems": [LINE, {**LINE, **members}]}

    answer = await gateway.ask(
        "mutation C($input: CreateCartInput!) { createCart(input: $input) { cart { id } } }", {"input": given}
    )

    (error,) = answer["errors"]
    assert answer.get("data") is None
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "lineItems[1]" in error["message"]
    assert words in error["message"]
    assert await gateway.calls() == []


@pytest.mark.parametrize("country", ["se", "SWE", "", "S1"])
async def test_a_country_that_is_none(gateway: Gateway, country: str) -> None:
    """A market is two capital letters."""
    answer = await gateway.ask(
        'query P($c: CountryCode) { product(by: {partnerCenterId: "CFQ7TTC0LH18"}, country: $c) { title } }',
        {"c": country},
    )

    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert 'a two-letter ISO 3166-1 code in capitals, such as "SE"' in answer["errors"][0]["message"]
    assert await gateway.calls() == []


@pytest.mark.parametrize("literal", ["[]", "{}", "[1]"])
async def test_a_literal_of_another_kind_is_shown_where_it_stands(gateway: Gateway, literal: str) -> None:
    """The error names its place in the document."""
    (error,) = (await gateway.ask(f"{{ node(id: {literal}) {{ id }} }}"))["errors"]

    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["locations"] == [{"line": 1, "column": 12}]
