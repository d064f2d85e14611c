"""What became of an order: its subscriptions, and how far each of its lines has been handed over."""

from collections.abc import Iterable
from functools import partial

import strawberry

from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.loaders.batching import Later
from gateway.loaders.keys import OrderKey, OrderLineKey
from gateway.partner_center.models.orders import Order, OrderLineItem
from gateway.partner_center.models.provisioning import ActivationLink, OrderLineProvisioning
from gateway.partner_center.models.provisioning import ProvisioningStatus as Status
from gateway.partner_center.models.subscriptions import Subscription
from gateway.partner_center.paths import order_id

Subscriptions = Later[tuple[Subscription, ...] | None]


def subscriptions_of_order(order: strawberry.Parent[Order], info: Info) -> Subscriptions:
    key = _key(order)
    return info.context.loaders.subscriptions_of_order.get(key) if key else None


def subscription_of_line(item: strawberry.Parent[OrderLineItem], info: Info) -> Later[Subscription | None]:
    """From the list of the order's subscriptions, which its lines share."""
    key = _key(item.order)
    if key is None or item.subscription_id is None:
        return None
    return info.context.loaders.subscriptions_of_order.then(key, partial(_with_id, item.subscription_id))


def provisioning_of_line(item: strawberry.Parent[OrderLineItem], info: Info) -> Later[Status | None]:
    """From the status of the whole order, which its lines share."""
    key = _key(item.order)
    if key is None or item.line_item_number is None:
        return None
    return info.context.loaders.provisioning_of_order.then(key, partial(_of_line, item.line_item_number))


def activation_links_of_line(item: strawberry.Parent[OrderLineItem], info: Info) -> Later[list[str] | None]:
    key = _key(item.order)
    if key is None or item.line_item_number is None or item.line_item_number < 0:
        return None
    return info.context.loaders.activation_links.then(OrderLineKey(key, item.line_item_number), _addresses)


def _key(order: Order) -> OrderKey | None:
    """None for an order of a checkout whose answer does not name it."""
    try:
        return OrderKey(order.customer_id, order_id(order.id or ""))
    except InvalidInput:
        return None


def _with_id(subscription_id: str, subscriptions: Iterable[Subscription] | None) -> Subscription | None:
    wanted = subscription_id.lower()
    return next((each for each in subscriptions or () if each.id.lower() == wanted), None)


def _of_line(number: int, lines: Iterable[OrderLineProvisioning] | None) -> Status | None:
    return next((line.status for line in lines or () if line.line_item_number == number), None)


def _addresses(links: Iterable[ActivationLink] | None) -> list[str] | None:
    return None if links is None else [link.link.uri for link in links if link.link and link.link.uri]
