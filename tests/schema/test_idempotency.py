"""Idempotency keys: the same call again does nothing again, and a key belongs to one input."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from tests.harness import Clock, Gateway
from tests.schema.failing import LosingAnAnswer
from tests.shop_ids import CONTOSO

Cart = dict[str, Any]
GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]
ACart = Callable[..., Awaitable[Cart]]
Refused = Callable[..., Awaitable[list[dict[str, Any]]]]
Stored = Callable[..., Awaitable[Cart]]

OFFICE_E1 = "91FD106F-4B2C-4938-95AC-F54F74E9A239"
CONFERENCING = {"catalogItemId": "C94271D8-B431-4A25-A3C5-A57737A1C909", "quantity": 1, "billingCycle": "MONTHLY"}
GOOD = {
    "catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971",
    "quantity": 1,
    "billingCycle": "MONTHLY",
    "termDuration": "P1Y",
}
KEYED = ("createCart", "addCartLineItems", "addCartAddonItems", "checkoutCart")


def intention(name: str, cart: Cart) -> dict[str, object]:
    """An input of that mutation, for a cart with an old offer, under a key."""
    rest: Mapping[str, dict[str, object]] = {
        "createCart": {"customer": {"tenantId": CONTOSO}, "lineItems": [GOOD]},
        "addCartLineItems": {"cartId": cart["id"], "lineItems": [GOOD]},
        "addCartAddonItems": {
            "cartId": cart["id"],
            "parentLineItemId": cart["lineItems"][0]["id"],
            "addonItems": [CONFERENCING],
        },
        "checkoutCart": {"cartId": cart["id"]},
    }
    return {**rest[name], "idempotencyKey": "click-0815"}


def another(name: str, given: Mapping[str, object]) -> dict[str, object]:
    """The same input but for one thing."""
    if name == "checkoutCart":
        return {**given, "expectedVersion": "of today"}
    return {**given, "partnerOnRecordAttestationAccepted": True}


async def ask(gateway: Gateway, name: str, given: Mapping[str, object]) -> dict[str, Any]:
    kind = f"{name[0].upper()}{name[1:]}Input"
    document = f"""mutation Again($input: {kind}!) {{
      {name}(input: $input) {{
        replayed cart {{ id version lineItems {{ id quantity addonItems {{ id }} }} }} errors {{ code message }}
      }}
    }}"""
    payload: dict[str, Any] = (await gateway.data(document, {"input": given}))[name]
    return payload


@pytest.fixture
async def cart(a_cart: ACart) -> Cart:
    return await a_cart({"catalogItemId": OFFICE_E1, "quantity": 2, "termDuration": None})


@pytest.mark.parametrize("name", KEYED)
async def test_a_repeat_gets_the_first_answer(gateway: Gateway, cart: Cart, name: str) -> None:
    """The work is done once; the repeat says `replayed` and costs no call."""
    given = intention(name, cart)
    first = await ask(gateway, name, given)
    await gateway.calls()

    second = await ask(gateway, name, given)

    assert (first["errors"], first["replayed"]) == ([], False)
    assert second == {**first, "replayed": True}
    assert await gateway.calls() == []


EVERYTHING = """
fragment Everything on CartLineItem {
  id catalogItemId quantity orderGroup pricing { extendedPrice } addonItems { id parentLineItem { id } }
}
fragment Whole on Cart {
  id version status isEditable createdAt totals { wholeTerms currencyCode } lineItems { ...Everything }
}
"""
OWN_FIELDS: Mapping[str, str] = {
    "createCart": "",
    "addCartLineItems": "addedLineItems { ...Everything }",
    "addCartAddonItems": "addedAddonItems { ...Everything }",
    "checkoutCart": """result {
      outcome
      orders { id partnerCenterId totalPrice createdAt lineItems { catalogItemId quantity pricing { extendedPrice } } }
      orderErrors { code lineItems { id } }
    }""",
}


@pytest.mark.parametrize("name", KEYED)
async def test_an_answer_outlives_the_process(gateway_over: GatewayOver, cart: Cart, tmp_path: Path, name: str) -> None:
    """With a file as store, a repeat after a restart gets the whole first answer; its one call proves that Partner
    Center accepts the token.
    """
    kind, store = f"{name[0].upper()}{name[1:]}Input", f"sqlite:{tmp_path / 'store.sqlite'}"
    document = f"""mutation Again($input: {kind}!) {{
      {name}(input: $input) {{ replayed cart {{ ...Whole }} {OWN_FIELDS[name]} errors {{ code }} }}
    }}{EVERYTHING}"""
    given = {"input": intention(name, cart)}

    async with gateway_over(store_url=store) as before:
        first = (await before.data(document, given))[name]
        await before.calls()
    async with gateway_over(store_url=store) as after:
        second = (await after.data(document, given))[name]

        assert (first["errors"], first["replayed"]) == ([], False)
        assert second == {**first, "replayed": True}
        assert await after.calls() == [f"GET /v1/customers/{CONTOSO}"]


class NeverAnswering(httpx.AsyncBaseTransport):
    """The sandbox, which carries out the first write of a cart, and is never heard of again."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = httpx.ASGITransport(sandbox)
        self.done = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._sandbox.handle_async_request(request)
        if request.method == "PUT":
            self.done.set()
            await asyncio.Event().wait()
        return answer


async def test_a_crash_after_the_write_adds_no_line_twice(
    gateway_over: GatewayOver, sandbox: Sandbox, cart: Cart, stored: Stored, tmp_path: Path
) -> None:
    """A repeat under the key, after the process is gone, finds the lines and names them."""
    store = f"sqlite:{tmp_path / 'store.sqlite'}"
    document = (
        "mutation M($i: AddCartLineItemsInput!) { addCartLineItems(input: $i) { addedLineItems { catalogItemId } } }"
    )
    given = {"i": intention("addCartLineItems", cart)}
    upstream = NeverAnswering(sandbox)

    async with gateway_over(upstream, store_url=store) as before:
        dying = asyncio.create_task(before.ask(document, given))
        await upstream.done.wait()
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
    async with gateway_over(store_url=store) as after:
        answer = (await after.data(document, given))["addCartLineItems"]

    assert answer["addedLineItems"] == [{"catalogItemId": GOOD["catalogItemId"]}]
    assert len((await stored(cart))["lineItems"]) == len(cart["lineItems"]) + 1


async def create(gateway: Gateway, token: str) -> dict[str, Any]:
    """The whole answer to the creation of a cart under a key, asked for with that token."""
    document = "mutation M($i: CreateCartInput!) { createCart(input: $i) { replayed cart { id } } }"
    given = {"customer": {"tenantId": CONTOSO}, "lineItems": [GOOD], "idempotencyKey": "one-intention"}
    body = {"query": document, "variables": {"i": given}}
    answer = await gateway.http.post("/graphql", json=body, headers={"Authorization": f"Bearer {token}"})
    told: dict[str, Any] = answer.json()
    return told


async def test_a_renewed_token_finds_what_the_one_before_it_did(
    gateway: Gateway, sandbox: Sandbox, clock: Clock
) -> None:
    """A key belongs to the user of a partner, not to a token that lives for an hour."""
    first = await create(gateway, sandbox.demo_token())
    clock.advance(timedelta(minutes=50))

    second = await create(gateway, sandbox.demo_token())

    assert second["data"]["createCart"] == {**first["data"]["createCart"], "replayed": True}


async def test_another_users_token_finds_nothing(gateway: Gateway, sandbox: Sandbox, another_token: str) -> None:
    """The same key of another user or application is another key."""
    first = await create(gateway, sandbox.demo_token())

    second = await create(gateway, another_token)

    assert second["data"]["createCart"]["replayed"] is False
    assert second["data"]["createCart"]["cart"] != first["data"]["createCart"]["cart"]


async def test_a_forged_token_gets_no_stored_answer(gateway: Gateway, sandbox: Sandbox) -> None:
    """A stored answer is only for the user whom Partner Center recognizes, and it does not recognize a forged token."""
    token = sandbox.demo_token()
    await create(gateway, token)
    forged = token.rpartition(".")[0] + ".made-up"

    answer = await create(gateway, forged)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
    assert answer["data"] == {"createCart": None}


async def test_an_expired_token_is_refused_before_anything_else(
    gateway: Gateway, sandbox: Sandbox, clock: Clock
) -> None:
    """It gets no stored answer either, and Partner Center is not asked."""
    token = sandbox.demo_token()
    await create(gateway, token)
    await gateway.calls()
    clock.advance(timedelta(hours=2))

    answer = await create(gateway, token)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
    assert "expired" in answer["errors"][0]["message"]
    assert await gateway.calls() == []


@pytest.mark.parametrize("name", KEYED)
async def test_two_at_once_are_one(gateway: Gateway, cart: Cart, name: str) -> None:
    """A double click under one key is one piece of work, whichever of the two does it."""
    given = intention(name, cart)

    answers = await asyncio.gather(ask(gateway, name, given), ask(gateway, name, given))

    assert sorted(answer["replayed"] for answer in answers) == [False, True]
    assert answers[0]["cart"] == answers[1]["cart"]
    assert len([call for call in await gateway.calls() if not call.startswith("GET ")]) == 1


@pytest.mark.parametrize("name", KEYED)
async def test_a_key_belongs_to_one_input(gateway: Gateway, cart: Cart, refused: Refused, name: str) -> None:
    """The key of an earlier call with another input is refused, named, and nothing is asked for."""
    given = intention(name, cart)
    await ask(gateway, name, given)
    await gateway.calls()

    (error,) = await refused(name, another(name, given))

    assert error["__typename"] == "IdempotencyKeyReusedError"
    assert (error["code"], error["path"]) == ("IDEMPOTENCY_KEY_REUSED", ["input", "idempotencyKey"])
    assert error["idempotencyKey"] == "click-0815"
    assert await gateway.calls() == []


@pytest.mark.parametrize("key", ["short", "with a space", "x" * 256, "früher-oder-später", ""])
@pytest.mark.parametrize("name", KEYED)
async def test_an_invalid_key_is_refused(gateway: Gateway, cart: Cart, refused: Refused, name: str, key: str) -> None:
    """A key has 8 to 255 visible ASCII characters; with any other key nothing is done."""
    (error,) = await refused(name, {**intention(name, cart), "idempotencyKey": key})

    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "idempotencyKey"])
    assert "8 to 255 visible ASCII characters" in error["message"]
    assert await gateway.calls() == []


async def test_one_key_serves_several_mutations(gateway: Gateway, cart: Cart) -> None:
    """A key belongs to its operation, so a shop may use one for the whole of a click."""
    answers = [await ask(gateway, name, intention(name, cart)) for name in KEYED]

    assert [answer["replayed"] for answer in answers] == [False] * 4
    assert [answer["errors"] for answer in answers] == [[]] * 4


async def test_a_refusal_is_repeated_too(gateway: Gateway, a_cart: ACart) -> None:
    """Under its key a refused checkout stays refused, even after what was wrong is mended; without it, it goes through."""
    cart = await a_cart({"quantity": 6000})
    buying = {"cartId": cart["id"], "idempotencyKey": "click-0815"}
    first = await ask(gateway, "checkoutCart", buying)
    mended = {"cartId": cart["id"], "lineItems": [{"id": cart["lineItems"][0]["id"], "quantity": 1}]}
    await gateway.data("mutation M($i: UpdateCartLineItemsInput!) { updateCartLineItems(input: $i) { errors { code } } }", {"i": mended})  # fmt: skip

    second = await ask(gateway, "checkoutCart", buying)
    third = await ask(gateway, "checkoutCart", {"cartId": cart["id"]})

    assert (first["replayed"], [error["code"] for error in first["errors"]]) == (False, ["PARTNER_CENTER_REJECTED"])
    assert second == {**first, "replayed": True}
    assert (third["replayed"], third["errors"]) == (False, [])


async def test_a_refusal_by_the_gateway_is_not_stored(gateway: Gateway, a_cart: ACart) -> None:
    """A call that was refused for an outdated version may be sent again under its key with the right one."""
    cart = await a_cart()
    adding = {"cartId": cart["id"], "lineItems": [GOOD], "idempotencyKey": "click-0815"}
    first = await ask(gateway, "addCartLineItems", {**adding, "expectedVersion": "of yesterday"})

    second = await ask(gateway, "addCartLineItems", {**adding, "expectedVersion": cart["version"]})

    assert [error["code"] for error in first["errors"]] == ["CART_VERSION_CONFLICT"]
    assert (second["replayed"], second["errors"]) == (False, [])


@pytest.mark.parametrize("key", [{"idempotencyKey": "one-intention"}, {}], ids=["with a key", "without"])
async def test_a_creation_whose_answer_is_lost_is_found(
    gateway_over: GatewayOver, sandbox: Sandbox, key: Mapping[str, str]
) -> None:
    """It is sent again under the same request id, by which Partner Center tells that it has made the cart."""
    upstream = LosingAnAnswer(sandbox, method="POST")
    document = "mutation M($i: CreateCartInput!) { createCart(input: $i) { replayed cart { partnerCenterId } } }"
    given = {"i": {"customer": {"tenantId": CONTOSO}, "lineItems": [GOOD], **key}}

    async with gateway_over(upstream) as gateway:
        created = (await gateway.data(document, given))["createCart"]

    made = json.loads(upstream.lost or b"{}")["id"]
    assert created == {"replayed": False, "cart": {"partnerCenterId": made}}


async def test_an_add_whose_answer_is_lost_adds_once(
    gateway_over: GatewayOver, sandbox: Sandbox, a_cart: ACart, stored: Stored
) -> None:
    """The cart is read to find the lines added, and a repeat under the key gets the same answer."""
    cart = await a_cart()
    upstream = LosingAnAnswer(sandbox, method="PUT")
    document = (
        "mutation M($i: AddCartLineItemsInput!) { addCartLineItems(input: $i) { replayed addedLineItems { id } } }"
    )
    given = {"i": {"cartId": cart["id"], "lineItems": [GOOD], "idempotencyKey": "one-intention"}}

    async with gateway_over(upstream) as gateway:
        first = (await gateway.data(document, given))["addCartLineItems"]
        second = (await gateway.data(document, given))["addCartLineItems"]

    assert upstream.lost is not None
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["addedLineItems"] == second["addedLineItems"]
    assert len((await stored(cart))["lineItems"]) == len(cart["lineItems"]) + 1
