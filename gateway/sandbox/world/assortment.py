"""Lookup of products, offers, promotions and currencies by id, in any case. Knows neither customers nor requests."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gateway.sandbox.world.seed import Availability, Currency, Offer, Product, Promotion, Seed, Sku

NEW_COMMERCE = "OnlineServicesNCE"


@dataclass(frozen=True)
class Item:
    """What a catalogItemId of the new catalog identifies."""

    product: Product
    sku: Sku
    availability: Availability

    @property
    def catalog_item_id(self) -> str:
        return f"{self.product.id}:{self.sku.id}:{self.availability.id}"

    @property
    def sku_key(self) -> str:
        """`product:sku` in lower case, the key of stock, seats and promotions."""
        return f"{self.product.id}:{self.sku.id}".lower()

    @property
    def is_new_commerce(self) -> bool:
        return self.product.product_type.id == NEW_COMMERCE

    @property
    def is_reservation(self) -> bool:
        """Reservations are bought for an Azure subscription, named in the provisioning context."""
        return any(name.lower() == "subscriptionid" for name in self.sku.provisioning_variables)

    @property
    def is_savings_plan(self) -> bool:
        return self.sku.minimum_purchase_commitment is not None

    @property
    def is_software(self) -> bool:
        return self.product.product_type.id.lower().startswith("software") or any(
            view.lower().startswith("software") for view in self.product.views
        )

    @property
    def is_activated_by_its_publisher(self) -> bool:
        """Software as a service by other publishers than Microsoft."""
        sub_type = self.product.product_type.sub_type
        return sub_type is not None and sub_type.id == "SaaS" and not self.product.is_microsoft_product

    @property
    def has_subscription(self) -> bool:
        """Reservations and software create no subscription ("Order resources"); savings plans do ("Purchase Azure
        savings plans").
        """
        return not (self.is_reservation or self.is_software)


def is_old_catalog(catalog_item_id: str) -> bool:
    """Ids of the old catalog are GUIDs or `MS-AZR-...`; those of the new catalog contain colons."""
    return ":" not in catalog_item_id


class Assortment:
    """The seed's catalog, indexed by id.

    *changed_promotions* gives the promotions that differ from the seed's by now, by id in lower case.
    """

    def __init__(self, seed: Seed, *, changed_promotions: Callable[[], Mapping[str, Promotion]] = dict) -> None:
        self._seed = seed
        self._changed_promotions = changed_promotions
        self._products = {product.id.lower(): product for product in seed.products}
        self._offers = {offer.id.lower(): offer for offer in seed.offers}
        self._promotions = {promotion.id.lower(): promotion for promotion in seed.promotions}

    def products(self, country: str) -> Iterator[Product]:
        """The products sold in *country*; none if the country has no market."""
        return (product for product in self._seed.products if self._is_sold(product.markets, country))

    def product(self, product_id: str, country: str) -> Product | None:
        product = self._products.get(product_id.lower())
        return product if product is not None and self._is_sold(product.markets, country) else None

    def item(self, catalog_item_id: str, country: str) -> Item | None:
        """The item with the id `product:sku:availability`; None if it does not exist or is not sold in *country*."""
        parts = catalog_item_id.split(":")
        if len(parts) != 3:
            return None
        product = self.product(parts[0], country)
        sku = None if product is None else sku_of(product, parts[1])
        availability = None if sku is None else availability_of(sku, parts[2])
        if product is None or sku is None or availability is None:
            return None
        return Item(product, sku, availability)

    def offer(self, offer_id: str) -> Offer | None:
        """The offer of the old catalog with this id, or None."""
        return self._offers.get(offer_id.lower())

    def offers(self) -> tuple[Offer, ...]:
        return self._seed.offers

    def promotion(self, promotion_id: str, country: str) -> Promotion | None:
        key = promotion_id.lower()
        promotion = self._changed_promotions().get(key) or self._promotions.get(key)
        return promotion if promotion is not None and self._is_sold(promotion.markets, country) else None

    def promotions(self, country: str) -> Iterator[Promotion]:
        changed = self._changed_promotions()
        current = (changed.get(key, promotion) for key, promotion in self._promotions.items())
        return (promotion for promotion in current if self._is_sold(promotion.markets, country))

    def currency_code(self, country: str) -> str:
        """The currency of the market of *country*; USD if the country has no market."""
        market = self._seed.markets.get(country.upper())
        return "USD" if market is None else market.currency

    def currency(self, code: str) -> Currency:
        """Raises KeyError for a currency that no market uses."""
        return self._seed.currencies[code.upper()]

    def _is_sold(self, markets: tuple[str, ...] | None, country: str) -> bool:
        market = country.upper()
        return market in self._seed.markets and (markets is None or market in markets)


def sku_of(product: Product, sku_id: str) -> Sku | None:
    return next((sku for sku in product.skus if sku.id.lower() == sku_id.lower()), None)


def availability_of(sku: Sku, availability_id: str) -> Availability | None:
    return next((each for each in sku.availabilities if each.id.lower() == availability_id.lower()), None)
