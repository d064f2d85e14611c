"""The list of what a customer owns: its filters and pages."""

from typing import Annotated

import strawberry

from gateway.catalog.keys import CustomerKey
from gateway.catalog.paging import Listing, whole
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.models.subscriptions import Subscription
from gateway.partner_center.paths import product_id as checked_product_id
from gateway.partner_center.paths import sku_id as checked_sku_id
from gateway.schema.paging import After, Before, Connection, First, Last, PageArguments, connection
from gateway.schema.subscription_values import SubscriptionStatus
from gateway.schema.values import given


async def subscriptions_of_customer(
    customer: strawberry.Parent[Customer],
    info: Info,
    *,
    statuses: Annotated[
        list[SubscriptionStatus] | None,
        strawberry.argument(description="Only subscriptions in one of these states; all when left out."),
    ] = strawberry.UNSET,
    product_id: Annotated[
        str | None,
        strawberry.argument(description="Only subscriptions to this product, by Partner Center's identifier."),
    ] = strawberry.UNSET,
    sku_id: Annotated[
        str | None, strawberry.argument(description="Only subscriptions to this SKU; goes with `productId`.")
    ] = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection | None:
    """In Partner Center's order. It lists all subscriptions of a customer at once, so filters apply here."""
    key = CustomerKey(customer.id.lower())
    states, item = _states(given(statuses)), _item(given(product_id), given(sku_id))
    name = f"subscriptions/{key.customer_id}/{','.join(sorted(states or ()))}{states is None}/{item}"
    window = PageArguments(first, after, last, before).window(name)
    found = await info.context.loaders.subscriptions_of_customer.load(key)
    if found is None:
        return None
    matching = [each for each in found if _is_in(each, states) and _is_of(each, item)]
    listing = Listing(whole(matching), key=lambda subscription: subscription.id)
    return connection(await listing.page(window), name=name)


def _states(statuses: list[SubscriptionStatus] | None) -> frozenset[str] | None:
    """The names of the states asked for; None for all. Raises InvalidInput for UNKNOWN."""
    if statuses is not None and SubscriptionStatus.UNKNOWN in statuses:
        raise InvalidInput("statuses: UNKNOWN cannot be asked for; leave statuses out to see every subscription.")
    return None if statuses is None else frozenset(each.name for each in statuses)


def _item(product_id: str | None, sku_id: str | None) -> str:
    """The beginning of the catalog item identifiers asked for, in lower case; empty for all. Raises InvalidInput."""
    if product_id is None:
        if sku_id is not None:
            raise InvalidInput("skuId means something only together with productId; send both.")
        return ""
    ids = [checked_product_id(product_id), *([] if sku_id is None else [checked_sku_id(sku_id)])]
    return f"{':'.join(ids)}:".lower()


def _is_in(subscription: Subscription, states: frozenset[str] | None) -> bool:
    return states is None or subscription.status.name in states


def _is_of(subscription: Subscription, item: str) -> bool:
    return (subscription.offer_id or "").lower().startswith(item)
