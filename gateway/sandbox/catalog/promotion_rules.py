"""Promotions: which one applies to a purchase, why one does not, and the discount. Pure functions.

The limits of a promotion are in `promotion_limits`.
"""

from datetime import datetime
from decimal import Decimal, InvalidOperation

from gateway.sandbox import wire
from gateway.sandbox.catalog import promotion_limits
from gateway.sandbox.catalog.promotion_limits import Purchase
from gateway.sandbox.terms import billing_cycle
from gateway.sandbox.world.assortment import Assortment, Item
from gateway.sandbox.world.seed import Promotion, RequiredProduct, Term


def automatic(assortment: Assortment, purchase: Purchase) -> Promotion | None:
    """The first promotion that applies automatically ("Get promotions", isAutoApplicable)."""
    candidates = (each for each in assortment.promotions(purchase.country) if each.properties.is_auto_applicable)
    return next((each for each in candidates if ineligibility(each, purchase) is None), None)


def of_item(assortment: Assortment, item: Item, country: str) -> list[Promotion]:
    """Every promotion of this product and SKU, for any term."""
    return [each for each in assortment.promotions(country) if requirements(each, item)]


def ineligibility(promotion: Promotion, purchase: Purchase) -> str | None:
    """Why *promotion* does not apply to *purchase*, in a sentence; None if it applies."""
    if not requirements(promotion, purchase.item):
        return "it is not for this product."
    if required_term(promotion, purchase.item, purchase.term) is None:
        return f"it is for the terms {', '.join(eligible_terms(promotion, purchase.item))}."
    if not is_running(promotion, purchase.now):
        return f"it runs from {promotion.start_date} to {promotion.end_date}."
    broken = promotion_limits.broken_limit(promotion, purchase)
    return None if broken is None else _sentence(broken)


def _sentence(broken: wire.Document) -> str:
    """A broken limit, with the accepted quantities if it is about them."""
    if broken["type"] != "SeatCount":
        return str(broken["description"])
    most, left = broken["maximumRequiredSeats"], broken["availableSeats"]
    rest = "" if left == most else f", of which {left} are left"
    return f"it takes {broken['minimumRequiredSeats'] or 1} to {most or 'any number of'} seats{rest}."


def requirements(promotion: Promotion, item: Item) -> list[RequiredProduct]:
    """The parts of *promotion* for this product and SKU, one for each term."""
    named = promotion.required_products
    return [each for each in named if f"{each.product_id}:{each.sku_id}".lower() == item.sku_key]


def required_term(promotion: Promotion, item: Item, term: Term) -> RequiredProduct | None:
    """The part of *promotion* for this product, term and billing cycle, or None."""
    cycle = billing_cycle(term.billing_cycle)
    return next(
        (
            each
            for each in requirements(promotion, item)
            if each.term.duration == term.duration and billing_cycle(each.term.billing_cycle) == cycle
        ),
        None,
    )


def eligible_terms(promotion: Promotion, item: Item) -> list[str]:
    return [f"{each.term.duration} {each.term.billing_cycle}" for each in requirements(promotion, item)]


def is_running(promotion: Promotion, now: datetime) -> bool:
    start, end = wire.parse_timestamp(promotion.start_date), wire.parse_timestamp(promotion.end_date)
    return (start is None or start <= now) and (end is None or now <= end)


def discount(promotion: Promotion | None, item: Item, term: Term) -> Decimal:
    """The discount as a fraction of the price, 0 to 1: the sum of its percent policies; 0 without a promotion."""
    required = None if promotion is None else required_term(promotion, item, term)
    if required is None:
        return Decimal(0)
    fractions = (_fraction(each.value) for each in required.pricing_policies if each.policy_type == "PercentDiscount")
    return min(Decimal(1), sum(fractions, Decimal(0)))


def _fraction(text: str) -> Decimal:
    try:
        return max(Decimal(0), Decimal(text))
    except InvalidOperation:
        return Decimal(0)
