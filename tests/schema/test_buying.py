"""What a customer does: fill a cart, change one's mind, buy; and what becomes of a purchase that half succeeds."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.harness import Gateway
from tests.shop_ids import BASIC, CONTOSO, FABRIKAM, PREMIUM

ACart = Callable[..., Awaitable[dict[str, Any]]]
OrdersOf = Callable[[str], Awaitable[list[str]]]

E3 = "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30"

AFFORDABLE = {"catalogItemId": BASIC, "quantity": 10}
TOO_DEAR = {"catalogItemId": PREMIUM, "quantity": 20, "billingCycle": "ANNUAL"}

CREATE = """
mutation Create($input: CreateCartInput!) {
  createCart(input: $input) { cart { ...Cart } errors { message } }
}
fragment Cart on Cart {
  id status canCheckout totals { currencyCode wholeTerms }
  lineItems { id catalogItemId quantity friendlyName orderGroup }
}
"""
ADD = """
mutation Add($input: AddCartLineItemsInput!) {
  addCartLineItems(input: $input) { addedLineItems { id catalogItemId } errors { message } }
}
"""
UPDATE = """
mutation Update($input: UpdateCartLineItemsInput!) {
  updateCartLineItems(input: $input) { updatedLineItems { id quantity } errors { message } }
}
"""
REMOVE = """
mutation Remove($input: RemoveCartLineItemsInput!) {
  removeCartLineItems(input: $input) { removedLineItemIds cart { version } errors { message } }
}
"""
REPLACE = """
mutation Replace($input: ReplaceCartLineItemsInput!) {
  replaceCartLineItems(input: $input) {
    cart { version canCheckout lineItems { catalogItemId quantity } }
    errors { message }
  }
}
"""
CHECK_OUT = """
mutation Buy($input: CheckoutCartInput!) {
  checkoutCart(input: $input) {
    cart { status isEditable canCheckout }
    result {
      outcome
      orders {
        id partnerCenterId status billingCycle currencyCode totalPrice customer { tenantId }
        lineItems { lineItemNumber catalogItemId friendlyName quantity termDuration pricing { price extendedPrice } }
      }
      orderErrors { orderGroup code message partnerCenterCode lineItems { catalogItemId orderGroup quantity } }
    }
    replayed
    errors { code }
  }
}
"""


def yearly(catalog_item_id: str, quantity: int, **members: object) -> dict[str, object]:
    """A line for a year, paid every month."""
    line = {"catalogItemId": catalog_item_id, "quantity": quantity, "billingCycle": "MONTHLY", "termDuration": "P1Y"}
    return {**line, **members}


def ids(result: dict[str, Any]) -> list[str]:
    return [order["partnerCenterId"] for order in result["orders"]]


async def test_a_cart_is_filled_changed_and_bought(gateway: Gateway) -> None:
    """From the first line to the orders, each step sees what the one before it left."""
    customer = {"tenantId": CONTOSO}

    created = await gateway.data(CREATE, {"input": {"customer": customer, "lineItems": [yearly(BASIC, 3)]}})
    cart = created["createCart"]["cart"]
    lines = [yearly(E3, 2, friendlyName="Office"), yearly(PREMIUM, 1)]
    added = await gateway.data(ADD, {"input": {"cartId": cart["id"], "lineItems": lines}})
    (e3, premium) = added["addCartLineItems"]["addedLineItems"]
    changes = [{"id": e3["id"], "quantity": 5}]
    updated = await gateway.data(UPDATE, {"input": {"cartId": cart["id"], "lineItems": changes}})
    removed = await gateway.data(REMOVE, {"input": {"cartId": cart["id"], "lineItemIds": [premium["id"]]}})
    final = {"cartId": cart["id"], "expectedVersion": removed["removeCartLineItems"]["cart"]["version"]}
    replaced = await gateway.data(REPLACE, {"input": {**final, "lineItems": [yearly(BASIC, 4), yearly(E3, 5)]}})
    shown = replaced["replaceCartLineItems"]["cart"]
    bought = await gateway.data(CHECK_OUT, {"input": {"cartId": cart["id"], "expectedVersion": shown["version"]}})

    assert cart["totals"] == [{"currencyCode": "USD", "wholeTerms": "144.0"}]
    assert updated["updateCartLineItems"]["updatedLineItems"] == [{"id": e3["id"], "quantity": 5}]
    assert removed["removeCartLineItems"]["removedLineItemIds"] == [premium["id"]]
    assert [line["quantity"] for line in shown["lineItems"]] == [4, 5]
    assert bought["checkoutCart"]["result"]["outcome"] == "SUCCEEDED"
    assert bought["checkoutCart"]["cart"] == {"status": "ORDERED", "isEditable": False, "canCheckout": False}


async def test_each_order_group_becomes_an_order(gateway: Gateway, a_cart: ACart) -> None:
    """Lines billed alike share an order; it has their items, numbered from 0, with their prices and the sum of them."""
    cart = await a_cart(
        {"quantity": 2, "friendlyName": "Front desk"}, {"billingCycle": "ANNUAL"}, {"catalogItemId": PREMIUM}
    )

    result = (await gateway.data(CHECK_OUT, {"input": {"cartId": cart["id"]}}))["checkoutCart"]["result"]

    monthly, annual = result["orders"]
    assert result["orderErrors"] == []
    assert (monthly["billingCycle"], monthly["currencyCode"], monthly["totalPrice"]) == ("MONTHLY", "USD", "307.2")
    assert monthly["lineItems"] == [
        {
            "lineItemNumber": 0, "catalogItemId": BASIC, "friendlyName": "Front desk", "quantity": 2, "termDuration": "P1Y",
            "pricing": {"price": "4.0", "extendedPrice": "96.0"},
        },
        {
            "lineItemNumber": 1, "catalogItemId": PREMIUM, "friendlyName": "Microsoft 365 Business Premium", "quantity": 1,
            "termDuration": "P1Y", "pricing": {"price": "17.6", "extendedPrice": "211.2"},
        },
    ]  # fmt: skip
    assert [item["catalogItemId"] for item in annual["lineItems"]] == [BASIC]
    assert (annual["billingCycle"], annual["totalPrice"]) == ("ANNUAL", "48.0")


async def test_an_order_can_be_read_at_once(gateway: Gateway, a_cart: ACart) -> None:
    """The order of a checkout is found again, by its id here and by Partner Center's own ids."""
    cart = await a_cart()
    bought = await gateway.data(CHECK_OUT, {"input": {"cartId": cart["id"]}})
    (order,) = bought["checkoutCart"]["result"]["orders"]
    own = {"customerTenantId": order["customer"]["tenantId"], "orderId": order["partnerCenterId"]}

    found = await gateway.data(
        """query Both($id: ID!, $own: PartnerCenterOrderInput!) {
          mine: order(by: { id: $id }) { id billingCycle lineItems { catalogItemId } }
          theirs: order(by: { partnerCenter: $own }) { id billingCycle lineItems { catalogItemId } }
        }""",
        {"id": order["id"], "own": own},
    )

    assert found["mine"] == {"id": order["id"], "billingCycle": "MONTHLY", "lineItems": [{"catalogItemId": BASIC}]}
    assert found["theirs"] == found["mine"]


async def test_a_checkout_is_a_read_an_order_and_a_read(gateway: Gateway, a_cart: ACart) -> None:
    """The cart is looked at before it is ordered, and shown as it stands after."""
    cart = await a_cart()

    await gateway.data(CHECK_OUT, {"input": {"cartId": cart["id"]}})

    path = f"/v1/customers/{CONTOSO}/carts/{cart['partnerCenterId']}"
    assert await gateway.calls() == [f"GET {path}", f"POST {path}/checkout", f"GET {path}"]


async def test_a_second_checkout_answers_the_same_orders(gateway: Gateway, a_cart: ACart, orders_of: OrdersOf) -> None:
    """A cart is ordered once: repeating its checkout names the same orders, and says that it is a repetition."""
    cart = await a_cart({}, {"billingCycle": "ANNUAL"})

    first = (await gateway.data(CHECK_OUT, {"input": {"cartId": cart["id"]}}))["checkoutCart"]
    second = (await gateway.data(CHECK_OUT, {"input": {"cartId": cart["id"]}}))["checkoutCart"]

    assert (first["replayed"], second["replayed"]) == (False, True)
    assert second["result"] == first["result"]
    assert await orders_of(CONTOSO) == ids(first["result"])


async def test_a_repeat_with_the_same_key_makes_no_call(gateway: Gateway, a_cart: ACart) -> None:
    """A checkout repeated under its idempotency key gets the stored answer."""
    cart = await a_cart()
    once = {"input": {"cartId": cart["id"], "idempotencyKey": "order-4711"}}
    first = (await gateway.data(CHECK_OUT, once))["checkoutCart"]
    await gateway.calls()

    second = (await gateway.data(CHECK_OUT, once))["checkoutCart"]

    assert second == {**first, "replayed": True}
    assert await gateway.calls() == []


async def test_a_repeat_ignores_the_version_of_an_ordered_cart(gateway: Gateway, a_cart: ACart) -> None:
    """A caller that repeats a checkout names the version from before it, and still gets the orders."""
    cart = await a_cart()
    shown = {"input": {"cartId": cart["id"], "expectedVersion": cart["version"]}}
    first = (await gateway.data(CHECK_OUT, shown))["checkoutCart"]

    second = (await gateway.data(CHECK_OUT, shown))["checkoutCart"]

    assert second == {**first, "replayed": True}


async def test_a_group_beyond_the_credit_fails_alone(gateway: Gateway, a_cart: ACart) -> None:
    """Orders and order errors come side by side, the failed group with its lines; the cart stays open for it."""
    cart = await a_cart(AFFORDABLE, TOO_DEAR, customer=FABRIKAM)

    payload = (await gateway.data(CHECK_OUT, {"input": {"cartId": cart["id"]}}))["checkoutCart"]

    (order,) = payload["result"]["orders"]
    (error,) = payload["result"]["orderErrors"]
    assert (payload["result"]["outcome"], payload["errors"]) == ("PARTIALLY_SUCCEEDED", [])
    assert [item["catalogItemId"] for item in order["lineItems"]] == [BASIC]
    assert (error["orderGroup"], error["code"], error["partnerCenterCode"]) == ("1", "CREDIT_TOO_LOW", "800025")
    assert "2500.00 USD is too low" in error["message"]
    assert error["lineItems"] == [{"catalogItemId": PREMIUM, "orderGroup": "1", "quantity": 20}]
    assert payload["cart"]["status"] == "ACTIVE"


async def test_a_new_try_orders_nothing_twice(gateway: Gateway, a_cart: ACart, orders_of: OrdersOf) -> None:
    """Only the failed groups are tried again; a group that was ordered stays one order."""
    cart = await a_cart(AFFORDABLE, TOO_DEAR, customer=FABRIKAM)
    first = (await gateway.data(CHECK_OUT, {"input": {"cartId": cart["id"]}}))["checkoutCart"]
    dear = cart["lineItems"][1]
    change = {"cartId": cart["id"], "lineItems": [{"id": dear["id"], "quantity": 2}]}
    await gateway.data(UPDATE, {"input": change})

    second = (await gateway.data(CHECK_OUT, {"input": {"cartId": cart["id"]}}))["checkoutCart"]

    assert (second["result"]["outcome"], second["replayed"]) == ("SUCCEEDED", False)
    assert second["result"]["orders"][0] == first["result"]["orders"][0]
    assert [order["totalPrice"] for order in second["result"]["orders"]] == ["480.0", "422.4"]
    assert await orders_of(FABRIKAM) == ids(second["result"])


async def test_a_checkout_in_which_every_group_fails_is_no_error(
    gateway: Gateway, a_cart: ACart, orders_of: OrdersOf
) -> None:
    """The call was carried out, so `errors` is empty; the outcome says that nothing was ordered."""
    cart = await a_cart(TOO_DEAR, customer=FABRIKAM)

    payload = (await gateway.data(CHECK_OUT, {"input": {"cartId": cart["id"]}}))["checkoutCart"]

    assert (payload["result"]["outcome"], payload["result"]["orders"], payload["errors"]) == ("FAILED", [], [])
    assert [error["orderGroup"] for error in payload["result"]["orderErrors"]] == ["0"]
    assert payload["cart"] == {"status": "ACTIVE", "isEditable": True, "canCheckout": True}
    assert await orders_of(FABRIKAM) == []
