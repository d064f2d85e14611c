"""The catalog by country and by customer: content, hidden members, links."""

import httpx
import pytest

from tests.sandbox.shop_ids import CONTOSO

E5 = "/v1/products/CFQ7TTC0LF8S/skus/0001"


async def test_an_availability_embeds_product_and_sku(api: httpx.AsyncClient) -> None:
    """As printed on get-an-availability-by-id.md."""
    answer = (await api.get(f"{E5}/availabilities/CFQ7TTC0VZW5?country=us")).json()

    assert list(answer) == [
        "id", "productId", "skuId", "catalogItemId", "defaultCurrency", "segment", "country", "isPurchasable",
        "isRenewable", "renewalInstructions", "terms", "links", "product", "sku",
    ]  # fmt: skip
    assert answer["catalogItemId"] == "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5"
    assert answer["defaultCurrency"] == {"code": "USD", "symbol": "$"}
    assert answer["country"] == "US"
    assert answer["renewalInstructions"] == [
        {
            "applicableTermIds": ["e5m", "e5ym", "e5ya", "e53y"],
            "renewalOptions": [{"renewToId": "CFQ7TTC0LF8S:0001", "isAutoRenewable": True}],
        }
    ]
    assert answer["product"] == (await api.get("/v1/products/CFQ7TTC0LF8S?country=US")).json()
    assert answer["sku"] == (await api.get(f"{E5}?country=US")).json()


async def test_terms_of_new_commerce_show_their_billing_cycle(api: httpx.AsyncClient) -> None:
    """In PascalCase and without a price; the sandbox's own members stay hidden."""
    terms = (await api.get(f"{E5}/availabilities/CFQ7TTC0VZW5?country=US")).json()["terms"]

    assert terms[0] == {
        "id": "e5m",
        "duration": "P1M",
        "description": "A term",
        "billingCycle": "Monthly",
        "cancellationPolicies": [{"refundOptions": [{"sequenceId": 0, "type": "Full", "expiresAfter": "P1D"}]}],
    }


async def test_terms_of_reservations_have_duration_and_description_only(api: httpx.AsyncClient) -> None:
    """Such availabilities also lack renewal instructions (sample of get-a-list-of-availabilities-for-a-sku.md)."""
    path = "/v1/products/DZH318Z0BQ36/skus/004G/availabilities/DZH318Z08C0S?country=US"

    answer = (await api.get(path)).json()

    assert answer["terms"] == [{"duration": "P1Y", "description": "1 Year Prepaid"}]
    assert "renewalInstructions" not in answer
    assert "stock" not in answer["sku"]


async def test_the_list_shows_fewer_terms_than_the_call_by_id(api: httpx.AsyncClient) -> None:
    """Three of four, as users of the real service reported."""
    listed = (await api.get(f"{E5}/availabilities?country=US")).json()["items"]
    by_id = (await api.get(f"{E5}/availabilities/CFQ7TTC0VZW5?country=US")).json()

    assert (len(listed[0]["terms"]), len(by_id["terms"])) == (3, 4)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        pytest.param("", ["CFQ7TTC0VZW5", "CFQ7TTC0EDUC", "CFQ7TTC0GONE"], id="all but nonprofit"),
        pytest.param("&targetSegment=nonprofit", ["CFQ7TTC0NONP"], id="nonprofit when asked for"),
        pytest.param("&TARGETSEGMENT=Education", ["CFQ7TTC0EDUC"], id="in any casing"),
    ],
)
async def test_availabilities_are_filtered_by_segment(api: httpx.AsyncClient, query: str, shown: list[str]) -> None:
    """Without a segment, all but nonprofit are listed."""
    answer = await api.get(f"{E5}/availabilities?country=US{query}")

    assert [each["id"] for each in answer.json()["items"]] == shown


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        pytest.param("country=US&targetView=MarketplaceSaaS", ["DZH318Z0BXWC", "DZH318Z0C0WF"], id="by view"),
        pytest.param("country=SE&targetView=onlineservices&targetSegment=education", ["CFQ7TTC0LF8S"], id="by segment"),
        pytest.param("country=FR&targetView=OnlineServices", [], id="no market there"),
    ],
)
async def test_products_are_listed_by_view_and_market(api: httpx.AsyncClient, query: str, shown: list[str]) -> None:
    """A product with its own markets is listed only there."""
    answer = await api.get(f"/v1/products?{query}")

    assert [each["id"] for each in answer.json()["items"]] == shown
    assert answer.json()["totalCount"] == len(shown)


async def test_a_product_has_the_documented_shape(api: httpx.AsyncClient) -> None:
    """Members and links as on get-a-product-by-id.md."""
    answer = await api.get("/v1/products/DZH318Z0BQ36?country=US")

    assert answer.json() == {
        "id": "DZH318Z0BQ36",
        "title": "Virtual Machines NV Series",
        "description": "Virtual Machines NV Series",
        "productType": {
            "id": "Azure", "displayName": "Azure",
            "subType": {"id": "VirtualMachines", "displayName": "VirtualMachines"},
        },
        "isMicrosoftProduct": True,
        "publisherName": "Microsoft Corporation",
        "links": {
            "skus": {"uri": "/products/DZH318Z0BQ36/skus?country=US", "method": "GET", "headers": []},
            "self": {"uri": "/products/DZH318Z0BQ36?country=US", "method": "GET", "headers": []},
        },
    }  # fmt: skip


async def test_the_minimum_of_a_savings_plan_is_a_string(api: httpx.AsyncClient) -> None:
    """With the market's currency (azure-purchase-savings-plan.md)."""
    answer = await api.get("/v1/products/DZH318Z09V6F/skus/0001?country=US")

    assert answer.json()["minimumPurchaseCommitment"] == {
        "grain": "Hourly",
        "currencyCode": {"code": "USD", "symbol": "$"},
        "amount": "0.001",
    }


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/products?targetView=Azure", id="products"),
        pytest.param("/products/CFQ7TTC0LF8S", id="product"),
        pytest.param("/products/CFQ7TTC0LF8S/skus", id="SKUs"),
        pytest.param("/products/CFQ7TTC0LF8S/skus/0001", id="SKU"),
        pytest.param("/products/CFQ7TTC0LF8S/skus/0001/availabilities", id="availabilities"),
        pytest.param("/products/CFQ7TTC0LF8S/skus/0001/availabilities/CFQ7TTC0VZW5", id="availability"),
    ],
)
async def test_the_catalog_by_customer_is_that_of_the_customers_country(api: httpx.AsyncClient, path: str) -> None:
    """Links name the country, as in printed answers."""
    joint = "&" if "?" in path else "?"
    by_country = await api.get(f"/v1{path}{joint}country=US")

    by_customer = await api.get(f"/v1/customers/{CONTOSO}{path}")

    assert by_customer.status_code == 200
    assert "?country=US" in by_customer.json()["links"]["self"]["uri"]
    assert by_customer.text == by_country.text


async def test_one_call_lists_every_sku_of_a_view(api: httpx.AsyncClient) -> None:
    """The self link is as printed on "Get a list of products (by customer)"."""
    path = f"/customers/{CONTOSO}/products/all/skus?targetView=AzureReservations&targetSegment=commercial"

    answer = await api.get(f"/v1{path}")

    assert [each["id"] for each in answer.json()["items"]] == ["004G", "004J"]
    assert answer.json()["links"]["self"]["uri"] == path


async def test_the_link_to_availabilities_repeats_the_segment(api: httpx.AsyncClient) -> None:
    """Only if the call has one ("Get a list of SKUs for a product")."""
    answer = await api.get("/v1/products/CFQ7TTC0LF8S/skus?country=US&targetSegment=commercial")

    links = answer.json()["items"][0]["links"]
    assert links["availabilities"]["uri"] == f"{E5[3:]}/availabilities?country=US&targetSegment=commercial"
    assert links["self"]["uri"] == f"{E5[3:]}?country=US"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        pytest.param("/v1/products?targetView=Azure", 400, 3000, id="no country"),
        pytest.param("/v1/products?country=USA&targetView=Azure", 400, 3000, id="no country code"),
        pytest.param("/v1/products?country=US", 400, 3000, id="no view"),
        pytest.param("/v1/products?country=US&targetView=Everything", 403, 400036, id="an unknown view"),
        pytest.param("/v1/products?country=US&targetView=Azure&targetSegment=x", 403, 400030, id="an unknown segment"),
        pytest.param("/v1/products/NOTHING?country=US", 404, 400013, id="an unknown product"),
        pytest.param("/v1/products/CFQ7TTC0SEON?country=US", 404, 400013, id="a product of another market"),
        pytest.param("/v1/products/CFQ7TTC0LF8S?country=FR", 404, 400013, id="a country without a market"),
        pytest.param("/v1/products/CFQ7TTC0LF8S/skus/9999?country=US", 404, 400018, id="an unknown SKU"),
        pytest.param(f"{E5}/availabilities/X?country=US", 404, 400019, id="an unknown availability"),
        pytest.param(f"/v1/customers/{CONTOSO}/products/all/skus", 400, 3000, id="all SKUs of no view"),
        pytest.param("/v1/products/A%2FB/skus?country=US", 404, 400013, id="an encoded slash splits no segment"),
    ],
)
async def test_invalid_catalog_calls_are_refused(api: httpx.AsyncClient, path: str, status: int, code: int) -> None:
    """Each with its documented code."""
    answer = await api.get(path)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
