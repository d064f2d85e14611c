"""Where the documentation's tables, its samples and real clients disagree, every form reads the same."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gateway.errors import Malformed
from gateway.partner_center import reading
from gateway.partner_center.decode import Reader
from gateway.partner_center.models.carts import Cart, CartError, CartLineItem, OrderError
from gateway.partner_center.models.catalog import Availability, Sku
from gateway.partner_center.models.promotions import Promotion
from gateway.partner_center.models.values import (
    BillingCycle,
    CartErrorCode,
    CartStatus,
    Collection,
    ParticipantType,
    RenewsTo,
    TargetSegment,
)

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

    assert error.error_code is code
    assert error.raw_error_code == spelled.strip('"')


def test_every_line_error_code_reads_by_number_and_name() -> None:
    """All codes of the table are known by their number and by their name."""
    for code in CartErrorCode:
        camel = "".join(word.capitalize() for word in code.name.split("_"))

        assert CartErrorCode(code.value) is CartErrorCode(str(code.value)) is CartErrorCode(camel) is code


@pytest.mark.parametrize("spelled", ["creationTimestamp", "creationTimeStamp", "CreationTimestamp"])
def test_the_times_of_a_cart_read_in_every_spelling(spelled: str) -> None:
    """Tables and samples spell the timestamps differently."""
    cart = reading.cart(f'{{"id": "x", "lineItems": [], "{spelled}": "2025-03-01T12:00:00Z"}}'.encode(), customer_id="")

    assert cart.creation_timestamp == datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wire", "moment"),
    [
        pytest.param("2019-01-16T00:45:41.6062996Z", datetime(2019, 1, 16, 0, 45, 41, 606299, UTC), id="seven fraction digits"),
        pytest.param("0001-01-01T00:00:00", datetime(1, 1, 1, tzinfo=UTC), id="the zero date of .NET"),
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


@pytest.mark.parametrize(("wire", "code"), [("800005", 800005), ('"800005"', 800005), ('"none"', 0)])
def test_the_code_of_an_order_error_is_a_number(wire: str, code: int) -> None:
    """Number or digits are a number; a word is none."""
    assert Reader(OrderError)(f'{{"orderGroupId": "0", "code": {wire}}}'.encode()).code == code


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
    """What nobody looks into is kept as it comes, whichever way a body is read."""
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
    assert Reader(CartError)(b'\xef\xbb\xbf{"errorCode": 10000}').error_code is CartErrorCode.CURRENCY_IS_NOT_SUPPORTED


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param(b'{"id": "x"}', "$", id="no lines"),
        pytest.param(b'{"id": "x", "lineItems": [{"id": 0, "catalogItemId": "A", "quantity": "canary"}]}', "$.lineItems[0].quantity", id="a word for a quantity"),
        pytest.param(b'{"id": "x", "lineItems": {"canary": 1}}', "$.lineItems", id="an object for a list"),
        pytest.param(b'{"id": ["canary"], "lineItems": []}', "$.id", id="a list for a text"),
        pytest.param(b'{"id": "x", "lineItems": [], "creationTimestamp": "canary"}', "$.creationTimestamp", id="no date"),
        pytest.param(b'{"id": "x", "lineItems": [{"id": 0, "catalogItemId": "A", "quantity": 1, "pricing": {"price": "NaN"}}]}', "$.lineItems[0].pricing", id="not a number"),
        pytest.param(b'{"id": "x", "lineItems": [{"id": 0, "catalogItemId": "A", "quantity": 1, "participants": [null]}]}', "$.lineItems[0].participants[0]", id="null in a list"),
        pytest.param(b"null", "$", id="null"),
        pytest.param(b'["canary"]', "$", id="an array"),
        pytest.param(b"{}", "$", id="an empty object"),
        pytest.param(b'{"id": "x", "lineItems": [{}]}', "$.lineItems[0]", id="an empty line"),
    ],
)  # fmt: skip
def test_a_body_of_another_shape_names_the_place_and_nothing_else(body: bytes, place: str) -> None:
    """The error says where a body leaves its shape and quotes nothing of it, not even behind the error."""
    with pytest.raises(Malformed) as caught:
        reading.cart(body, customer_id=CUSTOMER)

    assert caught.value.message == f"Partner Center's answer breaks the documented shape of Cart at {place}."
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"   ", id="blanks"),
        pytest.param(b"<html>canary</html>", id="a page"),
        pytest.param(b'{"id": "x", "lineItems": [', id="cut off"),
        pytest.param(b'{"id": "x"} canary', id="more behind it"),
        pytest.param(b'{"id": "\xff", "lineItems": []}', id="not UTF-8"),
        pytest.param(b'{"id": NaN}', id="NaN"),
        pytest.param(b"[" * 100_000, id="absurdly deep"),
        pytest.param(b'{"a":' * 100_000, id="absurdly deep objects"),
    ],
)
def test_a_body_that_is_no_json_is_malformed(body: bytes) -> None:
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
