"""Every link in an answer leads somewhere, apart from the exceptions explained here."""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any, cast

import httpx
import pytest

from tests.sandbox.shop_ids import CONTOSO

Create = Callable[..., Awaitable[dict[str, Any]]]

Link = tuple[str, tuple[tuple[str, str], ...]]
"""A path of the sandbox, and the headers to be sent with it."""

VIEWS = ("Azure", "AzureReservations", "OnlineServices", "Software", "MarketplaceSaaS")
LINES: tuple[dict[str, object], ...] = (
    {"catalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5"},
    {
        "catalogItemId": "91FD106F-4B2C-4938-95AC-F54F74E9A239",
        "addonItems": [
            {"catalogItemId": "43FCE491-76D1-4BCC-B709-8A288786DBAE", "quantity": 1, "billingCycle": "monthly"}
        ],
    },
    {
        "catalogItemId": "DZH318Z0BQ36:004J:DZH318Z08B8X",
        "billingCycle": "one_time",
        "termDuration": "P3Y",
        "provisioningContext": {"scope": "single", "subscriptionId": "1c461a25-f729-4fa5-aadb-280947dd05e8"},
    },
    {
        "catalogItemId": "DZH318Z09V6F:0001:DZH318Z0BLD3",
        "billingCycle": "one_time",
        "provisioningContext": {"scope": "single", "entitlementId": "cdd17cc7-14fe-4445-8650-1f52de705851"},
        "purchaseCommitment": {"amount": 0.05, "grain": "hourly", "currency": "usd"},
    },
)
LEADS_NOWHERE = re.compile(r"/v1/products/[^/]+/skus/(?!0)[^/?]+")
"""Order lines of the old catalog link a SKU that the products API does not have: printed so on "Check out a cart"."""


def links(body: object) -> Iterator[Link]:
    """Each link in *body* with method GET."""
    match body:
        case dict():
            members = cast("dict[str, object]", body)
            if members.get("method") == "GET":
                uri, headers = str(members["uri"]), cast("list[dict[str, str]]", members["headers"])
                sent = tuple((each["key"], each["value"]) for each in headers)
                yield uri if uri.startswith("/v1/") else f"/v1{uri}", sent
            for each in members.values():
                yield from links(each)
        case list():
            for each in cast("list[object]", body):
                yield from links(each)
        case _:
            pass


def starts(customers: Sequence[str]) -> Iterator[str]:
    """Calls that no answer links: lists, calls by an id from elsewhere, the catalog of the United States."""
    yield from ("/v1/customers", "/v1/customers?size=1", "/v1/customers?size=1&offset=1", "/v1/offers?country=US")
    yield from (f"/v1/products?country=US&targetView={view}&targetSegment=commercial" for view in VIEWS)
    for customer in customers:
        path = f"/v1/customers/{customer}"
        yield from (path, f"{path}/orders", f"{path}/subscriptions", f"{path}/offers")
        yield f"{path}/subscriptions/customTermEndDates?term_duration=P1Y"


def catalog(customer: str) -> Iterator[str]:
    """The lists of the catalog of *customer*."""
    for view in VIEWS:
        yield f"/v1/customers/{customer}/products?targetView={view}"
        yield f"/v1/customers/{customer}/products/all/skus?targetView={view}"


@pytest.fixture
async def bought(api: httpx.AsyncClient, create: Create) -> list[object]:
    """The answers of a purchase with every kind of line, up to the list of orders."""
    cart = await create(*LINES)
    checkout = await api.post(f"/v1/customers/{CONTOSO}/carts/{cart['id']}/checkout")
    assert checkout.status_code == 201, checkout.text
    await api.post("/_sandbox/clock", json={"advance": "PT16M"})
    return [cart, checkout.json()]


async def customer_ids(api: httpx.AsyncClient) -> list[str]:
    return [each["id"] for each in (await api.get("/v1/customers")).json()["items"]]


async def walked(api: httpx.AsyncClient, uris: Iterable[str], bodies: Sequence[object] = ()) -> dict[Link, int]:
    """The status of every address reachable from *uris* and *bodies*."""
    waiting = [*((uri, ()) for uri in uris), *links(list(bodies))]
    statuses: dict[Link, int] = {}
    while waiting:
        link = waiting.pop()
        if link not in statuses:
            answer = await api.get(link[0], headers=dict(link[1]))
            statuses[link] = answer.status_code
            waiting.extend(links(answer.json()))
    return statuses


async def test_every_link_leads_somewhere(api: httpx.AsyncClient, bought: list[object]) -> None:
    """Follows links from lists, a purchase and every customer, recursively."""
    customers = await customer_ids(api)

    statuses = await walked(api, [*starts(customers), *(uri for each in customers for uri in catalog(each))], bought)

    broken = {uri for (uri, _), status in statuses.items() if status != 200}
    assert [uri for uri in broken if not LEADS_NOWHERE.fullmatch(uri)] == []
    assert len(broken) == 2
    shapes = {re.sub("[^/?]*[0-9][^/?]*", "*", uri.removeprefix("/v1")) for uri, _ in statuses}
    assert {
        "/subscriptions/*/provisioningstatus", "/customers/*/orders/*/provisioningstatus", "/customers/*/profiles/billing",
        "/customers/*/profiles/company", "/customers/*/products/all/skus?targetView=Azure", "/customers/*/carts/*",
    } <= shapes  # fmt: skip


async def test_every_link_of_the_packaged_seed_leads_somewhere(packaged_api: httpx.AsyncClient) -> None:
    """Without a purchase there are no exceptions."""
    statuses = await walked(packaged_api, starts(await customer_ids(packaged_api)))

    assert {link for link, status in statuses.items() if status != 200} == set()
    assert len(statuses) > 500
