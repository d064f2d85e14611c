"""Seat limits in the new catalog: minimum and maximum of the SKU, quota, stock, and the seats of an add-on's base.

Maximums apply to all seats of a customer: "the maximum limits are pooled on the customer tenant" (page "Pricing and
offers"), over all subscriptions and line items. The old catalog limits each subscription: see `old_catalog`.
"""

from gateway.sandbox.carts.records import CartError
from gateway.sandbox.carts.request import LineRequest
from gateway.sandbox.carts.rules import line_errors
from gateway.sandbox.carts.rules.context import RuleContext
from gateway.sandbox.world.assortment import Item
from gateway.sandbox.world.subscription_records import seats_of


def quantity_error(line: LineRequest, item: Item, context: RuleContext) -> CartError | None:
    """The first limit that the line's quantity violates, or None."""
    return _minimum_error(line, item, context) or added_seats_error(line, item, context)


def added_seats_error(line: LineRequest, item: Item, context: RuleContext) -> CartError | None:
    """As `quantity_error`, without the minimum: for seats added to those the customer owns."""
    return _maximum_error(line, item, context) or _stock_error(line, item, context) or _base_error(line, item, context)


def _maximum_error(line: LineRequest, item: Item, context: RuleContext) -> CartError | None:
    """The maximum applies to the SKU for licences of new commerce, to each line for anything else ("Pricing and
    offers").
    """
    requested = line.quantity or 0
    used = _used(item, context) if item.is_new_commerce else 0
    left = max(0, item.sku.maximum_quantity - used)
    return line_errors.too_many_seats(line.item_id, requested=requested, left=left) if requested > left else None


def _minimum_error(line: LineRequest, item: Item, context: RuleContext) -> CartError | None:
    """The minimum of an add-on applies to all its seats (10019), any other minimum to the line: Inferred."""
    requested, minimum = line.quantity or 0, item.sku.minimum_quantity
    if item.sku.is_addon:
        total = _owned(item, context) + max(requested, context.seats.get(item.sku_key, 0))
        if total < minimum:
            return line_errors.too_few_addon_seats(line.item_id, requested=total, minimum=minimum)
        return None
    if requested >= minimum:
        return None
    why = f"quantity {requested} is outside {minimum} to {item.sku.maximum_quantity}."
    return line_errors.invalid_input(line.item_id, why)


def _stock_error(line: LineRequest, item: Item, context: RuleContext) -> CartError | None:
    requested, taken = line.quantity or 0, context.taken.get(item.sku_key, 0)
    quota_left = None if item.sku.quota is None else max(0, item.sku.quota - _used(item, context))
    if quota_left is not None and requested > quota_left:
        return line_errors.quota(line.item_id, quota_left)
    stock_left = None if item.sku.stock is None else max(0, item.sku.stock - context.sold.get(item.sku_key, 0) - taken)
    if stock_left is not None and requested > stock_left:
        return line_errors.stock(line.item_id, stock_left)
    return None


def _base_error(line: LineRequest, item: Item, context: RuleContext) -> CartError | None:
    """A new commerce add-on needs a base product, owned or on the same cart ("New commerce add-ons").

    An add-on may not have more seats in total than its bases.
    """
    bases = item.sku.prerequisite_skus
    if not item.sku.is_addon or not bases:
        return None
    base = seats_of(context.owned, bases) + sum(context.seats.get(key.lower(), 0) for key in bases)
    if base == 0:
        return line_errors.no_base_product(line.item_id, bases)
    total = _used(item, context) + (line.quantity or 0)
    return line_errors.too_few_base_seats(line.item_id, requested=total, base=base) if total > base else None


def _used(item: Item, context: RuleContext) -> int:
    """Units owned by the customer, plus those of earlier lines."""
    return _owned(item, context) + context.taken.get(item.sku_key, 0)


def _owned(item: Item, context: RuleContext) -> int:
    return seats_of(context.owned, [item.sku_key])
