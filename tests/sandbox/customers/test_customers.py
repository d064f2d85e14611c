"""Customers, what they own, and the calls around the catalog: old offers, promotions, stock, term ends."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

Create = Callable[..., Awaitable[dict[str, Any]]]

CONTOSO, FABRIKAM = "28045616-f6b9-462f-9701-0d89b5e65c44", "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"
OWNED = "a4c1340d-6911-4758-bba3-0c4c6007d161"
BASE = "91FD106F-4B2C-4938-95AC-F54F74E9A239"
E3 = "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30"


async def test_customers_come_in_pages(api: httpx.AsyncClient) -> None:
    """The next page is asked for with the token that the link of this one carries."""
    first = (await api.get("/v1/customers?size=3")).json()
    following = first["links"]["next"]
    token = {each["key"]: each["value"] for each in following["headers"]}

    second = (await api.get(f"/v1{following['uri']}", headers=token)).json()

    names = [each["companyProfile"]["companyName"] for page in (first, second) for each in page["items"]]
    assert names == ["Contoso", "Fabrikam", "Wingtip", "Wide World School"]
    assert (first["totalCount"], second["totalCount"]) == (4, 4)
    assert token == {"MS-ContinuationToken": first["continuationToken"]}
    assert "next" not in second["links"]


@pytest.mark.parametrize(
    ("value", "field", "found"),
    [
        ("wi", "CompanyName", 2),
        ("Wing", "CompanyName", 1),
        ("fab", "domain", 1),
        ("x", "CompanyName", 0),
        ("484e548c", "IndirectReseller", 0),
    ],
)
async def test_customers_are_found_by_how_they_start(
    api: httpx.AsyncClient, value: str, field: str, found: int
) -> None:
    """The filter is JSON inside the query."""
    asked = json.dumps({"Field": field, "Value": value, "Operator": "starts_with"})

    answer = await api.get("/v1/customers", params={"size": "10", "filter": asked})

    assert answer.json()["totalCount"] == found


async def test_a_size_of_nothing_asks_for_all(api: httpx.AsyncClient) -> None:
    """The printed searches for customers send size=0 (get-a-customer-by-name.md)."""
    answer = (await api.get("/v1/customers?size=0")).json()

    assert len(answer["items"]) == answer["totalCount"] == 4


@pytest.mark.parametrize(
    ("query", "code"),
    [("size=-1", 3000), ("size=many", 3000), ("filter=x", 800002), ('filter={"Field":"A","Value":"","Operator":"starts_with"}', 3000)],
)  # fmt: skip
async def test_a_list_asked_for_badly_is_refused(api: httpx.AsyncClient, query: str, code: int) -> None:
    """Each time with a 400."""
    answer = await api.get(f"/v1/customers?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_a_customer_has_a_country_and_an_etag(api: httpx.AsyncClient) -> None:
    """Both in the billing profile (get-a-customer-by-id.md)."""
    customer = (await api.get(f"/v1/customers/{CONTOSO}")).json()

    assert customer["billingProfile"]["defaultAddress"]["country"] == "US"
    assert customer["billingProfile"]["attributes"]["etag"]
    assert customer["companyProfile"]["tenantId"] == customer["id"] == CONTOSO


async def test_what_a_customer_owned_from_the_start_is_listed(api: httpx.AsyncClient) -> None:
    """By id, by order and in the whole list, in the shape of get-a-subscription-by-id.md."""
    listed = (await api.get(f"/v1/customers/{FABRIKAM}/subscriptions")).json()["items"]
    by_order = (await api.get(f"/v1/customers/{FABRIKAM}/subscriptions?order_id=34B37D7340CC")).json()["items"]
    other = (await api.get(f"/v1/customers/{FABRIKAM}/subscriptions?order_id=000000000000")).json()["items"]
    by_id = (await api.get(f"/v1/customers/{FABRIKAM}/subscriptions/{OWNED}")).json()

    assert listed == by_order == [by_id]
    assert other == []
    assert (by_id["offerId"], by_id["quantity"], by_id["status"]) == (E3, 4, "active")
    assert by_id["creationDate"] == "2023-06-11T21:16:11.55149Z"


async def test_an_unknown_subscription_is_not_found(api: httpx.AsyncClient) -> None:
    """Another customer's is unknown."""
    answer = await api.get(f"/v1/customers/{CONTOSO}/subscriptions/{OWNED}")

    assert (answer.status_code, answer.json()["code"]) == (404, 20003)


async def test_a_term_may_end_with_a_month_or_with_another_subscription(api: httpx.AsyncClient) -> None:
    """Dates without a zone, as custom-term-end-dates.md prints them."""
    path = f"/customers/{FABRIKAM}/subscriptions/customTermEndDates?term_duration=P1Y"

    answer = await api.get(f"/v1{path}")

    assert answer.json() == {
        "totalCount": 2,
        "items": [
            {"allowedCustomTermEndDateType": "calendarMonthAligned", "allowedCustomTermEndDate": "2024-06-30T00:00:00"},
            {
                "allowedCustomTermEndDateType": "subscriptionAligned",
                "allowedCustomTermEndDate": "2024-06-10T00:00:00",
                "cotermSubscriptionIds": [OWNED],
            },
        ],
        "links": {"self": {"uri": path, "method": "GET", "headers": []}},
        "attributes": {"objectType": "Collection"},
    }


@pytest.mark.parametrize("day", ["2024-06-30T00:00:00Z", "2024-06-10T00:00:00", "2024-06-10"])
async def test_an_allowed_end_is_taken(create: Create, day: str) -> None:
    """The end of a month, or of a subscription already owned."""
    cart = await create({"customTermEndDate": day}, customer=FABRIKAM)

    assert cart["lineItems"][0]["customTermEndDate"] == f"{day[:10]}T00:00:00Z"
    assert "error" not in cart["lineItems"][0]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        pytest.param("/v1/offers?country=US", 6, id="all"),
        pytest.param("/v1/offers?country=US&offset=4&size=5", 2, id="the second page"),
        pytest.param("/v1/offers?country=US&offer_category_id=none", 0, id="another category"),
        pytest.param(f"/v1/customers/{CONTOSO}/offers", 6, id="by customer"),
        pytest.param(f"/v1/offers/{BASE.lower()}/addons?country=US", 2, id="the add-ons of one"),
        pytest.param(f"/v1/customers/{CONTOSO}/offers/{BASE}/addons", 2, id="the add-ons of one, by customer"),
        pytest.param("/v1/offercategories?country=US", 1, id="categories"),
        pytest.param(f"/v1/customers/{CONTOSO}/offercategories", 1, id="categories, by customer"),
    ],
)
async def test_old_offers_are_listed(api: httpx.AsyncClient, path: str, found: int) -> None:
    """The old catalog has calls of its own."""
    answer = await api.get(path)

    assert len(answer.json()["items"]) == found


@pytest.mark.parametrize(
    ("offer", "status", "code"),
    [("CFQ7TTC0LF8S", 400, 2100), (E3, 400, 2100), ("00000000-0000-0000-0000-000000000000", 404, 1000)],
)
async def test_the_old_catalog_knows_no_new_items(api: httpx.AsyncClient, offer: str, status: int, code: int) -> None:
    """Asked for one, it says where to look."""
    answer = await api.get(f"/v1/offers/{offer}?country=US")

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_promotions_that_run_are_listed(api: httpx.AsyncClient) -> None:
    """One that is over is found by id only."""
    listed = "/v1/productpromotions?country=US&segment=commercial"
    now = (await api.get(listed)).json()["totalCount"]
    await api.post("/_sandbox/clock", json={"now": "2024-01-01T00:00:00Z"})

    later = (await api.get(listed)).json()["totalCount"]
    over = await api.get("/v1/productpromotions/39NFJQT1PM6C:0005:39NFJQT1Q5L7?country=US")

    assert (now, later, over.status_code) == (2, 1, 200)


@pytest.mark.parametrize(
    ("item", "verdicts"),
    [
        pytest.param({"quantity": 1}, [(True, None), (False, "Term")], id="every promotion of the item"),
        pytest.param({"quantity": 101}, [(False, "SeatCount"), (False, "Term")], id="too many seats"),
        pytest.param({"quantity": 1, "promotionId": "39NFJQT1PM6C:0005:39NFJQT1Q5L7"}, [(False, "Term")], id="another term"),
        pytest.param({"quantity": 1, "promotionId": "A:B:C"}, [(False, "InvalidPromotion")], id="an unknown one"),
        pytest.param({"quantity": 1, "catalogItemId": "A:B:C"}, [(False, "InvalidCatalogItemId")], id="an unknown item"),
        pytest.param({"quantity": 1, "catalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5"}, [(False, "NoPromotionsAvailable")], id="none"),
    ],
)  # fmt: skip
async def test_eligibility_says_what_stands_in_the_way(
    api: httpx.AsyncClient, item: dict[str, object], verdicts: list[tuple[bool, str | None]]
) -> None:
    """Kinds of errors as on verify-promotion-eligibility.md."""
    asked = {"id": "0", "catalogItemId": E3, "termDuration": "P1M", "billingCycle": "Monthly", **item}

    answer = (await api.post(f"/v1/customers/{CONTOSO}/promotionEligibilities", json={"items": [asked]})).json()

    (found,) = answer["items"]
    assert (found["id"], found["billingCycle"]) == (0, "monthly")
    assert [
        (each["isEligible"], each.get("errors", [{}])[0].get("type")) for each in found["eligibilities"]
    ] == verdicts


async def test_the_inventory_check_leaves_out_what_it_does_not_know(api: httpx.AsyncClient, create: Create) -> None:
    """The answer is a bare array; what is sold out is restricted."""
    reserved = {
        "catalogItemId": "DZH318Z0BQ36:004J:DZH318Z08B8X", "billingCycle": "one_time", "termDuration": "P3Y", "quantity": 5,
        "provisioningContext": {"scope": "single", "subscriptionId": "1c461a25-f729-4fa5-aadb-280947dd05e8"},
    }  # fmt: skip
    cart = await create(reserved)
    await api.post(f"/v1/customers/{CONTOSO}/carts/{cart['id']}/checkout")
    body = {
        "TargetItems": [{"ProductId": "DZH318Z0BQ36"}, {"ProductId": "NOTHING"}],
        "InventoryContext": {"customerId": CONTOSO},
    }

    answer = await api.post("/v1/extensions/product/checkInventory?country=US", json=body)

    assert [(each["skuId"], each["isRestricted"]) for each in answer.json()] == [("004G", False), ("004J", True)]
