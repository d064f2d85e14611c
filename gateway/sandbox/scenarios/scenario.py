"""What a scenario consists of, how its cart is made, and a few lines that the carts of several scenarios have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from gateway.sandbox import wire
from gateway.sandbox.carts import carts
from gateway.sandbox.carts.records import CartRecord
from gateway.sandbox.carts.request import read_cart_request
from gateway.sandbox.scenarios.summaries import SUMMARIES
from gateway.sandbox.world.ids import numbered_id
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.world import World

CONTOSO = "28089560-09e9-4305-9944-5fb2b1a786e5"
"""The demo customer: in the United States, without a credit limit."""
FABRIKAM = "9d087156-a5f7-46c4-b55a-9a0f889b594a"
"""Has a credit limit of 2,500 US dollars."""
WINGTIP = "792f0402-7c6d-4aa7-96f5-67b91f52e1bd"
"""Has not accepted the Microsoft Customer Agreement."""

BUSINESS_BASIC = "CFQ7TTC0LH18:0001:CFQ7TTC0K971"
MICROSOFT_365_E3 = "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30"
USER_CAL = "DG7GMGF0D5VX:0007:DG7GMGF09HJ0"

Line = Mapping[str, object]
Prepare = Callable[[World, Customer, CartRecord], object]
"""Changes the world around a new cart, or the cart."""


def line(item: str, quantity: int, *, cycle: str = "monthly", term: str | None = "P1Y", **others: object) -> Line:
    """A line of the request that creates a cart."""
    members = {"catalogItemId": item, "quantity": quantity, "billingCycle": cycle, "termDuration": term, **others}
    return wire.without_nulls(members)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One scenario, with one cart that is about the first of *lines*.

    *operation* of the shop's collection shows it. *operations* are those to send, in their order: the ones before it
    have to come first, the ones after it show more. *look_for* is a sentence or two. *switches* and *faults* are as in
    the control calls. *prepare* runs once the cart exists.
    """

    name: str
    operation: str
    operations: tuple[str, ...]
    look_for: str
    customer_id: str = CONTOSO
    lines: tuple[Line, ...] = (line(MICROSOFT_365_E3, 10), line(USER_CAL, 10, cycle="one_time", term=None))
    switches: Mapping[str, bool | int] = field(default_factory=dict[str, bool | int])
    faults: tuple[Mapping[str, object], ...] = ()
    prepare: Prepare = lambda world, customer, cart: None

    @property
    def summary(self) -> str:
        return SUMMARIES[self.name]

    @property
    def cart_id(self) -> str:
        """The same in every sandbox."""
        return str(numbered_id(f"cart of the scenario {self.name}", 1))

    @property
    def catalog_item_id(self) -> str:
        """The item of the line at issue. No other line of the cart has it."""
        return str(self.lines[0]["catalogItemId"])

    def document(self) -> wire.Document:
        return {
            "name": self.name,
            "summary": self.summary,
            "lookFor": self.look_for,
            "operation": self.operation,
            "operations": self.operations,
            "customerTenantId": self.customer_id,
            "cartId": self.cart_id,
            "catalogItemId": self.catalog_item_id,
        }

    def make_cart(self, world: World) -> None:
        customer = world.customer(self.customer_id)
        request = read_cart_request(wire.encode({"lineItems": self.lines}))
        cart = carts.new_cart(world, customer, request, cart_id=self.cart_id, user=world.seed.partner.user_id)
        self.prepare(world, customer, cart)


def check_again(world: World, customer: Customer, cart: CartRecord) -> None:
    """Writes the cart once more, so that its lines show what has changed around them."""
    lines = carts.recheck_lines(world, customer, cart, cart.lines)
    carts.save(world, msgspec.structs.replace(cart, lines=lines))
