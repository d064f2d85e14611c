"""Keys of catalog entries and customers. `country` is the market, two capital letters."""

from dataclasses import dataclass

from gateway.partner_center.models.values import TargetSegment


@dataclass(frozen=True, slots=True)
class ProductKey:
    country: str
    product_id: str


@dataclass(frozen=True, slots=True)
class SkuKey:
    country: str
    product_id: str
    sku_id: str


@dataclass(frozen=True, slots=True)
class ItemKey:
    """A catalog item: one availability in one market."""

    country: str
    product_id: str
    sku_id: str
    availability_id: str


@dataclass(frozen=True, slots=True)
class CustomerKey:
    customer_id: str


@dataclass(frozen=True, slots=True)
class AvailabilitiesKey:
    """All availabilities of one SKU in one market, for one kind of customer or for all."""

    country: str
    product_id: str
    sku_id: str
    target_segment: TargetSegment | None


@dataclass(frozen=True, slots=True)
class SkusKey:
    """All SKUs of one product in one market, for one kind of customer or for all."""

    country: str
    product_id: str
    target_segment: TargetSegment | None


@dataclass(frozen=True, slots=True)
class ProductsKey:
    """All products of one catalog view in one market, for one kind of customer or for all."""

    country: str
    target_view: str
    target_segment: TargetSegment | None


Key = ProductKey | SkuKey | ItemKey | CustomerKey | AvailabilitiesKey | SkusKey | ProductsKey
