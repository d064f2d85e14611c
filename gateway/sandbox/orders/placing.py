"""Placing an order: creates the order and its subscriptions, and counts the units sold. Also the list of purchases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from gateway.sandbox import wire
from gateway.sandbox.carts.records import CartLine
from gateway.sandbox.catalog import inventory
from gateway.sandbox.orders import records
from gateway.sandbox.orders.records import OrderLine, OrderRecord
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world import subscription_records
from gateway.sandbox.world.assortment import Item, is_old_catalog
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.subscription_records import SavingsPlan, SubscriptionRecord
from gateway.sandbox.world.world import World


@dataclass(frozen=True)
class _NewOrder:
    """What all lines of an order share."""

    world: World
    customer: Customer
    order_id: str
    created: str

    def item(self, line: CartLine) -> Item | None:
        return self.world.assortment.item(line.catalog_item_id, self.customer.country)


@dataclass(frozen=True)
class Origin:
    """The call that places an order. *cart_id* is None without a cart, *request_id* None if not sent."""

    cart_id: str | None
    request_id: str | None


def place_order(world: World, customer: Customer, lines: Sequence[CartLine], origin: Origin) -> OrderRecord:
    """Stores and returns the order. The lines share an order group, so all are of one catalog."""
    is_old = is_old_catalog(lines[0].catalog_item_id)
    order_id = world.ids.guid("order") if is_old else world.ids.hex12("order")
    new_order = _NewOrder(world, customer, order_id, created=wire.format_timestamp(world.now(), ticks=7))
    currency = world.currency_code(customer)
    order = OrderRecord(
        id=order_id,
        customer_id=customer.id,
        country=customer.country,
        billing_cycle=lines[0].billing_cycle or "",
        currency=currency,
        symbol=world.assortment.currency(currency).symbol,
        created=new_order.created,
        status="completed",
        is_old_catalog=is_old,
        lines=_order_lines(new_order, lines),
        cart_id=origin.cart_id,
        request_id=origin.request_id,
    )
    records.save(world, order)
    _record_sales(new_order, lines)
    return order


def list_purchases(world: World, call: Call) -> Answer:
    """GET /_sandbox/purchases: every order since the reset, oldest first, to show whether a cart was bought twice."""
    return Answer({"purchases": [order.purchase() for order in records.find_all(world)]})


def _record_sales(new_order: _NewOrder, lines: Sequence[CartLine]) -> None:
    for line in lines:
        item = new_order.item(line)
        if item is not None and item.sku.stock is not None:
            inventory.record_sale(new_order.world, item.sku_key, line.quantity)


def _order_lines(new_order: _NewOrder, lines: Sequence[CartLine]) -> tuple[OrderLine, ...]:
    """Numbers the lines from 0 in the cart's order, but buys bases first: add-ons need their subscription."""
    pairs = list(_with_parents(lines))
    order_lines: dict[int, OrderLine] = {}
    for line, parent in sorted(pairs, key=lambda pair: _is_addon(new_order.item(pair[0]))):
        base = order_lines[parent.id].subscription_id if parent is not None else _base(new_order, line)
        order_lines[line.id] = _order_line(new_order, line, base=base)
    return tuple(msgspec.structs.replace(order_lines[line.id], number=number) for number, (line, _) in enumerate(pairs))


def _with_parents(
    lines: Sequence[CartLine], parent: CartLine | None = None
) -> Iterator[tuple[CartLine, CartLine | None]]:
    for line in lines:
        yield line, parent
        yield from _with_parents(line.addons, line)


def _is_addon(item: Item | None) -> bool:
    return item is not None and item.sku.is_addon


def _base(new_order: _NewOrder, line: CartLine) -> str | None:
    """The parent subscription of an add-on: the one its context names, or else the first that fits."""
    named = wire.context_value(line.provisioning_context, "parentSubscriptionId")
    item = new_order.item(line)
    if named or item is None or not item.sku.is_addon:
        return named
    fitting = {key.lower() for key in item.sku.prerequisite_skus}
    owned = subscription_records.active_or_suspended(new_order.world, new_order.customer)
    return next((each.id for each in owned if each.sku_key in fitting), None)


def _order_line(new_order: _NewOrder, line: CartLine, *, base: str | None) -> OrderLine:
    """The order line; creates its subscription, if it has one."""
    item, offer = new_order.item(line), new_order.world.assortment.offer(line.catalog_item_id)
    title = item.sku.title if item is not None else offer.name if offer is not None else line.catalog_item_id
    has_subscription = item is None or item.has_subscription
    return OrderLine(
        number=0,
        line=line,
        title=title,
        product_id=item.product.id if item is not None else offer.product.id if offer is not None else "",
        sku_id=item.sku.id if item is not None else line.catalog_item_id,
        availability_id=None if item is None else item.availability.id,
        subscription_id=_create_subscription(new_order, line, title=title, base=base) if has_subscription else None,
        parent_subscription_id=base,
    )


def _create_subscription(new_order: _NewOrder, line: CartLine, *, title: str, base: str | None) -> str:
    record = SubscriptionRecord(
        id=new_order.world.ids.guid("subscription"),
        customer_id=new_order.customer.id,
        catalog_item_id=line.catalog_item_id,
        quantity=line.quantity,
        friendly_name=line.friendly_name or title,
        term_duration=line.term_duration or "",
        billing_cycle=line.billing_cycle or "",
        order_id=new_order.order_id,
        created=new_order.created,
        parent_id=base,
        promotion_id=line.promotion_id,
        ends_early=line.custom_term_end_date,
        plan=_plan(line),
    )
    subscription_records.save(new_order.world, record)
    return record.id


def _plan(line: CartLine) -> SavingsPlan | None:
    """None unless the line is a savings plan, the only kind with a commitment."""
    if line.purchase_commitment is None:
        return None
    return SavingsPlan(line.provisioning_context or {}, line.purchase_commitment)
