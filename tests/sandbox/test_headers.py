"""The headers of every answer, and replays by MS-RequestId."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gateway.sandbox.routes import PARTNER_CENTER
from tests.sandbox.shop_ids import CONTOSO_PATH, DEMO_CART_PATH

Create = Callable[..., Awaitable[dict[str, Any]]]

ONE, TWO = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
IDS = {"MS-RequestId": ONE, "MS-CorrelationId": TWO}
LINE = {
    "catalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5",
    "quantity": 1,
    "billingCycle": "monthly",
    "termDuration": "P1Y",
}


@pytest.mark.parametrize(
    "path", [DEMO_CART_PATH, "/v1/nowhere", f"{CONTOSO_PATH}/carts/1"], ids=["found", "no path", "no cart"]
)
async def test_answers_repeat_the_ids_of_the_request(api: httpx.AsyncClient, path: str) -> None:
    """On refusals too, with the locale."""
    answer = await api.get(path, headers={"MS-RequestId": ONE, "MS-CorrelationId": TWO, "X-Locale": "sv-SE"})

    assert (answer.headers["MS-RequestId"], answer.headers["MS-CorrelationId"]) == (ONE, TWO)
    assert answer.headers["X-Locale"] == "sv-SE"
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["MS-CV"].endswith(".0")
    assert answer.headers["MS-ServerId"]


async def test_answers_repeat_the_correlation_vector(api: httpx.AsyncClient) -> None:
    """The server makes one only if the client sends none (swagger pages)."""
    answer = await api.get(DEMO_CART_PATH, headers={"MS-CV": "sF/wRa2ih0CzbABc.0"})

    assert answer.headers["MS-CV"] == "sF/wRa2ih0CzbABc.0"


@pytest.mark.parametrize("path", ["/v1.0/", "/V1.0/", "/v1//", "/v1.0///"])
async def test_the_version_has_two_spellings(api: httpx.AsyncClient, path: str) -> None:
    """v1 and v1.0, as on the swagger pages; the Java SDK doubles the slash when it follows a link."""
    plain = await api.get(DEMO_CART_PATH, headers=IDS)

    answer = await api.get(DEMO_CART_PATH.replace("/v1/", path), headers=IDS)

    assert (answer.status_code, answer.headers, answer.content) == (200, plain.headers, plain.content)


async def test_every_route_answers_under_both_versions(api: httpx.AsyncClient) -> None:
    """Each with the same status and body."""
    for route in PARTNER_CENTER:
        path = re.sub(r"\{\w+\}", "x", route.path)

        first, second = [
            await api.request(route.method, f"/{version}/{path}", headers=IDS) for version in ("v1", "v1.0")
        ]

        assert (first.status_code, first.content) == (second.status_code, second.content), path


async def test_both_versions_share_replays_faults_and_the_list_of_calls(api: httpx.AsyncClient) -> None:
    """The list of calls has the path as sent."""
    first = await api.post(f"{CONTOSO_PATH}/carts", json={"lineItems": [LINE]}, headers=IDS)
    repeat = await api.post(f"/v1.0{CONTOSO_PATH[3:]}/carts", json={}, headers=IDS)
    await api.post("/_sandbox/faults", json={"faults": [{"calls": "GET customers/*/carts/*", "fault": 503}]})
    struck = await api.get(f"/v1.0{DEMO_CART_PATH[3:]}")

    calls = (await api.get("/_sandbox/calls")).json()["calls"]

    assert repeat.content == first.content
    assert struck.status_code == 503
    assert [each["path"][:6] for each in calls] == ["/v1/cu", "/v1.0/", "/v1.0/"]


async def test_missing_ids_are_generated(api: httpx.AsyncClient) -> None:
    """A new one for every call."""
    answers = [await api.get(DEMO_CART_PATH) for _ in range(2)]

    assert len({each.headers[name] for each in answers for name in ("MS-RequestId", "MS-CorrelationId")}) == 4
    assert answers[0].headers["X-Locale"] == "en-US"


async def test_catalog_answers_repeat_ids_twice(api: httpx.AsyncClient) -> None:
    """As in the samples."""
    answer = await api.get("/v1/products/CFQ7TTC0LF8S?country=US", headers={"MS-RequestId": ONE})

    assert answer.headers["MS-RequestId"] == f"{ONE},{ONE}"
    assert answer.headers["X-Locale"] == "en-US,en-US"


async def test_a_repeat_with_the_same_request_id_creates_once(api: httpx.AsyncClient) -> None:
    """It gets the stored answer, whatever its body."""
    headers = {"MS-RequestId": ONE}
    first = await api.post(f"{CONTOSO_PATH}/carts", json={"lineItems": [LINE]}, headers=headers)

    repeat = await api.post(f"{CONTOSO_PATH}/carts/", json={}, headers={"MS-RequestId": ONE.upper()})
    other = await api.post(f"{CONTOSO_PATH}/carts", json={"lineItems": [LINE]}, headers={"MS-RequestId": TWO})

    assert (repeat.status_code, repeat.content) == (201, first.content)
    assert other.json()["id"] != first.json()["id"]


async def test_a_repeated_update_does_not_undo_a_later_one(api: httpx.AsyncClient) -> None:
    """The repeat gets the earlier answer; the cart keeps the later update."""
    first = await api.put(DEMO_CART_PATH, json={"lineItems": [{**LINE, "quantity": 2}]}, headers={"MS-RequestId": ONE})
    await api.put(DEMO_CART_PATH, json={"lineItems": [{**LINE, "quantity": 3}]}, headers={"MS-RequestId": TWO})

    repeat = await api.put(DEMO_CART_PATH, json={"lineItems": [{**LINE, "quantity": 2}]}, headers={"MS-RequestId": ONE})

    assert repeat.content == first.content
    assert (await api.get(DEMO_CART_PATH)).json()["lineItems"][0]["quantity"] == 3


async def test_a_refusal_is_remembered_too(api: httpx.AsyncClient, create: Create) -> None:
    """The next attempt needs a new id, as the page on headers says."""
    cart = await create({"quantity": 301})
    path = f"{CONTOSO_PATH}/carts/{cart['id']}"
    refused = await api.post(f"{path}/checkout", headers={"MS-RequestId": ONE})
    await api.put(path, json={"lineItems": [LINE]})

    same = await api.post(f"{path}/checkout", headers={"MS-RequestId": ONE})
    fresh = await api.post(f"{path}/checkout", headers={"MS-RequestId": TWO})

    assert (refused.status_code, same.status_code, fresh.status_code) == (400, 400, 201)


async def test_an_unauthorised_call_is_not_remembered(api: httpx.AsyncClient) -> None:
    """The same id works after signing in."""
    body = {"lineItems": [LINE]}
    refused = await api.post(
        f"{CONTOSO_PATH}/carts", json=body, headers={"MS-RequestId": ONE, "Authorization": "Bearer x"}
    )

    answer = await api.post(f"{CONTOSO_PATH}/carts", json=body, headers={"MS-RequestId": ONE})

    assert (refused.status_code, answer.status_code) == (401, 201)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        pytest.param("DELETE", DEMO_CART_PATH, "GET, PUT", id="carts cannot be deleted"),
        pytest.param("GET", f"{CONTOSO_PATH}/carts", "POST", id="carts cannot be listed"),
        pytest.param("GET", f"{DEMO_CART_PATH}/checkout", "POST", id="a checkout cannot be read"),
    ],
)
async def test_a_wrong_method_gets_the_allowed_ones(
    api: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    """Status 405, with an error body."""
    answer = await api.request(method, path)

    assert (answer.status_code, answer.headers["Allow"], answer.json()["code"]) == (405, allowed, 900141)


@pytest.mark.parametrize("path", ["/v1/nowhere", "/v1", "/v1/customers/a/b/c/d/e/f/g", "/v1/%FF/%00"])
async def test_an_unknown_path_is_not_found(api: httpx.AsyncClient, path: str) -> None:
    """With the usual error body."""
    answer = await api.get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, 1000)
