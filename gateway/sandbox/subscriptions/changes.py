"""Changing a subscription: PATCH with the whole resource ("Update a subscription by ID" and others).

Quantity, friendly name, renewal and status can be changed. Instructions for the next term can only be dropped, and the
partner of record is ignored, as the answer shows. Changes take effect immediately, with the answer 200; on a switch some
are made later, with 202. That no change counts against the customer's credit limit is Inferred.
"""

from collections.abc import Sequence

import msgspec

from gateway.sandbox import errors, switches, wire
from gateway.sandbox.carts.request import LARGEST_INT, LineRequest
from gateway.sandbox.carts.rules import account_limits, seat_limits
from gateway.sandbox.carts.rules.context import RuleContext
from gateway.sandbox.carts.rules.line_errors import refusal_for
from gateway.sandbox.catalog import inventory, promotion_limits
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.subscriptions import cancellation, subscriptions
from gateway.sandbox.terms import billing_cycle
from gateway.sandbox.world import subscription_records
from gateway.sandbox.world.assortment import Item, is_old_catalog
from gateway.sandbox.world.seed import Customer, Offer
from gateway.sandbox.world.subscription_records import SeatLot, SubscriptionRecord, seats_of
from gateway.sandbox.world.world import World

_KIND, _COUNT = "change", "count"

STATUSES = ("none", "active", "pending", "suspended", "expired", "disabled", "deleted")


class _AttributesRequest(msgspec.Struct, frozen=True, rename=wire.normalized_name, kw_only=True):
    etag: str | None = None


class _ChangeRequest(msgspec.Struct, frozen=True, rename=wire.normalized_name, kw_only=True):
    """The members that can be changed, and those whose change is refused; others are ignored."""

    id: str | None = None
    friendly_name: str | None = None
    quantity: int | None = None
    status: str | None = None
    auto_renew_enabled: bool | None = None
    billing_cycle: str | None = None
    term_duration: str | None = None
    scheduled_next_term_instructions: object = None
    attributes: _AttributesRequest | None = None

    @property
    def renews(self) -> bool:
        """A body without the member turns renewal off ("Update a subscription by ID")."""
        return self.auto_renew_enabled is True


def change(world: World, call: Call) -> Answer:
    customer = world.customer(call.path_ids["customer"])
    before = subscriptions.find(world, customer, call)
    request = wire.decode_as(call.body, _ChangeRequest)
    _check(before, request, call)
    after = _with_next_term(before, _changed(world, customer, before, request), request)
    if after == before:
        return Answer(subscriptions.document(world, customer, after))
    after = msgspec.structs.replace(after, version=before.version + 1)
    if _takes_time(world):
        return _accepted(world, customer, before, after)
    subscription_records.save(world, after)
    _suspend_addons(world, customer, before, after)
    return Answer(subscriptions.document(world, customer, after))


def _takes_time(world: World) -> bool:
    """Whether it is a tenth change, and these take time."""
    if not switches.of(world).accept_every_tenth_change:
        return False
    count = (world.store.read(_KIND, _COUNT, int) or 0) + 1
    world.store.write(_KIND, _COUNT, count)
    return count % 10 == 0


def _accepted(world: World, customer: Customer, before: SubscriptionRecord, after: SubscriptionRecord) -> Answer:
    """202 with the subscription as it will be ("Update a subscription by ID"); a read shows the old one until then."""
    changes_at = wire.format_timestamp(world.now() + switches.of(world).accepted_change)
    subscription_records.save(world, msgspec.structs.replace(before, changed=after, changes_at=changes_at))
    location = f"/customers/{customer.id}/subscriptions/{before.id}"
    return Answer(subscriptions.document(world, customer, after), status=202, headers={"Location": location})


def _with_next_term(
    before: SubscriptionRecord, after: SubscriptionRecord, request: _ChangeRequest
) -> SubscriptionRecord:
    """Without what was scheduled, where the seats change ("Create scheduled changes"), the subscription does not renew,
    or the body leaves it out.
    """
    is_left = request.scheduled_next_term_instructions is not None
    if is_left and after.auto_renews and after.quantity == before.quantity:
        return after
    return msgspec.structs.replace(after, next_term=None)


def _check(before: SubscriptionRecord, request: _ChangeRequest, call: Call) -> None:
    """Raises Refusal 409 while another change is under way (900278), and 400 for a deleted or expired subscription
    (2011, 900279), an old etag (2055), the body of another subscription (3000), and changes of fixed members (800097,
    900127).
    """
    if before.changed is not None:
        raise errors.change_under_way(before.id)
    if before.status == "deleted":
        raise errors.subscription_deleted(before.id)
    if before.status == "expired":
        raise errors.subscription_expired(before.id)
    if is_old_catalog(before.catalog_item_id) and not _is_current(before, request, call):
        raise errors.etag_stale()
    if request.id and request.id.lower() != before.id.lower():
        raise errors.invalid_property("id", "it is the id of another subscription.")
    if request.billing_cycle and billing_cycle(request.billing_cycle) not in (None, before.billing_cycle):
        raise errors.billing_cycle_fixed()
    if request.term_duration and request.term_duration.upper() != before.term_duration.upper():
        raise errors.change_not_supported("termDuration")


def _is_current(before: SubscriptionRecord, request: _ChangeRequest, call: Call) -> bool:
    """Whether the etag of `If-Match`, or else of the body, is current.

    No page requires one, so none counts as current.
    """
    in_body = None if request.attributes is None else request.attributes.etag
    sent = (call.headers.get("if-match") or in_body or "").strip().removeprefix("W/").strip('"')
    return sent in ("", "*", wire.etag(before.id, before.version))


def _changed(
    world: World, customer: Customer, before: SubscriptionRecord, request: _ChangeRequest
) -> SubscriptionRecord:
    """Applies the status first: a reactivated subscription accepts other changes too, a cancelled or suspended one does
    not.
    """
    status = _status(before, request)
    if status == "deleted":
        return _cancelled(world, customer, before)
    if status == "suspended":
        return _suspended(before, request)
    active = before if before.status == "active" else _reactivated(world, customer, before)
    named = msgspec.structs.replace(active, friendly_name=request.friendly_name or active.friendly_name)
    if request.renews and not before.auto_renews and not before.term:
        raise errors.not_renewable()
    renewing = msgspec.structs.replace(named, auto_renews=request.renews)
    return renewing if request.quantity is None else _with_quantity(world, customer, renewing, request.quantity)


def _status(before: SubscriptionRecord, request: _ChangeRequest) -> str:
    """The requested status: active, suspended or deleted.

    Raises Refusal 400 for an unknown (900126) or any other status.
    """
    status = (request.status or before.status).lower()
    if status not in STATUSES:
        raise errors.unknown_status(status, STATUSES)
    if status not in ("active", "suspended", "deleted"):
        raise errors.status_fixed(status)
    return status


def _cancelled(world: World, customer: Customer, before: SubscriptionRecord) -> SubscriptionRecord:
    """Only within the cancellation window. An add-on outlives its base ("New commerce add-ons")."""
    window = cancellation.cancellation_window(_item(world, customer, before), before)
    if before.plan is not None:
        raise errors.savings_plan_fixed()
    if window is None:
        raise errors.status_fixed("deleted")
    if world.now() > before.term_started_at + window:
        raise errors.subscription_window_passed(window)
    return msgspec.structs.replace(before, status="deleted", auto_renews=False)


def _suspended(before: SubscriptionRecord, request: _ChangeRequest) -> SubscriptionRecord:
    """Refuses other changes. New commerce also stops renewing ("Suspend a subscription", page on new subscriptions)."""
    if request.quantity not in (None, before.quantity):
        raise errors.suspended_quantity()
    if before.status == "active":
        renews = request.renews and is_old_catalog(before.catalog_item_id)
        return msgspec.structs.replace(before, status="suspended", auto_renews=renews)
    if (request.friendly_name or before.friendly_name, request.renews) != (before.friendly_name, before.auto_renews):
        raise errors.subscription_suspended()
    return before


def _reactivated(world: World, customer: Customer, before: SubscriptionRecord) -> SubscriptionRecord:
    """Raises Refusal 409/27009 for an add-on of the old catalog whose base is not active."""
    if before.parent_id is not None and is_old_catalog(before.catalog_item_id):
        parent = subscription_records.find(world, customer, before.parent_id)
        if parent is not None and parent.status != "active":
            raise errors.parent_not_active(parent.id)
    return msgspec.structs.replace(before, status="active")


def _suspend_addons(world: World, customer: Customer, before: SubscriptionRecord, after: SubscriptionRecord) -> None:
    """Add-ons of the old catalog are suspended with their base ("Suspend a subscription")."""
    if after.status != "suspended" or before.status == "suspended":
        return
    for each in _addons(world, customer, after):
        if each.status == "active" and is_old_catalog(each.catalog_item_id):
            suspended = msgspec.structs.replace(each, status="suspended", version=each.version + 1)
            subscription_records.save(world, suspended)


def _with_quantity(world: World, customer: Customer, before: SubscriptionRecord, quantity: int) -> SubscriptionRecord:
    """*quantity* is the new total. Raises Refusal if seats cannot be added or returned."""
    if quantity == before.quantity:
        return before
    if not 1 <= quantity <= LARGEST_INT:
        raise errors.subscription_quantity(f"it must be from 1 to {LARGEST_INT}.")
    if quantity > account_limits.LICENCES and account_limits.are_on(world) and quantity > before.quantity:
        raise errors.account_limit(account_limits.LICENCES)
    item, offer = _item(world, customer, before), world.assortment.offer(before.catalog_item_id)
    if item is not None and before.plan is None and before.term and not item.sku.is_trial:
        return _with_new_quantity(world, customer, before, item, quantity)
    if offer is not None and offer.billing == "license" and not offer.is_trial:
        return _with_old_catalog_quantity(world, customer, before, offer, quantity)
    raise errors.quantity_fixed()


def _with_new_quantity(
    world: World, customer: Customer, before: SubscriptionRecord, item: Item, quantity: int
) -> SubscriptionRecord:
    """Seats can be added at any time, by the rules of carts, and returned within their window, the latest first."""
    minimum, maximum = item.sku.minimum_quantity, item.sku.maximum_quantity
    if quantity < minimum or (quantity > maximum and not item.is_new_commerce):
        raise errors.subscription_quantity(f"{quantity} is outside {minimum} to {maximum}.")
    if quantity > before.quantity:
        return _with_added_seats(world, customer, before, item, quantity - before.quantity)
    lots = cancellation.refundable_lots(item, before, world.now())
    if before.quantity - quantity > sum(lot.quantity for lot, _ in lots):
        raise errors.quantity_cannot_decrease()
    _check_bases(world, customer, item, fewer=before.quantity - quantity)
    return msgspec.structs.replace(
        before, quantity=quantity, later_seats=_without(before.later_seats, before.quantity - quantity)
    )


def _with_added_seats(
    world: World, customer: Customer, before: SubscriptionRecord, item: Item, added: int
) -> SubscriptionRecord:
    context = RuleContext(
        assortment=world.assortment,
        customer=customer,
        currency=world.currency_code(customer),
        now=world.now(),
        owned=subscription_records.active_or_suspended(world, customer),
        sold=inventory.sold(world, [item.sku_key]),
    )
    error = seat_limits.added_seats_error(
        LineRequest(catalog_item_id=before.catalog_item_id, quantity=added), item, context
    )
    if error is not None:
        raise refusal_for(error)
    _check_promotion(world, customer, before, added)
    if item.sku.stock is not None:
        inventory.record_sale(world, item.sku_key, added)
    lot = SeatLot(added, wire.format_timestamp(world.now()))
    return msgspec.structs.replace(before, quantity=before.quantity + added, later_seats=(*before.later_seats, lot))


def _check_promotion(world: World, customer: Customer, before: SubscriptionRecord, added: int) -> None:
    """Raises Refusal 400/2002 if the subscription would exceed the seats of its promotion ("New commerce promotions")."""
    promotion = world.assortment.promotion(before.promotion_id or "", customer.country)
    if promotion is None:
        return
    ever_owned = subscription_records.owned(world, customer)
    earlier = promotion_limits.earlier_purchases(ever_owned, world.assortment, customer)
    total = promotion_limits.seats_used(promotion, earlier) + added
    for each in promotion.promotion_constraints.seat_constraints:
        if each.max_seats is not None and total > each.max_seats:
            raise errors.subscription_quantity(f"the promotion takes {each.min_seats or 1} to {each.max_seats} seats.")


def _without(lots: Sequence[SeatLot], seats: int) -> tuple[SeatLot, ...]:
    """*lots* reduced by *seats*, the latest first. Any rest comes from the first seats, which are not in *lots*."""
    remaining = list(lots)
    while remaining and seats > 0:
        last = remaining.pop()
        if last.quantity > seats:
            remaining.append(SeatLot(last.quantity - seats, last.added))
        seats -= last.quantity
    return tuple(remaining)


def _check_bases(world: World, customer: Customer, item: Item, *, fewer: int) -> None:
    """Raises Refusal 400/2002 if add-ons of new commerce would have more seats than their bases."""
    owned = subscription_records.active_or_suspended(world, customer)
    for each in owned:
        addon = _item(world, customer, each)
        if addon is None or item.sku_key not in {key.lower() for key in addon.sku.prerequisite_skus}:
            continue
        base = seats_of(owned, addon.sku.prerequisite_skus) - fewer
        if seats_of(owned, [addon.sku_key]) > base:
            raise errors.subscription_quantity(f"the add-on {each.id} needs more seats of its base than {base}.")


def _with_old_catalog_quantity(
    world: World, customer: Customer, before: SubscriptionRecord, offer: Offer, quantity: int
) -> SubscriptionRecord:
    """Within the offer's limits; an add-on may not have more seats than its base.

    Returning seats has no documented window.
    """
    minimum, maximum = offer.minimum_quantity, offer.maximum_quantity
    if not minimum <= quantity <= maximum:
        raise errors.subscription_quantity(f"{quantity} is outside {minimum} to {maximum}.")
    parent = None if before.parent_id is None else subscription_records.find(world, customer, before.parent_id)
    if parent is not None:
        siblings = _addons(world, customer, parent)
        total = seats_of(siblings, [before.sku_key]) - before.quantity + quantity
        if total > parent.quantity:
            raise errors.subscription_quantity(f"the base {parent.id} has {parent.quantity} seats.")
    addons = _addons(world, customer, before)
    if any(seats_of(addons, [each.sku_key]) > quantity for each in addons):
        raise errors.subscription_quantity("its add-ons have more seats.")
    return msgspec.structs.replace(before, quantity=quantity)


def _addons(world: World, customer: Customer, base: SubscriptionRecord) -> list[SubscriptionRecord]:
    owned = subscription_records.active_or_suspended(world, customer)
    return [each for each in owned if (each.parent_id or "").lower() == base.id.lower()]


def _item(world: World, customer: Customer, record: SubscriptionRecord) -> Item | None:
    return world.assortment.item(record.catalog_item_id, customer.country)
