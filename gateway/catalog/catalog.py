"""Products, SKUs, availabilities and customers for one caller, by key and through the cache."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from gateway.catalog.answer_cache import AnswerCache, uncounted
from gateway.catalog.keys import (
    AvailabilitiesKey,
    CustomerKey,
    ItemKey,
    Key,
    ProductKey,
    ProductsKey,
    SkuKey,
    SkusKey,
)
from gateway.errors import NotFound
from gateway.partner_center.callers import Caller
from gateway.partner_center.catalog import CatalogClient
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.customers import CustomersClient
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.customers import Customer

T = TypeVar("T")


class Catalog:
    """Absence is None; every other failure is raised."""

    def __init__(
        self,
        partner_center: PartnerCenter,
        cache: AnswerCache,
        caller: Caller,
        *,
        count_call: Callable[[], Awaitable[None]] = uncounted,
    ) -> None:
        """*partner_center* has the deadline of the request, and its tally. *count_call* precedes each of its calls."""
        self._partner_center = partner_center
        self._cache = cache
        self._caller = caller
        self._count_call = count_call

    async def availability(self, key: ItemKey) -> Availability | None:
        """The availability, read by id because only that answer has every term. It embeds the product and the SKU."""

        async def fetch(at: PartnerCenter) -> Availability:
            return await CatalogClient(at).get_availability(
                key.product_id, key.sku_id, key.availability_id, country=key.country
            )

        return await self._find(key, fetch)

    async def product(self, key: ProductKey) -> Product | None:
        return await self._find(key, lambda at: CatalogClient(at).get_product(key.product_id, country=key.country))

    async def products(self, key: ProductsKey) -> tuple[Product, ...]:
        """The products of a view. Never absent, but perhaps empty: a view that does not exist is refused (400036)."""

        async def fetch(at: PartnerCenter) -> tuple[Product, ...]:
            products = await CatalogClient(at).list_products(
                country=key.country, target_view=key.target_view, target_segment=key.target_segment
            )
            return products.items

        return await self._find(key, fetch) or ()

    async def sku(self, key: SkuKey) -> Sku | None:
        return await self._find(
            key, lambda at: CatalogClient(at).get_sku(key.product_id, key.sku_id, country=key.country)
        )

    async def skus(self, key: SkusKey) -> tuple[Sku, ...] | None:
        async def fetch(at: PartnerCenter) -> tuple[Sku, ...]:
            skus = await CatalogClient(at).list_skus(
                key.product_id, country=key.country, target_segment=key.target_segment
            )
            return skus.items

        return await self._find(key, fetch)

    async def availabilities(self, key: AvailabilitiesKey) -> tuple[Availability, ...] | None:
        async def fetch(at: PartnerCenter) -> tuple[Availability, ...]:
            availabilities = await CatalogClient(at).list_availabilities(
                key.product_id, key.sku_id, country=key.country, target_segment=key.target_segment
            )
            return availabilities.items

        return await self._find(key, fetch)

    async def customer(self, key: CustomerKey) -> Customer | None:
        """The customer, whose billing address names its market."""
        return await self._find(key, lambda at: CustomersClient(at).get(key.customer_id))

    async def _find(self, key: Key, fetch: Callable[[PartnerCenter], Awaitable[T]]) -> T | None:
        try:
            return await self._cache.get(
                self._caller,
                key,
                lambda deadline: fetch(self._partner_center.until(deadline)),
                deadline=self._partner_center.deadline,
                count_call=self._count_call,
                tally=self._partner_center.tally,
            )
        except NotFound:
            return None
