"""The calls about the partner itself and its resellers, and purchases that name one."""

import httpx
import pytest

from tests.sandbox.shop_ids import CONTOSO, CONTOSO_PATH
from tests.sandbox.tokens import app_only

AUTHORIZED, UNAUTHORIZED, UNLINKED, UNKNOWN = "5357564", "6104772", "6233518", "9999999"
OWN = "4391507"
UNSIGNED_TENANT = "d41b8e95-7f03-4a6c-92e8-b5c3a0f71d55"


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        pytest.param("IsIndirectCloudSolutionProviderOf", 7, id="resellers of the provider"),
        pytest.param("isindirectresellerof", 0, id="its own providers, in another case"),
    ],
)
async def test_relationships_are_listed_by_kind(api: httpx.AsyncClient, kind: str, found: int) -> None:
    """The partner is a provider."""
    answer = (await api.get(f"/v1/relationships?relationship_type={kind}")).json()

    assert answer["totalCount"] == len(answer["items"]) == found


@pytest.mark.parametrize("query", ["", "?relationship_type=IsFriendOf"])
async def test_an_unknown_kind_of_relationship_is_refused(api: httpx.AsyncClient, query: str) -> None:
    """With 400."""
    assert (await api.get(f"/v1/relationships{query}")).status_code == 400


async def test_the_resellers_of_a_customer_lack_state_and_location(packaged_api: httpx.AsyncClient) -> None:
    """As printed (get-indirect-resellers-of-a-customer.md)."""
    answer = await packaged_api.get("/v1/customers/6edaebfe-43a1-4a8f-8c3d-3c1683762336/relationships")

    (reseller,) = answer.json()["items"]
    assert reseller["mpnId"] == "5357563"
    assert reseller.keys().isdisjoint({"state", "location"})


@pytest.mark.parametrize(
    ("query", "name"),
    [
        pytest.param("", "Northwind Partner", id="the caller itself"),
        pytest.param(f"?mpnId={AUTHORIZED}", "First Up Consultants", id="a reseller"),
    ],
)
async def test_a_profile_is_found_by_partner_identifier(api: httpx.AsyncClient, query: str, name: str) -> None:
    """get-partner-by-mpn-id.md."""
    assert (await api.get(f"/v1/profiles/mpn{query}")).json()["partnerName"] == name


async def test_an_unknown_partner_is_not_found(api: httpx.AsyncClient) -> None:
    """As printed, with 404/3000."""
    answer = await api.get(f"/v1/profiles/mpn?mpnId={UNKNOWN}")

    assert (answer.status_code, answer.json()["code"]) == (404, 3000)


async def test_each_partner_gets_a_verdict(api: httpx.AsyncClient) -> None:
    """In one call, for which an app-only token will do (validate-reseller-partner-of-record)."""
    body = {"partnerIds": [AUTHORIZED, UNAUTHORIZED, UNLINKED, UNKNOWN]}

    answer = await api.post("/v1/partners/validateresellers", json=body, headers=await app_only(api))

    results = answer.json()["validationResults"]
    assert [(each["partnerId"], each.get("errorCode")) for each in results] == [
        (AUTHORIZED, None),
        (UNAUTHORIZED, 900414),
        (UNLINKED, 900400),
        (UNKNOWN, 900400),
    ]
    assert [each["isValidPartnerIdOnRecord"] for each in results] == [True, False, False, False]


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        pytest.param(f"mpnId={AUTHORIZED}", (200, None), id="signed"),
        pytest.param(f"mpnId={UNLINKED}", (400, 2203), id="not signed"),
        pytest.param(f"tenantId={UNSIGNED_TENANT}", (400, 2206), id="not signed, by tenant"),
        pytest.param(f"mpnId={UNKNOWN}", (400, 2200), id="unknown"),
        pytest.param(f"mpnId={OWN}", (400, 2204), id="no reseller"),
        pytest.param(f"tenantId={CONTOSO}", (400, 2205), id="unknown tenant"),
        pytest.param("tenantId=contoso", (400, 2000), id="a tenant that is not a GUID"),
        pytest.param(f"mpnId={OWN}&tenantId={CONTOSO}", (400, 2000), id="both"),
        pytest.param("", (400, 2001), id="neither"),
    ],
)
async def test_an_unsigned_partner_agreement_is_a_refusal(
    api: httpx.AsyncClient, query: str, answer: tuple[int, int | None]
) -> None:
    """verify-indirect-reseller-mpa-status.md."""
    status = await api.get(f"/v1/compliance/csp/agreementstatus?{query}")

    assert (status.status_code, status.json().get("code")) == answer


@pytest.mark.parametrize(
    ("reseller", "code"),
    [
        pytest.param(AUTHORIZED, None, id="authorized"),
        pytest.param(UNAUTHORIZED, 900414, id="not authorized"),
        pytest.param(UNKNOWN, 900400, id="unknown"),
    ],
)
async def test_a_line_may_only_name_an_authorized_reseller(
    api: httpx.AsyncClient, reseller: str, code: int | None
) -> None:
    """The cart takes any; the checkout refuses the order group."""
    line = {
        "catalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5",
        "quantity": 1,
        "billingCycle": "monthly",
        "termDuration": "P1Y",
        "participants": [{"key": "transaction_reseller", "value": reseller}],
    }
    body = {"PartnerOnRecordAttestationAccepted": True, "lineItems": [line]}
    cart = (await api.post(f"{CONTOSO_PATH}/carts", json=body)).json()

    result = (await api.post(f"{CONTOSO_PATH}/carts/{cart['id']}/checkout")).json()

    assert [each["code"] for each in result.get("orderErrors", [])] == ([] if code is None else [code])
