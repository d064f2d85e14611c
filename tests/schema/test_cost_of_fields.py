"""What each field of the shop costs: its calls cold and warm, asked for once and twice, with and without a user."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from gateway.sandbox.app import Sandbox
from gateway.schema.node import Kind, node_id
from tests.harness import Gateway
from tests.schema.conftest import Cart
from tests.schema.costing import (
    BASICS,
    FRESH,
    LINES,
    ORDER_LINES,
    ORDERS,
    PLAN,
    SCHEDULED,
    YEARLY_E3,
    Costing,
    Ids,
    at,
    buy,
    edit,
    of_customer,
    owned,
)
from tests.shop_ids import ALPINE, BASIC, CONTOSO, FJORD
from tests.telemetry.counting import changes

ACart = Callable[..., Awaitable[Cart]]
Over = Callable[..., AbstractAsyncContextManager[Gateway]]
Prepared = Callable[[Gateway, Costing], Awaitable[Ids]]

E3 = {"catalogItemId": "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30"}
NAMED = {"participants": [{"type": "TRANSACTION_RESELLER", "partnerId": "5357564"}]}
SCHOOLS = {"catalogItemId": "CFQ7TTC0LHSF:0001:CFQ7TTC03101"}
WRONG_DATE = {"customTermEndDate": "2026-12-24T00:00:00Z"}
ITEM = "GET products/CFQ7TTC0LH18/skus/0001/availabilities/CFQ7TTC0K971"
ITEM_FOR_SCHOOLS = "GET products/CFQ7TTC0LHSF/skus/0001/availabilities/CFQ7TTC03101"
PREMIUM = "GET products/CFQ7TTC0LCHC/skus/0002/availabilities/CFQ7TTC0KFFN"
PROMOTION = f"GET productpromotions/{YEARLY_E3.replace(':', '%3A')}"
LISTED = "GET productpromotions"
RESELLERS, JUDGED = "GET relationships", "POST partners/validateresellers"
CART, FRESHLY, DATES = (
    "GET .../carts/CART",
    "GET ALPINE/subscriptions/FRESH",
    "GET .../subscriptions/customTermEndDates",
)
TO_ORDERS = ["GET .../orders/ORDER", "GET .../orders/OTHER"]
AGREEMENT = ["GET .../agreements", "GET .../directSignedMicrosoftCustomerAgreementStatus"]
STOCK = "POST extensions/product/checkinventorybyresourcetype"
OFFICE_E1 = node_id(Kind.SUBSCRIPTION, CONTOSO, "7e00109c-32de-4e39-bab1-852b5f9531cf")
SECOND = "a1b00002-52f7-4a0e-8d7e-6c1f3b0f9a02"
TEMPLATE = "117a77b0-9360-443b-8795-c6dedc750cf9"


def lines(selection: str) -> str:
    return f'cart(by: {{id: "CART"}}) {{ lineItems {{ {selection} }} }}'


def order(selection: str) -> str:
    return f'order(by: {{id: "ORDER"}}) {{ {selection} }}'


CATALOG = {
    "Query.products": Costing(asked="products(first: 2) { totalCount }", cached=["GET products"], estimate=1),
    "Query.products of two views": Costing(asked="products(views: [SOFTWARE, AZURE]) { totalCount }", cached=["GET products"] * 2, estimate=2),
    "Query.product": Costing(asked='product(by: {partnerCenterId: "CFQ7TTC0LH18"}) { title }', cached=["GET products/CFQ7TTC0LH18"], estimate=1),
    "Query.sku": Costing(asked='sku(by: {partnerCenterId: "CFQ7TTC0LH18:0001"}) { title }', cached=["GET products/CFQ7TTC0LH18/skus/0001"], estimate=1),
    "Query.availability": Costing(asked=f'availability(by: {{catalogItemId: "{BASIC}"}}) {{ isPurchasable }}', cached=[ITEM], estimate=1),
    "Query.promotion": Costing(asked=f'promotion(by: {{partnerCenterId: "{YEARLY_E3}"}}) {{ name }}', cached=[PROMOTION], estimate=1),
    "Query.promotions": Costing(asked="promotions { nodes { name } }", cached=[LISTED], estimate=1),
    "Query.promotions of two markets": Costing(asked='promotions { totalCount } there: promotions(country: "DE") { totalCount }', cached=[LISTED] * 2, estimate=2),
    "Sku.promotions": Costing(asked='product(by: {partnerCenterId: "CFQ7TTC0LFLX"}) { skus { promotions { name } } }', cached=["GET products/CFQ7TTC0LFLX", "GET products/CFQ7TTC0LFLX/skus", LISTED], estimate=3),
    "Promotion.constraints, read by id": Costing(asked=f'promotion(by: {{partnerCenterId: "{YEARLY_E3}"}}) {{ constraints {{ isFirstPurchaseOnly }} }}', cached=[PROMOTION], estimate=1 + 1),
    "Promotion.constraints, in a list": Costing(asked='promotions(first: 1, query: "E3 year 2,400") { nodes { constraints { isFirstPurchaseOnly } } }', cached=[LISTED, PROMOTION], estimate=1 + 1),
    "PromotionProduct.sku": Costing(asked=f'promotion(by: {{partnerCenterId: "{YEARLY_E3}"}}) {{ products {{ sku {{ title }} }} }}', cached=[PROMOTION, "GET products/CFQ7TTC0LFLX/skus/0001"], estimate=1 + 2),
    "Sku.stock": Costing(asked='product(by: {partnerCenterId: "DZH318Z0BQ3P"}) { skus { stock(resourceType: "VirtualMachines") { isRestricted } } }', cached=["GET products/DZH318Z0BQ3P", "GET products/DZH318Z0BQ3P/skus"], calls=[STOCK], estimate=3),
    "Sku.stock for two resource types": Costing(asked='product(by: {partnerCenterId: "DZH318Z0BQ3P"}) { skus { stock(resourceType: "VirtualMachines") { isRestricted } other: stock(resourceType: "CosmosDb") { isRestricted } } }', cached=["GET products/DZH318Z0BQ3P", "GET products/DZH318Z0BQ3P/skus"], calls=[STOCK] * 2, estimate=4),
    "node of a promotion": Costing(asked='node(id: "PROMOTION") { id }', cached=[PROMOTION], estimate=1),
    "nodes of both kinds": Costing(asked='nodes(ids: ["SUBSCRIPTION", "PROMOTION"]) { id }', cached=[PROMOTION], calls=[FRESHLY], estimate=2),
}  # fmt: skip
PARTNERS = {
    "Query.partner, the caller": Costing(asked="partner { name }", cached=["GET profiles/mpn"], estimate=1, forbidden=["partner"]),
    "Query.partner, another": Costing(asked='partner(mpnId: "5357564") { name }', calls=["GET profiles/mpn"], estimate=1, forbidden=["partner"]),
    "Query.indirectResellers": Costing(asked="indirectResellers { totalCount }", calls=[RESELLERS], estimate=1, forbidden=["indirectResellers"]),
    "CartParticipant.partner": Costing(asked=lines("participants { partner { name } }"), lines=[NAMED, {**NAMED, "quantity": 2}], calls=[CART, RESELLERS], estimate=1 + 1, forbidden=["cart.lineItems.0.participants.0.partner", "cart.lineItems.1.participants.0.partner"]),
    "Partner.isAuthorizedReseller": Costing(asked="indirectResellers { nodes { isAuthorizedReseller } }", calls=[RESELLERS, JUDGED], estimate=1 + 1, forbidden=["indirectResellers"]),
    "Partner.isAuthorizedReseller, of a customer": Costing(asked=of_customer("indirectResellers { isAuthorizedReseller }"), cached=["GET ..."], calls=["GET .../relationships", JUDGED], estimate=1 + 1 + 1, forbidden=["customer.indirectResellers"]),
    "Query.agreementTemplate": Costing(asked="agreementTemplate { url }", cached=["GET agreements"], estimate=1, forbidden=["agreementTemplate"]),
    "AgreementTemplate.document": Costing(asked="agreementTemplate { document { language } }", cached=["GET agreements"], calls=[f"GET agreementtemplates/{TEMPLATE}/document"], estimate=1 + 1, forbidden=["agreementTemplate"]),
}  # fmt: skip
CUSTOMERS = {
    "Customer.subscriptions": Costing(asked=of_customer("subscriptions { totalCount }"), cached=["GET ..."], calls=["GET .../subscriptions"], estimate=1 + 1),
    "TermEndDate.subscriptions": Costing(asked=of_customer('termEndDates(termDuration: "P1Y") { subscriptions { title } }'), cached=["GET ..."], calls=[DATES, "GET .../subscriptions"], estimate=1 + 1 + 1),
    "UpgradeTarget.subscription": Costing(asked=owned(BASICS, "upgrades { targets { subscription { title } } }"), calls=["GET ALPINE/subscriptions", f"GET ALPINE/subscriptions/{BASICS}", f"GET ALPINE/subscriptions/{BASICS}/transitionEligibilities"], estimate=1 + 1 + 1),
    "Customer.termEndDates": Costing(asked=of_customer('termEndDates(termDuration: "P1Y") { date } again: termEndDates(termDuration: "P1Y") { kind }'), cached=["GET ..."], calls=[DATES], estimate=1 + 2),
    "Customer.termEndDates, of two lengths": Costing(asked=of_customer('termEndDates(termDuration: "P1Y") { date } month: termEndDates(termDuration: "P1M") { date }'), cached=["GET ..."], calls=[DATES] * 2, estimate=1 + 2),
    "Customer.termEndDates, of two starts": Costing(asked=of_customer('termEndDates(termDuration: "P1M") { date } later: termEndDates(termDuration: "P1M", startsAt: "2026-04-01T00:00:00Z") { date }'), cached=["GET ..."], calls=[DATES] * 2, estimate=1 + 2),
    "Customer.termEndDates, with a target": Costing(asked=of_customer(f'termEndDates(termDuration: "P1Y") {{ date }} aligned: termEndDates(termDuration: "P1Y", subscriptionId: "{OFFICE_E1}") {{ date }}'), cached=["GET ..."], calls=[DATES] * 2, estimate=1 + 2),
    "Customer.agreement": Costing(asked=of_customer("agreement { isAccepted isSignedByCustomer }"), cached=["GET ..."], calls=AGREEMENT, estimate=1 + 2, forbidden=["customer.agreement"]),
    "Customer.qualifications": Costing(asked=of_customer("qualifications { kind }"), cached=["GET ..."], calls=["GET .../qualifications"], estimate=1 + 1),
    "Customer.indirectResellers": Costing(asked=of_customer("indirectResellers { name }"), cached=["GET ..."], calls=["GET .../relationships"], estimate=1 + 1, forbidden=["customer.indirectResellers"]),
}  # fmt: skip
CARTS = {
    "Cart.totals, Pricing, canCheckout": Costing(asked='cart(by: {id: "CART"}) { canCheckout totals { wholeTerms firstPeriods terms { perPeriod } } lineItems { pricing { price billingPeriods perPeriod extendedPrice } } }', calls=[CART], estimate=1),
    "Cart.openTotals": Costing(asked='cart(by: {id: "CART"}) { openTotals { wholeTerms } }', calls=[CART], estimate=1, store_reads=1),
    "CartLineItem.isOrdered": Costing(asked=lines("isOrdered"), calls=[CART], estimate=1, store_reads=1),
    "Cart.openTotals and isOrdered of an ordered cart": Costing(asked='cart(by: {id: "CART"}) { openTotals { wholeTerms } lineItems { isOrdered } }', bought=True, calls=[CART], estimate=1),
    "Cart.checkout, its verdict": Costing(asked='cart(by: {id: "CART"}) { checkout { outcome checkedOutAt orderErrors { code } } }', bought=True, calls=[CART], estimate=1, store_reads=1),
    "Cart.checkout": Costing(asked='cart(by: {id: "CART"}) { checkout { orders { status } } }', bought=True, calls=[CART, *TO_ORDERS], estimate=1 + ORDERS, store_reads=1),
    "CartLineItem.orderLineItem": Costing(asked=lines("orderLineItem { quantity }"), bought=True, calls=[CART, *TO_ORDERS], estimate=1 + ORDERS, store_reads=1),
    "Cart.checkout and orderLineItem": Costing(asked='cart(by: {id: "CART"}) { checkout { orders { status } } openTotals { wholeTerms } lineItems { isOrdered orderLineItem { quantity order { status } } } }', bought=True, calls=[CART, *TO_ORDERS], estimate=1 + ORDERS, store_reads=1),
    "Cart.problems of the lines": Costing(asked='cart(by: {id: "CART"}) { problems(checks: [LINE_ITEMS]) { code } }', calls=[CART], estimate=1, store_reads=1),
    "Cart.problems of the catalog": Costing(asked='cart(by: {id: "CART"}) { problems(checks: [CATALOG]) { code } }', lines=[{}, {"quantity": 2}], cached=["GET ...", ITEM], calls=[CART], estimate=2 + LINES, store_reads=1),
    "Cart.problems of the agreement": Costing(asked='cart(by: {id: "CART"}) { problems(checks: [AGREEMENT]) { code } }', calls=[CART, *AGREEMENT], estimate=1 + 2, store_reads=1),
    "Cart.problems of a qualification": Costing(asked='cart(by: {id: "CART"}) { problems(checks: [QUALIFICATION]) { code } }', lines=[SCHOOLS], cached=["GET ...", ITEM_FOR_SCHOOLS], calls=[CART, "GET .../qualifications"], estimate=2 + LINES + 1, store_reads=1),
    "Cart.problems of a qualification that nothing needs": Costing(asked='cart(by: {id: "CART"}) { problems(checks: [QUALIFICATION]) { code } }', cached=["GET ...", ITEM], calls=[CART], estimate=2 + LINES + 1, store_reads=1),
    "Cart.problems of resellers": Costing(asked='cart(by: {id: "CART"}) { problems(checks: [RESELLERS]) { code } }', lines=[NAMED, {**NAMED, "quantity": 2}], calls=[CART, JUDGED], estimate=1 + 1, store_reads=1),
    "Cart.problems of resellers that nobody names": Costing(asked='cart(by: {id: "CART"}) { problems(checks: [RESELLERS]) { code } }', calls=[CART], estimate=1 + 1, store_reads=1),
    "Cart.problems of promotions": Costing(asked='cart(by: {id: "CART"}) { problems(checks: [PROMOTIONS]) { code } }', lines=[E3, {}], cached=["GET ...", LISTED], calls=[CART, "POST .../promotionEligibilities"], estimate=2 + 2, store_reads=1),
    "Cart.problems": Costing(asked='cart(by: {id: "CART"}) { problems { code } }', lines=[NAMED, {}], cached=["GET ...", ITEM, LISTED], calls=[CART, *AGREEMENT, JUDGED, "POST .../promotionEligibilities"], estimate=1 + 8 + LINES, store_reads=1),
    "CartLineItem.termEndDates": Costing(asked=lines("termEndDates { date }"), lines=[{}, {"quantity": 2}, {"termDuration": "P1M"}], calls=[CART, DATES, DATES], estimate=1 + 3),
    "CartError.acceptedTermEndDates": Costing(asked=lines("termEndDates { date } error { acceptedTermEndDates { date } }"), lines=[WRONG_DATE, {**WRONG_DATE, "quantity": 2}, {}], calls=[CART, DATES], estimate=1 + 3),
    "CartLineItem.promotions": Costing(asked=lines("promotions { isEligible }"), lines=[E3, {**E3, "quantity": 2}], calls=[CART, "POST .../promotionEligibilities"], estimate=1 + 1),
    "CartLineItem.promotion": Costing(asked=lines("promotion { name }"), lines=[E3, {**E3, "quantity": 2}, {}], cached=["GET ...", PROMOTION], calls=[CART], estimate=2 + LINES),
    "PromotionEligibility.promotion": Costing(asked=lines("promotions { promotion { name } }"), lines=[E3, {**E3, "quantity": 2}], cached=["GET ...", PROMOTION, "GET productpromotions/39NFJQT1PHSN%3A0008%3A39NFJQT1Q5J0"], calls=[CART, "POST .../promotionEligibilities"], estimate=3 + LINES * 3),
    "CartError.acceptedTerms": Costing(asked=lines("error { acceptedTerms { duration } }"), lines=[{"billingCycle": "TRIENNIAL"}, {"billingCycle": "TRIENNIAL", "quantity": 2}], cached=["GET ...", ITEM], calls=[CART], estimate=2 + LINES),
    "CartError.acceptedQuantity": Costing(asked=lines("availability { isPurchasable } error { acceptedQuantity { maximum } }"), lines=[{"quantity": 6000}, {}], cached=["GET ...", ITEM], calls=[CART], estimate=2 + LINES * 2),
    "CartError's remedies where nothing is wrong": Costing(asked=lines("error { acceptedTerms { duration } acceptedQuantity { maximum } acceptedTermEndDates { date } }"), cached=["GET ..."], calls=[CART], estimate=2 + LINES + 3),
}  # fmt: skip
OF_ORDERS = {
    "Order.cart": Costing(asked=order("cart { status }"), bought=True, calls=["GET .../orders/ORDER", CART], estimate=1 + 1, store_reads=1),
    "Order.subscriptions": Costing(asked=order("subscriptions { status }"), bought=True, calls=["GET .../orders/ORDER", "GET .../subscriptions"], estimate=1 + 1),
    "OrderLineItem.subscription": Costing(asked=order("lineItems { subscription { status } } subscriptions { title }"), bought=True, calls=["GET .../orders/ORDER", "GET .../subscriptions"], estimate=1 + 1),
    "OrderLineItem.provisioningStatus": Costing(asked=order("lineItems { provisioningStatus }"), bought=True, calls=["GET .../orders/ORDER", "GET .../orders/ORDER/provisioningstatus"], estimate=1 + 1, forbidden=["order.lineItems.0.provisioningStatus", "order.lineItems.1.provisioningStatus"]),
    "OrderLineItem.activationLinks": Costing(asked=order("lineItems { activationLinks }"), bought=True, calls=["GET .../orders/ORDER", "GET .../orders/ORDER/lineitems/0/activationlinks", "GET .../orders/ORDER/lineitems/1/activationlinks"], estimate=1 + ORDER_LINES),
}  # fmt: skip
SUBSCRIPTIONS = {
    "Query.subscription": Costing(asked=owned(FRESH, "id version removableSeats nextTerm { quantity }"), calls=[FRESHLY], estimate=1),
    "node of a subscription": Costing(asked='node(id: "SUBSCRIPTION") { id }', calls=[FRESHLY], estimate=1),
    "CustomerSubscription.customer": Costing(asked=owned(FRESH, "customer { companyName }"), cached=["GET ALPINE"], calls=[FRESHLY], estimate=1 + 1),
    "CustomerSubscription.customer, its identifiers": Costing(asked=owned(FRESH, "customer { id tenantId }"), calls=[FRESHLY], estimate=1),
    "CustomerSubscription.order": Costing(asked=owned(FRESH, "order { status }"), calls=[FRESHLY, "GET ALPINE/orders/a1b000000001"], estimate=1 + 1),
    "CustomerSubscription.order, its identifiers": Costing(asked=owned(FRESH, "order { id partnerCenterId }"), calls=[FRESHLY], estimate=1),
    "CustomerSubscription.parentSubscription": Costing(asked=owned(FRESH, "parentSubscription { quantity }"), edited={"parentSubscriptionId": SCHEDULED}, calls=[FRESHLY, f"GET ALPINE/subscriptions/{SCHEDULED}"], estimate=1 + 1),
    "CustomerSubscription.parentSubscription, its identifiers": Costing(asked=owned(FRESH, "parentSubscription { id partnerCenterId }"), edited={"parentSubscriptionId": SCHEDULED}, calls=[FRESHLY], estimate=1),
    "CustomerSubscription.promotion": Costing(asked=owned(FRESH, "promotion { name }"), edited={"promotionId": YEARLY_E3}, cached=["GET ALPINE", PROMOTION], calls=[FRESHLY], estimate=2 + 1),
    "CustomerSubscription.provisioningStatus": Costing(asked=owned(FRESH, "provisioningStatus"), calls=[FRESHLY, f"{FRESHLY}/provisioningstatus"], estimate=1 + 1, forbidden=["subscription.provisioningStatus"]),
    "CustomerSubscription.registrationStatus": Costing(asked=owned(PLAN, "registrationStatus", customer=FJORD), calls=[f"GET FJORD/subscriptions/{PLAN}", f"GET FJORD/subscriptions/{PLAN}/registrationstatus"], estimate=1 + 1),
    "CustomerSubscription.registrationStatus of licenses": Costing(asked=owned(FRESH, "registrationStatus"), calls=[FRESHLY], estimate=1 + 1),
    "CustomerSubscription.upgrades": Costing(asked=owned(FRESH, "upgrades { title }"), calls=[FRESHLY, f"{FRESHLY}/transitionEligibilities"], estimate=1 + 1),
    "CustomerSubscription.upgrades, now and at renewal": Costing(asked=owned(FRESH, "upgrades { title } later: upgrades(timing: AT_RENEWAL) { title }"), calls=[FRESHLY, *[f"{FRESHLY}/transitionEligibilities"] * 2], estimate=1 + 2),
    "CustomerSubscription.product and sku": Costing(asked=owned(FRESH, "product { title } sku { title }"), cached=["GET ALPINE", PREMIUM], calls=[FRESHLY], estimate=2 + 1),
    "CustomerSubscription.product and sku, their identifiers": Costing(asked=owned(FRESH, "product { partnerCenterId } sku { productId partnerCenterId }"), calls=[FRESHLY], estimate=1),
    "SubscriptionNextTerm.availability": Costing(asked=owned(SCHEDULED, "nextTerm { availability { isPurchasable } }"), cached=["GET ALPINE", PREMIUM], calls=[f"GET ALPINE/subscriptions/{SCHEDULED}"], estimate=2 + 1),
    "SubscriptionUpgrade.availability": Costing(asked=owned(FRESH, "upgrades { availability { isPurchasable } }"), cached=["GET ALPINE", "GET products/CFQ7TTC0LFLX/skus/0001/availabilities/CFQ7TTC0LB30"], calls=[FRESHLY, f"{FRESHLY}/transitionEligibilities"], estimate=3 + 3),
    "a page of subscriptions, by its size": Costing(asked=of_customer("subscriptions(first: 2) { nodes { registrationStatus upgrades { title } order { status } } }", customer=ALPINE), cached=["GET ALPINE"], calls=["GET ALPINE/subscriptions", *(f"GET ALPINE/subscriptions/{of}/transitionEligibilities" for of in ("FRESH", SECOND)), "GET ALPINE/orders/a1b000000001", "GET ALPINE/orders/a1b000000002"], estimate=2 + 2 * 3),
}  # fmt: skip
ROWS = [
    pytest.param(row, id=name)
    for name, row in (CATALOG | PARTNERS | CUSTOMERS | CARTS | OF_ORDERS | SUBSCRIPTIONS).items()
]


@pytest.fixture
def prepared(a_cart: ACart, sandbox: Sandbox) -> Prepared:
    """Makes what a row needs; the calls for it are forgotten."""

    async def made(gateway: Gateway, row: Costing) -> Ids:
        bought = [{}, {"quantity": 2}, {"billingCycle": "ANNUAL"}]
        cart = await a_cart(*(bought if row.bought else row.lines), attested=True)
        orders = await buy(gateway, cart) if row.bought else []
        await edit(sandbox, row.edited)
        return Ids(cart, orders)

    return made


def costs(answer: dict[str, Any]) -> tuple[int, int]:
    cost = answer["extensions"]["cost"]
    return cost["estimate"], cost["upstreamCalls"]


@pytest.mark.parametrize("row", ROWS)
async def test_a_field_costs_its_calls(gateway: Gateway, prepared: Prepared, row: Costing) -> None:
    """Cold, and the estimate before is the figure of the row times the assumed sizes: never less than the calls.

    What the gateway has stored of a cart or an order is read once, however many fields and lines need it.
    """
    ids = await prepared(gateway, row)

    with changes() as counted:
        answer = await gateway.ask(ids.filled(f"{{ {row.asked} }}"))

    calls = ids.shortened(await gateway.calls())
    assert "errors" not in answer
    assert calls == sorted([*row.cached, *row.calls])
    assert costs(answer) == (row.estimate, len(calls))
    assert len(calls) <= row.estimate
    assert counted("gateway_store_call_duration_seconds_count", operation="get", error_type="") == row.store_reads


@pytest.mark.parametrize("row", ROWS)
async def test_a_call_is_shared_by_an_operation(gateway: Gateway, prepared: Prepared, row: Costing) -> None:
    """Selected in two places, a field costs no call more."""
    ids = await prepared(gateway, row)

    answer = await gateway.ask(ids.filled(f"{{ one: {row.asked} two: {row.asked} }}"))

    calls = ids.shortened(await gateway.calls())
    assert "errors" not in answer
    assert calls == sorted([*row.cached, *row.calls])
    assert len(calls) <= costs(answer)[0]


@pytest.mark.parametrize("row", ROWS)
async def test_the_catalog_is_free_the_second_time(gateway_over: Over, prepared: Prepared, row: Costing) -> None:
    """Within its time to live; everything else is read again."""
    async with gateway_over(catalog_ttl_s=300) as gateway:
        ids = await prepared(gateway, row)
        document = ids.filled(f"{{ {row.asked} }}")
        first = await gateway.data(document)
        await gateway.calls()

        second = await gateway.data(document)
        calls = ids.shortened(await gateway.calls())

    assert second == first
    assert calls == sorted(row.calls)


@pytest.mark.parametrize("row", ROWS)
async def test_without_a_user_a_field_that_needs_one_is_forbidden(
    gateway: Gateway, prepared: Prepared, another_token: str, row: Costing
) -> None:
    """That field alone, with an entry in `errors`; a field that needs none is answered."""
    ids = await prepared(gateway, row)
    headers = {"Authorization": f"Bearer {another_token}"}

    document = ids.filled(f"{{ {row.asked} }}")
    answer = (await gateway.http.post("/graphql", json={"query": document}, headers=headers)).json()

    errors = {".".join(map(str, each["path"])): each["extensions"]["code"] for each in answer.get("errors", ())}
    assert errors == dict.fromkeys(row.forbidden, "FORBIDDEN")
    assert [at(answer["data"], each) for each in row.forbidden] == [None] * len(row.forbidden)
