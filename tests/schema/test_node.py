"""Opaque identifiers: every object has one that leads back to it, and nothing else leads anywhere."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from gateway.schema.node import Kind, node_id, parts_of, read_node_id
from tests.harness import Gateway
from tests.shop_ids import BASIC, CONTOSO, DEMO_CART

ACart = Callable[..., Awaitable[dict[str, Any]]]

PARTS: dict[Kind, tuple[str, ...]] = {
    Kind.CART: (CONTOSO, DEMO_CART),
    Kind.LINE_ITEM: (CONTOSO, DEMO_CART, BASIC.lower(), "0", "1"),
    Kind.CUSTOMER: (CONTOSO,),
    Kind.ORDER: (CONTOSO, "311qiN8iFwkv-XARWMvXRYAwYKMACVqv1"),
    Kind.PRODUCT: ("SE", "CFQ7TTC0LH18"),
    Kind.SKU: ("SE", "CFQ7TTC0LH18", "0001"),
    Kind.PROMOTION: ("SE", "39NFJQT1PJQB:0001:39NFJQT1Q5KN"),
    Kind.SUBSCRIPTION: (CONTOSO, "7e00109c-32de-4e39-bab1-852b5f9531cf"),
    Kind.AVAILABILITY: ("SE", "CFQ7TTC0LH18", "0001", "CFQ7TTC0K971"),
}
CART_ID = node_id(Kind.CART, CONTOSO, DEMO_CART)


def packed(*members: object) -> str:
    """An identifier with these members, whether this API would issue it or not."""
    return urlsafe_b64encode(msgspec.msgpack.encode(members)).rstrip(b"=").decode()


def test_the_table_has_every_kind() -> None:
    """A new kind needs a row here."""
    assert set(PARTS) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_an_identifier_leads_back_to_its_parts(kind: Kind) -> None:
    """What was put in comes out, under its own kind and no other."""
    text = node_id(kind, *PARTS[kind])

    found = read_node_id(text)
    assert found is not None
    assert (found.kind, found.parts) == (kind, PARTS[kind])
    assert [other for other in Kind if parts_of(other, text) is not None] == [kind]


@pytest.mark.parametrize("kind", Kind)
def test_an_identifier_is_safe_in_an_address(kind: Kind) -> None:
    """Letters, digits, hyphens and underscores: nothing to be encoded."""
    assert set(node_id(kind, *PARTS[kind])) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize("kind", Kind)
def test_a_truncated_identifier_leads_nowhere(kind: Kind) -> None:
    """However much is missing."""
    text = node_id(kind, *PARTS[kind])

    assert [text[:length] for length in range(len(text)) if read_node_id(text[:length]) is not None] == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("nonsense", id="letters"),
        pytest.param("ångström", id="beyond ASCII"),
        pytest.param("A" * 5000, id="very long"),
        pytest.param(f"{CART_ID}=", id="padded"),
        pytest.param(f" {CART_ID}", id="after a blank"),
        pytest.param(f"{CART_ID}\n", id="before a line end"),
        pytest.param(f"{CART_ID[:10]}*{CART_ID[10:]}", id="with a sign that base64 skips"),
        pytest.param(CART_ID.swapcase(), id="in the other case"),
        pytest.param(f"{CART_ID}AAAA", id="with more at its end"),
        pytest.param(urlsafe_b64encode(b"\x81\xa1c\xa1x").decode().rstrip("="), id="of another structure"),
        pytest.param(packed(2, "c", CONTOSO, DEMO_CART), id="of another version"),
        pytest.param(packed("1", "c", CONTOSO, DEMO_CART), id="of a version in text"),
        pytest.param(packed(True, "c", CONTOSO, DEMO_CART), id="of a version that is a truth"),
        pytest.param(packed(1, "x", CONTOSO, DEMO_CART), id="of no kind"),
        pytest.param(packed(1, 7, CONTOSO, DEMO_CART), id="of a kind in numbers"),
        pytest.param(packed(1), id="without a kind"),
        pytest.param(packed(1, "c", CONTOSO), id="with a part too few"),
        pytest.param(packed(1, "c", CONTOSO, DEMO_CART, "0"), id="with a part too many"),
        pytest.param(packed(1, "c", CONTOSO.upper(), DEMO_CART), id="with a GUID in capitals"),
        pytest.param(packed(1, "c", CONTOSO, "../orders"), id="with a path for a cart"),
        pytest.param(packed(1, "u", f"{CONTOSO}/carts"), id="with a path for a customer"),
        pytest.param(packed(1, "o", CONTOSO, "a/../b"), id="with a path for an order"),
        pytest.param(packed(1, "p", "SE", "../customers"), id="with a path for a product"),
        pytest.param(packed(1, "p", "SE&x=y", "CFQ7TTC0LH18"), id="with a query for a country"),
        pytest.param(packed(1, "p", "se", "CFQ7TTC0LH18"), id="with a country in small letters"),
        pytest.param(packed(1, "p", "S1", "CFQ7TTC0LH18"), id="with a digit in a country"),
        pytest.param(packed(1, "p", "S&", "CFQ7TTC0LH18"), id="with a sign in a country"),
        pytest.param(packed(1, "s", "SE", "CFQ7TTC0LH18", "0001#"), id="with a fragment for a SKU"),
        pytest.param(packed(1, "l", CONTOSO, DEMO_CART, 0, BASIC), id="with a number for a text"),
        pytest.param(packed(1, "l", CONTOSO, DEMO_CART, "0", "x" * 2000), id="longer than any item"),
    ],
)
async def test_what_this_api_never_issued_is_null(gateway: Gateway, text: str) -> None:
    """Broken, foreign and forged identifiers lead nowhere, without a call and without an error."""
    document = """query Nowhere($id: ID!) {
      node(id: $id) { id } cart(by: { id: $id }) { id } customer(by: { id: $id }) { id } order(by: { id: $id }) { id }
    }"""

    answer = await gateway.data(document, {"id": text})

    assert answer == {"node": None, "cart": None, "customer": None, "order": None}
    assert await gateway.calls() == []


def test_an_identifier_holds_no_secret() -> None:
    """It is a plain list of what it names."""
    assert msgspec.msgpack.decode(urlsafe_b64decode(CART_ID + "==")) == [1, "c", CONTOSO, DEMO_CART]


async def test_capitals_of_a_guid_make_no_other_id(gateway: Gateway) -> None:
    """The same cart and customer in capitals have the same ids."""
    answer = await gateway.data(
        f"""{{
          cart(by: {{ partnerCenter: {{ customerTenantId: "{CONTOSO.upper()}", cartId: "{DEMO_CART.upper()}" }} }}) {{
            id customer {{ id }}
          }}
          customer(by: {{ tenantId: "{CONTOSO.upper()}" }}) {{ id }}
        }}"""
    )

    customer_id = node_id(Kind.CUSTOMER, CONTOSO)
    assert answer["cart"] == {"id": CART_ID, "customer": {"id": customer_id}}
    assert answer["customer"] == {"id": customer_id}


async def test_lines_of_two_carts_have_different_ids(gateway: Gateway, a_cart: ACart) -> None:
    """Line 0 of one cart and line 0 of another, selling the same, are two lines."""
    one, other = await a_cart({}, {}), await a_cart({}, {})

    ids = [line["id"] for cart in (one, other) for line in cart["lineItems"]]
    assert len(set(ids)) == 4


KINDS = """
query Kinds($cart: ID!, $order: ID!) {
  cart(by: { id: $cart }) {
    id customer { id companyName }
    lineItems { id product { id } sku { id } availability { id } addonItems { id } }
  }
  order(by: { id: $order }) { id }
}
"""


async def test_every_object_can_be_fetched_again(gateway: Gateway, a_cart: ACart) -> None:
    """The id that an object is answered with leads to an object of its type with that id."""
    cart = await a_cart()
    document = "mutation Buy($input: CheckoutCartInput!) { checkoutCart(input: $input) { result { orders { id } } } }"
    bought = await gateway.data(document, {"input": {"cartId": cart["id"]}})
    order_id = bought["checkoutCart"]["result"]["orders"][0]["id"]
    found = await gateway.data(KINDS, {"cart": cart["id"], "order": order_id})
    (line,) = found["cart"]["lineItems"]
    ids = {
        "Cart": found["cart"]["id"],
        "CartLineItem": line["id"],
        "Customer": found["cart"]["customer"]["id"],
        "Order": found["order"]["id"],
        "Product": line["product"]["id"],
        "Sku": line["sku"]["id"],
        "Availability": line["availability"]["id"],
    }

    for kind, text in ids.items():
        again = await gateway.data("query Again($id: ID!) { node(id: $id) { __typename id } }", {"id": text})

        assert again["node"] == {"__typename": kind, "id": text}


async def test_an_add_on_can_be_fetched_again(gateway: Gateway, a_cart: ACart) -> None:
    """Lines under lines have ids like others."""
    base = {"catalogItemId": "91FD106F-4B2C-4938-95AC-F54F74E9A239", "quantity": 3, "termDuration": None}
    addon = {"catalogItemId": "C94271D8-B431-4A25-A3C5-A57737A1C909", "quantity": 2, "billingCycle": "MONTHLY"}
    cart = await a_cart({**base, "addonItems": [addon]})
    text = cart["lineItems"][0]["addonItems"][0]["id"]

    again = await gateway.data(
        "query Again($id: ID!) { node(id: $id) { ... on CartLineItem { quantity parentLineItem { id } } } }",
        {"id": text},
    )

    assert again["node"] == {"quantity": 2, "parentLineItem": {"id": cart["lineItems"][0]["id"]}}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(node_id(Kind.CART, CONTOSO, "00000000-0000-0000-0000-00000000000f"), id="cart"),
        pytest.param(node_id(Kind.LINE_ITEM, CONTOSO, DEMO_CART, BASIC.lower(), "1", "2"), id="one of two lines of an item of which one is left"),
        pytest.param(node_id(Kind.LINE_ITEM, CONTOSO, DEMO_CART, "ms-azr-0145p", "0", "1"), id="line that sells something else now"),
        pytest.param(node_id(Kind.LINE_ITEM, CONTOSO, "00000000-0000-0000-0000-00000000000f", BASIC.lower(), "0", "1"), id="line of no cart"),
        pytest.param(node_id(Kind.CUSTOMER, "00000000-0000-0000-0000-00000000000f"), id="customer"),
        pytest.param(node_id(Kind.ORDER, CONTOSO, "a68736758d9c"), id="order"),
        pytest.param(node_id(Kind.SUBSCRIPTION, CONTOSO, "00000000-0000-0000-0000-00000000000f"), id="subscription"),
        pytest.param(node_id(Kind.PRODUCT, "US", "CFQ7TTC0NONE"), id="product"),
        pytest.param(node_id(Kind.SKU, "US", "CFQ7TTC0LH18", "9999"), id="SKU"),
        pytest.param(node_id(Kind.AVAILABILITY, "US", "CFQ7TTC0LH18", "0001", "CFQ7TTC0GONE"), id="availability"),
    ],
)  # fmt: skip
async def test_what_is_gone_is_null(gateway: Gateway, text: str) -> None:
    """The identifier of an object that is gone is not an error."""
    assert await gateway.data("query Gone($id: ID!) { node(id: $id) { id } }", {"id": text}) == {"node": None}
