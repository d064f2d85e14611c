"""Offers of the old catalog ("Offer resources")."""

from gateway.partner_center.models.record import Record


class OfferCategory(Record, frozen=True, kw_only=True):
    id: str | None
    name: str | None = None
    rank: int | None = None
    locale: str | None = None
    country: str | None = None


class OfferProduct(Record, frozen=True, kw_only=True):
    id: str | None
    name: str | None = None
    unit: str | None = None


class Offer(Record, frozen=True, kw_only=True):
    """An offer. An add-on names the offers under which it can be bought."""

    id: str
    name: str | None = None
    description: str | None = None
    minimum_quantity: int | None = None
    maximum_quantity: int | None = None
    rank: int | None = None
    locale: str | None = None
    country: str | None = None
    category: OfferCategory | None = None
    prerequisite_offers: tuple[str, ...] = ()
    is_add_on: bool | None = None
    has_add_ons: bool | None = None
    is_available_for_purchase: bool | None = None
    billing: str | None = None
    is_auto_renewable: bool | None = None
    sales_group_id: str | None = None
    product: OfferProduct | None = None
    unit_type: str | None = None
