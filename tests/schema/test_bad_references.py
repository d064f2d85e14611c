"""Carts, orders and customers are named in exactly one way; both, none and null are refused before anything is called."""

from collections.abc import Iterator, Mapping

import pytest

from tests.harness import Gateway
from tests.schema.ways import literal
from tests.shop_ids import CONTOSO

OWN_CART = {"customerTenantId": CONTOSO, "cartId": "29982361-779a-41ea-991a-6ee4c320e033"}
OWN_ORDER = {"customerTenantId": CONTOSO, "orderId": "a68736758d9c"}

CREATING = 'createCart(input: {{ customer: {}, lineItems: [{{ catalogItemId: "x", quantity: 1, billingCycle: MONTHLY }}] }}) {{ replayed }}'
PLACES: Mapping[str, tuple[str, str, Mapping[str, object]]] = {
    "CartReferenceInput": ("query", "cart(by: {}) {{ id }}", {"partnerCenter": OWN_CART}),
    "OrderReferenceInput": ("query", "order(by: {}) {{ id }}", {"partnerCenter": OWN_ORDER}),
    "CustomerReferenceInput": ("mutation", CREATING, {"tenantId": CONTOSO}),
}
"""Each reference with the operation that takes it here, and the way of naming that is not `id`."""


def wrong(own: Mapping[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    (name,) = own
    yield "none", {}
    yield "both", {"id": "x", **own}
    yield "null", {"id": None}
    yield "null beside the other", {"id": None, **own}
    yield "null for the other", {name: None}
    yield "both null", {"id": None, name: None}


WRONG = [
    pytest.param(kind, given, id=f"{kind}: {how}") for kind, (_, _, own) in PLACES.items() for how, given in wrong(own)
]


@pytest.mark.parametrize(("kind", "given"), WRONG)
async def test_a_literal_names_one_way(gateway: Gateway, kind: str, given: Mapping[str, object]) -> None:
    """The document itself is refused, pointing at the value."""
    operation, field, _ = PLACES[kind]

    answer = await gateway.ask(f"{operation} {{ {field.format(literal(given))} }}")

    assert answer.get("data") is None
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_USER_INPUT"}
    assert all(kind in error["message"] and error["locations"] for error in answer["errors"])
    assert await gateway.calls() == []


@pytest.mark.parametrize(("kind", "given"), WRONG)
async def test_a_variable_names_one_way(gateway: Gateway, kind: str, given: Mapping[str, object]) -> None:
    """The request is refused, naming the variable."""
    operation, field, _ = PLACES[kind]

    answer = await gateway.ask(f"{operation} Try($by: {kind}!) {{ {field.format('$by')} }}", {"by": given})

    assert answer.get("data") is None
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_USER_INPUT"}
    assert all("$by" in error["message"] for error in answer["errors"])
    assert await gateway.calls() == []


@pytest.mark.parametrize("given", [{}, {"id": None}, {"id": "some-id"}], ids=["left out", "null", "a value"])
@pytest.mark.parametrize("kind", PLACES)
async def test_a_variable_that_may_be_null_names_nothing(
    gateway: Gateway, kind: str, given: Mapping[str, object]
) -> None:
    """The document is refused whatever the variable's value. Source: GraphQL specification, September 2025, 5.8.5."""
    operation, field, _ = PLACES[kind]

    answer = await gateway.ask(f"{operation} Try($id: ID) {{ {field.format('{ id: $id }')} }}", given)

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert "'$id'" in error["message"]
    assert "data" not in answer
    assert await gateway.calls() == []
