"""The calls on offers of the old catalog."""

import httpx
import pytest

from tests.sandbox.shop_ids import CONTOSO

BASE = "91FD106F-4B2C-4938-95AC-F54F74E9A239"
E3 = "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        pytest.param("/v1/offers?country=US", 6, id="all"),
        pytest.param("/v1/offers?country=US&offset=4&size=5", 2, id="the second page"),
        pytest.param("/v1/offers?country=US&offer_category_id=none", 0, id="another category"),
        pytest.param(f"/v1/customers/{CONTOSO}/offers", 6, id="by customer"),
        pytest.param(f"/v1/offers/{BASE.lower()}/addons?country=US", 2, id="the add-ons of one"),
        pytest.param(f"/v1/customers/{CONTOSO}/offers/{BASE}/addons", 2, id="the add-ons of one, by customer"),
        pytest.param("/v1/offercategories?country=US", 1, id="categories"),
        pytest.param(f"/v1/customers/{CONTOSO}/offercategories", 1, id="categories, by customer"),
    ],
)
async def test_old_offers_are_listed(api: httpx.AsyncClient, path: str, found: int) -> None:
    """Paged, by category, by customer, with add-ons and categories."""
    answer = await api.get(path)

    assert len(answer.json()["items"]) == found


@pytest.mark.parametrize(
    ("offer", "status", "code"),
    [("CFQ7TTC0LF8S", 400, 2100), (E3, 400, 2100), ("00000000-0000-0000-0000-000000000000", 404, 1000)],
)
async def test_offer_calls_refuse_items_of_the_new_catalog(
    api: httpx.AsyncClient, offer: str, status: int, code: int
) -> None:
    """The error says which API has them."""
    answer = await api.get(f"/v1/offers/{offer}?country=US")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
