"""What Partner Center finds wrong with a line is part of the cart: it exists, says what is wrong, and can be mended."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.harness import Gateway
from tests.shop_ids import BASIC, CONTOSO

GOOD = {"catalogItemId": BASIC, "quantity": 1, "billingCycle": "MONTHLY", "termDuration": "P1Y"}
OFFICE_E1 = {"catalogItemId": "91FD106F-4B2C-4938-95AC-F54F74E9A239", "quantity": 3, "billingCycle": "MONTHLY"}
CONFERENCING = {"catalogItemId": "C94271D8-B431-4A25-A3C5-A57737A1C909", "quantity": 4, "billingCycle": "MONTHLY"}

CART = """
fragment Cart on Cart {
  id hasErrors canCheckout isEditable lineItemCount unpricedLineItemCount
  lineItems { ...Line addonItems { ...Line } }
  lineItemsWithErrors { id }
}
fragment Line on CartLineItem {
  id catalogItemId quantity orderGroup pricing { price }
  error {
    code partnerCenterCode message
    additionalInformation { availableQuantity purchasedQuantity raw }
  }
}
"""
CREATE = (
    CART
    + """
mutation Create($input: CreateCartInput!) { createCart(input: $input) { cart { ...Cart } errors { message } } }
"""
)


async def created(gateway: Gateway, *lines: Mapping[str, object]) -> dict[str, Any]:
    wanted = {"customer": {"tenantId": CONTOSO}, "lineItems": lines}
    payload = (await gateway.data(CREATE, {"input": wanted}))["createCart"]
    assert payload["errors"] == []
    cart: dict[str, Any] = payload["cart"]
    return cart


@pytest.mark.parametrize(
    ("members", "code", "raw", "words"),
    [
        pytest.param(
            {"quantity": 6000}, "MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED", "10015", "299 seats",
            id="6,000 seats where 299 of 300 are left",
        ),
        pytest.param({"currencyCode": "XXX"}, "CURRENCY_IS_NOT_SUPPORTED", "10000", "Accepted: USD", id="no currency"),
        pytest.param({"currencyCode": "SEK"}, "CURRENCY_IS_NOT_SUPPORTED", "10000", "SEK", id="of another market"),
        pytest.param({"catalogItemId": "nonsense"}, "CATALOG_ITEM_ID_IS_NOT_VALID", "10001", "no product", id="no item"),
        pytest.param(
            {"catalogItemId": "CFQ7TTC0LH18:0001"}, "CATALOG_ITEM_ID_IS_NOT_VALID", "10001", "product:sku:availability",
            id="half an item",
        ),
        pytest.param(
            {"catalogItemId": "CFQ7TTC0LH18:0001:../../customers"}, "CATALOG_ITEM_ID_IS_NOT_VALID", "10001", "sold in US",
            id="a path in an item",
        ),
        pytest.param(
            {"catalogItemId": "CFQ7TTC0NONE:0001:CFQ7TTC0K971"}, "CATALOG_ITEM_ID_IS_NOT_VALID", "10001", "sold in US",
            id="an unknown product",
        ),
        pytest.param({"billingCycle": "TRIENNIAL"}, "BILLING_PLAN_NOT_SUPPORTED", "10013", "monthly", id="no such plan"),
        pytest.param({"promotionId": "A:B:C"}, "INVALID_PROMOTION_ID", "10014", "unknown", id="an unknown promotion"),
        pytest.param(
            {"customTermEndDate": "2026-03-15T00:00:00Z"}, "INVALID_CUSTOM_TERM_END_DATE", "10017", "2027-02-28",
            id="an end on another day",
        ),
        pytest.param(
            {"catalogItemId": "16C9F982-A827-4003-A88E-E75DF1927F27"}, "LEGACY_OFFER_NOT_ELIGIBLE_FOR_PURCHASE", "500600",
            "CFQ7TTC0LFLS", id="an offer of the past",
        ),
        pytest.param(
            {"catalogItemId": "CFQ7TTC0HDJX:0001:CFQ7TTC0K806"}, "UNKNOWN", "400041", "compatible base product",
            id="a code outside the documented ones",
        ),
    ],
)  # fmt: skip
async def test_a_wrong_line_says_what_is_wrong(
    gateway: Gateway, members: Mapping[str, object], code: str, raw: str, words: str
) -> None:
    """The cart exists; the line has a code, Partner Center's own, and words that name the item and the reason."""
    cart = await created(gateway, GOOD, {**GOOD, **members})

    good, wrong = cart["lineItems"]
    assert good["error"] is None
    assert (wrong["error"]["code"], wrong["error"]["partnerCenterCode"]) == (code, raw)
    assert wrong["catalogItemId"] in wrong["error"]["message"]
    assert words in wrong["error"]["message"]
    assert (wrong["orderGroup"], wrong["pricing"]) == (None, None)
    assert cart["lineItemsWithErrors"] == [{"id": wrong["id"]}]


async def test_a_cart_with_a_wrong_line_can_be_changed_but_not_bought(gateway: Gateway) -> None:
    """The derived fields say so, and the price of the wrong line is missing."""
    cart = await created(gateway, GOOD, {**GOOD, "quantity": 6000})

    said = (cart["hasErrors"], cart["canCheckout"], cart["isEditable"])
    assert said == (True, False, True)
    assert (cart["lineItemCount"], cart["unpricedLineItemCount"]) == (2, 1)


async def test_too_many_seats_say_how_many_there_are(gateway: Gateway) -> None:
    """The numbers come as fields, and as Partner Center sent them."""
    cart = await created(gateway, {**GOOD, "quantity": 6000})

    assert cart["lineItems"][0]["error"]["additionalInformation"] == {
        "availableQuantity": 300,
        "purchasedQuantity": 6000,
        "raw": {"availableQuantity": 300, "purchasedQuantity": 6000},
    }


async def test_most_errors_have_no_further_facts(gateway: Gateway) -> None:
    """Where Partner Center sends none, the field is null."""
    cart = await created(gateway, {**GOOD, "catalogItemId": "nonsense"})

    assert cart["lineItems"][0]["error"]["additionalInformation"] is None


async def test_add_ons_have_errors_of_their_own(gateway: Gateway) -> None:
    """An add-on for more seats than its base has is reported beside the base, in the cart's order."""
    cart = await created(gateway, {**GOOD, "quantity": 301}, {**OFFICE_E1, "addonItems": [CONFERENCING]})

    wrong, base = cart["lineItems"]
    (addon,) = base["addonItems"]
    assert (base["error"], addon["error"]["code"]) == (None, "BASE_OFFER_SEAT_QUANTITY_NOT_MET")
    assert cart["lineItemsWithErrors"] == [{"id": wrong["id"]}, {"id": addon["id"]}]


async def test_a_mended_line_can_be_bought(gateway: Gateway) -> None:
    """Changing what was wrong is all it takes."""
    cart = await created(gateway, {**GOOD, "quantity": 6000})
    line_id = cart["lineItems"][0]["id"]
    document = (
        CART
        + """mutation Mend($input: UpdateCartLineItemsInput!) {
      updateCartLineItems(input: $input) { cart { ...Cart } }
    }"""
    )

    answer = await gateway.data(
        document, {"input": {"cartId": cart["id"], "lineItems": [{"id": line_id, "quantity": 300}]}}
    )

    mended = answer["updateCartLineItems"]["cart"]
    assert (mended["hasErrors"], mended["canCheckout"], mended["lineItemsWithErrors"]) == (False, True, [])
    assert mended["lineItems"][0]["pricing"] == {"price": "4.0"}
