"""What pages in browsers may do, and what every answer tells a browser."""

from collections.abc import AsyncGenerator, Awaitable, Callable

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from gateway.http.browsers import CrossOrigin, Origins
from tests.harness import Gateway

JSON = "application/json"
SHOP = "https://shop.example.com"
APP = "capacitor://localhost"
QUERY = {"query": "{ echo }"}
FOREIGN = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}

Connect = Callable[..., httpx.AsyncClient]
Preflight = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def shop_may_call(connect: Connect) -> httpx.AsyncClient:
    """A client of an endpoint that the shop's pages and its app may call."""
    return connect(origins=["https://Shop.Example.com:443/", APP])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 200, id="a program"),
        pytest.param({"Sec-Fetch-Mode": "cors"}, 200, id="Node's fetch"),
        pytest.param({"Origin": "http://gateway.test", "Sec-Fetch-Site": "same-origin"}, 200, id="our own page"),
        pytest.param({"Origin": "http://gateway.test"}, 200, id="our own page in an older browser"),
        pytest.param({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "cors"}, 200, id="an extension"),
        pytest.param({"Origin": SHOP, "Sec-Fetch-Site": "cross-site"}, 200, id="a page that may"),
        pytest.param({"Origin": SHOP}, 200, id="a page that may, in an older browser"),
        pytest.param({"Origin": "HTTPS://SHOP.example.com"}, 200, id="a page that may, in another case"),
        pytest.param({"Origin": APP, "Sec-Fetch-Site": "cross-site"}, 200, id="an app that may"),
        pytest.param({"Origin": "HTTP://Gateway.test:80"}, 200, id="our own page with the default port"),
        pytest.param(
            {"Origin": "http://localhost", "Host": "LOCALHOST:80"}, 200, id="our own page, host in another case"
        ),
        pytest.param({"Origin": "tauri://localhost"}, 403, id="an app of a stranger"),
        pytest.param(
            {"Origin": "tauri://localhost", "Host": "localhost"}, 403, id="an app whose host is called like ours"
        ),
        pytest.param({"Origin": "file://"}, 403, id="a file"),
        pytest.param(FOREIGN, 403, id="a page of a stranger"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="a page of a stranger in an older browser"),
        pytest.param({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403, id="a stranger's picture"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="another port's picture"),
        pytest.param({"Origin": "null"}, 403, id="a page from nowhere"),
        pytest.param({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 403, id="a page from nowhere, called ours"),
        pytest.param({"Origin": "http://gateway.test:8080"}, 403, id="another port"),
        pytest.param({"Origin": f"{SHOP}.evil.example"}, 403, id="a longer name"),
        pytest.param({"Origin": "http://[evil"}, 403, id="no origin at all"),
        pytest.param({"Origin": ""}, 403, id="an empty origin"),
    ],
)
async def test_only_pages_that_may_call_are_served(
    shop_may_call: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    """By GET and by POST alike, whatever else the request holds."""
    by_get = await shop_may_call.get("/graphql", params=QUERY, headers={"Accept": JSON, **headers})
    by_post = await shop_may_call.post("/graphql", json=QUERY, headers=headers)

    assert (by_get.status_code, by_post.status_code) == (status, status)
    assert ("data" in by_get.json()) is ("data" in by_post.json()) is (status == 200)


async def test_the_refusal_of_a_page_names_the_setting(shop_may_call: httpx.AsyncClient) -> None:
    """Most who read it develop a shop whose origin is missing there."""
    refused = await shop_may_call.post("/graphql", json=QUERY, headers={"Origin": "http://gateway.test:8080"})

    assert "GATEWAY_CORS_ORIGINS" in refused.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Accept": "image/avif,image/webp,*/*;q=0.8"}, id="a picture"),
        pytest.param({"Accept": "text/css,*/*;q=0.1"}, id="a style sheet"),
        pytest.param({"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, id="a link"),
        pytest.param({"Accept": "*/*", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "same-origin"}, id="a script"),
        pytest.param({"Accept": JSON, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}, id="an address typed"),
    ],
)
async def test_what_pages_load_by_themselves_runs_nothing(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    """A GET runs only for callers that ask for data, not for pictures, scripts and links."""
    answer = await client.get("/graphql", params=QUERY, headers=headers)

    assert answer.status_code == 400
    assert "data" not in answer.json()


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", f"text/plain; a={JSON}", f"{JSON}, text/plain"],
)  # fmt: skip
async def test_a_form_runs_nothing(client: httpx.AsyncClient, content_type: str) -> None:
    """A body that a page may send anywhere without being asked is not read."""
    answer = await client.post("/graphql", content=b'{"query": "{ echo }"}', headers={"Content-Type": content_type})

    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("POST", "/graphql", 200, id="an answer"),
        pytest.param("PUT", "/graphql", 405, id="a refusal"),
        pytest.param("GET", "/health", 200, id="health"),
        pytest.param("GET", "/nothing", 404, id="nothing there"),
        pytest.param("GET", "/schema.graphql", 200, id="the schema"),
        pytest.param("OPTIONS", "/graphql", 400, id="a preflight"),
    ],
)
async def test_every_answer_keeps_browsers_strict(gateway: Gateway, method: str, path: str, status: int) -> None:
    """No guessing of types, no referrer, no loading from elsewhere, no frame, no caching."""
    preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    headers = preflight if method == "OPTIONS" else {}

    answer = await gateway.http.request(method, path, json={"query": "{ __typename }"}, headers=headers)

    assert answer.status_code == status
    told = {
        name: answer.headers.get_list(name) for name in ("X-Content-Type-Options", "Referrer-Policy", "Cache-Control")
    }
    assert list(told.values()) == [["nosniff"], ["no-referrer"], ["no-store"]]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        pytest.param("http://localhost:5173", True, id="this machine"),
        pytest.param("http://LOCALHOST:5173", True, id="this machine in another case"),
        pytest.param("tauri://localhost", False, id="an app on this machine"),
        pytest.param("https://evil.example", False, id="a stranger"),
        pytest.param("http://localhost.evil.example", False, id="a stranger with a familiar name"),
        pytest.param("null", False, id="nowhere"),
    ],
)
async def test_a_preflight_says_which_pages_may_call(gateway: Gateway, origin: str, allowed: bool) -> None:
    """In development those of this machine; the permission is for that origin, and without cookies."""
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }

    answer = await gateway.http.options("/graphql", headers=asked)

    assert answer.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
    assert "Access-Control-Allow-Credentials" not in answer.headers


SENT_BY_CLIENTS = (
    "authorization", "content-type", "traceparent", "tracestate", "baggage", "sentry-trace", "x-request-id",
    "apollographql-client-name", "apollographql-client-version",
)  # fmt: skip


@pytest.fixture
async def preflight() -> AsyncGenerator[Preflight]:
    """Asks, as a browser does for a page of the shop, whether it may send these headers."""
    page = Middleware(CrossOrigin, origins=Origins([SHOP, APP]), headers=["X-Tenant"])
    app = Starlette(routes=[Route("/graphql", PlainTextResponse("fine"))], middleware=[page])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway.test") as client:

        async def ask(headers: str, *, origin: str = SHOP) -> httpx.Response:
            asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": headers}
            return await client.options("/graphql", headers={"Origin": origin, **asked})

        yield ask


@pytest.mark.parametrize("name", [*SENT_BY_CLIENTS, "x-tenant"])
async def test_pages_may_send_what_clients_and_tracing_add(preflight: Preflight, name: str) -> None:
    """And what the operator allows, in whatever case either is written."""
    answer = await preflight(name)

    assert answer.status_code == 200
    assert name in answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert answer.text == "OK"


async def test_a_header_that_pages_may_not_send_is_named(preflight: Preflight) -> None:
    """The body names it and the setting. The status is 200: with another one, the browser would not name the header."""
    answer = await preflight("authorization,x-shop, x-other")

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert "x-shop" not in answer.headers["Access-Control-Allow-Headers"].lower()
    assert answer.text.startswith("Pages may not send x-shop, x-other. GATEWAY_CORS_HEADERS ")


async def test_an_app_is_allowed_by_the_very_origin_that_it_sent(preflight: Preflight) -> None:
    """Custom schemes too, and a stranger's page is refused whatever headers it asks for."""
    app, stranger = (
        await preflight("content-type", origin=APP),
        await preflight("x-shop", origin="https://evil.example"),
    )

    assert (app.status_code, app.headers["Access-Control-Allow-Origin"]) == (200, APP)
    assert (stranger.status_code, stranger.text) == (400, "Disallowed CORS origin")
    assert "Access-Control-Allow-Origin" not in stranger.headers


async def test_pages_can_read_what_helps_them_to_ask_again(gateway: Gateway) -> None:
    """The correlation id, and how long to wait."""
    answer = await gateway.http.post(
        "/graphql", json={"query": "{ __typename }"}, headers={"Origin": "http://localhost:5173"}
    )

    assert answer.headers["Access-Control-Expose-Headers"] == "X-Request-Id, Retry-After"
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:5173"
