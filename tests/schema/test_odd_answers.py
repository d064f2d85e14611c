"""What callers get of odd values that a record keeps: errors with a code at their field, and lines that go back as they came."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from typing import Any, cast

import httpx
import pytest

from gateway.partner_center.plain_json import document, encode
from gateway.schema.node import Kind, node_id
from tests.harness import Gateway
from tests.shop_ids import CONTOSO, DEMO_CART

Over = Callable[..., AbstractAsyncContextManager[Gateway]]

CART_ID = node_id(Kind.CART, CONTOSO, DEMO_CART)
LINE = {"id": 0, "catalogItemId": "A", "quantity": 1}


class PartnerCenter(httpx.AsyncBaseTransport):
    """Answers every read with one cart, stores what is put, and ends a checkout as it is given."""

    def __init__(self, *lines: object, checkout: object = None) -> None:
        self.cart: dict[str, object] = {"id": DEMO_CART, "status": "Active", "lineItems": list(lines)}
        self._checkout = checkout
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path.rpartition('/')[2]}")
        if request.url.path.endswith("/checkout"):
            return httpx.Response(201, content=encode(self._checkout))
        if request.method == "PUT":
            self.cart = document(request.content)
        return httpx.Response(200, content=encode(self.cart))


async def lines(over: Over, line: object, fields: str) -> tuple[Any, list[tuple[object, str]]]:
    """The fields of a cart's lines, and the places and codes of the errors."""
    async with over(PartnerCenter(line)) as gateway:
        answer = await gateway.ask(f'{{ cart(by: {{ id: "{CART_ID}" }}) {{ lineItems {{ {fields} }} }} }}')
    errors = [(error["path"][3:], error["extensions"]["code"]) for error in answer.get("errors", ())]
    return answer["data"]["cart"]["lineItems"], errors


@pytest.mark.parametrize(
    ("members", "field"),
    [
        pytest.param({"quantity": 2**31}, "quantity", id="a number beyond GraphQL's Int"),
        pytest.param({"quantity": -(10**40)}, "quantity", id="one far below"),
        pytest.param({"currencyCode": "crowns"}, "currencyCode", id="no currency"),
        pytest.param({"termDuration": "a year"}, "termDuration", id="no duration"),
    ],
)
async def test_a_value_that_its_type_cannot_show_is_partner_centers_fault(
    gateway_over: Over, members: dict[str, object], field: str
) -> None:
    """The field is null with the code UPSTREAM_INVALID, and the fields beside it are answered."""
    shown, errors = await lines(gateway_over, {**LINE, **members}, f"partnerCenterId {field}")

    assert shown == [{"partnerCenterId": "0", field: None}]
    assert errors == [([field], "UPSTREAM_INVALID")]


async def test_a_number_beyond_int_is_not_quoted(gateway_over: Over) -> None:
    """The message says what is wrong and whose number it is."""
    async with gateway_over(PartnerCenter({**LINE, "quantity": 99999999999})) as gateway:
        answer = await gateway.ask(f'{{ cart(by: {{ id: "{CART_ID}" }}) {{ lineItems {{ quantity }} }} }}')

    assert answer["errors"][0]["message"] == "Partner Center sent a number beyond what GraphQL's Int holds."


async def test_facts_about_an_error_that_are_too_large_cost_their_field(gateway_over: Over) -> None:
    """What came is still there in full."""
    error = {"errorCode": 10015, "additionalInformation": {"availableQuantity": 10**12}}
    fields = "error { code additionalInformation { availableQuantity raw } }"

    shown, errors = await lines(gateway_over, {**LINE, "error": error}, fields)

    information = {"availableQuantity": None, "raw": {"availableQuantity": 10**12}}
    assert shown[0]["error"]["additionalInformation"] == information
    assert errors == [(["error", "additionalInformation", "availableQuantity"], "UPSTREAM_INVALID")]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a\0b\x1f\u2028", id="control characters"),
        pytest.param("Büro 🏢"[:-1] + "\N{REPLACEMENT CHARACTER}", id="what is left of half a pair"),
    ],
)
async def test_odd_texts_do_not_break_an_answer(gateway_over: Over, text: str) -> None:
    """They come out as they went in."""
    shown, _ = await lines(gateway_over, {**LINE, "friendlyName": text}, "friendlyName")

    assert shown == [{"friendlyName": text}]


SECOND_OF_TWO = node_id(Kind.LINE_ITEM, CONTOSO, DEMO_CART, "a", "1", "2")
"""Both lines sell the same."""

ODD_LINE = {
    **LINE,
    "id": 7,
    "quantity": "5",
    "provisioningContext": {"scope": {"of": [Decimal("1.10"), None]}, "none": None},
    "participants": [{"key": "transaction_reseller"}, None, "text"],
    "error": {"errorCode": 10015, "additionalInformation": '{"availableQuantity": 5}'},
    "renewsTo": "P1Y",
    "customTermEndDate": "",
    "pricing": {"extendedPrice": Decimal("1e999999")},
    "unheardOf": [{"a": 10**30}],
}


async def test_an_odd_line_goes_back_member_for_member(gateway_over: Over) -> None:
    """A change of another line sends it as it came, whatever of it can be read."""
    partner_center = PartnerCenter(ODD_LINE, LINE)
    before = document(encode(partner_center.cart))
    change = (
        f'updateCartLineItems(input: {{ cartId: "{CART_ID}", lineItems: [{{ id: "{SECOND_OF_TWO}", quantity: 2 }}] }})'
    )

    async with gateway_over(partner_center) as gateway:
        answer = await gateway.data(f"mutation {{ {change} {{ errors {{ message }} cart {{ id }} }} }}")

    assert answer["updateCartLineItems"]["errors"] == []
    assert _lines(partner_center.cart) == [_lines(before)[0], {**LINE, "quantity": 2}]


async def test_an_order_without_an_id_is_shown_and_leads_nowhere(gateway_over: Over) -> None:
    """The checkout is sent once; the orders' opaque identifiers differ, and what they name cannot be fetched."""
    orders: list[dict[str, object]] = [{"id": {}, "status": "pending"}, {"status": "completed"}, {"id": "76ed9c027bca"}]
    partner_center = PartnerCenter(LINE, checkout={"orders": orders})
    checkout = f'mutation {{ checkoutCart(input: {{ cartId: "{CART_ID}" }}) {{ result {{ outcome orders {{ id partnerCenterId status }} }} }} }}'

    async with gateway_over(partner_center) as gateway:
        shown = (await gateway.data(checkout))["checkoutCart"]["result"]
        partner_center.asked.clear()
        nodes = [(await gateway.data(f'{{ node(id: "{order["id"]}") {{ id }} }}'))["node"] for order in shown["orders"][:2]]  # fmt: skip

    assert shown["outcome"] == "SUCCEEDED"
    assert [(order["partnerCenterId"], order["status"]) for order in shown["orders"]] == [
        (None, "PENDING"), (None, "COMPLETED"), ("76ed9c027bca", None),
    ]  # fmt: skip
    assert len({order["id"] for order in shown["orders"]}) == 3
    assert (nodes, partner_center.asked) == ([None, None], [])


async def test_a_checkout_without_orders_beside_errors_has_failed(gateway_over: Over) -> None:
    """It is answered, so it is sent once."""
    partner_center = PartnerCenter(LINE, checkout={"orderErrors": [{"orderGroupId": "0", "code": "800005"}]})
    checkout = f'mutation {{ checkoutCart(input: {{ cartId: "{CART_ID}" }}) {{ result {{ outcome orders {{ id }} orderErrors {{ code partnerCenterCode }} }} }} }}'

    async with gateway_over(partner_center) as gateway:
        result = (await gateway.data(checkout))["checkoutCart"]["result"]

    assert result == {
        "outcome": "FAILED",
        "orders": [],
        "orderErrors": [{"code": "UNKNOWN", "partnerCenterCode": "800005"}],
    }
    assert partner_center.asked.count("POST checkout") == 1


def _lines(cart: dict[str, object]) -> list[object]:
    return cast("list[object]", cart["lineItems"])
