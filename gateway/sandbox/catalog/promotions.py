"""The promotion calls ("Get promotions", "Get a promotion by ID", "Verify promotion eligibility")."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.catalog import promotion_limits, promotion_rules
from gateway.sandbox.catalog.products import country_of
from gateway.sandbox.catalog.promotion_limits import EarlierPurchase, Purchase, error
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.terms import billing_cycle
from gateway.sandbox.world import subscription_records
from gateway.sandbox.world.assortment import Item
from gateway.sandbox.world.seed import Customer, Promotion, PromotionConstraints, Term
from gateway.sandbox.world.world import World


class _ItemRequest(msgspec.Struct, frozen=True, rename=wire.normalized_name, kw_only=True):
    id: int | str | None = None
    catalog_item_id: str
    quantity: int
    term_duration: str | None = None
    billing_cycle: str | None = None
    promotion_id: str | None = None


class _EligibilityRequest(msgspec.Struct, frozen=True, rename=wire.normalized_name):
    items: tuple[_ItemRequest, ...]


@dataclass(frozen=True)
class _Buyer:
    customer: Customer
    earlier: Sequence[EarlierPurchase]


def list_all(world: World, call: Call) -> Answer:
    """The promotions that run now in a country, without their constraints (sample of "Get promotions").

    `segment` is required; only commercial has promotions.
    """
    country, now = country_of(call), world.now()
    segment = call.query.get("segment", "").lower()
    if not segment:
        raise errors.invalid_property("segment", "it is required.")
    if segment != "commercial":
        raise errors.segment_not_allowed(segment)
    running = [_listed(each) for each in world.assortment.promotions(country) if promotion_rules.is_running(each, now)]
    return Answer(wire.collection(running))


def get(world: World, call: Call) -> Answer:
    """Answers after its end too. Code 1000 for an unknown promotion is Inferred."""
    promotion_id = call.path_ids["promotion"]
    found = world.assortment.promotion(promotion_id, country_of(call))
    if found is None:
        raise errors.not_found(f"The promotion {promotion_id}")
    limits = None if found.promotion_constraints == PromotionConstraints() else found.promotion_constraints
    return Answer(wire.without_nulls({**_listed(found), "promotionConstraints": limits}))


def check_eligibility(world: World, call: Call) -> Answer:
    """For each item: whether it is eligible for the promotion it names, or for each promotion of its product.

    Items are judged apart, each as if it were the whole purchase (Inferred).
    """
    customer = world.customer(call.path_ids["customer"])
    request = wire.decode_as(call.body, _EligibilityRequest)
    owned = subscription_records.owned(world, customer)
    buyer = _Buyer(customer, promotion_limits.earlier_purchases(owned, world.assortment, customer))
    return Answer(wire.collection([_eligibility(world, buyer, each) for each in request.items]))


def _eligibility(world: World, buyer: _Buyer, request: _ItemRequest) -> wire.Document:
    """The id is a number, 0 if none was sent (sample of "Verify promotion eligibility")."""
    item = world.assortment.item(request.catalog_item_id, buyer.customer.country)
    sent = str(request.id)
    return {
        "id": int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0,
        "catalogItemId": request.catalog_item_id,
        "quantity": request.quantity,
        "billingCycle": billing_cycle(request.billing_cycle or "") or "unknown",
        "termDuration": request.term_duration or "",
        "eligibilities": _verdicts(world, buyer, request, item),
        "attributes": wire.object_type("PromotionEligibilities"),
    }


def _verdicts(world: World, buyer: _Buyer, request: _ItemRequest, item: Item | None) -> list[wire.Document]:
    if item is None:
        return [_verdict(request.promotion_id, error("InvalidCatalogItemId", "The catalog item is unknown."))]
    candidates = promotion_rules.of_item(world.assortment, item, buyer.customer.country)
    if request.promotion_id:
        candidates = [each for each in candidates if promotion_limits.is_same(each, request.promotion_id)]
        if not candidates:
            return [_verdict(request.promotion_id, error("InvalidPromotion", "The promotion is not for this item."))]
    if not candidates:
        return [_verdict(None, error("NoPromotionsAvailable", "There is no promotion for this item."))]
    purchase = _purchase(world, buyer, request, item)
    return [_verdict(each.id, _ineligibility(each, purchase)) for each in candidates]


def _purchase(world: World, buyer: _Buyer, request: _ItemRequest, item: Item) -> Purchase:
    wanted = billing_cycle(request.billing_cycle or "")
    fitting = (
        term
        for term in item.availability.terms
        if term.duration == request.term_duration and billing_cycle(term.billing_cycle) == wanted
    )
    term = next(fitting, _no_term())
    return Purchase(item, term, request.quantity, buyer.customer.country, world.now(), buyer.earlier)


def _no_term() -> Term:
    return msgspec.convert({"description": "", "billingCycle": "", "price": 0}, Term)


def _ineligibility(promotion: Promotion, purchase: Purchase) -> wire.Document | None:
    """The first reason against the promotion, in the terms of the page; None if there is none."""
    if promotion_rules.required_term(promotion, purchase.item, purchase.term) is None:
        eligible = [
            {"duration": each.term.duration, "billingCycle": each.term.billing_cycle}
            for each in promotion_rules.requirements(promotion, purchase.item)
        ]
        return {"eligibleTerms": eligible, **error("Term", "The promotion is not for this term and billing cycle.")}
    if not promotion_rules.is_running(promotion, purchase.now):
        return error("InvalidPromotion", "The promotion is not running.")
    return promotion_limits.broken_limit(promotion, purchase)


def _verdict(promotion_id: str | None, reason: wire.Document | None) -> wire.Document:
    verdict: wire.Document = {"promotionId": promotion_id, "isEligible": reason is None}
    if reason is not None:
        verdict["errors"] = [reason]
    return wire.without_nulls(verdict)


def _listed(promotion: Promotion) -> wire.Document:
    return wire.without_nulls(
        {
            "id": promotion.id,
            "name": promotion.name,
            "description": promotion.description,
            "startDate": promotion.start_date,
            "endDate": promotion.end_date,
            "properties": {"isAutoApplicable": promotion.properties.is_auto_applicable},
            "requiredProducts": promotion.required_products,
        }
    )
