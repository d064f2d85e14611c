"""From a cart to its orders and back: what its checkouts came to, line by line, and which cart an order came from."""

import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.carts.keys import CartKey
from gateway.carts.purchases import PurchaseKey
from gateway.dev.in_process import InProcess
from gateway.sandbox.app import Sandbox
from gateway.store.sqlite import SqliteStore
from tests.harness import START, Clock, Gateway
from tests.schema.conftest import Cart
from tests.shop_ids import BASIC, CONTOSO, FABRIKAM, PREMIUM

ACart = Callable[..., Awaitable[Cart]]
Over = Callable[..., AbstractAsyncContextManager[Gateway]]

AFFORDABLE = {"catalogItemId": BASIC, "quantity": 10, "friendlyName": "Front desk"}
TOO_DEAR = {"catalogItemId": PREMIUM, "quantity": 20, "billingCycle": "ANNUAL"}
PARTNER = "f8de8ffc-e4ca-45c1-b0c6-a7c21eddf911"

CHECK_OUT = """
mutation Buy($cart: ID!) {
  checkoutCart(input: {cartId: $cart}) {
    result { outcome checkedOutAt orders { id partnerCenterId } orderErrors { lineItems { catalogItemId } } }
    replayed
    errors { code }
  }
}
"""
UPDATE = """
mutation Update($input: UpdateCartLineItemsInput!) {
  updateCartLineItems(input: $input) { cart { lineItems { isOrdered } openTotals { lineItemCount } } errors { message } }
}
"""
LOOK = """
query Look($cart: ID!) {
  cart(by: {id: $cart}) {
    status
    checkout {
      outcome checkedOutAt
      orders { partnerCenterId status }
      orderErrors { lineItems { catalogItemId } }
    }
    totals { lineItemCount }
    openTotals { lineItemCount }
    lineItems { isOrdered orderLineItem { friendlyName quantity order { partnerCenterId } } }
  }
}
"""
OPEN = """
query Open($cart: ID!) { cart(by: {id: $cart}) { openTotals { lineItemCount } lineItems { isOrdered } } }
"""
BACK = """
query Back($order: ID!) {
  order(by: {id: $order}) { cart { id status } lineItems { order { id } availability { catalogItemId } } }
}
"""


async def control(sandbox: Sandbox, path: str, body: object) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as client:
        assert (await client.post(f"/_sandbox/{path}", json=body)).status_code == 200


async def bought(gateway: Gateway, cart: Cart) -> dict[str, Any]:
    payload: dict[str, Any] = (await gateway.data(CHECK_OUT, {"cart": cart["id"]}))["checkoutCart"]
    assert payload["errors"] == []
    await gateway.calls()
    return payload


async def look(gateway: Gateway, cart: Cart, document: str = LOOK) -> dict[str, Any]:
    found: dict[str, Any] = (await gateway.data(document, {"cart": cart["id"]}))["cart"]
    return found


def ids(result: Mapping[str, Any]) -> list[str]:
    return [order["partnerCenterId"] for order in result["orders"]]


async def test_a_cart_that_nobody_checked_out_leads_nowhere(gateway: Gateway, a_cart: ACart) -> None:
    """There is no checkout, and everything is open."""
    cart = await a_cart({}, {"quantity": 2})

    found = await look(gateway, cart)

    assert found == {
        "status": "ACTIVE",
        "checkout": None,
        "totals": [{"lineItemCount": 2}],
        "openTotals": [{"lineItemCount": 2}],
        "lineItems": [{"isOrdered": False, "orderLineItem": None}] * 2,
    }


async def test_an_ordered_cart_leads_to_its_orders(gateway: Gateway, a_cart: ACart) -> None:
    """Each line to the order line it became; the orders are read anew, so they are no longer pending."""
    cart = await a_cart(AFFORDABLE, {"billingCycle": "ANNUAL", "quantity": 10})
    result = (await bought(gateway, cart))["result"]

    found = await look(gateway, cart)

    monthly, annual = ids(result)
    assert found == {
        "status": "ORDERED",
        "checkout": {
            "outcome": "SUCCEEDED",
            "checkedOutAt": START.isoformat(),
            "orders": [{"partnerCenterId": each, "status": "COMPLETED"} for each in (monthly, annual)],
            "orderErrors": [],
        },
        "totals": [{"lineItemCount": 2}],
        "openTotals": [],
        "lineItems": [
            {"isOrdered": True, "orderLineItem": {"friendlyName": name, "quantity": 10, "order": {"partnerCenterId": each}}}
            for name, each in (("Front desk", monthly), ("Microsoft 365 Business Basic", annual))
        ],
    }  # fmt: skip


async def test_a_partial_success_shows_what_is_open(gateway: Gateway, a_cart: ACart) -> None:
    """The ordered lines with their order, the failed ones with their error, and a total of what is left."""
    cart = await a_cart(AFFORDABLE, TOO_DEAR, customer=FABRIKAM)
    result = (await bought(gateway, cart))["result"]

    found = await look(gateway, cart)

    assert (result["outcome"], found["checkout"]["outcome"]) == ("PARTIALLY_SUCCEEDED", "PARTIALLY_SUCCEEDED")
    assert found["checkout"]["orderErrors"] == [{"lineItems": [{"catalogItemId": PREMIUM}]}]
    assert (found["totals"], found["openTotals"]) == ([{"lineItemCount": 2}], [{"lineItemCount": 1}])
    assert [line["isOrdered"] for line in found["lineItems"]] == [True, False]
    assert found["lineItems"][0]["orderLineItem"]["order"]["partnerCenterId"] == ids(result)[0]
    assert found["lineItems"][1]["orderLineItem"] is None


@pytest.mark.parametrize("omits", [False, True], ids=["each answer has all orders", "each answer has its own"])
async def test_later_checkouts_are_shown_together(
    gateway: Gateway, sandbox: Sandbox, a_cart: ACart, clock: Clock, omits: bool
) -> None:
    """The failed group fails again, is changed and bought: every order, one verdict, and the moment of the last answer.

    Whether Partner Center repeats earlier orders is not documented.
    """
    await control(sandbox, "switches", {"omitEarlierOrders": omits})
    cart = await a_cart(AFFORDABLE, TOO_DEAR, customer=FABRIKAM)
    first = (await bought(gateway, cart))["result"]
    again = (await bought(gateway, cart))["result"]
    repeated = await look(gateway, cart)
    change = {"cartId": cart["id"], "lineItems": [{"id": cart["lineItems"][1]["id"], "quantity": 2}]}
    changed = (await gateway.data(UPDATE, {"input": change}))["updateCartLineItems"]
    clock.advance(timedelta(hours=1))
    second = (await bought(gateway, cart))["result"]

    found = await look(gateway, cart)

    assert ids(again) == ([] if omits else ids(first))
    assert (ids(repeated["checkout"]), repeated["checkout"]["outcome"]) == (ids(first), "PARTIALLY_SUCCEEDED")
    assert changed["cart"] == {
        "lineItems": [{"isOrdered": True}, {"isOrdered": False}],
        "openTotals": [{"lineItemCount": 1}],
    }
    assert ids(found["checkout"]) == [*ids(first), ids(second)[-1]]
    assert (found["checkout"]["outcome"], found["checkout"]["orderErrors"]) == ("SUCCEEDED", [])
    assert found["checkout"]["checkedOutAt"] == second["checkedOutAt"] == "2026-03-02T10:30:00+00:00"
    assert [line["orderLineItem"]["quantity"] for line in found["lineItems"]] == [10, 2]


async def test_a_mutation_shows_what_it_ordered(gateway: Gateway, a_cart: ACart) -> None:
    """The cart in the payload leads to the orders of this very checkout, also where the request had looked before."""
    cart = await a_cart({})
    document = """mutation Both($id: ID!, $line: ID!) {
      before: updateCartLineItems(input: {cartId: $id, lineItems: [{id: $line, quantity: 3}]}) {
        cart { checkout { outcome } lineItems { isOrdered } }
      }
      after: checkoutCart(input: {cartId: $id}) {
        cart { checkout { orders { partnerCenterId cart { id } } } lineItems { isOrdered } }
        result { orders { partnerCenterId cart { id } } }
      }
    }"""

    data = await gateway.data(document, {"id": cart["id"], "line": cart["lineItems"][0]["id"]})

    before, after = data["before"]["cart"], data["after"]
    assert before == {"checkout": None, "lineItems": [{"isOrdered": False}]}
    assert after["cart"]["checkout"]["orders"] == after["result"]["orders"]
    assert after["result"]["orders"][0]["cart"] == {"id": cart["id"]}
    assert after["cart"]["lineItems"] == [{"isOrdered": True}]


async def test_a_checkout_elsewhere_is_not_found_out(sandbox: Sandbox, gateway_over: Over, gateway: Gateway, a_cart: ACart) -> None:  # fmt: skip
    """Partner Center leads no way to the orders: the cart is ordered, and what became of its lines is not known."""
    cart = await a_cart({})
    async with gateway_over() as elsewhere:
        order = (await bought(elsewhere, cart))["result"]["orders"][0]

    found = await look(gateway, cart)
    back = await gateway.data(BACK, {"order": order["id"]})

    assert (found["status"], found["checkout"], found["openTotals"]) == ("ORDERED", None, [])
    assert found["lineItems"] == [{"isOrdered": True, "orderLineItem": None}]
    assert back["order"]["cart"] is None


async def test_a_checkout_elsewhere_that_is_repeated_here_has_no_moment(
    gateway_over: Over, gateway: Gateway, a_cart: ACart
) -> None:
    """Partner Center repeats its result, from then on both ways are known, but not when it was ordered."""
    cart = await a_cart({})
    async with gateway_over() as elsewhere:
        await bought(elsewhere, cart)
    payload = await bought(gateway, cart)

    found = await look(gateway, cart)

    assert (payload["replayed"], payload["result"]["checkedOutAt"]) == (True, None)
    assert ids(found["checkout"]) == ids(payload["result"])
    assert found["checkout"]["checkedOutAt"] is None


async def test_an_order_leads_back_to_its_cart(gateway: Gateway, a_cart: ACart) -> None:
    """And its lines to the order and to the catalog."""
    cart = await a_cart({})
    order = (await bought(gateway, cart))["result"]["orders"][0]

    found = (await gateway.data(BACK, {"order": order["id"]}))["order"]

    assert found == {
        "cart": {"id": cart["id"], "status": "ORDERED"},
        "lineItems": [{"order": {"id": order["id"]}, "availability": {"catalogItemId": BASIC}}],
    }


async def test_a_cart_that_is_gone_is_null(gateway: Gateway, a_cart: ACart, clock: Clock) -> None:
    """Partner Center keeps carts for seven days; the order stays."""
    cart = await a_cart({})
    order = (await bought(gateway, cart))["result"]["orders"][0]
    clock.advance(timedelta(days=7, hours=1))

    found = (await gateway.data("query Back($id: ID!) { order(by: {id: $id}) { id cart { id } } }", {"id": order["id"]}))  # fmt: skip

    assert found["order"] == {"id": order["id"], "cart": None}


# What it costs


async def test_orders_are_shared_with_other_fields(gateway: Gateway, a_cart: ACart) -> None:
    """An order that the request reads anyway is not read again, and neither is the cart behind it."""
    cart = await a_cart({})
    order = (await bought(gateway, cart))["result"]["orders"][0]

    await gateway.data(
        """query Both($cart: ID!, $order: ID!) {
          cart(by: {id: $cart}) { checkout { orders { status } } }
          order(by: {id: $order}) { cart { status checkout { orders { status } } } }
        }""",
        {"cart": cart["id"], "order": order["id"]},
    )

    assert len(await gateway.calls()) == 2


async def test_the_list_of_an_orders_lines_is_not_selected_within_itself(gateway: Gateway) -> None:
    """A line leads to its order without a call, and so to its lines again, without end."""
    answer = await gateway.ask('{ order(by: {id: "x"}) { lineItems { order { lineItems { quantity } } } } }')

    assert answer["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"


# What fails


async def test_orders_that_cannot_be_read_are_shown_as_answered(gateway: Gateway, a_cart: ACart, sandbox: Sandbox) -> None:  # fmt: skip
    """A placed order is never withheld; Partner Center answered that it is pending."""
    cart = await a_cart({})
    result = (await bought(gateway, cart))["result"]
    await failing(sandbox, "GET */orders/*")

    found = await look(gateway, cart)

    assert found["checkout"]["orders"] == [{"partnerCenterId": ids(result)[0], "status": "PENDING"}]
    assert found["lineItems"][0]["orderLineItem"]["order"] == {"partnerCenterId": ids(result)[0]}


async def failing(sandbox: Sandbox, calls: str) -> None:
    """Refuses all such calls from now on."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as control:
        answer = await control.post("/_sandbox/faults", json={"faults": [{"calls": calls, "fault": 400}]})
        assert answer.is_success, answer.text


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
async def stored(gateway_over: Over, path: Path) -> AsyncGenerator[Gateway]:
    """A gateway whose store is a file."""
    async with gateway_over(store_url=f"sqlite:{path}") as gateway:
        yield gateway


def drop_records(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE records")


async def test_without_its_store_only_what_the_store_knows_is_null(stored: Gateway, a_cart: ACart, path: Path) -> None:
    """Each such field has an entry in `errors`; the cart itself and its totals are answered."""
    cart = await a_cart({})
    drop_records(path)

    answer = await stored.ask(LOOK, {"cart": cart["id"]})

    assert answer["data"]["cart"] == {
        "status": "ACTIVE",
        "checkout": None,
        "totals": [{"lineItemCount": 1}],
        "openTotals": None,
        "lineItems": [{"isOrdered": None, "orderLineItem": None}],
    }
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"OVERLOADED"}
    assert sorted(str(error["path"][-1]) for error in answer["errors"]) == [
        "checkout",
        "isOrdered",
        "openTotals",
        "orderLineItem",
    ]


async def test_without_its_store_an_ordered_cart_is_ordered(stored: Gateway, a_cart: ACart, path: Path) -> None:
    """Partner Center says so."""
    cart = await a_cart({})
    order = (await bought(stored, cart))["result"]["orders"][0]
    drop_records(path)

    found = await look(stored, cart, OPEN)
    back = await stored.ask(BACK, {"order": order["id"]})

    assert found == {"openTotals": [], "lineItems": [{"isOrdered": True}]}
    assert back["data"]["order"]["cart"] is None
    assert [error["path"] for error in back["errors"]] == [["order", "cart"]]


@pytest.mark.parametrize(
    ("record", "code"),
    [
        pytest.param(b"\x94\x01\xc0\xc0\xc3", None, id="of the version before, which forgot the part that was ordered"),
        pytest.param(b"\x95\x00\xc0\xc0\xc2\x03", "OVERLOADED", id="of a later version"),
    ],
)
async def test_what_a_record_does_not_say_is_not_denied(
    stored: Gateway, a_cart: ACart, path: Path, record: bytes, code: str | None
) -> None:
    """Nobody hears of a line that it is not ordered."""
    cart = await a_cart({})
    await put(path, cart, record)

    answer = await stored.ask(OPEN, {"cart": cart["id"]})

    assert answer["data"]["cart"] == {"openTotals": None, "lineItems": [{"isOrdered": None}]}
    assert {error["extensions"]["code"] for error in answer.get("errors", ())} == ({code} if code else set())


async def put(path: Path, cart: Cart, record: bytes) -> None:
    """Stores a purchase of the demo partner as another gateway would."""
    store = SqliteStore(path, clock=lambda: 0)
    key = PurchaseKey(PARTNER, CartKey(CONTOSO, cart["partnerCenterId"]))
    await store.put(key.record_key, record, keep_s=1e12)
    await store.close()


async def test_a_caller_that_may_not_read_the_cart_sees_no_record(
    sandbox: Sandbox, stored: Gateway, gateway_over: Over, a_cart: ACart, path: Path
) -> None:
    """The record of a purchase never replaces Partner Center's own check of the caller's rights."""
    cart = await a_cart({})
    await bought(stored, cart)
    await failing(sandbox, "GET */carts/*")
    async with gateway_over(InProcess(sandbox), store_url=f"sqlite:{path}") as theirs:
        answer = await theirs.ask(LOOK, {"cart": cart["id"]})

    assert answer["data"]["cart"] is None
