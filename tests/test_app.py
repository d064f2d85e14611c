"""The application around the endpoint: its routes, and who gets in."""

import httpx
import pytest

from gateway.app import build_app
from gateway.settings.model import Settings
from tests.harness import Gateway


@pytest.mark.parametrize("path", ["/graphql/", "/graphql//", "/nothing", "/schema.graphql/"])
async def test_no_path_is_redirected_to_an_address_of_the_callers(gateway: Gateway, path: str) -> None:
    """A redirect would be made from the Host header, and a client would send its token there."""
    answer = await gateway.http.post(path, json={"query": "{ __typename }"}, headers={"Host": "elsewhere.example"})

    assert answer.status_code == 404
    assert "location" not in answer.headers


async def test_the_front_page_leads_to_the_ide(gateway: Gateway) -> None:
    """By a path alone."""
    answer = await gateway.http.get("/", headers={"Host": "elsewhere.example"})

    assert (answer.status_code, answer.headers["location"]) == (307, "/graphql")


async def test_a_page_of_this_machine_may_call_in_development(gateway: Gateway) -> None:
    """Other pages may not, unless their origin is set."""

    async def preflight(origin: str) -> httpx.Response:
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        return await gateway.http.options("/graphql", headers=asked)

    here, elsewhere, null = [
        (await preflight(origin)).headers.get("access-control-allow-origin")
        for origin in ("http://localhost:5173", "https://localhost.example.com", "null")
    ]

    assert (here, elsewhere, null) == ("http://localhost:5173", None, None)


async def test_pages_of_an_origin_in_the_settings_may_send_the_headers_there() -> None:
    """In production too, where no other origin may call."""
    settings = Settings(cors_origins=("https://Shop.example.com:443",), cors_headers=("X-Tenant",))
    asked = {
        "Origin": "https://shop.example.com",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "traceparent,x-tenant",
    }

    async with httpx.AsyncClient(transport=httpx.ASGITransport(build_app(settings)), base_url="http://test") as http:
        answer = await http.options("/graphql", headers=asked)

    assert (answer.status_code, answer.text) == (200, "OK")
    assert answer.headers["access-control-allow-origin"] == "https://shop.example.com"
