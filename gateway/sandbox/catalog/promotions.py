"""The promotion calls ("Get promotions", "Get a promotion by ID", "Verify promotion eligibility")."""

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.catalog import promotion_rules
from gateway.sandbox.catalog.products import country_of
from gateway.sandbox.catalog.promotion_rules import Purchase
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.terms import billing_cycle
from gateway.sandbox.world.assortment import Item
from gateway.sandbox.world.seed import Customer, Promotion, Term
from gateway.sandbox.world.world import World


class _AskedItem(msgspec.Struct, frozen=True, rename=wire.any_case, kw_only=True):
    id: int | str | None = None
    catalog_item_id: str
    quantity: int
    term_duration: str | None = None
    billing_cycle: str | None = None
    promotion_id: str | None = None


class _Asked(msgspec.Struct, frozen=True, rename=wire.any_case):
    items: tuple[_AskedItem, ...]


def listed(world: World, call: Call) -> Answer:
    """What runs now in a country. `segment` is required, and only commercial has promotions."""
    country, now = country_of(call), world.now()
    segment = call.query.get("segment", "").lower()
    if not segment:
        raise errors.invalid_property("segment", "it is required.")
    if segment != "commercial":
        raise errors.segment_not_allowed(segment)
    running = [_shown(each) for each in world.assortment.promotions(country) if promotion_rules.is_running(each, now)]
    return Answer(wire.collection(running))


def get(world: World, call: Call) -> Answer:
    """Also after its end. The code for an unknown one, 1000, is Inferred."""
    promotion_id = call.path_ids["promotion"]
    found = world.assortment.promotion(promotion_id, country_of(call))
    if found is None:
        raise errors.not_found(f"The promotion {promotion_id}")
    return Answer(_shown(found))


def eligibilities(world: World, call: Call) -> Answer:
    """For each item the promotion it names, or all of its product, each with what stands in the way."""
    customer = world.customer(call.path_ids["customer"])
    asked = wire.read_as(call.body, _Asked)
    return Answer(
        wire.collection([_eligibility(world, customer, each, place) for place, each in enumerate(asked.items)])
    )


def _eligibility(world: World, customer: Customer, asked: _AskedItem, place: int) -> wire.Document:
    item = world.assortment.item(asked.catalog_item_id, customer.country)
    sent = str(place if asked.id is None else asked.id)
    return {
        "id": int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else place,
        "catalogItemId": asked.catalog_item_id,
        "quantity": asked.quantity,
        "billingCycle": billing_cycle(asked.billing_cycle or "") or "unknown",
        "termDuration": asked.term_duration or "",
        "eligibilities": _verdicts(world, customer, asked, item),
        "attributes": wire.object_type("PromotionEligibilities"),
    }


def _verdicts(world: World, customer: Customer, asked: _AskedItem, item: Item | None) -> list[wire.Document]:
    if item is None:
        return [_verdict(asked.promotion_id, _error("InvalidCatalogItemId", "The catalog item is unknown."))]
    candidates = promotion_rules.of_item(world.assortment, item, customer.country)
    if asked.promotion_id:
        candidates = [each for each in candidates if each.id.lower() == asked.promotion_id.lower()]
        if not candidates:
            return [_verdict(asked.promotion_id, _error("InvalidPromotion", "The promotion is not for this item."))]
    if not candidates:
        return [_verdict(None, _error("NoPromotionsAvailable", "There is no promotion for this item."))]
    return [_verdict(each.id, _obstacle(each, _purchase(world, customer, asked, item))) for each in candidates]


def _purchase(world: World, customer: Customer, asked: _AskedItem, item: Item) -> Purchase:
    wanted = billing_cycle(asked.billing_cycle or "")
    fitting = (
        term
        for term in item.availability.terms
        if term.duration == asked.term_duration and billing_cycle(term.billing_cycle) == wanted
    )
    return Purchase(item, next(fitting, _no_term()), asked.quantity, customer.country, world.now())


def _no_term() -> Term:
    return msgspec.convert({"description": "", "billingCycle": "", "price": 0}, Term)


def _obstacle(promotion: Promotion, purchase: Purchase) -> wire.Document | None:
    """The first thing in the way, as the page words its kinds; None when there is nothing."""
    if promotion_rules.required_term(promotion, purchase.item, purchase.term) is None:
        eligible = [
            {"duration": each.term.duration, "billingCycle": each.term.billing_cycle}
            for each in promotion_rules.requirements(promotion, purchase.item)
        ]
        return {"eligibleTerms": eligible, **_error("Term", "The promotion is not for this term and billing cycle.")}
    if not promotion_rules.is_running(promotion, purchase.now):
        return _error("InvalidPromotion", "The promotion is not running.")
    seats = promotion_rules.broken_seat_constraint(promotion, purchase.quantity)
    if seats is None:
        return None
    why = "The provided quantity does not satisfy the minimum or maximum seat requirements for the promotion."
    limits = {"minimumRequiredSeats": seats.min_seats, "maximumRequiredSeats": seats.max_seats}
    return {**limits, "availableSeats": seats.max_seats, **_error("SeatCount", why)}


def _error(kind: str, description: str) -> wire.Document:
    return {"type": kind, "description": description}


def _verdict(promotion_id: str | None, obstacle: wire.Document | None) -> wire.Document:
    verdict: wire.Document = {"promotionId": promotion_id, "isEligible": obstacle is None}
    if obstacle is not None:
        verdict["errors"] = [obstacle]
    return wire.without_nulls(verdict)


def _shown(promotion: Promotion) -> wire.Document:
    return wire.without_nulls(
        {
            "id": promotion.id,
            "name": promotion.name,
            "description": promotion.description,
            "startDate": promotion.start_date,
            "endDate": promotion.end_date,
            "properties": {"isAutoApplicable": promotion.properties.is_auto_applicable},
            "requiredProducts": promotion.required_products,
            "promotionConstraints": promotion.promotion_constraints,
        }
    )
