"""Pages of customers: by token, as the SDKs do, and by offset."""

import json
from typing import Any

import httpx
import pytest

NAMES = ["Contoso", "Fabrikam", "Wingtip", "Wide World School"]


async def page_of(api: httpx.AsyncClient, uri: str, token: str | None = None) -> dict[str, Any]:
    answer = await api.get(uri, headers={} if token is None else {"MS-ContinuationToken": token})
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def names(*pages: dict[str, Any]) -> list[str]:
    return [each["companyProfile"]["companyName"] for page in pages for each in page["items"]]


@pytest.mark.parametrize(
    ("operation", "found"),
    [
        pytest.param("", NAMES[2:3], id="none"),
        pytest.param("?seekOperation=Next", NAMES[2:3], id="next"),
        pytest.param("?seekOperation=NEXT", NAMES[2:3], id="next, as Java writes it"),
        pytest.param("?seekOperation=Previous", NAMES[0:1], id="previous"),
        pytest.param("?seekOperation=First", NAMES[0:1], id="first"),
        pytest.param("?seekOperation=Last", NAMES[3:], id="last"),
        pytest.param("?seekOperation=Next&size=2", NAMES[2:], id="a size of its own"),
    ],
)
async def test_a_seek_starts_at_the_page_of_its_token(api: httpx.AsyncClient, operation: str, found: list[str]) -> None:
    """The SDKs send only operation and token, so the token contains position and size."""
    first = await page_of(api, "/v1/customers?size=1")
    second = await page_of(api, "/v1/customers?seekOperation=Next", first["continuationToken"])

    page = await page_of(api, f"/v1/customers{operation}", second["continuationToken"])

    assert names(page) == found


async def test_a_seek_keeps_its_filter(api: httpx.AsyncClient) -> None:
    """The SDKs do not repeat the filter."""
    asked = json.dumps({"Field": "CompanyName", "Value": "w", "Operator": "starts_with"})
    first = (await api.get("/v1/customers", params={"size": "1", "filter": asked})).json()

    second = await page_of(api, "/v1/customers?seekOperation=Next", first["continuationToken"])

    assert names(first, second) == ["Wingtip", "Wide World School"]
    assert first["totalCount"] == second["totalCount"] == 2
    assert "next" not in second["links"]


async def test_the_previous_page_is_linked(api: httpx.AsyncClient) -> None:
    """With the token of the current page; the first page has no such link."""
    first = await page_of(api, "/v1/customers?size=3")
    second = await page_of(api, f"/v1{first['links']['next']['uri']}", first["continuationToken"])
    previous = second["links"]["previous"]

    back = await page_of(api, f"/v1{previous['uri']}", previous["headers"][0]["value"])

    assert back == first
    assert "previous" not in first["links"]
    assert "continuationToken" not in second


async def test_pages_by_offset_have_no_token(api: httpx.AsyncClient) -> None:
    """A call with an offset gets links with offsets and the filter."""
    asked = json.dumps({"Field": "CompanyName", "Value": "W", "Operator": "starts_with"})
    first = (await api.get("/v1/customers", params={"size": "1", "offset": "0", "filter": asked})).json()

    second = await page_of(api, f"/v1{first['links']['next']['uri']}")
    back = await page_of(api, f"/v1{second['links']['previous']['uri']}")

    assert names(first, second) == ["Wingtip", "Wide World School"]
    assert first["links"]["next"]["headers"] == []
    assert "continuationToken" not in first
    assert "next" not in second["links"]
    assert back == first


@pytest.mark.parametrize(
    ("query", "token"),
    [
        pytest.param("seekOperation=PageIndex", "", id="an operation without a page"),
        pytest.param("offset=-1", "", id="an offset before the list"),
        pytest.param("", "???", id="a token of other letters"),
        pytest.param("", "MQ==", id="a token of another form"),
        pytest.param("", "eyJzdGFydCI6LTEsInNpemUiOjEsImZpbHRlciI6IiJ9", id="a token before the list"),
        pytest.param("", "eyJzdGFydCI6MCwic2l6ZSI6MCwiZmlsdGVyIjoiIn0=", id="a token of no size"),
    ],
)
async def test_invalid_page_parameters_are_refused(api: httpx.AsyncClient, query: str, token: str) -> None:
    """With 400/3000."""
    answer = await api.get(f"/v1/customers?{query}", headers={"MS-ContinuationToken": token})

    assert (answer.status_code, answer.json()["code"]) == (400, 3000)
