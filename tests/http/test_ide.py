"""The IDE's page and files, as a browser gets them."""

import json
from collections.abc import Callable
from html import unescape
from pathlib import Path

import httpx
import pytest

from gateway.http.graphiql import IDE, Tab

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FIRST_QUERY = '{ item(by: {name: "<b> & \\"c\\""}) { name } }'
TABS = [Tab(FIRST_QUERY), Tab("query Item($name: String!) { item(by: {name: $name}) { name } }", {"name": "</div>"})]


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder as the build leaves it, with one asset, and a secret beside it."""
    assets = tmp_path / "ide" / "graphiql" / "assets"
    assets.mkdir(parents=True)
    (assets / "index-1.js").write_text("export {}")
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
    attribute = answer.text.partition('data-tabs="')[2].partition('"')[0]
    assert json.loads(unescape(attribute)) == [
        {"query": FIRST_QUERY, "variables": ""},
        {"query": TABS[1].query, "variables": '{\n  "name": "</div>"\n}'},
    ]


@pytest.mark.parametrize(
    "path", [pytest.param("/graphql", id="page"), pytest.param("/graphiql/assets/index-1.js", id="asset")]
)
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
    asset = await browser.get("/graphiql/assets/index-1.js")

    assert page.headers["cache-control"] == "no-store"
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asset.headers["content-type"].startswith("text/javascript")
    assert asset.text == "export {}"


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
