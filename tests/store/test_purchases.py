"""Purchases through gateways that are programs of their own and share what several servers hold."""

from collections.abc import Generator

import httpx
import pytest

from tests.programs import running
from tests.shop import DEMO, Shop, open_shop

pytestmark = pytest.mark.redis

CART = f"""{{
  cart(by: {{partnerCenter: {{customerTenantId: "{DEMO["customerId"]}", cartId: "{DEMO["cartId"]}"}}}}) {{
    checkout {{ orders {{ partnerCenterId cart {{ partnerCenterId }} }} }}
  }}
}}"""


@pytest.fixture(scope="module")
def opened() -> Generator[Shop]:
    with open_shop() as shop:
        yield shop


@pytest.fixture
def shop(opened: Shop) -> Shop:
    """In its initial state."""
    opened.reset()
    return opened


@pytest.mark.parametrize("servers", ["sentinels", "redis_cluster"])
def test_two_gateways_share_a_purchase(request: pytest.FixtureRequest, shop: Shop, servers: str) -> None:
    """One checks the cart out, the other replays that without asking Partner Center: there is one order.

    The cart leads to it, and it leads back to the cart.
    """
    settings = {
        "GATEWAY_UPSTREAM_URL": shop.address,
        "GATEWAY_STORE_URL": str(request.getfixturevalue(servers).url),
    }
    with running("serve", **settings) as (one, _), running("serve", **settings) as (other, _):
        query = shop.checkout_of_the_demo_cart(one)
        first, second = (shop.send(each, query)["data"]["checkoutCart"] for each in (one, other))
        cart = shop.send(other, {"query": CART})["data"]["cart"]

    calls = [call["path"] for call in httpx.get(f"{shop.address}/_sandbox/calls").json()["calls"]]
    assert sum(path.endswith("/checkout") for path in calls) == 1
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["result"] == second["result"]
    assert [order["partnerCenterId"] for order in first["result"]["orders"]] == shop.orders()
    assert cart["checkout"]["orders"] == [
        {"partnerCenterId": each, "cart": {"partnerCenterId": DEMO["cartId"]}} for each in shop.orders()
    ]
