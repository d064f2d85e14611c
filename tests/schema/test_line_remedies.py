"""An error on a line says what would be accepted instead, where the catalog knows it."""

from collections.abc import Awaitable, Callable, Mapping

import pytest

from tests.harness import Gateway
from tests.schema.conftest import Cart

ACart = Callable[..., Awaitable[Cart]]

ERRORS = """
query Errors($id: ID!) {
  cart(by: {id: $id}) { lineItems { error {
    code acceptedTerms { duration billingCycle } acceptedQuantity { minimum maximum } acceptedTermEndDates { kind }
  } } }
}
"""
TERMS = [("P1Y", "ANNUAL"), ("P1Y", "MONTHLY"), ("P1M", "MONTHLY")]


@pytest.mark.parametrize(
    ("line", "code", "terms", "quantity"),
    [
        pytest.param({"billingCycle": "TRIENNIAL"}, "BILLING_PLAN_NOT_SUPPORTED", TERMS, None, id="a term that the item lacks"),
        pytest.param({"quantity": 6000}, "MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED", None, (1, 300), id="too many seats"),
        pytest.param({"promotionId": "A:B:C"}, "INVALID_PROMOTION_ID", None, None, id="another error"),
        pytest.param({"catalogItemId": "A:B:C"}, "CATALOG_ITEM_ID_IS_NOT_VALID", None, None, id="an item of no catalog"),
    ],
)  # fmt: skip
async def test_an_error_has_its_remedy(
    *,
    gateway: Gateway,
    a_cart: ACart,
    line: Mapping[str, object],
    code: str,
    terms: list[tuple[str, str]] | None,
    quantity: tuple[int, int] | None,
) -> None:
    """Terms for a wrong term, limits for a wrong quantity; each is null for any other error."""
    cart = await a_cart({}, line)

    good, wrong = (await gateway.data(ERRORS, {"id": cart["id"]}))["cart"]["lineItems"]

    assert good["error"] is None
    assert wrong["error"] == {
        "code": code,
        "acceptedTerms": None
        if terms is None
        else [{"duration": each, "billingCycle": cycle} for each, cycle in terms],
        "acceptedQuantity": quantity and {"minimum": quantity[0], "maximum": quantity[1]},
        "acceptedTermEndDates": None,
    }


async def test_an_error_of_an_offer_that_is_gone_has_no_remedy(gateway: Gateway, a_cart: ACart) -> None:
    """Offers of the older catalog have no terms to look up."""
    cart = await a_cart(
        {"catalogItemId": "91FD106F-4B2C-4938-95AC-F54F74E9A239", "billingCycle": "TRIENNIAL", "termDuration": None}
    )

    (line,) = (await gateway.data(ERRORS, {"id": cart["id"]}))["cart"]["lineItems"]

    assert line["error"]["code"] == "BILLING_PLAN_NOT_SUPPORTED"
    assert (line["error"]["acceptedTerms"], line["error"]["acceptedQuantity"]) == (None, None)
