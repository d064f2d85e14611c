"""Every attribute of carts, checkouts and orders that Partner Center documents, and where the graph has it.

Pages: "Cart resources", "Order resources"; what only their samples print is here too. `tests/schema/test_attributes.py`
reads and writes each row, and holds the table to the graph, the records and the printed bodies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from gateway.partner_center.models import carts, orders, pricing, values
from tests.shop_ids import BASIC

Members = Mapping[str, object]

E1 = "91FD106F-4B2C-4938-95AC-F54F74E9A239"
CONFERENCING = "C94271D8-B431-4A25-A3C5-A57737A1C909"
RESELLER = {"key": "transaction_reseller", "value": "5357564"}
LINE = {"id": 0, "catalogItemId": E1, "quantity": 3}
COMMITMENT = {"amount": Decimal("0.05"), "currency": "usd", "grain": "hourly"}
GRAPH_COMMITMENT = {"amount": "0.05", "currencyCode": "USD", "grain": "hourly"}

OF_THE_SERVICE = "says nothing about the resource"
GUID = "5d8cb1a1-d8bd-4e7c-a3f3-b9f8a1bb3e2f"


@dataclass(frozen=True)
class Attribute:
    """A JSON member, a value it may have, the field that shows it, and what that shows.

    Where a caller sets it, `given` is what an input's member of the field's name takes, in the form it is read in, and
    `written` what is then sent. Without a field, `because` says why.
    """

    member: str
    sent: object = None
    field: str | None = None
    shown: object = None
    given: object = None
    written: object = None
    because: str = ""


@dataclass(frozen=True)
class Resource:
    """A resource: its graph type and record, the other resource it stands `inside` of (as which member, in a list or
    not), its attributes, the fields that are our own, and the members without which it is not taken or given.
    """

    name: str
    record: type | None
    attributes: Sequence[Attribute]
    own: frozenset[str] = frozenset()
    inside: "Resource | None" = None
    member: str = ""
    listed: bool = False
    needed: Members = field(default_factory=dict[str, object])
    needed_input: Members = field(default_factory=dict[str, object])


CART = Resource(
    "Cart",
    carts.Cart,
    needed={"id": "29982361-779a-41ea-991a-6ee4c320e033", "status": "Active", "lineItems": [LINE]},
    own=frozenset({
        "id", "version", "customer", "isEditable", "isExpired", "canCheckout", "hasErrors", "lineItemsWithErrors",
        "lineItemCount", "totals", "unpricedLineItemCount", "openTotals", "problems", "checkout",
    }),
    attributes=(
        Attribute("id", GUID, "partnerCenterId", GUID),
        Attribute(
            "creationTimestamp", "2026-03-01T09:30:00.5514997Z", "createdAt", "2026-03-01T09:30:00.5514997+00:00"
        ),
        Attribute(
            "lastModifiedTimestamp", "2026-03-01T09:31:00.12Z", "updatedAt", "2026-03-01T09:31:00.12+00:00"
        ),
        Attribute(
            "expirationTimestamp", "2026-03-08T09:30:02Z", "expiresAt", "2026-03-08T09:30:02+00:00"
        ),
        Attribute("lastModifiedUser", GUID, "updatedBy", GUID),
        Attribute("status", "Ordered", "status", "ORDERED"),
        Attribute(
            "lineItems",
            [{"id": 0, "catalogItemId": E1, "quantity": 1}],
            "lineItems",
            [{"partnerCenterId": "0", "catalogItemId": E1, "quantity": 1}],
            given=[{"catalogItemId": CONFERENCING, "quantity": 7, "billingCycle": "MONTHLY"}],
            written=[{"id": 0, "catalogItemId": CONFERENCING, "quantity": 7, "billingCycle": "monthly"}],
        ),
        Attribute(
            "partnerOnRecordAttestationAccepted",
            False,
            "partnerOnRecordAttestationAccepted",
            False,
            given=True,
            written=True,
        ),
        Attribute("links", because="the graph's own fields lead on"),
        Attribute("attributes", because=OF_THE_SERVICE),
    ),
)  # fmt: skip

CART_LINE_ITEM = Resource(
    "CartLineItem",
    carts.CartLineItem,
    inside=CART,
    member="lineItems",
    listed=True,
    needed=LINE,
    needed_input={"catalogItemId": E1, "quantity": 3, "billingCycle": "MONTHLY"},
    own=frozenset(
        {
            "id",
            "parentLineItem",
            "product",
            "sku",
            "availability",
            "isOrdered",
            "orderLineItem",
            "promotion",
            "promotions",
            "termEndDates",
        }
    ),
    attributes=(
        Attribute("id", 4, "partnerCenterId", "4"),
        Attribute("catalogItemId", E1, "catalogItemId", E1, given=CONFERENCING, written=CONFERENCING),
        Attribute(
            "friendlyName", "Myofferpurchase", "friendlyName", "Myofferpurchase", given="Büro 🏢", written="Büro 🏢"
        ),
        Attribute("quantity", 20, "quantity", 20, given=25, written=25),
        Attribute("currencyCode", "USD", "currencyCode", "USD", given="PLN", written="PLN"),
        Attribute("billingCycle", "one_time", "billingCycle", "ONE_TIME", given="MONTHLY", written="monthly"),
        Attribute("termDuration", "P1M", "termDuration", "P1M", given="P3Y", written="P3Y"),
        Attribute(
            "participants",
            [RESELLER, {"key": "additional_transaction_reseller", "value": "517285"}],
            "participants",
            [
                {"type": "TRANSACTION_RESELLER", "partnerId": "5357564"},
                {"type": "ADDITIONAL_TRANSACTION_RESELLER", "partnerId": "517285"},
            ],
            given=[{"type": "CONSUMPTION_RESELLER", "partnerId": "5357563"}],
            written=[{"key": "consumption_reseller", "value": "5357563"}],
        ),
        Attribute(
            "provisioningContext",
            {"subscriptionId": GUID, "scope": "shared"},
            "provisioningContext",
            [{"key": "subscriptionId", "value": GUID}, {"key": "scope", "value": "shared"}],
            given=[{"key": "scope", "value": "single"}],
            written={"scope": "single"},
        ),
        Attribute("orderGroup", "OMS-0", "orderGroup", "OMS-0"),
        Attribute(
            "addonItems",
            [{"id": 1, "catalogItemId": CONFERENCING, "quantity": 2}],
            "addonItems",
            [{"partnerCenterId": "1", "catalogItemId": CONFERENCING, "quantity": 2}],
            given=[{"catalogItemId": CONFERENCING, "quantity": 1, "billingCycle": "MONTHLY"}],
            written=[{"id": 1, "catalogItemId": CONFERENCING, "quantity": 1, "billingCycle": "monthly"}],
        ),
        Attribute(
            "error",
            {"errorCode": 10003, "errorDescription": "Out of stock."},
            "error",
            {"code": "INVENTORY_NOT_AVAILABLE", "partnerCenterCode": "10003", "message": "Out of stock."},
        ),
        Attribute(
            "renewsTo",
            {"termDuration": "P1Y"},
            "renewsTo",
            [{"termDuration": "P1Y"}],
            given=[{"termDuration": "P1M"}],
            written={"termDuration": "P1M"},
        ),
        Attribute("attestationAccepted", False, "attestationAccepted", False, given=True, written=True),
        Attribute(
            "promotionId",
            "39NFJQT1PHSN:0008:39NFJQT1Q5J0",
            "promotionId",
            "39NFJQT1PHSN:0008:39NFJQT1Q5J0",
            given="39NFJQT1Q5KK:0001:39NFJQT1Q5KM",
            written="39NFJQT1Q5KK:0001:39NFJQT1Q5KM",
        ),
        Attribute(
            "customTermEndDate",
            "2026-03-31T00:00:00Z",
            "customTermEndDate",
            "2026-03-31T00:00:00+00:00",
            given="2026-06-30T00:00:00+00:00",
            written="2026-06-30T00:00:00Z",
        ),
        Attribute(
            "pricing",
            {"price": Decimal("30.40"), "extendedPrice": Decimal("364.80")},
            "pricing",
            {"price": "30.40", "extendedPrice": "364.80", "listPrice": None},
        ),
        Attribute(
            "purchaseCommitment",
            COMMITMENT,
            "purchaseCommitment",
            GRAPH_COMMITMENT,
            given={"amount": "0.070", "currencyCode": "EUR", "grain": "hourly"},
            written={"amount": Decimal("0.070"), "currency": "eur", "grain": "hourly"},
        ),
        Attribute("purchaseSystem", because="only Microsoft's client for .NET names it; no answer has been seen to"),
    ),
)

PARTICIPANT = Resource(
    "CartParticipant",
    carts.Participant,
    inside=CART_LINE_ITEM,
    member="participants",
    listed=True,
    needed=RESELLER,
    needed_input={"type": "TRANSACTION_RESELLER", "partnerId": "5357564"},
    own=frozenset({"partner"}),
    attributes=(
        Attribute(
            "key",
            "transaction_reseller",
            "type",
            "TRANSACTION_RESELLER",
            given="CONSUMPTION_RESELLER",
            written="consumption_reseller",
        ),
        Attribute("value", "5357564", "partnerId", "5357564", given="517285", written="517285"),
    ),
)

RENEWS_TO = Resource(
    "RenewsTo",
    values.RenewsTo,
    inside=CART_LINE_ITEM,
    member="renewsTo",
    attributes=(Attribute("termDuration", "P1Y", "termDuration", "P1Y", given="P1M", written="P1M"),),
)

PURCHASE_COMMITMENT = Resource(
    "PurchaseCommitment",
    values.PurchaseCommitment,
    inside=CART_LINE_ITEM,
    member="purchaseCommitment",
    needed=COMMITMENT,
    needed_input=GRAPH_COMMITMENT,
    attributes=(
        Attribute("amount", Decimal("0.05"), "amount", "0.05", given="1249.50", written=Decimal("1249.50")),
        Attribute("currency", "usd", "currencyCode", "USD", given="SEK", written="sek"),
        Attribute("grain", "hourly", "grain", "hourly", given="daily", written="daily"),
    ),
)

PRICING = Resource(
    "Pricing",
    pricing.Pricing,
    inside=CART_LINE_ITEM,
    member="pricing",
    own=frozenset({"billingPeriods", "currencyCode", "perPeriod"}),
    attributes=(
        Attribute("listPrice", Decimal("30.40"), "listPrice", "30.40"),
        Attribute("discountedPrice", Decimal("28.8800"), "discountedPrice", "28.8800"),
        Attribute("proratedPrice", Decimal("0.000015"), "proratedPrice", "0.000015"),
        Attribute("price", 29, "price", "29"),
        Attribute("extendedPrice", Decimal("364.80"), "extendedPrice", "364.80"),
    ),
)

CART_ERROR = Resource(
    "CartError",
    carts.CartError,
    inside=CART_LINE_ITEM,
    member="error",
    own=frozenset({"partnerCenterCode", "acceptedTerms", "acceptedQuantity", "acceptedTermEndDates"}),
    attributes=(
        Attribute("errorCode", 10015, "code", "MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED"),
        Attribute("errorDescription", "Accepted: USD.", "message", "Accepted: USD."),
        Attribute(
            "additionalInformation",
            {"availableQuantity": 300},
            "additionalInformation",
            {"availableQuantity": 300, "purchasedQuantity": None},
        ),
        Attribute("attributes", because=OF_THE_SERVICE),
    ),
)

ADDITIONAL_INFORMATION = Resource(
    "AdditionalInformation",
    None,  # a free dictionary on the wire
    inside=CART_ERROR,
    member="additionalInformation",
    own=frozenset({"raw"}),
    attributes=(
        Attribute("availableQuantity", 300, "availableQuantity", 300),
        Attribute("purchasedQuantity", 6000, "purchasedQuantity", 6000),
    ),
)

CART_CHECKOUT_RESULT = Resource(
    "CartCheckoutResult",
    carts.CartCheckoutResult,
    needed={"orders": []},
    own=frozenset({"outcome", "checkedOutAt"}),
    attributes=(
        Attribute("orders", [{"id": "a68736758d9c"}], "orders", [{"partnerCenterId": "a68736758d9c"}]),
        Attribute(
            "orderErrors",
            [{"orderGroupId": "0", "code": 800022, "description": "No credit."}],
            "orderErrors",
            [{"orderGroup": "0", "partnerCenterCode": "800022", "message": "No credit."}],
        ),
        Attribute("additionalInformation", because="printed once, as an empty list; nothing says what it may hold"),
        Attribute("attributes", because=OF_THE_SERVICE),
    ),
)

ORDER_ERROR = Resource(
    "OrderError",
    carts.OrderError,
    inside=CART_CHECKOUT_RESULT,
    member="orderErrors",
    listed=True,
    needed={"orderGroupId": "0"},
    own=frozenset({"code", "lineItems"}),
    attributes=(
        Attribute("orderGroupId", "OMS-0", "orderGroup", "OMS-0"),
        Attribute("code", 800022, "partnerCenterCode", "800022"),
        Attribute("description", "No credit is left.", "message", "No credit is left."),
        Attribute("attributes", because=OF_THE_SERVICE),
    ),
)

ORDER = Resource(
    "Order",
    orders.Order,
    inside=CART_CHECKOUT_RESULT,
    member="orders",
    listed=True,
    needed={"id": "a68736758d9c"},
    own=frozenset({"id", "customer", "cart", "subscriptions"}),
    attributes=(
        Attribute("id", "ImxjLNL4_fOc-2KoyOxGTZcrlIquzls11", "partnerCenterId", "ImxjLNL4_fOc-2KoyOxGTZcrlIquzls11"),
        Attribute("alternateId", "a68736758d9c", "alternateId", "a68736758d9c"),
        Attribute("referenceCustomerId", GUID, because="`customer` is the one whose order was asked for"),
        Attribute("billingCycle", "monthly", "billingCycle", "MONTHLY"),
        Attribute("currencyCode", "USD", "currencyCode", "USD"),
        Attribute("currencySymbol", "US$", "currencySymbol", "US$"),
        Attribute("lineItems", [{"lineItemNumber": 0, "quantity": 2}], "lineItems", [{"lineItemNumber": 0}]),
        Attribute("creationDate", "2018-03-22T10:31:09.36-08:00", "createdAt", "2018-03-22T10:31:09.36-08:00"),
        Attribute("status", "pending", "status", "PENDING"),
        Attribute("transactionType", "UserPurchase", "transactionType", "UserPurchase"),
        Attribute("totalPrice", Decimal("364.80"), "totalPrice", "364.80"),
        Attribute("partnerOnRecordAttestationAccepted", True, "partnerOnRecordAttestationAccepted", True),
        Attribute("client", because="printed as an empty object; nothing says what it may hold"),
        Attribute("links", because="the graph's own fields lead on"),
        Attribute("attributes", because=OF_THE_SERVICE),
    ),
)

ORDER_LINE_ITEM = Resource(
    "OrderLineItem",
    orders.OrderLineItem,
    inside=ORDER,
    member="lineItems",
    listed=True,
    needed={"lineItemNumber": 0, "quantity": 1},
    own=frozenset(
        {"order", "product", "sku", "availability", "subscription", "provisioningStatus", "activationLinks"}
    ),
    attributes=(
        Attribute("lineItemNumber", 2, "lineItemNumber", 2),
        Attribute("offerId", BASIC, "catalogItemId", BASIC),
        Attribute("subscriptionId", GUID, "subscriptionId", GUID),
        Attribute("parentSubscriptionId", GUID, "parentSubscriptionId", GUID),
        Attribute("termDuration", "P1Y", "termDuration", "P1Y"),
        Attribute("transactionType", "New", "transactionType", "New"),
        Attribute("friendlyName", "AI Builder", "friendlyName", "AI Builder"),
        Attribute("quantity", 25, "quantity", 25),
        Attribute("customTermEndDate", "2026-03-31T00:00:00", "customTermEndDate", "2026-03-31T00:00:00+00:00"),
        Attribute(
            "promotionId", "39NFJQT1PHSN:0008:39NFJQT1Q5J0", "promotionId", "39NFJQT1PHSN:0008:39NFJQT1Q5J0"
        ),
        Attribute("renewsTo", {"termDuration": "P1Y"}, "renewsTo", [{"termDuration": "P1Y"}]),
        Attribute("attestationAccepted", True, "attestationAccepted", True),
        Attribute(
            "provisioningContext", {"scope": "single"}, "provisioningContext", [{"key": "scope", "value": "single"}]
        ),
        Attribute("purchaseCommitment", COMMITMENT, "purchaseCommitment", GRAPH_COMMITMENT),
        Attribute("pricing", {"price": Decimal("30.40")}, "pricing", {"price": "30.40"}),
        Attribute("partnerIdOnRecord", "5357564", "partnerIdOnRecord", "5357564"),
        Attribute("additionalPartnerIdsOnRecord", ["517285"], "additionalPartnerIdsOnRecord", ["517285"]),
        Attribute("links", because="the graph's own fields lead on"),
    ),
)  # fmt: skip

RESOURCES = (
    CART, CART_LINE_ITEM, PARTICIPANT, RENEWS_TO, PURCHASE_COMMITMENT, PRICING, CART_ERROR, ADDITIONAL_INFORMATION,
    CART_CHECKOUT_RESULT, ORDER_ERROR, ORDER, ORDER_LINE_ITEM,
)  # fmt: skip


@dataclass(frozen=True)
class EnumValue:
    """A value of an enumeration, the forms it comes in, and the one it is written in where a caller may give it."""

    name: str
    forms: Sequence[object]
    written: str | None = None


def _code(number: int, pascal: str, *others: object) -> EnumValue:
    """A code of "CartErrorCode": number, number as text, and its name in PascalCase and in snake_case."""
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in pascal).lstrip("_")
    snake = snake.replace("_r_i", "_ri")
    return EnumValue(snake.upper(), (number, str(number), pascal, snake, *others))


CART_ERROR_CODES = (
    _code(0, "Unknown", 10005, 400041, "SomethingNew"),
    _code(10000, "CurrencyIsNotSupported"),
    _code(10001, "CatalogItemIdIsNotValid"),
    _code(10002, "QuotaNotAvailable"),
    _code(10003, "InventoryNotAvailable"),
    _code(10004, "ParticipantsIsNotSupportedForPartner"),
    _code(10006, "UnableToProcessCartLineItem"),
    _code(10007, "SubscriptionIsNotValid"),
    _code(10008, "SubscriptionIsNotEnabledForRI"),
    _code(10009, "SandboxLimitExceeded", "SandboxLimitExceededed"),
    _code(10010, "InvalidInput"),
    _code(10011, "SubscriptionNotRegistered"),
    _code(10012, "AttestationNotAccepted"),
    _code(10013, "BillingPlanNotSupported"),
    _code(10014, "InvalidPromotionId"),
    _code(10015, "MaxAllowedSeatsPerSubscriptionExceeded", "MaxAllowedSeatsPerSubscriptionExceededed"),
    _code(10016, "InvalidCustomTermEndDateProduct"),
    _code(10017, "InvalidCustomTermEndDate"),
    _code(10018, "BaseOfferSeatQuantityNotMet"),
    _code(10019, "MinimumAddOnSeatsNotMet"),
    _code(500600, "LegacyOfferNotEligibleForPurchase"),
)

BILLING_CYCLES = (
    EnumValue("MONTHLY", ("monthly", "Monthly"), "monthly"),
    EnumValue("ANNUAL", ("annual", "Annual"), "annual"),
    EnumValue("BIENNIAL", ("biennial", "Biennial"), "biennial"),
    EnumValue("TRIENNIAL", ("triennial", "Triennial"), "triennial"),
    EnumValue("ONE_TIME", ("one_time", "OneTime", "onetime"), "one_time"),
    EnumValue("NONE", ("none", "None"), "none"),
    EnumValue("UNKNOWN", ("unknown", "fortnightly")),
)

PARTICIPANT_TYPES = (
    EnumValue("TRANSACTION_RESELLER", ("transaction_reseller", "TransactionReseller"), "transaction_reseller"),
    EnumValue(
        "ADDITIONAL_TRANSACTION_RESELLER",
        ("additional_transaction_reseller", "AdditionalTransactionReseller"),
        "additional_transaction_reseller",
    ),
    EnumValue("CONSUMPTION_RESELLER", ("consumption_reseller", "ConsumptionReseller"), "consumption_reseller"),
    EnumValue("UNKNOWN", ("unknown", "advisor")),
)

CART_STATUSES = (
    EnumValue("ACTIVE", ("Active", "active")),
    EnumValue("ORDERED", ("Ordered", "ordered")),
    EnumValue("UNKNOWN", ("Archived", None)),
)

ORDER_STATUSES = (
    EnumValue("PENDING", ("pending", "Pending")),
    EnumValue("COMPLETED", ("completed", "Completed")),
    EnumValue("PARTIALLY_SUCCEEDED", ("PartiallySucceeded", "partially_succeeded", "partially succeeded")),
    EnumValue("CANCELLED", ("cancelled", "Cancelled")),
    EnumValue("SUSPENDED", ("suspended",)),
    EnumValue("PENDING_REVIEW", ("PendingReview", "pending_review")),
    EnumValue("PENDING_PURCHASE_ORDER", ("PendingPurchaseOrder", "pending purchase order")),
    EnumValue("PURCHASE_ORDER_UPLOADED", ("purchaseOrderUploaded",)),
    EnumValue("PURCHASE_ORDER_REJECTED", ("PURCHASE_ORDER_REJECTED",)),
    EnumValue("FAILED", ("failed",)),
    EnumValue("UNKNOWN", ("Archived",)),
)

ENUMS = (
    ("CartErrorCode", CART_ERROR, "errorCode", CART_ERROR_CODES),
    ("BillingCycleType", CART_LINE_ITEM, "billingCycle", BILLING_CYCLES),
    ("ParticipantType", PARTICIPANT, "key", PARTICIPANT_TYPES),
    ("CartStatus", CART, "status", CART_STATUSES),
    ("OrderStatus", ORDER, "status", ORDER_STATUSES),
)
"""Each enumeration: its graph name, the resource and member it is the type of, and its values."""
