"""The partner on record's attestation: Partner Center wants it with resellers and never gives it back."""

import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from tests.harness import Gateway
from tests.shop_ids import CONTOSO

Cart = dict[str, Any]
ACart = Callable[..., Awaitable[Cart]]
Valid = Callable[[str, Cart], dict[str, object]]
GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]

OLD_BASE = {
    "catalogItemId": "91FD106F-4B2C-4938-95AC-F54F74E9A239",
    "quantity": 3,
    "billingCycle": "MONTHLY",
    "termDuration": None,
}
OLD_ADDON = {"catalogItemId": "C94271D8-B431-4A25-A3C5-A57737A1C909", "quantity": 1, "billingCycle": "MONTHLY"}
WRITING = (
    "createCart", "addCartLineItems", "addCartAddonItems", "updateCartLineItems", "removeCartLineItems",
    "replaceCartLineItems",
)  # fmt: skip


class Overheard(httpx.AsyncBaseTransport):
    """The sandbox; `written` is the last body that was sent to it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = httpx.ASGITransport(sandbox)
        self.written: dict[str, object] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method in {"POST", "PUT"}:
            self.written = json.loads(request.content)
        return await self._sandbox.handle_async_request(request)


@pytest.fixture
async def good(a_cart: ACart, valid: Valid) -> Callable[[str], Awaitable[dict[str, object]]]:
    """An input of a mutation that writes a cart, with which nothing is wrong."""

    async def made(name: str) -> dict[str, object]:
        if name == "createCart":
            return {"customer": {"tenantId": CONTOSO}, "lineItems": [OLD_BASE]}
        given = valid(name, await a_cart(OLD_BASE, {}))
        return {**given, "addonItems": [OLD_ADDON]} if name == "addCartAddonItems" else given

    return made


@pytest.mark.parametrize("said", [True, False, None])
@pytest.mark.parametrize("name", WRITING)
async def test_every_write_carries_what_its_caller_said(
    gateway_over: GatewayOver,
    sandbox: Sandbox,
    good: Callable[[str], Awaitable[dict[str, object]]],
    name: str,
    said: bool | None,
) -> None:
    """Accepted or refused, it goes out with the cart; with null, nothing goes out."""
    given = {**await good(name), "partnerOnRecordAttestationAccepted": said}
    kind = f"{name[0].upper()}{name[1:]}Input"
    document = f"mutation Write($input: {kind}!) {{ {name}(input: $input) {{ errors {{ message }} }} }}"
    overheard = Overheard(sandbox)

    async with gateway_over(overheard) as gateway:
        answer = await gateway.data(document, {"input": given})

    assert answer[name]["errors"] == []
    assert overheard.written.get("partnerOnRecordAttestationAccepted", "not said") == (
        "not said" if said is None else said
    )
