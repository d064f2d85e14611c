"""The market in which the catalog's own queries look when they name none."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.harness import Gateway
from tests.shop_ids import BASIC

GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]


@pytest.mark.parametrize(("argument", "market"), [("", "SE"), (', country: "PL"', "PL"), (", country: null", "SE")])
@pytest.mark.parametrize(
    "query",
    [
        'product(by: {partnerCenterId: "CFQ7TTC0LH18"}%s) { country }',
        'sku(by: {partnerCenterId: "CFQ7TTC0LH18:0001"}%s) { product { country } }',
        f'availability(by: {{catalogItemId: "{BASIC}"}}%s) {{ country }}',
        "products(first: 1%s) { edges { node { country } } }",
    ],
    ids=["product", "sku", "availability", "products"],
)
async def test_a_query_reads_the_market_it_names_or_the_default(
    gateway_over: GatewayOver, query: str, argument: str, market: str
) -> None:
    """The argument wins; without it the configured market is used, and no customer is read for its market."""
    async with gateway_over(default_country="SE") as gateway:
        answer = await gateway.data(f"{{ {query % argument} }}")
        calls = await gateway.calls()

    assert f"'country': '{market}'" in str(answer)
    assert [call for call in calls if "/customers" in call] == []
