"""A cart's version changes with its content, and with nothing else."""

import json
import re
from typing import cast

import pytest

from gateway.carts.version import version
from gateway.partner_center import reading
from gateway.partner_center.documents import document, encode
from gateway.partner_center.models.carts import Cart
from tests.carts.shop import CUSTOMER, a_body, a_cart, a_line, item

A = item("A")


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
        pytest.param(json.dumps(json.loads(a_body()), indent=4).replace("30.4", "30.40").replace("364.8", "364.80").replace("1.1", "1.10").encode(), id="laid out otherwise"),
        pytest.param(b"\xef\xbb\xbf" + a_body(), id="after a byte order mark"),
        pytest.param(encode(turned_round(document(a_body()))), id="members in another order"),
        pytest.param(a_body(links={}), id="other links"),
        pytest.param(a_body(attributes={"objectType": "Cart", "etag": "1"}), id="other attributes"),
    ],
)  # fmt: skip
def test_the_same_content_has_the_same_version(body: bytes) -> None:
    """Layout, order of members, links and attributes are no content."""
    assert version(reading.cart(body, customer_id=CUSTOMER)) == version(a_cart())


@pytest.mark.parametrize(
    "cart",
    [
        pytest.param(a_cart(2), id="a line more"),
        pytest.param(a_cart([a_line(0, A, quantity=2)]), id="a quantity"),
        pytest.param(a_cart([a_line(0, A, memberOfTomorrow=None)]), id="a member of a line that nobody here knows"),
        pytest.param(a_cart(status="Ordered"), id="the status"),
        pytest.param(a_cart(memberOfTomorrow=1), id="a member of the cart that nobody here knows"),
        pytest.param(a_cart(lastModifiedTimestamp="2026-03-01T12:00:00.5515714Z"), id="the seventh digit of a second"),
        pytest.param(a_cart(lastModifiedUser="0"), id="who changed it last"),
    ],
)
def test_other_content_has_another_version(cart: Cart) -> None:
    """Any member counts, known or not, and time down to the last digit sent."""
    assert version(cart) != version(a_cart())


def test_the_order_of_lines_is_content() -> None:
    """Two lines that change places make another cart."""
    lines = [a_line(0, A), a_line(1, item("B"))]

    assert version(a_cart(lines)) != version(a_cart(lines[::-1]))


def test_a_version_is_short_and_opaque() -> None:
    """It fits into addresses and headers, and nothing of the cart can be read off it."""
    assert re.fullmatch(r"[\w-]{22}", version(a_cart()))
