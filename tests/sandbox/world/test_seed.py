"""Promises about the packaged seed: it is sound in itself. What it owes the documentation is in test_seed_documented."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from importlib import resources
from typing import cast

import pytest

from gateway.sandbox.catalog.promotion_limits import Purchase
from gateway.sandbox.catalog.promotion_rules import automatic
from gateway.sandbox.terms import billing_cycle
from gateway.sandbox.world.assortment import Assortment, Item
from gateway.sandbox.world.seed import Availability, Customer, Product, Seed, Sku, Term, read_seed

PRODUCT_ID = re.compile(r"(CFQ7TTC0|DZH318Z0|DG7GMGF0)[0-9A-Z]{4}")
SKU_ID = re.compile(r"[0-9A-Z]{4}")
AVAILABILITY_ID = re.compile(r"(CFQ7TTC0|DZH318Z0|DZH318XZ|DG7GMGF0)[0-9A-Z]{4}")
PROMOTION_ID = re.compile(r"39NFJQT1[0-9A-Z]{4}:[0-9A-Z]{4}:39NFJQT1[0-9A-Z]{4}")
OFFER_ID = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}|MS-AZR-([A-Z]+-)?[0-9]{4}P")
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
DECIMAL_TEXT = re.compile(r"[0-9]+(\.[0-9]{1,4})?")
MONEY_MEMBERS = frozenset({"price", "rate", "creditLimit", "amount", "value"})
LARGEST_FILE = 350_000  # bytes
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)

TARGET_VIEWS = (
    *("Azure", "AzureReservations", "AzureReservationsVM", "AzureReservationsSQL", "AzureReservationsCosmosDb"),
    *("MicrosoftAzure", "OnlineServices", "Software", "SoftwareSUSELinux", "SoftwarePerpetual"),
    *("SoftwareSubscriptions", "MarketplaceSaaS"),
)


@pytest.fixture(scope="module")
def seed() -> Seed:
    return read_seed()


@pytest.fixture(scope="module")
def assortment(seed: Seed) -> Assortment:
    return Assortment(seed)


@pytest.fixture(scope="module")
def demo(seed: Seed) -> Customer:
    return next(customer for customer in seed.customers if customer.id == seed.demo.customer_id)


def _availabilities(seed: Seed) -> Iterator[tuple[Product, Sku, Availability]]:
    for product in seed.products:
        for sku in product.skus:
            for availability in sku.availabilities:
                yield product, sku, availability


def _sku_keys(seed: Seed) -> set[str]:
    return {f"{product.id}:{sku.id}" for product in seed.products for sku in product.skus}


def _item(seed: Seed, catalog_item_id: str) -> Item:
    """The item with this id in whatever market."""
    found = (
        Item(product, sku, availability)
        for product, sku, availability in _availabilities(seed)
        if f"{product.id}:{sku.id}:{availability.id}" == catalog_item_id
    )
    return next(found)


def _term(item: Item, duration: str | None, cycle: str) -> Term:
    terms = item.availability.terms
    return next(term for term in terms if term.duration == duration and billing_cycle(term.billing_cycle) == cycle)


def _text() -> str:
    return resources.files("gateway.sandbox").joinpath("seed.json").read_text(encoding="utf-8")


def _money(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Every member that holds an amount, a rate or a part, by its name."""
    if isinstance(value, dict):
        for key, inner in cast("dict[str, object]", value).items():
            yield from _money(inner, f"prices.{key}" if name == "prices" else key)
    elif isinstance(value, list):
        for inner in cast("list[object]", value):
            yield from _money(inner, name)
    elif name in MONEY_MEMBERS or name.startswith("prices."):
        yield name, value


def test_the_shop_is_wide(seed: Seed) -> None:
    """There is enough of every kind to page, filter and get lost in."""
    assert len(seed.products) >= 50
    assert len(seed.offers) >= 20
    assert len(seed.customers) >= 8
    assert len(seed.promotions) >= 10
    assert len(seed.markets) >= 6
    assert len({customer.country for customer in seed.customers}) >= 6


@pytest.mark.parametrize("view", TARGET_VIEWS)
def test_every_target_view_lists_something(seed: Seed, view: str) -> None:
    """No view of the catalog that the sandbox serves is empty; SpecializedOffers alone has nothing in it."""
    assert any(view in product.views for product in seed.products)


def test_the_file_can_be_reviewed() -> None:
    """The file stays below the size at which nobody reads it any more."""
    assert len(_text().encode()) < LARGEST_FILE


def test_no_id_is_given_twice(seed: Seed) -> None:
    """An id names one thing, in any casing."""
    kinds = {
        "product": [product.id for product in seed.products],
        "catalog item": [f"{p.id}:{s.id}:{a.id}" for p, s, a in _availabilities(seed)],
        "sku": [f"{product.id}:{sku.id}" for product in seed.products for sku in product.skus],
        "offer": [offer.id for offer in seed.offers],
        "promotion": [promotion.id for promotion in seed.promotions],
        "customer": [customer.id for customer in seed.customers],
        "cart": [cart.id for cart in seed.carts],
        "subscription": [each.id for customer in seed.customers for each in customer.subscriptions],
        "reseller": [each for reseller in seed.resellers for each in (reseller.id, reseller.mpn_id)],
        "agreement template": [template.template_id for template in seed.agreement_templates],
        "domain": [customer.domain for customer in seed.customers],
    }

    repeated = {
        kind: [one for one, times in Counter(each.lower() for each in ids).items() if times > 1]
        for kind, ids in kinds.items()
    }

    assert not any(repeated.values()), repeated


def test_ids_have_the_documented_forms(seed: Seed) -> None:
    """Made-up ids look like the printed ones, so that no client trips over the sandbox's."""
    for product, sku, availability in _availabilities(seed):
        assert PRODUCT_ID.fullmatch(product.id), product.id
        assert SKU_ID.fullmatch(sku.id), sku.id
        assert AVAILABILITY_ID.fullmatch(availability.id), availability.id
    assert all(OFFER_ID.fullmatch(offer.id) for offer in seed.offers)
    assert all(PROMOTION_ID.fullmatch(promotion.id) for promotion in seed.promotions)
    assert all(GUID.fullmatch(guid) for customer in seed.customers for guid in (customer.id, customer.commerce_id))
    assert all(
        GUID.fullmatch(owned.id) and re.fullmatch(r"[0-9a-f]{12}", owned.order_id)
        for customer in seed.customers
        for owned in customer.subscriptions
    )


def test_what_a_sku_refers_to_is_sold(seed: Seed) -> None:
    """Base products and upgrade targets exist, and an add-on names at least one base."""
    known = _sku_keys(seed)
    for product in seed.products:
        for sku in product.skus:
            upgrades = cast("list[str]", sku.dynamic_attributes.get("upgradeTargetOffers", []))
            assert known.issuperset([*sku.prerequisite_skus, *upgrades]), f"{product.id}:{sku.id}"
            assert sku.is_addon == bool(sku.prerequisite_skus), f"{product.id}:{sku.id}"


def test_what_an_offer_refers_to_is_sold(seed: Seed) -> None:
    """Prerequisite offers exist, both sides agree on the relation, and a successor is on sale."""
    known = {offer.id for offer in seed.offers}
    taken = {base for offer in seed.offers for base in offer.prerequisite_offers}
    for offer in seed.offers:
        assert known.issuperset(offer.prerequisite_offers), offer.name
        assert offer.is_add_on == bool(offer.prerequisite_offers), offer.name
        assert offer.has_add_ons == (offer.id in taken), offer.name
        if offer.successor is not None:
            assert _item(seed, offer.successor).availability.is_purchasable
            assert not offer.is_available_for_purchase, offer.name


def test_a_promotion_is_for_a_term_on_sale(seed: Seed) -> None:
    """Every promotion takes off between nothing and all of a price that exists."""
    for promotion in seed.promotions:
        assert promotion.required_products, promotion.id
        for required in promotion.required_products:
            terms = {
                (term.duration, term.billing_cycle)
                for product, sku, availability in _availabilities(seed)
                if (product.id, sku.id) == (required.product_id, required.sku_id)
                for term in availability.terms
            }
            assert (required.term.duration, required.term.billing_cycle) in terms, promotion.id
            assert all(0 < Decimal(policy.value) < 1 for policy in required.pricing_policies), promotion.id


def test_every_customer_has_a_market_with_a_currency(seed: Seed) -> None:
    """Nobody lives where nothing is sold, and local prices are in currencies of the seed."""
    assert {market.currency for market in seed.markets.values()} == set(seed.currencies)
    assert all(customer.country in seed.markets for customer in seed.customers)
    for product, _, availability in _availabilities(seed):
        assert set(seed.markets).issuperset(product.markets or ()), product.id
        assert all(set(seed.currencies).issuperset(term.prices) for term in availability.terms), product.id


def test_what_a_customer_owns_is_in_the_catalog(seed: Seed, assortment: Assortment) -> None:
    """A subscription of the seed can be looked up in its customer's market, term and segment included."""
    for customer in seed.customers:
        for owned in customer.subscriptions:
            if assortment.offer(owned.catalog_item_id) is not None:
                continue
            item = assortment.item(owned.catalog_item_id, customer.country)
            assert item is not None, owned.catalog_item_id
            assert item.availability.segment == customer.segment, owned.catalog_item_id
            assert _term(item, owned.term_duration or None, owned.billing_cycle)


def test_there_is_a_customer_for_every_rule(seed: Seed) -> None:
    """Somebody has not accepted the agreement, somebody has little credit, and every segment is there."""
    customers = seed.customers

    assert {(customer.agreement_accepted, customer.agreement_signed) for customer in customers} >= {
        (True, False),
        (False, True),
        (False, False),
    }
    assert {each.vetting_status for customer in customers for each in customer.qualifications} >= {
        "Approved",
        "InReview",
        "Denied",
    }
    assert any(customer.credit_limit is not None and customer.credit_limit <= 5000 for customer in customers)
    assert {customer.segment for customer in customers} >= {"commercial", "education", "nonprofit", "government"}


def test_resellers_are_there_for_every_rule(seed: Seed) -> None:
    """Some may be named and some may not, and those of customers exist."""
    known = {each.mpn_id for each in seed.resellers}

    assert {each.refusal_code for each in seed.resellers} == {None, 900400, 900414}
    assert all(known.issuperset(customer.resellers) for customer in seed.customers)


def test_the_lines_of_the_demo_cart_are_on_sale(seed: Seed, assortment: Assortment, demo: Customer) -> None:
    """Four or five lines over three products, two of one product, one of them cheaper by a promotion."""
    cart = next(cart for cart in seed.carts if cart.id == seed.demo.cart_id)
    lines = cast("list[dict[str, object]]", cart.body["lineItems"])

    bought: list[Purchase] = []
    for line in lines:
        item = assortment.item(str(line["catalogItemId"]), demo.country)
        assert item is not None
        term = _term(item, cast("str | None", line.get("termDuration")), str(line["billingCycle"]))
        bought.append(Purchase(item, term, cast("int", line["quantity"]), demo.country, NEW_YEAR))

    assert cart.customer_id == demo.id
    assert len(bought) in {4, 5}
    assert len({purchase.item.product.id for purchase in bought}) == 3
    assert all(purchase.item.availability.is_purchasable for purchase in bought)
    assert any(automatic(assortment, purchase) is not None for purchase in bought)


def test_amounts_are_decimals_in_text() -> None:
    """No amount passes through binary floating point on its way into the sandbox."""
    found = [(name, value) for name, value in _money(json.loads(_text())) if value is not None]

    assert len(found) > 200
    assert [pair for pair in found if not (isinstance(pair[1], str) and DECIMAL_TEXT.fullmatch(pair[1]))] == []


def test_a_sku_offers_the_billing_cycles_of_its_terms(seed: Seed) -> None:
    """What a SKU says about billing and what its terms say is the same."""
    for product in seed.products:
        for sku in product.skus:
            cycles = {billing_cycle(term.billing_cycle) for each in sku.availabilities for term in each.terms}
            assert cycles == set(sku.supported_billing_cycles), f"{product.id}:{sku.id}"


def test_new_commerce_prices_follow_one_rule(seed: Seed) -> None:
    """A month without commitment costs a fifth more, and a year at once is twelve months ("Pricing and offers")."""
    for product, sku, availability in _availabilities(seed):
        if product.product_type.id != "OnlineServicesNCE":
            continue
        price = {(term.duration, term.billing_cycle): term.price for term in availability.terms}
        month = price.get(("P1Y", "Monthly"))
        if month is not None:
            assert price.get(("P1M", "Monthly"), month) in {month, round(month * Decimal("1.2"), 2)}, sku.title
            assert price.get(("P1Y", "Annual"), month * 12) == month * 12, sku.title
        assert all(term.id for term in availability.terms), sku.title


def test_trials_are_free_for_a_month(seed: Seed) -> None:
    """A trial has one term, P1M, is billed with cycle none and costs nothing ("Pricing and offers")."""
    trials = [(sku, each) for _, sku, each in _availabilities(seed) if sku.is_trial]

    assert len(trials) >= 5
    for sku, availability in trials:
        offered = [(term.duration, term.billing_cycle, term.price) for term in availability.terms]
        assert offered == [("P1M", "None", Decimal(0))], sku.title
