"""Carts to begin with, carts as the sandbox keeps them, and gateways over other transports."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from gateway.app import build_app
from gateway.dev.in_process import InProcess
from gateway.sandbox.app import Sandbox
from gateway.settings.model import Settings
from tests.harness import Clock, Gateway
from tests.shop_ids import CONTOSO

Cart = dict[str, Any]

_LINE = {
    "catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971",
    "quantity": 1,
    "billingCycle": "MONTHLY",
    "termDuration": "P1Y",
}

_CREATE = """
mutation Create($input: CreateCartInput!) {
  createCart(input: $input) {
    cart { id version partnerCenterId lineItems { ...Line addonItems { ...Line } } }
    errors { message }
  }
}
fragment Line on CartLineItem { id partnerCenterId catalogItemId quantity }
"""


@pytest.fixture
def a_cart(gateway: Gateway) -> Callable[..., Awaitable[Cart]]:
    """Creates a cart of Contoso or another *customer* with these lines, or with one; the calls for it are forgotten.

    A line lacking them gets Microsoft 365 Business Basic, quantity 1, and its year paid monthly.
    """

    async def created(*lines: Mapping[str, object], customer: str = CONTOSO, attested: bool | None = None) -> Cart:
        full = [{**_LINE, **line} for line in lines or ({},)]
        attestation = {} if attested is None else {"partnerOnRecordAttestationAccepted": attested}
        answer = await gateway.data(
            _CREATE, {"input": {"customer": {"tenantId": customer}, "lineItems": full, **attestation}}
        )
        assert answer["createCart"]["errors"] == []
        await gateway.calls()
        cart: Cart = answer["createCart"]["cart"]
        return cart

    return created


@pytest.fixture
def stored(sandbox: Sandbox) -> Callable[..., Awaitable[Cart]]:
    """Reads a cart of Contoso or another *customer* as the sandbox stores it."""

    async def read(cart: Cart, *, customer: str = CONTOSO) -> Cart:
        headers = {"Authorization": f"Bearer {sandbox.demo_token()}"}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as http:
            answer = await http.get(f"/v1/customers/{customer}/carts/{cart['partnerCenterId']}", headers=headers)
        found: Cart = answer.json()
        return found

    return read


_ERRORS = """
fragment Error on UserError {
  __typename code path message
  ... on CartLineItemNotFoundError { lineItemId }
  ... on CartNotEditableError { reason cart { id status } }
  ... on CartNotFoundError { cartId }
  ... on CartVersionConflictError { expectedVersion cart { id version } }
  ... on IdempotencyKeyReusedError { idempotencyKey }
  ... on PartnerCenterRejectedError { problem: reason httpStatus partnerCenterCode partnerCenterMessage correlationId }
}
"""


@pytest.fixture
def refused(gateway: Gateway) -> Callable[..., Awaitable[list[dict[str, Any]]]]:
    """Sends a mutation that is to be refused, to *through* or the usual gateway; its errors with all their facts."""

    async def sent(name: str, given: Mapping[str, object], *, through: Gateway = gateway) -> list[dict[str, Any]]:
        kind = f"{name[0].upper()}{name[1:]}Input"
        document = (
            f"mutation Try($input: {kind}!) {{ {name}(input: $input) {{ cart {{ id }} errors {{ ...Error }} }} }}"
        )
        payload = (await through.data(document + _ERRORS, {"input": given}))[name]
        assert payload["cart"] is None
        errors: list[dict[str, Any]] = payload["errors"]
        return errors

    return sent


@pytest.fixture
def valid() -> Callable[[str, Cart], dict[str, object]]:
    """An input of a mutation of a cart with one line, with which nothing is wrong."""

    def made(name: str, cart: Cart) -> dict[str, object]:
        line_id = cart["lineItems"][0]["id"]
        rest: Mapping[str, dict[str, object]] = {
            "addCartLineItems": {"lineItems": [_LINE]},
            "addCartAddonItems": {"parentLineItemId": line_id, "addonItems": [_LINE]},
            "updateCartLineItems": {"lineItems": [{"id": line_id, "quantity": 2}]},
            "removeCartLineItems": {"lineItemIds": [line_id]},
            "replaceCartLineItems": {"lineItems": [_LINE], "expectedVersion": cart["version"]},
            "checkoutCart": {},
        }
        return {"cartId": cart["id"], **rest[name]}

    return made


@pytest.fixture
def orders_of(sandbox: Sandbox, clock: Clock) -> Callable[[str], Awaitable[list[str]]]:
    """The ids of a customer's orders in the sandbox, read when new ones are listed: a quarter of an hour later."""

    async def read(customer: str) -> list[str]:
        clock.advance(timedelta(minutes=15))
        headers = {"Authorization": f"Bearer {sandbox.demo_token()}"}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as http:
            answer = await http.get(f"/v1/customers/{customer}/orders", headers=headers)
        return [order["id"] for order in answer.json()["items"]]

    return read


@pytest.fixture
def gateway_over(sandbox: Sandbox) -> Callable[..., AbstractAsyncContextManager[Gateway]]:
    """Opens a gateway whose calls go over *transport* (the sandbox's) and whose clock is *now* (the sandbox's).

    A caller without a token is the demo partner, unless *signed_in* is False. Settings are given by name.
    """

    @asynccontextmanager
    async def opened(
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        now: Callable[[], datetime] = sandbox.now,
        signed_in: bool = True,
        **settings: object,
    ) -> AsyncGenerator[Gateway]:
        given = {"mode": "development", "upstream_url": "http://127.0.0.1", "catalog_ttl_s": 0, **settings}
        app = build_app(
            Settings.model_validate(given),
            transport=transport or InProcess(sandbox),
            now=now,
            token_without_sign_in=sandbox.demo_token if signed_in else None,
        )
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http,
        ):
            yield Gateway(http, sandbox)

    return opened


@pytest.fixture
async def another_token(sandbox: Sandbox) -> str:
    """A token of the demo partner's application alone, without a user."""
    form = {
        "grant_type": "client_credentials",
        "client_id": "989cd042-80d0-4980-85ea-d76e139fa368",
        "client_secret": "sandbox-secret",
        "resource": "https://api.partnercenter.microsoft.com",
    }
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as http:
        answer = await http.post("/f8de8ffc-e4ca-45c1-b0c6-a7c21eddf911/oauth2/token", data=form)
    return str(answer.json()["access_token"])
