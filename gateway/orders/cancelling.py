"""Cancels an order, or some of its lines, once however often it is asked for.

Cancelled lines have the quantity 0 ("Cancel software purchases"), so a look tells what is done.
"""

from dataclasses import dataclass

from msgspec import UNSET

from gateway.changes.attempts import Answered, Made
from gateway.changes.making import Making
from gateway.changes.records import Resource
from gateway.declined import Declined, Problem
from gateway.errors import GatewayError, Refused
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.orders import LineCancellation, Order, OrderCancellation, OrderLineItem
from gateway.partner_center.models.values import OrderStatus
from gateway.partner_center.orders import OrdersClient

_NOT_CANCELLABLE = "800061"
"""Partner Center's code for an order that cannot be cancelled, maybe because it is cancelled already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchOrder(Problem):
    """`order_id` is the identifier as the caller sent it."""

    order_id: str


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The lines of a customer's order to cancel; None for all of them. The customer is a GUID in lower case."""

    customer_id: str
    order_id: str
    line_numbers: tuple[int, ...] | None


class OrderCancelling:
    """Cancellations for one caller."""

    def __init__(self, partner_center: PartnerCenter, making: Making) -> None:
        self._client = OrdersClient(partner_center)
        self._partner_center = partner_center
        self._making = making

    async def cancel(self, cancellation: Cancellation) -> Made[Order]:
        """Cancels the lines, or finds that they are cancelled already.

        Raises Declined for numbers that the order lacks. `Making.make` names the others.
        """
        words = (cancellation.customer_id, "orders", cancellation.order_id.lower())
        return await self._making.make(
            Resource(self._partner_center.caller.partner, words),
            _Change(self._client, cancellation),
            time_left=lambda: self._partner_center.time_left,
        )


@dataclass(frozen=True, slots=True)
class _Change:
    client: OrdersClient
    cancellation: Cancellation
    what: str = "The cancellation"

    @property
    def meaning(self) -> str:
        numbers = self.cancellation.line_numbers
        return "cancelled" if numbers is None else f"cancelled={','.join(map(str, sorted(set(numbers))))}"

    def stands_in(self, state: Order) -> bool:
        if state.status is OrderStatus.CANCELLED:
            return not self._unknown_numbers(state)
        lines = self._lines(state)
        return bool(lines) and not self._unknown_numbers(state) and all(line.quantity == 0 for line in lines)

    async def read(self) -> Order:
        return await self.client.get(self.cancellation.customer_id, self.cancellation.order_id)

    def check(self, state: Order) -> None:
        unknown = self._unknown_numbers(state)
        if unknown:
            raise Declined(*unknown)

    async def send(self, state: Order, request_id: str) -> Answered[Order]:
        numbers = self.cancellation.line_numbers
        lines = tuple(
            LineCancellation(line_item_number=line.line_item_number, catalog_item_id=line.catalog_item_id or UNSET)
            for line in self._lines(state)
            if line.line_item_number is not None and line.quantity != 0
        )
        body = OrderCancellation(id=self.cancellation.order_id, line_items=UNSET if numbers is None else lines)
        return Answered(await self.client.cancel(self.cancellation.customer_id, body, request_id=request_id))

    async def found_by(self, refusal: GatewayError) -> Order | None:
        """The order where somebody else has cancelled it between the look and the cancellation."""
        if not (isinstance(refusal, Refused) and refusal.partner_center_code == _NOT_CANCELLABLE):
            return None
        try:
            found = await self.read()
        except GatewayError:
            return None
        return found if self.stands_in(found) else None

    def is_under_way(self, refusal: GatewayError) -> bool:
        return False

    def _lines(self, state: Order) -> list[OrderLineItem]:
        numbers = self.cancellation.line_numbers
        return [line for line in state.line_items if numbers is None or line.line_item_number in numbers]

    def _unknown_numbers(self, state: Order) -> list[Problem]:
        known = {line.line_item_number for line in state.line_items}
        return [
            Problem(
                message=f"The order has no item {number}; lineItemNumber of its lines says which there are.",
                path=("lineItemNumbers", str(index)),
            )
            for index, number in enumerate(self.cancellation.line_numbers or ())
            if number not in known
        ]
