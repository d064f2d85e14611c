"""Request-wide batching by key, over catalog, customers, carts and orders.

Upstream has no multi-get, so a batch means: each distinct key once, all at once but never more than the bound in
flight, absence is None, and a failure belongs to its own key and to no other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import TypeVar, cast

from aiodataloader import DataLoader

from gateway.carts.keys import CartKey
from gateway.carts.service import Carts
from gateway.catalog import (
    AvailabilitiesKey,
    Catalog,
    CustomerKey,
    ItemKey,
    ProductKey,
    ProductsKey,
    SkuKey,
    SkusKey,
)
from gateway.errors import NotFound
from gateway.paging import Chunk
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.models.orders import IdentifiedOrder, Order

K = TypeVar("K")
V = TypeVar("V")

_CUSTOMERS_A_CALL = 100
"""As many as a page of ours may have. Partner Center goes on by token, so every page must ask for equally many."""


@dataclass(frozen=True, slots=True)
class OrderKey:
    customer_id: str
    order_id: str


@dataclass(frozen=True, slots=True)
class CustomersKey:
    """A chunk of the partner's customers, all or those whose company's name begins like that, opened by its token."""

    company_name_starts_with: str | None
    token: str


@dataclass(frozen=True, slots=True)
class Loaders:
    """One request's loaders, built inside its running loop."""

    carts: DataLoader[CartKey, Cart | None]
    customers: DataLoader[CustomerKey, Customer | None]
    customers_by_chunk: DataLoader[CustomersKey, Chunk[Customer]]
    orders: DataLoader[OrderKey, Order | None]
    orders_of_customer: DataLoader[CustomerKey, tuple[IdentifiedOrder, ...] | None]
    products: DataLoader[ProductKey, Product | None]
    products_in_view: DataLoader[ProductsKey, tuple[Product, ...]]
    skus: DataLoader[SkuKey, Sku | None]
    skus_of_product: DataLoader[SkusKey, tuple[Sku, ...] | None]
    availabilities: DataLoader[ItemKey, Availability | None]
    availabilities_of_sku: DataLoader[AvailabilitiesKey, tuple[Availability, ...] | None]


def build_loaders(partner_center: PartnerCenter, carts: Carts, catalog: Catalog, *, at_most: int) -> Loaders:
    """*at_most* bounds the look-ups one loader has in flight for one batch."""

    async def order(key: OrderKey) -> Order:
        return await partner_center.get_order(key.customer_id, key.order_id)

    async def orders_of_customer(key: CustomerKey) -> tuple[IdentifiedOrder, ...]:
        return (await partner_center.list_orders(key.customer_id)).items

    async def customers_by_chunk(key: CustomersKey) -> Chunk[Customer]:
        listed = await partner_center.list_customers(
            size=_CUSTOMERS_A_CALL,
            company_name_starts_with=key.company_name_starts_with,
            continuation_token=key.token or None,
        )
        return Chunk(listed.items, listed.following, listed.total_count)

    return Loaders(
        carts=DataLoader(each(or_none(carts.cart), at_most=at_most)),
        customers=DataLoader(each(catalog.customer, at_most=at_most)),
        customers_by_chunk=DataLoader(each(customers_by_chunk, at_most=at_most)),
        orders=DataLoader(each(or_none(order), at_most=at_most)),
        orders_of_customer=DataLoader(each(or_none(orders_of_customer), at_most=at_most)),
        products=DataLoader(each(catalog.product, at_most=at_most)),
        products_in_view=DataLoader(each(catalog.products, at_most=at_most)),
        skus=DataLoader(each(catalog.sku, at_most=at_most)),
        skus_of_product=DataLoader(each(catalog.skus, at_most=at_most)),
        availabilities=DataLoader(each(catalog.availability, at_most=at_most)),
        availabilities_of_sku=DataLoader(each(catalog.availabilities, at_most=at_most)),
    )


def each(
    fetch: Callable[[K], Awaitable[V]], *, at_most: int
) -> Callable[[list[K]], Coroutine[object, object, list[V]]]:
    """A batch function that fetches key by key, at most *at_most* at a time, answering in the keys' order."""

    async def batch(keys: list[K]) -> list[V]:
        free = asyncio.Semaphore(at_most)

        async def bounded(key: K) -> V:
            async with free:
                return await fetch(key)

        answers = await asyncio.gather(*(bounded(key) for key in keys), return_exceptions=True)
        # The library raises an exception it finds in a slot for that key alone, but its types have no word for it.
        return cast("list[V]", answers)

    return batch


def or_none(fetch: Callable[[K], Awaitable[V]]) -> Callable[[K], Awaitable[V | None]]:
    """The same look-up with absence as None."""

    async def found(key: K) -> V | None:
        try:
            return await fetch(key)
        except NotFound:
            return None

    return found
