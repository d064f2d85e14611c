"""The arithmetic of `benchmarks.scale`."""

from benchmarks.forecast import Demand, forecast


def test_pages_and_purchases_add_up() -> None:
    """7,200 partners with a page and half a purchase an hour: two pages and one purchase a second."""
    figures = {
        "page, not cached: gateway CPU ms": 10.0,
        "page, not cached: nginx CPU ms": 5.0,
        "page, not cached: GET /v1/customers/{id} of Partner Center": 1.0,
        "page, not cached: GET /v1/customers/{id}/carts/{id} of Partner Center": 2.0,
        "purchase: gateway CPU ms": 40.0,
        "purchase: Redis CPU ms": 2.0,
        "purchase: POST /v1/customers/{id}/carts of Partner Center": 6.0,
        "purchase: calls of the store": 20.0,
        "purchase: bytes of records": 2.0**30 / (7200 * 0.5 * 64),
    }

    text = forecast(Demand(partners=7200, pages=1, purchases=0.5), figures)

    assert "2.0 pages and 1.0 purchases a second" in text
    assert "gateway 0.06, nginx 0.01, Redis 0.002; 0.1 replicas" in text
    assert "of which each shows 60 pages a second" in text
    assert "20 calls a second; 1.0 GB of records" in text
    assert "busy with 500 purchases a second" in text
    assert "Partner Center: 12 calls a second, 4 in flight" in text
    assert "customer resource: 0.02 calls a minute for one partner, 120 for all" in text
