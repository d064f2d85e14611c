"""The list of customers where Partner Center leads on by offset: all of them, or an error, and never a silent end."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.harness import Gateway

GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]

CUSTOMERS = """
query Customers($name: String, $first: Int, $after: String, $last: Int, $before: String) {
  customers(companyNameStartsWith: $name, first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { companyName } }
  }
}
"""
NAMES = [f"Company {number:03}" for number in range(250)]


def names(page: Mapping[str, Any]) -> list[str]:
    return [edge["node"]["companyName"] for edge in page["edges"]]


def answer(start: int, end: int, *, total: int = 250, following: str | None = None) -> httpx.Response:
    """Customers from *start* to before *end*, of *total* as counted, with the address of the next page."""
    items = [
        {"id": f"00000000-0000-0000-0000-{number:012}", "companyProfile": {"companyName": NAMES[number]}}
        for number in range(start, end)
    ]
    body: dict[str, object] = {"totalCount": total, "items": items}
    if following is not None:
        body["links"] = {"next": {"uri": following, "method": "GET", "headers": []}}
    return httpx.Response(200, content=json.dumps(body))


@dataclass
class ByOffset:
    """Partner Center with 250 customers, *most* a page, and a link by offset to each further page."""

    most: int = 100
    address: str = "/customers?size={size}&offset={offset}"
    asked: list[httpx.URL] = field(default_factory=list[httpx.URL])

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert "MS-ContinuationToken" not in request.headers
        self.asked.append(request.url)
        start = int(request.url.params.get("offset", "0"))
        end = min(start + min(self.most, int(request.url.params["size"])), 250)
        following = self.address.format(size=end - start, offset=end) if end < 250 else None
        return answer(start, end, following=following)


@pytest.mark.parametrize("most", [pytest.param(100, id="as many as asked for"), pytest.param(40, id="fewer than that")])
async def test_customers_go_on_by_offset_in_both_directions(gateway_over: GatewayOver, most: int) -> None:
    """Forwards and backwards the pages make the whole list."""
    forwards: list[str] = []
    backwards: list[str] = []
    async with gateway_over(httpx.MockTransport(ByOffset(most))) as gateway:
        page = (await gateway.data(CUSTOMERS, {"first": 70}))["customers"]
        forwards += names(page)
        while page["pageInfo"]["hasNextPage"]:
            given = {"first": 70, "after": page["pageInfo"]["endCursor"]}
            page = (await gateway.data(CUSTOMERS, given))["customers"]
            forwards += names(page)
        page = (await gateway.data(CUSTOMERS, {"last": 70}))["customers"]
        backwards = names(page)
        while page["pageInfo"]["hasPreviousPage"]:
            given = {"last": 70, "before": page["pageInfo"]["startCursor"]}
            page = (await gateway.data(CUSTOMERS, given))["customers"]
            backwards = names(page) + backwards

    assert forwards == backwards == NAMES


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/v1/customers?Offset={offset}&Size={size}&seekOperation=Next", id="in other spelling"),
        pytest.param("https://evil.example/v1/orders?offset={offset}&size={size}", id="of another host"),
        pytest.param("/customers/../orders?offset={offset}&size={size}&filter=x&api-version=9", id="with more in it"),
        pytest.param("//evil.example?size={size}&offset={offset}#x", id="without a scheme"),
    ],
)
async def test_a_link_is_data(gateway_over: GatewayOver, address: str) -> None:
    """Only its offset, size and seek operation are used; host, path and filter are the gateway's own."""
    partner_center = ByOffset(address=address)
    async with gateway_over(httpx.MockTransport(partner_center)) as gateway:
        first = (await gateway.data(CUSTOMERS, {"name": "Comp", "first": 100}))["customers"]
        given = {"name": "Comp", "first": 100, "after": first["pageInfo"]["endCursor"]}
        second = (await gateway.data(CUSTOMERS, given))["customers"]

    assert names(second) == NAMES[100:200]
    assert {(url.host, url.path) for url in partner_center.asked} == {("127.0.0.1", "/v1/customers")}
    last = partner_center.asked[-1].params
    assert (last["offset"], last["size"]) == ("100", "100")
    assert json.loads(last["filter"])["Value"] == "Comp"
    assert set(last) <= {"offset", "size", "seekOperation", "filter"}


@pytest.mark.parametrize(
    "first_answer",
    [
        pytest.param(
            lambda: answer(0, 100, following="/customers?size=100&seekOperation=Next"), id="without an offset"
        ),
        pytest.param(lambda: answer(0, 100, following="/customers?size=100&offset=-5"), id="with an odd offset"),
        pytest.param(lambda: answer(0, 100, following="http://[/customers"), id="with an address that is none"),
        pytest.param(lambda: answer(0, 100), id="by the count alone"),
        pytest.param(lambda: answer(0, 40), id="by the count alone, on a short page"),
    ],
)
async def test_a_list_that_is_cut_off_never_ends_silently(
    gateway_over: GatewayOver, first_answer: Callable[[], httpx.Response]
) -> None:
    """The items that came can be read, more are announced, and asking for them is answered with an error."""
    async with gateway_over(httpx.MockTransport(lambda _: first_answer())) as gateway:
        first = (await gateway.data(CUSTOMERS, {"first": 20}))["customers"]
        near_the_end = (await gateway.data(CUSTOMERS, {"first": 40}))["customers"]
        beyond = await gateway.ask(CUSTOMERS, {"first": 100, "after": near_the_end["pageInfo"]["endCursor"]})
        from_the_back = await gateway.ask(CUSTOMERS, {"last": 10})

    assert (names(first), first["pageInfo"]["hasNextPage"]) == (NAMES[:20], True)
    assert near_the_end["pageInfo"]["hasNextPage"] is True
    for failed in (beyond, from_the_back):
        assert failed["data"] == {"customers": None}
        assert [error["extensions"]["code"] for error in failed["errors"]] == ["UPSTREAM_INVALID"]


@pytest.mark.parametrize("offset", [0, 50, 100])
async def test_an_offset_that_leads_back_is_an_error(gateway_over: GatewayOver, offset: int) -> None:
    """A list that runs in a circle would never end, for the gateway or for its caller."""

    def partner_center(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("offset", "0"))
        return answer(start, start + 100, following=f"/customers?size=100&offset={100 if not start else offset}")

    async with gateway_over(httpx.MockTransport(partner_center)) as gateway:
        first = (await gateway.data(CUSTOMERS, {"first": 100}))["customers"]
        failed = await gateway.ask(CUSTOMERS, {"first": 20, "after": first["pageInfo"]["endCursor"]})

    assert [error["extensions"]["code"] for error in failed["errors"]] == ["UPSTREAM_INVALID"]
    assert "leads back" in failed["errors"][0]["message"]


async def test_an_empty_page_by_offset_is_the_end(gateway_over: GatewayOver) -> None:
    """Partner Center may lead on from its last page; nothing is there."""

    def partner_center(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("offset", "0"))
        return answer(start, min(start + 100, 250), following=f"/customers?size=100&offset={start + 100}")

    async with gateway_over(httpx.MockTransport(partner_center)) as gateway:
        page = (await gateway.data(CUSTOMERS, {"last": 3}))["customers"]

    assert names(page) == NAMES[-3:]
