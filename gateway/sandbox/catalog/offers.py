"""The old catalog: offers, their add-ons and categories ("Get a list of offers", "Get add-ons for an offer ID")."""

from gateway.sandbox import errors, wire
from gateway.sandbox.catalog.products import country_of
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.assortment import is_old_catalog
from gateway.sandbox.world.seed import Offer, OfferCategory
from gateway.sandbox.world.world import World

DEFAULT_PAGE = 500


def list_all(world: World, call: Call) -> Answer:
    """Paged by `offset` and `size`, filtered by `offer_category_id`. Calls by customer need no country."""
    country = _country(world, call)
    category = call.query.get("offer_category_id", "").lower()
    found = [each for each in world.assortment.offers() if category in ("", each.category.id.lower())]
    offset, size = _number(call, "offset", 0), _number(call, "size", DEFAULT_PAGE)
    page = [_document(world, each, country) for each in found[offset : offset + size]]
    return Answer(wire.collection(page, self_uri=f"/offers?country={country}", total=len(found)))


def get(world: World, call: Call) -> Answer:
    """Code 1000 for an unknown offer is Inferred.

    The page requires `country`, but links to offers are printed without it (sample of "Get a subscription by ID"). The
    United States as the default is Inferred.
    """
    country = country_of(call) if "country" in call.query else "US"
    return Answer(_document(world, _offer(world, call, country), country))


def list_addons(world: World, call: Call) -> Answer:
    country = _country(world, call)
    base = _offer(world, call, country)
    fitting = [each for each in world.assortment.offers() if each.is_add_on and each.fits_under(base.id)]
    return Answer(wire.collection([_document(world, each, country) for each in fitting]))


def list_categories(world: World, call: Call) -> Answer:
    country = _country(world, call)
    found = {each.category.id: each.category for each in world.assortment.offers() if each.category.id}
    ranked = sorted(found.values(), key=lambda category: category.rank)
    return Answer(wire.collection([_category(world, each, country) for each in ranked]))


def _country(world: World, call: Call) -> str:
    if "customer" in call.path_ids:
        return world.customer(call.path_ids["customer"]).country
    return country_of(call)


def _offer(world: World, call: Call, country: str) -> Offer:
    offer_id = call.path_ids["offer"]
    offer = world.assortment.offer(offer_id)
    if offer is not None:
        return offer
    if not is_old_catalog(offer_id) or world.assortment.product(offer_id, country) is not None:
        raise errors.modern_offer(offer_id)
    raise errors.not_found(f"The offer {offer_id}")


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise errors.invalid_property(name, "it must be a number, 0 or more.")
    return int(text)


def _document(world: World, offer: Offer, country: str) -> wire.Document:
    return wire.without_nulls(
        {
            "id": offer.id,
            "name": offer.name,
            "description": offer.description,
            "minimumQuantity": offer.minimum_quantity,
            "maximumQuantity": offer.maximum_quantity,
            "rank": offer.rank,
            "uri": f"/{world.seed.partner.tenant_id}/Offers/{offer.id}",
            "locale": _locale(world, country),
            "country": country,
            "category": _category(world, offer.category, country),
            "prerequisiteOffers": offer.prerequisite_offers,
            "isAddOn": offer.is_add_on,
            "hasAddOns": offer.has_add_ons,
            "isAvailableForPurchase": offer.is_available_for_purchase,
            "billing": offer.billing,
            "supportedBillingCycles": offer.supported_billing_cycles,
            "isAutoRenewable": True,
            "isTrial": offer.is_trial,
            "salesGroupId": offer.sales_group_id,
            "product": offer.product,
            "unitType": offer.unit_type,
            "links": {"self": wire.link(f"/offers/{offer.id}?country={country}")},
            "attributes": wire.object_type("Offer"),
        }
    )


def _category(world: World, category: OfferCategory, country: str) -> wire.Document:
    return {
        "id": category.id,
        "name": category.name,
        "rank": category.rank,
        "locale": _locale(world, country),
        "country": country,
        "attributes": wire.object_type("OfferCategory"),
    }


def _locale(world: World, country: str) -> str:
    market = world.seed.markets.get(country)
    return "en-US" if market is None else market.locale
