"""Cancelling an order, or some of its lines: PATCH with the status "cancelled" ("Cancel software purchases", "Cancel an
order from the integration sandbox").

A cancelled line has the quantity 0. The order is cancelled when nothing is left, else it stays completed.
"""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.carts.rules import account_limits
from gateway.sandbox.orders import orders, records
from gateway.sandbox.orders.records import OrderLine, OrderRecord
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.world import World

SOFTWARE_SUBSCRIPTIONS = timedelta(days=7)
PERPETUAL_SOFTWARE = timedelta(days=30)
RESERVATIONS = timedelta(days=60)


class _LineRequest(msgspec.Struct, frozen=True, rename=wire.normalized_name, kw_only=True):
    line_item_number: int
    offer_id: str | None = None


class _Request(msgspec.Struct, frozen=True, rename=wire.normalized_name, kw_only=True):
    id: str | None = None
    status: str | None = None
    line_items: tuple[_LineRequest, ...] | None = None


def cancel(world: World, call: Call) -> Answer:
    order = orders.find(world, call)
    request = wire.decode_as(call.body, _Request)
    if (request.status or "").lower() != "cancelled":
        raise errors.order_cannot_be_cancelled(order.id, f"the status '{request.status}' cannot be set.")
    if request.id and request.id.lower() != order.id.lower():
        raise errors.invalid_property("id", "it is the id of another order.")
    open_lines = [line for line in _named(order, request) if not line.is_cancelled]
    if not open_lines:
        raise errors.order_cannot_be_cancelled(order.id, "it is already cancelled.")
    for line in open_lines:
        _check(world, order, line)
    cancelled = _without(order, {line.number for line in open_lines})
    records.save(world, cancelled)
    return Answer(cancelled.document(with_prices=False))


def _named(order: OrderRecord, request: _Request) -> Sequence[OrderLine]:
    """The lines that the request names, else all. Raises Refusal 400/3000 for one that the order lacks: Inferred."""
    if not request.line_items:
        return order.lines
    by_number = {line.number: line for line in order.lines}
    named: list[OrderLine] = []
    for each in request.line_items:
        line = by_number.get(each.line_item_number)
        if line is None or (each.offer_id or line.line.catalog_item_id).lower() != line.line.catalog_item_id.lower():
            raise errors.invalid_property("lineItems", f"the order has no such line {each.line_item_number}.")
        named.append(line)
    return named


def _check(world: World, order: OrderRecord, line: OrderLine) -> None:
    """Raises Refusal for what is not cancelled here, or no longer."""
    window = _window(world, order, line)
    if world.now() - order.created_at > window:
        raise errors.cancellation_window_passed(order.id, days=window.days)


def _window(world: World, order: OrderRecord, line: OrderLine) -> timedelta:
    """How long after the purchase the line can be cancelled. Raises Refusal for what is not cancelled with its order."""
    item = world.assortment.item(line.line.catalog_item_id, order.country)
    if item is not None and item.is_reservation:
        if not account_limits.are_on(world):
            raise errors.not_cancelled_in_production(order.id)
        return RESERVATIONS
    if item is not None and item.is_software:
        return SOFTWARE_SUBSCRIPTIONS if line.line.term_duration else PERPETUAL_SOFTWARE
    if item is not None and item.is_savings_plan:
        raise errors.savings_plan_fixed()
    if item is not None and item.is_activated_by_its_publisher:
        raise errors.saas_cancelled_at_subscription(order.id)
    raise errors.order_cancelled_at_subscription(order.id)


def _without(order: OrderRecord, numbers: set[int]) -> OrderRecord:
    lines = tuple(
        msgspec.structs.replace(line, is_cancelled=True) if line.number in numbers else line for line in order.lines
    )
    status = "cancelled" if all(line.is_cancelled for line in lines) else order.status
    return msgspec.structs.replace(order, lines=lines, status=status)
