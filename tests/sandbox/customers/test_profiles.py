"""The profiles of a customer, and the etag of the billing profile."""

from typing import Any, cast

import httpx
import pytest

from tests.sandbox.shop_ids import CONTOSO_PATH

BILLING, COMPANY = f"{CONTOSO_PATH}/profiles/billing", f"{CONTOSO_PATH}/profiles/company"
APP = {
    "client_id": "0b0e6d3c-5b4b-4b0f-9a70-8f4d2f5f7a11",
    "client_secret": "sandbox-secret",
    "grant_type": "client_credentials",
    "resource": "https://api.partnercenter.microsoft.com",
}


@pytest.fixture
async def profile(api: httpx.AsyncClient) -> dict[str, Any]:
    answer: dict[str, Any] = (await api.get(BILLING)).json()
    return answer


def in_pascal_case(value: object) -> object:
    """As the .NET SDK writes it."""
    if not isinstance(value, dict):
        return value
    members = cast("dict[str, object]", value)
    return {f"{name[:1].upper()}{name[1:]}": in_pascal_case(held) for name, held in members.items()}


async def test_a_profile_is_the_same_as_in_the_customer(api: httpx.AsyncClient, profile: dict[str, Any]) -> None:
    """get-a-customer-by-id.md."""
    customer = (await api.get(CONTOSO_PATH)).json()

    assert profile == customer["billingProfile"]
    assert (await api.get(COMPANY)).json() == customer["companyProfile"]


async def test_the_company_profile_needs_a_user_token(api: httpx.AsyncClient) -> None:
    """App-only tokens get 403, but may read the billing profile (get-a-customer-s-company-profile.md)."""
    token = (await api.post("/f8de8ffc-e4ca-45c1-b0c6-a7c21eddf911/oauth2/token", data=APP)).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    answers = [await api.get(path, headers=headers) for path in (COMPANY, BILLING)]

    assert [each.status_code for each in answers] == [403, 200]
    assert answers[0].json()["code"] == 900329


@pytest.mark.parametrize("place", ["the header", "the body"])
async def test_a_billing_profile_is_replaced(api: httpx.AsyncClient, profile: dict[str, Any], place: str) -> None:
    """With the etag in If-Match, as in the page's table, or in the body only, as in its printed request."""
    address = {**profile["defaultAddress"], "city": "Redmond", "region": None, "phoneNumber": "4255555555"}
    etag = profile["attributes"].pop("etag") if place == "the header" else None
    body = in_pascal_case({**profile, "firstName": "Ada", "defaultAddress": address})

    answer = await api.put(BILLING, json=body, headers={} if etag is None else {"If-Match": f'"{etag}"'})

    changed = answer.json()
    assert (answer.status_code, changed["firstName"], changed["defaultAddress"]["city"]) == (200, "Ada", "Redmond")
    assert (await api.get(BILLING)).json() == changed == (await api.get(CONTOSO_PATH)).json()["billingProfile"]
    assert changed["attributes"]["etag"] != etag


@pytest.mark.parametrize("etag", ["old", "", None])
async def test_a_stale_or_missing_etag_is_refused(
    api: httpx.AsyncClient, profile: dict[str, Any], etag: str | None
) -> None:
    """With 400/2055."""
    body = {**profile, "firstName": "Ada", "attributes": {"etag": etag}}

    answer = await api.put(BILLING, json=body)

    assert (answer.status_code, answer.json()["code"]) == (400, 2055)
    assert (await api.get(BILLING)).json() == profile


async def test_a_replaced_profile_makes_its_etag_stale(api: httpx.AsyncClient, profile: dict[str, Any]) -> None:
    """Of two writers that read the same profile, only the first succeeds."""
    answers = [await api.put(BILLING, json={**profile, "lastName": name}) for name in ("One", "Two")]

    assert [each.status_code for each in answers] == [200, 400]


async def test_a_new_country_changes_the_market(api: httpx.AsyncClient, profile: dict[str, Any]) -> None:
    """Of catalog and carts; the country needs a market, and a reset restores the seed's country."""
    for country in ("de", "XX"):
        body = {**profile, "defaultAddress": {**profile["defaultAddress"], "country": country}}
        answer = await api.put(BILLING, json=body)
        profile = {**profile, "attributes": (await api.get(BILLING)).json()["attributes"]}
    product = (await api.get(f"{CONTOSO_PATH}/products/CFQ7TTC0LF8S")).json()
    await api.post("/_sandbox/reset")

    assert (answer.status_code, answer.json()["code"]) == (400, 3000)
    assert product["links"]["self"]["uri"].endswith("?country=DE")
    assert (await api.get(BILLING)).json()["defaultAddress"]["country"] == "US"
