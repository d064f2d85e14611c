"""The sandbox's scenarios through the gateway: the operations that are given for each show what it promises."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import httpx
import pytest

from gateway.dev.development import Development
from gateway.dev.scenarios import first_tabs, open_scenario, open_scenarios
from gateway.http.graphiql import Scenario, Tab
from gateway.operations.collection import read_collection
from gateway.sandbox.scenarios.control import SCENARIOS
from gateway.sandbox.scenarios.summaries import SUMMARIES
from gateway.settings.model import Settings
from tests import virtual_time

_NAME = re.compile(r"^(?:query|mutation) (\w+)", re.MULTILINE)


def name_of(tab: Tab) -> str:
    return str(_NAME.findall(tab.query)[0])


@dataclass(frozen=True)
class Shop:
    """A shop in a scenario: sends the operations that are given for it."""

    http: httpx.AsyncClient
    tabs: dict[str, Tab]

    async def ask(self, operation: str, **variables: object) -> dict[str, Any]:
        """The whole answer to an operation; *variables* replace those given."""
        tab = self.tabs[operation]
        body = {"query": tab.query, "variables": {**tab.variables, **variables}}
        answer: dict[str, Any] = (await self.http.post("/graphql", json=body)).json()
        return answer

    async def send(self, operation: str, **variables: object) -> Any:
        """The operation's only field, of an answer without errors of GraphQL."""
        answer = await self.ask(operation, **variables)
        assert "errors" not in answer, answer
        (shown,) = answer["data"].values()
        return shown

    async def advance(self, duration: str) -> None:
        await self.http.post("/_sandbox/clock", json={"advance": duration})

    async def purchases(self, cart: object) -> list[dict[str, Any]]:
        """The orders placed from a cart."""
        found = (await self.http.get("/_sandbox/purchases")).json()["purchases"]
        return [each for each in found if each["cartId"] == cart]


@asynccontextmanager
async def opened(name: str) -> AsyncGenerator[Shop]:
    """`gateway dev` with this scenario, and the tabs of the whole collection."""
    app = Development(Settings(mode="development", catalog_ttl_s=0), scenario=name)
    tabs = dict(open_scenario(name).tabs)
    try:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as http:
            yield Shop(http, tabs)
    finally:
        app.close()


def in_scenario(name: str, show: Callable[[Shop], Coroutine[object, object, None]]) -> None:
    """Runs *show* in the scenario. Time passes only while everybody waits."""

    async def main() -> None:
        async with opened(name) as shop:
            await show(shop)

    virtual_time.run(main())


async def test_a_checkout_can_order_all_groups_but_one() -> None:
    """The cart stays open for the line that failed; the other orders exist."""
    async with opened("partly-failed-checkout") as shop:
        checkout = await shop.send("CheckOut")
        became = await shop.send("WhatBecameOfCart")

    (error,) = checkout["result"]["orderErrors"]
    bought = [
        (each["friendlyName"], each["quantity"])
        for order in checkout["result"]["orders"]
        for each in order["lineItems"]
    ]
    assert (checkout["result"]["outcome"], error["code"]) == ("PARTIALLY_SUCCEEDED", "QUANTITY_NOT_ALLOWED")
    assert bought == [("Microsoft 365 E3", 25), ("Windows Server 2022 - 1 User CAL", 10)]
    assert became["status"] == "ACTIVE"
    assert [line["isOrdered"] for line in became["lineItems"]] == [False, True, True]
    assert became["lineItems"][0]["id"] == error["lineItems"][0]["id"]
    assert [(total["currencyCode"], total["wholeTerms"]) for total in became["openTotals"]] == [("USD", "9600.0")]


async def test_a_line_is_out_of_stock_before_and_at_checkout() -> None:
    """The error on the line, a problem about it, and the refusal."""
    async with opened("out-of-stock") as shop:
        cart = await shop.send("CartPage")
        checkout = await shop.send("CheckOut")

    errors = [each["error"] and each["error"]["code"] for each in cart["lineItems"]]
    assert (errors, cart["canCheckout"], cart["unpricedLineItemCount"]) == (["INVENTORY_NOT_AVAILABLE", None], False, 1)
    assert [(each["code"], each["severity"]) for each in cart["problems"]] == [("LINE_ITEM_ERROR", "BLOCKER")]
    assert cart["problems"][0]["lineItem"] == {"id": cart["lineItems"][0]["id"]}
    assert [(each["code"], each["reason"]) for each in checkout["errors"]] == [
        ("PARTNER_CENTER_REJECTED", "LINE_ITEM_ERROR")
    ]


async def test_a_line_over_the_seat_limit_says_how_it_is_mended() -> None:
    """Its error accepts the quantity that MendLine sends, and then the cart can be ordered."""
    async with opened("over-seat-limit") as shop:
        before = await shop.send("CartPage")
        mended = await shop.send("MendLine")
        checkout = await shop.send("CheckOut")

    error = before["lineItems"][0]["error"]
    assert (error["code"], error["acceptedQuantity"]) == (
        "MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED",
        {"minimum": 1, "maximum": 300},
    )
    assert before["problems"][0]["code"] == "LINE_ITEM_ERROR"
    assert [(each["quantity"], each["error"]) for each in mended["updatedLineItems"]] == [(300, None)]
    assert mended["cart"]["canCheckout"] is True
    assert checkout["result"]["outcome"] == "SUCCEEDED"


async def test_an_expired_cart_can_only_be_read() -> None:
    """And where Partner Center does not even show it, it is null."""
    async with opened("expired-cart") as shop:
        cart = await shop.send("CartPage")
        checkout = await shop.send("CheckOut")
        await shop.http.post("/_sandbox/switches", json={"showExpiredCarts": False})
        hidden = await shop.send("CartPage")

    assert (cart["status"], cart["isEditable"], cart["canCheckout"]) == ("ACTIVE", False, False)
    assert [(each["code"], each["severity"]) for each in cart["problems"]] == [("CART_EXPIRED", "BLOCKER")]
    assert [each["code"] for each in checkout["errors"]] == ["CART_NOT_EDITABLE"]
    assert hidden is None


def test_a_throttled_cart_page_fails_once_with_a_retryable_error() -> None:
    """After the pauses that Partner Center asked for; sent again, it works."""

    async def show(shop: Shop) -> None:
        before = asyncio.get_running_loop().time()
        failed = await shop.ask("CartPage")
        took_s = asyncio.get_running_loop().time() - before
        again = await shop.send("CartPage")

        extensions = failed["errors"][0]["extensions"]
        shown = {name: extensions[name] for name in ("code", "retryable", "retryAfter")}
        assert failed["data"] == {"cart": None}
        assert shown == {"code": "UPSTREAM_THROTTLED", "retryable": True, "retryAfter": 1.0}
        assert 2.9 < took_s < 10
        assert again["canCheckout"] is True

    in_scenario("throttled", show)


def test_a_slow_cart_page_takes_seconds_and_is_whole() -> None:
    """Two for the cart, and two for what the cart names."""

    async def show(shop: Shop) -> None:
        before = asyncio.get_running_loop().time()
        cart = await shop.send("CartPage")
        took_s = asyncio.get_running_loop().time() - before

        assert 3.9 < took_s < 10
        assert [each["product"]["title"] for each in cart["lineItems"]] == [
            "Microsoft 365 E3",
            "Windows Server 2022 CAL",
        ]

    in_scenario("slow", show)


def test_a_checkout_whose_answer_is_lost_is_found_by_the_same_request() -> None:
    """First nobody knows whether the orders exist, within seconds; then there is one of each."""

    async def show(shop: Shop) -> None:
        before = asyncio.get_running_loop().time()
        lost = await shop.ask("CheckOut")
        took_s = asyncio.get_running_loop().time() - before
        meanwhile = await shop.send("WhatBecameOfCart")
        await shop.advance("PT5S")
        found = await shop.send("CheckOut")
        became = await shop.send("WhatBecameOfCart")

        extensions = lost["errors"][0]["extensions"]
        shown = {name: extensions[name] for name in ("code", "retryable", "outcome")}
        assert shown == {"code": "CHECKOUT_OUTCOME_UNKNOWN", "retryable": True, "outcome": "UNKNOWN"}
        assert took_s < 5
        assert (meanwhile["status"], meanwhile["checkout"]) == ("ACTIVE", None)
        assert [each["isOrdered"] for each in meanwhile["lineItems"]] == [None, None]
        assert found["result"]["outcome"] == "SUCCEEDED"
        assert (became["status"], became["openTotals"]) == ("ORDERED", [])
        bought = [each["orderId"] for each in await shop.purchases(SCENARIOS["lost-answer"].cart_id)]
        assert bought == [each["partnerCenterId"] for each in found["result"]["orders"]]

    in_scenario("lost-answer", show)


def test_a_lost_checkout_is_found_at_once_too() -> None:
    """The second request waits until the first can no longer arrive, a few seconds, and then has the orders."""

    async def show(shop: Shop) -> None:
        await shop.ask("CheckOut")
        before = asyncio.get_running_loop().time()

        found = await shop.send("CheckOut")

        assert found["result"]["outcome"] == "SUCCEEDED"
        assert asyncio.get_running_loop().time() - before < 10
        assert len(await shop.purchases(SCENARIOS["lost-answer"].cart_id)) == 2

    in_scenario("lost-answer", show)


async def test_subscriptions_appear_minutes_after_their_order() -> None:
    """Five, by the sandbox's clock."""
    async with opened("slow-provisioning") as shop:
        checkout = await shop.send("CheckOut")
        at_once = await shop.send("WhatBecameOfCart")
        await shop.advance("PT5M")
        later = await shop.send("WhatBecameOfCart")

    def subscriptions(cart: dict[str, Any]) -> list[tuple[str, str]]:
        orders = cart["checkout"]["orders"]
        return [(each["friendlyName"], each["status"]) for order in orders for each in order["subscriptions"]]

    assert checkout["result"]["outcome"] == "SUCCEEDED"
    assert (subscriptions(at_once), subscriptions(later)) == ([], [("Microsoft 365 E3", "ACTIVE")])


async def test_a_promotion_has_ended_and_another_one_ends_soon() -> None:
    """The first is an error on its line until it is taken off; the other still applies, and says when it ends."""
    async with opened("lapsing-promotion") as shop:
        cart = await shop.send("CartPage")
        listed = await shop.send("Promotions")

    lapsed, lapsing = cart["lineItems"]
    ends = {each["id"]: each["endsAt"] for each in listed["nodes"]}
    assert (lapsed["error"]["code"], lapsed["pricing"]) == ("INVALID_PROMOTION_ID", None)
    assert [(each["code"], each["lineItem"]["id"]) for each in cart["problems"]] == [("LINE_ITEM_ERROR", lapsed["id"])]
    assert lapsing["error"] is None
    assert ends[lapsing["promotion"]["id"]] is not None
    assert lapsed["promotion"]["id"] not in ends


async def test_a_promotion_that_lapsed_no_longer_applies() -> None:
    """Ten minutes on, the list does not have it, and a line that is changed pays the full price."""
    async with opened("lapsing-promotion") as shop:
        before = (await shop.send("CartPage"))["lineItems"][1]
        await shop.advance("PT11M")
        listed = await shop.send("Promotions")
        document = next(each.document for each in read_collection() if each.name == "ChangeLines")
        change = {"cartId": (await shop.send("CartPage"))["id"], "lineItems": [{"id": before["id"], "quantity": 26}]}
        await shop.http.post("/graphql", json={"query": document, "variables": {"input": change}})
        after = (await shop.send("CartPage"))["lineItems"][1]

    assert before["promotion"]["id"] not in {each["id"] for each in listed["nodes"]}
    assert [(each["promotion"] is None, each["pricing"]["price"]) for each in (before, after)] == [
        (False, "27.36"),
        (True, "28.8"),
    ]


async def test_a_change_meets_that_of_a_colleague() -> None:
    """Also with the version that a cart page has just shown; with that of the conflict the change is made."""
    async with opened("version-conflict") as shop:
        seen = (await shop.send("CartPage"))["version"]
        change = {**_input(shop.tabs["ChangeLines"]), "expectedVersion": seen}
        met = await shop.send("ChangeLines", input=change)
        (conflict,) = met["errors"]
        again = await shop.send("ChangeLines", input={**change, "expectedVersion": conflict["cart"]["version"]})

    assert (conflict["code"], met["cart"], met["updatedLineItems"]) == ("CART_VERSION_CONFLICT", None, [])
    assert [each["quantity"] for each in conflict["cart"]["lineItems"]] == [20, 10]
    assert (again["errors"], [each["quantity"] for each in again["updatedLineItems"]]) == ([], [12])


async def test_the_given_change_is_of_the_cart_before_the_colleague_came() -> None:
    """It meets a conflict without another operation before it, and its expectedVersion was once the cart's."""
    async with opened("version-conflict") as shop:
        met = await shop.send("ChangeLines")
        document = next(each.document for each in read_collection() if each.name == "StartCart")
        lines = [
            {
                "catalogItemId": "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30",
                "quantity": 10,
                "termDuration": "P1Y",
                "billingCycle": "MONTHLY",
            },
            {"catalogItemId": "DG7GMGF0D5VX:0007:DG7GMGF09HJ0", "quantity": 10, "billingCycle": "ONE_TIME"},
        ]
        start = {"customer": {"tenantId": "28089560-09e9-4305-9944-5fb2b1a786e5"}, "lineItems": lines}
        started = await shop.http.post("/graphql", json={"query": document, "variables": {"input": start}})

    (conflict,) = met["errors"]
    assert (conflict["code"], [each["quantity"] for each in conflict["cart"]["lineItems"]]) == (
        "CART_VERSION_CONFLICT",
        [15, 10],
    )
    version = started.json()["data"]["createCart"]["cart"]["version"]
    assert _input(shop.tabs["ChangeLines"])["expectedVersion"] == version


async def test_a_customer_without_the_agreement_cannot_order() -> None:
    """The refusal says what is missing; the check AGREEMENT finds it before."""
    query = "query Check($cart: CartReferenceInput!) { cart(by: $cart) { problems(checks: [AGREEMENT]) { code severity } } }"
    async with opened("missing-agreement") as shop:
        body = {"query": query, "variables": shop.tabs["CartPage"].variables}
        before = (await shop.http.post("/graphql", json=body)).json()["data"]["cart"]["problems"]
        checkout = await shop.send("CheckOut")

    assert before == [{"code": "CUSTOMER_AGREEMENT_MISSING", "severity": "BLOCKER"}]
    assert [(each["code"], each["reason"]) for each in checkout["errors"]] == [
        ("PARTNER_CENTER_REJECTED", "CUSTOMER_AGREEMENT_MISSING")
    ]


async def test_an_order_above_the_credit_is_not_placed() -> None:
    """The cart stays as it is."""
    async with opened("low-credit") as shop:
        checkout = await shop.send("CheckOut")
        cart = await shop.send("CartPage")

    result = checkout["result"]
    assert (result["outcome"], result["orders"], [each["code"] for each in result["orderErrors"]]) == (
        "FAILED",
        [],
        ["CREDIT_TOO_LOW"],
    )
    assert (cart["canCheckout"], cart["totals"][0]["wholeTerms"]) == (True, "3283.2")


def test_every_scenario_is_open() -> None:
    """With its summary, and with the operation that shows it among its tabs."""
    assert {each.name: each.summary for each in open_scenarios()} == SUMMARIES
    assert all(name == name_of(tab) for each in open_scenarios() for name, tab in each.tabs.items())


@pytest.mark.parametrize("scenario", open_scenarios(), ids=lambda each: each.name)
def test_the_welcome_has_what_shows_the_scenario(scenario: Scenario) -> None:
    """Its name and summary, what to look for, and the operations to send with their variables, up to the one that shows it."""
    app = Development(Settings(mode="development"), scenario=scenario.name)
    welcome = app.welcome("http://127.0.0.1:8000")
    app.close()

    sent = re.findall(r"^  (\w+)  (\{.+\})$", welcome, re.MULTILINE)
    assert f"Scenario {scenario.name}: {scenario.summary}." in welcome
    assert scenario.look_for in " ".join(welcome.split())
    assert sent == [(name, json.dumps(tab.variables)) for name, tab in first_tabs(scenario).items()]
    assert list(first_tabs(scenario))[-1] == SCENARIOS[scenario.name].operation


async def test_graphiql_opens_with_the_scenario() -> None:
    """Before the usual tabs, as soon as a scenario was begun; and no longer once the seed is back."""
    app, opened_with = Development(Settings(mode="development")), list[list[str]]()
    usual = [name_of(tab) for tab in app.tabs]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as http:
        for name in ("lost-answer", None):
            await http.post("/_sandbox/scenario", json={"name": name})
            opened_with.append([name_of(tab) for tab in app.tabs])
    app.close()

    assert opened_with == [["CheckOut", "WhatBecameOfCart", *usual], usual]
    assert usual[0] == "DemoCart"


def _input(tab: Tab) -> dict[str, object]:
    found = tab.variables["input"]
    return cast("dict[str, object]", found)
