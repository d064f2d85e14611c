"""How many units of the new catalog a line may ask for: limits of the SKU, quota, stock, and the base of an add-on.

What is limited is what the customer has in all: "the maximum limits are pooled on the customer tenant" (page "Pricing
and offers"), whatever subscription or line it is in. The old catalog limits each subscription: see `offer_rules`.
"""

from gateway.sandbox.carts.records import CartError
from gateway.sandbox.carts.request import AskedLine
from gateway.sandbox.carts.rules import line_errors
from gateway.sandbox.carts.rules.context import Surroundings
from gateway.sandbox.world.assortment import Item
from gateway.sandbox.world.subscription_records import seats_of


def not_so_many(line: AskedLine, item: Item, around: Surroundings) -> CartError | None:
    """What stands against the line's quantity, beside what is owned and what earlier lines take."""
    return _too_few(line, item, around) or no_more(line, item, around)


def no_more(line: AskedLine, item: Item, around: Surroundings) -> CartError | None:
    """What stands against as many seats as the line has on top of those that are owned, however few they are."""
    return _too_many(line, item, around) or _none_left(line, item, around) or _addon_without_base(line, item, around)


def _too_many(line: AskedLine, item: Item, around: Surroundings) -> CartError | None:
    """Licences of new commerce have a limit for the SKU, everything else for each line ("Pricing and offers")."""
    asked = line.quantity or 0
    used = _used(item, around) if item.is_new_commerce else 0
    left = max(0, item.sku.maximum_quantity - used)
    return line_errors.too_many_seats(line.item_id, asked=asked, left=left) if asked > left else None


def _too_few(line: AskedLine, item: Item, around: Surroundings) -> CartError | None:
    """An add-on's minimum counts all the seats of it (10019), any other minimum those of the line: Inferred."""
    asked, minimum = line.quantity or 0, item.sku.minimum_quantity
    if item.sku.is_addon:
        together = _owned(item, around) + max(asked, around.seats.get(item.sku_key, 0))
        if together < minimum:
            return line_errors.too_few_addon_seats(line.item_id, asked=together, minimum=minimum)
        return None
    if asked >= minimum:
        return None
    why = f"quantity {asked} is outside {minimum} to {item.sku.maximum_quantity}."
    return line_errors.invalid_input(line.item_id, why)


def _none_left(line: AskedLine, item: Item, around: Surroundings) -> CartError | None:
    asked, taken = line.quantity or 0, around.taken.get(item.sku_key, 0)
    quota_left = None if item.sku.quota is None else max(0, item.sku.quota - _used(item, around))
    if quota_left is not None and asked > quota_left:
        return line_errors.quota(line.item_id, quota_left)
    stock_left = None if item.sku.stock is None else max(0, item.sku.stock - around.sold.get(item.sku_key, 0) - taken)
    if stock_left is not None and asked > stock_left:
        return line_errors.stock(line.item_id, stock_left)
    return None


def _addon_without_base(line: AskedLine, item: Item, around: Surroundings) -> CartError | None:
    """A new commerce add-on needs a base product, owned or anywhere on the same cart ("New commerce add-ons").

    All seats of the add-on together have no more than all seats of its bases.
    """
    bases = item.sku.prerequisite_skus
    if not item.sku.is_addon or not bases:
        return None
    base = seats_of(around.owned, bases) + sum(around.seats.get(key.lower(), 0) for key in bases)
    if base == 0:
        return line_errors.no_base_product(line.item_id, bases)
    together = _used(item, around) + (line.quantity or 0)
    return line_errors.too_few_base_seats(line.item_id, asked=together, base=base) if together > base else None


def _used(item: Item, around: Surroundings) -> int:
    """Units that the customer owns, and those of earlier lines."""
    return _owned(item, around) + around.taken.get(item.sku_key, 0)


def _owned(item: Item, around: Surroundings) -> int:
    return seats_of(around.owned, [item.sku_key])
