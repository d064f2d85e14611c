"""Printed requests lead to the printed carts; each sample names its page."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.shop_ids import CARTS_PATH, DEMO_CART

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("carts-*.json"))


def sample_of(path: Path) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return sample


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
async def test_a_documented_request_creates_the_documented_lines(api: httpx.AsyncClient, path: Path) -> None:
    """Numbers, order groups, contexts, promotions and prices are those of the page."""
    sample = sample_of(path)

    answer = await api.post(CARTS_PATH, json=sample["request"])

    assert answer.status_code == 201
    assert answer.json()["lineItems"] == sample["lineItems"]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
async def test_a_documented_request_replaces_the_lines_of_a_cart(api: httpx.AsyncClient, path: Path) -> None:
    """Updates accept the same bodies, including server-set members and nulls."""
    sample = sample_of(path)

    answer = await api.put(f"{CARTS_PATH}/{DEMO_CART}", json=sample["request"])

    assert answer.status_code == 201
    assert answer.json()["lineItems"] == sample["lineItems"]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
async def test_updating_a_cart_with_its_own_content_keeps_its_lines(api: httpx.AsyncClient, path: Path) -> None:
    """Get and put is the documented way to change a cart."""
    created = (await api.post(CARTS_PATH, json=sample_of(path)["request"])).json()

    answer = await api.put(f"{CARTS_PATH}/{created['id']}", json=created)

    assert answer.json()["lineItems"] == created["lineItems"]


async def test_a_new_cart_has_the_members_of_the_samples_in_their_order(api: httpx.AsyncClient) -> None:
    """Timestamps have up to seven digits; the cart expires seven days and a few seconds after its creation."""
    cart = (await api.get(f"{CARTS_PATH}/{DEMO_CART}")).json()

    del cart["lineItems"]
    assert list(cart.items()) == [
        ("id", DEMO_CART),
        ("creationTimestamp", "2023-07-11T21:16:11.55149Z"),
        ("lastModifiedTimestamp", "2023-07-11T21:16:11.5515713Z"),
        ("expirationTimestamp", "2023-07-18T21:16:17.2480482Z"),
        ("lastModifiedUser", "9db12087-fbc3-481c-8965-73d44ff88e27"),
        ("status", "Active"),
        ("links", {"self": {"uri": f"{CARTS_PATH.removeprefix('/v1')}/{DEMO_CART}", "method": "GET", "headers": []}}),
        ("attributes", {"objectType": "Cart"}),
    ]
