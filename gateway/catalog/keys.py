"""Keys of what answers are cached for, each with the call that answers it: the catalog, promotions, customers, agreements
and the partner itself. `country` is the market, two capital letters.
"""

from typing import Generic, TypeVar

import msgspec

from gateway.partner_center.agreements import AgreementsClient
from gateway.partner_center.catalog import CatalogClient
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.customers import CustomersClient
from gateway.partner_center.models.agreements import AgreementTemplate, AgreementType
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.models.partners import Partner
from gateway.partner_center.models.promotions import Promotion
from gateway.partner_center.models.values import CatalogView, TargetSegment
from gateway.partner_center.partners import PartnersClient
from gateway.partner_center.promotions import PromotionsClient

T_co = TypeVar("T_co", covariant=True)


class Key(msgspec.Struct, Generic[T_co], frozen=True):
    """Stands for one answer of Partner Center. Keys of different kinds are never equal."""

    async def read(self, partner_center: PartnerCenter) -> T_co:
        """The answer, by one call. Raises NotFound, and all that a call may raise."""
        raise NotImplementedError


class ProductKey(Key[Product], frozen=True):
    country: str
    product_id: str

    async def read(self, partner_center: PartnerCenter) -> Product:
        return await CatalogClient(partner_center).get_product(self.product_id, country=self.country)


class SkuKey(Key[Sku], frozen=True):
    country: str
    product_id: str
    sku_id: str

    async def read(self, partner_center: PartnerCenter) -> Sku:
        return await CatalogClient(partner_center).get_sku(self.product_id, self.sku_id, country=self.country)


class ItemKey(Key[Availability], frozen=True):
    """A catalog item: one availability in one market. It embeds the product and the SKU.

    It is read by id because only that answer has every term.
    """

    country: str
    product_id: str
    sku_id: str
    availability_id: str

    async def read(self, partner_center: PartnerCenter) -> Availability:
        return await CatalogClient(partner_center).get_availability(
            self.product_id, self.sku_id, self.availability_id, country=self.country
        )


class CustomerKey(Key[Customer], frozen=True):
    """A customer, whose billing address names its market."""

    customer_id: str

    async def read(self, partner_center: PartnerCenter) -> Customer:
        return await CustomersClient(partner_center).get(self.customer_id)


class AvailabilitiesKey(Key[tuple[Availability, ...]], frozen=True):
    """All availabilities of one SKU in one market, for one kind of customer or for all."""

    country: str
    product_id: str
    sku_id: str
    target_segment: TargetSegment | None

    async def read(self, partner_center: PartnerCenter) -> tuple[Availability, ...]:
        availabilities = await CatalogClient(partner_center).list_availabilities(
            self.product_id, self.sku_id, country=self.country, target_segment=self.target_segment
        )
        return availabilities.items


class SkusKey(Key[tuple[Sku, ...]], frozen=True):
    """All SKUs of one product in one market, for one kind of customer or for all."""

    country: str
    product_id: str
    target_segment: TargetSegment | None

    async def read(self, partner_center: PartnerCenter) -> tuple[Sku, ...]:
        skus = await CatalogClient(partner_center).list_skus(
            self.product_id, country=self.country, target_segment=self.target_segment
        )
        return skus.items


class ProductsKey(Key[tuple[Product, ...]], frozen=True):
    """All products of one catalog view in one market, for one kind of customer or for all.

    A view that the partner may not read is refused (400036).
    """

    country: str
    target_view: CatalogView
    target_segment: TargetSegment | None

    async def read(self, partner_center: PartnerCenter) -> tuple[Product, ...]:
        products = await CatalogClient(partner_center).list_products(
            country=self.country, target_view=self.target_view.value, target_segment=self.target_segment
        )
        return products.items


class PromotionKey(Key[Promotion], frozen=True):
    """A promotion in one market. Read by id, it has its constraints."""

    country: str
    promotion_id: str

    async def read(self, partner_center: PartnerCenter) -> Promotion:
        return await PromotionsClient(partner_center).get(self.promotion_id, country=self.country)


class PromotionsKey(Key[tuple[Promotion, ...]], frozen=True):
    """All promotions that run now in one market."""

    country: str

    async def read(self, partner_center: PartnerCenter) -> tuple[Promotion, ...]:
        return (await PromotionsClient(partner_center).list(country=self.country)).items


class AgreementTemplatesKey(Key[tuple[AgreementTemplate, ...]], frozen=True):
    """The present forms of an agreement: usually one."""

    type: AgreementType

    async def read(self, partner_center: PartnerCenter) -> tuple[AgreementTemplate, ...]:
        return await AgreementsClient(partner_center).list_templates(self.type)


class OwnPartnerKey(Key[Partner], frozen=True):
    """The partner that asks."""

    async def read(self, partner_center: PartnerCenter) -> Partner:
        return await PartnersClient(partner_center).get(None)
