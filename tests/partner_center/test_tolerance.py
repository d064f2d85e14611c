"""Where the documentation's tables, its samples and real clients disagree, every form reads the same."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gateway.carts.content import version
from gateway.carts.summary import every_line
from gateway.errors import Malformed
from gateway.partner_center.models.carts import AdditionalInformation, Cart, CartError, CartLineItem, OrderError
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.collection import Collection
from gateway.partner_center.models.orders import Order
from gateway.partner_center.models.promotions import Promotion
from gateway.partner_center.models.values import (
    BillingCycle,
    CartErrorCode,
    CartStatus,
    ParticipantType,
    RenewsTo,
    TargetSegment,
)
from gateway.partner_center.reading import records as reading
from gateway.partner_center.reading.decode import Reader
from tests.logs import Logged

CART_ID = "2517c51b-58cd-4abe-87ed-3ab812401ab4"
CUSTOMER = "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"


def line(members: str) -> CartLineItem:
    """The one line of a cart whose line has *members* beside those that are always there."""
    body = f'{{"id": "{CART_ID}", "lineItems": [{{"id": 0, "catalogItemId": "A", "quantity": 1{members}}}]}}'
    return reading.cart(body.encode(), customer_id=CUSTOMER).line_items[0]


@pytest.mark.parametrize(
    ("members", "name", "expected"),
    [
        pytest.param(', "renewsTo": {"termDuration": "P1Y"}', "renews_to", (RenewsTo(term_duration="P1Y"),), id="renewsTo as an object"),
        pytest.param(', "renewsTo": [{"termDuration": "P1Y"}]', "renews_to", (RenewsTo(term_duration="P1Y"),), id="renewsTo as a list"),
        pytest.param(', "renewsTo": null', "renews_to", (), id="renewsTo null"),
        pytest.param(', "renewsTo": []', "renews_to", (), id="renewsTo empty"),
        pytest.param(', "billingCycle": "one_time"', "billing_cycle", BillingCycle.ONE_TIME, id="billing cycle of a cart"),
        pytest.param(', "billingCycle": "OneTime"', "billing_cycle", BillingCycle.ONE_TIME, id="billing cycle of a term"),
        pytest.param(', "billingCycle": "oneTime"', "billing_cycle", BillingCycle.ONE_TIME, id="billing cycle in camel case"),
        pytest.param(', "billingCycle": "onetime"', "billing_cycle", BillingCycle.ONE_TIME, id="billing cycle of a query"),
        pytest.param(', "billingCycle": "fortnightly"', "billing_cycle", BillingCycle.UNKNOWN, id="a billing cycle to come"),
        pytest.param(', "billingCycle": "none"', "billing_cycle", BillingCycle.NONE, id="billed never"),
        pytest.param(', "billingCycle": null', "billing_cycle", None, id="billing cycle null"),
        pytest.param(', "AttestationAccepted": true', "attestation_accepted", True, id="attestation as the table spells it"),
        pytest.param(', "attestationAccepted": true', "attestation_accepted", True, id="attestation in camel case"),
        pytest.param(', "attestationAccepted": "True"', "attestation_accepted", True, id="attestation as text"),
        pytest.param(', "termDuration": ""', "term_duration", None, id="no term as an empty text"),
        pytest.param(', "termDuration": null', "term_duration", None, id="no term as null"),
        pytest.param(', "provisioningContext": {"Scope": "shared"}', "provisioning_context", {"Scope": "shared"}, id="names of a free dictionary stay"),
        pytest.param(', "provisioningContext": {"n": 1.10, "b": true, "x": null}', "provisioning_context", {"n": "1.10", "b": "true"}, id="other scalars as context"),
        pytest.param(', "customTermEndDate": "2025-03-31T00:00:00"', "custom_term_end_date", datetime(2025, 3, 31, tzinfo=UTC), id="a moment without zone"),
        pytest.param(', "customTermEndDate": "2025-03-31"', "custom_term_end_date", datetime(2025, 3, 31, tzinfo=UTC), id="a day"),
        pytest.param(', "participants": null', "participants", (), id="participants null"),
        pytest.param(', "links": {}, "purchaseSystem": "x"', "promotion_id", None, id="unknown members"),
        pytest.param(', "orderGroup": 0', "order_group", "0", id="a label as a number"),
    ],
)  # fmt: skip
def test_every_form_of_a_lines_member_reads(members: str, name: str, expected: object) -> None:
    """A member of a line reads the same in each form that tables, samples or clients have it in."""
    assert getattr(line(members), name) == expected


@pytest.mark.parametrize("spelled", ["addonItems", "addOnItems", "AddonItems", "AddOnItems"])
def test_addons_read_in_every_spelling(spelled: str) -> None:
    """The Java client's spelling is read as well as the documented one."""
    addon = '{"Id": "7", "catalogItemId": "B", "quantity": 2}' if spelled[0] == "A" else '{"id": 7, "catalogItemId": "B", "quantity": 2}'  # fmt: skip

    (read,) = line(f', "{spelled}": [{addon}]').addon_items

    assert (read.partner_center_id, read.quantity) == ("7", 2)


@pytest.mark.parametrize(("wire", "text"), [("0", "0"), ('"0"', "0"), ("12", "12")])
def test_a_line_id_is_a_text(wire: str, text: str) -> None:
    """Samples print a number, tables say a text."""
    body = f'{{"id": "{CART_ID}", "lineItems": [{{"id": {wire}, "catalogItemId": "A", "quantity": 1}}]}}'

    assert reading.cart(body.encode(), customer_id=CUSTOMER).line_items[0].partner_center_id == text


@pytest.mark.parametrize("wire", ["3", "3.0", '"3"'])
def test_a_quantity_is_a_whole_number(wire: str) -> None:
    """A quantity printed with a point or as text is still that quantity."""
    body = f'{{"id": "{CART_ID}", "lineItems": [{{"id": 0, "catalogItemId": "A", "quantity": {wire}}}]}}'

    assert reading.cart(body.encode(), customer_id=CUSTOMER).line_items[0].quantity == 3


@pytest.mark.parametrize(
    ("spelled", "code"),
    [
        pytest.param("10015", CartErrorCode.MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED, id="number"),
        pytest.param('"10015"', CartErrorCode.MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED, id="number as text"),
        pytest.param('"inventory_not_available"', CartErrorCode.INVENTORY_NOT_AVAILABLE, id="snake case"),
        pytest.param('"SubscriptionIsNotEnabledForRI"', CartErrorCode.SUBSCRIPTION_IS_NOT_ENABLED_FOR_RI, id="the table's name"),
        pytest.param('"SandboxLimitExceededed"', CartErrorCode.SANDBOX_LIMIT_EXCEEDED, id="as a page misspells it"),
        pytest.param('"SandboxLimitExceeded"', CartErrorCode.SANDBOX_LIMIT_EXCEEDED, id="the same, spelled right"),
        pytest.param('"AttestationNotAccepted"', CartErrorCode.ATTESTATION_NOT_ACCEPTED, id="a name that ends in -ed"),
        pytest.param("400041", CartErrorCode.UNKNOWN, id="a number outside the table"),
        pytest.param("0", CartErrorCode.UNKNOWN, id="zero"),
        pytest.param('"Surprise"', CartErrorCode.UNKNOWN, id="a name to come"),
    ],
)  # fmt: skip
def test_a_line_error_code_reads_in_every_form(spelled: str, code: CartErrorCode) -> None:
    """Numbers, numbers as text, and names in any casing are the same code; the form it came in is kept."""
    error = Reader(CartError)(f'{{"errorCode": {spelled}}}'.encode())

    assert error.code is code
    assert error.partner_center_code == spelled.strip('"')


def test_every_line_error_code_reads_by_number_and_name() -> None:
    """All codes of the table are known by their number and by their name."""
    for code in CartErrorCode:
        camel = "".join(word.capitalize() for word in code.name.split("_"))

        assert CartErrorCode(code.value) is CartErrorCode(str(code.value)) is CartErrorCode(camel) is code


@pytest.mark.parametrize("spelled", ["creationTimestamp", "creationTimeStamp", "CreationTimestamp"])
def test_the_times_of_a_cart_read_in_every_spelling(spelled: str) -> None:
    """Tables and samples spell the timestamps differently."""
    cart = reading.cart(f'{{"id": "x", "lineItems": [], "{spelled}": "2025-03-01T12:00:00Z"}}'.encode(), customer_id="")

    assert cart.created_at == datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wire", "moment"),
    [
        pytest.param("2019-01-16T00:45:41.6062996Z", datetime(2019, 1, 16, 0, 45, 41, 606299, UTC), id="seven fraction digits"),
        pytest.param("9999-12-31T23:59:59.9999999Z", datetime(9999, 12, 31, 23, 59, 59, 999999, UTC), id="the end of time"),
        pytest.param("2024-02-29T07: 08: 09Z", datetime(2024, 2, 29, 7, 8, 9, tzinfo=UTC), id="spaces inside, as old subscription and order lists print them"),
        pytest.param("2024-02-29T07: 08: 09.5-01: 00", datetime(2024, 2, 29, 8, 8, 9, 500000, UTC), id="spaces inside an offset"),
        pytest.param("2024-02-29TT07:08:09.1234567Z", datetime(2024, 2, 29, 7, 8, 9, 123456, UTC), id="a second T, as orders of savings plans print it"),
        pytest.param("2024-02-29 07:08:09Z", datetime(2024, 2, 29, 7, 8, 9, tzinfo=UTC), id="a space for the T"),
    ],
)  # fmt: skip
def test_moments_read_in_every_form(wire: str, moment: datetime) -> None:
    """Odd dates that real answers hold are read as aware moments."""
    promotion = Reader(Promotion)(json.dumps({"id": "x", "endDate": wire}).encode())

    assert promotion.end_date == moment


def test_a_moment_is_the_same_whichever_way_it_is_read() -> None:
    """A seventh digit is kept in writing, in a body that is read fast and in one that is read tolerantly."""
    fast, tolerant = (
        Reader(Promotion)(f'{{"{name}": "x", "endDate": "2018-03-15T17:15:02.3840528Z"}}'.encode()).end_date
        for name in ("id", "Id")
    )

    assert fast == tolerant == datetime(2018, 3, 15, 17, 15, 2, 384052, UTC)
    assert fast is not None
    assert tolerant is not None
    assert fast.written == tolerant.written == "2018-03-15T17:15:02.3840528+00:00"


@pytest.mark.parametrize(
    ("wire", "written"),
    [
        pytest.param("2023-07-11T21:16:11.55149Z", "2023-07-11T21:16:11.55149+00:00", id="five digits"),
        pytest.param("2023-07-11T21:16:11Z", "2023-07-11T21:16:11+00:00", id="no fraction"),
        pytest.param("2018-01-17T09:20:39.1-08:00", "2018-01-17T09:20:39.1-08:00", id="an offset, as legacy orders print it"),
        pytest.param("2026-03-31T00:00:00", "2026-03-31T00:00:00+00:00", id="no zone"),
        pytest.param("2024-02-29TT07:08:09.1234567Z", "2024-02-29T07:08:09.1234567+00:00", id="a second T"),
        pytest.param("2024-02-29 07:08:09Z", "2024-02-29T07:08:09+00:00", id="a space for the T"),
    ],
)  # fmt: skip
def test_a_moment_keeps_its_digits_and_offset(wire: str, written: str) -> None:
    """What is told to clients is what Partner Center wrote, as an RFC 3339 date-time."""
    promotion = Reader(Promotion)(json.dumps({"id": "x", "endDate": wire}).encode())

    assert promotion.end_date is not None
    assert promotion.end_date.written == written


@pytest.mark.parametrize(
    ("wire", "status"),
    [("Active", CartStatus.ACTIVE), ("ordered", CartStatus.ORDERED), ("Frozen", CartStatus.UNKNOWN)],
)
def test_a_cart_status_is_an_open_set(wire: str, status: CartStatus) -> None:
    """A state to come does not make a cart unreadable."""
    assert Reader(Cart)(json.dumps({"id": "x", "lineItems": [], "status": wire}).encode()).status is status


def test_a_cart_in_pascal_case_reads() -> None:
    """A cart as the .NET client spells it is the same cart."""
    body = b'{"Id": "x", "Status": "Active", "LineItems": [{"Id": 0, "CatalogItemId": "A", "Quantity": 1, "Error": {"ErrorCode": 10000}}]}'  # fmt: skip

    cart = reading.cart(body, customer_id=CUSTOMER)

    assert cart.status is CartStatus.ACTIVE
    assert cart.line_items[0].error == CartError(number=10000)


def test_a_member_in_the_documented_casing_beats_its_variant() -> None:
    """Where a body has a member twice in two casings, the documented one counts, whichever comes first."""
    assert line(', "promotionId": "right", "PromotionId": "wrong"').promotion_id == "right"
    assert line(', "PromotionId": "wrong", "promotionId": "right"').promotion_id == "right"


def test_an_embedded_record_printed_as_an_empty_object_is_absent() -> None:
    """Availabilities are printed with product and SKU left out between their braces."""
    availability = Reader(Availability)(
        b'{"id": "a", "productId": "p", "skuId": "s", "catalogItemId": "p:s:a", "product": {}, "sku": {}}'
    )

    assert (availability.id, availability.product, availability.sku) == ("a", None, None)


@pytest.mark.parametrize("told", ["", ', "enforceAttestation": null'], ids=["left out", "null"])
def test_an_attestation_that_is_not_said_to_be_enforced_is_not(told: str) -> None:
    """The graph promises an answer, and a SKU that demands agreement says so."""
    sku = Reader(Sku)(
        b'{"id": "s", "productId": "p", "attestationProperties": {"attestationType": "T"%s}}' % told.encode()
    )

    assert sku.attestation_properties is not None
    assert sku.attestation_properties.enforce_attestation is False


@pytest.mark.parametrize("currency", ['{"code": "EUR", "symbol": "x"}', '"EUR"'], ids=["object", "text"])
def test_a_default_currency_reads_as_object_or_text(currency: str) -> None:
    """The table says text, every sample prints an object."""
    body = f'{{"id": "a", "productId": "p", "skuId": "s", "catalogItemId": "p:s:a", "defaultCurrency": {currency}}}'

    read = Reader(Availability)(body.encode()).default_currency

    assert read is not None
    assert read.code == "EUR"


@pytest.mark.parametrize(
    ("wire", "code"), [("800005", "800005"), ('"800005"', "800005"), ('"none"', "none"), ("", "0")]
)
def test_the_code_of_an_order_error_is_shown_as_it_came(wire: str, code: str) -> None:
    """Number or digits read alike; a word stays, and an absent code is 0."""
    body = f'{{"orderGroupId": "0"{wire and f", {chr(34)}code{chr(34)}: {wire}"}}}'

    assert Reader(OrderError)(body.encode()).partner_center_code == code


def test_a_list_without_a_count_counts_what_it_shows() -> None:
    """Promotions and add-ons of a subscription come without links, perhaps without a count."""
    assert Reader(Collection[Sku])(b'{"items": [{"id": "0001", "productId": "p"}]}').total_count == 1


@pytest.mark.parametrize("name", ["cores", "Cores"], ids=["read fast", "read tolerantly"])
def test_numbers_keep_their_digits(name: str) -> None:
    """The numbers of free dictionaries never pass through binary floats, whichever way a body is read."""
    sku = Reader(Sku)(f'{{"id": "s", "productId": "p", "dynamicAttributes": {{"{name}": [1.10, 2]}}}}'.encode())

    assert str(sku.dynamic_attributes) == f"{{'{name}': [Decimal('1.10'), 2]}}"


@pytest.mark.parametrize("name", ["id", "Id"], ids=["read fast", "read tolerantly"])
def test_nulls_of_a_free_dictionary_stay(name: str) -> None:
    """Free dictionaries are passed on as they come, whichever way a body is read."""
    sku = Reader(Sku)(f'{{"{name}": "s", "productId": "p", "dynamicAttributes": {{"limit": null}}}}'.encode())

    assert sku.dynamic_attributes == {"limit": None}


@pytest.mark.parametrize("name", ["pricing", "Pricing"], ids=["read fast", "read tolerantly"])
def test_amounts_keep_their_digits(name: str) -> None:
    """A price has the digits it was printed with, whichever way a body is read."""
    pricing = line(f', "{name}": {{"price": 30.40, "listPrice": 3}}').pricing

    assert pricing is not None
    assert (str(pricing.price), str(pricing.list_price)) == ("30.40", "3")


def test_a_price_as_text_reads() -> None:
    """An amount in quotes is that amount."""
    pricing = line(', "pricing": {"listPrice": "30.40"}').pricing

    assert pricing is not None
    assert str(pricing.list_price) == str(Decimal("30.40"))


def test_a_byte_order_mark_is_skipped() -> None:
    """Some answers begin with one."""
    assert Reader(CartError)(b'\xef\xbb\xbf{"errorCode": 10000}').code is CartErrorCode.CURRENCY_IS_NOT_SUPPORTED


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param(b"null", "$", id="null"),
        pytest.param(b'"canary"', "$", id="a text"),
        pytest.param(b'["canary"]', "$", id="an array"),
        pytest.param(b"{}", "$", id="an empty object"),
        pytest.param(b'{"canary": 1, "attributes": {"objectType": "Cart"}}', "$", id="an object of another kind"),
        pytest.param(b'{"id": null, "status": null}', "$", id="nothing but nulls"),
        pytest.param(b'{"status": "Active", "lineItems": []}', "$.id", id="a new cart without an id"),
        pytest.param(b'{"id": ["canary"], "lineItems": []}', "$.id", id="a list for the id of a new cart"),
        pytest.param(b'{"id": "", "lineItems": []}', "$.id", id="an empty text for it"),
        pytest.param(b'{"id": "x", "lineItems": "canary"}', "$.lineItems", id="a text for the lines, which are there then"),
        pytest.param(b'{"id": "x", "lineItems": {"canary": 1}}', "$.lineItems", id="an object of another kind for them"),
    ],
)  # fmt: skip
def test_a_malformed_body_names_the_place_and_nothing_else(body: bytes, place: str) -> None:
    """The error says where a body leaves its shape and quotes nothing of it, not even behind the error."""
    with pytest.raises(Malformed) as caught:
        reading.cart(body, customer_id=CUSTOMER)

    assert caught.value.message == f"Partner Center's answer breaks the documented shape of Cart at {place}."
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("members", "name", "expected", "place"),
    [
        pytest.param('"quantity": "canary"', "quantity", None, "$.lineItems[0].quantity", id="a word for a quantity"),
        pytest.param('"quantity": 2.5', "quantity", None, "$.lineItems[0].quantity", id="half a seat"),
        pytest.param('"quantity": true', "quantity", None, "$.lineItems[0].quantity", id="a boolean for a quantity"),
        pytest.param('"quantity": ""', "quantity", None, "$.lineItems[0].quantity", id="an empty text for a number"),
        pytest.param('"QUANTITY": {"canary": 1}', "quantity", None, "$.lineItems[0].quantity", id="a member in another casing"),
        pytest.param('"catalogItemId": {"canary": 1}', "catalog_item_id", None, "$.lineItems[0].catalogItemId", id="an object for a text"),
        pytest.param('"customTermEndDate": "canary"', "custom_term_end_date", None, "$.lineItems[0].customTermEndDate", id="a word for a date"),
        pytest.param('"customTermEndDate": 1767225600', "custom_term_end_date", None, "$.lineItems[0].customTermEndDate", id="a number for a date"),
        pytest.param('"customTermEndDate": "2025-03-01T00:00:00+01:00:30"', "custom_term_end_date", None, "$.lineItems[0].customTermEndDate", id="an offset with seconds"),
        pytest.param('"billingCycle": 7', "billing_cycle", None, "$.lineItems[0].billingCycle", id="a number for an enumeration"),
        pytest.param('"billingCycle": ""', "billing_cycle", None, "$.lineItems[0].billingCycle", id="an empty text for an enumeration"),
        pytest.param('"attestationAccepted": "canary"', "attestation_accepted", None, "$.lineItems[0].attestationAccepted", id="a word for a boolean"),
        pytest.param('"pricing": "canary"', "pricing", None, "$.lineItems[0].pricing", id="a text for a record"),
        pytest.param('"participants": [null]', "participants", (), "$.lineItems[0].participants[0]", id="null in a list"),
        pytest.param('"participants": [{"key": "transaction_reseller"}]', "participants", (), "$.lineItems[0].participants[0]", id="a participant without an id"),
        pytest.param('"participants": "canary"', "participants", (), "$.lineItems[0].participants", id="a text for a list"),
        pytest.param('"provisioningContext": ["canary"]', "provisioning_context", {}, "$.lineItems[0].provisioningContext", id="a list for a dictionary"),
        pytest.param('"renewsTo": "canary"', "renews_to", (), "$.lineItems[0].renewsTo", id="a text for a renewal"),
        pytest.param('"addonItems": 7', "addon_items", (), "$.lineItems[0].addonItems", id="a number for add-ons"),
        pytest.param('"addonItems": [7]', "addon_items", (), "$.lineItems[0].addonItems[0]", id="a number for an add-on"),
    ],
)  # fmt: skip
def test_an_odd_member_costs_that_member(members: str, name: str, expected: object, place: str, logged: Logged) -> None:
    """It reads as absent, the line stays, and one log record says where and quotes nothing."""
    body = f'{{"id": "{CART_ID}", "lineItems": [{{"id": 4, "friendlyName": "ours", {members}}}]}}'

    (line,) = reading.cart(body.encode(), customer_id=CUSTOMER).line_items

    assert (getattr(line, name), line.friendly_name, line.partner_center_id) == (expected, "ours", "4")
    (record,) = logged()
    assert (record["level"], record["record"], record["places"]) == ("warning", "Cart", place)
    assert "canary" not in str(record)


@pytest.mark.parametrize(
    "members",
    [
        pytest.param('"quantity": null', id="null"),
        pytest.param('"customTermEndDate": "0001-01-01T00:00:00"', id="the date that .NET writes where there is none"),
        pytest.param('"customTermEndDate": "0001-01-01T00:00:00Z"', id="the same in UTC"),
        pytest.param('"promotionId": ""', id="an empty text for an id"),
        pytest.param('"currencyCode": ""', id="an empty text for a code"),
    ],
)
def test_what_stands_for_absence_is_absent(members: str, logged: Logged) -> None:
    """No value is lost with it, so nothing is logged."""
    body = f'{{"id": "{CART_ID}", "lineItems": [{{"id": 0, "catalogItemId": "A", {members}}}]}}'

    (line,) = reading.cart(body.encode(), customer_id=CUSTOMER).line_items

    assert (line.quantity, line.custom_term_end_date, line.promotion_id, line.currency_code) == (None,) * 4
    assert logged() == []


def test_a_log_names_the_first_of_many_places(logged: Logged) -> None:
    """A thousand odd items are one short record."""
    body = f'{{"id": "{CART_ID}", "lineItems": [{",".join(["7"] * 1000)}]}}'

    reading.cart(body.encode(), customer_id=CUSTOMER)

    (record,) = logged()
    assert record["places"].endswith("$.lineItems[8], $.lineItems[9] and 990 more")


def test_the_names_of_free_dictionaries_are_not_logged(logged: Logged) -> None:
    """They are data, and so is what stands under them."""
    reading.customers(b'{"items": [], "links": {"canary": "canary"}}')

    (record,) = logged()
    assert record["places"] == "$.links"


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ("true", True), ("false", False), ('"True"', True), ('"false"', False), ("1", True), ("0", False),
        ('"yes"', None), ("2", None), ("1.0", None), ('""', None), ("[]", None), ("{}", None),
    ],
)  # fmt: skip
def test_a_boolean_reads_in_the_forms_that_mean_one(wire: str, expected: bool | None) -> None:
    """Booleans, .NET's texts for them, 0 and 1."""
    assert line(f', "attestationAccepted": {wire}').attestation_accepted is expected


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ("5", 5), ('"5"', 5), ("5.0", 5), ('"5.0"', 5), ("5e2", 500), ("-1", -1), ('"-1"', -1), (" 2147483648", 2**31),
        ("1e40", 10**40), ("5.5", None), ('"five"', None), ('"1_000"', None), ("1e99", None), ('"\N{ARABIC-INDIC DIGIT FIVE}"', None),
    ],
)  # fmt: skip
def test_a_whole_number_reads_in_the_forms_that_mean_one(wire: str, expected: int | None) -> None:
    """Numbers, with a point or exponent too, and texts of ASCII digits; their size is for others to judge."""
    body = f'{{"id": "{CART_ID}", "lineItems": [{{"id": 0, "catalogItemId": "A", "quantity": {wire}}}]}}'

    assert reading.cart(body.encode(), customer_id=CUSTOMER).line_items[0].quantity == expected


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ("30.40", "30.40"), ('"30.40"', "30.40"), ("-1", "-1"), ("0E-10", "0E-10"), ('""', None), ('"NaN"', None),
        ("NaN", None), ('"Infinity"', None), ("-Infinity", None), ("1e999999", None), ("1e99999999999999999999", None),
        ("1e-999999", None), ("9" * 5000, None), ('"30,40"', None), ("true", None),
    ],
)  # fmt: skip
def test_an_amount_is_a_number_that_can_be_written_out(wire: str, expected: str | None) -> None:
    """What is not finite, or has more digits than any price, is absent; the price beside it is read."""
    pricing = line(f', "pricing": {{"listPrice": {wire}, "price": 1.10}}').pricing

    assert pricing is not None
    assert (None if pricing.list_price is None else str(pricing.list_price), str(pricing.price)) == (expected, "1.10")


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        pytest.param('"\\ud83c"', "\N{REPLACEMENT CHARACTER}", id="half a surrogate pair"),
        pytest.param('"\\ud83c\\udfe2"', "\N{OFFICE BUILDING}", id="a whole one"),
        pytest.param('"a\tb"', "a\tb", id="a tab as it is"),
        pytest.param('"a\\u0000b"', "a\0b", id="a null character"),
        pytest.param("12", "12", id="a number"),
        pytest.param("1.50", "1.50", id="a decimal"),
        pytest.param("true", "true", id="a boolean"),
        pytest.param("[]", None, id="a list"),
        pytest.param("{}", None, id="an object"),
        pytest.param('""', "", id="an empty one"),
    ],
)
def test_a_text_reads_whatever_is_in_it(wire: str, text: str | None) -> None:
    """Characters that JSON forbids cost no more than themselves, and other scalars read as JSON writes them."""
    read = line(f', "friendlyName": {wire}').friendly_name

    assert read == text
    assert read is None or read.encode().decode() == text


@pytest.mark.parametrize(
    "spelled", ["lineItems", "LineItems", "lineitems", "LINEITEMS", "line_items", "Line_Items", "lineItem\\u0073"]
)
def test_no_spelling_of_a_member_is_overlooked(spelled: str) -> None:
    """Not even where the body would read without the member."""
    body = f'{{"id": "{CART_ID}", "status": "Active", "{spelled}": [{{"id": 0, "catalogItemId": "A", "quantity": 1}}]}}'

    for again in (body, body.replace('":', '" :')):
        assert len(reading.cart(again.encode(), customer_id=CUSTOMER).line_items) == 1


def test_members_of_our_own_are_not_read_from_the_wire() -> None:
    """The context that a reader gives a record cannot be set by an answer."""
    read = Reader(Order)(b'{"id": "1", "(customer)": "canary", "(mark)": "canary"}')

    assert (read.customer_id, read.mark) == ("", "")


@pytest.mark.parametrize(
    ("lines", "ids"),
    [
        pytest.param('{"id": 0}, {}, {"id": 2}', ["0", "1", "2"], id="the place in the cart"),
        pytest.param('{"addonItems": [{}, {}]}, {}', ["0", "1", "2", "3"], id="add-ons count"),
        pytest.param('{"id": 1}, {}', ["1", "2"], id="never the number of another line"),
        pytest.param('{"id": 4}, {}, {"id": "2"}, {}', ["4", "1", "2", "3"], id="places between numbers"),
        pytest.param('{"id": {}}, {"id": ""}, {"id": null}', ["0", "1", "2"], id="unreadable ids"),
    ],
)
def test_a_line_without_an_id_takes_its_place_for_one(lines: str, ids: list[str]) -> None:
    """Partner Center counts lines from 0 in the order of its arrays, add-ons included; no two lines share a number."""
    cart = reading.cart(f'{{"id": "{CART_ID}", "lineItems": [{lines}]}}'.encode(), customer_id=CUSTOMER)

    assert [line.partner_center_id for line in every_line(cart)] == ids


def test_a_cart_asked_for_by_id_needs_none_in_the_answer() -> None:
    """The record and its bytes have the id that was asked for; an id that was answered counts more."""
    unnamed, named = b'{"id": null, "status": "Active"}', b'{"id": "of the answer", "lineItems": []}'

    cart = reading.cart(unnamed, customer_id=CUSTOMER, cart_id=CART_ID)

    assert (cart.id, cart.line_items, cart.status) == (CART_ID, (), CartStatus.ACTIVE)
    assert reading.cart(cart.body, customer_id=CUSTOMER).id == CART_ID
    assert reading.cart(named, customer_id=CUSTOMER, cart_id=CART_ID).id == "of the answer"


@pytest.mark.parametrize(
    ("wire", "code", "description"),
    [
        pytest.param('"Out of stock."', "0", "Out of stock.", id="a text"),
        pytest.param("10003", "10003", None, id="a number"),
        pytest.param("true", "0", None, id="true"),
        pytest.param('["canary"]', "0", None, id="a list"),
        pytest.param('{"canary": 1}', "0", None, id="an object of another kind"),
        pytest.param("{}", "0", None, id="an empty object"),
        pytest.param('{"errorCode": [], "errorDescription": "Out of stock."}', "0", "Out of stock.", id="an odd code"),
        pytest.param('{"errorCode": 10003, "errorDescription": []}', "10003", None, id="an odd description"),
    ],
)
def test_a_line_with_an_error_in_any_form_does_not_look_fine(wire: str, code: str, description: str | None) -> None:
    """What can be read of it is."""
    error = line(f', "error": {wire}').error

    assert error is not None
    assert (error.partner_center_code, error.message) == (code, description)


@pytest.mark.parametrize("wire", ["null", '""', "false", "[]", "0"])
def test_a_line_without_an_error_looks_fine(wire: str) -> None:
    """As far as what stands there means that there is none."""
    assert line(f', "error": {wire}').error is None


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        pytest.param('{"availableQuantity": 5}', AdditionalInformation(5, None, {"availableQuantity": 5}), id="as documented"),
        pytest.param('{"AvailableQuantity": "5", "PurchasedQuantity": []}', AdditionalInformation(5, None, {"AvailableQuantity": "5", "PurchasedQuantity": []}), id="odd members"),
        pytest.param('"{\\"availableQuantity\\": 5}"', AdditionalInformation(5, None, {"availableQuantity": 5}), id="JSON within a text"),
        pytest.param('"Five are left."', AdditionalInformation(None, None, "Five are left."), id="a text"),
        pytest.param('"{five"', AdditionalInformation(None, None, "{five"), id="a text that only begins like JSON"),
        pytest.param('[{"availableQuantity": 5}]', AdditionalInformation(None, None, [{"availableQuantity": 5}]), id="a list"),
        pytest.param("7", AdditionalInformation(None, None, 7), id="a number"),
        pytest.param("null", None, id="null"),
        pytest.param('""', None, id="an empty text"),
    ],
)  # fmt: skip
def test_additional_information_reads_in_every_form(wire: str, expected: AdditionalInformation | None) -> None:
    """The numbers where they are, and all of it as it came."""
    error = line(f', "error": {{"errorCode": 10015, "additionalInformation": {wire}}}').error

    assert error is not None
    assert error.additional_information == expected


@pytest.mark.parametrize(
    ("wire", "context"),
    [
        pytest.param('{"a": {"b": [1.10, null]}, "c": "d"}', {"a": '{"b":[1.10,null]}', "c": "d"}, id="an object"),
        pytest.param('{"a": [], "c": "d"}', {"a": "[]", "c": "d"}, id="a list"),
        pytest.param('{"a": null, "c": "d"}', {"c": "d"}, id="null"),
    ],
)
def test_a_context_with_other_json_for_a_value_reads_as_texts(wire: str, context: dict[str, str]) -> None:
    """The value is the JSON that came, in the shortest form."""
    assert line(f', "provisioningContext": {wire}').provisioning_context == context


def test_a_participant_of_an_unreadable_part_keeps_its_id() -> None:
    """The partner is who it is, whatever part it plays."""
    (participant,) = line(', "participants": [{"key": {}, "value": 5357564}]').participants

    assert (participant.type, participant.partner_id) == (ParticipantType.UNKNOWN, "5357564")


@pytest.mark.parametrize(
    ("body", "orders", "errors"),
    [
        pytest.param('{"orderErrors": [{"orderGroupId": "0", "code": 800005}]}', [], [("0", "800005")], id="no orders"),
        pytest.param('{"orders": null, "orderErrors": [{"orderGroupId": "0", "code": 1}]}', [], [("0", "1")], id="null for orders"),
        pytest.param('{"orders": "", "orderErrors": [{"code": "1"}]}', [], [(None, "1")], id="an empty text for orders, no group"),
        pytest.param('{"orders": 7, "orderErrors": [{"orderGroupId": 0, "code": {}}]}', [None], [("0", "0")], id="a number for orders, an odd code"),
        pytest.param('{"orders": [{"id": "1"}]}', ["1"], [], id="no errors"),
        pytest.param('{"orders": [{"id": "1"}], "orderErrors": null}', ["1"], [], id="null for errors"),
        pytest.param('{"orders": [{"id": "1"}], "orderErrors": ""}', ["1"], [], id="an empty text for errors"),
        pytest.param('{"orders": [{"id": "1"}], "orderErrors": []}', ["1"], [], id="an empty list of errors"),
        pytest.param('{"orders": [{"id": "1"}], "orderErrors": {}}', ["1"], [], id="an empty object for errors"),
        pytest.param('{"orders": [{"id": "1"}], "orderErrors": "Sold out."}', ["1"], [(None, "0")], id="a text for errors"),
        pytest.param('{"orders": [{"id": "1"}], "orderErrors": 800005}', ["1"], [(None, "800005")], id="a number for errors"),
        pytest.param('{"orders": [{"id": "1"}], "orderErrors": {"code": 800005}}', ["1"], [(None, "800005")], id="a lone error"),
        pytest.param('{"orders": [{"id": "1"}], "orderErrors": {"0": 1}}', ["1"], [(None, "0")], id="another object for errors"),
        pytest.param('{"orders": [{"id": "1"}], "orderErrors": [null, 7, {}]}', ["1"], [(None, "0"), (None, "7"), (None, "0")], id="odd errors"),
        pytest.param('{"orders": [{"id": "1"}], "orderErrors": [{"code": 99999999999}]}', ["1"], [(None, "99999999999")], id="a code beyond GraphQL's Int"),
        pytest.param('{"orders": [{}, {"id": "1"}, 7, null, {"id": []}]}', [None, "1", None, None], [], id="orders without an id"),
        pytest.param('{"orders": ["text"], "orderErrors": [{"code": 1}]}', [None], [(None, "1")], id="a text for an order"),
        pytest.param('{"orders": {"items": [{"id": "1"}]}, "orderErrors": [{"code": 1}]}', [None], [(None, "1")], id="orders in an envelope"),
        pytest.param('{"orders": {"items": [], "totalCount": 0}, "orderErrors": [{"code": 1}]}', [], [(None, "1")], id="no orders in an envelope"),
        pytest.param('{"orders": {"id": "1", "status": "pending"}}', ["1"], [], id="a lone order"),
        pytest.param('{"orders": [], "orderErrors": []}', [], [], id="neither"),
    ],
)  # fmt: skip
def test_a_checkout_tells_every_order_and_error(
    body: str, orders: list[str | None], errors: list[tuple[str | None, str]]
) -> None:
    """Any value among the orders means that one was placed, unless it is empty; an error means that a group failed."""
    result = reading.checkout_result(body.encode(), customer_id=CUSTOMER)

    assert [order.id for order in result.orders] == orders
    assert [(error.order_group, error.partner_center_code) for error in result.order_errors] == errors


def test_orders_without_an_id_are_distinguished() -> None:
    """Within an answer, and from those of any other answer."""
    bodies = [b'{"orders": [{}, {}, {"id": "1"}]}', b'{"orders": [{}, {"id": "1"}]}']

    orders = [order for body in bodies for order in reading.checkout_result(body, customer_id=CUSTOMER).orders]

    assert len({order.mark for order in orders if order.id is None}) == 3
    assert {order.mark for order in orders if order.id} == {""}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"links": {}}', id="absent"),
        pytest.param('{"items": null}', id="null"),
        pytest.param('{"items": ""}', id="an empty text"),
        pytest.param('{"items": {}}', id="an empty object"),
        pytest.param('{"items": [null, 7, {}, {"companyProfile": {"domain": "x"}}]}', id="no item with an id"),
    ],
)
def test_a_list_without_items_is_empty(body: str) -> None:
    """An item that cannot be asked for again is none."""
    assert reading.customers(body.encode()).items == ()


@pytest.mark.parametrize("count", ["null", '"many"', "-1", "2147483648", "1e40", "0", "{}"])
def test_a_count_that_cannot_be_right_is_that_of_the_items(count: str) -> None:
    """Fewer than are listed, or more than GraphQL's Int holds."""
    body = f'{{"totalCount": {count}, "items": [{{"id": "a"}}, {{"id": "b"}}], "continuationToken": []}}'

    customers = reading.customers(body.encode())

    assert (customers.total_count, customers.following) == (2, None)


def test_what_a_request_names_its_answer_need_not() -> None:
    """Ids of the customer, order or catalog entry asked for, and of what is embedded in an availability."""
    order = reading.order(b'{"id": {}, "status": "pending"}', customer_id=CUSTOMER, order_id="76ed")
    customer = reading.customer(b'{"companyProfile": {"domain": "x"}}', customer_id=CUSTOMER)
    product = reading.product(b'{"title": "x"}', product_id="P")
    sku = reading.sku(b'{"title": "x", "id": "", "productId": null}', product_id="P", sku_id="S")
    (listed,) = reading.skus(b'{"items": [{"id": "S", "title": "x"}]}', product_id="P").items
    body = b'{"segment": "x", "product": {"title": "x"}, "sku": {"title": "x"}}'
    availability = reading.availability(body, product_id="P", sku_id="S", availability_id="A")

    assert (order.id, order.customer_id, customer.id, product.id) == ("76ed", CUSTOMER, CUSTOMER, "P")
    assert (sku.id, sku.product_id, listed.product_id) == ("S", "P", "P")
    assert (availability.id, availability.catalog_item_id) == ("A", "P:S:A")
    assert (availability.product, availability.sku) == (
        Product(id="P", title="x"),
        Sku(id="S", product_id="P", title="x"),
    )


@pytest.mark.parametrize("levels", [60, 300, 900, 5000])
def test_a_body_of_many_levels_is_read_or_malformed(levels: int) -> None:
    """Neither reading it nor taking it apart later comes to the end of the stack."""
    addons = b'{"addonItems": [' * levels + b"]}" * levels
    bags = b'{"id": "x", "lineItems": [], "unheardOf": ' + b'{"a": ' * levels + b"1" + b"}" * levels + b"}"

    with pytest.raises(Malformed):
        reading.cart(b'{"id": "x", "lineItems": [' + addons + b"]}", customer_id=CUSTOMER)
    with suppress(Malformed):
        version(reading.cart(bags, customer_id=CUSTOMER))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"   ", id="blanks"),
        pytest.param(b"<html>canary</html>", id="a page"),
        pytest.param(b'{"id": "x", "lineItems": [', id="cut off"),
        pytest.param(b'{"id": "x", "status": NaN', id="cut off behind what JSON does not allow"),
        pytest.param(b'{"id": "x"} canary', id="more behind it"),
        pytest.param(b'{"id": "\xff", "lineItems": []}', id="not UTF-8"),
        pytest.param(b"[" * 100_000, id="absurdly deep"),
        pytest.param(b'{"a":' * 100_000, id="absurdly deep objects"),
    ],
)
def test_a_body_that_is_not_json_is_malformed(body: bytes) -> None:
    """Whatever arrives, it is a Malformed and never a crash."""
    with pytest.raises(Malformed) as caught:
        reading.cart(body, customer_id=CUSTOMER)

    assert "canary" not in caught.value.message


def test_enumerations_never_refuse_a_text() -> None:
    """A participant's part to come is UNKNOWN; a segment, which is only sent, has no such member."""
    assert ParticipantType("indirect_something") is ParticipantType.UNKNOWN
    assert TargetSegment("Commercial") is TargetSegment.COMMERCIAL
    with pytest.raises(ValueError, match="military"):
        TargetSegment("military")
