"""What GraphiQL shows first, by the settings of the gateway."""

import json
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.http.first_visit import make_ide
from gateway.http.graphiql import Tab
from gateway.operations.collection import manifest, read_collection
from gateway.settings.manifest import read_manifest
from gateway.settings.model import Settings
from tests.harness import Gateway

OWN_SIGN_IN = {
    "auth": "app",
    "tenant_id": "contoso.onmicrosoft.com",
    "client_id": "00000000-0000-0000-0000-000000000000",
    "client_secret": "a-secret-for-tests",
    "caller_keys": "a-key-that-is-long-enough-for-the-settings",
}
KEYLESS = {name: value for name, value in OWN_SIGN_IN.items() if name != "caller_keys"}

ShowPage = Callable[..., Any]


@pytest.fixture
def show(connect: Callable[..., httpx.AsyncClient], tmp_path: Path) -> ShowPage:
    """Gives what the page is given, by name, with the settings of a gateway in development that were named."""
    (tmp_path / "index.html").write_text('<main data-tabs="[]"></main>')

    async def show(given: Mapping[str, object], **ide: Any) -> Mapping[str, str]:
        settings = Settings.model_validate({"mode": "development", **given})
        browser = connect(ide=make_ide(settings, folder=tmp_path, **ide))
        page = (await browser.get("/graphql", headers={"Accept": "text/html", "Host": "localhost"})).text
        parts = page.partition("<main data-")[2].partition('"></main>')[0].split('" data-')
        return {name: unescape(value) for name, _, value in (part.partition('="') for part in parts)}

    return show


@pytest.mark.parametrize(
    ("given", "ide", "said"),
    [
        pytest.param({}, {}, "Partner Center access token, for the resource https://api.partn", id="forward"),
        pytest.param(OWN_SIGN_IN, {}, "one of the gateway's caller keys", id="caller keys"),
        pytest.param(KEYLESS, {}, "", id="no keys on this machine"),
        pytest.param({}, {"local_need_no_token": True}, "", id="gateway dev on this machine"),
    ],
)
async def test_the_page_says_which_token_to_enter(
    show: ShowPage, given: Mapping[str, object], ide: Mapping[str, Any], said: str
) -> None:
    """Nothing where none is needed."""
    page = await show(given, **ide)

    assert said in page["sign-in"]
    assert bool(page["sign-in"]) is bool(said)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        pytest.param({}, "schema.graphql", id="development"),
        pytest.param({"introspection": "off"}, "", id="introspection off"),
    ],
)
async def test_the_page_reads_the_schema_where_it_is_shown(
    show: ShowPage, given: Mapping[str, object], address: str
) -> None:
    page = await show(given)

    assert page["schema"] == address


async def test_the_first_tabs_work_with_a_token_alone(show: ShowPage, gateway: Gateway) -> None:
    """They name no customer and no cart."""
    tabs = json.loads((await show({}))["tabs"])

    assert tabs
    for tab in tabs:
        await gateway.data(tab["query"], json.loads(tab["variables"] or "{}"))


async def test_given_tabs_take_the_place_of_the_first_ones(show: ShowPage) -> None:
    page = await show({}, tabs=[Tab("{ __typename }")])

    assert json.loads(page["tabs"]) == [{"query": "{ __typename }", "variables": ""}]


async def test_with_enforced_documents_the_tabs_are_trusted(show: ShowPage, tmp_path: Path) -> None:
    """Those that run with a token alone come first, and the page says that others are refused."""
    file = tmp_path / "documents.json"
    file.write_text(manifest(read_collection()))
    trusted = read_manifest(file)

    page = await show({"trusted_documents": file, "trusted_documents_mode": "enforce"})

    queries = [tab["query"] for tab in json.loads(page["tabs"])]
    assert set(queries) <= set(trusted.documents.values())
    assert "query FindProducts" in queries[0]
    assert len(set(queries)) == len(queries) == 10
    assert "GATEWAY_TRUSTED_DOCUMENTS_MODE=enforce" in page["notice"]
