"""What each change does to a cart: to the lines it means and to no other, in one read and one write."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from tests.harness import Gateway
from tests.shop_ids import BASIC, CONTOSO, PREMIUM

Cart = dict[str, Any]
ACart = Callable[..., Awaitable[Cart]]
Valid = Callable[[str, Cart], dict[str, object]]
Stored = Callable[..., Awaitable[Cart]]

YEAR = {"quantity": 1, "billingCycle": "MONTHLY", "termDuration": "P1Y"}
OFFICE_E1 = {"catalogItemId": "91FD106F-4B2C-4938-95AC-F54F74E9A239", "quantity": 5, "termDuration": None}
CONFERENCING = {"catalogItemId": "C94271D8-B431-4A25-A3C5-A57737A1C909", "quantity": 2, "billingCycle": "MONTHLY"}
STORAGE = {"catalogItemId": "43FCE491-76D1-4BCC-B709-8A288786DBAE", "quantity": 3, "billingCycle": "MONTHLY"}

CHANGED = """
fragment Changed on Cart {
  version lineItems { id partnerCenterId catalogItemId quantity friendlyName addonItems { id catalogItemId } }
}
"""
ADD = (
    CHANGED
    + """
mutation Add($input: AddCartLineItemsInput!) {
  addCartLineItems(input: $input) {
    cart { ...Changed }
    addedLineItems { id catalogItemId friendlyName addonItems { catalogItemId } }
    errors { message }
  }
}
"""
)
ADD_ON = (
    CHANGED
    + """
mutation AddOn($input: AddCartAddonItemsInput!) {
  addCartAddonItems(input: $input) {
    cart { ...Changed } addedAddonItems { id catalogItemId parentLineItem { id } } errors { message }
  }
}
"""
)
UPDATE = (
    CHANGED
    + """
mutation Update($input: UpdateCartLineItemsInput!) {
  updateCartLineItems(input: $input) {
    cart { ...Changed } updatedLineItems { id catalogItemId quantity friendlyName } errors { message }
  }
}
"""
)
REMOVE = (
    CHANGED
    + """
mutation Remove($input: RemoveCartLineItemsInput!) {
  removeCartLineItems(input: $input) { cart { ...Changed } removedLineItemIds errors { message } }
}
"""
)
REPLACE = (
    CHANGED
    + """
mutation Replace($input: ReplaceCartLineItemsInput!) {
  replaceCartLineItems(input: $input) { cart { ...Changed } errors { message } }
}
"""
)
DOCUMENTS = {
    "addCartLineItems": ADD,
    "addCartAddonItems": ADD_ON,
    "updateCartLineItems": UPDATE,
    "removeCartLineItems": REMOVE,
    "replaceCartLineItems": REPLACE,
}


async def change(gateway: Gateway, name: str, given: Mapping[str, object]) -> dict[str, Any]:
    """The payload of a change that goes through."""
    payload: dict[str, Any] = (await gateway.data(DOCUMENTS[name], {"input": given}))[name]
    assert payload["errors"] == []
    return payload


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_change_is_one_read_and_one_write(gateway: Gateway, a_cart: ACart, name: str) -> None:
    """Whatever is changed, however many lines it means; and the version is another one after."""
    cart = await a_cart(OFFICE_E1, {}, {})
    given: Mapping[str, dict[str, object]] = {
        "addCartLineItems": {"lineItems": [{"catalogItemId": BASIC, **YEAR}] * 2},
        "addCartAddonItems": {"parentLineItemId": cart["lineItems"][0]["id"], "addonItems": [CONFERENCING, STORAGE]},
        "updateCartLineItems": {"lineItems": [{"id": line["id"], "quantity": 9} for line in cart["lineItems"]]},
        "removeCartLineItems": {"lineItemIds": [line["id"] for line in cart["lineItems"][1:]]},
        "replaceCartLineItems": {"lineItems": [{"catalogItemId": BASIC, **YEAR}] * 2},
    }

    payload = await change(gateway, name, {"cartId": cart["id"], "expectedVersion": cart["version"], **given[name]})

    path = f"/v1/customers/{CONTOSO}/carts/{cart['partnerCenterId']}"
    assert await gateway.calls() == [f"GET {path}", f"PUT {path}"]
    assert payload["cart"]["version"] != cart["version"]


async def test_added_lines_stand_after_the_others(gateway: Gateway, a_cart: ACart) -> None:
    """They come back in the order given, with their add-ons, two of one item as two lines; the others keep their ids."""
    cart = await a_cart({"catalogItemId": "CFQ7TTC0LCHC:0002:CFQ7TTC0KFFN", "quantity": 7})
    twice = {"catalogItemId": BASIC, **YEAR}
    lines = [{**twice, "friendlyName": "one"}, {**OFFICE_E1, "billingCycle": "MONTHLY", "addonItems": [CONFERENCING]}]

    payload = await change(
        gateway, "addCartLineItems", {"cartId": cart["id"], "lineItems": [*lines, {**twice, "friendlyName": "two"}]}
    )

    first, *added = payload["cart"]["lineItems"]
    assert (first["id"], first["quantity"]) == (cart["lineItems"][0]["id"], 7)
    assert [line["id"] for line in payload["addedLineItems"]] == [line["id"] for line in added]
    assert [line["friendlyName"] for line in payload["addedLineItems"]] == ["one", None, "two"]
    assert payload["addedLineItems"][1]["addonItems"] == [{"catalogItemId": CONFERENCING["catalogItemId"]}]
    assert [line["partnerCenterId"] for line in payload["cart"]["lineItems"]] == ["0", "1", "2", "4"]


async def test_add_ons_go_under_their_base(gateway: Gateway, a_cart: ACart) -> None:
    """Add-ons of the old catalog stand under the line named, after those it has."""
    cart = await a_cart({**OFFICE_E1, "addonItems": [STORAGE]}, {})
    base = cart["lineItems"][0]

    payload = await change(
        gateway, "addCartAddonItems",
        {"cartId": cart["id"], "parentLineItemId": base["id"], "addonItems": [CONFERENCING]},
    )  # fmt: skip

    (added,) = payload["addedAddonItems"]
    assert added["catalogItemId"] == CONFERENCING["catalogItemId"]
    assert added["parentLineItem"] == {"id": base["id"]}
    found = [[addon["id"] for addon in line["addonItems"]] for line in payload["cart"]["lineItems"]]
    assert found == [[base["addonItems"][0]["id"], added["id"]], []]


async def test_only_the_lines_named_are_changed(gateway: Gateway, a_cart: ACart) -> None:
    """They come back in the order given; an add-on is changed like a line."""
    cart = await a_cart({}, {**OFFICE_E1, "addonItems": [CONFERENCING]}, {})
    first, base, last = cart["lineItems"]
    (addon,) = base["addonItems"]
    changes = [{"id": last["id"], "quantity": 3}, {"id": addon["id"], "quantity": 4}]

    payload = await change(gateway, "updateCartLineItems", {"cartId": cart["id"], "lineItems": changes})

    assert [(line["id"], line["quantity"]) for line in payload["updatedLineItems"]] == [
        (last["id"], 3),
        (addon["id"], 4),
    ]
    assert [line["quantity"] for line in payload["cart"]["lineItems"]] == [first["quantity"], base["quantity"], 3]


async def test_another_item_makes_another_id(gateway: Gateway, a_cart: ACart) -> None:
    """A line's id holds what it sells, so an old id never means the new item."""
    cart = await a_cart()
    (line,) = cart["lineItems"]

    payload = await change(
        gateway,
        "updateCartLineItems",
        {"cartId": cart["id"], "lineItems": [{"id": line["id"], "catalogItemId": PREMIUM}]},
    )

    (changed,) = payload["updatedLineItems"]
    assert changed["catalogItemId"] == PREMIUM
    assert changed["id"] != line["id"]
    assert [each["id"] for each in payload["cart"]["lineItems"]] == [changed["id"]]


async def test_a_base_line_takes_its_add_ons_with_it(gateway: Gateway, a_cart: ACart) -> None:
    """Everything that is gone is named, so that a client can forget it."""
    cart = await a_cart({**OFFICE_E1, "addonItems": [CONFERENCING, STORAGE]}, {"quantity": 2})
    base, other = cart["lineItems"]

    payload = await change(gateway, "removeCartLineItems", {"cartId": cart["id"], "lineItemIds": [base["id"]]})

    assert payload["removedLineItemIds"] == [base["id"], *(addon["id"] for addon in base["addonItems"])]
    assert [(line["id"], line["quantity"]) for line in payload["cart"]["lineItems"]] == [(other["id"], 2)]


async def test_an_add_on_can_go_alone(gateway: Gateway, a_cart: ACart) -> None:
    """Its base and its siblings stay."""
    cart = await a_cart({**OFFICE_E1, "addonItems": [CONFERENCING, STORAGE]})
    (base,) = cart["lineItems"]
    removed, remaining = base["addonItems"]

    payload = await change(gateway, "removeCartLineItems", {"cartId": cart["id"], "lineItemIds": [removed["id"]]})

    assert payload["removedLineItemIds"] == [removed["id"]]
    assert [addon["id"] for addon in payload["cart"]["lineItems"][0]["addonItems"]] == [remaining["id"]]


async def test_a_base_line_and_its_add_on_can_go_together(gateway: Gateway, a_cart: ACart) -> None:
    """Naming an add-on beside its base is allowed, and removes it once."""
    cart = await a_cart({**OFFICE_E1, "addonItems": [CONFERENCING]}, {})
    base = cart["lineItems"][0]
    ids = [base["addonItems"][0]["id"], base["id"]]

    payload = await change(gateway, "removeCartLineItems", {"cartId": cart["id"], "lineItemIds": ids})

    assert sorted(payload["removedLineItemIds"]) == sorted(ids)
    assert len(payload["cart"]["lineItems"]) == 1


async def test_replaced_lines_begin_anew(gateway: Gateway, a_cart: ACart) -> None:
    """Nothing of the old lines survives; numbers count from 0 again."""
    cart = await a_cart({"friendlyName": "old"}, {"friendlyName": "older"})
    given = {"cartId": cart["id"], "expectedVersion": cart["version"]}

    payload = await change(
        gateway, "replaceCartLineItems", {**given, "lineItems": [{"catalogItemId": PREMIUM, **YEAR, "quantity": 4}]}
    )

    (line,) = payload["cart"]["lineItems"]
    shown = (line["partnerCenterId"], line["catalogItemId"], line["quantity"], line["friendlyName"])
    assert shown == ("0", PREMIUM, 4, None)


async def test_mutations_of_one_document_run_one_after_the_other(
    gateway: Gateway, a_cart: ACart, stored: Stored
) -> None:
    """The second works on what the first left, and both are done."""
    cart = await a_cart()

    answer = await gateway.data(
        """mutation Twice($input: AddCartLineItemsInput!) {
          first: addCartLineItems(input: $input) { cart { lineItemCount } }
          second: addCartLineItems(input: $input) { cart { lineItemCount } }
        }""",
        {"input": {"cartId": cart["id"], "lineItems": [{"catalogItemId": BASIC, **YEAR}]}},
    )

    assert answer == {"first": {"cart": {"lineItemCount": 2}}, "second": {"cart": {"lineItemCount": 3}}}
    assert len((await stored(cart))["lineItems"]) == 3
