"""The state of a cart, the errors on its lines, and whether its items are sold as the lines have them."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.carts.document import Document
from gateway.carts.summary import can_check_out, every_line
from gateway.errors import GatewayError
from gateway.problems.line_items import SoldItem, catalog_problems, line_item_problems
from tests.carts.shop import OLD_ADDON, OLD_OFFER, a_base_line, a_line, item
from tests.problems.judging import BROKEN, a_cart_of, a_sold_item, in_short, lines_of, missing

NOW = datetime(2026, 3, 2, tzinfo=UTC)
A, B = item("A"), item("B")
FAULT = {"errorCode": 10010, "errorDescription": "That cannot be."}


@pytest.mark.parametrize(
    ("lines", "members", "problems"),
    [
        pytest.param([a_line(0, A)], {}, [], id="nothing is wrong"),
        pytest.param([a_line(0, A)], {"status": None}, [], id="a status that is left out"),
        pytest.param([a_line(0, A)], {"status": "Ordered"}, ["CART_ORDERED BLOCKER"], id="ordered"),
        pytest.param([a_line(0, A, error=FAULT)], {"status": "Ordered"}, ["CART_ORDERED BLOCKER"], id="ordered says it all"),
        pytest.param([a_line(0, A)], {"expirationTimestamp": NOW}, ["CART_EXPIRED BLOCKER"], id="expired at this moment"),
        pytest.param([a_line(0, A)], {"expirationTimestamp": NOW + timedelta(seconds=1)}, [], id="not yet expired"),
        pytest.param([], {}, ["UNKNOWN BLOCKER"], id="nothing to order"),
        pytest.param([a_line(0, A), a_line(1, B, error=FAULT)], {}, ["LINE_ITEM_ERROR BLOCKER 1"], id="a line's error"),
        pytest.param([a_line(0, A, error="odd")], {}, ["LINE_ITEM_ERROR BLOCKER 0"], id="an error that is a text"),
        pytest.param([a_base_line(0, a_line(1, OLD_ADDON, error=FAULT))], {}, ["LINE_ITEM_ERROR BLOCKER 1"], id="an add-on's error"),
        pytest.param([a_line(0, A, error=FAULT)], {"expirationTimestamp": NOW}, ["CART_EXPIRED BLOCKER", "LINE_ITEM_ERROR BLOCKER 0"], id="several"),
    ],
)  # fmt: skip
def test_what_the_cart_itself_says(lines: list[Document], members: Document, problems: list[str]) -> None:
    """There is a blocker exactly where the cart cannot be checked out as it stands."""
    cart = a_cart_of(*lines, **members)

    found = line_item_problems(cart, every_line(cart), now=NOW)

    assert in_short(found) == problems
    assert can_check_out(cart, NOW) is not bool(problems)


def test_a_lines_error_keeps_partner_centers_words() -> None:
    """And says that there are none where it has none."""
    cart = a_cart_of(a_line(0, A, error=FAULT), a_line(1, A, error={"errorCode": 10010}))

    messages = [each.message for each in line_item_problems(cart, every_line(cart), now=NOW)]

    assert messages == [
        "The line carries an error: That cannot be.",
        "The line carries an error: Partner Center does not say what it is.",
    ]


def test_only_lines_that_are_still_to_be_ordered_are_looked_at() -> None:
    """The error of a line that is ordered already stands in nobody's way."""
    cart = a_cart_of(a_line(0, A, error=FAULT), a_line(1, B))

    assert line_item_problems(cart, cart.line_items[1:], now=NOW) == []


@pytest.mark.parametrize(
    ("found", "accepted", "problems"),
    [
        pytest.param(a_sold_item(), None, [], id="sold"),
        pytest.param(a_sold_item(purchasable=None), None, [], id="purchasable as far as anybody says"),
        pytest.param(a_sold_item(purchasable=False), None, ["NOT_FOR_SALE BLOCKER 0"], id="not purchasable"),
        pytest.param(missing("400019"), None, ["AVAILABILITY_REPLACED BLOCKER 0"], id="the availability is missing"),
        pytest.param(missing("400018"), None, ["NOT_FOR_SALE BLOCKER 0"], id="the SKU is missing"),
        pytest.param(missing("400013"), None, ["NOT_FOR_SALE BLOCKER 0"], id="the product is missing"),
        pytest.param(missing(None), None, ["NOT_FOR_SALE BLOCKER 0"], id="something is missing"),
        pytest.param(
            a_sold_item(enforced=True), None, ["TERMS_NOT_ACCEPTED BLOCKER 0"], id="terms that nobody mentions"
        ),
        pytest.param(a_sold_item(enforced=True), False, ["TERMS_NOT_ACCEPTED BLOCKER 0"], id="terms that are declined"),
        pytest.param(a_sold_item(enforced=True), True, [], id="terms that are agreed to"),
        pytest.param(a_sold_item(enforced=False), None, [], id="terms that are not enforced"),
        pytest.param(a_sold_item(enforced=True, has_sku=False), None, [], id="no SKU to say so"),
        pytest.param(BROKEN, None, ["NOT_CHECKED RISK"], id="an item that could not be read"),
    ],
)
def test_items_have_to_be_sold_as_the_line_has_them(
    found: SoldItem | GatewayError, accepted: bool | None, problems: list[str]
) -> None:
    """By what the catalog says now, and by the line."""
    lines = lines_of(a_line(0, A, attestationAccepted=accepted))

    assert in_short(catalog_problems(lines, {A: found})) == problems


def test_a_look_up_that_fails_costs_its_own_lines() -> None:
    """The others are judged; only where none could be read is the whole check one problem."""
    lines = lines_of(a_line(0, A), a_line(1, B), a_line(2, A), a_line(3, OLD_OFFER))

    one = catalog_problems(lines, {A: BROKEN, B: a_sold_item(purchasable=False)})
    all_of_them = catalog_problems(lines, {A: BROKEN, B: BROKEN})

    assert in_short(one) == ["NOT_FOR_SALE BLOCKER 1", "NOT_CHECKED RISK 0", "NOT_CHECKED RISK 2"]
    assert in_short(all_of_them) == ["NOT_CHECKED RISK"]
    assert all_of_them[0].message == "CATALOG was not checked: Partner Center answered 500."
