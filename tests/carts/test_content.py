"""A cart's version changes with what a partner can set and see, and with nothing else."""

import json
import re
from decimal import Decimal
from typing import cast

import pytest

from gateway.carts.content import is_version_of, version
from gateway.carts.document import Document
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.plain_json import document, encode
from gateway.partner_center.reading import records as reading
from tests.carts.shop import OLD_ADDON, a_base_line, a_body, a_cart, a_line, item
from tests.shop_ids import CONTOSO

A = item("A")
FULL: Document = {
    "friendlyName": "Front desk",
    "billingCycle": "one_time",
    "termDuration": "P1Y",
    "participants": [
        {"key": "transaction_reseller", "value": "5357564"},
        {"key": "consumption_reseller", "value": "7"},
    ],
    "provisioningContext": {"scope": "single", "entitlementId": "CDD17CC7-14FE-4445-8650-1F52DE705851"},
    "renewsTo": {"termDuration": "P1M"},
    "promotionId": "39NFJQT1PHSN:0008:39NFJQT1Q5J0",
    "customTermEndDate": "2026-03-31T00:00:00Z",
    "purchaseCommitment": {"amount": Decimal("0.050"), "currency": "usd", "grain": "hourly"},
}


def full(**members: object) -> Cart:
    """A cart of one line that has every member a partner can set; None leaves one out."""
    line = a_line(0, A, **{**FULL, **members})
    return a_cart([{name: value for name, value in line.items() if value is not None}])


def turned_round(value: object) -> object:
    """The same JSON with the members of every object in the opposite order."""
    if isinstance(value, dict):
        return {name: turned_round(member) for name, member in reversed(cast("dict[str, object]", value).items())}
    if isinstance(value, list):
        return [turned_round(item) for item in cast("list[object]", value)]
    return value


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(a_body(), id="the same bytes"),
        pytest.param(json.dumps(json.loads(a_body()), indent=4).replace("30.4", "30.40").replace("364.8", "364.80").encode(), id="laid out otherwise"),
        pytest.param(b"\xef\xbb\xbf" + a_body(), id="after a byte order mark"),
        pytest.param(encode(turned_round(document(a_body()))), id="members in another order"),
        pytest.param(a_body(links={}, attributes={"etag": "1"}), id="other links and attributes"),
        pytest.param(a_body(status=None, expirationTimestamp=None, creationTimestamp=None), id="an answer to an update that leaves members out"),
        pytest.param(a_body(lastModifiedTimestamp="2026-03-02T12:00:00Z", lastModifiedUser="0"), id="another time and user"),
        pytest.param(a_body([a_line(7, A)]), id="another number"),
        pytest.param(a_body([a_line(0, A, friendlyName=None, promotionId="", participants=[], provisioningContext={})]), id="empty members"),
        pytest.param(a_body([a_line(0, A.lower())]), id="the id in another casing"),
        pytest.param(a_body([a_line(0, A, quantity="1")]), id="a number as text"),
        pytest.param(a_body([a_line(0, A, quantity=Decimal("1.0"))]), id="a number with a fraction of nothing"),
        pytest.param(a_body([a_line(0, A, customTermEndDate="0001-01-01T00:00:00")]), id="the date that means none"),
        pytest.param(a_body([a_line(0, A, memberOfTomorrow=None)], memberOfTomorrow=1), id="members that nobody here knows"),
        pytest.param(a_body(lineItems=None, LineItems=[{"Id": 0, "CatalogItemId": A, "Quantity": 1, "CurrencyCode": "USD", "Pricing": {"ExtendedPrice": Decimal("364.8")}}]), id="names in another casing"),
    ],
)  # fmt: skip
def test_the_same_content_has_the_same_version(body: bytes) -> None:
    """How Partner Center prints a cart says nothing, and neither do members that it may leave out."""
    assert version(reading.cart(body, customer_id=CONTOSO)) == version(a_cart())


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"participants": list(reversed(cast("list[object]", FULL["participants"])))}, id="resellers in another order"),
        pytest.param({"provisioningContext": {"EntitlementId": "cdd17cc7-14fe-4445-8650-1f52de705851", "scope": "single"}}, id="a context in another casing"),
        pytest.param({"billingCycle": "OneTime"}, id="a billing cycle in another spelling"),
        pytest.param({"renewsTo": [{"termDuration": "P1M"}]}, id="a renewal as a list"),
        pytest.param({"customTermEndDate": "2026-03-31T02:00:00.0000000+02:00"}, id="the same moment in another zone"),
        pytest.param({"purchaseCommitment": {"amount": Decimal("0.05"), "currency": "USD", "grain": "Hourly"}}, id="an amount with fewer digits"),
    ],
)  # fmt: skip
def test_a_member_in_another_form_is_the_same_version(other: Document) -> None:
    """Each member compares by what it means."""
    assert version(full(**other)) == version(full())


@pytest.mark.parametrize(
    ("cart", "expected"),
    [
        pytest.param(a_cart(), "GL3MJho5pM4QgD-9haraAQ.Z-WERG1L", id="one line"),
        pytest.param(a_cart(3), "xwIffmZp-UfiQcJqcxZEaw.a7DT8VME", id="three lines"),
        pytest.param(full(), "TKUpe1ZYZDaKx8PSAEMjcQ.Z-WERG1L", id="every member"),
        pytest.param(a_cart([a_base_line(0, a_line(1, OLD_ADDON))]), "J2GUkY19odmkZV74kH1KIg.GTEAGxsp", id="an add-on"),
        pytest.param(a_cart([a_line(0, A, pricing=None)]), "GL3MJho5pM4QgD-9haraAQ", id="no price"),
    ],
)
def test_versions_outlive_an_upgrade(cart: Cart, expected: str) -> None:
    """Callers hold versions that another release of the gateway gave them."""
    assert version(cart) == expected


@pytest.mark.parametrize("member", FULL)
def test_every_member_that_a_partner_sets_is_content(member: str) -> None:
    """Another value, and none at all, make another version."""
    versions = {version(full()), version(full(**{member: None})), version(full(**{member: {"a": "b"}}))}

    assert len(versions) == 3


@pytest.mark.parametrize(
    "cart",
    [
        pytest.param(a_cart(2), id="a line more"),
        pytest.param(a_cart([a_line(0, A, quantity=2)]), id="a quantity"),
        pytest.param(a_cart([a_line(0, A, friendlyName="front desk")]), id="a name"),
        pytest.param(a_cart([a_base_line(0, a_line(1, OLD_ADDON))]), id="an add-on"),
        pytest.param(a_cart([a_line(0, A, pricing={"extendedPrice": Decimal("364.81")})]), id="a price"),
        pytest.param(a_cart([a_line(0, A, currencyCode="EUR")]), id="the currency of the prices"),
    ],
)
def test_other_content_has_another_version(cart: Cart) -> None:
    """Also when the buyer would be charged another price."""
    assert version(cart) != version(a_cart())
    assert not is_version_of(version(a_cart()), cart)


def test_casing_of_a_name_is_content() -> None:
    """A name is shown as it was written."""
    upper, lower = (a_cart([a_line(0, A, friendlyName=name)]) for name in ("Front desk", "front desk"))

    assert version(upper) != version(lower)


def test_the_order_of_lines_is_content() -> None:
    """Two lines that change places make another cart."""
    lines = [a_line(0, A), a_line(1, item("B"))]

    assert version(a_cart(lines)) != version(a_cart(lines[::-1]))


@pytest.mark.parametrize("turn", [1, -1], ids=["the read prints more", "the update prints more"])
def test_prices_count_where_both_have_them(turn: int) -> None:
    """An answer without prices contradicts none; other content still does."""
    priced, unpriced = [a_cart(), a_cart([a_line(0, A, pricing=None)])][::turn]

    assert is_version_of(version(priced), unpriced)
    assert not is_version_of(version(priced), a_cart([a_line(0, A, quantity=2, pricing=None)]))


def test_a_version_is_short_and_opaque() -> None:
    """It fits into addresses and headers, and nothing of the cart can be read off it."""
    assert re.fullmatch(r"[\w-]{22}\.[\w-]{8}", version(a_cart()))


def test_absurd_numbers_make_a_version_too() -> None:
    """Of whatever size, without taking long."""
    assert version(a_cart([a_line(0, A, quantity=Decimal("1e999999"))])) != version(a_cart())
