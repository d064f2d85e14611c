"""The calls that list and get customers."""

import json

import httpx
import pytest

from tests.sandbox.shop_ids import CONTOSO


async def test_customers_are_paged(api: httpx.AsyncClient) -> None:
    """The next page needs the token in the header of the link."""
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
async def test_customers_are_filtered_by_prefix(api: httpx.AsyncClient, value: str, field: str, found: int) -> None:
    """The filter is JSON in the query."""
    asked = json.dumps({"Field": field, "Value": value, "Operator": "starts_with"})

    answer = await api.get("/v1/customers", params={"size": "10", "filter": asked})

    assert answer.json()["totalCount"] == found


async def test_size_zero_lists_all(api: httpx.AsyncClient) -> None:
    """Printed searches send size=0 (get-a-customer-by-name.md)."""
    answer = (await api.get("/v1/customers?size=0")).json()

    assert len(answer["items"]) == answer["totalCount"] == 4


@pytest.mark.parametrize(
    ("query", "code"),
    [("size=-1", 3000), ("size=many", 3000), ("filter=x", 800002), ('filter={"Field":"A","Value":"","Operator":"starts_with"}', 3000)],
)  # fmt: skip
async def test_invalid_list_parameters_are_refused(api: httpx.AsyncClient, query: str, code: int) -> None:
    """With status 400."""
    answer = await api.get(f"/v1/customers?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_a_customer_has_a_country_and_an_etag(api: httpx.AsyncClient) -> None:
    """Both in the billing profile (get-a-customer-by-id.md)."""
    customer = (await api.get(f"/v1/customers/{CONTOSO}")).json()

    assert customer["billingProfile"]["defaultAddress"]["country"] == "US"
    assert customer["billingProfile"]["attributes"]["etag"]
    assert customer["companyProfile"]["tenantId"] == customer["id"] == CONTOSO
