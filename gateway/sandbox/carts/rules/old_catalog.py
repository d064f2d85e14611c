"""Lines of the old catalog: offers that go by a GUID or by MS-AZR-..., with add-ons nested under them."""

from collections.abc import Sequence

from gateway.sandbox import errors
from gateway.sandbox.carts.records import CartError
from gateway.sandbox.carts.request import AskedLine
from gateway.sandbox.carts.rules import line_errors
from gateway.sandbox.carts.rules.context import Judged, Surroundings
from gateway.sandbox.world.assortment import Assortment, is_old_catalog
from gateway.sandbox.world.seed import Offer
from gateway.sandbox.world.subscription_records import SubscriptionRecord


def judged_offer(line: AskedLine, around: Surroundings, *, parent: AskedLine | None) -> Judged:
    offer = around.assortment.offer(line.item_id)
    if offer is None:
        error = line_errors.catalog_item(line.item_id, "no offer and no product has this id.")
        return Judged(line, error=error)
    return Judged(line, offer=offer, error=_not_sold(line, offer) or _wrong_offer(line, offer, around, parent))


def _not_sold(line: AskedLine, offer: Offer) -> CartError | None:
    if offer.successor is not None:
        return line_errors.successor(line.item_id, offer.successor)
    if not offer.is_available_for_purchase:
        return line_errors.catalog_item(line.item_id, "the offer is no longer sold.")
    return None


def _wrong_offer(line: AskedLine, offer: Offer, around: Surroundings, parent: AskedLine | None) -> CartError | None:
    """The limits of quantity are those of one subscription, and a line becomes one ("Pricing and offers")."""
    asked = line.quantity or 0
    if line.cycle not in offer.supported_billing_cycles:
        return line_errors.billing_plan(line.item_id, line.cycle or "(none)", offer.supported_billing_cycles)
    if asked > offer.maximum_quantity:
        return line_errors.too_many_seats(line.item_id, asked=asked, left=offer.maximum_quantity)
    if asked < offer.minimum_quantity:
        why = f"quantity {asked} is outside {offer.minimum_quantity} to {offer.maximum_quantity}."
        return line_errors.invalid_input(line.item_id, why)
    if offer.is_add_on and parent is None and line.parent_subscription is None:
        why = "an add-on stands in addonItems of its base, or names its parentSubscriptionId."
        return line_errors.invalid_input(line.item_id, why)
    if line.custom_term_end_date:
        return line_errors.custom_term_end_product(line.item_id)
    return _too_few_seats_of_parent(line, around, parent)


def _too_few_seats_of_parent(line: AskedLine, around: Surroundings, parent: AskedLine | None) -> CartError | None:
    """All subscriptions of an add-on below one parent together have no more seats than the parent (Inferred)."""
    together = (line.quantity or 0) + around.taken.get(line.seat_key, 0)
    if parent is not None:
        base = parent.quantity or 0
    elif line.parent_subscription is not None:
        parent_id = line.parent_subscription.lower()
        base = sum(each.quantity for each in around.owned if each.id.lower() == parent_id)
        siblings = (each for each in around.owned if (each.parent_id or "").lower() == parent_id)
        together += sum(each.quantity for each in siblings if each.sku_key == line.item_id.lower())
    else:
        return None
    return line_errors.too_few_base_seats(line.item_id, asked=together, base=base) if together > base else None


def check_addons(lines: Sequence[AskedLine], assortment: Assortment) -> None:
    """Raises Refusal 400/800029 for an add-on under a line that does not take it.

    Only offers of the old catalog take nested add-ons, one level deep ("Create a cart with add-ons").
    """
    for line in lines:
        base = assortment.offer(line.item_id)
        for addon in line.addons:
            if base is None or addon.addons or not _may_nest(addon, base, assortment):
                raise errors.addon_not_related(addon.item_id, line.item_id)


def _may_nest(addon: AskedLine, base: Offer, assortment: Assortment) -> bool:
    """Items of the new catalog never nest. An offer nobody knows may: it is an error on its line."""
    offer = assortment.offer(addon.item_id)
    return is_old_catalog(addon.item_id) if offer is None else offer.fits_under(base.id)


def check_parent_subscriptions(
    lines: Sequence[AskedLine], assortment: Assortment, owned: Sequence[SubscriptionRecord]
) -> None:
    """Raises Refusal 400/800021 for a parentSubscriptionId of nobody's, 400/800029 for one the add-on does not fit."""
    for line in lines:
        offer, parent_id = assortment.offer(line.item_id), line.parent_subscription
        if offer is None or parent_id is None:
            continue
        parent = next((each for each in owned if each.id.lower() == parent_id.lower()), None)
        if parent is None:
            raise errors.parent_subscription_invalid(parent_id)
        if not offer.fits_under(parent.catalog_item_id):
            raise errors.addon_not_related(line.item_id, parent.catalog_item_id)
