"""Purchases from a sandbox that runs as a process of its own."""

import json
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import httpx

from tests.programs import running

SEED: dict[str, dict[str, str]] = json.loads(files("gateway.sandbox").joinpath("seed.json").read_text("utf-8"))
DEMO = SEED["demo"]

_CART = f'{{ cart(by: {{partnerCenter: {{customerTenantId: "{DEMO["customerId"]}", cartId: "{DEMO["cartId"]}"}}}}) {{ id }} }}'


@dataclass(frozen=True)
class Shop:
    """A sandbox and a token that it accepts."""

    address: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def reset(self) -> None:
        httpx.post(f"{self.address}/_sandbox/reset").raise_for_status()

    def orders(self) -> list[str]:
        """The ids of all orders that were placed from a cart: not those that the sandbox begins with."""
        purchases = httpx.get(f"{self.address}/_sandbox/purchases").json()["purchases"]
        return [str(purchase["orderId"]) for purchase in purchases if purchase["cartId"]]

    def checkout_of_the_demo_cart(self, gateway: str) -> dict[str, str]:
        """The GraphQL request that checks it out."""
        found = httpx.post(f"{gateway}/graphql", json={"query": _CART}, headers=self.headers).json()
        call = f'checkoutCart(input: {{cartId: "{found["data"]["cart"]["id"]}"}})'
        return {
            "query": f"mutation {{ {call} {{ replayed result {{ orders {{ partnerCenterId }} }} errors {{ code }} }} }}"
        }

    def send(self, gateway: str, query: dict[str, str]) -> dict[str, Any]:
        answer: dict[str, Any] = httpx.post(f"{gateway}/graphql", json=query, headers=self.headers, timeout=60).json()
        return answer


@contextmanager
def open_shop() -> Generator[Shop]:
    with running("sandbox") as (address, _):
        yield Shop(address, _token(address))


def until(happens: Callable[[], bool], what: str, *, within_s: float = 20) -> None:
    deadline = time.monotonic() + within_s
    while not happens():
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.02)


def _token(sandbox: str) -> str:
    """A token from the sandbox's own authority, with the demo partner's credentials."""
    partner = SEED["partner"]
    answer = httpx.post(
        f"{sandbox}/{partner['tenantId']}/oauth2/token",
        data={
            "grant_type": "client_credentials",
            "client_id": partner["clientId"],
            "client_secret": partner["clientSecret"],
            "resource": "https://api.partnercenter.microsoft.com",
        },
    )
    return str(answer.json()["access_token"])
