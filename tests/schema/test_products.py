"""Products of the catalog: searched, filtered, sorted, and over several views."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from tests.harness import Gateway

GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]

PRODUCTS = """
query Products($views: [CatalogView!]!, $query: String, $filter: ProductFilterInput, $by: ProductSortKey!, $reverse: Boolean!) {
  products(views: $views, query: $query, filter: $filter, sortKey: $by, reverse: $reverse, first: 100) {
    totalCount nodes { partnerCenterId title publisherName isMicrosoftProduct category { partnerCenterId } }
  }
}
"""


async def products(
    gateway: Gateway, *views: str, by: str = "CATALOG", reverse: bool = False, **given: object
) -> list[dict[str, Any]]:
    variables = {"views": views or ["ONLINE_SERVICES"], "by": by, "reverse": reverse, **given}
    page = (await gateway.data(PRODUCTS, variables))["products"]
    assert page["totalCount"] == len(page["nodes"])
    nodes: list[dict[str, Any]] = page["nodes"]
    return nodes


def titles(nodes: list[dict[str, Any]]) -> list[str]:
    return [node["title"] for node in nodes]


async def test_several_views_are_one_list(gateway: Gateway) -> None:
    """One call a view; a product of several views comes once, where it comes first."""
    azure, every = await products(gateway, "AZURE_RESERVATIONS_VM"), await products(gateway, "AZURE_RESERVATIONS")
    await gateway.calls()

    both = await products(gateway, "AZURE_RESERVATIONS_VM", "AZURE_RESERVATIONS", "SOFTWARE")

    assert len(await gateway.calls()) == 3
    assert both[: len(azure)] == azure
    ids = [node["partnerCenterId"] for node in both]
    assert len(ids) == len(set(ids)) == len(every) + len(await products(gateway, "SOFTWARE"))


async def test_licenses_are_listed_by_default(gateway: Gateway) -> None:
    """Nobody has to know a view to begin."""
    shown = await gateway.data("{ products(first: 100) { nodes { partnerCenterId } } }")

    assert len(shown["products"]["nodes"]) == len(await products(gateway, "ONLINE_SERVICES"))


async def test_words_are_found_in_any_order(gateway: Gateway) -> None:
    """`premium business` finds what `business premium` finds, in titles, descriptions and publishers."""
    one, other = await products(gateway, query="business premium"), await products(gateway, query="PREMIUM busi")

    assert one == other
    assert "Microsoft 365 Business Premium" in titles(one)
    assert titles(await products(gateway, query="mailbox archive calendar")) == []
    assert "Exchange Online (Plan 2)" in titles(await products(gateway, query="archive mailbox"))


async def test_an_identifier_is_found(gateway: Gateway) -> None:
    """In any casing, and alone."""
    assert titles(await products(gateway, query="cfq7ttc0lh18")) == ["Microsoft 365 Business Basic"]


async def test_titles_are_sorted(gateway: Gateway) -> None:
    """Without regard to case, and the other way round."""
    by_title = titles(await products(gateway, by="TITLE"))

    assert by_title == sorted(by_title, key=str.casefold) != titles(await products(gateway))
    assert titles(await products(gateway, by="TITLE", reverse=True)) == by_title[::-1]


async def test_the_best_answer_comes_first(gateway: Gateway) -> None:
    """A title that is the query stands before one that begins with it, and both before a mere description."""
    found = titles(await products(gateway, query="office 365 e3", by="RELEVANCE"))

    assert found[0] == "Office 365 E3"
    assert len(found) > 1


async def test_without_a_search_nothing_is_more_relevant(gateway: Gateway) -> None:
    """The catalog's own order stands."""
    assert await products(gateway, by="RELEVANCE") == await products(gateway)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        pytest.param({"isMicrosoftProduct": False}, ("isMicrosoftProduct", False), id="of others"),
        pytest.param(
            {"publisherName": "MICROSOFT corporation"},
            ("publisherName", "Microsoft Corporation"),
            id="of a publisher",
        ),
        pytest.param(
            {"categoryId": "onlineservicesnce"},
            ("category", {"partnerCenterId": "OnlineServicesNCE"}),
            id="of a category",
        ),
    ],
)
async def test_a_filter_narrows(gateway: Gateway, given: dict[str, object], shown: tuple[str, object]) -> None:
    """What is left fulfils it, and what is left out does not."""
    views = "ONLINE_SERVICES", "MARKETPLACE_SAAS", "AZURE"
    everything = await products(gateway, *views)

    found = await products(gateway, *views, filter=given)

    name, value = shown
    assert found == [node for node in everything if node[name] == value]
    assert 0 < len(found) < len(everything)


async def test_all_conditions_hold_together(gateway: Gateway) -> None:
    """Search and filter narrow one another."""
    both = await products(gateway, query="premium", filter={"isMicrosoftProduct": False})

    assert both == []


@pytest.mark.parametrize("field", ["product", "sku", "availability"])
async def test_an_entry_is_found_by_its_id(gateway: Gateway, field: str) -> None:
    """The id names its market, so it finds the entry of that market, and no country may stand beside it."""
    own = {"product": 'partnerCenterId: "CFQ7TTC0LH18"', "sku": 'partnerCenterId: "CFQ7TTC0LH18:0001"'}
    named = own.get(field, 'catalogItemId: "CFQ7TTC0LH18:0001:CFQ7TTC0K971"')
    entry = (await gateway.data(f'{{ {field}(by: {{{named}}}, country: "SE") {{ id partnerCenterId }} }}'))[field]

    again = await gateway.data(f'{{ {field}(by: {{id: "{entry["id"]}"}}) {{ id partnerCenterId }} }}')
    beside = await gateway.ask(f'{{ {field}(by: {{id: "{entry["id"]}"}}, country: "SE") {{ id }} }}')
    broken = await gateway.data(f'{{ {field}(by: {{id: "nonsense"}}) {{ id }} }}')

    assert again == {field: entry}
    assert (beside["data"], beside["errors"][0]["extensions"]["code"]) == ({field: None}, "BAD_USER_INPUT")
    assert "names its market" in beside["errors"][0]["message"]
    assert broken == {field: None}


async def test_a_page_of_products_with_everything_is_free_when_warm(gateway_over: GatewayOver) -> None:
    """The list, the SKUs of each product and the availabilities of each SKU are calls of their own, once."""
    document = "{ products(first: 20) { nodes { skus { product { title } availabilities { catalogItemId product { title } } } } } }"

    async with gateway_over(catalog_ttl_s=300) as gateway:
        first = await gateway.data(document)
        calls = await gateway.calls()
        again = await gateway.data(document)
        calls_again = await gateway.calls()

    nodes = first["products"]["nodes"]
    assert len(calls) == 1 + len(nodes) + sum(len(node["skus"]) for node in nodes)
    assert (again, calls_again) == (first, [])


async def test_what_a_savings_plan_commits_at_least(gateway: Gateway) -> None:
    """Amount, currency and period; null for what is not sold by commitment."""
    sku = "{ minimumPurchaseCommitment { amount currencyCode grain } }"
    answer = await gateway.data(
        f'{{ plan: sku(by: {{partnerCenterId: "DZH318Z09V6F:0001"}}) {sku} seats: sku(by: {{partnerCenterId: "CFQ7TTC0LH18:0001"}}) {sku} }}'
    )

    assert answer["plan"]["minimumPurchaseCommitment"] == {"amount": "0.001", "currencyCode": "USD", "grain": "Hourly"}
    assert answer["seats"]["minimumPurchaseCommitment"] is None
