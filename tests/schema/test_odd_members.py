"""Documented bodies through the whole gateway, each member made odd in turn: every field beside it is answered as before."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from itertools import count
from typing import Any, cast
from uuid import UUID

import httpx
import pytest
from graphql import GraphQLObjectType

from gateway.partner_center.plain_json import document, encode
from gateway.schema.node import Kind, node_id
from tests.altered_bodies import ODD, WIRE, Way, differences, ways, with_odd
from tests.harness import Gateway
from tests.schema.ways import SCHEMA
from tests.shop_ids import CONTOSO, DEMO_CART

CART_ID = node_id(Kind.CART, CONTOSO, DEMO_CART)
OTHER_CALLS = {
    "customer", "product", "sku", "availability", "skus", "availabilities", "cart", "parentLineItem", "checkout",
    "orderLineItem", "order", "promotion", "promotions", "termEndDates", "acceptedTerms", "acceptedQuantity",
    "acceptedTermEndDates", "stock", "subscription", "subscriptions", "parentSubscription", "provisioningStatus",
    "registrationStatus", "activationLinks", "upgrades", "agreement", "qualifications", "indirectResellers", "partner",
}  # fmt: skip
FOLLOWING = {
    "id", "version", "isEditable", "isExpired", "canCheckout", "hasErrors", "lineItemsWithErrors", "totals",
    "unpricedLineItemCount", "lineItemCount", "outcome", "totalCount", "pageInfo", "cursor", "billingPeriods", "perPeriod",
    "openTotals", "isOrdered", "checkedOutAt", "problems",
    "isCancellable", "removableSeats",
}  # fmt: skip
"""Fields that are made of several members."""
SHOWN_AS: Mapping[str, set[str]] = {
    "additionalInformation": {"error"},
    "allowedCustomTermEndDate": {"date", "termEndDates"},
    "allowedCustomTermEndDateType": {"kind"},
    "assetOwnershipLimits": {"redemptions"},
    "bigId": {"requiredSkus"},
    "eligibilityConstraints": {"isFirstPurchaseOnly"},
    "endDate": {"endsAt"},
    "isApplicable": {"isFirstPurchaseOnly"},
    "maxAssets": {"redemptions"},
    "maxSeats": {"seats"},
    "minAssets": {"redemptions"},
    "minSeats": {"seats"},
    "policyType": {"discount"},
    "pricingPolicies": {"discount"},
    "productOwnershipConstraints": {"requiredSkus"},
    "promotionConstraints": {"constraints"},
    "properties": {"isAutoApplicable"},
    "requiredProducts": {"products"},
    "seatConstraints": {"seats"},
    "startDate": {"startsAt"},
    "billingProfile": {"country"},
    "commitmentEndDate": {"commitmentEndsAt"},
    "commitmentEndDateTime": {"commitmentEndsAt"},
    "companyProfile": {"companyName", "domain"},
    "currency": {"currencyCode"},
    "defaultCurrency": {"defaultCurrencyCode", "defaultCurrencySymbol"},
    "code": {"partnerCenterCode"},
    "creationDate": {"createdAt"},
    "creationTimestamp": {"createdAt"},
    "description": {"message"},
    "effectiveStartDate": {"startsAt"},
    "errorCode": {"code", "partnerCenterCode"},
    "errorDescription": {"message"},
    "expirationTimestamp": {"expiresAt"},
    "id": {"partnerCenterId", "tenantId"},
    "items": {"edges", "nodes", "termEndDates"},
    "key": {"type"},
    "lastModifiedTimestamp": {"updatedAt"},
    "lastModifiedUser": {"updatedBy"},
    "offerId": {"catalogItemId"},
    "offerName": {"title"},
    "orderGroupId": {"orderGroup"},
    "partnerId": {"partnerIdOnRecord"},
    "refundOptions": {"refunds", "cancellableUntil"},
    "refundableQuantity": {"seatReductions"},
    "symbol": {"defaultCurrencySymbol"},
    "value": {"partnerId", "discount"},
}
"""Fields of another name than the member they show."""
A_FEW = {name: ODD[name] for name in ("absent", "a text", "beyond all ranges", "an object")}


def every_field(kind: GraphQLObjectType, above: tuple[str, ...] = ()) -> str:
    """A selection of all fields of a type and of the types below it, other calls and add-ons of add-ons left out."""
    fields: list[str] = []
    for name, field in kind.fields.items():
        below = SCHEMA.type_map[str(field.type).strip("[]!")]
        if name in OTHER_CALLS or (above.count(name) and name == "addonItems"):
            continue
        if name == "orders" and kind.name == "Customer":
            continue
        fields.append(f"{name} {every_field(below, (*above, name))}" if isinstance(below, GraphQLObjectType) else name)
    return f"{{ {' '.join(fields)} }}"


def fields_of(name: str) -> str:
    return every_field(cast("GraphQLObjectType", SCHEMA.type_map[name]))


@dataclass(frozen=True)
class Asked:
    """What is asked for: the documented *answer* to the call whose path ends in *ending*, and the *query* that leads to it."""

    answer: str
    ending: str
    query: str

    def query_of(self, number: int) -> str:
        """The query, of another cart for each number where a cart is checked out: a result is stored and given again."""
        cart = str(UUID(int=number)) if self.ending == "/checkout" else DEMO_CART
        return self.query.replace(CART_ID, node_id(Kind.CART, CONTOSO, cart))


CUSTOMER = f'customer(by: {{ tenantId: "{CONTOSO}" }})'
SUBSCRIPTION = "62c96288-23e8-40f0-baba-5c532d2fd9b7"
PROMOTION = "39NF41TZQ8MA:0003:39NF41TC2V7H"
ITEM = "CFQ775QP30A6:0001:CFQ778TXQ1AB"
ASKED = {
    "a cart with errors": Asked(
        "cart-create.response.line-errors.constructed",
        f"/carts/{DEMO_CART}",
        f'{{ cart(by: {{ id: "{CART_ID}" }}) {fields_of("Cart")} }}',
    ),
    "a savings plan": Asked(
        "cart-get.response.azure-savings-plan",
        f"/carts/{DEMO_CART}",
        f'{{ cart(by: {{ id: "{CART_ID}" }}) {fields_of("Cart")} }}',
    ),
    "a checkout": Asked(
        "checkout.response.partial-failure.constructed",
        "/checkout",
        f'mutation {{ checkoutCart(input: {{ cartId: "{CART_ID}" }}) {{ replayed result {fields_of("CartCheckoutResult")} errors {{ code }} }} }}',
    ),
    "an order": Asked(
        "order-get.response.azure-savings-plan",
        "/orders/76ed9c027bca",
        f'{{ order(by: {{ partnerCenter: {{ customerTenantId: "{CONTOSO}", orderId: "76ed9c027bca" }} }}) {fields_of("Order")} }}',
    ),
    "orders": Asked(
        "orders-list.response.mixed", "/orders", f"{{ {CUSTOMER} {{ orders {fields_of('OrderConnection')} }} }}"
    ),
    "a customer": Asked("customer-get.response", f"/{CONTOSO}", f"{{ {CUSTOMER} {fields_of('Customer')} }}"),
    "a subscription": Asked(
        "subscription-get.response.nce",
        f"/subscriptions/{SUBSCRIPTION}",
        f'{{ subscription(by: {{ partnerCenter: {{ customerTenantId: "{CONTOSO}", subscriptionId: "{SUBSCRIPTION}" }} }}) {fields_of("CustomerSubscription")} }}',
    ),
    "subscriptions": Asked(
        "subscriptions-by-order.response", "/subscriptions", f"{{ {CUSTOMER} {{ subscriptions {fields_of('CustomerSubscriptionConnection')} }} }}"
    ),
    "a promotion": Asked(
        "promotion-get.response.constructed",
        f"/productpromotions/{PROMOTION}",
        f'{{ promotion(by: {{partnerCenterId: "{PROMOTION}"}}) {fields_of("Promotion")} }}',
    ),
    "promotions": Asked(
        "promotions-list.response",
        "/productpromotions",
        f"{{ promotions {fields_of('PromotionConnection')} }}",
    ),
    "term end dates": Asked(
        "custom-term-end-dates.response",
        "/customTermEndDates",
        f'{{ {CUSTOMER} {{ termEndDates(termDuration: "P1Y") {fields_of("TermEndDate")} }} }}',
    ),
    "an availability": Asked(
        "availability-get.response.nce",
        "/availabilities/CFQ778TXQ1AB",
        f'{{ availability(by: {{catalogItemId: "{ITEM}"}}) {fields_of("Availability")} }}',
    ),
}  # fmt: skip


class Answering(httpx.AsyncBaseTransport):
    """Partner Center with one answer to calls whose path ends like that; it has Contoso and its cart beside it."""

    def __init__(self, ending: str) -> None:
        self._ending = ending
        self.body = b""
        self.checkouts = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.checkouts += path.endswith("/checkout")
        if path.endswith(self._ending):
            return httpx.Response(200, content=self.body)
        if "/carts/" in path:
            line = {"id": 0, "catalogItemId": "A", "quantity": 1, "orderGroup": "1"}
            return httpx.Response(200, content=encode({"id": DEMO_CART, "status": "Active", "lineItems": [line]}))
        return httpx.Response(200, content=encode({"id": CONTOSO}))


def concerns(difference: Way, way: Way) -> bool:
    """Whether a field that differs shows the member at *way*, of the same items, or follows from several members."""
    members = {step for step in way if isinstance(step, str)}
    names = members.union(*(SHOWN_AS.get(member, ()) for member in members))
    indexes, found = ([step for step in each if isinstance(step, int)] for each in (way, difference))
    of_the_same_items = all(mine == theirs for mine, theirs in zip(indexes, found, strict=False))
    return bool(FOLLOWING & set(difference)) or (of_the_same_items and bool(set(difference[1:]) & names))


Over = Callable[..., AbstractAsyncContextManager[Gateway]]


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
async def test_an_odd_member_costs_no_field_beside_it(
    gateway_over: Over, asked: Asked, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor is it ever an error of ours, and a checkout is sent once and shows its order."""
    caplog.set_level("CRITICAL")
    body = (WIRE / f"{asked.answer}.json").read_bytes()
    transport = Answering(asked.ending)

    async with gateway_over(transport) as gateway:
        transport.body = body
        number = count()
        before = await gateway.ask(asked.query_of(next(number)))
        lost: dict[Way, object] = {}
        for way in ways(document(body)):
            for how, odd in A_FEW.items():
                transport.body, transport.checkouts = encode(with_odd(body, way, odd)), 0
                after = await gateway.ask(asked.query_of(next(number)))
                if wrong := faults(before, after, way, checkouts=transport.checkouts):
                    lost[(*way, how)] = wrong

    assert "errors" not in before
    assert lost == {}


def faults(before: dict[str, Any], after: dict[str, Any], way: Way, *, checkouts: int) -> list[object]:
    """What an answer says or does that the odd member at *way* is no reason for.

    Lines, or the items of a list, that cannot be read are an error and never shown as none.
    """
    if way in {("lineItems",), ("items",)} and after.get("errors"):
        return [each for each in after["errors"] if each["extensions"]["code"] != "UPSTREAM_INVALID"]
    errors = [each for each in after.get("errors", ()) if each["extensions"]["code"] != "UPSTREAM_INVALID"]
    unexplained = [each for each in differences(before["data"], after["data"]) if not concerns(each, way)]
    return [*errors, *unexplained, *(["sent again"] if checkouts > 1 else [])]
