"""Kinds of special customers, and what is sold to them alone."""

from typing import Any

import httpx
import pytest

SCHOOL = "/v1/customers/e26f786a-53f0-415d-bd9b-0b1b14561ba4"
IN_REVIEW = "/v1/customers/8e9d2fba-176a-4bc1-90fe-27f5c6864792"
DENIED = "/v1/customers/4c2b661d-266a-4343-902d-329fc91c0d1c"
AUTHORITY = "/v1/customers/6838132f-5b5d-40dc-b3a8-1c98c3a80210"
BUSINESS = "/v1/customers/28089560-09e9-4305-9944-5fb2b1a786e5"
FOR_SCHOOLS = {
    "catalogItemId": "CFQ7TTC0LHPK:000W:CFQ7TTC08TMY",
    "quantity": 10,
    "billingCycle": "annual",
    "termDuration": "P1Y",
}


@pytest.mark.parametrize(
    ("customer", "found"),
    [
        pytest.param(SCHOOL, [("Education", "Approved")], id="approved"),
        pytest.param(IN_REVIEW, [("Education", "InReview")], id="in review"),
        pytest.param(DENIED, [("Education", "Denied")], id="denied"),
        pytest.param(AUTHORITY, [("GovernmentCommunityCloud", "Approved"), ("StateOwnedEntity", None)], id="two"),
        pytest.param(BUSINESS, [], id="an ordinary business"),
    ],
)
async def test_qualifications_are_a_bare_array(
    packaged_api: httpx.AsyncClient, customer: str, found: list[tuple[str, str | None]]
) -> None:
    """get-customer-qualification-asynchronous.md."""
    answer: list[dict[str, Any]] = (await packaged_api.get(f"{customer}/qualifications")).json()

    assert [(each["qualification"], each.get("vettingStatus")) for each in answer] == found


async def test_a_requested_qualification_is_reviewed(packaged_api: httpx.AsyncClient) -> None:
    """It begins in review, and a reset forgets it."""
    body = {"Qualification": "Education", "EducationSegment": "K12"}
    created = await packaged_api.post(f"{BUSINESS}/qualifications", json=body)

    listed = (await packaged_api.get(f"{BUSINESS}/qualifications")).json()
    await packaged_api.post("/_sandbox/reset")

    assert (created.status_code, [created.json()]) == (201, listed)
    assert (listed[0]["vettingStatus"], listed[0]["vettingCreatedDate"]) == ("InReview", "2023-07-11T21:16:11.55149Z")
    assert (await packaged_api.get(f"{BUSINESS}/qualifications")).json() == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"qualification": "Education"}, id="no segment"),
        pytest.param({"qualification": "GovernmentCommunityCloud"}, id="no validation code"),
        pytest.param({"qualification": "Nonprofit"}, id="read only"),
    ],
)
async def test_an_incomplete_request_is_refused(packaged_api: httpx.AsyncClient, body: dict[str, str]) -> None:
    """With 400."""
    assert (await packaged_api.post(f"{BUSINESS}/qualifications", json=body)).status_code == 400


@pytest.mark.parametrize("customer", [IN_REVIEW, DENIED, BUSINESS], ids=["in review", "denied", "never asked"])
@pytest.mark.parametrize("code", [10001, 800020, 2085])
async def test_only_the_qualified_buy_what_is_for_schools(
    packaged_api: httpx.AsyncClient, customer: str, code: int
) -> None:
    """With an error on the line, or with one of two refusals where the sandbox is switched to them."""
    await packaged_api.post("/_sandbox/switches", json={"unqualifiedCode": code})
    cart = (await packaged_api.post(f"{customer}/carts", json={"lineItems": [FOR_SCHOOLS]})).json()

    answer = await packaged_api.post(f"{customer}/carts/{cart['id']}/checkout")

    on_line = cart["lineItems"][0].get("error", {}).get("errorCode")
    assert on_line == (10001 if code == 10001 else None)
    assert (answer.status_code, answer.json()["code"]) == ((400, 800009) if code == 10001 else (403, code))


async def test_the_qualified_buy_what_is_for_schools(packaged_api: httpx.AsyncClient) -> None:
    """Also where refusals are switched on."""
    await packaged_api.post("/_sandbox/switches", json={"unqualifiedCode": 2085})
    cart = (await packaged_api.post(f"{SCHOOL}/carts", json={"lineItems": [FOR_SCHOOLS]})).json()

    assert (await packaged_api.post(f"{SCHOOL}/carts/{cart['id']}/checkout")).status_code == 201
