"""Promises about the packaged seed: it sells what the developer documentation of Partner Center prints.

Ids, titles and prices are the printed ones, so that documented bodies work when pasted. A title of None: no page names
the item, and the seed's title is made up.
"""

from decimal import Decimal

import pytest

from gateway.sandbox.terms import billing_cycle
from gateway.sandbox.world.assortment import Assortment, Item
from gateway.sandbox.world.seed import Seed, Term, read_seed

DOCUMENTED_ITEMS = (
    ("CFQ7TTC0LH18:0001:CFQ7TTC0K971", "Microsoft 365 Business Basic"),
    ("CFQ7TTC0LDPB:0001:CFQ7TTC0LGNT", None),
    ("CFQ7TTC0LCHC:0002:CFQ7TTC0KFFN", "Microsoft 365 Business Premium"),
    ("CFQ7TTC0LF8Q:0001:CFQ7TTC0K39X", None),
    ("CFQ7TTC0LF8Q:0001:CFQ7TTC0KJ4N", None),
    ("CFQ7TTC0LF8Q:0001:CFQ7TTC0KQDF", None),
    ("CFQ7TTC0LF8R:0001:CFQ7TTC0KCSV", None),
    ("CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5", "Office 365 E5 without Audio Conferencing"),
    ("CFQ7TTC0LF8S:0001:CFQ7TTC0N81H", "Office 365 E5 without Audio Conferencing"),
    ("CFQ7TTC0LF8S:0001:CFQ7TTC0K9G9", "Office 365 E5 without Audio Conferencing"),
    ("CFQ7TTC0LF8S:0002:CFQ7TTC0KSVV", None),
    ("CFQ7TTC0LFLX:0001:CFQ7TTC0LB30", "Microsoft 365 E3"),
    ("CFQ7TTC0LFLZ:0002:CFQ7TTC0K4TS", "Microsoft 365 E5"),
    ("CFQ7TTC0KZCR:0001:CFQ7TTC0K71H", "Microsoft 365 E5 Test Sku Title"),
    ("CFQ7TTC0L4M3:0001:CFQ7TTC0K78T", "Business Premium Test Sku Title"),
    ("CFQ7TTC0HDJX:0001:CFQ7TTC0K806", None),
    ("CFQ7TTC0LFLS:0002:CFQ7TTC0KDLJ", "Azure Active Directory Premium P1"),
    ("CFQ7TTC0LH0T:0001:CFQ7TTC0K4KQ", None),
    ("CFQ7TTC0LH0R:0001:CFQ7TTC0K0SK", "Microsoft Teams Phone Standard - Virtual User"),
    ("CFQ7TTC0LH0R:0002:CFQ7TTC0K5RQ", "Microsoft 365 Phone System - Virtual User"),
    ("CFQ7TTC0LHXJ:0001:CFQ7TTC0KHTR", None),
    ("CFQ7TTC0LH0Z:0001:CFQ7TTC0K18P", "AI Builder Capacity add-on"),
    ("CFQ7TTC0HL8W:0001:CFQ7TTC0K59S", "Power BI Premium Per User"),
    ("CFQ7TTC0HD33:0003:CFQ7TTC0K59M", "Visio Plan 1"),
    ("CFQ7TTC0LH2Z:0002:CFQ7TTC0HRVK", None),
    ("CFQ7TTC0HBSJ:0001:CFQ7TTC0JQH3", None),
    ("DZH318Z09V6F:0001:DZH318Z0BLD3", "Compute savings plan, 1 Year"),
    ("DZH318Z0BPS6:0001:DZH318Z0BML6", "Microsoft Azure plan"),
    ("DZH318Z0BQ36:004G:DZH318Z08C0S", "Reserved VM Instance, Standard_NV12, US East 2, 1 Year"),
    ("DZH318Z0BQ36:004J:DZH318Z08B8X", "Reserved VM Instance, Standard_NV12, US East 2, 3 Years"),
    ("DZH318Z0BQ3P:000S:DZH318Z0DDQ1", None),
    ("DZH318Z0BQ3Q:0001:DZH318XZXVNF", None),
    ("DZH318Z0BQ3Q:0001:DZH318XZXPHL", None),
    ("DZH318Z0BQ3Q:0001:DZH318Z0HMKQ", None),
    ("DZH318Z0BQ4B:000Z:DZH318Z0DSPL", "Reserved VM Instance, Standard_D1, AP East, 1 Year"),
    ("DZH318Z0BQ4B:0047:DZH318Z0DSM8", None),
    ("DZH318Z0BQ4Z:002L:DZH318Z0CMNP", "Reserved VM Instance, Standard_NC12, AU East, 1 Year"),
    ("DZH318Z0BQ4Z:002P:DZH318Z0CL2D", "Reserved VM Instance, Standard_NC12, AU East, 3 Years"),
    ("DZH318Z0BXWC:0001:DZH318Z0BMJX", None),
    ("DZH318Z0BXWC:0002:DZH318Z0BMRV", "Barracuda WaaS - Medium Plan"),
    ("DZH318Z0BXWC:0002:DZH318Z0BP8B", "Barracuda WaaS - Medium Plan"),
    ("DZH318Z0C0WF:0001:DZH318Z0BP69", None),
    ("DZH318Z0C964:0001:DZH318Z0BZDG", "SaaS custom meter offer - Bronze"),
    ("DG7GMGF0DWTL:0001:DG7GMGF0DSFM", None),
    ("DG7GMGF0DWTL:0001:DG7GMGF0DSJB", None),
    ("DG7GMGF0DWM3:0002:DG7GMGF0DT1M", "BizTalk Server 2016 Branch"),
    ("DG7GMGF0DWT0:0001:DG7GMGF0DSQR", "Microsoft Identity Manager 2016 - 1 User CAL"),
    ("DG7GMGF0DVSV:000P:DG7GMGF0F3Q9", "Windows Server Remote Desktop Services CAL - 1 User CAL \u2013 3 year"),
    ("DG7GMGF0FKZV:0003:DG7GMGF0DWMS", "SQL Server Enterprise - 2 Core License Pack - 3 year"),
    ("DG7GMGF0FKZV:0003:DG7GMGF0DQLM", "SQL Server Enterprise - 2 Core License Pack - 3 year"),
    ("DG7GMGF0DVT7:000C:DG7GMGF0FVZM", "Windows Server CAL - 1 Device CAL - 3 year"),
)

DOCUMENTED_SKUS = (
    ("DZH318Z0BQ5S:0001", "Reserved VM Instance, Standard_ND12s, US West 2, 1 Year"),
    ("DZH318Z0BQ5S:0002", "Reserved VM Instance, Standard_ND6s, US West 2, 1 Year"),
    ("DZH318Z0BQ3V:00G1", "Reserved VM Instance, Standard_D32s_v3, US West 2, 3 Years"),
    ("DZH318Z09V6F:0002", "Compute savings plan, 3 Years"),
    ("CFQ7TTC0LH33:0001", "Dynamics 365 Business Central External Accountant"),
)

DOCUMENTED_PROMOTIONS = (
    *("39NFJQT1PHSN:0008:39NFJQT1Q5J0", "39NFJQT1PGVJ:0045:39NFJQT1Q684", "39NFJQT1SNC7:0001:39NFJQT1Q5KM"),
    *("39NFJQT1PJQB:0001:39NFJQT1Q5KN", "39NFJQT1PJQC:0001:39NFJQT1Q5KM", "39NFJQT1PM6C:0005:39NFJQT1Q5L7"),
    *("39NFJQT1XK5L:000J:39NFJQT1Q5D8", "39NFJQT1XG89:0002:39NFJQT1Q5L2", "39NFJQT1X27N:0002:39NFJQT1Q5KL"),
    *("39NFJQT1PFPJ:000H:39NFJQT1Q5DK", "39NFJQT1W0JL:0003:39NFJQT1Q5KW"),
)

DOCUMENTED_OFFERS = (
    ("MS-AZR-0145P", "Microsoft Azure"),
    ("91FD106F-4B2C-4938-95AC-F54F74E9A239", "Office 365 Enterprise E1"),
    ("C94271D8-B431-4A25-A3C5-A57737A1C909", "Audio Conferencing"),
    ("43FCE491-76D1-4BCC-B709-8A288786DBAE", "Microsoft Stream Storage Add-On (500 GB)"),
    ("796B6B5F-613C-4E24-A17C-EBA730D49C02", "Office 365 Enterprise E3"),
    ("031C9E47-4802-4248-838E-778FB1D2CC05", "Office 365 Business Premium"),
    ("C0BD2E08-11AC-4836-BDC7-3712E744922F", "Office 365 Business Premium Trial"),
    ("195416C1-3447-423A-B37B-EE59A99A19C4", "Exchange Online (Plan 1)"),
    ("2F707C7C-2433-49A5-A437-9CA7CF40D3EB", "Exchange Online (Plan 2)"),
    ("2828BE95-46BA-4F91-B2FD-0BEF192ECF60", "Exchange Online Archiving for Exchange Online"),
    ("45320EC9-9B8E-49D0-B900-F14141A0ABD1", "Microsoft MyAnalytics"),
    ("84A03D81-6B37-4D66-8D4A-FAEA24541538", "Azure Active Directory Basic"),
    ("E59159FC-6F67-4599-B3CB-17FF4020F643", "Azure Active Directory Premium P2"),
    ("DB2E705F-B82A-4024-A3D5-D88E12F2DB35", "Intune Device"),
    ("E60E0348-1710-484B-992A-32B294D4CDE1", "Azure Rights Management Premium (Government Pricing)"),
    ("B4D4B7F4-4089-43B6-9C44-DE97B760FB11", "Visio Online Plan 2"),
    ("1A90EE13-2CB4-4785-BB0F-542813F00A37", "Dynamics 365 Business Central Essential"),
    ("16C9F982-A827-4003-A88E-E75DF1927F27", "Azure Active Directory Premium P1"),
    ("2BCF9FE8-8B65-4FCF-9240-419203FB8CF4", "Dynamics 365 - Additional Production Instance"),
)


@pytest.fixture(scope="module")
def seed() -> Seed:
    return read_seed()


@pytest.fixture(scope="module")
def assortment(seed: Seed) -> Assortment:
    return Assortment(seed)


def _item(assortment: Assortment, catalog_item_id: str) -> Item:
    found = assortment.item(catalog_item_id, "US")
    assert found is not None, catalog_item_id
    return found


def _term(item: Item, duration: str | None, cycle: str) -> Term:
    terms = item.availability.terms
    return next(term for term in terms if term.duration == duration and billing_cycle(term.billing_cycle) == cycle)


@pytest.mark.parametrize(("catalog_item_id", "title"), DOCUMENTED_ITEMS, ids=[each[0] for each in DOCUMENTED_ITEMS])
def test_documented_catalog_items_are_on_sale(assortment: Assortment, catalog_item_id: str, title: str | None) -> None:
    """Every catalog item id that a page prints can be bought, under the title that the page prints, if it does."""
    item = _item(assortment, catalog_item_id)

    assert item.availability.is_purchasable
    assert title in {None, item.sku.title}


@pytest.mark.parametrize(("sku_key", "title"), DOCUMENTED_SKUS, ids=[each[0] for each in DOCUMENTED_SKUS])
def test_documented_skus_are_listed(seed: Seed, sku_key: str, title: str) -> None:
    """SKUs that a page prints without an availability are there under their titles."""
    titles = {f"{product.id}:{sku.id}": sku.title for product in seed.products for sku in product.skus}

    assert titles[sku_key] == title


@pytest.mark.parametrize(("offer_id", "name"), DOCUMENTED_OFFERS, ids=[each[0] for each in DOCUMENTED_OFFERS])
def test_documented_offers_are_listed(assortment: Assortment, offer_id: str, name: str) -> None:
    """Offers of the old catalog that a page prints are there under their names."""
    offer = assortment.offer(offer_id)

    assert offer is not None
    assert offer.name == name


def test_documented_promotions_are_listed(seed: Seed) -> None:
    """Every promotion id that a page prints can be looked up."""
    assert {promotion.id for promotion in seed.promotions}.issuperset(DOCUMENTED_PROMOTIONS)


@pytest.mark.parametrize(
    ("catalog_item_id", "duration", "cycle", "price"),
    [
        pytest.param("CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5", "P1Y", "monthly", "30.40", id="Create a cart"),
        pytest.param("CFQ7TTC0LF8S:0001:CFQ7TTC0N81H", "P1M", "monthly", "36.48", id="Check out a cart"),
        pytest.param("CFQ7TTC0LH18:0001:CFQ7TTC0K971", "P1Y", "annual", "48.00", id="Pricing and offers"),
        pytest.param("CFQ7TTC0HL8W:0001:CFQ7TTC0K59S", "P1Y", "monthly", "16.00", id="invoice line, licences"),
        pytest.param("DZH318Z0BXWC:0002:DZH318Z0BP8B", "P1Y", "monthly", "820.00", id="invoice line, marketplace"),
        pytest.param(
            "DZH318Z09V6F:0001:DZH318Z0BLD3", "P1Y", "one_time", "0", id="a savings plan costs its commitment"
        ),
    ],
)
def test_documented_prices_hold(
    assortment: Assortment, catalog_item_id: str, duration: str, cycle: str, price: str
) -> None:
    """Where a page prints a price, the sandbox asks the same."""
    assert _term(_item(assortment, catalog_item_id), duration, cycle).price == Decimal(price)


def test_the_demo_customer_can_buy_what_the_pages_buy(seed: Seed) -> None:
    """The Azure subscriptions and entitlements of the printed requests belong to it, and nothing holds it back."""
    demo = next(customer for customer in seed.customers if customer.id == seed.demo.customer_id)
    usable = {
        each.id for each in demo.azure_subscriptions if each.registered and each.reservations_enabled and each.active
    }

    assert (demo.country, demo.segment, demo.agreement_accepted, demo.credit_limit) == ("US", "commercial", True, None)
    assert "1C461A25-F729-4FA5-AADB-280947DD05E8" in usable
    assert "0350d130-4d3d-4005-aca0-cf84f0ab0d4a" in usable
    assert {"cdd17cc7-14fe-4445-8650-1f52de705851", "3D5ECED6-1151-44C7-AEE6-70A4BB725666"} <= set(demo.entitlements)


def test_the_demo_customer_owns_the_base_of_the_printed_add_on(seed: Seed, assortment: Assortment) -> None:
    """ "Create a cart with add-ons" buys Audio Conferencing for a subscription that is there already."""
    demo = next(customer for customer in seed.customers if customer.id == seed.demo.customer_id)
    add_on = assortment.offer("C94271D8-B431-4A25-A3C5-A57737A1C909")
    (base,) = [each for each in demo.subscriptions if each.id == "97555B61-7461-477A-A98C-9C76148783E4"]

    assert add_on is not None
    assert base.catalog_item_id in add_on.prerequisite_offers
