"""Cart lines are found again among the lines of their orders by content, and nothing is guessed where that is not enough."""

from collections.abc import Mapping, Sequence

import pytest

from gateway.carts.document import Document
from gateway.carts.pairing import Pairing, line_numbers, paired, pending
from gateway.partner_center.models.carts import CartCheckoutResult, with_addons
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import records as reading
from tests.carts.shop import OLD_ADDON, OLD_OFFER, a_base_line, a_cart, a_line, item
from tests.shop_ids import CONTOSO

A, B = item("A"), item("B")


def a_group(name: str | None, *lines: Document) -> list[Document]:
    return [{**line, "orderGroup": name} for line in lines]


def an_order(order_id: str, *lines: Mapping[str, object], **members: object) -> Document:
    """An order whose lines are numbered from 0, of one A each unless stated."""
    numbered = [{"lineItemNumber": n, "offerId": A, "quantity": 1, **line} for n, line in enumerate(lines)]
    return {"id": order_id, "lineItems": numbered, **members}


def answered(*orders: Document, failed: Sequence[str | None] = ()) -> CartCheckoutResult:
    errors = [{"orderGroupId": name, "code": 800005} for name in failed]
    return reading.checkout_result(encode({"orders": list(orders), "orderErrors": errors}), customer_id=CONTOSO)


def pairs(lines: Sequence[Document], result: CartCheckoutResult) -> Pairing:
    return paired(with_addons(a_cart(lines).line_items), result.orders, result.order_errors)


def found(pairing: Pairing) -> list[tuple[str, str | None, str | None, int]]:
    """The end of each line's product id with its quantity, its order and its number there."""
    return [
        (each.content.catalog_item_id.partition(":")[0][-1].upper(), each.content.quantity, each.order, each.number)
        for each in pairing.lines
    ]


def test_each_group_is_found_in_its_order() -> None:
    """Whatever the order of the orders and of their lines."""
    lines = a_group("0", a_line(0, A), a_line(1, B)) + a_group("1", a_line(2, B, quantity=5))
    result = answered(an_order("second", {"offerId": B, "quantity": 5}), an_order("first", {"offerId": B}, {}))

    pairing = pairs(lines, result)

    assert found(pairing) == [("B", "5", "second", 0), ("A", "1", "first", 1), ("B", "1", "first", 0)]
    assert pairing.is_complete


def test_the_failed_group_is_not_ordered() -> None:
    """Not even when an order has just the same lines as that group."""
    lines = a_group("0", a_line(0, A)) + a_group("1", a_line(1, A, quantity=2)) + a_group("2", a_line(2, A))

    pairing = pairs(lines, answered(an_order("one", {}), failed=["0", "1"]))

    assert found(pairing) == [("A", "1", "one", 0)]
    assert pairing.is_complete


@pytest.mark.parametrize(
    ("line", "ordered"),
    [
        pytest.param({"termDuration": "P1Y"}, {"termDuration": "P1M"}, id="another term"),
        pytest.param({"quantity": 2}, {"quantity": 3}, id="another quantity"),
        pytest.param({"friendlyName": "Desk"}, {"friendlyName": "desk"}, id="another name"),
        pytest.param({}, {"offerId": B}, id="another item"),
    ],
)
def test_other_content_is_another_line(line: Mapping[str, object], ordered: Mapping[str, object]) -> None:
    """The line may have been ordered all the same, which is not known."""
    lines = a_group("0", a_line(0, A, **line)) + a_group("1", a_line(1, B, quantity=9))

    pairing = pairs(lines, answered(an_order("one", {"offerId": A, **line, **ordered})))

    assert (found(pairing), pairing.is_complete) == ([], False)


@pytest.mark.parametrize(
    ("line", "ordered"),
    [
        pytest.param({"friendlyName": "Desk"}, {"friendlyName": "Desk"}, id="the same name"),
        pytest.param({}, {"friendlyName": "Microsoft 365"}, id="the product's title in place of a name"),
        pytest.param({}, {"offerId": A.lower()}, id="the item in other casing"),
        pytest.param({"termDuration": ""}, {}, id="an empty term"),
        pytest.param({"quantity": 10**30}, {"quantity": 10**30}, id="a quantity beyond 64 bits"),
    ],
)
def test_what_partner_center_spells_otherwise_is_the_same(
    line: Mapping[str, object], ordered: Mapping[str, object]
) -> None:
    """The content counts, not the spelling."""
    pairing = pairs(a_group("0", a_line(0, A, **line)), answered(an_order("one", {**line, **ordered})))

    assert [(each.order, each.number) for each in pairing.lines] == [("one", 0)]


def test_a_line_with_a_name_comes_before_one_without() -> None:
    """The nameless line fits any name, so it gets the order line that is left."""
    lines = a_group("0", a_line(0, A), a_line(1, A, friendlyName="Desk"))

    pairing = pairs(lines, answered(an_order("one", {"friendlyName": "Desk"}, {"friendlyName": "Microsoft 365"})))

    assert {each.content.friendly_name: each.number for each in pairing.lines} == {"Desk": 0, None: 1}


def test_equal_lines_are_interchangeable() -> None:
    """Each has an order line of its own."""
    pairing = pairs(a_group("0", a_line(0, A), a_line(1, A)), answered(an_order("one", {}, {})))

    assert found(pairing) == [("A", "1", "one", 0), ("A", "1", "one", 1)]


def test_the_billing_cycle_tells_equal_groups_apart() -> None:
    """Order lines do not show it, but orders do, in whatever spelling."""
    lines = a_group("0", a_line(0, A, billingCycle="monthly")) + a_group("1", a_line(1, A, billingCycle="annual"))

    pairing = pairs(lines, answered(an_order("one", {}, billingCycle="Annual"), an_order("two", {}, billingCycle="Monthly")))  # fmt: skip

    assert {each.content.billing_cycle: each.order for each in pairing.lines} == {"annual": "one", "monthly": "two"}


def test_addons_are_ordered_with_their_base() -> None:
    """Even where they name no group."""
    base = a_base_line(0, a_line(1, OLD_ADDON, quantity=2))

    pairing = pairs(a_group("0", base), answered(an_order("one", {"offerId": OLD_OFFER}, {"offerId": OLD_ADDON, "quantity": 2})))  # fmt: skip

    assert [(each.order, each.number) for each in pairing.lines] == [("one", 0), ("one", 1)]


def test_the_only_group_left_is_ordered_somehow() -> None:
    """Each group becomes an order or an error, so an order that fits no group is that of the group that has neither."""
    lines = a_group("0", a_line(0, A)) + a_group("1", a_line(1, B)) + a_group("2", a_line(2, B, quantity=2))

    pairing = pairs(lines, answered(an_order("one", {}), {"id": "two"}, failed=["2"]))

    assert found(pairing) == [("A", "1", "one", 0), ("B", "1", None, 0)]
    assert pairing.is_complete


@pytest.mark.parametrize(
    "failed",
    [
        pytest.param(["7"], id="an error of a group that the cart does not have"),
        pytest.param([None], id="an error without a group"),
        pytest.param([], id="fewer orders than groups"),
    ],
)
def test_nothing_is_concluded_from_what_is_incomplete(failed: Sequence[str | None]) -> None:
    """It stays open which of the other lines were ordered."""
    lines = a_group("0", a_line(0, A)) + a_group("1", a_line(1, B)) + a_group("2", a_line(2, B))

    pairing = pairs(lines, answered(an_order("one", {}), {"id": "two"}, failed=failed))

    assert (found(pairing), pairing.is_complete) == ([("A", "1", "one", 0)], False)


@pytest.mark.parametrize(
    ("numbers", "read"),
    [
        pytest.param([1, 0], [1, 0], id="as stated"),
        pytest.param([5, None], [0, 1], id="one missing"),
        pytest.param([3, 3], [0, 1], id="the same twice"),
        pytest.param([-1, 0], [0, 1], id="below zero"),
        pytest.param([10**30, 0], [0, 1], id="beyond any number of lines"),
    ],
)
def test_order_lines_have_numbers(numbers: Sequence[int | None], read: list[int]) -> None:
    """Their positions stand in for numbers that identify nothing."""
    (order,) = answered(an_order("one", *({"lineItemNumber": number} for number in numbers))).orders

    assert line_numbers(order) == read


def test_ordered_lines_are_not_pending() -> None:
    """As many of a content as were ordered, whatever else has the same item."""
    lines = a_group("0", a_line(0, A), a_line(1, A), a_line(2, A, quantity=2), a_line(3, B))
    ordered = pairs(lines[1:3], answered(an_order("one", {}, {"quantity": 2}))).lines

    left = pending(a_cart(lines).line_items, ordered)

    assert [line.number for line in left] == [1, 3]
