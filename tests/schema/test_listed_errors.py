"""The members that a payload's description lists are just those that can happen: each is made to happen here."""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from gateway.schema.node import Kind, node_id
from gateway.schema.root import build_schema
from tests.harness import Clock, Gateway
from tests.schema.ways import MUTATIONS
from tests.shop_ids import ALPINE, ALPINES_SEATS, CONTOSO, FJORD, NOBODY

Cart = dict[str, Any]
ACart = Callable[..., Awaitable[Cart]]
Valid = Callable[[str, Cart], dict[str, object]]
GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]

LINE = {"catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971", "quantity": 1, "billingCycle": "MONTHLY", "termDuration": "P1Y"}  # fmt: skip
OLD_BASE = {"catalogItemId": "91FD106F-4B2C-4938-95AC-F54F74E9A239", "termDuration": None}
OLD_ADDON = {"catalogItemId": "C94271D8-B431-4A25-A3C5-A57737A1C909", "quantity": 1, "billingCycle": "MONTHLY"}
PERSON = {"firstName": "Kim", "lastName": "Akers", "email": "kim@contoso.example"}
PLAN = "962fd6d4-e7b0-49bd-af75-df6113456fda"
"""Fjord's Azure plan, which is not registered."""
SEATS = node_id(Kind.SUBSCRIPTION, ALPINE, ALPINES_SEATS)
GOOD: Mapping[str, dict[str, object]] = {
    "createCart": {"customer": {"tenantId": CONTOSO}, "lineItems": [LINE]},
    "previewCart": {"customer": {"tenantId": CONTOSO}, "lineItems": [LINE]},
    "addCartAddonItems": {"addonItems": [OLD_ADDON]},
    "confirmCustomerAgreement": {
        "customer": {"tenantId": CONTOSO},
        "agreedAt": "2026-01-15T10:00:00Z",
        "contact": PERSON,
    },
    "registerSubscription": {"subscriptionId": node_id(Kind.SUBSCRIPTION, FJORD, PLAN)},
    "updateSubscription": {"subscriptionId": SEATS, "change": {"quantity": 30}},
    "cancelSubscription": {"subscriptionId": SEATS},
    "cancelOrder": {"orderId": node_id(Kind.ORDER, ALPINE, "a1b000000001")},
}
OF_CUSTOMERS = {"createCart", "previewCart", "confirmCustomerAgreement"}
"""Mutations that name a customer and no cart."""
OF_NO_CART = {*OF_CUSTOMERS, "registerSubscription", "updateSubscription", "cancelSubscription", "cancelOrder"}
LATE = timedelta(days=8)


def listed() -> dict[str, set[str]]:
    """The members after "Members:" in each payload's description, by mutation."""
    found = re.findall(r"type (\w+)Payload \{(.*?)^\}", build_schema().as_str(), re.DOTALL | re.MULTILINE)
    members = {
        name[0].lower() + name[1:]: set(re.findall(r"`(\w+)`", re.findall(r"^\s*Members: (.*)", body, re.MULTILINE)[0]))
        for name, body in found
    }
    assert sorted(members) == MUTATIONS
    return members


LISTED = listed()


class Refusing:
    """The sandbox, but every write is refused by Partner Center for a reason of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._inner = httpx.ASGITransport(sandbox)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return await self._inner.handle_async_request(request)
        return httpx.Response(400, json={"code": 800002, "description": "Request input is invalid.", "data": []})


def wrong_inputs(name: str, good: Mapping[str, object], cart: Cart) -> dict[str, dict[str, object]]:
    """Inputs of the mutation that are wrong by themselves, each by the error it should cause."""
    wrong: dict[str, dict[str, object]] = {}
    if name in OF_NO_CART - OF_CUSTOMERS:
        return wrong_without_cart(name, good)
    if name in OF_CUSTOMERS:
        wrong["CustomerNotFoundError"] = {**good, "customer": {"tenantId": NOBODY}}
    else:
        wrong["CartNotFoundError"] = {**good, "cartId": node_id(Kind.CART, CONTOSO, NOBODY)}
        wrong["CartVersionConflictError"] = {**good, "expectedVersion": "of yesterday"}
    gone = node_id(Kind.LINE_ITEM, CONTOSO, cart["partnerCenterId"], "ms-azr-0145p", "0", "1")
    match name:
        case "createCart" | "previewCart" | "addCartLineItems" | "replaceCartLineItems":
            wrong["InvalidInputError"] = {**good, "lineItems": [{**LINE, "quantity": 0}]}
        case "addCartAddonItems":
            wrong["InvalidInputError"] = {**good, "addonItems": []}
            wrong["CartLineItemNotFoundError"] = {**good, "parentLineItemId": gone}
        case "updateCartLineItems":
            wrong["InvalidInputError"] = {**good, "lineItems": []}
            wrong["CartLineItemNotFoundError"] = {**good, "lineItems": [{"id": gone, "quantity": 2}]}
        case "removeCartLineItems":
            wrong["InvalidInputError"] = {**good, "lineItemIds": []}
            wrong["CartLineItemNotFoundError"] = {**good, "lineItemIds": [gone]}
        case "confirmCustomerAgreement":
            wrong["InvalidInputError"] = {**good, "contact": {**PERSON, "email": "kim"}}
        case _:
            wrong["InvalidInputError"] = {**good, "idempotencyKey": "short"}
    return wrong


def wrong_without_cart(name: str, good: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """The same for a mutation that names a subscription or an order."""
    if name == "cancelOrder":
        return {
            "OrderNotFoundError": {"orderId": node_id(Kind.ORDER, CONTOSO, "nothing-bought")},
            "InvalidInputError": {"orderId": good["orderId"], "lineItemNumbers": []},
        }
    gone = node_id(Kind.SUBSCRIPTION, FJORD, NOBODY)
    wrong: dict[str, dict[str, object]] = {"SubscriptionNotFoundError": {**good, "subscriptionId": gone}}
    if "expectedVersion" in good:
        wrong["SubscriptionVersionConflictError"] = {**good, "expectedVersion": "of yesterday"}
    if "change" in good:
        wrong["InvalidInputError"] = {**good, "change": {"quantity": 0}}
    return wrong


async def without_cart(gateway: Gateway, name: str) -> dict[str, object]:
    """The valid input of a mutation that names no cart, with the version where it takes one."""
    if name not in {"updateSubscription", "cancelSubscription"}:
        return GOOD[name]
    read = "query Read($id: ID!) { subscription(by: {id: $id}) { version } }"
    version: str = (await gateway.data(read, {"id": SEATS}))["subscription"]["version"]
    return {**GOOD[name], "expectedVersion": version}


async def kinds(gateway: Gateway, name: str, given: Mapping[str, object]) -> set[str]:
    """The types of the errors of a mutation."""
    kind = f"{name[0].upper()}{name[1:]}Input"
    document = f"mutation Try($input: {kind}!) {{ {name}(input: $input) {{ errors {{ __typename }} }} }}"
    return {error["__typename"] for error in (await gateway.data(document, {"input": given}))[name]["errors"]}


@pytest.mark.parametrize("name", sorted(LISTED))
async def test_the_listed_errors_happen_and_no_others(
    gateway: Gateway, gateway_over: GatewayOver, sandbox: Sandbox, a_cart: ACart, valid: Valid, clock: Clock, name: str
) -> None:
    """Whatever can go wrong with the mutation is tried, and what its caller meets is what the description promises."""
    cart = await a_cart(OLD_BASE, {"quantity": 2}) if name == "addCartAddonItems" else await a_cart({}, {"quantity": 2})
    good = await without_cart(gateway, name) if name in OF_NO_CART else {**valid(name, cart), **GOOD.get(name, {})}
    met: set[str] = set()

    for caused, given in wrong_inputs(name, good, cart).items():
        assert await kinds(gateway, name, given) == {caused}
        met.add(caused)
    async with gateway_over(httpx.MockTransport(Refusing(sandbox))) as refusing:
        met |= await kinds(refusing, name, good)
    async with gateway_over(now=lambda: clock() + LATE) as late:
        met |= await kinds(late, name, good) if name not in OF_NO_CART else set()
    if "IdempotencyKeyReusedError" in LISTED[name]:
        assert await kinds(gateway, name, {**good, "idempotencyKey": "used-before"}) == set()
        other = await a_cart({"quantity": 2})
        elsewhere = {"lineItems": [LINE, LINE]} if name == "createCart" else {"cartId": other["id"]}
        met |= await kinds(gateway, name, {**good, **elsewhere, "idempotencyKey": "used-before"})

    assert met == LISTED[name]


async def test_all_problems_of_an_input_are_reported_at_once(
    gateway: Gateway, a_cart: ACart, refused: Callable[..., Awaitable[list[dict[str, Any]]]]
) -> None:
    """Each problem comes with the path of its value, and Partner Center is not called."""
    cart = await a_cart()
    bad_line: dict[str, object] = {**LINE, "quantity": 0, "billingCycle": "UNKNOWN", "renewsTo": [{}, {}]}

    creating = await refused(
        "createCart", {"customer": {"id": "nobody"}, "lineItems": [LINE, bad_line], "idempotencyKey": "short"}
    )
    adding = await refused(
        "addCartAddonItems",
        {"cartId": "nonsense", "parentLineItemId": "x", "addonItems": [bad_line], "idempotencyKey": "🙂"},
    )
    updating = await refused(
        "updateCartLineItems",
        {"cartId": cart["id"], "lineItems": [{"id": "x"}, {"id": cart["lineItems"][0]["id"], "quantity": -1}]},
    )
    removing = await refused("removeCartLineItems", {"cartId": "nonsense", "lineItemIds": ["x", "x"]})
    buying = await refused("checkoutCart", {"cartId": "nonsense", "idempotencyKey": "short"})

    assert [(error["code"], ".".join(error["path"])) for error in creating] == [
        ("CUSTOMER_NOT_FOUND", "input.customer.id"),
        ("INVALID_INPUT", "input.lineItems.1.quantity"),
        ("INVALID_INPUT", "input.lineItems.1.billingCycle"),
        ("INVALID_INPUT", "input.lineItems.1.renewsTo.1"),
        ("INVALID_INPUT", "input.idempotencyKey"),
    ]
    assert [(error["code"], ".".join(error["path"])) for error in adding] == [
        ("CART_NOT_FOUND", "input.cartId"),
        ("INVALID_INPUT", "input.addonItems.0.quantity"),
        ("INVALID_INPUT", "input.addonItems.0.billingCycle"),
        ("INVALID_INPUT", "input.addonItems.0.renewsTo.1"),
        ("INVALID_INPUT", "input.idempotencyKey"),
        ("CART_LINE_ITEM_NOT_FOUND", "input.parentLineItemId"),
    ]
    assert [(error["code"], ".".join(error["path"])) for error in updating] == [
        ("INVALID_INPUT", "input.lineItems.1.quantity"),
        ("CART_LINE_ITEM_NOT_FOUND", "input.lineItems.0.id"),
    ]
    assert [error["code"] for error in removing] == [
        "CART_NOT_FOUND",
        "INVALID_INPUT",
        *["CART_LINE_ITEM_NOT_FOUND"] * 2,
    ]
    assert [error["code"] for error in buying] == ["CART_NOT_FOUND", "INVALID_INPUT"]
    assert await gateway.calls() == []


async def test_add_ons_in_an_input_nest_under_the_old_catalog_only(
    refused: Callable[..., Awaitable[list[dict[str, Any]]]],
) -> None:
    """An item of the new catalog takes none, and the refusal comes before anything is created."""
    given = {"customer": {"tenantId": CONTOSO}, "lineItems": [{**LINE, "addonItems": [LINE]}]}

    (error,) = await refused("createCart", given)

    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "lineItems", "0", "addonItems"])
    assert "lines of their own" in error["message"]
