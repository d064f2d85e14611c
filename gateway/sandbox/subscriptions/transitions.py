"""What a subscription can be upgraded to ("Transition a new commerce subscription").

Targets are those that the SKU names as `upgradeTargetOffers`. Which errors occur when is Inferred; their numbers and the
shape of the answer are documented. No transition is ever carried out.
"""

from collections.abc import Sequence
from datetime import datetime

from gateway.sandbox import errors, terms, wire
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.subscriptions import cancellation, subscriptions
from gateway.sandbox.world import subscription_records
from gateway.sandbox.world.assortment import Assortment, Item, sku_of
from gateway.sandbox.world.seed import Availability, Customer, Sku
from gateway.sandbox.world.subscription_records import SubscriptionRecord
from gateway.sandbox.world.world import World

_Errors = list[wire.Document]
_KINDS = ("immediate", "scheduled")


def list_eligibilities(world: World, call: Call) -> Answer:
    """`eligibilityType` is immediate, the default, or scheduled. Raises Refusal 400/3000 for any other."""
    customer = world.customer(call.path_ids["customer"])
    kind = (call.query.get("eligibilitytype") or "immediate").lower()
    if kind not in _KINDS:
        raise errors.invalid_property("eligibilityType", f"'{kind}' is not one of {', '.join(_KINDS)}.")
    source = subscriptions.find(world, customer, call)
    operation_id = world.ids.guid("operation")
    owned = subscription_records.owned(world, customer) if kind == "immediate" else []
    items = [
        {"operationId": operation_id, **_eligibility(world, customer, source, target, owned)}
        for target in _targets(world.assortment, customer, source)
    ]
    return Answer(wire.collection(items))


def _targets(assortment: Assortment, customer: Customer, source: SubscriptionRecord) -> list[Item]:
    """The items of the target SKUs, of each the availability that suits the source best. The old catalog has none."""
    item = assortment.item(source.catalog_item_id, customer.country)
    named = () if item is None else item.sku.upgrade_targets
    found = (_target(assortment, customer, source, key) for key in named)
    return [target for target in found if target is not None]


def _target(assortment: Assortment, customer: Customer, source: SubscriptionRecord, sku_key: str) -> Item | None:
    product_id, _, sku_id = sku_key.partition(":")
    product = assortment.product(product_id, customer.country)
    sku = None if product is None else sku_of(product, sku_id)
    if product is None or sku is None:
        return None
    sold = [each for each in sku.availabilities if each.segment == customer.segment and each.is_purchasable]
    best = next((each for each in sold if _has_term(each, source)), sold[0] if sold else None)
    return None if best is None else Item(product, sku, best)


def _has_term(availability: Availability, source: SubscriptionRecord) -> bool:
    return any(
        (each.duration, terms.billing_cycle(each.billing_cycle)) == (source.term_duration, source.billing_cycle)
        for each in availability.terms
    )


def _eligibility(
    world: World, customer: Customer, source: SubscriptionRecord, target: Item, owned: Sequence[SubscriptionRecord]
) -> wire.Document:
    existing = [each for each in owned if each.sku_key == target.sku_key]
    into = [_into(world, customer, source, each) for each in existing]
    return wire.without_nulls(
        {
            "catalogItemId": target.catalog_item_id,
            "title": target.sku.title,
            "description": target.sku.description,
            "quantity": source.quantity,
            "subscriptionEligibilities": into or None,
            "eligibilities": _ways(source, target.sku, target.availability, existing),
            "attributes": wire.object_type("TransitionEligibility"),
        }
    )


def _ways(
    source: SubscriptionRecord, sku: Sku, availability: Availability, existing: Sequence[SubscriptionRecord]
) -> list[wire.Document]:
    """Licences cannot be transferred to a SKU that the customer uses already."""
    found = _source_errors(source, sku, availability)
    conflicts = [_error(3, "The subscription cannot be transitioned: there are conflicting services.")]
    in_use = any(each.status == "active" for each in existing)
    return [
        _verdict(found, transitionType="transition_only"),
        _verdict([*found, *(conflicts if in_use else [])], transitionType="transition_with_license_transfer"),
    ]


def _source_errors(source: SubscriptionRecord, sku: Sku, availability: Availability) -> _Errors:
    found: _Errors = []
    if source.status != "active":
        found.append(_error(2, "The subscription cannot be transitioned: it is not active."))
    if not _has_term(availability, source):
        found.append(_error(10, "The target is not sold with the subscription's term and billing cycle."))
    if not sku.minimum_quantity <= source.quantity <= sku.maximum_quantity:
        found.append(_error(0, "The subscription's quantity is outside the limits of the target."))
    return found


def _into(world: World, customer: Customer, source: SubscriptionRecord, existing: SubscriptionRecord) -> wire.Document:
    return _verdict(
        _existing_errors(world, customer, source, existing),
        subscriptionId=existing.id,
        subscriptionFriendlyName=existing.friendly_name,
        subscriptionTermDuration=existing.term_duration,
        subscriptionBillingCycle=existing.billing_cycle,
    )


def _existing_errors(
    world: World, customer: Customer, source: SubscriptionRecord, existing: SubscriptionRecord
) -> _Errors:
    if existing.status != "active":
        return [_error(1, "The subscription is not active.")]
    item = world.assortment.item(existing.catalog_item_id, customer.country)
    if _is_in_window(existing, item, world.now()):
        return [_error(2, "The subscription is inside its cancellation window.")]
    if terms.months_of(existing.term) < terms.months_of(source.term):
        return [_error(3, "The subscription's term is shorter than that of the source.")]
    if existing.last_day < source.last_day:
        return [_error(4, "The subscription's term ends before that of the source.")]
    return []


def _is_in_window(existing: SubscriptionRecord, item: Item | None, now: datetime) -> bool:
    window = cancellation.cancellation_window(item, existing)
    return window is not None and now <= existing.term_started_at + window


def _verdict(found: _Errors, **members: object) -> wire.Document:
    return {"isEligible": not found, **members, "errors": found}


def _error(code: int, description: str) -> wire.Document:
    return {"code": code, "description": description}
