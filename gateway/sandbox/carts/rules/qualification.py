"""Whether a customer may buy what is meant for a segment such as education ("Pricing and offers").

What a customer that may not is answered is not documented, so it can be switched: an error on the line (10001, the
default), or a refusal of the checkout (403 with 800020 or 2085).
"""

from collections.abc import Iterable

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.carts.records import CartLine
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.world import World

LINE_ERROR = 10001
CODES = (LINE_ERROR, 800020, 2085)
_KIND, _KEY = "unqualified purchases", "code"
_QUALIFICATIONS = {
    "education": "Education",
    "government": "GovernmentCommunityCloud",
    "nonprofit": "Nonprofit",
}


class _Switch(msgspec.Struct, frozen=True, rename=wire.normalized_name, kw_only=True):
    unqualified_code: int


def switch(world: World, call: Call) -> Answer:
    """POST /_sandbox/qualifications. Raises Refusal 400/800002 for a code that is not one of CODES."""
    code = wire.decode_as(call.body, _Switch).unqualified_code
    if code not in CODES:
        raise errors.unreadable(f"unqualifiedCode must be one of {', '.join(map(str, CODES))}.")
    world.store.write(_KIND, _KEY, code)
    return Answer({"unqualifiedCode": code})


def unqualified_code(world: World) -> int:
    """The code for what a customer may not buy; 10001 initially and after a reset."""
    return world.store.read(_KIND, _KEY, int) or LINE_ERROR


def may_buy(customer: Customer, segment: str) -> bool:
    """Whether the customer belongs to the segment or is qualified for it. Nonprofits are not vetted here."""
    kind = _QUALIFICATIONS.get(segment.lower())
    is_qualified = any(
        each.qualification == kind and each.vetting_status in {"Approved", None} for each in customer.qualifications
    )
    return is_qualified or segment.lower() == customer.segment.lower()


def check(world: World, customer: Customer, lines: Iterable[CartLine]) -> None:
    """Raises Refusal 403 for a line that the customer may not buy, unless the line has an error instead."""
    code = unqualified_code(world)
    if code == LINE_ERROR:
        return
    for line in lines:
        item = world.assortment.item(line.catalog_item_id, customer.country)
        if item is not None and not may_buy(customer, item.availability.segment):
            raise errors.not_qualified(code, item.availability.segment)
