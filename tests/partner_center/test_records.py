"""Every documented body reads as a record."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.partner_center.models.carts import AdditionalInformation, Cart, CartCheckoutResult
from gateway.partner_center.models.catalog import Availability, Product, RenewalInstruction, RenewalTarget, Sku
from gateway.partner_center.models.collection import Collection
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.models.offers import Offer
from gateway.partner_center.models.orders import Order, OrderCancellation
from gateway.partner_center.models.pricing import Pricing
from gateway.partner_center.models.promotion_eligibility import EligibilityQuestions
from gateway.partner_center.models.provisioning import OrderLineProvisioning
from gateway.partner_center.models.refusals import refusal_body
from gateway.partner_center.models.stock import StockQuestion
from gateway.partner_center.models.subscriptions import Subscription
from gateway.partner_center.models.values import (
    BillingCycle,
    CartErrorCode,
    CartStatus,
    ParticipantType,
    PurchaseCommitment,
    RenewsTo,
)
from gateway.partner_center.models.writing import NewCart
from gateway.partner_center.plain_json import parse
from gateway.partner_center.reading import records as reading
from gateway.partner_center.reading.decode import Reader

WIRE = Path(__file__).parents[1] / "samples" / "wire"
CUSTOMER = "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"

BY_BEGINNING: tuple[tuple[str, Callable[[bytes], object]], ...] = (
    ("availabilities-list", Reader(Collection[Availability])),
    ("availability-get", Reader(Availability)),
    ("cart-create.request", Reader(NewCart)),
    ("cart-update.request", Reader(NewCart)),
    ("cart-", Reader(Cart)),
    ("checkout.response.nce-order", Reader(Order)),
    ("checkout", Reader(CartCheckoutResult)),
    ("custom-term-end-dates", lambda body: reading.term_end_dates(body, customer_id=CUSTOMER)),
    ("customer-get", Reader(Customer)),
    ("customers-list", Reader(Collection[Customer])),
    ("error", lambda body: refusal_body(parse(body)).words),
    ("inventory-check-by-resource-type.request", Reader(StockQuestion)),
    ("inventory-check-by-resource-type.response", reading.stock),
    ("offer-addons-list", Reader(Collection[Offer])),
    ("offer-get", Reader(Offer)),
    ("order-cancel.request", Reader(OrderCancellation)),
    ("order-cancel.response", Reader(Order)),
    ("order-get", Reader(Order)),
    ("order-provisioning-status", Reader(Collection[OrderLineProvisioning])),
    ("orders-list", Reader(Collection[Order])),
    ("product-get", Reader(Product)),
    ("products-list", Reader(Collection[Product])),
    ("promotion-eligibility.request", Reader(EligibilityQuestions)),
    ("promotion-eligibility.response", reading.eligibilities),
    ("promotion-get", lambda body: reading.promotion(body, promotion_id="1")),
    ("promotions-list", reading.promotions),
    ("sku-get", Reader(Sku)),
    ("skus-list", Reader(Collection[Sku])),
    ("subscription-get", Reader(Subscription)),
    ("subscriptions-by-order", Reader(Collection[Subscription])),
)

Wire = Callable[[str], bytes]


@pytest.mark.parametrize(
    "file",
    sorted(file for file in WIRE.glob("*.json") if not file.name.startswith("token")),
    ids=lambda file: file.stem,
)
def test_every_documented_body_reads_as_a_record(file: Path) -> None:
    """No body that the documentation prints is refused; that of a token is read by sign-in."""
    read = next(reader for beginning, reader in BY_BEGINNING if file.name.startswith(beginning))

    assert read(file.read_bytes())


def test_every_documented_body_has_its_row_in_the_table() -> None:
    """The page behind each body can be looked up."""
    table = (WIRE / "README.md").read_text()

    assert [file.name for file in WIRE.glob("*.json") if f"`{file.name}`" not in table] == []


def test_a_cart_reads_whole(wire: Wire) -> None:
    """Ids, times, state and prices of a cart arrive as values of their kinds, and prices know their currency."""
    cart = reading.cart(wire("cart-create.response.nce-with-pricing"), customer_id=CUSTOMER)

    (line,) = cart.line_items
    assert (cart.status, cart.customer_id) == (CartStatus.ACTIVE, CUSTOMER)
    assert cart.created_at == datetime(2023, 7, 11, 21, 16, 11, 551490, UTC)
    assert (line.partner_center_id, line.cart_id, line.customer_id) == ("0", cart.id, CUSTOMER)
    assert (line.billing_cycle, line.term_duration, line.provisioning_context) == (BillingCycle.MONTHLY, "P1Y", {})
    assert line.pricing == Pricing(
        list_price=Decimal("30.4"),
        discounted_price=Decimal("30.4"),
        prorated_price=Decimal("30.4"),
        price=Decimal("30.4"),
        extended_price=Decimal("364.8"),
    )
    assert line.pricing is not None
    assert line.pricing.currency_code == "USD"


def test_an_addon_knows_the_line_it_sits_under(wire: Wire) -> None:
    """Lines under a line point back at it, and base lines at nothing."""
    cart = reading.cart(wire("cart-create.response.license-addons-new-base"), customer_id=CUSTOMER)

    (base,) = cart.line_items
    assert base.parent is None
    assert [addon.partner_center_id for addon in base.addon_items] == ["1", "2"]
    assert all(addon.parent is base and addon.cart_id == cart.id for addon in base.addon_items)


def test_carts_with_addons_compare_and_show_without_end(wire: Wire) -> None:
    """Although a line and its add-on hold each other, comparing and showing them comes to an end."""
    body = wire("cart-create.response.license-addons-new-base")

    first, second = (reading.cart(body, customer_id=CUSTOMER) for _ in range(2))

    assert first == second
    assert hash(first.line_items[0]) == hash(second.line_items[0])
    assert "addon_items" in repr(first)
    assert first != reading.cart(body.replace(b'"quantity": 2', b'"quantity": 5'), customer_id=CUSTOMER)


def test_participants_and_a_custom_end_read(wire: Wire) -> None:
    """Resellers keep their order and part; the custom end of a term is an aware moment."""
    cart = reading.cart(wire("cart-create.response.nce-custom-term-end-participants"), customer_id=CUSTOMER)

    first, second = cart.line_items
    assert first.custom_term_end_date == datetime(2022, 2, 19, tzinfo=UTC)
    assert [participant.type for participant in second.participants] == [
        ParticipantType.TRANSACTION_RESELLER,
        ParticipantType.ADDITIONAL_TRANSACTION_RESELLER,
        ParticipantType.ADDITIONAL_TRANSACTION_RESELLER,
    ]
    assert second.participants[0].partner_id == "5357564"


def test_the_errors_of_lines_read(wire: Wire) -> None:
    """A documented code has its name, any other is UNKNOWN and keeps its number; the seats left are shown."""
    cart = reading.cart(wire("cart-create.response.line-errors.constructed"), customer_id=CUSTOMER)

    seats, addon = (line.error for line in cart.line_items)
    assert seats is not None
    assert addon is not None
    assert seats.code is CartErrorCode.MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED
    assert seats.additional_information == AdditionalInformation(
        50, 51, {"availableQuantity": 50, "purchasedQuantity": 51}
    )
    assert (addon.code, addon.partner_center_code) == (CartErrorCode.UNKNOWN, "400041")
    assert addon.additional_information is None


def test_a_trial_tells_what_it_renews_to(wire: Wire) -> None:
    """The renewal, an object on the wire, reads as a list of one."""
    cart = reading.cart(wire("cart-create.response.azure-reservation-software-saas-trial"), customer_id=CUSTOMER)

    assert [line.renews_to for line in cart.line_items][-2:] == [(), (RenewsTo(term_duration="P1Y"),)]
    assert [line.order_group for line in cart.line_items] == ["OMS-0", "0", "0", "0", "1", "2"]


def test_a_checkout_that_half_succeeds_reads(wire: Wire) -> None:
    """Orders and errors of the groups that failed are read side by side, and orders know their customer."""
    result = reading.checkout_result(wire("checkout.response.partial-failure.constructed"), customer_id=CUSTOMER)

    assert [order.customer_id for order in result.orders] == [CUSTOMER]
    assert [(error.order_group, error.partner_center_code) for error in result.order_errors] == [("1", "800005")]


def test_a_checkout_without_errors_reads(wire: Wire) -> None:
    """Where the list of errors is left out, there are none; prices take their currency from the order."""
    result = reading.checkout_result(wire("checkout.response.azure-savings-plan"), customer_id=CUSTOMER)

    (line,) = result.orders[0].line_items
    assert result.order_errors == ()
    assert result.orders[0].total_price == Decimal("438.0")
    assert line.pricing is not None
    assert line.pricing is not None
    assert line.pricing.currency_code == "USD"
    assert line.purchase_commitment == PurchaseCommitment(amount=Decimal("0.05"), currency_code="USD", grain="hourly")


def test_software_has_no_term(wire: Wire) -> None:
    """The empty text that order lines of software print for their term reads as no term."""
    order = reading.order(wire("order-cancel.response"), customer_id=CUSTOMER, order_id="1")

    assert order.line_items[0].term_duration is None


def test_a_cart_of_2018_reads(wire: Wire) -> None:
    """It had neither status nor expiration, and one member in PascalCase amid the others."""
    cart = reading.cart(wire("cart-update.response.reservation-2018"), customer_id=CUSTOMER)

    assert (cart.status, cart.expires_at) == (CartStatus.UNKNOWN, None)
    assert cart.line_items[0].order_group == "0"
    assert cart.line_items[0].provisioning_context == {
        "subscriptionId": "5E0F1B1C-6E7B-4A39-9C52-8A4C6A1D2E3F",
        "scope": "shared",
        "duration": "1Year",
    }


def test_moments_misprinted_by_the_documentation_read(wire: Wire) -> None:
    """Spaces behind the colons of the subscription lists, and a second T in the orders of savings plans."""
    subscription = Reader(Collection[Subscription])(wire("subscriptions-by-order.response.spaced-moments")).items[0]
    order = reading.order(wire("order-get.response.azure-savings-plan"), customer_id=CUSTOMER, order_id="1")

    assert subscription.creation_date == datetime(2015, 11, 25, 6, 41, 12, tzinfo=UTC)
    assert order.created_at == datetime(2023, 5, 18, 21, 22, 26, 703483, UTC)


def test_an_offset_is_preserved(wire: Wire) -> None:
    """Old orders print a zone other than UTC; the moment is the same."""
    orders = reading.orders(wire("orders-list.response.mixed"), customer_id=CUSTOMER)

    expected = datetime(2018, 3, 6, 17, 37, 5, 253000, timezone(timedelta(hours=-8)))
    assert [order.customer_id for order in orders.items] == [CUSTOMER, CUSTOMER]
    assert orders.items[1].created_at == expected


def test_an_availability_tells_its_terms(wire: Wire) -> None:
    """Terms, refunds and renewals of an availability read; its currency is an object there."""
    availability = reading.availability(
        wire("availability-get.response.nce"), product_id="P", sku_id="S", availability_id="A"
    )

    (term,) = availability.terms
    assert availability.default_currency is not None
    assert availability.default_currency.symbol == "$"
    assert (term.duration, term.billing_cycle) == ("P1Y", BillingCycle.ANNUAL)
    assert term.cancellation_policies[0].refund_options[0].expires_after == "P1D"
    assert availability.renewal_instructions == (
        RenewalInstruction(
            applicable_term_ids=("5aeco6mffyxo",),
            renewal_options=(RenewalTarget(renew_to_id=f"{availability.product_id}:0001", is_auto_renewable=True),),
        ),
    )


def test_an_availability_holds_product_and_sku(wire: Wire) -> None:
    """One call answers a line's product and SKU; the least commitment of a savings plan is a decimal."""
    (availability,) = reading.availabilities(
        wire("availabilities-list.response.azure-savings-plan"), product_id="P", sku_id="S"
    ).items

    assert availability.product is not None
    assert availability.product.product_type is not None
    assert availability.product.product_type.sub_type is not None
    assert availability.product.product_type.sub_type.id == "SavingsPlan"
    assert availability.sku is not None
    assert availability.sku.supported_billing_cycles == (BillingCycle.ONE_TIME, BillingCycle.MONTHLY)
    assert availability.sku.minimum_purchase_commitment is not None
    assert availability.sku.minimum_purchase_commitment.amount == Decimal("0.001")


def test_a_list_counts_more_than_it_shows(wire: Wire) -> None:
    """The count is Partner Center's own, not the length of what it sent."""
    products = reading.products(wire("products-list.response.nce"))

    assert (products.total_count, len(products.items)) == (19, 1)


def test_the_market_of_a_customer_is_the_billing_country(wire: Wire) -> None:
    """The country of the billing address reads in capitals; lists do not tell it."""
    customer = reading.customer(wire("customer-get.response"), customer_id=CUSTOMER)
    listed = reading.customers(wire("customers-list.response")).items[0]

    assert customer.country == "DE"
    assert listed.country is None


def test_a_cart_parses_its_document_once(wire: Wire) -> None:
    """Every user of the record gets the same plain data, with every member of the answer."""
    body = wire("cart-create.response.nce-with-pricing")
    cart = reading.cart(body, customer_id=CUSTOMER)

    assert cart.document == parse(body)
    assert cart.document is cart.document


def test_context_is_no_part_of_what_a_record_says(wire: Wire) -> None:
    """The same body read for two customers gives equal records that differ in their context alone."""
    body = wire("cart-create.response.nce-with-pricing")
    first, second = (reading.cart(body, customer_id=customer) for customer in (CUSTOMER, CUSTOMER[::-1]))

    assert first == second
    assert first.customer_id != second.customer_id
