"""Answers have every member of the printed bodies, with the same JSON type, at the same place."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

Create = Callable[..., Awaitable[dict[str, Any]]]

WIRE = Path(__file__).parents[1] / "samples" / "wire"
C, F = "/v1/customers/28045616-f6b9-462f-9701-0d89b5e65c44", "/v1/customers/6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"
PLAN = {
    "catalogItemId": "DZH318Z09V6F:0001:DZH318Z0BLD3",
    "billingCycle": "one_time",
    "provisioningContext": {"scope": "single", "entitlementId": "cdd17cc7-14fe-4445-8650-1f52de705851"},
    "purchaseCommitment": {"amount": 0.05, "grain": "hourly", "currency": "usd"},
}
OPEN = {"dynamicAttributes", "provisioningContext"}  # objects whose members are data
NOT_ANSWERED = (
    ".refundOptions",
    ".refundableQuantity",
    ".learnMore",
)  # of subscriptions and offers; left out, and said so


def shape(value: object, path: str = "") -> set[str]:
    """Every path in *value* with its JSON type; the items of an array share one path."""
    match value:
        case dict():
            members = cast("dict[str, object]", value)
            parts = [shape(item, f"{path}.{name}") for name, item in members.items() if name not in OPEN]
            return {f"{path} is an object"}.union(*parts)
        case list():
            return {f"{path} is an array"}.union(*(shape(item, f"{path}[]") for item in cast("list[object]", value)))
        case bool() | str():
            return {f"{path} is a {type(value).__name__}"}
        case _:
            return {f"{path} is a number"}


def documented(sample: str) -> set[str]:
    """The shape of a sample, without members that the sandbox omits on purpose."""
    body: object = json.loads((WIRE / f"{sample}.json").read_text(encoding="utf-8"))
    return {place for place in shape(body) if not any(name in place for name in NOT_ANSWERED)}


@pytest.mark.parametrize(
    ("sample", "path"),
    [
        ("availability-get.response.nce", "/v1/products/CFQ7TTC0LF8S/skus/0001/availabilities/CFQ7TTC0VZW5?country=US"),
        ("availabilities-list.response.azure-savings-plan", "/v1/products/DZH318Z09V6F/skus/0001/availabilities?country=US"),
        ("availabilities-list.response.azure-reservation", "/v1/products/DZH318Z0BQ36/skus/004G/availabilities?country=US"),
        ("product-get.response.azure-reservation", "/v1/products/DZH318Z0BQ36?country=US"),
        ("products-list.response.nce", "/v1/products?country=US&targetView=OnlineServices"),
        ("sku-get.response.nce", "/v1/products/CFQ7TTC0LF8S/skus/0001?country=US"),
        ("sku-get.response.azure-reservation", "/v1/products/DZH318Z0BQ36/skus/004G?country=US"),
        ("skus-list.response.azure-reservation", "/v1/products/DZH318Z0BQ36/skus?country=US"),
        ("customers-list.response", "/v1/customers?size=40"),
        ("customer-get.response", C),
        ("subscription-get.response.nce", f"{F}/subscriptions/a4c1340d-6911-4758-bba3-0c4c6007d161"),
        ("offer-get.response.legacy", "/v1/offers/91FD106F-4B2C-4938-95AC-F54F74E9A239?country=US"),
        ("offer-addons-list.response.legacy", "/v1/offers/91FD106F-4B2C-4938-95AC-F54F74E9A239/addons?country=US"),
        ("promotions-list.response", "/v1/productpromotions?country=US&segment=commercial"),
        ("custom-term-end-dates.response", f"{F}/subscriptions/customTermEndDates?term_duration=P1Y"),
        ("error.not-found-3000-404", "/v1/nowhere"),
    ],
    ids=lambda value: value if value[0] != "/" else "",
)  # fmt: skip
async def test_a_read_has_the_documented_members(api: httpx.AsyncClient, sample: str, path: str) -> None:
    """And maybe more: pages of different years print different members."""
    answer = await api.get(path)

    assert documented(sample) - shape(answer.json()) == set()


async def test_a_purchase_has_the_documented_members(api: httpx.AsyncClient, create: Create) -> None:
    """From cart and checkout to order and provisioning; the checkout has no others."""
    cart = await create(PLAN)
    result = (await api.post(f"{C}/carts/{cart['id']}/checkout")).json()
    order = f"{C}/orders/{result['orders'][0]['id']}"

    later = [(await api.get(path)).json() for path in (order, f"{order}/provisioningstatus")]

    assert documented("cart-get.response.azure-savings-plan") - shape(cart) == set()
    assert shape(result) == documented("checkout.response.azure-savings-plan")
    assert documented("order-get.response.azure-savings-plan") - shape(later[0]) == set()
    assert shape(later[1]) == documented("order-provisioning-status.response")


async def test_a_failed_group_has_the_documented_members(api: httpx.AsyncClient, create: Create) -> None:
    """No page prints one, so this follows the table of OrderError."""
    customer = F.rpartition("/")[2]
    cart = await create({}, {"billingCycle": "annual", "quantity": 290}, customer=customer)

    result = (await api.post(f"{F}/carts/{cart['id']}/checkout")).json()

    assert documented("checkout.response.partial-failure.constructed") - shape(result) == set()
