"""What came of a cart's checkouts, as far as its purchase record says: all answers together, and which lines are ordered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from gateway.carts.pairing import OrderedLine, line_numbers, order_key
from gateway.carts.purchases import Purchase
from gateway.partner_center.models.carts import Cart, CartCheckoutResult, CartLineItem, OrderError, with_addons
from gateway.partner_center.models.orders import Order, OrderLineItem
from gateway.partner_center.reading import records as reading


@dataclass(frozen=True, slots=True)
class Checkouts:
    """Every order that was placed, as Partner Center answered; what the last answer could not order, and when it came.

    `at` is None when that is not known.
    """

    orders: Sequence[Order]
    order_errors: Sequence[OrderError]
    at: datetime | None


class CheckoutHistory:
    """The checkouts of one cart. Parses the stored answers once, when they are needed."""

    def __init__(self, purchase: Purchase, *, customer_id: str) -> None:
        self._purchase = purchase
        self._customer_id = customer_id

    @cached_property
    def checkouts(self) -> Checkouts | None:
        """None without an answer that had orders or order errors."""
        answers = self._answers()
        if not answers:
            return None
        orders = {order_key(order): order for answer, _ in answers for order in answer.orders}
        last, at = answers[-1]
        return Checkouts(tuple(orders.values()), last.order_errors, at)

    def is_ordered(self, line: CartLineItem) -> bool | None:
        """None when that is not known: an attempt may be running, or an order could not be traced to its lines."""
        if line.is_in_ordered_cart or self._purchase.result is not None or self._ordered(line) is not None:
            return True
        return None if self._purchase.sent_at is not None or self._purchase.is_unclear else False

    def order_of(self, line: CartLineItem) -> tuple[Order, int] | None:
        """The order that the line became part of, as Partner Center answered, and the number of its line there."""
        ordered = self._ordered(line)
        if ordered is None or self.checkouts is None:
            return None
        order = next((each for each in self.checkouts.orders if order_key(each) == ordered.order), None)
        return None if order is None else (order, ordered.number)

    def open_lines(self, cart: Cart) -> list[CartLineItem] | None:
        """The lines and add-ons that a checkout would still order; None when that is not known."""
        verdicts = [(line, self.is_ordered(line)) for line in with_addons(cart.line_items)]
        if any(is_ordered is None for _, is_ordered in verdicts):
            return None
        return [line for line, is_ordered in verdicts if not is_ordered]

    def _answers(self) -> list[tuple[CartCheckoutResult, datetime | None]]:
        bodies = [(each.body, each.at) for each in self._purchase.answers]
        if self._purchase.result is not None:
            bodies.append((self._purchase.result, self._purchase.result_at))
        return [(reading.checkout_result(body, customer_id=self._customer_id), at) for body, at in bodies]

    def _ordered(self, line: CartLineItem) -> OrderedLine | None:
        """Of equal lines, the first ones in the cart are the ordered ones."""
        found = self._ordered_by_content.get(line.content, ())
        return found[line.equal_before] if line.equal_before < len(found) else None

    @cached_property
    def _ordered_by_content(self) -> dict[object, list[OrderedLine]]:
        found: dict[object, list[OrderedLine]] = {}
        for each in self._purchase.ordered_lines:
            found.setdefault(each.content, []).append(each)
        return found


def line_of(order: Order, number: int) -> OrderLineItem | None:
    """The line of an order that has this number; None when Partner Center shows it no more."""
    lines = dict(zip(line_numbers(order), order.line_items, strict=True))
    return lines.get(number)
