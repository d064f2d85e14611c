"""Tokens: how to get them, what they allow, and when they expire."""

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from tests.sandbox.shop_ids import CONTOSO_PATH

TENANT = "f8de8ffc-e4ca-45c1-b0c6-a7c21eddf911"
CLIENT = {"client_id": "0b0e6d3c-5b4b-4b0f-9a70-8f4d2f5f7a11", "client_secret": "sandbox-secret"}
RESOURCE = "https://api.partnercenter.microsoft.com"
APP = {**CLIENT, "grant_type": "client_credentials", "resource": RESOURCE}
USER = {**CLIENT, "grant_type": "refresh_token", "refresh_token": "sandbox-refresh-token", "resource": RESOURCE}


async def sign_in(api: httpx.AsyncClient, form: dict[str, str]) -> dict[str, str]:
    answer = await api.post(f"/{TENANT}/oauth2/token", data=form)
    assert answer.status_code == 200, answer.text
    tokens: dict[str, str] = answer.json()
    return tokens


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_the_v1_endpoint_writes_numbers_as_strings(api: httpx.AsyncClient) -> None:
    """As on partner-center-authentication.md."""
    tokens = await sign_in(api, APP)

    del tokens["access_token"]
    assert tokens == {
        "token_type": "Bearer",
        "expires_in": "3600",
        "ext_expires_in": "3600",
        "expires_on": "1689113771",
        "not_before": "1689110171",
        "resource": RESOURCE,
    }


async def test_a_refresh_token_yields_another_and_stays_valid(api: httpx.AsyncClient) -> None:
    """Both can be used afterwards."""
    first = await sign_in(api, USER)

    again = [
        await sign_in(api, {**USER, "refresh_token": token})
        for token in (USER["refresh_token"], first["refresh_token"])
    ]

    assert first["scope"] == "user_impersonation"
    assert len({each["refresh_token"] for each in (first, *again)}) == 3
    assert "id_token" not in first


async def test_scope_openid_adds_an_id_token(api: httpx.AsyncClient) -> None:
    """Which is not an access token."""
    tokens = await sign_in(api, {**USER, "scope": "openid"})

    answer = await api.get(CONTOSO_PATH, headers=bearing(tokens["id_token"]))

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(f"{RESOURCE}/.default", id="default"),
        pytest.param(f"openid {RESOURCE}/user_impersonation", id="user"),
    ],
)
async def test_the_v2_endpoint_takes_a_scope(api: httpx.AsyncClient, scope: str) -> None:
    """Its numbers are JSON numbers."""
    form = {**USER, "scope": scope}
    del form["resource"]

    answer = await api.post(f"/{TENANT}/oauth2/v2.0/token", data=form)

    assert answer.json()["expires_in"] == 3600
    assert (await api.get(CONTOSO_PATH, headers=bearing(answer.json()["access_token"]))).status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        pytest.param({"client_secret": "wrong"}, 401, "invalid_client", id="a wrong secret"),
        pytest.param({"client_id": "somebody"}, 400, "unauthorized_client", id="an unknown application"),
        pytest.param({"grant_type": "password"}, 400, "unsupported_grant_type", id="a grant of the past"),
        pytest.param({"grant_type": ""}, 400, "invalid_request", id="no grant"),
        pytest.param({"resource": "https://example.com"}, 400, "invalid_resource", id="an unknown resource"),
        pytest.param({"refresh_token": "made-up"}, 400, "invalid_grant", id="a refresh token nobody handed out"),
    ],
)
async def test_a_refused_sign_in_has_an_oauth_error(
    api: httpx.AsyncClient, change: dict[str, str], status: int, error: str
) -> None:
    """Not the error body of Partner Center."""
    answer = await api.post(f"/{TENANT}/oauth2/token", data={**USER, **change})

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"].startswith(f"AADSTS{answer.json()['error_codes'][0]}: ")


@pytest.mark.parametrize("path", ["oauth2/token", "oauth2/v2.0/token"])
@pytest.mark.parametrize(
    "tenant", ["northwindpartner.onmicrosoft.com", "NorthwindPartner.onmicrosoft.com", TENANT.upper()]
)
async def test_a_domain_names_the_tenant(api: httpx.AsyncClient, path: str, tenant: str) -> None:
    """The token has the tenant's id in either case."""
    answer = await api.post(f"/{tenant}/{path}", data={**APP, "scope": f"{RESOURCE}/.default"})

    assert (await api.get(CONTOSO_PATH, headers=bearing(answer.json()["access_token"]))).status_code == 200


async def test_an_unknown_tenant_is_refused(api: httpx.AsyncClient) -> None:
    """The sandbox has one partner."""
    answer = await api.post("/contoso.example/oauth2/token", data=APP)

    assert (answer.status_code, answer.json()["error_codes"]) == (400, [90002])


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        pytest.param("", 800001, id="no token"),
        pytest.param("Basic abc", 800001, id="another scheme"),
        pytest.param("Bearer ", 800001, id="an empty token"),
        pytest.param("Bearer made.up.token", 400, id="a token nobody signed"),
        pytest.param("Bearer ünsigned", 400, id="a token with odd letters"),
    ],
)
async def test_calls_without_a_valid_token_get_401(api: httpx.AsyncClient, authorization: str, code: int) -> None:
    """Even for unknown paths."""
    answer = await api.get("/v1/nowhere", headers=[(b"Authorization", authorization.encode("latin-1"))])

    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["WWW-Authenticate"] == f"OAuth realm=urn:cpsvc:cpid:{TENANT}"


async def test_a_token_expires_after_an_hour(api: httpx.AsyncClient) -> None:
    """By the sandbox's clock."""
    token = (await sign_in(api, APP))["access_token"]
    await api.post("/_sandbox/clock", json={"advanceSeconds": 3599})
    before = await api.get(CONTOSO_PATH, headers=bearing(token))
    await api.post("/_sandbox/clock", json={"advanceSeconds": 1})

    after = await api.get(CONTOSO_PATH, headers=bearing(token))

    assert (before.status_code, after.status_code, after.json()["code"]) == (200, 401, 400)


@pytest.mark.parametrize(
    "resource",
    [
        pytest.param("https://graph.windows.net", id="the directory"),
        pytest.param("https://graph.chinacloudapi.cn", id="the directory of another cloud"),
        pytest.param("https://partner.partnercenterapi.microsoftonline.cn", id="Partner Center of another cloud"),
        pytest.param("https://api.partner.microsoft.com", id="price sheets"),
        pytest.param("https://management.azure.com", id="Azure"),
    ],
)
async def test_a_token_for_another_resource_is_refused(api: httpx.AsyncClient, resource: str) -> None:
    """It is issued, as in the old sample of the authentication page, but refused by every call."""
    token = (await sign_in(api, {**APP, "resource": resource}))["access_token"]

    answer = await api.get(CONTOSO_PATH, headers=bearing(token))

    assert (answer.status_code, answer.json()["code"]) == (401, 900420)


async def test_a_refresh_token_is_not_a_bearer_token(api: httpx.AsyncClient) -> None:
    """Only access tokens are."""
    token = (await sign_in(api, USER))["refresh_token"]

    assert (await api.get(CONTOSO_PATH, headers=bearing(token))).status_code == 401


async def test_a_savings_plan_needs_a_user_token(api: httpx.AsyncClient) -> None:
    """App-only tokens get 403, and no cart."""
    token = (await sign_in(api, APP))["access_token"]
    line = {"catalogItemId": "DZH318Z09V6F:0001:DZH318Z0BLD3", "quantity": 1, "billingCycle": "one_time"}

    answer = await api.post(f"{CONTOSO_PATH}/carts", json={"lineItems": [line]}, headers=bearing(token))

    assert (answer.status_code, answer.json()["code"]) == (403, 900329)


@pytest.mark.parametrize("path", [f"{CONTOSO_PATH}/orders/1", f"{CONTOSO_PATH}/subscriptions/1", "/v1/subscriptions/1"])
async def test_provisioning_status_needs_a_user_token(api: httpx.AsyncClient, path: str) -> None:
    """For orders and for subscriptions."""
    token = (await sign_in(api, APP))["access_token"]

    answer = await api.get(f"{path}/provisioningstatus", headers=bearing(token))

    assert (answer.status_code, answer.json()["code"]) == (403, 900329)


async def test_an_application_is_the_last_user_of_its_cart(api: httpx.AsyncClient) -> None:
    """By its client id."""
    token = (await sign_in(api, APP))["access_token"]
    line = {"catalogItemId": "MS-AZR-0145P", "quantity": 1, "billingCycle": "monthly"}

    answer = await api.post(f"{CONTOSO_PATH}/carts", json={"lineItems": [line]}, headers=bearing(token))

    assert answer.json()["lastModifiedUser"] == CLIENT["client_id"]


async def test_the_demo_token_stays_the_same_until_it_is_about_to_expire(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """A new one is issued in its last five minutes, and after the clock was set back."""
    first = sandbox.demo_token()
    await api.post("/_sandbox/clock", json={"advance": "PT54M"})
    kept = sandbox.demo_token()
    await api.post("/_sandbox/clock", json={"advance": "PT2M"})
    fresh = sandbox.demo_token()
    await api.post("/_sandbox/clock", json={"advance": "-P1D"})

    assert kept == first
    assert len({first, fresh, sandbox.demo_token()}) == 3
