"""Checkout of a cart: an order for each order group that can be bought, an error for each that cannot.

Pages: "Check out an order for a customer in a cart", "Cart resources" (CartCheckoutResult), "Error codes".
"""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from gateway.sandbox import errors, switches, wire
from gateway.sandbox.agreements import confirmations
from gateway.sandbox.carts import carts
from gateway.sandbox.carts.records import CartLine, CartRecord
from gateway.sandbox.carts.rules import line_errors, qualification
from gateway.sandbox.errors import Refusal
from gateway.sandbox.orders import placing, records
from gateway.sandbox.partners import authorization
from gateway.sandbox.routing import Answer, Call, Handler
from gateway.sandbox.world.assortment import is_old_catalog
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.world import World

_RESULT = "checkout result"


def checkout(world: World, call: Call) -> Answer:
    """Ignores the body (both official SDKs send the text "success").

    Checking out an ordered cart returns the first result again, as the page says, though a code 800065 exists. If a
    group fails, the cart stays Active; another checkout tries only the failed groups and returns all orders. Both are
    Inferred, and can be switched.
    """
    customer, cart = _find(world, call)
    if cart.is_ordered:
        if switches.of(world).refuse_second_checkouts:
            raise errors.cart_already_submitted(cart.id)
        return Answer(_first_result(world, cart), status=201)
    return _check_out(world, customer, cart, call)


def prepare(world: World, call: Call) -> Handler:
    """For racy mode: a checkout of the cart as it is now, ignoring later changes. It buys an ordered cart again."""
    customer, cart = _find(world, call)
    if cart.is_ordered:
        cart = msgspec.structs.replace(cart, status="Active", ordered={})
    return lambda world, call: _check_out(world, customer, cart, call)


def _find(world: World, call: Call) -> tuple[Customer, CartRecord]:
    customer = world.customer(call.path_ids["customer"])
    return customer, carts.find(world, customer, call.path_ids["cart"])


def _check_out(world: World, customer: Customer, cart: CartRecord, call: Call) -> Answer:
    _check(world, customer, cart, call)
    earlier, chosen = cart.ordered, switches.of(world)
    cart, failures = _place_orders(world, customer, cart, call.headers.get("ms-requestid"))
    shown = {
        line: order for line, order in cart.ordered.items() if not (chosen.omit_earlier_orders and line in earlier)
    }
    result = wire.encode(_result(world, msgspec.structs.replace(cart, ordered=shown), failures))
    if not failures or (chosen.close_partly_ordered_carts and cart.ordered):
        cart = msgspec.structs.replace(cart, status="Ordered", ordered_at=wire.format_timestamp(world.now()))
        world.store.write(_RESULT, cart.id, result.decode())
    carts.save(world, cart)
    return Answer(msgspec.Raw(result), status=201)


def _first_result(world: World, cart: CartRecord) -> msgspec.Raw:
    return msgspec.Raw((world.store.read(_RESULT, cart.id, str) or "{}").encode())


def _check(world: World, customer: Customer, cart: CartRecord, call: Call) -> None:
    """Raises a Refusal that applies to the whole cart: 403/13605, 400/800009, 404/400019, 403/900329, or 403 for a
    customer that is not qualified.
    """
    check_agreement(world, customer)
    invalid = [line.id for line in cart.all_lines if line.error is not None]
    if invalid:
        raise errors.cart_has_errors(invalid)
    item_ids = [line.catalog_item_id for line in _pending(cart)]
    carts.check_rights(world, customer, item_ids, call)
    check_purchasable(world, customer, _pending(cart))


def check_agreement(world: World, customer: Customer) -> None:
    """Raises Refusal 403/13605 unless the customer has accepted the Microsoft Customer Agreement."""
    if not confirmations.has_accepted(world, customer):
        raise errors.agreement_missing()


def check_purchasable(world: World, customer: Customer, lines: Sequence[CartLine]) -> None:
    """Raises Refusal 404/400019 for an availability that is no longer purchasable, 403 for one that the customer is not
    qualified for.
    """
    qualification.check(world, customer, lines)
    for line in lines:
        item = world.assortment.item(line.catalog_item_id, customer.country)
        if not is_old_catalog(line.catalog_item_id) and (item is None or not item.availability.is_purchasable):
            raise errors.availability_not_found(line.catalog_item_id)


def _place_orders(
    world: World, customer: Customer, cart: CartRecord, request_id: str | None
) -> tuple[CartRecord, list[wire.Document]]:
    """The cart with its new orders, and an OrderError for each group that failed."""
    ordered, failures = dict(cart.ordered), list[wire.Document]()
    origin = placing.Origin(cart.id, request_id)
    remaining = _pending(cart)
    for group, lines in _groups(world, customer, cart).items():
        refusal = _group_refusal(world, customer, cart, remaining, lines)
        remaining = [line for line in remaining if line not in lines]
        if refusal is None:
            order = placing.place_order(world, customer, lines, origin)
            ordered |= {line.id: order.id for line in lines}
        else:
            failures.append(_order_error(group, refusal))
    return msgspec.structs.replace(cart, ordered=ordered), failures


def _groups(world: World, customer: Customer, cart: CartRecord) -> dict[str, list[CartLine]]:
    """The pending lines by order group. Groups of add-ons without their bases come last, when the bases are owned."""
    groups: dict[str, list[CartLine]] = {}
    for line in _pending(cart):
        groups.setdefault(line.order_group or "", []).append(line)
    return dict(sorted(groups.items(), key=lambda group: _lacks_a_base(world, customer, group[1])))


def _lacks_a_base(world: World, customer: Customer, lines: Sequence[CartLine]) -> bool:
    items = [world.assortment.item(line.catalog_item_id, customer.country) for line in lines]
    sku_keys = {item.sku_key for item in items if item is not None}
    addons = (item.sku for item in items if item is not None and item.sku.is_addon)
    return any(sku_keys.isdisjoint(key.lower() for key in sku.prerequisite_skus) for sku in addons)


def _pending(cart: CartRecord) -> list[CartLine]:
    return [line for line in cart.lines if line.id not in cart.ordered]


def _group_refusal(
    world: World, customer: Customer, cart: CartRecord, remaining: Sequence[CartLine], lines: Sequence[CartLine]
) -> Refusal | None:
    """Why the order group of *lines* cannot be bought; None if it can.

    Checks the lines again, together with all *remaining* ones: since the cart was written, the last seats may have been
    sold, or an end date may have passed. Prices stay as shown on the cart. Both are Inferred.
    """
    try:
        rechecked = {line.id: line for line in carts.recheck_lines(world, customer, cart, remaining)}
    except Refusal as refusal:
        return refusal
    return (
        line_errors.refusal_of(rechecked[line.id] for line in lines)
        or reseller_refusal(world, lines)
        or credit_refusal(world, customer, lines)
    )


def reseller_refusal(world: World, lines: Sequence[CartLine]) -> Refusal | None:
    """The refusal of lines and add-ons that name a reseller which may not be named; None without one."""
    return authorization.refusal_of(world, [each for line in lines for each in line.with_addons])


def credit_refusal(world: World, customer: Customer, lines: Sequence[CartLine]) -> Refusal | None:
    """The refusal of lines that exceed the customer's credit limit; None if they do not."""
    prices = (each.pricing.extended_price for line in lines for each in line.with_addons if each.pricing)
    total = sum(prices, Decimal(0))
    if customer.credit_limit is None or total <= customer.credit_limit:
        return None
    return errors.credit_too_low(customer.credit_limit, total, world.currency_code(customer))


def _order_error(group: str, refusal: Refusal) -> wire.Document:
    return {
        "orderGroupId": group,
        "code": refusal.code,
        "description": refusal.description,
        "attributes": wire.object_type("OrderError"),
    }


def _result(world: World, cart: CartRecord, failures: Sequence[wire.Document]) -> wire.Document:
    """Lists orders by their first lines; `orderErrors` is missing if empty (every printed answer)."""
    order_ids = dict.fromkeys(cart.ordered[line.id] for line in cart.lines if line.id in cart.ordered)
    found = (records.find(world, cart.customer_id, order_id) for order_id in order_ids)
    return wire.without_nulls(
        {
            "orders": [order.at_checkout() for order in found if order is not None],
            "orderErrors": list(failures) or None,
            "additionalInformation": list[object](),
            "attributes": wire.object_type("CartCheckoutResult"),
        }
    )
