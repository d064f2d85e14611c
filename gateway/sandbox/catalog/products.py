"""The catalog calls, by country and by customer: products, SKUs, availabilities ("Get a list of products", ...)."""

from collections.abc import Sequence
from urllib.parse import quote

from gateway.sandbox import errors, wire
from gateway.sandbox.catalog import resources
from gateway.sandbox.catalog.resources import Place
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
MOST_TERMS_IN_A_LIST = 3  # the list shows fewer terms than the call by id: observed by others, on Microsoft Q&A


def products(world: World, call: Call) -> Answer:
    """`targetView` is required and checked; `targetSegment` keeps what that segment can buy."""
    place, segment = _place(world, call), _segment(call)
    found = [each for each in _in_view(world, call, place) if _is_for(each, segment)]
    shown = [resources.product(each, place) for each in found]
    return _list(shown, "/products", call, country=place.country)


def product(world: World, call: Call) -> Answer:
    place = _place(world, call)
    return Answer(resources.product(_product(world, call, place), place))


def skus(world: World, call: Call) -> Answer:
    place, segment = _place(world, call), _segment(call)
    found = _product(world, call, place)
    shown = [resources.sku(each, found, place) for each in found.skus if _sells_to(each, segment)]
    return _list(shown, f"/products/{found.id}/skus", call, country=place.country)


def all_skus(world: World, call: Call) -> Answer:
    """GET customers/{customer}/products/all/skus: the SKUs of every product in a view.

    No page describes the call. The answer printed on "Get a list of products (by customer)" holds SKUs and names this
    address as its own, without a country.
    """
    place, segment = _place(world, call), _segment(call)
    shown = [
        resources.sku(each, owner, place)
        for owner in _in_view(world, call, place)
        for each in owner.skus
        if _sells_to(each, segment)
    ]
    return _list(shown, f"/customers/{call.path_ids['customer']}/products/all/skus", call, country=None)


def sku(world: World, call: Call) -> Answer:
    place = _place(world, call)
    found = _product(world, call, place)
    return Answer(resources.sku(_sku(found, call), found, place))


def availabilities(world: World, call: Call) -> Answer:
    """Without `targetSegment` all segments but nonprofit."""
    place, segment = _place(world, call), _segment(call)
    its_product = _product(world, call, place)
    its_sku = _sku(its_product, call)
    shown = [
        resources.availability(Item(its_product, its_sku, each), place, most_terms=MOST_TERMS_IN_A_LIST)
        for each in its_sku.availabilities
        if (each.segment.lower() == segment if segment else each.segment.lower() != "nonprofit")
    ]
    path = f"/products/{its_product.id}/skus/{its_sku.id}/availabilities"
    return _list(shown, path, call, country=place.country)


def availability(world: World, call: Call) -> Answer:
    """The whole of a catalog item: all its terms, with product and SKU in full."""
    place = _place(world, call)
    its_product = _product(world, call, place)
    its_sku = _sku(its_product, call)
    item = Item(its_product, its_sku, _availability(its_product, its_sku, call))
    return Answer(resources.availability(item, place))


def _place(world: World, call: Call) -> Place:
    """The market asked about: the customer's when the path names one, else `country`, which is then required."""
    customer_id = call.path_ids.get("customer")
    country = country_of(call) if customer_id is None else world.customer(customer_id).country
    code = world.assortment.currency_code(country)
    segment = quote(call.query.get("targetsegment", ""))
    return Place(country=country, currency=code, symbol=world.assortment.currency(code).symbol, segment=segment)


def country_of(call: Call) -> str:
    """The query parameter `country` in capitals; raises Refusal 400/3000 when it is missing or no country code."""
    country = call.query.get("country", "").upper()
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise errors.invalid_property("country", "a two-letter country code is required.")
    return country


def _in_view(world: World, call: Call, place: Place) -> list[Product]:
    """The products that `targetView` lists."""
    view = _view(call)
    return [each for each in world.assortment.products(place.country) if view in {name.lower() for name in each.views}]


def _view(call: Call) -> str:
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


def _product(world: World, call: Call, place: Place) -> Product:
    found = world.assortment.product(call.path_ids["product"], place.country)
    if found is None:
        raise errors.product_not_found(call.path_ids["product"], place.country)
    return found


def _sku(its_product: Product, call: Call) -> Sku:
    found = sku_of(its_product, call.path_ids["sku"])
    if found is None:
        raise errors.sku_not_found(its_product.id, call.path_ids["sku"])
    return found


def _availability(its_product: Product, its_sku: Sku, call: Call) -> Availability:
    found = availability_of(its_sku, call.path_ids["availability"])
    if found is None:
        raise errors.availability_not_found(f"{its_product.id}:{its_sku.id}:{call.path_ids['availability']}")
    return found


def _is_for(found: Product, segment: str) -> bool:
    return any(_sells_to(each, segment) for each in found.skus)


def _sells_to(found: Sku, segment: str) -> bool:
    return not segment or any(each.segment.lower() == segment for each in found.availabilities)


def _list(items: Sequence[object], path: str, call: Call, *, country: str | None) -> Answer:
    """The self link repeats *country* and the other parameters known, as the samples print it."""
    known = {"targetview": "targetView", "targetsegment": "targetSegment"}
    said = [f"{known[name]}={quote(value)}" for name, value in call.query.items() if name in known]
    query = "&".join(said if country is None else (f"country={country}", *said))
    return Answer(wire.collection(items, self_uri=f"{path}?{query}"))
