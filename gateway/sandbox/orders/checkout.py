"""Checking a cart out: one order for each order group that can be bought, one error for each that cannot.

Pages: "Check out an order for a customer in a cart", "Cart resources" (CartCheckoutResult), "Error codes".
"""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.carts import carts
from gateway.sandbox.carts.records import CartLine, CartRecord
from gateway.sandbox.carts.rules import line_errors
from gateway.sandbox.errors import Refusal
from gateway.sandbox.orders import placing, records
from gateway.sandbox.routing import Answer, Call, Handler
from gateway.sandbox.world.assortment import is_old_catalog
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.world import World

_RESULT = "checkout result"


def checkout(world: World, call: Call) -> Answer:
    """Any body is ignored (both official SDKs send the text "success").

    A cart already ordered answers its first result again, as the page says, though a code 800065 exists. While groups fail the cart stays
    Active, and a further checkout tries only those and answers all orders: Inferred.
    """
    customer, cart = _looked_up(world, call)
    if cart.is_ordered:
        return Answer(_first_result(world, cart), status=201)
    return _checked_out(world, customer, cart, call)


def look(world: World, call: Call) -> Handler:
    """In racy mode: a checkout of the cart as it is now, whatever happens to it until then. It buys an ordered cart anew."""
    customer, cart = _looked_up(world, call)
    if cart.is_ordered:
        cart = msgspec.structs.replace(cart, status="Active", ordered={})
    return lambda world, call: _checked_out(world, customer, cart, call)


def _looked_up(world: World, call: Call) -> tuple[Customer, CartRecord]:
    customer = world.customer(call.path_ids["customer"])
    return customer, carts.find(world, customer, call.path_ids["cart"])


def _checked_out(world: World, customer: Customer, cart: CartRecord, call: Call) -> Answer:
    _check(world, customer, cart, call)
    cart, failures = _bought(world, customer, cart, call.headers.get("ms-requestid"))
    result = wire.written(_result(world, cart, failures))
    if not failures:
        cart = msgspec.structs.replace(cart, status="Ordered")
        world.store.write(_RESULT, cart.id, result.decode())
    carts.keep(world, cart)
    return Answer(msgspec.Raw(result), status=201)


def _first_result(world: World, cart: CartRecord) -> msgspec.Raw:
    return msgspec.Raw((world.store.read(_RESULT, cart.id, str) or "{}").encode())


def _check(world: World, customer: Customer, cart: CartRecord, call: Call) -> None:
    """Raises the Refusal that stops the whole cart: 403/13605, 400/800009, 404/400019, 403/900329."""
    check_agreement(customer)
    faulty = [line.id for line in cart.all_lines if line.error is not None]
    if faulty:
        raise errors.cart_has_errors(faulty)
    item_ids = [line.catalog_item_id for line in _pending(cart)]
    carts.check_rights(world, customer, item_ids, call)
    check_purchasable(world, customer, _pending(cart))


def check_agreement(customer: Customer) -> None:
    """Raises Refusal 403/13605."""
    if not customer.agreement_accepted:
        raise errors.agreement_missing()


def check_purchasable(world: World, customer: Customer, lines: Sequence[CartLine]) -> None:
    """Raises Refusal 404/400019 for an availability that has been reissued."""
    for line in lines:
        item = world.assortment.item(line.catalog_item_id, customer.country)
        if not is_old_catalog(line.catalog_item_id) and (item is None or not item.availability.is_purchasable):
            raise errors.availability_not_found(line.catalog_item_id)


def _bought(
    world: World, customer: Customer, cart: CartRecord, request_id: str | None
) -> tuple[CartRecord, list[wire.Document]]:
    """The cart with its new orders noted, and an OrderError for each group that failed."""
    ordered, failures = dict(cart.ordered), list[wire.Document]()
    origin = placing.Origin(cart.id, request_id)
    in_question = _pending(cart)
    for group, lines in _groups(world, customer, cart).items():
        obstacle = _obstacle(world, customer, cart, in_question, lines)
        in_question = [line for line in in_question if line not in lines]
        if obstacle is None:
            order = placing.place(world, customer, lines, origin)
            ordered |= {line.id: order.id for line in lines}
        else:
            failures.append(_order_error(group, obstacle))
    return msgspec.structs.replace(cart, ordered=ordered), failures


def _groups(world: World, customer: Customer, cart: CartRecord) -> dict[str, list[CartLine]]:
    """The lines to order by order group. Groups with add-ons but not their bases come last: by then those are owned."""
    groups: dict[str, list[CartLine]] = {}
    for line in _pending(cart):
        groups.setdefault(line.order_group or "", []).append(line)
    return dict(sorted(groups.items(), key=lambda group: _lacks_a_base(world, customer, group[1])))


def _lacks_a_base(world: World, customer: Customer, lines: Sequence[CartLine]) -> bool:
    items = [world.assortment.item(line.catalog_item_id, customer.country) for line in lines]
    held = {item.sku_key for item in items if item is not None}
    addons = (item.sku for item in items if item is not None and item.sku.is_addon)
    return any(held.isdisjoint(key.lower() for key in sku.prerequisite_skus) for sku in addons)


def _pending(cart: CartRecord) -> list[CartLine]:
    return [line for line in cart.lines if line.id not in cart.ordered]


def _obstacle(
    world: World, customer: Customer, cart: CartRecord, in_question: Sequence[CartLine], lines: Sequence[CartLine]
) -> Refusal | None:
    """What stops the order group of *lines*; None when nothing does.

    They are judged anew among all that are still *in_question*: since the cart was written somebody may have bought
    the last seats, or an end date may have passed. What they cost stays as it was shown. Both are Inferred.
    """
    try:
        now = {line.id: line for line in carts.judged_again(world, customer, cart, in_question)}
    except Refusal as refusal:
        return refusal
    return line_errors.refusal_of(now[line.id] for line in lines) or too_expensive(world, customer, lines)


def too_expensive(world: World, customer: Customer, lines: Sequence[CartLine]) -> Refusal | None:
    """The refusal of lines that cost more than the customer's credit line; None when they do not."""
    prices = (each.pricing.extended_price for line in lines for each in line.with_addons if each.pricing)
    total = sum(prices, Decimal(0))
    if customer.credit_limit is None or total <= customer.credit_limit:
        return None
    return errors.credit_too_low(customer.credit_limit, total, world.currency_code(customer))


def _order_error(group: str, obstacle: Refusal) -> wire.Document:
    return {
        "orderGroupId": group,
        "code": obstacle.code,
        "description": obstacle.description,
        "attributes": wire.object_type("OrderError"),
    }


def _result(world: World, cart: CartRecord, failures: Sequence[wire.Document]) -> wire.Document:
    """Orders in the order of their first lines; `orderErrors` is absent when empty (every printed answer)."""
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
