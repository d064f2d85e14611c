"""The tabs that GraphiQL opens with: a first query, then the collection of operations in the order of a purchase.

The variables of each operation work on the sandbox as it starts.
"""

from collections.abc import Mapping, Sequence

from gateway.http.graphiql import Tab
from gateway.operations.collection import read_collection
from gateway.sandbox.world.seed import Demo
from gateway.schema.node import Kind, node_id

_FAULTY_CART = "5d1f3c80-6a6b-4a0e-9c57-0f2f2f7f8e11"
"""A cart of the demo customer, whose only line has more seats than may be sold."""
_ALPINE_SKI_HOUSE = "8e9d2fba-176a-4bc1-90fe-27f5c6864792"
"""Has orders from the start. Those of the demo customer can be listed only after 15 minutes."""
_BUSINESS_BASIC = "CFQ7TTC0LH18:0001:CFQ7TTC0K971"
_BUSINESS_PREMIUM = "CFQ7TTC0LCHC:0002:CFQ7TTC0KFFN"
_E5_SECURITY = "CFQ7TTC0HDJX:0001:CFQ7TTC0K806"
_USER_CAL = "DG7GMGF0D5VX:0007:DG7GMGF09HJ0"


def open_tabs(demo: Demo) -> Sequence[Tab]:
    """The first needs no variables."""
    documents = {operation.name: operation.document for operation in read_collection()}
    variables = _variables(demo)
    return [Tab(first_query(demo)), *(Tab(documents[name], variables[name]) for name in variables)]


def first_query(demo: Demo) -> str:
    """A query that works as it is, for the demo customer's demo cart."""
    return f"""\
# The demo cart of the sandbox.
query DemoCart {{
  cart(by: {{partnerCenter: {{
    customerTenantId: "{demo.customer_id}"
    cartId: "{demo.cart_id}"
  }}}}) {{
    id
    status
    canCheckout
    customer {{ companyName country }}
    totals {{ wholeTerms currencyCode }}
    lineItems {{
      quantity
      termDuration
      billingCycle
      product {{ title }}
      sku {{ title }}
      pricing {{ price extendedPrice }}
      error {{ code message }}
    }}
  }}
}}
"""


def _variables(demo: Demo) -> Mapping[str, Mapping[str, object]]:
    """The variables of each operation of the collection, by its name, in the order of the tabs."""
    customer = {"tenantId": demo.customer_id}
    cart = node_id(Kind.CART, demo.customer_id, demo.cart_id)
    faulty_cart = node_id(Kind.CART, demo.customer_id, _FAULTY_CART)
    faulty_line = _line(demo.customer_id, _FAULTY_CART, _BUSINESS_BASIC)
    changed_line = _line(demo.customer_id, demo.cart_id, _E5_SECURITY)
    removed_line = _line(demo.customer_id, demo.cart_id, _USER_CAL)
    by_month, by_year = _seats(_BUSINESS_PREMIUM, "P1M"), _seats(_BUSINESS_PREMIUM, "P1Y")
    return {
        "FindProducts": {"query": "business premium"},
        "PreviewCart": {"input": {"customer": customer, "lineItems": [by_month, by_year]}},
        "StartCart": {"input": {"customer": customer, "lineItems": [by_year]}},
        "CartPage": {"cart": {"id": cart}},
        "AddLines": {"input": {"cartId": cart, "lineItems": [_seats(_BUSINESS_BASIC, "P1Y")]}},
        "ChangeLines": {"input": {"cartId": cart, "lineItems": [{"id": changed_line, "quantity": 30}]}},
        "RemoveLines": {"input": {"cartId": cart, "lineItemIds": [removed_line]}},
        "MendLine": {"input": {"cartId": faulty_cart, "lineItems": [{"id": faulty_line, "quantity": 300}]}},
        "CheckOut": {"input": {"cartId": cart}},
        "WhatBecameOfCart": {"cart": {"id": cart}},
        "Orders": {"customer": {"tenantId": _ALPINE_SKI_HOUSE}},
        "Subscriptions": {"customer": {"tenantId": _ALPINE_SKI_HOUSE}},
        "Promotions": {"country": "US"},
    }


def _seats(item: str, term: str) -> Mapping[str, object]:
    return {"catalogItemId": item, "quantity": 5, "termDuration": term, "billingCycle": "MONTHLY"}


def _line(customer: str, cart: str, item: str) -> str:
    """The id of the cart's only line of *item*."""
    return node_id(Kind.LINE_ITEM, customer, cart, item.lower(), "0", "1")
