"""The bodies that Partner Center's documentation prints, sent as GraphQL, lead to the carts that it prints.

Pages: "Create a cart", "Create a cart with add-ons", "Update a cart", "Purchase an Azure savings plan". Identifiers are
the printed ones; the customer and the dates are the demo's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import cast

import pytest

from tests.harness import Gateway
from tests.shop_ids import CONTOSO

Line = Mapping[str, object]

CONTOSO_AZURE = "1C461A25-F729-4FA5-AADB-280947DD05E8"
CONTOSO_PLAN = "0350d130-4d3d-4005-aca0-cf84f0ab0d4a"
ENTITLEMENT = "cdd17cc7-14fe-4445-8650-1f52de705851"

CART = """
fragment Cart on Cart { status hasErrors lineItems { ...Line addonItems { ...Line addonItems { id } } } }
fragment Line on CartLineItem {
  partnerCenterId catalogItemId friendlyName quantity currencyCode billingCycle termDuration orderGroup
  participants { type partnerId }
  provisioningContext { key value }
  renewsTo { termDuration }
  promotionId customTermEndDate
  purchaseCommitment { amount currencyCode grain }
}
"""
CREATE = (
    CART
    + """
mutation Create($input: CreateCartInput!) { createCart(input: $input) { cart { id version ...Cart } errors { message } } }
"""
)
REPLACE = (
    CART
    + """
mutation Replace($input: ReplaceCartLineItemsInput!) {
  replaceCartLineItems(input: $input) { cart { ...Cart } errors { message } }
}
"""
)


@dataclass(frozen=True)
class Documented:
    """Lines as a page prints them, the order groups it prints for them and their add-ons, and what else it adds.

    `added` is by the line's place; `members` are of the cart.
    """

    lines: Sequence[Line]
    groups: Sequence[str]
    added: Mapping[int, Line] = field(default_factory=dict[int, Line])
    members: Mapping[str, object] = field(default_factory=dict[str, object])

    def answer(self) -> dict[str, object]:
        """The cart as the graph shows it."""
        lines = _shown(self.lines, count(), iter(self.groups))
        for place, added in self.added.items():
            lines[place].update(added)
        return {"status": "ACTIVE", "hasErrors": False, "lineItems": lines}


def _shown(lines: Sequence[Line], numbers: Iterator[int], groups: Iterator[str]) -> list[dict[str, object]]:
    """What was sent, and what Partner Center adds: the currency, numbers that run on over add-ons, order groups."""
    nothing: Line = {
        "friendlyName": None, "termDuration": None, "participants": [], "provisioningContext": [], "renewsTo": [],
        "promotionId": None, "customTermEndDate": None, "purchaseCommitment": None,
    }  # fmt: skip
    return [
        {
            **nothing,
            **line,
            "partnerCenterId": str(next(numbers)),
            "orderGroup": next(groups),
            "currencyCode": "USD",
            "addonItems": _shown(cast("Sequence[Line]", line.get("addonItems", ())), numbers, groups),
        }
        for line in lines
    ]


def context(**values: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]


AZURE = {"catalogItemId": "MS-AZR-0145P", "quantity": 1, "billingCycle": "MONTHLY", "termDuration": "P1Y"}
RESERVATION = {
    "catalogItemId": "DZH318Z0BQ36:004G:DZH318Z08C0S", "quantity": 1, "billingCycle": "ONE_TIME", "termDuration": "P1Y",
    "provisioningContext": context(subscriptionId=CONTOSO_AZURE, scope="shared"),
}  # fmt: skip
THREE_YEARS = {
    "catalogItemId": "DZH318Z0BQ36:004J:DZH318Z08B8X", "quantity": 1, "billingCycle": "ONE_TIME", "termDuration": "P3Y",
    "provisioningContext": context(subscriptionId=CONTOSO_AZURE, scope="single"),
}  # fmt: skip
SOFTWARE = {"catalogItemId": "DG7GMGF0DWTL:0001:DG7GMGF0DSFM", "quantity": 1, "billingCycle": "ONE_TIME"}
SAAS = {
    "catalogItemId": "DZH318Z0BXWC:0002:DZH318Z0BMRV", "quantity": 1, "billingCycle": "MONTHLY", "termDuration": "P1M",
}  # fmt: skip
TRIAL = {
    "catalogItemId": "DZH318Z0C0WF:0001:DZH318Z0BP69", "quantity": 10, "billingCycle": "NONE", "termDuration": "P1M",
    "renewsTo": [{"termDuration": "P1Y"}],
}  # fmt: skip
OFFICE_E1 = {
    "catalogItemId": "91FD106F-4B2C-4938-95AC-F54F74E9A239", "friendlyName": "Myofferpurchase", "quantity": 3,
    "billingCycle": "MONTHLY",
}  # fmt: skip
CONFERENCING = {"catalogItemId": "C94271D8-B431-4A25-A3C5-A57737A1C909", "quantity": 2, "billingCycle": "MONTHLY"}
STORAGE = {"catalogItemId": "43FCE491-76D1-4BCC-B709-8A288786DBAE", "quantity": 3, "billingCycle": "MONTHLY"}
E3_BY_THE_MONTH = {
    "catalogItemId": "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30", "quantity": 20, "billingCycle": "MONTHLY", "termDuration": "P1M",
}  # fmt: skip
E5_SECURITY = {
    "catalogItemId": "CFQ7TTC0HDJX:0001:CFQ7TTC0K806", "quantity": 20, "billingCycle": "MONTHLY", "termDuration": "P1M",
}  # fmt: skip
AI_BUILDER: Line = {
    "catalogItemId": "CFQ7TTC0LH0Z:0001:CFQ7TTC0K18P", "quantity": 1, "billingCycle": "MONTHLY", "termDuration": "P1M",
    "renewsTo": [], "provisioningContext": [], "customTermEndDate": "2026-03-31T00:00:00+00:00",
}  # fmt: skip
DIRECTORY = {
    "catalogItemId": "CFQ7TTC0LFLS:0002:CFQ7TTC0KDLJ", "quantity": 2, "billingCycle": "MONTHLY", "termDuration": "P1Y",
    "participants": [
        {"type": "TRANSACTION_RESELLER", "partnerId": "5357564"},
        {"type": "ADDITIONAL_TRANSACTION_RESELLER", "partnerId": "517285"},
        {"type": "ADDITIONAL_TRANSACTION_RESELLER", "partnerId": "5357563"},
    ],
}  # fmt: skip
OLD_RESERVATION = {
    "catalogItemId": "DG7GMGF0DWTL:0001:DG7GMGF0DSJB", "friendlyName": "A_sample_Azure_RI", "quantity": 2,
    "billingCycle": "ONE_TIME",
    "provisioningContext": context(
        SubscriptionId="3D5ECED6-1151-44C7-AEE6-70A4BB725666", Scope="shared", Duration="1Year"
    ),
}  # fmt: skip
SAVINGS_PLAN = {
    "catalogItemId": "DZH318Z09V6F:0001:DZH318Z0BLD3", "quantity": 1, "billingCycle": "ONE_TIME", "termDuration": "P1Y",
    "purchaseCommitment": {"amount": "0.05", "currencyCode": "USD", "grain": "hourly"},
}  # fmt: skip
SHARED_PLAN = {**SAVINGS_PLAN, "provisioningContext": context(scope="shared", subscriptionId=CONTOSO_PLAN)}
SINGLE_PLAN = {**SAVINGS_PLAN, "provisioningContext": context(scope="single", entitlementId=ENTITLEMENT)}

CARTS = [
    pytest.param(
        Documented([AZURE, RESERVATION, THREE_YEARS, SOFTWARE, SAAS, TRIAL], ["OMS-0", "0", "0", "0", "1", "2"]),
        id="Create a cart: Azure, reservations, software, SaaS and a trial",
    ),
    pytest.param(
        Documented([AI_BUILDER, DIRECTORY], ["0", "0"], members={"partnerOnRecordAttestationAccepted": True}),
        id="Create a cart: an early end, and participants with their attestation",
    ),
    pytest.param(
        Documented([{**OFFICE_E1, "addonItems": [CONFERENCING, STORAGE]}], ["OMS-0", "OMS-0", "OMS-0"]),
        id="Create a cart with add-ons: under their base",
    ),
    pytest.param(
        Documented(
            [E3_BY_THE_MONTH, E5_SECURITY], ["0", "0"], added={0: {"promotionId": "39NFJQT1PHSN:0008:39NFJQT1Q5J0"}}
        ),
        id="Create a cart with add-ons: new commerce, with a promotion that applies by itself",
    ),
    pytest.param(
        Documented(
            [OLD_RESERVATION],
            ["0"],
            added={
                0: {
                    "provisioningContext": context(
                        subscriptionId="3D5ECED6-1151-44C7-AEE6-70A4BB725666", scope="shared", duration="1Year"
                    ),
                    "termDuration": "P1Y",
                }
            },
        ),
        id="Update a cart: a reservation with the names of its values in capitals",
    ),
    pytest.param(Documented([SHARED_PLAN], ["0"]), id="Purchase an Azure savings plan: shared scope"),
    pytest.param(Documented([SINGLE_PLAN], ["0"]), id="Purchase an Azure savings plan: single scope"),
]


@pytest.mark.parametrize("cart", CARTS)
async def test_a_documented_request_creates_the_documented_cart(gateway: Gateway, cart: Documented) -> None:
    """Line numbers, order groups, nesting and what was sent are those of the page."""
    customer = {"customer": {"tenantId": CONTOSO}}

    answer = await gateway.data(CREATE, {"input": {**customer, **cart.members, "lineItems": cart.lines}})

    assert answer["createCart"]["errors"] == []
    assert answer["createCart"]["cart"].items() >= cart.answer().items()


@pytest.mark.parametrize("cart", CARTS)
async def test_a_documented_request_replaces_the_lines_of_a_cart(gateway: Gateway, cart: Documented) -> None:
    """An update takes what a creation takes, and leads to the same lines."""
    first = {"customer": {"tenantId": CONTOSO}, "lineItems": [SAAS]}
    before = (await gateway.data(CREATE, {"input": first}))["createCart"]["cart"]
    named = {"cartId": before["id"], "expectedVersion": before["version"]}

    answer = await gateway.data(REPLACE, {"input": {**named, **cart.members, "lineItems": cart.lines}})

    assert answer["replaceCartLineItems"] == {"cart": cart.answer(), "errors": []}


async def test_a_year_paid_monthly_costs_twelve_months(gateway: Gateway) -> None:
    """ "Create a cart" prints 30.40 a month and 364.80 for the line; the sum is over the latter."""
    line = {"catalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5", "quantity": 1, "billingCycle": "MONTHLY"}
    wanted = {"customer": {"tenantId": CONTOSO}, "lineItems": [{**line, "termDuration": "P1Y"}]}

    answer = await gateway.data(
        """mutation Price($input: CreateCartInput!) {
          createCart(input: $input) {
            cart {
              totals { currencyCode wholeTerms lineItemCount }
              unpricedLineItemCount
              lineItems { pricing { listPrice discountedPrice proratedPrice price extendedPrice currencyCode } }
            }
          }
        }""",
        {"input": wanted},
    )

    unit = dict.fromkeys(("listPrice", "discountedPrice", "proratedPrice", "price"), "30.4")
    assert answer["createCart"]["cart"] == {
        "totals": [{"currencyCode": "USD", "wholeTerms": "364.8", "lineItemCount": 1}],
        "unpricedLineItemCount": 0,
        "lineItems": [{"pricing": {**unit, "extendedPrice": "364.8", "currencyCode": "USD"}}],
    }


async def test_a_savings_plan_is_bought_as_documented(gateway: Gateway) -> None:
    """ "Purchase an Azure savings plan" prints an order of 438.00: 0.05 an hour for 8,760 hours."""
    wanted = {"customer": {"tenantId": CONTOSO}, "lineItems": [SINGLE_PLAN]}
    cart = (await gateway.data(CREATE, {"input": wanted}))["createCart"]["cart"]

    answer = await gateway.data(
        """mutation Buy($input: CheckoutCartInput!) {
          checkoutCart(input: $input) {
            result { orders {
              status billingCycle totalPrice
              lineItems {
                catalogItemId termDuration transactionType friendlyName quantity
                provisioningContext { key value }
                purchaseCommitment { amount currencyCode grain }
              }
            } }
          }
        }""",
        {"input": {"cartId": cart["id"]}},
    )

    bought = {name: value for name, value in SINGLE_PLAN.items() if name not in {"catalogItemId", "billingCycle"}}
    offer = {"catalogItemId": SINGLE_PLAN["catalogItemId"], "friendlyName": "Compute savings plan, 1 Year"}
    assert answer["checkoutCart"]["result"]["orders"] == [
        {
            "status": "PENDING",
            "billingCycle": "ONE_TIME",
            "totalPrice": "438.0",
            "lineItems": [{**bought, **offer, "transactionType": "New"}],
        }
    ]
