"""The calls about the catalog of a country ("Product resources"). Its lists come whole, in one answer."""

from collections.abc import Callable
from functools import partial

from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.collection import Collection
from gateway.partner_center.models.values import TargetSegment
from gateway.partner_center.reading import records as reading


class CatalogClient:
    """*country* is the market, two letters, in every method."""

    def __init__(self, partner_center: PartnerCenter) -> None:
        self._partner_center = partner_center

    async def list_products(
        self, *, country: str, target_view: str, target_segment: TargetSegment | None = None
    ) -> Collection[Product]:
        """GET products ("Get a list of products"). Raises Refused (400030 segment, 400036 view)."""
        return await self._get(
            "products",
            action="list products",
            read=reading.products,
            country=country,
            target_view=target_view,
            target_segment=target_segment,
        )

    async def get_product(self, product_id: str, *, country: str) -> Product:
        """GET a product ("Get a product by ID"). Raises NotFound (400013)."""
        read = partial(reading.product, product_id=product_id)
        return await self._get("products", product_id, action="read the product", read=read, country=country)

    async def list_skus(
        self, product_id: str, *, country: str, target_segment: TargetSegment | None = None
    ) -> Collection[Sku]:
        """GET a product's SKUs ("Get a list of SKUs for a product"). Raises NotFound (400013), Refused (400030)."""
        return await self._get(
            *_skus(product_id),
            action="list SKUs",
            read=partial(reading.skus, product_id=product_id),
            country=country,
            target_segment=target_segment,
        )

    async def get_sku(self, product_id: str, sku_id: str, *, country: str) -> Sku:
        """GET a SKU ("Get a SKU by ID"). Raises NotFound (400013, 400018)."""
        read = partial(reading.sku, product_id=product_id, sku_id=sku_id)
        return await self._get(*_skus(product_id), sku_id, action="read the SKU", read=read, country=country)

    async def list_availabilities(
        self, product_id: str, sku_id: str, *, country: str, target_segment: TargetSegment | None = None
    ) -> Collection[Availability]:
        """GET a SKU's availabilities ("Get a list of availabilities for a SKU"); without a segment all but nonprofit.

        Product and SKU are embedded; some terms may be missing. Raises NotFound (400013, 400018), Refused (400030).
        """
        return await self._get(
            *_availabilities(product_id, sku_id),
            action="list availabilities",
            read=partial(reading.availabilities, product_id=product_id, sku_id=sku_id),
            country=country,
            target_segment=target_segment,
        )

    async def get_availability(
        self, product_id: str, sku_id: str, availability_id: str, *, country: str
    ) -> Availability:
        """GET an availability with all terms, product and SKU ("Get an availability by ID"). Ids are reissued at times.

        Raises NotFound (400013, 400018, 400019).
        """
        return await self._get(
            *_availabilities(product_id, sku_id),
            availability_id,
            action="read the availability",
            read=partial(reading.availability, product_id=product_id, sku_id=sku_id, availability_id=availability_id),
            country=country,
        )

    async def _get(
        self,
        *segments: str,
        action: str,
        read: Callable[[bytes], reading.Sold],
        country: str,
        target_view: str | None = None,
        target_segment: TargetSegment | None = None,
    ) -> reading.Sold:
        query = {
            "country": country,
            "targetView": target_view,
            "targetSegment": target_segment and str(target_segment.value),
        }
        return await self._partner_center.get(
            *segments, action=action, read=reading.of_country(read, country), query=query
        )


def _skus(product_id: str) -> tuple[str, ...]:
    return ("products", product_id, "skus")


def _availabilities(product_id: str, sku_id: str) -> tuple[str, ...]:
    return (*_skus(product_id), sku_id, "availabilities")
