"""The calls on products, SKUs and availabilities, by country and by customer ("Get a list of products" and others)."""

from collections.abc import Sequence
from urllib.parse import quote

from gateway.sandbox import errors, wire
from gateway.sandbox.catalog import resources
from gateway.sandbox.catalog.resources import CatalogView
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.assortment import Item, availability_of, sku_of
from gateway.sandbox.world.seed import Availability, Product, Sku
from gateway.sandbox.world.world import World

SEGMENTS = ("commercial", "education", "government", "nonprofit")
VIEWS = (
    "Azure", "AzureReservations", "AzureReservationsVM", "AzureReservationsSQL", "AzureReservationsCosmosDb",
    "MicrosoftAzure", "OnlineServices", "Software", "SoftwareSUSELinux", "SoftwarePerpetual", "SoftwareSubscriptions",
    "SpecializedOffers", "MarketplaceSaaS",
)  # fmt: skip
MAX_TERMS_IN_LIST = 3  # the list shows fewer terms than the call by id: reported on Microsoft Q&A


def list_products(world: World, call: Call) -> Answer:
    """Requires a valid `targetView`; `targetSegment` filters by what that segment can buy."""
    view, segment = _catalog_view(world, call), _segment(call)
    products = [each for each in _in_view(world, call, view) if _is_sold_to_segment(each, segment)]
    documents = [resources.product_document(each, view) for each in products]
    return _list(documents, "/products", call, country=view.country)


def get_product(world: World, call: Call) -> Answer:
    view = _catalog_view(world, call)
    return Answer(resources.product_document(_product(world, call, view), view))


def list_skus(world: World, call: Call) -> Answer:
    view, segment = _catalog_view(world, call), _segment(call)
    product = _product(world, call, view)
    documents = [resources.sku_document(each, product, view) for each in product.skus if _sells_to(each, segment)]
    return _list(documents, f"/products/{product.id}/skus", call, country=view.country)


def list_all_skus(world: World, call: Call) -> Answer:
    """GET customers/{customer}/products/all/skus: the SKUs of every product in a view.

    No page describes this call. The answer printed on "Get a list of products (by customer)" contains SKUs, and its
    self link is this address, without a country.
    """
    view, segment = _catalog_view(world, call), _segment(call)
    documents = [
        resources.sku_document(each, product, view)
        for product in _in_view(world, call, view)
        for each in product.skus
        if _sells_to(each, segment)
    ]
    return _list(documents, f"/customers/{call.path_ids['customer']}/products/all/skus", call, country=None)


def get_sku(world: World, call: Call) -> Answer:
    view = _catalog_view(world, call)
    product = _product(world, call, view)
    return Answer(resources.sku_document(_sku(product, call), product, view))


def list_availabilities(world: World, call: Call) -> Answer:
    """Without `targetSegment`, lists all segments except nonprofit."""
    view, segment = _catalog_view(world, call), _segment(call)
    product = _product(world, call, view)
    sku = _sku(product, call)
    documents = [
        resources.availability_document(Item(product, sku, each), view, max_terms=MAX_TERMS_IN_LIST)
        for each in sku.availabilities
        if (each.segment.lower() == segment if segment else each.segment.lower() != "nonprofit")
    ]
    path = f"/products/{product.id}/skus/{sku.id}/availabilities"
    return _list(documents, path, call, country=view.country)


def get_availability(world: World, call: Call) -> Answer:
    """A catalog item with all its terms, and its whole product and SKU."""
    view = _catalog_view(world, call)
    product = _product(world, call, view)
    sku = _sku(product, call)
    item = Item(product, sku, _availability(product, sku, call))
    return Answer(resources.availability_document(item, view))


def _catalog_view(world: World, call: Call) -> CatalogView:
    """The market: the customer's if the path names one, else that of `country`, which is then required."""
    customer_id = call.path_ids.get("customer")
    country = country_of(call) if customer_id is None else world.customer(customer_id).country
    code = world.assortment.currency_code(country)
    segment = quote(call.query.get("targetsegment", ""))
    return CatalogView(country=country, currency=code, symbol=world.assortment.currency(code).symbol, segment=segment)


def country_of(call: Call) -> str:
    """The query parameter `country` in upper case. Raises Refusal 400/3000 if it is missing or not a country code."""
    country = call.query.get("country", "").upper()
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise errors.invalid_property("country", "a two-letter country code is required.")
    return country


def _in_view(world: World, call: Call, view: CatalogView) -> list[Product]:
    """The products in the requested `targetView`."""
    target = _target_view(call)
    return [each for each in world.assortment.products(view.country) if target in {name.lower() for name in each.views}]


def _target_view(call: Call) -> str:
    view = call.query.get("targetview", "")
    if not view:
        raise errors.invalid_property("targetView", "it is required.")
    if view.lower() not in {each.lower() for each in VIEWS}:
        raise errors.view_not_allowed(view)
    return view.lower()


def _segment(call: Call) -> str:
    segment = call.query.get("targetsegment", "")
    if segment and segment.lower() not in SEGMENTS:
        raise errors.segment_not_allowed(segment)
    return segment.lower()


def _product(world: World, call: Call, view: CatalogView) -> Product:
    product = world.assortment.product(call.path_ids["product"], view.country)
    if product is None:
        raise errors.product_not_found(call.path_ids["product"], view.country)
    return product


def _sku(product: Product, call: Call) -> Sku:
    sku = sku_of(product, call.path_ids["sku"])
    if sku is None:
        raise errors.sku_not_found(product.id, call.path_ids["sku"])
    return sku


def _availability(product: Product, sku: Sku, call: Call) -> Availability:
    availability = availability_of(sku, call.path_ids["availability"])
    if availability is None:
        raise errors.availability_not_found(f"{product.id}:{sku.id}:{call.path_ids['availability']}")
    return availability


def _is_sold_to_segment(product: Product, segment: str) -> bool:
    return any(_sells_to(each, segment) for each in product.skus)


def _sells_to(sku: Sku, segment: str) -> bool:
    return not segment or any(each.segment.lower() == segment for each in sku.availabilities)


def _list(items: Sequence[object], path: str, call: Call, *, country: str | None) -> Answer:
    """The self link repeats *country* and the known parameters, as in the samples."""
    known = {"targetview": "targetView", "targetsegment": "targetSegment"}
    parameters = [f"{known[name]}={quote(value)}" for name, value in call.query.items() if name in known]
    query = "&".join(parameters if country is None else (f"country={country}", *parameters))
    return Answer(wire.collection(items, self_uri=f"{path}?{query}"))
