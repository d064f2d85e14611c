"""Rules for line items of the old catalog: offers with a GUID or MS-AZR-... as id, and their nested add-ons."""

from collections.abc import Sequence

from gateway.sandbox import errors
from gateway.sandbox.carts.records import CartError
from gateway.sandbox.carts.request import LineRequest
from gateway.sandbox.carts.rules import line_errors
from gateway.sandbox.carts.rules.context import CheckedLine, RuleContext
from gateway.sandbox.world.assortment import Assortment, is_old_catalog
from gateway.sandbox.world.seed import Offer
from gateway.sandbox.world.subscription_records import SubscriptionRecord


def check_offer(line: LineRequest, context: RuleContext, *, parent: LineRequest | None) -> CheckedLine:
    offer = context.assortment.offer(line.item_id)
    if offer is None:
        error = line_errors.catalog_item(line.item_id, "no offer and no product has this id.")
        return CheckedLine(line, error=error)
    return CheckedLine(line, offer=offer, error=_sale_error(line, offer) or _offer_error(line, offer, context, parent))


def _sale_error(line: LineRequest, offer: Offer) -> CartError | None:
    if offer.successor is not None:
        return line_errors.successor(line.item_id, offer.successor)
    if not offer.is_available_for_purchase:
        return line_errors.catalog_item(line.item_id, "the offer is no longer sold.")
    return None


def _offer_error(line: LineRequest, offer: Offer, context: RuleContext, parent: LineRequest | None) -> CartError | None:
    """Quantity limits apply to one subscription, which is what a line item becomes ("Pricing and offers")."""
    requested = line.quantity or 0
    if line.cycle not in offer.supported_billing_cycles:
        return line_errors.billing_plan(line.item_id, line.cycle or "(none)", offer.supported_billing_cycles)
    if requested > offer.maximum_quantity:
        return line_errors.too_many_seats(line.item_id, requested=requested, left=offer.maximum_quantity)
    if requested < offer.minimum_quantity:
        why = f"quantity {requested} is outside {offer.minimum_quantity} to {offer.maximum_quantity}."
        return line_errors.invalid_input(line.item_id, why)
    if offer.is_add_on and parent is None and line.parent_subscription is None:
        why = "put an add-on into addonItems of its base, or name its parentSubscriptionId."
        return line_errors.invalid_input(line.item_id, why)
    if line.custom_term_end_date:
        return line_errors.custom_term_end_product(line.item_id)
    return _parent_seats_error(line, context, parent)


def _parent_seats_error(line: LineRequest, context: RuleContext, parent: LineRequest | None) -> CartError | None:
    """All subscriptions of an add-on under one parent may not have more seats in total than the parent (Inferred)."""
    total = (line.quantity or 0) + context.taken.get(line.seat_key, 0)
    if parent is not None:
        base = parent.quantity or 0
    elif line.parent_subscription is not None:
        parent_id = line.parent_subscription.lower()
        base = sum(each.quantity for each in context.owned if each.id.lower() == parent_id)
        siblings = (each for each in context.owned if (each.parent_id or "").lower() == parent_id)
        total += sum(each.quantity for each in siblings if each.sku_key == line.item_id.lower())
    else:
        return None
    return line_errors.too_few_base_seats(line.item_id, requested=total, base=base) if total > base else None


def check_addons(lines: Sequence[LineRequest], assortment: Assortment) -> None:
    """Raises Refusal 400/800029 for an add-on that does not fit the line item it is nested in.

    Only offers of the old catalog accept nested add-ons, one level deep ("Create a cart with add-ons").
    """
    for line in lines:
        base = assortment.offer(line.item_id)
        for addon in line.addons:
            if base is None or addon.addons or not _may_nest(addon, base, assortment):
                raise errors.addon_not_related(addon.item_id, line.item_id)


def _may_nest(addon: LineRequest, base: Offer, assortment: Assortment) -> bool:
    """Items of the new catalog never nest. Unknown offers may: they become an error on their own line."""
    offer = assortment.offer(addon.item_id)
    return is_old_catalog(addon.item_id) if offer is None else offer.fits_under(base.id)


def check_parent_subscriptions(
    lines: Sequence[LineRequest], assortment: Assortment, owned: Sequence[SubscriptionRecord]
) -> None:
    """Raises Refusal 400/800021 for a parentSubscriptionId that is not *owned*, 400/800029 for one that does not fit."""
    for line in lines:
        offer, parent_id = assortment.offer(line.item_id), line.parent_subscription
        if offer is None or parent_id is None:
            continue
        parent = next((each for each in owned if each.id.lower() == parent_id.lower()), None)
        if parent is None:
            raise errors.parent_subscription_invalid(parent_id)
        if not offer.fits_under(parent.catalog_item_id):
            raise errors.addon_not_related(line.item_id, parent.catalog_item_id)
