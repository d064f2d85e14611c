"""What null says, field by field: where it stands, whether `errors` explains it, and what stands where it does not."""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from tests.harness import Gateway
from tests.schema.conftest import Cart
from tests.schema.costing import FRESH, PLAN, SCHEDULED, YEARLY_E3, Ids, Line, at, buy, of_customer, owned
from tests.shop_ids import FJORD

ACart = Callable[..., Awaitable[Cart]]
Over = Callable[..., AbstractAsyncContextManager[Gateway]]
Fault = Mapping[str, object]

E3 = {"catalogItemId": "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30"}
ALIGNED = {"customTermEndDate": "2027-02-28T00:00:00Z"}
WRONG_TERM = {"billingCycle": "TRIENNIAL"}
TOO_MANY = {"quantity": 6000}
WRONG_DATE = {"customTermEndDate": "2026-12-24T00:00:00Z"}
GONE = {"catalogItemId": "91FD106F-4B2C-4938-95AC-F54F74E9A239", "billingCycle": "TRIENNIAL", "termDuration": None}
"""An offer of the older catalog, which cannot be looked up."""
OVER = "a1b00004-52f7-4a0e-8d7e-6c1f3b0f9a04"
"""Its seats can no longer be given back, nor can it be cancelled; it will not renew."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """An operation, what it shows `at` a response path with dots, and the code of an entry in `errors` for that path.

    CART is a cart with these *lines*, which is *bought* first or not, here or through another gateway. With
    *without_store* what this gateway has stored is gone then.
    """

    asked: str
    at: str
    shown: object
    code: str | None = None
    lines: Sequence[Line] = ({},)
    bought: Literal["here", "elsewhere"] | None = None
    without_store: bool = False
    faults: Sequence[Fault] = ()
    cloud: str = "global"


def set_in(calls: str, **members: object) -> Sequence[Fault]:
    """The answers to such calls have these members."""
    return [
        {"calls": calls, "fault": "edit", "set": {name.replace("__", "."): value for name, value in members.items()}}
    ]


def left_out(calls: str, *members: str) -> Sequence[Fault]:
    """The answers to such calls lack these members."""
    return [{"calls": calls, "fault": "edit", "remove": members}]


def cart(selection: str) -> str:
    return f'cart(by: {{id: "CART"}}) {{ {selection} }}'


READ = f"GET */subscriptions/{FRESH}"
CARTS = "GET */carts/*"
JUDGED = "POST partners/validateresellers"
PROMOTION = f'promotion(by: {{partnerCenterId: "{YEARLY_E3}"}}) {{ products {{ discount }} }}'
REMEDIES = "acceptedTerms { duration billingCycle } acceptedQuantity { minimum maximum } acceptedTermEndDates { kind }"
NO_REMEDY = {"acceptedTerms": None, "acceptedQuantity": None, "acceptedTermEndDates": None}
TERMS = [
    {"duration": term, "billingCycle": cycle}
    for term, cycle in (("P1Y", "ANNUAL"), ("P1Y", "MONTHLY"), ("P1M", "MONTHLY"))
]

RECORDED = {
    "Cart.checkout: null, nobody checked it out": Situation(asked=cart("checkout { outcome }"), at="cart.checkout", shown=None),
    "Cart.checkout: null, another gateway checked it out": Situation(asked=cart("status checkout { outcome }"), bought="elsewhere", at="cart", shown={"status": "ORDERED", "checkout": None}),
    "Cart.checkout: its result": Situation(asked=cart("checkout { outcome }"), bought="here", at="cart.checkout", shown={"outcome": "SUCCEEDED"}),
    "Cart.checkout: null, the store does not answer": Situation(asked=cart("checkout { outcome }"), without_store=True, at="cart.checkout", shown=None, code="OVERLOADED"),
    "CartLineItem.isOrdered: null, the store does not answer": Situation(asked=cart("lineItems { isOrdered }"), without_store=True, at="cart.lineItems.0.isOrdered", shown=None, code="OVERLOADED"),
    "CartLineItem.isOrdered: false": Situation(asked=cart("lineItems { isOrdered }"), at="cart.lineItems.0.isOrdered", shown=False),
    "CartLineItem.isOrdered: true": Situation(asked=cart("lineItems { isOrdered }"), bought="here", at="cart.lineItems.0.isOrdered", shown=True),
    "CartLineItem.isOrdered: true without the store, for Partner Center says so": Situation(asked=cart("lineItems { isOrdered }"), bought="here", without_store=True, at="cart.lineItems.0.isOrdered", shown=True),
    "Cart.openTotals: null, the store does not answer": Situation(asked=cart("openTotals { lineItemCount }"), without_store=True, at="cart.openTotals", shown=None, code="OVERLOADED"),
    "Cart.openTotals: all lines": Situation(asked=cart("openTotals { lineItemCount }"), at="cart.openTotals", shown=[{"lineItemCount": 1}]),
    "Cart.openTotals: empty, nothing is left to order": Situation(asked=cart("openTotals { lineItemCount }"), bought="here", at="cart.openTotals", shown=[]),
}  # fmt: skip
MONEY = {
    "Pricing.billingPeriods: null, the first term is cut short": Situation(asked=cart("lineItems { pricing { billingPeriods } }"), lines=[ALIGNED], at="cart.lineItems.0.pricing.billingPeriods", shown=None),
    "Pricing.billingPeriods: 12 months of a year": Situation(asked=cart("lineItems { pricing { billingPeriods } }"), at="cart.lineItems.0.pricing.billingPeriods", shown=12),
    "Pricing.billingPeriods: 0, never billed": Situation(asked=cart("lineItems { pricing { billingPeriods } }"), faults=set_in(CARTS, lineItems__0__billingCycle="none"), at="cart.lineItems.0.pricing.billingPeriods", shown=0),
    "Pricing.perPeriod: null, the first term is cut short": Situation(asked=cart("lineItems { pricing { perPeriod } }"), lines=[ALIGNED], at="cart.lineItems.0.pricing.perPeriod", shown=None),
    "Pricing.perPeriod: null, not in hundredths": Situation(asked=cart("lineItems { pricing { perPeriod } }"), faults=set_in(CARTS, lineItems__0__pricing__extendedPrice=100.01), at="cart.lineItems.0.pricing.perPeriod", shown=None),
    "Pricing.perPeriod: a twelfth": Situation(asked=cart("lineItems { pricing { perPeriod } }"), faults=set_in(CARTS, lineItems__0__pricing__extendedPrice=120.12), at="cart.lineItems.0.pricing.perPeriod", shown="10.01"),
    "Pricing.perPeriod: 0, for nothing": Situation(asked=cart("lineItems { pricing { perPeriod } }"), faults=set_in(CARTS, lineItems__0__pricing__extendedPrice=0), at="cart.lineItems.0.pricing.perPeriod", shown="0"),
    "CartTotal.firstPeriods: null, a line's is": Situation(asked=cart("totals { firstPeriods lineItemCount }"), lines=[ALIGNED, {}], at="cart.totals", shown=[{"firstPeriods": None, "lineItemCount": 2}]),
    "CartTotal.firstPeriods: a sum": Situation(asked=cart("totals { firstPeriods }"), faults=set_in(CARTS, lineItems__0__pricing__extendedPrice=120.12), at="cart.totals", shown=[{"firstPeriods": "10.01"}]),
}  # fmt: skip
PROMOTIONS = {
    "CartLineItem.promotionId: null, the full price": Situation(asked=cart("lineItems { promotionId }"), at="cart.lineItems.0.promotionId", shown=None),
    "CartLineItem.promotionId: the one applied": Situation(asked=cart("lineItems { promotionId }"), lines=[E3], at="cart.lineItems.0.promotionId", shown=YEARLY_E3),
    "CartLineItem.promotions: null, the check failed": Situation(asked=cart("lineItems { promotions { isEligible } }"), lines=[E3], faults=[{"calls": "POST */promotionEligibilities", "fault": 400, "code": 3000}], at="cart.lineItems.0.promotions", shown=None, code="UPSTREAM_REJECTED"),
    "CartLineItem.promotions: empty, none for the item": Situation(asked=cart("lineItems { promotions { isEligible } }"), at="cart.lineItems.0.promotions", shown=[]),
    "CartLineItem.promotions: those of the item": Situation(asked=cart("lineItems { promotions { isEligible } }"), lines=[E3], at="cart.lineItems.0.promotions", shown=[{"isEligible": False}, {"isEligible": True}]),
    "PromotionProduct.discount: null, another kind": Situation(asked=PROMOTION, faults=set_in("GET productpromotions/*", requiredProducts__0__pricingPolicies__0__policyType="FixedPrice"), at="promotion.products.0.discount", shown=None),
    "PromotionProduct.discount: null, more than a share": Situation(asked=PROMOTION, faults=set_in("GET productpromotions/*", requiredProducts__0__pricingPolicies__0__value="5"), at="promotion.products.0.discount", shown=None),
    "PromotionProduct.discount: 0": Situation(asked=PROMOTION, faults=set_in("GET productpromotions/*", requiredProducts__0__pricingPolicies__0__value="0"), at="promotion.products.0.discount", shown="0"),
    "PromotionProduct.discount: a share": Situation(asked=PROMOTION, at="promotion.products.0.discount", shown="0.05"),
}  # fmt: skip
REMEDIED = {
    "CartError.accepted...: null, another kind of error": Situation(asked=cart(f"lineItems {{ error {{ {REMEDIES} }} }}"), lines=[{"promotionId": "A:B:C"}], at="cart.lineItems.0.error", shown=NO_REMEDY),
    "CartError.accepted...: null, an item of no catalog": Situation(asked=cart(f"lineItems {{ error {{ {REMEDIES} }} }}"), lines=[{"catalogItemId": "A:B:C"}], at="cart.lineItems.0.error", shown=NO_REMEDY),
    "CartError.accepted...: no error, a line that is right": Situation(asked=cart(f"lineItems {{ error {{ {REMEDIES} }} }}"), at="cart.lineItems.0.error", shown=None),
    "CartError.acceptedTerms: null, not in the catalog": Situation(asked=cart(f"lineItems {{ error {{ code {REMEDIES} }} }}"), lines=[GONE], at="cart.lineItems.0.error", shown={"code": "BILLING_PLAN_NOT_SUPPORTED", **NO_REMEDY}),
    "CartError.acceptedTerms: those of the item": Situation(asked=cart(f"lineItems {{ error {{ {REMEDIES} }} }}"), lines=[WRONG_TERM], at="cart.lineItems.0.error", shown={**NO_REMEDY, "acceptedTerms": TERMS}),
    "CartError.acceptedQuantity: null, no longer in the catalog": Situation(asked=cart(f"lineItems {{ error {{ {REMEDIES} }} }}"), lines=[TOO_MANY], faults=[{"calls": "GET */availabilities/*", "fault": 404, "code": 400018}], at="cart.lineItems.0.error", shown=NO_REMEDY),
    "CartError.acceptedQuantity: the SKU's limits": Situation(asked=cart(f"lineItems {{ error {{ {REMEDIES} }} }}"), lines=[TOO_MANY], at="cart.lineItems.0.error", shown={**NO_REMEDY, "acceptedQuantity": {"minimum": 1, "maximum": 300}}),
    "CartError.acceptedTermEndDates: the days there are": Situation(asked=cart(f"lineItems {{ error {{ {REMEDIES} }} }}"), lines=[WRONG_DATE], at="cart.lineItems.0.error", shown={**NO_REMEDY, "acceptedTermEndDates": [{"kind": "CALENDAR_MONTH"}, {"kind": "SUBSCRIPTION"}]}),
}  # fmt: skip
AGREEMENTS = {
    f"{name}: null, {cloud} keeps none": Situation(asked=asked, cloud=cloud, at=path, shown=None)
    for cloud in ("china", "us-government")
    for name, asked, path in (
        ("Customer.agreement", of_customer("agreement { isAccepted }"), "customer.agreement"),
        ("Query.agreementTemplate", "agreementTemplate { type }", "agreementTemplate"),
    )
} | {
    "Customer.agreement: where the customer stands": Situation(asked=of_customer("agreement { isAccepted }"), at="customer.agreement", shown={"isAccepted": True}),
    "Customer.agreement: null, nobody may ask": Situation(asked=of_customer("agreement { isAccepted }"), faults=[{"calls": "GET */agreements", "fault": 403, "code": 900329}], at="customer.agreement", shown=None, code="FORBIDDEN"),
    "Query.agreementTemplate: the present form": Situation(asked="agreementTemplate { type }", at="agreementTemplate", shown={"type": "MICROSOFT_CUSTOMER_AGREEMENT"}),
}  # fmt: skip
SUBSCRIPTIONS = {
    "removableSeats: null, Partner Center does not say": Situation(asked=owned(FRESH, "removableSeats"), faults=left_out(READ, "refundableQuantity"), at="subscription.removableSeats", shown=None),
    "removableSeats: 0, none any more": Situation(asked=owned(OVER, "removableSeats"), at="subscription.removableSeats", shown=0),
    "removableSeats: those of the first days": Situation(asked=owned(FRESH, "removableSeats"), at="subscription.removableSeats", shown=25),
    "cancellableUntil: null, Partner Center does not say": Situation(asked=owned(FRESH, "cancellableUntil isCancellable"), faults=left_out(READ, "cancellationAllowedUntilDate", "refundOptions"), at="subscription", shown={"cancellableUntil": None, "isCancellable": False}),
    "cancellableUntil: a past time": Situation(asked=owned(OVER, "cancellableUntil isCancellable"), at="subscription", shown={"cancellableUntil": "2026-02-22T09:30:00+00:00", "isCancellable": False}),
    "cancellableUntil: a time to come": Situation(asked=owned(FRESH, "cancellableUntil isCancellable"), at="subscription", shown={"cancellableUntil": "2026-03-07T09:30:00+00:00", "isCancellable": True}),
    "cancellableUntil: the latest end of a refund": Situation(asked=owned(FRESH, "cancellableUntil"), faults=left_out(READ, "cancellationAllowedUntilDate"), at="subscription.cancellableUntil", shown="2026-03-07T09:30:00+00:00"),
    "commitmentEndsAt: null, the year 9999": Situation(asked=owned(FRESH, "commitmentEndsAt"), faults=set_in(READ, commitmentEndDate="9999-12-31T00:00:00Z", commitmentEndDateTime="9999-12-31T23:59:59Z"), at="subscription.commitmentEndsAt", shown=None),
    "commitmentEndsAt: null, Azure by use": Situation(asked=owned(PLAN, "commitmentEndsAt", customer=FJORD), at="subscription.commitmentEndsAt", shown=None),
    "commitmentEndsAt: to the second": Situation(asked=owned(FRESH, "commitmentEndsAt"), faults=set_in(READ, commitmentEndDateTime="2027-02-27T11:00:00Z"), at="subscription.commitmentEndsAt", shown="2027-02-27T11:00:00+00:00"),
    "commitmentEndsAt: the end of the day": Situation(asked=owned(FRESH, "commitmentEndsAt"), faults=left_out(READ, "commitmentEndDateTime"), at="subscription.commitmentEndsAt", shown="2027-02-27T23:59:59+00:00"),
    "nextTerm: null, it renews as it is": Situation(asked=owned(FRESH, "nextTerm { quantity } autoRenewEnabled"), at="subscription", shown={"nextTerm": None, "autoRenewEnabled": True}),
    "nextTerm: null, it does not renew": Situation(asked=owned(OVER, "nextTerm { quantity } autoRenewEnabled"), at="subscription", shown={"nextTerm": None, "autoRenewEnabled": False}),
    "nextTerm: what is scheduled": Situation(asked=owned(SCHEDULED, "nextTerm { quantity } autoRenewEnabled"), at="subscription", shown={"nextTerm": {"quantity": 35}, "autoRenewEnabled": True}),
}  # fmt: skip
STOCK = 'sku(by: {{partnerCenterId: "DZH318Z0BQ3P:{}"}}) {{ stock(resourceType: "{}") {{ isRestricted }} }}'
JUDGEMENTS = {
    "Sku.stock: null, left out of the answer": Situation(asked=STOCK.format("000S", "CosmosDb"), at="sku.stock", shown=None),
    "Sku.stock: null, the check failed": Situation(asked=STOCK.format("000S", "VirtualMachines"), faults=[{"calls": "POST extensions/*", "fault": 404, "code": 1000}], at="sku.stock", shown=None, code="NOT_FOUND"),
    "Sku.stock: nothing in the way": Situation(asked=STOCK.format("000S", "VirtualMachines"), at="sku.stock", shown={"isRestricted": False}),
    "Sku.stock: none left": Situation(asked=STOCK.format("0038", "VirtualMachines"), at="sku.stock", shown={"isRestricted": True}),
    "Partner.isAuthorizedReseller: null, left out of the answer": Situation(asked="indirectResellers(first: 1) { nodes { isAuthorizedReseller } }", faults=left_out(JUDGED, "validationResults.0"), at="indirectResellers.nodes.0.isAuthorizedReseller", shown=None),
    "Partner.isAuthorizedReseller: null, no judgement": Situation(asked="indirectResellers(first: 1) { nodes { isAuthorizedReseller } }", faults=[{"calls": JUDGED, "fault": 400, "code": 800002}], at="indirectResellers.nodes.0.isAuthorizedReseller", shown=None, code="UPSTREAM_REJECTED"),
    "Partner.isAuthorizedReseller: true": Situation(asked="indirectResellers(first: 1) { nodes { isAuthorizedReseller } }", at="indirectResellers.nodes.0.isAuthorizedReseller", shown=True),
    "Partner.isAuthorizedReseller: false": Situation(asked="indirectResellers(last: 1) { nodes { isAuthorizedReseller } }", at="indirectResellers.nodes.0.isAuthorizedReseller", shown=False),
}  # fmt: skip
ROWS = RECORDED | MONEY | PROMOTIONS | REMEDIED | AGREEMENTS | SUBSCRIPTIONS | JUDGEMENTS


async def arrange(sandbox: Sandbox, faults: Sequence[Fault]) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as control:
        answer = await control.post("/_sandbox/faults", json={"faults": faults})
    assert answer.is_success, answer.text


def drop_records(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE records")


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in ROWS.items()])
async def test_null_says_what_the_table_says(
    gateway_over: Over, gateway: Gateway, sandbox: Sandbox, a_cart: ACart, tmp_path: Path, row: Situation
) -> None:
    """And nothing else is null, with an entry in `errors` only where something failed."""
    path = tmp_path / "store.sqlite"
    async with gateway_over(cloud=row.cloud, store_url=f"sqlite:{path}") as here:
        cart = await a_cart(*row.lines)
        if row.bought:
            await buy(here if row.bought == "here" else gateway, cart)
        if row.without_store:
            drop_records(path)
        await arrange(sandbox, row.faults)

        answer = await here.ask(Ids(cart).filled(f"{{ {row.asked} }}"))

    errors = [(".".join(map(str, error["path"])), error["extensions"]["code"]) for error in answer.get("errors", ())]
    assert at(answer["data"], row.at) == row.shown
    assert errors == ([(row.at, row.code)] if row.code else [])
