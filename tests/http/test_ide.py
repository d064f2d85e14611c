"""The IDE's page and files, as a browser gets them."""

import gzip
import json
from collections.abc import Callable
from html import unescape
from pathlib import Path

import httpx
import pytest

from gateway.http.assets import CompressedText
from gateway.http.graphiql import IDE, Scenario, SignIn, Tab

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FIRST_QUERY = '{ item(by: {name: "<b> & \\"c\\""}) { name } }'
TABS = [Tab(FIRST_QUERY), Tab("query Item($name: String!) { item(by: {name: $name}) { name } }", {"name": "</div>"})]
SCRIPT = b"export {}" * 100
BROTLI = b"the script as the build compressed it"
SCRIPT_PATH = "/graphiql/assets/index-1.js"


def attribute_of(page: str, name: str) -> str:
    """What the page has in data-*name*."""
    return unescape(page.partition(f'data-{name}="')[2].partition('"')[0])


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder as the build leaves it, with an asset in three codings and one that is too small, and a secret beside it."""
    assets = tmp_path / "ide" / "graphiql" / "assets"
    assets.mkdir(parents=True)
    (assets / "index-1.js").write_bytes(SCRIPT)
    (assets / "index-1.js.br").write_bytes(BROTLI)
    (assets / "index-1.js.gz").write_bytes(gzip.compress(SCRIPT))
    (assets / "icon-1.svg").write_text("<svg/>")
    (tmp_path / "ide" / "index.html").write_text('<div id="graphiql" data-tabs="[]"></div>')
    (tmp_path / "secret").write_text("secret")
    return tmp_path / "ide"


@pytest.fixture
def browser(connect: Callable[..., httpx.AsyncClient], built: Path) -> httpx.AsyncClient:
    """A client of an endpoint with a built IDE."""
    return connect(ide=IDE(tabs=TABS, folder=built))


async def test_a_browser_gets_the_page_with_the_tabs(browser: httpx.AsyncClient) -> None:
    """They travel in an attribute, escaped, with variables as the text that their editor shows."""
    answer = await browser.get("/graphql", headers=BROWSER)

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert json.loads(attribute_of(answer.text, "tabs")) == [
        {"query": FIRST_QUERY, "variables": ""},
        {"query": TABS[1].query, "variables": '{\n  "name": "</div>"\n}'},
    ]


async def test_scenarios_travel_like_tabs(connect: Callable[..., httpx.AsyncClient], built: Path) -> None:
    scenario = Scenario(name="sold-out", summary="A <product> is gone", look_for="No price.", tabs={"Buy": TABS[1]})
    browser = connect(ide=IDE(tabs=TABS, scenarios=[scenario], folder=built))

    answer = await browser.get("/graphql", headers=BROWSER)

    variables = '{\n  "name": "</div>"\n}'
    assert json.loads(attribute_of(answer.text, "scenarios")) == [
        {
            "name": scenario.name,
            "summary": scenario.summary,
            "lookFor": scenario.look_for,
            "tabs": [{"name": "Buy", "query": TABS[1].query, "variables": variables}],
        }
    ]


@pytest.mark.parametrize(
    ("sign_in", "headers", "shown"),
    [
        pytest.param(None, {}, "", id="nobody needs a token"),
        pytest.param(SignIn("Send <it>."), {"Host": "localhost"}, "Send <it>.", id="everybody needs one"),
        pytest.param(SignIn("Send it.", local_need_none=True), {"Host": "localhost"}, "", id="not on this machine"),
        pytest.param(SignIn("Send it.", local_need_none=True), {}, "Send it.", id="but elsewhere"),
        pytest.param(
            SignIn("Send it.", local_need_none=True),
            {"Host": "localhost", "X-Forwarded-For": "192.0.2.1"},
            "Send it.",
            id="and through a proxy",
        ),
    ],
)
async def test_the_page_asks_for_a_token_where_one_is_needed(
    connect: Callable[..., httpx.AsyncClient], built: Path, sign_in: SignIn | None, headers: dict[str, str], shown: str
) -> None:
    browser = connect(ide=IDE(tabs=TABS, sign_in=sign_in, folder=built))

    answer = await browser.get("/graphql", headers={**BROWSER, **headers})

    assert attribute_of(answer.text, "sign-in") == shown


@pytest.mark.parametrize("path", [pytest.param("/graphql", id="page"), pytest.param(SCRIPT_PATH, id="asset")])
async def test_the_page_and_its_files_are_fenced_in(browser: httpx.AsyncClient, path: str) -> None:
    """Scripts and connections only to where the page came from, and no frame around it."""
    answer = await browser.get(path, headers=BROWSER)

    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["content-security-policy"].split(";"))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == rules["worker-src"] == "'self'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_assets_are_cached_forever_and_the_page_is_not(browser: httpx.AsyncClient) -> None:
    """An asset's name changes with its content."""
    page = await browser.get("/graphql", headers=BROWSER)
    asset = await browser.get(SCRIPT_PATH)

    assert page.headers["cache-control"] == "no-store"
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asset.headers["content-type"].startswith("text/javascript")
    assert asset.content == SCRIPT


@pytest.mark.parametrize(
    ("path", "accepted", "coding", "content"),
    [
        pytest.param(SCRIPT_PATH, "gzip, deflate, br, zstd", "br", BROTLI, id="the smallest, to a browser"),
        pytest.param(SCRIPT_PATH, "gzip, deflate", "gzip", gzip.compress(SCRIPT), id="gzip, over plain HTTP"),
        pytest.param(SCRIPT_PATH, "br;q=0, gzip", "gzip", gzip.compress(SCRIPT), id="nothing of weight 0"),
        pytest.param(SCRIPT_PATH, "br;q=0.5, gzip;q=0.8", "gzip", gzip.compress(SCRIPT), id="the heavier"),
        pytest.param(SCRIPT_PATH, "*", "br", BROTLI, id="any"),
        pytest.param(SCRIPT_PATH, "*;q=0", None, SCRIPT, id="none is accepted"),
        pytest.param(SCRIPT_PATH, "gzip;q=0.5, identity", None, SCRIPT, id="plain is preferred"),
        pytest.param(SCRIPT_PATH, "zstd", None, SCRIPT, id="one that is not there"),
        pytest.param(SCRIPT_PATH, "", None, SCRIPT, id="no header"),
        pytest.param("/graphiql/assets/icon-1.svg", "br, gzip", None, b"<svg/>", id="an asset too small to compress"),
    ],
)
async def test_an_asset_comes_in_the_coding_that_the_caller_prefers(
    browser: httpx.AsyncClient, path: str, accepted: str, coding: str | None, content: bytes
) -> None:
    """Compressed beforehand, with the media type of the file itself; caches keep the forms apart."""
    async with browser.stream("GET", path, headers={"Accept-Encoding": accepted}) as answer:
        sent = b"".join([part async for part in answer.aiter_raw()])

    assert answer.headers.get("content-encoding") == coding
    assert len(sent) == int(answer.headers["content-length"])
    assert gzip.decompress(sent) == SCRIPT if coding == "gzip" else sent == content
    assert answer.headers["content-type"].startswith("image/svg+xml" if "svg" in path else "text/javascript")
    assert "Accept-Encoding" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [pytest.param("gzip", "gzip", id="compressed"), pytest.param("gzip;q=0", None, id="as it is")],
)
async def test_a_text_comes_compressed_to_those_who_accept_it(accepted: str, coding: str | None) -> None:
    transport = httpx.ASGITransport(CompressedText("type Query"))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
        answer = await client.get("/", headers={"Accept-Encoding": accepted})

    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.text == "type Query"


async def test_an_asset_that_the_caller_has_is_not_sent_again(browser: httpx.AsyncClient) -> None:
    """Each form has an ETag of its own."""
    plain = await browser.get(SCRIPT_PATH, headers={"Accept-Encoding": "identity"})
    form = {"Accept-Encoding": "gzip"}

    again = await browser.get(SCRIPT_PATH, headers={**form, "If-None-Match": plain.headers["etag"]})
    repeated = await browser.get(SCRIPT_PATH, headers={**form, "If-None-Match": again.headers["etag"]})

    assert again.status_code == 200
    assert repeated.status_code == 304
    assert repeated.headers["vary"] == "Accept-Encoding"
    assert repeated.content == b""


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("..%2F..%2F..%2Fsecret", id="encoded"),
        pytest.param("../../../secret", id="plain"),
        pytest.param("%2e%2e/%2e%2e/%2e%2e/secret", id="encoded dots"),
        pytest.param("..%5c..%5csecret", id="the other slash"),
        pytest.param("%2Fetc%2Fpasswd", id="from the root"),
        pytest.param("", id="nothing"),
        pytest.param("index-2.js", id="a file that is not there"),
        pytest.param("index-1.js.br", id="a compressed form by its own name"),
    ],
)
async def test_only_the_assets_are_served(browser: httpx.AsyncClient, path: str) -> None:
    """No path leads out of their folder."""
    answer = await browser.get(f"/graphiql/assets/{path}")

    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_a_program_is_not_given_a_page(browser: httpx.AsyncClient) -> None:
    """Whoever does not prefer HTML gets GraphQL from the same address."""
    answer = await browser.get("/graphql", params={"query": "{ echo }"}, headers={"Accept": "*/*"})

    assert answer.json() == {"data": {"echo": ""}}


async def test_without_an_ide_a_browser_gets_graphql(client: httpx.AsyncClient) -> None:
    """Switched off, the page is no more than any other GET."""
    answer = await client.get("/graphql", headers=BROWSER)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/graphql-response+json; charset=utf-8"


async def test_an_unbuilt_ide_says_how_to_build_it(connect: Callable[..., httpx.AsyncClient], tmp_path: Path) -> None:
    """The plain page names the command, and a call that works meanwhile; it has the browser ask for nothing more."""
    browser = connect(ide=IDE(tabs=TABS, folder=tmp_path))

    answer = await browser.get("/graphql?x=%3Cscript%3E", headers=BROWSER)

    text = unescape(answer.text)
    assert answer.status_code == 200
    assert "npm run build --prefix graphiql" in text
    assert "curl http://gateway.test/graphql" in text
    assert FIRST_QUERY in text
    assert '<link rel="icon" href="data:,">' in text
    assert "<b>" not in answer.text
    assert "<script" not in answer.text
