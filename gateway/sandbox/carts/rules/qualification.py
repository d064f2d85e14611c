"""Whether a customer may buy what is meant for a segment such as education ("Pricing and offers").

What a customer that may not is answered is not documented, so it can be switched: an error on the line (10001, the
default), or a refusal of the checkout (403 with 800020 or 2085).
"""

from collections.abc import Iterable

from gateway.sandbox import errors, switches
from gateway.sandbox.carts.records import CartLine
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.world import World

_QUALIFICATIONS = {
    "education": "Education",
    "government": "GovernmentCommunityCloud",
    "nonprofit": "Nonprofit",
}


def may_buy(customer: Customer, segment: str) -> bool:
    """Whether the customer belongs to the segment or is qualified for it. Nonprofits are not vetted here."""
    kind = _QUALIFICATIONS.get(segment.lower())
    is_qualified = any(
        each.qualification == kind and each.vetting_status in {"Approved", None} for each in customer.qualifications
    )
    return is_qualified or segment.lower() == customer.segment.lower()


def check(world: World, customer: Customer, lines: Iterable[CartLine]) -> None:
    """Raises Refusal 403 for a line that the customer may not buy, unless the line has an error instead."""
    code = switches.of(world).unqualified_code
    if code == switches.ERROR_ON_THE_LINE:
        return
    for line in lines:
        item = world.assortment.item(line.catalog_item_id, customer.country)
        if item is not None and not may_buy(customer, item.availability.segment):
            raise errors.not_qualified(code, item.availability.segment)
